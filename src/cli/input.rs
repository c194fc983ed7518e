//! From what is called FILE to a program and its capacity, or to the way a verb ends.

use super::failure::{Failure, tell};
use crate::engine::Demand;
use crate::load;
use crate::program::Program;
use crate::time::FrameRate;
use crate::world::Capacity;

/// Reads and checks FILE. Warnings are told; so are errors, all of them.
pub(super) fn program(file: &str) -> Result<Program, Failure> {
    let loaded = load::load(file);
    tell(&loaded.render(load::TERMINAL));
    loaded.program.ok_or(Failure::Told)
}

/// What an engine is to hold for a program at a frame rate, or else at its own.
pub(super) fn capacity(
    program: &Program,
    demand: Demand,
    rate: Option<FrameRate>,
) -> Result<Capacity, Failure> {
    load::capacity(program, demand, rate).map_err(Failure::Arguments)
}
