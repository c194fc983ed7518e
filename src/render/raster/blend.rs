//! How a colour goes over what is there: the formulas of <https://www.w3.org/TR/compositing-1/> on premultiplied colours
//! in `0..=1`, for eight columns of a tile from top to bottom.

use fearless_simd::{Select, Simd, SimdBase, f32x8};

use super::cover::{LANES, inlined};
use super::item::Ink;
use super::tile::{ROW, STRIDE};
use crate::frame::Blend;

/// Coverage of eight pixels.
pub(super) type Lanes = [f32; LANES];

/// What goes over some rows of a strip.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// One colour, by the part of each pixel that it covers.
    One(Ink, &'a [Lanes]),
    /// A stroke over a fill, and how opaque the two are as one thing.
    Two { fill: Ink, fills: &'a [Lanes], stroke: Ink, strokes: &'a [Lanes], opacity: f32 },
    /// A colour for each pixel, by the part of it that is covered.
    Each(&'a [[Lanes; 4]]),
}

/// Draws over the rows from `planes` on; `opaque` says that what is there is opaque everywhere, so that its alpha is
/// neither read nor written. A function of its own, which enters the vector level again: inlined where forms are covered, it
/// would be compiled once for each of them.
#[inline(never)]
pub(super) fn draw<S: Simd>(simd: S, planes: &mut [f32], blend: Blend, opaque: bool, source: Source<'_>) {
    simd.vectorize(
        #[inline(always)]
        || {
            if opaque {
                over::<S, true>(simd, planes, blend, source);
            } else {
                over::<S, false>(simd, planes, blend, source);
            }
        },
    );
}

#[inline(always)]
fn over<S: Simd, const OPAQUE: bool>(simd: S, planes: &mut [f32], blend: Blend, source: Source<'_>) {
    match blend {
        Blend::Normal => rows::<S, Normal, OPAQUE>(simd, planes, source),
        Blend::Add => rows::<S, Add, OPAQUE>(simd, planes, source),
        Blend::Multiply => rows::<S, Multiply, OPAQUE>(simd, planes, source),
        Blend::Screen => rows::<S, Screen, OPAQUE>(simd, planes, source),
        Blend::Darken => rows::<S, Darken, OPAQUE>(simd, planes, source),
        Blend::Lighten => rows::<S, Lighten, OPAQUE>(simd, planes, source),
        Blend::Difference => rows::<S, Difference, OPAQUE>(simd, planes, source),
        Blend::Overlay => rows::<S, Overlay, OPAQUE>(simd, planes, source),
    }
}

#[inline(always)]
fn rows<S: Simd, M: Mix, const OPAQUE: bool>(simd: S, planes: &mut [f32], source: Source<'_>) {
    let rows = planes.as_chunks_mut::<ROW>().0.iter_mut();
    match source {
        Source::One(ink, covers) => {
            let ink = ink.map(
                #[inline(always)]
                |part| f32x8::splat(simd, part),
            );
            for (row, cover) in rows.zip(covers) {
                let cover = f32x8::from_slice(simd, cover);
                pixels::<S, M, OPAQUE>(row, [ink[0] * cover, ink[1] * cover, ink[2] * cover, ink[3] * cover]);
            }
        }
        Source::Each(colors) => {
            for (row, parts) in rows.zip(colors) {
                let part = inlined(
                    #[inline(always)]
                    |k: usize| f32x8::from_slice(simd, &parts[k]),
                );
                pixels::<S, M, OPAQUE>(row, [part(0), part(1), part(2), part(3)]);
            }
        }
        Source::Two { fill, fills, stroke, strokes, opacity } => {
            for (row, (own, edge)) in rows.zip(fills.iter().zip(strokes)) {
                let (own, edge) = (f32x8::from_slice(simd, own), f32x8::from_slice(simd, edge));
                let under = f32x8::splat(simd, 1.0) - edge * stroke[3];
                let part = inlined(
                    #[inline(always)]
                    |k: usize| (edge * stroke[k] + own * fill[k] * under) * opacity,
                );
                pixels::<S, M, OPAQUE>(row, [part(0), part(1), part(2), part(3)]);
            }
        }
    }
}

/// A colour over eight opaque pixels, by the part of each that it covers: the same operations as [`draw`]'s.
#[inline(always)]
pub(super) fn plain<S: Simd>(row: &mut [f32; ROW], ink: Ink, cover: f32x8<S>) {
    pixels::<S, Normal, true>(row, [cover * ink[0], cover * ink[1], cover * ink[2], cover * ink[3]]);
}

#[inline(always)]
fn pixels<S: Simd, M: Mix, const OPAQUE: bool>(row: &mut [f32; ROW], source: [f32x8<S>; 4]) {
    let alpha = source[3];
    let one = f32x8::splat(alpha.simd, 1.0);
    let at = 3 * STRIDE;
    let under_alpha = if OPAQUE { one } else { f32x8::from_slice(one.simd, &row[at..at + LANES]) };
    for (k, source) in source.into_iter().take(3).enumerate() {
        let plane = &mut row[k * STRIDE..k * STRIDE + LANES];
        let under = f32x8::from_slice(one.simd, plane);
        let mixed =
            if OPAQUE { M::opaque(source, alpha, under) } else { M::mix(source, alpha, under, under_alpha) };
        mixed.store_slice(plane);
    }
    if !OPAQUE {
        M::alpha(alpha, under_alpha).store_slice(&mut row[at..at + LANES]);
    }
}

/// A blend mode.
trait Mix {
    /// `source` over `under`, and their alphas.
    fn mix<S: Simd>(source: f32x8<S>, alpha: f32x8<S>, under: f32x8<S>, under_alpha: f32x8<S>) -> f32x8<S>;
    /// The same over what is opaque.
    fn opaque<S: Simd>(source: f32x8<S>, alpha: f32x8<S>, under: f32x8<S>) -> f32x8<S>;
    #[inline(always)]
    fn alpha<S: Simd>(alpha: f32x8<S>, under_alpha: f32x8<S>) -> f32x8<S> {
        under_alpha + (alpha - alpha * under_alpha)
    }
}

/// What is seen of two colours where only one of them is.
#[inline(always)]
fn apart<S: Simd>(source: f32x8<S>, alpha: f32x8<S>, under: f32x8<S>, under_alpha: f32x8<S>) -> f32x8<S> {
    (source - source * under_alpha) + (under - under * alpha)
}

/// `mix` with what `$both` makes where both are.
macro_rules! modes {
    ($($mode:ident: |$s:ident, $sa:ident, $b:ident, $ba:ident| $both:expr, opaque $opaque:expr;)*) => {$(
        struct $mode;
        impl Mix for $mode {
            #[inline(always)]
            #[allow(unused_variables, reason = "not every mode looks at every alpha")]
            fn mix<S: Simd>($s: f32x8<S>, $sa: f32x8<S>, $b: f32x8<S>, $ba: f32x8<S>) -> f32x8<S> {
                $both + apart($s, $sa, $b, $ba)
            }
            #[inline(always)]
            #[allow(unused_variables, reason = "not every mode looks at every alpha")]
            fn opaque<S: Simd>($s: f32x8<S>, $sa: f32x8<S>, $b: f32x8<S>) -> f32x8<S> {
                $opaque
            }
        }
    )*};
}

modes! {
    Multiply: |s, sa, b, ba| s * b, opaque b + b * (s - sa);
    Screen: |s, sa, b, ba| s * ba + b * sa - s * b, opaque b + (s - s * b);
    Darken: |s, sa, b, ba| (s * ba).min(b * sa), opaque b + (s - b * sa).min(0.0);
    Lighten: |s, sa, b, ba| (s * ba).max(b * sa), opaque b + (s - b * sa).max(0.0);
    Difference: |s, sa, b, ba| (s * ba - b * sa).abs(), opaque (b - b * sa) + (s - b * sa).abs();
    Overlay: |s, sa, b, ba| overlay(s, sa, b, ba),
        opaque (b - b * sa) + overlay(s, sa, b, f32x8::splat(s.simd, 1.0));
}

#[inline(always)]
fn overlay<S: Simd>(s: f32x8<S>, sa: f32x8<S>, b: f32x8<S>, ba: f32x8<S>) -> f32x8<S> {
    let (dark, light) = (s * b * 2.0, sa * ba - (ba - b) * (sa - s) * 2.0);
    (b * 2.0).simd_le(ba).select(dark, light)
}

struct Normal;

impl Mix for Normal {
    #[inline(always)]
    fn mix<S: Simd>(source: f32x8<S>, alpha: f32x8<S>, under: f32x8<S>, _: f32x8<S>) -> f32x8<S> {
        Self::opaque(source, alpha, under)
    }

    #[inline(always)]
    fn opaque<S: Simd>(source: f32x8<S>, alpha: f32x8<S>, under: f32x8<S>) -> f32x8<S> {
        (under - under * alpha) + source
    }
}

struct Add;

impl Mix for Add {
    #[inline(always)]
    fn mix<S: Simd>(source: f32x8<S>, _: f32x8<S>, under: f32x8<S>, _: f32x8<S>) -> f32x8<S> {
        (under + source).min(1.0)
    }

    #[inline(always)]
    fn opaque<S: Simd>(source: f32x8<S>, _: f32x8<S>, under: f32x8<S>) -> f32x8<S> {
        (under + source).min(1.0)
    }

    #[inline(always)]
    fn alpha<S: Simd>(alpha: f32x8<S>, under_alpha: f32x8<S>) -> f32x8<S> {
        (alpha + under_alpha).min(1.0)
    }
}

/// What covers of a whole tile do to every component `d` of it: `d * factor + term`, and then no more than 1 where that is
/// what they do.
#[derive(Clone, Copy)]
pub(super) struct Map {
    pub(super) factor: Ink,
    pub(super) term: Ink,
    pub(super) is_clamped: bool,
}

impl Map {
    /// Nothing.
    pub(super) const NONE: Self = Self { factor: [1.0; 4], term: [0.0; 4], is_clamped: false };

    /// A cover, where it is one.
    pub(super) fn of(blend: Blend, opaque: bool, [r, g, b, a]: Ink) -> Option<Self> {
        let (factor, term) = match blend {
            Blend::Normal => ([1.0 - a; 4], [r, g, b, a]),
            Blend::Screen => ([1.0 - r, 1.0 - g, 1.0 - b, 1.0 - a], [r, g, b, a]),
            Blend::Multiply if opaque => ([1.0 - a + r, 1.0 - a + g, 1.0 - a + b, 1.0], [0.0; 4]),
            Blend::Add => ([1.0; 4], [r, g, b, a]),
            Blend::Multiply | Blend::Darken | Blend::Lighten | Blend::Difference | Blend::Overlay => {
                return None;
            }
        };
        Some(Self { factor, term, is_clamped: blend == Blend::Add })
    }

    /// The two as one, where they are one: what is clamped can only be added to, for nothing takes away from it.
    pub(super) fn then(self, next: Self) -> Option<Self> {
        if self.is_clamped && !next.is_clamped {
            return None;
        }
        let mut both = next;
        for k in 0..4 {
            both.factor[k] = self.factor[k] * next.factor[k];
            both.term[k] = self.term[k] * next.factor[k] + next.term[k];
        }
        Some(both)
    }
}
