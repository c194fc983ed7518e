//! The world: what an engine holds from frame to frame, in preallocated tables.

mod budget;
mod capacity;
mod lanes;
pub(crate) mod tables;

#[cfg(test)]
pub(crate) use budget::RESOURCES;
pub(crate) use budget::Size;
pub use budget::{Budget, BudgetRow, MEMORY_LIMIT, MemoryError};
pub use capacity::{Capacity, CapacityError};
pub(crate) use lanes::LaneBuffer;
