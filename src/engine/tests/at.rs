//! Values of other elements by an index: of the same domain and of another, in lanes, signals and reactions.

use super::snapshots::Chance;
use super::{LEVELS, bits, engine, finish, lanes, program, settings, signal};
use crate::engine::{Demand, Engine, EngineSettings, Snapshots};
use crate::program::{Builder, ChannelKind, Edge, Program, Type, Unit, Value};

/// The place of an index, written as it is said.
fn place(index: i64, count: i64, edge: Edge) -> usize {
    (match edge {
        Edge::Clamp => index.clamp(0, count - 1),
        Edge::Wrap => index.rem_euclid(count),
    }) as usize
}

const EDGES: [(&str, Edge); 2] = [("clamp", Edge::Clamp), ("wrap", Edge::Wrap)];

/// Indices that go far beyond the ends, from a hash of the element's index.
fn indices<'b>(b: &'b Builder, index: Value<'b>) -> Value<'b> {
    (index * b.int(48_271) + b.int(7)).modulo(b.int(9_000)) - b.int(4_000)
}

#[test]
fn any_kind_by_any_index_in_any_domain() {
    for (count, others) in [(1_u32, 1_u32), (2, 700), (513, 7), (1500, 1500), (5000, 3000)] {
        let b = Builder::new("at");
        let (d, e) = (b.domain("d", count), b.domain("e", others));
        let x = b.field(d, "x", b.index(d).to_float() * 1.5);
        let int = b.field(d, "int", b.index(d) - b.int(3));
        let odd = b.field(d, "odd", b.index(d).modulo(b.int(2)).equals(b.int(1)));
        let pair = b.field(d, "pair", b.vec2(x, -x));
        for (name, edge) in EDGES {
            let own = b.field(d, &format!("own {name}"), indices(&b, b.index(d)));
            b.field(d, &format!("x {name}"), b.at(x, own, edge));
            let foreign = b.field(e, &format!("foreign {name}"), indices(&b, b.index(e)));
            b.field(e, &format!("int {name}"), b.at(int, foreign, edge));
            b.field(e, &format!("odd {name}"), b.at(odd, foreign, edge).select(1.0, 0.0));
            b.field(e, &format!("pair {name}"), b.at(pair, foreign, edge));
            for k in [i32::MIN, -1, 0, 5, 4_999, i32::MAX] {
                b.signal(&format!("int {name} {k}"), b.at(int, b.int(k), edge));
            }
        }
        let mut engine = engine(&b);
        let frame = engine.frame(1).expect("a frame");
        let n = i64::from(count);
        for (name, edge) in EDGES {
            let own = lanes(&frame, &format!("own {name}"), 0);
            for (k, &found) in lanes(&frame, &format!("x {name}"), 0).iter().enumerate() {
                assert_eq!(found, 1.5 * place(own[k] as i64, n, edge) as f64, "{name} {k} of {count}");
            }
            let of = |what: &str, k| lanes(&frame, &format!("e.{what} {name}"), k);
            for (k, index) in of("foreign", 0).into_iter().enumerate() {
                let at = place(index as i64, n, edge) as f64;
                assert_eq!(of("int", 0)[k], at - 3.0, "{name} {k} of {others}");
                assert_eq!(of("odd", 0)[k], at % 2.0);
                assert_eq!([of("pair", 0)[k], of("pair", 1)[k]], [1.5 * at, -1.5 * at]);
            }
            for k in [i32::MIN, -1, 0, 5, 4_999, i32::MAX] {
                let at = place(i64::from(k), n, edge) as f64;
                assert_eq!(signal(&frame, &format!("int {name} {k}")), at - 3.0, "{k} of {count}");
            }
        }
    }
}

/// A value of a value of a value, each a stage later, through signals and back; of uniforms and of what never changes.
#[test]
fn chains_of_indices() {
    let b = Builder::new("chains");
    let (d, e) = (b.domain("d", 9), b.domain("e", 4));
    let next = b.field(d, "next", (b.index(d) * b.int(2) + b.frame().to_int()).modulo(b.int(9)));
    let twice = b.field(d, "twice", b.at(next, next, Edge::Clamp));
    let thrice = b.field(d, "thrice", b.at(twice, next, Edge::Clamp));
    let first = b.signal("first", b.at(thrice, b.int(1), Edge::Clamp));
    let other = b.field(e, "other", b.at(next, b.index(e) + first, Edge::Wrap));
    b.signal("last", b.at(other, b.at(next, first, Edge::Clamp), Edge::Wrap));
    let uniform = b.field(d, "uniform", b.time());
    b.field(e, "same", b.at(uniform, b.index(e), Edge::Clamp));
    let cell = b.cell("cell", Type::Float, 1.0, Some(d));
    let state = b.field(d, "state", cell.get());
    cell.next(b.at(state, next, Edge::Clamp) + b.index(d).to_float());
    let mut engine = engine(&b);
    let mut state = [1.0; 9];
    for index in 0..7_i64 {
        let frame = engine.frame(index as u64).expect("a frame");
        let next = |i: i64| (2 * i + index).rem_euclid(9);
        let thrice = |i: i64| next(next(next(i)));
        for i in 0..9 {
            assert_eq!(lanes(&frame, "twice", 0)[i as usize], next(next(i)) as f64);
            assert_eq!(lanes(&frame, "thrice", 0)[i as usize], thrice(i) as f64);
        }
        let other = |i: i64| next((i + thrice(1)).rem_euclid(9));
        assert_eq!(signal(&frame, "first"), thrice(1) as f64);
        for i in 0..4 {
            assert_eq!(lanes(&frame, "e.other", 0)[i as usize], other(i) as f64);
        }
        assert_eq!(signal(&frame, "last"), other(next(thrice(1)).rem_euclid(4)) as f64);
        assert_eq!(lanes(&frame, "e.same", 0), [lanes(&frame, "uniform", 0)[0]; 4]);
        assert_eq!(lanes(&frame, "state", 0), state);
        state = std::array::from_fn(|i| state[next(i as i64) as usize] + i as f64);
    }
}

/// What is read is among the living elements of the frame; where there are none it is 0.
#[test]
fn of_elements_that_come_and_go() {
    let b = Builder::new("live");
    let n = b.channel("n", Type::Float, &[0.0], ChannelKind::Hold);
    let some = b.counted_domain("some", 40, n);
    let x = b.field(some, "x", b.index(some).to_float() + 1.0);
    let yes = b.field(some, "yes", b.index(some).ge(b.int(0)));
    let all = b.domain("all", 50);
    for (name, edge) in EDGES {
        b.field(all, name, b.at(x, b.index(all) - b.int(5), edge));
        b.signal(name, b.at(x, b.int(-1), edge));
    }
    b.signal("is some", b.at(yes, b.int(0), Edge::Clamp).select(1.0, 0.0));
    let mut engine = engine(&b);
    for (index, n) in (0..).zip([0, 3, 40, 1, 0, 17]) {
        engine.set("n", f64::from(n)).expect("a channel");
        let frame = engine.frame(index).expect("a frame");
        for (name, edge) in EDGES {
            let at = |k: i64| if n == 0 { 0.0 } else { place(k, i64::from(n), edge) as f64 + 1.0 };
            for (k, &found) in (0..).zip(&lanes(&frame, &format!("all.{name}"), 0)) {
                assert_eq!(found, at(k - 5), "{name} {k} of {n}");
            }
            assert_eq!(signal(&frame, name), at(-1));
        }
        assert_eq!(signal(&frame, "is some"), f64::from(u8::from(n > 0)));
    }
}

/// Everything that reads by an index, with elements that come, go and are continued.
const CROWD: &str = "
step = int(floor(scalar(time) * 9))
domain dots[3 + 12 * hash(step) max 24] {
    state walk = 0.5
    state seen = 0
    next walk = walk * 0.5 + (walk at (index * 7 + step) wrap) * 0.1 + random(1)
    near = int(walk * 9)
    position = (walk * 0.1, (rank at near) * 0.3) ~ spring(450ms)
    size = 0.02 + 0.01 * (walk at near)          ~ slew(200ms)
    shown = int(position.x * 20)
    on beat { seen = seen + (walk at near) }
    draw circle { position, size, color: hsv(rank at shown, 0.5, 1 - seen * 0.001) }
}
domain sparks[born every (if hash(step, 3) < 0.5 then 16ms else 61ms), lives 300ms + 300ms * random(5), max 30] {
    at birth from = dots.walk at step wrap
    place = (from * 0.2, (dots.walk at (index + step) wrap) * 0.2)
    draw circle { position: place, size: 0.01, color: #fff }
}
event beat = every(130ms)
state last = 0
state n = 0
on beat { n = n + 1; last = dots.walk at int(n) wrap }
domain rows[5] { x = (sparks.from at index) + (dots.walk at (index + step) wrap) }
top = (rows.x at 2) + (dots.size at int(last))
";

fn crowd() -> Program {
    program(CROWD)
}

#[test]
fn the_same_bits_at_any_level_and_on_any_threads() {
    let big = CROWD.replace("12 * hash(step) max 24", "2900 * hash(step) max 3000");
    for program in [crowd(), program(&big)] {
        let play = |settings: EngineSettings| {
            let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
            (0..40).map(|index| bits(&engine.frame(index).expect("a frame"))).collect::<Vec<_>>()
        };
        let settings = settings(&program, Demand::Everything);
        let reference = play(settings);
        for level in LEVELS {
            assert!(play(EngineSettings { level, ..settings }) == reference, "{level:?}");
        }
        for threads in [2, 4] {
            assert!(play(EngineSettings { threads, ..settings }) == reference, "{threads} threads");
        }
        // What is drawn is the same whether fields are asked for or not.
        let drawn = |demand| {
            let settings = super::settings(&program, demand);
            let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
            (0..40).map(|index| engine.frame(index).expect("a frame").hash()).collect::<Vec<_>>()
        };
        assert_eq!(drawn(Demand::Drawn), drawn(Demand::Everything));
    }
}

#[test]
fn a_seek_gives_what_was_played() {
    let program = crowd();
    let mut played = super::snapshots::engine(&program, None, 1);
    let straight: Vec<_> = (0..120).map(|index| bits(&played.frame(index).expect("a frame"))).collect();
    let snapshots = Snapshots { count: 6, every: 7, inputs: 10 };
    let mut engine = super::snapshots::engine(&program, Some(snapshots), 1);
    engine.seek(119).expect("a frame");
    let mut chance = Chance(5);
    for _ in 0..60 {
        let to = chance.below(120);
        engine.seek(to).expect("a frame");
        assert!(bits(&engine.last_frame().expect("a frame")) == straight[to as usize], "frame {to}");
    }
}

/// A swap to the same program goes on as if nothing had been, where nothing is on its way from an edit.
#[test]
fn a_swap_goes_on() {
    let program = program(&CROWD.replace("~ spring(450ms)", "").replace("~ slew(200ms)", ""));
    let mut straight = super::of(&program);
    let mut swapped = super::of(&program);
    for index in 0..60 {
        let expected = bits(&straight.frame(index).expect("a frame"));
        assert!(bits(&swapped.frame(index).expect("a frame")) == expected, "frame {index}");
        if index % 13 == 5 {
            swapped.swap(program.clone()).expect("it fits");
        }
    }
}

#[test]
fn only_fields_are_read_by_an_index() {
    let b = Builder::new("no field");
    let d = b.domain("d", 3);
    b.field(d, "x", b.at(b.rank(d), b.index(d), Edge::Clamp));
    assert!(b.finish().is_err());
    let b = Builder::new("no int");
    let d = b.domain("d", 3);
    let x = b.field(d, "x", b.rank(d));
    b.field(d, "y", b.at(x, b.rank(d), Edge::Clamp));
    assert!(b.finish().is_err());
    let b = Builder::new("itself");
    let n = b.slot("n", Type::Int, Unit::Scalar);
    let d = b.counted_domain("d", 3, n);
    b.define(n, b.at(b.field(d, "x", b.int(1)), b.int(0), Edge::Clamp));
    assert!(b.finish().is_err());
    // The same without the mistake.
    let b = Builder::new("good");
    let d = b.domain("d", 3);
    b.signal("x", b.at(b.field(d, "x", b.rank(d)), b.int(0), Edge::Clamp));
    finish(&b);
}

/// A part of a continued value that is known before the others is shown with them: what passes make of it sees this frame's.
#[test]
fn continued_values_whose_parts_are_known_one_after_the_other() {
    let of = |way: &str| {
        let source = format!(
            "
            domain dots[3 + int(frame % 20) max 24] {{
                walk = rank + 0.01 * frame
                position = (walk, (rank at (index + 1)) * 0.3) {way}
                draw circle {{ position, size: position.x * 0.5, color: #fff }}
            }}
            "
        );
        let mut engine = super::of(&program(&source));
        let frames = (0..60).map(|index| {
            let frame = engine.frame(index).expect("a frame");
            let pass = frame.passes().next().expect("a pass");
            (0..pass.count).map(|k| [pass.x.get(k), pass.width.get(k)]).collect::<Vec<_>>()
        });
        frames.collect::<Vec<_>>()
    };
    for [x, width] in of("~ slew(300ms)").concat() {
        assert_eq!(width, x * 0.5);
    }
    assert_ne!(of("~ slew(300ms)"), of(""));
}

#[test]
fn what_is_read_of_one_element_is_there_whoever_reads_it() {
    // Nothing else is in the stage in which it is known: neither lanes nor a slot.
    let check = |rest: &str, expected: [f32; 2]| {
        let patch = format!("domain cards[6] {{ x = 0.125 * index }}\n{rest}");
        let compiled = crate::compile(&patch, "a.pav", &crate::NoFiles);
        let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let mut engine = Engine::for_program(program).expect("it fits");
        let frame = engine.frame(3).expect("a frame");
        let red = f32::from(frame.background().to_array()[0]) / 255.0;
        let x = frame.passes().next().expect("a pass").x.get(0);
        assert!((x - expected[0]).abs() < 1e-6 && (red - expected[1]).abs() < 0.01, "{rest}: {x} {red}");
    };
    let draw = |entries: &str| format!("draw rect {{ {entries} size: 0.1, color: #fff }}");
    check(&draw("position: (cards.x at 2, 0.5),"), [0.25, 0.0]);
    check(&draw("position: (0.5, 0.5), rotation: 1turn * (cards.x at 3),"), [0.5, 0.0]);
    check(&(draw("position: (0.5, 0.5),") + "\nbackground = mix(#000, #fff, cards.x at 4)"), [0.5, 0.5]);
    check(&draw("position: (max(cards.x) / 2, 0.5),"), [0.3125, 0.0]);
}
