//! Folds over the elements nearby: who is near whom, and one value per element of what its pairs have.
//!
//! Pairs are found once a frame ([`grid`]), in the stage in which places and radius are known. A sweep over pairs reads what both
//! elements have from the buffers of their domain; it goes through the pairs in chunks of whole elements, so that its results need
//! room for a chunk only, and are folded while they are in the cache. Each element's pairs are folded in the order of the others'
//! indices, on one thread: the bits do not depend on vector level or threads.

mod fold;
mod grid;

use std::ops::Range;

pub(crate) use fold::fold;
use grid::{Grid, Pairs, Reach};

use super::plan::near::PairsPlan;
use super::plan::sweep::MAX_OUTPUTS;
use super::plan::{Plan, Target};
use crate::program::limits::NEAR_MAX;
use crate::program::meaning::End;
use crate::world::LaneBuffer;
use crate::world::tables::FieldBuffer;

/// Pairs of a chunk, up to which it is filled with whole elements.
const CHUNK: usize = 1 << 14;

/// The pairs of the elements of a domain, with the room to find them and to work out what they have.
#[derive(Debug, Default)]
pub(crate) struct NearRoom {
    grid: Grid,
    pairs: Pairs,
    /// How many elements there are.
    count: usize,
    /// The own element of each pair of a chunk.
    own: LaneBuffer,
    /// What a sweep writes for a chunk.
    outputs: Vec<LaneBuffer>,
}

/// Some elements, with their pairs.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) elements: Range<usize>,
    pub(crate) pairs: Range<usize>,
}

impl NearRoom {
    /// Room for every row of the pairs of a plan.
    pub(crate) fn of_plan(plan: &Plan) -> Vec<Self> {
        let room = |(row, pairs): (usize, &PairsPlan)| {
            let (places, most) = (places(plan, pairs), pairs.most as usize);
            Self {
                grid: Grid::with_room(places, most, pairs.position.len() < 3),
                pairs: Pairs::with_room(places, most),
                count: 0,
                own: LaneBuffer::new(chunk_room(places, most)),
                outputs: (0..outputs(plan, row)).map(|_| LaneBuffer::new(chunk_room(places, most))).collect(),
            }
        };
        plan.pairs.iter().enumerate().map(room).collect()
    }

    /// What a plan's pairs take.
    pub(crate) fn bytes(plan: &Plan) -> usize {
        let of_row = |(row, pairs): (usize, &PairsPlan)| {
            let (places, most) = (places(plan, pairs), pairs.most as usize);
            let columns = 1 + outputs(plan, row);
            Grid::bytes(places, most, pairs.position.len() < 3)
                + Pairs::bytes(places, most)
                + columns * LaneBuffer::bytes(chunk_room(places, most))
        };
        plan.pairs.iter().enumerate().map(of_row).sum()
    }

    /// Finds the pairs of the first `count` elements.
    pub(crate) fn find(&mut self, plan: &PairsPlan, count: u32, radius: f64, fields: &[FieldBuffer]) {
        self.count = count as usize;
        let reach = Reach { radius, most: plan.most as usize, wraps: plan.wraps };
        let mut columns: [&[f32]; 3] = [&[]; 3];
        for (column, buffer) in columns.iter_mut().zip(&plan.position) {
            *column = fields[buffer.index()].0.f32();
        }
        self.grid.find(&columns[..plan.position.len()], self.count, &reach, &mut self.pairs);
    }

    /// The chunk that begins with an element; none behind the last one.
    pub(crate) fn chunk(&mut self, first: usize) -> Option<Chunk> {
        if first >= self.count {
            return None;
        }
        let start = self.pairs.of(first).start;
        let mut end = first + 1;
        while end < self.count && self.pairs.of(end).end - start <= CHUNK {
            end += 1;
        }
        let chunk = Chunk { elements: first..end, pairs: self.pairs.of_rows(first..end) };
        let own = self.own.u32_mut();
        for element in chunk.elements.clone() {
            let pairs = self.pairs.of(element);
            own[pairs.start - start..pairs.end - start].fill(element as u32);
        }
        Some(chunk)
    }

    /// The pairs of a chunk: which elements they are.
    pub(crate) fn ends(&self, chunk: &Chunk) -> [&[f32]; 2] {
        let others = &self.pairs.others().f32()[chunk.pairs.clone()];
        [&self.own.f32()[..chunk.pairs.len()], others]
    }

    /// Takes the room for what a sweep writes; [`put`](Self::put) gives it back.
    pub(crate) fn take(&mut self) -> Vec<LaneBuffer> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn put(&mut self, outputs: Vec<LaneBuffer>) {
        self.outputs = outputs;
    }

    pub(crate) fn pairs_of(&self, element: usize) -> Range<usize> {
        self.pairs.of(element)
    }

    pub(crate) fn others(&self) -> &[u32] {
        self.pairs.others().u32()
    }
}

/// Of the two ends of a pair the one that is asked for.
pub(crate) fn end<T: Copy>(ends: [T; 2], end: End) -> T {
    match end {
        End::Own => ends[0],
        End::Other => ends[1],
    }
}

/// The most elements of the domain of some pairs.
fn places(plan: &Plan, pairs: &PairsPlan) -> usize {
    plan.program.data().domains[pairs.domain.index()].most() as usize
}

/// Pairs that a chunk may have.
fn chunk_room(places: usize, most: usize) -> usize {
    (places * most).min(CHUNK + NEAR_MAX as usize)
}

/// The most columns that a sweep of a row of pairs writes.
fn outputs(plan: &Plan, row: usize) -> usize {
    let sweeps = plan.sweeps.iter().filter(|sweep| plan.pairs_row(sweep.domain) == Some(row));
    let folds =
        |outputs: &[Target]| outputs.iter().filter(|target| matches!(target, Target::Fold(_))).count();
    sweeps.map(|sweep| folds(&sweep.outputs)).max().unwrap_or(0).min(MAX_OUTPUTS)
}
