//! From world coordinates to a canvas.

/// From world coordinates to a canvas. `extent` world units span the shorter side of the canvas and `center`
/// lies in its middle, so nothing stretches whatever the aspect ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The world point in the middle of the canvas.
    pub center: [f32; 2],
    /// World units along the shorter side of the canvas, above 0.
    pub extent: f32,
    /// Rotation of the camera in radians, clockwise on screen turns the picture counter-clockwise.
    pub rotation: f32,
}

impl Default for View {
    fn default() -> Self {
        Self { center: [0.5, 0.5], extent: 1.0, rotation: 0.0 }
    }
}

impl View {
    /// Pixels per world unit on a canvas of `width` x `height` pixels.
    pub fn scale(&self, width: u32, height: u32) -> f64 {
        f64::from(width.min(height)) / f64::from(self.extent)
    }

    /// The affine map from world to canvas pixels: `[a, b, c, d, e, f]` with `x' = a x + c y + e` and
    /// `y' = b x + d y + f`.
    pub fn to_canvas(&self, width: u32, height: u32) -> [f64; 6] {
        let scale = self.scale(width, height);
        let (sin, cos) =
            crate::math::real::Real::sin_cos_turns(-f64::from(self.rotation) / std::f64::consts::TAU);
        let (a, b) = (cos * scale, sin * scale);
        let [x, y] = self.center.map(f64::from);
        [a, b, -b, a, f64::from(width) * 0.5 - (a * x - b * y), f64::from(height) * 0.5 - (b * x + a * y)]
    }
}
