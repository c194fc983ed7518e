//! Programs made of grids and spirals.

use pavane::frame::Join;
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
    // Three waves of size travel outward per turn.
    let wave = b.field(dots, "wave", (radius * 2.0 - phase * 3.0).fract().wave_sine());
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
    let wave = b.field(tiles, "wave", (distance * 1.5 + petals * 0.16 - breath).fract().wave_sine());
    let swell = b.field(tiles, "swell", wave.op(Op::InOutCubic, &[]));
    let color = ramp(
        b,
        swell * 0.8 + petals * 0.1 + 0.1,
        &[Lch(0.36, 0.09, 0.84), Lch(0.52, 0.17, 0.93), Lch(0.68, 0.18, 0.04), Lch(0.87, 0.11, 0.19)],
    );
    let color = b.field(tiles, "color", color);
    let position = place + 0.5;
    let spin = (turn + swell * 0.25).op(Op::TurnsToRad, &[]);
    let spin = b.field(tiles, "spin", spin);
    let corner = b.float(0.35).node();
    b.pass("outer", tiles)
        .shape(ShapeRow::Rect { corner: Some(corner) })
        .position(position)
        .size(b.float(0.012).mix(0.0365, swell))
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
    glow(b, "light", b.vec2(0.5, 0.5), 1.1, Lch(0.5, 0.15, 0.95).of(b), 0.008, 24);
}
