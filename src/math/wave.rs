//! Oscillators over a phase in cycles: values in `[0, 1]`, 0 at phase 0, period 1, any finite phase. An infinite phase
//! gives NaN.

use super::Real;
use super::arith::{fract, step};

/// Raised cosine `0.5 - 0.5 cos`: 1 at half a cycle.
#[inline(always)]
pub fn sine<R: Real>(phase: R) -> R {
    let (_, cos) = phase.sin_cos_turns();
    R::of(0.5) - R::of(0.5) * cos
}

/// Straight up to 1 at half a cycle and straight down again; exact.
#[inline(always)]
pub fn triangle<R: Real>(phase: R) -> R {
    let distance = phase.fract_signed().abs();
    distance + distance
}

/// Straight up, below 1, then back to 0: the fraction of the phase.
#[inline(always)]
pub fn saw<R: Real>(phase: R) -> R {
    fract(phase)
}

/// 0, then 1 for the last `duty` of each cycle: never for a duty of 0, always for 1.
#[inline(always)]
pub fn square<R: Real>(phase: R, duty: R) -> R {
    let f = fract(phase);
    let high = step(R::of(1.0) - duty, f);
    // A phase that is no number is in neither half.
    R::select(f < R::of(1.0), high, R::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cycle() {
        let check = |phase: f32, expected: [f32; 4]| {
            let got = [sine(phase), triangle(phase), saw(phase), square(phase, 0.25)];
            for (got, expected) in got.into_iter().zip(expected) {
                assert!((got - expected).abs() < 1.0e-7, "{phase}: {got}, not {expected}");
            }
        };
        check(0.0, [0.0, 0.0, 0.0, 0.0]);
        check(0.125, [0.146_446_6, 0.25, 0.125, 0.0]);
        check(0.25, [0.5, 0.5, 0.25, 0.0]);
        check(0.5, [1.0, 1.0, 0.5, 0.0]);
        check(0.75, [0.5, 0.5, 0.75, 1.0]);
        check(-0.25, [0.5, 0.5, 0.75, 1.0]);
        check(1000.5, [1.0, 1.0, 0.5, 0.0]);
    }

    #[test]
    fn square_duty_ends() {
        for phase in [0.0, 0.3, 0.999_999, -1.0e-30] {
            assert_eq!((square(phase, 0.0_f32), square(phase, 1.0_f32)), (0.0, 1.0), "{phase}");
        }
        assert!(square(f32::NAN, 0.5).is_nan() && square(f64::INFINITY, 0.5).is_nan());
    }

    #[test]
    fn values_stay_in_range() {
        for k in 0..100_000_u32 {
            let phase = f32::from_bits(k.wrapping_mul(42_949));
            if phase.is_finite() {
                for value in [sine(phase), triangle(phase), saw(phase), square(phase, 0.5)] {
                    assert!((0.0..=1.0).contains(&value), "{phase:e}: {value}");
                }
            }
        }
    }
}
