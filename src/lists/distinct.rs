//! `distinct`: of items with equal keys the first.

use std::cmp::Ordering;

use super::delta::Delta;
use super::error::ListError;
use super::filter::{Filter, Turned, answered, fits};
use super::key::KeyKind;
use super::ranked::Ranked;
use super::texts::Texts;
use super::touched::Twin;

/// A view of the items that are the first of their key, in the order of the input.
#[derive(Clone, Debug)]
pub struct Distinct {
    pub(super) ranked: Ranked,
    filter: Filter,
    capacity: u32,
    /// Rows that may be shown or hidden now.
    rows: Vec<u32>,
    turned: Vec<Turned>,
    answers: Vec<bool>,
}

impl Distinct {
    /// A view of a list or view of at most so many items, by keys of these kinds.
    pub fn new(kinds: &[KeyKind], capacity: u32) -> Self {
        let items = capacity as usize;
        Self {
            ranked: Ranked::new(kinds, capacity),
            filter: Filter::new(capacity),
            capacity,
            rows: Vec::with_capacity(3 * items),
            turned: Vec::with_capacity(items),
            answers: Vec::with_capacity(items),
        }
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity > self.capacity {
            self.capacity = capacity;
            self.ranked.grow(capacity);
            self.filter.grow(capacity);
            self.rows.clear();
            self.rows.reserve_exact(3 * capacity as usize);
            self.turned.clear();
            self.turned.reserve_exact(capacity as usize);
            self.answers.clear();
            self.answers.reserve_exact(capacity as usize);
        }
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        self.ranked.bytes()
            + self.filter.bytes()
            + self.rows.capacity() * size_of::<u32>()
            + self.turned.capacity() * size_of::<Turned>()
            + self.answers.capacity()
    }

    /// What [`bytes`](Self::bytes) says of one with so many keys and room for so many items.
    pub fn bytes_for(width: usize, capacity: u32) -> u64 {
        let item = 3 * size_of::<u32>() + size_of::<Turned>() + size_of::<bool>();
        Ranked::bytes_for(width, capacity) + Filter::bytes_for(capacity) + u64::from(capacity) * item as u64
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { ranked, filter, capacity, rows: _, turned: _, answers: _ } = other;
        self.ranked.copy_from(ranked);
        self.filter.copy_from(filter);
        self.capacity = *capacity;
    }

    pub(super) fn catch_up(&mut self, with: &mut Self) {
        self.ranked.input.catch_up(&mut with.ranked.input);
        self.ranked.catch_up(&mut with.ranked);
        self.filter.catch_up(&mut with.filter);
    }

    pub(super) fn go_back(&mut self, to: &Self) {
        self.ranked.input.go_back(&to.ranked.input);
        self.ranked.go_back(&to.ranked);
        self.filter.go_back(&to.filter);
    }

    /// Items that are shown.
    pub fn len(&self) -> u32 {
        self.filter.len()
    }

    /// Whether no item is shown.
    pub fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    /// How many keys each item has.
    pub fn width(&self) -> usize {
        self.ranked.width()
    }

    /// The keys of all items of the input, whether they are shown or not.
    pub fn keys(&self) -> impl Iterator<Item = &[u64]> {
        self.ranked.sorted().iter().map(|row| self.ranked.key(*row))
    }

    /// Which items of the input it shows.
    pub(super) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The index in the input of the item that has an index here.
    pub fn source(&self, index: u32) -> Option<u32> {
        self.filter.source(index)
    }

    /// The index here of a row that is shown.
    pub(super) fn index(&self, row: u32) -> u32 {
        self.filter.index(self.ranked.input.place(row))
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        self.filter.delta()
    }

    /// Takes a delta of its input. `keys` has the keys of each [dirty](Delta::dirty) item, all keys of one item together; see
    /// [`key`](super::key).
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`], [`ListError::Answers`]. Nothing was changed then.
    pub fn apply(&mut self, input: &Delta, keys: &[u64], texts: &Texts) -> Result<&Delta, ListError> {
        fits(self.capacity, input)?;
        if keys.len() != input.dirty_len() as usize * self.width() {
            answered(input, keys.len() / self.width().max(1))?;
            return Err(ListError::WrongAnswers);
        }
        let Self { ranked, rows, turned, answers, .. } = self;
        rows.clear();
        ranked.leave(input, keys, texts);
        // Behind a first one that leaves, the next one with its key that does not may become the first.
        let sorted = ranked.sorted();
        let mut k = 0;
        while k < ranked.leaving.len() {
            let mut next = ranked.leaving[k].1 as usize + 1;
            k += 1;
            while ranked.leaving.get(k).is_some_and(|(_, place)| *place as usize == next) {
                next += 1;
                k += 1;
            }
            rows.extend(sorted.get(next));
        }
        ranked.arrive(input, keys, texts);
        // What arrives may be the first now instead of the next one that was there before.
        let sorted = ranked.sorted();
        let mut k = 0;
        while k < ranked.arriving.len() {
            let mut next = ranked.arriving[k].1 as usize + 1;
            k += 1;
            while ranked.arriving.get(k).is_some_and(|(_, place)| *place as usize == next) {
                next += 1;
                k += 1;
            }
            rows.extend(sorted.get(next));
        }
        rows.extend(input.updates().iter().map(super::delta::Entry::row));
        rows.sort_unstable_by_key(|row| ranked.input.place(*row));
        rows.dedup();
        let is_first = |row: u32| {
            let at = ranked.index(row, texts) as usize;
            let before = at.checked_sub(1).map(|before| ranked.key(ranked.sorted()[before]));
            before.is_none_or(|keys| ranked.compare_keys(keys, ranked.key(row), texts) != Ordering::Equal)
        };
        answers.clear();
        answers.extend(input.inserts().iter().map(|entry| is_first(entry.row())));
        turned.clear();
        for row in rows.iter() {
            let to = ranked.input.place(*row);
            if !input.is_inserted(to) {
                let entry = input.entry_at(ranked.input.item(*row), to);
                turned.push(Turned { entry, is_shown: is_first(*row) });
            }
        }
        let turned = &self.turned;
        self.filter.show(input, answers, true, || turned.iter().copied());
        Ok(self.filter.delta())
    }
}
