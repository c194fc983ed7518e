//! Sets: what the engine has to know of elements that come and go, and of what edits must not make jump.
//!
//! Takes the lowered program, the roots and the registers; gives a plan per domain, and the continued values that passes show.

use smallvec::SmallVec;

use super::elements::{ContinuedPart, ContinuityPlan, DomainPlan, FadePlan, LoweredSet, Set};
use super::emit::Signals;
use super::expr::{Atom, Prim};
use super::idle::Idle;
use super::inputs::FrameInput;
use super::lower::Lowered;
use super::near::{FoldPlan, LoweredPairs, PairsPlan};
use super::roots::Roots;
use crate::id::{BufferId, DomainId, ExprId, Table};
use crate::program::{Action, FadeRow, Op, Program};
use crate::time::Flicks;

/// Whether the elements of a domain change their places while they live.
pub(super) fn moves(sets: &[Option<LoweredSet>], domain: DomainId) -> bool {
    // Those of pairs are behind the others.
    match sets.get(domain.index()) {
        Some(Some(Set::Born { .. } | Set::BornOn { .. } | Set::Host | Set::Letters { .. })) => true,
        Some(Some(Set::Counted { .. }) | None) | None => false,
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
        Some(Set::Born { .. } | Set::BornOn { .. } | Set::Host | Set::Letters { .. }) | None => 0,
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

/// The pairs of elements nearby.
pub(super) fn pairs(lowered: &Lowered<'_>, roots: &Roots, signals: &Signals) -> Vec<PairsPlan> {
    let plan = |(pairs, position): (&LoweredPairs, &SmallVec<[BufferId; 3]>)| PairsPlan {
        domain: pairs.domain,
        position: position.clone(),
        radius: signals.register(pairs.radius),
        most: pairs.most,
        wraps: pairs.wraps,
        stage: pairs.stage,
    };
    lowered.near.pairs.iter().zip(&roots.places).map(plan).collect()
}

/// What is folded of them.
pub(super) fn folds(lowered: &Lowered<'_>, roots: &Roots) -> Vec<Option<FoldPlan>> {
    let folds = lowered.near.folds.iter().zip(&roots.folds);
    folds.map(|(fold, &buffer)| buffer.map(|buffer| FoldPlan { how: fold.how, buffer })).collect()
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
    let of_parts = |sets: &Table<ExprId, u64>, domain: DomainId, parts: &[ExprId]| {
        // What is lowered later than what reads it counts as made of everything.
        let of = |&id: &ExprId| if id.index() < sets.len() { sets[id] } else { u64::MAX };
        parts.iter().map(of).fold(bit(domain), |all, set| all | set)
    };
    let of_field = |sets: &Table<ExprId, u64>, field: u32| {
        let row = &lowered.program.data().fields[field as usize];
        of_parts(sets, DomainId(row.domain), lowered.field(field))
    };
    let near = &lowered.near;
    let of_pairs = |sets: &Table<ExprId, u64>, domain: DomainId| {
        let pairs = &near.pairs[domain.index() - lowered.program.data().domains.len()];
        let radius = of_parts(sets, pairs.domain, &[pairs.radius]);
        radius | of_parts(sets, pairs.domain, &pairs.position)
    };
    for id in lowered.exprs.ids() {
        let expr = lowered.exprs.get(id);
        let own = match (expr.atom, expr.domain) {
            (Atom::Count(domain) | Atom::Frame(FrameInput::LiveCount(domain)), _) => bit(domain),
            (Atom::Index | Atom::Rank, Some(domain)) if moves(&lowered.sets, domain) => bit(domain),
            (Atom::Neighbor { from, .. } | Atom::Gather { from, .. }, _) => of_field(&sets, from.field),
            (Atom::Whole { of, .. }, domain) => bit(of) | domain.map_or(0, bit),
            (Atom::PairIndex(_), Some(pairs)) => of_pairs(&sets, pairs),
            (Atom::PairEnd { row, .. }, Some(pairs)) => {
                let (domain, of) = near.ends[row as usize];
                of_pairs(&sets, pairs) | of_parts(&sets, domain, &[of])
            }
            (Atom::Fold(row), Some(domain)) => {
                let fold = near.folds[row as usize];
                of_pairs(&sets, fold.pairs) | of_parts(&sets, domain, &[fold.of])
            }
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
