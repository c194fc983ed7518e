//! The store: a table of cues and a calendar that says which of them comes when.

use super::calendar::Calendar;
use super::cue::{Counters, Cue, CueId, Full, Late, Outcome, PushError, Pushed, RescheduleError};
use super::entry::Entry;
use super::rules::{ChannelId, ChannelRules, Merge};
use super::table::{Place, Table};
use super::tag::Tag;
use crate::time::Flicks;

/// Pending cues, in order of logical time: see the [module](super).
///
/// Everything is allocated at construction.
#[derive(Debug)]
pub struct Cues<P> {
    table: Table<P>,
    calendar: Calendar,
    /// The cues of one tag, as they were last asked for.
    current: Vec<Cue<P>>,
    current_tag: Option<Tag>,
    /// Whether the current tag was given by [`advance`](Self::advance).
    is_given: bool,
    /// The highest pending microstep of an offset that was last asked for.
    highest: Option<(Flicks, Option<u32>)>,
    /// Until the last time that it went back to a snapshot.
    high_water: u32,
}

/// A copy of all that a store has pending, with its time, its channels and its counters.
///
/// [`Cues::new_snapshot`] makes one with room for everything, [`Cues::snapshot`] fills it.
#[derive(Debug)]
pub struct Snapshot<P> {
    table: Table<P>,
}

impl<P: Copy> Cues<P> {
    /// A store for at most `capacity` pending cues.
    ///
    /// `channels` has the rules of channel 0, 1, ...; channels beyond them have those of [`ChannelRules::default`].
    /// `slot` is about the time between two frames, in flicks. It changes speed and nothing else.
    pub fn new(capacity: u32, channels: &[ChannelRules], slot: Flicks) -> Self {
        Self {
            table: Table::new(capacity, channels),
            calendar: Calendar::new(capacity, slot),
            // An entry may be there twice.
            current: Vec::with_capacity(Calendar::room(capacity)),
            current_tag: None,
            is_given: false,
            highest: None,
            high_water: 0,
        }
    }

    /// Pending cues.
    pub fn len(&self) -> usize {
        self.table.len() as usize
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    /// The most cues that may be pending together.
    pub fn capacity(&self) -> u32 {
        self.table.capacity
    }

    /// The most cues that ever were pending together.
    pub fn high_water(&self) -> u32 {
        self.high_water.max(self.table.used())
    }

    /// The current tag: nothing is pending before it.
    pub fn now(&self) -> Tag {
        self.table.now
    }

    /// What became of all cues so far.
    pub fn counters(&self) -> Counters {
        self.table.counters()
    }

    /// Bytes that it keeps on the heap: the same at any time.
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.calendar.bytes() + self.current.capacity() * size_of::<Cue<P>>()
    }

    /// The earliest tag at which something is pending.
    pub fn next_tag(&mut self) -> Option<Tag> {
        self.calendar.next_tag(&self.table)
    }

    /// The microstep for another step of an instant: one above the highest that is pending there, but neither below `min`
    /// nor in the past. `u32::MAX` where there is no higher one.
    ///
    /// The last offset that was asked for is remembered; another one costs a look at what is pending around it.
    pub fn next_microstep(&mut self, offset: Flicks, min: u32) -> u32 {
        let now = self.table.now;
        if offset < now.offset {
            return min;
        }
        let highest = match self.highest {
            Some((known, highest)) if known == offset => highest,
            Some(_) | None => {
                let entries = self.calendar.entries_at(offset);
                let pending = entries.filter(|entry| self.table.is_pending(*entry));
                pending.map(|entry| entry.tag().microstep).max()
            }
        };
        self.highest = Some((offset, highest));
        let free = highest.map_or(0, |highest| highest.saturating_add(1)).max(min);
        if offset == now.offset { free.max(now.microstep) } else { free }
    }

    /// The cues of exactly one tag, by channel and then in the order in which they were scheduled. Reading takes nothing
    /// out and may be repeated.
    ///
    /// The next tag costs its own cues; a later one costs a look at what is pending around it.
    #[inline]
    pub fn get_current(&mut self, tag: Tag) -> &[Cue<P>] {
        if self.current_tag != Some(tag) {
            self.collect(tag);
        }
        &self.current
    }

    /// Goes from tag to tag, up to those at `until`: what is at the tag that it gave before is done and gone, time is at
    /// the next one, and [`get_current`](Self::get_current) has its cues at hand.
    ///
    /// The same as [`next_tag`](Self::next_tag), `clear_older_than(tag)`, and at the end `clear_older_than(tag.next())`,
    /// but quicker.
    #[inline]
    pub fn advance(&mut self, until: Flicks) -> Option<Tag> {
        if self.is_given {
            self.is_given = false;
            self.forget_current();
            self.table.now = self.table.now.next();
            self.calendar.clear_older_than(self.table.now, &mut self.table);
        }
        let tag = self.calendar.advance(until, &mut self.table)?;
        self.is_given = true;
        self.table.now = tag;
        self.collect_next(tag);
        Some(tag)
    }

    fn collect(&mut self, tag: Tag) {
        let next = self.next_tag();
        if next == Some(tag) {
            self.calendar.advance(tag.offset, &mut self.table);
            return self.collect_next(tag);
        }
        self.current.clear();
        self.current_tag = Some(tag);
        if next.is_some_and(|next| next < tag) {
            let entries = self.calendar.entries_at(tag.offset).filter(|entry| entry.tag() == tag);
            self.current.extend(entries.filter_map(|entry| self.table.cue(entry)));
            self.sort_current();
        }
    }

    /// Collects the cues of the next tag. Within [`advance`](Self::advance) a tenth of the time is saved by not calling it.
    #[inline(always)]
    fn collect_next(&mut self, tag: Tag) {
        self.current.clear();
        self.current_tag = Some(tag);
        let last = Entry::new(tag, u32::MAX);
        for &entry in self.calendar.entries_from_next(tag) {
            if entry > last {
                break;
            }
            if let Some(cue) = self.table.cue(entry) {
                self.current.push(cue);
            }
        }
        if self.current.len() > 1 {
            self.sort_current();
        }
    }

    fn sort_current(&mut self) {
        let key = |cue: &Cue<P>| (cue.channel, cue.order);
        if !self.current.is_sorted_by(|a, b| key(a) < key(b)) {
            self.current.sort_unstable_by_key(key);
            self.current.dedup_by_key(|cue| cue.order);
        }
    }

    /// Everything that is pending, in no order of time, though the same one on every machine.
    pub fn pending(&self) -> impl Iterator<Item = Cue<P>> {
        self.table.cues()
    }

    /// Lets time pass: everything before `tag` is gone, at its offset too, whether or not somebody read it. The tag is
    /// the current one now. Time does not go back: an earlier tag changes nothing.
    #[inline]
    pub fn clear_older_than(&mut self, tag: Tag) {
        if tag <= self.table.now {
            return;
        }
        self.is_given = false;
        if self.current_tag.is_some_and(|current| current < tag) {
            self.forget_current();
        }
        self.table.now = tag;
        self.calendar.clear_older_than(tag, &mut self.table);
    }

    /// When a cue happens; none where it is not pending any more.
    pub fn find(&self, id: CueId) -> Option<Tag> {
        self.table.find(id).map(|row| self.table.tag(row))
    }

    /// Takes a pending cue out; false where it is not pending any more.
    pub fn cancel(&mut self, id: CueId) -> bool {
        let Some(row) = self.table.find(id) else { return false };
        self.disturb(row);
        self.table.remove(row);
        self.table.counters.cancelled += 1;
        true
    }

    /// Takes everything out and goes back to the start of time. What [`counters`](Self::counters) and
    /// [`high_water`](Self::high_water) have counted stays, and what was pending counts as cleared.
    pub fn clear(&mut self) {
        self.table.clear();
        self.is_given = false;
        self.fill_calendar();
    }

    /// A snapshot with room for all that this store can hold.
    pub fn new_snapshot(&self) -> Snapshot<P> {
        Snapshot { table: self.table.like() }
    }

    /// Copies everything that is pending. Allocates nothing where the snapshot is one of this store.
    pub fn snapshot(&self, into: &mut Snapshot<P>) {
        into.table.copy_from(&self.table);
    }

    /// Goes back to a snapshot of this store: what is pending, the current tag, channels and counters are as they were
    /// then. The high-water mark stays. Ids that were given since then name nothing, or cues that will be scheduled
    /// instead of theirs, so whoever keeps ids goes back as well.
    pub fn restore(&mut self, snapshot: &Snapshot<P>) {
        self.high_water = self.high_water();
        self.table.copy_from(&snapshot.table);
        self.is_given = false;
        self.fill_calendar();
    }

    fn fill_calendar(&mut self) {
        self.forget_current();
        self.highest = None;
        self.calendar.fill(self.table.now, self.len(), self.table.entries());
    }

    fn forget_current(&mut self) {
        self.current_tag = None;
    }

    /// A cue is about to leave its tag.
    fn disturb(&mut self, row: u32) {
        let tag = self.table.tag(row);
        self.calendar.disturb(tag);
        if self.current_tag == Some(tag) {
            self.forget_current();
        }
        self.highest = self.highest.filter(|highest| *highest != (tag.offset, Some(tag.microstep)));
    }

    /// Puts a cue of the table into the calendar.
    fn enter(&mut self, entry: Entry) {
        let tag = entry.tag();
        if self.current_tag == Some(tag) {
            self.forget_current();
        }
        if let Some((offset, highest)) = &mut self.highest
            && *offset == tag.offset
        {
            *highest = (*highest).max(Some(tag.microstep));
        }
        if self.calendar.is_crowded() {
            self.fill_calendar();
        } else {
            self.calendar.insert(entry, &self.table.now);
        }
    }
}

impl<P: Copy + Merge> Cues<P> {
    /// Schedules a cue, by the rules of its channel.
    ///
    /// # Errors
    ///
    /// [`PushError::Late`] when the tag is before the current one, [`PushError::Full`] when all rows are taken. Nothing
    /// was changed then.
    #[inline]
    pub fn push(&mut self, tag: Tag, channel: ChannelId, payload: P) -> Result<Pushed, PushError> {
        self.in_time(tag).map_err(PushError::Late)?;
        let place = self.table.place(tag, channel);
        if matches!(place, Place::Own { .. }) && self.table.len() >= self.table.capacity {
            return Err(PushError::Full(Full { capacity: self.table.capacity }));
        }
        self.table.counters.pushed += 1;
        Ok(match place {
            Place::Own { tag, list, outcome } => {
                let (id, entry) = self.table.insert(tag, channel, payload, list);
                self.enter(entry);
                self.own(id, tag, outcome)
            }
            Place::Taken { row, outcome } => self.join(row, payload, outcome),
            Place::Dropped => self.dropped(tag),
        })
    }

    /// Cancels a pending cue and schedules it at another tag, by the rules of its channel. It keeps its id as long as it
    /// has a row of its own.
    ///
    /// # Errors
    ///
    /// [`RescheduleError::Late`] when the tag is before the current one, [`RescheduleError::NotPending`] when the cue is
    /// not pending. Nothing was changed then.
    pub fn reschedule(&mut self, id: CueId, tag: Tag) -> Result<Pushed, RescheduleError> {
        let row = self.table.find(id).ok_or(RescheduleError::NotPending)?;
        self.in_time(tag).map_err(RescheduleError::Late)?;
        self.disturb(row);
        self.table.unlink(row);
        self.table.counters.rescheduled += 1;
        Ok(match self.table.place(tag, self.table.channel(row)) {
            Place::Own { tag, list, outcome } => {
                let entry = self.table.move_to(row, tag, list);
                self.enter(entry);
                self.own(id, tag, outcome)
            }
            Place::Taken { row: other, outcome } => {
                let payload = *self.table.payload_mut(row);
                self.table.free(row);
                self.join(other, payload, outcome)
            }
            Place::Dropped => {
                self.table.free(row);
                self.dropped(tag)
            }
        })
    }

    fn in_time(&self, asked: Tag) -> Result<(), Late> {
        let now = self.table.now;
        if Entry::new(asked, 0).is_before(now) { Err(Late { asked, now }) } else { Ok(()) }
    }

    fn own(&mut self, id: CueId, tag: Tag, outcome: Outcome) -> Pushed {
        if outcome == Outcome::Moved {
            self.table.counters.moved += 1;
        }
        Pushed { id, tag, outcome }
    }

    /// Changes the payload of a pending cue.
    fn join(&mut self, row: u32, payload: P, outcome: Outcome) -> Pushed {
        let tag = self.table.tag(row);
        let pending = self.table.payload_mut(row);
        if outcome == Outcome::Coalesced {
            *pending = pending.merge(payload);
            self.table.counters.coalesced += 1;
        } else {
            *pending = payload;
            self.table.counters.replaced += 1;
        }
        if self.current_tag == Some(tag) {
            self.forget_current();
        }
        Pushed { id: self.table.id(row), tag, outcome }
    }

    fn dropped(&mut self, tag: Tag) -> Pushed {
        self.table.counters.dropped += 1;
        Pushed { id: CueId::NONE, tag, outcome: Outcome::Dropped }
    }
}
