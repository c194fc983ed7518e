//! `cargo bench --bench ratio`: GS1 through the engine against the hand-written loop, in turn, frame by frame.
//!
//! Prints both in microseconds and their ratio, for every vector level this CPU has, and for fewer and more elements, all on
//! one thread (`pavane bench --threads` has the others); with `-- --keep` the ratios are added to `benches/figures.json`. The ratio is the figure to trust: both run in the same process on
//! the same noisy machine. It is worked out window by window, a few frames of each, and printed as minimum, 5th percentile and
//! median of the windows. A neighbour on the same core slows both down, but not alike; so before and behind each window it is
//! measured how fast this core stores, and windows where that is below its best by a fifth are thrown away. How many are left
//! is the last column: where that is few, run it again.
//!
//! Then the patch as it compiles against the program that was made with the builder by hand: what a patch costs.

#[path = "limit/built.rs"]
mod built;
mod figures;
mod limit;
#[path = "limit/patch.rs"]
mod patch;

use std::time::Instant;

use fearless_simd::Level;
use figures::Row;
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

fn frames(elements: u32) -> u64 {
    (60_000_000 / u64::from(elements)).clamp(40, 3_000)
}

/// Frames of each side in a window, at least.
const WINDOW: u64 = 8;
/// Seconds of a window, about, so that it is long beside the clock.
const WINDOW_SECONDS: f64 = 200e-6;
/// How much slower than at best this core may store, where no neighbour is at work on it.
const DISTURBED: f64 = 1.2;

/// How fast this core stores: 256 KiB, which stay in its second cache.
struct Probe(Vec<u64>);

impl Probe {
    fn new() -> Self {
        Self(vec![0; 32 * 1024])
    }

    fn seconds(&mut self) -> f64 {
        let start = Instant::now();
        for value in 0..4 {
            self.0.fill(std::hint::black_box(value));
            std::hint::black_box(&mut self.0);
        }
        start.elapsed().as_secs_f64()
    }
}

/// Seconds of a frame on either side, and of the worse probe.
struct Window {
    seconds: [f64; 2],
    probe: f64,
}

/// Two ways to the same frame, window by window and in turn; prints a row of figures.
struct Sides<'a> {
    name: &'a str,
    elements: u32,
    windows: Vec<Window>,
}

impl<'a> Sides<'a> {
    fn measure(name: &'a str, elements: u32, mut frame: impl FnMut(usize, u64)) -> Self {
        let mut probe = Probe::new();
        let mut windows = Vec::new();
        let (count, mut index) = (frames(elements), 0);
        let mut length = WINDOW;
        while index < count {
            let before = probe.seconds();
            let mut seconds = [0.0; 2];
            for k in 0..length {
                // Who goes first finds what the other left in the caches, so they take turns at that too.
                let first = (k % 2) as usize;
                for side in [first, 1 - first] {
                    let start = Instant::now();
                    frame(side, index + k);
                    seconds[side] += start.elapsed().as_secs_f64();
                }
            }
            let probe = before.max(probe.seconds());
            windows.push(Window { seconds: seconds.map(|all| all / length as f64), probe });
            index += length;
            let one = seconds[0] + seconds[1];
            length = ((WINDOW_SECONDS / one * length as f64) as u64).clamp(WINDOW, 64).next_multiple_of(2);
        }
        Self { name, elements, windows }
    }

    fn print(&self) -> Row {
        let best = self.windows.iter().map(|window| window.probe).fold(f64::INFINITY, f64::min);
        let quiet: Vec<&Window> =
            self.windows.iter().filter(|window| window.probe <= best * DISTURBED).collect();
        let sorted = |of: &dyn Fn(&Window) -> f64| {
            let mut all: Vec<f64> = quiet.iter().map(|window| of(window)).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let at = |all: &[f64], share: f64| all[((all.len() - 1) as f64 * share) as usize];
        let [one, other] = [0, 1].map(|side| at(&sorted(&|window| window.seconds[side]), 0.5) * 1e6);
        let ratios = sorted(&|window| window.seconds[0] / window.seconds[1]);
        println!(
            "{:<9} {:>9} {one:>11.2} {other:>11.2} {:>7.3} {:>7.3} {:>7.3} {:>10.3} {:>5}/{}",
            self.name,
            self.elements,
            ratios[0],
            at(&ratios, 0.05),
            at(&ratios, 0.5),
            one * 1e3 / f64::from(self.elements),
            quiet.len(),
            self.windows.len(),
        );
        Row {
            name: format!("{} {}", self.name, self.elements),
            least: ratios[0],
            windows: Some([at(&ratios, 0.05), at(&ratios, 0.5)]),
        }
    }
}

fn row(name: &str, elements: u32, level: SimdLevel, loop_level: Level) -> Row {
    let mut engine = engine(patch::gs1(elements), level);
    let mut limit = limit::Gs1::new(elements as usize);
    let sides = Sides::measure(name, elements, |side, index| match side {
        0 => drop(engine.frame(index).expect("frames go on")),
        _ => limit.frame(loop_level, index),
    });
    let frame = engine.last_frame().expect("frames were run");
    let pass = frame.passes().next().expect("GS1 has a pass");
    let same = (0..elements as usize).all(|k| {
        let fill = pass.fill.map(|fill| fill.get(k).0);
        pass.x.get(k) == limit.x[k] && pass.y.get(k) == limit.y[k] && fill == Some(limit.rgba8[k])
    });
    assert!(same, "the engine and the loop must give the same bits");
    sides.print()
}

/// The compiled patch against the program made by hand.
fn against_built(elements: u32) {
    let of = |program| engine(program, SimdLevel::Native);
    let mut both = [of(patch::gs1(elements)), of(built::gs1(elements))];
    let sides = Sides::measure("native", elements, |side, index| {
        both[side].frame(index).expect("frames go on");
    });
    let [compiled, built] =
        both.each_mut().map(|engine| engine.last_frame().expect("frames were run").hash());
    assert_eq!(compiled, built, "the patch and the program made by hand must give the same bits");
    sides.print();
}

fn heading(one: &str, other: &str) {
    println!(
        "{:<9} {:>9} {one:>11} {other:>11} {:>7} {:>7} {:>7} {:>10} {:>7}",
        "level", "elements", "least", "5th %", "ratio", "ns/element", "quiet"
    );
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let short = std::env::args().any(|arg| arg == "--test");
    println!("{}", figures::machine());
    heading("engine us", "loop us");
    let mut rows = Vec::new();
    for (name, level, loop_level) in levels() {
        let counts: &[u32] = if short { &[1_000] } else { &[1_000, 15_000, 150_000] };
        rows.extend(counts.iter().map(|&elements| row(name, elements, level, loop_level)));
    }
    if !short {
        rows.push(row("native", 1_500_000, SimdLevel::Native, Level::new()));
    }
    println!();
    heading("patch us", "by hand us");
    let counts: &[u32] = if short { &[1_000] } else { &[1_000, 15_000, 150_000] };
    for &elements in counts {
        against_built(elements);
    }
    figures::keep("ratio", &mut rows);
}
