//! Frames that are played again take what they took: engines that seek, against engines that play straight what was sent.

use super::program;
use super::snapshots::{Chance, engine, kept, seen};
use crate::engine::{Demand, Engine, EngineError, EngineSettings, InputValue, Payload, Snapshots};
use crate::program::Program;
use crate::time::Flicks;
use crate::world::Capacity;

const PATCH: &str = "
input level = 0.5
input place: vec2 = (0.5, 0.5)
input hit: int = 0 momentary
input levels: float[9] = 0.5
input beat_of: int[6] = 0 momentary
event click
event note: float
event drag: float sum
state clicks = 0
state where = (0.5, 0.5)
state pitch = 0
on click { clicks = clicks + levels[4]; where = place }
on note { pitch = pitch * 0.5 + note + level }
on drag { clicks = clicks + drag }
hits = count(click) + count(note)
state sum = 0
next sum = sum * 0.9 + hit + scalar(dt)
echo = count(after(70ms, click))
event beat = every(110ms)
beats = hold(hits, beat)
high = count(rise(level > 0.7))
domain dots[2 + 6 * level max 9] {
    state heat = 0
    next heat = heat * 0.9 + echo * 0.01 + levels[index] * 0.001 + beat_of[index]
    size = 0.01 + 0.01 * rank + 0.001 * sum    ~ spring(200ms)
    draw circle {
        position: lag(place, 50ms) + polar(0.1 * rank, pitch * 0.01 + echo * 0.1 + heat)
        size: size
        color: alpha(hsv(where.x, 0.5, 0.5 + 0.01 * hits), fade(in: 60ms, out: 90ms))
    }
}
domain sparks[born on note, count 2, lives 100ms + 300ms * random(3), max 9] {
    at birth from = place + (random(1), random(2)) * 0.1
    draw rect { position: from + (0.1 * scalar(age), 0), size: 0.01, color: #fff * fade(in: 50ms, out: 70ms) }
}
draw circle { position: (beats * 0.1, high * 0.1), size: 0.01 + 0.001 * clicks, color: #fff }
";

/// Something that a host sends.
#[derive(Clone, Debug)]
enum Sent {
    Value(&'static str, InputValue),
    Levels([f32; 9]),
    Beats([i32; 6]),
    Event(&'static str, Payload),
    Cue(Flicks, f64),
    Nudge,
}

/// How many frames are rolled back in these tests.
const ROLLBACK: u64 = 6;

fn give(engine: &mut Engine, sent: &Sent) {
    match *sent {
        Sent::Value(channel, value) => engine.set(channel, value).expect("a value"),
        Sent::Levels(ref levels) => engine.set("levels", levels).expect("nine"),
        Sent::Beats(ref beats) => engine.set("beat_of", beats).expect("six"),
        Sent::Event(event, carried) => engine.send(event, carried).expect("an event"),
        Sent::Cue(at, value) => {
            let note = engine.event("note").expect("it is there");
            engine.send_at(note, at, value).expect("in time");
        }
        Sent::Nudge => engine.nudge("dots").expect("a domain"),
    }
}

/// An engine, and what its frames took: all that an engine that plays straight needs to know.
struct Walk<'p> {
    has_rollback: bool,
    program: &'p Program,
    engine: Engine,
    chance: Chance,
    taken: Vec<Vec<Sent>>,
    waiting: Vec<Sent>,
}

impl Walk<'_> {
    fn next(&self) -> usize {
        self.engine.at().map_or(0, |at| at as usize + 1)
    }

    fn number(&mut self) -> f64 {
        (self.chance.below(1_000_000) as f64 + 1.0) / 1_000_001.0
    }

    /// Sends an event for a time that has passed: as if it had been sent in time, or refused.
    fn send_late(&mut self) {
        let Some(at) = self.engine.at() else { return };
        let frame = at.saturating_sub(self.chance.below(ROLLBACK + 3));
        let rate = self.engine.frame_rate();
        let start = |frame: u64| rate.start(frame).expect("a time").0;
        let before = frame.checked_sub(1).map_or(0, |before| start(before) + 1);
        let time = before + self.chance.below(start(frame) + 1 - before);
        let note = self.engine.event("note").expect("it is there");
        let value = self.number();
        let sent = self.engine.send_at(note, Flicks(time), value);
        if self.has_rollback && at - frame < ROLLBACK {
            sent.expect("it is not too late");
            self.taken.truncate(at as usize + 1);
            self.taken[frame as usize].push(Sent::Cue(Flicks(time), value));
        } else {
            assert!(matches!(sent, Err(EngineError::Late { .. })), "{sent:?}");
        }
    }

    fn send(&mut self) {
        let sent = match self.chance.below(12) {
            0 => Sent::Value("level", self.number().into()),
            1 | 2 => Sent::Value("place", [self.number(), self.number()].into()),
            3 => Sent::Value("hit", (1 + self.chance.below(5) as i32).into()),
            4 => Sent::Event("click", Payload(None)),
            5 => Sent::Event("note", self.number().into()),
            6 => {
                let start = self.engine.at().and_then(|at| self.engine.frame_rate().start(at));
                let later = 1 + self.chance.below(80_000_000);
                Sent::Cue(Flicks(start.unwrap_or_default().0 + later), self.number())
            }
            7 => Sent::Event("drag", self.number().into()),
            8 | 9 => Sent::Levels([(); 9].map(|()| self.number() as f32)),
            10 => Sent::Beats([(); 6].map(|()| self.chance.below(3) as i32)),
            _ => Sent::Nudge,
        };
        if matches!(sent, Sent::Cue(..) | Sent::Nudge) {
            // For a time of its own: what was to come is not any more.
            self.taken.truncate(self.next());
        }
        give(&mut self.engine, &sent);
        self.waiting.push(sent);
    }

    fn act(&mut self) {
        match self.chance.below(11) {
            10 => self.send_late(),
            0 | 1 => {
                let index = self.chance.below(self.taken.len() as u64 + 6);
                self.seek(index);
            }
            2 => {
                let back = self.chance.below(9);
                self.seek(self.engine.at().unwrap_or(0).saturating_sub(back));
            }
            3 if self.waiting.is_empty() => drop(self.engine.redraw().expect("a frame")),
            _ => {
                let next = self.next();
                if next >= self.taken.len() || !self.waiting.is_empty() {
                    self.taken.truncate(next);
                    self.taken.push(std::mem::take(&mut self.waiting));
                }
                self.engine.frame(next as u64).expect("a frame");
            }
        }
    }

    fn seek(&mut self, index: u64) {
        if self.engine.at() != Some(index) {
            while self.taken.len() <= index as usize {
                self.taken.push(std::mem::take(&mut self.waiting));
            }
        }
        self.engine.seek(index).expect("a frame");
    }

    fn check(&mut self, what: &str) {
        let Some(at) = self.engine.at() else { return };
        let mut straight = engine(self.program, None, 1);
        for index in 0..=at {
            self.taken[index as usize].iter().for_each(|sent| give(&mut straight, sent));
            straight.frame(index).expect("a frame");
        }
        assert!(seen(&mut self.engine) == seen(&mut straight), "{what}: frame {at}");
        let counters = self.engine.input_counters();
        let sum = counters.emitted + counters.coalesced + counters.deduplicated + counters.carried;
        assert_eq!(counters.received, sum + counters.rejected, "{what}: {counters:?}");
    }
}

fn walk(seed: u32, turns: usize, engine: Engine) {
    let program = program(PATCH);
    let has_rollback = engine.settings().rollback > 0;
    let (taken, waiting) = (Vec::new(), Vec::new());
    let mut walk = Walk { has_rollback, program: &program, engine, chance: Chance(seed), taken, waiting };
    for turn in 0..turns {
        for _ in 0..walk.chance.below(12).saturating_sub(7) {
            walk.send();
        }
        walk.act();
        walk.check(&format!("seed {seed}, turn {turn}"));
    }
}

#[test]
fn frames_that_are_played_again_take_what_they_took() {
    let program = program(PATCH);
    for seed in 0..6 {
        walk(seed, 100, engine(&program, Some(Snapshots { count: 4, every: 5, inputs: 10_000 }), 1));
    }
    walk(100, 60, engine(&program, Some(Snapshots { count: 3, every: 1, inputs: 10_000 }), 4));
}

#[test]
fn what_comes_late_is_as_if_it_had_come_in_time() {
    let program = program(PATCH);
    let settings = |threads| EngineSettings {
        rollback: ROLLBACK as u32,
        threads,
        demand: Demand::Everything,
        ..EngineSettings::default()
    };
    for seed in 0..6 {
        walk(1000 + seed, 100, Engine::fitted(program.clone(), 1.0, settings(1)).expect("it fits"));
    }
    walk(1100, 60, Engine::fitted(program, 1.0, settings(4)).expect("it fits"));
}

#[test]
fn what_has_no_room_in_time_has_none_late() {
    let program = program("event note: float\nsum = hold(note, note) + count(note)");
    let settings = EngineSettings { rollback: 5, demand: Demand::Everything, ..EngineSettings::default() };
    let many = Capacity::for_program(&program, 1.0).cues;
    let mut engine = Engine::fitted(program, 1.0, settings).expect("it fits");
    let note = engine.event("note").expect("it is there");
    let time = |frame: u64| Flicks(frame * 11_760_000);
    engine.seek(10).expect("a frame");
    for k in 0..many {
        engine.send_at(note, time(12), f64::from(k)).expect("there is room");
    }
    engine.seek(11).expect("a frame");
    let shown = seen(&mut engine);
    let late = engine.send_at(note, time(11), 9.0);
    assert!(matches!(late, Err(EngineError::QueueFull { .. })), "{late:?}");
    assert!(seen(&mut engine) == shown);
    // Before those were sent there was room.
    engine.send_at(note, time(9), 9.0).expect("there is room");
    assert_eq!(engine.at(), Some(11));
    engine.frame(12).expect("a frame");
    let sum = engine.last_frame().expect("a frame").slot("sum").expect("it is there").components[0];
    assert_eq!(sum, f64::from(2 * many));
}

#[test]
fn a_seek_reaches_as_far_back_as_inputs_are_remembered() {
    let program = program(PATCH);
    let mut engine = engine(&program, Some(Snapshots { count: 10, every: 4, inputs: 6 }), 1);
    let mut shown = Vec::new();
    for index in 0..40 {
        if index % 5 == 2 {
            engine.send("note", index as f64).expect("an event");
            engine.set("level", index as f64 / 40.0).expect("a value");
        }
        engine.frame(index).expect("a frame");
        shown.push(seen(&mut engine));
    }
    // Six items are what frames 27, 32 and 37 took: what 22 took is not known, so nothing is kept from before it.
    assert_eq!(kept(&engine), [36, 32, 28, 24]);
    for index in [39, 26, 33, 25, 38] {
        engine.seek(index).expect("a frame");
        assert!(seen(&mut engine) == shown[index as usize], "{index}");
    }
    // Behind that, from the start with the inputs as they are.
    engine.seek(23).expect("a frame");
    let mut straight = super::snapshots::engine(&program, None, 1);
    straight.set("level", 37.0 / 40.0).expect("a value");
    straight.seek(23).expect("a frame");
    assert!(seen(&mut engine) == seen(&mut straight));
    assert_eq!(kept(&engine), [20, 16, 12, 8, 4, 0]);
}

#[test]
fn what_is_set_to_what_it_was_is_no_news() {
    let mut engine = engine(&program(PATCH), Some(Snapshots { count: 10, every: 4, inputs: 100 }), 1);
    for index in 0..20 {
        if index == 12 {
            engine.send("click", ()).expect("an event");
        }
        engine.set("level", 0.25).expect("a value");
        engine.set("hit", 0).expect("a value");
        engine.frame(index).expect("a frame");
    }
    let shown = seen(&mut engine);
    engine.seek(9).expect("a frame");
    for index in 10..20 {
        engine.set("level", 0.25).expect("a value");
        engine.frame(index).expect("a frame");
    }
    assert!(seen(&mut engine) == shown, "the click happens again");
    assert_eq!(engine.input_counters().carried, 0);
    engine.seek(9).expect("a frame");
    engine.set("level", 0.5).expect("a value");
    engine.frame(10).expect("a frame");
    engine.set("level", 0.25).expect("a value");
    engine.seek(19).expect("a frame");
    assert!(seen(&mut engine) != shown, "and not any more");
}
