//! Picture files, one format per file. Pictures are encoded on a thread of their own where there are threads
//! ([`Encoding`]); nothing is found under its final name before it is complete ([`OutputFile`]).

mod apng;
mod aside;
mod delta;
mod dither;
mod file;
mod gif;
mod memory;
mod palette;
mod png;
mod queue;
mod svg;
mod timing;
mod unfinished;
mod video;

#[cfg(feature = "cli")]
pub(crate) use file::check_whole;
#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) use file::write_whole;
pub use memory::Memory;
pub use svg::SvgSink;
#[cfg(feature = "cli")]
pub(crate) use unfinished::{abandon, end_programs};

pub(super) use apng::ApngEncoder;
pub(super) use file::Destination;
pub(super) use gif::GifEncoder;
pub(super) use png::{PngFile, PngSequence};
pub(super) use queue::Encoding;
pub(super) use video::{Codec, VideoEncoder};

use super::{Picture, RenderError};

/// Takes the pictures of a clip, first to last, on whatever thread owns it.
pub trait Encode: Send {
    /// Takes one picture. `index` is the frame's index, which need not begin at 0.
    ///
    /// # Errors
    /// What stopped it; no further picture is given after that.
    fn picture(&mut self, index: u64, picture: &Picture) -> Result<(), RenderError>;

    /// Completes the file. An encoder that is dropped without this leaves no file.
    ///
    /// # Errors
    /// What stopped it.
    fn finish(&mut self) -> Result<(), RenderError>;

    /// The parts of the pictures that the file lacks, for people; asked for when it is complete.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Three components per pixel, for pictures that are opaque.
fn rgb_of(rgba: &[u8], rgb: &mut Vec<u8>) {
    rgb.resize(rgba.len() / 4 * 3, 0);
    for (rgb, rgba) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(rgba.as_chunks::<4>().0) {
        *rgb = [rgba[0], rgba[1], rgba[2]];
    }
}
