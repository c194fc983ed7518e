//! Artwork: SVG files as parts, each an outline with its paints, read before there is a program.
//!
//! `css` is what style sheets say of an element, `style` what an element is painted with, `geometry` transforms, lengths and boxes, `dashes`
//! what is cut of strokes, `depth` how deep elements lie inside one another,
//! `walk` goes through the elements in the order in which they are painted, `lacks` has what is in a file and cannot be drawn.
//! Numbers take the project's own sines, so parts have the same bits on every machine.

#[cfg(feature = "artwork")]
mod css;
#[cfg(feature = "artwork")]
mod dashes;
#[cfg(feature = "artwork")]
mod depth;
#[cfg(feature = "artwork")]
mod geometry;
#[cfg(feature = "artwork")]
mod known;
#[cfg(feature = "artwork")]
mod lacks;
#[cfg(feature = "artwork")]
mod style;
#[cfg(all(test, feature = "artwork"))]
mod tests;
#[cfg(feature = "artwork")]
mod walk;

#[cfg(feature = "artwork")]
pub(crate) use known::KnownArtworks;

use std::sync::Arc;

use super::path::Outline;
use super::problems::{Problems, Reported};
use super::source::{Problem, Span};
use crate::diagnostic::Code;
use crate::draw::{Cap, FillRule, Join};

/// Red, green, blue and alpha, 0 to 1.
pub(super) type Color = [f64; 4];

/// What an SVG file draws. The longer side of its view box is 1 long, and 0, 0 is the middle of it.
#[cfg_attr(not(feature = "artwork"), allow(dead_code, reason = "without it there is none"))]
#[derive(Debug)]
pub(super) struct Artwork {
    /// In the order in which they are painted.
    pub(super) parts: Vec<Part>,
}

/// A painted path.
#[cfg_attr(not(feature = "artwork"), allow(dead_code, reason = "without it there is none"))]
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) outline: Outline,
    pub(super) rule: FillRule,
    pub(super) fill: Option<Color>,
    pub(super) pen: Option<Pen>,
    /// Of fill and stroke together.
    pub(super) opacity: f64,
    /// The `id` of its element; empty without one.
    pub(super) id: String,
    /// The `id` of the innermost group around it that has one; empty without one.
    pub(super) group: String,
}

/// How the outline of a part is drawn.
#[cfg_attr(not(feature = "artwork"), allow(dead_code, reason = "without it there is none"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pen {
    pub(super) color: Color,
    pub(super) width: f64,
    pub(super) cap: Cap,
    pub(super) join: Join,
    pub(super) dash: Option<Dash>,
}

/// The dashes of a pen.
#[cfg_attr(not(feature = "artwork"), allow(dead_code, reason = "without it there is none"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dash {
    pub(super) on: f64,
    pub(super) off: f64,
    pub(super) offset: f64,
}

/// An SVG file that is to be read.
#[cfg_attr(not(feature = "artwork"), allow(dead_code, reason = "without it there is none"))]
pub(super) struct Source<'s> {
    /// As messages call it: in quotes.
    pub(super) wanted: String,
    /// Its row among the sources, for places in it.
    pub(super) file: u16,
    pub(super) text: &'s str,
    /// Where the patch names it.
    pub(super) named: Span,
}

impl Source<'_> {
    /// A problem of the file as a whole, at the place where the patch names it.
    fn of_file(&self, message: String, help: impl Into<String>) -> Problem {
        Problem::new(Code::ArtworkFile, self.named, message).help(help)
    }
}

/// Without artwork nothing is known of any.
#[cfg(not(feature = "artwork"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownArtworks;

/// Reads the parts of a file, or has them of an earlier time. What of it cannot be drawn is warned of, each kind of thing at its first place.
///
/// # Errors
/// When it is no SVG, draws nothing or is too large.
#[cfg(feature = "artwork")]
pub(super) fn read(
    source: &Source<'_>,
    known: &KnownArtworks,
    problems: &mut Problems,
) -> Result<Arc<Artwork>, Reported> {
    let (outcome, lacks) = known.read(source);
    problems.extend(lacks.into_problems(source));
    outcome.map_err(|problem| problems.report(*problem))
}

/// What says that this build reads no artwork.
///
/// # Errors
/// Always.
#[cfg(not(feature = "artwork"))]
pub(super) fn read(
    source: &Source<'_>,
    _known: &KnownArtworks,
    problems: &mut Problems,
) -> Result<Arc<Artwork>, Reported> {
    let message = format!("{} is artwork, and this build of pavane reads none", source.wanted);
    Err(problems.report(source.of_file(message, "build it with the feature `artwork`")))
}
