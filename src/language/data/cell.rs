//! Cells: what a file has at a place, as a value of a column's type.

use std::borrow::Cow;

use crate::diagnostic::quote;
use crate::language::lexer;
use crate::program::Type;

/// The most characters of a cell that a message repeats.
const SHOWN_MAX: usize = 40;

/// What a file has at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'t> {
    /// Letters of a table, which may be anything.
    Plain(Cow<'t, str>),
    /// A text of JSON.
    Quoted(Cow<'t, str>),
    /// A number of JSON, as it is written.
    Number(&'t str),
    /// Numbers of JSON between brackets.
    Numbers(Vec<f64>),
    Bool(bool),
    /// Nothing, or `null`.
    Missing,
    /// A value of JSON that no column has.
    Other(&'t str),
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Parsed {
    Numbers([f64; 4]),
    Text(String),
}

/// What a column of a type takes, for people.
pub(super) fn expected(ty: Type) -> &'static str {
    match ty {
        Type::Int => "a whole number of at most 32 bits",
        Type::Bool => "`true` or `false`",
        Type::Text => "a text",
        Type::Color => "a colour such as `#ff8800`",
        Type::Vec2 => "two numbers",
        Type::Vec3 => "three numbers",
        Type::Float | Type::Uint | Type::Shape => "a number",
    }
}

impl Cell<'_> {
    /// The value of a type; `None` where it is none.
    pub(super) fn value(&self, ty: Type) -> Option<Parsed> {
        let one = |number: f64| Parsed::Numbers([number, 0.0, 0.0, 0.0]);
        match (ty, self) {
            (Type::Float, Self::Plain(text)) => number(text.trim()).map(one),
            (Type::Float, Self::Number(text)) => number(text).map(one),
            (Type::Int, Self::Plain(text)) => whole(text.trim()).map(one),
            (Type::Int, Self::Number(text)) => whole(text).map(one),
            (Type::Bool, Self::Plain(text)) => {
                truth(text.trim()).map(|truth| one(f64::from(u8::from(truth))))
            }
            (Type::Bool, Self::Bool(truth)) => Some(one(f64::from(u8::from(*truth)))),
            (Type::Text, Self::Plain(text) | Self::Quoted(text)) => Some(Parsed::Text(text.to_string())),
            (Type::Color, Self::Plain(text) | Self::Quoted(text)) => {
                let text = text.trim();
                let color = text.starts_with('#').then(|| lexer::color(text).ok()).flatten();
                color.map(Parsed::Numbers)
            }
            (Type::Vec2 | Type::Vec3, Self::Plain(text) | Self::Quoted(text)) => {
                let text = text.trim();
                let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
                let parts = inner.split([',', ' ', ';']).filter(|part| !part.is_empty()).map(number);
                vector(ty, &parts.collect::<Option<Vec<f64>>>()?)
            }
            (Type::Vec2 | Type::Vec3, Self::Numbers(numbers)) => vector(ty, numbers),
            _ => None,
        }
    }

    /// As a message repeats it.
    pub(super) fn shown(&self) -> String {
        let short = |text: &str| match text.char_indices().nth(SHOWN_MAX) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_owned(),
        };
        match self {
            Self::Plain(text) if text.trim().is_empty() => "empty".into(),
            Self::Plain(text) => quote(&short(text)),
            Self::Quoted(text) => format!("the text {}", quote(&short(text))),
            Self::Number(text) | Self::Other(text) => quote(&short(text)),
            Self::Numbers(numbers) => format!("a list of {}", numbers.len()),
            Self::Bool(truth) => quote(if *truth { "true" } else { "false" }),
            Self::Missing => "missing".into(),
        }
    }
}

/// A finite number.
fn number(text: &str) -> Option<f64> {
    // Rust reads `inf`, `nan` and `infinity`, too.
    let is_number = text.bytes().any(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

fn whole(text: &str) -> Option<f64> {
    number(text).filter(|&number| f64::from(number as i32) == number)
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn vector(ty: Type, numbers: &[f64]) -> Option<Parsed> {
    let mut parts = [0.0; 4];
    let is_whole = numbers.len() == ty.stride() as usize && numbers.iter().all(|number| number.is_finite());
    is_whole.then(|| {
        parts[..numbers.len()].copy_from_slice(numbers);
        Parsed::Numbers(parts)
    })
}
