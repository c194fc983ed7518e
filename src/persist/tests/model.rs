//! Durable state as plain maps, and random turns on it.

use std::collections::BTreeMap;

use super::{Column, ColumnSchema, Commit, Disk, DurableKey, ListSchema, Restored, Value, ValueKind};

/// SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// A value that is somebody's own. Two are equal if their bits are.
#[derive(Clone, Debug)]
pub(crate) enum Own {
    Float(f64),
    Int(i32),
    Bool(bool),
    Vec2([f64; 2]),
    Vec3([f64; 3]),
    Color([f64; 4]),
    Text(String),
    Handle(u64),
}

impl Own {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Float(value) => Value::Float(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Bool(value) => Value::Bool(*value),
            Self::Vec2(value) => Value::Vec2(*value),
            Self::Vec3(value) => Value::Vec3(*value),
            Self::Color(value) => Value::Color(*value),
            Self::Text(value) => Value::Text(value),
            Self::Handle(value) => Value::Handle(*value),
        }
    }

    pub(crate) fn of(value: Value<'_>) -> Self {
        match value {
            Value::Float(value) => Self::Float(value),
            Value::Int(value) => Self::Int(value),
            Value::Bool(value) => Self::Bool(value),
            Value::Vec2(value) => Self::Vec2(value),
            Value::Vec3(value) => Self::Vec3(value),
            Value::Color(value) => Self::Color(value),
            Value::Text(value) => Self::Text(value.to_owned()),
            Value::Handle(value) => Self::Handle(value),
        }
    }

    fn bits(&self) -> (ValueKind, [u64; 4], &str) {
        let bits = |values: &[f64]| {
            let mut bits = [0; 4];
            values.iter().zip(&mut bits).for_each(|(value, bits)| *bits = value.to_bits());
            bits
        };
        let (bits, text) = match self {
            Self::Float(value) => (bits(&[*value]), ""),
            Self::Vec2(value) => (bits(value), ""),
            Self::Vec3(value) => (bits(value), ""),
            Self::Color(value) => (bits(value), ""),
            Self::Int(value) => ([*value as u64, 0, 0, 0], ""),
            Self::Bool(value) => ([u64::from(*value), 0, 0, 0], ""),
            Self::Handle(value) => ([*value, 0, 0, 0], ""),
            Self::Text(value) => ([0; 4], value.as_str()),
        };
        (self.value().kind(), bits, text)
    }

    fn random(kind: ValueKind, random: &mut Random) -> Self {
        let mut float = || match random.below(12) {
            0 => f64::NAN,
            1 => -0.0,
            2 => f64::INFINITY,
            _ => f64::from_bits(random.next()),
        };
        match kind {
            ValueKind::Float => Self::Float(float()),
            ValueKind::Vec2 => Self::Vec2([float(), float()]),
            ValueKind::Vec3 => Self::Vec3([float(), float(), float()]),
            ValueKind::Color => Self::Color([float(), float(), float(), float()]),
            ValueKind::Int => Self::Int(random.next() as i32 >> random.below(32)),
            ValueKind::Bool => Self::Bool(random.one_in(2)),
            ValueKind::Handle => Self::Handle(random.next() >> random.below(64)),
            ValueKind::Text => Self::Text(
                (0..random.below(9)).map(|_| ['a', 'z', '\u{0}', 'ä', '€', '🎈'][random.below(6)]).collect(),
            ),
        }
    }
}

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

pub(crate) const KINDS: [ValueKind; 8] = [
    ValueKind::Float,
    ValueKind::Int,
    ValueKind::Bool,
    ValueKind::Vec2,
    ValueKind::Vec3,
    ValueKind::Color,
    ValueKind::Text,
    ValueKind::Handle,
];

/// A cell of each kind, and lists with a column of each of some kinds.
pub(crate) struct Program {
    pub(crate) cells: Vec<(DurableKey, ValueKind)>,
    pub(crate) lists: Vec<(DurableKey, Vec<(DurableKey, ValueKind)>)>,
}

impl Program {
    pub(crate) fn new() -> Self {
        let cells = KINDS.map(|kind| (DurableKey::of(&["cell", kind.word()]), kind)).to_vec();
        let columns = |list: &str, kinds: &[ValueKind]| {
            let key = |kind: &ValueKind| (DurableKey::of(&[list, kind.word()]), *kind);
            (DurableKey::of(&[list]), kinds.iter().map(key).collect::<Vec<_>>())
        };
        let lists = vec![columns("all", &KINDS), columns("todos", &[ValueKind::Text, ValueKind::Bool])];
        Self { cells, lists }
    }
}

/// A change. Rows that are not there are passed over.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Cell(DurableKey, Own),
    Append { list: usize, next_id: u64, ids: Vec<u64>, columns: Vec<Vec<Own>> },
    Remove { list: usize, ids: Vec<u64> },
    Update { list: usize, column: usize, ids: Vec<u64>, values: Vec<Own> },
    Place { list: usize, row: u64, before: Option<u64> },
    Order { list: usize, ids: Vec<u64> },
    Clear { list: usize },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct List {
    pub(crate) next_id: u64,
    pub(crate) rows: Vec<(u64, Vec<Own>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Model {
    pub(crate) cells: BTreeMap<DurableKey, Own>,
    pub(crate) lists: Vec<List>,
}

impl Model {
    pub(crate) fn new(program: &Program) -> Self {
        let list = List { next_id: 1, rows: Vec::new() };
        Self { cells: BTreeMap::new(), lists: vec![list; program.lists.len()] }
    }

    /// Some changes that make sense one after the other. They are done.
    pub(crate) fn turn(&mut self, program: &Program, random: &mut Random, most: usize) -> Vec<Edit> {
        (0..random.below(most + 1)).map(|_| self.edit(program, random)).collect()
    }

    fn edit(&mut self, program: &Program, random: &mut Random) -> Edit {
        let list = random.below(self.lists.len());
        let (_, columns) = &program.lists[list];
        let rows = &self.lists[list].rows;
        let some = |random: &mut Random, odds: usize| -> Vec<u64> {
            rows.iter().filter(|_| random.one_in(odds)).map(|(id, _)| *id).collect()
        };
        let edit = match random.below(16) {
            0..4 => {
                let (key, kind) = program.cells[random.below(program.cells.len())];
                Edit::Cell(key, Own::random(kind, random))
            }
            4..7 => {
                let first = self.lists[list].next_id;
                // Rows that came and went in the turn took ids.
                let ids: Vec<u64> = (0..1 + random.below(3) as u64).map(|k| first + k * 2).collect();
                let next_id = first + ids.len() as u64 * 2 + random.below(2) as u64;
                let of = |kind: ValueKind, random: &mut Random| {
                    ids.iter().map(|_| Own::random(kind, random)).collect()
                };
                let columns = columns.iter().map(|&(_, kind)| of(kind, random)).collect();
                Edit::Append { list, next_id, ids, columns }
            }
            7..9 => Edit::Remove { list, ids: some(random, 3) },
            9..12 => {
                let ids = some(random, 2);
                let column = random.below(columns.len());
                let values = ids.iter().map(|_| Own::random(columns[column].1, random)).collect();
                Edit::Update { list, column, ids, values }
            }
            12..14 if !rows.is_empty() => {
                let row = rows[random.below(rows.len())].0;
                let before = (!random.one_in(3)).then(|| rows[random.below(rows.len())].0);
                Edit::Place { list, row, before }
            }
            12..15 => {
                let mut ids = some(random, 2);
                (1..ids.len()).for_each(|k| ids.swap(k, random.below(k + 1)));
                Edit::Order { list, ids }
            }
            _ if rows.len() > 6 || random.one_in(8) => Edit::Clear { list },
            _ => Edit::Remove { list, ids: some(random, 1) },
        };
        self.apply(&edit);
        edit
    }

    pub(crate) fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Cell(key, value) => drop(self.cells.insert(*key, value.clone())),
            Edit::Append { list, next_id, ids, columns } => {
                let list = &mut self.lists[*list];
                list.next_id = list.next_id.max(*next_id);
                for (k, &id) in ids.iter().enumerate() {
                    list.rows.push((id, columns.iter().map(|column| column[k].clone()).collect()));
                }
            }
            Edit::Remove { list, ids } => self.lists[*list].rows.retain(|(id, _)| !ids.contains(id)),
            Edit::Update { list, column, ids, values } => {
                for (id, row) in &mut self.lists[*list].rows {
                    if let Some(k) = ids.iter().position(|named| named == id) {
                        row[*column] = values[k].clone();
                    }
                }
            }
            Edit::Place { list, row, before } => {
                let rows = &mut self.lists[*list].rows;
                let at = |rows: &[(u64, Vec<Own>)], id: u64| rows.iter().position(|row| row.0 == id);
                if let Some(from) = at(rows, *row).filter(|_| *before != Some(*row)) {
                    let taken = rows.remove(from);
                    let to = before.and_then(|before| at(rows, before)).unwrap_or(rows.len());
                    rows.insert(to, taken);
                }
            }
            Edit::Order { list, ids } => {
                let rows = &mut self.lists[*list].rows;
                let rank = |id: u64| ids.iter().position(|named| *named == id).unwrap_or(ids.len());
                rows.sort_by_key(|row| rank(row.0));
            }
            Edit::Clear { list } => self.lists[*list].rows.clear(),
        }
    }

    /// All of it.
    pub(crate) fn put_snapshot<D: Disk>(&self, program: &Program, to: &mut Commit<'_, D>) {
        for (&key, value) in &self.cells {
            to.cell(key, value.value());
        }
        for ((key, columns), list) in program.lists.iter().zip(&self.lists) {
            let ids: Vec<u64> = list.rows.iter().map(|(id, _)| *id).collect();
            let mut to = to.list(*key, list.next_id);
            let mut rows = to.append(&ids);
            for (k, &(key, kind)) in columns.iter().enumerate() {
                rows.column(key, kind, list.rows.iter().map(|(_, row)| row[k].value()));
            }
        }
    }

    /// What a program finds on a disk.
    pub(crate) fn take(program: &Program, restored: &mut Restored) -> Self {
        let mut model = Self::new(program);
        for &(key, kind) in &program.cells {
            if let Some(column) = restored.take_cell(key, kind) {
                model.cells.insert(key, Own::of(column.get(0).unwrap()));
            }
        }
        for ((key, columns), list) in program.lists.iter().zip(&mut model.lists) {
            let zero = |kind| match kind {
                ValueKind::Float => Value::Float(0.0),
                ValueKind::Int => Value::Int(0),
                ValueKind::Bool => Value::Bool(false),
                ValueKind::Vec2 => Value::Vec2([0.0; 2]),
                ValueKind::Vec3 => Value::Vec3([0.0; 3]),
                ValueKind::Color => Value::Color([0.0; 4]),
                ValueKind::Text => Value::Text(""),
                ValueKind::Handle => Value::Handle(0),
            };
            let columns: Vec<ColumnSchema<'_>> =
                columns.iter().map(|&(key, kind)| ColumnSchema { key, default: zero(kind) }).collect();
            let Some(found) = restored.take_list(ListSchema { key: *key, columns: &columns }) else {
                continue;
            };
            let row = |k: usize| {
                found.columns.iter().map(|column: &Column| Own::of(column.get(k).unwrap())).collect()
            };
            // A list of which only the next id was written is one without rows.
            list.next_id = list.next_id.max(found.next_id);
            list.rows = found.ids.iter().enumerate().map(|(k, &id)| (id, row(k))).collect();
        }
        model
    }
}

/// The changes, as a commit says them.
pub(crate) fn put<D: Disk>(edits: &[Edit], model: &Model, program: &Program, to: &mut Commit<'_, D>) {
    for edit in edits {
        let list = |list: &usize, next_id: Option<u64>| {
            let next_id = next_id.unwrap_or(model.lists[*list].next_id);
            (program.lists[*list].0, next_id, &program.lists[*list].1)
        };
        match edit {
            Edit::Cell(key, value) => _ = to.cell(*key, value.value()),
            Edit::Append { list: at, next_id, ids, columns } => {
                let (key, next_id, keys) = list(at, Some(*next_id));
                let mut to = to.list(key, next_id);
                let mut rows = to.append(ids);
                for (&(key, kind), values) in keys.iter().zip(columns) {
                    rows.column(key, kind, values.iter().map(Own::value));
                }
            }
            Edit::Remove { list: at, ids } => {
                let (key, next_id, _) = list(at, None);
                to.list(key, next_id).remove(ids);
            }
            Edit::Update { list: at, column, ids, values } => {
                let (key, next_id, keys) = list(at, None);
                let (column, kind) = keys[*column];
                to.list(key, next_id).update(ids).column(column, kind, values.iter().map(Own::value));
            }
            Edit::Place { list: at, row, before } => {
                let (key, next_id, _) = list(at, None);
                to.list(key, next_id).place(*row, *before);
            }
            Edit::Order { list: at, ids } => {
                let (key, next_id, _) = list(at, None);
                to.list(key, next_id).order(ids);
            }
            Edit::Clear { list: at } => {
                let (key, next_id, _) = list(at, None);
                to.list(key, next_id).clear();
            }
        }
    }
}
