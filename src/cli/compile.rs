//! `pavane compile`.

use clap::Args;

use super::failure::Failure;
use super::out::Out;
use super::{input, refuse};
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
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let (program, files) = input::program_and_files(&arguments.file)?;
    let json = program.to_json();
    let json = json_text(&json);
    match arguments.output.as_deref() {
        None | Some("-") => out.exact(&json),
        Some(target) => {
            refuse::inputs(&files, &[target.into()])?;
            write_whole(target, json.as_bytes()).map_err(Failure::opening)
        }
    }
}
