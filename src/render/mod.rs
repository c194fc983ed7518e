//! Pictures of frames: the CPU raster, and the files that pictures go into.
//!
//! A [`Frame`](crate::frame::Frame) goes to a [`Sink`](crate::frame::Sink). [`Output`] makes the sink for a file name;
//! [`PictureSink`] draws with the [`Raster`] and encodes on another thread; [`SvgSink`] writes shapes instead of pixels.
//! To send frames anywhere else (a GPU, a wall of lamps, a socket), implement [`Sink`](crate::frame::Sink), for which
//! this room is not needed.
//!
//! The default raster gives the same pixels on every machine and at every thread count.

mod contour;
mod curves;
mod element;
mod encode;
mod error;
#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(feature = "cli")]
mod join;
mod outline;
mod picture;
mod raster;
mod sight;
mod stroke;
mod target;

/// Functions in WGSL that say how much of a pixel a shape covers, as the raster does: for shaders of hosts that draw records themselves, put
/// before their own text. `within(form, place, size, round_join, at, grown)` is the one to call. `form` is 0 an upright rectangle, 1 a turned
/// one, 2 one with round corners, 3 a disc, 4 an ellipse (half its width is the longer), 5 a thin ellipse; `place` is the centre and the unit vector
/// along the width, `size` half of width and height, the radius of corners, and half the width of the stroke, all in pixels; `at` is the middle
/// of the pixel, and `grown` how far outside of the shape's own edge the edge is. `inked` puts a stroke over a fill.
pub const COVER_WGSL: &str = include_str!("gpu/cover.wgsl");

#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) use encode::write_whole;
pub use encode::{Encode, FrameFacts, Memory, SvgSink};
#[cfg(feature = "cli")]
pub(crate) use encode::{abandon, check_whole, end_programs};
pub use error::RenderError;
#[cfg(feature = "cli")]
pub(crate) use error::STANDARD_OUTPUT;
#[cfg(feature = "cli")]
pub(crate) use join::{Joiner, Look, Sequence};
pub use picture::{MAX_SIDE, Picture};
pub use raster::{Raster, RasterSettings};
pub use target::{
    CacheSettings, ClipInfo, Effort, EncodeSettings, Format, Output, PictureSink, Preset, canvas,
};
