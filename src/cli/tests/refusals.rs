//! Arguments and files that are refused, and the messages.

use std::fs;
use std::path::Path;
use std::process::Command;

use pavane::program::Builder;

use super::{BROKEN, Ran, command, files, folder, good, path, plain, program, ran, refused, write};

#[test]
fn help_and_version() {
    assert!(good(&["--version"]).starts_with("pavane "));
    for verb in [
        "render", "preview", "check", "inspect", "bench", "schema", "explain", "examples", "history",
        "record", "replay",
    ] {
        assert!(good(&["--help"]).contains(verb));
        assert!(good(&[verb, "--help"]).contains("pavane "), "{verb} has no example");
    }
    refused(&[], &["Usage"]);
    refused(&["record", "x.pav"], &["--output"]);
    refused(&["draw"], &["no verb `draw`", "render", "examples"]);
    refused(&["render", "-", "--inputs", "-", "-o", "a.png"], &["standard input can be read once"]);
    refused(&["check", "-", "-"], &["standard input can be read once"]);
    refused(&["render", "examples:gs1", "-o", "a.png", "--sise", "4x4"], &["--size"]);
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
    // Messages do not depend on the memory of the machine.
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
        &["E0207", "6.5 GiB of buffers", "encoder queue"],
    );
    let tight = ["--size", "1000x1000", "--memory-limit", "25MB"];
    refused(&[&["render", &small, "-o", &png][..], &tight].concat(), &["E0207", "encoder queue"]);
    assert_eq!(files(&folder), ["plain.json"]);
    good(&["render", &small, "-o", &png, "--size", "1000x1000", "--memory-limit", "27MB"]);
}
