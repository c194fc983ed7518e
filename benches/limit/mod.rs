//! The limit: GS1 as one fused loop written by hand, with the same run-time dispatch and the same formulas as the
//! engine, so that the ratio of both says what the engine itself costs.

use fearless_simd::{Level, Simd, dispatch};
use pavane::math::fixed::{AffineNoise, AffineTurns};
use pavane::math::{Real, arith, color, easing};

/// The outputs of GS1: 16 bytes per element.
pub(crate) struct Gs1 {
    pub(crate) x: Vec<f32>,
    pub(crate) y: Vec<f32>,
    pub(crate) size: Vec<f32>,
    pub(crate) rgba8: Vec<u32>,
}

/// The uniforms of a frame.
#[derive(Clone, Copy)]
struct Uniforms {
    angle: AffineTurns,
    noise: AffineNoise,
    ease: f32,
    hue: f32,
    count: f32,
}

impl Gs1 {
    pub(crate) fn new(elements: usize) -> Self {
        let column = || vec![0.0; elements];
        Self { x: column(), y: column(), size: column(), rgba8: vec![0; elements] }
    }

    /// Evaluates frame `index` at 60 frames per second.
    pub(crate) fn frame(&mut self, level: Level, index: u64) {
        let n = self.x.len() as f64;
        let t = index as f64 / 60.0;
        let per_element = (t + 12.0) / (std::f64::consts::TAU * n);
        let golden = f64::from(0x9E37_79B9_u32) / 4_294_967_296.0;
        let phase = f64::from((index as u32).wrapping_mul(0x0123_4567).cast_signed()) / 4_294_967_296.0;
        let uniforms = Uniforms {
            angle: AffineTurns::new(per_element + golden, phase + per_element * 0.5),
            noise: AffineNoise::new(0.37, t * 1.7),
            ease: (t + 0.25) as f32,
            hue: (t * 0.1 - Real::floor(t * 0.1)) as f32,
            count: n as f32,
        };
        dispatch!(level, simd => fused(simd, uniforms, self));
    }
}

#[inline(always)]
fn fused<S: Simd>(_: S, u: Uniforms, out: &mut Gs1) {
    let n = out.x.len();
    let (xs, ys, sizes, colors) = (&mut out.x[..n], &mut out.y[..n], &mut out.size[..n], &mut out.rgba8[..n]);
    for i in 0..n {
        let rank = ((i as u32).cast_signed() as f32 + 0.5) / u.count;
        let noise = u.noise.at(i as u32);
        let radius = (noise * 0.15 + rank.sqrt()) * 480.0;
        let (sin, cos) = u.angle.at(i as u32).sin_cos_turns();
        xs[i] = cos * radius + 960.0;
        ys[i] = sin * radius + 540.0;
        let eased = easing::out_cubic(arith::clamp01(u.ease - rank * 0.8));
        sizes[i] = eased * 6.0 + 1.0;
        let [r, g, b] = color::hsv_to_rgb(rank * 0.7 + u.hue, 0.8, noise * 0.4 + 0.6);
        colors[i] = color::pack_rgba8(r, g, b, eased);
    }
}
