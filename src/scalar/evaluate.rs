//! Scalar operations in f64: what the signal interpreter runs, and what constants are folded with.
//!
//! Ints, uints and bools are f64s too, in which they are exact; operations on their bits wrap as 32 bits do.

use super::{Imm, Prim, each_scalar};
use crate::math::cubic_bezier::cubic_bezier;
use crate::math::spring::spring;
use crate::math::{Real, arith, color, fixed, hash, noise, wave};

fn float(x: f64) -> f64 {
    x
}

fn int(x: f64) -> i32 {
    x as i64 as i32
}

fn uint(x: f64) -> u32 {
    x as i64 as u32
}

fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn one(value: f64) -> [f64; 3] {
    [value, 0.0, 0.0]
}

/// The result of an operation on bits, which the immediate says how to read.
fn wrapped(imm: Imm, bits: u32) -> [f64; 3] {
    one(if imm == Imm::Signed { f64::from(bits.cast_signed()) } else { f64::from(bits) })
}

/// Names the arguments of a formula.
macro_rules! named {
    ($x:ident as $read:ident, ($a:ident)) => {
        let $a = $read($x[0]);
    };
    ($x:ident as $read:ident, ($a:ident, $b:ident)) => {
        let ($a, $b) = ($read($x[0]), $read($x[1]));
    };
    ($x:ident as $read:ident, ($a:ident, $b:ident, $c:ident)) => {
        let ($a, $b, $c) = ($read($x[0]), $read($x[1]), $read($x[2]));
    };
}

/// The results of a formula, by what it is on. Numbers of any kind are compared and picked as the f64s that they are.
macro_rules! value {
    (float $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as float, $args);
        one($formula)
    }};
    (test $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as float, $args);
        one(truth($formula))
    }};
    (int_test $($rest:tt)*) => { value!(test $($rest)*) };
    (uint_test $($rest:tt)*) => { value!(test $($rest)*) };
    (int_pick $($rest:tt)*) => { value!(float $($rest)*) };
    (uint_pick $($rest:tt)*) => { value!(float $($rest)*) };
    (int $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as int, $args);
        one(f64::from($formula))
    }};
    (uint $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as uint, $args);
        one(f64::from($formula))
    }};
    (bits $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as uint, $args);
        wrapped($imm, $formula)
    }};
    (of_uint $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as uint, $args);
        one($formula)
    }};
    (noise $x:ident $imm:ident $args:tt (|$seed:ident| $formula:expr)) => {{
        named!($x as float, $args);
        let $seed = $imm.seed();
        one($formula)
    }};
    (triple $x:ident $imm:ident $args:tt ($formula:expr)) => {{
        named!($x as float, $args);
        $formula
    }};
    (instruction $x:ident $imm:ident () (|$own:ident| $formula:expr)) => {{
        let $own = $x;
        $formula
    }};
    // `own` and `many`.
    ($on:ident $x:ident $imm:ident () { scalar |$own:ident, $own_imm:ident| $formula:expr; $($lanes:tt)* }) => {{
        let ($own, $own_imm) = ($x, $imm);
        $formula
    }};
}

macro_rules! evaluator {
    ($(
        $(#[$meta:meta])*
        $on:ident $when:ident $uniforms:tt $name:ident $args:tt:
            $kind:ident $outputs:literal, $cost:literal, $growing:ident $(($at:literal))? = $formula:tt;
    )*) => {
        /// The value of an operation: up to three results.
        #[inline]
        pub(crate) fn evaluate(prim: Prim, imm: Imm, x: &[f64]) -> [f64; 3] {
            match prim { $( Prim::$name => value!($on x imm $args $formula), )* }
        }
    };
}

each_scalar!(evaluator);
