//! pavane: a deterministic, data-oriented animation frame engine.
//!
//! A small *patch*, a text, says what moves; it compiles to a *program*, and an *engine* runs that frame by frame over
//! preallocated tables and hands out render passes. Same program, same inputs, same seed: the same bits, on any machine,
//! at any number of threads.
//!
//! What matters, in this order:
//!
//! 1. **The same bits everywhere.** Time is in integers, floats use only IEEE-exact operations and our own functions,
//!    randomness comes from integer hashes, nothing depends on the order in which threads arrive.
//! 2. **A frame allocates nothing.** All capacity is given at construction; going over it is a typed error.
//! 3. **Nothing fails half-way.** A program is checked in full before it runs; the last good frame stays readable.
//! 4. **Speed by design.** Lane programs run in blocks at nearly the speed of a loop written by hand.
//!
//! # From a patch to what is drawn
//!
//! ```
//! use pavane::{Engine, NoFiles, compile};
//!
//! // 500 dots on a golden spiral that turns once in 12 s around a pointer.
//! let patch = "
//!     input pointer: vec2 = (0.5, 0.5)
//!     phase = cycle(12s)
//!     domain dots[500] {
//!         draw circle {
//!             position: pointer + polar(0.45 * sqrt(rank), index * golden_angle + phase * 1turn)
//!             size: 0.01
//!             color: hsv(rank, 0.8, 1)
//!         }
//!     }";
//! let compiled = compile(patch, "spiral.pav", &NoFiles);
//! let mut engine = Engine::for_program(compiled.program.ok_or(compiled.diagnostics)?)?;
//! let pointer = engine.channel("pointer")?;
//! for index in 0..3 {
//!     engine.set_channel(pointer, [0.25, 0.5])?;
//!     let frame = engine.frame(index)?;
//!     for pass in frame.passes() {
//!         assert_eq!(pass.elements().len(), 500);
//!         // The first of them is nearest to the pointer.
//!         assert!((pass.x.get(0) - 0.25).abs() < 0.02 && (pass.y.get(0) - 0.5).abs() < 0.02);
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What you meet, in this order
//!
//! 1. A [`Program`]: [`compile`] makes it of a patch, a [`Builder`] of Rust expressions, [`Program::from_json`] of JSON;
//!    [`assets`] has patches that ship inside. What is wrong with an input comes as [`Diagnostics`].
//! 2. An [`Engine`] runs it: [`Engine::for_program`], or with [`EngineSettings`] and a [`Capacity`] of your own. It takes
//!    inputs through a [`Channel`], goes on with another program by [`Engine::swap`], and says by an [`EngineError`] what
//!    it did not do.
//! 3. A [`Frame`] is what comes out, borrowed until the next one: each [`Pass`] of it is plain slices.
//! 4. A [`Player`] has the clock, the pauses and the seeks that most hosts need.
//! 5. A [`Sink`] takes frames; `render` (feature `render`) has a CPU raster and encoders of pictures and videos.
//!
//! The rooms, in reading order: [`time`] is flicks and frame rates; [`cues`] what is scheduled; [`scopes`] how
//! long things live; [`lists`] records and views of them; [`links`] cues from one engine to another; [`draw`] what can be drawn; [`letters`] fonts, and texts laid out in them; [`program`] the compiled
//! form of a patch, its builder and its loader; [`language`] compiles patches; [`world`] the tables; [`engine`] runs a
//! frame; [`frame`] is what comes out; [`play`] is playing; [`record`] writes down
//! what a run was given and replays it; `render` turns it into pictures; [`history`] keeps every edit of
//! a patch; `persist` (feature `persist`) has durable state there again after a crash, and `keep` puts it into programs; [`assets`] are the patches that ship inside; [`bundle`] is a program with its files beside it; [`diagnostic`] says what is wrong with an input; `preview` is a
//! window that plays.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `parallel` | yes | lane programs over several threads; the same bits at any number of them |
//! | `render` | by `cli`, `preview` | pictures: a CPU raster, PNG, APNG, GIF, SVG, and video through ffmpeg |
//! | `preview` | yes | a window that plays a program and takes up every save of its file |
//! | `cli` | yes | the `pavane` command |
//! | `web` | yes | `pavane web`: pages that play a patch, and a playground |
//! | `metrics` | by `cli` | [`Engine::metrics`](engine::Engine): what frames do, in numbers |
//! | `persist` | by `cli` | a file of durable state that survives a kill |
//!
//! A host wants the library alone: `default-features = false, features = ["parallel"]`, with `render` where it draws on
//! the CPU.
//!
//! # Current limits
//!
//! - Time does not run backwards: a seek back plays a program that has state again from its first frame.
//! - Elements are computed in f32, signals in f64; positions that grow without end are kept in f64.
//! - No sound in a patch; paths are fixed when it is loaded.
//! - At most 16 777 216 elements in a domain, 4 GiB of tables where nothing else is said, 828 years of time.

#![cfg_attr(docsrs, feature(doc_cfg))]
// Nothing stops half-way: tests may, the library may not.
#![cfg_attr(
    not(test),
    warn(
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

pub mod time;

pub mod cues;

pub mod scopes;

pub mod lists;

pub mod links;

mod id;

mod journal;

mod scalar;

// Benchmarks and tests compare with its functions. It is no part of what this crate promises.
#[doc(hidden)]
pub mod math;

pub mod program;

pub mod language;

pub mod world;

pub mod engine;

pub mod draw;

pub mod letters;

pub mod frame;

pub mod play;

pub mod record;

#[cfg(feature = "render")]
pub mod render;

pub mod history;

#[cfg(feature = "persist")]
pub mod persist;

#[cfg(feature = "persist")]
pub mod keep;

pub mod diagnostic;

pub mod assets;

pub mod bundle;

#[cfg(any(feature = "cli", feature = "preview"))]
mod load;

#[cfg(any(feature = "cli", feature = "preview"))]
mod saves;

#[cfg(feature = "preview")]
pub mod preview;

// The whole command, for its `main` alone.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use language::{Compiled, Files, Folder, MemoryFiles, NoFiles, compile, compile_with};
pub use program::{Builder, Program};

pub use diagnostic::{Code, Diagnostic, Diagnostics};

pub use engine::{
    Channel, ChannelValue, Demand, Engine, EngineError, EngineSettings, EventChannel, EventOccurrence,
    InputCounters, InputSender, InputValue, Payload, Snapshots, SwapReport,
};
pub use time::{Flicks, FrameRate};
pub use world::Capacity;

pub use frame::{Colors, Frame, Lanes, Pass, Rgba8, Shape, Sink};

pub use play::Player;

#[cfg(feature = "render")]
pub use render::{Output, Picture, Raster, RasterSettings, RenderError};

/// Hosts keep these where several threads see them: that each may go there is a part of what it promises.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Program>();
    shared::<Engine>();
    shared::<Player>();
    shared::<EngineError>();
    shared::<Diagnostics>();
    #[cfg(feature = "render")]
    shared::<Raster>();
    #[cfg(feature = "render")]
    shared::<Picture>();
};

/// Lets unit tests take the helpers of the tests outside.
#[cfg(all(test, feature = "preview"))]
extern crate self as pavane;

/// Runs the README's code.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
