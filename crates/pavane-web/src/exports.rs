//! The functions of the module, as a page sees them.
//!
//! Statuses: 1 done, 0 not, and then the answer is `{"error": {"kind", "message", ...}}`. After a trap an instance is of no more use;
//! [`pavane_panic`] still says what it was.

#![allow(unsafe_code, reason = "`no_mangle` is an unsafe attribute; nothing else here is unsafe")]

use std::cell::RefCell;

use crate::answer::Fault;
use crate::state::{INPUT_MAX, State};

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

fn with<R>(body: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(body)
}

/// Writes what went wrong, and gives what a call gives then.
fn told<R>(state: &mut State, done: Result<R, Fault>, otherwise: R) -> R {
    match done {
        Ok(value) => value,
        Err(fault) => {
            state.answer(Err(fault));
            otherwise
        }
    }
}

/// Gets an instance ready: once, before anything else.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_begin() {
    std::panic::set_hook(Box::new(|info| PANIC.with_borrow_mut(|text| *text = info.to_string())));
}

/// 1 where this module compiles patches, 0 where it only plays programs.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_compiles() -> u32 {
    u32::from(cfg!(feature = "language"))
}

/// The place of what a panic said, behind a trap; its length is [`pavane_panic_length`].
#[unsafe(no_mangle)]
pub extern "C" fn pavane_panic() -> *const u8 {
    PANIC.with_borrow(|text| text.as_ptr())
}

/// How long that is, in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_panic_length() -> usize {
    PANIC.with_borrow(String::len)
}

/// Room for so many bytes of the caller's; its place, or 0 where they are too many. What was there is gone.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_input(length: usize) -> *mut u8 {
    with(|state| {
        if length > INPUT_MAX {
            return std::ptr::null_mut();
        }
        state.input.clear();
        state.input.resize(length, 0);
        state.input.as_mut_ptr()
    })
}

/// The place of the last answer.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_output() -> *const u8 {
    with(|state| state.output.as_ptr())
}

/// Its length in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_output_length() -> usize {
    with(|state| state.output.len())
}

/// Does what the JSON asks that was written, and answers in JSON. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_request(length: usize) -> u32 {
    with(|state| u32::from(state.request(length)))
}

/// Takes a file that patches may use: what was written is its path, so many bytes, and then its contents. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_file(path: usize, length: usize) -> u32 {
    with(|state| {
        let done = state.file(path, length);
        u32::from(state.answer(done))
    })
}

/// The place of sixteen numbers that say where playing is.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_numbers() -> *const f64 {
    with(|state| state.numbers.as_ptr())
}

/// Lets seconds pass. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_advance(seconds: f64) -> u32 {
    with(|state| {
        let done = state.advance(seconds).map(|()| 1);
        told(state, done, 0)
    })
}

/// Evaluates one frame towards the one that is wanted, if there is anything to evaluate. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_evaluate() -> u32 {
    with(|state| {
        let done = state.evaluate().map(|()| 1);
        told(state, done, 0)
    })
}

/// 1 where another frame is to be shown than when this was asked last.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_take_new() -> u32 {
    with(|state| u32::from(state.take_new()))
}

fn command(body: impl FnOnce(&mut pavane::Player)) -> u32 {
    with(|state| {
        let done = state.player().map(|player| {
            body(player);
            1
        });
        let status = told(state, done, 0);
        state.tell();
        status
    })
}

/// Stops time. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_pause() -> u32 {
    command(pavane::Player::pause)
}

/// Lets time pass again. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_play() -> u32 {
    command(pavane::Player::play)
}

/// Wants a frame. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_seek(index: f64) -> u32 {
    // Negative numbers and those that are none are 0.
    command(|player| player.seek(index as u64))
}

/// Pauses, and wants the frame so many behind the one that is shown, or before it. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_step(frames: i32) -> u32 {
    command(|player| player.step(frames.into()))
}

/// Wants the first frame, with all state as it is at the start. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_restart() -> u32 {
    command(pavane::Player::restart)
}

/// The hash of the frame that is shown; 0 where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_hash() -> u64 {
    with(State::hash)
}

/// Packs the frame that is shown for a GPU: 0 is done, 1 to 10 says why the CPU has to draw it, and -1 is an error.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_pack() -> i32 {
    with(|state| {
        let done = state.pack().map(|why| why as i32);
        told(state, done, -1)
    })
}

/// How many passes are packed.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_packed_passes() -> usize {
    with(|state| state.packed.rows.len())
}

/// The place of sixteen numbers for each of them.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_packed_rows() -> *const f64 {
    with(|state| state.packed.rows.as_ptr().cast())
}

/// The place of the records of 32 bytes, or with 1 of those of 64.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_packed_records(full: u32) -> *const u8 {
    with(|state| match full {
        0 => bytemuck::cast_slice::<_, u8>(&state.packed.records).as_ptr(),
        _ => bytemuck::cast_slice::<_, u8>(&state.packed.full).as_ptr(),
    })
}

/// How many there are of them.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_packed_count(full: u32) -> usize {
    with(|state| state.packed.used()[usize::from(full > 0)])
}

/// Draws the frame that is shown on the CPU: the place of its pixels, or 0 where there is an error.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_draw() -> *const u8 {
    with(|state| {
        let done = state.draw();
        told(state, done, std::ptr::null())
    })
}

/// Adds a frame to the clip that is under way: how many are left, or -1 where there is an error.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_clip_step() -> f64 {
    with(|state| {
        let done = state.step_clip().map(|left| left as f64);
        told(state, done, -1.0)
    })
}

/// Completes the clip that is under way, whose bytes are the answer. A status.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_clip_finish() -> u32 {
    with(|state| {
        let done = state.finish_clip().map(|()| 1);
        told(state, done, 0)
    })
}
