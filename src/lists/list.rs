//! The store: typed columns, an order, what is staged, and the commit.

use super::delta::{Delta, NONE};
use super::error::ListError;
use super::item::{Item, ItemId};
use super::order::Order;
use super::texts::Texts;
use super::touched::{Touched, Twin, copy_range};
use super::value::{Column, ColumnRef, Kind, Value};

/// How much room a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Items that may be there together.
    pub items: u32,
    /// Cells that may be set in one turn.
    pub sets: u32,
    /// Items that may be new or moved in one turn.
    pub inserts: u32,
}

impl Limits {
    /// Room for so many items, all of which may be new, moved, and set in one cell each, in one turn.
    pub fn of(items: u32) -> Self {
        Self { items, sets: items, inserts: items }
    }
}

/// Where an item is put. What it says is of the order before the turn, whatever else is staged; what is put at the same place
/// stands there by writer, and of one writer in the order of staging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Before all others.
    Start,
    /// Behind all others.
    End,
    /// Before the item that had this index, or at the end.
    At(u32),
    /// Before an item.
    Before(Item),
    /// Behind an item.
    After(Item),
}

/// What became of all writes so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Counters {
    /// Turns that were committed.
    pub commits: u64,
    /// Items that were made.
    pub created: u64,
    /// Items that were removed.
    pub removed: u64,
    /// Items that were moved, to where they were or elsewhere.
    pub moved: u64,
    /// Items of which a cell has changed, by turns.
    pub updated: u64,
    /// Writes that were for items that are gone.
    pub rejected: u64,
}

#[derive(Clone, Copy, Debug)]
struct Set {
    writer: u32,
    order: u32,
    row: u32,
    column: u32,
    value: Value,
}

/// An item that is new or moves.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    writer: u32,
    order: u32,
    /// Before the item that has this index in the old order.
    gap: u32,
    /// Of a moved item its row; of a new one the number under which its values are staged.
    row: u32,
    is_new: bool,
    id: ItemId,
}

/// What a turn does to a row.
mod mark {
    pub(super) const DIRTY: u8 = 1;
    pub(super) const GONE: u8 = 2;
    pub(super) const MOVED: u8 = 4;
}

/// A list of items with values in typed columns: see the [module](super).
///
/// Everything is allocated at construction, and by [`grow`](Self::grow).
#[derive(Clone, Debug)]
pub struct List {
    limits: Limits,
    columns: Vec<Column>,
    /// Which columns have texts.
    texts: Vec<u32>,
    order: Order,
    /// Every id that was given lately, ascending, with the row that it had; those of the dead as well.
    by_id: Vec<(ItemId, u32)>,
    free: Vec<u32>,
    /// Rows that were never used begin here.
    fresh: u32,
    last_id: u64,
    version: u64,
    sets: Vec<Set>,
    arrivals: Vec<Arrival>,
    staged: u32,
    /// By row.
    marks: Vec<u8>,
    dirty: Vec<u32>,
    /// Rows that are gone, each once.
    gone: Vec<u32>,
    /// The old indices of what is gone or moves.
    leaving: Vec<u32>,
    delta: Delta,
    counters: Counters,
    /// Rows by their values; the order has its own.
    touched: Touched,
    /// Entries of `by_id` and `free` before these have not changed since nothing had.
    untouched: [usize; 2],
}

impl Twin for List {
    fn touched(&mut self) -> &mut Touched {
        &mut self.touched
    }

    /// All but the order and what is staged.
    fn take_over(&mut self, from: &Self, touched: &Touched) {
        for (column, others) in self.columns.iter_mut().zip(&from.columns) {
            if touched.is_all() {
                column.copy_from(others);
            } else {
                column.copy_rows(others, touched.rows());
            }
        }
        let Self { limits, fresh, last_id, version, counters, delta, .. } = from;
        (self.limits, self.fresh, self.last_id) = (*limits, *fresh, *last_id);
        (self.version, self.counters) = (*version, *counters);
        self.delta.stand(delta);
    }
}

impl List {
    /// A list with columns of these types.
    pub fn new(columns: &[Kind], limits: Limits) -> Self {
        let items = limits.items.min(NONE / 2 - 1);
        let limits = Limits { items, sets: limits.sets, inserts: limits.inserts };
        let texts = (0..columns.len() as u32).filter(|k| columns[*k as usize] == Kind::Text);
        let room = items as usize;
        Self {
            limits,
            columns: columns.iter().map(|kind| Column::new(*kind, items, limits.inserts)).collect(),
            texts: texts.collect(),
            order: Order::new(items),
            by_id: Vec::with_capacity(2 * room),
            free: Vec::with_capacity(room),
            fresh: 0,
            last_id: 0,
            version: 0,
            sets: Vec::with_capacity(limits.sets as usize),
            arrivals: Vec::with_capacity(limits.inserts as usize),
            staged: 0,
            marks: vec![0; room],
            dirty: Vec::with_capacity(room),
            gone: Vec::with_capacity(room),
            leaving: Vec::with_capacity(room),
            delta: Delta::with_capacity(items),
            counters: Counters::default(),
            touched: Touched::new(items),
            untouched: [0; 2],
        }
    }

    /// Makes room for more, and drops what is staged. Allocates; views and logs of the list have to grow as well.
    pub fn grow(&mut self, limits: Limits) {
        self.discard();
        let items = self.limits.items.max(limits.items.min(NONE / 2 - 1));
        let sets = self.limits.sets.max(limits.sets);
        let inserts = self.limits.inserts.max(limits.inserts);
        self.limits = Limits { items, sets, inserts };
        for column in &mut self.columns {
            column.grow(items, inserts);
        }
        let room = items as usize;
        self.touched.grow(items);
        self.untouched = [0; 2];
        self.order.grow(items);
        self.by_id.reserve_exact(2 * room - self.by_id.len());
        self.free.reserve_exact(room - self.free.len());
        self.sets.reserve_exact(sets as usize);
        self.arrivals.reserve_exact(inserts as usize);
        self.marks.resize(room, 0);
        for rows in [&mut self.dirty, &mut self.gone, &mut self.leaving] {
            rows.clear();
            rows.reserve_exact(room);
        }
        self.delta.grow(items);
    }

    /// Items.
    pub fn len(&self) -> u32 {
        self.order.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.order.len() == 0
    }

    /// How much room there is. Rows are below its `items`.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Turns that were committed: what a delta leads to is one more than what it starts from.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The id that was given last; the next item has the next one.
    pub fn last_id(&self) -> ItemId {
        ItemId(self.last_id)
    }

    /// What became of all writes so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Bytes that it keeps on the heap: the same at any time, but for a [`grow`](Self::grow).
    pub fn bytes(&self) -> usize {
        let rows = [&self.free, &self.dirty, &self.gone, &self.leaving, &self.texts];
        self.columns.iter().map(Column::bytes).sum::<usize>()
            + self.columns.capacity() * size_of::<Column>()
            + self.order.bytes()
            + self.by_id.capacity() * size_of::<(ItemId, u32)>()
            + rows.iter().map(|rows| rows.capacity() * size_of::<u32>()).sum::<usize>()
            + self.sets.capacity() * size_of::<Set>()
            + self.arrivals.capacity() * size_of::<Arrival>()
            + self.marks.capacity()
            + self.delta.bytes()
            + self.touched.bytes()
    }

    /// What [`bytes`](Self::bytes) says of a list with these columns and limits.
    pub fn bytes_for(columns: &[Kind], limits: Limits) -> u64 {
        let [items, sets, inserts] =
            [limits.items.min(NONE / 2 - 1), limits.sets, limits.inserts].map(u64::from);
        let values = |kind: &Kind| (items + inserts) * kind.bytes() as u64;
        let texts = columns.iter().filter(|kind| **kind == Kind::Text).count();
        let rows = 4 * size_of::<u32>() + 2 * size_of::<(ItemId, u32)>() + size_of::<u8>();
        columns.iter().map(values).sum::<u64>()
            + (columns.len() * size_of::<Column>() + texts * size_of::<u32>()) as u64
            + Order::bytes_for(items as u32)
            + items * rows as u64
            + sets * size_of::<Set>() as u64
            + inserts * size_of::<Arrival>() as u64
            + Delta::bytes_for(items as u32)
            + Touched::bytes_for(items as u32)
    }

    /// Becomes a copy of a list with the same columns and limits, with what is staged. Ids that were given since then will be
    /// given again, so whoever keeps ids goes back as well. Allocates nothing.
    pub fn copy_from(&mut self, other: &Self) {
        for (column, others) in self.columns.iter_mut().zip(&other.columns) {
            column.copy_from(others);
        }
        self.order.copy_from(&other.order);
        self.by_id.clone_from(&other.by_id);
        self.free.clone_from(&other.free);
        self.sets.clone_from(&other.sets);
        self.arrivals.clone_from(&other.arrivals);
        self.marks.clone_from(&other.marks);
        self.dirty.clone_from(&other.dirty);
        self.gone.clone_from(&other.gone);
        self.leaving.clone_from(&other.leaving);
        self.delta.copy_from(&other.delta);
        let Self { limits, fresh, last_id, version, staged, counters, .. } = other;
        (self.limits, self.fresh, self.last_id) = (*limits, *fresh, *last_id);
        (self.version, self.staged, self.counters) = (*version, *staged, *counters);
        self.touch_all();
    }

    /// Nothing is known any more of what is as in a copy.
    fn touch_all(&mut self) {
        self.touched.all();
        self.untouched = [0; 2];
    }

    /// A copy of a list with the same columns and limits becomes the same, without what is staged, at the cost of what has changed
    /// since it was: by this, by [`go_back`](Self::go_back), or never. Allocates nothing.
    pub(crate) fn catch_up(&mut self, with: &mut Self) {
        let untouched = with.untouched;
        self.order.catch_up(&mut with.order);
        Twin::catch_up(self, with);
        copy_range(&mut self.by_id, &with.by_id, untouched[0], usize::MAX);
        copy_range(&mut self.free, &with.free, untouched[1], usize::MAX);
        with.untouched = [with.by_id.len(), with.free.len()];
    }

    /// Becomes what a copy is that has [caught up](Self::catch_up) with it, at the cost of what has changed since then, and drops what is
    /// staged. As with [`copy_from`](Self::copy_from), ids are given again. Allocates nothing.
    pub(crate) fn go_back(&mut self, to: &Self) {
        self.discard();
        let untouched = self.untouched;
        self.order.go_back(&to.order);
        Twin::go_back(self, to);
        copy_range(&mut self.by_id, &to.by_id, untouched[0], usize::MAX);
        copy_range(&mut self.free, &to.free, untouched[1], usize::MAX);
        self.untouched = [self.by_id.len(), self.free.len()];
    }

    /// The item at an index.
    pub fn get(&self, index: u32) -> Option<Item> {
        self.order.get(index)
    }

    /// The rows of all items, in order: where the values of a column are.
    pub fn rows(&self) -> &[u32] {
        self.order.rows()
    }

    /// The id of a row that is there.
    pub(crate) fn id_of(&self, row: u32) -> ItemId {
        self.order.item(row).id
    }

    /// All items, in order.
    pub fn items(&self) -> impl Iterator<Item = Item> + '_ {
        self.order.rows().iter().map(|row| self.order.item(*row))
    }

    /// Where an item is; none where it is gone.
    #[inline]
    pub fn index(&self, item: Item) -> Option<u32> {
        self.order.find(item)
    }

    /// The item of an id; none where it is gone. Looks among the ids that were given lately, by halves.
    pub fn find(&self, id: ItemId) -> Option<Item> {
        let at = self.by_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let item = Item { id, row: self.by_id[at].1 };
        self.order.find(item).map(|_| item)
    }

    /// A column, by row.
    pub fn column(&self, column: u32) -> Option<ColumnRef<'_>> {
        self.columns.get(column as usize).map(Column::as_ref)
    }

    /// The types of the columns.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.columns.iter().map(Column::kind)
    }

    /// A value of an item; none where the item is gone.
    pub fn value(&self, item: Item, column: u32) -> Option<Value> {
        self.index(item)?;
        self.columns.get(column as usize)?.get(item.row)
    }

    fn known(&mut self, item: Item) -> Result<u32, ListError> {
        let place = self.order.find(item);
        self.counters.rejected += u64::from(place.is_none());
        place.ok_or(ListError::Gone { id: item.id })
    }

    fn check(&self, column: u32, value: Value) -> Result<(), ListError> {
        let columns = self.columns.len() as u32;
        let of = self.columns.get(column as usize).ok_or(ListError::NoColumn { column, columns })?;
        let (expected, found) = (of.kind(), value.kind());
        if expected == found { Ok(()) } else { Err(ListError::Type { column, expected, found }) }
    }

    /// Gives all items other ids, in their order, such as they had in an earlier run; `last` is the id that was given last. For a list
    /// that nobody has looked at yet.
    ///
    /// # Errors
    ///
    /// Where these are not as many different ids as there are items, from 1 to `last`.
    pub fn set_ids(&mut self, ids: &[ItemId], last: ItemId) -> Result<(), ListError> {
        let mut by_id: Vec<(ItemId, u32)> =
            ids.iter().copied().zip(self.order.rows().iter().copied()).collect();
        by_id.sort_unstable();
        let is_good = |&(id, _): &(ItemId, u32)| id > ItemId::NONE && id <= last;
        let wrong = by_id.iter().find(|entry| !is_good(entry)).map(|(id, _)| *id);
        let twice = by_id.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0);
        let count = (ids.len() != self.order.len() as usize).then_some(last);
        if let Some(id) = wrong.or(twice).or(count) {
            return Err(ListError::Gone { id });
        }
        by_id.iter().for_each(|&(id, row)| self.order.set_id(row, id));
        // No more than there are items, which there is room for.
        self.touch_all();
        self.by_id.clear();
        self.by_id.extend_from_slice(&by_id);
        self.last_id = last.0;
        Ok(())
    }

    /// Stages that a cell becomes a value. Of several writes to one cell the last counts: by writer, and of one writer in the
    /// order of staging.
    ///
    /// # Errors
    ///
    /// [`ListError::Gone`], [`ListError::NoColumn`], [`ListError::Type`], [`ListError::TooManyWrites`].
    #[inline]
    pub fn set(&mut self, writer: u32, item: Item, column: u32, value: Value) -> Result<(), ListError> {
        self.known(item)?;
        self.check(column, value)?;
        if self.sets.len() as u32 >= self.limits.sets {
            return Err(ListError::TooManyWrites { capacity: self.limits.sets });
        }
        let order = self.sets.len() as u32;
        self.sets.push(Set { writer, order, row: item.row, column, value });
        Ok(())
    }

    fn gap(&mut self, place: Place) -> Result<u32, ListError> {
        let len = self.order.len();
        Ok(match place {
            Place::Start => 0,
            Place::End => len,
            Place::At(index) => index.min(len),
            Place::Before(item) => self.known(item)?,
            Place::After(item) => self.known(item)? + 1,
        })
    }

    fn arrive(&mut self, writer: u32, gap: u32, row: u32, is_new: bool) -> Result<(), ListError> {
        let order = self.arrivals.len() as u32;
        if order >= self.limits.inserts {
            return Err(ListError::TooManyWrites { capacity: self.limits.inserts });
        }
        self.arrivals.push(Arrival { writer, order, gap, row, is_new, id: ItemId::NONE });
        Ok(())
    }

    /// Stages a new item at the end, with a value for each column.
    ///
    /// # Errors
    ///
    /// [`ListError::Values`], [`ListError::Type`], [`ListError::TooManyWrites`].
    pub fn append(&mut self, writer: u32, values: &[Value]) -> Result<(), ListError> {
        self.insert(writer, Place::End, values)
    }

    /// Stages a new item at a place, with a value for each column.
    ///
    /// # Errors
    ///
    /// [`ListError::Values`], [`ListError::Type`], [`ListError::Gone`] where the place is beside what is gone,
    /// [`ListError::TooManyWrites`].
    pub fn insert(&mut self, writer: u32, place: Place, values: &[Value]) -> Result<(), ListError> {
        let (expected, found) = (self.columns.len() as u32, values.len() as u32);
        if expected != found {
            return Err(ListError::Values { expected, found });
        }
        for (column, value) in values.iter().enumerate() {
            self.check(column as u32, *value)?;
        }
        let gap = self.gap(place)?;
        self.arrive(writer, gap, self.staged, true)?;
        self.staged += 1;
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.stage(*value);
        }
        Ok(())
    }

    /// Stages that an item moves to a place. Of several moves of one item the last counts.
    ///
    /// # Errors
    ///
    /// [`ListError::Gone`] where it, or what the place is beside, is gone; [`ListError::TooManyWrites`].
    pub fn move_to(&mut self, writer: u32, item: Item, place: Place) -> Result<(), ListError> {
        self.known(item)?;
        let gap = self.gap(place)?;
        self.arrive(writer, gap, item.row, false)
    }

    /// Stages that an item goes. Once more is once.
    ///
    /// # Errors
    ///
    /// [`ListError::Gone`] where it has gone in a turn before this one.
    pub fn remove(&mut self, item: Item) -> Result<(), ListError> {
        self.known(item)?;
        self.mark_gone(item.row);
        Ok(())
    }

    fn mark_gone(&mut self, row: u32) {
        let mark = &mut self.marks[row as usize];
        if *mark & mark::GONE == 0 {
            *mark |= mark::GONE;
            self.gone.push(row);
        }
    }

    /// Stages that all items go that are there now. What is new in this turn stays.
    pub fn clear(&mut self) {
        for index in 0..self.order.len() {
            self.mark_gone(self.order.rows()[index as usize]);
        }
    }

    /// Stages that all items go of which something is so, as the list is before the turn.
    pub fn remove_where(&mut self, mut is_so: impl FnMut(&Self, Item) -> bool) {
        for index in 0..self.order.len() {
            let row = self.order.rows()[index as usize];
            if is_so(self, self.order.item(row)) {
                self.mark_gone(row);
            }
        }
    }

    /// Whether something is staged.
    pub fn is_staged(&self) -> bool {
        !(self.sets.is_empty() && self.arrivals.is_empty() && self.gone.is_empty())
    }

    /// Drops what is staged.
    pub fn discard(&mut self) {
        for row in self.gone.drain(..) {
            self.marks[row as usize] &= !mark::GONE;
        }
        self.clear_staged();
    }

    fn clear_staged(&mut self) {
        self.sets.clear();
        if !self.arrivals.is_empty() {
            self.arrivals.clear();
            self.staged = 0;
            for column in &mut self.columns {
                column.clear_staged();
            }
        }
    }

    /// Ends a turn: all that is staged happens at once, ordered by writer and then set < append < remove, so what is set and
    /// removed is gone. Gives what has changed.
    ///
    /// Texts that cells hold from now on are held, others are let go and last until the next [`Texts::sweep`]: views are told
    /// before it.
    ///
    /// # Errors
    ///
    /// [`ListError::Full`] where there would be too many items. Nothing was changed then, and what was staged is dropped.
    pub fn commit(&mut self, texts: &mut Texts) -> Result<&Delta, ListError> {
        let items = self.order.len() - self.gone.len() as u32 + self.staged;
        if items > self.limits.items {
            self.discard();
            return Err(ListError::Full { items, capacity: self.limits.items });
        }
        self.delta.begin(self.order.len());
        self.set_cells(texts);
        if self.arrivals.is_empty() && self.gone.is_empty() {
            for row in self.dirty.drain(..) {
                self.marks[row as usize] = 0;
                let place = self.order.place(row);
                self.delta.update(self.order.item(row), place, place);
            }
        } else {
            self.restructure(texts);
        }
        self.counters.commits += 1;
        self.version += 1;
        self.clear_staged();
        self.delta.finish();
        if self.delta.is_structural() {
            self.order.apply(&self.delta);
        }
        Ok(&self.delta)
    }

    fn set_cells(&mut self, texts: &mut Texts) {
        if !self.sets.is_sorted_by_key(|set| set.writer) {
            self.sets.sort_unstable_by_key(|set| (set.writer, set.order));
        }
        for set in &self.sets {
            let Some(old) = self.columns[set.column as usize].set(set.row, set.value) else { continue };
            self.touched.row(set.row);
            if let (Some(old), Some(new)) = (old.text(), set.value.text()) {
                texts.hold(new);
                texts.let_go(old);
            }
            let mark = &mut self.marks[set.row as usize];
            if *mark & mark::DIRTY == 0 {
                *mark |= mark::DIRTY;
                self.dirty.push(set.row);
            }
        }
        self.counters.updated += self.dirty.len() as u64;
    }

    /// Puts the arrivals into their order, each moved item once, and gives new items their ids.
    fn arrange(&mut self) {
        if !self.arrivals.is_sorted_by_key(|arrival| arrival.writer) {
            self.arrivals.sort_unstable_by_key(|arrival| (arrival.writer, arrival.order));
        }
        let (marks, last_id) = (&mut self.marks, &mut self.last_id);
        // From behind, so that the last of several moves is met first.
        for arrival in self.arrivals.iter_mut().rev().filter(|arrival| !arrival.is_new) {
            let mark = &mut marks[arrival.row as usize];
            if *mark & (mark::GONE | mark::MOVED) != 0 {
                arrival.row = NONE;
            } else {
                *mark |= mark::MOVED;
            }
        }
        self.arrivals.retain(|arrival| arrival.row != NONE);
        for arrival in self.arrivals.iter_mut().filter(|arrival| arrival.is_new) {
            *last_id += 1;
            arrival.id = ItemId(*last_id);
        }
        if !self.arrivals.is_sorted_by_key(|arrival| arrival.gap) {
            self.arrivals.sort_unstable_by_key(|arrival| (arrival.gap, arrival.writer, arrival.order));
        }
    }

    fn restructure(&mut self, texts: &mut Texts) {
        self.arrange();
        self.leaving.clear();
        for row in &self.gone {
            let place = self.order.place(*row);
            self.delta.gone(self.order.item(*row), place);
            self.leaving.push(place);
        }
        let moved = self.arrivals.iter().filter(|arrival| !arrival.is_new);
        self.leaving.extend(moved.map(|arrival| self.order.place(arrival.row)));
        if !self.leaving.is_sorted() {
            self.leaving.sort_unstable();
        }
        self.free_gone(texts);
        self.place_arrivals(texts);
        self.place_dirty();
        for arrival in &self.arrivals {
            self.marks[arrival.row as usize] = 0;
        }
    }

    fn free_gone(&mut self, texts: &mut Texts) {
        self.counters.removed += self.gone.len() as u64;
        for row in &self.gone {
            for column in &self.texts {
                if let Some(text) = self.columns[*column as usize].get(*row).and_then(Value::text) {
                    texts.let_go(text);
                }
            }
        }
        // The row that is used next is that of what was removed first.
        self.free.extend(self.gone.iter().rev());
    }

    /// Tells the delta of what is new or moves; afterwards every arrival has its row.
    fn place_arrivals(&mut self, texts: &mut Texts) {
        let mut left = 0;
        self.forget_dead();
        for k in 0..self.arrivals.len() {
            let Arrival { gap, row, is_new, id, .. } = self.arrivals[k];
            while self.leaving.get(left).is_some_and(|place| *place < gap) {
                left += 1;
            }
            let to = gap - left as u32 + k as u32;
            if !is_new {
                let is_changed = self.marks[row as usize] & mark::DIRTY != 0;
                self.delta.moved(self.order.item(row), self.order.place(row), to, is_changed);
                self.counters.moved += 1;
                continue;
            }
            let new = self.free.pop().unwrap_or(self.fresh);
            self.untouched[1] = self.untouched[1].min(self.free.len());
            self.touched.row(new);
            self.fresh = self.fresh.max(new + 1);
            for column in &mut self.columns {
                column.unstage(row, new);
            }
            for column in &self.texts {
                if let Some(text) = self.columns[*column as usize].get(new).and_then(Value::text) {
                    texts.hold(text);
                }
            }
            self.arrivals[k].row = new;
            self.by_id.push((id, new));
            self.delta.new_item(Item { id, row: new }, to);
            self.counters.created += 1;
        }
        let new = self.by_id.partition_point(|(id, _)| id.0 <= self.last_id - u64::from(self.staged));
        self.by_id[new..].sort_unstable();
    }

    /// Tells the delta of what has changed and stays where it is.
    fn place_dirty(&mut self) {
        self.gone.clear();
        let (order, marks) = (&self.order, &mut self.marks);
        self.dirty.sort_unstable_by_key(|row| order.place(*row));
        let (mut left, mut come) = (0, 0);
        for row in self.dirty.drain(..) {
            let from = order.place(row);
            // Items that are gone have no place of their own any more, those that move have told of it.
            if marks[row as usize] & (mark::GONE | mark::MOVED) == 0 {
                while self.leaving.get(left).is_some_and(|place| *place < from) {
                    left += 1;
                }
                while self.arrivals.get(come).is_some_and(|arrival| arrival.gap <= from) {
                    come += 1;
                }
                self.delta.update(order.item(row), from, from - left as u32 + come as u32);
            }
            marks[row as usize] = 0;
        }
        for entry in self.delta.removes() {
            marks[entry.row() as usize] = 0;
        }
    }

    /// Makes room for the ids of a turn: all but those of the dead are at most half of what there is room for.
    fn forget_dead(&mut self) {
        if self.by_id.len() + self.staged as usize > 2 * self.limits.items as usize {
            let order = &self.order;
            self.untouched[0] = 0;
            self.by_id.retain(|(id, row)| order.find(Item { id: *id, row: *row }).is_some());
        }
    }

    /// All items as if they were new: what a view that is made later is told first.
    pub fn as_new(&self, into: &mut Delta) {
        into.grow(self.limits.items);
        into.begin(0);
        for (index, item) in self.items().enumerate() {
            into.new_item(item, index as u32);
        }
        into.finish();
    }

    /// What the last commit has changed.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }
}
