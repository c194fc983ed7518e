//! The whole way of a patch: from its text to a program that runs, or to what is said about it.

mod broken;
mod fuzz;
mod large;
mod large_patch;
mod patches;

use std::collections::BTreeMap;

use super::Files;
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
