//! Kernels: one block of lanes through one instruction.
//!
//! All of them are plain loops over slices of equal length, which the compiler vectorises for the level that the
//! sweep was entered with. Chunking by hand defeats that, and so does a function that is handed over as a value and is
//! too large to be inlined by itself: every closure here says `inline(always)`.

use bytemuck::{cast_slice, cast_slice_mut};
use fearless_simd::Simd;

use crate::math::cubic_bezier::cubic_bezier;
use crate::math::curve::ArcTable;
use crate::math::divisor::{Divisor, SignedDivisor};
use crate::math::easing::Ease;
use crate::math::spring::spring;
use crate::math::{Real, arith, color, hash, noise, wave};
use crate::program::Edge;
use crate::scalar::{Imm, Prim, each_scalar};

/// A closure that is inlined into the loop it is handed to, however large it is: else it would be compiled once, for
/// the baseline, and called lane by lane.
macro_rules! inlined {
    (|$($arg:pat_param),*| $body:expr) => {
        #[inline(always)]
        |$($arg),*| $body
    };
}

/// An operand of a block: as many lanes as the block has, or one for a uniform. (In a block of one lane both are the
/// same.)
pub(super) type Operand<'a> = &'a [f32];

/// The operands of an instruction.
pub(super) type Operands<'a> = [Operand<'a>; 5];

#[inline(always)]
pub(super) fn fill(dst: &mut [f32], f: impl Fn(usize) -> f32) {
    for (lane, dst) in dst.iter_mut().enumerate() {
        *dst = f(lane);
    }
}

#[inline(always)]
fn map1(dst: &mut [f32], a: Operand<'_>, f: impl Fn(f32) -> f32) {
    let n = dst.len();
    let a = &a[..n];
    for i in 0..n {
        dst[i] = f(a[i]);
    }
}

#[inline(always)]
fn map2(dst: &mut [f32], a: Operand<'_>, b: Operand<'_>, f: impl Fn(f32, f32) -> f32) {
    let n = dst.len();
    if let [b] = *b {
        map1(dst, a, inlined!(|a| f(a, b)));
    } else if let [a] = *a {
        map1(dst, b, inlined!(|b| f(a, b)));
    } else {
        let (a, b) = (&a[..n], &b[..n]);
        for i in 0..n {
            dst[i] = f(a[i], b[i]);
        }
    }
}

#[inline(always)]
fn bits1(dst: &mut [f32], a: Operand<'_>, f: impl Fn(u32) -> u32) {
    let n = dst.len();
    let dst: &mut [u32] = cast_slice_mut(dst);
    let a: &[u32] = &cast_slice(a)[..n];
    for i in 0..n {
        dst[i] = f(a[i]);
    }
}

/// As [`map2`], on the bits of lanes.
#[inline(always)]
fn bits2(dst: &mut [f32], a: Operand<'_>, b: Operand<'_>, f: impl Fn(u32, u32) -> u32) {
    let n = dst.len();
    if let [b] = *b {
        bits1(dst, a, inlined!(|a| f(a, b.to_bits())));
    } else if let [a] = *a {
        bits1(dst, b, inlined!(|b| f(a.to_bits(), b)));
    } else {
        let dst: &mut [u32] = cast_slice_mut(dst);
        let (a, b): (&[u32], &[u32]) = (&cast_slice(a)[..n], &cast_slice(b)[..n]);
        for i in 0..n {
            dst[i] = f(a[i], b[i]);
        }
    }
}

#[inline(always)]
fn map3(dst: &mut [f32], [a, b, c]: [Operand<'_>; 3], f: impl Fn(f32, f32, f32) -> f32) {
    let n = dst.len();
    let (a, b, c) = (&a[..n], &b[..n], &c[..n]);
    for i in 0..n {
        dst[i] = f(a[i], b[i], c[i]);
    }
}

/// Lanes first, then what may be uniform: for `a * b + c` and its kin.
#[inline(always)]
pub(super) fn multiply_add(dst: &mut [f32], s: &Operands<'_>, f: impl Fn(f32, f32, f32) -> f32) {
    let (a, b, c) = (s[0], s[1], s[2]);
    match (b, c) {
        (&[b], &[c]) => map1(dst, a, inlined!(|a| f(a, b, c))),
        (&[b], c) => map2_lanes(dst, a, c, inlined!(|a, c| f(a, b, c))),
        (b, &[c]) => map2_lanes(dst, a, b, inlined!(|a, b| f(a, b, c))),
        _ => map3(dst, [a, b, c], inlined!(|a, b, c| f(a, b, c))),
    }
}

/// As [`map2`] where both are lanes.
#[inline(always)]
fn map2_lanes(dst: &mut [f32], a: Operand<'_>, b: Operand<'_>, f: impl Fn(f32, f32) -> f32) {
    let n = dst.len();
    let (a, b) = (&a[..n], &b[..n]);
    for i in 0..n {
        dst[i] = f(a[i], b[i]);
    }
}

/// Two results of two arguments.
#[inline(always)]
fn split2([x, y, _]: [&mut [f32]; 3], [a, b]: [Operand<'_>; 2], f: impl Fn(f32, f32) -> [f32; 2]) {
    let n = x.len();
    let y = &mut y[..n];
    let (a, b) = (&a[..n], &b[..n]);
    for i in 0..n {
        [x[i], y[i]] = f(a[i], b[i]);
    }
}

/// Three results of three arguments.
#[inline(always)]
fn split3(dst: [&mut [f32]; 3], [a, b, c]: [Operand<'_>; 3], f: impl Fn(f32, f32, f32) -> [f32; 3]) {
    let [x, y, z] = dst;
    let n = x.len();
    let (y, z) = (&mut y[..n], &mut z[..n]);
    let (a, b, c) = (&a[..n], &b[..n], &c[..n]);
    for i in 0..n {
        let [p, q, r] = f(a[i], b[i], c[i]);
        x[i] = p;
        y[i] = q;
        z[i] = r;
    }
}

/// Sine and cosine of turns.
#[inline(always)]
fn sin_cos(dst: [&mut [f32]; 3], turns: Operand<'_>) {
    let [sin, cos, _] = dst;
    let n = sin.len();
    let (cos, turns) = (&mut cos[..n], &turns[..n]);
    for i in 0..n {
        (sin[i], cos[i]) = turns[i].sin_cos_turns();
    }
}

/// The polar superinstruction.
#[inline(always)]
pub(super) fn polar(dst: [&mut [f32]; 2], [turns, radius, x, y]: [Operand<'_>; 4]) {
    let [dx, dy] = dst;
    let n = dx.len();
    let (dy, turns, radius) = (&mut dy[..n], &turns[..n], &radius[..n]);
    if let (&[x], &[y]) = (x, y) {
        for i in 0..n {
            let (sin, cos) = turns[i].sin_cos_turns();
            dx[i] = cos * radius[i] + x;
            dy[i] = sin * radius[i] + y;
        }
    } else {
        let (x, y) = (&x[..n], &y[..n]);
        for i in 0..n {
            let (sin, cos) = turns[i].sin_cos_turns();
            dx[i] = cos * radius[i] + x[i];
            dy[i] = sin * radius[i] + y[i];
        }
    }
}

/// The lane of an index, all around; 0 where there are none at all.
#[inline(always)]
fn lane_around(lanes: &[f32], index: i32) -> f32 {
    Edge::Wrap.place(index, lanes.len()).map_or(0.0, |at| lanes[at])
}

/// The lanes that have the numbers in `indices`.
#[inline(never)]
pub(super) fn gather<S: Simd>(simd: S, lanes: &[f32], edge: Edge, dst: &mut [f32], indices: Operand<'_>) {
    simd.vectorize(
        #[inline(always)]
        || {
            let n = dst.len();
            let indices: &[i32] = &cast_slice(indices)[..n];
            match edge {
                // Said so that nothing is left to check: then whole vectors are gathered.
                Edge::Clamp if !lanes.is_empty() => {
                    let last = lanes.len() - 1;
                    (0..n).for_each(|i| dst[i] = lanes[(indices[i].max(0) as usize).min(last)]);
                }
                Edge::Clamp => dst.fill(0.0),
                Edge::Wrap => (0..n).for_each(|i| dst[i] = lane_around(lanes, indices[i])),
            }
        },
    );
}

/// Places along a path: which intervals of its table, then what these have, lane by lane, and what lies between. The first and the last
/// are vectors.
#[inline(never)]
pub(super) fn path<S: Simd>(simd: S, table: &ArcTable<f32>, dst: [&mut [f32]; 3], shares: Operand<'_>) {
    const BLOCK: usize = 64;
    simd.vectorize(
        #[inline(always)]
        || {
            let [x, y, turns] = dst;
            let shares = shares[..x.len()].chunks(BLOCK);
            let all = x.chunks_mut(BLOCK).zip(y.chunks_mut(BLOCK)).zip(turns.chunks_mut(BLOCK)).zip(shares);
            let (mut interval, mut t, mut ends) = ([0; BLOCK], [0.0; BLOCK], [[0.0; BLOCK]; 6]);
            for (((x, y), turns), shares) in all {
                let n = shares.len();
                for i in 0..n {
                    (interval[i], t[i]) = ArcTable::interval(shares[i]);
                }
                for i in 0..n {
                    ends.iter_mut().zip(table.ends(interval[i])).for_each(|(lanes, end)| lanes[i] = end);
                }
                let (y, turns) = (&mut y[..n], &mut turns[..n]);
                for i in 0..n {
                    let [x0, x1, y0, y1, turns0, turns1] = &ends;
                    let ends = [x0[i], x1[i], y0[i], y1[i], turns0[i], turns1[i]];
                    [x[i], y[i], turns[i]] = ArcTable::between(ends, t[i]);
                }
            }
        },
    );
}

/// Colours of hue, saturation, value.
#[inline(always)]
fn hsv(dst: [&mut [f32]; 3], s: &Operands<'_>) {
    match (s[1], s[2]) {
        (&[saturation], &[value]) => {
            split3(dst, [s[0], s[0], s[0]], inlined!(|h, _, _| color::hsv_to_rgb(h, saturation, value)));
        }
        (&[saturation], value) => {
            split3(dst, [s[0], value, value], inlined!(|h, v, _| color::hsv_to_rgb(h, saturation, v)));
        }
        _ => split3(dst, [s[0], s[1], s[2]], inlined!(|a, b, c| color::hsv_to_rgb(a, b, c))),
    }
}

/// All bits set where true.
#[inline(always)]
fn mask(is: bool) -> u32 {
    if is { u32::MAX } else { 0 }
}

/// One loop of a formula, by what it is on and which operands it takes as uniforms.
macro_rules! lanes {
    (float any ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        map2($dst, $s[0], $s[1], inlined!(|$a, $b| $formula))
    };
    (float lanes ($a:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        map1($dst, $s[0], inlined!(|$a| $formula))
    };
    (float lanes ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        map2_lanes($dst, $s[0], $s[1], inlined!(|$a, $b| $formula))
    };
    (float lanes ($a:ident, $b:ident, $c:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        map3($dst, [$s[0], $s[1], $s[2]], inlined!(|$a, $b, $c| $formula))
    };
    (test any ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        map2($dst, $s[0], $s[1], inlined!(|$a, $b| f32::from_bits(mask($formula))))
    };
    (int_test $uniforms:ident ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits2($dst, $s[0], $s[1], inlined!(|$a, $b| {
            let ($a, $b) = ($a.cast_signed(), $b.cast_signed());
            mask($formula)
        }))
    };
    (uint_test $uniforms:ident ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits2($dst, $s[0], $s[1], inlined!(|$a, $b| mask($formula)))
    };
    (int $uniforms:ident ($a:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits1($dst, $s[0], inlined!(|$a| {
            let $a = $a.cast_signed();
            i32::cast_unsigned($formula)
        }))
    };
    (int $uniforms:ident ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits2($dst, $s[0], $s[1], inlined!(|$a, $b| {
            let ($a, $b) = ($a.cast_signed(), $b.cast_signed());
            i32::cast_unsigned($formula)
        }))
    };
    (int_pick $($rest:tt)*) => { lanes!(int $($rest)*) };
    (bits $uniforms:ident ($a:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits1($dst, $s[0], inlined!(|$a| $formula))
    };
    (bits $uniforms:ident ($a:ident, $b:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits2($dst, $s[0], $s[1], inlined!(|$a, $b| $formula))
    };
    (uint $($rest:tt)*) => { lanes!(bits $($rest)*) };
    (uint_pick $($rest:tt)*) => { lanes!(bits $($rest)*) };
    (int_by any $args:tt ($formula:expr; $by:path) $dst:ident $s:ident $imm:ident) => {
        if let [by] = *$s[1] {
            let by = SignedDivisor::new(by.to_bits().cast_signed());
            bits1($dst, $s[0], inlined!(|a| $by(by, a.cast_signed()).cast_unsigned()));
        } else {
            lanes!(int any $args ($formula) $dst $s $imm);
        }
    };
    (uint_by any $args:tt ($formula:expr; $by:path) $dst:ident $s:ident $imm:ident) => {
        if let [by] = *$s[1] {
            let by = Divisor::new(by.to_bits());
            bits1($dst, $s[0], inlined!(|a| $by(by, a)));
        } else {
            lanes!(uint any $args ($formula) $dst $s $imm);
        }
    };
    (of_uint lanes ($a:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        bits1($dst, $s[0], inlined!(|$a| f32::to_bits($formula)))
    };
    (noise lanes $args:tt (|$seed:ident| $formula:expr) $dst:ident $s:ident $imm:ident) => {{
        let $seed = $imm.seed();
        lanes!(float lanes $args ($formula) $dst $s $imm)
    }};
    // `own` and `many`.
    (
        $on:ident $uniforms:tt () {
            scalar |$x:ident, $x_imm:ident| $value:expr;
            lanes |$own:ident, $own_s:ident, $own_imm:ident| $kernel:expr;
        } $dst:ident $s:ident $imm:ident
    ) => {{
        let ($own, $own_s, $own_imm) = ($dst, $s, $imm);
        $kernel
    }};
}

/// The arm of a row where it belongs, and what else it is.
macro_rules! common_arm {
    (many $($rest:tt)*) => { return false };
    (triple $($rest:tt)*) => { return false };
    (slopes $($rest:tt)*) => { return false };
    (instruction $($rest:tt)*) => { return false };
    ($on:ident rare $($rest:tt)*) => { return false };
    ($on:ident common $($rest:tt)*) => { lanes!($on $($rest)*) };
}

macro_rules! several_arm {
    (many common $($rest:tt)*) => { lanes!(many $($rest)*) };
    ($on:ident $($rest:tt)*) => { return false };
}

macro_rules! rare_arm {
    (many $($rest:tt)*) => { () };
    (instruction $($rest:tt)*) => { () };
    (triple rare lanes ($a:ident, $b:ident, $c:ident) ($formula:expr) $dst:ident $s:ident $imm:ident) => {
        split3($dst, [$s[0], $s[1], $s[2]], inlined!(|$a, $b, $c| $formula))
    };
    (slopes rare lanes ($a:ident, $b:ident) (|$seed:ident| $formula:expr) $dst:ident $s:ident $imm:ident) => {{
        let $seed = $imm.seed();
        split2($dst, [$s[0], $s[1]], inlined!(|$a, $b| $formula))
    }};
    (
        slopes rare lanes ($a:ident, $b:ident, $c:ident) (|$seed:ident| $formula:expr)
        $dst:ident $s:ident $imm:ident
    ) => {{
        let $seed = $imm.seed();
        split3($dst, [$s[0], $s[1], $s[2]], inlined!(|$a, $b, $c| $formula))
    }};
    ($on:ident common $($rest:tt)*) => { () };
    ($on:ident rare $uniforms:tt $args:tt $formula:tt $dst:ident $s:ident $imm:ident) => {{
        let [dst, ..] = $dst;
        lanes!($on $uniforms $args $formula dst $s $imm)
    }};
}

macro_rules! kernels {
    ($(
        $(#[$meta:meta])*
        $on:ident $when:ident $uniforms:tt $name:ident $args:tt:
            $kind:ident $outputs:literal, $cost:literal, $growing:ident $(($at:literal))? = $formula:tt;
    )*) => {
        /// The common operations of one result. Gives false for the others.
        #[inline(always)]
        pub(super) fn common(prim: Prim, imm: Imm, dst: &mut [f32], s: &Operands<'_>) -> bool {
            match prim { $( Prim::$name => common_arm!($on $when $uniforms $args $formula dst s imm), )* }
            true
        }

        /// The common operations of several results. Gives false for the others.
        #[inline(always)]
        pub(super) fn several(prim: Prim, imm: Imm, dst: [&mut [f32]; 3], s: &Operands<'_>) -> bool {
            match prim { $( Prim::$name => several_arm!($on $when $uniforms $args $formula dst s imm), )* }
            true
        }

        /// The rest: a function of its own per level, so that the loop over instructions stays small.
        #[inline(never)]
        pub(super) fn rare<S: Simd>(simd: S, prim: Prim, imm: Imm, dst: [&mut [f32]; 3], s: &Operands<'_>) {
            simd.vectorize(
                #[inline(always)]
                || match prim { $( Prim::$name => rare_arm!($on $when $uniforms $args $formula dst s imm), )* },
            );
        }
    };
}

each_scalar!(kernels);

#[inline(always)]
fn clamp(dst: &mut [f32], s: &Operands<'_>) {
    match (s[1], s[2]) {
        (&[lo], &[hi]) => map1(dst, s[0], inlined!(|x| arith::clamp(x, lo, hi))),
        (lo, hi) => map3(dst, [s[0], lo, hi], inlined!(|x, lo, hi| arith::clamp(x, lo, hi))),
    }
}

#[inline(always)]
fn mix(dst: &mut [f32], s: &Operands<'_>) {
    match (s[0], s[1], s[2]) {
        (&[a], &[b], t) => map1(dst, t, inlined!(|t| arith::mix(a, b, t))),
        (a, b, &[t]) => map2_lanes(dst, a, b, inlined!(|a, b| arith::mix(a, b, t))),
        (a, b, t) => map3(dst, [a, b, t], inlined!(|a, b, t| arith::mix(a, b, t))),
    }
}

#[inline(always)]
fn select(dst: &mut [f32], &[condition, a, b, ..]: &Operands<'_>) {
    // Bits, so that the branch not taken leaves no trace and any kind of lane will do.
    let pick = |c: u32, a: u32, b: u32| (c & a) | (!c & b);
    match (a, b) {
        (&[a], &[b]) => bits1(dst, condition, inlined!(|c| pick(c, a.to_bits(), b.to_bits()))),
        (a, &[b]) => bits2(dst, condition, a, inlined!(|c, a| pick(c, a, b.to_bits()))),
        (&[a], b) => bits2(dst, condition, b, inlined!(|c, b| pick(c, a.to_bits(), b))),
        (a, b) => {
            let n = dst.len();
            let dst: &mut [u32] = cast_slice_mut(dst);
            let c: &[u32] = &cast_slice(condition)[..n];
            let (a, b): (&[u32], &[u32]) = (&cast_slice(a)[..n], &cast_slice(b)[..n]);
            for i in 0..n {
                dst[i] = pick(c[i], a[i], b[i]);
            }
        }
    }
}

/// Four lanes into one; the last of them may be uniform.
#[inline(always)]
fn pack(dst: &mut [f32], s: &Operands<'_>, f: impl Fn(f32, f32, f32, f32) -> u32) {
    let n = dst.len();
    let dst: &mut [u32] = cast_slice_mut(dst);
    let (r, g, b) = (&s[0][..n], &s[1][..n], &s[2][..n]);
    if let [a] = *s[3] {
        for i in 0..n {
            dst[i] = f(r[i], g[i], b[i], a);
        }
    } else {
        let a = &s[3][..n];
        for i in 0..n {
            dst[i] = f(r[i], g[i], b[i], a[i]);
        }
    }
}

/// Octaves outside, lanes inside: the other way round does not vectorise. The sum is that of the scalar form, term by
/// term. Lacunarity and gain are one number for all lanes or differ per lane; then every lane goes by itself.
#[inline(always)]
fn fractal(
    imm: Imm,
    dst: &mut [f32],
    s: &Operands<'_>,
    dimensions: usize,
    f: impl Fn([f32; 3], f32, u32) -> f32,
) {
    let (n, seed, octaves) = (dst.len(), imm.seed(), imm.octaves());
    let (x, y, z) = (&s[0][..n], &s[1.min(dimensions - 1)][..n], &s[2.min(dimensions - 1)][..n]);
    let (lacunarity, gain) = (s[dimensions], s[dimensions + 1]);
    if let (&[lacunarity], &[gain]) = (lacunarity, gain) {
        dst.fill(0.0);
        for octave in noise::octaves(seed, octaves, lacunarity, gain) {
            for i in 0..n {
                dst[i] += octave.weight * f([x[i], y[i], z[i]], octave.frequency, octave.seed);
            }
        }
        return;
    }
    for i in 0..n {
        let at = |operand: Operand<'_>| if let [uniform] = *operand { uniform } else { operand[i] };
        let mut sum = 0.0;
        for octave in noise::octaves(seed, octaves, at(lacunarity), at(gain)) {
            sum += octave.weight * f([x[i], y[i], z[i]], octave.frequency, octave.seed);
        }
        dst[i] = sum;
    }
}

/// Digit by digit, all lanes of a block together, and as many digits as the largest of them has. Those of a smaller one are zeros,
/// which changes no quotient: numerator and denominator are whole numbers below 2^53, and get the same factor.
#[inline(always)]
fn radical_inverse(dst: &mut [f32], s: &Operands<'_>, base: u32) {
    const BLOCK: usize = 128;
    let by = Divisor::new(base);
    // Rounding to f32 may reach 1.
    let below = <f32 as Real>::BELOW_ONE;
    let numbers: &[u32] = &cast_slice(s[0])[..dst.len()];
    for (dst, numbers) in dst.chunks_mut(BLOCK).zip(numbers.chunks(BLOCK)) {
        let (mut rest, mut mirrored, mut scale) = ([0; BLOCK], [0.0; BLOCK], 1.0);
        let (rest, mirrored) = (&mut rest[..numbers.len()], &mut mirrored[..numbers.len()]);
        rest.copy_from_slice(numbers);
        while rest.iter().fold(0, |all, rest| all | rest) > 0 {
            for (rest, mirrored) in rest.iter_mut().zip(&mut *mirrored) {
                let quotient = by.of(*rest);
                let digit = rest.wrapping_sub(quotient.wrapping_mul(base));
                *mirrored = *mirrored * f64::from(base) + f64::from(digit.cast_signed());
                *rest = quotient;
            }
            scale *= f64::from(base);
        }
        for (dst, mirrored) in dst.iter_mut().zip(mirrored) {
            *dst = ((*mirrored / scale) as f32).min(below);
        }
    }
}

/// The timing curve: worked out in f64, lane by lane of five operands.
#[inline(always)]
fn timing(dst: &mut [f32], s: &Operands<'_>) {
    let n = dst.len();
    let (x1, y1, x2, y2, t) = (&s[0][..n], &s[1][..n], &s[2][..n], &s[3][..n], &s[4][..n]);
    for i in 0..n {
        let [x1, y1, x2, y2, t] = [x1[i], y1[i], x2[i], y2[i], t[i]].map(f64::from);
        dst[i] = cubic_bezier(x1, y1, x2, y2, t) as f32;
    }
}

#[inline(always)]
fn ease(kind: Ease, dst: &mut [f32], s: &Operands<'_>) {
    use crate::math::easing::{self, each_ease};
    // One loop per kind: chosen outside, so that each is straight-line code.
    macro_rules! kinds {
        ($($kind:ident $function:ident),* $(,)?) => {
            match kind { $( Ease::$kind => map1(dst, s[0], inlined!(|a| easing::$function(a))), )* }
        };
    }
    each_ease!(kinds);
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;

    /// 300 numbers with all bits in use, a few edges among them.
    fn numbers() -> Vec<f32> {
        let edges = [0, 1, 2, 3, u32::MAX, u32::MAX - 1, 1 << 31, (1 << 31) - 1, (1 << 31) + 1];
        let all = edges.into_iter().chain((0..291).map(|k| hash::hash(k) >> (k % 32)));
        all.map(f32::from_bits).collect()
    }

    fn run(prim: Prim, imm: Imm, s: &Operands<'_>) -> Vec<u32> {
        let mut dst = vec![0.0; s[0].len()];
        dispatch!(Level::new(), simd => rare(simd, prim, imm, [&mut dst, &mut [], &mut []], s));
        dst.into_iter().map(f32::to_bits).collect()
    }

    #[test]
    fn what_is_divided_by_one_number_is_divided() {
        let numbers = numbers();
        let divisors = (0..40_i32).flat_map(|k| [k, -k]).chain([i32::MAX, i32::MIN, i32::MIN + 1, 1 << 20]);
        for divisor in divisors {
            let by = f32::from_bits(divisor.cast_unsigned());
            for prim in [Prim::DivInt, Prim::ModInt, Prim::DivUint, Prim::ModUint] {
                let one = run(prim, Imm::None, &[&numbers, &[by], &[], &[], &[]]);
                let each = run(prim, Imm::None, &[&numbers, &vec![by; numbers.len()], &[], &[], &[]]);
                assert_eq!(one, each, "{prim:?} by {divisor}");
            }
        }
    }

    #[test]
    fn radical_inverses_are_those_of_single_numbers() {
        let numbers = numbers();
        for base in 2..=36 {
            let found = run(Prim::RadicalInverse, Imm::Base(base), &[&numbers, &[], &[], &[], &[]]);
            let expected = numbers.iter().map(|n| {
                let inverse = hash::radical_inverse(n.to_bits(), base) as f32;
                inverse.min(<f32 as Real>::BELOW_ONE).to_bits()
            });
            assert_eq!(found, expected.collect::<Vec<_>>(), "base {base}");
        }
    }
}
