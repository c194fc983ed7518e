//! Runs that are recorded and replayed.

use std::fs;

use super::{Ran, files, folder, good, hashes, json, path, pavane, refused, write};

const PATCH: &str = "
clip { rate: 50, duration: 1s, size: (64, 48) }
param many = 3
input pointer: vec2 = (0.5, 0.5)
event click
event note: float
state at = (0.5, 0.5)
on click { at = pointer }
state sum = 0
next sum = sum * 0.9 + hold(note, note)
domain dots[many] {
    draw circle { position: at + polar(0.1, rank * 1turn + count(click) * 36deg), size: 0.1 + 0.001 * sum, color: hsv(lag(pointer.x, 100ms), 1, 1) }
}
";

const TABLE: &str = "time,pointer.x,pointer.y,click,note\n0.1,0.2,0.2,,\n0.255,,,true,\n0.3,0.8,0.7,,0.5\n0.6,,,true,2\n0.6,,,true,3\n";

fn run(command: &[&str]) -> String {
    let Ran { code, out, err } = pavane(command);
    assert_eq!(code, Some(0), "{command:?}: {err}");
    assert_eq!(out, "", "{command:?}");
    err
}

#[test]
fn a_recorded_run_is_replayed_to_the_same_hashes() {
    let folder = folder("record");
    let file = write(&folder, "a.pav", PATCH);
    let table = write(&folder, "in.csv", TABLE);
    let log = path(&folder, "run.jsonl");
    let told = run(&["record", &file, "--inputs", &table, "--frames", "40", "-o", &log, "--seed", "7"]);
    assert_eq!(told, format!("recorded 40 frames to {log}\n"));
    let seen = hashes(&[&file, "--inputs", &table, "--frames", "40", "--seed", "7"]);
    let last = seen[39].rsplit(' ').next().unwrap().to_owned();

    for threads in ["1", "4"] {
        let told = good(&["replay", &log, "--threads", threads, "--hash"]);
        let told: Vec<&str> = told.lines().collect();
        assert_eq!(told[..40], seen);
        assert_eq!(told[40], format!("replayed 40 frames of {file}: frame 39 has {last}, as recorded"));
        assert_eq!(told.len(), 41);
    }
    let told = json(&["replay", &log, &file]);
    assert_eq!(told["frames"], 40);
    assert_eq!(told["last_frame_hash"], *last);
    assert_eq!(told["recorded_hash"], *last);
    // What the frames are made of: without a table, and drawn.
    assert_eq!(hashes(&[&file, "--log", &log]), seen);
    assert_eq!(hashes(&[&file, "--log", &log, "--frames", "20..30", "--threads", "3"]), seen[20..30]);
    let gif = path(&folder, "run.gif");
    good(&["render", &file, "--log", &log, "-o", &gif]);
    assert!(fs::metadata(&gif).unwrap().len() > 1000);
    let measured = json(&["bench", &file, "--log", &log, "--frames", "1", "--hash"]);
    assert_eq!(measured["allocations_per_frame"], 0);
    // At another rate there is nothing to compare with; frames at the same times see the same events.
    let told = json(&["replay", &log, "--fps", "100"]);
    assert_eq!(told["frames"], 79);
    assert!(told["recorded_hash"].is_null());
    // Recorded to standard output, it is the same.
    let again = good(&[
        "record",
        &file,
        "--inputs",
        &table,
        "--frames",
        "40",
        "-o",
        "-",
        "--seed",
        "7",
        "--threads",
        "3",
    ]);
    assert_eq!(again, fs::read_to_string(&log).unwrap());
}

#[test]
fn logs_that_do_not_fit_are_refused() {
    let folder = folder("record_refused");
    let file = write(&folder, "a.pav", PATCH);
    let table = write(&folder, "in.csv", TABLE);
    let log = path(&folder, "run.jsonl");
    run(&["record", &file, "--inputs", &table, "-o", &log]);
    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = text.lines().collect();

    // Another program: refused with both hashes, or with what it takes.
    let other = write(
        &folder,
        "b.pav",
        &PATCH
            .replace("0.001 * sum", "0.002 * sum")
            .replace("note: float", "note: vec2")
            .replace("hold(note, note)", "1"),
    );
    let hash = lines[0].split("\"program\":\"").nth(1).unwrap().split('"').next().unwrap();
    for command in [
        &["replay", &log, &other][..],
        &["render", &other, "--log", &log, "--hash"],
        &["bench", &other, "--log", &log],
    ] {
        refused(command, &["error[E0213]", hash, "a.pav", "--anyway"]);
    }
    refused(&["replay", &log, &file, "--set", "many=4"], &["error[E0213]"]);
    let Ran { code, out, err } = pavane(&["replay", &log, &other, "--anyway"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        err.starts_with("warning: the log was recorded of") && !out.contains("as recorded"),
        "{err}{out}"
    );

    // A run that comes to another end.
    let changed = text.replace("\"event\":\"click\"}", "\"event\":\"note\",\"payload\":9}");
    let changed = write(&folder, "changed.jsonl", &changed);
    let Ran { code, err, .. } = pavane(&["replay", &changed]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("the replay is another run: frame 49 has 0x"), "{err}");

    // What is wrong with a line, and with a file.
    let check = |name: &str, text: &str, expected: &[&str]| {
        let broken = write(&folder, name, text);
        refused(&["replay", &broken], expected);
        refused(&["render", &file, "--log", &broken, "--hash"], expected);
    };
    let broken = text.replacen("\"event\":\"click\"", "\"event\":\"clack\"", 1);
    let line = lines.iter().position(|line| line.contains("\"event\":\"click\"")).unwrap() + 1;
    let place = format!("broken.jsonl:{line}:");
    check("broken.jsonl", &broken, &["error[E0212]", &place, "did you mean `click`?", "clack"]);
    check("broken.jsonl", &text[..text.len() / 2], &["error[E0212]"]);
    let cut: String = text.split_inclusive('\n').take(lines.len() - 1).collect();
    check("cut.jsonl", &cut, &["error[E0212]", "has no end", "--anyway"]);
    good(&["replay", &path(&folder, "cut.jsonl"), "--anyway"]);
    check("empty.jsonl", "", &["error[E0212]", "empty.jsonl:1:1", "the log is empty"]);
    check("version.jsonl", &text.replacen("\"version\":1", "\"version\":9", 1), &["version 9"]);
    check("header.jsonl", &text.replacen("\"seed\":0", "\"sed\":0", 1), &["header.jsonl:1:", "sed"]);
    check("program.jsonl", &text.replacen("0.001", "0.003", 1), &["program.jsonl:2:", "a log is not edited"]);
    refused(&["replay", "no_such.jsonl"], &["E0301"]);
    refused(&["replay", &table], &["E0212", "in.csv:1:1"]);

    // Arguments that do not go together.
    refused(&["replay", "-", "-"], &["standard input can be read once"]);
    refused(&["render", "-", "--log", "-", "--hash"], &["standard input can be read once"]);
    refused(&["replay", &log, "--set", "many=4"], &["name the patch"]);
    refused(&["render", &file, "--log", &log, "--inputs", &table, "--hash"], &["--inputs"]);
    refused(&["render", &file, "--log", &log, "--seed", "1", "--hash"], &["--seed"]);
    refused(&["render", &file, "--log", &log, "--set", "pointer=0,0", "--hash"], &["--set"]);
    refused(&["render", &file, "--anyway", "--hash"], &["--log"]);
    let out = path(&folder, "new.jsonl");
    refused(&["record", &file, "--frames", "5..9", "-o", &out], &["begins at frame 0"]);
    refused(&["record", &file, "--frames", "9", "-o", &file], &["E0302"]);
    refused(&["record", &file, "--inputs", &table, "-o", &table], &["E0302"]);
    refused(&["record", &file, "-o", &path(&folder, "no/new.jsonl")], &["folder does not exist"]);
    refused(&["record", &file, "-o", "-"], &["--frames"]);
    refused(&["record", &file, "-o", &file], &["E0302"]);
    refused(&["render", &file, "--log", &log, "-o", &format!("png:{log}")], &[]);
    assert!(!files(&folder).contains(&"new.jsonl".to_owned()));
    assert_eq!(fs::read_to_string(&log).unwrap(), text);
}

/// A log that ships: it keeps that what is written today can be read and replayed.
#[test]
fn the_recorded_log_is_replayed() {
    let log = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/logs/ripples.jsonl");
    for threads in ["1", "4"] {
        let told = good(&["replay", log, "--threads", threads]);
        assert_eq!(
            told,
            "replayed 240 frames of examples:ripples: frame 239 has 0x837d38214495a532, as recorded\n"
        );
    }
}
