//! One naive model over ten thousand random edits: domains that are counted, born and given by the host, against plain vectors
//! of elements ([`naive`]), value for value and in the order in which they are drawn, on 1, 2 and 4 threads.

mod naive;
mod program;
mod script;
mod way;

pub(super) use way::Way;

use naive::Naive;
use program::{CONTINUED, Kind, program};
use script::{Script, Turn};

use crate::engine::{Demand, ElementValues, Engine, EngineError, EngineSettings};
use crate::frame::Frame;
use crate::program::Full;

/// Gives an engine what is new in a frame.
fn give(engine: &mut Engine, kind: Kind, turn: &Turn, redraws: bool) {
    if let Some(given) = &turn.given {
        let ids: Vec<u64> = given.iter().map(|given| given.id).collect();
        let at: Vec<f32> = given.iter().map(|given| given.at).collect();
        let places: Vec<[f32; 2]> = given.iter().map(|given| given.place).collect();
        let columns: [(&str, ElementValues<'_>); 2] = [("at", (&at).into()), ("place", (&places).into())];
        let columns = if kind == Kind::Nearest { &columns[..] } else { &columns[..1] };
        engine.elements("d").expect("a domain").set(&ids, columns).expect("elements");
    }
    // What is for the next frame is not seen by this one.
    if redraws && let Some(before) = engine.last_frame().map(|frame| frame.hash()) {
        let again = engine.redraw().expect("a frame").expect("one was shown").hash();
        assert_eq!(again, before, "frame {} once more", turn.index);
    }
    let numbers: &[(&str, f64)] = match kind {
        Kind::Counted => &[("number", turn.number)],
        Kind::Born(_) => &[("every", turn.every), ("life", turn.life)],
        Kind::Host | Kind::Nearest => &[],
    };
    for (name, number) in
        numbers.iter().copied().chain([("mood", turn.mood.into()), ("sway", turn.sway.into())])
    {
        engine.set(name, number).expect("a channel");
    }
    if turn.is_nudged {
        engine.nudge("d").expect("a domain");
    }
}

/// What a host gives wrong is an error, and nothing else.
fn give_wrong(engine: &mut Engine, script: &mut Script) {
    let max = u64::from(script.max);
    let many: Vec<u64> = match script.below(2) {
        0 => (0..=max + u64::from(script.below(3))).collect(),
        _ => [7, 8, 7].into(),
    };
    let before = engine.last_frame().map(|frame| frame.hash());
    let error = engine.elements("d").expect("a domain").set(&many, &[]).expect_err("too many, or one twice");
    assert!(matches!(error, EngineError::Elements { .. }));
    assert_eq!(engine.last_frame().map(|frame| frame.hash()), before, "the last frame stays");
}

/// Compares a frame with what it is to be.
fn compare(frame: &Frame<'_>, naive: &mut Naive, turn: &Turn) {
    let count = naive.living.len();
    let place = |name: &str, at: usize| {
        format!("{name} of element {} ({at} of {count}) in frame {}", naive.living[at].key, turn.index)
    };
    let lanes = |name: &str, is_base: bool| {
        let view = if is_base { frame.base_field("d", name) } else { frame.field("d", name) };
        let lanes = view.unwrap_or_else(|| panic!("no field {name}")).components[0];
        assert_eq!(lanes.len(), count, "elements of {name} in frame {}", turn.index);
        lanes
    };
    let same = |name: &str, is_base: bool, expected: &dyn Fn(usize) -> f32| {
        for (at, &found) in lanes(name, is_base).iter().enumerate() {
            assert_eq!(
                found.to_bits(),
                expected(at).to_bits(),
                "{}: {found}, not {}",
                place(name, at),
                expected(at)
            );
        }
    };
    let near = |name: &str, tolerance: f64, expected: &dyn Fn(usize) -> f64| {
        for (at, &found) in lanes(name, false).iter().enumerate() {
            let (found, expected) = (f64::from(found), expected(at));
            assert!((found - expected).abs() <= tolerance, "{}: {found}, not {expected}", place(name, at));
        }
    };
    let living = &naive.living;
    same("random", false, &|at| living[at].random[0]);
    same("next", false, &|at| naive.next(at));
    same("previous", false, &|at| naive.previous(at));
    same("frames", false, &|at| living[at].frames);
    same("walk", false, &|at| living[at].walk);
    same("late", false, &|at| living[at].late());
    same("mood", false, &|at| living[at].mood);
    same("is new", false, &|at| f32::from(u8::from(living[at].is_new)));
    let oldest = living.iter().map(|element| element.age(turn.now)).fold(1.0, f64::max);
    near("age", 1e-6 * oldest, &|at| living[at].age(turn.now));
    near("fade", 1e-5, &|at| living[at].level(turn.now).into());
    if frame.field("d", "life").is_some() {
        near("life", 2e-5, &|at| living[at].life(turn.now));
    }
    for (k, name) in CONTINUED.into_iter().enumerate() {
        same(name, true, &|at| living[at].base[k]);
        let size = living.iter().map(|element| element.shown[k].abs()).fold(0.0, f32::max);
        near(name, 4e-6 + 1e-6 * f64::from(size), &|at| living[at].shown[k].into());
    }
    let shown: Vec<[f32; 5]> = (0..count).map(|at| CONTINUED.map(|name| lanes(name, false)[at])).collect();
    shown.iter().enumerate().for_each(|(at, &shown)| naive.draw(at, shown));
    compare_drawn(frame, naive, turn);
}

/// Compares what is drawn: the living as their values are shown, those that are gone bit for bit as they were drawn last.
fn compare_drawn(frame: &Frame<'_>, naive: &Naive, turn: &Turn) {
    let pass = frame.passes().next().expect("a pass");
    let of = naive.drawn_of();
    let expected = naive.drawn.iter().map(|serial| match of[serial] {
        Ok(at) => (naive.living[at].shown, naive.living[at].level(turn.now), naive.living[at].key),
        Err(at) => (naive.ghosts[at].was.shown, naive.ghosts[at].level(turn.now), naive.ghosts[at].was.key),
    });
    assert_eq!(pass.elements().len(), naive.drawn.len(), "drawn in frame {}", turn.index);
    for (at, (k, (shown, level, key))) in pass.elements().zip(expected).enumerate() {
        let found = [pass.x, pass.y, pass.width, pass.height, pass.rotation].map(|lanes| lanes.get(k));
        assert_eq!(
            found.map(f32::to_bits),
            shown.map(f32::to_bits),
            "element {key}, drawn as number {at} in frame {}: {found:?}, not {shown:?}",
            turn.index
        );
        let alpha = f32::from(pass.fill.expect("a fill").get(k).to_array()[3]);
        assert!((alpha - level * 255.0).abs() < 0.51, "alpha of element {key} in frame {}", turn.index);
    }
}

/// Plays until there were as many edits, on several engines that must agree.
fn play(kind: Kind, max: u32, edits: u32) {
    let program = program(kind, max);
    let engine = |threads: usize| {
        let settings = EngineSettings { threads, demand: Demand::Everything, ..EngineSettings::default() };
        Engine::fitted(program.clone(), 1.0, settings).expect("it fits")
    };
    let mut engines = [1, 2, 4].map(engine);
    let (mut script, mut naive) = (Script::new(kind, max), Naive::new(kind, max as usize));
    let mut nudges = 0;
    while naive.edits + nudges < edits {
        let turn = script.next();
        let is_host = matches!(kind, Kind::Host | Kind::Nearest);
        let (redraws, is_wrong) = (script.below(16) == 0, is_host && script.below(20) == 0);
        naive.step(&turn);
        nudges += u32::from(turn.is_nudged);
        let hashes = engines.each_mut().map(|engine| {
            give(engine, kind, &turn, redraws);
            if is_wrong {
                give_wrong(engine, &mut script);
            }
            engine.frame(turn.index).expect("a frame").hash()
        });
        assert!(hashes.iter().all(|hash| *hash == hashes[0]), "threads differ in frame {}", turn.index);
        compare(&engines[0].last_frame().expect("a frame"), &mut naive, &turn);
        let usage = engines[0].domain_usage().next().expect("a domain");
        assert_eq!(
            [usage.living as u64, usage.lingering.into(), usage.refused, usage.evicted, usage.dropped],
            [
                naive.living.len() as u64,
                naive.ghosts.len() as u64,
                naive.refused,
                naive.evicted,
                naive.dropped
            ],
            "living, lingering, refused, evicted and dropped in frame {}",
            turn.index
        );
    }
}

/// A domain that threads do not share, and one that they do.
fn check(kind: Kind, edits: u32, [few, many]: [u32; 2]) {
    // On a thread of its own, which then is one of the workers.
    let run = || [(few, edits), (many, 30)].into_iter().for_each(|(max, edits)| play(kind, max, edits));
    let found = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name(format!("{kind:?}"))
            .spawn_scoped(scope, run)
            .expect("a thread")
            .join()
    });
    if let Err(panic) = found {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn counted() {
    check(Kind::Counted, 3000, [17, 3000]);
}

#[test]
fn born_and_refused() {
    check(Kind::Born(Full::Refuse), 2000, [12, 1500]);
}

#[test]
fn born_and_evicted() {
    check(Kind::Born(Full::Evict), 2000, [12, 1500]);
}

#[test]
fn given_by_the_host() {
    check(Kind::Host, 2000, [14, 3000]);
}

#[test]
fn matched_by_nearness() {
    check(Kind::Nearest, 2000, [14, 1500]);
}
