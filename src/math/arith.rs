//! Arithmetic with fixed meanings: what happens at the edges is part of each definition.

use super::Real;

/// `x`, with every NaN replaced by [`Real::NAN`]: NaN payloads differ between processors, stored values must not.
#[inline(always)]
pub fn canonical<R: Real>(x: R) -> R {
    R::select(is_nan(x), R::NAN, x)
}

/// Not a number.
#[inline(always)]
#[expect(clippy::eq_op, reason = "the definition of NaN; `Real` has no other test for it")]
pub fn is_nan<R: Real>(x: R) -> bool {
    x != x
}

/// The smaller number; NaN if either is. Of two zeros the second.
#[inline(always)]
pub fn min<R: Real>(a: R, b: R) -> R {
    R::select(is_nan(a) || is_nan(b), R::NAN, R::select(a < b, a, b))
}

/// The larger number; NaN if either is. Of two zeros the second.
#[inline(always)]
pub fn max<R: Real>(a: R, b: R) -> R {
    R::select(is_nan(a) || is_nan(b), R::NAN, R::select(a > b, a, b))
}

/// `x` limited to `[lo, hi]`; `lo` where `lo > hi`. NaN stays NaN; a NaN limit does not limit.
#[inline(always)]
pub fn clamp<R: Real>(x: R, lo: R, hi: R) -> R {
    let x = R::select(x > hi, hi, x);
    R::select(x < lo, lo, x)
}

/// `x` limited to `[0, 1]`; NaN stays NaN.
#[inline(always)]
pub fn clamp01<R: Real>(x: R) -> R {
    clamp(x, R::of(0.0), R::of(1.0))
}

/// Linear interpolation `a + (b - a) * t`, extrapolating outside `[0, 1]`. Exact at `t = 0`; at 1 as exact as `b - a`.
#[inline(always)]
pub fn mix<R: Real>(a: R, b: R, t: R) -> R {
    a + (b - a) * t
}

/// 0 where `x < edge`, else 1 (also for NaN).
#[inline(always)]
pub fn step<R: Real>(edge: R, x: R) -> R {
    R::select(x < edge, R::of(0.0), R::of(1.0))
}

/// Where `x` is between two edges, 0 to 1, limited; equal edges make it a step there. The edges may be in either order.
#[inline(always)]
fn ramp<R: Real>(e0: R, e1: R, x: R) -> R {
    R::select(e0 == e1, step(e0, x), clamp01((x - e0) / (e1 - e0)))
}

/// The cubic `t * t * (3 - 2t)`: value 0 to 1 over `[0, 1]`, level at both ends.
#[inline(always)]
pub fn fade_cubic<R: Real>(t: R) -> R {
    t * t * (R::of(3.0) - R::of(2.0) * t)
}

/// The quintic `t * t * t * (t * (6t - 15) + 10)`: as [`fade_cubic`], its slope level at both ends too (Perlin 2002).
/// Near 1 it may be above by rounding, in `f32` by 1.1e-6.
#[inline(always)]
pub fn fade_quintic<R: Real>(t: R) -> R {
    t * t * t * (t * (t * R::of(6.0) - R::of(15.0)) + R::of(10.0))
}

/// The slope of [`fade_quintic`].
#[inline(always)]
pub fn fade_quintic_slope<R: Real>(t: R) -> R {
    let arc = t * (t - R::of(1.0));
    arc * arc * R::of(30.0)
}

/// Cubic ramp from 0 at `e0` to 1 at `e1`; equal edges make it [`step`].
#[inline(always)]
pub fn smoothstep<R: Real>(e0: R, e1: R, x: R) -> R {
    fade_cubic(ramp(e0, e1, x))
}

/// Quintic ramp from 0 at `e0` to 1 at `e1`; equal edges make it [`step`].
#[inline(always)]
pub fn smootherstep<R: Real>(e0: R, e1: R, x: R) -> R {
    let s = fade_quintic(ramp(e0, e1, x));
    R::select(s > R::of(1.0), R::of(1.0), s)
}

/// `x - floor(x)`, in `[0, 1)` always: where a tiny negative `x` rounds to 1 it is [`Real::BELOW_ONE`]. An infinity
/// gives NaN.
#[inline(always)]
pub fn fract<R: Real>(x: R) -> R {
    let f = x - x.floor();
    R::select(f < R::of(1.0), f, f * R::BELOW_ONE)
}

/// Floored remainder: sign of the divisor, in `[0, b)` for positive and `(b, 0]` for negative `b`, always. Computed as
/// `a - floor(a / b) * b`, so its absolute error is about one ulp of `a`, and none where quotient and product are
/// exact; 0 where it would round to `b`. `b` zero or infinite gives NaN.
#[inline(always)]
pub fn modulo<R: Real>(a: R, b: R) -> R {
    let zero = R::of(0.0);
    let size = b.abs();
    // Mirrored to a positive divisor. The quotient may round up to the next whole number, or the product either way.
    let mirrored = R::select(b < zero, -a, a);
    let r = mirrored - (mirrored / size).floor() * size;
    let r = R::select(r < zero, r + size, r);
    let r = R::select(r >= size, zero, r);
    let r = R::select(r < zero, zero, r);
    R::select(b < zero, -r, r)
}

/// `x` moved by whole multiples of `hi - lo` into `[lo, hi)`; `lo` where the interval is empty. NaN stays NaN.
#[inline(always)]
pub fn wrap<R: Real>(x: R, lo: R, hi: R) -> R {
    let wrapped = lo + modulo(x - lo, hi - lo);
    // The sum may round up to the open end.
    let inside = R::select(wrapped >= hi, lo, wrapped);
    R::select(lo >= hi && !is_nan(x), lo, inside)
}

/// -1, 0 or 1; NaN stays NaN, and a zero keeps its sign.
#[inline(always)]
pub fn sign<R: Real>(x: R) -> R {
    let zero = R::of(0.0);
    R::select(x > zero, R::of(1.0), R::select(x < zero, R::of(-1.0), x))
}

/// Floored quotient; `x / 0 = 0`, `i32::MIN / -1` wraps to `i32::MIN`.
#[inline(always)]
pub const fn div_i32(a: i32, b: i32) -> i32 {
    if b == 0 {
        return 0;
    }
    let q = a.wrapping_div(b);
    // Truncation rounded up where the signs differ and something was left.
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
}

/// Floored remainder, sign of the divisor; `x mod 0 = 0`.
#[inline(always)]
pub const fn mod_i32(a: i32, b: i32) -> i32 {
    if b == 0 {
        return 0;
    }
    let r = a.wrapping_rem(b);
    if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
}

/// Quotient; `x / 0 = 0`.
#[inline(always)]
pub fn div_u32(a: u32, b: u32) -> u32 {
    a.checked_div(b).unwrap_or(0)
}

/// Remainder; `x mod 0 = 0`.
#[inline(always)]
pub fn mod_u32(a: u32, b: u32) -> u32 {
    a.checked_rem(b).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f32 = <f32 as Real>::NAN;
    const INF: f32 = f32::INFINITY;

    fn check(name: &str, got: f32, expected: f32) {
        assert!(
            got == expected || (is_nan(expected) && got.to_bits() == NAN.to_bits()),
            "{name}: {got:e}, not {expected:e}"
        );
    }

    #[test]
    fn min_max_propagate_nan() {
        for (a, b, least, most) in [
            (1.0, 2.0, 1.0, 2.0),
            (2.0, 1.0, 1.0, 2.0),
            (-INF, INF, -INF, INF),
            (NAN, 1.0, NAN, NAN),
            (1.0, f32::from_bits(0xffc0_0001), NAN, NAN),
        ] {
            check("min", min(a, b), least);
            check("max", max(a, b), most);
        }
        assert_eq!(canonical(f32::from_bits(0xffc0_0001)).to_bits(), 0x7fc0_0000);
        assert_eq!(canonical(f64::from_bits(0xfff8_0000_0000_0001)).to_bits(), 0x7ff8_0000_0000_0000);
        assert_eq!(canonical(-0.0_f32).to_bits(), 0x8000_0000);
    }

    #[test]
    fn clamps_and_ramps() {
        for (x, lo, hi, expected) in [
            (0.5, 0.0, 1.0, 0.5),
            (-1.0, 0.0, 1.0, 0.0),
            (3.0, 0.0, 1.0, 1.0),
            (0.5, 2.0, 1.0, 2.0),
            (5.0, 2.0, 1.0, 2.0),
        ] {
            check("clamp", clamp(x, lo, hi), expected);
        }
        check("clamp01", clamp01(NAN), NAN);
        check("mix", mix(2.0, 4.0, 0.25), 2.5);
        for (edge, x, expected) in [(1.0, 0.9, 0.0), (1.0, 1.0, 1.0), (1.0, 1.1, 1.0)] {
            check("step", step(edge, x), expected);
            check("smoothstep", smoothstep(edge, edge, x), expected);
            check("smootherstep", smootherstep(edge, edge, x), expected);
        }
        for (x, expected) in [(1.0, 0.0), (2.0, 0.15625), (3.0, 0.5), (5.0, 1.0), (9.0, 1.0)] {
            check("smoothstep", smoothstep(1.0, 5.0, x), expected);
            check("smoothstep, falling", smoothstep(-1.0, -5.0, -x), expected);
        }
        check("smootherstep", smootherstep(0.0, 2.0, 1.0), 0.5);
        check("smoothstep", smoothstep(0.0, 1.0, NAN), NAN);
    }

    /// Noise stays below 1 because of this.
    #[test]
    fn fades_stay_in_range() {
        for t in (0..=1.0_f32.to_bits()).step_by(127).chain(0x3f7f_0000..=0x3f80_0000).map(f32::from_bits) {
            assert!((0.0..=1.0).contains(&fade_cubic(t)), "{t:e}");
            assert!((0.0..=1.000_002).contains(&fade_quintic(t)), "{t:e}");
            assert!((0.0..=1.0).contains(&smootherstep(0.0, 1.0, t)), "{t:e}");
        }
    }

    #[test]
    fn fract_is_below_one() {
        for (x, expected) in
            [(1.25, 0.25), (-0.25, 0.75), (-3.0, 0.0), (1.0e30, 0.0), (-1.0e-30, f32::BELOW_ONE)]
        {
            check("fract", fract(x), expected);
        }
        assert_eq!(fract(-1.0e-300), f64::BELOW_ONE);
        assert!(is_nan(fract(INF)) && is_nan(fract(NAN)));
    }

    #[test]
    fn modulo_and_wrap_table() {
        for (a, b, expected) in [
            (5.5, 2.0, 1.5),
            (-0.5, 2.0, 1.5),
            (5.5, -2.0, -0.5),
            (-5.5, -2.0, -1.5),
            (6.0, 2.0, 0.0),
            (-6.0, 2.0, 0.0),
            (-1.0e-30, 2.0, 0.0),
        ] {
            check("modulo", modulo(a, b), expected);
        }
        assert!(is_nan(modulo(1.0, 0.0)) && is_nan(modulo(INF, 2.0)) && is_nan(modulo(1.0, NAN)));
        for (x, lo, hi, expected) in [
            (7.0, -1.0, 3.0, -1.0),
            (-2.0, -1.0, 3.0, 2.0),
            (2.5, -1.0, 3.0, 2.5),
            (2.0, 5.0, 5.0, 5.0),
            (2.0, 6.0, 5.0, 6.0),
        ] {
            check("wrap", wrap(x, lo, hi), expected);
        }
        assert!(is_nan(wrap(NAN, 0.0, 1.0)) && is_nan(wrap(NAN, 1.0, 1.0)));
    }

    #[test]
    fn modulo_stays_inside() {
        for k in 0..200_000_u32 {
            let a = f32::from_bits(super::super::hash::hash(k));
            let b = f32::from_bits(super::super::hash::hash(k + 500_000) & 0x7fff_ffff);
            if !a.is_finite() || !b.is_finite() || b == 0.0 || !(a / b).is_finite() {
                continue;
            }
            let r = modulo(a, b);
            assert!(r >= 0.0 && r < b, "{a:e} mod {b:e} = {r:e}");
            let r = modulo(a, -b);
            assert!(r <= 0.0 && r > -b, "{a:e} mod -{b:e} = {r:e}");
        }
    }

    #[test]
    fn sign_table() {
        for (x, expected) in [(3.0, 1.0), (-0.1, -1.0), (0.0, 0.0), (-INF, -1.0), (NAN, NAN)] {
            check("sign", sign(x), expected);
        }
    }

    #[test]
    fn integer_table() {
        for (a, b, quotient, remainder) in [
            (7, 2, 3, 1),
            (-7, 2, -4, 1),
            (7, -2, -4, -1),
            (-7, -2, 3, -1),
            (6, -2, -3, 0),
            (5, 0, 0, 0),
            (i32::MIN, -1, i32::MIN, 0),
            (i32::MIN, i32::MAX, -2, i32::MAX - 1),
        ] {
            assert_eq!((div_i32(a, b), mod_i32(a, b)), (quotient, remainder), "{a}, {b}");
        }
        assert_eq!((div_u32(7, 2), mod_u32(7, 2), div_u32(7, 0), mod_u32(7, 0)), (3, 1, 0, 0));
    }
}
