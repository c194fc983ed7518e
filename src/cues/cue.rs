//! A cue, its id, and what a store answers.

use std::fmt;

use super::rules::ChannelId;
use super::tag::Tag;

/// Names one cue for as long as it is pending, and nothing after that: a row that is used again has another generation.
/// (After 2^32 uses of one row its generations repeat.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CueId {
    pub(super) row: u32,
    pub(super) generation: u32,
}

impl CueId {
    /// The id of no cue.
    pub const NONE: Self = Self { row: 0, generation: 0 };
}

/// Something that is scheduled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue<P> {
    /// Its name while it is pending.
    pub id: CueId,
    /// When it happens.
    pub tag: Tag,
    /// Whom it concerns.
    pub channel: ChannelId,
    /// Which scheduling of its store it was, counted from 0: what orders the cues of one channel at one tag.
    pub order: u64,
    /// What it carries.
    pub payload: P,
}

/// What became of a cue that was pushed or rescheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is pending at the tag that was asked for.
    Scheduled,
    /// It is pending at a later tag, to keep its channel's spacing.
    Moved,
    /// Its payload took the place of a pending one.
    Replaced,
    /// Its payload was merged into a pending one.
    Coalesced,
    /// It is not scheduled.
    Dropped,
}

/// What became of a cue, and where it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pushed {
    /// The pending cue that has the payload: its own, or the older one that it replaced or was merged into;
    /// [`CueId::NONE`] where it was dropped.
    pub id: CueId,
    /// The tag of that cue; where it was dropped, the tag that was asked for.
    pub tag: Tag,
    /// What became of it.
    pub outcome: Outcome,
}

/// A tag is in the past. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Late {
    /// The tag that was asked for.
    pub asked: Tag,
    /// The current tag: the earliest that is possible.
    pub now: Tag,
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too late for {}: logical time is at {}", self.asked, self.now)
    }
}

impl std::error::Error for Late {}

/// All rows are taken by pending cues. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Full {
    /// The cues that may be pending together.
    pub capacity: u32,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cues are pending, and that is the capacity", self.capacity)
    }
}

impl std::error::Error for Full {}

/// Why a cue was not pushed. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PushError {
    /// Its tag is in the past.
    Late(Late),
    /// There is no room.
    Full(Full),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(late) => late.fmt(f),
            Self::Full(full) => full.fmt(f),
        }
    }
}

impl std::error::Error for PushError {}

/// Why a cue was not rescheduled. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RescheduleError {
    /// Its new tag is in the past.
    Late(Late),
    /// No cue of this id is pending.
    NotPending,
}

impl fmt::Display for RescheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(late) => late.fmt(f),
            Self::NotPending => write!(f, "the cue is not pending"),
        }
    }
}

impl std::error::Error for RescheduleError {}

/// What became of all cues so far.
///
/// `pushed = replaced + coalesced + dropped + cancelled + cleared + pending`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Counters {
    /// Pushes that were no errors.
    pub pushed: u64,
    /// Cues that a channel's spacing moved to a later tag.
    pub moved: u64,
    /// Cues whose payload took the place of another one.
    pub replaced: u64,
    /// Cues that were merged into another one.
    pub coalesced: u64,
    /// Cues that were dropped for another one.
    pub dropped: u64,
    /// Cues that were cancelled.
    pub cancelled: u64,
    /// Cues that were rescheduled, whatever became of them.
    pub rescheduled: u64,
    /// Cues that time passed, read or not.
    pub cleared: u64,
}
