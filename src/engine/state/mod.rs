//! State: what a program keeps from frame to frame, and the only code that changes it.
//!
//! A *cell* holds one value, one value per element of a domain, or a ring of the last pushes of either. It takes
//! `length * stride` *rows*, entry by entry and component by component: of the scalar store of its storage class
//! ([`Scalars`]), or of the per-element state, where a row is a buffer of lanes ([`LaneRows`]). Per-element cells that are held
//! in f64 have one more row per component, for the rest.
//!
//! - **Read.** All reads see what was committed last: [`Scalars::get`], the current lanes, [`Cells`].
//! - **Push.** Sweeps write next values of elements into spare buffers ([`Spares::stage`]); scalar ones stay in registers.
//! - **Commit.** [`Store::commit`] makes next values current. The row that it writes is the one at the head of the cell's ring.
//! - **Snapshot and roll back.** A snapshot copies only the status of each cell. From then on the first value that is
//!   overwritten in a row is saved: a scalar as a record, lanes by setting the buffer aside. [`Store::rollback`] restores all
//!   of it.
//! - **Remap.** [`Store::remap`] moves the elements of a cell when its domain changes. New elements are fresh.
//! - **Keep and restore.** [`Store::copy_to`] copies everything for a snapshot of the whole run.
//! - **Carry.** [`carry`] moves cells to another program.
//!
//! **Invariants**
//! - Between one snapshot and the next, each row is saved at most once, with its value at the snapshot. So any number of commits
//!   in between composes.
//! - A row is saved before it is written in place.
//! - After a rollback, state has the bits that it had at the snapshot.
//! - The log has room for every row once per snapshot: nothing here allocates in a frame.

pub(crate) mod carry;
mod cells;
mod kept;
mod lanes;
mod mapping;
mod scalars;
#[cfg(test)]
mod tests;
mod undo;

use std::ops::Range;

use bevy_ecs::prelude::*;

use super::lanes::uniform_bits;
use super::parts::Parts;
use super::plan::{CellPlan, NONE, NextPlan, Plan};
use super::signals::Registers;
use super::texts::holders::Marker;
use crate::id::{CellId, DomainId, Table};
use crate::program::Storage;
use crate::time::Flicks;
use crate::world::tables::{self, StateTables};

pub(crate) use cells::{Cells, Tap, ring_entry};
pub(crate) use kept::KeptState;
pub(crate) use lanes::{LaneRows, Spares};
pub(crate) use mapping::Mapping;
pub(crate) use scalars::Scalars;
use undo::{Record, UndoLog};

/// How many snapshots an engine keeps: one, of the state before the frame that is shown, for redraw and swap.
const SNAPSHOTS: usize = 1;

/// State beside its rows: the status of each cell, and what a rollback needs.
#[derive(Debug, Default)]
pub(crate) struct StateBook {
    pub(crate) cells: Cells,
    pub(crate) phases: PhaseOffsets,
    pub(crate) spares: Spares,
    undo: UndoLog,
}

impl StateBook {
    /// For a plan; the tables have `lane_rows` rows of per-element state, each with a spare.
    pub(crate) fn new(plan: &Plan, lane_rows: u32) -> Self {
        let phases = PhaseOffsets(vec![Flicks::ZERO; plan.program.data().phases.len()]);
        Self { phases, ..Self::with_depth(&plan.cells, lane_rows, SNAPSHOTS) }
    }

    fn with_depth(cells: &[CellPlan], spares: u32, depth: usize) -> Self {
        Self {
            cells: Cells::new(cells),
            phases: PhaseOffsets::default(),
            spares: Spares::new(cells, spares),
            undo: UndoLog::new(cells, depth),
        }
    }

    /// How many snapshots of a program's state there is room for, and the bytes of each.
    pub(crate) fn snapshot_room(plan: &Plan) -> (usize, usize) {
        (SNAPSHOTS, UndoLog::bytes(&plan.cells))
    }

    /// Takes a snapshot for a later rollback. When there is no room for one more, the oldest is dropped.
    pub(crate) fn snapshot(&mut self) {
        if !self.cells.is_empty() {
            self.undo.snapshot(&mut self.cells, &mut self.spares);
        }
    }

    /// Lets go of all snapshots: what is committed stays.
    pub(crate) fn forget(&mut self) {
        if !self.cells.is_empty() {
            self.spares.discard_staged();
            self.undo.clear(&mut self.spares);
            self.cells.keep_nothing();
        }
    }

    /// The tables have grown by rows of per-element state, each with a spare.
    pub(crate) fn add_lane_rows(&mut self, added: Range<u32>) {
        self.spares.grow(added);
    }
}

/// How long before the start of time the cycle of each phase began: 0 but for those whose period was edited.
#[derive(Debug, Default)]
pub(crate) struct PhaseOffsets(Vec<Flicks>);

impl PhaseOffsets {
    /// The offset of a phase, if it has a row.
    pub(crate) fn get(&self, phase: u32) -> Flicks {
        self.0.get(phase as usize).copied().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, phase: u32, offset: Flicks) {
        self.0[phase as usize] = offset;
    }

    /// All cycles begin with time again.
    pub(crate) fn reset(&mut self) {
        self.0.fill(Flicks::ZERO);
    }
}

/// State: its rows, and what is beside them.
pub(crate) struct State<'w, 's> {
    book: &'w mut StateBook,
    tables: StateTables<'w, 's>,
}

impl<'w, 's> State<'w, 's> {
    pub(crate) fn new(book: &'w mut StateBook, tables: StateTables<'w, 's>) -> Self {
        Self { book, tables }
    }

    /// What is beside the rows.
    pub(crate) fn book(&self) -> &StateBook {
        self.book
    }

    /// What signals read.
    pub(crate) fn scalars(&mut self) -> (&StateBook, Scalars<'_>) {
        let StateTables { f64, f32, i32, u32, .. } = &mut self.tables;
        (self.book, Scalars::new((f64, f32, i32, u32)))
    }

    /// What sweeps read and write.
    pub(crate) fn lanes(&mut self) -> (&mut StateBook, LaneRows<'_>) {
        let StateTables { lanes, spare_lanes, .. } = &mut self.tables;
        let rows = LaneRows { current: tables::column_mut(lanes), spare: tables::column_mut(spare_lanes) };
        (self.book, rows)
    }

    /// Takes a snapshot for a later [`roll_back`](Self::roll_back).
    pub(crate) fn snapshot(&mut self) {
        self.book.snapshot();
    }

    /// Lets go of all snapshots.
    pub(crate) fn forget(&mut self) {
        self.book.forget();
    }

    /// Restores the newest snapshot.
    pub(crate) fn roll_back(&mut self) {
        self.store().rollback();
    }

    /// All of it.
    pub(crate) fn store(&mut self) -> Store<'_> {
        let StateTables { f64, f32, i32, u32, lanes, spare_lanes } = &mut self.tables;
        Store {
            book: self.book,
            scalars: Scalars::new((f64, f32, i32, u32)),
            lanes: LaneRows { current: tables::column_mut(lanes), spare: tables::column_mut(spare_lanes) },
        }
    }
}

/// All state, to change it.
pub(crate) struct Store<'a> {
    book: &'a mut StateBook,
    scalars: Scalars<'a>,
    lanes: LaneRows<'a>,
}

impl Store<'_> {
    /// Makes next values current: of scalars, those in the registers; of elements, those that were staged. `counts` has the
    /// elements of each domain.
    pub(crate) fn commit<'e>(
        &mut self,
        cells: &Table<CellId, CellPlan>,
        nexts: &[NextPlan],
        (registers, counts): (&[f64], &[u32]),
        news: impl Fn(DomainId) -> &'e [u32],
        seconds: f64,
    ) {
        for next in nexts {
            let cell = &cells[next.cell];
            if cell.timed && self.book.cells.keeps(next.cell)[0] {
                self.keep_time(next.cell, self.book.cells.head(next.cell));
            }
            match cell.domain {
                None => self.commit_scalar(next, cell, registers),
                Some(domain) => self.commit_lanes(next.cell, cell, counts[domain.index()], news(domain)),
            }
            self.book.cells.push(next.cell, seconds);
        }
    }

    /// Gives cells that have one value another one, at a time of their own.
    pub(crate) fn set<'v>(
        &mut self,
        cells: &Table<CellId, CellPlan>,
        values: impl Iterator<Item = (CellId, &'v [f64; 4])>,
        seconds: f64,
    ) {
        for (id, values) in values {
            self.write_scalar(id, &cells[id], values.iter().copied());
            self.book.cells.push(id, seconds);
        }
    }

    /// Makes what sweeps have staged of a cell per element current, at a time of its own.
    pub(crate) fn set_lanes(&mut self, id: CellId, cell: &CellPlan, count: u32, seconds: f64) {
        self.commit_lanes(id, cell, count, &[]);
        self.book.cells.push(id, seconds);
    }

    fn commit_scalar(&mut self, next: &NextPlan, cell: &CellPlan, registers: &[f64]) {
        self.write_scalar(next.cell, cell, next.registers.iter().map(|register| registers[register.index()]));
    }

    fn write_scalar(&mut self, id: CellId, cell: &CellPlan, values: impl Iterator<Item = f64>) {
        let StateBook { cells, undo, .. } = &mut *self.book;
        let entry = cells.head(id);
        let [keeps, _] = cells.keeps(id);
        for (component, value) in (0..cell.stride).zip(values) {
            let row = ring_entry(cell, entry, component);
            let bits = self.scalars.replace(cell.storage, row, value);
            if keeps {
                undo.keep(Record::Scalar { storage: cell.storage, row, bits });
            }
        }
        if keeps {
            cells.note_saved(id);
        }
    }

    fn commit_lanes(&mut self, id: CellId, cell: &CellPlan, count: u32, news: &[u32]) {
        let entry = self.book.cells.head(id);
        let [keeps, keeps_rests] = self.book.cells.keeps(id);
        let fresh = self.book.cells.fresh_from(id).min(count) as usize..count as usize;
        let spreads = cell.length > 1 && !cell.has_initial && !(fresh.is_empty() && news.is_empty());
        if spreads {
            (0..cell.length)
                .filter(|&other| other != entry)
                .for_each(|other| self.keep_entry(id, cell, other));
        }
        for component in 0..cell.stride {
            if let Some(spare) = self.book.spares.take_staged(id, component, false) {
                self.exchange(ring_entry(cell, entry, component), spare, keeps);
            }
            let rest = cell.rests[component as usize];
            if let Some(spare) = self.book.spares.take_staged(id, component, true).filter(|_| rest != NONE) {
                self.exchange(rest, spare, keeps_rests);
            }
        }
        if spreads {
            self.spread_first(cell, entry, &fresh, news);
            self.book.cells.note_all_saved(id);
        } else if keeps {
            self.book.cells.note_saved(id);
        }
    }

    /// Exchanges a row for a spare buffer; the row's own buffer is saved or becomes free.
    fn exchange(&mut self, row: u32, spare: u32, keeps: bool) {
        self.lanes.exchange(row, spare);
        if keeps {
            self.book.undo.keep_lanes(row, spare);
        } else {
            self.book.spares.free(spare);
        }
    }

    /// Saves a copy of an entry of a per-element ring that is about to be written in place.
    fn keep_entry(&mut self, id: CellId, cell: &CellPlan, entry: u32) {
        if !self.book.cells.is_saved(id, entry) {
            (0..cell.stride).for_each(|component| self.keep_row(ring_entry(cell, entry, component)));
            self.keep_time(id, entry);
        }
    }

    /// Saves the time of an entry of a timed ring; its rows are saved at the same moment.
    fn keep_time(&mut self, id: CellId, entry: u32) {
        if let Some((row, seconds)) = self.book.cells.time(id, entry) {
            self.book.undo.keep(Record::Time { row, seconds });
        }
    }

    fn keep_row(&mut self, row: u32) {
        let spare = self.book.spares.take();
        self.lanes.copy(row, spare);
        self.book.undo.keep_lanes(row, spare);
    }

    /// Fresh elements get their first value in all entries of a ring that other elements have filled.
    fn spread_first(&mut self, cell: &CellPlan, head: u32, fresh: &Range<usize>, news: &[u32]) {
        let current = &mut *self.lanes.current;
        for component in 0..cell.stride {
            let row = |entry: u32| ring_entry(cell, entry, component) as usize;
            let first = std::mem::take(&mut current[row(head)].0);
            for entry in (0..cell.length).filter(|&entry| entry != head) {
                let lanes = current[row(entry)].0.f32_mut();
                lanes[fresh.clone()].copy_from_slice(&first.f32()[fresh.clone()]);
                for &row in news {
                    lanes[row as usize] = first.f32()[row as usize];
                }
            }
            current[row(head)].0 = first;
        }
    }

    /// Tells which rows of text cells hold which numbers, and what a rollback gives back. `rows` says how many rows of a domain are
    /// in use.
    pub(crate) fn mark_texts(
        &self,
        cells: &Table<CellId, CellPlan>,
        is_text: impl Fn(usize) -> bool,
        rows: impl Fn(DomainId) -> u32,
        marker: &mut Marker<'_>,
    ) {
        let StateBook { undo, .. } = &*self.book;
        undo.scalars(Storage::U32).for_each(|bits| marker.lane(bits as u32));
        for (_, cell) in cells.iter().enumerate().filter(|&(at, _)| is_text(at)) {
            for row in cell.offset..cell.offset + cell.stride * cell.length {
                let Some(domain) = cell.domain else {
                    marker.lane(self.scalars.u32[row as usize].0);
                    continue;
                };
                // What is saved has the rows that there were.
                let saved = undo.spares_of(row).map(|spare| self.lanes.spare[spare as usize].0.f32());
                let current = &self.lanes.current[row as usize].0.f32()[..rows(domain) as usize];
                saved.chain([current]).flatten().for_each(|lane| marker.lane(lane.to_bits()));
            }
        }
    }

    /// Restores the newest snapshot and drops it. Whether there was one.
    pub(crate) fn rollback(&mut self) -> bool {
        let StateBook { cells, spares, undo, .. } = &mut *self.book;
        spares.discard_staged();
        undo.rollback(cells, spares, &mut self.scalars, &mut self.lanes)
    }

    /// Moves the elements of a per-element cell to the rows they have after a change of its domain. New elements hold the
    /// initial value and are fresh.
    pub(crate) fn remap(&mut self, id: CellId, cell: &CellPlan, mapping: &Mapping) {
        let [_, keeps_rests] = self.book.cells.keeps(id);
        for entry in 0..cell.length {
            let keeps = !self.book.cells.is_saved(id, entry);
            for component in 0..cell.stride {
                self.remap_row(ring_entry(cell, entry, component), mapping, initial_lane(cell), keeps);
            }
            if keeps && mapping.writes() {
                self.keep_time(id, entry);
            }
        }
        for row in cell.rest_rows() {
            // An initial value is an f32: nothing is left of it.
            self.remap_row(row, mapping, 0.0, keeps_rests);
        }
        let cells = &mut self.book.cells;
        if mapping.writes() {
            cells.note_all_saved(id);
        }
        cells.set_fresh_from(id, mapping.fresh_from(cells.fresh_from(id), u32::MAX));
    }

    fn remap_row(&mut self, row: u32, mapping: &Mapping, initial: f32, keeps: bool) {
        if !mapping.is_prefix() {
            let spare = self.book.spares.take();
            let from = self.lanes.current[row as usize].0.f32();
            mapping.gather(from, self.lanes.spare[spare as usize].0.f32_mut());
            self.exchange(row, spare, keeps);
        } else if keeps && mapping.writes() {
            self.keep_row(row);
        }
        let lanes = self.lanes.current[row as usize].0.f32_mut();
        mapping.new_rows().for_each(|row| lanes[row] = initial);
    }

    /// Everything is as before the first frame, and no snapshot is left.
    pub(crate) fn reset(&mut self, cells: &[CellPlan]) {
        let StateBook { cells: book, phases, spares, undo } = &mut *self.book;
        spares.discard_staged();
        undo.clear(spares);
        book.reset();
        phases.reset();
        cells.iter().for_each(|cell| self.reset_rows(cell, |_| false));
    }

    /// Gives the rows of a cell its initial value, but for rows of lanes that stay.
    fn reset_rows(&mut self, cell: &CellPlan, stays: impl Fn(u32) -> bool) {
        let rows = cell.offset..cell.offset + cell.stride * cell.length;
        if cell.domain.is_none() {
            let value = |row: u32| match cell.kept {
                Some(kept) => kept[(row - cell.offset) as usize % kept.len()],
                None => cell.initial,
            };
            return rows.for_each(|row| _ = self.scalars.replace(cell.storage, row, value(row)));
        }
        let initial = initial_lane(cell);
        rows.filter(|&row| !stays(row)).for_each(|row| self.lanes.fill(row, initial));
        // An initial value is an f32: nothing is left of it.
        cell.rest_rows().filter(|&row| !stays(row)).for_each(|row| self.lanes.fill(row, 0.0));
    }
}

/// The initial value as a lane of its kind: a bool that is true has all bits set.
fn initial_lane(cell: &CellPlan) -> f32 {
    uniform_bits(cell.kind, cell.initial)
}

/// 9. Next state values, computed from this frame's, become current.
pub(crate) fn commit_frame(mut parts: ResMut<Parts>, tables: StateTables) {
    let Parts { plan, clock, registers, fault, elements, state, .. } = &mut *parts;
    if fault.0.is_some() {
        return;
    }
    let mut state = State::new(state, tables);
    state.book.snapshot();
    if !plan.nexts.is_empty() {
        let Registers { values, counts, .. } = registers;
        let news = |domain: DomainId| &*elements.sets[domain].news;
        state.store().commit(&plan.cells, &plan.nexts, (values, counts), news, clock.seconds);
    }
    elements.commit();
}

/// Restores state as it was before the frame that is shown, so that the frame can be evaluated once more.
pub(crate) fn rollback(mut parts: ResMut<Parts>, tables: StateTables) {
    State::new(&mut parts.state, tables).store().rollback();
}

/// Gives every cell its initial value.
pub(crate) fn reset(mut parts: ResMut<Parts>, tables: StateTables) {
    let Parts { plan, state, .. } = &mut *parts;
    State::new(state, tables).store().reset(&plan.cells);
}
