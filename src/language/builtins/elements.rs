//! Elements: from elements to one value, and from one element to another.

use super::{EDGES, MANY};
use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Edge, Op, Reduction, Unit, Value};

chapter! {
    "Elements",
    "From elements to one value, from one element to another, and what is worked out of all of them together. `by: key` (an int) puts elements into groups, or takes them to the elements of another domain.";

    "sum" (x: Floats, by: Key = _) -> First, with |e, call| reduced(e, call, Reduction::Sum, Op::SumBy),
        "The sum over all elements; with `by: key` the sum of those elements, of one other domain, whose key is the own `index`.",
        ["sum(index)" => [6.0], at each; "sum(rank, by: index % 2)" => [0.75, 1.25, 0.0, 0.0], at each];
    "mean" (x: Floats, by: Key = _) -> First, with |e, call| reduced(e, call, Reduction::Mean, Op::MeanBy),
        "The mean over all elements; with `by: key` of those whose key is the own `index`.",
        ["mean(rank)" => [0.5], at each; "mean(rank, by: index % 2)" => [0.375, 0.625, 0.0, 0.0], at each];
    "tally" (condition: Bool = _, by: Key = _) -> Int, with tally,
        "How many elements a condition holds for; with `by: key` how many there are whose key is the own `index`, of those for which the condition holds.",
        ["tally(index > 1)" => [2.0], at each; "tally(by: index % 3)" => [2.0, 1.0, 1.0, 0.0], at each; "tally(index > 0, by: index % 3)" => [1.0, 1.0, 1.0, 0.0], at each];
    "any" (condition: Bool) -> Bool, with |e, call| any(e, call, false), "Whether a condition holds for any element.", ["any(index == 3)" => [1.0], at each];
    "all" (condition: Bool) -> Bool, with |e, call| any(e, call, true), "Whether a condition holds for all elements.", ["all(index < 3)" => [0.0], at each];
    "first" (x: Any) -> First, with |e, call| end(e, call, 0), "The value of the first element; 0 without elements.", ["first(index + 5)" => [5.0], at each];
    "last" (x: Any) -> First, with |e, call| end(e, call, -1), "The value of the last element; 0 without elements.", ["last(index + 5)" => [8.0], at each];
    "median" (x: Floats) -> First, with median, "The value in the middle of all elements, or the mean of the two there; what is no number comes last.", ["median(index * index)" => [2.5], at each];
    "argmin" (x: Floats) -> Int, with |e, call| extreme_index(e, call, false), "The index of the element with the smallest value, the first of several.", ["argmin(abs(rank - 0.6))" => [2.0], at each];
    "argmax" (x: Floats) -> Int, with |e, call| extreme_index(e, call, true), "The index of the element with the largest value, the first of several.", ["argmax(div(index, 2))" => [2.0], at each];
    "place" (x: Floats, by: Key = _) -> Int, with |e, call| whole(e, call, [Op::Place, Op::PlaceBy]),
        "The element's place by a value: 0 for the smallest; what is alike in the order of its indices, and what is no number last. With `by: key` among the elements with the same key.",
        ["place(-index)" => [3.0, 2.0, 1.0, 0.0], at each; "place(-index, by: index % 2)" => [1.0, 1.0, 0.0, 0.0], at each];
    "order" (x: Floats, by: Key = _) -> Int, with |e, call| whole(e, call, [Op::Order, Op::OrderBy]),
        "The index of the element whose place is the own `index`: `name at order(x)` takes values in the order of x. With `by: key` in the order of the keys first.",
        ["order(abs(rank - 0.6))" => [2.0, 1.0, 3.0, 0.0], at each; "order(-index, by: index % 2)" => [2.0, 0.0, 3.0, 1.0], at each];
    "sorted" (x: Floats, by: Key = _) -> First, with |e, call| whole(e, call, [Op::Sorted, Op::SortedBy]),
        "The value whose place is the own `index`.", ["sorted(-index)" => [-3.0, -2.0, -1.0, 0.0], at each];
    "running_sum" (x: Floats, by: Key = _) -> First, with |e, call| whole(e, call, [Op::RunningSum, Op::RunningSumBy]),
        "The sum of the elements up to and with this one; with `by: key` of those with the same key.",
        ["running_sum(index)" => [0.0, 1.0, 3.0, 6.0], at each; "running_sum(index, by: index % 2)" => [0.0, 1.0, 2.0, 4.0], at each];
    "running_min" (x: Floats, by: Key = _) -> First, with |e, call| whole(e, call, [Op::RunningMin, Op::RunningMinBy]),
        "The smallest of the elements up to and with this one; NaN if any is.", ["running_min(abs(index - 1))" => [1.0, 0.0, 0.0, 0.0], at each];
    "running_max" (x: Floats, by: Key = _) -> First, with |e, call| whole(e, call, [Op::RunningMax, Op::RunningMaxBy]),
        "The largest of the elements up to and with this one; NaN if any is.", ["running_max(abs(index - 1))" => [1.0, 1.0, 1.0, 2.0], at each];
    "running_count" (condition: Bool, by: Key = _) -> Int, with |e, call| whole(e, call, [Op::RunningCount, Op::RunningCountBy]),
        "For how many elements up to and with this one a condition holds.", ["running_count(index % 2 == 0)" => [1.0, 1.0, 2.0, 2.0], at each];
    "previous" (x: Any, edge: Word(EDGES) = clamp) -> First, with |e, call| neighbor(e, call, -1, call.word(1)),
        "The value of the element before; the first has its own, or with `wrap` the last's.",
        ["previous(index)" => [0.0, 0.0, 1.0, 2.0], at each];
    "next" (x: Any, edge: Word(EDGES) = clamp) -> First, with |e, call| neighbor(e, call, 1, call.word(1)),
        "The value of the element behind; the last has its own, or with `wrap` the first's.",
        ["next(index, edge: wrap)" => [1.0, 2.0, 3.0, 0.0], at each];
    "neighbor" (x: Any, offset: ConstantInt(-MANY, MANY), edge: Word(EDGES) = clamp) -> First, with |e, call| neighbor(e, call, call.constant(1) as i32, call.word(2)),
        "The value of the element so many further on.", ["neighbor(index, 2)" => [2.0, 3.0, 3.0, 3.0], at each];
    "interpolate" (array: Array, x: Float) -> First, with |e, call| e.interpolated(call),
        "What an array has at `x`, counted in elements from 0: between two of them on the straight line from one to the other, beyond the ends the first or the last.",
        ["interpolate([0, 10, 40], 1.5)" => [25.0]];
    "sample" (values: Array, over: Array, at: Float, keys: Array = _, key: Any = _) -> First, with |e, call| e.sampled(call),
        "What a series has at a place: `values` are given at the places in `over`, in any order; between two of them it is on the straight line, beyond the ends the first or the last. Of several series in one, `keys` says which each value is of, and `key` which is asked for; one that there is not has 0.",
        ["sample([0, 40, 10], [2000, 2020, 2010], 2015)" => [25.0]; "sample([1, 5, 7, 9], [0, 2, 0, 2], 1, [3, 3, 4, 4], 4)" => [8.0]];
    "fade" (in_: ConstantSpan = 0, out: ConstantSpan = 0) -> Float, with |e, call| e.fade(call),
        "How far an element has come into sight: it rises from 0 to 1 when the element comes, and falls to 0 when it goes; until then it is still drawn. Elements of the first frame begin with 1.",
        ["fade(in: 200ms, out: 300ms)" => [1.0, 1.0, 1.0, 1.0], at each];
}

/// A reduction of all elements, or what elements have by a key.
pub(super) fn reduced<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    reduction: Reduction,
    fold: Op,
) -> Result<Typed<'b>, Reported> {
    match call.by() {
        None => e.reduction(reduction, call),
        Some(by) => e.by_key(fold, call, Some(call.placed(0)), by),
    }
}

/// How many elements there are of a kind.
fn tally<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let condition = call.optional_placed(0);
    match (call.by(), condition) {
        (None, None) => e.lacks_elements(call, call.span),
        (None, Some((condition, span))) => {
            let number = e.of_condition(condition);
            let sum = e.reduced(Reduction::Sum, call.function.name, (number, span))?;
            Ok(e.apply(Op::ToInt, &[sum], Unit::Scalar))
        }
        (Some(by), None) => e.by_key(Op::CountBy, call, None, by),
        (Some((by, span)), Some((condition, _))) => {
            let none = e.int(-1);
            let by = e.apply(Op::Select, &[condition, by, none], Unit::Scalar);
            e.by_key(Op::CountBy, call, None, (by, span))
        }
    }
}

/// Whether a condition holds for any element, or for all.
fn any<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, all: bool) -> Result<Typed<'b>, Reported> {
    let (condition, span) = call.placed(0);
    let negated = |e: &mut Elaborator<'_, 'b>, value| e.apply(Op::Not, &[value], Unit::Scalar);
    let condition = if all { negated(e, condition) } else { condition };
    let number = e.of_condition(condition);
    let most = e.reduced(Reduction::Max, call.function.name, (number, span))?;
    let zero = e.float(0.0);
    let is_any = e.apply(Op::Gt, &[most, zero], Unit::Scalar);
    Ok(if all { negated(e, is_any) } else { is_any })
}

/// The value of the element at an end.
fn end<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, index: i32) -> Result<Typed<'b>, Reported> {
    let index = e.int(index);
    e.value_at(call.function.name, call.placed(0), index, Edge::Wrap)
}

fn median<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (sorted, last) = (e.of_all(Op::Sorted, call, call.placed(0), None)?, call.spans[0]);
    let Some(element) = sorted.element else { return e.lacks_elements(call, call.span) };
    let count = e.count_in(element.domain).value;
    let half = |e: &mut Elaborator<'_, 'b>, of: Value<'b>| {
        let middle = Typed::new(of.op(Op::Div, &[e.builder.int(2).into()]), Unit::Scalar, None);
        e.value_at(call.function.name, (sorted, last), middle, Edge::Clamp)
    };
    let one = e.builder.int(1);
    let (low, high) = (half(e, count - one)?, half(e, count)?);
    let share = e.float(0.5);
    Ok(e.apply(Op::Mix, &[low, high, share], low.unit))
}

/// Who has the smallest or the largest value.
fn extreme_index<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    largest: bool,
) -> Result<Typed<'b>, Reported> {
    let (x, span) = call.placed(0);
    let x = if largest { e.apply(Op::Neg, &[x], x.unit) } else { x };
    let order = e.of_all(Op::Order, call, (x, span), None)?;
    let first = e.int(0);
    e.value_at(call.function.name, (order, span), first, Edge::Clamp)
}

/// What is worked out of all elements together, by groups or not.
fn whole<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    [plain, grouped]: [Op; 2],
) -> Result<Typed<'b>, Reported> {
    match call.by() {
        None => e.of_all(plain, call, call.placed(0), None),
        Some((by, _)) => e.of_all(grouped, call, call.placed(0), Some(by)),
    }
}

fn neighbor<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    offset: i32,
    edge: &str,
) -> Result<Typed<'b>, Reported> {
    let value = call.value(0);
    let (field, domain) = e.field_of(call)?;
    let edge = if edge == "wrap" { Edge::Wrap } else { Edge::Clamp };
    if let (Some(each), Some(element)) = (e.each_of(domain), value.element) {
        let field = Typed::new(field, value.unit, value.element);
        return Ok(e.neighbor_in((field, element), each, offset, edge));
    }
    Ok(Typed::new(e.builder.neighbor(field, offset, edge), value.unit, value.element))
}
