//! Every byte at which a process can be killed, every byte that can be flipped, and how many bytes a commit takes.

use std::ops::Range;

use super::model::{Edit, Model, Program, Random, put};
use super::simulator::{STEP, SimulatedDisk, World};
use super::{DurableKey, Notice, PersistError, PersistSettings, Store, SyncPolicy, ValueKind};

/// A file with a snapshot and commits.
struct Written {
    program: Program,
    bytes: Vec<u8>,
    /// The state that the snapshot has, and its number.
    first: Model,
    base: u64,
    turns: Vec<Vec<Edit>>,
    /// Where each commit begins, and the end.
    starts: Vec<usize>,
}

impl Written {
    fn new(seed: u64, sync: SyncPolicy) -> Self {
        let program = Program::new();
        let (mut random, world) = (Random(seed), SimulatedDisk(World::new(0)));
        let settings = PersistSettings { sync, ..PersistSettings::default() };
        let (mut store, _) = Store::open_on(world.clone(), settings).unwrap();
        let mut model = Model::new(&program);
        let mut turn = |store: &mut Store<_>, model: &mut Model| {
            let mut edits = Vec::new();
            while edits.is_empty() {
                edits = model.turn(&program, &mut random, 4);
            }
            let mut commit = store.commit();
            put(&edits, model, &program, &mut commit);
            commit.finish().unwrap();
            edits
        };
        for _ in 0..40 {
            turn(&mut store, &mut model);
        }
        let mut snapshot = store.snapshot();
        model.put_snapshot(&program, &mut snapshot);
        snapshot.finish().unwrap();
        let (first, base) = (model.clone(), store.number());
        let (mut turns, mut starts) = (Vec::new(), Vec::new());
        for _ in 0..12 {
            starts.push(store.length as usize);
            turns.push(turn(&mut store, &mut model));
        }
        starts.push(store.length as usize);
        let mut bytes = world.0.borrow().bytes();
        assert!(
            (bytes.len() as u64).is_multiple_of(STEP) && bytes[starts[12]..].iter().all(|&byte| byte == 0)
        );
        bytes.truncate(starts[12]);
        Self { program, bytes, first, base, turns, starts }
    }

    /// The state when some of the commits are there.
    fn state(&self, has: impl Fn(usize) -> bool) -> Model {
        let mut model = self.first.clone();
        for (_, turn) in self.turns.iter().enumerate().filter(|(k, _)| has(*k)) {
            turn.iter().for_each(|edit| model.apply(edit));
        }
        model
    }

    /// That, where what was lost is not all that says which ids there were: each commit does of its lists.
    fn state_like(&self, found: &Model, has: impl Fn(usize) -> bool) -> Model {
        let (mut model, all) = (self.state(has), self.state(|_| true));
        for ((list, found), all) in model.lists.iter_mut().zip(&found.lists).zip(&all.lists) {
            if (list.next_id..=all.next_id).contains(&found.next_id) {
                list.next_id = found.next_id;
            }
        }
        model
    }

    fn read(&self, bytes: &[u8]) -> Result<(Model, Vec<Notice>, u64), PersistError> {
        let world = SimulatedDisk(World::new(0));
        world.0.borrow_mut().set_bytes(bytes);
        let (mut store, notices) = Store::open_on(world, PersistSettings::default())?;
        Ok((Model::take(&self.program, store.restored()), notices, store.number()))
    }

    /// What is said of bytes from here on that are cut off.
    fn torn(bytes: &[u8], at: usize) -> Vec<Notice> {
        // Zeros are room.
        let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        let torn = Notice::Torn { at: at as u64, bytes: end.saturating_sub(at) as u64 };
        if end > at { vec![torn] } else { Vec::new() }
    }

    fn commit(&self, k: usize) -> Range<usize> {
        self.starts[k]..self.starts[k + 1]
    }

    fn with(&self, at: usize, bits: u8) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[at] ^= bits;
        bytes
    }
}

#[test]
fn killed_at_every_byte_of_a_commit() {
    let written = Written::new(1, SyncPolicy::EveryCommit);
    for end in written.starts[0]..=written.bytes.len() {
        let whole = written.starts[1..].iter().filter(|&&start| start <= end).count();
        let (model, notices, number) = written.read(&written.bytes[..end]).unwrap();
        assert_eq!(model, written.state(|k| k < whole), "{end}");
        assert_eq!(number, written.base + whole as u64);
        let at = written.starts[whole];
        assert_eq!(notices, Written::torn(&written.bytes[..end], at), "{end}");
        assert!(end == at || notices.len() == 1);
        // The same where there was room.
        let mut longer = written.bytes[..end].to_vec();
        longer.extend([0; 100]);
        // A commit that lacks zeros alone is complete.
        let rest =
            written.bytes[end..].iter().take(written.starts.get(whole + 1).map_or(0, |next| next - end));
        let read = written.read(&longer).unwrap();
        if end > at && rest.clone().all(|&byte| byte == 0) {
            assert_eq!(read, (written.state(|k| k <= whole), Vec::new(), number + 1));
        } else {
            assert_eq!(read, (model, notices, number));
        }
    }
    // Somebody cut the file within its snapshot, which no crash does.
    for end in 0..written.starts[0] {
        let (_, notices, number) = written.read(&written.bytes[..end]).unwrap();
        assert!(number == 0 || number == written.base);
        let is_torn = |notice: &Notice| matches!(notice, Notice::Torn { .. });
        assert!(
            notices.len() <= 2 && (notices.is_empty() || notices.iter().any(is_torn)),
            "{end}: {notices:?}"
        );
    }
}

/// What is torn is gone, and commits follow.
#[test]
fn a_torn_end_is_cut_off() {
    let written = Written::new(2, SyncPolicy::EveryCommit);
    for end in (written.starts[11]..written.bytes.len()).step_by(5) {
        let world = SimulatedDisk(World::new(0));
        world.0.borrow_mut().set_bytes(&written.bytes[..end]);
        let (mut store, _) = Store::open_on(world.clone(), PersistSettings::default()).unwrap();
        assert_eq!(world.0.borrow().bytes().len(), written.starts[11]);
        let mut model = Model::take(&written.program, store.restored());
        let edits = [Edit::Cell(written.program.cells[1].0, super::model::Own::Int(-7))];
        model.apply(&edits[0]);
        let mut commit = store.commit();
        put(&edits, &model, &written.program, &mut commit);
        assert_eq!(commit.finish().unwrap().number, written.base + 12);
        let bytes = world.0.borrow().bytes();
        assert_eq!(written.read(&bytes).unwrap(), (model, Vec::new(), written.base + 12));
    }
}

#[test]
fn a_flipped_byte_costs_its_commit() {
    for seed in 1..4 {
        let written = Written::new(seed, SyncPolicy::EveryCommit);
        for k in 0..12 {
            for at in written.commit(k) {
                let flipped = written.with(at, 1 << (at % 8));
                let (model, notices, number) = written.read(&flipped).unwrap();
                assert_eq!(model, written.state_like(&model, |commit| commit != k), "commit {k}, byte {at}");
                let (start, bytes) = (written.starts[k] as u64, written.commit(k).len() as u64);
                let lost = written.base + 1 + k as u64;
                // What nothing follows may as well be torn.
                let (named, newest) = match k {
                    11 => (Written::torn(&flipped, start as usize)[0].clone(), lost - 1),
                    _ => (Notice::Damaged { at: start, bytes, commits: lost..lost + 1 }, written.base + 12),
                };
                assert_eq!((&notices[0], number), (&named, newest));
                let rest =
                    |notice: &Notice| matches!(notice, Notice::Missing { commit, .. } if *commit > lost);
                assert!(notices[1..].iter().all(rest), "{notices:?}");
            }
        }
    }
}

#[test]
fn two_damaged_commits_cost_two() {
    let written = Written::new(5, SyncPolicy::EveryCommit);
    let mut bytes = written.bytes.clone();
    for k in [3, 4, 8] {
        bytes[written.starts[k] + 6] ^= 16;
    }
    let (model, notices, _) = written.read(&bytes).unwrap();
    assert_eq!(model, written.state_like(&model, |k| ![3, 4, 8].contains(&k)));
    let damaged = |from: usize, to: usize| Notice::Damaged {
        at: written.starts[from] as u64,
        bytes: (written.starts[to] - written.starts[from]) as u64,
        commits: written.base + 1 + from as u64..written.base + 1 + to as u64,
    };
    let named: Vec<_> =
        notices.into_iter().filter(|notice| matches!(notice, Notice::Damaged { .. })).collect();
    assert_eq!(named, [damaged(3, 5), damaged(8, 9)]);
}

/// Behind the last sync a crash may have lost any write: what follows damage there is not read.
#[test]
fn damage_that_may_be_of_a_crash_ends_the_file() {
    let written = Written::new(6, SyncPolicy::OnFlush);
    for k in 0..12 {
        let flipped = written.with(written.starts[k] + 40, 1);
        let (model, notices, number) = written.read(&flipped).unwrap();
        assert_eq!(model, written.state(|commit| commit < k), "{k}");
        assert_eq!(notices, Written::torn(&flipped, written.starts[k]));
        assert_eq!(number, written.base + k as u64);
    }
}

#[test]
fn a_flipped_byte_of_the_snapshot_costs_its_part() {
    let written = Written::new(7, SyncPolicy::EveryCommit);
    let whole = written.state(|_| true);
    for at in 0..written.starts[0] {
        let read = written.read(&written.with(at, 1 << (at % 8)));
        if at < 17 {
            // Of another version, or something else: it is left alone.
            assert!(matches!(read, Err(PersistError::NotDurable(_) | PersistError::Version(_))), "{at}");
            continue;
        }
        let (model, notices, number) = read.unwrap();
        assert_eq!(number, written.base + 12, "{at}");
        let Notice::Damaged { at: start, bytes, commits } = &notices[0] else { panic!("{at}: {notices:?}") };
        assert!(commits.is_empty() && (*start..start + bytes).contains(&(at as u64)), "{at}: {notices:?}");
        // A cell, the rows or a column.
        let cells = whole.cells.iter().filter(|(key, value)| model.cells.get(key) != Some(value)).count();
        let lists = whole.lists.iter().zip(&model.lists).filter(|(a, b)| a != b).count();
        assert!(cells + lists <= 1, "{at}: {cells} cells, {lists} lists");
    }
}

#[test]
fn what_is_no_state_is_left_alone() {
    let path = || "simulated".into();
    let table: [(&[u8], PersistError); 3] = [
        (b"title,done\nBuy milk,false\n", PersistError::NotDurable(path())),
        (b"pavane history 1\n", PersistError::NotDurable(path())),
        (b"pavane durable 2\n rest", PersistError::Version(path())),
    ];
    for (bytes, expected) in table {
        let world = SimulatedDisk(World::new(0));
        world.0.borrow_mut().set_bytes(bytes);
        let error = Store::open_on(world.clone(), PersistSettings::default()).unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(world.0.borrow().bytes(), bytes);
    }
}

/// Bytes of a commit that flips some rows of a list of some rows.
fn bytes_of_a_toggle(rows: u64, flipped: u64) -> u64 {
    let (list, title, done) =
        (DurableKey::of(&["todos"]), DurableKey::of(&["todos", "title"]), DurableKey::of(&["todos", "done"]));
    let world = SimulatedDisk(World::new(0));
    let (mut store, _) = Store::open_on(world, PersistSettings::default()).unwrap();
    let ids: Vec<u64> = (1..=rows).collect();
    let mut snapshot = store.snapshot();
    let mut to = snapshot.list(list, rows + 1);
    let mut to = to.append(&ids);
    to.column(title, ValueKind::Text, ids.iter().map(|_| "Something to do"));
    to.column(done, ValueKind::Bool, ids.iter().map(|_| false));
    snapshot.finish().unwrap();
    let mut commit = store.commit();
    let ids = &ids[..flipped as usize];
    commit.list(list, rows + 1).update(ids).column(done, ValueKind::Bool, ids.iter().map(|_| true));
    commit.finish().unwrap().bytes
}

#[test]
fn the_bytes_of_a_commit_are_those_of_what_changed() {
    // 37 of the header, 1 of what is synced, 17 and the next id of the list, 2 of the rows, 18 of the column.
    for (rows, next_id) in [(20, 1), (200, 2), (2000, 2), (20_000, 3)] {
        assert_eq!(bytes_of_a_toggle(rows, 1), 37 + 1 + 17 + next_id + 2 + 18 + 2, "{rows}");
    }
    // Two more for each more row: its id and its value.
    let of = |flipped| bytes_of_a_toggle(2000, flipped);
    assert_eq!([of(2) - of(1), of(100) - of(1), of(1000) - of(100)], [2, 198, 1801]);
    // Nothing changed, nothing is written.
    let (mut store, _) = Store::open_on(SimulatedDisk(World::new(0)), PersistSettings::default()).unwrap();
    let before = store.stats();
    let written = store.commit().finish().unwrap();
    assert_eq!((written.bytes, written.number, store.stats()), (0, 0, before));
}
