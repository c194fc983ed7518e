//! What the planner made of a program, in words: for `pavane inspect --schedule`.

use serde::Serialize;

use super::Engine;
use super::plan::signals::Segment;
use super::plan::sweep::{LaneOp, Sweep};
use super::plan::{Plan, Target};

/// A piece of the work of an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedWork {
    /// `load` for what is computed once, `frame` for what every frame computes; `idle frame` for what one computes in place
    /// of some of that while nothing is left of an edit, `edit` for what is computed once more at an edit, and `event` for
    /// what a reaction sets of elements.
    pub when: &'static str,
    /// `signals`, or `sweep` with the domain it goes over.
    pub what: String,
    /// How many operations, or instructions per element.
    pub operations: usize,
    /// The instructions of a sweep in order, equal neighbours counted: `mul_add x3`. Empty for signals.
    pub instructions: Vec<String>,
    /// The buffers that a sweep fills, by the names of the source.
    pub writes: Vec<String>,
}

impl Engine {
    /// What the planner made of the program: common parts shared, constants folded, what does not change computed at
    /// load, what nobody needs left out, operations fused.
    pub fn planned_work(&self) -> Vec<PlannedWork> {
        let plan = &self.parts().plan;
        let signals = |when, operations: usize| PlannedWork {
            when,
            what: "signals".into(),
            operations,
            instructions: Vec::new(),
            writes: Vec::new(),
        };
        let mut work = vec![signals("load", plan.segments.range(Segment::Load).len())];
        work.extend(plan.static_sweeps.iter().map(|sweep| planned(plan, sweep, "load")));
        work.push(signals("frame", plan.segments.frame_len()));
        let stages = plan.stages.iter().map(|stage| (stage.sweeps.clone(), "frame"));
        let of_idle = plan.stages.iter().filter(|stage| stage.idle_sweeps != stage.sweeps);
        let of_idle = of_idle.map(|stage| (stage.idle_sweeps.clone(), "idle frame"));
        for (sweeps, when) in stages.chain(of_idle).chain([(plan.recall.sweeps.clone(), "edit")]) {
            work.extend(plan.sweeps[sweeps].iter().map(|sweep| planned(plan, sweep, when)));
        }
        for reaction in plan.events.reactions.iter() {
            work.extend(
                plan.sweeps[reaction.sweeps.clone()].iter().map(|sweep| planned(plan, sweep, "event")),
            );
        }
        work.retain(|work| work.operations > 0);
        work
    }
}

fn planned(plan: &Plan, sweep: &Sweep, when: &'static str) -> PlannedWork {
    let mut instructions: Vec<(String, usize)> = Vec::new();
    for instruction in &sweep.instructions {
        let name = match instruction.op {
            LaneOp::Prim(prim, _) => snake(&format!("{prim:?}")),
            LaneOp::Wide(row) => snake(&format!("Wide{:?}", sweep.wide[row as usize].prim)),
            LaneOp::AffineTurns(_) => "affine_turns".into(),
            LaneOp::AffineNoise(_) => "affine_noise".into(),
            LaneOp::PathAt(_) => "path_at".into(),
            LaneOp::MulAdd => "mul_add".into(),
            LaneOp::MulSub => "mul_sub".into(),
            LaneOp::NegMulAdd => "neg_mul_add".into(),
            LaneOp::Polar => "polar".into(),
            LaneOp::Copy => "copy".into(),
            LaneOp::Splat => "splat".into(),
            LaneOp::Index => "index".into(),
            LaneOp::Id => "id".into(),
            LaneOp::Rank => "rank".into(),
            LaneOp::Random { .. } => "random".into(),
            LaneOp::Gather(_) => "gather".into(),
            LaneOp::Neighbor { .. } => "neighbor".into(),
            LaneOp::Lookup { .. } => "lookup".into(),
            LaneOp::Text(op) => snake(&format!("Text{op:?}")),
        };
        match instructions.last_mut() {
            Some((last, times)) if *last == name => *times += 1,
            _ => instructions.push((name, 1)),
        }
    }
    let text = |(name, times): (String, usize)| if times == 1 { name } else { format!("{name} x{times}") };
    let mut writes: Vec<String> = sweep
        .outputs
        .iter()
        .map(|target| match *target {
            Target::Field(buffer) => plan.buffer_names[buffer].clone(),
            Target::Fold(row) => plan.folds[row as usize]
                .map_or_else(String::new, |fold| plan.buffer_names[fold.buffer].clone()),
            Target::Next { cell, .. } | Target::NextRest { cell, .. } => {
                format!("next of {}", plan.cells[cell].key)
            }
        })
        .collect();
    writes.dedup();
    let data = plan.program.data();
    PlannedWork {
        when,
        what: match plan.pairs_row(sweep.domain) {
            None => format!("sweep of {}", data.domains[sweep.domain.index()].name),
            Some(row) => format!("sweep of pairs of {}", data.domains[plan.pairs[row].domain.index()].name),
        },
        operations: sweep.instructions.len(),
        instructions: instructions.into_iter().map(text).collect(),
        writes,
    }
}

/// `MulAdd` as `mul_add`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
