//! Lists between brackets: arguments, entries, parts of a vector, parameters of a function.

use super::super::lexer::TokenKind;
use super::super::syntax::{Argument, Entry, FunctionParameter};
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

impl Parser<'_> {
    /// The items between the bracket at the current token and the one that closes it. `item` gives what it could make
    /// of an item, and whether the rest of it must be skipped.
    fn list<T>(
        &mut self,
        inside: Inside,
        mut item: impl FnMut(&mut Self) -> (Option<T>, Result<(), Reported>),
    ) -> Result<Vec<T>, Reported> {
        self.enter()?;
        let nesting = self.nesting;
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
            let begins_item = self.begins_value() && self.at > start;
            if self.partner(opener).is_none() && !begins_item {
                break;
            }
            let expected = match inside {
                Inside::Lines => format!("`,`, a new line or `{closer}`"),
                _ => format!("`,` or `{closer}`"),
            };
            let help = self.leftover_help().unwrap_or_else(|| "put a `,` between the two".to_string());
            self.unexpected(&expected, help);
            if !begins_item {
                self.at += usize::from(self.at == start);
                self.skip_item(opener, inside);
                self.take(TokenKind::Comma);
            }
        }
        self.close(opener);
        self.nesting -= 1;
        Ok(items)
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
        Ok((arguments, height))
    }

    /// Takes the `:` behind the name of an argument or entry, or a `=` that is meant to be one.
    fn colon(&mut self) {
        if self.kind() == TokenKind::Assign {
            let name = self.text_at(self.at - 1);
            let help = format!("write `{name}: ...`");
            self.unexpected("`:`", help);
        }
        self.at += 1;
    }

    /// `(a, b)`: what stands between parentheses in an expression.
    pub(super) fn parts(&mut self) -> Result<Vec<Tall>, Reported> {
        self.list(Inside::Values, |parser| {
            let (value, outcome) = parser.expression_or_broken();
            (Some(value), outcome)
        })
    }

    /// `{ name: value, name }` if there is one.
    pub(super) fn entries(&mut self) -> Result<Vec<Entry>, Reported> {
        if self.kind() != TokenKind::OpenBrace {
            return Ok(Vec::new());
        }
        self.list(Inside::Lines, |parser| {
            if parser.kind() != TokenKind::Name {
                let help = match parser.kind() {
                    TokenKind::Text => {
                        let name = parser.text_at(parser.at).trim_matches('"');
                        format!("write it without quotes: `{name}: ...`")
                    }
                    _ => "between these braces stand entries such as `radius: 0.3`".to_string(),
                };
                return (None, Err(parser.unexpected("the name of an entry", help)));
            }
            let name = parser.this_name();
            if !matches!(parser.kind(), TokenKind::Colon | TokenKind::Assign) {
                return (Some(Entry { name, value: None }), Ok(()));
            }
            parser.colon();
            let (value, outcome) = parser.entry_value();
            (Some(Entry { name, value: Some(value.expr) }), outcome)
        })
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
        self.report(Code::UnexpectedToken, span, message, "write a value behind the `:`");
        (self.broken(span), Ok(()))
    }

    fn expression_or_broken(&mut self) -> (Tall, Result<(), Reported>) {
        match self.expression() {
            Ok(value) => (value, Ok(())),
            Err(reported) => (self.broken(self.span_before().behind()), Err(reported)),
        }
    }

    /// `(a, b: vec2, c = 1)` of a function.
    pub(super) fn parameters(&mut self) -> Result<Vec<FunctionParameter>, Reported> {
        self.list(Inside::Values, |parser| match parser.parameter() {
            Ok((parameter, outcome)) => (Some(parameter), outcome),
            Err(reported) => (None, Err(reported)),
        })
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
        let (default, outcome) = match self.take(TokenKind::Assign) {
            true => {
                let (value, outcome) = self.expression_or_broken();
                (Some(value.expr), outcome)
            }
            false => (None, Ok(())),
        };
        Ok((FunctionParameter { name, ty, default }, outcome))
    }
}
