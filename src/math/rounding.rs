//! `f32` to whole numbers and to integers, branch-free and the same on every vector level.
//!
//! Before SSE4.1 the processor has no rounding instruction and `f32::floor` becomes a call per lane. Adding and
//! subtracting 2^23 instead rounds a magnitude below 2^23 to a whole number (ties to even), exactly; larger numbers
//! are whole already, and a select passes them, infinities and NaN through. The sign of zero is kept.
//!
//! Conversions to integers read the low bits of such a sum, 16 bits at a time: the language's own `as` saturates like
//! them, but the compiler does not vectorise it.

/// From here on every `f32` is whole.
const ALL_WHOLE: f32 = 8_388_608.0;

/// 1.5 * 2^23: rounds a magnitude up to 2^22 to a whole number when added; the low bits of the sum are then that number in
/// two's complement.
const ROUND_TO_ONE: f32 = 12_582_912.0;
/// What two such sums, one of them shifted by 16, have in their bits beside the number.
const SUM_BITS: u32 = (ROUND_TO_ONE.to_bits() << 16).wrapping_add(ROUND_TO_ONE.to_bits());
const TWO_POW_31: f32 = 2_147_483_648.0;

/// Nearest whole number to a magnitude below 2^23, ties to even.
#[inline(always)]
fn nearest(magnitude: f32) -> f32 {
    (magnitude + ALL_WHOLE) - ALL_WHOLE
}

/// `whole` with the sign of `x`, or `x` itself where it is whole, infinite or NaN.
#[inline(always)]
fn finish(x: f32, whole: f32) -> f32 {
    if x.abs() < ALL_WHOLE { whole.copysign(x) } else { x }
}

/// Largest whole number not above `x`.
#[inline(always)]
pub fn floor(x: f32) -> f32 {
    let n = nearest(x.abs()).copysign(x);
    let whole = n - if n > x { 1.0 } else { 0.0 };
    if x.abs() < ALL_WHOLE { whole } else { x }
}

/// Smallest whole number not below `x`.
#[inline(always)]
pub fn ceil(x: f32) -> f32 {
    let n = nearest(x.abs()).copysign(x);
    finish(x, n + if n < x { 1.0 } else { 0.0 })
}

/// Whole number next to `x` toward zero.
#[inline(always)]
pub fn trunc(x: f32) -> f32 {
    let magnitude = x.abs();
    let n = nearest(magnitude);
    finish(x, n - if n > magnitude { 1.0 } else { 0.0 })
}

/// Nearest whole number, half away from zero.
#[inline(always)]
pub fn round(x: f32) -> f32 {
    let magnitude = x.abs();
    let n = nearest(magnitude);
    // Exact; -0.5 of it is a tie that went down to even, +0.5 one that went up.
    finish(x, n + if magnitude - n == 0.5 { 1.0 } else { 0.0 })
}

/// Nearest whole number, ties to even.
#[inline(always)]
pub fn round_ties_even(x: f32) -> f32 {
    finish(x, nearest(x.abs()))
}

/// `x` less its nearest whole number (ties to even), exact, in `[-0.5, 0.5]`. Infinity gives NaN.
#[inline(always)]
pub fn fract_signed(x: f32) -> f32 {
    x - round_ties_even(x)
}

/// `x` as `high * 2^16 + low`, exactly: the sum `high + ROUND_TO_ONE`, and `low` within ±2^15. `|x| < 2^38`.
#[inline(always)]
fn split(x: f32) -> (u32, f32) {
    let high = x * (1.0 / 65_536.0) + ROUND_TO_ONE;
    (high.to_bits() << 16, x - (high - ROUND_TO_ONE) * 65_536.0)
}

/// The whole part of `x` in `[0, 2^32)`.
#[inline(always)]
fn whole_part(x: f32) -> u32 {
    let (high, low) = split(x);
    let near = low + ROUND_TO_ONE;
    let above = if near - ROUND_TO_ONE > low { 1 } else { 0 };
    high.wrapping_add(near.to_bits()).wrapping_sub(SUM_BITS).wrapping_sub(above)
}

/// Truncated toward zero, saturated; NaN gives 0: what `x as i32` gives.
#[inline(always)]
pub fn to_i32(x: f32) -> i32 {
    let magnitude = x.abs();
    let part = whole_part(if magnitude < TWO_POW_31 { magnitude } else { 0.0 }).cast_signed();
    let whole = if x < 0.0 { part.wrapping_neg() } else { part };
    let whole = if x >= TWO_POW_31 { i32::MAX } else { whole };
    if x <= -TWO_POW_31 { i32::MIN } else { whole }
}

/// Truncated toward zero, saturated (negative gives 0); NaN gives 0: what `x as u32` gives.
#[inline(always)]
pub fn to_u32(x: f32) -> u32 {
    let over = x >= 2.0 * TWO_POW_31;
    let part = whole_part(if x > 0.0 && !over { x } else { 0.0 });
    if over { u32::MAX } else { part }
}

/// A number that is whole already, modulo 2^32; `|x| < 2^38`. Beyond that, where the next cell is 2^15 away, some
/// cell; the same on every machine.
#[inline(always)]
pub fn to_cell(x: f32) -> u32 {
    let (high, low) = split(x);
    high.wrapping_add((low + ROUND_TO_ONE).to_bits()).wrapping_sub(SUM_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pattern of a coarse walk over all bits, and the neighbourhood of every small half.
    fn samples() -> impl Iterator<Item = f32> {
        let walk = (0..=u32::MAX).step_by(4093).map(f32::from_bits);
        let halves = (-70..=70).flat_map(|k| {
            let x = k as f32 * 0.5;
            [x, x.next_up(), x.next_down()]
        });
        let edges =
            [8_388_607.5, 8_388_608.0, 8_388_609.0, 4_194_303.5, 4_194_304.5, 16_777_216.0, 0.499_999_97]
                .into_iter()
                .flat_map(|x: f32| [x, -x]);
        walk.chain(halves).chain(edges)
    }

    #[test]
    fn equals_ieee_rounding() {
        let same = |a: f32, b: f32| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
        for x in samples() {
            assert!(same(floor(x), libm::floorf(x)), "floor {x:e}");
            assert!(same(ceil(x), libm::ceilf(x)), "ceil {x:e}");
            assert!(same(trunc(x), libm::truncf(x)), "trunc {x:e}");
            assert!(same(round(x), libm::roundf(x)), "round {x:e}");
            assert!(same(round_ties_even(x), libm::rintf(x)), "round_ties_even {x:e}");
        }
    }

    #[test]
    fn equals_language_conversions() {
        let edges =
            [2_147_483_648.0_f32, 4_294_967_296.0, 2_147_483_520.0, 4_294_967_040.0, 65_535.996, 32_767.998];
        for x in samples().chain(edges.into_iter().flat_map(|x| [x, -x])) {
            assert_eq!(to_i32(x), x as i32, "{x:e}");
            assert_eq!(to_u32(x), x as u32, "{x:e}");
            if x.abs() < 274_877_906_944.0 {
                assert_eq!(to_cell(floor(x)), libm::floorf(x) as i64 as u32, "{x:e}");
            }
        }
    }

    #[test]
    fn fract_signed_table() {
        let check = |x: f32, expected: f32| assert_eq!(fract_signed(x), expected, "{x}");
        check(0.25, 0.25);
        check(0.75, -0.25);
        check(-7.75, 0.25);
        check(0.5, 0.5);
        check(1.5, -0.5);
        check(1.0e30, 0.0);
        assert!(fract_signed(f32::INFINITY).is_nan());
        assert!(fract_signed(f32::NAN).is_nan());
    }
}
