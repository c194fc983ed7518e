//! The clock of an evaluation.

use crate::time::Flicks;

/// Where and when the frame that is being evaluated stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// Evaluations so far, this one included, and one for the time before the first: what the stamps of single writers are compared with. It moves on by
    /// one at every `begin`, so no stamp is ever cleared.
    pub(crate) epoch: u64,
    pub(crate) index: u64,
    pub(crate) now: Flicks,
    /// The time of the frame before; `now` on the first.
    pub(crate) previous: Flicks,
    pub(crate) seconds: f64,
    pub(crate) dt: f64,
    pub(crate) seed: u32,
    /// Whether the frame is evaluated once more, with the inputs it saw.
    pub(crate) again: bool,
    /// Whether nothing is evaluated at all: see [`Fault::Idle`](super::error::Fault::Idle).
    pub(crate) idle: bool,
    /// Which phases there is something to do in. A system that is left out looks for none of its tables.
    pub(crate) phases: Phases,
}

/// Phases that many frames have nothing to do in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phases {
    /// A snapshot is due.
    pub(crate) keep: bool,
    /// There are events, inputs or texts.
    pub(crate) events: bool,
    /// There are lists that domains show.
    pub(crate) lists: bool,
}

impl Phases {
    pub(crate) const ALL: Self = Self { keep: true, events: true, lists: true };
}

impl Clock {
    /// For what happens at a time of its own, between the frame before and this one: continuous state has not moved on.
    pub(crate) fn at(&self, now: Flicks) -> Self {
        Self { now, previous: now, seconds: now.as_secs_f64(), dt: 0.0, ..*self }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { index: self.index, now: self.now, previous: self.previous }
    }
}

/// Where in time an evaluation lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) index: u64,
    pub(crate) now: Flicks,
    /// The time of the frame before; `now` on the first.
    pub(crate) previous: Flicks,
}
