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
