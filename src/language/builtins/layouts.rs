//! Layouts: positions for the elements of a domain.

use super::MANY;
use crate::diagnostic::{Code, quote};
use crate::language::elaborate::{Call, Elaborator, Element, Typed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::program::{Arg, Op, Unit};

chapter! {
    "Layouts",
    "Positions for the elements of a domain; they stand inside a domain block.";

    "layout.grid" (columns: ConstantInt(1, MANY), rows: ConstantInt(1, MANY), from: Vec2 = (0, 0), to: Vec2 = (1, 1)) -> Vec2,
        with grid, "The centres of a grid's cells, row by row.",
        ["layout.grid(2, 2)" => [0.25, 0.25, 0.75, 0.25, 0.25, 0.75, 0.75, 0.75], at each];
    "layout.circle" (center: Vec2 = (0.5, 0.5), radius: Float = 0.5) -> Vec2, with |e, call| around(e, call, Op::LayoutCircle),
        "Evenly around a circle, clockwise from the right.",
        ["layout.circle()" => [1.0, 0.5, 0.5, 1.0, 0.0, 0.5, 0.5, 0.0], at each];
    "layout.spiral" (center: Vec2 = (0.5, 0.5), radius: Float = 0.5) -> Vec2, with |e, call| around(e, call, Op::LayoutSpiral),
        "A golden spiral: evenly spread over a disc.", ["length(layout.spiral() - (0.5, 0.5)) < 0.5" => [1.0, 1.0, 1.0, 1.0], at each];
    "layout.halton" (from: Vec2 = (0, 0), to: Vec2 = (1, 1)) -> Vec2, with halton,
        "Scattered evenly, never two close together (Halton points of bases 2 and 3).",
        ["layout.halton().x" => [0.5, 0.25, 0.75, 0.125], at each];
    "layout.line" (from: Vec2, to: Vec2) -> Vec2, with line, "Evenly from one point to another, both included.",
        ["layout.line((0, 0), (3, 0)).x" => [0.0, 1.0, 2.0, 3.0], at each];
    "radical_inverse" (x: Int, base: ConstantInt(2, 36)) -> Float, with radical_inverse,
        "The digits of an int in a base, mirrored behind the point.", ["radical_inverse(1, 2)" => [0.5]];
}

fn grid<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let element = whole(e, call)?;
    check_cells(e, element, call);
    let sides = [0, 1].map(|k| e.builder.int(call.constant(k) as i32).into());
    let cells = layout(e, Op::LayoutGrid, element, &sides);
    Ok(in_box(e, cells, call, 2))
}

/// The element, whose domain is laid out as a whole.
fn whole<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Element, Reported> {
    let element = e.element(call)?;
    if e.each_of(element.domain).is_none() {
        return Ok(element);
    }
    let name = quote(call.function.name);
    let message = format!("{name} lays out a whole domain, and this one lies in another");
    let help = "work it out of `index`, `rank` and `count`, which are those within the outer element: `polar(0.2, rank * 1turn)`, \
                `mix(a, b, rank)`, `(index % 3, div(index, 3))`";
    e.fail(Problem::new(Code::Misplaced, call.span, message).help(help))
}

/// Warns where a grid has no cells for some of the elements.
fn check_cells(e: &mut Elaborator<'_, '_>, element: Element, call: &Call<'_, '_>) {
    let [columns, rows] = [0, 1].map(|at| call.constant(at) as u64);
    let count = u64::from(e.builder.domain_count(element.domain));
    if columns.saturating_mul(rows) >= count {
        return;
    }
    let name = e.builder.domain_name(element.domain);
    let message = format!("the grid has {} cells, and {} has {count} elements", columns * rows, quote(&name));
    let help = format!("those beyond lie in rows below: make {} rows of it", count.div_ceil(columns));
    e.warning(Problem::new(Code::FewCells, call.span, message).help(help));
}

fn halton<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let element = whole(e, call)?;
    let points = layout(e, Op::LayoutHalton, element, &[]);
    Ok(in_box(e, points, call, 0))
}

fn line<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let element = whole(e, call)?;
    let ends = [call.value(0).value.into(), call.value(1).value.into()];
    Ok(layout(e, Op::LayoutLine, element, &ends))
}

fn layout<'b>(e: &mut Elaborator<'_, 'b>, op: Op, element: Element, arguments: &[Arg<'b>]) -> Typed<'b> {
    Typed::new(e.builder.element(op, element.domain, arguments), Unit::Scalar, Some(element))
}

/// A layout of `0..1` in another box, given by two arguments.
fn in_box<'b>(e: &mut Elaborator<'_, 'b>, points: Typed<'b>, call: &Call<'_, 'b>, first: usize) -> Typed<'b> {
    let (from, to) = (call.value(first), call.value(first + 1));
    let is = |v: Typed<'b>, number| v.constant.is_some_and(|c| c[0] == number && c[1] == number);
    if is(from, 0.0) && is(to, 1.0) { points } else { e.apply(Op::Mix, &[from, to, points], Unit::Scalar) }
}

/// A layout around a centre.
fn around<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    let element = whole(e, call)?;
    let points = layout(e, op, element, &[]);
    let (center, radius) = (call.value(0), call.value(1));
    let is_middle = center.constant.is_some_and(|c| c[0] == 0.5 && c[1] == 0.5);
    if is_middle && radius.number() == Some(0.5) {
        return Ok(points);
    }
    let (half, two) = (e.float(0.5), e.float(2.0));
    let out = e.apply(Op::Sub, &[points, half], Unit::Scalar);
    let diameter = e.apply(Op::Mul, &[radius, two], Unit::Scalar);
    let scaled = e.apply(Op::Mul, &[out, diameter], Unit::Scalar);
    Ok(e.apply(Op::Add, &[center, scaled], Unit::Scalar))
}

fn radical_inverse<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let bits = e.apply(Op::IntToUint, &[call.value(0)], Unit::Scalar);
    let base = call.constant(1) as u32;
    Ok(Typed::new(e.builder.radical_inverse(bits.value, base), Unit::Scalar, bits.element))
}
