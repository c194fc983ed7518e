//! What the tables of a capacity take, as a table.

use std::fmt;

use bevy_ecs::entity::Entity;

use super::capacity::Capacity;
use super::lanes::LaneBuffer;
use super::tables::{
    Current, CurrentLanes, DrawList, FieldBuffer, Handle, Next, NextLanes, PassDescriptor, Projection,
    SlotValue, Stamp,
};

/// One kind of buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BudgetRow {
    /// What it is.
    pub buffer: &'static str,
    /// How many there are.
    pub count: u64,
    /// Bytes of each.
    pub bytes_each: u64,
}

impl BudgetRow {
    /// Bytes of all of them.
    pub fn bytes(&self) -> u64 {
        self.count * self.bytes_each
    }
}

/// The memory that a [`Capacity`] asks for. What a program itself takes (its plan, its scratch) comes on top and is
/// small beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The buffers.
    pub rows: Vec<BudgetRow>,
}

impl Budget {
    /// The budget of a capacity.
    pub fn new(capacity: &Capacity) -> Self {
        fn slots<T: Send + Sync + 'static>() -> usize {
            size_of::<SlotValue<T>>() + size_of::<Stamp<T>>()
        }
        fn cells<T: Send + Sync + 'static>() -> usize {
            size_of::<Current<T>>() + size_of::<Next<T>>()
        }
        let lanes = LaneBuffer::bytes(capacity.elements as usize);
        let table = [
            ("slots f64", capacity.slots, slots::<f64>(), 2),
            ("slots f32", capacity.slots, slots::<f32>(), 2),
            ("slots i32", capacity.slots, slots::<i32>(), 2),
            ("slots u32", capacity.slots, slots::<u32>(), 2),
            ("slots object", capacity.slots, slots::<Handle>(), 2),
            ("state f64", capacity.state, cells::<f64>(), 2),
            ("state f32", capacity.state, cells::<f32>(), 2),
            ("state i32", capacity.state, cells::<i32>(), 2),
            ("state u32", capacity.state, cells::<u32>(), 2),
            ("field buffers", capacity.field_buffers, size_of::<FieldBuffer>() + lanes, 1),
            (
                "per-element state",
                capacity.lane_state,
                size_of::<CurrentLanes>() + size_of::<NextLanes>() + 2 * lanes,
                2,
            ),
            ("passes", capacity.passes, size_of::<PassDescriptor>() + size_of::<DrawList>() + lanes, 2),
            ("projections", capacity.projections, size_of::<Projection>() + Projection::BUFFERS * lanes, 1),
        ];
        // Every row of a table also has an entity, an entry in its archetype and two change ticks per component.
        let entities: u64 = table.iter().map(|&(_, count, ..)| u64::from(count)).sum();
        let mut rows: Vec<BudgetRow> = table
            .map(|(buffer, count, bytes, components)| BudgetRow {
                buffer,
                count: u64::from(count),
                bytes_each: (bytes + ROW_BYTES + components * TICK_BYTES) as u64,
            })
            .into();
        // It doubles as it grows, and the engine's resources have their places first.
        let index = (entities + RESOURCES).next_power_of_two();
        rows.push(BudgetRow { buffer: "entity index", count: index, bytes_each: INDEX_BYTES });
        Self { rows }
    }

    /// Adds a row for the lines of a program, whose room depends on it, if it has any.
    pub(crate) fn add_lines(&mut self, bytes: impl Iterator<Item = usize>) {
        for bytes in bytes {
            self.rows.push(BudgetRow { buffer: "line", count: 1, bytes_each: bytes as u64 });
        }
    }

    /// Bytes of all buffers.
    pub fn total(&self) -> u64 {
        self.rows.iter().map(BudgetRow::bytes).sum()
    }
}

/// The entity and its entry in the archetype (the entity again and its row), per row. A table has room for 4 rows at
/// least, so fewer of a kind take a few hundred bytes more.
const ROW_BYTES: usize = size_of::<Entity>() + 2 * size_of::<Entity>();
/// The place of an entity: generation, archetype and table with the row in each, tick.
const INDEX_BYTES: u64 = 24;
/// Entities that are no rows of tables: every resource is one.
const RESOURCES: u64 = 13;
/// Added and changed tick of a component.
const TICK_BYTES: usize = 8;

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20} {:>9} {:>12} {:>14}", "buffer", "count", "bytes each", "bytes")?;
        for row in &self.rows {
            writeln!(f, "{:<20} {:>9} {:>12} {:>14}", row.buffer, row.count, row.bytes_each, row.bytes())?;
        }
        write!(f, "{:<20} {:>9} {:>12} {:>14}", "total", "", "", self.total())
    }
}
