//! Programs that depend on their own past.

use pavane::frame::Blend;
use pavane::program::{Builder, ChannelKind, Edge, Op, Reduction, ShapeRow, Type};

use crate::common::{Lch, glow, groups, ramp};

/// Silk ribbons: every bead follows where the bead before it was a frame ago.
pub(crate) fn feedback_loop(b: &Builder) {
    b.about("Feedback loop", "Nine ribbons of beads, each following the past of the one before; springs lead them");
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.15, 0.03, 0.8).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    let beads_per_ribbon = 160;
    let ribbons = 9.0;

    let beads = b.domain("beads", 9 * beads_per_ribbon);
    let (bead, ribbon) = groups(b, beads, beads_per_ribbon);
    let bead = b.field(beads, "bead", bead);
    let along = b.field(beads, "along", bead / f64::from(beads_per_ribbon - 1));
    let ribbon = b.field(beads, "ribbon", ribbon / ribbons);
    let is_head = bead.lt(0.5);

    // Where the swarm's middle was a frame ago: the leaders steer away from it, which closes the loop.
    let crowd = b.cell("crowd", Type::Vec2, 0.5, None);
    let aim = phase + ribbon;
    let path = b.vec2(
        aim.cos_turns() * 0.3 + (aim * 3.0).cos_turns() * 0.11,
        (aim * 2.0).sin_turns() * 0.24 + (aim * 3.0).sin_turns() * 0.11,
    );
    let push = b.signal("push", (b.vec2(0.5, 0.5) - crowd.get()) * 1.4);
    let goal = b.field(beads, "goal", path + push + 0.5);

    let at = b.cell("at", Type::Vec2, 0.0, Some(beads));
    let speed = b.cell("speed", Type::Vec2, 0.0, Some(beads));
    let was = b.field(beads, "was", at.fresh().select(goal, at.get()));
    let dt = b.dt();
    // Heads hang on a spring and overshoot; the others lag behind the past of their predecessor.
    let pull = (goal - was) * 26.0 - speed.get() * 4.6;
    let moving = speed.get() + pull * dt;
    speed.next(is_head.select(moving, speed.get()));
    let ahead = b.neighbor(was, -1, Edge::Clamp);
    let share = 1.0 - (-(dt / 0.014)).exp();
    let followed = was + (ahead - was) * share;
    let now = b.field(beads, "now", is_head.select(was + moving * dt, followed));
    at.next(now);
    let middle = b.reduce("middle", now, Reduction::Mean);
    crowd.next(middle);

    let before = b.neighbor(now, -1, Edge::Clamp);
    let way = b.field(beads, "way", is_head.select(now - now, before - now));
    let thin = b.field(beads, "thin", (1.0 - along) * (along * 24.0).clamp01());
    let color = ramp(
        b,
        along * 0.62 + ribbon * 0.38,
        &[Lch(0.93, 0.07, 0.21), Lch(0.77, 0.16, 0.09), Lch(0.63, 0.21, 0.96), Lch(0.53, 0.2, 0.83), Lch(0.46, 0.15, 0.75)],
    );
    let color = b.field(beads, "color", color);
    let lean = b.field(beads, "lean", b.op(Op::Atan2, &[way.y().into(), way.x().into()]));
    let center = b.field(beads, "center", now + way * 0.5);
    let capsule = |name: &str, width: f64, alpha: f64, layer| {
        let across = thin * width + 0.0012;
        b.pass(name, beads)
            .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
            .position(center)
            .size(b.vec2(way.length() + across, across))
            .rotation(lean)
            .color(color.with_alpha((1.0 - along * 0.8) * alpha))
            .blend(Blend::Add)
            .layer(layer)
            .draw();
    };
    capsule("veil", 0.042, 0.03, 0);
    capsule("silk", 0.012, 0.11, 1);
    capsule("thread", 0.002, 0.6, 2);
    b.pass("heads", beads)
        .circle()
        .position(now)
        .size(is_head.select(0.0105, 0.0))
        .color(Lch(0.97, 0.04, 0.22).of(b))
        .layer(3)
        .draw();
    glow(b, "light", b.vec2(0.5, 0.5), 1.0, Lch(0.42, 0.14, 0.82).of(b), 0.007, 24);
}

/// A flock that circles what its own mean was, under a camera that follows it.
pub(crate) fn murmuration(b: &Builder) {
    b.about("Murmuration", "2400 birds steer by the mean of the flock and by their neighbours; the camera follows");
    b.clip(12.0, 60, [1920, 1080]);
    b.background(Lch(0.2, 0.04, 0.76).of(b));
    let wind = b.channel("wind", Type::Float, &[1.0], ChannelKind::Hold);
    let t = b.signal("t", b.time());
    let dt = b.signal("dt", b.dt().min(0.05));
    let birds = b.domain("birds", 2400);
    let home = b.vec3(
        b.random(birds, 1) - 0.5,
        (b.random(birds, 2) - 0.5) * 0.5,
        b.random(birds, 3) - 0.5,
    ) * 0.8;
    let at = b.cell("at", Type::Vec3, 0.0, Some(birds));
    let speed = b.cell("speed", Type::Vec3, 0.0, Some(birds));
    let place = b.field(birds, "place", at.fresh().select(home, at.get()));
    let heading = b.field(birds, "heading", speed.get());
    // The flock as a whole, as it was at the end of the last frame.
    let middle = b.reduce("middle", place, Reduction::Mean);
    let drift = b.reduce("drift", heading, Reduction::Mean);

    let roost = b.signal(
        "roost",
        b.vec3((t * 0.11).sin_turns() * 0.5, (t * 0.17).sin_turns() * 0.12, (t * 0.09).cos_turns() * 0.35),
    );
    let out = b.field(birds, "out", place - middle);
    let range = b.field(birds, "range", out.length());
    let gather = -(out * (range * 2.2 + 0.5));
    let turn = b.op(Op::Cross, &[out.into(), b.vec3(0.25, 1.0, 0.1).into()]) * 2.6;
    let gust = |seed: u32, shift: f64| b.noise(Op::GradientNoise, place * 1.9 + t * 0.21 + shift, seed);
    let gusts = b.vec3(gust(1, 0.0), gust(2, 17.0) * 0.8, gust(3, 31.0)) * wind * 1.9;
    let near = b.neighbor(heading, 1, Edge::Wrap) + b.neighbor(heading, -1, Edge::Wrap) - heading * 2.0;
    let follow = (roost - middle) * 1.3;
    let steer = gather + turn + gusts + near * 0.9 + follow + (drift - heading) * 0.35;
    let flown = heading + steer * dt;
    let flown = flown * (b.float(0.85).min(flown.length()) / flown.length().max(1e-4));
    let flown = b.field(birds, "flown", flown);
    speed.next(flown);
    at.next(place + flown * dt);

    let focus = b.signal("focus", b.lag("focus", middle, 0.9));
    let eye = b.signal("eye", b.vec3(0.0, -0.1, 0.0) + focus * 0.35 + b.vec3(0.0, 0.0, 1.55));
    let camera = b.perspective(eye, focus, b.float(0.78));
    let distance = b.field(birds, "distance", place.distance(eye));
    let close = b.field(birds, "close", (1.9 - distance).clamp01());
    let pace = b.field(birds, "pace", flown.length());
    let flap = (t * 3.0 + b.random(birds, 7)).fract().wave_sine();
    let color = ramp(
        b,
        close * 0.8 + pace * 0.2,
        &[Lch(0.36, 0.07, 0.78), Lch(0.55, 0.13, 0.9), Lch(0.74, 0.15, 0.06), Lch(0.92, 0.09, 0.2)],
    );
    b.pass("birds", birds)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(place)
        .size(b.vec2(pace * 0.016 + 0.004, flap * 0.0035 + 0.0028))
        .rotation(b.op(Op::Atan2, &[flown.y().into(), flown.x().into()]))
        .color(color.with_alpha(close * 0.55 + 0.4))
        .camera(camera)
        .depth_order()
        .draw();
}
