//! `keys(time, 0s: 0, 1s: 1 ease.out_cubic)`: keyframes.

use super::super::lexer::TokenKind;
use super::super::syntax::{ExprKind, Key};
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

/// The function that is written with keys.
pub(in crate::language) const KEYS: &str = "keys";
const FORM: &str = "write `keys(time, 0s: 0, 1s: 1 ease.out_cubic, 3s: 0.4)`";

impl Parser<'_> {
    /// What is between the parentheses of `keys`, whose name is at a row.
    pub(super) fn keys(&mut self, start: usize) -> Result<Tall, Reported> {
        let (mut time, mut space, mut below) = (None, None, 0);
        // Of several things in a row that are no keys only the first is reported.
        let mut lost = None;
        let keys = self.list(Inside::Values, |parser| {
            let is_space = parser.kind() == TokenKind::Name
                && parser.text_at(parser.at) == "in"
                && parser.kind_at(parser.at + 1) == TokenKind::Colon;
            if is_space {
                parser.at += 2;
                let word = parser.name("a space such as `oklab`", FORM);
                let outcome = word.as_ref().map_or_else(|&reported| Err(reported), |_| Ok(()));
                space = word.ok();
                return (None, outcome);
            }
            let (at, outcome) = parser.expression_or_broken();
            below = below.max(at.height);
            if outcome.is_err() || (time.is_none() && parser.kind() != TokenKind::Colon) {
                time.get_or_insert(at.expr);
                return (None, outcome);
            }
            if !parser.take(TokenKind::Colon) {
                let help = "a key is a time, a `:` and the value there: `1s: 0.5`";
                return (None, Err(*lost.get_or_insert_with(|| parser.unexpected("`:`", help))));
            }
            lost = None;
            let (key, outcome, height) = parser.key(at);
            below = below.max(height);
            (Some(key), outcome)
        })?;
        let span = self.span_from(start);
        let Some(time) = time else {
            let reported = keys.unclosed.unwrap_or_else(|| {
                let message = "`keys` lacks the time that its keys are over";
                self.report(Code::MissingArgument, self.span_of(start), message, FORM)
            });
            return Ok(self.broken(span, reported));
        };
        let kind = ExprKind::Keys { time: Box::new(time), keys: keys.items, space };
        Ok(self.node(kind, span, below))
    }

    /// What is behind the time of a key and its `:`. The key, and the height of what is in it.
    fn key(&mut self, at: Tall) -> (Key, Result<(), Reported>, usize) {
        let (value, outcome) = self.expression_or_broken();
        let mut below = at.height.max(value.height);
        let mut key = Key { at: at.expr, value: value.expr, easing: None };
        if outcome.is_err() || self.kind() != TokenKind::Name || self.token().first_on_line {
            return (key, outcome, below);
        }
        let (easing, outcome) = self.expression_or_broken();
        below = below.max(easing.height);
        key.easing = Some(easing.expr);
        (key, outcome, below)
    }
}
