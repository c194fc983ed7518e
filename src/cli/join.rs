//! `pavane join`.

mod frames;

use std::collections::BTreeMap;
use std::ops::Range;

use clap::Args;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::encoding::Encoded;
use super::failure::{Failure, tell};
use super::hashes::{self, Head};
use super::options::{self, Answer};
use super::out::Out;
use super::range::Frames;
use super::{refuse, render};
use crate::diagnostic::one_line;
use crate::load;
use crate::render::{ClipInfo, Format, Joiner, Look, Output, Sequence};
use crate::time::FrameRate;
use frames::Lacking;

/// Make a clip of the PNGs of a sequence, such as shards have rendered
#[derive(Debug, Args)]
#[command(
    after_help = "The clip has the bytes that rendering straight to it gives. PNGs that `pavane render` has written say at which frame\n\
rate they are, and of which frame; those of other programs take --fps.\n\n\
Without --hashes and --frames the clip goes from the first file that is there to the last. Either says how far it should go, so\n\
that a shard that is missing at the end is missed. Nothing is written unless every frame is there, whole, and the one it should be.\n\n\
Exit codes: 0 done; 1 the run failed; 2 the arguments are wrong; 3 frames are missing: render those that are named, and join again.\n\n\
Examples:\n  \
    pavane render spiral.pav -o out/frame_%05d.png --shard 1/4 --hash=out/shard_1.txt\n  \
    pavane join out/frame_%05d.png --hashes out/shard_*.txt -o spiral.gif\n  \
    pavane join scan_%04d.png --fps 24 -o scan.mp4"
)]
pub(super) struct Arguments {
    /// The pictures: a file per frame, named by its number
    pictures: String,
    /// Where the clip goes: .gif, .apng, .mp4 or .webm
    #[arg(short, long, value_name = "OUT")]
    output: String,
    /// What `render --hash=FILE` has written, of all shards: which frames there have to be, and the hash of each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    hashes: Vec<String>,
    /// Frames `A..B` without B, `A..`, or a count; by number or by time [default: those of --hashes, else what there is]
    #[arg(long, value_name = "A..B")]
    frames: Option<Frames>,
    /// Frames per second [default: what the pictures say]
    #[arg(long, value_name = "RATE")]
    fps: Option<FrameRate>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = options::threads())]
    threads: Option<u16>,
    #[command(flatten)]
    encoded: Encoded,
    #[command(flatten)]
    answer: Answer,
}

/// More than anybody means by a clip: 46 hours at 60 frames per second.
const FRAMES_MAX: u64 = 10_000_000;

/// The answer as JSON.
#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    pictures: &'a str,
    output: &'a str,
    width: u32,
    height: u32,
    frame_rate: String,
    first_frame: u64,
    frames: u64,
    /// How many of them were compared with a hash.
    compared: u64,
    warnings: &'a [String],
}

/// What files of hashes say.
#[derive(Default)]
struct Told {
    head: Option<Head>,
    /// Of each frame the hash, and which file says so.
    frames: BTreeMap<u64, (u64, usize)>,
    /// How many shards there are, where that is known.
    shards: Option<u64>,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let sequence = Sequence::open(&arguments.pictures).map_err(Failure::opening)?;
    let output = Output::from_path(&arguments.output).map_err(Failure::opening)?;
    if matches!(output.format(), Format::Png | Format::Svg) {
        let message =
            format!("`{}` is no clip: name a .gif, .apng, .mp4 or .webm", one_line(&arguments.output));
        return Err(Failure::Arguments(message));
    }
    let told = Told::read(&arguments.hashes)?;
    let range = range(arguments, &sequence, &told)?;
    if range.end - range.start > FRAMES_MAX {
        let message = format!(
            "{} frames are more than one clip gets, {FRAMES_MAX}: join parts of them, with --frames",
            range.end - range.start
        );
        return Err(Failure::Arguments(message));
    }
    let lacking =
        Lacking::of(range.clone(), told.shards, |frame| sequence.frames().binary_search(&frame).is_ok());
    if let Some(lacking) = lacking {
        return Err(Failure::Missing(lacking.message(&arguments.pictures, "missing")));
    }
    told.check_complete(range.clone(), &arguments.hashes)?;
    let looks = looks(&sequence, range.clone(), &told)?;
    let clip = clip(arguments, &sequence, range.clone(), &looks)?;
    let transparent = looks.first().is_some_and(|look| look.transparent);
    arguments.encoded.check(&output, transparent, "render with --transparent")?;
    let output = output.with_settings(arguments.encoded.settings(arguments.threads, true));
    let mut inputs: Vec<String> = arguments.hashes.clone();
    inputs.extend(range.clone().map(|frame| sequence.path(frame).display().to_string()));
    refuse::inputs(&inputs, &output.replaced(|_| true))?;
    let warnings = write(arguments, &sequence, &output, &clip, range.clone(), &looks)?;
    if arguments.answer.is_json() {
        out.json(&Report {
            schema_version: SCHEMA_VERSION,
            pictures: &arguments.pictures,
            output: &arguments.output,
            width: clip.width,
            height: clip.height,
            frame_rate: clip.frame_rate.to_string(),
            first_frame: range.start,
            frames: clip.frame_count,
            compared: range.filter(|frame| told.frames.contains_key(frame)).count() as u64,
            warnings: &warnings,
        })?;
    }
    Ok(())
}

impl Told {
    fn read(files: &[String]) -> Result<Self, Failure> {
        let mut this = Self::default();
        for (at, file) in files.iter().enumerate() {
            let text = load::read_any(file).map_err(|found| {
                tell(&found.to_string());
                Failure::Told
            })?;
            let (head, found) = hashes::read(&text.text).map_err(|(line, expected)| {
                Failure::Arguments(format!(
                    "{}:{line}: this is no hash of a frame: {expected}",
                    one_line(file)
                ))
            })?;
            if let Some(head) = head {
                this.shards = this.shards.or(head.shard.map(|shard| shard.count()));
                let head = Head { shard: head.shard.map(|shard| shard.first()), ..head };
                match &this.head {
                    Some(first) if *first != head => {
                        let (one, other) = (one_line(&files[0]), one_line(file));
                        let message = format!(
                            "`{one}` and `{other}` are not of one clip: the one has {}, the other {}",
                            first.about(),
                            head.about()
                        );
                        return Err(Failure::Arguments(message));
                    }
                    Some(_) => {}
                    None => this.head = Some(head),
                }
            }
            for hash in found {
                match this.frames.insert(hash.frame, (hash.hash, at)) {
                    Some((other, before)) if other != hash.hash => {
                        let message = format!(
                            "frame {} is {other:#018x} in `{}` and {:#018x} in `{}`: render both again with one version of the \
                             patch and of pavane",
                            hash.frame,
                            one_line(&files[before]),
                            hash.hash,
                            one_line(file)
                        );
                        return Err(Failure::Missing(message));
                    }
                    Some(_) | None => {}
                }
            }
        }
        Ok(this)
    }

    /// Whether there is a hash of every frame, where there are hashes.
    fn check_complete(&self, range: Range<u64>, files: &[String]) -> Result<(), Failure> {
        if files.is_empty() {
            return Ok(());
        }
        match Lacking::of(range, self.shards, |frame| self.frames.contains_key(&frame)) {
            Some(lacking) => Err(Failure::Missing(
                lacking.message("--hashes", "without a hash, so nobody knows whether they are done"),
            )),
            None => Ok(()),
        }
    }
}

/// The frames of the clip.
fn range(arguments: &Arguments, sequence: &Sequence, told: &Told) -> Result<Range<u64>, Failure> {
    let there = sequence.frames();
    let hashed = told.frames.first_key_value().zip(told.frames.last_key_value());
    let known = match (&told.head, hashed) {
        (Some(head), _) => Some(head.frames.clone()),
        (None, Some(((&first, _), (&last, _)))) => Some(first..last + 1),
        (None, None) => there.first().zip(there.last()).map(|(&first, &last)| first..last + 1),
    };
    let rate = arguments.fps.or(told.head.as_ref().map(|head| head.rate));
    let rate = rate.or_else(|| sequence.look(*there.first()?).ok()?.rate).unwrap_or(FrameRate::SIXTY);
    let none = || {
        let message = format!(
            "there are no files `{}`: render them first, or name them as they are",
            one_line(&arguments.pictures)
        );
        Failure::Missing(message)
    };
    match (arguments.frames, known) {
        (Some(frames), known) => {
            let end = known.map_or(0, |known| known.end);
            frames.resolve(end, rate).map_err(|message| Failure::Arguments(format!("--frames: {message}")))
        }
        (None, Some(known)) => Ok(known),
        (None, None) => Err(none()),
    }
}

/// Looks at every file: it has to be a PNG like the first one, and show the frame that it should.
fn looks(sequence: &Sequence, range: Range<u64>, told: &Told) -> Result<Vec<Look>, Failure> {
    let name = |frame| format!("`{}`", one_line(&sequence.path(frame).display().to_string()));
    let mut looks: Vec<Look> = Vec::with_capacity((range.end - range.start) as usize);
    for frame in range.clone() {
        let shard = told.shards.map(|count| frames::shard(frame, range.start, count)).unwrap_or_default();
        let again = format!("; render frame {frame}{shard} again");
        let look = sequence
            .look(frame)
            .map_err(|reason| Failure::Missing(format!("{}: {}{again}", name(frame), one_line(&reason))))?;
        if let Some(&(hash, _)) = told.frames.get(&frame) {
            let found = look.facts.map(|facts| facts.hash);
            if found != Some(hash) {
                let found = found.map_or("does not say".to_owned(), |found| format!("says {found:#018x}"));
                let message = format!(
                    "{} is not the frame of the hashes: it {found}, they say {hash:#018x}{again}",
                    name(frame)
                );
                return Err(Failure::Missing(message));
            }
        }
        if let Some(first) = looks.first() {
            let like = |look: &Look| (look.width, look.height, look.transparent, look.rate, look.settings);
            if like(first) != like(&look) {
                let message = format!(
                    "{} is {} and {} is {}: pictures of one clip have one size, frame rate, transparency and effort, and are \
                     drawn by one version of pavane; render those of one kind again",
                    name(range.start),
                    about(first),
                    name(frame),
                    about(&look)
                );
                return Err(Failure::Missing(message));
            }
        }
        looks.push(look);
    }
    Ok(looks)
}

fn about(look: &Look) -> String {
    let kind = if look.transparent { "transparent" } else { "opaque" };
    let rate = look.rate.map(|rate| format!(" at {rate} frames per second")).unwrap_or_default();
    let settings = look.settings.map(|number| format!(", drawn as {number:016x}")).unwrap_or_default();
    format!("{kind} with {}x{} pixels{rate}{settings}", look.width, look.height)
}

fn clip(
    arguments: &Arguments,
    sequence: &Sequence,
    range: Range<u64>,
    looks: &[Look],
) -> Result<ClipInfo, Failure> {
    let (Some(first), frame_count) = (looks.first(), looks.len() as u64) else {
        return Err(Failure::Arguments("there are no frames to join".into()));
    };
    let Some(frame_rate) = arguments.fps.or(first.rate) else {
        let message = "the pictures do not say at which frame rate they are: say it, as in --fps 30";
        return Err(Failure::Arguments(message.into()));
    };
    let background = match first.facts {
        Some(facts) => facts.background,
        None => sequence.corner(range.start, *first).map_err(|reason| {
            Failure::Missing(format!(
                "`{}`: {reason}",
                one_line(&sequence.path(range.start).display().to_string())
            ))
        })?,
    };
    Ok(ClipInfo { width: first.width, height: first.height, frame_rate, frame_count, background })
}

/// Writes the clip; gives what it lacks.
fn write(
    arguments: &Arguments,
    sequence: &Sequence,
    output: &Output,
    clip: &ClipInfo,
    range: Range<u64>,
    looks: &[Look],
) -> Result<Vec<String>, Failure> {
    let transparent = looks.first().is_some_and(|look| look.transparent);
    let bar = render::bar();
    render::listen(bar.clone());
    let mut joiner = Joiner::open(output, clip, transparent).map_err(Failure::opening)?;
    bar.set_message(one_line(&arguments.output).into_owned());
    bar.set_length(clip.frame_count);
    let written = range.zip(looks).try_for_each(|(frame, look)| {
        if render::is_stopped() {
            return Err(render::stopped_run(Some(frame)));
        }
        bar.inc(1);
        joiner.frame(sequence, frame, look.facts)?.map_err(|reason| {
            let path = sequence.path(frame).display().to_string();
            Failure::Missing(format!(
                "`{}`: {}; render frame {frame} again",
                one_line(&path),
                one_line(&reason)
            ))
        })
    });
    let written = written.and_then(|()| Ok(joiner.finish()?));
    bar.finish_and_clear();
    let warnings = written.map_err(|failure| match render::is_stopped() {
        // What a signal has ended is not to blame.
        true => render::stopped_run(None),
        false => failure,
    })?;
    warnings.iter().for_each(|warning| tell(&format!("warning: {warning}\n")));
    Ok(warnings)
}
