//! The schedule: single writers, reads after writes, and whether the declared reads and writes are the true ones.

use std::collections::HashSet;

use super::super::format::{Action, Phase, Resource, Step};
use super::super::infer;
use super::super::limits;
use super::names::{a, target};
use super::{Check, cycle};
use crate::diagnostic::{Code, Diagnostic, JsonPath};

/// The name of an action in programs.
fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Signal { .. } => "signal",
        Action::Field { .. } => "field",
        Action::Reduce { .. } => "reduce",
        Action::Pass { .. } => "pass",
        Action::Next { .. } => "next",
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Signals => "signals",
        Phase::Fields => "fields",
        Phase::Passes => "passes",
        Phase::Commit => "commit",
    }
}

/// The phases in which an action may run.
fn phases(action: &Action) -> &'static [Phase] {
    match action {
        // A signal that depends on a reduction is evaluated after it.
        Action::Signal { .. } => &[Phase::Signals, Phase::Fields],
        Action::Field { .. } | Action::Reduce { .. } => &[Phase::Fields],
        Action::Pass { .. } => &[Phase::Passes],
        Action::Next { .. } => &[Phase::Commit],
    }
}

/// Finds what nodes read without looking at a node twice per step.
pub(super) struct Reader {
    stamps: Vec<u32>,
    stamp: u32,
    evaluations: usize,
}

impl Reader {
    pub(super) fn new(nodes: usize) -> Self {
        Self { stamps: vec![0; nodes], stamp: 0, evaluations: 0 }
    }
}

impl Check<'_> {
    pub(super) fn steps(&mut self) {
        let data = self.data;
        self.find_writers();
        let mut reader = Reader::new(data.nodes.len());
        let mut reads: Vec<Option<Vec<Resource>>> = Vec::with_capacity(data.steps.len());
        for step in &data.steps {
            reads.push(self.step_reads(&step.action, &mut reader));
            if reader.evaluations > limits::EVALUATIONS_MAX {
                let message = format!("the steps evaluate over {} nodes together", limits::EVALUATIONS_MAX);
                let diagnostic = Diagnostic::error(Code::Limit, message).at("steps");
                self.push(diagnostic.help("give shared values a slot or a field of their own"));
                return;
            }
        }
        let writers = self.step_writers(&reads);
        let edges = |step: usize, k: usize| writers[step].get(k).copied();
        let component = cycle::components(data.steps.len(), &edges);
        let mut cycles = HashSet::new();
        let mut never = HashSet::new();
        let mut pass_steps = vec![None; data.passes.len()];
        let mut phase = Phase::Signals;
        for (index, step) in data.steps.iter().enumerate() {
            self.phase(index, step, &mut phase);
            let target_exists = self.target(index, step, &mut pass_steps);
            let Some(reads) = &reads[index] else { continue };
            self.order(index, reads, &component, &edges, &mut cycles, &mut never);
            if target_exists {
                self.declared(index, step, reads);
            }
        }
        for (row, step) in pass_steps.iter().enumerate() {
            if step.is_none() {
                let message = format!("no step assembles {}", self.pass_name(row));
                let diagnostic =
                    Diagnostic::error(Code::PassWithoutStep, message).at(JsonPath::row("passes", row));
                let help = format!(
                    "add a step: {{\"phase\": \"passes\", \"do\": {{\"pass\": {{\"pass\": {row}}}}}, ..}}"
                );
                self.push(diagnostic.help(help));
            }
        }
    }

    fn find_writers(&mut self) {
        for (index, step) in self.data.steps.iter().enumerate() {
            let writer = match target(&step.action) {
                Resource::Slot(id) => self.slot_rows.get(&id).and_then(|&row| self.slot_writers.get_mut(row)),
                Resource::Field(row) => self.field_writers.get_mut(row as usize),
                Resource::Cell(row) => self.cell_writers.get_mut(row as usize),
                Resource::Pass(_) | Resource::Channel(_) => None,
            };
            if let Some(writer) = writer {
                writer.get_or_insert(index);
            }
        }
    }

    /// The resources that an action reads, ascending; `None` if a node of it is poisoned.
    fn step_reads(&mut self, action: &Action, reader: &mut Reader) -> Option<Vec<Resource>> {
        match *action {
            Action::Signal { node, .. } | Action::Field { node, .. } | Action::Next { node, .. } => {
                self.reads(&[node], reader)
            }
            Action::Reduce { field, .. } => {
                ((field as usize) < self.data.fields.len()).then(|| vec![Resource::Field(field)])
            }
            Action::Pass { pass } => {
                let pass = self.data.passes.get(pass as usize)?;
                let mut roots: Vec<u32> = infer::pass_values(pass).iter().map(|a| a.node).collect();
                if let Some(camera) = pass.camera {
                    let camera = self.data.cameras.get(camera as usize)?;
                    roots.extend(infer::camera_nodes(camera).iter().map(|&(_, node, _)| node));
                }
                self.reads(&roots, reader)
            }
        }
    }

    /// The resources that the nodes under `roots` read, ascending and once each; `None` if one of them is poisoned.
    pub(super) fn reads(&mut self, roots: &[u32], reader: &mut Reader) -> Option<Vec<Resource>> {
        reader.stamp += 1;
        let mut stack: Vec<u32> = roots.to_vec();
        let mut found = Vec::new();
        while let Some(node) = stack.pop() {
            #[cfg(test)]
            crate::program::testing::work::looked_at(1);
            let row = self.data.nodes.get(node as usize)?;
            // Nothing under a good node is poisoned.
            if self.types[node as usize].is_none() || self.domains[node as usize].is_none() {
                return None;
            }
            if std::mem::replace(&mut reader.stamps[node as usize], reader.stamp) == reader.stamp {
                continue;
            }
            reader.evaluations += 1;
            found.extend(infer::leaf_resource(self.data, row));
            stack.extend(&row.args);
            stack.extend(infer::set_nodes(self.data, row));
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    pub(super) fn writer(&self, resource: Resource) -> Option<usize> {
        match resource {
            Resource::Slot(id) => self.slot_rows.get(&id).and_then(|&row| self.slot_writers[row]),
            Resource::Field(row) => self.field_writers.get(row as usize).copied().flatten(),
            Resource::Channel(_) | Resource::Cell(_) | Resource::Pass(_) => None,
        }
    }

    /// For every step the steps that write what it reads.
    fn step_writers(&self, reads: &[Option<Vec<Resource>>]) -> Vec<Vec<usize>> {
        let writers = |reads: &Option<Vec<Resource>>| {
            reads.iter().flatten().filter_map(|&resource| self.writer(resource)).collect()
        };
        reads.iter().map(writers).collect()
    }

    fn phase(&mut self, index: usize, step: &Step, last: &mut Phase) {
        let path = JsonPath::row("steps", index).key("phase");
        let allowed = phases(&step.action);
        let (action, found) = (action_name(&step.action), phase_name(step.phase));
        if !allowed.contains(&step.phase) {
            let names: Vec<&str> = allowed.iter().map(|&phase| phase_name(phase)).collect();
            let message =
                format!("`{action}` cannot run in phase `{found}`, expected `{}`", names.join("` or `"));
            self.error(Code::WrongPhase, path, message);
        } else if step.phase < *last {
            let message = format!("phase `{found}` after phase `{}`", phase_name(*last));
            let diagnostic = Diagnostic::error(Code::PhaseOrder, message).at(path);
            self.push(diagnostic.help("the order of phases is signals, fields, passes, commit"));
        }
        // Once per break: later steps in the same phase are not reported again.
        *last = step.phase;
    }

    /// Checks what a step writes and how the value fits; whether it exists.
    fn target(&mut self, index: usize, step: &Step, pass_steps: &mut [Option<usize>]) -> bool {
        let data = self.data;
        let at = |key: &'static str| {
            JsonPath::row("steps", index).key("do").key(action_name(&step.action)).key(key)
        };
        let first = match step.action {
            Action::Signal { slot, node } => {
                let Some(row) = self.slot(slot, at("slot")) else { return false };
                let ty = data.slots[row].ty;
                if self.row(node, data.nodes.len(), "node", at("node"))
                    && self.value_type(node, ty, &self.slot_name(row), at("node"))
                    && let Some(Some(domain)) = self.domains[node as usize]
                {
                    self.signal_of_elements(step.phase, row, node, domain, at("node"));
                }
                self.slot_writers[row]
            }
            Action::Field { field, node } => {
                if !self.row(field, data.fields.len(), "field", at("field")) {
                    return false;
                }
                let row = &data.fields[field as usize];
                if self.row(node, data.nodes.len(), "node", at("node")) {
                    let name = self.field_name(field as usize);
                    self.value_type(node, row.ty, &name, at("node"));
                    self.value_domain(node, row.domain, &name, at("node"));
                }
                self.field_writers[field as usize]
            }
            Action::Reduce { slot, field, .. } => {
                let known = self.row(field, data.fields.len(), "field", at("field"));
                let Some(row) = self.slot(slot, at("slot")) else { return false };
                if known {
                    self.reduction(row, field as usize, &at("field"));
                }
                if !known {
                    return false;
                }
                self.slot_writers[row]
            }
            Action::Pass { pass } => {
                if !self.row(pass, data.passes.len(), "pass", at("pass")) {
                    return false;
                }
                Some(*pass_steps[pass as usize].get_or_insert(index))
            }
            Action::Next { cell, node } => {
                if !self.row(cell, data.cells.len(), "cell", at("cell")) {
                    return false;
                }
                let row = &data.cells[cell as usize];
                let name = self.cell_name(cell as usize);
                if self.row(node, data.nodes.len(), "node", at("node")) {
                    self.value_type(node, row.ty, &name, at("node"));
                    match (row.domain, self.domains[node as usize]) {
                        (None, Some(Some(domain))) => self.not_uniform(&name, node, domain, at("node")),
                        (Some(domain), _) => self.value_domain(node, domain, &name, at("node")),
                        _ => {}
                    }
                }
                self.cell_writers[cell as usize]
            }
        };
        if let Some(first) = first.filter(|&first| first != index) {
            let message =
                format!("two steps write {}: step {first} and step {index}", self.target_name(step));
            let diagnostic =
                Diagnostic::error(Code::TwoWriters, message).at(JsonPath::row("steps", index).key("do"));
            let diagnostic = diagnostic.related("the first is here", JsonPath::row("steps", first).key("do"));
            self.push(
                diagnostic
                    .help("everything has one writer: combine both values in one node, or remove a step"),
            );
        }
        true
    }

    fn target_name(&self, step: &Step) -> String {
        self.resource_name(target(&step.action))
    }

    /// Whether a node's type is known and the one of what it is written to; reports where it is another.
    fn value_type(&mut self, node: u32, expected: super::Type, target: &str, path: JsonPath) -> bool {
        let Some(found) = self.types[node as usize] else { return false };
        if found != expected {
            let message =
                format!("{target} is {}, but {} gives {}", a(expected), self.node_name(node), a(found));
            let diagnostic = Diagnostic::error(Code::TargetType, message).at(path);
            self.push(diagnostic.related("the value", JsonPath::row("nodes", node)));
        }
        found == expected
    }

    fn value_domain(&mut self, node: u32, expected: u32, target: &str, path: JsonPath) {
        // A domain that does not exist is reported at its row, and a signal goes to every element.
        let Some(Some(found)) = self.domains[node as usize] else { return };
        if found != expected && (expected as usize) < self.data.domains.len() {
            let (of, has) = (self.domain_name(expected), self.domain_name(found));
            let message =
                format!("{target} has a value per element of {of}, but {} of {has}", self.node_name(node));
            let leaf = self.origin(node, found);
            let note = format!("{has} comes in with {}", self.node_name(leaf));
            self.push(
                Diagnostic::error(Code::TargetDomain, message)
                    .at(path)
                    .related(note, JsonPath::row("nodes", leaf)),
            );
        }
    }

    /// A slot that is to hold one value per element. That it reads a field too early is the better thing to say.
    fn signal_of_elements(&mut self, phase: Phase, row: usize, node: u32, domain: u32, path: JsonPath) {
        let leaf = self.origin(node, domain);
        let field = match infer::leaf_resource(self.data, &self.data.nodes[leaf as usize]) {
            Some(Resource::Field(field)) if phase == Phase::Signals => field as usize,
            _ => return self.not_uniform(&self.slot_name(row), node, domain, path),
        };
        let message = format!("{} reads {} in phase `signals`", self.slot_name(row), self.field_name(field));
        let diagnostic = Diagnostic::error(Code::SignalReadsField, message).at(path);
        let help = "fields come after signals: reduce the field to a slot, and move this step behind it in phase `fields`";
        self.push(diagnostic.related("the field is read here", JsonPath::row("nodes", leaf)).help(help));
    }

    fn reduction(&mut self, slot: usize, field: usize, path: &JsonPath) {
        let (from, to) = (self.data.fields[field].ty, self.data.slots[slot].ty);
        if !from.is_floats() {
            let message = format!("{} is {}, and only floats are reduced", self.field_name(field), a(from));
            let diagnostic = Diagnostic::error(Code::Reduction, message).at(path);
            self.push(diagnostic.help("write it to a float field first, with `to_float` or `bool_to_float`"));
        } else if from != to {
            let message = format!(
                "{} is {}, but reducing {} gives {}",
                self.slot_name(slot),
                a(to),
                self.field_name(field),
                a(from)
            );
            self.error(Code::TargetType, path, message);
        }
    }
}
