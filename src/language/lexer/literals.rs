//! Numbers, colours and texts: what they mean, and what may be wrong with them.

use super::super::syntax::Suffix;

/// The units of numbers.
pub(in super::super) const SUFFIXES: &[(&str, Suffix)] = &[
    ("s", Suffix::Second),
    ("ms", Suffix::Millisecond),
    ("turn", Suffix::Turn),
    ("deg", Suffix::Degree),
    ("rad", Suffix::Radian),
    ("hz", Suffix::Hertz),
];

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Number {
    pub(in super::super) value: f64,
    pub(in super::super) suffix: Suffix,
    pub(in super::super) is_integer: bool,
}

/// The mistake and its fix.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Mistake {
    pub(in super::super) message: String,
    pub(in super::super) help: String,
}

fn mistake<T>(message: impl Into<String>, help: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake { message: message.into(), help: help.into() })
}

/// How much of the text belongs to the number that it starts with, with whatever letters stick to it.
pub(super) fn number_length(text: &str) -> usize {
    let mut rest = text;
    let digits = |rest: &mut &str| {
        *rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '_');
    };
    let begins_with_digit = |rest: &str| rest.starts_with(|digit: char| digit.is_ascii_digit());
    digits(&mut rest);
    // A second point is taken too, so that `1.2.3` is one mistake.
    while let Some(fraction) = rest.strip_prefix('.') {
        let is_member = fraction.starts_with(|next: char| next == '.' || next == '_' || next.is_alphabetic());
        if is_member {
            break;
        }
        rest = fraction;
        digits(&mut rest);
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if begins_with_digit(unsigned) {
            rest = unsigned;
            digits(&mut rest);
        }
    }
    rest = rest.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '°');
    text.len() - rest.len()
}

/// Reads a number.
pub(in super::super) fn number(text: &str) -> Result<Number, Mistake> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return hexadecimal(digits);
    }
    let exponent = |at: usize| {
        let behind = text[at + 1..].strip_prefix(['+', '-']).unwrap_or(&text[at + 1..]);
        behind.starts_with(|digit: char| digit.is_ascii_digit()).then_some(text.len() - behind.len())
    };
    let is_plain = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == '_';
    let plain = text.find(|letter| !is_plain(letter)).unwrap_or(text.len());
    let digits_end = |from: usize| {
        let part = &text[from..];
        part.find(|digit: char| !digit.is_ascii_digit() && digit != '_').map_or(text.len(), |end| from + end)
    };
    let end = match text[plain..].starts_with(['e', 'E']).then(|| exponent(plain)).flatten() {
        Some(start) => digits_end(start),
        None => plain,
    };
    let (digits, tail) = text.split_at(end);
    if digits.bytes().filter(|&byte| byte == b'.').count() > 1 {
        return mistake(
            "found a number with two points",
            "keep one of them, and write `,` between two numbers",
        );
    }
    if digits.ends_with('.') {
        let whole = shown(digits.trim_end_matches('.'));
        let message = "found a number that ends in a point";
        return mistake(message, format!("write `{whole}` or `{whole}.0`"));
    }
    let is_between_digits = |(at, _): (usize, char)| {
        let digit =
            |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
        digit(at.checked_sub(1)) && digit(Some(at + 1))
    };
    if !digits.char_indices().filter(|&(_, letter)| letter == '_').all(is_between_digits) {
        return mistake("found a `_` that is not between two digits", "write numbers like `1_000`");
    }
    let suffix = match SUFFIXES.iter().find(|(name, _)| *name == tail) {
        Some(&(_, suffix)) => suffix,
        None if tail.is_empty() => Suffix::None,
        None => return unknown_suffix(digits, tail),
    };
    let value = digits.replace('_', "").parse().unwrap_or(f64::INFINITY);
    if !f64::is_finite(value) {
        return mistake("found a number that is too large", "the largest number is about 1.8e308");
    }
    Ok(Number { value, suffix, is_integer: digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') })
}

fn hexadecimal(digits: &str) -> Result<Number, Mistake> {
    let mut value = 0.0;
    for digit in digits.chars().filter(|&digit| digit != '_') {
        match digit.to_digit(16) {
            Some(digit) => value = value * 16.0 + f64::from(digit),
            None => {
                let message = format!("found `{digit}` in a hexadecimal number");
                return mistake(message, "its digits are 0 to 9 and a to f, and it has no unit: `0xff`");
            }
        }
    }
    if digits.bytes().all(|byte| byte == b'_') {
        return mistake("found `0x` without digits", "write it like `0xff`");
    }
    // Above this not every whole number is an f64, and hexadecimal is written for exact bits.
    if value > 9_007_199_254_740_992.0 {
        return mistake("found a hexadecimal number above 2^53", "use at most 13 hexadecimal digits");
    }
    Ok(Number { value, suffix: Suffix::None, is_integer: true })
}

/// Letters after a number that are no unit.
fn unknown_suffix(digits: &str, tail: &str) -> Result<Number, Mistake> {
    let lower = tail.to_lowercase();
    let number = shown(digits);
    let unit = match lower.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "ms" | "msec" | "millis" | "millisecond" | "milliseconds" => "ms",
        "turn" | "turns" | "rev" | "rotations" => "turn",
        "deg" | "degs" | "degree" | "degrees" | "°" => "deg",
        "rad" | "rads" | "radian" | "radians" => "rad",
        "hz" | "hertz" => "hz",
        _ => "",
    };
    let help = match lower.as_str() {
        _ if !unit.is_empty() => format!("write `{number}{unit}`"),
        "f" | "d" | "u" | "i" | "n" | "f32" | "f64" => format!("write `{number}`"),
        "px" | "pt" | "em" | "rem" | "vw" | "vh" | "vmin" | "vmax" | "cm" | "mm" => {
            "there are no pixels: sizes are shares of the shorter side of the picture, such as `0.02`"
                .to_string()
        }
        "m" | "min" | "mins" | "minutes" | "h" => {
            "durations are in `s` or `ms`: a minute is `60s`".to_string()
        }
        "khz" => format!("write `{number}e3hz`"),
        "us" | "µs" | "μs" => "the smallest unit of time is `ms`".to_string(),
        "π" => format!("write `{number} * pi`"),
        "e" => "write an exponent like `1e-3`".to_string(),
        _ if is_name(tail) => format!("write `{number} * {}`, or a unit: s ms turn deg rad hz", shown(tail)),
        _ => "the units are s ms turn deg rad hz".to_string(),
    };
    mistake(format!("found `{}` behind a number, which is no unit", shown(tail)), help)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && text.is_ascii()
}

/// As much of a text as goes into a message.
fn shown(text: &str) -> String {
    match text.char_indices().nth(24) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}

/// Reads `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`.
pub(in super::super) fn color(text: &str) -> Result<[f64; 4], Mistake> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let help = "a colour is `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`, with digits 0 to 9 and a to f";
    let comment = format!("{help}; a comment begins with `//`");
    if let Some(digit) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        return mistake(format!("found `{digit}` in a colour"), comment);
    }
    let values: Vec<f64> =
        digits.chars().take(9).filter_map(|digit| digit.to_digit(16)).map(f64::from).collect();
    let twice = |digit: f64| digit * 17.0 / 255.0;
    let pair = |at: usize| (values[at] * 16.0 + values[at + 1]) / 255.0;
    Ok(match digits.len() {
        3 => [twice(values[0]), twice(values[1]), twice(values[2]), 1.0],
        4 => [twice(values[0]), twice(values[1]), twice(values[2]), twice(values[3])],
        6 => [pair(0), pair(2), pair(4), 1.0],
        8 => [pair(0), pair(2), pair(4), pair(6)],
        length => {
            let plural = if length == 1 { "" } else { "s" };
            return mistake(format!("found a colour of {length} digit{plural}"), help);
        }
    })
}

/// A text without its quotes and escapes.
pub(in super::super) fn text(quoted: &str) -> String {
    let mut letters = quoted.chars();
    // The quotes may be of another kind: such a text has been reported and is taken all the same.
    letters.next();
    letters.next_back();
    let mut out = String::with_capacity(quoted.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(escaped @ ('"' | '\\' | '{' | '}')) => out.push(escaped),
                Some('n') => out.push('\n'),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            _ => out.push(letter),
        }
    }
    out
}
