//! Events: logical time advances through every tag up to the frame's time, and reactions run.
//!
//! Cues wait in a store ([`Cues`]); each one that is due is a *turn* ([`turn`]). What the host sent since the last frame
//! happens at the frame's time, in the order in which it was sent, each when everything before it has settled. Then
//! values that events look at are looked at.
//!
//! **Invariants**
//! - What happens depends on tags, never on where frames lie: but for values of continuous state, which are as of the last
//!   frame, and for values that change by themselves, which are looked at once a frame.
//! - Nothing here allocates in a frame.
//! - A turn that cannot end changes nothing: state is as it was before that instant, whose other cues are dropped.

mod kept;
mod queue;
mod turn;

use bevy_ecs::prelude::ResMut;

use super::continuity::ContinuityBook;
use super::elements::Elements;
use super::error::{EventFault, EventProblem, Fault};
use super::given::{Intake, Item};
use super::lanes::LaneRunner;
use super::lists::Lists;
use super::parts::{Parts, Rest};
use super::plan::Plan;
use super::plan::elements::ElementColumn;
use super::plan::events::SourcePlan;
use super::signals::SignalTables;
use super::signals::Signals;
use super::snapshots::Ring;
use super::texts::holders::{Held, Marker, of_history};
use super::view::Shown;
use super::view::ShownTables;
use crate::cues::{ChannelId, ChannelRules, CueId, Cues, Merge, PushError, Tag};
use crate::id::{CellId, DomainId, EventId, ReactionId, Table};
use crate::time::Flicks;
use crate::world::Capacity;
use crate::world::tables;

pub(crate) use kept::KeptEvents;
pub use queue::InputCounters;
pub(crate) use queue::{Queue, Sent, components_of_arrays};

/// How many reactions may follow one another within one instant.
pub(crate) const STEPS_MAX: u32 = 1024;
/// How many of the last events are remembered, to name those that go in a circle.
const RECENT: usize = 64;

/// What a cue carries.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Carried {
    pub(crate) values: [f64; 4],
    /// How many reactions without a delay led to it.
    pub(crate) depth: u32,
}

impl Merge for Carried {
    fn merge(self, later: Self) -> Self {
        Self { values: self.values.merge(later.values), depth: self.depth.max(later.depth) }
    }
}

/// Something that has happened since the frame before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Occurrence {
    pub(crate) tag: Tag,
    pub(crate) event: EventId,
    pub(crate) values: [f64; 4],
}

/// A cell and its next value, until the end of the turn.
#[derive(Clone, Copy, Debug)]
struct Staged {
    cell: CellId,
    values: [f64; 4],
}

/// What turns work on.
pub(crate) struct Around<'w, 's> {
    signals: Signals<'w, 's>,
    runner: &'w mut LaneRunner,
    continuity: &'w ContinuityBook,
    shown: Shown<'w, 's>,
    lists: &'w mut Lists,
    elements: &'w Elements,
    ring: &'w mut Ring,
}

impl Around<'_, '_> {
    /// The element of a domain that the last frame has drawn at a place, as what an event carries: its index, or the row that it is.
    fn met(
        &mut self,
        event: EventId,
        (domain, pass): (DomainId, Option<u32>),
        [x, y, ..]: [f64; 4],
    ) -> Option<[f64; 4]> {
        let Signals { plan, registers, buffers, .. } = &mut self.signals;
        let drawn = self.shown.drawn(plan, tables::column_mut(buffers));
        let living = registers.counts[domain.index()];
        let (_, index) = drawn.hit_of(living, [x, y], |row, drawn| {
            drawn.domain == domain.0 && pass.is_none_or(|pass| pass == row)
        })?;
        let is_row = plan.program.data().events[event.index()].list.is_some();
        let carried = if is_row { self.lists.row_of(domain, index)?.0 as f64 } else { f64::from(index) };
        Some([carried, 0.0, 0.0, 0.0])
    }

    /// Elements that were new in the last frame have a state since, so they are not new to reactions.
    fn settle(&mut self) {
        let Signals { plan, buffers, .. } = &mut self.signals;
        if plan.events.has_lanes() {
            let buffers = tables::column_mut(buffers);
            for column in plan.columns.iter().filter(|column| column.column == ElementColumn::IsNew) {
                buffers[column.buffer.index()].0.u32_mut().fill(0);
            }
        }
    }
}

/// Everything that is pending, and what a turn needs.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) cues: Cues<Carried>,
    pub(crate) queue: Queue,
    pub(crate) intake: Intake,
    /// Of each event, its cue that was scheduled last: of timers the next tick, of others what a later one replaces.
    pending: Table<EventId, CueId>,
    /// In order; no more than there is room for.
    pub(crate) occurred: Vec<Occurrence>,
    /// How many more there were.
    pub(crate) missed: u64,
    staged: Vec<Staged>,
    /// The reactions of a turn that set states of elements.
    of_elements: Vec<ReactionId>,
    /// The events of a turn.
    happening: Vec<EventId>,
    /// Per event, the turn in which it happened last, and in which it was looked at last.
    turns: Table<EventId, [u64; 2]>,
    pub(super) turn: u64,
    /// Events with reactions that were for rows which were gone by then.
    pub(super) rejected: u64,
    /// Whether inputs have not got the values of this frame yet.
    awaits_inputs: bool,
    /// The events of the last turns, as a ring.
    recent: [EventId; RECENT],
    /// The instant that is being gone through, of which a snapshot was taken.
    instant: Option<Flicks>,
}

impl Events {
    /// For a plan. Without events it takes no memory.
    pub(crate) fn new(plan: &Plan, capacity: &Capacity, frame: Flicks) -> Self {
        let count = plan.events.events.len();
        let [cues, occurrences] = match count {
            0 => [0; 2],
            _ => [capacity.cues, capacity.occurrences],
        };
        let queue = Queue::new(cues, plan);
        let data = plan.program.data();
        Self {
            cues: Cues::new(cues, &vec![ChannelRules::default(); count], frame),
            intake: Intake::new(cues, &queue, data),
            queue,
            pending: Table::filled(CueId::NONE, count),
            occurred: Vec::with_capacity(occurrences as usize),
            missed: 0,
            staged: Vec::with_capacity(plan.events.most_set()),
            of_elements: Vec::with_capacity(plan.events.reactions.len()),
            happening: Vec::with_capacity(count),
            turns: Table::filled([0; 2], count),
            turn: 0,
            rejected: 0,
            awaits_inputs: false,
            recent: [EventId(0); RECENT],
            instant: None,
        }
    }

    /// For no program: in place of events that are on their way to another one.
    pub(crate) fn none() -> Self {
        Self {
            cues: Cues::new(0, &[], Flicks(1)),
            queue: Queue::default(),
            intake: Intake::default(),
            pending: Table::new(),
            occurred: Vec::new(),
            missed: 0,
            staged: Vec::new(),
            of_elements: Vec::new(),
            happening: Vec::new(),
            turns: Table::new(),
            turn: 0,
            rejected: 0,
            awaits_inputs: false,
            recent: [EventId(0); RECENT],
            instant: None,
        }
    }

    /// Tells which numbers may be those of texts.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.cues.pending().for_each(|cue| marker.numbers(&cue.payload.values));
        self.occurred.iter().for_each(|occurrence| marker.numbers(&occurrence.values));
        self.queue.mark_texts(marker);
        self.intake.mark_texts(marker);
    }

    /// Texts go that nothing names, where it is time: between two turns, when nothing is staged.
    fn let_texts_go(&mut self, around: &mut Around<'_, '_>) {
        let Around { signals, lists, elements, ring, .. } = around;
        let Signals { plan, inputs, registers, slots, state, texts, buffers, .. } = signals;
        if !texts.is_due() {
            return;
        }
        let mut log = std::mem::take(&mut self.intake.log);
        let carried = ring.take_carried();
        let mut held = Held {
            plan,
            state,
            registers,
            inputs,
            events: self,
            lists,
            elements,
            buffers: tables::column_mut(buffers),
            carried: &carried,
        };
        let slots = slots.u32.columns().values;
        texts.collect(&mut held, slots, |asked| of_history(ring, &mut log, asked));
        ring.put_carried(carried);
        self.intake.log = log;
    }

    /// Bytes for a capacity.
    pub(crate) fn bytes(&self) -> usize {
        self.cues.bytes()
            + self.queue.bytes()
            + self.intake.bytes()
            + self.occurred.capacity() * size_of::<Occurrence>()
            + self.turns.len() * size_of::<([u64; 2], CueId, EventId)>()
    }

    /// Nothing is pending, as before the first frame. What the host has sent waits for it, or for a later one that is new.
    pub(crate) fn reset(&mut self, is_known: bool) {
        self.cues.clear();
        match is_known {
            true => self.intake.put_off(),
            false => self.intake.reset(),
        }
        self.pending.fill(CueId::NONE);
        self.occurred.clear();
        self.turns.fill([0; 2]);
        (self.turn, self.rejected) = (0, 0);
    }

    /// Schedules an event of the host.
    ///
    /// # Errors
    /// When the time has passed, or there is no room.
    pub(crate) fn send_at(&mut self, event: EventId, at: Flicks, values: [f64; 4]) -> Result<(), PushError> {
        self.push_for_host(event, at, values)?;
        self.intake.wait(Item::Cue { event, at, values });
        Ok(())
    }

    /// Whether something can be scheduled for a time.
    pub(crate) fn has_room_for(&self, at: Flicks) -> bool {
        Tag::at(at) >= self.cues.now() && self.cues.len() < self.cues.capacity() as usize
    }

    /// Schedules an event of the host of which it is known that it was sent.
    ///
    /// # Errors
    /// When the time has passed, or there is no room.
    pub(crate) fn push_for_host(
        &mut self,
        event: EventId,
        at: Flicks,
        values: [f64; 4],
    ) -> Result<(), PushError> {
        self.cues.push(Tag::at(at), ChannelId(event.0), Carried { values, depth: 0 }).map(|_| ())
    }

    /// Schedules a cue.
    fn push(&mut self, tag: Tag, event: EventId, carried: Carried) -> Result<(), EventFault> {
        match self.cues.push(tag, ChannelId(event.0), carried) {
            Ok(pushed) => {
                self.pending[event] = pushed.id;
                Ok(())
            }
            // Every tag is made from the current one.
            Err(PushError::Late(_)) => Ok(()),
            Err(PushError::Full(_)) => Err(self.fault(EventProblem::Full, tag, event)),
        }
    }

    /// What goes wrong, with the events of the last turns, the one in question last.
    #[cold]
    fn fault(&self, problem: EventProblem, tag: Tag, event: EventId) -> EventFault {
        let mut events = [event; EventFault::NAMED];
        let mut count = 1;
        // Back from the newest turn, until the event in question comes again.
        for back in 0..RECENT as u64 {
            let Some(turn) = self.turn.checked_sub(back).filter(|&turn| turn > 0) else { break };
            let other = self.recent[turn as usize % RECENT];
            if other == event || count == events.len() {
                break;
            }
            if !events[..count].contains(&other) {
                events[count] = other;
                count += 1;
            }
        }
        events[..count].reverse();
        EventFault { problem, tag, events, count }
    }
}

/// 2. What the host staged becomes this frame's, and logical time advances through every tag up to the frame's time.
pub(crate) fn advance(mut parts: ResMut<Parts>, tables: SignalTables, shown: ShownTables) {
    let clock = parts.clock;
    if clock.idle {
        return;
    }
    let (signals, rest) = parts.split(tables);
    let Rest { events, lists, elements, continuity, runner, ring, paths, letters, lines, pieces, pools } =
        rest;
    let shown = Shown { pools, paths, letters, lines, pieces, tables: shown };
    let mut around = Around { signals, runner, continuity, shown, lists, elements, ring };
    events.let_texts_go(&mut around);
    if clock.again {
        return;
    }
    if around.signals.plan.events.is_empty() {
        events.awaits_inputs = true;
        events.publish(&mut around.signals);
        return;
    }
    events.occurred.clear();
    events.missed = 0;
    around.signals.registers.happened.fill(0);
    if let Err(fault) = events.frame(&mut around) {
        events.give_up(fault, &mut around);
    }
    events.let_texts_go(&mut around);
}

impl Events {
    fn frame(&mut self, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        let now = around.signals.clock.now;
        // Inputs get their values at the frame's time: a tick before it sees those of the frame before. The first frame has none
        // before it.
        self.awaits_inputs = true;
        // What goes wrong before the first instant undoes nothing that a frame has shown.
        around.lists.begin_instant();
        if around.signals.clock.previous == now {
            self.publish(&mut around.signals);
        }
        around.settle();
        if !around.lists.is_empty() {
            self.look_at_lists(Tag::at(around.signals.clock.previous), around)?;
        }
        self.arm(around)?;
        self.run_to(now, around)?;
        self.publish(&mut around.signals);
        // Behind an instant that went wrong nothing more happens at its time: what is sent waits for a later one.
        let is_over = self.cues.now().offset > now;
        let mut most = if is_over { 0 } else { self.queue.most_per_frame() };
        while let Some(sent) = self.queue.take(&mut most) {
            match sent {
                Sent::Set { offset, numbers } => {
                    let tag = Tag::new(now, self.cues.next_microstep(now, 0));
                    let parts = self.queue.arrays.get(&numbers);
                    self.intake.take_value(tag, offset, parts);
                    let is_other = around.signals.inputs.apply(offset, parts);
                    self.queue.arrays.drop_first(&numbers);
                    self.queue.applied(is_other);
                }
                Sent::Event { event, values } => {
                    let tag = Tag::new(now, self.cues.next_microstep(now, 0));
                    self.intake.take(Item::Event { tag, event, values });
                    self.push(tag, event, Carried { values, depth: 0 })?;
                    self.run_to(now, around)?;
                }
            }
        }
        let tag = Tag::new(now, self.cues.next_microstep(now, 0));
        if !around.lists.is_empty() {
            self.look_at_lists(tag, around)?;
        }
        for at in 0..around.signals.plan.events.hovers.len() {
            let event = around.signals.plan.events.hovers[at];
            self.hover(event, tag, around)?;
        }
        for at in 0..around.signals.plan.events.watches.len() {
            let event = around.signals.plan.events.watches[at];
            self.look(event, Tag { microstep: tag.microstep.saturating_sub(1), ..tag }, 0, around)?;
        }
        self.run_to(now, around)?;
        self.end(now, around);
        Ok(())
    }

    /// An event happens where an element is drawn at its place.
    fn hover(&mut self, event: EventId, tag: Tag, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        around.signals.run_source(event, tag);
        let SourcePlan::Hover(ref at) = around.signals.plan.events.events[event].source else {
            return Ok(());
        };
        let (drawn, place) = ((at.domain, at.pass), around.signals.values_of(&at.place));
        match around.met(event, drawn, place) {
            Some(values) => self.push(tag, event, Carried { values, depth: 0 }),
            None => Ok(()),
        }
    }

    /// Makes what the host staged this frame's.
    fn publish(&mut self, signals: &mut Signals<'_, '_>) {
        if !std::mem::take(&mut self.awaits_inputs) {
            return;
        }
        let now = signals.clock.now;
        let tag = Tag::new(now, self.cues.next_microstep(now, 0));
        signals.inputs.tell(tag, false, &mut self.intake);
        signals.inputs.publish(&mut self.queue);
    }

    /// The frame's time has passed.
    fn end(&mut self, now: Flicks, around: &mut Around<'_, '_>) {
        if self.instant.take().is_some() {
            around.signals.state.forget();
        }
        self.cues.clear_older_than(Tag::at(Flicks(now.0.saturating_add(1))));
    }

    /// Goes through every tag up to a time.
    fn run_to(&mut self, now: Flicks, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        while let Some(tag) = self.cues.advance(now) {
            self.begin(tag.offset, around);
            if self.awaits_inputs && self.is_of_host(tag, &around.signals) {
                // What the host has sent for a time of its own finds the values that it has set.
                self.publish(&mut around.signals);
            }
            let mut at = 0;
            // What is scheduled on the way is for later tags.
            while let Some(&cue) = self.cues.get_current(tag).get(at) {
                at += 1;
                let event = EventId(cue.channel.0);
                if self.pending[event] == cue.id {
                    self.pending[event] = CueId::NONE;
                }
                self.let_texts_go(around);
                self.turn(event, tag, cue.payload, around)?;
            }
        }
        Ok(())
    }

    /// Whether something that the host has sent happens at a tag.
    fn is_of_host(&mut self, tag: Tag, signals: &Signals<'_, '_>) -> bool {
        let events = &signals.plan.events.events;
        let is_host = |event: EventId| matches!(events[event].source, SourcePlan::Host);
        self.cues.get_current(tag).iter().any(|cue| is_host(EventId(cue.channel.0)))
    }

    /// An instant begins. It can be undone.
    fn begin(&mut self, offset: Flicks, around: &mut Around<'_, '_>) {
        if self.instant != Some(offset) {
            around.signals.state.forget();
            around.signals.state.snapshot();
            around.lists.begin_instant();
            self.instant = Some(offset);
        }
    }

    /// State is as it was before the instant, and nothing more of the instant happens.
    #[cold]
    fn give_up(&mut self, fault: EventFault, around: &mut Around<'_, '_>) {
        if self.instant.take().is_some() {
            around.signals.state.roll_back();
            around.signals.state.forget();
        }
        around.lists.roll_back();
        self.staged.clear();
        self.of_elements.clear();
        self.happening.clear();
        let newborns = around.signals.registers.newborns.iter_mut();
        newborns.for_each(|newborns| newborns.undo_from(fault.tag.offset));
        self.cues.clear_older_than(Tag::at(Flicks(fault.tag.offset.0.saturating_add(1))));
        self.occurred.retain(|occurrence| occurrence.tag.offset < fault.tag.offset);
        around.signals.fault.0 = Some(Fault::Events(fault));
    }

    /// Timers that have no next tick get one.
    fn arm(&mut self, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        // A tick at the very next instant is not behind it.
        let now = Tag::at(Flicks(self.cues.now().offset.0.saturating_sub(1)));
        for row in 0..around.signals.plan.events.events.len() {
            let event = EventId(row as u32);
            let is_timer = match around.signals.plan.events.events[event].source {
                SourcePlan::Every(..) | SourcePlan::Timer(_) => true,
                SourcePlan::Host | SourcePlan::Watch(_) | SourcePlan::Hover(_) | SourcePlan::Reactions => {
                    false
                }
            };
            if is_timer && self.cues.find(self.pending[event]).is_none() {
                self.tick(event, now, around)?;
            }
        }
        Ok(())
    }

    /// Schedules the next tick of a timer behind a tag; of other events nothing.
    fn tick(&mut self, event: EventId, tag: Tag, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        let next = match around.signals.plan.events.events[event].source {
            SourcePlan::Every(period, phase) => {
                // Time itself begins without a tick.
                let here = tag.offset.in_cycle(period, around.signals.phase_offset(phase));
                Some(tag.offset.0.saturating_add(period.0 - here.0 % period.0))
            }
            SourcePlan::Timer(register) => {
                around.signals.run_source(event, tag);
                let seconds = around.signals.registers.values[register.index()];
                let wait = Flicks::from_secs_f64(seconds).filter(|&wait| wait >= crate::program::TIMER_LEAST);
                wait.map(|wait| tag.offset.0.saturating_add(wait.0))
            }
            SourcePlan::Host | SourcePlan::Watch(_) | SourcePlan::Hover(_) | SourcePlan::Reactions => None,
        };
        match next {
            Some(next) => self.push(Tag::at(Flicks(next)), event, Carried::default()),
            None => Ok(()),
        }
    }
}

impl Events {
    /// Continues what the events of an earlier program have; `event` and `input` say where each is now. Gives how many pending
    /// cues that count have no event any more.
    pub(crate) fn follow(
        &mut self,
        old: &mut Self,
        event: impl Fn(EventId) -> Option<EventId>,
        counts: impl Fn(EventId) -> bool,
        input: impl Fn(u32) -> Option<[u32; 2]>,
    ) -> u32 {
        self.rejected = old.rejected;
        self.intake.follow(&mut old.intake, &event, &input);
        self.queue.follow(&mut old.queue, &event, input);
        self.cues.clear_older_than(old.cues.now());
        for occurrence in &old.occurred {
            if let Some(event) =
                event(occurrence.event).filter(|_| self.occurred.len() < self.occurred.capacity())
            {
                self.occurred.push(Occurrence { event, ..*occurrence });
            }
        }
        let mut dropped = 0;
        while let Some(tag) = old.cues.advance(Flicks(u64::MAX)) {
            for cue in old.cues.get_current(tag) {
                let from = EventId(cue.channel.0);
                let is_kept = event(from).is_some_and(|to| self.push(tag, to, cue.payload).is_ok());
                dropped += u32::from(!is_kept && counts(from));
            }
        }
        dropped
    }
}
