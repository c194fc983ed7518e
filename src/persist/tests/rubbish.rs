//! Turns by seed, each read back; and bytes that nobody wrote, with and without checksums that match.

use super::model::{Model, Program, Random, put};
use super::read::{Kind, MAGIC, id};
use super::simulator::{SimulatedDisk, World};
use super::{PersistSettings, Store};
use crate::journal;

#[test]
fn what_is_read_is_what_was_written() {
    let program = Program::new();
    for seed in 0..300 {
        let (mut random, disk) = (Random(seed), SimulatedDisk(World::new(seed)));
        let mut model = Model::new(&program);
        for _ in 0..20 {
            disk.0.borrow_mut().kill();
            let (mut store, notices) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
            assert_eq!(notices, [], "{seed}");
            assert_eq!(Model::take(&program, store.restored()), model, "{seed}");
            for _ in 0..random.below(4) {
                let edits = model.turn(&program, &mut random, 6);
                let mut commit = store.commit();
                put(&edits, &model, &program, &mut commit);
                commit.finish().unwrap();
            }
            if random.one_in(4) {
                let mut snapshot = store.snapshot();
                model.put_snapshot(&program, &mut snapshot);
                snapshot.finish().unwrap();
            }
        }
    }
}

/// A file with some records, of which one is rubbish with a checksum.
fn rubbish(random: &mut Random) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    journal::write(&mut bytes, Kind::Start, id(0, 1), &[]);
    for number in 1..4 {
        // Mostly tags, small numbers and the ends of numbers.
        let byte = |random: &mut Random| match random.below(4) {
            0 => random.next() as u8,
            1 => 0xff,
            _ => random.below(11) as u8,
        };
        let payload: Vec<u8> = (0..random.below(60)).map(|_| byte(random)).collect();
        let kind = [Kind::Commit, Kind::Commit, Kind::Part, Kind::End][random.below(4)];
        let number = if random.one_in(4) { random.next() >> random.below(64) } else { number };
        journal::write(&mut bytes, kind, id(number, 1), &payload);
    }
    if random.one_in(2) {
        bytes.extend((0..random.below(80)).map(|_| random.next() as u8));
    }
    bytes
}

/// It is read or refused, whatever it is, and a store goes on with it.
#[test]
fn rubbish_is_read_or_refused() {
    let mut random = Random(1);
    let program = Program::new();
    for _ in 0..30_000 {
        let disk = SimulatedDisk(World::new(0));
        disk.0.borrow_mut().set_bytes(&rubbish(&mut random));
        let (mut store, _) = Store::open_on(disk.clone(), PersistSettings::default()).unwrap();
        Model::take(&program, store.restored());
        let number = store.number();
        let mut commit = store.commit();
        commit.cell(program.cells[1].0, 12);
        commit.finish().unwrap();
        disk.0.borrow_mut().kill();
        let (mut store, _) = Store::open_on(disk, PersistSettings::default()).unwrap();
        assert_eq!(store.number(), number + 1);
        assert!(store.restored().take_cell(program.cells[1].0, super::ValueKind::Int).is_some());
    }
}
