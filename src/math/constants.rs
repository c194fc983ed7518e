//! Numbers that more than one part of the project needs, each as the nearest `f64`.

/// The golden angle in turns, `(3 - sqrt 5) / 2` = 0.381966011250105151795...: the smaller part of a circle that is cut
/// in the golden ratio.
pub const GOLDEN_ANGLE_TURNS: f64 = 0.381_966_011_250_105_15;

/// The golden ratio, `(1 + sqrt 5) / 2` = 1.618033988749894848204...
pub const GOLDEN_RATIO: f64 = 1.618_033_988_749_895;

/// Turns in a radian, `1 / (2 pi)` = 0.159154943091895335768...
pub const TURNS_PER_RADIAN: f64 = 0.159_154_943_091_895_34;

#[cfg(test)]
mod tests {
    use super::*;

    /// A number from 0 to 2 in units of 2^-100, exactly, and half of its last place.
    fn units(value: f64) -> (u128, u128) {
        let (exponent, fraction) = (value.to_bits() >> 52, value.to_bits() & ((1 << 52) - 1));
        let shift = exponent as u32 + 100 - 1075;
        (u128::from(fraction | 1 << 52) << shift, 1 << (shift - 1))
    }

    #[test]
    fn constants_are_the_nearest_doubles() {
        // The digits by a calculator of 80 digits, in units of 2^-100, cut off.
        for (value, exact) in [
            (GOLDEN_ANGLE_TURNS, 0x6_1c88_6468_0b58_3ea0_c633_f9fa_u128),
            (GOLDEN_RATIO, 0x19_e377_9b97_f4a7_c15f_39cc_0605),
            (TURNS_PER_RADIAN, 0x2_8be6_0db9_3910_54a7_f09d_5f47),
        ] {
            let (found, half) = units(value);
            assert!(found.abs_diff(exact) < half, "{value:?} is {found:#x}, not {exact:#x}");
        }
        // What the digits say of the circle and of themselves.
        assert_eq!(TURNS_PER_RADIAN, 1.0 / std::f64::consts::TAU);
        let (golden, _) = units(GOLDEN_ANGLE_TURNS);
        assert!((golden + units(GOLDEN_RATIO).0).abs_diff(2 << 100) < 1 << 48);
    }
}
