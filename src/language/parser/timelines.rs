//! Timelines: their parts, and when each begins.

use super::super::lexer::TokenKind;
use super::super::syntax::{BinaryOp, Expr, ExprKind, ItemKind, Name, Part, Start, Suffix};
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::{Code, nearest};

/// The words by which a part says when it begins.
const STARTS: [&str; 3] = ["after", "with", "at"];
const FORM: &str = "write `timeline intro { logo: 600ms  title: 400ms after logo }`";
const PART: &str =
    "parts are written `logo: 600ms`, `title: 400ms after logo - 100ms`, each on a line of its own";

impl Parser<'_> {
    /// What is behind `timeline`.
    pub(super) fn timeline(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("the name of a timeline", FORM)?;
        let has_clock = self.take_word("over") || self.take_word("on");
        let over = if has_clock { Some(self.expression()?.expr) } else { None };
        if self.kind() != TokenKind::OpenBrace {
            let reported = self.unexpected("`{`", FORM);
            self.missing_openers.push(reported);
            return Err(reported);
        }
        let parts = self.list(Inside::Lines, Self::part)?.items;
        Ok(ItemKind::Timeline { name, over, parts })
    }

    /// A part; where its value cannot be read, its name is known all the same.
    fn part(&mut self) -> (Option<Part>, Result<(), Reported>) {
        if self.kind() != TokenKind::Name {
            return (None, Err(self.unexpected("the name of a part", PART)));
        }
        let name = self.this_name();
        match self.kind() {
            TokenKind::Colon | TokenKind::Assign => self.colon(),
            _ => return (None, Err(self.unexpected("`:`", PART))),
        }
        self.at_begins = true;
        let (duration, outcome) = match self.start_without_duration(&name) {
            Some(reported) => (self.broken(self.span_before(), reported), Err(reported)),
            None => self.expression_or_broken(),
        };
        let start = outcome.and_then(|()| self.start());
        self.at_begins = false;
        let outcome = start.as_ref().map_or_else(|&reported| Err(reported), |_| Ok(()));
        let start = start.unwrap_or_else(|reported| Start::At(self.broken(name.span, reported).expr));
        (Some(Part { name, duration: duration.expr, start }), outcome)
    }

    /// Reports `title: after logo`, which does not say how long.
    fn start_without_duration(&mut self, name: &Name) -> Option<Reported> {
        let (word, next) = (self.text_at(self.at), self.text_at(self.at + 1));
        let is_start = self.kind() == TokenKind::Name
            && STARTS.contains(&word)
            && matches!(self.kind_at(self.at + 1), TokenKind::Name | TokenKind::Number)
            // A duration may be called `after`, too.
            && !STARTS.contains(&next);
        let help =
            format!("say how long it takes first: `{}: 400ms {}`", name.text, self.written_from(self.at));
        is_start.then(|| self.unexpected("a duration", help))
    }

    /// When a part begins.
    fn start(&mut self) -> Result<Start, Reported> {
        if self.kind() != TokenKind::Name || self.token().first_on_line {
            return Ok(Start::InTurn);
        }
        let word = self.text_at(self.at);
        let known = STARTS.contains(&word).then_some(word).or_else(|| {
            let near = nearest(word, STARTS)?;
            self.unexpected(&format!("`{near}`"), format!("did you mean `{near}`?"));
            Some(near)
        });
        let Some(word) = known else {
            let help = "a part begins `after` another, `with` another, or `at` a time";
            return Err(self.unexpected("`after`, `with`, `at` or a new line", help));
        };
        self.at += 1;
        let start = match word {
            "after" => self.anchor(Start::After)?,
            "with" => self.anchor(Start::With)?,
            _ => Start::At(self.expression()?.expr),
        };
        if self.is_word("after") || self.is_word("with") || self.is_word("at") {
            let help =
                "a part begins at one place: keep the one that counts, and shift it, `after logo - 100ms`";
            return Err(self.unexpected("a new line", help));
        }
        Ok(start)
    }

    /// `logo`, or `logo - 100ms`: a part, and a time to shift by.
    fn anchor(&mut self, start: fn(Name, Option<Expr>) -> Start) -> Result<Start, Reported> {
        let first_row = self.at;
        let Tall { expr, .. } = self.expression()?;
        let span = expr.span;
        match expr.kind {
            ExprKind::Broken(_) => return Ok(Start::At(expr)),
            ExprKind::Name(text) => return Ok(start(Name { text, span }, None)),
            ExprKind::Chain { mut first, rest } => {
                let shifts = |&(op, _): &(BinaryOp, Expr)| matches!(op, BinaryOp::Add | BinaryOp::Subtract);
                if let ExprKind::Name(text) = &mut first.kind
                    && rest.iter().all(shifts)
                {
                    let name = Name { text: std::mem::take(text), span: first.span };
                    // The shift is what is left without the part.
                    first.kind = ExprKind::Number { value: 0.0, suffix: Suffix::Second, is_integer: true };
                    let span = rest.first().map_or(span, |(_, by)| by.span.to(span));
                    return Ok(start(name, Some(Expr { kind: ExprKind::Chain { first, rest }, span })));
                }
            }
            _ => {}
        }
        let message = format!("found `{}`, expected the name of a part", self.shown(first_row));
        let help = "name a part, and perhaps a time to shift by: `after logo`, `after logo - 100ms`, `at 2s`";
        let reported = self.report(Code::UnexpectedToken, span, message, help);
        Ok(Start::At(Expr { kind: ExprKind::Broken(reported), span }))
    }
}
