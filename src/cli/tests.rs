//! The whole command, run as users run it.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "tests/bundles.rs"]
mod bundles;
#[path = "tests/farm.rs"]
mod farm;
#[path = "tests/frames.rs"]
mod frames;
#[path = "tests/history.rs"]
mod history;
#[path = "tests/inputs.rs"]
mod inputs;
#[path = "tests/inspect.rs"]
mod inspect;
#[path = "tests/outputs.rs"]
mod outputs;
#[path = "tests/record.rs"]
mod record;
#[path = "tests/refusals.rs"]
mod refusals;
#[path = "tests/reports.rs"]
mod reports;
#[path = "tests/variants.rs"]
mod variants;
#[cfg(feature = "web")]
#[path = "tests/web.rs"]
mod web;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pavane::program::{Builder, Program, Type};
use serde_json::Value;

/// The results of a run.
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

fn hashes(arguments: &[&str]) -> Vec<String> {
    good(&[&["render"], arguments, &["--hash"]].concat()).lines().map(String::from).collect()
}
