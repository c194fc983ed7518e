//! The modules that ship for pages are made of the sources as they are.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

#[path = "fingerprint.rs"]
mod fingerprint;

use std::io::Read;
use std::path::Path;

use lzma_rust2::LzmaReader;

use fingerprint::{fingerprint_of_sources, without_tests};

/// What `build.sh` has packed.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut module = Vec::new();
    let mut reader = LzmaReader::new_mem_limit(packed, u32::MAX, None).expect("it is packed with LZMA");
    reader.read_to_end(&mut module).expect("it is whole");
    module
}

/// A custom section of a module: its name, behind a byte of its length, and what follows.
fn section<'m>(module: &'m [u8], name: &str) -> Option<&'m [u8]> {
    let number = |at: &mut usize| {
        let (mut value, mut shift) = (0_usize, 0);
        loop {
            let byte = *module.get(*at)?;
            *at += 1;
            value |= usize::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 {
                return Some(value);
            }
        }
    };
    let mut at = 8;
    while at < module.len() {
        let kind = module[at];
        at += 1;
        let length = number(&mut at)?;
        let end = at + length;
        if kind == 0 {
            let mut inside = at;
            let length = number(&mut inside)?;
            if module.get(inside..inside + length)? == name.as_bytes() {
                return module.get(inside + length..end);
            }
        }
        at = end;
    }
    None
}

fn shipped(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/web").join(name);
    let module = unpacked(&std::fs::read(path).expect("the module ships"));
    assert!(module.starts_with(b"\0asm"), "{name} is a module");
    module
}

#[test]
fn the_modules_are_made_of_these_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = fingerprint_of_sources(root).expect("the sources can be read");
    let check = |name: &str| {
        let module = shipped(name);
        let made_of = section(&module, "pavane-sources").expect("it says what it was made of");
        assert_eq!(
            String::from_utf8_lossy(made_of),
            sources,
            "{name} was made of other sources: run crates/pavane-web/build.sh"
        );
    };
    check("pavane.wasm.lzma");
    check("pavane-player.wasm.lzma");
}

/// What nothing calls is not in it: neither the fonts nor what only compiling needs.
#[test]
fn the_player_has_neither_fonts_nor_a_compiler() {
    let check = |what: &[u8], expected: [bool; 2]| {
        let has = |name: &str| shipped(name).windows(what.len()).any(|part| part == what);
        let found = ["pavane.wasm.lzma", "pavane-player.wasm.lzma"].map(has);
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(&what[..what.len().min(40)]));
    };
    check(&notosans::REGULAR_TTF[..256], [true, false]);
    check(&notosans::BOLD_TTF[..256], [true, false]);
    // Of the built-ins, and of SVG files.
    check(b"golden_angle", [true, false]);
    check(b"stop-color", [true, false]);
}

#[test]
fn tests_at_the_end_of_a_file_do_not_count() {
    let check = |text: &str, expected: &str| assert_eq!(without_tests(text), expected);
    check("a\n#[cfg(test)]\nmod tests {\n    b\n}\n", "a");
    check("a\n#[cfg(test)]\nmod tests {\n    b\n}\nc\n}\n", "a\n#[cfg(test)]\nmod tests {\n    b\n}\nc\n}\n");
    check("a\n", "a\n");
}
