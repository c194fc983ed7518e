//! `sort by`: the items in the order of their keys.

use super::delta::{Delta, NONE};
use super::error::ListError;
use super::filter::{answered, fits};
use super::item::Item;
use super::key::KeyKind;
use super::ranked::Ranked;
use super::texts::Texts;
use super::touched::Twin;

/// A view in the order of keys: by the first key, ties by the next one, and ties of all of them in the order of the input.
///
/// An item whose key changes moves, unless it stays between the same two.
#[derive(Clone, Debug)]
pub struct Sort {
    ranked: Ranked,
    capacity: u32,
    /// By row: the index before the commit of what leaves, while a delta is made.
    old: Vec<u32>,
    delta: Delta,
}

impl Sort {
    /// A view of a list or view of at most so many items, by keys of these kinds.
    pub fn new(kinds: &[KeyKind], capacity: u32) -> Self {
        Self {
            ranked: Ranked::new(kinds, capacity),
            capacity,
            old: vec![NONE; capacity as usize],
            delta: Delta::with_capacity(capacity),
        }
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity > self.capacity {
            self.capacity = capacity;
            self.ranked.grow(capacity);
            self.old.reserve_exact(capacity as usize - self.old.len());
            self.old.resize(capacity as usize, NONE);
            self.delta.grow(capacity);
        }
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        self.ranked.bytes() + self.old.capacity() * size_of::<u32>() + self.delta.bytes()
    }

    /// What [`bytes`](Self::bytes) says of one with so many keys and room for so many items.
    pub fn bytes_for(width: usize, capacity: u32) -> u64 {
        let old = u64::from(capacity) * size_of::<u32>() as u64;
        Ranked::bytes_for(width, capacity) + old + Delta::bytes_for(capacity)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { ranked, capacity, old, delta } = other;
        self.ranked.copy_from(ranked);
        self.capacity = *capacity;
        self.old.clone_from(old);
        self.delta.copy_from(delta);
    }

    pub(super) fn catch_up(&mut self, with: &mut Self) {
        self.ranked.input.catch_up(&mut with.ranked.input);
        self.ranked.catch_up(&mut with.ranked);
        self.delta.stand(&with.delta);
    }

    pub(super) fn go_back(&mut self, to: &Self) {
        self.ranked.input.go_back(&to.ranked.input);
        self.ranked.go_back(&to.ranked);
        self.delta.stand(&to.delta);
    }

    /// Items.
    pub fn len(&self) -> u32 {
        self.ranked.sorted().len() as u32
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many keys each item has.
    pub fn width(&self) -> usize {
        self.ranked.width()
    }

    /// The keys of all items, in order.
    pub fn keys(&self) -> impl Iterator<Item = &[u64]> {
        self.rows().iter().map(|row| self.ranked.key(*row))
    }

    /// The rows of all items, in order.
    pub fn rows(&self) -> &[u32] {
        self.ranked.sorted()
    }

    /// The item at an index.
    pub fn get(&self, index: u32) -> Option<Item> {
        self.rows().get(index as usize).map(|row| self.ranked.input.item(*row))
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        &self.delta
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
        let Self { ranked, delta, old, .. } = self;
        delta.begin(ranked.sorted().len() as u32);
        ranked.leave(input, keys, texts);
        // The row of what is gone may be that of something new.
        for entry in input.removes().iter().filter(|entry| entry.to().is_none()) {
            old[entry.row() as usize] = NONE - 1;
        }
        for (row, place) in &ranked.leaving {
            if std::mem::replace(&mut old[*row as usize], *place) == NONE - 1 {
                delta.gone(ranked.input.item(*row), *place);
                old[*row as usize] = NONE;
            }
        }
        ranked.arrive(input, keys, texts);
        for entry in input.inserts().iter().chain(input.updates()).filter(|entry| !entry.is_changed()) {
            let old = &mut self.old[entry.row() as usize];
            // What does not leave has no old index here.
            *old |= if *old == NONE { 0 } else { UNCHANGED };
        }
        for (row, to) in &self.ranked.arriving {
            let (item, from) = (self.ranked.input.item(*row), self.old[*row as usize]);
            self.old[*row as usize] = NONE;
            if from == NONE {
                self.delta.new_item(item, *to);
            } else {
                self.delta.moved(item, from & !UNCHANGED, *to, from & UNCHANGED == 0);
            }
        }
        let (mut left, mut come) = (0, 0);
        let (leaving, arriving) = (&self.ranked.leaving, &self.ranked.arriving);
        for (row, from) in &self.ranked.staying {
            while leaving.get(left).is_some_and(|(_, place)| place < from) {
                left += 1;
            }
            // The new index of what stays counts those that stay before it and those that arrive before it.
            while arriving.get(come).is_some_and(|(_, place)| *place <= from - left as u32 + come as u32) {
                come += 1;
            }
            self.delta.update(self.ranked.input.item(*row), *from, from - left as u32 + come as u32);
        }
        self.delta.finish();
        Ok(&self.delta)
    }
}

/// Of an old index: the item is the same as before. Indices are below it.
const UNCHANGED: u32 = 1 << 31;
