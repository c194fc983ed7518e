//! Scalar expressions: what a program's typed nodes become once vectors are taken apart.
//!
//! Expressions are hash-consed and numbered so that arguments come first. A uniform expression is evaluated in f64
//! by the signal interpreter; one of a domain is evaluated in 32-bit lanes, where uniform operands stay uniform.

use std::collections::HashMap;

use smallvec::SmallVec;

use crate::id::{CellId, DomainId, ExprId, Table};
use crate::math::easing::Ease;
use crate::program::{Edge, Type};

/// How 32 bits of a lane are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Float,
    Int,
    Uint,
    /// All bits set or none.
    Bool,
    /// An f64 in the lanes of two registers, its high half in the first. It never leaves a sweep.
    Double,
}

impl Kind {
    pub(crate) fn of(ty: Type) -> Self {
        match ty.component() {
            Type::Int => Self::Int,
            Type::Uint | Type::Shape => Self::Uint,
            Type::Bool => Self::Bool,
            _ => Self::Float,
        }
    }
}

macro_rules! prims {
    ($( $(#[$meta:meta])* $name:ident $kind:ident $outputs:literal $cost:literal; )*) => {
        /// A scalar operation. Beside each: the kind of its result, how many results it has, and about how many
        /// vector operations it costs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Prim {
            $( $(#[$meta])* $name, )*
        }

        impl Prim {
            pub(crate) const fn kind(self) -> Kind {
                match self { $( Self::$name => Kind::$kind, )* }
            }

            pub(crate) const fn outputs(self) -> u8 {
                match self { $( Self::$name => $outputs, )* }
            }

            pub(crate) const fn cost(self) -> u32 {
                match self { $( Self::$name => $cost, )* }
            }
        }
    };
}

prims! {
    Add Float 1 1; Sub Float 1 1; Mul Float 1 1; Div Float 1 4; Mod Float 1 10; Neg Float 1 1; Abs Float 1 1;
    Sign Float 1 4; Min Float 1 4; Max Float 1 4; Clamp Float 1 4; Clamp01 Float 1 4; Mix Float 1 3;
    Step Float 1 2; Smoothstep Float 1 12; Smootherstep Float 1 14;
    Floor Float 1 6; Ceil Float 1 6; Round Float 1 6; Trunc Float 1 6; Fract Float 1 6; Wrap Float 1 14;
    /// Less the nearest whole number.
    FractSigned Float 1 6;
    Sqrt Float 1 6; Cbrt Float 1 40; Pow Float 1 60; Exp Float 1 20; Exp2 Float 1 20; Ln Float 1 25; Log2 Float 1 25;
    /// Sine, then cosine, of turns.
    SinCosTurns Float 2 20;
    TanTurns Float 1 25; Asin Float 1 25; Acos Float 1 25; Atan2 Float 1 30; Tanh Float 1 30;
    Lt Bool 1 1; Le Bool 1 1; Eq Bool 1 1;
    LtInt Bool 1 1; LeInt Bool 1 1; LtUint Bool 1 1; LeUint Bool 1 1; EqBits Bool 1 1;
    And Bool 1 1; Or Bool 1 1; Xor Bool 1 1; Not Bool 1 1;
    /// Condition, then, else; of any kind, bit by bit. The expression carries the kind.
    Select Float 1 3;
    AddInt Int 1 1; SubInt Int 1 1; MulInt Int 1 1; DivInt Int 1 40; ModInt Int 1 40; DivUint Uint 1 40;
    ModUint Uint 1 40; AbsInt Int 1 2; SignInt Int 1 2; MinInt Int 1 2; MaxInt Int 1 2; MinUint Uint 1 2;
    MaxUint Uint 1 2; BitAnd Uint 1 1; BitOr Uint 1 1; BitXor Uint 1 1; Shl Uint 1 1; ShrInt Int 1 1;
    ShrUint Uint 1 1;
    IntToFloat Float 1 1; UintToFloat Float 1 4; BoolToFloat Float 1 1; FloatToInt Int 1 4; FloatToUint Uint 1 6;
    Hash Uint 1 8; Hash2 Uint 1 16; UnitFloat Float 1 3; TurnsOfUint Float 1 2;
    ValueNoise1 Float 1 30; ValueNoise2 Float 1 70; ValueNoise3 Float 1 150;
    GradientNoise1 Float 1 40; GradientNoise2 Float 1 90; GradientNoise3 Float 1 200;
    FractalValue1 Float 1 150; FractalValue2 Float 1 300; FractalValue3 Float 1 600;
    FractalGradient1 Float 1 150; FractalGradient2 Float 1 400; FractalGradient3 Float 1 800;
    /// Of an index, a step and an offset.
    AffineTurns Float 1 6;
    /// Of an index, a scale and an offset.
    AffineNoise Float 1 32;
    WaveSine Float 1 22; WaveTriangle Float 1 9; WaveSquare Float 1 8;
    /// The expression carries which.
    Ease Float 1 20;
    CubicBezier Float 1 500;
    /// Of stiffness, damping and seconds: the factors of a step.
    Spring Float 3 150;
    HsvToRgb Float 3 20; HslToRgb Float 3 25; OklabToSrgb Float 3 200; OklchToSrgb Float 3 220;
    OklchToSrgbInside Float 3 900;
    RgbToHsv Float 3 25; RgbToHsl Float 3 25; SrgbToOklab Float 3 250; SrgbToOklch Float 3 290;
    LinearToSrgb Float 1 65; SrgbToLinear Float 1 65; Luminance Float 1 190;
    /// Of an index; the expression carries the base.
    RadicalInverse Float 1 200;
    /// Red, green, blue, alpha into 8 bits each.
    PackRgba8 Uint 1 16;
    /// x, y and direction of a place along a path: of a handle, which is uniform, and the share of the length.
    PathAt Float 3 30;
    /// Rounded through f32, as a slot or cell of that class does.
    QuantizeF32 Float 1 1;
}

/// What an operation needs beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Imm {
    None,
    /// Of an operation on the bits of ints and uints alike: its result is an int.
    Signed,
    /// A seed, and over how many octaves.
    Noise {
        seed: u32,
        octaves: u8,
    },
    /// The base of a radical inverse.
    Base(u32),
    Ease(Ease),
}

impl Imm {
    /// The seed of noise.
    #[inline(always)]
    pub(crate) fn seed(self) -> u32 {
        match self {
            Self::Noise { seed, .. } => seed,
            Self::None | Self::Signed | Self::Base(_) | Self::Ease(_) => 0,
        }
    }

    /// The octaves of noise.
    #[inline(always)]
    pub(crate) fn octaves(self) -> u32 {
        match self {
            Self::Noise { octaves, .. } => u32::from(octaves),
            Self::None | Self::Signed | Self::Base(_) | Self::Ease(_) => 1,
        }
    }

    /// The base of a radical inverse.
    #[inline(always)]
    pub(crate) fn base(self) -> u32 {
        match self {
            Self::Base(base) => base,
            Self::None | Self::Signed | Self::Noise { .. } | Self::Ease(_) => 2,
        }
    }

    /// The curve of an easing.
    #[inline(always)]
    pub(crate) fn ease(self) -> Ease {
        match self {
            Self::Ease(ease) => ease,
            Self::None | Self::Signed | Self::Noise { .. } | Self::Base(_) => Ease::ALL[0],
        }
    }
}

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Atom {
    /// Bits of an f64; ints, uints and bools (0, 1) are exact in it.
    Const(u64),
    // Uniform leaves.
    Input(u32),
    /// Row of a scalar state store.
    Cell(crate::program::Storage, u32),
    Fresh(CellId),
    /// How many elements of a cell, the first ones, are not fresh.
    Known(CellId),
    /// A component of the oldest entry of a ring.
    Delay(CellId, u32),
    Time,
    Dt,
    FrameIndex,
    /// Period, and the row of the phase or [`NONE`](super::NONE).
    Phase(u64, u32),
    PhasePingPong(u64, u32),
    Progress(u64),
    Pulse(u64),
    Seed,
    /// Width or height.
    Canvas(u32),
    Count(DomainId),
    /// Row of the table of reductions.
    Reduced(u32),
    // Lane leaves.
    Index,
    Id,
    Rank,
    /// Salt.
    Random(u32),
    /// Row of the per-element state.
    LaneCell(u32),
    /// A component of the oldest entry of a per-element ring.
    LaneDelay(CellId, u32),
    /// Component of a field of another element.
    Neighbor {
        field: u32,
        component: u32,
        offset: i32,
        edge: Edge,
    },
    /// A component of a timed ring, so many seconds (the argument) ago.
    DelayTime(CellId, u32),
    /// An operation on the arguments; `out` is which of its results.
    Op {
        prim: Prim,
        out: u8,
        imm: Imm,
    },
    /// An operation in f64 on lanes, with its first result.
    Wide {
        prim: Prim,
        imm: Imm,
    },
}

/// A scalar expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Expr {
    pub(crate) atom: Atom,
    pub(crate) args: SmallVec<[ExprId; 5]>,
    pub(crate) kind: Kind,
    /// `None` is uniform.
    pub(crate) domain: Option<DomainId>,
}

/// All expressions of a plan.
#[derive(Debug, Default)]
pub(crate) struct Exprs {
    list: Table<ExprId, Expr>,
    /// How many rounds of reductions and neighbours come before each.
    stages: Table<ExprId, u32>,
    known: HashMap<Expr, ExprId>,
}

impl Exprs {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Every expression, arguments first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        self.list.ids()
    }

    pub(crate) fn get(&self, id: ExprId) -> &Expr {
        &self.list[id]
    }

    /// How many stages come before an expression: one for every reduction or neighbour that it waits for.
    pub(crate) fn stage(&self, id: ExprId) -> u32 {
        self.stages[id]
    }

    pub(crate) fn constant(&self, id: ExprId) -> Option<f64> {
        match self.get(id).atom {
            Atom::Const(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Adds an expression, or finds the equal one. `stage` is the least it can have.
    pub(crate) fn add(&mut self, expr: Expr, stage: u32) -> ExprId {
        if let Some(&id) = self.known.get(&expr) {
            return id;
        }
        let stage = expr.args.iter().map(|&a| self.stages[a]).fold(stage, u32::max);
        let id = self.list.push(expr.clone());
        self.stages.push(stage);
        self.known.insert(expr, id);
        id
    }

    pub(crate) fn float(&mut self, value: f64) -> ExprId {
        self.constant_of(Kind::Float, value)
    }

    pub(crate) fn constant_of(&mut self, kind: Kind, value: f64) -> ExprId {
        let atom = Atom::Const(value.to_bits());
        self.add(Expr { atom, args: SmallVec::new(), kind, domain: None }, 0)
    }

    /// Result `out` of an operation. Folded to a constant where every argument is one.
    pub(crate) fn op_out(&mut self, prim: Prim, args: &[ExprId], out: u8, imm: Imm, kind: Kind) -> ExprId {
        let domain = args.iter().find_map(|&a| self.get(a).domain);
        // Places along paths are in tables, which the expressions do not know.
        if domain.is_none() && prim != Prim::PathAt {
            let values: Option<SmallVec<[f64; 5]>> = args.iter().map(|&a| self.constant(a)).collect();
            if let Some(values) = values {
                let value = super::evaluate::evaluate(prim, imm, &values)[out as usize];
                return self.constant_of(kind, value);
            }
        }
        let atom = Atom::Op { prim, out, imm };
        self.add(Expr { atom, args: SmallVec::from_slice(args), kind, domain }, 0)
    }

    pub(crate) fn op(&mut self, prim: Prim, args: &[ExprId]) -> ExprId {
        self.op_out(prim, args, 0, Imm::None, prim.kind())
    }

    /// As [`op`](Self::op), for an operation that works on bits of any kind.
    pub(crate) fn op_kind(&mut self, prim: Prim, args: &[ExprId], kind: Kind) -> ExprId {
        // The operations that serve ints and uints alike tell them apart in f64 by this.
        let imm = if kind == Kind::Int { Imm::Signed } else { Imm::None };
        self.op_out(prim, args, 0, imm, kind)
    }
}
