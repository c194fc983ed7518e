//! How wide and how high the texts of elements are: as the same texts that all share, as they are drawn, however it is run.

use crate::diagnostic::Code;
use crate::engine::{EngineSettings, SimdLevel};
use crate::frame::Shape;
use crate::program::Program;
use crate::world::Capacity;
use crate::{Engine, NoFiles, compile};

fn program(patch: &str) -> Program {
    let compiled = compile(patch, "a.pav", &NoFiles);
    compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn engine(patch: &str) -> Engine {
    Engine::for_program(program(patch)).unwrap()
}

/// Width and height of each element of the first pass.
fn sides(engine: &mut Engine, index: u64) -> Vec<[f32; 2]> {
    let frame = engine.frame(index).unwrap();
    let pass = frame.passes().next().unwrap();
    pass.elements().map(|index| [pass.width.get(index), pass.height.get(index)]).collect()
}

/// What a text measures that is known before the first frame.
fn known(text: &str, entries: &str) -> [f32; 2] {
    let text = text.replace('\n', "\\n");
    let patch = format!(
        "sides = text_box(\"{text}\", 0.1{entries})
         draw rect {{ position: (0.5, 0.5), size: (sides.x + 1, sides.y), color: #fff }}"
    );
    let [width, height] = sides(&mut engine(&patch), 0)[0];
    [width - 1.0, height]
}

fn near(found: [f32; 2], expected: [f32; 2]) -> bool {
    found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5)
}

#[test]
fn each_element_has_the_sides_of_its_own_text() {
    let names = ["a", "Anna", "Wiebke and Vesna", "", "AVATAR", "two\nlines", "a"];
    let check = |made: &str, entries: &str, expected: &dyn Fn(usize, &str) -> String| {
        let rows: Vec<String> =
            names.iter().map(|name| format!("{{ name: \"{}\" }}", name.replace('\n', "\\n"))).collect();
        let patch = format!(
            "fn label(name, at) = {made}
             list rows max 9 {{ name: text }} = [{}]
             domain all from rows {{
                 sides = text_box(label(name, index), 0.1{entries})
                 draw rect {{ position: (0.5, 0.5), size: (sides.x + 1, sides.y), color: #fff }}
                 wide = text_width(label(name, index), 0.1)
                 draw circle {{ position: (wide, 0), size: 0.1, color: #fff }}
             }}",
            rows.join(", ")
        );
        let mut engine = engine(&patch);
        let found = sides(&mut engine, 0);
        assert_eq!(found.len(), names.len());
        for (at, (name, [width, height])) in names.iter().zip(found).enumerate() {
            let said = expected(at, name);
            let expected = known(&said, entries);
            assert!(near([width - 1.0, height], expected), "{said}: {width} {height}, not {expected:?}");
        }
        let frame = engine.last_frame().unwrap();
        let circles = frame.passes().nth(1).unwrap();
        for (at, name) in names.iter().enumerate() {
            let [expected, _] = known(&expected(at, name), "");
            assert!((circles.x.get(at) - expected).abs() < 1e-5, "{name}");
        }
    };
    check("name", "", &|_, name| name.to_owned());
    check("name", ", width: 0.3", &|_, name| name.to_owned());
    check("\"{at}: {upper(name)} m\"", "", &|at, name| format!("{at}: {} m", name.to_uppercase()));
    check("\"{fixed(at, 2)} \" + name", ", width: 0.2", &|at, name| format!("{at}.00 {name}"));
    check("if at > 2 then name else \"{at}\"", "", &|at, name| {
        if at > 2 { name.to_owned() } else { at.to_string() }
    });
}

/// What is the same for all elements is as exact in what is measured as in what is drawn.
#[test]
fn boxes_are_as_wide_as_what_is_drawn() {
    let mut engine = engine(
        "n = floor(time * 60 + 0.5) / 3
         fn label(x) = \"{n}: {x} of {n * 12345.678}\"
         domain all[3] {
             draw text(label(n * index)) { position: (0, 0.2 * index), size: 0.1, color: #fff }
             draw rect { position: (0.5, 0.5), size: (text_width(label(n * index), 0.1) + 1, 0.1), color: #fff }
         }",
    );
    for index in 0..40 {
        let frame = engine.frame(index).unwrap();
        let [texts, boxes] = [0, 1].map(|at| frame.passes().nth(at).unwrap());
        for element in 0..3 {
            let Shape::Text(text) = texts.shape.of(element) else { panic!("no text") };
            let drawn = (text.area.0[2] - text.area.0[0]) * 0.1;
            let wide = boxes.width.get(element) - 1.0;
            assert!((wide - drawn).abs() < 1e-5, "{index} {element}: {wide} {drawn}");
        }
    }
}

/// Texts that change, rows that come and go, and less room than there are texts.
const MOVING: &str = "event add: text
    list rows max 40 { title: text }
    n = floor(time * 60 + 0.5)
    on changed(n) when count(rows) < 40 { append rows { title: \"Row {n * n}\" } }
    on changed(n) { rows.title = \"Title {n}\" where id % 5 == 0 }
    on changed(n) when count(rows) == 40 { remove rows where id % 3 == 0 }
    fn label(title, at) = \"{title} {fixed(n * at, 1)}\"
    domain all from rows sort by title {
        wide = text_width(label(title, index), 0.05)
        before = running_sum(wide)
        at = (before, 0.5) ~ slew(200ms)
        draw rect { position: at, size: (wide + 0.01, 0.1) * fade(in: 100ms, out: 200ms), color: #fff }
    }";

#[test]
fn a_run_is_the_same_however_it_is_played() {
    let settings = EngineSettings::default();
    let capacity = Capacity::for_program(&program(MOVING), 1.0);
    let play = |settings: EngineSettings| -> Vec<u64> {
        let mut engine = Engine::with_settings(program(MOVING), settings).unwrap();
        (0..150).map(|index| engine.frame(index).unwrap().hash()).collect()
    };
    let with = |capacity| EngineSettings { capacity, ..settings };
    let expected = play(with(capacity));
    assert!(expected.windows(2).filter(|two| two[0] != two[1]).count() > 100);
    for threads in [2, 4] {
        assert_eq!(play(EngineSettings { threads, ..with(capacity) }), expected, "{threads} threads");
    }
    let scalar = EngineSettings { level: SimdLevel::Baseline, ..with(capacity) };
    assert_eq!(play(scalar), expected);
    let roomy = Capacity { laid_texts: 4_000, ..capacity };
    assert_eq!(play(with(roomy)), expected);
    let mut sought = Engine::with_settings(program(MOVING), with(capacity)).unwrap();
    assert_eq!(sought.seek(120).unwrap().hash(), expected[120]);
}

#[test]
fn what_is_not_measured_is_told() {
    let check = |patch: &str, code: Code, expected: &str| {
        let compiled = compile(patch, "a.pav", &NoFiles);
        let first = &compiled.diagnostics.0[0];
        assert_eq!(first.code, code, "{}", compiled.render());
        assert!(first.message.contains(expected), "{}", compiled.render());
    };
    let draw = "draw circle { position: (w, 0), size: 0.1, color: #fff }";
    check(
        &format!(
            "domain a[3] {{ w = mean(text_width(\"{{other.index}}\") for other near ((rank, 0), 0.5))\n {draw} }}"
        ),
        Code::InFold,
        "one of pairs",
    );
    check(
        &format!(
            "domain b[3] {{ y = rank }}\n domain a[3] {{ w = text_width(\"{{b.y at index}} {{rank}}\" , size: b.y)\n {draw} }}"
        ),
        Code::TwoDomains,
        "`b`",
    );
    // What is made for each element is still no text of the run.
    check(
        &format!("domain a[3] {{ w = float(length(\"{{index}}\"))\n {draw} }}"),
        Code::PerElement,
        "a text is made once",
    );
}
