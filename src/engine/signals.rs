//! Signals: the scalar interpreter, in f64.
//!
//! Ints, uints and bools are held as f64 too, in which they are exact; operations on them wrap as 32 bits do.

use super::clock::Clock;
use super::error::{Fault, TwoWriters};
use super::plan::Plan;
use super::plan::inputs::FrameInput;
use super::plan::signals::{Segment, SignalOp};
use super::state::{Rings, ring_entry};
use crate::id::Register;
use crate::math::arith;
use crate::program::Storage;
use crate::scalar::{Imm, Prim, evaluate};
use crate::world::tables::{Handle, SlotColumns, SlotValue, Stamp, StateColumns};

/// The stores that signals read and write, as slices.
pub(crate) struct Stores<'a> {
    pub(crate) slots_f64: SlotColumns<'a, f64>,
    pub(crate) slots_f32: SlotColumns<'a, f32>,
    pub(crate) slots_i32: SlotColumns<'a, i32>,
    pub(crate) slots_u32: SlotColumns<'a, u32>,
    pub(crate) slots_object: SlotColumns<'a, Handle>,
    pub(crate) state: States<'a>,
}

/// The scalar state stores as slices.
pub(crate) struct States<'a> {
    pub(crate) f64: StateColumns<'a, f64>,
    pub(crate) f32: StateColumns<'a, f32>,
    pub(crate) i32: StateColumns<'a, i32>,
    pub(crate) u32: StateColumns<'a, u32>,
}

impl States<'_> {
    pub(crate) fn get(&self, storage: Storage, row: u32) -> f64 {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64.current[row].0,
            Storage::F32 => f64::from(self.f32.current[row].0),
            Storage::I32 => f64::from(self.i32.current[row].0),
            Storage::U32 | Storage::Object => f64::from(self.u32.current[row].0),
        }
    }

    pub(crate) fn set_next(&mut self, storage: Storage, row: u32, value: f64) {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64.next[row].0 = value,
            Storage::F32 => self.f32.next[row].0 = value as f32,
            Storage::I32 => self.i32.next[row].0 = value as i64 as i32,
            Storage::U32 | Storage::Object => self.u32.next[row].0 = value as i64 as u32,
        }
    }

    /// Exchanges the next value and the current one: a commit, or one that is taken back.
    pub(crate) fn exchange(&mut self, storage: Storage, row: u32) {
        let row = row as usize;
        match storage {
            Storage::F64 => std::mem::swap(&mut self.f64.current[row].0, &mut self.f64.next[row].0),
            Storage::F32 => std::mem::swap(&mut self.f32.current[row].0, &mut self.f32.next[row].0),
            Storage::I32 => std::mem::swap(&mut self.i32.current[row].0, &mut self.i32.next[row].0),
            Storage::U32 | Storage::Object => {
                std::mem::swap(&mut self.u32.current[row].0, &mut self.u32.next[row].0);
            }
        }
    }

    /// Gives a row a value.
    pub(crate) fn reset(&mut self, storage: Storage, row: u32, value: f64) {
        self.set_next(storage, row, value);
        self.exchange(storage, row);
    }
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

impl Stores<'_> {
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
            Storage::F64 => write(&mut self.slots_f64, row, value, epoch, writer),
            Storage::F32 => write(&mut self.slots_f32, row, value as f32, epoch, writer),
            Storage::I32 => write(&mut self.slots_i32, row, value as i64 as i32, epoch, writer),
            Storage::U32 => write(&mut self.slots_u32, row, value as i64 as u32, epoch, writer),
            Storage::Object => write(&mut self.slots_object, row, Handle(value as i64 as u32), epoch, writer),
        }
    }
}

/// What signals read that is not in a store.
pub(crate) struct Surroundings<'a> {
    pub(crate) clock: &'a Clock,
    /// Width and height in pixels.
    pub(crate) canvas: [f64; 2],
    pub(crate) inputs: &'a [f64],
    pub(crate) rings: &'a Rings,
    /// Per domain.
    pub(crate) counts: &'a [u32],
    /// Per row of the table of reductions.
    pub(crate) reduced: &'a [f64],
}

impl Surroundings<'_> {
    /// The value of an input of the frame.
    #[inline]
    fn input(&self, input: FrameInput) -> f64 {
        let (clock, rings) = (self.clock, self.rings);
        match input {
            FrameInput::Time => clock.seconds,
            FrameInput::Dt => clock.dt,
            FrameInput::Index => clock.index as f64,
            FrameInput::Phase { period, keyed } => {
                clock.now.in_cycle(period, rings.offset(keyed)).phase(period)
            }
            FrameInput::PhasePingPong { period, keyed } => {
                clock.now.in_two_cycles(period, rings.offset(keyed)).phase_ping_pong(period)
            }
            FrameInput::Progress(period) => clock.now.progress(period),
            FrameInput::Pulse(period) => {
                let count = crate::time::pulse_count(clock.previous, clock.now, period);
                count.min(i32::MAX as u64) as f64
            }
            FrameInput::Seed => f64::from(clock.seed),
            FrameInput::Canvas(component) => self.canvas[component as usize],
            FrameInput::Count(domain) => f64::from(self.counts[domain.index()]),
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

/// Runs one segment of the signal program.
///
/// # Errors
/// When a slot was already written this frame.
pub(crate) fn run(
    plan: &Plan,
    segment: Segment,
    registers: &mut [f64],
    stores: &mut Stores<'_>,
    around: &Surroundings<'_>,
) -> Result<(), Fault> {
    let clock = around.clock;
    for op in &plan.signals[plan.segments.range(segment)] {
        match *op {
            SignalOp::Evaluate { prim, imm, dst, at, count } => {
                let values = gather(plan, registers, at, count);
                registers[dst.index()] = evaluate(prim, imm, &values)[0];
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
            SignalOp::Cell { storage, row, dst } => registers[dst.index()] = stores.state.get(storage, row),
            SignalOp::Fresh { cell, dst } => {
                registers[dst.index()] = f64::from(u8::from(around.rings.is_fresh(cell.0)));
            }
            SignalOp::Known { cell, dst } => {
                registers[dst.index()] = f64::from(around.rings.known(cell.0).min(i32::MAX as u32));
            }
            SignalOp::Delay { cell, component, dst } => {
                let row = &plan.cells[cell];
                let entry = around.rings.oldest(cell.0);
                registers[dst.index()] = stores.state.get(row.storage, ring_entry(row, entry, component));
            }
            SignalOp::DelayTime { cell, component, seconds, dst } => {
                let row = &plan.cells[cell];
                let tap = around.rings.tap(cell.0, clock.seconds - registers[seconds.index()].max(0.0));
                let older = stores.state.get(row.storage, ring_entry(row, tap.older, component));
                let newer = stores.state.get(row.storage, ring_entry(row, tap.newer, component));
                registers[dst.index()] = arith::mix(older, newer, tap.share);
            }
            SignalOp::Frame { input, dst } => registers[dst.index()] = around.input(input),
            SignalOp::Reduced { row, dst } => registers[dst.index()] = around.reduced[row as usize],
            SignalOp::WriteF64 { row, register, step } => {
                let value = registers[register.index()];
                if let Err(first) = write(&mut stores.slots_f64, row, value, clock.epoch, step) {
                    return Err(two_writers(first, step, clock));
                }
            }
            SignalOp::Write { storage, row, register, step } => {
                let value = registers[register.index()];
                if let Err(first) = stores.write(storage, row, value, clock.epoch, step) {
                    return Err(two_writers(first, step, clock));
                }
            }
        }
    }
    Ok(())
}
