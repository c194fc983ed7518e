//! A process that writes without a pause and is killed, again and again: what it was told is there.
//!
//! A test binary of its own, with an entry in `Cargo.toml`: it starts itself as the process that is killed.
//! `PAVANE_KILLS=N` for any number of kills.

use std::io::{BufRead, BufReader, Write};
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use pavane::persist::*;

#[allow(dead_code, clippy::unwrap_used, reason = "shared with tests inside the library")]
#[path = "model.rs"]
mod model;

use model::{Model, Program, Random, put};

const FILE: &str = "PAVANE_PERSIST_CHILD";

/// The turn that makes commit `number`: never an empty one, and the same whoever makes it.
fn turn(model: &mut Model, program: &Program, number: u64) -> Vec<model::Edit> {
    let mut random = Random(number);
    loop {
        let edits = model.turn(program, &mut random, 3);
        if !edits.is_empty() {
            return edits;
        }
    }
}

fn settings(round: u64) -> PersistSettings {
    let every = NonZeroU32::new(5).expect("it is not 0");
    PersistSettings {
        sync: [SyncPolicy::EveryCommit, SyncPolicy::Every(every), SyncPolicy::OnFlush][round as usize % 3],
        compaction: Compaction { log_bytes_min: 4000, times_snapshot: 2 },
        ..PersistSettings::default()
    }
}

/// Goes on from what is on disk, and says after each commit that it is made.
#[test]
fn child() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let round = std::env::var("PAVANE_PERSIST_ROUND").unwrap().parse().unwrap();
    let program = Program::new();
    let (mut store, _) = Store::open(file, settings(round)).unwrap();
    let mut model = Model::take(&program, store.restored());
    let mut out = std::io::stdout();
    // It is killed long before.
    while store.number() < 10_000_000 {
        let edits = turn(&mut model, &program, store.number() + 1);
        let mut commit = store.commit();
        put(&edits, &model, &program, &mut commit);
        commit.finish().unwrap();
        writeln!(out, "commit {}", store.number()).unwrap();
        out.flush().unwrap();
        if store.wants_snapshot() {
            let mut snapshot = store.snapshot();
            model.put_snapshot(&program, &mut snapshot);
            snapshot.finish().unwrap();
        }
    }
}

/// Starts the process, kills it after a while, and gives the last commit that it named.
fn run_and_kill(file: &Path, round: u64, wait: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().expect("the process runs"))
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .env("PAVANE_PERSIST_ROUND", round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the process runs");
    let out = BufReader::new(child.stdout.take().expect("the process runs"));
    let reader = std::thread::spawn(move || {
        let lines = out.lines().map_while(Result::ok);
        let named = lines.filter_map(|line| line.split_once("commit ")?.1.parse().ok());
        named.last().unwrap_or(0)
    });
    std::thread::sleep(wait);
    assert_eq!(child.try_wait().expect("the process runs"), None, "the process ended by itself");
    child.kill().expect("the process runs");
    child.wait().expect("the process runs");
    reader.join().expect("the process runs")
}

#[test]
fn killed_under_load() {
    if std::env::var_os(FILE).is_some() {
        return;
    }
    let kills = std::env::var("PAVANE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let folder = std::env::temp_dir().join(format!("pavane-persist-kill-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("a.state");
    let (program, mut random) = (Program::new(), Random(u64::from(std::process::id())));
    let (mut model, mut number) = (Model::new(&program), 0);
    let (mut torn, mut unfinished) = (0, 0);
    for round in 0..kills {
        let wait = Duration::from_micros(5000 + random.next() % 60_000);
        let told = run_and_kill(&file, round, wait).max(number);
        if !file.exists() {
            // Killed before it had a file.
            assert_eq!(told, 0);
            continue;
        }
        unfinished += usize::from(folder.join("a.state.new").exists());
        // Whoever comes next finds commit n, or n - 1 of what was on its way.
        let (mut store, notices) = Store::open(&file, settings(round)).unwrap();
        assert!((told..=told + 1).contains(&store.number()), "told {told}, found {}", store.number());
        while number < store.number() {
            number += 1;
            turn(&mut model, &program, number);
        }
        assert_eq!(Model::take(&program, store.restored()), model, "round {round}, commit {number}");
        for notice in notices {
            assert!(matches!(notice, Notice::Torn { .. }), "{notice}");
            torn += 1;
        }
        assert!(!folder.join("a.state.new").exists());
    }
    println!("{kills} kills, {number} commits, {torn} torn ends, {unfinished} unfinished snapshots");
    assert!(number > kills * 5, "{number} commits in {kills} runs");
    std::fs::remove_dir_all(folder).unwrap();
}
