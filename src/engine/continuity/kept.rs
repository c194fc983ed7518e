//! What is left of edits, as a snapshot of a run has it.

use super::{Continued, ContinuityBook};
use crate::engine::plan::Plan;
use crate::engine::recall::Recall;
use crate::engine::snapshots::copy;
use crate::id::{BufferId, DomainId};
use crate::time::Flicks;
use crate::world::LaneBuffer;

/// A copy of what is left of one value's edits.
#[derive(Debug)]
struct KeptResidual {
    /// The residual's components, then the rate's, where something is left: of the rows there were.
    lanes: Vec<f32>,
    since: Flicks,
    grain: f32,
    most: [f32; 2],
    is_active: bool,
    awaits_base: bool,
    awaits_rate: bool,
    is_of_returns: bool,
}

/// A copy of all that a later frame needs of continuity, in room that is given once.
#[derive(Debug)]
pub(crate) struct KeptContinuity {
    rows: Vec<KeptResidual>,
    redirect: Vec<BufferId>,
    is_fresh: bool,
    is_idle: bool,
    last_dt: f64,
    recall: Recall,
    recall_bytes: usize,
}

impl KeptContinuity {
    /// Room for domains of as many rows as `room` says.
    pub(crate) fn with_room(book: &ContinuityBook, plan: &Plan, room: impl Fn(DomainId) -> u32) -> Self {
        let residual = |row: &Continued| {
            let lanes = (row.residual.len() + row.rate.len()) * room(row.plan.domain) as usize;
            KeptResidual {
                lanes: Vec::with_capacity(lanes),
                since: Flicks::ZERO,
                grain: 0.0,
                most: [0.0; 2],
                is_active: false,
                awaits_base: false,
                awaits_rate: false,
                is_of_returns: false,
            }
        };
        Self {
            rows: book.rows.iter().map(residual).collect(),
            redirect: book.redirect.clone(),
            is_fresh: true,
            is_idle: false,
            last_dt: 0.0,
            recall: Recall::new(plan),
            recall_bytes: Recall::bytes(plan),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let lanes: usize = self.rows.iter().map(|row| row.lanes.capacity()).sum();
        lanes * size_of::<f32>() + size_of_val(&*self.rows) + size_of_val(&*self.redirect) + self.recall_bytes
    }
}

impl ContinuityBook {
    /// Copies everything. `count` says how many rows of a domain are in use.
    pub(crate) fn copy_to(&self, count: impl Fn(DomainId) -> u32, into: &mut KeptContinuity) {
        // Between two frames nothing is set aside; the strength is a setting, and the scratch room for a moment.
        let Self { rows, asides: _, redirect, strength: _, scratch: _, is_fresh, is_idle, last_dt, recall } =
            self;
        for (row, into) in rows.iter().zip(&mut into.rows) {
            row.copy_to(count(row.plan.domain) as usize, into);
        }
        copy(redirect, &mut into.redirect);
        (into.is_fresh, into.is_idle, into.last_dt) = (*is_fresh, *is_idle, *last_dt);
        into.recall.copy_from(recall);
    }

    /// Everything is as it was when the copy was made.
    pub(crate) fn restore(&mut self, count: impl Fn(DomainId) -> u32, from: &KeptContinuity) {
        let KeptContinuity { rows, redirect, is_fresh, is_idle, last_dt, recall, recall_bytes: _ } = from;
        for (row, from) in self.rows.iter_mut().zip(rows) {
            row.restore(count(row.plan.domain) as usize, from);
        }
        self.asides.iter_mut().for_each(|aside| aside.is_set = false);
        copy(redirect, &mut self.redirect);
        (self.is_fresh, self.is_idle, self.last_dt) = (*is_fresh, *is_idle, *last_dt);
        self.recall.copy_from(recall);
    }
}

impl Continued {
    fn copy_to(&self, count: usize, into: &mut KeptResidual) {
        let Self {
            plan: _,
            residual,
            rate,
            since,
            grain,
            most,
            is_active,
            awaits_base,
            awaits_rate,
            is_of_returns,
        } = self;
        into.lanes.clear();
        if *is_active || *awaits_base || *awaits_rate {
            for lanes in residual.iter().chain(rate).map(LaneBuffer::f32) {
                into.lanes.extend_from_slice(&lanes[..count]);
            }
        }
        (into.since, into.grain, into.most) = (*since, *grain, *most);
        (into.is_active, into.awaits_base, into.awaits_rate) = (*is_active, *awaits_base, *awaits_rate);
        into.is_of_returns = *is_of_returns;
    }

    fn restore(&mut self, count: usize, from: &KeptResidual) {
        let KeptResidual { lanes, since, grain, most, is_active, awaits_base, awaits_rate, is_of_returns } =
            from;
        let all = self.residual.iter_mut().chain(&mut self.rate);
        for (to, from) in all.zip(lanes.chunks_exact(count.max(1))) {
            to.f32_mut()[..count].copy_from_slice(from);
        }
        (self.since, self.grain, self.most) = (*since, *grain, *most);
        (self.is_active, self.awaits_base, self.awaits_rate) = (*is_active, *awaits_base, *awaits_rate);
        self.is_of_returns = *is_of_returns;
    }
}
