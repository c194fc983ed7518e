//! `group by`: an item for each key, with what its members come to.

use std::cmp::Ordering;

use super::delta::{Delta, NONE};
use super::error::ListError;
use super::filter::{answered, fits};
use super::fold::Totals;
use super::item::{Item, ItemId};
use super::key::{Direction, KeyKind, number_of};
use super::order::Order;
use super::ranked::Ranked;
use super::sum::Sum;
use super::texts::Texts;

/// A group.
#[derive(Clone, Copy, Debug)]
struct Members {
    key: u64,
    sum: Sum,
    count: u32,
    trues: u32,
    nans: u32,
    /// What they came to when that was told last.
    told: Totals,
    /// Whether it is among those that are looked at.
    is_touched: bool,
}

/// A group that is new.
#[derive(Clone, Copy, Debug)]
struct Born {
    key: u64,
    to: u32,
    row: u32,
}

impl Members {
    fn new(key: u64) -> Self {
        Self { key, sum: Sum::default(), count: 0, trues: 0, nans: 0, told: Totals::NONE, is_touched: false }
    }

    fn add(&mut self, x: f64) {
        self.sum.add(x);
        self.count += 1;
        self.trues += u32::from(x != 0.0);
        self.nans += u32::from(x.is_nan());
    }

    fn take_away(&mut self, x: f64) {
        self.sum.take_away(x);
        self.count -= 1;
        self.trues -= u32::from(x != 0.0);
        self.nans -= u32::from(x.is_nan());
    }
}

/// A list of groups, in the order of their keys. A group has an id of its own, in order of creation from 1: it is the same
/// group as long as it has members, and is updated when these come to something else.
#[derive(Clone, Debug)]
pub struct Group {
    ranked: Ranked,
    capacity: u32,
    /// By row of the input.
    values: Vec<f64>,
    /// Key and value of each dirty item.
    pairs: Vec<u64>,
    /// By row.
    groups: Vec<Members>,
    free: Vec<u32>,
    order: Order,
    last_id: u64,
    /// Groups that were there before and whose members may have changed.
    touched: Vec<u32>,
    /// New groups, by key.
    born: Vec<Born>,
    delta: Delta,
}

impl Group {
    /// Groups of a list or view of at most so many items, by a key of this kind.
    pub fn new(kind: KeyKind, capacity: u32) -> Self {
        let items = capacity as usize;
        Self {
            ranked: Ranked::new(&[kind, KeyKind::Number], capacity),
            capacity,
            values: vec![0.0; items],
            pairs: Vec::with_capacity(2 * items),
            groups: Vec::with_capacity(items),
            free: Vec::with_capacity(items),
            order: Order::new(capacity),
            last_id: 0,
            touched: Vec::with_capacity(items),
            born: Vec::with_capacity(items),
            delta: Delta::with_capacity(capacity),
        }
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity <= self.capacity {
            return;
        }
        let items = capacity as usize;
        self.capacity = capacity;
        self.ranked.grow(capacity);
        self.values.reserve_exact(items - self.values.len());
        self.values.resize(items, 0.0);
        self.pairs.clear();
        self.pairs.reserve_exact(2 * items);
        self.groups.reserve_exact(items - self.groups.len());
        self.free.reserve_exact(items - self.free.len());
        self.order.grow(capacity);
        self.touched.clear();
        self.touched.reserve_exact(items);
        self.born.clear();
        self.born.reserve_exact(items);
        self.delta.grow(capacity);
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        let rows = self.free.capacity() + self.touched.capacity();
        self.ranked.bytes()
            + self.values.capacity() * size_of::<f64>()
            + self.pairs.capacity() * size_of::<u64>()
            + self.groups.capacity() * size_of::<Members>()
            + rows * size_of::<u32>()
            + self.born.capacity() * size_of::<Born>()
            + self.order.bytes()
            + self.delta.bytes()
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self {
            ranked,
            capacity,
            values,
            pairs: _,
            groups,
            free,
            order,
            last_id,
            touched: _,
            born: _,
            delta,
        } = other;
        self.ranked.copy_from(ranked);
        self.values.clone_from(values);
        self.groups.clone_from(groups);
        self.free.clone_from(free);
        self.order.copy_from(order);
        self.delta.copy_from(delta);
        (self.capacity, self.last_id) = (*capacity, *last_id);
    }

    /// Groups.
    pub fn len(&self) -> u32 {
        self.order.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.order.len() == 0
    }

    /// The group at an index; its row is the one to ask for its [`key`](Self::key) and its [`totals`](Self::totals).
    pub fn get(&self, index: u32) -> Option<Item> {
        self.order.get(index)
    }

    /// The key that all members of a group have.
    pub fn key(&self, row: u32) -> Option<u64> {
        self.groups.get(row as usize).map(|group| group.key)
    }

    /// What the members of a group come to.
    pub fn totals(&self, row: u32) -> Totals {
        self.groups.get(row as usize).map_or(Totals::NONE, |group| group.told)
    }

    /// The rows of the members of a group, by their number, ties in the order of the input.
    pub fn members(&self, row: u32, texts: &Texts) -> &[u32] {
        let Some(key) = self.key(row) else { return &[] };
        let (start, end) = self.ranked.run(&[key], texts);
        self.ranked.sorted().get(start..end).unwrap_or_default()
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Takes a delta of its input. `keys` and `numbers` have the key and the number of each [dirty](Delta::dirty) item.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`], [`ListError::Answers`]. Nothing was changed then.
    pub fn apply(
        &mut self,
        input: &Delta,
        keys: &[u64],
        numbers: &[f64],
        texts: &Texts,
    ) -> Result<&Delta, ListError> {
        fits(self.capacity, input)?;
        answered(input, keys.len())?;
        answered(input, numbers.len())?;
        self.pairs.clear();
        for (key, number) in keys.iter().zip(numbers) {
            self.pairs.extend([*key, Direction::Ascending.number(*number)]);
        }
        self.delta.begin(self.order.len());
        self.touched.clear();
        self.born.clear();
        self.ranked.leave(input, &self.pairs, texts);
        for k in 0..self.ranked.leaving.len() {
            let row = self.ranked.leaving[k].0;
            if let Some(group) = self.find(self.ranked.key(row)[0], texts) {
                self.touch(group);
                self.groups[group as usize].take_away(self.values[row as usize]);
            }
        }
        for k in 0..self.ranked.staying.len() {
            // Its text may be another one that says the same.
            if let Some(group) = self.find(self.ranked.key(self.ranked.staying[k].0)[0], texts) {
                self.touch(group);
            }
        }
        for (entry, number) in input.dirty().zip(numbers) {
            self.values[entry.row() as usize] = *number;
        }
        self.ranked.arrive(input, &self.pairs, texts);
        for k in 0..self.ranked.arriving.len() {
            let row = self.ranked.arriving[k].0;
            let key = self.ranked.key(row)[0];
            if let Some(group) = self.find(key, texts) {
                self.touch(group);
                self.groups[group as usize].add(self.values[row as usize]);
            } else if let Err(at) = self.find_born(key, texts) {
                self.born.insert(at, Born { key, to: NONE, row: NONE });
            }
        }
        self.tell(texts);
        Ok(&self.delta)
    }

    fn compare(&self, group: u32, key: u64, texts: &Texts) -> Ordering {
        self.ranked.compare_keys(&[self.groups[group as usize].key], &[key], texts)
    }

    fn find(&self, key: u64, texts: &Texts) -> Option<u32> {
        let at = self.order.rows().binary_search_by(|group| self.compare(*group, key, texts)).ok()?;
        Some(self.order.rows()[at])
    }

    fn touch(&mut self, group: u32) {
        if !std::mem::replace(&mut self.groups[group as usize].is_touched, true) {
            self.touched.push(group);
        }
    }

    fn find_born(&self, key: u64, texts: &Texts) -> Result<usize, usize> {
        self.born.binary_search_by(|born| self.ranked.compare_keys(&[born.key], &[key], texts))
    }

    /// What the members of a group come to now, and whether that is something else than before.
    fn work_out(&mut self, row: u32, texts: &Texts) -> bool {
        let Members { key, sum, count, trues, nans, told, .. } = &self.groups[row as usize];
        let (start, end) = self.ranked.run(&[*key], texts);
        // Numbers are sorted within a key, NaN behind all others.
        let run = &self.ranked.sorted()[start..end - (*nans as usize).min(end - start)];
        let number = |row: Option<&u32>| row.and_then(|row| number_of(self.ranked.key(*row)[1]));
        let (count, trues) = (*count, *trues);
        let totals =
            Totals { count, trues, sum: sum.value(), min: number(run.first()), max: number(run.last()) };
        let is_other = !totals.is_same(told);
        // The text of the member that the key was taken of may be about to go.
        let key = self.ranked.sorted().get(start).map_or(*key, |row| self.ranked.key(*row)[0]);
        let group = &mut self.groups[row as usize];
        (group.key, group.told) = (key, totals);
        is_other
    }

    fn tell(&mut self, texts: &Texts) {
        for row in &self.touched {
            self.groups[*row as usize].is_touched = false;
            if self.groups[*row as usize].count == 0 {
                self.delta.gone(self.order.item(*row), self.order.place(*row));
            }
        }
        self.delta.finish();
        let gone = self.delta.removes().len();
        let gone_before = |delta: &Delta, at: u32| {
            (gone - delta.removes().partition_point(|entry| entry.old() >= at)) as u32
        };
        for k in 0..self.born.len() {
            let key = self.born[k].key;
            let rows = self.order.rows();
            let at = rows.partition_point(|other| self.compare(*other, key, texts) == Ordering::Less) as u32;
            self.born[k].to = at - gone_before(&self.delta, at) + k as u32;
        }
        self.bear(texts);
        for k in 0..self.touched.len() {
            let row = self.touched[k];
            let from = self.order.place(row);
            // The row of one that is gone may be that of a new one.
            let is_gone = self.delta.removes().binary_search_by(|entry| from.cmp(&entry.old())).is_ok();
            if is_gone || !self.work_out(row, texts) {
                continue;
            }
            let stays = from - gone_before(&self.delta, from);
            let come =
                self.born.iter().enumerate().take_while(|(k, born)| born.to <= stays + *k as u32).count();
            self.delta.update(self.order.item(row), from, stays + come as u32);
        }
        self.delta.finish();
        self.order.apply(&self.delta);
    }

    /// Gives new groups their rows and their members.
    fn bear(&mut self, texts: &Texts) {
        self.free.extend(self.delta.removes().iter().map(super::delta::Entry::row));
        for k in 0..self.born.len() {
            let row = self.free.pop().unwrap_or(self.groups.len() as u32);
            let members = Members::new(self.born[k].key);
            match self.groups.get_mut(row as usize) {
                Some(group) => *group = members,
                None => self.groups.push(members),
            }
            self.born[k].row = row;
            self.last_id += 1;
            self.delta.new_item(Item { id: ItemId(self.last_id), row }, self.born[k].to);
        }
        if self.born.is_empty() {
            return;
        }
        for (row, _) in &self.ranked.arriving {
            if let Ok(k) = self.find_born(self.ranked.key(*row)[0], texts) {
                self.groups[self.born[k].row as usize].add(self.values[*row as usize]);
            }
        }
        for k in 0..self.born.len() {
            self.work_out(self.born[k].row, texts);
        }
    }
}
