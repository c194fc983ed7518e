//! `every`, `any`, `count`, `sum`, `mean`, `min`, `max`: one value of all items.

use super::delta::{Delta, NONE};
use super::error::ListError;
use super::filter::{answered, fits};
use super::key::{Direction, number_of};
use super::sum::Sum;
use super::touched::{Touched, Twin};

/// What all items come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// Items.
    pub count: u32,
    /// Items whose number is not 0: those of which something is so.
    pub trues: u32,
    /// The exact sum of all numbers, rounded once.
    pub sum: f64,
    /// The least number, without those that are NaN; none where there is none. Of -0 and 0 it is 0.
    pub min: Option<f64>,
    /// The greatest number, likewise.
    pub max: Option<f64>,
}

impl Totals {
    /// What no items come to.
    pub const NONE: Self = Self { count: 0, trues: 0, sum: 0.0, min: None, max: None };

    /// Whether it is so of every item; so it is of none.
    pub fn every(&self) -> bool {
        self.trues == self.count
    }

    /// Whether it is so of any item.
    pub fn any(&self) -> bool {
        self.trues > 0
    }

    /// The sum by the count; NaN where there is no item.
    pub fn mean(&self) -> f64 {
        self.sum / f64::from(self.count)
    }

    /// Whether all have the same bits.
    #[cfg(test)]
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let bits = |of: &Self| (of.sum.to_bits(), of.min.map(f64::to_bits), of.max.map(f64::to_bits));
        (self.count, self.trues) == (other.count, other.trues) && bits(self) == bits(other)
    }
}

/// Folds the numbers of all items of a list or view. A delta costs what it has entries of, and what comes out depends on the
/// numbers alone: not on what was there before, nor on rows, nor on the order.
#[derive(Clone, Debug)]
pub struct Fold {
    capacity: u32,
    /// By row.
    values: Vec<f64>,
    sum: Sum,
    /// Trees over the rows: the least key below each node, and the least one of the negated numbers.
    least: Vec<u64>,
    greatest: Vec<u64>,
    totals: Totals,
    touched: Touched,
}

impl Twin for Fold {
    fn touched(&mut self) -> &mut Touched {
        &mut self.touched
    }

    fn take_over(&mut self, from: &Self, touched: &Touched) {
        // A path to the root each: where there are many, a copy of the trees is quicker.
        if touched.is_all() || touched.rows().len() * 64 > self.values.len() {
            return self.copy_from(from);
        }
        for &row in touched.rows() {
            self.values[row as usize] = from.values[row as usize];
            for (tree, from) in [(&mut self.least, &from.least), (&mut self.greatest, &from.greatest)] {
                let mut node = tree.len() / 2 + row as usize;
                while node > 0 {
                    tree[node] = from[node];
                    node /= 2;
                }
            }
        }
        (self.sum, self.totals) = (from.sum, from.totals);
    }
}

/// The key of no number, and of NaN: behind all others.
const LAST: u64 = u64::MAX;

impl Fold {
    /// Of a list or view of at most so many items.
    pub fn new(capacity: u32) -> Self {
        let nodes = 2 * (capacity as usize).next_power_of_two();
        Self {
            capacity,
            values: vec![0.0; capacity as usize],
            sum: Sum::default(),
            least: vec![LAST; nodes],
            greatest: vec![LAST; nodes],
            totals: Totals::NONE,
            touched: Touched::new(capacity),
        }
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity <= self.capacity {
            return;
        }
        let old = std::mem::replace(self, Self::new(capacity));
        self.values[..old.values.len()].copy_from_slice(&old.values);
        let (leaves, room) = (old.least.len() / 2, self.least.len() / 2);
        for (tree, old) in [(&mut self.least, &old.least), (&mut self.greatest, &old.greatest)] {
            tree[room..room + leaves].copy_from_slice(&old[leaves..]);
            for node in (1..room).rev() {
                tree[node] = tree[2 * node].min(tree[2 * node + 1]);
            }
        }
        (self.sum, self.totals) = (old.sum, old.totals);
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<f64>()
            + (self.least.capacity() + self.greatest.capacity()) * size_of::<u64>()
            + self.touched.bytes()
    }

    /// What [`bytes`](Self::bytes) says of one with room for so many items.
    pub fn bytes_for(capacity: u32) -> u64 {
        let nodes = 2 * u64::from(capacity).next_power_of_two();
        u64::from(capacity) * size_of::<f64>() as u64
            + 2 * nodes * size_of::<u64>() as u64
            + Touched::bytes_for(capacity)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { capacity, values, sum, least, greatest, totals, touched: _ } = other;
        self.touched.all();
        self.values.clone_from(values);
        self.least.clone_from(least);
        self.greatest.clone_from(greatest);
        (self.capacity, self.sum, self.totals) = (*capacity, *sum, *totals);
    }

    /// What all items come to.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Takes a delta of its input. `numbers` has the number of each [dirty](Delta::dirty) item; something that is so is 1,
    /// something that is not is 0.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`], [`ListError::Answers`]. Nothing was changed then.
    pub fn apply(&mut self, input: &Delta, numbers: &[f64]) -> Result<Totals, ListError> {
        fits(self.capacity, input)?;
        answered(input, numbers.len())?;
        for entry in input.removes().iter().filter(|entry| entry.to().is_none()) {
            let old = self.values[entry.row() as usize];
            self.forget(old);
            self.put(entry.row(), LAST, LAST);
        }
        for (entry, new) in input.dirty().zip(numbers) {
            let row = entry.row() as usize;
            if entry.old() != NONE {
                let old = self.values[row];
                if old.to_bits() == new.to_bits() {
                    continue;
                }
                self.forget(old);
            }
            self.values[row] = *new;
            self.totals.count += 1;
            self.totals.trues += u32::from(*new != 0.0);
            self.sum.add(*new);
            self.put(entry.row(), Direction::Ascending.number(*new), Direction::Descending.number(*new));
        }
        self.totals.sum = self.sum.value();
        self.totals.min = number_of(self.least[1]);
        let greatest = self.greatest[1];
        self.totals.max = if greatest == LAST { None } else { number_of(!greatest) };
        Ok(self.totals)
    }

    fn forget(&mut self, old: f64) {
        self.totals.count -= 1;
        self.totals.trues -= u32::from(old != 0.0);
        self.sum.take_away(old);
    }

    fn put(&mut self, row: u32, least: u64, greatest: u64) {
        self.touched.row(row);
        for (tree, key) in [(&mut self.least, least), (&mut self.greatest, greatest)] {
            let mut node = tree.len() / 2 + row as usize;
            tree[node] = key;
            while node > 1 {
                node /= 2;
                let new = tree[2 * node].min(tree[2 * node + 1]);
                if tree[node] == new {
                    break;
                }
                tree[node] = new;
            }
        }
    }
}
