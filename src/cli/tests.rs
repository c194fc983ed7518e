//! The whole command, run as users run it.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "tests/history.rs"]
mod history;
#[path = "tests/inspect.rs"]
mod inspect;
#[path = "tests/outputs.rs"]
mod outputs;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pavane::program::{Builder, Program, Type};
use serde_json::Value;

/// What a run gave.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pavane"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn pavane(arguments: &[&str]) -> Ran {
    ran(command(arguments).output().unwrap())
}

/// A good run's standard output.
fn good(arguments: &[&str]) -> String {
    let Ran { code, out, err } = pavane(arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {err}");
    assert_eq!(err, "", "{arguments:?}");
    out
}

fn json(arguments: &[&str]) -> Value {
    let value: Value = serde_json::from_str(&good(&[arguments, &["--format", "json"]].concat())).unwrap();
    assert_eq!(value["schema_version"], 1, "{arguments:?}");
    value
}

/// Arguments that are refused, and what is said about them.
fn refused(arguments: &[&str], expected: &[&str]) {
    let Ran { code, out, err } = pavane(arguments);
    assert_eq!(code, Some(2), "{arguments:?}: {err}");
    assert_eq!(out, "", "{arguments:?}");
    for expected in expected {
        assert!(err.contains(expected), "{arguments:?} says nothing of `{expected}`: {err}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).into_os_string().into_string().unwrap()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = path(folder, name);
    fs::write(&path, text).unwrap();
    path
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A value of every type, two domains, two passes.
fn plain() -> Program {
    let b = Builder::new("plain");
    b.about("Plain", "A ring of dots around a square");
    b.clip(0.5, 20, [64, 48]);
    b.background(b.rgba(0.1, 0.1, 0.2, 1.0));
    let t = b.signal("t", b.time());
    b.signal("is_late", t.gt(0.2));
    b.signal("center", b.vec2(0.5, t));
    b.signal("tint", b.rgba(1.0, 0.5, 0.25, 1.0));
    b.signal("frame", b.frame().to_uint());
    b.signal("behind", b.int(-3));
    let dots = b.domain("dots", 6);
    let position = b.field(dots, "position", b.vec2(0.5, 0.5) + b.polar_turns(0.3, b.rank(dots) + t));
    b.field(dots, "index", b.index(dots));
    b.field(dots, "is_odd", b.index(dots).modulo(b.int(2)).equals(b.int(1)));
    b.pass("dots", dots).position(position).size(0.2).color(b.hsv(b.rank(dots), 0.8, 1.0)).draw();
    let boxes = b.domain("boxes", 2);
    let rect = pavane::program::ShapeRow::Rect { corner: None };
    let middle = b.vec2(b.rank(boxes), 0.5);
    b.pass("boxes", boxes).shape(rect).position(middle).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 0.5)).draw();
    b.finish().unwrap()
}

/// Every frame depends on all before.
fn stateful() -> Program {
    let b = Builder::new("stateful");
    b.clip(0.5, 20, [32, 32]);
    let count = b.cell("count", Type::Float, 0.0, None);
    count.next(count.get() + 1.0);
    let angle = b.signal("angle", count.get() * 0.01);
    let dots = b.domain("dots", 3);
    let trail = b.cell("trail", Type::Float, 0.0, Some(dots));
    trail.next(trail.get() * 0.5 + b.rank(dots));
    let position = b.vec2(0.5, 0.5) + b.polar_turns(trail.get() * 0.1, angle);
    b.pass("dots", dots).position(position).size(0.3).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    b.finish().unwrap()
}

/// From frame 2 on, half of the sizes are not a number.
fn holes() -> Program {
    let b = Builder::new("holes");
    b.clip(0.5, 10, [16, 16]);
    let start = b.signal("start", b.time().gt(0.15).bool_to_float());
    let dots = b.domain("dots", 4);
    let depth = b.field(dots, "depth", (b.rank(dots) - start * 0.5).sqrt());
    let size = b.field(dots, "size", depth * 0.1);
    b.pass("dots", dots)
        .position(b.vec2(b.rank(dots), 0.5))
        .size(size)
        .color(b.rgba(1.0, 1.0, 1.0, 1.0))
        .draw();
    b.finish().unwrap()
}

/// Where `gain` is not a number, every size is; where it is, some of the rings still are.
fn gaps() -> Program {
    let b = Builder::new("gaps");
    b.clip(0.3, 10, [16, 16]);
    let gain = b.signal("gain", (b.time() - 0.15).sqrt());
    let dots = b.domain("dots", 4);
    let size = b.field(dots, "size", b.rank(dots) * gain);
    let (middle, white) = (b.vec2(0.5, 0.5), b.rgba(1.0, 1.0, 1.0, 1.0));
    b.pass("dots", dots).position(middle).size(size).color(white).draw();
    b.pass("rings", dots).position(middle).size((b.rank(dots) - 0.2).sqrt()).color(white).draw();
    b.finish().unwrap()
}

fn program(folder: &Path, program: &Program) -> String {
    write(folder, &format!("{}.json", program.data().about.name), &program.to_json())
}

const BROKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/broken/two_writers_of_a_slot.json");

#[test]
fn help_and_version() {
    assert!(good(&["--version"]).starts_with("pavane "));
    for verb in ["render", "preview", "check", "inspect", "bench", "schema", "explain", "examples", "history"]
    {
        assert!(good(&["--help"]).contains(verb));
        assert!(good(&[verb, "--help"]).contains("pavane "), "{verb} has no example");
    }
    refused(&[], &["Usage"]);
    refused(&["record", "x.pav"], &["`pavane record` comes with a later version"]);
    refused(&["draw"], &["no verb `draw`", "render", "examples"]);
    refused(&["render", "-", "--inputs", "-", "-o", "a.png"], &["standard input can be read once"]);
    refused(&["check", "-", "-"], &["standard input can be read once"]);
    refused(&["render", "examples:gs1", "-o", "a.png", "--sise", "4x4"], &["--size"]);
}

#[cfg(not(feature = "preview"))]
#[test]
fn a_build_without_a_window_says_so() {
    let Ran { code, out, err } = pavane(&["preview", "examples:gs1"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("feature `preview`") && err.contains("pavane render examples:gs1"), "{err}");
}

#[test]
fn wrong_arguments() {
    let folder = folder("wrong_arguments");
    let file = program(&folder, &plain());
    let gif = path(&folder, "a.gif");
    let check = |arguments: &[&str], expected: &[&str]| {
        refused(&[&["render", &file], arguments].concat(), expected);
        assert_eq!(files(&folder), ["plain.json"], "{arguments:?}");
    };
    check(&[], &["--output"]);
    for (option, values) in [
        ("--size", &["0x4", "4", "4x", "16385x4", "4x4x4", "-4x4", "1e3x4", ""] as &[&str]),
        (
            "--frames",
            &["", "0", "5..5", "7..3", "10..", "99..", "a..b", "1..=4", "-1", "1.5", "99999999999999999999"],
        ),
        ("--fps", &["0", "-1", "1/0", "29.9", "1000001", "1/4294967295", "a"]),
        ("--loop", &["", "-1", "65536", "a"]),
        ("--dither", &["", "yes"]),
        ("--shard", &["", "1", "2/2", "0/0", "-1/2", "a/b"]),
        ("--threads", &["0", "-1", "1025", "99999999999", "a"]),
        ("--seed", &["-1", "4294967296", "a"]),
        ("--level", &["avx9"]),
        ("--at", &["-1", "a", "18446744073709551616"]),
        ("--format", &["xml"]),
    ] {
        for value in values {
            let argument = format!("{option}={value}");
            check(&["-o", &gif, &argument], &[option.trim_start_matches('-')]);
        }
    }
    check(&["-o", "a.avi"], &[".webm"]);
    check(&["-o", &path(&folder, "a.png"), "--frames", "0..2"], &["frame_%05d.png"]);
    check(&["-o", &path(&folder, "no/a.gif")], &["folder does not exist"]);
    check(&["-o", &path(&folder, "no/%d.png")], &["folder does not exist"]);
    check(&["-o", &gif, "--shard", "0/2"], &["file per frame"]);
    check(&["-o", "gif:-", "--hash"], &["standard output"]);
    check(&["-o", &gif, "--at", "1", "--frames", "2"], &["--at"]);
    check(&["-o", &gif, "--at", "18446744073709551615"], &["--at"]);
    check(&["-o", &gif, "--at", "18446744073709551614"], &["828 years"]);
    check(&["-o", &gif, "--frames", "18446744073709551600..18446744073709551615"], &["828 years"]);
    refused(&["inspect", &file, "--at", "18446744073709551614"], &["828 years"]);
    refused(&["inspect", &file, "--at", "18446744073709551615"], &["--at"]);
    refused(&["bench", &file, "--frames", "0"], &["--frames"]);
    refused(&["bench", &file, "--elements", "16777217"], &["--elements"]);
}

#[test]
fn files_that_are_no_programs() {
    let folder = folder("files_that_are_no_programs");
    let here = folder.to_str().unwrap();
    let binary = path(&folder, "binary.json");
    fs::write(&binary, b"{\"format\":\n \xff\xfe}").unwrap();
    let empty = write(&folder, "empty.json", "");
    let cut = write(&folder, "cut.json", &plain().to_json()[..500]);
    let missing = path(&folder, "missing.json");
    for (file, expected) in [
        (missing.as_str(), "error[E0301]"),
        (here, "E0301"),
        (&binary, "binary.json:2:2"),
        (&empty, "E0001"),
        (&cut, "E0001"),
        (BROKEN, "error[E0110]"),
        ("swirl.pav", "E0301"),
        ("examples:gs", "gs1"),
        ("examples:nothing-like-it", "there are"),
    ] {
        for verb in ["check", "inspect", "bench"] {
            refused(&[verb, file], &[expected]);
        }
        refused(&["render", file, "--hash"], &[expected]);
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_at_once() {
    let folder = folder("pipes");
    let pipe = path(&folder, "pipe.pav");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let user = write(&folder, "user.pav", "use \"pipe.pav\" as pipe\nx = pipe.y\n");
    // Nothing ever writes into the pipe: opening it would wait for ever.
    refused(&["check", &pipe], &["E0301", "no regular file", "standard input"]);
    refused(&["render", &pipe, "--hash"], &["E0301"]);
    refused(&["check", "/dev/zero"], &["E0301", "no regular file"]);
    refused(&["check", &user], &["E0561", "no regular file"]);
}

#[test]
fn broken_programs_are_told_as_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/broken");
    let mut count = 0;
    for name in files(&folder).iter().filter_map(|name| name.strip_suffix(".json")) {
        let file = format!("{name}.json");
        let Ran { code, out, err } = ran(command(&["check", &file]).current_dir(&folder).output().unwrap());
        let expected = fs::read_to_string(folder.join(format!("{name}.expected"))).unwrap();
        assert_eq!((code, out.as_str(), err), (Some(2), "", expected), "{name}");
        count += 1;
    }
    assert!(count > 50);
}

#[test]
fn check_is_silent_or_says_everything() {
    let folder = folder("check");
    let file = program(&folder, &plain());
    assert_eq!(good(&["check", &file, "examples:gs1"]), "");
    refused(&["check", &file, BROKEN], &["error[E0110]", "two_writers_of_a_slot.json:", "^^^", "help:"]);

    assert_eq!(json(&["check", &file])["diagnostics"], Value::Array(vec![]));
    let Ran { code, out, err } = pavane(&["check", BROKEN, "missing.json", "--format", "json"]);
    assert_eq!((code, err.as_str()), (Some(2), ""));
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(keys(&found), ["diagnostics", "schema_version"]);
    let first = &found["diagnostics"][0];
    let expected = [
        "code",
        "column",
        "end_column",
        "end_line",
        "file",
        "help",
        "line",
        "message",
        "path",
        "related",
        "severity",
    ];
    assert_eq!(keys(first), expected);
    assert_eq!((first["code"].as_str(), first["severity"].as_str()), (Some("E0110"), Some("error")));
    assert_eq!(first["file"], BROKEN);
    assert!(first["line"].is_u64() && first["path"].is_string());
    let last = found["diagnostics"].as_array().unwrap().last().unwrap();
    assert_eq!((last["code"].as_str(), last["file"].as_str()), (Some("E0301"), Some("missing.json")));
}

#[test]
fn standard_input_is_a_file() {
    let run = |arguments: &[&str], text: &str| {
        let mut child = command(arguments);
        let child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    };
    let text = plain().to_json();
    assert_eq!(run(&["check", "-"], &text).code, Some(0));
    assert!(run(&["inspect", "-"], &text).out.starts_with("plain: Plain"));
    let broken = run(&["check", "-"], &text.replace("\"version\": 1", "\"version\": 9"));
    assert_eq!(broken.code, Some(2));
    assert!(broken.err.contains("<stdin>:"), "{}", broken.err);
}

#[test]
fn shipped_patches() {
    let folder = folder("shipped_patches");
    let list = json(&["examples"]);
    assert_eq!(keys(&list), ["examples", "schema_version"]);
    let examples = list["examples"].as_array().unwrap();
    assert!(!examples.is_empty());
    for example in examples {
        assert_eq!(keys(example), ["elements", "name", "shows", "title"]);
        let name = example["name"].as_str().unwrap();
        let file = format!("examples:{name}");
        let Ran { code, out: text, err: uses } = pavane(&["examples", name]);
        assert_eq!((code, pavane(&["examples", &file]).out), (Some(0), text.clone()));
        // As a file, with what it uses beside it, it is as good.
        let kept = write(&folder, &format!("{name}.pav"), &text);
        for part in uses.lines() {
            let part = part.strip_prefix("note: it uses ").unwrap().split(':').next().unwrap();
            write(&folder, part, &good(&["examples", part.strip_suffix(".pav").unwrap()]));
        }
        assert_eq!(good(&["check", &kept]), "");
        assert_eq!(good(&["check", &file]), "");
        assert!(good(&["examples"]).contains(name));
        let range = [file.as_str(), "--frames", "8..10"];
        let other = hashes(&[&range[..], &["--threads", "3", "--level", "baseline"]].concat());
        assert_eq!(hashes(&[&range[..], &["--threads", "1"]].concat()), other, "{name}");
    }
    refused(&["examples", "gs"], &["gs1"]);
}

#[test]
fn schema_and_explanations() {
    let schema: Value = serde_json::from_str(&good(&["schema"])).unwrap();
    assert_eq!(schema, Program::json_schema());
    assert_eq!(good(&["schema", "--format", "json"]), good(&["schema"]));

    for code in pavane::diagnostic::Code::ALL.iter().step_by(9) {
        let text = good(&["explain", &code.name().to_lowercase()]);
        assert!(text.starts_with(code.name()) && text.contains(code.explain().trim_end()));
    }
    let all = json(&["explain"]);
    assert_eq!(all["codes"].as_array().unwrap().len(), pavane::diagnostic::Code::ALL.len());
    assert_eq!(keys(&all["codes"][0]), ["code", "title"]);
    assert!(good(&["explain"]).contains("E0110  Two steps"));
    assert_eq!(keys(&json(&["explain", "E0110"])), ["code", "schema_version", "text", "title"]);
    refused(&["explain", "E0111x"], &["did you mean `E0111`?", "E0401"]);
    refused(&["explain", "nonsense"], &["no code and no word `nonsense`", "E0001"]);
    refused(&["explain", "lagg"], &["did you mean `lag`?"]);
    assert!(good(&["explain", "lag"]).contains("Follows a target"));
    assert_eq!(json(&["explain", "wave.sine"])["words"][0]["kind"], "function");
    assert!(json(&["explain", "--words"])["words"].as_array().unwrap().len() > 200);
}

#[test]
fn compile_gives_the_program_that_runs() {
    let folder = folder("compile");
    let (patch, compiled) = (folder.join("a.pav"), folder.join("a.json"));
    let (patch, compiled) = (patch.to_str().unwrap(), compiled.to_str().unwrap());
    std::fs::write(patch, "x = cycle(2s)\ndraw circle { position: (x, 0.5), size: 0.1, color: #fff }\n")
        .unwrap();
    good(&["compile", patch, "-o", compiled]);
    assert_eq!(std::fs::read_to_string(compiled).unwrap(), good(&["compile", patch]));
    let hashes = |file: &str| good(&["render", file, "--frames", "5", "--hash"]);
    assert_eq!(hashes(patch), hashes(compiled));
    assert_eq!(json(&["inspect", patch, "--at", "30", "--schedule"])["work"][0]["when"], "load");
    std::fs::write(patch, "x = cycle(2)\ndraw circle { position: (x, 0.5), size: 0.1, color: #fff }\n")
        .unwrap();
    refused(&["compile", patch, "-o", compiled], &["E0536", "a.pav:1:11", "`2s` or `2ms`"]);
    assert!(std::fs::read_to_string(compiled).unwrap().starts_with('{'), "nothing is overwritten");
}

#[test]
fn formats() {
    let folder = folder("formats");
    let file = program(&folder, &plain());
    for (name, start) in
        [("a.png", b"\x89PNG" as &[u8]), ("a.apng", b"\x89PNG"), ("a.gif", b"GIF8"), ("a.svg", b"<svg")]
    {
        let to = path(&folder, name);
        let Ran { code, out, err } = pavane(&["render", &file, "-o", &to, "--transparent"]);
        assert_eq!((code, out.as_str(), err.is_empty()), (Some(0), "", name != "a.gif"), "{name}: {err}");
        assert!(fs::read(&to).unwrap().starts_with(start), "{name}");
    }
    assert_eq!(files(&folder), ["a.apng", "a.gif", "a.png", "a.svg", "plain.json"]);

    // One frame: the first of the range, frame 0 without one.
    let frame = |options: &[&str]| {
        let output = command(&[&["render", &file, "-o", "svg:-"], options].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{options:?}");
        output.stdout
    };
    assert_eq!(frame(&[]), frame(&["--frames", "1"]));
    assert_eq!(frame(&["--at", "5"]), frame(&["--frames", "5..6"]));
    assert_ne!(frame(&["--at", "5"]), frame(&[]));
    assert!(
        frame(&["--size", "30x20"])
            .starts_with(b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\"")
    );
    assert_ne!(frame(&["--at", "5", "--fps", "24000/1001"]), frame(&["--at", "5"]));
}

#[test]
fn render_report() {
    let folder = folder("render_report");
    let file = program(&folder, &plain());
    let found = json(&["render", &file, "--hash", "--frames", "3..5", "--fps", "30000/1001", "--seed", "7"]);
    let expected = [
        "file",
        "frame_rate",
        "frames",
        "hashes",
        "height",
        "not_drawn",
        "output",
        "schema_version",
        "seed",
        "width",
    ];
    assert_eq!(keys(&found), expected);
    assert_eq!((&found["frames"], &found["frame_rate"]), (&Value::from(2), &Value::from("30000/1001")));
    assert_eq!(found["hashes"][0]["frame"], 3);
    assert!(found["output"].is_null());
}

fn hashes(arguments: &[&str]) -> Vec<String> {
    good(&[&["render"], arguments, &["--hash"]].concat()).lines().map(String::from).collect()
}

#[test]
fn hashes_depend_on_neither_threads_nor_level() {
    // Enough elements for several threads.
    let file = ["examples:gs1", "--frames", "100..104"];
    let expected = hashes(&file);
    assert_eq!(expected.len(), 4);
    for (index, line) in expected.iter().enumerate() {
        assert!(line.starts_with(&format!("frame {} 0x", 100 + index)) && line.len() == 28, "{line}");
    }
    for options in [
        ["--threads", "1"],
        ["--threads", "2"],
        ["--threads", "4"],
        ["--level", "native"],
        ["--level", "avx512"],
        ["--level", "avx2"],
        ["--level", "sse4.2"],
        ["--level", "baseline"],
    ] {
        assert_eq!(hashes(&[&file[..], &options].concat()), expected, "{options:?}");
    }
    // Far away is as good as near.
    assert_eq!(hashes(&["examples:gs1", "--at", "1000000000"]).len(), 1);
}

#[test]
fn ranges_and_shards_are_parts_of_the_whole() {
    let folder = folder("shards");
    for what in [plain(), stateful()] {
        let file = program(&folder, &what);
        let name = &what.data().about.name;
        let whole = hashes(&[&file]);
        assert_eq!(whole.len(), 10);
        assert_eq!(hashes(&[&file, "--frames", "7.."]), whole[7..]);
        assert_eq!(hashes(&[&file, "--frames", "7..9"]), whole[7..9]);
        assert_eq!(hashes(&[&file, "--at", "7"]), whole[7..8]);

        let (one, many) = (folder.join(format!("{name}_one")), folder.join(format!("{name}_many")));
        fs::create_dir(&one).unwrap();
        fs::create_dir(&many).unwrap();
        good(&["render", &file, "-o", &path(&one, "f_%02d.png"), "--frames", "2..10"]);
        let mut lines = Vec::new();
        for shard in ["0/3", "1/3", "2/3"] {
            let to = path(&many, "f_%02d.png");
            lines.extend(hashes(&[
                &file,
                "-o",
                &to,
                "--frames",
                "2..10",
                "--shard",
                shard,
                "--threads",
                "2",
            ]));
        }
        lines.sort_by_key(|line| line.split(' ').nth(1).unwrap().parse::<u64>().unwrap());
        assert_eq!(lines, whole[2..]);
        assert_eq!(files(&one).len(), 8);
        assert_eq!(files(&one), files(&many));
        for file in files(&one) {
            assert!(
                fs::read(one.join(&file)).unwrap() == fs::read(many.join(&file)).unwrap(),
                "{name} {file}"
            );
        }
        // More shards than frames leave some with nothing to do.
        assert_eq!(hashes(&[&file, "--frames", "2", "--shard", "5/6"]), [] as [&str; 0]);
    }
}

#[test]
fn bench_measures() {
    let expected = [
        "allocations_per_frame",
        "bytes_allocated_per_frame",
        "elements",
        "file",
        "frame_ns",
        "frames",
        "last_frame_hash",
        "ns_per_element",
        "schema_version",
        "threads",
    ];
    let found = json(&["bench", "examples:gs1", "--frames", "20"]);
    assert_eq!(keys(&found), expected);
    assert_eq!(keys(&found["frame_ns"]), ["max", "p50", "p95", "p99"]);
    assert_eq!((&found["frames"], &found["elements"]), (&Value::from(20), &Value::from(15_000)));
    assert!(found["frame_ns"]["p99"].is_null() && found["frame_ns"]["p50"].as_u64().unwrap() > 0);
    // The promise of the engine: nothing is allocated, so nothing is.
    assert_eq!(found["allocations_per_frame"], 0);
    assert_eq!(found["bytes_allocated_per_frame"], 0);
    // 60 frames warm up, so the last one is the 80th.
    let last = hashes(&["examples:gs1", "--at", "79"]);
    assert_eq!(last, [format!("frame 79 {}", found["last_frame_hash"].as_str().unwrap())]);

    let found =
        json(&["bench", "examples:gs1", "--frames", "1000", "--elements", "20", "--threads", "2", "--hash"]);
    assert!(found["frame_ns"]["p99"].is_u64());
    assert_eq!((&found["elements"], &found["threads"]), (&Value::from(20), &Value::from(2)));
    assert_eq!(found["hashes"].as_array().unwrap().len(), 1000);
    assert_eq!(found["hashes"][999], found["last_frame_hash"]);

    let text = good(&["bench", "examples:gs1", "--frames", "5", "--elements", "0", "--level", "baseline"]);
    assert!(text.contains("per element -\n") && text.contains("field_buffers"), "{text}");
}

#[test]
fn bench_scales_every_domain() {
    let folder = folder("bench_scales");
    // Six dots and two boxes.
    let file = program(&folder, &plain());
    let found = json(&["bench", &file, "--frames", "2", "--elements", "4000", "--raster"]);
    assert_eq!(found["elements"], 4000);
    assert!(found["allocations_per_frame"].as_f64().unwrap() > 0.0, "drawing allocates, and that is counted");
    let file = program(&folder, &stateful());
    let found = json(&["bench", &file, "--frames", "2", "--elements", "20000"]);
    assert_eq!(
        (&found["elements"], &found["allocations_per_frame"]),
        (&Value::from(20_000), &Value::from(0))
    );
}

#[test]
fn a_reader_may_leave() {
    let folder = folder("a_reader_may_leave");
    let file = program(&folder, &plain());
    let gif = path(&folder, "a.gif");
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let mut child = command(arguments);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let _ = reader.read_line(&mut line);
        drop(reader);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}: {err}");
        assert!(err.contains(expected) && err.is_empty() == expected.is_empty(), "{arguments:?}: {err}");
    };
    check(&["inspect", "examples:gs1", "--lanes"], 0, "");
    check(&["inspect", "examples:gs1", "--lanes", "--format", "json"], 0, "");
    check(&["render", &file, "--frames", "100000", "--hash"], 0, "");
    check(&["schema"], 0, "");
    // The pictures are still wanted, though nobody reads the hashes.
    check(&["render", &file, "-o", &gif, "--frames", "2000", "--size", "8x8", "--hash"], 0, "");
    assert_eq!(files(&folder), ["a.gif", "plain.json"]);
    // A picture that nobody wants any more ends quietly, too.
    check(&["render", "examples:gs1", "-o", "gif:-", "--fps", "25", "--size", "320x180"], 0, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let folder = folder("a_full_disk");
    let file = program(&folder, &plain());
    for arguments in [
        &["inspect", &file] as &[&str],
        &["inspect", &file, "--format", "json"],
        &["render", &file, "-o", "png:-"],
        &["render", &file, "--hash"],
        &["examples"],
        &["explain"],
        &["schema"],
        &["check", &file, "--format", "json"],
        &["bench", &file, "--frames", "1"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command(arguments).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {err}");
        assert!(err.to_lowercase().contains("no space left"), "{arguments:?}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn video_needs_ffmpeg() {
    let folder = folder("video");
    let file = program(&folder, &plain());
    let output = command(&["render", &file, "-o", &path(&folder, "a.mp4")]).env("PATH", "").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("ffmpeg"));
    assert_eq!(files(&folder), ["plain.json"]);
}

#[test]
fn large_programs_are_refused_before_they_fill_the_memory() {
    let folder = folder("large");
    let b = Builder::new("large");
    let dots = b.domain("dots", 1 << 24);
    let mut value = b.rank(dots);
    for index in 0..400 {
        value = b.field(dots, &format!("f{index}"), value + b.time());
    }
    b.pass("dots", dots).position(b.vec2(value, value)).size(value).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let file = program(&folder, &b.finish().unwrap());
    // What two machines are told does not depend on their memory.
    let check = |arguments: &[&str], expected: &[&str]| {
        refused(&[arguments, &["--memory-limit", "8GiB"]].concat(), expected);
    };
    let told = ["error[E0207]", "GiB of that for field buffers", "the limit is 8.0 GiB", "--memory-limit"];
    check(&["inspect", &file], &told);
    // What is not drawn takes no memory, and what is drawn takes a buffer at least.
    refused(&["bench", &file, "--memory-limit", "64MiB"], &["E0207"]);
    refused(&["inspect", &file, "--memory-limit", "much"], &["--memory-limit", "8GiB"]);

    // The canvas and the pictures that wait for the encoder count, too: 16384 x 16384 pixels are a GiB each.
    let folder = folder.join("out");
    fs::create_dir(&folder).unwrap();
    let png = path(&folder, "a.png");
    let small = program(&folder, &plain());
    let size = ["--size", "16384x16384", "--memory-limit", "3GiB"];
    refused(
        &[&["render", &small, "-o", &png][..], &size].concat(),
        &["E0207", "4.0 GiB of buffers", "encoder queue"],
    );
    let tight = ["--size", "1000x1000", "--memory-limit", "16MB"];
    refused(&[&["render", &small, "-o", &png][..], &tight].concat(), &["E0207", "encoder queue"]);
    assert_eq!(files(&folder), ["plain.json"]);
    good(&["render", &small, "-o", &png, "--size", "1000x1000", "--memory-limit", "17MB"]);
}

#[test]
fn memory_is_what_the_program_needs() {
    let found = json(&["inspect", "examples:gs1", "--memory"]);
    let usage = found["memory"]["usage"].as_array().unwrap();
    assert!(usage.iter().all(|usage| usage["high_water"] == usage["capacity"]), "{usage:?}");
    let total = found["memory"]["total_bytes"].as_u64().unwrap();
    // 15 000 elements: lanes of 60 KB each.
    assert!((500_000..2_500_000).contains(&total), "{total}");
}

const SETTINGS: &str = "
param many = 3
param radius: float = 0.1
input place: vec2 = (0.5, 0.5)
input after: time = 1s
input tint = #ffffff
input is_on = false
s = after * 2
domain dots[many] { draw circle { position: place, size: radius, color: tint } }
";

#[test]
fn parameters_and_inputs_are_set_from_outside() {
    let folder = folder("set");
    let file = write(&folder, "dots.pav", SETTINGS);
    let sets = ["--set", "many=5", "--set", "radius = 0.3", "--set", "place=0.2,0.7", "--set", "after=250ms"];
    let found =
        json(&[&["inspect", &file][..], &sets, &["--set", "tint=#f00", "--set", "is_on=true"]].concat());
    let slot = |name: &str| found["slots"][name]["value"].clone();
    assert_eq!(found["domains"]["dots"]["count"], 5);
    assert_eq!((slot("radius"), slot("place")), (0.3.into(), serde_json::json!([0.2, 0.7])));
    assert_eq!((slot("s"), slot("tint")), (0.5.into(), serde_json::json!([1.0, 0.0, 0.0, 1.0])));
    assert_eq!(slot("is_on"), true);

    // As if the file said it.
    let said = SETTINGS.replace("many = 3", "many = 5").replace("float = 0.1", "float = 0.3");
    let said = said.replace("(0.5, 0.5)", "(0.2, 0.7)").replace("time = 1s", "time = 250ms");
    let said = write(&folder, "said.pav", &said);
    let hashes =
        |file: &str, sets: &[&str]| good(&[&["render", file, "--frames", "3", "--hash"], sets].concat());
    assert_eq!(hashes(&file, &sets), hashes(&said, &[]));
    assert_ne!(hashes(&file, &sets), hashes(&file, &[]));
    good(&[&["bench", &file, "--frames", "1"][..], &sets].concat());

    // A program in JSON has its inputs.
    let compiled = path(&folder, "dots.json");
    good(&["compile", &file, "-o", &compiled]);
    let found = json(&["inspect", &compiled, "--set", "after=250ms"]);
    assert_eq!(found["slots"]["s"]["value"], 0.5);

    let check = |file: &str, set: &str, expected: &[&str]| {
        refused(&["inspect", file, "--set", set], expected);
        refused(&["render", file, "--hash", "--set", set], expected);
        refused(&["bench", file, "--set", set], expected);
    };
    check(&file, "radus=1", &["error[E0566]", "no input `radus`", "did you mean `radius`?"]);
    check(&file, "s=1", &["error[E0566]", "there are: many, radius, place, after, tint, is_on"]);
    check(&compiled, "many=5", &["error[E0566]", "there are: place, after, tint, is_on"]);
    check(&file, "radius=(1, 2)", &["error[E0531]", "--set radius:1:1", "expected a plain number", "^^^^^^"]);
    check(&file, "after=3", &["error[E0536]", "--set after:1:1", "expected a time", "`3s` or `3ms`"]);
    check(&file, "tint=0.5", &["error[E0531]", "expected a color"]);
    check(&file, "many=999999999", &["error[E0525]"]);
    check(&file, "many", &["--set", "radius=0.3"]);
    check(&file, "=3", &["--set"]);
    check("examples:gs1", "x=1", &["error[E0566]"]);
}

const PLAYED: &str = "
clip { rate: 10, duration: 2s }
input level = 0.5
input place: vec2 = (0.5, 0.5)
input is_on = false
input hits: int = 0 momentary
state sum = 0.0
next sum = sum + level
state seen = 0
next seen = seen + hits
size = if is_on then 0.2 else 0.1
domain dots[2] { draw circle { position: place, size: size, color: #fff } }
";

#[test]
fn inputs_come_from_a_table() {
    let folder = folder("inputs");
    let file = write(&folder, "played.pav", PLAYED);
    let csv = write(
        &folder,
        "in.csv",
        "time,level,place.x,is_on,hits\n0.2,1,0,,\n0.6,3,1,true,2\n1.25,,,false,5\n",
    );
    let rows = [
        "{\"frame\": 2, \"level\": 1, \"place.x\": 0}",
        "{\"frame\": 6, \"level\": 3, \"place.x\": 1, \"is_on\": true, \"hits\": 2}",
        "{\"time\": 1.25, \"is_on\": false, \"hits\": 5}",
    ];
    let lines = write(&folder, "in.jsonl", &rows.join("\n"));
    let slots = |table: &str, at: u64| {
        let found = json(&["inspect", &file, "--inputs", table, "--at", &at.to_string()]);
        let slot = |name: &str| found["slots"][name]["value"].clone();
        (slot("level"), slot("place"), slot("is_on"), slot("hits"), found["hash"].clone())
    };
    let check = |at: u64, level: f64, x: f64, is_on: bool, hits: i64| {
        let found = slots(&csv, at);
        let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-12;
        assert!(near(&found.0, level) && near(&found.1[0], x) && found.1[1] == 0.5, "frame {at}: {found:?}");
        assert_eq!((&found.2, &found.3), (&Value::from(is_on), &Value::from(hits)), "frame {at}");
        assert_eq!(slots(&lines, at), found, "frame {at}");
    };
    check(0, 0.5, 0.5, false, 0);
    check(1, 0.5, 0.5, false, 0);
    check(2, 1.0, 0.0, false, 0);
    check(3, 1.5, 0.25, false, 0);
    check(6, 3.0, 1.0, true, 2);
    check(7, 3.0, 1.0, true, 0);
    check(12, 3.0, 1.0, true, 0);
    check(13, 3.0, 1.0, false, 5);
    check(19, 3.0, 1.0, false, 0);

    // State has seen every frame before, wherever a run begins.
    let found = json(&["inspect", &file, "--inputs", &csv, "--at", "19"]);
    assert_eq!(found["slots"]["hits"]["value"], 0);
    let whole = hashes(&[&file, "--inputs", &csv]);
    assert_eq!(whole.len(), 20);
    assert_eq!(hashes(&[&file, "--inputs", &csv, "--frames", "7..9"]), whole[7..9]);
    assert_eq!(hashes(&[&file, "--inputs", &lines, "--frames", "13..", "--threads", "3"]), whole[13..]);
    let hash = found["hash"].as_str().unwrap();
    assert_eq!(whole[19], format!("frame 19 {hash}"));
    // Twice the frames see the same values at the same times.
    let double = json(&["inspect", &file, "--inputs", &csv, "--fps", "20", "--at", "6"]);
    assert_eq!(double["slots"]["level"]["value"], 1.5);
    // `--set` holds until the first row.
    let set = json(&["inspect", &file, "--inputs", &csv, "--set", "level=7", "--set", "hits=4"]);
    assert_eq!(
        (&set["slots"]["level"]["value"], &set["slots"]["hits"]["value"]),
        (&Value::from(7.0), &Value::from(4))
    );
    good(&["bench", &file, "--frames", "20", "--inputs", &csv]);

    let check = |name: &str, text: &str, expected: &[&str]| {
        let table = write(&folder, name, text);
        refused(&["inspect", &file, "--inputs", &table], expected);
    };
    check("bad.csv", "time,level\n0,1\n0.5,much\n", &["error[E0209]", "bad.csv:3:5", "0.5,much", "help:"]);
    check("bad.csv", "time,levl\n0,1\n", &["bad.csv:1:6", "did you mean `level`?"]);
    check(
        "bad.jsonl",
        "{\"time\": 0}\n{\"time\": 1, \"is_on\": 3}\n",
        &["bad.jsonl:2:22", "expected a bool"],
    );
    check("bad.csv", "", &["bad.csv:1:1", "empty"]);
    refused(&["inspect", &file, "--inputs", "no_such.csv"], &["E0301", "no_such.csv"]);
}

#[test]
fn many_slots_are_told_in_time() {
    let folder = folder("many_slots");
    let text: String = (0..20_000).map(|at| format!("a{at} = time * {at}\n")).collect();
    let file = write(&folder, "many.pav", &text);
    let told = good(&["inspect", &file, "--at", "60"]);
    assert!(told.contains("\na19999  float  19999.0\n"), "{}", &told[..500]);
    assert!(told.contains("slot a19999"));
    // A column wider than 65 535 characters: one step reads all of them.
    let names: Vec<String> = (0..20_000).map(|at| format!("a{at}")).collect();
    let file = write(&folder, "wide.pav", &format!("{text}most = max({})\n", names.join(", ")));
    let told = good(&["inspect", &file, "--schedule"]);
    assert!(told.lines().any(|line| line.len() > 65_535));
}

#[test]
fn a_seed_reads_back_as_itself() {
    let folder = folder("seed");
    let file = write(&folder, "seed.pav", "s = seed\nt = s\nhalf = seed / 2.0\nh = hash(seed)\n");
    for seed in [0_u32, 7, 2_147_483_647, 2_147_483_648, 4_294_967_295] {
        let found = json(&["inspect", &file, "--seed", &seed.to_string()]);
        let slot = |name: &str| found["slots"][name]["value"].as_f64().unwrap();
        assert_eq!((slot("s"), slot("t")), (seed.into(), seed.into()));
        assert_eq!(slot("half"), f64::from(seed) / 2.0);
        assert!((0.0..1.0).contains(&slot("h")));
        let report = json(&["render", &file, "--hash", "--frames", "1", "--seed", &seed.to_string()]);
        assert_eq!(report["seed"], seed);
    }
}
