//! `take` and `skip`: the items from one index to another.

use super::delta::{Delta, NONE};
use super::error::ListError;
use super::filter::fits;
use super::item::Item;

/// A view of the items that have an index from `start` up to `end` in the input. What the input's changes push over one of
/// its ends comes or goes, and so does what is on the other side of an end that [was put elsewhere](Self::set).
#[derive(Clone, Debug)]
pub struct Window {
    start: u32,
    end: u32,
    /// From where to where it is from the next delta on.
    next: (u32, u32),
    len: u32,
    capacity: u32,
    delta: Delta,
}

impl Window {
    /// The first `count` items of a list or view of at most so many.
    pub fn take(count: u32, capacity: u32) -> Self {
        Self::new(0, count, capacity)
    }

    /// All but the first `count` items.
    pub fn skip(count: u32, capacity: u32) -> Self {
        Self::new(count, NONE, capacity)
    }

    /// The items from index `start` up to, but not with, `end`.
    pub fn new(start: u32, end: u32, capacity: u32) -> Self {
        let end = end.max(start);
        let next = (start, end);
        Self { start, end, next, len: 0, capacity, delta: Delta::with_capacity(capacity) }
    }

    /// From which index up to which one it is, from the next delta that it takes on. What that costs is in proportion to how far the
    /// ends are from where they were, and to how many items there are at most.
    pub fn set(&mut self, start: u32, end: u32) {
        self.next = (start, end.max(start));
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        self.capacity = self.capacity.max(capacity);
        self.delta.grow(self.capacity);
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        self.delta.bytes()
    }

    /// What [`bytes`](Self::bytes) says of one with room for so many items.
    pub fn bytes_for(capacity: u32) -> u64 {
        Delta::bytes_for(capacity)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { start, end, next, len, capacity, delta } = other;
        (self.start, self.end, self.next) = (*start, *end, *next);
        (self.len, self.capacity) = (*len, *capacity);
        self.delta.copy_from(delta);
    }

    /// Becomes what another one is, but for what has changed last.
    pub(super) fn take_over(&mut self, from: &Self) {
        let Self { start, end, next, len, capacity, delta } = from;
        (self.start, self.end, self.next) = (*start, *end, *next);
        (self.len, self.capacity) = (*len, *capacity);
        self.delta.stand(delta);
    }

    /// Items.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The index in the input of the item that has an index here.
    pub fn source(&self, index: u32) -> Option<u32> {
        (index < self.len).then(|| self.start + index)
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Takes a delta of its input; `item` gives the item that has an index in the input after it.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`]. Nothing was changed then.
    pub fn apply(&mut self, input: &Delta, item: impl Fn(u32) -> Option<Item>) -> Result<&Delta, ListError> {
        fits(self.capacity, input)?;
        self.delta.begin(self.len);
        let (was, is) = ((self.start, self.end), self.next);
        let place = |(start, end): (u32, u32), index: Option<u32>| {
            index.filter(|index| (start..end).contains(index)).map_or(NONE, |index| index - start)
        };
        for entry in input.removes().iter().filter(|entry| entry.to().is_none()) {
            let from = place(was, entry.from());
            if from != NONE {
                self.delta.gone(entry.item(), from);
            }
        }
        for entry in input.inserts().iter().chain(input.updates()) {
            let (from, to) = (place(was, entry.from()), place(is, entry.to()));
            let is_update = entry.change() == super::Change::Updated;
            match (from, to) {
                (NONE, NONE) => {}
                (from, NONE) => self.delta.gone(entry.item(), from),
                (NONE, to) => self.delta.new_item(entry.item(), to),
                (from, to) if is_update => {
                    if entry.is_changed() {
                        self.delta.update(entry.item(), from, to);
                    }
                }
                (from, to) => self.delta.moved(entry.item(), from, to, entry.is_changed()),
            }
        }
        if input.is_structural() || was != is {
            self.push_over((was.0, is.0), input, &item);
            self.push_over((was.1, is.1), input, &item);
        }
        (self.start, self.end) = is;
        self.len = input.new_len().min(is.1).saturating_sub(is.0);
        self.delta.finish();
        Ok(&self.delta)
    }

    /// Items that are on the other side of an edge now, which was somewhere and is somewhere now, without being in the delta: they
    /// are counted among those that stay, and there are no more of them than entries and places that the edge has gone.
    fn push_over(&mut self, (was, is): (u32, u32), input: &Delta, item: &impl Fn(u32) -> Option<Item>) {
        let (removes, inserts) = (input.removes(), input.inserts());
        let (old_edge, new_edge) = (was.min(input.old_len()), is.min(input.new_len()));
        let removed = removes.len() - removes.partition_point(|entry| entry.old() >= old_edge);
        let inserted = inserts.partition_point(|entry| entry.new_index() < new_edge);
        // How many of those that stay are before the edge.
        let (before, after) = (old_edge - removed as u32, new_edge - inserted as u32);
        let (mut come, mut gone) = (0, 0);
        for stays in before.min(after)..before.max(after) {
            while removes.len() > gone && removes[removes.len() - 1 - gone].old() <= stays + gone as u32 {
                gone += 1;
            }
            while inserts.get(come).is_some_and(|entry| entry.new_index() <= stays + come as u32) {
                come += 1;
            }
            let (from, to) = (stays + gone as u32, stays + come as u32);
            let was_in = (self.start..self.end).contains(&from);
            let is_in = (self.next.0..self.next.1).contains(&to);
            // An updated one has been told of.
            let Some(item) = item(to).filter(|_| was_in != is_in) else { continue };
            if input.updates().binary_search_by_key(&to, super::delta::Entry::new_index).is_ok() {
                continue;
            }
            if was_in {
                self.delta.gone(item, from - self.start);
            } else {
                self.delta.new_item(item, to - self.next.0);
            }
        }
    }
}
