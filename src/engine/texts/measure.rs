//! How wide and how high texts are that change: for signals and for elements, so that boxes fit words.

use crate::engine::error::TextFault;
use crate::engine::letters::{BYTES, EMS_MAX, Made, Numbers, SAMPLES, Sayer};
use crate::engine::plan::Plan;
use crate::engine::plan::said::{MeasuredText, depth};
use crate::letters::{Font, Setting, Typesetter};
use crate::lists::Texts;
use crate::math::hash::hash2;
use crate::world::Capacity;

/// Lays texts out to measure them. What a text measures is a function of the text and the style, and of the last text of each style
/// it is known.
#[derive(Debug)]
pub(crate) struct Measurer {
    /// None where nothing is measured.
    typesetter: Option<Typesetter>,
    fonts: Vec<Font>,
    styles: Vec<Style>,
    /// What elements say that are measured.
    sayer: Sayer,
    kept: Kept,
}

/// What texts of elements measure, found again by what they say and how they are laid out. When it is full all of it goes: what a text
/// measures is a function of these, so nobody sees when.
#[derive(Debug)]
struct Kept {
    room: u32,
    used: u32,
    /// Probed one by one, at most half full.
    entries: Vec<Entry>,
}

/// A text that was measured.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Of its bytes.
    hash: u64,
    /// The bits of how wide its lines are.
    lines: u32,
    /// [`Entry::NONE`] where nothing is.
    style: u32,
    sides: [f32; 2],
}

impl Entry {
    const NONE: u32 = u32::MAX;
    const NOTHING: Self = Self { hash: 0, lines: 0, style: Self::NONE, sides: [0.0; 2] };
}

impl Kept {
    fn new(room: u32) -> Self {
        Self { room, used: 0, entries: vec![Entry::NOTHING; Self::places(room)] }
    }

    fn places(room: u32) -> usize {
        if room == 0 { 0 } else { (2 * room as usize).next_power_of_two() }
    }

    fn bytes_for(room: u32) -> usize {
        Self::places(room) * size_of::<Entry>()
    }

    /// What was measured; else where it goes, if there is any room at all.
    fn find(&self, hash: u64, lines: u32, style: u32) -> Result<[f32; 2], usize> {
        let last = self.entries.len().wrapping_sub(1);
        let begin = hash2(hash2(hash as u32, (hash >> 32) as u32), hash2(lines, style));
        let mut at = begin as usize & last;
        while let Some(entry) = self.entries.get(at) {
            if entry.style == Entry::NONE {
                break;
            }
            if (entry.hash, entry.lines, entry.style) == (hash, lines, style) {
                return Ok(entry.sides);
            }
            at = (at + 1) & last;
        }
        Err(at)
    }

    fn keep(&mut self, entry: Entry) {
        if self.used >= self.room {
            self.entries.fill(Entry::NOTHING);
            self.used = 0;
        }
        if let Err(at) = self.find(entry.hash, entry.lines, entry.style)
            && let Some(place) = self.entries.get_mut(at)
        {
            *place = entry;
            self.used += 1;
        }
    }
}

/// How many steps of texts of elements are on the stack at once, and for how many of these texts there is room.
fn room(plan: &Plan, capacity: &Capacity) -> (usize, u32) {
    let depth = plan.measured.iter().map(|text| depth(&text.steps)).max().unwrap_or(0);
    (depth, if depth == 0 { 0 } else { capacity.laid_texts })
}

#[derive(Debug)]
struct Style {
    /// The fonts that are asked for a character, one after the other.
    order: Vec<u16>,
    setting: Setting,
    known: Option<Known>,
}

/// A text that was measured.
#[derive(Clone, Copy, Debug)]
struct Known {
    text: u32,
    width: u64,
    sides: [f64; 2],
}

impl Measurer {
    /// For the styles of a program.
    pub(crate) fn new(plan: &Plan, capacity: &Capacity, own: &[Font]) -> Self {
        let data = plan.program.data();
        let (depth, room) = room(plan, capacity);
        let (sayer, kept) = (Sayer::new(depth), Kept::new(room));
        if data.styles.is_empty() {
            return Self { typesetter: None, fonts: Vec::new(), styles: Vec::new(), sayer, kept };
        }
        let mut fonts = plan.program.family().faces();
        let mut made = Made::new(&data.fonts, own, &mut fonts);
        let near = |ems: f64| (ems as f32).clamp(-EMS_MAX, EMS_MAX);
        let styles = data.styles.iter().map(|row| Style {
            order: made.order(row.font, row.weight, false).fonts,
            setting: Setting {
                leading: near(row.leading),
                tracking: near(row.tracking),
                ..Setting::default()
            },
            known: None,
        });
        let styles: Vec<Style> = styles.collect();
        let mut typesetter = Typesetter::new(BYTES as usize);
        // So that the shaper has its tables.
        for style in &styles {
            for text in
                SAMPLES.into_iter().chain(data.texts.iter().take(SAMPLED).map(|row| row.text.as_str()))
            {
                typesetter.lay(text, &fonts, &style.order, &Setting { width: 1.0, ..style.setting });
            }
        }
        Self { typesetter: Some(typesetter), fonts, styles, sayer, kept }
    }

    pub(crate) fn bytes_for(plan: &Plan, capacity: &Capacity) -> usize {
        let (depth, room) = room(plan, capacity);
        let of_elements = Sayer::bytes_for(depth) + Kept::bytes_for(room);
        if plan.program.data().styles.is_empty() {
            0
        } else {
            Typesetter::bytes_for(BYTES as usize) + of_elements
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let of_elements = self.sayer.bytes() + self.kept.entries.len() * size_of::<Entry>();
        if self.styles.is_empty() { 0 } else { Typesetter::bytes_for(BYTES as usize) + of_elements }
    }

    /// Makes room for more texts of elements.
    pub(super) fn grow(&mut self, to: &Capacity) {
        if self.kept.room > 0 && to.laid_texts > self.kept.room {
            self.kept = Kept::new(to.laid_texts);
        }
    }

    /// Numbers of texts may be those of others from now on.
    pub(super) fn forget(&mut self) {
        self.styles.iter_mut().for_each(|style| style.known = None);
    }

    /// The width or the height of the text of each element, in sizes. `read` gives what it is made of, by its place.
    ///
    /// # Errors
    /// When a text gets too long.
    pub(super) fn measure_each<'a>(
        &mut self,
        texts: &Texts,
        text: &MeasuredText,
        read: impl Fn(usize) -> Numbers<'a>,
        results: &mut [f32],
    ) -> Result<(), TextFault> {
        let Self { typesetter: Some(typesetter), fonts, styles, sayer, kept } = self else { return Ok(()) };
        let Some(Style { order, setting, .. }) = styles.get(text.style as usize) else { return Ok(()) };
        let lines = read(text.lines);
        for (index, result) in results.iter_mut().enumerate() {
            let said = sayer.say(texts, (&text.steps, index), &read)?;
            let lines = lines.float(index) as f32;
            let width = if lines > 0.0 { lines } else { f32::INFINITY };
            let hash = twox_hash::XxHash3_64::oneshot(said.as_bytes());
            let sides = match kept.find(hash, width.to_bits(), text.style) {
                Ok(sides) => sides,
                Err(_) => {
                    let laid = typesetter.lay(said, fonts, order, &Setting { width, ..*setting });
                    let sides = laid.sides().map(|side| side as f32);
                    kept.keep(Entry { hash, lines: width.to_bits(), style: text.style, sides });
                    sides
                }
            };
            *result = sides[usize::from(text.is_height)];
        }
        Ok(())
    }

    /// Width and height of a text, in sizes, with lines of some width, which is none where that is not above 0.
    pub(super) fn measure(&mut self, style: u32, (number, text): (u32, &str), width: f64) -> [f64; 2] {
        let Self { typesetter: Some(typesetter), fonts, styles, .. } = self else { return [0.0; 2] };
        let Some(Style { order, setting, known }) = styles.get_mut(style as usize) else { return [0.0; 2] };
        if let Some(known) = known.filter(|known| known.text == number && known.width == width.to_bits()) {
            return known.sides;
        }
        let width_of_lines = if width > 0.0 { width as f32 } else { f32::INFINITY };
        let laid = typesetter.lay(text, fonts, order, &Setting { width: width_of_lines, ..*setting });
        let sides = laid.sides();
        *known = Some(Known { text: number, width: width.to_bits(), sides });
        sides
    }
}

/// How many texts of a program are tried out at load, for their scripts.
const SAMPLED: usize = 64;
