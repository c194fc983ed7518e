//! `pavane preview`.

use clap::Args;

use super::failure::Failure;
#[cfg(feature = "preview")]
use super::failure::tell;
use super::input::Given;
use super::options::{self, Running};
use super::range::Size;

/// Play in a window that takes up every save
#[derive(Debug, Args)]
#[command(
    after_help = "Every save of FILE, and of every file it uses, is taken up while it plays. What is wrong with it \
is shown over\nthe picture that ran before, which goes on.\n\n\
Keys:\n  \
    Space         pause, play\n  \
    Left, Right   a frame back or on; with Shift 10\n  \
    Home, End     the clip's first or last frame\n  \
    drag          along the window's lower edge: scrub\n  \
    L             loop the clip, or let time go on after it\n  \
    S             statistics\n  \
    R             reset: state and time start anew\n  \
    H, ?          help\n  \
    Esc           quit\n\n\
Input channels, each set if the program has one of that name and type:\n  \
    pointer       vec2    where the pointer is: 0..1 over the shorter side, y down\n  \
    pointer_down  bool    whether its first button is held\n  \
    wheel         float   notches since the frame before, away from the hand is positive (a momentary channel)\n  \
    key_NAME      bool    whether a key is held: key_a .. key_z, key_0 .. key_9, key_space, key_left, key_right,\n                        \
    key_up, key_down, key_enter, key_tab, key_backspace, key_delete, key_home, key_end,\n                        \
    key_page_up, key_page_down, key_shift, key_control, key_alt\n\
A key that the program listens to is the program's; with Ctrl held it is the preview's.\n\n\
Examples:\n  \
    pavane preview examples:magnet\n  \
    pavane preview spiral.pav --size 1280x720"
)]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    file: String,
    /// Canvas in pixels [default: the program's, made to fit the screen]
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = options::threads())]
    threads: Option<u16>,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    running: Running,
}

#[cfg(feature = "preview")]
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    use crate::preview::{self, PreviewError, Settings};

    let options = arguments.given.options();
    let settings = Settings {
        size: arguments.size.map(|Size { width, height }| [width, height]),
        frame_rate: arguments.running.fps,
        seed: arguments.running.seed,
        threads: options::threads_or_all(arguments.threads),
        level: arguments.running.level.into(),
        given: options.given,
        allow_outside: options.allow_outside,
        memory_limit: super::memory::limit(arguments.running.memory_limit),
        allocations: Some(allocations),
        tell,
        ..Settings::new(&arguments.file)
    };
    let done = preview::run(settings, |stop| {
        let mut is_asked = false;
        // A second Ctrl-C ends at once; without a handler the first one does.
        let _ = ctrlc::set_handler(move || {
            if std::mem::replace(&mut is_asked, true) {
                std::process::exit(130);
            }
            stop.stop();
        });
    });
    done.map_err(|error| match error {
        PreviewError::Refused(diagnostics) => {
            tell(&diagnostics);
            Failure::Told
        }
        error => Failure::Run(error.to_string()),
    })
}

/// How often something was allocated so far.
#[cfg(feature = "preview")]
fn allocations() -> u64 {
    let stats = stats_alloc::INSTRUMENTED_SYSTEM.stats();
    (stats.allocations + stats.reallocations) as u64
}

#[cfg(not(feature = "preview"))]
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { file, size: _, threads: _, given: _, running: _ } = arguments;
    Err(Failure::Run(format!(
        "this build of pavane opens no window: build it with the feature `preview`, or make pictures without one: \
         `pavane render {file} -o preview.gif`"
    )))
}
