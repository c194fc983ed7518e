//! What a program has of files: images and fonts.

use serde::{Deserialize, Serialize};

use super::super::packed::Packed;

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
    /// Base64 of a zlib stream of the pixels, row by row from the top: red, green, blue and alpha, a byte each, straight sRGB. Or `file:`
    /// and the name of a file of a [bundle](crate::bundle).
    #[cfg_attr(test, schemars(with = "String"))]
    pub pixels: Packed,
}

/// A font.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FontRow {
    /// For people and diagnostics.
    pub name: String,
    /// Which face of a collection, from 0; 0 of a file that is none.
    #[serde(default, skip_serializing_if = "super::lists::is_zero")]
    pub face: u32,
    /// What is set of it: axes by their four letters, such as `wdth`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<String>,
    /// Of each of these axes where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<f64>,
    /// The rows of the fonts that are asked, one after the other, for characters that it has not. The family that comes with pavane is
    /// asked last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<u32>,
    /// Base64 of a zlib stream of the bytes of the file: TrueType or OpenType. Or `file:` and the name of a file of a
    /// [bundle](crate::bundle).
    #[cfg_attr(test, schemars(with = "String"))]
    pub data: Packed,
}

/// How a text is laid out that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StyleRow {
    /// How heavy its letters are, 1 to 1000.
    #[serde(default = "super::regular")]
    pub weight: u16,
    /// From one line to the next, in sizes.
    #[serde(default = "leading")]
    pub leading: f64,
    /// What is put between letters, in sizes.
    #[serde(default)]
    pub tracking: f64,
    /// The row of the font; without one the family that comes with pavane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<u32>,
}

/// The distance of lines where nothing else is said.
fn leading() -> f64 {
    1.2
}
