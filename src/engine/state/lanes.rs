//! Rows of per-element state, and the spare buffers beside them.

use crate::engine::plan::{CellPlan, NONE};
use crate::id::{CellId, Table};
use crate::world::LaneBuffer;
use crate::world::tables::{CurrentLanes, SpareLanes};

/// The per-element state as slices.
pub(crate) struct LaneRows<'a> {
    /// What was committed last.
    pub(crate) current: &'a mut [CurrentLanes],
    pub(super) spare: &'a mut [SpareLanes],
}

impl LaneRows<'_> {
    /// Takes a spare buffer out while it is written.
    pub(crate) fn take_spare(&mut self, spare: u32) -> LaneBuffer {
        std::mem::take(&mut self.spare[spare as usize].0)
    }

    /// Puts a spare buffer back.
    pub(crate) fn put_spare(&mut self, spare: u32, buffer: LaneBuffer) {
        self.spare[spare as usize].0 = buffer;
    }

    /// Exchanges a row's buffer for a spare one: no lane is copied.
    pub(super) fn exchange(&mut self, row: u32, spare: u32) {
        std::mem::swap(&mut self.current[row as usize].0, &mut self.spare[spare as usize].0);
    }

    pub(super) fn fill(&mut self, row: u32, lane: f32) {
        self.current[row as usize].0.f32_mut().fill(lane);
    }

    /// Copies a row into a spare buffer.
    pub(super) fn copy(&mut self, row: u32, spare: u32) {
        let from = self.current[row as usize].0.f32();
        self.spare[spare as usize].0.f32_mut().copy_from_slice(from);
    }
}

/// Which spare buffers are free, and which ones the sweeps of this frame write.
///
/// A spare buffer is free, staged (it receives next values) or saved (the undo log refers to it). With one commit per cell
/// between two snapshots, each staged or saved buffer belongs to a row of its own, so one spare per row is enough. A program
/// whose cells are committed more often has to ask for one more row of per-element state for each row that is staged again.
#[derive(Debug, Default)]
pub(crate) struct Spares {
    free: Vec<u32>,
    /// Per cell and component, and then per rest: the spare with its next values, or [`NONE`].
    staged: Vec<u32>,
    staged_count: u32,
    /// Per cell: where it begins in `staged`, and its stride.
    places: Table<CellId, [u32; 2]>,
}

impl Spares {
    /// `count` spares, all of them free.
    pub(super) fn new(cells: &[CellPlan], count: u32) -> Self {
        let mut places = Table::new();
        let mut end = 0;
        for cell in cells {
            places.push([end, cell.stride]);
            end += if cell.domain.is_some() { 2 * cell.stride } else { 0 };
        }
        Self { free: (0..count).rev().collect(), staged: vec![NONE; end as usize], staged_count: 0, places }
    }

    /// More spares, numbered from the first one that was not there.
    pub(super) fn grow(&mut self, added: std::ops::Range<u32>) {
        self.free.extend(added);
    }

    pub(super) fn take(&mut self) -> u32 {
        let spare = self.free.pop();
        debug_assert!(spare.is_some(), "there are as many spares as rows that are staged or saved");
        spare.unwrap_or_default()
    }

    pub(super) fn free(&mut self, spare: u32) {
        self.free.push(spare);
    }

    /// The spare that takes the next values of a component.
    pub(crate) fn stage(&mut self, cell: CellId, component: u32) -> u32 {
        self.stage_at(cell, component, false)
    }

    /// The spare that takes what an f32 leaves of the next values of a component.
    pub(crate) fn stage_rest(&mut self, cell: CellId, component: u32) -> u32 {
        self.stage_at(cell, component, true)
    }

    fn place(&self, cell: CellId, component: u32, is_rest: bool) -> usize {
        let [first, stride] = self.places[cell];
        (first + component + if is_rest { stride } else { 0 }) as usize
    }

    fn stage_at(&mut self, cell: CellId, component: u32, is_rest: bool) -> u32 {
        let place = self.place(cell, component, is_rest);
        if self.staged[place] == NONE {
            self.staged[place] = self.take();
            self.staged_count += 1;
        }
        self.staged[place]
    }

    /// Takes the spare with the next values of a component, or with their rest, if they were written.
    pub(super) fn take_staged(&mut self, cell: CellId, component: u32, is_rest: bool) -> Option<u32> {
        let place = self.place(cell, component, is_rest);
        let spare = std::mem::replace(&mut self.staged[place], NONE);
        (spare != NONE).then(|| {
            self.staged_count -= 1;
            spare
        })
    }

    /// Those that are free or staged.
    #[cfg(test)]
    pub(super) fn unsaved(&self) -> impl Iterator<Item = u32> {
        self.free.iter().chain(self.staged.iter().filter(|&&spare| spare != NONE)).copied()
    }

    /// Forgets next values that were never committed: those of a frame that was stopped.
    pub(super) fn discard_staged(&mut self) {
        if self.staged_count > 0 {
            self.free.extend(self.staged.iter().filter(|&&spare| spare != NONE));
            self.staged.fill(NONE);
            self.staged_count = 0;
        }
    }
}
