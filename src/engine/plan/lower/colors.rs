//! Colours: made, read and mixed.

use smallvec::smallvec;

use super::super::expr::{Exprs, Prim};
use super::Parts;
use super::operations::triple;
use crate::id::ExprId;
use crate::program::meaning::{Coloring, Space};

pub(super) fn lower(e: &mut Exprs, coloring: Coloring, args: &[Parts]) -> Parts {
    let x = |k: usize| args[k][0];
    match coloring {
        Coloring::WithAlpha => smallvec![args[0][0], args[0][1], args[0][2], x(1)],
        Coloring::Hued(prim) => {
            let [second, third] = [x(1), x(2)].map(|share| e.op(Prim::Clamp01, &[share]));
            opaque(e, prim, [x(0), second, third])
        }
        Coloring::From(prim) => opaque(e, prim, [x(0), x(1), x(2)]),
        Coloring::To(prim) => triple(e, prim, &args[0][..3]).into_iter().collect(),
        Coloring::EachPart(prim) => {
            let mut parts: Parts = args[0][..3].iter().map(|&part| e.op(prim, &[part])).collect();
            parts.push(args[0][3]);
            parts
        }
        Coloring::Mix(space) => mix(e, space, [&args[0], &args[1]], x(2)),
        Coloring::Luminance => smallvec![e.op(Prim::Luminance, &args[0][..3])],
    }
}

fn opaque(e: &mut Exprs, prim: Prim, args: [ExprId; 3]) -> Parts {
    let [r, g, b] = triple(e, prim, &args);
    smallvec![r, g, b, e.float(1.0)]
}

/// Where chroma (or saturation) is no more than this, a colour is grey and has no hue of its own: rounding leaves some
/// 1e-6 of it, and the smallest step of 8 bits makes 1e-3.
const GREY: f64 = 1.0e-4;

/// A mix of two colours, in the space of the operation. What counts is what is seen, as with premultiplied colours: each
/// has a say by its alpha, and where no alpha is left there is no colour. Of two equal alphas both have the same.
pub(super) fn mix(e: &mut Exprs, space: Space, colors: [&[ExprId]; 2], t: ExprId) -> Parts {
    // A float goes with every component.
    let [a, b] = colors.map(|c| [0, 1, 2, 3].map(|k| c[if c.len() == 1 { 0 } else { k }]));
    let alphas = [e.constant(a[3]), e.constant(b[3])];
    if alphas[0] == alphas[1] && alphas[0].is_some_and(|alpha| alpha > 0.0) {
        let [red, green, blue] = mix_in_space(e, space, a, b, t);
        return smallvec![red, green, blue, a[3]];
    }
    let alpha = e.op(Prim::Mix, &[a[3], b[3], t]);
    let weight = e.op(Prim::Mul, &[b[3], t]);
    let share = e.op(Prim::Div, &[weight, alpha]);
    let zero = e.float(0.0);
    let is_seen = e.op(Prim::Lt, &[zero, alpha]);
    let mixed = mix_in_space(e, space, a, b, share);
    let [red, green, blue] = mixed.map(|part| e.op(Prim::Select, &[is_seen, part, zero]));
    smallvec![red, green, blue, alpha]
}

/// Red, green and blue of what lies so far on the way from one colour to the other.
fn mix_in_space(e: &mut Exprs, space: Space, a: [ExprId; 4], b: [ExprId; 4], share: ExprId) -> [ExprId; 3] {
    // Where the hue is among the three, and what tells a grey.
    let (into, back, hue) = match space {
        Space::Encoded => return [0, 1, 2].map(|k| e.op(Prim::Mix, &[a[k], b[k], share])),
        Space::Linear => {
            return [0, 1, 2].map(|k| {
                let [a, b] = [a[k], b[k]].map(|c| e.op(Prim::SrgbToLinear, &[c]));
                let mixed = e.op(Prim::Mix, &[a, b, share]);
                e.op(Prim::LinearToSrgb, &[mixed])
            });
        }
        Space::Oklab => (Prim::SrgbToOklab, Prim::OklabToSrgb, None),
        Space::Oklch => (Prim::SrgbToOklch, Prim::OklchToSrgb, Some((2, 1))),
        Space::Hsv => (Prim::RgbToHsv, Prim::HsvToRgb, Some((0, 1))),
    };
    let [a, b] = [a, b].map(|c| triple(e, into, &c[..3]));
    let mut mixed = [0, 1, 2].map(|k| e.op(Prim::Mix, &[a[k], b[k], share]));
    if let Some((hue, chroma)) = hue {
        mixed[hue] = mix_hues(e, [a, b].map(|c| [c[hue], c[chroma]]), share);
    }
    triple(e, back, &mixed)
}

/// The hue on the short way from one to the other, each with its chroma; a grey takes the other's.
fn mix_hues(e: &mut Exprs, [a, b]: [[ExprId; 2]; 2], share: ExprId) -> ExprId {
    let grey = e.float(GREY);
    let [from, to] = [[a, b], [b, a]].map(|[[hue, chroma], [other, _]]| {
        let has_hue = e.op(Prim::Lt, &[grey, chroma]);
        e.op(Prim::Select, &[has_hue, hue, other])
    });
    let apart = e.op(Prim::Sub, &[to, from]);
    let turned = e.op(Prim::FractSigned, &[apart]);
    let turned = e.op(Prim::Mul, &[turned, share]);
    e.op(Prim::Add, &[from, turned])
}
