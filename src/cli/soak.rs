//! `pavane bench --soak`: hours of simulated time, as fast as they go, with the memory that is held over them.

use std::str::FromStr;

use serde::Serialize;
use stats_alloc::INSTRUMENTED_SYSTEM;

use super::failure::Failure;
use super::feed::Feed;
use super::range::time;
use crate::engine::{ChannelValue, ElementValues, Engine, InputValue};
use crate::math::hash::{hash2, hash3};
use crate::program::{Live, Program, ProgramData, Type};

/// How many times the memory is looked at.
const SAMPLES: u64 = 240;
/// How much of a run warms up: one part in so many.
const WARM_UP: u64 = 10;
/// Columns of the plot.
const COLUMNS: usize = 60;
/// Frames between two edited programs.
const SWAP_EVERY: u64 = 500;

/// A length of simulated time: `90s`, `5min`, `1h`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span(f64);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let seconds = time(text).ok_or("write a time such as 90s, 5min or 1h")?.as_secs_f64();
        match seconds {
            0.0 => Err("write a time above 0 and up to 240h, such as 1h".into()),
            _ if seconds > 864_000.0 => Err("write a time above 0 and up to 240h, such as 1h".into()),
            _ => Ok(Self(seconds)),
        }
    }
}

/// The memory that was held.
#[derive(Debug, Serialize)]
pub(super) struct Soaked {
    /// Simulated seconds, and bytes of the process (of the heap where the system does not say).
    pub(super) resident_bytes: Vec<(f64, u64)>,
    /// Bytes of the heap at the end, less those when the first tenth of the run was over.
    pub(super) growth_bytes_after_warm_up: i64,
    /// Programs that took over, inputs that were set, and elements that the host gave.
    pub(super) swaps: u64,
    pub(super) inputs_set: u64,
    pub(super) elements_given: u64,
    pub(super) frames: u64,
    /// What there was no room for, by domain.
    pub(super) refused: Vec<(String, u64)>,
}

/// Bytes on the heap that are in use.
fn heap() -> i64 {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}

/// Bytes of memory of this process.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

/// A domain of the host: how many elements it may have, and the inputs that are numbers.
struct HostDomain {
    name: String,
    most: u32,
    inputs: Vec<String>,
}

/// What happens beside playing.
struct Edits {
    /// The program as it is, and with fewer elements where their number is fixed.
    programs: Vec<Program>,
    /// Channels with what they take.
    inputs: Vec<(String, Type, Option<u32>)>,
    /// Domains of the host with how many elements they may have, and their inputs.
    hosts: Vec<HostDomain>,
    ids: Vec<u64>,
    numbers: Vec<f32>,
    /// The components of an array.
    values: Vec<f64>,
}

impl Edits {
    fn new(program: &Program) -> Self {
        let data = program.data();
        let half = |share: f64| {
            let mut data: ProgramData = data.clone();
            for domain in data.domains.iter_mut().filter(|domain| domain.live.is_none()) {
                domain.count = (f64::from(domain.count) * share) as u32;
            }
            Program::new(data).ok()
        };
        let hosts = data.domains.iter().filter_map(|domain| match &domain.live {
            Some(Live::Host { inputs, ids, view: None, letters: None, .. }) if ids.is_empty() => {
                let numbers = inputs.iter().filter(|input| input.ty == Type::Float);
                let inputs = numbers.map(|input| input.name.clone()).collect();
                Some(HostDomain { name: domain.name.clone(), most: domain.capacity, inputs })
            }
            Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. } | Live::Host { .. })
            | None => None,
        });
        Self {
            programs: [Some(program.clone()), half(0.5), half(0.9)].into_iter().flatten().collect(),
            inputs: data.channels.iter().map(|row| (row.name.clone(), row.ty, row.count)).collect(),
            hosts: hosts.collect(),
            ids: Vec::with_capacity(
                data.domains.iter().map(|domain| domain.capacity as usize).max().unwrap_or(0),
            ),
            numbers: Vec::new(),
            values: Vec::with_capacity(
                data.channels.iter().map(|row| row.components() as usize).max().unwrap_or(0),
            ),
        }
    }

    /// The edits before a frame.
    fn apply(&mut self, engine: &mut Engine, index: u64, soaked: &mut Soaked) -> Result<(), Failure> {
        let random = |salt: u32| hash3(index as u32, salt, 7);
        let share = |salt: u32| f64::from(random(salt) >> 8) / f64::from(1 << 24);
        if index % SWAP_EVERY == SWAP_EVERY - 1 {
            let program = &self.programs[random(0) as usize % self.programs.len()];
            engine.swap(program.clone())?;
            soaked.swaps += 1;
        }
        for (salt, (name, ty, count)) in (1..).zip(&self.inputs).filter(|&(salt, _)| random(salt) % 8 == 0) {
            let k = |more: u32| share(salt + 1000 * more);
            if let Some(count) = *count {
                self.values.clear();
                let components = (0..count * ty.stride()).map(|at| match ty {
                    Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => k(at),
                    Type::Int | Type::Uint | Type::Bool | Type::Shape | Type::Text => k(at).round(),
                });
                self.values.extend(components);
                engine.set(name, ChannelValue::Components { ty: *ty, components: &self.values })?;
                soaked.inputs_set += 1;
                continue;
            }
            let value: InputValue = match ty {
                Type::Float => (k(1) * 100.0).into(),
                Type::Int => InputValue::Int((k(1) * 100.0) as i32),
                Type::Uint => InputValue::Uint((k(1) * 100.0) as u32),
                Type::Bool => (k(1) < 0.5).into(),
                Type::Vec2 => [k(1), k(2)].into(),
                Type::Vec3 => [k(1), k(2), k(3)].into(),
                Type::Color => [k(1), k(2), k(3), k(4)].into(),
                Type::Shape | Type::Text => continue,
            };
            engine.set(name, value)?;
            soaked.inputs_set += 1;
        }
        for HostDomain { name, most, inputs } in self.hosts.iter().filter(|_| random(3) % 4 == 0) {
            let count = (f64::from(*most) * share(4)) as u64;
            self.ids.clear();
            // Most of them again, in another order.
            let (first, turn) = (index / 8, u64::from(random(5)) % count.max(1));
            self.ids.extend((0..count).map(|k| first + (k + turn) % count));
            self.numbers.clear();
            self.numbers
                .extend(self.ids.iter().map(|&id| (hash2(id as u32, 1) >> 8) as f32 / (1 << 24) as f32));
            let mut columns: Vec<(&str, ElementValues<'_>)> = Vec::new();
            for input in inputs {
                columns.push((input, ElementValues::Float(&self.numbers)));
            }
            engine.elements(name)?.set(&self.ids, &columns)?;
            soaked.elements_given += count;
        }
        Ok(())
    }
}

/// Bytes of the heap, with the program as it was given: another one may take more.
fn held(engine: &mut Engine, edits: &Option<Edits>) -> Result<i64, Failure> {
    if let Some(program) = edits.as_ref().and_then(|edits| edits.programs.first()) {
        engine.swap(program.clone())?;
    }
    Ok(heap())
}

/// Plays, with edits if asked for.
pub(super) fn soak(
    engine: &mut Engine,
    feed: &mut Feed,
    span: Span,
    with_edits: bool,
) -> Result<Soaked, Failure> {
    let frames = (span.0 * engine.frame_rate().as_f64()).max(1.0) as u64;
    let every = frames.div_ceil(SAMPLES);
    let mut edits = with_edits.then(|| Edits::new(engine.program()));
    let mut soaked = Soaked {
        resident_bytes: Vec::with_capacity(SAMPLES as usize + 1),
        growth_bytes_after_warm_up: 0,
        swaps: 0,
        inputs_set: 0,
        elements_given: 0,
        frames,
        refused: Vec::new(),
    };
    let mut after_warm_up = heap();
    for index in 0..frames {
        feed.apply(engine, index)?;
        if let Some(edits) = &mut edits {
            edits.apply(engine, index, &mut soaked)?;
        }
        let seconds = engine.frame(index)?.time().as_secs_f64();
        feed.follow(engine)?;
        if index % every == 0 {
            soaked.resident_bytes.push((seconds, resident().unwrap_or(heap().unsigned_abs())));
        }
        if index == frames / WARM_UP {
            after_warm_up = held(engine, &edits)?;
        }
    }
    soaked.growth_bytes_after_warm_up = held(engine, &edits)? - after_warm_up;
    let refused = engine.domain_usage().filter(|usage| usage.refused > 0);
    soaked.refused = refused.map(|usage| (usage.domain.to_owned(), usage.refused)).collect();
    Ok(soaked)
}

/// For people: a plot and what it says.
pub(super) fn summary(soaked: &Soaked) -> String {
    let levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let bytes: Vec<u64> = soaked.resident_bytes.iter().map(|&(_, bytes)| bytes).collect();
    let (low, high) = (bytes.iter().min().copied().unwrap_or(0), bytes.iter().max().copied().unwrap_or(0));
    let step = bytes.len().div_ceil(COLUMNS).max(1);
    let level = |bytes: u64| match high - low {
        0 => levels[0],
        range => levels[((bytes - low) * 7 / range) as usize],
    };
    let plot: String =
        bytes.chunks(step).map(|chunk| level(chunk.iter().max().copied().unwrap_or(low))).collect();
    let mib = |bytes: u64| format!("{:.2} MiB", bytes as f64 / f64::from(1 << 20));
    format!(
        "resident    {plot}\n            {} to {}, {} frames\ngrowth      {} bytes of the heap behind the first tenth\n\
         edits       {} swaps, {} inputs set, {} elements given\n",
        mib(low),
        mib(high),
        soaked.frames,
        soaked.growth_bytes_after_warm_up,
        soaked.swaps,
        soaked.inputs_set,
        soaked.elements_given
    )
}
