//! Tiny pictures, one fact each, compared bit for bit with `assets/golden/`.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![cfg(feature = "render")]

mod blending;
mod far;
#[cfg(feature = "images")]
mod images;
mod support;
mod svg_shapes;
mod tiles;

use pavane::engine::Engine;
use pavane::frame::{
    Align, Anchor, Blend, Cap, Colors, Corners, Dash, FillRule, Join, Lanes, LinePoint, Pass, Path, Paths,
    Rgba8, Shape, Stroke, Verb, View,
};
use pavane::language::{NoFiles, compile};
use pavane::letters::{Font, Room, Setting, Sheet, Weight};
use pavane::render::{Picture, Raster, RasterSettings};
use support::{AMBER, CORAL, NIGHT, TEAL, WHITE, check_golden, draw, draw_with, pass, stroke};

fn golden(name: &str, passes: &[Pass<'_>]) {
    check_golden(name, &draw(48, 48, passes));
}

/// Three overlapping things on two background halves, the last pass blended.
fn golden_blend(name: &str, blend: Blend) {
    let half = Pass {
        x: Lanes::Uniform(0.25),
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(1.0),
        fill: Some(Colors::Uniform(Rgba8::new(200, 200, 190, 255))),
        ..pass(Shape::Rect { corner: 0.0 })
    };
    let under = Pass {
        x: Lanes::Uniform(0.5),
        y: Lanes::Uniform(0.38),
        width: Lanes::Uniform(0.6),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Uniform(TEAL)),
        ..pass(Shape::Ellipse)
    };
    let over = Pass {
        count: 2,
        x: Lanes::Each(&[0.4, 0.65]),
        y: Lanes::Uniform(0.62),
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Each(&[Rgba8::new(255, 112, 88, 255), Rgba8::new(90, 110, 255, 160)])),
        blend,
        ..pass(Shape::Ellipse)
    };
    golden(name, &[half, under, over]);
}

#[test]
fn ellipses() {
    golden("ellipse_circle", &[pass(Shape::Ellipse)]);
    let small = Pass {
        count: 9,
        x: Lanes::Each(&[0.2, 0.5, 0.8, 0.2, 0.5, 0.8, 0.2, 0.5, 0.8]),
        y: Lanes::Each(&[0.2, 0.2, 0.2, 0.5, 0.5, 0.5, 0.8, 0.8, 0.8]),
        width: Lanes::Each(&[0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.15, 0.2]),
        height: Lanes::Each(&[0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.15, 0.2]),
        fill: Some(Colors::Uniform(WHITE)),
        ..pass(Shape::Ellipse)
    };
    golden("ellipse_small_area", &[small]);
    let turned = Pass {
        width: Lanes::Uniform(0.9),
        height: Lanes::Uniform(0.3),
        rotation: Lanes::Uniform(std::f32::consts::FRAC_PI_6),
        ..pass(Shape::Ellipse)
    };
    golden("ellipse_rotated_clockwise", &[turned]);
}

#[test]
fn rects() {
    let row = Pass {
        count: 3,
        x: Lanes::Each(&[0.18, 0.5, 0.82]),
        width: Lanes::Uniform(0.25),
        height: Lanes::Uniform(0.8),
        ..pass(Shape::Rect { corner: 0.0 })
    };
    golden("rect_square_corners", &[row]);
    golden("rect_round_corners", &[Pass { shape: Shape::Rect { corner: 0.5 }, ..row }]);
    golden("rect_fully_round", &[Pass { shape: Shape::Rect { corner: 1.0 }, ..row }]);
    let turned = Pass { rotation: Lanes::Each(&[0.0, 0.3, 0.6]), ..row };
    golden("rect_rotated", &[Pass { height: Lanes::Uniform(0.5), ..turned }]);
}

#[test]
fn polygons_and_stars() {
    golden("polygon_triangle_points_up", &[pass(Shape::Polygon { sides: 3 })]);
    golden("polygon_hexagon", &[pass(Shape::Polygon { sides: 6 })]);
    golden("star_five_points_up", &[pass(Shape::Star { points: 5, inner: 0.4 })]);
    let wide = Pass { height: Lanes::Uniform(0.4), ..pass(Shape::Star { points: 8, inner: 0.6 }) };
    golden("star_wide_box", &[wide]);
}

fn heart() -> Path {
    Path {
        verbs: vec![Verb::Move, Verb::Cubic, Verb::Cubic, Verb::Close],
        points: vec![
            [0.0, -0.2],
            [-0.2, -0.7],
            [-0.9, -0.1],
            [0.0, 0.5],
            [0.9, -0.1],
            [0.2, -0.7],
            [0.0, -0.2],
        ],
        ..Path::default()
    }
}

/// A frame with a hole that runs the other way, and an arch of one quadratic curve under it.
fn framed() -> Path {
    use Verb::{Close, Line, Move, Quad};
    Path {
        verbs: vec![Move, Line, Line, Line, Close, Move, Line, Line, Line, Close, Move, Quad],
        points: vec![
            [-0.5, -0.5],
            [0.5, -0.5],
            [0.5, 0.1],
            [-0.5, 0.1],
            [-0.3, -0.3],
            [-0.3, -0.1],
            [0.3, -0.1],
            [0.3, -0.3],
            [-0.5, 0.2],
            [0.0, 0.8],
            [0.5, 0.2],
        ],
        ..Path::default()
    }
}

/// A five-pointed star in one line that crosses itself, the inner pentagon of which it goes round twice.
fn pentagram(fill_rule: FillRule) -> Path {
    let tip = |k: u32| {
        let (sin, cos) = libm::sincosf(k as f32 * 2.0 * 0.4 * std::f32::consts::PI);
        [sin * 0.5, cos * -0.5]
    };
    let verbs = vec![Verb::Move, Verb::Line, Verb::Line, Verb::Line, Verb::Line, Verb::Close];
    Path { verbs, points: (0..5).map(tip).collect(), fill_rule }
}

#[test]
fn an_outline_over_itself_has_a_hole_by_the_even_odd_rule() {
    let star = pentagram(FillRule::EvenOdd);
    golden("path_even_odd", &[pass(Shape::Path(&star))]);
    let solid = Pass { stroke: Some(stroke(AMBER, 0.02)), ..pass(Shape::Path(&star)) };
    golden("path_even_odd_stroked", &[solid]);
}

#[test]
fn paths() {
    let (heart, framed) = (heart(), framed());
    golden("path_curves", &[pass(Shape::Path(&heart))]);
    golden("path_hole", &[pass(Shape::Path(&framed))]);
    let (all, which) = ([heart.clone(), pentagram(FillRule::EvenOdd), framed.clone()], [1, 0, 2, 9]);
    let (x, y) = ([0.28, 0.72, 0.28, 0.72], [0.28, 0.28, 0.72, 0.72]);
    let each = Pass {
        count: 4,
        x: Lanes::Each(&x),
        y: Lanes::Each(&y),
        width: Lanes::Uniform(0.4),
        height: Lanes::Uniform(0.4),
        stroke: Some(stroke(AMBER, 0.03)),
        ..pass(Shape::Paths(Paths::new(&all, &which).expect("there are paths")))
    };
    golden("paths_of_their_own", &[each]);
    let both = Pass {
        width: Lanes::Uniform(0.9),
        stroke: Some(stroke(AMBER, 0.06)),
        rotation: Lanes::Uniform(-0.4),
        ..pass(Shape::Path(&heart))
    };
    golden("path_stroked_keeps_line_width", &[both]);
}

/// A text, laid out with the family that comes with it.
fn sheet() -> Sheet {
    let fonts =
        [Weight::REGULAR, Weight::BOLD].map(|weight| Font::builtin(weight).expect("it comes with it"));
    Sheet::new(fonts.into(), Room { texts: 16, glyphs: 256, outlines: 128, points: 8192, bytes: 64 })
}

#[test]
fn texts() {
    let mut sheet = sheet();
    let plain = Setting::default();
    let centred = Setting { align: Align::Center, anchor: Anchor::Middle, ..plain };
    let mut lay = |name, text, font, setting: &Setting| {
        sheet.lay([name, 0], text, &[font], setting, true).expect("there is room")
    };
    let hello = lay(1, "Hg\u{e9}", 0, &plain);
    let bold = lay(2, "AV8", 1, &centred);
    let lines = lay(3, "one two six", 0, &Setting { width: 3.0, leading: 1.0, ..centred });
    let apart = lay(4, "fii", 0, &Setting { tracking: 0.2, ..centred });
    let right = lay(5, "to\nright", 0, &Setting { align: Align::Right, anchor: Anchor::Top, ..plain });
    let put = |row: u32, size: f32| Pass {
        width: Lanes::Uniform(size),
        height: Lanes::Uniform(size),
        ..pass(Shape::Text(sheet.get(row)))
    };
    golden(
        "text_on_its_baseline",
        &[Pass { x: Lanes::Uniform(0.1), y: Lanes::Uniform(0.7), ..put(hello, 0.5) }],
    );
    golden("text_in_the_middle", &[put(bold, 0.5)]);
    golden("text_in_lines", &[put(lines, 0.3)]);
    golden("text_spaced", &[put(apart, 0.5)]);
    golden("text_right_below", &[Pass { x: Lanes::Uniform(1.0), y: Lanes::Uniform(0.0), ..put(right, 0.3) }]);
    let turned = Pass { rotation: Lanes::Uniform(-0.5), width: Lanes::Uniform(-0.4), ..put(bold, 0.5) };
    golden("text_turned_and_mirrored", &[turned]);
    let outlined = Pass { fill: None, stroke: Some(stroke(AMBER, 0.03)), ..put(bold, 0.6) };
    golden("text_outlined", &[outlined]);
    let written = Stroke { trim_end: Lanes::Uniform(0.5), ..stroke(AMBER, 0.04) };
    golden("text_half_written", &[Pass { fill: None, stroke: Some(written), ..put(bold, 0.6) }]);
    // Larger than any outline that is made beforehand, and most of it out of sight: the left edge of an H.
    let huge = Pass { x: Lanes::Uniform(-67.5), y: Lanes::Uniform(250.0), ..put(hello, 700.0) };
    golden("text_of_which_a_part_is_seen", &[huge]);
}

const ZIGZAG: ([f32; 5], [f32; 5]) = ([0.12, 0.35, 0.5, 0.65, 0.88], [0.75, 0.25, 0.75, 0.25, 0.75]);

fn line(closed: bool) -> Pass<'static> {
    Pass {
        count: 5,
        x: Lanes::Each(&ZIGZAG.0),
        y: Lanes::Each(&ZIGZAG.1),
        fill: None,
        stroke: Some(stroke(TEAL, 0.1)),
        ..pass(Shape::Line { closed })
    }
}

#[test]
fn lines() {
    golden("line_open", &[line(false)]);
    golden("line_closed", &[line(true)]);
    let filled = Pass { fill: Some(Colors::Uniform(CORAL)), ..line(true) };
    golden("line_closed_filled", &[filled]);
    let trimmed =
        Stroke { trim_start: Lanes::Uniform(0.3), trim_end: Lanes::Uniform(0.8), ..stroke(TEAL, 0.1) };
    golden("line_trimmed", &[Pass { stroke: Some(trimmed), ..line(false) }]);
}

#[test]
fn strokes() {
    let outlined = |shape, stroke| Pass { fill: None, stroke: Some(stroke), ..pass(shape) };
    golden("stroke_ring", &[outlined(Shape::Ellipse, stroke(TEAL, 0.12))]);
    golden("stroke_over_fill", &[Pass { stroke: Some(stroke(TEAL, 0.12)), ..pass(Shape::Ellipse) }]);
    let oval = Pass { height: Lanes::Uniform(0.35), ..outlined(Shape::Ellipse, stroke(TEAL, 0.08)) };
    golden("stroke_ellipse_even_width", &[oval]);
    let per_element = Pass {
        count: 4,
        x: Lanes::Each(&[0.25, 0.75, 0.25, 0.75]),
        y: Lanes::Each(&[0.25, 0.25, 0.75, 0.75]),
        width: Lanes::Uniform(0.3),
        height: Lanes::Uniform(0.3),
        ..outlined(
            Shape::Ellipse,
            Stroke {
                width: Lanes::Each(&[0.01, 0.04, 0.1, 0.3]),
                color: Colors::Each(&[WHITE, TEAL, CORAL, AMBER]),
                ..stroke(TEAL, 0.0)
            },
        )
    };
    golden("stroke_width_per_element", &[per_element]);
    for (name, join) in [("round", Join::Round), ("miter", Join::Miter), ("bevel", Join::Bevel)] {
        let triangle = outlined(Shape::Polygon { sides: 3 }, Stroke { join, ..stroke(TEAL, 0.14) });
        golden(&format!("stroke_join_{name}"), &[Pass { width: Lanes::Uniform(0.6), ..triangle }]);
        let square = outlined(Shape::Rect { corner: 0.0 }, Stroke { join, ..stroke(TEAL, 0.14) });
        golden(&format!("stroke_rect_{name}"), &[square]);
    }
    for (name, cap) in [("round", Cap::Round), ("butt", Cap::Butt), ("square", Cap::Square)] {
        let bar = Stroke { cap, ..stroke(TEAL, 0.25) };
        let ends = Pass { count: 2, x: Lanes::Each(&[0.25, 0.75]), y: Lanes::Uniform(0.5), ..line(false) };
        golden(&format!("stroke_cap_{name}"), &[Pass { stroke: Some(bar), ..ends }]);
    }
}

#[test]
fn trims() {
    let trimmed = |shape, start, end| {
        let trim_start = Lanes::Uniform(start);
        let stroke =
            Stroke { trim_start, trim_end: Lanes::Uniform(end), cap: Cap::Butt, ..stroke(AMBER, 0.1) };
        Pass { fill: None, stroke: Some(stroke), ..pass(shape) }
    };
    golden("stroke_trim_half", &[trimmed(Shape::Ellipse, 0.0, 0.5)]);
    golden("stroke_trim_quarter_clockwise_from_top", &[trimmed(Shape::Ellipse, 0.0, 0.25)]);
    golden("stroke_trim_rect", &[trimmed(Shape::Rect { corner: 0.3 }, 0.1, 0.7)]);
    golden("stroke_trim_star", &[trimmed(Shape::Star { points: 5, inner: 0.5 }, 0.5, 1.0)]);
    golden("stroke_trim_empty", &[trimmed(Shape::Ellipse, 0.5, 0.5), trimmed(Shape::Ellipse, 1.0, 0.0)]);
    // Shares wrap: 2/5 of a circle about its top, and its upper half.
    golden("stroke_trim_over_the_start", &[trimmed(Shape::Ellipse, 0.8, 0.2)]);
    golden("stroke_trim_from_below_0", &[trimmed(Shape::Ellipse, -0.25, 0.25)]);
    // The start of a triangle is its upper corner: a corner like the others, and not two ends.
    let corner = trimmed(Shape::Polygon { sides: 3 }, 0.85, 0.15);
    let sharp = corner.stroke.map(|stroke| Stroke { join: Join::Miter, ..stroke });
    golden("stroke_trim_joins_over_the_start", &[Pass { stroke: sharp, ..corner }]);
    // A line has two ends, which no trim joins.
    let two = trimmed(Shape::Ellipse, 0.75, 0.25).stroke;
    golden("line_trim_over_the_start_is_two_pieces", &[Pass { stroke: two, ..line(false) }]);
    let dashed = trimmed(Shape::Ellipse, 0.75, 0.25);
    let stroke = dashed.stroke.map(|stroke| Stroke { dash: dash(0.16, 0.08, 0.0), ..stroke });
    golden("stroke_dash_over_the_start", &[Pass { stroke, ..dashed }]);
}

#[test]
fn lines_in_pieces() {
    let at = |x: f32, y: f32, starts| LinePoint { position: [x, y], starts };
    let corners = Corners {
        line: &[
            at(0.1, 0.2, true),
            at(0.5, 0.2, false),
            at(0.5, 0.5, false),
            at(0.8, 0.5, true),
            at(0.8, 0.9, false),
        ],
        area: &[[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]],
        pen: 1,
    };
    let pass = Pass {
        fill: Some(Colors::Each(&[WHITE, CORAL, WHITE, WHITE, WHITE])),
        stroke: Some(Stroke {
            color: Colors::Each(&[WHITE, TEAL, WHITE, WHITE, WHITE]),
            ..stroke(TEAL, 0.1)
        }),
        corners: Some(corners),
        ..line(false)
    };
    golden("line_in_pieces", &[pass]);
}

/// Frame 0 of a patch.
fn picture(patch: &str, width: u32, height: u32) -> Picture {
    let compiled = compile(patch, "test.pav", &NoFiles);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    let program = compiled.program.expect("a program");
    let mut engine = Engine::for_program(program).expect("it fits");
    let frame = engine.frame(0).expect("a frame");
    let settings = RasterSettings { width, height, ..RasterSettings::default() };
    Raster::new(settings).expect("a small canvas").draw(&frame).clone()
}

fn pixel(picture: &Picture, x: u32, y: u32) -> &[u8] {
    let at = (y * picture.width() + x) as usize * 4;
    &picture.pixels()[at..at + 4]
}

const BEHIND_THE_CAMERA: &str = "
clip { size: (96, 96) }
background = #fff
camera perspective { eye: (0.5, 0.5, 1), target: (0.5, 0.5, 0), fov: 60deg }
domain rail[21] {
    z = -2 + 0.25 * index
    draw line as whole { position: (0.35, 0.8, z), stroke: #c00, stroke_width: 0.05, cap: butt }
}
domain part[12] {
    z = -2 + 0.25 * index
    draw line as ahead { position: (0.65, 0.8, z), stroke: #00c, stroke_width: 0.05, cap: butt }
}";

#[test]
fn a_line_behind_the_camera_is_drawn_as_far_as_it_is_ahead() {
    let both = picture(BEHIND_THE_CAMERA, 96, 96);
    check_golden("line_behind_the_camera", &both);
    // The red rail ends behind the eye, the blue one ahead of it but off the canvas: they are mirror images.
    for y in 0..96 {
        for x in 0..48 {
            let (red, blue) = (pixel(&both, x, y), pixel(&both, 95 - x, y));
            assert!(red[1].abs_diff(blue[1]) <= 2, "{x} {y}: {red:?} {blue:?}");
        }
    }
    // Written from behind the eye to far away it is the same rail.
    let reversed = BEHIND_THE_CAMERA.replacen("z = -2 + 0.25 * index", "z = 3 - 0.25 * index", 1);
    let reversed = picture(&reversed, 96, 96);
    let off = both.pixels().iter().zip(reversed.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(off <= Some(2), "{off:?}");
}

/// Lengths of a dash and of a gap, and an offset, in world units.
fn dash(on: f32, off: f32, offset: f32) -> Option<Dash<'static>> {
    let [on, off, offset, scale] = [on, off, offset, 1.0].map(Lanes::Uniform);
    Some(Dash { on, off, offset, scale })
}

#[test]
fn dashes() {
    let dashed = |shape, cap, dash| {
        let stroke = Stroke { dash, cap, ..stroke(AMBER, 0.08) };
        Pass { fill: None, stroke: Some(stroke), ..pass(shape) }
    };
    let square = Shape::Rect { corner: 0.0 };
    golden("stroke_dash_from_the_top_clockwise", &[dashed(Shape::Ellipse, Cap::Butt, dash(0.5, 0.3, 0.0))]);
    golden("stroke_dash_offset_half_a_dash", &[dashed(Shape::Ellipse, Cap::Butt, dash(0.5, 0.3, 0.25))]);
    golden("stroke_dash_round_corner", &[dashed(square, Cap::Butt, dash(0.35, 0.35, 0.175))]);
    golden("stroke_dash_of_no_length_is_a_dot", &[dashed(square, Cap::Round, dash(0.0, 0.14, 0.0))]);
    golden("stroke_dash_of_no_length_is_a_square", &[dashed(square, Cap::Square, dash(0.0, 0.14, 0.0))]);
    golden(
        "stroke_dash_without_caps_or_gaps",
        &[
            // Of no length and without caps: nothing. Without gaps, or too fine to be seen: solid.
            dashed(square, Cap::Butt, dash(0.0, 0.1, 0.0)),
            Pass { width: Lanes::Uniform(0.4), ..dashed(square, Cap::Butt, dash(0.1, 0.0, 0.0)) },
            Pass { height: Lanes::Uniform(0.4), ..dashed(square, Cap::Butt, dash(1e-9, 1e-9, 0.0)) },
        ],
    );
    let trimmed = Stroke {
        trim_start: Lanes::Uniform(0.25),
        trim_end: Lanes::Uniform(0.75),
        dash: dash(0.2, 0.1, 0.0),
        cap: Cap::Butt,
        ..stroke(TEAL, 0.1)
    };
    golden(
        "stroke_dash_after_trim",
        &[Pass { fill: None, stroke: Some(trimmed), ..pass(Shape::Polygon { sides: 4 }) }],
    );
    let framed = framed();
    golden("stroke_dash_anew_on_subpaths", &[dashed(Shape::Path(&framed), Cap::Butt, dash(0.15, 0.1, 0.0))]);
    let line_stroke = Stroke { dash: dash(0.2, 0.2, 0.1), ..stroke(TEAL, 0.1) };
    golden("line_dashed", &[Pass { stroke: Some(line_stroke), ..line(false) }]);
    let per_element = Dash {
        on: Lanes::Each(&[0.1, 0.2, 0.1]),
        off: Lanes::Uniform(0.1),
        offset: Lanes::Each(&[0.0, 0.0, 0.05]),
        scale: Lanes::Each(&[1.0, 1.0, 0.5]),
    };
    let three = Pass {
        count: 3,
        x: Lanes::Each(&[0.2, 0.5, 0.8]),
        width: Lanes::Uniform(0.2),
        height: Lanes::Uniform(0.8),
        ..dashed(square, Cap::Butt, Some(per_element))
    };
    golden("stroke_dash_per_element", &[three]);
}

#[test]
fn blends() {
    golden_blend("blend_normal", Blend::Normal);
    golden_blend("blend_add", Blend::Add);
    golden_blend("blend_multiply", Blend::Multiply);
    golden_blend("blend_screen", Blend::Screen);
    golden_blend("blend_darken", Blend::Darken);
    golden_blend("blend_lighten", Blend::Lighten);
    golden_blend("blend_difference", Blend::Difference);
    golden_blend("blend_overlay", Blend::Overlay);
}

#[test]
fn views() {
    let circle = pass(Shape::Ellipse);
    check_golden("view_wide_not_stretched", &draw(72, 36, &[circle]));
    check_golden("view_tall_not_stretched", &draw(36, 72, &[circle]));
    let corner =
        Pass { x: Lanes::Uniform(0.2), y: Lanes::Uniform(0.2), width: Lanes::Uniform(0.3), ..circle };
    let near = View { center: [0.2, 0.2], extent: 0.5, rotation: 0.0 };
    golden("view_center_and_extent", &[Pass { view: near, ..corner }]);
    let turned = View { rotation: std::f32::consts::FRAC_PI_6, ..View::default() };
    let dot = Pass { height: Lanes::Uniform(0.3), fill: Some(Colors::Uniform(TEAL)), view: turned, ..corner };
    golden("view_rotated", &[Pass { view: turned, ..pass(Shape::Rect { corner: 0.0 }) }, dot]);
}

#[test]
fn orders() {
    let overlapping = Pass {
        count: 3,
        x: Lanes::Each(&[0.35, 0.5, 0.65]),
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Each(&[CORAL, TEAL, AMBER])),
        ..pass(Shape::Ellipse)
    };
    golden("order_by_index", &[overlapping]);
    golden("order_given_and_culled", &[Pass { order: Some(&[2, 0]), ..overlapping }]);
    let broken = Pass {
        count: 6,
        x: Lanes::Each(&[0.5, f32::NAN, f32::INFINITY, 0.2, 0.8, 0.5]),
        width: Lanes::Each(&[0.3, 0.9, 0.9, 0.0, f32::NEG_INFINITY, f32::NAN]),
        fill: Some(Colors::Uniform(AMBER)),
        ..overlapping
    };
    golden("order_skips_what_cannot_be_drawn", &[broken]);
}

const LAMPS: &str = "
clip { size: (96, 96), blending: linear }
background = #000
draw circle as red { position: (0.36, 0.6), size: 0.55, color: #f00, blend: add }
draw circle as green { position: (0.64, 0.6), size: 0.55, color: #0f0, blend: add }
draw circle as blue { position: (0.5, 0.36), size: 0.55, color: #00f, blend: add }
draw rect as grey { position: (0.25, 0.92), size: (0.5, 0.16), color: #fff8 }
domain needle[12] { draw rect { position: (0.56 + 0.035 * index, 0.92), size: (0.004, 0.14), color: #fff, rotation: 12deg } }
";

#[test]
fn lamps_add_their_light() {
    let linear = picture(LAMPS, 96, 96);
    check_golden("blending_linear", &linear);
    let values = picture(&LAMPS.replacen("linear", "srgb", 1), 96, 96);
    assert_eq!(values, picture(&LAMPS.replacen(", blending: linear", "", 1), 96, 96));
    // Half of white over black; white where all three lamps shine either way.
    assert_eq!(
        (pixel(&values, 24, 88), pixel(&linear, 24, 88)),
        (&[136, 136, 136, 255][..], &[193, 193, 193, 255][..])
    );
    assert_eq!((pixel(&values, 48, 50), pixel(&linear, 48, 50)), (&[255; 4][..], &[255; 4][..]));
}

#[test]
fn alphas() {
    let fading = Pass {
        count: 4,
        x: Lanes::Each(&[0.2, 0.4, 0.6, 0.8]),
        width: Lanes::Uniform(0.35),
        height: Lanes::Uniform(0.8),
        fill: Some(Colors::Each(&[0x40, 0x80, 0xc0, 0xff].map(|a| Rgba8::new(255, 112, 88, a)))),
        ..pass(Shape::Rect { corner: 0.4 })
    };
    golden("alpha_over_background", &[fading]);
    let settings = RasterSettings { width: 48, height: 48, transparent: true, ..Default::default() };
    check_golden("alpha_straight_without_background", &draw_with(settings, NIGHT, &[fading]));
}
