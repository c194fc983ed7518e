//! Which bracket closes which, and where to go on after a mistake.

use super::super::lexer::{Token, TokenKind};
use super::super::source::{Problem, Span};
use super::{Parser, Reported};
use crate::diagnostic::Code;

/// Instead of a token's row: the bracket has no partner.
const ALONE: u32 = u32::MAX;

/// For every token the row of the bracket that it belongs to.
///
/// It is known before anything is parsed, so that a mistake between two brackets is left at the closing one, and one
/// that is missing is looked for only where one *is* missing.
pub(super) fn partners(tokens: &[Token]) -> Vec<u32> {
    let (partners, is_complete) = pair(tokens, false);
    // Where a brace is missing, the indentation tells which one. Elsewhere it is nobody's business.
    if is_complete { partners } else { pair(tokens, true).0 }
}

/// A bracket that is open.
struct Open {
    row: usize,
    line: usize,
    /// The first closing bracket of another kind on the same line: taken if the right one does not come.
    substitute: Option<usize>,
}

/// Pairs up brackets; false if a brace stayed open.
fn pair(tokens: &[Token], by_indentation: bool) -> (Vec<u32>, bool) {
    let mut partners = vec![ALONE; tokens.len()];
    let mut open: Vec<Open> = Vec::new();
    let mut open_of_kind = [0_usize; 3];
    let mut line = 0;
    let mut is_complete = true;
    let mut join = |opener: usize, closer: Option<usize>| match closer {
        Some(closer) => {
            partners[opener] = closer as u32;
            partners[closer] = opener as u32;
        }
        None => is_complete &= tokens[opener].kind != TokenKind::OpenBrace,
    };
    for (row, token) in tokens.iter().enumerate() {
        line += usize::from(token.first_on_line);
        if token.kind.is_opener() {
            open.push(Open { row, line, substitute: None });
            open_of_kind[of_kind(token.kind)] += 1;
        }
        if !token.kind.is_closer() {
            continue;
        }
        let opener = token.kind.counterpart();
        while let Some(top) = open.last_mut() {
            let is_right = tokens[top.row].kind == opener;
            if !is_right && open_of_kind[of_kind(opener)] == 0 {
                if top.line == line {
                    top.substitute.get_or_insert(row);
                }
                break;
            }
            let is_outer = by_indentation && is_right && closes_outer(tokens, &open, token);
            let Some(top) = open.pop() else { break };
            open_of_kind[of_kind(tokens[top.row].kind)] -= 1;
            if is_right && !is_outer {
                join(top.row, Some(row));
                break;
            }
            join(top.row, top.substitute);
        }
    }
    for open in open {
        join(open.row, open.substitute);
    }
    (partners, is_complete)
}

/// Whether a closing brace at the start of a line stands below the line of an outer bracket, not of the last one.
fn closes_outer(tokens: &[Token], open: &[Open], closer: &Token) -> bool {
    let [.., parent, top] = open else { return false };
    let (parent, top) = (tokens[parent.row], tokens[top.row]);
    closer.kind == TokenKind::CloseBrace
        && closer.first_on_line
        && top.indent > closer.indent
        && parent.indent >= closer.indent
}

fn of_kind(kind: TokenKind) -> usize {
    match kind {
        TokenKind::OpenParenthesis | TokenKind::CloseParenthesis => 0,
        TokenKind::OpenBracket | TokenKind::CloseBracket => 1,
        _ => 2,
    }
}

/// What stands between two brackets.
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

    /// Takes the closing bracket, or reports that there is none.
    pub(super) fn close(&mut self, opener: usize) {
        let kind = self.tokens[opener].kind;
        let wanted = kind.counterpart();
        let is_ours = self.partner(opener) == Some(self.at);
        if is_ours && self.kind() == wanted {
            self.at += 1;
            return;
        }
        let is_wrong = is_ours || self.is_stray();
        // One place where several are missing is one problem, and so is a comment that has taken the rest.
        let is_known =
            self.unclosed_at == Some(self.at) || (self.kind() == TokenKind::End && self.is_cut_off);
        self.unclosed_at = Some(self.at);
        // A text that is not closed takes the brackets behind it with it.
        let is_swallowed = self.at > 0 && self.kind_at(self.at - 1) == TokenKind::Broken;
        if !is_known && !is_swallowed {
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
            });
        }
        if is_wrong {
            self.at += 1;
        }
    }

    /// Passes one token, or all that stands between two brackets.
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

    /// Whether a statement begins at that row, as far as two tokens tell.
    pub(super) fn begins_statement(&self, row: usize) -> bool {
        if self.kind_at(row) != TokenKind::Name {
            return false;
        }
        let next = self.tokens[(row + 1).min(self.tokens.len() - 1)];
        match next.kind {
            TokenKind::Assign => true,
            TokenKind::Name if !next.first_on_line => {
                let word = self.text_at(row);
                super::items::STATEMENT_WORDS.contains(&word)
                    || super::items::FOREIGN_WORDS.contains(&word)
                    || self.kind_at(row + 2) == TokenKind::Assign
            }
            TokenKind::Text => self.text_at(row) == "use",
            TokenKind::OpenBrace => self.text_at(row) == "clip",
            _ => false,
        }
    }

    /// What stands at the current token and where, in words.
    pub(super) fn found(&self) -> (Span, String) {
        let token = self.token();
        match token.kind {
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

    /// Whether this token or the one before it could not be read, so that what follows from that is no news.
    pub(super) fn is_behind_broken(&self) -> bool {
        let token = self.token();
        let is_near = !token.first_on_line || token.kind == TokenKind::End || self.begins_statement(self.at);
        let is_before = self.at > 0 && is_near && self.kind_at(self.at - 1) == TokenKind::Broken;
        is_before || token.kind == TokenKind::Broken || (token.kind == TokenKind::End && self.is_cut_off)
    }

    /// Reports that something else was expected here.
    pub(super) fn unexpected(&mut self, expected: &str, help: impl Into<String>) -> Reported {
        // Where a bracket is missing nothing else needs to be said.
        if self.is_behind_broken() || self.unclosed_at == Some(self.at) {
            return Reported;
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
        });
        Reported
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
        if self.kind() == TokenKind::CloseBrace && self.missing_openers > 0 {
            self.missing_openers -= 1;
            return Reported;
        }
        let (span, found) = self.found();
        let opener = self.kind().counterpart().bracket();
        self.problems.report(|| {
            Problem::new(Code::Unclosed, span, format!("found {found}, but no `{opener}` is open"))
                .help("remove it, or add what it closes")
        });
        Reported
    }
}
