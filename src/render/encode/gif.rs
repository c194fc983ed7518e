//! GIF: one palette for the whole clip, only what changed in each frame, and the exact total duration.
//!
//! The palette has to be known before the first frame is written, and it should suit the last one too. So frames
//! are set aside as they come, as runs of equal pixels of what changed, in a file beside the output, and the GIF is
//! written from there at the end. Memory use does not grow with the length of the clip.
//!
//! Colours are not dithered: a pattern would move with every palette choice and defeat the compression.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::super::target::ClipInfo;
use super::super::{Picture, RenderError};
use super::Encode;
use super::delta::Area;
use super::file::{Destination, OutputFile, Writer};
use super::palette::{Histogram, Palette};
use crate::time::FrameRate;

/// The shortest delay in hundredths of a second that viewers keep to; shorter ones are slowed down to 10.
const DELAY_MIN: u64 = 2;

/// When frame `index` starts, in units of `1 / unit` seconds, rounded half up.
pub(super) fn rounded_start(rate: FrameRate, index: u64, unit: u64) -> u64 {
    let numerator = u128::from(rate.numerator());
    let units = u128::from(index) * u128::from(rate.denominator()) * u128::from(unit);
    u64::try_from((2 * units + numerator) / (2 * numerator)).unwrap_or(u64::MAX)
}

/// Which frames are shown and when. Frame starts are rounded to hundredths of a second; a frame that would begin
/// less than [`DELAY_MIN`] after the last one, or before the end, is left out, and the one before it stays on.
struct Timing {
    rate: FrameRate,
    end: u64,
    next: u64,
    shown: Option<u64>,
}

impl Timing {
    fn new(rate: FrameRate, count: u64) -> Self {
        Self { rate, end: rounded_start(rate, count, 100), next: 0, shown: None }
    }

    /// The start of the next frame in hundredths of a second, if it is shown.
    fn next_start(&mut self) -> Option<u64> {
        let start = rounded_start(self.rate, self.next, 100);
        self.next += 1;
        let fits = self.shown.is_none_or(|shown| start >= shown + DELAY_MIN && start + DELAY_MIN <= self.end);
        fits.then(|| {
            self.shown = Some(start);
            start
        })
    }
}

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
    timing: Timing,
    histogram: Histogram,
    changes: Vec<Change>,
    aside: Aside,
    previous: Vec<u8>,
    /// Palette indices of one changed area.
    part: Vec<u8>,
}

impl GifEncoder {
    pub(in crate::render) fn create(
        destination: &Destination,
        clip: &ClipInfo,
        transparent: bool,
    ) -> Result<Self, RenderError> {
        let target = destination.name();
        if clip.frame_count == 0 {
            let reason = "a GIF holds at least one".to_owned();
            return Err(RenderError::FrameCount { target, count: 0, reason });
        }
        let output = OutputFile::create(destination)?;
        let aside = Aside::create(destination)?;
        Ok(Self {
            output: Some(output),
            target,
            clip: clip.clone(),
            transparent,
            timing: Timing::new(clip.frame_rate, clip.frame_count),
            histogram: Histogram::new(),
            changes: Vec::new(),
            aside,
            previous: Vec::new(),
            part: Vec::new(),
        })
    }

    fn write(&mut self, writer: &mut Writer) -> Result<(), EncodingError> {
        let (width, height) = (self.clip.width, self.clip.height);
        let [r, g, b, _] = self.clip.background.to_array();
        let mut palette = self.histogram.palette((!self.transparent).then_some([r, g, b]));
        // Sides are at most MAX_SIDE, which fits.
        let mut encoder = Encoder::new(writer, width as u16, height as u16, &palette.to_bytes())?;
        encoder.set_repeat(Repeat::Infinite)?;
        let pixels = width as usize * height as usize;
        let (mut shown, mut next) = (vec![Palette::TRANSPARENT; pixels], vec![Palette::TRANSPARENT; pixels]);
        let mut reader = self.aside.reader()?;
        let mut buffer = Vec::new();
        let ends = self.changes.iter().skip(1).map(|change| change.start).chain([self.timing.end]);
        for (change, end) in self.changes.iter().zip(ends) {
            Aside::read(&mut reader, change, &mut self.part, |color| palette.index(color))?;
            let rows = change.area.rows_mut::<1>(&mut next, width);
            for (row, indices) in rows.zip(self.part.chunks_exact(change.area.width as usize)) {
                row.copy_from_slice(indices);
            }
            let area = if self.transparent {
                opaque_area(&next, width)
            } else {
                Area::changed::<1>(&shown, &next, width)
            };
            let area = area.unwrap_or(Area { x: 0, y: 0, width: 1, height: 1 });
            buffer.clear();
            for (new, old) in area.rows::<1>(&next, width).zip(area.rows::<1>(&shown, width)) {
                // What is on screen already need not be said again, and long runs compress well.
                let index = |(new, old): (&u8, &u8)| if new == old { Palette::TRANSPARENT } else { *new };
                match self.transparent {
                    true => buffer.extend_from_slice(new),
                    false => buffer.extend(new.iter().zip(old).map(index)),
                }
            }
            let dispose = if self.transparent { DisposalMethod::Background } else { DisposalMethod::Keep };
            let mut left = end - change.start;
            loop {
                // A delay has 16 bits: what lasts longer is shown again.
                let delay = left.min(u64::from(u16::MAX) - DELAY_MIN);
                let delay = if left <= u64::from(u16::MAX) { left } else { delay };
                encoder.write_frame(&Frame {
                    delay: delay as u16,
                    dispose,
                    transparent: Some(Palette::TRANSPARENT),
                    left: area.x as u16,
                    top: area.y as u16,
                    width: area.width as u16,
                    height: area.height as u16,
                    buffer: Cow::Borrowed(&buffer),
                    ..Frame::default()
                })?;
                left -= delay;
                if left == 0 {
                    break;
                }
            }
            shown.copy_from_slice(&next);
        }
        // Ends the file, which dropping would do without telling of an error.
        encoder.into_inner()?;
        Ok(())
    }
}

/// The smallest area that holds all that is not transparent.
fn opaque_area(indices: &[u8], width: u32) -> Option<Area> {
    let nothing = vec![Palette::TRANSPARENT; indices.len()];
    Area::changed::<1>(&nothing, indices, width)
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
        let length = self.aside.write(rows, |color, count| self.histogram.add(color, count))?;
        self.changes.push(Change { start, area, length });
        self.previous.clear();
        self.previous.extend_from_slice(picture.pixels());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        let Some((mut file, mut writer)) = self.output.take() else { return Ok(()) };
        self.write(&mut writer).map_err(|error| match error {
            EncodingError::Io(source) => RenderError::from_io(&self.target, source),
            other => RenderError::Encoder { target: self.target.clone(), message: other.to_string() },
        })?;
        file.commit(writer)
    }
}

/// Changed areas, set aside in a file that is removed with this.
struct Aside {
    path: PathBuf,
    name: String,
    file: Option<BufWriter<File>>,
    bytes: Vec<u8>,
}

impl Aside {
    fn create(destination: &Destination) -> Result<Self, RenderError> {
        let beside = match destination {
            // Not beside a device.
            Destination::File(path) if !path.exists() || path.is_file() => {
                let mut path = path.as_os_str().to_owned();
                path.push(".frames.part");
                PathBuf::from(path)
            }
            _ => std::env::temp_dir().join(format!("pavane_{}.frames.part", std::process::id())),
        };
        let name = beside.display().to_string();
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&beside);
        let file = file.map_err(|e| RenderError::from_io(&name, e))?;
        Ok(Self { path: beside, name, file: Some(BufWriter::new(file)), bytes: Vec::new() })
    }

    /// Appends an area's rows; returns how many bytes that took. `each` is told every run of equal pixels.
    fn write<'a>(
        &mut self,
        rows: impl Iterator<Item = &'a [u8]>,
        mut each: impl FnMut([u8; 4], u64),
    ) -> Result<u64, RenderError> {
        let Some(file) = &mut self.file else {
            return Err(RenderError::Stopped { target: self.name.clone() });
        };
        let bytes = &mut self.bytes;
        bytes.clear();
        for row in rows {
            let mut pixels = row.as_chunks::<4>().0;
            while let Some(&color) = pixels.first() {
                // Compared as whole numbers, which is one instruction a pixel.
                let same = u32::from_le_bytes(color);
                let run = pixels.iter().take_while(|pixel| u32::from_le_bytes(**pixel) == same);
                // Rows are at most MAX_SIDE long, which fits.
                let count = run.count() as u16;
                bytes.extend_from_slice(&color);
                bytes.extend_from_slice(&count.to_le_bytes());
                each(color, u64::from(count));
                pixels = &pixels[usize::from(count)..];
            }
        }
        file.write_all(bytes).map_err(|e| RenderError::from_io(&self.name, e))?;
        Ok(bytes.len() as u64)
    }

    /// A reader from the first area on.
    fn reader(&mut self) -> std::io::Result<BufReader<File>> {
        let file = self.file.take().ok_or(std::io::ErrorKind::NotFound)?;
        let mut file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(BufReader::new(file))
    }

    /// The next area's pixels, each turned into an index by `index_of`.
    fn read(
        reader: &mut BufReader<File>,
        change: &Change,
        indices: &mut Vec<u8>,
        mut index_of: impl FnMut([u8; 4]) -> u8,
    ) -> std::io::Result<()> {
        let mut runs = reader.take(change.length);
        let mut run = [0; 6];
        indices.clear();
        while runs.limit() > 0 {
            runs.read_exact(&mut run)?;
            let [r, g, b, a, low, high] = run;
            let end = indices.len() + usize::from(u16::from_le_bytes([low, high]));
            indices.resize(end, index_of([r, g, b, a]));
        }
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.file = None;
        // Nobody is left to tell if this fails, and the file's name says what it is.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_starts_are_rounded_and_spaced() {
        let check = |rate: &str, count: u64, expected: &[u64]| {
            let rate = rate.parse().unwrap();
            let mut timing = Timing::new(rate, count);
            let mut starts: Vec<_> = (0..count).filter_map(|_| timing.next_start()).collect();
            starts.push(timing.end);
            assert_eq!(starts, expected, "{rate} fps, {count} frames");
        };
        check("10", 3, &[0, 10, 20, 30]);
        check("30", 4, &[0, 3, 7, 10, 13]);
        check("50", 3, &[0, 2, 4, 6]);
        check("60", 6, &[0, 2, 5, 7, 10]);
        check("100", 4, &[0, 2, 4]);
        check("100", 5, &[0, 2, 5]);
        check("144", 1, &[0, 1]);
        check("1/1000", 1, &[0, 100_000]);
    }

    #[test]
    fn the_total_is_exact_at_any_rate() {
        for rate in ["24", "25", "60", "120", "144", "30000/1001", "7", "1/3"] {
            let rate: FrameRate = rate.parse().unwrap();
            for count in [1, 2, 59, 60, 61, 1000] {
                let mut timing = Timing::new(rate, count);
                let starts: Vec<_> = (0..count).filter_map(|_| timing.next_start()).collect();
                assert_eq!(starts[0], 0);
                let exact = count as f64 * 100.0 / rate.as_f64();
                assert!((timing.end as f64 - exact).abs() <= 0.5 + 1e-9, "{rate} {count}");
                let all: Vec<_> = starts.into_iter().chain([timing.end]).collect();
                assert!(all.len() == 2 || all.windows(2).all(|w| w[1] - w[0] >= DELAY_MIN), "{rate} {count}");
            }
        }
    }
}
