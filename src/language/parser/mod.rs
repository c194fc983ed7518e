//! Tokens to a syntax tree.
//!
//! Every mistake is reported at its place, and parsing continues after it: in a list at the next separator, between
//! brackets at the closing one, elsewhere at the next line that begins a statement. A definition whose value cannot
//! be parsed is still a definition, so that its name is known.
//!
//! A word such as `next` or `draw` begins a statement only where a statement may begin and no `=` follows: `next = 3`
//! defines a name `next`. The one exception is `background = value`. Reserved are only `if then else and or not true
//! false`. An expression continues on the next line if that begins with an operator or `.name`; the `(` of a call is on
//! the line of the name.

mod brackets;
mod data;
mod domains;
mod events;
mod expressions;
mod items;
mod keys;
mod lists;
mod misspellings;
mod near;
mod quoted;
mod recovery;
mod rows;
#[cfg(test)]
mod tests;
mod timelines;

pub(super) use keys::KEYS;

use super::lexer::{Token, TokenKind, lex};
use super::problems::{FileProblems, Problems, Reported};
use super::source::{Problem, Sources, Span};
use super::syntax::{Expr, ExprKind, Name, Tree};
use crate::diagnostic::Code;

/// Brackets, prefix operators and `if`s inside one another.
const NESTING_MAX: usize = 100;

/// The most nodes between the root of an expression and its deepest leaf. Together with the definition and the
/// domain around it a tree is at most 256 deep, so that recursive walks need little stack.
const HEIGHT_MAX: usize = 254;

/// Reads a file.
pub(crate) fn parse(sources: &Sources, file: u16, problems: &mut Problems) -> Tree {
    let (mut parser, comment) = Parser::new(&sources.file(file).text, file);
    let items = parser.file();
    problems.extend(parser.problems.into_sorted());
    Tree { comment, items }
}

/// Parses a file that holds one value and nothing else; a vector needs no parentheses there.
pub(crate) fn parse_value(sources: &Sources, file: u16, problems: &mut Problems) -> Expr {
    let (mut parser, _) = Parser::new(&sources.file(file).text, file);
    let start = parser.span();
    let value = parser.lone_value();
    let value = value.unwrap_or_else(|reported| Expr { kind: ExprKind::Broken(reported), span: start });
    problems.extend(parser.problems.into_sorted());
    value
}

/// An expression and its height.
#[derive(Debug)]
struct Tall {
    expr: Expr,
    height: usize,
}

struct Parser<'a> {
    text: &'a str,
    file: u16,
    tokens: Vec<Token>,
    /// For every bracket the row of its partner.
    partners: Vec<u32>,
    cut_off: Option<Reported>,
    /// Row of the current token.
    at: usize,
    nesting: usize,
    /// This statement is too deep.
    too_deep: Option<Reported>,
    /// Row of the token at which the last missing bracket was reported.
    unclosed: Option<(usize, Reported)>,
    /// Whether `at` says when something begins, and is no operator.
    at_begins: bool,
    /// A `{` each that is missing: as many `}` then close nothing.
    missing_openers: Vec<Reported>,
    /// Whether the text is that of a value between braces of another one.
    is_in_quotes: bool,
    problems: FileProblems,
}

impl<'a> Parser<'a> {
    /// A parser of a text, and the comment that opens it.
    fn new(text: &'a str, file: u16) -> (Self, String) {
        let mut problems = FileProblems::default();
        let tokens = lex(text, file, &mut problems);
        let parser = Self {
            text,
            file,
            partners: brackets::partners(&tokens.list),
            tokens: tokens.list,
            cut_off: tokens.cut_off,
            at: 0,
            nesting: 0,
            too_deep: None,
            unclosed: None,
            at_begins: false,
            missing_openers: Vec::new(),
            is_in_quotes: false,
            problems,
        };
        (parser, tokens.comment)
    }

    /// All of the text as one value.
    fn lone_value(&mut self) -> Result<Expr, Reported> {
        let mut parts = vec![self.expression()?];
        while self.take(TokenKind::Comma) {
            parts.push(self.expression()?);
        }
        if self.kind() != TokenKind::End {
            return Err(
                self.unexpected("the end of the value", "give one value: `0.2`, `250ms`, `#f80`, `0.2, 0.5`")
            );
        }
        let span = self.span_from(0);
        let below = parts.iter().map(|part| part.height).max().unwrap_or(0);
        match parts.len() {
            1 => Ok(parts.remove(0).expr),
            2 | 3 => {
                let parts = parts.into_iter().map(|part| part.expr).collect();
                Ok(self.node(ExprKind::Vector(parts), span, below).expr)
            }
            count => {
                let message = format!("found {count} parts, expected one value, or 2 or 3 of a vector");
                let help = "for a colour write `#rrggbb`, `hsv(...)` or `oklch(...)`";
                Err(self.report(Code::UnexpectedToken, span, message, help))
            }
        }
    }

    fn token(&self) -> Token {
        self.tokens[self.at]
    }

    fn kind(&self) -> TokenKind {
        self.token().kind
    }

    /// The kind of a token; of those after the end that of the end.
    fn kind_at(&self, row: usize) -> TokenKind {
        self.tokens.get(row).map_or(TokenKind::End, |token| token.kind)
    }

    fn text_at(&self, row: usize) -> &'a str {
        self.tokens.get(row).map_or("", |token| &self.text[token.start as usize..token.end as usize])
    }

    fn span_of(&self, row: usize) -> Span {
        let Token { start, end, .. } = self.tokens[row];
        Span { file: self.file, start, end }
    }

    fn span(&self) -> Span {
        self.span_of(self.at)
    }

    /// Of the last token that was taken.
    fn span_before(&self) -> Span {
        match self.at {
            0 => Span { file: self.file, start: 0, end: 0 },
            at => self.span_of(at - 1),
        }
    }

    /// From a token to the last one that was taken.
    fn span_from(&self, row: usize) -> Span {
        self.span_of(row).to(self.span_before())
    }

    /// What the user wrote there, for a help line, if it is short enough to be repeated.
    fn written(&self, span: Span) -> Option<&'a str> {
        let text = &self.text[span.start as usize..span.end as usize];
        (text.len() <= 40 && !text.is_empty() && !text.contains('\n')).then_some(text)
    }

    /// What the user wrote from a token to the end of the value or line, for a help line; `...` if that is much.
    fn written_from(&self, row: usize) -> String {
        let mut end = row;
        let mut span = self.span_of(row.min(self.tokens.len() - 1));
        // The text that is shown is short, so there are few tokens to pass.
        while end < self.tokens.len() && span.end - span.start <= 40 {
            let Token { kind, first_on_line, .. } = self.tokens[end];
            let ends = matches!(kind, TokenKind::End | TokenKind::Semicolon | TokenKind::Comma);
            if kind.reported().is_some() || (end == row && first_on_line) {
                break;
            }
            if ends || kind.is_closer() || first_on_line {
                return if end > row { self.written(span) } else { None }.unwrap_or("...").to_string();
            }
            let last = if kind.is_opener() { self.partner(end) } else { Some(end) };
            let Some(last) = last else { break };
            span = span.to(self.span_of(last));
            end = last + 1;
        }
        "...".to_string()
    }

    fn take(&mut self, kind: TokenKind) -> bool {
        // Written with branches: rustc 1.95 drops `self.at += usize::from(is_here)` when it optimises the callers.
        if self.kind() != kind {
            return false;
        }
        self.at += 1;
        true
    }

    /// Whether the current token is that word and not at the start of a definition.
    fn is_word(&self, word: &str) -> bool {
        self.kind() == TokenKind::Name
            && self.text_at(self.at) == word
            && self.kind_at(self.at + 1) != TokenKind::Assign
    }

    fn take_word(&mut self, word: &str) -> bool {
        if !self.is_word(word) {
            return false;
        }
        self.at += 1;
        true
    }

    fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Reported {
        self.problems.report(|| Problem::new(code, span, message).help(help))
    }

    /// Takes the current token, which is a name.
    fn this_name(&mut self) -> Name {
        let name = Name { text: self.text_at(self.at).to_string(), span: self.span() };
        self.at += 1;
        name
    }

    /// Takes a name; `expected` says what for, with its article.
    fn name(&mut self, expected: &str, help: &str) -> Result<Name, Reported> {
        if self.kind() == TokenKind::Name && !(self.token().first_on_line && self.begins_statement(self.at)) {
            return Ok(self.this_name());
        }
        let word = self.text_at(self.at);
        Err(match self.kind() {
            TokenKind::If
            | TokenKind::Then
            | TokenKind::Else
            | TokenKind::And
            | TokenKind::Or
            | TokenKind::Not
            | TokenKind::True
            | TokenKind::False => {
                let help = format!("`{word}` is a word of the language: choose another name");
                self.unexpected(expected, help)
            }
            _ => self.unexpected(expected, help),
        })
    }

    /// One level deeper, unless there are too many of them.
    fn enter(&mut self) -> Result<(), Reported> {
        if self.nesting < NESTING_MAX {
            self.nesting += 1;
            return Ok(());
        }
        let span = self.span();
        Err(self.too_deep(span, format!("found more than {NESTING_MAX} levels inside one another")))
    }

    /// Reports that this statement is too deep, once.
    fn too_deep(&mut self, span: Span, message: String) -> Reported {
        let known = self.too_deep;
        let reported = known.unwrap_or_else(|| {
            self.report(Code::TooDeep, span, message, "give an inner part a name: `part = ...`")
        });
        self.too_deep = Some(reported);
        reported
    }

    /// An expression over others, of which the highest has that height.
    fn node(&mut self, kind: ExprKind, span: Span, below: usize) -> Tall {
        if below < HEIGHT_MAX {
            return Tall { expr: Expr { kind, span }, height: below + 1 };
        }
        let message = format!("found more than {HEIGHT_MAX} operations that build on one another");
        let reported = self.too_deep(span, message);
        self.broken(span, reported)
    }

    fn leaf(&self, kind: ExprKind, span: Span) -> Tall {
        Tall { expr: Expr { kind, span }, height: 1 }
    }

    fn broken(&self, span: Span, reported: Reported) -> Tall {
        self.leaf(ExprKind::Broken(reported), span)
    }
}
