//! The module that ships for pages is made of the sources as they are.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

#[path = "fingerprint.rs"]
mod fingerprint;

use std::path::Path;

use fingerprint::{fingerprint_of_sources, without_tests};

/// What `gzip -n` has packed: ten bytes of a header without a name, and eight behind.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    assert_eq!(packed[..4], [0x1f, 0x8b, 8, 0], "gzip without a name");
    miniz_oxide::inflate::decompress_to_vec(&packed[10..packed.len() - 8]).expect("it is whole")
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

#[test]
fn the_module_is_made_of_these_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::read(root.join("assets/web/pavane.wasm.gz")).expect("the module ships");
    let module = unpacked(&packed);
    assert!(module.starts_with(b"\0asm"), "it is a module");
    let made_of = section(&module, "pavane-sources").expect("it says what it was made of");
    let sources = fingerprint_of_sources(root).expect("the sources can be read");
    assert_eq!(
        String::from_utf8_lossy(made_of),
        sources,
        "the module that ships was made of other sources: run crates/pavane-web/build.sh"
    );
}

#[test]
fn tests_at_the_end_of_a_file_do_not_count() {
    let check = |text: &str, expected: &str| assert_eq!(without_tests(text), expected);
    check("a\n#[cfg(test)]\nmod tests {\n    b\n}\n", "a");
    check("a\n#[cfg(test)]\nmod tests {\n    b\n}\nc\n}\n", "a\n#[cfg(test)]\nmod tests {\n    b\n}\nc\n}\n");
    check("a\n", "a\n");
}
