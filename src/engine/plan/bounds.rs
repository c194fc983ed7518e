//! Bounds: between which numbers the values of lanes lie, as far as that is known when a program is planned.
//!
//! An output that is known to be a number (a size: and not below 0; a colour: of components that are) need not be searched for
//! what may not be drawn. What is proved here rests on two things that are looked at again in every frame, or that hold anyway:
//! signals that a sweep reads are no larger than [`SIGNAL_MOST`], and columns may hold anything, but for those of what is made of
//! constants alone.
//!
//! Interval arithmetic, rounded outwards to `f32`, after Moore: the bounds of a result follow from those of its arguments as if
//! they had nothing to do with each other. So bounds may be too wide, and never too narrow.

use std::collections::HashMap;

use smallvec::SmallVec;

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
            if self.known.contains_key(&id) {
                continue;
            }
            // Until it is worked out.
            self.known.insert(id, None);
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
        let Expr { atom: Atom::Op { prim, .. }, args, .. } = exprs.get(root) else {
            return false;
        };
        if is_column(root) {
            return false;
        }
        let args: SmallVec<[Bounds; 5]> = args.iter().map(|&arg| self.bounds(arg, &is_column)).collect();
        // A colour that is made and packed in one go is one where the colour by itself is.
        let is_made = |made: Prim| of_operation(made, 0, Imm::None, &args[..3]).is_some();
        args.iter().all(Option::is_some)
            && match prim {
                Prim::PackRgba8 => true,
                Prim::PackOklab => is_made(Prim::OklabToSrgb),
                Prim::PackOklch => is_made(Prim::OklchToSrgb),
                _ => false,
            }
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
            Atom::Op { prim, out, imm } => self.of_operation(expr, (prim, out, imm)),
            // The same formula, rounded less.
            Atom::Wide { prim, imm } => self.of_operation(expr, (prim, 0, imm)),
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
            | Atom::DelayTime(..) => any,
        }
    }

    fn of_operation(&self, expr: &Expr, (prim, out, imm): (Prim, u8, Imm)) -> Bounds {
        // Of a kind that is no float nothing more is asked than that.
        of_kind(expr.kind).or_else(|| {
            let args: SmallVec<[Bounds; 5]> =
                expr.args.iter().map(|arg| self.known.get(arg).copied().flatten()).collect();
            of_operation(prim, out, imm, &args)
        })
    }
}

/// The bounds of a result that is a float.
#[expect(clippy::too_many_lines, reason = "a table: a line for each operation")]
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
        Prim::WaveSine => about(0.0, 1.0),
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
        Prim::Mix => {
            let way = of_operation(Prim::Sub, 0, imm, &[Some(b), Some(a)]);
            let way = of_operation(Prim::Mul, 0, imm, &[way, Some(c)]);
            of_operation(Prim::Add, 0, imm, &[Some(a), way])
        }
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
        | Prim::PackRgba8
        | Prim::PackOklab
        | Prim::PackOklch => None,
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
    use super::*;
    use crate::assets::Shipped;
    use crate::engine::{Engine, EngineSettings, SimdLevel};
    use crate::language::{NoFiles, compile};
    use crate::math::hash;
    use crate::scalar::evaluate;

    /// Operations of numbers that something is said of.
    const SPOKEN_OF: &[(Prim, usize)] = &[
        (Prim::Add, 2),
        (Prim::Sub, 2),
        (Prim::Mul, 2),
        (Prim::Div, 2),
        (Prim::Min, 2),
        (Prim::Max, 2),
        (Prim::Neg, 1),
        (Prim::Abs, 1),
        (Prim::Sqrt, 1),
        (Prim::Clamp01, 1),
        (Prim::Fract, 1),
        (Prim::Floor, 1),
        (Prim::Ceil, 1),
        (Prim::Round, 1),
        (Prim::Trunc, 1),
        (Prim::FractSigned, 1),
        (Prim::Mod, 2),
        (Prim::Wrap, 3),
        (Prim::Sign, 1),
        (Prim::Step, 2),
        (Prim::Smoothstep, 3),
        (Prim::Smootherstep, 3),
        (Prim::Cbrt, 1),
        (Prim::Pow, 2),
        (Prim::Exp, 1),
        (Prim::Exp2, 1),
        (Prim::Ln, 1),
        (Prim::Log2, 1),
        (Prim::Atan2, 2),
        (Prim::Tanh, 1),
        (Prim::WaveSine, 1),
        (Prim::WaveTriangle, 1),
        (Prim::WaveSquare, 2),
        (Prim::LinearToSrgb, 1),
        (Prim::SrgbToLinear, 1),
        (Prim::Luminance, 3),
        (Prim::Clamp, 3),
        (Prim::Mix, 3),
        (Prim::SinCosTurns, 1),
        (Prim::ValueNoise1, 1),
        (Prim::ValueNoise2, 2),
        (Prim::ValueNoise3, 3),
        (Prim::GradientNoise1, 1),
        (Prim::GradientNoise2, 2),
        (Prim::GradientNoise3, 3),
        (Prim::HsvToRgb, 3),
        (Prim::HslToRgb, 3),
        (Prim::OklabToSrgb, 3),
        (Prim::OklchToSrgb, 3),
        (Prim::OklchToSrgbInside, 3),
        (Prim::RgbToHsv, 3),
        (Prim::RgbToHsl, 3),
    ];

    /// From 0 to 1, some of them the ends.
    fn share(seed: u32, salt: u32) -> f64 {
        let bits = hash::hash2(seed, salt);
        match bits % 8 {
            0 => 0.0,
            1 => 1.0,
            _ => hash::unit_float(bits),
        }
    }

    fn interval(seed: u32) -> Interval {
        let scale = [1.0, 1.0, 3.0, 100.0, 1e-3, 1e6][hash::hash2(seed, 9) as usize % 6];
        let ends = [0, 1].map(|k| f64::from(((share(seed, k) * 2.0 - 1.0) * scale) as f32));
        let least = if seed.is_multiple_of(3) { 0.0 } else { ends[0].min(ends[1]) };
        Interval { least, most: ends[0].max(ends[1]).max(least) }
    }

    /// Whatever the arguments are within their bounds, results are within theirs.
    #[test]
    fn results_are_within_their_bounds() {
        let eases = Ease::ALL.into_iter().map(|ease| (Prim::Ease, 1, Imm::Ease(ease)));
        let others = SPOKEN_OF.iter().map(|&(prim, arguments)| (prim, arguments, Imm::None));
        for (prim, arguments, imm) in others.chain(eases) {
            let mut told = 0;
            for seed in 0..2_000_u32 {
                let args: Vec<Interval> =
                    (0..arguments as u32).map(|k| interval(hash::hash2(seed, 100 + k))).collect();
                let known: Vec<Bounds> = args.iter().copied().map(Some).collect();
                for out in 0..prim.outputs() {
                    let Some(bounds) = of_operation(prim, out, imm, &known) else { continue };
                    told += 1;
                    for round in 0..20 {
                        let at = |(k, arg): (usize, &Interval)| {
                            let x = arg.least + (arg.most - arg.least) * share(seed, 31 * round + k as u32);
                            f64::from(x as f32).clamp(arg.least, arg.most)
                        };
                        let values: Vec<f64> = args.iter().enumerate().map(at).collect();
                        let result = evaluate(prim, imm, &values)[out as usize];
                        assert!(
                            bounds.least <= result && result <= bounds.most,
                            "{prim:?} {imm:?} of {values:?} is {result}, not within {bounds:?}"
                        );
                    }
                }
            }
            assert!(told > 100, "{prim:?}: nothing is said of it");
        }
    }

    /// What a program asks of its floats and colours, and what of it is proved.
    fn proved(program: crate::program::Program) -> [u32; 2] {
        let engine = Engine::fitted(program, 1.0, EngineSettings::default()).unwrap();
        let of_sweep = |sweep: &crate::engine::plan::sweep::Sweep| {
            let asked = sweep.float_outputs | sweep.color_outputs;
            [(sweep.proven() & asked).count_ones(), asked.count_ones()]
        };
        let all = engine.parts().plan.sweeps.iter().map(of_sweep);
        all.fold([0, 0], |[proved, asked], [more, others]| [proved + more, asked + others])
    }

    #[test]
    fn workloads_are_proved_whole() {
        for name in ["gs1", "golden_spiral"] {
            let [proved, asked] = proved(Shipped::find(name).unwrap().program().unwrap());
            assert_eq!(proved, asked, "{name}");
            assert!(asked >= 4, "{name}");
        }
    }

    /// A proof holds for signals that are small. With others, what is drawn is searched as ever.
    #[test]
    fn large_signals_are_no_part_of_a_proof() {
        let patch = "input far: float = 1
            domain dots[100] {
                draw circle { position: (rank * far * far * far * far, 0.5), size: 0.1, color: #fff }
            }";
        let program = || compile(patch, "far.pav", &NoFiles).program.unwrap();
        assert_eq!(proved(program()), [1, 1], "no product of four small signals is none");
        for level in [SimdLevel::Native, SimdLevel::Baseline] {
            let settings = EngineSettings { level, ..EngineSettings::default() };
            let mut engine = Engine::fitted(program(), 1.0, settings).unwrap();
            for (index, far, drawn) in [(0, 3.0, 100), (1, 1e12, 0), (2, 0.5, 100)] {
                engine.set("far", far).unwrap();
                let frame = engine.frame(index).unwrap();
                assert_eq!(frame.passes().next().unwrap().drawn(), drawn, "{far}");
            }
        }
    }
}
