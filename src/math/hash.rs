//! Integer hashes: the only source of randomness. Wrapping `u32` arithmetic, so the same everywhere.

use super::Real;

/// A bijection of `u32` that flips about half of the output bits for any change of the input; 0 stays 0.
///
/// Source: Chris Wellons' hash prospector, "lowbias32" (bias 0.174): xor-shift 16, multiply, xor-shift 15, multiply,
/// xor-shift 16.
#[inline(always)]
pub const fn hash(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// Hash of a text: 0 of the empty one.
pub(crate) fn text(text: &str) -> u32 {
    text.bytes().fold(0, |number, byte| hash(number ^ u32::from(byte)))
}

/// Hash of a pair: `hash(a ^ hash(b))`, so `hash2(a, 0) = hash(a)`.
#[inline(always)]
pub const fn hash2(a: u32, b: u32) -> u32 {
    hash(a ^ hash(b))
}

/// Hash of a triple: `hash(a ^ hash(b ^ hash(c)))`, so `hash3(a, b, 0) = hash2(a, b)`.
#[inline(always)]
pub const fn hash3(a: u32, b: u32, c: u32) -> u32 {
    hash(a ^ hash2(b, c))
}

/// The top 24 bits as a number in `[0, 1)`: a whole multiple of 2^-24, the same in `f32` and `f64`.
#[inline(always)]
pub fn unit_float<R: Real>(x: u32) -> R {
    R::from_i32((x >> 8).cast_signed()) * R::of(1.0 / 16_777_216.0)
}

/// A wrapping `u32` angle as turns: `(x as i32) * 2^-32`, in `[-0.5, 0.5)`; `f32` rounds to nearest, so the last few
/// below a half turn give 0.5.
#[inline(always)]
pub fn turns_of_uint<R: Real>(x: u32) -> R {
    R::from_i32(x.cast_signed()) * R::of(1.0 / 4_294_967_296.0)
}

/// The digits of `n` in `base` (2 or more), mirrored behind the point, in `[0, 1)`: van der Corput's sequence, whose
/// pairs in bases 2 and 3 are Halton's points.
#[inline(always)]
pub fn radical_inverse(n: u32, base: u32) -> f64 {
    let (mut rest, mut mirrored, mut scale) = (n, 0_u64, 1_u64);
    while rest > 0 {
        mirrored = mirrored * u64::from(base) + u64::from(rest % base);
        scale *= u64::from(base);
        rest /= base;
    }
    mirrored as f64 / scale as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_table() {
        let check = |x, expected| assert_eq!(hash(x), expected, "{x:#x}");
        check(0, 0);
        check(1, 0x6889_90c0);
        check(2, 0xd113_2181);
        check(u32::MAX, 0x6768_824a);
    }

    #[test]
    fn zero_is_neutral() {
        assert_eq!(hash2(7, 0), hash(7));
        assert_eq!(hash3(7, 8, 0), hash2(7, 8));
        assert_eq!(hash3(7, 8, 9), hash(7 ^ hash(8 ^ hash(9))));
    }

    #[test]
    fn floats_of_bits() {
        let check = |x: u32, unit: f64, turns: f64| {
            assert_eq!(unit_float::<f64>(x), unit);
            assert_eq!(f64::from(unit_float::<f32>(x)), unit);
            assert_eq!(turns_of_uint::<f64>(x), turns);
            assert!((f64::from(turns_of_uint::<f32>(x)) - turns).abs() <= 1.5e-8);
        };
        check(0, 0.0, 0.0);
        check(0x4000_0000, 0.25, 0.25);
        check(0x8000_0000, 0.5, -0.5);
        check(0xffff_ffff, 1.0 - 1.0 / 16_777_216.0, -1.0 / 4_294_967_296.0);
        assert_eq!(turns_of_uint::<f32>(0x7fff_ffff), 0.5);
    }

    #[test]
    fn unit_floats_are_evenly_spread() {
        let mut bins = [0_u32; 16];
        for k in 0..160_000 {
            bins[(unit_float::<f64>(hash(k)) * 16.0) as usize] += 1;
        }
        assert!(bins.iter().all(|&count| (9_600..10_400).contains(&count)), "{bins:?}");
    }

    #[test]
    fn radical_inverses() {
        for (n, base, expected) in [
            (0, 2, 0.0),
            (1, 2, 0.5),
            (2, 2, 0.25),
            (3, 2, 0.75),
            (6, 2, 0.375),
            (1, 3, 1.0 / 3.0),
            (5, 3, 7.0 / 9.0),
        ] {
            assert_eq!(radical_inverse(n, base), expected, "{n} in base {base}");
        }
        for base in [2, 3, 10, 36] {
            assert!(radical_inverse(u32::MAX, base) < 1.0, "{base}");
        }
    }
}
