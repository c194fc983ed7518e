//! `pavane replay`.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::failure::Failure;
use super::feed;
use super::input::{self, Given};
use super::memory::{self, MemorySize};
use super::options::{self, Answer, Level};
use super::out::Out;
use crate::engine::{Demand, EngineSettings};
use crate::record::Replay;
use crate::time::FrameRate;

/// Play a recorded run again, and say whether it gives the same frames
#[derive(Debug, Args)]
#[command(
    after_help = "Without FILE the program is the one in the log, as it was then. Every frame has the bits of the recorded one, at \
any\nnumber of threads; the last one is compared with what was recorded, and another one is an error.\n\n\
Examples:\n  \
    pavane record examples:ripples -o run.jsonl\n  \
    pavane replay run.jsonl --threads 4\n  \
    pavane replay run.jsonl ripples.pav --anyway --hash    the same hand over an edited patch\n  \
    pavane render examples:ripples --log run.jsonl -o run.gif"
)]
pub(super) struct Arguments {
    /// What `pavane record` wrote, `-` for standard input
    log: String,
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME` [default: the program in the log]
    file: Option<String>,
    /// Threads for lane programs
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = options::threads())]
    threads: u16,
    /// Print `frame INDEX HASH` for every frame
    #[arg(long)]
    hash: bool,
    /// Frames per second; events happen at their exact times at any rate [default: the log's]
    #[arg(long, value_name = "RATE")]
    fps: Option<FrameRate>,
    /// Replay what FILE takes of the log of another program, and what there is of one that was cut off
    #[arg(long)]
    anyway: bool,
    /// Vector instructions; all give the same bits
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t, hide_short_help = true)]
    level: Level,
    /// The most memory for tables, such as 8GiB [default: a quarter of the machine's]
    #[arg(long, value_name = "SIZE")]
    memory_limit: Option<MemorySize>,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    answer: Answer,
}

/// The answer as JSON.
#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    log: &'a str,
    /// What the log was recorded of.
    recorded_of: &'a str,
    frames: u64,
    last_frame: u64,
    last_frame_hash: String,
    /// Null where there is nothing to compare with: another frame rate, another program, a log that was cut off.
    recorded_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Vec<String>>,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let Arguments { log, file, anyway, .. } = arguments;
    if log == "-" && file.as_deref() == Some("-") {
        let message =
            "the log and FILE are both `-`, and standard input can be read once: give one of them a name";
        return Err(Failure::Arguments(message.into()));
    }
    let mut recording = feed::read(log, *anyway)?;
    let options = arguments.given.options();
    match file {
        Some(file) => {
            let input = input::read(file, &options)?;
            if input.sets_inputs() {
                let message = "--set gives an input a value, and inputs have those of the log: leave it out";
                return Err(Failure::Arguments(message.into()));
            }
            recording = feed::fit(recording, &input.program, *anyway)?;
        }
        None if options.given.is_empty() => {}
        None => return Err(Failure::Arguments("--set is for FILE: name the patch, too".into())),
    }
    let mut replay = Replay::new(Arc::new(recording));
    let settings = EngineSettings {
        frame_rate: arguments.fps,
        threads: arguments.threads.into(),
        level: arguments.level.into(),
        demand: Demand::Drawn,
        memory_limit: memory::limit(arguments.memory_limit),
        ..EngineSettings::default()
    };
    let mut engine = replay.engine(settings)?;
    let is_recorded_rate = {
        let recording = replay.recording();
        let recorded = recording.frame_rate().unwrap_or(recording.program().frame_rate());
        arguments.fps.is_none_or(|fps| fps == recorded)
    };
    let (mut frames, mut last, mut hashes) = (0, (0, 0), Vec::new());
    while let Some(frame) = replay.step(&mut engine)? {
        // Of a run without `--hash` only the last one is looked at, but which one that is shows behind it.
        last = (frame.index(), frame.hash());
        frames += 1;
        if arguments.hash {
            match arguments.answer.is_json() {
                true => hashes.push(format!("{:#018x}", last.1)),
                false => out.text(&format!("frame {} {:#018x}\n", last.0, last.1))?,
            }
        }
    }
    let recorded = replay.recording().end().filter(|_| is_recorded_rate);
    let expected = recorded.and_then(|end| Some((end.frame, end.hash?)));
    let of = replay.recording().file();
    if arguments.answer.is_json() {
        out.json(&Report {
            schema_version: SCHEMA_VERSION,
            log,
            recorded_of: of,
            frames,
            last_frame: last.0,
            last_frame_hash: format!("{:#018x}", last.1),
            recorded_hash: expected.map(|(_, hash)| format!("{hash:#018x}")),
            hashes: arguments.hash.then_some(hashes),
        })?;
    } else {
        let compared = if expected == Some(last) { ", as recorded" } else { "" };
        out.text(&format!(
            "replayed {frames} frames of {of}: frame {} has {:#018x}{compared}\n",
            last.0, last.1
        ))?;
    }
    match expected {
        Some((index, hash)) if (index, hash) != last => Err(Failure::Run(format!(
            "the replay is another run: frame {index} has {hash:#018x} in the log, and frame {} has {:#018x} here",
            last.0, last.1
        ))),
        Some(_) | None => Ok(()),
    }
}
