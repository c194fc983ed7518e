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
    Z, Y          undo, redo a save; with a history (--history)\n  \
    B, M          to the next branch; merge the branch that was left last\n  \
    Esc           quit\n\n\
Input channels, each set if the program has one of that name and type:\n  \
    pointer       vec2    where the pointer is: 0..1 over the shorter side, y down\n  \
    pointer_down  bool    whether its first button is held\n  \
    wheel         float   notches since the frame before, away from the hand is positive (a momentary channel)\n  \
    key_NAME      bool    whether a key is held: key_a .. key_z, key_0 .. key_9, key_space, key_left, key_right,\n                        \
    key_up, key_down, key_enter, key_tab, key_backspace, key_delete, key_home, key_end,\n                        \
    key_page_up, key_page_down, key_shift, key_control, key_alt\n\
Events, each sent if the program has one of that name: click, double_click, press, release, key_NAME (nothing, or as a vec2\n\
where the pointer is), wheel (float).\n\
A key that the program listens to is the program's; with Ctrl held it is the preview's.\n\n\
Text fields (`input draft: text field`): while one has the focus, what is typed goes into it. The first has it from the\nstart; \
a click on a draw of its name gives it, a click elsewhere takes it away.\n  \
    Left, Right, Home, End, Backspace, Delete   with Shift they select, with Ctrl or Alt they go by words\n  \
    Ctrl or Cmd + A, C, X, V                    select all, copy, cut, paste: within the preview\n  \
    Tab, Shift+Tab                              the next field, the one before\n  \
    Enter, Esc                                  events of the patch; Esc leaves the field\n\
With Ctrl held, all other keys are the preview's.\n\n\
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
    /// Keep every save that compiles in FILE.history; one that is there is continued without this
    #[arg(long)]
    history: bool,
    /// Keep the history together with that of other previews: a port of this machine, or ADDRESS:PORT in a network that
    /// you trust, for there is neither a password nor a cipher. The first preview listens, the others connect
    #[arg(long, value_name = "ADDR", value_parser = address)]
    sync: Option<std::net::SocketAddr>,
    /// Let the GPU draw, where there is one; pictures differ from the CPU's by rounding. It needs a build with the feature `gpu`
    #[arg(long)]
    gpu: bool,
    /// Keep what the patch declares `durable` in this file; it is there again in the next preview
    #[arg(long, value_name = "FILE")]
    keep: Option<String>,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    running: Running,
}

#[cfg(feature = "preview")]
use crate::preview::address;

#[cfg(not(feature = "preview"))]
fn address(_: &str) -> Result<std::net::SocketAddr, String> {
    Err("this build of pavane opens no window".into())
}

/// What a preview is to show and record.
#[cfg_attr(not(feature = "preview"), allow(dead_code, reason = "without a window only the file is named"))]
pub(super) struct Wanted<'a> {
    pub(super) file: &'a str,
    pub(super) size: Option<Size>,
    pub(super) threads: Option<u16>,
    pub(super) given: &'a Given,
    pub(super) running: Running,
    pub(super) record: Option<&'a str>,
    pub(super) keep: Option<&'a str>,
    pub(super) gpu: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { file, size, threads, history, sync, gpu, keep, given, running } = arguments;
    if *gpu && !cfg!(feature = "gpu") {
        let message =
            "this build of pavane draws without a GPU: build it with the feature `gpu`, or leave `--gpu` out";
        return Err(Failure::Arguments(message.into()));
    }
    let (size, threads, running, keep) = (*size, *threads, *running, keep.as_deref());
    let wanted = Wanted { file, size, threads, given, running, record: None, keep, gpu: *gpu };
    play(&wanted, *history || sync.is_some(), *sync)
}

/// A preview without a history that is begun.
pub(super) fn open(wanted: &Wanted<'_>) -> Result<(), Failure> {
    play(wanted, false, None)
}

#[cfg(feature = "preview")]
fn play(wanted: &Wanted<'_>, history: bool, sync: Option<std::net::SocketAddr>) -> Result<(), Failure> {
    use super::stop;
    use crate::preview::{self, PreviewError, Settings};

    let options = wanted.given.options();
    let settings = Settings {
        size: wanted.size.map(|Size { width, height }| [width, height]),
        frame_rate: wanted.running.fps,
        seed: wanted.running.seed,
        threads: options::threads_or_all(wanted.threads),
        level: wanted.running.level.into(),
        given: options.given,
        data: options.data,
        allow_outside: options.allow_outside,
        memory_limit: super::memory::limit(wanted.running.memory_limit),
        allocations: Some(allocations),
        history,
        sync,
        record: wanted.record.map(str::to_owned),
        keep: wanted.keep.map(str::to_owned),
        gpu: wanted.gpu,
        tell,
        ..Settings::new(wanted.file)
    };
    let done = preview::run(settings, |stop| {
        stop::listen(move |before| match before {
            0 => stop.stop(),
            _ => std::process::exit(130),
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
fn play(wanted: &Wanted<'_>, _: bool, _: Option<std::net::SocketAddr>) -> Result<(), Failure> {
    let Wanted { file, size: _, threads: _, given: _, running: _, record: _, keep: _, gpu: _ } = wanted;
    Err(Failure::Run(format!(
        "this build of pavane opens no window: build it with the feature `preview`, or make pictures without one: \
         `pavane render {file} -o preview.gif`"
    )))
}
