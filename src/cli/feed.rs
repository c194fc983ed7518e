//! Where the inputs of a run come from: `--set` and a table, or the log of a run.

use std::sync::Arc;

use clap::Args;

use super::failure::{Failure, tell};
use super::input::{Input, Table};
use super::script::Script;
use crate::diagnostic::{Code, Diagnostic, quote};
use crate::engine::{Engine, EngineError, EngineSettings};
use crate::frame::Frame;
use crate::load;
use crate::program::Program;
use crate::record::{Recording, Replay};
use crate::time::FrameRate;

/// A log in place of a table.
#[derive(Clone, Debug, Args)]
pub(super) struct Logged {
    /// Replay a log that `pavane record` wrote, `-` for standard input: its inputs, events and reloads, at its frame rate, on
    /// its canvas and with its seed where nothing else is said
    #[arg(long, value_name = "LOG", conflicts_with_all = ["inputs", "seed"])]
    log: Option<String>,
    /// Replay what FILE takes of the log of another program, and what there is of one that was cut off
    #[arg(long, requires = "log")]
    anyway: bool,
}

impl Logged {
    /// The file that the log is, if it is one.
    pub(super) fn file(&self) -> Option<String> {
        self.log.clone().filter(|file| file != "-")
    }
}

/// Gives every frame what it sees.
#[derive(Clone, Debug)]
pub(super) enum Feed {
    Script(Script),
    Log(Replay),
}

impl Feed {
    /// What options say, for a good FILE.
    pub(super) fn new(file: &str, input: &Input, table: &Table, logged: &Logged) -> Result<Self, Failure> {
        let Some(log) = logged.log.as_deref() else { return Ok(Self::Script(input.script(table)?)) };
        if log == "-" && file == "-" {
            let message =
                "FILE and `--log` are both `-`, and standard input can be read once: give one of them a name";
            return Err(Failure::Arguments(message.into()));
        }
        if input.sets_inputs() {
            let message =
                "--set gives an input a value, and with --log inputs have those of the log: leave it out";
            return Err(Failure::Arguments(message.into()));
        }
        let recording = fit(read(log, logged.anyway)?, &input.program, logged.anyway)?;
        Ok(Self::Log(Replay::new(Arc::new(recording))))
    }

    /// The same from the first frame on, for another engine; none where another program takes over on the way.
    pub(super) fn again(&self) -> Option<Self> {
        match self {
            Self::Script(script) => Some(Self::Script(script.clone())),
            Self::Log(replay) => (!replay.recording().has_swaps()).then(|| Self::Log(replay.from_start())),
        }
    }

    /// The settings of an engine that is fed.
    pub(super) fn settings(&self, settings: EngineSettings) -> EngineSettings {
        match self {
            Self::Script(_) => settings,
            Self::Log(replay) => replay.settings(settings),
        }
    }

    /// Gives an engine the room that it needs for what is fed.
    pub(super) fn make_room(&self, engine: &mut Engine) -> Result<(), EngineError> {
        match self {
            Self::Script(_) => Ok(()),
            Self::Log(replay) => replay.make_room(engine),
        }
    }

    /// The frame rate, the canvas and the seed of a log.
    pub(super) fn recording(&self) -> Option<&Recording> {
        match self {
            Self::Script(_) => None,
            Self::Log(replay) => Some(replay.recording()),
        }
    }

    /// How many frames there are at a rate, where a log says so.
    pub(super) fn frames(&self, rate: FrameRate) -> Option<u64> {
        self.recording().map(|recording| rate.frame_at(recording.last_time()) + 1)
    }

    /// The canvas is what the user has said, and not what a log says.
    pub(super) fn keep_canvas(&mut self) {
        match self {
            Self::Script(_) => {}
            Self::Log(replay) => replay.keep_canvas(),
        }
    }

    /// Goes to a frame as if every frame up to it had been played, each with its own inputs.
    pub(super) fn seek<'e>(&mut self, engine: &'e mut Engine, index: u64) -> Result<Frame<'e>, EngineError> {
        match self {
            Self::Script(script) => script.seek(engine, index),
            Self::Log(replay) => {
                for step in engine.at().map_or(0, |at| at + 1)..=index {
                    replay.give(engine, step)?;
                    engine.frame(step)?;
                    replay.follow(engine)?;
                }
                // After a swap to another frame rate, the frame at this time has another index.
                let at = engine.at().unwrap_or(index);
                engine.frame(at)
            }
        }
    }

    /// Gives what frame `index` sees, which is to be evaluated next.
    pub(super) fn apply(&mut self, engine: &mut Engine, index: u64) -> Result<(), EngineError> {
        match self {
            Self::Script(script) => script.apply(engine, index),
            Self::Log(replay) => replay.give(engine, index),
        }
    }

    /// What comes behind a frame that was evaluated, before the next one.
    pub(super) fn follow(&mut self, engine: &mut Engine) -> Result<(), EngineError> {
        match self {
            Self::Script(_) => Ok(()),
            Self::Log(replay) => replay.follow(engine),
        }
    }
}

/// Reads a log. All errors are reported.
pub(super) fn read(file: &str, anyway: bool) -> Result<Recording, Failure> {
    let load::Text { file, text } = load::read_any(file).map_err(|diagnostics| {
        tell(&diagnostics.to_string());
        Failure::Told
    })?;
    let recording = Recording::read(&text, &file).map_err(|diagnostics| {
        tell(&diagnostics.render_within(load::TERMINAL, |name| (name == file).then_some(&text)));
        Failure::Told
    })?;
    if recording.end().is_none() && !anyway {
        let message = format!("the log {} has no end: it was cut off", quote(&file));
        let help = "record it again, or replay what there is with `--anyway`";
        return Err(Failure::diagnosed(Diagnostic::error(Code::Log, message).help(help)));
    }
    Ok(recording)
}

/// A log for a program: its own, or if need be any.
pub(super) fn fit(recording: Recording, program: &Program, anyway: bool) -> Result<Recording, Failure> {
    match recording.check(program) {
        Ok(()) => Ok(recording),
        Err(other) if anyway => {
            tell(&format!("warning: {other}\n"));
            Ok(recording.with_program(program.clone()))
        }
        Err(other) => {
            let diagnostic = Diagnostic::error(Code::LogProgram, other.to_string());
            Err(Failure::diagnosed(diagnostic.help(Code::LogProgram.way_out())))
        }
    }
}
