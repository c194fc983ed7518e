//! Recall: what springs were in the last two frames, worked out once more when an edit asks for it.
//!
//! A spring goes on from where a value was on screen and from how fast it moved, so an edit needs the value of two frames. While
//! nothing is left of an edit no frame keeps them. Where they are made of nothing but uniforms and of which element it is, it
//! is enough to keep the uniforms of two frames: from these the same sweeps give the same bits. What state, neighbours or arrays
//! of a host go into is kept from frame to frame instead ([`ContinuityBook::set_aside`]).

use super::clock::Clock;
use super::continuity::ContinuityBook;
use super::lanes::LaneRunner;
use super::plan::{Plan, RecallPlan};
use super::signals::Registers;
use super::state::State;
use super::texts::RunTexts;
use crate::id::{DomainId, Register};
use crate::world::tables::FieldBuffer;

/// The registers that such values are made of, in the frame on screen and in the one before it.
#[derive(Debug, Default)]
pub(crate) struct Recall {
    frames: [Vec<f64>; 2],
}

impl Recall {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { frames: [0, 1].map(|_| vec![0.0; register_count(plan)]) }
    }

    /// The bytes that a plan's take.
    pub(crate) fn bytes(plan: &Plan) -> usize {
        2 * register_count(plan) * size_of::<f64>()
    }

    /// Takes over everything of a recall of the same plan.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        let Self { frames } = other;
        self.frames.iter_mut().zip(frames).for_each(|(to, from)| to.clone_from(from));
    }

    /// A frame was evaluated: `again`, or the first one of all, before which nothing was.
    pub(crate) fn note(&mut self, plan: &RecallPlan, values: &[f64], [again, is_first]: [bool; 2]) {
        if !again {
            self.frames.swap(0, 1);
        }
        let copy = |to: &mut Vec<f64>| {
            for register in plan.registers.iter().copied().map(Register::index) {
                to[register] = values[register];
            }
        };
        let [on_screen, before] = &mut self.frames;
        copy(on_screen);
        if is_first {
            copy(before);
        }
    }
}

fn register_count(plan: &Plan) -> usize {
    if plan.recall.sweeps.is_empty() { 0 } else { plan.registers as usize }
}

/// An edit is about to take what is on screen: puts what idle frames do without where other frames have it. Before the first
/// sweep of the stage in which frames are idle or not. `rows` are the living and lingering ones of a domain.
pub(crate) fn recall(
    (plan, clock, texts, registers): (&Plan, &Clock, &RunTexts, &Registers),
    runner: &mut LaneRunner,
    (continuity, fields): (&mut ContinuityBook, &mut [FieldBuffer]),
    state: &mut State<'_, '_>,
    is_aside: bool,
    rows: impl Fn(DomainId) -> [u32; 2],
) {
    let was_idle = continuity.unpack(fields, |domain| rows(domain).iter().sum());
    continuity.is_idle = false;
    if !was_idle {
        return;
    }
    // The first one comes to be what is set aside.
    for (at, frame) in if is_aside { [0, 1] } else { [1, 0] }.into_iter().enumerate() {
        if at == 1 {
            continuity.set_recalled_aside(fields, is_aside, &rows);
        }
        let ContinuityBook { recall, redirect, .. } = &*continuity;
        let living = |domain: DomainId| rows(domain)[0];
        let registers = (&recall.frames[frame][..], &registers.counts[..]);
        let sweeps = plan.recall.sweeps.clone();
        runner.stage((plan, clock, texts), registers, living, sweeps, (fields, redirect), state.lanes());
    }
}
