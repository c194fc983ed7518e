//! What frames took: given again before the same calls, it leads another engine through the same frames.

use super::super::{Engine, EngineSettings, InputValue, Payload, TakenItem};
use super::program;
use crate::math::hash;
use crate::program::Program;
use crate::time::Flicks;
use crate::world::Capacity;

const PATCH: &str = "
input level = 0.5
input place: vec2 = (0.5, 0.5)
input hit: int = 0 momentary
event click
event note: float
state clicks = 0
state seen = (0.5, 0.5)
state pitch = 0
on click { clicks = clicks + 1; seen = place }
on note { pitch = pitch * 0.5 + note + level }
hits = count(click) + count(note)
state sum = 0
next sum = sum * 0.9 + hit + scalar(dt)
echo = count(after(70ms, click))
domain dots[3] {
    draw circle {
        position: lag(place, 50ms) + polar(0.1 * rank, pitch * 0.01 + echo * 0.1)
        size: 0.01 + 0.001 * sum + 0.001 * clicks
        color: hsv(seen.x, canvas.width / 1000, 0.5 + 0.01 * hits)
    }
}
";

/// As above, with an input that has another place and another event.
const EDITED: &str = "
input other = 0.25
event extra
";

fn edited() -> Program {
    program(&format!(
        "{EDITED}{PATCH}e = count(extra) + other\ndraw circle {{ position: (e, 0.5), size: 0.1, color: #fff }}"
    ))
}

fn engine(source: &str) -> Engine {
    let program = program(source);
    let capacity = Capacity::for_program(&program, 1.0).max(Capacity::for_program(&edited(), 1.0));
    let mut engine =
        Engine::with_settings(program, EngineSettings { capacity, ..EngineSettings::default() }).unwrap();
    engine.keep_taken(true);
    engine
}

/// A call that evaluates.
#[derive(Clone, Debug)]
enum Call {
    Frame(u64),
    Seek(u64),
    Redraw,
    Swap(Program),
}

/// What a call took, kept.
#[derive(Clone, Debug, PartialEq)]
enum Kept {
    Canvas([u32; 2]),
    Value(String, InputValue),
    Event(String, Payload),
    Cue(String, Flicks, Payload),
}

fn kept(engine: &Engine) -> Vec<Kept> {
    assert_eq!(engine.taken().missed, 0);
    let items = engine.taken().items();
    items
        .map(|item| match item {
            TakenItem::Canvas(size) => Kept::Canvas(size),
            TakenItem::Value { channel, value, .. } => Kept::Value(channel.into(), value),
            TakenItem::Event { event, carried, .. } => Kept::Event(event.into(), Payload(carried)),
            TakenItem::Cue { event, at, carried } => Kept::Cue(event.into(), at, Payload(carried)),
            TakenItem::Array { channel, .. } => panic!("{channel} is no array"),
            TakenItem::Nudge(_) => panic!("nobody nudged"),
        })
        .collect()
}

fn give(engine: &mut Engine, items: &[Kept]) {
    for item in items {
        match item {
            Kept::Canvas(size) => engine.set_canvas(*size).unwrap(),
            Kept::Value(channel, value) => engine.set(channel, *value).unwrap(),
            Kept::Event(event, carried) => engine.send(event, *carried).unwrap(),
            Kept::Cue(event, at, carried) => {
                let event = engine.event(event).unwrap();
                engine.send_at(event, *at, *carried).unwrap();
            }
        }
    }
}

fn make(engine: &mut Engine, call: &Call) -> (u64, u64) {
    let frame = match call {
        Call::Frame(index) => engine.frame(*index).unwrap(),
        Call::Seek(index) => engine.seek(*index).unwrap(),
        Call::Redraw => engine.redraw().unwrap().unwrap(),
        Call::Swap(program) => {
            engine.swap(program.clone()).unwrap();
            engine.last_frame().unwrap()
        }
    };
    (frame.index(), frame.hash())
}

/// A host that does anything.
struct Host(u32);

impl Host {
    fn any(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        hash::hash(self.0) % below
    }

    fn number(&mut self) -> f64 {
        f64::from(self.any(1000)) / 1000.0
    }

    fn give(&mut self, engine: &mut Engine) {
        for _ in 0..self.any(6) {
            match self.any(7) {
                0 => engine.set("level", self.number()).unwrap(),
                1 | 2 => engine.set("place", [self.number(), self.number()]).unwrap(),
                3 => engine.set("hit", self.any(5) as i32).unwrap(),
                4 => engine.send("click", ()).unwrap(),
                5 => engine.send("note", self.number()).unwrap(),
                _ => {
                    let now = engine.at().and_then(|at| engine.frame_rate().start(at)).unwrap_or_default();
                    let at = Flicks(now.0 + 1 + u64::from(self.any(60_000_000)));
                    let note = engine.event("note").unwrap();
                    engine.send_at(note, at, self.number()).unwrap();
                }
            }
        }
        if self.any(20) == 0 {
            engine.set_canvas([100 + self.any(900), 100]).unwrap();
        }
    }

    fn call(&mut self, at: Option<u64>) -> Call {
        let next = at.map_or(0, |at| at + 1);
        match (at, self.any(20)) {
            (Some(_), 0 | 1) => Call::Redraw,
            (_, 2) => Call::Frame(next + u64::from(self.any(30))),
            (_, 3) => Call::Seek(next + u64::from(self.any(5))),
            (Some(at), 4) => Call::Seek(at - at.min(u64::from(self.any(9)))),
            _ => Call::Frame(next),
        }
    }
}

#[test]
fn what_was_taken_leads_another_engine_through_the_same_frames() {
    for seed in 0..12 {
        let mut host = Host(seed * 7919);
        let (mut played, mut again) = (engine(PATCH), engine(PATCH));
        for turn in 0..120 {
            host.give(&mut played);
            let call = match turn {
                50 => Call::Swap(edited()),
                90 => Call::Swap(program(PATCH)),
                _ => host.call(played.at()),
            };
            let before = played.taken().call;
            let shown = make(&mut played, &call);
            // The same frame once more evaluates nothing, and what is sent waits.
            if played.taken().call == before {
                continue;
            }
            give(&mut again, &kept(&played));
            assert_eq!(make(&mut again, &call), shown, "seed {seed}, turn {turn}: {call:?}");
            assert_eq!(played.input_counters().rejected, 0);
        }
    }
}

#[test]
fn only_what_is_other_is_listed_and_after_a_jump_all() {
    let mut engine = engine(PATCH);
    let value = |name: &str, value: f64| Kept::Value(name.into(), value.into());
    engine.set("level", 0.5).unwrap();
    engine.frame(0).unwrap();
    assert_eq!(
        kept(&engine),
        [Kept::Canvas(engine.canvas()), value("level", 0.5)],
        "set to what it was anyway"
    );
    engine.set("level", 0.5).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(kept(&engine), []);
    engine.set("level", 0.75).unwrap();
    engine.set("hit", 3).unwrap();
    engine.send("click", ()).unwrap();
    engine.set("level", 1.0).unwrap();
    engine.frame(2).unwrap();
    let hit = Kept::Value("hit".into(), 3.into());
    let click = Kept::Event("click".into(), Payload(None));
    assert_eq!(kept(&engine), [value("level", 0.75), hit, click, value("level", 1.0)]);
    engine.frame(3).unwrap();
    assert_eq!(kept(&engine), [], "a momentary input goes back by itself");
    engine.set("level", 0.25).unwrap();
    engine.redraw().unwrap();
    assert_eq!((kept(&engine), engine.taken().is_again), (vec![value("level", 0.25)], true));
    engine.redraw().unwrap();
    engine.frame(4).unwrap();
    assert_eq!(kept(&engine), [], "it was seen already");
    engine.seek(2).unwrap();
    assert_eq!(kept(&engine), [Kept::Canvas(engine.canvas()), value("level", 0.25)]);
    let taken = engine.taken();
    assert_eq!((taken.first, taken.last, taken.before), (0, 2, None));
    engine.frame(9).unwrap();
    let taken = engine.taken();
    assert_eq!((taken.first, taken.last, taken.before), (9, 9, Some(2)));
}

#[test]
fn what_is_taken_may_be_all_that_can_be_sent() {
    let mut engine = engine(
        "event click\ninput a = 0.0\nn = count(click) + a\ndraw circle { position: (n, 0.5), size: 0.1, color: #fff }",
    );
    let mut sent = 0;
    while engine.send("click", ()).is_ok() {
        engine.set("a", f64::from(sent)).unwrap();
        sent += 1;
    }
    engine.seek(3).unwrap();
    let taken = engine.taken();
    assert_eq!((taken.missed, taken.items().len()), (0, 2 * sent as usize + 1));
    engine.keep_taken(false);
    engine.send("click", ()).unwrap();
    engine.frame(4).unwrap();
    assert_eq!(engine.taken().items().len(), 0);
}
