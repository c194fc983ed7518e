//! Snapshots of a run: copies of all that later frames depend on, so that a seek plays from the nearest one and not from the
//! start.
//!
//! A snapshot is taken behind a frame: state, elements, what is left of edits, what is pending, registers, and those field
//! buffers that a later frame reads before it writes them. The next frame takes it, before it changes anything, so it has the
//! last evaluation of the frame, should that have been evaluated more than once.
//!
//! **Invariants**
//! - A frame that is played from a snapshot has the bits that it has when all frames are played.
//! - What is copied is said by a destructuring without a rest, so a new field asks whether it is part of it.
//! - All room is given at load: frames allocate nothing here.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

use super::continuity::{ContinuityBook, KeptContinuity};
use super::elements::{Elements, KeptElements};
use super::events::{Events, KeptEvents};
use super::fields;
use super::inputs::{Inputs, KeptInputs};
use super::lanes::LaneRunner;
use super::lists::{KeptLists, Lists};
use super::parts::Parts;
use super::plan::Plan;
use super::signals::Registers;
use super::state::{KeptState, State, StateBook};
use super::texts::RunTexts;
use super::texts::holders::{Held, Marks, of_history};
use crate::id::{BufferId, DomainId};
use crate::world::tables::StateTables;
use crate::world::tables::{self, FieldBuffer, SlotValue};

/// How many snapshots of a run an engine keeps, and how far apart: what makes a [seek](super::Engine::seek) back quick.
///
/// One is taken every so many frames. When there is no room for another one, one is dropped, so that the distance between
/// those that are left grows with how far back they are: a run of any length can be sought through, in its last seconds
/// quickest.
///
/// ```
/// use pavane::engine::{Engine, EngineSettings, Snapshots};
/// use pavane::program::Builder;
///
/// let b = Builder::new("walk");
/// b.signal("x", b.integrate("x", b.float(1.0)));
/// let settings = EngineSettings { snapshots: Some(Snapshots { count: 8, every: 30, inputs: 1_000 }), ..EngineSettings::default() };
/// let mut engine = Engine::fitted(b.finish()?, 1.0, settings)?;
/// let played = engine.seek(3_000)?.hash();
/// engine.seek(2_900)?;
/// assert_eq!(engine.seek(3_000)?.hash(), played);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshots {
    /// How many there are at most: fewer where [`EngineSettings::memory_limit`](super::EngineSettings::memory_limit) leaves no
    /// room, and none of a program whose frames do not depend on those before. 0 keeps none, and a seek back plays all frames
    /// from the start.
    pub count: u32,
    /// A snapshot is taken every so many frames: 1 of every frame. 0 counts as 1.
    pub every: u32,
    /// How many values and events of the host are remembered, so that frames between two snapshots can be played again with
    /// them. A seek reaches back no further than these do; with 0, no further than the last one.
    pub inputs: u32,
}

impl Snapshots {
    /// None.
    pub const NONE: Self = Self { count: 0, every: 1, inputs: 0 };
    /// What a [`Player`](crate::play::Player) keeps where its engine says nothing: 32, half a second apart at 60 frames a second;
    /// and 16 384 values and events, as of four and a half minutes in which a pointer moves in every frame.
    pub const PLAYING: Self = Self { count: 32, every: 30, inputs: 16_384 };
}

/// Copies a slice into room that is there.
pub(crate) fn copy<T: Copy>(from: &[T], to: &mut Vec<T>) {
    to.clear();
    to.extend_from_slice(from);
}

/// All that a snapshot is of.
struct Running<'w, 's> {
    plan: &'w Plan,
    state: State<'w, 's>,
    elements: &'w mut Elements,
    continuity: &'w mut ContinuityBook,
    events: &'w mut Events,
    registers: &'w mut Registers,
    runner: &'w mut LaneRunner,
    inputs: &'w mut Inputs,
    buffers: Query<'w, 's, &'static mut FieldBuffer>,
    lists: &'w mut Lists,
    texts: &'w mut RunTexts,
}

/// The tables that are part of a snapshot.
#[derive(SystemParam)]
pub(crate) struct RunningTables<'w, 's> {
    state: StateTables<'w, 's>,
    buffers: Query<'w, 's, &'static mut FieldBuffer>,
}

impl<'w, 's> Running<'w, 's> {
    fn of(parts: &'w mut Parts, tables: RunningTables<'w, 's>) -> (Self, &'w mut Ring) {
        let Parts {
            plan,
            state,
            elements,
            continuity,
            events,
            registers,
            runner,
            inputs,
            lists,
            texts,
            ring,
            ..
        } = parts;
        let RunningTables { state: rows, buffers } = tables;
        let state = State::new(state, rows);
        (
            Self {
                plan,
                state,
                elements,
                continuity,
                events,
                registers,
                runner,
                inputs,
                buffers,
                lists,
                texts,
            },
            ring,
        )
    }
}

impl Running<'_, '_> {
    /// What of it may name texts.
    fn with_texts<R>(
        &mut self,
        carried: &[(BufferId, DomainId)],
        f: impl FnOnce(&mut RunTexts, &mut Held<'_, '_, '_>) -> R,
    ) -> R {
        let Self { plan, state, elements, events, registers, inputs, buffers, lists, texts, .. } = self;
        let buffers = tables::column_mut(buffers);
        f(texts, &mut Held { plan, state, registers, inputs, events, lists, elements, buffers, carried })
    }

    /// Texts go that nothing names.
    pub(crate) fn let_texts_go(&mut self, ring: &mut Ring, slots: &[SlotValue<u32>]) {
        let mut log = std::mem::take(&mut self.events.intake.log);
        let carried = ring.take_carried();
        self.with_texts(&carried, |texts, held| {
            texts.collect(held, slots, |asked| of_history(ring, &mut log, asked));
        });
        ring.put_carried(carried);
        self.events.intake.log = log;
    }
}

/// Makes room for a text of the host, between two frames.
pub(crate) fn make_room(mut parts: ResMut<Parts>, tables: RunningTables, slots: Query<&SlotValue<u32>>) {
    let (mut running, ring) = Running::of(&mut parts, tables);
    running.let_texts_go(ring, tables::column(&slots));
}

/// A copy of everything, behind a frame.
#[derive(Debug)]
struct Kept {
    /// The frame.
    at: u64,
    state: KeptState,
    elements: KeptElements,
    continuity: KeptContinuity,
    events: KeptEvents,
    registers: Registers,
    suspect: Vec<bool>,
    inputs: KeptInputs,
    lists: KeptLists,
    /// Which texts all of this names.
    texts: Marks,
    /// Of each field buffer that is carried, the rows that were in use.
    fields: Vec<f32>,
}

impl Kept {
    /// Room for a copy.
    fn with_room(running: &Running<'_, '_>, book: &StateBook, carried: &[(BufferId, DomainId)]) -> Self {
        let Running { plan, elements, continuity, events, registers, runner, inputs, .. } = running;
        let room = |domain: DomainId| elements.sets[domain].room();
        let fields: usize = carried.iter().map(|&(_, domain)| room(domain) as usize).sum();
        Self {
            at: 0,
            state: KeptState::with_room(book, &plan.cells, room),
            elements: KeptElements::with_room(elements),
            continuity: KeptContinuity::with_room(continuity, plan, room),
            events: KeptEvents::with_room(events),
            registers: Registers::clone(registers),
            suspect: runner.suspect.clone(),
            inputs: KeptInputs::with_room(inputs),
            lists: KeptLists::with_room(plan),
            texts: running.texts.new_marks(),
            fields: Vec::with_capacity(fields),
        }
    }

    fn bytes(&self) -> usize {
        let Self {
            at: _,
            state,
            elements,
            continuity,
            events,
            registers,
            suspect,
            inputs,
            lists,
            texts,
            fields,
        } = self;
        let lanes = fields.capacity() * size_of::<f32>() + suspect.len();
        size_of::<Self>()
            + state.bytes()
            + elements.bytes()
            + continuity.bytes()
            + events.bytes()
            + registers.bytes()
            + inputs.bytes()
            + lists.bytes()
            + texts.bytes()
            + lanes
    }

    fn keep(&mut self, at: u64, running: &mut Running<'_, '_>, carried: &[(BufferId, DomainId)]) {
        running.with_texts(carried, |texts, held| texts.note(held, &mut self.texts));
        let Running {
            plan,
            state,
            elements,
            continuity,
            events,
            registers,
            runner,
            inputs,
            buffers,
            lists,
            texts: _,
        } = running;
        let rows = |domain: DomainId| elements.sets[domain].rows();
        self.at = at;
        state.store().copy_to(&plan.cells, rows, &mut self.state);
        elements.copy_to(plan, &mut self.elements);
        continuity.copy_to(rows, &mut self.continuity);
        events.copy_to(&mut self.events);
        self.registers.copy_from(registers);
        copy(&runner.suspect, &mut self.suspect);
        inputs.copy_to(&mut self.inputs);
        lists.copy_to(&mut self.lists);
        self.fields.clear();
        let buffers = tables::column_mut(buffers);
        for &(buffer, domain) in carried {
            let lanes = &buffers[buffer.index()].0.f32()[..rows(domain) as usize];
            self.fields.extend_from_slice(lanes);
        }
    }

    fn restore(&self, running: &mut Running<'_, '_>, carried: &[(BufferId, DomainId)]) {
        // Texts that a snapshot names are there.
        let Running {
            plan,
            state,
            elements,
            continuity,
            events,
            registers,
            runner,
            inputs,
            buffers,
            lists,
            texts: _,
        } = running;
        let rows = |domain: DomainId| self.elements.rows(domain);
        state.store().restore(&plan.cells, rows, &self.state);
        elements.restore(&self.elements);
        lists.restore(&self.lists, elements);
        continuity.restore(rows, &self.continuity);
        events.restore(&self.events);
        registers.copy_from(&self.registers);
        runner.suspect.copy_from_slice(&self.suspect);
        inputs.restore(&self.inputs, &events.queue);
        let buffers = tables::column_mut(buffers);
        let mut fields = &self.fields[..];
        for &(buffer, domain) in carried {
            let (lanes, rest) = fields.split_at(rows(domain) as usize);
            buffers[buffer.index()].0.f32_mut()[..lanes.len()].copy_from_slice(lanes);
            fields = rest;
        }
    }
}

/// The field buffers that a frame reads before it writes them: what an edit takes from the screen, what is drawn of elements
/// that have gone, what is kept of elements, what reactions read of the last frame, and what hit tests look at.
fn carried(plan: &Plan) -> Vec<(BufferId, DomainId)> {
    let mut all = Vec::new();
    for value in &plan.continuities {
        let parts = value.parts.iter().flat_map(|part| [Some(part.base), Some(part.shown), part.before]);
        all.extend(parts.chain([value.packed]).flatten().map(|buffer| (buffer, value.domain)));
    }
    for (domain, row) in plan.domains.ids().zip(plan.domains.iter()) {
        all.extend(row.kept.iter().map(|&buffer| (buffer, domain)));
    }
    all.extend(plan.columns.iter().map(|column| (column.buffer, column.domain)));
    all.extend(fields::read_by_reactions(plan));
    all.extend(fields::looked_at(plan));
    all.sort_unstable_by_key(|&(buffer, _)| buffer);
    all.dedup();
    all
}

/// The snapshots of an engine.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    settings: Snapshots,
    carried: Vec<(BufferId, DomainId)>,
    /// By frame, ascending; then, from `used` on, those that are free.
    kept: Vec<Kept>,
    used: usize,
    /// Behind which frame the next evaluation takes one.
    due: Option<u64>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self::NONE
    }
}

impl Ring {
    /// How many there may be, and the bytes of each.
    pub(crate) fn room(&self) -> (usize, usize) {
        (self.kept.len(), self.kept.first().map_or(0, Kept::bytes))
    }

    /// Which texts each of them names.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &Marks> {
        self.kept[..self.used].iter().map(|kept| &kept.texts)
    }

    /// The buffers that are carried, for a moment.
    pub(crate) fn take_carried(&mut self) -> Vec<(BufferId, DomainId)> {
        std::mem::take(&mut self.carried)
    }

    pub(crate) fn put_carried(&mut self, carried: Vec<(BufferId, DomainId)>) {
        self.carried = carried;
    }

    /// Drops all of them. Whether there were any.
    pub(crate) fn clear_any(&mut self) -> bool {
        std::mem::take(&mut self.used) > 0
    }

    /// Drops all of them.
    pub(crate) fn clear(&mut self) {
        self.used = 0;
    }

    /// Drops those behind a frame that is evaluated anew, and those behind which it is: what it takes may be part of them.
    pub(crate) fn end_at(&mut self, frame: u64) {
        while self.frames().next_back().is_some_and(|at| at + 1 >= frame) {
            self.used -= 1;
        }
    }

    /// Drops those behind which it is not known what frames took: all before a frame.
    pub(crate) fn begin_at(&mut self, frame: u64) {
        let dropped = self.frames().take_while(|&at| at + 1 < frame).count();
        self.kept[..self.used].rotate_left(dropped);
        self.used -= dropped;
    }

    fn frames(&self) -> impl DoubleEndedIterator<Item = u64> + '_ {
        self.kept[..self.used].iter().map(|kept| kept.at)
    }

    /// The last frame before another one, behind which there is a snapshot.
    pub(crate) fn last_before(&self, index: u64) -> Option<u64> {
        self.frames().rev().find(|&at| at < index)
    }

    /// A frame is about to be evaluated behind another one, up to which all were, or behind none of which there may be a
    /// snapshot: whether one is due.
    pub(crate) fn look_whether_due(&mut self, at: Option<u64>) {
        let is_due = |&at: &u64| at.is_multiple_of(self.settings.every.max(1).into());
        let has_it = |at: u64| self.frames().any(|other| other == at);
        self.due = at.filter(|_| !self.kept.is_empty()).filter(is_due).filter(|&at| !has_it(at));
    }

    /// Whether a snapshot is due.
    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some()
    }

    /// The place of a new one.
    fn place(&mut self, at: u64) -> usize {
        if self.used == self.kept.len() {
            let dropped = self.least_needed(at);
            self.kept[dropped..self.used].rotate_left(1);
            self.used -= 1;
        }
        let place = self.frames().take_while(|&other| other < at).count();
        self.kept[place..=self.used].rotate_right(1);
        self.used += 1;
        place
    }

    /// The one whose gap would be smallest beside its age, if it were not there. Before the first one there is the start.
    fn least_needed(&self, newest: u64) -> usize {
        let frame = |row: usize| self.kept.get(row).filter(|_| row < self.used).map(|kept| kept.at);
        let gap = |row: usize| {
            let next = frame(row + 1).unwrap_or(newest);
            let before = row.checked_sub(1).and_then(frame).map_or(0, |at| at + 1);
            let every = u64::from(self.settings.every.max(1));
            // One that was sought to from behind may be newer than the newest.
            (u128::from(next.saturating_sub(before)), u128::from(newest.abs_diff(next) + every))
        };
        let is_less = |&a: &usize, &b: &usize| {
            let ((gap_a, age_a), (gap_b, age_b)) = (gap(a), gap(b));
            (gap_a * age_b).cmp(&(gap_b * age_a)).then(a.cmp(&b))
        };
        (0..self.used).min_by(is_less).unwrap_or(0)
    }
}

/// Gives the ring its room: as many snapshots as were asked for, and the memory that is left allows. They are empty.
pub(crate) fn prepare(
    (In(settings), In(memory)): (In<Snapshots>, In<u64>),
    mut parts: ResMut<Parts>,
    tables: RunningTables,
) {
    let (running, ring) = Running::of(&mut parts, tables);
    *ring = Ring { settings, ..Ring::default() };
    ring.carried = carried(running.plan);
    let book = running.state.book();
    // What has no room is not taken for a moment either.
    if KeptLists::bytes_for(running.plan) > memory {
        return;
    }
    let first = Kept::with_room(&running, book, &ring.carried);
    let most = memory / first.bytes().max(1) as u64;
    let count = most.min(settings.count.into()) as usize;
    if count > 0 {
        let others: Vec<Kept> = (1..count).map(|_| Kept::with_room(&running, book, &ring.carried)).collect();
        ring.kept = Vec::with_capacity(count);
        ring.kept.push(first);
        ring.kept.extend(others);
    }
}

/// 0. A snapshot of what the frame before has left, where one is due.
pub(crate) fn keep(mut parts: ResMut<Parts>, tables: RunningTables) {
    let (mut running, ring) = Running::of(&mut parts, tables);
    let Some(at) = ring.due.take() else { return };
    let place = ring.place(at);
    let Ring { kept, carried, .. } = ring;
    kept[place].keep(at, &mut running, carried);
}

/// Everything is as behind a frame of which there is a snapshot. Whether there is.
pub(crate) fn restore(In(at): In<u64>, mut parts: ResMut<Parts>, tables: RunningTables) -> bool {
    let (mut running, ring) = Running::of(&mut parts, tables);
    let kept = ring.kept[..ring.used].iter().find(|kept| kept.at == at);
    kept.inspect(|kept| kept.restore(&mut running, &ring.carried)).is_some()
}
