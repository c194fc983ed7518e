//! Which elements of a pass are drawn and with what: one answer for every sink.

use kurbo::Vec2;

use super::outline::Pen;
use crate::frame::{Blend, Pass, Rgba8, Stroke};

/// The visible paint of an element, or of a line.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    /// A colour with alpha above 0.
    pub(super) fill: Option<Rgba8>,
    /// A colour with alpha above 0, and a pen that draws something.
    pub(super) stroke: Option<(Rgba8, Pen)>,
    /// Above 0, up to 1.
    pub(super) opacity: f32,
}

impl Paint {
    /// The paint of element `index`; `scale` is pixels per world unit. `None` where none of it is visible, or where
    /// one of its numbers is not finite.
    pub(super) fn of(pass: &Pass<'_>, index: usize, scale: f64) -> Option<Self> {
        let opacity = pass.opacity.get(index);
        if !(opacity > 0.0 && opacity.is_finite()) {
            return None;
        }
        let visible = |color: &Rgba8| color.to_array()[3] > 0;
        let stroke = match &pass.stroke {
            Some(stroke) if !is_finite(stroke, index) => return None,
            Some(stroke) => {
                let color = Some(stroke.color.get(index)).filter(visible);
                color.and_then(|color| Pen::of(stroke, index, scale).map(|pen| (color, pen)))
            }
            None => None,
        };
        let fill = pass.fill.map(|fill| fill.get(index)).filter(visible);
        let opacity = opacity.min(1.0);
        (fill.is_some() || stroke.is_some()).then_some(Self { fill, stroke, opacity })
    }

    /// Whether the stroke has to be drawn over the fill first, and the two then over what lies under them as one.
    /// Otherwise drawing one after the other gives the same.
    pub(super) fn is_group(&self, blend: Blend) -> bool {
        self.fill.is_some() && self.stroke.is_some() && (self.opacity < 1.0 || blend != Blend::Normal)
    }
}

/// An element that is drawn.
pub(super) struct Element {
    /// Centre in world units.
    pub(super) position: [f64; 2],
    /// Radians, clockwise on screen.
    pub(super) rotation: f32,
    /// Width and height in pixels, neither 0; a negative one mirrors the shape along its axis.
    pub(super) size: Vec2,
    pub(super) paint: Paint,
}

impl Element {
    /// Element `index`; `scale` is pixels per world unit. `None` where nothing of it can be seen: a side is 0, no
    /// paint is visible, or a number is not finite.
    pub(super) fn of(pass: &Pass<'_>, index: usize, scale: f64) -> Option<Self> {
        let (x, y, rotation) = (pass.x.get(index), pass.y.get(index), pass.rotation.get(index));
        let (width, height) = (pass.width.get(index), pass.height.get(index));
        let finite = x.is_finite() && y.is_finite() && rotation.is_finite();
        if !(finite && width.is_finite() && height.is_finite() && width != 0.0 && height != 0.0) {
            return None;
        }
        let paint = Paint::of(pass, index, scale)?;
        let size = Vec2::new(f64::from(width) * scale, f64::from(height) * scale);
        Some(Self { position: [f64::from(x), f64::from(y)], rotation, size, paint })
    }
}

fn is_finite(stroke: &Stroke<'_>, index: usize) -> bool {
    [stroke.width, stroke.trim_start, stroke.trim_end].iter().all(|lanes| lanes.get(index).is_finite())
        && stroke.dash.is_none_or(|dash| dash.get(index).iter().all(|length| length.is_finite()))
}
