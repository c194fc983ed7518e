//! What the tables of a capacity take, as a table.

use std::fmt;

use bevy_ecs::entity::Entity;

use super::capacity::Capacity;
use super::lanes::LaneBuffer;
use super::tables::{
    Current, CurrentLanes, DrawList, FieldBuffer, Handle, PassDescriptor, Projection, SlotValue, SpareLanes,
    Stamp,
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
        self.count.saturating_mul(self.bytes_each)
    }
}

/// What an engine may take where its host does not say otherwise: 4 GiB, on every machine.
pub const MEMORY_LIMIT: u64 = 4 << 30;

/// More memory than the limit allows. Nothing of it was allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryError {
    /// The largest of the buffers.
    pub buffer: &'static str,
    /// What all buffers of that kind take, in bytes.
    pub buffer_bytes: u64,
    /// What all buffers take, in bytes.
    pub asked: u64,
    /// The limit, in bytes.
    pub limit: u64,
}

impl fmt::Display for MemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { buffer, buffer_bytes, asked, limit } = *self;
        let [asked, buffer_bytes, limit] = [asked, buffer_bytes, limit].map(Size);
        write!(
            f,
            "{asked} of buffers would be allocated, {buffer_bytes} of that for {buffer}, and the limit is {limit}: make \
             it smaller, or raise the limit (`--memory-limit` of the command, `EngineSettings::memory_limit` in a host)"
        )
    }
}

impl std::error::Error for MemoryError {}

/// Bytes for people: `1536 bytes`, `11.2 MiB`.
pub(crate) struct Size(pub(crate) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
        match units.into_iter().find(|&(_, unit)| self.0 >= unit) {
            // Tenths, rounded up: what is over a limit does not look like the limit.
            Some((name, unit)) => {
                let tenths = (u128::from(self.0) * 10).div_ceil(unit.into());
                write!(f, "{}.{} {name}", tenths / 10, tenths % 10)
            }
            None => write!(f, "{} bytes", self.0),
        }
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
            size_of::<Current<T>>()
        }
        let lanes = LaneBuffer::bytes(capacity.elements as usize);
        let table = [
            ("slots f64", capacity.slots, slots::<f64>(), 2),
            ("slots f32", capacity.slots, slots::<f32>(), 2),
            ("slots i32", capacity.slots, slots::<i32>(), 2),
            ("slots u32", capacity.slots, slots::<u32>(), 2),
            ("slots object", capacity.slots, slots::<Handle>(), 2),
            ("state f64", capacity.state, cells::<f64>(), 1),
            ("state f32", capacity.state, cells::<f32>(), 1),
            ("state i32", capacity.state, cells::<i32>(), 1),
            ("state u32", capacity.state, cells::<u32>(), 1),
            ("field buffers", capacity.field_buffers, size_of::<FieldBuffer>() + lanes, 1),
            (
                "per-element state",
                capacity.lane_state,
                size_of::<CurrentLanes>() + size_of::<SpareLanes>() + 2 * lanes,
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

    /// Adds a row for several things that depend on the program, if they take anything.
    pub(crate) fn add_each(&mut self, buffer: &'static str, count: usize, bytes_each: usize) {
        let (count, bytes_each) = (count as u64, bytes_each as u64);
        if count > 0 && bytes_each > 0 {
            self.rows.push(BudgetRow { buffer, count, bytes_each });
        }
    }

    /// Adds a row for something that depends on the program, if it takes anything.
    pub(crate) fn add(&mut self, buffer: &'static str, bytes: usize) {
        self.add_each(buffer, 1, bytes);
    }

    /// Adds a row for something whose size may be beyond what this machine can address.
    pub(crate) fn add_bytes(&mut self, buffer: &'static str, bytes: u64) {
        if bytes > 0 {
            self.rows.push(BudgetRow { buffer, count: 1, bytes_each: bytes });
        }
    }

    /// Adds a row for the lines of a program, whose room depends on it, if it has any.
    pub(crate) fn add_lines(&mut self, bytes: impl Iterator<Item = usize>) {
        for bytes in bytes {
            self.rows.push(BudgetRow { buffer: "line", count: 1, bytes_each: bytes as u64 });
        }
    }

    /// Bytes of all buffers.
    pub fn total(&self) -> u64 {
        self.rows.iter().fold(0, |sum, row| sum.saturating_add(row.bytes()))
    }

    /// Whether all of it together stays within a limit in bytes.
    ///
    /// # Errors
    /// What it takes, and the largest of the buffers.
    pub fn check(&self, limit: u64) -> Result<(), MemoryError> {
        let asked = self.total();
        if asked <= limit {
            return Ok(());
        }
        let largest = self.rows.iter().max_by_key(|row| row.bytes());
        let (buffer, buffer_bytes) = largest.map_or(("", 0), |row| (row.buffer, row.bytes()));
        Err(MemoryError { buffer, buffer_bytes, asked, limit })
    }
}

/// The entity and its entry in the archetype (the entity again and its row), per row. A table has room for 4 rows at
/// least, so fewer of a kind take a few hundred bytes more.
const ROW_BYTES: usize = size_of::<Entity>() + 2 * size_of::<Entity>();
/// The place of an entity: generation, archetype and table with the row in each, tick.
const INDEX_BYTES: u64 = 24;
/// Entities that are no rows of tables: the resource of all parts, and what bevy_ecs has by itself. A test of the engine counts them.
pub(crate) const RESOURCES: u64 = 3;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_limit_names_the_largest_buffer() {
        let budget = |rows: &[(&'static str, u64, u64)]| Budget {
            rows: rows
                .iter()
                .map(|&(buffer, count, bytes_each)| BudgetRow { buffer, count, bytes_each })
                .collect(),
        };
        let small = budget(&[("slots", 10, 8), ("passes", 3, 100)]);
        assert_eq!((small.total(), small.check(380)), (380, Ok(())));
        let error = small.check(379).unwrap_err();
        assert_eq!(error, MemoryError { buffer: "passes", buffer_bytes: 300, asked: 380, limit: 379 });
        let huge = budget(&[("field buffers", u64::MAX / 2, 4), ("slots", 1, 1)]);
        let error = huge.check(4 << 30).unwrap_err();
        assert_eq!((error.buffer, error.asked), ("field buffers", u64::MAX));
        let error = budget(&[("canvas", 3, 1 << 30)]).check(3 << 29).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "3.0 GiB of buffers would be allocated, 3.0 GiB of that for canvas, and the limit is 1.5 GiB"
            ),
            "{error}"
        );
    }

    #[test]
    fn the_largest_capacity_there_is_has_a_budget() {
        let rows: Vec<u32> = Capacity::NONE.rows().map(|(.., limit)| limit).collect();
        let most = Capacity {
            elements: rows[0],
            field_buffers: rows[1],
            lane_state: rows[2],
            slots: rows[3],
            state: rows[4],
            inputs: rows[5],
            cues: rows[6],
            occurrences: rows[7],
            passes: rows[8],
            texts: rows[9],
            text_bytes: rows[10],
            laid_texts: rows[11],
            glyphs: rows[12],
            outlines: rows[13],
            projections: rows[14],
        };
        assert_eq!(most.check(&Capacity::NONE), Ok(()));
        // Lanes of 64 MiB each: a field buffer has one, per-element state two, a pass one, a projection ten.
        let lanes = 4096 * (1 + 2 + 1 + 10) * (64_u64 << 20);
        let total = Budget::new(&most).total();
        assert!((lanes..lanes + (8 << 30)).contains(&total), "{total}");
    }

    #[test]
    fn sizes_are_read_at_a_glance() {
        let check = |bytes: u64, expected: &str| assert_eq!(Size(bytes).to_string(), expected);
        check(0, "0 bytes");
        check(1023, "1023 bytes");
        check(1024, "1.0 KiB");
        check((4 << 30) + 1, "4.1 GiB");
        // 11.2 MiB are 11 744 051.2 bytes.
        check(11_744_051, "11.2 MiB");
        check(11_744_052, "11.3 MiB");
    }
}
