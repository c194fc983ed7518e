//! Errors between a frame and a file.

use std::fmt;
use std::io;
use std::path::Path;

use crate::diagnostic::{lines, one_line};

/// What messages call standard output.
pub(crate) const STANDARD_OUTPUT: &str = "standard output";

/// Why a picture or a file could not be made. The text names the place, what was wrong and how to fix it.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenderError {
    /// A picture size that the raster or the format cannot do.
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The alternatives.
        reason: String,
    },
    /// An output name whose format is not known, or whose frame number pattern is wrong.
    Target {
        /// The name as it was given.
        target: String,
        /// The mistake and the alternatives.
        reason: String,
    },
    /// A number of frames that the format cannot hold, or that differs from what was announced.
    FrameCount {
        /// Where the frames were to go.
        target: String,
        /// Frames in the clip.
        count: u64,
        /// The alternatives.
        reason: String,
    },
    /// A frame rate that the format cannot express.
    FrameRate {
        /// Where the frames were to go.
        target: String,
        /// The alternatives.
        reason: String,
    },
    /// The folder of the output does not exist.
    MissingDirectory {
        /// The file that was to be written.
        target: String,
    },
    /// No space left where the output goes.
    DiskFull {
        /// The file that was being written.
        target: String,
        /// The folder whose disk is full; empty where it is not known.
        folder: String,
    },
    /// The reader of the output went away.
    ClosedPipe {
        /// The stream that was being written.
        target: String,
    },
    /// Any other failure of the file system.
    Io {
        /// The file that was being written.
        target: String,
        /// The message of the system.
        source: io::Error,
    },
    /// The format's encoder refused.
    Encoder {
        /// The file that was being written.
        target: String,
        /// Its message.
        message: String,
    },
    /// There is no `ffmpeg` on PATH.
    FfmpegMissing {
        /// The video that was to be written.
        target: String,
    },
    /// `ffmpeg` stopped with an error.
    Ffmpeg {
        /// The video that was being written.
        target: String,
        /// How it ended.
        status: String,
        /// The last lines of its standard error.
        stderr: String,
    },
    /// The encoding thread ended without an answer, or the sink was used after an error.
    Stopped {
        /// The file that was being written.
        target: String,
    },
}

impl RenderError {
    /// The error for `source` while writing `target`, by its kind.
    pub fn from_io(target: &str, source: io::Error) -> Self {
        let folder = match Path::new(target).parent() {
            _ if target == STANDARD_OUTPUT => Path::new(""),
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let target = target.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound if !folder.exists() => Self::MissingDirectory { target },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { target, folder: folder.display().to_string() }
            }
            io::ErrorKind::BrokenPipe => Self::ClosedPipe { target },
            _ => Self::Io { target, source },
        }
    }

    /// The file that was to be written; empty if the error is not about one.
    fn target(&self) -> &str {
        match self {
            Self::Size { .. } => "",
            Self::Target { target, .. }
            | Self::FrameCount { target, .. }
            | Self::FrameRate { target, .. }
            | Self::MissingDirectory { target }
            | Self::DiskFull { target, .. }
            | Self::ClosedPipe { target }
            | Self::Io { target, .. }
            | Self::Encoder { target, .. }
            | Self::FfmpegMissing { target }
            | Self::Ffmpeg { target, .. }
            | Self::Stopped { target } => target,
        }
    }

    /// Whether the arguments are at fault, so that nothing was written, rather than the run.
    pub fn is_argument(&self) -> bool {
        matches!(
            self,
            Self::Size { .. } | Self::Target { .. } | Self::FrameCount { .. } | Self::FrameRate { .. }
        )
    }
}

/// The message of the system, and its meaning here.
fn reason(source: &io::Error) -> String {
    let words = match source.kind() {
        io::ErrorKind::PermissionDenied => "permission denied: you may not write there",
        io::ErrorKind::NotADirectory => "a part of its path is a file and not a folder",
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read: write elsewhere",
        io::ErrorKind::InvalidFilename => "the name is too long, or has characters that no file has there",
        _ => return one_line(&source.to_string()).into_owned(),
    };
    words.to_owned()
}

impl fmt::Display for RenderError {
    /// Names of files are not to be trusted, so what a terminal would obey is shown instead.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = one_line(self.target());
        match self {
            Self::Size { width, height, reason } => {
                write!(f, "a picture of {width}x{height} pixels is not possible: {reason}")
            }
            Self::Target { reason, .. } | Self::FrameRate { reason, .. } => {
                write!(f, "cannot write `{target}`: {reason}")
            }
            Self::FrameCount { count, reason, .. } => {
                write!(f, "cannot write {count} frames to `{target}`: {reason}")
            }
            Self::MissingDirectory { .. } => {
                write!(f, "cannot write `{target}`: its folder does not exist; make it first or name another")
            }
            Self::DiskFull { folder, .. } => {
                write!(f, "cannot go on writing `{target}`: no space left ")?;
                match folder.as_str() {
                    "" => write!(f, "there")?,
                    folder => write!(f, "on the disk of `{}`", one_line(folder))?,
                }
                write!(f, "; free some or write elsewhere")
            }
            Self::ClosedPipe { .. } => {
                write!(f, "stopped writing {target}: its reader closed the pipe before the last frame")
            }
            Self::Io { source, .. } => write!(f, "cannot write `{target}`: {}", reason(source)),
            Self::Encoder { message, .. } => write!(f, "cannot encode `{target}`: {message}"),
            Self::FfmpegMissing { .. } => write!(
                f,
                "cannot write `{target}`: video needs the program `ffmpeg` and there is none on PATH; install it \
                 (Debian, Ubuntu: `apt install ffmpeg`; macOS: `brew install ffmpeg`; Windows: `winget install \
                 ffmpeg`), or write .gif, .apng or a PNG sequence (out_%05d.png), which need nothing"
            ),
            Self::Ffmpeg { status, stderr, .. } => {
                write!(f, "ffmpeg could not write `{target}` ({status})")?;
                match stderr.trim() {
                    "" => write!(f, " and said nothing"),
                    said => write!(f, "; it said:\n{}", lines(said)),
                }
            }
            Self::Stopped { .. } => {
                write!(f, "`{target}` takes no more frames: an earlier error or `finish` ended it")
            }
        }
    }
}

impl std::error::Error for RenderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
