//! The operation table: every operation a node may have, its name, its signature, what it carries and what it means.
//!
//! This is the one list. Type checking, the loader, the planner, `pavane explain`-style tables and the JSON Schema
//! all read it.

use serde::{Deserialize, Serialize};

use super::meaning::{
    Along, Angle, ByKey, Coloring, End, Fold, Layout, Leaf, Meaning, Near, Number, Running, Space, TextOp,
    Vector, Wave, Whole, bools, floats, integers, numbers,
};
use super::types::Type;
use crate::math::constants::TURNS_PER_RADIAN;
use crate::math::easing::Ease;
use crate::scalar::{Kind, Prim};

/// What an operation takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// No arguments; the type follows from the operation's immediates.
    Leaf,
    /// `n` floats or vectors, component by component; a float goes with every component of a vector.
    Floats(u8),
    /// As [`Floats`](Self::Floats), or `n` ints, or `n` uints.
    Numbers(u8),
    /// `n` ints or `n` uints.
    Integers(u8),
    /// Two numbers of one scalar type, giving a bool; or two texts, which are compared by their numbers.
    Compare,
    /// `n` bools.
    Logic(u8),
    /// A bool, then two values of one type.
    Select,
    /// One value of any type but shape, giving the same.
    Any,
    /// Two vectors of one type, giving a float.
    VectorPair,
    /// One vector, giving a float.
    VectorToFloat,
    /// One vector, giving the same type.
    Vector,
    /// A float, a vec2 or a vec3, then `n` floats, giving a float.
    Space(u8),
    /// A vector or colour, giving one component.
    Component,
    /// A vec2 or a vec3, then a float, giving an int.
    Near,
    /// One value of any type but shape, then an int, giving the type of the first.
    Paired,
    /// A float, vector or colour, then an int, giving the type of the first.
    PairedFloats,
    /// Exactly these.
    Fixed(&'static [Type], Type),
}

/// Which immediates a node of an operation carries beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Immediate {
    /// None.
    None,
    /// `type`, `storage` and `index` into the constant pool.
    Constant,
    /// `index`: a channel.
    Channel,
    /// `index`: a slot id.
    Slot,
    /// `index`: a state cell.
    Cell,
    /// `index`: a state cell that is a ring.
    Ring,
    /// `index`: a field.
    Field,
    /// `index`: a field; `offset`: how many elements further on; `edge`.
    Neighbor,
    /// `index`: a field; `edge`.
    FieldAt,
    /// `domain`.
    Domain,
    /// `domain` and `index`, a salt.
    DomainSalt,
    /// `period` in flicks, above 0; a phase may have the `index` of what keeps its place.
    Period,
    /// `index`: which component.
    Component,
    /// `index`: a seed.
    Seed,
    /// `index`: a seed; `count`: octaves, 1 to 16.
    Octaves,
    /// `count`: a base, 2 to 36.
    Base,
    /// `index`: a path.
    Path,
    /// `index`: a table; `edge`.
    Table,
    /// `domain` and `index`, an input of its elements.
    ElementInput,
    /// `index`: a style.
    Style,
    /// `index`: a row of the fades.
    Fade,
    /// `index`: a row of the continuities.
    Continuity,
    /// `index`: an event.
    Event,
    /// `index`: a list; `count`: a column, behind the last one the id.
    Column,
    /// `index`: an event that carries a row; `count`: a column of its list, behind the last one the id.
    RowColumn,
    /// `count`: the most pairs of an element, 1 to 256; `edge`: `wrap` where the places are on a torus of side 1.
    Near,
}

macro_rules! ops {
    ($( $variant:ident $name:literal $signature:expr, $immediate:ident, $meaning:expr, $doc:literal; )*) => {
        /// An operation of a node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum Op {
            $( #[doc = $doc] #[serde(rename = $name)] $variant, )*
        }

        impl Op {
            /// Every operation, in table order.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The name in programs.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// What it takes and gives.
            pub const fn signature(self) -> Signature {
                use Signature::*;
                match self { $( Self::$variant => $signature, )* }
            }

            /// Which immediates it carries.
            pub const fn immediate(self) -> Immediate {
                match self { $( Self::$variant => Immediate::$immediate, )* }
            }

            /// As which scalar operations it is computed.
            pub(crate) const fn meaning(self) -> Meaning {
                match self { $( Self::$variant => $meaning, )* }
            }

            /// What it does, in a line.
            pub const fn description(self) -> &'static str {
                match self { $( Self::$variant => $doc, )* }
            }
        }
    };
}

use Type::{
    Bool as B, Color as C, Float as F, Int as I, Shape as S, Text as T, Uint as U, Vec2 as V2, Vec3 as V3,
};

ops! {
    // Leaves: constants, time, inputs, state, elements.
    Const "const" Leaf, Constant, Meaning::Leaf(Leaf::Const), "A constant of the pool.";
    Input "input" Leaf, Channel, Meaning::Leaf(Leaf::Input), "The value of an input channel this frame.";
    Slot "slot" Leaf, Slot, Meaning::Leaf(Leaf::Slot), "The value a slot was given earlier this frame.";
    Cell "cell" Leaf, Cell, Meaning::Leaf(Leaf::Cell), "The value a state cell had when the frame began.";
    Fresh "fresh" Leaf, Cell, Meaning::Leaf(Leaf::Fresh), "Whether a state cell still holds its initial value: true until its first commit.";
    Delay "delay" Leaf, Ring, Meaning::Leaf(Leaf::Delay), "The oldest value of a frame ring: what was pushed as many frames ago as the ring is long; until then its initial value, or without one the first value pushed.";
    DelayTime "delay_time" Fixed(&[F], F), Ring, Meaning::Leaf(Leaf::DelayTime), "The value of a timed ring so many seconds ago, linear between two pushes; before the first its initial value, or without one the oldest held.";
    Time "time" Fixed(&[], F), None, Meaning::Leaf(Leaf::Time), "Seconds since frame 0.";
    Dt "dt" Fixed(&[], F), None, Meaning::Leaf(Leaf::Dt), "Seconds since the previous frame; 0 on the first.";
    FrameIndex "frame" Fixed(&[], F), None, Meaning::Leaf(Leaf::FrameIndex), "The frame index.";
    Phase "phase" Fixed(&[], F), Period, Meaning::Leaf(Leaf::Phase), "Where time stands in a cycle, [0, 1), exact for ever.";
    PhasePingPong "phase_ping_pong" Fixed(&[], F), Period, Meaning::Leaf(Leaf::PhasePingPong), "As phase, but there and back: 0 to 1 in one period, 1 to 0 in the next.";
    Progress "progress" Fixed(&[], F), Period, Meaning::Leaf(Leaf::Progress), "How much of a duration has passed, 0 to 1, then 1.";
    Pulse "pulse" Fixed(&[], I), Period, Meaning::Leaf(Leaf::Pulse), "How many multiples of a period lie in (previous time, time].";
    Seed "seed" Fixed(&[], U), None, Meaning::Leaf(Leaf::Seed), "The seed of the run.";
    Canvas "canvas" Fixed(&[], V2), None, Meaning::Leaf(Leaf::Canvas), "Width and height of the canvas in pixels.";
    Count "count" Fixed(&[], I), Domain, Meaning::Leaf(Leaf::Count), "How many elements a domain has.";
    Index "index" Fixed(&[], I), Domain, Meaning::Leaf(Leaf::Index), "The element's position in its domain, from 0.";
    Id "id" Fixed(&[], U), Domain, Meaning::Leaf(Leaf::Id), "The element's stable identity.";
    Rank "rank" Fixed(&[], F), Domain, Meaning::Leaf(Leaf::Rank), "(index + 0.5) / count, inside (0, 1).";
    Random "random" Fixed(&[], F), DomainSalt, Meaning::Leaf(Leaf::Random), "A number in [0, 1) that belongs to the element's id, the domain's seed and the salt.";
    Age "age" Fixed(&[], F), Domain, Meaning::Leaf(Leaf::Age), "Seconds since the element came; one that was born has its own exact time.";
    Life "life" Fixed(&[], F), Domain, Meaning::Leaf(Leaf::Life), "How much of its life an element that was born has lived, [0, 1).";
    IsNew "is_new" Fixed(&[], B), Domain, Meaning::Leaf(Leaf::IsNew), "Whether the element came in this frame.";
    ElementInput "element_input" Leaf, ElementInput, Meaning::Leaf(Leaf::ElementInput), "What the host gives of the element.";
    Fade "fade" Fixed(&[], F), Fade, Meaning::Leaf(Leaf::Fade), "How far an element has come into sight, 0 to 1; see the table of fades. Of elements that are gone it is read in passes.";
    Continued "continued" Floats(1), Continuity, Meaning::Continued, "The value; in passes with what is left of the last edit. See the table of continuities.";
    AtBirth "at_birth" Any, Domain, Meaning::AtBirth, "Of a new element of a domain that is born on an event: the value with everything that is uniform in it as it was when the event happened. Of no use later.";
    Payload "payload" Leaf, Event, Meaning::Leaf(Leaf::Payload), "What the event carries that a reaction is to; in reactions to it only.";
    Column "column" Leaf, Column, Meaning::Leaf(Leaf::Column), "A column of the row that is looked at; in views and in what reactions do to rows only.";
    RowColumn "row_column" Leaf, RowColumn, Meaning::Leaf(Leaf::RowColumn), "A column of the row that the event carries that a reaction is to; in reactions to it only.";
    Happened "happened" Leaf, Event, Meaning::Leaf(Leaf::Happened), "Whether an event has happened since the frame before.";
    Field "field" Leaf, Field, Meaning::Leaf(Leaf::Field), "The element's value of a field.";
    Neighbor "neighbor" Leaf, Neighbor, Meaning::Leaf(Leaf::Neighbor), "The value of a field so many elements further on.";
    Near "near" Near, Near, Meaning::Near(Near::Pairs), "near(position, radius): the pairs of elements of a domain that are closer than a radius, the same for all. A value per pair: the index of the other element.";
    NearOwn "near_own" Paired, None, Meaning::Near(Near::End(End::Own)), "near_own(x, pairs): what an element has, of each of its pairs.";
    NearOther "near_other" Paired, None, Meaning::Near(Near::End(End::Other)), "near_other(x, pairs): what the other element of each pair has.";
    NearSum "near_sum" PairedFloats, None, Meaning::Near(Near::Fold(Fold::Sum)), "near_sum(x, pairs): the sum over the pairs of an element, in the order of the others' indices; 0 without any.";
    NearMean "near_mean" PairedFloats, None, Meaning::Near(Near::Fold(Fold::Mean)), "near_mean(x, pairs): the mean over the pairs of an element; 0 without any.";
    NearMin "near_min" PairedFloats, None, Meaning::Near(Near::Fold(Fold::Min)), "near_min(x, pairs): the least over the pairs of an element; 0 without any.";
    NearMax "near_max" PairedFloats, None, Meaning::Near(Near::Fold(Fold::Max)), "near_max(x, pairs): the most over the pairs of an element; 0 without any.";
    NearCount "near_count" Fixed(&[Type::Bool, I], I), None, Meaning::Near(Near::Fold(Fold::Count)), "near_count(x, pairs): of how many pairs of an element it is true.";
    NearNearest "near_nearest" Fixed(&[F, I], I), None, Meaning::Near(Near::Fold(Fold::Nearest)), "near_nearest(x, pairs): the index of the other element of the pair whose number is the least, the lowest of several; -1 without any.";
    At "at" Fixed(&[I], F), FieldAt, Meaning::Leaf(Leaf::At), "The value of a field of the element with that index, in any domain; beyond the ends that of the element at the end, or `edge` goes round. 0 where there are no elements.";
    Shape "path" Fixed(&[], S), Path, Meaning::Leaf(Leaf::Shape), "A path of the program.";
    Lookup "lookup" Fixed(&[I], F), Table, Meaning::Lookup, "The value of a table at an index, with the type of the table.";

    // Arithmetic.
    Add "add" Numbers(2), None, numbers(Prim::Add, Prim::AddInt, Prim::AddInt), "a + b; integers wrap.";
    Sub "sub" Numbers(2), None, numbers(Prim::Sub, Prim::SubInt, Prim::SubInt), "a - b; integers wrap.";
    Mul "mul" Numbers(2), None, numbers(Prim::Mul, Prim::MulInt, Prim::MulInt), "a * b; integers wrap.";
    Div "div" Numbers(2), None, numbers(Prim::Div, Prim::DivInt, Prim::DivUint), "a / b, IEEE; integers floor, and x / 0 is 0.";
    Mod "mod" Numbers(2), None, numbers(Prim::Mod, Prim::ModInt, Prim::ModUint), "Floored remainder, with the divisor's sign; integers: x mod 0 is 0.";
    Neg "neg" Numbers(1), None, Meaning::Number(Number::Neg), "-a.";
    Abs "abs" Numbers(1), None, Meaning::Number(Number::Abs), "The magnitude.";
    Sign "sign" Numbers(1), None, Meaning::Number(Number::Sign), "-1, 0 or 1.";
    Min "min" Numbers(2), None, numbers(Prim::Min, Prim::MinInt, Prim::MinUint), "The smaller; NaN if either is.";
    Max "max" Numbers(2), None, numbers(Prim::Max, Prim::MaxInt, Prim::MaxUint), "The larger; NaN if either is.";
    Clamp "clamp" Numbers(3), None, Meaning::Number(Number::Clamp), "clamp(x, lo, hi); lo where lo > hi.";
    Clamp01 "clamp01" Floats(1), None, floats(Prim::Clamp01), "clamp(x, 0, 1).";
    Mix "mix" Floats(3), None, Meaning::Number(Number::Mix), "a + (b - a) * t; of two colours, each has a say by its alpha.";
    Step "step" Floats(2), None, floats(Prim::Step), "step(edge, x): 0 below the edge, else 1.";
    Smoothstep "smoothstep" Floats(3), None, floats(Prim::Smoothstep), "smoothstep(edge0, edge1, x), cubic.";
    Smootherstep "smootherstep" Floats(3), None, floats(Prim::Smootherstep), "smootherstep(edge0, edge1, x), quintic.";
    Floor "floor" Floats(1), None, floats(Prim::Floor), "Down to an integer.";
    Ceil "ceil" Floats(1), None, floats(Prim::Ceil), "Up to an integer.";
    Round "round" Floats(1), None, floats(Prim::Round), "To the nearest integer, half away from zero.";
    Trunc "trunc" Floats(1), None, floats(Prim::Trunc), "Toward zero to an integer.";
    Fract "fract" Floats(1), None, floats(Prim::Fract), "x - floor(x), always in [0, 1).";
    FractSigned "fract_signed" Floats(1), None, floats(Prim::FractSigned), "x less its nearest whole number, in [-0.5, 0.5]: of turns or cycles, the short way.";
    Wrap "wrap" Floats(3), None, floats(Prim::Wrap), "wrap(x, lo, hi) into [lo, hi).";
    Sqrt "sqrt" Floats(1), None, floats(Prim::Sqrt), "Square root; NaN below 0.";
    Cbrt "cbrt" Floats(1), None, floats(Prim::Cbrt), "Cube root.";
    Pow "pow" Floats(2), None, floats(Prim::Pow), "a to the power b; NaN for a negative a and a fractional b.";
    Exp "exp" Floats(1), None, floats(Prim::Exp), "e to the power x.";
    Exp2 "exp2" Floats(1), None, floats(Prim::Exp2), "2 to the power x.";
    Ln "ln" Floats(1), None, floats(Prim::Ln), "Natural logarithm.";
    Log2 "log2" Floats(1), None, floats(Prim::Log2), "Logarithm to base 2.";
    BitAnd "bit_and" Integers(2), None, integers(Prim::BitAnd, Prim::BitAnd), "Bitwise and.";
    BitOr "bit_or" Integers(2), None, integers(Prim::BitOr, Prim::BitOr), "Bitwise or.";
    BitXor "bit_xor" Integers(2), None, integers(Prim::BitXor, Prim::BitXor), "Bitwise exclusive or.";
    Shl "shl" Integers(2), None, integers(Prim::Shl, Prim::Shl), "Shift left by b mod 32.";
    Shr "shr" Integers(2), None, integers(Prim::ShrInt, Prim::ShrUint), "Shift right by b mod 32; ints keep their sign.";

    // Comparisons and logic.
    Lt "lt" Compare, None, numbers(Prim::Lt, Prim::LtInt, Prim::LtUint), "a < b.";
    Le "le" Compare, None, numbers(Prim::Le, Prim::LeInt, Prim::LeUint), "a <= b.";
    Gt "gt" Compare, None, Meaning::Number(Number::Gt), "a > b.";
    Ge "ge" Compare, None, Meaning::Number(Number::Ge), "a >= b.";
    Eq "eq" Compare, None, numbers(Prim::Eq, Prim::EqBits, Prim::EqBits), "a = b.";
    Ne "ne" Compare, None, Meaning::Number(Number::Ne), "a != b.";
    And "and" Logic(2), None, bools(Prim::And), "Both.";
    Or "or" Logic(2), None, Meaning::Number(Number::Or), "Either.";
    Xor "xor" Logic(2), None, bools(Prim::Xor), "One but not both.";
    Not "not" Logic(1), None, bools(Prim::Not), "Not.";
    Select "select" Select, None, Meaning::Number(Number::Select), "select(c, a, b): a where c, else b; the branch not taken leaves no trace.";

    // Trigonometry. Radians, unless the name says turns.
    Sin "sin" Floats(1), None, Meaning::Wave { wave: Wave::Sine, unit: Angle::Radians }, "Sine of radians.";
    Cos "cos" Floats(1), None, Meaning::Wave { wave: Wave::Cosine, unit: Angle::Radians }, "Cosine of radians.";
    Tan "tan" Floats(1), None, Meaning::Wave { wave: Wave::Tangent, unit: Angle::Radians }, "Tangent of radians.";
    SinTurns "sin_turns" Floats(1), None, Meaning::Wave { wave: Wave::Sine, unit: Angle::Turns }, "Sine of turns; exact at every quarter.";
    CosTurns "cos_turns" Floats(1), None, Meaning::Wave { wave: Wave::Cosine, unit: Angle::Turns }, "Cosine of turns; exact at every quarter.";
    Asin "asin" Floats(1), None, floats(Prim::Asin), "Arc sine in radians; NaN outside [-1, 1].";
    Acos "acos" Floats(1), None, floats(Prim::Acos), "Arc cosine in radians; NaN outside [-1, 1].";
    Atan2 "atan2" Floats(2), None, floats(Prim::Atan2), "atan2(y, x) in radians.";
    Tanh "tanh" Floats(1), None, floats(Prim::Tanh), "Hyperbolic tangent.";

    // Conversions.
    ToFloat "to_float" Fixed(&[I], F), None, integers(Prim::IntToFloat, Prim::IntToFloat), "The int as a float.";
    UintToFloat "uint_to_float" Fixed(&[U], F), None, integers(Prim::UintToFloat, Prim::UintToFloat), "The uint as a float.";
    BoolToFloat "bool_to_float" Fixed(&[Type::Bool], F), None, bools(Prim::BoolToFloat), "1 where true, else 0.";
    ToInt "to_int" Fixed(&[F], I), None, floats(Prim::FloatToInt), "Toward zero; saturates; NaN gives 0.";
    ToUint "to_uint" Fixed(&[F], U), None, floats(Prim::FloatToUint), "Toward zero; saturates; NaN gives 0.";
    IntToUint "int_to_uint" Fixed(&[I], U), None, Meaning::Cast(Kind::Uint), "The same 32 bits.";
    UintToInt "uint_to_int" Fixed(&[U], I), None, Meaning::Cast(Kind::Int), "The same 32 bits.";
    DegToRad "deg_to_rad" Floats(1), None, Meaning::Factor(std::f64::consts::PI / 180.0), "Degrees to radians.";
    RadToDeg "rad_to_deg" Floats(1), None, Meaning::Factor(180.0 / std::f64::consts::PI), "Radians to degrees.";
    TurnsToRad "turns_to_rad" Floats(1), None, Meaning::Factor(std::f64::consts::TAU), "Turns to radians.";
    RadToTurns "rad_to_turns" Floats(1), None, Meaning::Factor(TURNS_PER_RADIAN), "Radians to turns.";
    TurnsToDeg "turns_to_deg" Floats(1), None, Meaning::Factor(360.0), "Turns to degrees.";
    DegToTurns "deg_to_turns" Floats(1), None, Meaning::Factor(1.0 / 360.0), "Degrees to turns.";
    SecToMs "s_to_ms" Floats(1), None, Meaning::Factor(1000.0), "Seconds to milliseconds.";
    MsToSec "ms_to_s" Floats(1), None, Meaning::Factor(0.001), "Milliseconds to seconds.";

    // Randomness and noise, all from integer hashes.
    Hash "hash" Integers(1), None, integers(Prim::Hash, Prim::Hash), "A well-mixed 32-bit hash.";
    Hash2 "hash2" Integers(2), None, integers(Prim::Hash2, Prim::Hash2), "A hash of two integers.";
    UnitFloat "unit_float" Fixed(&[U], F), None, integers(Prim::UnitFloat, Prim::UnitFloat), "The top 24 bits as a float in [0, 1).";
    TurnsOfUint "turns_of_uint" Fixed(&[U], F), None, integers(Prim::TurnsOfUint, Prim::TurnsOfUint), "A wrapping uint read as turns in [-0.5, 0.5).";
    ValueNoise "value_noise" Space(0), Seed, Meaning::Noise([Prim::ValueNoise1, Prim::ValueNoise2, Prim::ValueNoise3]), "Value noise of 1, 2 or 3 dimensions, in [0, 1).";
    GradientNoise "gradient_noise" Space(0), Seed, Meaning::Noise([Prim::GradientNoise1, Prim::GradientNoise2, Prim::GradientNoise3]), "Gradient noise of 1, 2 or 3 dimensions, about [-1, 1].";
    CurlNoise2 "curl_noise2" Fixed(&[V2], V2), Seed, Meaning::Curl(Prim::CurlNoise2), "The slopes of gradient noise turned by a quarter: (dn/dy, -dn/dx).";
    CurlNoise3 "curl_noise3" Fixed(&[V3], V3), Seed, Meaning::Curl(Prim::CurlNoise3), "The curl of three gradient noises, whose seeds follow one another.";
    FractalValue "fractal_value" Space(2), Octaves, Meaning::Noise([Prim::FractalValue1, Prim::FractalValue2, Prim::FractalValue3]), "Octaves of value noise (lacunarity, gain), in [0, 1).";
    FractalGradient "fractal_gradient" Space(2), Octaves, Meaning::Noise([Prim::FractalGradient1, Prim::FractalGradient2, Prim::FractalGradient3]), "Octaves of gradient noise (lacunarity, gain), about [-1, 1].";
    AffineTurns "affine_turns" Fixed(&[F, F], F), Domain, Meaning::Indexed(Prim::AffineTurns), "index * step + offset in turns, wrapped to [-0.5, 0.5], exact for any index; both arguments uniform.";
    AffineNoise "affine_noise" Fixed(&[F, F], F), Domain, Meaning::Indexed(Prim::AffineNoise), "Value noise at index * scale + offset, exact for any index; both arguments uniform.";

    // Oscillators over a phase in cycles, all from 0 to 1 and back, starting at 0.
    WaveSine "wave_sine" Floats(1), None, floats(Prim::WaveSine), "0.5 - 0.5 cos.";
    WaveTriangle "wave_triangle" Floats(1), None, floats(Prim::WaveTriangle), "Up and down in straight lines.";
    WaveSaw "wave_saw" Floats(1), None, floats(Prim::Fract), "Up in a straight line, then back at once.";
    WaveSquare "wave_square" Floats(2), None, floats(Prim::WaveSquare), "wave_square(phase, duty): 0, then 1 for the last share `duty` of the cycle.";

    // Easings of 0..1, clamped outside.
    InQuad "in_quad" Floats(1), None, Meaning::Ease(Ease::InQuad), "Quadratic, slow start.";
    OutQuad "out_quad" Floats(1), None, Meaning::Ease(Ease::OutQuad), "Quadratic, slow end.";
    InOutQuad "in_out_quad" Floats(1), None, Meaning::Ease(Ease::InOutQuad), "Quadratic, slow at both ends.";
    InCubic "in_cubic" Floats(1), None, Meaning::Ease(Ease::InCubic), "Cubic, slow start.";
    OutCubic "out_cubic" Floats(1), None, Meaning::Ease(Ease::OutCubic), "Cubic, slow end.";
    InOutCubic "in_out_cubic" Floats(1), None, Meaning::Ease(Ease::InOutCubic), "Cubic, slow at both ends.";
    InQuart "in_quart" Floats(1), None, Meaning::Ease(Ease::InQuart), "Quartic, slow start.";
    OutQuart "out_quart" Floats(1), None, Meaning::Ease(Ease::OutQuart), "Quartic, slow end.";
    InOutQuart "in_out_quart" Floats(1), None, Meaning::Ease(Ease::InOutQuart), "Quartic, slow at both ends.";
    InQuint "in_quint" Floats(1), None, Meaning::Ease(Ease::InQuint), "Quintic, slow start.";
    OutQuint "out_quint" Floats(1), None, Meaning::Ease(Ease::OutQuint), "Quintic, slow end.";
    InOutQuint "in_out_quint" Floats(1), None, Meaning::Ease(Ease::InOutQuint), "Quintic, slow at both ends.";
    InSine "in_sine" Floats(1), None, Meaning::Ease(Ease::InSine), "Sine, slow start.";
    OutSine "out_sine" Floats(1), None, Meaning::Ease(Ease::OutSine), "Sine, slow end.";
    InOutSine "in_out_sine" Floats(1), None, Meaning::Ease(Ease::InOutSine), "Sine, slow at both ends.";
    InExpo "in_expo" Floats(1), None, Meaning::Ease(Ease::InExpo), "Exponential, slow start.";
    OutExpo "out_expo" Floats(1), None, Meaning::Ease(Ease::OutExpo), "Exponential, slow end.";
    InOutExpo "in_out_expo" Floats(1), None, Meaning::Ease(Ease::InOutExpo), "Exponential, slow at both ends.";
    InCirc "in_circ" Floats(1), None, Meaning::Ease(Ease::InCirc), "Circular arc, slow start.";
    OutCirc "out_circ" Floats(1), None, Meaning::Ease(Ease::OutCirc), "Circular arc, slow end.";
    InOutCirc "in_out_circ" Floats(1), None, Meaning::Ease(Ease::InOutCirc), "Circular arcs, slow at both ends.";
    InBack "in_back" Floats(1), None, Meaning::Ease(Ease::InBack), "Draws back before it starts.";
    OutBack "out_back" Floats(1), None, Meaning::Ease(Ease::OutBack), "Overshoots before it settles.";
    InOutBack "in_out_back" Floats(1), None, Meaning::Ease(Ease::InOutBack), "Draws back, overshoots.";
    InElastic "in_elastic" Floats(1), None, Meaning::Ease(Ease::InElastic), "Swings before it starts.";
    OutElastic "out_elastic" Floats(1), None, Meaning::Ease(Ease::OutElastic), "Swings before it settles.";
    InOutElastic "in_out_elastic" Floats(1), None, Meaning::Ease(Ease::InOutElastic), "Swings at both ends.";
    InBounce "in_bounce" Floats(1), None, Meaning::Ease(Ease::InBounce), "Bounces before it starts.";
    OutBounce "out_bounce" Floats(1), None, Meaning::Ease(Ease::OutBounce), "Bounces before it settles.";
    InOutBounce "in_out_bounce" Floats(1), None, Meaning::Ease(Ease::InOutBounce), "Bounces at both ends.";
    CubicBezier "cubic_bezier" Fixed(&[F, F, F, F, F], F), None, floats(Prim::CubicBezier), "cubic_bezier(x1, y1, x2, y2, t): the timing curve of CSS, from 0 at 0 to 1 at 1; x1, x2 and t limited to 0..1.";

    // Motion.
    Spring "spring" Fixed(&[F, F, F], V3), None, Meaning::Number(Number::Spring), "spring(stiffness, damping, seconds): the factors (p, q, u) of a step of a mass of 1 on a spring: offset' = p offset + q velocity, velocity' = u velocity - stiffness q offset. Stiffness limited to 0..1e12, damping to 0..1e9.";

    // Vectors.
    Vec2 "vec2" Fixed(&[F, F], V2), None, Meaning::Vector(Vector::Join), "A vector of x and y.";
    Vec3 "vec3" Fixed(&[F, F, F], V3), None, Meaning::Vector(Vector::Join), "A vector of x, y and z.";
    Component "component" Component, Component, Meaning::Vector(Vector::Component), "Component 0 to 3 of a vector or colour.";
    Dot "dot" VectorPair, None, Meaning::Vector(Vector::Dot), "Scalar product.";
    Length "length" VectorToFloat, None, Meaning::Vector(Vector::Length), "Length.";
    Distance "distance" VectorPair, None, Meaning::Vector(Vector::Distance), "Distance of two points.";
    Normalize "normalize" Vector, None, Meaning::Vector(Vector::Normalize), "The vector with length 1; a zero vector stays zero.";
    Cross "cross" Fixed(&[V3, V3], V3), None, Meaning::Vector(Vector::Cross), "Vector product.";
    Rotate "rotate" Fixed(&[V2, F], V2), None, Meaning::Vector(Vector::Rotate), "The vector turned by radians, clockwise on screen.";
    Polar "polar" Fixed(&[F, F], V2), None, Meaning::Vector(Vector::Polar(Angle::Radians)), "polar(radius, radians): (cos, sin) * radius.";
    PolarTurns "polar_turns" Fixed(&[F, F], V2), None, Meaning::Vector(Vector::Polar(Angle::Turns)), "polar_turns(radius, turns): (cos, sin) * radius.";

    // Layouts over the elements of a domain, in 0..1.
    LayoutGrid "layout_grid" Fixed(&[I, I], V2), Domain, Meaning::Layout(Layout::Grid), "layout_grid(columns, rows): the centre of the element's cell, row by row.";
    LayoutCircle "layout_circle" Fixed(&[], V2), Domain, Meaning::Layout(Layout::Circle), "Evenly around a circle of radius 0.5 about (0.5, 0.5), clockwise from the right.";
    LayoutLine "layout_line" Fixed(&[V2, V2], V2), Domain, Meaning::Layout(Layout::Line), "Evenly from one point to another, both included.";
    LayoutSpiral "layout_spiral" Fixed(&[], V2), Domain, Meaning::Layout(Layout::Spiral), "Golden spiral of radius 0.5 about (0.5, 0.5): evenly spread over the disc.";
    LayoutHalton "layout_halton" Fixed(&[], V2), Domain, Meaning::Layout(Layout::Halton), "Halton points of bases 2 and 3.";
    RadicalInverse "radical_inverse" Fixed(&[U], F), Base, Meaning::Number(Number::RadicalInverse), "The digits of an integer in a base, mirrored behind the point, in [0, 1).";

    // Of all elements of a domain together; what is alike keeps the order of its indices.
    Place "place" Fixed(&[F], I), Domain, Meaning::Whole(Whole::Place), "The element's place by a value, from 0 for the smallest; NaN comes last.";
    PlaceBy "place_by" Fixed(&[F, I], I), Domain, Meaning::Whole(Whole::Place), "place_by(value, key): as place, among the elements with the same key.";
    Order "order" Fixed(&[F], I), Domain, Meaning::Whole(Whole::Order), "Which element has the place that is the element's index, by a value.";
    OrderBy "order_by" Fixed(&[F, I], I), Domain, Meaning::Whole(Whole::Order), "order_by(value, key): as order, by the key first.";
    Sorted "sorted" Fixed(&[F], F), Domain, Meaning::Whole(Whole::Sorted), "The value that has the place that is the element's index.";
    SortedBy "sorted_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::Sorted), "sorted_by(value, key): as sorted, by the key first.";
    RunningSum "running_sum" Fixed(&[F], F), Domain, Meaning::Whole(Whole::Running(Running::Sum)), "The sum of the elements up to and with this one.";
    RunningSumBy "running_sum_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::Running(Running::Sum)), "running_sum_by(value, key): as running_sum, of the elements with the same key.";
    RunningMin "running_min" Fixed(&[F], F), Domain, Meaning::Whole(Whole::Running(Running::Min)), "The smallest of the elements up to and with this one; NaN if any is.";
    RunningMinBy "running_min_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::Running(Running::Min)), "running_min_by(value, key): as running_min, of the elements with the same key.";
    RunningMax "running_max" Fixed(&[F], F), Domain, Meaning::Whole(Whole::Running(Running::Max)), "The largest of the elements up to and with this one; NaN if any is.";
    RunningMaxBy "running_max_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::Running(Running::Max)), "running_max_by(value, key): as running_max, of the elements with the same key.";
    RunningCount "running_count" Fixed(&[B], I), Domain, Meaning::Whole(Whole::Running(Running::Count)), "How many of the elements up to and with this one are true.";
    RunningCountBy "running_count_by" Fixed(&[B, I], I), Domain, Meaning::Whole(Whole::Running(Running::Count)), "running_count_by(bool, key): as running_count, of the elements with the same key.";
    SumBy "sum_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::ByKey(ByKey::Sum)), "sum_by(value, key), of elements of any one domain: the sum of those whose key is the element's index; 0 of none.";
    MeanBy "mean_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::ByKey(ByKey::Mean)), "mean_by(value, key): as sum_by, the mean; 0 of none.";
    MinBy "min_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::ByKey(ByKey::Min)), "min_by(value, key): as sum_by, the smallest; NaN if any is, 0 of none.";
    MaxBy "max_by" Fixed(&[F, I], F), Domain, Meaning::Whole(Whole::ByKey(ByKey::Max)), "max_by(value, key): as sum_by, the largest; NaN if any is, 0 of none.";
    CountBy "count_by" Fixed(&[I], I), Domain, Meaning::Whole(Whole::ByKey(ByKey::Count)), "count_by(key), of elements of any one domain: how many there are whose key is the element's index.";

    // Along paths, by arc length: the share of the drawn length, limited to 0..1 (`fract` makes a closed path go round).
    PathPoint "path_point" Fixed(&[S, F], V2), None, Meaning::Path(Along::Point), "path_point(path, share): the point at that share of the path's drawn length, 0 to 1, in its own coordinates (-0.5 to 0.5); the path uniform. Its first point where it has no length.";
    PathDirection "path_direction" Fixed(&[S, F], F), None, Meaning::Path(Along::Direction), "path_direction(path, share): which way the path runs there, in its own coordinates, in turns from -0.5 to 0.5, 0 to the right and clockwise on screen; the path uniform.";

    // Texts. What makes a new one takes uniform arguments, or those of a row that is looked at.
    TextTrim "text_trim" Fixed(&[T], T), None, Meaning::Text(TextOp::Trim), "The text without white space at both ends.";
    TextUpper "text_upper" Fixed(&[T], T), None, Meaning::Text(TextOp::Upper), "The text in capital letters.";
    TextLower "text_lower" Fixed(&[T], T), None, Meaning::Text(TextOp::Lower), "The text in small letters.";
    TextJoin "text_join" Fixed(&[T, T], T), None, Meaning::Text(TextOp::Join), "One text behind the other.";
    TextOfNumber "text_of_number" Fixed(&[F], T), None, Meaning::Text(TextOp::OfNumber), "A number in as few digits as tell it from others.";
    TextFixed "text_fixed" Fixed(&[F, I], T), None, Meaning::Text(TextOp::Fixed), "text_fixed(x, digits): a number with so many digits behind the point, 0 to 17.";
    TextSigned "text_signed" Fixed(&[F, I], T), None, Meaning::Text(TextOp::Signed), "text_signed(x, digits): as text_fixed, with a plus in front of what is above 0.";
    TextUnit "text_unit" Fixed(&[F, T], T), None, Meaning::Text(TextOp::Unit), "text_unit(x, unit): a number in three digits and a unit with a prefix, from nano to tera: 1234 and m are 1.23 km.";
    TextDate "text_date" Fixed(&[F, T], T), None, Meaning::Text(TextOp::Date), "text_date(seconds, format): a time in seconds since 1970 began as a date of the years 0 to 9999; fields of the format are %Y %y %m %B %b %d %e %j %A %a %H %I %p %M %S and %%.";
    TextGrouped "text_grouped" Fixed(&[T, T], T), None, Meaning::Text(TextOp::Grouped), "text_grouped(text, separator): the first whole number in a text, its digits in threes with the separator between them.";
    TextPadded "text_padded" Fixed(&[T, I], T), None, Meaning::Text(TextOp::Padded), "text_padded(text, digits): the first whole number in a text with zeros in front, so that it has so many digits, up to 64.";
    TextLength "text_length" Fixed(&[T], I), None, Meaning::Text(TextOp::Length), "How many characters (Unicode scalar values) a text has.";
    TextWidth "text_width" Fixed(&[T, F], F), Style, Meaning::Text(TextOp::Width(0)), "text_width(text, lines): how wide the widest line of a text is, in sizes, where lines are so many sizes wide at most; where that is not above 0, only the text ends lines. Of elements each has its own.";
    TextHeight "text_height" Fixed(&[T, F], F), Style, Meaning::Text(TextOp::Height(0)), "text_height(text, lines): how high a text is, in sizes, from the ascent of its first line to the descent of its last.";
    TextStartsWith "text_starts_with" Fixed(&[T, T], B), None, Meaning::Text(TextOp::StartsWith), "Whether the first text begins with the second.";
    TextEndsWith "text_ends_with" Fixed(&[T, T], B), None, Meaning::Text(TextOp::EndsWith), "Whether the first text ends with the second.";
    TextContains "text_contains" Fixed(&[T, T], B), None, Meaning::Text(TextOp::Contains), "Whether the second text stands in the first.";

    // Colours: sRGB-encoded, straight alpha; hues in turns.
    Color "color" Fixed(&[F, F, F, F], C), None, Meaning::Vector(Vector::Join), "A colour of red, green, blue and alpha.";
    WithAlpha "with_alpha" Fixed(&[C, F], C), None, Meaning::Color(Coloring::WithAlpha), "The colour with another alpha.";
    Hsv "hsv" Fixed(&[F, F, F], C), None, Meaning::Color(Coloring::Hued(Prim::HsvToRgb)), "Hue, saturation, value, the last two limited to 0..1.";
    Hsl "hsl" Fixed(&[F, F, F], C), None, Meaning::Color(Coloring::Hued(Prim::HslToRgb)), "Hue, saturation, lightness, the last two limited to 0..1.";
    Oklab "oklab" Fixed(&[F, F, F], C), None, Meaning::Color(Coloring::From(Prim::OklabToSrgb)), "Oklab lightness, a, b.";
    Oklch "oklch" Fixed(&[F, F, F], C), None, Meaning::Color(Coloring::From(Prim::OklchToSrgb)), "Oklch lightness, chroma, hue.";
    OklchInside "oklch_inside" Fixed(&[F, F, F], C), None, Meaning::Color(Coloring::From(Prim::OklchToSrgbInside)), "As oklch, inside of sRGB: lightness limited to 0..1, and chroma made less until the colour exists.";
    LinearToSrgb "linear_to_srgb" Fixed(&[C], C), None, Meaning::Color(Coloring::EachPart(Prim::LinearToSrgb)), "From linear light to sRGB encoding.";
    SrgbToLinear "srgb_to_linear" Fixed(&[C], C), None, Meaning::Color(Coloring::EachPart(Prim::SrgbToLinear)), "From sRGB encoding to linear light.";
    ToHsv "to_hsv" Fixed(&[C], V3), None, Meaning::Color(Coloring::To(Prim::RgbToHsv)), "Hue, saturation, value.";
    ToHsl "to_hsl" Fixed(&[C], V3), None, Meaning::Color(Coloring::To(Prim::RgbToHsl)), "Hue, saturation, lightness.";
    ToOklab "to_oklab" Fixed(&[C], V3), None, Meaning::Color(Coloring::To(Prim::SrgbToOklab)), "Oklab lightness, a, b.";
    ToOklch "to_oklch" Fixed(&[C], V3), None, Meaning::Color(Coloring::To(Prim::SrgbToOklch)), "Oklch lightness, chroma, hue.";
    MixOklab "mix_oklab" Fixed(&[C, C, F], C), None, Meaning::Color(Coloring::Mix(Space::Oklab)), "From one colour to another through Oklab; each has a say by its alpha.";
    MixLinear "mix_linear" Fixed(&[C, C, F], C), None, Meaning::Color(Coloring::Mix(Space::Linear)), "From one colour to another through linear light; each has a say by its alpha.";
    MixOklch "mix_oklch" Fixed(&[C, C, F], C), None, Meaning::Color(Coloring::Mix(Space::Oklch)), "From one colour to another through Oklch, the hue the short way; a grey takes the other's hue, and each has a say by its alpha.";
    MixHsv "mix_hsv" Fixed(&[C, C, F], C), None, Meaning::Color(Coloring::Mix(Space::Hsv)), "From one colour to another through HSV, the hue the short way; a grey takes the other's hue, and each has a say by its alpha.";
    Luminance "luminance" Fixed(&[C], F), None, Meaning::Color(Coloring::Luminance), "Relative luminance, 0 to 1.";
}

/// Why arguments do not fit an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// Another number of arguments.
    Arity {
        /// How many the operation takes.
        expected: usize,
    },
    /// An argument of another type.
    Argument {
        /// Which, from 0.
        index: usize,
        /// What would fit, for people.
        expected: String,
    },
}

impl Op {
    /// The operation of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// How many arguments the operation takes.
    pub const fn arity(self) -> usize {
        match self.signature() {
            Signature::Leaf => 0,
            Signature::Floats(n) | Signature::Numbers(n) | Signature::Integers(n) | Signature::Logic(n) => {
                n as usize
            }
            Signature::Compare
            | Signature::VectorPair
            | Signature::Near
            | Signature::Paired
            | Signature::PairedFloats => 2,
            Signature::Select => 3,
            Signature::VectorToFloat | Signature::Vector | Signature::Component | Signature::Any => 1,
            Signature::Space(n) => n as usize + 1,
            Signature::Fixed(types, _) => types.len(),
        }
    }

    /// The type of the result for arguments of these types. Leaves whose type follows from their immediates are the
    /// caller's.
    ///
    /// # Errors
    /// When the number or a type of the arguments does not fit.
    pub fn result(self, args: &[Type]) -> Result<Type, SignatureError> {
        if args.len() != self.arity() {
            return Err(SignatureError::Arity { expected: self.arity() });
        }
        let argument = |index, expected: &str| SignatureError::Argument { index, expected: expected.into() };
        match self.signature() {
            Signature::Leaf => Ok(Type::Float),
            Signature::Floats(_) => wide_floats(args),
            Signature::Numbers(_) | Signature::Integers(_) if matches!(args[0], Type::Int | Type::Uint) => {
                same(args, args[0])
            }
            Signature::Numbers(_) => wide_floats(args),
            Signature::Integers(_) => Err(argument(0, "int or uint")),
            Signature::Compare if matches!(args[0], Type::Float | Type::Int | Type::Uint | Type::Text) => {
                same(args, args[0]).map(|_| Type::Bool)
            }
            Signature::Compare => Err(argument(0, "float, int or uint")),
            Signature::Logic(_) => same(args, Type::Bool),
            Signature::Select if args[0] != Type::Bool => Err(argument(0, "bool")),
            Signature::Select if args[1] != args[2] => Err(argument(2, args[1].name())),
            Signature::Select => Ok(args[1]),
            Signature::Any if args[0] == Type::Shape => Err(argument(0, "anything but a shape")),
            Signature::Any => Ok(args[0]),
            Signature::VectorPair | Signature::VectorToFloat | Signature::Vector
                if !matches!(args[0], Type::Vec2 | Type::Vec3) =>
            {
                Err(argument(0, "vec2 or vec3"))
            }
            Signature::VectorPair => same(args, args[0]).map(|_| Type::Float),
            Signature::VectorToFloat => Ok(Type::Float),
            Signature::Vector => Ok(args[0]),
            Signature::Space(_) if !matches!(args[0], Type::Float | Type::Vec2 | Type::Vec3) => {
                Err(argument(0, "float, vec2 or vec3"))
            }
            Signature::Space(_) => match args[1..].iter().position(|&a| a != Type::Float) {
                Some(at) => Err(argument(at + 1, "float")),
                None => Ok(Type::Float),
            },
            Signature::Near if !matches!(args[0], Type::Vec2 | Type::Vec3) => {
                Err(argument(0, "vec2 or vec3"))
            }
            Signature::Near if args[1] != Type::Float => Err(argument(1, "float")),
            Signature::Near => Ok(Type::Int),
            Signature::Paired if args[0] == Type::Shape => Err(argument(0, "anything but a shape")),
            Signature::PairedFloats if !args[0].is_floats() => Err(argument(0, "float, vec2, vec3 or color")),
            Signature::Paired | Signature::PairedFloats if args[1] != Type::Int => Err(argument(1, "int")),
            Signature::Paired | Signature::PairedFloats => Ok(args[0]),
            Signature::Component if args[0].stride() < 2 => Err(argument(0, "vec2, vec3 or color")),
            Signature::Component => Ok(Type::Float),
            Signature::Fixed(expected, result) => match args.iter().zip(expected).position(|(a, e)| a != e) {
                Some(at) => Err(argument(at, expected[at].name())),
                None => Ok(result),
            },
        }
    }
}

/// The widest of float types that go together: floats with at most one vector type.
fn wide_floats(args: &[Type]) -> Result<Type, SignatureError> {
    let mut wide = Type::Float;
    for (index, &arg) in args.iter().enumerate() {
        if !arg.is_floats() {
            return Err(SignatureError::Argument { index, expected: "float, vec2, vec3 or color".into() });
        }
        if arg != Type::Float && wide != Type::Float && arg != wide {
            return Err(SignatureError::Argument { index, expected: format!("float or {wide}") });
        }
        if arg != Type::Float {
            wide = arg;
        }
    }
    Ok(wide)
}

/// All arguments of one type.
fn same(args: &[Type], expected: Type) -> Result<Type, SignatureError> {
    match args.iter().position(|&a| a != expected) {
        Some(index) => Err(SignatureError::Argument { index, expected: expected.name().into() }),
        None => Ok(expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for &op in Op::ALL {
            assert_eq!(Op::from_name(op.name()), Some(op));
            let json = serde_json::to_string(&op).unwrap();
            assert_eq!(json, format!("\"{}\"", op.name()));
        }
        assert_eq!(Op::from_name("sinn"), None);
    }

    #[test]
    fn results() {
        let check = |op: Op, args: &[Type], expected: Result<Type, (usize, &str)>| {
            let found = op.result(args).map_err(|error| match error {
                SignatureError::Arity { expected } => (expected, "arity".to_string()),
                SignatureError::Argument { index, expected } => (index, expected),
            });
            assert_eq!(found, expected.map_err(|(i, text)| (i, text.to_string())), "{op:?} {args:?}");
        };
        check(Op::Add, &[F, V2], Ok(V2));
        check(Op::Add, &[V3, V2], Err((1, "float or vec3")));
        check(Op::Add, &[I, I], Ok(I));
        check(Op::Add, &[I, F], Err((1, "int")));
        check(Op::Sin, &[I], Err((0, "float, vec2, vec3 or color")));
        check(Op::Sin, &[F, F], Err((1, "arity")));
        check(Op::Select, &[Type::Bool, C, C], Ok(C));
        check(Op::Select, &[Type::Bool, C, F], Err((2, "color")));
        check(Op::Lt, &[U, U], Ok(Type::Bool));
        check(Op::Lt, &[V2, V2], Err((0, "float, int or uint")));
        check(Op::Dot, &[V3, V3], Ok(F));
        check(Op::ValueNoise, &[V3], Ok(F));
        check(Op::FractalValue, &[V2, F, I], Err((2, "float")));
        check(Op::Component, &[C], Ok(F));
        check(Op::Hsv, &[F, F, F], Ok(C));
        check(Op::Polar, &[F, V2], Err((1, "float")));
    }
}
