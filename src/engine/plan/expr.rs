//! Scalar expressions: what a program's typed nodes become once vectors are taken apart.
//!
//! Expressions are hash-consed and numbered so that arguments come first. A uniform expression is evaluated in f64
//! by the signal interpreter; one of a domain is evaluated in 32-bit lanes, where uniform operands stay uniform.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::inputs::FrameInput;
use crate::id::{CellId, DomainId, EventId, ExprId, Table};
use crate::math::color::NOT_A_COLOR;
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
    /// Which are made of constants and of what an element is: nothing that a signal or a frame changes.
    closed: Table<ExprId, bool>,
    known: HashMap<Expr, ExprId>,
    /// By red, green and blue [as they are drawn](Self::as_drawn): the packed colour, and its alpha.
    drawn: HashMap<[ExprId; 3], (ExprId, ExprId)>,
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

    /// Whether an expression is made of constants and of what an element is alone.
    pub(crate) fn is_closed(&self, id: ExprId) -> bool {
        self.closed[id]
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
        let is_closed = match expr.atom {
            Atom::Const(_) | Atom::Index | Atom::Id | Atom::Rank | Atom::Random(_) => true,
            Atom::Op { .. } => expr.args.iter().all(|&arg| self.closed[arg]),
            Atom::Input(_)
            | Atom::Cell(..)
            | Atom::Fresh(_)
            | Atom::Known(_)
            | Atom::Delay(..)
            | Atom::Frame(_)
            | Atom::Count(_)
            | Atom::Newborn(_)
            | Atom::Reduced(_)
            | Atom::Payload(..)
            | Atom::Row(_)
            | Atom::Happened(_)
            | Atom::Element(_)
            | Atom::Shown { .. }
            | Atom::LaneCell(_)
            | Atom::LaneDelay(..)
            | Atom::Gather { .. }
            | Atom::Whole { .. }
            | Atom::Neighbor { .. }
            | Atom::PairIndex(_)
            | Atom::PairEnd { .. }
            | Atom::Fold(_)
            | Atom::Lookup { .. }
            | Atom::Text(_)
            | Atom::DelayTime(..)
            | Atom::Wide { .. } => false,
        };
        self.closed.push(is_closed);
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
        if prim == Prim::PackRgba8
            && let Some(packed) = self.packed_at_once(args)
        {
            return packed;
        }
        if let [a, b] = *args
            && let Some(same) = self.plainer(prim, a, b)
        {
            return same;
        }
        let atom = Atom::Op { prim, out, imm };
        self.add(Expr { atom, args: SmallVec::from_slice(args), kind, domain }, 0)
    }

    /// What has the same bits as an operation on two floats for every value of its arguments, in f64 and in f32, and costs less.
    /// (`x + 0` is not `x`: it makes 0 of -0.)
    fn plainer(&mut self, prim: Prim, a: ExprId, b: ExprId) -> Option<ExprId> {
        let (first, second) = (self.constant(a), self.constant(b));
        match prim {
            Prim::Mul if first == Some(1.0) => Some(b),
            Prim::Mul | Prim::Div if second == Some(1.0) => Some(a),
            Prim::Sub if second.is_some_and(|zero| zero.to_bits() == 0) => Some(a),
            Prim::Div => {
                // The quotient by a power of two and the product with its reciprocal are the same number, rounded once.
                let by = second.filter(|by| is_power_of_two(*by))?;
                let reciprocal = self.float(1.0 / by);
                Some(self.op(Prim::Mul, &[a, reciprocal]))
            }
            _ => None,
        }
    }

    /// A packed colour that was made of OKLab or OKLCh just before, and is not touched since but for its alpha: it is encoded and
    /// packed in one go. Who else reads the colour does not matter, so that this changes nothing that is drawn.
    fn packed_at_once(&mut self, color: &[ExprId]) -> Option<ExprId> {
        let &[red, green, blue, alpha] = color else { return None };
        if let Some(&(packed, of_packed)) = self.drawn.get(&[red, green, blue])
            && of_packed == alpha
        {
            return Some(packed);
        }
        let whole = self.get(red).clone();
        let Atom::Op { prim, out: 0, imm } = whole.atom else { return None };
        let is_part = |id: ExprId, out: u8| {
            let part = self.get(id);
            part.atom == Atom::Op { prim, out, imm } && part.args == whole.args
        };
        let packed = match prim {
            Prim::OklabToSrgb => Prim::PackOklab,
            Prim::OklchToSrgb => Prim::PackOklch,
            _ => return None,
        };
        if !is_part(green, 1) || !is_part(blue, 2) {
            return None;
        }
        let mut args = whole.args;
        args.push(alpha);
        Some(self.op(packed, &args))
    }

    /// The components of a colour as they are drawn, where it is packed at once: those of the packed colour, but for its alpha,
    /// which is packed as it is. What continues a colour goes on from these, for to pack what it shows takes the longer way.
    pub(crate) fn as_drawn(&mut self, color: &[ExprId]) -> Option<[ExprId; 4]> {
        let packed = self.packed_at_once(color)?;
        let (bits, steps) = (self.constant_of(Kind::Uint, 255.0), self.float(255.0));
        let mut byte = |shift: f64| {
            let shift = self.constant_of(Kind::Uint, shift);
            let shifted = self.op(Prim::ShrUint, &[packed, shift]);
            let byte = self.op(Prim::BitAnd, &[shifted, bits]);
            let byte = self.op(Prim::UintToFloat, &[byte]);
            self.op(Prim::Div, &[byte, steps])
        };
        let [red, green, blue] = [byte(0.0), byte(8.0), byte(16.0)];
        // What is no colour stays none.
        let none = self.constant_of(Kind::Uint, f64::from(NOT_A_COLOR));
        let is_none = self.op(Prim::EqBits, &[packed, none]);
        let nan = self.float(f64::NAN);
        let red = self.op(Prim::Select, &[is_none, nan, red]);
        self.drawn.insert([red, green, blue], (packed, color[3]));
        Some([red, green, blue, color[3]])
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

/// Whether a number and its reciprocal are powers of two that an f32 holds with all its digits.
fn is_power_of_two(number: f64) -> bool {
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = number.abs().to_bits();
    bits & MANTISSA == 0 && (1023 - 100..=1023 + 100).contains(&(bits >> 52))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power_of_two(exponent: i32) -> f64 {
        f64::from_bits(u64::from((1023 + exponent).cast_unsigned()) << 52)
    }

    /// Two operands, and what an operation on them is made of: the number of an operand (0 or 1), or an operation.
    #[test]
    fn what_changes_no_bits_is_left_out() {
        let mut exprs = Exprs::default();
        let leaf = |atom| Expr { atom, args: SmallVec::new(), kind: Kind::Float, domain: Some(DomainId(0)) };
        let x = exprs.add(leaf(Atom::Rank), 0);
        let mut check = |prim: Prim, constant: f64, is_first: bool, expected: Option<(Prim, f64)>| {
            let number = exprs.float(constant);
            let args = if is_first { [number, x] } else { [x, number] };
            let found = exprs.op(prim, &args);
            let Some((prim, constant)) = expected else {
                assert_eq!(found, x, "{prim:?} {constant}");
                return;
            };
            let expr = exprs.get(found).clone();
            assert!(matches!(expr.atom, Atom::Op { prim: found, .. } if found == prim), "{expr:?}");
            let constants: Vec<f64> = expr.args.iter().filter_map(|&arg| exprs.constant(arg)).collect();
            assert_eq!(constants, [constant]);
        };
        check(Prim::Mul, 1.0, true, None);
        check(Prim::Mul, 1.0, false, None);
        check(Prim::Div, 1.0, false, None);
        check(Prim::Sub, 0.0, false, None);
        check(Prim::Div, 1.0, true, Some((Prim::Div, 1.0)));
        check(Prim::Sub, -0.0, false, Some((Prim::Sub, 0.0)));
        check(Prim::Sub, 0.0, true, Some((Prim::Sub, 0.0)));
        check(Prim::Add, 0.0, false, Some((Prim::Add, 0.0)));
        check(Prim::Mul, 0.0, false, Some((Prim::Mul, 0.0)));
        check(Prim::Div, 2.0, false, Some((Prim::Mul, 0.5)));
        check(Prim::Div, -0.125, false, Some((Prim::Mul, -8.0)));
        check(Prim::Div, 3.0, false, Some((Prim::Div, 3.0)));
        check(Prim::Div, 0.0, false, Some((Prim::Div, 0.0)));
        check(Prim::Div, power_of_two(127), false, Some((Prim::Div, power_of_two(127))));
        check(Prim::Div, f64::INFINITY, false, Some((Prim::Div, f64::INFINITY)));
    }

    /// In f32, in which lanes are: the values that have not all their digits are where it could differ.
    #[test]
    fn a_product_with_a_reciprocal_is_the_quotient() {
        for k in 0..40_000_u32 {
            let x = f32::from_bits(crate::math::hash::hash(k));
            for power in [-100, -26, -1, 1, 2, 23, 100] {
                let by = power_of_two(power);
                assert!(is_power_of_two(by));
                let (by, reciprocal) = (by as f32, (1.0 / by) as f32);
                let (quotient, product) = (x / by, x * reciprocal);
                assert!(quotient.to_bits() == product.to_bits() || x.is_nan(), "{x:e} by 2^{power}");
            }
        }
    }
}
