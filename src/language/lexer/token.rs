//! Tokens.

use super::super::problems::Reported;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum TokenKind {
    Name,
    If,
    Then,
    Else,
    And,
    Or,
    Not,
    True,
    False,
    Number,
    Color,
    Text,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    /// `~` behind a definition.
    Tilde,
    /// `&&` or `&`, `||` or `|`, and so on: habits from other languages, which the parser answers.
    Ampersands,
    Pipes,
    Bang,
    /// `^` or `**`.
    Power,
    Question,
    /// `->` or `=>`.
    Arrow,
    /// `+=`, `-=`, `*=`, `/=`.
    ChangeAssign,
    /// Could not be read.
    Broken(Reported),
    /// Behind the last token.
    End,
}

impl TokenKind {
    pub(in super::super) fn is_opener(self) -> bool {
        matches!(self, Self::OpenParenthesis | Self::OpenBracket | Self::OpenBrace)
    }

    /// What has been reported of a token that could not be read.
    pub(in super::super) fn reported(self) -> Option<Reported> {
        if let Self::Broken(reported) = self { Some(reported) } else { None }
    }

    pub(in super::super) fn is_closer(self) -> bool {
        matches!(self, Self::CloseParenthesis | Self::CloseBracket | Self::CloseBrace)
    }

    /// The closer of an opener, and the opener of a closer.
    pub(in super::super) fn counterpart(self) -> Self {
        match self {
            Self::OpenParenthesis => Self::CloseParenthesis,
            Self::OpenBracket => Self::CloseBracket,
            Self::OpenBrace => Self::CloseBrace,
            Self::CloseParenthesis => Self::OpenParenthesis,
            Self::CloseBracket => Self::OpenBracket,
            Self::CloseBrace => Self::OpenBrace,
            other => other,
        }
    }

    /// A bracket as it is written.
    pub(in super::super) fn bracket(self) -> &'static str {
        match self {
            Self::OpenParenthesis => "(",
            Self::CloseParenthesis => ")",
            Self::OpenBracket => "[",
            Self::CloseBracket => "]",
            Self::OpenBrace => "{",
            Self::CloseBrace => "}",
            _ => "",
        }
    }
}

/// A piece of text; 12 bytes, for there may be one per byte of the text.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Token {
    pub(in super::super) kind: TokenKind,
    pub(in super::super) first_on_line: bool,
    /// How far the first token of its line is from the start of the line, in bytes, at most 65535.
    pub(in super::super) indent: u16,
    pub(in super::super) start: u32,
    pub(in super::super) end: u32,
}

/// The token of punctuation and its length.
pub(super) fn symbol(first: u8, second: u8) -> Option<(TokenKind, usize)> {
    Some(match (first, second) {
        (b'=', b'=') => (TokenKind::Equal, 2),
        (b'!', b'=') => (TokenKind::NotEqual, 2),
        (b'<', b'=') => (TokenKind::LessEqual, 2),
        (b'>', b'=') => (TokenKind::GreaterEqual, 2),
        (b'&', b'&') => (TokenKind::Ampersands, 2),
        (b'|', b'|') => (TokenKind::Pipes, 2),
        (b'*', b'*') => (TokenKind::Power, 2),
        (b'-' | b'=', b'>') => (TokenKind::Arrow, 2),
        (b'+' | b'-' | b'*' | b'/', b'=') => (TokenKind::ChangeAssign, 2),
        (b'(', _) => (TokenKind::OpenParenthesis, 1),
        (b')', _) => (TokenKind::CloseParenthesis, 1),
        (b'[', _) => (TokenKind::OpenBracket, 1),
        (b']', _) => (TokenKind::CloseBracket, 1),
        (b'{', _) => (TokenKind::OpenBrace, 1),
        (b'}', _) => (TokenKind::CloseBrace, 1),
        (b',', _) => (TokenKind::Comma, 1),
        (b':', _) => (TokenKind::Colon, 1),
        (b';', _) => (TokenKind::Semicolon, 1),
        (b'.', _) => (TokenKind::Dot, 1),
        (b'=', _) => (TokenKind::Assign, 1),
        (b'<', _) => (TokenKind::Less, 1),
        (b'>', _) => (TokenKind::Greater, 1),
        (b'+', _) => (TokenKind::Plus, 1),
        (b'-', _) => (TokenKind::Minus, 1),
        (b'*', _) => (TokenKind::Star, 1),
        (b'/', _) => (TokenKind::Slash, 1),
        (b'%', _) => (TokenKind::Percent, 1),
        (b'~', _) => (TokenKind::Tilde, 1),
        (b'&', _) => (TokenKind::Ampersands, 1),
        (b'|', _) => (TokenKind::Pipes, 1),
        (b'!', _) => (TokenKind::Bang, 1),
        (b'^', _) => (TokenKind::Power, 1),
        (b'?', _) => (TokenKind::Question, 1),
        _ => return None,
    })
}
