//! What the planner makes of expressions: fused operations, outputs, registers, chains.

use std::sync::Arc;

use super::{LEVELS, engine, finish, lanes, settings, signal};
use crate::engine::plan::Plan;
use crate::engine::plan::expr::{Imm, Prim};
use crate::engine::plan::sweep::LaneOp;
use crate::engine::{Demand, Engine, EngineSettings};
use crate::program::{Builder, ChannelKind, DomainRef, Op, Type, Value};

type Make = for<'b> fn(&'b Builder, DomainRef, [Value<'b>; 4]) -> Vec<(Value<'b>, Vec<Value<'b>>)>;

/// Expressions with the parts that must be equal to them when they are computed one by one.
const FUSED: [(&str, &[LaneOp], Make); 9] = [
    ("a * b + c", &[LaneOp::MulAdd], |_, _, [x, y, u, _]| {
        let product = x * y;
        vec![(product + u, vec![product])]
    }),
    ("c + u * a", &[LaneOp::MulAdd], |_, _, [x, y, u, _]| {
        let product = u * x;
        vec![(y + product, vec![product])]
    }),
    ("u * a + v", &[LaneOp::MulAdd], |_, _, [x, _, u, v]| {
        let product = u * x;
        vec![(product + v, vec![product])]
    }),
    ("a * b - c", &[LaneOp::MulSub], |_, _, [x, y, _, v]| {
        let product = x * y;
        vec![(product - v, vec![product])]
    }),
    ("c - a * u", &[LaneOp::NegMulAdd], |_, _, [x, y, u, _]| {
        let product = x * u;
        vec![(y - product, vec![product])]
    }),
    ("v - u * a", &[LaneOp::NegMulAdd], |_, _, [x, _, u, v]| {
        let product = u * x;
        vec![(v - product, vec![product])]
    }),
    ("polar about a uniform", &[LaneOp::Polar], |b, _, [x, y, u, v]| {
        let round = b.polar_turns(y, x);
        let moved = b.vec2(u, v) + round;
        vec![(moved, vec![round])]
    }),
    ("polar about a held point", &[LaneOp::Polar], |b, d, [x, y, u, _]| {
        let round = b.polar_turns(y, x);
        // Static and dear, so it is computed once and held in a buffer; `u` keeps the rest moving.
        let center = b.random(d, 3).op(Op::Cbrt, &[]);
        b.field(d, "uses", center * u);
        vec![(b.vec2(center, center) + round, vec![round])]
    }),
    ("both halves of a wave", &[LaneOp::Prim(Prim::SinCosTurns, Imm::None)], |_, _, [x, y, u, _]| {
        let (sin, cos) = (x.sin_turns(), x.cos_turns());
        vec![(sin * y, vec![sin]), (cos + u, vec![cos])]
    }),
];

fn build(make: Make, with_parts: bool) -> crate::program::Program {
    let b = Builder::new("fused");
    let d = b.domain("d", 700);
    let u = b.channel("u", Type::Float, &[1.7], ChannelKind::Hold);
    let v = b.channel("v", Type::Float, &[-0.3], ChannelKind::Hold);
    // Of an input, so that nothing is computed at load.
    let moving = b.channel("moving", Type::Float, &[0.68], ChannelKind::Hold);
    let x = b.random(d, 1) + moving;
    let y = b.random(d, 2) * 3.0 - moving;
    for (k, (whole, parts)) in make(&b, d, [x, y, u, v]).into_iter().enumerate() {
        b.field(d, &format!("whole{k}"), whole);
        for (j, part) in parts.into_iter().enumerate().filter(|_| with_parts) {
            b.field(d, &format!("part{k}{j}"), part);
        }
    }
    finish(&b)
}

#[test]
fn superinstructions_are_their_parts() {
    for (name, expected, make) in FUSED {
        let (fused, apart) = (build(make, false), build(make, true));
        let operations = |program: &crate::program::Program| -> Vec<LaneOp> {
            let plan =
                Plan::new(Arc::new(program.clone()), Demand::Everything, crate::time::FrameRate::SIXTY, None);
            plan.sweeps.iter().flat_map(|s| s.instructions.iter().map(|i| i.op)).collect()
        };
        let (with, without) = (operations(&fused), operations(&apart));
        for op in expected {
            assert!(with.contains(op), "{name}: {with:?}");
            let is_prim = matches!(op, LaneOp::Prim(..));
            // The summands of x and y are fused in both.
            let count = |ops: &[LaneOp]| ops.iter().filter(|found| *found == op).count();
            assert!(is_prim || count(&without) < count(&with), "{name}: {without:?}");
            assert!(!is_prim || count(&with) == 1, "{name}: one operation serves both halves: {with:?}");
        }
        for level in LEVELS {
            let run = |program: &crate::program::Program| {
                let settings = EngineSettings { level, ..settings(program, Demand::Everything) };
                let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
                let frame = engine.frame(41).expect("a frame");
                let wholes = frame.fields().filter(|field| field.name.starts_with("whole"));
                wholes
                    .flat_map(|f| f.components().concat().into_iter().map(f32::to_bits).collect::<Vec<_>>())
                    .collect::<Vec<u32>>()
            };
            assert!(run(&fused) == run(&apart), "{name} at {level:?}");
        }
    }
}

/// More live values than registers fit the cache: blocks shrink, numbers stay.
#[test]
fn many_live_values() {
    for values in [10, 100, 600] {
        let b = Builder::new("live");
        let d = b.domain("d", 300);
        let x = b.index(d).to_float() * 0.001 + b.channel("moving", Type::Float, &[0.0], ChannelKind::Hold);
        let factor = |k: usize| 0.5 + k as f64 * 0.001;
        let all: Vec<Value<'_>> = (0..values).map(|k| (x * factor(k)).abs()).collect();
        // Used in two chains, so each lives until the second one takes it.
        b.field(d, "sum", all.iter().copied().reduce(|a, b| a + b).expect("some"));
        b.field(d, "largest", all.iter().rev().copied().reduce(|a, b| a.max(b)).expect("some"));
        let program = finish(&b);
        let plan =
            Plan::new(Arc::new(program.clone()), Demand::Everything, crate::time::FrameRate::SIXTY, None);
        let block = plan.sweeps.iter().map(|sweep| sweep.block).min().expect("a sweep");
        assert!(if values == 600 { block == 64 } else { block > 0 }, "{values} values: blocks of {block}");
        let mut engine = super::of(&program);
        let frame = engine.frame(0).expect("frame 0");
        for i in 0..300 {
            let x = i as f32 * 0.001;
            let each: Vec<f32> = (0..values).map(|k| (x * factor(k) as f32).abs()).collect();
            let sum = each.iter().copied().reduce(|a, b| a + b).expect("some");
            let largest = each.iter().copied().fold(0.0, f32::max);
            assert_eq!(lanes(&frame, "sum", 0)[i], f64::from(sum));
            assert_eq!(lanes(&frame, "largest", 0)[i], f64::from(largest));
        }
    }
}

/// More outputs than one sweep writes, some of them equal, some used by others.
#[test]
fn more_outputs_than_a_sweep_writes() {
    let b = Builder::new("outputs");
    let d = b.domain("d", 70);
    let x = b.index(d).to_float() + b.channel("moving", Type::Float, &[0.0], ChannelKind::Hold);
    let mut last = x;
    for k in 0..100 {
        last = last * 0.5 + f64::from(k);
        b.field(d, &format!("f{k}"), last);
        b.field(d, &format!("g{k}"), last);
        b.field(d, &format!("u{k}"), b.time() + f64::from(k));
    }
    let mut engine = engine(&b);
    let frame = engine.frame(0).expect("frame 0");
    for i in 0..70 {
        let mut expected = i as f32;
        for k in 0..100 {
            expected = expected * 0.5 + k as f32;
            for name in ["f", "g"] {
                assert_eq!(lanes(&frame, &format!("{name}{k}"), 0)[i], f64::from(expected), "{name}{k}");
            }
            assert_eq!(lanes(&frame, &format!("u{k}"), 0)[i], f64::from(k));
        }
    }
}

/// A chain as deep as it is long, of signals and of lanes, with more constants than 16 bits count.
#[test]
fn deep_chains_and_many_constants() {
    const DEPTH: u32 = 100_000;
    let b = Builder::new("deep");
    let d = b.domain("d", 3);
    let start = b.channel("start", Type::Float, &[1.0], ChannelKind::Hold);
    let (mut value, mut lane) = (start, b.index(d).to_float() + start);
    let summand = |k: u32| f64::from(k) / 65_536.0;
    for k in 0..DEPTH {
        value = value * 0.5 + summand(k);
        lane = lane * 0.5 + summand(k);
    }
    b.signal("value", value);
    b.field(d, "lane", lane);
    let mut engine = engine(&b);
    let frame = engine.frame(0).expect("frame 0");
    let mut expected = 1.0;
    let mut lanes_expected = [1.0_f32, 2.0, 3.0];
    for k in 0..DEPTH {
        expected = expected * 0.5 + summand(k);
        lanes_expected = lanes_expected.map(|x| x * 0.5 + summand(k) as f32);
    }
    assert_eq!(signal(&frame, "value"), expected);
    assert_eq!(lanes(&frame, "lane", 0), lanes_expected.map(f64::from));
}

/// Static parts are computed once, and give what they would give every frame.
#[test]
fn what_is_static_is_hoisted() {
    let make = |hoistable: bool| {
        let b = Builder::new("static");
        // So many that what is cheap is not hoisted.
        let d = b.domain("d", 10_000);
        let zero = b.channel("zero", Type::Float, &[0.0], ChannelKind::Hold);
        let base = if hoistable { b.rank(d) } else { b.rank(d) + zero };
        let dear = b.fractal(Op::FractalGradient, b.vec2(base, base * 3.0), 3, 5);
        b.field(d, "out", dear * 2.0 + b.time());
        b.field(d, "alone", dear);
        finish(&b)
    };
    let (hoisted, plain) = (make(true), make(false));
    let sweeps = |program: &crate::program::Program| {
        let plan =
            Plan::new(Arc::new(program.clone()), Demand::Everything, crate::time::FrameRate::SIXTY, None);
        (plan.static_sweeps.len(), plan.sweeps.iter().map(|s| s.instructions.len()).sum::<usize>())
    };
    assert_eq!(sweeps(&hoisted).0, 1);
    assert_eq!(sweeps(&plain).0, 0);
    assert!(sweeps(&hoisted).1 < sweeps(&plain).1);
    let (mut a, mut b) = (super::of(&hoisted), super::of(&plain));
    for index in [0, 1, 100] {
        let (a, b) = (a.frame(index).expect("a frame"), b.frame(index).expect("a frame"));
        for name in ["out", "alone"] {
            assert_eq!(lanes(&a, name, 0), lanes(&b, name, 0), "{name} of frame {index}");
        }
    }
}

/// What is hoisted depends on how far away its column would be.
#[test]
fn cheap_parts_are_hoisted_where_columns_are_short() {
    let static_outputs = |elements: u32| {
        let b = Builder::new("static");
        let d = b.domain("d", elements);
        // One operation or two, more than six, more than 24; and a number, which costs one.
        let cheap = b.index(d).to_float().op(Op::Abs, &[]);
        let middling = cheap.op(Op::Sqrt, &[]);
        let dear = middling.op(Op::Exp, &[]);
        let time = b.time();
        b.field(d, "cheap", cheap * time);
        b.field(d, "middling", middling * time);
        b.field(d, "dear", dear * time);
        b.field(d, "number", b.index(d).to_float() + time);
        let plan = Plan::new(Arc::new(finish(&b)), Demand::Everything, crate::time::FrameRate::SIXTY, None);
        plan.static_sweeps.iter().map(|sweep| sweep.outputs.len()).sum::<usize>()
    };
    assert_eq!([40, 1024, 1025, 8192, 8193, 100_000].map(static_outputs), [4, 4, 2, 2, 1, 1]);
}

/// Many static parts are found in time that grows with their number.
#[test]
fn large_programs_are_planned_quickly() {
    let b = Builder::new("large");
    let d = b.domain("d", 2);
    let parts = (0..20_000).map(|k| (b.rank(d) * f64::from(k)).op(Op::Cbrt, &[]) * b.time());
    b.field(d, "sum", parts.reduce(|a, b| a + b).expect("some"));
    let program = finish(&b);
    let start = std::time::Instant::now();
    super::of(&program).frame(1).expect("frame 1");
    assert!(start.elapsed().as_secs_f64() < 20.0, "{:?}", start.elapsed());
}
