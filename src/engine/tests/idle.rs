//! What frames do without while nothing is left of an edit is missed by nobody: springs that are worked out once more, angles
//! that are continued as they are drawn.

use super::finish;
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::Frame;
use crate::math::hash;
use crate::program::{Builder, ChannelKind, Continuity, Op, Program, Type, Unit, Value};

const SPRING: Continuity = Continuity::Spring { response: 0.05, bounce: 0.2 };
const TURN: f32 = std::f32::consts::TAU;

/// Numbers that are the same on every machine.
struct Chance(u32);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        hash::hash(self.0) % end
    }
}

fn engine(program: &Program, demand: Demand) -> Engine {
    let settings = EngineSettings { demand, ..EngineSettings::default() };
    Engine::fitted(program.clone(), 1.0, settings).expect("it fits what it needs")
}

/// Dots with springs on everything, `u` being added to it. If they are `kept`, they are made of state, too, that adds
/// nothing: such values are kept from frame to frame. If they `fade`, they are drawn for a while when they are gone.
fn springs(kept: bool, fade: bool) -> Program {
    let b = Builder::new("springs");
    let number = |name: &str| b.channel(name, Type::Float, &[3.0], ChannelKind::Hold);
    let (n, u) = (number("n"), number("u"));
    let dots = b.counted_domain("dots", 40, n);
    let state = b.cell("state", Type::Float, 0.0, Some(dots));
    state.next(state.get() * 0.5);
    let zero = if kept { state.get() } else { b.float(0.0) };
    let wave = |salt: u32, period: f64| (b.random(dots, salt) + b.phase(period)).sin_turns() * 0.125;
    let base = |salt: u32| b.rank(dots) * 0.25 + u * 0.25 + wave(salt, 2.0 + f64::from(salt)) + zero;
    let go_on = |key: &str, value, unit| b.continued(key, dots, value, unit, SPRING);
    let place = go_on("place", b.vec2(base(1), base(2)), Unit::Scalar);
    let side = go_on("side", base(3) + 1.0, Unit::Scalar);
    let turn = go_on("turn", base(4) * 0.5, Unit::Turn);
    let parts: [Value<'_>; 3] = [base(5) + 0.25, base(6) + 0.25, base(7) + 0.25];
    let color = b.op(Op::Color, &[parts[0].into(), parts[1].into(), parts[2].into(), 1.0.into()]);
    let color = go_on("color", color, Unit::Scalar);
    let side = if fade { side * b.fade("fade", dots, 0.1, 0.1) } else { side };
    b.pass("dots", dots).position(place).size(side).rotation(turn * f64::from(TURN)).color(color).draw();
    finish(&b)
}

/// What a frame draws: numbers per element, and its colour.
fn drawn(frame: &Frame<'_>) -> Vec<([f32; 4], [u8; 4])> {
    let pass = frame.passes().next().expect("a pass");
    let fill = pass.fill.expect("a fill");
    let numbers = |k| [pass.x.get(k), pass.y.get(k), pass.width.get(k), pass.rotation.get(k)];
    pass.elements().map(|k| (numbers(k), fill.get(k).to_array())).collect()
}

fn written(engine: &Engine, when: &str) -> Vec<String> {
    engine.planned_work().into_iter().filter(|work| work.when == when).flat_map(|work| work.writes).collect()
}

/// Against the same values, kept from frame to frame: not a number differs, whatever is edited and however far apart.
#[test]
fn springs_are_what_they_would_be_had_they_been_kept() {
    for fade in [false, true] {
        let programs = [false, true].map(|kept| springs(kept, fade));
        let mut engines = programs.each_ref().map(|program| engine(program, Demand::Drawn));
        assert!(written(&engines[0], "edit").iter().any(|name| name == "color of itself"));
        assert!(!written(&engines[0], "idle frame").iter().any(|name| name == "color of itself"));
        assert!(written(&engines[1], "edit").is_empty());
        let mut chance = Chance(u32::from(fade));
        let (mut index, mut settled, mut before, mut is_moved) = (0, 0, Vec::new(), false);
        for edit in 0..400 {
            let what = chance.below(8);
            let [n, u] = [3 + chance.below(37), chance.below(64)].map(|number| f64::from(number) / 4.0);
            for (engine, program) in engines.iter_mut().zip(&programs) {
                match what {
                    0 | 1 => engine.set("n", n * 4.0).expect("a channel"),
                    2..=4 => {
                        engine.set("u", u / 16.0).expect("a channel");
                        engine.nudge("dots").expect("a domain");
                    }
                    5 => engine.nudge("dots").expect("a domain"),
                    6 if edit > 0 => drop(engine.swap(program.clone()).expect("it fits")),
                    _ => engine.set("u", u / 16.0).expect("a channel"),
                }
            }
            // Most go on until nothing is left, and some are interrupted.
            let frames = if chance.below(3) > 0 { 60 } else { 1 + chance.below(5) };
            for at in 0..frames {
                let found = engines.each_mut().map(|engine| drawn(&engine.frame(index).expect("a frame")));
                let [recalled, kept] = &found;
                assert_eq!(recalled.len(), kept.len(), "frame {index}");
                for (k, (a, b)) in recalled.iter().zip(kept).enumerate() {
                    assert_eq!(a, b, "element {k} in frame {index}, {at} behind an edit ({what})");
                }
                is_moved |= *recalled != before;
                before.clone_from(recalled);
                index += if chance.below(30) == 0 { 3 } else { 1 };
            }
            settled += u32::from(frames == 60);
        }
        assert!(is_moved && settled > 200);
    }
}

/// Of the same lanes a spring may continue two components, and a slew another value.
#[test]
fn values_that_are_the_same_of_themselves_go_on_each_by_itself() {
    let b = Builder::new("same");
    let [u, n] = ["u", "n"].map(|name| b.channel(name, Type::Float, &[1.0], ChannelKind::Hold));
    let dots = b.counted_domain("dots", 8, n + 2.0);
    let state = b.cell("state", Type::Float, 0.0, Some(dots));
    state.next(state.get() * 0.5);
    let wave = (b.rank(dots) + b.phase(2.0)).sin_turns() * 0.25;
    let base = wave + b.rank(dots) * u;
    for (name, base) in [("recalled", base), ("kept", base + state.get())] {
        let go_on =
            |key: &str, value, way| b.continued(&format!("{name} {key}"), dots, value, Unit::Scalar, way);
        let place = go_on("place", b.vec2(base, base), SPRING);
        let other = go_on("other", base, Continuity::Slew(0.05));
        let white = b.rgba(1.0, 1.0, 1.0, 1.0);
        b.pass(name, dots).position(place).size(0.1).rotation(other).color(white).draw();
    }
    // The same values, each alone.
    let go_on = |key: &str, value, way| b.continued(key, dots, value, Unit::Scalar, way);
    let place = go_on("alone", b.vec2(base * 2.0, base * 2.0 + 1.0), SPRING);
    let alone = go_on("other alone", base * 2.0 - 1.0, Continuity::Slew(0.05));
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    b.pass("alone", dots).position(place).size(0.1).rotation(alone).color(white).draw();
    let mut engine = engine(&finish(&b), Demand::Drawn);
    let mut chance = Chance(3);
    for index in 0..1000 {
        if chance.below(if index < 500 { 4 } else { 60 }) == 0 {
            engine.set("u", f64::from(chance.below(64)) / 64.0).expect("a channel");
            engine.set("n", f64::from(chance.below(6))).expect("a channel");
            engine.nudge("dots").expect("a domain");
        }
        let frame = engine.frame(index).expect("a frame");
        let passes: Vec<_> = frame.passes().collect();
        let [recalled, kept, alone] = &passes[..] else { panic!("three passes") };
        for k in recalled.elements() {
            let what = format!("element {k} in frame {index}");
            for pass in [recalled, kept] {
                assert_eq!(pass.x.get(k), pass.y.get(k), "{what}");
                let [place, other] = [pass.x.get(k) * 2.0, pass.rotation.get(k) * 2.0 - 1.0];
                assert!((place - alone.x.get(k)).abs() < 1e-5, "{what}");
                assert!((other - alone.rotation.get(k)).abs() < 1e-5, "{what}");
            }
        }
    }
}

/// Dots that are turned. If the angle is drawn `elsewhere`, too, it is continued in turns.
fn turned(continuity: Option<Continuity>, elsewhere: bool, shift: f64) -> Program {
    let b = Builder::new("turned");
    let n = b.channel("n", Type::Float, &[5.0], ChannelKind::Hold);
    let dots = b.counted_domain("dots", 40, n);
    let u = b.channel("u", Type::Float, &[0.0], ChannelKind::Hold);
    let angle = b.rank(dots) * 0.75 + u + b.phase(3.0) + shift;
    let angle = match continuity {
        Some(continuity) => b.continued("angle", dots, angle, Unit::Turn, continuity),
        None => angle,
    };
    let angle = b.field(dots, "angle", angle);
    let x = if elsewhere { angle } else { b.rank(dots) };
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    let pass = b.pass("dots", dots).position(b.vec2(x, 0.5)).size(0.1).color(white);
    pass.rotation(angle * f64::from(TURN)).draw();
    finish(&b)
}

fn rotations(frame: &Frame<'_>) -> Vec<f32> {
    drawn(frame).into_iter().map(|([_, _, _, rotation], _)| rotation).collect()
}

fn assert_near(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < 2e-5, "{what}: {a}, expected {b}");
    }
}

/// An angle that passes only turn by is continued in radians, as it is in turns where a host asks for it.
#[test]
fn angles_are_continued_as_they_are_drawn() {
    for continuity in [Continuity::Slew(0.1), SPRING] {
        let program = turned(Some(continuity), false, 0.0);
        let mut engines = [Demand::Drawn, Demand::Everything].map(|demand| engine(&program, demand));
        let written = engines.each_ref().map(|engine| written(engine, "frame").len());
        assert_eq!(written, [2, 3], "places and radians, and turns beside them");
        assert!(engines[0].frame(0).expect("a frame").field("dots", "angle").is_none());
        let mut chance = Chance(7);
        for index in 0..600 {
            let [n, u] = [chance.below(41), chance.below(64)].map(f64::from);
            let edits = index > 0 && chance.below(if index < 300 { 4 } else { 60 }) == 0;
            let found = engines.each_mut().map(|engine| {
                if edits {
                    engine.set("n", n).expect("a channel");
                    engine.set("u", u / 64.0 + 0.003).expect("a channel");
                }
                rotations(&engine.frame(index).expect("a frame"))
            });
            assert_near(&found[0], &found[1], &format!("frame {index}"));
        }
    }
}

#[test]
fn a_whole_turn_moves_no_angle() {
    let mut engine = engine(&turned(Some(Continuity::Preserve), false, 0.0), Demand::Drawn);
    engine.frame(0).expect("a frame");
    let before = rotations(&engine.frame(1).expect("a frame"));
    engine.set("u", 3.0).expect("a channel");
    engine.nudge("dots").expect("a domain");
    let after = rotations(&engine.frame(2).expect("a frame"));
    let expected: Vec<f32> = before.iter().map(|angle| angle + 3.0 * TURN).collect();
    assert_near(&after, &expected, "three turns on");
}

#[test]
fn a_swap_takes_an_angle_from_radians_to_turns_and_back() {
    for continuity in [Continuity::Slew(0.1), SPRING] {
        let mut engine = engine(&turned(Some(continuity), false, 0.0), Demand::Drawn);
        let mut index = 0;
        for (elsewhere, shift) in
            [(true, 0.2), (false, 0.3), (false, 0.1), (true, 0.4), (true, 0.0), (false, 0.2)]
        {
            for _ in 0..4 {
                engine.frame(index).expect("a frame");
                index += 1;
            }
            let before = rotations(&engine.last_frame().expect("a frame"));
            engine.swap(turned(Some(continuity), elsewhere, shift)).expect("it fits");
            let after = rotations(&engine.last_frame().expect("a frame"));
            assert_near(&after, &before, &format!("{continuity:?}, to {elsewhere}, frame {index}"));
        }
    }
}

#[test]
fn without_an_edit_turned_dots_have_the_bits_of_plain_ones() {
    for elsewhere in [false, true] {
        for continuity in [Continuity::Slew(0.1), SPRING] {
            let mut plain = engine(&turned(None, elsewhere, 0.0), Demand::Drawn);
            let mut continued = engine(&turned(Some(continuity), elsewhere, 0.0), Demand::Drawn);
            for index in [0, 1, 2, 60, 61] {
                let [a, b] =
                    [&mut plain, &mut continued].map(|engine| engine.frame(index).expect("a frame").hash());
                assert_eq!(a, b, "frame {index}");
            }
        }
    }
}
