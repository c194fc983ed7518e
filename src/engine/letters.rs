//! Texts that passes draw: before passes are put together, each element's text is found among those that are laid out, or laid out.
//!
//! What is laid out is a function of the text and of how it is laid out, so it is kept from frame to frame, and where there is no
//! room for another all of it goes and this frame's are laid out anew: nobody sees when.

use super::EngineError;
use super::error::{Fault, TextFault};
use super::passes::{Assembly, Values};
use super::plan::said::{Say, depth};
use super::plan::{PassPlan, Plan, Source, TextPlan};
use super::texts::{self, RunTexts};
use crate::draw::{AllLetters, Written};
use crate::letters::{Font, Room, Setting, Sheet, Weight};
use crate::math::hash::hash2;
use crate::program::meaning::TextOp;
use crate::program::{FontRow, ProgramData};
use crate::world::Capacity;

/// Points of an outline, as many as there is room for on average.
const POINTS_OF_OUTLINE: u32 = 64;
/// Bytes of a text that is laid out without an allocation.
const BYTES: u32 = 1024;
/// The most that lines and letters are apart, in ems: with more a long text would leave the numbers that places have.
const EMS_MAX: f32 = 1000.0;
/// How many texts of a program are tried out at load, for their scripts.
const TRIED: usize = 64;
/// The weights of the family that comes with it, in the order of its fonts.
const WEIGHTS: [Weight; 2] = [Weight::REGULAR, Weight::BOLD];
/// Shaped once at load, so that the shaper has its tables: letters, and digits that are of no script.
const SAMPLES: [&str; 2] =
    ["Hamburgefonstiv AVATAR office fjord 0123456789 .,:;!?'\"()-+%/&", "0123456789 .,:-+%/"];

/// What passes write, and what of it is laid out.
#[derive(Debug)]
pub(crate) struct Letters {
    sheet: Sheet,
    /// Per pass that is a text.
    passes: Vec<Written>,
    /// Likewise: the fonts that are asked for a character, one after the other.
    orders: Vec<Order>,
    sayer: Sayer,
}

/// Steps of a weight that moves, between the lightest and the heaviest of a font.
const STEPS: u16 = 64;
/// No font: of a step that was not looked at yet.
const NONE: u16 = u16::MAX;

/// The fonts that are asked for a character of a pass, one after the other.
#[derive(Clone, Debug)]
struct Order {
    fonts: Vec<u16>,
    /// Of those that have all weights, where the weight of the pass moves: which they are, and the same fonts step by step.
    moving: Vec<Moving>,
}

/// A font all of whose weights may be drawn.
#[derive(Clone, Debug)]
struct Moving {
    /// Its place in the order.
    place: usize,
    font: Font,
    least: f32,
    most: f32,
    steps: Vec<u16>,
}

impl Order {
    /// The fonts at a weight. Makes those that are new, which allocates.
    fn at(&mut self, sheet: &mut Sheet, weight: f32) -> &[u16] {
        // The family that comes with it is the last, and has two.
        if let Some(last) = self.fonts.last_mut() {
            *last = builtin(weight.clamp(1.0, 1000.0) as u16);
        }
        for Moving { place, font, least, most, steps } in &mut self.moving {
            let span = *most - *least;
            let share = if span > 0.0 { (weight.clamp(*least, *most) - *least) / span } else { 0.0 };
            let step = (share * f32::from(STEPS) + 0.5) as usize;
            let Some(known) = steps.get_mut(step) else { continue };
            if *known == NONE {
                let weight = *least + span * (step as f32 / f32::from(STEPS));
                *known = sheet.add_font(font.at_weight(weight));
            }
            self.fonts[*place] = *known;
        }
        &self.fonts
    }
}

/// A font of a program.
///
/// # Errors
/// When it is none.
pub(super) fn font(row: &FontRow) -> Result<Font, EngineError> {
    let bytes = row.data.bytes().map_or_else(Vec::new, |bytes| bytes.to_vec());
    let font =
        Font::new(bytes, row.face).map_err(|error| EngineError::Font { font: row.name.clone(), error })?;
    Ok(font.at(&axes(row)))
}

/// What is set of a font.
fn axes(row: &FontRow) -> Vec<([u8; 4], f32)> {
    let axis = |(tag, &place): (&String, &f64)| Some((*tag.as_bytes().first_chunk()?, place as f32));
    row.axes.iter().zip(&row.places).filter_map(axis).collect()
}

/// The number of the font that comes with it, by its weight.
fn builtin(weight: u16) -> u16 {
    WEIGHTS.iter().position(|&known| known == nearest(weight)).unwrap_or(0) as u16
}

/// Adds the fonts that passes are drawn with to `fonts`, behind those that come with it; gives those of each pass.
fn orders(plan: &Plan, own: &[Font], fonts: &mut Vec<Font>) -> Vec<Order> {
    let rows = &plan.program.data().fonts;
    let mut made: Vec<(u32, u16, u16)> = Vec::new();
    let of_pass = |pass: &PassPlan| {
        let text = pass.text?;
        let is_moving = pass.attributes.writing.is_some_and(|writing| writing.weight.is_some());
        let (mut order, mut moving) = (Vec::new(), Vec::new());
        let asked = text
            .font
            .into_iter()
            .flat_map(|font| std::iter::once(font).chain(rows[font as usize].fallback.iter().copied()));
        for row in asked {
            let font = &own[row as usize];
            let weights = font.weights();
            if let Some(axis) = weights.filter(|_| is_moving) {
                let steps = vec![NONE; usize::from(STEPS) + 1];
                let (least, most) = (axis.least, axis.most);
                moving.push(Moving { place: order.len(), font: font.clone(), least, most, steps });
            }
            let weight = if weights.is_some() { text.weight } else { 0 };
            let known = made.iter().find(|known| (known.0, known.1) == (row, weight));
            order.push(match known {
                Some(&(.., number)) => number,
                None => {
                    let number = fonts.len() as u16;
                    fonts.push(font.at_weight(f32::from(text.weight)));
                    made.push((row, weight, number));
                    number
                }
            });
        }
        order.push(builtin(text.weight));
        Some(Order { fonts: order, moving })
    };
    plan.passes.iter().filter_map(of_pass).collect()
}

/// A value of a text that is made, of each element or of all.
#[derive(Clone, Copy)]
enum Numbers<'a> {
    One(f64),
    /// The 32 bits of each.
    Each(&'a [f32]),
}

impl<'a> Numbers<'a> {
    fn new(assembly: &'a Assembly<'_>, source: Source) -> Self {
        match source {
            Source::Shown { shown, .. } if assembly.is_shown(shown) => {
                Self::Each(assembly.field(shown).f32())
            }
            Source::Register(register) | Source::Shown { base: register, .. } => {
                Self::One(assembly.number(register))
            }
            Source::Buffer(buffer) => Self::Each(assembly.field(buffer).f32()),
        }
    }

    fn is_each(self) -> bool {
        matches!(self, Self::Each(_))
    }

    /// The number of a text.
    fn text(self, index: usize) -> u32 {
        match self {
            Self::One(number) => number as u32,
            Self::Each(lanes) => lanes[index].to_bits(),
        }
    }

    fn float(self, index: usize) -> f64 {
        match self {
            Self::One(number) => number,
            Self::Each(lanes) => f64::from(lanes[index]),
        }
    }

    fn int(self, index: usize) -> f64 {
        match self {
            Self::One(number) => number,
            Self::Each(lanes) => f64::from(lanes[index].to_bits() as i32),
        }
    }

    fn bool(self, index: usize) -> bool {
        match self {
            Self::One(number) => number != 0.0,
            Self::Each(lanes) => lanes[index].to_bits() != 0,
        }
    }
}

/// Makes texts of elements, step by step. Its room is given at load; only a text that is longer than [`BYTES`] takes more.
#[derive(Debug)]
struct Sayer {
    /// The texts on the stack, and behind them those that have room for one.
    stack: Vec<String>,
    made: String,
}

impl Sayer {
    /// For texts that take so many steps on the stack.
    fn new(depth: usize) -> Self {
        let room = || String::with_capacity(if depth > 0 { BYTES as usize } else { 0 });
        Self { stack: (0..depth).map(|_| room()).collect(), made: room() }
    }

    fn bytes_for(depth: usize) -> usize {
        if depth == 0 { 0 } else { depth * size_of::<String>() + (depth + 1) * BYTES as usize }
    }

    /// What an element says.
    ///
    /// # Errors
    /// When it gets too long.
    fn say(
        &mut self,
        assembly: &Assembly<'_>,
        texts: &RunTexts,
        steps: &[Say<Source>],
        index: usize,
    ) -> Result<&str, TextFault> {
        let Self { stack, made } = self;
        let mut top = 0_usize;
        let numbers = |source: &Source| Numbers::new(assembly, *source);
        for step in steps {
            top -= step.takes();
            match step {
                Say::Text(text) => {
                    made.clear();
                    made.push_str(texts.get(numbers(text).text(index)));
                }
                Say::Made { op, numbers: [a, b] } => {
                    let a = a.as_ref().map(numbers);
                    let digits = b.as_ref().map_or(0.0, |b| numbers(b).int(index));
                    match (op, a) {
                        // In as few digits as tell it from other numbers of its own precision.
                        (TextOp::OfNumber, Some(Numbers::Each(lanes))) => {
                            made.clear();
                            texts::put_number(made, lanes[index]);
                        }
                        _ => {
                            let [first, second] =
                                [0, 1].map(|k| stack.get(top + k).map_or("", String::as_str));
                            let number = a.map_or(0.0, |a| a.float(index));
                            texts::make(*op, [number, digits], [first, second], made)?;
                        }
                    }
                }
                Say::Choice(when) => {
                    let taken = top + usize::from(!numbers(when).bool(index));
                    made.clear();
                    made.push_str(&stack[taken]);
                }
            }
            std::mem::swap(&mut stack[top], made);
            top += 1;
        }
        Ok(stack.first().map_or("", String::as_str))
    }
}

/// A name for a text that has no number: of its bytes, and another one than any number has.
fn name_of(text: &str) -> [u32; 2] {
    let hash = twox_hash::XxHash3_64::oneshot(text.as_bytes());
    [hash as u32, hash2((hash >> 32) as u32, 1) | 1 << 31]
}

/// Room for a capacity.
fn room(capacity: &Capacity) -> Room {
    let &Capacity { laid_texts, glyphs, outlines, .. } = capacity;
    Room {
        texts: laid_texts,
        glyphs,
        outlines,
        points: outlines.saturating_mul(POINTS_OF_OUTLINE),
        bytes: BYTES,
    }
}

/// Per pass that is a text: how many elements it may have.
fn elements(plan: &Plan) -> impl Iterator<Item = usize> {
    let data: &ProgramData = plan.program.data();
    let of_texts = plan.passes.iter().filter(|pass| pass.text.is_some());
    of_texts.map(|pass| data.domains[pass.domain.index()].capacity as usize)
}

impl Letters {
    /// Nothing where no pass is a text.
    pub(crate) fn new(plan: &Plan, capacity: &Capacity, own: &[Font]) -> Self {
        let passes: Vec<Written> = elements(plan)
            .map(|elements| Written { which: Vec::with_capacity(elements.max(1)), is_one: false })
            .collect();
        if passes.is_empty() {
            let sheet = Sheet::new(Vec::new(), room(&Capacity::NONE));
            return Self { sheet, passes, orders: Vec::new(), sayer: Sayer::new(0) };
        }
        let mut fonts: Vec<Font> = WEIGHTS.iter().filter_map(|&weight| Font::builtin(weight)).collect();
        let orders = orders(plan, own, &mut fonts);
        let count = fonts.len() as u16;
        let mut sheet = Sheet::new(fonts, room(capacity));
        let data = plan.program.data();
        let tracked = Setting { tracking: 0.1, ..Setting::default() };
        for font in 0..count {
            let texts = SAMPLES.into_iter().chain(data.texts.iter().take(TRIED).map(|row| row.text.as_str()));
            for text in texts {
                for setting in [Setting::default(), tracked] {
                    sheet.try_out(text, &[font], &setting);
                }
            }
        }
        Self { sheet, passes, orders, sayer: Sayer::new(depth_of(plan)) }
    }

    /// Makes room for more texts; those of the frame that is shown stay.
    pub(crate) fn grow(&mut self, to: &Capacity) {
        if !self.passes.is_empty() {
            self.sheet.grow(room(to));
        }
    }

    /// Bytes for a plan and a capacity.
    pub(crate) fn bytes_for(plan: &Plan, capacity: &Capacity) -> usize {
        let rows: usize = elements(plan).map(|elements| elements.max(1) * size_of::<u32>()).sum();
        if rows == 0 {
            return 0;
        }
        rows + Sheet::bytes_for(&room(capacity)) + Sayer::bytes_for(depth_of(plan))
    }

    /// What frames read.
    pub(crate) fn all(&self) -> AllLetters<'_> {
        self.sheet.all(&self.passes)
    }

    /// Characters that were to be drawn and that no font has, the first few.
    pub(crate) fn missing(&self) -> &[char] {
        self.sheet.missing()
    }

    /// How far the texts of a pass reach from their places, in ems.
    pub(super) fn reach(&self, text: TextPlan) -> [f32; 2] {
        self.passes.get(text.row as usize).map_or([0.0; 2], |written| self.sheet.reach(&written.which))
    }

    /// Finds the texts of all passes, or lays them out.
    ///
    /// # Errors
    /// What those of one frame have no room for, and a text that is too long.
    pub(super) fn write(&mut self, assembly: &Assembly<'_>, texts: &RunTexts) -> Result<(), Fault> {
        if self.passes.is_empty() {
            return Ok(());
        }
        match self.write_all(assembly, texts) {
            Err(Fault::Letters(_)) => {
                self.sheet.clear();
                self.write_all(assembly, texts)
            }
            done => done,
        }
    }

    fn write_all(&mut self, assembly: &Assembly<'_>, texts: &RunTexts) -> Result<(), Fault> {
        for pass in &assembly.plan.passes {
            if let Some(text) = pass.text {
                self.write_pass(assembly, texts, pass, text)?;
            }
        }
        Ok(())
    }

    fn write_pass(
        &mut self,
        assembly: &Assembly<'_>,
        texts: &RunTexts,
        pass: &PassPlan,
        plan: TextPlan,
    ) -> Result<(), Fault> {
        let Self { sheet, passes, orders, sayer } = self;
        let row = plan.row as usize;
        let (Some(written), Some(order), Some(writing)) =
            (passes.get_mut(row), orders.get_mut(row), pass.attributes.writing)
        else {
            return Ok(());
        };
        let numbers = Numbers::new(assembly, writing.text);
        let or = |source: Option<Source>, otherwise: f32| {
            source.map_or(Values::Uniform(otherwise), |source| assembly.values(source))
        };
        let measure = or(writing.measure, f32::INFINITY);
        let (leading, tracking) = (or(writing.leading, Setting::LEADING), or(writing.tracking, 0.0));
        let weight = writing.weight.map(|weight| assembly.values(weight));
        let is_each = numbers.is_each()
            || pass.said.iter().flat_map(Say::values).any(|&value| Numbers::new(assembly, value).is_each())
            || [measure, leading, tracking]
                .iter()
                .chain(&weight)
                .any(|values| matches!(values, Values::Each(_)));
        written.is_one = !is_each;
        written.which.clear();
        let count = if is_each { assembly.rows(pass) } else { 1 };
        for index in 0..count as usize {
            let finite = |value: f32, otherwise: f32| if value.is_finite() { value } else { otherwise };
            let near = |value: f32, otherwise: f32| finite(value, otherwise).clamp(-EMS_MAX, EMS_MAX);
            let setting = Setting {
                align: plan.align,
                anchor: plan.anchor,
                width: finite(measure.get(index), f32::INFINITY),
                leading: near(leading.get(index), Setting::LEADING),
                tracking: near(tracking.get(index), 0.0),
            };
            let (name, text) = if pass.said.is_empty() {
                let id = texts.texts.numbered(numbers.text(index));
                let bits = id.to_bits();
                ([bits as u32, (bits >> 32) as u32], texts.texts.get(id))
            } else {
                let text = sayer.say(assembly, texts, &pass.said, index).map_err(Fault::Texts)?;
                (name_of(text), text)
            };
            let fonts = match weight {
                Some(weight) => order.at(sheet, finite(weight.get(index), f32::from(plan.weight))),
                None => &order.fonts,
            };
            let row = sheet.lay(name, text, fonts, &setting, !plan.is_known).map_err(Fault::Letters)?;
            written.which.push(row);
        }
        Ok(())
    }
}

/// How many texts are on the stack at once while those of elements are made.
fn depth_of(plan: &Plan) -> usize {
    plan.passes.iter().map(|pass| depth(&pass.said)).max().unwrap_or(0)
}

/// The weight of the family that is nearest; half-way the lighter one.
fn nearest(weight: u16) -> Weight {
    if weight > 550 { Weight::BOLD } else { Weight::REGULAR }
}
