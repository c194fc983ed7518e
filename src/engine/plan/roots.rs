//! Roots: the lanes that something outside of the sweeps needs, and the buffers they go to.
//!
//! Takes a lowered program and what is demanded of it; gives every expression of lanes that a pass, a reduction, a
//! neighbour, an index, a state cell or (if asked for) a named field reads, with where it is written. What no root needs is never
//! computed.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::cells::CellPlan;
use super::elements::{ColumnPlan, ContinuedPart, ElementColumn, LoweredContinuity};
use super::emit;
use super::expr::{Atom, Exprs, FieldPart, Kind};
use super::lower::{Lowered, Next};
use super::near::LoweredFold;
use super::precise::RestPart;
use super::rates::Rates;
use super::sweep::{Held, HeldBuffers};
use super::{Demand, ReductionPlan, WholePlan, WholeSource};
use crate::frame::FieldComponent;
use crate::id::{BufferId, CellId, DomainId, ExprId, Table};
use crate::program::meaning::Whole;
use crate::program::{Policy, Program};

/// An expression that lanes are computed from, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) expr: ExprId,
    pub(super) domain: DomainId,
    pub(super) target: Target,
    /// Whether it is of elements, too, that are gone but still drawn.
    pub(super) lingers: bool,
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
    /// What is folded, by the row of the fold.
    Fold(u32),
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

/// Something of all elements, and the stage after whose sweeps it runs.
pub(super) struct StagedWhole {
    pub(super) stage: u32,
    pub(super) plan: WholePlan<ExprId>,
}

/// What is computed in lanes.
#[derive(Default)]
pub(super) struct Roots {
    pub(super) list: Vec<Root>,
    /// Buffers by what they hold.
    pub(super) buffers: HashMap<(ExprId, DomainId), BufferId>,
    /// How often each is asked for, but by what continues values.
    pub(super) uses: Table<BufferId, u32>,
    /// What each buffer holds, for diagnostics.
    pub(super) names: Table<BufferId, String>,
    /// The components of fields that can be read.
    pub(super) fields: Vec<FieldComponent>,
    pub(super) reductions: Vec<StagedReduction>,
    pub(super) wholes: Vec<StagedWhole>,
    /// Per row of pairs: where their places are, if something is made of them.
    pub(super) places: Vec<SmallVec<[BufferId; 3]>>,
    /// Per fold: its buffer, if something reads it.
    pub(super) folds: Vec<Option<BufferId>>,
    /// The buffers of what is read of other elements, and of what the engine writes without a sweep.
    pub(super) sources: HeldBuffers,
    /// What is read from these, and was not looked at yet.
    given: Vec<ExprId>,
    /// The columns of elements that are read.
    pub(super) columns: Vec<ColumnPlan>,
    /// Per continuity: its components, if passes show it.
    pub(super) continued: Vec<Vec<ContinuedPart>>,
    /// By what springs are of themselves: what they were in the frame before.
    befores: HashMap<BufferId, BufferId>,
    /// Per row of the passes: whether it draws elements that are gone.
    pub(super) lingers: Vec<bool>,
    /// Per domain: the buffers that such passes read.
    pub(super) kept: Vec<Vec<BufferId>>,
}

impl Roots {
    /// The roots of a program. The order in which they are found is that of the buffers.
    pub(super) fn new(
        lowered: &Lowered<'_>,
        cells: &Table<CellId, CellPlan>,
        rates: &Rates,
        demand: Demand,
    ) -> Self {
        let data = lowered.program.data();
        let mut roots = Self {
            continued: vec![Vec::new(); lowered.continuities.len()],
            places: vec![SmallVec::new(); lowered.near.pairs.len()],
            folds: vec![None; lowered.near.folds.len()],
            lingers: vec![false; data.passes.len()],
            kept: vec![Vec::new(); data.domains.len()],
            ..Self::default()
        };
        roots.passes(lowered);
        if demand == Demand::Everything {
            roots.every_field(lowered);
        }
        roots.reductions(lowered);
        roots.state(lowered, cells);
        roots.of_others(lowered, cells, rates);
        // Several may be continued of the same lanes.
        for part in roots.continued.iter_mut().flatten() {
            part.before = roots.befores.get(&part.base).copied();
        }
        if demand == Demand::Drawn {
            roots.fields_at_hand(lowered);
        }
        roots
    }

    /// The buffer of an expression's lanes; a new one if it has none.
    pub(super) fn buffer(
        &mut self,
        exprs: &Exprs,
        expr: ExprId,
        domain: DomainId,
        name: impl FnOnce() -> String,
    ) -> BufferId {
        let next = self.names.next_id();
        let buffer = *self.buffers.entry((expr, domain)).or_insert(next);
        if buffer == next {
            self.add_buffer(name());
            let atom = exprs.get(expr).atom;
            if matches!(atom, Atom::Element(_) | Atom::Shown { .. } | Atom::Whole { .. } | Atom::Fold(_)) {
                // The engine writes it.
                self.sources.insert(Held::Value(expr, domain), buffer);
                self.given.push(expr);
            } else {
                self.list.push(Root { expr, domain, target: Target::Field(buffer), lingers: false });
            }
        }
        self.uses[buffer] += 1;
        buffer
    }

    fn add_buffer(&mut self, name: String) -> BufferId {
        self.uses.push(0);
        self.names.push(name)
    }

    /// The attributes of passes that differ per element.
    fn passes(&mut self, lowered: &Lowered<'_>) {
        let fading = fading(lowered);
        for pass in &lowered.passes {
            let name = &lowered.program.data().passes[pass.row as usize].name;
            let values = pass.values();
            let lingers = !pass.cuts && pass.line.is_none() && values.iter().any(|&(_, expr)| fading[expr]);
            self.lingers[pass.row as usize] = lingers;
            for (what, expr) in values {
                if lowered.exprs.get(expr).domain.is_none() {
                    continue;
                }
                if lingers && fading[expr] {
                    self.lingering(&lowered.exprs, &fading, (expr, pass.domain), || format!("{name}.{what}"));
                    continue;
                }
                let buffer = self.buffer(&lowered.exprs, expr, pass.domain, || format!("{name}.{what}"));
                if lingers {
                    self.kept[pass.domain.index()].push(buffer);
                }
            }
        }
        for kept in &mut self.kept {
            kept.sort_unstable();
            kept.dedup();
        }
    }

    /// What fades is worked out of elements, too, that are gone but still drawn: from lanes that are kept as they were.
    fn lingering(
        &mut self,
        exprs: &Exprs,
        fading: &Table<ExprId, bool>,
        (root, domain): (ExprId, DomainId),
        name: impl Fn() -> String,
    ) {
        let (mut stack, mut seen) = (vec![root], std::collections::HashSet::new());
        while let Some(id) = stack.pop() {
            let expr = exprs.get(id);
            if expr.domain.is_none() || !seen.insert(id) {
                continue;
            }
            if fading[id] {
                stack.extend(expr.args.iter().rev());
            } else if expr.kind != Kind::Double {
                // An f64 fits no buffer.
                let buffer = self.buffer(exprs, id, domain, || format!("{} as it was", name()));
                self.kept[domain.index()].push(buffer);
            }
        }
        if matches!(exprs.get(root).atom, Atom::Element(_)) {
            // The fade itself.
            self.buffer(exprs, root, domain, &name);
            return;
        }
        let next = self.names.next_id();
        let buffer = *self.buffers.entry((root, domain)).or_insert(next);
        if buffer == next {
            self.add_buffer(name());
            self.list.push(Root { expr: root, domain, target: Target::Field(buffer), lingers: true });
        }
        self.uses[buffer] += 1;
    }

    fn every_field(&mut self, lowered: &Lowered<'_>) {
        let program = lowered.program;
        for (field, row) in (0..).zip(&program.data().fields) {
            for (component, &expr) in lowered.field(field).iter().enumerate() {
                let buffer = self.buffer(&lowered.exprs, expr, DomainId(row.domain), || {
                    field_name(program, field, component)
                });
                self.fields.push(FieldComponent {
                    field,
                    component: component as u32,
                    buffer: buffer.0,
                    shown: None,
                });
            }
        }
    }

    /// Fields that happen to be in a buffer can be read from there.
    fn fields_at_hand(&mut self, lowered: &Lowered<'_>) {
        let program = lowered.program;
        for (field, row) in (0..).zip(&program.data().fields) {
            for (component, &expr) in lowered.field(field).iter().enumerate() {
                if let Some(&buffer) = self.buffers.get(&(expr, DomainId(row.domain))) {
                    self.fields.push(FieldComponent {
                        field,
                        component: component as u32,
                        buffer: buffer.0,
                        shown: None,
                    });
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
            let buffer = self.buffer(&lowered.exprs, expr, domain, name);
            let stage = lowered.exprs.stage(expr).max(lowered.set_stages[domain.index()]);
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
                self.list.push(Root { expr, domain, target, lingers: false });
            }
        }
        for &RestPart { cell, component, next, .. } in &lowered.rests {
            if let Some(domain) = cells[cell].domain {
                let target = Target::NextRest { cell, component };
                self.list.push(Root { expr: next, domain, target, lingers: false });
            }
        }
    }

    /// What is read of other elements, by signals too, and what is read for that, and so on: the list grows while it is
    /// gone through.
    fn of_others(&mut self, lowered: &Lowered<'_>, cells: &Table<CellId, CellPlan>, rates: &Rates) {
        let program = lowered.program;
        let mut seen = Table::filled(false, lowered.exprs.len());
        let (mut at, mut at_given) = (0, 0);
        let reactions = lowered.events.reactions.iter().flat_map(|reaction| &reaction.lanes);
        let signals = emit::demanded(lowered, cells).into_iter().chain(lowered.events.values());
        let mut first = reactions.map(|root| root.expr).chain(signals);
        loop {
            let mut stack = if let Some(expr) = first.next() {
                vec![expr]
            } else if at < self.list.len() {
                at += 1;
                vec![self.list[at - 1].expr]
            } else if at_given < self.given.len() {
                at_given += 1;
                vec![self.given[at_given - 1]]
            } else {
                break;
            };
            while let Some(id) = stack.pop() {
                if std::mem::replace(&mut seen[id], true) {
                    continue;
                }
                let expr = lowered.exprs.get(id).clone();
                stack.extend(&expr.args);
                match (expr.atom, expr.domain) {
                    (Atom::Neighbor { from, .. } | Atom::Gather { from, .. }, _) => {
                        let FieldPart { domain, field, component } = from;
                        let source = lowered.field(field)[component as usize];
                        let name = || field_name(program, field, component as usize);
                        let buffer = self.buffer(&lowered.exprs, source, domain, name);
                        self.sources.insert(Held::Source(from), buffer);
                    }
                    (Atom::Whole { whole, of }, Some(to)) => {
                        let exprs = &lowered.exprs;
                        let named = |what: &str| {
                            let domain = &program.data().domains[of.index()].name;
                            format!("{what} {} of {domain}", whole.name())
                        };
                        let of_each = matches!(whole, Whole::Side(_));
                        let source = |&arg: &ExprId| match exprs.get(arg).domain {
                            None if of_each => WholeSource::One(arg),
                            _ => WholeSource::Each(self.buffer(exprs, arg, of, || named("for"))),
                        };
                        let sources = expr.args.iter().map(source).collect();
                        let result = self.buffer(exprs, id, to, || named("the"));
                        let plan = WholePlan { whole, of, to, sources, result };
                        self.wholes.push(StagedWhole { stage: exprs.stage(id) - 1, plan });
                    }
                    (Atom::PairEnd { row, .. }, Some(_)) => {
                        let (domain, of) = lowered.near.ends[row as usize];
                        let buffer = self.buffer(&lowered.exprs, of, domain, || "of a pair".into());
                        self.sources.insert(Held::End(row), buffer);
                    }
                    (Atom::Fold(row), Some(domain)) => self.fold(lowered, (id, domain), row),
                    (Atom::Element(row), Some(domain)) => {
                        let (_, column) = lowered.columns[row as usize];
                        let name =
                            || format!("{}.{}", program.data().domains[domain.index()].name, column.name());
                        let buffer = self.buffer(&lowered.exprs, id, domain, name);
                        self.columns.push(ColumnPlan { domain, column, buffer });
                    }
                    (Atom::Shown { continuity, .. }, Some(_)) => {
                        self.continued(lowered, rates, continuity as usize);
                    }
                    _ => {}
                }
            }
        }
    }
}

impl Roots {
    /// What is folded of pairs: what these have is a root, and so are the places that tell who is near.
    fn fold(&mut self, lowered: &Lowered<'_>, (id, domain): (ExprId, DomainId), row: u32) {
        let LoweredFold { pairs, of, how } = lowered.near.folds[row as usize];
        let name = || format!("{how:?} of elements nearby").to_lowercase();
        self.folds[row as usize] = Some(self.buffer(&lowered.exprs, id, domain, name));
        self.list.push(Root { expr: of, domain: pairs, target: Target::Fold(row), lingers: false });
        let row = pairs.index() - lowered.program.data().domains.len();
        if self.places[row].is_empty() {
            for &part in &lowered.near.pairs[row].position {
                let place =
                    self.buffer(&lowered.exprs, part, domain, || "place that tells who is near".into());
                self.places[row].push(place);
            }
        }
    }

    /// A continued value that passes show: what it is of itself is a root, and what is shown has a buffer beside it.
    fn continued(&mut self, lowered: &Lowered<'_>, rates: &Rates, row: usize) {
        if !self.continued[row].is_empty() {
            return;
        }
        let LoweredContinuity { key, domain, policy, parts, shown, .. } = &lowered.continuities[row];
        let is_spring = matches!(policy, Policy::Spring { .. });
        for (&part, &shown) in parts.iter().zip(shown) {
            let base = self.buffer(&lowered.exprs, part, *domain, || format!("{key} of itself"));
            let shown = self.buffer(&lowered.exprs, shown, *domain, || key.clone());
            // What is read to be continued, or because it is, is nothing that is asked for.
            [base, shown].into_iter().for_each(|buffer| self.uses[buffer] -= 1);
            // What never changes is written once, at load, and has no velocity.
            let is_fixed = rates.is_fixed(part) && lowered.exprs.get(part).domain.is_some();
            if is_spring && !is_fixed && !self.befores.contains_key(&base) {
                let before = self.add_buffer(format!("{key} before"));
                self.befores.insert(base, before);
            }
            let is_kept = match lowered.exprs.get(part).atom {
                Atom::Element(column) => lowered.columns[column as usize].1.is_kept(),
                _ => false,
            };
            self.continued[row].push(ContinuedPart {
                base,
                shown,
                before: None,
                is_kept,
                is_unwritten: false,
            });
        }
    }
}

/// Which expressions are made of a fade.
fn fading(lowered: &Lowered<'_>) -> Table<ExprId, bool> {
    let mut fading = Table::new();
    for id in lowered.exprs.ids() {
        let expr = lowered.exprs.get(id);
        let own = match expr.atom {
            Atom::Element(row) => matches!(lowered.columns[row as usize].1, ElementColumn::Fade(_)),
            _ => false,
        };
        let is_fading = own || expr.args.iter().any(|&arg| fading[arg]);
        fading.push(is_fading);
    }
    fading
}

fn field_name(program: &Program, field: u32, component: usize) -> String {
    let row = &program.data().fields[field as usize];
    let domain = &program.data().domains[row.domain as usize].name;
    match row.stride {
        1 => format!("{domain}.{}", row.name),
        _ => format!("{domain}.{}.{}", row.name, ["x", "y", "z", "w"][component.min(3)]),
    }
}
