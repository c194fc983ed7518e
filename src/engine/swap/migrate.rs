//! What goes on from one program to the next, and how it gets there.

use std::collections::HashMap;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use super::super::inputs::Inputs;
use super::super::plan::{CellPlan, NONE, Plan};
use super::super::schedule::{reset_cell, states};
use super::super::state::Rings;
use super::report::{PeriodChange, Rename, ResetCell, ResetReason, ResizedDomain, SwapReport};
use crate::id::CellId;
use crate::program::{Cell, Channel, Domain, Op, ProgramData, Storage};
use crate::time::Flicks;
use crate::world::LaneBuffer;
use crate::world::tables::{self, CurrentLanes, SlotColumns, SlotTables, SlotValue, Stamp, StateTables};

/// What is kept, by place in both programs.
#[derive(Debug, Default)]
pub(super) struct Migration {
    cells: Vec<KeptCell>,
    /// Rows of scalar cells, and of per-element ones: known once it is known where rings stand.
    scalars: Vec<(Storage, [u32; 2])>,
    lanes: Vec<[u32; 2]>,
    phases: Vec<KeptPhase>,
    channels: Vec<KeptChannel>,
}

#[derive(Clone, Copy, Debug)]
struct KeptCell {
    from: u32,
    to: u32,
    storage: Storage,
    stride: u32,
    /// Where it lies in either plan.
    shapes: [Shape; 2],
    /// Of a per-element cell, the elements that stay.
    lanes: Option<u32>,
}

/// The rows of a cell.
#[derive(Clone, Copy, Debug)]
struct Shape {
    offset: u32,
    /// Entries of its ring.
    length: u32,
    rests: [u32; 4],
}

impl Shape {
    fn new(cell: &CellPlan) -> Self {
        Self { offset: cell.offset, length: cell.length, rests: cell.rests }
    }
}

impl KeptCell {
    /// Every row that goes on, in the old plan and in the new one.
    fn rows(self, rings: &Rings) -> impl Iterator<Item = [u32; 2]> {
        let [old, new] = self.shapes;
        let entries = rings.moves(self.from, new.length);
        let rows = entries.flat_map(move |[from, to]| {
            (0..self.stride)
                .map(move |k| [(old, from), (new, to)].map(|(s, entry)| s.offset + entry * self.stride + k))
        });
        let rests = old.rests.into_iter().zip(new.rests).map(|(from, to)| [from, to]);
        rows.chain(rests.filter(|rows| !rows.contains(&NONE)))
    }
}

#[derive(Clone, Copy, Debug)]
struct KeptPhase {
    from: u32,
    to: u32,
    cycles: [Cycle; 2],
}

/// What a phase goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cycle {
    period: Flicks,
    /// And back, in another period.
    returns: bool,
}

impl Cycle {
    fn length(self) -> u128 {
        u128::from(self.period.0) * if self.returns { 2 } else { 1 }
    }

    /// The offset with which another cycle is, at a time, where this one is with its own: to the nearest flick, and
    /// exactly where both are the same.
    fn go_on_as(self, other: Self, now: Flicks, offset: Flicks) -> Flicks {
        if self == other || self.length() == 0 || other.length() == 0 {
            return if self == other { offset } else { Flicks::ZERO };
        }
        let period = u128::from(self.period.0);
        let mut place = (u128::from(now.0) + u128::from(offset.0)) % self.length();
        if !other.returns && place >= period {
            // On its way back it shows what it would on its way there.
            place = self.length() - place;
        }
        // Both below 2^65: the product may be above 2^128, and only its size matters then.
        let scaled = match place.checked_mul(u128::from(other.period.0)) {
            Some(product) => (product + period / 2) / period,
            None => place / period * u128::from(other.period.0),
        };
        let length = other.length();
        let offset = (scaled % length + length - u128::from(now.0) % length) % length;
        // Of a cycle there and back that is longer than all of time, the way there.
        Flicks(u64::try_from(offset).unwrap_or(u64::MAX))
    }
}

/// What each phase goes through, by row; none where nothing reads it.
fn cycles(data: &ProgramData) -> Vec<Option<Cycle>> {
    let mut cycles = vec![None; data.phases.len()];
    for node in &data.nodes {
        if let (Op::Phase | Op::PhasePingPong, Some(row), Some(period)) = (node.op, node.index, node.period) {
            cycles[row as usize] =
                Some(Cycle { period: Flicks(period), returns: node.op == Op::PhasePingPong });
        }
    }
    cycles
}

/// How many elements of a domain stay when another program has it: by index, of which their ids are made. Elements
/// that are told apart by ids of their own will be mapped here.
fn elements_that_stay(from: &Domain, to: &Domain) -> u32 {
    from.count.min(to.count)
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
    /// Rows of scalar cells, in the order of their moves.
    scalars: Vec<f64>,
    rings: Rings,
    inputs: Inputs,
}

/// A cell with what its domain says of it.
#[derive(Clone, Copy)]
struct Place<'a> {
    cell: &'a Cell,
    domain: Option<&'a Domain>,
}

impl<'a> Place<'a> {
    fn new(data: &'a ProgramData, cell: &'a Cell) -> Self {
        Self { cell, domain: cell.domain.map(|row| &data.domains[row as usize]) }
    }

    /// Why a cell cannot go on as another one.
    fn differs(self, to: Self) -> Option<ResetReason> {
        let (a, b) = (self.cell, to.cell);
        let name = |place: Self| place.domain.map(|domain| domain.name.clone());
        if a.ty != b.ty {
            Some(ResetReason::Type { from: a.ty, to: b.ty })
        } else if name(self) != name(to) {
            Some(ResetReason::Domain { from: name(self), to: name(to) })
        } else if a.storage != b.storage {
            Some(ResetReason::Storage { from: a.storage, to: b.storage })
        } else if a.ring != b.ring {
            Some(ResetReason::Ring { from: a.ring, to: b.ring })
        } else {
            None
        }
    }
}

impl Migration {
    /// Compares two programs.
    pub(super) fn new(old: &Plan, new: &Plan) -> (Self, SwapReport) {
        let mut migration = Self::default();
        let mut report = SwapReport::default();
        migration.cells(old, new, &mut report);
        migration.phases(old, new, &mut report);
        migration.channels(&old.program.data().channels, &new.program.data().channels, &mut report);
        (migration, report)
    }

    fn cells(&mut self, old_plan: &Plan, new_plan: &Plan, report: &mut SwapReport) {
        let (old, new) = (old_plan.program.data(), new_plan.program.data());
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
            let domains = there.domain.zip(here.domain);
            if let Some((before, after)) = domains.filter(|(before, after)| before.count != after.count) {
                let resized = ResizedDomain { name: after.name.clone(), from: before.count, to: after.count };
                if !report.domains.contains(&resized) {
                    report.domains.push(resized);
                }
            }
            self.cells.push(KeptCell {
                from: from as u32,
                to: to as u32,
                storage: cell.storage,
                stride: cell.ty.stride(),
                shapes: [(old_plan, from), (new_plan, to)]
                    .map(|(plan, row)| &plan.cells[CellId(row as u32)])
                    .map(Shape::new),
                lanes: domains.map(|(from, to)| elements_that_stay(from, to)),
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

    fn phases(&mut self, old: &Plan, new: &Plan, report: &mut SwapReport) {
        let (old, new) = (old.program.data(), new.program.data());
        let (before, after) = (cycles(old), cycles(new));
        let known: HashMap<&str, usize> =
            old.phases.iter().enumerate().map(|(row, phase)| (phase.key.as_str(), row)).collect();
        for (to, phase) in new.phases.iter().enumerate() {
            let Some(&from) = known.get(phase.key.as_str()) else { continue };
            let (Some(before), Some(after)) = (before[from], after[to]) else { continue };
            self.phases.push(KeptPhase { from: from as u32, to: to as u32, cycles: [before, after] });
            if before.period != after.period {
                let (from, to) = (before.period, after.period);
                report.phases.push(PeriodChange { key: phase.key.clone(), from, to });
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
    /// `now` is the time from which on it runs, if it was running.
    pub(super) fn give(&self, world: &mut World, carried: Carried, now: Option<Flicks>) {
        let mut rings = world.resource_mut::<Rings>();
        if let Some(now) = now {
            for &KeptPhase { from, to, cycles: [before, after] } in &self.phases {
                rings.set_offset(to, before.go_on_as(after, now, carried.rings.offset(from)));
            }
        }
        for kept in &self.cells {
            rings.carry(&carried.rings, kept.from, kept.to, kept.lanes);
        }
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
    for kept in &migration.cells {
        match kept.lanes {
            None => migration.scalars.extend(kept.rows(&rings).map(|rows| (kept.storage, rows))),
            Some(_) => migration.lanes.extend(kept.rows(&rings)),
        }
    }
    let states = states(&mut state);
    let scalars = migration.scalars.iter().map(|&(storage, [from, _])| states.get(storage, from)).collect();

    let current = tables::column_mut(&mut current);
    let mut old: Vec<Option<LaneBuffer>> =
        current.iter_mut().map(|lanes| Some(std::mem::take(&mut lanes.0))).collect();
    let mut new: Vec<Option<LaneBuffer>> = current.iter().map(|_| None).collect();
    for &[from, to] in &migration.lanes {
        new[to as usize] = old[from as usize].take();
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
    // Everything starts anew but for what was carried: of lanes, those of the elements that stay.
    let mut stays: Vec<u32> = vec![0; plan.cells.len()];
    for kept in &migration.cells {
        stays[kept.to as usize] = kept.lanes.unwrap_or(0);
    }
    let mut is_carried = vec![false; current.len()];
    for &[_, to] in &migration.lanes {
        is_carried[to as usize] = true;
    }
    for (cell, stay) in plan.cells.iter().zip(stays) {
        reset_cell(cell, &mut states, current, |row| if is_carried[row as usize] { stay } else { 0 });
    }
    for (&(storage, [_, to]), &value) in migration.scalars.iter().zip(scalars) {
        states.reset(storage, to, value);
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
