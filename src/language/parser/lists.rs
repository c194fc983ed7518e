//! Lists between brackets: arguments, entries, parts of a vector, parameters of a function.

use super::super::lexer::TokenKind;
use super::super::syntax::{Argument, Entry, FunctionParameter};
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

/// What is between two brackets.
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    /// Where the closing bracket is missing or wrong.
    pub(super) unclosed: Option<Reported>,
}

impl Parser<'_> {
    /// The items between the bracket at the current token and the one that closes it. `item` gives what it could make
    /// of an item, and whether the rest of it must be skipped.
    pub(super) fn list<T>(
        &mut self,
        inside: Inside,
        mut item: impl FnMut(&mut Self) -> (Option<T>, Result<(), Reported>),
    ) -> Result<List<T>, Reported> {
        self.enter()?;
        let nesting = self.nesting;
        let at_begins = std::mem::replace(&mut self.at_begins, false);
        let opener = self.at;
        let closer = self.kind().counterpart().bracket();
        self.at += 1;
        let mut items = Vec::new();
        while !self.is_closed(opener, inside) {
            let start = self.at;
            let (item, outcome) = item(self);
            items.extend(item);
            self.nesting = nesting;
            if outcome.is_err() {
                self.skip_item(opener, inside);
            }
            if self.is_closed(opener, inside)
                || self.take(TokenKind::Comma)
                || (inside == Inside::Lines && self.token().first_on_line && self.at > start)
            {
                continue;
            }
            if self.partner(opener).is_none() {
                break;
            }
            let begins_item = match inside {
                Inside::Lines => self.kind() == TokenKind::Name,
                _ => self.begins_value(),
            };
            let expected = match inside {
                Inside::Lines => format!("`,`, a new line or `{closer}`"),
                _ => format!("`,` or `{closer}`"),
            };
            let help = self.leftover_help().unwrap_or_else(|| "put a `,` between the two".to_string());
            self.unexpected(&expected, help);
            if !begins_item && !self.take(TokenKind::Semicolon) {
                self.skip_item(opener, inside);
                self.take(TokenKind::Comma);
            }
        }
        let unclosed = self.close(opener);
        self.at_begins = at_begins;
        self.nesting -= 1;
        Ok(List { items, unclosed })
    }

    /// `(value, name: value)`, and the height of the highest.
    pub(super) fn arguments(&mut self) -> Result<(Vec<Argument>, usize), Reported> {
        let mut height = 0;
        let arguments = self.list(Inside::Values, |parser| {
            let is_named = parser.kind() == TokenKind::Name
                && matches!(parser.kind_at(parser.at + 1), TokenKind::Colon | TokenKind::Assign);
            let name = is_named.then(|| parser.this_name());
            if is_named {
                parser.colon();
            }
            let (value, outcome) = parser.expression_or_broken();
            height = height.max(value.height);
            (Some(Argument { name, value: value.expr }), outcome)
        })?;
        Ok((arguments.items, height))
    }

    /// Takes the `:` after the name of an argument or entry, or a `=` that is meant to be one.
    pub(super) fn colon(&mut self) {
        if self.kind() == TokenKind::Assign {
            let name = self.text_at(self.at - 1);
            let help = format!("write `{name}: {}`", self.written_from(self.at + 1));
            self.unexpected("`:`", help);
        }
        self.at += 1;
    }

    /// `(a, b)`: the parts between parentheses in an expression.
    pub(super) fn parts(&mut self) -> Result<List<Tall>, Reported> {
        self.list(Inside::Values, |parser| {
            let (value, outcome) = parser.expression_or_broken();
            (Some(value), outcome)
        })
    }

    /// `{ name: value, name }` if there is one.
    pub(super) fn entries(&mut self) -> Result<Vec<Entry>, Reported> {
        if self.kind() != TokenKind::OpenBrace {
            let is_entry = self.kind() == TokenKind::Name && !self.token().first_on_line;
            if is_entry && !self.begins_statement(self.at) {
                let help = "entries stand between braces: `{ position, size: 0.1 }`";
                let reported = self.unexpected("`{`", help);
                self.missing_openers.push(reported);
                self.skip_statement();
            }
            return Ok(Vec::new());
        }
        // Of several things in a row that are no entries only the first is reported.
        let mut lost = None;
        let entries = self.list(Inside::Lines, |parser| {
            if parser.kind() == TokenKind::Name {
                lost = None;
                return parser.entry();
            }
            (None, Err(*lost.get_or_insert_with(|| parser.no_entry())))
        })?;
        Ok(entries.items)
    }

    fn entry(&mut self) -> (Option<Entry>, Result<(), Reported>) {
        let name = self.this_name();
        let (next, behind) = (self.kind(), self.kind_at(self.at + 1));
        let is_value = matches!(
            next,
            TokenKind::Number | TokenKind::Color | TokenKind::Text | TokenKind::OpenParenthesis
        ) || (next == TokenKind::Name
            && matches!(behind, TokenKind::OpenParenthesis | TokenKind::Dot));
        match next {
            TokenKind::Colon | TokenKind::Assign => self.colon(),
            _ if is_value && !self.token().first_on_line => {
                let value = self.written_from(self.at);
                self.unexpected("`:`", format!("write `{}: {value}`", name.text));
            }
            _ => return (Some(Entry { name, value: None }), Ok(())),
        }
        let (value, outcome) = self.entry_value();
        (Some(Entry { name, value: Some(value.expr) }), outcome)
    }

    fn no_entry(&mut self) -> Reported {
        let help = match self.kind() {
            TokenKind::Text => {
                let shown = self.shown(self.at);
                format!("write it without quotes: `{}: ...`", shown.trim_matches('"'))
            }
            TokenKind::Number if self.kind_at(self.at - 1) == TokenKind::Comma => {
                "a vector is written in parentheses: `(a, b)`".to_string()
            }
            _ => "between these braces stand entries such as `radius: 0.3`".to_string(),
        };
        self.unexpected("the name of an entry", help)
    }

    /// The value of an entry. Where it is missing at the end of a line, the next line is another entry.
    fn entry_value(&mut self) -> (Tall, Result<(), Reported>) {
        let is_next_entry = self.token().first_on_line
            && self.kind() == TokenKind::Name
            && self.kind_at(self.at + 1) == TokenKind::Colon;
        if !is_next_entry {
            return self.expression_or_broken();
        }
        let span = self.span_before().behind();
        let message = "found the end of the line, expected a value";
        let reported = self.report(Code::UnexpectedToken, span, message, "write a value behind the `:`");
        (self.broken(span, reported), Ok(()))
    }

    pub(super) fn expression_or_broken(&mut self) -> (Tall, Result<(), Reported>) {
        match self.expression() {
            Ok(value) => (value, Ok(())),
            Err(reported) => (self.broken(self.span_before().behind(), reported), Err(reported)),
        }
    }

    /// `(a, b: vec2, c = 1)` of a function.
    pub(super) fn parameters(&mut self) -> Result<Vec<FunctionParameter>, Reported> {
        let parameters = self.list(Inside::Values, |parser| match parser.parameter() {
            Ok((parameter, outcome)) => (Some(parameter), outcome),
            Err(reported) => (None, Err(reported)),
        })?;
        Ok(parameters.items)
    }

    fn parameter(&mut self) -> Result<(FunctionParameter, Result<(), Reported>), Reported> {
        if self.kind() == TokenKind::Name && self.kind_at(self.at + 1) == TokenKind::Name {
            let (ty, name) = (self.text_at(self.at), self.text_at(self.at + 1));
            let help = format!("write the type behind the name: `{name}: {ty}`");
            self.at += 1;
            self.unexpected("`,` or `)`", help);
        }
        let help = "parameters are written `(a, b: vec2, c = 1)`";
        let name = self.name("the name of a parameter", help)?;
        let ty = self.optional_type()?;
        if self.kind() == TokenKind::Colon {
            self.unexpected("`=`", format!("write `{} = ...`", name.text));
        }
        let (default, outcome) = match self.take(TokenKind::Assign) || self.take(TokenKind::Colon) {
            true => {
                let (value, outcome) = self.expression_or_broken();
                (Some(value.expr), outcome)
            }
            false => (None, Ok(())),
        };
        Ok((FunctionParameter { name, ty, default }, outcome))
    }
}
