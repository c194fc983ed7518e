//! Allocation: gives the values of a fused sweep registers, by liveness, and its blocks a length.
//!
//! Takes a sweep on numbered values; gives one on registers and outputs. A linear scan is enough: instructions are in
//! the order in which they run, without jumps, so a value lives from its instruction to the last one that reads it. The
//! register that was freed last is taken first, for its lanes are the likeliest to be in the L1 cache still.

use smallvec::SmallVec;

use super::fuse::{Draft, Fused, Operand, Output};
use super::sweep::{Dst, Instruction, LaneOp, MAX_BLOCK, SPARE_REGISTERS, Src, Sweep, WideOp};
use crate::id::ExprId;

/// Registers x block x 4 bytes stay below this, so that all of them fit an L1 cache of 32 KiB beside a few columns.
const SCRATCH_BYTES: usize = 24 * 1024;
/// Lanes of the smallest block: below that, reading the instructions costs more than the cache saves.
const MIN_BLOCK: usize = 64;

/// Gives values registers or outputs.
pub(super) fn registers(fused: Fused) -> Sweep<ExprId> {
    let Fused { domain, values, drafts, outputs, wide, columns, gathers, uniforms, affines, taps, .. } =
        fused;
    let Fused { paths, lingers, .. } = fused;
    let flags = |is: fn(&Output) -> bool| {
        outputs.iter().enumerate().fold(0, |flags, (k, output)| flags | u32::from(is(output)) << k)
    };
    let (float_outputs, color_outputs) = (flags(|output| output.is_float), flags(|output| output.is_color));
    let (sound_outputs, not_negative_outputs) =
        (flags(|output| output.is_sound), flags(|output| output.is_not_negative));
    let mut allocator = Allocator::new(values as usize, &drafts, &outputs, wide);
    for (at, draft) in drafts.iter().enumerate() {
        allocator.draft(at, draft);
    }
    allocator.copies();
    let Allocator { instructions, wide, registers, .. } = allocator;
    let mut block = MAX_BLOCK;
    while block > MIN_BLOCK && registers as usize * block * size_of::<f32>() > SCRATCH_BYTES {
        block /= 2;
    }
    Sweep {
        domain,
        instructions,
        wide,
        registers: registers as usize + SPARE_REGISTERS,
        block,
        columns,
        gathers,
        uniforms,
        affines,
        taps,
        paths,
        outputs: outputs.iter().map(|output| output.target).collect(),
        float_outputs,
        color_outputs,
        size_outputs: 0,
        sound_outputs,
        not_negative_outputs,
        lingers,
    }
}

struct Allocator {
    /// Where each value is, as soon as it is anywhere.
    places: Vec<Option<Src>>,
    /// The last instruction that reads each value.
    last_uses: Vec<usize>,
    /// Outputs that are copies of something.
    copies: Vec<(Operand, u32)>,
    free: Vec<u32>,
    registers: u32,
    instructions: Vec<Instruction>,
    wide: Vec<WideOp>,
}

impl Allocator {
    fn new(values: usize, drafts: &[Draft], outputs: &[Output], wide: Vec<WideOp>) -> Self {
        // The first output of a value is where it is computed; further ones copy it.
        let mut places: Vec<Option<Src>> = vec![None; values];
        let mut copies: Vec<(Operand, u32)> = Vec::new();
        for (row, output) in (0..).zip(outputs) {
            match output.operand {
                Operand::Value(value) if places[value as usize].is_none() => {
                    places[value as usize] = Some(Src::Output(row));
                }
                other => copies.push((other, row)),
            }
        }
        let mut last_uses: Vec<usize> = vec![0; values];
        let reads =
            drafts.iter().enumerate().flat_map(|(at, draft)| draft.src.iter().map(move |&src| (at, src)));
        let copied = copies.iter().map(|&(operand, _)| (drafts.len(), operand));
        for (at, operand) in reads.chain(copied) {
            if let Operand::Value(value) = operand {
                last_uses[value as usize] = at;
            }
        }
        let instructions = Vec::with_capacity(drafts.len() + copies.len());
        Self { places, last_uses, copies, free: Vec::new(), registers: 0, instructions, wide }
    }

    fn place(&self, operand: Operand) -> Src {
        match operand {
            Operand::Value(value) => self.places[value as usize].unwrap_or(Src::None),
            Operand::Uniform(uniform) => Src::Uniform(uniform),
            Operand::Column(column) => Src::Column(column),
        }
    }

    fn draft(&mut self, at: usize, draft: &Draft) {
        // Destinations are taken before the registers of sources are given back: a destination is never a source.
        let dst = draft.dst.map(|value| value.map_or(Dst::None, |value| self.destination(value)));
        let sources = draft.src.iter().map(|&operand| self.place(operand));
        let mut src = [Src::None; 5];
        match draft.op {
            LaneOp::Wide(row) => {
                let sources: SmallVec<[Src; 10]> = sources.collect();
                self.wide[row as usize].src[..sources.len()].copy_from_slice(&sources);
            }
            _ => src.iter_mut().zip(sources).for_each(|(slot, source)| *slot = source),
        }
        self.instructions.push(Instruction { op: draft.op, dst, src, arity: draft.src.len() as u8 });
        self.end(at, draft);
    }

    fn destination(&mut self, value: u32) -> Dst {
        if let Some(Src::Output(output)) = self.places[value as usize] {
            return Dst::Output(output);
        }
        let register = self.free.pop().unwrap_or_else(|| {
            self.registers += 1;
            self.registers - 1
        });
        self.places[value as usize] = Some(Src::Register(register));
        Dst::Register(register)
    }

    /// Gives back the registers of values that nothing reads any more.
    fn end(&mut self, at: usize, draft: &Draft) {
        let mut ended: SmallVec<[u32; 8]> = SmallVec::new();
        for operand in &draft.src {
            if let Operand::Value(value) = *operand
                && self.last_uses[value as usize] == at
                && !ended.contains(&value)
            {
                ended.push(value);
            }
        }
        // A result that nothing reads gives its register back at once.
        ended
            .extend(draft.dst.iter().flatten().copied().filter(|&value| self.last_uses[value as usize] == 0));
        for value in ended {
            if let Some(Src::Register(register)) = self.places[value as usize] {
                self.free.push(register);
            }
        }
    }

    fn copies(&mut self) {
        for (operand, output) in std::mem::take(&mut self.copies) {
            let op = match operand {
                Operand::Uniform(_) => LaneOp::Splat,
                Operand::Value(_) | Operand::Column(_) => LaneOp::Copy,
            };
            let src = [self.place(operand), Src::None, Src::None, Src::None, Src::None];
            let dst = [Dst::Output(output), Dst::None, Dst::None];
            self.instructions.push(Instruction { op, dst, src, arity: 1 });
        }
    }
}
