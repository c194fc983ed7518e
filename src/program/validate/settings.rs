//! Immediates of nodes: are they there, do they point at rows, are they in range?

use super::super::format::{Channel, Domain, Node};
use super::super::limits;
use super::super::op::{Immediate, Op};
use super::super::types::{Storage, Type};
use super::Check;
use super::names::a;
use super::nodes::reads_rings;
use crate::diagnostic::{Code, Diagnostic, JsonPath, quote};

/// The immediates of an operation, in the order of the format; `edge` may be left out.
fn needed(immediate: Immediate) -> &'static [&'static str] {
    match immediate {
        Immediate::None => &[],
        Immediate::Constant => &["type", "storage", "index"],
        Immediate::Channel
        | Immediate::Slot
        | Immediate::Cell
        | Immediate::Ring
        | Immediate::Field
        | Immediate::FieldAt
        | Immediate::Component
        | Immediate::Seed
        | Immediate::Path
        | Immediate::Table
        | Immediate::Style
        | Immediate::Fade
        | Immediate::Continuity
        | Immediate::Event => &["index"],
        Immediate::Neighbor => &["index", "offset"],
        Immediate::Domain => &["domain"],
        Immediate::DomainSalt | Immediate::ElementInput => &["index", "domain"],
        Immediate::Period => &["period"],
        Immediate::Octaves | Immediate::Column | Immediate::RowColumn => &["index", "count"],
        Immediate::Base | Immediate::Near => &["count"],
    }
}

/// The immediates a node has.
fn present(node: &Node) -> impl Iterator<Item = &'static str> {
    let all = [
        ("type", node.ty.is_some()),
        ("storage", node.storage.is_some()),
        ("index", node.index.is_some()),
        ("offset", node.offset.is_some()),
        ("edge", node.edge.is_some()),
        ("count", node.count.is_some()),
        ("domain", node.domain.is_some()),
        ("period", node.period.is_some()),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(name, _)| name)
}

impl Check<'_> {
    /// Checks the immediates of a node; whether its type follows from them.
    pub(super) fn settings(&mut self, index: usize) -> bool {
        let node = &self.data.nodes[index];
        let needed = needed(node.op.immediate());
        let at = JsonPath::row("nodes", index);
        let mut complete = true;
        for name in needed {
            if !present(node).any(|there| there == *name) {
                let message = format!("`{}` needs `{name}`", node.op.name());
                let help = format!("add `{name}`. `{}`: {}", node.op.name(), node.op.description());
                self.push(Diagnostic::error(Code::MissingImmediate, message).at(&at).help(help));
                complete = false;
            }
        }
        for name in present(node) {
            let optional = match node.op {
                Op::Neighbor | Op::Near | Op::At | Op::Lookup => name == "edge",
                // Where it has a key.
                Op::Phase | Op::PhasePingPong => name == "index",
                _ => false,
            };
            if !needed.contains(&name) && !optional {
                let message = format!("`{}` has no `{name}`", node.op.name());
                let help = match needed {
                    [] => format!("remove it: `{}` has arguments only", node.op.name()),
                    needed => format!("remove it: `{}` carries {}", node.op.name(), needed.join(", ")),
                };
                self.push(Diagnostic::error(Code::ExtraImmediate, message).at(at.key(name)).help(help));
            }
        }
        complete && self.pointers(index)
    }

    /// Reports a channel that is an array: what it has is looked up.
    fn one_value(&mut self, channel: &Channel, at: JsonPath) -> bool {
        let Some(count) = channel.count else { return true };
        let message = format!("the channel {} has {count} values, and one is read", quote(&channel.name));
        let help = "add a row of `tables` with this `channel`, and look into it: `lookup`";
        self.push(Diagnostic::error(Code::Table, message).at(at).help(help));
        false
    }

    /// Whether what the immediates point at exists.
    fn pointers(&mut self, index: usize) -> bool {
        let data = self.data;
        let node = &data.nodes[index];
        let at = JsonPath::row("nodes", index).key("index");
        let row = node.index.unwrap_or(0);
        match node.op.immediate() {
            Immediate::Constant => self.constant_node(index, node),
            Immediate::Channel => {
                self.row(row, data.channels.len(), "channel", &at)
                    && self.one_value(&data.channels[row as usize], at)
            }
            Immediate::Slot => self.slot(row, at).is_some(),
            Immediate::Field | Immediate::Neighbor | Immediate::FieldAt => {
                self.row(row, data.fields.len(), "field", at)
                    && (data.fields[row as usize].domain as usize) < data.domains.len()
            }
            Immediate::Path => self.row(row, data.paths.len(), "path", at),
            Immediate::Table => self.row(row, data.tables.len(), "table", at),
            Immediate::Style => self.row(row, data.styles.len(), "style", at),
            Immediate::Cell | Immediate::Ring => {
                self.row(row, data.cells.len(), "cell", at) && self.cell_node(index, node)
            }
            Immediate::Domain | Immediate::DomainSalt | Immediate::ElementInput => {
                let path = JsonPath::row("nodes", index).key("domain");
                self.row(node.domain.unwrap_or(0), data.domains.len(), "domain", path)
                    && self.element_node(node, &at)
            }
            Immediate::Fade => self.row(row, data.fades.len(), "fade", at),
            Immediate::Event => self.row(row, data.events.len(), "event", &at) && self.event_node(node, &at),
            Immediate::Column => {
                self.row(row, data.lists.len(), "list", &at) && self.column_node(row, node, index)
            }
            Immediate::RowColumn => {
                self.row(row, data.events.len(), "event", &at) && self.row_event_node(row, node, index)
            }
            Immediate::Continuity => self.row(row, data.continuities.len(), "continuity", at),
            Immediate::Period => match (node.op, node.index) {
                (Op::Phase | Op::PhasePingPong, Some(row)) => self.row(row, data.phases.len(), "phase", at),
                _ => true,
            },
            Immediate::None
            | Immediate::Component
            | Immediate::Seed
            | Immediate::Octaves
            | Immediate::Near
            | Immediate::Base => true,
        }
    }

    fn constant_node(&mut self, index: usize, node: &Node) -> bool {
        let (Some(ty), Some(storage), Some(first)) = (node.ty, node.storage, node.index) else {
            return false;
        };
        let at = JsonPath::row("nodes", index);
        if ty == Type::Shape || storage == Storage::Object {
            let diagnostic = Diagnostic::error(Code::TypeNotAllowed, "there are no constant shapes");
            self.push(diagnostic.at(at.key("type")).help("`path` gives a path of the program"));
            return false;
        }
        if !ty.fits(storage) {
            let message = format!("{} cannot live in {storage}", a(ty));
            let help = format!("constants of type {ty} lie in {}", ty.signal_storage());
            self.push(Diagnostic::error(Code::Storage, message).at(at.key("storage")).help(help));
            return false;
        }
        let pool = self.data.constants.len(storage);
        let end = u64::from(first) + u64::from(ty.stride());
        if end > pool as u64 {
            let message = format!(
                "{} at {first} takes constants {first} to {}, but the {storage} pool has {pool}",
                a(ty),
                end - 1
            );
            self.error(Code::NoSuchRow, at.key("index"), message);
            return false;
        }
        if ty == Type::Text {
            let row = self.data.constants.get(storage, first).unwrap_or(0.0);
            if !self.row(row as u32, self.data.texts.len(), "text", at.key("index")) {
                return false;
            }
        }
        if ty == Type::Bool
            && let Some(value) = self.data.constants.get(storage, first)
            && value > 1.0
        {
            let message = format!("a bool is 0 or 1, found {value}");
            self.error(Code::ImmediateRange, at.key("index"), message);
        }
        true
    }

    /// Whether the cell of a node is of the kind that its operation reads.
    fn cell_node(&mut self, index: usize, node: &Node) -> bool {
        let row = node.index.unwrap_or(0) as usize;
        let cell = &self.data.cells[row];
        // A lane cell of no domain was reported with the cell.
        if cell.domain.is_some_and(|domain| domain as usize >= self.data.domains.len()) {
            return false;
        }
        let (found, help) = match (node.op, cell.ring) {
            (Op::Fresh, _) => return true,
            (Op::Cell, Some(_)) => {
                ("a ring", "read it with `delay` or `delay_time`, or take `ring` from the cell")
            }
            (op, None) if reads_rings(op) => ("one value", "give the cell a `ring`, or read it with `cell`"),
            (Op::Delay, Some(ring)) if ring.timed => ("a timed ring", "read it with `delay_time`"),
            (Op::DelayTime, Some(ring)) if !ring.timed => {
                ("a ring of frames", "read it with `delay`, or make it `timed`")
            }
            (Op::DelayTime, Some(_)) if !cell.ty.is_floats() => (
                "not a ring of floats",
                "`delay_time` blends between pushes, so it takes rings of floats, vectors and colours only",
            ),
            _ => return true,
        };
        let message = format!("`{}` cannot read {}, which is {found}", node.op.name(), self.cell_name(row));
        let diagnostic =
            Diagnostic::error(Code::CellKind, message).at(JsonPath::row("nodes", index).key("index"));
        self.push(diagnostic.related("the cell", JsonPath::row("cells", row)).help(help));
        false
    }

    /// Checks the ranges of immediates and constant arguments of a node whose type is known.
    pub(super) fn ranges(&mut self, index: usize) {
        let node = &self.data.nodes[index];
        let at = JsonPath::row("nodes", index);
        let (index_value, count) = (node.index.unwrap_or(0), node.count.unwrap_or(0));
        match node.op.immediate() {
            Immediate::Period if node.period == Some(0) => {
                let diagnostic =
                    Diagnostic::error(Code::ImmediateRange, "the period is 0, expected at least one flick");
                self.push(diagnostic.at(at.key("period")).help("a second has 705600000 flicks"));
            }
            Immediate::Octaves if !(1..=limits::OCTAVES_MAX).contains(&count) => {
                let message = format!("{count} octaves, expected 1 to {}", limits::OCTAVES_MAX);
                self.error(Code::ImmediateRange, at.key("count"), message);
            }
            Immediate::Base if !(2..=limits::BASE_MAX).contains(&count) => {
                let message = format!("the base is {count}, expected 2 to {}", limits::BASE_MAX);
                self.error(Code::ImmediateRange, at.key("count"), message);
            }
            Immediate::Near => self.near_range(index, count, &at),
            Immediate::Component => {
                let ty = node.args.first().and_then(|&arg| self.types[arg as usize]);
                if let Some(ty) = ty.filter(|ty| index_value >= ty.stride()) {
                    let message =
                        format!("a {ty} has components 0 to {}, found {index_value}", ty.stride() - 1);
                    self.error(Code::ImmediateRange, at.key("index"), message);
                }
            }
            _ => {}
        }
        match node.op {
            Op::Clamp | Op::Wrap => self.bounds(index, node),
            Op::LayoutGrid => {
                for (k, what) in ["columns", "rows"].into_iter().enumerate() {
                    let value = self.constant(node.args[k]).and_then(|value| value.first().copied());
                    if let Some(value) = value.filter(|&value| value < 1.0) {
                        let message = format!("a grid of {value} {what}, expected at least 1");
                        let diagnostic = Diagnostic::error(Code::ArgumentRange, message);
                        let diagnostic = diagnostic.at(at.key("args").index(k));
                        self.push(diagnostic.related("the constant", JsonPath::row("nodes", node.args[k])));
                    }
                }
            }
            _ => {}
        }
    }

    /// How many pairs a node may find.
    fn near_range(&mut self, index: usize, most: u32, at: &JsonPath) {
        if !(1..=limits::NEAR_MAX).contains(&most) {
            let message =
                format!("at most {most} others of each element, expected 1 to {}", limits::NEAR_MAX);
            return self.error(Code::ImmediateRange, at.key("count"), message);
        }
        let domain =
            self.data.nodes[index].args.first().and_then(|&arg| self.domains[arg as usize].flatten());
        let elements =
            domain.and_then(|domain| self.data.domains.get(domain as usize)).map_or(0, Domain::most);
        let pairs = u64::from(elements) * u64::from(most);
        if pairs > limits::PAIRS_MAX {
            let message = format!(
                "{elements} elements with {most} others each are {pairs} pairs, the most is {}",
                limits::PAIRS_MAX
            );
            self.error(Code::Limit, at.key("count"), message);
        }
    }

    /// Refuses a range that is empty where both ends are constants: `clamp` would give `lo` without a word.
    fn bounds(&mut self, index: usize, node: &Node) {
        let (Some(low), Some(high)) = (self.constant(node.args[1]), self.constant(node.args[2])) else {
            return;
        };
        let component = |values: &[f64], k: usize| values[if values.len() == 1 { 0 } else { k }];
        for k in 0..low.len().max(high.len()) {
            let (low, high) = (component(&low, k), component(&high, k));
            if low > high {
                let message = format!("`{}` from {low} to {high}: the range is empty", node.op.name());
                let diagnostic = Diagnostic::error(Code::EmptyRange, message)
                    .at(JsonPath::row("nodes", index).key("args"));
                let diagnostic = diagnostic
                    .related("the lower end", JsonPath::row("nodes", node.args[1]))
                    .related("the upper end", JsonPath::row("nodes", node.args[2]));
                self.push(diagnostic.help("swap the ends"));
                return;
            }
        }
    }
}
