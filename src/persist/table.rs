//! The rows of a list while records are read: columns by slot, and the order of the rows as a chain through the slots.

use std::collections::{BTreeMap, HashMap};

use super::entry::{Ids, Items};
use super::key::DurableKey;
use super::value::{Column, ValueKind};

/// No slot.
const NONE: u32 = u32::MAX;

/// The values of a column that is on disk. Its key and kind name it: a column whose type changed is another one.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) values: Column,
    /// By slot: whether the row has a value here.
    has: Vec<bool>,
}

impl Held {
    fn new(kind: ValueKind) -> Self {
        Self { values: Column::with_room(kind, 0), has: Vec::new() }
    }

    pub(super) fn has(&self, slot: u32) -> bool {
        self.has.get(slot as usize).copied().unwrap_or(false)
    }
}

/// A list. A row keeps its slot; one that was removed leaves its slot unused.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) next_id: u64,
    /// Slots by id, of the rows that are there. Never walked.
    slots: HashMap<u64, u32>,
    ids: Vec<u64>,
    /// The slots before and behind each in the order of the rows. A chain from `ends.0` to `ends.1`.
    beside: Vec<(u32, u32)>,
    ends: Option<(u32, u32)>,
    pub(super) columns: BTreeMap<(DurableKey, ValueKind), Held>,
    /// Whether somebody took it: its rows are then somebody else's to keep.
    pub(super) is_taken: bool,
    /// Slots of the rows that the last `append` or `rows` was about; none for one that is not there.
    named: Vec<u32>,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn slot(&self, id: u64) -> Option<u32> {
        self.slots.get(&id).copied()
    }

    pub(super) fn id(&self, slot: u32) -> u64 {
        self.ids[slot as usize]
    }

    /// The slots of all rows, in their order.
    pub(super) fn order(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.len());
        let mut at = self.ends.map_or(NONE, |(first, _)| first);
        while at != NONE {
            order.push(at);
            at = self.beside[at as usize].1;
        }
        order
    }

    fn unlink(&mut self, slot: u32) {
        let (before, behind) = self.beside[slot as usize];
        let Some((first, last)) = self.ends else { return };
        if before != NONE {
            self.beside[before as usize].1 = behind;
        }
        if behind != NONE {
            self.beside[behind as usize].0 = before;
        }
        let first = if first == slot { behind } else { first };
        let last = if last == slot { before } else { last };
        self.ends = (first != NONE).then_some((first, last));
    }

    /// Puts a slot that is in no chain before another, or at the end.
    fn link(&mut self, slot: u32, before: Option<u32>) {
        let (first, last) = self.ends.unwrap_or((NONE, NONE));
        let behind = before.unwrap_or(NONE);
        let ahead = before.map_or(last, |before| self.beside[before as usize].0);
        self.beside[slot as usize] = (ahead, behind);
        if ahead != NONE {
            self.beside[ahead as usize].1 = slot;
        }
        if behind != NONE {
            self.beside[behind as usize].0 = slot;
        }
        let first = if ahead == NONE { slot } else { first };
        let last = if behind == NONE { slot } else { last };
        self.ends = Some((first, last));
    }

    pub(super) fn clear(&mut self) {
        let columns = std::mem::take(&mut self.columns).into_keys();
        *self = Self {
            next_id: self.next_id,
            columns: columns.map(|key| (key, Held::new(key.1))).collect(),
            is_taken: self.is_taken,
            ..Self::default()
        };
    }

    /// The number of rows that are not there.
    pub(super) fn remove(&mut self, ids: Ids<'_>) -> u64 {
        let mut missing = 0;
        for id in ids.iter() {
            match self.slots.remove(&id) {
                Some(slot) => self.unlink(slot),
                None => missing += 1,
            }
        }
        missing
    }

    /// A row that is there already comes to the end.
    pub(super) fn append(&mut self, ids: Ids<'_>) {
        self.named.clear();
        self.named.reserve(ids.len());
        self.slots.reserve(ids.len());
        for id in ids.iter() {
            let slot = match self.slots.get(&id) {
                Some(&slot) => {
                    self.unlink(slot);
                    slot
                }
                None => {
                    // A row takes a byte of a file at least, and files have less than 4 GiB.
                    let slot = self.ids.len() as u32;
                    self.ids.push(id);
                    self.beside.push((NONE, NONE));
                    self.slots.insert(id, slot);
                    slot
                }
            };
            self.link(slot, None);
            self.named.push(slot);
            self.next_id = self.next_id.max(id.saturating_add(1));
        }
    }

    /// The number of rows that are not there.
    pub(super) fn rows(&mut self, ids: Ids<'_>) -> u64 {
        self.named.clear();
        self.named.extend(ids.iter().map(|id| self.slots.get(&id).copied().unwrap_or(NONE)));
        self.named.iter().filter(|&&slot| slot == NONE).count() as u64
    }

    /// Values of the rows that were named last.
    pub(super) fn column(&mut self, key: DurableKey, items: Items<'_>) {
        let held = self.columns.entry((key, items.kind)).or_insert_with(|| Held::new(items.kind));
        held.values.grow(self.ids.len());
        held.has.resize(self.ids.len(), false);
        for (&slot, value) in self.named.iter().zip(items.iter()) {
            if slot != NONE {
                held.values.set(slot as usize, value);
                held.has[slot as usize] = true;
            }
        }
    }

    /// Whether the row is there. Where the other is not, the end it is.
    pub(super) fn place(&mut self, row: u64, before: Option<u64>) -> bool {
        let Some(slot) = self.slot(row) else { return false };
        if before != Some(row) {
            self.unlink(slot);
            self.link(slot, before.and_then(|before| self.slot(before)));
        }
        true
    }

    /// The number of rows that are not there.
    pub(super) fn set_order(&mut self, ids: Ids<'_>) -> u64 {
        let (mut missing, mut before) = (0, self.ends.map_or(NONE, |(first, _)| first));
        for id in ids.iter() {
            let Some(slot) = self.slot(id) else {
                missing += 1;
                continue;
            };
            if slot == before {
                before = self.beside[slot as usize].1;
                continue;
            }
            self.unlink(slot);
            self.link(slot, (before != NONE).then_some(before));
        }
        missing
    }
}
