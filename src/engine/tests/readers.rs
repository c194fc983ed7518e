//! Readers of what changes in lists and views: whatever the run does, what they were told is what there is.

use super::lists::{drive, tasks};
use crate::engine::{ChangeReader, Snapshots};
use crate::lists::{Change, Item, Read};
use crate::math::hash::hash2;
use crate::program::{Program, Type};
use crate::{Builder, Engine, EngineError, EngineSettings};

const NAMES: [&str; 4] = ["tasks", "open", "high", "sorted"];

/// The ids of a list or view of `tasks`, worked out from its rows.
fn expected(engine: &Engine, name: &str, least: f64) -> Vec<u64> {
    let rows = engine.list("tasks").unwrap();
    let number = |column, at| match rows.value(column, at).unwrap() {
        crate::engine::InputValue::Float(value) => value,
        crate::engine::InputValue::Bool(value) => f64::from(u8::from(value)),
        other => panic!("{other:?}"),
    };
    let all: Vec<(u64, f64, bool)> =
        rows.ids().enumerate().map(|(at, id)| (id, number("value", at), number("done", at) != 0.0)).collect();
    let mut chosen: Vec<(u64, f64, bool)> = match name {
        "tasks" => all,
        "open" | "sorted" => all.into_iter().filter(|&(_, _, is_done)| !is_done).collect(),
        _ => all.into_iter().filter(|&(_, value, _)| value >= least).collect(),
    };
    if name == "sorted" {
        chosen.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    chosen.into_iter().map(|(id, _, _)| id).collect()
}

struct Reading {
    name: &'static str,
    reader: ChangeReader,
    order: Vec<Item>,
    deltas: usize,
    snapshots: usize,
}

impl Reading {
    fn new(engine: &mut Engine, name: &'static str) -> Self {
        let reader = engine.subscribe(name).unwrap();
        Self { name, reader, order: Vec::new(), deltas: 0, snapshots: 0 }
    }

    fn read(&mut self, engine: &mut Engine) {
        match engine.read_changes(self.reader).unwrap() {
            Read::Behind(all) => {
                self.order.clone_from(&all.items);
                self.snapshots += 1;
            }
            Read::Deltas(deltas) => {
                for delta in deltas {
                    let is_of =
                        |item: Item, order: &[Item], at: Option<u32>| order[at.unwrap() as usize] == item;
                    for gone in delta.removes() {
                        assert!(
                            is_of(gone.item(), &self.order, gone.from()) || gone.change() == Change::Moved
                        );
                    }
                    delta.apply(&mut self.order);
                    for same in delta.inserts().chain(delta.updates()) {
                        assert!(is_of(same.item(), &self.order, same.to()));
                    }
                    self.deltas += 1;
                }
            }
        }
    }

    fn ids(&self) -> Vec<u64> {
        self.order.iter().map(|item| item.id.0).collect()
    }
}

fn engine(program: Program) -> Engine {
    let settings = EngineSettings {
        snapshots: Some(Snapshots { count: 6, every: 7, inputs: 4_000 }),
        rollback: 5,
        ..EngineSettings::default()
    };
    Engine::fitted(program, 4.0, settings).unwrap()
}

/// What happens to the run besides edits; whether views were told of their rows since.
fn upset(engine: &mut Engine, random: u32, least: &mut f64) -> Option<bool> {
    let at = engine.at()?;
    // What was sent behind a full list waits for the next frame, and may fill it again.
    let is_full = |evaluated: Result<(), EngineError>| match evaluated {
        Ok(_) => false,
        Err(EngineError::ListFull { .. }) => true,
        Err(other) => panic!("{other}"),
    };
    match random % 40 {
        0 if is_full(engine.seek(at.saturating_sub(u64::from(random >> 8) % 30)).map(|_| ())) => return None,
        1 if is_full(engine.seek(at + u64::from(random >> 8) % 5).map(|_| ())) => return None,
        2 if is_full(engine.redraw().map(|_| ())) => return None,
        0..3 => {}
        3 => {
            engine.reset();
            return Some(false);
        }
        4 => {
            engine.swap_and_grow(tasks(20), 1.0).unwrap();
            return Some(false);
        }
        5..8 => {
            *least = f64::from(random >> 8 & 15);
            engine.set("least", *least).unwrap();
        }
        8 if at > 2 => {
            let add = engine.event("add").unwrap();
            let time = engine.frame_rate().start(at - 1).unwrap();
            // It has no effect where it comes too late for what is known.
            let _ = engine.send_at(add, time, f64::from(random >> 8 & 15));
        }
        _ => return None,
    }
    Some(true)
}

#[test]
fn what_was_told_is_what_there_is() {
    let (mut deltas, mut snapshots, mut errors) = (0, 0, 0);
    for seed in 0..30 {
        let mut engine = engine(tasks(20));
        let mut readings: Vec<Reading> = Vec::new();
        let mut least = 0.0;
        let mut is_told = false;
        for step in 0..400 {
            let random = hash2(step, seed);
            if readings.len() < 9 && random.is_multiple_of(5) {
                readings.push(Reading::new(&mut engine, NAMES[(random >> 8) as usize % NAMES.len()]));
            }
            for k in 0..1 + random % 3 {
                drive(&mut engine, u64::from(hash2(step * 4 + k, seed + 1000)));
            }
            let next = engine.at().map_or(0, |at| at + 1);
            match engine.frame(next).map(|_| ()) {
                Ok(()) => is_told = true,
                Err(EngineError::ListFull { .. }) => errors += 1,
                Err(other) => panic!("{other}"),
            }
            is_told = upset(&mut engine, hash2(step, seed + 2000), &mut least).unwrap_or(is_told);
            let scopes = engine.scope_counters();
            assert_eq!(scopes.created, scopes.dropped + scopes.live, "step {step} of {seed}");
            assert_eq!(scopes.live, 2 + engine.list("tasks").unwrap().len() as u64);
            for (k, reading) in (0..).zip(&mut readings) {
                let chance = [1, 4, 60][k as usize % 3];
                if hash2(step * 16 + k, seed + 3000).is_multiple_of(chance) {
                    reading.read(&mut engine);
                    if is_told && reading.name != "high" || reading.name == "tasks" {
                        let expected = expected(&engine, reading.name, least);
                        assert_eq!(reading.ids(), expected, "{} at step {step} of {seed}", reading.name);
                    }
                }
            }
            if random % 50 == 1 && !readings.is_empty() {
                let ended = readings.swap_remove((random >> 8) as usize % readings.len());
                assert!(engine.unsubscribe(ended.reader) && !engine.unsubscribe(ended.reader));
                assert!(engine.read_changes(ended.reader).is_none());
                deltas += ended.deltas;
                snapshots += ended.snapshots;
            }
        }
    }
    assert!(deltas > 1_000 && snapshots > 100 && errors > 10, "{deltas}, {snapshots}, {errors}");
}

#[test]
fn a_view_that_reads_an_input_is_told_by_the_frame() {
    let mut engine = engine(tasks(20));
    let mut high = Reading::new(&mut engine, "high");
    for value in [1.0, 2.0, 3.0] {
        engine.send("add", value).unwrap();
    }
    for (frame, least) in [(0, 0.0), (1, 2.0), (2, 9.0), (3, 1.5)] {
        engine.set("least", least).unwrap();
        engine.frame(frame).unwrap();
        high.read(&mut engine);
        assert_eq!(high.ids(), expected(&engine, "high", least));
    }
    assert_eq!((high.snapshots, high.deltas), (1, 3), "each change is one delta, the first read all of them");
}

#[test]
fn snapshots_are_for_what_no_delta_leads_to() {
    let mut engine = engine(tasks(20));
    engine.frame(0).unwrap();
    let mut reading = Reading::new(&mut engine, "tasks");
    // What is done, frames on, and how many snapshots and deltas are read behind it.
    let mut check = |act: &dyn Fn(&mut Engine), expected: [usize; 2]| {
        act(&mut engine);
        let before = [reading.snapshots, reading.deltas];
        reading.read(&mut engine);
        assert_eq!([reading.snapshots - before[0], reading.deltas - before[1]], expected);
        assert_eq!(reading.ids(), self::expected(&engine, "tasks", 0.0));
    };
    let add = |engine: &mut Engine| {
        engine.send("add", 1.0).unwrap();
        let next = engine.at().map_or(0, |at| at + 1);
        engine.frame(next).unwrap();
    };
    check(&|_| (), [1, 0]);
    check(&|_| (), [0, 0]);
    check(&add, [0, 1]);
    check(&|engine| (0..3).for_each(|_| add(engine)), [0, 3]);
    check(&|engine| _ = engine.redraw().unwrap(), [0, 0]);
    check(&|engine| _ = engine.seek(9).unwrap(), [0, 0]);
    check(&|engine| _ = engine.seek(2).unwrap(), [1, 0]);
    check(&add, [0, 1]);
    check(&|engine| engine.reset(), [1, 0]);
    check(&add, [0, 1]);
    check(&|engine| _ = engine.swap(tasks(20)).unwrap(), [1, 0]);
    check(&add, [0, 1]);
    let late = |engine: &mut Engine| {
        let (add, time) = (engine.event("add").unwrap(), engine.frame_rate().start(1).unwrap());
        (0..5).for_each(|frame| _ = engine.frame(frame).unwrap());
        engine.send_at(add, time, 3.0).unwrap();
    };
    check(&|engine| engine.reset(), [1, 0]);
    check(&late, [1, 0]);
    let too_many = |engine: &mut Engine| {
        (0..21).for_each(|_| engine.send("add", 1.0).unwrap());
        let next = engine.at().map_or(0, |at| at + 1);
        assert!(matches!(engine.frame(next), Err(EngineError::ListFull { .. })));
    };
    check(&too_many, [1, 0]);
    // One that was too many waits, for a later time than that of what went wrong.
    let two_on = |engine: &mut Engine| {
        engine.send("add", 1.0).unwrap();
        let at = engine.at().unwrap();
        engine.frame(at + 2).unwrap();
    };
    check(&two_on, [0, 2]);
}

#[test]
fn readers_outlive_programs_without_their_list() {
    let mut engine = engine(tasks(20));
    let reader = engine.subscribe("sorted").unwrap();
    engine.send("add", 1.0).unwrap();
    engine.frame(0).unwrap();
    assert!(matches!(engine.read_changes(reader), Some(Read::Behind(_))));
    let b = Builder::new("other");
    let other = b.list("other", 4, &[("value", Type::Float)]);
    b.host_event("add", Some(Type::Float)).reaction().remove_rows(other, None).done();
    engine.swap_and_grow(b.finish().unwrap(), 1.0).unwrap();
    engine.frame(1).unwrap();
    assert!(engine.read_changes(reader).is_none());
    engine.swap_and_grow(tasks(20), 1.0).unwrap();
    engine.frame(2).unwrap();
    assert!(matches!(engine.read_changes(reader), Some(Read::Behind(_))));
    assert!(engine.unsubscribe(reader));
    // A fold is no rows, and what has no name cannot be asked for.
    let error = engine.subscribe("left").unwrap_err().to_string();
    assert!(error.contains("tasks, open, high, sorted"), "{error}");
    let readers: Vec<_> = (0..64).map(|_| engine.subscribe("open").unwrap()).collect();
    assert!(matches!(engine.subscribe("open"), Err(EngineError::TooManyReaders { readers: 64, .. })));
    assert!(engine.unsubscribe(readers[9]));
    assert!(engine.subscribe("open").is_ok());
}

#[test]
fn the_ring_is_small_again_when_the_slow_reader_is_gone() {
    let mut engine = engine(tasks(4_000));
    let bytes =
        |engine: &Engine| engine.budget().rows.iter().find(|row| row.buffer == "lists").unwrap().bytes();
    let quick = engine.subscribe("tasks").unwrap();
    (0..1_000).for_each(|k| engine.send("add", f64::from(k)).unwrap_or_default());
    engine.frame(0).unwrap();
    engine.read_changes(quick);
    let small = bytes(&engine);
    let slow = engine.subscribe("tasks").unwrap();
    engine.read_changes(slow);
    for frame in 1..9 {
        engine.send("toggle_all", ()).unwrap();
        engine.frame(frame).unwrap();
        engine.read_changes(quick);
    }
    assert!(bytes(&engine) > small, "it has grown");
    assert!(engine.unsubscribe(slow));
    for frame in 9..15 {
        engine.frame(frame).unwrap();
        engine.read_changes(quick);
    }
    assert_eq!(bytes(&engine), small);
}
