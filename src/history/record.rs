//! What the records of a history are.

use crate::journal;

/// What a file begins with.
pub(super) const MAGIC: &[u8] = b"pavane history 1\n";

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole text.
    Text,
    /// A text as what it differs by from another.
    Delta,
    /// A revision that was saved here: the position moves to it.
    Saved,
    /// A revision that came from elsewhere.
    Received,
    /// The position moves to a revision on the same branch.
    Step,
    /// The position moves to another branch.
    Switch,
    /// A revision gets a name.
    Label,
}

impl journal::Kind for Kind {
    const ALL: &[Self] =
        &[Self::Text, Self::Delta, Self::Saved, Self::Received, Self::Step, Self::Switch, Self::Label];

    fn byte(self) -> u8 {
        self as u8
    }
}

pub(super) type Header = journal::Header<Kind>;
