//! Numbers: arithmetic, ranges, mixes, conversions, bits.

use super::{ARCS, MIXES, SPACES, elements};
use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Constant, Elaborator, Typed, computed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::program::{Op, Reduction, Type, Unit};

chapter! {
    "Numbers",
    "They work component by component on vectors and colours; ints stay ints where it says int.";

    "abs" (x: Alike) -> Magnitude, op Abs, "The magnitude.", ["abs(-2.5)" => [2.5]];
    "sign" (x: Plain) -> Plain, op Sign, "-1, 0 or 1.", ["sign(-3)" => [-1.0]];
    "min" (a: Alike, b: Alike = _, by: Key = _; ..) -> Alike, with |e, call| extreme(e, call, [Op::Min, Op::MinBy], Reduction::Min),
        "The smallest; NaN if any is. Of one field: the smallest of all elements, or with `by: key` of those whose key is the own `index`.", ["min(2, 3)" => [2.0]; "min(3, 1, 2)" => [1.0]];
    "max" (a: Alike, b: Alike = _, by: Key = _; ..) -> Alike, with |e, call| extreme(e, call, [Op::Max, Op::MaxBy], Reduction::Max),
        "The largest; NaN if any is. Of one field: the largest of all elements, or with `by: key` of those whose key is the own `index`.", ["max(2, 3)" => [3.0]];
    "clamp" (x: Alike, low: Alike = 0, high: Alike = 1) -> Alike, with clamp,
        "x, but no less than low and no more than high.", ["clamp(1.7)" => [1.0]; "clamp(5, 2, 4)" => [4.0]];
    "mix" (from: Alike, to: Alike, t: Plain, in_: Word(SPACES) = srgb, way: Word(ARCS) = _) -> Alike, with mix,
        "from + (to - from) * t; colours through a space of your choice, in oklch and hsv by the short way round the hues. Angles go as they are written, so `mix(0turn, 2turn, t)` turns twice, or with `way: short` by the shorter arc; two phases go the short way, and stay in 0..1, unless `way: straight` says otherwise.",
        ["mix(10, 20, 0.25)" => [12.5]; "mix(#000, #fff, 0.5)" => [0.5, 0.5, 0.5, 1.0]; "mix(#ff0, #0000, 0.5)" => [1.0, 1.0, 0.0, 0.5]; "mix(#f00, #00f, 0.5, in: hsv)" => [1.0, 0.0, 1.0, 1.0]; "mix(350deg, 10deg, 0.5, way: short) / 1turn" => [1.0]];
    "step" (edge: Plain, x: Plain) -> Plain, op Step, "0 below the edge, else 1.", ["step(0.5, 0.7)" => [1.0]];
    "smoothstep" (from: Plain, to: Plain, x: Plain) -> Plain, op Smoothstep,
        "0 below from, 1 above to, a soft S between; falls where from is above to.", ["smoothstep(0, 1, 0.5)" => [0.5]];
    "smootherstep" (from: Plain, to: Plain, x: Plain) -> Plain, op Smootherstep,
        "As smoothstep, but softer at its ends.", ["smootherstep(0, 2, 1)" => [0.5]];
    "remap" (x: Plain, from_low: Plain, from_high: Plain, to_low: Plain, to_high: Plain) -> Plain, with remap,
        "x of one range as it lies in another; not clamped.", ["remap(5, 0, 10, 100, 200)" => [150.0]];
    "floor" (x: Plain) -> Plain, op Floor, "Down to a whole number.", ["floor(-1.5)" => [-2.0]];
    "ceil" (x: Plain) -> Plain, op Ceil, "Up to a whole number.", ["ceil(1.2)" => [2.0]];
    "round" (x: Plain) -> Plain, op Round, "To the nearest whole number, half away from zero.", ["round(2.5)" => [3.0]];
    "trunc" (x: Plain) -> Plain, op Trunc, "Toward zero to a whole number.", ["trunc(-1.7)" => [-1.0]];
    "fract" (x: Plain) -> Plain, op Fract, "x - floor(x), always in [0, 1).", ["fract(-0.25)" => [0.75]];
    "mod" (a: Alike, b: Alike) -> Alike, op Mod, "What is left of a divided by b, with b's sign; `a % b` is the same.",
        ["mod(-1, 3)" => [2.0]];
    "div" (a: Alike, b: Alike) -> Alike, with div,
        "a / b, down to a whole number; ints stay ints.", ["div(7, 2)" => [3.0]; "div(index, 2)" => [0.0, 0.0, 1.0, 1.0], at each];
    "wrap" (x: Alike, low: Alike = _, high: Alike = _) -> Alike, with wrap,
        "x moved by whole ranges into [low, high). Of a phase alone it is an event: when the phase begins anew, for `cycle` at its exact time.",
        ["wrap(5.5, 0, 2)" => [1.5]; "count(wrap(cycle(250ms)))" => [4.0], at 60];
    "sqrt" (x: Plain) -> Plain, op Sqrt, "Square root; NaN below 0.", ["sqrt(9)" => [3.0]];
    "cbrt" (x: Plain) -> Plain, op Cbrt, "Cube root.", ["cbrt(27)" => [3.0]];
    "pow" (x: Plain, exponent: Plain) -> Plain, op Pow, "x to the power of exponent.", ["pow(2, 10)" => [1024.0]];
    "exp" (x: Plain) -> Plain, op Exp, "e to the power of x.", ["exp(0)" => [1.0]];
    "exp2" (x: Plain) -> Plain, op Exp2, "2 to the power of x.", ["exp2(3)" => [8.0]];
    "ln" (x: Plain) -> Plain, op Ln, "Natural logarithm.", ["ln(1)" => [0.0]];
    "log2" (x: Plain) -> Plain, op Log2, "Logarithm to base 2.", ["log2(8)" => [3.0]];
    "tanh" (x: Plain) -> Plain, op Tanh, "Hyperbolic tangent: bends large values toward -1 and 1.", ["tanh(0)" => [0.0]];
    "int" (x: Any) -> Int, with int, "Toward zero to an int; a bool gives 0 or 1.", ["int(2.9)" => [2.0]];
    "float" (x: Any) -> Float, with float, "An int or a bool as a number.", ["float(true)" => [1.0]];
    "scalar" (x: Any) -> Float, with scalar,
        "The plain number of a phase (cycles), a time (seconds) or a frequency (hertz).", ["scalar(250ms)" => [0.25]];
    "bit_and" (a: Int, b: Int) -> Int, op BitAnd, "The bits that both ints have.", ["bit_and(12, 10)" => [8.0]];
    "bit_or" (a: Int, b: Int) -> Int, op BitOr, "The bits that either int has.", ["bit_or(12, 10)" => [14.0]];
    "bit_xor" (a: Int, b: Int) -> Int, op BitXor, "The bits that one of two ints has and the other has not.", ["bit_xor(12, 10)" => [6.0]];
    "bit_not" (x: Int) -> Int, with bit_not, "The other bits: -1 - x.", ["bit_not(12)" => [-13.0]];
    "shift_left" (x: Int, by: Int) -> Int, op Shl, "The bits moved up by 0 to 31 places; those that leave the 32 are lost.", ["shift_left(5, 3)" => [40.0]];
    "shift_right" (x: Int, by: Int) -> Int, op Shr, "The bits moved down by 0 to 31 places; the sign stays.",
        ["shift_right(40, 3)" => [5.0]; "bit_and(shift_right(index, 1), 1)" => [0.0, 0.0, 1.0, 1.0], at each];
}

/// The smallest or largest of several values, or of all elements.
fn extreme<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    [op, fold]: [Op; 2],
    reduction: Reduction,
) -> Result<Typed<'b>, Reported> {
    let (first, mut values) = (call.value(0), call.values());
    if call.by().is_some() {
        values.pop();
    }
    let rest = &values[1..];
    if rest.is_empty() {
        return elements::reduced(e, call, reduction, fold);
    }
    let unit = computed(first.unit);
    Ok(rest.iter().fold(first, |so_far, &value| e.apply(op, &[so_far, value], unit)))
}

fn clamp<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let [x, low, high] = [call.value(0), call.value(1), call.value(2)];
    let unit = computed(x.unit);
    let is = |v: Typed<'b>, number| v.number() == Some(number) && v.ty == Type::Float;
    if is(low, 0.0) && is(high, 1.0) {
        return Ok(e.apply(Op::Clamp01, &[x], unit));
    }
    if let (Some(l), Some(h)) = (low.constant, high.constant)
        && (0..low.ty.stride().max(high.ty.stride()) as usize).any(|k| {
            let at = |v: Typed<'b>, c: Constant| c[if v.ty.stride() == 1 { 0 } else { k }];
            at(low, l) > at(high, h)
        })
    {
        let message = format!("the range of `clamp` is empty: {} is above {}", l[0], h[0]);
        let problem = Problem::new(Code::OutOfRange, call.spans[1], message);
        return e.fail(problem.related("the upper end", call.spans[2]).help("give the lower end first"));
    }
    Ok(e.apply(Op::Clamp, &[x, low, high], unit))
}

fn mix<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let [from, to, t] = [call.value(0), call.value(1), call.value(2)];
    let op = mix_in(call.word(3));
    if op != Op::Mix && from.ty != Type::Color {
        let message = format!("only colors are mixed in a space, and these are {}", from.what());
        return e.fail(Problem::new(Code::WrongType, call.spans[3], message).help("leave out `in:`"));
    }
    let way = call.word(4);
    if !way.is_empty() && !from.goes_round() {
        let message = format!("only angles and phases have a way round, and these are {}", from.what());
        return e.fail(Problem::new(Code::WrongType, call.spans[4], message).help("leave out `way:`"));
    }
    Ok(match way {
        "short" => mix_short(e, from, to, t),
        "" => mixed(e, from, to, t, call.word(3)),
        _ => mix_straight(e, from, to, t, op),
    })
}

/// From one value to another, colours through a space. How far an angle goes is as it is written: a dial from -135deg to
/// 135deg does not go through the gap. A phase has no whole turns to write, and goes the short way.
pub(crate) fn mixed<'b>(
    e: &mut Elaborator<'_, 'b>,
    from: Typed<'b>,
    to: Typed<'b>,
    t: Typed<'b>,
    space: &str,
) -> Typed<'b> {
    match from.unit {
        Unit::Phase => mix_short(e, from, to, t),
        _ => mix_straight(e, from, to, t, mix_in(space)),
    }
}

fn mix_straight<'b>(
    e: &mut Elaborator<'_, 'b>,
    from: Typed<'b>,
    to: Typed<'b>,
    t: Typed<'b>,
    op: Op,
) -> Typed<'b> {
    // Between ints there are other numbers.
    let [from, to] = [from, to].map(|v| if v.ty == Type::Int { e.int_to_float(v) } else { v });
    e.apply(op, &[from, to, t], computed(from.unit))
}

/// From one angle or phase to another, by the shorter arc.
fn mix_short<'b>(e: &mut Elaborator<'_, 'b>, from: Typed<'b>, to: Typed<'b>, t: Typed<'b>) -> Typed<'b> {
    let apart = e.apply(Op::Sub, &[to, from], from.unit);
    let short = e.apply(Op::FractSigned, &[apart], from.unit);
    let way = e.apply(Op::Mul, &[short, t], from.unit);
    let moved = e.apply(Op::Add, &[from, way], from.unit);
    if from.unit == Unit::Phase { e.in_cycle(moved) } else { moved }
}

/// The operation that mixes colours in one of [`SPACES`].
pub(super) fn mix_in(space: &str) -> Op {
    MIXES.iter().find(|(name, _)| *name == space).map_or(Op::Mix, |&(_, op)| op)
}

fn remap<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let [x, a, b, c, d] = [0, 1, 2, 3, 4].map(|k| call.value(k));
    let into = e.apply(Op::Sub, &[x, a], Unit::Scalar);
    let range = e.apply(Op::Sub, &[b, a], Unit::Scalar);
    let share = e.apply(Op::Div, &[into, range], Unit::Scalar);
    Ok(e.apply(Op::Mix, &[c, d, share], Unit::Scalar))
}

fn div<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (a, b) = (call.value(0), call.value(1));
    let quotient = e.apply(Op::Div, &[a, b], Unit::Scalar);
    Ok(if a.ty == Type::Int { quotient } else { e.apply(Op::Floor, &[quotient], Unit::Scalar) })
}

fn int<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (value, span) = call.placed(0);
    let number = match value.ty {
        Type::Int => return Ok(value),
        Type::Bool => e.apply(Op::BoolToFloat, &[value], Unit::Scalar),
        _ => e.convert(value, Type::Float, Unit::Scalar, span, "the argument of `int`")?,
    };
    Ok(e.apply(Op::ToInt, &[number], Unit::Scalar))
}

fn float<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (value, span) = call.placed(0);
    if value.ty == Type::Bool {
        return Ok(e.apply(Op::BoolToFloat, &[value], Unit::Scalar));
    }
    e.convert(value, Type::Float, Unit::Scalar, span, "the argument of `float`")
}

fn scalar<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (value, span) = call.placed(0);
    e.convert(value, Type::Float, Unit::Scalar, span, "the argument")
}

fn bit_not<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let all_bits = e.int(-1);
    Ok(e.apply(Op::BitXor, &[call.value(0), all_bits], Unit::Scalar))
}

fn wrap<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    match (call.optional(1), call.optional(2)) {
        (Some(low), Some(high)) => {
            let x = call.value(0);
            Ok(e.apply(Op::Wrap, &[x, low, high], computed(x.unit)))
        }
        (None, None) => super::events::wrapped(e, call),
        (Some(_), None) | (None, Some(_)) => {
            let message = "`wrap` has one end of its range, and lacks the other";
            let problem = Problem::new(Code::MissingArgument, call.span, message);
            e.fail(problem.help("give both: `wrap(x, 0, 1)`"))
        }
    }
}
