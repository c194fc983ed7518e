//! Events on their way to another program: what is pending continues under the same key.

use std::collections::{HashMap, HashSet};

use bevy_ecs::prelude::*;

use super::super::events::Events;
use super::super::plan::Plan;
use super::super::plan::events::SourcePlan;
use super::super::signals::Registers;
use crate::engine::parts::Parts;
use crate::id::{EventId, Table};
use crate::program::EventSource;

/// Which events both programs have. They carry the same.
#[derive(Debug, Default)]
pub(super) struct KeptEvents {
    /// By the row in the old program.
    to: HashMap<u32, EventId>,
    /// Rows of the old program that come with time: their next ticks are nothing that anybody has scheduled.
    timers: HashSet<u32>,
}

/// Everything about events that is on its way.
#[derive(Debug, Default)]
pub(super) struct CarriedEvents {
    events: Option<Events>,
    carried: Vec<[f64; 4]>,
    happened: Vec<u32>,
}

impl KeptEvents {
    /// Compares two programs. Gives the keys of events of the host that now carry something else, too.
    pub(super) fn new(old: &Plan, new: &Plan) -> (Self, Vec<String>) {
        let (old, new) = (&old.program.data().events, &new.program.data().events);
        let known: HashMap<&str, EventId> =
            (0..).zip(new).map(|(row, event)| (event.key.as_str(), EventId(row))).collect();
        let (mut kept, mut changed) = (Self::default(), Vec::new());
        for (from, event) in (0..).zip(old) {
            if matches!(event.source, EventSource::Every { .. } | EventSource::Timer { .. }) {
                kept.timers.insert(from);
            }
            let Some(&to) = known.get(event.key.as_str()) else { continue };
            if new[to.index()].ty == event.ty {
                kept.to.insert(from, to);
            } else if matches!(event.source, EventSource::Host { .. }) {
                changed.push(event.key.clone());
            }
        }
        (kept, changed)
    }

    fn to(&self, from: EventId) -> Option<EventId> {
        self.to.get(&from.0).copied()
    }
}

/// Takes events out of a world whose parts are those of the old program.
pub(super) fn take(world: &mut World) -> CarriedEvents {
    let events = Some(std::mem::replace(&mut Parts::of_mut(world).events, Events::none()));
    let registers = &mut Parts::of_mut(world).registers;
    let (carried, happened) =
        (std::mem::take(&mut registers.carried), std::mem::take(&mut registers.happened));
    CarriedEvents { events, carried: carried.to_vec(), happened: happened.to_vec() }
}

/// Gives what is kept of it to a world whose parts are those of the new program. `input` says where a component of the
/// inputs is now. Gives how many occurrences that were scheduled have no event any more.
pub(super) fn give(
    world: &mut World,
    kept: &KeptEvents,
    old: CarriedEvents,
    input: impl Fn(u32) -> Option<[u32; 2]>,
) -> u32 {
    let registers = &mut Parts::of_mut(world).registers;
    let Registers { carried, happened, .. } = &mut *registers;
    for (from, (&values, &times)) in (0..).zip(old.carried.iter().zip(&old.happened)) {
        if let Some(to) = kept.to(EventId(from)) {
            (carried[to], happened[to]) = (values, times);
        }
    }
    let Some(mut before) = old.events else { return 0 };
    let mut events = std::mem::replace(&mut Parts::of_mut(world).events, Events::none());
    let sources: &Table<_, _> = &Parts::of(world).plan.events.events;
    // Ticks follow from their phase, which is kept by itself.
    let to = |from| kept.to(from).filter(|&to| !matches!(sources[to].source, SourcePlan::Every(..)));
    let dropped = events.follow(&mut before, to, |from| !kept.timers.contains(&from.0), input);
    Parts::of_mut(world).events = events;
    dropped
}
