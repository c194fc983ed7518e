//! What a frame is evaluated with: leaves that are the same for all elements and come from the clock and its
//! surroundings.

use super::growth::Growth;
use super::rates::Rate;
use crate::id::DomainId;
use crate::time::Flicks;

/// An input of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FrameInput {
    /// Seconds since frame 0.
    Time,
    /// Seconds since the previous frame.
    Dt,
    /// The frame's index.
    Index,
    /// Where time is in a cycle. `keyed` is the row of the phase or [`NONE`](super::NONE).
    Phase {
        period: Flicks,
        keyed: u32,
    },
    PhasePingPong {
        period: Flicks,
        keyed: u32,
    },
    /// How much of a duration has passed.
    Progress(Flicks),
    /// How many multiples of a period lie between the previous frame and this one.
    Pulse(Flicks),
    /// The seed of the run.
    Seed,
    /// Width (0) or height (1) of the canvas.
    Canvas(u32),
    /// How many elements a domain has that always has as many.
    Count(DomainId),
    /// How many elements a domain has this frame, whose elements are born or given by the host.
    LiveCount(DomainId),
}

impl FrameInput {
    /// How often it can change, and whether it grows without end.
    pub(super) const fn nature(self) -> (Rate, Growth) {
        match self {
            Self::Time | Self::Index => (Rate::Frame, Growth::UP),
            Self::Dt
            | Self::Phase { .. }
            | Self::PhasePingPong { .. }
            | Self::Progress(_)
            | Self::Pulse(_)
            | Self::LiveCount(_) => (Rate::Frame, Growth::NONE),
            // A host may resize it.
            Self::Canvas(_) => (Rate::Change, Growth::NONE),
            // The number of elements is that of the program.
            Self::Seed | Self::Count(_) => (Rate::Load, Growth::NONE),
        }
    }
}
