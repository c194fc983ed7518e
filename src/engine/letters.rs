//! Texts that passes draw: before passes are put together, each element's text is found among those that are laid out, or laid out.
//!
//! What is laid out is a function of the text and of how it is laid out, so it is kept from frame to frame, and where there is no
//! room for another all of it goes and this frame's are laid out anew: nobody sees when.

use bevy_ecs::prelude::Resource;

use super::passes::{Assembly, Values};
use super::plan::{PassPlan, Plan, Source, TextPlan};
use super::texts::RunTexts;
use crate::draw::{AllLetters, Written};
use crate::letters::{Font, Full, Room, Setting, Sheet, Weight};
use crate::program::ProgramData;
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
#[derive(Resource, Debug)]
pub(crate) struct Letters {
    sheet: Sheet,
    /// Per pass that is a text.
    passes: Vec<Written>,
}

/// The number of a text, of each element or of all.
#[derive(Clone, Copy)]
enum Numbers<'a> {
    One(u32),
    Each(&'a [f32]),
}

impl Numbers<'_> {
    fn get(self, index: usize) -> u32 {
        match self {
            Self::One(number) => number,
            Self::Each(lanes) => lanes[index].to_bits(),
        }
    }
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
    pub(crate) fn new(plan: &Plan, capacity: &Capacity) -> Self {
        let passes: Vec<Written> = elements(plan)
            .map(|elements| Written { which: Vec::with_capacity(elements.max(1)), is_one: false })
            .collect();
        if passes.is_empty() {
            return Self { sheet: Sheet::new(Vec::new(), room(&Capacity::NONE)), passes };
        }
        let fonts = WEIGHTS.iter().filter_map(|&weight| Font::builtin(weight)).collect();
        let mut sheet = Sheet::new(fonts, room(capacity));
        let data = plan.program.data();
        let tracked = Setting { tracking: 0.1, ..Setting::default() };
        for font in 0..WEIGHTS.len() as u16 {
            let texts = SAMPLES.into_iter().chain(data.texts.iter().take(TRIED).map(|row| row.text.as_str()));
            for text in texts {
                for setting in [Setting::default(), tracked] {
                    sheet.try_out(text, &[font], &setting);
                }
            }
        }
        Self { sheet, passes }
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
        if rows == 0 { 0 } else { rows + Sheet::bytes_for(&room(capacity)) }
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
    /// What those of one frame have no room for.
    pub(super) fn write(&mut self, assembly: &Assembly<'_>, texts: &RunTexts) -> Result<(), Full> {
        if self.passes.is_empty() || self.write_all(assembly, texts).is_ok() {
            return Ok(());
        }
        self.sheet.clear();
        self.write_all(assembly, texts)
    }

    fn write_all(&mut self, assembly: &Assembly<'_>, texts: &RunTexts) -> Result<(), Full> {
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
    ) -> Result<(), Full> {
        let Self { sheet, passes } = self;
        let (Some(written), Some(writing)) = (passes.get_mut(plan.row as usize), pass.attributes.writing)
        else {
            return Ok(());
        };
        let numbers = match writing.text {
            Source::Register(register) | Source::Shown { base: register, .. } => {
                Numbers::One(assembly.number(register) as u32)
            }
            Source::Buffer(buffer) => Numbers::Each(assembly.field(buffer).f32()),
        };
        let or = |source: Option<Source>, otherwise: f32| {
            source.map_or(Values::Uniform(otherwise), |source| assembly.values(source))
        };
        let measure = or(writing.measure, f32::INFINITY);
        let (leading, tracking) = (or(writing.leading, Setting::LEADING), or(writing.tracking, 0.0));
        let is_each = matches!(numbers, Numbers::Each(_))
            || [measure, leading, tracking].iter().any(|values| matches!(values, Values::Each(_)));
        written.is_one = !is_each;
        written.which.clear();
        let count = if is_each { assembly.rows(pass) } else { 1 };
        let font = [WEIGHTS.iter().position(|&weight| weight == nearest(plan.weight)).unwrap_or(0) as u16];
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
            let id = texts.texts.numbered(numbers.get(index));
            let bits = id.to_bits();
            let name = [bits as u32, (bits >> 32) as u32];
            written.which.push(sheet.lay(name, texts.texts.get(id), &font, &setting, !plan.is_known)?);
        }
        Ok(())
    }
}

/// The weight of the family that is nearest; half-way the lighter one.
fn nearest(weight: u16) -> Weight {
    if weight > 550 { Weight::BOLD } else { Weight::REGULAR }
}
