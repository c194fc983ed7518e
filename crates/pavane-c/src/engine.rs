//! An engine: frames, what it is given, edits.

use std::ffi::c_char;
use std::sync::Mutex;
use std::time::Duration;

use library::engine::Demand;
use library::frame::Blending;
use library::{
    ChannelValue, Engine, EngineError, EngineSettings, Flicks, Frame, FrameRate, InputValue, Raster,
    Snapshots,
};

use crate::boundary::{
    Opaque, Versioned, behind, call, entries, fill_struct, free, give, give_if_wanted, handle, lock, name,
    pavane_string, read_struct, text,
};
use crate::error::{
    Fault, PAVANE_ERROR_ARGUMENT, PAVANE_ERROR_NAME, PAVANE_ERROR_TIME, PAVANE_ERROR_VALUE, pavane_error,
    pavane_status,
};
use crate::frame::{PAVANE_BLENDING_LINEAR, PAVANE_BLENDING_SRGB};
use crate::program::{Compiled, pavane_program};

/// So many units of time are a second.
pub const PAVANE_FLICKS_PER_SECOND: u64 = 705_600_000;
const _: () = assert!(Flicks::from_secs(1).0 == PAVANE_FLICKS_PER_SECOND, "they are the library's");

/// Evaluates signals and fields that nothing draws, too.
pub const PAVANE_EVERYTHING: u32 = 1;
/// Keeps snapshots, so that a seek back does not play everything from the start.
pub const PAVANE_SNAPSHOTS: u32 = 2;

/// How much more room than it needs an edited program gets, where the one before had less.
const HEADROOM: f64 = 1.5;
/// No machine has more.
const THREADS_MOST: u32 = 1024;

/// Runs a program. One thread at a time may use it.
pub struct pavane_engine {
    _opaque: (),
}

impl Opaque for pavane_engine {
    type Inner = Mutex<Running>;
    const KIND: u64 = 0x656e_6967_6e65_7670;
    const NAME: &str = "engine";
}

/// What is behind a [`pavane_engine`].
pub(crate) struct Running {
    pub(crate) engine: Engine,
    /// Made when something is first drawn.
    pub(crate) raster: Option<Raster>,
    /// What became of state in the last swap.
    report: String,
}

/// How an engine runs. Fields that are 0 mean what stands there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_settings {
    /// `sizeof(pavane_settings)`, set by the caller.
    pub size: u32,
    /// Width of the canvas in pixels; 0 with a height of 0 is that of the patch.
    pub width: u32,
    /// Height of the canvas in pixels.
    pub height: u32,
    /// Frames per second are this number; 0 is the rate of the patch ...
    pub fps_numerator: u32,
    /// ... by this one; 0 is 1.
    pub fps_denominator: u32,
    /// Seed of all randomness.
    pub seed: u32,
    /// Threads, the caller's included, 1 to 1024; 0 is 1. The bits do not depend on it.
    pub threads: u32,
    /// `PAVANE_EVERYTHING`, `PAVANE_SNAPSHOTS`, or both added.
    pub flags: u32,
    /// For how many frames ago `pavane_send_at` takes events.
    pub rollback: u32,
    /// Nothing yet.
    pub reserved: u32,
    /// The most bytes that its tables may take; 0 is 4 GiB.
    pub memory_limit: u64,
}

// SAFETY: `repr(C)`, its size first, and numbers alone.
unsafe impl Versioned for pavane_settings {
    const NAME: &str = "pavane_settings";
    const LEAST: usize = 48;
}

/// A frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_frame_info {
    /// `sizeof(pavane_frame_info)`, set by the caller.
    pub size: u32,
    /// How many passes it has, which `pavane_pass_at` tells.
    pub passes: u32,
    /// Its index.
    pub index: u64,
    /// When it starts, in flicks.
    pub flicks: u64,
    /// When it starts, in seconds.
    pub seconds: f64,
    /// Seconds since the frame before; 0 on the first.
    pub dt: f64,
    /// Elements that were not drawn because a value was infinite, NaN or out of range.
    pub left_out: u64,
    /// What is under every pass: red, green, blue, alpha.
    pub background: [u8; 4],
    /// How many events have happened since the frame before, which `pavane_event_at` tells.
    pub events: u32,
    /// `PAVANE_BLENDING_...`: what is mixed where one colour goes over another. `pavane_draw` does so by itself.
    pub blending: u32,
    /// 0.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, its size first, and numbers alone.
unsafe impl Versioned for pavane_frame_info {
    const NAME: &str = "pavane_frame_info";
    const LEAST: usize = 64;
}

/// What became of state in a swap, in numbers of cells.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_swap_info {
    /// `sizeof(pavane_swap_info)`, set by the caller.
    pub size: u32,
    /// That go on.
    pub kept: u32,
    /// That both programs have, but not alike: they begin anew.
    pub reset: u32,
    /// That the old program did not have.
    pub added: u32,
    /// That the new program does not have.
    pub dropped: u32,
    /// Nothing yet.
    pub reserved: u32,
    /// The same for people; stays until the next swap, or until the engine is freed.
    pub report: pavane_string,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_swap_info {
    const NAME: &str = "pavane_swap_info";
    const LEAST: usize = 40;
}

/// Makes an engine, which gets all its memory now. Null `settings` are those of the patch. The program stays the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_engine_new(
    program: *const pavane_program,
    settings: *const pavane_settings,
    engine: *mut *mut pavane_engine,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header. First null, so that nothing is made where it cannot be handed out.
        unsafe { give(engine, std::ptr::null_mut(), "engine") }?;
        // SAFETY: the head of the header.
        let Compiled { program, .. } = unsafe { behind(program) }?;
        let settings = match settings.is_null() {
            true => EngineSettings::default(),
            // SAFETY: the head of the header.
            false => unsafe { read_struct(settings) }.and_then(engine_settings)?,
        };
        let running = Running {
            engine: Engine::fitted(program.clone(), 1.0, settings)?,
            raster: None,
            report: String::new(),
        };
        // SAFETY: the head of the header.
        unsafe { give(engine, handle(Mutex::new(running)), "engine") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

fn engine_settings(settings: pavane_settings) -> Result<EngineSettings, Fault> {
    let pavane_settings { width, height, fps_numerator, fps_denominator, seed, threads, flags, .. } =
        settings;
    let wrong = |message: String| Fault::new(PAVANE_ERROR_ARGUMENT, message);
    if flags & !(PAVANE_EVERYTHING | PAVANE_SNAPSHOTS) != 0 {
        return Err(wrong(format!("`flags` has bits that mean nothing: {flags:#x}")));
    }
    if threads > THREADS_MOST {
        return Err(wrong(format!("`threads` is {threads}; it is 1 to {THREADS_MOST}")));
    }
    let rate = |numerator| {
        let message = format!("{fps_numerator}/{fps_denominator} is no frame rate");
        FrameRate::new(numerator, fps_denominator.max(1)).ok_or_else(|| wrong(message))
    };
    let none = EngineSettings::default();
    Ok(EngineSettings {
        frame_rate: (fps_numerator > 0).then_some(fps_numerator).map(rate).transpose()?,
        seed,
        threads: threads.max(1) as usize,
        demand: if flags & PAVANE_EVERYTHING != 0 { Demand::Everything } else { none.demand },
        canvas: ([width, height] != [0, 0]).then_some([width, height]),
        snapshots: (flags & PAVANE_SNAPSHOTS != 0).then_some(Snapshots::PLAYING),
        rollback: settings.rollback,
        memory_limit: if settings.memory_limit > 0 { settings.memory_limit } else { none.memory_limit },
        ..none
    })
}

/// Frees an engine. Null is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_engine_free(engine: *mut pavane_engine) {
    // SAFETY: the head of the header.
    unsafe { free(engine) };
}

/// Runs a call of an engine.
pub(crate) unsafe fn with(
    engine: *const pavane_engine,
    error: *mut *mut pavane_error,
    body: impl FnOnce(&mut Running) -> Result<(), Fault>,
) -> pavane_status {
    // SAFETY: the head of the header.
    let body = || body(&mut *lock(unsafe { behind(engine) }?)?);
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// The frame that the engine is at.
pub(crate) fn shown(engine: &mut Engine) -> Result<Frame<'_>, Fault> {
    let none = || Fault::new(PAVANE_ERROR_TIME, "there is no frame yet: ask for one first".into());
    engine.last_frame().ok_or_else(none)
}

/// Tells the frame that a call has evaluated.
unsafe fn tell(running: &mut Running, to: *mut pavane_frame_info) -> Result<(), Fault> {
    if to.is_null() {
        return Ok(());
    }
    let events = running.engine.events().len() as u32;
    let frame = shown(&mut running.engine)?;
    let value = pavane_frame_info {
        size: 0,
        passes: frame.passes().len() as u32,
        index: frame.index(),
        flicks: frame.time().0,
        seconds: frame.time().as_secs_f64(),
        dt: frame.dt(),
        left_out: frame.elements_left_out(),
        background: frame.background().to_array(),
        events,
        blending: match frame.blending() {
            Blending::Srgb => PAVANE_BLENDING_SRGB,
            Blending::Linear => PAVANE_BLENDING_LINEAR,
        },
        reserved: 0,
    };
    // SAFETY: the head of the header.
    unsafe { fill_struct(to, value) }
}

/// Runs a call that shows a frame, and tells it.
unsafe fn show(
    engine: *const pavane_engine,
    info: *mut pavane_frame_info,
    error: *mut *mut pavane_error,
    work: impl FnOnce(&mut Engine) -> Result<(), EngineError>,
) -> pavane_status {
    let body = |running: &mut Running| {
        work(&mut running.engine)?;
        // SAFETY: the head of the header.
        unsafe { tell(running, info) }
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Evaluates a frame, in one step from the one before, whichever that was. Null `info` is not told anything. Allocates nothing.
///
/// `PAVANE_ERROR_TIME`: it lies before the frame that the engine is at; `pavane_seek` goes there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_frame(
    engine: *mut pavane_engine,
    index: u64,
    info: *mut pavane_frame_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    // SAFETY: the head of the header.
    unsafe { show(engine, info, error, |engine| engine.frame(index).map(drop)) }
}

/// Goes to a frame, before or behind the one that the engine is at, as if all frames before it had been played. A program that has
/// state is played from its first frame, or from the last snapshot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_seek(
    engine: *mut pavane_engine,
    index: u64,
    info: *mut pavane_frame_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    // SAFETY: the head of the header.
    unsafe { show(engine, info, error, |engine| engine.seek(index).map(drop)) }
}

/// Adds what has passed on the host's clock, and evaluates the frame that is on screen then. A stall is one big step.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_tick(
    engine: *mut pavane_engine,
    nanoseconds: u64,
    info: *mut pavane_frame_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    // SAFETY: the head of the header.
    unsafe { show(engine, info, error, |engine| engine.tick(Duration::from_nanos(nanoseconds)).map(drop)) }
}

/// Evaluates the frame that the engine is at once more, with inputs and canvas as they are now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_redraw(
    engine: *mut pavane_engine,
    info: *mut pavane_frame_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    // SAFETY: the head of the header.
    unsafe { show(engine, info, error, |engine| engine.redraw().map(drop)) }
}

/// Back to before the first frame: state has its first values; inputs stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_reset(
    engine: *mut pavane_engine,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        running.engine.reset();
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Gives the canvas another size in pixels, from the next frame on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_set_canvas(
    engine: *mut pavane_engine,
    width: u32,
    height: u32,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| Ok(running.engine.set_canvas([width, height])?);
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// The hash of the frame that the engine is at: two machines that agree on it drew the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_hash(
    engine: *mut pavane_engine,
    hash: *mut u64,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        let value = shown(&mut running.engine)?.hash();
        // SAFETY: the head of the header.
        unsafe { give(hash, value, "hash") }
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Goes on with another program: values of state stay under the names that stay, and time goes on. Null `info` is not told
/// anything. Where it fails, the old program goes on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_swap(
    engine: *mut pavane_engine,
    program: *const pavane_program,
    info: *mut pavane_swap_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let Compiled { program, .. } = unsafe { behind(program) }?;
        let report = running.engine.swap_and_grow(program.clone(), HEADROOM)?;
        running.report = report.to_string();
        if info.is_null() {
            return Ok(());
        }
        let number = |cells: usize| cells as u32;
        let value = pavane_swap_info {
            size: 0,
            kept: number(report.kept.len()),
            reset: number(report.reset.len()),
            added: number(report.new.len()),
            dropped: number(report.dropped.len()),
            reserved: 0,
            report: running.report.as_str().into(),
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(info, value) }
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Gives an input a value, from the next frame on: as many numbers as its type has components, of an array of all its values one
/// after the other. Whole numbers are whole, of a bool there is 0 or 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_set(
    engine: *mut pavane_engine,
    input: *const c_char,
    numbers: *const f64,
    count: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let (input, numbers) = unsafe { (name(input, "input")?, entries(numbers, count, "numbers")?) };
        let engine = &mut running.engine;
        let channel = engine.channel(input)?;
        let row = engine.program().data().channels.iter().find(|row| row.name == input);
        let Some((ty, is_array)) = row.map(|row| (row.ty, row.count.is_some())) else {
            return Err(Fault::new(PAVANE_ERROR_NAME, format!("there is no input `{input}`")));
        };
        let value = match is_array {
            true => ChannelValue::Components { ty, components: numbers },
            false => ChannelValue::One(InputValue::from_numbers(input, ty, numbers)?),
        };
        Ok(engine.set_channel(channel, value)?)
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Gives an input that is one number a value, or one that is a bool, as `pavane_set` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_set_number(
    engine: *mut pavane_engine,
    input: *const c_char,
    number: f64,
    error: *mut *mut pavane_error,
) -> pavane_status {
    // SAFETY: the head of the header.
    unsafe { pavane_set(engine, input, &raw const number, 1, error) }
}

/// Gives an input that is a text another one, from the next frame on. It is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_set_text(
    engine: *mut pavane_engine,
    input: *const c_char,
    text_bytes: *const c_char,
    length: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let (input, text) = unsafe { (name(input, "input")?, text(text_bytes, length, "text")?) };
        Ok(running.engine.set(input, text)?)
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Sends an event, which happens in the next frame: with as many numbers as what it carries has components, or with none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_send(
    engine: *mut pavane_engine,
    event: *const c_char,
    numbers: *const f64,
    count: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let (key, numbers) = unsafe { (name(event, "event")?, entries(numbers, count, "numbers")?) };
        let engine = &mut running.engine;
        let event = engine.event(key)?;
        let carried = carried(engine, key, numbers)?;
        Ok(engine.send_event(event, library::Payload(carried))?)
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Sends an event at a time of its own, in flicks from the beginning: in the frame that reaches it, at exactly that time.
///
/// `PAVANE_ERROR_TIME`: it has passed, further back than `rollback` of the settings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_send_at(
    engine: *mut pavane_engine,
    event: *const c_char,
    flicks: u64,
    numbers: *const f64,
    count: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let (key, numbers) = unsafe { (name(event, "event")?, entries(numbers, count, "numbers")?) };
        let engine = &mut running.engine;
        let event = engine.event(key)?;
        let carried = carried(engine, key, numbers)?;
        Ok(engine.send_at(event, Flicks(flicks), library::Payload(carried))?)
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// Sends an event that carries a text, which happens in the next frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_send_text(
    engine: *mut pavane_engine,
    event: *const c_char,
    text_bytes: *const c_char,
    length: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let (key, text) = unsafe { (name(event, "event")?, text(text_bytes, length, "text")?) };
        let event = running.engine.event(key)?;
        Ok(running.engine.send_text(event, text)?)
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// What an event carries.
fn carried(engine: &Engine, key: &str, numbers: &[f64]) -> Result<Option<InputValue>, Fault> {
    let row = engine.program().data().events.iter().find(|row| row.key == key);
    match row.and_then(|row| row.ty) {
        Some(ty) => Ok(Some(InputValue::from_numbers(key, ty, numbers)?)),
        None if numbers.is_empty() => Ok(None),
        None => {
            let message = format!("`{key}` was given {} numbers; it takes none", numbers.len());
            Err(Fault::new(PAVANE_ERROR_VALUE, message))
        }
    }
}

/// The numbers of a signal as the frame that the engine is at has them, four of them, those that its type lacks 0; bools are 0 and
/// 1. Null `value_type` is not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_signal(
    engine: *mut pavane_engine,
    signal: *const c_char,
    numbers: *mut [f64; 4],
    value_type: *mut u32,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let signal = unsafe { name(signal, "signal") }?;
        let reading = shown(&mut running.engine)?.slot(signal).ok_or_else(|| no_signal(signal))?;
        // SAFETY: the head of the header.
        unsafe {
            give_if_wanted(value_type, crate::program::type_number(reading.ty), "value_type")?;
            give(numbers, reading.components, "numbers")
        }
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// What a signal that is a text says in the frame that the engine is at. It stays until the next call of the engine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_signal_text(
    engine: *mut pavane_engine,
    signal: *const c_char,
    text: *mut pavane_string,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let signal = unsafe { name(signal, "signal") }?;
        let frame = shown(&mut running.engine)?;
        let said = frame.text(signal).ok_or_else(|| match frame.slot(signal) {
            Some(reading) => {
                let message = format!("`{signal}` is a {}, not a text", reading.ty);
                Fault::new(PAVANE_ERROR_VALUE, message)
            }
            None => no_signal(signal),
        })?;
        // SAFETY: the head of the header.
        unsafe { give(text, said.into(), "text") }
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

fn no_signal(name: &str) -> Fault {
    let message = format!("there is no signal `{name}`; `pavane_program_signal` tells those that there are");
    Fault::new(PAVANE_ERROR_NAME, message)
}
