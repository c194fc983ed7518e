//! The tables as a frame sees them: shared slices, nothing of bevy_ecs outside.

use bevy_ecs::component::Component;
use bevy_ecs::prelude::{QueryState, World};

use super::clock::Clock;
pub(crate) use super::plan::FieldComponent as PlannedField;
use super::plan::Plan;
use super::schedule::{Pools, Registers};
use crate::frame::{Frame, Path};
use crate::program::{Program, Storage, Type};
use crate::world::tables::{DrawList, FieldBuffer, Handle, PassDescriptor, Projection, SlotValue};

/// The value of a slot: its type and its components.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlotReading {
    /// The slot's type.
    pub ty: Type,
    /// Its components; those beyond the type's are 0. Bools are 0 and 1.
    pub components: [f64; 4],
}

impl SlotReading {
    /// The components that the type has.
    pub fn components(&self) -> &[f64] {
        &self.components[..self.ty.stride() as usize]
    }
}

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

/// The slot stores as slices.
#[derive(Clone, Copy)]
pub(crate) struct SlotSlices<'a> {
    f64: &'a [SlotValue<f64>],
    f32: &'a [SlotValue<f32>],
    i32: &'a [SlotValue<i32>],
    u32: &'a [SlotValue<u32>],
    object: &'a [SlotValue<Handle>],
}

impl SlotSlices<'_> {
    pub(crate) fn get(&self, storage: Storage, row: u32) -> f64 {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64[row].0,
            Storage::F32 => f64::from(self.f32[row].0),
            Storage::I32 => f64::from(self.i32[row].0),
            Storage::U32 => f64::from(self.u32[row].0),
            Storage::Object => f64::from(self.object[row].0.0),
        }
    }
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
            background: plan.background.map(|register| registers.values[register as usize] as u32),
            program,
            paths,
            counts: &registers.counts,
            components: &plan.fields,
            buffer_names: &plan.buffer_names,
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

/// The buffer of a component of a field.
pub(crate) fn field_component(
    components: &[PlannedField],
    field: u32,
    component: u32,
) -> Option<PlannedField> {
    components.iter().find(|c| c.field == field && c.component == component).copied()
}

/// A slot's components from its store.
pub(crate) fn reading(ty: Type, at: impl Fn(u32) -> f64) -> SlotReading {
    let mut components = [0.0; 4];
    for (component, k) in components.iter_mut().zip(0..ty.stride()) {
        *component = at(k);
    }
    SlotReading { ty, components }
}
