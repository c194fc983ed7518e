//! Texts that are drawn: what passes hand out, that it depends on nothing but the text and how it is laid out, and what has no room.

use crate::engine::{EngineSettings, Snapshots};
use crate::frame::{Lettering, Pass, Shape};
use crate::world::Capacity;
use crate::{Engine, EngineError, NoFiles, Program, compile};

fn program(patch: &str) -> Program {
    let compiled = compile(patch, "a.pav", &NoFiles);
    compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn engine(patch: &str) -> Engine {
    Engine::for_program(program(patch)).unwrap()
}

/// The text of an element.
fn lettering<'a>(pass: &Pass<'a>, index: usize) -> Lettering<'a> {
    match pass.shape.of(index) {
        Shape::Text(text) => text,
        other => panic!("{other:?} is no text"),
    }
}

/// What elements say, as how many glyphs each has.
fn glyphs(pass: &Pass<'_>) -> Vec<usize> {
    pass.elements().map(|index| lettering(pass, index).glyphs.len()).collect()
}

#[test]
fn a_text_is_drawn_once_or_per_element() {
    let mut one = engine("draw text(\"Hello\") { position: (0.5, 0.25), size: 0.15, color: #fff }");
    let pass = one.frame(0).unwrap().passes().next().unwrap();
    assert!(matches!(pass.shape, Shape::Text(_)));
    assert_eq!((glyphs(&pass), pass.width.get(0), pass.height.get(0)), (vec![5], 0.15, 0.15));
    let mut each = engine(
        "list rows max 9 { title: text } = [{ title: \"a\" }, { title: \"bcd\" }, { title: \"\" }]
         event add: text
         on add { append rows { title: add } }
         domain all from rows {
             draw text(title) { position: (0.1, 0.1 * index), size: 0.05, color: #fff, weight: 700 }
         }",
    );
    let pass = each.frame(0).unwrap().passes().next().unwrap();
    assert_eq!(glyphs(&pass), [1, 3, 0]);
    assert_eq!(lettering(&pass, 0).glyphs[0].font, 1, "bold");
    let add = each.event("add").unwrap();
    each.send_text(add, "some more").unwrap();
    assert_eq!(glyphs(&each.frame(1).unwrap().passes().next().unwrap()), [1, 3, 0, 9]);
}

#[test]
fn a_text_that_is_made_is_laid_out_when_it_changes() {
    let mut engine = engine(
        "n = floor(time)
         draw text(\"{n} left\") { position: (0.5, 0.5), size: 0.1, color: #fff, align: center, anchor: middle }",
    );
    let mut seen = Vec::new();
    for index in [0, 30, 60, 119, 120, 600] {
        let frame = engine.frame(index).unwrap();
        let pass = frame.passes().next().unwrap();
        seen.push((frame.hash(), glyphs(&pass)[0]));
        let area = lettering(&pass, 0).area.0;
        assert_eq!(area[0], -area[2], "centred");
    }
    assert_eq!(seen[0], seen[1], "nothing has changed");
    assert_ne!(seen[0].0, seen[2].0);
    assert_eq!(seen[2], seen[3]);
    assert_eq!((seen[0].1, seen[5].1), (6, 7), "10 left");
}

/// What each element says, as the glyphs in their places.
fn laid(engine: &mut Engine, index: u64) -> Vec<Vec<(u32, [u32; 2])>> {
    let pass = engine.frame(index).unwrap().passes().next().unwrap();
    let of = |text: Lettering<'_>| -> Vec<(u32, [u32; 2])> {
        text.glyphs.iter().map(|glyph| (glyph.id, glyph.at.map(f32::to_bits))).collect()
    };
    pass.elements().map(|element| of(lettering(&pass, element))).collect()
}

#[test]
fn each_element_says_a_text_that_is_made_for_it() {
    let check = |said: &str, expected: [&str; 4]| {
        let draw =
            |text: &str| format!("draw text({text}) {{ position: (0.1, 0.1), size: 0.1, color: #fff }}");
        let mut made = engine(&format!(
            "list rows max 4 {{ title: text, n: float }} = [{{ title: \"ab\", n: 0.1 }}, {{ title: \" Cd \", n: -2.5 }},
                 {{ title: \"\", n: 1234567 }}, {{ title: \"e\", n: 0.3 }}]
             input more: text = \"more\"
             input by: float = 0.1
             fn said(x, unit) = \"{{x}} {{unit}}\"
             domain all from rows {{ half = n / 2\n {} }}",
            draw(said)
        ));
        let found = laid(&mut made, 0);
        for (index, expected) in expected.into_iter().enumerate() {
            let mut one = engine(&draw(&format!("\"{expected}\"")));
            assert_eq!(found[index], laid(&mut one, 0)[0], "{said}: element {index} says {expected:?}");
        }
    };
    check("n", ["0.1", "-2.5", "1234567", "0.3"]);
    check("index", ["0", "1", "2", "3"]);
    check("\"{index + 1}. {title}: {n * 1}\"", ["1. ab: 0.1", "2.  Cd : -2.5", "3. : 1234567", "4. e: 0.3"]);
    check("\"{title}{more} {by}\"", ["abmore 0.1", " Cd more 0.1", "more 0.1", "emore 0.1"]);
    check("fixed(half, index)", ["0", "-1.2", "617283.50", "0.150"]);
    check("grouped(fixed(n, 1), \",\") + \" km\"", ["0.1 km", "-2.5 km", "1,234,567.0 km", "0.3 km"]);
    check("padded(\"{index}\", 2 + index) + upper(trim(title))", ["00AB", "001CD", "0002", "00003E"]);
    check(
        "if n > 1000 then \"{fixed(n / 1000000, 2)} M\" else if n < 0 then lower(title) else more",
        ["more", " cd ", "1.23 M", "more"],
    );
    check("said(n, if index == 1 then \"m\" else \"s\")", ["0.1 s", "-2.5 m", "1234567 s", "0.3 s"]);
}

#[test]
fn texts_of_elements_are_the_same_on_threads_and_levels_and_have_limits() {
    let patch = "domain dots[300] {
            v = wave.sine(cycle(2s) + rank) * 1000
            draw text(\"{index}: {fixed(v, 1)}\") { position: (rank, 0.5), size: 0.01, color: #fff }
        }";
    let hashes = |settings: EngineSettings| {
        let mut engine = Engine::fitted(program(patch), 1.0, settings).unwrap();
        (0..20).map(|index| engine.frame(index).unwrap().hash()).collect::<Vec<_>>()
    };
    let expected = hashes(EngineSettings::default());
    for threads in [2, 4] {
        assert_eq!(hashes(EngineSettings { threads, ..EngineSettings::default() }), expected);
    }
    let level = crate::engine::SimdLevel::Baseline;
    assert_eq!(hashes(EngineSettings { level, ..EngineSettings::default() }), expected);
    // A text that is longer than a text may be.
    let long = "x".repeat(crate::program::limits::TEXT_MAX - 2);
    let mut engine = engine(&format!(
        "domain dots[3] {{ draw text(\"{long}{{index * 1000}}\") {{ position: (0, 0), size: 0.1, color: #fff }} }}"
    ));
    let error = engine.frame(0).unwrap_err();
    assert!(matches!(error, EngineError::TextTooLong { .. }), "{error}");
}

#[test]
fn lines_are_as_wide_as_units_say_whatever_the_scale() {
    let lines = |entries: &str| {
        let patch =
            format!("draw text(\"one two three four\") {{ position: (0.1, 0.5), color: #fff, {entries} }}");
        let mut engine = engine(&patch);
        let frame = engine.frame(0).unwrap();
        let pass = frame.passes().next().unwrap();
        let mut heights: Vec<u32> =
            lettering(&pass, 0).glyphs.iter().map(|glyph| glyph.at[1].to_bits()).collect();
        heights.dedup();
        (heights.len(), lettering(&pass, 0).area.0[2])
    };
    assert_eq!(lines("size: 0.1").0, 1);
    assert_eq!(lines("size: 0.1, width: 0.5").0, 2);
    assert_eq!(lines("size: 0.1, width: 0.3").0, 4);
    assert_eq!(lines("size: 0.05, width: 0.25").0, 2, "half as large");
    assert_eq!(lines("size: 0.1, width: 0.5, scale: 3").0, 2);
    assert!(lines("size: 0.1, width: 0.5").1 <= 5.0);
    assert!(lines("size: 0.1, tracking: 0.1").1 > lines("size: 0.1").1);
    // A size of 0 draws nothing and is no mistake.
    let mut none = engine("draw text(\"a b\") { position: (0, 0), size: 0 * time, width: 0.5, color: #fff }");
    assert_eq!(none.frame(0).unwrap().left_out().count(), 0);
}

const MANY: &str = "list rows max 60 { title: text } = [{ title: \"Hamburg\" }, { title: \"Oslo 7\" }, { title: \"Reykjavik\" }]
     event add: text
     event drop
     on add { append rows { title: add } }
     on drop { remove rows where id % 3 == 1 }
     n = floor(time * 20)
     domain all from rows {
         y = 0.1 * index ~ slew(300ms)
         draw text(title) { position: (0.1, y), size: 0.05, color: #fff, width: 0.2, tracking: 0.01 * (index % 2) }
     }
     draw text(\"{n} of {count(rows)}\") { position: (0.5, 0.5), size: 0.1, color: #fff, stroke: #f00, stroke_width: 0.01 }";

/// Plays frames in which rows come and go; their hashes.
fn run(engine: &mut Engine) -> Vec<u64> {
    let mut hashes = Vec::new();
    for index in 0..90 {
        if index % 9 == 4 {
            engine
                .send_text(engine.event("add").unwrap(), &format!("Title {index}, long enough to break"))
                .unwrap();
        }
        if index % 31 == 30 {
            engine.send("drop", ()).unwrap();
        }
        hashes.push(engine.frame(index).unwrap().hash());
    }
    hashes
}

#[test]
fn nobody_sees_what_was_laid_out_before() {
    let capacity = Capacity::for_program(&program(MANY), 1.0);
    let with = |capacity: Capacity, threads: usize| {
        let settings = EngineSettings { capacity, threads, ..EngineSettings::default() };
        run(&mut Engine::with_settings(program(MANY), settings).unwrap())
    };
    let expected = with(capacity, 1);
    assert_eq!(expected, with(capacity, 2));
    assert_eq!(expected, with(capacity, 4));
    let roomy = Capacity { laid_texts: 10_000, glyphs: 100_000, outlines: 4_000, ..capacity };
    assert_eq!(expected, with(roomy, 1));
    // Going back lays out what is there again.
    let snapshots = Some(Snapshots { count: 8, every: 10, inputs: 600 });
    let mut engine =
        Engine::fitted(program(MANY), 1.0, EngineSettings { snapshots, ..EngineSettings::default() })
            .unwrap();
    assert_eq!(expected, run(&mut engine));
    for index in [50, 7, 89, 0, 61] {
        assert_eq!(engine.seek(index).unwrap().hash(), expected[index as usize], "{index}");
    }
}

#[test]
fn what_one_frame_has_no_room_for_is_an_error() {
    let patch = "list rows max 40 { title: text } = [{ title: \"a\" }]
         event add: text
         on add { append rows { title: add } }
         domain all from rows { draw text(title) { position: (0.1, 0.5), size: 0.05, color: #fff } }";
    let mut engine = Engine::fitted(program(patch), 1.0, EngineSettings::default()).unwrap();
    let room = Capacity::for_program(&program(patch), 1.0).glyphs;
    engine.frame(0).unwrap();
    let long = "long ".repeat(100);
    let mut found = None;
    for index in 1..40 {
        engine.send_text(engine.event("add").unwrap(), &format!("{index} {long}")).unwrap();
        if let Err(error) = engine.frame(index) {
            found = Some((index, error));
            break;
        }
    }
    let (index, error) = found.expect("there is no room for all of them");
    assert!(u64::from(room) / 510 <= index && index <= u64::from(room) / 500 + 1, "{index}, {room}");
    assert!(matches!(error, EngineError::LettersFull(_)), "{error:?}");
    assert!(error.to_string().contains("raise `Capacity::glyphs`"), "{error}");
    engine.raise_capacity(Capacity { glyphs: 100_000, ..Capacity::NONE }).unwrap();
    let pass = engine.frame(index + 1).unwrap().passes().next().unwrap().count;
    assert_eq!(pass as u64, index + 1);
    // More room changes nothing of the frame that is shown.
    let hash = engine.last_frame().unwrap().hash();
    engine
        .raise_capacity(Capacity { glyphs: 200_000, outlines: 5_000, laid_texts: 9_000, ..Capacity::NONE })
        .unwrap();
    assert_eq!(engine.last_frame().unwrap().hash(), hash);
    assert_eq!(engine.frame(index + 2).unwrap().hash(), hash);
}

#[test]
fn a_text_is_met_in_its_box() {
    let mut engine = engine(
        "domain all[2] {
             draw text(if index == 0 then \"HHH\" else \"o\") { position: (0.2, 0.3 + 0.4 * index), size: 0.1, color: #fff }
         }",
    );
    let frame = engine.frame(0).unwrap();
    let met = |at| frame.hit("all", at).map(|hit| hit.index);
    assert_eq!(met([0.23, 0.27]), Some(0), "between two strokes of a letter");
    assert_eq!(
        (met([0.19, 0.27]), met([0.4, 0.27]), met([0.23, 0.37])),
        (Some(0).filter(|_| false), Some(0), None)
    );
    assert_eq!((met([0.22, 0.68]), met([0.3, 0.68])), (Some(1), None));
}

#[test]
fn characters_that_no_font_has_are_told() {
    let mut engine = engine(
        "input said: text = \"plain\"
         draw text(said) { position: (0.2, 0.5), size: 0.1, color: #fff }",
    );
    assert!(engine.frame(0).unwrap().missing_characters().is_empty());
    engine.set("said", "a \u{4e2d}\u{6587}\u{4e2d}").unwrap();
    assert_eq!(engine.frame(1).unwrap().missing_characters(), ['\u{4e2d}', '\u{6587}']);
}
