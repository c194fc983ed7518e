//! What a query needs while it walks: the segments that wait, in a buffer that the caller owns and uses again.

use std::collections::BinaryHeap;
use std::fmt;

use super::graph::Location;

/// A segment that a walk has still to visit.
///
/// Ordered by index. A child's index is larger than its parents', so when a segment is the largest that waits, all who
/// lead to it have been visited: it is visited once, and nobody has to remember where the walk has been.
///
/// The index is in the high half, below it the cut of the newest revision that is reached, and in the lowest bit whether
/// somebody has it already: one number is compared quickly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiting(u64);

impl Waiting {
    pub(super) fn at(location: Location) -> Self {
        // Cuts have 31 bits: `graph::REVISIONS_MAX`.
        Self(u64::from(location.segment) << 32 | u64::from(location.max_cut) << 1)
    }

    pub(super) fn covered(location: Location) -> Self {
        Self(Self::at(location).0 | 1)
    }

    pub(super) fn segment(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(super) fn upto(self) -> u32 {
        self.0 as u32 >> 1
    }

    pub(super) fn is_covered(self) -> bool {
        self.0 & 1 == 1
    }
}

/// More segments would wait than the walk has room for. The walk can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow {
    /// The number of entries that there is room for.
    pub capacity: usize,
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} branches run side by side", self.capacity)
    }
}

impl std::error::Error for Overflow {}

/// What the last query took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WalkStats {
    /// The number of segments that were loaded; none of them twice.
    pub loads: usize,
    /// The most entries that waited at once.
    pub peak: usize,
}

/// The memory of queries: one serves any number of them, one at a time. A query within another takes one of its own.
///
/// A bounded walk allocates when it is made and never again, and a query that needs more ends with [`Overflow`]; a
/// growing one takes what it needs and keeps it.
#[derive(Debug)]
pub struct Walk {
    /// The largest of what waits, beside the heap: where a walk has one way to go, the heap stays empty.
    next: Option<Waiting>,
    /// The others.
    waiting: BinaryHeap<Waiting>,
    capacity: usize,
    stats: WalkStats,
}

impl Walk {
    /// Entries of a walk where nothing else is said, 8 bytes each.
    pub const CAPACITY: usize = 256;

    /// Room for [`CAPACITY`](Self::CAPACITY) entries.
    pub fn new() -> Self {
        Self::bounded(Self::CAPACITY)
    }

    /// Room for some entries and no more.
    pub fn bounded(capacity: usize) -> Self {
        Self { capacity, waiting: BinaryHeap::with_capacity(capacity), ..Self::growing() }
    }

    /// Grows to what the widest query needs.
    pub fn growing() -> Self {
        Self { next: None, waiting: BinaryHeap::new(), capacity: usize::MAX, stats: WalkStats::default() }
    }

    /// What the last query took.
    pub fn stats(&self) -> WalkStats {
        self.stats
    }

    /// A query begins: what an earlier one left behind goes.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.next = None;
        self.waiting.clear();
        self.stats = WalkStats::default();
    }

    #[inline]
    pub(super) fn push(&mut self, waiting: Waiting) -> Result<(), Overflow> {
        let len = self.waiting.len() + usize::from(self.next.is_some());
        if len == self.capacity {
            return Err(Overflow { capacity: self.capacity });
        }
        self.stats.peak = self.stats.peak.max(len + 1);
        match &mut self.next {
            Some(next) if waiting <= *next => self.waiting.push(waiting),
            next => {
                if let Some(other) = next.replace(waiting) {
                    self.waiting.push(other);
                }
            }
        }
        Ok(())
    }

    /// The segment with the largest index, with the newest revision that is reached in it.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Waiting> {
        let newest = self.pop_one()?;
        while self.pop_also(newest.segment()).is_some() {}
        Some(newest)
    }

    /// Another entry of a segment that was popped.
    #[inline]
    pub(super) fn pop_also(&mut self, segment: u32) -> Option<Waiting> {
        self.next.filter(|next| next.segment() == segment)?;
        self.pop_one()
    }

    #[inline]
    pub(super) fn pop_one(&mut self) -> Option<Waiting> {
        let newest = self.next.take()?;
        if !self.waiting.is_empty() {
            self.next = self.waiting.pop();
        }
        Some(newest)
    }

    #[inline]
    pub(super) fn loaded(&mut self) {
        self.stats.loads += 1;
    }
}

impl Default for Walk {
    fn default() -> Self {
        Self::new()
    }
}
