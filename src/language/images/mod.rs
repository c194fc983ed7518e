//! Images: files of pixels, read before there is a project.
//!
//! What a file is, its first bytes say. `png`, `jpeg` and `webp` give its pixels as they are, the decoders of kept crates with whole
//! numbers alone, so they are the same on every machine; what is here puts them upright (`orientation`) and into sRGB (`profile`).
//! Sizes are read, and looked at, before there is memory for pixels.

#[cfg(feature = "images")]
mod jpeg;
mod known;
#[cfg(feature = "images")]
mod orientation;
#[cfg(feature = "images")]
mod png;
#[cfg(feature = "images")]
mod profile;
#[cfg(test)]
#[cfg(feature = "images")]
mod tests;
#[cfg(feature = "images")]
mod webp;

pub(crate) use known::KnownImages;

use std::sync::Arc;

use crate::program::limits;

/// What there is to do about a file that is broken.
#[cfg(feature = "images")]
const BROKEN: &str = "open it in another program, and save it anew as a PNG or a JPEG";
/// What there is to do about a file of another kind.
#[cfg(feature = "images")]
const KINDS: &str = "images are PNG, JPEG or WebP files: save it as one of these";

/// The pixels of a file: rows from the top, of each red, green, blue and alpha, straight sRGB.
#[derive(Debug)]
#[cfg_attr(not(feature = "images"), allow(dead_code, reason = "a build without decoders makes none"))]
pub(super) struct Decoded {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Arc<[u8]>,
    /// What may make it look other than it is meant to, behind the name of the file, and what to do about it.
    pub(super) notes: Vec<(String, &'static str)>,
}

/// What is wrong with a file, behind its name, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) what: String,
    pub(crate) help: String,
}

#[cfg(feature = "images")]
impl Wrong {
    fn new(what: impl Into<String>, help: &str) -> Self {
        Self { what: what.into(), help: help.to_owned() }
    }

    /// A file that its decoder does not take, with the words of that.
    fn broken(kind: &str, why: impl std::fmt::Display) -> Self {
        let why = crate::diagnostic::quote(&why.to_string());
        Self::new(format!("is a broken {kind}: {why}"), BROKEN)
    }
}

/// A size, and pixels.
pub(crate) type Pixels = ([u32; 2], Arc<[u8]>);

/// The size and the pixels of the file of an image that was read before, or what is wrong with it and what to do about that. Whether it looks as it
/// is meant to has been said then.
pub(crate) fn pixels(name: &str, bytes: &[u8]) -> Result<Pixels, Wrong> {
    match read(name, bytes, limits::IMAGE_PIXELS_MAX) {
        Ok(Decoded { width, height, pixels, .. }) => Ok(([width, height], pixels)),
        Err(wrong) => Err(wrong),
    }
}

/// The ending of the name of a file that is an image which is read here, by its first bytes.
#[cfg(feature = "images")]
pub(crate) fn ending(bytes: &[u8]) -> Option<&'static str> {
    match Kind::of(bytes)? {
        Kind::Png => Some("png"),
        Kind::Jpeg => Some("jpg"),
        Kind::WebP => Some("webp"),
        Kind::Other(_) => None,
    }
}

/// A build without decoders has no files of images.
#[cfg(not(feature = "images"))]
pub(crate) fn ending(_bytes: &[u8]) -> Option<&'static str> {
    None
}

/// A build without decoders.
#[cfg(not(feature = "images"))]
pub(super) fn read(_name: &str, _bytes: &[u8], _most: usize) -> Result<Decoded, Wrong> {
    let what = "is an image, and this build of pavane reads none".to_owned();
    Err(Wrong { what, help: "build it with the feature `images`, which is on by default".to_owned() })
}

/// A picture as a decoder gives it.
#[cfg(feature = "images")]
#[derive(Debug, Default)]
struct Raw {
    size: [u32; 2],
    /// Four bytes each.
    pixels: Vec<u8>,
    profile: Option<Vec<u8>>,
    /// What the curve of its numbers is, where it has no profile and says that.
    gamma: Option<f64>,
    exif: Option<Vec<u8>>,
    notes: Vec<(String, &'static str)>,
}

/// The kinds of files that are known: what people call them, the endings of their names, and whether they are read.
#[cfg(feature = "images")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
    WebP,
    Other(&'static str),
}

#[cfg(feature = "images")]
impl Kind {
    /// By the first bytes of a file.
    fn of(bytes: &[u8]) -> Option<Self> {
        let has = |at: usize, what: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(what));
        let text = || bytes.get(..bytes.len().min(1_000)).and_then(|start| std::str::from_utf8(start).ok());
        Some(match () {
            () if has(0, b"\x89PNG\r\n\x1a\n") => Self::Png,
            () if has(0, b"\xff\xd8\xff") => Self::Jpeg,
            () if has(0, b"RIFF") && has(8, b"WEBP") => Self::WebP,
            () if has(0, b"GIF8") => Self::Other("a GIF"),
            () if has(0, b"BM") => Self::Other("a BMP"),
            () if has(0, b"II*\0") || has(0, b"MM\0*") => Self::Other("a TIFF"),
            () if has(4, b"ftypavif") || has(4, b"ftypavis") => Self::Other("an AVIF"),
            () if has(4, b"ftyphei") || has(4, b"ftypmif1") => Self::Other("a HEIC"),
            () if has(0, b"\xff\x0a") || has(4, b"JXL ") => Self::Other("a JPEG XL"),
            () if has(0, b"8BPS") => Self::Other("a Photoshop file"),
            () if has(0, b"%PDF") => Self::Other("a PDF"),
            () if text().is_some_and(|text| text.contains("<svg")) => Self::Other("an SVG"),
            () => return None,
        })
    }

    /// As a file name says.
    fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "png" | "apng" => Some(Self::Png),
            "jpg" | "jpeg" | "jpe" | "jfif" => Some(Self::Jpeg),
            "webp" => Some(Self::WebP),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Png => "a PNG",
            Self::Jpeg => "a JPEG",
            Self::WebP => "a WebP",
            Self::Other(name) => name,
        }
    }
}

/// The pixels of a file; `name` is as it is written, `most` how many pixels there may be.
///
/// # Errors
/// What is wrong with it.
#[cfg(feature = "images")]
pub(super) fn read(name: &str, bytes: &[u8], most: usize) -> Result<Decoded, Wrong> {
    let Some(kind) = Kind::of(bytes) else {
        let what = if bytes.is_empty() { "is empty" } else { "is no image" };
        return Err(Wrong::new(what, KINDS));
    };
    let mut raw = match kind {
        Kind::Png => png::read(bytes, most)?,
        Kind::Jpeg => jpeg::read(bytes, most)?,
        Kind::WebP => webp::read(bytes, most)?,
        Kind::Other(_) => return Err(Wrong::new(format!("is {}", kind.name()), KINDS)),
    };
    if Kind::of_name(name) != Some(kind) {
        let what = format!("is {}, and its name does not say so", kind.name());
        raw.notes.push((what, "give the file the ending of what it is"));
    }
    match (&raw.profile, raw.gamma) {
        (Some(profile), _) => {
            if let Err(what) = profile::to_srgb(profile, &mut raw.pixels) {
                let help = "save it in sRGB colours: they are taken as they are";
                raw.notes.push((format!("has a colour profile {what}"), help));
            }
        }
        (None, Some(gamma)) => profile::from_gamma(gamma, &mut raw.pixels),
        (None, None) => {}
    }
    let turn = raw.exif.as_deref().map_or(1, orientation::of);
    let (size, pixels) = orientation::upright(turn, raw.size, raw.pixels);
    let [width, height] = size;
    Ok(Decoded { width, height, pixels: pixels.into(), notes: raw.notes })
}

/// Whether there may be so many pixels.
#[cfg(feature = "images")]
fn check_size([width, height]: [u32; 2], most: usize) -> Result<usize, Wrong> {
    let side = limits::IMAGE_SIDE_MAX;
    let help = "save it smaller: a picture shows no more pixels of it than it has itself";
    if width == 0 || height == 0 {
        return Err(Wrong::new(format!("has no pixels: {width} x {height}"), BROKEN));
    }
    if width > side || height > side {
        let what = format!("has {width} x {height} pixels, the most along a side is {side}");
        return Err(Wrong::new(what, help));
    }
    let pixels = width as usize * height as usize;
    if pixels > most {
        let all = limits::IMAGE_PIXELS_MAX;
        let before = all - most.min(all);
        let what = match before {
            0 => format!("has {width} x {height} = {pixels} pixels, the most is {all}"),
            _ => format!(
                "has {width} x {height} = {pixels} pixels, with {before} of other images; the most is {all} together"
            ),
        };
        return Err(Wrong::new(what, help));
    }
    Ok(pixels)
}
