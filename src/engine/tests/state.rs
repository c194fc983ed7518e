//! State: operators that are right for any step of time, rings, cells of every storage, two-phase commits.

use super::{assert_close, engine, finish, lanes, of, settings, signal};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::program::{Builder, ChannelKind, DomainRef, Node, Op, Program, Storage, Type, Value};
use crate::time::FrameRate;

type Make = for<'b> fn(&'b Builder, target: Value<'b>) -> Value<'b>;

/// A function in closed form.
type Closed = fn(f64) -> f64;

/// Operators on a target that is 0 in the first frame and 1 from then on, with what they are after `t` seconds.
const OPERATORS: [(&str, Make, Closed); 16] = [
    ("integrate", |b, target| b.integrate("k", target * 2.0), |t| 2.0 * t),
    ("lag", |b, target| b.lag("k", target, 0.4), |t| 1.0 - libm::exp(-t / 0.4)),
    ("lag at once", |b, target| b.lag("k", target, 0.0), |t| f64::from(u8::from(t > 0.0))),
    ("slew up", |b, target| b.slew("k", target, 0.7, 3.0), |t| (0.7 * t).min(1.0)),
    ("slew down", |b, target| b.slew("k", -target, 3.0, 0.6), |t| (-0.6 * t).max(-1.0)),
    (
        "spring swings",
        |b, target| b.spring("k", target, 100.0, 4.0, None),
        |t| {
            let (sin, cos) = libm::sincos(96.0_f64.sqrt() * t);
            1.0 - libm::exp(-2.0 * t) * (cos + 2.0 / 96.0_f64.sqrt() * sin)
        },
    ),
    (
        "spring is critical",
        |b, target| b.spring("k", target, 100.0, 20.0, None),
        |t| 1.0 - libm::exp(-10.0 * t) * (1.0 + 10.0 * t),
    ),
    // Two decays, of rates 2 and 8.
    (
        "spring creeps",
        |b, target| b.spring("k", target, 16.0, 10.0, None),
        |t| 1.0 - (8.0 * libm::exp(-2.0 * t) - 2.0 * libm::exp(-8.0 * t)) / 6.0,
    ),
    ("spring of a frequency", swinging, |t| {
        let (decay, swing) = (0.7 * std::f64::consts::TAU, std::f64::consts::TAU * (1.0_f64 - 0.49).sqrt());
        let (sin, cos) = libm::sincos(swing * t);
        1.0 - libm::exp(-decay * t) * (cos + decay / swing * sin)
    }),
    // From 0 back to 0.9, which is 0.1 away, and not the other way.
    ("lag around", |b, target| b.lag_around("k", target * 0.9, 0.4), |t| 0.9 + 0.1 * libm::exp(-t / 0.4)),
    (
        "slew around",
        |b, target| b.slew_around("k", target * 0.9, 3.0, 0.06),
        |t| 0.9 + (0.1 - 0.06 * t).max(0.0),
    ),
    (
        "spring around",
        |b, target| b.spring_around("k", target * 0.9, 100.0, 20.0, None),
        |t| 0.9 + 0.1 * libm::exp(-10.0 * t) * (1.0 + 10.0 * t),
    ),
    ("phasor", |b, target| b.phasor("k", target * 0.3), |t| 0.3 * t - (0.3 * t).floor()),
    ("phasor backward", |b, target| b.phasor("k", target * -0.3), |t| -0.3 * t - (-0.3 * t).floor()),
    // Of time itself, so that where between two frames it is read matters.
    ("delay_time", |b, _| b.delay_time("k", b.time() * 3.0, 0.25, 200), |t| (3.0 * (t - 0.25)).max(0.0)),
    ("delay_time 0", |b, _| b.delay_time("k", b.time() * 3.0, 0.0, 4), |t| 3.0 * t),
];

fn swinging<'b>(b: &'b Builder, target: Value<'b>) -> Value<'b> {
    let [stiffness, damping] = b.spring_of_frequency(1.0, 0.3);
    b.spring("k", target, stiffness, damping, None)
}

fn operator(make: Make) -> Program {
    let b = Builder::new("state");
    let target = b.channel("target", Type::Float, &[0.0], ChannelKind::Hold);
    b.signal("scalar", make(&b, target));
    finish(&b)
}

/// As [`operator`], per element.
fn operator_of_lanes(make: Make) -> Program {
    let b = Builder::new("state");
    let target = b.channel("target", Type::Float, &[0.0], ChannelKind::Hold);
    let d = b.domain("d", 40);
    b.field(d, "lanes", make(&b, target + b.rank(d) * 0.0));
    finish(&b)
}

fn at_rate(program: &Program, rate: u32) -> Engine {
    let settings =
        EngineSettings { frame_rate: FrameRate::new(rate, 1), ..settings(program, Demand::Everything) };
    Engine::with_settings(program.clone(), settings).expect("it fits")
}

#[test]
fn operators_are_right_for_any_step() {
    for (name, make, expected) in OPERATORS {
        // Many small steps, few large ones, one huge one.
        for (rate, step) in [(120, 1), (60, 1), (30, 1), (7, 1), (60, 13), (2, 1), (1, 1), (60, 300)] {
            let (mut scalar, mut per_lane) =
                (at_rate(&operator(make), rate), at_rate(&operator_of_lanes(make), rate));
            for k in 0..=(5 * rate / step) {
                let index = u64::from(k * step);
                let t = index as f64 / f64::from(rate);
                let what = format!("{name} at {t} s, {rate} fps, every {step}");
                let frame = scalar.frame(index).expect("a frame");
                // A phase just below 1 is as good as one at 0.
                let near = |found: f64| match name.starts_with("phasor") || name.ends_with("around") {
                    true => found - (found - expected(t)).round(),
                    false => found,
                };
                assert_close(near(signal(&frame, "scalar")), expected(t), 1e-9, &what);
                let frame = per_lane.frame(index).expect("a frame");
                for found in lanes(&frame, "lanes", 0) {
                    assert_close(near(found), expected(t), 1e-4, &what);
                }
                for engine in [&mut scalar, &mut per_lane] {
                    engine.set("target", 1.0).expect("a channel");
                }
            }
        }
    }
}

/// A spring that is pushed at its start, of vectors and of colours, whose alpha has its say.
#[test]
fn springs_of_every_type() {
    let b = Builder::new("springs");
    let d = b.domain("d", 3);
    let push = b.vec2(10.0, -5.0);
    b.signal("pushed", b.spring("a", b.vec2(1.0, 2.0), 100.0, 0.0, Some(push)));
    b.field(d, "each", b.spring("b", b.index(d).to_float(), 100.0, 0.0, Some(b.rank(d))));
    let on = b.channel("on", Type::Float, &[1.0], ChannelKind::Hold);
    let yellow = b.op(Op::Color, &[on.into(), on.into(), 0.0.into(), on.into()]);
    b.signal("fading", b.spring("c", yellow, 100.0, 20.0, None));
    b.signal("lagging", b.lag("d", yellow, 0.4));
    let mut engine = engine(&b);
    engine.frame(0).expect("frame 0");
    engine.set("on", 0.0).expect("a channel");
    let frame = engine.frame(12).expect("frame 12");
    let swing = libm::sin(2.0) / 10.0;
    let pushed = frame.slot("pushed").expect("the slot").components;
    assert_close(pushed[0], 1.0 + 10.0 * swing, 1e-12, "x");
    assert_close(pushed[1], 2.0 - 5.0 * swing, 1e-12, "y");
    for (i, found) in lanes(&frame, "each", 0).into_iter().enumerate() {
        assert_close(found, i as f64 + (i as f64 + 0.5) / 3.0 * swing, 1e-6, "each");
    }
    for (name, alpha) in [("fading", libm::exp(-2.0) * 3.0), ("lagging", libm::exp(-0.5))] {
        let fading = frame.slot(name).expect("the slot").components;
        for (found, expected) in fading.into_iter().zip([1.0, 1.0, 0.0, alpha]) {
            assert_close(found, expected, 1e-12, name);
        }
    }
}

#[test]
fn delays_give_the_first_value_until_they_are_full() {
    for frames in [1_u32, 2, 5, 300] {
        let b = Builder::new("delay");
        let d = b.domain("d", 20);
        let value = b.frame() + 10.0;
        b.signal("late", b.delay("a", b.vec2(value, -value), frames));
        b.field(d, "late", b.delay("b", value + b.index(d).to_float(), frames));
        b.field(d, "int", b.delay("c", b.index(d) + value.to_int(), frames));
        let mut engine = engine(&b);
        for index in 0..2 * u64::from(frames) + 3 {
            let frame = engine.frame(index).expect("a frame");
            let expected = index.saturating_sub(u64::from(frames)) as f64 + 10.0;
            assert_eq!(
                frame.slot("late").expect("it is there").components(),
                [expected, -expected],
                "{frames}"
            );
            for (i, (late, int)) in lanes(&frame, "late", 0).iter().zip(lanes(&frame, "int", 0)).enumerate() {
                assert_eq!((*late, int), (expected + i as f64, expected + i as f64), "{frames} at {index}");
            }
        }
    }
}

/// At a rate that no delay was made for it is as long as it says.
#[test]
fn delays_in_time_reach_back_at_any_rate() {
    for rate in [7_u32, 60, 144, 240, 1000, 2500] {
        let b = Builder::new("echo");
        let d = b.domain("d", 3);
        b.signal("scalar", b.delay_up_to("a", b.time() * 3.0, 1.0, 1.0));
        b.field(d, "lanes", b.delay_up_to("b", b.time() * 3.0 + b.index(d).to_float(), 1.0, 1.0));
        b.field(d, "count", b.integrate("c", b.rank(d)));
        let program = finish(&b);
        let frame_rate = FrameRate::new(rate, 1);
        let capacity = Engine::needs_at(&program, Demand::Everything, frame_rate.expect("a rate"));
        let settings =
            EngineSettings { frame_rate, capacity, demand: Demand::Everything, ..Default::default() };
        let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
        for index in 0..u64::from(3 * rate) {
            let frame = engine.frame(index).expect("a frame");
            let expected = (index as f64 / f64::from(rate) - 1.0).max(0.0) * 3.0;
            assert_close(signal(&frame, "scalar"), expected, 1e-9, "scalar");
            for (i, found) in lanes(&frame, "lanes", 0).into_iter().enumerate() {
                assert_close(found, expected + i as f64, 1e-6, "lanes");
            }
        }
        // With the room that it takes at 144 frames per second, a higher rate is an error and not a shorter delay.
        let capacity = Engine::needs(&program, Demand::Everything);
        let found = Engine::with_settings(program.clone(), EngineSettings { capacity, ..settings });
        match found {
            Ok(_) => assert!(rate <= 144, "{rate}"),
            Err(EngineError::Delay { cell, frames, error, .. }) => {
                let expected = (["a", "b"].contains(&cell.as_str()), rate + 2, "state");
                assert_eq!((true, frames, error.setting.trim_start_matches("lane_")), expected);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// Another rate needs another number of frames, and loses none of those that are known.
#[test]
fn delays_go_on_when_the_rate_changes() {
    let at = |rate: u32| {
        let b = Builder::new("echo");
        b.clip(10.0, rate, [10, 10]);
        let d = b.domain("d", 3);
        b.signal("scalar", b.delay_up_to("a", b.time() * 3.0, 0.5, 0.5));
        b.field(d, "lanes", b.delay_up_to("b", b.time() * 3.0 + b.index(d).to_float(), 0.5, 0.5));
        finish(&b)
    };
    let room = Engine::needs(&at(1000), Demand::Everything);
    let settings = EngineSettings { capacity: room, demand: Demand::Everything, ..Default::default() };
    for rates in [[60, 1000], [1000, 60], [240, 1000], [1000, 240]] {
        let mut engine = Engine::with_settings(at(rates[0]), settings).expect("it fits");
        let check = |engine: &mut Engine, index: u64| {
            let frame = engine.frame(index).expect("a frame");
            let expected = (frame.time().as_secs_f64() - 0.5).max(0.0) * 3.0;
            // Where frames of a higher rate fit no more, the oldest that do are blended from further apart.
            assert_close(signal(&frame, "scalar"), expected, 1e-9, "scalar");
            for (i, found) in lanes(&frame, "lanes", 0).into_iter().enumerate() {
                assert_close(found, expected + i as f64, 1e-6, "lanes");
            }
        };
        (0..u64::from(rates[0])).for_each(|index| check(&mut engine, index));
        engine.swap(at(rates[1])).expect("it fits");
        let shown = engine.last_frame().expect("a frame").index();
        if rates[0] < rates[1] {
            (shown..shown + 800).for_each(|index| check(&mut engine, index));
        } else {
            // A shorter ring has room for the latest frames only; from half a second on it is right again.
            (shown..shown + u64::from(rates[1])).for_each(|index| _ = engine.frame(index).expect("a frame"));
            let from = shown + u64::from(rates[1]);
            (from..from + 100).for_each(|index| check(&mut engine, index));
        }
    }
}

/// A ring with an initial value holds it in all of its entries, until each is pushed over.
#[test]
fn an_initial_value_fills_a_ring() {
    let b = Builder::new("ring");
    let d = b.domain("d", 3);
    b.signal("scalar", b.delay("a", b.frame(), 3));
    b.field(d, "lanes", b.delay("b", b.frame() + b.rank(d) * 0.0, 3));
    b.signal("timed", b.delay_time("c", b.frame(), 0.05, 9));
    let mut data = finish(&b).data().clone();
    data.constants.f64.push(-5.0);
    data.constants.f32.push(-5.0);
    for cell in &mut data.cells {
        let pool = if cell.domain.is_some() { data.constants.f32.len() } else { data.constants.f64.len() };
        cell.initial = Some(pool as u32 - 1);
    }
    // As it stands in the ring, also in the first frame.
    let fresh: Vec<u32> =
        (0..data.nodes.len() as u32).filter(|&k| data.nodes[k as usize].op == Op::Fresh).collect();
    let constants = data.constants.u32.len() as u32;
    data.constants.u32.push(0);
    for node in fresh {
        let no = Node {
            ty: Some(Type::Bool),
            storage: Some(Storage::U32),
            index: Some(constants),
            ..Node::new(Op::Const, &[])
        };
        data.nodes[node as usize] = no;
    }
    let mut engine = of(&Program::new(data).expect("a program"));
    for index in 0..9_u64 {
        let frame = engine.frame(index).expect("a frame");
        let expected = if index < 3 { -5.0 } else { index as f64 - 3.0 };
        assert_eq!(signal(&frame, "scalar"), expected, "frame {index}");
        assert_eq!(lanes(&frame, "lanes", 0), [expected; 3], "frame {index}");
        assert_close(signal(&frame, "timed"), expected, 1e-9, "timed");
    }
}

/// A timed ring reaches as far back as it has samples, and no further.
#[test]
fn delay_time_holds_the_oldest() {
    let b = Builder::new("echo");
    let d = b.domain("d", 3);
    b.signal("scalar", b.delay_time("a", b.time(), 10.0, 8));
    b.field(d, "lanes", b.delay_time("b", b.time() + b.index(d).to_float(), 10.0, 8));
    let mut engine = engine(&b);
    for index in 0..30_u64 {
        let frame = engine.frame(index).expect("a frame");
        let expected = index.saturating_sub(8) as f64 / 60.0;
        assert_close(signal(&frame, "scalar"), expected, 1e-12, "scalar");
        for (i, found) in lanes(&frame, "lanes", 0).into_iter().enumerate() {
            assert_close(found, expected + i as f64, 1e-6, "lanes");
        }
    }
}

#[test]
fn sample_and_hold_takes_the_first_value_and_then_on_trigger() {
    let b = Builder::new("hold");
    let d = b.domain("d", 10);
    let trigger = b.channel("now", Type::Bool, &[0.0], ChannelKind::Momentary);
    b.signal("held", b.sample_and_hold("a", b.frame(), trigger));
    let odd = b.index(d).modulo(b.int(2)).equals(b.int(1));
    b.field(d, "held", b.sample_and_hold("b", b.frame(), trigger.and(odd)));
    let mut engine = engine(&b);
    for index in 0..10_u64 {
        if index == 4 {
            engine.set("now", true).expect("a channel");
        }
        let frame = engine.frame(index).expect("a frame");
        let expected = if index >= 4 { 4.0 } else { 0.0 };
        assert_eq!(signal(&frame, "held"), expected, "frame {index}");
        for (i, found) in lanes(&frame, "held", 0).into_iter().enumerate() {
            assert_eq!(found, if i % 2 == 1 { expected } else { 0.0 }, "lane {i} of frame {index}");
        }
    }
}

/// Cells of every type, for all and per element: initial values first, then what the last frame committed.
#[test]
fn cells_of_every_type() {
    type Next = for<'b> fn(&'b Builder, Value<'b>) -> Value<'b>;
    let types: [(Type, f64, Next, Closed); 7] = [
        (Type::Float, 0.5, |_, v| v * 2.0, |v| v * 2.0),
        (Type::Vec2, -1.5, |_, v| v + 1.0, |v| v + 1.0),
        (Type::Vec3, 0.0, |_, v| v - 0.25, |v| v - 0.25),
        (Type::Color, 1.0, |_, v| v * 0.5, |v| v * 0.5),
        (Type::Int, -5.0, |b, v| v * b.int(-3), |v| f64::from((v as i32).wrapping_mul(-3))),
        (Type::Uint, 7.0, |b, v| v - b.uint(5), |v| f64::from((v as u32).wrapping_sub(5))),
        (Type::Bool, 1.0, |_, v| !v, |v| 1.0 - v),
    ];
    for (ty, initial, next, expected_next) in types {
        let b = Builder::new("cells");
        let d: DomainRef = b.domain("d", 33);
        let scalar = b.cell("scalar", ty, initial, None);
        scalar.next(next(&b, scalar.get()));
        b.signal("scalar", scalar.get());
        b.signal("fresh", scalar.fresh());
        let lane = b.cell("lane", ty, initial, Some(d));
        lane.next(next(&b, lane.get()));
        b.field(d, "lane", lane.get());
        if ty == Type::Bool {
            // A true bool must be true to every operation.
            b.field(d, "picked", lane.get().select(3.0, 4.0));
            b.field(d, "number", lane.get().bool_to_float());
            b.field(d, "negated", !lane.get());
        }
        let mut engine = engine(&b);
        let mut expected = initial;
        for index in 0..40 {
            let frame = engine.frame(index).expect("a frame");
            assert_eq!(signal(&frame, "fresh"), f64::from(u8::from(index == 0)));
            for found in frame.slot("scalar").expect("it is there").components() {
                assert_eq!(*found, expected, "{ty} of frame {index}");
            }
            for k in 0..ty.stride() as usize {
                assert!(
                    lanes(&frame, "lane", k).iter().all(|&x| x == expected),
                    "lane {ty} of frame {index}"
                );
            }
            if ty == Type::Bool {
                assert_eq!(lanes(&frame, "picked", 0), vec![4.0 - expected; 33]);
                assert_eq!(lanes(&frame, "number", 0), vec![expected; 33]);
                assert_eq!(lanes(&frame, "negated", 0), vec![1.0 - expected; 33]);
            }
            expected = expected_next(expected);
        }
    }
}

/// Cells and slots of the f32 class round what they hold; whoever reads a slot sees what it holds.
#[test]
fn f32_storage_rounds() {
    let b = Builder::new("f32");
    let cell = b.cell("cell", Type::Float, 0.0, None);
    cell.next(cell.get() + 0.1);
    let slot = b.signal("slot", cell.get() * 1.1);
    b.signal("seen", slot * 1.0);
    let d = b.domain("d", 3);
    let mean = b.reduce("mean", b.field(d, "x", b.rank(d) * 0.1), crate::program::Reduction::Mean);
    b.signal("mean_seen", mean * 1.0);
    let mut data = finish(&b).data().clone();
    data.cells[0].storage = Storage::F32;
    for (row, slot) in data.slots.iter_mut().filter(|s| s.name == "slot" || s.name == "mean").enumerate() {
        (slot.storage, slot.offset) = (Storage::F32, row as u32);
    }
    let mut engine = of(&Program::new(data).expect("it loads"));
    let mut expected = 0.0_f32;
    for index in 0..20 {
        let frame = engine.frame(index).expect("a frame");
        let rounded = f64::from((f64::from(expected) * 1.1) as f32);
        assert_eq!((signal(&frame, "slot"), signal(&frame, "seen")), (rounded, rounded));
        assert_eq!(signal(&frame, "mean"), signal(&frame, "mean_seen"));
        expected = (f64::from(expected) + 0.1) as f32;
    }
}

/// Two cells that take each other's value: the order of the writes does not matter.
#[test]
fn cells_swap() {
    let b = Builder::new("swap");
    let d = b.domain("d", 5);
    let pair = |domain, key: &str| {
        [1.0, 2.0].map(|initial| b.cell(&format!("{key}{initial}"), Type::Float, initial, domain))
    };
    let ([p, q], [r, s]) = (pair(None, "a"), pair(Some(d), "b"));
    for (to, from) in [(p, q), (q, p), (r, s), (s, r)] {
        to.next(from.get());
    }
    b.signal("p", p.get());
    b.signal("q", q.get());
    b.field(d, "r", r.get());
    b.field(d, "s", s.get());
    let mut engine = engine(&b);
    for index in 0..6_u64 {
        let frame = engine.frame(index).expect("a frame");
        let (first, second) = if index % 2 == 0 { (1.0, 2.0) } else { (2.0, 1.0) };
        assert_eq!((signal(&frame, "p"), signal(&frame, "q")), (first, second));
        assert_eq!((lanes(&frame, "r", 0), lanes(&frame, "s", 0)), (vec![first; 5], vec![second; 5]));
        // Asking again commits nothing.
        engine.frame(index).expect("the same frame");
    }
    engine.reset();
    assert_eq!(signal(&engine.frame(0).expect("frame 0"), "p"), 1.0);
}

#[test]
fn vectors_and_elements_are_delayed_too() {
    let b = Builder::new("t");
    let d = b.domain("d", 3);
    let moving = b.vec2(b.time(), b.time() * 2.0);
    b.signal("late", b.delay_time("late", moving, 0.25, 60));
    let each = b.vec2(b.rank(d) + b.time(), b.rank(d));
    b.field(d, "late", b.delay_time("each", each, 0.25, 60));
    let mut engine = engine(&b);
    for index in 0..=60 {
        engine.frame(index).unwrap();
    }
    let frame = engine.last_frame().unwrap();
    let [x, y, ..] = frame.slot("late").unwrap().components;
    assert_close(x, 0.75, 1e-12, "x");
    assert_close(y, 1.5, 1e-12, "y");
    let field = frame.field("d", "late").unwrap();
    assert_close(field.get(1, 0), 1.25, 1e-6, "x of an element");
    assert_close(field.get(1, 1), 0.5, 1e-6, "y of an element");
}
