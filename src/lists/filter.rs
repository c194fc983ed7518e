//! `where`: the items of which something is so, in their order.

use super::bits::{Bits, Rank};
use super::delta::{Delta, Entry, NONE};
use super::error::ListError;
use super::touched::Twin;

/// A view that shows some of the items of its input: one bit for each of them, in their order. An index of the view is the
/// number of bits that are set before the item's, so no order is kept or moved.
#[derive(Clone, Debug)]
pub struct Filter {
    bits: Bits,
    capacity: u32,
    /// Indices before the commit of what leaves or may turn, while a delta is made.
    places: Vec<u32>,
    delta: Delta,
}

/// An item of the input that is neither new nor gone nor moved, and may be shown or hidden now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turned {
    /// With its old and its new index in the input.
    pub(super) entry: Entry,
    pub(super) is_shown: bool,
}

impl Filter {
    /// A view of a list or view of at most so many items.
    pub fn new(capacity: u32) -> Self {
        Self {
            bits: Bits::new(capacity),
            capacity,
            places: Vec::with_capacity(2 * capacity as usize),
            delta: Delta::with_capacity(capacity),
        }
    }

    /// Makes room for so many items. Allocates.
    pub fn grow(&mut self, capacity: u32) {
        if capacity > self.capacity {
            self.capacity = capacity;
            self.bits.grow(capacity);
            self.places.clear();
            self.places.reserve_exact(2 * capacity as usize);
            self.delta.grow(capacity);
        }
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        self.bits.bytes() + self.places.capacity() * size_of::<u32>() + self.delta.bytes()
    }

    /// What [`bytes`](Self::bytes) says of one with room for so many items.
    pub fn bytes_for(capacity: u32) -> u64 {
        let places = 2 * u64::from(capacity) * size_of::<u32>() as u64;
        Bits::bytes_for(capacity) + places + Delta::bytes_for(capacity)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { bits, capacity, places: _, delta } = other;
        self.bits.copy_from(bits);
        self.capacity = *capacity;
        self.delta.copy_from(delta);
    }

    pub(super) fn catch_up(&mut self, with: &mut Self) {
        self.bits.catch_up(&mut with.bits);
        self.delta.stand(&with.delta);
    }

    pub(super) fn go_back(&mut self, to: &Self) {
        self.bits.go_back(&to.bits);
        self.delta.stand(&to.delta);
    }

    /// Items that are shown.
    pub fn len(&self) -> u32 {
        self.bits.count()
    }

    /// Whether no item is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index in the input of the item that has an index here.
    pub fn source(&self, index: u32) -> Option<u32> {
        self.bits.select(index)
    }

    /// Whether it shows the item that has an index in the input.
    pub(super) fn shows(&self, source: u32) -> bool {
        self.bits.get(source)
    }

    /// How many items are shown before the one that has an index in the input.
    pub(super) fn index(&self, source: u32) -> u32 {
        self.bits.rank(source, &mut Rank::default())
    }

    /// What the last delta of the input has changed here.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Takes a delta of its input. `is_shown` has what is so of each [dirty](Delta::dirty) item.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`], [`ListError::Answers`]. Nothing was changed then.
    pub fn apply(&mut self, input: &Delta, is_shown: &[bool]) -> Result<&Delta, ListError> {
        fits(self.capacity, input)?;
        answered(input, is_shown.len())?;
        let inserts = input.dirty_len() as usize - input.updates().len();
        let (of_inserts, of_updates) = is_shown.split_at(inserts);
        let updates = || {
            let turned = |(entry, is_shown): (&Entry, &bool)| Turned { entry: *entry, is_shown: *is_shown };
            input.updates().iter().zip(of_updates).map(turned)
        };
        self.show(input, of_inserts, false, updates);
        Ok(&self.delta)
    }

    /// The same with the answers for what is inserted (all of it, or what is changed), and with items in ascending order that
    /// may turn, changed or not.
    #[inline]
    pub(super) fn show<I: Iterator<Item = Turned>>(
        &mut self,
        input: &Delta,
        of_inserts: &[bool],
        is_of_all: bool,
        turned: impl Fn() -> I,
    ) {
        self.delta.begin(self.bits.count());
        if input.is_structural() {
            self.place(input, turned());
            self.bits.restructure(input);
            let mut answers = of_inserts.iter();
            for entry in input.inserts().iter().filter(|entry| is_of_all || entry.is_asked()) {
                self.bits.set(entry.new_index(), answers.next().copied().unwrap_or_default());
            }
            for Turned { entry, is_shown } in turned() {
                self.bits.set(entry.new_index(), is_shown);
            }
            self.compare(input, turned());
        } else {
            self.turn(turned());
        }
        self.delta.finish();
    }

    /// Indices before the commit are counted in the old bits.
    fn place(&mut self, input: &Delta, turned: impl Iterator<Item = Turned>) {
        let Self { bits, places, .. } = self;
        let place = |index: u32, rank: &mut Rank| if bits.get(index) { bits.rank(index, rank) } else { NONE };
        places.clear();
        let mut rank = Rank::default();
        places.extend(input.removes().iter().rev().map(|entry| place(entry.old(), &mut rank)));
        rank = Rank::default();
        places.extend(turned.map(|turned| place(turned.entry.old(), &mut rank)));
    }

    /// Indices after the commit are counted in the new bits.
    fn compare(&mut self, input: &Delta, turned: impl Iterator<Item = Turned>) {
        let Self { bits, places, delta, .. } = self;
        let removes = input.removes();
        let (of_removes, of_turned) = places.split_at(removes.len());
        for (entry, from) in removes.iter().rev().zip(of_removes) {
            if *from != NONE && entry.to().is_none() {
                delta.gone(entry.item(), *from);
            }
        }
        let mut rank = Rank::default();
        for entry in input.inserts() {
            let from = entry.from().map_or(NONE, |from| {
                of_removes[removes.len() - 1 - removes.partition_point(|entry| entry.old() > from)]
            });
            let to = bits.get(entry.new_index()).then(|| bits.rank(entry.new_index(), &mut rank));
            match (from, to) {
                (NONE, None) => {}
                (from, None) => delta.gone(entry.item(), from),
                (NONE, Some(to)) => delta.new_item(entry.item(), to),
                (from, Some(to)) => delta.moved(entry.item(), from, to, entry.is_changed()),
            }
        }
        rank = Rank::default();
        for (Turned { entry, is_shown }, from) in turned.zip(of_turned) {
            match (*from, is_shown) {
                (NONE, false) => {}
                (from, false) => delta.gone(entry.item(), from),
                (NONE, true) => delta.new_item(entry.item(), bits.rank(entry.new_index(), &mut rank)),
                (from, true) => {
                    if entry.is_changed() {
                        delta.update(entry.item(), from, bits.rank(entry.new_index(), &mut rank));
                    }
                }
            }
        }
    }

    /// Only some items may turn, none comes, goes or moves.
    #[inline]
    fn turn(&mut self, turned: impl Iterator<Item = Turned>) {
        let Self { bits, delta, .. } = self;
        // Counts before the commit are those after it, but for what turns at lower indices.
        let (mut rank, mut shown, mut hidden) = (Rank::default(), 0, 0);
        for Turned { entry, is_shown } in turned {
            let index = entry.new_index();
            let was_shown = bits.get(index);
            if !(was_shown || is_shown) {
                continue;
            }
            // Bits behind the index do not count, and those before it are new already: the cursor is of the new ones.
            let to = bits.rank(index, &mut rank);
            let from = to + hidden - shown;
            match (was_shown, is_shown) {
                (true, true) => {
                    if entry.is_changed() {
                        delta.update(entry.item(), from, to);
                    }
                }
                (true, false) => {
                    delta.gone(entry.item(), from);
                    bits.set(index, false);
                    hidden += 1;
                }
                (false, _) => {
                    delta.new_item(entry.item(), to);
                    bits.set(index, true);
                    shown += 1;
                }
            }
        }
    }
}

/// Whether all rows of a delta are within a capacity.
#[inline]
pub(super) fn fits(capacity: u32, input: &Delta) -> Result<(), ListError> {
    let items = input.rows();
    if items <= capacity { Ok(()) } else { Err(ListError::TooSmall { capacity, items }) }
}

/// Whether there is a value for each dirty item.
#[inline]
pub(super) fn answered(input: &Delta, found: usize) -> Result<(), ListError> {
    let expected = input.dirty_len();
    if found == expected as usize {
        Ok(())
    } else {
        Err(ListError::Answers { expected, found: found as u32 })
    }
}
