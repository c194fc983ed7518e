//! The timing curve of CSS: `cubic-bezier()` of CSS Easing Functions Level 1.

use super::Real;
use super::arith::{clamp, clamp01, is_nan};

/// Halvings of the parameter's interval: 2^-24 of it is left, which is 2e-7 of a height at most for ordinates of 0..1.
const HALVINGS: u32 = 24;
/// Newton's steps behind them, which give the rest of the digits where the curve is not upright.
const POLISH: u32 = 2;

/// The height at `t` of the curve from (0, 0) to (1, 1) with the handles (x1, y1) and (x2, y2).
///
/// The abscissae are limited to `[0, 1]`, so that there is one height everywhere, and so is `t`: before the start it is
/// 0, behind the end 1. Exact at both ends; to 1e-6 between them for ordinates within ±4 (to 1e-5 where the
/// curve stands upright). NaN in, NaN out. The count of steps is fixed, so lanes go alike.
///
/// In `f64` for lanes too: a steep curve would carry the rounding of an `f32` abscissa up with its slope.
#[inline(always)]
pub fn cubic_bezier(x1: f64, y1: f64, x2: f64, y2: f64, t: f64) -> f64 {
    let sum = x1 + y1 + x2 + y2 + t;
    let (x1, x2, t) = (clamp01(x1), clamp01(x2), clamp01(t));
    // From handles to powers of the parameter.
    let powers = |first: f64, second: f64| {
        let c = 3.0 * first;
        let b = 3.0 * (second - first) - c;
        [1.0 - c - b, b, c]
    };
    let ([ax, bx, cx], [ay, by, cy]) = (powers(x1, x2), powers(y1, y2));
    let x = |s: f64| ((ax * s + bx) * s + cx) * s;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = (low + high) * 0.5;
        let is_before = x(middle) < t;
        low = f64::select(is_before, middle, low);
        high = f64::select(is_before, high, middle);
    }
    let mut s = (low + high) * 0.5;
    for _ in 0..POLISH {
        let slope = (3.0 * ax * s + 2.0 * bx) * s + cx;
        let next = s - (x(s) - t) / f64::select(slope > 1.0e-6, slope, f64::INFINITY);
        s = clamp(next, low, high);
    }
    let height = ((ay * s + by) * s + cy) * s;
    let height = f64::select(t <= 0.0, 0.0, f64::select(t >= 1.0, 1.0, height));
    f64::select(is_nan(sum), f64::NAN, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition: Bernstein polynomials, halved until nothing changes.
    fn naive(x1: f64, y1: f64, x2: f64, y2: f64, t: f64) -> f64 {
        // An upright end is no place to look for it.
        if t == 0.0 || t == 1.0 {
            return t;
        }
        let at = |a: f64, b: f64, s: f64| {
            let r = 1.0 - s;
            3.0 * r * r * s * a + 3.0 * r * s * s * b + s * s * s
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if at(x1, x2, middle) < t { low = middle } else { high = middle }
        }
        at(y1, y2, low)
    }

    #[test]
    fn it_is_the_curve_of_css() {
        // ease, ease-in, ease-out, ease-in-out, one that goes past on both sides, and some that are nearly upright.
        let curves = [
            [0.25, 0.1, 0.25, 1.0],
            [0.42, 0.0, 1.0, 1.0],
            [0.0, 0.0, 0.58, 1.0],
            [0.42, 0.0, 0.58, 1.0],
            [0.68, -0.6, 0.32, 1.6],
            [0.0, 1.0, 0.0, 1.0],
            [1.0, 0.0, 1.0, 0.0],
            [0.9, 0.0, 0.1, 1.0],
            [0.0, 0.0, 1.0, 1.0],
        ];
        for [x1, y1, x2, y2] in curves {
            for k in 0..=1000 {
                let t = f64::from(k) / 1000.0;
                let (found, expected) = (cubic_bezier(x1, y1, x2, y2, t), naive(x1, y1, x2, y2, t));
                assert!(
                    (found - expected).abs() < 1e-6,
                    "{x1} {y1} {x2} {y2} at {t}: {found}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn values_that_browsers_give() {
        let check = |[x1, y1, x2, y2]: [f64; 4], t, expected: f64| {
            let found = cubic_bezier(x1, y1, x2, y2, t);
            assert!((found - expected).abs() < 1e-4, "{t}: {found}, not {expected}");
        };
        check([0.25, 0.1, 0.25, 1.0], 0.25, 0.4085);
        check([0.25, 0.1, 0.25, 1.0], 0.5, 0.8024);
        check([0.42, 0.0, 1.0, 1.0], 0.5, 0.3154);
        check([0.42, 0.0, 0.58, 1.0], 0.5, 0.5);
    }

    #[test]
    fn at_its_edges() {
        for [x1, x2] in [[0.25, 0.25], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]] {
            let at = |t| cubic_bezier(x1, 0.3, x2, 0.8, t);
            assert_eq!([at(-1.0), at(0.0), at(1.0), at(7.0)], [0.0, 0.0, 1.0, 1.0], "{x1} {x2}");
            assert!((0..=100).all(|k| at(f64::from(k) / 100.0).is_finite()));
        }
        assert!(cubic_bezier(0.2, 0.2, 0.8, 0.8, f64::NAN).is_nan());
        assert!(cubic_bezier(f64::NAN, 0.2, 0.8, 0.8, 0.5).is_nan());
        // Beyond 0..1 a handle counts as on its edge.
        assert_eq!(cubic_bezier(-3.0, 0.2, 9.0, 0.8, 0.5), cubic_bezier(0.0, 0.2, 1.0, 0.8, 0.5));
    }
}
