//! Elements that were not drawn, and the value that made it so.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::feed::Feed;
use super::options::HEADROOM;
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::{Frame, LeftOut, Reason};
use crate::program::{Action, Live, PassRow, Program, Resource, infer};

/// Elements that were not drawn because of a value that cannot be drawn.
#[derive(Debug, Serialize)]
pub(super) struct NotDrawn {
    /// None is the background, which was black, or a domain.
    pass: Option<String>,
    /// The domain that got no elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    /// The value that gave the first such number.
    source: String,
    #[serde(serialize_with = "reason_name", skip_serializing_if = "is_not_finite")]
    reason: Reason,
    first_frame: u64,
    /// In how many frames.
    frames: u64,
    /// How many elements, over all frames.
    elements: u64,
}

/// Infinite and undefined values are what is meant where nothing is said.
fn is_not_finite(reason: &Reason) -> bool {
    *reason == Reason::NotFinite
}

fn reason_name<S: serde::Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match reason {
        Reason::NotFinite => "not_finite",
        Reason::NegativeSize => "negative_size",
        Reason::OutOfRange => "out_of_range",
    })
}

impl NotDrawn {
    /// Counts what a frame left out: an entry per pass, source and reason.
    pub(super) fn add(all: &mut Vec<Self>, frame: u64, found: LeftOut<'_>) {
        let elements = u64::from(found.count);
        let known = all.iter_mut().find(|known| {
            known.pass.as_deref() == found.pass
                && known.domain.as_deref() == found.domain
                && known.source == found.source
                && known.reason == found.reason
        });
        if let Some(known) = known {
            known.frames += 1;
            known.elements += elements;
            return;
        }
        let [pass, domain] = [found.pass, found.domain].map(|name| name.map(str::to_owned));
        let source = found.source.to_owned();
        all.push(Self {
            pass,
            domain,
            source,
            reason: found.reason,
            first_frame: frame,
            frames: 1,
            elements,
        });
    }

    /// Finds for each the named value where it began, and makes one of those that it turns out to be one value's fault.
    pub(super) fn find_sources(
        all: &mut Vec<Self>,
        program: &Program,
        settings: &EngineSettings,
        feed: &Feed,
    ) {
        let mut found: Vec<Self> = Vec::new();
        for mut one in std::mem::take(all) {
            one.find_source(program, settings, feed);
            let same = found.iter_mut().find(|known| {
                known.pass == one.pass
                    && known.domain == one.domain
                    && known.source == one.source
                    && known.reason == one.reason
            });
            match same {
                // The elements are the same, or nearly so: how many there are of both is not known.
                Some(known) => {
                    known.first_frame = known.first_frame.min(one.first_frame);
                    known.frames = known.frames.max(one.frames);
                    known.elements = known.elements.max(one.elements);
                }
                None => found.push(one),
            }
        }
        *all = found;
    }

    /// Goes back to the first such frame, evaluates every named value and looks for the one where it began. The
    /// source stays an attribute of the pass where no named value is to blame.
    fn find_source(&mut self, program: &Program, settings: &EngineSettings, feed: &Feed) {
        if self.reason != Reason::NotFinite {
            return;
        }
        let settings = EngineSettings { demand: Demand::Everything, ..*settings };
        let Ok(mut engine) = Engine::fitted(program.clone(), HEADROOM, settings) else { return };
        let Some(mut feed) = feed.again() else { return };
        let Ok(frame) = feed.seek(&mut engine, self.first_frame) else { return };
        if let Some(source) = first_bad(program, &frame, &nodes(program, self)) {
            self.source = source;
        }
    }
}

impl fmt::Display for NotDrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pass, domain, source, reason, first_frame, frames, elements } = self;
        match (pass, domain) {
            (Some(pass), _) => {
                let (s, was) = if *elements == 1 { ("", "was") } else { ("s", "were") };
                write!(f, "pass `{pass}`: {elements} element{s} {was} not drawn, ")?;
            }
            (None, Some(domain)) => write!(f, "domain `{domain}` got no elements, ")?,
            (None, None) => write!(f, "the background was black, ")?,
        }
        match frames {
            1 => write!(f, "in frame {first_frame}")?,
            _ => write!(f, "in {frames} frames from frame {first_frame} on")?,
        }
        match reason {
            Reason::NotFinite => write!(f, ", because `{source}` is infinite or not a number there"),
            Reason::NegativeSize => {
                write!(f, ", because `{source}` is below 0 there; to mirror, use a negative `scale`")
            }
            Reason::OutOfRange => write!(f, ", because `{source}` is out of its range there"),
        }
    }
}

/// The nodes that give an attribute, named as a frame names it: of a pass, of the background, or of a domain.
fn nodes(program: &Program, NotDrawn { pass, domain, source, .. }: &NotDrawn) -> Vec<u32> {
    let data = program.data();
    if let Some(domain) = domain {
        let row = data.domains.iter().find(|row| row.name == *domain);
        return match row.and_then(|row| row.live.as_ref()) {
            Some(&Live::Counted { number }) => vec![number],
            Some(&Live::Born { every, .. }) => vec![every],
            Some(Live::Host { letters: Some(letters), .. }) => {
                letters.nodes().map(|(_, node)| node).collect()
            }
            Some(Live::BornOn { .. } | Live::Host { .. }) | None => Vec::new(),
        };
    }
    let Some(pass) = pass else { return data.background.into_iter().collect() };
    let Some(row) = data.passes.iter().find(|row| row.name == *pass) else { return Vec::new() };
    let attribute =
        source.strip_prefix(pass.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(source);
    attribute.split(" * ").flat_map(|attribute| attribute_nodes(program, row, attribute)).collect()
}

fn attribute_nodes(program: &Program, pass: &PassRow, attribute: &str) -> Vec<u32> {
    if let Some(name) = attribute.strip_prefix("camera.") {
        let camera = pass.camera.and_then(|row| program.data().cameras.get(row as usize));
        let nodes = camera.map(infer::camera_nodes).unwrap_or_default();
        // Values that are left out follow from the rest: the position of the eye, from the field of view.
        let own = nodes.iter().filter(|(known, ..)| *known == name).map(|&(_, node, _)| node);
        return own.collect();
    }
    if matches!(attribute, "width" | "height") {
        return pass.size.into_iter().chain(pass.scale).collect();
    }
    let is_part = |name: &str| {
        attribute.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    infer::pass_values(pass).iter().filter(|known| is_part(known.name)).map(|known| known.node).collect()
}

/// The first step, in program order, that gave a bad value to some nodes and itself read none: where it began.
fn first_bad(program: &Program, frame: &Frame<'_>, nodes: &[u32]) -> Option<String> {
    let data = program.data();
    let bad = bad_values(program, frame);
    // Where each value of this frame comes from. What is committed is the next frame's.
    let mut writers: HashMap<Resource, usize> = HashMap::new();
    for (at, step) in data.steps.iter().enumerate() {
        match step.action {
            Action::Pass { .. } | Action::Next { .. } => {}
            Action::Signal { .. } | Action::Field { .. } | Action::Reduce { .. } => {
                writers.extend(step.writes.iter().map(|&resource| (resource, at)));
            }
        }
    }
    let bad_of = |reads: &[Resource]| -> Vec<usize> {
        let reads = reads.iter().filter(|resource| bad.contains_key(resource));
        reads.filter_map(|resource| writers.get(resource).copied()).collect()
    };
    let bad_reads = |at: usize| bad_of(&data.steps[at].reads);
    let mut seen = vec![false; data.steps.len()];
    let mut stack = bad_of(&infer::reads(data, nodes));
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
