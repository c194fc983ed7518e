//! Why a scope was not made.

use std::fmt;

use super::id::ScopeId;

/// Why nothing was made. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScopeError {
    /// There is no such scope any more, or it is about to go.
    Gone {
        /// What was named.
        scope: ScopeId,
    },
    /// All rows are taken.
    Full {
        /// The scopes that may live together.
        capacity: u32,
    },
    /// All places of owned values are taken.
    TooManyValues {
        /// The values that may be owned together.
        capacity: u32,
    },
    /// The tree is being walked, so the old branch cannot go and the new one cannot come yet.
    Walked,
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone { scope } => write!(f, "scope {scope} is gone"),
            Self::Full { capacity } => write!(f, "{capacity} scopes live, and that is the capacity"),
            Self::TooManyValues { capacity } => {
                write!(f, "scopes own {capacity} values, and that is the capacity")
            }
            Self::Walked => write!(f, "the tree is being walked: a branch changes before or after that"),
        }
    }
}

impl std::error::Error for ScopeError {}
