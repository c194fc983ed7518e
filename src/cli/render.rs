//! `pavane render`.

mod estimate;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::blame::NotDrawn;
use super::encoding::{self, Encoded};
use super::failure::{Failure, tell};
use super::feed::{Feed, Logged};
use super::hashes::{self, FrameHash, Head};
use super::input::{self, Given, Input, Table};
use super::memory::MemorySize;
use super::options::{self, Answer, HEADROOM, Running};
use super::out::Out;
use super::range::{Frames, Shard, Size};
use super::variants::{self, Variants};
use super::{memory, refuse, stop};
use crate::diagnostic::{one_line, quote};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::Sink;
use crate::program::Program;
use crate::record::Recording;
use crate::render::{
    self, CacheSettings, ClipInfo, Format, Output, RasterSettings, RenderError, check_whole, write_whole,
};
use crate::time::{Flicks, FrameRate};
use crate::world::Budget;

/// Render frames to pictures or a video
#[derive(Clone, Debug, Args)]
#[command(after_help = "The extension of OUT chooses the format:\n  \
    out.png  out.svg           one frame: the first of --frames, or frame 0\n  \
    out/frame_%05d.png  .svg   a file per frame, numbered by frame index; %% is a percent sign\n  \
    out.gif  out.apng          all frames; need nothing else\n  \
    out.mp4  out.webm          all frames, through an `ffmpeg` on PATH\n  \
    png:-  svg:-  gif:-  ...   standard output\n\n\
Files appear when they are complete. Ctrl-C leaves nothing half-written, and so do SIGTERM and SIGHUP.\n\
A GIF has 255 colours and shows at most 50 frames per second; of more, the nearest ones.\n\n\
Every frame is what playing from frame 0 gives, wherever --frames starts. The pictures depend on neither --threads nor\n\
--level, and the shards of a sequence are its files.\n\n\
Examples:\n  \
    pavane render examples:gs1 -o spiral.gif --size 480x270 --fps 25\n  \
    pavane render spiral.pav -o still.png --at 90 --transparent\n  \
    pavane render spiral.pav -o out/frame_%05d.png --shard 0/4\n  \
    pavane render card.pav --each people.csv -o \"out/{name}.gif\"   a clip per row of a table\n  \
    pavane render spiral.pav -o out/frame_%05d.png --frames 0s..10s --estimate\n  \
    pavane render spiral.pav --frames 600 --hash          compare two machines, drawing nothing")]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    pub(super) file: String,
    /// Where pictures go; the extension chooses the format
    #[arg(short, long, value_name = "OUT", required_unless_present_any = ["hash", "metrics", "estimate"])]
    pub(super) output: Option<String>,
    /// Canvas in pixels [default: the program's]
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Frames `A..B` without B, `A..` to the end, or a count; by number or by time, 0s..2.5s [default: the clip]
    #[arg(long, value_name = "A..B")]
    frames: Option<Frames>,
    /// One frame; the same as `--frames FRAME..FRAME+1`
    #[arg(long, value_name = "FRAME", conflicts_with = "frames", value_parser = options::frame())]
    at: Option<u64>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = options::threads())]
    threads: Option<u16>,
    /// Every N-th frame from the I-th on, counted from 0, for a file per frame; with --each every N-th row
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
    /// Leave the background out (.png, .apng, .gif, .svg, .webm)
    #[arg(long)]
    transparent: bool,
    #[command(flatten)]
    encoded: Encoded,
    /// Draw every frame of a sequence again, also those that its PNGs show already
    #[arg(long)]
    redraw: bool,
    /// A folder of pictures: frames that an earlier render with it has drawn are taken from there (.gif, .apng, .mp4, .webm)
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The most that is in the cache; what was not used for longest goes [default: 4GiB]
    #[arg(long, value_name = "SIZE", requires = "cache")]
    cache_size: Option<MemorySize>,
    /// Try some frames, and tell how long all would take and how large they would be; nothing is written
    #[arg(long, conflicts_with_all = ["each", "hash", "metrics"])]
    estimate: bool,
    /// Print `frame INDEX HASH` for every frame, the hash of all pass data; or write that to a FILE, which `pavane join` takes
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    hash: Option<String>,
    /// Write a line of JSON for every frame: turns, cues, inputs, elements, lists and views, counted up to it; `-` is standard output
    #[arg(long, value_name = "ROWS")]
    metrics: Option<String>,
    #[command(flatten)]
    pub(super) variants: Variants,
    #[command(flatten)]
    pub(super) given: Given,
    #[command(flatten)]
    pub(super) table: Table,
    #[command(flatten)]
    logged: Logged,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    pub(super) answer: Answer,
}

impl Arguments {
    /// The same for all frames of another output.
    pub(super) fn with_output(&self, output: &str) -> Self {
        Self { output: Some(output.to_owned()), shard: None, ..self.clone() }
    }

    fn prints_hashes(&self) -> bool {
        self.hash.as_deref() == Some("-")
    }

    /// The file that hashes go to.
    fn hash_file(&self) -> Option<&str> {
        self.hash.as_deref().filter(|file| *file != "-")
    }
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
    /// How many of them were drawn.
    drawn: u64,
    /// Of how many the files, or the cache, had them already, so that they were not drawn.
    kept: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Vec<FrameHash>>,
    not_drawn: &'a [NotDrawn],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
}

/// Set by a signal.
static STOPPED: AtomicBool = AtomicBool::new(false);
/// How long a run may take to end by itself after a signal. What waits for something that never comes (a reader, a
/// program, the end of a long file) is ended from outside.
const GRACE: Duration = Duration::from_millis(500);

/// How many frames the clip of a program has at a frame rate.
pub(super) fn clip_frames(program: &Program, rate: FrameRate) -> u64 {
    let duration = program.data().clip.duration;
    rate.frame_at(Flicks(duration.0.saturating_sub(1))) + 1
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    if arguments.variants.is_given() {
        return variants::run(arguments, out);
    }
    let clip = Clip::new(arguments, input::read(&arguments.file, &arguments.given.options())?)?;
    if arguments.estimate {
        return clip.estimate(out);
    }
    let bar = bar();
    listen(bar.clone());
    let (rate, seed) = (clip.rate.to_string(), arguments.running.seed);
    let Size { width, height } = clip.size;
    let done = clip.render(&bar, out)?;
    if arguments.answer.is_json() {
        out.json(&Report {
            schema_version: SCHEMA_VERSION,
            file: &arguments.file,
            output: arguments.output.as_deref(),
            width,
            height,
            frame_rate: rate,
            seed,
            frames: done.frames,
            drawn: done.drawn,
            kept: done.kept,
            hashes: arguments.prints_hashes().then_some(done.hashes),
            not_drawn: &done.not_drawn,
            warnings: &done.warnings,
        })?;
    }
    tell_kept(arguments, done.frames, done.drawn, done.kept);
    Ok(())
}

/// Says how many frames were drawn, where it is not all of them.
pub(super) fn tell_kept(arguments: &Arguments, frames: u64, drawn: u64, kept: u64) {
    if kept > 0 {
        // A GIF does not show all of them.
        let others = match arguments.cache {
            Some(_) => &format!("{kept} taken from the cache"),
            None => &format!("the files of {kept} show them already (--redraw draws all)"),
        };
        tell(&format!("{drawn} of {frames} frames drawn; {others}\n"));
    }
}

/// A clip that is about to be rendered: whatever can be known to be wrong before its first frame has been looked at.
pub(super) struct Clip<'a> {
    arguments: &'a Arguments,
    program: Program,
    feed: Feed,
    output: Option<Output>,
    frames: Range<u64>,
    size: Size,
    rate: FrameRate,
    threads: usize,
}

/// What a render did.
pub(super) struct Done {
    /// How many frames it was about: those of its shard.
    pub(super) frames: u64,
    pub(super) drawn: u64,
    /// Those of them that were not drawn, since their files show them or the cache has them.
    pub(super) kept: u64,
    hashes: Vec<FrameHash>,
    pub(super) not_drawn: Vec<NotDrawn>,
    pub(super) warnings: Vec<String>,
}

impl<'a> Clip<'a> {
    pub(super) fn new(arguments: &'a Arguments, input: Input) -> Result<Self, Failure> {
        let output = output(arguments)?;
        check_stdout(arguments)?;
        if arguments.shard.is_some() && output.as_ref().is_some_and(|output| !output.is_sequence()) {
            let message =
                "--shard is for a file per frame: put a number into the name, such as out/frame_%05d.png";
            return Err(Failure::Arguments(message.into()));
        }
        arguments.table.beside(&arguments.file)?;
        let mut feed = Feed::new(&arguments.file, &input, &arguments.table, &arguments.logged)?;
        let mut files = input.files;
        files.extend(arguments.table.file().into_iter().chain(arguments.logged.file()));
        files.extend(arguments.variants.file());
        let program = input.program;
        let [width, height] = feed.recording().map_or(program.data().clip.size, Recording::canvas);
        let size = arguments.size.unwrap_or(Size { width, height });
        if arguments.size.is_some() {
            feed.keep_canvas();
        }
        let threads = options::threads_or_all(arguments.threads);
        let recorded = feed.recording().and_then(Recording::frame_rate);
        let rate = arguments.running.fps.or(recorded).unwrap_or(program.frame_rate());
        let count = feed.frames(rate).unwrap_or_else(|| clip_frames(&program, rate));
        let frames = range(arguments, output.as_ref(), count, rate)?;
        if let Some(output) = &output {
            check_output(arguments, output, frames.clone(), size, &files)?;
        }
        let rows = arguments.metrics.as_deref().filter(|rows| *rows != "-");
        for file in rows.into_iter().chain(arguments.hash_file()) {
            refuse::inputs(&files, &[file.into()])?;
            check_whole(file).map_err(Failure::opening)?;
        }
        Ok(Self { arguments, program, feed, output, frames, size, rate, threads })
    }

    /// An engine that plays it.
    fn engine(&self) -> Result<(Engine, EngineSettings), Failure> {
        let Self { arguments, size, rate, threads, .. } = *self;
        let settings = self.feed.settings(EngineSettings {
            frame_rate: Some(rate),
            canvas: Some([size.width, size.height]),
            ..arguments.running.settings(threads, Demand::Drawn)
        });
        let pictures = self.output.as_ref().map(|output| output.pictures(size.width, size.height));
        let pictures = Budget { rows: pictures.unwrap_or_default() };
        let settings = memory::beside(&pictures, settings)?;
        let mut engine = Engine::fitted(self.program.clone(), HEADROOM, settings)
            .map_err(|error| memory::together(error, &pictures))?;
        self.feed.make_room(&mut engine)?;
        Ok((engine, settings))
    }

    /// Renders it, with `bar` to show how far it is.
    pub(super) fn render(mut self, bar: &ProgressBar, out: &mut Out) -> Result<Done, Failure> {
        let Self { arguments, size, rate, threads, .. } = self;
        let (mut engine, settings) = self.engine()?;
        let head = Head { frames: self.frames.clone(), rate, size, shard: arguments.shard };
        let mut job = Job {
            arguments,
            size,
            rate,
            feed: &mut self.feed,
            bar: bar.clone(),
            hashes: Vec::new(),
            drawn: 0,
            kept: 0,
            metrics: arguments.metrics.is_some().then(String::new),
            not_drawn: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
            at: None,
            is_heard: true,
        };
        let done = job.play(&mut engine, self.output.as_ref(), self.frames, threads, out);
        bar.finish_and_clear();
        let frames = done.map_err(|failure| match is_stopped() {
            // What a signal has ended is not to blame.
            true => Failure::Run(stopped(job.at)),
            false => failure,
        })?;
        match (&arguments.metrics, &job.metrics) {
            (Some(file), Some(rows)) if file == "-" => out.exact(rows)?,
            (Some(file), Some(rows)) => write_whole(file, rows.as_bytes())?,
            (_, None) | (None, _) => {}
        }
        // Last: a file of hashes says that all pictures are there.
        if let Some(file) = arguments.hash_file() {
            write_whole(file, hashes::text(&head, &job.hashes).as_bytes())?;
        }
        NotDrawn::find_sources(&mut job.not_drawn, engine.program(), &settings, job.feed);
        let Job { drawn, kept, hashes, not_drawn, missing, mut warnings, .. } = job;
        if !missing.is_empty() {
            let named: Vec<String> = missing.iter().map(|c| quote(&c.to_string())).collect();
            warnings
                .push(format!("the font has no {}: a sign for what is missing is drawn", named.join(", ")));
        }
        not_drawn.iter().for_each(|not_drawn| tell(&format!("warning: {not_drawn}\n")));
        warnings.iter().for_each(|warning| tell(&format!("warning: {warning}\n")));
        Ok(Done { frames, drawn, kept, hashes, not_drawn, warnings })
    }
}

/// Whether a signal has asked the run to end.
pub(super) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Whether no more than one thing is for standard output.
fn check_stdout(arguments: &Arguments) -> Result<(), Failure> {
    let is_stdout = arguments.output.as_deref().is_some_and(|name| name.ends_with(":-"));
    if is_stdout && (arguments.prints_hashes() || arguments.answer.is_json()) {
        let message = "the picture goes to standard output, so --hash and --format json have no place there: write \
                       the picture to a file";
        return Err(Failure::Arguments(message.into()));
    }
    let has_rows = arguments.metrics.as_deref() == Some("-");
    if has_rows && (is_stdout || arguments.prints_hashes() || arguments.answer.is_json()) {
        let message = "the rows of --metrics go to standard output, so nothing else has a place there: write them to a file";
        return Err(Failure::Arguments(message.into()));
    }
    Ok(())
}

/// Where the pictures go, with the choices of its encoder.
fn output(arguments: &Arguments) -> Result<Option<Output>, Failure> {
    let Some(name) = arguments.output.as_deref() else { return Ok(None) };
    let output = Output::from_path(name).map_err(Failure::opening)?;
    let is_clip = matches!(output.format(), Format::Gif | Format::Apng | Format::Mp4 | Format::WebM);
    let is_png_sequence = output.format() == Format::Png && output.is_sequence();
    encoding::check([
        ("--cache", arguments.cache.is_some(), is_clip, ".gif, .apng, .mp4 and .webm"),
        ("--redraw", arguments.redraw, is_png_sequence, "a .png per frame, such as frame_%05d.png"),
    ])?;
    arguments.encoded.check(&output, arguments.transparent, "say --transparent, too")?;
    let output = match &arguments.cache {
        Some(folder) => {
            let cache = CacheSettings::new(folder);
            let bytes_max = arguments.cache_size.map_or(cache.bytes_max, |size| size.0);
            output.with_cache(CacheSettings { bytes_max, ..cache })
        }
        None => output,
    };
    let settings = arguments.encoded.settings(arguments.threads, !arguments.redraw);
    Ok(Some(output.with_settings(settings)))
}

/// Objections to an output before it is begun.
fn check_output(
    arguments: &Arguments,
    output: &Output,
    frames: Range<u64>,
    size: Size,
    files: &[String],
) -> Result<(), Failure> {
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    let (count, _) = shard.of(frames.clone());
    let is_asked = arguments.frames.is_some() || arguments.at.is_some();
    refuse::too_much(arguments.output.as_deref().unwrap_or_default(), frames.end, count, size, is_asked)?;
    refuse::inputs(files, &output.replaced(|index| shard.has(&frames, index)))
}

/// The frames that are asked for, all of which time reaches.
fn range(
    arguments: &Arguments,
    output: Option<&Output>,
    count: u64,
    rate: FrameRate,
) -> Result<Range<u64>, Failure> {
    let is_one = output.is_some_and(|o| !o.is_sequence() && matches!(o.format(), Format::Png | Format::Svg));
    let asked = match (arguments.frames, arguments.at) {
        (Some(frames), _) => Some(frames),
        (None, Some(index)) => Some(Frames::one(index)),
        (None, None) if is_one => Some(Frames::one(0)),
        (None, None) => None,
    };
    let frames = asked.map_or(Ok(0..count), |frames| frames.resolve(count, rate));
    let frames = frames.map_err(|message| Failure::Arguments(format!("--frames: {message}")))?;
    let last = frames.end - 1;
    rate.start(last).ok_or(crate::engine::EngineError::BeyondTime { asked: last })?;
    Ok(frames)
}

/// A progress bar that only a terminal sees.
pub(super) fn bar() -> ProgressBar {
    // Hidden by itself where standard error is no terminal.
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {rate} ETA {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style.with_key("rate", |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        // There is nobody to report to that the bar could not be drawn.
        let _ = write!(text, "{:.1}/s", state.per_sec());
    }))
}

/// Heeds signals: the first one asks the run to end, a second one does not ask. What is not complete goes in any case.
pub(super) fn listen(bar: ProgressBar) {
    stop::listen(move |before| {
        STOPPED.store(true, Ordering::Relaxed);
        if before > 0 {
            bar.finish_and_clear();
            render::abandon(130);
        }
        // Whoever waits for one of them continues at once.
        render::end_programs();
        let bar = bar.clone();
        let end = move || {
            std::thread::sleep(GRACE);
            bar.finish_and_clear();
            tell(&format!("error: {}\n", stopped(None)));
            render::abandon(1);
        };
        let _ = std::thread::Builder::new().name("end".to_owned()).spawn(end);
    });
}

/// The end of a run that a signal has ended, before which frame where that is known.
pub(super) fn stopped_run(at: Option<u64>) -> Failure {
    Failure::Run(stopped(at))
}

/// The message of a run that a signal has ended. Unfinished files go when their sink is dropped.
fn stopped(at: Option<u64>) -> String {
    let at = at.map(|index| format!(" before frame {index}")).unwrap_or_default();
    format!("stopped{at}; nothing half-written is left")
}

/// A render under way.
struct Job<'a> {
    arguments: &'a Arguments,
    size: Size,
    rate: FrameRate,
    feed: &'a mut Feed,
    bar: ProgressBar,
    drawn: u64,
    kept: u64,
    hashes: Vec<FrameHash>,
    /// Rows of JSON, where they are asked for.
    metrics: Option<String>,
    not_drawn: Vec<NotDrawn>,
    /// Characters of texts that no font has.
    missing: Vec<char>,
    warnings: Vec<String>,
    /// The frame that comes next, until all have come.
    at: Option<u64>,
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
                self.heed(index)?;
                self.feed.seek(engine, index)?;
                self.bar.set_position(index);
            }
        }
        let background = self.feed.seek(engine, first)?.background();
        let (Size { width, height }, frame_rate) = (self.size, self.rate);
        let clip = ClipInfo { width, height, frame_rate, frame_count: count, background };
        let raster =
            RasterSettings { threads, transparent: self.arguments.transparent, ..RasterSettings::default() };
        let mut sink =
            output.map(|output| output.open(&clip, raster)).transpose().map_err(Failure::opening)?;

        self.bar.reset();
        let target = self.arguments.output.as_deref().unwrap_or_default();
        self.bar.set_message(one_line(target).into_owned());
        self.bar.set_length(count);
        for index in std::iter::once(first).chain(frames) {
            self.heed(index)?;
            self.frame(engine, index, sink.as_deref_mut(), out)?;
            self.bar.inc(1);
        }
        self.at = None;
        if let Some(mut sink) = sink {
            // The end of a file may take longer than whoever reads the hashes should wait.
            self.told(out.flush(), true)?;
            sink.finish()?;
            (self.kept, self.warnings) = (sink.kept(), sink.warnings().to_vec());
            self.drawn = count - self.kept - sink.passed_over();
        }
        Ok(count)
    }

    fn frame(
        &mut self,
        engine: &mut Engine,
        index: u64,
        sink: Option<&mut (dyn Sink<Error = RenderError> + 'static)>,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let frame = self.feed.seek(engine, index)?;
        for &character in frame.missing_characters() {
            if !self.missing.contains(&character) {
                self.missing.push(character);
            }
        }
        for found in frame.left_out() {
            NotDrawn::add(&mut self.not_drawn, index, found);
        }
        if self.arguments.hash.is_some() && self.is_heard {
            let hash = FrameHash { frame: index, hash: frame.hash() };
            if self.arguments.answer.is_json() || self.arguments.hash_file().is_some() {
                self.hashes.push(hash);
            } else {
                // Between two drawings of the bar, so that it does not run into the line.
                let told = self.bar.suspend(|| out.text(&format!("{hash}\n")));
                self.told(told, sink.is_some())?;
            }
        }
        if let Some(sink) = sink {
            sink.frame(&frame)?;
        }
        if let Some(rows) = &mut self.metrics {
            let row =
                serde_json::to_string(&engine.metrics()).map_err(|error| Failure::Run(error.to_string()))?;
            rows.extend([row.as_str(), "\n"]);
        }
        Ok(())
    }

    /// Whether a reader of hashes that has gone matters.
    fn told(&mut self, told: Result<(), Failure>, has_sink: bool) -> Result<(), Failure> {
        match told {
            // The pictures are still wanted.
            Err(Failure::NoReader) if has_sink => {
                self.is_heard = false;
                Ok(())
            }
            told => told,
        }
    }

    /// Stops before a frame where a signal has asked for it.
    fn heed(&mut self, index: u64) -> Result<(), Failure> {
        self.at = Some(index);
        match is_stopped() {
            true => Err(Failure::Run(stopped(self.at))),
            false => Ok(()),
        }
    }
}
