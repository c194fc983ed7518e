//! pavane

pub mod frame;
pub mod math;
#[cfg(feature = "render")]
pub mod render;
pub mod time;
