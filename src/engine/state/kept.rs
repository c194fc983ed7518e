//! State as a snapshot of a run has it: a copy of every row and of the status of every cell.

use super::cells::CellStatus;
use super::{PhaseOffsets, StateBook, Store};
use crate::engine::plan::CellPlan;
use crate::engine::snapshots::copy;
use crate::id::DomainId;
use crate::time::Flicks;

/// A copy of all state, in room that is given once.
#[derive(Debug)]
pub(crate) struct KeptState {
    status: Vec<CellStatus>,
    times: Vec<f64>,
    phases: Vec<Flicks>,
    /// The rows of scalar cells, cell by cell.
    scalars: Vec<u64>,
    /// Those of per-element cells: of each row, the elements that there were.
    lanes: Vec<f32>,
}

impl KeptState {
    /// Room for a program whose domains have as many rows as `room` says.
    pub(crate) fn with_room(book: &StateBook, cells: &[CellPlan], room: impl Fn(DomainId) -> u32) -> Self {
        let (mut status, mut times) = (Vec::new(), Vec::new());
        book.cells.copy_all_to(&mut status, &mut times);
        let [mut scalars, mut lanes] = [0; 2];
        for cell in cells {
            match cell.domain {
                None => scalars += rows(cell).count(),
                Some(domain) => lanes += rows(cell).count() * room(domain) as usize,
            }
        }
        let PhaseOffsets(phases) = &book.phases;
        Self {
            status,
            times,
            phases: phases.clone(),
            scalars: Vec::with_capacity(scalars),
            lanes: Vec::with_capacity(lanes),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let Self { status, times, phases, scalars, lanes } = self;
        size_of_val(&**status)
            + size_of_val(&**times)
            + size_of_val(&**phases)
            + scalars.capacity() * size_of::<u64>()
            + lanes.capacity() * size_of::<f32>()
    }
}

/// The rows of a cell: those of its ring, and what an f32 leaves of them.
fn rows(cell: &CellPlan) -> impl Iterator<Item = u32> {
    (cell.offset..cell.offset + cell.stride * cell.length).chain(cell.rest_rows())
}

impl Store<'_> {
    /// Copies everything. `count` says how many rows of a domain are in use.
    pub(crate) fn copy_to(&self, cells: &[CellPlan], count: impl Fn(DomainId) -> u32, into: &mut KeptState) {
        // What a rollback of the frame needs begins again with the next frame.
        let StateBook { cells: book, phases: PhaseOffsets(phases), spares: _, undo: _ } = &*self.book;
        book.copy_all_to(&mut into.status, &mut into.times);
        copy(phases, &mut into.phases);
        into.scalars.clear();
        into.lanes.clear();
        for cell in cells {
            match cell.domain {
                None => {
                    into.scalars.extend(rows(cell).map(|row| self.scalars.bits(cell.storage, row)));
                }
                Some(domain) => {
                    let count = count(domain) as usize;
                    for row in rows(cell) {
                        into.lanes.extend_from_slice(&self.lanes.current[row as usize].0.f32()[..count]);
                    }
                }
            }
        }
    }

    /// Everything is as it was when the copy was made, and no frame can be rolled back.
    pub(crate) fn restore(&mut self, cells: &[CellPlan], count: impl Fn(DomainId) -> u32, from: &KeptState) {
        let StateBook { cells: book, phases: PhaseOffsets(phases), spares, undo } = &mut *self.book;
        spares.discard_staged();
        undo.clear(spares);
        book.restore_all(&from.status, &from.times);
        phases.copy_from_slice(&from.phases);
        let mut scalars = from.scalars.iter();
        let mut lanes = &from.lanes[..];
        for cell in cells {
            match cell.domain {
                None => {
                    for (row, &bits) in rows(cell).zip(&mut scalars) {
                        self.scalars.set_bits(cell.storage, row, bits);
                    }
                }
                Some(domain) => {
                    for row in rows(cell) {
                        let (own, rest) = lanes.split_at(count(domain) as usize);
                        self.lanes.current[row as usize].0.f32_mut()[..own.len()].copy_from_slice(own);
                        lanes = rest;
                    }
                }
            }
        }
    }
}
