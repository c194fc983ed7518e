//! What can be drawn, as plain types: the ground that patches, programs, tables, frames and pictures share.
//!
//! Nothing here knows where a value comes from; only `math` is below.

mod attributes;
mod color;
mod path;
mod shape;
mod table;
mod view;
mod words;

pub(crate) use attributes::{Attributes, Component, Dash, Stroke};

pub use color::Rgba8;
pub use path::{LinePoint, Path, Verb};
pub use shape::Shape;
pub(crate) use table::{ATTRIBUTES, Attribute, AttributeRow, Entry, Kind, Limits};
pub use view::View;
pub(crate) use words::Word;
pub use words::{Blend, Cap, DrawOrder, FillRule, Join, ShapeKind};
