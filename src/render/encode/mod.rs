//! Picture files, one format per file. Pictures are encoded on a thread of their own where there are threads
//! ([`Encoding`]); nothing is found under its final name before it is complete ([`OutputFile`]).

mod apng;
mod aside;
mod cache;
mod delta;
mod dither;
mod file;
mod gif;
mod kept;
mod memory;
mod packed;
mod palette;
mod png;
mod queue;
mod svg;
mod timing;
mod turns;
mod unfinished;
mod video;
mod yuv;

#[cfg(feature = "cli")]
pub(crate) use file::check_whole;
#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) use file::write_whole;
pub use memory::Memory;
pub use svg::SvgSink;
#[cfg(feature = "cli")]
pub(crate) use unfinished::{abandon, end_programs};

pub(super) use apng::ApngEncoder;
pub(super) use cache::Cache;
pub(super) use file::Destination;
pub(super) use gif::GifEncoder;
pub(super) use kept::Kept;
#[cfg(feature = "cli")]
pub(super) use kept::Label;
pub(super) use png::{PngFile, PngSequence, Style};
pub(super) use queue::{Encoder, Encoding, Shot};
pub(super) use timing::Timing;
pub(super) use video::{Codec, VideoEncoder};

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Picture, RenderError};
use crate::frame::{Frame, Rgba8};

/// What is known of a frame beside its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameFacts {
    /// Its [hash](crate::Frame::hash).
    pub hash: u64,
    /// The colour under its passes.
    pub background: Rgba8,
}

impl FrameFacts {
    /// Those of a frame.
    pub fn of(frame: &Frame<'_>) -> Self {
        Self { hash: frame.hash(), background: frame.background() }
    }
}

/// Takes the pictures of a clip, first to last, on whatever thread owns it.
pub trait Encode: Send {
    /// Takes one picture. `index` is the frame's index, which need not begin at 0.
    ///
    /// # Errors
    /// What stopped it; no further picture is given after that.
    fn picture(&mut self, index: u64, picture: &Picture) -> Result<(), RenderError>;

    /// Takes the picture of a frame of which more is known than its picture, for encoders that write that down.
    ///
    /// # Errors
    /// As [`picture`](Self::picture), which is all it does where an encoder has no use for it.
    fn picture_of(&mut self, index: u64, frame: FrameFacts, picture: &Picture) -> Result<(), RenderError> {
        let _ = frame;
        self.picture(index, picture)
    }

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

/// One of several encoders that make one file, each on a thread of its own: most of the work is done side by side, and what comes
/// of it is put into the file in the order of the pictures.
pub(super) trait InTurn: Send {
    /// Makes what the file will have of a picture. `before` is the picture before it: none before the first.
    ///
    /// # Errors
    /// What stopped it; the file is then [abandoned](Self::abandon).
    fn make(&mut self, before: Option<&Picture>, picture: &Picture) -> Result<(), RenderError>;

    /// Puts that into the file.
    ///
    /// # Errors
    /// As [`make`](Self::make).
    fn put(&mut self) -> Result<(), RenderError>;

    /// Completes the file, behind the last picture. The first of the encoders does it.
    ///
    /// # Errors
    /// What stopped it.
    fn finish(&mut self) -> Result<(), RenderError>;

    /// Leaves no file, whatever the other encoders do.
    fn abandon(&mut self);

    /// As those of [`Encode`]; given once.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What the encoders of a file share.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // Where a thread has panicked, the file is never completed.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Three components per pixel, for pictures that are opaque.
fn rgb_of(rgba: &[u8], rgb: &mut Vec<u8>) {
    rgb.resize(rgba.len() / 4 * 3, 0);
    let (fours, rest) = rgba.as_chunks::<16>();
    let (threes, rgb_rest) = rgb.as_chunks_mut::<12>();
    // Four pixels as four words, which become three.
    for (rgb, rgba) in threes.iter_mut().zip(fours) {
        let word = |at: usize| u32::from_le_bytes([rgba[at], rgba[at + 1], rgba[at + 2], 0]);
        let [a, b, c, d] = [word(0), word(4), word(8), word(12)];
        rgb[..4].copy_from_slice(&(a | b << 24).to_le_bytes());
        rgb[4..8].copy_from_slice(&(b >> 8 | c << 16).to_le_bytes());
        rgb[8..].copy_from_slice(&(c >> 16 | d << 8).to_le_bytes());
    }
    for (rgb, rgba) in rgb_rest.as_chunks_mut::<3>().0.iter_mut().zip(rest.as_chunks::<4>().0) {
        *rgb = [rgba[0], rgba[1], rgba[2]];
    }
}

#[cfg(test)]
mod tests {
    use super::rgb_of;

    #[test]
    fn three_components_of_four() {
        for pixels in 0..40_usize {
            let rgba: Vec<u8> = (0..pixels * 4).map(|k| (k * 37 + 5) as u8).collect();
            let expected: Vec<u8> =
                rgba.iter().enumerate().filter(|(k, _)| k % 4 < 3).map(|(_, &part)| part).collect();
            let mut rgb = vec![9; 7];
            rgb_of(&rgba, &mut rgb);
            assert_eq!(rgb, expected, "{pixels} pixels");
        }
    }
}
