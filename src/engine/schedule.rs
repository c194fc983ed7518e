//! The fixed order of a frame, one system per phase. Each walks its slice of the plan.
//!
//! Events have their place here when they come: see the order in [`build`].

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SingleThreadedExecutor;

use super::clock::Clock;
use super::error::{Fault, FaultFlag};
use super::passes::Pools;
use super::state::StateBook;
use super::{fields, inputs, passes, signals, state};

/// The schedule of a frame.
pub(crate) fn build() -> Schedule {
    let mut schedule = Schedule::default();
    // Said explicitly: a host that uses Bevy may turn another default on.
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.add_systems(
        (
            begin,
            inputs::publish,
            // events: logical time advances through every tag up to `t`
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
    world.resource_mut::<Clock>().idle = true;
    let pools = *world.resource::<Pools>();
    let fault = world.resource::<FaultFlag>().0;
    schedule.run(world);
    *world.resource_mut::<Pools>() = pools;
    world.resource_mut::<FaultFlag>().0 = fault;
    world.resource_mut::<Clock>().idle = false;
}

/// 1. Pooled passes go back to their pools, and the state before the last frame is let go: from here on elements may move.
///    Stamps of single writers moved on with the clock's epoch.
fn begin(
    mut pools: ResMut<Pools>,
    mut fault: ResMut<FaultFlag>,
    mut state: ResMut<StateBook>,
    clock: Res<Clock>,
) {
    *pools = Pools::default();
    fault.0 = clock.idle.then_some(Fault::Idle);
    if !clock.idle {
        state.forget();
    }
}
