//! The fixed order of a frame, one system per phase. Each walks its slice of the plan.
//!
//! Events and domains that change, and continuity after them, have their places here when they come: see the order
//! in [`build`].

use std::ops::Range;

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SingleThreadedExecutor;
use smallvec::SmallVec;

use super::clock::Clock;
use super::error::Fault;
use super::inputs::Inputs;
use super::lanes::{self, ColumnAt, Outputs, PreparedAffine, Scratch, uniform_bits, uniform_half};
use super::passes::{Assembly, Room};
use super::plan::expr::Kind;
use super::plan::signals::Segment;
use super::plan::sweep::{Column, MAX_OUTPUTS, Sweep, Uniform};
use super::plan::{CellPlan, Plan, ReductionPlan, Target};
use super::signals::{self, States, Stores, Surroundings};
use super::state::{Rings, Tap, ring_entry};
use super::workers::Workers;
use crate::id::{CellId, Register};
use crate::math::arith;
use crate::program::Reduction;
use crate::world::LaneBuffer;
use crate::world::tables::{
    self, CurrentLanes, DrawList, FieldBuffer, NextLanes, PassDescriptor, Polyline, Projection, SlotTables,
    StateTables,
};

/// Registers of the signal program, and what else signals read.
#[derive(Resource, Debug, Default)]
pub(crate) struct Registers {
    pub(crate) values: Vec<f64>,
    /// Results of reductions.
    pub(crate) reduced: Vec<f64>,
    /// Elements of each domain.
    pub(crate) counts: Vec<u32>,
}

/// What sweeps run with: scratch of every thread, and room for what is prepared once per sweep.
#[derive(Resource)]
pub(crate) struct LaneRunner {
    pub(crate) level: fearless_simd::Level,
    pub(crate) workers: Workers,
    pub(crate) scratch: Vec<Scratch>,
    pub(crate) columns: Vec<ColumnAt>,
    pub(crate) uniforms: Vec<f32>,
    pub(crate) affines: Vec<PreparedAffine>,
    pub(crate) taps: Vec<Tap>,
    pub(crate) paths: Vec<u32>,
    /// Per field buffer: whether it holds something that may not be drawn: no number, no colour, a negative size.
    pub(crate) suspect: Vec<bool>,
}

/// The canvas that frames are meant for: width and height in pixels, above 0.
#[derive(Resource, Clone, Copy, Debug)]
pub(crate) struct Canvas(pub(crate) [f64; 2]);

/// How much of the pools this frame has taken.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub(crate) struct Pools {
    pub(crate) passes: u32,
    pub(crate) projections: u32,
}

/// Room for the lines of which a part is missing, a row per line pass.
#[derive(Resource, Debug, Default)]
pub(crate) struct Lines(pub(crate) Vec<Polyline>);

/// What stopped the evaluation, if something did. Later systems do nothing then.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub(crate) struct FaultFlag(pub(crate) Option<Fault>);

/// The schedule of a frame.
pub(crate) fn build() -> Schedule {
    let mut schedule = Schedule::default();
    // Said explicitly: a host that uses Bevy may turn another default on.
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.add_systems(
        (
            begin, inputs,  // events: logical time advances through every tag up to `t`
            signals, // domains: element counts and identities
            fields,  // continuity: residuals of changed domains decay
            passes, commit,
        )
            .chain(),
    );
    schedule
}

/// Runs every system without doing anything. A system looks for its tables when it first runs after they were made, which
/// allocates; so that is done here and not in a frame.
pub(crate) fn warm_up(schedule: &mut Schedule, world: &mut World) {
    world.resource_mut::<Clock>().idle = true;
    let pools = *world.resource::<Pools>();
    let fault = world.resource::<FaultFlag>().0;
    schedule.run(world);
    *world.resource_mut::<Pools>() = pools;
    world.resource_mut::<FaultFlag>().0 = fault;
    world.resource_mut::<Clock>().idle = false;
}

/// 1. Pooled passes go back to their pools. (The stamps of single writers moved on with the clock's epoch.)
fn begin(mut pools: ResMut<Pools>, mut fault: ResMut<FaultFlag>, clock: Res<Clock>) {
    *pools = Pools::default();
    fault.0 = clock.idle.then_some(Fault::Idle);
}

/// 2. What the host staged becomes this frame's snapshot.
fn inputs(mut inputs: ResMut<Inputs>, clock: Res<Clock>) {
    if !clock.again && !clock.idle {
        inputs.snapshot();
    }
}

pub(crate) fn states<'a>(tables: &'a mut StateTables<'_, '_>) -> States<'a> {
    States {
        f64: tables.f64.columns(),
        f32: tables.f32.columns(),
        i32: tables.i32.columns(),
        u32: tables.u32.columns(),
    }
}

pub(crate) fn stores<'a>(
    slots: &'a mut SlotTables<'_, '_>,
    state: &'a mut StateTables<'_, '_>,
) -> Stores<'a> {
    Stores {
        slots_f64: slots.f64.columns(),
        slots_f32: slots.f32.columns(),
        slots_i32: slots.i32.columns(),
        slots_u32: slots.u32.columns(),
        slots_object: slots.object.columns(),
        state: states(state),
    }
}

/// What signals need, as one parameter.
#[derive(bevy_ecs::system::SystemParam)]
pub(crate) struct SignalParams<'w, 's> {
    plan: Res<'w, Plan>,
    clock: Res<'w, Clock>,
    canvas: Res<'w, Canvas>,
    inputs: Res<'w, Inputs>,
    rings: Res<'w, Rings>,
    registers: ResMut<'w, Registers>,
    slots: SlotTables<'w, 's>,
    state: StateTables<'w, 's>,
    fault: ResMut<'w, FaultFlag>,
}

impl SignalParams<'_, '_> {
    /// Runs a segment of the signal program.
    pub(crate) fn run(&mut self, segment: Segment) {
        if self.fault.0.is_some() || self.plan.segments.range(segment).is_empty() {
            return;
        }
        let Registers { values, reduced, counts } = &mut *self.registers;
        let around = Surroundings {
            clock: &self.clock,
            canvas: self.canvas.0,
            inputs: self.inputs.values(),
            rings: &self.rings,
            counts,
            reduced,
        };
        let mut stores = stores(&mut self.slots, &mut self.state);
        if let Err(fault) = signals::run(&self.plan, segment, values, &mut stores, &around) {
            self.fault.0 = Some(fault);
        }
    }
}

/// 4. Scalar expressions into slots.
fn signals(mut params: SignalParams) {
    params.run(Segment::Frame);
}

/// 6. Lane programs into pooled field buffers, stage by stage: late signals, sweeps, reductions.
fn fields(
    mut params: SignalParams,
    mut runner: ResMut<LaneRunner>,
    mut buffers: Query<&mut FieldBuffer>,
    current: Query<&CurrentLanes>,
    mut next: Query<&mut NextLanes>,
) {
    if params.plan.stages.len() == 1 && params.plan.sweeps.is_empty() {
        return;
    }
    let buffers = tables::column_mut(&mut buffers);
    let current = tables::column(&current);
    let next = tables::column_mut(&mut next);
    for stage in 0..params.plan.stages.len() {
        if stage > 0 {
            params.run(Segment::Late(stage));
        }
        if params.fault.0.is_some() {
            return;
        }
        let plan = &*params.plan;
        let stage = &plan.stages[stage];
        let Registers { values, reduced, counts } = &mut *params.registers;
        let around =
            SweepContext { plan, clock: &params.clock, rings: &params.rings, registers: values, counts };
        for sweep in &plan.sweeps[stage.sweeps.clone()] {
            run_sweep(&mut runner, &around, sweep, buffers, current, next);
        }
        for row in stage.reductions.clone() {
            let reduction = &plan.reductions[row];
            let count = counts[reduction.domain.index()] as usize;
            let lanes = &buffers[reduction.buffer.index()].0.f32()[..count];
            reduced[row] = reduce(reduction, lanes);
        }
    }
}

/// What a sweep reads beside lanes.
pub(crate) struct SweepContext<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) clock: &'a Clock,
    pub(crate) rings: &'a Rings,
    pub(crate) registers: &'a [f64],
    pub(crate) counts: &'a [u32],
}

/// Runs one sweep over its whole domain.
pub(crate) fn run_sweep(
    runner: &mut LaneRunner,
    around: &SweepContext<'_>,
    sweep: &Sweep,
    fields: &mut [FieldBuffer],
    current: &[CurrentLanes],
    next: &mut [NextLanes],
) {
    let count = around.counts[sweep.domain.index()];
    let LaneRunner { level, workers, scratch, columns, uniforms, affines, taps, paths, suspect, .. } = runner;
    prepare(around, sweep, columns, uniforms, affines, taps);
    paths.clear();
    paths.extend(sweep.paths.iter().map(|&handle| around.plan.paths.row(around.registers[handle.index()])));
    let next_row = |cell: CellId, component: u32| {
        ring_entry(&around.plan.cells[cell], around.rings.head(cell.0), component) as usize
    };
    let rest_row = |cell: CellId, component: u32| around.plan.cells[cell].rests[component as usize] as usize;
    // Taken out while the sweep runs, so that the other buffers can be read.
    let mut taken: SmallVec<[LaneBuffer; MAX_OUTPUTS]> = SmallVec::new();
    for target in &sweep.outputs {
        taken.push(match *target {
            Target::Field(buffer) => std::mem::take(&mut fields[buffer.index()].0),
            Target::Next { cell, component } => std::mem::take(&mut next[next_row(cell, component)].0),
            Target::NextRest { cell, component } => std::mem::take(&mut next[rest_row(cell, component)].0),
        });
    }
    let outputs: Outputs<'_> =
        taken.iter_mut().map(|buffer| &mut buffer.f32_mut()[..count as usize]).collect();
    let inputs = lanes::Inputs {
        sweep,
        fields,
        state: current,
        columns,
        uniforms,
        affines,
        tables: &around.plan.paths,
        paths,
        count,
        domain_seed: around.plan.program.data().domains[sweep.domain.index()].seed,
        run_seed: around.clock.seed,
        level: *level,
    };
    let parts = workers.parts(count as usize).min(scratch.len());
    let flags = workers.run(parts, || lanes::run(inputs, 0, outputs, &mut scratch[..parts]));
    for (k, (target, buffer)) in sweep.outputs.iter().zip(taken).enumerate() {
        match *target {
            Target::Field(row) => {
                fields[row.index()].0 = buffer;
                suspect[row.index()] = flags >> k & 1 != 0;
            }
            Target::Next { cell, component } => next[next_row(cell, component)].0 = buffer,
            Target::NextRest { cell, component } => next[rest_row(cell, component)].0 = buffer,
        }
    }
}

/// What is the same for all lanes, in the rooms that were set aside for it.
fn prepare(
    around: &SweepContext<'_>,
    sweep: &Sweep,
    columns: &mut Vec<ColumnAt>,
    uniforms: &mut Vec<f32>,
    affines: &mut Vec<PreparedAffine>,
    taps: &mut Vec<Tap>,
) {
    let number = |register: Register| around.registers[register.index()];
    taps.clear();
    taps.extend(sweep.taps.iter().map(|tap| {
        let seconds = around.clock.seconds - number(tap.seconds).max(0.0);
        around.rings.tap(tap.cell.0, seconds)
    }));
    uniforms.clear();
    uniforms.extend(sweep.uniforms.iter().map(|uniform| match *uniform {
        Uniform::Signal { signal, kind } => uniform_bits(kind, number(signal)),
        Uniform::Half { signal, is_high } => uniform_half(number(signal), is_high),
        Uniform::TapShare(tap) => uniform_bits(Kind::Float, taps[tap as usize].share),
    }));
    affines.clear();
    affines.extend(sweep.affines.iter().map(|a| PreparedAffine::new(number(a.scale), number(a.offset))));
    columns.clear();
    columns.extend(sweep.columns.iter().map(|column| {
        let entry = |cell: CellId, entry: u32, component: u32| {
            ColumnAt::State(ring_entry(&around.plan.cells[cell], entry, component))
        };
        let tapped = |tap: u32| sweep.taps[tap as usize].cell;
        match *column {
            Column::Field(row) => ColumnAt::Field(row),
            Column::State(row) => ColumnAt::State(row),
            Column::Oldest { cell, component } => entry(cell, around.rings.oldest(cell.0), component),
            Column::Older { tap, component } => entry(tapped(tap), taps[tap as usize].older, component),
            Column::Newer { tap, component } => entry(tapped(tap), taps[tap as usize].newer, component),
        }
    }));
}

/// Reduces lanes in index order, in f64: the same order whatever the number of threads.
fn reduce(plan: &ReductionPlan, lanes: &[f32]) -> f64 {
    let numbers = lanes.iter().map(|&lane| f64::from(lane));
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
        Reduction::Min => numbers.fold(f64::INFINITY, arith::min),
        Reduction::Max => numbers.fold(f64::NEG_INFINITY, arith::max),
    }
}

/// 8. Render passes are assembled from pooled descriptors.
fn passes(
    (plan, registers, runner, canvas): (Res<Plan>, Res<Registers>, Res<LaneRunner>, Res<Canvas>),
    (mut pools, mut lines, fault): (ResMut<Pools>, ResMut<Lines>, Res<FaultFlag>),
    fields: Query<&FieldBuffer>,
    mut descriptors: Query<&mut PassDescriptor>,
    mut lists: Query<&mut DrawList>,
    mut projections: Query<&mut Projection>,
) {
    if fault.0.is_some() || plan.passes.is_empty() {
        return;
    }
    let assembly = Assembly {
        plan: &plan,
        registers: &registers.values,
        counts: &registers.counts,
        fields: tables::column(&fields),
        suspect: &runner.suspect,
        aspect: canvas.0[0] / canvas.0[1],
    };
    let descriptors = tables::column_mut(&mut descriptors);
    let lists = tables::column_mut(&mut lists);
    let projections = tables::column_mut(&mut projections);
    for ((pass, descriptor), list) in plan.passes.iter().zip(descriptors).zip(lists) {
        let room = Room {
            descriptor,
            list,
            projections: &mut projections[pools.projections as usize..],
            projection_row: pools.projections,
            lines: &mut lines.0,
        };
        let taken = assembly.assemble(pass, room);
        pools.projections += u32::from(taken);
        pools.passes += 1;
    }
}

/// 9. Next state values, computed from this frame's, become current.
fn commit(
    (plan, clock, registers, fault): (Res<Plan>, Res<Clock>, Res<Registers>, Res<FaultFlag>),
    mut rings: ResMut<Rings>,
    mut state: StateTables,
    mut current: Query<&mut CurrentLanes>,
    mut next: Query<&mut NextLanes>,
) {
    if fault.0.is_some() || plan.nexts.is_empty() {
        return;
    }
    let mut states = states(&mut state);
    let current = tables::column_mut(&mut current);
    let next = tables::column_mut(&mut next);
    for step in &plan.nexts {
        let cell = &plan.cells[step.cell];
        let head = rings.head(step.cell.0);
        for component in 0..cell.stride {
            let row = ring_entry(cell, head, component);
            if cell.domain.is_some() {
                std::mem::swap(&mut current[row as usize].0, &mut next[row as usize].0);
            } else {
                let register = step.registers[component as usize];
                states.set_next(cell.storage, row, registers.values[register.index()]);
                states.exchange(cell.storage, row);
            }
        }
        exchange_rests(cell, current, next);
        if let Some(domain) = cell.domain.filter(|_| cell.length > 1 && !cell.has_initial) {
            let (known, count) = (rings.known(step.cell.0), registers.counts[domain.index()]);
            spread_first(cell, head, known.min(count) as usize..count as usize, current);
        }
        rings.push(step.cell.0, clock.seconds);
    }
}

/// Takes the last commit back, so that its frame can be evaluated once more: what was current before lies in the next
/// tables, for a commit exchanges the two.
pub(crate) fn take_back(
    (plan, fault): (Res<Plan>, Res<FaultFlag>),
    mut rings: ResMut<Rings>,
    mut state: StateTables,
    mut current: Query<&mut CurrentLanes>,
    mut next: Query<&mut NextLanes>,
) {
    // An evaluation that was stopped has committed nothing.
    if fault.0.is_some() {
        return;
    }
    let mut states = states(&mut state);
    let current = tables::column_mut(&mut current);
    let next = tables::column_mut(&mut next);
    for step in &plan.nexts {
        rings.pull(step.cell.0);
        let cell = &plan.cells[step.cell];
        let head = rings.head(step.cell.0);
        for component in 0..cell.stride {
            let row = ring_entry(cell, head, component);
            if cell.domain.is_some() {
                std::mem::swap(&mut current[row as usize].0, &mut next[row as usize].0);
            } else {
                states.exchange(cell.storage, row);
            }
        }
        exchange_rests(cell, current, next);
    }
}

/// Elements that are new in a ring that is not have their first value in all of its entries.
fn spread_first(cell: &CellPlan, head: u32, elements: Range<usize>, current: &mut [CurrentLanes]) {
    for component in 0..if elements.is_empty() { 0 } else { cell.stride } {
        let row = |entry: u32| ring_entry(cell, entry, component) as usize;
        let first = std::mem::take(&mut current[row(head)].0);
        for entry in (0..cell.length).filter(|&entry| entry != head) {
            let lanes = current[row(entry)].0.f32_mut();
            lanes[elements.clone()].copy_from_slice(&first.f32()[elements.clone()]);
        }
        current[row(head)].0 = first;
    }
}

/// Exchanges the next and the current value of what is left of a cell.
fn exchange_rests(cell: &CellPlan, current: &mut [CurrentLanes], next: &mut [NextLanes]) {
    for row in cell.rest_rows() {
        std::mem::swap(&mut current[row as usize].0, &mut next[row as usize].0);
    }
}

/// Runs once, at load: static signals and sweeps.
pub(crate) fn load(
    mut params: SignalParams,
    mut runner: ResMut<LaneRunner>,
    mut buffers: Query<&mut FieldBuffer>,
    current: Query<&CurrentLanes>,
    mut next: Query<&mut NextLanes>,
) {
    params.run(Segment::Load);
    let plan = &*params.plan;
    let around = SweepContext {
        plan,
        clock: &params.clock,
        rings: &params.rings,
        registers: &params.registers.values,
        counts: &params.registers.counts,
    };
    let buffers = tables::column_mut(&mut buffers);
    let (current, next) = (tables::column(&current), tables::column_mut(&mut next));
    for sweep in &plan.static_sweeps {
        run_sweep(&mut runner, &around, sweep, buffers, current, next);
    }
}

/// Gives every cell its initial value.
pub(crate) fn reset_state(
    plan: Res<Plan>,
    mut rings: ResMut<Rings>,
    mut state: StateTables,
    mut current: Query<&mut CurrentLanes>,
) {
    rings.reset();
    let mut states = states(&mut state);
    let current = tables::column_mut(&mut current);
    for cell in plan.cells.iter() {
        reset_cell(cell, &mut states, current, |_| 0);
    }
}

/// Gives a cell its initial value; of lanes from the one on that `first` says for their row.
pub(crate) fn reset_cell(
    cell: &CellPlan,
    states: &mut States<'_>,
    current: &mut [CurrentLanes],
    first: impl Fn(u32) -> u32,
) {
    let mut fill = |row: u32, bits: f32| {
        current[row as usize].0.f32_mut()[first(row) as usize..].fill(bits);
    };
    for row in cell.offset..cell.offset + cell.stride * cell.length {
        match cell.domain {
            None => states.reset(cell.storage, row, cell.initial),
            // As a lane of its kind: a bool that is true has all bits set.
            Some(_) => fill(row, uniform_bits(cell.kind, cell.initial)),
        }
    }
    // An initial value is an f32: nothing is left of it.
    cell.rest_rows().for_each(|row| fill(row, 0.0));
}
