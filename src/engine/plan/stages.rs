//! Stages: what is computed in lanes in which order.
//!
//! Takes the roots; gives the sweeps that run once at load, and those of every frame stage by stage. A stage is: late
//! signals, sweeps, what is made of all elements. An expression is of stage 0 unless it waits for other elements or a reduction; then it
//! comes one stage after what it waits for.

use std::ops::Range;

use super::events::ReactionPlan;
use super::expr::Exprs;
use super::idle::Idle;
use super::lower::Lowered;
use super::rates::Rates;
use super::roots::{Root, Roots, Target};
use super::sweep::{Held, HeldBuffers, MAX_OUTPUTS, Sweep};
use super::{ReductionPlan, WholePlan, fuse};
use crate::id::{DomainId, ExprId, Register};

/// The work of one stage of the fields phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stage {
    pub(crate) sweeps: Range<usize>,
    /// Those that run instead in an idle frame.
    pub(crate) idle_sweeps: Range<usize>,
    pub(crate) reductions: Range<usize>,
    /// What is worked out of all elements.
    pub(crate) wholes: Range<usize>,
}

/// What edits compute once more.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RecallPlan {
    pub(crate) sweeps: Range<usize>,
    /// What these read.
    pub(crate) registers: Vec<Register>,
}

impl RecallPlan {
    pub(super) fn new(staged: &Staged, register: impl Fn(ExprId) -> Register) -> Self {
        let sweeps = staged.recall.clone();
        let signals = staged.moving[sweeps.clone()].iter().flat_map(Sweep::signals);
        let mut registers: Vec<Register> = signals.map(register).collect();
        registers.sort_unstable();
        registers.dedup();
        Self { sweeps, registers }
    }
}

/// What runs in lanes, in order. Its sweeps name signals by expression: registers come with the signal program.
pub(super) struct Staged {
    /// Run once, at load.
    pub(super) fixed: Vec<Sweep<ExprId>>,
    /// Run every frame.
    pub(super) moving: Vec<Sweep<ExprId>>,
    pub(super) stages: Vec<Stage>,
    /// The buffers of what is read of other elements.
    pub(super) sources: HeldBuffers,
    /// Of the moving ones, those that edits run once more.
    pub(super) recall: Range<usize>,
    /// Of each reaction to an event: those that work out what it sets of elements.
    pub(super) reactions: Vec<Vec<Sweep<ExprId>>>,
    /// In stage order.
    pub(super) reductions: Vec<ReductionPlan>,
    /// In stage order.
    pub(super) wholes: Vec<WholePlan<ExprId>>,
    /// Where each reduction that was lowered is among these.
    pub(super) reduction_rows: Vec<u32>,
}

impl Staged {
    pub(super) fn new(lowered: &Lowered<'_>, rates: &Rates, roots: &mut Roots, idle: Option<&Idle>) -> Self {
        let exprs = &lowered.exprs;
        let is_fixed = |root: &Root| {
            rates.is_fixed(root.expr)
                && exprs.get(root.expr).domain.is_some()
                && matches!(root.target, Target::Field(_))
        };
        let (fixed, moving): (Vec<Root>, Vec<Root>) = roots.list.iter().partition(|root| is_fixed(root));
        // Each sweep may read what earlier ones hold.
        let mut held = std::mem::take(&mut roots.sources);
        let mut staged = Self {
            fixed: sweeps(exprs, &fixed, &held),
            moving: Vec::new(),
            stages: Vec::new(),
            sources: held.clone(),
            recall: 0..0,
            reactions: Vec::new(),
            reductions: Vec::new(),
            wholes: Vec::new(),
            reduction_rows: vec![0; roots.reductions.len()],
        };
        hold(exprs, &mut held, &fixed);
        // Reactions see what neighbours were in the frame before.
        let of_reaction = |reaction: &ReactionPlan<ExprId>| sweeps(exprs, &reaction.lanes, &held);
        staged.reactions = lowered.events.reactions.iter().map(of_reaction).collect();
        let recalled = idle.map(|idle| sweeps(exprs, &idle.recalled_roots(roots, &moving), &held));
        staged.moving.extend(recalled.into_iter().flatten());
        staged.recall = 0..staged.moving.len();
        let last = last_stage(lowered, &moving, roots);
        let mut reductions = std::mem::take(&mut roots.reductions);
        reductions.sort_by_key(|reduction| (reduction.stage, reduction.index));
        let mut wholes = std::mem::take(&mut roots.wholes);
        wholes.sort_by_key(|row| row.stage);
        let of_idle = idle.map(|idle| stage_sweeps(lowered, &idle.roots(&moving), &held, last));
        let mut of_idle = of_idle.into_iter().flatten();
        for (stage, sweeps) in (0..).zip(stage_sweeps(lowered, &moving, &held, last)) {
            let mut push = |sweeps: Vec<Sweep<ExprId>>| {
                let from = staged.moving.len();
                staged.moving.extend(sweeps);
                from..staged.moving.len()
            };
            let others = of_idle.next().filter(|others| *others != sweeps);
            let sweeps = push(sweeps);
            let idle_sweeps = others.map_or_else(|| sweeps.clone(), push);
            let first = reductions.partition_point(|reduction| reduction.stage < stage);
            let end = reductions.partition_point(|reduction| reduction.stage <= stage);
            let of_stage = [stage, stage + 1].map(|stage| wholes.partition_point(|row| row.stage < stage));
            let (reductions, wholes) = (first..end, of_stage[0]..of_stage[1]);
            staged.stages.push(Stage { sweeps, idle_sweeps, reductions, wholes });
        }
        staged.wholes.extend(wholes.into_iter().map(|row| row.plan));
        for (row, reduction) in (0..).zip(reductions) {
            staged.reduction_rows[reduction.index] = row;
            staged.reductions.push(reduction.plan);
        }
        staged
    }
}

/// The sweeps of every stage up to the last. Each may read what earlier ones hold.
fn stage_sweeps(
    lowered: &Lowered<'_>,
    moving: &[Root],
    held: &HeldBuffers,
    last: u32,
) -> Vec<Vec<Sweep<ExprId>>> {
    let exprs = &lowered.exprs;
    let stage_of = |root: &Root| exprs.stage(root.expr).max(lowered.set_stages[root.domain.index()]);
    let mut held = held.clone();
    let mut of_stage = |stage: u32| {
        let mut found = Vec::new();
        // What is drawn of elements that are gone reads what others hold.
        for lingers in [false, true] {
            let is_here = |root: &&Root| root.lingers == lingers && stage_of(root) == stage;
            let here: Vec<Root> = moving.iter().filter(is_here).copied().collect();
            found.extend(sweeps(exprs, &here, &held));
            hold(exprs, &mut held, &here);
        }
        found
    };
    (0..=last).map(&mut of_stage).collect()
}

/// The last stage in which anything happens: lanes, a slot, the next value of a cell, or a signal that a pass reads.
fn last_stage(lowered: &Lowered<'_>, moving: &[Root], roots: &Roots) -> u32 {
    let slots = lowered.slots.iter().flat_map(|slot| &slot.parts).copied();
    let values = lowered.passes.iter().flat_map(|pass| pass.values()).map(|(_, value)| value);
    let passes =
        lowered.passes.iter().flat_map(|pass| pass.uniforms()).chain(values).chain(lowered.background);
    let nexts = lowered.nexts.iter().flat_map(|next| &next.parts).copied();
    let of_exprs = moving.iter().map(|root| root.expr).chain(slots).chain(passes).chain(nexts);
    let of_reductions = roots.reductions.iter().map(|reduction| reduction.stage);
    let of_wholes = roots.wholes.iter().map(|row| row.stage + 1);
    let of_sets = lowered.set_stages.iter().copied();
    let of_values = lowered.continuities.iter().map(|continuity| continuity.stage);
    let of_exprs = of_exprs.map(|id| lowered.exprs.stage(id));
    of_exprs.chain(of_reductions).chain(of_wholes).chain(of_sets).chain(of_values).max().unwrap_or(0)
}

/// One sweep per domain, or more where there are many outputs.
fn sweeps(exprs: &Exprs, roots: &[Root], held: &HeldBuffers) -> Vec<Sweep<ExprId>> {
    let mut domains: Vec<DomainId> = roots.iter().map(|root| root.domain).collect();
    domains.sort_unstable();
    domains.dedup();
    let mut sweeps = Vec::new();
    for domain in domains {
        let here: Vec<Root> = roots.iter().copied().filter(|root| root.domain == domain).collect();
        sweeps.extend(here.chunks(MAX_OUTPUTS).map(|chunk| fuse::sweep(exprs, domain, chunk, held)));
    }
    sweeps
}

/// Notes that what some roots write can be read from now on.
fn hold(exprs: &Exprs, held: &mut HeldBuffers, roots: &[Root]) {
    for root in roots {
        // A uniform is at hand as it is.
        if let Target::Field(buffer) = root.target
            && exprs.get(root.expr).domain.is_some()
        {
            held.insert(Held::Value(root.expr, root.domain), buffer);
        }
    }
}
