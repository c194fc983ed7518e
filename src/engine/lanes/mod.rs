//! Lanes: the block interpreter of sweeps.
//!
//! A sweep goes over its elements block by block; within a block every instruction runs over all lanes before the
//! next one, so the registers of a block stay in the L1 cache. The whole loop is entered once, through a dispatch on
//! the vector level. With several threads the elements are split by recursive halving at whole cache lines; every lane
//! is computed by the same operations wherever the cuts lie, so the bits do not depend on the number of threads.

mod kernels;
mod runner;
mod wide;

use std::ops::Range;

use crate::math::levels::at_level;
use fearless_simd::{Level, Simd};
use smallvec::SmallVec;

use super::near;
use super::plan::expr::Kind;
use super::plan::paths::PathTables;
use super::plan::sweep::{Dst, Instruction, LaneOp, MAX_BLOCK, MAX_OUTPUTS, SPARE_REGISTERS, Src, Sweep};
use super::plan::tables::TableLanes;
use super::texts::RunTexts;
use crate::id::BufferId;
use crate::math::color::NOT_A_COLOR;
use crate::math::fixed::{AffineNoise, AffineTurns};
use crate::math::hash;
use crate::program::Edge;
use crate::program::meaning::End;
use crate::world::LaneBuffer;
use crate::world::tables::{CurrentLanes, FieldBuffer};
use kernels::Operands;
pub(crate) use runner::{LaneRunner, evaluate_static};

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
            match self {
                Self::Native => native,
                Self::Avx512 => avx512.or(avx2).unwrap_or(Level::baseline()),
                Self::Avx2 => avx2.unwrap_or(Level::baseline()),
                Self::Baseline => Level::baseline(),
            }
        }
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        match self {
            Self::Baseline => Level::baseline(),
            Self::Native | Self::Avx512 | Self::Avx2 => native,
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
    /// Of pairs: which elements their ends are.
    pub(crate) pairs: [&'a [f32]; 2],
    /// Where each column of the sweep is this frame.
    pub(crate) columns: &'a [ColumnAt],
    /// Where what is read by number is this frame.
    pub(crate) gathers: &'a [GatheredAt],
    /// Bits of each uniform.
    pub(crate) uniforms: &'a [f32],
    pub(crate) affines: &'a [PreparedAffine],
    pub(crate) tables: &'a PathTables,
    /// The columns of the program's tables.
    pub(crate) lookups: &'a TableLanes,
    pub(crate) texts: &'a RunTexts,
    /// Row of the table of each path.
    pub(crate) paths: &'a [u32],
    pub(crate) count: u32,
    pub(crate) domain_seed: u32,
    pub(crate) run_seed: u32,
    /// The outputs that need not be searched for what may not be drawn.
    pub(crate) proven: u32,
    pub(crate) level: Level,
}

/// Where a column is: a row of the fields or of the per-element state, or what pairs are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnAt {
    Field(BufferId),
    State(u32),
    PairIndex(End),
}

/// Where lanes are that are read by number: a row of the fields, and how many elements it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GatheredAt {
    pub(crate) buffer: BufferId,
    pub(crate) count: u32,
}

impl<'a> Inputs<'a> {
    #[inline(always)]
    fn column(&self, column: u32) -> &'a [f32] {
        match self.columns[column as usize] {
            ColumnAt::Field(row) => self.fields[row.index()].0.f32(),
            ColumnAt::State(row) => self.state[row as usize].0.f32(),
            ColumnAt::PairIndex(end) => near::end(self.pairs, end),
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
        // An f64 is read in halves; as one lane it is rounded.
        Kind::Float | Kind::Double => value as f32,
        Kind::Int => f32::from_bits((value as i64 as i32).cast_unsigned()),
        Kind::Uint => f32::from_bits(value as i64 as u32),
        Kind::Bool => f32::from_bits(if value != 0.0 { u32::MAX } else { 0 }),
    }
}

/// The lane that holds a half of a uniform.
pub(crate) fn uniform_half(value: f64, is_high: bool) -> f32 {
    let [high, low] = wide::halves(value);
    if is_high { high } else { low }
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

/// Work is cut at multiples of so many lanes, so that no two threads write to one cache line, and vectors are whole.
const CUT: usize = 64;

/// Runs a sweep over the elements from `first` on. Each scratch is for one part of the work; the parts are run on
/// as many threads as the pool has. Gives a bit per output that got a value which may not be drawn.
fn run(inputs: Inputs<'_>, first: usize, outputs: Outputs<'_>, scratch: &mut [Scratch]) -> u32 {
    let length = outputs.first().map_or(0, |output| output.len());
    #[cfg(feature = "parallel")]
    if scratch.len() > 1 && length >= 2 * inputs.sweep.block {
        // Cut the work in proportion to the scratches on either side.
        let half = scratch.len() / 2;
        let cut = (length * half / scratch.len()).next_multiple_of(CUT);
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
    // As few blocks as there may be, and none of them much shorter than the others: each costs a walk over the instructions.
    let blocks = length.div_ceil(inputs.sweep.block).max(1);
    let block = length.div_ceil(blocks).next_multiple_of(CUT).min(inputs.sweep.block);
    at_level!(inputs.level, simd => run_blocks(simd, inputs, first, length, block, &mut outputs, registers))
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
    let large = length * outputs.len() * size_of::<f32>() > FETCH_AHEAD_BYTES;
    // Behind the last element there may be lanes that are nobody's.
    let elements = (inputs.count as usize).saturating_sub(first).min(length);
    while start < length {
        let end = (start + block).min(length);
        for (k, instruction) in inputs.sweep.instructions.iter().enumerate() {
            if large {
                fetch_ahead(outputs, end..(end + block).min(length), k, inputs.sweep.instructions.len());
            }
            if let LaneOp::Wide(_) = instruction.op {
                wide::execute(simd, inputs, instruction, first, start..end, outputs, registers);
            } else {
                execute(simd, inputs, instruction, first, start..end, outputs, registers);
            }
        }
        for (k, output) in outputs.iter().enumerate() {
            let lanes = &output[start..end.min(elements).max(start)];
            if inputs.proven >> k & 1 != 0 {
                debug_assert!(!is_suspect(inputs.sweep, k, lanes), "output {k} was proved to be sound");
                continue;
            }
            flags |= u32::from(is_suspect(inputs.sweep, k, lanes)) << k;
        }
        start = end;
    }
    flags
}

/// Whether some of the lanes of an output may not be drawn.
#[inline(always)]
fn is_suspect(sweep: &Sweep, output: usize, lanes: &[f32]) -> bool {
    let Sweep { float_outputs: floats, color_outputs: colors, size_outputs: sizes, .. } = *sweep;
    let is = |outputs: u32| outputs >> output & 1 != 0;
    // What is a size is a float.
    if is(sizes) {
        has_no_size(lanes)
    } else if is(floats) {
        has_non_finite(lanes)
    } else {
        is(colors) && has_no_color(lanes)
    }
}

/// Outputs larger than this do not stay in the L2 cache from frame to frame.
const FETCH_AHEAD_BYTES: usize = 1 << 20;

/// Reads a lane of some cache lines of the outputs' next block, so that they are there when it is written: a part of
/// them before each instruction, whose work hides the wait. A block writes a page of each output in one go; without
/// this, every page would begin with a wait for memory.
#[inline(always)]
fn fetch_ahead(outputs: &[&mut [f32]], next: Range<usize>, part: usize, parts: usize) {
    const LANES_PER_LINE: usize = 16;
    let lines = next.len().div_ceil(LANES_PER_LINE);
    let (from, to) = (lines * part / parts, lines * (part + 1) / parts);
    let mut seen = 0;
    for output in outputs {
        for line in from..to {
            seen |= output[next.start + line * LANES_PER_LINE].to_bits();
        }
    }
    std::hint::black_box(seen);
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

/// Whether any lane is infinite, NaN or below 0. The negative of a magnitude that is not 0 has its sign bit set.
#[inline(always)]
fn has_no_size(lanes: &[f32]) -> bool {
    let mut found = 0;
    for lane in lanes {
        let bits = lane.to_bits();
        let magnitude = bits & 0x7fff_ffff;
        found |= magnitude.wrapping_add(0x0080_0000) | magnitude.wrapping_neg() & bits;
    }
    found >> 31 != 0
}

/// Whether any lane is a packed colour that could not be one.
#[inline(always)]
fn has_no_color(lanes: &[f32]) -> bool {
    let mut found = 0;
    for lane in lanes {
        found |= u32::from(lane.to_bits() == NOT_A_COLOR);
    }
    found != 0
}

/// Where the lanes of an operand are; one lane for a uniform.
#[inline(always)]
fn source<'a>(
    inputs: Inputs<'a>,
    src: Src,
    first: usize,
    range: &Range<usize>,
    outputs: &'a [&mut [f32]],
    registers: &'a [LaneBuffer],
) -> &'a [f32] {
    match src {
        Src::Register(register) => &registers[register as usize].f32()[..range.len()],
        Src::Uniform(uniform) => std::slice::from_ref(&inputs.uniforms[uniform as usize]),
        Src::Column(column) => &inputs.column(column)[first + range.start..first + range.end],
        Src::Output(output) => &outputs[output as usize][range.start..range.end],
        Src::None => &[],
    }
}

/// Runs one instruction on one block: takes the buffers that it writes out of their rows, so that the others can be
/// read, and puts them back.
#[inline(always)]
fn execute<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    instruction: &Instruction,
    first: usize,
    range: Range<usize>,
    outputs: &mut [&mut [f32]],
    registers: &mut [LaneBuffer],
) {
    let index = (first + range.start) as u32;
    let n = range.len();
    let results = instruction.results();
    if results == 1 {
        let (mut taken, mut written): (LaneBuffer, &mut [f32]) = Default::default();
        match instruction.dst[0] {
            Dst::Register(register) => taken = std::mem::take(&mut registers[register as usize]),
            Dst::Output(output) => written = std::mem::take(&mut outputs[output as usize]),
            Dst::None => return,
        }
        {
            let dst = if written.is_empty() {
                &mut taken.f32_mut()[..n]
            } else {
                &mut written[range.start..range.end]
            };
            let s = sources(inputs, instruction, first, &range, outputs, registers);
            single(simd, inputs, instruction, index, dst, &s);
        }
        match instruction.dst[0] {
            Dst::Register(register) => registers[register as usize] = taken,
            Dst::Output(output) => outputs[output as usize] = written,
            Dst::None => {}
        }
        return;
    }
    let mut taken: [LaneBuffer; 3] = Default::default();
    let mut written: [&mut [f32]; 3] = Default::default();
    // The last registers take what nobody needs, one for each result.
    let spare = registers.len() - SPARE_REGISTERS;
    for k in 0..results {
        match instruction.dst[k] {
            Dst::Register(register) => taken[k] = std::mem::take(&mut registers[register as usize]),
            Dst::Output(output) => written[k] = std::mem::take(&mut outputs[output as usize]),
            Dst::None => taken[k] = std::mem::take(&mut registers[spare + k]),
        }
    }
    {
        let [t0, t1, t2] = &mut taken;
        let [w0, w1, w2] = &mut written;
        let dst = [part(t0, w0, &range), part(t1, w1, &range), part(t2, w2, &range)];
        let s = sources(inputs, instruction, first, &range, outputs, registers);
        multiple(simd, inputs, instruction, dst, &s);
    }
    for (k, (taken, written)) in taken.into_iter().zip(written).enumerate().take(results) {
        match instruction.dst[k] {
            Dst::Register(register) => registers[register as usize] = taken,
            Dst::Output(output) => outputs[output as usize] = written,
            Dst::None => registers[spare + k] = taken,
        }
    }
}

/// The block's part of what was taken: of an output its range, of a register its beginning.
#[inline(always)]
fn part<'a>(taken: &'a mut LaneBuffer, written: &'a mut [f32], range: &Range<usize>) -> &'a mut [f32] {
    if written.is_empty() {
        let all = taken.f32_mut();
        let n = range.len().min(all.len());
        &mut all[..n]
    } else {
        &mut written[range.start..range.end]
    }
}

#[inline(always)]
fn sources<'a>(
    inputs: Inputs<'a>,
    instruction: &Instruction,
    first: usize,
    range: &Range<usize>,
    outputs: &'a [&mut [f32]],
    registers: &'a [LaneBuffer],
) -> Operands<'a> {
    let mut s: Operands<'_> = [&[]; 5];
    for (operand, &src) in s.iter_mut().zip(&instruction.src).take(instruction.arity as usize) {
        *operand = source(inputs, src, first, range, outputs, registers);
    }
    s
}

/// Instructions with several results.
#[inline(always)]
fn multiple<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    instruction: &Instruction,
    dst: [&mut [f32]; 3],
    s: &Operands<'_>,
) {
    let [x, y, z] = dst;
    match instruction.op {
        LaneOp::Polar => kernels::polar([x, y], [s[0], s[1], s[2], s[3]]),
        LaneOp::PathAt(row) => {
            let table = inputs.tables.lanes(inputs.paths[row as usize]);
            kernels::path(simd, table, [x, y, z], s[0]);
        }
        LaneOp::Prim(prim, imm) => {
            if !kernels::several(prim, imm, [&mut *x, &mut *y, &mut *z], s) {
                kernels::rare(simd, prim, imm, [x, y, z], s);
            }
        }
        // Of one result, or run by `wide`.
        LaneOp::AffineTurns(_)
        | LaneOp::AffineNoise(_)
        | LaneOp::MulAdd
        | LaneOp::MulSub
        | LaneOp::NegMulAdd
        | LaneOp::Copy
        | LaneOp::Splat
        | LaneOp::Index
        | LaneOp::Id
        | LaneOp::Rank
        | LaneOp::Random { .. }
        | LaneOp::Gather(_)
        | LaneOp::Neighbor { .. }
        | LaneOp::Lookup { .. }
        | LaneOp::Text(_)
        | LaneOp::Wide(_) => {}
    }
}

/// Instructions with one result.
#[inline(always)]
fn single<S: Simd>(
    simd: S,
    inputs: Inputs<'_>,
    instruction: &Instruction,
    index: u32,
    dst: &mut [f32],
    s: &Operands<'_>,
) {
    let at = |lane: usize| index.wrapping_add(lane as u32);
    match instruction.op {
        LaneOp::MulAdd => kernels::multiply_add(dst, s, |a, b, c| a * b + c),
        LaneOp::MulSub => kernels::multiply_add(dst, s, |a, b, c| a * b - c),
        LaneOp::NegMulAdd => kernels::multiply_add(dst, s, |a, b, c| c - a * b),
        LaneOp::AffineTurns(row) => {
            let affine = inputs.affines[row as usize].turns;
            kernels::fill(dst, |lane| affine.at(at(lane)));
        }
        LaneOp::AffineNoise(row) => {
            let affine = inputs.affines[row as usize].noise;
            kernels::fill(dst, |lane| affine.at(at(lane)));
        }
        LaneOp::Prim(prim, imm) => {
            if !kernels::common(prim, imm, dst, s) {
                kernels::rare(simd, prim, imm, [dst, &mut [], &mut []], s);
            }
        }
        LaneOp::Copy => dst.copy_from_slice(s[0]),
        LaneOp::Splat => dst.fill(s[0][0]),
        LaneOp::Index => kernels::fill(dst, |lane| f32::from_bits(at(lane))),
        LaneOp::Id => kernels::fill(dst, |lane| f32::from_bits(element_id(at(lane), inputs.domain_seed))),
        LaneOp::Rank => {
            let count = inputs.count as f32;
            kernels::fill(dst, |lane| (at(lane).cast_signed() as f32 + 0.5) / count);
        }
        LaneOp::Random { salt } => {
            let (domain, run) = (inputs.domain_seed, inputs.run_seed);
            kernels::fill(dst, |lane| random(at(lane), domain, run, salt));
        }
        LaneOp::Gather(row) => {
            let GatheredAt { buffer, count } = inputs.gathers[row as usize];
            let lanes = &inputs.fields[buffer.index()].0.f32()[..count as usize];
            kernels::gather(simd, lanes, inputs.sweep.gathers[row as usize].edge, dst, s[0]);
        }
        LaneOp::Neighbor { offset, edge } => {
            if let Src::Column(column) = instruction.src[0] {
                neighbor(inputs.column(column), inputs.count, index, offset, edge, dst);
            }
        }
        LaneOp::Lookup { column, edge } => {
            kernels::gather(simd, inputs.lookups.column(column), edge, dst, s[0]);
        }
        LaneOp::Text(op) => inputs.texts.look_in_lanes(op, dst, [s[0], s[1]]),
        // Of several results, or run by `wide`.
        LaneOp::Polar | LaneOp::PathAt(_) | LaneOp::Wide(_) => {}
    }
}

/// Elements further on, with the ends clamped or wrapped.
fn neighbor(column: &[f32], count: u32, index: u32, offset: i32, edge: Edge, dst: &mut [f32]) {
    let (from, count) = (i64::from(index) + i64::from(offset), i64::from(count));
    // The lanes whose elements are there, and those on either side of them.
    let lanes = dst.len() as i64;
    let (begin, end) = ((-from).clamp(0, lanes), (count - from).clamp(0, lanes));
    let (begin, end) = (begin as usize, end.max(begin) as usize);
    if begin < end {
        let there = (from + begin as i64) as usize;
        dst[begin..end].copy_from_slice(&column[there..there + end - begin]);
    }
    let (before, behind) = dst.split_at_mut(end);
    let ends = before[..begin].iter_mut().zip(0..).chain(behind.iter_mut().zip(end as i64..));
    for (dst, lane) in ends {
        let at = match edge {
            Edge::Wrap => (from + lane).rem_euclid(count),
            Edge::Clamp => (from + lane).clamp(0, count - 1),
        };
        *dst = column[at as usize];
    }
}
