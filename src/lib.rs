//! pavane

pub mod frame;
pub mod math;
pub mod time;
