//! The patch language: text in, a checked program out.
//!
//! ```
//! use pavane::language::{NoFiles, compile};
//!
//! let patch = "
//!     phase = cycle(4s)
//!     domain dots[100] {
//!         draw circle {
//!             position: (0.5, 0.5) + polar(0.4 * sqrt(rank), index * golden_angle + phase * 1turn)
//!             size: 0.02
//!             color: hsv(rank + phase, 0.8, 1)
//!         }
//!     }";
//! let compiled = compile(patch, "dots.pav", &NoFiles);
//! let program = compiled.program.ok_or(compiled.diagnostics)?;
//! assert_eq!(program.data().domains[0].count, 100);
//! # Ok::<(), pavane::diagnostic::Diagnostics>(())
//! ```
//!
//! A patch's way through the code: `lexer` cuts text into tokens, `parser` makes a tree (`syntax`) of them, `project`
//! finds the statements of all files and the order in which they need one another, `elaborate` gives every expression
//! its type, unit and cardinality and writes it with the program's builder. `builtins` has what can be called, by chapters
//! of the reference. `data` reads files of rows, `artwork` SVG files, `images` files of pixels. `merge` makes one patch of two edits.

mod artwork;
mod builtins;
mod compile;
mod data;
mod elaborate;
mod files;
mod graph;
mod images;
mod known;
mod lexer;
mod merge;
mod parser;
mod path;
mod problems;
mod project;
mod reference;
mod source;
mod syntax;
#[cfg(test)]
mod tests;

pub use compile::{Compiled, SOURCE_BYTES_MAX, SOURCES_BYTES_MAX, compile, compile_with};
#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) use compile::{DataFile, FromOutside, compile_from, constant, constants};
#[cfg(feature = "cli")]
pub(crate) use data::{Form, delimiter};
pub use files::{Files, Folder, Found, MemoryFiles, NoFiles, SystemFont};
#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) use files::{open_regular, read_data};
pub(crate) use images::{ending as image_ending, pixels as image_pixels};
#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) use known::KnownFiles;
pub use merge::{Change, MergeConflict, Side, changes, merge};
pub use reference::{Completion, completions, describe, reference};
