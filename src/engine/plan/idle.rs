//! Idle frames: what is computed while nothing is left of an edit.
//!
//! Takes the roots; gives those of idle frames, in which no continued value is on its way. What passes show of such a value is
//! then the value itself, so that what passes make of it is computed in the sweep that computes the value.
//!
//! A continued colour is packed there, and its components stay in registers. From an edit on they have buffers. What was on
//! screen in the frame before is in the packed colours, to a byte, which is all that was seen of it; springs need more than
//! that, and write theirs in every frame.

use std::collections::{HashMap, HashSet};

use super::expr::{Atom, Expr, Prim};
use super::lower::Lowered;
use super::rates::Rates;
use super::roots::{Root, Roots, Target};
use crate::id::{BufferId, ExprId};
use crate::program::Policy;

/// What idle frames do in another way.
#[derive(Debug)]
pub(super) struct Idle {
    /// The stage in which the values are computed.
    pub(super) stage: u32,
    /// The rows of the continued values that are not on their way in an idle frame.
    pub(super) rows: Vec<usize>,
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
        let stage = shown.iter().flat_map(|(_, rows)| rows).map(|&row| stage_of(row)).min()?;
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
        let mut idle =
            Self { stage, rows: Vec::new(), packed: HashMap::new(), unwritten: HashSet::new(), exprs };
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
        rows.dedup();
        idle.rows = rows;
        Some(idle)
    }

    /// Does without the components of a colour, if nothing else reads them.
    fn pack(&mut self, lowered: &Lowered<'_>, rates: &Rates, roots: &Roots, row: usize, packed: BufferId) {
        let parts = &roots.continued[row];
        let is_asked_for = parts.iter().any(|part| roots.uses[part.base] > 0 || roots.uses[part.shown] > 0);
        if is_asked_for || matches!(lowered.continuities[row].policy, Policy::Spring { .. }) {
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
            Target::Next { .. } | Target::NextRest { .. } => true,
        };
        let of_idle = |&root: &Root| {
            let other = self.exprs.get(&root.expr).filter(|_| !root.lingers);
            Root { expr: *other.unwrap_or(&root.expr), ..root }
        };
        moving.iter().filter(is_written).map(of_idle).collect()
    }

    /// Whether a buffer is not written.
    pub(super) fn hides(&self, buffer: BufferId) -> bool {
        self.unwritten.contains(&buffer)
    }
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
