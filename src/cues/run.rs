//! A queue of entries in one piece of memory, in order of time.

use super::entry::Entry;

/// Entries by tag: taken from the front, appended at the back.
#[derive(Debug)]
pub(super) struct Run {
    entries: Vec<Entry>,
    first: usize,
    room: usize,
}

impl Run {
    /// For at most `room` entries. Three times the memory is what lets both ends move without moving the entries each
    /// time.
    pub(super) fn new(room: usize) -> Self {
        Self { entries: Vec::with_capacity(3 * room), first: 0, room }
    }

    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.first = 0;
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[Entry] {
        self.entries.get(self.first..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn first(&self) -> Option<&Entry> {
        self.entries.get(self.first)
    }

    #[inline]
    pub(super) fn pop_first(&mut self) {
        self.first += 1;
        if self.first >= self.entries.len() {
            self.clear();
        }
    }

    #[inline]
    pub(super) fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    #[inline]
    pub(super) fn push_last(&mut self, entry: Entry) {
        if self.entries.len() == 3 * self.room {
            // Two thirds of it are free, and that many can come before it happens again.
            let first = std::mem::take(&mut self.first);
            self.entries.drain(..first);
        }
        self.entries.push(entry);
    }

    pub(super) fn push_first(&mut self, entry: Entry) {
        if self.first == 0 {
            // There is room for all the others before and behind what is here.
            let len = self.entries.len();
            self.entries.resize(self.room + len, entry);
            self.entries.copy_within(..len, self.room);
            self.first = self.room;
        }
        self.first -= 1;
        self.entries[self.first] = entry;
    }

    /// Puts everything in order of time. What was appended in the opposite order is quickly sorted, too.
    pub(super) fn sort(&mut self) {
        if self.entries.len() > 1 {
            let entries = &mut self.entries[self.first..];
            entries.reverse();
            entries.sort_unstable();
        }
    }
}
