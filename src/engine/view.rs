//! The tables as a frame sees them: shared slices, nothing of bevy_ecs outside.

use bevy_ecs::component::Component;
use bevy_ecs::prelude::{QueryState, World};

use super::clock::Clock;
use super::continuity::ContinuityBook;
use super::elements::Elements;
use super::order::Pieces;
use super::passes::{Lines, Pools};
use super::plan::Plan;
use super::signals::Registers;
use crate::draw::Path;
use crate::frame::{Frame, SlotSlices};
use crate::program::Program;
use crate::world::tables::{DrawList, FieldBuffer, Handle, PassDescriptor, Projection, SlotValue};

/// Queries for what frames show.
pub(crate) struct FrameTables {
    slots_f64: QueryState<&'static SlotValue<f64>>,
    slots_f32: QueryState<&'static SlotValue<f32>>,
    slots_i32: QueryState<&'static SlotValue<i32>>,
    slots_u32: QueryState<&'static SlotValue<u32>>,
    slots_object: QueryState<&'static SlotValue<Handle>>,
    fields: QueryState<&'static FieldBuffer>,
    passes: QueryState<&'static PassDescriptor>,
    lists: QueryState<&'static DrawList>,
    projections: QueryState<&'static Projection>,
}

fn slice<'w, T: Component>(query: &'w QueryState<&'static T>, world: &'w World) -> &'w [T] {
    match query.query_manual(world).contiguous_iter_inner() {
        Ok(mut tables) => tables.next().unwrap_or(&[]),
        Err(_) => &[],
    }
}

impl FrameTables {
    pub(crate) fn new(world: &mut World) -> Self {
        Self {
            slots_f64: world.query(),
            slots_f32: world.query(),
            slots_i32: world.query(),
            slots_u32: world.query(),
            slots_object: world.query(),
            fields: world.query(),
            passes: world.query(),
            lists: world.query(),
            projections: world.query(),
        }
    }

    pub(crate) fn frame<'a>(
        &'a self,
        world: &'a World,
        program: &'a Program,
        paths: &'a [Path],
    ) -> Frame<'a> {
        let clock = world.resource::<Clock>();
        let plan = world.resource::<Plan>();
        let registers = world.resource::<Registers>();
        let pools = world.resource::<Pools>();
        Frame {
            index: clock.index,
            time: clock.now,
            dt: clock.dt,
            background: plan.background.map(|register| registers.values[register.index()] as u32),
            program,
            paths,
            counts: &registers.counts,
            components: &plan.fields,
            blames: &plan.blames,
            uncounted: &world.resource::<Elements>().uncounted,
            lines: &world.resource::<Lines>().0,
            pieces: (!plan.merges.is_empty())
                .then(|| &world.resource::<Pieces>().pieces[..pools.pieces as usize]),
            redirect: &world.resource::<ContinuityBook>().redirect,
            slots: SlotSlices {
                f64: slice(&self.slots_f64, world),
                f32: slice(&self.slots_f32, world),
                i32: slice(&self.slots_i32, world),
                u32: slice(&self.slots_u32, world),
                object: slice(&self.slots_object, world),
            },
            fields: slice(&self.fields, world),
            descriptors: &slice(&self.passes, world)[..pools.passes as usize],
            lists: slice(&self.lists, world),
            projections: slice(&self.projections, world),
        }
    }
}
