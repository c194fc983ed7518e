//! A finished picture in memory.

use super::RenderError;

/// The longest side a picture can have, in pixels.
pub const MAX_SIDE: u32 = 16_384;

/// Pixels, row by row from the top left, each `[r, g, b, a]`: sRGB with straight (not premultiplied) alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Picture {
    /// A transparent picture of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`RenderError::Size`] when a side is 0 or above [`MAX_SIDE`], or the system has no memory for it.
    pub fn new(width: u32, height: u32) -> Result<Self, RenderError> {
        check_size(width, height)?;
        let bytes = width as usize * height as usize * 4;
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(bytes).map_err(|_| RenderError::Size {
            width,
            height,
            reason: format!("the system does not give the {bytes} bytes that it takes"),
        })?;
        pixels.resize(bytes, 0);
        Ok(Self { width, height, pixels })
    }

    /// No pixels at all: a placeholder while the real picture is elsewhere.
    pub(super) const fn empty() -> Self {
        Self { width: 0, height: 0, pixels: Vec::new() }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All components, `width * height * 4` bytes.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All components, to be written.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// The pixel in column `x` of row `y`; `None` outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let start = (y as usize * self.width as usize + x as usize) * 4;
        self.pixels.get(start..start + 4)?.try_into().ok()
    }

    /// XXH3-64 of the pixels, seeded with `width << 32 | height`. Pictures are compared by this; files are not, since
    /// a compressor may change.
    pub fn hash(&self) -> u64 {
        let seed = u64::from(self.width) << 32 | u64::from(self.height);
        twox_hash::XxHash3_64::oneshot_with_seed(seed, &self.pixels)
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {}, {:#018x})", self.width, self.height, self.hash())
    }
}

pub(super) fn check_size(width: u32, height: u32) -> Result<(), RenderError> {
    if (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height) {
        Ok(())
    } else {
        Err(RenderError::Size { width, height, reason: format!("each side is 1 to {MAX_SIDE} pixels") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_size_and_pixels() {
        let (wide, high) = (Picture::new(4, 2).unwrap(), Picture::new(2, 4).unwrap());
        assert_ne!(wide.hash(), high.hash());
        let mut dotted = wide.clone();
        dotted.pixels_mut()[5] = 1;
        assert_ne!(wide.hash(), dotted.hash());
        assert_eq!(dotted.pixel(1, 0), Some([0, 1, 0, 0]));
        assert_eq!(dotted.pixel(4, 0), None);
    }

    #[test]
    fn sizes_have_limits() {
        for (width, height) in [(0, 1), (1, 0), (MAX_SIDE + 1, 1), (1, u32::MAX)] {
            let error = Picture::new(width, height).unwrap_err().to_string();
            assert!(error.contains("16384"), "{error}");
        }
    }
}
