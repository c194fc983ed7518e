//! Values that are given from outside: as if a `use` gave them.

use super::super::{Compiled, NoFiles, compile, compile_with, constant};
use super::{Texts, engine_at, value};
use crate::diagnostic::Diagnostics;
use crate::program::{Type, Unit};

fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn with(source: &str, given: &[(&str, &str)]) -> Compiled {
    compile_with(source, "part.pav", &NoFiles, &pairs(given))
}

/// One of everything that a parameter can be.
const PART: &str = "
param many = 3
param size: float = 0.5
param place = (0.25, 0.75)
param eye: vec3 = (0, 0, 2)
param tint = #ffffff
param after = 500ms
param turn: angle = 90deg
param rate = 2hz
param is_on = false
domain dots[many] { place_of = place }
moves = after * 1
";

#[test]
fn a_parameter_is_what_a_use_would_make_of_it() {
    let check = |given: &[(&str, &str)]| {
        let braces: Vec<String> = given
            .iter()
            .map(|(name, value)| match value.contains(',') && !value.contains('(') {
                true => format!("{name}: ({value})"),
                false => format!("{name}: {value}"),
            })
            .collect();
        let user = format!("use \"part.pav\" as part {{ {} }}\n", braces.join(", "));
        let files = Texts([("part.pav".to_owned(), PART.to_owned())].into());
        let used = compile(&user, "user.pav", &files);
        let set = with(PART, given);
        let (used, set) = match (used.program, set.program) {
            (Some(used), Some(set)) => (used, set),
            (used, set) => panic!("{given:?}: {:?} {:?}", used.map(|_| ()), set.map(|_| ())),
        };
        let counts = [&used, &set].map(|program| program.data().domains[0].count);
        assert_eq!(counts[0], counts[1], "{given:?}");
        let (mut used, mut set) = (engine_at(used, 7), engine_at(set, 7));
        for name in ["many", "size", "place", "eye", "tint", "after", "turn", "rate", "is_on", "moves"] {
            let expected = value(&mut used, &format!("part.{name}"));
            assert_eq!(value(&mut set, name), expected, "{name} with {given:?}");
        }
    };
    check(&[("many", "7")]);
    check(&[("size", "1")]);
    check(&[("size", "0.1 + 0.2 * 2")]);
    check(&[("place", "(0.2, 0.5)")]);
    check(&[("place", "0.2,0.5")]);
    check(&[("eye", "0, -1, 2.5")]);
    check(&[("tint", "#f80")]);
    check(&[("tint", "hsv(0.5, 1, 1)")]);
    check(&[("after", "250ms"), ("turn", "0.5turn"), ("rate", "3hz"), ("is_on", "true")]);
    // What moves may be given, too.
    check(&[("size", "cycle(2s)"), ("place", "(0.5, sin(90deg))")]);
}

#[test]
fn the_last_of_several_counts_and_other_names_are_left_alone() {
    let compiled = with(PART, &[("many", "7"), ("nothing", "1"), ("moves", "1"), ("many", "5")]);
    assert_eq!(compiled.parameters[..2], ["many", "size"]);
    let program = compiled.program.expect("it is good");
    assert_eq!(program.data().domains[0].count, 5);
}

#[test]
fn what_is_wrong_with_a_value_is_shown_in_it() {
    let check = |given: (&str, &str), code: &str, place: &str, message: &str, help: &str| {
        let compiled = with(PART, &[given]);
        let told = compiled.render();
        assert!(compiled.program.is_none(), "{given:?}");
        let expected = format!("error[{code}]: {message}\n  --> --set {}:{place}\n", given.0);
        assert!(told.contains(&expected) && told.contains(help), "{given:?}: {told}");
        // The value is underlined, in its first line.
        let line = given.1.lines().next().unwrap_or_default();
        assert!(told.contains(&format!(" 1 | {line}")) && told.contains('^'), "{told}");
    };
    check(("size", "(1, 2)"), "E0531", "1:1", "the parameter `size` is a vec2, expected a plain number", "");
    // A number that is good by itself is a mistake where it is used.
    let few = with(PART, &[("many", "-1")]).render();
    assert!(few.contains("error[E0525]: the number of elements is -1, expected 0 to"), "{few}");
    check(
        ("after", "250"),
        "E0536",
        "1:1",
        "the parameter `after` is a plain number, expected a time",
        "`250ms`",
    );
    check(("size", "many"), "E0511", "1:1", "no value is called `many`", "knows no names");
    check(
        ("size", "0.2 0.3"),
        "E0501",
        "1:5",
        "found the number `0.3`, expected the end of the value",
        "one value",
    );
    check(
        ("size", "1\ny = 2"),
        "E0501",
        "1:2",
        "found the end of the line, expected the end of the value",
        "one value",
    );
    check(
        ("tint", "1,2,3,4"),
        "E0501",
        "1:1",
        "found 4 parts, expected one value, or 2 or 3 of a vector",
        "#rrggbb",
    );
    check(("size", "$"), "E0502", "1:1", "found the character `$`", "");
}

#[test]
fn inputs_take_constants_of_their_type() {
    let check = |text: &str, ty: Type, unit: Unit, expected: Result<&[f64], &str>| {
        let found = constant("x", text, ty, unit).map_err(|(found, _): (Diagnostics, String)| {
            assert!(found.iter().all(|diagnostic| diagnostic.help.is_some()), "{text}");
            found.iter().map(|diagnostic| diagnostic.message.clone()).collect::<Vec<_>>().join("; ")
        });
        let found = found.as_ref().map(|numbers| &numbers[..ty.stride() as usize]);
        assert_eq!(found, expected.map_err(str::to_owned).as_ref().map(|numbers| *numbers), "{text}");
    };
    let scalar = Unit::Scalar;
    check("0.5", Type::Float, scalar, Ok(&[0.5]));
    check("-1e-3", Type::Float, scalar, Ok(&[-1e-3]));
    check("3", Type::Int, scalar, Ok(&[3.0]));
    check("-3", Type::Int, scalar, Ok(&[-3.0]));
    check("4294967295", Type::Uint, scalar, Ok(&[4_294_967_295.0]));
    check("true", Type::Bool, scalar, Ok(&[1.0]));
    check("0.2, 0.5", Type::Vec2, scalar, Ok(&[0.2, 0.5]));
    check("(1, 2, 3)", Type::Vec3, scalar, Ok(&[1.0, 2.0, 3.0]));
    check("#ff0000", Type::Color, scalar, Ok(&[1.0, 0.0, 0.0, 1.0]));
    check("250ms", Type::Float, Unit::Second, Ok(&[0.25]));
    check("250ms", Type::Float, Unit::Millisecond, Ok(&[250.0]));
    check("90deg", Type::Float, Unit::Turn, Ok(&[0.25]));
    check("90deg", Type::Float, Unit::Degree, Ok(&[90.0]));
    check("3hz", Type::Float, Unit::Hertz, Ok(&[3.0]));
    check("1.5", Type::Int, scalar, Err("the input `x` is a plain number, expected an int"));
    check("-1", Type::Uint, scalar, Err("the input `x` is -1, expected 0 or more"));
    check("1", Type::Bool, scalar, Err("the input `x` is a plain number, expected a bool"));
    check("1", Type::Vec2, scalar, Err("the input `x` is a plain number, expected a vec2"));
    check("90deg", Type::Float, Unit::Second, Err("the input `x` is an angle, expected a time"));
    let every_frame =
        "the input `x` must be known before the first frame, and this is worked out in every frame";
    check("scalar(time)", Type::Float, scalar, Err(every_frame));
}
