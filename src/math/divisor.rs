//! Division by a number that stays the same, without dividing: by the high half of a product.
//!
//! Granlund and Montgomery, *Division by Invariant Integers using Multiplication* (1994), figure 4.1. Exact for every numerator
//! and divisor; a processor divides one lane at a time, and multiplies many.

/// What many numbers are divided by.
#[derive(Clone, Copy, Debug)]
pub struct Divisor {
    divisor: u32,
    multiplier: u32,
    shifts: [u32; 2],
}

impl Divisor {
    /// A divisor of 0 gives quotients and remainders of 0.
    pub const fn new(divisor: u32) -> Self {
        if divisor == 0 {
            return Self { divisor, multiplier: 0, shifts: [31, 31] };
        }
        // The smallest power of two that is no less.
        let bits = u32::BITS - (divisor - 1).leading_zeros();
        let above = ((1_u64 << bits) - divisor as u64) << 32;
        // Below 2^32, for the power is less than twice the divisor.
        let multiplier = (above / divisor as u64 + 1) as u32;
        let first = if bits > 1 { 1 } else { bits };
        Self { divisor, multiplier, shifts: [first, bits - first] }
    }

    /// As [`div_u32`](super::arith::div_u32).
    #[inline(always)]
    pub const fn of(self, n: u32) -> u32 {
        let high = ((n as u64 * self.multiplier as u64) >> 32) as u32;
        // A number of 33 bits halved without overflow.
        (high + ((n - high) >> self.shifts[0])) >> self.shifts[1]
    }

    /// As [`mod_u32`](super::arith::mod_u32).
    #[inline(always)]
    pub const fn rest(self, n: u32) -> u32 {
        if self.divisor == 0 { 0 } else { n - self.of(n) * self.divisor }
    }
}

/// What many signed numbers are divided by; quotients are floored.
#[derive(Clone, Copy, Debug)]
pub struct SignedDivisor {
    size: Divisor,
    divisor: i32,
}

impl SignedDivisor {
    /// A divisor of 0 gives quotients and remainders of 0.
    pub const fn new(divisor: i32) -> Self {
        Self { size: Divisor::new(divisor.unsigned_abs()), divisor }
    }

    /// As [`div_i32`](super::arith::div_i32).
    #[inline(always)]
    pub const fn of(self, n: i32) -> i32 {
        if self.divisor > 0 {
            // Below 0 it is -1 - (-1 - n) / d, and -1 - x is x with all bits turned over.
            let turned = n >> 31;
            self.size.of((n ^ turned).cast_unsigned()).cast_signed() ^ turned
        } else if self.divisor < 0 {
            // The same of -n; above 0 that is -1 - (n - 1) / |d|.
            let turned = if n > 0 { -1 } else { 0 };
            self.size.of((n.wrapping_sub(1) ^ !turned).cast_unsigned()).cast_signed() ^ turned
        } else {
            0
        }
    }

    /// As [`mod_i32`](super::arith::mod_i32).
    #[inline(always)]
    pub const fn rest(self, n: i32) -> i32 {
        if self.divisor == 0 { 0 } else { n.wrapping_sub(self.of(n).wrapping_mul(self.divisor)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arith::{div_i32, div_u32, mod_i32, mod_u32};
    use super::*;

    fn check(n: u32, divisor: u32) {
        let found = Divisor::new(divisor).of(n);
        assert_eq!(found, div_u32(n, divisor), "{n} / {divisor}");
        assert_eq!(Divisor::new(divisor).rest(n), mod_u32(n, divisor), "{n} mod {divisor}");
        let (n, divisor) = (n.cast_signed(), divisor.cast_signed());
        let by = SignedDivisor::new(divisor);
        assert_eq!(by.of(n), div_i32(n, divisor), "{n} / {divisor}");
        assert_eq!(by.rest(n), mod_i32(n, divisor), "{n} mod {divisor}");
    }

    /// Powers of two and what is beside them, small numbers and their negatives.
    fn edges() -> Vec<u32> {
        let powers = (0..32).map(|k| 1_u32 << k);
        let near = powers.flat_map(|power| (0..5).map(move |k| power.wrapping_add(k).wrapping_sub(2)));
        let small = (0..200).flat_map(|k: u32| [k, k.wrapping_neg()]);
        let mut all: Vec<u32> = near.chain(small).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn every_edge_is_exact() {
        let edges = edges();
        for &divisor in &edges {
            for &n in &edges {
                check(n, divisor);
            }
            // Where quotients step.
            for quotient in [1, 2, 3, 1000, u32::MAX / divisor.max(1)] {
                let n = quotient.wrapping_mul(divisor);
                [n.wrapping_sub(1), n, n.wrapping_add(1)].into_iter().for_each(|n| check(n, divisor));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn any_division_is_exact(n: u32, divisor: u32, shift in 0..32_u32) {
            check(n, divisor >> shift);
        }
    }
}
