//! How rows are called in messages, and whether their names will do.

use std::collections::HashMap;

use super::super::format::{Action, Resource};
use super::super::infer;
use super::super::limits;
use super::super::types::Type;
use super::Check;
use crate::diagnostic::{Code, Diagnostic, JsonPath, is_plain, quote};

/// `there is one node`, `there are 3 nodes`, `there are no nodes`.
pub(super) fn count(length: usize, what: &str) -> String {
    let plural = if what.ends_with('s') { format!("{what}es") } else { format!("{what}s") };
    match length {
        0 => format!("the program has no {plural}"),
        1 => format!("the program has one {what}, number 0"),
        n => format!("the program has {plural} 0 to {}", n - 1),
    }
}

impl<'a> Check<'a> {
    /// Checks names and that no two rows share one. `path` gives the place of a row's name.
    pub(super) fn names<'n>(
        &mut self,
        what: &str,
        key: &str,
        names: impl Iterator<Item = &'n str>,
        path: impl Fn(usize) -> JsonPath,
    ) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (row, name) in names.enumerate() {
            if !self.name(what, key, name, path(row)) {
                continue;
            }
            if let Some(first) = seen.insert(name, row) {
                seen.insert(name, first);
                let message = format!("two {what}s have the {key} {}", quote(name));
                let diagnostic = Diagnostic::error(Code::DuplicateName, message).at(path(row));
                self.push(
                    diagnostic.related("the first is here", path(first)).help("give one of them another"),
                );
            }
        }
    }

    /// Whether a name is there and can be shown.
    pub(super) fn name(&mut self, what: &str, key: &str, name: &str, path: JsonPath) -> bool {
        let length = name.chars().count();
        let problem = if name.trim().is_empty() {
            "is empty".to_string()
        } else if length > limits::NAME_MAX {
            format!("has {length} characters, the most is {}", limits::NAME_MAX)
        } else if let Some(c) = name.chars().find(|&c| !is_plain(c)) {
            format!("has a character that cannot be seen: U+{:04X}", u32::from(c))
        } else {
            return true;
        };
        self.error(Code::Name, path, format!("the {key} of this {what} {problem}"));
        false
    }

    /// `slot `phase``, by row.
    pub(super) fn slot_name(&self, row: usize) -> String {
        self.data.slots.get(row).map_or("a slot".into(), |slot| format!("slot {}", quote(&slot.name)))
    }

    /// `field `dots.size``.
    pub(super) fn field_name(&self, row: usize) -> String {
        let Some(field) = self.data.fields.get(row) else { return format!("field {row}") };
        let domain = self.data.domains.get(field.domain as usize).map_or("", |domain| &domain.name);
        format!("field {}", quote(&format!("{domain}.{}", field.name)))
    }

    pub(super) fn cell_name(&self, row: usize) -> String {
        self.data
            .cells
            .get(row)
            .map_or("a state cell".into(), |cell| format!("state cell {}", quote(&cell.key)))
    }

    pub(super) fn pass_name(&self, row: usize) -> String {
        self.data.passes.get(row).map_or("a pass".into(), |pass| format!("pass {}", quote(&pass.name)))
    }

    /// `domain `dots``, or `uniform`.
    pub(super) fn domain_name(&self, domain: u32) -> String {
        match self.data.domains.get(domain as usize) {
            Some(row) => format!("domain {}", quote(&row.name)),
            None if domain >= infer::PAIRS => "pairs of elements".into(),
            None => format!("domain {domain}"),
        }
    }

    /// `` `dots.size` (node 4, mul) `` where the source is known, else `node 4 (mul)`.
    pub(super) fn node_name(&self, node: u32) -> String {
        let op = self.data.nodes.get(node as usize).map_or("?", |row| row.op.name());
        match self.node_sources.get(&node).and_then(|&row| self.data.sources.get(row)) {
            Some(source) if !source.name.is_empty() => format!("{} (node {node}, {op})", quote(&source.name)),
            _ => format!("node {node} ({op})"),
        }
    }

    pub(super) fn resource_name(&self, resource: Resource) -> String {
        match resource {
            Resource::Channel(row) => match self.data.channels.get(row as usize) {
                Some(channel) => format!("channel {}", quote(&channel.name)),
                None => format!("channel {row}"),
            },
            Resource::Slot(id) => match self.slot_rows.get(&id) {
                Some(&row) => self.slot_name(row),
                None => format!("slot {id}"),
            },
            Resource::Cell(row) => self.cell_name(row as usize),
            Resource::Field(row) => self.field_name(row as usize),
            Resource::Pass(row) => self.pass_name(row as usize),
        }
    }
}

/// A type with its article: `an int`, `a uint`.
pub(super) fn a(ty: Type) -> String {
    match ty {
        Type::Int => "an int".into(),
        other => format!("a {other}"),
    }
}

/// The resource that an action writes.
pub(super) fn target(action: &Action) -> Resource {
    match *action {
        Action::Signal { slot, .. } | Action::Reduce { slot, .. } => Resource::Slot(slot),
        Action::Field { field, .. } => Resource::Field(field),
        Action::Pass { pass } => Resource::Pass(pass),
        Action::Next { cell, .. } => Resource::Cell(cell),
    }
}

/// The JSON of a resource in `reads` and `writes`.
pub(super) fn resource_json(resource: Resource) -> String {
    match resource {
        Resource::Channel(row) => format!("{{\"channel\": {row}}}"),
        Resource::Slot(id) => format!("{{\"slot\": {id}}}"),
        Resource::Cell(row) => format!("{{\"cell\": {row}}}"),
        Resource::Field(row) => format!("{{\"field\": {row}}}"),
        Resource::Pass(row) => format!("{{\"pass\": {row}}}"),
    }
}
