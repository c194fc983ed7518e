//! Makes `pavane-c/include/pavane.h` of the functions in `pavane-c/src`, and holds it to them: a test compares, and writes it where
//! `PAVANE_BLESS` is set.

#![cfg(test)]

use std::fs;
use std::path::Path;

const HEAD: &str = "\
/*
 * pavane: a deterministic, data-oriented animation frame engine. Same program, same inputs, same seed: the same bits.
 *
 * This file is made of the library's functions, by its tests. It is C99, and C++.
 *
 * - Handles (`pavane_program *` and so on) are opaque; whoever gets one frees it, once, with the function of its name. Null is
 *   nothing to free. There are no globals: threads may use different handles at the same time. One thread at a time may use an
 *   engine or files; that two do is seen (`PAVANE_ERROR_BUSY`). Programs never change and may be shared.
 * - A call ends in a status. Where it is not `PAVANE_OK`, nothing has been done but what is said there, and `*error` is the reason,
 *   which the caller frees; else `*error` is null. `error` itself may be null.
 * - Structs begin with a field `size`, which the caller sets to `sizeof` before the call, so that later versions may have more fields.
 * - Texts are UTF-8. A `const char *` ends with a NUL; a text with a `length` needs none, and `PAVANE_NUL` for its length says
 *   that it has one.
 * - Every call checks its arguments: pointers that are null or not aligned, handles of another kind, sizes, texts that are not UTF-8,
 *   numbers out of range. What cannot be checked, and must not be: a pointer to memory that is not there or smaller than said, a
 *   handle that was freed (it is seen mostly, and only as long as its memory is used for nothing else), freeing a handle while another thread uses it.
 */";

/// What is no number that stands in the sources.
const NUL: &str = "
/**
 * The length of a text that ends with a NUL.
 */
#define PAVANE_NUL SIZE_MAX";

/// The header as it should be.
fn made() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pavane-c/src");
    let mut config = cbindgen::Config {
        language: cbindgen::Language::C,
        header: Some(HEAD.into()),
        include_guard: Some("PAVANE_H".into()),
        cpp_compat: true,
        no_includes: true,
        sys_includes: vec!["stddef.h".into(), "stdint.h".into()],
        after_includes: Some(NUL.into()),
        usize_is_size_t: true,
        line_length: 120,
        documentation_style: cbindgen::DocumentationStyle::Doxy,
        style: cbindgen::Style::Both,
        sort_by: cbindgen::SortKey::None,
        ..cbindgen::Config::default()
    };
    config.function.sort_by = Some(cbindgen::SortKey::None);
    // The modules that it names are read with it.
    let builder = cbindgen::Builder::new().with_config(config).with_src(folder.join("lib.rs"));
    let mut bytes = Vec::new();
    builder.generate().expect("a header is made").write(&mut bytes);
    String::from_utf8(bytes).expect("a header is text")
}

#[test]
fn the_header_is_what_the_functions_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pavane-c/include/pavane.h");
    let made = made();
    if std::env::var_os("PAVANE_BLESS").is_some() {
        fs::write(&path, &made).expect("the header can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "run `PAVANE_BLESS=1 cargo test -p pavane-c-header` and look at what has changed");
}
