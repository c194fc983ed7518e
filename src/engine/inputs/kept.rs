//! Inputs as a frame saw them, for frames that are played again.

use super::super::texts::holders::Marker;
use super::Inputs;
use crate::engine::events::Queue;
use crate::engine::snapshots::copy;

/// A copy of the components of all channels, and of which ones the host has set.
#[derive(Debug, Default)]
pub(crate) struct KeptInputs {
    values: Vec<f64>,
    set: Vec<bool>,
}

impl KeptInputs {
    pub(crate) fn with_room(inputs: &Inputs) -> Self {
        Self { values: inputs.snapshot.clone(), set: inputs.snapshot_set.clone() }
    }

    /// Tells which numbers may be those of texts.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        marker.numbers(&self.values);
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.values) + size_of_val(&*self.set)
    }
}

impl Inputs {
    /// Copies what the frame saw.
    pub(crate) fn copy_to(&self, into: &mut KeptInputs) {
        // The rest is what waits, and what never changes.
        let Self {
            staged: _,
            snapshot,
            version: _,
            defaults: _,
            momentary: _,
            staged_set: _,
            snapshot_set,
            places: _,
            given: _,
        } = self;
        copy(snapshot, &mut into.values);
        copy(snapshot_set, &mut into.set);
    }

    /// What frames see is as in the one of the copy. What waits in a queue stays.
    pub(crate) fn restore(&mut self, from: &KeptInputs, queue: &Queue) {
        self.version += 1;
        self.snapshot.copy_from_slice(&from.values);
        self.snapshot_set.copy_from_slice(&from.set);
        self.rest(|offset| !queue.has_staged(offset));
    }

    /// What frames see is as before the first one. What waits in a queue stays.
    pub(crate) fn restart(&mut self, queue: &Queue) {
        self.version += 1;
        self.snapshot.copy_from_slice(&self.defaults);
        self.snapshot_set.fill(false);
        self.rest(|offset| !queue.has_staged(offset));
    }

    /// Sets what waits aside: the next frame would see what the last one has seen.
    pub(crate) fn set_aside(&mut self, into: &mut KeptInputs) {
        copy(&self.staged, &mut into.values);
        copy(&self.staged_set, &mut into.set);
        self.rest(|_| true);
    }

    /// What waits is there again.
    pub(crate) fn take_back(&mut self, from: &KeptInputs, queue: &Queue) {
        for &[offset, stride] in self.places.iter().filter(|[offset, _]| queue.has_staged(*offset)) {
            let rows = offset as usize..(offset + stride) as usize;
            self.staged[rows.clone()].copy_from_slice(&from.values[rows.clone()]);
            self.staged_set[rows.clone()].copy_from_slice(&from.set[rows]);
        }
    }

    /// Nothing waits for some channels.
    fn rest(&mut self, is_rest: impl Fn(u32) -> bool) {
        for &[offset, stride] in self.places.iter().filter(|[offset, _]| is_rest(*offset)) {
            for row in offset as usize..(offset + stride) as usize {
                let (value, set) = match self.momentary[row] {
                    true => (self.defaults[row], false),
                    false => (self.snapshot[row], self.snapshot_set[row]),
                };
                (self.staged[row], self.staged_set[row]) = (value, set);
            }
        }
    }

    /// Whether a value waits that frames have not seen yet.
    pub(crate) fn has_news(&self, queue: &Queue) -> bool {
        let is_other = |row: usize| {
            let seen = if self.momentary[row] { self.defaults[row] } else { self.snapshot[row] };
            self.staged[row].to_bits() != seen.to_bits()
        };
        let mut waiting = self.places.iter().filter(|[offset, _]| queue.has_staged(*offset));
        waiting.any(|&[offset, stride]| (offset..offset + stride).any(|row| is_other(row as usize)))
    }
}
