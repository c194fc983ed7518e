//! Standard output, whose reader may go away and whose disk may be full.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use super::failure::Failure;
use crate::diagnostic::{json_text, lines};

/// Where results go.
pub(super) struct Out {
    // Not locked: an encoder may write to standard output from another thread.
    stdout: BufWriter<Stdout>,
    is_terminal: bool,
}

impl Out {
    pub(super) fn new() -> Self {
        let stdout = io::stdout();
        Self { is_terminal: stdout.is_terminal(), stdout: BufWriter::new(stdout) }
    }

    /// Writes text for people: of names and titles in it a terminal obeys nothing.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.exact(&lines(text))
    }

    /// Writes text that a program or a file gets, as it is.
    pub(super) fn exact(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(text.as_bytes())
    }

    /// Writes what a file gets that is no text.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.stdout.write_all(bytes).map_err(failure)?;
        // Whoever watches wants to see it at once.
        if self.is_terminal { self.flush() } else { Ok(()) }
    }

    /// Writes one JSON document on a line.
    pub(super) fn json(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(document).map_err(|error| Failure::Run(error.to_string()))?;
        self.exact(&json_text(&text))?;
        self.exact("\n")
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.stdout.flush().map_err(failure)
    }
}

fn failure(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::NoReader,
        _ => Failure::Run(format!("cannot write to standard output: {error}")),
    }
}
