//! `pavane compile`.

use clap::Args;

use super::failure::Failure;
use super::input::{self, Outside};
use super::out::Out;
use super::refuse;
use crate::diagnostic::json_text;
use crate::render::write_whole;

/// Compile a patch to a program: the JSON that the engine runs
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        pavane compile spiral.pav -o spiral.json\n  \
                        pavane compile examples:golden_spiral | less")]
pub(super) struct Arguments {
    /// Patch (.pav), `-` for standard input, or `examples:NAME`
    file: String,
    /// Where the program goes [default: standard output]
    #[arg(short, long, value_name = "OUT")]
    output: Option<String>,
    #[command(flatten)]
    outside: Outside,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let options = arguments.outside.options();
    let input = input::read(&arguments.file, &options)?;
    let (json, files) = (input.program.to_json(), input.files);
    let json = json_text(&json);
    match arguments.output.as_deref() {
        None | Some("-") => out.exact(&json),
        Some(target) => {
            refuse::inputs(&files, &[target.into()])?;
            write_whole(target, json.as_bytes()).map_err(Failure::opening)
        }
    }
}
