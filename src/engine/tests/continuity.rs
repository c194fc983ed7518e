//! Continuity: what an edit changes goes away as its policy says, and without one nothing is added.

#![expect(clippy::disallowed_methods, reason = "what is expected comes from the platform's functions")]

use super::{engine, finish};
use crate::assets::PATCHES;
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::Pass;
use crate::math::easing::Ease;
use crate::program::{
    Arg, Births, Builder, ChannelKind, Continuity, Domain, Full, Live, Op, Policy, Program, Type, Unit, Value,
};
use crate::time::{Flicks, FrameRate};

/// Dots in a row whose places depend on how many there are.
fn row(continuity: Option<Continuity>, unit: Unit) -> Program {
    let b = Builder::new("row");
    let n = b.channel("n", Type::Float, &[2.0], ChannelKind::Hold);
    let dots = b.counted_domain("dots", 100, n);
    let base = b.rank(dots) + b.time() * 0.125;
    let x = match continuity {
        Some(continuity) => b.continued("x", dots, base, unit, continuity),
        None => base,
    };
    b.pass("dots", dots).position(b.vec2(x, 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    finish(&b)
}

fn at(program: &Program, rate: u32) -> Engine {
    let settings = EngineSettings { frame_rate: FrameRate::new(rate, 1), ..EngineSettings::default() };
    Engine::fitted(program.clone(), 1.0, settings).unwrap()
}

fn xs(engine: &mut Engine, index: u64, n: f64) -> Vec<f64> {
    engine.set("n", n).unwrap();
    let frame = engine.frame(index).unwrap();
    let pass = frame.passes().next().unwrap();
    (0..pass.count).map(|k| f64::from(pass.x.get(k))).collect()
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 2e-6, "{what}: {found}, expected {expected}");
}

#[test]
fn differences_go_away_by_their_policy() {
    // Of two dots one goes: the first is at 0.25 of itself, and alone at 0.5. What is left, by the time since then.
    let check = |continuity: Continuity, left: &dyn Fn(f64) -> f64| {
        for rate in [24, 60, 144] {
            let program = row(Some(continuity), Unit::Scalar);
            let mut engine = at(&program, rate);
            xs(&mut engine, 0, 2.0);
            let dt = 1.0 / f64::from(rate);
            near(xs(&mut engine, 1, 2.0)[0], 0.25 + 0.125 * dt, "before");
            // Springs move on in the frame of the edit.
            let stands = if matches!(continuity, Continuity::Spring { .. }) { 0.0 } else { 0.125 * dt };
            for index in 2..=rate {
                let seconds = f64::from(index - 2) / f64::from(rate);
                let time = f64::from(index) / f64::from(rate);
                let expected = 0.5 + time * 0.125 - (0.25 + stands) * left(seconds);
                near(
                    xs(&mut engine, index.into(), 1.0)[0],
                    expected,
                    &format!("{continuity:?} {rate} {seconds}"),
                );
            }
        }
    };
    check(Continuity::Preserve, &|_| 1.0);
    check(Continuity::Slew(0.1), &|t| (-t / 0.1).exp());
    check(Continuity::Slew(0.0), &|_| 0.0);
    check(Continuity::Crossfade { window: 0.5, curve: None }, &|t| (1.0 - t / 0.5).max(0.0));
    let curve = Some(Ease::OutCubic);
    check(Continuity::Crossfade { window: 0.5, curve }, &|t| (1.0 - (t / 0.5).min(1.0)).powi(3));
    check(Continuity::Crossfade { window: 0.0, curve }, &|_| 0.0);
    // From rest against the row, so its rate begins with that of the row on screen: none.
    let spring = Continuity::Spring { response: 0.4, bounce: 0.0 };
    check(spring, &|t| (1.0 + 5.0 * t) * (-5.0 * t).exp());
    let bouncing = Continuity::Spring { response: 0.4, bounce: 0.5 };
    check(bouncing, &|t| {
        let (w, zeta) = (5.0_f64, 0.5_f64);
        let swing = w * (1.0 - zeta * zeta).sqrt();
        (-zeta * w * t).exp() * ((swing * t).cos() + zeta * w / swing * (swing * t).sin())
    });
}

#[test]
fn the_numbers_of_the_contract() {
    // Slew with a time constant of 100 ms: what is reached of the way from 0 to 1.
    let reached = |rate: u32, frames: u64| {
        let program = row(Some(Continuity::Slew(0.1)), Unit::Scalar);
        let mut engine = at(&program, rate);
        xs(&mut engine, 0, 2.0);
        let mut last = 0.0;
        for index in 1..=1 + frames {
            last = xs(&mut engine, index, 1.0)[0] - index as f64 / f64::from(rate) * 0.125;
        }
        let before = 0.25 - 0.125 / f64::from(rate);
        (last - before) / (0.5 - before)
    };
    near(reached(10, 1), 0.632_120_6, "100 ms");
    near(reached(20, 2), 0.632_120_6, "50 ms twice");
    assert!((reached(62, 1) - (1.0 - (-1.0_f64 / 6.2).exp())).abs() < 4e-6);
}

#[test]
fn angles_go_the_short_way() {
    let program = |turns: f64| {
        let b = Builder::new("turn");
        let dots = b.domain("dots", 1);
        let turn = b.continued("turn", dots, b.float(turns), Unit::Turn, Continuity::Slew(0.1));
        b.pass("dots", dots).position(b.vec2(turn, 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        finish(&b)
    };
    let mut engine = Engine::for_program(program(0.9)).unwrap();
    engine.frame(0).unwrap();
    engine.swap(program(0.1)).unwrap();
    let shown = |engine: &mut Engine, index| {
        f64::from(engine.frame(index).unwrap().passes().next().unwrap().x.get(0))
    };
    near(f64::from(engine.last_frame().unwrap().passes().next().unwrap().x.get(0)), -0.1, "at once");
    near(shown(&mut engine, 6), 0.1 - 0.2 * (-1.0_f64).exp(), "a tenth of a second");
}

#[test]
fn a_swap_moves_nothing_on_screen() {
    let program = |height: f64, count: u32| {
        let b = Builder::new("swap");
        let dots = b.domain("dots", count);
        let y = b.continued(
            "y",
            dots,
            b.rank(dots) * 0.0 + height + b.time(),
            Unit::Scalar,
            Continuity::Slew(0.1),
        );
        let fade = b.fade("fade", dots, 0.1, 0.1);
        b.pass("dots", dots)
            .position(b.vec2(0.5, y))
            .size(0.1)
            .color(b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(fade))
            .draw();
        finish(&b)
    };
    let mut engine = Engine::fitted(program(0.25, 3), 4.0, EngineSettings::default()).unwrap();
    for index in 0..=10 {
        engine.frame(index).unwrap();
    }
    let ys = |engine: &mut Engine| {
        let frame = engine.last_frame().unwrap();
        let pass = frame.passes().next().unwrap();
        let alpha = |k| pass.fill.unwrap().get(k).to_array()[3];
        (0..pass.count).map(|k| (f64::from(pass.y.get(k)), alpha(k))).collect::<Vec<_>>()
    };
    let before = ys(&mut engine);
    engine.swap(program(0.75, 2)).unwrap();
    let after = ys(&mut engine);
    assert_eq!(after.len(), 3, "the third lingers");
    for ((a, alpha_a), (b, alpha_b)) in before.iter().zip(&after) {
        near(*b, *a, "on screen");
        assert_eq!(alpha_a, alpha_b);
    }
    engine.frame(16).unwrap();
    let later = ys(&mut engine);
    near(later[0].0, 0.75 + 16.0 / 60.0 - 0.5 * (-1.0_f64).exp(), "a tenth of a second later");
    assert_eq!(later.len(), 2, "the third is gone");
    engine.swap(program(0.75, 4)).unwrap();
    assert_eq!(ys(&mut engine).iter().map(|&(_, alpha)| alpha).collect::<Vec<_>>(), [255, 255, 0, 0]);
}

#[test]
fn a_swap_to_far_fewer_elements_and_back() {
    let program = |count: u32, continuity: Continuity| {
        let b = Builder::new("swap");
        let dots = b.domain("dots", count);
        let y = b.continued("y", dots, b.rank(dots) + b.time(), Unit::Scalar, continuity);
        let color = b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(b.fade("fade", dots, 0.1, 0.1));
        b.pass("dots", dots).position(b.vec2(0.5, y)).size(0.1).color(color).draw();
        finish(&b)
    };
    for continuity in [Continuity::Slew(0.1), Continuity::Spring { response: 0.3, bounce: 0.2 }] {
        let mut engine = Engine::fitted(program(500, continuity), 1.0, EngineSettings::default()).unwrap();
        let drawn =
            |engine: &mut Engine| engine.last_frame().map_or(0, |frame| frame.passes().next().unwrap().count);
        let mut index = 0;
        for (count, shown, later) in [(3, 500, 3), (500, 500, 500), (3, 500, 3), (4, 4, 4)] {
            for _ in 0..10 {
                engine.frame(index).unwrap();
                index += 1;
            }
            engine.swap(program(count, continuity)).unwrap();
            assert_eq!(drawn(&mut engine), shown, "{continuity:?}");
            engine.frame(index).unwrap();
            assert_eq!(drawn(&mut engine), shown, "{continuity:?}");
            engine.frame(index + 8).unwrap();
            index += 9;
            assert_eq!(drawn(&mut engine), later, "{continuity:?}");
        }
    }
}

#[test]
fn without_an_edit_nothing_is_added() {
    for continuity in [
        Continuity::Preserve,
        Continuity::Slew(1.0),
        Continuity::Spring { response: 1.0, bounce: 0.5 },
        Continuity::Crossfade { window: 1.0, curve: None },
    ] {
        let (mut with, mut without) =
            (at(&row(Some(continuity), Unit::Scalar), 60), at(&row(None, Unit::Scalar), 60));
        for index in 0..200 {
            assert_eq!(xs(&mut with, index, 7.0), xs(&mut without, index, 7.0));
            assert_eq!(with.last_frame().unwrap().hash(), without.last_frame().unwrap().hash());
        }
    }
}

#[test]
fn births_do_not_delay_what_they_do_not_change() {
    // Places of the elements' own: births and deaths in every frame leave them alone.
    let program = |is_continued: bool| {
        let b = Builder::new("sparks");
        let every = b.float(0.003);
        let sparks = b.born_domain("sparks", 200, Births { every, full: Full::Refuse });
        b.lives(sparks, b.random(sparks, 0) + 0.1);
        let own = b.random(sparks, 1) + b.age(sparks) * b.random(sparks, 2);
        let x = match is_continued {
            true => b.continued("x", sparks, own, Unit::Scalar, Continuity::Slew(5.0)),
            false => own,
        };
        b.pass("dots", sparks).position(b.vec2(x, 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        Engine::for_program(finish(&b)).unwrap()
    };
    let (mut with, mut without) = (program(true), program(false));
    for index in 0..200 {
        assert_eq!(with.frame(index).unwrap().hash(), without.frame(index).unwrap().hash(), "frame {index}");
    }
}

#[test]
fn springs_keep_place_and_velocity_through_interruptions() {
    let spring = Continuity::Spring { response: 0.5, bounce: 0.25 };
    for rate in [24, 60, 144] {
        let mut engine = at(&row(Some(spring), Unit::Scalar), rate);
        let mut plain = at(&row(None, Unit::Scalar), rate);
        let mut random = 12_345_u32;
        let mut n = 10.0;
        let mut seen: Vec<Vec<f64>> = Vec::new();
        for index in 0..400 {
            random = crate::math::hash::hash(random);
            if random.is_multiple_of(5) {
                n = f64::from(random >> 8) % 20.0 + 3.0;
            }
            xs(&mut plain, index, n);
            seen.push(xs(&mut engine, index, n));
        }
        // Velocity changes by what the spring can do in a frame, not by jumps.
        let dt = 1.0 / f64::from(rate);
        // The largest difference is about 1, the strongest pull w^2 times it.
        let most = 1.5 * (2.0_f64 / 0.5).powi(2) * dt * dt * 2.0 + 1e-4;
        for three in seen.windows(3) {
            for ((first, second), third) in three[0].iter().zip(&three[1]).zip(&three[2]).take(3) {
                let (a, b) = (second - first, third - second);
                assert!((b - a).abs() < most, "{rate}: {a} then {b}, at most {most}");
            }
        }
    }
}

/// A count that follows a pointer is an edit in every frame.
#[test]
fn edits_in_every_frame_hold_nothing_up() {
    let shown = |continuity: Continuity| {
        let mut engine = at(&row(Some(continuity), Unit::Scalar), 60);
        (0..=60).map(|index| xs(&mut engine, index, 2.0 + index as f64)[0]).collect::<Vec<_>>()
    };
    // The first of n is at half an n-th, and moves by an eighth in a second.
    let base = |index: u64| 0.5 / (2.0 + index as f64) + 0.125 * index as f64 / 60.0;
    for continuity in [Continuity::Slew(0.1), Continuity::Spring { response: 0.2, bounce: 0.0 }] {
        let shown = shown(continuity);
        near(shown[0], base(0), "before");
        let apart: Vec<f64> = (0..=60).map(|index| (shown[index as usize] - base(index)).abs()).collect();
        assert!(apart[1] > 0.05, "{continuity:?} jumps");
        assert!(apart[60] < 0.03, "{continuity:?} is held up, {} from where it is to be", apart[60]);
    }
}

#[test]
fn strength_makes_cuts_of_edits() {
    let program = row(Some(Continuity::Slew(1.0)), Unit::Scalar);
    for (strength, expected) in [(1.0, 0.25), (0.5, 0.375), (0.0, 0.5)] {
        let settings = EngineSettings { continuity: strength, ..EngineSettings::default() };
        let mut engine = Engine::fitted(program.clone(), 1.0, settings).unwrap();
        xs(&mut engine, 0, 2.0);
        // It stands for a frame, as far as it is continued.
        let moved = 0.125 / 60.0 * (1.0 - f64::from(strength));
        near(xs(&mut engine, 1, 1.0)[0], expected + moved, "one of two goes");
    }
}

#[test]
fn passes_may_cut() {
    let b = Builder::new("cuts");
    let n = b.channel("n", Type::Float, &[2.0], ChannelKind::Hold);
    let dots = b.counted_domain("dots", 9, n);
    let x = b.continued("x", dots, b.rank(dots), Unit::Scalar, Continuity::Preserve);
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    b.pass("soft", dots).position(b.vec2(x, 0.5)).size(0.1).color(white).draw();
    b.pass("hard", dots).position(b.vec2(x, 0.5)).size(0.1).color(white).cuts().draw();
    let mut engine = engine(&b);
    engine.frame(0).unwrap();
    engine.set("n", 1.0).unwrap();
    let frame = engine.frame(1).unwrap();
    let shown: Vec<f32> = frame.passes().map(|pass| pass.x.get(0)).collect();
    assert_eq!(shown, [0.25, 0.5]);
}

/// An opaque colour.
fn color<'b>(b: &'b Builder, red: impl Into<Arg<'b>>, others: Value<'b>) -> Value<'b> {
    b.op(Op::Color, &[red.into(), others.into(), others.into(), 1.0.into()])
}

/// Dots whose colours depend on how many there are, by rank: red to white, and `still` ones that are always the same grey.
fn tinted(continuity: Continuity, demand: Demand) -> Engine {
    let b = Builder::new("tinted");
    let n = b.channel("n", Type::Float, &[2.0], ChannelKind::Hold);
    let dots = b.counted_domain("dots", 100, n);
    let continued = |key: &str, color| b.continued(key, dots, color, Unit::Scalar, continuity);
    let tint = b.field(dots, "tint", continued("tint", color(&b, 1.0, b.rank(dots))));
    // Out of range in red, which is seen as 1.
    let grey = b.rank(dots) * 0.0 + 0.3;
    let still = continued("still", color(&b, grey + 1.0, grey));
    let turned = b.continued("turned", dots, b.rank(dots) * 0.5, Unit::Turn, continuity);
    let pass = b.pass("dots", dots).position(b.vec2(0.5, 0.5)).size(0.1).rotation(turned * 2.0).color(tint);
    pass.stroke(still, 0.01, |stroke| stroke).draw();
    let program = finish(&b);
    let settings = EngineSettings { demand, ..EngineSettings::default() };
    Engine::fitted(program, 1.0, settings).unwrap()
}

/// Per dot: the green of its fill, and its rotation.
fn tints(engine: &mut Engine, index: u64, n: f64) -> Vec<(u8, f32)> {
    engine.set("n", n).unwrap();
    let frame = engine.frame(index).unwrap();
    let pass = frame.passes().next().unwrap();
    let still = pass.stroke.unwrap().color;
    assert!((0..pass.count).all(|k| still.get(k).to_array() == [255, 77, 77, 255]), "what stands still");
    let fill = pass.fill.unwrap();
    (0..pass.count).map(|k| (fill.get(k).to_array()[1], pass.rotation.get(k))).collect()
}

/// A colour is in no buffer while nothing is left of an edit, and goes on from what was on screen all the same.
#[test]
fn idle_colours_go_on_from_what_was_on_screen() {
    let slew = Continuity::Slew(0.1);
    let mut idle = tinted(slew, Demand::Drawn);
    let mut exact = tinted(slew, Demand::Everything);
    // Every tenth frame an edit, the first ones before all of the one before has gone, the last ones a long time behind it.
    let counts = |index: u64| match index {
        0..50 => [2.0, 9.0, 3.0, 0.0, 40.0][index as usize / 10],
        50..300 => 4.0,
        300..600 => 7.0,
        _ => 5.0,
    };
    let mut before = Vec::new();
    for index in 0..700 {
        let found = tints(&mut idle, index, counts(index));
        let expected = tints(&mut exact, index, counts(index));
        assert_eq!(found.len(), expected.len());
        for (k, (&(green, turn), &(exact_green, exact_turn))) in found.iter().zip(&expected).enumerate() {
            assert!(green.abs_diff(exact_green) <= 1, "frame {index}, {k}: {green}, {exact_green}");
            assert!((turn - exact_turn).abs() < 2e-6, "frame {index}, {k}: {turn}, {exact_turn}");
        }
        // Where nothing is left of the edit before.
        if [10, 300, 600].contains(&index) {
            for (now, before) in found.iter().zip(&before) {
                let (now, before): (&(u8, f32), &(u8, f32)) = (now, before);
                assert!(now.0.abs_diff(before.0) <= 1, "frame {index}: {now:?}, {before:?}");
            }
        }
        before = found;
    }
    let work = |engine: &Engine, when: &str| {
        let sweeps =
            engine.planned_work().into_iter().filter(|work| work.when == when && work.what != "signals");
        sweeps.map(|work| work.writes).collect::<Vec<_>>()
    };
    assert_eq!(work(&idle, "idle frame").len(), 1, "{:?}", work(&idle, "idle frame"));
    assert!(!work(&idle, "idle frame")[0].iter().any(|name| name == "tint of itself"));
    assert!(work(&idle, "frame")[0].iter().any(|name| name == "tint of itself"));
}

/// Patches whose rows change places in the first second: each change is an edit.
const MOVED: &[&str] = &["sorting"];

/// Every shipped patch with every value of its passes continued: without an edit not a bit differs, and an edit is seen by
/// nobody in the frame in which it is made.
#[test]
fn shipped_patches_continue() {
    let policies = [
        Policy::Spring { response: Flicks::from_millis(300), bounce: 0.0 },
        Policy::Slew { tau: Flicks::from_millis(300) },
    ];
    for (shipped, policy) in PATCHES.iter().flat_map(|shipped| policies.map(|policy| (shipped, policy))) {
        let program = shipped.program().unwrap();
        let name = shipped.name;
        let settings = EngineSettings { default_continuity: Some(policy), ..EngineSettings::default() };
        let mut with = Engine::fitted(program.clone(), 1.0, settings).unwrap();
        let mut without = Engine::for_program(program.clone()).unwrap();
        // Counts that change are edits: of those only the frames before the first one.
        let counted = |domain: &Domain| matches!(domain.live, Some(Live::Counted { .. }));
        let is_edited = program.data().domains.iter().any(counted) || MOVED.contains(&name);
        let frames: &[u64] = if is_edited { &[0, 1, 2] } else { &[0, 1, 2, 60, 61] };
        let last = frames[frames.len() - 1];
        for &index in frames {
            let (a, b) = (with.frame(index).unwrap(), without.frame(index).unwrap());
            for (a, b) in a.passes().zip(b.passes()) {
                let place = format!("{name}, frame {index}, {}", a.name);
                let order = |pass: &Pass<'_>| pass.elements().collect::<Vec<_>>();
                assert_eq!(order(&a), order(&b), "{place}: order");
                for k in a.elements() {
                    let numbers = |pass: &Pass<'_>| {
                        [
                            pass.x.get(k),
                            pass.y.get(k),
                            pass.width.get(k),
                            pass.height.get(k),
                            pass.rotation.get(k),
                        ]
                    };
                    assert_eq!(numbers(&a), numbers(&b), "{place}, element {k}");
                    let fill = |pass: &Pass<'_>| pass.fill.map(|fill| fill.get(k));
                    assert_eq!(fill(&a), fill(&b), "{place}, element {k}");
                }
            }
            assert_eq!(a.hash(), b.hash(), "{name}, frame {index}");
        }
        // A value that is on its way goes on to within rounding.
        let is_on_its_way = !program.data().continuities.is_empty();
        with.swap(program).unwrap();
        for index in [last, last + 1] {
            let (a, b) = (with.frame(index).unwrap(), without.frame(index).unwrap());
            if is_on_its_way {
                for (a, b) in a.passes().zip(b.passes()) {
                    for k in a.elements().chain(b.elements()) {
                        let (a, b) = ([a.x.get(k), a.y.get(k)], [b.x.get(k), b.y.get(k)]);
                        let is_near = a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
                        assert!(is_near, "{name}, frame {index}: {a:?} and {b:?}");
                    }
                }
            } else {
                assert_eq!(a.hash(), b.hash(), "{name}, frame {index}, swapped for itself");
            }
        }
    }
}

#[test]
fn columns_that_draws_show_stay_in_frames_that_write_none() {
    let patch = r#"
        list bands max 9 { y: float, hue: color } = [{ y: 0.25, hue: #c03020 }, { y: 0.75, hue: #20a040 }]
        event go
        on go { append bands { y: 0.5, hue: #3050c0 } }
        domain rows from bands { draw rect { position: (0.5, y), size: (0.9, y), color: hue } }
        domain sparks[born on every(100ms), count 1, lives 2s, max 40] {
            at birth height = fract(scalar(time) * 7)
            draw circle { position: (height, height), size: height, color: #fff }
        }"#;
    let compiled = crate::compile(patch, "columns.pav", &crate::NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    for policy in [
        Policy::Spring { response: Flicks::from_millis(300), bounce: 0.2 },
        Policy::Slew { tau: Flicks::from_millis(300) },
    ] {
        let settings = EngineSettings { default_continuity: Some(policy), ..EngineSettings::default() };
        let mut with = Engine::fitted(program.clone(), 1.0, settings).unwrap();
        let mut without = Engine::for_program(program.clone()).unwrap();
        for index in 0..60 {
            if index == 20 {
                with.send("go", ()).unwrap();
                without.send("go", ()).unwrap();
            }
            // Nothing of what is there moves, so nothing is continued.
            assert_eq!(
                with.frame(index).unwrap().hash(),
                without.frame(index).unwrap().hash(),
                "{policy:?}, frame {index}"
            );
        }
    }
}

#[test]
fn a_host_says_what_is_an_edit() {
    let b = Builder::new("nudge");
    let place = b.channel("place", Type::Float, &[0.25], ChannelKind::Hold);
    let dots = b.domain("dots", 1);
    let x = b.continued("x", dots, place, Unit::Scalar, Continuity::Slew(0.1));
    b.pass("dots", dots).position(b.vec2(x, 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let mut engine = Engine::for_program(finish(&b)).unwrap();
    let show = |engine: &mut Engine, index, place: f64| {
        engine.set("place", place).unwrap();
        f64::from(engine.frame(index).unwrap().passes().next().unwrap().x.get(0))
    };
    near(show(&mut engine, 0, 0.25), 0.25, "at first");
    near(show(&mut engine, 1, 0.5), 0.5, "that is motion");
    engine.nudge("dots").unwrap();
    near(show(&mut engine, 2, 0.75), 0.5, "that is an edit");
    near(show(&mut engine, 8, 0.75), 0.75 - 0.25 * (-1.0_f64).exp(), "a tenth of a second later");
    assert!(engine.nudge("dogs").unwrap_err().to_string().starts_with("there is no domain `dogs`"));
}
