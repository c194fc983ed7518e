//! Shapes of any size, anywhere: the part in sight is where it has to be.

use pavane::frame::{Cap, Colors, Dash, Join, Lanes, Pass, Path, Rgba8, Shape, Stroke, Verb, View};
use pavane::render::{Picture, RasterSettings};

use super::support::{WHITE, check_golden, draw, draw_with, pass, stroke};

const BLACK: Rgba8 = Rgba8::new(0, 0, 0, 255);

/// White shapes on black: the red component is coverage.
fn ink(size: u32, passes: &[Pass<'_>]) -> Picture {
    let settings = RasterSettings { width: size, height: size, ..Default::default() };
    draw_with(settings, BLACK, passes)
}

fn coverage(picture: &Picture, x: u32, y: u32) -> f64 {
    f64::from(picture.pixel(x, y).expect("a pixel")[0]) / 255.0
}

/// The covered height of a column in pixels.
fn column(picture: &Picture, x: u32) -> f64 {
    (0..picture.height()).map(|y| coverage(picture, x, y)).sum()
}

fn differ(a: &Picture, b: &Picture) -> u8 {
    a.pixels().iter().zip(b.pixels()).map(|(a, b)| a.abs_diff(*b)).max().expect("pixels")
}

fn white(shape: Shape<'_>) -> Pass<'_> {
    Pass { fill: Some(Colors::Uniform(WHITE)), ..pass(shape) }
}

fn outlined<'a>(shape: Shape<'a>, stroke: Stroke<'a>) -> Pass<'a> {
    Pass { fill: None, stroke: Some(stroke), ..pass(shape) }
}

#[test]
fn a_line_keeps_its_slope_however_far_its_ends_are() {
    let line = |far: f32| {
        // About the world's origin, where numbers of any size are exact.
        let (x, y) = ([-far, far], [-far * 0.25, far * 0.25]);
        ink(
            200,
            &[Pass {
                count: 2,
                x: Lanes::Each(&x),
                y: Lanes::Each(&y),
                view: View { center: [0.0, 0.0], ..View::default() },
                ..outlined(Shape::Line { closed: false }, stroke(WHITE, 0.03))
            }],
        )
    };
    let near = line(2.0);
    for far in [100.0, 40_000.0, 1e9] {
        assert!(differ(&near, &line(far)) <= 2, "{far}");
    }
    // Through the middle, a quarter as steep as a diagonal.
    let height = 0.03 * 200.0 * libm::hypot(1.0, 0.25);
    let picture = line(40_000.0);
    for x in 0..200 {
        let inked = column(&picture, x);
        let middle = (0..200).map(|y| coverage(&picture, x, y) * (f64::from(y) + 0.5)).sum::<f64>() / inked;
        assert!((inked - height).abs() < 0.06, "{x}: {inked}");
        assert!((middle - (100.0 + (f64::from(x) + 0.5 - 100.0) * 0.25)).abs() < 0.05, "{x}: {middle}");
    }
}

#[test]
fn a_disc_of_any_size_has_its_edge_where_it_belongs() {
    for size in [1.5_f32, 10.0, 40.0, 400.0, 4000.0, 60_000.0] {
        // The top of the disc at 0.3, as exactly as the numbers of a frame can say it.
        let y = size * 0.5 + 0.3;
        let disc = Pass {
            y: Lanes::Uniform(y),
            width: Lanes::Uniform(size),
            height: Lanes::Uniform(size),
            ..white(Shape::Ellipse)
        };
        let picture = ink(200, &[disc]);
        let (cy, radius) = (f64::from(y) * 200.0, f64::from(size) * 100.0);
        for x in 0..200 {
            let across = f64::from(x) + 0.5 - 100.0;
            let half = radius * radius - across * across;
            let edge = if half > 0.0 { cy - half.sqrt() } else { 200.0 };
            let expected = 200.0 - edge.clamp(0.0, 200.0);
            let steep = across.abs() / half.max(1.0).sqrt();
            // A column's mean is not its middle's height where the edge is steep.
            if steep < 2.0 {
                assert!(
                    (column(&picture, x) - expected).abs() < 0.12,
                    "{size} at {x}: {} {expected}",
                    column(&picture, x)
                );
            }
        }
    }
}

#[test]
fn huge_shapes_with_straight_edges_are_exact() {
    let square = |size: f32, rotation: f32, shape| {
        // The lower left corner, at (0.25, 0.75), stays where it is.
        let (sin, cos) = libm::sincosf(rotation);
        let (dx, dy) = (size * 0.5, -size * 0.5);
        Pass {
            x: Lanes::Uniform(0.25 + dx * cos - dy * sin),
            y: Lanes::Uniform(0.75 + dx * sin + dy * cos),
            width: Lanes::Uniform(size),
            height: Lanes::Uniform(size),
            rotation: Lanes::Uniform(rotation),
            ..white(shape)
        }
    };
    let boxed = Path {
        verbs: vec![Verb::Move, Verb::Line, Verb::Line, Verb::Line, Verb::Close],
        points: vec![[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]],
        ..Path::default()
    };
    for (name, shape) in [("rect", Shape::Rect { corner: 0.0 }), ("path", Shape::Path(&boxed))] {
        for rotation in [0.0, 0.25] {
            let near = ink(128, &[square(16.0, rotation, shape)]);
            let far = ink(128, &[square(16_384.0, rotation, shape)]);
            assert!(differ(&near, &far) <= 24, "{name} {rotation}: {}", differ(&near, &far));
            let edge = |size| {
                let pass = square(size, rotation, shape);
                ink(128, &[Pass { fill: None, stroke: Some(stroke(WHITE, 0.1)), ..pass }])
            };
            assert!(differ(&edge(16.0), &edge(16_384.0)) <= 24, "{name} {rotation} stroked");
        }
    }
    // All of the canvas, whatever the shape.
    for shape in [
        Shape::Ellipse,
        Shape::Rect { corner: 0.7 },
        Shape::Polygon { sides: 5 },
        Shape::Star { points: 5, inner: 0.5 },
    ] {
        for size in [100.0, 1e5, 1e12, 1e30] {
            let huge = Pass { width: Lanes::Uniform(size), height: Lanes::Uniform(size), ..white(shape) };
            assert!(ink(16, &[huge]).pixels().iter().all(|component| *component == 255), "{shape:?} {size}");
        }
    }
}

#[test]
fn strokes_of_huge_circles_trim_and_dash_as_small_ones() {
    let top = |size: f32, stroke: Stroke<'static>| {
        ink(
            128,
            &[Pass {
                y: Lanes::Uniform(size * 0.5 + 0.5),
                width: Lanes::Uniform(size),
                height: Lanes::Uniform(size),
                ..outlined(Shape::Ellipse, stroke)
            }],
        )
    };
    let plain = Stroke { cap: Cap::Butt, ..stroke(WHITE, 0.25) };
    let size = 16_384.0;
    let whole = top(size, plain);
    (0..128).for_each(|x| assert!((column(&whole, x) - 32.0).abs() < 0.06, "{x}: {}", column(&whole, x)));
    // Clockwise from the top: nothing is left of it.
    let quarter = top(size, Stroke { trim_end: Lanes::Uniform(0.25), ..plain });
    for x in 0..128 {
        let expected = if x < 64 { 0.0 } else { 32.0 };
        assert!((column(&quarter, x) - expected).abs() < 0.4, "{x}: {}", column(&quarter, x));
    }
    let dash = |on: f32, off: f32| {
        let [on, off, offset, scale] = [on, off, 0.0, 1.0].map(Lanes::Uniform);
        Some(Dash { on, off, offset, scale })
    };
    // From the top: 8 units of dash, as many of gap.
    let dashed = top(size, Stroke { dash: dash(8.0, 8.0), ..plain });
    assert!((column(&dashed, 70) - 32.0).abs() < 0.1 && (column(&dashed, 127) - 32.0).abs() < 0.1);
    // Of a circle of 1000 units it is 6283 dashes and of one of 16 384 units 102 944, of which two can be seen.
    for size in [1000.0, size] {
        let dashed = top(size, Stroke { dash: dash(0.25, 0.25), ..plain });
        for (x, expected) in [(66, 32.0), (94, 32.0), (98, 0.0), (126, 0.0)] {
            assert!((column(&dashed, x) - expected).abs() < 0.1, "{size} {x}: {}", column(&dashed, x));
        }
    }
    // Finer than anybody can see: solid.
    assert_eq!(top(size, Stroke { dash: dash(0.0001, 0.0001), ..plain }), whole);
}

#[test]
fn paths_are_whole_beyond_their_box() {
    let cross = |reach: f32| Path {
        verbs: vec![Verb::Move, Verb::Line, Verb::Move, Verb::Line],
        points: vec![[-reach, -reach], [reach, reach], [reach, -reach], [-reach, reach]],
        ..Path::default()
    };
    let (outside, inside) = (cross(3.0), cross(0.5));
    let draw = |path, size| {
        // Higher than one band of the raster.
        ink(
            640,
            &[Pass {
                width: Lanes::Uniform(size),
                height: Lanes::Uniform(size),
                ..outlined(Shape::Path(path), stroke(WHITE, 0.01))
            }],
        )
    };
    assert!(differ(&draw(&outside, 0.125), &draw(&inside, 0.75)) <= 1);
    assert!(column(&draw(&outside, 0.125), 100) > 8.0);
}

#[test]
fn strokes_of_no_length_are_their_caps() {
    use Verb::{Close, Line, Move};
    let point = |verbs: &[Verb]| Path {
        verbs: verbs.to_vec(),
        points: vec![[0.0, 0.0]; verbs.iter().map(|verb| verb.points()).sum()],
        ..Path::default()
    };
    let area = |pass: Pass<'_>| {
        let picture = ink(64, &[pass]);
        (0..64).map(|x| column(&picture, x)).sum::<f64>()
    };
    // 32 pixels wide.
    let disc = std::f64::consts::PI * 256.0;
    for (cap, expected) in [(Cap::Round, disc), (Cap::Square, 1024.0), (Cap::Butt, 0.0)] {
        let pen = Stroke { cap, ..stroke(WHITE, 0.5) };
        let check = |pass: Pass<'_>, what: &str| {
            assert!((area(pass) - expected).abs() < 4.0, "{what} {cap:?}: {} {expected}", area(pass));
        };
        for verbs in [&[Move, Line][..], &[Move, Close], &[Move, Line, Line, Close], &[Move, Verb::Cubic]] {
            check(outlined(Shape::Path(&point(verbs)), pen), &format!("{verbs:?}"));
        }
        for (count, closed) in [(1, false), (1, true), (2, false), (3, true)] {
            let line = Pass { count, ..outlined(Shape::Line { closed }, pen) };
            check(line, &format!("line of {count}, {closed}"));
        }
        // A share of a point is the point, and so is a dash of it.
        check(
            outlined(Shape::Path(&point(&[Move, Line])), Stroke { trim_end: Lanes::Uniform(0.5), ..pen }),
            "trim",
        );
        // Moving somewhere draws nothing there.
        assert!(area(outlined(Shape::Path(&point(&[Move, Move])), pen)) == 0.0);
    }
    let both = Path {
        verbs: vec![Move, Line, Move, Line],
        points: vec![[-0.3, 0.0], [0.0, 0.0], [0.3, 0.0], [0.3, 0.0]],
        ..Path::default()
    };
    let sub = Pass {
        width: Lanes::Uniform(1.0),
        height: Lanes::Uniform(1.0),
        ..outlined(Shape::Path(&both), stroke(WHITE, 0.2))
    };
    check_golden("stroke_subpath_of_no_length_is_a_dot", &draw(48, 48, &[sub]));
}

#[test]
fn negative_sizes_mirror() {
    use Verb::{Close, Line, Move};
    let arrow = Path {
        verbs: vec![Move, Line, Line, Line, Line, Line, Line, Close],
        points: vec![[-0.5, -0.2], [0.1, -0.2], [0.1, -0.5], [0.5, 0.0], [0.1, 0.4], [0.1, 0.2], [-0.5, 0.1]],
        ..Path::default()
    };
    let [on, off, offset, scale] = [0.2, 0.1, 0.05, 1.0].map(Lanes::Uniform);
    let pen = Stroke {
        trim_start: Lanes::Uniform(0.1),
        trim_end: Lanes::Uniform(0.6),
        cap: Cap::Butt,
        ..stroke(Rgba8::new(255, 0, 0, 255), 0.08)
    };
    let dashed = Stroke { dash: Some(Dash { on, off, offset, scale }), ..pen };
    let square = Shape::Rect { corner: 0.3 };
    for (name, shape, stroke) in [
        ("arrow", Shape::Path(&arrow), None),
        ("trimmed arrow", Shape::Path(&arrow), Some(pen)),
        ("trimmed disc", Shape::Ellipse, Some(pen)),
        ("dashed rect", square, Some(dashed)),
        ("star", Shape::Star { points: 5, inner: 0.4 }, Some(pen)),
    ] {
        let draw = |scale: f32, x: f32, y: f32| {
            let size = |sign: f32| Lanes::Uniform(0.6 * scale * sign);
            ink(64, &[Pass { width: size(x), height: size(y), stroke, ..white(shape) }])
        };
        for scale in [1.0, 1.2] {
            let plain = draw(scale, 1.0, 1.0);
            for (sx, sy) in [(-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)] {
                let mirrored = draw(scale, sx, sy);
                for (x, y) in (0..64).flat_map(|y| (0..64).map(move |x| (x, y))) {
                    let (from_x, from_y) =
                        (if sx < 0.0 { 63 - x } else { x }, if sy < 0.0 { 63 - y } else { y });
                    let (a, b) = (mirrored.pixel(x, y).unwrap(), plain.pixel(from_x, from_y).unwrap());
                    let off = (0..4).map(|k| a[k].abs_diff(b[k])).max().expect("pixels");
                    assert!(off <= 6, "{name} {sx} {sy} at {x} {y}: {a:?} {b:?}");
                }
            }
        }
        let nothing = ink(64, &[]);
        assert_eq!(draw(1.0, 0.0, 1.0), nothing, "{name}");
        assert_eq!(draw(1.0, 1.0, 0.0), nothing, "{name}");
    }
}

#[test]
fn a_stroke_wider_than_its_shape_has_no_hole() {
    let check = |name: &str, shape: Shape<'_>, size: [f32; 2], width: f32, trim: [f32; 2], join: Join| {
        let [trim_start, trim_end] = trim.map(Lanes::Uniform);
        let pen = Stroke { trim_start, trim_end, join, ..stroke(WHITE, width) };
        let (width, height) = (Lanes::Uniform(size[0]), Lanes::Uniform(size[1]));
        let picture = ink(100, &[Pass { width, height, ..outlined(shape, pen) }]);
        for (x, y) in [(50, 50), (47, 50), (50, 53)] {
            assert!(coverage(&picture, x, y) > 0.99, "{name}: a hole at ({x}, {y})");
        }
    };
    let (all, pentagon, star) =
        ([0.0, 1.0], Shape::Polygon { sides: 5 }, Shape::Star { points: 5, inner: 0.5 });
    check("nearly a circle", Shape::Ellipse, [0.3, 0.3001], 0.5, all, Join::Miter);
    check("a narrow ellipse", Shape::Ellipse, [0.05, 0.3], 0.5, all, Join::Miter);
    check("a pentagon", pentagon, [0.3, 0.3], 0.45, all, Join::Miter);
    check("a cut pentagon", pentagon, [0.3, 0.3], 0.45, all, Join::Bevel);
    check("a star", star, [0.02, 0.02], 0.12, all, Join::Miter);
    check("a round rect", Shape::Rect { corner: 0.0 }, [0.05, 0.04], 0.12, all, Join::Round);
    check("a tiny rect", Shape::Rect { corner: 0.5 }, [0.005, 0.004], 0.12, all, Join::Miter);
    check("a mirrored ellipse", Shape::Ellipse, [-0.3, 0.3001], 0.5, all, Join::Miter);
    check("an arc", Shape::Ellipse, [0.1, 0.1], 0.15, [0.1, 0.8], Join::Miter);
}

#[test]
fn dashes_out_of_sight_do_not_count() {
    let (verbs, points) = (vec![Verb::Move, Verb::Line], vec![[-0.5, 0.0], [0.5, 0.0]]);
    let path = Path { verbs, points, ..Path::default() };
    let [on, off, offset, scale] = [0.1, 0.1, 0.0, 1.0].map(Lanes::Uniform);
    for size in [1000.0, 3000.0, 30_000.0] {
        let dash = Some(Dash { on, off, offset, scale });
        let pen = Stroke { dash, cap: Cap::Butt, ..stroke(WHITE, 0.1) };
        let (width, height) = (Lanes::Uniform(size), Lanes::Uniform(size));
        let picture = ink(100, &[Pass { width, height, ..outlined(Shape::Path(&path), pen) }]);
        let row: f64 = (0..100).map(|x| coverage(&picture, x, 50)).sum();
        assert!(
            (row - 50.0).abs() < 1.0,
            "{size}: {row} of 100 pixels are drawn, and half of them should be"
        );
    }
}
