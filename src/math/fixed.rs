//! Affine functions of the element index that stay exact where `f32` would not: at index 15 000, `index * step` in `f32`
//! is off by a thousandth of a turn.
//!
//! Each is prepared once per frame from `f64` and applied per lane; both are plain `Copy` data.

use super::noise::value_in_cell;

const TWO_POW_32: f64 = 4_294_967_296.0;
/// 1.5 * 2^24: added to a magnitude up to 2^23 it leaves half the number in the sum's low bits, rounded.
const ROUND_TO_TWO: f32 = 25_165_824.0;
/// 1.5 * 2^52: the same for `f64` up to 2^51, to whole numbers.
const ROUND_TO_ONE: f64 = 6_755_399_441_055_744.0;

/// An angle `index * step + offset` in turns, wrapped to `[-0.5, 0.5]`: error below 1.6e-8 turns for every index below
/// 2^24 and any finite step and offset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AffineTurns {
    /// The step modulo one turn, in 2^-32 turns, to nearest.
    pub step: u32,
    /// The offset modulo one turn, in 2^-32 turns, less the bits of the rounding constant.
    pub offset: u32,
    /// What is left of the step, in 2^-32 turns, within ±0.5.
    pub step_rest: f32,
    /// 2^-32, or NaN where step or offset is not finite.
    pub unit: f32,
}

impl AffineTurns {
    /// Prepares `index * step_turns + offset_turns`.
    pub fn new(step_turns: f64, offset_turns: f64) -> Self {
        // Turns to the nearest whole turn are exact, and so is scaling by a power of two.
        let units = |turns: f64| (turns - libm::rint(turns)) * TWO_POW_32;
        let (step, offset) = (units(step_turns), units(offset_turns));
        let whole = libm::rint(step);
        let finite = step_turns.is_finite() && offset_turns.is_finite();
        Self {
            step: whole as i64 as u32,
            offset: (libm::rint(offset) as i64 as u32).wrapping_sub(ROUND_TO_TWO.to_bits() << 1),
            step_rest: (step - whole) as f32,
            unit: if finite { (1.0 / TWO_POW_32) as f32 } else { <f32 as super::Real>::NAN },
        }
    }

    /// The angle of an element, in turns.
    #[inline(always)]
    pub fn at(self, index: u32) -> f32 {
        // The rest adds up to 2^23 units at the last index. Folding it in before the only rounding to f32 keeps the
        // result wrapped; its own rounding, to two units, is 2^-32 turns.
        let rest = index.cast_signed() as f32 * self.step_rest + ROUND_TO_TWO;
        let turns = index.wrapping_mul(self.step).wrapping_add(self.offset).wrapping_add(rest.to_bits() << 1);
        turns.cast_signed() as f32 * self.unit
    }
}

/// One-dimensional value noise (seed 0, see [`super::noise::value1`]) at `index * scale + offset`: error below 2e-7 for
/// every index below 2^24, whatever the offset.
///
/// The position is `f64`, so its cell and fraction are those of an `f64` evaluation. Fixed point would need the high
/// half of a 64-bit product, a carry, and a correction for what Q32.32 leaves of the scale (1.7e-6 cells at index
/// 15 000 already); seven `f64` operations at half width cost less than that, on every vector level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AffineNoise {
    /// Cells per element.
    pub scale: f64,
    /// Cells at index 0, modulo 2^32, less one half.
    pub offset: f64,
}

impl AffineNoise {
    /// Prepares noise at `index * scale + offset`. A scale of 2^26 cells per element or more, and whatever is not finite,
    /// gives NaN: the position would leave the range in which `f64` has fractions.
    pub fn new(scale: f64, offset: f64) -> Self {
        // Cells are numbered modulo 2^32, so whole multiples of that may go. Exact.
        let near = offset - libm::rint(offset / TWO_POW_32) * TWO_POW_32;
        let usable = scale.abs() < 67_108_864.0;
        Self { scale: if usable { scale } else { <f64 as super::Real>::NAN }, offset: near - 0.5 }
    }

    /// The noise of an element, in `[0, 1)`.
    #[inline(always)]
    pub fn at(self, index: u32) -> f32 {
        // Rounding half a cell early to the nearest whole number is the floor; a tie may give the cell before, with a
        // fraction of 1, where the noise is the same. The cell is then in the low bits of the sum.
        let early = f64::from(index.cast_signed()) * self.scale + self.offset;
        let shifted = early + ROUND_TO_ONE;
        let fraction = (early - (shifted - ROUND_TO_ONE)) as f32 + 0.5;
        value_in_cell(shifted.to_bits() as u32, fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::hash::turns_of_uint;
    use crate::math::noise::value1;

    /// Indices that matter: all small ones, then ever sparser up to 2^24.
    fn indices() -> impl Iterator<Item = u32> {
        (0..15_000)
            .chain((15_000..1_500_000).step_by(97))
            .chain((1_500_000..1 << 24).step_by(1_013))
            .chain([(1 << 24) - 1])
    }

    /// `index * step` modulo one turn as an `f64` can say it: the step in two halves, so that both products are exact.
    fn exact_turns(index: u32, step: f64, offset: f64) -> f64 {
        let step = step - libm::rint(step);
        let high = libm::rint(step * 134_217_728.0) / 134_217_728.0;
        let wrap = |x: f64| x - libm::rint(x);
        let i = f64::from(index);
        wrap(wrap(i * high) + i * (step - high) + wrap(offset))
    }

    #[test]
    fn turns_against_f64() {
        let golden = 0.618_033_988_749_894_9;
        let steps =
            [golden, -golden, 0.1, 0.5, -0.25, 1.0e-9, 123_456.789, 1.0 / 3.0, -1.0e-12, 3.5 / TWO_POW_32];
        let mut worst = 0.0_f64;
        for step in steps {
            for offset in [0.0, 0.3, -17.77, 1.0e9 + 0.1] {
                let turns = AffineTurns::new(step, offset);
                for index in indices() {
                    let got = turns.at(index);
                    assert!((-0.5..=0.5).contains(&got), "{got}");
                    let error = f64::from(got) - exact_turns(index, step, offset);
                    worst = worst.max((error - libm::rint(error)).abs());
                }
            }
        }
        println!("AffineTurns: {worst:.3e} turns");
        assert!(worst < 1.6e-8, "{worst:e}");
    }

    #[test]
    fn golden_angle_is_the_wrapping_product() {
        let turns =
            AffineTurns::new(f64::from(0x9e37_79b9_u32) / TWO_POW_32, f64::from(0x0123_4567) / TWO_POW_32);
        for index in indices() {
            let bits = index.wrapping_mul(0x9e37_79b9).wrapping_add(0x0123_4567);
            assert_eq!(turns.at(index), turns_of_uint::<f32>(bits));
        }
    }

    #[test]
    fn noise_against_f64() {
        let mut worst = 0.0_f64;
        for scale in [0.37, 1.0, -0.37, 1.0e-6, 1.0 / 3.0, 17.1, -2.5, 0.0] {
            for offset in [0.0, 0.5, -3.0, 1.7 * 86_400.0, -1.0e9] {
                let noise = AffineNoise::new(scale, offset);
                for index in indices() {
                    let got = noise.at(index);
                    assert!((0.0..1.0).contains(&got), "{got}");
                    worst = worst.max((f64::from(got) - value1(f64::from(index) * scale + offset, 0)).abs());
                }
            }
        }
        println!("AffineNoise: {worst:.3e}");
        assert!(worst < 2.0e-7, "{worst:e}");
        // Cells are modulo 2^32.
        assert_eq!(AffineNoise::new(0.25, 5.0 * TWO_POW_32).at(7), AffineNoise::new(0.25, 0.0).at(7));
    }

    #[test]
    fn not_finite_gives_nan() {
        for (a, b) in [(f64::NAN, 0.0), (0.0, f64::NAN), (f64::INFINITY, 0.0), (0.1, f64::NEG_INFINITY)] {
            assert!(AffineTurns::new(a, b).at(3).is_nan(), "{a} {b}");
            assert!(AffineNoise::new(a, b).at(3).is_nan(), "{a} {b}");
        }
        assert!(AffineNoise::new(1.0e8, 0.0).at(1).is_nan());
    }
}
