//! What can go wrong between a frame and a file.

use std::fmt;
use std::io;

/// Why a picture or a file could not be made. The text names the place, what was wrong and the way out.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenderError {
    /// A picture size that the raster or the format cannot do.
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What is possible instead.
        reason: String,
    },
    /// An output name whose format is not known, or whose frame number pattern is wrong.
    Target {
        /// The name as it was given.
        target: String,
        /// What is wrong and what there is.
        reason: String,
    },
    /// A number of frames that the format cannot hold, or that differs from what was announced.
    FrameCount {
        /// Where the frames were to go.
        target: String,
        /// Frames in the clip.
        count: u64,
        /// What is possible instead.
        reason: String,
    },
    /// A frame rate that the format cannot express.
    FrameRate {
        /// Where the frames were to go.
        target: String,
        /// What is possible instead.
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
        /// What the system said.
        source: io::Error,
    },
    /// The format's encoder refused.
    Encoder {
        /// The file that was being written.
        target: String,
        /// What it said.
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
        let target = target.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::MissingDirectory { target },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { target },
            io::ErrorKind::BrokenPipe => Self::ClosedPipe { target },
            _ => Self::Io { target, source },
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

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { width, height, reason } => {
                write!(f, "a picture of {width}x{height} pixels is not possible: {reason}")
            }
            Self::Target { target, reason } | Self::FrameRate { target, reason } => {
                write!(f, "cannot write `{target}`: {reason}")
            }
            Self::FrameCount { target, count, reason } => {
                write!(f, "cannot write {count} frames to `{target}`: {reason}")
            }
            Self::MissingDirectory { target } => {
                write!(f, "cannot write `{target}`: its folder does not exist; make it first or name another")
            }
            Self::DiskFull { target } => {
                write!(
                    f,
                    "cannot go on writing `{target}`: no space left there; free some or write elsewhere"
                )
            }
            Self::ClosedPipe { target } => {
                write!(f, "stopped writing {target}: its reader closed the pipe before the last frame")
            }
            Self::Io { target, source } => write!(f, "cannot write `{target}`: {source}"),
            Self::Encoder { target, message } => write!(f, "cannot encode `{target}`: {message}"),
            Self::FfmpegMissing { target } => write!(
                f,
                "cannot write `{target}`: video needs the program `ffmpeg` and there is none on PATH; install it \
                 (Debian, Ubuntu: `apt install ffmpeg`; macOS: `brew install ffmpeg`; Windows: `winget install \
                 ffmpeg`), or write .gif, .apng or a PNG sequence (out_%05d.png), which need nothing"
            ),
            Self::Ffmpeg { target, status, stderr } => {
                write!(f, "ffmpeg could not write `{target}` ({status})")?;
                match stderr.trim() {
                    "" => write!(f, " and said nothing"),
                    said => write!(f, "; it said:\n{said}"),
                }
            }
            Self::Stopped { target } => {
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
