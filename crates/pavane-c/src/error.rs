//! What a call says when it has not done what it was asked for.

use std::ffi::{CString, c_char};

use library::diagnostic::Severity;
use library::render::RenderError;
use library::{Compiled, Diagnostic, Diagnostics, EngineError};

use crate::boundary::{Opaque, Versioned, behind, call, fill_struct, free};

/// How a call ended: `PAVANE_OK`, or one of `PAVANE_ERROR_...`.
pub type pavane_status = u32;

/// It is done.
pub const PAVANE_OK: pavane_status = 0;
/// A pointer is null or not aligned, or a number is out of range.
pub const PAVANE_ERROR_ARGUMENT: pavane_status = 1;
/// A handle is of another kind.
pub const PAVANE_ERROR_HANDLE: pavane_status = 2;
/// A text is not UTF-8.
pub const PAVANE_ERROR_TEXT: pavane_status = 3;
/// A struct does not say its size, or a buffer has another size than what is to be written.
pub const PAVANE_ERROR_SIZE: pavane_status = 4;
/// A patch or a program is wrong: the error has diagnostics.
pub const PAVANE_ERROR_PATCH: pavane_status = 5;
/// There is nothing of that name.
pub const PAVANE_ERROR_NAME: pavane_status = 6;
/// A value is of another type than what it is given to, or not finite.
pub const PAVANE_ERROR_VALUE: pavane_status = 7;
/// A frame lies before the one that the engine is at, or beyond the end of time; or there is no frame yet.
pub const PAVANE_ERROR_TIME: pavane_status = 8;
/// It needs more memory than it may take, or there is no room for more events, texts or rows.
pub const PAVANE_ERROR_ROOM: pavane_status = 9;
/// The program has done what cannot go on, such as events that make one another happen without end.
pub const PAVANE_ERROR_RUN: pavane_status = 10;
/// Another thread uses the handle at this moment.
pub const PAVANE_ERROR_BUSY: pavane_status = 11;
/// A fault of pavane itself. The handle is of no more use and can be freed.
pub const PAVANE_ERROR_PANIC: pavane_status = 12;

/// It stops a program from being made.
pub const PAVANE_SEVERITY_ERROR: u32 = 0;
/// It is probably not what was meant.
pub const PAVANE_SEVERITY_WARNING: u32 = 1;

/// Why a call has not done what it was asked for. It belongs to the caller, who frees it.
pub struct pavane_error {
    _opaque: (),
}

impl Opaque for pavane_error {
    type Inner = Error;
    const KIND: u64 = 0x726f_7272_655f_7670;
    const NAME: &str = "error";
}

/// One thing that is wrong with a patch or a program. Texts stay until the error is freed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_diagnostic {
    /// `sizeof(pavane_diagnostic)`, set by the caller.
    pub size: u32,
    /// `PAVANE_SEVERITY_...`.
    pub severity: u32,
    /// Line, from 1; 0 where there is none.
    pub line: u32,
    /// Column in characters, from 1; 0 where there is none.
    pub column: u32,
    /// Line of the last character, from 1; 0 where there is none.
    pub end_line: u32,
    /// Column behind the last character, from 1; 0 where there is none.
    pub end_column: u32,
    /// The code, such as `E0551`, which `pavane explain` tells more about.
    pub code: *const c_char,
    /// The file; empty where there is none.
    pub file: *const c_char,
    /// What was found and what was expected.
    pub message: *const c_char,
    /// How to mend it; empty where that is not known.
    pub help: *const c_char,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_diagnostic {
    const NAME: &str = "pavane_diagnostic";
    const LEAST: usize = 56;
}

/// A call's way to say what was wrong.
pub(crate) struct Fault {
    pub(crate) status: pavane_status,
    message: String,
    diagnostics: Vec<Diagnostic>,
}

impl Fault {
    pub(crate) fn new(status: pavane_status, message: String) -> Self {
        Self { status, message, diagnostics: Vec::new() }
    }

    /// What is wrong with a patch, with its lines underlined.
    pub(crate) fn of_patch(compiled: Compiled) -> Self {
        let message = compiled.render();
        Self { status: PAVANE_ERROR_PATCH, message, diagnostics: compiled.diagnostics.0 }
    }
}

impl From<Diagnostics> for Fault {
    fn from(diagnostics: Diagnostics) -> Self {
        Self { status: PAVANE_ERROR_PATCH, message: diagnostics.to_string(), diagnostics: diagnostics.0 }
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        let status = match &error {
            EngineError::Capacity(_)
            | EngineError::Memory(_)
            | EngineError::ListMemory { .. }
            | EngineError::Delay { .. }
            | EngineError::TooManyCues { .. }
            | EngineError::ListFull { .. }
            | EngineError::TextTooLong { .. }
            | EngineError::TextsFull { .. }
            | EngineError::LettersFull(_)
            | EngineError::TooManyReaders { .. }
            | EngineError::QueueFull { .. } => PAVANE_ERROR_ROOM,
            EngineError::Late { .. } | EngineError::TimeWentBack { .. } | EngineError::BeyondTime { .. } => {
                PAVANE_ERROR_TIME
            }
            EngineError::Unknown { .. } => PAVANE_ERROR_NAME,
            EngineError::Value { .. } | EngineError::Elements { .. } => PAVANE_ERROR_VALUE,
            EngineError::Setting { .. } => PAVANE_ERROR_ARGUMENT,
            // What the program itself has done, and what later versions of the library may add.
            _ => PAVANE_ERROR_RUN,
        };
        Self::new(status, error.to_string())
    }
}

impl From<RenderError> for Fault {
    fn from(error: RenderError) -> Self {
        Self::new(PAVANE_ERROR_ARGUMENT, error.to_string())
    }
}

/// A text for C: a NUL within it is shown.
pub(crate) fn c_text(text: &str) -> CString {
    let shown = text.replace('\0', "\u{2400}");
    CString::new(shown).unwrap_or_default()
}

/// What is behind a [`pavane_error`].
pub(crate) struct Error {
    status: pavane_status,
    message: CString,
    diagnostics: Vec<Told>,
}

struct Told {
    numbers: [u32; 5],
    code: CString,
    file: CString,
    message: CString,
    help: CString,
}

impl From<Fault> for Error {
    fn from(Fault { status, message, diagnostics }: Fault) -> Self {
        let told = |diagnostic: &Diagnostic| Told {
            numbers: [
                match diagnostic.severity {
                    Severity::Error => PAVANE_SEVERITY_ERROR,
                    Severity::Warning => PAVANE_SEVERITY_WARNING,
                },
                diagnostic.line,
                diagnostic.column,
                diagnostic.end_line,
                diagnostic.end_column,
            ],
            code: c_text(diagnostic.code.name()),
            file: c_text(&diagnostic.file),
            message: c_text(&diagnostic.message),
            help: c_text(diagnostic.help.as_deref().unwrap_or_default()),
        };
        Self { status, message: c_text(&message), diagnostics: diagnostics.iter().map(told).collect() }
    }
}

/// The status of the call that has made the error; `PAVANE_ERROR_ARGUMENT` or `PAVANE_ERROR_HANDLE` where it is no error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_error_status(error: *const pavane_error) -> pavane_status {
    // SAFETY: the head of the header.
    match unsafe { behind(error) } {
        Ok(error) => error.status,
        Err(fault) => fault.status,
    }
}

/// What went wrong, for people; of a patch every diagnostic with its line underlined. It stays until the error is freed; null
/// where it is no error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_error_message(error: *const pavane_error) -> *const c_char {
    // SAFETY: the head of the header.
    unsafe { behind(error) }.map_or(std::ptr::null(), |error| error.message.as_ptr())
}

/// How many diagnostics it has: those of a patch or a program, in the order of the source; 0 for other errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_error_count(error: *const pavane_error) -> usize {
    // SAFETY: the head of the header.
    unsafe { behind(error) }.map_or(0, |error| error.diagnostics.len())
}

/// A diagnostic of an error, from 0 on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_error_diagnostic(
    error: *const pavane_error,
    at: usize,
    diagnostic: *mut pavane_diagnostic,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let error = unsafe { behind(error) }?;
        let Some(told) = error.diagnostics.get(at) else {
            let message = format!("there is no diagnostic {at}: there are {}", error.diagnostics.len());
            return Err(Fault::new(PAVANE_ERROR_ARGUMENT, message));
        };
        let [severity, line, column, end_line, end_column] = told.numbers;
        let value = pavane_diagnostic {
            size: 0,
            severity,
            line,
            column,
            end_line,
            end_column,
            code: told.code.as_ptr(),
            file: told.file.as_ptr(),
            message: told.message.as_ptr(),
            help: told.help.as_ptr(),
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(diagnostic, value) }
    };
    // SAFETY: there is no error to write.
    unsafe { call(std::ptr::null_mut(), body) }
}

/// Frees an error. Null is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_error_free(error: *mut pavane_error) {
    // SAFETY: the head of the header.
    unsafe { free(error) };
}
