//! Programs whose images and fonts are files beside them: a folder that can be moved, or sent to a farm.
//!
//! A program as JSON has all that it needs inside, photos and fonts as texts. In a bundle it has the names of files in their place. A name
//! is `files/`, the XXH3-128 of what the file holds in 32 digits (`xxh128sum` prints it), and the ending of what it is. So a file that is
//! damaged, or another one, is seen before anything is drawn; equal files are one; and several programs may share a folder.
//!
//! ```
//! use pavane::bundle::Bundle;
//! use pavane::{MemoryFiles, assets::Shipped};
//!
//! # #[cfg(feature = "images")] {
//! let program = Shipped::find("runners").expect("it ships").program()?;
//! let bundle = Bundle::of(&program);
//! assert!(bundle.files()[0].name.starts_with("files/") && bundle.files()[0].name.ends_with(".png"));
//!
//! // Elsewhere:
//! let beside: MemoryFiles = bundle.files().iter().map(|file| (file.name.clone(), file.bytes.to_vec())).collect();
//! let (read, diagnostics) = Bundle::read(bundle.json(), "runners.json", &beside);
//! assert_eq!(read.ok_or(diagnostics)?, program);
//! # }
//! # Ok::<(), pavane::Diagnostics>(())
//! ```

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use twox_hash::XxHash3_128;

use crate::diagnostic::{Diagnostics, quote};
use crate::language::{Files, image_ending, image_pixels};
use crate::program::{
    Beside, FontRow, ImageRow, MAKE_ANEW, Packed, Program, Unpacked, Unread, deflated, inflated, limits,
};

/// The folder of the files of a bundle, beside its program.
pub const FOLDER: &str = "files/";
/// Digits of a hash.
const DIGITS: usize = 32;
/// The ending of pixels of which there is no file that they were read from: a zlib stream of them.
const PIXELS: &str = "zlib";
/// Letters and digits of an ending.
const ENDING_MAX: usize = 8;

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its name, relative to the program: `files/0123456789abcdef0123456789abcdef.ttf`.
    pub name: String,
    /// What it holds.
    pub bytes: Arc<[u8]>,
}

/// A program, and the files beside it.
#[derive(Clone, Debug)]
pub struct Bundle {
    json: String,
    files: Vec<BundleFile>,
}

impl Bundle {
    /// The bundle of a program. The same program gives the same bytes.
    ///
    /// An image is the file that it was read from, as it is, where the program was compiled of a patch; one that a
    /// [`Builder`](crate::Builder) was given, or that comes from JSON, is a zlib stream of its pixels. A font is its file.
    pub fn of(program: &Program) -> Self {
        let mut files: Vec<BundleFile> = Vec::new();
        let mut add = |ending: &str, bytes: &Arc<[u8]>| {
            let name = name_of(bytes, ending);
            if !files.iter().any(|file| file.name == name) {
                files.push(BundleFile { name: name.clone(), bytes: bytes.clone() });
            }
            Packed::beside(&name)
        };
        let data = program.data();
        let mut images: Vec<ImageRow> = data.images.clone();
        for image in &mut images {
            let file = image.pixels.file().and_then(|file| Some((image_ending(file)?, file.clone())));
            let pixels = || image.pixels.bytes().map(|pixels| (PIXELS, Arc::from(deflated(pixels))));
            if let Some((ending, file)) = file.or_else(pixels) {
                image.pixels = add(ending, &file);
            }
        }
        let mut fonts: Vec<FontRow> = data.fonts.clone();
        for font in &mut fonts {
            if let Some(bytes) = font.data.bytes() {
                font.data = add(font_ending(bytes), bytes);
            }
        }
        Self { json: program.to_json_with(images, fonts), files }
    }

    /// The program as JSON, with the names of files in the place of what they hold.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The files, each once, in the order in which the program names them: images, then fonts.
    pub fn files(&self) -> &[BundleFile] {
        &self.files
    }

    /// Reads and checks a program, as [`Program::diagnose`] does, and the files beside it that it names: `file` is how diagnostics call
    /// the program, `files` gives the others by their names, of which none leads out of [`FOLDER`]. A program without files is one, too.
    ///
    /// There is no program exactly when one of the diagnostics is an error. A file that is not there, or that holds something else than its
    /// name says, is one ([`Code::BundleFile`](crate::Code::BundleFile)).
    pub fn read(text: &str, file: &str, files: &dyn Files) -> (Option<Program>, Diagnostics) {
        let reader = Reader::new(files);
        Program::diagnose_beside(text, file, &reader)
    }

    /// As [`read`](Self::read), with the names of all files that were looked for, as messages call them.
    #[cfg(any(feature = "cli", feature = "preview"))]
    pub(crate) fn read_naming(
        text: &str,
        file: &str,
        files: &dyn Files,
    ) -> (Option<Program>, Diagnostics, Vec<String>) {
        let reader = Reader::new(files);
        let (program, diagnostics) = Program::diagnose_beside(text, file, &reader);
        (program, diagnostics, reader.named.into_inner())
    }
}

/// The name of a file that holds these bytes.
fn name_of(bytes: &[u8], ending: &str) -> String {
    format!("{FOLDER}{:032x}.{ending}", XxHash3_128::oneshot(bytes))
}

/// The ending of a font's file, by its first bytes.
fn font_ending(bytes: &[u8]) -> &'static str {
    match bytes.get(..4) {
        Some(b"OTTO") => "otf",
        Some(b"ttcf") => "ttc",
        _ => "ttf",
    }
}

/// The ending of a name of a file of a bundle; none if it is no such name.
fn ending_of(name: &str) -> Option<&str> {
    let (digits, ending) = name.strip_prefix(FOLDER)?.split_once('.')?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_in_ending = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    let is_good = digits.len() == DIGITS
        && digits.bytes().all(is_digit)
        && (1..=ENDING_MAX).contains(&ending.len())
        && ending.bytes().all(is_in_ending);
    is_good.then_some(ending)
}

/// Reads the files of a bundle, each once.
struct Reader<'f> {
    files: &'f dyn Files,
    /// As messages call them, in the order in which they were looked for.
    named: RefCell<Vec<String>>,
    fonts: RefCell<HashMap<String, Packed>>,
}

impl<'f> Reader<'f> {
    fn new(files: &'f dyn Files) -> Self {
        Self { files, named: RefCell::default(), fonts: RefCell::default() }
    }

    /// The bytes of a file, which hold what its name says, and its ending.
    fn bytes<'n>(&self, name: &'n str, most: usize) -> Result<(Vec<u8>, &'n str), Unread> {
        let unread = |why: String| Unread { why, help: MAKE_ANEW.into() };
        let Some(ending) = ending_of(name) else {
            return Err(unread(format!(
                "a file of a bundle is called `{FOLDER}`, {DIGITS} digits of its hash (0 to 9, a to f), and an ending"
            )));
        };
        let called = self.files.name(name);
        let shown = quote(&called);
        self.named.borrow_mut().push(called);
        if self.files.find(name).is_outside && !self.files.allows_outside() {
            return Err(unread(format!("{shown} leads out of the folder of the program")));
        }
        let bytes = self.files.read_bytes(name, most).map_err(|why| unread(format!("{shown}: {why}")))?;
        if bytes.len() > most {
            return Err(unread(format!("{shown} has more than {most} bytes")));
        }
        let found = name_of(&bytes, ending);
        if found != name {
            let why =
                format!("what {shown} holds is another file or damaged: by that it is {}", quote(&found));
            return Err(unread(why));
        }
        Ok((bytes, ending))
    }
}

impl Beside for Reader<'_> {
    fn font(&self, name: &str, most: usize) -> Result<Packed, Unread> {
        if let Some(font) = self.fonts.borrow().get(name)
            && font.bytes().is_some_and(|bytes| bytes.len() <= most)
        {
            return Ok(font.clone());
        }
        let font = Packed::new(self.bytes(name, most)?.0);
        self.fonts.borrow_mut().insert(name.to_owned(), font.clone());
        Ok(font)
    }

    fn image(&self, name: &str, size: [u32; 2]) -> Result<Unpacked, Unread> {
        let pixels = size[0] as usize * size[1] as usize * 4;
        // What cannot be compressed takes a little more than itself.
        let most = limits::BYTES_MAX.max(pixels + pixels / 64 + 1024);
        let (bytes, ending) = self.bytes(name, most)?;
        let unread = |why: String, help: &str| Unread { why, help: help.to_owned() };
        if ending == PIXELS {
            let found = inflated(&bytes, pixels).map_err(|why| unread(why.into(), MAKE_ANEW))?;
            if found.len() != pixels {
                let why =
                    format!("it has {} bytes, {} x {} pixels have {pixels}", found.len(), size[0], size[1]);
                return Err(unread(why, MAKE_ANEW));
            }
            return Ok(Unpacked { size, pixels: Packed::new(found) });
        }
        let (size, pixels) =
            image_pixels(name, &bytes).map_err(|wrong| unread(format!("it {}", wrong.what), &wrong.help))?;
        Ok(Unpacked { size, pixels: Packed::new(pixels).of_file(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::PATCHES;
    use crate::diagnostic::Code;
    use crate::engine::Engine;
    use crate::language::{MemoryFiles, compile};
    use crate::program::Builder;

    fn beside(bundle: &Bundle) -> MemoryFiles {
        bundle.files().iter().map(|file| (file.name.clone(), file.bytes.to_vec())).collect()
    }

    fn hashes(program: &Program) -> Vec<u64> {
        let mut engine = Engine::for_program(program.clone()).unwrap();
        [0, 7, 20].map(|index| engine.frame(index).unwrap().hash()).to_vec()
    }

    /// A patch with a font, a picture, data and artwork, as its files.
    fn patch() -> Program {
        let photo = include_bytes!("../assets/images/lossless.webp").to_vec();
        let font = include_bytes!("../assets/fonts/boxes.ttf").to_vec();
        let files: MemoryFiles =
            [("photo.webp", photo), ("boxes.ttf", font), ("rows.csv", b"value\n1\n2\n".to_vec())]
                .into_iter()
                .collect();
        let text = "
            image photo from \"photo.webp\"
            font boxes from \"boxes.ttf\"
            font wide from \"boxes.ttf\" { fallback: boxes }
            data rows from \"rows.csv\" { value: float }
            draw image(photo) { position: (0.5, 0.5), size: 0.4 }
            domain bars from rows { draw rect { position: (rank, 0.5), size: 0.1 * value, color: #fff } }
            draw text(\"AB\") { position: (0.5, 0.5), size: 0.1, color: #fff, font: wide }";
        let compiled = compile(text, "all.pav", &files);
        assert!(compiled.program.is_some(), "{}", compiled.render());
        compiled.program.unwrap()
    }

    #[test]
    fn every_shipped_patch_is_the_same_from_its_bundle() {
        let mut files = 0;
        for shipped in PATCHES {
            let program = shipped.program().unwrap();
            let bundle = Bundle::of(&program);
            let (read, diagnostics) = Bundle::read(bundle.json(), shipped.name, &beside(&bundle));
            let read = read.unwrap_or_else(|| panic!("{}: {diagnostics}", shipped.name));
            assert_eq!(read, program, "{}", shipped.name);
            assert_eq!(read.to_json(), program.to_json(), "{}", shipped.name);
            let again = Bundle::of(&read);
            assert_eq!((again.json(), again.files()), (bundle.json(), bundle.files()), "{}", shipped.name);
            if bundle.files().is_empty() {
                assert_eq!(bundle.json(), program.to_json(), "{}", shipped.name);
            } else {
                assert_eq!(hashes(&read), hashes(&program), "{}", shipped.name);
            }
            files += bundle.files().len();
        }
        #[cfg(feature = "images")]
        assert!(files >= 5, "some have photos");
        #[cfg(not(feature = "images"))]
        assert_eq!(files, 0);
    }

    #[cfg(feature = "images")]
    #[test]
    fn files_are_what_was_read_each_once() {
        let program = patch();
        let bundle = Bundle::of(&program);
        let endings: Vec<&str> =
            bundle.files().iter().map(|file| &file.name[FOLDER.len() + DIGITS..]).collect();
        assert_eq!(endings, [".webp", ".ttf"]);
        assert_eq!(&*bundle.files()[0].bytes, include_bytes!("../assets/images/lossless.webp"));
        assert_eq!(&*bundle.files()[1].bytes, include_bytes!("../assets/fonts/boxes.ttf"));
        let (read, _) = Bundle::read(bundle.json(), "all.json", &beside(&bundle));
        let read = read.unwrap();
        assert_eq!((hashes(&read), read.to_json()), (hashes(&program), program.to_json()));
    }

    #[test]
    fn pixels_without_a_file_are_a_stream() {
        let b = Builder::new("photo");
        let pixels = Packed::new((0..24).collect::<Vec<u8>>());
        let image = b.image(ImageRow { name: "photo".into(), width: 3, height: 2, pixels });
        let one = b.domain("one", 1);
        let white = b.rgba(1.0, 1.0, 1.0, 1.0);
        b.pass("one", one).image(image).position(b.vec2(0.5, 0.5)).size(0.2).color(white).draw();
        let program = b.finish().unwrap();
        let bundle = Bundle::of(&program);
        assert!(bundle.files()[0].name.ends_with(".zlib"));
        assert_eq!(Bundle::read(bundle.json(), "a.json", &beside(&bundle)).0, Some(program));
        let taller = bundle.json().replace("\"height\":2", "\"height\":3");
        let (read, diagnostics) = Bundle::read(&taller, "a.json", &beside(&bundle));
        assert!(read.is_none() && diagnostics.0[0].message.contains("it has 24 bytes, 3 x 3 pixels have 36"));
    }

    #[cfg(feature = "images")]
    #[test]
    fn what_is_not_whole_is_told() {
        let bundle = Bundle::of(&patch());
        let names: Vec<&str> = bundle.files().iter().map(|file| &*file.name).collect();
        let check = |json: &str, files: &dyn Files, expected: &[&str]| {
            let (program, diagnostics) = Bundle::read(json, "all.json", files);
            assert!(program.is_none(), "{expected:?}");
            let first = &diagnostics.0[0];
            assert_eq!(first.code, Code::BundleFile, "{diagnostics}");
            assert!(first.line > 1 && first.column > 1 && first.help.is_some(), "{diagnostics}");
            for part in expected {
                assert!(first.message.contains(part), "{part}: {diagnostics}");
            }
        };
        let json = bundle.json();
        check(json, &MemoryFiles::default(), &["image `photo`", names[0], "there is no such file"]);
        let mut files = beside(&bundle);
        files.insert(names[1], *b"\0\x01\0\0");
        let damaged = name_of(b"\0\x01\0\0", "ttf");
        check(json, &files, &["font `boxes`", names[1], "another file or damaged", &damaged]);
        // Two rows have that font, and each is told.
        assert_eq!(Bundle::read(json, "all.json", &files).1.0.len(), 2);
        let files = beside(&bundle);
        let sized = json.replace("\"width\":", "\"width\":1");
        check(&sized, &files, &["pixels, and the program says 1"]);
        for name in
            ["../secret.webp", "/etc/passwd", "files/../secret", "files/0.webp", "", "files/\u{7}.webp"]
        {
            let written = serde_json::to_string(name).unwrap();
            let led_out = json.replace(names[0], written.trim_matches('"'));
            check(&led_out, &files, &["a file of a bundle is called `files/`"]);
        }
        // A good name of what is no image.
        let text = b"no image at all";
        let name = name_of(text, "webp");
        let mut files = beside(&bundle);
        files.insert(&*name, *text);
        check(&json.replace(names[0], &name), &files, &["it is no image"]);
        // Without a folder.
        let alone = Program::from_json(json, "all.json").unwrap_err();
        assert!(alone.0[0].message.contains("read without its folder"), "{alone}");
    }
}
