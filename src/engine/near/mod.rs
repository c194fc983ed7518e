//! Folds over the elements nearby: who is near whom, and one value per element of what its pairs have.
//!
//! Pairs are found once a frame, in the stage in which places and radius are known: the places are put into a grid of cells
//! ([`grid`]), and the places of each cell seek in those around it ([`seek`]), over several threads where there are many; pairs of the
//! same places share that ([`pairs`]). A sweep over pairs reads what both
//! elements have from the buffers of their domain; it goes through the pairs in chunks of whole elements, so that its results need
//! room for a chunk only, and are folded while they are in the cache ([`fold`]). Each element's pairs are folded in the order of the
//! others' indices: the bits do not depend on vector level or threads.

mod fold;
mod grid;
mod pairs;
mod seek;
#[cfg(test)]
mod tests;

use std::ops::Range;

use fearless_simd::Level;
pub(crate) use fold::fold;
use grid::{LANES, Places};
use pairs::{Finder, Pairs, SHARED_MAX};

use super::plan::near::PairsPlan;
use super::plan::sweep::MAX_OUTPUTS;
use super::plan::{Plan, Target};
use super::workers::Workers;
use crate::program::limits::NEAR_MAX;
use crate::program::meaning::End;
use crate::world::LaneBuffer;
use crate::world::tables::FieldBuffer;

/// The most others of an element.
const MOST: usize = NEAR_MAX as usize;
/// Pairs of a chunk, up to which it is filled with whole elements.
const CHUNK: usize = 1 << 12;

/// All pairs of a plan, with the room to find them and to work out what they have.
#[derive(Debug, Default)]
pub(crate) struct NearRoom {
    groups: Vec<Group>,
    /// Per row of the plan's pairs: its group, and where it is in that; none where nothing is made of them.
    places: Vec<Option<(usize, usize)>>,
    /// The own element of each pair of a chunk.
    own: LaneBuffer,
    /// What a sweep writes for a chunk.
    outputs: Vec<LaneBuffer>,
}

/// Pairs of the same places, by several radii.
#[derive(Debug)]
struct Group {
    /// The rows of the plan's pairs.
    rows: Vec<usize>,
    radii: Vec<f64>,
    finder: Finder,
}

/// Some elements, with their pairs.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// Seats, which are elements in another order.
    pub(crate) seats: Range<usize>,
    pub(crate) pairs: Range<usize>,
}

impl NearRoom {
    /// Room for every row of the pairs of a plan, with the work of finding them cut into so many parts.
    pub(crate) fn of_plan(plan: &Plan, parts: usize) -> Self {
        let rows = groups(plan);
        let mut places = vec![None; plan.pairs.len()];
        for (group, rows) in rows.iter().enumerate() {
            rows.iter().enumerate().for_each(|(member, &row)| places[row] = Some((group, member)));
        }
        let group = |rows: Vec<usize>| {
            let (count, most, is_flat) = Group::room(plan, &rows);
            let finder = Finder::with_room(count, &most, is_flat, parts);
            Group { radii: vec![0.0; rows.len()], rows, finder }
        };
        let room = chunk_room(plan);
        Self {
            places,
            groups: rows.into_iter().map(group).collect(),
            own: LaneBuffer::new(room),
            outputs: (0..outputs(plan)).map(|_| LaneBuffer::new(room)).collect(),
        }
    }

    /// What a plan's pairs take.
    pub(crate) fn bytes(plan: &Plan, parts: usize) -> usize {
        let of_group = |rows: Vec<usize>| {
            let (count, most, is_flat) = Group::room(plan, &rows);
            Finder::bytes(count, &most, is_flat, parts)
        };
        let of_groups: usize = groups(plan).into_iter().map(of_group).sum();
        of_groups + (1 + outputs(plan)) * LaneBuffer::bytes(chunk_room(plan))
    }

    /// Finds the pairs that are known from a stage on. `registers` has their radii, `counts` how many elements a domain has.
    pub(crate) fn find(
        &mut self,
        (level, workers): (Level, &Workers),
        (plan, stage): (&Plan, u32),
        (registers, counts): (&[f64], &[u32]),
        fields: &[FieldBuffer],
    ) {
        for Group { rows, radii, finder } in &mut self.groups {
            let pairs = &plan.pairs[rows[0]];
            if pairs.stage != stage {
                continue;
            }
            for (radius, &row) in radii.iter_mut().zip(&*rows) {
                *radius = registers[plan.pairs[row].radius.index()];
            }
            let mut columns: [&[f32]; 3] = [&[]; 3];
            for (column, buffer) in columns.iter_mut().zip(&pairs.position) {
                *column = fields[buffer.index()].0.f32();
            }
            let places = Places {
                columns: &columns[..pairs.position.len()],
                count: counts[pairs.domain.index()] as usize,
                wraps: pairs.wraps,
            };
            finder.find((level, workers), &places, radii);
        }
    }

    /// The chunk of a row of pairs that begins with a seat; none behind the last one.
    pub(crate) fn chunk(&mut self, row: usize, first: usize) -> Option<Chunk> {
        let (group, member) = self.places[row]?;
        let pairs = &self.groups[group].finder.pairs[member];
        if first >= pairs.count() {
            return None;
        }
        let (seats, others) = pairs.run(first..pairs.count(), CHUNK);
        let own = self.own.u32_mut();
        let mut at = 0;
        for (&row, &count) in pairs.rows(seats.clone()).iter().zip(pairs.counts(seats.clone())) {
            // In whole vectors: the next one overwrites what is too much.
            let end = at + count as usize;
            while at < end {
                own[at..at + LANES].fill(row);
                at += LANES;
            }
            at = end;
        }
        Some(Chunk { seats, pairs: others })
    }

    /// The pairs of a chunk: which elements they are.
    pub(crate) fn ends(&self, row: usize, chunk: &Chunk) -> [&[f32]; 2] {
        let others = self.pairs(row).map_or(&[][..], |pairs| &pairs.others().f32()[chunk.pairs.clone()]);
        [&self.own.f32()[..chunk.pairs.len()], others]
    }

    /// The pairs of a row of a plan, if something is made of them.
    pub(crate) fn pairs(&self, row: usize) -> Option<&Pairs> {
        let (group, member) = self.places[row]?;
        Some(&self.groups[group].finder.pairs[member])
    }

    /// Takes the room for what a sweep writes; [`put`](Self::put) gives it back.
    pub(crate) fn take(&mut self) -> Vec<LaneBuffer> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn put(&mut self, outputs: Vec<LaneBuffer>) {
        self.outputs = outputs;
    }
}

impl Group {
    /// How many places there may be, for how many others of each row there is to be room, and whether they lie in a plane.
    fn room(plan: &Plan, rows: &[usize]) -> (usize, Vec<usize>, bool) {
        let first = &plan.pairs[rows[0]];
        let count = plan.program.data().domains[first.domain.index()].most() as usize;
        let most = rows.iter().map(|&row| plan.pairs[row].most as usize).collect();
        (count, most, first.position.len() < 3)
    }
}

/// Of the two ends of a pair the one that is asked for.
pub(crate) fn end<T: Copy>(ends: [T; 2], end: End) -> T {
    match end {
        End::Own => ends[0],
        End::Other => ends[1],
    }
}

/// The rows of a plan's pairs, those of the same places together.
fn groups(plan: &Plan) -> Vec<Vec<usize>> {
    let is_same = |a: &PairsPlan, b: &PairsPlan| {
        (a.domain, &a.position, a.wraps, a.stage) == (b.domain, &b.position, b.wraps, b.stage)
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (row, pairs) in plan.pairs.iter().enumerate().filter(|(_, pairs)| !pairs.position.is_empty()) {
        let known =
            groups.iter_mut().find(|rows| rows.len() < SHARED_MAX && is_same(&plan.pairs[rows[0]], pairs));
        match known {
            Some(rows) => rows.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// Pairs that a chunk may have, with lanes behind them.
fn chunk_room(plan: &Plan) -> usize {
    if groups(plan).is_empty() { 0 } else { CHUNK + MOST + LANES }
}

/// The most columns that a sweep over pairs writes.
fn outputs(plan: &Plan) -> usize {
    let sweeps = plan.sweeps.iter().filter(|sweep| plan.pairs_row(sweep.domain).is_some());
    let folds =
        |outputs: &[Target]| outputs.iter().filter(|target| matches!(target, Target::Fold(_))).count();
    sweeps.map(|sweep| folds(&sweep.outputs)).max().unwrap_or(0).min(MAX_OUTPUTS)
}
