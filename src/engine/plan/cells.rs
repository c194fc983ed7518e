//! State cells as the engine keeps them: their rows, and how long their rings are at a frame rate.
//!
//! Takes a program and a frame rate; gives a row per cell.

use smallvec::SmallVec;

use super::NONE;
use super::expr::Kind;
use crate::id::{CellId, DomainId, Register, Table};
use crate::program::{Cell, Program, Ring, Storage};
use crate::time::{FLICKS_PER_SECOND, FrameRate};

/// A state cell as the engine needs it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CellPlan {
    pub(crate) key: String,
    pub(crate) kind: Kind,
    pub(crate) storage: Storage,
    /// First row: of its state store, or of the per-element state.
    pub(crate) offset: u32,
    pub(crate) stride: u32,
    /// Entries of its ring, or 1.
    pub(crate) length: u32,
    /// Whether the frame rate makes its ring longer than the program says.
    pub(crate) is_stretched: bool,
    pub(crate) timed: bool,
    pub(crate) initial: f64,
    /// Whether a ring holds its initial value where nothing was pushed yet; else it holds its first value there.
    pub(crate) has_initial: bool,
    /// What it holds before the first frame, where that is older than the run.
    pub(crate) kept: Option<[f64; 4]>,
    pub(crate) domain: Option<DomainId>,
    /// Of each component, the row that holds what an f32 leaves of it, or [`NONE`].
    pub(crate) rests: [u32; 4],
}

impl CellPlan {
    /// The rows that hold what an f32 leaves of its components.
    pub(crate) fn rest_rows(&self) -> impl Iterator<Item = u32> + use<> {
        self.rests.into_iter().filter(|&row| row != NONE)
    }
}

/// A scalar cell's next value: one register per component.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NextPlan {
    pub(crate) cell: CellId,
    /// Empty for a per-element cell, whose next values the sweeps write.
    pub(crate) registers: SmallVec<[Register; 4]>,
}

/// The cells of a program. Delays in time keep as many frames as lie in them.
pub(super) fn plan(program: &Program, rate: FrameRate) -> Table<CellId, CellPlan> {
    let data = program.data();
    let plan = |cell: &Cell| CellPlan {
        key: cell.key.clone(),
        kind: Kind::of(cell.ty),
        storage: cell.storage,
        offset: cell.offset,
        stride: cell.ty.stride(),
        length: cell.ring.map_or(1, |ring| ring_length(ring, rate)),
        is_stretched: cell.ring.is_some_and(|ring| ring_length(ring, rate) > ring.length),
        timed: cell.ring.is_some_and(|ring| ring.timed),
        initial: cell
            .initial
            .and_then(|row| data.constants.get(cell.storage, row))
            .map_or(0.0, |value| program.known(cell.ty, value)),
        has_initial: cell.initial.is_some(),
        kept: (!cell.kept.is_empty()).then(|| {
            let mut kept = [0.0; 4];
            kept.iter_mut().zip(&cell.kept).for_each(|(to, &from)| *to = program.known(cell.ty, from));
            kept
        }),
        domain: cell.domain.map(DomainId),
        rests: [NONE; 4],
    };
    let mut cells: Table<CellId, CellPlan> = data.cells.iter().map(plan).collect();
    // What is longer than the program says lies behind everything that is not.
    for id in cells.ids() {
        let cell = &cells[id];
        if cell.is_stretched {
            let (storage, per_lane) = (cell.storage, cell.domain.is_some());
            let same_store = |other: &CellPlan| {
                other.domain.is_some() == per_lane && (per_lane || other.storage == storage)
            };
            let before = &(*cells)[..id.index()];
            let moved = end(before, |other| same_store(other) && other.is_stretched);
            let fixed = end(&cells, |other| same_store(other) && !other.is_stretched);
            cells[id].offset = moved.max(fixed);
        }
    }
    cells
}

/// How many pushes a ring holds at a frame rate.
fn ring_length(ring: Ring, rate: FrameRate) -> u32 {
    let Some(reach) = ring.reach.filter(|_| ring.timed) else { return ring.length };
    let second = u128::from(FLICKS_PER_SECOND) * u128::from(rate.denominator());
    let frames = (u128::from(reach.0) * u128::from(rate.numerator())).div_ceil(second);
    // The two around the time that is looked for.
    ring.length.max(u32::try_from(frames + 2).unwrap_or(u32::MAX))
}

/// The first row behind some cells.
pub(super) fn end(cells: &[CellPlan], of: impl Fn(&CellPlan) -> bool) -> u32 {
    let of_cell = |cell: &CellPlan| cell.offset.saturating_add(cell.stride.saturating_mul(cell.length));
    cells.iter().filter(|cell| of(cell)).map(of_cell).max().unwrap_or(0)
}
