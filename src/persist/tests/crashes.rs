//! Crashes by seed: after each, the state is that of a commit, none that was promised is lost, and nothing is said to be
//! damaged.

use std::num::NonZeroU32;

use super::model::{Model, Program, Random, put};
use super::simulator::{SimulatedDisk, World};
use super::{Compaction, Notice, PersistError, PersistSettings, Store, Strangers, SyncPolicy};

/// What crashes came to.
#[derive(Debug, Default)]
struct Count {
    crashes: usize,
    lost: usize,
    torn: usize,
    snapshots: u64,
    full: usize,
    behind: usize,
    failed_opens: usize,
}

fn settings(random: &mut Random) -> PersistSettings {
    let every = NonZeroU32::new(2 + random.below(4) as u32).unwrap();
    PersistSettings {
        sync: [SyncPolicy::EveryCommit, SyncPolicy::Every(every), SyncPolicy::OnFlush][random.below(3)],
        compaction: Compaction { log_bytes_min: 200 + random.below(3000) as u64, times_snapshot: 1 },
        strangers: Strangers::Keep,
        unwritten_bytes_max: random.below(2000),
    }
}

/// What a program was told before the power went.
#[derive(Default)]
struct Told {
    written: u64,
    synced: u64,
}

/// A program that runs until its disk is gone. `states[n]` is the state of commit n.
fn run(
    store: &mut Store<SimulatedDisk>,
    world: &SimulatedDisk,
    program: &Program,
    states: &mut Vec<Model>,
    random: &mut Random,
    count: &mut Count,
) -> Told {
    let mut told = Told { written: store.number(), synced: store.number() };
    let mut model = states.last().unwrap().clone();
    for _ in 0..200 {
        if random.one_in(12) {
            let room = store.length as usize + random.below(400);
            world.0.borrow_mut().room = if random.one_in(2) { usize::MAX } else { room };
        }
        let edits = model.turn(program, random, 3);
        let mut commit = store.commit();
        put(&edits, &model, program, &mut commit);
        let mut results = vec![commit.finish()];
        if store.number() == states.len() as u64 {
            states.push(model.clone());
        }
        assert_eq!((store.number() + 1) as usize, states.len());
        if random.one_in(6) {
            results.push(store.flush());
        }
        if store.wants_snapshot() || random.one_in(20) {
            let mut snapshot = store.snapshot();
            model.put_snapshot(program, &mut snapshot);
            results.push(snapshot.finish());
        }
        for result in results {
            match result {
                Ok(written) => {
                    told.written = written.number;
                    told.synced = if written.is_synced { written.number } else { told.synced };
                }
                Err(PersistError::Full(_)) => count.full += 1,
                Err(PersistError::Behind(_)) => count.behind += 1,
                Err(_) => {}
            }
        }
        if world.0.borrow().ops_left == Some(0) {
            break;
        }
    }
    count.snapshots += store.stats().snapshots;
    told
}

fn crash(seed: u64, times: usize, count: &mut Count) {
    let program = Program::new();
    let mut random = Random(seed);
    let world = SimulatedDisk(World::new(random.next()));
    let mut states = vec![Model::new(&program)];
    let mut told = Told::default();
    let mut is_power = true;
    for _ in 0..times {
        {
            let mut world = world.0.borrow_mut();
            world.room = usize::MAX;
            world.fails = [0, 0, 0, 12, 40][random.below(5)];
            world.ops_left = Some(1 + random.below(30));
        }
        let opened = Store::open_on(world.clone(), settings(&mut random));
        let is_open = opened.is_ok();
        match opened {
            Ok((mut store, notices)) => {
                let number = store.number();
                let least = if is_power { told.synced } else { told.written };
                let place = || format!("seed {seed}, crash {}, told {least}", count.crashes);
                assert!((least as usize..states.len()).contains(&(number as usize)), "{number}, {}", place());
                let found = Model::take(&program, store.restored());
                assert_eq!(found, states[number as usize], "{number}, {}", place());
                for notice in notices {
                    assert!(matches!(notice, Notice::Torn { .. }), "{notice}, {}", place());
                    count.torn += 1;
                }
                count.lost += states.len() - 1 - number as usize;
                states.truncate(number as usize + 1);
                told = run(&mut store, &world, &program, &mut states, &mut random, count);
            }
            // Nothing was written but what repairs.
            Err(_) => count.failed_opens += 1,
        }
        count.crashes += 1;
        // Behind a failed open, what the power took before is still gone.
        let is_kill = random.one_in(2);
        is_power = !is_kill || (is_power && !is_open);
        let mut world = world.0.borrow_mut();
        if is_kill { world.kill() } else { world.lose_power() }
    }
}

/// `PAVANE_CRASHES=N` for any number of crashes, `PAVANE_CRASH_SEED=N` for where they begin.
#[test]
fn the_state_after_a_crash_is_that_of_a_commit() {
    let of = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (crashes, mut seed) = (of("PAVANE_CRASHES").unwrap_or(100_000), of("PAVANE_CRASH_SEED").unwrap_or(1));
    let mut count = Count::default();
    while (count.crashes as u64) < crashes {
        crash(seed, 10, &mut count);
        seed += 1;
    }
    println!("{count:?}");
    // Each of them was tried.
    let tried =
        [count.lost, count.torn, count.full, count.behind, count.failed_opens, count.snapshots as usize];
    assert!(crashes < 1000 || tried.iter().all(|&n| n > 10), "{count:?}");
}
