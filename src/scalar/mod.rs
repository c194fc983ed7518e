//! Scalar operations: a row each, and everything that knows them is made of the rows.
//!
//! A row is the formula of an operation over `math`, which is generic: it is compiled for f64, as signals and constants
//! have it ([`evaluate`]), and for lanes (`engine/lanes/kernels.rs`). In order, a row says:
//!
//! - what the formula is on: see the two files' helper macros. `own` rows have both sides apart, for these are not one
//!   formula; `many`, `triple` and `slopes` have several results; `instruction`s have lane instructions of their own;
//! - whether its kernel is `common`, and so part of the loop over instructions, or `rare`: in one function, so that the
//!   loop stays small. Common is what most programs are made of and costs less than a call;
//! - which operands the kernel takes as uniforms: `any`, none (`lanes`), exactly these sets of them (bit k is argument
//!   k), or the last two behind so many others (`tail`). Other uniforms are put into registers;
//! - name, arguments, kind of the result, how many results it has, about how many vector operations it costs;
//! - what becomes of arguments that grow without end: [`Growing`].

mod evaluate;

use crate::math::easing::Ease;

pub(crate) use evaluate::{PIECE, evaluate, evaluate_piece};

/// How 32 bits of a lane are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Float,
    Int,
    Uint,
    /// All bits set or none.
    Bool,
    /// An f64 in the lanes of two registers, its high half in the first. It never leaves a sweep.
    Double,
}

/// What an operation needs beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Imm {
    None,
    /// Of an operation on the bits of ints and uints alike: its result is an int.
    Signed,
    /// A seed, and over how many octaves.
    Noise {
        seed: u32,
        octaves: u8,
    },
    /// The base of a radical inverse.
    Base(u32),
    Ease(Ease),
}

impl Imm {
    /// The seed of noise.
    #[inline(always)]
    pub(crate) fn seed(self) -> u32 {
        match self {
            Self::Noise { seed, .. } => seed,
            Self::None | Self::Signed | Self::Base(_) | Self::Ease(_) => 0,
        }
    }

    /// The octaves of noise.
    #[inline(always)]
    pub(crate) fn octaves(self) -> u32 {
        match self {
            Self::Noise { octaves, .. } => u32::from(octaves),
            Self::None | Self::Signed | Self::Base(_) | Self::Ease(_) => 1,
        }
    }

    /// The base of a radical inverse.
    #[inline(always)]
    pub(crate) fn base(self) -> u32 {
        match self {
            Self::Base(base) => base,
            Self::None | Self::Signed | Self::Noise { .. } | Self::Ease(_) => 2,
        }
    }

    /// The curve of an easing.
    #[inline(always)]
    pub(crate) fn ease(self) -> Ease {
        match self {
            Self::Ease(ease) => ease,
            Self::None | Self::Signed | Self::Noise { .. } | Self::Base(_) => Ease::ALL[0],
        }
    }
}

/// What an operation makes of a number that grows without end, which an f32 would lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growing {
    /// The result may grow too: it stays an f64.
    Keeps,
    /// An argument is read in turns: whole ones may be left out.
    Turns(usize),
    /// The first argument is read in cycles from 0 to 1.
    Cycles,
    /// Large arguments are compared: the result is small.
    Compares,
    /// The result is small, however large the arguments are.
    Reduces,
    /// The arguments are read as f32s.
    Takes,
}

/// Hands every row to another macro.
macro_rules! each_scalar {
    ($use:ident) => {
        $use! {
            float common any Add(a, b): Float 1, 1, Keeps = (a + b);
            float common any Sub(a, b): Float 1, 1, Keeps = (a - b);
            float common any Mul(a, b): Float 1, 1, Keeps = (a * b);
            float common any Div(a, b): Float 1, 4, Keeps = (a / b);
            float common any Min(a, b): Float 1, 4, Keeps = (arith::min(a, b));
            float common any Max(a, b): Float 1, 4, Keeps = (arith::max(a, b));
            float common lanes Neg(a): Float 1, 1, Keeps = (-a);
            float common lanes Abs(a): Float 1, 1, Keeps = (a.abs());
            float common lanes Sqrt(a): Float 1, 6, Takes = (a.sqrt());
            float common lanes Clamp01(a): Float 1, 4, Takes = (arith::clamp01(a));
            float common lanes Fract(a): Float 1, 6, Reduces = (arith::fract(a));
            float common lanes Floor(a): Float 1, 6, Keeps = (Real::floor(a));
            float rare lanes Ceil(a): Float 1, 6, Keeps = (Real::ceil(a));
            float rare lanes Round(a): Float 1, 6, Keeps = (Real::round(a));
            float rare lanes Trunc(a): Float 1, 6, Keeps = (Real::trunc(a));
            /// Less the nearest whole number.
            float rare lanes FractSigned(a): Float 1, 6, Reduces = (Real::fract_signed(a));
            float rare lanes Mod(a, b): Float 1, 10, Reduces = (arith::modulo(a, b));
            float rare lanes Wrap(x, lo, hi): Float 1, 14, Reduces = (arith::wrap(x, lo, hi));
            float rare lanes Sign(a): Float 1, 4, Compares = (arith::sign(a));
            float rare lanes Step(edge, x): Float 1, 2, Compares = (arith::step(edge, x));
            float rare lanes Smoothstep(lo, hi, x): Float 1, 12, Compares = (arith::smoothstep(lo, hi, x));
            float rare lanes Smootherstep(lo, hi, x): Float 1, 14, Compares = (arith::smootherstep(lo, hi, x));
            float rare lanes Cbrt(a): Float 1, 40, Takes = (Real::cbrt(a));
            float rare lanes Pow(a, b): Float 1, 60, Takes = (Real::pow(a, b));
            float rare lanes Exp(a): Float 1, 20, Takes = (Real::exp(a));
            float rare lanes Exp2(a): Float 1, 20, Takes = (Real::exp2(a));
            float rare lanes Ln(a): Float 1, 25, Takes = (Real::ln(a));
            float rare lanes Log2(a): Float 1, 25, Takes = (Real::log2(a));
            float rare lanes TanTurns(a): Float 1, 25, Turns(0) = (Real::tan_turns(a));
            float rare lanes Asin(a): Float 1, 25, Takes = (Real::asin(a));
            float rare lanes Acos(a): Float 1, 25, Takes = (Real::acos(a));
            float rare lanes Atan2(y, x): Float 1, 30, Takes = (Real::atan2(y, x));
            float rare lanes Tanh(a): Float 1, 30, Takes = (Real::tanh(a));
            float rare lanes WaveSine(a): Float 1, 22, Turns(0) = (wave::sine(a));
            float rare lanes WaveTriangle(a): Float 1, 9, Turns(0) = (wave::triangle(a));
            float rare lanes WaveSquare(a, duty): Float 1, 8, Cycles = (wave::square(a, duty));
            float rare lanes LinearToSrgb(a): Float 1, 65, Takes = (color::linear_to_srgb(a));
            float rare lanes SrgbToLinear(a): Float 1, 65, Takes = (color::srgb_to_linear(a));
            float rare lanes Luminance(r, g, b): Float 1, 190, Takes = (color::luminance(r, g, b));

            test common any Lt(a, b): Bool 1, 1, Compares = (a < b);
            test common any Le(a, b): Bool 1, 1, Compares = (a <= b);
            test common any Eq(a, b): Bool 1, 1, Compares = (a == b);

            // Signals compare numbers as the f64 that they are.
            int_test rare any LtInt(a, b): Bool 1, 1, Takes = (a < b);
            int_test rare any LeInt(a, b): Bool 1, 1, Takes = (a <= b);

            uint_test rare any LtUint(a, b): Bool 1, 1, Takes = (a < b);
            uint_test rare any LeUint(a, b): Bool 1, 1, Takes = (a <= b);
            /// Of ints, uints or bools.
            uint_test rare any EqBits(a, b): Bool 1, 1, Takes = (a == b);

            int_pick rare lanes MinInt(a, b): Int 1, 2, Takes = (a.min(b));
            int_pick rare lanes MaxInt(a, b): Int 1, 2, Takes = (a.max(b));

            uint_pick rare lanes MinUint(a, b): Uint 1, 2, Takes = (a.min(b));
            uint_pick rare lanes MaxUint(a, b): Uint 1, 2, Takes = (a.max(b));

            // By a uniform number, and by lanes.
            int_by rare any DivInt(a, b): Int 1, 40, Takes = (arith::div_i32(a, b); SignedDivisor::of);
            int_by rare any ModInt(a, b): Int 1, 40, Takes = (arith::mod_i32(a, b); SignedDivisor::rest);
            int rare lanes AbsInt(a): Int 1, 2, Takes = (a.wrapping_abs());
            int rare lanes SignInt(a): Int 1, 2, Takes = (a.signum());
            int rare any ShrInt(a, b): Int 1, 1, Takes = (a >> (b & 31));

            uint_by rare any DivUint(a, b): Uint 1, 40, Takes = (arith::div_u32(a, b); Divisor::of);
            uint_by rare any ModUint(a, b): Uint 1, 40, Takes = (arith::mod_u32(a, b); Divisor::rest);
            uint rare any ShrUint(a, b): Uint 1, 1, Takes = (a >> (b & 31));

            // The same bits for ints and uints; what they are as a number, the immediate says.
            bits rare any AddInt(a, b): Int 1, 1, Takes = (a.wrapping_add(b));
            bits rare any SubInt(a, b): Int 1, 1, Takes = (a.wrapping_sub(b));
            bits rare any MulInt(a, b): Int 1, 1, Takes = (a.wrapping_mul(b));
            bits rare any BitAnd(a, b): Uint 1, 1, Takes = (a & b);
            bits rare any BitOr(a, b): Uint 1, 1, Takes = (a | b);
            bits rare any BitXor(a, b): Uint 1, 1, Takes = (a ^ b);
            bits rare any Shl(a, b): Uint 1, 1, Takes = (a << (b & 31));
            bits rare lanes Hash(a): Uint 1, 8, Takes = (hash::hash(a));
            bits rare lanes Hash2(a, b): Uint 1, 16, Takes = (hash::hash2(a, b));

            of_uint rare lanes UnitFloat(a): Float 1, 3, Takes = (hash::unit_float(a));
            of_uint rare lanes TurnsOfUint(a): Float 1, 2, Takes = (hash::turns_of_uint(a));

            noise rare lanes ValueNoise1(x): Float 1, 30, Reduces = (|seed| noise::value1(x, seed));
            noise rare lanes ValueNoise2(x, y): Float 1, 70, Reduces = (|seed| noise::value2(x, y, seed));
            noise rare lanes ValueNoise3(x, y, z): Float 1, 150, Reduces = (|seed| noise::value3(x, y, z, seed));
            noise rare lanes GradientNoise1(x): Float 1, 40, Reduces = (|seed| noise::gradient1(x, seed));
            noise rare lanes GradientNoise2(x, y): Float 1, 90, Reduces = (|seed| noise::gradient2(x, y, seed));
            noise rare lanes GradientNoise3(x, y, z): Float 1, 200, Reduces = (|seed| noise::gradient3(x, y, z, seed));

            slopes rare lanes CurlNoise2(x, y): Float 2, 150, Takes = (|seed| noise::curl2(x, y, seed));
            slopes rare lanes CurlNoise3(x, y, z): Float 3, 900, Takes = (|seed| noise::curl3(x, y, z, seed));

            triple rare lanes HslToRgb(h, s, l): Float 3, 25, Turns(0) = (color::hsl_to_rgb(h, s, l));
            triple rare lanes OklabToSrgb(l, a, b): Float 3, 200, Takes = (color::oklab_to_srgb(l, a, b));
            triple rare lanes OklchToSrgb(l, c, h): Float 3, 220, Turns(2) = (color::oklch_to_srgb(l, c, h));
            triple rare lanes OklchToSrgbInside(l, c, h): Float 3, 900, Turns(2) = (color::oklch_to_srgb_inside(l, c, h));
            triple rare lanes RgbToHsv(r, g, b): Float 3, 25, Takes = (color::rgb_to_hsv(r, g, b));
            triple rare lanes RgbToHsl(r, g, b): Float 3, 25, Takes = (color::rgb_to_hsl(r, g, b));
            triple rare lanes SrgbToOklab(r, g, b): Float 3, 250, Takes = (color::srgb_to_oklab(r, g, b));
            triple rare lanes SrgbToOklch(r, g, b): Float 3, 290, Takes = (color::srgb_to_oklch(r, g, b));
            /// Of stiffness, damping and seconds: the factors of a step.
            triple rare lanes Spring(stiffness, damping, seconds): Float 3, 150, Takes =
                (spring(stiffness, damping, seconds));

            // Results; which uniforms (bit k is argument k) the kernel takes; in f64, of the arguments `x`; on lanes, of
            // the operands `s`.
            own common [0b110] Clamp(): Float 1, 4, Keeps = {
                scalar |x, _imm| one(arith::clamp(x[0], x[1], x[2]));
                lanes |dst, s, _imm| clamp(dst, s);
            };
            own common [0b011, 0b100] Mix(): Float 1, 3, Keeps = {
                scalar |x, _imm| one(arith::mix(x[0], x[1], x[2]));
                lanes |dst, s, _imm| mix(dst, s);
            };
            /// Condition, then, else; of any kind, bit by bit. The expression carries the kind.
            own common [0b010, 0b100, 0b110] Select(): Float 1, 3, Keeps = {
                scalar |x, _imm| one(if x[0] != 0.0 { x[1] } else { x[2] });
                lanes |dst, s, _imm| select(dst, s);
            };
            own common any And(): Bool 1, 1, Takes = {
                scalar |x, _imm| one(truth(x[0] != 0.0 && x[1] != 0.0));
                lanes |dst, s, _imm| bits2(dst, s[0], s[1], inlined!(|a, b| a & b));
            };
            own common any Or(): Bool 1, 1, Takes = {
                scalar |x, _imm| one(truth(x[0] != 0.0 || x[1] != 0.0));
                lanes |dst, s, _imm| bits2(dst, s[0], s[1], inlined!(|a, b| a | b));
            };
            own common any Xor(): Bool 1, 1, Takes = {
                scalar |x, _imm| one(truth((x[0] != 0.0) != (x[1] != 0.0)));
                lanes |dst, s, _imm| bits2(dst, s[0], s[1], inlined!(|a, b| a ^ b));
            };
            own common lanes Not(): Bool 1, 1, Takes = {
                scalar |x, _imm| one(truth(x[0] == 0.0));
                lanes |dst, s, _imm| bits1(dst, s[0], inlined!(|a| !a));
            };
            own common lanes IntToFloat(): Float 1, 1, Keeps = {
                scalar |x, _imm| one(x[0]);
                lanes |dst, s, _imm| bits1(dst, s[0], inlined!(|a| f32::from_i32(a.cast_signed()).to_bits()));
            };
            own rare lanes UintToFloat(): Float 1, 4, Keeps = {
                scalar |x, _imm| one(x[0]);
                lanes |dst, s, _imm| bits1(dst, s[0], inlined!(|a| f32::from_u32(a).to_bits()));
            };
            own common lanes BoolToFloat(): Float 1, 1, Takes = {
                scalar |x, _imm| one(x[0]);
                lanes |dst, s, _imm| bits1(dst, s[0], inlined!(|a| a & 1.0_f32.to_bits()));
            };
            own rare lanes FloatToInt(): Int 1, 4, Reduces = {
                scalar |x, _imm| one(f64::from(x[0].to_i32()));
                lanes |dst, s, _imm| bits1(dst, s[0], inlined!(|a| f32::from_bits(a).to_i32().cast_unsigned()));
            };
            own rare lanes FloatToUint(): Uint 1, 6, Reduces = {
                scalar |x, _imm| one(f64::from(x[0].to_u32()));
                lanes |dst, s, _imm| bits1(dst, s[0], inlined!(|a| f32::from_bits(a).to_u32()));
            };
            /// Rounded through f32, as a slot or cell of that class does.
            own rare lanes QuantizeF32(): Float 1, 1, Takes = {
                scalar |x, _imm| one(f64::from(x[0] as f32));
                lanes |dst, s, _imm| map1(dst, s[0], inlined!(|a| a));
            };
            /// Sine, then cosine, of turns.
            many common lanes SinCosTurns(): Float 2, 20, Turns(0) = {
                scalar |x, _imm| { let (sin, cos) = x[0].sin_cos_turns(); [sin, cos, 0.0] };
                lanes |dst, s, _imm| sin_cos(dst, s[0]);
            };
            many common [0b010, 0b110] HsvToRgb(): Float 3, 20, Turns(0) = {
                scalar |x, _imm| color::hsv_to_rgb(x[0], x[1], x[2]);
                lanes |dst, s, _imm| hsv(dst, s);
            };
            /// Red, green, blue, alpha into 8 bits each.
            own common [0b1000] PackRgba8(): Uint 1, 16, Takes = {
                scalar |x, _imm| one(packed([x[0], x[1], x[2]], x[3]));
                lanes |dst, s, _imm| pack(dst, s, inlined!(|r, g, b, a| color::pack_rgba8(r, g, b, a)));
            };
            /// [`OklabToSrgb`](Prim::OklabToSrgb) and `PackRgba8` in one, with a shorter encoding: for 8 bits.
            own rare [0b1000] PackOklab(): Uint 1, 110, Takes = {
                scalar |x, _imm| one(packed(color::oklab_to_srgb(x[0], x[1], x[2]), x[3]));
                lanes |dst, s, _imm| pack(dst, s, inlined!(|l, a, b, alpha| color::pack_oklab(l, a, b, alpha)));
            };
            /// The same of [`OklchToSrgb`](Prim::OklchToSrgb).
            own rare [0b1000] PackOklch(): Uint 1, 130, Turns(2) = {
                scalar |x, _imm| one(packed(color::oklch_to_srgb(x[0], x[1], x[2]), x[3]));
                lanes |dst, s, _imm| pack(dst, s, inlined!(|l, c, h, alpha| color::pack_oklch(l, c, h, alpha)));
            };
            /// The immediate says which.
            own rare lanes Ease(): Float 1, 20, Takes = {
                scalar |x, imm| one(imm.ease().apply(x[0]));
                lanes |dst, s, imm| ease(imm.ease(), dst, s);
            };
            own rare lanes CubicBezier(): Float 1, 500, Takes = {
                scalar |x, _imm| one(cubic_bezier(x[0], x[1], x[2], x[3], x[4]));
                lanes |dst, s, _imm| timing(dst, s);
            };
            /// Of an index; the immediate has the base.
            own rare lanes RadicalInverse(): Float 1, 200, Takes = {
                scalar |x, imm| one(hash::radical_inverse(x[0] as i64 as u32, imm.base()));
                lanes |dst, s, imm| radical_inverse(dst, s, imm.base());
            };
            own rare (tail 1) FractalValue1(): Float 1, 150, Reduces = {
                scalar |x, imm| one(noise::fractal_value1(x[0], imm.seed(), imm.octaves(), x[1], x[2]));
                lanes |dst, s, imm| fractal(imm, dst, s, 1, inlined!(|p, f, seed| noise::value1(p[0] * f, seed)));
            };
            own rare (tail 2) FractalValue2(): Float 1, 300, Reduces = {
                scalar |x, imm| one(noise::fractal_value2(x[0], x[1], imm.seed(), imm.octaves(), x[2], x[3]));
                lanes |dst, s, imm| {
                    fractal(imm, dst, s, 2, inlined!(|p, f, seed| noise::value2(p[0] * f, p[1] * f, seed)))
                };
            };
            own rare (tail 3) FractalValue3(): Float 1, 600, Reduces = {
                scalar |x, imm| {
                    one(noise::fractal_value3(x[0], x[1], x[2], imm.seed(), imm.octaves(), x[3], x[4]))
                };
                lanes |dst, s, imm| fractal(
                    imm,
                    dst,
                    s,
                    3,
                    inlined!(|p, f, seed| noise::value3(p[0] * f, p[1] * f, p[2] * f, seed))
                );
            };
            own rare (tail 1) FractalGradient1(): Float 1, 150, Reduces = {
                scalar |x, imm| one(noise::fractal_gradient1(x[0], imm.seed(), imm.octaves(), x[1], x[2]));
                lanes |dst, s, imm| fractal(imm, dst, s, 1, inlined!(|p, f, seed| noise::gradient1(p[0] * f, seed)));
            };
            own rare (tail 2) FractalGradient2(): Float 1, 400, Reduces = {
                scalar |x, imm| one(noise::fractal_gradient2(x[0], x[1], imm.seed(), imm.octaves(), x[2], x[3]));
                lanes |dst, s, imm| {
                    fractal(imm, dst, s, 2, inlined!(|p, f, seed| noise::gradient2(p[0] * f, p[1] * f, seed)))
                };
            };
            own rare (tail 3) FractalGradient3(): Float 1, 800, Reduces = {
                scalar |x, imm| {
                    one(noise::fractal_gradient3(x[0], x[1], x[2], imm.seed(), imm.octaves(), x[3], x[4]))
                };
                lanes |dst, s, imm| fractal(
                    imm,
                    dst,
                    s,
                    3,
                    inlined!(|p, f, seed| noise::gradient3(p[0] * f, p[1] * f, p[2] * f, seed))
                );
            };

            // These have instructions of their own; in f64, of the arguments `x`.
            /// Of an index, a step and an offset. An index of a constant is still defined.
            instruction rare lanes AffineTurns(): Float 1, 6, Takes =
                (|x| one(f64::from(fixed::AffineTurns::new(x[1], x[2]).at(x[0] as i64 as u32))));
            /// Of an index, a scale and an offset.
            instruction rare lanes AffineNoise(): Float 1, 32, Takes =
                (|x| one(f64::from(fixed::AffineNoise::new(x[1], x[2]).at(x[0] as i64 as u32))));
            /// x, y and direction of a place along a path: of a handle, which is uniform, and the share of the
            /// length. The interpreters look it up in the tables of the plan.
            instruction rare lanes PathAt(): Float 3, 30, Takes = (|_x| [f64::NAN; 3]);
        }
    };
}
pub(crate) use each_scalar;

macro_rules! prims {
    ($(
        $(#[$meta:meta])*
        $on:ident $when:ident $uniforms:tt $name:ident $args:tt:
            $kind:ident $outputs:literal, $cost:literal, $growing:ident $(($at:literal))? = $formula:tt;
    )*) => {
        /// A scalar operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Prim {
            $( $(#[$meta])* $name, )*
        }

        impl Prim {
            /// The kind of its results.
            pub(crate) const fn kind(self) -> Kind {
                match self { $( Self::$name => Kind::$kind, )* }
            }

            /// How many results it has.
            pub(crate) const fn outputs(self) -> u8 {
                match self { $( Self::$name => $outputs, )* }
            }

            /// About how many vector operations it costs.
            pub(crate) const fn cost(self) -> u32 {
                match self { $( Self::$name => $cost, )* }
            }

            pub(crate) const fn growing(self) -> Growing {
                match self { $( Self::$name => Growing::$growing $(($at))?, )* }
            }

            /// Whether its result is a packed colour.
            pub(crate) const fn packs_a_color(self) -> bool {
                matches!(self, Self::PackRgba8 | Self::PackOklab | Self::PackOklch)
            }

            /// Whether it serves ints and uints alike: its result is what its arguments are, and its immediate says that.
            pub(crate) const fn is_on_bits(self) -> bool {
                match self { $( Self::$name => on_bits!($on), )* }
            }

            /// Which of its uniform arguments (bit k is argument k) the kernel takes as they are.
            pub(crate) const fn uniforms_taken(self, mask: u32) -> u32 {
                match self { $( Self::$name => taken!($uniforms mask), )* }
            }
        }
    };
}

macro_rules! on_bits {
    (bits) => {
        true
    };
    ($on:ident) => {
        false
    };
}

macro_rules! taken {
    (any $mask:ident) => {
        $mask
    };
    (lanes $mask:ident) => {
        0
    };
    ([$($set:literal),*] $mask:ident) => {
        if matches!($mask, $($set)|*) { $mask } else { 0 }
    };
    // Both of the last two, or none of them.
    ((tail $others:literal) $mask:ident) => {
        if $mask & 0b11 << $others == 0b11 << $others { 0b11 << $others } else { 0 }
    };
}

each_scalar!(prims);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniforms_are_taken_as_the_rows_say() {
        assert_eq!(Prim::Add.uniforms_taken(0b10), 0b10);
        assert_eq!(Prim::Pow.uniforms_taken(0b10), 0);
        assert_eq!([0b011, 0b100, 0b111].map(|mask| Prim::Mix.uniforms_taken(mask)), [0b011, 0b100, 0]);
        let tail = |mask| Prim::FractalValue2.uniforms_taken(mask);
        assert_eq!([0b1100, 0b1101, 0b1000, 0b0011].map(tail), [0b1100, 0b1100, 0, 0]);
    }
}
