//! `pavane record`.

use clap::Args;

use super::failure::{Failure, tell};
use super::input::{self, Given, Table};
use super::options::{self, HEADROOM, Running};
use super::out::Out;
use super::range::{Frames, Size};
use super::render::clip_frames;
use super::{preview, refuse};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::record::Recorder;
use crate::render::{check_whole, write_whole};

/// Record what a run is given: inputs, events, reloads
#[derive(Debug, Args)]
#[command(
    after_help = "Opens a preview and records what the hand does in it, until it is closed; with --inputs or --frames it plays \
without a\nwindow. The log is written as a whole at the end: a run that is killed leaves none.\n\n\
What was seen is what is replayed. While it records, a preview evaluates every frame, so a slow machine plays slower; a\n\
pause takes no time; Right and End go on through every frame on the way; time does not go back, but R begins the\n\
recording again. A save that is taken up is in the log, with its program.\n\n\
Examples:\n  \
    pavane record examples:pong -o run.jsonl\n  \
    pavane record examples:ripples --inputs clicks.csv --frames 600 -o run.jsonl\n  \
    pavane replay run.jsonl --threads 4"
)]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    file: String,
    /// Where the log goes: a line of JSON for each input and event; without a window `-` is standard output
    #[arg(short, long, value_name = "LOG")]
    output: String,
    /// Without a window: so many frames, from frame 0 on [default with --inputs: the clip]
    #[arg(long, value_name = "N")]
    frames: Option<Frames>,
    /// Canvas in pixels [default: the program's]
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = options::threads())]
    threads: Option<u16>,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    running: Running,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let Arguments { file, output, size, threads, given, running, .. } = arguments;
    if arguments.frames.is_some() || arguments.table.is_given() {
        return headless(arguments, out);
    }
    if output == "-" {
        let message =
            "a preview records to a file: name one, or say how many --frames to play without a window";
        return Err(Failure::Arguments(message.into()));
    }
    refuse::inputs(std::slice::from_ref(file), &[output.into()])?;
    check_whole(output).map_err(Failure::opening)?;
    preview::open(&preview::Wanted {
        file,
        size: *size,
        threads: *threads,
        given,
        running: *running,
        record: Some(output),
        keep: None,
        gpu: false,
    })
}

/// Plays without a window.
fn headless(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let Arguments { file, output, .. } = arguments;
    arguments.table.beside(file)?;
    let input = input::read(file, &arguments.given.options())?;
    let script = input.script(&arguments.table)?;
    let mut files = input.files;
    files.extend(arguments.table.file());
    if output != "-" {
        refuse::inputs(&files, &[output.into()])?;
        check_whole(output).map_err(Failure::opening)?;
    }
    let program = input.program;
    let rate = arguments.running.fps.unwrap_or(program.frame_rate());
    let count = clip_frames(&program, rate);
    let frames = arguments.frames.map_or(Ok(0..count), |frames| frames.resolve(count, rate));
    let frames = frames.map_err(|message| Failure::Arguments(format!("--frames: {message}")))?;
    if frames.start != 0 {
        let message = format!("--frames: a recording begins at frame 0: ask for {}", frames.end);
        return Err(Failure::Arguments(message));
    }
    let clip = program.data().clip.size;
    let settings = EngineSettings {
        canvas: Some(arguments.size.map_or(clip, |Size { width, height }| [width, height])),
        ..arguments.running.settings(options::threads_or_all(arguments.threads), Demand::Drawn)
    };
    let mut engine = Engine::fitted(program, HEADROOM, settings)?;
    let mut recorder = Recorder::new(&mut engine, file);
    for index in frames.clone() {
        script.apply(&mut engine, index)?;
        engine.frame(index)?;
        recorder.take(&engine).map_err(|stopped| Failure::Run(format!("before frame {index}: {stopped}")))?;
    }
    let log = recorder.finish(&mut engine).unwrap_or_default();
    if output == "-" {
        return out.exact(&log);
    }
    write_whole(output, log.as_bytes())?;
    tell(&format!("recorded {} frames to {output}\n", frames.end));
    Ok(())
}
