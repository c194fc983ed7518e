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
use std::collections::BinaryHeap;

use super::entry::Entry;
use super::lists::{Chunks, List};
use super::run::Run;
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
    run: Run,
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
    /// What [`next_tag`](Self::next_tag) answers; not known after that was passed or cancelled.
    next: Option<Tag>,
    is_next_known: bool,
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
            run: Run::new(room),
            side: BinaryHeap::with_capacity(room),
            // One more while the far list is looked through.
            chunks: Chunks::new(room, SLOTS as usize + 2),
            ring: vec![List::EMPTY; SLOTS as usize],
            occupied: [0; SLOTS as usize / 64],
            far: List::EMPTY,
            held: 0,
            room,
            next: None,
            is_next_known: true,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.run.bytes()
            + self.side.capacity() * size_of::<Entry>()
            + self.chunks.bytes()
            + self.ring.capacity() * size_of::<List>()
    }

    #[inline]
    fn slot(&self, offset: Flicks) -> u64 {
        offset.0 >> self.shift
    }

    /// Whether the next entry has no room before the calendar is filled again.
    #[inline]
    pub(super) fn is_crowded(&self) -> bool {
        self.held >= self.room
    }

    /// Forgets everything and takes other entries, with the slot of `now` open.
    pub(super) fn fill(&mut self, now: Tag, entries: impl Iterator<Item = Entry>) {
        self.run.clear();
        self.side.clear();
        self.chunks.forget();
        self.ring.fill(List::EMPTY);
        self.occupied = [0; SLOTS as usize / 64];
        self.far = List::EMPTY;
        self.held = 0;
        self.is_next_known = false;
        self.open = self.slot(now.offset);
        self.horizon = self.open + SLOTS;
        for entry in entries {
            self.held += 1;
            match self.slot(entry.offset()) {
                slot if slot <= self.open => self.run.push_last(entry),
                slot => self.append(slot, entry),
            }
        }
        self.run.sort();
    }

    /// The caller has made sure that there is room.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry) {
        self.held += 1;
        let tag = entry.tag();
        if self.next.is_none_or(|next| tag < next) {
            self.next = Some(tag);
        }
        let slot = self.slot(entry.offset());
        if slot > self.open {
            self.append(slot, entry);
        } else if self.run.last().is_none_or(|last| *last <= entry) {
            self.run.push_last(entry);
        } else {
            self.side.push(Reverse(entry));
        }
    }

    /// Puts an entry into the list of a slot behind the open one.
    #[inline]
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
        if self.next == Some(tag) {
            self.is_next_known = false;
        }
        let slot = self.slot(tag.offset);
        let list = if slot < self.horizon { &mut self.ring[(slot % SLOTS) as usize] } else { &mut self.far };
        if list.least == Some(tag) {
            list.least = None;
        }
    }

    /// The least tag of an entry that is pending.
    #[inline]
    pub(super) fn next_tag<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        if !self.is_next_known {
            self.next = self.find_next(table);
            self.is_next_known = true;
        }
        self.next
    }

    fn find_next<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        while let Some(first) = self.run.first()
            && !table.is_pending(first)
        {
            self.run.pop_first();
            self.held -= 1;
        }
        while let Some(Reverse(first)) = self.side.peek()
            && !table.is_pending(first)
        {
            self.side.pop();
            self.held -= 1;
        }
        let side = self.side.peek().map(|Reverse(entry)| entry.tag());
        match (self.run.first().map(Entry::tag), side) {
            (Some(run), Some(side)) => return Some(run.min(side)),
            (Some(tag), None) | (None, Some(tag)) => return Some(tag),
            (None, None) => {}
        }
        while let Some(slot) = self.first_occupied() {
            let at = (slot % SLOTS) as usize;
            let list = &mut self.ring[at];
            if list.least.is_none() {
                list.least = self.chunks.least(list, table);
            }
            if list.least.is_some() {
                return list.least;
            }
            self.held -= self.chunks.clear(&mut self.ring[at]);
            self.vacate(at);
        }
        if self.far.least.is_none() {
            self.far.least = self.chunks.least(&self.far, table);
        }
        if self.far.least.is_none() {
            self.held -= self.chunks.clear(&mut self.far);
        }
        self.far.least
    }

    /// The first slot of the ring that has entries.
    #[inline]
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

    #[inline]
    fn vacate(&mut self, at: usize) {
        self.occupied[at / 64] &= !(1 << (at % 64));
    }

    /// Opens the slot of the next tag, which is known: there is nothing before it.
    fn open_next<P: Copy>(&mut self, slot: u64, table: &mut Table<P>) {
        debug_assert!(
            self.run.first().is_none() && self.side.is_empty(),
            "something is left of the open slot"
        );
        self.open = slot;
        if slot + SLOTS / 2 > self.horizon {
            self.horizon = slot + SLOTS;
            self.move_horizon(table);
        }
        let at = (slot % SLOTS) as usize;
        // Looking at all rows in a loop of its own lets the processor fetch them together.
        while let Some(entry) = self.chunks.pop(&mut self.ring[at]) {
            if table.is_pending(&entry) {
                self.run.push_last(entry);
            } else {
                self.held -= 1;
            }
        }
        self.vacate(at);
        self.run.sort();
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

    /// Opens a slot. What is in those between the open one and it, time has passed.
    fn open<P: Copy>(&mut self, slot: u64, table: &mut Table<P>) {
        while let Some(earlier) = self.first_occupied().filter(|earlier| *earlier < slot) {
            let at = (earlier % SLOTS) as usize;
            while let Some(entry) = self.chunks.pop(&mut self.ring[at]) {
                self.held -= 1;
                table.pass(&entry);
            }
            self.vacate(at);
        }
        self.open_next(slot, table);
    }

    /// Takes out all entries before a tag, and opens its slot.
    #[inline]
    pub(super) fn clear_older_than<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) {
        let is_near = self.slot(tag.offset) + SLOTS / 2 <= self.horizon;
        if is_near && self.is_next_known && self.next.is_none_or(|next| next >= tag) {
            // Nothing that is pending is before it, and there is time to open its slot.
            return;
        }
        self.take_older_than(tag, table);
    }

    fn take_older_than<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) {
        let slot = self.slot(tag.offset);
        self.is_next_known = false;
        loop {
            while let Some(first) = self.run.first()
                && first.tag() < tag
            {
                table.pass(first);
                self.run.pop_first();
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

    /// Entries in order of time, first those of the next tag, which is known: what the heap has of them is brought into
    /// the run.
    #[inline]
    pub(super) fn entries_from_next<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) -> &[Entry] {
        let slot = self.slot(tag.offset);
        if slot > self.open {
            self.open_next(slot, table);
        }
        // Before it, everything in the run is stale, and in the heap what was is gone.
        while self.run.first().is_some_and(|first| first.tag() < tag) {
            self.run.pop_first();
            self.held -= 1;
        }
        while let Some(Reverse(first)) = self.side.peek()
            && first.tag() == tag
        {
            self.run.push_first(*first);
            self.side.pop();
        }
        self.run.as_slice()
    }

    /// The entries of an offset, in no order: a look through everything that is in the same list.
    pub(super) fn entries_at(&self, offset: Flicks) -> impl Iterator<Item = &Entry> {
        let slot = self.slot(offset);
        let is_open = slot <= self.open;
        let list = if slot < self.horizon { &self.ring[(slot % SLOTS) as usize] } else { &self.far };
        let list = if is_open { &List::EMPTY } else { list };
        let run = if is_open { self.run.as_slice() } else { &[] };
        let run = &run[run.partition_point(|entry| entry.offset() < offset)..];
        let run = run.iter().take_while(move |entry| entry.offset() == offset);
        let side = self.side.iter().map(|Reverse(entry)| entry);
        run.chain(side.chain(self.chunks.iter(list)).filter(move |entry| entry.offset() == offset))
    }
}
