//! The number type that all formulas are generic over.

use core::fmt::Debug;
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::{exponential, rounding, trigonometry};

/// A real number: `f64` for signals, `f32` for lanes.
///
/// The `f32` methods are branch-free and vectorise inside a plain loop; the `f64` methods call the `libm` crate.
/// Both give the same bits on every machine. A NaN argument gives NaN unless a method says otherwise.
pub trait Real:
    Copy
    + Debug
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    /// The one quiet NaN that stored values may hold: `0x7fc00000`, `0x7ff8000000000000`.
    const NAN: Self;
    /// The largest value below 1: `1 - 2^-24`, `1 - 2^-53`.
    const BELOW_ONE: Self;

    /// A constant, rounded to nearest.
    fn of(x: f64) -> Self;
    /// Exact.
    fn to_f64(self) -> f64;
    /// Rounded to nearest (`f32` beyond 2^24).
    fn from_i32(x: i32) -> Self;
    /// Rounded to nearest (`f32` beyond 2^24).
    fn from_u32(x: u32) -> Self;
    /// Truncated toward zero, saturated at the ends of `i32`; NaN gives 0.
    fn to_i32(self) -> i32;
    /// Truncated toward zero, saturated at the ends of `u32` (negative gives 0); NaN gives 0.
    fn to_u32(self) -> u32;
    /// The lattice cell of a number that is already whole: its value modulo 2^32, for magnitudes below 2^38 (`f32`) or
    /// 2^63 (`f64`). Beyond them some cell, for infinity and NaN any.
    fn to_cell(self) -> u32;

    /// Magnitude; clears the sign bit.
    fn abs(self) -> Self;
    /// Correctly rounded; negative gives NaN.
    fn sqrt(self) -> Self;
    /// Largest whole number not above `self`.
    fn floor(self) -> Self;
    /// Smallest whole number not below `self`.
    fn ceil(self) -> Self;
    /// Whole number next to `self` toward zero.
    fn trunc(self) -> Self;
    /// Nearest whole number, half away from zero.
    fn round(self) -> Self;
    /// `self` less its nearest whole number (ties to even), exact, in `[-0.5, 0.5]`: a phase in cycles as the
    /// signed distance to the nearest cycle start. Infinity gives NaN.
    fn fract_signed(self) -> Self;
    /// `a` where `c`, else `b`. Both are values already, so the one not taken cannot poison the result.
    #[inline(always)]
    fn select(c: bool, a: Self, b: Self) -> Self {
        if c { a } else { b }
    }
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;

    /// Sine and cosine of an angle in turns. `f32`: absolute error below 1.1e-7 over the whole range. Exact at
    /// whole quarter turns. Infinity gives NaN.
    fn sin_cos_turns(self) -> (Self, Self);
    /// Tangent of an angle in turns: sine over cosine; a quarter turn gives an infinity.
    #[inline(always)]
    fn tan_turns(self) -> Self {
        let (sin, cos) = self.sin_cos_turns();
        sin / cos
    }
    /// Arc sine in radians, in `[-π/2, π/2]`; beyond ±1 NaN.
    fn asin(self) -> Self;
    /// Arc cosine in radians, in `[0, π]`; beyond ±1 NaN.
    fn acos(self) -> Self;
    /// Angle of the point `(x, self)` in radians, in `[-π, π]`; zeros and infinities as IEEE 754 has them.
    fn atan2(self, x: Self) -> Self;
    /// `2^self`; gradual underflow, overflow to infinity.
    fn exp2(self) -> Self;
    /// `e^self`; gradual underflow, overflow to infinity.
    fn exp(self) -> Self;
    /// Base-2 logarithm; zero gives -infinity, negative NaN.
    fn log2(self) -> Self;
    /// Natural logarithm; zero gives -infinity, negative NaN.
    fn ln(self) -> Self;
    /// `self^y` with the special cases of IEEE 754 `pow`: `x^0 = 1` and `1^y = 1` even for NaN; a negative base
    /// takes whole exponents only, others give NaN.
    fn pow(self, y: Self) -> Self;
    /// `self^y` of a positive normal number, whose result is one too or overflows to infinity; of others some number. `f32`: a
    /// relative error of 4e-7, and as much again for each 6 powers of two in the result.
    fn pow_positive(self, y: Self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Real cube root, of negative numbers too.
    fn cbrt(self) -> Self;
}

impl Real for f32 {
    const NAN: Self = f32::from_bits(0x7fc0_0000);
    const BELOW_ONE: Self = 1.0 - 1.0 / 16_777_216.0;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn from_i32(x: i32) -> Self {
        x as f32
    }
    #[inline(always)]
    fn from_u32(x: u32) -> Self {
        x as f32
    }
    #[inline(always)]
    fn to_i32(self) -> i32 {
        rounding::to_i32(self)
    }
    #[inline(always)]
    fn to_u32(self) -> u32 {
        rounding::to_u32(self)
    }
    #[inline(always)]
    fn to_cell(self) -> u32 {
        rounding::to_cell(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
    #[inline(always)]
    fn floor(self) -> Self {
        rounding::floor(self)
    }
    #[inline(always)]
    fn ceil(self) -> Self {
        rounding::ceil(self)
    }
    #[inline(always)]
    fn trunc(self) -> Self {
        rounding::trunc(self)
    }
    #[inline(always)]
    fn round(self) -> Self {
        rounding::round(self)
    }
    #[inline(always)]
    fn fract_signed(self) -> Self {
        rounding::fract_signed(self)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }
    #[inline(always)]
    fn sin_cos_turns(self) -> (Self, Self) {
        trigonometry::sin_cos_turns(self)
    }
    #[inline(always)]
    fn asin(self) -> Self {
        trigonometry::asin(self)
    }
    #[inline(always)]
    fn acos(self) -> Self {
        trigonometry::acos(self)
    }
    #[inline(always)]
    fn atan2(self, x: Self) -> Self {
        trigonometry::atan2(self, x)
    }
    #[inline(always)]
    fn exp2(self) -> Self {
        exponential::exp2(self)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exponential::exp(self)
    }
    #[inline(always)]
    fn log2(self) -> Self {
        exponential::log2(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        exponential::ln(self)
    }
    #[inline(always)]
    fn pow(self, y: Self) -> Self {
        exponential::pow(self, y)
    }
    #[inline(always)]
    fn pow_positive(self, y: Self) -> Self {
        exponential::pow_positive(self, y)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        exponential::tanh(self)
    }
    #[inline(always)]
    fn cbrt(self) -> Self {
        exponential::cbrt(self)
    }
}

impl Real for f64 {
    const NAN: Self = f64::from_bits(0x7ff8_0000_0000_0000);
    const BELOW_ONE: Self = 1.0 - 1.0 / 9_007_199_254_740_992.0;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_i32(x: i32) -> Self {
        f64::from(x)
    }
    #[inline(always)]
    fn from_u32(x: u32) -> Self {
        f64::from(x)
    }
    #[inline(always)]
    fn to_i32(self) -> i32 {
        self as i32
    }
    #[inline(always)]
    fn to_u32(self) -> u32 {
        self as u32
    }
    #[inline(always)]
    fn to_cell(self) -> u32 {
        self as i64 as u32
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn floor(self) -> Self {
        libm::floor(self)
    }
    #[inline(always)]
    fn ceil(self) -> Self {
        libm::ceil(self)
    }
    #[inline(always)]
    fn trunc(self) -> Self {
        libm::trunc(self)
    }
    #[inline(always)]
    fn round(self) -> Self {
        libm::round(self)
    }
    #[inline(always)]
    fn fract_signed(self) -> Self {
        self - libm::rint(self)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }
    #[inline(always)]
    fn sin_cos_turns(self) -> (Self, Self) {
        // Both reductions are exact, so what libm sees is at most an eighth of a turn.
        let turn = self.fract_signed();
        let quarters = libm::rint(turn * 4.0);
        let (sin, cos) = libm::sincos((turn - quarters * 0.25) * core::f64::consts::TAU);
        match (quarters as i32) & 3 {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        }
    }
    #[inline(always)]
    fn asin(self) -> Self {
        libm::asin(self)
    }
    #[inline(always)]
    fn acos(self) -> Self {
        libm::acos(self)
    }
    #[inline(always)]
    fn atan2(self, x: Self) -> Self {
        libm::atan2(self, x)
    }
    #[inline(always)]
    fn exp2(self) -> Self {
        libm::exp2(self)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        libm::exp(self)
    }
    #[inline(always)]
    fn log2(self) -> Self {
        libm::log2(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        libm::log(self)
    }
    #[inline(always)]
    fn pow(self, y: Self) -> Self {
        libm::pow(self, y)
    }
    #[inline(always)]
    fn pow_positive(self, y: Self) -> Self {
        Real::exp2(Real::log2(self) * y)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        libm::tanh(self)
    }
    #[inline(always)]
    fn cbrt(self) -> Self {
        libm::cbrt(self)
    }
}
