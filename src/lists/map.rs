//! `map`: the same items, with other values.

use super::delta::Delta;
use super::error::ListError;
use super::filter::{answered, fits};

/// A view of the same items in the same order that has values of its own: those that are computed of each. An item whose
/// values come out as they were is not updated, so what hangs on them rests.
#[derive(Clone, Debug)]
pub struct Map {
    width: u32,
    /// By row, all values of one row together.
    values: Vec<u64>,
    len: u32,
    capacity: u32,
    delta: Delta,
}

impl Map {
    /// A view of a list or view of at most so many items, with `width` values of 64 bits each.
    pub fn new(width: u32, capacity: u32) -> Self {
        Self {
            width,
            values: vec![0; width as usize * capacity as usize],
            len: 0,
            capacity,
            delta: Delta::with_capacity(capacity),
        }
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity > self.capacity {
            self.capacity = capacity;
            let room = self.width as usize * capacity as usize;
            self.values.reserve_exact(room - self.values.len());
            self.values.resize(room, 0);
            self.delta.grow(capacity);
        }
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<u64>() + self.delta.bytes()
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { width, values, len, capacity, delta } = other;
        (self.width, self.len, self.capacity) = (*width, *len, *capacity);
        self.values.clone_from(values);
        self.delta.copy_from(delta);
    }

    /// Items.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many values each item has.
    pub fn width(&self) -> usize {
        self.width as usize
    }

    /// The values of a row.
    pub fn values(&self, row: u32) -> &[u64] {
        let width = self.width as usize;
        self.values.get(row as usize * width..(row as usize + 1) * width).unwrap_or_default()
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Takes a delta of its input. `values` has the values of each [dirty](Delta::dirty) item, all of one item together.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`], [`ListError::Answers`]. Nothing was changed then.
    pub fn apply(&mut self, input: &Delta, values: &[u64]) -> Result<&Delta, ListError> {
        fits(self.capacity, input)?;
        let width = self.width as usize;
        if values.len() != input.dirty_len() as usize * width {
            answered(input, values.len() / width.max(1))?;
            return Err(ListError::WrongAnswers);
        }
        self.delta.copy_from(input);
        self.len = input.new_len();
        let (rows, mut next) = (&mut self.values, 0);
        self.delta.decide(|entry| {
            let old = &mut rows[entry.row() as usize * width..][..width];
            let new = &values[next * width..][..width];
            next += 1;
            let is_changed = *old != *new;
            old.copy_from_slice(new);
            is_changed
        });
        Ok(&self.delta)
    }
}
