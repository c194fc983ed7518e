//! Where the bytes are: a file of the system, or what a host has in its place.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::error::folder;

/// The most bytes of a file that is read. Offsets of texts have 32 bits.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 30;

/// A file that is written in place, and one beside it that can take its place. Each call may fail and be made again.
pub trait Disk {
    /// What errors call it.
    fn path(&self) -> &Path;

    /// The file is made longer by so many bytes at a time: where its length stays, a sync has less to write.
    fn step(&self) -> u64 {
        64 << 10
    }

    /// Keeps everybody else out, until this is dropped. `Ok(false)` if somebody else is there.
    ///
    /// # Errors
    /// If nobody can be kept out.
    fn lock(&mut self) -> io::Result<bool>;

    /// All bytes of the file; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read and written.
    fn load(&mut self) -> io::Result<Option<Vec<u8>>>;

    /// Writes at a place, at the end or before it. What fails may have written any part.
    ///
    /// # Errors
    /// If it cannot be written, or there is no room.
    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes the file this long: cuts it, or puts zeros behind it.
    ///
    /// # Errors
    /// If it cannot be written, or there is no room.
    fn resize(&mut self, len: u64) -> io::Result<()>;

    /// Returns when all that was written to the file will outlive a loss of power.
    ///
    /// # Errors
    /// If it cannot be known to: then nothing that was written since the last one that succeeded is.
    fn sync(&mut self) -> io::Result<()>;

    /// Writes a new file beside the file, in place of one that is there.
    ///
    /// # Errors
    /// If it cannot be written, or there is no room.
    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// [`sync`](Self::sync), for the file beside.
    ///
    /// # Errors
    /// As there.
    fn sync_beside(&mut self) -> io::Result<()>;

    /// The file beside takes the file's place, at once or not at all.
    ///
    /// # Errors
    /// If it cannot; then the file is what it was.
    fn put_beside(&mut self) -> io::Result<()>;

    /// Returns when the file's new place will outlive a loss of power.
    ///
    /// # Errors
    /// If it cannot be known to.
    fn sync_folder(&mut self) -> io::Result<()>;

    /// Removes the file beside, if there is one. A failure is of no account.
    fn drop_beside(&mut self);
}

/// A file of the system. Beside it are `FILE.lock`, which is empty and stays, and while a snapshot is written `FILE.new`.
#[derive(Debug)]
pub struct SystemDisk {
    path: PathBuf,
    file: Option<File>,
    beside: Option<File>,
    lock: Option<File>,
}

impl SystemDisk {
    /// Nothing is opened yet.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        // A link stays one: what it points to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self { path, file: None, beside: None, lock: None }
    }

    fn with_ending(&self, ending: &str) -> PathBuf {
        let mut path = self.path.as_os_str().to_owned();
        path.push(ending);
        path.into()
    }

    fn file(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// All bytes of a file, if it is one and not too long.
pub(super) fn read_all(path: &Path, mut file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let why = format!("`{}` has more than {FILE_BYTES_MAX} bytes", path.display());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    Ok(bytes)
}

/// A pipe would wait for somebody who writes, for ever.
pub(super) fn refuse_irregular(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
        }
        _ => Ok(()),
    }
}

impl Disk for SystemDisk {
    fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&mut self) -> io::Result<bool> {
        let path = self.with_ending(".lock");
        refuse_irregular(&path)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match lock.try_lock() {
            Ok(()) => self.lock = Some(lock),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(true)
    }

    fn load(&mut self) -> io::Result<Option<Vec<u8>>> {
        refuse_irregular(&self.path)?;
        let file = match OpenOptions::new().read(true).write(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let bytes = read_all(&self.path, &file)?;
        self.file = Some(file);
        Ok(Some(bytes))
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }

    fn resize(&mut self, len: u64) -> io::Result<()> {
        self.file()?.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file()?.sync_data()
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        let path = self.with_ending(".new");
        // What is there may be a link to somewhere else.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut beside = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        if let Some(file) = &self.file {
            beside.set_permissions(file.metadata()?.permissions())?;
        }
        beside.write_all(bytes)?;
        self.beside = Some(beside);
        Ok(())
    }

    fn sync_beside(&mut self) -> io::Result<()> {
        let beside = self.beside.as_ref().ok_or(io::ErrorKind::NotFound)?;
        beside.sync_all()
    }

    fn put_beside(&mut self) -> io::Result<()> {
        std::fs::rename(self.with_ending(".new"), &self.path)?;
        self.file = self.beside.take();
        Ok(())
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        // Elsewhere a folder is no file, and a rename needs no more.
        #[cfg(unix)]
        File::open(folder(&self.path))?.sync_all()?;
        Ok(())
    }

    fn drop_beside(&mut self) {
        self.beside = None;
        let _ = std::fs::remove_file(self.with_ending(".new"));
    }
}
