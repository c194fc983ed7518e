//! `pavane bench`.

use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use stats_alloc::INSTRUMENTED_SYSTEM;

use super::SCHEMA_VERSION;
use super::failure::Failure;
use super::feed::{Feed, Logged};
use super::input::{self, Given, Table};
use super::inspect::usage;
use super::memory;
use super::options::{self, Answer, HEADROOM, Running};
use super::out::Out;
use super::soak::{self, Span};
use super::synctest;
use crate::engine::{Demand, Engine};
use crate::program::limits::CAPACITY_MAX;
use crate::program::{Domain, Program, ProgramData};
use crate::render::{Raster, RasterSettings, canvas};
use crate::world::Budget;

/// Frames that are not measured: caches fill, clocks rise.
const WARM_UP: u64 = 60;
/// Frames from which on one in a hundred says something.
const P99_FROM: usize = 1_000;
/// So many frames at most: their times are kept.
const FRAMES_MAX: u64 = 10_000_000;

/// So many frames back at most: a snapshot is kept of each.
const BACK_MAX: u64 = 600;

/// Measure how long frames take and what they allocate
#[derive(Debug, Args)]
#[command(
    after_help = "60 frames warm up and are not counted. A frame is its evaluation; --raster adds drawing it.\n\
                        --elements gives the one domain of a program this many elements; several domains keep their \
                        proportions and have about this many together.\n\n\
                        Examples:\n  \
                        pavane bench examples:gs1\n  \
                        pavane bench examples:gs1 --elements 1500000 --frames 200 --threads 4\n  \
                        pavane bench spiral.pav --raster --format json\n  \
                        pavane bench spiral.pav --synctest 8 --frames 120"
)]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    file: String,
    /// Frames that are measured
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=FRAMES_MAX))]
    frames: u64,
    /// How many elements [default: the program's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=i64::from(CAPACITY_MAX)))]
    elements: Option<u32>,
    /// Threads for lane programs, and for drawing
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = options::threads())]
    threads: u16,
    /// Draw each frame too
    #[arg(long)]
    raster: bool,
    /// Play this much simulated time instead, such as 90s or 1h, and say how much memory is held over it
    #[arg(long, value_name = "TIME", conflicts_with_all = ["frames", "raster", "hash"])]
    soak: Option<Span>,
    /// While soaking: random inputs, elements and programs
    #[arg(long, requires = "soak")]
    edits: bool,
    /// Instead of measuring, go this many frames back behind every frame, play them again, and compare
    #[arg(long, value_name = "K", conflicts_with_all = ["soak", "raster", "hash", "log"], value_parser = clap::value_parser!(u64).range(1..=BACK_MAX))]
    synctest: Option<u64>,
    /// Print `frame INDEX HASH` for every measured frame
    #[arg(long)]
    hash: bool,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    logged: Logged,
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
    /// Without those that warm up.
    frames: u64,
    elements: u64,
    threads: usize,
    frame_ns: FrameTimes,
    /// Of the median frame; null without elements.
    ns_per_element: Option<f64>,
    allocations_per_frame: serde_json::Number,
    bytes_allocated_per_frame: serde_json::Number,
    last_frame_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Vec<String>>,
}

/// The answer of a soak as JSON.
#[derive(Serialize)]
struct SoakReport<'a> {
    schema_version: u32,
    file: &'a str,
    #[serde(flatten)]
    soaked: &'a soak::Soaked,
}

#[derive(Serialize)]
struct FrameTimes {
    min: u64,
    p5: u64,
    p50: u64,
    p95: u64,
    /// Null under 1 000 frames.
    p99: Option<u64>,
    max: u64,
}

/// The answer of a sync test as JSON.
#[derive(Serialize)]
struct SyncReport<'a> {
    schema_version: u32,
    file: &'a str,
    #[serde(flatten)]
    synced: &'a synctest::Synced,
}

/// The measurements.
struct Measured {
    times: FrameTimes,
    allocations: u64,
    bytes: u64,
    last_hash: u64,
    hashes: Vec<u64>,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let input = input::read(&arguments.file, &arguments.given.options())?;
    let mut feed = Feed::new(&arguments.file, &input, &arguments.table, &arguments.logged)?;
    let mut program = input.program;
    if let Some(elements) = arguments.elements {
        program = with_elements(&program, elements)?;
    }
    let settings = feed.settings(arguments.running.settings(arguments.threads.into(), Demand::Drawn));
    let [width, height] = program.data().clip.size;
    let rows = if arguments.raster { vec![canvas(width, height)] } else { Vec::new() };
    let pictures = Budget { rows };
    let settings = memory::beside(&pictures, settings)?;
    let elements = program.data().domains.iter().map(|domain| u64::from(domain.most())).sum();
    let mut engine =
        Engine::fitted(program, HEADROOM, settings).map_err(|error| memory::together(error, &pictures))?;
    feed.make_room(&mut engine)?;
    if let Some(span) = arguments.soak {
        let soaked = soak::soak(&mut engine, &mut feed, span, arguments.edits)?;
        return match arguments.answer.is_json() {
            true => out.json(&SoakReport {
                schema_version: SCHEMA_VERSION,
                file: &arguments.file,
                soaked: &soaked,
            }),
            false => out.text(&soak::summary(&soaked)),
        };
    }
    if let Some(back) = arguments.synctest {
        let synced = synctest::synctest(&mut engine, &mut feed, [arguments.frames, back])?;
        return match arguments.answer.is_json() {
            true => out.json(&SyncReport {
                schema_version: SCHEMA_VERSION,
                file: &arguments.file,
                synced: &synced,
            }),
            false => out.text(&synctest::summary(&synced)),
        };
    }
    let Measured { times, allocations, bytes, last_hash, hashes } =
        measure(arguments, &mut engine, &mut feed)?;
    let per_frame = |total: u64| ratio(total, arguments.frames);
    let text = |index: usize, hash: u64| format!("frame {} {hash:#018x}\n", WARM_UP + index as u64);
    let report = Report {
        schema_version: SCHEMA_VERSION,
        file: &arguments.file,
        frames: arguments.frames,
        elements,
        threads: engine.threads(),
        ns_per_element: (elements > 0).then(|| times.p50 as f64 / elements as f64),
        frame_ns: times,
        allocations_per_frame: per_frame(allocations),
        bytes_allocated_per_frame: per_frame(bytes),
        last_frame_hash: format!("{last_hash:#018x}"),
        hashes: arguments.hash.then(|| hashes.iter().map(|hash| format!("{hash:#018x}")).collect()),
    };
    if arguments.answer.is_json() {
        return out.json(&report);
    }
    for (index, &hash) in hashes.iter().enumerate() {
        out.text(&text(index, hash))?;
    }
    out.text(&summary(&report))?;
    out.text(&format!("\n{}", usage(engine.usage())))
}

/// Runs the frames.
fn measure(arguments: &Arguments, engine: &mut Engine, feed: &mut Feed) -> Result<Measured, Failure> {
    let [width, height] = engine.program().data().clip.size;
    let threads = arguments.threads.into();
    let raster = RasterSettings { width, height, threads, ..RasterSettings::default() };
    let mut raster = arguments.raster.then(|| Raster::new(raster)).transpose().map_err(Failure::opening)?;
    let last = WARM_UP + arguments.frames;
    let mut times: Vec<Duration> = Vec::with_capacity(arguments.frames as usize);
    let mut hashes = Vec::with_capacity(if arguments.hash { arguments.frames as usize } else { 0 });
    let mut last_hash = 0;
    let (mut allocations, mut bytes) = (0, 0);
    for index in 0..last {
        feed.apply(engine, index)?;
        // Around each frame, so that hashing between them does not count.
        let before = INSTRUMENTED_SYSTEM.stats();
        let start = Instant::now();
        let frame = engine.frame(index)?;
        if let Some(raster) = &mut raster {
            std::hint::black_box(raster.draw(&frame));
        }
        let time = start.elapsed();
        if index >= WARM_UP {
            let stats = INSTRUMENTED_SYSTEM.stats() - before;
            allocations += (stats.allocations + stats.reallocations) as u64;
            bytes += stats.bytes_allocated as u64;
            times.push(time);
        }
        // A log may say more of a frame that was seen: a swap, or another canvas.
        feed.follow(engine)?;
        let Some(frame) = engine.last_frame().filter(|_| index >= WARM_UP) else { continue };
        if arguments.hash {
            hashes.push(frame.hash());
        }
        if index + 1 == last {
            last_hash = frame.hash();
        }
    }
    times.sort_unstable();
    Ok(Measured {
        times: FrameTimes {
            min: percentile(&times, 0),
            p5: percentile(&times, 5),
            p50: percentile(&times, 50),
            p95: percentile(&times, 95),
            p99: (times.len() >= P99_FROM).then(|| percentile(&times, 99)),
            max: percentile(&times, 100),
        },
        allocations,
        bytes,
        last_hash,
        hashes,
    })
}

/// A percentile of frame times, in nanoseconds.
fn percentile(sorted: &[Duration], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

/// A quotient, whole where it is.
fn ratio(total: u64, count: u64) -> serde_json::Number {
    match total.checked_rem(count) {
        Some(0) => (total / count).into(),
        _ => serde_json::Number::from_f64(total as f64 / count as f64).unwrap_or(0.into()),
    }
}

/// The program with another number of elements.
fn with_elements(program: &Program, elements: u32) -> Result<Program, Failure> {
    let mut data: ProgramData = program.data().clone();
    let is_fixed = |domain: &&mut Domain| domain.live.is_none();
    let fixed: Vec<u32> = data.domains.iter_mut().filter(is_fixed).map(|domain| domain.count).collect();
    let total: u64 = fixed.iter().map(|&count| u64::from(count)).sum();
    if fixed.is_empty() {
        return Err(Failure::Arguments(
            "--elements: the program has no domain of a fixed number of elements".into(),
        ));
    }
    let domains = fixed.len() as u64;
    for domain in data.domains.iter_mut().filter(is_fixed) {
        let share = match total {
            0 => u64::from(elements) / domains,
            _ => (u64::from(domain.count) * u64::from(elements) + total / 2) / total,
        };
        domain.count = u32::try_from(share).unwrap_or(u32::MAX);
        domain.capacity = domain.count.max(1);
    }
    for cell in &mut data.cells {
        if let Some(domain) = cell.domain {
            let lanes = data.domains[domain as usize].capacity;
            let length = cell.ring.map_or(1, |ring| ring.length);
            cell.size = cell.ty.stride().saturating_mul(length).saturating_mul(lanes);
        }
    }
    Program::new(data).map_err(|diagnostics| {
        Failure::Arguments(format!("--elements {elements} makes a program that is not good:\n{diagnostics}"))
    })
}

fn summary(report: &Report<'_>) -> String {
    let FrameTimes { min, p5, p50, p95, p99, max } = report.frame_ns;
    let us = |ns: u64| format!("{:.1} us", ns as f64 / 1e3);
    let p99 = p99.map_or_else(|| format!("- (from {P99_FROM} frames on)"), us);
    let per_element = report.ns_per_element.map_or_else(|| "-".into(), |ns| format!("{ns:.3} ns"));
    let rows = [
        ("file", report.file.to_owned()),
        ("elements", report.elements.to_string()),
        ("threads", report.threads.to_string()),
        ("frames", format!("{} after {WARM_UP} that warm up", report.frames)),
        ("frame min", us(min)),
        ("frame p5", us(p5)),
        ("frame p50", us(p50)),
        ("frame p95", us(p95)),
        ("frame p99", p99),
        ("frame max", us(max)),
        ("per element", per_element),
        (
            "allocations",
            format!("{} per frame, {} bytes", report.allocations_per_frame, report.bytes_allocated_per_frame),
        ),
        ("last hash", report.last_frame_hash.clone()),
    ];
    rows.iter().map(|(name, value)| format!("{name:<12}{value}\n")).collect()
}
