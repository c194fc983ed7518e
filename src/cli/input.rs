//! From what is called FILE to a program and its capacity, or to the way a verb ends.

use super::failure::{Failure, tell};
use crate::diagnostic::Diagnostics;
use crate::engine::Demand;
use crate::load::{self, Text};
use crate::program::Program;
use crate::world::Capacity;

/// Reads and checks FILE. Warnings are told; so are errors, all of them.
pub(super) fn program(file: &str) -> Result<Program, Failure> {
    let refused = |diagnostics: Diagnostics| {
        tell(&diagnostics.to_string());
        Failure::Told
    };
    let Text { file, text } = load::read(file).map_err(refused)?;
    let (program, diagnostics) = Program::diagnose(&text, &file);
    tell(&diagnostics.render(|name| (name == file).then_some(&*text)));
    program.ok_or(Failure::Told)
}

/// What an engine is to hold for a program.
pub(super) fn capacity(program: &Program, demand: Demand) -> Result<Capacity, Failure> {
    load::capacity(program, demand).map_err(Failure::Arguments)
}
