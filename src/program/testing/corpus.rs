//! The broken programs of `assets/broken`: each is refused, and says exactly what its `.expected` file has.
//!
//! A missing `.expected` is written, and the test fails so that somebody reads it; `PAVANE_BLESS=1` writes them all.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::Program;
use crate::diagnostic::Code;

#[test]
fn broken_programs_say_what_is_wrong() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/broken");
    let bless = std::env::var_os("PAVANE_BLESS").is_some();
    let entries = std::fs::read_dir(&folder).expect("assets/broken is there");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".json")?.to_string()))
        .collect();
    names.sort();
    assert!(names.len() >= 70, "only {} broken programs", names.len());
    let mut seen = BTreeSet::new();
    let mut failures = Vec::new();
    for name in &names {
        let file = format!("{name}.json");
        let text = std::fs::read_to_string(folder.join(&file)).expect("a broken program is readable");
        let (program, diagnostics) = Program::diagnose(&text, &file);
        if program.is_some() || !diagnostics.has_errors() {
            failures.push(format!("{name} is not refused"));
        }
        if let Some(diagnostic) = diagnostics.iter().find(|diagnostic| diagnostic.help.is_none()) {
            failures.push(format!("{name} shows no way out: {diagnostic}"));
        }
        seen.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
        let found = diagnostics.render(|_| Some(&text));
        let path = folder.join(format!("{name}.expected"));
        let expected = std::fs::read_to_string(&path).ok();
        if bless || expected.is_none() {
            std::fs::write(&path, &found).expect("assets/broken is writable");
        }
        match expected {
            None if !bless => failures.push(format!("{name}.expected was missing; it is written: read it")),
            Some(expected) if !bless && expected != found => {
                failures.push(format!("{name} says\n{found}\nexpected\n{expected}"));
            }
            _ => {}
        }
    }
    // What a file beside a program lacks depends on where that is read: `bundle.rs` has tests of it.
    let coded = |code: &&Code| code.name() < "E0200" && **code != Code::BundleFile;
    let unseen: Vec<&Code> = Code::ALL.iter().filter(coded).filter(|code| !seen.contains(code)).collect();
    if !unseen.is_empty() {
        failures.push(format!("no broken program shows {unseen:?}"));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
