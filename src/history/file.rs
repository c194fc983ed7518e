//! A history on a disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::archive::History;
use super::error::HistoryError;

/// The most bytes of a file that is read.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// A history and the file that it is kept in. What is appended is in the file before [`update`](Self::update) returns, or
/// not at all: a process that is killed meanwhile leaves the history as it was, or with the revision.
///
/// Several processes may have one file open. Each change is made under the system's lock on the file, to what is in it
/// then.
#[derive(Debug)]
pub struct HistoryFile {
    path: PathBuf,
    file: File,
    history: History,
    /// Bytes of the file as it was read or written last.
    length: u64,
    /// Bytes of it that are the image's: without what is torn at its end.
    whole: u64,
}

impl HistoryFile {
    /// The path of a patch's history: `FILE.history`.
    pub fn path_of(patch: impl AsRef<Path>) -> PathBuf {
        let mut path = patch.as_ref().as_os_str().to_owned();
        path.push(".history");
        path.into()
    }

    /// Opens a file, and makes it where there is none.
    ///
    /// # Errors
    /// If it cannot be read and written, or is no history.
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self, HistoryError> {
        Self::open_with(path.as_ref(), OpenOptions::new().read(true).write(true).create(true))
    }

    /// Opens a file that is there.
    ///
    /// # Errors
    /// As [`open_or_create`](Self::open_or_create), and if there is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, HistoryError> {
        Self::open_with(path.as_ref(), OpenOptions::new().read(true).write(true))
    }

    fn open_with(path: &Path, options: &OpenOptions) -> Result<Self, HistoryError> {
        let failed = |error: io::Error| failed(path, "open", &error);
        // A pipe would wait for somebody who writes, for ever.
        if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(HistoryError::File(format!(
                "cannot open `{}`: it is no regular file",
                path.display()
            )));
        }
        let file = options.open(path).map_err(failed)?;
        let mut opened = Self { path: path.into(), file, history: History::default(), length: 0, whole: 0 };
        opened.file.lock_shared().map_err(failed)?;
        let read = opened.read_again();
        opened.file.unlock().map_err(failed)?;
        read?;
        Ok(opened)
    }

    /// What is in it, as it was read or written last.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes up what other processes appended; whether there was something.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn refresh(&mut self) -> Result<bool, HistoryError> {
        let length = self.file.metadata().map_err(|error| failed(&self.path, "read", &error))?.len();
        if length == self.length {
            return Ok(false);
        }
        self.file.lock_shared().map_err(|error| failed(&self.path, "read", &error))?;
        let read = self.read_again();
        self.file.unlock().map_err(|error| failed(&self.path, "read", &error))?;
        read.map(|()| true)
    }

    fn read_again(&mut self) -> Result<(), HistoryError> {
        let mut image = Vec::new();
        let mut file = &self.file;
        let read =
            file.seek(SeekFrom::Start(0)).and_then(|_| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut image));
        read.map_err(|error| failed(&self.path, "read", &error))?;
        if image.len() as u64 > FILE_BYTES_MAX {
            return Err(HistoryError::TooLarge("the history", FILE_BYTES_MAX as usize));
        }
        let length = image.len() as u64;
        self.history = History::read(image).map_err(|error| match error {
            HistoryError::NotAHistory => {
                HistoryError::File(format!("`{}` is no history of a patch", self.path.display()))
            }
            error => error,
        })?;
        self.length = length;
        // Of a file that ends within its first line, nothing is kept.
        let whole = self.history.image().len() as u64;
        self.whole = if whole > length { 0 } else { whole };
        Ok(())
    }

    /// Changes the history, and writes what the change appended, also where it ends with an error.
    ///
    /// # Errors
    /// What the change gives, and what keeps the file from being written; then the history is as it is in the file.
    pub fn update<T, E: From<HistoryError>>(
        &mut self,
        change: impl FnOnce(&mut History) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.path.clone();
        let failed = |error: io::Error| failed(&path, "write", &error);
        self.file.lock().map_err(failed)?;
        let done = self.update_locked(change);
        self.file.unlock().map_err(failed)?;
        done
    }

    fn update_locked<T, E: From<HistoryError>>(
        &mut self,
        change: impl FnOnce(&mut History) -> Result<T, E>,
    ) -> Result<T, E> {
        let metadata = self.file.metadata().map_err(|error| failed(&self.path, "read", &error))?;
        if metadata.len() != self.length {
            self.read_again()?;
        }
        let before = self.history.image().len();
        let done = change(&mut self.history);
        if self.history.image().len() > before
            && let Err(error) = self.write()
        {
            // What is in memory is not what is in the file.
            let error = failed(&self.path, "write", &error);
            self.read_again()?;
            return Err(error.into());
        }
        done
    }

    /// Writes what the file lacks of the image, in place of what is torn.
    fn write(&mut self) -> io::Result<()> {
        if self.length > self.whole {
            self.file.set_len(self.whole)?;
        }
        let new = &self.history.image()[self.whole as usize..];
        self.file.seek(SeekFrom::Start(self.whole))?;
        self.file.write_all(new)?;
        self.file.sync_data()?;
        self.whole = self.history.image().len() as u64;
        self.length = self.whole;
        Ok(())
    }
}

fn failed(path: &Path, what: &str, error: &io::Error) -> HistoryError {
    HistoryError::File(format!("cannot {what} `{}`: {error}", path.display()))
}
