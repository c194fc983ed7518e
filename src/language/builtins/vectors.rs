//! Vectors: making them, lengths, products.

use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Op, Type, Unit};

chapter! {
    "Vectors",
    "`(x, y)` is a vec2, `(x, y, z)` a vec3; `.x .y .z` and swizzles such as `.yx` take them apart.";

    "vec2" (x: Float, y: Float) -> Vec2, op Vec2, "The same as `(x, y)`.", ["vec2(1, 2)" => [1.0, 2.0]];
    "vec3" (x: Float, y: Float, z: Float) -> Vec3, op Vec3, "The same as `(x, y, z)`.", ["vec3(1, 2, 3)" => [1.0, 2.0, 3.0]];
    "length" (v: Long) -> Float, with length, "How long a vector is, how many elements an array has, or how many characters a text.",
        ["length((3, 4))" => [5.0]; "length([3, 5, 8])" => [3.0]; "length(\"milk\")" => [4.0]];
    "distance" (a: Vector, b: Vector) -> Float, op Distance, "Distance of two points.", ["distance((1, 1), (4, 5))" => [5.0]];
    "dot" (a: Vector, b: Vector) -> Float, op Dot, "Scalar product.", ["dot((1, 2), (3, 4))" => [11.0]];
    "cross" (a: Vec3, b: Vec3) -> Vec3, op Cross, "Vector product.", ["cross((1, 0, 0), (0, 1, 0))" => [0.0, 0.0, 1.0]];
    "normalize" (v: Vector) -> First, op Normalize, "The vector with length 1; a zero vector stays zero.",
        ["normalize((0, 5))" => [0.0, 1.0]];
}

fn length<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let value = call.value(0);
    Ok(match (value.array, value.rows) {
        (Some(array), _) => e.count_of(array),
        (None, Some(rows)) => e.count_of_rows(rows),
        (None, None) if value.ty == Type::Text => e.apply(Op::TextLength, &[value], Unit::Scalar),
        (None, None) => e.apply(Op::Length, &[value], Unit::Scalar),
    })
}
