//! What is drawn and what is not: values that cannot be drawn with, mirrored sizes, opacity, and lines that a camera cuts.

use super::{assert_close, engine, finish, settings};
use crate::engine::{Demand, Engine};
use crate::frame::{Frame, Lanes, LinePoint, Pass, Reason, Rgba8, Shape};
use crate::program::{
    Builder, Camera, ChannelKind, DomainRef, Op, PassBuilder, Program, ShapeRow, Type, Value,
};

fn white(b: &Builder) -> Value<'_> {
    b.rgba(1.0, 1.0, 1.0, 1.0)
}

/// A program of one pass `p` over `count` elements `d`.
fn one(
    count: u32,
    more: impl for<'b> FnOnce(&'b Builder, DomainRef, PassBuilder<'b>) -> PassBuilder<'b>,
) -> Program {
    let b = Builder::new("one");
    let d = b.domain("d", count);
    more(&b, d, b.pass("p", d)).draw();
    finish(&b)
}

fn run(program: &Program) -> Engine {
    Engine::with_settings(program.clone(), settings(program, Demand::Drawn)).expect("it fits")
}

fn only<'a>(frame: &Frame<'a>) -> Pass<'a> {
    frame.passes().next().expect("a pass")
}

fn left_out<'a>(frame: &Frame<'a>) -> Vec<(&'a str, u32, Reason)> {
    frame.left_out().map(|left_out| (left_out.source, left_out.count, left_out.reason)).collect()
}

#[test]
fn every_attribute_to_blame_is_blamed() {
    let program = one(6, |b, d, pass| {
        let i = b.index(d).to_float();
        let position = b.vec2(1.0 / (i - 3.0), (i - 1.0).sqrt());
        let color = b.hsv(0.2, 0.5, (3.5 - i).sqrt());
        pass.rect(0.0).position(position).size(b.vec2(0.1, i - 1.0)).color(color)
    });
    let mut engine = run(&program);
    let frame = engine.frame(0).expect("a frame");
    let expected = [
        ("p.position.x", 1, Reason::NotFinite),
        ("p.position.y", 1, Reason::NotFinite),
        ("p.color", 2, Reason::NotFinite),
        ("p.size", 1, Reason::NegativeSize),
    ];
    assert_eq!(left_out(&frame), expected);
    // Element 0 has two to blame.
    assert_eq!(only(&frame).elements().collect::<Vec<_>>(), [1, 2]);
    assert_eq!((frame.elements_left_out(), only(&frame).drawn()), (4, 1), "element 1 has no height");
}

#[test]
fn what_is_the_same_for_all_is_blamed_by_its_attribute() {
    use Reason::{NotFinite, OutOfRange};
    type Spoil = for<'b> fn(&'b Builder, PassBuilder<'b>, Value<'b>) -> PassBuilder<'b>;
    fn camera<'b>(b: &'b Builder, eye: Value<'b>, fov: Value<'b>, near: Value<'b>, far: Value<'b>) -> u32 {
        let [fov, near, far] = [fov, near, far].map(|value| Some(value.node()));
        b.camera(Camera::Perspective { eye: Some(eye.node()), target: None, up: None, fov, near, far })
    }
    // With 0 / 0 and, where that says something else, with another value.
    let cases: [(&str, f64, &[Reason], Spoil); 17] = [
        ("rotation", f64::NAN, &[NotFinite], |_, pass, bad| pass.rotation(bad)),
        ("opacity", f64::NAN, &[NotFinite], |_, pass, bad| pass.opacity(bad)),
        ("color * opacity", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.color(b.hsv(b.time(), 1.0, 1.0)).opacity(bad)
        }),
        ("opacity", f64::INFINITY, &[NotFinite], |b, pass, bad| {
            pass.stroke(white(b), 0.1, |s| s).opacity(bad)
        }),
        ("stroke.width", f64::NAN, &[NotFinite], |b, pass, bad| pass.stroke(white(b), bad, |s| s)),
        ("stroke.trim_end", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.stroke(white(b), 0.1, |s| s.trim(0.0, bad))
        }),
        ("shape.rect.corner", f64::NAN, &[NotFinite], |_, pass, bad| {
            pass.shape(ShapeRow::Rect { corner: Some(bad.node()) })
        }),
        ("camera.center", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.camera(b.orthographic(b.vec2(bad, 0.5), b.float(1.0), None))
        }),
        ("camera.extent", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.camera(b.orthographic(b.vec2(0.5, 0.5), bad, None))
        }),
        ("camera.extent", -2.0, &[OutOfRange], |b, pass, bad| {
            pass.camera(b.orthographic(b.vec2(0.5, 0.5), bad, None))
        }),
        ("camera.eye", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, bad, 1.0), b.float(0.8), b.float(0.1), b.float(9.0)))
        }),
        ("camera.fov", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, 0.5, 1.0), bad, b.float(0.1), b.float(9.0)))
        }),
        ("camera.fov", 4.0, &[OutOfRange], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, 0.5, 1.0), bad, b.float(0.1), b.float(9.0)))
        }),
        ("camera.near", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, 0.5, 1.0), b.float(0.8), bad, b.float(9.0)))
        }),
        ("camera.near", -1.0, &[OutOfRange], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, 0.5, 1.0), b.float(0.8), bad, b.float(9.0)))
        }),
        ("camera.far", 0.05, &[OutOfRange], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, 0.5, 1.0), b.float(0.8), b.float(0.1), bad))
        }),
        ("camera.far", f64::NAN, &[NotFinite], |b, pass, bad| {
            pass.camera(camera(b, b.vec3(0.5, 0.5, 1.0), b.float(0.8), b.float(0.1), bad))
        }),
    ];
    for (name, value, reasons, spoil) in cases {
        let program = one(5, |b, d, pass| {
            let knob = b.channel("knob", Type::Float, &[0.5], ChannelKind::Hold);
            let pass = pass.position(b.vec3(b.rank(d), 0.5, 0.0)).size(0.1).color(white(b));
            spoil(b, pass, knob)
        });
        let mut engine = run(&program);
        let good = engine.frame(0).expect("a frame");
        assert_eq!((left_out(&good), good.elements_left_out()), (Vec::new(), 0), "{name}");
        // The host sets no number that is not finite; the square root of -1 is one.
        if value.is_finite() {
            engine.set("knob", value).expect("a channel");
        } else {
            continue;
        }
        let bad = engine.frame(1).expect("a frame");
        let expected: Vec<_> = reasons.iter().map(|&reason| (format!("p.{name}"), 5, reason)).collect();
        let found: Vec<_> = left_out(&bad)
            .into_iter()
            .map(|(source, count, reason)| (source.to_owned(), count, reason))
            .collect();
        assert_eq!(found, expected);
        assert_eq!((bad.elements_left_out(), only(&bad).elements().len()), (5, 0), "{name}");
    }
    // The same, with a value that is not finite where the knob says so.
    for (name, _, _, spoil) in cases.iter().filter(|(_, value, ..)| !value.is_finite()) {
        let program = one(5, |b, d, pass| {
            let knob = b.channel("knob", Type::Float, &[0.25], ChannelKind::Hold);
            let pass = pass.position(b.vec3(b.rank(d), 0.5, 0.0)).size(0.1).color(white(b));
            spoil(b, pass, knob.sqrt())
        });
        let mut engine = run(&program);
        assert_eq!(left_out(&engine.frame(0).expect("a frame")), [], "{name}");
        engine.set("knob", -1.0).expect("a channel");
        let bad = engine.frame(1).expect("a frame");
        let found: Vec<_> = bad.non_finite().map(|n| (n.pass, n.source.to_owned(), n.count)).collect();
        assert_eq!(found, [("p", format!("p.{name}"), 5)]);
        assert_eq!(only(&bad).elements().len(), 0, "{name}");
    }
}

#[test]
fn a_background_that_is_none_is_black_and_counted() {
    let b = Builder::new("t");
    let d = b.domain("d", 1);
    b.pass("p", d).position(b.vec2(0.5, 0.5)).size(0.1).color(white(&b)).draw();
    // Until half a second in: the root of a number below 0.
    b.background(b.hsv(0.2, 0.5, (b.time() - 0.5).sqrt() + 0.5));
    let mut engine = engine(&b);
    let black = Rgba8::new(0, 0, 0, 255);
    let frame = engine.frame(0).expect("a frame");
    assert_eq!(frame.background(), black);
    assert_eq!(left_out(&frame), [("background", 0, Reason::NotFinite)]);
    assert_eq!((frame.non_finite().count(), frame.elements_left_out(), only(&frame).drawn()), (0, 0, 1));
    let frame = engine.frame(40).expect("a frame");
    assert_ne!(frame.background(), black);
    assert_eq!(left_out(&frame), []);
    // Not what was there before: what a frame shows does not depend on how it was reached.
    assert_eq!(engine.seek(10).expect("a frame").background(), black);
}

#[test]
fn a_negative_scale_mirrors_and_a_negative_size_is_left_out() {
    // size and scale of the elements as tables; which are left out; the widths of the others.
    let check = |size: fn(Value<'_>) -> Value<'_>, scale: Option<f64>, out: &[usize], widths: [f32; 4]| {
        let program = one(4, |b, d, pass| {
            let i = b.index(d).to_float();
            let pass = pass.rect(0.0).position(b.vec2(0.5, 0.5)).size(size(i)).color(white(b));
            match scale {
                // From -1 at element 0 in steps of so much.
                Some(step) => pass.scale(b.vec2(i * step - 1.0, 1.0)),
                None => pass,
            }
        });
        let mut engine = run(&program);
        let frame = engine.frame(0).expect("a frame");
        let pass = only(&frame);
        let expected: Vec<usize> = (0..4).filter(|k| !out.contains(k)).collect();
        assert_eq!(pass.elements().collect::<Vec<_>>(), expected);
        for k in pass.elements() {
            assert_eq!(pass.width.get(k), widths[k], "element {k}");
            assert_eq!(pass.draws(k), widths[k] != 0.0, "element {k}");
        }
        let count = out.len() as u32;
        let blame = (count > 0).then_some(("p.size", count, Reason::NegativeSize));
        assert_eq!(left_out(&frame), Vec::from_iter(blame));
        assert_eq!(frame.non_finite().count(), 0);
    };
    check(|i| i * 0.5 - 0.5, None, &[0], [-0.5, 0.0, 0.5, 1.0]);
    check(|i| i * 0.0 + 0.5, Some(1.0), &[], [-0.5, 0.0, 0.5, 1.0 * 0.5 * 2.0]);
    check(|i| 0.5 + i, Some(0.0), &[], [-0.5, -1.5, -2.5, -3.5]);
    // Both below 0 make a width above it, and still there is no such size.
    check(|i| i - 1.0, Some(1.0), &[0], [1.0, 0.0, 1.0, 4.0]);
    check(|i| 0.5 - i, Some(0.0), &[1, 2, 3], [-0.5, 0.5, 1.5, 2.5]);
}

#[test]
fn opacity_is_of_the_element_where_it_has_two_paints() {
    let check = |fill: bool,
                 stroke: bool,
                 opacity: fn(&Builder, DomainRef) -> Value<'_>,
                 alpha: [u8; 2],
                 expected: Option<[f32; 2]>| {
        let program = one(2, |b, d, pass| {
            let pass = pass.position(b.vec2(b.rank(d), 0.5)).size(0.1).opacity(opacity(b, d));
            let pass = if fill { pass.color(white(b)) } else { pass };
            if stroke { pass.stroke(white(b), 0.01, |s| s) } else { pass }
        });
        let mut engine = run(&program);
        let frame = engine.frame(0).expect("a frame");
        let pass = only(&frame);
        for k in 0..2 {
            let paints = [pass.fill, pass.stroke.map(|stroke| stroke.color)];
            for paint in paints.into_iter().flatten() {
                assert_eq!(paint.get(k).to_array()[3], alpha[k], "{fill} {stroke}");
            }
            assert_eq!(pass.opacity.get(k), expected.map_or(1.0, |all| all[k]), "{fill} {stroke}");
        }
        assert_eq!(expected.is_none(), matches!(pass.opacity, Lanes::Uniform(1.0)));
        assert_eq!(
            pass.drawn(),
            if alpha[0] == 0 || expected.is_some_and(|all| all[0] <= 0.0) { 1 } else { 2 }
        );
    };
    fn half(b: &Builder, _: DomainRef) -> Value<'_> {
        b.float(0.5)
    }
    check(true, false, half, [128, 128], None);
    check(false, true, half, [128, 128], None);
    check(true, true, half, [255, 255], Some([0.5, 0.5]));
    check(true, true, |b, d| b.index(d).to_float(), [255, 255], Some([0.0, 1.0]));
    check(true, false, |b, d| b.index(d).to_float(), [0, 255], None);
    check(true, true, |b, _| b.float(1.0), [255, 255], None);
}

/// A line through elements at (x, 0.8, z) for the `z` of a table, seen from (0.5, 0.5, 1) with a field of view of 60
/// degrees, cut at a depth of 0.01.
fn rail(depths: &'static [f64], closed: bool, fill: bool) -> Program {
    one(depths.len() as u32, |b, d, pass| {
        let z = depths.iter().enumerate().fold(b.float(0.0), |chosen, (k, &depth)| {
            b.index(d).equals(b.int(k as i32)).select(1.0 - depth, chosen)
        });
        let camera = Camera::Perspective {
            eye: Some(b.vec3(0.5, 0.5, 1.0).node()),
            target: Some(b.vec3(0.5, 0.5, 0.0).node()),
            up: None,
            fov: Some(b.float(std::f64::consts::FRAC_PI_3).node()),
            near: None,
            far: Some(b.float(10.0).node()),
        };
        let pass = pass.line(closed).position(b.vec3(0.35, 0.8, z)).camera(b.camera(camera));
        let pass = pass.stroke(white(b), 0.05, |s| s);
        if fill { pass.color(white(b)) } else { pass }
    })
}

/// Where the rail is at a depth: with `focus` = 0.5 / tan(30 degrees) a length of 1 there is `focus / depth` long.
fn on_rail(depth: f64) -> [f64; 2] {
    let scale = 0.5 / libm::tan(std::f64::consts::FRAC_PI_6) / depth;
    [0.5 - 0.15 * scale, 0.5 + 0.3 * scale]
}

#[test]
fn a_camera_cuts_lines_at_its_near_and_far_end() {
    // The depths of the elements; of the corners of each piece; the pen's element and the depth its width is of.
    type Case = (&'static [f64], bool, &'static [&'static [f64]], usize, f64);
    let cases: [Case; 8] = [
        (&[3.0, 2.0, 1.0], false, &[&[3.0, 2.0, 1.0]], 0, 3.0),
        // A rail that ends behind the eye, and the same from behind.
        (&[3.0, 1.0, -1.0, -2.0], false, &[&[3.0, 1.0, 0.01]], 0, 3.0),
        (&[-2.0, -1.0, 1.0, 3.0], false, &[&[0.01, 1.0, 3.0]], 3, 3.0),
        // Over the far end, and over both with no element between them.
        (&[2.0, 20.0, 4.0], false, &[&[2.0, 10.0], &[10.0, 4.0]], 0, 2.0),
        (&[-5.0, 15.0], false, &[&[0.01, 10.0]], 0, 0.01),
        (&[15.0, -5.0], false, &[&[10.0, 0.01]], 0, 10.0),
        (&[-1.0, 0.005], false, &[], 0, 0.0),
        // A closed one comes back.
        (&[1.0, 2.0, -2.0], true, &[&[0.01, 1.0, 2.0, 0.01]], 0, 1.0),
    ];
    for (depths, closed, pieces, pen, pen_depth) in cases {
        let what = format!("{depths:?}");
        let mut engine = run(&rail(depths, closed, false));
        let frame = engine.frame(0).expect("a frame");
        let pass = only(&frame);
        let line: Vec<LinePoint> = pass.line().collect();
        let expected: Vec<(bool, f64)> = pieces
            .iter()
            .flat_map(|piece| piece.iter().enumerate().map(|(at, &depth)| (at == 0, depth)))
            .collect();
        assert_eq!(line.len(), expected.len(), "{what}");
        for (point, (starts, depth)) in line.iter().zip(expected) {
            assert_eq!(point.starts, starts, "{what}");
            let [x, y] = on_rail(depth);
            assert_close(f64::from(point.position[0]), x, 1e-5, &what);
            assert_close(f64::from(point.position[1]), y, 1e-5, &what);
        }
        let seen = depths.iter().filter(|&&depth| (0.01..=10.0).contains(&depth)).count();
        assert_eq!((pass.elements().len(), pass.drawn()), (seen, seen), "{what}");
        assert!(matches!(pass.shape, Shape::Line { closed: false }), "{what}");
        assert_eq!(pass.pen(), (!pieces.is_empty()).then_some(pen), "{what}");
        if let Some(pen) = pass.pen() {
            let width = f64::from(pass.stroke.expect("a stroke").width.get(pen));
            let scale = 0.5 / libm::tan(std::f64::consts::FRAC_PI_6) / pen_depth;
            assert_close(width, 0.05 * scale, 1e-5, &what);
            assert!(pass.draws(pen), "{what}");
        }
        assert_eq!(frame.elements_left_out(), 0, "what is out of sight is no fault: {what}");
    }
}

#[test]
fn the_hash_covers_the_corners_of_a_cut_line() {
    let hash = |depths| run(&rail(depths, false, false)).frame(0).expect("a frame").hash();
    // The element behind the eye is not drawn, but it says where the line is cut.
    let program = |x: f64| {
        one(2, move |b, d, pass| {
            let i = b.index(d).to_float();
            let eye = b.vec3(0.5, 0.5, 1.0);
            let camera = b.perspective(eye, b.vec3(0.5, 0.5, 0.0), b.float(1.0));
            let pass = pass.line(false).position(b.vec3(0.5 + i * x, 0.5, i * 3.0)).camera(camera);
            pass.stroke(white(b), 0.1, |s| s)
        })
    };
    let of = |x: f64| run(&program(x)).frame(0).expect("a frame").hash();
    assert_ne!(of(0.1), of(0.2));
    assert_eq!(of(0.1), of(0.1));
    assert_ne!(hash(&[3.0, 1.0, -1.0]), hash(&[3.0, 1.0, -2.0]));
}

#[test]
fn what_a_cut_line_fills_is_cut_as_a_polygon() {
    // A ribbon from far away to behind the eye and back, beside itself: cut at both ends, it is one piece of ground.
    let ground = |closed| {
        one(4, move |b, d, pass| {
            let i = b.index(d).to_float();
            let side = i.gt(1.5).select(0.9, 0.1);
            let is_far = i.equals(0.0).or(i.equals(3.0));
            let z = is_far.select(-100.0, 5.0);
            let camera = Camera::Perspective {
                eye: Some(b.vec3(0.5, 0.5, 1.0).node()),
                target: Some(b.vec3(0.5, 0.5, 0.0).node()),
                up: None,
                fov: None,
                near: Some(b.float(0.5).node()),
                far: Some(b.float(10.0).node()),
            };
            pass.line(closed).position(b.vec3(side, 0.8, z)).camera(b.camera(camera)).color(white(b))
        })
    };
    for closed in [false, true] {
        let mut engine = run(&ground(closed));
        let frame = engine.frame(0).expect("a frame");
        let focus = 0.5 / libm::tan(std::f64::consts::PI / 8.0);
        let at = |x: f64, depth: f64| [0.5 + (x - 0.5) * focus / depth, 0.5 + 0.3 * focus / depth];
        let expected = [at(0.1, 10.0), at(0.1, 0.5), at(0.9, 0.5), at(0.9, 10.0)];
        let area: Vec<[f32; 2]> = only(&frame).area().collect();
        assert_eq!(area.len(), 4);
        for (found, expected) in area.iter().flatten().zip(expected.iter().flatten()) {
            assert_close(f64::from(*found), *expected, 1e-5, "a corner");
        }
        assert_eq!(only(&frame).line().filter(|point| point.starts).count(), 2, "two edges");
    }
}

#[test]
fn orthographic_limits_cut_lines() {
    let program = one(3, |b, d, pass| {
        let [near, far] = [1.5, -10.0].map(|limit| Some(b.float(limit).node()));
        let camera = b.camera(Camera::Orthographic { center: None, extent: None, rotation: None, near, far });
        let i = b.index(d).to_float();
        pass.line(false).position(b.vec3(i * 0.1, 0.5, i)).camera(camera).stroke(white(b), 0.1, |s| s)
    });
    let mut engine = run(&program);
    let frame = engine.frame(0).expect("a frame");
    let found: Vec<f32> = only(&frame).line().map(|point| point.position[0]).collect();
    for (found, expected) in found.iter().zip([0.0, 0.1, 0.15]) {
        assert_close(f64::from(*found), expected, 1e-6, "x");
    }
    assert_eq!((found.len(), only(&frame).elements().len()), (3, 2));
}

#[test]
fn a_line_breaks_where_an_element_cannot_be_drawn() {
    // Which of five elements are NaN; the pieces; the pen.
    let check = |bad: &'static [u32], closed: bool, pieces: &[&[usize]], pen: Option<usize>| {
        let program = one(5, |b, d, pass| {
            let x = bad.iter().fold(b.index(d).to_float(), |x, &k| {
                b.index(d).equals(b.int(k as i32)).select((x * 0.0 - 1.0).sqrt(), x)
            });
            pass.line(closed).position(b.vec2(x, 0.5)).stroke(white(b), 0.1, |s| s)
        });
        let mut engine = run(&program);
        let frame = engine.frame(0).expect("a frame");
        let pass = only(&frame);
        let expected: Vec<(f32, bool)> = pieces
            .iter()
            .flat_map(|piece| piece.iter().enumerate().map(|(at, &k)| (k as f32, at == 0)))
            .collect();
        let found: Vec<(f32, bool)> = pass.line().map(|point| (point.position[0], point.starts)).collect();
        assert_eq!(found, expected, "{bad:?}");
        assert_eq!(pass.pen(), pen, "{bad:?}");
        assert_eq!(frame.elements_left_out(), bad.len() as u64);
        assert_eq!(pass.drawn(), 5 - bad.len());
        assert!(matches!(pass.shape, Shape::Line { closed: is } if is == (closed && bad.is_empty())));
    };
    check(&[], false, &[&[0, 1, 2, 3, 4]], Some(0));
    check(&[], true, &[&[0, 1, 2, 3, 4]], Some(0));
    check(&[2], false, &[&[0, 1], &[3, 4]], Some(0));
    check(&[2], true, &[&[3, 4, 0, 1]], Some(0));
    check(&[0], true, &[&[1, 2, 3, 4]], Some(1));
    check(&[0, 4], false, &[&[1, 2, 3]], Some(1));
    check(&[1, 3], true, &[&[2], &[4, 0]], Some(0));
    check(&[0, 1, 2, 3, 4], true, &[], None);
}

#[test]
fn paths_are_culled_by_what_they_reach() {
    // A cross that reaches three boxes out, so far to the side that its box is out of sight.
    let program = |x: f64, scale: f64, points: [[f32; 2]; 2]| {
        one(1, move |b, _, pass| {
            let shape = b.path("cross", "ML", &points);
            let eye = b.vec3(0.5, 0.5, 1.0);
            let camera = b.perspective(eye, b.vec3(0.5, 0.5, 0.0), b.float(1.0));
            let pass = pass.path(shape).position(b.vec3(x, 0.5, 0.0)).size(0.2).scale(scale).camera(camera);
            pass.color(white(b))
        })
    };
    let seen = |x: f64, scale: f64, points| {
        let mut engine = run(&program(x, scale, points));
        only(&engine.frame(0).expect("a frame")).elements().len()
    };
    let (inside, outside) = ([[-0.5, -0.5], [0.5, 0.5]], [[-3.0, 0.0], [0.5, 0.0]]);
    // The view ends at 0.5 + tan(0.5) = 1.046; a box of 0.2 counts for 0.2 about its centre, one with 3 for 0.7.
    assert_eq!((seen(1.2, 1.0, inside), seen(1.3, 1.0, inside)), (1, 0));
    assert_eq!((seen(1.3, 1.0, outside), seen(1.7, 1.0, outside), seen(1.8, 1.0, outside)), (1, 1, 0));
    // Mirrored it reaches as far.
    assert_eq!((seen(1.3, -1.0, outside), seen(1.8, -1.0, outside)), (1, 0));
}

#[test]
fn a_size_below_zero_is_refused() {
    let refused = |size: fn(&Builder) -> Value<'_>| {
        let b = Builder::new("t");
        let d = b.domain("d", 1);
        b.pass("p", d).position(b.vec2(0.5, 0.5)).size(size(&b)).color(white(&b)).draw();
        b.finish().is_err()
    };
    assert!(refused(|b| b.float(-0.1)));
    assert!(refused(|b| b.vec2(0.1, -0.1)));
    assert!(refused(|b| b.float(0.1).op(Op::Vec2, &[(-0.1).into()])));
    assert!(!refused(|b| b.vec2(0.1, 0.0)));
}
