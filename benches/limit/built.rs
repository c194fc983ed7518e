//! GS1 made with the builder by hand: what the shipped patch has to compile to. Its values are the table of the
//! hand-written loop; positions are pixels of 1920 x 1080.

use pavane::program::{Builder, Op, Program};

/// GS1 with `n` elements. Nothing but the domain's row holds `n`, so a tool may change the count there.
pub(crate) fn gs1(n: u32) -> Program {
    let b = Builder::new("gs1");
    let t = b.signal("t", b.time());
    let swirl = b.signal("swirl", t + 12.0);
    // The phase advances by 0x01234567 / 2^32 turns per frame, exactly, for ever.
    let phase = b.signal("phase", (b.frame().to_uint() * b.uint(0x0123_4567)).turns_of_uint());
    let ease = b.signal("ease", t + 0.25);
    let hue_shift = b.signal("hue_shift", (t * 0.1).fract());

    let dots = b.domain("dots", n);
    let u = b.field(dots, "u", b.rank(dots));
    // `u * swirl` radians is affine in the index too, so the whole angle is exact for any index.
    let per_element = b.signal("per_element", swirl / (b.count(dots).to_float() * std::f64::consts::TAU));
    let golden = f64::from(0x9E37_79B9_u32) / 4_294_967_296.0;
    let angle = b.field(dots, "angle", b.affine_turns(dots, per_element + golden, phase + per_element * 0.5));
    let noise = b.field(dots, "noise", b.affine_noise(dots, b.float(0.37), t * 1.7));
    let radius = b.field(dots, "radius", (noise * 0.15 + u.sqrt()) * 480.0);
    let position = b.field(dots, "position", b.vec2(960.0, 540.0) + b.polar_turns(radius, angle));
    let eased = b.field(dots, "eased", (ease - u * 0.8).clamp01().op(Op::OutCubic, &[]));
    let size = b.field(dots, "size", eased * 6.0 + 1.0);
    let color = b.hsv(u * 0.7 + hue_shift, 0.8, noise * 0.4 + 0.6).with_alpha(eased);
    let color = b.field(dots, "color", color);
    let camera = b.orthographic(b.vec2(960.0, 540.0), b.float(1080.0), None);
    b.pass("dots", dots).circle().position(position).size(size).color(color).camera(camera).draw();
    b.finish().expect("GS1 is a good program")
}
