//! What can go wrong while an engine runs.

use std::fmt;

use crate::time::FrameRate;
use crate::world::CapacityError;

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
    TwoWriters(TwoWriters),
}

/// Why an engine did not do what it was asked. The last good frame stays readable after any of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EngineError {
    /// The program does not fit.
    Capacity(CapacityError),
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
    /// A setting that makes no sense.
    Setting {
        /// Which.
        name: &'static str,
        /// What is wrong with it and what would be right.
        message: String,
    },
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capacity(error) => error.fmt(f),
            Self::Delay { cell, frames, rate, error } => write!(
                f,
                "at {rate} frames per second the delay `{cell}` remembers {frames} frames: {error}, or use a shorter \
                 delay or a lower frame rate"
            ),
            Self::TwoWriters { slot, first, second, frame } => write!(
                f,
                "frame {frame}: slot `{slot}` was written by {first} and again by {second}; the second value was not \
                 stored. Give each writer a slot of its own"
            ),
            Self::TimeWentBack { at, asked } => write!(
                f,
                "frame {asked} was asked for after frame {at}: time never goes back; use `seek({asked})` to jump"
            ),
            Self::BeyondTime { asked } => {
                write!(f, "frame {asked} starts later than 64 bits of flicks reach (828 years)")
            }
            Self::Unknown { what, name, known } => {
                write!(f, "there is no {what} `{name}`")?;
                match known.as_slice() {
                    [] => write!(f, "; the program has none"),
                    known => write!(f, "; there are: {}", known.join(", ")),
                }
            }
            Self::Value { name, found, expected } => {
                write!(f, "`{name}` was given {found}; it takes {expected}")
            }
            Self::Setting { name, message } => write!(f, "{name}: {message}"),
        }
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Capacity(error) | Self::Delay { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<CapacityError> for EngineError {
    fn from(error: CapacityError) -> Self {
        Self::Capacity(error)
    }
}
