//! Programs in three dimensions.

use pavane::program::{Builder, Op, ShapeRow};

use crate::common::{Lch, glow, groups, ramp, squared};

/// A sea of dots under a slowly circling camera.
pub(crate) fn wave_3d(b: &Builder) {
    b.about(
        "Wave",
        "A perspective camera circles a sea of 12 544 dots; depth order, haze and depth of field",
    );
    b.clip(12.0, 60, [1920, 1080]);
    b.background(Lch(0.15, 0.03, 0.76).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    // The sea looks the same after a quarter turn, so a quarter of the orbit is a loop.
    let orbit = b.signal("orbit", phase * 0.25 + 0.06);
    let target = b.signal("target", b.vec3(0.0, 0.015, 0.0));
    let around = b.polar_turns(1.16, orbit);
    let eye = b.signal("eye", b.vec3(around.x(), -0.44, around.y()));
    let camera = b.perspective(eye, target, b.float(0.72));

    let dots = b.domain("dots", 112 * 112);
    let cell = b.element(Op::LayoutGrid, dots, &[b.int(112).into(), b.int(112).into()]);
    let ground = b.field(dots, "ground", (cell - 0.5) * 2.5);
    let (x, z) = (ground.x(), ground.y());
    let radius = b.field(dots, "radius", ground.length());
    let rings = (radius * 2.3 - phase * 3.0).sin_turns() * (1.0 - b.float(0.0).smoothstep(1.15, radius));
    let swell = (x * 1.15).cos_turns() * (z * 1.15).cos_turns() * phase.cos_turns();
    let height = b.field(dots, "height", rings * 0.075 + swell * 0.06);
    let place = b.field(dots, "place", b.vec3(x, -height, z));
    let distance = b.field(dots, "distance", place.distance(eye));
    // Out of focus a dot grows and thins out; far away it sinks into haze.
    let blur = b.field(dots, "blur", (distance - 1.08).abs() * 0.012);
    let sharp = 0.0072;
    let size = b.field(dots, "size", blur + sharp);
    let thin = sharp / size;
    let haze =
        (1.0 - b.float(0.8).smoothstep(1.24, radius)) * (1.0 - b.float(1.1).smoothstep(2.3, distance) * 0.75);
    let color = ramp(
        b,
        height * 4.2 + 0.5,
        &[
            Lch(0.48, 0.15, 0.76),
            Lch(0.6, 0.18, 0.82),
            Lch(0.72, 0.18, 0.95),
            Lch(0.84, 0.13, 0.11),
            Lch(0.96, 0.07, 0.24),
        ],
    );
    let color = b.field(dots, "color", color.with_alpha(thin * haze));
    b.pass("dots", dots).circle().position(place).size(size).color(color).camera(camera).depth_order().draw();
    glow(b, "horizon", b.vec2(0.5, 0.34), 2.3, Lch(0.5, 0.16, 0.88).of(b), 0.0085, 40);
    glow(b, "dawn", b.vec2(0.5, 0.36), 0.95, Lch(0.7, 0.14, 0.08).of(b), 0.0085, 28);
}

/// Rings of comets that roll one after the other like the rings of a gyroscope.
pub(crate) fn orbital_rings(b: &Builder) {
    b.about(
        "Orbital rings",
        "Eighteen rings of comets roll after one another in perspective, drawn far to near",
    );
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.15, 0.028, 0.73).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    let (rings, beads) = (18.0, 420);
    let dots = b.domain("dots", 18 * beads);
    let (along, ring) = groups(b, dots, beads);
    let along = b.field(dots, "along", along / f64::from(beads));
    let ring = b.field(dots, "ring", ring / rings);
    let radius = ring * 0.35 + 0.085;
    let flat = b.field(dots, "flat", b.polar_turns(radius, along));
    // Inner rings lead; the outer ones follow with a growing delay.
    let delayed = phase - ring * 0.17;
    let tilt = b.field(dots, "tilt", delayed + (delayed * 2.0).sin_turns() * 0.06 + 0.16);
    let roll = b.field(dots, "roll", (delayed.sin_turns() * 0.07 + 0.06).op(Op::TurnsToRad, &[]));
    let leaned = b.vec2(flat.x(), flat.y() * tilt.cos_turns()).rotate(roll);
    let place = b.vec3(leaned.x() + 0.5, leaned.y() + 0.5, flat.y() * tilt.sin_turns());
    let place = b.field(dots, "place", place);
    // Three comets per ring, an inner ring faster than an outer one by whole turns.
    let laps = (6.0 - ring * 4.0).floor();
    let behind = b.field(dots, "behind", (phase * laps - along * 3.0 + ring * 6.87).fract());
    let tail = b.field(dots, "tail", squared(1.0 - behind, 2));
    let near = b.field(dots, "near", (place.z() * 1.1 + 0.5).clamp01());
    let color = ramp(
        b,
        ring,
        &[
            Lch(0.93, 0.08, 0.23),
            Lch(0.78, 0.15, 0.13),
            Lch(0.66, 0.2, 0.0),
            Lch(0.6, 0.18, 0.84),
            Lch(0.62, 0.14, 0.71),
        ],
    );
    let color = color.mix_oklab(Lch(0.97, 0.03, 0.2).of(b), squared(tail, 2) * 0.7);
    let alpha = (tail * 0.75 + 0.25) * (near * 0.8 + 0.2);
    let camera = b.perspective(b.vec3(0.5, 0.5, 1.05), b.vec3(0.5, 0.5, 0.0), b.float(0.9));
    b.pass("dots", dots)
        .circle()
        .position(place)
        .size(tail * 0.0066 + 0.0019)
        .color(color.with_alpha(alpha))
        .camera(camera)
        .depth_order()
        .draw();
    let middle = b.vec2(0.5, 0.5);
    glow(b, "halo", middle, 1.1, Lch(0.6, 0.16, 0.06).of(b), 0.012, 40);
    glow(b, "corona", middle, 0.24, Lch(0.85, 0.14, 0.17).of(b), 0.045, 24);
    let sun = b.domain("sun", 1);
    let beat = b.signal("beat", (phase * 6.0).fract().wave_sine());
    b.pass("sun", sun)
        .circle()
        .position(middle)
        .size(beat * 0.004 + 0.034)
        .color(Lch(0.97, 0.06, 0.24).of(b))
        .draw();
}

/// Rings spread where drops fall on dark water, in the light of a low moon.
pub(crate) fn rain(b: &Builder) {
    b.about(
        "Rain",
        "Drops fall on 260 Halton points; each sends three rings across dark water under a low moon",
    );
    b.clip(8.0, 60, [1920, 1080]);
    b.background(Lch(0.17, 0.035, 0.74).of(b));
    let phase = b.signal("phase", b.phase(8.0));
    let horizon = 0.3;
    let moonlight = Lch(0.95, 0.06, 0.25);

    // Sky and water as bands of colour.
    let bands = b.domain("bands", 120);
    let down = b.field(bands, "down", b.rank(bands));
    let sky =
        ramp(b, down / horizon, &[Lch(0.17, 0.035, 0.76), Lch(0.24, 0.05, 0.78), Lch(0.36, 0.07, 0.85)]);
    let water = ramp(
        b,
        (down - horizon) / (1.0 - horizon),
        &[Lch(0.31, 0.06, 0.72), Lch(0.22, 0.045, 0.66), Lch(0.15, 0.03, 0.68)],
    );
    b.pass("bands", bands)
        .shape(ShapeRow::Rect { corner: None })
        .position(b.vec2(0.5, down))
        .size(b.vec2(2.0, 1.2 / 120.0))
        .color(down.lt(horizon).select(sky, water))
        .layer(-3)
        .draw();

    let moon_at = b.vec2(0.5, 0.185);
    glow(b, "halo", moon_at, 1.5, Lch(0.5, 0.18, 0.98).of(b), 0.0115, 36);
    glow(b, "rim", moon_at, 0.42, Lch(0.72, 0.16, 0.08).of(b), 0.0115, 44);
    let moon = b.domain("moon", 1);
    b.pass("moon", moon).circle().position(moon_at).size(0.118).color(moonlight.of(b)).draw();

    // The moon's path on the water: short bars that shimmer.
    let bars = b.domain("bars", 110);
    let depth = b.field(bars, "depth", b.rank(bars));
    let random = b.random(bars, 3);
    let shimmer = (phase * (random * 4.0 + 3.0).floor() + b.random(bars, 4)).fract().wave_sine();
    let sway = (phase * 2.0 + random * 5.0).sin_turns() * (depth * 0.02 + 0.003);
    let width = (depth * 0.22 + 0.075) * (shimmer * 0.85 + 0.15);
    let fade = 1.0 - depth;
    b.pass("bars", bars)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(b.vec2(sway + 0.5, depth * depth * (1.0 - horizon) + (horizon + 0.004)))
        .size(b.vec2(width, depth * 0.0055 + 0.0014))
        .color(moonlight.of(b).with_alpha(fade * (shimmer * 0.55 + 0.15)))
        .layer(1)
        .draw();

    let drops = b.domain("drops", 260);
    let point = b.field(drops, "point", b.element(Op::LayoutHalton, drops, &[]));
    // Evenly spread on the water, hence denser toward the horizon.
    let depth = b.field(drops, "depth", point.y() * point.y() * 0.93 + 0.07);
    let x = b.field(drops, "x", (point.x() - 0.5) * 2.1);
    let position = b.field(drops, "position", b.vec2(x + 0.5, depth * (1.0 - horizon) + horizon));
    let start = b.field(drops, "start", (phase * 2.0 + b.random(drops, 1)).fract());
    let aside = x / (depth * 0.3 + 0.1);
    let lit = b.field(drops, "lit", (-(aside * aside)).exp());
    let color = Lch(0.74, 0.08, 0.6).of(b).mix_oklab(moonlight.of(b), lit);
    let color = b.field(drops, "color", color);
    for k in 0..3 {
        let age = b.field(drops, &format!("age{k}"), (start * 1.5 - 0.16 - 0.11 * f64::from(k)).clamp01());
        let left = 1.0 - age;
        let wide = age.op(Op::OutQuad, &[]) * depth * (0.42 - 0.09 * f64::from(k));
        let alpha = left * (lit * 0.5 + 0.5) * age.gt(0.0).bool_to_float();
        b.pass(&format!("ring{k}"), drops)
            .shape(ShapeRow::Ellipse {})
            .position(position)
            .size(b.vec2(wide, wide * 0.3))
            .stroke(color.with_alpha(alpha), left * depth * 0.0044 + 0.0007, |s| s)
            .layer(2)
            .draw();
    }
    // The drop itself, for the moment before it lands.
    let fall = b.field(drops, "fall", (start / 0.105).clamp01());
    let above = (1.0 - fall) * 0.34 * depth;
    let streak = b.vec2(depth * 0.0028, depth * 0.075);
    let at = b.vec2(position.x(), position.y() - above - depth * 0.0375);
    b.pass("streaks", drops)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(at)
        .size(streak)
        .color(color.with_alpha(fall.wave_sine() * 0.4))
        .layer(3)
        .draw();
}
