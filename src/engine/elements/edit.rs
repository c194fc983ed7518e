//! What becomes of the rows of a domain when its set of elements changes.

use super::NEW;

/// From which old row each new one comes, and which old rows linger.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    /// Per living element after the edit: its old row, or [`NEW`]. A row of an element that was gone is one of an element that
    /// has come back.
    pub(crate) from: Vec<u32>,
    /// The old rows of elements that are gone after it, as they were drawn.
    pub(crate) gone: Vec<u32>,
    /// Elements that lived before it, and those that lingered.
    pub(crate) before: [u32; 2],
    /// Whether other elements live than before, or in another order.
    is_change: bool,
    /// Whether anything moves: the living ones, or those that linger.
    is_due: bool,
}

impl Edit {
    pub(super) fn with_room(room: usize) -> Self {
        Self { from: Vec::with_capacity(room), gone: Vec::with_capacity(room), ..Self::default() }
    }

    #[cfg(test)]
    pub(crate) fn new(from: Vec<u32>, gone: Vec<u32>, before: [u32; 2]) -> Self {
        let mut edit = Self { from, gone, before, ..Self::default() };
        edit.look();
        edit
    }

    pub(super) fn begin(&mut self, before: [u32; 2]) {
        *self = Self {
            from: std::mem::take(&mut self.from),
            gone: std::mem::take(&mut self.gone),
            ..Self::default()
        };
        self.from.clear();
        self.gone.clear();
        self.before = before;
    }

    /// Looks, once it is complete, whether it is an edit at all. One that is only begun is none.
    pub(super) fn look(&mut self) {
        let [living, lingering] = self.before;
        let moves = || self.from.iter().zip(0..).any(|(&from, row)| from != row);
        self.is_change = self.from.len() != living as usize || moves();
        self.is_due = self.is_change || self.gone.len() != lingering as usize || !self.lingers_in_place();
    }

    /// Whether other elements live than before, or in another order.
    pub(crate) fn is_change(&self) -> bool {
        self.is_change
    }

    /// Whether anything moves.
    pub(crate) fn is_due(&self) -> bool {
        self.is_due
    }

    /// Whether an element lives again that was gone.
    pub(crate) fn comes_back(&self) -> bool {
        self.from.iter().any(|&from| from != NEW && from >= self.before[0])
    }

    /// The old row of an element that goes on living in a new row.
    pub(crate) fn lived(&self, row: usize) -> Option<usize> {
        let from = self.from[row];
        (from < self.before[0]).then_some(from as usize)
    }

    /// Old rows in the order of the new ones: living ones, then those that linger; none of an element that is new.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        let living = self.from.iter().map(|&from| (from != NEW).then_some(from as usize));
        living.chain(self.gone.iter().map(|&row| Some(row as usize)))
    }

    /// Whether what lingers is where it was.
    pub(crate) fn lingers_in_place(&self) -> bool {
        let first = self.from.len() as u32;
        self.gone.iter().zip(first..).all(|(&row, at)| row == at)
    }
}
