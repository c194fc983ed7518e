//! Commits allocate nothing once their buffers are warm, and reading allocates by column, not by row.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

use std::alloc::System;

use pavane::persist::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn allocations(what: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    what();
    let change = region.change();
    change.allocations + change.reallocations
}

/// One test, so that no other thread allocates meanwhile.
#[test]
fn commits_and_restores() {
    let path = std::env::temp_dir().join(format!("pavane-persist-allocations-{}", std::process::id()));
    let (list, title, done) =
        (DurableKey::of(&["todos"]), DurableKey::of(&["todos", "title"]), DurableKey::of(&["todos", "done"]));
    let cell = DurableKey::of(&["cell"]);
    let snapshot = |store: &mut Store, rows: u64| {
        let ids: Vec<u64> = (1..=rows).collect();
        let texts: Vec<String> = ids.iter().map(|id| format!("row {id}")).collect();
        let mut snapshot = store.snapshot();
        let mut list = snapshot.list(list, rows + 1);
        let mut rows = list.append(&ids);
        rows.column(title, ValueKind::Text, texts.iter().map(String::as_str));
        rows.column(done, ValueKind::Bool, ids.iter().map(|_| false));
        snapshot.finish().unwrap();
    };
    for sync in [SyncPolicy::EveryCommit, SyncPolicy::OnFlush] {
        let settings = PersistSettings { sync, ..PersistSettings::default() };
        let (mut store, _) = Store::open(&path, settings).unwrap();
        snapshot(&mut store, 100);
        let mut turn = |k: u64| {
            let mut commit = store.commit();
            commit.cell(cell, k as f64);
            let mut list = commit.list(list, 101 + k);
            list.append(&[100 + k]).column(title, ValueKind::Text, ["A new one"]).column(
                done,
                ValueKind::Bool,
                [k.is_multiple_of(2)],
            );
            list.update(&[1, 5, 7]).column(done, ValueKind::Bool, [true, false, true]);
            list.remove(&[100 + k]).place(9, Some(3)).order(&[4, 2]);
            commit.finish().unwrap();
            store.flush().unwrap();
        };
        turn(1);
        assert_eq!(allocations(|| (2..100).for_each(&mut turn)), 0, "{sync:?}");
    }
    let mut restores = [1000, 20_000].map(|rows| {
        let (mut store, _) = Store::open(&path, PersistSettings::default()).unwrap();
        store.restored().clear();
        snapshot(&mut store, rows);
        drop(store);
        let columns = [
            ColumnSchema { key: title, default: Value::Text("") },
            ColumnSchema { key: done, default: Value::Bool(false) },
        ];
        let mut found = None;
        let count = allocations(|| {
            let (mut store, _) = Store::open(&path, PersistSettings::default()).unwrap();
            found = store.restored().take_list(ListSchema { key: list, columns: &columns });
        });
        assert_eq!(found.map(|found| found.ids.len() as u64), Some(rows));
        count
    });
    restores.sort_unstable();
    println!("{restores:?} allocations for 1000 and 20 000 rows");
    // Buffers that grow double.
    assert!(restores[1] < restores[0] + 60, "{restores:?}");
    let _ = std::fs::remove_file(&path);
    let _ = std::fs::remove_file(format!("{}.lock", path.display()));
}
