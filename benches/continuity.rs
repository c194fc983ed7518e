//! `cargo bench --bench continuity`: what live elements and continued values cost, against the same golden spiral of 15 000
//! dots without them, in turn, frame by frame, on one thread.
//!
//! Prints minima, 5th percentiles and medians, and the ratio of the minima to the plain spiral. The ratios are the figures to
//! trust: all of them run in the same process on the same noisy machine.

use std::time::Instant;

use pavane::engine::{Engine, EngineSettings};
use pavane::language::{NoFiles, compile};

/// The golden spiral of the gallery, with four of its values continued by `policy`, if there is one.
fn engine(domain: &str, policy: &str) -> Engine {
    let patch = format!(
        "input shift: float = 0
         input n: float = 15000
         clip {{ duration: 12s }}
         phase = cycle(12s)
         domain dots[{domain}] {{
             angle = index * golden_angle + phase * 1turn
             wave = wave.sine(2.2 * sqrt(rank) - 2 * angle / 1turn - phase)
             place = (0.5 + shift, 0.5) + polar(0.455 * sqrt(rank), angle) {policy}
             side = mix(0.0022, 0.0108, wave) + 0.001 * shift {policy}
             turn = angle + shift * 1turn {policy}
             tint = oklch(mix(0.5, 0.83, wave), mix(0.11, 0.155, wave), rank + phase + shift) {policy}
             draw circle {{ position: place, size: side, rotation: turn, color: tint }}
         }}"
    );
    let compiled = compile(&patch, "spiral.pav", &NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    Engine::fitted(program, 1.0, EngineSettings::default()).expect("it fits what it needs")
}

/// One way to run the spiral: what the host does before a frame.
struct Way {
    name: &'static str,
    engine: Engine,
    before: fn(&mut Engine, u64),
    seconds: Vec<f64>,
}

fn count(engine: &mut Engine, index: u64, other: f64) {
    let n = if index.is_multiple_of(2) { 15_000.0 } else { other };
    engine.set("n", n).expect("the patch has `n`");
}

/// So slow that nothing goes away while it is measured.
const SLEW: &str = "~ slew(10000s)";
const SPRING: &str = "~ spring(10000s)";

fn way(name: &'static str, engine: Engine, before: fn(&mut Engine, u64)) -> Way {
    Way { name, engine, before, seconds: Vec::new() }
}

/// Frames without an edit. These are few, so that what is compared is not how much the caches hold.
fn idle() -> Vec<Way> {
    let nothing: fn(&mut Engine, u64) = |_, _| {};
    vec![
        way("plain", engine("15000", ""), nothing),
        way("slew, nothing decays", engine("15000", SLEW), nothing),
        way("spring, nothing decays", engine("15000", SPRING), nothing),
    ]
}

fn edited() -> Vec<Way> {
    let mut decaying = engine("15000", SLEW);
    decaying.frame(0).expect("a frame");
    decaying.set("shift", 0.1).expect("the patch has `shift`");
    decaying.nudge("dots").expect("the patch has `dots`");
    let nothing: fn(&mut Engine, u64) = |_, _| {};
    let live = "n max 15000";
    vec![
        way("plain", engine("15000", ""), nothing),
        way("slew, everything decays", decaying, nothing),
        way("counted", engine(live, ""), nothing),
        way("counted, one comes or goes", engine(live, ""), |e, index| count(e, index, 14_999.0)),
        way("counted and slew, one comes or goes", engine(live, SLEW), |e, index| count(e, index, 14_999.0)),
        way("counted and slew, half comes or goes", engine(live, SLEW), |e, index| count(e, index, 7_500.0)),
    ]
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let frames = if std::env::args().any(|arg| arg == "--test") { 10 } else { 1_500 };
    for ways in [idle(), edited()] {
        compare(ways, frames);
    }
}

fn compare(mut ways: Vec<Way>, frames: u64) {
    for index in 1..=frames {
        // Who goes first finds what the others left in the caches, so they take turns at that too.
        let first = index as usize % ways.len();
        ways.rotate_left(first);
        for way in &mut ways {
            (way.before)(&mut way.engine, index);
            let start = Instant::now();
            way.engine.frame(index).expect("frames go on");
            way.seconds.push(start.elapsed().as_secs_f64());
        }
        ways.rotate_right(first);
    }
    for way in &mut ways {
        way.seconds.sort_by(f64::total_cmp);
    }
    let plain = ways[0].seconds[0];
    println!("{:<37} {:>8} {:>8} {:>9} {:>6}", "", "min us", "p5 us", "median us", "ratio");
    for Way { name, seconds, .. } in &ways {
        let at = |percent: usize| seconds[seconds.len() * percent / 100] * 1e6;
        let (min, ratio) = (seconds[0], seconds[0] / plain);
        println!("{name:<37} {:>8.1} {:>8.1} {:>9.1} {ratio:>6.3}", min * 1e6, at(5), at(50));
    }
}
