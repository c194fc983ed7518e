//! Time in lanes: after a hundred days fields are as exact as in the first second, whatever they do with it.

use std::f64::consts::TAU;

use super::{LEVELS, bits, finish, lanes, of, settings};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::Frame;
use crate::math::{arith, noise};
use crate::program::{Builder, DomainRef, Op, Program, Type, Value};
use crate::time::FrameRate;

const COUNT: u32 = 700;
/// The start, a day and a hundred days at 60 frames per second.
const FRAMES: [u64; 3] = [0, 5_184_000, 518_400_000];

type Make = for<'b> fn(&'b Builder, DomainRef) -> Value<'b>;
/// Of time, an element's index and its random number.
type Model = fn(f64, f64, f64) -> f64;

fn index(b: &Builder, d: DomainRef) -> Value<'_> {
    b.index(d).to_float()
}

/// What fields do with time, in f64, and how far an f32 may be off. (Noise and waves: what they are off by everywhere.)
const FIELDS: &[(&str, Make, Model, f64)] = &[
    (
        "fract of a sum with the index",
        |b, d| (b.time() / 4.0 + index(b, d) * 0.25).fract(),
        |t, i, _| fract(t / 4.0 + i * 0.25),
        6e-8,
    ),
    (
        "fract of an uneven multiple of the index",
        |b, d| (b.time() * 0.37 - index(b, d) * 0.1).fract(),
        |t, i, _| fract(t * 0.37 - i * 0.1),
        6e-8,
    ),
    (
        "fract of a sum of sums",
        |b, d| ((b.time() + b.random(d, 3)) * 1.5 - b.time() * 0.25 + index(b, d)).fract(),
        |t, i, r| fract((t + r) * 1.5 - t * 0.25 + i),
        6e-8,
    ),
    (
        "fract of a speed per element",
        |b, d| (b.time() * b.random(d, 3)).fract(),
        |t, _, r| fract(t * r),
        6e-8,
    ),
    (
        "a remainder",
        |b, d| (b.time() + index(b, d) * 0.3).op(Op::Mod, &[2.5.into()]),
        |t, i, _| arith::modulo(t + i * 0.3, 2.5),
        1.3e-7,
    ),
    (
        "wrapped",
        |b, d| (b.time() * -0.7 + b.random(d, 3)).op(Op::Wrap, &[(-1.0).into(), 2.0.into()]),
        |t, _, r| arith::wrap(t * -0.7 + r, -1.0, 2.0),
        1.3e-7,
    ),
    (
        "a sine of radians",
        |b, d| (b.time() * 2.0 + index(b, d)).op(Op::Sin, &[]),
        |t, i, _| libm::sin(t * 2.0 + i),
        // What a radian is in turns is known to 1e-17 of it, of 2e7 of them.
        1e-6,
    ),
    (
        "a cosine of turns",
        |b, d| (b.time() * 0.1 + b.random(d, 3)).op(Op::CosTurns, &[]),
        |t, _, r| libm::cos(fract(t * 0.1 + r) * TAU),
        3e-7,
    ),
    (
        "a triangle",
        |b, d| (b.time() * 3.0 + b.random(d, 3)).op(Op::WaveTriangle, &[]),
        |t, _, r| {
            2.0 * {
                let x = t * 3.0 + r;
                (x - libm::rint(x)).abs()
            }
        },
        1.2e-7,
    ),
    (
        "a sine wave",
        |b, d| (b.time() * 3.0 + b.random(d, 3)).op(Op::WaveSine, &[]),
        |t, _, r| 0.5 - 0.5 * libm::cos(fract(t * 3.0 + r) * TAU),
        3e-7,
    ),
    (
        "how long ago",
        |b, d| (b.time() - index(b, d) * 0.1) - (b.time() - 30.0),
        |_, i, _| 30.0 - i * 0.1,
        0.0,
    ),
    (
        "a time of one's own, eased",
        |b, d| {
            let age = b.time() - (b.time() / 5.0).op(Op::Floor, &[]) * 5.0 - index(b, d) * 0.005;
            age.clamp(0.0, 1.0).op(Op::InOutCubic, &[])
        },
        |t, i, _| {
            crate::math::easing::in_out_cubic((t - libm::floor(t / 5.0) * 5.0 - i * 0.005).clamp(0.0, 1.0))
        },
        3e-7,
    ),
    (
        "a step of whole numbers",
        |b, d| (b.time() * 2.0 + b.random(d, 3)).op(Op::Floor, &[]) - (b.time() * 2.0).op(Op::Floor, &[]),
        |t, _, r| libm::floor(t * 2.0 + r) - libm::floor(t * 2.0),
        0.0,
    ),
    (
        "an int",
        |b, d| {
            let beat = (b.time() * 0.5 + index(b, d) * 0.01).to_int();
            beat.op(Op::Mod, &[b.int(7).into()]).to_float()
        },
        |t, i, _| arith::modulo(libm::floor(t * 0.5 + i * 0.01), 7.0),
        0.0,
    ),
    (
        "value noise",
        |b, d| b.noise(Op::ValueNoise, b.time() * 0.3 + b.random(d, 3) * 9.0, 5),
        |t, _, r| noise::value1(t * 0.3 + r * 9.0, 5),
        1e-6,
    ),
    (
        "gradient noise over uniform time",
        |b, d| b.noise(Op::GradientNoise, b.vec3(b.random(d, 3), 0.25, b.time() * 0.2), 5),
        |t, _, r| noise::gradient3(r, 0.25, t * 0.2, 5),
        1e-6,
    ),
    (
        "octaves of noise",
        |b, d| b.fractal(Op::FractalGradient, b.vec2(b.random(d, 3) - b.time(), b.time() * 0.2), 5, 4),
        |t, _, r| noise::fractal_gradient2(r - t, t * 0.2, 5, 4, 2.0, 0.5),
        1e-6,
    ),
    (
        "a hue",
        |b, d| b.hsv(b.time() * 0.1 + index(b, d) * 0.01, 1.0, 1.0).x(),
        |t, i, _| crate::math::color::hsv_to_rgb(t * 0.1 + i * 0.01, 1.0, 1.0)[0],
        1e-6,
    ),
    (
        "before a time",
        |b, d| (b.time() + index(b, d) * 0.01).lt(b.time() + 3.505).bool_to_float(),
        |_, i, _| f64::from(u8::from(i < 350.5)),
        0.0,
    ),
    (
        "of a choice",
        |b, d| b.random(d, 3).lt(0.5).select(b.time(), b.time() * 2.0).fract(),
        |t, _, r| if r < 0.5 { fract(t) } else { fract(2.0 * t) },
        6e-8,
    ),
];

fn fract(x: f64) -> f64 {
    x - libm::floor(x)
}

fn fields() -> Program {
    let b = Builder::new("endless");
    let d = b.domain("d", COUNT);
    for (name, make, ..) in FIELDS {
        b.field(d, name, make(&b, d));
    }
    b.field(d, "random", b.random(d, 3));
    finish(&b)
}

/// The fraction of a phase just below 1 is as good as one just above 0.
fn apart(name: &str, found: f64, expected: f64) -> f64 {
    let apart = (found - expected).abs();
    if name.starts_with("fract") { apart.min((apart - 1.0).abs()) } else { apart }
}

#[test]
fn fields_of_time_are_exact_after_a_hundred_days() {
    let mut engine = of(&fields());
    for first in FRAMES {
        let mut before: Vec<Vec<f64>> = Vec::new();
        for frame in first..first + 3 {
            let frame = engine.frame(frame).expect("a frame");
            let t = frame.time().as_secs_f64();
            let random = lanes(&frame, "random", 0);
            let mut now = Vec::new();
            for (k, (name, _, model, tolerance)) in FIELDS.iter().enumerate() {
                let found = lanes(&frame, &format!("d.{name}"), 0);
                for (i, &found) in found.iter().enumerate() {
                    let (at, before_at) = (|t: f64| model(t, i as f64, random[i]), t - 1.0 / 60.0);
                    // What the last place of the result is, and what f64 seconds are off by.
                    let off = tolerance + at(t).abs() * 6e-8 + 4.0 * t * f64::EPSILON;
                    let error = apart(name, found, at(t));
                    assert!(error <= off, "{name} of {i} at {t} s: {found}, not {} ({error:e})", at(t));
                    // Smooth: what moves from one frame to the next is what should.
                    if let Some(before) = before.get(k) {
                        let moved = apart(name, found - before[i], at(t) - at(before_at));
                        assert!(
                            moved <= 2.0 * off + 1e-7,
                            "{name} of {i} at {t} s moved by {moved:e} too much"
                        );
                    }
                }
                now.push(found);
            }
            before = now;
        }
    }
}

#[test]
fn exact_fields_have_the_same_bits_at_every_level_and_thread_count() {
    let program = fields();
    let frames = |level, threads| {
        let settings = EngineSettings { level, threads, ..settings(&program, Demand::Everything) };
        let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
        FRAMES.map(|frame| bits(&engine.frame(frame).expect("a frame")))
    };
    let expected = frames(LEVELS[0], 1);
    for level in LEVELS {
        for threads in [1, 2, 4] {
            assert!(frames(level, threads) == expected, "{level:?}, {threads} threads");
        }
    }
}

/// What is small whatever the time is, or bounded from the start, needs no f64.
#[test]
fn what_loses_nothing_stays_an_operation_on_f32() {
    let check = |name: &str, make: Make, is_wide: bool| {
        let b = Builder::new("plan");
        let d = b.domain("d", 8);
        b.field(d, "x", make(&b, d));
        let work = of(&finish(&b)).planned_work();
        let found = work.iter().flat_map(|work| &work.instructions).any(|i| i.starts_with("wide"));
        assert_eq!(found, is_wide, "{name}: {work:?}");
    };
    check("a delayed ease", |b, d| (b.time() + 0.25 - b.rank(d) * 0.8).op(Op::OutCubic, &[]), false);
    check("a phase and an index", |b, d| (b.phase(4.0) + index(b, d) * 0.1).fract(), false);
    check("a product", |b, d| b.time() * b.rank(d), false);
    check("a limited time", |b, d| (b.time().min(3.0) + b.rank(d)).fract(), false);
    check("an angle that is affine", |b, d| b.affine_turns(d, 0.1, b.time()), false);
    check("the sine of a signal", |b, d| b.time().op(Op::Sin, &[]) + b.rank(d), false);
    check("a fraction", |b, d| (b.time() + b.rank(d)).fract(), true);
    check("a delay by the index", |b, d| (b.time() - index(b, d) * 0.1).clamp(0.0, 1.0), true);
    check("a count of frames", |b, d| (b.frame() * 0.01 + b.rank(d)).fract(), true);
    check("a signal that adds up", |b, d| (b.integrate("k", b.float(2.0)) + b.rank(d)).fract(), true);
}

/// The case of a patch: dots that run across in 4 s, their place worked out per element from the plain time.
#[test]
fn dots_run_as_smoothly_after_a_hundred_days() {
    let source = "clip { duration: 10s, rate: 60, size: (400, 100) }\nbackground = #000\n\
                  domain k[3] {\n    place = fract(scalar(time) / 4 + index * 0.25)\n    \
                  draw circle { position: (4 * place - 1.5, 0.5), size: 0.2, color: #fff }\n}\n";
    let compiled = crate::language::compile(source, "dots.pav", &crate::language::NoFiles);
    let program = compiled.program.expect("it compiles");
    let mut engine = of(&program);
    let place = |frame: &Frame<'_>| lanes(frame, "k.place", 0);
    for first in FRAMES {
        let mut before = place(&engine.frame(first).expect("a frame"));
        for frame in first + 1..first + 240 {
            let now = place(&engine.frame(frame).expect("a frame"));
            for (k, (now, before)) in now.iter().zip(&before).enumerate() {
                // A 240th of the way per frame, also over the end.
                let step = fract(now - before);
                assert!((step - 1.0 / 240.0).abs() < 1.2e-7, "dot {k}, frame {frame}: {step}");
            }
            before = now;
        }
    }
}

fn at_rate(program: &Program, rate: u32) -> Engine {
    let settings =
        EngineSettings { frame_rate: FrameRate::new(rate, 1), ..settings(program, Demand::Everything) };
    Engine::with_settings(program.clone(), settings).expect("it fits")
}

#[test]
fn integrals_per_element_do_not_drift() {
    let b = Builder::new("drift");
    let d = b.domain("d", 5);
    let rate = b.random(d, 3) + 0.3;
    b.field(d, "rate", rate);
    b.field(d, "sum", b.integrate("sum", rate));
    b.field(d, "phase", b.phasor("phase", rate));
    b.field(d, "born", b.sample_and_hold("born", b.time() + b.rank(d), b.bool(false)));
    // A loop of one's own that adds up is the same thing.
    let own = b.cell("own", Type::Float, 0.5, Some(d));
    own.next(own.get() - rate * b.dt());
    b.field(d, "own", own.get());
    let program = finish(&b);
    for rate in [24, 144] {
        let mut engine = at_rate(&program, rate);
        let hour = u64::from(rate) * 3600;
        for frame in 0..hour {
            engine.frame(frame).expect("a frame");
        }
        let frame = engine.frame(hour).expect("a frame");
        let all = |name: &str| lanes(&frame, name, 0);
        for (k, rate_of) in all("rate").into_iter().enumerate() {
            let expected = rate_of * 3600.0;
            let sum = all("sum")[k];
            assert!((sum / expected - 1.0).abs() < 1e-7, "{rate} fps: {sum}, not {expected}");
            let off = all("phase")[k] - fract(expected);
            assert!((off - libm::rint(off)).abs() < 1e-7, "{rate} fps: a phase off by {off}");
            let own = all("own")[k];
            let expected = 0.5 - rate_of * (3600.0 - 1.0 / f64::from(rate));
            assert!((own / expected - 1.0).abs() < 1e-7, "{rate} fps: {own}, not {expected}");
        }
    }
}

/// A time that an element remembers is as exact as the time is.
#[test]
fn ages_are_exact_after_a_hundred_days() {
    let b = Builder::new("ages");
    let d = b.domain("d", 5);
    let born = b.sample_and_hold("born", b.time() + b.rank(d), b.bool(false));
    b.field(d, "age", b.time() + 5.0 - born);
    let mut engine = of(&finish(&b));
    for frame in FRAMES[2]..FRAMES[2] + 100 {
        let frame = engine.frame(frame).expect("a frame");
        let since = (frame.index() - FRAMES[2]) as f64 / 60.0;
        for (k, age) in lanes(&frame, "age", 0).into_iter().enumerate() {
            let expected = since + 5.0 - (k as f64 + 0.5) / 5.0;
            assert!((age - expected).abs() < 3e-7, "{k}: {age}, not {expected}");
        }
    }
}

/// What is held in two rows is carried as one: played, sought, or taken back, the bits are the same.
#[test]
fn sums_in_two_rows_are_sought_as_they_are_played() {
    let b = Builder::new("seek");
    let d = b.domain("d", 5);
    b.field(d, "sum", b.integrate("sum", b.random(d, 3) + b.time()));
    b.field(d, "phase", b.phasor("phase", b.random(d, 3)));
    let program = finish(&b);
    let mut played = of(&program);
    let frames: Vec<Vec<u64>> = (0..50).map(|k| bits(&played.frame(k).expect("a frame"))).collect();
    let mut engine = of(&program);
    for k in [30, 12, 49, 49, 3] {
        assert!(bits(&engine.seek(k).expect("a frame")) == frames[k as usize], "{k}");
        let again = engine.redraw().expect("a frame").map(|frame| bits(&frame));
        assert!(again.as_ref() == Some(&frames[k as usize]), "{k} once more");
        engine.swap(program.clone()).expect("it fits");
        let swapped = engine.last_frame().map(|frame| bits(&frame));
        assert!(swapped.as_ref() == Some(&frames[k as usize]), "{k} after a swap");
    }
}

/// An element may keep a number that all elements share and that grows, such as the time of the last frame.
#[test]
fn what_elements_share_is_kept_by_each() {
    let b = Builder::new("shared");
    let d = b.domain("d", 5);
    let last = b.cell("last", Type::Float, 0.0, Some(d));
    last.next(b.time());
    b.field(d, "passed", (b.time() - last.get()) * b.rank(d));
    let mut engine = of(&finish(&b));
    for index in 0..200 {
        let frame = engine.frame(index).expect("a frame");
        let step = if index == 0 { 0.0 } else { 1.0 / 60.0 };
        for (k, passed) in lanes(&frame, "passed", 0).into_iter().enumerate() {
            let expected = step * (k as f64 + 0.5) / 5.0;
            assert!((passed - expected).abs() < 1e-6, "{k} in frame {index}: {passed}, not {expected}");
        }
    }
}
