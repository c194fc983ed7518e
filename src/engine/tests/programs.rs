//! Rich programs, for whatever must hold of any program. The allocation test, a binary of its own, has them too.

use super::pavane::program::{
    Builder, Camera, ChannelKind, DomainRef, Edge, Op, Program, Reduction, ShapeRow, Type,
};

/// Elements of the large domains: more than are kept on one thread.
const MANY: u32 = 20_000;

/// All of them, by name.
pub(super) fn all() -> Vec<Program> {
    [spiral as fn() -> Program, deep, together, springs, stages, fading, signals, paths, rails, beats, flock]
        .map(|make| make())
        .into()
}

fn finish(b: &Builder) -> Program {
    b.finish().unwrap_or_else(|error| panic!("{error}"))
}

/// Without state: a golden spiral whose colours and sizes move.
fn spiral() -> Program {
    let b = Builder::new("spiral");
    let phase = b.signal("phase", b.phase(4.0));
    let d = b.domain("d", MANY);
    let angle = b.affine_turns(d, 0.381_966, phase);
    let radius = b.rank(d).sqrt() * 0.5;
    let noise = b.affine_noise(d, 0.37, b.time());
    let position = b.vec2(0.5, 0.5) + b.polar_turns(radius, angle);
    let pass = b.pass("dots", d).circle().position(position).size(noise * 0.02);
    pass.color(b.hsv(angle + phase, 0.8, noise)).opacity(b.rank(d)).draw();
    b.background(b.rgba(0.0, 0.0, 0.1, 1.0));
    finish(&b)
}

/// State that goes by those nearby: speeds are averaged, places kept apart; how many are near is folded once more.
fn flock() -> Program {
    let b = Builder::new("flock");
    let d = b.domain("d", 3_000);
    let place = b.cell("d.place", Type::Vec2, 0.0, Some(d));
    let speed = b.cell("d.speed", Type::Vec2, 0.0, Some(d));
    let at = place.fresh().select(b.vec2(b.random(d, 1), b.random(d, 2)), place.get());
    let begins = b.polar_turns(b.random(d, 3) * 0.1, b.random(d, 4));
    let moves = speed.fresh().select(begins, speed.get());
    let near = b.near(at, b.float(0.03) + b.time().sin() * 0.01, 20, Edge::Wrap);
    let apart = at.near_own(near) - at.near_other(near);
    let apart = apart.op(Op::FractSigned, &[]);
    let crowd = b.bool(true).near_count(near).to_float();
    let denser = crowd.near_other(near).near_max(near);
    let to = moves.near_other(near).near_mean(near) + apart.near_sum(near) * 0.5;
    let next = moves + (to - moves) * 0.2;
    speed.next(next);
    place.next((at + next * b.dt()).fract());
    let closest = (apart.length() + 0.01).near_nearest(near).to_float();
    let color = b.hsv(crowd * 0.03, 0.8, 1.0);
    let size = denser * 0.0005 + closest * 0.000_001;
    b.pass("dots", d).circle().position(at).size(size.abs()).color(color).draw();
    finish(&b)
}

/// States of elements that a timer sets several times a frame.
fn beats() -> Program {
    let b = Builder::new("beats");
    let beat = b.every("beat", 0.006);
    let d = b.domain("d", MANY);
    let x = b.cell("d.x", Type::Float, 0.25, Some(d));
    let glow = b.cell("d.glow", Type::Float, 0.0, Some(d));
    glow.next(glow.get() * 0.9);
    let moved = (x.get() * 1.3 + b.rank(d) * 0.3 + b.time() * 0.1).fract();
    beat.reaction().set(x, moved).set(glow, b.rank(d)).done();
    let place = b.vec2(x.get(), b.rank(d));
    b.pass("dots", d)
        .circle()
        .position(place)
        .size(glow.get() * 0.02)
        .color(b.rgba(1.0, 0.5, 0.0, 1.0))
        .draw();
    finish(&b)
}

/// Perspective and order of depth, with a camera that moves.
fn deep() -> Program {
    let b = Builder::new("deep");
    let turn = b.signal("turn", b.phase(7.0));
    let d = b.domain("d", MANY);
    let at = |salt| b.random(d, salt) * 2.0 - 0.5;
    let position = b.vec3(at(1), at(2), at(3) + turn.sin_turns());
    let eye = b.polar_turns(2.5, turn);
    let camera = b.perspective(b.vec3(eye.x(), 0.3, eye.y()), b.vec3(0.5, 0.5, 0.0), b.float(0.8));
    let star = ShapeRow::Star { points: 5, inner: None };
    let pass = b.pass("stars", d).shape(star).position(position).size(0.02).camera(camera).depth_order();
    pass.color(b.oklch(0.7, 0.1, b.random(d, 4))).rotation(b.time()).draw();
    let flat = b.orthographic(b.vec2(0.5, 0.5), b.float(1.5), Some(turn));
    let pass =
        b.pass("flat", d).shape(ShapeRow::Rect { corner: None }).position(position).size(b.vec2(0.01, 0.02));
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    pass.camera(flat)
        .depth_order()
        .layer(-1)
        .stroke(white, 0.001, |stroke| stroke.trim(0.0, turn).dash(b.vec2(0.01 * turn, b.random(d, 5)), turn))
        .draw();
    finish(&b)
}

/// Passes of several domains that are ordered together, with one between them in the program that is not.
fn together() -> Program {
    let b = Builder::new("together");
    let turn = b.signal("turn", b.phase(5.0));
    let eye = b.polar_turns(2.5, turn);
    let camera = b.perspective(b.vec3(eye.x(), 0.3, eye.y()), b.vec3(0.5, 0.5, 0.0), b.float(0.8));
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    for (name, count) in [("a", MANY), ("b", 300), ("c", 1)] {
        let d = b.domain(name, count);
        // NaN for some, others every time.
        let x = (b.random(d, 1) * 1.2 - turn * 0.2).sqrt();
        let pass = b.pass(name, d).circle().position(b.vec3(x, b.random(d, 2), b.random(d, 3))).size(0.02);
        pass.camera(camera).layer_depth_order().color(white).draw();
        b.pass(&format!("{name}_flat"), d).circle().position(b.vec2(x, 0.5)).size(0.01).color(white).draw();
    }
    finish(&b)
}

/// Every operator of state, for all and per element.
fn springs() -> Program {
    let b = Builder::new("springs");
    let pointer = b.channel("pointer", Type::Vec2, &[0.4, 0.6], ChannelKind::Hold);
    let key = b.channel("key", Type::Bool, &[0.0], ChannelKind::Momentary);
    let slow = b.signal("slow", b.lag("slow", pointer + b.time().sin(), 0.3));
    let late = b.signal("late", b.delay("late", slow, 7));
    let echo = b.signal("echo", b.delay_time("echo", late.x(), 0.11, 32));
    let held = b.signal("held", b.sample_and_hold("held", echo, key));
    let presses = b.cell("presses", Type::Int, 3.0, None);
    presses.next(presses.get() + b.period(Op::Pulse, 0.2));
    b.signal("presses", presses.get());
    let d = b.domain("d", MANY);
    let speed = b.random(d, 1) + 0.2;
    let turn = b.phasor("turn", speed);
    let sum = b.integrate("sum", speed * turn);
    let follow = b.slew("follow", sum.fract(), 0.7, 2.0);
    let lagged = b.lag("lagged", follow, speed);
    let back = b.delay("back", lagged, 3);
    let smooth = b.delay_time("smooth", back, 0.04, 8);
    let flip = b.cell("flip", Type::Bool, 1.0, Some(d));
    flip.next(!flip.get());
    let size = flip.get().select(0.01, 0.02) + held * 0.0;
    let position = b.vec2(b.rank(d), smooth) + late;
    b.pass("dots", d).position(position).size(size).color(b.hsv(turn, 1.0, 1.0)).draw();
    finish(&b)
}

/// Chains of neighbours and reductions, from one domain into another.
fn stages() -> Program {
    let b = Builder::new("stages");
    let d = b.domain("d", MANY);
    let e = b.domain("e", 300);
    let base = b.field(d, "base", (b.rank(d) + b.time()).sin_turns());
    let difference = b.neighbor(base, 1, Edge::Wrap) - b.neighbor(base, -1, Edge::Clamp);
    let slope = b.field(d, "slope", difference);
    let across = b.at(slope, b.index(d) * b.int(7) - b.int(900), Edge::Wrap);
    let curve = b.field(d, "curve", b.neighbor(slope, 700, Edge::Wrap) + base + across * 0.5);
    let most = b.reduce("most", curve, Reduction::Max);
    let group = (b.index(d) * b.int(13)).modulo(b.int(40));
    let place = b.element(Op::PlaceBy, d, &[base.into(), group.into()]).to_float();
    let along = b.element(Op::RunningSum, d, &[slope.into()]);
    let bins = b.element(Op::MeanBy, e, &[along.into(), group.into()]);
    let mean = b.reduce("mean", slope, Reduction::Mean);
    let scale = b.signal("scale", 1.0 / most.max(0.1) + mean);
    let height = b.field(e, "height", b.rank(e) * scale + bins * 0.01);
    let sum = b.reduce("sum", height, Reduction::Sum);
    let line =
        b.pass("line", e).shape(ShapeRow::Line { closed: true }).position(b.vec2(b.rank(e), height / sum));
    line.stroke(b.rgba(1.0, 0.5, 0.0, 1.0), 0.01, |stroke| stroke).draw();
    let dots = b.pass("dots", d).position(b.vec2(b.rank(d), curve * scale)).size(place * 0.00001 + 0.01);
    dots.color(b.rgba(0.2, 0.5, 1.0, 0.5)).draw();
    finish(&b)
}

/// Elements that become NaN and infinite and come back, flat and in perspective.
fn fading() -> Program {
    let b = Builder::new("fading");
    let d: DomainRef = b.domain("d", MANY);
    let edge = b.phase(0.5);
    let y = (b.rank(d) - edge).sqrt();
    let x = 0.5 / (b.random(d, 1) - edge * 0.25).floor();
    let camera =
        b.camera(Camera::Perspective { eye: None, target: None, up: None, fov: None, near: None, far: None });
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    let pass = b.pass("deep", d).position(b.vec3(b.rank(d), y, b.random(d, 2))).size(0.01);
    pass.camera(camera).depth_order().color(white).draw();
    b.pass("flat", d).position(b.vec2(x, y)).size(0.01).color(white).draw();
    finish(&b)
}

/// Dots and a dashed line along a path that is another one every second.
fn paths() -> Program {
    let b = Builder::new("paths");
    let heart = [[0.0, -0.2], [-0.2, -0.7], [-0.9, -0.1], [0.0, 0.5], [0.9, -0.1], [0.2, -0.7], [0.0, -0.2]];
    let heart = b.path("heart", "MCCZ", &heart);
    let wave = b.path(
        "wave",
        "MQQML",
        &[[-0.5, 0.0], [-0.25, -0.5], [0.0, 0.0], [0.25, 0.5], [0.5, 0.0], [0.0, 0.4], [0.3, 0.5]],
    );
    let shape = b.signal("shape", b.phase(2.0).lt(0.5).select(heart, wave));
    b.signal("lead", shape.path_point(b.phase(3.0)));
    b.signal("heading", shape.path_direction(b.phase(3.0)));
    let d = b.domain("d", MANY);
    let share = (b.rank(d) + b.time() * 0.1).fract();
    let position = b.field(d, "position", shape.path_point(share) + b.vec2(0.5, 0.5));
    let heading = b.field(d, "heading", shape.path_direction(share));
    // Of one path and a place that never changes: computed once.
    let still = heart.path_point(b.rank(d)).x();
    let pass = b.pass("dots", d).path(shape).position(position).size(0.01 + still * 0.005);
    pass.rotation(heading * std::f64::consts::TAU).color(b.hsv(heading, 0.8, 1.0)).draw();
    let e = b.domain("e", 2);
    let dash = b.vec2(b.rank(e) * 0.1, 0.03);
    let pass = b.pass("outline", e).path(shape).position(b.vec2(0.5, 0.5)).size(1.0);
    pass.stroke(b.rgba(1.0, 1.0, 1.0, 1.0), 0.01, |stroke| stroke.dash(dash, b.time())).draw();
    finish(&b)
}

/// Lines that a moving camera cuts, with elements that cannot be drawn, and sizes and scales that go below 0.
fn rails() -> Program {
    let b = Builder::new("rails");
    let turn = b.signal("turn", b.phase(3.0));
    let d = b.domain("d", 500);
    // NaN for some, others every time.
    let place = (b.random(d, 1) - b.phase(2.0) * 0.2).sqrt();
    let position = b.vec3(place, b.random(d, 2), b.random(d, 3) * 4.0 - 2.0);
    let eye = b.polar_turns(0.5, turn);
    let camera = b.perspective(b.vec3(eye.x(), 0.3, eye.y()), b.vec3(0.5, 0.5, 0.0), b.float(0.8));
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    let pass = b.pass("ground", d).line(true).position(position).camera(camera).color(white);
    pass.stroke(white, 0.01, |stroke| stroke.trim(turn, turn + 0.5)).opacity(turn).draw();
    let [near, far] = [0.5, -0.5].map(|limit| Some((b.float(limit) * turn).node()));
    let flat = b.camera(Camera::Orthographic { center: None, extent: None, rotation: None, near, far });
    let pass = b.pass("flat", d).line(false).position(position).camera(flat);
    pass.stroke(white, 0.01, |stroke| stroke).draw();
    let size = b.vec2(b.random(d, 4) - turn, turn);
    let pass = b.pass("cards", d).rect(0.0).position(position).camera(camera).size(size);
    pass.scale(b.vec2(b.random(d, 5) - 0.5, 1.0)).color(white).draw();
    finish(&b)
}

/// Signals only.
fn signals() -> Program {
    let b = Builder::new("signals");
    let mut value = b.time();
    for k in 0..200 {
        value = b.signal(&format!("s{k}"), (value + f64::from(k)).sin());
    }
    finish(&b)
}
