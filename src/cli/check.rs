//! `pavane check`.

use clap::Args;

use super::failure::{Failure, tell};
use super::input::Outside;
use super::options::Answer;
use super::out::Out;
use crate::diagnostic::Diagnostics;
use crate::load;

/// Check programs: everything that is wrong with them, or silence
#[derive(Debug, Args)]
#[command(after_help = "Exit code 2 when a file has an error; warnings alone do not count.\n\n\
                        Examples:\n  \
                        pavane check spiral.pav\n  \
                        pavane check *.json --format json\n  \
                        generator | pavane check -")]
pub(super) struct Arguments {
    /// Patches (.pav) or programs (.json), `-` for standard input, or `examples:NAME`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    #[command(flatten)]
    outside: Outside,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    if arguments.files.iter().filter(|file| *file == "-").count() > 1 {
        return Err(Failure::Arguments("standard input can be read once: give `-` once".into()));
    }
    let is_json = arguments.answer.is_json();
    let mut all = Diagnostics::default();
    let mut has_errors = false;
    let options = arguments.outside.options();
    for file in &arguments.files {
        let loaded = load::load(file, &options);
        has_errors |= loaded.diagnostics.has_errors();
        if is_json {
            all.0.extend(loaded.diagnostics);
        } else {
            tell(&loaded.render(load::TERMINAL));
        }
    }
    let written = if is_json { out.json(&all.to_json()).and_then(|()| out.flush()) } else { Ok(()) };
    match written {
        Ok(()) | Err(Failure::NoReader) if has_errors => Err(Failure::Told),
        written => written,
    }
}
