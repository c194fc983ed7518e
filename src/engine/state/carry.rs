//! State moves from the program that runs to the one that takes its place.

use bevy_ecs::prelude::*;

use super::{Cells, Mapping, PhaseOffsets, State, Store, ring_entry};
use crate::engine::parts::Parts;
use crate::engine::plan::{CellPlan, NONE};
use crate::id::{CellId, DomainId, Table};
use crate::world::LaneBuffer;
use crate::world::tables::StateTables;

/// A cell that both programs have, alike in all but the length of its ring.
#[derive(Clone, Debug)]
pub(crate) struct KeptCell {
    /// Its row in the old program.
    pub(crate) from: CellId,
    /// Its row in the new one.
    pub(crate) to: CellId,
    /// The domain whose elements each have their own.
    pub(crate) domain: Option<DomainId>,
    /// Which elements stay, where others do not.
    pub(crate) mapping: Option<Mapping>,
}

/// The state of a program that has ended.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    plans: Table<CellId, CellPlan>,
    cells: Cells,
    pub(crate) phases: PhaseOffsets,
    /// The rows of every scalar cell, in its storage's bits.
    scalars: Table<CellId, Vec<u64>>,
    /// All buffers of per-element state, by row.
    lanes: Vec<Option<LaneBuffer>>,
}

/// Takes all state out of the tables. The plan in the world is still that of the old program.
pub(crate) fn take(mut parts: ResMut<Parts>, tables: StateTables) -> Carried {
    let Parts { plan, state, .. } = &mut *parts;
    let mut state = State::new(state, tables);
    let Store { book, scalars, lanes } = state.store();
    let rows = |cell: &CellPlan| match cell.domain {
        Some(_) => Vec::new(),
        None => {
            let rows = cell.offset..cell.offset + cell.stride * cell.length;
            rows.map(|row| scalars.bits(cell.storage, row)).collect()
        }
    };
    Carried {
        plans: plan.cells.clone(),
        cells: std::mem::take(&mut book.cells),
        phases: std::mem::take(&mut book.phases),
        scalars: plan.cells.iter().map(rows).collect(),
        lanes: lanes.current.iter_mut().map(|lanes| Some(std::mem::take(&mut lanes.0))).collect(),
    }
}

/// Gives kept cells their state in the tables of the new plan, which is now in the world; all others get their initial value.
/// A cell to which nothing was committed has nothing to keep.
pub(crate) fn give(
    (InMut(kept), InMut(carried)): (InMut<'_, Vec<KeptCell>>, InMut<'_, Carried>),
    mut parts: ResMut<Parts>,
    tables: StateTables,
) {
    let Parts { plan, state, .. } = &mut *parts;
    let mut state = State::new(state, tables);
    kept.retain(|kept| !carried.cells.is_fresh(kept.from));
    state.store().take_over(&plan.cells, kept, carried);
}

impl Store<'_> {
    fn take_over(&mut self, plans: &Table<CellId, CellPlan>, kept: &[KeptCell], carried: &mut Carried) {
        let moves: Vec<Vec<[u32; 2]>> =
            kept.iter().map(|kept| moved_rows(kept, carried, &plans[kept.to])).collect();
        self.place_lanes(plans, kept, &moves, &mut carried.lanes);
        for (kept, moves) in kept.iter().zip(&moves) {
            let (from, to) = (&carried.plans[kept.from], &plans[kept.to]);
            if to.domain.is_none() {
                let bits = &carried.scalars[kept.from];
                for &[there, here] in moves {
                    self.scalars.set_bits(to.storage, here, bits[(there - from.offset) as usize]);
                }
            }
            self.book.cells.carry(&carried.cells, kept.from, kept.to);
            if let Some(mapping) = &kept.mapping {
                self.remap(kept.to, to, mapping);
            }
        }
    }

    /// Puts lane buffers that are kept in their new rows and the others where there is room. What is not kept holds its
    /// initial value.
    fn place_lanes(
        &mut self,
        plans: &Table<CellId, CellPlan>,
        kept: &[KeptCell],
        moves: &[Vec<[u32; 2]>],
        lanes: &mut [Option<LaneBuffer>],
    ) {
        let mut placed: Vec<Option<LaneBuffer>> = self.lanes.current.iter().map(|_| None).collect();
        let per_element = kept.iter().zip(moves).filter(|(kept, _)| plans[kept.to].domain.is_some());
        for &[from, to] in per_element.flat_map(|(_, moves)| moves) {
            placed[to as usize] = lanes[from as usize].take();
        }
        let is_kept: Vec<bool> = placed.iter().map(Option::is_some).collect();
        let mut others = lanes.iter_mut().filter_map(Option::take);
        for (current, buffer) in self.lanes.current.iter_mut().zip(placed) {
            current.0 = buffer.or_else(|| others.next()).unwrap_or_default();
        }
        plans.iter().for_each(|cell| self.reset_rows(cell, |row| is_kept[row as usize]));
    }
}

/// The rows of a cell that continue: in the old tables and in the new ones.
fn moved_rows(kept: &KeptCell, carried: &Carried, to: &CellPlan) -> Vec<[u32; 2]> {
    let from = &carried.plans[kept.from];
    let mut rows = Vec::new();
    for [there, here] in carried.cells.moves(kept.from, to.length) {
        rows.extend((0..to.stride).map(|k| [ring_entry(from, there, k), ring_entry(to, here, k)]));
    }
    let rests = from.rests.into_iter().zip(to.rests).map(|(from, to)| [from, to]);
    rows.extend(rests.filter(|rows| !rows.contains(&NONE)));
    rows
}
