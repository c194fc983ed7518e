//! Diagnostics of broken patches: the tables in `broken/*.txt`.
//!
//! `## title` begins a case, `# name` another file of it; lines with `!` are what is expected:
//! `severity code line:column-line:column message`, then the other places and the help, then what is left where the
//! patch still is a program. `PAVANE_BLESS=1` writes what comes out into the tables; read the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::{Compiled, compile};
use super::{Texts, run};
use crate::diagnostic::{Code, Diagnostic};

/// A case without what is expected of it, and that.
struct Case {
    title: String,
    files: Vec<(String, String)>,
    expected: String,
}

fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in table.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            let patch = ("patch.pav".to_owned(), String::new());
            cases.push(Case { title: title.into(), files: vec![patch], expected: String::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(name) = line.strip_prefix("# ") {
            case.files.push((name.into(), String::new()));
        } else if line.starts_with('!') {
            case.expected += line;
            case.expected.push('\n');
        } else if let Some((_, text)) = case.files.last_mut() {
            *text += line;
            text.push('\n');
        }
    }
    for (_, text) in cases.iter_mut().flat_map(|case| &mut case.files) {
        *text = format!("{}\n", text.trim_end());
    }
    cases
}

fn line(diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, severity, message, line, column, end_line, end_column, .. } = diagnostic;
    let file = match diagnostic.file.as_str() {
        "patch.pav" => String::new(),
        file => format!("{file}:"),
    };
    let mut text =
        format!("! {} {code} {file}{line}:{column}-{end_line}:{end_column} {message}\n", severity.name());
    for other in &diagnostic.related {
        let file = if other.file == "patch.pav" { String::new() } else { format!("{}:", other.file) };
        text += &format!("!     {file}{}:{} {}\n", other.line, other.column, other.message);
    }
    match &diagnostic.help {
        Some(help) => text += &format!("!     help: {help}\n"),
        None => text += "!     no help\n",
    }
    text
}

fn found(compiled: &Compiled) -> String {
    let mut text: String = compiled.diagnostics.iter().map(line).collect();
    if let Some(program) = &compiled.program {
        let data = program.data();
        let mut names: Vec<String> = data.slots.iter().map(|slot| slot.name.clone()).collect();
        let field = |field: &crate::program::Field| {
            format!("{}.{}", data.domains[field.domain as usize].name, field.name)
        };
        names.extend(data.fields.iter().map(field));
        names.extend(data.cells.iter().map(|cell| format!("state {}", cell.key)));
        names.extend(data.passes.iter().map(|pass| format!("draw {}", pass.name)));
        text += &format!("! program: {}\n", names.join(", "));
    }
    text
}

#[test]
fn broken_patches() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language/tests/broken");
    let bless = std::env::var_os("PAVANE_BLESS").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    let mut codes: BTreeMap<Code, usize> = BTreeMap::new();
    let mut titles = BTreeSet::new();
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let mut blessed = String::new();
        for case in cases(&std::fs::read_to_string(&path).unwrap()) {
            assert!(titles.insert(case.title.clone()), "two cases are called {:?}", case.title);
            let files = Texts(case.files[1..].iter().cloned().collect());
            let compiled = compile(&case.files[0].1, "patch.pav", &files);
            assert_eq!(compiled.program.is_none(), compiled.diagnostics.has_errors(), "{}", case.title);
            assert!(!compiled.diagnostics.0.is_empty(), "{} is not broken", case.title);
            let found = found(&compiled);
            for diagnostic in &compiled.diagnostics {
                *codes.entry(diagnostic.code).or_default() += 1;
                assert!(diagnostic.line > 0, "{}: no place: {found}", case.title);
            }
            if found != case.expected {
                wrong.push(format!("## {}\nfound\n{found}expected\n{}", case.title, case.expected));
            }
            if let Some(program) = compiled.program {
                run(program).unwrap_or_else(|error| panic!("{}: {error}", case.title));
            }
            blessed += &format!("## {}\n{}", case.title, case.files[0].1);
            for (name, text) in &case.files[1..] {
                blessed += &format!("# {name}\n{text}");
            }
            blessed += &format!("{found}\n");
        }
        if bless {
            std::fs::write(&path, blessed).unwrap();
        }
    }
    assert!(titles.len() >= 90, "{} cases", titles.len());
    let of_patches = Code::ALL.iter().filter(|code| {
        ("E0511"..="E0565").contains(&code.name()) || ("E0581"..="E0599").contains(&code.name())
    });
    for code in of_patches {
        assert!(codes.contains_key(code), "no case has {code}");
    }
    assert!(bless || wrong.is_empty(), "{} cases are not as expected:\n{}", wrong.len(), wrong.join("\n"));
}
