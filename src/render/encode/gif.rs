//! GIF: one palette for the whole clip, only what changed in each frame, and the exact total duration.
//!
//! The palette has to be known before the first frame is written, and it should suit the last one too. So frames
//! are set aside as they come, as runs of equal pixels of what changed, in a file beside the output, and the GIF is
//! written from there at the end. Memory use does not grow with the length of the clip, but for outputs in memory.

use std::borrow::Cow;
use std::io::Write;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::super::target::{ClipInfo, EncodeSettings};
use super::super::{Picture, RenderError};
use super::Encode;
use super::aside::Aside;
use super::delta::Area;
use super::dither::Mixer;
use super::file::{Destination, OutputFile, Writer};
use super::palette::{Histogram, Palette};
use super::timing::{Timing, delays};

/// The smallest frame there is.
const DOT: Area = Area { x: 0, y: 0, width: 1, height: 1 };

/// A shown frame that differs from the one before.
struct Change {
    start: u64,
    area: Area,
    /// Bytes in the file of changes.
    length: u64,
}

pub(in crate::render) struct GifEncoder {
    output: Option<(OutputFile, Writer)>,
    target: String,
    clip: ClipInfo,
    transparent: bool,
    settings: EncodeSettings,
    timing: Timing,
    histogram: Histogram,
    changes: Vec<Change>,
    aside: Aside,
    previous: Vec<u8>,
    /// Frames in which half-transparent pixels became something else, and how many pixels.
    lost: (u64, u64),
}

impl GifEncoder {
    pub(in crate::render) fn create(
        destination: &Destination,
        clip: &ClipInfo,
        transparent: bool,
        settings: EncodeSettings,
    ) -> Result<Self, RenderError> {
        let target = destination.name();
        if clip.frame_count == 0 {
            let reason = "a GIF holds at least one".to_owned();
            return Err(RenderError::FrameCount { target, count: 0, reason });
        }
        let output = OutputFile::create(destination)?;
        let aside = Aside::create(&target, destination.aside_folder().as_deref())?;
        Ok(Self {
            output: Some(output),
            target,
            clip: clip.clone(),
            transparent,
            settings,
            timing: Timing::new(clip.frame_rate, clip.frame_count),
            histogram: Histogram::new(),
            changes: Vec::new(),
            aside,
            previous: Vec::new(),
            lost: (0, 0),
        })
    }

    fn error(&self, error: EncodingError) -> RenderError {
        match error {
            EncodingError::Io(source) => RenderError::from_io(&self.target, source),
            other => RenderError::Encoder { target: self.target.clone(), message: other.to_string() },
        }
    }

    fn write(&mut self, writer: &mut Writer) -> Result<(), RenderError> {
        let (width, height) = (self.clip.width, self.clip.height);
        let [r, g, b, _] = self.clip.background.to_array();
        let palette = self.histogram.palette((!self.transparent).then_some([r, g, b]));
        let mut shown =
            Shown::begin(writer, [width, height], &palette, self.transparent).map_err(|e| self.error(e))?;
        shown.repeat(self.settings.plays).map_err(|e| self.error(e))?;
        let mut mixer = Mixer::new(palette, self.settings.dither);
        let mut reader = self.aside.reader()?;
        let ends = self.changes.iter().skip(1).map(|change| change.start).chain([self.timing.end()]);
        for (change, end) in self.changes.iter().zip(ends) {
            let Area { x: left, y: top, width: columns, .. } = change.area;
            let (left, right) = (left as usize, (left + columns) as usize);
            let (mut x, mut y) = (left, top as usize);
            let next = &mut shown.next;
            // No run continues in another row.
            let read = Aside::read(&mut reader, change.length, |color, count| {
                let start = y * width as usize + x;
                if let Some(indices) = next.get_mut(start..start + count) {
                    mixer.put(color, [x, y], indices);
                }
                x += count;
                if x >= right {
                    (x, y) = (left, y + 1);
                }
            });
            read.map_err(|e| RenderError::from_io(&self.target, e))?;
            shown.frame(end - change.start).map_err(|e| self.error(e))?;
        }
        shown.end().map_err(|e| self.error(e))
    }
}

/// A GIF under way, and what a viewer has on screen.
struct Shown<W: Write> {
    encoder: Encoder<W>,
    width: u32,
    transparent: bool,
    now: Vec<u8>,
    /// The picture that is to be shown next.
    next: Vec<u8>,
    buffer: Vec<u8>,
}

impl<W: Write> Shown<W> {
    fn begin(
        writer: W,
        [width, height]: [u32; 2],
        palette: &Palette,
        transparent: bool,
    ) -> Result<Self, EncodingError> {
        // Sides are at most MAX_SIDE, which fits.
        let encoder = Encoder::new(writer, width as u16, height as u16, &palette.to_bytes())?;
        let pixels = width as usize * height as usize;
        let nothing = vec![Palette::TRANSPARENT; pixels];
        Ok(Self { encoder, width, transparent, now: nothing.clone(), next: nothing, buffer: Vec::new() })
    }

    /// How often it is played. The file has how often it is *repeated*, and for once no word at all.
    fn repeat(&mut self, plays: Option<std::num::NonZeroU16>) -> Result<(), EncodingError> {
        self.encoder.set_repeat(plays.map_or(Repeat::Infinite, |plays| Repeat::Finite(plays.get() - 1)))
    }

    /// Shows `next` for this many hundredths of a second.
    fn frame(&mut self, duration: u64) -> Result<(), EncodingError> {
        let area = if self.transparent {
            opaque_area(&self.next, self.width)
        } else {
            Area::changed::<1>(&self.now, &self.next, self.width)
        };
        let area = area.unwrap_or(DOT);
        self.buffer.clear();
        for (new, old) in area.rows::<1>(&self.next, self.width).zip(area.rows::<1>(&self.now, self.width)) {
            // What is on screen already need not be said again, and long runs compress well.
            let index = |(new, old): (&u8, &u8)| if new == old { Palette::TRANSPARENT } else { *new };
            match self.transparent {
                true => self.buffer.extend_from_slice(new),
                false => self.buffer.extend(new.iter().zip(old).map(index)),
            }
        }
        // A delay has 16 bits. What lasts longer stays, under frames in which there is nothing.
        let delays = delays(duration);
        let last = delays.len() - 1;
        for (k, delay) in delays.enumerate() {
            // Where there is transparency, the last one takes away all that was shown.
            let clears = self.transparent && k == last;
            let area = if k == 0 || clears { area } else { DOT };
            if k > 0 {
                self.buffer.clear();
                self.buffer.resize(area.width as usize * area.height as usize, Palette::TRANSPARENT);
            }
            self.encoder.write_frame(&Frame {
                delay,
                dispose: if clears { DisposalMethod::Background } else { DisposalMethod::Keep },
                transparent: Some(Palette::TRANSPARENT),
                left: area.x as u16,
                top: area.y as u16,
                width: area.width as u16,
                height: area.height as u16,
                buffer: Cow::Borrowed(&self.buffer),
                ..Frame::default()
            })?;
        }
        self.now.copy_from_slice(&self.next);
        Ok(())
    }

    /// Ends the file, which dropping would do without telling of an error.
    fn end(self) -> Result<(), EncodingError> {
        self.encoder.into_inner().map(drop)
    }
}

/// The smallest area that holds all that is not transparent.
fn opaque_area(indices: &[u8], width: u32) -> Option<Area> {
    let nothing = vec![Palette::TRANSPARENT; indices.len()];
    Area::changed::<1>(&nothing, indices, width)
}

/// A pixel of a transparent picture as a GIF can have it: opaque or not there. What is in between is mixed with the matte colour; without one, it
/// is what it is nearer to.
fn flat([r, g, b, a]: [u8; 4], matte: Option<[u8; 3]>) -> [u8; 4] {
    match (a, matte) {
        (0, _) => [0; 4],
        (255, _) => [r, g, b, a],
        (_, Some(matte)) => {
            let mix = |color: u8, matte: u8| {
                let (color, matte, a) = (u32::from(color), u32::from(matte), u32::from(a));
                ((color * a + matte * (255 - a) + 127) / 255) as u8
            };
            [mix(r, matte[0]), mix(g, matte[1]), mix(b, matte[2]), 255]
        }
        (..128, None) => [0; 4],
        (_, None) => [r, g, b, 255],
    }
}

impl Encode for GifEncoder {
    fn picture(&mut self, _: u64, picture: &Picture) -> Result<(), RenderError> {
        let Some(start) = self.timing.next_start() else { return Ok(()) };
        let (width, height) = (picture.width(), picture.height());
        let area = if self.changes.is_empty() {
            Some(Area { x: 0, y: 0, width, height })
        } else {
            Area::changed::<4>(&self.previous, picture.pixels(), width)
        };
        let Some(area) = area else { return Ok(()) };
        let rows = area.rows::<4>(picture.pixels(), width);
        let (matte, histogram, mut lost) = (self.settings.matte, &mut self.histogram, 0);
        let transparent = self.transparent;
        let length = self.aside.write(rows, |[r, g, b, a], count| {
            let kept = if transparent { flat([r, g, b, a], matte) } else { [r, g, b, 255] };
            if kept[3] > 0 {
                histogram.add([kept[0], kept[1], kept[2]], count);
            }
            if transparent && matte.is_none() && !matches!(a, 0 | 255) {
                lost += count;
            }
            kept
        })?;
        self.lost = (self.lost.0 + u64::from(lost > 0), self.lost.1 + lost);
        self.changes.push(Change { start, area, length });
        self.previous.clear();
        self.previous.extend_from_slice(picture.pixels());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        let Some((file, mut writer)) = self.output.take() else { return Ok(()) };
        self.write(&mut writer)?;
        file.commit(writer)
    }

    fn warnings(&self) -> Vec<String> {
        let (frames, pixels) = self.lost;
        if pixels == 0 {
            return Vec::new();
        }
        let (p, f) = (if pixels == 1 { "" } else { "s" }, if frames == 1 { "" } else { "s" });
        vec![format!(
            "`{}`: a GIF has no half-transparent pixels: {pixels} pixel{p} in {frames} frame{f} became opaque or went; \
             a matte, the colour that will lie behind (--matte '#rrggbb'), makes soft edges of them",
            crate::diagnostic::one_line(&self.target)
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_transparent_pixels_become_something_else() {
        let check = |color, matte, expected| assert_eq!(flat(color, matte), expected, "{color:?}");
        check([10, 20, 30, 0], None, [0; 4]);
        check([10, 20, 30, 127], None, [0; 4]);
        check([10, 20, 30, 128], None, [10, 20, 30, 255]);
        check([10, 20, 30, 255], None, [10, 20, 30, 255]);
        let white = Some([255; 3]);
        check([10, 20, 30, 0], white, [0; 4]);
        check([10, 20, 30, 255], white, [10, 20, 30, 255]);
        // A fifth of the colour, the rest is white: (0 * 51 + 255 * 204) / 255.
        check([0, 0, 0, 51], white, [204, 204, 204, 255]);
        check([100, 100, 100, 1], white, [254, 254, 254, 255]);
    }

    #[test]
    fn a_frame_that_lasts_is_one_picture_and_dots() {
        let mut histogram = Histogram::new();
        histogram.add([255, 0, 0], 1);
        let palette = histogram.palette(None);
        for transparent in [false, true] {
            let mut file = Vec::new();
            let mut shown = Shown::begin(&mut file, [50, 40], &palette, transparent).unwrap();
            shown.next[60..80].fill(0);
            shown.frame(1_000_000).unwrap();
            shown.next[100..120].fill(0);
            shown.frame(3).unwrap();
            shown.end().unwrap();
            let mut decoder = gif::DecodeOptions::new().read_info(&file[..]).unwrap();
            let mut frames = Vec::new();
            while let Some(frame) = decoder.read_next_frame().unwrap() {
                let opaque = frame.buffer.iter().filter(|&&index| index != Palette::TRANSPARENT).count();
                frames.push((u64::from(frame.delay), opaque, frame.width * frame.height, frame.dispose));
            }
            // 16 delays hold a million hundredths, and 15 do not.
            assert_eq!(frames.len(), 17);
            assert_eq!(frames[..16].iter().map(|frame| frame.0).sum::<u64>(), 1_000_000);
            assert_eq!((frames[0].1, frames[16].0), (20, 3));
            assert!(frames[1..15].iter().all(|frame| (frame.1, frame.2) == (0, 1)), "{frames:?}");
            // Only the last of a group clears, and it clears all of it.
            let clears = |at: usize| (frames[at].3 == DisposalMethod::Background, frames[at].2);
            match transparent {
                true => assert_eq!((clears(0).0, clears(15)), (false, (true, 20))),
                false => assert!((0..17).all(|at| !clears(at).0)),
            }
        }
    }
}
