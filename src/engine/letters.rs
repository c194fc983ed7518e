//! Texts that passes draw: before passes are put together, each element's text is found among those that are laid out, or laid out.
//!
//! What is laid out is a function of the text and of how it is laid out, so it is kept from frame to frame, and where there is no
//! room for another all of it goes and this frame's are laid out anew: nobody sees when.

use super::EngineError;
use super::elements::Spelt;
use super::error::{Fault, TextFault};
use super::passes::{Assembly, Values};
use super::plan::said::{Say, depth};
use super::plan::{PassPlan, Plan, Source, TextPlan};
use super::texts::{self, RunTexts};
use crate::draw::{Align, AllLetters, Anchor, Written};
use crate::letters::{Font, Room, Setting, Sheet, Spelling, Weight};
use crate::lists::Texts;
use crate::math::hash::hash2;
use crate::program::meaning::TextOp;
use crate::program::{FontRow, LettersRow, Live, ProgramData};
use crate::world::Capacity;

/// Points of an outline, as many as there is room for on average.
const POINTS_OF_OUTLINE: u32 = 64;
/// Bytes of a text that is laid out without an allocation.
pub(super) const BYTES: u32 = 1024;
/// The most that lines and letters are apart, in ems: with more a long text would leave the numbers that places have.
pub(super) const EMS_MAX: f32 = 1000.0;
/// How many texts of a program are tried out at load, for their scripts.
const TRIED: usize = 64;
/// Shaped once at load, so that the shaper has its tables: letters, and digits that are of no script.
pub(super) const SAMPLES: [&str; 2] =
    ["Hamburgefonstiv AVATAR office fjord 0123456789 .,:;!?'\"()-+%/&", "0123456789 .,:-+%/"];

/// What passes write, and what of it is laid out.
#[derive(Debug)]
pub(crate) struct Letters {
    sheet: Sheet,
    /// Per pass that is a text.
    passes: Vec<Written>,
    /// Likewise: the fonts that are asked for a character, one after the other.
    orders: Vec<Order>,
    /// Fonts whose weight moves.
    moving: Vec<Moving>,
    sayer: Sayer,
    /// Per domain of letters.
    spelled: Vec<Spelled>,
    speller: Speller,
}

/// How a domain of letters lays its text out, as far as that is always the same.
#[derive(Debug)]
struct Spelled {
    order: Order,
    /// Whether their weight moves.
    is_moving: bool,
    align: Align,
    anchor: Anchor,
}

/// Spells texts out, whose letters are elements. Its room is given at load; only a text that is longer than [`BYTES`] takes more.
#[derive(Debug, Default)]
struct Speller {
    spelling: Spelling,
    letters: Vec<Spelt>,
    /// The text, while its letters become texts themselves.
    text: String,
    written: String,
}

impl Speller {
    fn with_room(bytes: usize) -> Self {
        Self {
            spelling: Spelling::with_room(bytes),
            letters: Vec::with_capacity(bytes),
            text: String::with_capacity(bytes),
            written: String::with_capacity(bytes),
        }
    }

    fn bytes_for(bytes: usize) -> usize {
        Spelling::bytes_for(bytes) + bytes * (size_of::<Spelt>() + 2)
    }
}

/// How each domain of letters lays its text out.
fn rows_of_letters(plan: &Plan) -> impl Iterator<Item = &LettersRow> {
    plan.program.data().domains.iter().filter_map(|domain| match &domain.live {
        Some(Live::Host { letters, .. }) => letters.as_ref(),
        Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => None,
    })
}

/// Steps of a weight that moves, between the lightest and the heaviest of a font.
pub(super) const STEPS: u16 = 64;
/// No font: of a step that was not looked at yet.
const NONE: u16 = u16::MAX;

/// The fonts that are asked for a character of a text, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) fonts: Vec<u16>,
    /// Of those that have all weights, where the weight moves: their places, and which of the fonts with steps they are.
    moving: Vec<(usize, usize)>,
    /// The fonts at a weight, for a moment.
    now: Vec<u16>,
}

/// A font all of whose weights may be drawn, which whatever is drawn with it shares.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    font: Font,
    least: f32,
    most: f32,
    steps: Vec<u16>,
}

impl Moving {
    /// The font at the step that is nearest to a weight. Makes it where it is new, which allocates.
    fn at(&mut self, sheet: &mut Sheet, weight: f32) -> Option<u16> {
        let Self { font, least, most, steps } = self;
        let span = *most - *least;
        let share = if span > 0.0 { (weight.clamp(*least, *most) - *least) / span } else { 0.0 };
        let step = (share * f32::from(STEPS) + 0.5) as usize;
        let known = steps.get_mut(step)?;
        if *known == NONE {
            let weight = *least + span * (step as f32 / f32::from(STEPS));
            *known = sheet.add_font(font.at_weight(weight));
        }
        Some(*known)
    }
}

impl Order {
    /// The fonts at a weight, finite. Makes those that are new, which allocates.
    fn at(&mut self, moving: &mut [Moving], sheet: &mut Sheet, weight: f32) -> &[u16] {
        self.now.clone_from(&self.fonts);
        // The family that comes with it is the last, and has two.
        if let Some(last) = self.now.last_mut() {
            *last = builtin(weight.clamp(1.0, 1000.0) as u16);
        }
        for &(place, which) in &self.moving {
            if let Some(font) = moving.get_mut(which).and_then(|moving| moving.at(sheet, weight)) {
                self.now[place] = font;
            }
        }
        &self.now
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
    u16::from(Weight(weight).of_family() == Weight::BOLD)
}

/// Fonts at the weights in which they are asked, each made once, behind those that come with it.
pub(super) struct Made<'a> {
    rows: &'a [FontRow],
    own: &'a [Font],
    fonts: &'a mut Vec<Font>,
    /// The row of a font, its weight, and its number.
    made: Vec<(u32, u16, u16)>,
    /// The row of a font whose weight moves.
    moving: Vec<(u32, Moving)>,
}

impl<'a> Made<'a> {
    /// Of fonts of a program; `fonts` has those that come with it.
    pub(super) fn new(rows: &'a [FontRow], own: &'a [Font], fonts: &'a mut Vec<Font>) -> Self {
        Self { rows, own, fonts, made: Vec::new(), moving: Vec::new() }
    }

    /// The fonts that are asked for a character, one after the other.
    pub(super) fn order(&mut self, font: Option<u32>, heavy: u16, is_moving: bool) -> Order {
        let (mut order, mut moving) = (Vec::new(), Vec::new());
        let behind = |font: u32| self.rows[font as usize].fallback.iter().copied();
        for row in font.into_iter().flat_map(|font| std::iter::once(font).chain(behind(font))) {
            let font = &self.own[row as usize];
            let weights = font.weights();
            if let Some(axis) = weights.filter(|_| is_moving) {
                let known = self.moving.iter().position(|(known, _)| *known == row);
                let which = known.unwrap_or_else(|| {
                    let steps = vec![NONE; usize::from(STEPS) + 1];
                    let (least, most) = (axis.least, axis.most);
                    self.moving.push((row, Moving { font: font.clone(), least, most, steps }));
                    self.moving.len() - 1
                });
                moving.push((order.len(), which));
            }
            let weight = if weights.is_some() { heavy } else { 0 };
            let known = self.made.iter().find(|known| (known.0, known.1) == (row, weight));
            order.push(match known {
                Some(&(.., number)) => number,
                None => {
                    let number = self.fonts.len() as u16;
                    self.fonts.push(font.at_weight(f32::from(heavy)));
                    self.made.push((row, weight, number));
                    number
                }
            });
        }
        order.push(builtin(heavy));
        Order { now: order.clone(), fonts: order, moving }
    }

    /// Those of a pass that is a text.
    fn of_pass(&mut self, pass: &PassPlan) -> Option<Order> {
        let text = pass.text?;
        let is_moving = pass.attributes.writing.is_some_and(|writing| writing.weight.is_some());
        Some(self.order(text.font, text.weight, is_moving))
    }
}

/// A value of a text that is made, of each element or of all.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a> {
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

    pub(super) fn float(self, index: usize) -> f64 {
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
pub(super) struct Sayer {
    /// The texts on the stack, and behind them those that have room for one.
    stack: Vec<String>,
    made: String,
}

impl Sayer {
    /// For texts that take so many steps on the stack.
    pub(super) fn new(depth: usize) -> Self {
        let room = || String::with_capacity(if depth > 0 { BYTES as usize } else { 0 });
        Self { stack: (0..depth).map(|_| room()).collect(), made: room() }
    }

    pub(super) fn bytes_for(depth: usize) -> usize {
        if depth == 0 { 0 } else { depth * size_of::<String>() + (depth + 1) * BYTES as usize }
    }

    /// Bytes that it was given.
    pub(super) fn bytes(&self) -> usize {
        Self::bytes_for(self.stack.len())
    }

    /// What an element says.
    ///
    /// # Errors
    /// When it gets too long.
    pub(super) fn say<'a, T: Copy>(
        &mut self,
        texts: &Texts,
        (steps, index): (&[Say<T>], usize),
        read: impl Fn(T) -> Numbers<'a>,
    ) -> Result<&str, TextFault> {
        let Self { stack, made } = self;
        let mut top = 0_usize;
        let numbers = |source: &T| read(*source);
        for step in steps {
            top -= step.takes();
            match step {
                Say::Text(text) => {
                    made.clear();
                    made.push_str(texts.get(texts.numbered(numbers(text).text(index))));
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
        let are_spelled = rows_of_letters(plan).next().is_some();
        if passes.is_empty() && !are_spelled {
            let sheet = Sheet::new(Vec::new(), room(&Capacity::NONE));
            let (orders, spelled) = (Vec::new(), Vec::new());
            let (moving, sayer, speller) = (Vec::new(), Sayer::new(0), Speller::default());
            return Self { sheet, passes, orders, moving, sayer, spelled, speller };
        }
        let mut fonts = plan.program.family().faces();
        let rows = &plan.program.data().fonts;
        let mut made = Made::new(rows, own, &mut fonts);
        let orders = plan.passes.iter().filter_map(|pass| made.of_pass(pass)).collect();
        let spelled = rows_of_letters(plan).map(|row| Spelled {
            order: made.order(row.font, row.weight, row.moving_weight.is_some()),
            is_moving: row.moving_weight.is_some(),
            align: row.align,
            anchor: row.anchor,
        });
        let spelled = spelled.collect();
        let moving = made.moving.into_iter().map(|(_, moving)| moving).collect();
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
        let speller = Speller::with_room(if are_spelled { BYTES as usize } else { 0 });
        Self { sheet, passes, orders, moving, sayer: Sayer::new(depth_of(plan)), spelled, speller }
    }

    /// Whether there are no texts at all.
    fn is_empty(&self) -> bool {
        self.passes.is_empty() && self.spelled.is_empty()
    }

    /// The letters of a text that a domain has: the text by its number, then its size, how wide its lines may be, how far they are
    /// apart, what is put between letters, and how heavy they are. The first of them, `most` at the most, and how many are left out.
    ///
    /// # Errors
    /// When their outlines have no room, or the texts of letters.
    pub(super) fn spell(
        &mut self,
        row: u32,
        text: u32,
        [size, width, leading, tracking, weight]: [f64; 5],
        (most, texts): (u32, &mut RunTexts),
    ) -> Result<(&[Spelt], u64), Fault> {
        let Self { sheet, moving, spelled, speller, .. } = self;
        let Some(Spelled { order, is_moving, align, anchor }) = spelled.get_mut(row as usize) else {
            return Ok((&[], 0));
        };
        let order = match weight as f32 {
            weight if *is_moving && weight.is_finite() => order.at(moving, sheet, weight),
            _ => &order.fonts,
        };
        let Speller { spelling, letters, text: said, written } = speller;
        let near = |value: f64, otherwise: f32| {
            if value.is_finite() { (value as f32).clamp(-EMS_MAX, EMS_MAX) } else { otherwise }
        };
        let ems = width / size;
        let setting = Setting {
            align: *align,
            anchor: *anchor,
            width: if ems.is_finite() && ems > 0.0 { ems as f32 } else { f32::INFINITY },
            leading: near(leading, Setting::LEADING),
            tracking: near(tracking, 0.0),
        };
        said.clear();
        said.push_str(texts.get(text));
        if sheet.spell(said, order, &setting, spelling).is_err() {
            // What was there before goes, and passes lay theirs out anew.
            sheet.clear();
            sheet.spell(said, order, &setting, spelling).map_err(Fault::Letters)?;
        }
        letters.clear();
        for letter in spelling.letters.iter().take(most as usize) {
            let [from, to] = letter.bytes.map(|byte| byte as usize);
            let whole = said.get(from..to).unwrap_or_default();
            let first = whole.chars().next().map_or(0, char::len_utf8);
            spelling.write_glyphs(letter, order, written);
            letters.push(Spelt {
                at: letter.at,
                advance: letter.advance,
                word: letter.word,
                line: letter.line,
                character: texts.put(&whole[..first])?,
                whole: texts.put(whole)?,
                font: letter.font,
                glyph: texts.put(written)?,
            });
        }
        Ok((letters, (spelling.letters.len() - letters.len()) as u64))
    }

    /// Makes room for more texts; those of the frame that is shown stay.
    pub(crate) fn grow(&mut self, to: &Capacity) {
        if !self.is_empty() {
            self.sheet.grow(room(to));
        }
    }

    /// Bytes for a plan and a capacity.
    pub(crate) fn bytes_for(plan: &Plan, capacity: &Capacity) -> usize {
        let rows: usize = elements(plan).map(|elements| elements.max(1) * size_of::<u32>()).sum();
        let are_spelled = rows_of_letters(plan).next().is_some();
        if rows == 0 && !are_spelled {
            return 0;
        }
        let speller = if are_spelled { Speller::bytes_for(BYTES as usize) } else { 0 };
        rows + speller + Sheet::bytes_for(&room(capacity)) + Sayer::bytes_for(depth_of(plan))
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
        let Self { sheet, passes, orders, moving, sayer, .. } = self;
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
                let read = |source| Numbers::new(assembly, source);
                let text = sayer.say(&texts.texts, (&pass.said, index), read).map_err(Fault::Texts)?;
                (name_of(text), text)
            };
            let fonts = match weight {
                Some(weight) => order.at(moving, sheet, finite(weight.get(index), f32::from(plan.weight))),
                None => &order.fonts,
            };
            let row = match plan.are_glyphs {
                true => sheet.lay_letter(name, text, fonts),
                false => sheet.lay(name, text, fonts, &setting, !plan.is_known),
            };
            written.which.push(row.map_err(Fault::Letters)?);
        }
        Ok(())
    }
}

/// How many texts are on the stack at once while those of elements are made.
fn depth_of(plan: &Plan) -> usize {
    plan.passes.iter().map(|pass| depth(&pass.said)).max().unwrap_or(0)
}
