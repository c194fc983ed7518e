//! Where used files come from.

use std::io;
use std::path::{Path, PathBuf};

/// Gives the text of files that a patch uses.
pub trait Files {
    /// The text of a file. `path` is as it was written behind `use`, relative to the patch: never absolute, never
    /// with `..` in it.
    ///
    /// # Errors
    /// Why there is none, in a few words: `No such file or directory`.
    fn read(&self, path: &str) -> Result<String, String>;

    /// How diagnostics and [`Compiled::files`](super::Compiled::files) call it.
    fn name(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// For a patch that stands alone: it can use no file.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &str) -> Result<String, String> {
        Err("this patch has no folder".into())
    }
}

/// The files of a folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder in which a file lies.
    pub fn of(file: impl AsRef<Path>) -> Self {
        Self(file.as_ref().parent().map(Path::to_path_buf).unwrap_or_default())
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        use io::Read;
        let words = |error: io::Error| error.to_string();
        let mut text = String::new();
        let limit = super::SOURCE_BYTES_MAX as u64 + 1;
        let file = std::fs::File::open(self.0.join(path)).map_err(words)?;
        file.take(limit).read_to_string(&mut text).map_err(words)?;
        Ok(text)
    }

    fn name(&self, path: &str) -> String {
        self.0.join(path).to_string_lossy().into_owned()
    }
}
