//! Options that several verbs share.

use clap::{Args, ValueEnum};

use super::memory::{self, MemorySize};
use crate::engine::{Demand, EngineSettings, SimdLevel};
use crate::time::FrameRate;

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document with a `schema_version`.
    Json,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Answer {
    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Answer {
    pub(super) fn is_json(self) -> bool {
        self.format == Format::Json
    }
}

/// Vector instructions of lane programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// The best this CPU has.
    #[default]
    Native,
    /// AVX-512, or the next best this CPU has.
    Avx512,
    /// AVX2, or the next best.
    Avx2,
    /// What every CPU of the kind has.
    Baseline,
}

impl From<Level> for SimdLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Native => Self::Native,
            Level::Avx512 => Self::Avx512,
            Level::Avx2 => Self::Avx2,
            Level::Baseline => Self::Baseline,
        }
    }
}

/// How many times what a program needs an engine holds: nothing grows while a verb runs.
pub(super) const HEADROOM: f64 = 1.0;

/// How an engine runs.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Running {
    /// Frames per second: 60, 29.97 and the like, or a ratio such as 30000/1001 [default: the program's]
    #[arg(long, value_name = "RATE")]
    pub(super) fps: Option<FrameRate>,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u32,
    /// Vector instructions; all give the same bits
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t, hide_short_help = true)]
    pub(super) level: Level,
    /// The most memory for tables and pictures, such as 8GiB [default: a quarter of the machine's]
    #[arg(long, value_name = "SIZE")]
    pub(super) memory_limit: Option<MemorySize>,
}

impl Running {
    /// The settings of an engine that evaluates what is demanded.
    pub(super) fn settings(self, threads: usize, demand: Demand) -> EngineSettings {
        EngineSettings {
            frame_rate: self.fps,
            seed: self.seed,
            threads,
            level: self.level.into(),
            demand,
            memory_limit: memory::limit(self.memory_limit),
            ..EngineSettings::default()
        }
    }
}

/// Whether something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

/// So many threads at most.
const THREADS_MAX: i64 = 1024;

/// Reads a number of threads.
pub(super) fn threads() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=THREADS_MAX)
}

/// As many threads as were asked for; else as many as the machine has, in a build that can use them.
pub(super) fn threads_or_all(asked: Option<u16>) -> usize {
    match (asked, std::thread::available_parallelism()) {
        (Some(threads), _) => threads.into(),
        (None, Ok(threads)) if cfg!(feature = "parallel") => threads.into(),
        (None, _) => 1,
    }
}

/// Reads a frame index; the last one of 64 bits has none after it.
pub(super) fn frame() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(..u64::MAX)
}
