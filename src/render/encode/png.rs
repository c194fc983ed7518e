//! PNG: one picture, or a numbered file per frame.

use std::io::Write;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, SrgbRenderingIntent};

use super::super::target::{Effort, Pattern};
use super::super::{Picture, RenderError};
use super::file::{Destination, OutputFile};
use super::kept::Label;
use super::{Encode, FrameFacts, kept, rgb_of};
use crate::time::FrameRate;

/// How the pictures of a PNG or an APNG are written.
#[derive(Clone, Copy, Debug)]
pub(in crate::render) struct Style {
    pub(in crate::render) opaque: bool,
    pub(in crate::render) effort: Effort,
}

/// One picture in one file.
pub(in crate::render) struct PngFile {
    output: Option<(OutputFile, super::file::Writer)>,
    style: Style,
    rgb: Vec<u8>,
    written: bool,
}

impl PngFile {
    pub(in crate::render) fn create(destination: &Destination, style: Style) -> Result<Self, RenderError> {
        Ok(Self { output: Some(OutputFile::create(destination)?), style, rgb: Vec::new(), written: false })
    }
}

impl Encode for PngFile {
    fn picture(&mut self, _: u64, picture: &Picture) -> Result<(), RenderError> {
        let Some((file, writer)) = &mut self.output else {
            return Err(RenderError::Stopped { target: "png".to_owned() });
        };
        if self.written {
            let (target, reason) = (file.name().to_owned(), "a PNG holds one picture".to_owned());
            return Err(RenderError::FrameCount { target, count: 2, reason });
        }
        self.written = true;
        write(writer, picture, self.style, &mut self.rgb).map_err(|e| error(file.name(), e))
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        match self.output.take() {
            Some((file, writer)) => file.commit(writer),
            None => Ok(()),
        }
    }
}

/// A file per frame, numbered by frame index, so that the shards of a clip fill one folder. Several may share a pattern.
pub(in crate::render) struct PngSequence {
    pattern: Pattern,
    style: Style,
    rate: FrameRate,
    rgb: Vec<u8>,
    png: Vec<u8>,
}

impl PngSequence {
    pub(in crate::render) fn create(
        pattern: Pattern,
        style: Style,
        rate: FrameRate,
    ) -> Result<Self, RenderError> {
        // A problem of the folder should be reported before the first frame is drawn.
        OutputFile::check(&pattern.path(0))?;
        Ok(Self { pattern, style, rate, rgb: Vec::new(), png: Vec::new() })
    }

    fn write(&mut self, index: u64, frame: Option<FrameFacts>, picture: &Picture) -> Result<(), RenderError> {
        let (file, mut writer) = OutputFile::create(&Destination::File(self.pattern.path(index)))?;
        self.png.clear();
        let mut encode = || {
            write(&mut self.png, picture, self.style, &mut self.rgb)?;
            if let Some(frame) = frame {
                let settings = kept::settings(picture.width(), picture.height(), self.style);
                Label { frame, settings, rate: self.rate }.append(&mut self.png)?;
            }
            Ok(writer.write_all(&self.png)?)
        };
        encode().map_err(|e| error(file.name(), e))?;
        file.commit(writer)
    }
}

impl Encode for PngSequence {
    fn picture(&mut self, index: u64, picture: &Picture) -> Result<(), RenderError> {
        self.write(index, None, picture)
    }

    fn picture_of(&mut self, index: u64, frame: FrameFacts, picture: &Picture) -> Result<(), RenderError> {
        self.write(index, Some(frame), picture)
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        Ok(())
    }
}

/// Sets what all our PNGs have in common.
pub(super) fn set_up<W: Write>(encoder: &mut Encoder<'_, W>, style: Style) {
    encoder.set_color(if style.opaque { ColorType::Rgb } else { ColorType::Rgba });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(match style.effort {
        Effort::Fastest => Compression::Fastest,
        Effort::Fast => Compression::Fast,
        Effort::Small => Compression::Balanced,
    });
    encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
}

fn write(
    writer: impl Write,
    picture: &Picture,
    style: Style,
    rgb: &mut Vec<u8>,
) -> Result<(), EncodingError> {
    let mut encoder = Encoder::new(writer, picture.width(), picture.height());
    set_up(&mut encoder, style);
    let mut writer = encoder.write_header()?;
    if style.opaque {
        rgb_of(picture.pixels(), rgb);
        writer.write_image_data(rgb)?;
    } else {
        writer.write_image_data(picture.pixels())?;
    }
    writer.finish()
}

pub(super) fn error(target: &str, error: EncodingError) -> RenderError {
    match error {
        EncodingError::IoError(source) => RenderError::from_io(target, source),
        other => RenderError::Encoder { target: target.to_owned(), message: other.to_string() },
    }
}
