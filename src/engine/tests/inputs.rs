//! Inputs: channels that hold and channels that let go, and what they refuse; slots written from outside.

use super::{engine, finish, of};
use crate::engine::{EngineError, InputValue};
use crate::program::{Builder, ChannelKind, Program, Type};

#[test]
fn channels_of_every_type() {
    let cases: [(Type, &[f64], InputValue); 7] = [
        (Type::Float, &[0.5], 2.5.into()),
        (Type::Int, &[-3.0], i32::MIN.into()),
        (Type::Uint, &[3.0], u32::MAX.into()),
        (Type::Bool, &[0.0], true.into()),
        (Type::Vec2, &[1.0, 2.0], [3.0, -4.0].into()),
        (Type::Vec3, &[1.0, 2.0, 3.0], [4.0, 5.0, 6.0].into()),
        (Type::Color, &[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8].into()),
    ];
    for (kind, momentary) in [(ChannelKind::Hold, false), (ChannelKind::Momentary, true)] {
        let b = Builder::new("inputs");
        for (ty, default, _) in cases {
            b.signal(&format!("s_{ty}"), b.channel(ty.name(), ty, default, kind));
        }
        let mut engine = engine(&b);
        for index in 0..4 {
            if index == 2 {
                for (ty, default, value) in cases {
                    // The last one before a frame counts.
                    let first = if ty == Type::Float { default[0].into() } else { value };
                    engine.set(ty.name(), first).expect("the channel takes it");
                    engine.set(ty.name(), value).expect("the channel takes it");
                }
            }
            let frame = engine.frame(index).expect("a frame");
            for (ty, default, value) in cases {
                let set = index == 2 || (index > 2 && !momentary);
                let expected =
                    if set { value.components()[..default.len()].to_vec() } else { default.to_vec() };
                let found = frame.slot(&format!("s_{ty}")).expect("it is there");
                assert_eq!(found.components(), expected, "{ty} of frame {index}");
            }
        }
    }
}

#[test]
fn channels_refuse_what_they_cannot_take() {
    let b = Builder::new("inputs");
    b.signal("x", b.channel("knob", Type::Float, &[0.25], ChannelKind::Hold));
    b.signal("p", b.channel("pointer", Type::Vec2, &[0.0, 0.0], ChannelKind::Hold));
    let mut engine = engine(&b);
    let check = |error: EngineError, expected: &str| assert_eq!(error.to_string(), expected);
    check(engine.set("knob", 1).unwrap_err(), "`knob` was given a int; it takes a float (E0205)");
    check(engine.set("knob", f64::NAN).unwrap_err(), "`knob` was given NaN; it takes finite numbers (E0205)");
    check(
        engine.set("pointer", [0.0, f64::INFINITY]).unwrap_err(),
        "`pointer` was given inf; it takes finite numbers (E0205)",
    );
    check(engine.set("nob", 1.0).unwrap_err(), "there is no channel `nob`; there are: knob, pointer (E0204)");
    assert_eq!(super::signal(&engine.frame(0).expect("a frame"), "x"), 0.25);
}

#[test]
fn slots_have_one_writer() {
    let b = Builder::new("writers");
    b.signal("position", b.vec2(b.time(), 2.0));
    let mut data = finish(&b).data().clone();
    // A slot that no step writes is the host's.
    let mut free = data.slots[0].clone();
    (free.id, free.offset, free.name) = (7, 10, "free".into());
    data.slots.push(free);
    let mut engine = of(&Program::new(data).expect("it loads"));
    engine.write_slot("free", [9.0, 9.0]).expect("before the first frame nothing has been written");
    for index in [3, 4] {
        engine.frame(index).expect("a frame");
        let error = engine.write_slot("position", [5.0, 6.0]).unwrap_err();
        let expected = format!(
            "frame {index}: slot `position` was written by the step of signal `position` and again by the host; the \
             second value was not stored. Give each writer a slot of its own (E0202)"
        );
        assert_eq!(error.to_string(), expected);
        engine.write_slot("free", [1.0, index as f64]).expect("the first writer");
        let again = engine.write_slot("free", [8.0, 8.0]).unwrap_err();
        assert!(
            matches!(again, EngineError::TwoWriters { first, second, .. } if first == "the host" && second == "the host")
        );
        let frame = engine.last_frame().expect("a frame");
        assert_eq!(frame.slot("position").expect("it is there").components(), [index as f64 / 60.0, 2.0]);
        assert_eq!(frame.slot("free").expect("it is there").components(), [1.0, index as f64]);
    }
    assert!(matches!(engine.write_slot("position", 1.0), Err(EngineError::Value { .. })));
    assert!(matches!(engine.write_slot("nothing", 1.0), Err(EngineError::Unknown { what: "slot", .. })));
}

/// A program with float channels of these names, each shown by a signal.
fn knobs(names: &[&str]) -> Program {
    let b = Builder::new("knobs");
    for name in names {
        b.signal(&format!("s_{name}"), b.channel(name, Type::Float, &[0.0], ChannelKind::Hold));
    }
    finish(&b)
}

#[test]
fn handles_survive_swaps_as_values_do() {
    let mut engine = of(&knobs(&["a", "b"]));
    let (a, b) = (engine.channel("a").expect("it is there"), engine.channel("b").expect("it is there"));
    assert_ne!(a, b);
    engine.set_channel(a, 1.0).expect("it is there");
    engine.set_channel(b, 2.0_f32).expect("it is there");
    // In other places, with others before them; then without one of them; then as at first.
    for (index, names) in [&["a", "b"][..], &["c", "b", "a"], &["b"], &["d", "a", "b"]].iter().enumerate() {
        if index > 0 {
            engine.swap_and_grow(knobs(names), 1.0).expect("it fits");
        }
        assert_eq!(engine.channel("a").is_ok(), names.contains(&"a"), "{names:?}");
        engine.set_channel(b, 2.0 + index as f64).expect("it is there");
        match engine.set_channel(a, 1.0 + index as f64) {
            Ok(()) => assert_eq!(engine.channel("a"), Ok(a)),
            Err(error) => assert_eq!(error.to_string(), "there is no channel `a`; there are: b (E0204)"),
        }
        let frame = engine.frame(index as u64).expect("a frame");
        for (name, value) in [("a", 1.0), ("b", 2.0)].iter().filter(|(name, _)| names.contains(name)) {
            assert_eq!(super::signal(&frame, &format!("s_{name}")), value + index as f64, "{names:?}");
        }
    }
}

#[test]
fn a_handle_refuses_what_its_channel_cannot_take() {
    let mut engine = of(&knobs(&["a"]));
    let a = engine.channel("a").expect("it is there");
    let check = |error: EngineError, expected: &str| assert_eq!(error.to_string(), expected);
    check(
        engine.set_channel(a, [0.5_f32, 0.5]).unwrap_err(),
        "`a` was given a vec2; it takes a float (E0205)",
    );
    check(
        engine.set_channel(a, f32::INFINITY).unwrap_err(),
        "`a` was given inf; it takes finite numbers (E0205)",
    );
    // The channel of another engine that has more of them.
    let other = of(&knobs(&["x", "y", "z"]));
    check(
        engine.set_channel(other.channel("z").expect("it is there"), 1.0).unwrap_err(),
        "there is no channel ``; there are: a (E0204)",
    );
}

#[test]
fn values_are_made_of_numbers_as_they_are() {
    let check = |ty: Type, numbers: &[f64], expected: Result<InputValue, &str>| {
        let found = InputValue::from_numbers("x", ty, numbers).map_err(|error| error.to_string());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
            (found, expected) => panic!("{ty} of {numbers:?}: {found:?}, and not {expected:?}"),
        }
    };
    check(Type::Float, &[0.5], Ok(InputValue::Float(0.5)));
    check(Type::Int, &[-2_147_483_648.0], Ok(InputValue::Int(i32::MIN)));
    check(Type::Uint, &[4_294_967_295.0], Ok(InputValue::Uint(u32::MAX)));
    check(Type::Bool, &[1.0], Ok(InputValue::Bool(true)));
    check(Type::Vec3, &[1.0, 2.0, 3.0], Ok(InputValue::Vec3([1.0, 2.0, 3.0])));
    check(Type::Color, &[0.1, 0.2, 0.3, 1.0], Ok(InputValue::Color([0.1, 0.2, 0.3, 1.0])));
    check(Type::Float, &[], Err("`x` was given 0 numbers; it takes a float, which has 1"));
    check(Type::Vec2, &[1.0], Err("`x` was given 1 number; it takes a vec2, which has 2"));
    check(Type::Vec2, &[1.0, f64::NAN], Err("`x` was given NaN; it takes finite numbers"));
    check(Type::Int, &[0.5], Err("`x` was given 0.5; it takes an int: a whole number"));
    check(Type::Int, &[2_147_483_648.0], Err("to 2147483647"));
    check(Type::Uint, &[-1.0], Err("a whole number from 0 to"));
    check(Type::Uint, &[f64::NAN], Err("NaN"));
    check(Type::Bool, &[0.5], Err("a whole number from 0 to 1"));
    check(Type::Text, &[1.0], Err("it takes a text"));
    check(Type::Shape, &[], Err("it takes a shape"));
}
