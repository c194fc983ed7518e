//! Idle frames: what is not in memory while nothing is left of an edit.
//!
//! Takes the roots; gives those of idle frames, in which no continued colour is on its way. What passes show of a colour is
//! then the colour itself, so it is packed in the sweep that computes it, and its components stay in registers. From an edit
//! on they have buffers. What was on screen in the frame before is in the packed colours, to a byte, which is all that was
//! seen of it; springs need more than that, and their colours are never idle.

use std::collections::HashSet;

use super::expr::{Atom, Prim};
use super::lower::Lowered;
use super::rates::Rates;
use super::roots::{Root, Roots, Target};
use crate::id::{BufferId, ExprId, Table};
use crate::program::Policy;

/// A continued colour, packed as it is shown and as it is of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedColor {
    /// The row of the continued values.
    pub(super) continuity: usize,
    pub(super) shown: ExprId,
    pub(super) base: ExprId,
}

impl Lowered<'_> {
    /// Colours of passes that are continued values, as they are, with what they are of themselves.
    pub(super) fn packed_colors(&mut self) -> Vec<PackedColor> {
        let continuity_of = |id: ExprId| {
            let expr = self.exprs.get(id);
            let parts = expr.args.iter().map(|&arg| match self.exprs.get(arg).atom {
                Atom::Shown { continuity, component } => Some((continuity, component)),
                _ => None,
            });
            let is_pack = matches!(expr.atom, Atom::Op { prim: Prim::PackRgba8, .. });
            let mut parts = parts.enumerate();
            let (_, first) = parts.next().filter(|_| is_pack)?;
            let (continuity, _) = first.filter(|&(_, component)| component == 0)?;
            parts.all(|(at, part)| part == Some((continuity, at as u32))).then_some((continuity as usize, id))
        };
        let packs: Vec<_> = self.exprs.ids().filter_map(continuity_of).collect();
        let colors = packs.into_iter().filter_map(|(continuity, shown)| {
            let base = self.exprs.op(Prim::PackRgba8, &self.continuities[continuity].parts);
            let is_lanes = self.exprs.get(base).domain.is_some();
            is_lanes.then_some(PackedColor { continuity, shown, base })
        });
        colors.collect()
    }
}

/// What idle frames do in another way.
#[derive(Debug, Default)]
pub(super) struct Idle {
    /// The stage in which the colours are computed.
    pub(super) stage: u32,
    /// Per continued value that may be idle: its row, and the buffer of the packed colour.
    pub(super) colors: Vec<(usize, BufferId)>,
    /// Buffers that are not written.
    unwritten: HashSet<BufferId>,
    packs: Vec<PackedColor>,
}

impl Idle {
    /// Finds the colours that no one asks for but passes, whole.
    pub(super) fn new(lowered: &Lowered<'_>, rates: &Rates, roots: &Roots) -> Option<Self> {
        let stage_of =
            |root: &Root| lowered.exprs.stage(root.expr).max(lowered.set_stages[root.domain.index()]);
        let is_hidden = |color: &&PackedColor| {
            let policy = lowered.continuities[color.continuity].policy;
            let parts = &roots.continued[color.continuity];
            !matches!(policy, Policy::Spring { .. })
                && !parts.is_empty()
                && parts.iter().all(|part| roots.uses[part.base] == 1 && roots.uses[part.shown] == 1)
        };
        let seen = shown_by(lowered, roots);
        let mut colors: Vec<PackedColor> = lowered.packed_colors.iter().filter(is_hidden).copied().collect();
        colors.retain(|color| seen[color.continuity] == [color.shown]);
        let stage = colors.iter().map(|color| lowered.continuities[color.continuity].stage).min()?;
        colors.retain(|color| lowered.continuities[color.continuity].stage == stage);
        let mut idle = Self { stage, ..Self::default() };
        for color in colors {
            let pack = roots.list.iter().find(|root| root.expr == color.shown && !root.lingers);
            let Some(Target::Field(packed)) = pack.map(|root| root.target) else { continue };
            idle.colors.push((color.continuity, packed));
            idle.packs.push(color);
            let bases = roots.continued[color.continuity].iter().map(|part| part.base);
            idle.unwritten.extend(bases);
        }
        // What is known before that stage is written there as ever: whether a frame is idle is not known then.
        for root in roots.list.iter().filter(|root| rates.is_fixed(root.expr) || stage_of(root) != stage) {
            if let Target::Field(buffer) = root.target {
                idle.unwritten.remove(&buffer);
            }
        }
        (!idle.colors.is_empty()).then_some(idle)
    }

    /// The roots of an idle frame.
    pub(super) fn roots(&self, moving: &[Root]) -> Vec<Root> {
        let is_written = |root: &&Root| match root.target {
            Target::Field(buffer) => !self.unwritten.contains(&buffer),
            Target::Next { .. } | Target::NextRest { .. } => true,
        };
        let of_idle = |&root: &Root| {
            let pack = self.packs.iter().find(|pack| pack.shown == root.expr);
            Root { expr: pack.map_or(root.expr, |pack| pack.base), ..root }
        };
        moving.iter().filter(is_written).map(of_idle).collect()
    }

    /// Whether a buffer holds the component of a colour only while that is not idle.
    pub(super) fn hides(&self, buffer: BufferId) -> bool {
        self.unwritten.contains(&buffer)
    }
}

/// Per continued value: the roots that show it.
fn shown_by(lowered: &Lowered<'_>, roots: &Roots) -> Vec<Vec<ExprId>> {
    let mut found = vec![Vec::new(); lowered.continuities.len()];
    for root in &roots.list {
        let mut seen = Table::filled(false, lowered.exprs.len());
        let mut stack = vec![root.expr];
        while let Some(id) = stack.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            let expr = lowered.exprs.get(id);
            if let Atom::Shown { continuity, .. } = expr.atom {
                let of_value: &mut Vec<ExprId> = &mut found[continuity as usize];
                if of_value.last() != Some(&root.expr) {
                    of_value.push(root.expr);
                }
            }
            stack.extend(&expr.args);
        }
    }
    found
}
