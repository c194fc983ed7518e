//! Items and their ids.

use std::fmt;

/// Names an item of a list for ever: the order of creation in its list, from 1. It is no index and is never used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u64);

impl ItemId {
    /// The id of no item.
    pub const NONE: Self = Self(0);
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An item and where its values are: the row in the columns of its list, which it has as long as it lives. The id goes with
/// it, so one that is kept for too long names nothing, whoever has the row by then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Its row, below the capacity of its list.
    pub row: u32,
}
