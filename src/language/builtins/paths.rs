//! Paths: outlines, and the points along them.

use super::{ANSWERS, FILL_RULES};
use crate::diagnostic::Code;
use crate::draw::FillRule;
use crate::language::elaborate::{Call, Elaborator, Taken, Typed};
use crate::language::path::{self as outline, Fault, Outline};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::program::{Op, Unit};

chapter! {
    "Paths",
    "Outlines in a box from -0.5 to 0.5, y down, made of constants; `draw path(...)` draws them. One that is \
        drawn in units of its own says so by its `fit`, which scales it, alike in both directions, into the \
        middle of that box: `fit: 24` from a box of 0 to 24, `fit: (24, 16)`, `fit: \"0 -960 960 960\"` from the \
        view box of an SVG file (left, top, width, height), and `fit: yes` from the box around the outline \
        itself. `fill_rule: evenodd` leaves holes where an outline lies over itself; `nonzero` only where its \
        parts run in opposite directions.";

    "path" (text: Text, fit: Fit = no, fill_rule: Word(FILL_RULES) = nonzero) -> Shape, with path,
        "An outline as SVG writes it: M L H V C S Q T A Z and their small relative forms.",
        ["along(path(\"M -0.5 0 L 0.5 0\"), 0.5)" => [0.0, 0.0]; "along(path(\"M 4 12 H 20\", fit: 24), 1)" => [1.0 / 3.0, 0.0]];
    "polyline" (first: ConstantPoint, more: ConstantPoint, closed: Word(ANSWERS) = no, fit: Fit = no, fill_rule: Word(FILL_RULES) = nonzero; ..) -> Shape, with |e, call| through(e, call, outline::polyline),
        "Straight lines from point to point.", ["along(polyline((0, 0), (0.5, 0)), 0.5)" => [0.25, 0.0]];
    "bezier" (first: ConstantPoint, more: ConstantPoint, closed: Word(ANSWERS) = no, fit: Fit = no, fill_rule: Word(FILL_RULES) = nonzero; ..) -> Shape, with |e, call| through(e, call, outline::bezier),
        "Cubic curves: a point, then two handles and a point for each curve.",
        ["along(bezier((0, 0), (0.1, 0), (0.2, 0), (0.3, 0)), 1)" => [0.3, 0.0]];
    "along" (shape: Shape, t: Float) -> Vec2, with |e, call| at_share(e, call, Op::PathPoint, Unit::Scalar),
        "The point at a share of the outline's length, 0 to 1; of one without length its only point.",
        ["along(path(\"M 0 -0.5 V 0.5\"), 0.75)" => [0.0, 0.25]];
    "direction" (shape: Shape, t: Float) -> Angle, with |e, call| at_share(e, call, Op::PathDirection, Unit::Turn), "Which way the outline runs there.",
        ["direction(path(\"M 0 -0.5 V 0.5\"), 0.5) / 1turn" => [0.25]];
}

/// An outline that is written as SVG writes it.
fn path<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (text, span) = call.text(0);
    let outline = outline::parse(text).map_err(|fault| Fault {
        help: "a path is letters and numbers as in SVG: `M 0 0 L 0.5 0 C ... Z`, within -0.5 to 0.5 or with a `fit`",
        ..fault
    });
    finished(e, call, outline, span)
}

/// An outline through points.
fn through<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    make: fn(&[[f64; 2]], bool) -> Result<Outline, Fault>,
) -> Result<Typed<'b>, Reported> {
    // Behind the points are `closed`, `fit` and `fill_rule`.
    let closed = call.taken.len() - 3;
    let points = (0..closed).filter_map(|at| call.optional(at)?.constant);
    let points: Vec<[f64; 2]> = points.map(|c| [c[0], c[1]]).collect();
    let outline = make(&points, call.word(closed) == "yes");
    finished(e, call, outline, call.span)
}

/// An outline as a value. The last two arguments are `fit` and `fill_rule`.
fn finished<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    outline: Result<Outline, Fault>,
    span: Span,
) -> Result<Typed<'b>, Reported> {
    let at = call.taken.len() - 2;
    let mut outline = match outline {
        Ok(outline) => outline,
        Err(Fault { message, help }) => {
            return e.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
    };
    let is_fitted = fit(e, &mut outline, call, at)?;
    let fill_rule = FillRule::from_name(call.word(at + 1)).unwrap_or_default();
    Ok(e.add_path(&outline, fill_rule, span, is_fitted))
}

/// Brings an outline that is in units of its own into the box from -0.5 to 0.5; false where it is there already.
fn fit<'b>(
    e: &mut Elaborator<'_, 'b>,
    outline: &mut Outline,
    call: &Call<'_, 'b>,
    at: usize,
) -> Result<bool, Reported> {
    let span = call.spans[at];
    let bounds = match call.taken[at] {
        Taken::Word("yes") => {
            let bounds = outline.bounds().unwrap_or_default();
            if bounds[0] == bounds[1] {
                let message = "the outline is a point: there is nothing to fit";
                let help = "leave out `fit`, or give the box that it is drawn in: `fit: 24`";
                return e.fail(Problem::new(Code::OutOfRange, span, message).help(help));
            }
            bounds
        }
        Taken::Text(text, span) => match outline::view_box(text) {
            Ok(bounds) => bounds,
            Err(Fault { message, help }) => {
                return e.fail(Problem::new(Code::OutOfRange, span, message).help(help));
            }
        },
        Taken::Value(value) => {
            let [width, height, ..] = e.constant(value, span, "the box to fit")?;
            let height = if value.ty.stride() == 1 { width } else { height };
            if width <= 0.0 || height <= 0.0 {
                let message = format!("the box to fit is {width} wide and {height} high, expected above 0");
                let help = "give the size of the box that the path is drawn in: `fit: (24, 24)`";
                return e.fail(Problem::new(Code::OutOfRange, span, message).help(help));
            }
            [[0.0; 2], [width, height]]
        }
        Taken::Word(_) | Taken::Domain(_) | Taken::Missing => return Ok(false),
    };
    outline.fit(bounds);
    Ok(true)
}

/// A value at a share of an outline's length. The outline is one for all elements.
fn at_share<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    op: Op,
    unit: Unit,
) -> Result<Typed<'b>, Reported> {
    let (shape, span) = call.placed(0);
    let (shape, t) = (e.uniform(shape, span, "the shape")?, call.value(1));
    Ok(e.apply(op, &[shape, t], unit))
}
