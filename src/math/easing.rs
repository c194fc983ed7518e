//! The thirty standard easings: 0 to 1 over `[0, 1]`, the argument limited to that range, both ends exact.
//!
//! Source: Robert Penner's equations in the form of easings.net. `back` and `elastic` leave `[0, 1]` in between. NaN
//! gives NaN. In `f32` the error is below 3e-7, absolute.

use super::Real;
use super::arith::clamp01;

/// One of the thirty easings; see [`Ease::name`] for how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say what the module says once")]
pub enum Ease {
    InQuad,
    OutQuad,
    InOutQuad,
    InCubic,
    OutCubic,
    InOutCubic,
    InQuart,
    OutQuart,
    InOutQuart,
    InQuint,
    OutQuint,
    InOutQuint,
    InSine,
    OutSine,
    InOutSine,
    InExpo,
    OutExpo,
    InOutExpo,
    InCirc,
    OutCirc,
    InOutCirc,
    InBack,
    OutBack,
    InOutBack,
    InElastic,
    OutElastic,
    InOutElastic,
    InBounce,
    OutBounce,
    InOutBounce,
}

/// Hands kind and function of every easing to another macro, in the order of [`Ease::ALL`]: the one list of them.
macro_rules! each_ease {
    ($use:ident) => {
        $use! {
            InQuad in_quad, OutQuad out_quad, InOutQuad in_out_quad,
            InCubic in_cubic, OutCubic out_cubic, InOutCubic in_out_cubic,
            InQuart in_quart, OutQuart out_quart, InOutQuart in_out_quart,
            InQuint in_quint, OutQuint out_quint, InOutQuint in_out_quint,
            InSine in_sine, OutSine out_sine, InOutSine in_out_sine,
            InExpo in_expo, OutExpo out_expo, InOutExpo in_out_expo,
            InCirc in_circ, OutCirc out_circ, InOutCirc in_out_circ,
            InBack in_back, OutBack out_back, InOutBack in_out_back,
            InElastic in_elastic, OutElastic out_elastic, InOutElastic in_out_elastic,
            InBounce in_bounce, OutBounce out_bounce, InOutBounce in_out_bounce,
        }
    };
}
pub(crate) use each_ease;

/// Name and function of every kind, in the order of [`Ease::ALL`].
macro_rules! kinds {
    ($($kind:ident $function:ident),* $(,)?) => {
        impl Ease {
            /// Every kind, in declaration order: `ALL[kind as usize] == kind`.
            pub const ALL: [Self; 30] = [$(Self::$kind),*];

            /// The name in programs: `in_quad`, `out_quad`, `in_out_quad` ...
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($function)),* }
            }

            /// The eased value of `x`.
            #[inline(always)]
            pub fn apply<R: Real>(self, x: R) -> R {
                match self { $(Self::$kind => $function(x)),* }
            }
        }
    };
}

each_ease!(kinds);

impl Ease {
    /// The kind of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// `1 - f(1 - x)`: the same shape, ends exchanged.
#[inline(always)]
fn out<R: Real>(x: R, f: impl Fn(R, R) -> R) -> R {
    let x = clamp01(x);
    R::of(1.0) - f(R::of(1.0) - x, x)
}

/// `f` squeezed into the first half, its mirror image in the second. `f` is computed once, on the folded argument.
#[inline(always)]
fn in_out<R: Real>(x: R, f: impl Fn(R, R) -> R) -> R {
    let x = clamp01(x);
    let late = x >= R::of(0.5);
    let folded = R::select(late, R::of(1.0) - x, x);
    let twice = folded + folded;
    let y = f(twice, R::of(1.0) - twice) * R::of(0.5);
    R::select(late, R::of(1.0) - y, y)
}

/// `y`, but exactly 0 and 1 at the ends of `x` in `[0, 1]`, where rounding would leave it a little off.
#[inline(always)]
fn pin_ends<R: Real>(x: R, y: R) -> R {
    let (zero, one) = (R::of(0.0), R::of(1.0));
    R::select(x <= zero, zero, R::select(x >= one, one, y))
}

/// Defines `in_*` and `out_*` from one curve on `[0, 1]`, and `in_out_*` from the same or a second one.
macro_rules! family {
    ($curve:ident, $in:ident, $out:ident, $in_out:ident, $formula:literal) => {
        family!($curve, $curve, $in, $out, $in_out, $formula);
    };
    ($curve:ident, $both:ident, $in:ident, $out:ident, $in_out:ident, $formula:literal) => {
        #[doc = concat!("`", $formula, "`: starts level.")]
        #[inline(always)]
        pub fn $in<R: Real>(x: R) -> R {
            let x = clamp01(x);
            $curve(x, R::of(1.0) - x)
        }
        #[doc = concat!("[`", stringify!($in), "`] with its ends exchanged: arrives level.")]
        #[inline(always)]
        pub fn $out<R: Real>(x: R) -> R {
            out(x, $curve)
        }
        #[doc = concat!("[`", stringify!($in), "`] in the first half, [`", stringify!($out), "`] in the second.")]
        #[inline(always)]
        pub fn $in_out<R: Real>(x: R) -> R {
            in_out(x, $both)
        }
    };
}

family!(quad, in_quad, out_quad, in_out_quad, "x^2");
family!(cubic, in_cubic, out_cubic, in_out_cubic, "x^3");
family!(quart, in_quart, out_quart, in_out_quart, "x^4");
family!(quint, in_quint, out_quint, in_out_quint, "x^5");
family!(sine, in_sine, out_sine, in_out_sine, "1 - cos(x / 4 turns)");
family!(expo, in_expo, out_expo, in_out_expo, "2^(10x - 10), 0 at 0");
family!(circ, in_circ, out_circ, in_out_circ, "1 - sqrt(1 - x^2)");
family!(
    back,
    back_wide,
    in_back,
    out_back,
    in_out_back,
    "(s + 1) x^3 - s x^2, s = 1.70158 (in and out: 1.525 s)"
);
family!(
    elastic,
    elastic_slow,
    in_elastic,
    out_elastic,
    in_out_elastic,
    "2^(10x - 10) cos((10x - 10) / p turns), p = 3 (in and out: 4.5)"
);
family!(
    bounce,
    in_bounce,
    out_bounce,
    in_out_bounce,
    "four parabolas, from the end: 1 - 7.5625 (1 - x)^2 ..."
);

// The curves: `x` in `[0, 1]`, 0 and 1 at the ends exactly. `rest` is `1 - x`, given because taking the difference twice
// would lose the bits that a steep start needs.

#[inline(always)]
fn quad<R: Real>(x: R, _rest: R) -> R {
    x * x
}

#[inline(always)]
fn cubic<R: Real>(x: R, _rest: R) -> R {
    x * x * x
}

#[inline(always)]
fn quart<R: Real>(x: R, _rest: R) -> R {
    (x * x) * (x * x)
}

#[inline(always)]
fn quint<R: Real>(x: R, _rest: R) -> R {
    (x * x) * (x * x) * x
}

#[inline(always)]
fn sine<R: Real>(x: R, _rest: R) -> R {
    let (_, cos) = (x * R::of(0.25)).sin_cos_turns();
    R::of(1.0) - cos
}

#[inline(always)]
fn expo<R: Real>(x: R, rest: R) -> R {
    pin_ends(x, (rest * R::of(-10.0)).exp2())
}

#[inline(always)]
fn circ<R: Real>(x: R, rest: R) -> R {
    let one = R::of(1.0);
    one - (rest * (one + x)).sqrt()
}

#[inline(always)]
fn back_by<R: Real>(x: R, overshoot: f64) -> R {
    pin_ends(x, x * x * (R::of(overshoot + 1.0) * x - R::of(overshoot)))
}

#[inline(always)]
fn back<R: Real>(x: R, _rest: R) -> R {
    back_by(x, 1.70158)
}

#[inline(always)]
fn back_wide<R: Real>(x: R, _rest: R) -> R {
    back_by(x, 1.70158 * 1.525)
}

/// `period` in tenths of the whole duration.
#[inline(always)]
fn elastic_by<R: Real>(x: R, rest: R, period: f64) -> R {
    let t = rest * R::of(-10.0);
    let (_, cos) = (t * R::of(1.0 / period)).sin_cos_turns();
    pin_ends(x, t.exp2() * cos)
}

#[inline(always)]
fn elastic<R: Real>(x: R, rest: R) -> R {
    elastic_by(x, rest, 3.0)
}

#[inline(always)]
fn elastic_slow<R: Real>(x: R, rest: R) -> R {
    elastic_by(x, rest, 4.5)
}

#[inline(always)]
fn bounce<R: Real>(_x: R, rest: R) -> R {
    // Time runs backward from the last touch. Selects instead of branches: where each parabola has its top, and how
    // far that is from the target.
    let x = rest;
    let pick = |a: f64, b: f64, c: f64, d: f64| {
        let late = R::select(x < R::of(2.5 / 2.75), R::of(c), R::of(d));
        R::select(x < R::of(1.0 / 2.75), R::of(a), R::select(x < R::of(2.0 / 2.75), R::of(b), late))
    };
    let t = x - pick(0.0, 1.5 / 2.75, 2.25 / 2.75, 2.625 / 2.75);
    let fallen = R::of(7.5625) * t * t + pick(0.0, 0.75, 0.9375, 0.984_375);
    R::of(1.0) - pin_ends(x, fallen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (k, kind) in Ease::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, k);
            assert_eq!(Ease::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Ease::InOutElastic.name(), "in_out_elastic");
        assert_eq!(Ease::from_name("linear"), None);
    }

    #[test]
    fn ends_are_exact_and_arguments_limited() {
        for kind in Ease::ALL {
            let name = kind.name();
            for (x, expected) in [(0.0, 0.0), (1.0, 1.0), (-3.0, 0.0), (1.5, 1.0)] {
                assert_eq!(kind.apply(x), expected, "{name}({x})");
                assert_eq!(kind.apply(x as f32), expected as f32, "{name}({x})");
            }
            assert!(kind.apply(f32::NAN).is_nan(), "{name}(NaN)");
            if name.starts_with("in_out") {
                assert!((kind.apply(0.5) - 0.5_f64).abs() < 1.0e-15, "{name}(0.5)");
            }
        }
    }

    /// The published forms, which are not written by symmetry.
    #[test]
    fn published_formulas() {
        use core::f64::consts::PI;
        let (c1, c2, c4, c5) = (1.70158, 1.70158 * 1.525, 2.0 * PI / 3.0, 2.0 * PI / 4.5);
        for k in 1..1000 {
            let x = f64::from(k) / 1000.0;
            let check = |kind: Ease, expected: f64| {
                let got = kind.apply(x);
                assert!((got - expected).abs() < 1.0e-14, "{}({x}) = {got}, not {expected}", kind.name());
            };
            check(Ease::InQuint, libm::pow(x, 5.0));
            check(Ease::OutQuart, 1.0 - libm::pow(1.0 - x, 4.0));
            check(Ease::OutCubic, 1.0 - (1.0 - x) * (1.0 - x) * (1.0 - x));
            check(Ease::InSine, 1.0 - libm::cos(x * PI / 2.0));
            check(Ease::OutSine, libm::sin(x * PI / 2.0));
            check(Ease::InOutSine, -(libm::cos(PI * x) - 1.0) / 2.0);
            check(Ease::OutExpo, 1.0 - libm::exp2(-10.0 * x));
            check(Ease::OutCirc, libm::sqrt(1.0 - (x - 1.0) * (x - 1.0)));
            check(Ease::InBack, (c1 + 1.0) * x * x * x - c1 * x * x);
            check(Ease::OutBack, 1.0 + (c1 + 1.0) * libm::pow(x - 1.0, 3.0) + c1 * libm::pow(x - 1.0, 2.0));
            let (d, e) = (2.0 * x, 2.0 * x - 2.0);
            let first = d * d * ((c2 + 1.0) * d - c2) / 2.0;
            let second = (e * e * ((c2 + 1.0) * e + c2) + 2.0) / 2.0;
            check(Ease::InOutBack, if x < 0.5 { first } else { second });
            check(Ease::InElastic, -libm::exp2(10.0 * x - 10.0) * libm::sin((x * 10.0 - 10.75) * c4));
            check(Ease::OutElastic, libm::exp2(-10.0 * x) * libm::sin((x * 10.0 - 0.75) * c4) + 1.0);
            let swing = libm::sin((20.0 * x - 11.125) * c5) / 2.0;
            let first = -libm::exp2(20.0 * x - 10.0) * swing;
            let second = libm::exp2(-20.0 * x + 10.0) * swing + 1.0;
            check(Ease::InOutElastic, if x < 0.5 { first } else { second });
            let bounce = |x: f64| {
                let parabola = |x: f64, floor: f64| 7.5625 * x * x + floor;
                match x * 2.75 {
                    t if t < 1.0 => parabola(x, 0.0),
                    t if t < 2.0 => parabola(x - 1.5 / 2.75, 0.75),
                    t if t < 2.5 => parabola(x - 2.25 / 2.75, 0.9375),
                    _ => parabola(x - 2.625 / 2.75, 0.984_375),
                }
            };
            check(Ease::OutBounce, bounce(x));
            let both = if x < 0.5 { 1.0 - bounce(1.0 - 2.0 * x) } else { 1.0 + bounce(2.0 * x - 1.0) };
            check(Ease::InOutBounce, both / 2.0);
        }
    }

    #[test]
    fn lanes_agree_with_signals() {
        let mut worst = (0.0, "");
        for kind in Ease::ALL {
            for k in 0..=100_000 {
                let x = k as f32 / 100_000.0;
                let error = (f64::from(kind.apply(x)) - kind.apply(f64::from(x))).abs();
                if error > worst.0 {
                    worst = (error, kind.name());
                }
            }
        }
        println!("easings: {worst:?}");
        assert!(worst.0 < 3.0e-7, "{worst:?}");
    }
}
