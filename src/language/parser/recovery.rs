//! Syntax-error messages and resynchronisation.

use super::super::lexer::TokenKind;
use super::super::source::{Problem, Span};
use super::super::syntax::{FOREIGN_WORDS, statement_words};
use super::brackets::ALONE;
use super::{Parser, Reported};
use crate::diagnostic::Code;

/// The kind of content between two brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Values: a line that begins like a statement is one, if the bracket is not closed.
    Values,
    /// Entries or definitions, whose lines may begin with `name =`.
    Lines,
    /// Statements.
    Statements,
}

impl Parser<'_> {
    /// The row of the bracket that closes the one of a row.
    pub(super) fn partner(&self, row: usize) -> Option<usize> {
        Some(self.partners[row]).filter(|&partner| partner != ALONE).map(|partner| partner as usize)
    }

    /// Whether the current token closes nothing.
    pub(super) fn is_stray(&self) -> bool {
        self.kind().is_closer() && self.partner(self.at).is_none()
    }

    /// Whether what the bracket of that row has opened ends here, with its closing one or without.
    pub(super) fn is_closed(&self, opener: usize, inside: Inside) -> bool {
        if let Some(partner) = self.partner(opener) {
            return self.at >= partner;
        }
        if self.kind() == TokenKind::End || self.kind().is_closer() {
            return true;
        }
        let token = self.token();
        token.first_on_line && self.begins_statement(self.at) && {
            let is_left = token.indent <= self.tokens[opener].indent;
            match inside {
                Inside::Values => true,
                Inside::Lines => is_left || self.kind_at(self.at + 1) != TokenKind::Assign,
                Inside::Statements => is_left,
            }
        }
    }

    /// Takes the closing bracket; reports where there is none.
    pub(super) fn close(&mut self, opener: usize) -> Option<Reported> {
        let kind = self.tokens[opener].kind;
        let wanted = kind.counterpart();
        let is_ours = self.partner(opener) == Some(self.at);
        if is_ours && self.kind() == wanted {
            self.at += 1;
            return None;
        }
        let is_wrong = is_ours || self.is_stray();
        // A text that is not closed takes the brackets after it with it.
        let known = self.known_unclosed().or(self.cut_off_here()).or(self.broken_before());
        let reported = known.unwrap_or_else(|| {
            let (span, found) = match self.token() {
                token if token.first_on_line && !is_wrong && token.kind != TokenKind::End => self.line_end(),
                _ => self.found(),
            };
            let opening = self.span_of(opener);
            let (kind, wanted) = (kind.bracket(), wanted.bracket());
            self.problems.report(|| {
                Problem::new(Code::Unclosed, span, format!("found {found}, expected `{wanted}`"))
                    .related(format!("`{kind}` is opened here"), opening)
                    .help(match is_wrong {
                        true => format!("write `{wanted}` instead"),
                        false => format!("add `{wanted}`"),
                    })
            })
        });
        self.unclosed = Some((self.at, reported));
        if is_wrong {
            self.at += 1;
        }
        Some(reported)
    }

    /// Another bracket that is missing at this very place: they are one problem.
    fn known_unclosed(&self) -> Option<Reported> {
        self.unclosed.filter(|&(at, _)| at == self.at).map(|(_, reported)| reported)
    }

    /// A comment that has taken the rest of the file, where it ends.
    fn cut_off_here(&self) -> Option<Reported> {
        self.cut_off.filter(|_| self.kind() == TokenKind::End)
    }

    /// That the token before could not be read.
    fn broken_before(&self) -> Option<Reported> {
        self.kind_at(self.at.checked_sub(1)?).reported()
    }

    /// Skips one token, or everything between two brackets.
    pub(super) fn pass(&mut self) {
        self.at = match self.kind() {
            TokenKind::End => self.at,
            kind if kind.is_opener() => self.partner(self.at).unwrap_or(self.at) + 1,
            _ => self.at + 1,
        };
    }

    /// To where the next statement may begin.
    pub(super) fn skip_statement(&mut self) {
        loop {
            let ends = matches!(self.kind(), TokenKind::End | TokenKind::Semicolon)
                || (self.kind().is_closer() && !self.is_stray())
                || (self.token().first_on_line && self.begins_statement(self.at));
            if ends {
                return;
            }
            self.pass();
        }
    }

    /// To the next separator or the end of the list that the bracket of that row has opened.
    pub(super) fn skip_item(&mut self, opener: usize, inside: Inside) {
        let start = self.at;
        while !self.is_closed(opener, inside)
            && self.kind() != TokenKind::Comma
            && !(inside == Inside::Lines && self.token().first_on_line && self.at > start)
        {
            self.pass();
        }
    }

    /// Behind the bracket that closes that of a row, after a mistake between them.
    pub(super) fn leave(&mut self, opener: usize, reported: Reported) -> Result<(), Reported> {
        match self.partner(opener) {
            Some(partner) => {
                self.at = partner;
                self.close(opener);
                Ok(())
            }
            None => Err(reported),
        }
    }

    /// Whether a statement begins at that row, judged by two tokens.
    pub(super) fn begins_statement(&self, row: usize) -> bool {
        if self.kind_at(row) != TokenKind::Name {
            return false;
        }
        let next = self.tokens[(row + 1).min(self.tokens.len() - 1)];
        match next.kind {
            TokenKind::Assign => true,
            TokenKind::Name if !next.first_on_line => {
                let word = self.text_at(row);
                statement_words().any(|known| known == word)
                    || FOREIGN_WORDS.contains(&word)
                    || self.kind_at(row + 2) == TokenKind::Assign
            }
            TokenKind::Text => self.text_at(row) == "use",
            TokenKind::OpenBrace => self.text_at(row) == "clip",
            _ => false,
        }
    }

    /// The current token in words, and its place.
    pub(super) fn found(&self) -> (Span, String) {
        let token = self.token();
        match token.kind {
            TokenKind::End if self.is_in_quotes => (self.span(), "the closing `}`".into()),
            TokenKind::End => (self.span(), "the end of the file".into()),
            _ if token.first_on_line && self.begins_statement(self.at) => self.line_end(),
            _ => self.found_token(),
        }
    }

    fn line_end(&self) -> (Span, String) {
        (self.span_before().behind(), "the end of the line".into())
    }

    /// The current token in words.
    fn found_token(&self) -> (Span, String) {
        let text = self.shown(self.at);
        let what = match self.kind() {
            TokenKind::Name => "the name ",
            TokenKind::Number => "the number ",
            TokenKind::Color => "the colour ",
            TokenKind::Text => "the text ",
            _ if text.starts_with(|first: char| first.is_ascii_alphabetic()) => "the word ",
            _ => "",
        };
        (self.span(), format!("{what}`{text}`"))
    }

    /// That this token or the one before it could not be read, so that what follows from that is no news.
    fn near_broken(&self) -> Option<Reported> {
        let token = self.token();
        let is_near = !token.first_on_line || token.kind == TokenKind::End || self.begins_statement(self.at);
        let before = self.broken_before().filter(|_| is_near);
        before.or(token.kind.reported()).or(self.cut_off_here())
    }

    /// Reports that something else was expected here.
    pub(super) fn unexpected(&mut self, expected: &str, help: impl Into<String>) -> Reported {
        // Where a bracket is missing nothing else needs to be said.
        if let Some(reported) = self.near_broken().or(self.known_unclosed()) {
            return reported;
        }
        if self.is_stray() {
            return self.stray();
        }
        self.unexpected_as(self.found(), expected, help)
    }

    fn unexpected_as(
        &mut self,
        (span, found): (Span, String),
        expected: &str,
        help: impl Into<String>,
    ) -> Reported {
        self.problems.report(|| {
            Problem::new(Code::UnexpectedToken, span, format!("found {found}, expected {expected}"))
                .help(help)
        })
    }

    /// Reports that a line does not begin with a statement.
    pub(super) fn no_statement_because(&mut self, help: impl Into<String>) -> Reported {
        match self.kind() {
            TokenKind::Name => self.unexpected_as(self.found_token(), "a statement", help),
            _ => self.unexpected("a statement", help),
        }
    }

    /// Reports a closing bracket that closes nothing.
    pub(super) fn stray(&mut self) -> Reported {
        if self.kind() == TokenKind::CloseBrace
            && let Some(reported) = self.missing_openers.pop()
        {
            return reported;
        }
        let (span, found) = self.found();
        let opener = self.kind().counterpart().bracket();
        self.problems.report(|| {
            Problem::new(Code::Unclosed, span, format!("found {found}, but no `{opener}` is open"))
                .help("remove it, or add what it closes")
        })
    }
}
