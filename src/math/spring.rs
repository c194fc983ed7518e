//! The damped spring, solved: what a step of any length does to where it is and how fast.

use super::Real;
use super::arith::clamp;

/// The stiffest spring, per second squared: what is stiffer counts as this, which is at rest within a frame.
pub const STIFFNESS_MAX: f64 = 1.0e12;
/// The strongest damping, per second.
pub const DAMPING_MAX: f64 = 1.0e9;

/// What `seconds` do to a mass of 1 on a spring: the factors `[p, q, u]` for which
///
/// ```text
/// offset after   =  p * offset + q * velocity
/// velocity after = -k * q * offset + u * velocity
/// ```
///
/// with `k` the stiffness (per second squared) and `c` the damping (per second) of `x'' + c x' + k x = 0`, both limited
/// to `0..STIFFNESS_MAX` and `0..DAMPING_MAX`. This is the exact solution (any textbook: with `a = c / 2` and
/// `w² = k - a²` it is `e^(-a t)` times a cosine and a sine of `w t`, which become `cosh` and `sinh` where `w²` is
/// negative), so two steps of half the length do what one does. Near critical damping both forms divide by nearly
/// nothing; there a series in `w² t²` stands for them.
#[inline(always)]
pub fn spring<R: Real>(stiffness: R, damping: R, seconds: R) -> [R; 3] {
    let (zero, one, half) = (R::of(0.0), R::of(1.0), R::of(0.5));
    let k = clamp(stiffness, zero, R::of(STIFFNESS_MAX));
    let a = clamp(damping, zero, R::of(DAMPING_MAX)) * half;
    let t = R::select(seconds < zero, zero, seconds);
    let square = k - a * a;
    let z = square * t * t;
    let decay = (-(a * t)).exp();

    // Near critical: cos(w t) and sin(w t) / w as series, which hold for both signs of the square.
    let series = |coefficients: [f64; 6]| {
        let mut sum = R::of(coefficients[5]);
        for k in (0..5).rev() {
            sum = R::of(coefficients[k]) - z * sum;
        }
        one - z * sum
    };
    let cosine =
        series([1.0 / 2.0, 1.0 / 24.0, 1.0 / 720.0, 1.0 / 40_320.0, 1.0 / 3_628_800.0, 1.0 / 479_001_600.0]);
    let sine = t * series([
        1.0 / 6.0,
        1.0 / 120.0,
        1.0 / 5_040.0,
        1.0 / 362_880.0,
        1.0 / 39_916_800.0,
        1.0 / 6_227_020_800.0,
    ]);

    // Below critical: it swings.
    let swing = R::select(square > zero, square, one).sqrt();
    let (sin, cos) = (swing * t * R::of(1.0 / core::f64::consts::TAU)).sin_cos_turns();
    // NaN stays in the series.
    let is_far = z.abs() >= R::of(0.1);
    let cosine = R::select(is_far, cos, cosine);
    let sine = R::select(is_far, sin / swing, sine);
    let [p, q, u] = [decay * (cosine + a * sine), decay * sine, decay * (cosine - a * sine)];

    // Above critical: two decays, of which the slow one is `k / fast`, because `a - w` would lose its digits.
    let spread = R::select(square < zero, -square, one).sqrt();
    let fast = a + spread;
    let slow = k / fast;
    let (slow_left, fast_left) = ((-(slow * t)).exp(), (-(fast * t)).exp());
    let share = half / spread;
    let over = [
        (fast * slow_left - slow * fast_left) * share,
        (slow_left - fast_left) * share,
        (fast * fast_left - slow * slow_left) * share,
    ];
    let is_over = z <= R::of(-0.1);
    [R::select(is_over, over[0], p), R::select(is_over, over[1], q), R::select(is_over, over[2], u)]
}

/// The stiffness and the damping of a spring that swings `frequency` times a second and bounces by `bounce`: 0 is
/// critically damped (as fast as can be without going past), 1 swings for ever, below 0 creeps. The damping ratio is
/// `1 - bounce`, and `1 / (1 + bounce)` below 0.
#[cfg(test)]
fn of_frequency(frequency: f64, bounce: f64) -> [f64; 2] {
    let omega = core::f64::consts::TAU * frequency;
    let ratio = if bounce < 0.0 { 1.0 / (1.0 + bounce) } else { 1.0 - bounce };
    [omega * omega, 2.0 * ratio * omega]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stiffness and damping from floppy to stiff, from undamped to far over critical, critical itself among them.
    fn springs() -> impl Iterator<Item = [f64; 2]> {
        let stiffness = [0.0, 0.5, 4.0, 100.0, 400.0, 40_000.0];
        let ratios = [0.0, 0.05, 0.5, 0.9, 0.999, 0.999_999, 1.0, 1.000_001, 1.001, 1.1, 2.0, 30.0];
        stiffness.into_iter().flat_map(move |k: f64| {
            ratios.into_iter().map(move |ratio| [k, 2.0 * ratio * if k == 0.0 { 1.0 } else { k.sqrt() }])
        })
    }

    fn step(k: f64, [p, q, u]: [f64; 3], [x, v]: [f64; 2]) -> [f64; 2] {
        [p * x + q * v, u * v - k * q * x]
    }

    /// By many small steps of the classical Runge-Kutta method (order 4).
    fn integrated(k: f64, c: f64, t: f64, mut state: [f64; 2]) -> [f64; 2] {
        const STEPS: u32 = 40_000;
        let h = t / f64::from(STEPS);
        let slope = |[x, v]: [f64; 2]| [v, -k * x - c * v];
        let ahead = |[x, v]: [f64; 2], [dx, dv]: [f64; 2], h: f64| [x + h * dx, v + h * dv];
        for _ in 0..STEPS {
            let one = slope(state);
            let two = slope(ahead(state, one, h / 2.0));
            let three = slope(ahead(state, two, h / 2.0));
            let four = slope(ahead(state, three, h));
            let sum = |k: usize| (one[k] + 2.0 * two[k] + 2.0 * three[k] + four[k]) / 6.0;
            state = ahead(state, [sum(0), sum(1)], h);
        }
        state
    }

    #[track_caller]
    fn close(found: f64, expected: f64, limit: f64, what: &str) {
        let scale = expected.abs().max(1.0);
        assert!((found - expected).abs() <= limit * scale, "{what}: {found}, not {expected}");
    }

    #[test]
    fn it_is_what_small_steps_come_to() {
        for [k, c] in springs() {
            for t in [1.0 / 240.0, 1.0 / 60.0, 0.3] {
                let found = step(k, spring(k, c, t), [1.0, -3.0]);
                let expected = integrated(k, c, t, [1.0, -3.0]);
                let scale = k.sqrt().max(3.0);
                close(found[0], expected[0], 1e-8, &format!("place of {k}, {c} after {t}"));
                close(
                    found[1] / scale,
                    expected[1] / scale,
                    1e-8,
                    &format!("velocity of {k}, {c} after {t}"),
                );
            }
        }
    }

    #[test]
    fn halves_of_a_step_make_the_whole() {
        for [k, c] in springs() {
            for t in [1.0 / 60.0, 0.25, 5.0] {
                let start = [0.7, -2.0];
                let whole = step(k, spring(k, c, t), start);
                let half = spring(k, c, t / 2.0);
                let halves = step(k, half, step(k, half, start));
                let scale = k.sqrt().max(1.0);
                close(halves[0], whole[0], 1e-12, &format!("place of {k}, {c} after {t}"));
                close(halves[1] / scale, whole[1] / scale, 1e-12, &format!("velocity of {k}, {c} after {t}"));
            }
        }
    }

    #[test]
    fn lanes_agree_with_signals() {
        for [k, c] in springs() {
            for t in [0.0, 1.0 / 240.0, 1.0 / 60.0, 0.1] {
                let [p, q, u] = spring(k, c, t);
                let lanes = spring(k as f32, c as f32, t as f32).map(f64::from);
                let what = format!("{k}, {c} after {t}");
                close(lanes[0], p, 3e-5, &what);
                close(lanes[1], q, 1e-6, &what);
                close(lanes[2], u, 3e-5, &what);
            }
        }
    }

    #[test]
    fn at_its_edges() {
        let rest = [1.0, 0.0, 1.0];
        assert_eq!(spring(100.0, 20.0, 0.0), rest, "no time passes");
        assert_eq!(spring(100.0, 20.0, -1.0), rest, "time does not go back");
        assert_eq!(spring(0.0, 0.0, 2.0), [1.0, 2.0, 1.0], "nothing pulls");
        // Bounds: what is stiffer than stiff is there at once, and what is damped without end stays.
        let [p, q, u] = spring(f64::INFINITY, 2.0e6, 1.0 / 60.0);
        assert!([p, q, u].iter().all(|x| x.abs() < 1e-12), "{p} {q} {u}");
        assert_eq!(spring(-5.0, -5.0, 2.0), [1.0, 2.0, 1.0], "less than nothing counts as nothing");
        let [p, ..] = spring(1.0, f64::INFINITY, 1.0);
        close(p, 1.0, 1e-8, "damped without end");
        assert!(spring(f64::NAN, 1.0, 1.0)[0].is_nan());
    }

    /// The overshoot of a spring by its bounce is e^(-pi ratio / sqrt(1 - ratio²)) of the way.
    #[test]
    fn a_bounce_goes_past_by_what_the_textbook_says() {
        for bounce in [0.2, 0.3, 0.5, 0.8] {
            let [k, c] = of_frequency(2.0, bounce);
            let ratio = 1.0 - bounce;
            let lowest = (0..4000).map(|i| step(k, spring(k, c, f64::from(i) * 1e-3), [1.0, 0.0])[0]);
            let lowest = lowest.fold(f64::INFINITY, f64::min);
            let expected = -libm::exp(-core::f64::consts::PI * ratio / (1.0 - ratio * ratio).sqrt());
            close(lowest, expected, 1e-3, "overshoot");
        }
        let [k, c] = of_frequency(2.0, 0.0);
        assert!((0..4000).all(|i| step(k, spring(k, c, f64::from(i) * 1e-3), [1.0, 0.0])[0] >= 0.0));
    }
}
