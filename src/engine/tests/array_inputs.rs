//! Arrays that the host gives, against the plain slices: what signals and elements look up of them, when they count, what is
//! refused, and what a swap keeps.

use super::snapshots::Chance;
use super::{LEVELS, bits, lanes, of, program, settings, signal};
use crate::engine::{ChannelValue, Demand, Engine, EngineError, EngineSettings, TakenItem};
use crate::program::{Builder, ChannelKind, Edge, Op, Program, Type};

const TYPES: [Type; 7] =
    [Type::Float, Type::Int, Type::Uint, Type::Bool, Type::Vec2, Type::Vec3, Type::Color];
/// Elements look from so far before an array to so far behind it.
const SPREAD: i64 = 300;

/// Components that values of a type may have.
fn some(chance: &mut Chance, ty: Type, count: u32) -> Vec<f64> {
    let mut number = || chance.below(1 << 31) as f64;
    let mut component = || match ty {
        Type::Int => number() - f64::from(1 << 30),
        Type::Bool => number() % 2.0,
        Type::Uint | Type::Text | Type::Shape => number(),
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => number() / 1e6 - 1000.0,
    };
    (0..count * ty.stride()).map(|_| component()).collect()
}

/// The place that an index means, the plain way.
fn place(index: i64, count: u32, edge: Edge) -> usize {
    let count = i64::from(count);
    match edge {
        Edge::Clamp => index.clamp(0, count - 1) as usize,
        Edge::Wrap => (index % count + count) as usize % count as usize,
    }
}

fn looked_up(ty: Type, count: u32, kind: ChannelKind) -> Program {
    let b = Builder::new("arrays");
    // In front, so that components and rows are other numbers.
    b.signal("one", b.channel("one", Type::Vec3, &[1.0, 2.0, 3.0], kind));
    let default = &[1.0, 0.0, 1.0, 0.0][..ty.stride() as usize];
    let given = b.channel_array("given", ty, count, default, kind);
    let d = b.domain("d", 2 * SPREAD as u32);
    let index = b.op(Op::Sub, &[b.index(d).into(), b.int(SPREAD as i32).into()]);
    let at = b.op(Op::Sub, &[b.op(Op::FrameIndex, &[]).to_int().into(), b.int(3).into()]);
    for (name, edge) in [("clamp", Edge::Clamp), ("wrap", Edge::Wrap)] {
        b.field(d, name, b.lookup(given, index, edge));
        b.signal(name, b.lookup(given, at, edge));
        b.signal(&format!("fixed {name}"), b.lookup(given, b.int(-2), edge));
    }
    super::finish(&b)
}

#[test]
fn what_is_looked_up_is_what_was_set() {
    let mut chance = Chance(5);
    for (ty, count) in TYPES.into_iter().flat_map(|ty| [1, 2, 5, 1000].map(|count| (ty, count))) {
        let kinds = [(ChannelKind::Hold, true), (ChannelKind::Momentary, false)];
        for (kind, holds) in kinds {
            let program = looked_up(ty, count, kind);
            let again = Program::from_json(&program.to_json(), "again").expect("it reads back");
            assert_eq!(again, program);
            let default = [1.0, 0.0, 1.0, 0.0][..ty.stride() as usize].repeat(count as usize);
            let set = some(&mut chance, ty, count);
            for level in LEVELS {
                let settings = EngineSettings { level, ..settings(&program, Demand::Everything) };
                let mut engine = Engine::with_settings(program.clone(), settings).expect("an engine");
                let given = engine.channel("given").expect("it is there");
                for frame_index in 0..4 {
                    if frame_index == 1 {
                        let value = ChannelValue::Components { ty, components: &set };
                        engine.set_channel(given, value).expect("it fits");
                    }
                    let is_set = frame_index == 1 || (holds && frame_index > 1);
                    let expected = if is_set { &set } else { &default };
                    let frame = engine.frame(frame_index).expect("a frame");
                    for (name, edge) in [("clamp", Edge::Clamp), ("wrap", Edge::Wrap)] {
                        let value = |index: i64, k: usize| {
                            expected[place(index, count, edge) * ty.stride() as usize + k]
                        };
                        let rounded = |x: f64| if ty.is_floats() { f64::from(x as f32) } else { x };
                        for k in 0..ty.stride() as usize {
                            for (i, &found) in lanes(&frame, name, k).iter().enumerate() {
                                let expected = rounded(value(i as i64 - SPREAD, k));
                                assert_eq!(found, expected, "{ty} {count} {name} {i}");
                            }
                            let slot = |name: &str| frame.slot(name).expect("the slot").components[k];
                            assert_eq!(slot(name), value(frame_index as i64 - 3, k), "{ty} {count} {name}");
                            assert_eq!(slot(&format!("fixed {name}")), value(-2, k), "{ty} {count} {name}");
                        }
                    }
                }
            }
        }
    }
}

const READS: &str = "
input levels: float[6] = 0.25
input places: vec2[3] = [(0, 1), (0.5, 0.5), (1, 0)]
input x = 0.0
how_many = length(levels)
plain   = interpolate(levels, x)
by_nan  = levels[int(sqrt(-1 - abs(x)))]
between = interpolate(places, x)
domain d[40] {
    along   = interpolate(levels, x + 0.25 * index - 2)
    wrapped = levels[index - 20, wrap]
    no_index = levels[int(sqrt(-1 - float(index)))]
}
draw circle { position: between, size: sum(d.along) + sum(d.wrapped) + sum(d.no_index) + plain + by_nan, color: #fff }
";

#[test]
fn between_values_and_beyond_them() {
    let program = program(READS);
    let mut engine = of(&program);
    let mut chance = Chance(11);
    for index in 0..60 {
        let levels: Vec<f32> = (0..6).map(|_| chance.below(1000) as f32 / 8.0 - 50.0).collect();
        let x = [-1e9, -0.5, 0.0, 0.125, 2.5, 4.75, 5.0, 7.25, 1e9][chance.below(9) as usize];
        engine.set("levels", &levels).expect("six of them");
        engine.set("x", x).expect("a number");
        let frame = engine.frame(index).expect("a frame");
        let between = |x: f64| {
            let x = x.clamp(0.0, 5.0);
            let [from, to] = [x.floor(), (x.floor() + 1.0).min(5.0)].map(|at| f64::from(levels[at as usize]));
            from + (to - from) * (x - x.floor())
        };
        assert_eq!(signal(&frame, "how_many"), 6.0);
        super::assert_close(signal(&frame, "plain"), between(x), 1e-6, "interpolate");
        // An index that is no number is 0.
        assert_eq!(signal(&frame, "by_nan"), f64::from(levels[0]));
        for (at, &found) in lanes(&frame, "along", 0).iter().enumerate() {
            super::assert_close(found, between(x + 0.25 * at as f64 - 2.0), 1e-4, "interpolate in lanes");
        }
        for (at, &found) in lanes(&frame, "wrapped", 0).iter().enumerate() {
            assert_eq!(found, f64::from(levels[place(at as i64 - 20, 6, Edge::Wrap)]), "{at}");
        }
        assert!(lanes(&frame, "no_index", 0).iter().all(|&found| found == f64::from(levels[0])));
    }
}

#[test]
fn the_same_bits_at_every_level_and_on_any_threads() {
    let patch = "
        input levels: float[700]
        input tints: color[9] = #fff
        state seen = 0
        event click
        on click { seen = seen + levels[3] }
        domain d[5000] {
            state heat = 0
            next heat = heat * 0.5 + levels[index * 7, wrap]
            draw circle { position: (rank, interpolate(levels, index * 0.14)), size: 0.01 + abs(heat), color: tints[index, wrap] }
        }
        draw circle { position: (seen, 0.5), size: 0.1, color: #fff }";
    let program = program(patch);
    let play = |settings: EngineSettings| {
        let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
        let mut chance = Chance(3);
        let mut all = Vec::new();
        for index in 0..8 {
            if index % 3 != 1 {
                let levels = some(&mut chance, Type::Float, 700);
                engine.set("levels", &levels).expect("all of them");
                engine.send("click", ()).expect("there is room");
                let tints: Vec<[f32; 4]> =
                    (0..9).map(|k| [k as f32 / 9.0, index as f32 / 8.0, 0.5, 1.0]).collect();
                engine.set("tints", &tints).expect("all of them");
            }
            all.push(bits(&engine.frame(index).expect("a frame")));
        }
        all
    };
    let plain = settings(&program, Demand::Everything);
    let reference = play(plain);
    assert_ne!(reference[0], reference[7]);
    for level in LEVELS {
        assert!(play(EngineSettings { level, ..plain }) == reference, "{level:?}");
    }
    for threads in if cfg!(feature = "parallel") { vec![2, 4] } else { Vec::new() } {
        assert!(play(EngineSettings { threads, ..plain }) == reference, "{threads} threads");
    }
}

#[test]
fn an_array_counts_from_where_it_was_set_among_events() {
    let patch = "
        input levels: float[40] = 0
        event click: int
        state notes = 0
        on click { notes = notes * 100 + levels[click] }
        played = notes
        domain d[40] {
            state own = 0
            on click { own = own * 100 + levels[index] }
            met = own
        }
        draw circle { position: (played, 0.5), size: sum(d.met), color: #fff }";
    let mut engine = of(&program(patch));
    engine.keep_taken(true);
    let levels = |at: f32| (0..40).map(|k| at + k as f32).collect::<Vec<f32>>();
    engine.set("levels", &levels(1.0)).expect("all of them");
    engine.send("click", 2).expect("there is room");
    engine.set("levels", &levels(20.0)).expect("all of them");
    engine.set("levels", &levels(10.0)).expect("the latest counts");
    engine.send("click", 3).expect("there is room");
    engine.set("levels", &levels(30.0)).expect("all of them");
    let frame = engine.frame(0).expect("a frame");
    assert_eq!(signal(&frame, "played"), 3.0 * 100.0 + 13.0);
    assert_eq!(lanes(&frame, "d.met", 0)[5], 6.0 * 100.0 + 15.0);
    let counters = engine.input_counters();
    assert_eq!((counters.received, counters.emitted, counters.coalesced), (6, 5, 1), "{counters:?}");
    let arrays: Vec<Vec<f64>> = engine
        .taken()
        .items()
        .filter_map(|item| match item {
            TakenItem::Array { channel: "levels", values, .. } => Some(values.components().collect()),
            _ => None,
        })
        .collect();
    let expected = [1.0, 10.0, 30.0].map(|at| levels(at).iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
    assert_eq!(arrays, expected, "in the order in which they counted");
}

#[test]
fn what_an_array_does_not_take() {
    let mut engine = of(&program(
        "input levels: float[64]\ninput on: bool[2]\ninput n: int[3]\ninput one = 0.5\nx = levels[0] + one + n[1] + (if on[1] then 1 else 0)\ndraw circle { position: (x, 0.5), size: 0.1, color: #fff }",
    ));
    let check = |error: EngineError, expected: &str| assert_eq!(error.to_string(), expected);
    let mut refused = |name: &str, value: ChannelValue<'_>, expected: &str| {
        check(engine.set(name, value).unwrap_err(), &format!("`{name}` was given {expected} (E0205)"));
    };
    refused("levels", (&[0.5_f32; 63]).into(), "an array of 63 floats; it takes an array of 64 floats");
    refused("levels", 0.5.into(), "a float; it takes an array of 64 floats");
    refused("levels", (&[1_i32; 64]).into(), "an array of 64 ints; it takes an array of 64 floats");
    refused("one", (&[0.5_f64]).into(), "an array of 1 float; it takes a float");
    let mut bad = [0.5_f64; 64];
    bad[17] = f64::NAN;
    refused("levels", (&bad).into(), "NaN as value 17; it takes finite numbers");
    let whole = |ty, components| ChannelValue::Components { ty, components };
    refused("n", whole(Type::Int, &[1.0, 2.5, 3.0]), "2.5 as value 1; it takes whole numbers");
    refused("on", whole(Type::Bool, &[1.0, 2.0]), "2 as value 1; it takes 0 and 1");
    assert_eq!(signal(&engine.frame(0).expect("a frame"), "x"), 0.5, "nothing was set");
}

#[test]
fn a_swap_keeps_values_by_name_and_what_both_lengths_have() {
    let patch = |levels: &str| {
        program(&format!(
            "input other = 1.0\n{levels}\ndomain d[6] {{ v = levels[index]\ndraw circle {{ position: (rank, v), size: 0.1 * other, color: #fff }} }}"
        ))
    };
    let mut engine = of(&patch("input levels: float[4] = 9"));
    let levels = engine.channel("levels").expect("it is there");
    engine.set_channel(levels, [1.0_f32, 2.0, 3.0, 4.0].as_slice()).expect("four");
    engine.frame(0).expect("a frame");
    let mut swapped = |levels: &str, expected: &[f64]| {
        let report = engine.swap_and_grow(patch(levels), 1.0).expect("it fits");
        let frame = engine.last_frame().expect("a frame");
        assert_eq!(lanes(&frame, "v", 0), expected, "{levels}");
        report.channels
    };
    // Its place among the inputs is another one, and the default of what was never set.
    assert!(
        swapped("input more: vec3[2]\ninput levels: float[4] = 7", &[1.0, 2.0, 3.0, 4.0, 4.0, 4.0])
            .is_empty()
    );
    assert!(swapped("input levels: float[6] = 8", &[1.0, 2.0, 3.0, 4.0, 8.0, 8.0]).is_empty());
    assert!(swapped("input levels: float[3] = 8", &[1.0, 2.0, 3.0, 3.0, 3.0, 3.0]).is_empty());
    assert_eq!(swapped("input levels: int[3] = 5", &[5.0; 6]), ["levels"]);
    let error = engine.set_channel(levels, [0.5_f32; 4].as_slice()).unwrap_err();
    assert!(error.to_string().contains("an array of 4 floats; it takes an array of 3 ints"), "{error}");
}

#[test]
fn other_threads_send_arrays() {
    let mut engine = of(&program(
        "input levels: float[5]\ndomain d[5] { v = levels[index]\ndraw circle { position: (rank, v), size: 0.1, color: #fff } }",
    ));
    let levels = engine.channel("levels").expect("it is there");
    let sender = engine.input_sender(8);
    for index in 0..20 {
        let values = [0.0, 1.0, 2.0, 3.0, index as f32];
        std::thread::scope(|scope| scope.spawn(|| sender.set(levels, &values)).join())
            .expect("no panic")
            .expect("room");
        sender.set(levels, [0.5_f32; 3].as_slice()).expect("there is room, and nobody takes it");
        assert_eq!(lanes(&engine.frame(index).expect("a frame"), "v", 0), values.map(f64::from));
    }
    let counters = engine.input_counters();
    assert_eq!((counters.received, counters.emitted, counters.rejected), (40, 20, 20), "{counters:?}");
}
