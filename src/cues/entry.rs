//! Entries of the calendar.

use super::tag::Tag;
use crate::time::Flicks;

/// When a row of the table comes: offset, microstep and row as one number, so that it is compared without branches.
///
/// It is stale when the row has another entry: the cue was cancelled or rescheduled. A row that comes back to a tag has
/// the same entry again, so a calendar may have an entry twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry(u128);

impl Entry {
    /// Of no row.
    pub(super) const NONE: Self = Self(u128::MAX);

    #[inline]
    pub(super) fn new(tag: Tag, row: u32) -> Self {
        Self(u128::from(tag.offset.0) << 64 | u128::from(tag.microstep) << 32 | u128::from(row))
    }

    #[inline]
    pub(super) fn tag(self) -> Tag {
        Tag::new(self.offset(), (self.0 >> 32) as u32)
    }

    #[inline]
    pub(super) fn offset(self) -> Flicks {
        Flicks((self.0 >> 64) as u64)
    }

    #[inline]
    pub(super) fn row(self) -> u32 {
        self.0 as u32
    }

    #[inline]
    pub(super) fn is_at(self, tag: Tag) -> bool {
        self.0 >> 32 == Self::new(tag, 0).0 >> 32
    }

    /// Whether its tag is before another one.
    #[inline]
    pub(super) fn is_before(self, tag: Tag) -> bool {
        self < Self::new(tag, 0)
    }

    /// Whether its tag is after that of another one.
    #[inline]
    pub(super) fn is_after(self, other: Self) -> bool {
        self.0 > other.0 | u128::from(u32::MAX)
    }
}
