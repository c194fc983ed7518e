//! Sweeps: lane programs, what the block interpreter walks over.
//!
//! A sweep is one fused pass over the elements of a domain: a list of instructions on *blocks* of lanes. [`fuse`] makes
//! it of expressions, [`allocate`] gives its values registers.
//!
//! [`fuse`]: super::fuse
//! [`allocate`]: super::allocate

use std::collections::HashMap;

use super::expr::{FieldPart, Imm, Kind, Prim};
use super::roots::Target;
use crate::id::{BufferId, CellId, DomainId, ExprId, Register};
use crate::program::Edge;
use crate::program::meaning::{End, TextOp};

/// The most columns that one sweep writes: its outputs are noted as bits of a `u32`, and are taken out of their rows into
/// room on the stack while it runs.
pub(crate) const MAX_OUTPUTS: usize = 24;
/// Lanes of the largest block.
pub(crate) const MAX_BLOCK: usize = 1024;

/// Registers for results that nobody needs: an operation has at most three.
pub(crate) const SPARE_REGISTERS: usize = 3;

/// The most sources of an operation in f64: five numbers, each in two halves.
pub(crate) const MAX_WIDE_SOURCES: usize = 10;

/// An operation in f64 on lanes. It stands apart from the instructions, so that these stay small: few sweeps have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WideOp {
    pub(crate) prim: Prim,
    pub(crate) imm: Imm,
    pub(crate) src: [Src; MAX_WIDE_SOURCES],
    /// How the arguments lie in the sources: a double takes two, and so does a uniform, which is one.
    pub(crate) args: [Kind; 5],
    pub(crate) arity: u8,
    /// As which kind of lane the result is written.
    pub(crate) result: Kind,
}

/// What an instruction does, with what it needs beside its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LaneOp {
    /// An operation, lane by lane.
    Prim(Prim, Imm),
    /// An affine function of the index in turns: its row in the sweep's `affines`.
    AffineTurns(u32),
    /// Noise along an affine function of the index: its row in the sweep's `affines`.
    AffineNoise(u32),
    /// Places along a path: its row in the sweep's `paths`.
    PathAt(u32),
    /// `a * b + c`, two roundings.
    MulAdd,
    /// `a * b - c`, two roundings.
    MulSub,
    /// `c - a * b`, two roundings.
    NegMulAdd,
    /// `cos(turns) * radius + x`, `sin(turns) * radius + y`.
    Polar,
    /// A column or an output again.
    Copy,
    /// A uniform in every lane.
    Splat,
    Index,
    Id,
    Rank,
    Random {
        salt: u32,
    },
    /// The lanes whose numbers are the source's: its row in the sweep's `gathers`.
    Gather(u32),
    /// The lanes of a column, `offset` elements further on.
    Neighbor {
        offset: i32,
        edge: Edge,
    },
    /// What a column of a table has at an index: its row among the plan's tables.
    Lookup {
        column: u32,
        edge: Edge,
    },
    /// What texts are asked for, by their numbers.
    Text(TextOp),
    /// An operation in f64: its row in the sweep's `wide`, which has its sources.
    Wide(u32),
}

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Src {
    Register(u32),
    Uniform(u32),
    Column(u32),
    /// What this sweep has already written.
    Output(u32),
    None,
}

/// Where a result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dst {
    Register(u32),
    Output(u32),
    /// Nobody needs it.
    None,
}

/// One instruction. It stays small: blocks of small sweeps cost little more than reading these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    pub(crate) op: LaneOp,
    pub(crate) dst: [Dst; 3],
    pub(crate) src: [Src; 5],
    /// How many of the sources count.
    pub(crate) arity: u8,
}

const _: () = assert!(size_of::<Instruction>() <= 80, "the list is walked for every block");

impl Instruction {
    /// How many of the destinations count.
    #[inline(always)]
    pub(crate) fn results(&self) -> usize {
        match self.op {
            LaneOp::Prim(prim, _) => prim.outputs() as usize,
            LaneOp::Polar => 2,
            LaneOp::PathAt(_) => 3,
            // A double goes to two registers.
            LaneOp::Wide(_) => 1 + usize::from(self.dst[1] != Dst::None),
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
            | LaneOp::Lookup { .. }
            | LaneOp::Text(_)
            | LaneOp::Neighbor { .. } => 1,
        }
    }
}

/// A column that a sweep reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    Field(BufferId),
    /// Which element an end of each pair is.
    PairIndex(End),
    /// Row of the per-element state.
    State(u32),
    /// A component of the oldest entry of a ring.
    Oldest {
        cell: CellId,
        component: u32,
    },
    /// The older of the two entries of a tap.
    Older {
        tap: u32,
        component: u32,
    },
    /// The newer of the two entries of a tap.
    Newer {
        tap: u32,
        component: u32,
    },
}

/// Lanes that a sweep reads by their numbers: those of the elements of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Gathered {
    pub(crate) buffer: BufferId,
    /// Whose elements have these lanes.
    pub(crate) domain: DomainId,
    /// What is beyond the ends.
    pub(crate) edge: Edge,
}

/// A value that is the same for all lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Uniform<S = Register> {
    /// A signal; `is_fixed` where it is a constant.
    Signal { signal: S, kind: Kind, is_fixed: bool },
    /// The high or the low half of a signal's f64.
    Half { signal: S, is_high: bool },
    /// How far a tap lies between its entries.
    TapShare(u32),
}

/// An affine function of the index, prepared once per frame from two signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Affine<S = Register> {
    pub(crate) scale: S,
    pub(crate) offset: S,
}

/// A place in a timed ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TapPlan<S = Register> {
    pub(crate) cell: CellId,
    /// How many seconds ago.
    pub(crate) seconds: S,
}

/// A fused pass over the elements of a domain. `S` is how it names signals: by expression until these have registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sweep<S = Register> {
    pub(crate) domain: DomainId,
    pub(crate) instructions: Vec<Instruction>,
    /// The operations in f64 among them.
    pub(crate) wide: Vec<WideOp>,
    pub(crate) registers: usize,
    /// Lanes of a block.
    pub(crate) block: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) gathers: Vec<Gathered>,
    pub(crate) uniforms: Vec<Uniform<S>>,
    pub(crate) affines: Vec<Affine<S>>,
    pub(crate) taps: Vec<TapPlan<S>>,
    /// The handles of paths.
    pub(crate) paths: Vec<S>,
    pub(crate) outputs: Vec<Target>,
    /// Which outputs hold floats, and so may hold what must not be drawn.
    pub(crate) float_outputs: u32,
    /// Which outputs hold packed colours.
    pub(crate) color_outputs: u32,
    /// Which outputs are sizes that must not be negative.
    pub(crate) size_outputs: u32,
    /// Which outputs always are numbers, or colours, as long as signals are [small](SIGNAL_MOST).
    pub(crate) sound_outputs: u32,
    /// Which of them are never below 0.
    pub(crate) not_negative_outputs: u32,
    /// Whether it runs over elements, too, that are gone but still drawn.
    pub(crate) lingers: bool,
}

impl Sweep<ExprId> {
    /// Every signal that the sweep reads.
    pub(crate) fn signals(&self) -> impl Iterator<Item = ExprId> {
        let uniforms = self.uniforms.iter().filter_map(|uniform| match *uniform {
            Uniform::Signal { signal, .. } | Uniform::Half { signal, .. } => Some(signal),
            Uniform::TapShare(_) => None,
        });
        let affines = self.affines.iter().flat_map(|affine| [affine.scale, affine.offset]);
        let taps = self.taps.iter().map(|tap| tap.seconds);
        uniforms.chain(affines).chain(taps).chain(self.paths.iter().copied())
    }

    /// The sweep with the registers of its signals.
    pub(crate) fn with_registers(self, mut register: impl FnMut(ExprId) -> Register) -> Sweep {
        let Self { domain, instructions, wide, registers, block, columns, gathers, outputs, .. } = self;
        let Self { uniforms, affines, taps, paths, .. } = self;
        let Self {
            float_outputs,
            color_outputs,
            size_outputs,
            sound_outputs,
            not_negative_outputs,
            lingers,
            ..
        } = self;
        Sweep {
            uniforms: uniforms
                .into_iter()
                .map(|uniform| match uniform {
                    Uniform::Signal { signal, kind, is_fixed } => {
                        Uniform::Signal { signal: register(signal), kind, is_fixed }
                    }
                    Uniform::Half { signal, is_high } => Uniform::Half { signal: register(signal), is_high },
                    Uniform::TapShare(tap) => Uniform::TapShare(tap),
                })
                .collect(),
            affines: affines
                .into_iter()
                .map(|Affine { scale, offset }| Affine { scale: register(scale), offset: register(offset) })
                .collect(),
            taps: taps
                .into_iter()
                .map(|TapPlan { cell, seconds }| TapPlan { cell, seconds: register(seconds) })
                .collect(),
            paths: paths.into_iter().map(register).collect(),
            domain,
            instructions,
            wide,
            registers,
            block,
            columns,
            gathers,
            outputs,
            float_outputs,
            color_outputs,
            size_outputs,
            sound_outputs,
            not_negative_outputs,
            lingers,
        }
    }
}

impl Sweep {
    /// The outputs that need not be searched for what may not be drawn while signals are small.
    pub(crate) fn proven(&self) -> u32 {
        // What is a size is a float.
        self.sound_outputs & !self.size_outputs | self.not_negative_outputs & self.size_outputs
    }
}

/// What a buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Held {
    /// The value of an expression, of the elements of a domain.
    Value(ExprId, DomainId),
    /// What is read of other elements: a part of a field, of all of them.
    Source(FieldPart),
    /// What ends of pairs are asked for, by its row.
    End(u32),
}

/// The buffers that sweeps may read, by what they hold.
pub(crate) type HeldBuffers = HashMap<Held, BufferId>;
