//! What colours are while they are mixed: values of sRGB, or light.

use std::sync::LazyLock;

use fearless_simd::{Select, Simd, SimdBase, SimdFloat, f32x8};

use super::item::Ink;
use crate::frame::Blending;
use crate::math::color::{self, ENCODED};

/// What each byte of a colour is while it is mixed.
type Bytes = [f32; 256];

static VALUES: LazyLock<Bytes> = LazyLock::new(|| std::array::from_fn(|byte| byte as f32 / 255.0));
static LIGHT: LazyLock<Bytes> =
    LazyLock::new(|| std::array::from_fn(|byte| color::srgb_to_linear(byte as f64 / 255.0) as f32));

/// How colours are taken for mixing, and given back.
#[derive(Clone, Copy)]
pub(super) struct Light {
    bytes: &'static Bytes,
    pub(super) blending: Blending,
}

impl Light {
    pub(super) fn new(blending: Blending) -> Self {
        let bytes = match blending {
            Blending::Srgb => &*VALUES,
            Blending::Linear => &*LIGHT,
        };
        Self { bytes, blending }
    }

    /// A colour by its bytes, as opaque as that is by itself and as `opacity` says.
    #[inline(always)]
    pub(super) fn ink(&self, [r, g, b, a]: [u8; 4], opacity: f32) -> Ink {
        let alpha = f32::from(a) / 255.0 * opacity;
        let part = |component: u8| self.bytes[usize::from(component)] * alpha;
        [part(r), part(g), part(b), alpha]
    }

    /// A premultiplied colour of sRGB, all in `0..=1`, as it is mixed: on the straight lines between the bytes.
    #[inline(always)]
    pub(super) fn of(&self, [r, g, b, a]: Ink) -> Ink {
        match self.blending {
            Blending::Srgb => [r, g, b, a],
            Blending::Linear => {
                let part = |part: f32| {
                    let place = (part / a * 255.0).clamp(0.0, 255.0);
                    let byte = (place as usize).min(254);
                    let [low, high] = [self.bytes[byte], self.bytes[byte + 1]];
                    (low + (high - low) * (place - byte as f32)) * a
                };
                if a > 0.0 { [part(r), part(g), part(b), a] } else { [0.0; 4] }
            }
        }
    }
}

/// Linear components, encoded as sRGB: 0.04 of a step of 255 from the curve at most.
#[inline(always)]
pub(super) fn encoded<S: Simd>(part: f32x8<S>) -> f32x8<S> {
    let (even, odd) = (ENCODED.even, ENCODED.odd);
    let part = part.max(0.0).min(1.0);
    let curved = (part * even[3] + even[2]) * part + even[1];
    let root = ((part * odd[2] + odd[1]) * part + odd[0]) * part.sqrt();
    part.simd_le(ENCODED.straight).select(part * 12.92, curved * part + even[0] + root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        let light = Light::new(Blending::Linear);
        fearless_simd::dispatch!(fearless_simd::Level::new(), simd => {
            for byte in 0..=255 {
                let [r, g, b, a] = light.ink([byte, byte, byte, 255], 1.0);
                assert_eq!((r, b, a), (g, g, 1.0));
                let back: [f32; 8] = encoded(f32x8::splat(simd, r)).into();
                let error = back[0] * 255.0 - f32::from(byte);
                assert!(error.abs() < 0.05, "{byte} is {error} off");
                let [same, ..] = light.of([f32::from(byte) / 255.0 * 0.5, 0.0, 0.0, 0.5]);
                assert!((same - r * 0.5).abs() < 1e-6, "{byte}: {same}, not {}", r * 0.5);
            }
        });
        assert_eq!(light.ink([0, 255, 255, 255], 1.0), [0.0, 1.0, 1.0, 1.0]);
        assert_eq!(light.of([0.0; 4]), [0.0; 4]);
    }
}
