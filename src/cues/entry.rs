//! Entries of the calendar.

use super::tag::Tag;
use crate::time::Flicks;

/// When a row of the table comes. It is stale when the row has another order: the cue was cancelled or rescheduled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    offset: u64,
    microstep: u32,
    pub(super) row: u32,
    pub(super) order: u64,
}

impl Entry {
    #[inline]
    pub(super) fn new(tag: Tag, row: u32, order: u64) -> Self {
        Self { offset: tag.offset.0, microstep: tag.microstep, row, order }
    }

    #[inline]
    pub(super) fn tag(&self) -> Tag {
        Tag::new(Flicks(self.offset), self.microstep)
    }

    #[inline]
    pub(super) fn offset(&self) -> Flicks {
        Flicks(self.offset)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By tag.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.tag().cmp(&other.tag())
    }
}
