//! Hit tests: which element is drawn at a place, against outlines of kurbo; and the events that are made of it.

use super::super::{Demand, Engine, EngineSettings, Snapshots};
use super::{bits, lanes, program, signal};

fn engine(source: &str) -> Engine {
    let settings = EngineSettings { demand: Demand::Everything, ..EngineSettings::default() };
    Engine::fitted(program(source), 1.0, settings).unwrap()
}

#[track_caller]
fn check(engine: &mut Engine, field: &str, expected: &[f64]) {
    let frame = engine.last_frame().unwrap();
    assert_eq!(lanes(&frame, field, 0), expected, "{field} in frame {}", frame.index());
}

/// Elements side by side that remember in their own ways what happened to them.
const ROW: &str = "
input pointer: vec2 = (0.5, 0.5)
input shift = 0
event click
event poke: vec2
hit = click(dots)
state last = -1
state hits = 0
on hit { last = hit; hits = hits + 1 }
domain dots[4] {
    state met = 0
    state poked = rank
    state over = 0
    state all = 0
    next over = over * 0.5
    on click(self) { met = met + 1 }
    on poke(self) when shift == 0 { poked = poked + 10 }
    on hover(self) { over = 1 }
    on click { all = all + 1 }
    draw circle { position: (rank + shift, 0.5), size: 0.2, color: #f00 }
}
";

#[test]
fn a_click_meets_what_the_last_frame_has_drawn() {
    let mut engine = engine(ROW);
    let click = |engine: &mut Engine, x: f64, y: f64| {
        engine.set("pointer", [x, y]).unwrap();
        engine.send("click", ()).unwrap();
    };
    // Nothing was drawn yet.
    click(&mut engine, 0.125, 0.5);
    engine.frame(0).unwrap();
    check(&mut engine, "dots.met", &[0.0; 4]);
    check(&mut engine, "dots.all", &[1.0; 4]);
    check(&mut engine, "dots.poked", &[0.125, 0.375, 0.625, 0.875]);
    // Each click has its own place; one misses.
    for x in [0.125, 0.3, 0.25, 0.9, 0.3] {
        click(&mut engine, x, 0.45);
    }
    engine.send("poke", [0.625, 0.5]).unwrap();
    engine.set("shift", 0.25).unwrap();
    // The elements have moved by then, but nobody has seen it.
    click(&mut engine, 0.125, 0.5);
    let frame = engine.frame(1).unwrap();
    assert_eq!([signal(&frame, "last"), signal(&frame, "hits")], [0.0, 5.0]);
    check(&mut engine, "dots.met", &[2.0, 2.0, 0.0, 1.0]);
    check(&mut engine, "dots.poked", &[0.125, 0.375, 10.625, 0.875]);
    check(&mut engine, "dots.all", &[7.0; 4]);
    click(&mut engine, 0.125, 0.5);
    click(&mut engine, 0.375, 0.5);
    engine.send("poke", [0.375, 0.5]).unwrap();
    engine.frame(2).unwrap();
    check(&mut engine, "dots.met", &[3.0, 2.0, 0.0, 1.0]);
    check(&mut engine, "dots.poked", &[0.125, 0.375, 10.625, 0.875]);
    // A frame that is evaluated again looks for nothing.
    engine.set("pointer", [0.625, 0.5]).unwrap();
    engine.redraw().unwrap();
    check(&mut engine, "dots.met", &[3.0, 2.0, 0.0, 1.0]);
    // After a reset nothing was drawn.
    engine.reset();
    click(&mut engine, 0.375, 0.5);
    engine.frame(0).unwrap();
    check(&mut engine, "dots.met", &[0.0; 4]);
}

#[test]
fn hovering_is_once_a_frame_where_the_pointer_is_last() {
    let mut engine = engine(ROW);
    engine.set("pointer", [0.125, 0.5]).unwrap();
    engine.frame(0).unwrap();
    check(&mut engine, "dots.over", &[0.0; 4]);
    engine.set("pointer", [0.375, 0.5]).unwrap();
    engine.set("pointer", [0.625, 0.5]).unwrap();
    engine.frame(1).unwrap();
    check(&mut engine, "dots.over", &[0.0, 0.0, 1.0, 0.0]);
    engine.frame(2).unwrap();
    check(&mut engine, "dots.over", &[0.0, 0.0, 1.0, 0.0]);
    engine.set("pointer", [0.625, 0.7]).unwrap();
    engine.frame(3).unwrap();
    check(&mut engine, "dots.over", &[0.0, 0.0, 0.5, 0.0]);
}

#[test]
fn seeking_gives_what_playing_gives() {
    let source = "
pointer = (0.5 + 0.4 * wave.sine(cycle(1.3s)), 0.5 + 0.3 * wave.sine(cycle(0.7s)))
event beat = every(40ms)
hit = beat(dots)
on_it = hover(dots)
n = count(hit)
m = count(on_it)
domain dots[60] {
    state x = rank
    state met = 0
    next x = fract(x + 0.01 * wave.sine(rank))
    on beat(self) { met = met + 1; x = fract(x + 0.3) }
    on hover(self) when n > 5 { x = fract(x + 0.01) }
    draw star { position: (x, random(1)), size: 0.15 + 0.002 * met, rotation: cycle(2s) * 1turn, color: #fff }
}
";
    let mut played = engine(source);
    for index in 0..=200 {
        played.frame(index).unwrap();
    }
    let expected = bits(&played.last_frame().unwrap());
    let counts = ["n", "m"].map(|name| signal(&played.last_frame().unwrap(), name));
    assert!(counts.iter().all(|&count| count > 5.0), "{counts:?}");
    for snapshots in [Snapshots::NONE, Snapshots { count: 9, every: 7, inputs: 99 }] {
        let settings = EngineSettings {
            demand: Demand::Everything,
            snapshots: Some(snapshots),
            ..EngineSettings::default()
        };
        let mut sought = Engine::fitted(program(source), 1.0, settings).unwrap();
        for index in [260, 200, 41, 200] {
            let found = bits(&sought.seek(index).unwrap());
            assert!(index != 200 || found == expected, "{snapshots:?}");
        }
    }
}

#[test]
fn the_uppermost_that_lives_is_met() {
    let source = "
input pointer: vec2 = (0.5, 0.5)
input n = 3
event click
domain dots[n max 8] {
    state met = 0
    on click(self) { met = met + 1 }
    draw circle { position: (0.5, 0.5), size: 0.3, color: alpha(#f00, fade(out: 1s)) }
    draw circle { position: (0.1, 0.1), size: if index == 0 then 0.1 else 0, color: #f00, layer: 2 }
    draw circle { position: (0.9, 0.9), size: 0.1, color: alpha(#f00, if index < 2 then 1 else 0) }
}
domain cover[1] {
    draw rect { position: (0.5, 0.5), size: 1, color: #00f, layer: 1 }
}
";
    let mut engine = engine(source);
    engine.frame(0).unwrap();
    let mut click = |index: u64, [x, y]: [f64; 2], expected: &[f64]| {
        engine.set("pointer", [x, y]).unwrap();
        engine.send("click", ()).unwrap();
        engine.frame(index).unwrap();
        check(&mut engine, "dots.met", expected);
        if index == 3 {
            engine.set("n", 2.0).unwrap();
            engine.frame(4).unwrap();
        }
    };
    click(1, [0.5, 0.5], &[0.0, 0.0, 1.0]);
    click(2, [0.1, 0.1], &[1.0, 0.0, 1.0]);
    click(3, [0.9, 0.9], &[1.0, 1.0, 1.0]);
    // The third is gone but still drawn over the others.
    click(5, [0.5, 0.5], &[1.0, 2.0]);
}

#[test]
fn a_host_asks_a_frame() {
    let mut engine = engine(ROW);
    let frame = engine.frame(0).unwrap();
    let at = |x: f64| frame.hit("dots", [x, 0.5]).map(|hit| (hit.pass, hit.index));
    assert_eq!([0.125, 0.25, 0.9].map(at), [Some(("dots.circle", 0)), None, Some(("dots.circle", 3))]);
    assert_eq!(frame.hit("dots", [f64::NAN, 0.5]), None);
    assert_eq!(frame.hit("others", [0.125, 0.5]), None);
}

#[cfg(feature = "render")]
#[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
mod model {
    use kurbo::{Affine, BezPath, Ellipse, ParamCurveNearest, PathEl, Point, RoundedRect, Shape as _, Vec2};

    use super::engine;
    use crate::draw::{FillRule, Verb, View};
    use crate::frame::{Frame, Hit, Pass, Shape};

    /// What is so near an edge that it may be on either side.
    const NEAR: f64 = 2e-4;

    const PICTURE: &str = "
camera orthographic as tilted { center: (0.4, 0.6), extent: 1.3, rotation: 0.1turn }
camera perspective as far { eye: (0.5, 0.2, 1.8), target: (0.5, 0.5, 0) }
drop = path(\"M 0 -0.5 C 0.6 0.2 0.3 0.5 0 0.5 Q -0.5 0.4 -0.3 0 Z M 0 0 L 0.2 0.2 L -0.1 0.3\", fill_rule: evenodd)
leaf = path(\"M 0 -0.5 Q 0.5 0 0 0.5 Q -0.5 0 0 -0.5 Z\")
domain dots[30] {
    place = (random(1), random(2))
    draw circle { position: place, size: 0.01 + 0.1 * random(3), color: #f00 }
    draw rect(corner: 0.4) {
        position: (random(4), random(5)), size: (0.02 + 0.1 * random(6), 0.02 + 0.2 * random(7))
        rotation: random(8) * 1turn, color: #0f08, stroke: #fff, stroke_width: 0.02, layer: 1
    }
    draw ellipse {
        position: (random(9), random(10)), size: (0.02 + 0.1 * random(11), 0.02 + 0.2 * random(12))
        rotation: random(13) * -2turn, stroke: #fff, stroke_width: 0.01, layer: 2
    }
    draw star(points: 5, inner: 0.4) {
        position: (random(14), random(15)), size: (0.02 + 0.1 * random(16), 0.1), scale: (-1, 1)
        rotation: random(17) * 1turn, color: #0f0, layer: 1
    }
    draw polygon(sides: 5) {
        position: (random(18), random(19)), size: 0.02 + 0.2 * random(20), camera: tilted, color: #0ff8
        rotation: random(21) * 1turn, layer: -1
    }
    draw path(if random(26) < 0.5 then drop else leaf) {
        position: (random(22), random(23)), size: 0.05 + 0.2 * random(24), scale: (1, -1)
        rotation: random(25) * 1turn, color: #fff, stroke: #f00, stroke_width: 0.01, layer: 3
    }
}
domain deep[40] {
    spot = vec3(random(1), random(2), random(3) - 0.5)
    draw circle { position: spot, size: 0.15, color: #fff, camera: far, order: layer_depth }
    draw rect { position: spot + vec3(0.1, 0, 0.2), size: (0.1, 0.05), color: #fff, camera: far, order: layer_depth }
}
domain string[12] {
    draw line(closed: true) { position: (random(1), random(2)), stroke: #fff, stroke_width: 0.03 }
}
domain area[5] {
    draw line { position: (random(1), random(2)), color: #fff }
}
";

    fn outline(shape: Shape<'_>, width: f64, height: f64) -> BezPath {
        let corners = |count: u32, inner: f64| {
            let mut path = BezPath::new();
            for k in 0..count {
                let (sin, cos) = libm::sincos(std::f64::consts::TAU * f64::from(k) / f64::from(count));
                let radius = if k % 2 == 1 { inner * 0.5 } else { 0.5 };
                let point = Point::new(sin * radius * width, -cos * radius * height);
                if k == 0 { path.move_to(point) } else { path.line_to(point) }
            }
            path.close_path();
            path
        };
        match shape {
            Shape::Ellipse => {
                Ellipse::new(Point::ORIGIN, Vec2::new(width.abs() / 2.0, height.abs() / 2.0), 0.0)
                    .to_path(1e-9)
            }
            Shape::Rect { corner } => {
                let radius = f64::from(corner) * width.abs().min(height.abs()) / 2.0;
                let (x, y) = (width.abs() / 2.0, height.abs() / 2.0);
                RoundedRect::new(-x, -y, x, y, radius).to_path(1e-9)
            }
            Shape::Polygon { sides } => corners(sides, 1.0),
            Shape::Star { points, inner } => corners(points * 2, f64::from(inner)),
            Shape::Path(path) => {
                let mut points =
                    path.points.iter().map(|&[x, y]| Point::new(f64::from(x) * width, f64::from(y) * height));
                let mut next = || points.next().unwrap();
                let mut outline = BezPath::new();
                for verb in &path.verbs {
                    match verb {
                        Verb::Move => outline.move_to(next()),
                        Verb::Line => outline.line_to(next()),
                        Verb::Quad => outline.quad_to(next(), next()),
                        Verb::Cubic => outline.curve_to(next(), next(), next()),
                        Verb::Close => outline.close_path(),
                    }
                }
                outline
            }
            Shape::Paths(_) | Shape::Texts(_) => unreachable!("an element has one shape"),
            Shape::Text(_) | Shape::Image(_) => unreachable!("these programs have neither texts nor images"),
            Shape::Line { .. } => unreachable!("a line is one thing"),
        }
    }

    fn distance(outline: &BezPath, at: Point) -> f64 {
        let nearest = outline.segments().map(|segment| segment.nearest(at, 1e-9).distance_sq);
        nearest.fold(f64::INFINITY, f64::min).sqrt()
    }

    /// Whether an outline is drawn at a place; none where that is too near to tell.
    fn covers(pass: &Pass<'_>, index: usize, outline: &BezPath, is_inside: bool, at: Point) -> Option<bool> {
        if !pass.draws(index) {
            return Some(false);
        }
        let distance = distance(outline, at);
        let pen = pass.stroke.map(|stroke| f64::from(stroke.width.get(index)) / 2.0);
        let is_stroked = pen.is_some_and(|pen| distance <= pen);
        let is_clear = match pen {
            Some(pen) => (distance - pen).abs() > NEAR,
            None => distance > NEAR,
        };
        is_clear.then_some(is_stroked || pass.fill.is_some() && is_inside)
    }

    /// Which element is met at a place; the outer none where that is too near to tell.
    fn met<'f>(frame: &Frame<'f>, domain: &str, at: [f64; 2]) -> Option<Option<Hit<'f>>> {
        let canvas = Affine::new(View::default().to_canvas(800, 600)) * Point::new(at[0], at[1]);
        let passes: Vec<Pass<'_>> = frame.passes().filter(|pass| pass.domain == domain).collect();
        for pass in passes.iter().rev() {
            let at = Affine::new(pass.view.to_canvas(800, 600)).inverse() * canvas;
            if let Shape::Line { closed } = pass.shape {
                let points: Vec<Point> =
                    pass.line().map(|point| Point::from(<(f32, f32)>::from(point.position))).collect();
                let mut outline = BezPath::new();
                outline.move_to(points[0]);
                points[1..].iter().for_each(|point| outline.line_to(*point));
                let mut area = outline.clone();
                area.close_path();
                let outline = if closed { &area } else { &outline };
                if covers(pass, 0, outline, area.winding(at) != 0, at)? {
                    let nearest = |a: &usize, b: &usize| {
                        points[*a].distance(at).partial_cmp(&points[*b].distance(at)).unwrap()
                    };
                    let index = (0..points.len()).min_by(nearest);
                    return Some(index.map(|index| Hit { pass: pass.name, index }));
                }
                continue;
            }
            for index in pass.elements().collect::<Vec<_>>().into_iter().rev() {
                let number = |lanes: crate::frame::Lanes<'_>| f64::from(lanes.get(index));
                let outline = outline(pass.shape.of(index), number(pass.width), number(pass.height));
                let place = Vec2::new(number(pass.x), number(pass.y));
                let to_world = Affine::translate(place) * Affine::rotate(number(pass.rotation));
                let outline = to_world * outline;
                let rule = if let Shape::Path(path) = pass.shape.of(index) {
                    path.fill_rule
                } else {
                    FillRule::NonZero
                };
                // What is filled is closed.
                let mut area = BezPath::new();
                for element in outline.elements() {
                    if matches!(element, PathEl::MoveTo(_)) && !area.elements().is_empty() {
                        area.close_path();
                    }
                    area.push(*element);
                }
                area.close_path();
                let winding = area.winding(at);
                let is_inside = match rule {
                    FillRule::NonZero => winding != 0,
                    FillRule::EvenOdd => winding % 2 != 0,
                };
                if covers(pass, index, &outline, is_inside, at)? {
                    return Some(Some(Hit { pass: pass.name, index }));
                }
            }
        }
        Some(None)
    }

    #[test]
    fn any_place_of_a_picture() {
        let mut engine = engine(PICTURE);
        engine.set_canvas([800, 600]).unwrap();
        let frame = engine.frame(0).unwrap();
        let mut state = 5_u64;
        let mut chance = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for domain in ["dots", "deep", "string", "area"] {
            let mut seen = [0; 3];
            for _ in 0..600 {
                let at = [chance() * 1.2 - 0.1, chance() * 1.2 - 0.1];
                let Some(expected) = met(&frame, domain, at) else {
                    seen[2] += 1;
                    continue;
                };
                let found = frame.hit(domain, at);
                assert_eq!(found, expected, "{domain} at {at:?}");
                seen[usize::from(found.is_some())] += 1;
            }
            assert!(seen[0] > 40 && seen[1] > 40 && seen[2] < 60, "{domain}: {seen:?}");
        }
    }
}
