//! Verbs that run a program: frames, ranges, measurements, and what interrupts them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use super::{command, files, folder, good, hashes, json, keys, path, plain, program, refused, stateful};

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
    assert_eq!(keys(&found["frame_ns"]), ["max", "min", "p5", "p50", "p95", "p99"]);
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
fn bench_plays_frames_again_and_compares() {
    let text = good(&["bench", "examples:gs1", "--synctest", "4", "--frames", "10"]);
    assert!(text.contains("30 frames that were played again: all the same"), "{text}");
    let found = json(&["bench", "examples:gs1", "--synctest", "4", "--frames", "10", "--threads", "2"]);
    assert_eq!(
        (&found["frames"], &found["frames_back"], &found["compared"]),
        (&10.into(), &4.into(), &30.into())
    );
    refused(&["bench", "examples:gs1", "--synctest", "0"], &["--synctest"]);
    refused(&["bench", "examples:gs1", "--synctest", "8", "--raster"], &["--raster"]);
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
fn memory_is_what_the_program_needs() {
    let found = json(&["inspect", "examples:gs1", "--memory"]);
    let usage = found["memory"]["usage"].as_array().unwrap();
    assert!(usage.iter().all(|usage| usage["high_water"] == usage["capacity"]), "{usage:?}");
    let total = found["memory"]["total_bytes"].as_u64().unwrap();
    // 15 000 elements: lanes of 60 KB each.
    assert!((500_000..2_500_000).contains(&total), "{total}");
}
