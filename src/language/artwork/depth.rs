//! How deep elements of a file lie inside one another, found before it is parsed: the parser calls itself for each, and a file that
//! is deep enough would end the process.

use std::ops::Range;

/// Where the name of the first element is that lies more than `most` deep inside others. Of a text that is no XML something is found or
/// not; the parser says what is wrong with it.
pub(super) fn too_deep(text: &str, most: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let behind = |from: usize, end: &str| text.get(from..)?.find(end).map(|at| from + at + end.len());
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == b'<')) {
        at += next;
        let rest = &bytes[at..];
        at = if rest.starts_with(b"<!--") {
            behind(at + 4, "-->")?
        } else if rest.starts_with(b"<![CDATA[") {
            behind(at, "]]>")?
        } else if rest.starts_with(b"<?") {
            behind(at, "?>")?
        } else if rest.starts_with(b"<!") {
            // Entities may have elements, which are counted as those of the text.
            at + 2
        } else if rest.starts_with(b"</") {
            depth = depth.saturating_sub(1);
            at + 2
        } else {
            let end = end_of_tag(bytes, at)?;
            let is_empty = bytes[end - 1] == b'/';
            if !is_empty {
                depth += 1;
            }
            if depth > most {
                let is_name = |byte: &&u8| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/');
                return Some(at..at + 1 + bytes[at + 1..].iter().take_while(is_name).count());
            }
            end
        };
    }
    None
}

/// Where the tag ends that begins at a place: its `>`, which may also stand in the quotes of an attribute.
fn end_of_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().skip(from + 1) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_too_deep_is_found() {
        let check = |text: &str, most: usize, expected: Option<&str>| {
            let found = too_deep(text, most);
            assert_eq!(found.map(|range| &text[range]), expected, "{text}");
        };
        check("", 0, None);
        check("<svg/>", 0, None);
        check("<svg></svg>", 0, Some("<svg"));
        check("<svg><g a='>/'/><g/><rect></rect><g/></svg>", 2, None);
        check("<svg><g a='>/'><g/><rect x='1'></rect></g></svg>", 2, Some("<rect"));
        check("<svg><g a=\"it's >\"></g><g><h></h></g></svg>", 2, Some("<h"));
        check("<?a <b> <c> ?><!-- <a><b><c> --><svg><style><![CDATA[ <a><b><c> ]]></style></svg>", 2, None);
        check("<!DOCTYPE svg [<!ENTITY e \"<a><b><c></c></b></a>\">]><svg>&e;</svg>", 2, Some("<c"));
        check("<!-- never ends <a><b>", 0, None);
        check("<a <b", 0, None);
        check("</a></a><a>", 1, None);
        check("<\u{e9}><\u{e9}>\u{1f600}", 1, Some("<\u{e9}"));
        let deep = "<g>".repeat(100_000);
        assert_eq!(too_deep(&deep, 128), Some(384..386));
    }
}
