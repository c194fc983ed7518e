//! Which values of elements cannot become infinite or NaN, nor a size below 0: these need not be looked at in every frame.
//!
//! An interval of every expression in lanes, as long as the numbers that are the same for all elements are moderate
//! ([`MODERATE`], which is looked at once a frame). What nothing is known of has none: what the host gives, what is kept in
//! state, what is read of other elements. Intervals are of real numbers, widened by more than f32 rounds.

use super::expr::{Atom, Expr, Exprs, Kind, Prim};
use super::roots::{Roots, Target};
use super::stages::Staged;
use crate::id::{BufferId, ExprId, Table};

/// The largest magnitude of a uniform number for which intervals hold. Also what a path in turns or in cells of noise may
/// step by and is defined.
pub(crate) const MODERATE: f64 = 33_554_432.0;

/// Beyond this a product might be infinite.
const MOST: f64 = 1.0e30;
/// What is nearer to 0 is no divisor.
const LEAST: f64 = 1.0e-6;
/// How far an operation rounds, as a share of the largest magnitude: 16 times as far as f32 does.
const ROUNDING: f64 = 1.0e-6;

/// From the least to the most, both finite.
type Bounds = [f64; 2];

/// Where nothing is wrong with it: an interval, widened by what its numbers are rounded.
fn about([least, most]: Bounds) -> Option<Bounds> {
    let large = least.abs().max(most.abs());
    let slack = large * ROUNDING;
    (large < MOST).then_some([least - slack, most + slack])
}

/// The same, of what has no sign: rounding gives it none.
fn about_positive([least, most]: Bounds) -> Option<Bounds> {
    about([least, most]).map(|[low, high]| [low.max(0.0), high])
}

fn hull(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].max(b[1])]
}

fn large([least, most]: Bounds) -> f64 {
    least.abs().max(most.abs())
}

fn is_positive([least, _]: Bounds) -> bool {
    least >= 0.0
}

fn sum(a: Bounds, b: Bounds) -> Option<Bounds> {
    let sum = [a[0] + b[0], a[1] + b[1]];
    if is_positive(a) && is_positive(b) { about_positive(sum) } else { about(sum) }
}

fn negated([least, most]: Bounds) -> Bounds {
    [-most, -least]
}

fn product(a: Bounds, b: Bounds) -> Option<Bounds> {
    let corners = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
    let product = corners.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |all, &x| hull(all, [x, x]));
    if is_positive(a) && is_positive(b) { about_positive(product) } else { about(product) }
}

/// Both ends by a function that never falls.
fn each(f: fn(f64, f64) -> f64, a: Bounds, b: Bounds) -> Bounds {
    [f(a[0], b[0]), f(a[1], b[1])]
}

fn quotient(a: Bounds, b: Bounds) -> Option<Bounds> {
    if b[0] < LEAST && b[1] > -LEAST {
        return None;
    }
    product(a, [1.0 / b[1], 1.0 / b[0]])
}

fn cube(x: f64) -> f64 {
    x * x * x
}

/// The bounds of every expression in lanes, and of uniform ones while they are moderate.
pub(super) fn of(exprs: &Exprs) -> Table<ExprId, Option<Bounds>> {
    let mut table: Table<ExprId, Option<Bounds>> = Table::new();
    for id in exprs.ids() {
        let expr = exprs.get(id);
        let bounds = of_kind(expr.kind).or_else(|| of_float(expr, |k| table[expr.args[k]]));
        table.push(bounds);
    }
    table
}

/// Of what has any bits.
fn of_kind(kind: Kind) -> Option<Bounds> {
    match kind {
        Kind::Bool => Some([0.0, 1.0]),
        Kind::Int => Some([f64::from(i32::MIN), f64::from(i32::MAX)]),
        Kind::Uint => Some([0.0, f64::from(u32::MAX)]),
        Kind::Float | Kind::Double => None,
    }
}

fn of_float(expr: &Expr, of: impl Fn(usize) -> Option<Bounds>) -> Option<Bounds> {
    match expr.atom {
        Atom::Const(bits) => {
            let number = f64::from_bits(bits);
            about([number, number])
                .map(|around| if number >= 0.0 { [around[0].max(0.0), around[1]] } else { around })
        }
        _ if expr.domain.is_none() => (expr.kind == Kind::Float).then_some([-MODERATE, MODERATE]),
        Atom::Rank | Atom::Random(_) => Some([0.0, 1.0]),
        Atom::Op { prim, .. } => of_prim(expr, prim, of),
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
        | Atom::Wide { .. } => None,
    }
}

/// Of an operation. Where it gives something of any finite arguments, these have to be known to be.
#[expect(clippy::too_many_lines, reason = "a row for each operation")]
fn of_prim(expr: &Expr, prim: Prim, of: impl Fn(usize) -> Option<Bounds>) -> Option<Bounds> {
    // The largest magnitude among the first arguments, at least 1.
    let magnitude = |count: usize| (0..count).try_fold(1.0_f64, |most, k| Some(most.max(large(of(k)?))));
    let within = |count: usize, bounds: Bounds| magnitude(count).and_then(|_| about(bounds));
    let symmetric = |most: f64| about([-most, most]);
    match prim {
        Prim::Add => sum(of(0)?, of(1)?),
        Prim::Sub => sum(of(0)?, negated(of(1)?)),
        Prim::Mul if expr.args[0] == expr.args[1] => {
            let most = large(of(0)?);
            about_positive([0.0, most * most])
        }
        Prim::Mul => product(of(0)?, of(1)?),
        Prim::Div => quotient(of(0)?, of(1)?),
        Prim::Min => Some(each(f64::min, of(0)?, of(1)?)),
        Prim::Max => Some(each(f64::max, of(0)?, of(1)?)),
        Prim::Clamp => Some(each(f64::max, each(f64::min, of(0)?, of(2)?), of(1)?)),
        Prim::Neg => of(0).map(negated),
        Prim::Abs => {
            let all @ [least, most] = of(0)?;
            let crosses = least < 0.0 && most > 0.0;
            Some([if crosses { 0.0 } else { least.abs().min(most.abs()) }, large(all)])
        }
        Prim::Sqrt => of(0)
            .filter(|&of| is_positive(of))
            .and_then(|[low, high]| about_positive([low.sqrt(), high.sqrt()])),
        Prim::Clamp01 | Prim::OklchToSrgbInside => {
            magnitude(expr.args.len()).filter(|&m| m < 1.0e6).map(|_| [0.0, 1.0])
        }
        Prim::Fract | Prim::WaveTriangle => magnitude(1).map(|_| [0.0, 1.0]),
        // Its cosine may be a little more than 1.
        Prim::WaveSine => within(1, [0.0, 1.0]),
        Prim::WaveSquare => magnitude(2).map(|_| [0.0, 1.0]),
        Prim::FractSigned | Prim::SinCosTurns | Prim::Tanh => within(1, [-1.0, 1.0]),
        Prim::Sign => within(1, [-1.0, 1.0]),
        Prim::Step | Prim::BoolToFloat | Prim::UnitFloat | Prim::RadicalInverse | Prim::AffineNoise => {
            Some([0.0, 1.0])
        }
        Prim::AffineTurns | Prim::TurnsOfUint => about([-1.0, 1.0]),
        Prim::Floor | Prim::Ceil | Prim::Round | Prim::Trunc => {
            let [least, most] = of(0)?;
            about([least.floor(), most.ceil()])
        }
        Prim::QuantizeF32 | Prim::IntToFloat | Prim::UintToFloat => {
            let of = of(0)?;
            if is_positive(of) { about_positive(of) } else { about(of) }
        }
        Prim::Mix => {
            let (a, b, t) = (of(0)?, of(1)?, of(2)?);
            match t[0] >= 0.0 && t[1] <= 1.0 {
                true => about(hull(a, b)),
                false => sum(a, product(sum(b, negated(a))?, t)?),
            }
        }
        Prim::Select => Some(hull(of(1)?, of(2)?)),
        Prim::Cbrt => symmetric(magnitude(1)?),
        Prim::Exp | Prim::Exp2 => {
            of(0).filter(|of| of[1] < 60.0).and_then(|[_, most]| about_positive([0.0, libm::exp(most)]))
        }
        Prim::Ln | Prim::Log2 => of(0).filter(|of| of[0] > LEAST).and_then(|_| symmetric(100.0)),
        Prim::Atan2 => within(2, [-4.0, 4.0]),
        Prim::ValueNoise1 | Prim::GradientNoise1 => within(1, [-2.0, 2.0]),
        Prim::ValueNoise2 | Prim::GradientNoise2 => within(2, [-2.0, 2.0]),
        Prim::ValueNoise3 | Prim::GradientNoise3 => within(3, [-2.0, 2.0]),
        // How large the formulas in `math/color.rs` get, generously.
        Prim::LinearToSrgb => symmetric(16.0 * magnitude(1)?),
        Prim::SrgbToLinear => symmetric(16.0 * cube(magnitude(1)?)),
        Prim::Luminance => symmetric(16.0 * cube(magnitude(3)?)),
        Prim::HsvToRgb | Prim::HslToRgb => symmetric(16.0 * cube(magnitude(3)?)),
        Prim::OklabToSrgb | Prim::OklchToSrgb => symmetric(4_000.0 * cube(magnitude(3)?)),
        Prim::SrgbToOklab => symmetric(64.0 * cube(magnitude(3)?)),
        // Steep, undefined somewhere, or not worth it.
        Prim::Smoothstep
        | Prim::Smootherstep
        | Prim::Mod
        | Prim::Wrap
        | Prim::Pow
        | Prim::TanTurns
        | Prim::Asin
        | Prim::Acos
        | Prim::RgbToHsv
        | Prim::RgbToHsl
        | Prim::SrgbToOklch
        | Prim::Spring
        | Prim::Ease
        | Prim::CubicBezier
        | Prim::FractalValue1
        | Prim::FractalValue2
        | Prim::FractalValue3
        | Prim::FractalGradient1
        | Prim::FractalGradient2
        | Prim::FractalGradient3
        | Prim::PathAt => None,
        // Not floats: their kind has said what they are.
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

/// Notes which outputs of sweeps are sound while uniform numbers are moderate.
pub(super) fn mark_sound(exprs: &Exprs, roots: &Roots, staged: &mut Staged) {
    let bounds = of(exprs);
    let mut held: Table<BufferId, Option<ExprId>> = Table::filled(None, roots.names.len());
    for id in exprs.ids() {
        let place = exprs.get(id).domain.and_then(|domain| roots.buffers.get(&(id, domain)));
        if let Some(&buffer) = place {
            held[buffer] = Some(id);
        }
    }
    for sweep in staged.fixed.iter_mut().chain(&mut staged.moving) {
        for (k, target) in sweep.outputs.iter().enumerate() {
            let Target::Field(buffer) = *target else { continue };
            let Some(id) = held[buffer] else { continue };
            let is_size = sweep.size_outputs >> k & 1 != 0;
            let is_sound = match exprs.get(id).atom {
                Atom::Op { prim: Prim::PackRgba8, .. } => {
                    exprs.get(id).args.iter().all(|&part| bounds[part].is_some())
                }
                _ => bounds[id].is_some_and(|bounds| !is_size || is_positive(bounds)),
            };
            sweep.sound_outputs |= u32::from(is_sound) << k;
        }
    }
}
