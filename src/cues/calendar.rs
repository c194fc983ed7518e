//! Which row of the table comes when.
//!
//! While there are few entries, the *run* has them all, in order of time: they are moved when one comes between them.
//!
//! Else time is cut into slots of about a frame. What comes in the *open* slot or before is in the run and in a small
//! heap, which takes those that would move too many others. The slots after it, up to the *horizon*, are a ring of
//! unordered lists; a list is sorted once, when its slot is opened. Everything from the horizon on is in one more list,
//! which is looked through each time the horizon moves by half a ring.
//!
//! A cue that is cancelled or rescheduled leaves a *stale* entry behind, which is skipped when it is met. There is room
//! for half as many of them as there are cues; when that is used up, the store fills the calendar again from its table.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::entry::Entry;
use super::lists::{Chunks, List};
use super::run::{FEW, Run};
use super::table::Table;
use super::tag::Tag;
use crate::time::Flicks;

/// Slots of the ring.
const SLOTS: u64 = 256;

/// Slots are never shorter than 2^10 flicks, so that their numbers can be counted on without overflow.
const SHORTEST: u32 = 10;

/// Behind all slots.
const END: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct Calendar {
    /// A slot lasts two to this many flicks.
    shift: u32,
    /// [`END`] while the run has all entries.
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
    /// The least tag of what is pending behind the open slot; not known after that was opened or cancelled.
    later: Option<Tag>,
    is_later_known: bool,
    /// Entries, stale ones included.
    held: usize,
    room: usize,
}

impl Calendar {
    /// For `capacity` cues, with slots of at least `slot` flicks: the next power of two.
    pub(super) fn new(capacity: u32, slot: Flicks) -> Self {
        let room = Self::room(capacity);
        Self {
            // At most half of all time.
            shift: slot.0.max(1).checked_next_power_of_two().map_or(63, u64::trailing_zeros).max(SHORTEST),
            open: END,
            horizon: END,
            run: Run::new(room),
            side: BinaryHeap::with_capacity(room),
            // One more while the far list is looked through.
            chunks: Chunks::new(room, SLOTS as usize + 2),
            ring: vec![List::EMPTY; SLOTS as usize],
            occupied: [0; SLOTS as usize / 64],
            far: List::EMPTY,
            later: None,
            is_later_known: true,
            held: 0,
            room,
        }
    }

    /// How many entries there may be, stale ones included.
    pub(super) fn room(capacity: u32) -> usize {
        capacity as usize + capacity as usize / 2 + 16
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

    /// Forgets everything and takes `count` other entries.
    pub(super) fn fill(&mut self, now: Tag, count: usize, entries: impl Iterator<Item = Entry>) {
        self.run.clear();
        self.side.clear();
        self.chunks.forget();
        self.ring.fill(List::EMPTY);
        self.occupied = [0; SLOTS as usize / 64];
        self.far = List::EMPTY;
        self.later = None;
        self.is_later_known = true;
        self.held = count;
        (self.open, self.horizon) = (END, END);
        if count > FEW {
            self.open = self.slot(now.offset);
            self.horizon = self.open + SLOTS;
        }
        for entry in entries {
            match self.slot(entry.offset()) {
                slot if slot <= self.open => self.run.push_last(entry),
                slot => self.append(slot, entry),
            }
        }
        self.run.sort();
    }

    /// The caller has made sure that there is room.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry, now: &Tag) {
        self.held += 1;
        let slot = self.slot(entry.offset());
        if slot > self.open {
            return self.append(slot, entry);
        }
        if !self.run.insert(entry) {
            self.side.push(Reverse(entry));
        }
        if self.held > FEW && self.open == END {
            self.spread(now);
        }
    }

    /// The run has too many entries for all of time: those behind the slot of `now` go to their slots.
    #[cold]
    fn spread(&mut self, now: &Tag) {
        self.open = self.slot(now.offset);
        self.horizon = self.open + SLOTS;
        while let Some(last) = self.run.last() {
            let slot = self.slot(last.offset());
            if slot <= self.open {
                break;
            }
            self.run.pop_last();
            self.append(slot, last);
        }
        // A stale entry may be the least.
        self.is_later_known = false;
    }

    /// Puts an entry into the list of a slot behind the open one.
    #[inline]
    fn append(&mut self, slot: u64, entry: Entry) {
        if self.is_later_known && self.later.is_none_or(|later| entry.is_before(later)) {
            self.later = Some(entry.tag());
        }
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
        if self.later == Some(tag) {
            self.is_later_known = false;
        }
    }

    /// The least tag of an entry that is pending.
    #[inline]
    pub(super) fn next_tag<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        self.next_of_open(table).or_else(|| self.find_later(table))
    }

    /// The least tag of what is pending in the open slot and before.
    #[inline]
    fn next_of_open<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        match self.run.first() {
            Some(first)
                if self.first_of_side().is_none_or(|side| first < side) && table.is_pending(first) =>
            {
                Some(first.tag())
            }
            Some(_) | None => self.find_in_open(table),
        }
    }

    #[inline]
    fn first_of_side(&self) -> Option<Entry> {
        self.side.peek().map(|&Reverse(entry)| entry)
    }

    fn find_in_open<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        while let Some(first) = self.run.first()
            && !table.is_pending(first)
        {
            self.run.pop_first();
            self.held -= 1;
        }
        while let Some(&Reverse(first)) = self.side.peek()
            && !table.is_pending(first)
        {
            self.side.pop();
            self.held -= 1;
        }
        let side = self.side.peek().map(|&Reverse(entry)| entry);
        self.run.first().into_iter().chain(side).min().map(Entry::tag)
    }

    /// The least tag of what is pending behind the open slot.
    fn find_later<P: Copy>(&mut self, table: &Table<P>) -> Option<Tag> {
        while !self.is_later_known {
            let slot = self.first_occupied();
            let list = slot.map_or(self.far, |slot| self.ring[(slot % SLOTS) as usize]);
            let pending = self.chunks.iter(list).filter(|entry| table.is_pending(*entry));
            self.later = pending.min().map(Entry::tag);
            self.is_later_known = self.later.is_some() || slot.is_none();
            if self.later.is_none() {
                self.take(slot, |_| {});
            }
        }
        self.later
    }

    /// Opens slots up to that of `until`, and gives the least tag of an entry that is pending, if it is not later.
    #[inline]
    pub(super) fn advance<P: Copy>(&mut self, until: Flicks, table: &mut Table<P>) -> Option<Tag> {
        let next = match self.next_of_open(table) {
            Some(next) => next,
            None => self.open_until(until, table)?,
        };
        (next.offset <= until).then_some(next)
    }

    /// Opens slots up to that of `until`, or to one in which something is pending.
    fn open_until<P: Copy>(&mut self, until: Flicks, table: &mut Table<P>) -> Option<Tag> {
        loop {
            let slot = match self.first_occupied() {
                Some(slot) => slot,
                None => self.find_later(table)?.offset.0 >> self.shift,
            };
            if slot > self.slot(until) {
                return None;
            }
            self.open_next(slot, table);
            if let Some(next) = self.next_of_open(table) {
                return Some(next);
            }
        }
    }

    /// The first slot of the ring that has entries.
    #[inline]
    fn first_occupied(&self) -> Option<u64> {
        // Where no slot is open the ring is empty, and any start will do.
        let from = self.open.wrapping_add(1);
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

    /// Opens the slot of the next tag, which is known: there is nothing before it.
    fn open_next<P: Copy>(&mut self, slot: u64, table: &mut Table<P>) {
        debug_assert!(
            self.run.first().is_none() && self.side.is_empty(),
            "something is left of the open slot"
        );
        self.open = slot;
        self.is_later_known = false;
        self.later = None;
        if slot + SLOTS / 2 > self.horizon {
            self.horizon = slot + SLOTS;
            self.move_horizon(table);
        }
        self.gather(Some(slot), table);
        if self.held <= FEW / 2 {
            while let Some(slot) = self.first_occupied() {
                self.gather(Some(slot), table);
            }
            self.gather(None, table);
            (self.open, self.horizon) = (END, END);
            (self.later, self.is_later_known) = (None, true);
        }
        self.run.sort_slot(self.shift);
    }

    /// The list of a slot, which has no entries from now on; without a slot, the far list.
    #[inline]
    fn vacate(&mut self, slot: Option<u64>) -> List {
        let Some(slot) = slot else { return std::mem::replace(&mut self.far, List::EMPTY) };
        let at = (slot % SLOTS) as usize;
        self.occupied[at / 64] &= !(1 << (at % 64));
        std::mem::replace(&mut self.ring[at], List::EMPTY)
    }

    /// Brings the entries of a slot into the run, in no order.
    #[inline]
    fn gather<P: Copy>(&mut self, slot: Option<u64>, table: &Table<P>) {
        let mut list = self.vacate(slot);
        while let entries @ [_, ..] = self.chunks.first(list) {
            // Looking at all rows in a loop of its own lets the processor fetch them together.
            if entries.iter().fold(true, |all, entry| all & table.is_pending(*entry)) {
                self.run.extend(entries.iter().rev());
            } else {
                let pending = entries.iter().rev().filter(|entry| table.is_pending(**entry));
                self.held -= entries.len();
                self.held += self.run.extend(pending);
            }
            self.chunks.pop(&mut list);
        }
    }

    /// Moves what is within the horizon now into the ring.
    fn move_horizon<P: Copy>(&mut self, table: &mut Table<P>) {
        let mut far = self.vacate(None);
        while let Some(entry) = self.chunks.pop_entry(&mut far) {
            let slot = self.slot(entry.offset());
            if slot >= self.open && table.is_pending(entry) {
                self.append(slot, entry);
            } else {
                self.held -= 1;
                table.pass(entry);
            }
        }
    }

    /// Opens a slot. What is in those between the open one and it, time has passed.
    fn open<P: Copy>(&mut self, slot: u64, table: &mut Table<P>) {
        while let Some(earlier) = self.first_occupied().filter(|earlier| *earlier < slot) {
            self.take(Some(earlier), |entry| table.pass(entry));
        }
        self.open_next(slot, table);
    }

    /// Takes all entries of a slot out.
    fn take(&mut self, slot: Option<u64>, mut each: impl FnMut(Entry)) {
        let mut list = self.vacate(slot);
        while let entries @ [_, ..] = self.chunks.first(list) {
            self.held -= entries.len();
            entries.iter().copied().for_each(&mut each);
            self.chunks.pop(&mut list);
        }
    }

    /// Takes out all entries before a tag, and opens its slot.
    #[inline]
    pub(super) fn clear_older_than<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) {
        while let Some(first) = self.run.first()
            && first.is_before(tag)
        {
            table.pass(first);
            self.run.pop_first();
            self.held -= 1;
        }
        if self.first_of_side().is_some_and(|first| first.is_before(tag)) {
            self.clear_side(tag, table);
        }
        let slot = self.slot(tag.offset);
        if slot > self.open {
            self.reach(slot, tag, table);
        }
    }

    fn clear_side<P: Copy>(&mut self, tag: Tag, table: &mut Table<P>) {
        while let Some(&Reverse(first)) = self.side.peek()
            && first.is_before(tag)
        {
            table.pass(first);
            self.side.pop();
            self.held -= 1;
        }
    }

    /// Time has come to a tag behind the open slot.
    fn reach<P: Copy>(&mut self, slot: u64, tag: Tag, table: &mut Table<P>) {
        let is_near = slot + SLOTS / 2 <= self.horizon;
        let is_next = self.is_later_known && self.later.is_none_or(|later| later >= tag);
        // Where nothing that is pending is before it, there is time to open its slot.
        if !(is_near && is_next) {
            self.open(slot, table);
            self.clear_older_than(tag, table);
        }
    }

    /// Entries in order of time, first those of the next tag, whose slot is open: what the heap has of them is brought into
    /// the run.
    #[inline]
    pub(super) fn entries_from_next(&mut self, tag: Tag) -> &[Entry] {
        if self.first_of_side().is_some_and(|first| first.is_at(tag)) {
            self.bring_from_side(tag);
        }
        self.run.as_slice()
    }

    fn bring_from_side(&mut self, tag: Tag) {
        while let Some(&Reverse(first)) = self.side.peek()
            && first.is_at(tag)
        {
            self.run.push_first(first);
            self.side.pop();
        }
    }

    /// The entries of an offset, in no order: a look through everything that is in the same list.
    pub(super) fn entries_at(&self, offset: Flicks) -> impl Iterator<Item = Entry> {
        let slot = self.slot(offset);
        let is_open = slot <= self.open;
        let list = if slot < self.horizon { self.ring[(slot % SLOTS) as usize] } else { self.far };
        let list = if is_open { List::EMPTY } else { list };
        let run = if is_open { self.run.as_slice() } else { &[] };
        let run = &run[run.partition_point(|entry| entry.offset() < offset)..];
        let run = run.iter().copied().take_while(move |entry| entry.offset() == offset);
        let side = self.side.iter().map(|&Reverse(entry)| entry);
        run.chain(side.chain(self.chunks.iter(list)).filter(move |entry| entry.offset() == offset))
    }
}
