//! What keeps a state from its disk, and what of a file cannot be read.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::disk::FILE_BYTES_MAX;

/// Why something was not done. The state in memory is what it was, and so is what is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PersistError {
    /// The folder of the file is not there.
    NoFolder(PathBuf),
    /// There is no such file, and none can be made.
    NoFile(PathBuf),
    /// The file or its folder may not be written.
    Denied(PathBuf),
    /// There is no room on the disk. The commit is kept in memory and written with the next one.
    Full(PathBuf),
    /// Another process has the file open, or this one has it twice.
    InUse(PathBuf),
    /// The file is something else. It is left as it is.
    NotDurable(PathBuf),
    /// The file is of another version of the format. It is left as it is.
    Version(PathBuf),
    /// The file would be larger than is read, 1 GiB, or than the system allows.
    TooLarge(PathBuf),
    /// What could not be written became too much to be kept, or the disk failed to say that it has what was written: only
    /// a [`snapshot`](super::Store::snapshot) brings the file up to date.
    Behind(PathBuf),
    /// What was handed over is not well-formed, and was not taken: why. A [`snapshot`](super::Store::snapshot) brings the
    /// file up to date.
    Malformed(PathBuf, &'static str),
    /// Something else: the path, what was to be done, why not.
    Io(PathBuf, &'static str, String),
}

/// The folder of a file.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl PersistError {
    /// Of an error of the system, while doing something ("read", "write") with a file.
    pub(super) fn of(path: &Path, doing: &'static str, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound if folder(&path).is_dir() => Self::NoFile(path),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder(path),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path),
            io::ErrorKind::FileTooLarge => Self::TooLarge(path),
            _ => Self::Io(path, doing, error.to_string()),
        }
    }
}

impl fmt::Display for PersistError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder(path) => {
                write!(
                    f,
                    "cannot keep the state in `{}`: its folder is not there; make `{}`, or name another file",
                    path.display(),
                    folder(path).display()
                )
            }
            Self::NoFile(path) => {
                write!(f, "`{}` is not there; name a file that is, or one that can be made", path.display())
            }
            Self::Denied(path) => write!(
                f,
                "cannot keep the state in `{}`: it may not be written there; change the permissions of the file and of \
                 its folder, which takes `.new` and `.lock` beside the file, or name another file",
                path.display()
            ),
            Self::Full(path) => write!(
                f,
                "cannot keep the state in `{}`: no room is left on the disk; make room: what is not written yet is \
                 written with the next commit",
                path.display()
            ),
            Self::InUse(path) => write!(
                f,
                "cannot keep the state in `{}`: another program has it open; end that one, or name another file",
                path.display()
            ),
            Self::NotDurable(path) => write!(
                f,
                "cannot keep the state in `{}`: that file is something else, and is left as it is; name another file",
                path.display()
            ),
            Self::Version(path) => write!(
                f,
                "cannot read the state in `{}`: another version of pavane wrote it; use that version, or name another \
                 file",
                path.display()
            ),
            Self::TooLarge(path) => write!(
                f,
                "cannot keep the state in `{}`: a file has at most {FILE_BYTES_MAX} bytes, or what the system allows; \
                 remove rows, or keep less",
                path.display()
            ),
            Self::Behind(path) => write!(
                f,
                "`{}` is behind the state in memory, and only a snapshot brings it up to date",
                path.display()
            ),
            Self::Malformed(path, why) => {
                write!(f, "what was to be written to `{}` is malformed: {why}", path.display())
            }
            Self::Io(path, doing, why) => write!(f, "cannot {doing} `{}`: {why}", path.display()),
        }
    }
}

impl std::error::Error for PersistError {}

/// What of a file was not read, by its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The end of a file that a crash left behind: an unfinished commit, or several that were on their way to the disk.
    /// It is cut off.
    Torn {
        /// Where it began.
        at: u64,
        /// How many bytes it had.
        bytes: u64,
    },
    /// Bytes that do not match their checksums. What they set keeps its older value until it is set again.
    Damaged {
        /// Where they begin.
        at: u64,
        /// How many they are.
        bytes: u64,
        /// The commits that are lost; empty where it is a part of the snapshot.
        commits: Range<u64>,
    },
    /// A commit is about rows that are not there, which came with a damaged record.
    Missing {
        /// The commit.
        commit: u64,
        /// How many times it names such a row.
        rows: u64,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn { at, bytes } => {
                write!(f, "at byte {at}: {bytes} bytes of an unfinished commit were cut off")
            }
            Self::Damaged { at, bytes, commits } if commits.is_empty() => {
                write!(
                    f,
                    "at byte {at}: {bytes} bytes of the snapshot are damaged; its other parts were read"
                )
            }
            Self::Damaged { at, bytes, commits } if commits.end - commits.start == 1 => {
                write!(
                    f,
                    "at byte {at}: {bytes} bytes are damaged: commit {} is lost, those behind it were read",
                    commits.start
                )
            }
            Self::Damaged { at, bytes, commits } => write!(
                f,
                "at byte {at}: {bytes} bytes are damaged: commits {} to {} are lost, those behind them were read",
                commits.start,
                commits.end - 1
            ),
            Self::Missing { commit, rows } => write!(
                f,
                "commit {commit} names rows that were lost with a damaged record, {rows} times: that was passed over"
            ),
        }
    }
}
