//! Texts that are laid out, and the outlines of their glyphs, kept for as long as there is room.

use std::fmt;

use super::font::Scratch;
use super::{Font, Placed, Setting, Typesetter};
use crate::draw::{AllLetters, Block, Bounds, Glyph, Lettering, Outline, Outlines, Written, block};
use crate::math::hash::hash2;

/// How much a [`Sheet`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Laid-out texts, each once for every way in which it is laid out.
    pub texts: u32,
    /// Glyphs of all of them together.
    pub glyphs: u32,
    /// Outlines of glyphs, each once for every font.
    pub outlines: u32,
    /// Points of all outlines together.
    pub points: u32,
    /// Bytes of the longest text.
    pub bytes: u32,
}

/// What there is no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// Another text.
    Texts,
    /// The glyphs of another text.
    Glyphs,
    /// Another outline.
    Outlines,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Texts => "no room for another laid-out text",
            Self::Glyphs => "no room for the glyphs of another text",
            Self::Outlines => "no room for another outline of a glyph",
        })
    }
}

/// A text and how it is laid out.
type Key = [u32; 8];

/// Nothing in a table of numbers.
const NONE: u32 = u32::MAX;
/// How many missing characters are told.
const MISSING_MAX: usize = 16;

/// Texts that are laid out, each found again by what it is and how it is laid out, and the outlines of their glyphs.
///
/// All of it is a function of texts, fonts and settings, so that nobody sees when it is [cleared](Self::clear), but for the
/// numbers of outlines.
#[derive(Debug)]
pub struct Sheet {
    fonts: Vec<Font>,
    typesetter: Typesetter,
    scratch: Scratch,
    room: Room,
    outlines: Outlines,
    glyphs: Vec<Glyph>,
    blocks: Vec<Block>,
    keys: Vec<Key>,
    /// Blocks by their keys, at most half full, probed one by one.
    by_key: Vec<u32>,
    /// Font and glyph of each outline.
    of_glyph: Vec<[u32; 2]>,
    /// Outlines by them, likewise.
    by_glyph: Vec<u32>,
    missing: Vec<char>,
}

impl Sheet {
    /// One with some fonts.
    pub fn new(fonts: Vec<Font>, room: Room) -> Self {
        let Room { texts, glyphs, outlines, points, bytes } = room;
        Self {
            fonts,
            typesetter: Typesetter::new(bytes as usize),
            scratch: Scratch::new(),
            room,
            outlines: Outlines::new(outlines, points),
            glyphs: Vec::with_capacity(glyphs as usize),
            blocks: Vec::with_capacity(texts as usize),
            keys: Vec::with_capacity(texts as usize),
            by_key: vec![NONE; places(texts)],
            of_glyph: Vec::with_capacity(outlines as usize),
            by_glyph: vec![NONE; places(outlines)],
            missing: Vec::with_capacity(MISSING_MAX),
        }
    }

    /// Bytes that one with such room keeps on the heap.
    pub(crate) fn bytes_for(room: &Room) -> usize {
        let Room { texts, glyphs, outlines, points, bytes } = *room;
        Outlines::bytes_for(outlines, points)
            + Typesetter::bytes_for(bytes as usize)
            + glyphs as usize * size_of::<Glyph>()
            + texts as usize * (size_of::<Block>() + size_of::<Key>())
            + outlines as usize * size_of::<[u32; 2]>()
            + (places(texts) + places(outlines)) * size_of::<u32>()
    }

    /// Makes room for more of everything; what is there stays. Allocates.
    pub(crate) fn grow(&mut self, to: Room) {
        let Room { texts, glyphs, outlines, points, bytes } = self.room;
        let room = Room {
            texts: texts.max(to.texts),
            glyphs: glyphs.max(to.glyphs),
            outlines: outlines.max(to.outlines),
            points: points.max(to.points),
            bytes: bytes.max(to.bytes),
        };
        self.room = room;
        self.outlines.grow(room.outlines, room.points);
        let more = |room: u32, used: usize| (room as usize).saturating_sub(used);
        self.glyphs.reserve_exact(more(room.glyphs, self.glyphs.len()));
        self.blocks.reserve_exact(more(room.texts, self.blocks.len()));
        self.keys.reserve_exact(more(room.texts, self.keys.len()));
        self.of_glyph.reserve_exact(more(room.outlines, self.of_glyph.len()));
        let hashes = self.keys.iter().map(hash_of);
        self.by_key = table(room.texts, hashes);
        let hashes = self.of_glyph.iter().map(|of| hash2(of[0], of[1]));
        self.by_glyph = table(room.outlines, hashes);
    }

    /// What it has room for.
    pub fn room(&self) -> Room {
        self.room
    }

    /// Adds a font; gives its number. Allocates.
    pub(crate) fn add_font(&mut self, font: Font) -> u16 {
        self.fonts.push(font);
        (self.fonts.len() - 1) as u16
    }

    /// Its fonts.
    pub fn fonts(&self) -> &[Font] {
        &self.fonts
    }

    /// Characters that no font had, of texts that tell: the first few, each once.
    pub fn missing(&self) -> &[char] {
        &self.missing
    }

    /// Lets all texts and outlines go.
    pub fn clear(&mut self) {
        self.outlines.clear();
        self.glyphs.clear();
        self.blocks.clear();
        self.keys.clear();
        self.of_glyph.clear();
        self.by_key.fill(NONE);
        self.by_glyph.fill(NONE);
    }

    /// Lays a text out and keeps nothing of it, so that the shaper has its tables.
    pub(crate) fn try_out(&mut self, text: &str, order: &[u16], setting: &Setting) {
        let Self { fonts, typesetter, scratch, outlines, .. } = self;
        for placed in typesetter.lay(text, fonts, order, setting).glyphs {
            if let Some(font) = fonts.get(placed.font as usize) {
                // Where there is no room for it, there is none for any.
                let _is_there = font.outline(placed.glyph, outlines, scratch);
            }
        }
        self.clear();
    }

    /// The row of a text that is laid out with the fonts in `order`; `name` is another one for every text. Where it `tells`, its
    /// characters that no font has are [noted](Self::missing).
    ///
    /// # Errors
    /// What there is no room for.
    pub fn lay(
        &mut self,
        name: [u32; 2],
        text: &str,
        order: &[u16],
        setting: &Setting,
        tells: bool,
    ) -> Result<u32, Full> {
        self.find_or_set(name, order, setting, |sheet| sheet.set(text, order, setting, tells))
    }

    /// The row of what is found by a name and how it is laid out, or of what is made for it.
    pub(super) fn find_or_set(
        &mut self,
        name: [u32; 2],
        order: &[u16],
        setting: &Setting,
        make: impl FnOnce(&mut Self) -> Result<Block, Full>,
    ) -> Result<u32, Full> {
        let key = key(name, order, setting);
        let last = self.by_key.len().wrapping_sub(1);
        let mut at = hash_of(&key) as usize & last;
        loop {
            match self.by_key.get(at) {
                Some(&row) if self.keys.get(row as usize) == Some(&key) => return Ok(row),
                Some(&NONE) => break,
                Some(_) => at = (at + 1) & last,
                None => return Err(Full::Texts),
            }
        }
        if self.blocks.len() >= self.room.texts as usize {
            return Err(Full::Texts);
        }
        let begin = self.glyphs.len();
        let block = match make(self) {
            Ok(block) => block,
            Err(full) => {
                self.glyphs.truncate(begin);
                return Err(full);
            }
        };
        let row = self.blocks.len() as u32;
        self.blocks.push(block);
        self.keys.push(key);
        self.by_key[at] = row;
        Ok(row)
    }

    /// Lays a text out behind the others.
    fn set(&mut self, text: &str, order: &[u16], setting: &Setting, tells: bool) -> Result<Block, Full> {
        let Self { fonts, typesetter, scratch, outlines, glyphs, of_glyph, by_glyph, missing, .. } = self;
        let laid = typesetter.lay(text, fonts, order, setting);
        let begin = glyphs.len();
        if begin + laid.glyphs.len() > self.room.glyphs as usize {
            return Err(Full::Glyphs);
        }
        if tells {
            note(missing, laid.missing);
        }
        let mut ink = Bounds::EMPTY;
        for placed in laid.glyphs {
            let of = (placed.font, placed.glyph);
            let known = (&mut *outlines, &mut *of_glyph, &mut *by_glyph);
            let Some(outline) = outline_of(of, (fonts, scratch), known)? else { continue };
            let bounds = outlines.bounds(outline);
            if !bounds.is_empty() {
                ink = ink.with(bounds.moved(placed.at));
            }
            glyphs.push(Glyph { outline, font: u32::from(placed.font), id: placed.glyph, at: placed.at });
        }
        Ok(Block { glyphs: [begin as u32, glyphs.len() as u32], area: laid.area, ink })
    }

    /// The glyphs of a text in their places; nothing of it is kept. Its characters that no font has are noted.
    pub(super) fn lay_anew(&mut self, text: &str, order: &[u16], setting: &Setting) -> &[Placed] {
        let laid = self.typesetter.lay(text, &self.fonts, order, setting);
        note(&mut self.missing, laid.missing);
        laid.glyphs
    }

    /// The outline of a glyph; none where there is no such font.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(crate) fn outline_of(&mut self, font: u16, glyph: u32) -> Result<Option<u32>, Full> {
        let Self { fonts, scratch, outlines, of_glyph, by_glyph, .. } = self;
        outline_of((font, glyph), (fonts, scratch), (outlines, of_glyph, by_glyph))
    }

    /// The box of an outline.
    pub(super) fn bounds(&self, outline: u32) -> Bounds {
        self.outlines.bounds(outline)
    }

    /// How many glyphs there are of all texts.
    pub(super) fn glyph_count(&self) -> usize {
        self.glyphs.len()
    }

    /// Puts a glyph behind the others.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(super) fn push_glyph(&mut self, glyph: Glyph) -> Result<(), Full> {
        if self.glyphs.len() >= self.room.glyphs as usize {
            return Err(Full::Glyphs);
        }
        self.glyphs.push(glyph);
        Ok(())
    }

    /// An outline by its number.
    pub(crate) fn outline(&self, number: u32) -> Outline<'_> {
        self.outlines.get(number)
    }

    /// A text by its row.
    pub fn get(&self, row: u32) -> Lettering<'_> {
        block(&self.outlines, &self.glyphs, self.blocks.get(row as usize))
    }

    /// All of it, with which of its texts passes are.
    pub(crate) fn all<'a>(&'a self, passes: &'a [Written]) -> AllLetters<'a> {
        AllLetters { outlines: &self.outlines, glyphs: &self.glyphs, blocks: &self.blocks, passes }
    }

    /// How far any text reaches from where it is put, along x and along y, in ems.
    pub(crate) fn reach(&self, rows: &[u32]) -> [f32; 2] {
        let furthest = |[x, y]: [f32; 2], row: &u32| {
            let [right, down] = self.get(*row).ink.reach();
            [x.max(right), y.max(down)]
        };
        rows.iter().fold([0.0; 2], furthest)
    }
}

/// The table of outlines by font and glyph.
struct Find<'a> {
    of_glyph: &'a mut Vec<[u32; 2]>,
    by_glyph: &'a mut Vec<u32>,
}

/// The outline of a glyph among those that are known, or a new one; none where there is no such font.
fn outline_of(
    (font, glyph): (u16, u32),
    (fonts, scratch): (&[Font], &mut Scratch),
    (outlines, of_glyph, by_glyph): (&mut Outlines, &mut Vec<[u32; 2]>, &mut Vec<u32>),
) -> Result<Option<u32>, Full> {
    let of = [u32::from(font), glyph];
    let mut find = Find { of_glyph, by_glyph };
    let at = match find.look(of) {
        Ok(outline) => return Ok(Some(outline)),
        Err(at) => at,
    };
    let Some(font) = fonts.get(font as usize) else { return Ok(None) };
    let outline = font.outline(glyph, outlines, scratch).map_err(|_| Full::Outlines)?;
    find.enter(at, of, outline);
    Ok(Some(outline))
}

/// Notes characters that no font has, each once, while there is room.
fn note(missing: &mut Vec<char>, characters: &[char]) {
    for &character in characters {
        if missing.len() < missing.capacity() && !missing.contains(&character) {
            missing.push(character);
        }
    }
}

impl Find<'_> {
    /// The outline of a glyph, or where it is to be entered.
    fn look(&self, of: [u32; 2]) -> Result<u32, usize> {
        let last = self.by_glyph.len().wrapping_sub(1);
        let mut at = hash2(of[0], of[1]) as usize & last;
        loop {
            match self.by_glyph.get(at) {
                Some(&outline) if self.of_glyph.get(outline as usize) == Some(&of) => return Ok(outline),
                Some(&NONE) | None => return Err(at),
                Some(_) => at = (at + 1) & last,
            }
        }
    }

    fn enter(&mut self, at: usize, of: [u32; 2], outline: u32) {
        self.of_glyph.push(of);
        if let Some(place) = self.by_glyph.get_mut(at) {
            *place = outline;
        }
    }
}

/// What a text is found by.
fn key([text, again]: [u32; 2], order: &[u16], setting: &Setting) -> Key {
    let &Setting { align, anchor, width, leading, tracking } = setting;
    let font = order.iter().fold(0, |hash, &font| hash2(hash, u32::from(font) + 1));
    let bits = |number: f32| (number + 0.0).to_bits();
    [text, again, font, align as u32, anchor as u32, bits(width), bits(leading), bits(tracking)]
}

fn hash_of(key: &Key) -> u32 {
    key.iter().fold(0, |hash, &part| hash2(hash, part))
}

/// A table with room for so many things, and those that there are in it, by their hashes.
fn table(things: u32, hashes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut table = vec![NONE; places(things)];
    let last = table.len().wrapping_sub(1);
    for (row, hash) in (0..).zip(hashes) {
        let mut at = hash as usize & last;
        while table[at] != NONE {
            at = (at + 1) & last;
        }
        table[at] = row;
    }
    table
}

/// Places for so many things.
fn places(things: u32) -> usize {
    match things {
        0 => 0,
        _ => (2 * things as usize).next_power_of_two(),
    }
}
