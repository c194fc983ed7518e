//! Pixels of images and files of fonts: bytes in a program, and in its JSON a text, or the name of a file beside it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::format::{ImageRow, ProgramData};
use super::limits;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, JsonPath, Sink, quote};

/// How hard it is tried to make them small.
const LEVEL: u8 = 6;

/// Before the name of a file, where bytes stand in one beside the program. No base64 begins like this.
pub(super) const BESIDE: &str = "file:";

/// Bytes of a program that are no numbers of its own: the pixels of an image, the file of a font. In JSON they are a text: base64 of a
/// zlib stream of them, or `file:` and the name of a file of a [bundle](crate::bundle). Clones share them.
#[derive(Clone)]
pub struct Packed {
    form: Form,
    /// The file that they were read from, where that is another one.
    file: Option<Arc<[u8]>>,
}

#[derive(Clone, PartialEq)]
enum Form {
    Bytes(Arc<[u8]>),
    /// As it was read, and not looked at yet.
    Text(Arc<str>),
}

/// Where they were read from does not tell one from another.
impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
    }
}

impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packed").finish_non_exhaustive()
    }
}

impl Packed {
    /// One of bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { form: Form::Bytes(bytes.into()), file: None }
    }

    /// With the file that the bytes were read from, such as that of a photo: a [bundle](crate::bundle) has it in place of them.
    #[must_use]
    pub fn of_file(self, file: impl Into<Arc<[u8]>>) -> Self {
        Self { file: Some(file.into()), ..self }
    }

    /// The bytes; none while the program that they were read with is not checked.
    pub fn bytes(&self) -> Option<&Arc<[u8]>> {
        match &self.form {
            Form::Bytes(bytes) => Some(bytes),
            Form::Text(_) => None,
        }
    }

    /// The file that they were read from.
    pub(crate) fn file(&self) -> Option<&Arc<[u8]>> {
        self.file.as_ref()
    }

    /// The name of a file beside the program in place of the bytes, as JSON has it.
    pub(crate) fn beside(name: &str) -> Self {
        Self { form: Form::Text(format!("{BESIDE}{name}").into()), file: None }
    }

    /// The name of the file beside the program that has the bytes.
    fn place(&self) -> Option<&str> {
        match &self.form {
            Form::Text(text) => text.strip_prefix(BESIDE),
            Form::Bytes(_) => None,
        }
    }

    /// Makes bytes of a text, of which there have to be so many at most.
    fn unpack(&mut self, bytes: usize) -> Result<(), &'static str> {
        let Form::Text(text) = &self.form else { return Ok(()) };
        let packed = STANDARD.decode(&**text).map_err(|_| "they are no base64")?;
        self.form = Form::Bytes(inflated(&packed, bytes)?.into());
        Ok(())
    }
}

/// The bytes of a zlib stream, of which there have to be so many at most.
pub(crate) fn inflated(stream: &[u8], most: usize) -> Result<Vec<u8>, &'static str> {
    decompress_to_vec_zlib_with_limit(stream, most)
        .map_err(|_| "they are no zlib stream, or one of more bytes than there may be")
}

/// A zlib stream of bytes.
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, LEVEL)
}

/// What is wrong with a file beside a program, and what to do about it.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) why: String,
    pub(crate) help: String,
}

/// An image as a file beside a program gives it.
pub(crate) struct Unpacked {
    pub(crate) size: [u32; 2],
    pub(crate) pixels: Packed,
}

/// Gives what stands in files beside a program.
pub(crate) trait Beside {
    /// The bytes of a font.
    fn font(&self, name: &str, most: usize) -> Result<Packed, Unread>;

    /// The pixels of an image that has to have this size.
    fn image(&self, name: &str, size: [u32; 2]) -> Result<Unpacked, Unread>;
}

/// There are no files beside a program.
pub(crate) struct NothingBeside;

impl NothingBeside {
    fn unread<T>() -> Result<T, Unread> {
        Err(Unread {
            why: "the program was read without its folder".into(),
            help:
                "name its file, so that the files beside it are found; in Rust, read it with `Bundle::read`"
                    .into(),
        })
    }
}

impl Beside for NothingBeside {
    fn font(&self, _name: &str, _most: usize) -> Result<Packed, Unread> {
        Self::unread()
    }

    fn image(&self, _name: &str, _size: [u32; 2]) -> Result<Unpacked, Unread> {
        Self::unread()
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.form {
            Form::Text(text) => serializer.serialize_str(text),
            Form::Bytes(bytes) => serializer.serialize_str(&STANDARD.encode(deflated(bytes))),
        }
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self { form: Form::Text(text.into()), file: None })
    }
}

/// Makes bytes of all that are texts or lie in files. Sizes are looked at first, so no more memory is taken than images may have.
pub(super) fn unpack(data: &mut ProgramData, beside: &dyn Beside) -> Result<(), Diagnostics> {
    let mut sink = Sink::default();
    unpack_images(&mut data.images, beside, &mut sink);
    let mut left = limits::FONT_BYTES_MAX;
    for (row, font) in data.fonts.iter_mut().enumerate() {
        let at = JsonPath::row("fonts", row).key("data");
        let name = quote(&font.name);
        let wrong = match font.data.place().map(str::to_owned) {
            Some(file) => match beside.font(&file, left) {
                Ok(bytes) => {
                    font.data = bytes;
                    None
                }
                Err(unread) => Some(unread_file(&format!("font {name}"), &file, unread)),
            },
            None => font.data.unpack(left).err().map(|why| {
                let message = format!("the bytes of the font {name} cannot be read: {why}");
                Diagnostic::error(Code::ImagePixels, message)
            }),
        };
        wrong.into_iter().for_each(|wrong| sink.push(wrong.at(at.clone())));
        left -= font.data.bytes().map_or(0, |bytes| bytes.len()).min(left);
    }
    if sink.has_errors() { Err(sink.finish()) } else { Ok(()) }
}

fn unpack_images(images: &mut [ImageRow], beside: &dyn Beside, sink: &mut Sink) {
    let mut total = 0_usize;
    for (row, image) in images.iter_mut().enumerate() {
        let at = JsonPath::row("images", row);
        let (name, width, height) = (quote(&image.name), image.width, image.height);
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
        let read = match image.pixels.place().map(str::to_owned) {
            Some(file) => from_file(image, &file, beside),
            None => unpack_image(image, pixels),
        };
        if let Err(diagnostic) = read {
            sink.push(diagnostic.at(at.key("pixels")));
        }
    }
}

/// Reads the pixels of an image that are a text of the program.
fn unpack_image(image: &mut ImageRow, pixels: usize) -> Result<(), Box<Diagnostic>> {
    let wrong = |message: String| Box::new(Diagnostic::error(Code::ImagePixels, message));
    let (name, width, height) = (quote(&image.name), image.width, image.height);
    let unpacked = image.pixels.unpack(pixels * 4);
    unpacked.map_err(|why| wrong(format!("the pixels of the image {name} cannot be read: {why}")))?;
    let found = image.pixels.bytes().map_or(0, |bytes| bytes.len());
    if found == pixels * 4 {
        return Ok(());
    }
    Err(wrong(format!("the image {name} has {found} bytes, {width} x {height} pixels have {}", pixels * 4)))
}

/// Reads the pixels of an image that lies beside the program.
fn from_file(image: &mut ImageRow, file: &str, beside: &dyn Beside) -> Result<(), Box<Diagnostic>> {
    let (name, size) = (quote(&image.name), [image.width, image.height]);
    let unread = |unread| Box::new(unread_file(&format!("image {name}"), file, unread));
    let found = beside.image(file, size).map_err(unread)?;
    if found.size != size {
        let [width, height] = found.size;
        return Err(unread(Unread {
            why: format!("it has {width} x {height} pixels, and the program says {} x {}", size[0], size[1]),
            help: MAKE_ANEW.into(),
        }));
    }
    image.pixels = found.pixels;
    Ok(())
}

/// What there is to do about a bundle that is not whole.
pub(crate) const MAKE_ANEW: &str =
    "copy the whole folder anew, or make the bundle anew: `pavane compile PATCH --bundle -o out/`";

fn unread_file(whose: &str, file: &str, Unread { why, help }: Unread) -> Diagnostic {
    let message = format!("the {whose} is in the file {}, which cannot be taken: {why}", quote(file));
    Diagnostic::error(Code::BundleFile, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Builder, Program};

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
