//! Lists: their columns, the rows that they begin with, and what reactions do to rows.

use super::super::lexer::TokenKind;
use super::super::syntax::{Edit, Expr, ItemKind, ListColumn, Name, Row};
use super::recovery::Inside;
use super::{Parser, Reported};
use crate::diagnostic::nearest;

/// How lists are written.
const LIST: &str = "write `list scores max 100 { value: float, hot: bool = false }`";

impl Parser<'_> {
    /// What is behind `list`: `scores max 100 { value: float, hot: bool = false } = [{ value: 3 }]`.
    pub(super) fn list_item(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("a name for the list", LIST)?;
        if !self.take_word("max") {
            return Err(self.unexpected("`max`", LIST));
        }
        let max = self.expression()?.expr;
        let durable = self.durable();
        if self.kind() != TokenKind::OpenBrace {
            return Err(self.unexpected("`{`", LIST));
        }
        let columns = self.list(Inside::Lines, |parser| match parser.list_column() {
            Ok((column, outcome)) => (Some(column), outcome),
            Err(reported) => (None, Err(reported)),
        })?;
        let has_rows = self.kind() == TokenKind::Assign && !self.token().first_on_line;
        let rows = if has_rows { self.first_rows(&name)? } else { Vec::new() };
        Ok(ItemKind::List { name, max, durable, columns: columns.items, rows })
    }

    /// `durable`, if it stands here. What is nearly that is reported, and counts as it.
    pub(super) fn durable(&mut self) -> bool {
        if self.token().first_on_line || self.kind() != TokenKind::Name {
            return false;
        }
        if !self.take_word("durable") {
            if nearest(self.text_at(self.at), ["durable"]).is_none() {
                return false;
            }
            self.unexpected("`durable`", "did you mean `durable`?");
            self.at += 1;
        }
        true
    }

    /// `value: float`, `hot: bool = false`.
    fn list_column(&mut self) -> Result<(ListColumn, Result<(), Reported>), Reported> {
        let help = "columns are written `name: type`, such as `value: float` or `hot: bool = false`";
        let name = self.name("the name of a column", help)?;
        if self.kind() != TokenKind::Colon {
            return Err(self.unexpected("`:`", format!("write `{}: float`: a column has a type", name.text)));
        }
        self.at += 1;
        let ty = self.name("a type", "types of columns are float, int, bool, vec2, vec3, color, text")?;
        let (default, outcome) = match self.take(TokenKind::Assign) {
            true => {
                let (value, outcome) = self.expression_or_broken();
                (Some(value.expr), outcome)
            }
            false => (None, Ok(())),
        };
        Ok((ListColumn { name, ty, default }, outcome))
    }

    /// `= [{ value: 3 }, { value: 5 }]`.
    fn first_rows(&mut self, name: &Name) -> Result<Vec<Row>, Reported> {
        self.at += 1;
        let help = format!("write `list {} max 100 {{ ... }} = [{{ value: 3 }}, {{ value: 5 }}]`", name.text);
        if self.kind() != TokenKind::OpenBracket {
            return Err(self.unexpected("`[`", help));
        }
        let rows = self.list(Inside::Lines, |parser| match parser.row(&help) {
            Ok(row) => (Some(row), Ok(())),
            Err(reported) => (None, Err(reported)),
        })?;
        Ok(rows.items)
    }

    /// `{ value: 3, hot: true }`.
    fn row(&mut self, help: &str) -> Result<Row, Reported> {
        if self.kind() != TokenKind::OpenBrace {
            return Err(self.unexpected("`{`", help));
        }
        let start = self.at;
        let values = self.entries()?;
        Ok(Row { values, span: self.span_from(start) })
    }

    /// What is behind `append`, `insert`, `move`, `remove` and `clear`.
    pub(super) fn edit(&mut self, word: &str) -> Result<Edit, Reported> {
        let help = match word {
            "append" => "write `append scores { value: 3 }`",
            "insert" => {
                "write `insert scores { value: 3 } at 0`; `append scores { value: 3 }` puts it behind the others"
            }
            "move" => "write `move grab to 0`, or `move scores to 0 where value < 1`",
            "remove" => "write `remove scores where value < 1`, or `clear scores` for all rows",
            _ => "write `clear scores`",
        };
        let name = self.name("the name of a list", help)?;
        Ok(match word {
            "append" => Edit::Append { list: name, row: self.row(help)?, at: None },
            "insert" => {
                let row = self.row(help)?;
                if self.token().first_on_line || !self.take_word("at") {
                    return Err(self.unexpected("`at`", help));
                }
                Edit::Append { list: name, row, at: Some(self.value()) }
            }
            "move" => {
                if self.token().first_on_line || !self.take_word("to") {
                    return Err(self.unexpected("`to`", help));
                }
                let start = self.at;
                let to = self.condition();
                let to = self.whole_value(start, to);
                Edit::Move { rows: name, to, condition: self.of_which() }
            }
            "remove" => Edit::Remove { rows: name, condition: self.of_which() },
            _ => Edit::Clear { list: name },
        })
    }

    /// `where value < 1` behind the rows of an edit.
    fn of_which(&mut self) -> Option<Expr> {
        let is_where = self.is_word("where") && !self.token().first_on_line;
        is_where.then(|| {
            self.at += 1;
            self.value()
        })
    }

    /// Whether `scores.hot = ...` is here.
    pub(super) fn is_column_set(&self) -> bool {
        let behind = [1, 2, 3].map(|further| self.kind_at(self.at + further));
        behind == [TokenKind::Dot, TokenKind::Name, TokenKind::Assign]
    }

    /// `scores.hot = value > 2 where not hot`.
    pub(super) fn set_column(&mut self) -> Edit {
        let rows = self.this_name();
        self.at += 1;
        let column = self.this_name();
        self.at += 1;
        Edit::Set { rows, column, value: self.value() }
    }
}
