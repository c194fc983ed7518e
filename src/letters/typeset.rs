//! Lays a text out: runs, lines, glyphs in their places.

use std::fmt;

use harfrust::{Buffer, BufferFlags, Direction, Feature, Script, ShapeOptions, ShapePlan, ShaperFont, Tag};

use super::Font;
use super::lines::{Line, break_lines};
use super::runs::{self, Run};
use crate::draw::{Align, Anchor, Bounds};

/// How a text is laid out. Lengths are in ems: shares of the size that it is drawn at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Where lines are from where the text is put.
    pub align: Align,
    /// Which height of it is there.
    pub anchor: Anchor,
    /// How wide a line may be; infinite where only the text ends lines.
    pub width: f32,
    /// From one baseline to the next.
    pub leading: f32,
    /// Put between letters. Where it is not 0, letters do not join.
    pub tracking: f32,
}

impl Setting {
    /// From one baseline to the next, where nothing else is said.
    pub const LEADING: f32 = 1.2;
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            align: Align::default(),
            anchor: Anchor::default(),
            width: f32::INFINITY,
            leading: Self::LEADING,
            tracking: 0.0,
        }
    }
}

/// A glyph in its place, in ems from where the text is put: x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Which of the fonts.
    pub font: u16,
    /// Its number in that font.
    pub glyph: u32,
    /// Where its origin is.
    pub at: [f32; 2],
    /// How far it is from it to the next one.
    pub advance: f32,
    /// The byte of the text at which the letters begin that it is of.
    pub cluster: u32,
    /// Which line, from 0.
    pub line: u32,
    /// Which word, from 0: what is between spaces.
    pub word: u32,
}

/// A text as it was laid out.
#[derive(Clone, Copy, Debug)]
pub struct Laid<'a> {
    /// Line by line and from left to right.
    pub glyphs: &'a [Placed],
    /// How many lines there are.
    pub lines: usize,
    /// How wide the widest line is.
    pub width: f32,
    /// Its lines from the ascent of the first to the descent of the last.
    pub area: Bounds,
    /// Characters that no font has, the first few, each once.
    pub missing: &'a [char],
}

impl Laid<'_> {
    /// How wide and how high it is, in ems: the widest line, and from the ascent of the first line to the descent of the last; 0
    /// and 0 where there is no line.
    pub fn sides(&self) -> [f64; 2] {
        let Bounds([_, top, _, bottom]) = self.area;
        let height = if self.area.is_empty() { 0.0 } else { f64::from(bottom) - f64::from(top) };
        [f64::from(self.width), height]
    }
}

/// A plan of the shaper for one font, direction and script.
struct Plan {
    font: u16,
    is_joined: bool,
    plan: ShapePlan,
}

/// Lays texts out. Keeps the shaper's plans and buffers, so laying out allocates where a text is longer than any before it, has a
/// script that is new, or letters that run from right to left.
pub struct Typesetter {
    buffer: Buffer,
    plans: Vec<Plan>,
    /// Ligatures that a font has by default, off.
    apart: [Feature; 2],
    levels: Vec<u8>,
    runs: Vec<Run>,
    lines: Vec<Line>,
    /// The runs of a line.
    pieces: Vec<Run>,
    /// Before each byte of the text: how wide all is before it.
    widths: Vec<f64>,
    /// For each byte of the text: which word it is in.
    words: Vec<u32>,
    glyphs: Vec<Placed>,
    missing: Vec<char>,
}

impl fmt::Debug for Typesetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typesetter").field("plans", &self.plans.len()).finish_non_exhaustive()
    }
}

/// How many missing characters are told.
const MISSING_MAX: usize = 16;
/// How many plans are kept; the one used longest ago goes.
const PLANS_MAX: usize = 256;
/// Widths are sums of f32 numbers of others: a line that is wider by less than this many ems fits.
const SLACK: f64 = 1e-4;

impl Typesetter {
    /// One with room for texts of so many bytes.
    pub fn new(bytes: usize) -> Self {
        let mut buffer = Buffer::new();
        // A glyph may become several.
        buffer.reserve(bytes + bytes / 2);
        let off = |tag: &[u8; 4]| Feature::new(Tag::new(tag), 0, ..);
        Self {
            buffer,
            plans: Vec::with_capacity(PLANS_MAX),
            apart: [off(b"liga"), off(b"clig")],
            levels: Vec::new(),
            runs: Vec::with_capacity(bytes),
            lines: Vec::with_capacity(bytes + 1),
            pieces: Vec::with_capacity(bytes),
            widths: Vec::with_capacity(bytes + 1),
            words: Vec::with_capacity(bytes),
            glyphs: Vec::with_capacity(bytes + bytes / 2),
            missing: Vec::with_capacity(MISSING_MAX),
        }
    }

    /// Bytes that one with such room keeps on the heap, about: what the shaper keeps by itself is not known.
    pub(crate) fn bytes_for(bytes: usize) -> usize {
        bytes
            * (2 * size_of::<Run>()
                + size_of::<Line>()
                + size_of::<f64>()
                + size_of::<u32>()
                + 2 * size_of::<Placed>()
                + 2 * 40)
    }

    /// Lays a text out with the fonts in `order`: a character takes the first of them that has it.
    ///
    /// ```
    /// use pavane::letters::{Font, Setting, Typesetter, Weight};
    ///
    /// let fonts = [Font::builtin(Weight::REGULAR).unwrap()];
    /// let mut typesetter = Typesetter::new(64);
    /// let laid = typesetter.lay("fi ne", &fonts, &[0], &Setting::default());
    /// assert_eq!((laid.lines, laid.glyphs[4].word, laid.missing.len()), (1, 1, 0));
    /// ```
    pub fn lay(&mut self, text: &str, fonts: &[Font], order: &[u16], setting: &Setting) -> Laid<'_> {
        self.missing.clear();
        self.glyphs.clear();
        runs::levels(text, &mut self.levels);
        runs::cut(text, &self.levels, (fonts, order), &mut self.runs, &mut self.missing);
        self.count_words(text);
        self.measure(text, fonts, setting);
        // Behind the last letter of a line nothing is put.
        let width = f64::from(setting.width) + f64::from(setting.tracking) + SLACK;
        break_lines(text, width, &self.widths, &mut self.lines);
        let first = order.first().and_then(|&font| fonts.get(font as usize));
        let rise = first.map_or(0.0, |font| self.rise(font, setting));
        let mut area = Bounds::EMPTY;
        let mut widest = 0.0_f32;
        for line in 0..self.lines.len() {
            let baseline = rise + line as f32 * setting.leading;
            let begin = self.glyphs.len();
            let width = self.line(text, fonts, setting, line);
            let left = match setting.align {
                Align::Left => 0.0,
                Align::Center => width * -0.5,
                Align::Right => 0.0 - width,
            };
            for glyph in &mut self.glyphs[begin..] {
                glyph.at = [glyph.at[0] + left, glyph.at[1] + baseline];
            }
            widest = widest.max(width);
            let (up, down) = first.map_or((0.0, 0.0), |font| (font.ascent, font.descent));
            area = area.with(Bounds([left, baseline - up, left + width, baseline + down]));
        }
        Laid { glyphs: &self.glyphs, lines: self.lines.len(), width: widest, area, missing: &self.missing }
    }

    /// Where the first baseline is.
    fn rise(&self, font: &Font, setting: &Setting) -> f32 {
        let last = self.lines.len().saturating_sub(1) as f32 * setting.leading;
        match setting.anchor {
            Anchor::Baseline => 0.0,
            Anchor::Top => font.ascent,
            Anchor::Middle => (font.capital - last) * 0.5,
            Anchor::Bottom => 0.0 - last - font.descent,
        }
    }

    /// Which word each byte is in.
    fn count_words(&mut self, text: &str) {
        self.words.clear();
        let (mut word, mut is_within, mut was_any) = (0, false, false);
        for character in text.chars() {
            let is_space = character.is_whitespace();
            if !is_space && !is_within && was_any {
                word += 1;
            }
            is_within = !is_space;
            was_any |= !is_space;
            (0..character.len_utf8()).for_each(|_| self.words.push(word));
        }
    }

    /// How wide all before each byte is, where lines may have to be broken.
    fn measure(&mut self, text: &str, fonts: &[Font], setting: &Setting) {
        self.widths.clear();
        if !setting.width.is_finite() {
            return;
        }
        self.widths.resize(text.len() + 1, 0.0);
        for at in 0..self.runs.len() {
            let run = self.runs[at];
            let Some(font) = self.shape(text, fonts, run, setting) else { continue };
            let mut last = None;
            for (info, position) in self.buffer.glyph_infos().iter().zip(self.buffer.glyph_positions()) {
                let width = &mut self.widths[info.cluster as usize + 1];
                *width += f64::from(position.x_advance) / font.em;
                if last.replace(info.cluster) != Some(info.cluster) {
                    *width += f64::from(setting.tracking);
                }
            }
        }
        let mut sum = 0.0;
        for width in &mut self.widths {
            sum += *width;
            *width = sum;
        }
    }

    /// Puts the glyphs of a line behind what there is, from x 0 on; gives its width.
    fn line(&mut self, text: &str, fonts: &[Font], setting: &Setting, line: usize) -> f32 {
        let [from, to] = self.lines[line];
        self.pieces.clear();
        let within = |run: &Run| Run { start: run.start.max(from), end: run.end.min(to), ..*run };
        self.pieces.extend(self.runs.iter().map(within).filter(|run| run.start < run.end));
        runs::put_in_sight(&mut self.pieces);
        let mut pen = 0.0;
        let mut last = None;
        for at in 0..self.pieces.len() {
            let run = self.pieces[at];
            let Some(font) = self.shape(text, fonts, run, setting) else { continue };
            for (info, position) in self.buffer.glyph_infos().iter().zip(self.buffer.glyph_positions()) {
                if last.replace(info.cluster).is_some_and(|last| last != info.cluster) {
                    pen += f64::from(setting.tracking);
                }
                let ems = |units: i32| f64::from(units) / font.em;
                self.glyphs.push(Placed {
                    font: run.font,
                    glyph: info.glyph_id,
                    at: [(pen + ems(position.x_offset)) as f32, (0.0 - ems(position.y_offset)) as f32],
                    advance: ems(position.x_advance) as f32,
                    cluster: info.cluster,
                    line: line as u32,
                    word: self.words.get(info.cluster as usize).copied().unwrap_or(0),
                });
                pen += ems(position.x_advance);
            }
        }
        pen as f32
    }

    /// Shapes a run into the buffer, knowing what is around it; gives its font.
    fn shape<'f>(&mut self, text: &str, fonts: &'f [Font], run: Run, setting: &Setting) -> Option<&'f Font> {
        let font = fonts.get(run.font as usize)?;
        let is_joined = setting.tracking == 0.0;
        let direction = if run.level % 2 == 1 { Direction::RightToLeft } else { Direction::LeftToRight };
        let script = Some(run.script).filter(|&script| script != Script::UNKNOWN);
        let plan = self.plan(font, run.font, (direction, script), is_joined);
        let (start, end) = (run.start as usize, run.end as usize);
        let buffer = &mut self.buffer;
        buffer.clear();
        buffer.set_direction(direction);
        buffer.set_script(script);
        let mut flags = BufferFlags::empty();
        flags.set(BufferFlags::BEGINNING_OF_TEXT, start == 0);
        flags.set(BufferFlags::END_OF_TEXT, end == text.len());
        buffer.set_flags(flags);
        buffer.set_pre_context(&text[..start]);
        buffer.set_post_context(&text[end..]);
        for (at, character) in text[start..end].char_indices() {
            // No font has a glyph for a tab and the like.
            let seen = if character.is_control() { ' ' } else { character };
            buffer.push(u32::from(seen), (start + at) as u32);
        }
        let features: &[Feature] = if is_joined { &[] } else { &self.apart };
        let options = ShapeOptions::new().plan(Some(&self.plans[plan].plan)).features(features);
        let shaped = harfrust::shape(&ShaperFont::new(&font.face), buffer, options);
        shaped.is_ok().then_some(font)
    }

    /// The row of a plan.
    fn plan(
        &mut self,
        font: &Font,
        number: u16,
        (direction, script): (Direction, Option<Script>),
        is_joined: bool,
    ) -> usize {
        let is_it = |plan: &Plan| {
            plan.font == number
                && plan.is_joined == is_joined
                && plan.plan.direction() == direction
                && plan.plan.script() == script
        };
        if let Some(at) = self.plans.iter().position(is_it) {
            return at;
        }
        if self.plans.len() == PLANS_MAX {
            self.plans.remove(0);
        }
        let features: &[Feature] = if is_joined { &[] } else { &self.apart };
        let plan = ShapePlan::new(&font.face, direction, script, None, features);
        self.plans.push(Plan { font: number, is_joined, plan });
        self.plans.len() - 1
    }
}
