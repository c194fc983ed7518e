//! What a host that keeps state on disk reads of an engine: cells, rows of lists and texts, as the last turn has left them.

use super::Engine;
use super::lists::numbers;
use crate::lists::{ColumnRef, List};
use crate::program::Cell;

/// The numbers of a row of a column.
pub(crate) fn numbers_of(column: ColumnRef<'_>, row: u32) -> [f64; 4] {
    numbers(column, row as usize).0
}

impl Engine {
    /// The components that a cell of no elements holds.
    pub(crate) fn held(&self, cell: &Cell) -> [f64; 4] {
        let mut held = [0.0; 4];
        for (k, to) in held.iter_mut().enumerate().take(cell.ty.stride() as usize) {
            *to = self.tables.state(&self.world, cell.storage, cell.offset + k as u32);
        }
        held
    }

    /// The rows of a list, by its place in the program.
    pub(crate) fn rows_of(&self, list: usize) -> Option<&List> {
        self.parts().lists.list(list)
    }

    /// What a text says, by its number.
    pub(crate) fn text_of(&self, number: u32) -> &str {
        self.parts().texts.get(number)
    }
}
