//! Idle frames: what is computed while nothing is left of an edit.
//!
//! Takes the roots; gives those of idle frames, in which no continued value is on its way. What passes show of such a value is
//! then the value itself, so that what passes make of it is computed in the sweep that computes the value.
//!
//! A continued colour is packed there, and its components stay in registers. From an edit on they have buffers. What was on
//! screen in the frame before is in the packed colours, to a byte, which is all that was seen of it. Springs need more than
//! that, of two frames: where these can be worked out once more, an edit does so, and an idle frame keeps nothing for it.

use std::collections::{HashMap, HashSet};

use super::expr::{Atom, Expr, Prim};
use super::lower::Lowered;
use super::rates::Rates;
use super::roots::{Root, Roots, Target};
use super::sets;
use crate::id::{BufferId, DomainId, ExprId};
use crate::program::Policy;

/// What idle frames do in another way.
#[derive(Debug)]
pub(super) struct Idle {
    /// The stage in which the values are computed.
    pub(super) stage: u32,
    /// The rows of the continued values that are not on their way in an idle frame.
    pub(super) rows: Vec<usize>,
    /// Those of springs whose values of the last two frames are worked out once more at an edit.
    pub(super) recalled: HashSet<usize>,
    /// Of rows of colours that are in no other buffer: where they are packed.
    pub(super) packed: HashMap<usize, BufferId>,
    /// Buffers that are not written.
    unwritten: HashSet<BufferId>,
    /// What is computed in place of an expression.
    exprs: HashMap<ExprId, ExprId>,
}

impl Idle {
    /// Finds what passes make of continued values. Of values of several stages those of the first are taken: whether a frame
    /// is idle is known once.
    pub(super) fn new(lowered: &Lowered<'_>, rates: &Rates, roots: &Roots) -> Option<Self> {
        let shown: Vec<(&Root, Vec<usize>)> = roots
            .list
            .iter()
            .filter(|root| !root.lingers && lowered.idle.contains_key(&root.expr))
            .map(|root| (root, lowered.shown_in(root.expr)))
            .collect();
        let stage_of = |row: usize| lowered.continuities[row].stage;
        let mut recalled: HashSet<usize> =
            (0..lowered.continuities.len()).filter(|&row| can_recall(lowered, roots, row)).collect();
        let rows = shown.iter().flat_map(|(_, rows)| rows).chain(&recalled);
        let stage = rows.map(|&row| stage_of(row)).min()?;
        recalled.retain(|&row| stage_of(row) == stage);
        // What is computed before it is known whether the frame is idle is the same in both.
        let is_here = |(root, rows): &&(&Root, Vec<usize>)| {
            let own = lowered.exprs.stage(lowered.idle[&root.expr]);
            rows.iter().all(|&row| stage_of(row) == stage)
                && own.max(lowered.set_stages[root.domain.index()]) >= stage
        };
        let exprs =
            shown.iter().filter(is_here).map(|(root, _)| (root.expr, lowered.idle[&root.expr])).collect();
        let mut rows: Vec<usize> = shown.iter().filter(is_here).flat_map(|(_, rows)| rows).copied().collect();
        rows.sort_unstable();
        let (packed, unwritten) = (HashMap::new(), HashSet::new());
        let mut idle = Self { stage, rows: Vec::new(), recalled, packed, unwritten, exprs };
        for (root, of_root) in shown.iter().filter(is_here) {
            // The only thing that is made of a colour.
            let Some(row) = lowered.packed_value(root.expr) else { continue };
            let is_alone = *of_root == [row] && rows.iter().filter(|&&other| other == row).count() == 1;
            if let Target::Field(packed) = root.target
                && is_alone
            {
                idle.pack(lowered, rates, roots, row, packed);
            }
        }
        // A buffer may hold a part of several values.
        for (row, parts) in roots.continued.iter().enumerate() {
            if !idle.packed.contains_key(&row) {
                idle.unwritten.retain(|buffer| parts.iter().all(|part| part.base != *buffer));
            }
        }
        rows.extend(&idle.recalled);
        rows.sort_unstable();
        rows.dedup();
        idle.rows = rows;
        Some(idle)
    }

    /// Does without the components of a colour, if nothing else reads them.
    fn pack(&mut self, lowered: &Lowered<'_>, rates: &Rates, roots: &Roots, row: usize, packed: BufferId) {
        let parts = &roots.continued[row];
        let is_asked_for = parts.iter().any(|part| roots.uses[part.base] > 0 || roots.uses[part.shown] > 0);
        let is_spring = matches!(lowered.continuities[row].policy, Policy::Spring { .. });
        if is_asked_for || (is_spring && !self.recalled.contains(&row)) {
            return;
        }
        self.packed.insert(row, packed);
        let is_base = |root: &&Root| parts.iter().any(|part| root.target == Target::Field(part.base));
        for root in roots.list.iter().filter(is_base) {
            let own = lowered.exprs.stage(root.expr).max(lowered.set_stages[root.domain.index()]);
            let is_of_load = rates.is_fixed(root.expr) && lowered.exprs.get(root.expr).domain.is_some();
            // What is known before is written by then, and lanes that never change at load.
            if let Target::Field(buffer) = root.target
                && own == self.stage
                && !is_of_load
            {
                self.unwritten.insert(buffer);
            }
        }
    }

    /// The roots of an idle frame.
    pub(super) fn roots(&self, moving: &[Root]) -> Vec<Root> {
        let is_written = |root: &&Root| match root.target {
            Target::Field(buffer) => !self.hides(buffer),
            Target::Next { .. } | Target::NextRest { .. } | Target::Fold(_) => true,
        };
        let of_idle = |&root: &Root| {
            let other = self.exprs.get(&root.expr).filter(|_| !root.lingers);
            Root { expr: *other.unwrap_or(&root.expr), ..root }
        };
        moving.iter().filter(is_written).map(of_idle).collect()
    }

    /// The roots of what is worked out once more at an edit.
    pub(super) fn recalled_roots(&self, roots: &Roots, moving: &[Root]) -> Vec<Root> {
        let parts = self.recalled.iter().flat_map(|&row| &roots.continued[row]);
        let bases: HashSet<BufferId> = parts.map(|part| part.base).collect();
        let is_base = |root: &&Root| match root.target {
            Target::Field(buffer) => bases.contains(&buffer),
            Target::Next { .. } | Target::NextRest { .. } | Target::Fold(_) => false,
        };
        moving.iter().filter(is_base).copied().collect()
    }

    /// Whether a buffer is not written.
    pub(super) fn hides(&self, buffer: BufferId) -> bool {
        self.unwritten.contains(&buffer)
    }
}

/// Whether a continued value is a spring that passes show, and made of nothing but uniforms and of which element it is. Lanes
/// that other springs continue, too, are set aside for all of them or for none.
fn can_recall(lowered: &Lowered<'_>, roots: &Roots, row: usize) -> bool {
    let value = &lowered.continuities[row];
    let is_spring = matches!(value.policy, Policy::Spring { .. });
    let moves = |domain: DomainId| sets::moves(&lowered.sets, domain);
    let parts = &roots.continued[row];
    if !is_spring || parts.iter().all(|part| part.before.is_none()) || moves(value.domain) {
        return false;
    }
    let springs = lowered
        .continuities
        .iter()
        .zip(&roots.continued)
        .enumerate()
        .filter(|&(other, (value, _))| other != row && matches!(value.policy, Policy::Spring { .. }));
    let mut others = springs.flat_map(|(_, (_, parts))| parts);
    if others.any(|other| parts.iter().any(|part| part.base == other.base)) {
        return false;
    }
    let (mut stack, mut seen) = (value.parts.to_vec(), HashSet::new());
    while let Some(id) = stack.pop() {
        let expr = lowered.exprs.get(id);
        if expr.domain.is_none() || !seen.insert(id) {
            continue;
        }
        match expr.atom {
            Atom::Index
            | Atom::Id
            | Atom::Rank
            | Atom::Random(_)
            | Atom::Op { .. }
            | Atom::Text(_)
            | Atom::Lookup { is_given: false, .. }
            | Atom::Wide { .. }
            | Atom::Const(_)
            | Atom::Input(_)
            | Atom::Cell(..)
            | Atom::Fresh(_)
            | Atom::Known(_)
            | Atom::Delay(..)
            | Atom::Frame(_)
            | Atom::Count(_)
            | Atom::Payload(..)
            | Atom::Row(_)
            | Atom::Happened(_)
            | Atom::Reduced(_) => stack.extend(&expr.args),
            Atom::Lookup { is_given: true, .. }
            | Atom::Newborn(_)
            | Atom::Element(_)
            | Atom::Shown { .. }
            | Atom::LaneCell(_)
            | Atom::LaneDelay(..)
            | Atom::PairIndex(_)
            | Atom::PairEnd { .. }
            | Atom::Fold(_)
            | Atom::Neighbor { .. }
            | Atom::Gather { .. }
            | Atom::Whole { .. }
            | Atom::DelayTime(..) => return false,
        }
    }
    true
}

impl Lowered<'_> {
    /// For everything that passes make of continued values: the same of what these are of themselves.
    pub(super) fn idle_exprs(&mut self) -> HashMap<ExprId, ExprId> {
        let values = self.passes.iter().flat_map(|pass| pass.values().into_iter().map(|(_, value)| value));
        let mut reached: Vec<ExprId> = values.collect();
        let asked_for: HashSet<ExprId> = reached.iter().copied().collect();
        let mut seen = asked_for.clone();
        let mut at = 0;
        while let Some(&id) = reached.get(at) {
            at += 1;
            reached.extend(self.exprs.get(id).args.iter().copied().filter(|&arg| seen.insert(arg)));
        }
        // Arguments come first.
        reached.sort_unstable();
        reached.dedup();
        let mut others: HashMap<ExprId, ExprId> = HashMap::new();
        for id in reached {
            let expr = self.exprs.get(id).clone();
            let args: Vec<ExprId> = expr.args.iter().map(|arg| *others.get(arg).unwrap_or(arg)).collect();
            let is_same = args.as_slice() == expr.args.as_slice();
            let other = match expr.atom {
                Atom::Shown { continuity, component } => {
                    self.continuities[continuity as usize].parts[component as usize]
                }
                _ if is_same => continue,
                Atom::Op { prim, out, imm } => self.exprs.op_out(prim, &args, out, imm, expr.kind),
                // What it reads of others is a stage before, as it was.
                Atom::Gather { from, .. } => {
                    let stage = self.stage_of_others(from);
                    self.exprs.add(Expr { args: args.into(), ..expr }, stage)
                }
                _ => self.exprs.add(Expr { args: args.into(), ..expr }, 0),
            };
            others.insert(id, other);
        }
        others.retain(|id, _| {
            asked_for.contains(id) && !matches!(self.exprs.get(*id).atom, Atom::Shown { .. })
        });
        others
    }

    /// The rows of the continued values that an expression is made of, as passes show them.
    fn shown_in(&self, root: ExprId) -> Vec<usize> {
        let (mut stack, mut seen, mut rows) = (vec![root], HashSet::new(), Vec::new());
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let expr = self.exprs.get(id);
            if let Atom::Shown { continuity, .. } = expr.atom {
                rows.push(continuity as usize);
            }
            stack.extend(&expr.args);
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The row of the continued value that an expression packs as it is.
    fn packed_value(&self, id: ExprId) -> Option<usize> {
        let expr = self.exprs.get(id);
        let part = |&arg: &ExprId| match self.exprs.get(arg).atom {
            Atom::Shown { continuity, component } => Some((continuity, component)),
            _ => None,
        };
        let (continuity, _) = part(expr.args.first()?)?;
        let is_pack = matches!(expr.atom, Atom::Op { prim: Prim::PackRgba8, .. });
        let is_whole = (0..).zip(&expr.args).all(|(at, arg)| part(arg) == Some((continuity, at)));
        (is_pack && is_whole).then_some(continuity as usize)
    }
}
