//! A face of a font file: which characters it has, its metrics, its outlines.

use std::fmt;

use harfrust::font::Font as Face;
use harfrust::font::glyph::GlyphSourceOrder;
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{GlyphId, Tag};

use super::family::Family;
use super::runs;
use crate::draw::{NoRoom, Outline, Outlines, Verb};

/// How heavy letters are, from 1 to 1000: 400 is regular, 700 bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(pub u16);

impl Weight {
    /// 400.
    pub const REGULAR: Self = Self(400);
    /// 700.
    pub const BOLD: Self = Self(700);
}

/// Something of a font that can be set, such as how heavy it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// Its four letters: `wght`, `wdth`.
    pub tag: [u8; 4],
    /// The least that it can be set to.
    pub least: f32,
    /// What it is where nothing is said.
    pub usual: f32,
    /// The most that it can be set to.
    pub most: f32,
}

/// Why bytes are no font to draw with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontError {
    /// They are of no format that is known.
    NotAFont,
    /// The file has faces, but not so many.
    NoFace {
        /// Which was asked for.
        index: u32,
        /// How many there are.
        faces: u32,
    },
    /// Glyphs are pictures or missing.
    NoOutlines,
    /// There is no table of characters.
    NoCharacters,
    /// It is a weight of the family that comes with pavane, and the program has been read with none: see
    /// [`Program::from_json_with`](crate::Program::from_json_with).
    NotGiven,
}

impl fmt::Display for FontError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFont => {
                f.write_str("this is no font: expected TrueType or OpenType, alone or in a collection")
            }
            Self::NoFace { index, faces } => write!(f, "there is no face {index}: the file has {faces}"),
            Self::NoOutlines => f.write_str("this font has no outlines, so it cannot be drawn at any size"),
            Self::NoCharacters => f.write_str("this font does not say which glyphs its characters have"),
            Self::NotGiven => f.write_str("whoever has read the program has not given its file"),
        }
    }
}

impl std::error::Error for FontError {}

/// A face of a font file at one place of its axes. A clone shares the file.
#[derive(Clone)]
pub struct Font {
    pub(super) face: Face,
    /// Units in an em.
    pub(super) em: f64,
    /// From the baseline up to the top of a line, in ems.
    pub(super) ascent: f32,
    /// From the baseline down to the bottom of a line, in ems.
    pub(super) descent: f32,
    /// From the baseline up to the top of capitals, in ems.
    pub(super) capital: f32,
    /// What of it was set.
    set: Vec<([u8; 4], f32)>,
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { face, em, .. } = self;
        f.debug_struct("Font").field("em", em).field("glyphs", &face.num_glyphs()).finish_non_exhaustive()
    }
}

impl Font {
    /// A face of a file: TrueType or OpenType, alone (face 0) or in a collection.
    ///
    /// ```
    /// use pavane::letters::{Font, FontError};
    ///
    /// assert_eq!(Font::new(b"no font".to_vec(), 0).unwrap_err(), FontError::NotAFont);
    /// ```
    ///
    /// # Errors
    /// When there is no such face, or it has no outlines.
    pub fn new(bytes: Vec<u8>, face: u32) -> Result<Self, FontError> {
        let faces = faces(&bytes);
        match Face::new(bytes, face) {
            Some(face) => Self::of(face),
            None if faces > 0 && face >= faces => Err(FontError::NoFace { index: face, faces }),
            None => Err(FontError::NotAFont),
        }
    }

    /// The family that comes with the library, Noto Sans, in the weight that is nearest. None where it cannot be read, which
    /// a test excludes.
    pub fn builtin(weight: Weight) -> Option<Self> {
        Face::new(Family::file(weight).1, 0).and_then(|face| Self::of(face).ok())
    }

    fn of(face: Face) -> Result<Self, FontError> {
        // Components of VARC are turned by platform functions, whose bits differ.
        if face.outline_glyphs_with(GlyphSourceOrder::BASE_OUTLINES).is_empty() {
            return Err(FontError::NoOutlines);
        }
        if !face.charmap().has_unicode() {
            return Err(FontError::NoCharacters);
        }
        let em = f64::from(face.units_per_em());
        let metrics = face.metrics();
        let line = match metrics.use_typo_metrics {
            true => metrics.typo_line.or(metrics.hhea_line),
            false => metrics.hhea_line.or(metrics.typo_line),
        };
        let ems = |units: f64| (units / em) as f32;
        let ascent = line.map_or(0.8, |line| ems(line.ascender.to_f64()));
        let descent = line.map_or(0.2, |line| ems(0.0 - line.descender.to_f64()));
        let capital = metrics.cap_height.map(|height| ems(height.to_f64())).filter(|height| *height > 0.0);
        Ok(Self { face, em, ascent, descent, capital: capital.unwrap_or(0.7), set: Vec::new() })
    }

    /// The same font at another place of its axes: each by its four letters, `wght` or `wdth`. What it has not is left out,
    /// values are kept within what the font allows, and axes that are not named stay where they are.
    #[must_use]
    pub fn at(&self, axes: &[([u8; 4], f32)]) -> Self {
        let is_kept = |&&(tag, _): &&([u8; 4], f32)| axes.iter().all(|&(other, _)| other != tag);
        let set: Vec<([u8; 4], f32)> = self.set.iter().filter(is_kept).chain(axes).copied().collect();
        let variations = set.iter().map(|&(tag, value)| (Tag::new(&tag), value));
        let face = self.face.instance_builder().variations(variations).build();
        Self::of(face).map_or_else(|_| self.clone(), |font| Self { set, ..font })
    }

    /// What of it can be set: nothing of most fonts.
    pub fn axes(&self) -> Vec<Axis> {
        let axis = |axis: harfrust::font::variation::Axis| Axis {
            tag: axis.tag().to_be_bytes(),
            least: axis.min_value(),
            usual: axis.default_value(),
            most: axis.max_value(),
        };
        self.face.axes().iter().map(axis).collect()
    }

    /// What can be set of how heavy it is, if it has several weights and none was set.
    pub fn weights(&self) -> Option<Axis> {
        let is_set = self.set.iter().any(|(tag, _)| tag == b"wght");
        self.axes().into_iter().find(|axis| axis.tag == *b"wght" && !is_set)
    }

    /// The same font at a weight, where it has several and none was set.
    #[must_use]
    pub fn at_weight(&self, weight: f32) -> Self {
        match self.weights() {
            Some(_) => self.at(&[(*b"wght", weight)]),
            None => self.clone(),
        }
    }

    /// Whether it has a glyph for a character.
    pub fn has(&self, character: char) -> bool {
        self.face.charmap().map_unicode(character).is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// The characters of a text that it has no glyph for, each once, but for those that are not seen.
    pub fn lacks(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for character in text.chars() {
            if !runs::is_unseen(character) && !self.has(character) && !missing.contains(&character) {
                missing.push(character);
            }
        }
        missing
    }

    /// The outline of a glyph, put behind others; `scratch` is room for it.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(super) fn outline(
        &self,
        glyph: u32,
        outlines: &mut Outlines,
        scratch: &mut Scratch,
    ) -> Result<u32, NoRoom> {
        let Scratch { memory, verbs, points } = scratch;
        verbs.clear();
        points.clear();
        let of_face = self.face.outline_glyphs_with(GlyphSourceOrder::BASE_OUTLINES);
        if let Some(outline) = of_face.get(GlyphId::new(glyph)) {
            let needed = outline.required_memory_size();
            if memory.len() < needed {
                memory.resize(needed, 0);
            }
            let mut pen = Pen { em: self.em, verbs, points };
            let drawn = outline.draw(&DrawOptions::new(), DrawMemory::Buffer(memory), &mut pen);
            // A glyph that is broken in the file is not drawn.
            if drawn.is_err() {
                verbs.clear();
                points.clear();
            }
        }
        outlines.push(Outline { verbs, points })
    }
}

/// How many faces a file has that is a font: 0 for others.
fn faces(bytes: &[u8]) -> u32 {
    match bytes.first_chunk::<4>() {
        Some(b"ttcf") => {
            bytes.get(8..12).and_then(|count| count.try_into().ok()).map_or(0, u32::from_be_bytes)
        }
        Some(b"OTTO" | b"true" | [0, 1, 0, 0]) => 1,
        Some(_) | None => 0,
    }
}

/// Room to read outlines in.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    memory: Vec<u8>,
    verbs: Vec<Verb>,
    points: Vec<[f32; 2]>,
}

impl Scratch {
    /// Bytes that one has room for, and points.
    const ROOM: [usize; 2] = [1 << 15, 1 << 10];

    pub(super) fn new() -> Self {
        let [bytes, points] = Self::ROOM;
        Self { memory: vec![0; bytes], verbs: Vec::with_capacity(points), points: Vec::with_capacity(points) }
    }
}

/// Takes an outline down in ems, with y down.
struct Pen<'a> {
    em: f64,
    verbs: &'a mut Vec<Verb>,
    points: &'a mut Vec<[f32; 2]>,
}

impl Pen<'_> {
    fn put(&mut self, verb: Verb, points: &[[f32; 2]]) {
        self.verbs.push(verb);
        let em = self.em;
        let ems = |units: f32| (f64::from(units) / em) as f32;
        self.points.extend(points.iter().map(|&[x, y]| [ems(x), 0.0 - ems(y)]));
    }
}

impl PathSink for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put(Verb::Move, &[[x, y]]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.put(Verb::Line, &[[x, y]]);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.put(Verb::Quad, &[[cx0, cy0], [x, y]]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.put(Verb::Cubic, &[[cx0, cy0], [cx1, cy1], [x, y]]);
    }

    fn close(&mut self) {
        self.put(Verb::Close, &[]);
    }
}
