//! Channels and what becomes of cues that are too close together.

use crate::time::Flicks;

/// A source or target of cues, by its row in the rules that a store was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub u32);

/// What becomes of a cue that is too close to another one of its channel.
///
/// The policies are those of Lingua Franca's actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Every cue is kept: one that comes too early is moved to the earliest tag that is far enough.
    #[default]
    Queue,
    /// The newer payload takes the place of the pending one.
    Replace,
    /// The newer cue is not scheduled.
    Drop,
    /// The newer payload is merged into the pending one.
    Coalesce,
}

/// How the cues of one channel are kept apart.
///
/// **Without a spacing** two cues conflict when they have the very same tag. `Queue` keeps both, in the order in which
/// they were scheduled.
///
/// **With a spacing** a channel goes forward only: a cue conflicts when its offset is less than `spacing` after the
/// offset of the channel's last cue. That is the last one that is pending, or, when there is none, the last one that
/// time passed. `Queue` moves the new cue to that offset plus `spacing`, microstep 0; `Replace` and `Coalesce` change the
/// payload of the last one where it is pending, and do as `Queue` where it is not; `Drop` drops in both cases. A cue that
/// was cancelled no longer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChannelRules {
    /// What becomes of a cue that conflicts.
    pub policy: Policy,
    /// The least time between two cues, in flicks.
    pub spacing: Flicks,
}

/// How [`Policy::Coalesce`] makes one payload of two.
pub trait Merge {
    /// What the pending payload becomes when `later` is merged into it.
    #[must_use]
    fn merge(self, later: Self) -> Self;
}

/// Numbers are added up.
macro_rules! sums {
    ($($number:ty: $sum:expr;)*) => { $(
        impl Merge for $number {
            fn merge(self, later: Self) -> Self {
                $sum(self, later)
            }
        }
    )* };
}

sums! {
    f32: std::ops::Add::add;
    f64: std::ops::Add::add;
    u32: u32::saturating_add;
    u64: u64::saturating_add;
    i32: i32::saturating_add;
    i64: i64::saturating_add;
}

/// Nothing and nothing is nothing.
impl Merge for () {
    fn merge(self, (): Self) -> Self {}
}

/// Entry by entry.
impl<T: Merge + Copy, const N: usize> Merge for [T; N] {
    fn merge(self, later: Self) -> Self {
        std::array::from_fn(|k| self[k].merge(later[k]))
    }
}
