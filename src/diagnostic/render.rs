//! Diagnostics as text for people.

use std::fmt::Write;
use std::ops::Range;

use super::plain::{is_plain, one_line};
use super::{Diagnostic, JsonPath};

/// The widest piece of a source line that a terminal is given, in characters.
pub(super) const WIDTH_MAX: usize = 100;

/// A place to show: file, line, column, end line, end column.
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    path: Option<&'a JsonPath>,
}

/// One problem as text that ends in a new line. Of a source line, at most `width` characters are shown.
pub(super) fn render<'s>(
    diagnostic: &Diagnostic,
    width: usize,
    source: &dyn Fn(&str) -> Option<&'s str>,
) -> String {
    let mut out =
        format!("{}[{}]: {}\n", diagnostic.severity.name(), diagnostic.code, one_line(&diagnostic.message));
    let place = Place {
        file: &diagnostic.file,
        line: diagnostic.line,
        column: diagnostic.column,
        end_line: diagnostic.end_line,
        end_column: diagnostic.end_column,
        path: diagnostic.path.as_ref(),
    };
    snippet(&mut out, &place, '^', width, source);
    for related in &diagnostic.related {
        let _ = writeln!(out, "  note: {}", one_line(&related.message));
        let place = Place {
            file: &related.file,
            line: related.line,
            column: related.column,
            end_line: related.line,
            end_column: 0,
            path: related.path.as_ref(),
        };
        snippet(&mut out, &place, '-', width, source);
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  help: {}", one_line(help));
    }
    out
}

/// `--> file:line:column` and, where the text is known, the line with the place underlined.
fn snippet<'s>(
    out: &mut String,
    place: &Place<'_>,
    mark: char,
    width_max: usize,
    source: &dyn Fn(&str) -> Option<&'s str>,
) {
    let path = place.path.filter(|path| !path.segments().is_empty());
    let path = path.map(|path| one_line(&path.to_string()).into_owned());
    let file = one_line(place.file);
    let _ = match (file.is_empty(), place.line, path) {
        (true, _, None) => return,
        (true, _, Some(path)) => writeln!(out, "  --> {path}"),
        (false, 0, None) => writeln!(out, "  --> {file}"),
        (false, 0, Some(path)) => writeln!(out, "  --> {file} ({path})"),
        (false, line, None) => writeln!(out, "  --> {file}:{line}:{}", place.column),
        (false, line, Some(path)) => writeln!(out, "  --> {file}:{line}:{} ({path})", place.column),
    };
    if place.line == 0 {
        return;
    }
    let Some(line) = source(place.file).and_then(|text| line_of(text, place.line)) else { return };
    let start = (place.column.max(1) - 1) as usize;
    // Only the first line of a place is shown; the mark of a longer one runs to the end of that line.
    let length = match place.end_line == place.line && place.end_column > place.column {
        true => (place.end_column - place.column) as usize,
        false if place.end_line > place.line => usize::MAX,
        false => 1,
    };
    // Of a cut line some is shown before the place.
    let first = if start > width_max * 4 / 5 { start - width_max * 2 / 5 } else { 0 };
    let Shown { mut text, is_cut, marked } =
        shown(line, first, width_max, start..start.saturating_add(length));
    let before = if first > 0 { "..." } else { "" };
    if is_cut {
        text.push_str("...");
    }
    let number = place.line.to_string();
    let indent = " ".repeat(number.len());
    let _ = writeln!(out, " {indent} |");
    let _ = writeln!(out, " {number} | {before}{}", text.trim_end());
    let padding = " ".repeat(before.len() + marked.start);
    let _ = writeln!(out, " {indent} | {padding}{}", mark.to_string().repeat(marked.len()));
}

/// A piece of a source line as a terminal is given it.
struct Shown {
    text: String,
    /// Whether the line goes on behind it.
    is_cut: bool,
    /// The columns of `text` that a place takes, at least one.
    marked: Range<usize>,
}

/// Up to `width` columns of a line from character `first` on. `place` counts characters of the line. What is not plain
/// is written out, which takes more than one column; a tab is a space.
fn shown(line: &str, first: usize, width: usize, place: Range<usize>) -> Shown {
    let (mut text, mut columns, mut at) = (String::new(), 0, first);
    let (mut from, mut to) = (None, None);
    let mut characters = line.chars().skip(first).peekable();
    while let Some(c) = characters.next_if(|_| columns < width) {
        from = from.or((at >= place.start).then_some(columns));
        to = to.or((at >= place.end).then_some(columns));
        match c {
            '\t' => text.push(' '),
            c if is_plain(c) => text.push(c),
            c => text.extend(c.escape_unicode()),
        }
        columns += if c == '\t' || is_plain(c) { 1 } else { c.escape_unicode().len() };
        at += 1;
    }
    // A place may lie behind the end of its line.
    let from = from.unwrap_or(columns + place.start.saturating_sub(at));
    let to = to.unwrap_or(columns).max(from + 1);
    Shown { text, is_cut: characters.peek().is_some(), marked: from..to }
}

/// A line, from 1, without its end.
fn line_of(text: &str, line: u32) -> Option<&str> {
    let found = text.split('\n').nth(line as usize - 1)?;
    Some(found.strip_suffix('\r').unwrap_or(found))
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Diagnostic, Diagnostics};

    #[test]
    fn looks() {
        let mut diagnostic = Diagnostic::error(Code::TwoWriters, "two steps write slot `phase`")
            .related("the first is here", "steps[0]")
            .help("keep one of them");
        diagnostic.file = "a.json".into();
        (diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column) = (2, 3, 2, 6);
        diagnostic.related[0].file = "a.json".into();
        (diagnostic.related[0].line, diagnostic.related[0].column) = (1, 1);
        let found = Diagnostics::from(diagnostic.clone()).render(|_| Some("one\nab\u{e4}def\n"));
        let expected = "\
error[E0110]: two steps write slot `phase`
  --> a.json:2:3
   |
 2 | ab\u{e4}def
   |   ^^^
  note: the first is here
  --> a.json:1:1 (steps[0])
   |
 1 | one
   | -
  help: keep one of them
";
        assert_eq!(found, expected);
        let without_source = Diagnostics::from(diagnostic).to_string();
        assert!(
            without_source
                .starts_with("error[E0110]: two steps write slot `phase`\n  --> a.json:2:3\n  note:")
        );
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_let_through() {
        let mut diagnostic = Diagnostic::error(Code::Syntax, "a\u{1b}[2Jb\nerror: forged").help("c\u{202e}d");
        diagnostic.file = "e\u{9b}f\n.json".into();
        diagnostic.path = Some("g\rh".into());
        (diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column) = (1, 4, 1, 7);
        let found = Diagnostics::from(diagnostic).render(|_| Some("\ti\u{1b}j\u{7}kl\u{7}"));
        let expected = "\
error[E0001]: a\\u{1b}[2Jb\\u{a}error: forged
  --> e\\u{9b}f\\u{a}.json:1:4 (g\\u{d}h)
   |
 1 |  i\\u{1b}j\\u{7}kl\\u{7}
   |         ^^^^^^^
  help: c\\u{202e}d
";
        assert_eq!(found, expected);
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("{}HERE{}", "x".repeat(1000), "y".repeat(1000));
        let mut diagnostic = Diagnostic::error(Code::Syntax, "what");
        diagnostic.file = "a".into();
        (diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column) = (1, 1001, 1, 1005);
        let found = Diagnostics::from(diagnostic).render(|_| Some(&text));
        let lines: Vec<&str> = found.lines().collect();
        let at = lines[4].find("^^^^").unwrap();
        assert_eq!(&lines[3][at..at + 4], "HERE");
        assert!(lines[3].len() < 120 && lines[3].ends_with("..."));
    }
}
