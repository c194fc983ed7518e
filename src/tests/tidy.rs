//! The walls of the house: which folder of `src/` may use which others is what ARCHITECTURE says, and what every file has
//! to have.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of some folders, with its path from the root.
fn sources(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("the file can be read");
                found.push((path.strip_prefix(root()).expect("it is within the root").to_path_buf(), text));
            }
        }
    }
    found.sort();
    found
}

/// The room of a file: the folder or file right under `src/`.
fn room(path: &Path) -> String {
    let first = path.components().nth(1).expect("a file of src").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Tests may use everything: files of their own, and a module at the end of a file.
fn is_test(path: &Path) -> bool {
    let names = path.components().map(|part| part.as_os_str().to_string_lossy());
    names.into_iter().any(|name| matches!(name.trim_end_matches(".rs"), "tests" | "testing"))
}

fn without_tests(text: &str) -> &str {
    let at = text.find("#[cfg(test)]\nmod ").filter(|&at| {
        let line = text[at..].lines().nth(1).unwrap_or_default();
        line.ends_with('{')
    });
    at.map_or(text, |at| &text[..at])
}

/// The code of a file: no comments, no tests.
fn code(text: &str) -> String {
    let lines = without_tests(text).lines();
    lines.map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// What follows every `crate::` of some code: one name, or those of a list in braces.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if !rest.starts_with('{') {
            used.insert(name(rest));
            continue;
        }
        // The names on the first level of a list.
        let mut depth = 0;
        let mut is_start = false;
        for (k, c) in rest.char_indices() {
            match c {
                '{' | ',' if depth < 2 => {
                    depth += i32::from(c == '{');
                    is_start = depth == 1;
                }
                '{' => depth += 1,
                '}' => depth -= 1,
                c if is_start && !c.is_whitespace() => {
                    used.insert(name(&rest[k..]));
                    is_start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    used.remove("");
    used
}

/// ARCHITECTURE's table: each room and what it may use; `None` for everything.
fn allowed() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page is there");
    let table = page.split("| folder | what is in it | may use |").nth(1).expect("the page has the table");
    let rows = table.lines().skip(1).take_while(|line| line.is_empty() || line.starts_with('|'));
    let names = |cell: &str| -> BTreeSet<String> {
        let quoted = cell.split('`').skip(1).step_by(2);
        quoted.map(|name| name.trim_end_matches('/').trim_end_matches(".rs").to_owned()).collect()
    };
    rows.filter(|row| row.contains('`'))
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            let room = names(cells[0]).pop_first().expect("a row names its folder");
            let uses = cells.last().expect("a row has cells").trim();
            (room, (!uses.starts_with("everything")).then(|| names(uses)))
        })
        .collect()
}

/// What each room uses, and where: by room, then by the room used, the first file that does.
fn uses() -> BTreeMap<String, BTreeMap<String, PathBuf>> {
    let mut uses: BTreeMap<String, BTreeMap<String, PathBuf>> = BTreeMap::new();
    for (path, text) in sources(&["src"]) {
        let here = room(&path);
        if is_test(&path) || matches!(&*here, "lib" | "main") {
            continue;
        }
        let of_room = uses.entry(here.clone()).or_default();
        for used in rooms_used(&code(&text)).into_iter().filter(|used| *used != here) {
            of_room.entry(used).or_insert_with(|| path.clone());
        }
    }
    uses
}

#[test]
fn folders_use_what_architecture_allows() {
    let (allowed, uses) = (allowed(), uses());
    let rooms: BTreeSet<&String> = uses.keys().collect();
    assert_eq!(
        allowed.keys().collect::<BTreeSet<_>>(),
        rooms,
        "the table of ARCHITECTURE and the folders of src"
    );
    let mut wrong = Vec::new();
    for (room, used) in &uses {
        let Some(allowed) = &allowed[room] else { continue };
        for (other, path) in
            used.iter().filter(|(other, _)| rooms.contains(other) && !allowed.contains(*other))
        {
            wrong.push(format!("{}: `{room}` uses `{other}`", path.display()));
        }
        for other in allowed.iter().filter(|other| !used.contains_key(*other)) {
            wrong.push(format!("ARCHITECTURE: `{room}` does not use `{other}`, and it says that it may"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn folders_do_not_use_each_other_in_a_circle() {
    let uses = uses();
    let mut left: BTreeSet<&String> = uses.keys().collect();
    // A room that uses none of those that are left is at the bottom of what is left.
    while let Some(&bottom) =
        left.iter().find(|room| uses[**room].keys().all(|used| used == **room || !left.contains(used)))
    {
        left.remove(bottom);
    }
    assert!(left.is_empty(), "in a circle, or above one: {left:?}");
}

#[test]
fn every_file_says_what_it_is() {
    let silent =
        |(path, text): &(PathBuf, String)| (!text.starts_with("//!")).then(|| path.display().to_string());
    let silent: Vec<String> = sources(&["src", "benches", "examples"]).iter().filter_map(silent).collect();
    assert!(silent.is_empty(), "no `//!` at the top: {silent:?}");
}

#[test]
fn no_test_is_ignored_and_no_file_is_endless() {
    for (path, text) in sources(&["src", "benches", "examples"]) {
        let ignored = concat!("#[", "ignore");
        assert!(!text.contains(ignored), "{} ignores a test", path.display());
        assert!(text.lines().count() <= 1000, "{} has more than 1000 lines", path.display());
    }
}

#[test]
fn every_test_binary_is_named_as_one() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest is there");
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    for path in paths.filter(|path| path.contains("tests")) {
        let text = fs::read_to_string(root().join(path)).expect("the file is there");
        let is_binary = text.lines().take(12).any(|line| line.starts_with("//! A test binary of its own"));
        assert!(is_binary, "{path}: its first lines do not say `A test binary of its own`");
    }
}

#[test]
fn names_behind_crate_are_read() {
    let check = |code: &str, expected: &[&str]| {
        assert_eq!(rooms_used(code), expected.iter().map(|name| (*name).to_owned()).collect(), "{code}");
    };
    check("use crate::math::{arith, noise};", &["math"]);
    check(
        "use crate::{\n    draw::{Blend, Cap},\n    time, world::Capacity,\n};",
        &["draw", "time", "world"],
    );
    check("let x = crate::time::Flicks::ZERO; $crate::frame::X", &["time"]);
    check("pub(crate) fn f() {}", &[]);
}
