//! What is worked out of all elements together, against plain vectors: any size, ties, NaN, groups, keys that nobody has.

use super::{LEVELS, bits, engine, lanes, program, settings};
use crate::engine::{Demand, Engine, EngineSettings, Snapshots};
use crate::math::hash;
use crate::program::{Arg, Builder, Op, Type};

/// Numbers of few kinds, so that many are alike, and some that are none.
fn number(k: usize, round: u64) -> f64 {
    match hash::hash2(k as u32, round as u32) % 23 {
        0 => f64::NAN,
        1 => -0.0,
        2 => 0.0,
        kind => f64::from(kind) * 0.75 - 8.0,
    }
}

/// Everything by which elements are worked out together, and a few more domains for folds.
const OPS: [(&str, Op, Option<Op>); 7] = [
    ("place", Op::Place, Some(Op::PlaceBy)),
    ("order", Op::Order, Some(Op::OrderBy)),
    ("sorted", Op::Sorted, Some(Op::SortedBy)),
    ("sum", Op::RunningSum, Some(Op::RunningSumBy)),
    ("min", Op::RunningMin, Some(Op::RunningMinBy)),
    ("max", Op::RunningMax, Some(Op::RunningMaxBy)),
    ("count", Op::RunningCount, Some(Op::RunningCountBy)),
];

const FOLDS: [(&str, Op); 5] = [
    ("sum", Op::SumBy),
    ("mean", Op::MeanBy),
    ("min", Op::MinBy),
    ("max", Op::MaxBy),
    ("count", Op::CountBy),
];

/// What an operation gives of each element, said plainly.
fn expected(name: &str, values: &[f64], keys: &[i64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let rank = |value: f64| if value.is_nan() { f64::INFINITY } else { value };
    order.sort_by(|&a, &b| {
        let (x, y) = (values[a], values[b]);
        let by_number = (x.is_nan()).cmp(&y.is_nan()).then(rank(x).total_cmp(&(rank(y) + 0.0)));
        let same = x == y || x.is_nan() && y.is_nan();
        keys[a].cmp(&keys[b]).then(if same { a.cmp(&b) } else { by_number })
    });
    let upto = |k: usize| {
        (0..=k).filter(|&other| keys[other] == keys[k]).map(|other| values[other]).collect::<Vec<_>>()
    };
    let extreme = |all: Vec<f64>, max: bool| {
        if all.iter().any(|value| value.is_nan()) {
            return f64::NAN;
        }
        all.into_iter().reduce(|a, b| if (b > a) == max { b } else { a }).unwrap_or(0.0)
    };
    (0..values.len())
        .map(|k| match name {
            "place" => {
                let before = order.iter().take_while(|&&other| other != k);
                before.filter(|&&other| keys[other] == keys[k]).count() as f64
            }
            "order" => order[k] as f64,
            "sorted" => values[order[k]],
            "sum" => f64::from(upto(k).into_iter().sum::<f64>() as f32),
            "min" => extreme(upto(k), false),
            "max" => extreme(upto(k), true),
            _ => upto(k).into_iter().filter(|&value| value > 0.0).count() as f64,
        })
        .collect()
}

/// The same number, or neither is one.
#[track_caller]
fn assert_same(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (k, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            found == expected || found.is_nan() && expected.is_nan(),
            "{what} {k}: {found}, not {expected}"
        );
    }
}

#[test]
fn as_with_plain_vectors() {
    let b = Builder::new("whole");
    let stars = b.host_domain("stars", 1200);
    let value = b.element_input(stars, "value", Type::Float, &[0.0]);
    let key = b.element_input(stars, "key", Type::Float, &[0.0]).to_int();
    let nothing = b.element_input(stars, "nothing", Type::Float, &[0.0]);
    // Hosts give no NaN.
    let value = nothing.gt(0.5).select(b.float(0.0) / b.float(0.0), value);
    b.field(stars, "x", value);
    for (name, plain, by) in OPS {
        let arg = if name == "count" { value.gt(0.0) } else { value };
        b.field(stars, name, b.element(plain, stars, &[arg.into()]));
        if let Some(by) = by {
            b.field(stars, &format!("{name} by"), b.element(by, stars, &[arg.into(), key.into()]));
        }
    }
    let bins = b.domain("bins", 6);
    for (name, fold) in FOLDS {
        let args: &[Arg<'_>] = if name == "count" { &[key.into()] } else { &[value.into(), key.into()] };
        b.field(bins, name, b.element(fold, bins, args));
    }
    let mut engine = engine(&b);
    for (round, count) in (0..).zip([0_usize, 1, 2, 7, 300, 1200, 0, 64]) {
        let ids: Vec<u64> = (0..count as u64).collect();
        let values: Vec<f64> = (0..count).map(|k| number(k, round)).collect();
        let keys: Vec<i64> = (0..count).map(|k| i64::from(hash::hash2(k as u32, 99) % 9) - 2).collect();
        let column = |f: &dyn Fn(usize) -> f64| (0..count).map(|k| f(k) as f32).collect::<Vec<f32>>();
        let given = column(&|k| if values[k].is_nan() { 0.0 } else { values[k] });
        let nothing = column(&|k| f64::from(u8::from(values[k].is_nan())));
        let of_keys = column(&|k| keys[k] as f64);
        let columns = [
            ("value", given.as_slice().into()),
            ("key", of_keys.as_slice().into()),
            ("nothing", nothing.as_slice().into()),
        ];
        engine.elements("stars").expect("the host's").set(&ids, &columns).expect("good");
        let frame = engine.frame(round).expect("a frame");
        assert_same(&lanes(&frame, "stars.x", 0), &values, "given");
        let alone = vec![0; count];
        for (name, ..) in OPS {
            let found = lanes(&frame, &format!("stars.{name}"), 0);
            assert_same(&found, &expected(name, &values, &alone), &format!("{name} of {count}"));
            let found = lanes(&frame, &format!("stars.{name} by"), 0);
            assert_same(&found, &expected(name, &values, &keys), &format!("{name} by key of {count}"));
        }
        for (name, _) in FOLDS {
            let of_bin = |bin: i64| {
                let members: Vec<f64> = (0..count).filter(|&k| keys[k] == bin).map(|k| values[k]).collect();
                let sum = members.iter().sum::<f64>();
                let no_number = members.iter().any(|value| value.is_nan());
                f64::from(match name {
                    "count" => members.len() as f32,
                    _ if members.is_empty() => 0.0,
                    "sum" => sum as f32,
                    "mean" => (sum / members.len() as f64) as f32,
                    _ if no_number => f32::NAN,
                    "min" => members.iter().copied().fold(f64::INFINITY, f64::min) as f32,
                    _ => members.iter().copied().fold(f64::NEG_INFINITY, f64::max) as f32,
                })
            };
            let all: Vec<f64> = (0..6).map(of_bin).collect();
            assert_same(&lanes(&frame, &format!("bins.{name}"), 0), &all, &format!("{name} of {count}"));
        }
    }
}

/// Orders of orders, sums of places, passes that draw by them, reactions, and elements that come and go.
const CROWD: &str = "
step = int(floor(scalar(time) * 9))
domain dots[3 + 300 * hash(step) max 400] {
    state walk = 0.5
    next walk = walk * 0.9 + random(1) * 0.1 * (place(walk) / count)
    group = int(walk * 5)
    mine = place(walk, by: group)
    along = running_sum(walk) / count
    high = running_max((walk, -walk), by: group)
    best = sorted(walk) at mine
    state hot = 0
    on beat { hot = hot * 0.5 + place(walk) }
    position = (along, mine * 0.02)     ~ spring(300ms)
    size = running_min(walk) * 0.01     ~ slew(200ms)
    draw circle { position, size, color: alpha(hsv(best + high.y, 0.5, 1), fade(in: 100ms, out: 200ms)) }
}
domain bins[5] {
    many = tally(by: dots.group)
    top = max(dots.walk, by: dots.group) + mean(dots.along, by: dots.group)
    draw rect { position: (rank, 0.5), size: (0.1, many * 0.01), color: #fff }
}
domain again[5] { x = sum(bins.top, by: int(bins.many % 5)) }
event beat = every(130ms)
first = (order(dots.walk) at 0) + median(dots.walk) + argmax(dots.along)
";

#[test]
fn the_same_bits_at_any_level_on_any_threads_and_after_a_seek() {
    let program = program(CROWD);
    let play = |settings: EngineSettings| {
        let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
        (0..50).map(|index| bits(&engine.frame(index).expect("a frame"))).collect::<Vec<_>>()
    };
    let settings = settings(&program, Demand::Everything);
    let reference = play(settings);
    for level in LEVELS {
        assert!(play(EngineSettings { level, ..settings }) == reference, "{level:?}");
    }
    for threads in [2, 4] {
        assert!(play(EngineSettings { threads, ..settings }) == reference, "{threads} threads");
    }
    let snapshots = Some(Snapshots { count: 6, every: 7, inputs: 10 });
    let mut engine = super::snapshots::engine(&program, snapshots, 1);
    for to in [49, 3, 17, 18, 40, 0, 33, 6, 49] {
        engine.seek(to).expect("a frame");
        assert!(bits(&engine.last_frame().expect("a frame")) == reference[to as usize], "frame {to}");
    }
}

/// Elements are folded, so there must be some.
#[test]
fn folds_need_elements() {
    let b = Builder::new("none");
    let d = b.domain("d", 3);
    b.field(d, "x", b.element(Op::CountBy, d, &[b.int(1).into()]));
    assert!(b.finish().is_err());
}
