//! pavane for pages: the WebAssembly modules behind `pavane web`, which `assets/web/engine.js` calls. There are two: the whole one, and the
//! player, without the feature `language`, which plays programs that are compiled and is less than half of it.
//!
//! An instance of the module runs one program: a page makes as many instances as it has players, all of one compiled module, and what
//! becomes of one of them is of no account to the others. Nothing is imported.
//!
//! **Nothing from outside is a pointer here.** A caller asks for room ([`exports::pavane_input`]), writes there, and says how many
//! bytes it has written, which is checked; what is answered lies in buffers of which it is told the place. So no number and no bytes that
//! a page passes make the module read or write what it should not, and no function here is unsafe.
//!
//! **A frame allocates nothing**: what is asked once per frame is numbers; requests and answers as JSON are for all else.

mod answer;
mod clip;
mod exports;
mod fields;
mod pack;
mod request;
mod state;
mod values;

/// The sources that this module was made of, where a test finds it without running anything: see `build.rs`.
#[used]
#[cfg_attr(
    target_family = "wasm",
    unsafe(link_section = "pavane-sources"),
    allow(unsafe_code, reason = "a section of its own is what tools find by its name")
)]
static SOURCES: [u8; 16] = *include_bytes!(concat!(env!("OUT_DIR"), "/fingerprint"));
