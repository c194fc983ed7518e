//! The tables as a frame sees them: shared slices, nothing of bevy_ecs outside.

use bevy_ecs::component::Component;
use bevy_ecs::prelude::{Query, QueryState, World};
use bevy_ecs::system::SystemParam;

use super::letters::Letters;
use super::order::Pieces;
use super::parts::Parts;
use super::passes::{Lines, Pools};
use super::plan::Plan;
use crate::draw::Path;
use crate::frame::{Drawn, Frame, SlotSlices};
use crate::program::Program;
#[cfg(feature = "persist")]
use crate::program::Storage;
#[cfg(feature = "persist")]
use crate::world::tables::Current;
use crate::world::tables::{self, DrawList, FieldBuffer, Handle, PassDescriptor, Projection, SlotValue};

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
    #[cfg(feature = "persist")]
    state_f64: QueryState<&'static Current<f64>>,
    #[cfg(feature = "persist")]
    state_f32: QueryState<&'static Current<f32>>,
    #[cfg(feature = "persist")]
    state_i32: QueryState<&'static Current<i32>>,
    #[cfg(feature = "persist")]
    state_u32: QueryState<&'static Current<u32>>,
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
            #[cfg(feature = "persist")]
            state_f64: world.query(),
            #[cfg(feature = "persist")]
            state_f32: world.query(),
            #[cfg(feature = "persist")]
            state_i32: world.query(),
            #[cfg(feature = "persist")]
            state_u32: world.query(),
        }
    }

    /// What a row of scalar state holds.
    #[cfg(feature = "persist")]
    pub(super) fn state(&self, world: &World, storage: Storage, row: u32) -> f64 {
        let row = row as usize;
        let found = match storage {
            Storage::F64 => slice(&self.state_f64, world).get(row).map(|value| value.0),
            Storage::F32 => slice(&self.state_f32, world).get(row).map(|value| f64::from(value.0)),
            Storage::I32 => slice(&self.state_i32, world).get(row).map(|value| f64::from(value.0)),
            Storage::U32 | Storage::Object => {
                slice(&self.state_u32, world).get(row).map(|value| f64::from(value.0))
            }
        };
        found.unwrap_or(0.0)
    }

    pub(crate) fn frame<'a>(&'a self, world: &'a World, program: &'a Program) -> Frame<'a> {
        let Parts {
            plan,
            clock,
            registers,
            pools,
            texts,
            elements,
            continuity,
            letters,
            paths,
            lines,
            pieces,
            ..
        } = Parts::of(world);
        Frame {
            index: clock.index,
            time: clock.now,
            dt: clock.dt,
            background: plan.background.map(|register| registers.values[register.index()] as u32),
            program,
            texts: &texts.texts,
            counts: &registers.counts,
            components: &plan.fields,
            blames: &plan.blames,
            uncounted: &elements.uncounted,
            redirect: &continuity.redirect,
            missing: letters.missing(),
            slots: SlotSlices {
                f64: slice(&self.slots_f64, world),
                f32: slice(&self.slots_f32, world),
                i32: slice(&self.slots_i32, world),
                u32: slice(&self.slots_u32, world),
                object: slice(&self.slots_object, world),
            },
            drawn: Drawn {
                program,
                paths,
                letters: letters.all(),
                fields: slice(&self.fields, world),
                descriptors: &slice(&self.passes, world)[..pools.passes as usize],
                lists: slice(&self.lists, world),
                projections: slice(&self.projections, world),
                lines: &lines.0,
                pieces: (!plan.merges.is_empty()).then(|| &pieces.pieces[..pools.pieces as usize]),
            },
        }
    }
}

/// What was drawn in the last frame, for systems that run before the next one is drawn.
pub(crate) struct Shown<'w, 's> {
    pub(crate) pools: &'w Pools,
    pub(crate) paths: &'w [Path],
    pub(crate) letters: &'w Letters,
    pub(crate) lines: &'w Lines,
    pub(crate) pieces: &'w Pieces,
    pub(crate) tables: ShownTables<'w, 's>,
}

/// Its tables.
#[derive(SystemParam)]
pub(crate) struct ShownTables<'w, 's> {
    passes: Query<'w, 's, &'static PassDescriptor>,
    lists: Query<'w, 's, &'static DrawList>,
    projections: Query<'w, 's, &'static Projection>,
}

impl Shown<'_, '_> {
    pub(crate) fn drawn<'a>(&'a self, plan: &'a Plan, fields: &'a [FieldBuffer]) -> Drawn<'a> {
        let Self { pools, tables: ShownTables { passes, lists, projections }, .. } = self;
        Drawn {
            program: &plan.program,
            paths: self.paths,
            letters: self.letters.all(),
            fields,
            descriptors: &tables::column(passes)[..pools.passes as usize],
            lists: tables::column(lists),
            projections: tables::column(projections),
            lines: &self.lines.0,
            pieces: (!plan.merges.is_empty()).then(|| &self.pieces.pieces[..pools.pieces as usize]),
        }
    }
}
