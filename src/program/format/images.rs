//! Images of a program.

use serde::{Deserialize, Serialize};

use super::super::pixels::Pixels;

/// Pixels that never change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImageRow {
    /// For people and diagnostics.
    pub name: String,
    /// 1 to [`IMAGE_SIDE_MAX`](crate::program::limits::IMAGE_SIDE_MAX).
    pub width: u32,
    /// 1 to [`IMAGE_SIDE_MAX`](crate::program::limits::IMAGE_SIDE_MAX).
    pub height: u32,
    /// Base64 of a zlib stream of the pixels, row by row from the top: red, green, blue and alpha, a byte each, straight sRGB.
    #[cfg_attr(test, schemars(with = "String"))]
    pub pixels: Pixels,
}
