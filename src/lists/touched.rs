//! What has changed since something and a copy of it were the same, so that either becomes the other again at the cost of that, and
//! not of all.

use std::ops::Range;

use super::delta::{Delta, NONE};

/// What has changed.
#[derive(Clone, Debug)]
pub(super) struct Touched {
    /// Rows, each at least once.
    rows: Vec<u32>,
    /// Places in an order, from the first to behind the last; behind the end where its length has changed.
    first: u32,
    end: u32,
    /// Whether anything may have, and the rest means nothing.
    is_all: bool,
}

/// Something that has a copy, which follows it.
pub(super) trait Twin {
    /// What has changed since both were the same.
    fn touched(&mut self) -> &mut Touched;

    /// Takes over what is touched, which another one has.
    fn take_over(&mut self, from: &Self, touched: &Touched);

    /// The copy becomes the same.
    fn catch_up(&mut self, with: &mut Self) {
        let mut touched = std::mem::take(with.touched());
        self.take_over(with, &touched);
        touched.clear();
        *with.touched() = touched;
    }

    /// Becomes what the copy is.
    fn go_back(&mut self, to: &Self) {
        let mut touched = std::mem::take(self.touched());
        self.take_over(to, &touched);
        touched.clear();
        *self.touched() = touched;
    }
}

impl Default for Touched {
    fn default() -> Self {
        Self { rows: Vec::new(), first: NONE, end: 0, is_all: true }
    }
}

impl Touched {
    /// Of so many items. Where a quarter of them has changed, a copy of all is quicker.
    pub(super) fn new(items: u32) -> Self {
        Self { rows: Vec::with_capacity(Self::rows_of(items)), ..Self::default() }
    }

    fn rows_of(items: u32) -> usize {
        items as usize / 4 + 8
    }

    /// For more items. Everything may have changed then.
    pub(super) fn grow(&mut self, items: u32) {
        self.all();
        self.rows.reserve_exact(Self::rows_of(items));
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<u32>()
    }

    pub(super) fn bytes_for(items: u32) -> u64 {
        (Self::rows_of(items) * size_of::<u32>()) as u64
    }

    /// Nothing has changed.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        (self.first, self.end, self.is_all) = (NONE, 0, false);
    }

    /// Anything may have changed.
    pub(super) fn all(&mut self) {
        self.clear();
        self.is_all = true;
    }

    pub(super) fn is_all(&self) -> bool {
        self.is_all
    }

    #[inline]
    pub(super) fn row(&mut self, row: u32) {
        if self.is_all {
            return;
        }
        if self.rows.len() < self.rows.capacity() {
            self.rows.push(row);
        } else {
            self.all();
        }
    }

    /// What is at some places is another.
    #[inline]
    pub(super) fn places(&mut self, first: u32, end: u32) {
        (self.first, self.end) = (self.first.min(first), self.end.max(end));
    }

    /// What a delta does to an order: its rows, and places from the first that changes on.
    pub(super) fn order(&mut self, delta: &Delta, first: u32, end: u32) {
        if !self.is_all {
            delta.removes().iter().chain(delta.inserts()).for_each(|entry| self.row(entry.row()));
            self.places(first, end);
        }
    }

    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The places of which something with so many has another content.
    pub(super) fn range(&self, len: usize) -> Range<usize> {
        let end = (self.end as usize).min(len);
        (self.first as usize).min(end)..end
    }

    /// Takes over the places, of which there may be more or fewer; each place has so many values.
    pub(super) fn copy_places<T: Copy>(&self, to: &mut Vec<T>, from: &[T]) {
        copy_range(to, from, self.first as usize, self.end as usize);
    }
}

/// Takes over the values from one index up to another, and all behind it where there are more or fewer.
pub(super) fn copy_range<T: Copy>(to: &mut Vec<T>, from: &[T], first: usize, end: usize) {
    if to.len() == from.len() {
        let end = end.min(from.len());
        let first = first.min(end);
        to[first..end].copy_from_slice(&from[first..end]);
    } else {
        let first = first.min(to.len()).min(from.len());
        to.truncate(first);
        to.extend_from_slice(&from[first..]);
    }
}
