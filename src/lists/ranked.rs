//! Items in the order of their keys, ties in the order of the input: what `sort by`, `distinct` and `group by` are made of.

use std::cmp::Ordering;

use super::delta::{Delta, NONE};
use super::key::{Direction, KeyKind};
use super::order::Order;
use super::texts::Texts;
use super::touched::{Touched, Twin};

/// A sorted vector of rows, the keys of each row, and a copy of the input's order.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    kinds: Vec<KeyKind>,
    /// By row, all keys of one row together.
    keys: Vec<u64>,
    /// A copy of it.
    pub(super) input: Order,
    /// Rows by key.
    sorted: Vec<u32>,
    /// What leaves its place: rows with their old index, ascending.
    pub(super) leaving: Vec<(u32, u32)>,
    /// What gets a place: rows with their new index, ascending.
    pub(super) arriving: Vec<(u32, u32)>,
    /// Changed rows that stay where they are among those that stay, with their old index.
    pub(super) staying: Vec<(u32, u32)>,
    /// By row, while places are looked up.
    marks: Vec<bool>,
    /// Rows by their keys, places of what is sorted; the input has its own.
    touched: Touched,
}

impl Twin for Ranked {
    fn touched(&mut self) -> &mut Touched {
        &mut self.touched
    }

    /// All but the input.
    fn take_over(&mut self, from: &Self, touched: &Touched) {
        if touched.is_all() {
            self.keys.clone_from(&from.keys);
            self.sorted.clone_from(&from.sorted);
            return;
        }
        let width = self.kinds.len();
        for &row in touched.rows() {
            let keys = row as usize * width..(row as usize + 1) * width;
            self.keys[keys.clone()].copy_from_slice(&from.keys[keys]);
        }
        touched.copy_places(&mut self.sorted, &from.sorted);
    }
}

/// How many more items there may be than twice the logarithm for a look at all of them to be quicker than one for each.
const SWEEP: usize = 24;

impl Ranked {
    pub(super) fn new(kinds: &[KeyKind], capacity: u32) -> Self {
        let items = capacity as usize;
        Self {
            kinds: kinds.to_vec(),
            keys: vec![0; items * kinds.len()],
            input: Order::new(capacity),
            sorted: Vec::with_capacity(items),
            leaving: Vec::with_capacity(items),
            arriving: Vec::with_capacity(items),
            staying: Vec::with_capacity(items),
            marks: vec![false; items],
            touched: Touched::new(capacity),
        }
    }

    pub(super) fn grow(&mut self, capacity: u32) {
        let items = (capacity as usize).max(self.marks.len());
        self.keys.reserve_exact(items * self.kinds.len() - self.keys.len());
        self.keys.resize(items * self.kinds.len(), 0);
        self.input.grow(items as u32);
        self.touched.grow(items as u32);
        self.sorted.reserve_exact(items - self.sorted.len());
        for rows in [&mut self.leaving, &mut self.arriving, &mut self.staying] {
            rows.clear();
            rows.reserve_exact(items);
        }
        self.marks.reserve_exact(items - self.marks.len());
        self.marks.resize(items, false);
    }

    pub(super) fn bytes(&self) -> usize {
        let pairs = self.leaving.capacity() + self.arriving.capacity() + self.staying.capacity();
        self.kinds.capacity() * size_of::<KeyKind>()
            + self.keys.capacity() * size_of::<u64>()
            + self.input.bytes()
            + self.sorted.capacity() * size_of::<u32>()
            + pairs * size_of::<(u32, u32)>()
            + self.marks.capacity()
            + self.touched.bytes()
    }

    pub(super) fn bytes_for(width: usize, capacity: u32) -> u64 {
        let keys = width * size_of::<u64>();
        let pairs = 3 * size_of::<(u32, u32)>();
        (width * size_of::<KeyKind>()) as u64
            + u64::from(capacity) * (keys + size_of::<u32>() + pairs + size_of::<bool>()) as u64
            + Order::bytes_for(capacity)
            + Touched::bytes_for(capacity)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { kinds, keys, input, sorted, leaving: _, arriving: _, staying: _, marks: _, touched: _ } =
            other;
        self.touched.all();
        self.kinds.clone_from(kinds);
        self.keys.clone_from(keys);
        self.input.copy_from(input);
        self.sorted.clone_from(sorted);
    }

    pub(super) fn width(&self) -> usize {
        self.kinds.len()
    }

    pub(super) fn sorted(&self) -> &[u32] {
        &self.sorted
    }

    pub(super) fn key(&self, row: u32) -> &[u64] {
        let width = self.kinds.len();
        &self.keys[row as usize * width..][..width]
    }

    /// Compares the first keys, as many as both have.
    #[inline]
    pub(super) fn compare_keys(&self, a: &[u64], b: &[u64], texts: &Texts) -> Ordering {
        for ((a, b), kind) in a.iter().zip(b).zip(&self.kinds) {
            let by_text = || texts.compare(super::TextId::from_bits(*a), super::TextId::from_bits(*b));
            let ordering = match kind {
                KeyKind::Number => a.cmp(b),
                KeyKind::Text(Direction::Ascending) => by_text(),
                KeyKind::Text(Direction::Descending) => by_text().reverse(),
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }

    #[inline]
    fn compare(&self, a: u32, b: u32, texts: &Texts) -> Ordering {
        let by_key = self.compare_keys(self.key(a), self.key(b), texts);
        by_key.then_with(|| self.input.place(a).cmp(&self.input.place(b)))
    }

    /// Where a row of the input is.
    pub(super) fn index(&self, row: u32, texts: &Texts) -> u32 {
        self.sorted.partition_point(|other| self.compare(*other, row, texts) == Ordering::Less) as u32
    }

    /// The first row of some first keys, and the one behind the last.
    pub(super) fn run(&self, keys: &[u64], texts: &Texts) -> (usize, usize) {
        let of = |row: &u32| self.compare_keys(self.key(*row), keys, texts);
        let start = self.sorted.partition_point(|row| of(row) == Ordering::Less);
        let count = self.sorted[start..].partition_point(|row| of(row) == Ordering::Equal);
        (start, start + count)
    }

    /// The first part: says what leaves, with the keys and places of before. `keys` has the new keys of all dirty items, one
    /// after the other.
    pub(super) fn leave(&mut self, input: &Delta, keys: &[u64], texts: &Texts) {
        let width = self.kinds.len();
        let (mut leaving, mut staying) =
            (std::mem::take(&mut self.leaving), std::mem::take(&mut self.staying));
        leaving.clear();
        staying.clear();
        leaving.extend(input.removes().iter().map(|entry| (entry.row(), NONE)));
        let skipped = input.dirty_len() as usize - input.updates().len();
        for (k, entry) in input.updates().iter().enumerate() {
            let new = &keys[(skipped + k) * width..][..width];
            let is_same = self.compare_keys(self.key(entry.row()), new, texts) == Ordering::Equal;
            if !is_same {
                leaving.push((entry.row(), NONE));
            } else if entry.is_changed() {
                staying.push((entry.row(), NONE));
            }
        }
        let asked = leaving.len() + staying.len();
        if asked * SWEEP > self.sorted.len() {
            for (row, _) in &leaving {
                self.marks[*row as usize] = true;
            }
            leaving.clear();
            for (index, row) in self.sorted.iter().enumerate() {
                if std::mem::take(&mut self.marks[*row as usize]) {
                    leaving.push((*row, index as u32));
                }
            }
            for (row, _) in &staying {
                self.marks[*row as usize] = true;
            }
            staying.clear();
            for (index, row) in self.sorted.iter().enumerate() {
                if std::mem::take(&mut self.marks[*row as usize]) {
                    staying.push((*row, index as u32));
                }
            }
        } else {
            for (row, place) in leaving.iter_mut().chain(&mut staying) {
                *place = self.index(*row, texts);
            }
            leaving.sort_unstable_by_key(|(_, place)| *place);
            staying.sort_unstable_by_key(|(_, place)| *place);
        }
        (self.leaving, self.staying) = (leaving, staying);
    }

    /// The second part: takes out what leaves, takes over the new keys and the input's order, and puts in what arrives.
    pub(super) fn arrive(&mut self, input: &Delta, keys: &[u64], texts: &Texts) {
        let width = self.kinds.len();
        if let Some((_, first)) = self.leaving.first() {
            let mut end = *first as usize;
            for (k, (_, place)) in self.leaving.iter().enumerate() {
                let start = *place as usize + 1;
                let stop = self.leaving.get(k + 1).map_or(self.sorted.len(), |(_, next)| *next as usize);
                self.sorted.copy_within(start..stop, end);
                end += stop - start;
            }
            self.sorted.truncate(end);
        }
        let mut arriving = std::mem::take(&mut self.arriving);
        arriving.clear();
        arriving.extend(input.inserts().iter().map(|entry| (entry.row(), NONE)));
        let skipped = input.dirty_len() as usize - input.updates().len();
        for (k, entry) in input.updates().iter().enumerate() {
            let new = &keys[(skipped + k) * width..][..width];
            if self.compare_keys(self.key(entry.row()), new, texts) != Ordering::Equal {
                arriving.push((entry.row(), NONE));
            }
        }
        for (k, entry) in input.dirty().enumerate() {
            let new = &keys[k * width..][..width];
            self.keys[entry.row() as usize * width..][..width].copy_from_slice(new);
            self.touched.row(entry.row());
        }
        if input.is_structural() {
            self.input.apply(input);
        }
        arriving.sort_unstable_by(|a, b| self.compare(a.0, b.0, texts));
        let stay = self.sorted.len();
        self.put_in(&mut arriving, texts);
        self.arriving = arriving;
        let place = |pair: Option<&(u32, u32)>| pair.map(|(_, place)| *place);
        let firsts = [place(self.leaving.first()), place(self.arriving.first())];
        if let Some(first) = firsts.into_iter().flatten().min() {
            let is_as_long = self.sorted.len() == stay + self.leaving.len();
            let last = place(self.leaving.last()).max(place(self.arriving.last()));
            let end = last.filter(|_| is_as_long).map_or(NONE, |last| last + 1);
            self.touched.places(first, end);
        }
    }

    /// Puts rows in that are in order, and says where they are.
    fn put_in(&mut self, arriving: &mut [(u32, u32)], texts: &Texts) {
        let stay = self.sorted.len();
        let mut at = 0;
        if arriving.len() * SWEEP > stay {
            for (k, (row, place)) in arriving.iter_mut().enumerate() {
                while at < stay && self.compare(self.sorted[at], *row, texts) == Ordering::Less {
                    at += 1;
                }
                *place = (at + k) as u32;
            }
        } else {
            for (k, (row, place)) in arriving.iter_mut().enumerate() {
                *place = self.index(*row, texts) + k as u32;
            }
        }
        let mut source = stay;
        let mut end = stay + arriving.len();
        self.sorted.resize(end, NONE);
        for (row, place) in arriving.iter().rev() {
            let place = *place as usize;
            let count = end - place - 1;
            self.sorted.copy_within(source - count..source, place + 1);
            source -= count;
            self.sorted[place] = *row;
            end = place;
        }
    }
}
