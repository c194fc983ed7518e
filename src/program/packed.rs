//! Packed of images and files of fonts: bytes in a program, text in its JSON.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::format::ProgramData;
use super::limits;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, JsonPath, Sink};

/// How hard it is tried to make them small.
const LEVEL: u8 = 6;

/// Bytes of a program that are no numbers of its own: the pixels of an image, the file of a font. In JSON they are a text: base64 of a
/// zlib stream of them. Clones share them.
#[derive(Clone, PartialEq)]
pub struct Packed(Form);

#[derive(Clone, PartialEq)]
enum Form {
    Bytes(Arc<[u8]>),
    /// As it was read, and not looked at yet.
    Text(Arc<str>),
}

impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packed").finish_non_exhaustive()
    }
}

impl Packed {
    /// One of bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(Form::Bytes(bytes.into()))
    }

    /// The bytes; none while the program that they were read with is not checked.
    pub fn bytes(&self) -> Option<&Arc<[u8]>> {
        match &self.0 {
            Form::Bytes(bytes) => Some(bytes),
            Form::Text(_) => None,
        }
    }

    /// Makes bytes of a text, of which there have to be so many.
    fn unpack(&mut self, bytes: usize) -> Result<(), &'static str> {
        let Form::Text(text) = &self.0 else { return Ok(()) };
        let packed = STANDARD.decode(&**text).map_err(|_| "they are no base64")?;
        let found = decompress_to_vec_zlib_with_limit(&packed, bytes)
            .map_err(|_| "they are no zlib stream, or one of more bytes than there may be")?;
        self.0 = Form::Bytes(found.into());
        Ok(())
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Form::Text(text) => serializer.serialize_str(text),
            Form::Bytes(bytes) => {
                serializer.serialize_str(&STANDARD.encode(compress_to_vec_zlib(bytes, LEVEL)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Form::Text(text.into())))
    }
}

/// Makes bytes of all that are texts. Sizes are looked at first, so no more memory is taken than images may have.
pub(super) fn unpack(data: &mut ProgramData) -> Result<(), Diagnostics> {
    let mut sink = Sink::default();
    let mut total = 0_usize;
    for (row, image) in data.images.iter_mut().enumerate() {
        let at = JsonPath::row("images", row);
        let (name, width, height) = (crate::diagnostic::quote(&image.name), image.width, image.height);
        let sides = 1..=limits::IMAGE_SIDE_MAX;
        if !sides.contains(&width) || !sides.contains(&height) {
            let message = format!(
                "the image {name} has {width} x {height} pixels, expected 1 to {} along a side",
                sides.end()
            );
            sink.push(Diagnostic::error(Code::Limit, message).at(at.key("width")));
            continue;
        }
        let pixels = width as usize * height as usize;
        total = total.saturating_add(pixels);
        if total > limits::IMAGE_PIXELS_MAX {
            let message = format!(
                "with the image {name} all images have {total} pixels, the most is {}",
                limits::IMAGE_PIXELS_MAX
            );
            sink.push(Diagnostic::error(Code::Limit, message).at(at.key("width")));
            break;
        }
        let wrong = match image.pixels.unpack(pixels * 4) {
            Err(why) => Some(format!("the pixels of the image {name} cannot be read: {why}")),
            Ok(()) => {
                let found = image.pixels.bytes().map_or(0, |bytes| bytes.len());
                (found != pixels * 4).then(|| {
                    format!(
                        "the image {name} has {found} bytes, {width} x {height} pixels have {}",
                        pixels * 4
                    )
                })
            }
        };
        if let Some(message) = wrong {
            let diagnostic = Diagnostic::error(Code::ImagePixels, message).at(at.key("pixels"));
            sink.push(diagnostic);
        }
    }
    let mut left = limits::FONT_BYTES_MAX;
    for (row, font) in data.fonts.iter_mut().enumerate() {
        if let Err(why) = font.data.unpack(left) {
            let name = crate::diagnostic::quote(&font.name);
            let message = format!("the bytes of the font {name} cannot be read: {why}");
            sink.push(
                Diagnostic::error(Code::ImagePixels, message).at(JsonPath::row("fonts", row).key("data")),
            );
        }
        left -= font.data.bytes().map_or(0, |bytes| bytes.len()).min(left);
    }
    if sink.has_errors() { Err(sink.finish()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Builder, ImageRow, Program};

    fn program() -> Program {
        let b = Builder::new("photo");
        let bytes: Vec<u8> = (0..24).collect();
        let pixels = Packed::new(bytes);
        let image = b.image(ImageRow { name: "photo".into(), width: 3, height: 2, pixels });
        let one = b.domain("one", 1);
        b.pass("one", one)
            .image(image)
            .position(b.vec2(0.5, 0.5))
            .size(0.2)
            .color(b.rgba(1.0, 1.0, 1.0, 1.0))
            .draw();
        b.finish().unwrap()
    }

    #[test]
    fn pixels_come_back_from_json() {
        let json = program().to_json();
        let read = Program::from_json(&json, "a.json").unwrap();
        assert_eq!(read, program());
        assert_eq!(read.to_json(), json);
        assert_eq!(read.images()[0].pixels(), (0..24).collect::<Vec<u8>>());
    }

    #[test]
    fn broken_pixels_are_told() {
        let json = program().to_json();
        let (before, rest) = json.split_once("\"pixels\":\"").unwrap();
        let (pixels, behind) = rest.split_once('"').unwrap();
        let check = |json: String, expected: &str| {
            let mistakes = Program::from_json(&json, "a.json").unwrap_err();
            assert!(mistakes.0[0].message.contains(expected), "{mistakes}");
            assert!(mistakes.0[0].line > 1, "{mistakes}");
        };
        let with = |pixels: &str| format!("{before}\"pixels\":\"{pixels}\"{behind}");
        check(with("*"), "they are no base64");
        check(with("AAAA"), "they are no zlib stream");
        check(with(&pixels[..pixels.len() - 8]), "they are no zlib stream");
        check(json.replace("\"width\":3", "\"width\":4"), "has 24 bytes, 4 x 2 pixels have 32");
        check(json.replace("\"width\":3", "\"width\":2"), "of more bytes than there may be");
        check(json.replace("\"width\":3", "\"width\":0"), "0 x 2 pixels, expected 1 to 32768");
        check(json.replace("\"width\":3", "\"width\":100000"), "100000 x 2 pixels");
        check(
            json.replace("\"width\":3,\"height\":2", "\"width\":32768,\"height\":32768"),
            "1073741824 pixels",
        );
        check(json.replace("\"image\":0", "\"image\":1"), "there is no image 1");
    }
}
