//! What the module for pages is made of, as one number: the build of `crates/pavane-web` puts it into the module, and a test compares it with
//! the sources as they are. Both have this file as a module, so it is of `std` alone.

use std::path::{Path, PathBuf};

/// Folders and files of `src` of which nothing is in the module: the command, the window, durable state, what ships, tests.
const NOT_IN_THE_MODULE: &[&str] = &[
    "assets.rs",
    "cli",
    "history",
    "keep",
    "keep.rs",
    "lib.rs",
    "load.rs",
    "main.rs",
    "persist",
    "preview",
    "saves",
    "saves.rs",
    "testing",
    "tests",
    "tests.rs",
    "REFERENCE.md",
    "schema.json",
];

/// The fingerprint, as 16 digits. `root` is the folder of the workspace.
///
/// # Errors
/// What could not be read.
pub(super) fn fingerprint_of_sources(root: &Path) -> std::io::Result<String> {
    let mut files = Vec::new();
    files_below(&root.join("src"), &mut files)?;
    files_below(&root.join("crates/pavane-web/src"), &mut files)?;
    files.push(root.join("crates/pavane-web/Cargo.toml"));
    // By names that are the same everywhere.
    let name = |file: &PathBuf| {
        let name = file.strip_prefix(root).unwrap_or(file);
        name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let mut named: Vec<_> = files.iter().map(|file| (name(file), file)).collect();
    named.sort();
    // FNV-1a: it tells changes that nobody makes on purpose to deceive.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |text: &str| {
        for byte in text.bytes().filter(|byte| *byte != b'\r').chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (name, file) in named {
        let text = std::fs::read_to_string(file)?;
        feed(&name);
        feed(without_tests(&text));
    }
    Ok(format!("{hash:016x}"))
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let is_ours = folder.ends_with("crates/pavane-web/src");
        if !is_ours && NOT_IN_THE_MODULE.iter().any(|other| name == *other) {
            continue;
        }
        if path.is_dir() {
            files_below(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "rs" || end == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// A source without the module of tests at its end.
pub(super) fn without_tests(text: &str) -> &str {
    match text.rfind("\n#[cfg(test)]\nmod tests {\n") {
        Some(at) if text[at..].matches("\n}").count() == 1 => &text[..at],
        Some(_) | None => text,
    }
}
