//! Tables: what signals and elements look up, at every vector level, against the values themselves.

use super::{LEVELS, finish, lanes, settings};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::math::hash;
use crate::program::{Builder, Edge, Op, TableRow, Type, Unit};

/// Values of a type, so many.
fn table(ty: Type, count: u32) -> TableRow {
    let number = |k: u32| f64::from(hash::hash2(k, count));
    let value = |k: u32| match ty {
        Type::Int => number(k) - f64::from(1 << 30) * 2.0,
        Type::Uint | Type::Text => number(k),
        Type::Bool => f64::from(hash::hash2(k, count) & 1),
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape => number(k) / 1e6 - 2000.0,
    };
    let values = (0..count * ty.stride()).map(value).collect();
    TableRow { name: format!("{ty} {count}"), ty, unit: Unit::Scalar, values, channel: None }
}

/// The place that an index means, the plain way.
fn place(index: i64, count: u32, edge: Edge) -> usize {
    match edge {
        Edge::Clamp => index.clamp(0, i64::from(count) - 1) as usize,
        Edge::Wrap => (index % i64::from(count) + i64::from(count)) as usize % count as usize,
    }
}

#[test]
fn lookups_are_the_values() {
    const TYPES: [Type; 8] =
        [Type::Float, Type::Int, Type::Uint, Type::Bool, Type::Vec2, Type::Vec3, Type::Color, Type::Text];
    const SPREAD: i64 = 1500;
    for (ty, count) in TYPES.into_iter().flat_map(|ty| [1, 2, 3, 1000].map(|count| (ty, count))) {
        let b = Builder::new("tables");
        let mut row = table(ty, count);
        let text = |k: usize| format!("text {k}");
        if ty == Type::Text {
            let rows = (0..count as usize).map(|k| b.text_row(&text(k), 0));
            row.values = rows.map(f64::from).collect();
        }
        let known = b.table(row.clone());
        // Nothing looks into this one, so it is no part of the program.
        b.table(TableRow { name: "unused".into(), ..row.clone() });
        let d = b.domain("d", 2 * SPREAD as u32);
        let index = b.op(Op::Sub, &[b.index(d).into(), b.int(SPREAD as i32).into()]);
        let frame = b.op(Op::FrameIndex, &[]).to_int();
        for (name, edge) in [("clamp", Edge::Clamp), ("wrap", Edge::Wrap)] {
            b.field(d, name, b.lookup(known, index, edge));
            b.field(
                d,
                &format!("moving {name}"),
                b.lookup(known, b.op(Op::Add, &[index.into(), frame.into()]), edge),
            );
            let at = b.op(Op::Sub, &[frame.into(), b.int(3).into()]);
            b.signal(name, b.lookup(known, at, edge));
            b.signal(&format!("fixed {name}"), b.lookup(known, b.int(-2), edge));
        }
        let program = finish(&b);
        assert_eq!(program.data().tables.len(), 1, "the unused one is left out");
        let again = crate::program::Program::from_json(&program.to_json(), "again").expect("it reads back");
        assert_eq!(again, program);
        for level in LEVELS {
            let settings = EngineSettings { level, ..settings(&program, Demand::Everything) };
            let mut engine = Engine::with_settings(program.clone(), settings).expect("an engine");
            for frame_index in [0, 7] {
                let frame = engine.frame(frame_index).expect("a frame");
                for (name, edge) in [("clamp", Edge::Clamp), ("wrap", Edge::Wrap)] {
                    let value = |index: i64, k: usize| match (ty, place(index, count, edge)) {
                        (Type::Text, place) => f64::from(hash::text(&text(place))),
                        (_, place) => row.values[place * ty.stride() as usize + k],
                    };
                    for k in 0..ty.stride() as usize {
                        let rounded = |x: f64| if ty.is_floats() { f64::from(x as f32) } else { x };
                        for (field, shift) in
                            [(name.to_owned(), 0), (format!("moving {name}"), frame_index as i64)]
                        {
                            for (i, &found) in lanes(&frame, &field, k).iter().enumerate() {
                                let expected = rounded(value(i as i64 - SPREAD + shift, k));
                                assert_eq!(found, expected, "{ty} {count} {field} {i}");
                            }
                        }
                        let slot = |name: &str| frame.slot(name).expect("the slot").components[k];
                        assert_eq!(slot(name), value(frame_index as i64 - 3, k), "{ty} {count} {name}");
                        assert_eq!(slot(&format!("fixed {name}")), value(-2, k), "{ty} {count} {name}");
                    }
                }
            }
        }
    }
}
