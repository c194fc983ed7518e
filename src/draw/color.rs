//! Colours as they are drawn: 8 bits per component.

use bytemuck::{Pod, Zeroable};

/// A colour of four 8-bit components, sRGB-encoded with straight alpha, stored as `r | g<<8 | b<<16 | a<<24`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct Rgba8(pub u32);

impl Rgba8 {
    /// A colour from its components.
    pub const fn new(r: u8, g: u8, b: u8, a: u8) -> Self {
        Self(u32::from_le_bytes([r, g, b, a]))
    }

    /// `[r, g, b, a]`.
    pub const fn to_array(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }
}
