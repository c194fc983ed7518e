//! Values that are known before the first frame: counts, points of paths, periods. Only operations that people write
//! there are folded here; the engine folds everything else. Both take the values from the rows of `scalar`.

use smallvec::SmallVec;

use crate::program::meaning::{Angle, Meaning, Number, Scalars, Vector, Wave};
use crate::program::{Op, Type};
use crate::scalar::{Imm, Kind, Prim, evaluate};

/// The components of a value; those that its type does not have are 0.
pub(crate) type Constant = [f64; 4];

/// The result of an operation on constants, where it is one that is folded here and its result is finite.
pub(crate) fn fold(op: Op, index: Option<u32>, arguments: &[(Type, Constant)]) -> Option<Constant> {
    let all = Arguments(arguments);
    let result = match op.meaning() {
        Meaning::Scalar(scalars) if is_plain(op) => scalar(scalars, all)?,
        Meaning::Number(number) => number_of(number, all)?,
        Meaning::Wave { wave: Wave::Sine, unit: Angle::Turns } => all.map(|x| sin_cos(x[0])[0]),
        Meaning::Wave { wave: Wave::Cosine, unit: Angle::Turns } => all.map(|x| sin_cos(x[0])[1]),
        Meaning::Vector(vector) => vector_of(vector, index, all)?,
        Meaning::Scalar(_)
        | Meaning::Leaf(_)
        | Meaning::Ease(_)
        | Meaning::Factor(_)
        | Meaning::Cast(_)
        | Meaning::Wave { .. }
        | Meaning::Noise(_)
        | Meaning::Curl(_)
        | Meaning::Indexed(_)
        | Meaning::Layout(_)
        | Meaning::Path(_)
        | Meaning::Color(_)
        | Meaning::Lookup
        | Meaning::Whole(_)
        | Meaning::Continued
        | Meaning::Near(_)
        | Meaning::Text(_)
        | Meaning::AtBirth => return None,
    };
    let is_int = arguments.iter().any(|(ty, _)| *ty == Type::Int);
    let fits = |x: &f64| x.is_finite() && (!is_int || x.abs() <= f64::from(i32::MAX));
    result.iter().all(fits).then_some(result)
}

/// Whether it is a scalar operation that people write where a value must be known.
fn is_plain(op: Op) -> bool {
    matches!(
        op,
        Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
            | Op::Mod
            | Op::Min
            | Op::Max
            | Op::Clamp01
            | Op::Floor
            | Op::Ceil
            | Op::Round
            | Op::Trunc
            | Op::Sqrt
            | Op::Pow
            | Op::BitAnd
            | Op::BitOr
            | Op::BitXor
            | Op::Shl
            | Op::Shr
            | Op::Lt
            | Op::Le
            | Op::Eq
            | Op::Not
            | Op::And
            | Op::Xor
            | Op::ToFloat
            | Op::BoolToFloat
            | Op::ToInt
    )
}

/// One scalar operation per component.
fn scalar(scalars: Scalars, all: Arguments<'_>) -> Option<Constant> {
    let prim = scalars.of(all.kind())?;
    let result = all.each(prim);
    // An int that overflows wraps at run time; it is no constant here. The same operation on floats shows it: where
    // it is exact, or too large, on numbers of 32 bits.
    let unwrapped = scalars.of(Kind::Float).filter(|_| prim.is_on_bits()).map(|float| all.each(float));
    unwrapped.is_none_or(|unwrapped| unwrapped == result).then_some(result)
}

/// Numbers of every kind are exact as f64s: only what wraps needs an operation of its own for ints.
fn number_of(number: Number, all: Arguments<'_>) -> Option<Constant> {
    let compare = |prim, a, b| evaluate(prim, Imm::None, &[all.at(a, 0), all.at(b, 0)])[0];
    Some(match number {
        Number::Neg if all.kind() == Kind::Float => all.each(Prim::Neg),
        Number::Neg => all.map(|x| evaluate(Prim::SubInt, all.imm(), &[0.0, x[0]])[0]),
        Number::Abs => all.each(Prim::Abs),
        Number::Clamp => all.each(Prim::Clamp),
        // Colours are mixed by their alphas.
        Number::Mix if all.stride() == 4 => return None,
        Number::Mix => all.each(Prim::Mix),
        Number::Gt => one(compare(Prim::Lt, 1, 0)),
        Number::Ge => one(compare(Prim::Le, 1, 0)),
        Number::Ne => one(evaluate(Prim::Not, Imm::None, &[compare(Prim::Eq, 0, 1)])[0]),
        Number::Select => all.each(Prim::Select),
        Number::Or => all.each(Prim::Or),
        Number::Sign | Number::RadicalInverse | Number::Spring => return None,
    })
}

fn vector_of(vector: Vector, index: Option<u32>, all: Arguments<'_>) -> Option<Constant> {
    match vector {
        Vector::Join => Some(std::array::from_fn(|k| if k < all.0.len() { all.at(k, 0) } else { 0.0 })),
        Vector::Component => all.0.first()?.1.get(index? as usize).map(|&part| one(part)),
        Vector::Polar(Angle::Turns) => {
            let times = |x| evaluate(Prim::Mul, Imm::None, &[x, all.at(0, 0)])[0];
            let [sin, cos] = sin_cos(all.at(1, 0)).map(times);
            Some([cos, sin, 0.0, 0.0])
        }
        Vector::Dot
        | Vector::Length
        | Vector::Distance
        | Vector::Normalize
        | Vector::Cross
        | Vector::Rotate
        | Vector::Polar(Angle::Radians) => None,
    }
}

fn one(value: f64) -> Constant {
    [value, 0.0, 0.0, 0.0]
}

fn sin_cos(turns: f64) -> [f64; 2] {
    let [sin, cos, _] = evaluate(Prim::SinCosTurns, Imm::None, &[turns]);
    [sin, cos]
}

/// The arguments of an operation, with their types.
#[derive(Clone, Copy)]
struct Arguments<'a>(&'a [(Type, Constant)]);

impl Arguments<'_> {
    /// How the arguments are read: all alike, as the first.
    fn kind(self) -> Kind {
        self.0.first().map_or(Kind::Float, |&(ty, _)| Kind::of(ty))
    }

    /// The immediate of operations that serve ints and uints alike.
    fn imm(self) -> Imm {
        if self.kind() == Kind::Int { Imm::Signed } else { Imm::None }
    }

    fn stride(self) -> usize {
        self.0.iter().map(|(ty, _)| ty.stride() as usize).max().unwrap_or(0)
    }

    /// A component of an argument. A float goes with every component of a vector.
    fn at(self, argument: usize, component: usize) -> f64 {
        let (ty, values) = self.0[argument];
        values[if ty.stride() == 1 { 0 } else { component }]
    }

    /// A function of the arguments, component by component.
    fn map(self, f: impl Fn(&[f64]) -> f64) -> Constant {
        let mut result = [0.0; 4];
        for (component, value) in result.iter_mut().enumerate().take(self.stride()) {
            let values: SmallVec<[f64; 4]> = (0..self.0.len()).map(|k| self.at(k, component)).collect();
            *value = f(&values);
        }
        result
    }

    fn each(self, prim: Prim) -> Constant {
        self.map(|x| evaluate(prim, self.imm(), x)[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_counts_and_points_are_made_of() {
        let check = |op, arguments: &[(Type, Constant)], expected: Option<[f64; 2]>| {
            let found = fold(op, Some(1), arguments).map(|c| [c[0], c[1]]);
            assert_eq!(found, expected, "{op:?} {arguments:?}");
        };
        let float = |x: f64| (Type::Float, [x, 0.0, 0.0, 0.0]);
        let int = |x: f64| (Type::Int, [x, 0.0, 0.0, 0.0]);
        let vec2 = |x: f64, y: f64| (Type::Vec2, [x, y, 0.0, 0.0]);
        check(Op::Add, &[float(1.0), float(2.0)], Some([3.0, 0.0]));
        check(Op::Mul, &[float(2.0), vec2(1.0, 3.0)], Some([2.0, 6.0]));
        check(Op::Div, &[float(1.0), float(0.0)], None);
        check(Op::Div, &[int(7.0), int(2.0)], Some([3.0, 0.0]));
        check(Op::Mod, &[float(-1.0), float(3.0)], Some([2.0, 0.0]));
        check(Op::PolarTurns, &[float(2.0), float(0.25)], Some([0.0, 2.0]));
        check(Op::Component, &[vec2(1.0, 3.0)], Some([3.0, 0.0]));
        check(Op::Shl, &[int(1.0), int(4.0)], Some([16.0, 0.0]));
        check(Op::BitXor, &[int(-1.0), int(5.0)], Some([-6.0, 0.0]));
        check(Op::ValueNoise, &[float(1.0)], None);
        check(Op::Exp, &[float(1.0)], None);
        check(
            Op::Select,
            &[(Type::Bool, [1.0, 0.0, 0.0, 0.0]), vec2(1.0, 2.0), vec2(3.0, 4.0)],
            Some([1.0, 2.0]),
        );
        check(Op::Ne, &[int(1.0), int(1.0)], Some([0.0, 0.0]));
        check(Op::Gt, &[float(2.0), float(1.0)], Some([1.0, 0.0]));
    }

    /// An int that overflows wraps at run time; nobody who writes one where a value must be known means that.
    #[test]
    fn an_int_that_overflows_is_no_constant() {
        let max = f64::from(i32::MAX);
        let check = |op, arguments: &[f64], expected: Option<f64>| {
            let arguments: Vec<_> = arguments.iter().map(|&x| (Type::Int, one(x))).collect();
            assert_eq!(fold(op, None, &arguments), expected.map(one), "{op:?} {arguments:?}");
        };
        check(Op::Add, &[max, -1.0], Some(max - 1.0));
        check(Op::Add, &[max, 1.0], None);
        check(Op::Sub, &[-max, max], None);
        check(Op::Mul, &[46_340.0, 46_341.0], Some(2_147_441_940.0));
        check(Op::Mul, &[65_536.0, 65_536.0], None);
        check(Op::Mul, &[max, max], None);
        check(Op::Neg, &[max], Some(-max));
        check(Op::Neg, &[-max - 1.0], None);
        check(Op::Abs, &[-max - 1.0], None);
        check(Op::Div, &[-max - 1.0, -1.0], None);
        check(Op::Div, &[1.0, 0.0], Some(0.0));
        // Bits have no size.
        check(Op::Shl, &[1.0, 30.0], Some(1_073_741_824.0));
        check(Op::Shl, &[3.0, 31.0], None);
        check(Op::BitAnd, &[-1.0, max], Some(max));
    }
}
