//! `pavane history` as users run it.

use std::fs;
use std::path::Path;

use super::{Ran, folder, good, json, pavane, refused, write};

fn patch(size: &str, color: &str) -> String {
    format!(
        "// Dots\n\nsize = {size}\ndomain dots[5] {{\n    paint = {color}\n    draw circle {{ position: (rank, 0.5), size: size, color: paint }}\n}}\n"
    )
}

/// The id at the start of `saved as 1f2e3d4c ...`.
fn id(line: &str, before: &str) -> String {
    line.strip_prefix(before).unwrap_or_else(|| panic!("{line}")).chars().take(8).collect()
}

#[test]
fn save_undo_branch_and_merge() {
    let folder = folder("history");
    let file = write(&folder, "a.pav", &patch("0.1", "#fff"));
    let file = file.as_str();
    let history = |arguments: &[&str]| good(&[&["history", file], arguments].concat());
    let text = || fs::read_to_string(file).unwrap();
    refused(&["history", file, "log"], &["E0301", "save"]);
    let first = id(&history(&["save", "--note", "the first"]), "saved as ");
    assert!(history(&["save"]).starts_with("nothing has changed"));
    write(&folder, "a.pav", &patch("0.2", "#fff"));
    let second = id(&history(&["save"]), "saved as ");
    assert!(history(&["diff"]).contains("- size = 0.1\n  + size = 0.2"), "{}", history(&["diff"]));
    assert_eq!(history(&["show", &first]), patch("0.1", "#fff"));

    let told = history(&["undo"]);
    assert!(told.starts_with(&format!("now at {first}")) && told.contains("1 edit back"), "{told}");
    assert_eq!(text(), patch("0.1", "#fff"));
    refused(&["history", file, "undo"], &["E0305", "nothing to undo"]);
    write(&folder, "a.pav", &patch("0.1", "#f80"));
    let third = id(&history(&["save"]), "saved as ");
    refused(&["history", file, "redo"], &["E0305", "nothing to redo", &second]);
    let log = history(&["log"]);
    assert!(
        log.contains(&format!("a branch point: {second}, {third}")) && log.contains("dots.paint"),
        "{log}"
    );
    assert!(log.contains("\"the first\"") && log.starts_with(&format!("@ {third}")), "{log}");
    let document = json(&["history", file, "log"]);
    assert_eq!(document["revisions"].as_array().map(Vec::len), Some(3));
    assert!(document["here"].as_str().is_some_and(|here| here.starts_with(&third)));

    history(&["branch", "--name", "good", &second]);
    assert!(history(&["branch"]).contains("(good)"));
    assert!(history(&["merge", "good"]).starts_with("merged as "));
    assert_eq!(text(), patch("0.2", "#f80"));
    assert!(history(&["merge", &first]).contains("has nothing"));
    refused(&["history", file, "branch", "no such"], &["E0305"]);
    refused(&["history", "examples:gs1", "log"], &["no history"]);
    // What is not saved is kept.
    write(&folder, "a.pav", "size = (");
    let told = history(&["branch", "good"]);
    assert!(told.starts_with("kept what was in the file as "), "{told}");
    let kept = id(&told, "kept what was in the file as ");
    assert_eq!(history(&["show", &kept]), "size = (");
    write(&folder, "a.pav", &patch("0.7", "#fff"));
    history(&["save"]);
    refused(&["history", file, "merge", &kept], &["E0306", "the whole file"]);
}

#[test]
fn a_damaged_history_names_what_is_damaged() {
    let folder = folder("history-damaged");
    let file = write(&folder, "a.pav", &patch("0.1", "#fff"));
    let mut ids = Vec::new();
    for size in ["0.1", "0.2", "0.3"] {
        write(&folder, "a.pav", &patch(size, "#fff"));
        ids.push(id(&good(&["history", &file, "save"]), "saved as "));
    }
    let path = format!("{file}.history");
    let mut bytes = fs::read(&path).unwrap();
    // In the last bytes of the record before the last: the third revision's text.
    let marker = [0xf1, b'p', b'v', b'n'];
    let at = bytes.windows(4).rposition(|window| window == marker).unwrap();
    bytes[at - 3] ^= 1;
    fs::write(&path, bytes).unwrap();
    let Ran { code, out, err } = pavane(&["history", &file, "log"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("E0304") && err.contains(&ids[2]) && out.contains(&ids[1]), "{err}");
    let Ran { code, out, .. } = pavane(&["history", &file, "show", &ids[1]]);
    assert_eq!((code, out), (Some(0), patch("0.2", "#fff")));
    let Ran { code, err, .. } = pavane(&["history", &file, "show", &ids[2]]);
    assert!(code == Some(2) && err.contains("E0304"), "{err}");
    // Another file is left alone.
    fs::write(&path, "my notes").unwrap();
    refused(&["history", &file, "save"], &["E0301", "is no history"]);
    assert!(Path::new(&path).exists() && fs::read(&path).unwrap() == b"my notes");
}
