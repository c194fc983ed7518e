//! Where the lines of a text begin and end.

use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Bytes of a line, without the spaces and the break at its end.
pub(super) type Line = [u32; 2];

/// Ends lines where the text says so, and where the next word would reach beyond `width`. `widths` has sums: what all before a
/// byte takes. A word alone that is wider is not broken.
pub(super) fn break_lines(text: &str, width: f64, widths: &[f64], lines: &mut Vec<Line>) {
    lines.clear();
    let (mut start, mut fits) = (0, None);
    let taken = |from: usize, to: usize| {
        let to = from + text[from..to].trim_end().len();
        widths.get(to).copied().unwrap_or(0.0) - widths.get(from).copied().unwrap_or(0.0)
    };
    for (at, kind) in linebreaks(text) {
        if let Some(end) = fits.filter(|_| taken(start, at) > width) {
            let trimmed: &str = text[start..end].trim_end();
            lines.push([start as u32, (start + trimmed.len()) as u32]);
            start = end;
        }
        fits = Some(at);
        if kind == BreakOpportunity::Mandatory {
            let line: &str = &text[start..at];
            let kept =
                line.trim_end_matches(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']);
            lines.push([start as u32, (start + kept.len()) as u32]);
            (start, fits) = (at, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Where Debian's package `unicode-data` has Unicode's own cases.
    const CASES: &str = "/usr/share/unicode/auxiliary/LineBreakTest.txt";

    /// Where lines may begin, in bytes: where they do, if nothing fits.
    fn starts(text: &str) -> Vec<u32> {
        let mut lines = Vec::new();
        break_lines(text, -1.0, &[], &mut lines);
        lines.iter().skip(1).map(|line| line[0]).collect()
    }

    /// A line of the file: a text, and where `÷` stands within it. None where there is no case.
    fn case(line: &str) -> Option<(String, Vec<u32>)> {
        let line = line.split('#').next().unwrap_or_default();
        let (mut text, mut expected) = (String::new(), Vec::new());
        for word in line.split_whitespace() {
            match word {
                "÷" => expected.push(text.len() as u32),
                "×" => {}
                code => text.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?),
            }
        }
        // Where the text ends no line begins.
        (expected.pop()? > 0).then_some((text, expected))
    }

    #[test]
    fn a_case_is_read_and_opportunities_are_lines() {
        assert_eq!(case("× 0061 × 0020 ÷ 00E4 ÷\t# ...").unwrap(), ("a ä".to_owned(), vec![2]));
        assert_eq!(case("# LineBreakTest-15.0.0.txt"), None);
        assert_eq!(starts("a ä"), [2]);
        assert_eq!(starts("one two-three\n\nfour"), [4, 8, 14, 15]);
    }

    /// Why the crate breaks elsewhere than a case says, at a byte of its text: by the rule of the standard that it has not.
    fn reason(text: &str, at: usize) -> &'static str {
        let is_mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}');
        let before = text[..at].chars().rev().find(|&c| !is_mark(c)).unwrap_or_default();
        let after = text[at..].chars().next().unwrap_or_default();
        match (before, after) {
            // LB30 takes brackets that are wide, as those of East Asia are, out of what letters and digits hold on to: since 9.0.
            (_, '\u{2329}' | '\u{ff08}') => "in front of a wide bracket a line may end",
            // LB30b: since 14.0 also for what may become a picture one day.
            (_, '\u{1f3fb}'..='\u{1f3ff}') => "a skin tone behind what is no picture yet",
            // LB25: the file has the rule for whole numbers (UAX 14, 8.2, example 7), where the crate has that for pairs of classes.
            ('}' | ')', '%' | '$') | ('$' | '%' | '\\', '(' | '{') | (',' | '.' | '/', '0'..='9') => {
                "what belongs to a number is told by two characters"
            }
            _ => "other",
        }
    }

    /// Unicode's cases, where the package is installed: all but those whose reason is known.
    #[test]
    fn lines_break_as_unicode_says() {
        let file = std::fs::read_to_string(CASES).unwrap_or_default();
        let (mut passed, mut failed) = (0, BTreeMap::<&str, Vec<String>>::new());
        for (text, expected) in file.lines().filter_map(case) {
            let found = starts(&text);
            let differs = |at: &&u32| !(expected.contains(at) && found.contains(at));
            let places: Vec<u32> = expected.iter().chain(&found).filter(differs).copied().collect();
            if places.is_empty() {
                passed += 1;
            }
            let codes: Vec<String> = text.chars().map(|c| format!("{:04X}", u32::from(c))).collect();
            for at in places {
                let case = format!("{} at {at}", codes.join(" "));
                failed.entry(reason(&text, at as usize)).or_default().push(case);
            }
        }
        let is_required = std::env::var_os("PAVANE_REQUIRE_LINE_BREAKS").is_some();
        assert!(!is_required || passed > 0, "{CASES} is missing: `apt-get install unicode-data`");
        println!("{passed} cases of {CASES} pass");
        failed.iter().for_each(|(reason, cases)| println!("{} places: {reason}", cases.len()));
        let (major, minor, update) = unicode_linebreak::UNICODE_VERSION;
        // Those of another version have other rules.
        if file.starts_with(&format!("# LineBreakTest-{major}.{minor}.{update}")) {
            assert_eq!(failed.get("other"), None, "for no known reason");
            assert_eq!((passed, failed.len()), (7_595, 3), "{failed:#?}");
        }
    }
}
