//! State between frames: which cells are fresh, and where rings stand.

use bevy_ecs::prelude::Resource;

use super::plan::CellPlan;

/// Where every cell stands. One entry per cell of the program.
#[derive(Resource, Debug, Default)]
pub(crate) struct Rings {
    /// Commits of each cell.
    pushed: Vec<u64>,
    length: Vec<u32>,
    /// First entry in `times`, for timed rings.
    first: Vec<Option<u32>>,
    /// When each entry of each timed ring was pushed, in seconds.
    times: Vec<f64>,
    /// Of each timed ring, the time that its last push wrote over.
    replaced: Vec<f64>,
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

impl Rings {
    pub(crate) fn new(cells: &[CellPlan]) -> Self {
        let mut rings = Self::default();
        for cell in cells {
            rings.pushed.push(0);
            rings.length.push(cell.length);
            rings.replaced.push(0.0);
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
    }

    /// Whether a cell still holds its initial value.
    pub(crate) fn is_fresh(&self, cell: u32) -> bool {
        self.pushed[cell as usize] == 0
    }

    /// The entry that the next commit goes to; 0 for a cell that is no ring.
    pub(crate) fn head(&self, cell: u32) -> u32 {
        (self.pushed[cell as usize] % u64::from(self.length[cell as usize])) as u32
    }

    /// The entry that was pushed as many commits ago as the ring is long, or else the first one.
    pub(crate) fn oldest(&self, cell: u32) -> u32 {
        let full = self.pushed[cell as usize] >= u64::from(self.length[cell as usize]);
        if full { self.head(cell) } else { 0 }
    }

    /// Counts a commit at time `seconds`.
    pub(crate) fn push(&mut self, cell: u32, seconds: f64) {
        let head = self.head(cell);
        if let Some(first) = self.first[cell as usize] {
            let time = &mut self.times[(first + head) as usize];
            self.replaced[cell as usize] = std::mem::replace(time, seconds);
        }
        self.pushed[cell as usize] += 1;
    }

    /// Takes the last commit of a cell back. Only one can be.
    pub(crate) fn pull(&mut self, cell: u32) {
        self.pushed[cell as usize] -= 1;
        let head = self.head(cell);
        if let Some(first) = self.first[cell as usize] {
            self.times[(first + head) as usize] = self.replaced[cell as usize];
        }
    }

    /// Takes over where a cell of the same shape stands.
    pub(crate) fn carry(&mut self, old: &Self, from: u32, to: u32) {
        let (from, to) = (from as usize, to as usize);
        self.pushed[to] = old.pushed[from];
        self.replaced[to] = old.replaced[from];
        if let (Some(there), Some(here)) = (old.first[from], self.first[to]) {
            let (there, here, length) = (there as usize, here as usize, self.length[to] as usize);
            self.times[here..here + length].copy_from_slice(&old.times[there..there + length]);
        }
    }

    /// The entries around a time. Before the oldest it is the oldest, after the newest the newest.
    pub(crate) fn tap(&self, cell: u32, seconds: f64) -> Tap {
        let (length, pushed) = (self.length[cell as usize], self.pushed[cell as usize]);
        let known = pushed.min(u64::from(length)) as u32;
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
            timed,
            initial: 0.0,
            domain: None,
        };
        Rings::new(&[cell])
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
