//! Texts of a run: those of the program, and those that the host gives while it runs.
//!
//! A text in an input, a cell, a slot, a lane or an event is its number: 32 bits that follow from the text alone, so equal texts are
//! equal numbers, and what is hashed does not depend on what there was before. Only where two texts would have the same number
//! does the later one get the next: then which is which depends on the order in which they came, which is that of the inputs.
//!
//! **Invariants**
//! - A text that is there once stays: whatever was copied, logged or put aside names it still.
//! - Everything is allocated at load; what has no room is an error of the host.

use bevy_ecs::prelude::Resource;

use super::inputs::{Channel, EventChannel, InputValue};
use super::plan::Plan;
use super::{Engine, EngineError};
use crate::lists::Texts;
use crate::program::limits::TEXT_MAX;
use crate::world::Capacity;

/// A text of an engine: [`Engine::text`] and [`Frame::text`](crate::frame::Frame::text) say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextNumber(pub(crate) u32);

/// The texts.
#[derive(Resource, Debug)]
pub(crate) struct RunTexts(pub(crate) Texts);

impl RunTexts {
    /// Those of a program, and behind them those of an earlier run that goes on. Without texts it takes no memory.
    pub(crate) fn new(plan: &Plan, capacity: &Capacity, before: Option<&Self>) -> Self {
        let has_any = plan.needs.texts > 0;
        let [count, bytes] = if has_any { [capacity.texts, capacity.text_bytes] } else { [0; 2] };
        let mut texts = Texts::new(count, bytes);
        for row in &plan.program.data().texts {
            let is_there = texts.intern(&row.text);
            debug_assert!(is_there.is_ok(), "the capacity was checked");
        }
        if let Some(Self(before)) = before.filter(|_| has_any) {
            for text in before.iter() {
                // Where there is no room any more, what has it reads the empty text.
                let _is_there = texts.intern(text);
            }
        }
        Self(texts)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.bytes()
    }

    pub(crate) fn grow(&mut self, to: &Capacity) {
        if self.bytes() > 0 {
            self.0.grow(to.texts, to.text_bytes);
        }
    }

    /// The text of a number.
    pub(crate) fn get(&self, number: u32) -> &str {
        self.0.get(self.0.numbered(number))
    }
}

impl Engine {
    /// A text as a value: for [`set`](Self::set), [`send`](Self::send) and the other ways to give an engine values. It is copied;
    /// an equal text takes no more room.
    ///
    /// # Errors
    /// When it is longer than [`TEXT_MAX`] bytes, or [`Capacity::texts`] and [`Capacity::text_bytes`] leave no room for it. A
    /// program whose inputs and events have no texts has none.
    pub fn known_text(&mut self, text: &str) -> Result<InputValue, EngineError> {
        if text.len() > TEXT_MAX {
            return Err(EngineError::TextTooLong { bytes: text.len() });
        }
        let RunTexts(texts) = &mut *self.world.resource_mut::<RunTexts>();
        match texts.intern(text) {
            Ok(id) => Ok(InputValue::Text(TextNumber(texts.number(id)))),
            Err(_) => Err(EngineError::TextsFull { texts: texts.len(), bytes: texts.used() }),
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
        let value = self.known_text(text)?;
        self.set_channel(channel, value)
    }

    /// Sends an event that carries a text, as [`send_event`](Self::send_event) does.
    ///
    /// # Errors
    /// As for [`known_text`](Self::known_text) and [`send_event`](Self::send_event).
    pub fn send_text(&mut self, event: EventChannel, text: &str) -> Result<(), EngineError> {
        let value = self.known_text(text)?;
        self.send_event(event, value)
    }

    /// What a text says that is in an input or an event; the empty text where it is of another engine.
    pub fn text(&self, TextNumber(number): TextNumber) -> &str {
        self.world.resource::<RunTexts>().get(number)
    }
}
