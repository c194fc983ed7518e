//! Programs that depend on their own past.

use pavane::frame::Blend;
use pavane::program::{Builder, ChannelKind, Edge, Op, Reduction, ShapeRow, Type};

use crate::common::{Lch, glow, groups, ramp};

/// Silk ribbons: every bead follows where the bead before it was a frame ago.
pub(crate) fn feedback_loop(b: &Builder) {
    b.about(
        "Feedback loop",
        "Fifteen ribbons of 200 beads: each bead follows the past of the one before, heads chase tails",
    );
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.15, 0.03, 0.8).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    let (ribbons, length) = (15.0, 200);
    let dt = b.dt();

    let beads = b.domain("beads", 15 * length);
    let (bead, ribbon) = groups(b, beads, length);
    let bead = b.field(beads, "bead", bead);
    let along = b.field(beads, "along", bead / f64::from(length - 1));
    let ribbon = b.field(beads, "ribbon", ribbon / ribbons);
    let is_head = bead.lt(0.5);

    // Each head has a path of its own, in and out of the middle.
    let reach = (phase * 2.0).fract().wave_sine() * 0.47 + 0.1;
    let swing = ribbon + phase + (phase * 2.0).sin_turns() * 0.12;
    let goal = b.field(beads, "goal", b.polar_turns(reach, swing) + 0.5);

    let at = b.cell("at", Type::Vec2, 0.0, Some(beads));
    let speed = b.cell("speed", Type::Vec2, 0.0, Some(beads));
    let was = b.field(beads, "was", at.fresh().select(goal, at.get()));
    // The bead before; before a head that is the tail of the ribbon before, which closes the loop.
    let ahead = b.field(beads, "ahead", b.neighbor(was, -1, Edge::Wrap));
    let pull = (goal.mix(ahead, 0.28) - was) * 22.0 - speed.get() * 4.2;
    let moving = b.field(beads, "moving", speed.get() + pull * dt);
    speed.next(is_head.select(moving, speed.get()));
    let share = 1.0 - (-(dt / 0.014)).exp();
    let followed = was + (ahead - was) * share;
    let now = b.field(beads, "now", is_head.select(was + moving * dt, followed));
    at.next(now);

    let before = b.neighbor(now, -1, Edge::Clamp);
    let way = b.field(beads, "way", (before - now) * is_head.select(0.0, 1.0));
    let lean = b.field(beads, "lean", b.op(Op::Atan2, &[way.y().into(), way.x().into()]));
    let center = b.field(beads, "center", now + way * 0.5);
    let thin = b.field(beads, "thin", (1.0 - along) * (along * 16.0).clamp01());
    let color = ramp(
        b,
        along,
        &[
            Lch(0.94, 0.07, 0.22),
            Lch(0.78, 0.16, 0.1),
            Lch(0.64, 0.21, 0.97),
            Lch(0.53, 0.2, 0.84),
            Lch(0.46, 0.16, 0.75),
        ],
    );
    let color = b.field(beads, "color", color);
    let alpha = 1.0 - along * 0.62;
    b.pass("veil", beads)
        .circle()
        .position(now)
        .size(thin * 0.03)
        .color(color.with_alpha(alpha * 0.028))
        .blend(Blend::Add)
        .draw();
    b.pass("threads", beads)
        .shape(ShapeRow::Rect { corner: None })
        .position(center)
        .size(b.vec2(way.length(), thin * 0.0018 + 0.0014))
        .rotation(lean)
        .color(color.with_alpha(alpha * 0.9))
        .blend(Blend::Add)
        .layer(2)
        .draw();
    // Beads of the same age are tied across: the ribbons become one net.
    let across = b.neighbor(now, length.cast_signed(), Edge::Wrap);
    let tie = b.field(beads, "tie", across - now);
    b.pass("ties", beads)
        .shape(ShapeRow::Rect { corner: None })
        .position(now + tie * 0.5)
        .size(b.vec2(tie.length(), 0.0011))
        .rotation(b.op(Op::Atan2, &[tie.y().into(), tie.x().into()]))
        .color(color.with_alpha(alpha * (1.0 - tie.length()) * 0.26))
        .blend(Blend::Add)
        .layer(1)
        .draw();
    b.pass("heads", beads)
        .circle()
        .position(now)
        .size(is_head.select(0.0085, 0.0))
        .color(Lch(0.97, 0.04, 0.22).of(b))
        .layer(3)
        .draw();
    glow(b, "light", b.vec2(0.5, 0.5), 1.3, Lch(0.42, 0.14, 0.82).of(b), 0.011, 40);
}

/// A flock that circles what its own mean was, under a camera that follows it.
pub(crate) fn murmuration(b: &Builder) {
    b.about(
        "Murmuration",
        "4000 birds steer by the mean of the flock and by their neighbours; the camera follows",
    );
    b.clip(12.0, 60, [1920, 1080]);
    b.background(Lch(0.2, 0.04, 0.76).of(b));
    let wind = b.channel("wind", Type::Float, &[1.0], ChannelKind::Hold);
    let t = b.signal("t", b.time());
    let dt = b.signal("dt", b.dt().min(0.05));
    let birds = b.domain("birds", 4000);
    // They start on a ball: a golden spiral of radii, tilted by chance.
    let disc = b.polar_turns(b.random(birds, 1) * 0.3, b.random(birds, 2));
    let home = b.vec3(disc.x() * 1.6, disc.y() * 0.7, (b.random(birds, 3) - 0.5) * 0.5);
    let at = b.cell("at", Type::Vec3, 0.0, Some(birds));
    let speed = b.cell("speed", Type::Vec3, 0.0, Some(birds));
    let place = b.field(birds, "place", at.fresh().select(home, at.get()));
    let heading = b.field(birds, "heading", speed.get());
    // The flock as a whole, as it was at the end of the last frame.
    let middle = b.reduce("middle", place, Reduction::Mean);
    let drift = b.reduce("drift", heading, Reduction::Mean);

    let out = b.field(birds, "out", place - middle);
    let range = b.field(birds, "range", out.length());
    // Some keep closer to the middle than others.
    let bold = b.random(birds, 5) * 1.6 + 0.35;
    let gather = -(out * (range * 3.0 / (bold * bold) + 0.7));
    let axis = b.signal("axis", b.vec3((t * 0.07).sin_turns() * 0.5, 1.0, (t * 0.05).cos_turns() * 0.4));
    let turn = b.op(Op::Cross, &[out.into(), axis.into()]) * (bold * 0.6 + 1.2);
    let at_wind = b.field(birds, "at_wind", place * 2.3 + b.vec3(t * 0.16, t * -0.11, t * 0.07));
    let gust = |seed: u32| b.noise(Op::GradientNoise, at_wind, seed);
    let gusts = b.vec3(gust(1), gust(2) * 0.7, gust(3)) * wind * 1.8;
    let near = b.neighbor(heading, 1, Edge::Wrap) + b.neighbor(heading, -1, Edge::Wrap) - heading * 2.0;
    let steer = gather + turn + gusts + near * 0.5 - middle * 1.5 - drift * 0.4 - heading * 0.25;
    let flown = heading + steer * dt;
    let flown = flown * ((bold * 0.22 + 0.36).min(flown.length()) / flown.length().max(1e-4));
    let flown = b.field(birds, "flown", flown);
    speed.next(flown);
    at.next(place + flown * dt);

    let focus = b.signal("focus", b.lag("focus", middle, 0.35));
    let eye = b.signal("eye", focus * 0.8 + b.vec3((t * 0.06).sin_turns() * 0.4, -0.16, 1.45));
    let camera = b.perspective(eye, focus, b.float(0.62));
    let distance = b.field(birds, "distance", place.distance(eye));
    let close = b.field(birds, "close", (1.95 - distance).clamp01());
    let pace = b.field(birds, "pace", flown.length());
    let flap = (t * 3.0 + b.random(birds, 7)).fract().wave_sine();
    let color = ramp(
        b,
        close * 0.75 + pace * 0.4,
        &[Lch(0.42, 0.09, 0.77), Lch(0.57, 0.15, 0.88), Lch(0.74, 0.16, 0.05), Lch(0.93, 0.09, 0.2)],
    );
    b.pass("birds", birds)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(place)
        .size(b.vec2(pace * 0.0085 + 0.003, flap * 0.0018 + 0.0019))
        .rotation(b.op(Op::Atan2, &[flown.y().into(), flown.x().into()]))
        .color(color.with_alpha(close * 0.55 + 0.45))
        .camera(camera)
        .depth_order()
        .draw();
    glow(b, "dusk", b.vec2(0.5, 1.2), 2.6, Lch(0.52, 0.19, 0.0).of(b), 0.0115, 48);
}

/// A wheel that throws sparks: each remembers where the wheel stood when it was born.
pub(crate) fn spark_wheel(b: &Builder) {
    b.about(
        "Spark wheel",
        "4800 sparks remember where the wheel and the `pointer` were when they were born, and fly on",
    );
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.155, 0.03, 0.8).of(b));
    let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.46], ChannelKind::Hold);
    let speed = b.channel("speed", Type::Float, &[0.3], ChannelKind::Hold);
    let phase = b.signal("phase", b.phase(12.0));
    let hub = b.signal("hub", b.lag("hub", pointer, 0.15));
    // The wheel speeds up and slows down; its angle is the integral of that.
    let rate = b.signal("rate", ((phase * 2.0).wave_sine() * 1.3 + 0.35) * speed);
    let angle = b.signal("angle", b.integrate("angle", rate));
    let dt = b.signal("step", b.dt());

    let sparks = b.domain("sparks", 4800);
    let life = b.field(sparks, "life", b.random(sparks, 1) * 1.5 + 0.8);
    let share = b.field(sparks, "share", (b.time() / life + b.rank(sparks) * 97.0).fract());
    let age = b.field(sparks, "age", share * life);
    // It is born again when its age wraps, which was a little before this frame: the wheel stood less far then.
    let born = age.lt(dt);
    let nozzle = (b.index(sparks).modulo(b.int(6)).to_float()) / 6.0;
    let from = b.field(sparks, "from", b.sample_and_hold("from", nozzle + angle - rate * age, born));
    let wheel = b.field(sparks, "wheel", b.sample_and_hold("wheel", hub, born));

    // Thrown along the rim and outward, slowed by the air, pulled down.
    let chance = b.random(sparks, 2);
    let throw = from - 0.14 + (b.random(sparks, 3) - 0.5) * 0.07;
    let push = b.field(sparks, "push", b.polar_turns(chance * chance * 0.75 + 0.28, throw));
    let drag = 1.7;
    let left = b.field(sparks, "left", (age * -drag).exp());
    let fall = age * age * 0.1;
    let flown = push * ((1.0 - left) / drag) + b.vec2(0.0, fall);
    let place = b.field(sparks, "place", wheel + b.polar_turns(0.085, from) + flown);
    let pace = b.field(sparks, "pace", push * left + b.vec2(0.0, age * 0.2));
    let fade = b.field(sparks, "fade", (1.0 - share) * (age * 40.0).clamp01());
    let color = ramp(
        b,
        share * 1.1,
        &[
            Lch(0.98, 0.05, 0.26),
            Lch(0.88, 0.14, 0.21),
            Lch(0.74, 0.18, 0.13),
            Lch(0.6, 0.2, 0.05),
            Lch(0.5, 0.19, 0.94),
            Lch(0.42, 0.15, 0.8),
        ],
    );
    let color = b.field(sparks, "color", color);
    b.pass("glow", sparks)
        .circle()
        .position(place)
        .size(fade * 0.012 + 0.004)
        .color(color.with_alpha(fade * 0.09))
        .blend(Blend::Add)
        .draw();
    b.pass("streaks", sparks)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(place)
        .size(b.vec2(pace.length() * 0.04 + 0.0016, fade * 0.0012 + 0.0008))
        .rotation(b.op(Op::Atan2, &[pace.y().into(), pace.x().into()]))
        .color(color.with_alpha(fade.sqrt() * 0.9))
        .blend(Blend::Add)
        .layer(1)
        .draw();

    let nozzles = b.domain("nozzles", 6);
    let at = b.index(nozzles).to_float() / 6.0 + angle;
    b.pass("nozzles", nozzles)
        .circle()
        .position(hub + b.polar_turns(0.085, at))
        .size(0.009)
        .color(Lch(0.98, 0.04, 0.25).of(b))
        .layer(2)
        .draw();
    let rim = b.domain("rim", 1);
    b.pass("rim", rim)
        .circle()
        .position(hub)
        .size(0.17)
        .stroke(Lch(0.8, 0.12, 0.17).of(b).with_alpha(0.5), 0.0018, |s| s)
        .layer(2)
        .draw();
    glow(b, "light", hub, 1.5, Lch(0.5, 0.18, 0.06).of(b), 0.0118, 26);
}
