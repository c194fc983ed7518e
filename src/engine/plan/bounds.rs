//! Bounds: between which numbers the values of lanes lie, as far as that is known when a program is planned.
//!
//! An output that is known to be a number (a size: and not below 0; a colour: of components that are) need not be searched for
//! what may not be drawn. What is proved here rests on two things that are looked at again in every frame, or that hold anyway:
//! signals that a sweep reads are no larger than [`SIGNAL_MOST`], and columns may hold anything.
//!
//! Interval arithmetic, rounded outwards to `f32`, after Moore: the bounds of a result follow from those of its arguments as if
//! they had nothing to do with each other. So bounds may be too wide, and never too narrow.

use std::collections::HashMap;

use super::expr::{Atom, Expr, Exprs, Imm, Kind, Prim};
use crate::id::ExprId;
use crate::math::Real;
use crate::math::easing::Ease;

/// What a signal that lanes read is taken to lie within, on either side of 0: 2^20. Pixels, seconds of a week and numbers of
/// elements do.
pub(crate) const SIGNAL_MOST: f32 = 1_048_576.0;

/// Beyond this nothing is known: sums and products of what is below stay numbers for a while.
const MOST: f64 = 1e37;

/// Numbers from `least` to `most`, both finite; none of them is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) least: f64,
    pub(super) most: f64,
}

/// None where a value may be anything.
type Bounds = Option<Interval>;

/// The interval as lanes have it: each end rounded outwards, but where it is exact. Rounding to nearest keeps the order of
/// numbers, so a value that is rounded stays inside.
fn between(least: f64, most: f64) -> Bounds {
    let down = |x: f64| {
        if f64::from(x as f32) > x { f64::from((x as f32).next_down()) } else { f64::from(x as f32) }
    };
    let up =
        |x: f64| if f64::from(x as f32) < x { f64::from((x as f32).next_up()) } else { f64::from(x as f32) };
    (least.abs() <= MOST && most.abs() <= MOST).then(|| Interval { least: down(least), most: up(most) })
}

/// Wider by what approximations are off.
fn about(least: f64, most: f64) -> Bounds {
    let wider = |x: f64| x.abs() * 1e-4 + 1e-6;
    between(least - wider(least), most + wider(most))
}

/// As far from 0 on either side.
fn within(most: f64) -> Bounds {
    between(-most, most)
}

/// The smallest interval with all of these numbers.
fn hull(numbers: &[f64]) -> Bounds {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    between(least, most)
}

impl Interval {
    /// The largest magnitude.
    fn size(self) -> f64 {
        self.least.abs().max(self.most.abs())
    }

    fn has_zero(self) -> bool {
        self.least <= 0.0 && self.most >= 0.0
    }

    fn union(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

/// What every value of a kind lies between.
fn of_kind(kind: Kind) -> Bounds {
    match kind {
        Kind::Float | Kind::Double => None,
        Kind::Int => between(f64::from(i32::MIN), f64::from(i32::MAX)),
        Kind::Uint => between(0.0, f64::from(u32::MAX)),
        Kind::Bool => between(0.0, 1.0),
    }
}

/// Works out what sweeps write.
pub(super) struct Prover<'e> {
    exprs: &'e Exprs,
    known: HashMap<ExprId, Bounds>,
}

impl<'e> Prover<'e> {
    pub(super) fn new(exprs: &'e Exprs) -> Self {
        Self { exprs, known: HashMap::new() }
    }

    /// The bounds of an expression in a sweep in which `is_column` says what is read from a column.
    pub(super) fn bounds(&mut self, root: ExprId, is_column: impl Fn(ExprId) -> bool) -> Bounds {
        let mut waiting = vec![root];
        let mut needed = Vec::new();
        while let Some(id) = waiting.pop() {
            if self.known.contains_key(&id) || needed.contains(&id) {
                continue;
            }
            needed.push(id);
            let expr = self.exprs.get(id);
            if expr.domain.is_some() && !is_column(id) {
                waiting.extend(&expr.args);
            }
        }
        // Arguments have lower numbers.
        needed.sort_unstable();
        for id in needed {
            let bounds = self.of_expr(self.exprs.get(id), is_column(id));
            self.known.insert(id, bounds);
        }
        self.known.get(&root).copied().flatten()
    }

    /// Whether the lanes of an expression that is a packed colour always are one.
    pub(super) fn is_color(&mut self, root: ExprId, is_column: impl Fn(ExprId) -> bool) -> bool {
        let exprs = self.exprs;
        let Expr { atom: Atom::Op { prim: Prim::PackRgba8, .. }, args, .. } = exprs.get(root) else {
            return false;
        };
        !is_column(root) && args.iter().all(|&arg| self.bounds(arg, &is_column).is_some())
    }

    fn of_expr(&self, expr: &Expr, is_column: bool) -> Bounds {
        let any = of_kind(expr.kind);
        if let Atom::Const(bits) = expr.atom {
            let value = f64::from_bits(bits);
            return if value.is_finite() { between(value, value) } else { None };
        }
        if expr.domain.is_none() {
            return any
                .or_else(|| if expr.kind == Kind::Float { within(f64::from(SIGNAL_MOST)) } else { None });
        }
        if is_column {
            return any;
        }
        match expr.atom {
            Atom::Op { prim, out, imm } => {
                let args: Vec<Bounds> =
                    expr.args.iter().map(|arg| self.known.get(arg).copied().flatten()).collect();
                // Of a kind that is no float nothing more is asked than that.
                any.or_else(|| of_operation(prim, out, imm, &args))
            }
            Atom::Rank => between(0.0, 1.001),
            Atom::Random(_) => between(0.0, 1.0),
            Atom::Const(_)
            | Atom::Input(_)
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
            | Atom::Index
            | Atom::Id
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
            | Atom::Wide { .. } => any,
        }
    }
}

/// The bounds of a result that is a float.
fn of_operation(prim: Prim, out: u8, imm: Imm, args: &[Bounds]) -> Bounds {
    // Whatever the argument is.
    if prim == Prim::Step {
        return between(0.0, 1.0);
    }
    // One of two, whatever decides.
    if prim == Prim::Select {
        return args[1].zip(args[2]).map(|(one, other)| one.union(other));
    }
    let mut known = [Interval { least: 0.0, most: 0.0 }; 5];
    for (known, arg) in known.iter_mut().zip(args) {
        *known = (*arg)?;
    }
    let [a, b, c, ..] = known;
    let largest = known.iter().map(|arg| arg.size()).fold(0.0, f64::max);
    let monotone = |f: fn(f64) -> f64| between(f(a.least), f(a.most));
    match prim {
        Prim::Add => between(a.least + b.least, a.most + b.most),
        Prim::Sub => between(a.least - b.most, a.most - b.least),
        Prim::Mul => hull(&[a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most]),
        Prim::Div if b.has_zero() => None,
        Prim::Div => hull(&[a.least / b.least, a.least / b.most, a.most / b.least, a.most / b.most]),
        Prim::Min => between(a.least.min(b.least), a.most.min(b.most)),
        Prim::Max => between(a.least.max(b.least), a.most.max(b.most)),
        Prim::Neg => between(-a.most, -a.least),
        Prim::Abs if a.has_zero() => between(0.0, a.size()),
        Prim::Abs => between(a.least.abs().min(a.most.abs()), a.size()),
        Prim::Sqrt if a.least < 0.0 => None,
        Prim::Sqrt => monotone(f64::sqrt),
        Prim::Clamp01 => between(a.least.clamp(0.0, 1.0), a.most.clamp(0.0, 1.0)),
        Prim::Fract => between(0.0, 1.0),
        Prim::Floor => monotone(Real::floor),
        Prim::Ceil => monotone(Real::ceil),
        Prim::Round => monotone(Real::round),
        Prim::Trunc => monotone(Real::trunc),
        Prim::FractSigned => within(0.5),
        Prim::Mod if b.has_zero() => None,
        Prim::Mod => between(b.least.min(0.0), b.most.max(0.0)),
        Prim::Wrap if b.most >= c.least => None,
        Prim::Wrap => between(b.least, c.most),
        Prim::Sign => within(1.0),
        Prim::Smoothstep | Prim::Smootherstep => between(0.0, 1.000_01),
        Prim::Cbrt => of_cbrt(a),
        Prim::Pow if a.least > 0.0 || (a.least == 0.0 && b.least > 0.0) => {
            let power = |base: f64, exponent: f64| Real::pow(base, exponent);
            let ends = [[a.least, b.least], [a.least, b.most], [a.most, b.least], [a.most, b.most]];
            let Interval { least, most } = hull(&ends.map(|[base, exponent]| power(base, exponent)))?;
            between(least * 0.999, most * 1.001)
        }
        Prim::Pow => None,
        Prim::Exp if a.most <= 80.0 => between(0.0, Real::exp(a.most) * 1.001),
        Prim::Exp2 if a.most <= 120.0 => between(0.0, Real::exp2(a.most) * 1.001),
        Prim::Exp | Prim::Exp2 => None,
        // As small as an `f32` can be without losing digits.
        Prim::Ln if a.least >= 1e-37 => about(Real::ln(a.least), Real::ln(a.most)),
        Prim::Log2 if a.least >= 1e-37 => about(Real::log2(a.least), Real::log2(a.most)),
        Prim::Ln | Prim::Log2 => None,
        Prim::Atan2 => within(3.2),
        Prim::Tanh => within(1.000_01),
        Prim::WaveSine => about(0.0, 1.0).map(|all| Interval { least: 0.0, ..all }),
        Prim::WaveTriangle | Prim::WaveSquare => between(0.0, 1.0),
        Prim::LinearToSrgb => of_encoded(a),
        Prim::SrgbToLinear => of_decoded(a),
        Prim::Luminance => {
            let [r, g, b] = [of_decoded(a)?, of_decoded(b)?, of_decoded(c)?];
            let all = r.union(g).union(b);
            about(all.least, all.most)
        }
        Prim::Clamp => {
            let [least, most] = [a.least.min(c.least), a.most.min(c.most)];
            between(least.max(b.least), most.max(b.most))
        }
        Prim::Mix if c.least >= 0.0 && c.most <= 1.0 => {
            // Between both, but for the rounding of their difference and what is added to the first.
            let off = (a.size() + b.size()) * 1e-6;
            between(a.least.min(b.least) - off, a.most.max(b.most) + off)
        }
        Prim::Mix => within((a.size() + (a.size() + b.size()) * c.size()) * 1.001),
        Prim::IntToFloat | Prim::UintToFloat | Prim::BoolToFloat | Prim::QuantizeF32 => Some(a),
        Prim::UnitFloat | Prim::RadicalInverse => between(0.0, 1.0),
        Prim::TurnsOfUint => within(1.0),
        Prim::SinCosTurns => within(1.000_01),
        Prim::ValueNoise1 | Prim::ValueNoise2 | Prim::ValueNoise3 => between(0.0, 1.000_01),
        Prim::GradientNoise1 | Prim::GradientNoise2 | Prim::GradientNoise3 => within(1.000_1),
        Prim::HsvToRgb => within(c.size() * (1.0 + 2.0 * b.size()) * 1.001),
        Prim::HslToRgb => within((c.size() + 3.0 * (1.0 + c.size()) * b.size()) * 1.001),
        Prim::OklabToSrgb => of_oklab(a.size() + 1.3 * (b.size() + c.size())),
        Prim::OklchToSrgb => of_oklab(a.size() + 2.6 * b.size()),
        Prim::OklchToSrgbInside if largest <= 1e6 => between(0.0, 1.0),
        Prim::OklchToSrgbInside => None,
        // The hue alone; the others are quotients.
        Prim::RgbToHsv | Prim::RgbToHsl if out == 0 => between(0.0, 1.0),
        Prim::RgbToHsv | Prim::RgbToHsl => None,
        Prim::Ease => of_ease(imm.ease()),
        // Of an index, then a step and an offset.
        Prim::AffineTurns => within(0.5),
        Prim::AffineNoise => between(0.0, 1.000_01),
        // What lies beyond all bounds here and there, or is rarely drawn: nothing is said of it.
        Prim::TanTurns
        | Prim::Asin
        | Prim::Acos
        | Prim::CurlNoise2
        | Prim::CurlNoise3
        | Prim::SrgbToOklab
        | Prim::SrgbToOklch
        | Prim::Spring
        | Prim::CubicBezier
        | Prim::FractalValue1
        | Prim::FractalValue2
        | Prim::FractalValue3
        | Prim::FractalGradient1
        | Prim::FractalGradient2
        | Prim::FractalGradient3
        | Prim::PathAt => None,
        // Answered above.
        Prim::Step | Prim::Select => None,
        // No floats.
        Prim::Lt
        | Prim::Le
        | Prim::Eq
        | Prim::LtInt
        | Prim::LeInt
        | Prim::LtUint
        | Prim::LeUint
        | Prim::EqBits
        | Prim::MinInt
        | Prim::MaxInt
        | Prim::MinUint
        | Prim::MaxUint
        | Prim::DivInt
        | Prim::ModInt
        | Prim::AbsInt
        | Prim::SignInt
        | Prim::ShrInt
        | Prim::DivUint
        | Prim::ModUint
        | Prim::ShrUint
        | Prim::AddInt
        | Prim::SubInt
        | Prim::MulInt
        | Prim::BitAnd
        | Prim::BitOr
        | Prim::BitXor
        | Prim::Shl
        | Prim::Hash
        | Prim::Hash2
        | Prim::And
        | Prim::Or
        | Prim::Xor
        | Prim::Not
        | Prim::FloatToInt
        | Prim::FloatToUint
        | Prim::PackRgba8 => None,
    }
}

/// Of no number the root is further from 0 than the number is, or than 1.
fn of_cbrt(a: Interval) -> Bounds {
    let root = |x: f64| Real::cbrt(x);
    let Interval { least, most } = about(root(a.least), root(a.most))?;
    Some(Interval { least: if a.least >= 0.0 { 0.0 } else { least }, most })
}

/// Of components of colours: a straight line below 0, and above it no more than the larger of the component and 1.
fn of_encoded(a: Interval) -> Bounds {
    between(a.least.min(0.0) * 12.93, a.most.max(1.0) * 1.06)
}

/// The other way: above 0 a power of 2.4.
fn of_decoded(a: Interval) -> Bounds {
    let most = a.most.max(1.0) + 0.06;
    between(a.least.min(0.0) * 0.078, most * most * most)
}

/// Of a colour of the size that its roots have: cubes of these, added up with weights whose sizes are at most 8, and encoded.
fn of_oklab(roots: f64) -> Bounds {
    within((8.0 * roots * roots * roots).max(1.0) * 12.93)
}

fn of_ease(ease: Ease) -> Bounds {
    match ease {
        Ease::InBack
        | Ease::OutBack
        | Ease::InOutBack
        | Ease::InElastic
        | Ease::OutElastic
        | Ease::InOutElastic => between(-0.5, 1.5),
        Ease::InQuad
        | Ease::OutQuad
        | Ease::InOutQuad
        | Ease::InCubic
        | Ease::OutCubic
        | Ease::InOutCubic
        | Ease::InQuart
        | Ease::OutQuart
        | Ease::InOutQuart
        | Ease::InQuint
        | Ease::OutQuint
        | Ease::InOutQuint
        | Ease::InSine
        | Ease::OutSine
        | Ease::InOutSine
        | Ease::InExpo
        | Ease::OutExpo
        | Ease::InOutExpo
        | Ease::InCirc
        | Ease::OutCirc
        | Ease::InOutCirc
        | Ease::InBounce
        | Ease::OutBounce
        | Ease::InOutBounce => between(-1e-6, 1.000_001),
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::{Engine, EngineSettings};

    #[test]
    fn report() {
        let (mut all, mut some) = (0, 0);
        for shipped in crate::assets::PATCHES {
            let name = shipped.name;
            let Ok(program) = shipped.program() else { continue };
            let engine = Engine::fitted(program, 1.0, EngineSettings::default()).unwrap();
            for sweep in engine.parts().plan.sweeps.iter() {
                let asked = sweep.float_outputs | sweep.color_outputs;
                let got = sweep.proven() & asked;
                all += asked.count_ones();
                some += got.count_ones();
                if got != asked {
                    let names: Vec<String> = (0..32).filter(|k| (asked & !got) >> k & 1 != 0).map(|k| format!("{:?}", sweep.outputs[k as usize])).collect();
                    println!("{name}: {} of {} {}", got.count_ones(), asked.count_ones(), names.join(" "));
                }
            }
        }
        println!("{some} of {all}");
    }
}
