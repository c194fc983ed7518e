//! Texts in quotes as values: `"{left} of {count(todos)} left"`.

use super::super::lexer::{TokenKind, text};
use super::super::source::Span;
use super::super::syntax::{BinaryOp, Expr, ExprKind};
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

/// A part of what stands between quotes: letters, or a value between braces; where it is in the token.
enum Part {
    Letters(usize, usize),
    Value(usize, usize),
}

impl Parser<'_> {
    /// The text at hand as a value; with values in it, the sum of its parts.
    pub(super) fn quoted_value(&mut self) -> Tall {
        let (span, written) = (self.span(), self.text_at(self.at));
        let end = span.end;
        self.at += 1;
        let parts = match parts(written) {
            Ok(parts) => parts,
            Err(at) => {
                let span = Span { start: span.start + at as u32, end: span.start + at as u32 + 1, ..span };
                let brace = &written[at..=at];
                let message = format!("found a `{brace}` in a text, without its other half");
                let mut help = format!(
                    "values stand between two: `\"{{n}} left\"`; for the brace itself write `\\{brace}`"
                );
                // `"{if n == 1 then "a" else "b"}"`: the quotes of what is within end the text.
                if brace == "{" && self.kind() == TokenKind::Name && self.span().start == end {
                    help = "a text within braces ends the text: give the value a name, `word = if n == 1 then \"a\" else \"b\"`, and \
                            write `\"{word}\"`"
                        .to_string();
                    while !(self.token().first_on_line
                        || self.kind().is_closer()
                        || self.kind() == TokenKind::Comma)
                    {
                        self.at += 1;
                    }
                }
                let reported = self.report(Code::BadToken, span, message, help);
                return self.broken(span, reported);
            }
        };
        if let [] | [Part::Letters(..)] = parts[..] {
            return self.leaf(ExprKind::Text(text(written)), span);
        }
        let place = |start: usize, end: usize| Span {
            start: span.start + start as u32,
            end: span.start + end as u32,
            ..span
        };
        let mut below = 1;
        let mut rest = Vec::with_capacity(parts.len());
        for part in parts {
            let expr = match part {
                Part::Letters(start, end) => {
                    let letters = text(&format!("\"{}\"", &written[start..end]));
                    Expr { kind: ExprKind::Text(letters), span: place(start, end) }
                }
                Part::Value(start, end) => match self.inner(place(start, end)) {
                    Ok(value) => {
                        below = below.max(value.height);
                        value.expr
                    }
                    Err(reported) => return self.broken(place(start, end), reported),
                },
            };
            rest.push((BinaryOp::Add, expr));
        }
        // It is a text, whatever it begins with.
        let first = Expr { kind: ExprKind::Text(String::new()), span: place(0, 1) };
        self.node(ExprKind::Chain { first: Box::new(first), rest }, span, below)
    }

    /// The value between two braces of a text.
    fn inner(&mut self, span: Span) -> Result<Tall, Reported> {
        self.enter()?;
        // With the places that it has in the file.
        let mut text = " ".repeat(span.start as usize);
        text.push_str(&self.text[span.start as usize..span.end as usize]);
        let (mut parser, _) = Parser::new(&text, self.file);
        (parser.nesting, parser.is_in_quotes) = (self.nesting, true);
        let value = parser.only_value();
        for problem in parser.problems.into_sorted() {
            self.problems.report(|| problem);
        }
        self.nesting -= 1;
        value
    }

    /// A value, and nothing behind it.
    fn only_value(&mut self) -> Result<Tall, Reported> {
        let value = self.expression()?;
        if self.at + 1 < self.tokens.len() {
            let help = "between braces is one value: `\"{n} left\"`";
            return Err(self.unexpected("the end of the value", help));
        }
        Ok(value)
    }
}

/// The parts of a text in quotes; the place of a brace that has no other half.
fn parts(written: &str) -> Result<Vec<Part>, usize> {
    let end = written.len().saturating_sub(1);
    let mut parts = Vec::new();
    let (mut letters, mut open) = (1, None);
    let mut bytes = written.bytes().enumerate().take(end).skip(1);
    while let Some((at, byte)) = bytes.next() {
        match (byte, open) {
            (b'\\', _) => drop(bytes.next()),
            (b'{', None) => {
                if at > letters {
                    parts.push(Part::Letters(letters, at));
                }
                open = Some(at);
            }
            (b'{', Some(open)) => return Err(open),
            (b'}', None) => return Err(at),
            (b'}', Some(start)) => {
                parts.push(Part::Value(start + 1, at));
                (letters, open) = (at + 1, None);
            }
            _ => {}
        }
    }
    if let Some(open) = open {
        return Err(open);
    }
    if end > letters {
        parts.push(Part::Letters(letters, end));
    }
    Ok(parts)
}
