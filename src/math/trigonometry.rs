//! `f32` circular functions: turns in, radians out; branch-free.
//!
//! Polynomials are minimax fits (Remez exchange) on the reduced interval; the stated errors are measured against
//! `f64` evaluations, see the tests.

use core::f32::consts::{FRAC_PI_2, PI, TAU};

/// Rounds to a whole multiple of two when added and taken away: 1.5 * 2^24.
const ROUND_TO_TWO: f32 = 25_165_824.0;
/// Rounds to a whole number of quarters when added: 1.5 * 2^21; the sum's low bits are then that number in two's complement.
const ROUND_TO_QUARTER: f32 = 3_145_728.0;

/// Sine and cosine of an angle in turns, any finite `turns`: absolute error below 1.1e-7, exact at quarter turns.
/// Infinity and NaN give NaN.
///
/// Angles are turns because their reduction is exact: nothing is lost however many turns have passed.
#[inline(always)]
pub fn sin_cos_turns(turns: f32) -> (f32, f32) {
    // Whole pairs of turns go first: unlike single turns, 1.5 * 2^24 rounds to them on both sides of zero without
    // a look at the sign, up to where every f32 is whole. Both differences are exact.
    let pairs = (turns + ROUND_TO_TWO) - ROUND_TO_TWO;
    let near = turns - pairs;
    let shifted = near + ROUND_TO_QUARTER;
    let quarter = shifted.to_bits();
    let f = near - (shifted - ROUND_TO_QUARTER);

    // |f| <= 1/8.
    let z = f * f;
    let sin = f * (TAU + z * (-41.341_663 + z * (81.592_55 + z * -75.402_07)));
    let cos = 1.0 + z * (-19.739_167 + z * (64.923_23 + z * -83.665_92));

    let odd = quarter & 1 != 0;
    let (s, c) = (if odd { cos } else { sin }, if odd { sin } else { cos });
    // Sine is negative in quarters 2 and 3, cosine in 1 and 2.
    let sin_sign = (quarter & 2) << 30;
    let cos_sign = (quarter.wrapping_add(1) & 2) << 30;
    (f32::from_bits(s.to_bits() ^ sin_sign), f32::from_bits(c.to_bits() ^ cos_sign))
}

/// Arc sine of `s` in `[0, 0.5]` whose square is `z`; relative error of the polynomial 5e-9.
#[inline(always)]
fn asin_reduced(s: f32, z: f32) -> f32 {
    s + s
        * z
        * (0.166_667_54 + z * (0.074_952_42 + z * (0.045_477_1 + z * (0.024_147_585 + z * 0.042_218_614))))
}

/// The argument of [`asin_reduced`] for a magnitude: itself up to 0.5, else `sqrt((1 - a) / 2)`, from
/// `asin(a) = π/2 - 2 asin(sqrt((1 - a) / 2))`. Beyond 1 the root is of a negative number: NaN.
#[inline(always)]
fn asin_reduce(a: f32) -> (bool, f32) {
    let far = a > 0.5;
    let z = if far { 0.5 * (1.0 - a) } else { a * a };
    let s = if far { z.sqrt() } else { a };
    (far, asin_reduced(s, z))
}

/// Arc sine in radians, in `[-π/2, π/2]`: error below 2.5 ulp; beyond ±1 NaN.
#[inline(always)]
pub fn asin(x: f32) -> f32 {
    let (far, p) = asin_reduce(x.abs());
    let r = if far { FRAC_PI_2 - 2.0 * p } else { p };
    r.copysign(x)
}

/// Arc cosine in radians, in `[0, π]`: absolute error below 3.0e-7; beyond ±1 NaN.
#[inline(always)]
pub fn acos(x: f32) -> f32 {
    let (far, p) = asin_reduce(x.abs());
    let near_zero = FRAC_PI_2 - p.copysign(x);
    let near_one = if x < 0.0 { PI - 2.0 * p } else { 2.0 * p };
    if far { near_one } else { near_zero }
}

/// Angle of the point `(x, y)` in radians, in `[-π, π]`: error below 2.1 ulp. Zeros and infinities as IEEE 754 has
/// them: `atan2(±0, +0) = ±0`, `atan2(±0, -0) = ±π`, infinities count as equally large.
#[inline(always)]
pub fn atan2(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let steep = ay > ax;
    let (low, high) = (if steep { ax } else { ay }, if steep { ay } else { ax });
    // Equal magnitudes are 45 degrees, infinities included, but two zeros are no angle at all.
    let equal = if high == 0.0 { 0.0 } else { 1.0 };
    let t = if low == high { equal } else { low / high };

    // Error of the polynomial 1.5e-8, relative.
    let z = t * t;
    let tail = -0.075_805_93 + z * (0.043_553_687 + z * (-0.016_581_26 + z * 0.002_974_606_2));
    let head = -0.333_331_67 + z * (0.199_941_38 + z * (-0.142_142_11 + z * (0.106_789_48 + z * tail)));
    let octant = t + t * z * head;

    let quadrant = if steep { FRAC_PI_2 - octant } else { octant };
    let half = if x.is_sign_negative() { PI - quadrant } else { quadrant };
    let unordered = x.is_nan() || y.is_nan();
    if unordered { f32::from_bits(0x7fc0_0000) } else { half.copysign(y) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::accuracy::{absolute, sweep, ulp};
    use core::f64::consts;

    #[test]
    fn quarter_turns_are_exact() {
        for k in -4000_i32..4000 {
            let (sin, cos) = sin_cos_turns(k as f32 * 0.25);
            let expected = [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)][(k & 3) as usize];
            assert_eq!((sin, cos), expected, "{k} quarters");
        }
        assert_eq!(sin_cos_turns(0.0).0.to_bits(), 0);
    }

    #[test]
    fn sin_cos_over_the_whole_range() {
        let sin = |x: f64| libm::sin((x - libm::rint(x)) * consts::TAU);
        let cos = |x: f64| libm::cos((x - libm::rint(x)) * consts::TAU);
        for (low, high) in [(-0.5, 0.5), (-3.0, 3.0), (-9.0e6, 9.0e6), (1.0e-30, 3.0e38)] {
            sweep("sin", low, high, 1.1e-7, absolute, |x| sin_cos_turns(x).0, sin);
            sweep("cos", low, high, 1.1e-7, absolute, |x| sin_cos_turns(x).1, cos);
        }
        for bits in (8_388_608.0_f32.to_bits()..f32::INFINITY.to_bits()).step_by(4_099) {
            let turns = f32::from_bits(bits);
            assert_eq!(sin_cos_turns(turns), (0.0, 1.0), "{turns:e} whole turns");
            assert_eq!(sin_cos_turns(-turns), (0.0, 1.0), "-{turns:e} whole turns");
        }
        assert!(sin_cos_turns(f32::INFINITY).0.is_nan() && sin_cos_turns(f32::NAN).1.is_nan());
    }

    #[test]
    fn small_angles_keep_relative_accuracy() {
        sweep("sin", 1.0e-30, 0.01, 2.0, ulp, |x| sin_cos_turns(x).0, |x| libm::sin(x * consts::TAU));
    }

    #[test]
    fn inverse_functions() {
        sweep("asin", -1.0, 1.0, 2.5, ulp, asin, libm::asin);
        sweep("acos", -1.0, 1.0, 3.0e-7, absolute, acos, libm::acos);
        for slope in [1.0e-6_f32, 0.1, 0.5, 1.0, 3.0, 1.0e5] {
            let y = move |x: f32| x * slope;
            sweep(
                "atan2",
                -4.0,
                4.0,
                3.0,
                ulp,
                |x| atan2(y(x), x),
                |x| libm::atan2(f64::from(y(x as f32)), x),
            );
            sweep("atan2", -4.0, 4.0, 2.1, ulp, |x| atan2(1.0, x), |x| libm::atan2(1.0, x));
        }
        assert!(asin(1.1).is_nan() && acos(-1.1).is_nan() && asin(f32::NAN).is_nan());
        assert_eq!((asin(1.0), acos(1.0), acos(-1.0)), (FRAC_PI_2, 0.0, PI));
    }

    #[test]
    fn atan2_special_cases_are_ieee() {
        let values = [0.0, -0.0, 1.0, -1.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0e-45, 3.0e38];
        for y in values {
            for x in values {
                let (got, expected) = (atan2(y, x), libm::atan2f(y, x));
                let same =
                    (got - expected).abs() < 4.0e-7 && got.is_sign_negative() == expected.is_sign_negative();
                assert!(
                    same || (got.is_nan() && expected.is_nan()),
                    "atan2({y}, {x}) = {got}, not {expected}"
                );
            }
        }
    }
}
