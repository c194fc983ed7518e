//! Signals: the scalar interpreter, in f64.
//!
//! Ints, uints and bools are held as f64 too, in which they are exact; operations on them wrap as 32 bits do.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

use super::clock::Clock;
use super::elements::{Newborn, Newborns};
use super::error::{Fault, FaultFlag, TwoWriters};
use super::inputs::{Canvas, Inputs};
use super::lanes::element_id;
use super::parts::Parts;
use super::plan::events::EffectPlan;
use super::plan::inputs::FrameInput;
use super::plan::signals::{GatherPlan, Segment, SignalOp};
use super::plan::{CellPlan, Plan};
use super::state::{Scalars, State, StateBook, ring_entry};
use super::texts::RunTexts;
use super::texts::holders::Marker;
use crate::cues::Tag;
use crate::id::{CellId, DomainId, EventId, ReactionId, Register, Table};
use crate::math::{Real, arith};
use crate::program::meaning::TextOp;
use crate::program::{Domain, Storage};
use crate::scalar::{Imm, Kind, Prim, evaluate};
use crate::time::Flicks;
use crate::world::tables::{
    self, FieldBuffer, Handle, SlotColumns, SlotTables, SlotValue, Stamp, StateTables,
};

/// Registers of the signal program, and what else signals read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registers {
    pub(crate) values: Vec<f64>,
    /// Results of reductions.
    pub(crate) reduced: Vec<f64>,
    /// Elements of each domain.
    pub(crate) counts: Vec<u32>,
    /// What each event carried last.
    pub(crate) carried: Table<EventId, [f64; 4]>,
    /// The numbers of the rows of lists that are looked at, those of each list and behind them of events that carry one.
    pub(crate) rows: Vec<f64>,
    /// How often each event has happened since the frame before.
    pub(crate) happened: Table<EventId, u32>,
    /// Of each domain, the elements that events have borne since the frame before.
    pub(crate) newborns: Table<DomainId, Newborns>,
}

impl Registers {
    /// Takes over everything of registers of the same plan.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        let Self { values, reduced, counts, carried, rows, happened, newborns } = other;
        self.values.clone_from(values);
        self.reduced.clone_from(reduced);
        self.counts.clone_from(counts);
        self.carried.copy_from_slice(carried);
        self.rows.clone_from(rows);
        self.happened.copy_from_slice(happened);
        self.newborns.iter_mut().zip(newborns.iter()).for_each(|(own, other)| own.copy_from(other));
    }

    /// Tells which numbers may be those of texts.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        let Self { values, reduced: _, counts: _, carried, rows, happened: _, newborns } = self;
        marker.numbers(values);
        marker.numbers(carried.iter().flatten());
        marker.numbers(rows);
        marker.numbers(newborns.iter().flat_map(Newborns::all_taken));
    }

    pub(crate) fn bytes(&self) -> usize {
        let Self { values, reduced, counts, carried, rows, happened, newborns } = self;
        size_of_val(&**values)
            + size_of_val(&**reduced)
            + size_of_val(&**counts)
            + size_of_val(&**carried)
            + size_of_val(&**rows)
            + size_of_val(&**happened)
            + size_of_val(&**newborns)
    }
}

/// The slot stores as slices.
pub(crate) struct Slots<'a> {
    f64: SlotColumns<'a, f64>,
    f32: SlotColumns<'a, f32>,
    i32: SlotColumns<'a, i32>,
    u32: SlotColumns<'a, u32>,
    object: SlotColumns<'a, Handle>,
}

/// Writes one row of a slot store: the single-writer check, then the value.
#[inline]
fn write<T: Copy + Send + Sync + 'static>(
    columns: &mut SlotColumns<'_, T>,
    row: u32,
    value: T,
    epoch: u64,
    writer: u32,
) -> Result<(), u32> {
    let row = row as usize;
    let stamp = &mut columns.stamps[row];
    if stamp.epoch == epoch {
        return Err(stamp.writer);
    }
    *stamp = Stamp::new(epoch, writer);
    columns.values[row] = SlotValue(value);
    Ok(())
}

impl<'a> Slots<'a> {
    pub(crate) fn new(tables: &'a mut SlotTables<'_, '_>) -> Self {
        Self {
            f64: tables.f64.columns(),
            f32: tables.f32.columns(),
            i32: tables.i32.columns(),
            u32: tables.u32.columns(),
            object: tables.object.columns(),
        }
    }

    /// Writes a component of a slot.
    ///
    /// # Errors
    /// The writer that came first this frame; its value stays.
    #[inline]
    pub(crate) fn write(
        &mut self,
        storage: Storage,
        row: u32,
        value: f64,
        epoch: u64,
        writer: u32,
    ) -> Result<(), u32> {
        match storage {
            Storage::F64 => write(&mut self.f64, row, value, epoch, writer),
            Storage::F32 => write(&mut self.f32, row, value as f32, epoch, writer),
            Storage::I32 => write(&mut self.i32, row, value as i64 as i32, epoch, writer),
            Storage::U32 => write(&mut self.u32, row, value as i64 as u32, epoch, writer),
            Storage::Object => write(&mut self.object, row, Handle(value as i64 as u32), epoch, writer),
        }
    }
}

/// The tables that signals and sweeps work on.
#[derive(SystemParam)]
pub(crate) struct SignalTables<'w, 's> {
    pub(crate) slots: SlotTables<'w, 's>,
    pub(crate) state: StateTables<'w, 's>,
    pub(crate) buffers: Query<'w, 's, &'static mut FieldBuffer>,
}

/// What signals need. See [`Parts::split`](super::parts::Parts::split).
pub(crate) struct Signals<'w, 's> {
    pub(crate) plan: &'w Plan,
    pub(crate) clock: &'w Clock,
    pub(crate) canvas: &'w Canvas,
    pub(crate) inputs: &'w mut Inputs,
    pub(crate) registers: &'w mut Registers,
    pub(crate) slots: SlotTables<'w, 's>,
    pub(crate) state: State<'w, 's>,
    pub(crate) texts: &'w mut RunTexts,
    pub(crate) buffers: Query<'w, 's, &'static mut FieldBuffer>,
    pub(crate) fault: &'w mut FaultFlag,
}

/// What running signals changes and sees beside their registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// Slots are written.
    Whole,
    /// Once more, after an edit. Slots are left alone.
    Again,
}

impl Signals<'_, '_> {
    /// Runs a segment of the signal program.
    pub(crate) fn run(&mut self, segment: Segment) {
        self.run_as(segment, Run::Whole, 0.0);
    }

    /// The life in seconds of an element that is being born.
    pub(crate) fn life(&mut self, domain: DomainId, newborn: u32, lives: Register) -> f64 {
        self.run_as(Segment::Birth(domain), Run::Again, f64::from(newborn));
        self.registers.values[lives.index()]
    }

    /// Runs a segment for one of several evaluations of a frame.
    pub(crate) fn run_as(&mut self, segment: Segment, run: Run, newborn: f64) {
        let clock = *self.clock;
        self.run_at(segment, &clock, run, newborn);
    }

    /// Works out what a reaction needs, at the tag of its turn.
    pub(crate) fn run_reaction(&mut self, reaction: ReactionId, tag: Tag) {
        self.run_reaction_of(reaction, tag, 0.0);
    }

    /// As [`run_reaction`](Self::run_reaction), for an element that is being born.
    fn run_reaction_of(&mut self, reaction: ReactionId, tag: Tag, newborn: f64) {
        let clock = self.clock.at(tag.offset);
        self.run_at(Segment::Reaction(reaction), &clock, Run::Again, newborn);
    }

    /// Lets elements of a domain be born, as a reaction says that has been worked out.
    pub(crate) fn bear(
        &mut self,
        reaction: ReactionId,
        tag: Tag,
        domain: DomainId,
        [count, lives]: [Register; 2],
    ) {
        // What is no number is 0.
        let births = self.registers.values[count.index()] as u32;
        let seed = self.plan.program.data().domains[domain.index()].seed;
        for _ in 0..self.registers.newborns[domain].limit(births) {
            let number = self.registers.newborns[domain].count();
            if !self.registers.newborns[domain].has_room() {
                continue;
            }
            self.run_reaction_of(reaction, tag, f64::from(element_id(number as u32, seed)));
            let newborn =
                Newborn { number, birth: tag.offset, seconds: self.registers.values[lives.index()] };
            let Registers { values, newborns, .. } = &mut *self.registers;
            newborns[domain].push(newborn, taken(self.plan, reaction).map(|value| values[value.index()]));
        }
    }

    /// What elements take that a reaction bears, as it is now.
    pub(crate) fn taken_now(&mut self, reaction: ReactionId) -> impl Iterator<Item = f64> {
        self.run_reaction(reaction, Tag::at(self.clock.now));
        taken(self.plan, reaction).map(|value| self.registers.values[value.index()])
    }

    /// Works out the value that an event looks at, or waits for. At the frame's own time it is the frame's.
    pub(crate) fn run_source(&mut self, event: EventId, tag: Tag) {
        let clock = if tag.offset == self.clock.now { *self.clock } else { self.clock.at(tag.offset) };
        self.run_at(Segment::Source(event), &clock, Run::Again, 0.0);
    }

    /// Works out what is needed of the row of a list that is looked at.
    pub(crate) fn run_row(&mut self, row: u32, tag: Tag) {
        let clock = if tag.offset == self.clock.now { *self.clock } else { self.clock.at(tag.offset) };
        self.run_at(Segment::Row(row), &clock, Run::Again, 0.0);
    }

    /// How long before the start of time the cycle of a phase began.
    pub(crate) fn phase_offset(&mut self, phase: u32) -> Flicks {
        self.state.scalars().0.phases.get(phase)
    }

    /// The components in some registers.
    pub(crate) fn values_of(&self, registers: &[Register]) -> [f64; 4] {
        let mut values = [0.0; 4];
        for (value, register) in values.iter_mut().zip(registers) {
            *value = self.registers.values[register.index()];
        }
        values
    }

    /// What a cell that has one value holds, and whether nothing was ever set.
    pub(crate) fn remembered(&mut self, cell: CellId) -> ([f64; 4], bool) {
        let CellPlan { storage, offset, stride, .. } = self.plan.cells[cell];
        let (state, scalars) = self.state.scalars();
        let mut values = [0.0; 4];
        for (value, row) in values.iter_mut().zip(offset..offset + stride) {
            *value = scalars.get(storage, row);
        }
        (values, state.cells.is_fresh(cell))
    }

    /// Sets cells that have one value.
    pub(crate) fn set_cells<'v>(&mut self, tag: Tag, values: impl Iterator<Item = (CellId, &'v [f64; 4])>) {
        self.state.store().set(&self.plan.cells, values, tag.offset.as_secs_f64());
    }

    fn run_at(&mut self, segment: Segment, clock: &Clock, run: Run, newborn: f64) {
        if self.fault.0.is_some() || self.plan.segments.range(segment).is_empty() {
            return;
        }
        let Registers { values, reduced, counts, carried, rows, happened, newborns: _ } =
            &mut *self.registers;
        let (state, scalars) = self.state.scalars();
        let around = Surroundings {
            clock,
            canvas: self.canvas.0,
            inputs: self.inputs.values(),
            state,
            counts,
            reduced,
            carried,
            rows,
            happened,
            fields: tables::column_mut(&mut self.buffers),
            domains: &self.plan.program.data().domains,
            run,
            newborn,
        };
        let mut slots = Slots::new(&mut self.slots);
        let stores = (values.as_mut_slice(), &mut slots, &mut *self.texts);
        if let Err(fault) = evaluate_segment(self.plan, segment, stores, &scalars, &around) {
            self.fault.0 = Some(fault);
        }
    }
}

/// What elements take that a reaction bears.
fn taken(plan: &Plan, reaction: ReactionId) -> impl Iterator<Item = Register> {
    let effects = plan.events.reactions[reaction].effects.iter();
    let taken = effects.filter_map(|effect| match effect {
        EffectPlan::Bear { taken, .. } => Some(taken),
        EffectPlan::Set { .. }
        | EffectPlan::SetLanes { .. }
        | EffectPlan::Pass { .. }
        | EffectPlan::Hit { .. }
        | EffectPlan::Schedule { .. }
        | EffectPlan::SetRow { .. }
        | EffectPlan::SetRows { .. }
        | EffectPlan::Append { .. }
        | EffectPlan::RemoveRow { .. }
        | EffectPlan::MoveRow { .. }
        | EffectPlan::MoveRows { .. }
        | EffectPlan::RemoveRows { .. } => None,
    });
    taken.flatten().copied()
}

/// 4. Scalar expressions into slots.
pub(crate) fn evaluate_frame(mut parts: ResMut<Parts>, tables: SignalTables) {
    parts.split(tables).0.run(Segment::Frame);
}

/// What signals read that is not in a store.
struct Surroundings<'a> {
    pub(crate) clock: &'a Clock,
    /// Width and height in pixels.
    pub(crate) canvas: [f64; 2],
    pub(crate) inputs: &'a [f64],
    pub(crate) state: &'a StateBook,
    /// Per domain.
    pub(crate) counts: &'a [u32],
    /// Per row of the table of reductions.
    pub(crate) reduced: &'a [f64],
    carried: &'a Table<EventId, [f64; 4]>,
    rows: &'a [f64],
    happened: &'a Table<EventId, u32>,
    fields: &'a [FieldBuffer],
    domains: &'a [Domain],
    run: Run,
    /// The identity of the element that is being born.
    newborn: f64,
}

impl Surroundings<'_> {
    /// A number as the count of a domain's elements.
    fn count(&self, domain: DomainId, number: f64) -> f64 {
        // What is no number is 0.
        f64::from((number as u32).min(self.domains[domain.index()].capacity))
    }

    /// The value of the element with an index, as its lane holds it.
    fn gathered(&self, GatherPlan { of, kind }: GatherPlan, index: f64) -> f64 {
        let lanes = &self.fields[of.buffer.index()].0.f32()[..self.counts[of.domain.index()] as usize];
        let Some(lane) = of.edge.place(index.to_i32(), lanes.len()).map(|at| lanes[at]) else { return 0.0 };
        match kind {
            Kind::Float | Kind::Double => f64::from(lane),
            Kind::Int => f64::from(lane.to_bits().cast_signed()),
            Kind::Uint => f64::from(lane.to_bits()),
            Kind::Bool => f64::from(u8::from(lane.to_bits() != 0)),
        }
    }

    /// The value of an input of the frame.
    #[inline]
    fn input(&self, input: FrameInput) -> f64 {
        let (clock, phases) = (self.clock, &self.state.phases);
        match input {
            FrameInput::Time => clock.seconds,
            FrameInput::Dt => clock.dt,
            FrameInput::Index => clock.index as f64,
            FrameInput::Phase { period, keyed } => {
                clock.now.in_cycle(period, phases.get(keyed)).phase(period)
            }
            FrameInput::PhasePingPong { period, keyed } => {
                clock.now.in_two_cycles(period, phases.get(keyed)).phase_ping_pong(period)
            }
            FrameInput::Progress(period) => clock.now.progress(period),
            FrameInput::Pulse(period) => {
                let count = crate::time::pulse_count(clock.previous, clock.now, period);
                count.min(i32::MAX as u64) as f64
            }
            FrameInput::Seed => f64::from(clock.seed),
            FrameInput::Canvas(component) => self.canvas[component as usize],
            FrameInput::Count(domain) | FrameInput::LiveCount(domain) => {
                f64::from(self.counts[domain.index()])
            }
        }
    }
}

#[cold]
fn two_writers(first: u32, second: u32, clock: &Clock) -> Fault {
    Fault::TwoWriters(TwoWriters { first, second, frame: clock.index })
}

/// The arguments of an operation.
#[inline]
fn gather(plan: &Plan, registers: &[f64], at: u32, count: u8) -> [f64; 5] {
    let operands = &plan.operands[at as usize..at as usize + count as usize];
    let mut values = [0.0; 5];
    for (value, register) in values.iter_mut().zip(operands) {
        *value = registers[register.index()];
    }
    values
}

/// What an operation on texts gives.
///
/// # Errors
/// When there is no room for a text, or it is too long.
fn text(
    texts: &mut RunTexts,
    op: TextOp,
    args: [Register; 2],
    registers: &mut [f64],
    dst: Register,
) -> Result<(), Fault> {
    let values = args.map(|arg| registers[arg.index()]);
    registers[dst.index()] = texts.evaluate(op, values).map_err(Fault::Texts)?;
    Ok(())
}

/// Runs one segment of the signal program.
///
/// # Errors
/// When a slot was already written this frame, or a text cannot be made.
fn evaluate_segment(
    plan: &Plan,
    segment: Segment,
    (registers, slots, texts): (&mut [f64], &mut Slots<'_>, &mut RunTexts),
    scalars: &Scalars<'_>,
    around: &Surroundings<'_>,
) -> Result<(), Fault> {
    let clock = around.clock;
    for op in &plan.signals[plan.segments.range(segment)] {
        match *op {
            SignalOp::Evaluate { prim, imm, out, dst, at, count } => {
                let values = gather(plan, registers, at, count);
                registers[dst.index()] = evaluate(prim, imm, &values)[usize::from(out)];
            }
            // The operations that nearly every program is made of, without the detour.
            SignalOp::Binary { prim, a, b, dst } => {
                let (x, y) = (registers[a.index()], registers[b.index()]);
                registers[dst.index()] = match prim {
                    Prim::Add => x + y,
                    Prim::Sub => x - y,
                    Prim::Mul => x * y,
                    Prim::Div => x / y,
                    other => evaluate(other, Imm::None, &[x, y])[0],
                };
            }
            SignalOp::EvaluateMany { prim, dst, at, count } => {
                let values = gather(plan, registers, at, count);
                let results = match prim {
                    Prim::PathAt => plan.paths.at(values[0], values[1]),
                    prim => evaluate(prim, Imm::None, &values),
                };
                for (register, value) in dst.into_iter().zip(results) {
                    if register != Register::NONE {
                        registers[register.index()] = value;
                    }
                }
            }
            SignalOp::Constant { value, dst } => registers[dst.index()] = value,
            SignalOp::Input { row, dst } => registers[dst.index()] = around.inputs[row as usize],
            SignalOp::Cell { storage, row, dst } => registers[dst.index()] = scalars.get(storage, row),
            SignalOp::Fresh { cell, dst } => {
                registers[dst.index()] = f64::from(u8::from(around.state.cells.is_fresh(cell)));
            }
            SignalOp::Known { cell, dst } => {
                registers[dst.index()] = f64::from(around.state.cells.fresh_from(cell).min(i32::MAX as u32));
            }
            SignalOp::Delay { cell, component, dst } => {
                let row = &plan.cells[cell];
                let entry = around.state.cells.oldest(cell);
                registers[dst.index()] = scalars.get(row.storage, ring_entry(row, entry, component));
            }
            SignalOp::DelayTime { cell, component, seconds, dst } => {
                let row = &plan.cells[cell];
                let tap = around.state.cells.tap(cell, clock.seconds - registers[seconds.index()].max(0.0));
                let older = scalars.get(row.storage, ring_entry(row, tap.older, component));
                let newer = scalars.get(row.storage, ring_entry(row, tap.newer, component));
                registers[dst.index()] = arith::mix(older, newer, tap.share);
            }
            SignalOp::Frame { input, dst } => registers[dst.index()] = around.input(input),
            SignalOp::Count { domain, number, dst } => {
                registers[dst.index()] = around.count(domain, registers[number.index()]);
            }
            SignalOp::Newborn { dst } => registers[dst.index()] = around.newborn,
            SignalOp::Payload { event, component, dst } => {
                registers[dst.index()] = around.carried[event][component as usize];
            }
            SignalOp::Row { place, dst } => registers[dst.index()] = around.rows[place as usize],
            SignalOp::Text { op, args, dst } => text(texts, op, args, registers, dst)?,
            SignalOp::Happened { event, dst } => {
                registers[dst.index()] = f64::from(u8::from(around.happened[event] > 0));
            }
            SignalOp::Gather { row, index, dst } => {
                registers[dst.index()] =
                    around.gathered(plan.gathers[row as usize], registers[index.index()]);
            }
            SignalOp::Lookup { table, component, edge, index, dst } => {
                let (component, index) = (u32::from(component), registers[index.index()] as i32);
                let given = (&*plan.program, around.inputs);
                registers[dst.index()] = plan.tables.at(given, (table, component), (index, edge));
            }
            SignalOp::Reduced { row, dst } => registers[dst.index()] = around.reduced[row as usize],
            // What was written stays.
            SignalOp::WriteF64 { .. } | SignalOp::Write { .. } if around.run != Run::Whole => {}
            SignalOp::WriteF64 { row, register, step } => {
                let value = registers[register.index()];
                if let Err(first) = write(&mut slots.f64, row, value, clock.epoch, step) {
                    return Err(two_writers(first, step, clock));
                }
            }
            SignalOp::Write { storage, row, register, step } => {
                let value = registers[register.index()];
                if let Err(first) = slots.write(storage, row, value, clock.epoch, step) {
                    return Err(two_writers(first, step, clock));
                }
            }
        }
    }
    Ok(())
}
