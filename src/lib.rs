//! pavane

pub mod diagnostic;
pub mod engine;
pub mod frame;
pub mod math;
pub mod program;
pub mod time;
pub mod world;
