//! `cargo bench --bench ratio`: GS1 through the engine against the hand-written loop, in turn, frame by frame.
//!
//! Prints medians and minima of both and their ratio, for every vector level this CPU has, and for fewer and more
//! elements, all on one thread (`pavane bench --threads` has the others). The ratio is the figure to trust: both run in
//! the same process on the same noisy machine.

#[path = "../examples/generate_assets/gs1.rs"]
#[allow(dead_code, reason = "the benchmark takes the form with a number of elements")]
mod gs1;
mod limit;

use std::time::Instant;

use fearless_simd::Level;
use pavane::engine::{Demand, Engine, EngineSettings, SimdLevel};
use pavane::program::Builder;

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

fn engine(elements: u32, level: SimdLevel) -> Engine {
    let builder = Builder::new("gs1");
    gs1::gs1_of(&builder, elements);
    let program = builder.finish().expect("GS1 is a good program");
    let capacity = Engine::needs(&program, Demand::Drawn);
    let settings = EngineSettings { capacity, level, ..EngineSettings::default() };
    Engine::with_settings(program, settings).expect("it fits what it needs")
}

/// Minimum and median in microseconds.
fn summary(mut seconds: Vec<f64>) -> (f64, f64) {
    seconds.sort_by(f64::total_cmp);
    (seconds[0] * 1e6, seconds[seconds.len() / 2] * 1e6)
}

fn row(name: &str, elements: u32, level: SimdLevel, loop_level: Level) {
    let frames = (60_000_000 / u64::from(elements)).clamp(40, 3_000);
    let mut engine = engine(elements, level);
    let mut limit = limit::Gs1::new(elements as usize);
    let (mut engine_seconds, mut limit_seconds) = (Vec::new(), Vec::new());
    for index in 0..frames {
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
    if short {
        return;
    }
    let native = Level::new();
    for elements in [1_000, 150_000, 1_500_000] {
        row("native", elements, SimdLevel::Native, native);
    }
}
