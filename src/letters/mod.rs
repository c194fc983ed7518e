//! From a text to glyphs in their places: fonts, shaping, directions, lines.
//!
//! A room of its own: it knows neither programs nor engines. [`Font`] is a face of a font file, with outlines and metrics in ems;
//! [`Typesetter`] lays a text out and keeps its buffers; [`Sheet`] keeps what is laid out, and the outlines that it needs, in room
//! that is given once.
//!
//! **Invariant: same text, same font, same setting, same bits.** Fonts are read unscaled and without hints, in whole numbers and
//! fixed points of their units; ems are quotients and sums of f64. No font of the system is ever looked at.

mod family;
mod font;
mod lines;
mod runs;
mod sheet;
mod spelling;
#[cfg(test)]
mod tests;
mod typeset;

pub use family::Family;
pub use font::{Axis, Font, FontError, Weight};
pub use sheet::{Full, Room, Sheet};
pub(crate) use spelling::{Letter, Spelling};
pub use typeset::{Laid, Placed, Setting, Typesetter};
