//! `f32` powers, exponentials and logarithms: branch-free. Polynomials are minimax fits (Remez exchange); stated
//! errors are measured against `f64` evaluations, see the tests.
//!
//! `pow` and `cbrt` work in `f64` inside the lane: half the width, but one polynomial instead of the pairs of `f32`
//! that the same accuracy takes, so no slower and correct to the last bit nearly always.

use super::rounding::round_ties_even;

const NAN: f32 = f32::from_bits(0x7fc0_0000);
/// Rounds to a whole number when added: 1.5 * 2^23; the sum's low bits are then that number in two's complement.
const ROUND_TO_ONE: f32 = 12_582_912.0;
/// The same for `f64`: 1.5 * 2^52.
const ROUND_TO_ONE_64: f64 = 6_755_399_441_055_744.0;
/// `ln 2` in two parts, the first short enough that its product with an exponent is exact (FreeBSD msun).
const LN2_HIGH: f32 = 0.693_138_1;
const LN2_LOW: f32 = 9.058_001e-6;

/// `x` limited to `[low, high]`; NaN stays NaN.
#[inline(always)]
fn limit(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `p * 2^n` for the `n` in the low bits of `shifted = n + ROUND_TO_ONE`, `|n| <= 252`. In two factors, so that the
/// first is exact and the second rounds a subnormal result once.
#[inline(always)]
fn scale(p: f32, shifted: f32) -> f32 {
    let n = shifted.to_bits().wrapping_sub(ROUND_TO_ONE.to_bits()).cast_signed();
    let half = n >> 1;
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) << 23).cast_unsigned());
    p * power(half) * power(n.wrapping_sub(half))
}

/// `2^x`: error below 1.1 ulp; exact for whole `x`; gradual underflow below -126, 0 below -150, infinity from 128.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    let x = limit(x, -152.0, 129.0);
    let shifted = x + ROUND_TO_ONE;
    let f = x - (shifted - ROUND_TO_ONE);
    let tail = 0.009_618_526 + f * (0.001_339_016_1 + f * 0.000_153_211_7);
    let p = 1.0 + f * (core::f32::consts::LN_2 + f * (0.240_226_48 + f * (0.055_503_62 + f * tail)));
    scale(p, shifted)
}

/// `e^x`: error below 1.1 ulp; `exp(0) = 1`; gradual underflow below -87.3, 0 below -104, infinity from 88.73.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = limit(x, -105.0, 89.0);
    let shifted = x * core::f32::consts::LOG2_E + ROUND_TO_ONE;
    let n = shifted - ROUND_TO_ONE;
    let f = (x - n * LN2_HIGH) - n * LN2_LOW;
    let tail = 0.041_668_387 + f * (0.008_368_71 + f * 0.001_381_462_7);
    let p = 1.0 + (f + f * f * (0.499_999_93 + f * (0.166_665_2 + f * tail)));
    scale(p, shifted)
}

/// A positive finite `x` as `2^k (1 + f)` with `1 + f` in `[sqrt(1/2), sqrt(2))`, and the terms of
/// `ln(1 + f) = f - h + q` with `h = f²/2` and `q = s (h + R(s²))`, `s = f / (2 + f)` (FreeBSD msun `e_logf`).
#[inline(always)]
fn log_terms(x: f32) -> (f32, f32, f32, f32) {
    // A subnormal number has no leading one to read the exponent from.
    let subnormal = x < f32::MIN_POSITIVE;
    let bits = if subnormal { x * 8_388_608.0 } else { x }.to_bits();
    let sqrt_half = 0x3f35_04f3;
    let shifted = bits.wrapping_add(0x3f80_0000 - sqrt_half);
    let k = (shifted >> 23).cast_signed() - if subnormal { 127 + 23 } else { 127 };
    let f = f32::from_bits((shifted & 0x007f_ffff) + sqrt_half) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let r = z * (0.666_667_76 + z * (0.399_775_4 + z * 0.298_717_32));
    let h = 0.5 * f * f;
    (k as f32, f, h, s * (h + r))
}

/// A logarithm's result for what is not positive and finite: 0 gives -infinity, negative and NaN give NaN.
#[inline(always)]
fn log_special(x: f32, log: f32) -> f32 {
    let r = if x < f32::INFINITY { log } else { x };
    let r = if x == 0.0 { f32::NEG_INFINITY } else { r };
    if x < 0.0 { NAN } else { r }
}

/// Base-2 logarithm: error below 1.1 ulp; exact for powers of two, subnormal ones too.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    // 1 / ln 2 in two parts; the first times a number of 12 bits is exact (FreeBSD msun `e_log2f`).
    const HIGH: f32 = 1.442_871_1;
    const LOW: f32 = -1.760_528_5e-4;
    let (k, f, h, q) = log_terms(x);
    let high = f32::from_bits((f - h).to_bits() & 0xffff_f000);
    let low = ((f - high) - h) + q;
    log_special(x, (low + high) * LOW + low * HIGH + high * HIGH + k)
}

/// Natural logarithm: error below 1 ulp.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    let (k, f, h, q) = log_terms(x);
    log_special(x, ((q + k * LN2_LOW) - h) + f + k * LN2_HIGH)
}

/// Base-2 logarithm in `f64` of a positive finite number: relative error 4.2e-12.
#[inline(always)]
fn log2_wide(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let shifted = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - SQRT_HALF);
    // The exponent becomes a float as the low bits of 2^52: there is no vector conversion from u64 before AVX-512.
    let biased = f64::from_bits((shifted >> 52) | 0x4330_0000_0000_0000);
    let k = biased - (4_503_599_627_370_496.0 + 1023.0);
    let f = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + SQRT_HALF) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let tail = 0.577_083_583_259_470_5 + z * (0.411_672_827_124_984_8 + z * 0.340_728_008_154_823_1);
    k + s * (2.885_390_081_790_08 + z * (0.961_796_673_350_169_3 + z * tail))
}

/// `2^t` in `f64`: relative error 1.9e-9; `t` is limited to ±1000, which `f32` holds as infinity and 0.
#[inline(always)]
fn exp2_wide(t: f64) -> f64 {
    let t = if t < -1000.0 { -1000.0 } else { t };
    let t = if t > 1000.0 { 1000.0 } else { t };
    let shifted = t + ROUND_TO_ONE_64;
    let f = t - (shifted - ROUND_TO_ONE_64);
    let tail = 0.009_618_489_047_563_157 + f * (0.001_339_993_086_057_384 + f * 0.000_153_457_890_231_129_7);
    let p = 0.240_226_468_897_897_43 + f * (0.055_503_287_783_850_1 + f * tail);
    let p = 1.000_000_000_554_256 + f * (0.693_147_205_736_205_8 + f * p);
    f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// `x^y`: error below 0.6 ulp wherever the result is finite. Special cases are those of IEEE 754 `pow`: `x^0 = 1` and
/// `1^y = 1` even for NaN, a negative `x` takes whole `y` only (odd ones negate) and gives NaN otherwise,
/// `0^y` is 0 for positive and an infinity for negative `y`.
#[inline(always)]
pub fn pow(x: f32, y: f32) -> f32 {
    let magnitude = x.abs();
    let log = log2_wide(f64::from(magnitude));
    let log = if magnitude == 0.0 { f64::NEG_INFINITY } else { log };
    let log = if magnitude < f32::INFINITY { log } else { f64::INFINITY };
    let power = exp2_wide(f64::from(y) * log) as f32;
    // 0 * infinity above.
    let power = if magnitude == 1.0 { 1.0 } else { power };

    let half = y * 0.5;
    let whole = round_ties_even(y) == y;
    let odd = whole && round_ties_even(half) != half;
    let sign = if odd { x.to_bits() & 0x8000_0000 } else { 0 };
    let signed = f32::from_bits(power.to_bits() | sign);

    let off_the_line = x < 0.0 && magnitude < f32::INFINITY && !whole;
    let r = if off_the_line || x.is_nan() || y.is_nan() { NAN } else { signed };
    if y == 0.0 || x == 1.0 { 1.0 } else { r }
}

/// `x^y` for a positive normal `x`, without a division: relative error below 4e-7, and as much again for each 6 powers of
/// two in the result. Too large is infinity; what is infinite or NaN stays so; of what is not positive, or has a result
/// below the normal numbers, it makes some number or other.
#[inline(always)]
pub fn pow_positive(x: f32, y: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    let shifted = x.to_bits().wrapping_add(0x3f80_0000 - SQRT_HALF);
    let k = (shifted >> 23).cast_signed() - 127;
    let f = f32::from_bits((shifted & 0x007f_ffff) + SQRT_HALF) - 1.0;
    // log2(1 + f), to 4.8e-8. Pairs of terms side by side, so that none waits long for another.
    let f2 = f * f;
    let low = (1.442_694_8 + f * -0.721_357_15) + f2 * (0.480_939_44 + f * -0.360_087_22);
    let high = (0.286_707_46 + f * -0.250_069_04) + f2 * (0.236_890_38 + f * -0.145_744_47);
    let t = (k as f32 + f * (low + f2 * f2 * high)) * y;
    // 2^128 has the bits of infinity.
    let t = if t < 128.0 { t } else { 128.0 };
    let shifted = t + ROUND_TO_ONE;
    let g = t - (shifted - ROUND_TO_ONE);
    let g2 = g * g;
    // 2^g, to 9.2e-8; the first coefficient is a little less than ln 2.
    let high = (0.240_222_42 + g * 0.055_507_34) + g2 * (0.009_671_513 + g * 0.001_326_472_7);
    let p = (1.0 + g * (core::f32::consts::LN_2 - 1.8e-7)) + g2 * high;
    let power = f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23));
    if x < f32::INFINITY { power } else { x }
}

/// Hyperbolic tangent: error below 2 ulp; ±1 from about ±9.01.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let a = x.abs();
    // Near zero the difference of exponentials would cancel.
    let z = x * x;
    let tail = -0.053_739_72 + z * (0.020_639_094 + z * -0.005_704_992_4);
    let small = a + a * z * (-0.333_332_8 + z * (0.133_314_42 + z * tail));
    let large = 1.0 - 2.0 / (exp(2.0 * a) + 1.0);
    // Written so that NaN takes the polynomial, which keeps it.
    if a >= 0.625 { large } else { small }.copysign(x)
}

/// Cube root, of negative numbers too: error below 0.501 ulp; zeros and infinities are their own.
#[inline(always)]
pub fn cbrt(x: f32) -> f32 {
    let a = x.abs();
    // A third of the exponent as a first guess, then two Halley steps in f64 (FreeBSD msun `s_cbrtf`).
    let subnormal = a < f32::MIN_POSITIVE;
    let bits = if subnormal { a * 16_777_216.0 } else { a }.to_bits();
    let guess = bits / 3 + if subnormal { 642_849_266 } else { 709_958_130 };
    let wide = f64::from(a);
    let halley = |t: f64| {
        let cube = t * t * t;
        t * (wide + wide + cube) / (wide + cube + cube)
    };
    let root = halley(halley(f64::from(f32::from_bits(guess)))) as f32;
    let root = if a > 0.0 && a < f32::INFINITY { root } else { a };
    root.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::accuracy::{relative, sweep, ulp};

    const INF: f32 = f32::INFINITY;

    /// Equal bits, or NaN both.
    fn check(name: &str, got: f32, expected: f32) {
        assert!(
            got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan()),
            "{name}: {got:e}, not {expected:e}"
        );
    }

    #[test]
    fn exponentials() {
        sweep("exp2", -126.0, 127.99, 1.1, ulp, exp2, libm::exp2);
        sweep("exp2", -150.0, -126.0, 1.0, ulp, exp2, libm::exp2);
        sweep("exp2", 1.0e-9, 1.0, 1.1, ulp, exp2, libm::exp2);
        sweep("exp", -87.3, 88.72, 1.1, ulp, exp, libm::exp);
        sweep("exp", -104.5, -87.3, 1.0, ulp, exp, libm::exp);
        sweep("exp", 1.0e-9, 1.0, 1.1, ulp, exp, libm::exp);
        for n in -149_i32..=127 {
            check("exp2 of a whole number", exp2(n as f32), libm::exp2f(n as f32));
        }
        for (x, expected) in
            [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1.0e9, INF), (-1.0e9, 0.0), (NAN, NAN)]
        {
            check("exp2", exp2(x), expected);
            check("exp", exp(x), expected);
        }
        check("exp2", exp2(128.0), INF);
        check("exp", exp(88.73), INF);
    }

    #[test]
    fn logarithms() {
        for (low, high) in [(1.0e-37, 3.0e38), (0.25, 4.0), (0.99, 1.01), (1.0e-45, 1.0e-38)] {
            sweep("log2", low, high, 1.1, ulp, log2, libm::log2);
            sweep("ln", low, high, 1.0, ulp, ln, libm::log);
        }
        for n in -149_i32..=127 {
            check("log2 of a power of two", log2(libm::exp2f(n as f32)), n as f32);
        }
        for (x, expected) in
            [(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (-1.0, NAN), (-INF, NAN), (INF, INF), (NAN, NAN)]
        {
            check("log2", log2(x), expected);
            check("ln", ln(x), expected);
        }
    }

    #[test]
    fn powers() {
        for y in [-30.5_f32, -3.0, -1.0, -0.3, 1.0e-3, 0.5, 1.0, 1.0 / 2.4, 2.0, 2.4, 7.0, 25.0] {
            let high = libm::pow(1.0e38, 1.0 / f64::from(y.abs()).max(1.0));
            sweep("pow", 1.0 / high, high, 0.6, ulp, |x| pow(x, y), |x| libm::pow(x, f64::from(y)));
        }
        for x in [1.0e-30_f32, 0.3, 0.999_999, 1.000_001, 1.5, 10.0] {
            let high = (87.0 / libm::fabs(libm::log(f64::from(x)))).min(1.0e6);
            sweep("pow", -high, high, 6.3e-8, relative, |y| pow(x, y), |y| libm::pow(f64::from(x), y));
        }
        for k in 0..=20 {
            check("square", pow(k as f32, 2.0), (k * k) as f32);
            check("power of two", pow(2.0, k as f32 - 149.0), exp2(k as f32 - 149.0));
        }
    }

    #[test]
    fn powers_of_positive_numbers() {
        for y in [1.0_f32 / 2.4, 0.5, 1.0, 2.4] {
            let y_wide = f64::from(y);
            let one = |x| pow_positive(x, y);
            sweep("pow_positive", 0.5, 2.0, 4.0e-7, relative, one, |x| libm::pow(x, y_wide));
            sweep("pow_positive", 0.003, 8.0, 1.6e-6, relative, one, |x| libm::pow(x, y_wide));
            sweep("pow_positive", 1.0e-15, 1.0e15, 8.0e-6, relative, one, |x| libm::pow(x, y_wide));
        }
        check("too large", pow_positive(1.0e20, 2.4), INF);
        for x in [INF, NAN] {
            check("kept", pow_positive(x, 0.3), x);
        }
    }

    #[test]
    fn special_powers_are_ieee() {
        let values = [
            0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 2.5, 1.0e10, -1.0e10, 3.0e38, INF, -INF,
            NAN,
        ];
        for x in values {
            for y in values {
                let (got, expected) = (pow(x, y), libm::powf(x, y));
                let near = (got - expected).abs() <= 1.0e-6 * expected.abs();
                let same = near && got.is_sign_negative() == expected.is_sign_negative();
                assert!(
                    same || got == expected && got != 0.0 || (got.is_nan() && expected.is_nan()),
                    "{x}^{y} = {got}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn tanh_and_cbrt() {
        sweep("tanh", -12.0, 12.0, 2.0, ulp, tanh, libm::tanh);
        sweep("tanh", 1.0e-30, 1.0, 2.0, ulp, tanh, libm::tanh);
        sweep("cbrt", -10.0, 10.0, 0.501, ulp, cbrt, libm::cbrt);
        sweep("cbrt", 1.0e-45, 3.0e38, 0.501, ulp, cbrt, libm::cbrt);
        for (x, expected) in [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN)] {
            check("tanh", tanh(x), expected);
        }
        for (x, expected) in [(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (-27.0, -3.0), (NAN, NAN)] {
            check("cbrt", cbrt(x), expected);
        }
    }
}
