//! For the tests of this room: how far an `f32` formula may be from its `f64` oracle, and that its bits are the same
//! everywhere.

/// Distance as it is.
pub(super) fn absolute(got: f32, expected: f64) -> f64 {
    (f64::from(got) - expected).abs()
}

/// Distance over the expected magnitude.
pub(super) fn relative(got: f32, expected: f64) -> f64 {
    absolute(got, expected) / expected.abs().max(f64::MIN_POSITIVE)
}

/// Distance in units of the last place of the expected value rounded to `f32`.
pub(super) fn ulp(got: f32, expected: f64) -> f64 {
    if f64::from(got) == expected || f64::from(got) == f64::from(expected as f32) {
        return 0.0;
    }
    let magnitude = (expected as f32).abs().min(f32::MAX);
    absolute(got, expected) / f64::from(magnitude.next_up() - magnitude).min(f64::from(2.0e31_f32))
}

/// Checks `f` against `oracle` at 400 001 evenly spaced and (from a positive `low`) as many geometrically spaced
/// numbers of `[low, high]`; `limit` is in the unit of `measure`. Prints the worst one.
#[track_caller]
pub(super) fn sweep(
    name: &str,
    low: f64,
    high: f64,
    limit: f64,
    measure: fn(f32, f64) -> f64,
    f: impl Fn(f32) -> f32,
    oracle: impl Fn(f64) -> f64,
) {
    const STEPS: u32 = 400_000;
    let even = (0..=STEPS).map(|k| low + (high - low) * f64::from(k) / f64::from(STEPS));
    let ratio = if low > 0.0 { libm::log2(high / low) } else { 0.0 };
    let geometric = (0..=STEPS).map(|k| low * libm::exp2(ratio * f64::from(k) / f64::from(STEPS)));
    let mut worst = (0.0, 0.0_f32);
    for x in even.chain(geometric) {
        let x = x as f32;
        let error = measure(f(x), oracle(f64::from(x)));
        assert!(!error.is_nan(), "{name}({x:e}) is {:e}", f(x));
        if error > worst.0 {
            worst = (error, x);
        }
    }
    println!("{name} on [{low:e}, {high:e}]: {:.4e} at {:e}", worst.0, worst.1);
    assert!(worst.0 <= limit, "{name}({:e}) is off by {:e}, limit {limit:e}", worst.1, worst.0);
}

/// Results on scattered numbers of all magnitudes, as one hash: any machine, vector level or compiler that computes
/// something else fails here. A change of a formula changes its line on purpose.
#[test]
fn pinned_bits() {
    use super::curve::{ArcTable, Segment};
    use super::{Real, arith, color, easing, fixed, hash, noise};

    fn digest(f: impl Fn(f32) -> f32) -> u32 {
        let inputs = (0..20_000).flat_map(|k| {
            let bits = hash::hash(k);
            [f32::from_bits(bits), hash::turns_of_uint::<f32>(bits) * 20.0]
        });
        inputs.fold(0, |sum, x| hash::hash(sum ^ arith::canonical(f(x)).to_bits()))
    }
    #[track_caller]
    fn check(name: &str, expected: u32, f: impl Fn(f32) -> f32) {
        let got = digest(f);
        assert_eq!(got, expected, "{name}: {got:#010x}");
    }
    /// The same of a signal's function.
    fn wide(f: impl Fn(f64) -> f64) -> impl Fn(f32) -> f32 {
        move |x| {
            let bits = arith::canonical(f(f64::from(x))).to_bits();
            f32::from_bits(hash::hash2(bits as u32, (bits >> 32) as u32) & 0x7f7f_ffff)
        }
    }

    check("sin", 0x9cce_835c, |x| x.sin_cos_turns().0);
    check("cos", 0xcb3d_bd6f, |x| x.sin_cos_turns().1);
    check("asin", 0xc6c3_2d29, Real::asin);
    check("acos", 0xf5c1_8522, Real::acos);
    check("atan2", 0x627b_ff96, |x| Real::atan2(x, 1.0 - x));
    check("exp2", 0x2e46_7422, Real::exp2);
    check("exp", 0x7ab3_a79e, Real::exp);
    check("log2", 0x4a97_59ce, Real::log2);
    check("ln", 0x6caa_8916, Real::ln);
    check("pow", 0x2744_d8be, |x| Real::pow(x.abs(), 0.7 - x));
    check("tanh", 0x4cac_3226, Real::tanh);
    check("cbrt", 0x1532_d537, Real::cbrt);
    check("modulo", 0x5e42_a496, |x| arith::modulo(x, 0.37));
    check("value noise", 0xeaf1_fdf7, |x| noise::value3(x, -x, x * 0.3, 1));
    check("gradient noise", 0xf645_59bf, |x| noise::gradient3(x, -x, x * 0.3, 1));
    check("elastic", 0xa938_8dce, easing::in_out_elastic);
    check("oklch", 0xa49c_5116, |x| color::oklch_to_srgb(0.5, 0.1, x)[0]);
    check("turns", 0x9ad9_02f4, |x| fixed::AffineTurns::new(f64::from(x), 0.1).at(12_345));
    check("index noise", 0xca67_303d, |x| fixed::AffineNoise::new(f64::from(x), 0.1).at(12_345));
    let bow = [[-0.5, 0.1], [0.3, -0.9], [0.4, 0.4], [0.1, 0.2]];
    let table = ArcTable::new(&[Segment::Cubic(bow), Segment::Quad([bow[0], bow[2], bow[1]])]);
    let lanes = table.narrow();
    check("path x", 0xdb6e_8e36, |x| lanes.at(x)[0]);
    check("path direction", 0x6c87_bfb9, |x| lanes.at(x)[2]);
    check("path y, f64", 0x7f21_5de9, wide(|x| table.at(x)[1]));
    check("path direction, f64", 0x3f3d_e6f5, wide(|x| table.at(x)[2]));
    check("sin, f64", 0xa4b8_b68c, wide(|x| x.sin_cos_turns().0));
    check("atan2, f64", 0xb15c_79a0, wide(|x| Real::atan2(x, 1.0 - x)));
    check("exp, f64", 0xfdaa_8003, wide(Real::exp));
    check("ln, f64", 0xcd48_7466, wide(Real::ln));
    check("pow, f64", 0xfedd_7188, wide(|x| Real::pow(x.abs(), 0.7 - x)));
    check("tanh, f64", 0x41b4_b03d, wide(Real::tanh));
    check("cbrt, f64", 0xe4d4_0ace, wide(Real::cbrt));
}
