//! Letters as elements whose weight moves: of known texts and of those that change, drawn in their places as texts of that weight are.

use crate::engine::{EngineSettings, SimdLevel, Snapshots};
use crate::frame::{Pass, Shape};
use crate::program::Program;
use crate::world::Capacity;
use crate::{Engine, MemoryFiles, compile};

const BOXES: &[u8] = include_bytes!("../../../assets/fonts/boxes.ttf");
const SIGNS: &[u8] = include_bytes!("../../../assets/fonts/signs.ttf");

/// A patch behind a font that has all weights from 400 to 900, and one behind it that has one.
fn program(patch: &str) -> Program {
    let files: MemoryFiles =
        [("boxes.ttf", BOXES.to_vec()), ("signs.ttf", SIGNS.to_vec())].into_iter().collect();
    let patch = format!(
        "font signs from \"signs.ttf\"\nfont own from \"boxes.ttf\" {{ fallback: signs }}\n{patch}"
    );
    let compiled = compile(&patch, "a.pav", &files);
    assert!(compiled.diagnostics.0.is_empty(), "{patch}\n{}", compiled.render());
    compiled.program.unwrap()
}

fn engine(patch: &str) -> Engine {
    Engine::for_program(program(patch)).unwrap()
}

/// Of each element of a pass where it is and the box of what it draws around that, to the bit.
fn drawn(pass: &Pass<'_>) -> Vec<([f32; 2], [f32; 4])> {
    let ink = |index: usize| match pass.shape.of(index) {
        Shape::Text(text) => text.ink.0,
        other => panic!("{other:?} is no text"),
    };
    pass.elements().map(|index| ([pass.x.get(index), pass.y.get(index)], ink(index))).collect()
}

/// Letters of a known text, those of one that changes, and each letter as a text of its own: all of them with a weight.
fn letters(said: &str, font: &str, weight: &str) -> String {
    let domain = |name: &str, head: &str, draw: &str| {
        format!(
            "domain {name} from {head} {{
                 draw {draw} {{ position: home, size, color: #fff, weight: {weight}{} }}
             }}\n",
            if draw == "glyph" { "" } else { font }
        )
    };
    let known = format!("text(\"{said}\", size: 0.1{font})");
    let told = format!("text(said, size: 0.1{font})");
    format!("input said: text = \"{said}\"\n")
        + &domain("known", &known, "glyph")
        + &domain("told", &told, "glyph")
        + &domain("each", &known, "text(character)")
}

#[test]
fn each_letter_has_a_weight_of_its_own() {
    let check = |said: &str, font: &str, weight: &str, is_same: bool| {
        let mut engine = engine(&letters(said, font, weight));
        for index in [0, 7, 30] {
            let frame = engine.frame(index).unwrap();
            let passes: Vec<_> = frame.passes().map(|pass| drawn(&pass)).collect();
            assert_eq!(passes.len(), 3);
            assert_eq!(passes[0], passes[1], "{said}{font}, {weight}, frame {index}: known and told");
            // A text of one letter is laid out from its own origin, as a letter is.
            assert_eq!(passes[0], passes[2], "{said}{font}, {weight}, frame {index}: letters and texts");
            let first = passes[0].first().map(|drawn| drawn.1);
            assert_eq!(
                passes[0].iter().all(|drawn| Some(drawn.1) == first),
                is_same,
                "{said}, {weight}, frame {index}"
            );
        }
    };
    check("AABA", ", font: own", "400 + 150 * index", false);
    check("AABA", ", font: own", "400 + 500 * cycle(1s)", true);
    check("AABA", ", font: own", "400 + 500 * cycle(1s) + 30 * letter", false);
    check("A \u{3042}B", ", font: own", "650 + 100 * index", false);
    check("AAAA", ", font: own", "900", true);
    // The family has two.
    check("mm mm", "", "400 + 100 * index", false);
    check("", ", font: own", "400 + 150 * index", true);
    // No number is the weight of the text.
    check("AB", ", font: own", "(index - index) / (index - index)", true);
}

/// A heavier letter is wider by as much as the font says, in 64 steps, and stays where its text put it.
#[test]
fn letters_are_as_heavy_as_they_say() {
    let mut engine = engine(&letters("AB", ", font: own", "input_weight * (1 + letter)").replace(
        "input said",
        "input input_weight: float = 400\ninput said",
    ));
    for (weight, rights) in [
        (400.0, [0.3, 0.46]),
        (100.0, [0.3, 0.3]),
        (450.0, [0.32, 0.5]),
        (525.0, [0.35, 0.5]),
        (1e30, [0.5, 0.5]),
    ] {
        engine.set("input_weight", weight).unwrap();
        let at = engine.at().map_or(0, |at| at + 1);
        let frame = engine.frame(at).unwrap();
        for pass in frame.passes() {
            let found = drawn(&pass);
            let is_near = |(found, right): (&([f32; 2], [f32; 4]), f32)| (found.1[2] - right).abs() <= 0.2 / 64.0;
            assert!(found.iter().zip(rights).all(is_near), "{weight}: {found:?}");
            assert_eq!([found[0].0[0], found[1].0[0]], [0.0, 0.05], "{weight}");
        }
    }
}

/// A text whose own weight moves is laid out anew: its letters are those of a known text of that weight.
#[test]
fn a_text_whose_weight_moves_is_laid_out_at_it() {
    let block = "{ draw glyph { position: home + (advance, 0), size, color: #fff } }";
    let told = "heavy = if time < 0.5 then 400 else 700
        domain told[16] from text(\"AVA mm\", size: 0.1, weight: heavy) ";
    let mut told = engine(&format!("{told}{block}"));
    for (index, weight) in [(0, 400), (1, 400), (30, 700), (31, 700), (2, 400)] {
        let known = format!("domain known from text(\"AVA mm\", size: 0.1, weight: {weight}) ");
        let mut known = engine(&format!("{known}{}", block.replace("color", &format!("weight: {weight}, color"))));
        let expected = drawn(&known.frame(0).unwrap().passes().next().unwrap());
        let found = drawn(&told.seek(index).unwrap().passes().next().unwrap());
        assert_eq!(found, expected, "frame {index}");
    }
}

const MANY: &str = "input said: text = \"ABBA\"
     heavy = 400 + 500 * wave.sine(cycle(2s))
     domain told[24] from text(said, size: 0.1, font: own) {
         at = home + (0.1, 0.3) ~ slew(200ms)
         draw glyph { position: at, size: size * fade(in: 100ms, out: 200ms), color: #fff, weight: heavy + 20 * index }
         draw glyph as shade { position: at + (0.01, 0.01), size, color: #f00, weight: 900 - heavy / 2, stroke: #0f0, stroke_width: 0.004 }
     }
     domain laid[24] from text(said, size: 0.1, weight: heavy, font: own) {
         draw glyph { position: home + (0.1, 0.6), size, color: #0ff }
     }
     domain known from text(\"AB \u{3042} mA\", size: 0.1, font: own) {
         draw glyph { position: home + (0.1, 0.9), size, color: #ff0, weight: heavy * (1 + random(1)) }
     }";

fn play(engine: &mut Engine) -> Vec<u64> {
    let said = ["ABBA", "AB BAB \u{3042}", "", "bAbA BB mm"];
    (0..120)
        .map(|index| {
            if index % 17 == 3 {
                engine.set("said", said[index as usize / 17 % said.len()]).unwrap();
            }
            engine.frame(index).unwrap().hash()
        })
        .collect()
}

#[test]
fn a_run_is_the_same_however_it_is_played() {
    let settings = EngineSettings::default();
    let with = |settings: EngineSettings| Engine::fitted(program(MANY), 1.0, settings).unwrap();
    let expected = play(&mut with(settings));
    for threads in [2, 4] {
        assert_eq!(play(&mut with(EngineSettings { threads, ..settings })), expected, "{threads}");
    }
    assert_eq!(play(&mut with(EngineSettings { level: SimdLevel::Baseline, ..settings })), expected);
    let capacity = Capacity::for_program(&program(MANY), 1.0);
    let roomy = Capacity { laid_texts: 50_000, glyphs: 200_000, outlines: 50_000, ..capacity };
    let mut roomy =
        Engine::with_settings(program(MANY), EngineSettings { capacity: roomy, ..settings }).unwrap();
    assert_eq!(play(&mut roomy), expected);
    let read = Program::from_json(&program(MANY).to_json(), "a.json").unwrap();
    assert_eq!(play(&mut Engine::for_program(read).unwrap()), expected);
    let snapshots = Some(Snapshots { count: 8, every: 10, inputs: 600 });
    let mut engine = with(EngineSettings { snapshots, ..settings });
    assert_eq!(play(&mut engine), expected);
    for index in [100, 31, 119, 0, 63, 64] {
        assert_eq!(engine.seek(index).unwrap().hash(), expected[index as usize], "{index}");
    }
}

/// As many letters as there may be, each of another weight: one frame of them has room.
#[test]
fn there_is_room_for_all_steps_at_once() {
    let mut engine = engine(
        "input said: text = \"\"
         domain told[2048] from text(said, size: 0.1, font: own) {
             draw glyph { position: home, size, color: #fff, weight: 400 + 500 * index / 2048 }
         }",
    );
    let long: String = (0..2048).map(|at| ['A', 'B', 'a', 'b'][at % 4]).collect();
    engine.set("said", long.as_str()).unwrap();
    for index in 0..3 {
        assert_eq!(engine.frame(index).unwrap().passes().next().unwrap().elements().count(), 2048);
    }
}
