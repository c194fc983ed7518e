//! Reactions that set states of elements, against plain Rust and against states that have one value.

use super::super::{Demand, Engine, EngineError, EngineSettings};
use super::{bits, lanes, program, signal};
use crate::time::FrameRate;

fn engine_at(source: &str, rate: u32) -> Engine {
    let frame_rate = FrameRate::new(rate, 1);
    let settings = EngineSettings { frame_rate, demand: Demand::Everything, ..EngineSettings::default() };
    Engine::fitted(program(source), 1.0, settings).unwrap()
}

fn engine(source: &str) -> Engine {
    engine_at(source, 60)
}

#[track_caller]
fn check(engine: &mut Engine, field: &str, expected: &[f64]) {
    let frame = engine.last_frame().unwrap();
    assert_eq!(lanes(&frame, field, 0), expected, "{field} in frame {}", frame.index());
}

/// A sequence of numbers that looks random.
fn chance(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

#[test]
fn every_occurrence_is_a_turn_for_every_element() {
    let source = "
event beat
event add: float
event clear
domain dots[4] {
    state n = 0
    state sum = index * 0.5
    state a = 0
    state b = 1
    state glow = 0
    next glow = glow * 0.5
    state seen = 0
    on beat { n = n + index; sum = sum + n + seen; a = b; b = a }
    on beat { seen = n }
    on add { n = n + add; glow = glow + 1 }
    on clear { n = 0 }
}
";
    let mut engine = engine(source);
    let mut model = [0.0, 1.0, 2.0, 3.0].map(|index: f64| [0.0, index * 0.5, 0.0, 1.0, 0.0, 0.0]);
    let mut state = 7;
    for index in 0..60 {
        for _ in 0..chance(&mut state, 6) {
            let (which, amount) = (chance(&mut state, 3), chance(&mut state, 8) as f64);
            match which {
                0 => engine.send("beat", ()).unwrap(),
                1 => engine.send("add", amount).unwrap(),
                _ => engine.send("clear", ()).unwrap(),
            }
            for (index, [n, sum, a, b, glow, seen]) in model.iter_mut().enumerate() {
                match which {
                    0 => {
                        (*n, *sum, *seen) = (*n + index as f64, *sum + *n + *seen, *n);
                        std::mem::swap(a, b);
                    }
                    1 => (*n, *glow) = (*n + amount, *glow + 1.0),
                    _ => *n = 0.0,
                }
            }
        }
        engine.frame(index).unwrap();
        for (k, name) in ["n", "sum", "a", "b", "glow", "seen"].into_iter().enumerate() {
            // What is read of elements is an f32.
            check(&mut engine, &format!("dots.{name}"), &model.map(|element| f64::from(element[k] as f32)));
        }
        // What comes next is made of what reactions left.
        model.iter_mut().for_each(|element| element[4] *= 0.5);
    }
}

/// What a reaction may be worked out from, with what is declared for it.
const READ: &str = "
input pointer: vec2 = (0.5, 0.5)
event beat = every(70ms)
event note: float
soft = lag(pointer.x, 100ms)
turned = integrate(0.3)
held = hold(note, note)
late = delay(pointer.y, 3)
past = delay(soft, 100ms)
state one_n = 0
state one_last = 0s
state one_phase = 0
state one_pointer = 0
state one_soft = 0
state one_turned = 0
state one_late = 0
state one_past = 0
state one_note = 0
state one_held = 0
state one_sum = 0
next one_sum = fract(one_sum + 0.0137)
on beat {
    one_n = one_n + 1; one_last = time; one_phase = scalar(cycle(130ms)); one_pointer = pointer.x
    one_soft = soft; one_turned = scalar(turned); one_late = late; one_past = past; one_held = held
}
on note { one_note = note }
on every(30ms) { one_sum = one_sum + 0.1219 }
domain dots[3] {
    state n = 0
    state last = 0s
    state phase = 0
    state place = 0
    state soft_then = 0
    state turned_then = 0
    state late_then = 0
    state past_then = 0
    state note_then = 0
    state held_then = 0
    state sum = 0
    next sum = fract(sum + 0.0137)
    on beat {
        n = n + 1; last = time; phase = scalar(cycle(130ms)); place = pointer.x
        soft_then = soft; turned_then = scalar(turned); late_then = late; past_then = past; held_then = held
    }
    on note { note_then = note }
    on every(30ms) { sum = sum + 0.1219 }
}
";

const PAIRS: [[&str; 2]; 11] = [
    ["one_n", "n"],
    ["one_last", "last"],
    ["one_phase", "phase"],
    ["one_pointer", "place"],
    ["one_soft", "soft_then"],
    ["one_turned", "turned_then"],
    ["one_late", "late_then"],
    ["one_past", "past_then"],
    ["one_note", "note_then"],
    ["one_held", "held_then"],
    ["one_sum", "sum"],
];

#[test]
fn elements_read_what_a_state_of_one_value_reads() {
    for step in [1, 2, 7, 40] {
        let mut engine = engine(READ);
        for index in (0..240).step_by(step) {
            engine.set("pointer", [index as f64 * 0.01, 1.0 - index as f64 * 0.003]).unwrap();
            if index % 5 == 0 {
                engine.send("note", f64::from(index as u32) * 0.1).unwrap();
                engine.send("note", f64::from(index as u32)).unwrap();
            }
            let frame = engine.frame(index).unwrap();
            for [one, each] in PAIRS {
                let expected = signal(&frame, one);
                for found in lanes(&frame, &format!("dots.{each}"), 0) {
                    // What is read of elements is an f32.
                    let close = (found - expected).abs() <= 2e-6 * expected.abs().max(1.0);
                    assert!(close, "{each} in frame {index}: {found}, not {expected}");
                }
            }
        }
    }
}

#[test]
fn what_adds_up_is_exact_where_an_f32_is_not() {
    let source = "
event beat
event clear
domain dots[3] {
    state n = 16777216
    state moved = 16777216
    state last = 0s
    next moved = moved + 1
    on beat { n = n + 1; moved = moved + 0.25; last = time + 10000000s }
    on clear { n = 16777216; moved = 16777216 }
    part = fract(last)
}
";
    let mut engine = engine(source);
    let beats = |engine: &mut Engine, index: u64, count: usize| {
        for _ in 0..count {
            engine.send("beat", ()).unwrap();
        }
        engine.frame(index).unwrap();
    };
    beats(&mut engine, 0, 0);
    beats(&mut engine, 1, 4);
    // Frame 0 has added 1, and four quarters another.
    check(&mut engine, "dots.moved", &[16_777_218.0; 3]);
    check(&mut engine, "dots.n", &[16_777_220.0; 3]);
    beats(&mut engine, 2, 4);
    check(&mut engine, "dots.moved", &[16_777_220.0; 3]);
    check(&mut engine, "dots.n", &[16_777_224.0; 3]);
    let parts = lanes(&engine.last_frame().unwrap(), "dots.part", 0);
    assert!(parts.iter().all(|part| (part - 2.0 / 60.0).abs() < 1e-6), "{parts:?}");
    // What is set is all of it: nothing is left of what was.
    engine.send("clear", ()).unwrap();
    beats(&mut engine, 3, 0);
    check(&mut engine, "dots.n", &[16_777_216.0; 3]);
    beats(&mut engine, 4, 0);
    beats(&mut engine, 5, 0);
    check(&mut engine, "dots.moved", &[16_777_218.0; 3]);
}

const EXACT: &str = "
event a = every(50ms)
event b = every(75ms)
event c = after(30ms, a)
event odd = a when n % 2 == 1
state n = 0
on a { n = n + 1 }
domain dots[5] {
    state hits = 0
    state last = 0s
    state mix = rank
    on a { hits = hits + 1; last = time }
    on merge(odd, b) { mix = fract(mix * 1.7 + hits * 0.1) }
    on c { hits = hits * 0.75 }
}
";

#[test]
fn what_reactions_set_does_not_depend_on_frames() {
    let mut expected: Option<Vec<Vec<f64>>> = None;
    for rate in [24, 30, 60, 144] {
        let mut engine = engine_at(EXACT, rate);
        let mut values = Vec::new();
        for index in 0..=2 * u64::from(rate) {
            let frame = engine.frame(index).unwrap();
            // Times that all rates have.
            if index % u64::from(rate / 6) == 0 {
                values.extend(["hits", "last", "mix"].map(|name| lanes(&frame, &format!("dots.{name}"), 0)));
            }
        }
        match &expected {
            None => expected = Some(values),
            Some(expected) => assert_eq!(*expected, values, "{rate}"),
        }
    }
}

#[test]
fn seeking_gives_what_playing_gives() {
    let hash = |engine: &mut Engine| bits(&engine.last_frame().unwrap());
    for source in [EXACT, READ, NEIGHBOURS] {
        let mut played = engine(source);
        for index in 0..=300 {
            played.frame(index).unwrap();
        }
        let mut sought = engine(source);
        sought.seek(420).unwrap();
        sought.seek(300).unwrap();
        assert_eq!(hash(&mut played), hash(&mut sought), "{source}");
    }
}

/// What is of the last frame: neighbours and reductions.
const NEIGHBOURS: &str = "
event beat = every(45ms)
event click
domain dots[4] {
    x = index + frame
    state left = -1
    state most = -1
    state near = -1
    on beat { left = previous(x, wrap); most = max(dots.x); near = next(near_of, clamp) }
    on click { left = previous(x, wrap); most = max(dots.x) }
    near_of = near + rank + sum(dots.x) * 0.01
}
";

#[test]
fn neighbours_and_reductions_are_of_the_last_frame() {
    let mut engine = engine(NEIGHBOURS);
    let fresh = |engine: &mut Engine| {
        engine.send("click", ()).unwrap();
        engine.frame(0).unwrap();
        check(engine, "dots.left", &[0.0; 4]);
        check(engine, "dots.most", &[0.0; 4]);
    };
    fresh(&mut engine);
    for index in 1..=3 {
        engine.frame(index).unwrap();
    }
    check(&mut engine, "dots.left", &[5.0, 2.0, 3.0, 4.0]);
    check(&mut engine, "dots.most", &[5.0; 4]);
    // Nothing is left of them behind a reset.
    engine.reset();
    fresh(&mut engine);
}

#[test]
fn a_circle_undoes_what_its_instant_set() {
    let source = "
event click
event go
state n = 0
state m = 0
on click { n = n + 1 }
on changed(n) { m = m + 1 }
on changed(m) when m > 0 { n = n + 1 }
domain dots[3] {
    state hits = 10
    state angle = rank * 0
    next angle = angle + 0.001 * index
    on click { hits = hits + 1; angle = angle + 1 }
    on changed(n) { hits = hits * 2 }
    on go { hits = hits + 0.5; angle = angle - 0.25 }
}
";
    let mut engine = engine(source);
    engine.frame(0).unwrap();
    engine.send("go", ()).unwrap();
    engine.frame(5).unwrap();
    check(&mut engine, "dots.hits", &[10.5; 3]);
    let before = bits(&engine.last_frame().unwrap());
    engine.send("go", ()).unwrap();
    engine.send("click", ()).unwrap();
    let error = engine.frame(6).unwrap_err();
    assert!(matches!(error, EngineError::EventCircle { .. }), "{error}");
    assert_eq!(bits(&engine.last_frame().unwrap()), before);
    engine.frame(7).unwrap();
    check(&mut engine, "dots.hits", &[10.5; 3]);
    let angles = lanes(&engine.last_frame().unwrap(), "dots.angle", 0);
    assert!(angles.iter().zip([-0.25, -0.248, -0.246]).all(|(a, b)| (a - b).abs() < 1e-6), "{angles:?}");
}

#[test]
fn a_frame_that_is_evaluated_again_sets_nothing_twice() {
    let source = "
input x = 0
event click
domain dots[3] {
    state hits = 0
    state glow = 0
    next glow = glow * 0.5 + x
    on click { hits = hits + index; glow = 1 }
    y = hits + x
}
";
    let mut engine = engine(source);
    engine.frame(0).unwrap();
    engine.send("click", ()).unwrap();
    engine.send("click", ()).unwrap();
    engine.frame(1).unwrap();
    engine.set("x", 5.0).unwrap();
    for _ in 0..3 {
        engine.redraw().unwrap();
        check(&mut engine, "dots.hits", &[0.0, 2.0, 4.0]);
        check(&mut engine, "dots.y", &[5.0, 7.0, 9.0]);
        check(&mut engine, "dots.glow", &[1.0; 3]);
    }
    engine.set("x", 0.0).unwrap();
    engine.redraw().unwrap();
    engine.frame(2).unwrap();
    check(&mut engine, "dots.glow", &[0.5; 3]);
    check(&mut engine, "dots.hits", &[0.0, 2.0, 4.0]);
}

#[test]
fn counts_that_change_in_between_keep_what_stays() {
    let source = "
input n = 4
event beat
domain dots[n max 20] {
    state hits = 0
    state came = frame
    on beat { hits = hits + 1 + index; came = came + 1000 }
}
";
    let mut engine = engine(source);
    let mut model: Vec<[f64; 2]> = Vec::new();
    let mut state = 3;
    for index in 0..200 {
        for _ in 0..chance(&mut state, 4) {
            engine.send("beat", ()).unwrap();
            for (row, [hits, came]) in model.iter_mut().enumerate() {
                (*hits, *came) = (*hits + 1.0 + row as f64, *came + 1000.0);
            }
        }
        let count = chance(&mut state, 21);
        engine.set("n", count as f64).unwrap();
        model.resize(count as usize, [0.0, index as f64]);
        engine.frame(index).unwrap();
        for (k, name) in ["dots.hits", "dots.came"].into_iter().enumerate() {
            let expected: Vec<f64> = model.iter().map(|element| element[k]).collect();
            check(&mut engine, name, &expected);
        }
    }
}

#[test]
fn elements_of_the_host_keep_theirs_in_any_order() {
    let source = "
event beat
domain stars[host max 16] {
    state hits = 0
    state came = frame
    on beat { hits = hits + 1; came = came + 1000 }
}
";
    let mut engine = engine(source);
    let mut model: Vec<(u64, [f64; 2])> = Vec::new();
    let mut state = 11;
    for index in 0..200 {
        for _ in 0..chance(&mut state, 3) {
            engine.send("beat", ()).unwrap();
            for (_, [hits, came]) in &mut model {
                (*hits, *came) = (*hits + 1.0, *came + 1000.0);
            }
        }
        let mut ids: Vec<u64> = Vec::new();
        for _ in 0..chance(&mut state, 17) {
            let id = chance(&mut state, 24);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        engine.elements("stars").unwrap().set(&ids, &[]).unwrap();
        model = ids
            .iter()
            .map(|&id| {
                model.iter().copied().find(|(other, _)| *other == id).unwrap_or((id, [0.0, index as f64]))
            })
            .collect();
        engine.frame(index).unwrap();
        for (k, name) in ["stars.hits", "stars.came"].into_iter().enumerate() {
            let expected: Vec<f64> = model.iter().map(|(_, element)| element[k]).collect();
            check(&mut engine, name, &expected);
        }
    }
}

#[test]
fn born_elements_are_set_while_they_live() {
    let source = "
event beat = every(40ms)
domain sparks[born every 50ms, lives 0.5s, max 30] {
    state hits = 0
    on beat { hits = hits + 1 }
    lived = age
}
";
    let mut engine = engine(source);
    for index in 0..240 {
        let frame = engine.frame(index).unwrap();
        let (hits, ages) = (lanes(&frame, "sparks.hits", 0), lanes(&frame, "sparks.lived", 0));
        for (hits, age) in hits.iter().zip(ages) {
            // An element is there from the frame on that shows it: at most one beat comes before.
            let most = (age / 0.04).floor() + 1.0;
            assert!(*hits <= most && *hits >= most - 2.0, "{hits} at the age of {age} in frame {index}");
        }
    }
}

#[test]
fn what_was_set_goes_on_over_a_swap() {
    let first = "event click\ndomain dots[3] {\n state hits = 0\n on click { hits = hits + index + 1 }\n}";
    let second = "event click\ndomain dots[5] {\n state other = 7\n state hits = 0\n next other = other\n on click { hits = hits + 10 }\n}";
    let mut engine = engine(first);
    engine.frame(0).unwrap();
    engine.send("click", ()).unwrap();
    engine.frame(1).unwrap();
    engine.raise_capacity(Engine::needs(&program(second), Demand::Everything)).unwrap();
    engine.swap(program(second)).unwrap();
    check(&mut engine, "dots.hits", &[1.0, 2.0, 3.0, 0.0, 0.0]);
    engine.send("click", ()).unwrap();
    engine.frame(2).unwrap();
    check(&mut engine, "dots.hits", &[11.0, 12.0, 13.0, 10.0, 10.0]);
}

#[test]
fn threads_agree_on_many_turns() {
    let source = "
event beat = every(1ms)
domain dots[9000] {
    state x = rank
    state n = 0
    next x = fract(x + 0.001)
    on beat { x = fract(x * 1.3 + 0.1 * wave.sine(rank + scalar(time))); n = n + 1 }
}
";
    let program = program(source);
    let mut expected = None;
    for threads in [1, 2, 4] {
        let settings = EngineSettings { threads, demand: Demand::Everything, ..EngineSettings::default() };
        let mut engine = Engine::fitted(program.clone(), 1.0, settings).unwrap();
        engine.frame(0).unwrap();
        let found = [3, 4, 30].map(|index| bits(&engine.frame(index).unwrap()));
        check(&mut engine, "dots.n", &vec![500.0; 9000]);
        assert!(*expected.get_or_insert_with(|| found.clone()) == found, "{threads} threads");
    }
}
