//! The same bits: run after run, on any number of threads, at any vector level, wherever the engine runs.

use super::{LEVELS, bits, programs};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::program::Program;

/// Frames with small and large steps between them.
const FRAMES: [u64; 6] = [0, 1, 2, 7, 8, 61];

fn settings(program: &Program) -> EngineSettings {
    super::settings(program, Demand::Everything)
}

fn run(engine: &mut Engine) -> Vec<Vec<u64>> {
    FRAMES.iter().map(|&index| bits(&engine.frame(index).expect("a frame"))).collect()
}

fn play(program: &Program, settings: EngineSettings) -> Vec<Vec<u64>> {
    run(&mut Engine::with_settings(program.clone(), settings).expect("it fits"))
}

#[test]
fn the_same_bits_anywhere() {
    for program in programs::all() {
        let name = &program.data().about.name;
        let settings = settings(&program);
        let reference = play(&program, settings);
        assert!(name == "signals" || reference[0] != reference[5], "`{name}` moves");
        let same = |found: Vec<Vec<u64>>, how: &str| assert!(found == reference, "`{name}` {how}");
        same(play(&program, settings), "a second time");
        for level in LEVELS {
            same(play(&program, EngineSettings { level, ..settings }), &format!("at {level:?}"));
        }
        same(
            play(&Program::from_json(&program.to_json(), "again").expect("it reads back"), settings),
            "written and read back",
        );
    }
}

#[cfg(feature = "parallel")]
#[test]
fn the_same_bits_on_any_threads() {
    for program in programs::all() {
        let name = program.data().about.name.clone();
        let settings = settings(&program);
        let reference = play(&program, settings);
        let same = |found: Vec<Vec<u64>>, how: &str| assert!(found == reference, "`{name}` {how}");
        for threads in [2, 3, 4] {
            let settings = EngineSettings { threads, ..settings };
            let engine = || Engine::with_settings(program.clone(), settings).expect("it fits");
            let here = std::thread::scope(|scope| scope.spawn(|| run(&mut engine())).join());
            same(here.expect("no panic"), &format!("on {threads} threads"));
            // Made here, run elsewhere.
            let made = std::thread::scope(|scope| scope.spawn(engine).join());
            let mut moved = made.expect("no panic");
            same(run(&mut moved), &format!("moved, on {threads} threads"));
            // Inside a pool of that size, of another size, and from a pool to outside.
            for size in [threads, 1, threads + 1] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(size).build().expect("a pool");
                same(
                    pool.install(|| run(&mut engine())),
                    &format!("on {threads} threads inside a pool of {size}"),
                );
                let mut outside = pool.install(engine);
                drop(pool);
                same(run(&mut outside), &format!("on {threads} threads of a pool of {size} that is gone"));
            }
            // A second engine on the thread that the first one made a worker, after the first is gone.
            let second = std::thread::scope(|scope| {
                let both = scope.spawn(|| {
                    let first = engine();
                    let mut second = engine();
                    drop(first);
                    run(&mut second)
                });
                both.join()
            });
            same(second.expect("no panic"), &format!("second of two on {threads} threads"));
        }
    }
}
