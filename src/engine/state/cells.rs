//! The status of each cell: the number of its commits, its fresh elements, and the head of its ring.

use crate::engine::plan::CellPlan;
use crate::engine::snapshots::copy;
use crate::id::{CellId, Table};

/// The status of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellStatus {
    /// Commits so far.
    pushed: u64,
    /// The first push that is still known, counted from 0. In a ring that was made longer, that is later than its length ago.
    since: u64,
    /// The first fresh element: nothing was committed yet to it and the ones after it. [`NONE_FRESH`] if there is none.
    fresh_from: u32,
    /// How many entries of the ring were saved since the newest snapshot, in the order in which they were written. All of them
    /// where there is no snapshot, because then nothing needs to be saved.
    saved: u32,
}

/// No element is fresh, however many there are.
const NONE_FRESH: u32 = u32::MAX;

/// What a plan says of a cell's ring.
#[derive(Clone, Copy, Debug)]
struct RingShape {
    /// Entries; 1 for a cell that is no ring.
    length: u32,
    /// Whether entries that nothing was pushed to count, for they hold an initial value.
    has_initial: bool,
    /// Whether it holds something before the first frame as if that had been committed.
    is_kept: bool,
    /// The first of its entries in `times`, for timed rings.
    times: Option<u32>,
}

/// The status of all cells. One entry per cell of the program.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    status: Table<CellId, CellStatus>,
    shapes: Table<CellId, RingShape>,
    /// When each entry of each timed ring was pushed, in seconds.
    times: Vec<f64>,
}

/// Two neighbouring entries of a timed ring, and how far on the way from the older to the newer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tap {
    pub(crate) older: u32,
    pub(crate) newer: u32,
    pub(crate) share: f64,
}

/// The row of a component of an entry of a ring.
pub(crate) fn ring_entry(cell: &CellPlan, entry: u32, component: u32) -> u32 {
    cell.offset + entry * cell.stride + component
}

impl Cells {
    pub(super) fn new(plans: &[CellPlan]) -> Self {
        let mut cells = Self::default();
        for plan in plans {
            cells.shapes.push(RingShape {
                length: plan.length,
                has_initial: plan.has_initial,
                is_kept: plan.kept.is_some(),
                times: plan.timed.then_some(cells.times.len() as u32),
            });
            if plan.timed {
                cells.times.resize(cells.times.len() + plan.length as usize, 0.0);
            }
        }
        cells.status = Table::filled(CellStatus::default(), plans.len());
        cells.reset();
        cells
    }

    /// Whether the program has no state.
    pub(super) fn is_empty(&self) -> bool {
        self.status.is_empty()
    }

    /// Everything as it was before the first frame.
    pub(super) fn reset(&mut self) {
        for (status, shape) in self.status.iter_mut().zip(self.shapes.iter()) {
            *status = CellStatus { pushed: u64::from(shape.is_kept), ..CellStatus::default() };
        }
        self.times.fill(0.0);
        self.keep_nothing();
    }

    /// Whether nothing was ever committed to a cell.
    pub(crate) fn is_fresh(&self, cell: CellId) -> bool {
        self.status[cell].pushed == 0
    }

    /// The first fresh element of a cell; beyond all elements if none is.
    pub(crate) fn fresh_from(&self, cell: CellId) -> u32 {
        self.status[cell].fresh_from
    }

    /// How many entries of a ring hold something that was pushed.
    fn filled(&self, cell: CellId) -> u32 {
        let CellStatus { pushed, since, .. } = self.status[cell];
        (pushed - since).min(u64::from(self.length(cell))) as u32
    }

    fn length(&self, cell: CellId) -> u32 {
        self.shapes[cell].length
    }

    /// The entry that the next commit goes to; 0 for a cell that is no ring.
    pub(crate) fn head(&self, cell: CellId) -> u32 {
        (self.status[cell].pushed % u64::from(self.length(cell))) as u32
    }

    /// The entry that was pushed as many commits ago as the ring is long, or else the first one that is known, or one
    /// that holds the initial value if the ring has one.
    pub(crate) fn oldest(&self, cell: CellId) -> u32 {
        if self.shows_initial(cell) {
            return self.head(cell);
        }
        let oldest = self.status[cell].pushed - u64::from(self.filled(cell));
        (oldest % u64::from(self.length(cell))) as u32
    }

    /// Whether a ring still holds its initial value, and that counts.
    fn shows_initial(&self, cell: CellId) -> bool {
        let RingShape { length, has_initial, .. } = self.shapes[cell];
        has_initial && self.status[cell].pushed < u64::from(length)
    }

    /// Counts a commit at time `seconds`.
    pub(super) fn push(&mut self, cell: CellId, seconds: f64) {
        if let Some(first) = self.shapes[cell].times {
            let row = first + self.head(cell);
            self.times[row as usize] = seconds;
        }
        let status = &mut self.status[cell];
        status.pushed += 1;
        status.fresh_from = NONE_FRESH;
    }

    /// Of an entry of a timed ring, its row in `times` and when it was pushed.
    pub(super) fn time(&self, cell: CellId, entry: u32) -> Option<(u32, f64)> {
        let row = self.shapes[cell].times? + entry;
        Some((row, self.times[row as usize]))
    }

    /// Gives an entry of a timed ring the time it had.
    pub(super) fn set_time(&mut self, row: u32, seconds: f64) {
        self.times[row as usize] = seconds;
    }

    /// Whether the next commit has to save the entry at the head, and rows that every commit overwrites. Entries are
    /// overwritten one after the other, so the head is among the saved ones only if all are.
    pub(super) fn keeps(&self, cell: CellId) -> [bool; 2] {
        let saved = self.status[cell].saved;
        [saved < self.length(cell), saved == 0]
    }

    /// Whether an entry was saved since the newest snapshot, or there is none.
    pub(super) fn is_saved(&self, cell: CellId, entry: u32) -> bool {
        let (CellStatus { pushed, saved, .. }, length) = (self.status[cell], self.length(cell));
        // While some are not saved, every commit since the snapshot has saved one.
        saved >= length || {
            let first = ((pushed - u64::from(saved)) % u64::from(length)) as u32;
            (entry + length - first) % length < saved
        }
    }

    /// The entry that the next commit goes to was saved.
    pub(super) fn note_saved(&mut self, cell: CellId) {
        self.status[cell].saved += 1;
    }

    /// All entries of a cell were saved.
    pub(super) fn note_all_saved(&mut self, cell: CellId) {
        self.status[cell].saved = self.length(cell);
    }

    /// There is no snapshot, so nothing needs to be saved.
    pub(super) fn keep_nothing(&mut self) {
        for (status, shape) in self.status.iter_mut().zip(self.shapes.iter()) {
            status.saved = shape.length;
        }
    }

    /// Copies the status of all cells into a snapshot; from now on everything that is overwritten has to be saved.
    pub(super) fn snapshot(&mut self, into: &mut [CellStatus]) {
        into.copy_from_slice(&self.status);
        for status in self.status.iter_mut() {
            status.saved = 0;
        }
    }

    pub(super) fn restore(&mut self, from: &[CellStatus]) {
        self.status.copy_from_slice(from);
    }

    /// Copies all that commits change.
    pub(super) fn copy_all_to(&self, status: &mut Vec<CellStatus>, times: &mut Vec<f64>) {
        let Self { status: own_status, shapes: _, times: own_times } = self;
        copy(own_status, status);
        copy(own_times, times);
    }

    /// All that commits change is as it was when it was copied. Nothing needs to be saved, for there is no snapshot.
    pub(super) fn restore_all(&mut self, status: &[CellStatus], times: &[f64]) {
        self.restore(status);
        self.times.copy_from_slice(times);
        self.keep_nothing();
    }

    /// The entries that continue in a ring of another length: in this one and in that one. All of them where it is as
    /// long.
    pub(super) fn moves(&self, cell: CellId, length: u32) -> impl Iterator<Item = [u32; 2]> + use<> {
        let own = self.length(cell);
        let (pushed, is_same) = (self.status[cell].pushed, own == length);
        let count = if is_same { own } else { self.filled(cell).min(length) };
        (0..count).map(move |k| match is_same {
            true => [k; 2],
            false => [own, length].map(|length| ((pushed - 1 - u64::from(k)) % u64::from(length)) as u32),
        })
    }

    /// Takes over the status of a cell whose ring may be of another length.
    pub(super) fn carry(&mut self, old: &Self, from: CellId, to: CellId) {
        let there = old.status[from];
        let length = self.length(to);
        let since = match old.length(from) == length {
            true => there.since,
            false => there.pushed - u64::from(old.filled(from).min(length)),
        };
        self.status[to] = CellStatus { since, saved: length, ..there };
        let times = old.shapes[from].times.zip(self.shapes[to].times);
        if let Some((there, here)) = times {
            for [from, to] in old.moves(from, length) {
                self.times[(here + to) as usize] = old.times[(there + from) as usize];
            }
        }
    }

    /// Elements from `first` on are fresh.
    pub(super) fn set_fresh_from(&mut self, cell: CellId, first: u32) {
        self.status[cell].fresh_from = first;
    }

    #[cfg(test)]
    pub(super) fn pushed(&self, cell: CellId) -> u64 {
        self.status[cell].pushed
    }

    /// When the entries of a timed ring were pushed; 0 of others.
    #[cfg(test)]
    pub(super) fn times(&self, cell: CellId) -> Vec<f64> {
        let RingShape { length, times, .. } = self.shapes[cell];
        (0..length).map(|entry| times.map_or(0.0, |first| self.times[(first + entry) as usize])).collect()
    }

    /// The entries around a time. Before the oldest it is the oldest, after the newest the newest.
    pub(crate) fn tap(&self, cell: CellId, seconds: f64) -> Tap {
        let (length, pushed) = (self.length(cell), self.status[cell].pushed);
        let known = self.filled(cell);
        let Some(first) = self.shapes[cell].times.filter(|_| known > 0) else {
            return Tap { older: 0, newer: 0, share: 0.0 };
        };
        // Entry `k` counted from the oldest.
        let entry = |k: u32| ((pushed - u64::from(known) + u64::from(k)) % u64::from(length)) as u32;
        let time = |k: u32| self.times[(first + entry(k)) as usize];
        // How many were pushed at or before that time; times ascend.
        let (mut low, mut high) = (0, known);
        while low < high {
            let middle = low + (high - low) / 2;
            if time(middle) <= seconds { low = middle + 1 } else { high = middle }
        }
        if low == 0 && self.shows_initial(cell) {
            let unused = self.head(cell);
            return Tap { older: unused, newer: unused, share: 0.0 };
        }
        if low == 0 || low == known {
            let edge = entry(low.saturating_sub(1));
            return Tap { older: edge, newer: edge, share: 0.0 };
        }
        let (from, to) = (time(low - 1), time(low));
        let share = if to > from { (seconds - from) / (to - from) } else { 0.0 };
        Tap { older: entry(low - 1), newer: entry(low), share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: CellId = CellId(0);

    fn ring(length: u32, timed: bool) -> Cells {
        Cells::new(&[CellPlan { length, timed, ..super::super::tests::scalar() }])
    }

    #[test]
    fn frame_rings_give_the_oldest_push() {
        let mut cells = ring(3, false);
        let mut seen = Vec::new();
        for _ in 0..7 {
            cells.push(RING, 0.0);
            seen.push((cells.oldest(RING), cells.head(RING)));
        }
        assert_eq!(seen, [(0, 1), (0, 2), (0, 0), (1, 1), (2, 2), (0, 0), (1, 1)]);
    }

    #[test]
    fn entries_are_saved_in_the_order_of_commits() {
        let mut cells = ring(3, false);
        assert_eq!(cells.keeps(RING), [false, false], "there is no snapshot");
        cells.push(RING, 0.0);
        cells.push(RING, 0.0);
        let mut copy = [CellStatus::default()];
        cells.snapshot(&mut copy);
        let mut seen = Vec::new();
        for _ in 0..4 {
            let [head, _] = cells.keeps(RING);
            assert_eq!(head, !cells.is_saved(RING, cells.head(RING)));
            if head {
                cells.note_saved(RING);
            }
            cells.push(RING, 0.0);
            seen.push([0, 1, 2].map(|entry| cells.is_saved(RING, entry)));
        }
        assert_eq!(seen, [[false, false, true], [true, false, true], [true; 3], [true; 3]]);
    }

    #[test]
    fn taps_are_between_two_pushes() {
        let mut cells = ring(4, true);
        assert_eq!(cells.tap(RING, 1.0), Tap { older: 0, newer: 0, share: 0.0 });
        for k in 0..6 {
            cells.push(RING, f64::from(k));
        }
        // Entries now hold the times 4, 5, 2, 3.
        let check = |seconds: f64, older: u32, newer: u32, share: f64| {
            assert_eq!(cells.tap(RING, seconds), Tap { older, newer, share }, "{seconds}");
        };
        check(0.5, 2, 2, 0.0);
        check(2.0, 2, 3, 0.0);
        check(3.25, 3, 0, 0.25);
        check(4.5, 0, 1, 0.5);
        check(5.0, 1, 1, 0.0);
        check(9.0, 1, 1, 0.0);
    }
}
