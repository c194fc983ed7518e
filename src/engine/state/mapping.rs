//! Which elements of a domain stay when the domain changes, and which rows they get.

/// Old rows to new rows of a domain: elements that stay keep their order and come first, new ones follow. So the fresh elements
/// of a cell are always its last ones, and one number per cell is enough to know which they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// The old row of each element that stays, ascending.
    from: Vec<u32>,
    /// Elements after the change.
    count: u32,
    /// Whether every element that stays keeps its row.
    is_prefix: bool,
}

impl Mapping {
    /// A mapping of elements that stay, by their old rows in ascending order, to the first of `count` rows.
    pub(crate) fn new(from: Vec<u32>, count: u32) -> Self {
        debug_assert!(
            from.is_sorted_by(|a, b| a < b) && from.len() <= count as usize,
            "what stays keeps its order"
        );
        let is_prefix = from.last().is_none_or(|&last| last as usize + 1 == from.len());
        Self { from, count, is_prefix }
    }

    /// A domain that grows or shrinks at its end.
    pub(crate) fn resize(before: u32, after: u32) -> Self {
        Self::new((0..before.min(after)).collect(), after)
    }

    /// The rows of new elements.
    pub(super) fn new_rows(&self) -> std::ops::Range<usize> {
        self.from.len()..self.count as usize
    }

    /// Whether every element that stays keeps its row, so that nothing has to be moved.
    pub(super) fn is_prefix(&self) -> bool {
        self.is_prefix
    }

    /// Whether any lane of a row has to be written.
    pub(super) fn writes(&self) -> bool {
        !self.is_prefix || !self.new_rows().is_empty()
    }

    /// The first fresh element after the change, where `fresh_from` was the first one before: what is new is fresh.
    pub(super) fn fresh_from(&self, fresh_from: u32) -> u32 {
        self.from.partition_point(|&row| row < fresh_from) as u32
    }

    /// Copies the lanes of the elements that stay to their new rows.
    pub(super) fn gather(&self, from: &[f32], to: &mut [f32]) {
        for (to, &row) in to.iter_mut().zip(&self.from) {
            *to = from[row as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_fresh_and_comes_last() {
        let check = |mapping: &Mapping, fresh_from: u32, expected: u32| {
            assert_eq!(mapping.fresh_from(fresh_from), expected, "{mapping:?} from {fresh_from}");
        };
        let grown = Mapping::resize(3, 5);
        assert!(grown.is_prefix() && grown.new_rows() == (3..5));
        check(&grown, u32::MAX, 3);
        check(&grown, 2, 2);
        check(&grown, 0, 0);
        let shrunk = Mapping::resize(5, 3);
        assert!(shrunk.is_prefix() && shrunk.new_rows().is_empty());
        check(&shrunk, u32::MAX, 3);
        check(&shrunk, 4, 3);
        check(&shrunk, 1, 1);
        let compacted = Mapping::new(vec![1, 2, 6], 4);
        assert!(!compacted.is_prefix() && compacted.new_rows() == (3..4));
        check(&compacted, u32::MAX, 3);
        check(&compacted, 2, 1);
        let mut lanes = [0.0; 4];
        compacted.gather(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &mut lanes);
        assert_eq!(lanes, [1.0, 2.0, 6.0, 0.0]);
    }
}
