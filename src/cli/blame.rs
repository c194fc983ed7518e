//! Elements that were not drawn, and the value that made it so.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::load;
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::{Frame, NonFinite};
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
        let Ok(capacity) = load::capacity(program, demand) else { return };
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
    let mut writers: HashMap<Resource, usize> = HashMap::new();
    let mut bad: Vec<Option<String>> = Vec::with_capacity(data.steps.len());
    let mut root = None;
    for (at, step) in data.steps.iter().enumerate() {
        // What is committed is next frame's, so it cannot be what this frame read.
        bad.push(match step.action {
            Action::Signal { slot, .. } | Action::Reduce { slot, .. } => bad_slot(program, frame, slot),
            Action::Field { field, .. } => bad_field(program, frame, field),
            Action::Pass { .. } | Action::Next { .. } => None,
        });
        match step.action {
            Action::Pass { pass: row } if data.passes[row as usize].name == pass => root = Some(at),
            Action::Next { .. } => {}
            _ => writers.extend(step.writes.iter().map(|&resource| (resource, at))),
        }
    }
    let read = |at: usize| data.steps[at].reads.iter().filter_map(|resource| writers.get(resource).copied());
    let mut seen = vec![false; data.steps.len()];
    let mut stack: Vec<usize> = read(root?).collect();
    let mut first: Option<usize> = None;
    while let Some(at) = stack.pop() {
        if bad[at].is_none() || std::mem::replace(&mut seen[at], true) {
            continue;
        }
        let before: Vec<usize> = read(at).filter(|&from| from != at && bad[from].is_some()).collect();
        if before.is_empty() {
            first = Some(first.map_or(at, |first| first.min(at)));
        }
        stack.extend(before);
    }
    bad.swap_remove(first?)
}

/// The name of a slot that holds a bad number.
fn bad_slot(program: &Program, frame: &Frame<'_>, id: u32) -> Option<String> {
    let slot = program.data().slots.iter().find(|slot| slot.id == id)?;
    let reading = frame.slot(&slot.name)?;
    let is_bad = slot.ty.is_floats() && reading.components().iter().any(|value| !value.is_finite());
    is_bad.then(|| slot.name.clone())
}

/// The name of a field that holds a bad number.
fn bad_field(program: &Program, frame: &Frame<'_>, row: u32) -> Option<String> {
    let data = program.data();
    let field = &data.fields[row as usize];
    let domain = &data.domains[field.domain as usize].name;
    let view = frame.field(domain, &field.name)?;
    let mut lanes = view.components().iter().flat_map(|lanes| lanes.iter());
    let is_bad = field.ty.is_floats() && lanes.any(|value| !value.is_finite());
    is_bad.then(|| format!("{domain}.{}", field.name))
}
