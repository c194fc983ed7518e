//! pavane: a deterministic, data-oriented animation frame engine.
//!
//! A small *patch*, a text, says what moves; it compiles to a *program*, and an *engine* runs that frame by frame over
//! preallocated tables and hands out render passes. Same program, same inputs, same seed: the same bits, on any machine, at any number of threads.
//!
//! What matters, in this order:
//!
//! 1. **The same bits everywhere.** Time is in integers, floats use only IEEE-exact operations and our own functions,
//!    randomness comes from integer hashes, nothing depends on the order in which threads arrive.
//! 2. **A frame allocates nothing.** All capacity is given at construction; going over it is a typed error.
//! 3. **Nothing fails half-way.** A program is checked in full before it runs; the last good frame stays readable.
//! 4. **Speed by design.** Lane programs run in blocks at nearly the speed of a loop written by hand.
//!
//! ```
//! use pavane::engine::Engine;
//! use pavane::program::Builder;
//! use pavane::world::Capacity;
//!
//! // 500 dots on a golden spiral that turns once in 12 s.
//! let b = Builder::new("spiral");
//! let phase = b.signal("phase", b.phase(12.0));
//! let dots = b.domain("dots", 500);
//! let radius = b.rank(dots).sqrt() * 0.45;
//! let position = b.vec2(0.5, 0.5) + b.polar_turns(radius, b.affine_turns(dots, 0.381_966, phase));
//! b.pass("dots", dots).circle().position(position).size(0.01).color(b.hsv(b.rank(dots), 0.8, 1.0)).draw();
//!
//! let mut engine = Engine::new(b.finish()?, Capacity::default())?;
//! for index in 0..3 {
//!     let frame = engine.frame(index)?;
//!     for pass in frame.passes() {
//!         assert_eq!(pass.elements().len(), 500);
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In reading order: [`time`] is flicks and frame rates; [`math`] the numbers; [`program`] the compiled form of a
//! patch, its builder and its loader; [`language`] compiles patches; [`world`] the tables; [`engine`] runs a frame;
//! [`frame`] is what comes out; `render` turns it into pictures (feature `render`); [`assets`] are the patches that ship inside; [`diagnostic`]
//! says what is wrong with an input; `preview` is a window that plays (feature `preview`); `cli` is the `pavane` command
//! (feature `cli`).

pub mod time;

mod id;

mod scalar;

pub mod math;

pub mod program;

pub mod language;

pub mod world;

pub mod engine;

mod draw;

pub mod frame;

#[cfg(feature = "render")]
pub mod render;

pub mod diagnostic;

pub mod assets;

#[cfg(any(feature = "cli", feature = "preview"))]
mod load;

#[cfg(feature = "preview")]
pub mod preview;

#[cfg(feature = "cli")]
pub mod cli;

/// Lets unit tests take the helpers of the tests outside.
#[cfg(all(test, feature = "preview"))]
extern crate self as pavane;

/// Runs the README's code.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
