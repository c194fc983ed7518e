//! The playlist that ships: rows that a hand drags to other places, as cues.

use crate::assets::Shipped;
use crate::engine::Snapshots;
use crate::{Engine, EngineSettings};

/// Something that a hand does; places are those of rows, from 0, and where the hand is between them is said in rows.
#[derive(Clone, Copy, Debug)]
enum Cue {
    /// Presses on the row at a place.
    Press(f64),
    /// Goes there.
    To(f64),
    Release,
    Add(&'static str),
    Drop(u32),
    /// So many seconds pass.
    Wait(f64),
}

use Cue::{Add, Drop, Press, Release, To, Wait};

fn engine(threads: usize) -> Engine {
    let program = Shipped::find("playlist").unwrap().program().unwrap();
    let snapshots = Some(Snapshots { count: 16, every: 20, inputs: 4_000 });
    Engine::fitted(program, 1.0, EngineSettings { snapshots, threads, ..EngineSettings::default() }).unwrap()
}

fn ids(engine: &Engine) -> Vec<u64> {
    engine.list("songs").unwrap().ids().collect()
}

/// Does something, and lets a frame pass; a hand that is still lets rows come to rest before it presses.
fn act(engine: &mut Engine, frame: &mut u64, cue: Cue) {
    let place = |row: f64| [0.4, 0.185 + 0.115 * row];
    let frames = match cue {
        Press(row) => {
            // What is drawn is where a hand finds it.
            for _ in 0..180 {
                *frame += 1;
                engine.frame(*frame).unwrap();
            }
            engine.set("pointer", place(row)).unwrap();
            engine.send("press", place(row)).unwrap();
            1
        }
        To(row) => {
            engine.set("pointer", place(row)).unwrap();
            1
        }
        Release => {
            engine.send("release", ()).unwrap();
            1
        }
        Add(title) => {
            engine.send_text(engine.event("add").unwrap(), title).unwrap();
            1
        }
        Drop(id) => {
            engine.send("drop", id).unwrap();
            1
        }
        Wait(seconds) => (seconds * 60.0) as u64,
    };
    for _ in 0..frames {
        *frame += 1;
        engine.frame(*frame).unwrap();
    }
}

fn check(cues: &[Cue], expected: &[u64]) {
    let run = |threads: usize| {
        let mut engine = engine(threads);
        engine.frame(0).unwrap();
        let mut frame = 0;
        // The first press ends what it plays by itself.
        engine.send("press", [2.0, 2.0]).unwrap();
        let mut seen = Vec::new();
        for &cue in cues {
            act(&mut engine, &mut frame, cue);
            seen.push((frame, ids(&engine), engine.last_frame().unwrap().hash()));
        }
        (engine, seen)
    };
    let (mut engine, seen) = run(1);
    assert_eq!(seen.last().unwrap().1, expected, "{cues:?}: {seen:?}");
    assert_eq!(run(4).1, seen, "four threads, {cues:?}");
    for (frame, rows, hash) in seen.iter().rev() {
        assert_eq!(engine.seek(*frame).unwrap().hash(), *hash, "seek to {frame}, {cues:?}");
        assert_eq!(ids(&engine), *rows, "seek to {frame}, {cues:?}");
    }
}

#[test]
fn a_hand_drags_rows() {
    // Songs have nine seconds and more before the first is over: three for each press.
    check(&[Press(1.0), Release], &[1, 2, 3, 4, 5, 6, 7, 8]);
    check(&[Press(1.0), To(3.0), Release], &[1, 3, 4, 2, 5, 6, 7, 8]);
    check(&[Press(3.0), To(2.0), To(1.0), To(0.0)], &[4, 1, 2, 3, 5, 6, 7, 8]);
    // It has gone a half before the others make room, wherever it was taken.
    check(&[Press(2.0), To(2.4)], &[1, 2, 3, 4, 5, 6, 7, 8]);
    check(&[Press(2.0), To(2.6)], &[1, 2, 4, 3, 5, 6, 7, 8]);
    check(&[Press(2.3), To(2.7)], &[1, 2, 3, 4, 5, 6, 7, 8]);
    // There and back; beyond the ends; far in one frame.
    check(&[Press(4.0), To(7.0), To(4.0), Release], &[1, 2, 3, 4, 5, 6, 7, 8]);
    check(&[Press(4.0), To(-9.0), Release], &[5, 1, 2, 3, 4, 6, 7, 8]);
    check(&[Press(0.0), To(99.0), Release], &[2, 3, 4, 5, 6, 7, 8, 1]);
    // What is released stays, wherever the hand goes.
    check(&[Press(1.0), To(2.0), Release, To(6.0)], &[1, 3, 2, 4, 5, 6, 7, 8]);
    // Between two rows nothing is taken.
    check(&[Press(1.49), To(6.0), Release], &[1, 2, 3, 4, 5, 6, 7, 8]);
    // One after the other.
    check(&[Press(1.0), To(2.0), Release, Press(1.0), To(0.0), Release], &[3, 1, 2, 4, 5, 6, 7, 8]);
}

#[test]
fn songs_come_go_and_are_over() {
    check(&[Add(" New "), Add("  ")], &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    check(&[Drop(3), Drop(3), Drop(77)], &[1, 2, 4, 5, 6, 7, 8]);
    // The row in the hand is removed by somebody else.
    check(&[Press(2.0), To(3.0), Drop(3), To(6.0), Release], &[1, 2, 4, 5, 6, 7, 8]);
    // The first has nine seconds, the second seven.
    check(&[Wait(8.5)], &[1, 2, 3, 4, 5, 6, 7, 8]);
    check(&[Wait(9.5)], &[2, 3, 4, 5, 6, 7, 8, 1]);
    check(&[Wait(16.5)], &[3, 4, 5, 6, 7, 8, 1, 2]);
    // Another one on top begins anew; nothing is over while a hand holds a row.
    check(&[Wait(5.0), Press(1.0), To(0.0), Release, Wait(5.0)], &[2, 1, 3, 4, 5, 6, 7, 8]);
    check(&[Press(3.0), Wait(20.0)], &[1, 2, 3, 4, 5, 6, 7, 8]);
    check(&[Press(3.0), Wait(20.0), Release], &[2, 3, 4, 5, 6, 7, 8, 1]);
}
