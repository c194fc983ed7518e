//! Exact sums: whatever was added and taken away again, in whatever order, the sum has the bits of the numbers that are left.

/// Bits of a digit.
const BITS: u32 = 32;

/// Digits: all bits that an f64 may have, from 2^-1074 to 2^1023, and room for carries.
const DIGITS: usize = 67;

/// A sum of f64 without any rounding: a fixed-point number as wide as all that an f64 can be. What comes out is the f64 that
/// is nearest to the exact sum, ties to even, so it is a function of the numbers alone. (A tree of partial sums would depend
/// on which row each number has, which is history.)
///
/// As with a plain sum, infinities of both signs or a NaN give NaN. The sum of nothing, and of zeros, is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// In base 2^32, the least first; each may be of either sign and has room for 2^31 numbers.
    digits: [i64; DIGITS],
    /// Numbers since digits were carried.
    pending: u32,
    nans: u32,
    /// Infinities, by sign.
    infinities: [u32; 2],
}

impl Default for Sum {
    fn default() -> Self {
        Self { digits: [0; DIGITS], pending: 0, nans: 0, infinities: [0; 2] }
    }
}

impl Sum {
    /// Adds a number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        self.change(x, 1);
    }

    /// Takes a number away that was added.
    #[inline]
    pub fn take_away(&mut self, x: f64) {
        self.change(x, -1);
    }

    fn change(&mut self, x: f64, by: i64) {
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as u32;
        let is_negative = bits >> 63 != 0;
        if exponent == 0x7ff {
            let count =
                if x.is_nan() { &mut self.nans } else { &mut self.infinities[usize::from(is_negative)] };
            *count = count.wrapping_add_signed(by as i32);
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
        let shift = exponent.max(1) - 1;
        let wide = u128::from(mantissa) << (shift % BITS);
        let by = if is_negative { -by } else { by };
        let at = (shift / BITS) as usize;
        for (k, digit) in self.digits[at..at + 3].iter_mut().enumerate() {
            *digit += by * i64::from((wide >> (BITS as usize * k)) as u32);
        }
        self.pending += 1;
        if self.pending >= 1 << 30 {
            carry(&mut self.digits);
            self.pending = 0;
        }
    }

    /// The sum.
    pub fn value(&self) -> f64 {
        match (self.nans, self.infinities) {
            (0, [0, 0]) => {}
            (0, [_, 0]) => return f64::INFINITY,
            (0, [0, _]) => return f64::NEG_INFINITY,
            (_, _) => return f64::NAN,
        }
        let mut digits = self.digits;
        carry(&mut digits);
        // All digits but the last are in 0..2^32, so that one has the sign.
        let is_negative = digits[DIGITS - 1] < 0;
        if is_negative {
            for digit in &mut digits {
                *digit = -*digit;
            }
            carry(&mut digits);
        }
        let magnitude = nearest(&digits);
        if is_negative { -magnitude } else { magnitude }
    }
}

/// Brings all digits but the last into 0..2^32.
fn carry(digits: &mut [i64; DIGITS]) {
    let mut carried = 0;
    for digit in &mut digits[..DIGITS - 1] {
        let full = *digit + carried;
        carried = full >> BITS;
        *digit = full - (carried << BITS);
    }
    digits[DIGITS - 1] += carried;
}

/// The f64 nearest to a number that is not negative, in units of 2^-1074.
fn nearest(digits: &[i64; DIGITS]) -> f64 {
    let Some(top) = digits.iter().rposition(|digit| *digit != 0) else { return 0.0 };
    let digit = |k: usize| digits.get(k).map_or(0, |digit| u128::from(digit.unsigned_abs()));
    // The three highest digits, and whether there is anything below them.
    let low = top.saturating_sub(2);
    let window = digit(low) | digit(low + 1) << BITS | digit(low + 2) << (2 * BITS);
    let is_more = digits[..low].iter().any(|digit| *digit != 0);
    let length = 128 - window.leading_zeros();
    if length <= 53 && low == 0 {
        return f64::from_bits(window as u64);
    }
    let cut = length - 53;
    let mantissa = (window >> cut) as u64;
    let (rest, half) = (window & ((1 << cut) - 1), 1 << (cut - 1));
    let is_up = rest > half || rest == half && (is_more || mantissa & 1 == 1);
    let exponent = u64::from(low as u32 * BITS + cut);
    if exponent + 1 >= 0x7ff {
        return f64::INFINITY;
    }
    // The mantissa brings its highest bit along, which counts as one in the exponent; a carry does the same.
    f64::from_bits((exponent << 52) + mantissa + u64::from(is_up))
}
