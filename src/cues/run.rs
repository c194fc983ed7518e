//! A queue of entries in one piece of memory, in order of time.

use super::entry::Entry;

/// Entries that are cheaper moved than looked up elsewhere.
pub(super) const FEW: usize = 32;

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
        &self.entries[self.first..]
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.first
    }

    #[inline]
    pub(super) fn first(&self) -> Option<Entry> {
        self.entries.get(self.first).copied()
    }

    #[inline]
    pub(super) fn pop_first(&mut self) {
        self.first += 1;
        if self.first >= self.entries.len() {
            self.clear();
        }
    }

    pub(super) fn last(&self) -> Option<Entry> {
        self.entries.last().copied()
    }

    pub(super) fn pop_last(&mut self) {
        self.entries.pop();
        if self.first >= self.entries.len() {
            self.clear();
        }
    }

    /// Puts an entry behind all others, whatever its tag.
    #[inline]
    pub(super) fn push_last(&mut self, entry: Entry) {
        if self.entries.len() == self.entries.capacity() {
            // Two thirds of it are free, and that many can come before it happens again.
            let first = std::mem::take(&mut self.first);
            self.entries.drain(..first);
        }
        self.entries.push(entry);
    }

    /// Puts entries behind all others, whatever their tags, and says how many. Only for a run that was emptied since: then
    /// there is room.
    #[inline]
    pub(super) fn extend<'a>(&mut self, entries: impl Iterator<Item = &'a Entry>) -> usize {
        let before = self.entries.len();
        self.entries.extend(entries);
        self.entries.len() - before
    }

    /// Puts an entry where it belongs, behind those of its tag; false where more than [`FEW`] others would have to move.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry) -> bool {
        let is_last = self.entries.last().is_none_or(|last| !last.is_after(entry));
        if !is_last && self.len() > FEW && self.entries[self.entries.len() - FEW - 1].is_after(entry) {
            return false;
        }
        self.push_last(entry);
        if !is_last {
            let entries = &mut self.entries[self.first..];
            let mut at = entries.len() - 1;
            while let Some(before) = at.checked_sub(1)
                && entries[before].is_after(entry)
            {
                entries[at] = entries[before];
                at = before;
            }
            entries[at] = entry;
        }
        true
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

    /// Puts everything in order of time.
    pub(super) fn sort(&mut self) {
        self.entries[self.first..].sort_unstable();
    }

    /// Puts everything in order of time: the entries of one slot of 2^`shift` flicks, which were appended in the opposite
    /// order to that in which they were scheduled, or at most [`FEW`] of any time.
    pub(super) fn sort_slot(&mut self, shift: u32) {
        let entries = &mut self.entries[self.first..];
        entries.reverse();
        if entries.is_sorted_by(|a, b| !a.is_after(*b)) {
            return;
        }
        // What comes behind is the second half of the room that is used for a moment.
        let (first, len) = (self.first, entries.len());
        self.entries.extend_from_within(first..);
        let (to, from) = self.entries[first..].split_at_mut(len);
        if len <= FEW {
            sort_few(from, to, shift);
        } else {
            // Parts of about eight entries.
            let bits = (len / 8).ilog2().min(MOST_PARTS.ilog2());
            let mut start = 0;
            for end in &distribute(to, from, shift, bits)[..1 << bits] {
                let range = start..*end as usize;
                start = range.end;
                sort_few(&mut from[range.clone()], &mut to[range], shift.saturating_sub(bits));
            }
        }
        self.entries.truncate(first + len);
    }
}

const MOST_PARTS: usize = 256;

/// Which of the two to `bits` parts of a slot of 2^`shift` flicks an entry is in.
#[inline]
fn part(entry: Entry, shift: u32, bits: u32) -> usize {
    (entry.offset().0 >> shift.saturating_sub(bits)) as usize & ((1 << bits) - 1)
}

/// Puts the entries of a slot in order of its parts, and gives the end of each part.
fn distribute(from: &[Entry], to: &mut [Entry], shift: u32, bits: u32) -> [u32; MOST_PARTS] {
    let part = |entry: &Entry| part(*entry, shift, bits) % MOST_PARTS;
    let mut ends = [0; MOST_PARTS];
    for entry in from {
        ends[part(entry)] += 1;
    }
    let mut sum = 0;
    for end in &mut ends[..1 << bits] {
        sum += std::mem::replace(end, sum);
    }
    for entry in from {
        let end = &mut ends[part(entry)];
        to[*end as usize] = *entry;
        *end += 1;
    }
    ends
}

/// Sorts the entries of a slot, if they are [`FEW`] with hardly a branch that depends on them: each is put into one of 64
/// places by its time, or the next one that is free, which leaves little to do.
fn sort_few(from: &mut [Entry], to: &mut [Entry], shift: u32) {
    if from.len() > FEW {
        from.sort_unstable();
        return to.copy_from_slice(from);
    }
    let (mut taken, mut entry_in) = (0_u64, [0_u8; 64]);
    for (k, entry) in from.iter().enumerate() {
        let free = !taken & u64::MAX << part(*entry, shift, 6);
        let free = if free == 0 { !taken } else { free };
        taken |= 1 << free.trailing_zeros();
        entry_in[free.trailing_zeros() as usize % 64] = k as u8;
    }
    for to in &mut *to {
        *to = from[usize::from(entry_in[taken.trailing_zeros() as usize % 64])];
        taken &= taken - 1;
    }
    for k in 1..to.len() {
        let mut at = k;
        while at > 0 && to[at - 1] > to[at] {
            to.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::cues::Tag;
    use crate::time::Flicks;

    #[test]
    fn both_ends_move_without_another_allocation() {
        let entry = |k: u64| Entry::new(Tag::at(Flicks(k)), 0);
        let (mut run, mut model) = (Run::new(8), VecDeque::new());
        let bytes = run.bytes();
        for k in 0..10_000_u64 {
            // Long stretches of each, so that entries come to both ends of the memory.
            match k.wrapping_mul(k / 50 + 7) % 5 {
                0..2 if model.len() < 8 && k % 300 < 200 => {
                    run.push_last(entry(k));
                    model.push_back(k);
                }
                2..4 if model.len() < 8 && k % 500 > 200 => {
                    run.push_first(entry(k));
                    model.push_front(k);
                }
                _ => {
                    if model.pop_front().is_some() {
                        run.pop_first();
                    }
                }
            }
            let orders = run.as_slice().iter().map(|entry| entry.offset().0);
            assert!(orders.eq(model.iter().copied()), "{:?} is not {model:?}", run.as_slice());
            assert_eq!(run.first().map(|entry| entry.offset().0), model.front().copied());
            assert_eq!(run.last().map(|entry| entry.offset().0), model.back().copied());
        }
        assert_eq!(run.bytes(), bytes);
        run.sort();
        assert!(run.as_slice().is_sorted());
    }

    /// Random numbers below 2^`bits`.
    fn random(bits: u32) -> impl Iterator<Item = u64> {
        let step = |state: &u64| Some(state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1));
        std::iter::successors(Some(1), step).map(move |state| state >> (64 - bits))
    }

    #[test]
    fn the_entries_of_a_slot_are_sorted_however_they_are_spread() {
        // A slot of 2^20 flicks, of which few or many are taken.
        for bits in [1, 6, 12, 20] {
            for len in [0, 1, 2, 5, 31, 32, 33, 64, 300, 3_000] {
                let mut run = Run::new(3_000);
                let entry =
                    |k: u64| Entry::new(Tag::new(Flicks((7 << 20) + k / 2), k as u32 % 2), k as u32 % 7);
                let mut entries: Vec<Entry> = random(bits).map(entry).take(len).collect();
                entries.iter().for_each(|entry| run.push_last(*entry));
                run.sort_slot(20);
                entries.sort();
                let tags =
                    |entries: &[Entry]| -> Vec<Tag> { entries.iter().map(|entry| entry.tag()).collect() };
                assert_eq!(tags(run.as_slice()), tags(&entries), "{len} of {bits} bits");
            }
        }
    }

    #[test]
    fn an_entry_goes_behind_those_of_its_tag_unless_many_would_move() {
        let mut run = Run::new(1_000);
        let mut model: Vec<(u64, u32)> = Vec::new();
        for (row, offset) in (0..1_000).zip(random(6)) {
            let at = model.partition_point(|(other, _)| *other <= offset);
            let is_near = model.len() - at <= FEW;
            assert_eq!(run.insert(Entry::new(Tag::at(Flicks(offset)), row)), is_near);
            if is_near {
                model.insert(at, (offset, row));
            }
            let found = run.as_slice().iter().map(|entry| (entry.offset().0, entry.row()));
            assert!(found.eq(model.iter().copied()), "{:?} is not {model:?}", run.as_slice());
        }
    }
}
