//! Text and panels over the picture, in the window's own pixels.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

/// What a line of text is about, which is its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    /// Less important than what stands around it.
    Dim,
    /// Something went well.
    Good,
    Warning,
    Error,
}

impl Tone {
    /// `0x00RRGGBB`.
    const fn color(self) -> u32 {
        match self {
            Self::Plain => 0x00f2_f2f2,
            Self::Dim => 0x00a0_a8b4,
            Self::Good => 0x0078_dca0,
            Self::Warning => 0x00ff_c85a,
            Self::Error => 0x00ff_7868,
        }
    }
}

/// Under all text, so that it is read over any picture.
pub(super) const PANEL: u32 = 0x0010_141c;
/// How much of the picture a panel covers, of 256.
pub(super) const PANEL_COVER: u32 = 232;

/// Text of several lines, each of one tone. Cleared and filled again, it allocates nothing once it has grown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    text: String,
    /// Where each line ends in `text`.
    lines: Vec<(usize, Tone)>,
}

impl Text {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.lines.clear();
    }

    /// Adds a line; a formatted one costs no string of its own.
    pub(super) fn line(&mut self, tone: Tone, line: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.text, line);
        self.lines.push((self.text.len(), tone));
    }

    /// Adds lines, broken between words where they are longer than `columns`. What follows a break is indented by two.
    pub(super) fn wrapped(&mut self, tone: Tone, text: &str, columns: usize) {
        text.split('\n').for_each(|line| self.wrapped_line(tone, line.trim_end(), columns.max(8)));
    }

    fn wrapped_line(&mut self, tone: Tone, line: &str, columns: usize) {
        let mut rest = line;
        let mut indent = "";
        loop {
            let room = columns - indent.len();
            let Some((end, _)) = rest.char_indices().nth(room) else {
                self.line(tone, format_args!("{indent}{rest}"));
                return;
            };
            // A break at a space near the end; a word that is too long is cut.
            let cut = rest[..end].rfind(' ').filter(|&at| at * 2 > end).map_or(end, |at| at + 1);
            self.line(tone, format_args!("{indent}{}", rest[..cut].trim_end()));
            rest = rest[cut..].trim_start();
            indent = "  ";
        }
    }

    /// Drops all lines behind the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.lines.truncate(count);
        self.text.truncate(self.lines.last().map_or(0, |&(end, _)| end));
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, Tone)> {
        let mut start = 0;
        self.lines.iter().map(move |&(end, tone)| {
            let line = &self.text[start..end];
            start = end;
            (line, tone)
        })
    }

    /// Characters of the longest line.
    pub(super) fn columns(&self) -> usize {
        self.lines().map(|(line, _)| line.chars().count()).max().unwrap_or(0)
    }
}

/// How large text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letters {
    height: RasterHeight,
}

impl Letters {
    /// For a screen's scale factor.
    pub(super) fn for_scale(scale: f64) -> Self {
        let height = match scale {
            scale if scale >= 1.75 => RasterHeight::Size32,
            scale if scale >= 1.25 => RasterHeight::Size24,
            _ => RasterHeight::Size16,
        };
        Self { height }
    }

    /// Pixels from one line to the next.
    pub(super) fn line(self) -> usize {
        self.height.val() + self.height.val() / 8
    }

    /// Pixels from one character to the next.
    pub(super) fn column(self) -> usize {
        get_raster_width(FontWeight::Regular, self.height)
    }

    /// Pixels between text and the edge of its panel.
    pub(super) fn margin(self) -> usize {
        self.height.val() / 2
    }
}

/// Pixels to draw on, `0x00RRGGBB`, row by row.
pub(super) struct Canvas<'a> {
    pub(super) pixels: &'a mut [u32],
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Of two colours, `cover` of 256 parts the upper one.
fn mix(under: u32, over: u32, cover: u32) -> u32 {
    let pair = |shift: u32, mask: u32| {
        let (under, over) = ((under >> shift) & mask, (over >> shift) & mask);
        (((under * (256 - cover) + over * cover) >> 8) & mask) << shift
    };
    // Red and blue together: they do not touch.
    pair(0, 0x00ff_00ff) | pair(8, 0x0000_00ff)
}

impl Canvas<'_> {
    /// Covers a rectangle, as far as it lies on the canvas.
    pub(super) fn fill(&mut self, [x, y]: [usize; 2], [width, height]: [usize; 2], color: u32, cover: u32) {
        let (x, end) = (x.min(self.width), x.saturating_add(width).min(self.width));
        for y in y..y.saturating_add(height).min(self.height) {
            for pixel in &mut self.pixels[y * self.width + x..y * self.width + end] {
                *pixel = mix(*pixel, color, cover);
            }
        }
    }

    /// One line of text with its upper left corner at a place. What the letters lack is shown as a box.
    pub(super) fn text(&mut self, [x, y]: [usize; 2], letters: Letters, line: &str, color: u32) {
        for (at, character) in line.chars().enumerate() {
            let x = x + at * letters.column();
            if x >= self.width {
                return;
            }
            match get_raster(character, FontWeight::Regular, letters.height) {
                Some(raster) => {
                    for (row, coverage) in raster.rows().enumerate() {
                        for (column, &cover) in coverage.iter().enumerate() {
                            self.dot(x + column, y + row, color, cover);
                        }
                    }
                }
                None => self.missing([x, y], letters, color),
            }
        }
    }

    /// A box in place of a letter.
    fn missing(&mut self, [x, y]: [usize; 2], letters: Letters, color: u32) {
        let (width, height) = (letters.column() - 2, letters.height.val() * 5 / 8);
        let top = y + letters.height.val() / 8;
        for column in 0..width {
            self.dot(x + 1 + column, top, color, 255);
            self.dot(x + 1 + column, top + height - 1, color, 255);
        }
        for row in 0..height {
            self.dot(x + 1, top + row, color, 255);
            self.dot(x + width, top + row, color, 255);
        }
    }

    fn dot(&mut self, x: usize, y: usize, color: u32, cover: u8) {
        if cover > 0 && x < self.width && y < self.height {
            let pixel = &mut self.pixels[y * self.width + x];
            *pixel = mix(*pixel, color, u32::from(cover) + 1);
        }
    }

    /// A panel with text in it, its upper left corner at a place.
    pub(super) fn panel(&mut self, [x, y]: [usize; 2], size: [usize; 2], letters: Letters, text: &Text) {
        self.fill([x, y], size, PANEL, PANEL_COVER);
        let margin = letters.margin();
        for (row, (line, tone)) in text.lines().enumerate() {
            self.text([x + margin, y + margin / 2 + row * letters.line()], letters, line, tone.color());
        }
    }

    /// The size of a panel around a text.
    pub(super) fn panel_size(letters: Letters, text: &Text) -> [usize; 2] {
        let margin = letters.margin();
        [text.columns() * letters.column() + 2 * margin, text.len() * letters.line() + margin]
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::render::Picture;

    /// Draws over a picture of stripes and compares with `assets/golden/NAME.png`.
    pub(in crate::preview) fn check_golden(name: &str, size: [usize; 2], draw: impl FnOnce(&mut Canvas<'_>)) {
        let [width, height] = size;
        let stripe = |at: usize| {
            if ((at % width + at / width) / 12).is_multiple_of(2) { 0x0030_90c0 } else { 0x00f0_e0b0 }
        };
        let mut pixels: Vec<u32> = (0..width * height).map(stripe).collect();
        draw(&mut Canvas { pixels: &mut pixels, width, height });
        let mut picture = Picture::new(width as u32, height as u32).unwrap();
        for (to, from) in picture.pixels_mut().chunks_exact_mut(4).zip(&pixels) {
            let [_, r, g, b] = from.to_be_bytes();
            to.copy_from_slice(&[r, g, b, 255]);
        }
        crate::preview::golden::check_golden(name, &picture);
    }

    #[test]
    fn letters_in_every_size_and_tone() {
        let mut text = Text::default();
        text.line(Tone::Plain, format_args!("Plain: fps {:.1}", 59.94));
        text.line(Tone::Dim, format_args!("Dim |{{}}[]()^_~@"));
        text.line(Tone::Good, format_args!("Good \u{e4}\u{f6}\u{fc}\u{df} \u{b5}s"));
        text.line(Tone::Warning, format_args!("Warning \u{4e2d}\u{6587} \u{1f600}"));
        text.line(Tone::Error, format_args!("Error 0123456789"));
        check_golden("overlay_letters", [224, 112], |canvas| {
            let letters = Letters::for_scale(1.0);
            canvas.panel([8, 8], Canvas::panel_size(letters, &text), letters, &text);
        });
        check_golden("overlay_letters_large", [224, 56], |canvas| {
            let mut text = Text::default();
            text.line(Tone::Plain, format_args!("Scale 2 \u{2603}"));
            let letters = Letters::for_scale(2.0);
            canvas.panel([4, 4], Canvas::panel_size(letters, &text), letters, &text);
        });
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut pixels = vec![0; 20 * 10];
        let mut canvas = Canvas { pixels: &mut pixels, width: 20, height: 10 };
        canvas.fill([15, 5], [usize::MAX, usize::MAX], 0x00ff_ffff, 256);
        canvas.fill([30, 30], [5, 5], 0x00ff_ffff, 256);
        canvas.text([3, 3], Letters::for_scale(1.0), "a long line of text\u{4e2d}", 0x00ff_ffff);
        canvas.text([18, 3], Letters::for_scale(2.0), "\u{4e2d}", 0x00ff_ffff);
        assert_eq!((pixels[0], pixels[19 + 9 * 20]), (0, 0x00ff_ffff));
    }

    #[test]
    fn mixing() {
        assert_eq!(mix(0x0012_3456, 0x00ab_cdef, 256), 0x00ab_cdef);
        assert_eq!(mix(0x0012_3456, 0x00ab_cdef, 0), 0x0012_3456);
        assert_eq!(mix(0x0000_0000, 0x00ff_ff80, 128), 0x007f_7f40);
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let check = |line: &str, columns, expected: &[&str]| {
            let mut text = Text::default();
            text.wrapped(Tone::Plain, line, columns);
            assert_eq!(text.lines().map(|(line, _)| line).collect::<Vec<_>>(), expected);
        };
        check("", 20, &[""]);
        check("short", 20, &["short"]);
        check("one two three four", 10, &["one two", "  three", "  four"]);
        check("one two three\nfour five\n\nsix", 10, &["one two", "  three", "four five", "", "six"]);
        check("onetwothreefour", 10, &["onetwothre", "  efour"]);
        check(
            "\u{e4}\u{e4}\u{e4}\u{e4}\u{e4} \u{e4}\u{e4}\u{e4}\u{e4}",
            8,
            &["\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}", "  \u{e4}\u{e4}\u{e4}\u{e4}"],
        );
    }

    #[test]
    fn a_text_that_is_cut_has_fewer_lines() {
        let mut text = Text::default();
        ["a", "bc", "def"].iter().for_each(|line| text.line(Tone::Plain, format_args!("{line}")));
        text.truncate(2);
        assert_eq!(text.lines().map(|(line, _)| line).collect::<Vec<_>>(), ["a", "bc"]);
        assert_eq!((text.len(), text.columns()), (2, 2));
    }
}
