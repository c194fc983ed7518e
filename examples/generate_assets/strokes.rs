//! Programs drawn with lines.

use pavane::frame::{Blend, Cap, Join};
use pavane::program::{Builder, DomainRef, Op, ShapeRow, Value};

use crate::common::{GOLDEN, Lch, glow, groups, ramp};

/// A flower of petals that is drawn, stands for a moment and is taken back.
pub(crate) fn path_drawing(b: &Builder) {
    b.about(
        "Path drawing",
        "A flower drawn stroke by stroke with trims: petals, veins, stamens and a rosette line",
    );
    b.clip(10.0, 60, [1080, 1080]);
    b.background(Lch(0.17, 0.025, 0.88).of(b));
    let phase = b.signal("phase", b.phase(10.0));
    let petal = b.path(
        "petal",
        "MCCCC",
        &[
            [0.0, 0.5],
            [-0.16, 0.36],
            [-0.42, 0.12],
            [-0.36, -0.14],
            [-0.32, -0.32],
            [-0.1, -0.38],
            [0.0, -0.5],
            [0.1, -0.38],
            [0.32, -0.32],
            [0.36, -0.14],
            [0.42, 0.12],
            [0.16, 0.36],
            [0.0, 0.5],
        ],
    );
    let vein = b.path("vein", "MC", &[[0.0, 0.5], [0.05, 0.2], [-0.05, -0.1], [0.0, -0.36]]);
    let middle = b.vec2(0.5, 0.5);
    glow(b, "light", middle, 1.3, Lch(0.46, 0.19, 0.97).of(b), 0.011, 34);

    // (name, petals, length, shape, distance of the base from the middle, first share of the clip, colours)
    let rows = [
        ("outer", 16, 0.27, 0.172, 0.00, Lch(0.6, 0.17, 0.9), Lch(0.7, 0.17, 0.98)),
        ("second", 16, 0.235, 0.11, 0.06, Lch(0.68, 0.18, 0.99), Lch(0.76, 0.15, 0.08)),
        ("third", 12, 0.17, 0.068, 0.12, Lch(0.76, 0.15, 0.1), Lch(0.83, 0.13, 0.18)),
        ("inner", 8, 0.1, 0.036, 0.18, Lch(0.85, 0.13, 0.2), Lch(0.92, 0.1, 0.26)),
    ];
    for (k, (name, count, length, base, first, from, to)) in rows.into_iter().enumerate() {
        let petals = b.domain(name, count);
        let half = if k % 2 == 1 { 0.5 / f64::from(count) } else { 0.0 };
        let turns = b.field(petals, "turns", b.rank(petals) + half - 0.25);
        let stagger = (b.rank(petals) * 2.0).wave_triangle() * 0.14 + first;
        let drawn = b.field(petals, "drawn", window(phase, stagger, 0.24).op(Op::InOutCubic, &[]));
        let taken =
            b.field(petals, "taken", window(phase, stagger * 0.6 + 0.66, 0.2).op(Op::InOutCubic, &[]));
        let sway = (phase * 2.0 - b.rank(petals) * 2.0).sin_turns() * 0.004;
        let position = middle + b.polar_turns(b.float(base + length * 0.5), turns + sway);
        let position = b.field(petals, "position", position);
        let rotation = b.field(petals, "rotation", (turns + sway + 0.25).op(Op::TurnsToRad, &[]));
        let color = b.field(petals, "color", from.of(b).mix_oklab(to.of(b), drawn));
        let size = b.vec2(length * 0.62, length);
        let line = |name: String, path, color, width: f64, blend, layer| {
            b.pass(&name, petals)
                .path(path)
                .position(position)
                .size(size)
                .rotation(rotation)
                .stroke(color, width, |s| s.trim(taken, drawn).style(Cap::Round, Join::Round))
                .blend(blend)
                .layer(layer)
                .draw();
        };
        b.pass(&format!("{name}_fill"), petals)
            .path(petal)
            .position(position)
            .size(size)
            .rotation(rotation)
            .color(color.with_alpha(
                window(phase, stagger + 0.2, 0.2) * (1.0 - window(phase, stagger * 0.6 + 0.62, 0.16)) * 0.13,
            ))
            .blend(Blend::Add)
            .draw();
        line(format!("{name}_halo"), petal, color.with_alpha(0.07), 0.017, Blend::Add, 1);
        line(format!("{name}_soft"), petal, color.with_alpha(0.16), 0.0075, Blend::Add, 1);
        line(format!("{name}_line"), petal, color, 0.0024, Blend::Normal, 2);
        line(format!("{name}_vein"), vein, color.with_alpha(0.55), 0.0014, Blend::Normal, 2);
    }

    // A rosette around the flower: one line through 720 points.
    let points = b.domain("rosette", 720);
    let along = b.rank(points) * (720.0 / 719.0) - (0.5 / 719.0);
    let wave = (along * 16.0).sin_turns().abs() * 0.03;
    let place = middle + b.polar_turns(wave + 0.45, along - 0.25);
    let place = b.field(points, "place", place);
    let drawn = window(phase, b.float(0.1), 0.45).op(Op::InOutCubic, &[]);
    let taken = window(phase, b.float(0.72), 0.26).op(Op::InOutCubic, &[]);
    let gold = Lch(0.86, 0.1, 0.22).of(b);
    for (name, width, alpha) in [("rosette_soft", 0.008, 0.14), ("rosette_line", 0.0016, 0.9)] {
        b.pass(name, points)
            .shape(ShapeRow::Line { closed: false })
            .position(place)
            .stroke(gold.with_alpha(alpha), width, |s| s.trim(taken, drawn))
            .layer(2)
            .draw();
    }

    // Stamens pop out with an overshoot.
    let stamens = b.domain("stamens", 21);
    let rank = b.rank(stamens);
    let out = window(phase, rank * 0.14 + 0.3, 0.12).op(Op::OutBack, &[]);
    let back = 1.0 - window(phase, (1.0 - rank) * 0.1 + 0.74, 0.08).op(Op::InCubic, &[]);
    let shown = b.field(stamens, "shown", out * back);
    let place = middle
        + b.polar_turns(rank.sqrt() * 0.034 * shown, b.affine_turns(stamens, b.float(GOLDEN), b.float(0.0)));
    b.pass("stamens", stamens)
        .circle()
        .position(place)
        .size(shown * 0.0088)
        .color(Lch(0.95, 0.08, 0.26).of(b))
        .layer(3)
        .draw();
}

/// How far `now` has come in the window of `length` that begins at `start`, 0 to 1.
fn window<'b>(now: Value<'b>, start: Value<'b>, length: f64) -> Value<'b> {
    ((now - start) / length).clamp01()
}

/// Position, size and rotation of thin bars between pairs of points.
fn bars<'b>(
    b: &'b Builder,
    domain: DomainRef,
    from: Value<'b>,
    to: Value<'b>,
    width: Value<'b>,
) -> [Value<'b>; 3] {
    let way = b.field(domain, "way", to - from);
    let position = b.field(domain, "middle", from.mix(to, 0.5));
    let size = b.field(domain, "bar", b.vec2(way.length(), width));
    let rotation = b.field(domain, "lean", b.op(Op::Atan2, &[way.y().into(), way.x().into()]));
    [position, size, rotation]
}

/// Chords of a circle: each point is joined to its multiple.
pub(crate) fn string_art(b: &Builder) {
    b.about(
        "String art",
        "900 chords join each point of a circle to its multiple; envelopes open as the factor grows",
    );
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.155, 0.03, 0.78).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    // Up the ladder of factors and down again, with a rest on every rung.
    let ladder = b.signal("ladder", phase.wave_triangle() * 4.0);
    let rung = ladder.floor();
    let climb = b.float(0.0).op(Op::Smootherstep, &[b.float(1.0).into(), (ladder - rung).into()]);
    let factor = b.signal("factor", rung + climb + 2.0);
    let middle = b.vec2(0.5, 0.5);

    let chords = b.domain("chords", 900);
    let count = b.count(chords).to_float();
    let top = b.float(-0.25);
    let start = b.field(chords, "start", b.affine_turns(chords, 1.0 / count, top));
    let end = b.field(chords, "end", b.affine_turns(chords, factor / count, top));
    let from = b.field(chords, "from", middle + b.polar_turns(0.43, start));
    let to = b.field(chords, "to", middle + b.polar_turns(0.43, end));
    let [position, size, rotation] = bars(b, chords, from, to, b.float(0.00125));
    let span = b.field(chords, "span", size.x() / 0.86);
    let color = ramp(
        b,
        span,
        &[
            Lch(0.82, 0.13, 0.16),
            Lch(0.72, 0.19, 0.02),
            Lch(0.6, 0.2, 0.86),
            Lch(0.55, 0.17, 0.74),
            Lch(0.7, 0.12, 0.58),
        ],
    );
    let alpha = (1.0 - span * 0.5) * 0.42;
    b.pass("chords", chords)
        .shape(ShapeRow::Rect { corner: None })
        .position(position)
        .size(size)
        .rotation(rotation)
        .color(color.with_alpha(alpha))
        .blend(Blend::Add)
        .draw();
    b.pass("pins", chords)
        .circle()
        .position(from)
        .size(0.0022)
        .color(Lch(0.9, 0.05, 0.2).of(b).with_alpha(0.8))
        .layer(1)
        .draw();
    glow(b, "light", middle, 1.25, Lch(0.45, 0.14, 0.82).of(b), 0.01, 36);
}

/// Glass shapes in twelve mirrored sectors.
pub(crate) fn kaleidoscope(b: &Builder) {
    b.about(
        "Kaleidoscope",
        "Polygons, stars and rounded rectangles of coloured glass in twelve mirrored sectors",
    );
    b.clip(12.0, 60, [1080, 1080]);
    b.background(Lch(0.15, 0.035, 0.77).of(b));
    let phase = b.signal("phase", b.phase(12.0));
    let corner = Some(b.float(0.35).node());
    let inner = Some(b.float(0.45).node());
    let row = |name, shape, motifs, radii, size, colors| Facet { name, shape, motifs, radii, size, colors };
    let glass = |facet: Facet, blend| facet.draw(b, phase, blend, 0.3);
    let teal = (Lch(0.5, 0.11, 0.56), Lch(0.68, 0.12, 0.53));
    let blue = (Lch(0.42, 0.16, 0.74), Lch(0.6, 0.15, 0.7));
    let violet = (Lch(0.45, 0.18, 0.84), Lch(0.66, 0.17, 0.9));
    let rose = (Lch(0.6, 0.2, 0.98), Lch(0.74, 0.16, 0.06));
    let gold = (Lch(0.8, 0.14, 0.2), Lch(0.9, 0.12, 0.26));
    glass(row("slabs", ShapeRow::Rect { corner }, 2, (0.26, 0.44), 0.27, blue), Blend::Screen);
    glass(row("hexagons", ShapeRow::Polygon { sides: 6 }, 2, (0.13, 0.36), 0.2, teal), Blend::Screen);
    glass(row("petals", ShapeRow::Ellipse {}, 2, (0.06, 0.3), 0.17, violet), Blend::Screen);
    glass(row("triangles", ShapeRow::Polygon { sides: 3 }, 2, (0.08, 0.38), 0.11, rose), Blend::Overlay);
    row("lenses", ShapeRow::Circle {}, 1, (0.03, 0.08), 0.07, rose).draw(b, phase, Blend::Screen, 0.35);
    row("stars", ShapeRow::Star { points: 4, inner }, 3, (0.05, 0.45), 0.04, gold).draw(
        b,
        phase,
        Blend::Normal,
        0.95,
    );
    glow(b, "light", b.vec2(0.5, 0.5), 1.4, Lch(0.5, 0.16, 0.8).of(b), 0.012, 40);
}

/// A layer of the kaleidoscope: `motifs` shapes per sector between two radii.
struct Facet {
    name: &'static str,
    shape: ShapeRow,
    motifs: u32,
    radii: (f64, f64),
    size: f64,
    colors: (Lch, Lch),
}

impl Facet {
    /// `alpha` is that of the fill.
    fn draw<'b>(self, b: &'b Builder, phase: Value<'b>, blend: Blend, alpha: f64) {
        let Self { name, shape, motifs, radii: (near, far), size, colors: (from, to) } = self;
        let sectors = 12;
        let domain = b.domain(name, sectors * motifs);
        let (sector, motif) = groups(b, domain, sectors);
        let motif = b.field(domain, "motif", (motif + 0.5) / f64::from(motifs));
        let salt = b.field(domain, "salt", (motif * 0.5 + size * 13.0).fract());
        // Even sectors turn one way, odd ones are their mirror images.
        let side = b.field(domain, "side", (sector * 0.5).fract() * 4.0 - 1.0);
        let sweep = (phase + salt).fract().wave_sine() / f64::from(sectors);
        let middle = (sector * 0.5).ceil() * 2.0 / f64::from(sectors);
        let angle = b.field(domain, "angle", middle + side * sweep - 0.25);
        let drift = (phase + salt * 3.0).sin_turns() * 0.035;
        let place = b.field(domain, "place", b.polar_turns(motif * (far - near) + near + drift, angle) + 0.5);
        let turns = (salt * 2.0).floor() + 1.0;
        let spin = (phase * turns + salt) * side + angle;
        let rotation = b.field(domain, "rotation", spin.op(Op::TurnsToRad, &[]));
        let breath = (phase * 2.0 + salt * 2.0).fract().wave_sine() * 0.4 + 0.7;
        let extent = b.field(domain, "extent", breath * (motif * 0.5 + 0.7) * size);
        let extent = if shape == (ShapeRow::Ellipse {}) {
            b.vec2(extent, extent * 0.45)
        } else {
            extent * b.vec2(1.0, 1.0)
        };
        let color = b.field(domain, "color", from.of(b).mix_oklab(to.of(b), motif));
        let edge = color.mix_oklab(Lch(0.95, 0.04, 0.25).of(b), 0.35);
        b.pass(name, domain)
            .shape(shape)
            .position(place)
            .size(extent)
            .rotation(rotation)
            .color(color.with_alpha(alpha))
            .stroke(edge.with_alpha(0.8), 0.0016, |s| s.style(Cap::Round, Join::Miter))
            .blend(blend)
            .draw();
    }
}
