//! The letters of a text, one by one: where each is laid out, and its glyphs written down as a text, by which they are drawn.

use std::fmt::Write;

use super::{Placed, Setting, Sheet};
use crate::draw::{Block, Bounds, Glyph};
use crate::letters::Full;

/// A letter of a text: what belongs together however many glyphs it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Letter {
    /// Its bytes, without the spaces behind it.
    pub(crate) bytes: [u32; 2],
    /// Where its first glyph is, in ems from where the text is put.
    pub(crate) at: [f32; 2],
    /// How wide it is, in ems.
    pub(crate) advance: f64,
    /// Which line, from 0.
    pub(crate) line: u32,
    /// Which word, from 0.
    pub(crate) word: u32,
    /// The place of its font among those that were asked.
    pub(crate) font: u16,
    /// Its glyphs, among those of the spelling.
    glyphs: [u32; 2],
}

/// The letters of a text in the order in which they are read; spaces, and whatever else has no outline, are none. Its room is kept
/// from one text to the next.
#[derive(Debug, Default)]
pub(crate) struct Spelling {
    pub(crate) letters: Vec<Letter>,
    /// Its glyphs with their places in the order in which they are seen, which those of one letter stay in.
    glyphs: Vec<(u32, Placed)>,
}

impl Spelling {
    /// One with room for a text of so many bytes.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self { letters: Vec::with_capacity(bytes), glyphs: Vec::with_capacity(bytes + bytes / 2) }
    }

    /// Bytes that one takes on the heap.
    pub(crate) fn bytes_for(bytes: usize) -> usize {
        bytes * size_of::<Letter>() + (bytes + bytes / 2) * size_of::<(u32, Placed)>()
    }

    /// The glyphs of a letter.
    pub(crate) fn glyphs(&self, letter: &Letter) -> impl Iterator<Item = &Placed> {
        let [from, to] = letter.glyphs;
        self.glyphs[from as usize..to as usize].iter().map(|(_, placed)| placed)
    }

    /// Writes the glyphs of a letter down: the place of the font and the number of each, and how far it is from the first. Letters
    /// that look alike give equal texts.
    pub(crate) fn write_glyphs(&self, letter: &Letter, order: &[u16], into: &mut String) {
        into.clear();
        for &Placed { font, glyph, at, .. } in self.glyphs(letter) {
            let font = place(order, font);
            // A text has room for as much: digits of four numbers.
            _ = write!(into, "{font:x}.{glyph:x}");
            let [x, y] = [at[0] - letter.at[0], at[1] - letter.at[1]].map(|away| (away + 0.0).to_bits());
            if (x, y) != (0, 0) {
                _ = write!(into, ".{x:x}.{y:x}");
            }
            into.push(' ');
        }
    }
}

/// The place of a font among those that are asked.
fn place(order: &[u16], font: u16) -> u16 {
    order.iter().position(|&asked| asked == font).unwrap_or(0) as u16
}

/// A glyph that was written down: font, number, and how far it is from the first.
fn read_glyph(word: &str) -> Option<(u16, u32, [f32; 2])> {
    let mut numbers = word.split('.').map(|digits| u32::from_str_radix(digits, 16));
    let mut next = || numbers.next()?.ok();
    let (font, glyph) = (u16::try_from(next()?).ok()?, next()?);
    let away = [next(), next()].map(|bits| f32::from_bits(bits.unwrap_or(0)));
    away.iter().all(|away| away.is_finite()).then_some((font, glyph, away))
}

impl Sheet {
    /// Spells a text out that is laid out with the fonts in `order`. Its characters that no font has are [noted](Self::missing).
    ///
    /// # Errors
    /// When there is no room for the outlines of its letters.
    pub(crate) fn spell(
        &mut self,
        text: &str,
        order: &[u16],
        setting: &Setting,
        into: &mut Spelling,
    ) -> Result<(), Full> {
        let Spelling { letters, glyphs } = into;
        letters.clear();
        glyphs.clear();
        glyphs.extend((0..).zip(self.lay_anew(text, order, setting).iter().copied()));
        glyphs.sort_unstable_by_key(|&(at, placed)| (placed.cluster, at));
        let mut from = 0;
        while let Some(&(_, first)) = glyphs.get(from) {
            let count =
                glyphs[from..].iter().take_while(|(_, placed)| placed.cluster == first.cluster).count();
            let to = from + count;
            let mut has_ink = false;
            let mut advance = 0.0;
            for (_, placed) in &glyphs[from..to] {
                advance += f64::from(placed.advance);
                let outline = self.outline_of(placed.font, placed.glyph)?;
                has_ink |= outline.is_some_and(|outline| !self.outline(outline).verbs.is_empty());
            }
            if has_ink {
                let end = glyphs.get(to).map_or(text.len(), |(_, next)| next.cluster as usize);
                let own = text.get(first.cluster as usize..end).unwrap_or_default();
                letters.push(Letter {
                    bytes: [first.cluster, first.cluster + own.trim_end().len() as u32],
                    at: first.at,
                    advance,
                    line: first.line,
                    word: first.word,
                    font: place(order, first.font),
                    glyphs: [from as u32, to as u32],
                });
            }
            from = to;
        }
        Ok(())
    }

    /// The row of a letter whose glyphs were [written down](Spelling::write_glyphs); `name` is another one for every such text.
    ///
    /// # Errors
    /// What there is no room for.
    pub(crate) fn lay_letter(&mut self, name: [u32; 2], written: &str, order: &[u16]) -> Result<u32, Full> {
        // No text that is laid out has such lines, so that one which says the same is another.
        let setting = Setting { leading: f32::INFINITY, ..Setting::default() };
        self.find_or_set(name, order, &setting, |sheet| sheet.set_letter(written, order))
    }

    fn set_letter(&mut self, written: &str, order: &[u16]) -> Result<Block, Full> {
        let begin = self.glyph_count();
        let mut ink = Bounds::EMPTY;
        for (font, glyph, at) in written.split_ascii_whitespace().filter_map(read_glyph) {
            let Some(&font) = order.get(usize::from(font)) else { continue };
            let Some(outline) = self.outline_of(font, glyph)? else { continue };
            let bounds = self.bounds(outline);
            if !bounds.is_empty() {
                ink = ink.with(bounds.moved(at));
            }
            self.push_glyph(Glyph { outline, font: u32::from(font), id: glyph, at })?;
        }
        Ok(Block { glyphs: [begin as u32, self.glyph_count() as u32], area: ink, ink })
    }
}
