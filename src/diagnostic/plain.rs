//! Text that comes from outside (names of files, pieces of sources, what other programs say), so that it cannot do
//! anything to a terminal: forge a line, move the cursor, hide or reorder what stands there.

use std::borrow::Cow;

/// Whether a character is printed as itself: no control characters, nothing that reorders or hides text.
pub(crate) fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` in backticks, on one line and not too long, so that hostile names cannot forge a message.
pub(crate) fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut quoted = String::from("`");
    for c in text.chars().take(LONGEST) {
        if is_plain(c) { quoted.push(c) } else { quoted.extend(c.escape_unicode()) }
    }
    if text.chars().nth(LONGEST).is_some() {
        quoted.push_str("...");
    }
    quoted.push('`');
    quoted
}

/// `text` on one line, all of it; what is not plain is shown as `\u{1b}`.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, is_plain)
}

/// As [`one_line`], but lines and tabs stay: for text that is made of lines.
#[cfg(any(feature = "render", test))]
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_plain(c) || matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&stays) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if stays(c) { shown.push(c) } else { shown.extend(c.escape_unicode()) }
    }
    Cow::Owned(shown)
}

/// A JSON document that means the same, in which only strings have anything that is not plain: as `\u001b`. Lines
/// between its values stay.
#[cfg(feature = "cli")]
pub(crate) fn json_text(document: &str) -> Cow<'_, str> {
    let stays = |c: char| is_plain(c) || c == '\n';
    if document.chars().all(stays) {
        return Cow::Borrowed(document);
    }
    let mut text = String::with_capacity(document.len() + 16);
    for c in document.chars() {
        if stays(c) {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = std::fmt::Write::write_fmt(&mut text, format_args!("\\u{unit:04x}"));
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_shown() {
        let check = |text: &str, on_one_line: &str, as_lines: &str| {
            assert_eq!(one_line(text), on_one_line);
            assert_eq!(lines(text), as_lines);
        };
        check("\u{e4} \u{4e2d} 1/2", "\u{e4} \u{4e2d} 1/2", "\u{e4} \u{4e2d} 1/2");
        check("a\nb\tc", "a\\u{a}b\\u{9}c", "a\nb\tc");
        check("\u{1b}[31m\r", "\\u{1b}[31m\\u{d}", "\\u{1b}[31m\\u{d}");
        // A C1 control, an order from right to left, a character that is not seen.
        check("\u{9b}\u{202e}\u{200b}", "\\u{9b}\\u{202e}\\u{200b}", "\\u{9b}\\u{202e}\\u{200b}");
        assert_eq!(quote("a\u{1b}b"), "`a\\u{1b}b`");
    }

    #[cfg(feature = "cli")]
    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({ "a\u{9b}": "\u{202e}\u{e0041}\u{1b}\n\u{e4}" });
        let text = serde_json::to_string(&value).unwrap();
        let plain = json_text(&text);
        assert!(plain.chars().all(is_plain), "{plain}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&plain).unwrap(), value);
    }
}
