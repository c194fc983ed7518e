//! Elements that were not drawn, and the value that made it so.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::{Frame, NonFinite};
use crate::load;
use crate::program::{Action, Program, Resource};

/// Elements of a pass that were not drawn because of an infinite or undefined value.
#[derive(Debug, Serialize)]
pub(super) struct NotDrawn {
    pass: String,
    /// The value that gave the first such number.
    source: String,
    first_frame: u64,
    /// In how many frames.
    frames: u64,
    /// How many elements, over all frames.
    elements: u64,
}

impl NotDrawn {
    /// Counts what a frame left out: an entry per pass and source.
    pub(super) fn add(all: &mut Vec<Self>, frame: u64, found: NonFinite<'_>) {
        let known = all.iter_mut().find(|known| known.pass == found.pass && known.source == found.source);
        if let Some(known) = known {
            known.frames += 1;
            known.elements += u64::from(found.count);
            return;
        }
        all.push(Self {
            pass: found.pass.into(),
            source: found.source.into(),
            first_frame: frame,
            frames: 1,
            elements: found.count.into(),
        });
    }

    /// Goes back to the first such frame, evaluates every named value and looks for the one where it began. The
    /// source stays an attribute of the pass where no named value is to blame.
    pub(super) fn find_source(&mut self, program: &Program, settings: &EngineSettings) {
        let demand = Demand::Everything;
        let Ok(capacity) = load::capacity(program, demand, settings.frame_rate) else { return };
        let settings = EngineSettings { capacity, demand, ..*settings };
        let Ok(mut engine) = Engine::with_settings(program.clone(), settings) else { return };
        let Ok(frame) = engine.seek(self.first_frame) else { return };
        if let Some(source) = first_bad(program, &frame, &self.pass) {
            self.source = source;
        }
    }
}

impl fmt::Display for NotDrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pass, source, first_frame, frames, elements } = self;
        let (s, was) = if *elements == 1 { ("", "was") } else { ("s", "were") };
        write!(f, "pass `{pass}`: {elements} element{s} {was} not drawn, ")?;
        match frames {
            1 => write!(f, "in frame {first_frame}")?,
            _ => write!(f, "in {frames} frames from frame {first_frame} on")?,
        }
        write!(f, ", because `{source}` is infinite or not a number there")
    }
}

/// The first step, in program order, that gave a bad value to a pass and itself read none: where it began.
fn first_bad(program: &Program, frame: &Frame<'_>, pass: &str) -> Option<String> {
    let data = program.data();
    let bad = bad_values(program, frame);
    // Where each value of this frame comes from. What is committed is the next frame's.
    let mut writers: HashMap<Resource, usize> = HashMap::new();
    let mut root = None;
    for (at, step) in data.steps.iter().enumerate() {
        match step.action {
            Action::Pass { pass: row } if data.passes[row as usize].name == pass => root = Some(at),
            Action::Next { .. } => {}
            _ => writers.extend(step.writes.iter().map(|&resource| (resource, at))),
        }
    }
    let bad_reads = |at: usize| {
        let reads = data.steps[at].reads.iter().filter(|resource| bad.contains_key(resource));
        reads.filter_map(|resource| writers.get(resource).copied()).collect()
    };
    let mut seen = vec![false; data.steps.len()];
    let mut stack: Vec<usize> = bad_reads(root?);
    let mut first: Option<usize> = None;
    while let Some(at) = stack.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        let before = bad_reads(at);
        if before.is_empty() {
            first = Some(first.map_or(at, |first| first.min(at)));
        }
        stack.extend(before);
    }
    data.steps[first?].writes.iter().find_map(|resource| bad.get(resource).cloned())
}

/// The names of slots and fields that hold an infinite or undefined number.
fn bad_values(program: &Program, frame: &Frame<'_>) -> HashMap<Resource, String> {
    let data = program.data();
    let mut bad = HashMap::new();
    for (slot, (name, reading)) in data.slots.iter().zip(frame.slots()) {
        if reading.components().iter().any(|value| !value.is_finite()) {
            bad.insert(Resource::Slot(slot.id), name.to_owned());
        }
    }
    // Every field was asked for, so they are all there, in table order.
    for (row, field) in frame.fields().enumerate() {
        let mut lanes = field.components().iter().flat_map(|lanes| lanes.iter());
        if field.ty.is_floats() && lanes.any(|value| !value.is_finite()) {
            bad.insert(Resource::Field(row as u32), format!("{}.{}", field.domain, field.name));
        }
    }
    bad
}
