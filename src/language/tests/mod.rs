//! The whole way of a patch: from its text to a program that runs, or to what is said about it.

#[cfg(feature = "artwork")]
mod artwork;
mod broken;
mod data;
mod files;
mod fonts;
mod fuzz;
mod given;
mod large;
mod large_patch;
mod lists;
mod live;
mod motion;
mod near;
mod nested;
mod passes;
mod patches;
mod reference;
mod state;
mod swap;
mod values;
mod vocabulary;

use std::collections::BTreeMap;

use super::{Files, NoFiles, compile};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::program::Program;
use crate::world::Capacity;

/// Files that are held in memory.
#[derive(Default)]
struct Texts(BTreeMap<String, String>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "No such file or directory".into())
    }
}

/// The first three frames.
fn run(program: Program) -> Result<(), EngineError> {
    let capacity = Capacity::default().max(Engine::needs(&program, Demand::Drawn));
    let settings = EngineSettings { capacity, threads: 1, ..EngineSettings::default() };
    let mut engine = Engine::with_settings(program, settings)?;
    for index in 0..3 {
        engine.frame(index)?;
    }
    Ok(())
}

/// The program of a good source.
pub(super) fn program(source: &str) -> Program {
    let compiled = compile(source, "test.pav", &NoFiles);
    match compiled.program {
        Some(ref program) if compiled.diagnostics.0.is_empty() => program.clone(),
        _ => panic!("{source}\n{}", compiled.render()),
    }
}

/// An engine that evaluates every named value, at a frame that it has played up to.
pub(super) fn played(source: &str, frame: u64) -> Engine {
    engine_at(program(source), frame)
}

/// As [`played`], of a program.
pub(super) fn engine_at(program: Program, frame: u64) -> Engine {
    let capacity = Capacity::default().max(Engine::needs(&program, Demand::Everything));
    let settings = EngineSettings { demand: Demand::Everything, capacity, ..EngineSettings::default() };
    let mut engine = Engine::with_settings(program, settings).unwrap();
    engine.seek(frame).unwrap();
    engine
}

/// The components of a signal, or of every element of a field.
pub(super) fn value(engine: &mut Engine, name: &str) -> Vec<f64> {
    let frame = engine.last_frame().unwrap();
    if let Some(slot) = frame.slot(name) {
        return slot.components().to_vec();
    }
    let (domain, field) = name.rsplit_once('.').unwrap_or(("", name));
    let view = frame.field(domain, field).unwrap_or_else(|| panic!("there is no value {name}"));
    let stride = view.components().len();
    (0..view.components[0].len()).flat_map(|lane| (0..stride).map(move |k| view.get(lane, k))).collect()
}

/// Compares with a tolerance for the rounding of f32.
pub(super) fn assert_near(found: &[f64], expected: &[f64], what: &str) {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 2e-6 * b.abs().max(1.0) || (a.is_nan() && b.is_nan());
    let good = found.len() == expected.len() && found.iter().zip(expected).all(near);
    assert!(good, "{what}\n   found {found:?}\nexpected {expected:?}");
}
