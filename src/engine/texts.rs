//! Texts of a run: those of the program, and those that the host gives while it runs.
//!
//! A text in an input, a cell, a slot, a lane or an event is its number: 32 bits that follow from the text alone, so equal texts are
//! equal numbers, and what is hashed does not depend on what there was before. Only where two texts would have the same number
//! does the later one get the next: then which is which depends on the order in which they came, which is that of the inputs.
//!
//! **Invariants**
//! - A text stays for as long as something names it: a value, a row, what is pending, a snapshot, the log ([`holders`]). The others
//!   go when half of the room is used that there was when texts went last.
//! - Everything is allocated at load; what has no room is an error of the host.

pub(crate) mod holders;
mod measure;

use std::collections::HashSet;
use std::fmt::Write;

use holders::Marks;
use measure::Measurer;

use super::error::{Fault, TextFault};
use super::inputs::{Channel, EventChannel, InputValue};
use super::letters::Numbers;
use super::load::run_once;
use super::plan::said::MeasuredText;
use super::plan::{Plan, WholePlan, WholeSource};
use super::snapshots;
use super::{Engine, EngineError};
use crate::letters::Font;
use crate::lists::{ListError, TextId, Texts};
use crate::math::written;
use crate::program::Type;
use crate::program::limits::TEXT_MAX;
use crate::program::meaning::TextOp;
use crate::world::Capacity;
use crate::world::tables::FieldBuffer;

/// A text of an engine: [`Engine::text`] and [`Frame::text`](crate::frame::Frame::text) say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextNumber(pub(crate) u32);

/// The texts.
#[derive(Debug)]
pub(crate) struct RunTexts {
    pub(crate) texts: Texts,
    /// The text that is made.
    made: String,
    /// What is held, while texts go.
    marks: Marks,
    /// At how many texts, and bytes, texts go next.
    due: [u32; 2],
    /// Of each domain, whether anything of its elements is a text.
    texted: Vec<bool>,
    measurer: Measurer,
}

/// The most digits behind the point.
const DIGITS_MAX: f64 = 17.0;
/// The most bytes of a number and the prefix of its unit.
const NUMBER_MAX: usize = 400;
/// The most digits that a number gets by zeros in front.
const PADDED_MAX: f64 = 64.0;

impl From<TextFault> for EngineError {
    fn from(fault: TextFault) -> Self {
        match fault {
            TextFault::TooLong(bytes) => Self::TextTooLong { bytes },
            TextFault::Full { texts, bytes } => Self::TextsFull { texts, bytes },
        }
    }
}

impl RunTexts {
    /// Those of a program, and behind them those of an earlier run that goes on, with its plan. Without texts it takes no memory.
    pub(crate) fn new(
        plan: &Plan,
        capacity: &Capacity,
        fonts: &[Font],
        before: Option<(&Self, &Plan)>,
    ) -> Self {
        let has_any = plan.needs.texts > 0;
        let [count, bytes] = if has_any { [capacity.texts, capacity.text_bytes] } else { [0; 2] };
        let mut texts = Texts::new(count, bytes);
        for row in &plan.program.data().texts {
            let is_there = texts.intern(&row.text);
            debug_assert!(is_there.is_ok(), "the capacity was checked");
        }
        if let Some((before, old)) = before.filter(|_| has_any) {
            let of_program: HashSet<&str> =
                old.program.data().texts.iter().map(|row| row.text.as_str()).collect();
            for (text, stays) in before.texts.iter_held() {
                // Where there is no room any more, what has it reads the empty text.
                let _is_there = match stays && !of_program.contains(text) {
                    true => texts.intern(text),
                    false => texts.put(text),
                };
            }
        }
        let room = if has_any { TEXT_MAX } else { 0 };
        let mut texted = vec![false; plan.program.data().domains.len()];
        for node in 0..plan.program.data().nodes.len() as u32 {
            let domain = plan.program.node_domain(node).and_then(|domain| texted.get_mut(domain as usize));
            if let Some(texted) = domain.filter(|_| plan.program.node_type(node) == Type::Text) {
                *texted = true;
            }
        }
        let made = String::with_capacity(room);
        let measurer = Measurer::new(plan, capacity, fonts);
        let mut all = Self { texts, made, marks: Marks::with_room(count), due: [0; 2], texted, measurer };
        all.wait();
        all
    }

    /// Room to note which texts are held.
    pub(crate) fn new_marks(&self) -> Marks {
        Marks::with_room(self.texts.capacity())
    }

    /// Bytes for a plan and a capacity.
    pub(crate) fn bytes_for(plan: &Plan, capacity: &Capacity) -> usize {
        match plan.needs.texts {
            0 => 0,
            _ => {
                let marks = (capacity.texts as usize).div_ceil(64) * size_of::<u64>();
                Texts::bytes_for(capacity.texts, capacity.text_bytes)
                    + TEXT_MAX
                    + marks
                    + Measurer::bytes_for(plan, capacity)
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.bytes() + self.made.capacity() + self.marks.bytes() + self.measurer.bytes()
    }

    pub(crate) fn grow(&mut self, to: &Capacity) {
        if self.bytes() > 0 {
            self.texts.grow(to.texts, to.text_bytes);
            self.measurer.grow(to);
            self.marks = self.new_marks();
            self.wait();
        }
    }

    /// Whether a text is there, or can be.
    pub(crate) fn has_room(&self, text: &str) -> bool {
        text.len() <= TEXT_MAX && self.texts.has_room(text)
    }

    /// The number of a text, which stays for as long as something has it.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(crate) fn put(&mut self, text: &str) -> Result<u32, Fault> {
        let full = Fault::Texts(TextFault::Full { texts: self.texts.len(), bytes: self.texts.used() });
        self.texts.put(text).map(|id| self.texts.number(id)).map_err(|_| full)
    }

    /// The text of a number.
    pub(crate) fn get(&self, number: u32) -> &str {
        self.texts.get(self.texts.numbered(number))
    }

    /// Works out how wide or how high the texts of elements are. `values` are the registers of signals, `counts` the elements of each
    /// domain.
    ///
    /// # Errors
    /// When a text gets too long.
    pub(crate) fn measure_each(
        &mut self,
        (row, text): (&WholePlan, &MeasuredText),
        (values, counts): (&[f64], &[u32]),
        fields: &mut [FieldBuffer],
    ) -> Result<(), TextFault> {
        let Self { texts, measurer, .. } = self;
        let mut result = std::mem::take(&mut fields[row.result.index()].0);
        let count = counts[row.of.index()] as usize;
        let read = |at: usize| match row.sources[at] {
            WholeSource::Each(buffer) => Numbers::Each(&fields[buffer.index()].0.f32()[..count]),
            WholeSource::One(register) => Numbers::One(values[register.index()]),
        };
        let measured = measurer.measure_each(texts, text, read, &mut result.f32_mut()[..count]);
        fields[row.result.index()].0 = result;
        measured
    }

    /// What an operation gives for numbers and the numbers of texts; one that takes one looks at the first.
    ///
    /// # Errors
    /// When a new text is too long, or has no room.
    pub(crate) fn evaluate(&mut self, op: TextOp, [a, b]: [f64; 2]) -> Result<f64, TextFault> {
        if let TextOp::Width(style) | TextOp::Height(style) = op {
            let Self { texts, measurer, .. } = self;
            let text = a as u32;
            let [width, height] = measurer.measure(style, (text, texts.get(texts.numbered(text))), b);
            return Ok(if matches!(op, TextOp::Width(_)) { width } else { height });
        }
        if !op.makes_text() {
            return Ok(self.look(op, [a, b].map(|number| number as u32)));
        }
        let Self { texts, made, .. } = self;
        let said = if op.is_text_second() { [b, a] } else { [a, b] };
        make(op, [a, b], said.map(|number| texts.get(texts.numbered(number as u32))), made)?;
        match texts.put(made) {
            Ok(id) => Ok(f64::from(texts.number(id))),
            Err(_) => Err(TextFault::Full { texts: texts.len(), bytes: texts.used() }),
        }
    }

    /// What an operation that makes no text gives: a number, or 1 and 0 for true and false.
    fn look(&self, op: TextOp, numbers: [u32; 2]) -> f64 {
        let [first, second] = numbers.map(|number| self.get(number));
        let is_so = match op {
            TextOp::Length => return first.chars().count() as f64,
            TextOp::StartsWith => first.starts_with(second),
            TextOp::EndsWith => first.ends_with(second),
            TextOp::Contains => first.contains(second),
            TextOp::Trim
            | TextOp::Upper
            | TextOp::Lower
            | TextOp::Join
            | TextOp::OfNumber
            | TextOp::Width(_)
            | TextOp::Height(_)
            | TextOp::Fixed
            | TextOp::Signed
            | TextOp::Unit
            | TextOp::Date
            | TextOp::Grouped
            | TextOp::Padded => false,
        };
        f64::from(u8::from(is_so))
    }

    /// As [`look`](Self::look), in lanes.
    pub(crate) fn look_in_lanes(&self, op: TextOp, dst: &mut [f32], sources: [&[f32]; 2]) {
        let [first, second] = sources;
        for (lane, dst) in dst.iter_mut().enumerate() {
            let second = second.get(lane).map_or(0, |lane| lane.to_bits());
            let value = self.look(op, [first[lane].to_bits(), second]);
            let is_number = op == TextOp::Length;
            *dst = f32::from_bits(if is_number {
                value as u32
            } else if value == 0.0 {
                0
            } else {
                u32::MAX
            });
        }
    }
}

/// Makes a text of numbers and of texts; what makes none leaves it empty.
///
/// # Errors
/// When it gets too long.
pub(super) fn make(
    op: TextOp,
    [a, b]: [f64; 2],
    [first, second]: [&str; 2],
    made: &mut String,
) -> Result<(), TextFault> {
    made.clear();
    match op {
        TextOp::Trim => made.push_str(first.trim()),
        TextOp::Upper => put(made, first.chars().flat_map(char::to_uppercase))?,
        TextOp::Lower => put(made, first.chars().flat_map(char::to_lowercase))?,
        TextOp::Join if first.len() + second.len() > TEXT_MAX => {
            return Err(TextFault::TooLong(first.len() + second.len()));
        }
        TextOp::Join => made.extend([first, second]),
        // Without the sign of a zero. A number has fewer digits than a text has room for.
        TextOp::OfNumber => _ = write!(made, "{}", a + 0.0),
        TextOp::Fixed => {
            _ = write!(made, "{:.*}", b.clamp(0.0, DIGITS_MAX) as usize, a + 0.0);
            if made.starts_with('-') && made.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) {
                made.remove(0);
            }
        }
        TextOp::Signed => written::put_signed(made, a + 0.0, b.clamp(0.0, DIGITS_MAX) as usize),
        TextOp::Unit if first.len() > TEXT_MAX - NUMBER_MAX => {
            return Err(TextFault::TooLong(first.len() + NUMBER_MAX));
        }
        TextOp::Unit => written::put_unit(made, a + 0.0, first),
        TextOp::Date => written::put_date(made, a, first, TEXT_MAX).map_err(TextFault::TooLong)?,
        TextOp::Grouped => {
            let [from, to] = digits(first);
            let more = (to - from).saturating_sub(1) / 3 * second.len();
            if first.len() + more > TEXT_MAX {
                return Err(TextFault::TooLong(first.len() + more));
            }
            for (at, letter) in first.char_indices() {
                if from < at && at < to && (to - at) % 3 == 0 {
                    made.push_str(second);
                }
                made.push(letter);
            }
        }
        TextOp::Padded => {
            let [from, to] = digits(first);
            let wanted = if from < to { b.clamp(0.0, PADDED_MAX) as usize } else { 0 };
            let zeros = wanted.saturating_sub(to - from);
            if first.len() + zeros > TEXT_MAX {
                return Err(TextFault::TooLong(first.len() + zeros));
            }
            made.push_str(&first[..from]);
            made.extend(std::iter::repeat_n('0', zeros));
            made.push_str(&first[from..]);
        }
        TextOp::Length | TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains => {}
        TextOp::Width(_) | TextOp::Height(_) => {}
    }
    Ok(())
}

/// Where the first digits of a text begin and end; at its end where it has none.
fn digits(text: &str) -> [usize; 2] {
    let bytes = text.as_bytes();
    let from = bytes.iter().position(u8::is_ascii_digit).unwrap_or(bytes.len());
    let more = bytes[from..].iter().position(|byte| !byte.is_ascii_digit());
    [from, more.map_or(bytes.len(), |more| from + more)]
}

/// Puts a number into a text, in as few digits as tell it from other numbers that lanes have. Without the sign of a zero.
pub(super) fn put_number(made: &mut String, number: f32) {
    _ = write!(made, "{}", number + 0.0);
}

/// Puts letters into a text.
///
/// # Errors
/// When it gets too long.
fn put(made: &mut String, letters: impl Iterator<Item = char>) -> Result<(), TextFault> {
    for letter in letters {
        if made.len() + letter.len_utf8() > TEXT_MAX {
            return Err(TextFault::TooLong(made.len() + letter.len_utf8()));
        }
        made.push(letter);
    }
    Ok(())
}

impl Engine {
    /// A text as a value: for [`set`](Self::set), [`send`](Self::send) and the other ways to give an engine values. It is copied,
    /// and stays for as long as the engine; an equal text takes no more room. What is given once is better given as a `&str`: that
    /// goes again when nothing has it any more.
    ///
    /// # Errors
    /// When it is longer than [`TEXT_MAX`] bytes, or [`Capacity::texts`] and [`Capacity::text_bytes`] leave no room for it. A
    /// program whose inputs and events have no texts has none.
    pub fn known_text(&mut self, text: &str) -> Result<InputValue, EngineError> {
        self.with_text(text, Texts::intern)
    }

    /// As [`known_text`](Self::known_text), for as long as something has it.
    pub(crate) fn given_text(&mut self, text: &str) -> Result<InputValue, EngineError> {
        self.with_text(text, Texts::put)
    }

    fn with_text(
        &mut self,
        text: &str,
        put: fn(&mut Texts, &str) -> Result<TextId, ListError>,
    ) -> Result<InputValue, EngineError> {
        if text.len() > TEXT_MAX {
            return Err(EngineError::TextTooLong { bytes: text.len() });
        }
        self.make_room_for_text(text);
        let texts = &mut self.parts_mut().texts.texts;
        match put(texts, text) {
            Ok(id) => Ok(InputValue::Text(TextNumber(texts.number(id)))),
            Err(_) => Err(EngineError::TextsFull { texts: texts.len(), bytes: texts.used() }),
        }
    }

    /// Lets texts go that nothing has, where another one has no room.
    pub(crate) fn make_room_for_text(&mut self, text: &str) {
        if !self.parts().texts.texts.has_room(text) {
            run_once(&mut self.world, snapshots::make_room);
        }
    }

    /// Gives an input that is a text another one, as [`set_channel`](Self::set_channel) does.
    ///
    /// ```
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = r#"
    ///     input draft: text = "none"
    ///     event add: text
    ///     state title = "a"
    ///     on add { title = add }
    ///     shown = title
    ///     is_new = draft != "none"
    ///     draw circle { position: (0.5, 0.5), size: if shown == "b" and is_new then 0.2 else 0.1, color: #fff }"#;
    /// let mut engine = Engine::for_program(compile(patch, "a.pav", &NoFiles).program.unwrap())?;
    /// let (draft, add) = (engine.channel("draft")?, engine.event("add")?);
    /// engine.set_text(draft, "some")?;
    /// engine.send_text(add, "b")?;
    /// let frame = engine.frame(0)?;
    /// assert_eq!(frame.text("shown"), Some("b"));
    /// assert_eq!(frame.passes().next().unwrap().width.get(0), 0.2);
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As for [`known_text`](Self::known_text) and [`set_channel`](Self::set_channel).
    pub fn set_text(&mut self, channel: Channel, text: &str) -> Result<(), EngineError> {
        self.set_channel(channel, text)
    }

    /// Sends an event that carries a text, as [`send_event`](Self::send_event) does.
    ///
    /// # Errors
    /// As for [`known_text`](Self::known_text) and [`send_event`](Self::send_event).
    pub fn send_text(&mut self, event: EventChannel, text: &str) -> Result<(), EngineError> {
        let value = self.given_text(text)?;
        self.send_event(event, value)
    }

    /// What a text says that is in an input or an event of the last frame; the empty text where it is of another engine, or
    /// nothing has it any more.
    pub fn text(&self, TextNumber(number): TextNumber) -> &str {
        self.parts().texts.get(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{EngineSettings, Snapshots};
    use crate::{NoFiles, Program, compile};

    const PATCH: &str = r#"
        input draft: text = "none"
        event add: text
        state title = "a"
        state before = "b"
        on add { before = title; title = add }
        shown = title
        last = before
        typed = draft
        draw circle { position: (0.5, 0.5), size: if title == draft then 0.2 else 0.1, color: #fff }"#;

    fn program(patch: &str) -> Program {
        let compiled = compile(patch, "a.pav", &NoFiles);
        compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
    }

    fn said(engine: &mut Engine, index: u64) -> [String; 3] {
        let frame = engine.frame(index).unwrap();
        ["shown", "last", "typed"].map(|slot| frame.text(slot).unwrap().to_owned())
    }

    #[test]
    fn texts_come_and_stay() {
        let mut engine = Engine::fitted(program(PATCH), 2.0, EngineSettings::default()).unwrap();
        let (draft, add) = (engine.channel("draft").unwrap(), engine.event("add").unwrap());
        assert_eq!(said(&mut engine, 0), ["a", "b", "none"]);
        // Two in one frame are two turns; equal texts are equal, wherever they come from.
        engine.set_text(draft, "zwei").unwrap();
        for text in ["eins", "zwei"] {
            engine.send_text(add, text).unwrap();
        }
        assert_eq!(said(&mut engine, 1), ["zwei", "eins", "zwei"]);
        assert_eq!(engine.last_frame().unwrap().passes().next().unwrap().width.get(0), 0.2);
        engine.set("draft", "").unwrap();
        assert_eq!(said(&mut engine, 2), ["zwei", "eins", ""]);
        // An edited program goes on with them.
        engine.swap(program(&format!("{PATCH}\n        other = \"new\""))).unwrap();
        assert_eq!(said(&mut engine, 3), ["zwei", "eins", ""]);
        assert_eq!(engine.last_frame().unwrap().text("other"), Some("new"));
        assert_eq!(engine.last_frame().unwrap().text("nothing"), None);
        let events: Vec<_> = {
            engine.send("add", engine.program().data().events.len() as f64).unwrap_err();
            engine.send_text(add, "drei").unwrap();
            engine.frame(4).unwrap();
            engine.events().filter_map(|event| event.carried).collect()
        };
        let InputValue::Text(text) = events[0] else { panic!("{events:?}") };
        assert_eq!(engine.text(text), "drei");
    }

    #[test]
    fn a_seek_finds_them_again() {
        let settings = EngineSettings { rollback: 4, ..EngineSettings::default() };
        let mut engine = Engine::fitted(program(PATCH), 1.0, settings).unwrap();
        let mut hashes = Vec::new();
        for index in 0..20 {
            engine.set("draft", format!("draft {index}").as_str()).unwrap();
            let add = engine.event("add").unwrap();
            engine.send_text(add, &format!("text {index}")).unwrap();
            hashes.push(engine.frame(index).unwrap().hash());
        }
        assert_eq!(engine.seek(17).unwrap().text("shown"), Some("text 17"));
        assert_eq!(engine.seek(19).unwrap().hash(), hashes[19]);
    }

    #[test]
    fn digits_in_threes_and_with_zeros_in_front() {
        let mut engine = Engine::for_program(program(
            r#"
            input said: text = ""
            input digits: int = 2
            grouped = grouped(said, ",")
            padded = padded(said, digits)
            draw circle { position: (0.5, 0.5), size: if grouped == padded then 0.2 else 0.1, color: #fff }"#,
        ))
        .unwrap();
        let mut index = 0;
        let mut check = |said: &str, digits: i32, grouped: &str, padded: &str| {
            engine.set("said", said).unwrap();
            engine.set("digits", digits).unwrap();
            let frame = engine.frame(index).unwrap();
            index += 1;
            assert_eq!(
                ["grouped", "padded"].map(|slot| frame.text(slot).unwrap()),
                [grouped, padded],
                "{said}"
            );
        };
        check("", 3, "", "");
        check("none", 3, "none", "none");
        check("7", 2, "7", "07");
        check("-7.25", 3, "-7.25", "-007.25");
        check("999", 3, "999", "999");
        check("1000", -5, "1,000", "1000");
        check("EUR 1234567.8901 (2000)", 8, "EUR 1,234,567.8901 (2000)", "EUR 01234567.8901 (2000)");
        check("1", 1_000_000, "1", &format!("{:064}", 1));
    }

    const EDITED: &str = r#"
        input draft: text = "none"
        event add: text
        list todos max 3 { title: text } = [{ title: "a" }, { title: "b" }]
        sorted = todos sort by lower(title) desc
        state last = "b"
        state edits = 0
        on add {
            last = trim(add)
            edits = edits + 1
            todos.title = "{add} {edits}" where starts_with(title, " a") or edits < 3
        }
        shown = last
        label = "{draft}, then {last}"
        domain rows from sorted {
            draw circle { position: (0.5, 0.1 * index), size: 0.01 * length(title), color: #fff }
        }"#;

    fn edit(engine: &mut Engine, index: u64) {
        engine.set("draft", format!("draft {index}").as_str()).unwrap();
        let add = engine.event("add").unwrap();
        engine.send_text(add, &format!(" a title, edited {index} times ")).unwrap();
    }

    /// Edits of one title, more than there is room for: what is kept has the hashes of a run with room for all of them.
    #[test]
    fn texts_that_nothing_has_go() {
        let settings = EngineSettings {
            snapshots: Some(Snapshots { count: 8, every: 10, inputs: 600 }),
            ..EngineSettings::default()
        };
        let mut engine = Engine::fitted(program(EDITED), 1.0, settings).unwrap();
        let roomy =
            Capacity { texts: 400_000, text_bytes: 1 << 25, ..Capacity::for_program(&program(EDITED), 1.0) };
        let settings = EngineSettings { capacity: roomy, snapshots: settings.snapshots, ..settings };
        let mut other = Engine::with_settings(program(EDITED), settings).unwrap();
        let frames = 10_000;
        let mut hashes = Vec::new();
        for index in 0..frames {
            for engine in [&mut engine, &mut other] {
                edit(engine, index);
                engine.frame(index).unwrap();
            }
            let label = format!("draft {index}, then a title, edited {index} times");
            assert_eq!(engine.last_frame().unwrap().text("label"), Some(label.as_str()));
            hashes.push(engine.last_frame().unwrap().hash());
            assert_eq!(Some(hashes[index as usize]), other.last_frame().map(|frame| frame.hash()), "{index}");
            if index % 1_000 == 999 {
                let back = index - 150 - index % 7;
                let label = format!("draft {back}, then a title, edited {back} times");
                let frame = engine.seek(back).unwrap();
                assert_eq!(
                    (frame.hash(), frame.text("label")),
                    (hashes[back as usize], Some(label.as_str()))
                );
                assert_eq!(engine.seek(index).unwrap().hash(), hashes[index as usize]);
            }
        }
        assert!(other.parts().texts.texts.len() > 20_000, "nothing had to go there");
    }

    /// What makes more text than there may be: the instant is undone, and the engine goes on.
    #[test]
    fn a_text_too_long_or_too_many_undo_the_instant() {
        let patch = r#"
            event double
            event fill
            event add: text
            list todos max 900 { title: text } = [{ title: "a" }]
            state long = "ab"
            state turns = 0
            on double { long = long + long; turns = turns + 1 }
            on fill { todos.title = "{long}{id}"; turns = turns + 1 }
            on add { append todos { title: add } }
            shown = long
            count_of_turns = turns
            first = count(todos where title == "a")
            domain rows from todos { draw circle { position: (0.5, 0.5), size: 0.1, color: #fff } }"#;
        let mut engine = Engine::for_program(program(patch)).unwrap();
        let mut frame = 0;
        let mut after = |engine: &mut Engine, event: &str| {
            engine.send(event, ()).unwrap();
            frame += 1;
            let done = engine.frame(frame).map(|_| ());
            frame += 1;
            engine.frame(frame).unwrap();
            done
        };
        let shown = |engine: &mut Engine| engine.last_frame().unwrap().text("shown").unwrap().len();
        for power in 2..=9 {
            after(&mut engine, "double").unwrap();
            assert_eq!(shown(&mut engine), 1 << power);
        }
        for k in 0..899 {
            engine.send_text(engine.event("add").unwrap(), &format!("{k}")).unwrap();
        }
        // 900 texts of more than 512 bytes each are more than all texts together may have.
        let full = after(&mut engine, "fill").unwrap_err();
        assert!(matches!(full, EngineError::TextsFull { .. }), "{full:?}");
        assert_eq!(engine.list("todos").unwrap().text("title", 0), Some("a"));
        for power in 10..=14 {
            after(&mut engine, "double").unwrap();
            assert_eq!(shown(&mut engine), 1 << power);
        }
        let long = after(&mut engine, "double").unwrap_err();
        assert_eq!(long, EngineError::TextTooLong { bytes: 1 << 15 });
        assert_eq!(shown(&mut engine), 1 << 14);
        let turns = engine.last_frame().unwrap().slot("count_of_turns").unwrap().components[0];
        assert_eq!(turns, 13.0, "what failed did not happen");
    }

    /// Rows of a program name texts that are there.
    #[test]
    fn texts_of_rows_are_checked() {
        let mut data = program(EDITED).data().clone();
        let said = |row: &Vec<f64>| data.texts[row[0] as usize].text.clone();
        assert_eq!(data.lists[0].rows.iter().map(said).collect::<Vec<_>>(), ["a", "b"]);
        data.lists[0].rows[1] = vec![99.0];
        data.lists[0].columns[0].default = vec![98.0];
        let found = Program::new(data).unwrap_err().to_string();
        for part in ["lists[0].rows[1][0]", "lists[0].columns[0].default[0]"] {
            assert!(found.contains(part), "{part} in {found}");
        }
    }

    #[test]
    fn the_arena_is_part_of_the_memory() {
        let program = program(EDITED);
        let capacity =
            Capacity { texts: 100_000, text_bytes: 1 << 22, ..Capacity::for_program(&program, 1.0) };
        let settings = EngineSettings { capacity, memory_limit: 6 << 20, ..EngineSettings::default() };
        let error = Engine::with_settings(program.clone(), settings).unwrap_err();
        assert!(matches!(error, EngineError::Memory(_)), "{error}");
        let settings = EngineSettings { memory_limit: 1 << 30, ..settings };
        let engine = Engine::with_settings(program, settings).unwrap();
        let found = &engine.parts().texts;
        let plan = &engine.parts().plan;
        assert_eq!(found.bytes(), RunTexts::bytes_for(plan, &settings.capacity));
    }

    #[test]
    fn what_has_no_room_is_an_error_of_the_host() {
        let mut engine = Engine::for_program(program(PATCH)).unwrap();
        let long = "x".repeat(TEXT_MAX + 1);
        assert!(matches!(engine.set("draft", long.as_str()), Err(EngineError::TextTooLong { .. })));
        let draft = engine.channel("draft").unwrap();
        // What was given but nothing has goes again; what is to stay does not.
        for k in 0..10_000 {
            engine.set_text(draft, &format!("text {k}")).unwrap();
        }
        let full = (0..10_000).find_map(|k| engine.known_text(&format!("text {k}")).err());
        assert!(matches!(full, Some(EngineError::TextsFull { .. })), "{full:?}");
        // What is there needs no room.
        engine.set_text(draft, "text 1").unwrap();
        assert_eq!(said(&mut engine, 0)[2], "text 1");
        // From another thread it is rejected and counted.
        let sender = engine.input_sender(4);
        for text in ["text 2", "one more"] {
            sender.set(draft, text).unwrap();
        }
        assert_eq!(said(&mut engine, 1)[2], "text 2");
        assert_eq!(engine.input_counters().rejected, 1);
        let to = Capacity { texts: 20_000, text_bytes: 1 << 20, ..Capacity::NONE };
        engine.raise_capacity(to).unwrap();
        engine.set_text(draft, "one more").unwrap();
        assert_eq!(said(&mut engine, 2)[2], "one more");
    }
}
