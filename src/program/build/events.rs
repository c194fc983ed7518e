//! Events, reactions to them, and the ready operators made of both.

use super::super::format::{Effect, Event, EventSource, Gather, Node, Reaction};
use super::super::op::Op;
use super::super::types::{Type, Unit};
use super::{Arg, Builder, CellRef, DomainRef, ListRef, ProgramData, Value};
use crate::time::{FLICKS_PER_SECOND, Flicks};

/// The suffix of the key of a cell that says what a value was.
const WAS: &str = "/was";
/// When an event happened last.
const LAST: &str = "/last";
/// Where an envelope was when it began anew.
const FROM: &str = "/from";

/// An event of a builder.
#[derive(Clone, Copy)]
pub struct EventRef<'b> {
    pub(super) builder: &'b Builder,
    event: u32,
}

impl std::fmt::Debug for EventRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventRef").field("event", &self.event).finish_non_exhaustive()
    }
}

impl<'b> EventRef<'b> {
    /// What it carries; only in reactions to it. A 0 that is remembered as a mistake where it carries nothing.
    pub fn payload(self) -> Value<'b> {
        if self.ty().is_none() {
            self.builder.inner.borrow_mut().problem("payload() is for events that carry something".into());
            return self.builder.float(0.0);
        }
        self.leaf(Op::Payload)
    }

    /// Whether it has happened since the frame before.
    pub fn happened(self) -> Value<'b> {
        self.leaf(Op::Happened)
    }

    /// What it carries, if anything.
    pub fn ty(self) -> Option<Type> {
        self.builder.inner.borrow().data.events[self.event as usize].ty
    }

    /// Begins a reaction to it; [`ReactionBuilder::done`] ends it.
    pub fn reaction(self) -> ReactionBuilder<'b> {
        let reaction = Reaction { event: self.event, when: None, effects: Vec::new() };
        ReactionBuilder { builder: self.builder, reaction }
    }

    /// What it carries, and what a float of that measures.
    pub(crate) fn carries(self) -> Option<(Type, Unit)> {
        let draft = self.builder.inner.borrow();
        let event = &draft.data.events[self.event as usize];
        event.ty.map(|ty| (ty, event.unit))
    }

    /// The row of the event.
    pub(crate) fn row(self) -> u32 {
        self.event
    }

    /// What it carries, to be given to an event that carries the same.
    fn carried(self) -> Option<Value<'b>> {
        self.ty().map(|_| self.leaf(Op::Payload))
    }

    fn leaf(self, op: Op) -> Value<'b> {
        self.builder.node(Node { index: Some(self.event), ..Node::new(op, &[]) })
    }
}

/// A reaction that is being built: what is done when an event happens. All reads see what was before; all effects take
/// place together.
#[derive(Debug)]
#[must_use = "a reaction is part of the program once `done` is called"]
pub struct ReactionBuilder<'b> {
    builder: &'b Builder,
    pub(super) reaction: Reaction,
}

impl<'b> ReactionBuilder<'b> {
    /// Only where a uniform bool holds.
    pub fn when(mut self, condition: Value<'b>) -> Self {
        self.reaction.when = Some(condition.node);
        self
    }

    /// Gives a cell another value; of a cell that every element of a domain has its own of, each of them.
    ///
    /// ```
    /// use pavane::program::Type;
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("flash");
    /// let dots = b.domain("dots", 3);
    /// let glow = b.cell("dots.glow", Type::Float, 0.0, Some(dots));
    /// b.host_event("flash", None).reaction().set(glow, glow.get() + 1.0).done();
    /// b.reduce("most", b.field(dots, "glow", glow.get()), pavane::program::Reduction::Max);
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.send("flash", ())?;
    /// engine.send("flash", ())?;
    /// assert_eq!(engine.frame(0)?.slot("most").unwrap().components[0], 2.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set(mut self, cell: CellRef<'b>, value: Value<'b>) -> Self {
        self.reaction.effects.push(Effect::Set { cell: cell.row(), node: value.node });
        self
    }

    /// Lets an event of [`Builder::made_event`] happen in the same turn.
    pub fn pass(mut self, event: EventRef<'b>, carried: Option<Value<'b>>) -> Self {
        let node = carried.map(|value| value.node);
        self.reaction.effects.push(Effect::Pass { event: event.event, node });
        self
    }

    /// Lets an event of [`Builder::made_event`] that carries an int happen in the same turn, where an element of a domain is
    /// drawn at a place, a uniform vec2: as [`Builder::hit`] does.
    pub fn hit(mut self, event: EventRef<'b>, domain: DomainRef, place: Value<'b>) -> Self {
        let (event, domain, node) = (event.event, domain.0, place.node);
        self.reaction.effects.push(Effect::Hit { event, domain, node, drawn_by: None });
        self
    }

    /// Lets an event of [`Builder::made_event`] happen so many seconds later; `replace` drops what was scheduled of it before.
    pub fn schedule(
        mut self,
        event: EventRef<'b>,
        delay: Value<'b>,
        carried: Option<Value<'b>>,
        replace: bool,
    ) -> Self {
        let (event, delay, node) = (event.event, delay.node, carried.map(|value| value.node));
        self.reaction.effects.push(Effect::Schedule { event, delay, node, replace });
        self
    }

    /// Makes it part of the program.
    pub fn done(self) {
        self.builder.inner.borrow_mut().data.reactions.push(self.reaction);
    }
}

/// Events.
impl Builder {
    pub(super) fn add_event(
        &self,
        key: &str,
        carries: Option<(Type, Unit)>,
        source: EventSource,
    ) -> EventRef<'_> {
        let (ty, unit) = carries.map_or((None, Unit::Scalar), |(ty, unit)| (Some(ty), unit));
        let events = &mut self.inner.borrow_mut().data.events;
        events.push(Event { key: key.into(), ty, unit, list: None, source });
        EventRef { builder: self, event: events.len() as u32 - 1 }
    }

    /// An event that the host sends by its key; `carries` says what, if anything.
    ///
    /// ```
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("clicks");
    /// let click = b.host_event("click", None);
    /// b.signal("clicks", b.count_events("clicks", click));
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// for _ in 0..3 {
    ///     engine.send("click", ())?;
    /// }
    /// assert_eq!(engine.frame(0)?.slot("clicks").unwrap().components[0], 3.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn host_event(&self, key: &str, carries: Option<Type>) -> EventRef<'_> {
        self.host_event_of(key, carries.map(|ty| (ty, Unit::Scalar)), Gather::Each)
    }

    /// As [`host_event`](Self::host_event), of which not each one counts: of those that are sent between two others, the
    /// latest happens, or one that carries their sum.
    pub fn gathered_event(&self, key: &str, carries: Option<Type>, gather: Gather) -> EventRef<'_> {
        self.host_event_of(key, carries.map(|ty| (ty, Unit::Scalar)), gather)
    }

    pub(crate) fn host_event_of(
        &self,
        key: &str,
        carries: Option<(Type, Unit)>,
        gather: Gather,
    ) -> EventRef<'_> {
        self.add_event(key, carries, EventSource::Host { gather })
    }

    /// An event at every multiple of a period in seconds, at its own exact time, whatever the frame rate.
    pub fn every(&self, key: &str, seconds: f64) -> EventRef<'_> {
        let period = self.flicks("the period of an event", seconds);
        let phase = Some(self.add_phase(key));
        self.add_event(key, None, EventSource::Every { period, phase })
    }

    /// An event again and again, after as many seconds as a uniform float says then.
    pub fn timer(&self, key: &str, seconds: Value<'_>) -> EventRef<'_> {
        self.add_event(key, None, EventSource::Timer { seconds: seconds.node })
    }

    /// An event when a uniform bool becomes true; being true in frame 0 counts.
    pub fn rise(&self, key: &str, condition: Value<'_>) -> EventRef<'_> {
        let was = self.was(key, condition);
        self.add_event(key, None, EventSource::Rise { node: condition.node, was })
    }

    /// An event when a uniform value is another than it was; it carries the new one.
    pub fn change(&self, key: &str, value: Value<'_>) -> EventRef<'_> {
        self.change_of(key, value, Unit::Scalar)
    }

    pub(crate) fn change_of(&self, key: &str, value: Value<'_>, unit: Unit) -> EventRef<'_> {
        let was = self.was(key, value);
        self.add_event(key, Some((value.ty(), unit)), EventSource::Change { node: value.node, was })
    }

    /// An event when a phase, a uniform float that goes round in `[0, 1)`, begins anew: of a [`phase`](Self::phase) at its own
    /// exact time, of others in the frame that finds it below where it was.
    pub fn wrap_event(&self, key: &str, phase: Value<'_>) -> EventRef<'_> {
        let node = self.inner.borrow().data.nodes[phase.node as usize].clone();
        if let (Op::Phase, Some(period)) = (node.op, node.period) {
            return self.add_event(
                key,
                None,
                EventSource::Every { period: Flicks(period), phase: node.index },
            );
        }
        let was = self.was(key, phase);
        self.add_event(key, None, EventSource::Wrap { node: phase.node, was })
    }

    fn was(&self, key: &str, value: Value<'_>) -> u32 {
        self.cell(&format!("{key}{WAS}"), value.ty(), 0.0, None).row()
    }

    /// An event that reactions make happen.
    pub fn made_event(&self, key: &str, carries: Option<Type>) -> EventRef<'_> {
        self.made_event_of(key, carries.map(|ty| (ty, Unit::Scalar)))
    }

    fn made_event_of(&self, key: &str, carries: Option<(Type, Unit)>) -> EventRef<'_> {
        self.add_event(key, carries, EventSource::Reactions {})
    }

    /// An event that carries what another carries.
    fn made_like<'b>(&'b self, key: &str, event: EventRef<'b>) -> EventRef<'b> {
        let made = self.made_event_of(key, event.carries());
        let events = &mut self.inner.borrow_mut().data.events;
        events[made.row() as usize].list = events[event.row() as usize].list;
        made
    }

    /// An event that happens with another where a uniform bool holds then, and carries the same.
    pub fn event_when<'b>(&'b self, key: &str, event: EventRef<'b>, condition: Value<'b>) -> EventRef<'b> {
        let made = self.made_like(key, event);
        event.reaction().when(condition).pass(made, event.carried()).done();
        made
    }

    /// An event that happens with each of some others. It carries what they carry, if they all carry the same.
    pub fn merge<'b>(&'b self, key: &str, events: &[EventRef<'b>]) -> EventRef<'b> {
        let first = events.first().and_then(|event| event.carries());
        let carried = first.filter(|first| events.iter().all(|event| event.carries() == Some(*first)));
        let list = first.and_then(|_| self.list_of_event(events[0]));
        let carried = carried.filter(|_| events.iter().all(|event| self.list_of_event(*event) == list));
        let made = self.made_event_of(key, carried);
        if carried.is_some() {
            let list = list.map(ListRef::row);
            self.inner.borrow_mut().data.events[made.row() as usize].list = list;
        }
        for event in events {
            event.reaction().pass(made, carried.and_then(|_| event.carried())).done();
        }
        made
    }

    /// An event so many seconds after another, a uniform float that is taken then; it carries the same.
    pub fn after<'b>(&'b self, key: &str, delay: impl Into<Arg<'b>>, event: EventRef<'b>) -> EventRef<'b> {
        let delay = delay.into().value(self);
        let made = self.made_like(key, event);
        event.reaction().schedule(made, delay, event.carried(), false).done();
        made
    }

    /// An event so many seconds after the last of a series of others, in which none waits longer for the next.
    pub fn debounce<'b>(&'b self, key: &str, event: EventRef<'b>, quiet: impl Into<Arg<'b>>) -> EventRef<'b> {
        let quiet = quiet.into().value(self);
        let made = self.made_like(key, event);
        event.reaction().schedule(made, quiet, event.carried(), true).done();
        made
    }

    /// An event that happens with another, but not sooner than so many seconds after the one before.
    pub fn throttle<'b>(&'b self, key: &str, event: EventRef<'b>, least: impl Into<Arg<'b>>) -> EventRef<'b> {
        let last = self.cell(&format!("{key}{LAST}"), Type::Float, 0.0, None);
        // Times are whole flicks, but not as seconds: half of one more is enough.
        let waited = self.time() - last.get() + 0.5 / FLICKS_PER_SECOND as f64;
        let is_due = last.fresh().or(waited.ge(least.into().value(self)));
        let made = self.made_like(key, event);
        event.reaction().when(is_due).set(last, self.time()).pass(made, event.carried()).done();
        made
    }

    /// An event that happens with another where an element of a domain is drawn at a place, by what the last frame has drawn.
    /// It carries the element's index, an int; of several elements that of the uppermost. The place is a uniform vec2 in world
    /// units as they are without a camera: (0.5, 0.5) is the middle of the canvas.
    ///
    /// ```
    /// use pavane::program::{ChannelKind, Type};
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("clicks");
    /// let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
    /// let dots = b.domain("dots", 4);
    /// let hit = b.hit("hit", b.host_event("click", None), dots, pointer);
    /// b.signal("last", b.hold_carried("last", hit.payload(), hit));
    /// let place = b.vec2(b.rank(dots), 0.5);
    /// b.pass("dots", dots).circle().position(place).size(0.2).color(b.rgba(1.0, 0.0, 0.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.frame(0)?;
    /// engine.set("pointer", [0.9, 0.5])?;
    /// engine.send("click", ())?;
    /// assert_eq!(engine.frame(1)?.slot("last").unwrap().components[0], 3.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hit<'b>(
        &'b self,
        key: &str,
        event: EventRef<'b>,
        domain: DomainRef,
        place: Value<'b>,
    ) -> EventRef<'b> {
        let made = self.made_event(key, Some(Type::Int));
        event.reaction().hit(made, domain, place).done();
        made
    }

    /// An event that happens once in every frame in which an element of a domain is drawn at a place: as [`hit`](Self::hit),
    /// after all else that has happened in the frame.
    pub fn hover(&self, key: &str, domain: DomainRef, place: Value<'_>) -> EventRef<'_> {
        let source = EventSource::Hover { domain: domain.0, node: place.node, drawn_by: None };
        self.add_event(key, Some((Type::Int, Unit::Scalar)), source)
    }

    /// Lets a hit test of [`hit`](Self::hit), [`hover`](Self::hover) or those of rows look only at what a pass draws. Whether there is a
    /// pass of this name.
    pub(crate) fn hit_only(&self, event: u32, pass: &str) -> bool {
        let data = &mut self.inner.borrow_mut().data;
        let Some(row) = data.passes.iter().position(|row| row.name == pass) else { return false };
        let row = Some(row as u32);
        if let EventSource::Hover { drawn_by, .. } = &mut data.events[event as usize].source {
            *drawn_by = row;
        }
        for effect in data.reactions.iter_mut().flat_map(|reaction| &mut reaction.effects) {
            if let Effect::Hit { event: of, drawn_by, .. } = effect
                && *of == event
            {
                *drawn_by = row;
            }
        }
        true
    }

    /// How often an event has happened, as an int.
    pub fn count_events<'b>(&'b self, key: &str, event: EventRef<'b>) -> Value<'b> {
        let cell = self.cell(key, Type::Int, 0.0, None);
        event.reaction().set(cell, cell.get() + self.int(1)).done();
        cell.get()
    }

    /// A bool that changes sides each time an event happens; starts as false.
    pub fn toggle_on<'b>(&'b self, key: &str, event: EventRef<'b>) -> Value<'b> {
        let cell = self.cell(key, Type::Bool, 0.0, None);
        event.reaction().set(cell, !cell.get()).done();
        cell.get()
    }

    /// A uniform value as it was when an event happened last; as it was in the first frame before that.
    pub fn hold_on<'b>(&'b self, key: &str, value: Value<'b>, event: EventRef<'b>) -> Value<'b> {
        let cell = self.cell(key, value.ty(), 0.0, None);
        let held = cell.fresh().select(value, cell.get());
        event.reaction().set(cell, value).done();
        cell.next(held);
        held
    }

    /// What an event carried last, or something that is made of it; 0 before the first time.
    pub fn hold_carried<'b>(&'b self, key: &str, value: Value<'b>, event: EventRef<'b>) -> Value<'b> {
        let cell = self.cell(key, value.ty(), 0.0, None);
        event.reaction().set(cell, value).done();
        cell.get()
    }

    /// Seconds since an event happened last; infinite before the first time.
    pub fn since<'b>(&'b self, key: &str, event: EventRef<'b>) -> Value<'b> {
        let last = self.cell(key, Type::Float, 0.0, None);
        event.reaction().set(last, self.time()).done();
        self.since_cell(last)
    }

    /// Seconds since an event happened last; -1 before the first time.
    pub fn clock_from<'b>(&'b self, key: &str, event: EventRef<'b>) -> Value<'b> {
        let last = self.cell(key, Type::Float, 0.0, None);
        event.reaction().set(last, self.time()).done();
        last.fresh().select(self.float(-1.0), self.time() - last.get())
    }

    fn since_cell<'b>(&'b self, last: CellRef<'b>) -> Value<'b> {
        let never = self.float(1.0) / self.float(0.0);
        last.fresh().select(never, self.time() - last.get())
    }

    /// A float that, each time an event happens, rises to 1 in `attack` seconds from where it is, and falls to 0 in `decay`
    /// seconds.
    pub fn envelope_on<'b>(
        &'b self,
        key: &str,
        event: EventRef<'b>,
        attack: impl Into<Arg<'b>>,
        decay: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        let (attack, decay) = (attack.into().value(self), decay.into().value(self));
        let last = self.cell(&format!("{key}{LAST}"), Type::Float, 0.0, None);
        let from = self.cell(&format!("{key}{FROM}"), Type::Float, 0.0, None);
        let since = self.since_cell(last);
        let rising = from.get() + (1.0 - from.get()) * (since / attack);
        let falling = decay.gt(0.0).select((1.0 - (since - attack) / decay).max(0.0), 0.0);
        let level = since.lt(attack).select(rising, falling);
        event.reaction().set(from, level).set(last, self.time()).done();
        level
    }

    /// How many next values and events there are.
    pub(crate) fn kept(&self) -> [usize; 2] {
        let draft = self.inner.borrow();
        [draft.nexts.len(), draft.data.events.len()]
    }

    /// The nodes that are evaluated in every frame for next values and events that were made since.
    pub(crate) fn kept_since(&self, [nexts, events]: [usize; 2]) -> Vec<u32> {
        let draft = self.inner.borrow();
        let sources = draft.data.events[events..].iter().filter_map(|event| match event.source {
            EventSource::Timer { seconds: node }
            | EventSource::Rise { node, .. }
            | EventSource::Change { node, .. }
            | EventSource::Wrap { node, .. }
            | EventSource::Hover { node, .. } => Some(node),
            EventSource::Host { .. } | EventSource::Every { .. } | EventSource::Reactions {} => None,
        });
        draft.nexts[nexts..].iter().map(|&(_, node)| node).chain(sources).collect()
    }

    pub(crate) fn reaction_count(&self) -> usize {
        self.inner.borrow().data.reactions.len()
    }

    /// Puts reactions at rows of others that go elsewhere: from which row to which one.
    pub(crate) fn put_reactions(&self, moves: &[[usize; 2]]) {
        let reactions = &mut self.inner.borrow_mut().data.reactions;
        let moved: Vec<_> = moves.iter().map(|&[from, _]| reactions[from].clone()).collect();
        moves.iter().zip(moved).for_each(|(&[_, to], reaction)| reactions[to] = reaction);
    }

    pub(crate) fn cell_key(&self, cell: u32) -> String {
        self.inner.borrow().data.cells[cell as usize].key.clone()
    }

    /// Looks at the rows that were made so far.
    pub(crate) fn with_data<T>(&self, f: impl FnOnce(&ProgramData) -> T) -> T {
        f(&self.inner.borrow().data)
    }

    pub(crate) fn event_count(&self) -> usize {
        self.inner.borrow().data.events.len()
    }

    /// The provisional keys of events from a row on.
    pub(crate) fn event_keys(&self, first: usize) -> Vec<(u32, String)> {
        let events = &self.inner.borrow().data.events;
        (first..events.len()).map(|row| (row as u32, events[row].key.clone())).collect()
    }

    pub(crate) fn rename_event(&self, row: u32, key: String) {
        self.inner.borrow_mut().data.events[row as usize].key = key;
    }
}
