//! The problems of broken sources, and the trees that are made of them all the same.
//!
//! `broken.txt` has a source, a line `====`, its problems and its tree, and a line `----` before the next one.
//! `PAVANE_BLESS=1` writes what is found.

use std::fmt::Write;
use std::path::Path;

use super::{printer, read};

/// The problems of a source with their places, notes and ways out, and its tree.
fn said(source: &str) -> String {
    let (tree, problems, sources) = read(source);
    let mut out = String::new();
    for problem in &problems {
        let found = sources.diagnostic(problem);
        let place = match found.end_line == found.line {
            true => format!("{}:{}-{}", found.line, found.column, found.end_column),
            false => format!("{}:{}-{}:{}", found.line, found.column, found.end_line, found.end_column),
        };
        let _ = writeln!(out, "{} {place} {}", found.code, found.message);
        for note in &found.related {
            let _ = writeln!(out, "    note: {}:{} {}", note.line, note.column, note.message);
        }
        let _ = writeln!(out, "    help: {}", found.help.unwrap_or_default());
    }
    for line in printer::tree(&tree).lines() {
        let _ = writeln!(out, "    tree: {line}");
    }
    out
}

#[test]
fn broken_sources_say_what_is_wrong() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language/parser/tests/broken.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut blessed, mut failures, mut codes) =
        (String::new(), Vec::new(), std::collections::BTreeSet::new());
    for case in text.split_terminator("----\n") {
        let (source, expected) = case.split_once("====\n").unwrap_or((case, ""));
        let found = said(source.strip_suffix('\n').unwrap_or(source));
        if found != expected {
            failures.push(format!("{source}says\n{found}expected\n{expected}"));
        }
        codes.extend(read(source).1.iter().map(|problem| problem.code.name()));
        let _ = write!(blessed, "{source}====\n{found}----\n");
    }
    let all = ["E0501", "E0502", "E0503", "E0504", "E0505", "E0507"];
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), all);
    if std::env::var_os("PAVANE_BLESS").is_some() {
        return std::fs::write(&path, blessed).unwrap();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// One mistake gives one problem, and everything around it is parsed.
#[test]
fn one_missing_bracket_is_one_problem() {
    let source = "domain d[3] {\n    a = f(1, (2, 3))\n    draw circle(a) as b {\n        position: (1, 2)\n        \
                  size: { c = 1\n            c }\n    }\n}\ne = (1, 2).x\n";
    let sound = read(source).1;
    assert!(sound.is_empty(), "{sound:?}");
    for (at, letter) in source.char_indices().filter(|(_, letter)| ")]}".contains(*letter)) {
        let without = format!("{}{}", &source[..at], &source[at + 1..]);
        let (tree, problems, _) = read(&without);
        assert_eq!(problems.len(), 1, "without `{letter}` at {at}: {}", said(&without));
        let tree = printer::tree(&tree);
        assert!(tree.contains("(= e "), "without `{letter}` at {at}: {tree}");
    }
}
