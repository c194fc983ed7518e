//! Durable state of a program: what it declares `durable` is kept in a file, and is what it begins with in the next run.
//!
//! What was kept goes into the program, as what its cells and lists hold before the first frame ([`Keeper::begin`]). So
//! everything that begins a run anew (a reset, a loop, a seek to the start, a replay) begins with that, and an engine knows nothing of files. After a
//! frame, [`Keeper::keep`] compares what is durable with what is on disk, and writes a commit of what differs. All of it has its place by
//! names: the key of a cell or a list, and the name of a column.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::diagnostic::Diagnostics;
use crate::engine::{Engine, numbers_of};
use crate::persist::{
    Column, ColumnSchema, DurableKey, ListSchema, Notice, PersistError, PersistSettings, PersistStats, Store,
    Value, ValueKind, Written,
};
use crate::program::{Cell, KeptIds, ListRow, Program, ProgramData, TextRow, Type};

#[cfg(test)]
mod tests;

/// Keeps the durable state of one program after the other in a file.
///
/// ```
/// use pavane::keep::Keeper;
/// use pavane::persist::PersistSettings;
/// use pavane::{Engine, NoFiles, compile};
///
/// let patch = "
///     list scores max 10 durable { points: float }
///     state best: float = 0 durable
///     event add: float
///     on add { append scores { points: add }; best = max(best, add) }
///     n = count(scores)
///     draw circle { position: (0.5, 0.5), size: 0.01 * n + 0.001 * best, color: #fff }";
/// let program = compile(patch, "a.pav", &NoFiles).program.unwrap();
/// # let folder = std::env::temp_dir().join(format!("pavane-keep-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("scores.state");
/// for run in 0..2 {
///     let (mut keeper, notices) = Keeper::open(&path, PersistSettings::default())?;
///     assert_eq!(notices.len(), 0);
///     let mut engine = Engine::for_program(keeper.begin(&program)?)?;
///     engine.send("add", 7.0)?;
///     assert_eq!(engine.frame(0)?.slot("n").unwrap().components[0], f64::from(run + 1));
///     keeper.keep(&mut engine)?;
///     assert!(keeper.stats().commits > 0);
/// }
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Keeper {
    store: Store,
    cells: BTreeMap<DurableKey, Column>,
    lists: BTreeMap<DurableKey, KeptList>,
}

/// A list as it is on disk.
#[derive(Clone, Debug, Default)]
struct KeptList {
    next_id: u64,
    ids: Vec<u64>,
    /// A value for each row.
    columns: BTreeMap<DurableKey, Column>,
}

/// Why a program cannot go on with what was kept.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeepError {
    /// The file.
    File(PersistError),
    /// A list has more rows in the file than the program has room for.
    TooManyRows {
        /// The list.
        list: String,
        /// How many there are.
        rows: usize,
        /// The most the program has.
        most: u32,
    },
    /// The program is none with what was kept: texts that are too many, or what only damage makes.
    Program(Diagnostics),
}

impl fmt::Display for KeepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::TooManyRows { list, rows, most } => write!(
                f,
                "the list `{list}` has {rows} rows on disk, and the program has room for {most}\n  help: give it `max {rows}`, or \
                 keep the state of this program in another file"
            ),
            Self::Program(diagnostics) => write!(f, "what was kept does not fit the program: {diagnostics}"),
        }
    }
}

impl std::error::Error for KeepError {}

impl From<PersistError> for KeepError {
    fn from(error: PersistError) -> Self {
        Self::File(error)
    }
}

/// What a value of a type is on disk. None of a shape, which nothing that is kept holds.
fn kind(ty: Type) -> Option<ValueKind> {
    Some(match ty {
        Type::Float => ValueKind::Float,
        Type::Int => ValueKind::Int,
        Type::Uint => ValueKind::Handle,
        Type::Bool => ValueKind::Bool,
        Type::Vec2 => ValueKind::Vec2,
        Type::Vec3 => ValueKind::Vec3,
        Type::Color => ValueKind::Color,
        Type::Text => ValueKind::Text,
        Type::Shape => return None,
    })
}

/// Components as a value; those of a text are its number.
fn value<'t>(ty: Type, [x, y, z, w]: [f64; 4], text: impl FnOnce(u32) -> &'t str) -> Value<'t> {
    match ty {
        Type::Float => Value::Float(x),
        Type::Int => Value::Int(x as i32),
        Type::Uint | Type::Shape => Value::Handle(x as u64),
        Type::Bool => Value::Bool(x != 0.0),
        Type::Vec2 => Value::Vec2([x, y]),
        Type::Vec3 => Value::Vec3([x, y, z]),
        Type::Color => Value::Color([x, y, z, w]),
        Type::Text => Value::Text(text(x as u32)),
    }
}

/// A value as components; a text becomes a row of the texts of a program.
fn components(value: Value<'_>, texts: &mut ProgramTexts<'_>) -> Vec<f64> {
    match value {
        Value::Float(x) => vec![x],
        Value::Int(x) => vec![f64::from(x)],
        Value::Bool(x) => vec![f64::from(u8::from(x))],
        Value::Vec2(xs) => xs.to_vec(),
        Value::Vec3(xs) => xs.to_vec(),
        Value::Color(xs) => xs.to_vec(),
        Value::Text(text) => vec![f64::from(texts.row(text))],
        Value::Handle(x) => vec![f64::from(u32::try_from(x).unwrap_or(0))],
    }
}

/// The texts of a program that gets more of them.
struct ProgramTexts<'d> {
    data: &'d mut Vec<TextRow>,
    rows: BTreeMap<String, u32>,
}

impl<'d> ProgramTexts<'d> {
    fn new(data: &'d mut Vec<TextRow>) -> Self {
        let rows = data.iter().zip(0..).map(|(row, at)| (row.text.clone(), at)).collect();
        Self { data, rows }
    }

    fn row(&mut self, text: &str) -> u32 {
        if let Some(&row) = self.rows.get(text) {
            return row;
        }
        let row = self.data.len() as u32;
        self.data.push(TextRow { text: text.to_owned() });
        self.rows.insert(text.to_owned(), row);
        row
    }
}

/// Under which key a cell is kept.
fn cell_key(cell: &Cell) -> DurableKey {
    DurableKey::of(&["state", &cell.key])
}

/// Under which keys a list and its columns are kept.
fn list_keys(list: &ListRow) -> (DurableKey, Vec<DurableKey>) {
    let column = |name: &str| DurableKey::of(&["list", &list.key, name]);
    (DurableKey::of(&["list", &list.key]), list.columns.iter().map(|row| column(&row.name)).collect())
}

impl Keeper {
    /// Opens a file, or makes one, and gives what of it could not be read.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub fn open(
        path: impl AsRef<Path>,
        settings: PersistSettings,
    ) -> Result<(Self, Vec<Notice>), PersistError> {
        let (store, notices) = Store::open(path, settings)?;
        Ok((Self { store, cells: BTreeMap::new(), lists: BTreeMap::new() }, notices))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// What was written so far: commits, snapshots, bytes. For those who count what frames do, beside `Engine::metrics`.
    pub fn stats(&self) -> PersistStats {
        self.store.stats()
    }

    /// A program that begins with what is on disk of its durable state, for a new engine or a swap. What is durable in it for the first
    /// time begins as the program says.
    ///
    /// # Errors
    /// When a list has too little room, or there are too many texts.
    pub fn begin(&mut self, program: &Program) -> Result<Program, KeepError> {
        self.take(program.data())?;
        let mut data = program.data().clone();
        let ProgramData { cells, lists, texts, .. } = &mut data;
        let mut texts = ProgramTexts::new(texts);
        for cell in cells.iter_mut().filter(|cell| cell.durable) {
            if let Some(value) = self.cells.get(&cell_key(cell)).and_then(|column| column.get(0)) {
                cell.kept = components(value, &mut texts);
            }
        }
        for list in lists.iter_mut().filter(|list| list.durable) {
            let (key, columns) = list_keys(list);
            let Some(kept) = self.lists.get(&key) else { continue };
            if kept.ids.len() > list.capacity as usize {
                let (rows, most) = (kept.ids.len(), list.capacity);
                return Err(KeepError::TooManyRows { list: list.key.clone(), rows, most });
            }
            let row = |at: usize| {
                let values = columns.iter().filter_map(|column| kept.columns.get(column)?.get(at));
                values.flat_map(|value| components(value, &mut texts)).collect()
            };
            list.rows = (0..kept.ids.len()).map(row).collect();
            list.kept_ids = Some(KeptIds { ids: kept.ids.clone(), last: kept.next_id.saturating_sub(1) });
        }
        Program::new(data).map_err(KeepError::Program)
    }

    /// Takes from the store what a program has and no program before it had.
    fn take(&mut self, data: &ProgramData) -> Result<(), KeepError> {
        let restored = self.store.restored();
        for cell in data.cells.iter().filter(|cell| cell.durable) {
            let key = cell_key(cell);
            let Some(kind) = kind(cell.ty) else { continue };
            // What is of another type now is set anew.
            if self.cells.get(&key).is_some_and(|column| column.kind() != kind) {
                self.cells.remove(&key);
            }
            if !self.cells.contains_key(&key)
                && let Some(value) = restored.take_cell(key, kind)
            {
                self.cells.insert(key, value);
            }
        }
        for list in data.lists.iter().filter(|list| list.durable) {
            let (key, columns) = list_keys(list);
            let defaults = list.columns.iter().map(|column| {
                let mut all = [0.0; 4];
                all.iter_mut().zip(&column.default).for_each(|(to, &from)| *to = from);
                let text = |row: u32| data.texts.get(row as usize).map_or("", |row| row.text.as_str());
                value(column.ty, all, text)
            });
            let schema: Vec<ColumnSchema<'_>> =
                columns.iter().zip(defaults).map(|(&key, default)| ColumnSchema { key, default }).collect();
            match self.lists.get_mut(&key) {
                Some(kept) => kept.fit(&schema),
                None => {
                    let Some(taken) = restored.take_list(ListSchema { key, columns: &schema }) else {
                        continue;
                    };
                    let columns = columns.into_iter().zip(taken.columns).collect();
                    self.lists.insert(key, KeptList { next_id: taken.next_id, ids: taken.ids, columns });
                }
            }
        }
        Ok(())
    }

    /// Writes what the last frame has left of the durable state, where it is other than on disk: one commit. `None` where nothing is.
    ///
    /// # Errors
    /// As for [`Commit::finish`](crate::persist::Commit::finish): what could not be written is written with the next change, or by [`flush`](Self::flush).
    pub fn keep(&mut self, engine: &mut Engine) -> Result<Option<Written>, PersistError> {
        if engine.at().is_none() {
            return Ok(None);
        }
        let (cells, lists) = durable(engine);
        let mut commit = self.store.commit();
        let mut is_other = false;
        for (key, column) in cells {
            if !self.cells.get(&key).is_some_and(|before| before.is_same(&column))
                && let Some(value) = column.get(0)
            {
                commit.cell(key, value);
                self.cells.insert(key, column);
                is_other = true;
            }
        }
        for (key, list) in lists {
            let before = self.lists.entry(key).or_default();
            if !before.is_same(&list) {
                before.write(key, &list, &mut commit);
                *before = list;
                is_other = true;
            }
        }
        // Without a word it writes nothing.
        let written = commit.finish()?;
        if self.store.wants_snapshot() {
            return self.snapshot().map(Some);
        }
        Ok(is_other.then_some(written))
    }

    /// Returns when everything that was kept will outlive a loss of power.
    ///
    /// # Errors
    /// As for [`Store::flush`].
    pub fn flush(&mut self) -> Result<Written, PersistError> {
        self.store.flush()
    }

    /// Everything anew, in place of the log.
    fn snapshot(&mut self) -> Result<Written, PersistError> {
        let mut snapshot = self.store.snapshot();
        for (&key, column) in &self.cells {
            if let Some(value) = column.get(0) {
                snapshot.cell(key, value);
            }
        }
        for (&key, list) in &self.lists {
            let mut to = snapshot.list(key, list.next_id);
            let mut rows = to.append(&list.ids);
            for (&column, values) in &list.columns {
                rows.column(column, values.kind(), values.iter());
            }
        }
        snapshot.finish()
    }
}

impl KeptList {
    /// Whether another one has the same rows with the same bits.
    fn is_same(&self, other: &Self) -> bool {
        (self.next_id, &self.ids) == (other.next_id, &other.ids)
            && self.columns.keys().eq(other.columns.keys())
            && self.columns.values().zip(other.columns.values()).all(|(own, other)| own.is_same(other))
    }

    /// Gets the columns of a program that was edited: new ones hold the default.
    fn fit(&mut self, schema: &[ColumnSchema<'_>]) {
        for column in schema {
            let is_there =
                self.columns.get(&column.key).is_some_and(|values| values.kind() == column.default.kind());
            if !is_there {
                let values = self.ids.iter().map(|_| column.default);
                self.columns.insert(column.key, collected(column.default.kind(), values));
            }
        }
    }

    /// Writes what differs in the list as it is now.
    fn write(
        &self,
        key: DurableKey,
        now: &Self,
        commit: &mut crate::persist::Commit<'_, crate::persist::SystemDisk>,
    ) {
        let old: BTreeMap<u64, usize> = self.ids.iter().copied().zip(0..).collect();
        let new: BTreeMap<u64, usize> = now.ids.iter().copied().zip(0..).collect();
        let mut to = commit.list(key, now.next_id);
        let (stay, gone): (Vec<u64>, Vec<u64>) = self.ids.iter().partition(|id| new.contains_key(id));
        let born: Vec<u64> = now.ids.iter().copied().filter(|id| !old.contains_key(id)).collect();
        if !gone.is_empty() {
            to.remove(&gone);
        }
        if !born.is_empty() {
            let mut rows = to.append(&born);
            for (&column, values) in &now.columns {
                rows.column(column, values.kind(), born.iter().filter_map(|id| values.get(new[id])));
            }
        }
        for (&column, values) in &now.columns {
            let before = self.columns.get(&column);
            let is_same = |id: &u64| {
                let values = before.and_then(|before| before.get(old[id])).zip(values.get(new[id]));
                values.is_some_and(|(before, now)| before.is_same(&now))
            };
            let is_other = |id: &u64| !is_same(id);
            let changed: Vec<u64> = stay.iter().copied().filter(is_other).collect();
            if !changed.is_empty() {
                let values_of = changed.iter().filter_map(|id| values.get(new[id]));
                to.update(&changed).column(column, values.kind(), values_of);
            }
        }
        if !stay.iter().chain(&born).eq(&now.ids) {
            to.order(&now.ids);
        }
    }
}

/// Values of one kind as a column.
fn collected<'v>(kind: ValueKind, values: impl ExactSizeIterator<Item = Value<'v>>) -> Column {
    let mut column = Column::with_room(kind, values.len());
    values.for_each(|value| column.push(value));
    column
}

type Keyed<T> = Vec<(DurableKey, T)>;

/// The durable state of an engine.
fn durable(engine: &Engine) -> (Keyed<Column>, Keyed<KeptList>) {
    let data = engine.program().data();
    let cells = data.cells.iter().filter(|cell| cell.durable).filter_map(|cell| {
        let kind = kind(cell.ty)?;
        let held = engine.held(cell);
        let value = value(cell.ty, held, |number| engine.text_of(number));
        Some((cell_key(cell), collected(kind, std::iter::once(value))))
    });
    let lists = data.lists.iter().enumerate().filter(|(_, list)| list.durable).filter_map(|(at, row)| {
        let rows = engine.rows_of(at)?;
        let (key, columns) = list_keys(row);
        let ids: Vec<u64> = rows.items().map(|item| item.id.0).collect();
        let columns = columns.into_iter().zip(&row.columns).zip(0..).filter_map(|((key, column), at)| {
            let kind = kind(column.ty)?;
            let of = rows.column(at)?;
            let mut values = Column::with_room(kind, ids.len());
            for item in rows.items() {
                let numbers = numbers_of(of, item.row);
                values.push(value(column.ty, numbers, |number| engine.text_of(number)));
            }
            Some((key, values))
        });
        let columns = columns.collect();
        Some((key, KeptList { next_id: rows.last_id().0 + 1, ids, columns }))
    });
    (cells.collect(), lists.collect())
}
