//! pavane

pub mod diagnostic;
pub mod frame;
pub mod math;
pub mod program;
pub mod time;
