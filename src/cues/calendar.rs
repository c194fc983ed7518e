//! Which row of the table comes when.
//!
//! Time is cut into slots of about a frame. What comes in the *open* slot or before is in order of time: in the run,
//! where entries are appended, and in a small heap, which takes those that come out of order. The slots after it, up to
//! the *horizon*, are a ring of unordered lists; a list is sorted once, when its slot is opened. Everything from the
//! horizon on is in one more list, which is looked through each time the horizon moves by half a ring.
//!
//! A cue that is cancelled or rescheduled leaves a *stale* entry behind, which is skipped when it is met. There is room
//! for half as many of them as there are cues; when that is used up, the store fills the calendar again from its table.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::lists::{Chunks, Entry, List};
use super::table::Table;
use super::tag::Tag;
use crate::time::Flicks;

/// Slots of the ring.
const SLOTS: u64 = 256;

/// Slots are never shorter than 2^10 flicks, so that their numbers can be counted on without overflow.
const SHORTEST: u32 = 10;

#[derive(Debug)]
pub(super) struct Calendar {
    /// A slot lasts two to this many flicks.
    shift: u32,
    open: u64,
    horizon: u64,
    /// Entries of the open slot and before, by tag.
    run: VecDeque<Entry>,
    /// More of them.
    side: BinaryHeap<Reverse<Entry>>,
    chunks: Chunks,
    ring: Vec<List>,
    /// A bit for each list of the ring that has entries.
    occupied: [u64; SLOTS as usize / 64],
    far: List,
    /// Entries, stale ones included.
    held: usize,
    room: usize,
}

impl Calendar {
    /// For `capacity` cues, with slots of at least `slot` flicks: the next power of two.
    pub(super) fn new(capacity: u32, slot: Flicks) -> Self {
        let room = capacity as usize + capacity as usize / 2 + 16;
        Self {
            // At most half of all time.
            shift: slot.0.max(1).checked_next_power_of_two().map_or(63, u64::trailing_zeros).max(SHORTEST),
            open: 0,
            horizon: SLOTS,
            run: VecDeque::with_capacity(room),
            side: BinaryHeap::with_capacity(room),
            // One more while the far list is looked through.
            chunks: Chunks::new(room, SLOTS as usize + 2),
            ring: vec![List::EMPTY; SLOTS as usize],
            occupied: [0; SLOTS as usize / 64],
            far: List::EMPTY,
            held: 0,
            room,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        (self.run.capacity() + self.side.capacity()) * size_of::<Entry>()
            + self.chunks.bytes()
            + self.ring.capacity() * size_of::<List>()
    }

    fn slot(&self, offset: Flicks) -> u64 {
        offset.0 >> self.shift
    }

    /// Whether the next entry has no room before the calendar is filled again.
    pub(super) fn is_crowded(&self) -> bool {
        self.held >= self.room
    }

    /// Forgets everything and takes other entries, with the slot of `now` open.
    pub(super) fn fill(&mut self, now: Tag, entries: impl Iterator<Item = Entry>) {
        self.run.clear();
        self.side.clear();
        self.chunks.clear();
        self.ring.fill(List::EMPTY);
        self.occupied = [0; SLOTS as usize / 64];
        self.far = List::EMPTY;
        self.held = 0;
        self.open = self.slot(now.offset);
        self.horizon = self.open + SLOTS;
        for entry in entries {
            self.held += 1;
            match self.slot(entry.offset()) {
                slot if slot <= self.open => self.run.push_back(entry),
                slot => self.append(slot, entry),
            }
        }
        self.run.make_contiguous().sort_unstable();
    }

    /// The caller has made sure that there is room.
    pub(super) fn insert(&mut self, entry: Entry) {
        self.held += 1;
        let slot = self.slot(entry.offset());
        if slot > self.open {
            self.append(slot, entry);
        } else if self.run.back().is_none_or(|last| *last <= entry) {
            self.run.push_back(entry);
        } else {
            self.side.push(Reverse(entry));
        }
    }

    /// Puts an entry into the list of a slot behind the open one.
    fn append(&mut self, slot: u64, entry: Entry) {
        if slot < self.horizon {
            let at = (slot % SLOTS) as usize;
            self.occupied[at / 64] |= 1 << (at % 64);
            self.chunks.append(&mut self.ring[at], entry);
        } else {
            self.chunks.append(&mut self.far, entry);
        }
    }

    /// An entry of this tag is stale now.
    pub(super) fn disturb(&mut self, tag: Tag) {
        let slot = self.slot(tag.offset);
        if slot > self.open {
            let list = self.list_mut(slot);
            list.least = list.least.filter(|least| *least != tag);
        }
    }

    fn list_mut(&mut self, slot: u64) -> &mut List {
        if slot < self.horizon { &mut self.ring[(slot % SLOTS) as usize] } else { &mut self.far }
    }

    /// The least tag of an entry that is pending.
    pub(super) fn next_tag<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        while let Some(first) = self.run.front()
            && !table.is_pending(first)
        {
            self.run.pop_front();
            self.held -= 1;
        }
        while let Some(Reverse(first)) = self.side.peek()
            && !table.is_pending(first)
        {
            self.side.pop();
            self.held -= 1;
        }
        let side = self.side.peek().map(|Reverse(entry)| entry.tag());
        match (self.run.front().map(Entry::tag), side) {
            (Some(run), Some(side)) => return Some(run.min(side)),
            (Some(tag), None) | (None, Some(tag)) => return Some(tag),
            (None, None) => {}
        }
        while let Some(slot) = self.first_occupied() {
            if let Some(least) = self.least_of(slot, table) {
                return Some(least);
            }
            self.close(slot);
        }
        let least = self.least_of(self.horizon, table);
        if least.is_none() {
            self.close(self.horizon);
        }
        least
    }

    /// The first slot of the ring that has entries.
    fn first_occupied(&self) -> Option<u64> {
        let from = self.open + 1;
        let start = (from % SLOTS) as usize;
        let words = self.occupied.len();
        let bits = |at: usize, mask: u64| {
            let bits = self.occupied[at % words] & mask;
            (bits != 0).then(|| at % words * 64 + bits.trailing_zeros() as usize)
        };
        // The word of the start comes twice: first what is in it from there on, at last what is before.
        let (word, mask) = (start / 64, u64::MAX << (start % 64));
        let others = || (word + 1..word + words).find_map(|at| bits(at, u64::MAX));
        let found = bits(word, mask).or_else(others).or_else(|| bits(word, !mask))?;
        Some(from + (found as u64).wrapping_sub(start as u64) % SLOTS)
    }

    /// The least tag of the list of a slot; an empty list may come out of it.
    fn least_of<P: Copy>(&mut self, slot: u64, table: &Table<P>) -> Option<Tag> {
        let list = *self.list_mut(slot);
        if list.is_empty() || list.least.is_some() {
            return list.least.filter(|_| !list.is_empty());
        }
        let least = self.chunks.iter(&list).filter(|entry| table.is_pending(entry)).map(Entry::tag).min();
        self.list_mut(slot).least = least;
        least
    }

    /// Empties the list of a slot of which everything is stale.
    fn close(&mut self, slot: u64) {
        while self.take(slot).is_some() {}
    }

    /// Takes an entry out of the list of a slot.
    fn take(&mut self, slot: u64) -> Option<Entry> {
        if slot >= self.horizon {
            let entry = self.chunks.pop(&mut self.far)?;
            self.held -= 1;
            return Some(entry);
        }
        let at = (slot % SLOTS) as usize;
        let entry = self.chunks.pop(&mut self.ring[at]);
        if entry.is_some() {
            self.held -= 1;
        } else {
            self.occupied[at / 64] &= !(1 << (at % 64));
        }
        entry
    }

    /// Opens the slot of a tag, the next that is pending.
    pub(super) fn open_at<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) {
        let slot = self.slot(tag.offset);
        if slot > self.open {
            // Everything before it is stale.
            self.open(slot, table);
        }
    }

    /// Opens a slot, when nothing is left of the open one. What is in those between, time has passed.
    fn open<P: Copy>(&mut self, slot: u64, table: &mut Table<P>) {
        debug_assert!(self.run.is_empty() && self.side.is_empty(), "something is left of the open slot");
        while let Some(earlier) = self.first_occupied().filter(|earlier| *earlier < slot) {
            while let Some(entry) = self.take(earlier) {
                table.pass(&entry);
            }
        }
        self.open = slot;
        if slot + SLOTS / 2 > self.horizon {
            self.horizon = slot + SLOTS;
            self.move_horizon(table);
        }
        while let Some(entry) = self.take(slot) {
            // They come out last in, first out.
            self.run.push_front(entry);
            self.held += 1;
        }
        self.run.make_contiguous().sort_unstable();
    }

    /// Moves what is within the horizon now into the ring.
    fn move_horizon<P: Copy>(&mut self, table: &mut Table<P>) {
        let mut far = std::mem::replace(&mut self.far, List::EMPTY);
        while let Some(entry) = self.chunks.pop(&mut far) {
            let slot = self.slot(entry.offset());
            // A list's least tag is one that is pending, so nothing stale may get into the ring.
            if slot >= self.open && table.is_pending(&entry) {
                self.append(slot, entry);
            } else {
                self.held -= 1;
                table.pass(&entry);
            }
        }
    }

    /// Takes out all entries before a tag, and opens its slot.
    pub(super) fn clear_older_than<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) {
        let slot = self.slot(tag.offset);
        loop {
            while let Some(first) = self.run.front()
                && first.tag() < tag
            {
                table.pass(first);
                self.run.pop_front();
                self.held -= 1;
            }
            while let Some(Reverse(first)) = self.side.peek()
                && first.tag() < tag
            {
                table.pass(first);
                self.side.pop();
                self.held -= 1;
            }
            if slot <= self.open {
                return;
            }
            self.open(slot, table);
        }
    }

    /// The entries of the next tag that is pending, whose slot is open: those of the heap are brought into the run.
    pub(super) fn entries_of_next(&mut self, tag: Tag) -> impl Iterator<Item = &Entry> {
        // Before it, everything is stale; of the heap, what was is gone.
        while self.run.front().is_some_and(|first| first.tag() < tag) {
            self.run.pop_front();
            self.held -= 1;
        }
        while let Some(Reverse(first)) = self.side.peek()
            && first.tag() == tag
        {
            self.run.push_front(*first);
            self.side.pop();
        }
        self.run.iter().take_while(move |entry| entry.tag() == tag)
    }

    /// The entries of an offset, in no order: a look through everything that is in the same list.
    pub(super) fn entries_at(&self, offset: Flicks) -> impl Iterator<Item = &Entry> {
        let slot = self.slot(offset);
        let is_open = slot <= self.open;
        let list = if slot < self.horizon { &self.ring[(slot % SLOTS) as usize] } else { &self.far };
        let list = if is_open { &List::EMPTY } else { list };
        let run =
            if is_open { self.run.partition_point(|entry| entry.offset() < offset) } else { self.run.len() };
        let run = self.run.range(run..).take_while(move |entry| entry.offset() == offset);
        let side = self.side.iter().map(|Reverse(entry)| entry);
        run.chain(side.chain(self.chunks.iter(list)).filter(move |entry| entry.offset() == offset))
    }
}
