//! Reports about programs, as text and as JSON.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use pavane::program::Program;
use serde_json::Value;

use super::{
    BROKEN, Ran, command, files, folder, good, hashes, json, keys, path, pavane, plain, program, ran,
    refused, write,
};

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
            let printed = command(&["examples", part.strip_suffix(".pav").unwrap_or(part)]).output().unwrap();
            assert!(printed.status.success(), "{part}");
            fs::write(path(&folder, part), printed.stdout).unwrap();
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
    assert_eq!(good(&["schema"]), Program::JSON_SCHEMA);
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
    fs::write(patch, "x = cycle(2s)\ndraw circle { position: (x, 0.5), size: 0.1, color: #fff }\n").unwrap();
    good(&["compile", patch, "-o", compiled]);
    assert_eq!(fs::read_to_string(compiled).unwrap(), good(&["compile", patch]));
    let hashes = |file: &str| good(&["render", file, "--frames", "5", "--hash"]);
    assert_eq!(hashes(patch), hashes(compiled));
    assert_eq!(json(&["inspect", patch, "--at", "30", "--schedule"])["work"][0]["when"], "load");
    fs::write(patch, "x = cycle(2)\ndraw circle { position: (x, 0.5), size: 0.1, color: #fff }\n").unwrap();
    refused(&["compile", patch, "-o", compiled], &["E0536", "a.pav:1:11", "`2s` or `2ms`"]);
    assert!(fs::read_to_string(compiled).unwrap().starts_with('{'), "nothing is overwritten");
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
        "drawn",
        "file",
        "frame_rate",
        "frames",
        "hashes",
        "height",
        "kept",
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
