//! From the text of a patch to a program, and what a program is told by.

use std::ffi::{CString, c_char};
use std::path::Path;
use std::sync::Mutex;

use library::bundle::Bundle;
use library::program::{Clip, EventSource, Type};
use library::{Files, Folder, MemoryFiles, NoFiles, Program, compile_with};

use crate::boundary::{
    Opaque, Versioned, behind, call, entries, fill_struct, free, give, handle, lock, name, pavane_string,
    text,
};
use crate::error::{Fault, PAVANE_ERROR_ARGUMENT, PAVANE_ERROR_NAME, c_text, pavane_error, pavane_status};

/// A number, of an input, an event or a signal.
pub const PAVANE_TYPE_FLOAT: u32 = 1;
/// A whole number, from -2147483648 to 2147483647.
pub const PAVANE_TYPE_INT: u32 = 2;
/// A whole number, from 0 to 4294967295.
pub const PAVANE_TYPE_UINT: u32 = 3;
/// 0 or 1.
pub const PAVANE_TYPE_BOOL: u32 = 4;
/// Two numbers.
pub const PAVANE_TYPE_VEC2: u32 = 5;
/// Three numbers.
pub const PAVANE_TYPE_VEC3: u32 = 6;
/// Four numbers: red, green, blue, alpha, each from 0 to 1.
pub const PAVANE_TYPE_COLOR: u32 = 7;
/// A path, as a number.
pub const PAVANE_TYPE_SHAPE: u32 = 8;
/// A text.
pub const PAVANE_TYPE_TEXT: u32 = 9;
/// An event that carries nothing.
pub const PAVANE_TYPE_NONE: u32 = 0;

/// The number of a type.
pub(crate) fn type_number(ty: Type) -> u32 {
    match ty {
        Type::Float => PAVANE_TYPE_FLOAT,
        Type::Int => PAVANE_TYPE_INT,
        Type::Uint => PAVANE_TYPE_UINT,
        Type::Bool => PAVANE_TYPE_BOOL,
        Type::Vec2 => PAVANE_TYPE_VEC2,
        Type::Vec3 => PAVANE_TYPE_VEC3,
        Type::Color => PAVANE_TYPE_COLOR,
        Type::Shape => PAVANE_TYPE_SHAPE,
        Type::Text => PAVANE_TYPE_TEXT,
    }
}

/// The files that a patch may use: of a folder, or of memory.
pub struct pavane_files {
    _opaque: (),
}

impl Opaque for pavane_files {
    type Inner = Mutex<Source>;
    const KIND: u64 = 0x7365_6c69_665f_7670;
    const NAME: &str = "files";
}

/// What is behind [`pavane_files`].
pub(crate) enum Source {
    Folder(Folder),
    Memory(MemoryFiles),
}

/// A compiled patch. It never changes; several threads may make engines of one.
pub struct pavane_program {
    _opaque: (),
}

impl Opaque for pavane_program {
    type Inner = Compiled;
    const KIND: u64 = 0x6d61_7267_6f72_7670;
    const NAME: &str = "program";
}

/// What is behind a [`pavane_program`].
pub(crate) struct Compiled {
    pub(crate) program: Program,
    warnings: CString,
}

/// A value for a `param` of a patch.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_parameter {
    /// Its name, ending with a NUL.
    pub name: *const c_char,
    /// Its value as a patch writes it, ending with a NUL: `0.2`, `250ms`, `#f80`, `(0.2, 0.5)`.
    pub value: *const c_char,
}

/// What a program says of itself.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_program_info {
    /// `sizeof(pavane_program_info)`, set by the caller.
    pub size: u32,
    /// Width of the canvas in pixels that it is meant for.
    pub width: u32,
    /// Height of the canvas in pixels.
    pub height: u32,
    /// Frames per second are this number ...
    pub fps_numerator: u32,
    /// ... by this one.
    pub fps_denominator: u32,
    /// How many inputs it has.
    pub inputs: u32,
    /// How many events it has, those that nobody sends among them.
    pub events: u32,
    /// How many signals it has.
    pub signals: u32,
    /// Frames of its clip.
    pub frames: u64,
    /// Seconds of its clip.
    pub seconds: f64,
    /// Its name; stays until the program is freed.
    pub name: pavane_string,
    /// How many fields it has.
    pub fields: u32,
    /// Nothing yet.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_program_info {
    const NAME: &str = "pavane_program_info";
    const LEAST: usize = 72;
}

/// Something that has a name and a type: an input, an event or a signal of a program.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_named {
    /// `sizeof(pavane_named)`, set by the caller.
    pub size: u32,
    /// `PAVANE_TYPE_...`: what it is, or what an event carries.
    pub value_type: u32,
    /// Of an input that is an array how many values it has, else 0.
    pub count: u32,
    /// Numbers that make one value: 2 of a vec2; 0 of an event that carries nothing.
    pub components: u32,
    /// 1 where the host gives it: an input, or an event that is sent.
    pub is_given: u32,
    /// Nothing yet.
    pub reserved: u32,
    /// Its name; stays until the program is freed.
    pub name: pavane_string,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_named {
    const NAME: &str = "pavane_named";
    const LEAST: usize = 40;
}

/// The files that lie beside a patch: `path` is that of the patch, which need not exist. Links may not lead out of its folder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_files_beside(
    path: *const c_char,
    files: *mut *mut pavane_files,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let path = unsafe { name(path, "path") }?;
        let new = || handle(Mutex::new(Source::Folder(Folder::of(path))));
        // SAFETY: the head of the header.
        unsafe { give_handle(files, new, "files") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Files of memory: none at first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_files_new(
    files: *mut *mut pavane_files,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        let new = || handle(Mutex::new(Source::Memory(MemoryFiles::default())));
        // SAFETY: the head of the header.
        unsafe { give_handle(files, new, "files") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Adds a file to files of memory, or puts another one in its place: a patch, a table, an image, a font. `path` is what stands
/// behind `use` or `from`, with `/` between its parts. The bytes are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_files_add(
    files: *mut pavane_files,
    path: *const c_char,
    bytes: *const u8,
    length: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let (files, path, bytes) =
            unsafe { (behind(files)?, name(path, "path")?, entries(bytes, length, "bytes")?) };
        match &mut *lock(files)? {
            Source::Memory(memory) => {
                memory.insert(path, bytes);
                Ok(())
            }
            Source::Folder(_) => {
                let message = "these are the files of a folder; `pavane_files_new` makes files of memory";
                Err(Fault::new(PAVANE_ERROR_ARGUMENT, message.into()))
            }
        }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Frees files; programs that were made of them stay. Null is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_files_free(files: *mut pavane_files) {
    // SAFETY: the head of the header.
    unsafe { free(files) };
}

/// Compiles a patch. `text` has `length` bytes, or ends with a NUL where that is `PAVANE_NUL`; `file` is how diagnostics call it.
/// `files` are those that it may use, and null means none. `parameters` are values for some of its `param`s.
///
/// `PAVANE_ERROR_PATCH`: it has mistakes, all of which the error tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_compile(
    text_bytes: *const c_char,
    length: usize,
    file: *const c_char,
    files: *const pavane_files,
    parameters: *const pavane_parameter,
    parameter_count: usize,
    program: *mut *mut pavane_program,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let (source, file) = unsafe { (text(text_bytes, length, "text")?, name(file, "file")?) };
        // SAFETY: the head of the header.
        let given = unsafe { given(parameters, parameter_count) }?;
        let new = |files: &dyn Files| compiled(source, file, files, &given);
        let program_made = if files.is_null() {
            new(&NoFiles)?
        } else {
            // SAFETY: the head of the header.
            match &*lock(unsafe { behind(files) }?)? {
                Source::Folder(folder) => new(folder)?,
                Source::Memory(memory) => new(memory)?,
            }
        };
        // SAFETY: the head of the header.
        unsafe { give_handle(program, || handle(program_made), "program") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Compiles a file, with the files that lie beside it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_compile_file(
    path: *const c_char,
    parameters: *const pavane_parameter,
    parameter_count: usize,
    program: *mut *mut pavane_program,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let (path, given) = unsafe { (name(path, "path")?, given(parameters, parameter_count)?) };
        let folder = Folder::of(path);
        let file = Path::new(path).file_name().and_then(|file| file.to_str()).unwrap_or_default();
        let source = folder
            .read(file)
            .map_err(|why| Fault::new(PAVANE_ERROR_ARGUMENT, format!("cannot read `{path}`: {why}")))?;
        let program_made = compiled(&source, path, &folder, &given)?;
        // SAFETY: the head of the header.
        unsafe { give_handle(program, || handle(program_made), "program") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Reads a program from the JSON that `pavane compile` writes. `file` is how diagnostics call it. One that `pavane compile --bundle` has
/// written is read by `pavane_program_from_bundle`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_from_json(
    json: *const c_char,
    length: usize,
    file: *const c_char,
    program: *mut *mut pavane_program,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let (json, file) = unsafe { (text(json, length, "json")?, name(file, "file")?) };
        let program_made =
            Compiled { program: Program::from_json(json, file)?, warnings: CString::default() };
        // SAFETY: the head of the header.
        unsafe { give_handle(program, || handle(program_made), "program") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Reads a program whose images and fonts are files beside it, as `pavane compile --bundle` writes it, from its JSON: `files` has those
/// files, by names that begin with `files/`. `pavane_files_beside` of the program's path has them where the bundle is a folder.
///
/// `PAVANE_ERROR_PATCH`: a file is missing, or holds something else than its name says; or it is no program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_from_bundle(
    json: *const c_char,
    length: usize,
    file: *const c_char,
    files: *const pavane_files,
    program: *mut *mut pavane_program,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let (json, file, files) =
            unsafe { (text(json, length, "json")?, name(file, "file")?, behind(files)?) };
        let (read, diagnostics) = match &*lock(files)? {
            Source::Folder(folder) => Bundle::read(json, file, folder),
            Source::Memory(memory) => Bundle::read(json, file, memory),
        };
        let warnings = c_text(&diagnostics.to_string());
        let program_made = Compiled { program: read.ok_or(diagnostics)?, warnings };
        // SAFETY: the head of the header.
        unsafe { give_handle(program, || handle(program_made), "program") }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// Frees a program; engines that run it go on. Null is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_free(program: *mut pavane_program) {
    // SAFETY: the head of the header.
    unsafe { free(program) };
}

/// What is probably not meant so in a patch, each with its line underlined; empty where there is nothing. It stays until the
/// program is freed; null where it is no program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_warnings(program: *const pavane_program) -> *const c_char {
    // SAFETY: the head of the header.
    unsafe { behind(program) }.map_or(std::ptr::null(), |program| program.warnings.as_ptr())
}

/// What a program says of itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_about(
    program: *const pavane_program,
    info: *mut pavane_program_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let Compiled { program, .. } = unsafe { behind(program) }?;
        let data = program.data();
        let Clip { duration, size: [width, height], frame_rate: [numerator, denominator], .. } = data.clip;
        let value = pavane_program_info {
            size: 0,
            width,
            height,
            fps_numerator: numerator,
            fps_denominator: denominator,
            inputs: data.channels.len() as u32,
            events: data.events.len() as u32,
            signals: data.slots.len() as u32,
            frames: program.frame_rate().frame_at(library::Flicks(duration.0.saturating_sub(1))) + 1,
            seconds: duration.as_secs_f64(),
            name: data.about.name.as_str().into(),
            fields: data.fields.len() as u32,
            reserved: 0,
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(info, value) }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// An input of a program, from 0 on: what `pavane_set` takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_input(
    program: *const pavane_program,
    at: u32,
    input: *mut pavane_named,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |program: &Program| {
        let channel = program.data().channels.get(at as usize)?;
        Some(named(Some(channel.ty), channel.count, true, &channel.name))
    };
    // SAFETY: the head of the header.
    unsafe { about_named(program, input, error, ("input", at), body) }
}

/// An event of a program, from 0 on: what `pavane_event_at` tells, and `pavane_send` takes where `is_given` is 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_event(
    program: *const pavane_program,
    at: u32,
    event: *mut pavane_named,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |program: &Program| {
        let event = program.data().events.get(at as usize)?;
        Some(named(event.ty, None, matches!(event.source, EventSource::Host { .. }), &event.key))
    };
    // SAFETY: the head of the header.
    unsafe { about_named(program, event, error, ("event", at), body) }
}

/// A signal of a program, from 0 on: what `pavane_signal` reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_signal(
    program: *const pavane_program,
    at: u32,
    signal: *mut pavane_named,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |program: &Program| {
        let slot = program.data().slots.get(at as usize)?;
        Some(named(Some(slot.ty), None, false, &slot.name))
    };
    // SAFETY: the head of the header.
    unsafe { about_named(program, signal, error, ("signal", at), body) }
}

fn named(ty: Option<Type>, count: Option<u32>, is_given: bool, name: &str) -> pavane_named {
    pavane_named {
        size: 0,
        value_type: ty.map_or(PAVANE_TYPE_NONE, type_number),
        count: count.unwrap_or(0),
        components: ty.map_or(0, Type::stride),
        is_given: u32::from(is_given),
        reserved: 0,
        name: name.into(),
    }
}

unsafe fn about_named(
    program: *const pavane_program,
    to: *mut pavane_named,
    error: *mut *mut pavane_error,
    (what, at): (&str, u32),
    find: impl FnOnce(&Program) -> Option<pavane_named>,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let Compiled { program, .. } = unsafe { behind(program) }?;
        let missing = || Fault::new(PAVANE_ERROR_ARGUMENT, format!("the program has no {what} {at}"));
        let value = find(program).ok_or_else(missing)?;
        // SAFETY: the head of the header.
        unsafe { fill_struct(to, value) }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

unsafe fn given(parameters: *const pavane_parameter, count: usize) -> Result<Vec<(String, String)>, Fault> {
    // SAFETY: the head of the header.
    let parameters = unsafe { entries(parameters, count, "parameters") }?;
    let pair = |parameter: &pavane_parameter| {
        // SAFETY: the head of the header.
        let (key, value) = unsafe { (name(parameter.name, "name")?, name(parameter.value, "value")?) };
        Ok((key.to_owned(), value.to_owned()))
    };
    parameters.iter().map(pair).collect()
}

fn compiled(
    source: &str,
    file: &str,
    files: &dyn Files,
    given: &[(String, String)],
) -> Result<Compiled, Fault> {
    let compiled = compile_with(source, file, files, given);
    let warnings = c_text(&compiled.render());
    let Some(program) = &compiled.program else { return Err(Fault::of_patch(compiled)) };
    if let Some((name, _)) = given.iter().find(|(name, _)| !compiled.parameters.contains(name)) {
        let message =
            format!("the patch has no parameter `{name}`; there are: {}", compiled.parameters.join(", "));
        return Err(Fault::new(PAVANE_ERROR_NAME, message));
    }
    Ok(Compiled { program: program.clone(), warnings })
}

/// Makes a handle where there is room for one.
unsafe fn give_handle<H>(to: *mut *mut H, new: impl FnOnce() -> *mut H, what: &str) -> Result<(), Fault> {
    // SAFETY: the head of the header. First null, so that nothing is made where it cannot be handed out.
    unsafe { give(to, std::ptr::null_mut(), what) }?;
    // SAFETY: likewise.
    unsafe { give(to, new(), what) }
}
