//! What can be drawn, as plain types: the ground that patches, programs, tables, frames and pictures share.
//!
//! Nothing here knows where a value comes from; only `math` is below. What a sink needs of it is also in
//! [`frame`](crate::frame), where [`Stroke`] and [`Dash`] are those of a pass.

mod attributes;
mod color;
mod image;
mod kinds;
mod lanes;
mod letters;
mod path;
mod shape;
mod view;
mod words;

pub(crate) use attributes::{ATTRIBUTES, Attribute, AttributeRow, Attributes, Component, Crop, Writing};
pub use attributes::{Dash, Stroke};

pub use color::Rgba8;
#[cfg(feature = "render")]
pub(crate) use image::Levels;
pub use image::{Image, Sprite};
pub(crate) use kinds::{Entry, Kind, Limits};
pub use lanes::Lanes;
pub(crate) use letters::{AllLetters, Block, NoRoom, Written, block};
pub use letters::{Bounds, Glyph, Lettering, Letterings, Outline, Outlines};
pub use path::{LinePoint, Path, Verb};
pub use shape::{Paths, Shape};
pub use view::View;
pub(crate) use words::Word;
pub use words::{Align, Anchor, Blend, Blending, Cap, DrawOrder, FillRule, Filter, Fit, Join, ShapeKind};
