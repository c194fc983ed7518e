//! Names of scopes, and what scopes are of.

use std::fmt;

/// Names one scope for as long as it lives, and nothing after that: a row that is used again has another generation, and a
/// row that has run out of generations is not used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId {
    pub(super) index: u32,
    pub(super) generation: u32,
}

impl ScopeId {
    /// The name of no scope.
    pub const NONE: Self = Self { index: 0, generation: 0 };

    /// The row, below the capacity of its tree: for tables beside it. Another scope may have the same row later.
    pub fn index(self) -> u32 {
        self.index
    }

    /// Both halves in one number: what a column of handles or a payload keeps.
    pub fn to_bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// The name whose [`to_bits`](Self::to_bits) is this. Any number will do: where it is of no scope it names nothing.
    pub fn from_bits(bits: u64) -> Self {
        Self { index: bits as u32, generation: (bits >> 32) as u32 }
    }
}

impl fmt::Display for ScopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.index, self.generation)
    }
}

/// Which branch of a `when` is active: another one, or the same with other values, has a life of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Branch {
    /// The arm, counted from 0.
    pub arm: u32,
    /// The bits of the values that the arm binds; where these have more than 64, a hash of them.
    pub bound: u64,
}

/// What a scope is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Everything.
    Root,
    /// A list, by its row in the program.
    List(u32),
    /// An item of the list above it, by its id.
    Item(u64),
    /// The active branch of a `when`, by the row of that in the program.
    When(u32, Branch),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => write!(f, "root"),
            Self::List(list) => write!(f, "list {list}"),
            Self::Item(id) => write!(f, "item {id}"),
            Self::When(site, Branch { arm, bound: 0 }) => write!(f, "when {site}, arm {arm}"),
            Self::When(site, Branch { arm, bound }) => write!(f, "when {site}, arm {arm} of {bound:#x}"),
        }
    }
}
