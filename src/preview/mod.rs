//! A window that plays a program, takes up every save of its file, and shows what is wrong with it over the picture.
//!
//! [`run`] is all of it: `source` loads FILE and swaps programs, `watch` sees saves, both on a thread of their own;
//! `player` is what the preview does, without a window; `past` is its history, `sync` that of others; `controls` are
//! pointer and keys as input channels; `painter` draws frames, `overlay` and `panels` text over the picture; `window` connects all of that
//! with the system's window.
//!
//! Time never goes back by itself: after the clip's end playing goes on, unless it is told to loop. A stall is one big
//! step.

mod controls;
mod keeping;
mod overlay;
mod painter;
mod panels;
mod past;
mod player;
mod recording;
mod source;
mod stats;
mod sync;
mod watch;
mod window;

#[cfg(test)]
#[path = "../render/tests/support/golden.rs"]
#[allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared with tests outside the library")]
mod golden;

use std::fmt;
use std::net::SocketAddr;

#[cfg(feature = "cli")]
pub(crate) use sync::address;
pub use window::{Stop, run};

use crate::engine::SimdLevel;
use crate::load::Options;
use crate::time::FrameRate;
use crate::world::MEMORY_LIMIT;

/// What a preview shows and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A patch or a program, `-` for standard input, or `examples:NAME` for one that ships inside.
    pub file: String,
    /// Pixels of the canvas, width and height; none takes the program's clip, made to fit the screen.
    pub size: Option<[u32; 2]>,
    /// Frames per second; none takes the program's.
    pub frame_rate: Option<FrameRate>,
    /// Seed of all randomness.
    pub seed: u32,
    /// Threads that evaluate and draw, at least 1.
    pub threads: usize,
    /// Vector instructions.
    pub level: SimdLevel,
    /// Names and values of parameters and inputs, as `--set` of the command takes them.
    pub given: Vec<(String, String)>,
    /// Names of `data` statements and the files that are read in place of theirs, as `--data` of the command takes them.
    pub data: Vec<(String, String)>,
    /// Whether a patch may use files outside of its folder.
    pub allow_outside: bool,
    /// The most bytes that the engine's tables may take.
    pub memory_limit: u64,
    /// How often something was allocated so far, where the process counts that.
    pub allocations: Option<fn() -> u64>,
    /// Whether `FILE.history` is begun where there is none; where there is one, it is continued.
    pub history: bool,
    /// Where the history is kept together with that of other previews: the first of them listens there.
    pub sync: Option<SocketAddr>,
    /// Where what the run is given is recorded: the file of a [log](crate::record), written as a whole when the preview
    /// ends. None records nothing.
    pub record: Option<String>,
    /// Where what the program declares `durable` is kept, and was: the file of a [`Keeper`](crate::keep::Keeper). None keeps nothing.
    #[cfg(feature = "persist")]
    pub keep: Option<String>,
    /// Whether a GPU draws, where there is one; only with the feature `gpu`.
    pub gpu: bool,
    /// Takes what is for the terminal: whole lines.
    pub tell: fn(&str),
}

impl Settings {
    /// As the program says, on one thread, telling nobody.
    pub fn new(file: &str) -> Self {
        Self {
            file: file.into(),
            size: None,
            frame_rate: None,
            seed: 0,
            threads: 1,
            level: SimdLevel::Native,
            given: Vec::new(),
            data: Vec::new(),
            allow_outside: false,
            memory_limit: MEMORY_LIMIT,
            allocations: None,
            history: false,
            sync: None,
            record: None,
            #[cfg(feature = "persist")]
            keep: None,
            gpu: false,
            tell: |_| (),
        }
    }
}

impl Settings {
    /// How the file is read.
    fn options(&self) -> Options {
        let Self { given, data, allow_outside, .. } = self;
        Options {
            given: given.clone(),
            data: data.clone(),
            allow_outside: *allow_outside,
            ..Options::default()
        }
    }
}

/// Why there is no preview.
#[derive(Debug)]
#[non_exhaustive]
pub enum PreviewError {
    /// The program is wrong, and no save can mend it: it came through standard input, or none of the name ships inside.
    /// All diagnostics, as lines.
    Refused(String),
    /// There is no screen, or it did not give a window.
    NoWindow(String),
    /// The recording could not be written.
    Recording(String),
    /// There is no keeping state in the file.
    Keeping(String),
    /// The window failed while it was open.
    Window(String),
}

impl fmt::Display for PreviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(diagnostics) => f.write_str(diagnostics.trim_end()),
            Self::NoWindow(message) => write!(
                f,
                "there is no screen to open a window on: {message}\n  help: `pavane render` makes pictures and videos \
                 without a window; on another machine's screen, set DISPLAY or WAYLAND_DISPLAY"
            ),
            Self::Keeping(message) => f.write_str(message),
            Self::Recording(message) => write!(f, "the recording is lost: {message}"),
            Self::Window(message) => write!(f, "the window failed: {message}"),
        }
    }
}

impl std::error::Error for PreviewError {}
