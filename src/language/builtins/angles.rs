//! Angles: trigonometry in turns and in radians.

use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Op, Unit};

chapter! {
    "Angles",
    "An angle is written `0.25turn`, `90deg` or `1.57rad`, and is exact however often it turns. `lag`, `slew` and \
        `spring` take angles and phases the short way where these jump, and `mix` does when told `way: short`.";

    "sin" (angle: AngleOrRadians) -> Float, with |e, call| sine(e, call, Op::SinTurns, Op::Sin), "Sine; a plain number counts radians.",
        ["sin(90deg)" => [1.0]; "sin(0.5turn)" => [0.0]];
    "cos" (angle: AngleOrRadians) -> Float, with |e, call| sine(e, call, Op::CosTurns, Op::Cos), "Cosine; a plain number counts radians.",
        ["cos(0.5turn)" => [-1.0]];
    "tan" (angle: AngleOrRadians) -> Float, with |e, call| sine(e, call, Op::Tan, Op::Tan), "Tangent; a plain number counts radians.",
        ["tan(45deg)" => [1.0]];
    "asin" (x: Float) -> Angle, with |e, call| arc(e, call, Op::Asin), "The angle whose sine is x; NaN outside [-1, 1].",
        ["asin(1) / 1turn" => [0.25]];
    "acos" (x: Float) -> Angle, with |e, call| arc(e, call, Op::Acos), "The angle whose cosine is x; NaN outside [-1, 1].",
        ["acos(-1) / 1turn" => [0.5]];
    "atan2" (y: Float, x: Float) -> Angle, with |e, call| arc(e, call, Op::Atan2), "The angle of the direction (x, y).",
        ["atan2(1, 0) / 1deg" => [90.0]];
    "heading" (direction: Vec2) -> Angle, with heading, "The angle of a direction, clockwise on screen from the right.",
        ["heading((0, 2)) / 1turn" => [0.25]];
    "polar" (radius: Float, angle: AngleOrRadians) -> Vec2, with polar,
        "The point at a distance in a direction: (cos, sin) * radius.", ["polar(2, 0.25turn)" => [0.0, 2.0]];
    "rotate" (vector: Vec2, angle: AngleOrRadians) -> Vec2, with rotate, "The vector turned clockwise on screen.",
        ["rotate((1, 0), 90deg)" => [0.0, 1.0]];
}

fn sine<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    of_turns: Op,
    of_radians: Op,
) -> Result<Typed<'b>, Reported> {
    let angle = call.value(0);
    if angle.unit != Unit::Turn {
        return Ok(e.apply(of_radians, &[angle], Unit::Scalar));
    }
    // The tangent has no form in turns.
    let angle = if of_turns == of_radians { e.radians(angle) } else { e.wrapped(angle) };
    Ok(e.apply(of_turns, &[angle], Unit::Scalar))
}

fn arc<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    let radians = e.apply(op, &call.values(), Unit::Scalar);
    Ok(e.apply(Op::RadToTurns, &[radians], Unit::Turn))
}

fn heading<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (x, y) = (e.part(call.value(0), 0), e.part(call.value(0), 1));
    let radians = e.apply(Op::Atan2, &[y, x], Unit::Scalar);
    Ok(e.apply(Op::RadToTurns, &[radians], Unit::Turn))
}

fn polar<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (radius, angle) = (call.value(0), call.value(1));
    if angle.unit != Unit::Turn {
        return Ok(e.apply(Op::Polar, &[radius, angle], Unit::Scalar));
    }
    let angle = e.wrapped(angle);
    Ok(e.apply(Op::PolarTurns, &[radius, angle], Unit::Scalar))
}

fn rotate<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (vector, angle) = (call.value(0), call.value(1));
    let radians = e.radians(angle);
    Ok(e.apply(Op::Rotate, &[vector, radians], Unit::Scalar))
}
