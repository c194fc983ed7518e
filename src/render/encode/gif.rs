//! GIF: one palette for the whole clip, only what changed in each frame, and the exact total duration.
//!
//! The palette has to be known before the first frame is written, and it should suit the last one too. So frames
//! are set aside as they come, as runs of equal pixels of what changed, in a file beside the output, and the GIF is
//! written from there at the end (`gif/written.rs`). Memory use does not grow with the length of the clip, but for outputs in
//! memory.

mod lzw;
mod written;

use std::sync::{Arc, Mutex};

use super::super::target::{ClipInfo, EncodeSettings};
use super::super::{Picture, RenderError};
use super::aside::{Aside, read_runs, write_runs};
use super::delta::Area;
use super::file::{Destination, OutputFile, Writer};
use super::palette::Histogram;
use super::timing::Timing;
use super::{InTurn, lock};

/// A shown frame that differs from the one before.
struct Change {
    start: u64,
    area: Area,
    /// Bytes in the file of changes.
    length: u64,
}

/// One of the encoders of a file.
pub(in crate::render) struct GifEncoder {
    target: String,
    transparent: bool,
    settings: EncodeSettings,
    clip: Arc<Mutex<Clip>>,
    /// What changed in the next frame, if anything did, and its runs.
    area: Option<Area>,
    runs: Vec<u8>,
    /// Half-transparent pixels in it that became something else.
    lost: u64,
}

/// All frames so far.
struct Clip {
    output: Option<(OutputFile, Writer)>,
    info: ClipInfo,
    timing: Timing,
    histogram: Histogram,
    changes: Vec<Change>,
    aside: Aside,
    /// Frames in which half-transparent pixels became something else, and how many pixels.
    lost: (u64, u64),
    /// How many threads there are for what is done at the end.
    threads: usize,
}

impl GifEncoder {
    pub(in crate::render) fn create(
        destination: &Destination,
        info: &ClipInfo,
        transparent: bool,
        settings: EncodeSettings,
        encoders: usize,
    ) -> Result<Vec<Self>, RenderError> {
        let target = destination.name();
        if info.frame_count == 0 {
            let reason = "a GIF holds at least one".to_owned();
            return Err(RenderError::FrameCount { target, count: 0, reason });
        }
        let output = OutputFile::create(destination)?;
        let clip = Arc::new(Mutex::new(Clip {
            output: Some(output),
            info: info.clone(),
            timing: Timing::new(info.frame_rate, info.frame_count),
            histogram: Histogram::new(),
            changes: Vec::new(),
            aside: Aside::create(&target, destination.aside_folder().as_deref())?,
            lost: (0, 0),
            threads: encoders,
        }));
        let encoder = || Self {
            target: target.clone(),
            transparent,
            settings,
            clip: Arc::clone(&clip),
            area: None,
            runs: Vec::new(),
            lost: 0,
        };
        Ok((0..encoders).map(|_| encoder()).collect())
    }
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

impl InTurn for GifEncoder {
    fn make(&mut self, before: Option<&Picture>, picture: &Picture) -> Result<(), RenderError> {
        let (width, height) = (picture.width(), picture.height());
        self.area = match before {
            None => Some(Area { x: 0, y: 0, width, height }),
            Some(before) => Area::changed::<4>(before.pixels(), picture.pixels(), width),
        };
        self.runs.clear();
        self.lost = 0;
        let Some(area) = self.area else { return Ok(()) };
        let (matte, transparent, lost) = (self.settings.matte, self.transparent, &mut self.lost);
        write_runs(area.rows::<4>(picture.pixels(), width), &mut self.runs, |[r, g, b, a], count| {
            if transparent && matte.is_none() && !matches!(a, 0 | 255) {
                *lost += count;
            }
            if transparent { flat([r, g, b, a], matte) } else { [r, g, b, 255] }
        });
        Ok(())
    }

    fn put(&mut self) -> Result<(), RenderError> {
        let clip = &mut *lock(&self.clip);
        // Only frames that are shown come here.
        let (Some(start), Some(area)) = (clip.timing.next_shown(), self.area) else { return Ok(()) };
        clip.aside.write(&self.runs)?;
        for ([r, g, b, a], count) in read_runs(&self.runs) {
            if a > 0 {
                clip.histogram.add([r, g, b], count as u64);
            }
        }
        clip.lost = (clip.lost.0 + u64::from(self.lost > 0), clip.lost.1 + self.lost);
        clip.changes.push(Change { start, area, length: self.runs.len() as u64 });
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        let clip = &mut *lock(&self.clip);
        let Some((file, mut writer)) = clip.output.take() else { return Ok(()) };
        written::write(clip, &mut writer, &self.target, self.transparent, self.settings)?;
        file.commit(writer)
    }

    fn abandon(&mut self) {
        lock(&self.clip).output = None;
    }

    fn warnings(&self) -> Vec<String> {
        let (frames, pixels) = std::mem::take(&mut lock(&self.clip).lost);
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
}
