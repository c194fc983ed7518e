//! Why a list, a text or a view did not do what it was asked to.

use std::fmt;

use super::item::ItemId;
use super::value::Kind;

/// Why something was not staged, committed or worked out. Nothing was changed, but where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListError {
    /// The item is not in the list any more. The list counts it as rejected.
    Gone {
        /// Its id.
        id: ItemId,
    },
    /// There is no such column.
    NoColumn {
        /// What was asked for.
        column: u32,
        /// How many there are.
        columns: u32,
    },
    /// A value of another type than its column.
    Type {
        /// The column.
        column: u32,
        /// Its type.
        expected: Kind,
        /// What was given.
        found: Kind,
    },
    /// Another number of values than there are columns.
    Values {
        /// The columns.
        expected: u32,
        /// What was given.
        found: u32,
    },
    /// More items than there is room for. What was staged is dropped.
    Full {
        /// The items that the list would have.
        items: u32,
        /// The items that it may have.
        capacity: u32,
    },
    /// More writes in one turn than there is room for.
    TooManyWrites {
        /// The writes of that kind that one turn may have.
        capacity: u32,
    },
    /// More readers than there is room for.
    TooManyReaders {
        /// The readers that a log may have.
        capacity: u32,
    },
    /// More texts, or more bytes of them, than there is room for.
    TooMuchText {
        /// The texts that there may be.
        texts: u32,
        /// The bytes that they may have together.
        bytes: u32,
    },
    /// A view is made for fewer items than there are.
    TooSmall {
        /// The items that the view may have.
        capacity: u32,
        /// The items that there may be.
        items: u32,
    },
    /// A view was given another number of values than it has asked for.
    Answers {
        /// What it has asked for.
        expected: u32,
        /// What it was given.
        found: u32,
    },
    /// A view was given values of another kind than it works with.
    WrongAnswers,
    /// A view is to be asked anew, and there is no room for that.
    NotLive {
        /// The view.
        view: u32,
    },
    /// A view of something that is not there, or not yet.
    NoView {
        /// What was named.
        view: u32,
    },
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone { id } => write!(f, "item {id} is not in the list any more"),
            Self::NoColumn { column, columns } => {
                write!(f, "column {column} of {columns}: they are counted from 0")
            }
            Self::Type { column, expected, found } => {
                write!(f, "column {column} has values of type {expected}, this is a {found}")
            }
            Self::Values { expected, found } => {
                write!(f, "{found} values for an item of {expected} columns")
            }
            Self::Full { items, capacity } => {
                write!(f, "{items} items, and {capacity} is the capacity of the list")
            }
            Self::TooManyWrites { capacity } => {
                write!(f, "more than {capacity} writes in one turn, which is the capacity of the list")
            }
            Self::TooManyReaders { capacity } => {
                write!(f, "{capacity} readers, and that is the capacity of the log")
            }
            Self::TooMuchText { texts, bytes } => {
                write!(f, "more than {texts} texts of {bytes} bytes together, which is the capacity")
            }
            Self::TooSmall { capacity, items } => {
                write!(f, "a view of at most {capacity} items, and there may be {items}")
            }
            Self::Answers { expected, found } => {
                write!(f, "{found} values for {expected} items that have changed")
            }
            Self::WrongAnswers => write!(f, "values of another kind than the view works with"),
            Self::NotLive { view } => {
                write!(f, "view {view} has no room for all items: `make_live` gives it")
            }
            Self::NoView { view } => write!(f, "there is no view {view}, or it comes later"),
        }
    }
}

impl std::error::Error for ListError {}
