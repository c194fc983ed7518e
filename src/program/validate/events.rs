//! Events and reactions: do they point at rows, do types fit, and is every turn well defined?

use super::super::format::{Action, Effect, Event, EventSource, Live, Reaction};
use super::super::op::Op;
use super::super::types::Type;
use super::super::{Node, infer, limits};
use super::Check;
use super::names::a;
use crate::diagnostic::{Code, Diagnostic, JsonPath, quote};

/// What a value may be made of.
#[derive(Clone, Copy)]
pub(super) enum Within {
    /// Of nothing that an event carries.
    Anything,
    /// Also of what this event carries.
    Turn(u32),
}

/// A value that is taken: what it is for, its node and where that is, and whose elements may each have their own.
pub(super) struct Taken<'w> {
    pub(super) what: &'w str,
    pub(super) node: u32,
    pub(super) at: JsonPath,
    pub(super) of: Option<u32>,
}

impl Check<'_> {
    /// Checks the rows of events as far as they stand for themselves.
    pub(super) fn event_rows(&mut self) {
        let data = self.data;
        let keys = data.events.iter().map(|event| event.key.as_str());
        self.names("event", "key", keys, |row| JsonPath::row("events", row).key("key"));
        for (row, event) in data.events.iter().enumerate() {
            let at = JsonPath::row("events", row);
            match event.ty {
                Some(ty @ Type::Shape) => {
                    let message = format!("{} carries a {ty}", event_name(event));
                    let diagnostic = Diagnostic::error(Code::TypeNotAllowed, message).at(at.key("type"));
                    self.push(diagnostic.help(format!("carry a number, and choose the {ty} by it")));
                }
                Some(ty) if !event.unit.is_scalar() && !ty.is_floats() => self.unit(ty, at.key("unit")),
                None if !event.unit.is_scalar() => {
                    let message = format!("{} carries nothing, but has a unit", event_name(event));
                    self.error(Code::Unit, at.key("unit"), message);
                }
                Some(_) | None => {}
            }
            if let Some(list) = event.list {
                self.row(list, data.lists.len(), "list", at.key("list"));
                if event.ty != Some(Type::Uint) {
                    let message = format!("{} carries a row, by its id, which is a uint", event_name(event));
                    self.error(Code::TargetType, at.key("type"), message);
                }
            }
            if let EventSource::Host { gather } = event.source
                && !gather.takes(event.ty)
            {
                let message = format!("{} has nothing to add up", event_name(event));
                let help = "a float, an int, a vec2 or a vec3 can be added up; `latest` keeps the last one of any type";
                let at = at.key("source").key("host").key("gather");
                self.push(Diagnostic::error(Code::TypeNotAllowed, message).at(at).help(help));
            }
            let EventSource::Every { period, phase } = event.source else { continue };
            let at = at.key("source").key("every");
            if let Some(phase) = phase {
                self.row(phase, data.phases.len(), "phase", at.key("phase"));
            }
            if period < limits::TIMER_LEAST {
                let message = format!(
                    "the period of {} is {} flicks, the least is {}",
                    event_name(event),
                    period.0,
                    limits::TIMER_LEAST.0
                );
                let at = at.key("period");
                self.push(
                    Diagnostic::error(Code::ImmediateRange, message).at(at).help("use a microsecond or more"),
                );
            }
        }
    }

    /// Whether the event of a node is one that it can read.
    pub(super) fn event_node(&mut self, node: &Node, at: &JsonPath) -> bool {
        let event = &self.data.events[node.index.unwrap_or(0) as usize];
        let is_good = node.op != Op::Payload || event.ty.is_some();
        if !is_good {
            self.error(Code::TypeNotAllowed, at.clone(), format!("{} carries nothing", event_name(event)));
        }
        is_good
    }

    /// Checks what makes events happen, and reactions to them, once the types of nodes are known.
    pub(super) fn events(&mut self) {
        let turns = self.turns();
        self.look_at_rows();
        self.outside(&turns);
        self.views(&turns);
        for row in 0..self.data.events.len() {
            self.event_source(row, &turns);
        }
        for row in 0..self.data.reactions.len() {
            self.reaction(row, &turns);
        }
        if !self.sink.has_errors() {
            self.one_setter();
        }
    }

    /// Per node, the event whose reactions alone can evaluate it; a node of two events is reported.
    fn turns(&mut self) -> Vec<Option<u32>> {
        let data = self.data;
        let mut turns: Vec<Option<u32>> = Vec::with_capacity(data.nodes.len());
        for (index, node) in data.nodes.iter().enumerate() {
            let mut turn = node.index.filter(|_| matches!(node.op, Op::Payload | Op::RowColumn));
            for &arg in &node.args {
                let Some(&Some(other)) = turns.get(arg as usize) else { continue };
                if node.op == Op::AtBirth {
                    self.borne(index as u32, other);
                    continue;
                }
                if turn.is_some_and(|turn| turn != other) {
                    let message = format!(
                        "{} is made of what two events carry, which do not happen at once",
                        self.node_name(index as u32)
                    );
                    self.error(Code::EventPayload, JsonPath::row("nodes", index).key("args"), message);
                }
                turn = turn.or(Some(other));
            }
            turns.push(turn);
        }
        turns
    }

    /// What an element takes at its birth is of the event that bears it.
    fn borne(&mut self, node: u32, event: u32) {
        if self.bearer(self.data.nodes[node as usize].domain) != Some(event) {
            self.carried_elsewhere(node, event, JsonPath::row("nodes", node).key("args"));
        }
    }

    /// The event that bears the elements of a domain.
    fn bearer(&self, domain: Option<u32>) -> Option<u32> {
        match self.data.domains.get(domain? as usize)?.live {
            Some(Live::BornOn { event, .. }) => Some(event),
            Some(Live::Counted { .. } | Live::Born { .. } | Live::Host { .. }) | None => None,
        }
    }

    /// Nothing but reactions and births reads what events carry.
    fn outside(&mut self, turns: &[Option<u32>]) {
        let data = self.data;
        let mut roots: Vec<(u32, JsonPath)> = Vec::new();
        for (row, step) in data.steps.iter().enumerate() {
            match step.action {
                Action::Signal { node, .. } | Action::Field { node, .. } | Action::Next { node, .. } => {
                    roots.push((node, JsonPath::row("steps", row).key("do")));
                }
                Action::Reduce { .. } | Action::Pass { .. } => {}
            }
        }
        for (row, domain) in data.domains.iter().enumerate() {
            let at = JsonPath::row("domains", row).key("live");
            let bearer = self.bearer(Some(row as u32));
            let is_own =
                |node: u32| bearer.is_some() && turns.get(node as usize).copied().flatten() == bearer;
            let nodes = infer::live_nodes(domain).into_iter().map(|(_, node, _)| node);
            roots.extend(nodes.filter(|&node| !is_own(node)).map(|node| (node, at.clone())));
        }
        for (row, pass) in data.passes.iter().enumerate() {
            let nodes = infer::pass_values(pass);
            roots.extend(nodes.iter().map(|value| (value.node, JsonPath::row("passes", row))));
        }
        for (row, camera) in data.cameras.iter().enumerate() {
            let nodes = infer::camera_nodes(camera);
            roots.extend(nodes.iter().map(|&(_, node, _)| (node, JsonPath::row("cameras", row))));
        }
        roots.extend(data.background.map(|node| (node, JsonPath::from("background"))));
        for (node, at) in roots {
            if (node as usize) < data.nodes.len() {
                self.within_rows(node, &at);
            }
            if let Some(&Some(event)) = turns.get(node as usize) {
                self.carried_elsewhere(node, event, at);
            }
        }
    }

    fn carried_elsewhere(&mut self, node: u32, event: u32, at: JsonPath) {
        let name = event_name(&self.data.events[event as usize]);
        let message = format!(
            "{} is made of what {name} carries, which only reactions to it know",
            self.node_name(node)
        );
        let help = "let a reaction set a cell, and read the cell";
        self.push(Diagnostic::error(Code::EventPayload, message).at(at).help(help));
    }

    /// Whether a value of one of some types is at a node; reports what is wrong with it.
    pub(super) fn taken(
        &mut self,
        taken: &Taken<'_>,
        types: &[Type],
        within: Within,
        turns: &[Option<u32>],
    ) -> bool {
        let Taken { what, node, ref at, of } = *taken;
        if !self.row(node, self.data.nodes.len(), "node", at) {
            return false;
        }
        let (Some(ty), Some(domain)) = (self.types[node as usize], self.domains[node as usize]) else {
            return false;
        };
        if !types.contains(&ty) {
            let expected: Vec<String> = types.iter().map(|&ty| a(ty)).collect();
            let message = format!("{what} is {}, expected {}", a(ty), expected.join(" or "));
            let diagnostic = Diagnostic::error(Code::TargetType, message).at(at);
            self.push(diagnostic.related("the value", JsonPath::row("nodes", node)));
            return false;
        }
        match (domain, of) {
            (None, _) => {}
            (Some(domain), None) => {
                self.not_uniform(what, node, domain, at.clone());
                return false;
            }
            (Some(domain), Some(of)) if domain != of => {
                let [found, expected] = [domain, of].map(|row| self.domain_name(row));
                let message = format!("{what} belongs to {found}, expected a value of {expected}");
                let diagnostic = Diagnostic::error(Code::TargetDomain, message).at(at);
                self.push(diagnostic.related("the value", JsonPath::row("nodes", node)));
                return false;
            }
            (Some(_), Some(_)) => {}
        }
        if !self.within_rows(node, at) {
            return false;
        }
        let turn = turns.get(node as usize).copied().flatten();
        match (turn, within) {
            (Some(event), Within::Turn(own)) if event == own => true,
            (Some(event), Within::Turn(_) | Within::Anything) => {
                self.carried_elsewhere(node, event, at.clone());
                false
            }
            (None, _) => true,
        }
    }

    fn event_source(&mut self, row: usize, turns: &[Option<u32>]) {
        let event = &self.data.events[row];
        let at = JsonPath::row("events", row).key("source");
        let name = event_name(event);
        let what = format!("the value that {name} looks at");
        let (key, node, was, types) = match event.source {
            EventSource::Host { .. } | EventSource::Every { .. } | EventSource::Reactions {} => return,
            EventSource::Timer { seconds } => {
                let at = at.key("timer").key("seconds");
                let what = format!("the time of {name}");
                self.taken(
                    &Taken { what: &what, node: seconds, at, of: None },
                    &[Type::Float],
                    Within::Anything,
                    turns,
                );
                return;
            }
            EventSource::Hover { domain, node, drawn_by } => {
                let at = at.key("hover");
                self.carries_index(row as u32, JsonPath::row("events", row).key("type"));
                self.place((domain, node, drawn_by), &name, (Within::Anything, turns), &at);
                return;
            }
            EventSource::Rise { node, was } => ("rise", node, was, &[Type::Bool][..]),
            EventSource::Change { node, was } => ("change", node, was, CARRIED),
            EventSource::Wrap { node, was } => ("wrap", node, was, &[Type::Float][..]),
        };
        let at = at.key(key);
        let taken = Taken { what: &what, node, at: at.key("node"), of: None };
        if !self.taken(&taken, types, Within::Anything, turns) {
            return;
        }
        let ty = self.types[node as usize];
        if matches!(event.source, EventSource::Change { .. }) && event.ty.is_some() && event.ty != ty {
            let message = format!("{name} carries another type than the value that it looks at");
            self.error(Code::TargetType, JsonPath::row("events", row).key("type"), message);
        }
        let at = at.key("was");
        if self.row(was, self.data.cells.len(), "cell", &at) {
            let cell = &self.data.cells[was as usize];
            if Some(cell.ty) != ty || cell.domain.is_some() || cell.ring.is_some() {
                let message =
                    format!("{} cannot hold the value that {name} looks at", self.cell_name(was as usize));
                let help = "it takes a cell of the value's type, without a ring and without elements";
                self.push(Diagnostic::error(Code::CellKind, message).at(&at).help(help));
            }
            self.own_cell(was, &name, at);
        }
    }

    /// A cell that an event remembers by is set by nothing else.
    pub(super) fn own_cell(&mut self, cell: u32, name: &str, at: JsonPath) {
        let row = cell as usize;
        if self.cell_writers[row].is_some() || std::mem::replace(&mut self.cells_set[row], true) {
            let message =
                format!("{} is what {name} remembers by, and is set elsewhere, too", self.cell_name(row));
            self.push(
                Diagnostic::error(Code::TwoWriters, message).at(at).help("give the event a cell of its own"),
            );
        }
    }

    fn reaction(&mut self, row: usize, turns: &[Option<u32>]) {
        let at = JsonPath::row("reactions", row);
        let Reaction { event, when, ref effects } = self.data.reactions[row];
        if !self.row(event, self.data.events.len(), "event", at.key("event")) {
            return;
        }
        let within = Within::Turn(event);
        if let Some(node) = when {
            let taken = Taken { what: "the condition of a reaction", node, at: at.key("when"), of: None };
            self.taken(&taken, &[Type::Bool], within, turns);
        }
        for (index, effect) in effects.iter().enumerate() {
            let at = at.key("effects").index(index);
            match *effect {
                Effect::Set { cell, node } => self.set(cell, node, (event, turns), &at.key("set")),
                Effect::Pass { event: to, node } => {
                    let at = at.key("pass");
                    self.passed_on(event, to, &at);
                    self.carries(to, node, (within, turns), &at);
                }
                Effect::Hit { event: to, domain, node, drawn_by } => {
                    let at = at.key("hit");
                    if self.passed_on(event, to, &at) {
                        self.carries_index(to, at.key("event"));
                        let name = event_name(&self.data.events[to as usize]);
                        self.place((domain, node, drawn_by), &name, (within, turns), &at);
                    }
                }
                Effect::Schedule { event: to, delay, node, .. } => {
                    let at = at.key("schedule");
                    self.made_by_reactions(to, &at);
                    let taken = Taken { what: "a delay", node: delay, at: at.key("delay"), of: None };
                    self.taken(&taken, &[Type::Float], within, turns);
                    self.carries(to, node, (within, turns), &at);
                }
                Effect::SetRow { .. }
                | Effect::SetRows { .. }
                | Effect::Append { .. }
                | Effect::MoveRow { .. }
                | Effect::MoveRows { .. }
                | Effect::RemoveRow {}
                | Effect::RemoveRows { .. } => self.edit(event, effect, turns, &at),
            }
        }
    }

    /// Whether an event can be made to happen in the turn of another.
    fn passed_on(&mut self, event: u32, to: u32, at: &JsonPath) -> bool {
        let is_made = self.made_by_reactions(to, at);
        if is_made && to <= event {
            let message = format!("event {event} is passed on to event {to}, which does not come after it");
            let help = "events are passed on to later rows only, so that a turn ends";
            self.push(Diagnostic::error(Code::EventOrder, message).at(at.key("event")).help(help));
        }
        is_made
    }

    /// Reports an event that carries no index, where it happens to an element.
    fn carries_index(&mut self, event: u32, at: JsonPath) {
        let row = &self.data.events[event as usize];
        let is_row = row.list.is_some();
        if row.ty != Some(Type::Int) && !is_row {
            let message = format!("{} carries the index of an element, which is an int", event_name(row));
            self.error(Code::TargetType, at, message);
        }
    }

    /// Checks where an event looks for an element of a domain.
    fn place(
        &mut self,
        (domain, node, pass): (u32, u32, Option<u32>),
        name: &str,
        (within, turns): (Within, &[Option<u32>]),
        at: &JsonPath,
    ) {
        self.row(domain, self.data.domains.len(), "domain", at.key("domain"));
        if let Some(pass) = pass
            && self.row(pass, self.data.passes.len(), "pass", at.key("drawn_by"))
            && self.data.passes[pass as usize].domain != domain
        {
            let message = format!("the pass that {name} looks at draws another domain");
            let help = "name a pass of the domain, or leave `drawn_by` out";
            self.push(Diagnostic::error(Code::TargetDomain, message).at(at.key("drawn_by")).help(help));
        }
        let what = format!("the place of {name}");
        let taken = Taken { what: &what, node, at: at.key("node"), of: None };
        self.taken(&taken, &[Type::Vec2], within, turns);
    }

    fn set(&mut self, cell: u32, node: u32, (event, turns): (u32, &[Option<u32>]), at: &JsonPath) {
        if !self.row(cell, self.data.cells.len(), "cell", at.key("cell"))
            || !self.row(node, self.data.nodes.len(), "node", at.key("node"))
        {
            return;
        }
        let row = &self.data.cells[cell as usize];
        let name = self.cell_name(cell as usize);
        if row.ring.is_some() {
            let message = format!("a reaction sets {name}, which is a ring");
            self.error(Code::CellKind, at.key("cell"), message);
        }
        let what = format!("the value of {name}");
        let taken = Taken { what: &what, node, at: at.key("node"), of: row.domain };
        if self.taken(&taken, &[row.ty], Within::Turn(event), turns) {
            self.cells_set[cell as usize] = true;
        }
    }

    /// Whether an event can be made to happen by a reaction.
    fn made_by_reactions(&mut self, event: u32, at: &JsonPath) -> bool {
        if !self.row(event, self.data.events.len(), "event", at.key("event")) {
            return false;
        }
        let row = &self.data.events[event as usize];
        let is_made = matches!(row.source, EventSource::Reactions {});
        if !is_made {
            let message =
                format!("a reaction lets {} happen, which has a source of its own", event_name(row));
            let help = "only events whose source is `reactions` are made to happen by them";
            self.push(Diagnostic::error(Code::EventOrder, message).at(at.key("event")).help(help));
        }
        is_made
    }

    /// Checks what an event carries that a reaction lets happen.
    fn carries(
        &mut self,
        event: u32,
        node: Option<u32>,
        (within, turns): (Within, &[Option<u32>]),
        at: &JsonPath,
    ) {
        let Some(row) = self.data.events.get(event as usize) else { return };
        let name = event_name(row);
        match (row.ty, node) {
            (Some(ty), Some(node)) => {
                let what = format!("what {name} carries");
                let taken = Taken { what: &what, node, at: at.key("node"), of: None };
                self.taken(&taken, &[ty], within, turns);
            }
            (None, Some(_)) => {
                self.error(Code::TargetType, at.key("node"), format!("{name} carries nothing"));
            }
            (Some(ty), None) => {
                let message = format!("{name} carries {}, and is given nothing", a(ty));
                self.error(Code::TargetType, at.clone(), message);
            }
            (None, None) => {}
        }
    }

    /// In a turn every cell is set by one effect, and every column of a row by one where that is known.
    fn one_setter(&mut self) {
        if let Some((what, rows)) = infer::set_twice(self.data) {
            self.two_setters(what, rows);
        }
    }

    fn two_setters(&mut self, what: infer::SetTwice, [first, second]: [usize; 2]) {
        let list = |list: u32| quote(&self.data.lists[list as usize].key);
        let name = match what {
            infer::SetTwice::Cell(cell) => self.cell_name(cell as usize),
            infer::SetTwice::Column(of, column) => {
                format!("column {column} of the rows of {}", list(of))
            }
            infer::SetTwice::Places(of) => format!("the place of the rows of {}", list(of)),
        };
        let message = format!("{name} is set by two effects of one turn");
        let diagnostic = Diagnostic::error(Code::SetTwice, message).at(JsonPath::row("reactions", second));
        let diagnostic = diagnostic.related("the other reaction", JsonPath::row("reactions", first));
        self.push(diagnostic.help("let one reaction set it"));
    }
}

/// What an event may carry.
const CARRIED: &[Type] =
    &[Type::Float, Type::Int, Type::Uint, Type::Bool, Type::Vec2, Type::Vec3, Type::Color, Type::Text];

/// `event `click``.
fn event_name(event: &Event) -> String {
    format!("event {}", quote(&event.key))
}
