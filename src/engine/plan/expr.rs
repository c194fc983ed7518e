//! Scalar expressions: what a program's typed nodes become once vectors are taken apart.
//!
//! Expressions are hash-consed and numbered so that arguments come first. A uniform expression is evaluated in f64
//! by the signal interpreter; one of a domain is evaluated in 32-bit lanes, where uniform operands stay uniform.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::inputs::FrameInput;
use crate::id::{CellId, DomainId, EventId, ExprId, Table};
use crate::program::Edge;
use crate::program::meaning::{End, TextOp, Whole};
pub(crate) use crate::scalar::{Imm, Kind, Prim};

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
    Frame(FrameInput),
    /// How many elements a domain has whose number (the argument) is computed.
    Count(DomainId),
    /// The identity of the element of a domain whose birth is worked out.
    Newborn(DomainId),
    /// Row of the table of reductions.
    Reduced(u32),
    /// A component of what an event carries.
    Payload(EventId, u32),
    /// A number of a row of a list: its place among those that turns look at.
    Row(u32),
    /// Whether an event has happened since the frame before.
    Happened(EventId),
    // Lane leaves.
    /// Row of the columns of elements.
    Element(u32),
    /// A component of what passes show of a continued value.
    Shown {
        continuity: u32,
        component: u32,
    },
    Index,
    Id,
    Rank,
    /// Salt.
    Random(u32),
    /// Row of the per-element state.
    LaneCell(u32),
    /// A component of the oldest entry of a per-element ring.
    LaneDelay(CellId, u32),
    /// Component of a field of the element whose index is the argument. A signal where that is one.
    Gather {
        from: FieldPart,
        edge: Edge,
    },
    /// What is worked out of the arguments of all elements of a domain together.
    Whole {
        whole: Whole,
        of: DomainId,
    },
    /// Component of a field of another element.
    Neighbor {
        from: FieldPart,
        offset: i32,
        edge: Edge,
    },
    /// Which element an end of a pair is.
    PairIndex(End),
    /// What an end of a pair has: a row of the table of what ends are asked for.
    PairEnd {
        row: u32,
        /// Whose elements the ends are.
        domain: DomainId,
        end: End,
    },
    /// What is folded of the pairs of an element: a row of the table of folds.
    Fold(u32),
    /// A component of the value of a table at an index (the argument), of signals and of lanes.
    Lookup {
        table: u32,
        component: u32,
        edge: Edge,
        /// Whether the host gives the values.
        is_given: bool,
    },
    /// What is made of texts, by their numbers.
    Text(TextOp),
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

/// A component of a field, as all elements of the field's domain have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FieldPart {
    pub(crate) domain: DomainId,
    pub(crate) field: u32,
    pub(crate) component: u32,
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
                let value = crate::scalar::evaluate(prim, imm, &values)[out as usize];
                return self.constant_of(kind, value);
            }
        }
        if prim == Prim::Pow
            && let Some(power) = self.constant(args[1]).and_then(|exponent| self.products(args[0], exponent))
        {
            return power;
        }
        let atom = Atom::Op { prim, out, imm };
        self.add(Expr { atom, args: SmallVec::from_slice(args), kind, domain }, 0)
    }

    /// A power whose exponent is known to be a small whole number or a half, by products. Those round once each: to the 16th
    /// power it is off by 8 units of the last place at most, where `pow` would be off by one.
    fn products(&mut self, base: ExprId, exponent: f64) -> Option<ExprId> {
        const MOST: f64 = 16.0;
        if exponent == 0.5 {
            // The root of -0 is -0, but its power is 0.
            let zero = self.float(0.0);
            let base = self.op(Prim::Add, &[base, zero]);
            return Some(self.op(Prim::Sqrt, &[base]));
        }
        if exponent == 0.0 || exponent.abs() > MOST || exponent != exponent.trunc() {
            return None;
        }
        let mut rest = exponent.abs() as u32;
        let (mut power, mut square) = (None, base);
        loop {
            if rest & 1 != 0 {
                power = Some(power.map_or(square, |power| self.op(Prim::Mul, &[power, square])));
            }
            rest >>= 1;
            if rest == 0 {
                break;
            }
            square = self.op(Prim::Mul, &[square, square]);
        }
        if exponent > 0.0 {
            return power;
        }
        let one = self.float(1.0);
        power.map(|power| self.op(Prim::Div, &[one, power]))
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
