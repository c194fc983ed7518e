//! `group by`: an item for each key, with what its members come to.

use std::cmp::Ordering;

use super::delta::{Delta, NONE};
use super::distinct::Distinct;
use super::error::ListError;
use super::filter::{answered, fits};
use super::fold::Totals;
use super::item::{Item, ItemId};
use super::key::{Direction, KeyKind, number_of};
use super::order::Order;
use super::ranked::Ranked;
use super::sum::Sum;
use super::texts::Texts;
use super::touched::{Touched, Twin as _};

/// What is kept of a number of all members, beside how often it is not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Keeps {
    /// Its sum: 560 bytes a group.
    pub sum: bool,
    /// The members by it: the least, the greatest, the median.
    pub order: bool,
}

/// A number of each item.
#[derive(Clone, Debug)]
struct Number {
    /// Its place among those that have sums.
    sum: Option<usize>,
    /// By the keys, then by it.
    ranked: Option<Ranked>,
}

/// A group.
#[derive(Clone, Copy, Debug, Default)]
struct Members {
    count: u32,
    /// Whether it is among those that are looked at.
    is_touched: bool,
    /// Whether its members or their numbers have changed.
    is_changed: bool,
}

/// How many members have a number that is not 0, and one that is NaN.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    trues: u32,
    nans: u32,
}

/// Of an item whose group is new: this, and the place of the group among the new ones.
const BORN: u32 = 1 << 31;

/// A list of groups, in the order of their first members. A group has an id of its own, in order of creation from 1: it is the same
/// group as long as it has members, and is updated when these, or their numbers, are others.
#[derive(Clone, Debug)]
pub struct Group {
    /// The first member of each group; its place there is that of the group here.
    firsts: Distinct,
    numbers: Vec<Number>,
    capacity: u32,
    /// By row of the input, all numbers of a row together.
    values: Vec<f64>,
    /// By row of the input, the row of its group.
    of: Vec<u32>,
    /// By row, as the next three.
    groups: Vec<Members>,
    keys: Vec<u64>,
    tallies: Vec<Tally>,
    sums: Vec<Sum>,
    free: Vec<u32>,
    /// Rows that were never used begin here.
    fresh: u32,
    order: Order,
    last_id: u64,
    /// Keys and a number of each dirty item.
    pairs: Vec<u64>,
    touched: Vec<u32>,
    /// Groups that have lost all of their members, by key.
    emptied: Vec<u32>,
    /// First members of new groups, and the places of these by place in the input.
    born: Vec<u32>,
    births: Vec<u32>,
    delta: Delta,
    /// Rows of the input, and rows of groups, that are others than in a copy.
    rows_touched: Touched,
    groups_touched: Touched,
}

impl Group {
    /// Groups of a list or view of at most so many items, by keys of these kinds, with so many numbers of each item.
    pub fn new(kinds: &[KeyKind], numbers: &[Keeps], capacity: u32) -> Self {
        let items = capacity as usize;
        let of_numbers: Vec<KeyKind> = kinds.iter().copied().chain([KeyKind::Number]).collect();
        let mut sums = 0;
        let number = |keeps: &Keeps| {
            sums += usize::from(keeps.sum);
            Number {
                sum: keeps.sum.then(|| sums - 1),
                ranked: keeps.order.then(|| Ranked::new(&of_numbers, capacity)),
            }
        };
        let numbers: Vec<Number> = numbers.iter().map(number).collect();
        let is_sorted = numbers.iter().any(|number| number.ranked.is_some());
        Self {
            firsts: Distinct::new(kinds, capacity),
            capacity,
            values: vec![0.0; items * numbers.len()],
            of: vec![NONE; items],
            groups: vec![Members::default(); items],
            keys: vec![0; items * kinds.len()],
            tallies: vec![Tally::default(); items * numbers.len()],
            sums: vec![Sum::default(); items * sums],
            free: Vec::with_capacity(items),
            fresh: 0,
            order: Order::new(capacity),
            last_id: 0,
            pairs: Vec::with_capacity(if is_sorted { items * of_numbers.len() } else { 0 }),
            touched: Vec::with_capacity(items),
            emptied: Vec::with_capacity(items),
            born: Vec::with_capacity(items),
            births: Vec::with_capacity(items),
            delta: Delta::with_capacity(capacity),
            rows_touched: Touched::new(capacity),
            groups_touched: Touched::new(capacity),
            numbers,
        }
    }

    fn sum_count(&self) -> usize {
        self.numbers.iter().filter(|number| number.sum.is_some()).count()
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity <= self.capacity {
            return;
        }
        let (items, count, sums) = (capacity as usize, self.numbers.len(), self.sum_count());
        self.capacity = capacity;
        self.firsts.grow(capacity);
        self.numbers.iter_mut().filter_map(|number| number.ranked.as_mut()).for_each(|r| r.grow(capacity));
        grow(&mut self.values, items * count, 0.0);
        grow(&mut self.of, items, NONE);
        grow(&mut self.groups, items, Members::default());
        grow(&mut self.keys, items * self.firsts.width(), 0);
        grow(&mut self.tallies, items * count, Tally::default());
        grow(&mut self.sums, items * sums, Sum::default());
        self.free.reserve_exact(items - self.free.len());
        self.order.grow(capacity);
        self.pairs.clear();
        if self.numbers.iter().any(|number| number.ranked.is_some()) {
            self.pairs.reserve_exact(items * (self.firsts.width() + 1));
        }
        for rows in [&mut self.touched, &mut self.emptied, &mut self.born, &mut self.births] {
            rows.clear();
            rows.reserve_exact(items);
        }
        self.delta.grow(capacity);
        self.rows_touched.grow(capacity);
        self.groups_touched.grow(capacity);
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        let rows = [&self.of, &self.free, &self.touched, &self.emptied, &self.born, &self.births];
        self.firsts.bytes()
            + self.numbers.capacity() * size_of::<Number>()
            + self
                .numbers
                .iter()
                .filter_map(|number| number.ranked.as_ref())
                .map(Ranked::bytes)
                .sum::<usize>()
            + self.values.capacity() * size_of::<f64>()
            + rows.iter().map(|rows| rows.capacity() * size_of::<u32>()).sum::<usize>()
            + self.groups.capacity() * size_of::<Members>()
            + (self.keys.capacity() + self.pairs.capacity()) * size_of::<u64>()
            + self.tallies.capacity() * size_of::<Tally>()
            + self.sums.capacity() * size_of::<Sum>()
            + self.order.bytes()
            + self.delta.bytes()
            + self.rows_touched.bytes()
            + self.groups_touched.bytes()
    }

    /// What [`bytes`](Self::bytes) says of one with so many keys and these numbers, and room for so many items.
    pub fn bytes_for(width: usize, numbers: &[Keeps], capacity: u32) -> u64 {
        let sums = numbers.iter().filter(|keeps| keeps.sum).count();
        let sorted = numbers.iter().filter(|keeps| keeps.order).count();
        let pairs = if sorted > 0 { width + 1 } else { 0 };
        let item = numbers.len() * (size_of::<f64>() + size_of::<Tally>())
            + 6 * size_of::<u32>()
            + size_of::<Members>()
            + (width + pairs) * size_of::<u64>()
            + sums * size_of::<Sum>();
        Distinct::bytes_for(width, capacity)
            + (numbers.len() * size_of::<Number>()) as u64
            + sorted as u64 * Ranked::bytes_for(width + 1, capacity)
            + u64::from(capacity) * item as u64
            + Order::bytes_for(capacity)
            + Delta::bytes_for(capacity)
            + 2 * Touched::bytes_for(capacity)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        self.rows_touched.all();
        self.groups_touched.all();
        self.firsts.copy_from(&other.firsts);
        for (own, other) in self.ranked_mut().zip(other.ranked()) {
            own.copy_from(other);
        }
        self.order.copy_from(&other.order);
        self.capacity = other.capacity;
        self.take_rows(other, &Touched::default());
        self.take_groups(other, &Touched::default());
        self.delta.copy_from(&other.delta);
    }

    fn ranked(&self) -> impl Iterator<Item = &Ranked> {
        self.numbers.iter().filter_map(|number| number.ranked.as_ref())
    }

    fn ranked_mut(&mut self) -> impl Iterator<Item = &mut Ranked> {
        self.numbers.iter_mut().filter_map(|number| number.ranked.as_mut())
    }

    fn take_rows(&mut self, from: &Self, touched: &Touched) {
        let count = self.numbers.len();
        take(&mut self.values, &from.values, touched, count);
        take(&mut self.of, &from.of, touched, 1);
    }

    fn take_groups(&mut self, from: &Self, touched: &Touched) {
        let (width, count, sums) = (self.firsts.width(), self.numbers.len(), self.sum_count());
        take(&mut self.groups, &from.groups, touched, 1);
        take(&mut self.keys, &from.keys, touched, width);
        take(&mut self.tallies, &from.tallies, touched, count);
        take(&mut self.sums, &from.sums, touched, sums);
        if touched.is_all() || !touched.rows().is_empty() {
            self.free.clone_from(&from.free);
        }
        (self.fresh, self.last_id) = (from.fresh, from.last_id);
    }

    pub(super) fn catch_up(&mut self, with: &mut Self) {
        self.firsts.catch_up(&mut with.firsts);
        for (own, with) in self.ranked_mut().zip(with.ranked_mut()) {
            own.input.catch_up(&mut with.input);
            own.catch_up(with);
        }
        self.order.catch_up(&mut with.order);
        self.take_rows(with, &with.rows_touched);
        self.take_groups(with, &with.groups_touched);
        with.rows_touched.clear();
        with.groups_touched.clear();
        self.delta.stand(&with.delta);
    }

    pub(super) fn go_back(&mut self, to: &Self) {
        self.firsts.go_back(&to.firsts);
        for (own, to) in self.ranked_mut().zip(to.ranked()) {
            own.input.go_back(&to.input);
            own.go_back(to);
        }
        self.order.go_back(&to.order);
        let (rows, groups) =
            (std::mem::take(&mut self.rows_touched), std::mem::take(&mut self.groups_touched));
        self.take_rows(to, &rows);
        self.take_groups(to, &groups);
        (self.rows_touched, self.groups_touched) = (rows, groups);
        self.rows_touched.clear();
        self.groups_touched.clear();
        self.delta.stand(&to.delta);
    }

    /// Groups.
    pub fn len(&self) -> u32 {
        self.order.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.order.len() == 0
    }

    /// How many keys each item has.
    pub fn width(&self) -> usize {
        self.firsts.width()
    }

    /// How many numbers each item has.
    pub fn numbers(&self) -> usize {
        self.numbers.len()
    }

    /// The group at an index; its row is the one to ask for what its members come to.
    pub fn get(&self, index: u32) -> Option<Item> {
        self.order.get(index)
    }

    /// The rows of all groups, in order.
    pub fn rows(&self) -> &[u32] {
        self.order.rows()
    }

    /// The keys of all items of the input.
    pub fn all_keys(&self) -> impl Iterator<Item = &[u64]> {
        self.firsts.keys()
    }

    /// A number of each item of the input. None where items have fewer.
    pub fn all_numbers(&self, number: usize) -> impl Iterator<Item = f64> {
        let rows = if number < self.numbers.len() { self.firsts.ranked.sorted() } else { &[] };
        rows.iter().map(move |row| self.value(*row, number))
    }

    /// The keys that all members of a group have. None of a row that is no group, as of all that follows.
    pub fn key(&self, row: u32) -> &[u64] {
        if self.count(row) > 0 { self.keys_of(row) } else { &[] }
    }

    fn keys_of(&self, row: u32) -> &[u64] {
        let width = self.firsts.width();
        &self.keys[row as usize * width..][..width]
    }

    /// How many members a group has.
    pub fn count(&self, row: u32) -> u32 {
        self.groups.get(row as usize).map_or(0, |members| members.count)
    }

    /// The rows of the members of a group, in the order of the input.
    pub fn members(&self, row: u32, texts: &Texts) -> &[u32] {
        if self.count(row) == 0 {
            return &[];
        }
        let ranked = &self.firsts.ranked;
        let (start, end) = ranked.run(self.keys_of(row), texts);
        &ranked.sorted()[start..end]
    }

    /// A number of the first member of a group; NaN where there is none.
    pub fn first(&self, row: u32, number: usize, texts: &Texts) -> f64 {
        self.number_of_one(self.members(row, texts).first(), number)
    }

    /// A number of the last member of a group; NaN where there is none.
    pub fn last(&self, row: u32, number: usize, texts: &Texts) -> f64 {
        self.number_of_one(self.members(row, texts).last(), number)
    }

    fn number_of_one(&self, row: Option<&u32>, number: usize) -> f64 {
        row.filter(|_| number < self.numbers.len()).map_or(f64::NAN, |row| self.value(*row, number))
    }

    /// What a number of all members comes to. There is no sum, and no least and greatest one, where that is not
    /// [kept](Keeps).
    pub fn totals(&self, row: u32, number: usize, texts: &Texts) -> Totals {
        let Some(Number { sum, .. }) = self.numbers.get(number).filter(|_| self.count(row) > 0) else {
            return Totals::NONE;
        };
        let sorted = self.sorted(row, number, texts);
        let of = |row: Option<u32>| row.map(|row| self.number_of(row, number));
        Totals {
            count: self.count(row),
            trues: self.tallies[row as usize * self.numbers.len() + number].trues,
            sum: sum.map_or(0.0, |at| self.sums[row as usize * self.sum_count() + at].value()),
            min: of(sorted.first().copied()),
            max: of(sorted.last().copied()),
        }
    }

    /// The number that is in the middle of those of all members, or half of what the two in the middle come to; without those that
    /// are NaN. None where there is none, or where the order is not [kept](Keeps).
    pub fn median(&self, row: u32, number: usize, texts: &Texts) -> Option<f64> {
        let sorted = self.sorted(row, number, texts);
        let middle = sorted.get(sorted.len().checked_sub(1)? / 2)?;
        let [a, b] = [*middle, *sorted.get(sorted.len() / 2)?].map(|row| self.number_of(row, number));
        Some(if a == b { a } else { a / 2.0 + b / 2.0 })
    }

    /// The members by a number, without those of which it is NaN.
    fn sorted(&self, row: u32, number: usize, texts: &Texts) -> &[u32] {
        let ranked = self.numbers.get(number).and_then(|number| number.ranked.as_ref());
        let Some(ranked) = ranked.filter(|_| self.count(row) > 0) else { return &[] };
        let (start, end) = ranked.run(self.keys_of(row), texts);
        let nans = self.tallies[row as usize * self.numbers.len() + number].nans as usize;
        &ranked.sorted()[start..end - nans.min(end - start)]
    }

    /// A number of an item that is not NaN; of -0 and 0 it is 0.
    fn number_of(&self, row: u32, number: usize) -> f64 {
        number_of(Direction::Ascending.number(self.value(row, number))).unwrap_or(f64::NAN)
    }

    fn value(&self, row: u32, number: usize) -> f64 {
        self.values[row as usize * self.numbers.len() + number]
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Takes a delta of its input. `keys` and `numbers` have those of each [dirty](Delta::dirty) item, all of one item together.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`], [`ListError::Answers`], [`ListError::WrongAnswers`]. Nothing was changed then.
    pub fn apply(
        &mut self,
        input: &Delta,
        keys: &[u64],
        numbers: &[f64],
        texts: &Texts,
    ) -> Result<&Delta, ListError> {
        fits(self.capacity, input)?;
        let count = self.numbers.len();
        if numbers.len() != input.dirty_len() as usize * count {
            answered(input, numbers.len() / count.max(1))?;
            return Err(ListError::WrongAnswers);
        }
        self.firsts.apply(input, keys, texts)?;
        for (at, Number { ranked, .. }) in self.numbers.iter_mut().enumerate() {
            let Some(ranked) = ranked else { continue };
            self.pairs.clear();
            for k in 0..input.dirty_len() as usize {
                let width = self.firsts.width();
                self.pairs.extend_from_slice(&keys[k * width..][..width]);
                self.pairs.push(Direction::Ascending.number(numbers[k * count + at]));
            }
            ranked.leave(input, &self.pairs, texts);
            ranked.arrive(input, &self.pairs, texts);
        }
        self.delta.begin(self.order.len());
        self.touched.clear();
        self.part();
        self.change(input, numbers);
        self.find_emptied(texts);
        self.join(texts);
        self.tell(texts);
        Ok(&self.delta)
    }

    /// Adds an item's numbers to a group, or takes them away.
    fn count_in(&mut self, group: u32, row: u32, is_added: bool) {
        let (count, sums) = (self.numbers.len(), self.sum_count());
        let (group, row) = (group as usize, row as usize);
        let by = |total: &mut u32, is_so: bool| {
            *total = if is_added { *total + u32::from(is_so) } else { *total - u32::from(is_so) };
        };
        by(&mut self.groups[group].count, true);
        for (at, number) in self.numbers.iter().enumerate() {
            let value = self.values[row * count + at];
            let tally = &mut self.tallies[group * count + at];
            by(&mut tally.trues, value != 0.0);
            by(&mut tally.nans, value.is_nan());
            if let Some(sum) = number.sum.map(|at| &mut self.sums[group * sums + at]) {
                if is_added { sum.add(value) } else { sum.take_away(value) }
            }
        }
    }

    fn touch(&mut self, group: u32, is_changed: bool) {
        let members = &mut self.groups[group as usize];
        members.is_changed |= is_changed;
        if !std::mem::replace(&mut members.is_touched, true) {
            self.touched.push(group);
            self.groups_touched.row(group);
        }
    }

    /// What is gone, has another key or is elsewhere leaves its group, with the numbers of before.
    fn part(&mut self) {
        for k in 0..self.firsts.ranked.leaving.len() {
            let row = self.firsts.ranked.leaving[k].0;
            let group = std::mem::replace(&mut self.of[row as usize], NONE);
            self.rows_touched.row(row);
            if group != NONE {
                self.touch(group, true);
                self.count_in(group, row, false);
            }
        }
    }

    /// Takes over the numbers; what stays in its group is counted there with the new ones.
    fn change(&mut self, input: &Delta, numbers: &[f64]) {
        let count = self.numbers.len();
        for (k, entry) in input.dirty().enumerate() {
            let row = entry.row();
            let (new, own) = (&numbers[k * count..][..count], row as usize * count);
            let group = self.of[row as usize];
            let is_same =
                || new.iter().zip(&self.values[own..]).all(|(new, old)| new.to_bits() == old.to_bits());
            let is_changed = group == NONE || !is_same();
            if group != NONE {
                // Even where all is the same, the text of its key may be another one that says the same.
                self.touch(group, is_changed);
            }
            if !is_changed {
                continue;
            }
            self.rows_touched.row(row);
            if group != NONE {
                self.count_in(group, row, false);
            }
            self.values[own..][..count].copy_from_slice(new);
            if group != NONE {
                self.count_in(group, row, true);
            }
        }
    }

    fn find_emptied(&mut self, texts: &Texts) {
        let mut emptied = std::mem::take(&mut self.emptied);
        emptied.clear();
        emptied.extend(self.touched.iter().filter(|group| self.groups[**group as usize].count == 0));
        emptied.sort_unstable_by(|a, b| self.compare(*a, self.keys_of(*b), texts));
        self.emptied = emptied;
    }

    fn compare(&self, group: u32, keys: &[u64], texts: &Texts) -> Ordering {
        self.firsts.ranked.compare_keys(self.keys_of(group), keys, texts)
    }

    /// What gets a place joins the group of its key.
    fn join(&mut self, texts: &Texts) {
        self.born.clear();
        for k in 0..self.firsts.ranked.arriving.len() {
            let (row, place) = self.firsts.ranked.arriving[k];
            let ranked = &self.firsts.ranked;
            let (sorted, keys) = (ranked.sorted(), ranked.key(row));
            let is_one =
                |other: &&u32| ranked.compare_keys(ranked.key(**other), keys, texts) == Ordering::Equal;
            let before = (place as usize).checked_sub(1).map(|at| &sorted[at]).filter(is_one);
            let known = match before {
                Some(before) => self.of[*before as usize],
                None => {
                    // Behind it are others that arrive, and then those that were there.
                    let behind = sorted[place as usize + 1..].iter().take_while(is_one);
                    behind.map(|other| self.of[*other as usize]).find(|group| *group != NONE).unwrap_or(NONE)
                }
            };
            let known = if known == NONE {
                let emptied = self.emptied.binary_search_by(|group| self.compare(*group, keys, texts));
                emptied.map_or(NONE, |at| self.emptied[at])
            } else {
                known
            };
            self.rows_touched.row(row);
            if known == NONE {
                self.of[row as usize] = BORN | self.born.len() as u32;
                self.born.push(row);
                continue;
            }
            self.of[row as usize] = known;
            if known & BORN == 0 {
                self.touch(known, true);
                self.count_in(known, row, true);
            }
        }
    }

    fn tell(&mut self, texts: &Texts) {
        for k in 0..self.emptied.len() {
            let group = self.emptied[k];
            let members = &mut self.groups[group as usize];
            if members.count == 0 {
                members.is_touched = false;
                self.delta.gone(self.order.item(group), self.order.place(group));
                self.free.push(group);
            }
        }
        for k in 0..self.touched.len() {
            let group = self.touched[k];
            let Members { count, is_touched, is_changed } = &mut self.groups[group as usize];
            let is_changed = std::mem::take(is_changed);
            if std::mem::take(is_touched) && *count > 0 {
                let Some(&first) = self.members(group, texts).first() else { continue };
                self.take_keys(group, first);
                let to = self.firsts.index(first);
                self.delta.moved(self.order.item(group), self.order.place(group), to, is_changed);
            }
        }
        self.bear();
        self.delta.finish();
        self.order.apply(&self.delta);
    }

    /// The text of the member that the keys were taken of may be about to go.
    fn take_keys(&mut self, group: u32, first: u32) {
        let width = self.firsts.width();
        self.keys[group as usize * width..][..width].copy_from_slice(self.firsts.ranked.key(first));
    }

    /// Gives new groups their rows, their ids and their members.
    fn bear(&mut self) {
        if self.born.is_empty() {
            return;
        }
        let Self { births, born, firsts, .. } = self;
        births.clear();
        births.extend(0..born.len() as u32);
        births.sort_unstable_by_key(|k| firsts.ranked.input.place(born[*k as usize]));
        for k in 0..self.births.len() {
            let at = self.births[k] as usize;
            let first = self.born[at];
            let group = self.free.pop().unwrap_or(self.fresh);
            self.fresh = self.fresh.max(group + 1);
            self.groups_touched.row(group);
            self.groups[group as usize] = Members::default();
            let (count, sums) = (self.numbers.len(), self.sum_count());
            self.tallies[group as usize * count..][..count].fill(Tally::default());
            self.sums[group as usize * sums..][..sums].fill(Sum::default());
            self.take_keys(group, first);
            self.last_id += 1;
            let to = self.firsts.index(first);
            self.delta.new_item(Item { id: ItemId(self.last_id), row: group }, to);
            self.born[at] = group;
        }
        for k in 0..self.firsts.ranked.arriving.len() {
            let row = self.firsts.ranked.arriving[k].0;
            let of = self.of[row as usize];
            if of & BORN != 0 {
                let group = self.born[(of & !BORN) as usize];
                self.of[row as usize] = group;
                self.count_in(group, row, true);
            }
        }
    }
}

fn grow<T: Clone>(values: &mut Vec<T>, len: usize, with: T) {
    values.reserve_exact(len - values.len());
    values.resize(len, with);
}

/// Takes over the values of rows that are touched, so many of each.
fn take<T: Copy>(to: &mut Vec<T>, from: &Vec<T>, touched: &Touched, each: usize) {
    if touched.is_all() {
        return to.clone_from(from);
    }
    for &row in touched.rows() {
        let values = row as usize * each..(row as usize + 1) * each;
        to[values.clone()].copy_from_slice(&from[values]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_no_group_there_is_nothing() {
        let texts = Texts::new(0, 0);
        let keeps = [Keeps { sum: true, order: true }];
        let mut group = Group::new(&[KeyKind::Number], &keeps, 4);
        let mut delta = Delta::with_capacity(4);
        delta.begin(0);
        delta.new_item(Item { id: ItemId(1), row: 2 }, 0);
        delta.finish();
        group.apply(&delta, &[7], &[1.5], &texts).unwrap();
        assert_eq!(
            (group.key(0), group.first(0, 0, &texts), group.totals(0, 0, &texts).sum),
            (&[7][..], 1.5, 1.5)
        );
        for (row, number) in [(1, 0), (u32::MAX, 0), (0, 1), (0, usize::MAX)] {
            let ends = [group.first(row, number, &texts), group.last(row, number, &texts)];
            assert!(ends.iter().all(|end| end.is_nan()), "{row}, {number}");
            assert_eq!(group.totals(row, number, &texts), Totals::NONE);
            assert_eq!(group.median(row, number, &texts), None);
            if row > 0 {
                assert!(
                    group.key(row).is_empty()
                        && group.members(row, &texts).is_empty()
                        && group.count(row) == 0
                );
            }
        }
        assert_eq!(group.all_numbers(1).count(), 0);
    }
}
