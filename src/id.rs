//! Row numbers, a type per table, and tables that only take their own.
//!
//! Ids begin in the plan: the rows of a program are plain numbers, as its JSON has them.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Index, IndexMut};

/// A row number of one kind of table.
pub(crate) trait Id: Copy {
    /// The id of a row.
    fn of_row(row: usize) -> Self;
    /// The row.
    fn row(self) -> usize;
}

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident; )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(pub(crate) u32);

        impl $name {
            /// The row, to index a slice with.
            #[inline(always)]
            pub(crate) const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl Id for $name {
            fn of_row(row: usize) -> Self {
                Self(row as u32)
            }

            #[inline(always)]
            fn row(self) -> usize {
                self.index()
            }
        }
    )* };
}

ids! {
    /// A scalar expression of the planner; arguments have lower numbers.
    ExprId;
    /// A register of the signal program: an f64.
    Register;
    /// A pooled buffer of field lanes.
    BufferId;
    /// A state cell.
    CellId;
    /// A domain.
    DomainId;
    /// An event.
    EventId;
    /// A reaction to an event.
    ReactionId;
}

impl Register {
    /// No register: where a result goes that nobody needs.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// A list whose rows are numbered by ids of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table<I, T> {
    rows: Vec<T>,
    ids: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    pub(crate) const fn new() -> Self {
        Self { rows: Vec::new(), ids: PhantomData }
    }

    /// The same value in every row.
    pub(crate) fn filled(value: T, len: usize) -> Self
    where
        T: Clone,
    {
        vec![value; len].into()
    }

    /// Adds a row and gives its id.
    pub(crate) fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::of_row(self.rows.len() - 1)
    }

    /// The id of the next row to be added.
    pub(crate) fn next_id(&self) -> I {
        I::of_row(self.rows.len())
    }

    /// Every id, ascending.
    pub(crate) fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::of_row)
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }
}

impl<I: Id, T> Default for Table<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I, T> From<Vec<T>> for Table<I, T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows, ids: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Table<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(rows: It) -> Self {
        Vec::from_iter(rows).into()
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    #[inline(always)]
    fn index(&self, id: I) -> &T {
        &self.rows[id.row()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    #[inline(always)]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.row()]
    }
}

impl<I, T> Deref for Table<I, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.rows
    }
}

impl<I, T> DerefMut for Table<I, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_as_they_come() {
        let mut table: Table<CellId, &str> = Table::new();
        assert_eq!(table.next_id(), CellId(0));
        let (a, b) = (table.push("a"), table.push("b"));
        assert_eq!((table[a], table[b], table.len()), ("a", "b", 2));
        assert_eq!(table.ids().collect::<Vec<_>>(), [a, b]);
        table[a] = "A";
        assert_eq!(*table, ["A", "b"]);
    }
}
