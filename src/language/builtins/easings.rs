//! Easings, and the timing curve that they can be drawn by.

use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::program::{Op, Unit};

chapter! {
    "Easings",
    "From 0 to 1 as `t` goes from 0 to 1; `t` is clamped outside.";

    "ease.in_quad" (t: Plain) -> Plain, op InQuad, "Quadratic, slow start.", ["ease.in_quad(0)" => [0.0]; "ease.in_quad(1)" => [1.0]];
    "ease.out_quad" (t: Plain) -> Plain, op OutQuad, "Quadratic, slow end.", ["ease.out_quad(0)" => [0.0]; "ease.out_quad(1)" => [1.0]];
    "ease.in_out_quad" (t: Plain) -> Plain, op InOutQuad, "Quadratic, slow at both ends.", ["ease.in_out_quad(0)" => [0.0]; "ease.in_out_quad(1)" => [1.0]];
    "ease.in_cubic" (t: Plain) -> Plain, op InCubic, "Cubic, slow start.", ["ease.in_cubic(0)" => [0.0]; "ease.in_cubic(1)" => [1.0]];
    "ease.out_cubic" (t: Plain) -> Plain, op OutCubic, "Cubic, slow end.", ["ease.out_cubic(0)" => [0.0]; "ease.out_cubic(1)" => [1.0]];
    "ease.in_out_cubic" (t: Plain) -> Plain, op InOutCubic, "Cubic, slow at both ends.", ["ease.in_out_cubic(0)" => [0.0]; "ease.in_out_cubic(1)" => [1.0]];
    "ease.in_quart" (t: Plain) -> Plain, op InQuart, "Quartic, slow start.", ["ease.in_quart(0)" => [0.0]; "ease.in_quart(1)" => [1.0]];
    "ease.out_quart" (t: Plain) -> Plain, op OutQuart, "Quartic, slow end.", ["ease.out_quart(0)" => [0.0]; "ease.out_quart(1)" => [1.0]];
    "ease.in_out_quart" (t: Plain) -> Plain, op InOutQuart, "Quartic, slow at both ends.", ["ease.in_out_quart(0)" => [0.0]; "ease.in_out_quart(1)" => [1.0]];
    "ease.in_quint" (t: Plain) -> Plain, op InQuint, "Quintic, slow start.", ["ease.in_quint(0)" => [0.0]; "ease.in_quint(1)" => [1.0]];
    "ease.out_quint" (t: Plain) -> Plain, op OutQuint, "Quintic, slow end.", ["ease.out_quint(0)" => [0.0]; "ease.out_quint(1)" => [1.0]];
    "ease.in_out_quint" (t: Plain) -> Plain, op InOutQuint, "Quintic, slow at both ends.", ["ease.in_out_quint(0)" => [0.0]; "ease.in_out_quint(1)" => [1.0]];
    "ease.in_sine" (t: Plain) -> Plain, op InSine, "Sine, slow start.", ["ease.in_sine(0)" => [0.0]; "ease.in_sine(1)" => [1.0]];
    "ease.out_sine" (t: Plain) -> Plain, op OutSine, "Sine, slow end.", ["ease.out_sine(0)" => [0.0]; "ease.out_sine(1)" => [1.0]];
    "ease.in_out_sine" (t: Plain) -> Plain, op InOutSine, "Sine, slow at both ends.", ["ease.in_out_sine(0)" => [0.0]; "ease.in_out_sine(1)" => [1.0]];
    "ease.in_expo" (t: Plain) -> Plain, op InExpo, "Exponential, slow start.", ["ease.in_expo(0)" => [0.0]; "ease.in_expo(1)" => [1.0]];
    "ease.out_expo" (t: Plain) -> Plain, op OutExpo, "Exponential, slow end.", ["ease.out_expo(0)" => [0.0]; "ease.out_expo(1)" => [1.0]];
    "ease.in_out_expo" (t: Plain) -> Plain, op InOutExpo, "Exponential, slow at both ends.", ["ease.in_out_expo(0)" => [0.0]; "ease.in_out_expo(1)" => [1.0]];
    "ease.in_circ" (t: Plain) -> Plain, op InCirc, "Circular arc, slow start.", ["ease.in_circ(0)" => [0.0]; "ease.in_circ(1)" => [1.0]];
    "ease.out_circ" (t: Plain) -> Plain, op OutCirc, "Circular arc, slow end.", ["ease.out_circ(0)" => [0.0]; "ease.out_circ(1)" => [1.0]];
    "ease.in_out_circ" (t: Plain) -> Plain, op InOutCirc, "Circular arc, slow at both ends.", ["ease.in_out_circ(0)" => [0.0]; "ease.in_out_circ(1)" => [1.0]];
    "ease.in_back" (t: Plain) -> Plain, op InBack, "Draws back before it starts.", ["ease.in_back(0)" => [0.0]; "ease.in_back(1)" => [1.0]];
    "ease.out_back" (t: Plain) -> Plain, op OutBack, "Overshoots before it settles.", ["ease.out_back(0)" => [0.0]; "ease.out_back(1)" => [1.0]];
    "ease.in_out_back" (t: Plain) -> Plain, op InOutBack, "Draws back and overshoots.", ["ease.in_out_back(0)" => [0.0]; "ease.in_out_back(1)" => [1.0]];
    "ease.in_elastic" (t: Plain) -> Plain, op InElastic, "Swings before it starts.", ["ease.in_elastic(0)" => [0.0]; "ease.in_elastic(1)" => [1.0]];
    "ease.out_elastic" (t: Plain) -> Plain, op OutElastic, "Swings before it settles.", ["ease.out_elastic(0)" => [0.0]; "ease.out_elastic(1)" => [1.0]];
    "ease.in_out_elastic" (t: Plain) -> Plain, op InOutElastic, "Swings at both ends.", ["ease.in_out_elastic(0)" => [0.0]; "ease.in_out_elastic(1)" => [1.0]];
    "ease.in_bounce" (t: Plain) -> Plain, op InBounce, "Bounces before it starts.", ["ease.in_bounce(0)" => [0.0]; "ease.in_bounce(1)" => [1.0]];
    "ease.out_bounce" (t: Plain) -> Plain, op OutBounce, "Bounces before it settles.", ["ease.out_bounce(0)" => [0.0]; "ease.out_bounce(1)" => [1.0]];
    "ease.in_out_bounce" (t: Plain) -> Plain, op InOutBounce, "Bounces at both ends.", ["ease.in_out_bounce(0)" => [0.0]; "ease.in_out_bounce(1)" => [1.0]];
    "cubic_bezier" (x1: Float, y1: Float, x2: Float, y2: Float, t: Float) -> Float, with cubic_bezier,
        "The timing curve of CSS with the handles (x1, y1) and (x2, y2), x1 and x2 in 0..1; to 1e-6, where it stands upright to 1e-5.",
        ["cubic_bezier(0, 0, 1, 1, 0.25)" => [0.25]; "cubic_bezier(0.42, 0, 0.58, 1, 0.5)" => [0.5]];
}

fn cubic_bezier<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    for (at, name) in [(0, "x1"), (2, "x2")] {
        let (x, span) = call.placed(at);
        if let Some(x) = x.number().filter(|x| !(0.0..=1.0).contains(x)) {
            let message =
                format!("{name} is {x}, and the handles of a timing curve lie in 0..1 from left to right");
            let help = "use a value from 0 to 1; y1 and y2 may lie outside";
            return e.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
    }
    Ok(e.apply(Op::CubicBezier, &call.values(), Unit::Scalar))
}
