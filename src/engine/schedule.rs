//! The fixed order of a frame, one system per phase. Each walks its slice of the plan.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SingleThreadedExecutor;

use super::clock::Phases;
use super::error::Fault;
use super::parts::Parts;
use super::{events, fields, lists, passes, signals, snapshots, state};

/// The schedules of a frame.
pub(crate) struct Schedules {
    whole: Schedule,
    /// Without the phases that many frames have nothing to do in: asking each of them takes longer than some frames.
    lean: Schedule,
}

impl Schedules {
    /// For a world that has its [`Parts`]. What can be made beforehand is, so that the first frame need not.
    pub(crate) fn new(world: &mut World) -> Self {
        let mut whole = empty();
        whole.add_systems(
            (
                snapshots::keep.run_if(|parts: Res<Parts>| parts.clock.phases.keep),
                begin,
                events::advance.run_if(|parts: Res<Parts>| parts.clock.phases.events),
                lists::show.run_if(|parts: Res<Parts>| parts.clock.phases.lists),
                signals::evaluate_frame,
                fields::evaluate_frame,
                passes::evaluate_frame,
                state::commit_frame,
            )
                .chain(),
        );
        let mut lean = empty();
        lean.add_systems(
            (
                begin,
                signals::evaluate_frame,
                fields::evaluate_frame,
                passes::evaluate_frame,
                state::commit_frame,
            )
                .chain(),
        );
        for schedule in [&mut whole, &mut lean] {
            let initialized = schedule.initialize(world);
            debug_assert!(initialized.is_ok(), "the schedule is fixed");
        }
        Self { whole, lean }
    }

    /// Runs the frame that the clock says.
    pub(crate) fn run(&mut self, world: &mut World) {
        match Parts::of(world).clock.phases == Phases::default() {
            true => self.lean.run(world),
            false => self.whole.run(world),
        }
    }

    /// Runs every system without doing anything. A system looks for its tables when it first runs after they were made, which
    /// allocates; so that is done here and not in a frame.
    pub(crate) fn warm_up(&mut self, world: &mut World) {
        let Parts { clock, pools, fault, .. } = Parts::of_mut(world);
        (clock.idle, clock.phases) = (true, Phases::ALL);
        let (pools, fault) = (*pools, *fault);
        self.whole.run(world);
        self.lean.run(world);
        let parts = Parts::of_mut(world);
        (parts.pools, parts.fault, parts.clock.idle) = (pools, fault, false);
    }
}

/// A schedule without systems.
fn empty() -> Schedule {
    let mut schedule = Schedule::default();
    // Said explicitly: a host that uses Bevy may turn another default on.
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule
}

/// 1. The state before the last frame is let go: from here on elements may move. Stamps of single writers moved on with the
///    clock's epoch.
fn begin(mut parts: ResMut<Parts>) {
    let Parts { fault, state, clock, .. } = &mut *parts;
    fault.0 = clock.idle.then_some(Fault::Idle);
    if !clock.idle {
        state.forget();
    }
}
