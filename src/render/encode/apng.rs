//! APNG: all frames in one PNG, each as the rectangle that changed.
//!
//! What a frame is compressed to depends on its rectangle alone, so frames are compressed side by side, as PNGs of their own,
//! whose compressed bytes then go into the file.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use png::{BlendOp, DisposeOp, Encoder, EncodingError, Writer, chunk};

use super::super::target::{ClipInfo, EncodeSettings};
use super::super::{Picture, RenderError};
use super::delta::Area;
use super::file::{self, Destination, OutputFile};
use super::png::{Style, error, set_up};
use super::{InTurn, lock, rgb_of};
use crate::time::FrameRate;

/// One of the encoders of a file.
pub(in crate::render) struct ApngEncoder {
    target: String,
    style: Style,
    sequence: Arc<Mutex<Sequence>>,
    area: Area,
    /// What the next frame is compressed to, behind room for a number.
    data: Vec<u8>,
    png: Vec<u8>,
    rgb: Vec<u8>,
}

/// The file, as far as it is there.
struct Sequence {
    /// Taken by `finish`.
    output: Option<(OutputFile, Writer<file::Writer>)>,
    delays: Delays,
    /// Frames so far.
    count: u64,
    /// Chunks of the animation so far, which are numbered.
    chunks: u32,
}

impl ApngEncoder {
    pub(in crate::render) fn create(
        destination: &Destination,
        clip: &ClipInfo,
        style: Style,
        settings: EncodeSettings,
        encoders: usize,
    ) -> Result<Vec<Self>, RenderError> {
        let target = destination.name();
        let frames =
            u32::try_from(clip.frame_count).ok().filter(|count| (1..=i32::MAX as u32).contains(count));
        let frames = frames.ok_or_else(|| RenderError::FrameCount {
            target: target.clone(),
            count: clip.frame_count,
            reason: "an APNG holds 1 to 2147483647 frames".to_owned(),
        })?;
        let delays = Delays::new(clip.frame_rate).ok_or_else(|| RenderError::FrameRate {
            target: target.clone(),
            reason: format!("an APNG shows a frame for at most 65535 seconds, and at {} frames per second it would be longer", clip.frame_rate),
        })?;
        let (file, writer) = OutputFile::create(destination)?;
        let mut encoder = Encoder::new(writer, clip.width, clip.height);
        set_up(&mut encoder, style);
        let plays = settings.plays.map_or(0, |plays| plays.get().into());
        let header = encoder.set_animated(frames, plays).and_then(|()| encoder.write_header());
        let writer = header.map_err(|e| error(&target, e))?;
        let sequence = Sequence { output: Some((file, writer)), delays, count: 0, chunks: 0 };
        let sequence = Arc::new(Mutex::new(sequence));
        let encoder = || Self {
            target: target.clone(),
            style,
            sequence: Arc::clone(&sequence),
            area: Area::DOT,
            data: Vec::new(),
            png: Vec::new(),
            rgb: Vec::new(),
        };
        Ok((0..encoders).map(|_| encoder()).collect())
    }

    fn compress(&mut self, picture: &Picture) -> Result<(), EncodingError> {
        let (Area { width, height, .. }, all) = (self.area, picture.width());
        let part = if width == all {
            let row = all as usize * 4;
            let start = self.area.y as usize * row;
            Cow::Borrowed(&picture.pixels()[start..start + height as usize * row])
        } else {
            Cow::Owned(self.area.rows::<4>(picture.pixels(), all).collect::<Vec<_>>().concat())
        };
        self.png.clear();
        let mut encoder = Encoder::new(&mut self.png, width, height);
        set_up(&mut encoder, self.style);
        let mut writer = encoder.write_header()?;
        if self.style.opaque {
            rgb_of(&part, &mut self.rgb);
            writer.write_image_data(&self.rgb)?;
        } else {
            writer.write_image_data(&part)?;
        }
        writer.finish()?;
        self.data.clear();
        self.data.extend_from_slice(&[0; 4]);
        compressed(&self.png, &mut self.data);
        Ok(())
    }
}

/// Appends the data of a PNG, compressed as it is.
fn compressed(png: &[u8], data: &mut Vec<u8>) {
    let mut rest = png.get(8..).unwrap_or_default();
    while let Some((&[a, b, c, d, ref kind @ ..], behind)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let (some, behind) = behind.split_at(length.min(behind.len()));
        if *kind == chunk::IDAT.0 {
            data.extend_from_slice(some);
        }
        // Behind the checksum.
        rest = behind.get(4..).unwrap_or_default();
    }
}

impl InTurn for ApngEncoder {
    fn make(&mut self, before: Option<&Picture>, picture: &Picture) -> Result<(), RenderError> {
        let (width, height) = (picture.width(), picture.height());
        self.area = match before {
            None => Area { x: 0, y: 0, width, height },
            // A frame has to hold something: where nothing changed, one pixel.
            Some(before) => Area::changed::<4>(before.pixels(), picture.pixels(), width).unwrap_or(Area::DOT),
        };
        self.compress(picture).map_err(|e| error(&self.target, e))
    }

    fn put(&mut self) -> Result<(), RenderError> {
        let Sequence { output, delays, count, chunks } = &mut *lock(&self.sequence);
        let Some((_, writer)) = output else {
            return Err(RenderError::Stopped { target: self.target.clone() });
        };
        let (Area { x, y, width, height }, (numerator, denominator)) = (self.area, delays.delay(*count));
        let mut control = Vec::with_capacity(26);
        [*chunks, width, height, x, y].iter().for_each(|part| control.extend(part.to_be_bytes()));
        [numerator, denominator].iter().for_each(|part| control.extend(part.to_be_bytes()));
        control.extend([DisposeOp::None as u8, BlendOp::Source as u8]);
        let mut write = || {
            writer.write_chunk(chunk::fcTL, &control)?;
            *chunks += 1;
            if *count == 0 {
                // What programs show that know of no animations.
                return writer.write_chunk(chunk::IDAT, &self.data[4..]);
            }
            self.data[..4].copy_from_slice(&chunks.to_be_bytes());
            *chunks += 1;
            writer.write_chunk(chunk::fdAT, &self.data)
        };
        write().map_err(|e| error(&self.target, e))?;
        *count += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        let Some((file, writer)) = lock(&self.sequence).output.take() else { return Ok(()) };
        writer.finish().map_err(|e| error(&self.target, e))?;
        file.settle()
    }

    fn abandon(&mut self) {
        lock(&self.sequence).output = None;
    }
}

/// How long frames are shown, as fractions of a second with 16-bit terms.
#[derive(Debug)]
enum Delays {
    /// All alike.
    Exact(u16, u16),
    /// Frame rates with larger terms: frame starts are rounded to `1 / .1` seconds, so the sum stays right.
    Rounded(FrameRate, u16),
}

impl Delays {
    fn new(rate: FrameRate) -> Option<Self> {
        let (mut a, mut b) = (rate.numerator(), rate.denominator());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let exact = u16::try_from(rate.denominator() / a).ok().zip(u16::try_from(rate.numerator() / a).ok());
        if let Some((numerator, denominator)) = exact {
            return Some(Self::Exact(numerator, denominator));
        }
        // The finest unit in which a frame is at most 65 535 long.
        let unit = [50_000, 5_000, 500, 50, 5, 1]
            .into_iter()
            .find(|unit| f64::from(*unit) / rate.as_f64() < 65_534.0)?;
        Some(Self::Rounded(rate, unit))
    }

    /// Numerator and denominator of the delay after frame `index`.
    fn delay(&self, index: u64) -> (u16, u16) {
        match *self {
            Self::Exact(numerator, denominator) => (numerator, denominator),
            Self::Rounded(rate, unit) => {
                let start = |index| super::timing::rounded_start(rate, index, u64::from(unit));
                // Checked in `new`.
                (u16::try_from(start(index + 1) - start(index)).unwrap_or(u16::MAX), unit)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_add_up() {
        for (rate, frames, seconds) in [
            ("60", 600, 10.0),
            ("30000/1001", 3000, 100.1),
            ("120000/1001", 12_000, 100.1),
            ("1/100", 3, 300.0),
            ("1/65535", 3, 196_605.0),
            ("1000/60000001", 3, 180_000.003),
        ] {
            let delays = Delays::new(rate.parse().unwrap()).unwrap();
            let total: f64 =
                (0..frames).map(|i| delays.delay(i)).map(|(n, d)| f64::from(n) / f64::from(d)).sum();
            let (_, unit) = delays.delay(0);
            // Half a unit, where a frame is too long for a finer one.
            assert!((total - seconds).abs() < 2e-5_f64.max(0.5 / f64::from(unit)), "{rate}: {total}");
        }
        assert!(Delays::new("1/70000".parse().unwrap()).is_none());
    }
}
