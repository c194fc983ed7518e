//! The view of one evaluated frame: borrowed slices, nothing of the engine's inside.

mod pass;

pub use pass::{Blend, Cap, Colors, Instance, Join, Lanes, Pass, Path, Rgba8, Shape, Stroke, Verb, View};

use crate::time::Flicks;

/// One evaluated frame, borrowed from the engine until the next one.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub(crate) index: u64,
    pub(crate) time: Flicks,
    pub(crate) background: Rgba8,
    pub(crate) passes: &'a [Pass<'a>],
}

impl<'a> Frame<'a> {
    /// Frame index.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// When the frame starts.
    pub fn time(&self) -> Flicks {
        self.time
    }

    /// What is under every pass.
    pub fn background(&self) -> Rgba8 {
        self.background
    }

    /// The render passes, first to last.
    pub fn passes(&self) -> impl Iterator<Item = Pass<'a>> + use<'a> {
        self.passes.iter().copied()
    }
}
