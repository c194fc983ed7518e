//! Images: which part of which a pass hands out, and that frames tell them apart.
#![cfg(feature = "images")]

use crate::engine::EngineSettings;
use crate::frame::{Pass, Shape, Sprite};
use crate::language::{MemoryFiles, compile};
use crate::{Engine, EngineError, Program};

/// A file of so many pixels, all of them of one grey.
fn png(width: u32, height: u32, grey: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::new(&mut bytes, width, height).write_header().unwrap();
    writer.write_image_data(&vec![grey; (width * height) as usize]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn program_of(patch: &str, photo: Vec<u8>) -> Program {
    let files: MemoryFiles = [("photo.png", photo)].into_iter().collect();
    let compiled = compile(&format!("image photo from \"photo.png\"\n{patch}"), "a.pav", &files);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    compiled.program.unwrap()
}

/// Of a photo of 40 x 20 pixels.
fn program(patch: &str) -> Program {
    program_of(patch, png(40, 20, 99))
}

fn sprite<'a>(pass: &Pass<'a>, index: usize) -> Sprite<'a> {
    match pass.shape.of(index) {
        Shape::Image(sprite) => sprite,
        other => panic!("{other:?} is no image"),
    }
}

/// The size of an element and what it shows, in hundredths.
fn shown(patch: &str, index: usize) -> [i32; 6] {
    let mut engine = Engine::for_program(program(patch)).unwrap();
    let frame = engine.frame(0).unwrap();
    let pass = frame.passes().next().unwrap();
    let [x, y, width, height] = sprite(&pass, index).source.map(|lanes| lanes.get(0));
    [pass.width.get(index) * 100.0, pass.height.get(index) * 100.0, x, y, width, height]
        .map(|number| (number + 1000.5) as i32 - 1000)
}

#[test]
fn an_image_fits_its_size() {
    let check = |entries: &str, expected: [i32; 6]| {
        let found = shown(&format!("draw image(photo) {{ position: (0.5, 0.5), {entries} }}"), 0);
        assert_eq!(found, expected, "{entries}");
    };
    check("size: 0.4", [40, 20, 0, 0, 40, 20]);
    check("size: (0.4, 0.1)", [20, 10, 0, 0, 40, 20]);
    check("size: (0.2, 0.9)", [20, 10, 0, 0, 40, 20]);
    check("size: 0.4, fit: stretch", [40, 40, 0, 0, 40, 20]);
    check("size: 0.4, fit: cover", [40, 40, 10, 0, 20, 20]);
    check("size: (0.8, 0.2), fit: cover", [80, 20, 0, 5, 40, 10]);
    check("size: 0.4, scale: (-1, 2)", [-40, 40, 0, 0, 40, 20]);
    check("size: 0.4, source: (10, 5), source_size: (10, 10)", [40, 40, 10, 5, 10, 10]);
    check("size: (0.4, 0.2), source: (10, 5), source_size: (10, 10), fit: cover", [40, 20, 10, 8, 10, 5]);
    // Nothing is nothing, and no mistake.
    check("size: 0 * time / 1s", [0, 0, 0, 0, 40, 20]);
    check("size: (0 * time / 1s, 0), fit: cover", [0, 0, 20, 10, 0, 0]);
}

#[test]
fn frames_of_a_sheet_go_round() {
    let patch = "domain all[14] { draw image(photo) { position: (rank, 0.5), size: 0.1, sheet: (4, 2), frame: 0.75 * (index - 2) } }";
    let check = |index: usize, expected: [i32; 2]| {
        let [width, height, x, y, across, down] = shown(patch, index);
        assert_eq!([x, y], expected, "{index}");
        assert_eq!([width, height, across, down], [10, 10, 10, 10]);
    };
    // -1.5 is -2, the last but one; -0.75 is -1, the last.
    check(0, [20, 10]);
    check(1, [30, 10]);
    check(2, [0, 0]);
    check(3, [0, 0]);
    check(4, [10, 0]);
    check(8, [0, 10]);
    check(12, [30, 10]);
    check(13, [0, 0]);
    // In a part of an image.
    let part = "draw image(photo) { position: (0.5, 0.5), size: 0.1, source: (20, 0), source_size: (20, 20), sheet: (2, 2), frame: 3 }";
    assert_eq!(shown(part, 0), [10, 10, 30, 10, 10, 10]);
}

#[test]
fn hashes_are_of_what_is_drawn() {
    let draw = |entries: &str| format!("draw image(photo) {{ position: (0.5, 0.5), size: 0.4, {entries} }}");
    let hash = |program: Program| Engine::for_program(program).unwrap().frame(0).unwrap().hash();
    let plain = hash(program(&draw("")));
    assert_eq!(plain, hash(program(&draw("tint: #fff, fit: contain, corner: 0"))));
    for other in
        ["filter: nearest", "corner: 0.1", "source: (1, 0)", "tint: #eee", "fit: stretch", "opacity: 0.9"]
    {
        assert_ne!(plain, hash(program(&draw(other))), "{other}");
    }
    // Its pixels count, not its name or its row.
    assert_ne!(plain, hash(program_of(&draw(""), png(40, 20, 98))));
    assert_eq!(
        plain,
        hash(program(&format!("image other from \"./photo.png\"\n{}", draw("").replace("photo", "other"))))
    );
    let json = program(&draw("")).to_json();
    assert_eq!(plain, hash(Program::from_json(&json, "a.json").unwrap()));
    for threads in [1, 2, 4] {
        let patch = "domain all[3000] { draw image(photo) { position: (rank, 0.5 + 0.4 * sin(rank * 9turn)), size: 0.1 * random(1), sheet: (4, 2), frame: index } }";
        let settings = EngineSettings { threads, ..EngineSettings::default() };
        let mut engine = Engine::with_settings(program(patch), settings).unwrap();
        let mut one = Engine::for_program(program(patch)).unwrap();
        assert_eq!(engine.frame(7).unwrap().hash(), one.frame(7).unwrap().hash(), "{threads}");
    }
}

#[test]
fn images_count_in_the_memory_of_an_engine() {
    let big = program_of("draw image(photo) { position: (0.5, 0.5), size: 0.4 }", png(1000, 1000, 1));
    let settings = |memory_limit| EngineSettings { memory_limit, ..EngineSettings::default() };
    let few = Engine::fitted(big.clone(), 1.0, settings(9 << 20)).unwrap_err();
    assert!(matches!(few, EngineError::Memory(error) if error.buffer == "images"), "{few}");
    assert!(Engine::fitted(big, 1.0, settings(40 << 20)).is_ok());
}

#[test]
fn an_image_is_met_in_its_box() {
    let patch = "domain all[2] { draw image(photo) { position: (0.25 + 0.5 * index, 0.5), size: 0.4, corner: index } }";
    let mut engine = Engine::for_program(program(patch)).unwrap();
    let frame = engine.frame(0).unwrap();
    let met = |at| frame.hit("all", at).map(|hit| hit.index);
    assert_eq!((met([0.07, 0.42]), met([0.75, 0.5])), (Some(0), Some(1)));
    assert_eq!(
        (met([0.07, 0.38]), met([0.57, 0.42])),
        (None, None),
        "beyond the proportions, and beyond a corner"
    );
}

#[test]
fn another_program_has_other_images() {
    let patch = "draw image(photo) { position: (0.5, 0.5), size: 0.4 }";
    let mut engine = Engine::for_program(program(patch)).unwrap();
    engine.frame(3).unwrap();
    engine.swap(program_of(patch, png(8, 8, 5))).unwrap();
    let frame = engine.frame(4).unwrap();
    let pass = frame.passes().next().unwrap();
    assert_eq!((sprite(&pass, 0).image.width(), pass.height.get(0)), (8, 0.4));
}
