//! A commit or a snapshot while it is made: entries go straight into the bytes that will be written.

use super::bytes::put_value;
use super::disk::Disk;
use super::entry::{
    put_append, put_cell, put_clear, put_column, put_list, put_move, put_order, put_remove, put_update,
};
use super::error::PersistError;
use super::key::DurableKey;
use super::read::{Kind, MAGIC, id};
use super::restored::put_table;
use super::store::{Store, Strangers, Written};
use super::value::{Value, ValueKind};
use crate::journal;

/// The most rows and, but for one long text, the most bytes of a snapshot's record: so damage costs a part of a column.
const PART_ROWS: usize = 4096;
const PART_BYTES: usize = 64 << 10;

/// Buffers that commits use again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    values: Vec<u8>,
}

/// A snapshot that is made.
#[derive(Debug)]
pub(super) struct Whole {
    image: Vec<u8>,
    number: u64,
    generation: u64,
    /// What the caller wrote.
    written: Vec<DurableKey>,
}

impl Whole {
    pub(super) fn new(number: u64, generation: u64) -> Self {
        let mut image = MAGIC.to_vec();
        journal::write(&mut image, Kind::Start, id(number, generation), &[]);
        Self { image, number, generation, written: Vec::new() }
    }

    /// A record of its own.
    fn part(&mut self, entries: impl FnOnce(&mut Vec<u8>)) {
        let at = journal::open(&mut self.image);
        entries(&mut self.image);
        if self.image.len() > at + journal::HEADER_BYTES {
            journal::seal(&mut self.image, at, Kind::Part, id(self.number, self.generation));
        } else {
            self.image.truncate(at);
        }
    }
}

/// A commit, or a snapshot: what is durable and has changed, or all of it. Its methods write to buffers that the store keeps,
/// and fail late: [`finish`](Self::finish) says what is wrong.
#[derive(Debug)]
pub struct Commit<'s, D: Disk> {
    store: &'s mut Store<D>,
    /// Where its record begins, of a commit.
    at: usize,
    /// Where its entries begin.
    entries_at: usize,
    whole: Option<Whole>,
    wrong: Option<&'static str>,
    is_finished: bool,
}

impl<'s, D: Disk> Commit<'s, D> {
    pub(super) fn new(store: &'s mut Store<D>, whole: Option<Whole>) -> Self {
        let at = if whole.is_some() { store.unwritten.len() } else { store.begin() };
        let entries_at = store.unwritten.len();
        Self { store, at, entries_at, whole, wrong: None, is_finished: false }
    }

    /// A cell's value.
    pub fn cell<'v>(&mut self, key: DurableKey, value: impl Into<Value<'v>>) -> &mut Self {
        let value = value.into();
        match &mut self.whole {
            Some(whole) => {
                whole.written.push(key);
                whole.part(|to| put_cell(to, key, value));
            }
            None => put_cell(&mut self.store.unwritten, key, value),
        }
        self
    }

    /// A list. `next_id` is the id that its next new row would get, so that the ids of rows that were removed never come
    /// back. What is said of it is done in the order in which it is said.
    pub fn list(&mut self, key: DurableKey, next_id: u64) -> ListCommit<'_, 's, D> {
        match &mut self.whole {
            Some(whole) => {
                whole.written.push(key);
                whole.part(|to| put_list(to, key, next_id));
            }
            None => put_list(&mut self.store.unwritten, key, next_id),
        }
        ListCommit { commit: self, key, next_id }
    }

    /// Writes it, and syncs it if the policy says so. A commit that says nothing writes nothing and has no number.
    ///
    /// # Errors
    /// Of a commit: [`Malformed`](PersistError::Malformed) and [`Behind`](PersistError::Behind) say that a snapshot is needed;
    /// after any other it is kept in memory, and written with the next one. Of a snapshot: the file and its log are what
    /// they were.
    pub fn finish(mut self) -> Result<Written, PersistError> {
        self.is_finished = true;
        let whole = self.whole.take();
        if let Some(why) = self.wrong {
            if whole.is_none() {
                self.store.refuse(self.at);
            }
            return Err(self.store.malformed(why));
        }
        match whole {
            Some(mut whole) => {
                self.put_strangers(&mut whole);
                journal::write(&mut whole.image, Kind::End, id(whole.number, whole.generation), &[]);
                self.store.exchange(&whole.image, whole.generation)
            }
            None if self.store.unwritten.len() == self.entries_at => self.store.end_empty(self.at),
            None => self.store.end(self.at),
        }
    }

    /// What nobody took.
    fn put_strangers(&mut self, whole: &mut Whole) {
        if self.store.settings.strangers == Strangers::Drop {
            self.store.restored.clear();
            return;
        }
        let mut written = std::mem::take(&mut whole.written);
        written.sort_unstable();
        let is_written = |key: DurableKey| written.binary_search(&key).is_ok();
        let restored = &self.store.restored;
        whole.part(|to| restored.put_cells(to, is_written));
        for (key, table) in restored.lists().filter(|(key, _)| !is_written(*key)) {
            // An empty list has the id of its next row.
            whole.part(|to| put_list(to, key, table.next_id));
            for slots in table.order().chunks(PART_ROWS) {
                whole.part(|to| put_table(to, key, table, slots));
            }
        }
    }
}

impl<D: Disk> Drop for Commit<'_, D> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.store.unwritten.truncate(self.at);
        }
    }
}

/// What a commit says of a list.
#[derive(Debug)]
pub struct ListCommit<'c, 's, D: Disk> {
    commit: &'c mut Commit<'s, D>,
    key: DurableKey,
    next_id: u64,
}

impl<'c, 's, D: Disk> ListCommit<'c, 's, D> {
    /// Entries of one record.
    fn put(&mut self, entries: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        let (key, next_id) = (self.key, self.next_id);
        match &mut self.commit.whole {
            Some(whole) => whole.part(|to| {
                put_list(to, key, next_id);
                entries(to);
            }),
            None => entries(&mut self.commit.store.unwritten),
        }
        self
    }

    /// Removes all rows.
    pub fn clear(&mut self) -> &mut Self {
        self.put(put_clear)
    }

    /// Removes rows.
    pub fn remove(&mut self, ids: &[u64]) -> &mut Self {
        self.put(|to| put_remove(to, ids))
    }

    /// Puts a row before another, or at the end.
    pub fn place(&mut self, row: u64, before: Option<u64>) -> &mut Self {
        self.put(|to| put_move(to, row, before))
    }

    /// Puts rows first, in this order.
    pub fn order(&mut self, ids: &[u64]) -> &mut Self {
        self.put(|to| put_order(to, ids))
    }

    /// Appends rows; in a snapshot, all of them in their order. Their [columns](Rows::column) follow.
    pub fn append<'i>(&mut self, ids: &'i [u64]) -> Rows<'_, 'i, 's, D> {
        match &self.commit.whole {
            Some(_) => {
                for ids in ids.chunks(PART_ROWS) {
                    self.put(|to| put_append(to, ids));
                    self.put_strange_columns(ids);
                }
            }
            None => put_append(&mut self.commit.store.unwritten, ids),
        }
        Rows { commit: self.commit, key: self.key, next_id: self.next_id, ids }
    }

    /// Names rows whose columns follow.
    pub fn update<'i>(&mut self, ids: &'i [u64]) -> Rows<'_, 'i, 's, D> {
        if self.commit.whole.is_none() {
            put_update(&mut self.commit.store.unwritten, ids);
        }
        Rows { commit: self.commit, key: self.key, next_id: self.next_id, ids }
    }

    /// What rows have in columns that the program does not.
    fn put_strange_columns(&mut self, ids: &[u64]) {
        let Some(whole) = &mut self.commit.whole else { return };
        let Store { settings, restored, .. } = &*self.commit.store;
        if settings.strangers == Strangers::Keep {
            let (key, next_id) = (self.key, self.next_id);
            whole.part(|to| {
                let at = to.len();
                put_list(to, key, next_id);
                let list = to.len();
                restored.put_columns(key, ids, to);
                if to.len() == list {
                    to.truncate(at);
                }
            });
        }
    }
}

/// Rows whose values are written.
#[derive(Debug)]
pub struct Rows<'c, 'i, 's, D: Disk> {
    commit: &'c mut Commit<'s, D>,
    key: DurableKey,
    next_id: u64,
    ids: &'i [u64],
}

impl<D: Disk> Rows<'_, '_, '_, D> {
    /// Their values in a column, one a row, all of one kind.
    pub fn column<'v, V: Into<Value<'v>>>(
        &mut self,
        key: DurableKey,
        kind: ValueKind,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        let mut values = values.into_iter().map(Into::into);
        let counted = match &mut self.commit.whole {
            None => column_of_commit(&mut self.commit.store.unwritten, (key, kind), &mut values),
            Some(whole) => {
                let list = (self.key, self.next_id);
                let scratch = &mut self.commit.store.scratch.values;
                column_of_snapshot(whole, list, self.ids, (key, kind), &mut values, scratch)
            }
        };
        let wrong = match counted {
            None => Some("a column has values of another kind than it says"),
            Some(rows) if rows != self.ids.len() || values.next().is_some() => {
                Some("a column has more or fewer values than there are rows")
            }
            Some(_) => None,
        };
        self.commit.wrong = self.commit.wrong.or(wrong);
        self
    }
}

/// How many values there were; `None` if one is of another kind.
fn column_of_commit<'v>(
    to: &mut Vec<u8>,
    (key, kind): (DurableKey, ValueKind),
    values: &mut impl Iterator<Item = Value<'v>>,
) -> Option<usize> {
    put_column(to, key, kind);
    let mut rows = 0;
    for value in values {
        if value.kind() != kind {
            return None;
        }
        put_value(to, value);
        rows += 1;
    }
    Some(rows)
}

/// The same, in records of bounded size.
fn column_of_snapshot<'v>(
    whole: &mut Whole,
    (list, next_id): (DurableKey, u64),
    ids: &[u64],
    (key, kind): (DurableKey, ValueKind),
    values: &mut impl Iterator<Item = Value<'v>>,
    scratch: &mut Vec<u8>,
) -> Option<usize> {
    let (mut first, mut rows) = (0, 0);
    scratch.clear();
    while rows < ids.len() {
        let Some(value) = values.next() else { break };
        if value.kind() != kind {
            return None;
        }
        put_value(scratch, value);
        rows += 1;
        if rows - first == PART_ROWS || scratch.len() >= PART_BYTES || rows == ids.len() {
            whole.part(|to| {
                put_list(to, list, next_id);
                put_update(to, &ids[first..rows]);
                put_column(to, key, kind);
                to.extend_from_slice(scratch);
            });
            scratch.clear();
            first = rows;
        }
    }
    Some(rows)
}
