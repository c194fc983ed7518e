//! What is pending, as a snapshot of a run has it.

use super::{Carried, Events, RECENT};
use crate::cues::{CueId, Snapshot};
use crate::engine::snapshots::copy;
use crate::id::EventId;

/// A copy of all that later turns depend on, in room that is given once. What the host has sent is not part of it.
#[derive(Debug)]
pub(crate) struct KeptEvents {
    cues: Snapshot<Carried>,
    cues_bytes: usize,
    pending: Vec<CueId>,
    turns: Vec<[u64; 2]>,
    turn: u64,
    rejected: u64,
    recent: [EventId; RECENT],
}

impl KeptEvents {
    pub(crate) fn with_room(events: &Events) -> Self {
        Self {
            cues: events.cues.new_snapshot(),
            cues_bytes: events.cues.bytes(),
            pending: events.pending.to_vec(),
            turns: events.turns.to_vec(),
            turn: 0,
            rejected: 0,
            recent: [EventId(0); RECENT],
        }
    }

    /// No more than: a snapshot of the cues is smaller than what it is one of.
    pub(crate) fn bytes(&self) -> usize {
        self.cues_bytes + size_of_val(&*self.pending) + size_of_val(&*self.turns)
    }
}

impl Events {
    pub(crate) fn copy_to(&self, into: &mut KeptEvents) {
        let Self {
            cues,
            queue: _,
            intake: _,
            pending,
            // Of the frame alone.
            awaits_inputs: _,
            occurred: _,
            missed: _,
            staged: _,
            of_elements: _,
            happening: _,
            turns,
            turn,
            rejected,
            recent,
            instant: _,
        } = self;
        cues.snapshot(&mut into.cues);
        copy(pending, &mut into.pending);
        copy(turns, &mut into.turns);
        (into.turn, into.rejected, into.recent) = (*turn, *rejected, *recent);
    }

    pub(crate) fn restore(&mut self, from: &KeptEvents) {
        let KeptEvents { cues, cues_bytes: _, pending, turns, turn, rejected, recent } = from;
        self.cues.restore(cues);
        self.pending.copy_from_slice(pending);
        self.turns.copy_from_slice(turns);
        (self.turn, self.rejected, self.recent) = (*turn, *rejected, *recent);
    }
}
