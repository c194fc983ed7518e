//! What can go wrong while an engine runs.

use std::fmt;

use crate::cues::Tag;
use crate::diagnostic::Code;
use crate::id::EventId;
use crate::letters::{FontError, Full};
use crate::time::{Flicks, FrameRate};
use crate::world::{CapacityError, MemoryError, Size};

/// A slot that two steps wrote in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TwoWriters {
    pub(crate) first: u32,
    pub(crate) second: u32,
    pub(crate) frame: u64,
}

/// What stopped an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is wrong, and nothing is to be evaluated: the systems only get to know their tables.
    Idle,
    TwoWriters(TwoWriters),
    Texts(TextFault),
    Events(EventFault),
    /// The texts of a frame have no room.
    Letters(Full),
}

/// Why a text was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFault {
    /// It has so many bytes, or more.
    TooLong(usize),
    /// There is no room: there are so many texts of so many bytes.
    Full { texts: u32, bytes: u32 },
}

/// What is wrong with the events of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventProblem {
    /// Events make one another happen without end.
    Circle,
    /// More are pending than there is room for.
    Full,
    /// A list would have more rows, or more is done to them in a turn, than there is room for.
    ListFull(u32),
    /// A text is too long, or there is no room for it.
    Texts(TextFault),
}

/// Events that stopped the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventFault {
    pub(crate) problem: EventProblem,
    pub(crate) tag: Tag,
    /// Those that are part of it, in order.
    pub(crate) events: [EventId; Self::NAMED],
    pub(crate) count: usize,
}

impl EventFault {
    /// How many events are named.
    pub(crate) const NAMED: usize = 6;
}

/// What stopped the evaluation, if something did. Later systems do nothing then.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultFlag(pub(crate) Option<Fault>);

/// Why an engine did not do what it was asked. The last good frame stays readable after any of them.
///
/// As text: what is wrong, what to do, and the [`code`](Self::code) that `pavane explain` tells more about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EngineError {
    /// The program does not fit.
    Capacity(CapacityError),
    /// What would be allocated is more than [`EngineSettings::memory_limit`](super::EngineSettings::memory_limit).
    Memory(MemoryError),
    /// What would be allocated is more than [`EngineSettings::memory_limit`](super::EngineSettings::memory_limit), and lists take most of it.
    ListMemory {
        /// The list that takes most.
        list: String,
        /// The most rows that it may have.
        max: u32,
        /// What it takes with its views, in bytes.
        bytes: u64,
        /// All of it.
        error: MemoryError,
    },
    /// A delay in time remembers more frames at this frame rate than there is room for.
    Delay {
        /// The key of its state cell.
        cell: String,
        /// How many frames it remembers.
        frames: u32,
        /// Frames per second.
        rate: FrameRate,
        /// The setting to raise.
        error: CapacityError,
    },
    /// A slot was written twice in a frame; the second value was not stored.
    TwoWriters {
        /// The slot's name.
        slot: String,
        /// Who wrote first.
        first: String,
        /// Who wrote second.
        second: String,
        /// The frame index.
        frame: u64,
    },
    /// Events make one another happen, again and again, without time going by. State is as it was before that instant; what
    /// else was to happen then does not.
    EventCircle {
        /// The keys of the events, in order.
        events: Vec<String>,
        /// When, in flicks.
        at: Flicks,
    },
    /// More is to happen than there is room for. State is as it was before that instant; what else was to happen then does not.
    TooManyCues {
        /// The event that is one too many.
        event: String,
        /// When, in flicks.
        at: Flicks,
        /// How many may be pending: `Capacity::cues`.
        capacity: u32,
    },
    /// A list was to get more rows than there is room for. State is as it was before that instant; what else was to happen then
    /// does not.
    ListFull {
        /// The list.
        list: String,
        /// When, in flicks.
        at: Flicks,
        /// The most rows it may have.
        capacity: u32,
    },
    /// An event was scheduled at a time that has passed. Nothing was changed.
    Late {
        /// The event.
        event: String,
        /// When, in flicks.
        asked: Flicks,
        /// The earliest time that is still possible.
        now: Flicks,
    },
    /// A text of the host, or one that a program makes, is longer than [`TEXT_MAX`](crate::program::limits::TEXT_MAX). Where a
    /// reaction makes it, state is as it was before that instant; what else was to happen then does not.
    TextTooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// There is no room for another text, of the host or one that a program makes. As [`TextTooLong`](Self::TextTooLong) in
    /// reactions.
    TextsFull {
        /// How many there are.
        texts: u32,
        /// Their bytes.
        bytes: u32,
    },
    /// The texts that one frame draws have no room.
    LettersFull(Full),
    /// A font of a program is none.
    Font {
        /// Its name.
        font: String,
        /// Why it is none.
        error: FontError,
    },
    /// A list or a view has as many readers as there may be.
    TooManyReaders {
        /// The list or view.
        name: String,
        /// How many there are.
        readers: u32,
    },
    /// More events were sent than one frame and the next take: this one is not among them.
    QueueFull {
        /// The event.
        event: String,
        /// How many wait.
        waiting: usize,
    },
    /// Time never goes back; [`Engine::seek`](super::Engine::seek) does.
    TimeWentBack {
        /// The frame the engine is at.
        at: u64,
        /// The frame that was asked for.
        asked: u64,
    },
    /// The frame starts later than 64 bits of flicks reach.
    BeyondTime {
        /// The frame that was asked for.
        asked: u64,
    },
    /// There is no channel, slot or field of that name.
    Unknown {
        /// What was looked for: `channel`, `slot`, `field`.
        what: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A value that a channel or a slot does not take.
    Value {
        /// The channel or slot.
        name: String,
        /// What was given.
        found: String,
        /// What it takes.
        expected: String,
    },
    /// Elements that a domain does not take.
    Elements {
        /// The domain.
        domain: String,
        /// What is wrong with them and what would be right.
        message: String,
    },
    /// A setting that makes no sense.
    Setting {
        /// Which.
        name: &'static str,
        /// What is wrong with it and what would be right.
        message: String,
    },
}

impl EngineError {
    /// Which kind of problem.
    pub const fn code(&self) -> Code {
        match self {
            Self::Capacity(_) | Self::Delay { .. } => Code::Capacity,
            Self::Memory(_) | Self::ListMemory { .. } => Code::Memory,
            Self::TwoWriters { .. } => Code::WriterConflict,
            Self::EventCircle { .. } => Code::EventCircle,
            Self::Late { .. } => Code::TimeWentBack,
            Self::TooManyCues { .. }
            | Self::QueueFull { .. }
            | Self::TextsFull { .. }
            | Self::LettersFull(_)
            | Self::TooManyReaders { .. }
            | Self::ListFull { .. } => Code::Capacity,
            Self::TextTooLong { .. } => Code::ChannelValue,
            Self::Font { .. } => Code::FontFile,
            Self::TimeWentBack { .. } => Code::TimeWentBack,
            Self::BeyondTime { .. } => Code::Seek,
            Self::Unknown { .. } => Code::UnknownChannel,
            Self::Value { .. } => Code::ChannelValue,
            Self::Setting { .. } => Code::Setting,
            Self::Elements { .. } => Code::Elements,
        }
    }

    /// The text without the code.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Capacity(error) => error.to_string(),
            Self::Delay { cell, frames, rate, error } => format!(
                "at {rate} frames per second the delay `{cell}` remembers {frames} frames: {error}, or use a shorter \
                 delay or a lower frame rate"
            ),
            Self::Memory(error) => error.to_string(),
            Self::ListMemory { list, max, bytes, error } => format!(
                "the list `{list}` has room for {max} rows, which takes {} with its views: give it a lower `max`; {error}",
                Size(*bytes)
            ),
            Self::TwoWriters { slot, first, second, frame } => format!(
                "frame {frame}: slot `{slot}` was written by {first} and again by {second}; the second value was not \
                 stored. Give each writer a slot of its own"
            ),
            Self::EventCircle { events, at } => format!(
                "at {at} events make one another happen without end: {} -> {}; let one of them come `after` a time",
                events.join(" -> "),
                events.first().map_or("", String::as_str)
            ),
            Self::TooManyCues { event, at, capacity } => format!(
                "at {at} there is no room for `{event}`: {capacity} cues are pending; raise `Capacity::cues`, or schedule less"
            ),
            Self::ListFull { list, at, capacity } => format!(
                "at {at} there is no room in the list `{list}`: it may have {capacity} rows; raise its `max`, or remove rows"
            ),
            Self::Late { event, asked, now } => {
                format!("`{event}` was to happen at {asked}, which has passed: the earliest time is {now}")
            }
            Self::QueueFull { event, waiting } => format!(
                "`{event}` was not taken: {waiting} events wait already; evaluate a frame, or raise `Capacity::cues`"
            ),
            Self::TooManyReaders { name, readers } => format!(
                "`{name}` has {readers} readers, and that is the most: end those that read no more with `unsubscribe`"
            ),
            Self::TextTooLong { bytes } => format!(
                "a text of {bytes} bytes was not taken: the most is {}",
                crate::program::limits::TEXT_MAX
            ),
            Self::TextsFull { texts, bytes } => format!(
                "a text was not taken: there are {texts} already, of {bytes} bytes; raise `Capacity::texts` and `Capacity::text_bytes`"
            ),
            Self::LettersFull(full) => format!(
                "{full} in one frame: raise `Capacity::{}`, or draw less text",
                match full {
                    Full::Texts => "laid_texts",
                    Full::Glyphs => "glyphs",
                    Full::Outlines => "outlines",
                }
            ),
            Self::Font { font, error } => format!("the font `{font}` cannot be read: {error}"),
            Self::TimeWentBack { at, asked } => format!(
                "frame {asked} was asked for after frame {at}: time never goes back; use `seek({asked})` to jump"
            ),
            Self::BeyondTime { asked } => {
                format!("frame {asked} starts later than 64 bits of flicks reach (828 years)")
            }
            Self::Unknown { what, name, known } => {
                let there = match known.as_slice() {
                    [] => "the program has none".to_owned(),
                    known => format!("there are: {}", known.join(", ")),
                };
                format!("there is no {what} `{name}`; {there}")
            }
            Self::Value { name, found, expected } => {
                format!("`{name}` was given {found}; it takes {expected}")
            }
            Self::Setting { name, message } => format!("{name}: {message}"),
            Self::Elements { domain, message } => format!("the elements of `{domain}`: {message}"),
        }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message(), self.code())
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Capacity(error) | Self::Delay { error, .. } => Some(error),
            Self::Memory(error) | Self::ListMemory { error, .. } => Some(error),
            Self::Font { error, .. } => Some(error),
            Self::TwoWriters { .. }
            | Self::EventCircle { .. }
            | Self::TooManyCues { .. }
            | Self::ListFull { .. }
            | Self::TooManyReaders { .. }
            | Self::QueueFull { .. }
            | Self::TextTooLong { .. }
            | Self::TextsFull { .. }
            | Self::LettersFull(_)
            | Self::Late { .. }
            | Self::TimeWentBack { .. }
            | Self::BeyondTime { .. }
            | Self::Unknown { .. }
            | Self::Value { .. }
            | Self::Elements { .. }
            | Self::Setting { .. } => None,
        }
    }
}

impl From<CapacityError> for EngineError {
    fn from(error: CapacityError) -> Self {
        Self::Capacity(error)
    }
}

impl From<MemoryError> for EngineError {
    fn from(error: MemoryError) -> Self {
        Self::Memory(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_in_the_code_that_explains_them() {
        let check = |error: EngineError, code: &str| {
            assert_eq!(error.code().name(), code);
            assert_eq!(error.to_string(), format!("{} ({code})", error.message()));
        };
        let name = || "x".to_owned();
        check(CapacityError { setting: "slots", capacity: 1, asked: 2, limit: 3 }.into(), "E0201");
        check(MemoryError { buffer: "slots", buffer_bytes: 1, asked: 2, limit: 1 }.into(), "E0207");
        check(EngineError::TwoWriters { slot: name(), first: name(), second: name(), frame: 3 }, "E0202");
        check(EngineError::TooManyReaders { name: name(), readers: 64 }, "E0201");
        check(EngineError::LettersFull(Full::Glyphs), "E0201");
        check(EngineError::TimeWentBack { at: 5, asked: 4 }, "E0203");
        check(EngineError::BeyondTime { asked: u64::MAX }, "E0206");
        check(EngineError::Unknown { what: "channel", name: name(), known: Vec::new() }, "E0204");
        check(EngineError::Value { name: name(), found: name(), expected: name() }, "E0205");
        check(EngineError::Setting { name: "EngineSettings::threads", message: name() }, "E0208");
    }
}
