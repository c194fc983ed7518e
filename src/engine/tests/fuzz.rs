//! Whatever loads also runs: damaged programs give frames or errors, never a panic.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{bits, programs};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::frame::FullInstance;
use crate::program::Program;
use crate::program::testing::{good_programs, mutations};
use crate::world::Capacity;

/// Small enough to make thousands of engines.
const ROOM: Capacity = Capacity {
    texts: 4_096,
    text_bytes: 65_536,
    laid_texts: 1_000,
    glyphs: 32_000,
    outlines: 2_000,
    elements: 100_000,
    field_buffers: 200,
    lane_state: 200,
    slots: 10_000,
    state: 100_000,
    inputs: 1_000,
    cues: 2_000,
    occurrences: 2_000,
    passes: 50,
    projections: 50,
};

fn runs(program: &Program) {
    let needs = Engine::needs(program, Demand::Everything);
    if ROOM.check(&needs).is_err() || u64::from(needs.elements) * u64::from(needs.field_buffers) > 4_000_000 {
        return;
    }
    let settings =
        EngineSettings { capacity: needs, demand: Demand::Everything, ..EngineSettings::default() };
    let mut engine = match Engine::with_settings(program.clone(), settings) {
        Ok(engine) => engine,
        // Rooms of lists are no part of the capacity, and are asked for before they are taken.
        Err(EngineError::ListMemory { max, .. }) => {
            return assert!(max > 100_000, "a list of {max} rows fits");
        }
        // Whether bytes are a font, who draws with them knows.
        Err(EngineError::Font { .. }) => return,
        Err(error) => panic!("it fits what it needs: {error}"),
    };
    let mut records = vec![FullInstance::default(); needs.elements as usize];
    for index in [0, 1, 1_000] {
        if let Ok(frame) = engine.frame(index) {
            // Everything is read once, so that whatever lies out of reach shows.
            bits(&frame);
            for pass in frame.passes() {
                std::hint::black_box(pass.write_full_instances(&mut records));
            }
        }
    }
    let _ = engine.seek(1);
}

#[test]
fn damaged_programs_run_or_say_why_not() {
    let mut seeds = good_programs();
    // Of the rich programs the two with the most kinds of rows, with fewer elements.
    seeds.extend(programs::all()[1..4].iter().map(|program| program.to_json().replace("20000", "50")));
    let mut ran = 0;
    for seed in seeds {
        let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
        let loaded = std::cell::Cell::new(0);
        let result = TestRunner::new(config).run(&mutations(&seed), |text| {
            if let Ok(program) = Program::from_json(&text, "damaged.json") {
                loaded.set(loaded.get() + 1);
                let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runs(&program)));
                prop_assert!(caught.is_ok(), "a panic with\n{}", text);
            }
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
        ran += loaded.get();
    }
    assert!(ran > 100, "only {ran} damaged programs loaded");
}
