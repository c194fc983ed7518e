//! Characters that are no part of the language, and what was probably meant by them.

use super::TokenKind;

/// What was probably meant by a character that begins no token.
pub(super) enum Stranger {
    /// Opens a text in a way that other places know.
    Quote {
        closers: &'static [char],
    },
    /// Looks like a symbol of the language, or means the same.
    Symbol {
        kind: TokenKind,
        written: &'static str,
    },
    /// A space that is not U+0020.
    Space,
    /// Cannot be seen.
    Unseen,
    Other {
        help: &'static str,
    },
}

pub(super) fn stranger(letter: char) -> Stranger {
    let symbol = |kind, written| Stranger::Symbol { kind, written };
    match letter {
        '\'' | '\u{2018}' | '\u{2019}' => Stranger::Quote { closers: &['\'', '\u{2018}', '\u{2019}'] },
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => {
            Stranger::Quote { closers: &['"', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}'] }
        }
        '`' => Stranger::Quote { closers: &['`'] },
        '\u{2010}'..='\u{2015}' | '\u{2212}' => symbol(TokenKind::Minus, "-"),
        '\u{d7}' | '\u{b7}' | '\u{22c5}' => symbol(TokenKind::Star, "*"),
        '\u{f7}' | '\u{2044}' | '\u{2215}' => symbol(TokenKind::Slash, "/"),
        '\u{2264}' => symbol(TokenKind::LessEqual, "<="),
        '\u{2265}' => symbol(TokenKind::GreaterEqual, ">="),
        '\u{2260}' => symbol(TokenKind::NotEqual, "!="),
        '\u{ac}' => symbol(TokenKind::Not, "not"),
        '\u{2192}' | '\u{21d2}' => symbol(TokenKind::Assign, "="),
        _ if letter.is_whitespace() && !letter.is_control() => Stranger::Space,
        // Besides control characters: marks without width, and those that turn the direction of text.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => Stranger::Unseen,
        _ if letter.is_control() => Stranger::Unseen,
        '@' | '$' => Stranger::Other { help: "remove it: names stand by themselves" },
        '\\' => {
            Stranger::Other { help: "remove it: an expression goes on where a line begins with an operator" }
        }
        '\u{b0}' => {
            Stranger::Other { help: "angles are written with `deg`, directly behind the number: `90deg`" }
        }
        _ => Stranger::Other { help: "remove it; only texts and comments can have it" },
    }
}
