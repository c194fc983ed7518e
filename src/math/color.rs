//! Colours: straight alpha, sRGB-encoded components in `[0, 1]`, hues in turns. Conversions neither clip nor check:
//! only the pack limits to `[0, 1]`, so out-of-gamut colours survive arithmetic on the way. The one exception says so
//! in its name: [`oklch_to_srgb_inside`].
//! (Arrays are written out: `map` on them does not vectorise.)
//!
//! HSV and HSL are the usual hexcone models (Smith 1978) on encoded components; OKLab and OKLCh are Björn Ottosson's
//! (2020, matrices as revised 2021-01-25); encoding and luminance are IEC 61966-2-1 and ITU-R BT.709.

use super::Real;
use super::arith::{clamp01, fract, is_nan};

/// Colourfulness of red, green and blue at a hue in turns (any finite one), each in `[0, 1]`: red is 1 within a sixth
/// of a turn of hue 0 and falls to 0 over the next sixth.
///
/// `clamp01(|d - 3| - 1)` with `d` the distance of the hue to the component's own, in sixths of a turn. Reducing the
/// hue once to half a turn on either side leaves `d` within one turn for all three, so none needs a fraction of its own.
#[inline(always)]
fn hue_ramps<R: Real>(h: R) -> [R; 3] {
    let sixths = h.fract_signed() * R::of(6.0);
    let ramp = |d: R| clamp01((d.abs() - R::of(3.0)).abs() - R::of(1.0));
    [ramp(sixths), ramp(sixths - R::of(2.0)), ramp(sixths + R::of(2.0))]
}

/// HSV to RGB: hue in turns (any finite), saturation and value in `[0, 1]`.
#[inline(always)]
pub fn hsv_to_rgb<R: Real>(h: R, s: R, v: R) -> [R; 3] {
    let chroma = v * s;
    let white = v - chroma;
    let [r, g, b] = hue_ramps(h);
    [white + chroma * r, white + chroma * g, white + chroma * b]
}

/// HSL to RGB: hue in turns (any finite), saturation and lightness in `[0, 1]`.
#[inline(always)]
pub fn hsl_to_rgb<R: Real>(h: R, s: R, l: R) -> [R; 3] {
    let one = R::of(1.0);
    let chroma = (one - (l + l - one).abs()) * s;
    let white = l - chroma * R::of(0.5);
    let [r, g, b] = hue_ramps(h);
    [white + chroma * r, white + chroma * g, white + chroma * b]
}

/// Hue in turns, `[0, 1)`; the largest component; chroma, the largest less the smallest. Grey has hue 0.
#[inline(always)]
fn hexcone<R: Real>(r: R, g: R, b: R) -> (R, R, R) {
    let most = R::select(r > g, r, g);
    let most = R::select(b > most, b, most);
    let least = R::select(r < g, r, g);
    let least = R::select(b < least, b, least);
    let chroma = most - least;
    // Sixths of a turn from the largest component's own hue.
    let from_blue = R::select(most == g, R::of(2.0), R::of(4.0));
    let start = R::select(most == r, R::of(0.0), from_blue);
    let rise = R::select(most == r, g - b, R::select(most == g, b - r, r - g));
    let grey = chroma == R::of(0.0);
    let sixths = start + rise / R::select(grey, R::of(1.0), chroma);
    (fract(sixths * R::of(1.0 / 6.0)), most, chroma)
}

/// RGB to HSV: hue in turns `[0, 1)`, 0 for grey; saturation 0 for black.
#[inline(always)]
pub fn rgb_to_hsv<R: Real>(r: R, g: R, b: R) -> [R; 3] {
    let (h, v, chroma) = hexcone(r, g, b);
    let zero = R::of(0.0);
    [h, R::select(v == zero, zero, chroma / v), v]
}

/// RGB to HSL: hue in turns `[0, 1)`, 0 for grey; saturation 0 for black and white.
#[inline(always)]
pub fn rgb_to_hsl<R: Real>(r: R, g: R, b: R) -> [R; 3] {
    let (h, most, chroma) = hexcone(r, g, b);
    let (zero, one) = (R::of(0.0), R::of(1.0));
    let l = most - chroma * R::of(0.5);
    let room = one - (l + l - one).abs();
    [h, R::select(chroma == zero || room == zero, zero, chroma / room), l]
}

/// Decodes one sRGB component to linear light; negative ones by the straight part of the curve.
#[inline(always)]
pub fn srgb_to_linear<R: Real>(c: R) -> R {
    let base = (c + R::of(0.055)) * R::of(1.0 / 1.055);
    // To the last bits, for what is worked out of linear colours may be what is left of large ones.
    let curved = (base.log2() * R::of(2.4)).exp2();
    R::select(c <= R::of(0.040_45), c * R::of(1.0 / 12.92), curved)
}

/// Encodes one linear component as sRGB; negative ones by the straight part of the curve.
#[inline(always)]
pub fn linear_to_srgb<R: Real>(c: R) -> R {
    // Less what makes 1 of 1, to the last bit.
    let curved = R::of(1.055) * c.pow_positive(R::of(1.0 / 2.4)) - (R::of(1.055) - R::of(1.0));
    R::select(c <= R::of(0.003_130_8), c * R::of(12.92), curved)
}

/// Relative luminance, linear light in `[0, 1]`, of an sRGB-encoded colour.
#[inline(always)]
pub fn luminance<R: Real>(r: R, g: R, b: R) -> R {
    let (r, g, b) = (srgb_to_linear(r), srgb_to_linear(g), srgb_to_linear(b));
    r * R::of(0.2126) + g * R::of(0.7152) + b * R::of(0.0722)
}

/// A 3 by 3 matrix, rows first, times a column.
#[inline(always)]
fn transform<R: Real>(m: [[f64; 3]; 3], [x, y, z]: [R; 3]) -> [R; 3] {
    let row = |[a, b, c]: [f64; 3]| R::of(a) * x + R::of(b) * y + R::of(c) * z;
    [row(m[0]), row(m[1]), row(m[2])]
}

/// OKLab (`l` in `[0, 1]`, `a` and `b` about ±0.4) to linear sRGB.
#[inline(always)]
fn oklab_to_linear<R: Real>(l: R, a: R, b: R) -> [R; 3] {
    const LAB_TO_ROOTS: [[f64; 3]; 3] = [
        [1.0, 0.396_337_777_4, 0.215_803_757_3],
        [1.0, -0.105_561_345_8, -0.063_854_172_8],
        [1.0, -0.089_484_177_5, -1.291_485_548_0],
    ];
    const CONES_TO_LINEAR: [[f64; 3]; 3] = [
        [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
        [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
        [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
    ];
    let [p, q, s] = transform(LAB_TO_ROOTS, [l, a, b]);
    transform(CONES_TO_LINEAR, [p * p * p, q * q * q, s * s * s])
}

/// OKLab (`l` in `[0, 1]`, `a` and `b` about ±0.4) to sRGB.
#[inline(always)]
pub fn oklab_to_srgb<R: Real>(l: R, a: R, b: R) -> [R; 3] {
    let [r, g, b] = oklab_to_linear(l, a, b);
    [linear_to_srgb(r), linear_to_srgb(g), linear_to_srgb(b)]
}

/// sRGB to OKLab.
#[inline(always)]
pub fn srgb_to_oklab<R: Real>(r: R, g: R, b: R) -> [R; 3] {
    const LINEAR_TO_CONES: [[f64; 3]; 3] = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    const ROOTS_TO_LAB: [[f64; 3]; 3] = [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ];
    let linear = [srgb_to_linear(r), srgb_to_linear(g), srgb_to_linear(b)];
    let [p, q, s] = transform(LINEAR_TO_CONES, linear);
    transform(ROOTS_TO_LAB, [p.cbrt(), q.cbrt(), s.cbrt()])
}

/// OKLCh (lightness in `[0, 1]`, chroma up to about 0.32, hue in turns, any finite) to sRGB.
#[inline(always)]
pub fn oklch_to_srgb<R: Real>(l: R, c: R, h: R) -> [R; 3] {
    let (sin, cos) = h.sin_cos_turns();
    oklab_to_srgb(l, c * cos, c * sin)
}

/// Halvings of the chroma until it fits: 2^-20 of it is left.
const GAMUT_HALVINGS: u32 = 20;

/// As [`oklch_to_srgb`], but inside of sRGB: lightness is limited to `[0, 1]`, and a chroma for which there is no such
/// colour is made less, at the same lightness and hue, until there is one. Components are in `[0, 1]`.
///
/// The chromas that fit are taken for one interval from 0, which they are but for slivers at blue. A fixed count of
/// halvings, so lanes go alike.
#[inline(always)]
pub fn oklch_to_srgb_inside<R: Real>(l: R, c: R, h: R) -> [R; 3] {
    let l = clamp01(l);
    let (sin, cos) = h.sin_cos_turns();
    let fits = |c: R| {
        let [r, g, b] = oklab_to_linear(l, c * cos, c * sin);
        let is_inside = |x: R| x >= R::of(0.0) && x <= R::of(1.0);
        is_inside(r) & is_inside(g) & is_inside(b)
    };
    let (mut low, mut high) = (R::of(0.0), c);
    for _ in 0..GAMUT_HALVINGS {
        let middle = (low + high) * R::of(0.5);
        let is_in = fits(middle);
        low = R::select(is_in, middle, low);
        high = R::select(is_in, high, middle);
    }
    let c = R::select(fits(c) || is_nan(c), c, low);
    let [r, g, b] = oklab_to_srgb(l, c * cos, c * sin);
    [clamp01(r), clamp01(g), clamp01(b)]
}

/// sRGB to OKLCh, hue in turns `[0, 1)`. The hue of a grey is whatever rounding left.
#[inline(always)]
pub fn srgb_to_oklch<R: Real>(r: R, g: R, b: R) -> [R; 3] {
    let [l, a, b] = srgb_to_oklab(r, g, b);
    let turns = b.atan2(a) * R::of(1.0 / core::f64::consts::TAU);
    [l, (a * a + b * b).sqrt(), fract(turns)]
}

/// One component as the 9.15 fixed-point number `c * 255 + 0.5` in the low bits; the byte is bits 15 to 22.
///
/// Adding 2^23 puts a whole number in the low mantissa bits without a saturating conversion. The 15 bits below the
/// byte are what makes a half round up: the sum's own rounding is ties to even.
#[inline(always)]
fn component_bits(c: f32) -> u32 {
    let c = if c > 0.0 { c } else { 0.0 };
    let c = if c < 1.0 { c } else { 1.0 };
    (c * (255.0 * 32_768.0) + (8_388_608.0 + 16_384.0)).to_bits()
}

/// What packing gives for a colour with a component that is infinite or NaN: transparent, and told from every colour. The one
/// that it would be, which has no alpha either, is packed as 0.
pub const NOT_A_COLOR: u32 = 1;

/// Packs to `r | g << 8 | b << 16 | a << 24`, each limited to `[0, 1]` and rounded: the whole part of `c * 255 + 0.5`,
/// to 2^-16 of a step. A component that is infinite or NaN makes the whole [`NOT_A_COLOR`].
#[inline(always)]
pub fn pack_rgba8(r: f32, g: f32, b: f32, a: f32) -> u32 {
    let bits = [component_bits(r), component_bits(g), component_bits(b), component_bits(a)];
    pack_bits(bits, (r + g) + (b + a))
}

/// Packs what [`component_bits`] gives. `sum` is that of all four components: one test for all, for it is finite where its
/// terms are (and within reason).
#[inline(always)]
fn pack_bits([r, g, b, a]: [u32; 4], sum: f32) -> u32 {
    let low = (r >> 15 & 0x0000_00ff) | (g >> 7 & 0x0000_ff00);
    let high = (b << 1 & 0x00ff_0000) | (a << 9 & 0xff00_0000);
    let packed = low | high;
    let packed = if packed == NOT_A_COLOR { 0 } else { packed };
    if sum.abs() < f32::INFINITY { packed } else { NOT_A_COLOR }
}

/// The curve of sRGB as a polynomial of degree 6 in the root of the component (a minimax fit by Remez exchange): 1.7e-4 of full
/// scale from it at most, which is 0.04 of a step of 255, in a third of the operations.
#[derive(Debug)]
pub struct EncodedCurve {
    /// Of even powers of the root, from 0 on.
    pub even: [f32; 4],
    /// Of odd ones, from 1 on.
    pub odd: [f32; 3],
    /// Up to here the curve is a straight line, 12.92 times the component.
    pub straight: f32,
}

/// See [`EncodedCurve`].
pub const ENCODED: EncodedCurve = EncodedCurve {
    even: [-0.042_231_95, -1.899_476_4, -5.003_168, -0.947_671_53],
    odd: [1.575_270_9, 3.898_441_3, 3.418_687],
    straight: 0.003_130_8,
};

/// One linear component, sRGB-encoded by [`ENCODED`], as [`component_bits`] of that. It falls nowhere, and its ends are packed as 0
/// and 255.
#[inline(always)]
fn encoded_bits(c: f32) -> u32 {
    const SCALE: f32 = 255.0 * 32_768.0;
    const START: f32 = 8_388_608.0 + 16_384.0;
    const EVEN: [f32; 4] = {
        let [zero, two, four, six] = ENCODED.even;
        [START + zero * SCALE, two * SCALE, four * SCALE, six * SCALE]
    };
    const ODD: [f32; 3] = {
        let [one, three, five] = ENCODED.odd;
        [one * SCALE, three * SCALE, five * SCALE]
    };
    let c = if c > 0.0 { c } else { 0.0 };
    let c = if c < 1.0 { c } else { 1.0 };
    // Cut to multiples of 2^-18, between which the curve rises by more than its sums are rounded by.
    let cut = (c + 32.0) - 32.0;
    let root = cut.sqrt();
    let even = EVEN[0] + cut * (EVEN[1] + cut * (EVEN[2] + cut * EVEN[3]));
    let curved = even + root * (ODD[0] + cut * (ODD[1] + cut * ODD[2]));
    let straight = START + c * (12.92 * SCALE);
    (if c <= ENCODED.straight { straight } else { curved }).to_bits()
}

/// Packs linear red, green and blue, sRGB-encoded, with alpha as it is: what [`pack_rgba8`] makes of them encoded, but for the
/// 0.04 of a step that [`encoded_bits`] may be off by.
#[inline(always)]
fn pack_linear([r, g, b]: [f32; 3], a: f32) -> u32 {
    let bits = [encoded_bits(r), encoded_bits(g), encoded_bits(b), component_bits(a)];
    pack_bits(bits, (r + g) + (b + a))
}

/// Packs a colour of OKLab: see [`oklab_to_srgb`]. A component is off by 0.04 of a step of 255 at most.
#[inline(always)]
pub fn pack_oklab(l: f32, a: f32, b: f32, alpha: f32) -> u32 {
    pack_linear(oklab_to_linear(l, a, b), alpha)
}

/// Packs a colour of OKLCh: see [`oklch_to_srgb`]. A component is off by 0.04 of a step of 255 at most.
#[inline(always)]
pub fn pack_oklch(l: f32, c: f32, h: f32, alpha: f32) -> u32 {
    let (sin, cos) = h.sin_cos_turns();
    pack_oklab(l, c * cos, c * sin, alpha)
}

/// [`pack_rgba8`] for signals.
pub fn pack_rgba8_f64(r: f64, g: f64, b: f64, a: f64) -> u32 {
    let byte = |c: f64| u32::from((c * 255.0 + 0.5) as u8);
    let is_color = ((r + g) + (b + a)).abs() < f64::INFINITY;
    match byte(r) | byte(g) << 8 | byte(b) << 16 | byte(a) << 24 {
        _ if !is_color => NOT_A_COLOR,
        NOT_A_COLOR => 0,
        packed => packed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid of colours, corners included.
    fn colours() -> impl Iterator<Item = [f64; 3]> {
        let level = |k: u32| f64::from(k) / 16.0;
        (0..17 * 17 * 17).map(move |k| [level(k % 17), level(k / 17 % 17), level(k / 289)])
    }

    #[track_caller]
    fn close<const N: usize>(got: [f64; N], expected: [f64; N], limit: f64) {
        for k in 0..N {
            assert!((got[k] - expected[k]).abs() <= limit, "{got:?}, not {expected:?}");
        }
    }

    #[test]
    fn hue_table() {
        let check = |h: f64, rgb: [f64; 3]| {
            close(hsv_to_rgb(h, 1.0, 1.0), rgb, 1.0e-15);
            close(hsl_to_rgb(h, 1.0, 0.5), rgb, 1.0e-15);
            close(hsv_to_rgb(h + 3.0, 0.0, 0.7), [0.7; 3], 0.0);
        };
        check(0.0, [1.0, 0.0, 0.0]);
        check(1.0 / 12.0, [1.0, 0.5, 0.0]);
        check(1.0 / 6.0, [1.0, 1.0, 0.0]);
        check(1.0 / 3.0, [0.0, 1.0, 0.0]);
        check(0.5, [0.0, 1.0, 1.0]);
        check(2.0 / 3.0, [0.0, 0.0, 1.0]);
        check(-1.0 / 6.0, [1.0, 0.0, 1.0]);
        check(1.0, [1.0, 0.0, 0.0]);
    }

    #[test]
    fn round_trips() {
        for c @ [r, g, b] in colours() {
            let [h, s, v] = rgb_to_hsv(r, g, b);
            assert!((0.0..1.0).contains(&h));
            close(hsv_to_rgb(h, s, v), c, 1.0e-14);
            let [h, s, l] = rgb_to_hsl(r, g, b);
            close(hsl_to_rgb(h, s, l), c, 1.0e-14);
            close(c.map(srgb_to_linear).map(linear_to_srgb), c, 1.0e-7);
            // The published matrices carry ten digits.
            let [l, a, b] = srgb_to_oklab(r, g, b);
            close(oklab_to_srgb(l, a, b), c, 2.0e-6);
            let [l, c2, h] = srgb_to_oklch(r, g, c[2]);
            close(oklch_to_srgb(l, c2, h), c, 2.0e-6);
        }
    }

    /// Red, green, blue and white in OKLab, as published to three digits.
    #[test]
    fn oklab_table() {
        close(srgb_to_oklab(1.0, 1.0, 1.0), [1.0, 0.0, 0.0], 1.0e-6);
        close(srgb_to_oklab(1.0, 0.0, 0.0), [0.628, 0.225, 0.126], 5.0e-4);
        close(srgb_to_oklab(0.0, 1.0, 0.0), [0.866, -0.234, 0.179], 5.0e-4);
        close(srgb_to_oklab(0.0, 0.0, 1.0), [0.452, -0.032, -0.312], 5.0e-4);
        close([luminance(1.0, 1.0, 1.0), luminance(0.5, 0.5, 0.5)], [1.0, 0.214_041], 1.0e-6);
    }

    /// What fits stays; what does not keeps its lightness and hue and gives up no more chroma than it must.
    #[test]
    fn chroma_is_reduced_until_the_colour_fits() {
        for l in [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0] {
            for c in [0.0, 0.05, 0.1, 0.2, 0.3, 0.5] {
                for h in (0..24).map(|k| f64::from(k) / 24.0) {
                    let plain = oklch_to_srgb(l, c, h);
                    let found @ [r, g, b] = oklch_to_srgb_inside(l, c, h);
                    assert!(found.iter().all(|x| (0.0..=1.0).contains(x)), "{l} {c} {h}: {found:?}");
                    if plain.iter().all(|x| (0.0..=1.0).contains(x)) {
                        close(found, plain, 0.0);
                        continue;
                    }
                    let [kept_l, kept_c, kept_h] = srgb_to_oklch(r, g, b);
                    assert!((kept_l - l).abs() < 2e-3, "{l} {c} {h}: lightness {kept_l}");
                    assert!(kept_c <= c + 1e-3, "{l} {c} {h}: chroma {kept_c}");
                    let turned = (kept_h - h).fract_signed().abs();
                    assert!(turned * kept_c < 2e-3, "{l} {c} {h}: hue {kept_h}");
                    // A little more would not have fitted.
                    let more = oklch_to_srgb(l, kept_c + 4e-3, h);
                    assert!(
                        more.iter().any(|x| !(0.0..=1.0).contains(x)),
                        "{l} {c} {h}: {kept_c} is too little"
                    );
                }
            }
        }
        close(oklch_to_srgb_inside(7.0, 0.0, 0.3), [1.0; 3], 1e-6);
        assert!(oklch_to_srgb_inside(f64::NAN, 0.1, 0.3)[0].is_nan());
    }

    #[test]
    fn lanes_agree_with_signals() {
        for c @ [r, g, b] in colours() {
            let [p, q, s] = c.map(|x| x as f32);
            let check = |lane: [f32; 3], signal: [f64; 3]| close(lane.map(f64::from), signal, 2.0e-6);
            check(hsv_to_rgb(p, q, s), hsv_to_rgb(r, g, b));
            check(hsl_to_rgb(p, q, s), hsl_to_rgb(r, g, b));
            check(srgb_to_oklab(p, q, s), srgb_to_oklab(r, g, b));
            check([p, q, s].map(linear_to_srgb), c.map(linear_to_srgb));
            check([p, q, s].map(srgb_to_linear), c.map(srgb_to_linear));
        }
    }

    /// What is packed in one go is what is packed of the encoded colour, or one step beside it where that lies within a 25th of
    /// a step of the border.
    #[test]
    fn short_encoding_is_near() {
        let mut before = 0;
        // Every number that the curved part tells from others, and more of the straight one.
        let all = (0..=1 << 18).map(|k| k as f32 / 262_144.0);
        let small = (0..0.003_2_f32.to_bits()).step_by(997).map(f32::from_bits);
        let mut all: Vec<f32> = all.chain(small).collect();
        all.sort_by(f32::total_cmp);
        for c in all {
            let packed = pack_linear([0.0, c, 0.0], 0.0) >> 8;
            let step = linear_to_srgb(f64::from(c)) * 255.0;
            assert!((f64::from(packed) - step).abs() <= 0.5 + 0.045, "{c:e}: {packed}, not {step}");
            assert!(packed >= before, "{c:e}");
            before = packed;
        }
        for (c, expected) in [(0.0, 0), (-3.0, 0), (1.0, 255), (1e30, 255), (0.003_130_8, 10)] {
            assert_eq!(pack_linear([0.0, c, 0.0], 0.0) >> 8, expected, "{c}");
        }
        for c in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(pack_linear([0.5, c, 0.5], 1.0), NOT_A_COLOR);
            assert_eq!(pack_linear([0.5, 0.5, 0.5], c), NOT_A_COLOR);
            assert_eq!(pack_oklch(0.5, 0.1, c, 1.0), NOT_A_COLOR);
        }
        assert_eq!(pack_oklab(f32::MAX, 0.0, 0.0, 1.0), NOT_A_COLOR);
    }

    #[test]
    fn colours_are_packed_as_they_are() {
        let mut differ = 0;
        for (k, [l, c, h]) in colours().enumerate() {
            let (c, alpha) = (c * 0.4, [0.0, 0.3, 1.0][k % 3]);
            let check = |found: u32, [r, g, b]: [f64; 3]| {
                let expected = pack_rgba8_f64(r, g, b, alpha);
                let bytes = found.to_le_bytes().into_iter().zip(expected.to_le_bytes());
                let off: Vec<u8> = bytes.map(|(found, expected)| found.abs_diff(expected)).collect();
                assert!(off.iter().all(|&off| off <= 1), "{l} {c} {h}: {found:x}, not {expected:x}");
                off.into_iter().map(u32::from).sum::<u32>()
            };
            let [p, q, s, t] = [l, c, h, alpha].map(|x| x as f32);
            differ += check(pack_oklch(p, q, s, t), oklch_to_srgb(l, c, h));
            let (a, b) = (c - 0.2, h * 0.6 - 0.3);
            differ += check(pack_oklab(p, a as f32, b as f32, t), oklab_to_srgb(l, a, b));
        }
        // Of some 30 000 components.
        assert!((1..1000).contains(&differ), "{differ}");
    }

    /// What is lighter is never packed as less, and the ends are exact.
    #[test]
    fn encoding_is_monotone() {
        let packed = |c: f32| pack_rgba8(linear_to_srgb(c), 0.0, 0.0, 0.0);
        let mut before = 0;
        for bits in (0..=1.0_f32.to_bits()).step_by(37) {
            let now = packed(f32::from_bits(bits));
            assert!(now >= before, "{:e}", f32::from_bits(bits));
            before = now;
        }
        assert_eq!(
            [linear_to_srgb(0.0_f32), linear_to_srgb(1.0_f32), srgb_to_linear(0.0_f32)],
            [0.0, 1.0, 0.0]
        );
        assert_eq!([linear_to_srgb(1.0_f64), linear_to_srgb(-0.1_f64)], [1.0, -1.292]);
        for c in [f32::INFINITY, f32::NAN] {
            assert!(!linear_to_srgb(c).is_finite() && !srgb_to_linear(c).is_finite());
        }
        // What has no f32 any more is told, not wrapped around.
        assert_eq!(srgb_to_linear(1.0e20_f32), f32::INFINITY);
    }

    #[test]
    fn pack_table() {
        let check = |c: [f64; 4], expected: u32| {
            let [r, g, b, a] = c.map(|x| x as f32);
            assert_eq!(pack_rgba8(r, g, b, a), expected, "{c:?}");
            assert_eq!(pack_rgba8_f64(c[0], c[1], c[2], c[3]), expected, "{c:?}");
        };
        check([1.0, 0.0, 0.0, 1.0], 0xff00_00ff);
        check([0.0, 1.0, 0.5, 0.25], 0x4080_ff00);
        check([2.0, -1.0, 0.0, 7.0], 0xff00_00ff);
        check([0.5, f64::INFINITY, 0.5, 1.0], NOT_A_COLOR);
        check([f64::NEG_INFINITY, f64::INFINITY, 0.5, 1.0], NOT_A_COLOR);
        check([0.5, 0.5, 0.5, f64::NAN], NOT_A_COLOR);
        check([0.3, 0.1, 0.7, 0.9], 0xe6b3_1a4d);
        // Nobody sees the difference, and it is a colour.
        check([1.0 / 255.0, 0.0, 0.0, 0.0], 0);
        for k in 0..=255_u32 {
            check([f64::from(k) / 255.0; 4], k * 0x0101_0101);
            let edge = (f64::from(k) + 0.5) / 255.0;
            check([edge - 1.0e-6; 4], k * 0x0101_0101);
            check([edge + 1.0e-6; 4], (k + 1).min(255) * 0x0101_0101);
        }
    }
}
