//! Small damages to a program, as hands, editors, networks and attackers do them.

use proptest::prelude::*;

/// One damage. The numbers are positions and choices, taken modulo what there is.
#[derive(Clone, Debug)]
enum Damage {
    /// Another byte at a place.
    Byte(usize, u8),
    /// A stretch is gone.
    Delete(usize, usize),
    /// A stretch is there twice.
    Double(usize, usize),
    /// Two lines change places: rows of tables, mostly.
    SwapLines(usize, usize),
    /// A line is there twice.
    DoubleLine(usize),
    /// The file ends here.
    Truncate(usize),
    /// A number becomes another one.
    Number(usize, &'static str),
    /// A word in quotes becomes another word of the file.
    Word(usize, usize),
    /// Something deep in place of a number.
    Nest(usize, usize),
}

/// Numbers that are often handled wrongly.
const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "-1",
    "-0",
    "0.5",
    "1e2",
    "1e-400",
    "1e999",
    "-1e999",
    "65536",
    "16777216",
    "16777217",
    "2147483648",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "null",
];

/// Texts that are `seed`, damaged one to four times. They are UTF-8; most of them are still JSON.
pub(crate) fn mutations(seed: &str) -> BoxedStrategy<String> {
    let seed = seed.to_string();
    let place = any::<usize>();
    let short = 0_usize..40;
    let damage = prop_oneof![
        1 => (place, any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        1 => (place, short.clone()).prop_map(|(at, length)| Damage::Delete(at, length)),
        1 => (place, short).prop_map(|(at, length)| Damage::Double(at, length)),
        2 => (place, place).prop_map(|(a, b)| Damage::SwapLines(a, b)),
        1 => place.prop_map(Damage::DoubleLine),
        1 => place.prop_map(Damage::Truncate),
        8 => (place, proptest::sample::select(&NUMBERS[..])).prop_map(|(at, number)| Damage::Number(at, number)),
        6 => (place, place).prop_map(|(a, b)| Damage::Word(a, b)),
        1 => (place, 1_usize..2000).prop_map(|(at, depth)| Damage::Nest(at, depth)),
    ];
    proptest::collection::vec(damage, 1..5)
        .prop_map(move |damages| damages.iter().fold(seed.clone(), apply))
        .boxed()
}

fn apply(text: String, damage: &Damage) -> String {
    if text.is_empty() {
        return text;
    }
    let mut bytes = text.clone().into_bytes();
    let stretch = |at: usize, length: usize| {
        let start = at % text.len();
        start..(start + length).min(text.len())
    };
    match *damage {
        Damage::Byte(at, byte) => {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        Damage::Delete(at, length) => drop(bytes.drain(stretch(at, length))),
        Damage::Double(at, length) => {
            let range = stretch(at, length);
            let copy = bytes[range.clone()].to_vec();
            bytes.splice(range.start..range.start, copy);
        }
        Damage::SwapLines(a, b) => {
            let mut lines: Vec<&str> = text.split('\n').collect();
            let count = lines.len();
            lines.swap(a % count, b % count);
            return lines.join("\n");
        }
        Damage::DoubleLine(at) => {
            let mut lines: Vec<&str> = text.split('\n').collect();
            let at = at % lines.len();
            lines.insert(at, lines[at]);
            return lines.join("\n");
        }
        Damage::Truncate(at) => bytes.truncate(at % text.len()),
        Damage::Number(at, number) => return replace(&text, &numbers(&text), at, number),
        Damage::Nest(at, depth) => {
            let nest = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            return replace(&text, &numbers(&text), at, &nest);
        }
        Damage::Word(a, b) => {
            let words = words(&text);
            if words.is_empty() {
                return text;
            }
            let word = text[words[b % words.len()].clone()].to_string();
            return replace(&text, &words, a, &word);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn replace(text: &str, places: &[std::ops::Range<usize>], at: usize, new: &str) -> String {
    let Some(place) = (!places.is_empty()).then(|| places[at % places.len()].clone()) else {
        return text.into();
    };
    format!("{}{new}{}", &text[..place.start], &text[place.end..])
}

/// Places of numbers, roughly: runs of digits and what belongs to them.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    runs(text, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

/// Places of words in quotes, roughly.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    runs(text, |byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn runs(text: &str, belongs: impl Fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().chain([0]).enumerate() {
        match (start, belongs(byte)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}
