//! `pavane schema`.

use clap::Args;

use super::failure::Failure;
use super::options::Answer;
use super::out::Out;
use crate::program::Program;

/// Print the JSON Schema of the program format
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  pavane schema > program.schema.json")]
pub(super) struct Arguments {
    // A schema is a document of its own format, so it is the same either way.
    #[command(flatten)]
    _answer: Answer,
}

pub(super) fn run(out: &mut Out) -> Result<(), Failure> {
    out.text(Program::JSON_SCHEMA)
}
