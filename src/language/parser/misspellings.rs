//! Statements that are misspelt, or of other languages.

use super::super::lexer::TokenKind;
use super::super::syntax::{FOREIGN_WORDS, ItemKind, statement_words};
use super::{Parser, Reported};
use crate::diagnostic::nearest;

impl Parser<'_> {
    /// A name begins the line and is no statement word: what other languages write, or a near miss.
    pub(super) fn foreign(&mut self) -> Result<Option<ItemKind>, Reported> {
        let start = self.at;
        let word = self.text_at(start);
        let next = self.kind_at(start + 1);
        if next == TokenKind::OpenParenthesis {
            let is_function =
                self.partner(start + 1).is_some_and(|row| self.kind_at(row + 1) == TokenKind::Assign);
            if !is_function {
                return Err(self.no_statement());
            }
            let help = format!("a function begins with `fn`: `fn {word}{}`", self.written_from(start + 1));
            self.no_statement_because(help);
            return self.function().map(Some);
        }
        if next != TokenKind::Name {
            return Err(self.no_statement());
        }
        let name = self.shown(start + 1);
        let behind = self.kind_at(start + 2);
        if matches!(word, "function" | "func" | "fun" | "def" | "define")
            && behind == TokenKind::OpenParenthesis
        {
            self.no_statement_because(format!("write `fn {}`", self.written_from(start + 1)));
            self.at += 1;
            return self.function().map(Some);
        }
        if behind == TokenKind::Assign {
            let definition = format!("{name} = {}", self.written_from(start + 3));
            let near = nearest(word, statement_words());
            let help = match near {
                Some(near) if !FOREIGN_WORDS.contains(&word) => {
                    format!("did you mean `{near}`? A definition is written `{definition}`")
                }
                _ => format!("write `{definition}`"),
            };
            self.no_statement_because(help);
            self.at += 1;
            return Ok(Some(self.definition()));
        }
        Err(self.no_statement())
    }

    /// Reports something that no statement begins with.
    pub(super) fn no_statement(&mut self) -> Reported {
        let word = self.text_at(self.at);
        let next = self.kind_at(self.at + 1);
        let help = match word {
            _ if self.kind() == TokenKind::Color => "comments begin with `//`".to_string(),
            "if" | "then" | "else" | "and" | "or" | "not" | "true" | "false" if next == TokenKind::Assign => {
                format!("`{word}` is a word of the language: choose another name")
            }
            "if" => "`if` chooses between two values: `name = if c then a else b`".to_string(),
            "for" | "while" | "loop" | "repeat" => {
                "for many elements write `domain dots[100] { ... }`: all of them exist at once".to_string()
            }
            "import" | "include" | "require" => "write `use \"ring.pav\" as ring`".to_string(),
            "return" => "the last expression of a block is its result".to_string(),
            "print" | "println" | "echo" | "log" => {
                "`pavane inspect` shows what values are in any frame".to_string()
            }
            _ if next == TokenKind::Dot => "only a whole name is defined: `name = value`".to_string(),
            _ if self.kind() == TokenKind::Name => match nearest(word, statement_words()) {
                Some(near) if next != TokenKind::OpenParenthesis => format!("did you mean `{near}`?"),
                _ if next == TokenKind::OpenParenthesis => {
                    format!(
                        "give the value a name, `name = {word}(...)`, or draw it: `draw {word} {{ ... }}`"
                    )
                }
                _ => format!("a definition is written `{} = value`", self.shown(self.at)),
            },
            _ if self.at > 0 && self.begins_value() => {
                "an expression goes on where a line begins with an operator; the `(` of a call stands on the line \
                 of its name"
                    .to_string()
            }
            _ => "a statement begins with a word such as `draw`, or with `name =`".to_string(),
        };
        self.no_statement_because(help)
    }

    /// The help for leftover tokens after a complete value.
    pub(super) fn leftover_help(&self) -> Option<String> {
        let before = self.at.checked_sub(1)?;
        if self.token().first_on_line {
            return None;
        }
        let is_number = self.kind_at(before) == TokenKind::Number;
        let (here, number) = (self.shown(self.at), self.shown(before));
        Some(match self.kind() {
            TokenKind::Name if is_number && matches!(&*here, "s" | "ms" | "turn" | "deg" | "rad" | "hz") => {
                format!("a unit stands directly behind its number: `{number}{here}`")
            }
            TokenKind::OpenParenthesis | TokenKind::Name if is_number => {
                format!("to multiply write `{number} * {here}`")
            }
            TokenKind::Comma => "a vector is written in parentheses: `(a, b)`".to_string(),
            TokenKind::Arrow => "functions are written `fn name(a) = value`".to_string(),
            TokenKind::OpenParenthesis => {
                "only a name can be called, and the `(` stands on its line".to_string()
            }
            TokenKind::Then | TokenKind::Else => {
                "`then` and `else` belong to an `if`: `if c then a else b`".to_string()
            }
            _ => return None,
        })
    }
}
