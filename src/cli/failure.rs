//! Why a verb did not do what it was asked, and the exit code that follows.

use std::io::Write;
use std::process::ExitCode;

use crate::engine::EngineError;
use crate::render::RenderError;

/// Why a verb stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file or the arguments are wrong; nothing was written.
    Arguments(String),
    /// As [`Arguments`](Self::Arguments), and everything about it has been said.
    Told,
    /// The run failed.
    Run(String),
    /// The engine did not do what it was asked.
    Engine(EngineError),
    /// The reader of standard output went away, as `head` does: nobody is left to tell anything.
    NoReader,
}

impl Failure {
    /// Says it on standard error.
    pub(super) fn report(self) -> ExitCode {
        let (message, code) = match self {
            Self::Arguments(message) => (format!(": {message}"), 2),
            Self::Told => return ExitCode::from(2),
            Self::Run(message) => (format!(": {message}"), 1),
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

    /// For an error of an output before its first frame.
    pub(super) fn opening(error: RenderError) -> Self {
        match error {
            RenderError::MissingDirectory { .. } => Self::Arguments(error.to_string()),
            error if error.is_argument() => Self::Arguments(error.to_string()),
            error => Self::Run(error.to_string()),
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
        Self::Run(error.to_string())
    }
}

/// Writes to standard error. Where that is gone, nobody is left to tell.
pub(super) fn tell(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
