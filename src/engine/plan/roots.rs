//! Roots: the lanes that something outside of the sweeps needs, and the buffers they go to.
//!
//! Takes a lowered program and what is demanded of it; gives every expression of lanes that a pass, a reduction, a
//! neighbour, a state cell or (if asked for) a named field reads, with where it is written. What no root needs is never
//! computed.

use std::collections::HashMap;

use super::cells::CellPlan;
use super::expr::Atom;
use super::lower::{Lowered, Next};
use super::precise::RestPart;
use super::sweep::{Held, HeldBuffers};
use super::{Demand, ReductionPlan};
use crate::frame::FieldComponent;
use crate::id::{BufferId, CellId, DomainId, ExprId, Table};
use crate::program::Program;

/// An expression that lanes are computed from, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) expr: ExprId,
    pub(super) domain: DomainId,
    pub(super) target: Target,
}

/// Where lanes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A field buffer.
    Field(BufferId),
    /// A buffer of the next state: a component of the entry at the head of a cell's ring.
    Next {
        /// The cell.
        cell: CellId,
        /// Component.
        component: u32,
    },
    /// What an f32 leaves of a component of a cell's next value.
    NextRest {
        /// The cell.
        cell: CellId,
        /// Component.
        component: u32,
    },
}

/// A reduction and the stage after whose sweeps it runs.
pub(super) struct StagedReduction {
    pub(super) stage: u32,
    /// Its number among those that were lowered.
    pub(super) index: usize,
    pub(super) plan: ReductionPlan,
}

/// What is computed in lanes.
#[derive(Default)]
pub(super) struct Roots {
    pub(super) list: Vec<Root>,
    /// Buffers by what they hold.
    pub(super) buffers: HashMap<(ExprId, DomainId), BufferId>,
    /// What each buffer holds, for diagnostics.
    pub(super) names: Table<BufferId, String>,
    /// The components of fields that can be read.
    pub(super) fields: Vec<FieldComponent>,
    pub(super) reductions: Vec<StagedReduction>,
    /// The buffers of what neighbours read.
    pub(super) sources: HeldBuffers,
}

impl Roots {
    /// The roots of a program. The order in which they are found is that of the buffers.
    pub(super) fn new(lowered: &Lowered<'_>, cells: &Table<CellId, CellPlan>, demand: Demand) -> Self {
        let mut roots = Self::default();
        roots.passes(lowered);
        if demand == Demand::Everything {
            roots.every_field(lowered);
        }
        roots.reductions(lowered);
        roots.state(lowered, cells);
        roots.neighbors(lowered);
        if demand == Demand::Drawn {
            roots.fields_at_hand(lowered);
        }
        roots
    }

    /// The buffer of an expression's lanes; a new one if it has none.
    pub(super) fn buffer(
        &mut self,
        expr: ExprId,
        domain: DomainId,
        name: impl FnOnce() -> String,
    ) -> BufferId {
        let next = self.names.next_id();
        let buffer = *self.buffers.entry((expr, domain)).or_insert(next);
        if buffer == next {
            self.names.push(name());
            self.list.push(Root { expr, domain, target: Target::Field(buffer) });
        }
        buffer
    }

    /// The attributes of passes that differ per element.
    fn passes(&mut self, lowered: &Lowered<'_>) {
        for pass in &lowered.passes {
            let name = &lowered.program.data().passes[pass.row as usize].name;
            for (what, expr) in pass.values() {
                if lowered.exprs.get(expr).domain.is_some() {
                    self.buffer(expr, pass.domain, || format!("{name}.{what}"));
                }
            }
        }
    }

    fn every_field(&mut self, lowered: &Lowered<'_>) {
        let program = lowered.program;
        for (field, row) in (0..).zip(&program.data().fields) {
            for (component, &expr) in lowered.field(field).iter().enumerate() {
                let buffer =
                    self.buffer(expr, DomainId(row.domain), || field_name(program, field, component));
                self.fields.push(FieldComponent { field, component: component as u32, buffer: buffer.0 });
            }
        }
    }

    /// Fields that happen to be in a buffer can be read from there.
    fn fields_at_hand(&mut self, lowered: &Lowered<'_>) {
        let program = lowered.program;
        for (field, row) in (0..).zip(&program.data().fields) {
            for (component, &expr) in lowered.field(field).iter().enumerate() {
                if let Some(&buffer) = self.buffers.get(&(expr, DomainId(row.domain))) {
                    self.fields.push(FieldComponent { field, component: component as u32, buffer: buffer.0 });
                }
            }
        }
    }

    fn reductions(&mut self, lowered: &Lowered<'_>) {
        let program = lowered.program;
        for index in 0..lowered.reduced.len() {
            let reduced = lowered.reduced[index];
            let expr = lowered.field(reduced.field)[reduced.component as usize];
            let domain = DomainId(program.data().fields[reduced.field as usize].domain);
            let name = || field_name(program, reduced.field, reduced.component as usize);
            let buffer = self.buffer(expr, domain, name);
            let stage = lowered.exprs.stage(expr);
            let plan = ReductionPlan { buffer, domain, reduction: reduced.reduction };
            self.reductions.push(StagedReduction { stage, index, plan });
        }
    }

    /// Next values of per-element cells, then what f32s leave of them.
    fn state(&mut self, lowered: &Lowered<'_>, cells: &Table<CellId, CellPlan>) {
        for &Next { cell, ref parts } in &lowered.nexts {
            let Some(domain) = cells[cell].domain else { continue };
            for (component, &expr) in parts.iter().enumerate() {
                let target = Target::Next { cell, component: component as u32 };
                self.list.push(Root { expr, domain, target });
            }
        }
        for &RestPart { cell, component, next, .. } in &lowered.rests {
            if let Some(domain) = cells[cell].domain {
                self.list.push(Root { expr: next, domain, target: Target::NextRest { cell, component } });
            }
        }
    }

    /// What neighbours read, and what those read, and so on: the list grows while it is gone through.
    fn neighbors(&mut self, lowered: &Lowered<'_>) {
        let program = lowered.program;
        let mut seen = Table::filled(false, lowered.exprs.len());
        let mut at = 0;
        while at < self.list.len() {
            let mut stack = vec![self.list[at].expr];
            at += 1;
            while let Some(id) = stack.pop() {
                if std::mem::replace(&mut seen[id], true) {
                    continue;
                }
                let expr = lowered.exprs.get(id).clone();
                stack.extend(&expr.args);
                if let Atom::Neighbor { field, component, .. } = expr.atom {
                    let source = lowered.field(field)[component as usize];
                    let domain = DomainId(program.data().fields[field as usize].domain);
                    let name = || field_name(program, field, component as usize);
                    let buffer = self.buffer(source, domain, name);
                    self.sources.insert((Held::Source(id), domain), buffer);
                }
            }
        }
    }
}

fn field_name(program: &Program, field: u32, component: usize) -> String {
    let row = &program.data().fields[field as usize];
    let domain = &program.data().domains[row.domain as usize].name;
    match row.stride {
        1 => format!("{domain}.{}", row.name),
        _ => format!("{domain}.{}.{}", row.name, ["x", "y", "z", "w"][component.min(3)]),
    }
}
