//! Pictures of frames: the CPU raster, and the files that pictures go into.
//!
//! A [`Frame`] goes to a [`Sink`]. [`Output`] makes the sink for a file name; [`PictureSink`] draws with the
//! [`Raster`] and encodes on another thread; [`SvgSink`] writes shapes instead of pixels. To send frames anywhere
//! else (a GPU, a wall of lamps, a socket), implement [`Sink`].
//!
//! The default raster gives the same pixels on every machine and at every thread count.

mod element;
mod encode;
mod error;
mod outline;
mod painter;
mod picture;
mod raster;
mod sight;
mod stroke;
mod target;

#[cfg(feature = "cli")]
pub(crate) use encode::write_whole;
pub use encode::{Encode, SvgSink};
pub use error::RenderError;
pub use picture::{MAX_SIDE, Picture};
pub use raster::{Raster, RasterLevel, RasterSettings};
pub use target::{ClipInfo, Format, Output, PictureSink, canvas};

use crate::frame::Frame;

/// Something that takes the frames of a clip, first to last.
pub trait Sink {
    /// Takes one frame. The frame is only borrowed: what is needed later has to be copied.
    ///
    /// # Errors
    /// What stopped the frame from being taken; also what went wrong with an earlier frame, where frames are
    /// encoded on another thread. After an error the sink takes no more frames.
    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), RenderError>;

    /// Completes the output. A sink that is dropped without this leaves no output behind.
    ///
    /// # Errors
    /// What went wrong with this or an earlier frame.
    fn finish(&mut self) -> Result<(), RenderError>;
}
