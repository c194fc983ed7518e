//! Which elements of a domain stay when the domain changes, and which rows they get.

use crate::engine::elements::Edit;
use crate::engine::plan::NONE;

/// Old rows to new rows of a domain.
///
/// Mostly elements that stay keep their order and come first, and new ones follow: then the fresh elements of a cell are always
/// its last ones, and one number per cell is enough to know which they are. Elements that a host gives may come in any order;
/// which of those are fresh, their domain knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// The old row of each new one; [`NONE`] of a new element.
    from: Vec<u32>,
    /// Elements that stay, before the first new one.
    stay: usize,
    /// Whether every element that stays keeps its row.
    is_prefix: bool,
    /// Whether those that stay keep their order and come first.
    is_ordered: bool,
}

impl Mapping {
    /// A mapping that may be followed by edits of so many rows.
    pub(crate) fn with_room(rows: usize) -> Self {
        Self { from: Vec::with_capacity(rows), ..Self::default() }
    }

    /// Room for at least so many rows.
    pub(crate) fn make_room(&mut self, rows: usize) {
        self.from.reserve(rows.saturating_sub(self.from.len()));
    }

    /// A mapping of elements that stay, by their old rows in ascending order, to the first of `count` rows.
    #[cfg(test)]
    pub(crate) fn new(from: &[u32], count: u32) -> Self {
        debug_assert!(
            from.is_sorted_by(|a, b| a < b) && from.len() <= count as usize,
            "what stays keeps its order"
        );
        let mut mapping = Self { from: from.to_vec(), ..Self::default() };
        mapping.from.resize(count as usize, NONE);
        mapping.look();
        mapping
    }

    /// A domain that grows or shrinks at its end.
    #[cfg(test)]
    pub(crate) fn resize(before: u32, after: u32) -> Self {
        Self::new(&(0..before.min(after)).collect::<Vec<_>>(), after)
    }

    /// The mapping of an edit. What comes back is new: its state is gone.
    pub(crate) fn follow(&mut self, edit: &Edit) {
        self.from.clear();
        let rows = 0..edit.from.len();
        self.from.extend(rows.map(|row| edit.lived(row).map_or(NONE, |old| old as u32)));
        self.look();
    }

    fn look(&mut self) {
        let Self { from, stay, is_prefix, is_ordered } = self;
        *stay = from.iter().position(|&row| row == NONE).unwrap_or(from.len());
        let (old, new) = from.split_at(*stay);
        *is_ordered = old.is_sorted_by(|a, b| a < b) && new.iter().all(|&row| row == NONE);
        *is_prefix = *is_ordered && old.last().is_none_or(|&last| last as usize + 1 == old.len());
    }

    /// The rows of new elements.
    pub(super) fn new_rows(&self) -> impl Iterator<Item = usize> + '_ {
        (self.stay..self.from.len()).filter(|&row| self.from[row] == NONE)
    }

    /// Whether every element that stays keeps its row, so that nothing has to be moved.
    pub(super) fn is_prefix(&self) -> bool {
        self.is_prefix
    }

    /// Whether any lane of a row has to be written.
    pub(super) fn writes(&self) -> bool {
        !self.is_prefix || self.stay < self.from.len()
    }

    /// The first fresh element after the change, where `fresh_from` was the first one before: what is new is fresh. `none` is
    /// what says that none is.
    pub(super) fn fresh_from(&self, fresh_from: u32, none: u32) -> u32 {
        match self.is_ordered {
            true => self.from[..self.stay].partition_point(|&row| row < fresh_from) as u32,
            false if fresh_from == 0 => 0,
            false => none,
        }
    }

    /// Copies the lanes of the elements that stay to their new rows.
    pub(super) fn gather(&self, from: &[f32], to: &mut [f32]) {
        for (to, &row) in to.iter_mut().zip(&self.from) {
            if row != NONE {
                *to = from[row as usize];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: u32 = u32::MAX;

    #[test]
    fn what_is_new_is_fresh_and_comes_last() {
        let check = |mapping: &Mapping, fresh_from: u32, expected: u32| {
            assert_eq!(mapping.fresh_from(fresh_from, MANY), expected, "{mapping:?} from {fresh_from}");
        };
        let new = |mapping: &Mapping| mapping.new_rows().collect::<Vec<_>>();
        let grown = Mapping::resize(3, 5);
        assert!(grown.is_prefix() && new(&grown) == [3, 4]);
        check(&grown, u32::MAX, 3);
        check(&grown, 2, 2);
        check(&grown, 0, 0);
        let shrunk = Mapping::resize(5, 3);
        assert!(shrunk.is_prefix() && new(&shrunk).is_empty());
        check(&shrunk, u32::MAX, 3);
        check(&shrunk, 4, 3);
        check(&shrunk, 1, 1);
        let compacted = Mapping::new(&[1, 2, 6], 4);
        assert!(!compacted.is_prefix() && new(&compacted) == [3]);
        check(&compacted, u32::MAX, 3);
        check(&compacted, 2, 1);
        let mut lanes = [0.0; 4];
        compacted.gather(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &mut lanes);
        assert_eq!(lanes, [1.0, 2.0, 6.0, 0.0]);
    }

    #[test]
    fn a_host_may_give_any_order() {
        let mut mapping = Mapping::default();
        mapping.follow(&Edit::new(vec![2, NONE, 0, 4], vec![1], [3, 2]));
        assert!(!mapping.is_prefix() && mapping.writes());
        assert_eq!(mapping.new_rows().collect::<Vec<_>>(), [1, 3]);
        assert_eq!((mapping.fresh_from(0, MANY), mapping.fresh_from(MANY, MANY)), (0, MANY));
        let mut lanes = [0.0; 4];
        mapping.gather(&[1.0, 2.0, 3.0, 9.0, 9.0], &mut lanes);
        assert_eq!(lanes, [3.0, 0.0, 1.0, 0.0]);
    }
}
