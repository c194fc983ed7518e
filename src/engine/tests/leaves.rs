//! Leaves and layouts, one by one.

use super::{assert_close, bits, engine, finish, lanes, of, settings, signal};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::program::{Arg, Builder, ChannelKind, DomainRef, Edge, Op, Program, Reduction, Type};

/// What is checked here and in [`time`](super::time), [`state`](super::state), [`inputs`](super::inputs),
/// [`fields`](super::fields), [`at`](super::at), [`elements`](super::elements) and [`continuity`](super::continuity).
pub(super) const CHECKED: [Op; 89] = [
    Op::Const,
    Op::Input,
    Op::Slot,
    Op::Cell,
    Op::Fresh,
    Op::Delay,
    Op::DelayTime,
    Op::Time,
    Op::Dt,
    Op::FrameIndex,
    Op::Phase,
    Op::PhasePingPong,
    Op::Progress,
    Op::Pulse,
    Op::Seed,
    Op::Canvas,
    Op::Count,
    Op::Index,
    Op::Id,
    Op::Rank,
    Op::Random,
    Op::Age,
    Op::Life,
    Op::IsNew,
    Op::ElementInput,
    Op::Fade,
    Op::Continued,
    Op::AtBirth,
    // In the tests of events.
    Op::Payload,
    Op::Happened,
    // In the tests of lists.
    Op::Column,
    Op::RowColumn,
    Op::Field,
    Op::Neighbor,
    // In the tests of elements nearby.
    Op::Near,
    Op::NearOwn,
    Op::NearOther,
    Op::NearSum,
    Op::NearMean,
    Op::NearMin,
    Op::NearMax,
    Op::NearCount,
    Op::NearNearest,
    Op::At,
    // In the tests of what is worked out of all elements.
    Op::Place,
    Op::PlaceBy,
    Op::Order,
    Op::OrderBy,
    Op::Sorted,
    Op::SortedBy,
    Op::RunningSum,
    Op::RunningSumBy,
    Op::RunningMin,
    Op::RunningMinBy,
    Op::RunningMax,
    Op::RunningMaxBy,
    Op::RunningCount,
    Op::RunningCountBy,
    Op::SumBy,
    Op::MeanBy,
    Op::MinBy,
    Op::MaxBy,
    Op::CountBy,
    Op::Shape,
    // In the tests of tables.
    Op::Lookup,
    // In those of texts.
    Op::TextTrim,
    Op::TextUpper,
    Op::TextLower,
    Op::TextJoin,
    Op::TextOfNumber,
    Op::TextFixed,
    Op::TextGrouped,
    Op::TextPadded,
    Op::TextSigned,
    Op::TextUnit,
    Op::TextDate,
    Op::TextWidth,
    Op::TextHeight,
    Op::TextLength,
    Op::TextStartsWith,
    Op::TextEndsWith,
    Op::TextContains,
    Op::AffineTurns,
    Op::AffineNoise,
    Op::LayoutGrid,
    Op::LayoutCircle,
    Op::LayoutLine,
    Op::LayoutSpiral,
    Op::LayoutHalton,
];

/// A program with every leaf of a domain as a field.
fn elements(count: u32) -> Program {
    let b = Builder::new("elements");
    let d = b.domain("d", count);
    let channel = b.channel("shift", Type::Float, &[0.25], ChannelKind::Hold);
    for (name, op, args) in [
        ("index", Op::Index, &[][..]),
        ("id", Op::Id, &[]),
        ("rank", Op::Rank, &[]),
        ("circle", Op::LayoutCircle, &[]),
        ("spiral", Op::LayoutSpiral, &[]),
        ("halton", Op::LayoutHalton, &[]),
        ("grid", Op::LayoutGrid, &[Arg::Value(b.int(4)), Arg::Value(b.int(3))]),
        ("line", Op::LayoutLine, &[Arg::Value(b.vec2(1.0, 2.0)), Arg::Value(b.vec2(4.0, -2.0))]),
        ("turns", Op::AffineTurns, &[Arg::Float(0.381_966), Arg::Value(channel)]),
        ("noise", Op::AffineNoise, &[Arg::Float(0.37), Arg::Value(channel)]),
    ] {
        b.field(d, name, b.element(op, d, args));
    }
    b.field(d, "random", b.random(d, 5));
    b.field(d, "count", b.count(d));
    b.field(d, "copy", b.field(d, "again", b.rank(d)));
    b.field(d, "next", b.neighbor(b.field(d, "of", b.index(d)), 1, Edge::Wrap));
    finish(&b)
}

#[test]
fn leaves_of_elements() {
    for count in [1, 2, 12, 15, 513, 15_000] {
        let mut engine = of(&elements(count));
        let frame = engine.frame(0).expect("frame 0");
        let n = f64::from(count);
        let check = |name: &str, k: usize, tolerance: f64, expected: &dyn Fn(f64) -> f64| {
            let found = lanes(&frame, name, k);
            assert_eq!(found.len(), count as usize, "{name}");
            for (i, &found) in found.iter().enumerate() {
                assert_close(found, expected(i as f64), tolerance, &format!("{name}.{k} of {i} in {count}"));
            }
        };
        check("index", 0, 0.0, &|i| i);
        check("count", 0, 0.0, &|_| n);
        check("rank", 0, 1e-7, &|i| (i + 0.5) / n);
        check("copy", 0, 1e-7, &|i| (i + 0.5) / n);
        check("next", 0, 0.0, &|i| (i + 1.0) % n);
        let turn = |t: f64| libm::sincos(t * std::f64::consts::TAU);
        check("circle", 0, 1e-6, &|i| 0.5 + 0.5 * turn(i / n).1);
        check("circle", 1, 1e-6, &|i| 0.5 + 0.5 * turn(i / n).0);
        let golden = (3.0 - 5.0_f64.sqrt()) / 2.0;
        let radius = |i: f64| 0.5 * ((i + 0.5) / n).sqrt();
        check("spiral", 0, 1e-6, &|i| 0.5 + radius(i) * turn(i * golden).1);
        check("spiral", 1, 1e-6, &|i| 0.5 + radius(i) * turn(i * golden).0);
        let inverse = |mut n: u64, base: u64| {
            let (mut share, mut sum) = (1.0, 0.0);
            while n > 0 {
                share /= base as f64;
                sum += share * (n % base) as f64;
                n /= base;
            }
            sum
        };
        check("halton", 0, 1e-7, &|i| inverse(i as u64 + 1, 2));
        check("halton", 1, 1e-7, &|i| inverse(i as u64 + 1, 3));
        check("grid", 0, 1e-6, &|i| (i % 4.0 + 0.5) / 4.0);
        check("grid", 1, 1e-6, &|i| ((i / 4.0).floor() + 0.5) / 3.0);
        let share = |i: f64| if count == 1 { 0.0 } else { i / (n - 1.0) };
        check("line", 0, 1e-6, &|i| 1.0 + 3.0 * share(i));
        check("line", 1, 1e-6, &|i| 2.0 - 4.0 * share(i));
        check("turns", 0, 2e-7, &|i| {
            let turns = i * 0.381_966 + 0.25;
            // Half a turn to either side is the same.
            turns - (turns + 0.5).floor()
        });
        check("noise", 0, 1e-6, &|i| crate::math::noise::value1(i * 0.37 + 0.25, 0));
        let id = |i: f64| crate::math::hash::hash2(i as u32, 1);
        check("id", 0, 0.0, &|i| f64::from(id(i)));
        check("random", 0, 0.0, &|i| crate::math::hash::unit_float(crate::math::hash::hash3(id(i), 5, 0)));
        // The first of a circle lies exactly at the right, the ends of a line exactly at its points.
        assert_eq!((lanes(&frame, "circle", 0)[0], lanes(&frame, "circle", 1)[0]), (1.0, 0.5));
        assert_eq!(lanes(&frame, "line", 0)[0], 1.0);
        if count > 1 {
            assert_eq!(lanes(&frame, "line", 1)[count as usize - 1], -2.0);
        }
        assert_eq!(lanes(&frame, "halton", 0)[0], 0.5);
    }
}

/// Identities and randomness: the same in every frame, others in other domains, random others in other runs.
#[test]
fn randomness_belongs_to_domain_and_run() {
    let b = Builder::new("random");
    let field = |name: &str| {
        let d: DomainRef = b.domain(name, 64);
        b.field(d, "id", b.element(Op::Id, d, &[]));
        b.field(d, "random", b.random(d, 3));
        b.field(d, "salted", b.random(d, 4));
    };
    field("d");
    field("e");
    b.signal("seed", b.op(Op::Seed, &[]));
    let program = finish(&b);
    let run = |seed: u32, frame: u64| {
        let settings = EngineSettings { seed, ..settings(&program, Demand::Everything) };
        let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
        let frame = engine.frame(frame).expect("a frame");
        assert_eq!(signal(&frame, "seed"), f64::from(seed));
        ["d.id", "e.id", "d.random", "e.random", "d.salted"].map(|name| lanes(&frame, name, 0))
    };
    let first = run(0, 0);
    assert_eq!(first, run(0, 1000), "the same in every frame");
    let other = run(u32::MAX, 0);
    let differ = |a: &[f64], b: &[f64]| a.iter().zip(b).filter(|(a, b)| a != b).count() > 60;
    assert!(differ(&first[0], &first[1]), "ids differ between domains");
    assert!(differ(&first[2], &first[3]), "random numbers differ between domains");
    assert!(differ(&first[2], &first[4]), "random numbers differ between salts");
    assert_eq!(first[0], other[0], "ids do not depend on the run");
    assert!(differ(&first[2], &other[2]), "random numbers differ between runs");
    let mut ids = first[0].clone();
    ids.sort_by(f64::total_cmp);
    ids.dedup();
    assert_eq!(ids.len(), 64, "ids are different");
    assert!(first[2].iter().all(|x| (0.0..1.0).contains(x)));
}

/// The canvas is the clip's unless the host has another; one of another size is seen at once where the frame is drawn
/// anew, and goes on over a swap.
#[test]
fn the_canvas_is_that_of_the_host_or_the_clip() {
    let program = |shift: f64| {
        let b = Builder::new("canvas");
        b.clip(1.0, 60, [320, 200]);
        let d = b.domain("d", 3);
        b.signal("size", b.canvas() + shift);
        b.field(d, "wide", b.canvas().x() * b.index(d).to_float());
        finish(&b)
    };
    let seen = |engine: &mut Engine| {
        let frame = engine.last_frame().expect("a frame");
        let size = frame.slot("size").expect("the slot").components().to_vec();
        (size, lanes(&frame, "wide", 0))
    };
    let mut engine = of(&program(0.0));
    engine.frame(0).expect("frame 0");
    assert_eq!(seen(&mut engine), (vec![320.0, 200.0], vec![0.0, 320.0, 640.0]));
    let given = EngineSettings { canvas: Some([64, 32]), ..settings(&program(0.0), Demand::Everything) };
    let mut engine = Engine::with_settings(program(0.0), given).expect("it fits");
    engine.frame(7).expect("frame 7");
    assert_eq!((seen(&mut engine).0, engine.canvas()), (vec![64.0, 32.0], [64, 32]));
    engine.set_canvas([10, 20]).expect("it has pixels");
    assert_eq!(seen(&mut engine).0, [64.0, 32.0], "nothing was evaluated");
    engine.redraw().expect("a frame");
    assert_eq!(seen(&mut engine), (vec![10.0, 20.0], vec![0.0, 10.0, 20.0]));
    assert!(engine.set_canvas([0, 20]).is_err());
    engine.swap(program(1.0)).expect("it fits");
    assert_eq!((seen(&mut engine).0, engine.canvas()), (vec![11.0, 21.0], [10, 20]));
}

/// Whole numbers of a radical inverse near 2^32 would round to 1 in f32.
#[test]
fn radical_inverses_stay_below_one() {
    let b = Builder::new("inverse");
    let d = b.domain("d", 17);
    let top = b.uint(u32::MAX) - b.index(d).int_to_uint();
    let node = crate::program::Node {
        count: Some(2),
        ..crate::program::Node::new(Op::RadicalInverse, &[top.node()])
    };
    b.field(d, "inverse", b.node(node));
    let mut engine = engine(&b);
    let frame = engine.frame(0).expect("frame 0");
    assert!(lanes(&frame, "inverse", 0).iter().all(|x| (0.0..1.0).contains(x)));
}

/// Shapes are handles: selected in signals and per element, read back as the row of the path.
#[test]
fn shapes_are_rows_of_paths() {
    let b = Builder::new("shapes");
    let d = b.domain("d", 5);
    let which = b.channel("second", Type::Bool, &[0.0], ChannelKind::Hold);
    let (first, second) =
        (b.path("first", "M", &[[0.0, 0.0]]), b.path("second", "ML", &[[0.0, 0.0], [0.5, 0.5]]));
    let shape = b.signal("shape", which.select(second, first));
    b.field(d, "shape", b.index(d).gt(b.int(2)).select(second, shape));
    let pass = b.pass("paths", d).path(shape).position(b.vec2(0.5, 0.5)).size(0.1);
    pass.color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let mut engine = engine(&b);
    let mut seen = Vec::new();
    for (frame, second) in [false, true].into_iter().enumerate() {
        engine.set("second", second).expect("a channel");
        let frame = engine.frame(frame as u64).expect("a frame");
        let crate::frame::Shape::Path(path) = frame.passes().next().expect("a pass").shape else {
            panic!("not a path");
        };
        assert_eq!(path.points.len(), 1 + usize::from(second));
        assert_eq!(signal(&frame, "shape"), f64::from(u8::from(second)));
        let rest = f64::from(u8::from(second));
        assert_eq!(lanes(&frame, "shape", 0), [rest, rest, rest, 1.0, 1.0]);
        seen.push(bits(&frame));
    }
    assert_ne!(seen[0], seen[1]);
}

#[test]
fn reductions_of_leaves_read_back() {
    let b = Builder::new("reduced");
    let d = b.domain("d", 100);
    let index = b.field(d, "index", b.index(d).to_float());
    b.reduce("sum", index, Reduction::Sum);
    let mut engine = engine(&b);
    assert_eq!(signal(&engine.frame(0).expect("frame 0"), "sum"), 4950.0);
}
