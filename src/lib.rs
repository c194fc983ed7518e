//! pavane

pub mod assets;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod frame;
pub mod math;
pub mod program;
#[cfg(feature = "render")]
pub mod render;
pub mod time;
pub mod world;
