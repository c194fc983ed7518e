//! A text as what it differs by from another: runs of bytes that are taken over, and bytes between them.
//!
//! Lines of the other text are looked up where a line begins, and a match is extended byte by byte; so what a changed line
//! costs is its end, and what is moved costs nothing.

use std::collections::HashMap;

/// A match shorter than this costs more than it saves.
const MATCH_MIN: usize = 8;

/// What makes `text` of `base`: again and again the number of bytes that are new, these bytes, the number of bytes that
/// are taken over, and from where.
pub(super) fn encode(base: &[u8], text: &[u8]) -> Vec<u8> {
    let mut lines: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut at = 0;
    for line in base.split_inclusive(|&byte| byte == b'\n') {
        lines.entry(line).or_default().push(at);
        at += line.len();
    }
    let mut ops = Vec::new();
    // What is before `done` has been written; `behind` is where the last match ended in the base.
    let (mut done, mut at, mut behind) = (0, 0, 0);
    while at < text.len() {
        let line = first_line(&text[at..]);
        // Where the last match ended, a changed line may begin as the old one did.
        let follows = Some((behind, matching(&base[behind..], &text[at..])));
        let places = lines.get(line);
        let known = places.and_then(|places| {
            let next = places.partition_point(|&place| place < behind);
            let place = *places.get(next).or_else(|| places.first())?;
            Some((place, matching(&base[place..], &text[at..])))
        });
        let best = follows.into_iter().chain(known).max_by_key(|&(_, len)| len).filter(|m| m.1 >= MATCH_MIN);
        let Some((from, len)) = best else {
            at += line.len();
            // Where the next line is new as well, this one took the place of one in the base.
            if !lines.contains_key(first_line(&text[at..])) {
                behind += first_line(&base[behind..]).len();
            }
            continue;
        };
        put(&mut ops, at - done);
        ops.extend(&text[done..at]);
        put(&mut ops, len);
        put(&mut ops, from);
        (at, done, behind) = (at + len, at + len, from + len);
        // A match that ends within a line: the rest of the line is new, in both texts.
        if text[..at].last() != Some(&b'\n') {
            at += first_line(&text[at..]).len();
            if base[..behind].last() != Some(&b'\n') {
                behind += first_line(&base[behind..]).len();
            }
        }
    }
    put(&mut ops, text.len() - done);
    ops.extend(&text[done..]);
    ops
}

/// With its end; empty at the end of a text.
fn first_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1);
    &text[..end]
}

fn matching(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The text, of at most `most` bytes; `None` where the operations make none of this base.
pub(super) fn apply(base: &[u8], mut ops: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    while !ops.is_empty() {
        let new = take(&mut ops)?;
        let (bytes, rest) = ops.split_at_checked(new)?;
        ops = rest;
        text.extend(bytes);
        if !ops.is_empty() {
            let (len, from) = (take(&mut ops)?, take(&mut ops)?);
            text.extend(base.get(from..from.checked_add(len)?)?);
        }
        if text.len() > most {
            return None;
        }
    }
    Some(text)
}

/// Seven bits a byte, the lowest first.
fn put(to: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// A number below 2^28.
fn take(from: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for k in 0..4 {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        number |= usize::from(byte & 0x7f) << (7 * k);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, text: &str, most: usize) {
        let ops = encode(base.as_bytes(), text.as_bytes());
        let made = apply(base.as_bytes(), &ops, text.len()).unwrap();
        assert_eq!(String::from_utf8(made).unwrap(), text);
        assert!(ops.len() <= most, "{} bytes for {text:?}", ops.len());
    }

    #[test]
    fn a_change_costs_what_it_changes() {
        let lines: Vec<String> = (0..100).map(|k| format!("value_{k} = wave.sine({k}s)\n")).collect();
        let base = lines.concat();
        check(&base, &base, 5);
        check("", &base, base.len() + 3);
        check(&base, "", 1);
        let mut edited = lines.clone();
        edited[50] = "value_50 = wave.sine(51s)\n".into();
        check(&base, &edited.concat(), 16);
        edited[70] = "value_70 = 3\n".into();
        edited.remove(20);
        edited.insert(90, "another = 5\n".into());
        check(&base, &edited.concat(), 80);
        // A moved part.
        edited = lines[50..].to_vec();
        edited.extend_from_slice(&lines[..50]);
        check(&base, &edited.concat(), 12);
    }

    #[test]
    fn lines_that_repeat_and_ends_without_one() {
        check("}\n}\n}\na\n}\n", "}\n}\nb\n}\n}\n", 20);
        check("no end", "no end either", 16);
        check("a\r\nb\r\nc", "a\r\nB\r\nc", 16);
        check("\n\n\n\n\n\n\n\n\n\n", "\n\n\n\n\n\n\n\n\n\n\n", 8);
    }

    #[test]
    fn rubbish_makes_nothing() {
        assert_eq!(apply(b"abc", &[5, 1], 100), None);
        assert_eq!(apply(b"abc", &[0, 4, 0], 100), None);
        assert_eq!(apply(b"abc", &[0, 1, 0xff, 0xff, 0xff, 0xff, 1], 100), None);
        assert_eq!(apply(b"abc", &[0, 3, 0, 0, 3, 0], 5), None);
        assert_eq!(apply(b"abc", &[0, 3, 0, 0, 3, 0], 6).as_deref(), Some(&b"abcabc"[..]));
    }
}
