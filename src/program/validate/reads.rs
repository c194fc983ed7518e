//! The reads of steps: is everything written before it is read, and do the declared reads and writes match?

use std::collections::HashSet;

use super::super::format::{Action, Phase, Resource, Step};
use super::names::{resource_json, target};
use super::{Check, cycle};
use crate::diagnostic::{Code, Diagnostic, JsonPath};

impl Check<'_> {
    /// Checks that everything a step reads was written before it.
    pub(super) fn order(
        &mut self,
        index: usize,
        reads: &[Resource],
        component: &[usize],
        edges: cycle::Edges<'_>,
        cycles: &mut HashSet<usize>,
        never: &mut HashSet<Resource>,
    ) {
        let path = JsonPath::row("steps", index).key("do");
        for &resource in reads {
            if let Resource::Cell(row) = resource {
                self.cell_readers[row as usize].get_or_insert(index);
            }
            if !matches!(resource, Resource::Slot(_) | Resource::Field(_)) {
                continue;
            }
            // A signal that is a field has been reported.
            let step = &self.data.steps[index];
            let signal = match step.action {
                Action::Signal { node, .. } if step.phase == Phase::Signals => {
                    matches!(self.domains.get(node as usize), Some(Some(Some(_))))
                }
                _ => false,
            };
            if signal && matches!(resource, Resource::Field(_)) {
                continue;
            }
            let name = self.resource_name(resource);
            let Some(writer) = self.writer(resource) else {
                if never.insert(resource) {
                    self.never_written(&format!("step {index}"), resource, path.clone());
                }
                continue;
            };
            if writer < index {
                continue;
            }
            let reader = self.resource_name(target(&self.data.steps[index].action));
            if component[writer] != component[index] {
                let message =
                    format!("{reader} is computed from {name}, which is written later: by step {writer}");
                let diagnostic = Diagnostic::error(Code::ReadBeforeWrite, message).at(&path);
                let diagnostic = diagnostic.related("it is written here", JsonPath::row("steps", writer));
                let help = format!(
                    "move step {writer} before step {index}, or read last frame's value from a state cell"
                );
                self.push(diagnostic.help(help));
            } else if cycles.insert(component[index]) {
                let way = cycle::cycle(index, component, edges);
                let name = |step: usize| self.resource_name(target(&self.data.steps[step].action));
                let message = format!("a cycle that crosses no state: {}", cycle::print(&way, name));
                let help = "each needs the one behind the arrow first: let one of them read last frame's value from a \
                            state cell";
                self.push(Diagnostic::error(Code::StepCycle, message).at(&path).help(help));
            }
        }
    }

    pub(super) fn never_written(&mut self, reader: &str, resource: Resource, path: JsonPath) {
        let name = self.resource_name(resource);
        let message = format!("{reader} reads {name}, which no step writes");
        let diagnostic = Diagnostic::error(Code::NeverWritten, message).at(path);
        let place = match resource {
            Resource::Slot(id) => JsonPath::row("slots", self.slot_rows.get(&id).copied().unwrap_or(0)),
            Resource::Field(row) => JsonPath::row("fields", row),
            Resource::Channel(row) => JsonPath::row("channels", row),
            Resource::Cell(row) => JsonPath::row("cells", row),
            Resource::Pass(row) => JsonPath::row("passes", row),
        };
        let help = "add a step that writes it, before this one";
        self.push(diagnostic.related(format!("{name} stands here"), place).help(help));
    }

    /// Compares declared with true reads and writes.
    pub(super) fn declared(&mut self, index: usize, step: &Step, reads: &[Resource]) {
        let writes = [target(&step.action)];
        for (key, declared, found) in [("reads", &step.reads, reads), ("writes", &step.writes, &writes)] {
            if declared == found {
                continue;
            }
            let declared_set: HashSet<Resource> = declared.iter().copied().collect();
            let found_set: HashSet<Resource> = found.iter().copied().collect();
            let list = |these: Vec<&Resource>| {
                let names: Vec<String> =
                    these.iter().take(5).map(|&&resource| self.resource_name(resource)).collect();
                let more = these.len().saturating_sub(names.len());
                let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("{}{rest}", names.join(", "))
            };
            let lacks: Vec<&Resource> =
                found.iter().filter(|resource| !declared_set.contains(resource)).collect();
            let extra: Vec<&Resource> =
                declared.iter().filter(|resource| !found_set.contains(resource)).collect();
            let verb = if key == "reads" { "read" } else { "write" };
            let message = match (lacks.is_empty(), extra.is_empty()) {
                (true, true) => format!("`{key}` of step {index} is not ascending, or has something twice"),
                (false, true) => format!("`{key}` of step {index} lacks {}", list(lacks)),
                (true, false) => {
                    format!("`{key}` of step {index} has {}, which it does not {verb}", list(extra))
                }
                (false, false) => format!(
                    "`{key}` of step {index} lacks {}, and has {}, which it does not {verb}",
                    list(lacks),
                    list(extra)
                ),
            };
            let mut diagnostic =
                Diagnostic::error(Code::Declared, message).at(JsonPath::row("steps", index).key(key));
            if found.len() <= 8 {
                let all: Vec<String> = found.iter().map(|&resource| resource_json(resource)).collect();
                diagnostic = diagnostic.help(format!("\"{key}\": [{}]", all.join(", ")));
            }
            self.push(diagnostic);
        }
    }

    /// Warns of state that can never change.
    pub(super) fn unused_cells(&mut self) {
        for row in 0..self.data.cells.len() {
            if let (Some(reader), None) = (self.cell_readers[row], self.cell_writers[row])
                && !self.cells_set[row]
            {
                let message = format!("{} is read but never given a next value", self.cell_name(row));
                let diagnostic =
                    Diagnostic::warning(Code::CellNeverCommitted, message).at(JsonPath::row("cells", row));
                let diagnostic = diagnostic.related("it is read here", JsonPath::row("steps", reader));
                self.push(diagnostic.help("add a `next` step in phase `commit`, or use a constant instead"));
            }
        }
    }
}
