//! What a commit has changed: one canonical delta.

use super::item::{Item, ItemId};

/// No index.
pub(super) const NONE: u32 = u32::MAX;

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It is not there any more.
    Gone,
    /// It is there, and was not.
    New,
    /// It is somewhere else; it is among what is removed and among what is inserted.
    Moved,
    /// It is where it was, among those that neither came nor went, and something of it is another.
    Updated,
}

/// One item of a delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    id: ItemId,
    row: u32,
    from: u32,
    to: u32,
    flags: u32,
}

const CHANGED: u32 = 1;
const UPDATE: u32 = 2;
/// An item that a view is asked of all the same.
const ASKED: u32 = 8;
/// A moved item that turns out to be where it was. In no finished delta.
const KEPT: u32 = 4;

impl Entry {
    #[inline]
    fn new(item: Item, from: u32, to: u32, flags: u32) -> Self {
        Self { id: item.id, row: item.row, from, to, flags }
    }

    /// The item.
    #[inline]
    pub fn item(&self) -> Item {
        Item { id: self.id, row: self.row }
    }

    /// Its row.
    #[inline]
    pub fn row(&self) -> u32 {
        self.row
    }

    /// Its index before the commit; none where it is new.
    #[inline]
    pub fn from(&self) -> Option<u32> {
        (self.from != NONE).then_some(self.from)
    }

    /// Its index after the commit; none where it is gone.
    #[inline]
    pub fn to(&self) -> Option<u32> {
        (self.to != NONE).then_some(self.to)
    }

    /// Whether something of it is another than before: of what is new and of what is updated always, of what moved now and
    /// then.
    #[inline]
    pub fn is_changed(&self) -> bool {
        self.flags & CHANGED != 0
    }

    /// Whether an operator needs a value of it.
    #[inline]
    pub(super) fn is_asked(&self) -> bool {
        self.flags & (CHANGED | ASKED) != 0
    }

    /// What became of it.
    #[inline]
    pub fn change(&self) -> Change {
        match (self.from, self.to) {
            (_, NONE) => Change::Gone,
            (NONE, _) => Change::New,
            (_, _) if self.flags & UPDATE != 0 => Change::Updated,
            (_, _) => Change::Moved,
        }
    }

    #[inline]
    pub(super) fn old(&self) -> u32 {
        self.from
    }

    #[inline]
    pub(super) fn new_index(&self) -> u32 {
        self.to
    }
}

/// What one commit has changed in a list or a view.
///
/// Whoever has the old order gets the new one by taking out what is [removed](Self::removes), in its order, then putting in
/// what is [inserted](Self::inserts), in its order; then [updates](Self::updates) are at their new indices. There is no entry
/// for "everything is another": a delta always says which items came, went, moved and changed, and an item is in it at most
/// once (a moved one as one that is removed and inserted).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    removes: Vec<Entry>,
    inserts: Vec<Entry>,
    updates: Vec<Entry>,
    old_len: u32,
    new_len: u32,
    /// All rows are below it.
    rows: u32,
    moved: u32,
    /// Inserted entries that nothing is asked of: of items that moved and are the same as before.
    untouched: u32,
}

impl Delta {
    /// Room for all that can happen to so many items.
    pub fn with_capacity(items: u32) -> Self {
        let mut delta = Self { rows: items, ..Self::default() };
        delta.grow(items);
        delta
    }

    /// Makes room for all that can happen to so many items. Allocates.
    pub fn grow(&mut self, items: u32) {
        self.rows = self.rows.max(items);
        for entries in [&mut self.removes, &mut self.inserts, &mut self.updates] {
            entries.reserve_exact(items as usize - entries.len().min(items as usize));
        }
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        (self.removes.capacity() + self.inserts.capacity() + self.updates.capacity()) * size_of::<Entry>()
    }

    /// What [`bytes`](Self::bytes) says of one with room for so many items.
    pub fn bytes_for(items: u32) -> u64 {
        3 * u64::from(items) * size_of::<Entry>() as u64
    }

    /// What is gone or moved, by descending index before the commit.
    #[inline]
    pub fn removes(&self) -> &[Entry] {
        &self.removes
    }

    /// What is new or moved, by ascending index after the commit.
    #[inline]
    pub fn inserts(&self) -> &[Entry] {
        &self.inserts
    }

    /// What is changed and neither new nor moved, by ascending index after the commit.
    #[inline]
    pub fn updates(&self) -> &[Entry] {
        &self.updates
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.removes.is_empty() && self.inserts.is_empty() && self.updates.is_empty()
    }

    /// Whether items came, went or moved.
    #[inline]
    pub fn is_structural(&self) -> bool {
        !(self.removes.is_empty() && self.inserts.is_empty())
    }

    /// Items before the commit.
    pub fn old_len(&self) -> u32 {
        self.old_len
    }

    /// Items after the commit.
    pub fn new_len(&self) -> u32 {
        self.new_len
    }

    /// The rows that items may have: all are below this.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Entries that an operator needs values of: what is new or changed, or all of them where a view is
    /// [asked anew](super::Views::ask_all). First those that are inserted, then the updates.
    #[inline]
    pub fn dirty(&self) -> impl Iterator<Item = &Entry> {
        self.inserts.iter().filter(|entry| entry.is_asked()).chain(&self.updates)
    }

    /// How many items [`dirty`](Self::dirty) gives.
    #[inline]
    pub fn dirty_len(&self) -> u32 {
        self.inserts.len() as u32 - self.untouched + self.updates.len() as u32
    }

    /// Empties it, for a list or view that has so many items.
    #[inline]
    pub(super) fn begin(&mut self, old_len: u32) {
        self.removes.clear();
        self.inserts.clear();
        self.updates.clear();
        (self.old_len, self.new_len) = (old_len, old_len);
        (self.moved, self.untouched) = (0, 0);
    }

    /// Says that nothing has changed, in what another one leads to.
    pub(super) fn stand(&mut self, behind: &Self) {
        self.begin(behind.new_len);
        self.rows = behind.rows;
    }

    #[inline]
    pub(super) fn gone(&mut self, item: Item, from: u32) {
        self.removes.push(Entry::new(item, from, NONE, 0));
    }

    #[inline]
    pub(super) fn new_item(&mut self, item: Item, to: u32) {
        self.inserts.push(Entry::new(item, NONE, to, CHANGED));
    }

    /// An item that may be somewhere else.
    #[inline]
    pub(super) fn moved(&mut self, item: Item, from: u32, to: u32, is_changed: bool) {
        let entry = Entry::new(item, from, to, u32::from(is_changed) * CHANGED);
        self.removes.push(entry);
        self.inserts.push(entry);
        self.moved += 1;
    }

    #[inline]
    pub(super) fn update(&mut self, item: Item, from: u32, to: u32) {
        self.updates.push(Entry::new(item, from, to, CHANGED | UPDATE));
    }

    /// Brings all entries into their order, and takes those out that have not really moved.
    #[inline]
    pub(super) fn finish(&mut self) {
        if self.removes.len() > 1 && !self.removes.is_sorted_by(|a, b| a.from > b.from) {
            self.removes.sort_unstable_by_key(|entry| NONE - entry.from);
        }
        if self.inserts.len() > 1 && !self.inserts.is_sorted_by(|a, b| a.to < b.to) {
            self.inserts.sort_unstable_by_key(|entry| entry.to);
        }
        if self.moved > 0 {
            self.keep();
        }
        if self.updates.len() > 1 && !self.updates.is_sorted_by(|a, b| a.to < b.to) {
            self.updates.sort_unstable_by_key(|entry| entry.to);
        }
        self.new_len = self.old_len + self.inserts.len() as u32 - self.removes.len() as u32;
    }

    /// Items that are between the same two that stay, in the same order, need not be taken out and put in again. Of those
    /// that stand in one gap, each that comes after all that were kept is kept.
    fn keep(&mut self) {
        let count = self.removes.len() as u32;
        // The gap and the old index of what was kept last.
        let mut last: Option<(u32, u32)> = None;
        for k in 0..self.inserts.len() {
            let Entry { from, to, .. } = self.inserts[k];
            if from == NONE {
                continue;
            }
            let at = self.removes.partition_point(|entry| entry.from > from);
            let gap = to - k as u32;
            if gap != from - (count - 1 - at as u32) {
                continue;
            }
            if last.is_some_and(|(of, before)| of == gap && before > from) {
                continue;
            }
            last = Some((gap, from));
            self.inserts[k].flags |= KEPT;
            self.removes[at].flags |= KEPT;
        }
        let Self { removes, inserts, updates, .. } = self;
        if last.is_some() {
            removes.retain(|entry| entry.flags & KEPT == 0);
            inserts.retain(|entry| {
                if entry.flags & (KEPT | CHANGED) == KEPT | CHANGED {
                    updates.push(Entry { flags: CHANGED | UPDATE, ..*entry });
                }
                entry.flags & KEPT == 0
            });
        }
        self.untouched = inserts.iter().filter(|entry| !entry.is_asked()).count() as u32;
    }

    /// The index before the commit of what is at an index now and is in no entry that is inserted.
    pub(super) fn index_before(&self, to: u32) -> u32 {
        self.index_of_stay(to - self.inserts.partition_point(|entry| entry.to < to) as u32)
    }

    /// Before which item of the old order, by its index there, one of those is that are inserted, by its place among them; behind all
    /// of them it is their number.
    pub(crate) fn gap(&self, insert: usize) -> u32 {
        self.index_of_stay(self.inserts[insert].to - insert as u32)
    }

    /// The index before the commit of what stays, by its place among all that does.
    fn index_of_stay(&self, stays: u32) -> u32 {
        let count = self.removes.len();
        // Of the removed ones by ascending index, those with no more than so many that stay before them.
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if self.removes[count - 1 - middle].from - middle as u32 <= stays {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        stays + low as u32
    }

    /// An entry of an item that is neither inserted nor removed, by its index after the commit.
    pub(super) fn entry_at(&self, item: Item, to: u32) -> Entry {
        match self.updates.binary_search_by_key(&to, |entry| entry.to) {
            Ok(at) => self.updates[at],
            Err(_) => Entry::new(item, self.index_before(to), to, UPDATE | ASKED),
        }
    }

    /// Whether what is at an index is new there.
    pub(super) fn is_inserted(&self, to: u32) -> bool {
        self.inserts.binary_search_by_key(&to, |entry| entry.to).is_ok()
    }

    /// Becomes a copy of another one with no more items than there is room for.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.removes.clone_from(&other.removes);
        self.inserts.clone_from(&other.inserts);
        self.updates.clone_from(&other.updates);
        (self.old_len, self.new_len, self.rows) = (other.old_len, other.new_len, other.rows);
        (self.moved, self.untouched) = (other.moved, other.untouched);
    }

    /// Becomes a delta that says the same of what has changed, and asks of all items.
    pub(super) fn ask_all(&mut self, of: &Self, items: impl Iterator<Item = Item>) {
        self.copy_from(of);
        self.updates.clear();
        for entry in &mut self.inserts {
            entry.flags |= ASKED;
        }
        self.untouched = 0;
        let mut updates = of.updates.iter().peekable();
        let (mut gone, mut come) = (0, 0);
        let (removes, inserts) = (&of.removes, &of.inserts);
        for (to, item) in (0..).zip(items) {
            if inserts.get(come).is_some_and(|entry: &Entry| entry.to == to) {
                come += 1;
                continue;
            }
            let stays = to - come as u32;
            while removes.len() > gone && removes[removes.len() - 1 - gone].from <= stays + gone as u32 {
                gone += 1;
            }
            let asked = Entry::new(item, stays + gone as u32, to, UPDATE | ASKED);
            self.updates.push(*updates.next_if(|entry| entry.to == to).unwrap_or(&asked));
        }
    }

    /// Says for each entry that something was asked of, in the order of [`dirty`](Self::dirty), whether it has changed.
    pub(super) fn decide(&mut self, mut is_changed: impl FnMut(&Entry) -> bool) {
        self.untouched = 0;
        for entry in &mut self.inserts {
            if entry.is_asked() {
                let is_changed = is_changed(entry) || entry.from == NONE;
                entry.flags = if is_changed { CHANGED } else { 0 };
            }
            self.untouched += u32::from(!entry.is_changed());
        }
        self.updates.retain_mut(|entry| {
            entry.flags = CHANGED | UPDATE;
            is_changed(entry)
        });
    }

    /// Applies it to the old order: what it says is what has happened. For hosts that keep an order of their own.
    pub fn apply(&self, order: &mut Vec<ItemId>) {
        for entry in &self.removes {
            if (entry.from as usize) < order.len() {
                order.remove(entry.from as usize);
            }
        }
        for entry in &self.inserts {
            order.insert((entry.to as usize).min(order.len()), entry.id);
        }
    }
}
