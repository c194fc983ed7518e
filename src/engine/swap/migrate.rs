//! What goes on from one program to the next, and how it gets there.

use std::collections::HashMap;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use super::super::inputs::Inputs;
use super::super::plan::Plan;
use super::super::schedule::{reset_cell, reset_lanes, states};
use super::super::state::Rings;
use super::report::{Rename, ResetCell, ResetReason, SwapReport};
use crate::program::{Cell, Channel, Program, ProgramData, Storage};
use crate::world::LaneBuffer;
use crate::world::tables::{self, CurrentLanes, SlotColumns, SlotTables, SlotValue, Stamp, StateTables};

/// What is kept, by place in both programs.
#[derive(Debug, Default)]
pub(super) struct Migration {
    cells: Vec<KeptCell>,
    channels: Vec<KeptChannel>,
}

#[derive(Clone, Copy, Debug)]
struct KeptCell {
    from: u32,
    to: u32,
    /// Rows of its store, the first in either program and how many.
    rows: [u32; 2],
    length: u32,
    storage: Storage,
    /// Of a per-element cell, the elements that both programs have.
    lanes: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct KeptChannel {
    /// The first component in either program.
    at: [usize; 2],
    stride: usize,
}

/// What is on its way. Lanes are not: they are put in their new rows at once.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Scalar cells, row after row, in the order of the kept cells.
    scalars: Vec<f64>,
    rings: Rings,
    inputs: Inputs,
}

/// A cell with what its domain says of it.
#[derive(Clone, Copy)]
struct Place<'a> {
    cell: &'a Cell,
    /// Name, capacity and count.
    domain: Option<(&'a str, u32, u32)>,
}

impl<'a> Place<'a> {
    fn new(data: &'a ProgramData, cell: &'a Cell) -> Self {
        let domain = cell.domain.map(|row| &data.domains[row as usize]);
        Self { cell, domain: domain.map(|d| (d.name.as_str(), d.capacity, d.count)) }
    }

    /// Why a cell cannot go on as another one.
    fn differs(self, to: Self) -> Option<ResetReason> {
        let (a, b) = (self.cell, to.cell);
        let name = |place: Self| place.domain.map(|(name, ..)| name.to_owned());
        if a.ty != b.ty {
            Some(ResetReason::Type { from: a.ty, to: b.ty })
        } else if name(self) != name(to) {
            Some(ResetReason::Domain { from: name(self), to: name(to) })
        } else if a.storage != b.storage {
            Some(ResetReason::Storage { from: a.storage, to: b.storage })
        } else if a.ring != b.ring {
            Some(ResetReason::Ring { from: a.ring, to: b.ring })
        } else {
            let (from, to) = (self.domain?.1, to.domain?.1);
            (from != to).then_some(ResetReason::Capacity { from, to })
        }
    }
}

impl Migration {
    /// Compares two programs.
    pub(super) fn new(old: &Program, new: &Program) -> (Self, SwapReport) {
        let (old, new) = (old.data(), new.data());
        let mut migration = Self::default();
        let mut report = SwapReport::default();
        migration.cells(old, new, &mut report);
        migration.channels(&old.channels, &new.channels, &mut report);
        (migration, report)
    }

    fn cells(&mut self, old: &ProgramData, new: &ProgramData, report: &mut SwapReport) {
        let mut known: HashMap<&str, usize> =
            old.cells.iter().enumerate().map(|(row, cell)| (cell.key.as_str(), row)).collect();
        let mut started = Vec::new();
        for (to, cell) in new.cells.iter().enumerate() {
            let here = Place::new(new, cell);
            let Some(from) = known.remove(cell.key.as_str()) else {
                report.new.push(cell.key.clone());
                started.push(here);
                continue;
            };
            let there = Place::new(old, &old.cells[from]);
            if let Some(reason) = there.differs(here) {
                report.reset.push(ResetCell { key: cell.key.clone(), reason });
                continue;
            }
            report.kept.push(cell.key.clone());
            self.cells.push(KeptCell {
                from: from as u32,
                to: to as u32,
                rows: [there.cell.offset, cell.offset],
                length: cell.ty.stride() * cell.ring.map_or(1, |ring| ring.length),
                storage: cell.storage,
                lanes: here.domain.zip(there.domain).map(|(here, there)| here.2.min(there.2)),
            });
        }
        let gone: Vec<Place<'_>> = (old.cells.iter().filter(|cell| known.contains_key(cell.key.as_str())))
            .map(|cell| Place::new(old, cell))
            .collect();
        report.dropped = gone.iter().map(|place| place.cell.key.clone()).collect();
        // A pair that only has each other may be one value under two names.
        for &from in &gone {
            let mut takers = started.iter().filter(|to| from.differs(**to).is_none());
            if let (Some(to), None) = (takers.next(), takers.next())
                && gone.iter().filter(|other| other.differs(*to).is_none()).count() == 1
            {
                report.renames.push(Rename { from: from.cell.key.clone(), to: to.cell.key.clone() });
            }
        }
    }

    fn channels(&mut self, old: &[Channel], new: &[Channel], report: &mut SwapReport) {
        let stride = |channel: &Channel| channel.ty.stride() as usize;
        let mut end = 0;
        let mut known: HashMap<&str, (usize, &Channel)> = HashMap::new();
        for channel in old {
            known.insert(&channel.name, (end, channel));
            end += stride(channel);
        }
        let mut to = 0;
        for channel in new {
            match known.get(channel.name.as_str()) {
                Some(&(from, before)) if (before.ty, before.kind) == (channel.ty, channel.kind) => {
                    self.channels.push(KeptChannel { at: [from, to], stride: stride(channel) });
                }
                Some(_) => report.channels.push(channel.name.clone()),
                None => {}
            }
            to += stride(channel);
        }
    }

    /// Takes what is kept out of a world whose resources are still those of the old program.
    pub(super) fn take(&mut self, world: &mut World) -> Carried {
        let taken = world.run_system_once_with(take, self);
        debug_assert!(taken.is_ok(), "the world is complete");
        let rings = std::mem::take(&mut *world.resource_mut::<Rings>());
        let inputs = std::mem::take(&mut *world.resource_mut::<Inputs>());
        Carried { scalars: taken.unwrap_or_default(), rings, inputs }
    }

    /// Gives what was taken to a world whose resources are those of the new program; all other cells get their
    /// initial value, and slots are as if nothing had ever been written.
    pub(super) fn give(&self, world: &mut World, carried: Carried) {
        let mut rings = world.resource_mut::<Rings>();
        self.cells.iter().for_each(|kept| rings.carry(&carried.rings, kept.from, kept.to));
        let mut inputs = world.resource_mut::<Inputs>();
        for KeptChannel { at, stride } in &self.channels {
            inputs.carry(&carried.inputs, at[0], at[1], *stride);
        }
        let given = world.run_system_once_with(give, (self, carried.scalars.as_slice()));
        debug_assert!(given.is_ok(), "the world is complete");
    }
}

/// Reads scalar cells, and moves lane buffers to their new rows.
fn take(
    InMut(migration): InMut<'_, Migration>,
    rings: Res<Rings>,
    mut state: StateTables,
    mut current: Query<&mut CurrentLanes>,
) -> Vec<f64> {
    // There is nothing to keep of a cell that nothing was committed to: it starts from the new initial value.
    migration.cells.retain(|kept| !rings.is_fresh(kept.from));
    let states = states(&mut state);
    let scalars = migration.cells.iter().filter(|kept| kept.lanes.is_none());
    let scalars = scalars
        .flat_map(|kept| (0..kept.length).map(|k| states.get(kept.storage, kept.rows[0] + k)))
        .collect();

    let current = tables::column_mut(&mut current);
    let mut old: Vec<Option<LaneBuffer>> =
        current.iter_mut().map(|lanes| Some(std::mem::take(&mut lanes.0))).collect();
    let mut new: Vec<Option<LaneBuffer>> = current.iter().map(|_| None).collect();
    for kept in migration.cells.iter().filter(|kept| kept.lanes.is_some()) {
        for k in 0..kept.length {
            let [from, to] = kept.rows.map(|first| (first + k) as usize);
            new[to] = old[from].take();
        }
    }
    // The other buffers go where there is room.
    let mut others = old.into_iter().flatten();
    for (lanes, buffer) in current.iter_mut().zip(new) {
        lanes.0 = buffer.or_else(|| others.next()).unwrap_or_default();
    }
    scalars
}

/// Writes scalar cells and gives the rest its initial value.
fn give(
    (InRef(migration), InRef(scalars)): (InRef<'_, Migration>, InRef<'_, [f64]>),
    plan: Res<Plan>,
    mut slots: SlotTables,
    mut state: StateTables,
    mut current: Query<&mut CurrentLanes>,
) {
    let mut states = states(&mut state);
    let current = tables::column_mut(&mut current);
    let mut kept_at: Vec<Option<&KeptCell>> = vec![None; plan.cells.len()];
    for kept in &migration.cells {
        kept_at[kept.to as usize] = Some(kept);
    }
    for (cell, kept) in plan.cells.iter().zip(kept_at) {
        match kept.map(|kept| (kept, kept.lanes)) {
            None => reset_cell(cell, &mut states, current),
            Some((_, None)) => {}
            Some((kept, Some(lanes))) => {
                for k in 0..kept.length {
                    reset_lanes(cell, &mut current[(cell.offset + k) as usize], lanes as usize);
                }
            }
        }
    }
    let rows = migration.cells.iter().filter(|kept| kept.lanes.is_none());
    let rows = rows.flat_map(|kept| (0..kept.length).map(|k| (kept.storage, kept.rows[1] + k)));
    for ((storage, row), &value) in rows.zip(scalars) {
        states.reset(storage, row, value);
    }

    fn blank<T: Default + Copy + Send + Sync>(columns: SlotColumns<'_, T>) {
        columns.values.fill(SlotValue::default());
        columns.stamps.fill(Stamp::default());
    }
    blank(slots.f64.columns());
    blank(slots.f32.columns());
    blank(slots.i32.columns());
    blank(slots.u32.columns());
    blank(slots.object.columns());
}
