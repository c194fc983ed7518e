//! What several programs share: colours by name of lightness, chroma and hue, and soft light.

use pavane::frame::Blend;
use pavane::program::{Arg, Builder, DomainRef, Op, Value};

/// The golden angle in turns.
pub(crate) const GOLDEN: f64 = 0.381_966_011_250_105_2;

/// A colour in Oklch: lightness 0 to 1, chroma 0 to about 0.3, hue in turns
/// (0.08 red, 0.17 orange, 0.3 yellow, 0.4 green, 0.54 cyan, 0.73 blue, 0.84 violet, 0.97 pink).
#[derive(Clone, Copy)]
pub(crate) struct Lch(pub f64, pub f64, pub f64);

impl Lch {
    /// The colour as a value.
    pub(crate) fn of(self, b: &Builder) -> Value<'_> {
        b.oklch(self.0, self.1, self.2)
    }
}

/// Through evenly spaced colours as `t` goes from 0 to 1, in straight lines through Oklab.
pub(crate) fn ramp<'b>(b: &'b Builder, t: Value<'b>, stops: &[Lch]) -> Value<'b> {
    let steps = (stops.len() - 1) as f64;
    // The stops are constants, so only the last conversion is done per element.
    let lab = |stop: &Lch| stop.of(b).op(Op::ToOklab, &[]);
    let mut mixed = lab(&stops[0]);
    for (k, stop) in stops.iter().enumerate().skip(1) {
        mixed = mixed.mix(lab(stop), (t * steps - (k as f64 - 1.0)).clamp01());
    }
    b.op(Op::Oklab, &[mixed.x().into(), mixed.y().into(), mixed.z().into()])
}

/// `value` to an even power of two, `2^doublings`.
pub(crate) fn squared(value: Value<'_>, doublings: u32) -> Value<'_> {
    (0..doublings).fold(value, |v, _| v * v)
}

/// `index mod n` and `index / n` of a domain that is made of groups of `n` elements, as floats.
pub(crate) fn groups(b: &Builder, domain: DomainRef, n: u32) -> (Value<'_>, Value<'_>) {
    let n = b.int(n.cast_signed());
    (b.index(domain).modulo(n).to_float(), (b.index(domain) / n).to_float())
}

/// A soft round light: `layers` faint discs, each a little smaller, whose light adds up toward the middle.
/// `strength` is the alpha of each.
pub(crate) fn glow<'b>(
    b: &'b Builder,
    name: &str,
    center: Value<'b>,
    diameter: impl Into<Arg<'b>>,
    color: Value<'b>,
    strength: impl Into<Arg<'b>>,
    layers: u32,
) {
    let discs = b.domain(name, layers);
    // As many discs reach out to a distance as make the light fall off with its square.
    let size = (1.0 - b.rank(discs).sqrt()) * diameter;
    b.pass(name, discs)
        .circle()
        .position(center)
        .size(size)
        .color(color.with_alpha(strength))
        .blend(Blend::Add)
        .layer(-1)
        .draw();
}
