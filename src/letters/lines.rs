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
