//! APNG: all frames in one PNG, each as the rectangle that changed.

use png::{BlendOp, DisposeOp, Encoder, Writer};

use super::super::target::{ClipInfo, EncodeSettings};
use super::super::{Picture, RenderError};
use super::delta::Area;
use super::file::{self, Destination, OutputFile};
use super::png::{Style, error, set_up};
use super::{Encode, rgb_of};
use crate::time::FrameRate;

pub(in crate::render) struct ApngEncoder {
    target: String,
    /// Taken by `finish`.
    output: Option<(OutputFile, Writer<file::Writer>)>,
    style: Style,
    delays: Delays,
    /// Frames so far.
    count: u64,
    previous: Vec<u8>,
    part: Vec<u8>,
    rgb: Vec<u8>,
}

impl ApngEncoder {
    pub(in crate::render) fn create(
        destination: &Destination,
        clip: &ClipInfo,
        style: Style,
        settings: EncodeSettings,
    ) -> Result<Self, RenderError> {
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
        let (previous, part, rgb) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { target, output: Some((file, writer)), style, delays, count: 0, previous, part, rgb })
    }
}

impl Encode for ApngEncoder {
    fn picture(&mut self, _: u64, picture: &Picture) -> Result<(), RenderError> {
        let Some((_, writer)) = &mut self.output else {
            return Err(RenderError::Stopped { target: self.target.clone() });
        };
        let (width, height) = (picture.width(), picture.height());
        let area = if self.count == 0 {
            Area { x: 0, y: 0, width, height }
        } else {
            // A frame has to hold something: where nothing changed, one pixel.
            let nothing = Area { x: 0, y: 0, width: 1, height: 1 };
            Area::changed::<4>(&self.previous, picture.pixels(), width).unwrap_or(nothing)
        };
        self.part.clear();
        area.rows::<4>(picture.pixels(), width).for_each(|row| self.part.extend_from_slice(row));
        let data = if self.style.opaque {
            rgb_of(&self.part, &mut self.rgb);
            &self.rgb
        } else {
            &self.part
        };
        let (numerator, denominator) = self.delays.delay(self.count);
        let mut write = || {
            writer.reset_frame_position()?;
            writer.set_frame_dimension(area.width, area.height)?;
            writer.set_frame_position(area.x, area.y)?;
            writer.set_blend_op(BlendOp::Source)?;
            writer.set_dispose_op(DisposeOp::None)?;
            writer.set_frame_delay(numerator, denominator)?;
            writer.write_image_data(data)
        };
        write().map_err(|e| error(&self.target, e))?;
        self.count += 1;
        self.previous.clear();
        self.previous.extend_from_slice(picture.pixels());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        let Some((file, writer)) = self.output.take() else { return Ok(()) };
        writer.finish().map_err(|e| error(&self.target, e))?;
        file.settle()
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
