//! The tables: slots, state cells, lane buffers and render passes as entities, one table per kind, row = index.
//!
//! Every kind is one archetype, spawned once and never changed, so a system takes a column as one slice and indexes
//! it by row.

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

use super::capacity::Capacity;
use super::lanes::LaneBuffer;
use crate::draw::{Attributes, LinePoint, Rgba8, View};

/// A row of the slot store of one storage class.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(crate) struct SlotValue<T: Send + Sync + 'static>(pub(crate) T);

/// When a slot was last written, and by which step: the single-writer check.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(crate) struct Stamp<T: Send + Sync + 'static> {
    /// The evaluation it was written in; 0 is none.
    pub(crate) epoch: u64,
    /// The step, or [`HOST`](crate::engine::HOST_WRITER).
    pub(crate) writer: u32,
    marker: std::marker::PhantomData<T>,
}

impl<T: Send + Sync + 'static> Stamp<T> {
    pub(crate) fn new(epoch: u64, writer: u32) -> Self {
        Self { epoch, writer, marker: std::marker::PhantomData }
    }
}

/// A row of the state store of one storage class: what was committed last.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(crate) struct Current<T: Send + Sync + 'static>(pub(crate) T);

/// A handle to an object of the program (a path): a storage class of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Handle(pub(crate) u32);

/// A buffer of field lanes.
#[derive(Component, Debug, Default)]
pub(crate) struct FieldBuffer(pub(crate) LaneBuffer);

/// A buffer of per-element state: what was committed last.
#[derive(Component, Debug, Default)]
pub(crate) struct CurrentLanes(pub(crate) LaneBuffer);

/// A buffer beside the per-element state: free, or written by a sweep of this frame, or saved for a rollback. Which of
/// them, the state's undo log knows.
#[derive(Component, Debug, Default)]
pub(crate) struct SpareLanes(pub(crate) LaneBuffer);

/// Where a scalar attribute of a pass comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LaneSource {
    Uniform(f32),
    Buffer(u32),
    /// A column of the pass's [`Projection`].
    Projected(ProjectedColumn),
}

impl Default for LaneSource {
    fn default() -> Self {
        Self::Uniform(0.0)
    }
}

/// A column of a [`Projection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProjectedColumn {
    X,
    Y,
    Depth,
    Width,
    Height,
    StrokeWidth,
    Scale,
}

/// Where a colour of a pass comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ColorSource {
    Uniform(Rgba8),
    Buffer(u32),
}

impl Default for ColorSource {
    fn default() -> Self {
        Self::Uniform(Rgba8::default())
    }
}

/// A render pass as this frame assembled it.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct PassDescriptor {
    /// The row in the program.
    pub(crate) row: u32,
    pub(crate) count: u32,
    /// How many entries of the pass's draw list count; none draws all elements in index order.
    pub(crate) listed: Option<u32>,
    /// The row of its projection.
    pub(crate) projection: Option<u32>,
    pub(crate) view: View,
    /// Corner or inner radius, or the path's handle.
    pub(crate) parameter: f32,
    pub(crate) attributes: Attributes<LaneSource, ColorSource>,
    /// The row of its [`Polyline`], where a part of its line is missing.
    pub(crate) line: Option<u32>,
    /// Its row among the passes that are texts.
    pub(crate) text: Option<u32>,
    /// Elements left out because they break a check of the pass.
    pub(crate) left_out: u32,
    /// Per check: how many break it.
    pub(crate) broken: [u32; CHECKS_MAX],
}

/// The most that is asked of the values of a pass: one for each attribute, one for the sign of the size, and what a
/// camera asks.
pub(crate) const CHECKS_MAX: usize = 32;

impl Default for PassDescriptor {
    fn default() -> Self {
        Self {
            row: 0,
            count: 0,
            listed: None,
            projection: None,
            view: View::default(),
            parameter: 0.0,
            attributes: Attributes::default(),
            line: None,
            text: None,
            left_out: 0,
            broken: [0; CHECKS_MAX],
        }
    }
}

/// What a line pass draws instead of its elements' places where a part of it is missing. Its room is given at load; a
/// frame only fills it.
#[derive(Debug, Default)]
pub(crate) struct Polyline {
    /// The corners of the pieces, one piece after the other.
    pub(crate) line: Vec<LinePoint>,
    /// The polygon that is filled.
    pub(crate) area: Vec<[f32; 2]>,
    /// The element it is drawn with.
    pub(crate) pen: u32,
}

impl Polyline {
    /// Room for a line of so many elements: every segment has at most two corners of its own.
    pub(crate) fn new(elements: usize, is_filled: bool) -> Self {
        let most = elements * 2 + 2;
        Self {
            line: Vec::with_capacity(most),
            area: Vec::with_capacity(if is_filled { most } else { 0 }),
            pen: 0,
        }
    }

    /// Bytes of its room.
    pub(crate) fn bytes(elements: usize, is_filled: bool) -> usize {
        let each = size_of::<LinePoint>() + if is_filled { size_of::<[f32; 2]>() } else { 0 };
        size_of::<Self>() + (elements * 2 + 2) * each
    }
}

/// A piece of a pass, where passes are ordered together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its place among the passes of the frame.
    pub(crate) pass: u32,
    /// From and to in the list of the pass; none is all of it.
    pub(crate) listed: Option<[u32; 2]>,
}

/// The elements a pass draws, first to last.
#[derive(Component, Debug, Default)]
pub(crate) struct DrawList(pub(crate) LaneBuffer);

/// What a perspective camera makes of the elements of a pass, and room to sort them.
#[derive(Component, Debug, Default)]
pub(crate) struct Projection {
    pub(crate) x: LaneBuffer,
    pub(crate) y: LaneBuffer,
    pub(crate) depth: LaneBuffer,
    pub(crate) width: LaneBuffer,
    pub(crate) height: LaneBuffer,
    pub(crate) stroke_width: LaneBuffer,
    /// What lengths are multiplied by.
    pub(crate) scale: LaneBuffer,
    /// Keys and a second list, for sorting by depth.
    pub(crate) keys: LaneBuffer,
    pub(crate) spare_keys: LaneBuffer,
    pub(crate) spare_list: LaneBuffer,
}

impl Projection {
    /// How many lane buffers one takes.
    pub(crate) const BUFFERS: usize = 10;

    /// Zeroes what a pass shows of the first `count` elements.
    pub(crate) fn clear(&mut self, count: usize) {
        let Self { x, y, depth, width, height, stroke_width, scale, .. } = self;
        for column in [x, y, depth, width, height, stroke_width, scale] {
            column.f32_mut()[..count].fill(0.0);
        }
    }

    fn grow(&mut self, lanes: usize) {
        let Self { x, y, depth, width, height, stroke_width, scale, keys, spare_keys, spare_list } = self;
        for buffer in [x, y, depth, width, height, stroke_width, scale, keys, spare_keys, spare_list] {
            buffer.grow(lanes);
        }
    }

    fn new(lanes: usize) -> Self {
        let buffer = || LaneBuffer::new(lanes);
        Self {
            x: buffer(),
            y: buffer(),
            depth: buffer(),
            width: buffer(),
            height: buffer(),
            stroke_width: buffer(),
            scale: buffer(),
            keys: buffer(),
            spare_keys: buffer(),
            spare_list: buffer(),
        }
    }
}

/// Spawns every table with as many rows as `capacity` says. `spawn_batch` on an empty table reserves exactly.
pub(crate) fn spawn(world: &mut World, capacity: &Capacity) {
    spawn_rest(world, &Capacity::NONE, capacity);
}

/// Makes room for `to` in tables that were made for `from`, which is no larger in any field. Whatever is there keeps its
/// row and its value. This and [`spawn`] are the only places that spawn: one row more moves a whole table.
pub(crate) fn grow(world: &mut World, from: &Capacity, to: &Capacity) {
    let lanes = to.elements as usize;
    world.query::<&mut FieldBuffer>().iter_mut(world).for_each(|mut field| field.0.grow(lanes));
    world.query::<&mut CurrentLanes>().iter_mut(world).for_each(|mut current| current.0.grow(lanes));
    world.query::<&mut SpareLanes>().iter_mut(world).for_each(|mut spare| spare.0.grow(lanes));
    world.query::<&mut DrawList>().iter_mut(world).for_each(|mut list| list.0.grow(lanes));
    world.query::<&mut Projection>().iter_mut(world).for_each(|mut projection| projection.grow(lanes));
    spawn_rest(world, from, to);
}

/// Spawns the rows that `to` has and `from` has not.
fn spawn_rest(world: &mut World, from: &Capacity, to: &Capacity) {
    let lanes = to.elements as usize;
    fn store<T: Default + Copy + Send + Sync + 'static>(world: &mut World, from: &Capacity, to: &Capacity) {
        world.spawn_batch((from.slots..to.slots).map(|_| (SlotValue(T::default()), Stamp::<T>::new(0, 0))));
        world.spawn_batch((from.state..to.state).map(|_| Current(T::default())));
    }
    store::<f64>(world, from, to);
    store::<f32>(world, from, to);
    store::<i32>(world, from, to);
    store::<u32>(world, from, to);
    // Objects are no state.
    store::<Handle>(world, &Capacity { state: 0, ..*from }, &Capacity { state: 0, ..*to });
    world.spawn_batch((from.field_buffers..to.field_buffers).map(|_| FieldBuffer(LaneBuffer::new(lanes))));
    world.spawn_batch(
        (from.lane_state..to.lane_state)
            .map(|_| (CurrentLanes(LaneBuffer::new(lanes)), SpareLanes(LaneBuffer::new(lanes)))),
    );
    world.spawn_batch(
        (from.passes..to.passes).map(|_| (PassDescriptor::default(), DrawList(LaneBuffer::new(lanes)))),
    );
    world.spawn_batch((from.projections..to.projections).map(|_| Projection::new(lanes)));
}

/// A whole column as one slice. The world is private and every kind is one archetype, so there is exactly one table;
/// a kind with no rows has none, and its column is empty.
pub(crate) fn column<'a, T: Component>(query: &'a Query<&T>) -> &'a [T] {
    match query.contiguous_iter() {
        Ok(mut tables) => tables.next().unwrap_or(&[]),
        Err(_) => &[],
    }
}

/// As [`column`], to write; without change ticks, which nobody reads.
pub(crate) fn column_mut<'a, T: Component<Mutability = Mutable>>(
    query: &'a mut Query<&mut T>,
) -> &'a mut [T] {
    match query.contiguous_iter_mut() {
        Ok(mut tables) => {
            tables.next().map_or(&mut [], |column| ContiguousMut::bypass_change_detection_split(column).0)
        }
        Err(_) => &mut [],
    }
}

/// The slot store of one storage class.
#[derive(SystemParam)]
pub(crate) struct SlotStore<'w, 's, T: Default + Copy + Send + Sync + 'static> {
    rows: Query<'w, 's, (&'static mut SlotValue<T>, &'static mut Stamp<T>)>,
}

/// Values and stamps of a slot store as slices.
pub(crate) struct SlotColumns<'a, T: Send + Sync + 'static> {
    pub(crate) values: &'a mut [SlotValue<T>],
    pub(crate) stamps: &'a mut [Stamp<T>],
}

impl<T: Default + Copy + Send + Sync + 'static> SlotStore<'_, '_, T> {
    pub(crate) fn columns(&mut self) -> SlotColumns<'_, T> {
        let table = self.rows.contiguous_iter_mut().ok().and_then(|mut tables| tables.next());
        let Some((values, stamps)) = table else { return SlotColumns { values: &mut [], stamps: &mut [] } };
        SlotColumns {
            values: ContiguousMut::bypass_change_detection_split(values).0,
            stamps: ContiguousMut::bypass_change_detection_split(stamps).0,
        }
    }
}

/// Every slot store.
#[derive(SystemParam)]
pub(crate) struct SlotTables<'w, 's> {
    pub(crate) f64: SlotStore<'w, 's, f64>,
    pub(crate) f32: SlotStore<'w, 's, f32>,
    pub(crate) i32: SlotStore<'w, 's, i32>,
    pub(crate) u32: SlotStore<'w, 's, u32>,
    pub(crate) object: SlotStore<'w, 's, Handle>,
}

/// Every state store, scalar and per element.
#[derive(SystemParam)]
pub(crate) struct StateTables<'w, 's> {
    pub(crate) f64: Query<'w, 's, &'static mut Current<f64>>,
    pub(crate) f32: Query<'w, 's, &'static mut Current<f32>>,
    pub(crate) i32: Query<'w, 's, &'static mut Current<i32>>,
    pub(crate) u32: Query<'w, 's, &'static mut Current<u32>>,
    pub(crate) lanes: Query<'w, 's, &'static mut CurrentLanes>,
    pub(crate) spare_lanes: Query<'w, 's, &'static mut SpareLanes>,
}
