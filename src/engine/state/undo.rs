//! Snapshots: an undo log of what commits overwrite.

use std::collections::VecDeque;

use super::cells::{CellStatus, Cells};
use super::lanes::{LaneRows, Spares};
use super::scalars::Scalars;
use crate::engine::plan::CellPlan;
use crate::program::Storage;

/// The value of a row at the snapshot to which the record belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Record {
    Scalar {
        storage: Storage,
        row: u32,
        bits: u64,
    },
    /// When an entry of a timed ring was pushed.
    Time {
        row: u32,
        seconds: f64,
    },
}

/// The spare buffer with the lanes of a row at the snapshot to which the record belongs.
#[derive(Clone, Copy, Debug)]
struct LaneRecord {
    row: u32,
    spare: u32,
}

/// The status of all cells at one moment, and how many records belong to it.
#[derive(Debug, Default)]
struct Snapshot {
    cells: Vec<CellStatus>,
    records: usize,
    lane_records: usize,
}

/// A bounded ring of snapshots, with the values that were overwritten since each of them. When it is full, the oldest is
/// dropped.
#[derive(Debug, Default)]
pub(crate) struct UndoLog {
    records: VecDeque<Record>,
    lane_records: VecDeque<LaneRecord>,
    /// Oldest first.
    snapshots: VecDeque<Snapshot>,
    unused: Vec<Snapshot>,
}

impl UndoLog {
    /// Room for `depth` snapshots.
    pub(super) fn new(cells: &[CellPlan], depth: usize) -> Self {
        let [records, lane_records] = rooms(cells).map(|room| room * depth);
        let snapshot = || Snapshot { cells: vec![CellStatus::default(); cells.len()], ..Snapshot::default() };
        Self {
            records: VecDeque::with_capacity(records),
            lane_records: VecDeque::with_capacity(lane_records),
            snapshots: VecDeque::with_capacity(depth),
            unused: std::iter::repeat_with(snapshot).take(depth).collect(),
        }
    }

    /// Bytes of the room for one snapshot.
    pub(super) fn bytes(cells: &[CellPlan]) -> usize {
        let [records, lane_records] = rooms(cells);
        records * size_of::<Record>()
            + lane_records * size_of::<LaneRecord>()
            + cells.len() * size_of::<CellStatus>()
    }

    /// What rows of scalar cells of a storage held.
    pub(super) fn scalars(&self, of: Storage) -> impl Iterator<Item = u64> {
        self.records.iter().filter_map(move |record| match *record {
            Record::Scalar { storage, bits, .. } => (storage == of).then_some(bits),
            Record::Time { .. } => None,
        })
    }

    /// The spares that hold what a row held.
    pub(super) fn spares_of(&self, row: u32) -> impl Iterator<Item = u32> {
        self.lane_records.iter().filter(move |record| record.row == row).map(|record| record.spare)
    }

    /// The spares that hold what rows held.
    #[cfg(test)]
    pub(super) fn saved(&self) -> impl Iterator<Item = u32> {
        self.lane_records.iter().map(|record| record.spare)
    }

    /// How much of its room it has, in records.
    #[cfg(test)]
    pub(super) fn capacities(&self) -> [usize; 4] {
        let Self { records, lane_records, snapshots, unused } = self;
        [records.capacity(), lane_records.capacity(), snapshots.capacity(), unused.capacity()]
    }

    /// Drops all snapshots.
    pub(super) fn clear(&mut self, spares: &mut Spares) {
        while self.forget_oldest(spares).is_some() {}
    }

    fn forget_oldest(&mut self, spares: &mut Spares) -> Option<()> {
        let oldest = self.snapshots.pop_front()?;
        self.records.drain(..oldest.records);
        self.lane_records.drain(..oldest.lane_records).for_each(|record| spares.free(record.spare));
        self.unused.push(oldest);
        Some(())
    }

    /// Takes a snapshot: only the status of the cells is copied.
    pub(super) fn snapshot(&mut self, cells: &mut Cells, spares: &mut Spares) {
        if self.unused.is_empty() {
            self.forget_oldest(spares);
        }
        let Some(mut snapshot) = self.unused.pop() else { return };
        cells.snapshot(&mut snapshot.cells);
        (snapshot.records, snapshot.lane_records) = (0, 0);
        self.snapshots.push_back(snapshot);
    }

    /// Saves the value of a row for the newest snapshot. Once per row, so the caller asks [`Cells`] first.
    pub(super) fn keep(&mut self, record: Record) {
        if let Some(newest) = self.snapshots.back_mut() {
            newest.records += 1;
            self.records.push_back(record);
        }
    }

    /// As [`keep`](Self::keep), for a row whose lanes are now in a spare buffer.
    pub(super) fn keep_lanes(&mut self, row: u32, spare: u32) {
        if let Some(newest) = self.snapshots.back_mut() {
            newest.lane_records += 1;
            self.lane_records.push_back(LaneRecord { row, spare });
        }
    }

    /// Restores everything as it was at the newest snapshot, and drops that one. Whether there was one.
    pub(super) fn rollback(
        &mut self,
        cells: &mut Cells,
        spares: &mut Spares,
        scalars: &mut Scalars<'_>,
        lanes: &mut LaneRows<'_>,
    ) -> bool {
        let Some(newest) = self.snapshots.pop_back() else { return false };
        let from = self.records.len() - newest.records;
        for record in self.records.drain(from..) {
            match record {
                Record::Scalar { storage, row, bits } => scalars.set_bits(storage, row, bits),
                Record::Time { row, seconds } => cells.set_time(row, seconds),
            }
        }
        let from = self.lane_records.len() - newest.lane_records;
        for LaneRecord { row, spare } in self.lane_records.drain(from..) {
            lanes.exchange(row, spare);
            spares.free(spare);
        }
        cells.restore(&newest.cells);
        self.unused.push(newest);
        if self.snapshots.is_empty() {
            cells.keep_nothing();
        }
        true
    }
}

/// How many records one snapshot may need, of values and of lanes: one for every row, whatever the number of commits.
fn rooms(cells: &[CellPlan]) -> [usize; 2] {
    let mut rooms = [0; 2];
    for cell in cells {
        let rows = cell.length as usize * cell.stride as usize + cell.rest_rows().count();
        rooms[usize::from(cell.domain.is_some())] += rows;
        rooms[0] += if cell.timed { cell.length as usize } else { 0 };
    }
    rooms
}
