//! Why a verb did not do what it was asked, and the exit code that follows.

use std::io::Write;
use std::process::ExitCode;

use crate::diagnostic::{Diagnostic, lines};
use crate::engine::EngineError;
use crate::render::{RenderError, STANDARD_OUTPUT};

/// Why a verb stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file or the arguments are wrong; nothing was written.
    Arguments(String),
    /// As [`Arguments`](Self::Arguments), for what has a code that can be looked up.
    Diagnosed(Box<Diagnostic>),
    /// As [`Arguments`](Self::Arguments), and everything about it has been said.
    Told,
    /// The run failed.
    Run(String),
    /// Frames are missing that another run makes; nothing was written.
    Missing(String),
    /// The engine did not do what it was asked.
    Engine(EngineError),
    /// The reader of standard output went away, as `head` does: there is nobody left to report to.
    NoReader,
}

impl Failure {
    pub(super) fn diagnosed(diagnostic: Diagnostic) -> Self {
        Self::Diagnosed(Box::new(diagnostic))
    }

    /// Says it on standard error.
    pub(super) fn report(self) -> ExitCode {
        let (message, code) = match self {
            Self::Arguments(message) => (format!(": {message}"), 2),
            Self::Diagnosed(diagnostic) => {
                tell(&diagnostic.to_string());
                return ExitCode::from(2);
            }
            Self::Told => return ExitCode::from(2),
            Self::Run(message) => (format!(": {message}"), 1),
            Self::Missing(message) => (format!(": {message}"), 3),
            Self::Engine(error) => {
                let is_run =
                    matches!(error, EngineError::TwoWriters { .. } | EngineError::TimeWentBack { .. });
                (format!("[{}]: {}", error.code(), error.message()), if is_run { 1 } else { 2 })
            }
            Self::NoReader => return ExitCode::SUCCESS,
        };
        tell(&format!("error{message}\n"));
        ExitCode::from(code)
    }

    /// What it says, in a line.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Arguments(message) | Self::Run(message) | Self::Missing(message) => message.clone(),
            Self::Diagnosed(diagnostic) => diagnostic.message.clone(),
            Self::Told => "something is wrong, as said above".into(),
            Self::Engine(error) => error.message(),
            Self::NoReader => "its reader has gone".into(),
        }
    }

    /// For an error of an output before its first frame.
    pub(super) fn opening(error: RenderError) -> Self {
        match error {
            RenderError::MissingDirectory { .. } => Self::Arguments(error.to_string()),
            error if error.is_argument() => Self::Arguments(error.to_string()),
            error => error.into(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::ClosedPipe { target } if target == STANDARD_OUTPUT => Self::NoReader,
            error => Self::Run(error.to_string()),
        }
    }
}

/// Writes to standard error, whose terminal obeys nothing that is in `text`. If that is gone, there is nobody left to
/// report to.
pub(super) fn tell(text: &str) {
    let _ = std::io::stderr().write_all(lines(text).as_bytes());
}
