//! Operations that are more than leaves, by what they mean.

use smallvec::{SmallVec, smallvec};

use super::super::expr::{Atom, Expr, Exprs, Imm, Kind, Prim};
use super::super::inputs::FrameInput;
use super::{Arguments, Lower, Parts, colors, in_turns, kind_of};
use crate::id::{DomainId, ExprId};
use crate::math::constants::GOLDEN_ANGLE_TURNS;
use crate::program::meaning::{Along, Angle, Layout, Number, Scalars, Space, Vector, Wave};
use crate::program::{Live, Node, Type};

impl Lower<'_> {
    /// One scalar operation per component.
    pub(super) fn scalar(&mut self, scalars: Scalars, ty: Type, args: &[Parts]) -> Parts {
        let kind = kind_of(&self.exprs, args);
        let Some(prim) = scalars.of(kind) else {
            debug_assert!(false, "the checks of programs keep {kind:?} out");
            return args[0].clone();
        };
        // Of bits that serve ints and uints alike, the result is what the arguments are.
        let result = if prim.is_on_bits() { kind } else { prim.kind() };
        self.map(ty, args, |e, a| e.op_kind(prim, a, result))
    }

    pub(super) fn wave(&mut self, wave: Wave, unit: Angle, angles: &Parts) -> Parts {
        let e = &mut self.exprs;
        let mut part = |angle: ExprId| {
            let turns = in_turns(e, angle, unit);
            match wave {
                Wave::Sine => e.op_out(Prim::SinCosTurns, &[turns], 0, Imm::None, Kind::Float),
                Wave::Cosine => e.op_out(Prim::SinCosTurns, &[turns], 1, Imm::None, Kind::Float),
                Wave::Tangent => e.op(Prim::TanTurns, &[turns]),
            }
        };
        angles.iter().map(|&angle| part(angle)).collect()
    }

    pub(super) fn numbers(&mut self, number: Number, node: &Node, ty: Type, args: &[Parts]) -> Parts {
        let kind = kind_of(&self.exprs, args);
        let x = |k: usize| args[k][0];
        let one = |id: ExprId| -> Parts { smallvec![id] };
        let e = &mut self.exprs;
        match number {
            Number::Neg if kind == Kind::Float => self.map(ty, args, |e, a| e.op(Prim::Neg, a)),
            Number::Neg => {
                let zero = e.constant_of(kind, 0.0);
                one(e.op_kind(Prim::SubInt, &[zero, x(0)], kind))
            }
            Number::Abs => match kind {
                Kind::Int => one(e.op_kind(Prim::AbsInt, &[x(0)], kind)),
                Kind::Uint => one(x(0)),
                Kind::Float | Kind::Double | Kind::Bool => self.map(ty, args, |e, a| e.op(Prim::Abs, a)),
            },
            Number::Sign => match kind {
                Kind::Int => one(e.op_kind(Prim::SignInt, &[x(0)], kind)),
                Kind::Uint => {
                    let unit = e.constant_of(kind, 1.0);
                    one(e.op(Prim::MinUint, &[x(0), unit]))
                }
                Kind::Float | Kind::Double | Kind::Bool => self.map(ty, args, |e, a| e.op(Prim::Sign, a)),
            },
            Number::Clamp => {
                // Integers: min, then max, and so `lo` where lo > hi.
                let (min, max) = match kind {
                    Kind::Float | Kind::Double | Kind::Bool => {
                        return self.map(ty, args, |e, a| e.op(Prim::Clamp, a));
                    }
                    Kind::Int => (Prim::MinInt, Prim::MaxInt),
                    Kind::Uint => (Prim::MinUint, Prim::MaxUint),
                };
                let low = e.op(min, &[x(0), x(2)]);
                one(e.op(max, &[low, x(1)]))
            }
            // Colours are mixed by their alphas; what goes component by component is something else.
            Number::Mix if ty == Type::Color && args[2].len() == 1 => {
                colors::mix(e, Space::Encoded, [&args[0], &args[1]], x(2))
            }
            Number::Mix => self.map(ty, args, |e, a| e.op(Prim::Mix, a)),
            Number::Gt => one(less(e, kind, x(1), x(0))),
            Number::Ge => one(at_most(e, kind, x(1), x(0))),
            Number::Ne => {
                let equal = if kind == Kind::Float { Prim::Eq } else { Prim::EqBits };
                let same = e.op(equal, &[x(0), x(1)]);
                one(e.op(Prim::Not, &[same]))
            }
            Number::Or => {
                let args = self.fresh_elements(args);
                one(self.exprs.op(Prim::Or, &[args[0][0], args[1][0]]))
            }
            Number::Select => self.select(args),
            Number::RadicalInverse => {
                let base = Imm::Base(node.count.unwrap_or(2));
                one(e.op_out(Prim::RadicalInverse, &[x(0)], 0, base, Kind::Float))
            }
            Number::Spring => triple(e, Prim::Spring, &[x(0), x(1), x(2)]).into_iter().collect(),
        }
    }

    pub(super) fn noise(&mut self, prims: [Prim; 3], node: &Node, args: &[Parts]) -> Parts {
        let prim = prims[args[0].len().clamp(1, 3) - 1];
        let flat: SmallVec<[ExprId; 5]> = args.iter().flatten().copied().collect();
        let (seed, octaves) = (node.index.unwrap_or(0), node.count.unwrap_or(1) as u8);
        smallvec![self.exprs.op_out(prim, &flat, 0, Imm::Noise { seed, octaves }, Kind::Float)]
    }

    pub(super) fn curl(&mut self, prim: Prim, node: &Node, place: &Parts) -> Parts {
        let imm = Imm::Noise { seed: node.index.unwrap_or(0), octaves: 1 };
        let component = |out| self.exprs.op_out(prim, place, out as u8, imm, Kind::Float);
        (0..place.len()).map(component).collect()
    }

    pub(super) fn vector(&mut self, vector: Vector, node: &Node, args: &[Parts]) -> Parts {
        let e = &mut self.exprs;
        let x = |k: usize| args[k][0];
        match vector {
            Vector::Join => args.iter().map(|a| a[0]).collect(),
            Vector::Component => smallvec![args[0][node.index.unwrap_or(0) as usize]],
            Vector::Dot => smallvec![dot(e, &args[0], &args[1])],
            Vector::Length => {
                let squared = dot(e, &args[0], &args[0]);
                smallvec![e.op(Prim::Sqrt, &[squared])]
            }
            Vector::Distance => {
                let apart: Parts =
                    args[0].iter().zip(&args[1]).map(|(&a, &b)| e.op(Prim::Sub, &[a, b])).collect();
                let squared = dot(e, &apart, &apart);
                smallvec![e.op(Prim::Sqrt, &[squared])]
            }
            Vector::Normalize => {
                let squared = dot(e, &args[0], &args[0]);
                let length = e.op(Prim::Sqrt, &[squared]);
                let (zero, unit) = (e.float(0.0), e.float(1.0));
                let is_zero = e.op(Prim::Eq, &[length, zero]);
                let safe = e.op(Prim::Select, &[is_zero, unit, length]);
                args[0].iter().map(|&a| e.op(Prim::Div, &[a, safe])).collect()
            }
            Vector::Cross => {
                let (a, b) = (&args[0], &args[1]);
                let mut part = |i: usize, j: usize| {
                    let (p, q) = (e.op(Prim::Mul, &[a[i], b[j]]), e.op(Prim::Mul, &[a[j], b[i]]));
                    e.op(Prim::Sub, &[p, q])
                };
                smallvec![part(1, 2), part(2, 0), part(0, 1)]
            }
            Vector::Rotate => {
                let turns = in_turns(e, x(1), Angle::Radians);
                let (sin, cos) = sin_cos(e, turns);
                let (px, py) = (args[0][0], args[0][1]);
                let [xc, xs] = [cos, sin].map(|f| e.op(Prim::Mul, &[px, f]));
                let [yc, ys] = [cos, sin].map(|f| e.op(Prim::Mul, &[py, f]));
                smallvec![e.op(Prim::Sub, &[xc, ys]), e.op(Prim::Add, &[xs, yc])]
            }
            Vector::Polar(unit) => {
                let turns = in_turns(e, x(1), unit);
                polar(e, x(0), turns)
            }
        }
    }

    /// What is read along a path: x, y and direction are three results of one operation.
    pub(super) fn path(&mut self, along: Along, args: &[Parts]) -> Parts {
        let mut result =
            |out| self.exprs.op_out(Prim::PathAt, &[args[0][0], args[1][0]], out, Imm::None, Kind::Float);
        match along {
            Along::Point => smallvec![result(0), result(1)],
            Along::Direction => smallvec![result(2)],
        }
    }

    /// What a table has at an index: a constant where the index is one, or a component of the inputs.
    pub(super) fn lookup(&mut self, node: &Node, ty: Type, index: ExprId) -> Parts {
        let table = node.index.unwrap_or(0);
        let edge = node.edge.unwrap_or_default();
        let (kind, domain) = (Kind::of(ty), self.exprs.get(index).domain);
        let known = self.exprs.constant(index);
        let row = &self.program.data().tables[table as usize];
        let channel = row
            .channel
            .map(|row| (self.input_offsets[row as usize], &self.program.data().channels[row as usize]));
        let is_given = channel.is_some();
        if let (Some(known), Some((first, channel))) = (known, channel) {
            let place = edge.place(known as i32, channel.count.unwrap_or(0) as usize).unwrap_or(0) as u32;
            let first = first + place * ty.stride();
            return self.leaves(ty, None, |k| Atom::Input(first + k));
        }
        let part = |component: u32| match known {
            Some(known) => {
                let value = self.program.data().tables[table as usize].at(known as i32, component, edge);
                self.exprs.constant_of(kind, self.program.known(ty, value))
            }
            None => {
                let atom = Atom::Lookup { table, component, edge, is_given };
                self.exprs.add(Expr { atom, args: smallvec![index], kind, domain }, 0)
            }
        };
        (0..ty.stride()).map(part).collect()
    }

    /// A choice.
    fn select(&mut self, args: &[Parts]) -> Parts {
        let args = self.fresh_elements(args);
        let e = &mut self.exprs;
        let pairs = args[1].iter().zip(&args[2]);
        pairs
            .map(|(&a, &b)| {
                let kind = e.get(a).kind;
                e.op_kind(Prim::Select, &[args[0][0], a, b], kind)
            })
            .collect()
    }

    /// Arguments where "is the cell fresh" is asked of every element of its domain, if they are of it: elements that
    /// came in a swap are, when others are not.
    fn fresh_elements(&mut self, args: &[Parts]) -> Arguments {
        let mut args = Arguments::from(args);
        let domain = args.iter().flatten().find_map(|&arg| self.exprs.get(arg).domain);
        if domain.is_some() {
            for arg in args.iter_mut().flatten() {
                *arg = self.fresh_element(*arg, domain, 0);
            }
        }
        args
    }

    fn fresh_element(&mut self, id: ExprId, domain: Option<DomainId>, depth: u32) -> ExprId {
        /// Conditions that people write are no deeper.
        const DEPTH_MAX: u32 = 16;
        let expr = self.exprs.get(id);
        match expr.atom {
            Atom::Fresh(cell) if self.program.data().cells[cell.index()].domain.map(DomainId) == domain => {
                let index = self.index(domain);
                let known = self.leaf(Atom::Known(cell), Kind::Int, None, 0);
                let last = self.exprs.op(Prim::LeInt, &[known, index]);
                match domain.map(|domain| (domain, self.live(domain))) {
                    // New elements may be anywhere.
                    Some((domain, Some(Live::Host { .. }))) => {
                        let is_new = self.is_new(domain);
                        self.exprs.op(Prim::Or, &[last, is_new])
                    }
                    Some((
                        _,
                        Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None,
                    ))
                    | None => last,
                }
            }
            Atom::Op { prim: prim @ (Prim::Or | Prim::And | Prim::Xor | Prim::Not), .. }
                if expr.domain.is_none() && depth < DEPTH_MAX =>
            {
                let mut args = expr.args.clone();
                for arg in &mut args {
                    *arg = self.fresh_element(*arg, domain, depth + 1);
                }
                self.exprs.op(prim, &args)
            }
            _ => id,
        }
    }

    pub(super) fn layout(&mut self, layout: Layout, domain: Option<DomainId>, args: &[Parts]) -> Parts {
        let (rank, index) = (self.rank(domain), self.index(domain));
        let e = &mut self.exprs;
        let half = e.float(0.5);
        match layout {
            Layout::Grid => {
                let (columns, rows) = (args[0][0], args[1][0]);
                let column = e.op(Prim::ModInt, &[index, columns]);
                let row = e.op(Prim::DivInt, &[index, columns]);
                let mut center = |at, of| {
                    let (at, of) = (e.op(Prim::IntToFloat, &[at]), e.op(Prim::IntToFloat, &[of]));
                    let middle = e.op(Prim::Add, &[at, half]);
                    e.op(Prim::Div, &[middle, of])
                };
                smallvec![center(column, columns), center(row, rows)]
            }
            Layout::Circle => {
                // Element 0 lies exactly at the right: index / count, not the rank.
                let count = self.leaf(
                    Atom::Frame(FrameInput::Count(domain.unwrap_or(DomainId(0)))),
                    Kind::Int,
                    None,
                    0,
                );
                let e = &mut self.exprs;
                let (index, count) = (e.op(Prim::IntToFloat, &[index]), e.op(Prim::IntToFloat, &[count]));
                let turns = e.op(Prim::Div, &[index, count]);
                let around = polar(e, half, turns);
                around.iter().map(|&a| e.op(Prim::Add, &[a, half])).collect()
            }
            Layout::Line => {
                let count = self.leaf(
                    Atom::Frame(FrameInput::Count(domain.unwrap_or(DomainId(0)))),
                    Kind::Int,
                    None,
                    0,
                );
                let e = &mut self.exprs;
                let unit = e.float(1.0);
                let (index, count) = (e.op(Prim::IntToFloat, &[index]), e.op(Prim::IntToFloat, &[count]));
                let steps = e.op(Prim::Sub, &[count, unit]);
                let steps = e.op(Prim::Max, &[steps, unit]);
                let t = e.op(Prim::Div, &[index, steps]);
                let ends = args[0].iter().zip(&args[1]);
                ends.map(|(&a, &b)| e.op(Prim::Mix, &[a, b, t])).collect()
            }
            Layout::Spiral => {
                let (step, zero) = (e.float(GOLDEN_ANGLE_TURNS), e.float(0.0));
                let turns = e.op(Prim::AffineTurns, &[index, step, zero]);
                let root = e.op(Prim::Sqrt, &[rank]);
                let radius = e.op(Prim::Mul, &[root, half]);
                let around = polar(e, radius, turns);
                around.iter().map(|&a| e.op(Prim::Add, &[a, half])).collect()
            }
            Layout::Halton => {
                let unit = e.constant_of(Kind::Int, 1.0);
                // Point 0 of a Halton sequence is the corner; starting at 1 is the custom.
                let index = e.op(Prim::AddInt, &[index, unit]);
                [2, 3]
                    .into_iter()
                    .map(|base| e.op_out(Prim::RadicalInverse, &[index], 0, Imm::Base(base), Kind::Float))
                    .collect()
            }
        }
    }
}

fn sin_cos(e: &mut Exprs, turns: ExprId) -> (ExprId, ExprId) {
    let sin = e.op_out(Prim::SinCosTurns, &[turns], 0, Imm::None, Kind::Float);
    let cos = e.op_out(Prim::SinCosTurns, &[turns], 1, Imm::None, Kind::Float);
    (sin, cos)
}

fn polar(e: &mut Exprs, radius: ExprId, turns: ExprId) -> Parts {
    let (sin, cos) = sin_cos(e, turns);
    smallvec![e.op(Prim::Mul, &[cos, radius]), e.op(Prim::Mul, &[sin, radius])]
}

pub(super) fn triple(e: &mut Exprs, prim: Prim, args: &[ExprId]) -> [ExprId; 3] {
    [0, 1, 2].map(|out| e.op_out(prim, args, out, Imm::None, Kind::Float))
}

fn dot(e: &mut Exprs, a: &[ExprId], b: &[ExprId]) -> ExprId {
    let mut sum = e.op(Prim::Mul, &[a[0], b[0]]);
    for (&a, &b) in a.iter().zip(b).skip(1) {
        let product = e.op(Prim::Mul, &[a, b]);
        sum = e.op(Prim::Add, &[product, sum]);
    }
    sum
}

fn less(e: &mut Exprs, kind: Kind, a: ExprId, b: ExprId) -> ExprId {
    let prim = match kind {
        Kind::Int => Prim::LtInt,
        Kind::Uint | Kind::Bool => Prim::LtUint,
        Kind::Float | Kind::Double => Prim::Lt,
    };
    e.op(prim, &[a, b])
}

fn at_most(e: &mut Exprs, kind: Kind, a: ExprId, b: ExprId) -> ExprId {
    let prim = match kind {
        Kind::Int => Prim::LeInt,
        Kind::Uint | Kind::Bool => Prim::LeUint,
        Kind::Float | Kind::Double => Prim::Le,
    };
    e.op(prim, &[a, b])
}
