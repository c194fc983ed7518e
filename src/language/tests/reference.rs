//! The reference page is true: every example runs and gives what it says, and the page is the one that the tables make.

use super::{assert_near, played, value};
use crate::language::builtins;
use crate::language::reference::{CONSTRUCTS, MOTION, completions, describe, reference, trimmed};

#[test]
fn examples_of_functions_give_what_they_say() {
    for function in builtins::functions() {
        for example in function.examples {
            let (source, name) = match example.per_element {
                true => (format!("domain dots[4] {{ x = {} }}", example.source), "dots.x"),
                false => (format!("x = {}", example.source), "x"),
            };
            let mut engine = played(&source, example.frame);
            assert_near(&value(&mut engine, name), example.gives, &format!("{}: {source}", function.name));
        }
    }
}

#[test]
fn examples_of_constructs_give_what_they_say() {
    for construct in CONSTRUCTS.iter().chain(MOTION) {
        let source = trimmed(construct.example);
        played(&source, 0);
        for (name, frame, expected) in construct.gives {
            assert_near(
                &value(&mut played(&source, *frame), name),
                expected,
                &format!("{}: {name}", construct.title),
            );
        }
    }
}

#[test]
fn the_page_is_what_the_tables_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/language/REFERENCE.md");
    let page = reference();
    if std::env::var_os("PAVANE_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == page, "src/language/REFERENCE.md is out of date: run the tests with PAVANE_BLESS=1");
}

#[test]
fn everything_that_can_be_written_is_described() {
    for entry in completions() {
        let text = describe(&entry.label).unwrap_or_default();
        assert!(text.contains(&entry.about), "{}", entry.label);
        assert!(entry.about.ends_with('.'), "{}: {}", entry.label, entry.about);
    }
    assert_eq!(describe("no such thing"), None);
}

#[test]
fn patches_of_the_readme_are_good() {
    let readme = include_str!("../../../README.md");
    let patches: Vec<&str> =
        readme.split("```pavane\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(patches[0].lines().count(), 10, "\"these ten lines\"");
    patches.iter().for_each(|patch| drop(played(patch, 3)));
    // What it says of the mistake is what is said.
    let broken = patches[0].replacen("position, size,", "position, sise,", 1);
    let said = crate::language::compile(&broken, "bloom.pav", &crate::language::NoFiles).render();
    assert!(readme.contains(&said), "{said}");
}
