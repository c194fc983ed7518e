//! Events: what makes them happen, and what is done then.
//!
//! Takes the rows of a program; lowers what they evaluate, and gives tables by which the engine runs them. Everything that an
//! event evaluates is a segment of the signal program of its own: it is of another time than the frame.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use smallvec::SmallVec;

use super::NONE;
use super::expr::Atom;
use super::growth::SetPart;
use super::lower::{Lower, Parts};
use super::roots::{Root, Target};
use crate::id::{CellId, DomainId, EventId, ExprId, ReactionId, Register, Table};
use crate::program::{Effect, EventSource, Program, ProgramData, Reaction, Type};
use crate::time::Flicks;

/// What makes an event happen. `V` is an expression, and a register once it is emitted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SourcePlan<V> {
    Host,
    /// At multiples of a period. With the row of the phase that it is, or [`NONE`](super::NONE).
    Every(Flicks, u32),
    /// Seconds to the next time.
    Timer(V),
    Watch(WatchPlan<V>),
    /// Where an element is drawn at a place.
    Hover(PlacePlan<V>),
    Reactions,
}

/// A place where an element of a domain is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlacePlan<V> {
    pub(crate) domain: DomainId,
    /// The pass that has to draw it there, if it is not any.
    pub(crate) pass: Option<u32>,
    pub(crate) place: SmallVec<[V; 4]>,
}

/// Which change of a value makes an event happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Rise,
    Any,
    Wrap,
}

/// A value that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WatchPlan<V> {
    pub(crate) change: Change,
    pub(crate) value: SmallVec<[V; 4]>,
    /// Remembers what it was.
    pub(crate) was: CellId,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EventPlan<V = Register> {
    /// What it carries.
    pub(crate) ty: Option<Type>,
    pub(crate) source: SourcePlan<V>,
    /// Reactions to it, in the order of the program.
    pub(crate) reactions: SmallVec<[ReactionId; 2]>,
}

/// What is done when an event happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReactionPlan<V = Register> {
    /// The event that it is to.
    pub(crate) event: u32,
    pub(crate) when: Option<V>,
    pub(crate) effects: Vec<EffectPlan<V>>,
    /// What it sets of elements: each a component of the next value of a cell.
    pub(super) lanes: Vec<Root>,
    /// The sweeps that work these out, among those of the plan.
    pub(crate) sweeps: Range<usize>,
}

/// Something that a reaction does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum EffectPlan<V> {
    Set {
        cell: CellId,
        value: SmallVec<[V; 4]>,
    },
    /// Of a cell that each element has; the sweeps of the reaction write it.
    SetLanes {
        cell: CellId,
    },
    Pass {
        event: EventId,
        carried: SmallVec<[V; 4]>,
    },
    /// Where an element is drawn at a place.
    Hit {
        event: EventId,
        at: PlacePlan<V>,
    },
    Schedule {
        event: EventId,
        delay: V,
        carried: SmallVec<[V; 4]>,
        replace: bool,
    },
    /// Elements are born. How long one lives is worked out for each.
    Bear {
        domain: DomainId,
        count: V,
        lives: V,
        taken: Vec<V>,
    },
    /// A column of the row that the event carries.
    SetRow {
        list: u32,
        column: u32,
        value: SmallVec<[V; 4]>,
    },
    /// A column of rows; what is worked out of each is a row of [`EventsPlan::rows`].
    SetRows {
        list: u32,
        column: u32,
        row: u32,
    },
    /// A new row, with a value for each column; before a place or behind all others.
    Append {
        list: u32,
        values: Vec<SmallVec<[V; 4]>>,
        at: Option<V>,
    },
    /// The row that the event carries gets another place.
    MoveRow {
        list: u32,
        to: V,
    },
    /// Rows get other places; what is worked out of each is a row of [`EventsPlan::rows`].
    MoveRows {
        list: u32,
        row: u32,
    },
    /// The row that the event carries goes.
    RemoveRow {
        list: u32,
    },
    /// Rows go; all of them where there is no row of [`EventsPlan::rows`].
    RemoveRows {
        list: u32,
        row: Option<u32>,
    },
}

/// What is worked out of a row of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OfRow<V = Register> {
    pub(crate) value: SmallVec<[V; 4]>,
    /// Only where this holds.
    pub(crate) when: Option<V>,
    /// What it is made of besides the row, which may change.
    pub(crate) others: Vec<V>,
}

impl<V: Copy> OfRow<V> {
    pub(super) fn map<W>(&self, f: &mut impl FnMut(V) -> W) -> OfRow<W> {
        let value = all(&self.value, f);
        let when = self.when.map(&mut *f);
        OfRow { value, when, others: self.others.iter().map(|&other| f(other)).collect() }
    }
}

/// The place of the numbers of a list's row that is looked at, among those that turns look at.
pub(crate) fn place_of_list(data: &ProgramData, list: u32) -> u32 {
    data.lists[..list as usize].iter().map(|list| list.room()).sum()
}

/// Where those of the row are that an event carries.
pub(crate) fn place_of_event(data: &ProgramData, event: u32) -> u32 {
    let rows = data.events[..event as usize].iter().filter_map(|event| event.list);
    let before: u32 = rows.map(|list| data.lists[list as usize].room()).sum();
    place_of_list(data, data.lists.len() as u32) + before
}

/// Where a column is in a row; behind the last one are the id and the place.
pub(super) fn place_of_column(data: &ProgramData, list: u32, column: u32) -> u32 {
    let columns = &data.lists[list as usize].columns;
    let before: u32 = columns.iter().take(column as usize).map(|column| column.ty.stride()).sum();
    before + column.saturating_sub(columns.len() as u32)
}

/// All events of a program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EventsPlan<V = Register> {
    pub(crate) events: Table<EventId, EventPlan<V>>,
    pub(crate) reactions: Table<ReactionId, ReactionPlan<V>>,
    /// The events that look at values, in the order of the program.
    pub(crate) watches: Vec<EventId>,
    /// The events that look for elements, in the order of the program.
    pub(crate) hovers: Vec<EventId>,
    /// Of each cell, the events that look at a value that is made of it.
    pub(crate) watchers: Table<CellId, SmallVec<[EventId; 1]>>,
    /// What is worked out of rows of lists.
    pub(crate) rows: Vec<OfRow<V>>,
    /// Of each view what it asks of a row, by its place in `rows`; a count and a window of known places ask nothing, and the `others` of
    /// a live window are its places.
    pub(crate) views: Vec<Option<u32>>,
    /// Of each list that is made of groups what it asks of a row, by its place in `rows`: keys, then what totals are made of.
    pub(crate) groups: Vec<Option<u32>>,
}

impl<V> Default for EventsPlan<V> {
    fn default() -> Self {
        Self {
            events: Table::new(),
            reactions: Table::new(),
            watches: Vec::new(),
            hovers: Vec::new(),
            watchers: Table::new(),
            rows: Vec::new(),
            views: Vec::new(),
            groups: Vec::new(),
        }
    }
}

impl<V: Copy> EventsPlan<V> {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.views.is_empty() && self.groups.is_empty()
    }

    /// The most cells with one value that one turn can set: each is set once.
    pub(crate) fn most_set(&self) -> usize {
        let effects = self.reactions.iter().flat_map(|reaction| &reaction.effects);
        effects.filter(|effect| matches!(effect, EffectPlan::Set { .. })).count() + self.views.len()
    }

    /// The cells per element that reactions set, once each.
    pub(crate) fn lane_cells(&self) -> Vec<CellId> {
        let effects = self.reactions.iter().flat_map(|reaction| &reaction.effects);
        let cells = effects.filter_map(|effect| match *effect {
            EffectPlan::SetLanes { cell } => Some(cell),
            EffectPlan::Set { .. }
            | EffectPlan::Pass { .. }
            | EffectPlan::Hit { .. }
            | EffectPlan::Schedule { .. }
            | EffectPlan::SetRow { .. }
            | EffectPlan::SetRows { .. }
            | EffectPlan::Append { .. }
            | EffectPlan::MoveRow { .. }
            | EffectPlan::MoveRows { .. }
            | EffectPlan::RemoveRow { .. }
            | EffectPlan::RemoveRows { .. }
            | EffectPlan::Bear { .. } => None,
        });
        let mut cells: Vec<CellId> = cells.collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// Whether reactions set states of elements.
    pub(crate) fn has_lanes(&self) -> bool {
        self.reactions.iter().any(|reaction| !reaction.sweeps.is_empty())
    }

    /// Whether events look for elements of a domain where the last frame has drawn them.
    pub(crate) fn looks_at(&self, domain: DomainId) -> bool {
        let hovers = self.events.iter().any(|event| match &event.source {
            SourcePlan::Hover(at) => at.domain == domain,
            SourcePlan::Host
            | SourcePlan::Every(..)
            | SourcePlan::Timer(_)
            | SourcePlan::Watch(_)
            | SourcePlan::Reactions => false,
        });
        let mut effects = self.reactions.iter().flat_map(|reaction| &reaction.effects);
        hovers || effects.any(|effect| matches!(effect, EffectPlan::Hit { at, .. } if at.domain == domain))
    }

    /// Everything that is evaluated.
    pub(super) fn values(&self) -> Vec<V> {
        let mut values = Vec::new();
        for event in self.events.iter() {
            let _: SourcePlan<()> = event.source.map(&mut |value| values.push(value));
        }
        for reaction in self.reactions.iter() {
            let _: ReactionPlan<()> = reaction.map(&mut |value| values.push(value));
        }
        for row in &self.rows {
            let _: OfRow<()> = row.map(&mut |value| values.push(value));
        }
        values
    }
}

fn all<V: Copy, W>(values: &[V], f: &mut impl FnMut(V) -> W) -> SmallVec<[W; 4]> {
    values.iter().map(|&value| f(value)).collect()
}

impl<V: Copy> PlacePlan<V> {
    fn map<W>(&self, f: &mut impl FnMut(V) -> W) -> PlacePlan<W> {
        PlacePlan { domain: self.domain, pass: self.pass, place: all(&self.place, f) }
    }
}

impl<V: Copy> SourcePlan<V> {
    /// With other values in their places.
    pub(super) fn map<W>(&self, f: &mut impl FnMut(V) -> W) -> SourcePlan<W> {
        match self {
            Self::Host => SourcePlan::Host,
            Self::Every(period, phase) => SourcePlan::Every(*period, *phase),
            Self::Reactions => SourcePlan::Reactions,
            Self::Timer(seconds) => SourcePlan::Timer(f(*seconds)),
            Self::Hover(at) => SourcePlan::Hover(at.map(f)),
            Self::Watch(WatchPlan { change, value, was }) => {
                SourcePlan::Watch(WatchPlan { change: *change, value: all(value, f), was: *was })
            }
        }
    }
}

impl<V: Copy> ReactionPlan<V> {
    /// With other values in their places.
    pub(super) fn map<W>(&self, f: &mut impl FnMut(V) -> W) -> ReactionPlan<W> {
        let when = self.when.map(&mut *f);
        let effects = self.effects.iter().map(|effect| match *effect {
            EffectPlan::Set { cell, ref value } => EffectPlan::Set { cell, value: all(value, f) },
            EffectPlan::SetLanes { cell } => EffectPlan::SetLanes { cell },
            EffectPlan::Pass { event, ref carried } => EffectPlan::Pass { event, carried: all(carried, f) },
            EffectPlan::Hit { event, ref at } => EffectPlan::Hit { event, at: at.map(f) },
            EffectPlan::Schedule { event, delay, ref carried, replace } => {
                EffectPlan::Schedule { event, delay: f(delay), carried: all(carried, f), replace }
            }
            EffectPlan::Bear { domain, count, lives, ref taken } => EffectPlan::Bear {
                domain,
                count: f(count),
                lives: f(lives),
                taken: taken.iter().map(|&value| f(value)).collect(),
            },
            EffectPlan::SetRow { list, column, ref value } => {
                EffectPlan::SetRow { list, column, value: all(value, f) }
            }
            EffectPlan::SetRows { list, column, row } => EffectPlan::SetRows { list, column, row },
            EffectPlan::Append { list, ref values, at } => EffectPlan::Append {
                list,
                values: values.iter().map(|value| all(value, f)).collect(),
                at: at.map(&mut *f),
            },
            EffectPlan::MoveRow { list, to } => EffectPlan::MoveRow { list, to: f(to) },
            EffectPlan::MoveRows { list, row } => EffectPlan::MoveRows { list, row },
            EffectPlan::RemoveRow { list } => EffectPlan::RemoveRow { list },
            EffectPlan::RemoveRows { list, row } => EffectPlan::RemoveRows { list, row },
        });
        let (lanes, sweeps) = (self.lanes.clone(), self.sweeps.clone());
        ReactionPlan { event: self.event, when, effects: effects.collect(), lanes, sweeps }
    }
}

impl EventsPlan<ExprId> {
    /// The components of what reactions set cells to.
    pub(super) fn set_parts(&self) -> Vec<SetPart> {
        let mut parts = Vec::new();
        for effect in self.reactions.iter().flat_map(|reaction| &reaction.effects) {
            if let EffectPlan::Set { cell, value } = effect {
                let of_value =
                    (0..).zip(value).map(|(component, &value)| SetPart { cell: *cell, component, value });
                parts.extend(of_value);
            }
        }
        let lanes = self.reactions.iter().flat_map(|reaction| &reaction.lanes);
        parts.extend(lanes.filter_map(|root| match root.target {
            Target::Next { cell, component } => Some(SetPart { cell, component, value: root.expr }),
            Target::Field(_) | Target::NextRest { .. } | Target::Fold(_) => None,
        }));
        parts
    }

    /// Adds what an f32 leaves of what reactions set cells per element to, where that is kept.
    pub(super) fn add_rests(&mut self, mut rest: impl FnMut(CellId, u32, ExprId) -> Option<ExprId>) {
        for reaction in self.reactions.iter_mut() {
            for at in 0..reaction.lanes.len() {
                let root = reaction.lanes[at];
                if let Target::Next { cell, component } = root.target
                    && let Some(expr) = rest(cell, component, root.expr)
                {
                    let target = Target::NextRest { cell, component };
                    reaction.lanes.push(Root { expr, target, ..root });
                }
            }
        }
    }

    /// What reactions set cells per element to.
    pub(super) fn lanes_mut(&mut self) -> impl Iterator<Item = &mut ExprId> {
        let lanes = self.reactions.iter_mut().flat_map(|reaction| &mut reaction.lanes);
        let is_value = |root: &&mut Root| matches!(root.target, Target::Next { .. });
        lanes.filter(is_value).map(|root| &mut root.expr)
    }
}

impl Lower<'_> {
    /// The events of the program.
    pub(super) fn events(&mut self) -> EventsPlan<ExprId> {
        let program: &Program = self.program;
        let data = program.data();
        let watch = |lower: &mut Self, change, node: u32, was: u32| {
            SourcePlan::Watch(WatchPlan { change, value: lower.node(node), was: CellId(was) })
        };
        let mut plan = EventsPlan::default();
        for event in &data.events {
            let source = match event.source {
                EventSource::Host { .. } => SourcePlan::Host,
                EventSource::Every { period, phase } => SourcePlan::Every(period, phase.unwrap_or(NONE)),
                EventSource::Timer { seconds } => SourcePlan::Timer(self.node(seconds)[0]),
                EventSource::Rise { node, was } => watch(self, Change::Rise, node, was),
                EventSource::Change { node, was } => watch(self, Change::Any, node, was),
                EventSource::Wrap { node, was } => watch(self, Change::Wrap, node, was),
                EventSource::Hover { domain, node, drawn_by: pass } => {
                    SourcePlan::Hover(PlacePlan { domain: DomainId(domain), pass, place: self.node(node) })
                }
                EventSource::Reactions {} => SourcePlan::Reactions,
            };
            let id = plan.events.push(EventPlan { ty: event.ty, source, reactions: SmallVec::new() });
            match plan.events[id].source {
                SourcePlan::Watch(_) => plan.watches.push(id),
                SourcePlan::Hover(_) => plan.hovers.push(id),
                SourcePlan::Host | SourcePlan::Every(..) | SourcePlan::Timer(_) | SourcePlan::Reactions => {}
            }
        }
        for reaction in &data.reactions {
            let lowered = self.reaction(reaction, &mut plan.rows);
            let id = plan.reactions.push(lowered);
            plan.events[EventId(reaction.event)].reactions.push(id);
        }
        for view in &data.views {
            let mut of_row = self.of_row(view.shows.node(), None);
            of_row.others = self.others(&of_row.value);
            of_row.others.extend(view.shows.uniform().into_iter().flatten().map(|node| self.node(node)[0]));
            let is_asked = !of_row.value.is_empty() || !of_row.others.is_empty();
            plan.views.push(is_asked.then_some(plan.rows.len() as u32));
            plan.rows.extend(is_asked.then_some(of_row));
        }
        for list in &data.lists {
            let of_row = list.groups.as_ref().map(|groups| {
                let mut of_row = self.of_row(None, None);
                for node in groups.nodes() {
                    of_row.value.extend(self.node(node));
                }
                of_row.others = self.others(&of_row.value);
                of_row
            });
            plan.groups.push(of_row.is_some().then_some(plan.rows.len() as u32));
            plan.rows.extend(of_row);
        }
        plan.watchers = self.watchers(&plan);
        plan
    }

    /// What is worked out of a row.
    fn of_row(&mut self, value: Option<u32>, when: Option<u32>) -> OfRow<ExprId> {
        let value = value.map_or_else(Parts::new, |node| self.node(node));
        OfRow { value, when: when.map(|node| self.node(node)[0]), others: Vec::new() }
    }

    /// What values are made of beside rows and constants.
    fn others(&self, values: &[ExprId]) -> Vec<ExprId> {
        let (mut stack, mut seen, mut others) = (values.to_vec(), HashSet::new(), Vec::new());
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let expr = self.exprs.get(id);
            let is_pure = matches!(
                expr.atom,
                Atom::Op { .. } | Atom::Lookup { .. } | Atom::Wide { .. } | Atom::Text(_)
            );
            if !is_pure && !matches!(expr.atom, Atom::Row(_) | Atom::Const(_)) {
                others.push(id);
            }
            stack.extend(&expr.args);
        }
        others
    }

    fn reaction(&mut self, reaction: &Reaction, rows: &mut Vec<OfRow<ExprId>>) -> ReactionPlan<ExprId> {
        let when = reaction.when.map(|node| self.node(node)[0]);
        let program: &Program = self.program;
        let data = program.data();
        // Only of events that carry a row is it asked for.
        let carried_list = data.events[reaction.event as usize].list.unwrap_or(0);
        let mut lanes = Vec::new();
        let carried = |lower: &mut Self, node: Option<u32>| -> Parts {
            node.map_or_else(Parts::new, |node| lower.node(node))
        };
        let effects = reaction.effects.iter().map(|effect| match *effect {
            Effect::Set { cell, node } => {
                let (id, value) = (CellId(cell), self.node(node));
                match data.cells[id.index()].domain.map(DomainId) {
                    None => EffectPlan::Set { cell: id, value },
                    Some(domain) => {
                        lanes.extend((0..).zip(value).map(|(component, expr)| Root {
                            expr,
                            domain,
                            target: Target::Next { cell: id, component },
                            lingers: false,
                        }));
                        EffectPlan::SetLanes { cell: id }
                    }
                }
            }
            Effect::Pass { event, node } => {
                EffectPlan::Pass { event: EventId(event), carried: carried(self, node) }
            }
            Effect::Hit { event, domain, node, drawn_by: pass } => {
                let at = PlacePlan { domain: DomainId(domain), pass, place: self.node(node) };
                EffectPlan::Hit { event: EventId(event), at }
            }
            Effect::Schedule { event, delay, node, replace } => {
                let delay = self.node(delay)[0];
                EffectPlan::Schedule { event: EventId(event), delay, carried: carried(self, node), replace }
            }
            Effect::SetRow { column, node } => {
                EffectPlan::SetRow { list: carried_list, column, value: self.node(node) }
            }
            Effect::SetRows { list, column, node, when } => {
                rows.push(self.of_row(Some(node), when));
                EffectPlan::SetRows { list, column, row: rows.len() as u32 - 1 }
            }
            Effect::Append { list, ref nodes, at } => EffectPlan::Append {
                list,
                values: nodes.iter().map(|&node| self.node(node)).collect(),
                at: at.map(|node| self.node(node)[0]),
            },
            Effect::MoveRow { to } => EffectPlan::MoveRow { list: carried_list, to: self.node(to)[0] },
            Effect::MoveRows { list, to, when } => {
                rows.push(self.of_row(Some(to), when));
                EffectPlan::MoveRows { list, row: rows.len() as u32 - 1 }
            }
            Effect::RemoveRow {} => EffectPlan::RemoveRow { list: carried_list },
            Effect::RemoveRows { list, when } => {
                let row = when.map(|node| {
                    rows.push(self.of_row(None, Some(node)));
                    rows.len() as u32 - 1
                });
                EffectPlan::RemoveRows { list, row }
            }
        });
        let effects = effects.collect();
        ReactionPlan { event: reaction.event, when, effects, lanes, sweeps: 0..0 }
    }

    /// Of each cell, the events that look at what is made of it.
    fn watchers(&self, plan: &EventsPlan<ExprId>) -> Table<CellId, SmallVec<[EventId; 1]>> {
        let cells = &self.program.data().cells;
        let mut places = HashMap::new();
        for (row, cell) in (0..).zip(cells).filter(|(_, cell)| cell.domain.is_none()) {
            let rows = cell.offset..cell.offset + cell.ty.stride();
            places.extend(rows.map(|at| ((cell.storage, at), CellId(row))));
        }
        let mut watchers: Table<CellId, SmallVec<[EventId; 1]>> = Table::filled(SmallVec::new(), cells.len());
        for &event in &plan.watches {
            let SourcePlan::Watch(watch) = &plan.events[event].source else { continue };
            let (mut stack, mut seen) = (watch.value.to_vec(), HashSet::new());
            while let Some(id) = stack.pop() {
                if !seen.insert(id) {
                    continue;
                }
                let expr = self.exprs.get(id);
                let cell = match expr.atom {
                    Atom::Cell(storage, row) => places.get(&(storage, row)).copied(),
                    Atom::Fresh(cell) => Some(cell),
                    _ => None,
                };
                if let Some(cell) = cell.filter(|&cell| !watchers[cell].contains(&event)) {
                    watchers[cell].push(event);
                }
                stack.extend(&expr.args);
            }
        }
        watchers
    }
}
