//! `cargo bench --bench seek`: a seek a second back, from snapshot and replay, beside playing as many frames, on one thread.
//!
//! Prints 5th percentiles in milliseconds and their ratio, for 15 000 elements with state, delays and continued values; and what
//! snapshots cost frames that only play.

use std::time::Instant;

use pavane::engine::{Engine, EngineSettings, Snapshots};
use pavane::language::{NoFiles, compile};

const PATCH: &str = "
input shift: float = 0
clip { duration: 12s }
domain dots[15000] {
    state walk = (0, 0)
    next walk = walk * 0.98 + (random(1) - 0.5, random(2) - 0.5) * 0.01
    late = delay(walk.x, 8)
    angle = index * golden_angle + cycle(12s) * 1turn
    place = (0.5 + shift, 0.5) + polar(0.45 * sqrt(rank), angle) + walk      ~ spring(500ms)
    tint = oklch(0.7, 0.13, rank + late)                                    ~ crossfade(300ms)
    draw circle { position: place, size: 0.004 + 0.02 * lag(abs(walk.y), 200ms), color: tint }
}";

fn engine(snapshots: Snapshots) -> Engine {
    let compiled = compile(PATCH, "dots.pav", &NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let settings = EngineSettings { snapshots: Some(snapshots), ..EngineSettings::default() };
    Engine::fitted(program, 1.0, settings).expect("it fits what it needs")
}

/// The 5th percentile, in milliseconds.
fn p5(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 20] * 1e3
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let rounds = if std::env::args().any(|arg| arg == "--test") { 2 } else { 60 };
    let every = Snapshots::PLAYING.every;
    let [mut plain, mut sought] = [Snapshots::NONE, Snapshots::PLAYING].map(engine);
    for index in 0..=600 {
        plain.frame(index).expect("frames go on");
        sought.frame(index).expect("frames go on");
    }
    let (mut played, mut back, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let end = 600 + round * u64::from(every);
        played.push(timed(|| {
            for index in end - u64::from(every) + 1..=end {
                plain.frame(index).expect("frames go on");
            }
        }));
        kept.push(timed(|| {
            for index in end - u64::from(every) + 1..=end {
                sought.frame(index).expect("frames go on");
            }
        }));
        // As far from its snapshot as a frame can be.
        back.push(timed(|| {
            sought.seek(end - 60).expect("it was played");
        }));
        sought.seek(end).expect("it was played");
        let hashes = [&mut plain, &mut sought].map(|engine| engine.last_frame().expect("a frame").hash());
        assert_eq!(hashes[0], hashes[1], "a seek is as playing");
    }
    let [played, kept, back] = [played, kept, back].map(p5);
    println!("play {every} frames                     {played:>8.3} ms");
    println!("the same, with one snapshot        {kept:>8.3} ms  {:>6.3}", kept / played);
    println!("seek 60 frames back, {every} of them again {back:>6.3} ms  {:>6.3}", back / played);
}
