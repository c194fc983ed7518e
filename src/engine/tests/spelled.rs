//! Letters of a text that changes: who they are, where they are, and that a run of them is the same however it is played.

use crate::engine::{EngineSettings, SimdLevel, Snapshots};
use crate::frame::{Pass, Shape};
use crate::program::Program;
use crate::world::Capacity;
use crate::{Engine, EngineError, NoFiles, compile};

fn program(patch: &str) -> Program {
    let compiled = compile(patch, "a.pav", &NoFiles);
    compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn engine(patch: &str) -> Engine {
    Engine::for_program(program(patch)).unwrap()
}

/// Of each letter where it is, how it is turned and how wide the glyph is, which says which letter it is.
fn drawn(pass: &Pass<'_>) -> Vec<([f32; 2], f32, u32)> {
    let glyph = |index: usize| match pass.shape.of(index) {
        Shape::Text(text) => text.glyphs.iter().fold(0, |all, glyph| all * 1000 + glyph.id),
        other => panic!("{other:?} is no letter"),
    };
    pass.elements()
        .map(|index| ([pass.x.get(index), pass.y.get(index)], pass.rotation.get(index), glyph(index)))
        .collect()
}

/// A letter's state is its number among all that were ever born, as a turn.
const WHO: &str = "input said: text = \"\"
    domain letters[12] from text(said, size: 0.1) {
        born = age
        draw glyph { position: home + (0.1, 0.5), size, color: #fff, rotation: 1turn * born }
    }";

/// When each letter was born, in frames.
fn births(engine: &mut Engine, index: u64, said: &str) -> Vec<u64> {
    engine.set("said", said).unwrap();
    let frame = engine.frame(index).unwrap();
    let now = index as f32 / 60.0;
    let ages = drawn(&frame.passes().next().unwrap());
    ages.into_iter()
        .map(|(_, turn, _)| ((now - turn / std::f32::consts::TAU) * 60.0).round() as u64)
        .collect()
}

#[test]
fn letters_that_stay_are_the_same_elements() {
    let mut engine = engine(WHO);
    let mut index = 0;
    let mut check = |said: &str, expected: &[u64]| {
        assert_eq!(births(&mut engine, index, said), expected, "{index}: {said}");
        index += 1;
    };
    check("12:59", &[0, 0, 0, 0, 0]);
    check("13:00", &[0, 1, 0, 1, 1]);
    check("13:00", &[0, 1, 0, 1, 1]);
    // A space is no letter, and moves none.
    check("1 3:00", &[0, 1, 0, 1, 1]);
    check("", &[]);
    check("abc", &[5, 5, 5]);
    check("abXbc", &[5, 5, 6, 6, 5]);
    check("XbcY", &[6, 6, 5, 7]);
    // There are twelve at most: the first, and those behind them are counted.
    check("0123456789ABCDE", &[8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
    check("0123456789ABCDE", &[8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
    assert_eq!(engine.domain_usage().next().unwrap().refused, 3);
}

/// What literal letters have, live ones have, to the bit: the same text known before the first frame and told by the host.
#[test]
fn letters_are_where_those_of_a_known_text_are() {
    let check = |said: &str, entries: &str| {
        let block = "{ at = home + (advance, 0.1 * letter + 0.01 * word + 0.001 * line)
             draw glyph { position: at, size, color: #fff } }";
        let mut known = engine(&format!("domain letters from text(\"{said}\"{entries}) {block}"));
        let mut told = engine(&format!(
            "input said: text = \"\"\n domain letters from text(said{entries}) {block}\n n = letters.count"
        ));
        told.set("said", said.replace("\\n", "\n").as_str()).unwrap();
        let places = |engine: &mut Engine| -> Vec<[f32; 2]> {
            let frame = engine.frame(0).unwrap();
            let pass = frame.passes().next().unwrap();
            pass.elements().map(|index| [pass.x.get(index), pass.y.get(index)]).collect()
        };
        let expected = places(&mut known);
        assert_eq!(places(&mut told), expected, "{said}{entries}");
        let count = told.last_frame().unwrap().slot("n").unwrap().components[0];
        assert_eq!(count as usize, expected.len(), "{said}");
        // And drawn where the outlines of the others are.
        let boxes = |engine: &mut Engine| -> Vec<[i32; 4]> {
            let frame = engine.frame(1).unwrap();
            let pass = frame.passes().next().unwrap();
            let of = |index: usize| match pass.shape.of(index) {
                Shape::Text(text) => text.ink.0,
                Shape::Path(path) => {
                    let points = path.points.iter();
                    points.fold(
                        [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY],
                        |all, p| [all[0].min(p[0]), all[1].min(p[1]), all[2].max(p[0]), all[3].max(p[1])],
                    )
                }
                other => panic!("{other:?}"),
            };
            pass.elements().map(|index| of(index).map(|side| (side * 1000.0).round() as i32)).collect()
        };
        assert_eq!(boxes(&mut told), boxes(&mut known), "{said}");
    };
    check("Hello, world", "");
    check("fi ffi e\u{301} AVA", ", size: 0.05, tracking: 0.1");
    check("one two three\\nfour", ", size: 0.1, width: 0.4, align: center, leading: 1.5");
    check("right", ", size: 0.2, align: right, anchor: middle, weight: 700");
    for said in ["", "  \n "] {
        assert_eq!(births(&mut engine(WHO), 0, said), [0_u64; 0], "{said:?} has no letters");
        let known = format!(
            "domain letters from text(\"{}\") {{ draw glyph {{ position: home, size, color: #fff }} }}",
            said.replace('\n', "\\n")
        );
        assert_eq!(engine(&known).frame(0).unwrap().passes().next().unwrap().count, 0, "{said:?}");
    }
}

#[test]
fn texts_are_signals_cells_of_lists_and_made() {
    let check = |text: &str, expected: [usize; 3]| {
        let mut engine = engine(&format!(
            "list rows max 9 {{ title: text }} = [{{ title: \"first\" }}]
             event add: text
             on add {{ append rows {{ title: add }} }}
             state last = \"ab\"
             on add {{ last = add }}
             n = floor(time * 60 + 0.5)
             domain dots[3] {{ v = index + 10 * n }}
             domain letters[20] from text({text}, size: 0.01 + 0.01 * n, tracking: 0.1 * n) {{
                 draw glyph {{ position: home, size, color: #fff }}
             }}"
        ));
        for (index, expected) in (0..).zip(expected) {
            if index == 1 {
                engine.send_text(engine.event("add").unwrap(), "later").unwrap();
            }
            let frame = engine.frame(index).unwrap();
            let pass = frame.passes().next().unwrap();
            assert_eq!(pass.elements().count(), expected, "{text}, frame {index}");
            assert_eq!(pass.width.get(0), 0.01 + 0.01 * index as f32);
        }
    };
    check("\"{fixed(n * 50, 1)} %\"", [4, 5, 6]);
    check("last + \"!\"", [3, 6, 6]);
    check("if n > 1 then \"yes\" else \"no\"", [2, 2, 3]);
    check("\"{count(rows)} rows\"", [5, 5, 5]);
    check("\"always\"", [6, 6, 6]);
    // Of what is worked out of all elements, which is known later in a frame.
    check("\"{fixed(max(dots.v), 0)} top\"", [4, 5, 5]);
}

const MANY: &str = "input said: text = \"Start\"
     n = floor(time * 30)
     shown = grouped(fixed(n * 7919, 0), \",\")
     domain amount from text(\"{shown} of {said}\", size: 0.08, align: center) {
         at = home + (0.5, 0.3) ~ spring(300ms)
         seen = fade(in: 200ms, out: 300ms)
         swing = lag(0.1 * random(1) + 0.01 * index, 200ms)
         draw glyph { position: at + (0, swing), size, color: alpha(#fff, seen), stroke: #f00, stroke_width: 0.002 }
     }
     domain title[40] from text(said, size: 0.05 + 0.01 * wave.sine(cycle(2s)), width: 0.6) {
         where_to = home + (0.1, 0.6) ~ slew(200ms)
         draw glyph { position: where_to, size: size * fade(in: 0ms, out: 400ms), color: #0ff }
     }
     wide = max(title.home.x + title.advance)
     draw rect { position: (0.1 + wide / 2, 0.9), size: (wide, 0.01), color: #fff }";

const SAID: [&str; 5] =
    ["Start", "Stars and more", "", "more and more letters than there are", "12 \u{4e2d} fi\u{301}"];

fn play(engine: &mut Engine, frames: u64) -> Vec<u64> {
    (0..frames)
        .map(|index| {
            if index % 11 == 3 {
                engine.set("said", SAID[index as usize / 11 % SAID.len()]).unwrap();
            }
            engine.frame(index).unwrap().hash()
        })
        .collect()
}

#[test]
fn a_run_is_the_same_however_it_is_played() {
    let with = |settings: EngineSettings| Engine::fitted(program(MANY), 1.0, settings).unwrap();
    let settings = EngineSettings::default();
    let expected = play(&mut with(settings), 120);
    for threads in [2, 4] {
        assert_eq!(play(&mut with(EngineSettings { threads, ..settings }), 120), expected, "{threads}");
    }
    assert_eq!(play(&mut with(EngineSettings { level: SimdLevel::Baseline, ..settings }), 120), expected);
    // Room for more, in which texts go later and other things are laid out still.
    let capacity = Capacity::for_program(&program(MANY), 1.0);
    let roomy =
        Capacity { texts: 90_000, text_bytes: 1 << 22, laid_texts: 9_000, glyphs: 90_000, ..capacity };
    let mut other =
        Engine::with_settings(program(MANY), EngineSettings { capacity: roomy, ..settings }).unwrap();
    assert_eq!(play(&mut other, 120), expected);
    // Through JSON.
    let read = Program::from_json(&program(MANY).to_json(), "a.json").unwrap();
    assert_eq!(play(&mut Engine::for_program(read).unwrap(), 120), expected);
    // Snapshots, seeks, and frames that are evaluated again.
    let snapshots = Some(Snapshots { count: 8, every: 10, inputs: 600 });
    let mut engine = with(EngineSettings { snapshots, ..settings });
    assert_eq!(play(&mut engine, 120), expected);
    for index in [100, 31, 119, 0, 63, 64] {
        assert_eq!(engine.seek(index).unwrap().hash(), expected[index as usize], "{index}");
    }
}

/// Many texts, for longer than there is room for all of them.
#[test]
fn letters_that_nothing_has_go() {
    let patch = "n = floor(time * 60 + 0.5)
         domain letters[24] from text(\"{n * 77777} {fixed(wave.sine(cycle(3s)), 6)}\", size: 0.05) {
             at = home ~ slew(100ms)
             draw glyph { position: at, size: size * fade(in: 0ms, out: 300ms), color: #fff }
         }";
    let mut engine = Engine::fitted(program(patch), 1.0, EngineSettings::default()).unwrap();
    let capacity =
        Capacity { texts: 300_000, text_bytes: 1 << 24, ..Capacity::for_program(&program(patch), 1.0) };
    let settings = EngineSettings { capacity, ..EngineSettings::default() };
    let mut roomy = Engine::with_settings(program(patch), settings).unwrap();
    for index in 0..6_000 {
        let hash = engine.frame(index).unwrap().hash();
        assert_eq!(roomy.frame(index).unwrap().hash(), hash, "{index}");
    }
}

#[test]
fn a_swap_keeps_letters() {
    let mut engine = Engine::fitted(program(WHO), 2.0, EngineSettings::default()).unwrap();
    assert_eq!(births(&mut engine, 0, "abc"), [0, 0, 0]);
    assert_eq!(births(&mut engine, 5, "aXc"), [0, 5, 0]);
    engine.swap(program(&WHO.replace("size: 0.1", "size: 0.2").replace("[12]", "[5]"))).unwrap();
    let frame = engine.last_frame().unwrap();
    let pass = frame.passes().next().unwrap();
    assert_eq!(pass.width.get(0), 0.2);
    assert_eq!(births(&mut engine, 6, "aXc"), [0, 5, 0]);
    assert_eq!(births(&mut engine, 7, "aXYZcde"), [0, 5, 7, 7, 0]);
    // Of another text from then on.
    engine.swap(program(&WHO.replace("text(said", "text(said + \"!\""))).unwrap();
    assert_eq!(births(&mut engine, 8, "aXYZcde"), [0, 5, 7, 7, 0, 7, 7, 7]);
}

#[test]
fn letters_that_stay_glide_and_those_that_go_fade() {
    let patch = "input said: text = \"ab\"
         domain letters from text(said, size: 0.1) {
             at = home ~ slew(200ms)
             draw glyph { position: at, size: 0.1, color: #fff, opacity: fade(in: 0ms, out: 200ms) }
         }";
    let mut engine = engine(patch);
    let mut xs = |index: u64, said: &str| -> Vec<f32> {
        engine.set("said", said).unwrap();
        let frame = engine.frame(index).unwrap();
        let pass = frame.passes().next().unwrap();
        pass.elements().map(|index| pass.x.get(index)).collect()
    };
    let before = xs(0, "ab");
    let after = xs(1, "a b");
    assert_eq!(before.len(), 2);
    let is_near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
    assert!(
        after.iter().zip(&before).all(is_near),
        "no letter comes or goes, and yet it is an edit: {after:?}"
    );
    let then = xs(40, "a b");
    assert!(then[1] > before[1] + 0.02, "{then:?}");
    let gone = xs(41, "b");
    assert_eq!(gone.len(), 2, "one lives, one lingers");
    assert_eq!(xs(60, "b").len(), 1, "the one that lingered is gone");
}

#[test]
fn what_has_no_room_is_an_error() {
    let patch = "input said: text = \"a\"
         domain letters[2000] from text(said, size: 0.1) { draw glyph { position: home, size, color: #fff } }";
    let capacity = Capacity { outlines: 30, ..Capacity::for_program(&program(patch), 1.0) };
    let lacking =
        Engine::with_settings(program(patch), EngineSettings { capacity, ..EngineSettings::default() });
    assert!(matches!(lacking, Err(EngineError::Capacity(_))), "{lacking:?}");
    let mut engine = engine(patch);
    let long: String = (0..2_500_u32).filter_map(|k| char::from_u32(0x100 + k % 500)).collect();
    engine.set("said", long.as_str()).unwrap();
    let outcome = engine.frame(0).map(|frame| frame.hash());
    assert!(matches!(outcome, Ok(_) | Err(EngineError::LettersFull(_))), "{outcome:?}");
    engine.set("said", "short").unwrap();
    assert_eq!(engine.frame(1).unwrap().passes().next().unwrap().elements().count(), 5);
}

/// Boxes of texts that change are those of the same texts that are known, and as wide as what is drawn.
#[test]
fn boxes_fit_texts_that_change() {
    let check = |said: &str, entries: &str| {
        let slots = |patch: &str, said: Option<&str>| -> [f64; 3] {
            let mut engine = engine(patch);
            if let Some(said) = said {
                engine.set("said", said).unwrap();
            }
            let frame = engine.frame(0).unwrap();
            let [wide, sides] = ["wide", "sides"].map(|slot| frame.slot(slot).unwrap().components);
            [wide[0], sides[0], sides[1]]
        };
        let rest = "draw text(one) { position: (0.1, 0.1), size: 0.1, color: #fff }";
        let boxes = |one: &str| {
            format!(
                "one = {one}\n wide = text_width(one, 0.1)\n sides = text_box(one, 0.1{entries})\n {rest}"
            )
        };
        let known = slots(&boxes(&format!("\"{}\"", said.replace('\n', "\\n"))), None);
        let told = slots(&format!("input said: text = \"\"\n {}", boxes("said")), Some(said));
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(known.iter().zip(&told).all(near), "{said}{entries}: {known:?}, {told:?}");
        told
    };
    let [wide, width, height] = check("Hello", "");
    assert_eq!(wide, width);
    assert!((0.2..0.3).contains(&wide) && (0.1..0.2).contains(&height), "{wide} {height}");
    let [_, width, twice] = check("Hello Hello", ", width: 0.3");
    assert!(width <= 0.3 && (twice - height - 0.12).abs() < 1e-6, "{width} {twice}");
    assert!(check("Hello", ", weight: 700, tracking: 0.1, leading: 2")[1] > wide);
    assert_eq!(check("", "")[..2], [0.0, 0.0]);
    check("two\nlines", "");
    // As wide as it is drawn, in every frame, and in events.
    let mut engine = engine(
        "n = floor(time * 60 + 0.5)
         said = \"{n * 12345} letters\"
         event look
         state seen = 0
         on look { seen = text_width(said, 0.1) }
         wide = text_width(said, 0.1)
         shown = seen
         draw text(said) { position: (0.5, 0.5), size: 0.1, color: #fff }",
    );
    for index in 0..40 {
        engine.send("look", ()).unwrap();
        let frame = engine.frame(index).unwrap();
        let pass = frame.passes().next().unwrap();
        let Shape::Text(text) = pass.shape.of(0) else { panic!("no text") };
        let drawn = f64::from(text.area.0[2] - text.area.0[0]) * 0.1;
        let [wide, shown] = ["wide", "shown"].map(|slot| frame.slot(slot).unwrap().components[0]);
        assert!((wide - drawn).abs() < 1e-6, "{index}: {wide} {drawn}");
        assert!(index == 0 || (shown - wide).abs() < 0.2, "{index}: {shown}");
    }
}

/// Numbers in words, of a signal and of elements.
#[test]
fn numbers_are_written_as_people_do() {
    let check = |made: &str, expected: &str| {
        let mut engine = engine(&format!(
            "input x: float = 1234.5
             said = {made}
             domain letters[64] from text(said) {{ draw glyph {{ position: home, size, color: #fff }} }}
             domain one[1] {{ y = x + 0 * index
                 draw text({}) {{ position: (0.5, y), size: 0.1, color: #fff }} }}
             draw text(\"{expected}\") {{ position: (0.5, 0.5), size: 0.1, color: #fff }}",
            made.replace('x', "y").replace("%y", "%x")
        ));
        let frame = engine.frame(0).unwrap();
        assert_eq!(frame.text("said"), Some(expected), "{made}");
        let glyphs = |pass: Pass<'_>| match pass.shape.of(0) {
            Shape::Text(text) => text.glyphs.iter().map(|glyph| glyph.id).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let [of_element, of_all] = [1, 2].map(|at| glyphs(frame.passes().nth(at).unwrap()));
        assert_eq!(of_element, of_all, "{made} of an element");
    };
    check("signed(x, 1)", "+1234.5");
    check("signed(0 - x)", "-1234");
    check("grouped(signed(x, 2), \",\")", "+1,234.50");
    check("unit(x, \"m\")", "1.23 km");
    check("unit(x / 1000000, \"s\")", "1.23 ms");
    check("date(x, \"%H:%M:%S\")", "00:20:34");
    check("date(x * 1000, \"%e. %B %Y\")", "15. January 1970");
}
