//! Inputs from other threads: they send, and the engine takes over what has arrived when it is asked for a frame.
//!
//! The queue is the standard library's bounded channel: an array that is allocated once. Nobody ever waits for it here, and
//! so neither sending nor receiving takes a lock or allocates: a lock is for those who sleep. The receiver may spin while a
//! thread is in the middle of writing what is next.

use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};

use super::Engine;
use super::inputs::{Channel, ChannelPlace, ChannelValue, EventChannel, InputValue, Payload};
use crate::program::Type;

/// Something that a thread gives an engine.
#[derive(Clone, Debug, PartialEq)]
pub enum SentInput {
    /// As [`Engine::set_channel`] takes it.
    Value(Channel, InputValue),
    /// The same, of an array.
    Array(Channel, SentArray),
    /// As [`Engine::set_text`] takes it.
    Text(Channel, String),
    /// As [`Engine::send_text`] takes it.
    TextEvent(EventChannel, String),
    /// As [`Engine::send_event`] takes it.
    Event(EventChannel, Payload),
}

/// The values of an array that a thread gives.
#[derive(Clone, Debug, PartialEq)]
pub struct SentArray {
    ty: Type,
    components: Vec<f64>,
}

/// Why something was not sent, and what that was.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsent {
    /// As much waits as there is room for: try again when the engine has evaluated a frame.
    Full(SentInput),
    /// The engine is gone, or listens to a newer sender.
    Closed(SentInput),
}

impl Unsent {
    /// What was not sent.
    pub fn input(self) -> SentInput {
        match self {
            Self::Full(input) | Self::Closed(input) => input,
        }
    }
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "an input was not sent: as many wait as there is room for",
            Self::Closed(_) => "an input was not sent: the engine does not listen to this sender any more",
        })
    }
}

impl std::error::Error for Unsent {}

/// Gives an engine inputs and events from any thread: see [`Engine::input_sender`].
#[derive(Clone, Debug)]
pub struct InputSender {
    inputs: SyncSender<SentInput>,
    /// The room of arrays that the engine has taken over, to be used again.
    spent: Arc<Mutex<Receiver<Vec<f64>>>>,
}

impl InputSender {
    /// Gives an input channel a value, as [`Engine::set_channel`] does. An array is copied, into room that the engine has given
    /// back where there is some: so the first ones allocate.
    ///
    /// # Errors
    /// With what was not sent. It never waits.
    pub fn set<'v>(&self, channel: Channel, value: impl Into<ChannelValue<'v>>) -> Result<(), Unsent> {
        let value = value.into();
        if let ChannelValue::One(value) = value {
            return self.give(SentInput::Value(channel, value));
        }
        if let ChannelValue::Text(text) = value {
            return self.give(SentInput::Text(channel, text.to_owned()));
        }
        let spent = self.spent.try_lock().ok().and_then(|spent| spent.try_recv().ok());
        let mut components = spent.unwrap_or_default();
        value.write(&mut components);
        self.give(SentInput::Array(channel, SentArray { ty: value.ty(), components }))
    }

    /// Sends an event, as [`Engine::send_event`] does.
    ///
    /// # Errors
    /// As for [`set`](Self::set).
    pub fn send(&self, event: EventChannel, carried: impl Into<Payload>) -> Result<(), Unsent> {
        self.give(SentInput::Event(event, carried.into()))
    }

    /// Sends an event that carries a text, as [`Engine::send_text`] does. The text is copied.
    ///
    /// # Errors
    /// As for [`set`](Self::set).
    pub fn send_text(&self, event: EventChannel, text: &str) -> Result<(), Unsent> {
        self.give(SentInput::TextEvent(event, text.to_owned()))
    }

    /// Either of both: such as what was not sent before.
    ///
    /// # Errors
    /// As for [`set`](Self::set).
    pub fn give(&self, input: SentInput) -> Result<(), Unsent> {
        self.inputs.try_send(input).map_err(|error| match error {
            TrySendError::Full(input) => Unsent::Full(input),
            TrySendError::Disconnected(input) => Unsent::Closed(input),
        })
    }
}

/// The engine's end of the queue.
#[derive(Debug)]
pub(crate) struct Inbox {
    /// Makes an engine something that threads may share. Only its owner receives, and needs no lock for that.
    receiver: Mutex<Receiver<SentInput>>,
    /// Takes the room of arrays back to where they are made.
    spent: SyncSender<Vec<f64>>,
    /// The most that one frame takes over, so that no thread can hold it up for ever.
    most: usize,
}

impl Engine {
    /// A sender for other threads, with room for so many inputs and events, at least one; clone it for each of them. Whenever
    /// frames are asked for, the engine first takes over what has arrived, in the order of arrival, as if the host had
    /// [set](Self::set_channel) and [sent](Self::send_event) it then; which frame that is depends on the threads, and what
    /// frames took ([`taken`](Self::taken)) is the log of it.
    ///
    /// Where the engine's own queue of events is full, what has arrived waits. What the running program does not take (after
    /// a swap, or a value of another type) is counted as [rejected](super::InputCounters::rejected). An engine listens to one
    /// sender and its clones: those of an earlier call are closed.
    ///
    /// ```
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = "
    ///     input level = 0.0
    ///     event click
    ///     n = count(click)
    ///     draw circle { position: (level, 0.5), size: 0.1 * n, color: #fff }";
    /// let mut engine = Engine::for_program(compile(patch, "a.pav", &NoFiles).program.unwrap())?;
    /// let (level, click) = (engine.channel("level")?, engine.event("click")?);
    /// let sender = engine.input_sender(1024);
    /// let thread = std::thread::spawn(move || {
    ///     sender.set(level, 0.25)?;
    ///     sender.send(click, ())?;
    ///     sender.send(click, ())
    /// });
    /// thread.join().unwrap()?;
    /// let frame = engine.frame(0)?;
    /// let pass = frame.passes().next().unwrap();
    /// assert_eq!((pass.x.get(0), pass.width.get(0)), (0.25, 0.2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn input_sender(&mut self, capacity: usize) -> InputSender {
        let most = capacity.max(1);
        let (sender, receiver) = sync_channel(most);
        let (spent, unused) = sync_channel(most);
        self.inbox = Some(Inbox { receiver: Mutex::new(receiver), spent, most });
        InputSender { inputs: sender, spent: Arc::new(Mutex::new(unused)) }
    }

    /// Takes over what has arrived, as far as there is room for it.
    pub(super) fn take_over(&mut self) {
        let Some(mut inbox) = self.inbox.take() else { return };
        for _ in 0..inbox.most {
            if !self.parts().events.queue.has_room() {
                break;
            }
            // A panic cannot have happened while it was locked, for it never is.
            let Some(input) = inbox.receiver.get_mut().ok().and_then(|receiver| receiver.try_recv().ok())
            else {
                break;
            };
            if !self.takes(&input) {
                let counters = &mut self.parts_mut().events.queue.counters;
                counters.received += 1;
                counters.rejected += 1;
                continue;
            }
            let taken = match input {
                SentInput::Value(channel, value) => self.set_channel(channel, value),
                SentInput::Array(channel, SentArray { ty, components }) => {
                    let taken =
                        self.set_channel(channel, ChannelValue::Components { ty, components: &components });
                    // Where nobody takes it back, it is dropped.
                    drop(inbox.spent.try_send(components));
                    taken
                }
                SentInput::Text(channel, text) => self.set_text(channel, &text),
                SentInput::TextEvent(event, text) => self.send_text(event, &text),
                SentInput::Event(event, payload) => self.send_event(event, payload),
            };
            debug_assert!(taken.is_ok(), "it was looked at before: {taken:?}");
        }
        self.inbox = Some(inbox);
    }

    /// Whether the running program takes something. Without an error's words, which would be allocated in a frame.
    fn takes(&self, input: &SentInput) -> bool {
        let fits = |channel: Channel, value: ChannelValue<'_>| {
            self.channels.place(channel).is_some_and(|place: ChannelPlace| value.fits(place))
        };
        match *input {
            SentInput::Value(channel, value) => fits(channel, value.into()),
            SentInput::Array(channel, SentArray { ty, ref components }) => {
                fits(channel, ChannelValue::Components { ty, components })
            }
            SentInput::Text(channel, ref text) => {
                fits(channel, ChannelValue::Text(text)) && self.parts().texts.has_room(text)
            }
            SentInput::TextEvent(event, ref text) => {
                let place = self.channels.event_place(event);
                place.is_some_and(|place| place.ty == Some(Type::Text)) && self.parts().texts.has_room(text)
            }
            SentInput::Event(event, Payload(carried)) => {
                self.channels.event_place(event).is_some_and(|place| match (place.ty, carried) {
                    (None, None) => true,
                    (Some(ty), Some(value)) => value.fits(ty),
                    (None, Some(_)) | (Some(_), None) => false,
                })
            }
        }
    }
}
