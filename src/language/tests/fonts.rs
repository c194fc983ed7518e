//! Fonts of files: what patches make of them, and what is said of files that are none.

use super::{assert_near, engine_at, value};
use crate::language::files::{Files, MemoryFiles, SystemFont};
use crate::program::{FontRow, Program, ShapeRow};
use crate::{Compiled, Engine, EngineError, compile};

const BOXES: &[u8] = include_bytes!("../../../assets/fonts/boxes.ttf");
const SIGNS: &[u8] = include_bytes!("../../../assets/fonts/signs.ttf");
const BOTH: &[u8] = include_bytes!("../../../assets/fonts/both.ttc");

fn compiled(patch: &str) -> Compiled {
    let files: MemoryFiles = [
        ("boxes.ttf", BOXES.to_vec()),
        ("signs.ttf", SIGNS.to_vec()),
        ("both.ttc", BOTH.to_vec()),
        ("cut.ttf", BOXES[..500].to_vec()),
        ("empty.ttf", Vec::new()),
        ("text.ttf", b"no font at all".to_vec()),
        ("web.woff2", b"wOF2 and so on".to_vec()),
    ]
    .into_iter()
    .collect();
    compile(patch, "patch.pav", &files)
}

/// Files of a machine that has two families.
struct Machine;

impl Files for Machine {
    fn read(&self, _path: &str) -> Result<String, String> {
        Err("there is no such file".into())
    }

    fn system_font(&self, family: &str, most: usize) -> Result<SystemFont, String> {
        let (bytes, face, name) = match family {
            "Boxes" => (BOXES, 0, "/fonts/boxes.ttf"),
            "Signs" => (BOTH, 1, "/fonts/both.ttc"),
            "Broken" => (&BOXES[..500], 0, "/fonts/cut.ttf"),
            _ => return Err("this machine has none of that family".into()),
        };
        assert!(most > 1_000_000, "there is room");
        Ok(SystemFont { bytes: bytes.to_vec(), face, name: name.into() })
    }
}

#[test]
fn fonts_of_the_system_are_told_and_become_part_of_the_program() {
    let patch = |font: &str| {
        format!("{font}\ndraw text(\"AB\") {{ position: (0, 0), size: 0.1, color: #fff, font: own }}")
    };
    let check = |font: &str, expected: &[&str]| {
        let compiled = compile(&patch(font), "patch.pav", &Machine);
        let said: Vec<String> = compiled
            .diagnostics
            .0
            .iter()
            .map(|d| format!("{}:{} {} {}", d.line, d.column, d.code.name(), d.message))
            .collect();
        assert_eq!(said.len(), expected.len(), "{font}: {said:?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.starts_with(expected), "{font}: {said}, not {expected}");
        }
        compiled.program
    };
    let told =
        "1:17 E0577 `Boxes` is a font of this machine, and others may have another or none: /fonts/boxes.ttf";
    let system = check("font own system \"Boxes\" { width: 150 }", &[told]).expect("it is good");
    let own = program(&patch("font own from \"boxes.ttf\" { width: 150 }"));
    assert_eq!(system.data().fonts, own.data().fonts);
    // Twice, it is told once.
    let twice = "font own system \"Boxes\" { fallback: other }; font other system \"Boxes\" { width: 150 }";
    assert_eq!(check(twice, &[told]).expect("it is good").data().fonts.len(), 2);
    // A face of a collection, where nothing else is said.
    let signs = "1:17 E0577 `Signs`";
    let face = |font: &str| check(font, &[signs]).expect("it is good").data().fonts[0].face;
    assert_eq!(face("font own system \"Signs\""), 1);
    assert_eq!(face("font own system \"Signs\" { face: 0 }"), 0);
    check("font own system \"None\"", &["1:17 E0575 no font `None`: this machine has none of that family"]);
    check(
        "font own system",
        &["1:16 E0501 found the end of the line, expected the name of a family in quotes", "2:67 E0511"],
    );
    let broken = compile(&patch("font own system \"Broken\""), "patch.pav", &Machine);
    assert!(broken.program.is_none() && broken.render().contains("E0575"), "{}", broken.render());
    let memory = compiled(&patch("font own system \"Boxes\""));
    assert!(memory.render().contains("fonts of the system are not looked at here"), "{}", memory.render());
}

fn program(patch: &str) -> Program {
    let compiled = compiled(patch);
    assert!(compiled.diagnostics.0.is_empty(), "{patch}\n{}", compiled.render());
    let program = compiled.program.expect("it is good");
    let again = Program::from_json(&program.to_json(), "again").expect("it reads back");
    assert_eq!(again, program);
    program
}

#[test]
fn texts_are_as_wide_as_their_font_says() {
    let check = |fonts: &str, source: &str, expected: f64| {
        let patch =
            format!("{fonts}\nx = {source}\ndraw circle {{ position: (x, 0), size: 0.1, color: #fff }}");
        assert_near(&value(&mut engine_at(program(&patch), 0), "x"), &[expected], source);
    };
    check("font own from \"boxes.ttf\"", "text_width(\"AB\", 1, font: own)", 1.0);
    check("font own from \"boxes.ttf\" { width: 200 }", "text_width(\"AB\", 0.5, font: own)", 1.0);
    check("font own from \"both.ttc\" { face: 1 }", "text_width(\"BB\", font: own, tracking: 0.5)", 1.5);
    check(
        "font a from \"signs.ttf\"\nfont own from \"boxes.ttf\" { fallback: a }",
        "text_width(\"A\u{3042}\", font: own)",
        1.0,
    );
    check("font own from \"boxes.ttf\"", "text(\"AB B\", size: 0.2, font: own).advance[1]", 0.1);
}

#[test]
fn draws_name_their_font_and_a_weight_that_moves() {
    let patch = "font signs from \"signs.ttf\"
        font own from \"boxes.ttf\" { width: 150, fallback: [signs] }
        draw text(\"AB\u{3042}\") { position: (0.5, 0.5), size: 0.1, color: #fff, font: own, weight: 400 + 500 * cycle(1s) }
        draw text(\"AB\") { position: (0.5, 0.5), size: 0.1, color: #fff, font: own, weight: 900 }
        domain dots[3] { draw text(\"B\") { position: (0.5, rank), size: 0.1, color: #fff, font: own, weight: 400 + 250 * index } }";
    let program = program(patch);
    let rows: Vec<_> =
        program.data().fonts.iter().map(|font| (font.name.as_str(), font.fallback.clone())).collect();
    assert_eq!(rows, [("signs", vec![]), ("own", vec![0])]);
    let FontRow { axes, places, .. } = &program.data().fonts[1];
    assert_eq!((axes.as_slice(), places.as_slice()), (["wdth".to_owned()].as_slice(), [150.0].as_slice()));
    assert!(matches!(
        program.data().passes[1].shape,
        ShapeRow::Text { weight: 900, moving_weight: None, font: Some(1), .. }
    ));
    let mut engine = Engine::for_program(program).unwrap();
    // Right ends of the first letters, in ems: 0.3 and as much more as it is heavier.
    let mut right = |index: u64| -> Vec<f32> {
        let frame = engine.frame(index).unwrap();
        let ends = frame.passes().flat_map(|pass| {
            pass.elements().map(move |element| match pass.shape.of(element) {
                crate::frame::Shape::Text(text) => {
                    text.placed().next().unwrap().0.points.iter().map(|point| point[0]).fold(0.0, f32::max)
                }
                other => panic!("{other:?}"),
            })
        });
        ends.collect()
    };
    for (index, share) in [(0, 0.0_f32), (15, 0.25), (30, 0.5), (45, 0.75), (59, 59.0 / 60.0)] {
        let found = right(index);
        let steps = (share * 64.0).round() / 64.0;
        let expected = [0.3 + 0.2 * steps, 0.5, 0.3, 0.4, 0.5];
        assert!(
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 2e-3),
            "{index}: {found:?} {expected:?}"
        );
    }
}

#[test]
fn fonts_that_nothing_draws_with_are_no_part_of_a_program() {
    let program = program(
        "font only_measured from \"boxes.ttf\"
         font signs from \"signs.ttf\"
         font own from \"both.ttc\" { fallback: signs }
         wide = text_width(\"AB\", font: only_measured)
         domain letters from text(\"AB\", font: only_measured) { draw glyph { position: home, size, color: #fff } }
         draw text(\"A\") { position: (wide, 0.5), size: 0.1, color: #fff, font: own }",
    );
    let rows: Vec<_> =
        program.data().fonts.iter().map(|font| (font.name.as_str(), font.fallback.clone())).collect();
    assert_eq!(rows, [("signs", vec![]), ("own", vec![0])]);
    assert!(matches!(program.data().passes[1].shape, ShapeRow::Text { font: Some(1), .. }));
}

#[test]
fn what_is_no_font_is_told_at_its_place() {
    let mut wrong = Vec::new();
    let mut check = |patch: &str, place: &str, expected: &str| {
        let draw = "draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }";
        let compiled = compiled(&format!("{patch}\n{draw}"));
        let all: Vec<String> = compiled
            .diagnostics
            .0
            .iter()
            .map(|found| format!("{}:{} {} {}", found.line, found.column, found.code, found.message))
            .collect();
        if !all.iter().any(|found| found.starts_with(place) && found.contains(expected)) {
            wrong.push(format!("{patch}\nexpected {place} {expected}\nfound {all:#?}"));
        }
    };
    let say = "draw text(\"A\") { position: (0.5, 0.5), size: 0.1, color: #fff, ";
    let own = "font own from \"boxes.ttf\"";
    check("font own from \"none.ttf\"", "1:15 E0575", "cannot read `none.ttf`: there is no such file");
    check("font own from \"\"", "1:15 E0575", "no file is named");
    check("font own from \"../boxes.ttf\"", "1:15 E0565", "does not lie beside the patch");
    check("font own from \"empty.ttf\"", "1:15 E0575", "this is no font");
    check("font own from \"text.ttf\"", "1:15 E0575", "this is no font");
    check("font own from \"web.woff2\"", "1:15 E0575", "this is no font");
    check("font own from \"cut.ttf\"", "1:15 E0575", "`cut.ttf`");
    check("font own from \"boxes.ttf\" { face: 1 }", "1:15 E0575", "there is no face 1: the file has 1");
    check("font own from \"both.ttc\" { face: 2 }", "1:15 E0575", "there is no face 2: the file has 2");
    check("font own from \"both.ttc\" { face: -1 }", "1:34 E0525", "`face` is -1");
    check("font own from \"boxes.ttf\" { face: time }", "1:35 E0524", "before the first frame");
    check("font own from \"boxes.ttf\" { wide: 1 }", "1:29 E0551", "no attribute `wide`");
    check(
        "font own from \"signs.ttf\"\ninput said: text = \"B\"\ndomain a from text(said, weight: 400 + time, font: own) { draw glyph { position: home, size, color: #fff } }",
        "3:34 E0576",
        "this weight moves, and the font has one weight only",
    );
    check(
        "font own from \"signs.ttf\"\ndomain a from text(\"B\", font: own) { draw glyph { position: home, size, color: #fff, weight: 400 + 100 * index } }",
        "2:94 E0576",
        "this weight moves, and the font has one weight only",
    );
    check(
        "font own from \"signs.ttf\" { weight: 700 }",
        "1:37 E0576",
        "no axis `weight`: nothing of it can be set",
    );
    check(
        "font own from \"boxes.ttf\" { slant: 10 }",
        "1:36 E0576",
        "no axis `slant`; it has weight from 400 to 900, width from 100 to 200",
    );
    check(
        "font own from \"boxes.ttf\" { width: 500 }",
        "1:36 E0576",
        "and this is 500: it is drawn at the end",
    );
    check("font own from \"boxes.ttf\" { fallback: 3 }", "1:39 E0531", "expected a font");
    check("font own from \"boxes.ttf\" { fallback: other }", "1:39 E0511", "other");
    check("font own from \"boxes.ttf\" { fallback: own }", "1:", "own");
    check("font own", "1:9 E0501", "expected `from`");
    check("font own from boxes", "1:15 E0501", "file in quotes");
    check(&format!("{own}\n{say} font: 3 }}"), "2:", "expected a font");
    check(&format!("{own}\n{say} font: owl }}"), "2:", "owl");
    check(
        &format!("{own}\nx = own + 1\ndraw circle {{ position: (x, 0), size: 0.1, color: #fff }}"),
        "2:5 E0516",
        "this is a font",
    );
    check(
        &format!("{own}\ndraw circle {{ position: (0.5, 0.5), size: 0.1, color: #fff, font: own }}"),
        "2:",
        "no attribute `font`",
    );
    check(
        &format!("font signs from \"signs.ttf\"\n{say} font: signs, weight: 400 + time }}"),
        "2:",
        "one weight only",
    );
    check(
        &format!(
            "{own}\ndraw text(\"A\u{627}\") {{ position: (0.5, 0.5), size: 0.1, color: #fff, font: own }}"
        ),
        "2:11 E0555",
        "own and the family that comes with pavane have no",
    );
    check(&format!("{own}\n{say} font: own, weight: 0 }}"), "2:", "`weight` is 0, expected 1 to 1000");
    check(
        "x = text_width(\"A\", font: 3)\ndraw circle { position: (x, 0), size: 0.1, color: #fff }",
        "1:27 E0531",
        "expected a font",
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_program_with_a_font_that_is_none_is_refused() {
    let program = program(
        "font own from \"boxes.ttf\"\ndraw text(\"A\") { position: (0.5, 0.5), size: 0.1, color: #fff, font: own }",
    );
    let mut data = program.data().clone();
    data.fonts[0].data = crate::program::Packed::new(b"nothing".to_vec());
    let error = Engine::for_program(Program::new(data.clone()).unwrap()).unwrap_err();
    assert!(matches!(error, EngineError::Font { .. }), "{error}");
    data.fonts[0].fallback = vec![7];
    assert!(Program::new(data).unwrap_err().to_string().contains("there is no font 7"));
}
