//! What steps are called in messages.

use super::Plan;
use crate::program::infer::slot_row;
use crate::program::{Action, Program, Resource};

impl Plan {
    /// The name of the slot that a step writes, for diagnostics.
    pub(crate) fn step_slot(&self, step: u32) -> String {
        let data = self.program.data();
        let row = data.steps.get(step as usize).and_then(|step| match step.action {
            Action::Signal { slot, .. } | Action::Reduce { slot, .. } => slot_row(data, slot),
            Action::Field { .. } | Action::Next { .. } | Action::Pass { .. } => None,
        });
        row.map(|row| data.slots[row].name.clone()).unwrap_or_default()
    }

    /// The name of a step, for diagnostics.
    pub(crate) fn step_name(&self, step: u32) -> String {
        let data = self.program.data();
        let Some(step) = data.steps.get(step as usize) else { return "the host".into() };
        let target = step.writes.first().map(|&w| resource_name(&self.program, w)).unwrap_or_default();
        match step.action {
            Action::Reduce { .. } => format!("the reduction into {target}"),
            Action::Signal { .. } | Action::Field { .. } | Action::Next { .. } | Action::Pass { .. } => {
                format!("the step of {target}")
            }
        }
    }
}

/// What a step writes, for diagnostics.
fn resource_name(program: &Program, resource: Resource) -> String {
    let data = program.data();
    match resource {
        Resource::Channel(row) => format!("input `{}`", data.channels[row as usize].name),
        Resource::Slot(id) => match slot_row(data, id) {
            Some(row) => format!("signal `{}`", data.slots[row].name),
            None => format!("slot {id}"),
        },
        Resource::Cell(row) => format!("state `{}`", data.cells[row as usize].key),
        Resource::Field(row) => {
            let field = &data.fields[row as usize];
            format!("field `{}.{}`", data.domains[field.domain as usize].name, field.name)
        }
        Resource::Pass(row) => format!("pass `{}`", data.passes[row as usize].name),
    }
}
