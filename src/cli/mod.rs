//! The `pavane` command: a verb per file.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 the run failed; 2 the
//! file or the arguments are wrong and nothing was written; 3 frames of a clip that is joined are not there yet.

mod bench;
mod blame;
mod check;
mod compile;
mod encoding;
mod examples;
mod explain;
mod failure;
mod feed;
mod hashes;
mod history;
mod input;
mod inspect;
mod join;
mod memory;
mod options;
mod out;
mod preview;
mod range;
mod record;
mod refuse;
mod render;
mod replay;
mod report;
mod schema;
mod scopes;
mod script;
mod sheet;
mod soak;
mod stop;
mod synctest;
mod table;
mod variants;
#[cfg(feature = "web")]
mod web;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::diagnostic::one_line;
use failure::Failure;
use out::Out;

/// The version of every JSON document that the command gives.
const SCHEMA_VERSION: u32 = 1;

/// Deterministic animation frames: a small patch in, the same bits out on every machine.
#[derive(Debug, Parser)]
#[command(
    name = "pavane",
    version,
    max_term_width = 100,
    after_help = "FILE is a patch (.pav) or a program (.json), `-` for standard input, or `examples:NAME` for one that ships inside.\n\
                  Exit codes: 0 done; 1 the run failed (a full disk, a signal: worth another try); 2 the file or the arguments are \
                  wrong, and\nnothing was written; 3 frames that `join` wants are missing.\n\n\
                  Examples:\n  \
                  pavane render examples:gs1 -o spiral.gif --size 480x270 --fps 25\n  \
                  pavane preview examples:magnet\n  \
                  pavane check spiral.pav\n  \
                  pavane inspect spiral.pav --at 30 --format json"
)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Render(Box<render::Arguments>),
    Join(join::Arguments),
    Preview(preview::Arguments),
    Check(check::Arguments),
    Compile(compile::Arguments),
    Inspect(inspect::Arguments),
    Bench(bench::Arguments),
    Record(record::Arguments),
    Replay(replay::Arguments),
    Schema(schema::Arguments),
    Explain(explain::Arguments),
    Examples(examples::Arguments),
    History(history::Arguments),
    #[cfg(feature = "web")]
    Web(web::Arguments),
}

/// Runs the command with the arguments of a process, the name of the command first, and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let command = match Command::try_parse_from(&arguments) {
        Ok(command) => command,
        Err(error) => return refuse(&harmless(&arguments).unwrap_or(error)),
    };
    let mut out = Out::new();
    let done = match &command.verb {
        Verb::Render(arguments) => render::run(arguments, &mut out),
        Verb::Join(arguments) => join::run(arguments, &mut out),
        Verb::Preview(arguments) => preview::run(arguments),
        Verb::Check(arguments) => check::run(arguments, &mut out),
        Verb::Compile(arguments) => compile::run(arguments, &mut out),
        Verb::Inspect(arguments) => inspect::run(arguments, &mut out),
        Verb::Bench(arguments) => bench::run(arguments, &mut out),
        Verb::Record(arguments) => record::run(arguments, &mut out),
        Verb::Replay(arguments) => replay::run(arguments, &mut out),
        Verb::Schema(_) => schema::run(&mut out),
        Verb::Explain(arguments) => explain::run(arguments, &mut out),
        Verb::Examples(arguments) => examples::run(arguments, &mut out),
        Verb::History(arguments) => history::run(arguments, &mut out),
        #[cfg(feature = "web")]
        Verb::Web(arguments) => web::run(arguments, &mut out),
    };
    // What was found before a failure is a result too.
    let flushed = out.flush();
    match done.and(flushed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// The error of arguments of which a terminal obeys nothing: it quotes them.
fn harmless(arguments: &[OsString]) -> Option<clap::Error> {
    let shown = arguments.iter().map(|argument| one_line(&argument.to_string_lossy()).into_owned());
    Command::try_parse_from(shown).err()
}

/// Arguments that clap does not take; also `--help` and `--version`, which are no mistakes.
fn refuse(error: &clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand)
    {
        let command = Command::command();
        let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let message = format!(
            "there is no verb `{verb}`; there are {}, and `pavane --help` tells more",
            verbs.join(", ")
        );
        return Failure::Arguments(message).report();
    }
    match error.print() {
        Ok(()) => {}
        Err(broken) if broken.kind() == std::io::ErrorKind::BrokenPipe => {}
        Err(broken) => return Failure::Run(format!("cannot write to standard output: {broken}")).report(),
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
