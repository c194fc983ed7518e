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
    /// Base64 of a zlib stream of the pixels, row by row from the top: red, green, blue and alpha, a byte each, straight sRGB.
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
    /// Base64 of a zlib stream of the bytes of the file: TrueType or OpenType.
    #[cfg_attr(test, schemars(with = "String"))]
    pub data: Packed,
}
