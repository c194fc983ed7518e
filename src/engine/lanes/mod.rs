//! Lanes: the block interpreter of sweeps.
//!
//! A sweep goes over its elements block by block; within a block every instruction runs over all lanes before the
//! next one, so the registers of a block stay in the L1 cache. The whole loop is entered once, through a dispatch on
//! the vector level. With several threads the elements are split by recursive halving at whole blocks; every lane
//! is computed by the same operations wherever the cuts lie, so the bits do not depend on the number of threads.

mod kernels;

use fearless_simd::{Level, Simd, dispatch};
use smallvec::SmallVec;

use super::plan::expr::{Kind, Prim};
use super::plan::sweep::{Dst, Instruction, LaneOp, MAX_BLOCK, MAX_OUTPUTS, SPARE_REGISTERS, Src, Sweep};
use crate::math::fixed::{AffineNoise, AffineTurns};
use crate::math::hash;
use crate::world::LaneBuffer;
use crate::world::tables::{CurrentLanes, FieldBuffer};
use kernels::Operand;

/// The vector instructions that lane programs use. All levels give the same bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SimdLevel {
    /// The best this CPU has.
    #[default]
    Native,
    /// AVX-512 (Ice Lake and later), or the next best.
    Avx512,
    /// AVX2, or the next best.
    Avx2,
    /// SSE4.2, or the next best.
    Sse42,
    /// What the target always has: SSE2 on x86-64.
    Baseline,
}

impl SimdLevel {
    /// The level that is really used: no better than asked for, and no better than the CPU.
    pub(crate) fn resolve(self) -> Level {
        let native = Level::new();
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        {
            let avx512 = native.as_avx512().map(Level::Avx512);
            let avx2 = native.as_avx2().map(Level::Avx2);
            let sse42 = native.as_sse4_2().map(Level::Sse4_2);
            match self {
                Self::Native => native,
                Self::Avx512 => avx512.or(avx2).or(sse42).unwrap_or(Level::baseline()),
                Self::Avx2 => avx2.or(sse42).unwrap_or(Level::baseline()),
                Self::Sse42 => sse42.unwrap_or(Level::baseline()),
                Self::Baseline => Level::baseline(),
            }
        }
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        match self {
            Self::Baseline => Level::baseline(),
            _ => native,
        }
    }
}

/// The registers of one thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    registers: Vec<LaneBuffer>,
}

impl Scratch {
    /// Room for the sweep that needs the most.
    pub(crate) fn new<'a>(sweeps: impl Iterator<Item = &'a Sweep>) -> Self {
        let count = sweeps.map(|sweep| sweep.registers).max().unwrap_or(0);
        Self { registers: (0..count).map(|_| LaneBuffer::new(MAX_BLOCK)).collect() }
    }
}

/// What a sweep reads that is the same for all blocks.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) sweep: &'a Sweep,
    pub(crate) fields: &'a [FieldBuffer],
    pub(crate) state: &'a [CurrentLanes],
    /// Where each column of the sweep is this frame.
    pub(crate) columns: &'a [ColumnAt],
    /// Bits of each uniform.
    pub(crate) uniforms: &'a [f32],
    pub(crate) affines: &'a [PreparedAffine],
    pub(crate) count: u32,
    pub(crate) domain_seed: u32,
    pub(crate) run_seed: u32,
    pub(crate) level: Level,
}

/// Where a column is: a row of the fields or of the per-element state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnAt {
    Field(u32),
    State(u32),
}

impl<'a> Inputs<'a> {
    #[inline(always)]
    fn column(&self, column: u32) -> &'a [f32] {
        match self.columns[column as usize] {
            ColumnAt::Field(row) => self.fields[row as usize].0.f32(),
            ColumnAt::State(row) => self.state[row as usize].0.f32(),
        }
    }
}

/// An affine function of the index in both forms; which one is used, its instruction says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PreparedAffine {
    pub(crate) turns: AffineTurns,
    pub(crate) noise: AffineNoise,
}

impl PreparedAffine {
    pub(crate) fn new(scale: f64, offset: f64) -> Self {
        Self { turns: AffineTurns::new(scale, offset), noise: AffineNoise::new(scale, offset) }
    }
}

/// The columns that a sweep writes, cut to the same range of elements.
pub(crate) type Outputs<'a> = SmallVec<[&'a mut [f32]; MAX_OUTPUTS]>;

/// The lane that holds a uniform.
pub(crate) fn uniform_bits(kind: Kind, value: f64) -> f32 {
    match kind {
        Kind::Float => value as f32,
        Kind::Int => f32::from_bits((value as i64 as i32).cast_unsigned()),
        Kind::Uint => f32::from_bits(value as i64 as u32),
        Kind::Bool => f32::from_bits(if value != 0.0 { u32::MAX } else { 0 }),
    }
}

/// The identity of an element: stable, and different in every domain.
#[inline(always)]
pub(crate) fn element_id(index: u32, domain_seed: u32) -> u32 {
    hash::hash2(index, domain_seed.wrapping_add(1))
}

/// The random number of an element for a salt.
#[inline(always)]
fn random(index: u32, domain_seed: u32, run_seed: u32, salt: u32) -> f32 {
    hash::unit_float(hash::hash3(element_id(index, domain_seed), salt, run_seed))
}

/// Runs a sweep over the elements from `first` on. Each scratch is for one part of the work; the parts are run on
/// as many threads as the pool has. Gives a bit per output that got a value which is not finite.
pub(crate) fn run(inputs: Inputs<'_>, first: usize, outputs: Outputs<'_>, scratch: &mut [Scratch]) -> u32 {
    let length = outputs.first().map_or(0, |output| output.len());
    let block = inputs.sweep.block;
    #[cfg(feature = "parallel")]
    if scratch.len() > 1 && length >= 2 * block {
        // Cut the work in proportion to the scratches on either side, at a whole block.
        let half = scratch.len() / 2;
        let blocks = length.div_ceil(block);
        let cut = (blocks * half / scratch.len()).max(1) * block;
        let (scratch_left, scratch_right) = scratch.split_at_mut(half);
        let (mut left, mut right) = (Outputs::new(), Outputs::new());
        for output in outputs {
            let (a, b) = output.split_at_mut(cut);
            left.push(a);
            right.push(b);
        }
        let (a, b) = rayon::join(
            || run(inputs, first, left, scratch_left),
            || run(inputs, first + cut, right, scratch_right),
        );
        return a | b;
    }
    let mut outputs = outputs;
    let registers = scratch.first_mut().map_or(&mut [][..], |scratch| &mut scratch.registers);
    dispatch!(inputs.level, simd => run_blocks(simd, inputs, first, length, block, &mut outputs, registers))
}

#[inline(always)]
fn run_blocks<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    first: usize,
    length: usize,
    block: usize,
    outputs: &mut [&mut [f32]],
    registers: &mut [LaneBuffer],
) -> u32 {
    let mut flags = 0;
    let mut start = 0;
    while start < length {
        let end = (start + block).min(length);
        for instruction in &inputs.sweep.instructions {
            execute(simd, inputs, instruction, first, start..end, outputs, registers);
        }
        for (k, output) in outputs.iter().enumerate() {
            if inputs.sweep.float_outputs >> k & 1 != 0 && has_non_finite(&output[start..end]) {
                flags |= 1 << k;
            }
        }
        start = end;
    }
    flags
}

/// Whether any lane is infinite or NaN: such a value has all bits of its exponent set, so one more in the lowest of
/// them carries into the sign.
#[inline(always)]
fn has_non_finite(lanes: &[f32]) -> bool {
    let mut found = 0;
    for lane in lanes {
        found |= (lane.to_bits() & 0x7fff_ffff).wrapping_add(0x0080_0000);
    }
    found >> 31 != 0
}

/// Takes the buffers that an instruction writes, so that the others can be read, and puts them back.
#[inline(always)]
fn execute<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    instruction: &Instruction,
    first: usize,
    range: std::ops::Range<usize>,
    outputs: &mut [&mut [f32]],
    registers: &mut [LaneBuffer],
) {
    let n = range.len();
    let mut taken: [LaneBuffer; 3] = Default::default();
    let mut written: [&mut [f32]; 3] = Default::default();
    let results = match instruction.op {
        LaneOp::Polar => 2,
        LaneOp::Prim(prim) => prim.outputs() as usize,
        _ => 1,
    };
    // The last registers take what nobody needs, one for each result.
    let spare = registers.len() - SPARE_REGISTERS;
    let register_of = |k: usize| match instruction.dst[k] {
        Dst::Register(register) => Some(register as usize),
        Dst::Output(_) => None,
        Dst::None => Some(spare + k),
    };
    for k in 0..results {
        match (register_of(k), instruction.dst[k]) {
            (Some(register), _) => taken[k] = std::mem::take(&mut registers[register]),
            (None, Dst::Output(output)) => written[k] = std::mem::take(&mut outputs[output as usize]),
            _ => {}
        }
    }
    {
        let operand = |src: Src| match src {
            Src::Register(register) => Operand::Lanes(registers[register as usize].f32()),
            Src::Uniform(uniform) => Operand::Uniform(inputs.uniforms[uniform as usize]),
            Src::Column(column) => {
                let at = first + range.start;
                Operand::Lanes(&inputs.column(column)[at..at + n])
            }
            Src::Output(output) => Operand::Lanes(&outputs[output as usize][range.clone()]),
            Src::None => Operand::Uniform(0.0),
        };
        // Written out: mapping over the array costs a fifth of the whole frame.
        let [a, b, c, d, e] = instruction.src;
        let s = [operand(a), operand(b), operand(c), operand(d), operand(e)];
        let mut slices: [&mut [f32]; 3] = Default::default();
        let parts = taken.iter_mut().zip(written.iter_mut()).zip(slices.iter_mut());
        for ((taken, written), slice) in parts {
            *slice = if written.is_empty() {
                let all = taken.f32_mut();
                let n = n.min(all.len());
                &mut all[..n]
            } else {
                &mut written[range.clone()]
            };
        }
        let index = (first + range.start) as u32;
        compute(simd, inputs, instruction, index, slices, &s);
    }
    for (k, (taken, written)) in taken.into_iter().zip(written).enumerate().take(results) {
        match (register_of(k), instruction.dst[k]) {
            (Some(register), _) => registers[register] = taken,
            (None, Dst::Output(output)) => outputs[output as usize] = written,
            _ => {}
        }
    }
}

#[inline(always)]
fn compute<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    instruction: &Instruction,
    index: u32,
    dst: [&mut [f32]; 3],
    s: &[Operand<'_>; 5],
) {
    let triple = [s[0], s[1], s[2]];
    let data = instruction.data;
    let [x, y, z] = dst;
    let at = |lane: usize| index.wrapping_add(lane as u32);
    match instruction.op {
        LaneOp::Prim(Prim::AffineTurns) => {
            let affine = inputs.affines[data as usize].turns;
            kernels::fill(x, |lane| affine.at(at(lane)));
        }
        LaneOp::Prim(Prim::AffineNoise) => {
            let affine = inputs.affines[data as usize].noise;
            kernels::fill(x, |lane| affine.at(at(lane)));
        }
        LaneOp::Prim(prim) if prim.outputs() > 1 => {
            if matches!(prim, Prim::SinCosTurns | Prim::HsvToRgb) {
                kernels::common_many(prim, [x, y, z], s);
            } else {
                kernels::rare(simd, prim, data, [x, y, z], s);
            }
        }
        LaneOp::Prim(prim) => {
            if !kernels::common(prim, x, s) {
                kernels::rare(simd, prim, data, [x, y, z], s);
            }
        }
        LaneOp::MulAdd => kernels::multiply_add(x, triple, |a, b, c| a * b + c),
        LaneOp::MulSub => kernels::multiply_add(x, triple, |a, b, c| a * b - c),
        LaneOp::NegMulAdd => kernels::multiply_add(x, triple, |a, b, c| c - a * b),
        LaneOp::Polar => kernels::polar([x, y], [s[0], s[1], s[2], s[3]]),
        LaneOp::Copy => {
            if let Operand::Lanes(lanes) = s[0] {
                x.copy_from_slice(&lanes[..x.len()]);
            }
        }
        LaneOp::Splat => {
            if let Operand::Uniform(value) = s[0] {
                x.fill(value);
            }
        }
        LaneOp::Index => kernels::fill(x, |lane| f32::from_bits(at(lane))),
        LaneOp::Id => kernels::fill(x, |lane| f32::from_bits(element_id(at(lane), inputs.domain_seed))),
        LaneOp::Rank => {
            let count = inputs.count as f32;
            kernels::fill(x, |lane| (at(lane).cast_signed() as f32 + 0.5) / count);
        }
        LaneOp::Random => {
            let (domain, run) = (inputs.domain_seed, inputs.run_seed);
            kernels::fill(x, |lane| random(at(lane), domain, run, data as u32));
        }
        LaneOp::Neighbor => {
            if let Src::Column(column) = instruction.src[0] {
                neighbor(inputs.column(column), inputs.count, index, data, x);
            }
        }
    }
}

/// Elements further on, with the ends clamped or wrapped.
fn neighbor(column: &[f32], count: u32, index: u32, data: u64, dst: &mut [f32]) {
    let (offset, wrap) = (i64::from((data as u32).cast_signed()), data >> 32 != 0);
    let count = i64::from(count);
    let from = i64::from(index) + offset;
    if from >= 0 && from + dst.len() as i64 <= count {
        let from = from as usize;
        return dst.copy_from_slice(&column[from..from + dst.len()]);
    }
    for (lane, dst) in dst.iter_mut().enumerate() {
        let at = from + lane as i64;
        let at = if wrap { at.rem_euclid(count) } else { at.clamp(0, count - 1) };
        *dst = column[at as usize];
    }
}
