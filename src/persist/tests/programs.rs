//! A program that changed takes what still fits, and what it does not take is kept or dropped.

use super::simulator::{SimulatedDisk, World};
use super::{
    Column, ColumnSchema, DurableKey, Fit, ListSchema, PersistSettings, RestoredList, Store, Strangers,
    Unclaimed, Value, ValueKind,
};

const LIST: &str = "todos";

fn key(column: &str) -> DurableKey {
    DurableKey::of(&[LIST, column])
}

fn list() -> DurableKey {
    DurableKey::of(&[LIST])
}

/// Three todos with a title, a bool and an int; a cell.
fn disk() -> SimulatedDisk {
    let disk = SimulatedDisk(World::new(0));
    let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
    let mut commit = store.commit();
    commit.cell(DurableKey::of(&["volume"]), 7);
    let mut to = commit.list(list(), 9);
    let mut to = to.append(&[2, 4, 8]);
    to.column(key("title"), ValueKind::Text, ["a", "b", ""]);
    to.column(key("done"), ValueKind::Bool, [true, false, true]);
    to.column(key("rank"), ValueKind::Int, [-3, 5, i32::MAX]);
    commit.finish().unwrap();
    disk
}

fn open(disk: &SimulatedDisk, strangers: Strangers) -> Store<SimulatedDisk> {
    disk.0.borrow_mut().kill();
    let settings = PersistSettings { strangers, ..PersistSettings::default() };
    let (store, notices) = Store::open_on(disk.clone(), settings).unwrap();
    assert_eq!(notices, []);
    store
}

fn take(store: &mut Store<SimulatedDisk>, columns: &[(&str, Value<'_>)]) -> RestoredList {
    let columns: Vec<_> =
        columns.iter().map(|&(column, default)| ColumnSchema { key: key(column), default }).collect();
    store.restored().take_list(ListSchema { key: list(), columns: &columns }).unwrap()
}

fn values(column: &Column) -> Vec<Value<'_>> {
    column.iter().collect()
}

#[test]
fn a_column_that_changed_its_type() {
    use Value::{Bool, Float, Int, Text, Vec2};
    let table: &[(&str, Value<'_>, [Value<'_>; 3], Fit)] = &[
        ("title", Text("?"), [Text("a"), Text("b"), Text("")], Fit::Whole),
        ("done", Bool(false), [Bool(true), Bool(false), Bool(true)], Fit::Whole),
        ("done", Int(9), [Int(1), Int(0), Int(1)], Fit::Widened(ValueKind::Bool)),
        ("done", Float(9.0), [Float(1.0), Float(0.0), Float(1.0)], Fit::Widened(ValueKind::Bool)),
        ("rank", Float(9.0), [Float(-3.0), Float(5.0), Float(2_147_483_647.0)], Fit::Widened(ValueKind::Int)),
        ("rank", Bool(false), [Bool(false); 3], Fit::OtherKind(ValueKind::Int)),
        ("title", Float(2.0), [Float(2.0); 3], Fit::OtherKind(ValueKind::Text)),
        ("due", Vec2([1.0, 2.0]), [Vec2([1.0, 2.0]); 3], Fit::Absent),
    ];
    for &(column, default, expected, fit) in table {
        let mut store = open(&disk(), Strangers::Keep);
        let found = take(&mut store, &[(column, default)]);
        assert_eq!((found.next_id, &found.ids[..], found.fits[0]), (9, &[2, 4, 8][..], fit), "{column}");
        assert_eq!(values(&found.columns[0]), expected, "{column}");
    }
}

/// Rows that were not written since keep what they had as bools.
#[test]
fn a_widened_column_is_one_with_what_is_written_since() {
    let disk = disk();
    let mut store = open(&disk, Strangers::Keep);
    take(&mut store, &[("done", Value::Int(0))]);
    let mut commit = store.commit();
    let mut to = commit.list(list(), 10);
    to.update(&[4]).column(key("done"), ValueKind::Int, [40]);
    to.append(&[9]).column(key("done"), ValueKind::Int, [90]);
    commit.finish().unwrap();
    drop(store);
    let mut store = open(&disk, Strangers::Keep);
    let found = take(&mut store, &[("done", Value::Int(0))]);
    assert_eq!(values(&found.columns[0]), [1, 40, 1, 90].map(Value::Int));
    assert_eq!(found.fits, [Fit::Widened(ValueKind::Bool)]);
}

fn snapshot(store: &mut Store<SimulatedDisk>, ids: &[u64], titles: &[&str]) {
    let mut snapshot = store.snapshot();
    let mut to = snapshot.list(list(), 20);
    to.append(ids).column(key("title"), ValueKind::Text, titles.iter().copied());
    snapshot.finish().unwrap();
}

#[test]
fn columns_that_a_program_lacks_are_kept_or_dropped() {
    for strangers in [Strangers::Keep, Strangers::Drop] {
        let disk = disk();
        let mut store = open(&disk, strangers);
        take(&mut store, &[("title", Value::Text(""))]);
        let volume = Unclaimed::Cell(DurableKey::of(&["volume"]), ValueKind::Int);
        let mut columns = [
            Unclaimed::Column(list(), key("done"), ValueKind::Bool),
            Unclaimed::Column(list(), key("rank"), ValueKind::Int),
        ];
        let mut found: Vec<_> = store.restored().unclaimed().collect();
        let name = |column: &Unclaimed| format!("{column:?}");
        columns.sort_by_key(name);
        found[1..].sort_by_key(name);
        assert_eq!(found, [volume, columns[0], columns[1]]);
        // A row less, and one more.
        snapshot(&mut store, &[8, 2, 19], &["c", "a", "new"]);
        drop(store);
        let mut store = open(&disk, strangers);
        let cell = store.restored().take_cell(DurableKey::of(&["volume"]), ValueKind::Float);
        let found = take(&mut store, &[("title", Value::Text("")), ("rank", Value::Int(-1))]);
        assert_eq!(values(&found.columns[0]), ["c", "a", "new"].map(Value::Text));
        let (ranks, fit, volume) = match strangers {
            Strangers::Keep => ([i32::MAX, -3, -1], Fit::Partly(1), Some(Value::Float(7.0))),
            Strangers::Drop => ([-1; 3], Fit::Absent, None),
        };
        assert_eq!((values(&found.columns[1]), found.fits[1]), (ranks.map(Value::Int).to_vec(), fit));
        assert_eq!(cell.as_ref().and_then(|cell| cell.get(0)), volume);
    }
}

/// 10 000 rows, so that they are several records.
#[test]
fn a_list_that_a_program_lacks_is_kept_or_dropped() {
    let ids: Vec<u64> = (0..10_000).map(|k| k * 3 + 1).collect();
    let texts: Vec<String> = ids.iter().map(|id| format!("row {id}")).collect();
    for strangers in [Strangers::Keep, Strangers::Drop] {
        let disk = disk();
        let mut store = open(&disk, strangers);
        take(&mut store, &[]);
        let mut snapshot = store.snapshot();
        let mut to = snapshot.list(list(), 30_001);
        let mut rows = to.append(&ids);
        rows.column(key("title"), ValueKind::Text, texts.iter().map(String::as_str));
        rows.column(key("rank"), ValueKind::Int, ids.iter().map(|&id| -(id as i32)));
        snapshot.finish().unwrap();
        drop(store);
        // A program that has no lists.
        let mut store = open(&disk, strangers);
        store.snapshot().finish().unwrap();
        drop(store);
        let mut store = open(&disk, strangers);
        if strangers == Strangers::Drop {
            assert_eq!(store.restored().unclaimed().count(), 0);
            continue;
        }
        let found = take(&mut store, &[("title", Value::Text("")), ("rank", Value::Int(0))]);
        assert_eq!((found.next_id, found.ids), (30_001, ids.clone()));
        assert_eq!(values(&found.columns[0]), texts.iter().map(|text| Value::Text(text)).collect::<Vec<_>>());
        assert_eq!(
            values(&found.columns[1]),
            ids.iter().map(|&id| Value::Int(-(id as i32))).collect::<Vec<_>>()
        );
        assert_eq!(found.fits, [Fit::Whole; 2]);
    }
}

#[test]
fn a_cell_that_changed_its_type() {
    let of = |kind| {
        let mut store = open(&disk(), Strangers::Keep);
        let found = store.restored().take_cell(DurableKey::of(&["volume"]), kind);
        found.map(|found| format!("{:?}", found.get(0).unwrap()))
    };
    assert_eq!(of(ValueKind::Int).as_deref(), Some("Int(7)"));
    assert_eq!(of(ValueKind::Float).as_deref(), Some("Float(7.0)"));
    assert_eq!(of(ValueKind::Text), None);
}

/// A list that is emptied goes on counting.
#[test]
fn ids_never_come_back() {
    let disk = disk();
    let mut store = open(&disk, Strangers::Keep);
    take(&mut store, &[]);
    let mut commit = store.commit();
    commit.list(list(), 100).clear();
    commit.finish().unwrap();
    for _ in 0..2 {
        drop(store);
        store = open(&disk, Strangers::Keep);
        let found = take(&mut store, &[("title", Value::Text(""))]);
        assert_eq!((found.next_id, found.ids.len(), found.columns[0].len()), (100, 0, 0));
        let mut snapshot = store.snapshot();
        snapshot.list(list(), 100).append(&[]);
        snapshot.finish().unwrap();
    }
}

#[test]
fn keys_are_a_written_down_hash() {
    assert_eq!(DurableKey::of(&["todos", "done"]).to_string(), "e522eb304d57cdd6fc07daed87e065f8");
    let table: &[(&[&str], &[&str])] =
        &[(&["ab", "c"], &["a", "bc"]), (&["a"], &["a", ""]), (&[], &[""]), (&["a", "b"], &["b", "a"])];
    for &(a, b) in table {
        assert_ne!(DurableKey::of(a), DurableKey::of(b), "{a:?}, {b:?}");
    }
}
