//! Where used files come from.

#[cfg(feature = "system-fonts")]
mod system;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The same for one file, by whatever path it is reached, and different for any two.
    pub identity: String,
    /// Whether it is outside of the folder of the patch.
    pub is_outside: bool,
}

/// Gives the files that a patch uses: those of a [`Folder`], none ([`NoFiles`]), those that ship
/// ([`ShippedFiles`](crate::assets::ShippedFiles)), those of a [`MemoryFiles`], or those of a map from paths to texts:
///
/// ```
/// use std::collections::BTreeMap;
/// use pavane::compile;
///
/// let files = BTreeMap::from([("dot.pav", "param size = 0.1
///     domain dots[1] { draw circle { position: (0.5, 0.5), size: size, color: #fff } }")]);
/// let compiled = compile("use \"dot.pav\" as dot { size: 0.2 }", "two.pav", &files);
/// assert_eq!(compiled.files, ["two.pav", "dot.pav"]);
/// assert_eq!(compiled.program.ok_or(compiled.diagnostics)?.data().passes.len(), 1);
/// # Ok::<(), pavane::Diagnostics>(())
/// ```
pub trait Files {
    /// The text of a file. `path` is relative to the patch, with `/` between its parts, none of which is `.` or `..`;
    /// only where [`allows_outside`](Self::allows_outside) is true it may also begin with `..` or at a root.
    ///
    /// # Errors
    /// Why there is none, in a few words: `No such file or directory`.
    fn read(&self, path: &str) -> Result<String, String>;

    /// As [`read`](Self::read), for a file of data, which may be far larger.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_data(&self, path: &str) -> Result<String, String> {
        self.read(path)
    }

    /// The bytes of a file that is no text: a picture, a font. Of one that has more than `most` bytes so many are enough that it
    /// is seen: one more.
    ///
    /// Whoever has texts alone need not know it: without it they are those of [`read_data`](Self::read_data).
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_bytes(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        let _ = most;
        self.read_data(path).map(String::into_bytes)
    }

    /// A font of the system, by the name of its family: upright, of the usual weight and width.
    ///
    /// A host may have none, as this one: then no patch depends on what a machine has.
    ///
    /// # Errors
    /// Why there is none, in a few words.
    fn system_font(&self, family: &str, most: usize) -> Result<SystemFont, String> {
        let _ = (family, most);
        Err("fonts of the system are not looked at here".into())
    }

    /// How diagnostics and [`Compiled::files`](super::Compiled::files) call it.
    fn name(&self, path: &str) -> String {
        path.to_owned()
    }

    /// Where a path leads: links may make one file of two paths, or lead out of the folder.
    fn find(&self, path: &str) -> Found {
        Found { identity: path.to_owned(), is_outside: false }
    }

    /// The [identity](Found::identity) of the patch itself, where it is one of these files.
    fn patch(&self) -> Option<String> {
        None
    }

    /// Whether files outside of the folder of the patch may be used.
    fn allows_outside(&self) -> bool {
        false
    }
}

/// A font that a system has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFont {
    /// Its file.
    pub bytes: Vec<u8>,
    /// Which face of a collection it is, from 0.
    pub face: u32,
    /// What the file is called.
    pub name: String,
}

/// For a patch by itself: it can use no file.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &str) -> Result<String, String> {
        Err("this patch has no folder".into())
    }
}

/// Files by their paths, for hosts that have no folder: a page, an archive, a test.
impl<P: Borrow<str> + Ord, T: AsRef<str>> Files for BTreeMap<P, T> {
    fn read(&self, path: &str) -> Result<String, String> {
        let text = self.get(path).ok_or("there is no such file")?;
        Ok(text.as_ref().to_owned())
    }
}

/// Files by their paths, for hosts that have no folder and whose patches use pictures or fonts, too: texts are those of their bytes.
///
/// ```
/// use pavane::{Files, MemoryFiles};
///
/// let mut files: MemoryFiles = [("ring.pav", b"y = 0".to_vec()), ("photo.jpg", vec![0xff, 0xd8])].into_iter().collect();
/// files.insert("ring.pav", "y = 1");
/// assert_eq!(files.read("ring.pav")?, "y = 1");
/// assert_eq!(files.read_bytes("photo.jpg", 100)?, [0xff, 0xd8]);
/// assert!(files.read("photo.jpg").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(BTreeMap<String, Vec<u8>>);

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }
}

impl MemoryFiles {
    /// Adds a file, or puts another one in its place.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }

    /// A file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.0.remove(path)
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<String, String> {
        text(self.read_bytes(path, usize::MAX)?)
    }

    fn read_bytes(&self, path: &str, _most: usize) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".into())
    }
}

/// The files of a folder. Only regular files are read: neither pipes nor devices.
#[derive(Clone, Debug)]
pub struct Folder {
    folder: PathBuf,
    patch: PathBuf,
    allows_outside: bool,
}

impl Folder {
    /// The folder of a file. Links may not lead out of it.
    pub fn of(file: impl AsRef<Path>) -> Self {
        let patch = file.as_ref().to_path_buf();
        let folder = patch.parent().map(Path::to_path_buf).unwrap_or_default();
        Self { folder, patch, allows_outside: false }
    }

    /// Whether the patch may use files outside of the folder, too.
    #[must_use]
    pub fn allow_outside(self, allows_outside: bool) -> Self {
        Self { allows_outside, ..self }
    }
}

impl Folder {
    /// The text of a file, of a larger one a byte more than the limit.
    fn read_up_to(&self, path: &str, most: usize) -> Result<String, String> {
        text(bytes_up_to(&self.folder.join(path), most)?)
    }
}

/// The bytes of a file, of a larger one a byte more than the limit.
fn bytes_up_to(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let words = |error: io::Error| error.to_string();
    let mut bytes = Vec::new();
    let file = open_regular(path).map_err(words)?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(words)?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "it is not text in UTF-8".to_owned())
}

/// The text of a file of data that somebody names who may read it, wherever it lies.
#[cfg_attr(
    not(any(feature = "cli", feature = "preview")),
    allow(dead_code, reason = "for what is set from outside")
)]
pub(crate) fn read_data(path: &Path) -> Result<String, String> {
    text(bytes_up_to(path, super::data::BYTES_MAX)?)
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        self.read_up_to(path, super::SOURCE_BYTES_MAX)
    }

    fn read_data(&self, path: &str) -> Result<String, String> {
        self.read_up_to(path, super::data::BYTES_MAX)
    }

    fn read_bytes(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        bytes_up_to(&self.folder.join(path), most)
    }

    #[cfg(feature = "system-fonts")]
    fn system_font(&self, family: &str, most: usize) -> Result<SystemFont, String> {
        system::font(family, most)
    }

    fn name(&self, path: &str) -> String {
        self.folder.join(path).to_string_lossy().into_owned()
    }

    fn find(&self, path: &str) -> Found {
        let path = self.folder.join(path);
        let here = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        // What does not exist leads nowhere.
        let Ok(real) = fs::canonicalize(&path) else {
            return Found { identity: path.to_string_lossy().into_owned(), is_outside: false };
        };
        let is_outside = !fs::canonicalize(here).is_ok_and(|here| real.starts_with(here));
        Found { identity: identity(&real), is_outside }
    }

    fn patch(&self) -> Option<String> {
        fs::canonicalize(&self.patch).ok().map(|real| identity(&real))
    }

    fn allows_outside(&self) -> bool {
        self.allows_outside
    }
}

/// The identity of a file; `path` has no links in it.
fn identity(path: &Path) -> String {
    // One file may have several names also without links of their own kind.
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(path) {
        use std::os::unix::fs::MetadataExt;
        return format!("{}:{}", metadata.dev(), metadata.ino());
    }
    path.to_string_lossy().into_owned()
}

/// Opens a file that can be read to its end: no folder, no pipe, no device. Does not wait for any of those.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let check = |metadata: fs::Metadata| {
        if metadata.is_file() {
            Ok(())
        } else if metadata.is_dir() {
            Err(io::Error::from(io::ErrorKind::IsADirectory))
        } else {
            let message = "it is no regular file, but a pipe, a device or the like";
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
    };
    // Before it is opened, for opening a pipe waits; and after, for the name may mean another file by then.
    check(fs::metadata(path)?)?;
    let file = File::open(path)?;
    check(file.metadata()?)?;
    Ok(file)
}

/// A path as it was written after `use`, with `/` between its parts and without `.`, empty parts and steps that are taken
/// back: `./a/../b.pav` is `b.pav`. With it, whether it leads out of the folder.
pub(super) fn plain(path: &str) -> (String, bool) {
    let is_absolute = path.starts_with(['/', '\\']) || path.contains(':');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|&last| last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if is_absolute {
        return (path.to_owned(), true);
    }
    let leads_out = parts.first() == Some(&"..");
    (parts.join("/"), leads_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_up_to_the_limit_and_one_more() {
        let path = std::env::temp_dir().join(format!("pavane-bytes-{}", std::process::id()));
        fs::write(&path, [0xff_u8; 10]).unwrap();
        let files = Folder::of(path.with_file_name("a.pav"));
        let name = path.file_name().unwrap().to_str().unwrap();
        let read = |most| files.read_bytes(name, most).map(|bytes| bytes.len());
        assert_eq!((read(20), read(10), read(9), read(4)), (Ok(10), Ok(10), Ok(10), Ok(5)));
        assert_eq!(files.read(name), Err("it is not text in UTF-8".into()));
        fs::remove_file(&path).unwrap();
        assert!(files.read_bytes(name, 20).is_err());
        // Whoever has texts alone has them as bytes, too.
        let texts = BTreeMap::from([("logo.svg", "<svg/>")]);
        assert_eq!(texts.read_bytes("logo.svg", 100), Ok(b"<svg/>".to_vec()));
    }

    #[test]
    fn paths_are_made_plain() {
        let check = |path: &str, expected: &str, leads_out: bool| {
            assert_eq!(plain(path), (expected.to_owned(), leads_out), "{path}");
        };
        check("ring.pav", "ring.pav", false);
        check("./ring.pav", "ring.pav", false);
        check("parts/ring.pav", "parts/ring.pav", false);
        check("parts\\ring.pav", "parts/ring.pav", false);
        check("x/../ring.pav", "ring.pav", false);
        check("x//./y/../../ring.pav", "ring.pav", false);
        check("../ring.pav", "../ring.pav", true);
        check("x/../../ring.pav", "../ring.pav", true);
        check("../../x/../ring.pav", "../../ring.pav", true);
        check("/etc/ring.pav", "/etc/ring.pav", true);
        check("\\\\host\\ring.pav", "\\\\host\\ring.pav", true);
        check("C:ring.pav", "C:ring.pav", true);
        check("", "", false);
        check(".", "", false);
    }
}
