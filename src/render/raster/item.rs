//! A shape on its way to the tiles: everything that its pixels depend on, in canvas pixels.

use crate::frame::{Blend, FillRule};

/// What is drawn, one shape. 60 bytes, and 4 more in every tile that it meets; of an outline its pieces instead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Its centre.
    pub(super) center: [f32; 2],
    /// The unit vector along its width.
    pub(super) axis: [f32; 2],
    /// Half of its width and height, above 0.
    pub(super) half: [f32; 2],
    /// Radius of its corners.
    pub(super) corner: f32,
    /// Half the width of its stroke; 0 without one.
    pub(super) pen: f32,
    /// Of fill and stroke as one thing, above 0 and up to 1.
    pub(super) opacity: f32,
    /// Straight sRGB with alpha, red first.
    pub(super) fill: [u8; 4],
    pub(super) stroke: [u8; 4],
    /// The pixels that it may touch, a box in the canvas: left, top, right, bottom; the last two are beyond it.
    pub(super) bounds: [u16; 4],
    pub(super) form: Form,
    pub(super) paint: Paint,
    pub(super) blend: Blend,
    /// Whether the stroke rounds square corners.
    pub(super) round_join: bool,
    /// What is inside of an outline.
    pub(super) rule: FillRule,
    /// Which of the sprites is its fill, from 1; 0 where that is a colour.
    pub(super) sprite: u32,
}

/// Which formula covers pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A rectangle along rows and columns, with square corners.
    Upright,
    /// A rectangle with square corners, turned.
    Turned,
    /// A rectangle with round corners.
    Rounded,
    Disc,
    Ellipse,
    /// A filled ellipse that is thinner than a pixel or so.
    Sliver,
    /// What its [`Pieces`](super::pieces::Pieces) go around; no number above says where that is.
    Outline,
}

/// What of a shape is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Fill,
    Stroke,
    /// The stroke over the fill, and the two over what is under them as one thing.
    Both,
}

/// A colour over everything, premultiplied, in `0..=1`.
pub(super) type Ink = [f32; 4];

impl Item {
    /// The colour of its fill or its stroke, as opaque as that is by itself.
    #[inline(always)]
    pub(super) fn ink([r, g, b, a]: [u8; 4], opacity: f32) -> Ink {
        let alpha = f32::from(a) / 255.0 * opacity;
        let part = |component: u8| f32::from(component) / 255.0 * alpha;
        [part(r), part(g), part(b), alpha]
    }

    /// Whether nothing that is under its fill is seen.
    pub(super) fn hides(&self) -> bool {
        let filled = match self.paint {
            Paint::Fill | Paint::Both => true,
            Paint::Stroke => false,
        };
        filled
            && self.sprite == 0
            && self.blend == Blend::Normal
            && self.fill[3] == u8::MAX
            && self.opacity >= 1.0
    }
}
