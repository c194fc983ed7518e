//! A disk that fails: errors name the path and what to do, and what was not written is written later.

use std::io;
use std::path::Path;

use super::model::{Model, Program, Random, put};
use super::simulator::{SimulatedDisk, World};
use super::{
    DurableKey, PersistError, PersistSettings, Store, SyncPolicy, SystemDisk, ValueKind, read_state,
};

/// A folder of this test's own, empty.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("pavane-persist-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn errors_of_the_system() {
    let path = Path::new("folder/a.state");
    let table: &[(io::ErrorKind, &str)] = &[
        (io::ErrorKind::NotFound, "its folder is not there; make `folder`, or name another file"),
        (io::ErrorKind::PermissionDenied, "it may not be written there; change the permissions"),
        (io::ErrorKind::ReadOnlyFilesystem, "it may not be written there; change the permissions"),
        (io::ErrorKind::StorageFull, "no room is left on the disk; make room"),
        (io::ErrorKind::QuotaExceeded, "no room is left on the disk; make room"),
        (io::ErrorKind::FileTooLarge, "has at most 1073741824 bytes"),
        (io::ErrorKind::TimedOut, "cannot write `folder/a.state`: timed out"),
    ];
    for &(kind, expected) in table {
        let said = PersistError::of(path, "write", &kind.into()).to_string();
        assert!(said.contains(expected) && said.contains("`folder/a.state`"), "{said}");
    }
}

#[test]
fn a_file_of_the_system() {
    let folder = folder("file");
    let path = folder.join("a.state");
    let program = Program::new();
    let (mut model, mut random) = (Model::new(&program), Random(3));
    for round in 0..3 {
        let (mut store, notices) = Store::open(&path, PersistSettings::default()).unwrap();
        assert_eq!(notices, []);
        assert_eq!(Model::take(&program, store.restored()), model);
        // Nobody else has it meanwhile, but may read it.
        let again = Store::open(&path, PersistSettings::default()).unwrap_err();
        assert!(matches!(&again, PersistError::InUse(named) if named.ends_with("a.state")), "{again}");
        for turn in 0..30 {
            let edits = model.turn(&program, &mut random, 3);
            let mut commit = store.commit();
            put(&edits, &model, &program, &mut commit);
            assert!(commit.finish().unwrap().is_synced);
            let (mut restored, notices) = read_state(&path).unwrap();
            assert_eq!((Model::take(&program, &mut restored), notices), (model.clone(), Vec::new()));
            if turn == 20 && round != 1 {
                let mut snapshot = store.snapshot();
                model.put_snapshot(&program, &mut snapshot);
                snapshot.finish().unwrap();
            }
        }
    }
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.state", "a.state.lock"]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn places_that_take_no_file() {
    let folder = folder("places");
    let open = |path: &Path| Store::open(path, PersistSettings::default()).unwrap_err();
    let missing = folder.join("missing/a.state");
    assert_eq!(open(&missing), PersistError::NoFolder(missing));
    // A folder.
    let error = open(&folder);
    assert!(error.to_string().contains("it is no regular file"), "{error}");
    std::fs::write(folder.join("notes.txt"), "mine").unwrap();
    assert!(matches!(open(&folder.join("notes.txt")), PersistError::NotDurable(_)));
    assert_eq!(std::fs::read(folder.join("notes.txt")).unwrap(), b"mine");
    assert!(matches!(read_state(folder.join("none.state")), Err(PersistError::NoFile(_))));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Of a file that may only be read, unless whoever runs this may write all.
#[cfg(unix)]
#[test]
fn a_file_that_may_only_be_read() {
    let folder = folder("read-only");
    let path = folder.join("a.state");
    drop(Store::open(&path, PersistSettings::default()).unwrap());
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    if std::fs::OpenOptions::new().append(true).open(&path).is_err() {
        let error = Store::open(&path, PersistSettings::default()).unwrap_err();
        assert!(matches!(error, PersistError::Denied(_)), "{error}");
        assert!(read_state(&path).is_ok());
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// A link stays a link.
#[cfg(unix)]
#[test]
fn a_link_to_a_file() {
    let folder = folder("link");
    let (real, link) = (folder.join("real.state"), folder.join("link.state"));
    drop(Store::open(&real, PersistSettings::default()).unwrap());
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let (mut store, _) = Store::open(&link, PersistSettings::default()).unwrap();
    store.snapshot().finish().unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(matches!(Store::open(&real, PersistSettings::default()), Err(PersistError::InUse(_))));
    drop(store);
    std::fs::remove_dir_all(folder).unwrap();
}

fn set(store: &mut Store<SimulatedDisk>, value: i32) -> Result<super::Written, PersistError> {
    let mut commit = store.commit();
    commit.cell(DurableKey::of(&["cell"]), value);
    commit.finish()
}

fn read(disk: &SimulatedDisk) -> i32 {
    disk.0.borrow_mut().kill();
    let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
    let found = store.restored().take_cell(DurableKey::of(&["cell"]), ValueKind::Int);
    let Some(super::Value::Int(value)) = found.as_ref().and_then(|found| found.get(0)) else { return -1 };
    value
}

#[test]
fn what_a_full_disk_did_not_take_comes_with_the_next_commit() {
    let disk = SimulatedDisk(World::new(0));
    let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
    set(&mut store, 1).unwrap();
    disk.0.borrow_mut().room = store.length as usize + 10;
    for value in 2..5 {
        assert!(matches!(set(&mut store, value), Err(PersistError::Full(_))));
    }
    assert!(matches!(store.flush(), Err(PersistError::Full(_))) && !store.wants_snapshot());
    disk.0.borrow_mut().room = usize::MAX;
    let written = set(&mut store, 5).unwrap();
    assert!(written.number == 5 && written.is_synced && written.bytes > 4 * 37);
    assert_eq!(read(&disk), 5);
}

/// What is kept meanwhile has a bound; then the state itself is written.
#[test]
fn a_disk_that_is_full_for_long() {
    let disk = SimulatedDisk(World::new(0));
    let settings = PersistSettings { unwritten_bytes_max: 1000, ..PersistSettings::default() };
    let (mut store, _) = Store::open_on(disk.clone(), settings).unwrap();
    disk.0.borrow_mut().room = 0;
    for value in 0..100 {
        assert!(set(&mut store, value).is_err());
        assert!(store.unwritten.capacity() < 4000);
    }
    assert!(store.wants_snapshot() && matches!(store.flush(), Err(PersistError::Behind(_))));
    let snapshot = |store: &mut Store<_>| {
        let mut snapshot = store.snapshot();
        snapshot.cell(DurableKey::of(&["cell"]), 99);
        snapshot.finish()
    };
    // One that fails is not tried again at once.
    assert!(matches!(snapshot(&mut store), Err(PersistError::Full(_))) && !store.wants_snapshot());
    disk.0.borrow_mut().room = usize::MAX;
    assert!(set(&mut store, 99).is_err() && store.wants_snapshot());
    assert_eq!(snapshot(&mut store).map(|written| written.number), Ok(101));
    assert!(set(&mut store, 100).is_ok() && !store.wants_snapshot());
    assert_eq!(read(&disk), 100);
}

#[test]
fn what_is_malformed_is_not_written() {
    let key = DurableKey::of(&["list"]);
    let table: &[fn(&mut super::Commit<'_, SimulatedDisk>, DurableKey)] = &[
        |to, key| {
            to.list(key, 5).append(&[1, 2]).column(key, ValueKind::Int, [1]);
        },
        |to, key| {
            to.list(key, 5).update(&[1]).column(key, ValueKind::Int, [1, 2]);
        },
        |to, key| {
            to.list(key, 5).update(&[1]).column(key, ValueKind::Int, [1.0]);
        },
    ];
    for wrong in table {
        let disk = SimulatedDisk(World::new(0));
        let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
        set(&mut store, 1).unwrap();
        for is_whole in [true, false] {
            let mut commit = if is_whole { store.snapshot() } else { store.commit() };
            wrong(&mut commit, key);
            assert!(matches!(commit.finish(), Err(PersistError::Malformed(..))));
            assert_eq!((store.wants_snapshot(), store.number()), (!is_whole, 1));
        }
        // One that is dropped was never begun.
        let _ = store.commit().list(key, 1).clear();
        assert_eq!(read(&disk), 1);
    }
}

#[test]
fn policies_sync_when_they_say() {
    let table = [
        (SyncPolicy::EveryCommit, 10),
        (SyncPolicy::Every(4.try_into().unwrap()), 2),
        (SyncPolicy::OnFlush, 0),
    ];
    for (sync, expected) in table {
        let settings = PersistSettings { sync, ..PersistSettings::default() };
        let (mut store, _) = Store::open_on(SimulatedDisk(World::new(0)), settings).unwrap();
        for value in 0..10 {
            set(&mut store, value).unwrap();
        }
        assert_eq!(store.stats().syncs, expected, "{sync:?}");
        // A flush syncs what is not synced, once.
        assert!(store.flush().unwrap().is_synced && store.flush().unwrap().is_synced);
        assert_eq!(store.stats().syncs, expected + u64::from(sync != SyncPolicy::EveryCommit));
    }
}

/// A host that waits for [`Store::wants_snapshot`] keeps its file short.
#[test]
fn a_log_that_outgrows_its_snapshot() {
    let disk = SimulatedDisk(World::new(0));
    let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
    let mut longest = 0;
    for value in 0..100_000 {
        set(&mut store, value).unwrap();
        if store.wants_snapshot() {
            longest = longest.max(store.length);
            let mut snapshot = store.snapshot();
            snapshot.cell(DurableKey::of(&["cell"]), value);
            snapshot.finish().unwrap();
        }
    }
    assert!(store.stats().snapshots > 3 && (1 << 20..(1 << 20) + 300).contains(&longest), "{longest}");
    assert_eq!(read(&disk), 99_999);
}

#[test]
fn a_store_is_of_a_file_unless_said_otherwise() {
    fn is_send<T: Send>() {}
    is_send::<Store>();
    is_send::<Store<SystemDisk>>();
}

#[test]
fn a_commit_that_is_dropped_was_never_begun() {
    let disk = SimulatedDisk(World::new(0));
    let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
    store.commit().cell(DurableKey::of(&["cell"]), 5);
    set(&mut store, 6).unwrap();
    assert_eq!((store.number(), read(&disk)), (1, 6));
}
