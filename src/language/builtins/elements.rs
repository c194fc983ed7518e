//! Elements: from elements to one value, and from one element to another.

use super::{EDGES, MANY};
use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Edge, Reduction};

chapter! {
    "Elements",
    "From elements to one value, and from one element to another.";

    "sum" (x: Floats) -> First, with |e, call| e.reduction(Reduction::Sum, call), "The sum over all elements.", ["sum(index)" => [6.0], at each];
    "mean" (x: Floats) -> First, with |e, call| e.reduction(Reduction::Mean, call), "The mean over all elements.", ["mean(rank)" => [0.5], at each];
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

fn neighbor<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    offset: i32,
    edge: &str,
) -> Result<Typed<'b>, Reported> {
    let value = call.value(0);
    let (field, _) = e.field_of(call)?;
    let edge = if edge == "wrap" { Edge::Wrap } else { Edge::Clamp };
    Ok(Typed::new(e.builder.neighbor(field, offset, edge), value.unit, value.element))
}
