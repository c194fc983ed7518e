//! Files that are no patches: data with its columns, what is made of rows, images, artwork and fonts.

use super::super::lexer::{TokenKind, text};
use super::super::syntax::{Aggregate, Column, Elements, Expr, ExprKind, GroupKey, ItemKind, Text, ViewStep};
use super::items::is_definition_sign;
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

/// How data is written.
const DATA: &str = "write `data rows from \"values.csv\" { name: text, value: float }`";
/// How artwork is written.
const ARTWORK: &str = "write `artwork logo from \"logo.svg\"`";
/// How an image is named.
const IMAGE: &str = "write `image photo from \"photo.jpg\"`";
/// How a font is named.
const FONT: &str = "write `font title from \"Inter.ttf\"`, or `font title system \"Arial\"`";
/// How groups are written.
const GROUPS: &str = "write `rows group by name { total: sum(value), rows: count() }`";

impl Parser<'_> {
    /// What is behind `data`.
    pub(super) fn data(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("a name for the rows", DATA)?;
        if !self.take_word("from") {
            return Err(self.unexpected("`from`", DATA));
        }
        let path = self.quoted("the name of a file in quotes", DATA)?;
        if self.kind() != TokenKind::OpenBrace {
            return Err(self.unexpected("`{`", DATA));
        }
        let columns = self.list(Inside::Lines, |parser| match parser.column() {
            Ok(column) => (Some(column), Ok(())),
            Err(reported) => (None, Err(reported)),
        })?;
        let mut skips_bad = false;
        if self.is_word("skip") && !self.token().first_on_line {
            self.at += 1;
            skips_bad = true;
            if !self.take_word("bad") {
                self.unexpected("`bad`", "write `skip bad`: rows with a bad cell are left out");
            }
        }
        Ok(ItemKind::Data { name, path, columns: columns.items, skips_bad })
    }

    /// `logo from "logo.svg"`.
    pub(super) fn artwork(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("a name for the artwork", ARTWORK)?;
        if !self.take_word("from") {
            return Err(self.unexpected("`from`", ARTWORK));
        }
        let path = self.quoted("the name of a file in quotes", ARTWORK)?;
        Ok(ItemKind::Artwork { name, path })
    }

    /// What is behind `image`.
    pub(super) fn image(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("a name for the image", IMAGE)?;
        if !self.take_word("from") {
            return Err(self.unexpected("`from`", IMAGE));
        }
        let path = self.quoted("the name of a file in quotes", IMAGE)?;
        Ok(ItemKind::Image { name, path })
    }

    /// What is behind `font`.
    pub(super) fn font(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("a name for the font", FONT)?;
        let is_system = self.take_word("system");
        if !is_system && !self.take_word("from") {
            return Err(self.unexpected("`from`", FONT));
        }
        let what = if is_system { "the name of a family in quotes" } else { "the name of a file in quotes" };
        let path = self.quoted(what, FONT)?;
        let settings = if self.kind() == TokenKind::OpenBrace { self.entries()? } else { Vec::new() };
        Ok(ItemKind::Font { name, path, is_system, settings })
    }

    /// A text that must be here.
    fn quoted(&mut self, what: &str, help: &str) -> Result<Text, Reported> {
        if self.kind() != TokenKind::Text {
            return Err(self.unexpected(what, help));
        }
        let quoted = Text { text: text(self.text_at(self.at)), span: self.span() };
        self.at += 1;
        Ok(quoted)
    }

    /// `value: float`, `value: float from "GDP per head"`.
    fn column(&mut self) -> Result<Column, Reported> {
        let help = "columns are written `name: type`, such as `value: float`";
        let name = self.name("the name of a column", help)?;
        if self.kind() != TokenKind::Colon {
            return Err(self.unexpected("`:`", format!("write `{}: float`: a column has a type", name.text)));
        }
        self.at += 1;
        let ty = self.name("a type", "types of columns are float, int, bool, text, color, vec2, vec3")?;
        let from = match self.is_word("from") && !self.token().first_on_line {
            true => {
                self.at += 1;
                Some(self.quoted("the name of a column of the file in quotes", help)?)
            }
            false => None,
        };
        Ok(Column { name, ty, from })
    }

    /// `rows keyed by name` behind the `from` of a domain, before which stands how many there are at most.
    pub(super) fn rows_of_domain(&mut self, most: Option<Box<Expr>>) -> Result<Elements, Reported> {
        let rows = Box::new(self.uncontinued()?.expr);
        let mut key = None;
        if self.take_word("keyed") {
            let help = "write `domain bars from rows keyed by name { ... }`";
            if !self.take_word("by") {
                return Err(self.unexpected("`by`", help));
            }
            key = Some(self.name("the name of a column", help)?);
        }
        Ok(Elements::Rows { rows, key, most })
    }

    /// Whether a word is here that makes something of the rows before it.
    pub(super) fn is_view(&self) -> bool {
        let next = self.kind_at(self.at + 1);
        let is_own_line = self.token().first_on_line;
        let words = ["where", "take", "skip", "distinct", "sort", "group"];
        let is_word = words.into_iter().any(|word| self.is_word(word));
        is_word && !(is_own_line && (is_definition_sign(next) || self.begins_statement(self.at)))
    }

    /// `where condition`, `sort by value desc`, `take 10`, `skip 10`, `distinct name` behind rows.
    pub(super) fn view(&mut self, rows: Tall) -> Result<Tall, Reported> {
        self.enter()?;
        let word = self.text_at(self.at);
        self.at += 1;
        if word == "group" {
            return self.groups(rows);
        }
        if word == "sort" && !self.take_word("by") {
            return Err(self.unexpected("`by`", "write `rows sort by value`, or `sort by value desc`"));
        }
        let value = self.condition()?;
        let (height, span) = (rows.height.max(value.height), rows.expr.span.to(value.expr.span));
        let value = Box::new(value.expr);
        let step = match word {
            "where" => ViewStep::Where(value),
            "take" => ViewStep::Take(value),
            "skip" => ViewStep::Skip(value),
            "distinct" => ViewStep::Distinct(value),
            _ => {
                let is_descending = self.take_word("desc");
                if !is_descending {
                    self.take_word("asc");
                }
                ViewStep::SortBy { key: value, is_descending }
            }
        };
        self.nesting -= 1;
        Ok(self.node(ExprKind::View { rows: Box::new(rows.expr), step }, span, height))
    }

    /// `by country, decade: div(year, 10) { total: sum(value) }` behind `rows group`.
    fn groups(&mut self, rows: Tall) -> Result<Tall, Reported> {
        let start = rows.expr.span;
        if !self.take_word("by") {
            return Err(self.unexpected("`by`", GROUPS));
        }
        let (mut keys, mut height) = (Vec::new(), rows.height);
        loop {
            let is_named = self.kind() == TokenKind::Name && self.kind_at(self.at + 1) == TokenKind::Colon;
            let name = is_named.then(|| self.this_name());
            if is_named {
                self.at += 1;
            }
            let value = self.condition()?;
            height = height.max(value.height);
            keys.push(GroupKey { name, value: value.expr });
            if !self.take(TokenKind::Comma) {
                break;
            }
        }
        if self.kind() != TokenKind::OpenBrace {
            return Err(self.unexpected("`{`", GROUPS));
        }
        let columns = self.list(Inside::Lines, |parser| match parser.aggregate() {
            Ok((column, below)) => {
                height = height.max(below);
                (Some(column), Ok(()))
            }
            Err(reported) => (None, Err(reported)),
        })?;
        self.nesting -= 1;
        let step = ViewStep::GroupBy { keys, columns: columns.items };
        let span = start.to(self.span_before());
        Ok(self.node(ExprKind::View { rows: Box::new(rows.expr), step }, span, height))
    }

    /// `total: sum(value)`, with the height of what is in it.
    fn aggregate(&mut self) -> Result<(Aggregate, usize), Reported> {
        let help = "columns of groups are written `name: how(value)`, such as `total: sum(value)`";
        let name = self.name("the name of a column", help)?;
        if self.kind() != TokenKind::Colon {
            return Err(self.unexpected("`:`", help));
        }
        self.at += 1;
        let how = self.name("a word such as `sum`", help)?;
        if self.kind() != TokenKind::OpenParenthesis {
            return Err(self.unexpected("`(`", help));
        }
        let behind = self.at + 1;
        let mut parts = self.parts()?.items;
        if parts.len() > 1 {
            let span = self.span_from(behind);
            let message = format!("found {} values, expected one", parts.len());
            return Err(self.report(Code::UnexpectedToken, span, message, help));
        }
        let value = parts.pop();
        let height = value.as_ref().map_or(0, |value| value.height);
        Ok((Aggregate { name, how, value: value.map(|value| value.expr) }, height))
    }
}
