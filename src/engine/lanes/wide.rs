//! Operations in f64 on lanes: numbers that would outgrow an f32 (see the planner's `precise`).
//!
//! An f64 takes two registers, its high half in the first. A block goes through in pieces that stay in the L1 cache:
//! arguments become f64, the operation is one loop over them, the result is written as what it is. So there is one loop
//! for each operation, whatever its arguments are.

use std::ops::Range;

use bytemuck::{cast_slice, cast_slice_mut};
use fearless_simd::Simd;

use super::super::plan::sweep::{Dst, Instruction, LaneOp, MAX_WIDE_SOURCES, WideOp};
use super::kernels::Operand;
use super::{Inputs, LaneBuffer, part, source};
use crate::math::Real;
use crate::scalar::{Kind, PIECE, Prim, evaluate_piece};

/// The arguments of a piece.
type Arguments = [[f64; PIECE]; 5];

/// The operands of an operation, those of f64 in halves.
type WideOperands<'a> = [Operand<'a>; MAX_WIDE_SOURCES];

/// The high and the low half of an f64, as the bits of lanes.
#[inline(always)]
pub(super) fn halves(value: f64) -> [f32; 2] {
    let bits = value.to_bits();
    [f32::from_bits((bits >> 32) as u32), f32::from_bits(bits as u32)]
}

#[inline(always)]
fn whole(high: u32, low: u32) -> f64 {
    f64::from_bits(u64::from(high) << 32 | u64::from(low))
}

/// Runs an instruction on a block, as the others are run: what it writes is taken out of its rows, so that the others
/// can be read. A function of its own, so that the loop over instructions stays small.
#[inline(never)]
pub(super) fn execute<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    instruction: &Instruction,
    first: usize,
    range: Range<usize>,
    outputs: &mut [&mut [f32]],
    registers: &mut [LaneBuffer],
) {
    let LaneOp::Wide(row) = instruction.op else { return };
    let op = &inputs.sweep.wide[row as usize];
    let [high, low, _] = instruction.dst;
    let mut taken: [LaneBuffer; 2] = Default::default();
    let mut written: [&mut [f32]; 2] = Default::default();
    for (k, dst) in [high, low].into_iter().enumerate() {
        match dst {
            Dst::Register(register) => taken[k] = std::mem::take(&mut registers[register as usize]),
            Dst::Output(output) => written[k] = std::mem::take(&mut outputs[output as usize]),
            Dst::None => {}
        }
    }
    {
        let ([t0, t1], [w0, w1]) = (&mut taken, &mut written);
        let dst = [part(t0, w0, &range), part(t1, w1, &range)];
        let operands = op.src.map(|src| source(inputs, src, first, &range, outputs, registers));
        run(simd, op, dst, &operands);
    }
    for ((dst, taken), written) in [high, low].into_iter().zip(taken).zip(written) {
        match dst {
            Dst::Register(register) => registers[register as usize] = taken,
            Dst::Output(output) => outputs[output as usize] = written,
            Dst::None => {}
        }
    }
}

/// Runs an operation on a block. The second destination takes the low half where the result has one.
#[inline(always)]
fn run<S: Simd>(simd: S, op: &WideOp, dst: [&mut [f32]; 2], s: &WideOperands<'_>) {
    simd.vectorize(
        #[inline(always)]
        || {
            let [high, low] = dst;
            let (mut args, mut results) = ([[0.0; PIECE]; 5], [0.0; PIECE]);
            let mut at = 0;
            while at < high.len() {
                let n = PIECE.min(high.len() - at);
                load(op, &mut args, s, at, n);
                evaluate_piece(op.prim, op.imm, &mut results[..n], &args);
                let low = if low.is_empty() { &mut [][..] } else { &mut low[at..at + n] };
                store(op, &mut high[at..at + n], low, &results[..n], &args);
                at += n;
            }
        },
    );
}

/// Makes f64 of a piece's arguments.
#[inline(always)]
fn load(op: &WideOp, args: &mut Arguments, s: &WideOperands<'_>, at: usize, n: usize) {
    let mut source = 0;
    for (arg, kind) in args.iter_mut().zip(op.args).take(op.arity as usize) {
        let arg = &mut arg[..n];
        let lanes = s[source];
        source += if kind == Kind::Double { 2 } else { 1 };
        if let (Kind::Double, [high], [low]) = (kind, lanes, s[source - 1]) {
            arg.fill(whole(high.to_bits(), low.to_bits()));
            continue;
        }
        let bits: &[u32] = &cast_slice(lanes)[at..at + n];
        match kind {
            Kind::Double => {
                let low: &[u32] = &cast_slice(s[source - 1])[at..at + n];
                for i in 0..n {
                    arg[i] = whole(bits[i], low[i]);
                }
            }
            Kind::Float => (0..n).for_each(|i| arg[i] = f64::from(f32::from_bits(bits[i]))),
            Kind::Int => (0..n).for_each(|i| arg[i] = f64::from(bits[i].cast_signed())),
            Kind::Uint => (0..n).for_each(|i| arg[i] = f64::from(bits[i])),
            Kind::Bool => (0..n).for_each(|i| arg[i] = f64::from(bits[i] & 1)),
        }
    }
}

/// Writes results as lanes of their kind.
#[inline(always)]
fn store(op: &WideOp, high: &mut [f32], low: &mut [f32], results: &[f64], args: &Arguments) {
    let n = results.len();
    let [_, b, c, ..] = args;
    match op.result {
        Kind::Double => {
            let (high, low): (&mut [u32], &mut [u32]) = (cast_slice_mut(high), cast_slice_mut(low));
            let low = &mut low[..n];
            for i in 0..n {
                let bits = results[i].to_bits();
                high[i] = (bits >> 32) as u32;
                low[i] = bits as u32;
            }
        }
        // What is below an end in f64 may round to it: to the end that the range has.
        Kind::Float => match op.prim {
            Prim::Fract => {
                let below = <f32 as Real>::BELOW_ONE;
                (0..n)
                    .for_each(|i| high[i] = if results[i] as f32 >= 1.0 { below } else { results[i] as f32 });
            }
            Prim::Mod => (0..n).for_each(|i| {
                let (rest, size) = (results[i] as f32, (b[i] as f32).abs());
                high[i] = if rest.abs() >= size { 0.0 } else { rest };
            }),
            Prim::Wrap => (0..n).for_each(|i| {
                let (x, lo, hi) = (results[i] as f32, b[i] as f32, c[i] as f32);
                high[i] = if x >= hi { lo } else { x };
            }),
            _ => (0..n).for_each(|i| high[i] = results[i] as f32),
        },
        Kind::Bool => {
            (0..n).for_each(|i| high[i] = f32::from_bits(if results[i] != 0.0 { u32::MAX } else { 0 }));
        }
        Kind::Int => (0..n).for_each(|i| high[i] = f32::from_bits(results[i].to_i32().cast_unsigned())),
        Kind::Uint => (0..n).for_each(|i| high[i] = f32::from_bits(results[i].to_u32())),
    }
}
