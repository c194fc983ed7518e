//! Programs made of grids and spirals.

use pavane::frame::{Blend, Cap, Join};
use pavane::program::{Builder, Op, ShapeRow};

use crate::common::{GOLDEN, Lch, glow, ramp};

/// 5000 dots on a golden spiral, a full turn of the colour circle every 12 s.
pub(crate) fn golden_spiral(b: &Builder) {
    b.about("Golden spiral", "5000 dots on a golden spiral, a full turn of colour every 12 s");
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.16, 0.025, 0.76).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    let center = b.vec2(0.5, 0.5);

    let dots = b.domain("dots", 5000);
    let rank = b.field(dots, "rank", b.rank(dots));
    let radius = rank.sqrt();
    let angle = b.field(dots, "angle", b.affine_turns(dots, b.float(GOLDEN), phase));
    // Two arms of size wind outward; the angle turns once per loop, so the arms pass three times in all.
    let wave = b.field(dots, "wave", (radius * 2.2 - angle * 2.0 - phase).fract().wave_sine());
    let position = b.field(dots, "position", center + b.polar_turns(radius * 0.455, angle));
    let size = b.field(dots, "size", b.float(0.0022).mix(0.0108, wave));
    let color = b.oklch(b.float(0.5).mix(0.83, wave), b.float(0.11).mix(0.155, wave), rank + phase);
    b.pass("dots", dots).circle().position(position).size(size).color(color).draw();
}

/// A grid of 20 x 20 squares that breathe every 8 s while a cycle of 32 s turns them.
pub(crate) fn breathing_grid(b: &Builder) {
    b.about("Breathing grid", "20 x 20 tiles on two cycles: a breath every 8 s, a turn every 32 s");
    // Everything has four-fold symmetry, so a quarter of the slow cycle already closes the loop.
    b.clip(8.0, 60, [1080, 1080]);
    b.background(Lch(0.185, 0.03, 0.86).of(b));
    let breath = b.signal("breath", b.phase(8.0));
    let turn = b.signal("turn", b.phase(32.0));

    let tiles = b.domain("tiles", 400);
    let cell = b.element(Op::LayoutGrid, tiles, &[b.int(20).into(), b.int(20).into()]);
    let place = b.field(tiles, "place", (cell - 0.5) * 0.86);
    let (x, y) = (place.x(), place.y());
    let distance = b.field(tiles, "distance", place.length());
    // cos of four times the angle between the tile and the slow hand.
    let hand = b.op(Op::Atan2, &[y.into(), x.into()]).op(Op::RadToTurns, &[]) - turn;
    let petals = b.field(tiles, "petals", (hand * 4.0).cos_turns());
    // The petals fade toward the middle, where their angle means little.
    let bend = petals * b.float(0.0).smoothstep(0.4, distance) * 0.1;
    let wave = b.field(tiles, "wave", (distance * 1.5 + bend - breath).fract().wave_sine());
    let swell = b.field(tiles, "swell", b.float(0.04).smoothstep(0.96, wave));
    let color = ramp(
        b,
        swell * 0.8 + petals * 0.1 + 0.1,
        &[Lch(0.36, 0.09, 0.84), Lch(0.52, 0.17, 0.93), Lch(0.68, 0.18, 0.04), Lch(0.87, 0.11, 0.19)],
    );
    let color = b.field(tiles, "color", color);
    let position = place * (swell * 0.035 + 0.985) + 0.5;
    let spin = (turn + swell * 0.25).op(Op::TurnsToRad, &[]);
    let spin = b.field(tiles, "spin", spin);
    let corner = b.float(0.35).node();
    b.pass("outer", tiles)
        .shape(ShapeRow::Rect { corner: Some(corner) })
        .position(position)
        .size(b.float(0.013).mix(0.0365, swell))
        .rotation(spin)
        .color(color)
        .draw();
    let ink = Lch(0.185, 0.03, 0.86).of(b);
    b.pass("inner", tiles)
        .circle()
        .position(position)
        .size((swell - 0.3).max(0.0) * 0.024)
        .color(ink)
        .layer(1)
        .draw();
    let light = Lch(0.9, 0.07, 0.2).of(b);
    b.pass("frames", tiles)
        .shape(ShapeRow::Rect { corner: Some(corner) })
        .position(position)
        .size(0.036)
        .rotation(-spin)
        .stroke(light.with_alpha((1.0 - swell) * 0.22), 0.0011, |s| s.style(Default::default(), Join::Round))
        .layer(-1)
        .draw();
    glow(b, "light", b.vec2(0.5, 0.5), 1.5, Lch(0.5, 0.15, 0.95).of(b), 0.009, 36);
}

/// Quarter-circle tiles that turn by quarters, staggered from the middle, the left and a corner in turn.
pub(crate) fn truchet(b: &Builder) {
    b.about(
        "Truchet",
        "Staggered easings: 121 tiles of two arcs turn by quarters and join into ever new curves",
    );
    b.clip(8.0, 60, [1080, 1080]);
    let ink = Lch(0.19, 0.035, 0.72);
    b.background(ink.of(b));
    let clock = b.signal("clock", b.phase(8.0) * 4.0);
    // Two quarter circles about opposite corners.
    let near = 0.223_858;
    let arcs = b.path(
        "arcs",
        "MCMC",
        &[
            [0.0, -0.5],
            [0.0, -near],
            [-near, 0.0],
            [-0.5, 0.0],
            [0.0, 0.5],
            [0.0, near],
            [near, 0.0],
            [0.5, 0.0],
        ],
    );
    let tiles = b.domain("tiles", 121);
    let cell = b.element(Op::LayoutGrid, tiles, &[b.int(11).into(), b.int(11).into()]);
    let place = b.field(tiles, "place", cell - 0.5);
    let (x, y) = (place.x(), place.y());
    let random = b.random(tiles, 1);
    // Each of the four quarter turns has its own delay, 0 to 1, and half a step to turn in.
    let delays = [place.length() * 1.35, x + 0.5, random, (x + y) * 0.5 + 0.5];
    let mut quarters = (random * 4.0).floor();
    let mut moving = b.float(0.0);
    for (k, delay) in delays.into_iter().enumerate() {
        let share = ((clock - k as f64 - delay * 0.5) * 2.0).clamp01();
        quarters = quarters + share.op(Op::InOutBack, &[]);
        moving = moving + share.wave_sine();
    }
    let quarters = b.field(tiles, "quarters", quarters);
    let moving = b.field(tiles, "moving", moving);
    let shade = (x * 0.5 - y * 0.5 + 0.5 + (clock * 0.25).sin_turns() * 0.2).clamp01();
    let color = ramp(
        b,
        shade,
        &[Lch(0.62, 0.15, 0.7), Lch(0.75, 0.12, 0.56), Lch(0.88, 0.1, 0.4), Lch(0.93, 0.09, 0.27)],
    );
    let color = b.field(tiles, "color", color.mix_oklab(Lch(0.98, 0.02, 0.25).of(b), moving * 0.75));
    let position = b.field(tiles, "position", place * 0.9 + 0.5);
    let rotation = b.field(tiles, "rotation", (quarters * 0.25).op(Op::TurnsToRad, &[]));
    let size = b.field(tiles, "size", (1.0 - moving * 0.14) * 0.0825);
    let band = |name: &str, color, width: f64, layer| {
        b.pass(name, tiles)
            .path(arcs)
            .position(position)
            .size(size)
            .rotation(rotation)
            .stroke(color, width, |s| s.style(Cap::Butt, Join::Round))
            .layer(layer)
            .draw();
    };
    band("bands", color, 0.0285, 0);
    band("gaps", ink.of(b), 0.0135, 1);
    band("cores", color, 0.0035, 2);
}

/// Three plates of halftone dots in cyan, pink and yellow, printed over one another on paper.
pub(crate) fn halftone(b: &Builder) {
    b.about("Halftone", "Three rotated dot screens multiplied on paper; where inks meet, new colours appear");
    b.clip(10.0, 60, [1080, 1080]);
    b.background(Lch(0.955, 0.018, 0.24).of(b));
    let phase = b.signal("phase", b.phase(10.0));
    let plates = [
        ("cyan", 15.0, Lch(0.72, 0.145, 0.62)),
        ("pink", 75.0, Lch(0.68, 0.21, 0.0)),
        ("yellow", 0.0, Lch(0.9, 0.17, 0.28)),
    ];
    for (k, (name, degrees, ink)) in plates.into_iter().enumerate() {
        let third = k as f64 / 3.0;
        let dots = b.domain(name, 72 * 72);
        let cell = b.element(Op::LayoutGrid, dots, &[b.int(72).into(), b.int(72).into()]);
        let degrees = b.float(degrees).op(Op::DegToRad, &[]);
        let place = b.field(dots, "place", ((cell - 0.5) * 1.42).rotate(degrees) + 0.5);
        let hub = b.vec2(0.5, 0.5) + b.polar_turns(b.float(0.125), phase + third);
        let hub = b.signal(&format!("{name}_hub"), hub);
        let away = b.field(dots, "away", place.distance(hub));
        // A ball of ink, lit from one side, with a ripple that runs outward.
        let ripple = (away * 5.0 - phase * 2.0 + third).sin_turns() * 0.16;
        let ball = 1.0 - b.float(0.05).smoothstep(0.36, away);
        let edge = 1.0 - b.float(0.345).smoothstep(0.375, away);
        let tone = (ball * 0.75 + ripple * ball + 0.16) * edge;
        let size = b.field(dots, "size", tone.max(0.0).sqrt() * 0.0235);
        b.pass(name, dots)
            .circle()
            .position(place)
            .size(size)
            .color(ink.of(b))
            .blend(Blend::Multiply)
            .layer(k as i32)
            .draw();
    }
}
