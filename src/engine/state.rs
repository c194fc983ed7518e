//! State between frames: which cells are fresh, and where rings stand.

use bevy_ecs::prelude::Resource;

use super::plan::CellPlan;
use crate::time::Flicks;

/// Where every cell stands. One entry per cell of the program.
#[derive(Resource, Debug, Default)]
pub(crate) struct Rings {
    /// Commits of each cell.
    pushed: Vec<u64>,
    length: Vec<u32>,
    /// Whether entries that nothing was pushed to count, for they hold an initial value.
    has_initial: Vec<bool>,
    /// First entry in `times`, for timed rings.
    first: Vec<Option<u32>>,
    /// When each entry of each timed ring was pushed, in seconds.
    times: Vec<f64>,
    /// Of each timed ring, the time that its last push wrote over.
    replaced: Vec<f64>,
    /// The first push of each cell that is still known, counted from 0: later ones than a ring is long ago are not
    /// where it was made longer.
    since: Vec<u64>,
    /// How many elements of each cell something was committed to: all of them, but for those that came in a swap.
    known: Vec<[u32; 2]>,
    /// How long before the start of time the cycle of each phase began: 0 but for those whose period was edited.
    offsets: Vec<Flicks>,
}

/// All elements.
const ALL: u32 = u32::MAX;

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

impl Rings {
    pub(crate) fn new(cells: &[CellPlan], phases: usize) -> Self {
        let mut rings = Self { offsets: vec![Flicks::ZERO; phases], ..Self::default() };
        for cell in cells {
            rings.pushed.push(0);
            rings.length.push(cell.length);
            rings.has_initial.push(cell.has_initial);
            rings.replaced.push(0.0);
            rings.since.push(0);
            rings.known.push([0; 2]);
            rings.first.push(cell.timed.then_some(rings.times.len() as u32));
            if cell.timed {
                rings.times.resize(rings.times.len() + cell.length as usize, 0.0);
            }
        }
        rings
    }

    /// Everything as it was before the first frame.
    pub(crate) fn reset(&mut self) {
        self.pushed.fill(0);
        self.times.fill(0.0);
        self.offsets.fill(Flicks::ZERO);
        self.since.fill(0);
        self.known.fill([0; 2]);
    }

    /// Whether a cell still holds its initial value.
    pub(crate) fn is_fresh(&self, cell: u32) -> bool {
        self.pushed[cell as usize] == 0
    }

    /// How long before the start of time the cycle of a phase began, if it has a row.
    pub(crate) fn offset(&self, phase: u32) -> Flicks {
        self.offsets.get(phase as usize).copied().unwrap_or_default()
    }

    pub(crate) fn set_offset(&mut self, phase: u32, offset: Flicks) {
        self.offsets[phase as usize] = offset;
    }

    /// Back to cycles that began with time.
    pub(crate) fn forget_offsets(&mut self) {
        self.offsets.fill(Flicks::ZERO);
    }

    /// How many elements of a cell, the first ones, do not hold their initial value any more.
    pub(crate) fn known(&self, cell: u32) -> u32 {
        self.known[cell as usize][0]
    }

    /// How many entries of a ring hold something that was pushed.
    fn filled(&self, cell: u32) -> u32 {
        let known = self.pushed[cell as usize] - self.since[cell as usize];
        known.min(u64::from(self.length[cell as usize])) as u32
    }

    /// The entry that the next commit goes to; 0 for a cell that is no ring.
    pub(crate) fn head(&self, cell: u32) -> u32 {
        (self.pushed[cell as usize] % u64::from(self.length[cell as usize])) as u32
    }

    /// The entry that was pushed as many commits ago as the ring is long, or else the first one that is known, or one
    /// that holds the initial value if the ring has one.
    pub(crate) fn oldest(&self, cell: u32) -> u32 {
        if self.shows_initial(cell) {
            return self.head(cell);
        }
        let oldest = self.pushed[cell as usize] - u64::from(self.filled(cell));
        (oldest % u64::from(self.length[cell as usize])) as u32
    }

    /// Whether a ring still holds its initial value, and that counts.
    fn shows_initial(&self, cell: u32) -> bool {
        self.has_initial[cell as usize] && self.pushed[cell as usize] < u64::from(self.length[cell as usize])
    }

    /// The entries that go on in a ring of another length: in this one and in that one. All of them where it is as
    /// long.
    pub(crate) fn moves(&self, cell: u32, length: u32) -> impl Iterator<Item = [u32; 2]> + use<> {
        let own = self.length[cell as usize];
        let (pushed, is_same) = (self.pushed[cell as usize], own == length);
        let count = if is_same { own } else { self.filled(cell).min(length) };
        (0..count).map(move |k| match is_same {
            true => [k; 2],
            false => [own, length].map(|length| ((pushed - 1 - u64::from(k)) % u64::from(length)) as u32),
        })
    }

    /// Counts a commit at time `seconds`.
    pub(crate) fn push(&mut self, cell: u32, seconds: f64) {
        let head = self.head(cell);
        if let Some(first) = self.first[cell as usize] {
            let time = &mut self.times[(first + head) as usize];
            self.replaced[cell as usize] = std::mem::replace(time, seconds);
        }
        self.pushed[cell as usize] += 1;
        let known = &mut self.known[cell as usize];
        *known = [ALL, known[0]];
    }

    /// Takes the last commit of a cell back. Only one can be.
    pub(crate) fn pull(&mut self, cell: u32) {
        self.pushed[cell as usize] -= 1;
        let known = &mut self.known[cell as usize];
        *known = [known[1]; 2];
        let head = self.head(cell);
        if let Some(first) = self.first[cell as usize] {
            self.times[(first + head) as usize] = self.replaced[cell as usize];
        }
    }

    /// Takes over where a cell stands, whose ring may be of another length. `lanes` are the elements that stay.
    pub(crate) fn carry(&mut self, old: &Self, from: u32, to: u32, lanes: Option<u32>) {
        let moves = old.moves(from, self.length[to as usize]);
        let (from, to) = (from as usize, to as usize);
        self.pushed[to] = old.pushed[from];
        self.replaced[to] = old.replaced[from];
        self.since[to] = old.since[from];
        if old.length[from] != self.length[to] {
            let filled = old.filled(from as u32).min(self.length[to]);
            self.since[to] = self.pushed[to] - u64::from(filled);
        }
        let known = old.known[from][0];
        // Elements beyond those that stay were never here.
        self.known[to] = [lanes.map_or(known, |stay| stay.min(known)); 2];
        if let (Some(there), Some(here)) = (old.first[from], self.first[to]) {
            for [from, to] in moves {
                self.times[(here + to) as usize] = old.times[(there + from) as usize];
            }
        }
    }

    /// The entries around a time. Before the oldest it is the oldest, after the newest the newest.
    pub(crate) fn tap(&self, cell: u32, seconds: f64) -> Tap {
        let (length, pushed) = (self.length[cell as usize], self.pushed[cell as usize]);
        let known = self.filled(cell);
        let Some(first) = self.first[cell as usize].filter(|_| known > 0) else {
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
    use crate::program::Storage;

    fn ring(length: u32, timed: bool) -> Rings {
        let cell = CellPlan {
            key: "k".into(),
            kind: crate::engine::plan::expr::Kind::Float,
            storage: Storage::F64,
            offset: 0,
            stride: 1,
            length,
            is_stretched: false,
            timed,
            initial: 0.0,
            has_initial: false,
            domain: None,
            rests: [crate::engine::plan::NONE; 4],
        };
        Rings::new(&[cell], 0)
    }

    #[test]
    fn frame_rings_give_the_oldest_push() {
        let mut rings = ring(3, false);
        let mut seen = Vec::new();
        for _ in 0..7 {
            rings.push(0, 0.0);
            seen.push((rings.oldest(0), rings.head(0)));
        }
        assert_eq!(seen, [(0, 1), (0, 2), (0, 0), (1, 1), (2, 2), (0, 0), (1, 1)]);
    }

    #[test]
    fn a_push_is_taken_back() {
        for timed in [false, true] {
            let mut rings = ring(3, timed);
            for k in 0..8 {
                let look =
                    |rings: &Rings| format!("{:?} {:?} {:?}", rings.pushed, rings.times, rings.tap(0, 3.5));
                let before = look(&rings);
                rings.push(0, f64::from(k));
                rings.pull(0);
                assert_eq!(look(&rings), before);
                rings.push(0, f64::from(k));
            }
        }
    }

    #[test]
    fn taps_lie_between_two_pushes() {
        let mut rings = ring(4, true);
        assert_eq!(rings.tap(0, 1.0), Tap { older: 0, newer: 0, share: 0.0 });
        for k in 0..6 {
            rings.push(0, f64::from(k));
        }
        // Entries now hold the times 4, 5, 2, 3.
        let check = |seconds: f64, older: u32, newer: u32, share: f64| {
            assert_eq!(rings.tap(0, seconds), Tap { older, newer, share }, "{seconds}");
        };
        check(0.5, 2, 2, 0.0);
        check(2.0, 2, 3, 0.0);
        check(3.25, 3, 0, 0.25);
        check(4.5, 0, 1, 0.5);
        check(5.0, 1, 1, 0.0);
        check(9.0, 1, 1, 0.0);
    }
}
