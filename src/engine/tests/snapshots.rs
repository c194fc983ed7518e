//! Snapshots: wherever a seek comes from, its frame is the one that is played; and what is kept of a long run.

use super::program;
use super::{bits, finish, of, programs};
use crate::assets::PATCHES;
use crate::engine::{Demand, Engine, EngineSettings, Snapshots};
use crate::math::hash;
use crate::program::{Builder, ChannelKind, Program, Type};

/// Random numbers, the same in every run.
pub(super) struct Chance(pub(super) u32);

impl Chance {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        u64::from(hash::hash(self.0)) % end
    }
}

/// Everything that a snapshot is of: elements that are counted and born, edits that overtake one another, state and delays of
/// elements, events with delays.
const CROWD: &str = "
step = int(floor(scalar(time) * 9))
many = 3 + 12 * hash(step)
domain dots[many max 24] {
    state walk = 0.5
    next walk = walk * 0.5 + previous(walk) * 0.1 + random(1)
    late = delay(walk, 5)
    state hot = 0
    next hot = hot * 0.97
    far = walk * late + rank
    on beat { hot = hot * 0.5 + previous(far, wrap) }
    position = (walk * 0.1 + rank * 0.3, late * 0.2)  ~ spring(450ms)
    size = 0.3 / count + 0.01 * late + 0.01 * hot     ~ slew(200ms)
    spin = rank * 1turn                               ~ spring(300ms, bounce: 0.3)
    paint = oklch(0.8, 0.14, rank)                    ~ crossfade(250ms)
    draw rect { position, size, rotation: spin, color: alpha(paint, fade(in: 200ms, out: 250ms)) }
}
domain sparks[born every (if hash(step, 3) < 0.5 then 6ms else 31ms), lives 300ms + 300ms * random(5), max 30] {
    at birth from = (hash(step, 5), 0.5)
    place = from + (rank * 0.2, scalar(age))          ~ spring(200ms)
    draw circle { position: place, size: 0.01, color: alpha(#ffffff, fade(in: 100ms, out: 120ms)) }
}
event beat = every(130ms)
event again = after(95ms, beat)
state hits = 0
on beat { hits = hits + 1 }
later = hold(hits, again)
slow = lag(later, 300ms)
old = delay(slow, 250ms)
high = count(rise(slow > 3.5))
";

pub(super) fn engine(program: &Program, snapshots: Option<Snapshots>, threads: usize) -> Engine {
    let settings =
        EngineSettings { snapshots, threads, demand: Demand::Everything, ..EngineSettings::default() };
    Engine::fitted(program.clone(), 1.0, settings).expect("it fits")
}

/// A frame and what has happened in it, as bits.
pub(super) fn seen(engine: &mut Engine) -> (Vec<u64>, String) {
    let events: Vec<String> = engine.events().map(|event| format!("{event:?}")).collect();
    (bits(&engine.last_frame().expect("a frame")), events.join("\n"))
}

/// Plays, seeks and draws again at random: every frame is as in an engine that has played straight.
fn walk(program: &Program, frames: u64, snapshots: Snapshots, threads: usize) {
    let name = &program.data().about.name;
    let mut played = engine(program, None, 1);
    let straight: Vec<_> = (0..frames)
        .map(|index| {
            played.frame(index).expect("a frame");
            seen(&mut played)
        })
        .collect();
    let mut engine = engine(program, Some(snapshots), threads);
    let mut chance = Chance(frames as u32);
    for step in 0..frames {
        let next = engine.at().map_or(0, |at| at + 1);
        let index = match chance.below(8) {
            0 => chance.below(frames),
            1 => engine.at().unwrap_or(0).saturating_sub(chance.below(9)),
            2 => next.saturating_add(chance.below(20)).min(frames - 1),
            _ => next % frames,
        };
        engine.seek(index).expect("a frame");
        if chance.below(4) == 0 {
            engine.redraw().expect("a frame");
        }
        let found = seen(&mut engine);
        let expected = &straight[index as usize];
        assert!(found.0 == expected.0, "`{name}`: the bits of frame {index}, step {step}");
        assert_eq!(found.1, expected.1, "`{name}`: events of frame {index}, step {step}");
    }
}

#[test]
fn seeking_is_playing() {
    walk(&program(CROWD), 250, Snapshots { count: 5, every: 4, inputs: 0 }, 1);
    walk(&program(CROWD), 100, Snapshots { count: 3, every: 1, inputs: 0 }, 4);
    for program in programs::all() {
        walk(&program, 40, Snapshots { count: 3, every: 5, inputs: 0 }, 1);
    }
}

#[test]
fn in_every_shipped_patch() {
    for shipped in PATCHES {
        walk(&shipped.program().expect("it compiles"), 16, Snapshots { count: 4, every: 3, inputs: 0 }, 1);
    }
}

fn evaluations(engine: &Engine) -> u64 {
    engine.parts().clock.epoch
}

#[test]
fn a_seek_back_plays_from_the_nearest_snapshot() {
    let mut engine = engine(&program(CROWD), Some(Snapshots { count: 40, every: 10, inputs: 0 }), 1);
    for index in 0..=300 {
        engine.frame(index).expect("a frame");
    }
    let mut steps = |index: u64| {
        let before = evaluations(&engine);
        engine.seek(index).expect("a frame");
        evaluations(&engine) - before
    };
    // Behind 240; behind 200, and not the frame itself; nothing; forth, to what was kept before; behind the first one.
    assert_eq!([steps(245), steps(210), steps(210), steps(209), steps(297), steps(4)], [5, 10, 0, 9, 7, 4]);
}

#[test]
fn what_no_log_has_is_the_end_of_what_is_played_again() {
    let b = Builder::new("given");
    let x = b.channel("x", Type::Float, &[0.0], ChannelKind::Hold);
    let dots = b.host_domain("dots", 4);
    b.signal("sum", b.integrate("sum", x));
    b.pass("dots", dots).position(b.vec2(0.5, 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let program = finish(&b);
    let gives: [fn(&mut Engine); 6] = [
        |engine| engine.elements("dots").unwrap().set(&[3], &[]).unwrap(),
        |engine| engine.set_canvas([9, 9]).unwrap(),
        |engine| engine.raise_capacity(engine.settings().capacity.with_headroom(2.0)).unwrap(),
        |engine| drop(engine.swap(engine.program().clone()).unwrap()),
        |engine| engine.set_snapshots(Snapshots { count: 40, every: 10, inputs: 0 }),
        |engine| {
            engine.set("x", 1.0).unwrap();
            engine.redraw().unwrap();
        },
    ];
    for (k, give) in gives.into_iter().enumerate() {
        let mut engine = engine(&program, Some(Snapshots { count: 40, every: 10, inputs: 0 }), 1);
        engine.seek(95).expect("a frame");
        give(&mut engine);
        let before = evaluations(&engine);
        engine.seek(75).expect("a frame");
        assert_eq!(evaluations(&engine) - before, 76, "{k}");
    }
}

#[test]
fn what_waits_for_a_frame_is_in_no_snapshot() {
    let program = program("event click\nn = count(click)\nevent beat = every(70ms)\nm = count(beat)");
    let mut engine = engine(&program, Some(Snapshots { count: 40, every: 10, inputs: 0 }), 1);
    engine.seek(20).expect("a frame");
    engine.send("click", ()).expect("it is sent");
    engine.seek(40).expect("a frame");
    let shown = seen(&mut engine);
    // Frame 21 cannot be played again behind frame 20, so there is nothing to play from before 30.
    assert_eq!(kept(&engine), [30]);
    engine.seek(35).expect("a frame");
    engine.seek(40).expect("a frame");
    assert_eq!(seen(&mut engine), shown);
    // From the start it is not sent again: that is another run, and snapshots of the first one have no part in it.
    engine.seek(22).expect("a frame");
    engine.seek(40).expect("a frame");
    let mut other = self::engine(&program, None, 1);
    other.seek(40).expect("a frame");
    let expected = seen(&mut other);
    assert_ne!(expected.0, shown.0);
    assert_eq!(seen(&mut engine), expected);
    assert_eq!(kept(&engine), [30, 20, 10, 0]);
}

/// The frames of the snapshots that are left.
pub(super) fn kept(engine: &Engine) -> Vec<u64> {
    let ring = &engine.parts().ring;
    let mut frames = Vec::new();
    let mut before = u64::MAX;
    while let Some(at) = ring.last_before(before) {
        frames.push(at);
        before = at;
    }
    frames
}

#[test]
fn the_further_back_the_coarser() {
    let b = Builder::new("long");
    b.signal("x", b.integrate("x", b.float(1.0)));
    let mut engine = engine(&finish(&b), Some(Snapshots { count: 24, every: 10, inputs: 0 }), 1);
    for index in 0..=20_000 {
        engine.frame(index).expect("a frame");
        let frames = kept(&engine);
        assert!(frames.len() <= 24 && frames.is_sorted_by(|a, b| a > b));
        if index > 0 && index % 997 == 0 {
            // From any frame back there is one that is not much further back still.
            for age in (0..index).step_by(61) {
                let from = frames.iter().find(|&&at| at < index - age).map_or(0, |&at| at);
                let distance = index - age - from;
                assert!(
                    distance <= 20 + age * 6 / 10,
                    "{distance} frames, {age} back from {index}: {frames:?}"
                );
            }
        }
    }
}

#[test]
fn what_does_not_fit_the_memory_is_not_kept() {
    let program = program(CROWD);
    let rows = |engine: &Engine| {
        let budget = engine.budget();
        let row = budget.rows.iter().find(|row| row.buffer == "snapshots of the run");
        row.map_or((0, 0), |row| (row.count, row.bytes_each))
    };
    let all = engine(&program, Some(Snapshots { count: 10, every: 1, inputs: 0 }), 1);
    let (count, each) = rows(&all);
    assert_eq!(count, 10);
    let memory_limit = all.budget().total() - 3 * each - 1;
    let settings = EngineSettings { memory_limit, ..*all.settings() };
    let fewer = Engine::with_settings(program, settings).expect("it fits");
    assert_eq!(rows(&fewer), (6, each));
    // And none of what does not depend on the frames before.
    let b = Builder::new("still");
    b.signal("x", b.time());
    assert_eq!(rows(&of(&finish(&b))).0, 0);
    assert_eq!(rows(&engine(&finish(&b), Some(Snapshots::PLAYING), 1)).0, 0);
}

#[test]
fn a_seek_shows_what_it_passes_over() {
    const PATCH: &str = "
event beat = every(70ms)
event echo = after(50ms, beat)
state beats = 0
on beat { beats = beats + 1 }
draw circle { position: (0.5, 0.5), size: 0.001 * beats, color: #fff }";
    let seen = |engine: &Engine| -> Vec<(u64, String, crate::cues::Tag)> {
        let at = engine.at().expect("a frame");
        engine.events().map(|event| (at, event.event.to_owned(), event.tag)).collect()
    };
    let mut played = engine(&program(PATCH), None, 1);
    let mut all = Vec::new();
    for index in 0..=200 {
        played.frame(index).expect("a frame");
        all.extend(seen(&played));
    }
    assert!(all.len() > 80);
    let kept = Some(Snapshots { count: 8, every: 20, inputs: 0 });
    let mut sought = engine(&program(PATCH), kept, 1);
    let mut through = |index: u64| {
        let mut crossed = Vec::new();
        sought.seek_through(index, |engine| crossed.extend(seen(engine))).expect("a frame");
        crossed
    };
    let of = |frames: std::ops::RangeInclusive<u64>| -> Vec<_> {
        all.iter().filter(|(at, ..)| frames.contains(at)).cloned().collect()
    };
    assert_eq!(through(90), of(0..=90));
    assert!(through(90).is_empty());
    assert_eq!(through(200), of(91..=200));
    // Back: from the snapshot behind frame 80 on.
    let back = through(90);
    assert!(back.ends_with(&of(85..=90)) && back.len() < of(0..=90).len(), "{back:?}");
}
