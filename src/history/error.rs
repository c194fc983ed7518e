//! What a history does not take, and what in its file cannot be read.

use std::fmt;

use super::graph::GraphError;
use super::id::{RevisionId, TextId};
use super::walk::Overflow;
use crate::diagnostic::Code;

/// Why something was not done. The history is as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryError {
    /// A revision's parents are not there, or there are too many of them.
    Graph(GraphError),
    /// A walk had no room for all branches.
    Overflow(Overflow),
    /// No revision has this id.
    UnknownRevision(RevisionId),
    /// A revision has no file of this name.
    UnknownFile(RevisionId, String),
    /// A text is not there, or cannot be read any more.
    LostText(TextId),
    /// There is nothing before the first revision.
    NothingToUndo,
    /// No revision came after this one on its branch.
    NothingToRedo {
        /// The newest revisions of other branches, the newest first.
        branches: Vec<RevisionId>,
    },
    /// A revision, a text or a name is larger than a history takes: what it is, and the most bytes it may have.
    TooLarge(&'static str, usize),
    /// A name of a file is absolute, leaves the folder, or is there twice; or one of a revision is empty or long.
    Name(String),
    /// The bytes are no history.
    NotAHistory,
    /// What came from outside is not what it says it is: why.
    Refused(&'static str),
    /// The file of a history cannot be read or written: why.
    File(String),
}

impl HistoryError {
    /// The code under which `pavane explain` tells more.
    pub fn code(&self) -> Code {
        match self {
            Self::File(_) => Code::File,
            Self::NotAHistory | Self::LostText(_) | Self::Refused(_) => Code::HistoryDamaged,
            Self::Graph(_)
            | Self::Overflow(_)
            | Self::UnknownRevision(_)
            | Self::UnknownFile(..)
            | Self::NothingToUndo
            | Self::NothingToRedo { .. }
            | Self::TooLarge(..)
            | Self::Name(_) => Code::HistoryStep,
        }
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graph(GraphError::UnknownParent(id)) => {
                write!(f, "the revision that this one was made of, {id:.8}, is not in the history")
            }
            Self::Graph(GraphError::Parents(n)) => {
                write!(f, "a revision is made of one other or of two different ones, not of {n}")
            }
            Self::Graph(GraphError::Full) => {
                f.write_str("the history is full: it has 2 147 483 647 revisions")
            }
            Self::Overflow(overflow) => overflow.fmt(f),
            Self::UnknownRevision(id) => write!(f, "no revision is called {id:.8}"),
            Self::UnknownFile(id, name) => write!(f, "revision {id:.8} has no file {name:?}"),
            Self::LostText(id) => {
                write!(f, "the text {id:.8} is not in the history, or cannot be read any more")
            }
            Self::NothingToUndo => f.write_str("there is nothing to undo: this is the first revision"),
            Self::NothingToRedo { branches } if branches.is_empty() => {
                f.write_str("there is nothing to redo: this is the newest revision")
            }
            Self::NothingToRedo { branches } => {
                let names: Vec<String> = branches.iter().map(|id| format!("{id:.8}")).collect();
                write!(
                    f,
                    "there is nothing to redo: this is the newest revision of its branch; other branches end at {}",
                    names.join(", ")
                )
            }
            Self::TooLarge(what, most) => write!(f, "{what} has more than {most} bytes"),
            Self::Name(name) => {
                write!(
                    f,
                    "{name:?} cannot be a name: a file's is a path within the folder of the patch, each once; \
                     a revision's has 1 to 100 bytes"
                )
            }
            Self::NotAHistory => f.write_str("the file is no history of a patch"),
            Self::Refused(why) => write!(f, "what came is no part of a history: {why}"),
            Self::File(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for HistoryError {}

impl From<GraphError> for HistoryError {
    fn from(error: GraphError) -> Self {
        Self::Graph(error)
    }
}

impl From<Overflow> for HistoryError {
    fn from(overflow: Overflow) -> Self {
        Self::Overflow(overflow)
    }
}
