//! Clips made in the page: the encoders of the library, a frame at a time, so that the page goes on beside it.

use std::collections::BTreeMap;

use pavane::frame::{Rgba8, Sink};
use pavane::render::{ClipInfo, Format, Memory, Output, RasterSettings, RenderError};
use pavane::{Engine, EngineSettings, Flicks, Player, Program, Snapshots};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Fault;
use crate::state::{MEMORY, check_canvas};
use crate::values;

/// What a clip is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `png`, `apng` or `gif`.
    format: String,
    width: u32,
    height: u32,
    /// Its first frame.
    #[serde(default)]
    from: u64,
    /// How many frames; all of the clip where it is not said, and of a PNG one.
    count: Option<u64>,
    #[serde(default)]
    transparent: bool,
}

/// A clip under way: the frames of an engine of its own, which has what inputs were set to and is as if nothing was ever sent.
pub(crate) struct Clip {
    /// Goes from frame to frame in steps, so that the way to the first holds nobody up.
    player: Player,
    output: Output,
    info: ClipInfo,
    raster: RasterSettings,
    /// Opened with the first frame, whose background it is told.
    sink: Option<Box<dyn Sink<Error = RenderError>>>,
    memory: Memory,
    next: u64,
    end: u64,
}

impl Clip {
    pub(crate) fn new(
        wanted: &Wanted,
        program: &Program,
        given: &BTreeMap<String, Value>,
    ) -> Result<Self, Fault> {
        let formats = [Format::Png, Format::Apng, Format::Gif];
        let named = formats.into_iter().find(|format| format.extension() == wanted.format);
        let Some(format) = named else {
            let message =
                format!("there is no format `{:.20}` here; there are png, apng and gif", wanted.format);
            return Err(Fault::request(message));
        };
        let &Wanted { width, height, from, transparent, .. } = wanted;
        check_canvas([width, height])?;
        let settings = EngineSettings {
            canvas: Some([width, height]),
            memory_limit: MEMORY,
            snapshots: Some(Snapshots::NONE),
            ..EngineSettings::default()
        };
        let mut engine = Engine::fitted(program.clone(), 1.0, settings)?;
        for (name, value) in given {
            values::set(&mut engine, name, value)?;
        }
        let frame_rate = engine.frame_rate();
        let clip_frames = || {
            let duration = program.data().clip.duration;
            (frame_rate.frame_at(Flicks(duration.0.saturating_sub(1))) + 1).saturating_sub(from)
        };
        let count = wanted.count.unwrap_or_else(|| if format == Format::Png { 1 } else { clip_frames() });
        if count == 0 || count > FRAMES_MAX || (format == Format::Png && count != 1) {
            let most = if format == Format::Png { 1 } else { FRAMES_MAX };
            return Err(Fault::request(format!("a clip of {count} frames cannot be made: 1 to {most} can")));
        }
        let end = from.checked_add(count).ok_or_else(|| Fault::request("it ends beyond the end of time"))?;
        let memory = Memory::default();
        let mut player = Player::new(engine);
        player.pause();
        Ok(Self {
            player,
            output: Output::to_memory(format, &memory),
            info: ClipInfo { width, height, frame_rate, frame_count: count, background: Rgba8(0) },
            raster: RasterSettings { width, height, threads: 1, transparent },
            sink: None,
            memory,
            next: from,
            end,
        })
    }

    /// Evaluates a frame, and adds it where it is one of the clip; says how many are left.
    pub(crate) fn step(&mut self) -> Result<u64, Fault> {
        if self.next < self.end {
            self.player.seek(self.next);
            if self.player.is_due() {
                self.player.evaluate()?;
            }
            if !self.player.is_due()
                && let Some(frame) = self.player.frame()
            {
                let sink = match &mut self.sink {
                    Some(sink) => sink,
                    none => {
                        self.info.background = frame.background();
                        none.insert(self.output.open(&self.info, self.raster)?)
                    }
                };
                sink.frame(&frame)?;
                self.next += 1;
            }
        }
        Ok(self.end - self.next)
    }

    /// Completes the file.
    pub(crate) fn finish(self, bytes: &mut Vec<u8>) -> Result<(), Fault> {
        match self.sink {
            Some(mut sink) if self.next == self.end => {
                sink.finish()?;
                *bytes = self.memory.take();
                Ok(())
            }
            Some(_) | None => {
                Err(Fault::request(format!("{} frames are still to come", self.end - self.next)))
            }
        }
    }
}

/// The most frames of a clip: pictures of it wait in memory.
const FRAMES_MAX: u64 = 36_000;
