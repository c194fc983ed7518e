//! `pavane render --estimate`: some frames of the clip, drawn and encoded into memory, and what all of them will take.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::super::SCHEMA_VERSION;
use super::super::failure::Failure;
use super::super::out::Out;
use super::super::range::{Shard, Size};
use super::Clip;
use crate::engine::Engine;
use crate::render::{ClipInfo, Format, Memory, Output, RasterSettings};

/// So many frames are tried at most, and no more are begun when this time is over.
const FRAMES_MAX: u64 = 12;
const TIME_MAX: Duration = Duration::from_secs(3);
/// So many frames are played to learn what one of them takes.
const PLAYED_MAX: u64 = 240;

/// The answer as JSON.
#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    file: &'a str,
    output: Option<&'a str>,
    width: u32,
    height: u32,
    frame_rate: String,
    /// Frames that are drawn: those of the shard.
    frames: u64,
    /// Frames that are played for their state, and not drawn.
    played: u64,
    threads: usize,
    seconds: f64,
    seconds_per_frame: f64,
    seconds_per_played_frame: f64,
    /// Bytes of the output; null where there is none.
    bytes: Option<u64>,
    /// How many frames were tried.
    tried: u64,
}

/// What the frames that were tried took.
#[derive(Default)]
struct Tried {
    frames: u64,
    time: Duration,
    bytes: u64,
    played: u64,
    play_time: Duration,
}

impl Tried {
    fn per_frame(&self) -> f64 {
        self.time.as_secs_f64() / self.frames.max(1) as f64
    }

    fn per_played(&self) -> f64 {
        self.play_time.as_secs_f64() / self.played.max(1) as f64
    }
}

impl Clip<'_> {
    /// Tries some frames and tells what all will take. Nothing is written.
    pub(super) fn estimate(mut self, out: &mut Out) -> Result<(), Failure> {
        let (arguments, size, rate, threads) = (self.arguments, self.size, self.rate, self.threads);
        let (mut engine, _) = self.engine()?;
        let is_stateful = !engine.program().data().cells.is_empty();
        let (count, frames) = arguments.shard.unwrap_or(Shard::WHOLE).of(self.frames.clone());
        let last = frames.last().unwrap_or(self.frames.start);
        let played = if is_stateful { (last + 1).saturating_sub(count) } else { 0 };
        let tried = self.try_frames(&mut engine, is_stateful)?;
        let seconds = count as f64 * tried.per_frame() + played as f64 * tried.per_played();
        let bytes = self.output.as_ref().map(|_| tried.bytes * count / tried.frames.max(1));
        if arguments.answer.is_json() {
            return out.json(&Report {
                schema_version: SCHEMA_VERSION,
                file: &arguments.file,
                output: arguments.output.as_deref(),
                width: size.width,
                height: size.height,
                frame_rate: rate.to_string(),
                frames: count,
                played,
                threads,
                seconds,
                seconds_per_frame: tried.per_frame(),
                seconds_per_played_frame: tried.per_played(),
                bytes,
                tried: tried.frames,
            });
        }
        let Size { width, height } = size;
        let clip = rate.start(count).map_or(0.0, crate::time::Flicks::as_secs_f64);
        let mut text = format!(
            "{count} frames of {width}x{height}, {clip:.1} s at {rate} per second: some {} on {threads} threads",
            span(seconds)
        );
        if let Some(bytes) = bytes {
            text.push_str(&format!(", {:.1} MB", bytes as f64 / 1e6));
        }
        text.push_str(&format!(
            "\n  a frame takes {:.1} ms ({} were tried)\n",
            tried.per_frame() * 1e3,
            tried.frames
        ));
        if played > 0 {
            text.push_str(&format!(
                "  its state makes it play {played} more, {:.3} ms each: {} that every shard has\n",
                tried.per_played() * 1e3,
                span(played as f64 * tried.per_played())
            ));
        }
        out.text(&text)
    }

    /// Plays, draws and encodes frames: of a program without state those in the middle of the clip.
    fn try_frames(&mut self, engine: &mut Engine, is_stateful: bool) -> Result<Tried, Failure> {
        let mut tried = Tried::default();
        let length = self.frames.end - self.frames.start;
        let count = length.min(FRAMES_MAX);
        let mut first = self.frames.start + (length - count) / 2;
        if is_stateful {
            first = first.min(PLAYED_MAX);
            let begun = Instant::now();
            for index in 0..first {
                self.feed.seek(engine, index)?;
                tried.played += 1;
                if begun.elapsed() > TIME_MAX {
                    first = index + 1;
                    break;
                }
            }
            tried.play_time = begun.elapsed();
        }
        let begun = Instant::now();
        let background = self.feed.seek(engine, first)?.background();
        let one_each =
            self.output.as_ref().is_some_and(|output| matches!(output.format(), Format::Png | Format::Svg));
        let memory = Memory::default();
        let open = |output: &Output, frame_count| {
            let (Size { width, height }, frame_rate) = (self.size, self.rate);
            let clip = ClipInfo { width, height, frame_rate, frame_count, background };
            let raster = RasterSettings {
                threads: self.threads,
                transparent: self.arguments.transparent,
                ..RasterSettings::default()
            };
            let settings = self.arguments.encoded.settings(self.arguments.threads, false);
            let output = Output::to_memory(output.format(), &memory).with_settings(settings);
            output.open(&clip, raster).map_err(Failure::opening)
        };
        let mut sink = None;
        for index in first..first + count {
            // A clip needs all the frames that it was announced.
            if one_each && begun.elapsed() > TIME_MAX {
                break;
            }
            if let Some(output) = &self.output
                && (one_each || index == first)
            {
                sink = Some(open(output, if one_each { 1 } else { count })?);
            }
            let frame = self.feed.seek(engine, index)?;
            if let Some(sink) = &mut sink {
                sink.frame(&frame)?;
                if one_each {
                    sink.finish()?;
                    tried.bytes += memory.take().len() as u64;
                }
            }
            tried.frames += 1;
        }
        if let Some(mut sink) = sink.filter(|_| !one_each) {
            sink.finish()?;
            tried.bytes = memory.take().len() as u64;
        }
        tried.time = begun.elapsed();
        Ok(tried)
    }
}

/// Seconds as people read them.
fn span(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.1} s"),
        ..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}
