//! Events: `event`, `on`, and `when` behind an event.

use super::super::lexer::TokenKind;
use super::super::source::Span;
use super::super::syntax::{Expr, ExprKind, Item, ItemKind, Name};
use super::items::Statements;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;
use crate::program::Gather;

impl Parser<'_> {
    /// What is behind `event`: `click`, `note: float`, `beat = every(500ms)`.
    pub(super) fn event(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("the name of an event", "write `event click` or `event beat = every(500ms)`")?;
        let mut ty = self.optional_type()?;
        let row_of = match &ty {
            Some(word) if word.text == "row" && self.kind() == TokenKind::OpenParenthesis => {
                ty = None;
                Some(self.carried_row()?)
            }
            _ => None,
        };
        let gather = self.gather();
        let has_value = self.kind() == TokenKind::Assign && !self.token().first_on_line;
        if has_value && let Some(ty) = &ty {
            let help = "leave the type out: it carries what its value carries";
            let message = format!("found the type `{}` of an event that has a value", ty.text);
            self.report(Code::UnexpectedToken, ty.span, message, help);
        }
        if has_value && let Some((gather, span)) = gather {
            let message = format!("found `{}` of an event that has a value", gather.name());
            self.report(
                Code::UnexpectedToken,
                span,
                message,
                "leave it out: only events that the host sends are gathered",
            );
        }
        let gather = gather.map_or(Gather::Each, |(gather, _)| gather);
        let value = has_value.then(|| self.assigned("event", &name));
        Ok(ItemKind::Event { ty: ty.filter(|_| value.is_none()), row_of, name, gather, value })
    }

    /// `(scores)` behind `row`.
    fn carried_row(&mut self) -> Result<Name, Reported> {
        let help = "write `event toggle: row(scores)`, with the name of a list";
        self.at += 1;
        let list = self.name("the name of a list", help)?;
        if !self.take(TokenKind::CloseParenthesis) {
            return Err(self.unexpected("`)`", help));
        }
        Ok(list)
    }

    /// `latest` or `sum` behind the type of an event.
    fn gather(&mut self) -> Option<(Gather, Span)> {
        if self.kind() != TokenKind::Name || self.token().first_on_line {
            return None;
        }
        let word = self.text_at(self.at);
        let gather =
            [Gather::Each, Gather::Latest, Gather::Sum].into_iter().find(|gather| gather.name() == word)?;
        self.at += 1;
        Some((gather, self.span_before()))
    }

    /// What is behind `on`: `click { hits = hits + 1 }`.
    pub(super) fn on(&mut self, outer: &mut Statements) -> Result<ItemKind, Reported> {
        let help = "write `on click { hits = hits + 1 }`";
        let event = match self.kind() {
            TokenKind::OpenBrace => {
                let reported = self.unexpected("an event", help);
                Expr { kind: ExprKind::Broken(reported), span: self.span_before().behind() }
            }
            _ => self.expression()?.expr,
        };
        if self.kind() != TokenKind::OpenBrace {
            let reported = self.unexpected("`{`", help);
            self.missing_openers.push(reported);
            self.skip_statement();
            return Ok(ItemKind::On { event, sets: Vec::new(), edits: Vec::new() });
        }
        self.enter()?;
        let opener = self.at;
        self.at += 1;
        let mut inner = Statements { opener: Some(opener), is_reaction: true, ..Statements::default() };
        self.statements(&mut inner);
        self.close(opener);
        match outer.opener {
            Some(_) => outer.misplaced.append(&mut inner.misplaced),
            None => outer.items.append(&mut inner.misplaced),
        }
        let (mut sets, mut edits) = (Vec::new(), Vec::new());
        for item in inner.items {
            match item.kind {
                ItemKind::Edit(edit) => edits.push(edit),
                _ => sets.extend(self.set(item)),
            }
        }
        Ok(ItemKind::On { event, sets, edits })
    }

    /// A statement between the braces of an `on`; reports any that sets nothing.
    fn set(&mut self, item: Item) -> Option<(Name, Expr)> {
        let help = "between the braces stand new values of states, `hits = hits + 1`, and edits of lists, `append scores { value: 3 }`";
        match item.kind {
            ItemKind::Definition { name, value, continuity } => {
                if let Some(continuity) = continuity {
                    let message = "found `~` in a reaction";
                    self.report(
                        Code::Misplaced,
                        continuity.span,
                        message,
                        "put it behind a definition of a domain",
                    );
                }
                Some((name, value))
            }
            ItemKind::Next { name, value } => {
                let message = "found `next` in a reaction";
                let help = format!("leave `next` out: `{} = ...`", name.text);
                self.report(Code::Misplaced, item.span, message, help);
                Some((name, value))
            }
            ItemKind::Use { .. }
            | ItemKind::Edit(_)
            | ItemKind::List { .. }
            | ItemKind::Data { .. }
            | ItemKind::Artwork { .. }
            | ItemKind::Image { .. }
            | ItemKind::Font { .. }
            | ItemKind::Parameter { .. }
            | ItemKind::Input { .. }
            | ItemKind::TextField { .. }
            | ItemKind::Function { .. }
            | ItemKind::AtBirth { .. }
            | ItemKind::State { .. }
            | ItemKind::Event { .. }
            | ItemKind::On { .. }
            | ItemKind::Combine { .. }
            | ItemKind::Timeline { .. }
            | ItemKind::Domain { .. }
            | ItemKind::Draw { .. }
            | ItemKind::Camera { .. }
            | ItemKind::Background { .. }
            | ItemKind::Clip { .. } => {
                self.report(
                    Code::Misplaced,
                    item.span,
                    "found a statement that sets nothing in a reaction",
                    help,
                );
                None
            }
        }
    }

    /// Whether a `when` is here that belongs to what is before it.
    pub(super) fn is_when(&self) -> bool {
        self.is_word("when") && !self.token().first_on_line
    }

    /// `when condition` behind an event.
    pub(super) fn when(&mut self, event: Tall) -> Result<Tall, Reported> {
        self.enter()?;
        self.at += 1;
        let condition = self.condition()?;
        self.nesting -= 1;
        let span = event.expr.span.to(condition.expr.span);
        let below = event.height.max(condition.height);
        let kind = ExprKind::When { event: Box::new(event.expr), condition: Box::new(condition.expr) };
        Ok(self.node(kind, span, below))
    }
}
