//! State migration: which cells, phases, inputs and events survive a swap.

use std::collections::HashMap;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use super::super::inputs::Inputs;
use super::super::parts::Parts;
use super::super::plan::Plan;
use super::super::state::Mapping;
use super::super::state::carry::{self, KeptCell};
use super::elements::{self, CarriedElements};
use super::events::{self, CarriedEvents, KeptEvents};
use super::report::{PeriodChange, Rename, ResetCell, ResetReason, ResizedDomain, SwapReport};
use crate::id::{CellId, DomainId};
use crate::program::{Cell, Channel, Domain, EventSource, Op, ProgramData};
use crate::time::Flicks;
use crate::world::tables::{SlotColumns, SlotTables, SlotValue, Stamp};

/// What is kept, by place in both programs.
#[derive(Debug, Default)]
pub(super) struct Migration {
    cells: Vec<KeptCell>,
    phases: Vec<KeptPhase>,
    channels: Vec<KeptChannel>,
    events: KeptEvents,
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
    for event in &data.events {
        if let EventSource::Every { period, phase: Some(row) } = event.source {
            cycles[row as usize] = Some(Cycle { period, returns: false });
        }
    }
    for node in &data.nodes {
        if let (Op::Phase | Op::PhasePingPong, Some(row), Some(period)) = (node.op, node.index, node.period) {
            cycles[row as usize] =
                Some(Cycle { period: Flicks(period), returns: node.op == Op::PhasePingPong });
        }
    }
    cycles
}

#[derive(Clone, Copy, Debug)]
struct KeptChannel {
    /// The first component in either program.
    at: [usize; 2],
    /// How many there are in either program.
    stride: [usize; 2],
}

/// What is on its way.
#[derive(Debug, Default)]
pub(super) struct Carried {
    state: carry::Carried,
    inputs: Inputs,
    elements: CarriedElements,
    events: CarriedEvents,
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
        let (events, changed) = KeptEvents::new(old, new);
        migration.events = events;
        report.channels.extend(changed);
        (migration, report)
    }

    fn cells(&mut self, old: &Plan, new: &Plan, report: &mut SwapReport) {
        let (old, new) = (old.program.data(), new.program.data());
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
            let domain = cell.domain.map(DomainId);
            self.cells.push(KeptCell {
                from: CellId(from as u32),
                to: CellId(to as u32),
                domain,
                mapping: None,
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
        let stride = |channel: &Channel| channel.components() as usize;
        let what = |channel: &Channel| (channel.ty, channel.kind, channel.count.is_some());
        let mut end = 0;
        let mut known: HashMap<&str, (usize, &Channel)> = HashMap::new();
        for channel in old {
            known.insert(&channel.name, (end, channel));
            end += stride(channel);
        }
        let mut to = 0;
        for channel in new {
            match known.get(channel.name.as_str()) {
                Some(&(from, before)) if what(before) == what(channel) => {
                    // Of an array that is longer or shorter now, what both have.
                    let stride = [stride(before), stride(channel)];
                    self.channels.push(KeptChannel { at: [from, to], stride });
                }
                Some(_) => report.channels.push(channel.name.clone()),
                None => {}
            }
            to += stride(channel);
        }
    }

    /// Takes state and inputs out of a world whose parts are those of the old program.
    pub(super) fn take(world: &mut World) -> Carried {
        let state = world.run_system_once(carry::take);
        debug_assert!(state.is_ok(), "the world is complete");
        let elements = world.run_system_once(elements::take);
        debug_assert!(elements.is_ok(), "the world is complete");
        let inputs = std::mem::take(&mut Parts::of_mut(world).inputs);
        let events = events::take(world);
        Carried { state: state.unwrap_or_default(), inputs, elements: elements.unwrap_or_default(), events }
    }

    /// Gives what is kept of it to a world whose parts are those of the new program; all other cells get their
    /// initial value, and slots are as if nothing had ever been written.
    /// `now` is the time from which on it runs, if it was running.
    /// Gives how many occurrences that were scheduled have no event any more.
    pub(super) fn give(mut self, world: &mut World, mut carried: Carried, now: Option<Flicks>) -> u32 {
        if let Some(now) = now {
            let phases = &mut Parts::of_mut(world).state.phases;
            for &KeptPhase { from, to, cycles: [before, after] } in &self.phases {
                phases.set(to, before.go_on_as(after, now, carried.state.phases.get(from)));
            }
        }
        let inputs = &mut Parts::of_mut(world).inputs;
        for KeptChannel { at, stride } in &self.channels {
            inputs.carry(&carried.inputs, at[0], at[1], stride[0].min(stride[1]));
        }
        let input = |from: u32| {
            let kept = self.channels.iter().find(|kept| kept.at[0] == from as usize);
            kept.map(|kept| [kept.at[1] as u32, kept.stride[1] as u32])
        };
        let dropped = events::give(world, &self.events, std::mem::take(&mut carried.events), input);
        if let Some(now) = now {
            let adopted = world.run_system_once_with(elements::give, (&mut carried.elements, now));
            debug_assert!(adopted.is_ok(), "the world is complete");
        }
        let book = &Parts::of(world).elements;
        for kept in &mut self.cells {
            let edit = kept.domain.filter(|_| now.is_some()).map(|domain| &book.sets[domain].edit);
            kept.mapping = edit.filter(|edit| edit.is_change()).map(|edit| {
                let mut mapping = Mapping::default();
                mapping.follow(edit);
                mapping
            });
        }
        let given = world.run_system_once_with(carry::give, (&mut self.cells, &mut carried.state));
        let cleared = world.run_system_once(clear_slots);
        debug_assert!(given.is_ok() && cleared.is_ok(), "the world is complete");
        dropped
    }
}

/// Slots are as before the first frame.
fn clear_slots(mut slots: SlotTables) {
    fn clear<T: Default + Copy + Send + Sync>(columns: SlotColumns<'_, T>) {
        columns.values.fill(SlotValue::default());
        columns.stamps.fill(Stamp::default());
    }
    clear(slots.f64.columns());
    clear(slots.f32.columns());
    clear(slots.i32.columns());
    clear(slots.u32.columns());
    clear(slots.object.columns());
}
