//! Collecting problems without letting a hostile input fill the memory with them.

use super::{Code, Diagnostic, Diagnostics, Severity};

/// How many problems are reported in one run; the rest is counted.
pub(crate) const DIAGNOSTICS_MAX: usize = 100;

/// Problems in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    list: Vec<Diagnostic>,
    errors: usize,
    dropped: usize,
}

impl Sink {
    pub(crate) fn push(&mut self, mut diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        if self.is_full() {
            self.dropped += 1;
        } else {
            diagnostic.help.get_or_insert_with(|| diagnostic.code.way_out().into());
            self.list.push(diagnostic);
        }
    }

    /// Whether nothing more is shown, so that it need not be worked out.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= DIAGNOSTICS_MAX
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors there were, shown or not.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    pub(crate) fn finish(mut self) -> Diagnostics {
        if self.dropped > 0 {
            let rest = match self.dropped {
                1 => "and one more problem".to_string(),
                n => format!("and {n} more problems"),
            };
            let more = if self.errors > 0 { Diagnostic::error } else { Diagnostic::warning };
            self.list.push(more(Code::More, rest).help(Code::More.way_out()));
        }
        Diagnostics(self.list)
    }
}
