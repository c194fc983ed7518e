//! Motion over time: values at exact times, at any rate, played and sought.

use super::{engine_at, played, program, value};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::time::{Flicks, FrameRate};
use crate::world::Capacity;

const INTRO: &str = "
    timeline intro {
        logo:  600ms
        title: 400ms after logo - 100ms
        rule:  300ms with title + 50ms
        hold:  1s after title
        late:  200ms at 2.5s
        early: 100ms after first, first: 1s at 100ms
    }
    logo = intro.logo; title = intro.title; rule = intro.rule; hold = intro.hold
    late = intro.late; early = intro.early; first = intro.first
    playing = if intro.playing then 1 else 0
    passed = intro.time; end = intro.end";

/// The values of a name at some times in seconds: ends exactly, what is between nearly.
fn check(patch: &str, name: &str, expected: &[(f64, f64)]) {
    for &(seconds, expected) in expected {
        let frame = (seconds * 60.0).round() as u64;
        let found = value(&mut played(patch, frame), name);
        let what = format!("{name} at {seconds} s of {patch}");
        match expected.fract() == 0.0 {
            true => assert_eq!(found, [expected], "{what}"),
            false => super::assert_near(&found, &[expected], &what),
        }
    }
}

#[test]
fn parts_run_from_0_to_1_in_their_time() {
    check(INTRO, "logo", &[(0.0, 0.0), (0.3, 0.5), (0.6, 1.0), (50.0, 1.0)]);
    check(INTRO, "title", &[(0.0, 0.0), (0.5, 0.0), (0.6, 0.25), (0.9, 1.0), (1.0, 1.0)]);
    check(INTRO, "rule", &[(0.55, 0.0), (0.85, 1.0)]);
    check(INTRO, "hold", &[(0.9, 0.0), (1.9, 1.0), (2.0, 1.0)]);
    check(INTRO, "late", &[(2.5, 0.0), (2.7, 1.0)]);
    check(INTRO, "first", &[(0.1, 0.0), (1.1, 1.0)]);
    check(INTRO, "early", &[(1.1, 0.0), (1.2, 1.0)]);
    check(INTRO, "end", &[(0.0, 2.7)]);
    check(INTRO, "playing", &[(0.0, 1.0), (2.65, 1.0), (2.7, 0.0), (9.0, 0.0)]);
    check(INTRO, "passed", &[(0.0, 0.0), (5.5, 5.5)]);
}

#[test]
fn a_timeline_runs_over_any_time() {
    let over = |time: &str| {
        format!(
            "timeline t over {time} {{ up: 400ms\n down: 500ms at 1.5s }}\nup = t.up; down = t.down; on = if t.playing then 1 else 0; passed = t.time"
        )
    };
    let later = over("time - 2s");
    check(&later, "up", &[(0.0, 0.0), (2.0, 0.0), (2.1, 0.25), (2.4, 1.0)]);
    check(&later, "on", &[(0.0, 0.0), (1.95, 0.0), (2.0, 1.0), (3.95, 1.0), (4.0, 0.0)]);
    check(&later, "passed", &[(1.0, 0.0), (3.0, 1.0)]);
    let again = over("time % 2s");
    check(&again, "up", &[(0.0, 0.0), (0.4, 1.0), (2.0, 0.0), (2.5, 1.0)]);
    check(&again, "down", &[(1.5, 0.0), (1.75, 0.5), (2.0, 0.0), (3.75, 0.5)]);
    check(&over("time * 0.5"), "up", &[(0.4, 0.5), (0.8, 1.0)]);
    check(&over("1s * 0.1"), "up", &[(0.4, 0.25)]);
    // A constant that others give.
    let given = "param d = 300ms\ntimeline t { a: d * 2, b: d + 0.1s after a - d }\na = t.a; b = t.b";
    check(given, "a", &[(0.3, 0.5), (0.6, 1.0)]);
    check(given, "b", &[(0.3, 0.0), (0.5, 0.5), (0.7, 1.0)]);
}

#[test]
fn a_timeline_of_elements_runs_for_each() {
    let patch = "domain d[4] { timeline t over time - 100ms * index { up: 200ms\n down: 100ms at 300ms }\n x = t.up - t.down }\n\
                 timeline later over time - d.wait { up: 100ms }\ny = later.up";
    let patch = patch.replace("x = t.up", "wait = 50ms * index; x = t.up");
    let at = |frame: u64, name: &str| value(&mut played(&patch, frame), name);
    super::assert_near(&at(12, "d.x"), &[1.0, 0.5, 0.0, 0.0], "after 200 ms");
    assert_eq!(at(24, "d.x"), [0.0, 1.0, 1.0, 0.5]);
    assert_eq!(at(60, "d.x"), [0.0, 0.0, 0.0, 0.0]);
    super::assert_near(&at(9, "d.y"), &[1.0, 1.0, 0.5, 0.0], "a field of its domain");
    // Of the youngest of those that are born, too.
    let born =
        "domain d[born every 100ms, lives 1s, max 30] { timeline t over age { up: 200ms }\n x = t.up }";
    super::assert_near(&value(&mut played(born, 24), "d.x"), &[1.0, 1.0, 0.5, 0.0], "by age");
}

/// Every value of a patch at a frame, at a rate, as bits.
fn bits(patch: &str, rate: FrameRate, frame: u64, names: &[&str], is_played: bool) -> Vec<u64> {
    let program = program(patch);
    let capacity = Capacity::default().max(Engine::needs(&program, Demand::Everything));
    let settings = EngineSettings {
        demand: Demand::Everything,
        capacity,
        frame_rate: Some(rate),
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(program, settings).unwrap();
    if is_played {
        for index in 0..=frame {
            engine.frame(index).unwrap();
        }
    } else {
        engine.seek(frame).unwrap();
    }
    names.iter().flat_map(|name| value(&mut engine, name)).map(f64::to_bits).collect()
}

/// What is a function of time is the same at any rate, however the frame was come by.
fn same_at_any_rate(patch: &str, names: &[&str]) {
    let rate = |number| FrameRate::new(number, 1).unwrap();
    for twelfths in 0..40 {
        let at = |per_second: u64, is_played| {
            bits(patch, rate(per_second as u32), twelfths * per_second / 12, names, is_played)
        };
        let film = at(24, true);
        for found in [at(60, true), at(60, false), at(24, false), at(120, false)] {
            assert_eq!(found, film, "{twelfths}/12 s");
        }
    }
}

#[test]
fn parts_are_the_same_at_any_rate() {
    same_at_any_rate(INTRO, &["logo", "title", "rule", "hold", "late", "early", "passed", "playing"]);
}

const KEYS: &str = "
    fn soft(t) = t * t * (3 - 2 * t)
    a = keys(time, 500ms: 2, 1s: 4, 3s: -1 ease.in_quad, 3.1s: 0 hold)
    b = keys(time, 0s: (0, 1), 300ms: (1, 0.1) ease.out_back, 0.6s: (0.3, 0.7) cubic_bezier(0.2, 0, 0, 1))
    c = keys(time, 0s: #000, 1s: #fff, 2s: #f00 soft, in: oklab)
    d = keys(time, 0s: 0deg, 1s: 90deg, 2s: 2turn) / 1deg
    e = keys(frame, 0: 1, 10: 2, 20: 5 hold)
    f = if keys(time, 0s: false, 1s: true hold, 2s: false hold) then 1 else 0
    g = keys(time, 1s: 7)
    h = keys(time - 1s, -1s: 0, 0s: 1)
    i = keys(time, 0s: 1, 1s: index_of(3) hold)
    fn index_of(n) = int(n)
    j = keys(cycle(2s), 0: 0, 0.5: 1 ease.in_sine, 1: 0 linear)";

#[test]
fn keys_are_reached_at_their_times() {
    check(
        KEYS,
        "a",
        &[(0.0, 2.0), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0), (2.0, 2.75), (3.0, -1.0), (3.1, 0.0), (9.0, 0.0)],
    );
    check(KEYS, "d", &[(0.5, 45.0), (1.0, 90.0), (1.5, 405.0), (2.0, 720.0), (3.0, 720.0)]);
    check(KEYS, "e", &[(0.0, 1.0), (1.0 / 12.0, 1.5), (1.0 / 6.0, 2.0), (0.3, 2.0), (1.0 / 3.0, 5.0)]);
    check(KEYS, "f", &[(0.0, 0.0), (0.95, 0.0), (1.0, 1.0), (1.95, 1.0), (2.0, 0.0)]);
    check(KEYS, "g", &[(0.0, 7.0), (5.0, 7.0)]);
    check(KEYS, "h", &[(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (5.0, 1.0)]);
    check(KEYS, "i", &[(0.5, 1.0), (1.0, 3.0)]);
    check(KEYS, "j", &[(0.0, 0.0), (1.0, 1.0), (1.5, 0.5), (2.0, 0.0)]);
    let at = |frame: u64, name: &str| value(&mut played(KEYS, frame), name);
    // Whatever was between, the keys themselves are exact.
    assert_eq!([at(18, "b"), at(36, "b"), at(900, "b")], [[1.0, 0.1], [0.3, 0.7], [0.3, 0.7]]);
    super::assert_near(&at(60, "c"), &[1.0, 1.0, 1.0, 1.0], "white");
    assert_eq!(at(120, "c"), [1.0, 0.0, 0.0, 1.0]);
    assert!(at(9, "b")[0] > 1.0, "out_back goes past its goal");
}

#[test]
fn keys_of_elements_are_reached_by_each() {
    let patch = "domain d[4] {
        x = keys(time - 100ms * index, 0s: 0, 200ms: 1, 300ms: rank hold)
        p = keys(time, 0s: (rank, 0), 1s: (1, index) ease.in_quad, 2s: (0, 0))
    }";
    let at = |frame: u64, name: &str| value(&mut played(patch, frame), name);
    super::assert_near(&at(12, "d.x"), &[1.0, 0.5, 0.0, 0.0], "after 200 ms");
    super::assert_near(&at(24, "d.x"), &[0.125, 0.375, 1.0, 0.5], "after 400 ms");
    super::assert_near(
        &at(30, "d.p"),
        &[0.34375, 0.0, 0.53125, 0.25, 0.71875, 0.5, 0.90625, 0.75],
        "half way",
    );
    assert_eq!(at(120, "d.p"), [0.0; 8]);
    let program = program(&format!(
        "{patch}\ndomain e[9] {{ y = keys(time - rank * 1s, 0s: 0, 1s: 1 ease.in_back, 2s: 2 ease.in_back, 3s: 3 ease.in_back) }}"
    ));
    let used = program.data().nodes.iter().filter(|node| node.op == crate::program::Op::InBack).count();
    assert_eq!(used, 1, "an easing that leads to three keys");
}

#[test]
fn staggered_elements_begin_one_after_another() {
    let each = |call: &str, count: usize, expected: &[f64]| {
        let patch = format!("domain d[{count}] {{ x = {call} }}");
        super::assert_near(&value(&mut played(&patch, 0), "d.x"), expected, call);
    };
    each("stagger(0.375, rank, overlap: 0)", 4, &[1.0, 0.5, 0.0, 0.0]);
    each("stagger(0.375, index, overlap: 0)", 4, &[1.0, 0.5, 0.0, 0.0]);
    each("stagger(0.375, rank, overlap: 0, from: end)", 4, &[0.0, 0.0, 0.5, 1.0]);
    each("stagger(0.25, rank, overlap: 0, from: center)", 4, &[0.0, 0.5, 0.5, 0.0]);
    each("stagger(0.5, rank, overlap: 0, from: center)", 5, &[0.0, 0.5, 1.0, 0.5, 0.0]);
    each("stagger(0.5, rank, overlap: 0, from: edges)", 5, &[1.0, 0.5, 0.0, 0.5, 1.0]);
    each("stagger(0.5, rank, overlap: 1)", 3, &[0.5, 0.5, 0.5]);
    // Each takes 0.5 + 0.5 / 4 of the whole, and they begin 0.5 / 4 apart.
    each("stagger(0.375, rank)", 4, &[0.6, 0.4, 0.2, 0.0]);
    each("stagger(0.5, rank, overlap: 0)", 1, &[0.5]);
    each("stagger(0.5, rank, overlap: 0, from: center)", 1, &[0.5]);
    // Places of one's own, from 0 to 1.
    each("stagger(0.5, if index < 2 then 0 else 1, overlap: 0)", 4, &[1.0, 1.0, 0.0, 0.0]);
    let signal = |call: &str, expected: f64| {
        super::assert_near(&value(&mut played(&format!("x = {call}"), 0), "x"), &[expected], call);
    };
    signal("stagger(0.5, 0.5, overlap: 0, count: 3)", 0.5);
    signal("stagger(0.5, 0, overlap: 0.5)", 1.0);
    signal("stagger(0.4, 0.2, overlap: 0.5)", 0.6);
    // Exactly nothing and exactly all at the ends, in any order, also while elements come and go.
    for from in ["start", "end", "center", "edges", "random"] {
        for count in ["1", "2", "7", "frame + 3 max 60"] {
            let patch = format!(
                "domain d[{count}] {{ x = stagger(0, rank, overlap: 0.3, from: {from}); y = stagger(1, rank, overlap: 0.3, from: {from}) }}"
            );
            let mut engine = played(&patch, 3);
            assert!(value(&mut engine, "d.x").iter().all(|&x| x == 0.0), "{from} of {count}");
            assert!(value(&mut engine, "d.y").iter().all(|&y| y == 1.0), "{from} of {count}");
        }
    }
}

const TIMES: &str = "
    a = loop(time, 300ms) / 1s; b = loop(time * 1, 300ms) / 1s
    c = ping_pong(time, 700ms) / 1s; d = ping_pong(time * 1, 700ms) / 1s
    e = scaled(time, 0.25) / 1s
    f = loop(scaled(time, 2), 1.5s) / 1s";

#[test]
fn times_loop_swing_and_slow_down() {
    check(TIMES, "a", &[(0.0, 0.0), (0.25, 0.25), (0.3, 0.0), (3.0, 0.0), (300.0, 0.0)]);
    check(TIMES, "b", &[(0.25, 0.25), (0.4, 0.1)]);
    check(TIMES, "c", &[(0.5, 0.5), (0.7, 0.7), (1.0, 0.4), (1.4, 0.0), (140.0, 0.0)]);
    check(TIMES, "d", &[(0.5, 0.5), (0.7, 0.7), (1.0, 0.4), (1.5, 0.1)]);
    check(TIMES, "e", &[(4.0, 1.0), (6.0, 1.5)]);
    check(TIMES, "f", &[(0.5, 1.0), (1.0, 0.5)]);
    // A speed that changes goes on from where it is.
    let paused = "x = scaled(time, if time > 1s and time <= 2s then 0 else 1) / 1s";
    check(paused, "x", &[(0.5, 0.5), (1.0, 1.0), (1.5, 1.0), (2.0, 1.0), (2.5, 1.5)]);
    let faster = "x = scaled(time, if time > 1s then 3 else 1) / 1s";
    super::assert_near(&value(&mut played(faster, 90), "x"), &[2.5], "three times as fast");
    let fields = "domain d[4] { x = scaled(time, if time > 1s then rank else 0) / 1s }";
    super::assert_near(&value(&mut played(fields, 120), "d.x"), &[0.125, 0.375, 0.625, 0.875], "of elements");
    // What only multiplies remembers nothing.
    assert!(program("x = scaled(time, 2)").data().cells.is_empty());
}

#[test]
fn keys_and_times_are_the_same_at_any_rate() {
    same_at_any_rate(
        &KEYS.replace("e = keys(frame", "e = keys(scalar(time)"),
        &["a", "b", "c", "d", "e", "f", "g", "h", "j"],
    );
    same_at_any_rate(TIMES, &["a", "b", "c", "d", "e", "f"]);
    same_at_any_rate("domain d[9] { x = stagger(progress(2s), rank, from: random) }\ny = sum(d.x)", &["y"]);
}

/// `loop` of the frame's time and `cycle` go on from where they are when their period is edited.
#[test]
fn an_edit_of_a_period_does_not_jump() {
    for template in
        ["x = cycle(PERIOD)", "x = loop(time, PERIOD) / PERIOD", "x = ping_pong(time, PERIOD) / PERIOD"]
    {
        let patch = |period: &str| program(&template.replace("PERIOD", period));
        let mut engine = engine_at(patch("12s"), 180);
        let before = value(&mut engine, "x")[0];
        let report = engine.swap(patch("6s")).unwrap();
        assert_eq!(report.phases.len(), 1, "{template}");
        assert!((value(&mut engine, "x")[0] - before).abs() < 1e-9, "{template}");
        engine.frame(186).unwrap();
        let passed = value(&mut engine, "x")[0] - before;
        assert!((passed - 0.1 / 6.0).abs() < 1e-9, "{template}: {passed}");
    }
}

/// However long the parts are: the frame at the end of one has exactly 1, the one before less.
#[test]
fn the_ends_are_exact() {
    let mut end = Flicks::ZERO;
    let mut parts = String::new();
    let mut ends = Vec::new();
    for part in 0..40_u64 {
        // Whole frames of 60 per second, no number of which is one of f64.
        let frames = 1 + part * 7 % 11;
        parts += &format!("p{part}: {}s / 60\n", frames);
        end = Flicks(end.0 + frames * Flicks::from_secs(1).0 / 60);
        ends.push(end.0 * 60 / Flicks::from_secs(1).0);
    }
    let names: String = (0..40).map(|part| format!("p{part} = t.p{part}\n")).collect();
    let mut engine = engine_at(program(&format!("timeline t {{ {parts} }}\n{names}")), 0);
    for frame in 0..=*ends.last().unwrap() {
        engine.frame(frame).unwrap();
        for (part, &end) in ends.iter().enumerate() {
            let begin = if part == 0 { 0 } else { ends[part - 1] };
            let found = value(&mut engine, &format!("p{part}"))[0];
            match frame {
                frame if frame <= begin => assert_eq!(found, 0.0, "p{part} in frame {frame}"),
                frame if frame >= end => assert_eq!(found, 1.0, "p{part} in frame {frame}"),
                _ => assert!(found > 0.0 && found < 1.0, "p{part} in frame {frame}: {found}"),
            }
        }
    }
}

/// A timeline keeps nothing, so an edit of it takes nothing away, and state around it goes on.
#[test]
fn an_edit_of_a_timeline_keeps_what_is_around_it() {
    let patch = |duration: &str| {
        format!(
            "timeline t over time {{ a: {duration}, b: 1s }}\nstate n = 0\nnext n = n + t.a\nsmooth = lag(t.b, 300ms)"
        )
    };
    let mut engine = engine_at(program(&patch("1s")), 60);
    let before = value(&mut engine, "smooth");
    let report = engine.swap(program(&patch("2s"))).unwrap();
    assert!(!report.kept.is_empty() && report.new.is_empty() && report.dropped.is_empty(), "{report:?}");
    engine.frame(61).unwrap();
    assert!(value(&mut engine, "n")[0] > 20.0 && before[0] < 0.1);
    assert_eq!(value(&mut engine, "t.b"), [0.0]);
}
