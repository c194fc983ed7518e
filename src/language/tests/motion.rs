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
