//! An order of items that follows deltas, and where each of them is in it.

use super::delta::{Delta, NONE};
use super::item::{Item, ItemId};
use super::touched::{Touched, Twin};

#[derive(Clone, Debug)]
pub(super) struct Order {
    /// By index.
    rows: Vec<u32>,
    /// By row: the index; `NONE` of rows that are not there.
    places: Vec<u32>,
    /// By row.
    ids: Vec<ItemId>,
    touched: Touched,
}

impl Twin for Order {
    fn touched(&mut self) -> &mut Touched {
        &mut self.touched
    }

    fn take_over(&mut self, from: &Self, touched: &Touched) {
        if touched.is_all() {
            return self.copy_from(from);
        }
        touched.copy_places(&mut self.rows, &from.rows);
        for &row in touched.rows().iter().chain(&from.rows[touched.range(from.rows.len())]) {
            let row = row as usize;
            (self.places[row], self.ids[row]) = (from.places[row], from.ids[row]);
        }
    }
}

impl Order {
    pub(super) fn new(items: u32) -> Self {
        Self {
            rows: Vec::with_capacity(items as usize),
            places: vec![NONE; items as usize],
            ids: vec![ItemId::NONE; items as usize],
            touched: Touched::new(items),
        }
    }

    pub(super) fn grow(&mut self, items: u32) {
        self.touched.grow(items);
        let items = items as usize;
        self.rows.reserve_exact(items - self.rows.len().min(items));
        self.places.reserve_exact(items - self.places.len().min(items));
        self.ids.reserve_exact(items - self.ids.len().min(items));
        self.places.resize(items.max(self.places.len()), NONE);
        self.ids.resize(items.max(self.ids.len()), ItemId::NONE);
    }

    pub(super) fn bytes(&self) -> usize {
        (self.rows.capacity() + self.places.capacity()) * size_of::<u32>()
            + self.ids.capacity() * size_of::<ItemId>()
            + self.touched.bytes()
    }

    pub(super) fn bytes_for(items: u32) -> u64 {
        u64::from(items) * (2 * size_of::<u32>() + size_of::<ItemId>()) as u64 + Touched::bytes_for(items)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { rows, places, ids, touched: _ } = other;
        self.touched.all();
        self.rows.clone_from(rows);
        self.places.clone_from(places);
        self.ids.clone_from(ids);
    }

    pub(super) fn len(&self) -> u32 {
        self.rows.len() as u32
    }

    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    pub(super) fn get(&self, index: u32) -> Option<Item> {
        let row = *self.rows.get(index as usize)?;
        Some(self.item(row))
    }

    /// The item of a row that is there.
    #[inline]
    pub(super) fn item(&self, row: u32) -> Item {
        Item { id: self.ids[row as usize], row }
    }

    /// Gives the item of a row another id.
    pub(super) fn set_id(&mut self, row: u32, id: ItemId) {
        self.ids[row as usize] = id;
        self.touched.row(row);
    }

    /// The index of a row; `NONE` where it is not there.
    #[inline]
    pub(super) fn place(&self, row: u32) -> u32 {
        self.places[row as usize]
    }

    /// The index of an item; none where it is not there.
    #[inline]
    pub(super) fn find(&self, item: Item) -> Option<u32> {
        let place = *self.places.get(item.row as usize)?;
        (place != NONE && self.ids[item.row as usize] == item.id).then_some(place)
    }

    /// Whatever the number of changes, what stands behind the first of them is moved once.
    pub(super) fn apply(&mut self, delta: &Delta) {
        let (removes, inserts) = (delta.removes(), delta.inserts());
        let old_len = self.rows.len();
        for entry in removes {
            self.places[entry.row() as usize] = NONE;
        }
        if let Some(first) = removes.last() {
            let mut end = first.old() as usize;
            for (k, entry) in removes.iter().enumerate().rev() {
                let start = entry.old() as usize + 1;
                let stop = if k > 0 { removes[k - 1].old() as usize } else { old_len };
                self.rows.copy_within(start..stop, end);
                end += stop - start;
            }
            self.rows.truncate(end);
        }
        if !inserts.is_empty() {
            let mut source = self.rows.len();
            let mut end = source + inserts.len();
            self.rows.resize(end, NONE);
            for entry in inserts.iter().rev() {
                let at = entry.new_index() as usize;
                let count = end - at - 1;
                self.rows.copy_within(source - count..source, at + 1);
                source -= count;
                self.rows[at] = entry.row();
                self.ids[entry.row() as usize] = entry.item().id;
                end = at;
            }
        }
        let first_removed = removes.last().map_or(NONE, |entry| entry.old());
        let first = inserts.first().map_or(NONE, |entry| entry.new_index()).min(first_removed) as usize;
        let mut last = self.rows.len();
        if last == old_len {
            let last_removed = removes.first().map_or(0, |entry| entry.old() + 1);
            last = inserts.last().map_or(0, |entry| entry.new_index() + 1).max(last_removed) as usize;
        }
        let end = if self.rows.len() == old_len { last as u32 } else { NONE };
        self.touched.order(delta, first as u32, end);
        for index in first.min(last)..last {
            self.places[self.rows[index] as usize] = index as u32;
        }
    }
}
