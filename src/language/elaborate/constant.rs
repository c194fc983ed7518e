//! Values that are known before the first frame: counts, points of paths, periods. Only what people write there; the
//! engine folds everything else.

use crate::math::{Real, arith};
use crate::program::{Op, Type};

/// The components of a value; those that its type does not have are 0.
pub(crate) type Constant = [f64; 4];

/// One component of each argument, by the number of the argument.
type Operands<'a> = &'a dyn Fn(usize) -> f64;

/// The result of an operation on constants, where it is one that is folded here and its result is finite.
pub(crate) fn fold(op: Op, index: Option<u32>, arguments: &[(Type, Constant)]) -> Option<Constant> {
    let stride = arguments.iter().map(|(ty, _)| ty.stride()).max()? as usize;
    // A float goes with every component of a vector.
    let at = |argument: usize, component: usize| {
        let (ty, values) = arguments[argument];
        values[if ty.stride() == 1 { 0 } else { component }]
    };
    let is_int = arguments.iter().any(|(ty, _)| *ty == Type::Int);
    let each = |f: &dyn Fn(Operands<'_>) -> f64| {
        let mut result = [0.0; 4];
        for (component, value) in result.iter_mut().enumerate().take(stride) {
            *value = f(&|argument| at(argument, component));
        }
        result
    };
    let bits = |f: &dyn Fn(i32, i32) -> i32| [f64::from(f(at(0, 0) as i32, at(1, 0) as i32)), 0.0, 0.0, 0.0];
    let result = match op {
        Op::Add => each(&|x| x(0) + x(1)),
        Op::Sub => each(&|x| x(0) - x(1)),
        Op::Mul => each(&|x| x(0) * x(1)),
        Op::Div if is_int => each(&|x| if x(1) == 0.0 { 0.0 } else { (x(0) / x(1)).floor() }),
        Op::Div => each(&|x| x(0) / x(1)),
        Op::Mod if is_int && at(1, 0) == 0.0 => [0.0; 4],
        Op::Mod => each(&|x| arith::modulo(x(0), x(1))),
        Op::Neg => each(&|x| -x(0)),
        Op::Abs => each(&|x| x(0).abs()),
        Op::Min => each(&|x| arith::min(x(0), x(1))),
        Op::Max => each(&|x| arith::max(x(0), x(1))),
        Op::Clamp => each(&|x| arith::clamp(x(0), x(1), x(2))),
        Op::Clamp01 => each(&|x| arith::clamp01(x(0))),
        // Colours are mixed by their alphas.
        Op::Mix if stride == 4 => return None,
        Op::Mix => each(&|x| arith::mix(x(0), x(1), x(2))),
        Op::Floor => each(&|x| Real::floor(x(0))),
        Op::Ceil => each(&|x| Real::ceil(x(0))),
        Op::Round => each(&|x| Real::round(x(0))),
        Op::Trunc => each(&|x| Real::trunc(x(0))),
        Op::Sqrt => each(&|x| x(0).sqrt()),
        Op::Pow => each(&|x| Real::pow(x(0), x(1))),
        Op::BitAnd => bits(&|a, b| a & b),
        Op::BitOr => bits(&|a, b| a | b),
        Op::BitXor => bits(&|a, b| a ^ b),
        Op::Shl => bits(&|a, b| a << (b & 31)),
        Op::Shr => bits(&|a, b| a >> (b & 31)),
        Op::SinTurns => each(&|x| x(0).sin_cos_turns().0),
        Op::CosTurns => each(&|x| x(0).sin_cos_turns().1),
        Op::PolarTurns => {
            let (sin, cos) = at(1, 0).sin_cos_turns();
            [cos * at(0, 0), sin * at(0, 0), 0.0, 0.0]
        }
        Op::Vec2 => [at(0, 0), at(1, 0), 0.0, 0.0],
        Op::Vec3 => [at(0, 0), at(1, 0), at(2, 0), 0.0],
        Op::Color => [at(0, 0), at(1, 0), at(2, 0), at(3, 0)],
        Op::Component => [*arguments[0].1.get(index? as usize)?, 0.0, 0.0, 0.0],
        Op::ToFloat | Op::BoolToFloat => arguments[0].1,
        Op::ToInt => [Real::trunc(at(0, 0)).clamp(f64::from(i32::MIN), f64::from(i32::MAX)), 0.0, 0.0, 0.0],
        Op::Not => [1.0 - at(0, 0), 0.0, 0.0, 0.0],
        Op::Select => each(&|x| if at(0, 0) != 0.0 { x(1) } else { x(2) }),
        Op::Lt => [f64::from(u8::from(at(0, 0) < at(1, 0))), 0.0, 0.0, 0.0],
        Op::Le => [f64::from(u8::from(at(0, 0) <= at(1, 0))), 0.0, 0.0, 0.0],
        Op::Gt => [f64::from(u8::from(at(0, 0) > at(1, 0))), 0.0, 0.0, 0.0],
        Op::Ge => [f64::from(u8::from(at(0, 0) >= at(1, 0))), 0.0, 0.0, 0.0],
        Op::Eq => [f64::from(u8::from(at(0, 0) == at(1, 0))), 0.0, 0.0, 0.0],
        Op::Ne => [f64::from(u8::from(at(0, 0) != at(1, 0))), 0.0, 0.0, 0.0],
        _ => return None,
    };
    // An int that overflows wraps at run time; it is no constant here.
    let fits = |x: &f64| x.is_finite() && (!is_int || x.abs() <= f64::from(i32::MAX));
    result.iter().all(fits).then_some(result)
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
    }
}
