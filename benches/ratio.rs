//! `cargo bench --bench ratio`: GS1 through the engine against the hand-written loop, in turn, frame by frame.
//!
//! Prints medians and minima of both and their ratio, for every vector level this CPU has, and for fewer and more
//! elements, all on one thread (`pavane bench --threads` has the others). The ratio is the figure to trust: both run in
//! the same process on the same noisy machine.
//!
//! Then the patch as it compiles against the program that was made with the builder by hand: what a patch costs.

#[path = "limit/built.rs"]
mod built;
mod limit;
#[path = "limit/patch.rs"]
mod patch;

use std::time::Instant;

use fearless_simd::Level;
use pavane::engine::{Engine, EngineSettings, SimdLevel};
use pavane::program::Program;

/// Levels by name: as the engine is told, and as the loop is.
fn levels() -> Vec<(&'static str, SimdLevel, Level)> {
    let native = Level::new();
    let mut levels = vec![("native", SimdLevel::Native, native)];
    #[cfg(target_arch = "x86_64")]
    {
        levels.extend(native.as_avx512().map(|token| ("AVX-512", SimdLevel::Avx512, Level::Avx512(token))));
        levels.extend(native.as_avx2().map(|token| ("AVX2", SimdLevel::Avx2, Level::Avx2(token))));
    }
    levels.push(("baseline", SimdLevel::Baseline, Level::baseline()));
    levels
}

fn engine(program: Program, level: SimdLevel) -> Engine {
    let settings = EngineSettings { level, ..EngineSettings::default() };
    Engine::fitted(program, 1.0, settings).expect("it fits what it needs")
}

/// Minimum and median in microseconds.
fn summary(mut seconds: Vec<f64>) -> (f64, f64) {
    seconds.sort_by(f64::total_cmp);
    (seconds[0] * 1e6, seconds[seconds.len() / 2] * 1e6)
}

fn frames(elements: u32) -> u64 {
    (60_000_000 / u64::from(elements)).clamp(40, 3_000)
}

fn row(name: &str, elements: u32, level: SimdLevel, loop_level: Level) {
    let mut engine = engine(patch::gs1(elements), level);
    let mut limit = limit::Gs1::new(elements as usize);
    let (mut engine_seconds, mut limit_seconds) = (Vec::new(), Vec::new());
    for index in 0..frames(elements) {
        let start = Instant::now();
        engine.frame(index).expect("frames go on");
        engine_seconds.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        limit.frame(loop_level, index);
        limit_seconds.push(start.elapsed().as_secs_f64());
    }
    let frame = engine.last_frame().expect("frames were run");
    let pass = frame.passes().next().expect("GS1 has a pass");
    let same = (0..elements as usize).all(|k| {
        let fill = pass.fill.map(|fill| fill.get(k).0);
        pass.x.get(k) == limit.x[k] && pass.y.get(k) == limit.y[k] && fill == Some(limit.rgba8[k])
    });
    assert!(same, "the engine and the loop must give the same bits");
    let (engine_min, engine_median) = summary(engine_seconds);
    let (limit_min, limit_median) = summary(limit_seconds);
    println!(
        "{name:<9} {elements:>9} {engine_median:>11.2} {limit_median:>11.2} {:>6.3} {:>10.3} {:>10.3}",
        engine_median / limit_median,
        engine_min / limit_min,
        engine_median * 1e3 / f64::from(elements),
    );
}

/// The compiled patch against the program made by hand, frame by frame in turn.
fn against_built(elements: u32) {
    let level = SimdLevel::Native;
    let (mut compiled, mut built) =
        (engine(patch::gs1(elements), level), engine(built::gs1(elements), level));
    let (mut compiled_seconds, mut built_seconds) = (Vec::new(), Vec::new());
    for index in 0..frames(elements) {
        // Who goes first finds what the other left in the caches, so they take turns at that too.
        let timed = |engine: &mut Engine, seconds: &mut Vec<f64>| {
            let start = Instant::now();
            engine.frame(index).expect("frames go on");
            seconds.push(start.elapsed().as_secs_f64());
        };
        if index % 2 == 0 {
            timed(&mut compiled, &mut compiled_seconds);
            timed(&mut built, &mut built_seconds);
        } else {
            timed(&mut built, &mut built_seconds);
            timed(&mut compiled, &mut compiled_seconds);
        }
    }
    let hash = |engine: &mut Engine| engine.last_frame().expect("frames were run").hash();
    assert_eq!(
        hash(&mut compiled),
        hash(&mut built),
        "the patch and the program made by hand must give the same bits"
    );
    let (compiled_min, compiled_median) = summary(compiled_seconds);
    let (built_min, built_median) = summary(built_seconds);
    println!(
        "{:<9} {elements:>9} {compiled_median:>11.2} {built_median:>11.2} {:>6.3} {:>10.3}",
        "native",
        compiled_median / built_median,
        compiled_min / built_min,
    );
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let short = std::env::args().any(|arg| arg == "--test");
    println!(
        "{:<9} {:>9} {:>11} {:>11} {:>6} {:>10} {:>10}",
        "level", "elements", "engine us", "loop us", "ratio", "of minima", "ns/element"
    );
    for (name, level, loop_level) in levels() {
        row(name, if short { 1_000 } else { 15_000 }, level, loop_level);
    }
    let native = Level::new();
    let more: &[u32] = if short { &[] } else { &[1_000, 150_000, 1_500_000] };
    for &elements in more {
        row("native", elements, SimdLevel::Native, native);
    }
    println!(
        "\n{:<9} {:>9} {:>11} {:>11} {:>6} {:>10}",
        "level", "elements", "patch us", "by hand us", "ratio", "of minima"
    );
    let counts: &[u32] = if short { &[1_000] } else { &[1_000, 15_000, 150_000] };
    for &elements in counts {
        against_built(elements);
    }
}
