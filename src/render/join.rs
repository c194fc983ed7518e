//! Clips of pictures that are drawn already: the PNGs of a sequence, read again and given to the encoders that a render feeds.
//! PNG loses nothing, so the file is the one that rendering straight to it gives.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use png::{ColorType, Decoder, Transformations};

use super::encode::{Encoding, FrameFacts, Label, Timing};
use super::{ClipInfo, Format, Output, Picture, RenderError};
use crate::frame::Rgba8;
use crate::time::FrameRate;

/// A file per frame, of which some may be there.
#[derive(Debug)]
pub(crate) struct Sequence {
    output: Output,
    frames: Vec<u64>,
}

/// What is seen of a file without its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) transparent: bool,
    /// What it says of itself, where a render has written it.
    pub(crate) facts: Option<FrameFacts>,
    pub(crate) rate: Option<FrameRate>,
    /// A number that all files of a render share, and that others have not.
    pub(crate) settings: Option<u64>,
}

impl Sequence {
    /// The PNGs that a pattern such as `out/frame_%05d.png` names.
    ///
    /// # Errors
    /// [`RenderError::Target`] where it is no such pattern.
    pub(crate) fn open(pattern: &str) -> Result<Self, RenderError> {
        let output = Output::from_path(pattern)?;
        if output.format() != Format::Png || !output.is_sequence() {
            let reason = "a clip is joined of a PNG per frame: name them with their number, such as out/frame_%05d.png";
            return Err(RenderError::Target { target: pattern.to_owned(), reason: reason.to_owned() });
        }
        Ok(Self { frames: output.frames_there(), output })
    }

    /// The frames whose files are there, the first one first.
    pub(crate) fn frames(&self) -> &[u64] {
        &self.frames
    }

    pub(crate) fn path(&self, index: u64) -> PathBuf {
        self.output.path_of(index)
    }

    fn decoder(&self, index: u64) -> Result<png::Reader<BufReader<File>>, String> {
        let file = File::open(self.path(index)).map_err(|error| error.to_string())?;
        let mut decoder = Decoder::new(BufReader::new(file));
        decoder.set_transformations(Transformations::normalize_to_color8());
        decoder.read_info().map_err(|error| error.to_string())
    }

    /// Looks at the file of a frame.
    ///
    /// # Errors
    /// Why it is no PNG, or not a whole one.
    pub(crate) fn look(&self, index: u64) -> Result<Look, String> {
        let label = Label::read(&self.path(index)).map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                "it is no PNG, or not a whole one".to_owned()
            }
            _ => error.to_string(),
        })?;
        let reader = self.decoder(index)?;
        let (color, _) = reader.output_color_type();
        let info = reader.info();
        Ok(Look {
            width: info.width,
            height: info.height,
            transparent: matches!(color, ColorType::Rgba | ColorType::GrayscaleAlpha),
            facts: label.map(|label| label.frame),
            rate: label.map(|label| label.rate),
            settings: label.map(|label| label.settings),
        })
    }

    /// Reads the picture of a frame; `bytes` is scratch.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn read(&self, index: u64, picture: &mut Picture, bytes: &mut Vec<u8>) -> Result<(), String> {
        let mut reader = self.decoder(index)?;
        let size = (reader.info().width, reader.info().height);
        if size != (picture.width(), picture.height()) {
            return Err(format!("it has {}x{} pixels now", size.0, size.1));
        }
        bytes.resize(reader.output_buffer_size().unwrap_or(0), 0);
        let info = reader.next_frame(bytes).map_err(|error| error.to_string())?;
        let pixels = picture.pixels_mut().as_chunks_mut::<4>().0.iter_mut();
        match info.color_type {
            ColorType::Rgba => picture.pixels_mut().copy_from_slice(bytes),
            ColorType::Rgb => {
                pixels.zip(bytes.as_chunks::<3>().0).for_each(|(to, &[r, g, b])| *to = [r, g, b, 255]);
            }
            ColorType::GrayscaleAlpha => {
                pixels.zip(bytes.as_chunks::<2>().0).for_each(|(to, &[grey, a])| *to = [grey, grey, grey, a]);
            }
            ColorType::Grayscale => pixels.zip(&*bytes).for_each(|(to, &grey)| *to = [grey, grey, grey, 255]),
            // Made one of the others by the decoder.
            ColorType::Indexed => return Err("its palette cannot be read".to_owned()),
        }
        Ok(())
    }

    /// The colour under the first picture, as far as a file without a label tells it: that of its upper left corner.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(crate) fn corner(&self, index: u64, look: Look) -> Result<Rgba8, String> {
        let mut picture = Picture::new(look.width, look.height).map_err(|error| error.to_string())?;
        self.read(index, &mut picture, &mut Vec::new())?;
        let [r, g, b, a] = picture.pixel(0, 0).unwrap_or_default();
        Ok(Rgba8::new(r, g, b, a))
    }
}

/// Encodes pictures that come from files.
pub(crate) struct Joiner {
    encoder: Encoding,
    /// Which frames are shown, where not all are.
    timing: Option<Timing>,
    /// The frame whose picture was sent last.
    sent: Option<u64>,
    bytes: Vec<u8>,
}

impl Joiner {
    /// # Errors
    /// As [`Output::open`].
    pub(crate) fn open(output: &Output, clip: &ClipInfo, transparent: bool) -> Result<Self, RenderError> {
        let mut encoders = output.make_encoders(clip, transparent)?;
        let (target, size) = (output.destination().name(), (clip.width, clip.height));
        let encoder = match encoders.pop() {
            Some(encoder) if output.encoders() == 0 => Encoding::here(target, size, encoder, None),
            last => Encoding::behind(target, size, encoders.into_iter().chain(last).collect(), None)?,
        };
        let is_gif = output.format() == Format::Gif;
        let timing = is_gif.then(|| Timing::new(clip.frame_rate, clip.frame_count));
        Ok(Self { encoder, timing, sent: None, bytes: Vec::new() })
    }

    /// Takes the next frame. The outer error is the output's, the inner one the file's.
    ///
    /// # Errors
    /// What stopped the output.
    pub(crate) fn frame(
        &mut self,
        sequence: &Sequence,
        index: u64,
        facts: Option<FrameFacts>,
    ) -> Result<Result<(), String>, RenderError> {
        if self.timing.as_mut().is_some_and(|timing| timing.next_start().is_none()) {
            return Ok(Ok(()));
        }
        let hash = facts.map(|facts| facts.hash);
        if let Some(facts) = facts.filter(|facts| self.sent == Some(facts.hash)) {
            return self.encoder.again(index, facts).map(Ok);
        }
        let mut picture = self.encoder.blank()?;
        if let Err(reason) = sequence.read(index, &mut picture, &mut self.bytes) {
            return Ok(Err(reason));
        }
        self.sent = hash;
        self.encoder.send(super::encode::Shot { index, facts, picture, is_new: true })?;
        Ok(Ok(()))
    }

    /// Completes the file; gives what it lacks of the pictures.
    ///
    /// # Errors
    /// What stopped it.
    pub(crate) fn finish(&mut self) -> Result<Vec<String>, RenderError> {
        self.encoder.finish()
    }
}
