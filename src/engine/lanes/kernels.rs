//! Kernels: one block of lanes through one instruction.
//!
//! All of them are plain loops over slices of equal length, which the compiler vectorises for the level that the
//! sweep was entered with. Chunking by hand defeats that, and so does a function that is handed over as a value and is
//! too large to be inlined by itself: every closure here says `inline(always)`.

use bytemuck::{cast_slice, cast_slice_mut};
use fearless_simd::Simd;

use super::super::plan::expr::{Imm, Prim};
use crate::math::cubic_bezier::cubic_bezier;
use crate::math::curve::ArcTable;
use crate::math::easing::Ease;
use crate::math::spring::spring;
use crate::math::{Real, arith, color, hash, noise, wave};

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
pub(super) fn sin_cos(dst: [&mut [f32]; 2], turns: Operand<'_>) {
    let [sin, cos] = dst;
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

/// Places along a path.
#[inline(never)]
pub(super) fn path<S: Simd>(simd: S, table: &ArcTable<f32>, dst: [&mut [f32]; 3], shares: Operand<'_>) {
    simd.vectorize(
        #[inline(always)]
        || {
            let [x, y, turns] = dst;
            let n = x.len();
            let (y, turns, shares) = (&mut y[..n], &mut turns[..n], &shares[..n]);
            for i in 0..n {
                [x[i], y[i], turns[i]] = table.at(shares[i]);
            }
        },
    );
}

/// Colours of hue, saturation, value.
#[inline(always)]
pub(super) fn hsv(dst: [&mut [f32]; 3], s: &Operands<'_>) {
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
fn mask(b: bool) -> f32 {
    f32::from_bits(if b { u32::MAX } else { 0 })
}

/// The operations that most programs are made of. Gives false for the others.
#[inline(always)]
pub(super) fn common(prim: Prim, dst: &mut [f32], s: &Operands<'_>) -> bool {
    match prim {
        Prim::Add => map2(dst, s[0], s[1], inlined!(|a, b| a + b)),
        Prim::Sub => map2(dst, s[0], s[1], inlined!(|a, b| a - b)),
        Prim::Mul => map2(dst, s[0], s[1], inlined!(|a, b| a * b)),
        Prim::Div => map2(dst, s[0], s[1], inlined!(|a, b| a / b)),
        Prim::Min => map2(dst, s[0], s[1], inlined!(|a, b| arith::min(a, b))),
        Prim::Max => map2(dst, s[0], s[1], inlined!(|a, b| arith::max(a, b))),
        Prim::Neg => map1(dst, s[0], inlined!(|a| -a)),
        Prim::Abs => map1(dst, s[0], inlined!(|a| f32::abs(a))),
        Prim::Sqrt => map1(dst, s[0], inlined!(|a| f32::sqrt(a))),
        Prim::Clamp01 => map1(dst, s[0], inlined!(|a| arith::clamp01(a))),
        Prim::Fract => map1(dst, s[0], inlined!(|a| arith::fract(a))),
        Prim::Floor => map1(dst, s[0], inlined!(|a| Real::floor(a))),
        Prim::Mix => match (s[0], s[1], s[2]) {
            (&[a], &[b], t) => map1(dst, t, inlined!(|t| arith::mix(a, b, t))),
            (a, b, &[t]) => map2_lanes(dst, a, b, inlined!(|a, b| arith::mix(a, b, t))),
            _ => map3(dst, [s[0], s[1], s[2]], inlined!(|a, b, c| arith::mix(a, b, c))),
        },
        Prim::Clamp => match (s[1], s[2]) {
            (&[lo], &[hi]) => map1(dst, s[0], inlined!(|x| arith::clamp(x, lo, hi))),
            _ => map3(dst, [s[0], s[1], s[2]], inlined!(|a, b, c| arith::clamp(a, b, c))),
        },
        Prim::Lt => map2(dst, s[0], s[1], inlined!(|a, b| mask(a < b))),
        Prim::Le => map2(dst, s[0], s[1], inlined!(|a, b| mask(a <= b))),
        Prim::Eq => map2(dst, s[0], s[1], inlined!(|a, b| mask(a == b))),
        Prim::And => bits2(dst, s[0], s[1], inlined!(|a, b| a & b)),
        Prim::Or => bits2(dst, s[0], s[1], inlined!(|a, b| a | b)),
        Prim::Xor => bits2(dst, s[0], s[1], inlined!(|a, b| a ^ b)),
        Prim::Not => bits1(dst, s[0], inlined!(|a| !a)),
        Prim::Select => select(dst, s[0], s[1], s[2]),
        Prim::IntToFloat => bits1(dst, s[0], inlined!(|a| f32::from_i32(a.cast_signed()).to_bits())),
        Prim::BoolToFloat => bits1(dst, s[0], inlined!(|a| a & 1.0_f32.to_bits())),
        Prim::PackRgba8 => pack(dst, s),
        _ => return false,
    }
    true
}

#[inline(always)]
fn select(dst: &mut [f32], condition: Operand<'_>, a: Operand<'_>, b: Operand<'_>) {
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

#[inline(always)]
fn pack(dst: &mut [f32], s: &Operands<'_>) {
    let n = dst.len();
    let dst: &mut [u32] = cast_slice_mut(dst);
    let (r, g, b) = (&s[0][..n], &s[1][..n], &s[2][..n]);
    if let [a] = *s[3] {
        for i in 0..n {
            dst[i] = color::pack_rgba8(r[i], g[i], b[i], a);
        }
    } else {
        let a = &s[3][..n];
        for i in 0..n {
            dst[i] = color::pack_rgba8(r[i], g[i], b[i], a[i]);
        }
    }
}

/// The rest: a function of its own per level, so that the loop over instructions stays small.
#[inline(never)]
pub(super) fn rare<S: Simd>(simd: S, prim: Prim, imm: Imm, dst: [&mut [f32]; 3], s: &Operands<'_>) {
    simd.vectorize(
        #[inline(always)]
        || match prim {
            Prim::Ease => ease(imm.ease(), dst, s),
            Prim::CubicBezier => timing(dst, s),
            prim if prim.outputs() > 1 => rare_triples(prim, dst, s),
            prim => {
                let [dst, ..] = dst;
                if !rare_floats(prim, dst, s) && !rare_integers(prim, imm, dst, s) {
                    rare_noise(prim, imm, dst, s);
                }
            }
        },
    );
}

#[inline(always)]
fn rare_floats(prim: Prim, dst: &mut [f32], s: &Operands<'_>) -> bool {
    let triple = [s[0], s[1], s[2]];
    match prim {
        Prim::Mod => map2_lanes(dst, s[0], s[1], inlined!(|a, b| arith::modulo(a, b))),
        Prim::Sign => map1(dst, s[0], inlined!(|a| arith::sign(a))),
        Prim::Step => map2_lanes(dst, s[0], s[1], inlined!(|a, b| arith::step(a, b))),
        Prim::Smoothstep => map3(dst, triple, inlined!(|a, b, c| arith::smoothstep(a, b, c))),
        Prim::Smootherstep => map3(dst, triple, inlined!(|a, b, c| arith::smootherstep(a, b, c))),
        Prim::Ceil => map1(dst, s[0], inlined!(|a| Real::ceil(a))),
        Prim::Round => map1(dst, s[0], inlined!(|a| Real::round(a))),
        Prim::Trunc => map1(dst, s[0], inlined!(|a| Real::trunc(a))),
        Prim::FractSigned => map1(dst, s[0], inlined!(|a| Real::fract_signed(a))),
        Prim::Wrap => map3(dst, triple, inlined!(|a, b, c| arith::wrap(a, b, c))),
        Prim::Cbrt => map1(dst, s[0], inlined!(|a| Real::cbrt(a))),
        Prim::Pow => map2_lanes(dst, s[0], s[1], inlined!(|a, b| Real::pow(a, b))),
        Prim::Exp => map1(dst, s[0], inlined!(|a| Real::exp(a))),
        Prim::Exp2 => map1(dst, s[0], inlined!(|a| Real::exp2(a))),
        Prim::Ln => map1(dst, s[0], inlined!(|a| Real::ln(a))),
        Prim::Log2 => map1(dst, s[0], inlined!(|a| Real::log2(a))),
        Prim::TanTurns => map1(dst, s[0], inlined!(|a| Real::tan_turns(a))),
        Prim::Asin => map1(dst, s[0], inlined!(|a| Real::asin(a))),
        Prim::Acos => map1(dst, s[0], inlined!(|a| Real::acos(a))),
        Prim::Atan2 => map2_lanes(dst, s[0], s[1], inlined!(|a, b| Real::atan2(a, b))),
        Prim::Tanh => map1(dst, s[0], inlined!(|a| Real::tanh(a))),
        Prim::WaveSine => map1(dst, s[0], inlined!(|a| wave::sine(a))),
        Prim::WaveTriangle => map1(dst, s[0], inlined!(|a| wave::triangle(a))),
        Prim::WaveSquare => map2_lanes(dst, s[0], s[1], inlined!(|a, b| wave::square(a, b))),
        Prim::LinearToSrgb => map1(dst, s[0], inlined!(|a| color::linear_to_srgb(a))),
        Prim::SrgbToLinear => map1(dst, s[0], inlined!(|a| color::srgb_to_linear(a))),
        Prim::Luminance => map3(dst, triple, inlined!(|a, b, c| color::luminance(a, b, c))),
        _ => return false,
    }
    true
}

#[inline(always)]
fn rare_integers(prim: Prim, imm: Imm, dst: &mut [f32], s: &Operands<'_>) -> bool {
    macro_rules! int {
        ($f:path) => {
            #[inline(always)]
            |a: u32, b: u32| $f(a.cast_signed(), b.cast_signed()).cast_unsigned()
        };
    }
    let truth = |b: bool| if b { u32::MAX } else { 0 };
    match prim {
        Prim::AddInt => bits2(dst, s[0], s[1], inlined!(|a, b| u32::wrapping_add(a, b))),
        Prim::SubInt => bits2(dst, s[0], s[1], inlined!(|a, b| u32::wrapping_sub(a, b))),
        Prim::MulInt => bits2(dst, s[0], s[1], inlined!(|a, b| u32::wrapping_mul(a, b))),
        Prim::DivInt => bits2(dst, s[0], s[1], int!(arith::div_i32)),
        Prim::ModInt => bits2(dst, s[0], s[1], int!(arith::mod_i32)),
        Prim::DivUint => bits2(dst, s[0], s[1], inlined!(|a, b| arith::div_u32(a, b))),
        Prim::ModUint => bits2(dst, s[0], s[1], inlined!(|a, b| arith::mod_u32(a, b))),
        Prim::AbsInt => bits1(dst, s[0], inlined!(|a| a.cast_signed().wrapping_abs().cast_unsigned())),
        Prim::SignInt => bits1(dst, s[0], inlined!(|a| a.cast_signed().signum().cast_unsigned())),
        Prim::MinInt => {
            bits2(dst, s[0], s[1], inlined!(|a, b| if a.cast_signed() < b.cast_signed() { a } else { b }))
        }
        Prim::MaxInt => {
            bits2(dst, s[0], s[1], inlined!(|a, b| if a.cast_signed() > b.cast_signed() { a } else { b }))
        }
        Prim::MinUint => bits2(dst, s[0], s[1], inlined!(|a, b| if a < b { a } else { b })),
        Prim::MaxUint => bits2(dst, s[0], s[1], inlined!(|a, b| if a > b { a } else { b })),
        Prim::BitAnd => bits2(dst, s[0], s[1], inlined!(|a, b| a & b)),
        Prim::BitOr => bits2(dst, s[0], s[1], inlined!(|a, b| a | b)),
        Prim::BitXor => bits2(dst, s[0], s[1], inlined!(|a, b| a ^ b)),
        Prim::Shl => bits2(dst, s[0], s[1], inlined!(|a, b| a << (b & 31))),
        Prim::ShrUint => bits2(dst, s[0], s[1], inlined!(|a, b| a >> (b & 31))),
        Prim::ShrInt => {
            bits2(dst, s[0], s[1], inlined!(|a, b| (a.cast_signed() >> (b & 31)).cast_unsigned()))
        }
        Prim::LtInt => bits2(dst, s[0], s[1], inlined!(|a, b| truth(a.cast_signed() < b.cast_signed()))),
        Prim::LeInt => bits2(dst, s[0], s[1], inlined!(|a, b| truth(a.cast_signed() <= b.cast_signed()))),
        Prim::LtUint => bits2(dst, s[0], s[1], inlined!(|a, b| truth(a < b))),
        Prim::LeUint => bits2(dst, s[0], s[1], inlined!(|a, b| truth(a <= b))),
        Prim::EqBits => bits2(dst, s[0], s[1], inlined!(|a, b| truth(a == b))),
        Prim::UintToFloat => bits1(dst, s[0], inlined!(|a| f32::from_u32(a).to_bits())),
        Prim::FloatToInt => bits1(dst, s[0], inlined!(|a| f32::from_bits(a).to_i32().cast_unsigned())),
        Prim::FloatToUint => bits1(dst, s[0], inlined!(|a| f32::from_bits(a).to_u32())),
        Prim::Hash => bits1(dst, s[0], inlined!(|a| hash::hash(a))),
        Prim::Hash2 => bits2(dst, s[0], s[1], inlined!(|a, b| hash::hash2(a, b))),
        Prim::UnitFloat => bits1(dst, s[0], inlined!(|a| hash::unit_float::<f32>(a).to_bits())),
        Prim::TurnsOfUint => bits1(dst, s[0], inlined!(|a| hash::turns_of_uint::<f32>(a).to_bits())),
        Prim::RadicalInverse => {
            // Rounding to f32 may reach 1.
            let below = <f32 as Real>::BELOW_ONE;
            bits1(
                dst,
                s[0],
                inlined!(|a| (hash::radical_inverse(a, imm.base()) as f32).min(below).to_bits()),
            );
        }
        _ => return false,
    }
    true
}

#[inline(always)]
fn rare_noise(prim: Prim, imm: Imm, dst: &mut [f32], s: &Operands<'_>) {
    let (seed, octaves) = (imm.seed(), imm.octaves());
    let triple = [s[0], s[1], s[2]];
    match prim {
        Prim::ValueNoise1 => map1(dst, s[0], inlined!(|x| noise::value1(x, seed))),
        Prim::ValueNoise2 => map2_lanes(dst, s[0], s[1], inlined!(|x, y| noise::value2(x, y, seed))),
        Prim::ValueNoise3 => map3(dst, triple, inlined!(|x, y, z| noise::value3(x, y, z, seed))),
        Prim::GradientNoise1 => map1(dst, s[0], inlined!(|x| noise::gradient1(x, seed))),
        Prim::GradientNoise2 => map2_lanes(dst, s[0], s[1], inlined!(|x, y| noise::gradient2(x, y, seed))),
        Prim::GradientNoise3 => map3(dst, triple, inlined!(|x, y, z| noise::gradient3(x, y, z, seed))),
        Prim::FractalValue1 => {
            fractal(octaves, seed, dst, s, 1, inlined!(|p, f, seed| noise::value1(p[0] * f, seed)))
        }
        Prim::FractalValue2 => {
            fractal(octaves, seed, dst, s, 2, inlined!(|p, f, seed| noise::value2(p[0] * f, p[1] * f, seed)));
        }
        Prim::FractalValue3 => {
            fractal(
                octaves,
                seed,
                dst,
                s,
                3,
                inlined!(|p, f, seed| noise::value3(p[0] * f, p[1] * f, p[2] * f, seed)),
            );
        }
        Prim::FractalGradient1 => {
            fractal(octaves, seed, dst, s, 1, inlined!(|p, f, seed| noise::gradient1(p[0] * f, seed)));
        }
        Prim::FractalGradient2 => {
            fractal(
                octaves,
                seed,
                dst,
                s,
                2,
                inlined!(|p, f, seed| noise::gradient2(p[0] * f, p[1] * f, seed)),
            );
        }
        Prim::FractalGradient3 => {
            fractal(
                octaves,
                seed,
                dst,
                s,
                3,
                inlined!(|p, f, seed| noise::gradient3(p[0] * f, p[1] * f, p[2] * f, seed)),
            );
        }
        // What is left is in `common`, or has no lanes.
        _ => dst.fill(<f32 as Real>::NAN),
    }
}

/// Octaves outside, lanes inside: the other way round does not vectorise. The sum is that of the scalar form, term by
/// term. Lacunarity and gain are one number for all lanes or differ per lane; then every lane goes by itself.
#[inline(always)]
fn fractal(
    octaves: u32,
    seed: u32,
    dst: &mut [f32],
    s: &Operands<'_>,
    dimensions: usize,
    f: impl Fn([f32; 3], f32, u32) -> f32,
) {
    let n = dst.len();
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

#[inline(always)]
fn rare_triples(prim: Prim, dst: [&mut [f32]; 3], s: &Operands<'_>) {
    let src = [s[0], s[1], s[2]];
    match prim {
        Prim::HslToRgb => split3(dst, src, inlined!(|a, b, c| color::hsl_to_rgb(a, b, c))),
        Prim::OklabToSrgb => split3(dst, src, inlined!(|a, b, c| color::oklab_to_srgb(a, b, c))),
        Prim::OklchToSrgb => split3(dst, src, inlined!(|a, b, c| color::oklch_to_srgb(a, b, c))),
        Prim::RgbToHsv => split3(dst, src, inlined!(|a, b, c| color::rgb_to_hsv(a, b, c))),
        Prim::RgbToHsl => split3(dst, src, inlined!(|a, b, c| color::rgb_to_hsl(a, b, c))),
        Prim::SrgbToOklab => split3(dst, src, inlined!(|a, b, c| color::srgb_to_oklab(a, b, c))),
        Prim::SrgbToOklch => split3(dst, src, inlined!(|a, b, c| color::srgb_to_oklch(a, b, c))),
        Prim::OklchToSrgbInside => split3(dst, src, inlined!(|a, b, c| color::oklch_to_srgb_inside(a, b, c))),
        Prim::Spring => split3(dst, src, inlined!(|a, b, c| spring(a, b, c))),
        // What is left has kernels of its own, or one result.
        _ => dst.into_iter().for_each(|dst| dst.fill(<f32 as Real>::NAN)),
    }
}

/// The timing curve: worked out in f64, lane by lane of five operands.
#[inline(always)]
fn timing(dst: [&mut [f32]; 3], s: &[Operand<'_>; 5]) {
    let [dst, ..] = dst;
    let n = dst.len();
    let (x1, y1, x2, y2, t) = (&s[0][..n], &s[1][..n], &s[2][..n], &s[3][..n], &s[4][..n]);
    for i in 0..n {
        let [x1, y1, x2, y2, t] = [x1[i], y1[i], x2[i], y2[i], t[i]].map(f64::from);
        dst[i] = cubic_bezier(x1, y1, x2, y2, t) as f32;
    }
}

#[inline(always)]
fn ease(kind: Ease, dst: [&mut [f32]; 3], s: &Operands<'_>) {
    use crate::math::easing::*;
    let [dst, ..] = dst;
    // One loop per kind: chosen outside, so that each is straight-line code.
    macro_rules! kinds {
        ($($kind:ident $function:ident),* $(,)?) => {
            match kind { $( Ease::$kind => map1(dst, s[0], inlined!(|a| $function(a))), )* }
        };
    }
    each_ease!(kinds)
}
