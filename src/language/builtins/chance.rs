//! Chance and noise: numbers from integer hashes.

use super::MANY;
use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Elaborator, Typed, computed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::math::hash;
use crate::program::{Op, Type, Unit};

/// Tells the random numbers of a run from those of elements.
const RUN_SALT: u32 = 0x9e37_79b9;

chapter! {
    "Chance and noise",
    "All from integer hashes: the same numbers on every machine.";

    "random" (low: Alike = _, high: Alike = _, salt: ConstantInt(0, MANY) = 0; lone salt) -> Alike, with random,
        "A number from low to high, or in [0, 1), that belongs to the element, outside of a domain to the run; another for each salt, and for each component of a vector. A single number is the salt: `random(3)`.",
        ["floor(random(1))" => [0.0, 0.0, 0.0, 0.0], at each; "floor(random(2, 3))" => [2.0]; "random(5, 5)" => [5.0, 5.0, 5.0, 5.0], at each];
    "hash" (x: Int, salt: Int = 0) -> Float, with hash, "A number in [0, 1) that belongs to an int.",
        ["hash(7) == hash(7)" => [1.0]];
    "noise" (at: Space, seed: ConstantInt(0, MANY) = 0) -> Float, with |e, call| noise(e, call, Op::ValueNoise),
        "Value noise in 1, 2 or 3 dimensions, in [0, 1): soft hills a unit apart.", ["noise(3) == noise(3.0)" => [1.0]];
    "noise.gradient" (at: Space, seed: ConstantInt(0, MANY) = 0) -> Float, with |e, call| noise(e, call, Op::GradientNoise),
        "Gradient noise, about -1 to 1, 0 at whole numbers.", ["noise.gradient((3, 4))" => [0.0]];
    "noise.curl" (at: Vector, seed: ConstantInt(0, MANY) = 0) -> First, with curl,
        "A flow that swirls and nowhere gathers or thins out: the slopes of `noise.gradient` turned by a quarter, in space the curl of three of them. On average 1.2 long, in space 1.5.",
        ["length(noise.curl((3, 4))) == length(noise.curl((5, 6), seed: 7))" => [1.0]];
    "noise.fractal" (at: Space, octaves: ConstantInt(1, 16) = 4, lacunarity: Float = 2, gain: Float = 0.5,
        seed: ConstantInt(0, MANY) = 0) -> Float, with |e, call| fractal(e, call, Op::FractalValue),
        "Octaves of value noise, each finer by the lacunarity and weaker by the gain, in [0, 1).",
        ["noise.fractal(0.5, octaves: 1) == noise(0.5)" => [1.0]];
    "noise.clouds" (at: Space, octaves: ConstantInt(1, 16) = 4, lacunarity: Float = 2, gain: Float = 0.5,
        seed: ConstantInt(0, MANY) = 0) -> Float, with |e, call| fractal(e, call, Op::FractalGradient),
        "Octaves of gradient noise, about -1 to 1.", ["noise.clouds((3, 4))" => [0.0]];
}

/// `random()`, `random(salt)` or `random(low, high, salt: n)`.
fn random<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let salt = call.constant(2) as u32;
    let (low, high) = match (call.optional(0), call.optional(1)) {
        (Some(low), Some(high)) => (low, high),
        (None, None) => return Ok(chance(e, call, salt)),
        (low, _) => {
            let missing = if low.is_some() { "high" } else { "low" };
            let message = format!("`random` lacks `{missing}`");
            let help = "it is `random(low, high)`, `random(salt: n)` or `random(low, high, salt: n)`";
            return e.fail(Problem::new(Code::MissingArgument, call.span, message).help(help));
        }
    };
    let [low, high] = [low, high].map(|v| if v.ty == Type::Int { e.int_to_float(v) } else { v });
    let ty = if low.ty.stride() > 1 { low.ty } else { high.ty };
    let salts = (0..ty.stride()).map(|k| if k == 0 { salt } else { hash::hash2(salt, k) });
    let parts: Vec<Typed<'b>> = salts.map(|salt| chance(e, call, salt)).collect();
    let share = match ty {
        Type::Vec2 => e.apply(Op::Vec2, &parts, Unit::Scalar),
        Type::Vec3 => e.apply(Op::Vec3, &parts, Unit::Scalar),
        Type::Color => e.apply(Op::Color, &parts, Unit::Scalar),
        Type::Float | Type::Int | Type::Uint | Type::Bool | Type::Shape | Type::Text => parts[0],
    };
    Ok(e.apply(Op::Mix, &[low, high, share], computed(low.unit)))
}

/// A number in [0, 1) that belongs to the element, or outside of a domain to the run.
fn chance<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, salt: u32) -> Typed<'b> {
    let b = e.builder;
    if let Some(Ok(element)) = e.own_element(call.span) {
        return Typed::new(b.random(element.domain, salt), Unit::Scalar, Some(element));
    }
    // A hash of nothing is nothing, so salt 0 of run 0 is moved away from it.
    let own = b.uint(hash::hash(salt ^ RUN_SALT));
    let bits = b.op(Op::Hash2, &[own.into(), b.op(Op::Seed, &[]).into()]);
    Typed::new(bits.unit_float(), Unit::Scalar, None)
}

fn hash<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let hashed = e.apply(Op::Hash2, &[call.value(0), call.value(1)], Unit::Scalar);
    let bits = e.apply(Op::IntToUint, &[hashed], Unit::Scalar);
    Ok(e.apply(Op::UnitFloat, &[bits], Unit::Scalar))
}

fn noise<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    let (at, seed) = (call.value(0), call.constant(1) as u32);
    if let (Op::ValueNoise, Some(affine), Some(element), 0) = (op, at.affine, at.element, seed)
        && affine.of_index
    {
        let value = e.builder.affine_noise(element.domain, affine.scale, affine.offset);
        return Ok(Typed::new(value, Unit::Scalar, Some(element)));
    }
    Ok(Typed::new(e.builder.noise(op, at.value, seed), Unit::Scalar, at.element))
}

fn curl<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (at, seed) = (call.value(0), call.constant(1) as u32);
    let op = if at.value.ty() == Type::Vec3 { Op::CurlNoise3 } else { Op::CurlNoise2 };
    Ok(Typed::new(e.builder.noise(op, at.value, seed), Unit::Scalar, at.element))
}

fn fractal<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    let (at, lacunarity, gain) = (call.value(0), call.value(2), call.value(3));
    let (octaves, seed) = (call.constant(1) as u32, call.constant(4) as u32);
    let element = [at, lacunarity, gain].iter().find_map(|v| v.element);
    let places = [at.value, lacunarity.value, gain.value];
    Ok(Typed::new(e.builder.octaves(op, places, seed, octaves), Unit::Scalar, element))
}
