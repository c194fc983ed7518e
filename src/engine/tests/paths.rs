//! Shapes as values: chosen for all elements, drawn, and with points taken along them.

use super::{engine, finish, lanes, signal};
use crate::diagnostic::Code;
use crate::frame::{FillRule, Frame, Shape};
use crate::program::{Builder, ChannelKind, PathRow, Type, Value, limits};

fn square(b: &Builder) -> Value<'_> {
    b.path("square", "MLLLZ", &[[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
}

fn bar(b: &Builder) -> Value<'_> {
    b.path("bar", "ML", &[[0.0, 0.25], [0.0, -0.25]])
}

/// How many verbs the path has that the only pass draws.
fn drawn(frame: &Frame<'_>) -> usize {
    match frame.passes().next().expect("a pass").shape {
        Shape::Path(path) => path.verbs.len(),
        other => panic!("{other:?} is no path"),
    }
}

#[test]
fn a_choice_of_shapes_is_drawn_and_measured() {
    type Choose = for<'b> fn(&'b Builder, Value<'b>, [Value<'b>; 2]) -> Value<'b>;
    let ways: [(&str, Choose); 3] = [
        ("at once", |_, c, [a, b]| c.select(a, b)),
        ("by name", |b, c, [one, other]| b.signal("shape", c.select(one, b.signal("other", other)))),
        ("in steps", |b, c, [one, other]| {
            // The third is never chosen, and never in the way.
            c.select(one, b.time().lt(-1.0).select(b.path("third", "ML", &[[0.0, 0.0], [0.3, 0.3]]), other))
        }),
    ];
    for (name, choose) in ways {
        let b = Builder::new("choice");
        let d = b.domain("d", 9);
        let pick = b.channel("pick", Type::Bool, &[0.0], ChannelKind::Hold);
        let square = square(&b);
        let shape = choose(&b, pick, [square, bar(&b)]);
        let share = b.index(d).to_float() / 8.0;
        let point = b.field(d, "point", shape.path_point(share));
        b.field(d, "heading", shape.path_direction(share));
        b.signal("y", shape.path_point(b.float(0.5)).y());
        b.signal("first", square.path_point(0.25).x());
        let pass = b.pass("p", d).path(shape).position(point).size(0.1);
        pass.color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        let mut engine = engine(&b);
        let mut hashes = Vec::new();
        for (index, pick) in [true, false, false, true].into_iter().enumerate() {
            engine.set("pick", pick).expect("a channel");
            let frame = engine.frame(index as u64).expect("a frame");
            let (verbs, y) = if pick { (5, 0.5) } else { (2, 0.0) };
            assert_eq!((drawn(&frame), signal(&frame, "y")), (verbs, y), "{name}");
            assert_eq!(signal(&frame, "first"), 0.5, "{name}");
            let (xs, ys, turns) =
                (lanes(&frame, "point", 0), lanes(&frame, "point", 1), lanes(&frame, "heading", 0));
            if pick {
                assert_eq!(xs, [-0.5, 0.0, 0.5, 0.5, 0.5, 0.0, -0.5, -0.5, -0.5], "{name}");
                assert_eq!(ys, [-0.5, -0.5, -0.5, 0.0, 0.5, 0.5, 0.5, 0.0, -0.5], "{name}");
                assert_eq!(turns, [0.0, 0.0, 0.25, 0.25, 0.5, 0.5, -0.25, -0.25, -0.25], "{name}");
            } else {
                assert_eq!((xs, turns), (vec![0.0; 9], vec![-0.25; 9]), "{name}");
                assert_eq!(ys, (0..9).map(|k| 0.25 - f64::from(k) / 16.0).collect::<Vec<_>>(), "{name}");
            }
            hashes.push(frame.hash());
        }
        assert_eq!((hashes[0], hashes[1]), (hashes[3], hashes[2]), "{name}");
        assert_ne!(hashes[0], hashes[1], "{name}");
    }
}

#[test]
fn a_path_without_length_is_its_first_point() {
    // The verbs, the points, and the point that they come to.
    let check = |verbs: &str, points: &[[f32; 2]], [x, y]: [f32; 2]| {
        let b = Builder::new("empty");
        let d = b.domain("d", 3);
        let dot = b.path("dot", verbs, points);
        b.field(d, "point", dot.path_point(b.rank(d)));
        b.field(d, "heading", dot.path_direction(b.rank(d)));
        b.signal("x", dot.path_point(b.time()).x());
        let mut engine = engine(&b);
        let frame = engine.frame(7).expect("a frame");
        let found = [lanes(&frame, "point", 0), lanes(&frame, "point", 1), lanes(&frame, "heading", 0)];
        let [x, y] = [x, y].map(f64::from);
        assert_eq!(found, [[x; 3], [y; 3], [0.0; 3]], "{verbs}");
        assert_eq!(signal(&frame, "x"), x, "{verbs}");
    };
    check("MLZM", &[[0.3, 0.2], [0.3, 0.2], [0.1, 0.1]], [0.3, 0.2]);
    check("M", &[[0.3, 0.2]], [0.3, 0.2]);
    check("MZ", &[[-0.5, 0.25]], [-0.5, 0.25]);
    check("MQ", &[[0.1, 0.2]; 3], [0.1, 0.2]);
    // The point that is drawn, where the pen was moved before.
    check("MML", &[[0.0, 0.0], [0.3, 0.2], [0.3, 0.2]], [0.3, 0.2]);
}

/// Programs and frames that do not say it are as they were before it could be said.
#[test]
fn a_fill_rule_reaches_the_frame() {
    let drawn = |fill_rule: FillRule| {
        let b = Builder::new("rule");
        let d = b.domain("d", 1);
        let points = vec![[-0.5, 0.0], [0.5, 0.0], [0.0, 0.5]];
        let path = b.add_path(PathRow { name: "p".into(), verbs: "MLLZ".into(), points, fill_rule });
        let pass = b.pass("p", d).path(path).position(b.vec2(0.5, 0.5)).size(0.1);
        pass.color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        let json = b.finish().expect("a program").to_json();
        let mut engine = engine(&b);
        let frame = engine.frame(0).expect("a frame");
        match frame.passes().next().expect("a pass").shape {
            Shape::Path(path) => assert_eq!(path.fill_rule, fill_rule),
            other => panic!("{other:?} is no path"),
        }
        (json.contains("\"fill_rule\":\"evenodd\""), json.contains("fill_rule"), frame.hash())
    };
    let (plain, even_odd) = (drawn(FillRule::NonZero), drawn(FillRule::EvenOdd));
    assert_eq!((plain.0, plain.1, even_odd.0), (false, false, true));
    assert_ne!(plain.2, even_odd.2);
}

/// What is no number stays none, so that it is seen where it came from.
#[test]
fn a_place_that_is_no_number() {
    let b = Builder::new("nan");
    let d = b.domain("d", 2);
    let share = (b.rank(d) - 0.5).sqrt();
    b.field(d, "point", square(&b).path_point(share));
    b.signal("x", bar(&b).path_direction((b.time() - 1.0).sqrt()));
    let mut engine = engine(&b);
    let frame = engine.frame(0).expect("a frame");
    let xs = lanes(&frame, "point", 0);
    assert!(xs[0].is_nan() && xs[1].is_finite() && signal(&frame, "x").is_nan());
}

#[test]
fn tables_are_bounded() {
    let build = |paths: usize, measured: bool| {
        let b = Builder::new("many");
        let pick = b.channel("pick", Type::Int, &[0.0], ChannelKind::Hold);
        let all: Vec<Value<'_>> =
            (0..paths).map(|k| b.path(&format!("p{k}"), "ML", &[[0.0, 0.0], [0.1, 0.1]])).collect();
        let chosen = all
            .iter()
            .enumerate()
            .fold(all[0], |chosen, (k, &path)| pick.equals(b.int(k as i32)).select(path, chosen));
        b.signal("shape", chosen);
        if measured {
            b.signal("point", chosen.path_point(0.5));
        }
        b.finish()
    };
    assert!(build(limits::PATHS_MEASURED_MAX, true).is_ok());
    assert!(build(limits::PATHS_MEASURED_MAX + 1, false).is_ok());
    let error = build(limits::PATHS_MEASURED_MAX + 1, true).expect_err("too many");
    assert_eq!(error.iter().map(|each| each.code).collect::<Vec<_>>(), [Code::Limit]);
}

/// Points of both kinds and the direction, at one place: looked up once.
#[test]
fn one_look_up_serves_all() {
    let b = Builder::new("once");
    let d = b.domain("d", 600);
    let share = b.rank(d) * b.time();
    let shape = square(&b);
    b.field(d, "point", shape.path_point(share));
    b.field(d, "heading", shape.path_direction(share));
    let plan = crate::engine::plan::Plan::new(
        finish(&b).into(),
        crate::engine::Demand::Everything,
        crate::time::FrameRate::SIXTY,
        None,
    );
    use crate::engine::plan::sweep::LaneOp;
    let all = plan.sweeps.iter().flat_map(|sweep| &sweep.instructions);
    assert_eq!(all.filter(|each| matches!(each.op, LaneOp::PathAt(_))).count(), 1);
}

/// The verbs of the path of every element that the only pass draws.
fn own(frame: &Frame<'_>) -> Vec<usize> {
    let pass = frame.passes().next().expect("a pass");
    let verbs = |index: usize| match pass.shape.of(index) {
        Shape::Path(path) => path.verbs.len(),
        other => panic!("{other:?} is no path"),
    };
    (0..pass.count).map(verbs).collect()
}

#[test]
fn each_element_may_be_a_path_of_its_own() {
    const PATCH: &str = "
input n: float = 5
input from: int = 2
square = path(\"M -0.5 -0.5 H 0.5 V 0.5 H -0.5 Z\")
bar = path(\"M 0 -0.5 V 0.5\")
domain dots[n max 9] {
    mine = if index < from then square else bar
    shown = fade(out: 1s)
    draw path(mine) { position: (rank, 0.5), size: 0.1 * shown, color: #fff }
}";
    let program = super::program(PATCH);
    let hashes: Vec<u64> = [1, 2, 4]
        .map(|threads| {
            let settings = crate::engine::EngineSettings { threads, ..Default::default() };
            let mut engine = crate::engine::Engine::fitted(program.clone(), 1.0, settings).expect("it fits");
            assert_eq!(own(&engine.frame(0).expect("a frame")), [5, 5, 2, 2, 2]);
            engine.set("from", 4).expect("an input");
            assert_eq!(own(&engine.frame(1).expect("a frame")), [5, 5, 5, 5, 2]);
            // Those that are gone keep theirs while they fade.
            engine.set("n", 3.0).expect("an input");
            engine.set("from", 1).expect("an input");
            assert_eq!(own(&engine.frame(2).expect("a frame")), [5, 2, 2, 5, 2]);
            engine.set("from", 3).expect("an input");
            let frame = engine.frame(3).expect("a frame");
            assert_eq!(own(&frame), [5, 5, 5, 5, 2]);
            frame.hash()
        })
        .into();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
}

#[test]
fn shapes_are_taken_from_an_array() {
    const PATCH: &str = "
input k: int = 0
shapes = [path(\"M -0.5 -0.5 H 0.5 V 0.5 H -0.5 Z\"), path(\"M 0 -0.5 V 0.5\"), path(\"M 0 0 H 0.25 V 0.25 Z\")]
middle = along(shapes[k, wrap], 0.5)
last = along(shapes[2], 0)
domain dots[7] {
    draw path(shapes[index, wrap]) { position: middle + 0.1 * last, size: 0.1, color: #fff }
}";
    let mut engine = crate::engine::Engine::for_program(super::program(PATCH)).expect("it runs");
    let middles = [(0, [0.5, 0.5]), (1, [0.0, 0.0]), (3, [0.5, 0.5]), (-2, [0.0, 0.0])];
    for (index, (k, middle)) in (0..).zip(middles) {
        engine.set("k", k).expect("an input");
        let frame = engine.frame(index).expect("a frame");
        assert_eq!(own(&frame), [5, 2, 4, 5, 2, 4, 5], "{k}");
        assert_eq!(frame.slot("middle").expect("a slot").components[..2], middle, "{k}");
    }
}
