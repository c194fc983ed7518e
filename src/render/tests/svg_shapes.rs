//! An SVG shows what the raster draws: another program's picture of it is compared with ours.

use pavane::frame::{
    Align, Anchor, Blend, Blending, Cap, Colors, Dash, FillRule, Filter, Ground, Image, Join, Lanes, Pass,
    Path, Paths, Rgba8, Shape, Sprite, Stroke, Verb,
};
use pavane::letters::Setting;

use super::sheet;
use super::support::{AMBER, CORAL, NIGHT, TEAL, draw, pass, share_apart, stroke, svg_pictures, svg_text};

/// Both pictures have to agree but for a few pixels of soft edges, and something has to be seen.
fn check(name: &str, passes: &[Pass<'_>]) -> String {
    let size = (160, 160);
    let ours = draw(size.0, size.1, passes);
    let text = svg_text(&format!("svg_shapes_{name}"), size, NIGHT, passes);
    let apart = share_apart(&ours, &svg_pictures(&text, size));
    assert!(apart < 0.005, "{name}: {apart} of the pixels\n{text}");
    assert!(share_apart(&ours, &[draw(size.0, size.1, &[])]) > 0.01, "{name}: nothing to be seen");
    text
}

fn outlined<'a>(shape: Shape<'a>, stroke: Stroke<'a>) -> Pass<'a> {
    Pass { fill: None, stroke: Some(stroke), ..pass(shape) }
}

fn dash(on: f32, off: f32) -> Option<Dash<'static>> {
    let [on, off, offset, scale] = [on, off, 0.0, 1.0].map(Lanes::Uniform);
    Some(Dash { on, off, offset, scale })
}

const ZIGZAG: ([f32; 5], [f32; 5]) = ([0.12, 0.35, 0.5, 0.65, 0.88], [0.75, 0.25, 0.75, 0.25, 0.75]);

fn line(closed: bool) -> Pass<'static> {
    let (x, y) = (Lanes::Each(&ZIGZAG.0), Lanes::Each(&ZIGZAG.1));
    Pass { count: 5, x, y, ..outlined(Shape::Line { closed }, stroke(TEAL, 0.1)) }
}

#[test]
fn lines_are_in_the_svg() {
    let text = check("line_open", &[line(false)]);
    assert!(text.contains("<path d=\"M19.2 120L56 40L80 120L104 40L140.8 120\""), "{text}");
    check("line_closed", &[line(true)]);
    check("line_filled", &[Pass { fill: Some(Colors::Uniform(CORAL)), ..line(true) }]);
    check("line_ordered", &[Pass { order: Some(&[4, 0, 2]), ..line(false) }]);
    let trimmed = Stroke { trim_start: Lanes::Uniform(0.3), dash: dash(0.1, 0.15), ..stroke(TEAL, 0.1) };
    check("line_dashed", &[Pass { fill: Some(Colors::Uniform(CORAL)), stroke: Some(trimmed), ..line(true) }]);
}

#[test]
fn blends_and_opacity_are_in_the_svg() {
    for blend in [
        Blend::Add,
        Blend::Multiply,
        Blend::Screen,
        Blend::Darken,
        Blend::Lighten,
        Blend::Difference,
        Blend::Overlay,
    ] {
        let under = Pass {
            x: Lanes::Uniform(0.3),
            fill: Some(Colors::Uniform(Rgba8::new(90, 160, 60, 160))),
            ..pass(Shape::Ellipse)
        };
        let trimmed = Stroke { trim_end: Lanes::Uniform(0.6), ..stroke(AMBER, 0.2) };
        for (name, stroke) in [("whole", stroke(AMBER, 0.2)), ("trimmed", trimmed)] {
            for opacity in [1.0, 0.5] {
                let things = Pass {
                    count: 2,
                    x: Lanes::Each(&[0.45, 0.6]),
                    width: Lanes::Uniform(0.5),
                    stroke: Some(stroke),
                    blend,
                    opacity: Lanes::Uniform(opacity),
                    ..pass(Shape::Rect { corner: 0.5 })
                };
                check(&format!("{blend:?}_{name}_{opacity}"), &[under, things]);
                let lines = Pass {
                    fill: Some(Colors::Uniform(CORAL)),
                    stroke: Some(stroke),
                    blend,
                    opacity: Lanes::Uniform(opacity),
                    ..line(true)
                };
                check(&format!("{blend:?}_{name}_{opacity}_line"), &[under, lines]);
            }
        }
    }
}

#[test]
fn far_and_huge_things_are_in_the_svg() {
    let far = ([-40_000.0, 40_000.0], [-10_000.0, 10_001.0]);
    let far = Pass { count: 2, x: Lanes::Each(&far.0), y: Lanes::Each(&far.1), ..line(false) };
    check("far_line", &[far]);
    for (name, shape) in [
        ("disc", Shape::Ellipse),
        ("rect", Shape::Rect { corner: 0.2 }),
        ("gon", Shape::Polygon { sides: 4 }),
    ] {
        let ground = Pass {
            y: Lanes::Uniform(2000.5),
            width: Lanes::Uniform(4000.0),
            height: Lanes::Uniform(4000.0),
            stroke: Some(stroke(TEAL, 0.2)),
            ..pass(shape)
        };
        check(&format!("huge_{name}"), &[ground]);
        let faded = Pass { opacity: Lanes::Uniform(0.5), blend: Blend::Screen, ..ground };
        check(&format!("huge_{name}_screen"), &[faded]);
        let dashed = Stroke {
            dash: dash(1.2, 0.3),
            cap: Cap::Butt,
            trim_end: Lanes::Uniform(0.9),
            ..stroke(TEAL, 0.2)
        };
        check(&format!("huge_{name}_dashed"), &[Pass { fill: None, stroke: Some(dashed), ..ground }]);
    }
}

#[test]
fn points_and_mirrors_are_in_the_svg() {
    let dot = Path { verbs: vec![Verb::Move, Verb::Line], points: vec![[0.0, 0.0]; 2], ..Path::default() };
    for (name, cap) in [("round", Cap::Round), ("square", Cap::Square)] {
        check(&format!("dot_{name}"), &[outlined(Shape::Path(&dot), Stroke { cap, ..stroke(TEAL, 0.4) })]);
        let one = Pass { count: 1, stroke: Some(Stroke { cap, ..stroke(TEAL, 0.4) }), ..line(false) };
        check(&format!("line_of_one_{name}"), &[one]);
    }
    let square = vec![[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
    let square = [square.clone(), square.iter().rev().map(|point| point.map(|x| x * 0.5)).collect()].concat();
    let verbs = [Verb::Move, Verb::Line, Verb::Line, Verb::Line, Verb::Close].repeat(2);
    // The inner one runs the other way round, or is a hole by the rule.
    let same = [&square[..4], &[[0.2, 0.2], [-0.2, 0.2], [-0.2, -0.2], [0.2, -0.2]]].concat();
    let twice = [&square[..4], &square[..4]].concat();
    let of =
        |points: &[[f32; 2]], fill_rule| Path { verbs: verbs.clone(), points: points.to_vec(), fill_rule };
    let all = [of(&square, FillRule::NonZero), of(&same, FillRule::EvenOdd), of(&twice, FillRule::EvenOdd)];
    let own = Paths::new(&all, &[1, 0, 2, 1, 0]).expect("there are paths");
    let each = Pass {
        shape: Shape::Paths(own),
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(0.5),
        ..line(false)
    };
    check("paths_of_their_own", &[each, Pass { fill: Some(Colors::Uniform(TEAL)), stroke: None, ..each }]);
    let star = Stroke { trim_end: Lanes::Uniform(0.4), join: Join::Miter, ..stroke(TEAL, 0.1) };
    for (name, width, height) in [("x", -0.7, 0.6), ("y", 0.7, -0.6), ("both", -0.7, -0.6)] {
        let mirrored = Pass {
            width: Lanes::Uniform(width),
            height: Lanes::Uniform(height),
            rotation: Lanes::Uniform(0.3),
            stroke: Some(star),
            ..pass(Shape::Star { points: 5, inner: 0.4 })
        };
        check(&format!("mirror_{name}"), &[mirrored]);
        check(&format!("mirror_{name}_disc"), &[Pass { shape: Shape::Ellipse, ..mirrored }]);
    }
}

#[test]
fn letters_are_paths_in_the_svg() {
    let mut sheet = sheet();
    let setting = Setting { align: Align::Center, anchor: Anchor::Middle, ..Setting::default() };
    let row = sheet.lay([1, 0], "Rg&\n\u{e9}8", &[0], &setting, true).expect("there is room");
    let text = Pass {
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(0.5),
        rotation: Lanes::Uniform(0.2),
        ..pass(Shape::Text(sheet.get(row)))
    };
    check("text", &[text]);
    check("text_outlined", &[Pass { stroke: Some(stroke(TEAL, 0.04)), ..text }]);
    check("text_mirrored", &[Pass { width: Lanes::Uniform(-0.3), ..text }]);
}

#[test]
fn images_are_in_the_svg_once_each() {
    let image =
        Image::new(2, 1, vec![255, 0, 0, 255, 0, 0, 255, 128]).expect("as many bytes as its size says");
    let source = [Lanes::Each(&[0.0, 1.0]), Lanes::Uniform(0.0), Lanes::Uniform(1.0), Lanes::Uniform(1.0)];
    let corner = Lanes::Each(&[0.0, 0.5]);
    let sprite = Sprite { image: &image, source, corner, filter: Filter::Nearest };
    let two = Pass {
        count: 2,
        x: Lanes::Each(&[0.25, 0.75]),
        width: Lanes::Each(&[-0.5, 0.25]),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Each(&[Rgba8::new(255, 255, 255, 255), Rgba8::new(255, 102, 0, 51)])),
        ..pass(Shape::Image(sprite))
    };
    let text = svg_text("svg_shapes_images", (160, 160), NIGHT, &[two, two]);
    assert_eq!(text.matches("href=\"data:image/png;base64,iVBORw0KGgo").count(), 1, "{text}");
    assert_eq!(text.matches("<use href=\"#image0\"").count(), 4, "{text}");
    for part in [
        "<g transform=\"translate(40 80) scale(-1 1)\"><svg x=\"-40\" y=\"-40\" width=\"80\" height=\"80\" viewBox=\"0 0 1 1\"",
        "<clipPath id=\"cut2\"><rect x=\"-20\" y=\"-40\" width=\"40\" height=\"80\" rx=\"10\"/></clipPath>",
        "<feColorMatrix values=\"1 0 0 0 0 0 0.4 0 0 0 0 0 0 0 0 0 0 0 1 0\"/>",
        "<g transform=\"translate(120 80)\" opacity=\"0.2\" clip-path=\"url(#cut2)\"><svg",
        "viewBox=\"1 0 1 1\" preserveAspectRatio=\"none\"><use href=\"#image0\" filter=\"url(#tint2)\" image-rendering=\"pixelated\"/>",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn an_svg_says_that_light_is_blended() {
    let written = |blending| svg_text("svg_shapes_blending", (8, 8), Ground { color: NIGHT, blending }, &[]);
    let linear = written(Blending::Linear);
    assert!(linear.contains("viewBox=\"0 0 8 8\" color-interpolation=\"linearRGB\""), "{linear}");
    assert!(!written(Blending::Srgb).contains("color-interpolation"));
}

#[test]
fn an_svg_and_a_picture_leave_out_the_same() {
    let broken = Pass {
        count: 8,
        x: Lanes::Each(&[0.1, 0.2, 0.35, 0.5, f32::NAN, 0.65, 0.8, 0.9]),
        width: Lanes::Each(&[0.2, 0.0, -0.2, f32::INFINITY, 0.2, 0.2, 0.2, 0.2]),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Each(&[AMBER, AMBER, CORAL, AMBER, AMBER, Rgba8::new(9, 9, 9, 0), AMBER, AMBER])),
        opacity: Lanes::Each(&[0.5, 1.0, 1.0, 1.0, 1.0, 1.0, f32::NAN, 0.0]),
        ..pass(Shape::Rect { corner: 0.0 })
    };
    let text = check("left_out", &[broken]);
    assert_eq!(text.matches("<rect").count(), 1 + 2, "{text}");
}

#[test]
fn strokes_of_shapes_without_width_are_in_the_svg() {
    let thin = |shape| {
        let (width, height) = (Lanes::Uniform(4e-7), Lanes::Uniform(0.6));
        Pass { width, height, ..outlined(shape, stroke(TEAL, 0.2)) }
    };
    check("thin_ellipse", &[thin(Shape::Ellipse)]);
    check("thin_rect", &[thin(Shape::Rect { corner: 0.0 })]);
    let text =
        check("tiny_polygon", &[Pass { height: Lanes::Uniform(4e-7), ..thin(Shape::Polygon { sides: 4 }) }]);
    assert!(!text.contains("points=\"0,0 0,0"), "{text}");
}
