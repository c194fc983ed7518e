//! Scalar operations in f64: what the signal interpreter runs, and what constants are folded with.

use super::expr::{Imm, Prim};
use crate::math::cubic_bezier::cubic_bezier;
use crate::math::spring::spring;
use crate::math::{Real, arith, color, fixed, hash, noise, wave};

/// The value of an operation: up to three results.
#[inline]
pub(crate) fn evaluate(prim: Prim, imm: Imm, a: &[f64]) -> [f64; 3] {
    let x = |k: usize| a[k];
    let int = |k: usize| a[k] as i64 as i32;
    let uint = |k: usize| a[k] as i64 as u32;
    let truth = |k: usize| a[k] != 0.0;
    let bool = |b: bool| f64::from(u8::from(b));
    let (seed, octaves) = (imm.seed(), imm.octaves());
    let one = match prim {
        Prim::Add => x(0) + x(1),
        Prim::Sub => x(0) - x(1),
        Prim::Mul => x(0) * x(1),
        Prim::Div => x(0) / x(1),
        Prim::Mod => arith::modulo(x(0), x(1)),
        Prim::Neg => -x(0),
        Prim::Abs => x(0).abs(),
        Prim::Sign => arith::sign(x(0)),
        Prim::Min => arith::min(x(0), x(1)),
        Prim::Max => arith::max(x(0), x(1)),
        Prim::Clamp => arith::clamp(x(0), x(1), x(2)),
        Prim::Clamp01 => arith::clamp01(x(0)),
        Prim::Mix => arith::mix(x(0), x(1), x(2)),
        Prim::Step => arith::step(x(0), x(1)),
        Prim::Smoothstep => arith::smoothstep(x(0), x(1), x(2)),
        Prim::Smootherstep => arith::smootherstep(x(0), x(1), x(2)),
        Prim::Floor => Real::floor(x(0)),
        Prim::Ceil => Real::ceil(x(0)),
        Prim::Round => Real::round(x(0)),
        Prim::Trunc => Real::trunc(x(0)),
        Prim::Fract => arith::fract(x(0)),
        Prim::FractSigned => x(0).fract_signed(),
        Prim::Wrap => arith::wrap(x(0), x(1), x(2)),
        Prim::Sqrt => x(0).sqrt(),
        Prim::Cbrt => Real::cbrt(x(0)),
        Prim::Pow => Real::pow(x(0), x(1)),
        Prim::Exp => Real::exp(x(0)),
        Prim::Exp2 => Real::exp2(x(0)),
        Prim::Ln => Real::ln(x(0)),
        Prim::Log2 => Real::log2(x(0)),
        Prim::SinCosTurns => {
            let (sin, cos) = x(0).sin_cos_turns();
            return [sin, cos, 0.0];
        }
        Prim::TanTurns => x(0).tan_turns(),
        Prim::Asin => Real::asin(x(0)),
        Prim::Acos => Real::acos(x(0)),
        Prim::Atan2 => Real::atan2(x(0), x(1)),
        Prim::Tanh => Real::tanh(x(0)),
        Prim::Lt | Prim::LtInt | Prim::LtUint => bool(x(0) < x(1)),
        Prim::Le | Prim::LeInt | Prim::LeUint => bool(x(0) <= x(1)),
        Prim::Eq | Prim::EqBits => bool(x(0) == x(1)),
        Prim::And => bool(truth(0) && truth(1)),
        Prim::Or => bool(truth(0) || truth(1)),
        Prim::Xor => bool(truth(0) != truth(1)),
        Prim::Not => bool(!truth(0)),
        Prim::Select => return [if truth(0) { x(1) } else { x(2) }, 0.0, 0.0],
        Prim::AddInt => return wrapped(imm, uint(0).wrapping_add(uint(1))),
        Prim::SubInt => return wrapped(imm, uint(0).wrapping_sub(uint(1))),
        Prim::MulInt => return wrapped(imm, uint(0).wrapping_mul(uint(1))),
        Prim::BitAnd => return wrapped(imm, uint(0) & uint(1)),
        Prim::BitOr => return wrapped(imm, uint(0) | uint(1)),
        Prim::BitXor => return wrapped(imm, uint(0) ^ uint(1)),
        Prim::Shl => return wrapped(imm, uint(0) << (uint(1) & 31)),
        Prim::ShrInt => f64::from(int(0) >> (uint(1) & 31)),
        Prim::ShrUint => f64::from(uint(0) >> (uint(1) & 31)),
        Prim::DivInt => f64::from(arith::div_i32(int(0), int(1))),
        Prim::ModInt => f64::from(arith::mod_i32(int(0), int(1))),
        Prim::DivUint => f64::from(arith::div_u32(uint(0), uint(1))),
        Prim::ModUint => f64::from(arith::mod_u32(uint(0), uint(1))),
        Prim::AbsInt => f64::from(int(0).wrapping_abs()),
        Prim::SignInt => f64::from(int(0).signum()),
        Prim::MinInt | Prim::MinUint => x(0).min(x(1)),
        Prim::MaxInt | Prim::MaxUint => x(0).max(x(1)),
        Prim::IntToFloat | Prim::UintToFloat | Prim::BoolToFloat => x(0),
        Prim::FloatToInt => f64::from(x(0).to_i32()),
        Prim::FloatToUint => f64::from(x(0).to_u32()),
        Prim::Hash => return wrapped(imm, hash::hash(uint(0))),
        Prim::Hash2 => return wrapped(imm, hash::hash2(uint(0), uint(1))),
        Prim::UnitFloat => hash::unit_float(uint(0)),
        Prim::TurnsOfUint => hash::turns_of_uint(uint(0)),
        Prim::ValueNoise1 => noise::value1(x(0), seed),
        Prim::ValueNoise2 => noise::value2(x(0), x(1), seed),
        Prim::ValueNoise3 => noise::value3(x(0), x(1), x(2), seed),
        Prim::GradientNoise1 => noise::gradient1(x(0), seed),
        Prim::GradientNoise2 => noise::gradient2(x(0), x(1), seed),
        Prim::GradientNoise3 => noise::gradient3(x(0), x(1), x(2), seed),
        Prim::FractalValue1 => noise::fractal_value1(x(0), seed, octaves, x(1), x(2)),
        Prim::FractalValue2 => noise::fractal_value2(x(0), x(1), seed, octaves, x(2), x(3)),
        Prim::FractalValue3 => noise::fractal_value3(x(0), x(1), x(2), seed, octaves, x(3), x(4)),
        Prim::FractalGradient1 => noise::fractal_gradient1(x(0), seed, octaves, x(1), x(2)),
        Prim::FractalGradient2 => noise::fractal_gradient2(x(0), x(1), seed, octaves, x(2), x(3)),
        Prim::FractalGradient3 => noise::fractal_gradient3(x(0), x(1), x(2), seed, octaves, x(3), x(4)),
        // These two take an index, so they are never uniform; an index of a constant is still defined.
        Prim::AffineTurns => f64::from(fixed::AffineTurns::new(x(1), x(2)).at(uint(0))),
        Prim::AffineNoise => f64::from(fixed::AffineNoise::new(x(1), x(2)).at(uint(0))),
        Prim::WaveSine => wave::sine(x(0)),
        Prim::WaveTriangle => wave::triangle(x(0)),
        Prim::WaveSquare => wave::square(x(0), x(1)),
        Prim::Ease => imm.ease().apply(x(0)),
        Prim::CubicBezier => cubic_bezier(x(0), x(1), x(2), x(3), x(4)),
        Prim::Spring => return spring(x(0), x(1), x(2)),
        Prim::HsvToRgb => return color::hsv_to_rgb(x(0), x(1), x(2)),
        Prim::HslToRgb => return color::hsl_to_rgb(x(0), x(1), x(2)),
        Prim::OklabToSrgb => return color::oklab_to_srgb(x(0), x(1), x(2)),
        Prim::OklchToSrgb => return color::oklch_to_srgb(x(0), x(1), x(2)),
        Prim::OklchToSrgbInside => return color::oklch_to_srgb_inside(x(0), x(1), x(2)),
        Prim::RgbToHsv => return color::rgb_to_hsv(x(0), x(1), x(2)),
        Prim::RgbToHsl => return color::rgb_to_hsl(x(0), x(1), x(2)),
        Prim::SrgbToOklab => return color::srgb_to_oklab(x(0), x(1), x(2)),
        Prim::SrgbToOklch => return color::srgb_to_oklch(x(0), x(1), x(2)),
        Prim::LinearToSrgb => color::linear_to_srgb(x(0)),
        Prim::SrgbToLinear => color::srgb_to_linear(x(0)),
        Prim::Luminance => color::luminance(x(0), x(1), x(2)),
        Prim::RadicalInverse => hash::radical_inverse(uint(0), imm.base()),
        Prim::PackRgba8 => f64::from(color::pack_rgba8_f64(x(0), x(1), x(2), x(3))),
        // The interpreters look it up in the tables of the plan.
        Prim::PathAt => return [f64::NAN; 3],
        Prim::QuantizeF32 => f64::from(x(0) as f32),
    };
    [one, 0.0, 0.0]
}

fn wrapped(imm: Imm, bits: u32) -> [f64; 3] {
    let value = if imm == Imm::Signed { f64::from(bits.cast_signed()) } else { f64::from(bits) };
    [value, 0.0, 0.0]
}
