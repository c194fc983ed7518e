//! pavane for C: `libpavane` and `include/pavane.h`, which is made of these files (`pavane-c-header`).
//!
//! Every call checks what it is given and ends in a status: pointers (null, alignment), kinds of handles, sizes of structs, texts
//! (UTF-8), ranges. A panic of the library ends at the boundary as a status, too. What no check can see is said at the head of the
//! header: memory that is not there, handles that were freed.

#![allow(non_camel_case_types, reason = "types have the names of the header")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the head of the header says once what holds for every pointer"
)]

mod boundary;
mod draw;
mod engine;
mod error;
mod field;
mod frame;
mod program;
#[cfg(test)]
mod tests;

use std::ffi::c_char;

/// The version of this header: it grows with every change that a program built against it could see.
pub const PAVANE_ABI: u32 = 1;

/// The version of the header that the library was built with. It takes the structs of every version up to that one.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_abi() -> u32 {
    PAVANE_ABI
}

/// The version of pavane, such as `0.1.0`. It stays for ever.
#[unsafe(no_mangle)]
pub extern "C" fn pavane_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
