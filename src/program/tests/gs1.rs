//! GS1, the patch that ships, against an evaluation of its own in f64, written from the table of the workload and not
//! from the patch; and against the program made by hand.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../../benches/limit/built.rs"]
mod built;
#[path = "../../../benches/limit/patch.rs"]
mod patch;

use std::f64::consts::TAU;

use pavane::engine::Engine;
use pavane::program::Program;

/// x, y, size and the colour as 0 to 255.
struct Dot {
    x: f64,
    y: f64,
    size: f64,
    rgba: [f64; 4],
}

/// Element `i` of `n` in frame `frame` of 60 per second.
fn dot(i: u32, n: u32, frame: u32) -> Dot {
    let t = f64::from(frame) / 60.0;
    let id = f64::from(i);
    let u = (id + 0.5) / f64::from(n);
    let golden = i.wrapping_mul(0x9E37_79B9).wrapping_add(frame.wrapping_mul(0x0123_4567));
    let angle = f64::from(golden.cast_signed()) / 4_294_967_296.0 * TAU + u * (12.0 + t);
    let noise = noise(id * 0.37 + 1.7 * t);
    let radius = (noise * 0.15 + u.sqrt()) * 480.0;
    let left = 1.0 - (0.25 + t - u * 0.8).clamp(0.0, 1.0);
    let eased = 1.0 - left * left * left;
    let [r, g, b] = hsv(u * 0.7 + 0.1 * t, 0.8, noise * 0.4 + 0.6);
    Dot {
        x: 960.0 + libm::cos(angle) * radius,
        y: 540.0 + libm::sin(angle) * radius,
        size: eased * 6.0 + 1.0,
        rgba: [r, g, b, eased].map(|c| c * 255.0),
    }
}

fn noise(p: f64) -> f64 {
    let cell = p.floor();
    let f = p - cell;
    let corner = |i: u32| {
        let i = (i ^ i >> 16).wrapping_mul(0x7feb_352d);
        let i = (i ^ i >> 15).wrapping_mul(0x846c_a68b);
        f64::from((i ^ i >> 16) >> 8) / 16_777_216.0
    };
    let (a, b) = (corner(cell as u32), corner(cell as u32 + 1));
    a + (b - a) * f * f * (3.0 - 2.0 * f)
}

fn hsv(hue: f64, saturation: f64, value: f64) -> [f64; 3] {
    // Each component is a trapezoid over the colour circle, a third of a turn apart.
    [0.0, 4.0, 2.0].map(|shift| {
        let place = (hue * 6.0 + shift) - ((hue * 6.0 + shift) / 6.0).floor() * 6.0;
        let share = ((place - 3.0).abs() - 1.0).clamp(0.0, 1.0);
        value * (1.0 - saturation + saturation * share)
    })
}

fn engine(program: Program) -> Engine {
    Engine::for_program(program).unwrap()
}

/// The largest errors of position in pixels, of size in pixels, and of colour in steps of 255.
fn errors(n: u32, frames: &[u32]) -> [f64; 3] {
    let mut engine = engine(patch::gs1(n));
    let mut worst = [0.0_f64; 3];
    for &frame in frames {
        let seen = engine.frame(u64::from(frame)).unwrap();
        let pass = seen.passes().next().unwrap();
        assert_eq!((pass.count, pass.order), (n as usize, None), "all elements, as they are numbered");
        let colors = pass.fill.unwrap();
        let mut here = [0.0_f64; 3];
        for i in 0..n {
            let expected = dot(i, n, frame);
            let k = i as usize;
            let (dx, dy) = (f64::from(pass.x.get(k)) - expected.x, f64::from(pass.y.get(k)) - expected.y);
            here[0] = here[0].max((dx * dx + dy * dy).sqrt());
            here[1] = here[1].max((f64::from(pass.width.get(k)) - expected.size).abs());
            let steps = colors.get(k).to_array().into_iter().zip(expected.rgba);
            here[2] = steps.map(|(c, e)| (f64::from(c) - e.round()).abs()).fold(here[2], f64::max);
        }
        println!(
            "{n} elements, frame {frame}: position {:.2e} px, size {:.2e} px, colour {} steps",
            here[0], here[1], here[2]
        );
        worst = [0, 1, 2].map(|k| worst[k].max(here[k]));
    }
    worst
}

#[test]
fn values_are_those_of_the_workload() {
    let [position, size, color] = errors(15_000, &[0, 60, 600, 3600]);
    assert!(position < 1e-3, "position is off by {position} px");
    assert!(size < 1e-5, "size is off by {size} px");
    assert!(color <= 1.0, "a colour is off by {color} steps");
}

#[test]
fn every_count_has_its_own_spiral() {
    for n in [1, 2, 7, 1000, 40_000] {
        let [position, size, color] = errors(n, &[1, 61]);
        assert!(position < 2e-3 && size < 1e-5 && color <= 1.0, "{n}: {position} {size} {color}");
    }
}

#[test]
fn the_patch_gives_the_bits_of_the_program_made_by_hand() {
    for n in [1, 1234, 15_000] {
        let (mut compiled, mut built) = (engine(patch::gs1(n)), engine(built::gs1(n)));
        for frame in [0, 1, 90, 3600, 1_000_000] {
            let hash = compiled.frame(frame).unwrap().hash();
            assert_eq!(hash, built.frame(frame).unwrap().hash(), "{n} elements, frame {frame}");
        }
    }
}
