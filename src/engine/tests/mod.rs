//! The conformance suite: what the engine promises, each promise as a table of cases.
//!
//! Expected values come from plain f64 formulas written here, never from the engine; vector levels, thread counts and
//! ways to reach a frame are held against each other bit for bit.

mod array_inputs;
mod at;
mod born_on;
mod capacity;
mod chat;
mod continuity;
mod determinism;
mod drawn;
mod edits;
mod elements;
mod endless;
mod events;
mod fields;
mod fuzz;
mod given;
mod hits;
mod idle;
mod images;
mod inputs;
mod leaves;
mod letters;
mod list_programs;
mod lists;
mod measured;
mod model;
mod near;
mod ops;
mod passes;
mod past;
mod paths;
mod planner;
mod playlist;
mod programs;
mod random;
mod reactions;
mod readers;
mod sender;
mod sheet;
mod shipped_edits;
mod snapshots;
mod spelled;
mod springs_random;
mod state;
mod swap;
mod swap_random;
mod swap_time;
mod tables;
mod time;
pub(crate) mod todos;
mod whole;

use super::{Demand, Engine, EngineSettings, SimdLevel};
use crate as pavane;
use crate::frame::Frame;
use crate::language::{NoFiles, compile};
use crate::program::{Builder, Program};

/// Every vector level; those that the CPU does not have run as the next best.
pub(in crate::engine) const LEVELS: [SimdLevel; 4] =
    [SimdLevel::Baseline, SimdLevel::Avx2, SimdLevel::Avx512, SimdLevel::Native];

/// Settings with just the capacity that a program needs, so that engines are quick to make.
fn settings(program: &Program, demand: Demand) -> EngineSettings {
    EngineSettings { capacity: Engine::needs(program, demand), demand, ..EngineSettings::default() }
}

/// The program of a patch, which may have warnings.
pub(crate) fn program(source: &str) -> Program {
    let compiled = compile(source, "patch.pav", &NoFiles);
    compiled.program.unwrap_or_else(|| panic!("{:?}\n{source}", compiled.diagnostics))
}

/// The program of a builder that made no mistake.
fn finish(b: &Builder) -> Program {
    b.finish().unwrap_or_else(|error| panic!("{error}"))
}

/// An engine that evaluates everything.
fn engine(b: &Builder) -> Engine {
    of(&finish(b))
}

/// As [`engine`], of a program.
fn of(program: &Program) -> Engine {
    let settings = settings(program, Demand::Everything);
    Engine::with_settings(program.clone(), settings).expect("it fits what it needs")
}

/// The first component of a signal.
fn signal(frame: &Frame<'_>, name: &str) -> f64 {
    frame.slot(name).unwrap_or_else(|| panic!("no slot {name}")).components[0]
}

/// Component `k` of every element of a field.
fn lanes(frame: &Frame<'_>, field: &str, k: usize) -> Vec<f64> {
    let (domain, name) = field.split_once('.').unwrap_or(("d", field));
    let view = frame.field(domain, name).unwrap_or_else(|| panic!("no field {field}"));
    (0..view.components[k].len()).map(|at| view.get(at, k)).collect()
}

/// Everything of a frame that two engines must agree on, as bits.
fn bits(frame: &Frame<'_>) -> Vec<u64> {
    let mut all = vec![frame.hash(), frame.time().0, frame.dt().to_bits()];
    for (_, reading) in frame.slots() {
        all.extend(reading.components().iter().map(|c| crate::math::arith::canonical(*c).to_bits()));
    }
    for field in frame.fields() {
        for lanes in field.components() {
            let is_float = field.ty.is_floats();
            all.extend(lanes.iter().map(|&lane| {
                let lane = if is_float { crate::math::arith::canonical(lane) } else { lane };
                u64::from(lane.to_bits())
            }));
        }
    }
    all
}

/// Whether two numbers are as close as `tolerance`, relative to their size where that is above 1. NaN is close to NaN.
fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    found == expected
        || (found.is_nan() && expected.is_nan())
        || (found - expected).abs() <= tolerance * expected.abs().max(1.0)
}

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(close(found, expected, tolerance), "{what}: {found:?}, not {expected:?}");
}
