//! Writes a GIF from what was set aside, on several threads.
//!
//! A frame takes three steps: its colours become indices of the palette, where dithering depends on a pixel's colour and place
//! alone; what they change on screen is found; and that is compressed. Only the second one needs the frame before, and takes no time
//! beside the others. So each thread has a frame of its own, and waits for its turn to do the second step and to write.

use std::borrow::Cow;
use std::io::{BufReader, Read, Write};
use std::sync::Mutex;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::super::super::RenderError;
use super::super::super::target::EncodeSettings;
use super::super::aside::{Storage, read_runs};
use super::super::delta::Area;
use super::super::dither::Mixer;
use super::super::file::Writer;
use super::super::lock;
use super::super::palette::Palette;
use super::super::timing::delays;
use super::super::turns::Turns;
use super::lzw::{Either, compress, settle_stretches};
use super::{Change, Clip};

/// A GIF under way.
struct Writing<'a, W: Write> {
    changes: &'a [Change],
    /// Where the clip ends, in hundredths of a second.
    end: u64,
    transparent: bool,
    palette: &'a Palette,
    dithers: bool,
    aside: Mutex<Reader>,
    shown: Mutex<Shown>,
    /// Of the step that needs the frame before.
    steps: Turns,
    encoder: Mutex<Encoder<W>>,
    puts: Turns,
}

/// The changes that are still to be read.
struct Reader {
    next: usize,
    runs: BufReader<Box<dyn Storage>>,
}

/// Writes all of a clip.
pub(super) fn write(
    clip: &mut Clip,
    writer: &mut Writer,
    target: &str,
    transparent: bool,
    settings: EncodeSettings,
) -> Result<(), RenderError> {
    let (width, height) = (clip.info.width, clip.info.height);
    let [r, g, b, _] = clip.info.background.to_array();
    let palette = clip.histogram.palette((!transparent).then_some([r, g, b]));
    let reader = Reader { next: 0, runs: clip.aside.reader()? };
    let error = |error| match error {
        EncodingError::Io(source) => RenderError::from_io(target, source),
        other => RenderError::Encoder { target: target.to_owned(), message: other.to_string() },
    };
    let mut encoder = begin(writer, [width, height], &palette).map_err(error)?;
    // How often it is played. The file has how often it is *repeated*, and for once no word at all.
    let repeat = settings.plays.map_or(Repeat::Infinite, |plays| Repeat::Finite(plays.get() - 1));
    encoder.set_repeat(repeat).map_err(error)?;
    let writing = Writing {
        changes: &clip.changes,
        end: clip.timing.end(),
        transparent,
        palette: &palette,
        dithers: settings.dither,
        aside: Mutex::new(reader),
        shown: Mutex::new(Shown::new([width, height], transparent)),
        steps: Turns::new(),
        encoder: Mutex::new(encoder),
        puts: Turns::new(),
    };
    writing.run(clip.threads).map_err(error)?;
    let encoder = writing.encoder.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Dropping it would not tell of an error.
    encoder.into_inner().map(drop).map_err(error)
}

fn begin<W: Write>(
    writer: W,
    [width, height]: [u32; 2],
    palette: &Palette,
) -> Result<Encoder<W>, EncodingError> {
    // Sides are at most MAX_SIDE, which fits.
    Encoder::new(writer, width as u16, height as u16, &palette.to_bytes())
}

impl<W: Write + Send> Writing<'_, W> {
    /// Writes all frames, on so many threads or as many as the system gives.
    fn run(&self, threads: usize) -> Result<(), EncodingError> {
        std::thread::scope(|scope| {
            let others = (1..threads.min(self.changes.len())).map_while(|_| {
                let thread = std::thread::Builder::new().name("encode".to_owned());
                thread.spawn_scoped(scope, || self.work()).ok()
            });
            // All are begun before any is waited for.
            let others: Vec<_> = others.collect();
            let own = self.work();
            // One that has panicked takes this one with it.
            let done = others
                .into_iter()
                .map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            done.fold(own, Result::and)
        })
    }

    /// What a thread does: one frame after the other, until there are no more or something went wrong.
    fn work(&self) -> Result<(), EncodingError> {
        let _watch = (self.steps.watch(), self.puts.watch());
        let done = self.frames();
        if done.is_err() {
            self.steps.end();
            self.puts.end();
        }
        done
    }

    fn frames(&self) -> Result<(), EncodingError> {
        let mut mixer = Mixer::new(self.palette.clone(), self.dithers);
        let (mut runs, mut indices, mut body) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(at) = self.read(&mut runs)? {
            let Change { start, area, .. } = self.changes[at];
            let end = self.changes.get(at + 1).map_or(self.end, |next| next.start);
            mix(&mut mixer, &runs, area, &mut indices);
            let step = || lock(&self.shown).step(area, &indices, &mut body);
            let Some(area) = self.steps.take(at as u64, step) else { return Ok(()) };
            let frames = compressed(area, &body, end - start, self.transparent);
            let put = || {
                let mut encoder = lock(&self.encoder);
                frames.iter().try_for_each(|frame| encoder.write_lzw_pre_encoded_frame(frame))
            };
            let Some(put) = self.puts.take(at as u64, put) else { return Ok(()) };
            put?;
        }
        Ok(())
    }

    /// Reads the runs of the next change and gives which it is.
    fn read(&self, runs: &mut Vec<u8>) -> Result<Option<usize>, EncodingError> {
        let Reader { next, runs: reader } = &mut *lock(&self.aside);
        let Some(change) = self.changes.get(*next) else { return Ok(None) };
        runs.resize(change.length as usize, 0);
        reader.read_exact(runs)?;
        *next += 1;
        Ok(Some(*next - 1))
    }
}

/// The indices of an area's pixels.
fn mix(mixer: &mut Mixer, runs: &[u8], area: Area, indices: &mut Vec<u8>) {
    let width = area.width as usize;
    indices.resize(width * area.height as usize, 0);
    let mut at = 0;
    for (color, count) in read_runs(runs) {
        let (x, y) = (area.x as usize + at % width, area.y as usize + at / width);
        if let Some(indices) = indices.get_mut(at..at + count) {
            mixer.put(color, [x, y], indices);
        }
        at += count;
    }
}

/// What a viewer has on screen.
struct Shown {
    width: u32,
    transparent: bool,
    now: Vec<u8>,
    /// The picture that is to be shown next.
    next: Vec<u8>,
}

impl Shown {
    fn new([width, height]: [u32; 2], transparent: bool) -> Self {
        let nothing = vec![Palette::TRANSPARENT; width as usize * height as usize];
        Self { width, transparent, now: nothing.clone(), next: nothing }
    }

    /// Goes on to a picture with those indices in an area, and gives what has to be drawn for that: `body` within the area that is
    /// given. What is on screen already may be left out.
    fn step(&mut self, area: Area, indices: &[u8], body: &mut Vec<Either>) -> Area {
        let Self { width, transparent, now, next } = self;
        for (row, new) in indices.chunks_exact(area.width as usize).enumerate() {
            let start = (area.y as usize + row) * *width as usize + area.x as usize;
            next[start..start + new.len()].copy_from_slice(new);
        }
        let area =
            if *transparent { opaque_area(next, *width) } else { Area::changed::<1>(now, next, *width) };
        let area = area.unwrap_or(Area::DOT);
        body.clear();
        for (new, old) in area.rows::<1>(next, *width).zip(area.rows::<1>(now, *width)) {
            let may_stay =
                |(&new, &old): (&u8, &u8)| [new, if new == old { Palette::TRANSPARENT } else { new }];
            match transparent {
                true => body.extend(new.iter().map(|&new| [new, new])),
                false => body.extend(new.iter().zip(old).map(may_stay)),
            }
        }
        settle_stretches(body);
        now.copy_from_slice(next);
        area
    }
}

/// The frames that show something for so many hundredths of a second, compressed.
fn compressed(area: Area, body: &[Either], duration: u64, transparent: bool) -> Vec<Frame<'static>> {
    // A delay has 16 bits. What lasts longer stays, under frames in which there is nothing.
    let delays = delays(duration);
    let last = delays.len() - 1;
    let frame = |(k, delay)| {
        // Where there is transparency, the last one takes away all that was shown.
        let clears = transparent && k == last;
        let area = if k == 0 || clears { area } else { Area::DOT };
        let mut codes = Vec::new();
        match k {
            0 => compress(body, &mut codes),
            _ => compress(
                &vec![[Palette::TRANSPARENT; 2]; area.width as usize * area.height as usize],
                &mut codes,
            ),
        }
        Frame {
            delay,
            dispose: if clears { DisposalMethod::Background } else { DisposalMethod::Keep },
            transparent: Some(Palette::TRANSPARENT),
            left: area.x as u16,
            top: area.y as u16,
            width: area.width as u16,
            height: area.height as u16,
            buffer: Cow::Owned(codes),
            ..Frame::default()
        }
    };
    delays.enumerate().map(frame).collect()
}

/// The smallest area that holds all that is not transparent.
fn opaque_area(indices: &[u8], width: u32) -> Option<Area> {
    let nothing = vec![Palette::TRANSPARENT; indices.len()];
    Area::changed::<1>(&nothing, indices, width)
}

#[cfg(test)]
mod tests {
    use super::super::super::palette::Histogram;
    use super::*;

    #[test]
    fn a_frame_that_lasts_is_one_picture_and_dots() {
        let mut histogram = Histogram::new();
        histogram.add([255, 0, 0], 1);
        let palette = histogram.palette(None);
        for transparent in [false, true] {
            let mut file = Vec::new();
            let mut shown = Shown::new([50, 40], transparent);
            let mut encoder = begin(&mut file, [50, 40], &palette).unwrap();
            for (x, y, duration) in [(10, 1, 1_000_000), (0, 2, 3)] {
                let mut body = Vec::new();
                let area = shown.step(Area { x, y, width: 20, height: 1 }, &[0; 20], &mut body);
                for frame in compressed(area, &body, duration, transparent) {
                    encoder.write_lzw_pre_encoded_frame(&frame).unwrap();
                }
            }
            encoder.into_inner().unwrap();
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
