//! Scalar operations in f64: what the signal interpreter runs, what constants are folded with, and what lanes that grow without
//! end are computed by.
//!
//! Ints, uints and bools are f64s too, in which they are exact; operations on their bits wrap as 32 bits do.

use super::{Imm, Prim, each_scalar};
use crate::math::cubic_bezier::cubic_bezier;
use crate::math::spring::spring;
use crate::math::{Real, arith, color, fixed, hash, noise, wave};

#[inline(always)]
fn float(x: f64) -> f64 {
    x
}

#[inline(always)]
fn int(x: f64) -> i32 {
    x as i64 as i32
}

#[inline(always)]
fn uint(x: f64) -> u32 {
    x as i64 as u32
}

#[inline(always)]
fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

#[inline(always)]
fn one(value: f64) -> [f64; 3] {
    [value, 0.0, 0.0]
}

#[inline(always)]
fn packed([r, g, b]: [f64; 3], alpha: f64) -> f64 {
    f64::from(color::pack_rgba8_f64(r, g, b, alpha))
}

/// The result of an operation on bits, which the immediate says how to read.
#[inline(always)]
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
    (int_by $x:ident $imm:ident $args:tt ($formula:expr; $by:path)) => { value!(int $x $imm $args ($formula)) };
    (uint_by $x:ident $imm:ident $args:tt ($formula:expr; $by:path)) => { value!(uint $x $imm $args ($formula)) };
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
    (slopes $x:ident $imm:ident $args:tt (|$seed:ident| $formula:expr)) => {{
        named!($x as float, $args);
        let $seed = $imm.seed();
        let (slopes, mut all) = ($formula, [0.0; 3]);
        all[..slopes.len()].copy_from_slice(&slopes);
        all
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

/// Numbers of a piece: lanes that are computed in f64 go through in pieces that stay in the L1 cache.
pub(crate) const PIECE: usize = 64;

/// The first result of an operation for every lane of a piece. What is not an argument is not read.
#[inline(always)]
fn each(out: &mut [f64], args: &[[f64; PIECE]; 5], f: impl Fn(&[f64; 5]) -> f64) {
    let n = out.len().min(PIECE);
    let out = &mut out[..n];
    for i in 0..n {
        out[i] = f(&std::array::from_fn(|k| args[k][i]));
    }
}

/// Any operation, lane by lane. Out of line: none of the loops beside it is to grow by all of them.
#[inline(never)]
fn each_by_itself(prim: Prim, imm: Imm, out: &mut [f64], args: &[[f64; PIECE]; 5]) {
    each(out, args, |x| evaluate(prim, imm, x)[0]);
}

/// A loop for what the planner makes an operation on growing lanes of; what it does not goes by itself.
macro_rules! piece_arm {
    (Takes $by_itself:expr, $loop:expr) => {
        $by_itself
    };
    (Turns $by_itself:expr, $loop:expr) => {
        $by_itself
    };
    (Cycles $by_itself:expr, $loop:expr) => {
        $by_itself
    };
    ($growing:ident $by_itself:expr, $loop:expr) => {
        $loop
    };
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

        /// The first result of an operation for every lane of a piece: as [`evaluate`], in one loop for each operation.
        #[inline(always)]
        pub(crate) fn evaluate_piece(prim: Prim, imm: Imm, out: &mut [f64], args: &[[f64; PIECE]; 5]) {
            match prim { $( Prim::$name => piece_arm!(
                $growing each_by_itself(prim, imm, out, args),
                each(out, args, #[inline(always)] |x| value!($on x imm $args $formula)[0])
            ), )* }
        }
    };
}

each_scalar!(evaluator);
