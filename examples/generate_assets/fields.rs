//! Programs that fill the picture with a field.

use pavane::program::{Builder, ChannelKind, Op, ShapeRow, Type};

use crate::common::{Lch, glow, ramp};

/// 15 000 short strokes along the slopes of fractal noise.
pub(crate) fn noise_field(b: &Builder) {
    b.about("Noise field", "15 000 strokes on Halton points follow fractal noise, like wind in grass");
    b.clip(10.0, 60, [1920, 1080]);
    b.background(Lch(0.16, 0.028, 0.6).of(b));
    let phase = b.signal("phase", b.phase(10.0));
    // Noise has no time of its own: it is read along two circles, so that it comes back to where it began.
    let near = b.signal("near", b.polar_turns(0.55, phase));
    let far = b.signal("far", b.polar_turns(0.4, 0.37 - phase));

    let blades = b.domain("blades", 15_000);
    let point = b.element(Op::LayoutHalton, blades, &[]);
    let root = b.vec2((point.x() - 0.5) * 1.84, (point.y() - 0.5) * 1.06);
    let root = b.field(blades, "root", root);
    let at = b.vec3(root.x() * 1.5 + near.x(), root.y() * 1.5 + 7.3, near.y());
    let wind = b.field(blades, "wind", b.fractal(Op::FractalGradient, at, 11, 2));
    let at = b.vec3(root.x() * 2.6 + 3.1, root.y() * 2.6 + far.x(), far.y());
    let light = b.field(blades, "light", b.fractal(Op::FractalGradient, at, 5, 3));
    let turns = b.field(blades, "turns", wind * 0.75 + light * 0.12 + 0.08);
    let force = b.field(blades, "force", (light * 1.25 + 0.5).clamp01());
    let length = force * 0.026 + 0.009;
    let place = root + 0.5 + b.polar_turns(length * 0.5, turns);
    let color = ramp(
        b,
        force * 0.88 + b.random(blades, 2) * 0.12,
        &[
            Lch(0.28, 0.07, 0.74),
            Lch(0.43, 0.09, 0.64),
            Lch(0.63, 0.12, 0.52),
            Lch(0.84, 0.12, 0.3),
            Lch(0.82, 0.14, 0.16),
            Lch(0.96, 0.05, 0.22),
        ],
    );
    b.pass("blades", blades)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(place)
        .size(b.vec2(length, force * 0.0026 + 0.0015))
        .rotation(turns.op(Op::TurnsToRad, &[]))
        .color(color.with_alpha(force * 0.6 + 0.35))
        .draw();
}

/// Compass needles in the field of two poles, one of which follows the pointer.
pub(crate) fn magnet(b: &Builder) {
    b.about(
        "Magnet",
        "1536 needles lag behind the field of two poles; the `pointer` channel carries the poles along",
    );
    b.clip(8.0, 60, [1920, 1080]);
    b.background(Lch(0.165, 0.02, 0.74).of(b));
    let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
    let swing = b.channel("swing", Type::Float, &[0.27], ChannelKind::Hold);
    let phase = b.signal("phase", b.phase(8.0));
    let hand = b.lag("hand", pointer, 0.12);
    let hand = b.signal("hand", hand);
    let orbit = b.vec2(phase.cos_turns() * 1.35, (phase * 2.0).sin_turns() * 0.62) * swing;
    let north = b.signal("north", hand + orbit);
    let south = b.signal("south", hand - orbit);

    let needles = b.domain("needles", 48 * 32);
    let cell = b.element(Op::LayoutGrid, needles, &[b.int(48).into(), b.int(32).into()]);
    let place = b.vec2((cell.x() - 0.5) * 1.84 + 0.5, (cell.y() - 0.5) * 1.1 + 0.5);
    let place = b.field(needles, "place", place);
    let (to_north, to_south) = (place - north, place - south);
    let near = b.field(needles, "near", 1.0 / (to_north.dot(to_north) + 0.004));
    let other = b.field(needles, "other", 1.0 / (to_south.dot(to_south) + 0.004));
    let field = b.field(needles, "field", to_north * near - to_south * other);
    // Needles turn with inertia, those far from both poles with more of it, so waves run outward.
    let strength = b.field(needles, "strength", (field.length() * 0.085).tanh());
    let felt = b.lag("felt", field.normalize(), (1.0 - strength) * 0.3 + 0.02);
    let felt = b.field(needles, "felt", felt);
    let lean = b.op(Op::Atan2, &[felt.y().into(), felt.x().into()]);
    let lean = b.field(needles, "lean", lean);
    let length = strength * 0.014 + 0.021;
    let pole = b.field(needles, "pole", (near / (near + other) - 0.5) * 2.2);
    let warm = ramp(
        b,
        strength,
        &[Lch(0.4, 0.08, 0.87), Lch(0.6, 0.18, 0.98), Lch(0.78, 0.16, 0.11), Lch(0.96, 0.07, 0.22)],
    );
    let cold = ramp(
        b,
        strength,
        &[Lch(0.4, 0.08, 0.76), Lch(0.56, 0.14, 0.7), Lch(0.76, 0.12, 0.58), Lch(0.96, 0.05, 0.5)],
    );
    let color = b.field(needles, "color", cold.mix_oklab(warm, (pole * 0.5 + 0.5).clamp01()));
    b.pass("needles", needles)
        .shape(ShapeRow::Rect { corner: Some(b.float(1.0).node()) })
        .position(place)
        .size(b.vec2(length, strength * 0.0034 + 0.0026))
        .rotation(lean)
        .color(color)
        .draw();
    // A bright tip shows which end points north.
    let tip = b.op(Op::Polar, &[(length * 0.5).into(), lean.into()]);
    b.pass("tips", needles)
        .circle()
        .position(place + tip)
        .size(strength * 0.005 + 0.0042)
        .color(color.mix_oklab(Lch(0.98, 0.02, 0.2).of(b), strength * 0.5))
        .layer(1)
        .draw();
    for (name, at, hue) in
        [("north_pole", north, Lch(0.72, 0.18, 0.08)), ("south_pole", south, Lch(0.68, 0.14, 0.64))]
    {
        glow(b, &format!("{name}_light"), at, 1.1, hue.of(b), 0.0115, 40);
        let pole = b.domain(name, 1);
        b.pass(name, pole)
            .circle()
            .position(at)
            .size(0.03)
            .color(Lch(0.97, 0.04, hue.2).of(b))
            .layer(2)
            .draw();
    }
}
