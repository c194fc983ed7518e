//! Exact sums beside sums of big integers, whatever was added and taken away before.

use super::super::Sum;
use super::Random;

/// Any finite number, with exponents near each other or anywhere.
fn number(random: &mut Random, spread: u64) -> f64 {
    let exponent = 1023 - spread / 2 + random.next() % spread.max(1);
    f64::from_bits(random.next() & 0x800f_ffff_ffff_ffff | exponent.min(2046) << 52)
}

/// The sum of numbers that are multiples of 2^-100 and below 2^20, rounded once.
fn plain(numbers: &[f64]) -> f64 {
    let scaled = |x: f64| {
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as i64 - 1075 + 100;
        let mantissa = i128::from(bits & ((1 << 52) - 1) | 1 << 52);
        let whole = if exponent >= 0 { mantissa << exponent } else { mantissa >> -exponent };
        if bits >> 63 == 0 { whole } else { -whole }
    };
    // The conversion of an integer rounds to the nearest, ties to even; a power of two does not round.
    numbers.iter().copied().map(scaled).sum::<i128>() as f64 * f64::from_bits((1023 - 100) << 52)
}

#[test]
fn sums_are_those_of_integers() {
    let mut random = Random(1);
    for round in 0..20_000 {
        // 2^-47 to 2^18, so the last bit is 2^-99 at least.
        let count = 1 + random.below(12);
        let numbers: Vec<f64> = (0..count).map(|_| number(&mut random, 1 + round % 36)).collect();
        let mut sum = Sum::default();
        numbers.iter().for_each(|x| sum.add(*x));
        assert_eq!(sum.value().to_bits(), (plain(&numbers) + 0.0).to_bits(), "{numbers:?}");
    }
}

#[test]
fn what_is_taken_away_was_never_there() {
    let mut random = Random(2);
    for spread in [1, 40, 200, 2046] {
        let mut sum = Sum::default();
        let mut numbers: Vec<f64> = Vec::new();
        for _ in 0..20_000 {
            if numbers.len() > 20 || !numbers.is_empty() && random.below(2) == 0 {
                let k = random.below(numbers.len());
                sum.take_away(numbers.swap_remove(k));
            } else {
                let x = match random.below(40) {
                    0 => f64::NAN,
                    1 => f64::INFINITY,
                    2 => f64::NEG_INFINITY,
                    3 => f64::from_bits(random.next() >> 12),
                    _ => number(&mut random, spread),
                };
                numbers.push(x);
                sum.add(x);
            }
            let mut again = Sum::default();
            numbers.iter().rev().for_each(|x| again.add(*x));
            assert_eq!(sum.value().to_bits(), again.value().to_bits(), "{numbers:?}");
        }
        numbers.iter().for_each(|x| sum.take_away(*x));
        assert_eq!(sum.value().to_bits(), 0);
    }
}

#[test]
fn edges() {
    let check = |numbers: &[f64], expected: f64| {
        let mut sum = Sum::default();
        numbers.iter().for_each(|x| sum.add(*x));
        assert_eq!(sum.value().to_bits(), expected.to_bits(), "{numbers:?}: {}", sum.value());
    };
    let tiny = f64::from_bits(1);
    check(&[], 0.0);
    check(&[-0.0, -0.0], 0.0);
    check(&[0.1; 10], 1.0);
    check(&[1e300, 1.0, -1e300], 1.0);
    check(&[1e300, -1e300, -1.0], -1.0);
    check(&[tiny], tiny);
    check(&[-tiny, -tiny], -2.0 * tiny);
    check(&[f64::MIN_POSITIVE, -tiny], f64::from_bits((1 << 52) - 1));
    check(&[f64::MAX], f64::MAX);
    check(&[f64::MAX, f64::MAX], f64::INFINITY);
    check(&[f64::MAX, f64::MAX, -f64::MAX], f64::MAX);
    check(&[-f64::MAX, -f64::MAX], f64::NEG_INFINITY);
    // Half a unit in the last place: to even, unless there is anything more.
    check(&[1.0, f64::EPSILON / 2.0], 1.0);
    check(&[1.0 + f64::EPSILON, f64::EPSILON / 2.0], 1.0 + 2.0 * f64::EPSILON);
    check(&[1.0, f64::EPSILON / 2.0, tiny], 1.0 + f64::EPSILON);
    check(&[-1.0, -f64::EPSILON / 2.0, -tiny], -1.0 - f64::EPSILON);
    check(&[f64::INFINITY, 1.0], f64::INFINITY);
    check(&[f64::INFINITY, f64::NEG_INFINITY], f64::NAN);
    check(&[f64::NAN, 1.0], f64::NAN);
}
