//! Hot swap through the compiler: an edit elsewhere keeps all state, to the bit; renamed state starts from its initial
//! value and is reported.

use proptest::prelude::*;

use super::{program, value};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::world::Capacity;

/// Statements with state of every kind; each may be anywhere.
const KEPT: [&str; 8] = [
    "input knob = 0.5",
    "centre = lag(polar(knob, time * 0.3turn), 120ms)",
    "state count_up = 0\nnext count_up = count_up + scalar(centre.x)",
    "beats = count(frame % 7 < 3)\nlate = delay(beats, 5) + delay(count_up, 80ms)",
    "fn follow(x, t: time) = lag(x, t) + integrate(x)",
    "both = follow(centre.x, 50ms) - follow(centre.y, 90ms)",
    "domain beads[20] {\n state at = polar(rank, rank * 1turn)\n next at = at * 0.9 + (dt, random(1))\n \
     near = lag(previous(at), 30ms)\n flips = toggle(random(2) < fract(time * 3)) }",
    "total = sum(beads.at) + sum(beads.near)",
];

/// What is watched.
const WATCHED: [&str; 9] =
    ["centre", "count_up", "beats", "late", "both", "total", "beads.at", "beads.near", "beads.flips"];

/// Statements that have nothing to do with those.
const OTHERS: [&str; 10] = [
    "// a remark",
    "extra = cycle(3s) * 2",
    "state other = 1\nnext other = other * 0.99",
    "domain more[7] { size = rank * 0.1\n state drift = rank\n next drift = drift + 0.1 }",
    "domain even_more[3] { wobble = integrate(rank) }",
    "background = #123",
    "fn unused(x) = lag(x, 1s)",
    "smooth = lag(sin(time), 200ms)",
    "draw circle { position: centre, size: 0.1, color: #fff }",
    "input another: vec2 = (1, 2)",
];

fn patch(order: &[usize], others: &[usize]) -> String {
    let mut statements: Vec<&str> = order.iter().map(|&at| KEPT[at]).collect();
    for (at, &other) in others.iter().enumerate() {
        statements.insert((other * 7 + at) % (statements.len() + 1), OTHERS[other]);
    }
    statements.join("\n")
}

fn engine(source: &str) -> Engine {
    let capacity = Capacity { lane_state: 64, ..Capacity::default() };
    let settings = EngineSettings { demand: Demand::Everything, capacity, ..EngineSettings::default() };
    Engine::with_settings(program(source), settings).unwrap()
}

/// Every watched value, as bits.
fn watched(engine: &mut Engine) -> Vec<Vec<u64>> {
    WATCHED.iter().map(|name| value(engine, name).into_iter().map(f64::to_bits).collect()).collect()
}

fn some_others() -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..OTHERS.len()).collect::<Vec<_>>(), 0..OTHERS.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_elsewhere_change_no_later_frame(
        orders in proptest::collection::vec(Just((0..KEPT.len()).collect::<Vec<_>>()).prop_shuffle(), 4),
        others in proptest::collection::vec(some_others(), 4),
        at in proptest::collection::vec(0_u64..12, 3),
    ) {
        let plain: Vec<usize> = (0..KEPT.len()).collect();
        let mut alone = engine(&patch(&plain, &[]));
        let mut edited = engine(&patch(&orders[0], &others[0]));
        let mut swaps: Vec<u64> = at;
        swaps.sort_unstable();
        for frame in 0..24_u64 {
            for (k, _) in swaps.iter().enumerate().filter(|&(_, &swap)| swap == frame) {
                let report = edited.swap(program(&patch(&orders[k + 1], &others[k + 1]))).unwrap();
                prop_assert!(report.reset.is_empty(), "{report}");
            }
            for engine in [&mut alone, &mut edited] {
                engine.set("knob", (frame / 5) as f64 * 0.1).unwrap();
                engine.frame(frame).unwrap();
            }
            prop_assert_eq!(watched(&mut alone), watched(&mut edited), "frame {}", frame);
        }
    }
}

#[test]
fn renames_are_reported() {
    let mut engine = engine("spin = integrate(2)\nkept = integrate(3)");
    for frame in 0..10 {
        engine.frame(frame).unwrap();
    }
    let report = engine.swap(program("turning = integrate(2)\nkept = integrate(3)")).unwrap();
    assert_eq!(report.kept, ["kept"]);
    assert_eq!(
        (report.dropped.as_slice(), report.new.as_slice()),
        (&["spin".to_owned()][..], &["turning".to_owned()][..])
    );
    let text = report.to_string();
    assert!(text.contains("spin") && text.contains("turning"), "{text}");
}

/// Names of paths come from the names and the text around them, and from what they are made of: never from a number.
#[test]
fn names_of_paths_come_from_names() {
    let names = |source: &str| -> Vec<String> {
        program(source).data().paths.iter().map(|path| path.name.clone()).collect()
    };
    let check = |source: &str, expected: &[&str]| assert_eq!(names(source), expected, "{source}");
    let (a, b) = ("path(\"M 0 0 H 0.1\")", "path(\"M 0 0 V 0.1\")");
    check(&format!("s = {a}"), &["s"]);
    let two = ["s/path(\"M 0 0 H 0.1\")", "s/path(\"M 0 0 V 0.1\")"];
    check(&format!("s = if time > 1s then {a} else {b}"), &two);
    check(&format!("s = if time > 1s then {b} else {a}"), &[two[1], two[0]]);
    check(&format!("s = if time > 1s then {a} else {a}"), &["s"]);
    check(
        &format!("s = {{ one = {a}  two = {b}  if time > 1s then one else two }}"),
        &["s/one/path", "s/two/path"],
    );
    let arms = "fn arm(r) = polyline((0, 0), (r, 0))\ns = if time > 1s then arm(0.1) else arm(0.2)";
    check(arms, &["s/arm(0.1)/polyline((0, 0))", "s/arm(0.2)/polyline((0, 0))"]);
    // All the text is alike: distinguished by their values, whichever comes first.
    let hidden = |first: &str, second: &str| {
        let block = |r: &str| format!("{{ r = {r}  polyline((0, 0), (r, 0)) }}");
        names(&format!("s = if time > 1s then {} else {}", block(first), block(second)))
    };
    let (one, other) = (hidden("0.1", "0.2"), hidden("0.2", "0.1"));
    assert!(one.iter().all(|name| name.starts_with("s/polyline((0, 0), (r, 0))#")), "{one:?}");
    assert_eq!(one, [other[1].clone(), other[0].clone()]);
    // State beside a path keeps its key, and a path beside state its name.
    let both = program(&format!("x = along({a}, lag(scalar(time), 1s))"));
    assert_eq!(both.data().cells[0].key, "x");
    assert_eq!(both.data().paths[0].name, "x");
}

#[test]
fn keys_come_from_names() {
    let keys = |source: &str| -> Vec<String> {
        program(source).data().cells.iter().map(|cell| cell.key.clone()).collect()
    };
    let check = |source: &str, expected: &[&str]| assert_eq!(keys(source), expected, "{source}");
    check("a = integrate(1)", &["a"]);
    check("state a = 0\nnext a = a + 1", &["a"]);
    check("domain d[2] { a = integrate(rank) }", &["d.a"]);
    // Two kinds, then two of a kind: keys are extended until they are unique.
    check("a = integrate(1) + lag(2, 1s)", &["a/integrate", "a/lag"]);
    check("a = integrate(1) + integrate(2)", &["a/integrate(1)", "a/integrate(2)"]);
    check("a = lag(1, 1s) + lag(1, 2s)", &["a/lag(1, 1s)", "a/lag(1, 2s)"]);
    check("a = { b = integrate(1)  c = integrate(1)  b + c }", &["a/b/integrate", "a/c/integrate"]);
    check("fn f(x) = integrate(x)\na = f(1) + f(2)", &["a/f(1)/integrate(x)", "a/f(2)/integrate(x)"]);
    check("a = toggle(frame > 3)", &["a", "a/trigger"]);
    check(
        "draw circle { position: (integrate(1), 0), size: lag(1, 1s), color: #fff }",
        &["circle.position", "circle.size"],
    );
}

#[test]
fn keys_of_phases_do_not_know_their_period() {
    let check = |source: &str, expected: &[&str]| {
        let program = program(source);
        let keys: Vec<&str> = program.data().phases.iter().map(|phase| phase.key.as_str()).collect();
        assert_eq!(keys, expected, "{source}");
    };
    check("a = cycle(8s)", &["a"]);
    // State under the same name keeps its own key.
    check("a = cycle(8s) + integrate(1)", &["a"]);
    check("a = cycle(8s) + scalar(cycle(5s))", &["a", "a/scalar"]);
    check("a = { b = cycle(8s)  c = cycle(5s)  scalar(b) * scalar(c) }", &["a/b", "a/c"]);
    check("a = scalar(cycle(8s)) * scalar(cycle(5s))", &["a/scalar", "a/scalar (2)"]);
    check("fn f(x: time) = pingpong(2s) * x\na = f(1s) + f(2s)", &["a/f", "a/f (2)"]);
    check("domain d[2] { a = scalar(cycle(3s)) + index }", &["d.a"]);
}

#[test]
fn an_edited_period_goes_on_from_where_it_is() {
    for function in ["cycle", "pingpong"] {
        let source = |period: &str| {
            format!("a = {function}({period})\nb = {function}(2s)\ndomain d[3] {{ x = scalar(a) + index }}")
        };
        let mut engine = engine(&source("8s"));
        // 2.5 s in, and 11.5 s in, on the way back of a pingpong.
        for frame in [150, 690] {
            engine.frame(frame).unwrap();
            let before = value(&mut engine, "a")[0];
            for period in ["5s", "0.7s", "60s", "8s"] {
                let report = engine.swap(program(&source(period))).unwrap();
                let after = value(&mut engine, "a")[0];
                assert!((after - before).abs() < 1e-7, "{function}({period}): {after}, not {before}");
                assert_eq!((report.phases.len(), report.phases[0].key.as_str()), (1, "a"));
            }
            // What was not edited is the exact phase of time.
            let exact = value(&mut engine, "b")[0];
            engine.seek(frame).unwrap();
            assert_eq!(value(&mut engine, "b")[0], exact);
        }
        // From there on it moves at its own rate; and what is sought knows the new program alone.
        engine.seek(150).unwrap();
        engine.swap(program(&source("5s"))).unwrap();
        let before = value(&mut engine, "a")[0];
        engine.frame(180).unwrap();
        assert!((value(&mut engine, "a")[0] - before - 0.1).abs() < 1e-7);
        let mut fresh = self::engine(&source("5s"));
        for frame in [180, 20] {
            engine.seek(frame).unwrap();
            fresh.seek(frame).unwrap();
            assert_eq!(value(&mut engine, "a"), value(&mut fresh, "a"), "{function}, frame {frame}");
        }
    }
}
