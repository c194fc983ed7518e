//! From what is called FILE to a program and its capacity, or to the way a verb ends.

use super::failure::{Failure, tell};
use crate::engine::Demand;
use crate::load;
use crate::program::Program;
use crate::world::Capacity;

/// Reads and checks FILE. Warnings are told; so are errors, all of them.
pub(super) fn program(file: &str) -> Result<Program, Failure> {
    program_and_files(file).map(|(program, _)| program)
}

/// As [`program`], with the names of all files that it is made of.
pub(super) fn program_and_files(file: &str) -> Result<(Program, Vec<String>), Failure> {
    let loaded = load::load(file);
    tell(&loaded.render(load::TERMINAL));
    Ok((loaded.program.ok_or(Failure::Told)?, loaded.files))
}

/// What an engine is to hold for a program.
pub(super) fn capacity(program: &Program, demand: Demand) -> Result<Capacity, Failure> {
    load::capacity(program, demand).map_err(Failure::Arguments)
}
