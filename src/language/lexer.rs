//! Text to tokens.
//!
//! Every character ends up in a token, a comment or white space. What cannot be read is reported here and becomes a
//! [`TokenKind::Broken`] token, which the parser takes for anything without a word.

mod characters;
mod literals;
mod token;

use std::collections::HashSet;

use self::characters::{Stranger, stranger};
#[cfg(test)]
pub(super) use self::literals::SUFFIXES;
pub(super) use self::literals::{color, number, text};
pub(super) use self::token::{Token, TokenKind};
use super::problems::{FileProblems, Reported};
use super::source::{Problem, Span};
use crate::diagnostic::Code;

/// Words that are no names.
pub(super) const WORDS: &[(&str, TokenKind)] = &[
    ("if", TokenKind::If),
    ("then", TokenKind::Then),
    ("else", TokenKind::Else),
    ("and", TokenKind::And),
    ("or", TokenKind::Or),
    ("not", TokenKind::Not),
    ("true", TokenKind::True),
    ("false", TokenKind::False),
];

/// The tokens of a file.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The last one is [`TokenKind::End`].
    pub(super) list: Vec<Token>,
    /// The comment that opens the file.
    pub(super) comment: String,
    /// A comment that is not closed has taken the rest of the file.
    pub(super) cut_off: Option<Reported>,
}

/// Cuts the text of a file into tokens.
pub(super) fn lex(text: &str, file: u16, problems: &mut FileProblems) -> Tokens {
    let mut lexer = Lexer {
        text,
        file,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        line_start: 0,
        first_on_line: true,
        indent: 0,
        tokens: Vec::new(),
        comment: Opening::default(),
        cut_off: None,
        foreign: HashSet::new(),
        problems,
    };
    while lexer.at < text.len() {
        lexer.step();
    }
    lexer.first_on_line = true;
    lexer.push(TokenKind::End, text.len());
    Tokens { list: lexer.tokens, comment: lexer.comment.words, cut_off: lexer.cut_off }
}

/// The comment that opens the file, while it is gathered.
#[derive(Default)]
struct Opening {
    words: String,
    /// Line ends since its last line.
    line_ends: usize,
    is_over: bool,
}

impl Opening {
    fn add(&mut self, comment: &str) {
        // A line of nothing but slashes ends it too.
        self.is_over |= comment.trim().is_empty() && !self.words.is_empty();
        for line in comment.lines() {
            let line = line.trim().trim_start_matches(['/', '*']).trim();
            self.is_over |= line.is_empty() && !self.words.is_empty();
            if self.is_over {
                return;
            }
            if !self.words.is_empty() {
                self.words.push(' ');
            }
            self.words.push_str(line);
        }
        self.line_ends = 0;
    }

    fn end_line(&mut self) {
        self.line_ends += 1;
        self.is_over |= self.line_ends > 1 && !self.words.is_empty();
    }
}

struct Lexer<'a> {
    text: &'a str,
    file: u16,
    at: usize,
    line_start: usize,
    first_on_line: bool,
    indent: u16,
    tokens: Vec<Token>,
    comment: Opening,
    cut_off: Option<Reported>,
    /// Names with letters that are not ASCII: each is reported once.
    foreign: HashSet<&'a str>,
    problems: &'a mut FileProblems,
}

impl<'a> Lexer<'a> {
    /// The byte `ahead` bytes after the current one; 0 after the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: start as u32, end: end as u32 }
    }

    fn report(
        &mut self,
        start: usize,
        end: usize,
        code: Code,
        message: String,
        help: impl Into<String>,
    ) -> Reported {
        let span = self.span(start, end);
        self.problems.report(|| Problem::new(code, span, message).help(help))
    }

    /// Adds a token from the current byte to `end` and moves there.
    fn push(&mut self, kind: TokenKind, end: usize) {
        if self.first_on_line {
            self.indent = (self.at - self.line_start).min(usize::from(u16::MAX)) as u16;
        }
        let Self { first_on_line, indent, at, .. } = *self;
        self.tokens.push(Token { kind, first_on_line, indent, start: at as u32, end: end as u32 });
        self.first_on_line = false;
        self.comment.is_over = true;
        self.at = end;
    }

    fn end_line(&mut self) {
        self.at += 1;
        self.line_start = self.at;
        self.first_on_line = true;
        self.comment.end_line();
    }

    fn step(&mut self) {
        match (self.byte(0), self.byte(1)) {
            (b'\n', _) => self.end_line(),
            (b' ' | b'\t' | b'\r', _) => self.at += 1,
            (b'/', b'/') => self.line_comment(),
            (b'/', b'*') => self.block_comment(),
            (b'a'..=b'z' | b'A'..=b'Z' | b'_', _) => self.name(),
            (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => self.number(),
            (b'"', _) => self.text(),
            (b'#', _) => self.color(),
            (first, second) => match token::symbol(first, second) {
                Some((kind, length)) => self.push(kind, self.at + length),
                None => self.stranger(),
            },
        }
    }

    fn line_end(&self) -> usize {
        self.rest().find('\n').map_or(self.text.len(), |length| self.at + length)
    }

    fn line_comment(&mut self) {
        let end = self.line_end();
        if !self.comment.is_over {
            self.comment.add(&self.text[self.at..end]);
        }
        self.at = end;
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let (mut depth, mut deepest) = (0_usize, 0);
        loop {
            match (self.byte(0), self.byte(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                }
                _ if self.at >= self.text.len() => break,
                (b'\n', _) => self.end_line(),
                _ => self.at += 1,
            }
            deepest = deepest.max(depth);
            if depth == 0 {
                break;
            }
        }
        if depth > 0 {
            let (end, opening) = (self.span(self.text.len(), self.text.len()), self.span(start, start + 2));
            let help = match deepest {
                1 => "add `*/` where the comment ends",
                _ => "add `*/`: comments nest, so each `/*` needs a `*/` of its own",
            };
            self.cut_off = Some(self.problems.report(|| {
                Problem::new(Code::Unclosed, end, "found the end of the file, expected `*/`")
                    .related("the comment begins here", opening)
                    .help(help)
            }));
        }
        if !self.comment.is_over {
            let comment = &self.text[start..self.at];
            self.comment.add(comment.strip_suffix("*/").unwrap_or(comment));
        }
    }

    fn name(&mut self) {
        let rest = self.rest();
        let is_part = |letter: char| {
            letter.is_ascii_alphanumeric() || letter == '_' || (!letter.is_ascii() && is_foreign(letter))
        };
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let (start, name) = (self.at, &rest[..length]);
        let word = WORDS.iter().find(|(word, _)| *word == name);
        let kind = word.map_or(TokenKind::Name, |&(_, kind)| kind);
        if !name.is_ascii() && self.foreign.insert(name) {
            let letter = name.chars().find(|letter| !letter.is_ascii()).unwrap_or_default();
            let help = match name {
                "π" => "write `pi`",
                "τ" => "write `tau`",
                _ => "names have the letters a to z and A to Z, digits and `_`",
            };
            let message = format!("found the letter `{letter}` in a name");
            self.report(start, start + length, Code::BadToken, message, help);
        }
        self.push(kind, start + length);
    }

    fn number(&mut self) {
        let length = literals::number_length(self.rest());
        let (start, end) = (self.at, self.at + length);
        match number(&self.text[start..end]) {
            Ok(_) => self.push(TokenKind::Number, end),
            Err(mistake) => {
                let reported = self.report(start, end, Code::BadToken, mistake.message, mistake.help);
                self.push(TokenKind::Broken(reported), end);
            }
        }
    }

    fn color(&mut self) {
        let digits = &self.rest()[1..];
        let length = 1 + digits.find(|digit: char| !digit.is_ascii_alphanumeric()).unwrap_or(digits.len());
        let (start, end) = (self.at, self.at + length);
        let read = color(&self.text[start..end]);
        // `# words` and, at the start of a line, `#some words` are what other languages have for comments.
        let mut behind = self.text[end..].chars();
        let words_follow = behind.next() == Some(' ') && behind.next().is_some_and(char::is_alphabetic);
        if length == 1 || (self.first_on_line && words_follow && read.is_err()) {
            let message = "found `#` where no colour follows".to_string();
            self.report(start, start + 1, Code::BadToken, message, "comments begin with `//`");
            self.at = self.line_end();
            return;
        }
        match read {
            Ok(_) => self.push(TokenKind::Color, end),
            Err(mistake) => {
                let reported = self.report(start, end, Code::BadToken, mistake.message, mistake.help);
                self.push(TokenKind::Broken(reported), end);
            }
        }
    }

    /// From one `"` to the next on the same line.
    fn text(&mut self) {
        let start = self.at;
        let mut letters = self.text[start + 1..].char_indices();
        while let Some((offset, letter)) = letters.next() {
            let at = start + 1 + offset;
            match letter {
                '"' => return self.push(TokenKind::Text, at + 1),
                '\n' => break,
                '\\' => match letters.as_str().chars().next() {
                    Some('"' | '\\' | '{' | '}' | 'n') => drop(letters.next()),
                    _ => {
                        let message = "found a single `\\` in a text".to_string();
                        let help = "write `\\\\` for one `\\`, `\\\"` for a quote, `\\n` for a new line, and `/` between folders";
                        self.report(at, at + 1, Code::BadToken, message, help);
                    }
                },
                '\t' | '\r' => {}
                _ if letter.is_control() => {
                    let message = format!("found the control character {} in a text", code_point(letter));
                    self.report(at, at + letter.len_utf8(), Code::BadToken, message, "remove it");
                }
                _ => {}
            }
        }
        let line = &self.text[start..self.line_end()];
        let end = start + line.trim_end().len();
        let (place, opening) = (self.span(end, end), self.span(start, start + 1));
        let help = match line.contains(['\u{201c}', '\u{201d}']) {
            true => "close it with a straight quote, `\"`",
            false => "add `\"` where the text ends; a text stays on one line",
        };
        let reported = self.problems.report(|| {
            Problem::new(Code::Unclosed, place, "found the end of the line, expected `\"`")
                .related("the text begins here", opening)
                .help(help)
        });
        self.push(TokenKind::Broken(reported), end);
    }

    /// A character that no token begins with. A run of the same is one problem.
    fn stranger(&mut self) {
        let rest = self.rest();
        let Some(letter) = rest.chars().next() else { return };
        if !letter.is_ascii() && is_foreign(letter) {
            return self.name();
        }
        let start = self.at;
        // Only where the whole run is taken: looking ahead for one character each would take for ever.
        let run = || rest.find(|other| other != letter).unwrap_or(rest.len());
        match stranger(letter) {
            Stranger::Quote { closers } => self.quoted(letter, closers),
            Stranger::Symbol { kind, written } => {
                let message = format!("found the character `{letter}`");
                self.report(
                    start,
                    start + letter.len_utf8(),
                    Code::BadToken,
                    message,
                    format!("write `{written}`"),
                );
                self.push(kind, start + letter.len_utf8());
            }
            Stranger::Space => {
                let message = format!("found the special space {}", code_point(letter));
                self.report(start, start + run(), Code::BadToken, message, "write an ordinary space");
                self.at += run();
            }
            Stranger::Unseen => {
                let message = format!("found the control character {}", code_point(letter));
                self.report(start, start + run(), Code::BadToken, message, "remove it");
                self.at += run();
            }
            Stranger::Other { help } => {
                let message = format!("found the character `{letter}`");
                let reported = self.report(start, start + run(), Code::BadToken, message, help);
                self.push(TokenKind::Broken(reported), start + run());
            }
        }
    }

    /// A text in quotes that are not `"`. Where it is closed on its line it is taken as a text, so that nothing
    /// after it is misread.
    fn quoted(&mut self, opener: char, closers: &[char]) {
        let (start, first) = (self.at, self.at + opener.len_utf8());
        let line = &self.text[first..];
        let close = line.char_indices().find(|(_, letter)| closers.contains(letter) || *letter == '\n');
        let close = close.filter(|&(_, letter)| letter != '\n');
        let message = match opener {
            '`' => "found a backtick".to_string(),
            _ => format!("found the quote `{opener}`"),
        };
        match close {
            Some((length, closer)) => {
                let end = first + length + closer.len_utf8();
                let help = match &line[..length] {
                    inner if inner.len() <= 40 && !inner.contains(['"', '\\']) => {
                        format!("write `\"{inner}\"`")
                    }
                    _ => "texts stand between straight double quotes, `\"`".to_string(),
                };
                self.report(start, end, Code::BadToken, message, help);
                self.push(TokenKind::Text, end);
            }
            None => {
                let help = "texts stand between straight double quotes, `\"`";
                let reported = self.report(start, first, Code::BadToken, message, help);
                self.push(TokenKind::Broken(reported), first);
            }
        }
    }
}

/// A letter or digit of a name of another alphabet, or an accent that follows its letter.
fn is_foreign(letter: char) -> bool {
    letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter)
}

/// `U+0000`
fn code_point(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}
