//! Runs sweeps, with what is prepared once per sweep, and reduces fields.

use bevy_ecs::prelude::*;
use smallvec::SmallVec;

use super::super::parts::{Parts, Rest};
use super::super::signals::SignalTables;
use super::{ColumnAt, GatheredAt, Inputs, Outputs, PreparedAffine, Scratch, uniform_bits, uniform_half};
use crate::engine::clock::Clock;
use crate::engine::near::{self, NearRoom};
use crate::engine::plan::bounds::SIGNAL_MOST;
use crate::engine::plan::near::FoldPlan;
use crate::engine::plan::signals::Segment;
use crate::engine::plan::sweep::{Column, MAX_OUTPUTS, Sweep, Uniform};
use crate::engine::plan::tables::TableLanes;
use crate::engine::plan::{Plan, ReductionPlan, Target};
use crate::engine::signals::{Registers, Signals};
use crate::engine::state::{Cells, LaneRows, StateBook, Tap, ring_entry};
use crate::engine::texts::RunTexts;
use crate::engine::whole::Room;
use crate::engine::workers::Workers;
use crate::id::{BufferId, CellId, DomainId, Register};
use crate::math::Real;
use crate::program::Reduction;
use crate::scalar::Kind;
use crate::world::LaneBuffer;
use crate::world::tables::{self, FieldBuffer};

/// What sweeps run with.
pub(crate) struct LaneRunner {
    pub(crate) level: fearless_simd::Level,
    pub(crate) workers: Workers,
    /// One for each part of the work.
    scratch: Vec<Scratch>,
    prepared: Prepared,
    /// What is worked out of all elements works in it.
    pub(crate) room: Room,
    /// The pairs of elements nearby.
    near: NearRoom,
    /// The columns of the program's tables.
    pub(crate) tables: TableLanes,
    /// Per field buffer: whether it holds something that may not be drawn: no number, no colour, a negative size.
    pub(crate) suspect: Vec<bool>,
}

impl LaneRunner {
    /// Has room for every sweep of a plan.
    pub(crate) fn new(plan: &Plan, level: fearless_simd::Level, workers: Workers) -> Self {
        let mut suspect = vec![false; plan.buffer_names.len()];
        // No sweep says what is in these.
        plan.wholes.iter().for_each(|row| suspect[row.result.index()] = true);
        let all = || plan.static_sweeps.iter().chain(&plan.sweeps);
        Self {
            level,
            scratch: (0..workers.parts_max()).map(|_| Scratch::new(all())).collect(),
            near: NearRoom::of_plan(plan, workers.parts_max()),
            workers,
            prepared: Prepared::new(all),
            room: Room::new(plan),
            tables: TableLanes::new(&plan.program, &plan.tables),
            suspect,
        }
    }
}

/// What is the same for all lanes of a sweep, in room that is reused from sweep to sweep.
#[derive(Default)]
struct Prepared {
    columns: Vec<ColumnAt>,
    gathers: Vec<GatheredAt>,
    uniforms: Vec<f32>,
    affines: Vec<PreparedAffine>,
    taps: Vec<Tap>,
    /// Rows of the tables of paths.
    paths: Vec<u32>,
    /// The outputs that need not be searched for what may not be drawn.
    proven: u32,
}

/// What a sweep reads beside lanes.
struct SweepContext<'a> {
    plan: &'a Plan,
    clock: &'a Clock,
    texts: &'a RunTexts,
    registers: &'a [f64],
    /// Per domain: how many elements it has.
    counts: &'a [u32],
    /// For each buffer the one that is read in its place.
    redirect: &'a [BufferId],
}

impl Prepared {
    fn new<'a, I: Iterator<Item = &'a Sweep>>(sweeps: impl Fn() -> I) -> Self {
        let most = |f: fn(&Sweep) -> usize| sweeps().map(f).max().unwrap_or(0);
        Self {
            columns: Vec::with_capacity(most(|sweep| sweep.columns.len())),
            gathers: Vec::with_capacity(most(|sweep| sweep.gathers.len())),
            uniforms: Vec::with_capacity(most(|sweep| sweep.uniforms.len())),
            affines: Vec::with_capacity(most(|sweep| sweep.affines.len())),
            taps: Vec::with_capacity(most(|sweep| sweep.taps.len())),
            paths: Vec::with_capacity(most(|sweep| sweep.paths.len())),
            proven: 0,
        }
    }

    fn prepare(&mut self, around: &SweepContext<'_>, sweep: &Sweep, cells: &Cells) {
        let Self { columns, gathers, uniforms, affines, taps, paths, proven } = self;
        let number = |register: Register| around.registers[register.index()];
        taps.clear();
        taps.extend(sweep.taps.iter().map(|tap| {
            let seconds = around.clock.seconds - number(tap.seconds).max(0.0);
            cells.tap(tap.cell, seconds)
        }));
        uniforms.clear();
        uniforms.extend(sweep.uniforms.iter().map(|uniform| match *uniform {
            Uniform::Signal { signal, kind, .. } => uniform_bits(kind, number(signal)),
            Uniform::Half { signal, is_high } => uniform_half(number(signal), is_high),
            Uniform::TapShare(tap) => uniform_bits(Kind::Float, taps[tap as usize].share),
        }));
        let is_small = |signal: Register| number(signal).abs() <= f64::from(SIGNAL_MOST);
        let are_uniforms_small = || {
            sweep.uniforms.iter().all(|uniform| match *uniform {
                Uniform::Signal { signal, kind: Kind::Float, is_fixed } => is_fixed || is_small(signal),
                Uniform::Half { signal, .. } => is_small(signal),
                // Whole numbers are as small as their kind, and of what is between two entries nothing is proved.
                Uniform::Signal { .. } | Uniform::TapShare(_) => true,
            })
        };
        let are_affines_small = || sweep.affines.iter().all(|a| is_small(a.scale) && is_small(a.offset));
        *proven = match sweep.proven() {
            0 => 0,
            proven if are_uniforms_small() && are_affines_small() => proven,
            _ => 0,
        };
        affines.clear();
        affines.extend(sweep.affines.iter().map(|a| PreparedAffine::new(number(a.scale), number(a.offset))));
        columns.clear();
        columns.extend(sweep.columns.iter().map(|column| {
            let entry = |cell: CellId, entry: u32, component: u32| {
                ColumnAt::State(ring_entry(&around.plan.cells[cell], entry, component))
            };
            let tapped = |tap: u32| sweep.taps[tap as usize].cell;
            match *column {
                Column::Field(row) => ColumnAt::Field(around.redirect[row.index()]),
                Column::PairIndex(end) => ColumnAt::PairIndex(end),
                Column::State(row) => ColumnAt::State(row),
                Column::Oldest { cell, component } => entry(cell, cells.oldest(cell), component),
                Column::Older { tap, component } => entry(tapped(tap), taps[tap as usize].older, component),
                Column::Newer { tap, component } => entry(tapped(tap), taps[tap as usize].newer, component),
            }
        }));
        gathers.clear();
        gathers.extend(sweep.gathers.iter().map(|gathered| GatheredAt {
            buffer: around.redirect[gathered.buffer.index()],
            count: around.counts[gathered.domain.index()],
        }));
        paths.clear();
        paths.extend(sweep.paths.iter().map(|&handle| around.plan.paths.row(number(handle))));
    }
}

impl LaneRunner {
    /// Runs the sweeps of a stage. `rows` are the elements of a domain with those that are gone but still drawn; `redirect`
    /// says of each buffer which one is read in its place.
    pub(crate) fn stage(
        &mut self,
        (plan, clock, texts): (&Plan, &Clock, &RunTexts),
        (registers, counts): (&[f64], &[u32]),
        rows: impl Fn(DomainId) -> u32,
        sweeps: std::ops::Range<usize>,
        (buffers, redirect): (&mut [FieldBuffer], &[BufferId]),
        (book, mut state): (&mut StateBook, LaneRows<'_>),
    ) {
        let around = SweepContext { plan, clock, texts, registers, counts, redirect };
        for sweep in &plan.sweeps[sweeps] {
            if let Some(row) = plan.pairs_row(sweep.domain) {
                run_pairs(self, &around, (row, sweep), buffers, book, &state);
                continue;
            }
            let drawn = rows(sweep.domain);
            let count = if sweep.lingers { drawn } else { counts[sweep.domain.index()] };
            // A last vector that is worked out whole takes less time than a few lanes one by one, and what is behind the
            // last element that is drawn is nobody's.
            let count_lanes = count as usize;
            let lanes = if count == drawn { LaneBuffer::whole(count_lanes) } else { count_lanes };
            run_sweep(self, &around, sweep, (count, lanes), buffers, book, &mut state);
        }
    }

    /// Finds the pairs of elements whose places are known by a stage.
    pub(crate) fn find_pairs(
        &mut self,
        plan: &Plan,
        stage: u32,
        (registers, counts): (&[f64], &[u32]),
        buffers: &[FieldBuffer],
    ) {
        let Self { level, workers, near, .. } = self;
        near.find((*level, workers), (plan, stage), (registers, counts), buffers);
    }

    /// Of how many elements of a domain some that are near were left out, of the pairs of which there were most.
    pub(crate) fn crowded(&self, plan: &Plan, domain: DomainId) -> u32 {
        let of_domain = plan.pairs.iter().enumerate().filter(|(_, pairs)| pairs.domain == domain);
        of_domain.filter_map(|(row, _)| self.near.pairs(row)).map(|pairs| pairs.crowded).max().unwrap_or(0)
    }

    /// The reduction of a field.
    pub(crate) fn reduce(&self, plan: &ReductionPlan, counts: &[u32], buffers: &[FieldBuffer]) -> f64 {
        reduce(plan, &buffers[plan.buffer.index()].0.f32()[..counts[plan.domain.index()] as usize])
    }
}

/// Runs once, at load: static signals and sweeps.
pub(crate) fn evaluate_static(mut parts: ResMut<Parts>, tables: SignalTables) {
    let (mut signals, Rest { runner, .. }) = parts.split(tables);
    signals.run(Segment::Load);
    let Signals { plan, clock, registers, state, texts, buffers, .. } = &mut signals;
    let Registers { values: registers, counts, .. } = &**registers;
    let redirect: Vec<BufferId> = plan.buffer_names.ids().collect();
    let around = SweepContext { plan, clock, texts, registers, counts, redirect: &redirect };
    let buffers = tables::column_mut(buffers);
    let (book, mut state) = state.lanes();
    for sweep in &plan.static_sweeps {
        let domain = &plan.program.data().domains[sweep.domain.index()];
        // Of elements that are counted, of all there may ever be.
        let count = if domain.live.is_some() { domain.capacity } else { domain.count };
        let lanes = LaneBuffer::whole(count as usize);
        run_sweep(runner, &around, sweep, (count, lanes), buffers, book, &mut state);
    }
}

/// Runs one sweep over its whole domain: so many elements, and in so many lanes.
fn run_sweep(
    runner: &mut LaneRunner,
    around: &SweepContext<'_>,
    sweep: &Sweep,
    (count, lanes): (u32, usize),
    fields: &mut [FieldBuffer],
    book: &mut StateBook,
    state: &mut LaneRows<'_>,
) {
    let LaneRunner { level, workers, scratch, prepared, suspect, tables: lookups, room: _, near: _ } = runner;
    prepared.prepare(around, sweep, &book.cells);
    let spares = &mut book.spares;
    // Taken out while the sweep runs, so that the other buffers can be read.
    let mut taken: SmallVec<[LaneBuffer; MAX_OUTPUTS]> = SmallVec::new();
    for target in &sweep.outputs {
        taken.push(match *target {
            Target::Field(buffer) => std::mem::take(&mut fields[buffer.index()].0),
            // Of pairs only, which are run in another way.
            Target::Fold(_) => LaneBuffer::default(),
            Target::Next { cell, component } => state.take_spare(spares.stage(cell, component)),
            Target::NextRest { cell, component } => state.take_spare(spares.stage_rest(cell, component)),
        });
    }
    let outputs: Outputs<'_> = taken.iter_mut().map(|buffer| &mut buffer.f32_mut()[..lanes]).collect();
    let inputs = Inputs {
        sweep,
        fields,
        state: state.current,
        pairs: [&[], &[]],
        columns: &prepared.columns,
        gathers: &prepared.gathers,
        uniforms: &prepared.uniforms,
        affines: &prepared.affines,
        tables: &around.plan.paths,
        lookups,
        texts: around.texts,
        paths: &prepared.paths,
        count,
        domain_seed: around.plan.program.data().domains[sweep.domain.index()].seed,
        run_seed: around.clock.seed,
        proven: prepared.proven,
        level: *level,
    };
    let parts = workers.parts(count as usize).min(scratch.len());
    let flags = workers.run(parts, || super::run(inputs, 0, outputs, &mut scratch[..parts]));
    for (k, (target, buffer)) in sweep.outputs.iter().zip(taken).enumerate() {
        match *target {
            Target::Field(row) => {
                fields[row.index()].0 = buffer;
                suspect[row.index()] = flags >> k & 1 != 0;
            }
            Target::Fold(_) => {}
            Target::Next { cell, component } => state.put_spare(spares.stage(cell, component), buffer),
            Target::NextRest { cell, component } => {
                state.put_spare(spares.stage_rest(cell, component), buffer);
            }
        }
    }
}

/// Runs one sweep over pairs of elements, chunk by chunk, and folds what it writes.
fn run_pairs(
    runner: &mut LaneRunner,
    around: &SweepContext<'_>,
    (row, sweep): (usize, &Sweep),
    fields: &mut [FieldBuffer],
    book: &StateBook,
    state: &LaneRows<'_>,
) {
    let LaneRunner { level, workers, scratch, prepared, suspect, near, tables: lookups, room: _ } = runner;
    prepared.prepare(around, sweep, &book.cells);
    let mut written = near.take();
    let mut first = 0;
    while let Some(chunk) = near.chunk(row, first) {
        let length = chunk.pairs.len();
        let outputs: Outputs<'_> = written
            .iter_mut()
            .take(sweep.outputs.len())
            .map(|buffer| &mut buffer.f32_mut()[..length])
            .collect();
        let inputs = Inputs {
            sweep,
            fields,
            state: state.current,
            pairs: near.ends(row, &chunk),
            columns: &prepared.columns,
            gathers: &prepared.gathers,
            uniforms: &prepared.uniforms,
            affines: &prepared.affines,
            lookups,
            tables: &around.plan.paths,
            texts: around.texts,
            paths: &prepared.paths,
            count: length as u32,
            domain_seed: 0,
            run_seed: around.clock.seed,
            proven: prepared.proven,
            level: *level,
        };
        let parts = workers.parts(length).min(scratch.len());
        workers.run(parts, || super::run(inputs, 0, outputs, &mut scratch[..parts]));
        for (target, lanes) in sweep.outputs.iter().zip(&written) {
            if let Target::Fold(fold) = *target
                && let Some(FoldPlan { how, buffer }) = around.plan.folds[fold as usize]
                && let Some(pairs) = near.pairs(row)
            {
                let into = fields[buffer.index()].0.f32_mut();
                near::fold(how, &lanes.f32()[..length], pairs, &chunk, into);
                suspect[buffer.index()] = true;
            }
        }
        first = chunk.seats.end;
    }
    near.put(written);
}

/// Reduces lanes in index order, in f64: the same order whatever the number of threads.
fn reduce(plan: &ReductionPlan, lanes: &[f32]) -> f64 {
    let sum = || {
        // Eight sums side by side, so that one addition need not wait for the last.
        let mut sums = [0.0; 8];
        let (whole, rest) = lanes.as_chunks::<8>();
        for chunk in whole {
            for (sum, &lane) in sums.iter_mut().zip(chunk) {
                *sum += f64::from(lane);
            }
        }
        for (sum, &lane) in sums.iter_mut().zip(rest) {
            *sum += f64::from(lane);
        }
        sums.iter().sum::<f64>()
    };
    match plan.reduction {
        _ if lanes.is_empty() => 0.0,
        Reduction::Sum => sum(),
        Reduction::Mean => sum() / lanes.len() as f64,
        Reduction::Min => extreme(lanes, f32::INFINITY, |kept, lane| kept < lane),
        Reduction::Max => extreme(lanes, f32::NEG_INFINITY, |kept, lane| kept > lane),
    }
}

/// What [`min`](crate::math::arith::min) or [`max`](crate::math::arith::max) make of all lanes, one after the other: NaN where a lane is none;
/// of several zeros the last. Eight side by side, and the order matters to zeros alone.
fn extreme(lanes: &[f32], start: f32, is_kept: impl Fn(f32, f32) -> bool) -> f64 {
    let mut kept = [start; 8];
    let mut has_nan = 0;
    let mut take = |kept: &mut f32, lane: f32| {
        *kept = if is_kept(*kept, lane) { *kept } else { lane };
        has_nan |= u32::from(lane.is_nan());
    };
    let (whole, rest) = lanes.as_chunks::<8>();
    for chunk in whole {
        kept.iter_mut().zip(chunk).for_each(|(kept, &lane)| take(kept, lane));
    }
    kept.iter_mut().zip(rest).for_each(|(kept, &lane)| take(kept, lane));
    let found = kept.into_iter().fold(start, |kept, lane| if is_kept(kept, lane) { kept } else { lane });
    let found = match found {
        _ if has_nan != 0 => Real::NAN,
        0.0 => lanes.iter().rev().copied().find(|&lane| lane == 0.0).unwrap_or(found),
        found => found,
    };
    f64::from(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{arith, hash};

    #[test]
    fn extremes_are_those_of_one_lane_after_the_other() {
        let values =
            [0.0, -0.0, 1.0, -1.0, 2.5, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, f32::NAN];
        for seed in 0..4_000 {
            // NaN is the last of the values: in every second case there is none.
            let kinds = if seed % 2 == 0 { 9 } else { 2 + seed % 7 };
            let lanes: Vec<f32> =
                (0..1 + seed % 41).map(|k| values[(hash::hash2(seed, k) % kinds) as usize]).collect();
            let numbers = || lanes.iter().map(|&lane| f64::from(lane));
            let check =
                |found: f64, expected: f64| assert_eq!(found.to_bits(), expected.to_bits(), "{lanes:?}");
            check(
                extreme(&lanes, f32::INFINITY, |kept, lane| kept < lane),
                numbers().fold(f64::INFINITY, arith::min),
            );
            check(
                extreme(&lanes, f32::NEG_INFINITY, |kept, lane| kept > lane),
                numbers().fold(f64::NEG_INFINITY, arith::max),
            );
        }
    }
}
