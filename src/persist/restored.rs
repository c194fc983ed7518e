//! What was on disk, and how a program takes it.

use std::collections::BTreeMap;

use super::bytes::Reader;
use super::entry::{Entries, Entry, put_append, put_cell, put_column, put_list, put_update};
use super::key::DurableKey;
use super::table::{Held, Table};
use super::value::{Column, Value, ValueKind};

/// A list as a program has it.
#[derive(Clone, Copy, Debug)]
pub struct ListSchema<'a> {
    /// The list's.
    pub key: DurableKey,
    /// In the order in which they are wanted.
    pub columns: &'a [ColumnSchema<'a>],
}

/// A column as a program has it.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSchema<'a> {
    /// The column's.
    pub key: DurableKey,
    /// For rows that have no value on disk. The column is of its kind.
    pub default: Value<'a>,
}

/// How a column of a program was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// As it is.
    Whole,
    /// Some rows have no value, and got the default: so many. They came while the column was of another type, or what
    /// they had is damaged.
    Partly(usize),
    /// It was of a kind whose values all are values of the column's: bool for int and float, int for float.
    Widened(ValueKind),
    /// Of a kind that is not taken for the column's. All rows have the default; what was there is kept as what nobody
    /// takes is.
    OtherKind(ValueKind),
    /// There is none. All rows have the default.
    Absent,
}

/// The rows of a list.
#[derive(Clone, Debug)]
pub struct RestoredList {
    /// The id of the next row; all ids that ever were are below.
    pub next_id: u64,
    /// The rows, in their order.
    pub ids: Vec<u64>,
    /// As the schema has them: a value for each row.
    pub columns: Vec<Column>,
    /// How each of them was found.
    pub fits: Vec<Fit>,
}

/// Something on disk that nobody took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclaimed {
    /// A cell.
    Cell(DurableKey, ValueKind),
    /// A list, and how many rows it has.
    List(DurableKey, usize),
    /// A column of a list that was taken without it: the list, the column.
    Column(DurableKey, DurableKey, ValueKind),
}

/// What was on disk. A program takes the cells and lists that it has; what it does not take stays here, for a program
/// that has it again, and is written with each snapshot or left out there, as [`Strangers`](super::Strangers) says.
#[derive(Clone, Debug, Default)]
pub struct Restored {
    /// Columns of one row.
    cells: BTreeMap<DurableKey, Column>,
    lists: BTreeMap<DurableKey, Table>,
}

impl Restored {
    /// Takes a cell's value, as a column of one row. `None` if there is none, or one of a kind that does not
    /// [fit](Fit::Widened), which stays here until the cell is set.
    pub fn take_cell(&mut self, key: DurableKey, kind: ValueKind) -> Option<Column> {
        let mut column = Column::with_room(kind, 1);
        column.push(self.cells.get(&key)?.get(0)?.widened(kind)?);
        self.cells.remove(&key);
        Some(column)
    }

    /// Takes a list; `None` if there is none. Columns that the schema does not name stay here. Allocates per column.
    pub fn take_list(&mut self, schema: ListSchema<'_>) -> Option<RestoredList> {
        let table = self.lists.get_mut(&schema.key).filter(|table| !table.is_taken)?;
        table.is_taken = true;
        let order = table.order();
        let ids = order.iter().map(|&slot| table.id(slot)).collect();
        let mut taken = RestoredList { next_id: table.next_id, ids, columns: Vec::new(), fits: Vec::new() };
        for column in schema.columns {
            let (values, fit) = take_column(table, &order, *column);
            taken.columns.push(values);
            taken.fits.push(fit);
        }
        Some(taken)
    }

    /// What nobody has taken.
    pub fn unclaimed(&self) -> impl Iterator<Item = Unclaimed> {
        let cells = self.cells.iter().map(|(&key, column)| Unclaimed::Cell(key, column.kind()));
        let lists = self.lists.iter().flat_map(|(&list, table)| {
            let whole = (!table.is_taken).then(|| Unclaimed::List(list, table.len()));
            let columns = table.columns.keys().filter(|_| table.is_taken);
            whole.into_iter().chain(columns.map(move |&(key, kind)| Unclaimed::Column(list, key, kind)))
        });
        cells.chain(lists)
    }

    /// Forgets what nobody has taken.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Does what a record says; the number of entries and rows of it that are about rows that are not there. The record
    /// is well-formed ([`is_whole`]).
    pub(super) fn apply(&mut self, entries: Entries<'_>) -> u64 {
        let (mut list, mut missing) = (DurableKey::from_bytes([0; 16]), 0);
        for entry in entries.map_while(|entry| entry) {
            if let Entry::List { key, next_id } = entry {
                list = key;
                let table = self.lists.entry(list).or_default();
                table.next_id = table.next_id.max(next_id);
                continue;
            }
            if let Entry::Cell { key, value } = entry {
                let mut column = Column::with_room(value.kind(), 1);
                column.push(value);
                self.cells.insert(key, column);
                continue;
            }
            let Some(table) = self.lists.get_mut(&list) else { continue };
            match entry {
                Entry::Cell { .. } | Entry::List { .. } => {}
                Entry::Clear => table.clear(),
                Entry::Remove(ids) => missing += table.remove(ids),
                Entry::Append(ids) => table.append(ids),
                Entry::Rows(ids) => missing += table.rows(ids),
                Entry::Column { key, items } => table.column(key, items),
                Entry::Move { row, before } => missing += u64::from(!table.place(row, before)),
                Entry::Order(ids) => missing += table.set_order(ids),
            }
        }
        missing
    }

    /// The columns of a list that was taken without them, as updates of some of its rows.
    pub(super) fn put_columns(&self, list: DurableKey, ids: &[u64], to: &mut Vec<u8>) {
        let Some(table) = self.lists.get(&list).filter(|table| table.is_taken) else { return };
        for (&(key, kind), held) in &table.columns {
            let slots = || ids.iter().filter_map(|&id| table.slot(id)).filter(|&slot| held.has(slot));
            let rows: Vec<u64> = slots().map(|slot| table.id(slot)).collect();
            put_held(to, key, kind, held, &rows, slots());
        }
    }

    /// The cells that nobody took, but for those of some keys.
    pub(super) fn put_cells(&self, to: &mut Vec<u8>, is_written: impl Fn(DurableKey) -> bool) {
        for (&key, column) in self.cells.iter().filter(|(key, _)| !is_written(**key)) {
            if let Some(value) = column.get(0) {
                put_cell(to, key, value);
            }
        }
    }

    /// The lists that nobody took.
    pub(super) fn lists(&self) -> impl Iterator<Item = (DurableKey, &Table)> {
        self.lists.iter().filter(|(_, table)| !table.is_taken).map(|(&key, table)| (key, table))
    }
}

/// Some rows of a list that nobody took.
pub(super) fn put_table(to: &mut Vec<u8>, key: DurableKey, table: &Table, slots: &[u32]) {
    put_list(to, key, table.next_id);
    let ids: Vec<u64> = slots.iter().map(|&slot| table.id(slot)).collect();
    put_append(to, &ids);
    for (&(key, kind), held) in &table.columns {
        let slots = || slots.iter().copied().filter(|&slot| held.has(slot));
        let rows: Vec<u64> = slots().map(|slot| table.id(slot)).collect();
        put_held(to, key, kind, held, &rows, slots());
    }
}

fn put_held(
    to: &mut Vec<u8>,
    key: DurableKey,
    kind: ValueKind,
    held: &Held,
    rows: &[u64],
    slots: impl Iterator<Item = u32>,
) {
    if rows.is_empty() {
        return;
    }
    put_update(to, rows);
    put_column(to, key, kind);
    for value in slots.filter_map(|slot| held.values.get(slot as usize)) {
        super::bytes::put_value(to, value);
    }
}

fn take_column(table: &mut Table, order: &[u32], column: ColumnSchema<'_>) -> (Column, Fit) {
    let kind = column.default.kind();
    let widens = |from: ValueKind| Column::zero(from).get(0).and_then(|zero| zero.widened(kind)).is_some();
    // The widest first. Each row has its own: since the kind changed, only some of them may have been written.
    let kinds = [ValueKind::Int, ValueKind::Bool].into_iter().filter(|&from| from != kind && widens(from));
    let held: Vec<Held> = [kind]
        .into_iter()
        .chain(kinds)
        .filter_map(|from| table.columns.remove(&(column.key, from)))
        .collect();
    let mut values = Column::with_room(kind, order.len());
    let (mut missing, mut widened) = (0, None);
    for &slot in order {
        let held = held.iter().find(|held| held.has(slot));
        match held.and_then(|held| held.values.get(slot as usize)) {
            Some(value) => {
                widened = widened.or((value.kind() != kind).then_some(value.kind()));
                values.push(value.widened(kind).unwrap_or(column.default));
            }
            None => {
                missing += 1;
                values.push(column.default);
            }
        }
    }
    let fit = match (held.is_empty(), widened) {
        (false, Some(from)) => Fit::Widened(from),
        (false, None) if missing > 0 => Fit::Partly(missing),
        (false, None) => Fit::Whole,
        (true, _) => {
            let other = table.columns.keys().find(|(key, _)| *key == column.key);
            other.map_or(Fit::Absent, |&(_, kind)| Fit::OtherKind(kind))
        }
    };
    (values, fit)
}

/// Whether the entries of a payload are all well-formed.
pub(super) fn is_whole(reader: Reader<'_>) -> bool {
    Entries::new(reader).all(|entry| entry.is_some())
}
