//! `sum(other.speed for other near (position, 0.1))`: folds over the elements nearby.

use super::super::lexer::TokenKind;
use super::super::syntax::{ExprKind, Fold, Name};
use super::recovery::Inside;
use super::{Parser, Reported, Tall};

/// The words of a fold.
pub(in crate::language) const FOR: &str = "for";
pub(in crate::language) const NEAR: &str = "near";
const FORM: &str = "write `sum(other.speed for other near (position, 0.1))`";

impl Parser<'_> {
    /// Whether what is between the parenthesis at a row and its partner is a fold: a `for` stands there, or it begins with
    /// `other near`.
    pub(super) fn is_fold(&self, opener: usize) -> bool {
        let Some(closer) = self.partner(opener) else { return false };
        let is_word =
            |row: usize, word: &str| self.kind_at(row) == TokenKind::Name && self.text_at(row) == word;
        if self.kind_at(opener + 1) == TokenKind::Name && is_word(opener + 2, NEAR) {
            return true;
        }
        let mut at = opener + 1;
        while at < closer {
            // Behind a value and before a name: elsewhere it is a name itself.
            if is_word(at, FOR) && at > opener + 1 && self.kind_at(at + 1) == TokenKind::Name {
                return true;
            }
            let inner = if self.kind_at(at).is_opener() { self.partner(at) } else { None };
            at = inner.unwrap_or(at) + 1;
        }
        false
    }

    /// A fold, whose name is at a row and whose parenthesis is behind it.
    pub(super) fn fold(&mut self, start: usize) -> Result<Tall, Reported> {
        self.enter()?;
        let nesting = self.nesting;
        let how = self.this_name();
        let opener = self.at;
        self.at += 1;
        let folded = self.fold_inside(how);
        self.nesting = nesting;
        if folded.is_ok() && !self.is_closed(opener, Inside::Values) {
            self.unexpected("`)`", "a fold ends behind the parentheses of `near`");
        }
        // What is left of it was reported.
        self.at = self.partner(opener).unwrap_or(self.at);
        self.close(opener);
        self.nesting -= 1;
        let span = self.span_from(start);
        Ok(match folded {
            Ok((fold, below)) => self.node(ExprKind::Fold(Box::new(fold)), span, below),
            Err(reported) => self.broken(span, reported),
        })
    }

    /// What is between the parentheses, and the height of the highest in it.
    fn fold_inside(&mut self, how: Name) -> Result<(Fold, usize), Reported> {
        let mut below = 0;
        let is_bare = self.kind() == TokenKind::Name
            && self.kind_at(self.at + 1) == TokenKind::Name
            && self.text_at(self.at + 1) == NEAR;
        let body = match is_bare {
            true => None,
            false => {
                let value = self.expression()?;
                below = value.height;
                if !self.take_fold_word(FOR) {
                    return Err(self.unexpected("`for`", FORM));
                }
                Some(value.expr)
            }
        };
        if self.kind() != TokenKind::Name {
            return Err(self.unexpected("a name for the other element", FORM));
        }
        let other = self.this_name();
        let near = self.span();
        if !self.take_fold_word(NEAR) {
            return Err(self.unexpected("`near`", FORM));
        }
        if self.kind() != TokenKind::OpenParenthesis {
            return Err(self.unexpected("`(`", "say where and how near: `near (position, 0.1)`"));
        }
        let (arguments, height) = self.arguments()?;
        Ok((Fold { how, body, other, near, arguments }, below.max(height)))
    }

    /// Takes a word of a fold, which may stand at the beginning of a line.
    fn take_fold_word(&mut self, word: &str) -> bool {
        let is_here = self.kind() == TokenKind::Name && self.text_at(self.at) == word;
        self.at += usize::from(is_here);
        is_here
    }
}
