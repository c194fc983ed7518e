//! `pavane render`.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde::Serialize;

use super::blame::NotDrawn;
use super::failure::{Failure, tell};
use super::options::{self, Answer, Running};
use super::out::Out;
use super::range::{Frames, Shard, Size};
use super::{SCHEMA_VERSION, input};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::program::Program;
use crate::render::{ClipInfo, Format, Output, RasterSettings, Sink};
use crate::time::{Flicks, FrameRate};

/// Render frames to pictures or a video
#[derive(Debug, Args)]
#[command(after_help = "The extension of OUT chooses the format:\n  \
    out.png  out.svg           one frame: the first of --frames, or frame 0\n  \
    out/frame_%05d.png  .svg   a file per frame, numbered by frame index\n  \
    out.gif  out.apng          all frames; need nothing else\n  \
    out.mp4  out.webm          all frames, through an `ffmpeg` on PATH\n  \
    png:-  svg:-  gif:-  apng:-   standard output\n\n\
Every frame is what playing from frame 0 gives, wherever --frames starts. The pictures depend on neither --threads nor\n\
--level, and the shards of a sequence are its files.\n\n\
Examples:\n  \
    pavane render examples:gs1 -o spiral.gif --size 480x270 --fps 25\n  \
    pavane render spiral.pav -o still.png --at 90 --transparent\n  \
    pavane render spiral.pav -o out/frame_%05d.png --shard 0/4\n  \
    pavane render spiral.pav --frames 600 --hash          compare two machines, drawing nothing")]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    file: String,
    /// Where pictures go; the extension chooses the format
    #[arg(short, long, value_name = "OUT", required_unless_present = "hash")]
    output: Option<String>,
    /// Canvas in pixels [default: the program's]
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Frames `A..B` without B, `A..` to the end, or a count [default: the clip]
    #[arg(long, value_name = "A..B")]
    frames: Option<Frames>,
    /// One frame; the same as `--frames FRAME..FRAME+1`
    #[arg(long, value_name = "FRAME", conflicts_with = "frames", value_parser = options::frame())]
    at: Option<u64>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = options::threads())]
    threads: Option<u16>,
    /// Every N-th frame from the I-th on, counted from 0; for a file per frame
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Leave the background out (.png, .apng, .gif, .svg, .webm)
    #[arg(long)]
    transparent: bool,
    /// Print `frame INDEX HASH` for every frame: the hash of all pass data
    #[arg(long)]
    hash: bool,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    answer: Answer,
}

/// The answer as JSON.
#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    file: &'a str,
    output: Option<&'a str>,
    width: u32,
    height: u32,
    frame_rate: String,
    seed: u32,
    /// How many frames this run was about: those of its shard.
    frames: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Vec<FrameHash>>,
    not_drawn: &'a [NotDrawn],
}

#[derive(Serialize)]
struct FrameHash {
    frame: u64,
    hash: String,
}

/// Set by Ctrl-C.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// How many frames the clip of a program has at a frame rate.
pub(super) fn clip_frames(program: &Program, rate: FrameRate) -> u64 {
    let duration = program.data().clip.duration;
    rate.frame_at(Flicks(duration.0.saturating_sub(1))) + 1
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let output = arguments.output.as_deref().map(Output::from_path).transpose().map_err(Failure::opening)?;
    let is_stdout = arguments.output.as_deref().is_some_and(|name| name.ends_with(":-"));
    if is_stdout && (arguments.hash || arguments.answer.is_json()) {
        let message = "the picture goes to standard output, so --hash and --format json have no place there: write \
                       the picture to a file";
        return Err(Failure::Arguments(message.into()));
    }
    if arguments.shard.is_some() && output.as_ref().is_some_and(|output| !output.is_sequence()) {
        let message =
            "--shard is for a file per frame: put a number into the name, such as out/frame_%05d.png";
        return Err(Failure::Arguments(message.into()));
    }

    let program = input::program(&arguments.file)?;
    let clip = &program.data().clip;
    let size = arguments.size.unwrap_or(Size { width: clip.size[0], height: clip.size[1] });
    let threads = options::threads_or_all(arguments.threads);
    let rate = arguments.running.fps.unwrap_or(program.frame_rate());
    let frames = range(arguments, output.as_ref(), &program, rate)?;
    let settings = EngineSettings {
        capacity: input::capacity(&program, Demand::Drawn)?,
        frame_rate: Some(rate),
        seed: arguments.running.seed,
        threads,
        level: arguments.running.level.into(),
        demand: Demand::Drawn,
        canvas: Some([size.width, size.height]),
    };
    let mut engine = Engine::with_settings(program, settings)?;
    // A second Ctrl-C ends at once; without a handler the first one does.
    let _ = ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });

    let mut job =
        Job { arguments, size, rate, bar: bar(), hashes: Vec::new(), not_drawn: Vec::new(), is_heard: true };
    let done = job.play(&mut engine, output.as_ref(), frames, threads, out);
    job.bar.finish_and_clear();
    let count = done?;
    for not_drawn in &mut job.not_drawn {
        not_drawn.find_source(engine.program(), &settings);
        tell(&format!("warning: {not_drawn}\n"));
    }
    if arguments.answer.is_json() {
        out.json(&Report {
            schema_version: SCHEMA_VERSION,
            file: &arguments.file,
            output: arguments.output.as_deref(),
            width: size.width,
            height: size.height,
            frame_rate: rate.to_string(),
            seed: arguments.running.seed,
            frames: count,
            hashes: arguments.hash.then_some(job.hashes),
            not_drawn: &job.not_drawn,
        })?;
    }
    Ok(())
}

/// The frames that are asked for, all of which time reaches.
fn range(
    arguments: &Arguments,
    output: Option<&Output>,
    program: &Program,
    rate: FrameRate,
) -> Result<Range<u64>, Failure> {
    let is_one = output.is_some_and(|o| !o.is_sequence() && matches!(o.format(), Format::Png | Format::Svg));
    let asked = match (arguments.frames, arguments.at) {
        (Some(frames), _) => Some(frames),
        (None, Some(index)) => Some(Frames::one(index)),
        (None, None) if is_one => Some(Frames::one(0)),
        (None, None) => None,
    };
    let count = clip_frames(program, rate);
    let frames = asked.map_or(Ok(0..count), |frames| frames.resolve(count));
    let frames = frames.map_err(|message| Failure::Arguments(format!("--frames: {message}")))?;
    let last = frames.end - 1;
    rate.start(last).ok_or(crate::engine::EngineError::BeyondTime { asked: last })?;
    Ok(frames)
}

/// A progress bar that only a terminal sees.
fn bar() -> ProgressBar {
    // Hidden by itself where standard error is no terminal.
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {rate} ETA {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style.with_key("rate", |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        // A bar has nobody to tell that it could not be drawn.
        let _ = write!(text, "{:.1}/s", state.per_sec());
    }))
}

/// A render under way.
struct Job<'a> {
    arguments: &'a Arguments,
    size: Size,
    rate: FrameRate,
    bar: ProgressBar,
    hashes: Vec<FrameHash>,
    not_drawn: Vec<NotDrawn>,
    /// Whether standard output has a reader.
    is_heard: bool,
}

impl Job<'_> {
    /// Plays the frames and gives how many there were.
    fn play(
        &mut self,
        engine: &mut Engine,
        output: Option<&Output>,
        frames: Range<u64>,
        threads: usize,
        out: &mut Out,
    ) -> Result<u64, Failure> {
        let (count, mut frames) = self.arguments.shard.unwrap_or(Shard::WHOLE).of(frames);
        let Some(first) = frames.next() else { return Ok(0) };
        if !engine.program().data().cells.is_empty() {
            // State is what all frames before have made of it.
            self.bar.set_message("playing up to the first frame");
            self.bar.set_length(first);
            for index in 0..first {
                stopped(index)?;
                engine.seek(index)?;
                self.bar.set_position(index);
            }
        }
        let background = engine.seek(first)?.background();
        let (Size { width, height }, frame_rate) = (self.size, self.rate);
        let clip = ClipInfo { width, height, frame_rate, frame_count: count, background };
        let raster =
            RasterSettings { threads, transparent: self.arguments.transparent, ..RasterSettings::default() };
        let mut sink =
            output.map(|output| output.open(&clip, raster)).transpose().map_err(Failure::opening)?;

        self.bar.reset();
        self.bar.set_message(self.arguments.output.clone().unwrap_or_default());
        self.bar.set_length(count);
        for index in std::iter::once(first).chain(frames) {
            stopped(index)?;
            self.frame(engine, index, sink.as_deref_mut(), out)?;
            self.bar.inc(1);
        }
        if let Some(mut sink) = sink {
            sink.finish()?;
        }
        Ok(count)
    }

    fn frame(
        &mut self,
        engine: &mut Engine,
        index: u64,
        sink: Option<&mut (dyn Sink + 'static)>,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let frame = engine.seek(index)?;
        for found in frame.non_finite() {
            NotDrawn::add(&mut self.not_drawn, index, found);
        }
        if self.arguments.hash && self.is_heard {
            let hash = format!("{:#018x}", frame.hash());
            if self.arguments.answer.is_json() {
                self.hashes.push(FrameHash { frame: index, hash });
            } else {
                // Between two drawings of the bar, so that it does not run into the line.
                match self.bar.suspend(|| out.text(&format!("frame {index} {hash}\n"))) {
                    // The pictures are still wanted.
                    Err(Failure::NoReader) if sink.is_some() => self.is_heard = false,
                    told => told?,
                }
            }
        }
        if let Some(sink) = sink {
            sink.frame(&frame)?;
        }
        Ok(())
    }
}

/// Whether Ctrl-C was pressed. Unfinished files go when the sink is dropped.
fn stopped(index: u64) -> Result<(), Failure> {
    if STOPPED.load(Ordering::Relaxed) {
        return Err(Failure::Run(format!("stopped before frame {index}; nothing half-written is left")));
    }
    Ok(())
}
