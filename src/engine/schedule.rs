//! The fixed order of a frame, one system per phase. Each walks its slice of the plan.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SingleThreadedExecutor;

use super::clock::{Clock, Phases};
use super::error::{Fault, FaultFlag};
use super::passes::Pools;
use super::state::StateBook;
use super::{events, fields, lists, passes, signals, snapshots, state};

/// The schedule of a frame.
pub(crate) fn build() -> Schedule {
    let mut schedule = Schedule::default();
    // Said explicitly: a host that uses Bevy may turn another default on.
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.add_systems(
        (
            snapshots::keep.run_if(|clock: Res<Clock>| clock.phases.keep),
            begin,
            events::advance.run_if(|clock: Res<Clock>| clock.phases.events),
            lists::show.run_if(|clock: Res<Clock>| clock.phases.lists),
            open,
            signals::evaluate_frame,
            fields::evaluate_frame,
            passes::evaluate_frame,
            state::commit_frame,
        )
            .chain(),
    );
    schedule
}

/// Runs every system without doing anything. A system looks for its tables when it first runs after they were made, which
/// allocates; so that is done here and not in a frame.
pub(crate) fn warm_up(schedule: &mut Schedule, world: &mut World) {
    let mut clock = world.resource_mut::<Clock>();
    (clock.idle, clock.phases) = (true, Phases::ALL);
    let pools = *world.resource::<Pools>();
    let fault = world.resource::<FaultFlag>().0;
    schedule.run(world);
    *world.resource_mut::<Pools>() = pools;
    world.resource_mut::<FaultFlag>().0 = fault;
    world.resource_mut::<Clock>().idle = false;
}

/// 3. Pooled passes go back to their pools. Up to here the last frame can be read, should events go wrong.
fn open(mut pools: ResMut<Pools>, fault: Res<FaultFlag>) {
    if !matches!(fault.0, Some(Fault::Events(_))) {
        *pools = Pools::default();
    }
}

/// 1. The state before the last frame is let go: from here on elements may move. Stamps of single writers moved on with the
///    clock's epoch.
fn begin(mut fault: ResMut<FaultFlag>, mut state: ResMut<StateBook>, clock: Res<Clock>) {
    fault.0 = clock.idle.then_some(Fault::Idle);
    if !clock.idle {
        state.forget();
    }
}
