//! Passes: attributes, order, cameras, what is left out, and what the hash sees.

use super::{assert_close, engine, finish, settings};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::{Frame, Lanes, Pass, Rgba8, Shape};
use crate::program::{
    Builder, Camera, ChannelKind, DomainRef, Op, PassBuilder, Program, ShapeRow, Storage, Type, Value,
};
use crate::world::Capacity;

fn pass<'a>(frame: &Frame<'a>, name: &str) -> Pass<'a> {
    frame.passes().find(|pass| pass.name == name).unwrap_or_else(|| panic!("no pass {name}"))
}

fn order(frame: &Frame<'_>, name: &str) -> Vec<usize> {
    pass(frame, name).elements().collect()
}

fn white(b: &Builder) -> Value<'_> {
    b.rgba(1.0, 1.0, 1.0, 1.0)
}

/// A program of one pass over `count` elements, drawn after `more`.
fn one(
    count: u32,
    more: impl for<'b> FnOnce(&'b Builder, DomainRef, PassBuilder<'b>) -> PassBuilder<'b>,
) -> Program {
    let b = Builder::new("one");
    let d = b.domain("d", count);
    more(&b, d, b.pass("p", d).size(0.1).color(white(&b))).draw();
    finish(&b)
}

fn on_canvas(program: &Program, canvas: [u32; 2]) -> Engine {
    let settings = EngineSettings { canvas: Some(canvas), ..settings(program, Demand::Drawn) };
    Engine::with_settings(program.clone(), settings).expect("it fits")
}

fn run(program: &Program) -> Engine {
    on_canvas(program, [64, 64])
}

/// Nothing stands between a colour and its packing, so its components never reach memory.
#[test]
fn colours_are_packed_in_the_sweep_that_computes_them() {
    let program = one(10, |b, d, pass| {
        let hue = b.rank(d) + b.phase(2.0);
        pass.position(b.vec2(0.5, 0.5)).color(b.hsv(hue, 0.5, 1.0)).opacity(b.rank(d))
    });
    let work = run(&program).planned_work();
    let sweeps: Vec<_> =
        work.iter().filter(|work| work.what == "sweep of d" && work.when == "frame").collect();
    let [sweep] = sweeps[..] else { panic!("one sweep, not {sweeps:?}") };
    assert_eq!(sweep.writes, ["p.color * opacity"]);
    assert_eq!(sweep.instructions.last().map(String::as_str), Some("pack_rgba8"));
}

#[test]
fn attributes_are_what_the_program_says() {
    let b = Builder::new("attributes");
    let d = b.domain("d", 5);
    let i = b.index(d).to_float();
    let at = b.vec2(i * 0.1, 0.25);
    let grey = b.rgba(0.5, 0.0, 1.0, 0.5);
    b.pass("disc", d).position(at).size(b.vec2(0.2, 0.4)).scale(2.0).color(grey).opacity(0.5).layer(2).draw();
    let rect = ShapeRow::Rect { corner: Some(b.float(0.75).node()) };
    let base = b.pass("rect", d).shape(rect).position(at).size(b.vec2(0.2, 0.4)).scale(b.vec2(i, 3.0));
    base.color(b.rgba(1.0, 1.0, 1.0, 1.0)).opacity(i * 0.25).rotation(i).layer(-1).draw();
    let line = b.pass("line", d).shape(ShapeRow::Line { closed: true }).position(at).opacity(0.5);
    let dash = b.vec2(i * 0.02, 0.03);
    line.stroke(grey, i * 0.01, |s| s.trim(0.25, i * 0.2).dash(dash, i * 0.125)).layer(2).draw();
    let mut engine =
        Engine::new(finish(&b), Capacity { elements: 5, ..Default::default() }).expect("it fits");
    let frame = engine.frame(0).expect("a frame");
    let names: Vec<&str> = frame.passes().map(|pass| pass.name).collect();
    assert_eq!(names, ["rect", "disc", "line"], "by layer, then as listed");
    let (disc, rect, line) = (pass(&frame, "disc"), pass(&frame, "rect"), pass(&frame, "line"));
    assert!(
        matches!(disc.width, Lanes::Uniform(w) if w == 0.4)
            && matches!(disc.height, Lanes::Uniform(w) if w == 0.4)
    );
    assert!(matches!(disc.x, Lanes::Each(_)) && matches!(disc.y, Lanes::Uniform(y) if y == 0.25));
    assert_eq!(disc.fill.expect("a fill").get(0), Rgba8::new(128, 0, 255, 64));
    assert!(matches!(rect.shape, Shape::Rect { corner } if corner == 0.75));
    let stroke = line.stroke.expect("a stroke");
    assert!(line.fill.is_none() && disc.stroke.is_none());
    for k in 0..5 {
        let x = k as f32;
        assert_eq!(disc.x.get(k), x * 0.1);
        assert_eq!(
            (rect.width.get(k), rect.height.get(k), rect.rotation.get(k)),
            (0.2 * x, 0.4_f32 * 3.0, x)
        );
        assert_eq!(rect.fill.expect("a fill").get(k).to_array()[3], [0, 64, 128, 191, 255][k]);
        assert_eq!(
            (stroke.width.get(k), stroke.trim_start.get(k), stroke.trim_end.get(k)),
            (x * 0.01, 0.25, x * 0.2)
        );
        assert_eq!(stroke.color.get(k), Rgba8::new(128, 0, 255, 64));
        assert_eq!(stroke.dash.expect("dashes").get(k), [0.02 * x, 0.03, 0.125 * x]);
    }
}

#[test]
fn orthographic_limits_and_depth_order() {
    let check = |z: fn(f64) -> f64, limits: Option<[f64; 2]>, depth: bool, expected: &[usize]| {
        let program = one(6, |b, d, pass| {
            // As a chain of choices: z is any table.
            let z = (0..6)
                .fold(b.float(0.0), |chosen, k| b.index(d).equals(b.int(k)).select(z(f64::from(k)), chosen));
            let pass = pass.position(b.vec3(0.5, 0.5, z));
            let camera = limits.map(|limits| {
                let [near, far] = limits.map(|limit| Some(b.float(limit).node()));
                b.camera(Camera::Orthographic { center: None, extent: None, rotation: None, near, far })
            });
            let pass = if let Some(camera) = camera { pass.camera(camera) } else { pass };
            if depth { pass.depth_order() } else { pass }
        });
        assert_eq!(order(&run(&program).frame(0).expect("a frame"), "p"), expected);
    };
    check(|i| i, None, false, &[0, 1, 2, 3, 4, 5]);
    check(|i| i, Some([3.0, 1.0]), false, &[1, 2, 3]);
    check(|i| -i, None, true, &[5, 4, 3, 2, 1, 0]);
    check(|i| i % 2.0, None, true, &[0, 2, 4, 1, 3, 5]);
    check(|i| i % 3.0, Some([1.0, 0.0]), true, &[0, 3, 1, 4]);
    // Two zeros are as far: by index.
    check(|i| if i % 2.0 == 0.0 { 0.0 } else { -0.0 }, None, true, &[0, 1, 2, 3, 4, 5]);
    check(|i| i, Some([9.0, 7.0]), true, &[]);
}

/// Passes in layers, each of (layer, whether it is ordered with others, the z of its elements); what is drawn: the pass and
/// its elements.
#[test]
fn passes_of_a_layer_are_ordered_together() {
    type Row<'a> = (i32, bool, &'a [f64]);
    let check = |rows: &[Row<'_>], expected: &[(&str, &[usize])]| {
        let b = Builder::new("layers");
        for ((layer, is_together, zs), name) in rows.iter().zip(["a", "b", "c", "d"]) {
            let d = b.domain(name, zs.len() as u32);
            let z = (0..).zip(*zs).fold(b.float(0.0), |chosen, (k, &z)| {
                // What is no number is not drawn.
                let z = if z.is_nan() { b.float(-1.0).sqrt() } else { b.float(z) };
                b.index(d).equals(b.int(k)).select(z, chosen)
            });
            let pass = b.pass(name, d).circle().size(0.1).color(white(&b)).position(b.vec3(0.5, 0.5, z));
            let pass = pass.layer(*layer);
            if *is_together { pass.layer_depth_order() } else { pass }.draw();
        }
        let mut engine = run(&finish(&b));
        for index in 0..2 {
            let frame = engine.frame(index).expect("a frame");
            let drawn: Vec<_> =
                frame.passes().map(|pass| (pass.name, pass.elements().collect::<Vec<_>>())).collect();
            let expected: Vec<_> = expected.iter().map(|(name, order)| (*name, order.to_vec())).collect();
            assert_eq!(drawn, expected);
            assert_eq!(frame.whole_passes().len(), rows.len());
        }
    };
    const NAN: f64 = f64::NAN;
    check(
        &[(0, true, &[1.0, 3.0]), (0, true, &[2.0, 4.0])],
        &[("a", &[0]), ("b", &[0]), ("a", &[1]), ("b", &[1])],
    );
    // Runs of one pass are one piece; equal ones in the order of the passes.
    check(
        &[(0, true, &[5.0, 1.0, 2.0]), (0, true, &[2.0, 9.0])],
        &[("a", &[1, 2]), ("b", &[0]), ("a", &[0]), ("b", &[1])],
    );
    // What is between them in the program is drawn behind them; other layers are by themselves.
    check(
        &[(1, true, &[2.0]), (1, false, &[0.0, 0.0]), (0, true, &[9.0, 8.0]), (1, true, &[1.0])],
        &[("c", &[1, 0]), ("d", &[0]), ("a", &[0]), ("b", &[0, 1])],
    );
    check(
        &[(0, true, &[NAN, 3.0]), (0, true, &[NAN, NAN]), (0, true, &[4.0, NAN])],
        &[("a", &[1]), ("c", &[0])],
    );
    check(&[(0, true, &[NAN]), (0, true, &[NAN])], &[]);
}

/// Passes are drawn element by element with those before them where they say so; each is (domain, layer, whether it says so,
/// elements that it does not draw).
#[test]
fn passes_are_drawn_element_by_element() {
    type Row<'a> = (usize, i32, bool, &'a [i32]);
    let check = |rows: &[Row<'_>], expected: &[(&str, &[usize])]| {
        let b = Builder::new("elements");
        let domains = [b.domain("three", 3), b.domain("two", 2)];
        for ((domain, layer, is_together, without), name) in rows.iter().zip(["a", "b", "c", "d"]) {
            let d = domains[*domain];
            let x = without.iter().fold(b.float(0.5), |chosen, &k| {
                b.index(d).equals(b.int(k)).select(b.float(-1.0).sqrt(), chosen)
            });
            let pass = b.pass(name, d).circle().size(0.1).color(white(&b)).position(b.vec2(x, 0.5));
            let pass = pass.layer(*layer);
            if *is_together { pass.element_order() } else { pass }.draw();
        }
        let mut engine = run(&finish(&b));
        for index in 0..2 {
            let frame = engine.frame(index).expect("a frame");
            let drawn: Vec<_> =
                frame.passes().map(|pass| (pass.name, pass.elements().collect::<Vec<_>>())).collect();
            let expected: Vec<_> = expected.iter().map(|(name, order)| (*name, order.to_vec())).collect();
            assert_eq!(drawn, expected);
        }
    };
    check(
        &[(0, 0, false, &[]), (0, 0, true, &[])],
        &[("a", &[0]), ("b", &[0]), ("a", &[1]), ("b", &[1]), ("a", &[2]), ("b", &[2])],
    );
    // What one of them does not draw is no reason to stop.
    check(&[(0, 0, true, &[1]), (0, 0, true, &[0, 1])], &[("a", &[0, 2]), ("b", &[2])]);
    check(&[(0, 0, true, &[]), (0, 0, true, &[0, 2])], &[("a", &[0, 1]), ("b", &[1]), ("a", &[2])]);
    // Another domain and another layer are by themselves; what does not say so begins anew.
    check(
        &[(1, 0, true, &[]), (0, 0, true, &[1]), (0, 0, true, &[1])],
        &[("a", &[0, 1]), ("b", &[0]), ("c", &[0]), ("b", &[2]), ("c", &[2])],
    );
    check(&[(1, 1, true, &[]), (1, 0, true, &[])], &[("b", &[0, 1]), ("a", &[0, 1])]);
    check(
        &[(1, 0, false, &[]), (1, 0, true, &[]), (1, 0, false, &[]), (1, 0, true, &[])],
        &[
            ("a", &[0]),
            ("b", &[0]),
            ("a", &[1]),
            ("b", &[1]),
            ("c", &[0]),
            ("d", &[0]),
            ("c", &[1]),
            ("d", &[1]),
        ],
    );
}

/// What pieces are made of is in the hash.
#[test]
fn the_order_of_a_layer_is_hashed() {
    let hash = |is_together: bool| {
        let b = Builder::new("layers");
        for (name, z) in [("a", 2.0), ("b", 1.0)] {
            let pass = b.pass(name, b.domain(name, 1)).circle().size(0.1).color(white(&b));
            let pass = pass.position(b.vec3(0.5, 0.5, z));
            if is_together { pass.layer_depth_order() } else { pass.depth_order() }.draw();
        }
        run(&finish(&b)).frame(0).expect("a frame").hash()
    };
    assert_ne!(hash(true), hash(false));
}

fn perspective(eye: Option<[f64; 3]>, target: Option<[f64; 3]>, stroke: bool) -> Program {
    one(4, |b, d, pass| {
        let vector = |v: Option<[f64; 3]>| v.map(|[x, y, z]| b.vec3(x, y, z).node());
        let camera = Camera::Perspective {
            eye: vector(eye),
            target: vector(target),
            up: None,
            fov: None,
            near: None,
            far: None,
        };
        let x = b.index(d).to_float() * 0.4 - 0.2;
        let pass = pass.position(b.vec3(x, 0.25, b.index(d).to_float() * 0.1)).camera(b.camera(camera));
        let dash = b.vec2(0.02, b.rank(d));
        if stroke { pass.stroke(white(b), 0.01, |s| s.dash(dash, 0.5)) } else { pass }
    })
}

#[test]
fn the_default_camera_leaves_the_plane_as_it_is() {
    let program = perspective(None, None, true);
    let mut engine = run(&program);
    let frame = engine.frame(0).expect("a frame");
    let p = pass(&frame, "p");
    let distance = 0.5 / libm::tan(std::f64::consts::PI / 8.0);
    for k in 0..3 {
        let (x, z) = (k as f64 * 0.4 - 0.2, k as f64 * 0.1);
        let scale = distance / (distance - z);
        let what = format!("element {k}");
        assert_close(f64::from(p.x.get(k)), 0.5 + (x - 0.5) * scale, 1e-6, &what);
        assert_close(f64::from(p.y.get(k)), 0.5 - 0.25 * scale, 1e-6, &what);
        assert_close(f64::from(p.width.get(k)), 0.1 * scale, 1e-6, &what);
        assert_close(f64::from(p.height.get(k)), 0.1 * scale, 1e-6, &what);
        assert_close(f64::from(p.depth.expect("depths").get(k)), distance - z, 1e-6, &what);
        let stroke = p.stroke.expect("a stroke");
        assert_close(f64::from(stroke.width.get(k)), 0.01 * scale, 1e-6, &what);
        let lengths = stroke.dash.expect("dashes").get(k);
        for (length, expected) in lengths.into_iter().zip([0.02, (k as f64 + 0.5) / 4.0, 0.5]) {
            assert_close(f64::from(length), expected * scale, 1e-6, &what);
        }
    }
}

#[test]
fn what_is_out_of_view_is_left_out() {
    // Elements at x of -0.2, 0.2, 0.6 and 1.0 (that one nearer): the ends are seen on a wide canvas only.
    let program = perspective(None, None, false);
    assert_eq!(order(&run(&program).frame(0).expect("a frame"), "p"), [1, 2]);
    assert_eq!(order(&on_canvas(&program, [128, 64]).frame(0).expect("a frame"), "p"), [0, 1, 2, 3]);
    assert_eq!(order(&on_canvas(&program, [64, 128]).frame(0).expect("a frame"), "p"), [1, 2]);
    // From behind, with everything in the back of the camera.
    let away = perspective(Some([0.5, 0.5, 2.0]), Some([0.5, 0.5, 9.0]), false);
    assert_eq!(order(&run(&away).frame(0).expect("a frame"), "p"), [0; 0]);
    // Along `up`, and from the target itself: any right will do, but one there is.
    for (eye, target) in [([0.5, -2.0, 0.1], [0.5, 0.5, 0.1]), ([0.5, 0.25, 3.0], [0.5, 0.25, 3.0])] {
        let mut engine = run(&perspective(Some(eye), Some(target), false));
        let frame = engine.frame(0).expect("a frame");
        assert!(order(&frame, "p").len() >= 3);
        let p = pass(&frame, "p");
        assert!(
            p.elements().all(|k| p.x.get(k).is_finite() && p.y.get(k).is_finite() && p.width.get(k) > 0.0)
        );
    }
}

#[test]
fn what_is_not_finite_is_left_out_and_named() {
    let program = one(6, |b, d, pass| {
        let x = 1.0 / (b.index(d).to_float() - 3.0);
        let y = (b.index(d).to_float() - 1.0).sqrt();
        pass.position(b.vec2(x, y)).rotation(b.time())
    });
    let mut engine = run(&program);
    let frame = engine.frame(0).expect("a frame");
    assert_eq!(order(&frame, "p"), [1, 2, 4, 5]);
    // Each attribute for what it gave: x is infinite once, and y is not a number once.
    let bad: Vec<_> = frame.non_finite().map(|bad| (bad.pass, bad.source, bad.count)).collect();
    assert_eq!(bad, [("p", "p.position.x", 1), ("p", "p.position.y", 1)]);
    // What is the same for all takes all of them out, and only as long as it lasts.
    type Spoil = for<'b> fn(&'b Builder, PassBuilder<'b>, Value<'b>) -> PassBuilder<'b>;
    let spoils: [(&str, Spoil); 7] = [
        ("rotation", |_, pass, bad| pass.rotation(bad)),
        ("size", |b, pass, bad| pass.size(b.vec2(0.1, bad))),
        ("dash", |b, pass, bad| pass.stroke(white(b), 0.1, |s| s.dash(b.vec2(0.1, bad), 0.0))),
        ("dash offset", |b, pass, bad| pass.stroke(white(b), 0.1, |s| s.dash(b.vec2(0.1, 0.1), bad))),
        ("corner", |_, pass, bad| pass.shape(ShapeRow::Rect { corner: Some(bad.node()) })),
        ("extent", |b, pass, bad| pass.camera(b.orthographic(b.vec2(0.5, 0.5), bad, None))),
        ("eye", |b, pass, bad| {
            pass.camera(b.perspective(b.vec3(0.5, 0.5, bad + 1.0), b.vec3(0.5, 0.5, 0.0), b.float(0.8)))
        }),
    ];
    for (name, spoil) in spoils {
        let program = one(6, |b, d, pass| {
            let knob = b.channel("knob", Type::Float, &[1.0], ChannelKind::Hold);
            spoil(
                b,
                pass.position(b.vec3(b.rank(d), 0.5, 0.0)).shape(ShapeRow::Rect { corner: None }),
                knob / knob,
            )
        });
        let mut engine = run(&program);
        let mut seen = Vec::new();
        for (index, knob) in [1.0, 0.0, 1.0].into_iter().enumerate() {
            engine.set("knob", knob).expect("a channel");
            let frame = engine.frame(index as u64).expect("a frame");
            let left_out: u32 = frame.non_finite().map(|bad| bad.count).sum();
            seen.push((order(&frame, "p").len(), left_out));
        }
        assert_eq!(seen, [(6, 0), (0, 6), (6, 0)], "{name}");
    }
}

/// What lies in a projection from earlier frames is no part of this one.
#[test]
fn frames_do_not_depend_on_what_was_left_out_before() {
    let program = one(40, |b, d, pass| {
        let y = (b.rank(d) - b.phase(1.0)).sqrt();
        let camera = b.camera(Camera::Perspective {
            eye: None,
            target: None,
            up: None,
            fov: None,
            near: None,
            far: None,
        });
        pass.position(b.vec3(b.rank(d), y, b.time())).camera(camera)
    });
    let (mut played, mut sought) = (run(&program), run(&program));
    for index in 0..40 {
        played.frame(index).expect("a frame");
    }
    assert_eq!(played.frame(40).expect("a frame").hash(), sought.seek(40).expect("a frame").hash());
}

#[test]
fn the_hash_changes_with_every_attribute_and_nothing_else() {
    let b = Builder::new("hash");
    let d = b.domain("d", 3);
    let names = [
        "x",
        "z",
        "width",
        "height",
        "rotation",
        "red",
        "alpha",
        "opacity",
        "stroke",
        "stroke_width",
        "start",
        "end",
        "on",
        "off",
        "offset",
        "corner",
        "center",
        "extent",
        "turn",
        "near",
        "background",
    ];
    let knob = |name: &str| b.channel(name, Type::Float, &[0.4], ChannelKind::Hold);
    let other = knob("other");
    b.signal("other", other * 2.0);
    b.field(d, "unseen", b.rank(d) * other);
    let float = |name: &str| knob(name);
    let one = b.float(1.0);
    fn color<'b>(red: Value<'b>, one: Value<'b>, alpha: Value<'b>) -> Value<'b> {
        red.op(Op::Color, &[one.into(), one.into(), alpha.into()])
    }
    let camera = b.camera(Camera::Orthographic {
        center: Some(b.vec2(float("center"), 0.5).node()),
        extent: Some(float("extent").node()),
        rotation: Some(float("turn").node()),
        near: Some((float("near") * 2.0).node()),
        far: None,
    });
    let position = b.vec3(b.rank(d) + float("x"), 0.5, b.rank(d) * float("z") * 3.0);
    let pass =
        b.pass("p", d).shape(ShapeRow::Rect { corner: Some(float("corner").node()) }).position(position);
    let pass = pass.size(b.vec2(float("width"), float("height"))).rotation(float("rotation"));
    let pass = pass.color(color(float("red"), one, float("alpha"))).opacity(float("opacity")).camera(camera);
    let (start, end) = (float("start"), float("end"));
    let (dash, offset) = (b.vec2(float("on"), float("off")), float("offset"));
    let outline = color(float("stroke"), one, one);
    pass.stroke(outline, float("stroke_width"), |s| s.trim(start, end).dash(dash, offset)).draw();
    b.background(color(float("background"), one, one));
    let mut engine = engine(&b);
    let base = engine.frame(0).expect("a frame").hash();
    let mut index = 0;
    let mut hash = |name: &str, value: f64| {
        index += 1;
        engine.set(name, value).expect("a channel");
        engine.frame(index).expect("a frame").hash()
    };
    for name in names {
        assert_ne!(hash(name, 0.1), base, "{name}");
        assert_eq!(hash(name, 0.4), base, "{name} back again");
    }
    assert_eq!(hash("other", 3.0), base, "nothing that is drawn");
}

#[test]
fn a_colour_that_is_none_is_left_out_counted_and_named() {
    let b = Builder::new("t");
    let dots = b.domain("dots", 10);
    // The square root of a negative number: NaN for the first four.
    let value = b.field(dots, "value", (b.index(dots).to_float() - 4.0 + b.time()).sqrt());
    let position = b.vec2(b.rank(dots), 0.5);
    b.pass("dots", dots).position(position).size(0.1).color(b.hsv(0.2, 0.5, value)).draw();
    let mut engine = Engine::new(finish(&b), Capacity::default()).unwrap();
    let frame = engine.frame(0).unwrap();
    let pass = frame.passes().next().unwrap();
    assert_eq!(pass.elements().collect::<Vec<_>>(), [4, 5, 6, 7, 8, 9]);
    let found: Vec<_> = frame.non_finite().map(|n| (n.pass, n.source, n.count)).collect();
    assert_eq!(found, [("dots", "dots.color", 4)]);
    // A uniform one leaves out all of them.
    let b = Builder::new("t");
    let dots = b.domain("dots", 3);
    let position = b.vec2(b.rank(dots), 0.5);
    b.pass("dots", dots).position(position).size(0.1).color(b.hsv(0.2, 0.5, (b.time() - 1.0).sqrt())).draw();
    let mut engine = Engine::new(finish(&b), Capacity::default()).unwrap();
    assert_eq!(engine.frame(0).unwrap().passes().next().unwrap().elements().len(), 0);
    assert_eq!(engine.frame(90).unwrap().passes().next().unwrap().elements().len(), 3);
}

#[test]
fn a_handle_needs_no_path_to_be_safe() {
    let b = Builder::new("t");
    let dots = b.domain("dots", 3);
    let handle = b.path("line", "ML", &[[0.0, 0.0], [0.5, 0.5]]);
    let color = b.rgba(1.0, 1.0, 1.0, 1.0);
    b.pass("dots", dots).path(handle).position(b.vec2(0.5, 0.5)).size(0.1).color(color).draw();
    let mut data = finish(&b).data().clone();
    for (paths, constant) in [(data.paths.clone(), 7), (Vec::new(), 0)] {
        data.paths = paths;
        data.constants.u32 = vec![constant];
        for node in data.nodes.iter_mut().filter(|node| matches!(node.op, Op::Shape | Op::Const)) {
            if node.op == Op::Shape || node.ty == Some(Type::Shape) {
                node.op = Op::Const;
                (node.ty, node.storage, node.index) = (Some(Type::Shape), Some(Storage::U32), Some(0));
            }
        }
        // A checker that refuses it is as good; what must not be is a panic.
        if let Ok(program) = Program::new(data.clone()) {
            let mut engine = Engine::new(program, Capacity::default()).unwrap();
            let frame = engine.frame(0).unwrap();
            assert!(matches!(frame.passes().next().unwrap().shape, Shape::Path(_)), "{constant}");
            frame.hash();
        }
    }
}
