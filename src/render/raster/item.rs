//! A shape on its way to the tiles: everything that its pixels depend on, in canvas pixels.

use crate::frame::{Blend, FillRule};

/// What is drawn, one shape. 60 bytes, and 4 more in every tile that it meets; of an outline its pieces instead.
#[derive(Clone, Copy, Debug)]
pub(in crate::render) struct Item {
    /// Its centre.
    pub(in crate::render) center: [f32; 2],
    /// The unit vector along its width.
    pub(in crate::render) axis: [f32; 2],
    /// Half of its width and height, above 0.
    pub(in crate::render) half: [f32; 2],
    /// Radius of its corners.
    pub(in crate::render) corner: f32,
    /// Half the width of its stroke; 0 without one.
    pub(in crate::render) pen: f32,
    /// Of fill and stroke as one thing, above 0 and up to 1.
    pub(in crate::render) opacity: f32,
    /// Straight sRGB with alpha, red first.
    pub(in crate::render) fill: [u8; 4],
    pub(in crate::render) stroke: [u8; 4],
    /// The pixels that it may touch, a box in the canvas: left, top, right, bottom; the last two are beyond it.
    pub(in crate::render) bounds: [u16; 4],
    pub(in crate::render) form: Form,
    pub(in crate::render) paint: Paint,
    pub(in crate::render) blend: Blend,
    /// Whether the stroke rounds square corners.
    pub(in crate::render) round_join: bool,
    /// What is inside of an outline.
    pub(in crate::render) rule: FillRule,
    /// Which of the sprites is its fill, from 1; 0 where that is a colour.
    pub(in crate::render) sprite: u32,
}

/// Which formula covers pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Form {
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
pub(in crate::render) enum Paint {
    Fill,
    Stroke,
    /// The stroke over the fill, and the two over what is under them as one thing.
    Both,
}

/// A colour over everything, premultiplied, in `0..=1`; of what, [`Light`](super::light::Light) says.
pub(in crate::render) type Ink = [f32; 4];

impl Item {
    /// Whether nothing that is under its fill is seen.
    pub(in crate::render) fn hides(&self) -> bool {
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
