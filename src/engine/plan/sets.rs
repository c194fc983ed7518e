//! Sets: what the engine has to know of elements that come and go, and of what edits must not make jump.
//!
//! Takes the lowered program, the roots and the registers; gives a plan per domain, and the continued values that passes show.

use super::elements::{ContinuedPart, ContinuityPlan, DomainPlan, FadePlan, LoweredSet, Set};
use super::emit::Signals;
use super::expr::{Atom, Prim};
use super::idle::Idle;
use super::inputs::FrameInput;
use super::lower::Lowered;
use super::roots::Roots;
use crate::id::{DomainId, ExprId, Table};
use crate::program::{Action, FadeRow, Op, Program};
use crate::time::Flicks;

/// Whether the elements of a domain change their places while they live.
pub(super) fn moves(sets: &[Option<LoweredSet>], domain: DomainId) -> bool {
    match sets[domain.index()] {
        Some(Set::Born { .. } | Set::BornOn { .. } | Set::Host) => true,
        Some(Set::Counted { .. }) | None => false,
    }
}

pub(super) fn domains(
    lowered: &Lowered<'_>,
    roots: &Roots,
    signals: &Signals,
) -> Table<DomainId, DomainPlan> {
    let plan = |(row, set): (usize, &Option<LoweredSet>)| {
        let fades = || lowered.program.data().fades.iter().filter(|fade| fade.domain as usize == row);
        let mut passes = lowered.passes.iter().filter(|pass| pass.domain.index() == row);
        let lingers = passes.any(|pass| roots.lingers[pass.row as usize]);
        DomainPlan {
            set: set.map(|set| set.map(|id| signals.register(id))),
            kept: roots.kept[row].clone(),
            leave: fades().map(|fade| fade.leave).filter(|_| lingers).max().unwrap_or(Flicks::ZERO),
            taken: lowered.taken.iter().filter(|(domain, _)| domain.index() == row).count(),
            is_dated: roots.columns.iter().any(|column| column.domain.index() == row),
            is_kept: fades().next().is_some()
                || lowered.continuities.iter().any(|value| value.domain.index() == row),
        }
    };
    lowered.sets.iter().enumerate().map(plan).collect()
}

pub(super) fn continuities(lowered: &Lowered<'_>, roots: &Roots, idle: Option<&Idle>) -> Vec<ContinuityPlan> {
    let of_sets = of_sets(lowered);
    let part = |part: &ContinuedPart| ContinuedPart {
        is_unwritten: idle.is_some_and(|idle| idle.hides(part.base)),
        ..*part
    };
    let rows = lowered.continuities.iter().zip(&roots.continued).enumerate();
    let shown = rows.filter(|(_, (_, parts))| !parts.is_empty());
    shown
        .map(|(at, (row, parts))| ContinuityPlan {
            key: row.key.clone(),
            domain: row.domain,
            policy: row.policy,
            turn: row.turn,
            parts: parts.iter().map(part).collect(),
            stage: row.stage,
            idles: idle.is_some_and(|idle| idle.rows.contains(&at)),
            is_recalled: idle.is_some_and(|idle| idle.recalled.contains(&at)),
            packed: idle.and_then(|idle| idle.packed.get(&at).copied()),
            of_sets: row.parts.iter().fold(own_set(lowered, row.domain), |all, &part| all | of_sets[part]),
        })
        .collect()
}

/// What changes a count changes values, too, that are not made of it: all of a domain that is counted go on from what is on
/// screen. Births and deaths are all the time, and what does not depend on them is left alone; so is what a host moves.
fn own_set(lowered: &Lowered<'_>, domain: DomainId) -> u64 {
    match lowered.sets[domain.index()] {
        Some(Set::Counted { .. }) => bit(domain),
        Some(Set::Born { .. } | Set::BornOn { .. } | Set::Host) | None => 0,
    }
}

pub(super) fn fades(lowered: &Lowered<'_>) -> Vec<FadePlan> {
    let rows = &lowered.program.data().fades;
    let fade = |row: &FadeRow| FadePlan {
        key: row.key.clone(),
        domain: DomainId(row.domain),
        enter: row.enter,
        leave: row.leave,
    };
    rows.iter().map(fade).collect()
}

/// Named fields that are continued show it. One that is continued as something else than it is cannot be read.
pub(super) fn show_fields(program: &Program, roots: &mut Roots) {
    let data = program.data();
    let mut of_field = vec![None; data.fields.len()];
    for step in &data.steps {
        if let Action::Field { field, node } = step.action {
            let node = &data.nodes[node as usize];
            of_field[field as usize] = node.index.filter(|_| node.op == Op::Continued);
        }
    }
    roots.fields.retain_mut(|component| {
        let parts = of_field[component.field as usize].map(|row| &roots.continued[row as usize]);
        let part = parts.and_then(|parts| parts.get(component.component as usize));
        component.shown = part.map(|part| part.shown.0);
        part.is_none_or(|part| part.base.0 == component.buffer)
    });
}

/// The bit of a domain in a set of domains. The last bit stands for all domains from there on.
pub(crate) fn bit(domain: DomainId) -> u64 {
    1 << domain.0.min(63)
}

/// For every expression, which domains' sets of elements it is made of: it changes, for an element that stays, when others
/// come or go.
fn of_sets(lowered: &Lowered<'_>) -> Table<ExprId, u64> {
    let mut sets: Table<ExprId, u64> = Table::new();
    let of_field = |sets: &Table<ExprId, u64>, field: u32| {
        let row = &lowered.program.data().fields[field as usize];
        // A field that is lowered later than what reads it counts as made of everything.
        let of = |&id: &ExprId| if id.index() < sets.len() { sets[id] } else { u64::MAX };
        lowered.field(field).iter().map(of).fold(bit(DomainId(row.domain)), |all, set| all | set)
    };
    for id in lowered.exprs.ids() {
        let expr = lowered.exprs.get(id);
        let own = match (expr.atom, expr.domain) {
            (Atom::Count(domain) | Atom::Frame(FrameInput::LiveCount(domain)), _) => bit(domain),
            (Atom::Index | Atom::Rank, Some(domain)) if moves(&lowered.sets, domain) => bit(domain),
            (Atom::Neighbor { from, .. } | Atom::Gather { from, .. }, _) => of_field(&sets, from.field),
            (Atom::Reduced(row), _) => of_field(&sets, lowered.reduced[row as usize].field),
            _ => 0,
        };
        // Whether an element is fresh is asked of its index, and does not change by others.
        let is_freshness = matches!(expr.atom, Atom::Op { prim: Prim::LeInt, .. })
            && matches!(lowered.exprs.get(expr.args[0]).atom, Atom::Known(_));
        let of = expr.args.iter().fold(own, |all, &arg| all | sets[arg]);
        sets.push(if is_freshness { 0 } else { of });
    }
    sets
}
