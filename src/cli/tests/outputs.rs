//! Outputs under attack: two runs to one name, signals, full disks, readers and programs that go away.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Ran, command, files, folder, good, json, path, pavane, plain, program, ran, refused, write};

/// Every kind of file that a render writes by itself, with the frames that it takes.
const OWN: [(&str, &str); 6] =
    [("a.png", "1"), ("a.apng", "6"), ("a.gif", "6"), ("a.svg", "1"), ("f_%d.png", "3"), ("f_%d.svg", "3")];

/// The names of files of which two may be one: those with a random part have it left out.
fn left(folder: &Path) -> BTreeSet<String> {
    files(folder).into_iter().collect()
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(String::from).collect()
}

/// A patch of discs whose colours have no end.
fn patch(folder: &Path, name: &str, color: &str) -> String {
    let text = format!("draw circle {{ position: (0.5, 0.3 + time * 0.1), size: 0.4, color: {color} }}\n");
    write(folder, name, &text)
}

#[test]
fn two_renders_to_one_output_leave_a_whole_one() {
    let folder = folder("two_renders");
    let inputs = [patch(&folder, "red.pav", "#f00"), patch(&folder, "blue.pav", "#00f")];
    for (name, frames) in OWN {
        let arguments = |input: &str, to: &str| {
            let all = ["render", input, "-o", to, "--frames", frames, "--size", "300x200"];
            all.map(String::from)
        };
        let run = |to: &Path, input: &str| {
            let arguments = arguments(input, &path(to, name));
            command(&arguments.each_ref().map(String::as_str)).stderr(Stdio::piped()).spawn().unwrap()
        };
        let read = |folder: &Path| -> Vec<(String, Vec<u8>)> {
            files(folder)
                .into_iter()
                .map(|name| (name.clone(), fs::read(folder.join(name)).unwrap()))
                .collect()
        };
        let place = |which: &str| {
            let place = folder.join(format!("{}_{which}", name.replace('%', "n")));
            fs::create_dir(&place).unwrap();
            place
        };
        let alone = ["one", "two"].map(place);
        for (to, input) in alone.iter().zip(&inputs) {
            ok(run(to, input));
        }
        let both = place("both");
        let children = inputs.each_ref().map(|input| run(&both, input));
        children.into_iter().for_each(ok);
        let (found, [one, two]) = (read(&both), alone.each_ref().map(|folder| read(folder)));
        assert_eq!(found.len(), one.len(), "{name}");
        for (at, file) in found.iter().enumerate() {
            assert!(*file == one[at] || *file == two[at], "{name}: {} is neither", file.0);
        }
    }
    let compiled = path(&folder, "c.json");
    let children =
        inputs.each_ref().map(|input| command(&["compile", input, "-o", &compiled]).spawn().unwrap());
    children.into_iter().for_each(ok);
    let found = fs::read_to_string(&compiled).unwrap();
    assert!(inputs.iter().any(|input| good(&["compile", input]) == found));
}

fn ok(child: Child) {
    let Ran { code, err, .. } = ran(child.wait_with_output().unwrap());
    assert_eq!(code, Some(0), "{err}");
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = folder("own_input");
    let patch_file = patch(&folder, "c.pav", "#fff");
    let used = write(&folder, "part.pav", "half = 0.5\n");
    let uses = write(
        &folder,
        "uses.pav",
        "use \"part.pav\" as part\ndraw circle { position: (part.half, 0.5), size: 0.1, color: #fff }\n",
    );
    let gif = patch(&folder, "c.gif", "#fff");
    let frame = patch(&folder, "f_2.svg", "#fff");
    let mut cases = vec![
        (vec!["compile", &patch_file, "-o"], patch_file.clone(), "c.pav"),
        (vec!["compile", &patch_file, "-o"], path(&folder, "../own_input/./c.pav"), "c.pav"),
        (vec!["compile", &uses, "-o"], used.clone(), "part.pav"),
        (vec!["compile", &uses, "-o"], uses.clone(), "uses.pav"),
        (vec!["render", &gif, "-o"], gif.clone(), "c.gif"),
        (vec!["render", &frame, "--frames", "4", "-o"], path(&folder, "f_%d.svg"), "f_2.svg"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&patch_file, folder.join("link.json")).unwrap();
        std::os::unix::fs::symlink(&used, folder.join("g_1.png")).unwrap();
        fs::hard_link(&patch_file, folder.join("hard.json")).unwrap();
        cases.push((vec!["compile", &patch_file, "-o"], path(&folder, "link.json"), "c.pav"));
        cases.push((vec!["compile", &patch_file, "-o"], path(&folder, "hard.json"), "c.pav"));
        cases.push((vec!["render", &uses, "--frames", "3", "-o"], path(&folder, "g_%d.png"), "part.pav"));
    }
    let before = left(&folder);
    let texts = |names: &[&String]| -> Vec<String> {
        names.iter().map(|name| fs::read_to_string(name).unwrap()).collect()
    };
    let kept = [&patch_file, &used, &uses, &gif, &frame];
    let as_before = texts(&kept);
    for (mut arguments, output, input) in cases {
        arguments.push(&output);
        refused(&arguments, &["error[E0302]", input, "the output", "the input"]);
        assert_eq!(left(&folder), before, "{arguments:?}");
        assert_eq!(texts(&kept), as_before, "{arguments:?}");
    }
    // What only looks like it is as good as any other.
    good(&["render", &frame, "--frames", "3..5", "-o", &path(&folder, "f_%d.svg")]);
}

#[test]
fn percent_signs_of_folders_are_kept() {
    let folder = folder("percent");
    let file = program(&folder, &plain());
    fs::create_dir(folder.join("50% done %d")).unwrap();
    let to = |name: &str| path(&folder, &format!("50% done %d/{name}"));
    for name in ["a.gif", "100%.gif", "%%.png", "%%_%02d.png"] {
        good(&["render", &file, "-o", &to(name), "--frames", "1"]);
    }
    assert_eq!(files(&folder.join("50% done %d")), ["%.png", "%_00.png", "100%.gif", "a.gif"]);
    refused(&["render", &file, "-o", &to("%5d.png")], &["`%%`"]);
}

#[test]
fn rates_are_those_of_a_clip() {
    let folder = folder("rates");
    let rated = write(&folder, "rated.pav", "clip { duration: 1s, rate: 29.97 }\n");
    let plain_patch = patch(&folder, "plain.pav", "#fff");
    let rate = |arguments: &[&str]| {
        let all = [&["render"], arguments, &["--hash", "--frames", "1"]].concat();
        json(&all)["frame_rate"].as_str().unwrap().to_owned()
    };
    assert_eq!(rate(&[&rated]), "30000/1001");
    for (fps, expected) in [
        ("29.97", "30000/1001"),
        ("30000/1001", "30000/1001"),
        ("23.976", "24000/1001"),
        ("60", "60"),
        ("1/2", "1/2"),
    ] {
        assert_eq!(rate(&[&plain_patch, "--fps", fps]), expected);
    }
}

#[test]
fn a_slow_clip_is_a_small_file() {
    let folder = folder("slow");
    let file = patch(&folder, "a.pav", "#fff");
    let gif = path(&folder, "a.gif");
    // Two days, each of which has 132 delays.
    good(&["render", &file, "-o", &gif, "--fps", "1/86400", "--frames", "2", "--size", "400x300"]);
    let bytes = fs::read(&gif).unwrap();
    assert!(bytes.len() < 20_000, "{} bytes", bytes.len());
    let mut decoder = gif::DecodeOptions::new().read_info(&bytes[..]).unwrap();
    let (mut total, mut count) = (0, 0);
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        (total, count) = (total + u64::from(frame.delay), count + 1);
    }
    assert_eq!((total, count), (2 * 8_640_000, 264));
    refused(&["render", &file, "-o", &gif, "--fps", "1/4294967295"], &["1/86400"]);
    let mut slow: serde_json::Value = serde_json::from_str(&plain().to_json()).unwrap();
    slow["clip"]["frame_rate"] = serde_json::json!([1, 4_294_967_295_u32]);
    let slow = write(&folder, "slow.json", &slow.to_string());
    refused(&["check", &slow], &["E0101", "1/4294967295", "86400 seconds"]);
}

#[test]
fn more_pictures_than_anybody_means_are_asked_about() {
    let folder = folder("too_many");
    let file = write(&folder, "a.pav", "clip { duration: 10s, rate: 1000000, size: (64, 48) }\n");
    for name in ["a.gif", "f_%d.png"] {
        let to = path(&folder, name);
        refused(
            &["render", &file, "-o", &to],
            &["error[E0303]", "10000000 pictures of 64x48", "--frames 0..10000000"],
        );
        assert_eq!(files(&folder), ["a.pav"]);
        good(&["render", &file, "-o", &to, "--frames", "1"]);
        fs::remove_file(folder.join(name.replace("%d", "0"))).unwrap();
    }
}

#[test]
fn gifs_and_apngs_are_played_as_often_as_is_asked() {
    let folder = folder("plays");
    let file = program(&folder, &plain());
    let (gif, apng) = (path(&folder, "a.gif"), path(&folder, "a.apng"));
    for (plays, of_gif, of_apng) in [
        (None, gif::Repeat::Infinite, 0),
        (Some("0"), gif::Repeat::Infinite, 0),
        (Some("forever"), gif::Repeat::Infinite, 0),
        (Some("1"), gif::Repeat::Finite(0), 1),
        (Some("3"), gif::Repeat::Finite(2), 3),
    ] {
        for to in [&gif, &apng] {
            let option = plays.map(|plays| ["--loop", plays]);
            let option = option.as_ref().map(|option| &option[..]).unwrap_or_default();
            good(&[&["render", &file, "-o", to, "--frames", "3"], option].concat());
        }
        let mut decoder = gif::DecodeOptions::new().read_info(fs::File::open(&gif).unwrap()).unwrap();
        decoder.next_frame_info().unwrap();
        assert_eq!(decoder.repeat(), of_gif, "{plays:?}");
        let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(&apng).unwrap()));
        let reader = decoder.read_info().unwrap();
        assert_eq!(reader.info().animation_control().unwrap().num_plays, of_apng, "{plays:?}");
    }
    let to = |name: &str| path(&folder, name);
    refused(&["render", &file, "-o", &gif, "--loop=-1"], &["--loop"]);
    refused(&["render", &file, "-o", &to("a.png"), "--loop", "2"], &["--loop is for .gif and .apng"]);
    refused(&["render", &file, "-o", &apng, "--dither", "off"], &["--dither is for .gif"]);
    refused(&["render", &file, "-o", &gif, "--effort", "small"], &["--effort is for .png and .apng"]);
    refused(&["render", &file, "-o", &gif, "--preset", "draft"], &["--preset is for .mp4 and .webm"]);
    refused(&["render", &file, "-o", &gif, "--redraw"], &["--redraw is for a .png per frame"]);
    refused(
        &["render", &file, "-o", &to("one.png"), "--frames", "1", "--redraw"],
        &["--redraw is for a .png per frame"],
    );
    refused(&["render", &file, "-o", &apng, "--matte", "#fff", "--transparent"], &["--matte is for .gif"]);
    refused(&["render", &file, "-o", &gif, "--matte", "#fff"], &["--transparent"]);
}

#[test]
fn half_transparent_pixels_of_a_gif_are_told_or_matted() {
    let folder = folder("matte");
    let file = patch(&folder, "a.pav", "#fff");
    let gif = path(&folder, "a.gif");
    let arguments = ["render", &file, "-o", &gif, "--frames", "1", "--size", "60x60", "--transparent"];
    let Ran { code, out, err } = pavane(&arguments);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(
        err.starts_with("warning: ") && err.contains("half-transparent") && err.contains("--matte"),
        "{err}"
    );
    let Ran { out, .. } = pavane(&[&arguments[..], &["--format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(good(&[&arguments[..], &["--matte", "#000"]].concat()), "");
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(fs::File::open(&gif).unwrap()).unwrap();
    let frame = decoder.read_next_frame().unwrap().unwrap();
    let greys =
        frame.buffer.chunks_exact(4).filter(|pixel| pixel[3] == 255 && (1..255).contains(&pixel[0])).count();
    assert!(greys > 20, "{greys} pixels lie between white and the matte");
}

#[test]
fn terminals_obey_nothing_that_is_in_a_message() {
    let folder = folder("terminals");
    let hostile = "a\u{1b}[31m\u{202e}\u{9b}b\nerror: forged";
    let file =
        write(&folder, "plain.pav", "draw circle { position: (0.5, 0.5), size: \u{1b}[2J, color: #fff }\n");
    let named = path(&folder, &format!("{hostile}.pav"));
    fs::write(&named, "x = y\n").unwrap();
    let fine = patch(&folder, "fine.pav", "#fff");
    let to = |name: &str| path(&folder, &format!("{hostile}{name}"));
    let json = ["check", &named, "--format", "json"];
    for arguments in [
        &["check", &named] as &[&str],
        &["check", &format!("{named}.no")],
        &["check", &file],
        &["render", &fine, "-o", &to("/a.gif")],
        &["render", &fine, "-o", &to(".avi")],
        &["render", &fine, "-o", &to("%x.png")],
        &["render", &named, "-o", &named],
        &["compile", &fine, "-o", &to("/a.json")],
        &["render", &fine, "-o", "a.gif", "--size", hostile],
        &["render", &fine, "-o", "a.gif", "--fps", hostile],
        &["render", &fine, "-o", "a.gif", hostile],
        &[hostile],
        &["explain", hostile],
        &json,
    ] {
        let Ran { code, out, err } = pavane(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {err}");
        for text in [&out, &err] {
            let obeyed = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            assert_eq!(obeyed, None, "{arguments:?}: {text:?}");
            assert!(!text.lines().any(|line| line.starts_with("error: forged")), "{arguments:?}: {text}");
        }
    }
    let found: serde_json::Value = serde_json::from_str(&pavane(&json).out).unwrap();
    assert_eq!(found["diagnostics"][0]["file"], *named);
}

#[test]
fn folders_are_blamed_for_what_they_are() {
    let folder = folder("blamed");
    let file = patch(&folder, "a.pav", "#fff");
    write(&folder, "file", "");
    for (name, frames) in OWN {
        for (place, expected) in [("no", "its folder does not exist"), ("file", "is a file and not a folder")]
        {
            let to = path(&folder, &format!("{place}/{name}"));
            let Ran { code, out, err } = pavane(&["render", &file, "-o", &to, "--frames", frames]);
            assert!(matches!(code, Some(1 | 2)) && out.is_empty(), "{to}: {err}");
            assert!(err.contains(expected), "{to}: {err}");
        }
    }
    assert_eq!(left(&folder), names(["a.pav", "file"]));
}

/// A folder of programs, in which `ffmpeg` is a script that has `$last`, the file that it is to write.
#[cfg(unix)]
fn with_ffmpeg(folder: &Path, script: &str) -> String {
    let programs = folder.join("programs");
    let _ = fs::create_dir(&programs);
    let text = format!("#!/bin/sh\nfor last; do :; done; last=${{last#file:}}\n{script}\n");
    // In a process of its own: what another test starts meanwhile would hold the file open, and then it cannot be run.
    let write = "printf %s \"$2\" > \"$1\" && chmod 755 \"$1\"";
    let mut shell = Command::new("sh");
    let written = shell.args(["-c", write, "sh"]).arg(programs.join("ffmpeg")).arg(text).status();
    assert!(written.is_ok_and(|status| status.success()), "the script is written");
    format!("{}:/usr/bin:/bin", programs.display())
}

/// How a run is stopped, and the code that it ends with. Where the tests themselves were started to ignore a signal, so
/// does every program that they start.
#[cfg(unix)]
fn stops() -> impl Iterator<Item = (&'static [&'static str], i32)> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0").trim();
    let ignored = u64::from_str_radix(ignored, 16).unwrap();
    let all: [(u64, &[&str], i32); 5] = [
        (1 << 14, &["TERM"], 1),
        (1 << 14, &["TERM", "TERM"], 130),
        (1 << 1, &["INT"], 1),
        (1 << 1, &["INT", "INT"], 130),
        (1 << 0, &["HUP"], 1),
    ];
    all.into_iter().filter(move |(bit, ..)| ignored & bit == 0).map(|(_, signals, code)| (signals, code))
}

/// Stops a run by signals and gives its code and its words.
#[cfg(unix)]
fn stop(mut child: Child, signals: &[&str]) -> (Option<i32>, String) {
    for signal in signals {
        let sent =
            Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(sent.success(), "the signal was sent");
        // Two that come together are one.
        if signals.len() > 1 {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (child.wait().unwrap().code(), err)
}

/// Waits until something is there.
#[cfg(unix)]
fn until(child: &mut Child, is_there: impl Fn() -> bool) {
    while !is_there() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it began");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[cfg(unix)]
#[test]
fn a_stopped_render_leaves_nothing_half_written() {
    let folder = folder("stopped");
    let file = program(&folder, &plain());
    let busy = "cat > \"$last\"";
    let slow = "while head -c 10000 >> \"$last\"; do sleep 0.05; done";
    let hung = "echo half > \"$last\"; sleep 1000 & wait";
    for (name, script) in [("a.gif", ""), ("a.apng", ""), ("a.mp4", busy), ("b.mp4", slow), ("a.webm", hung)]
    {
        let programs = with_ffmpeg(&folder, script);
        for (signals, expected) in stops() {
            let outputs = folder.join("outputs");
            fs::create_dir(&outputs).unwrap();
            let to = path(&outputs, name);
            let mut child =
                command(&["render", &file, "-o", &to, "--frames", "1000000000", "--size", "1600x1200"]);
            let mut child = child.env("PATH", &programs).stderr(Stdio::piped()).spawn().unwrap();
            until(&mut child, || !files(&outputs).is_empty());
            let (code, err) = stop(child, signals);
            // A second signal may find that the first has done it.
            assert!(
                code == Some(expected) || (signals.len() > 1 && code == Some(1)),
                "{name} {signals:?}: {code:?} {err}"
            );
            assert!(err.contains("stopped") || code == Some(130), "{name} {signals:?}: {err}");
            assert_eq!(files(&outputs), [] as [&str; 0], "{name} {signals:?}");
            fs::remove_dir(&outputs).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_stopped_sequence_has_whole_pictures_only() {
    let folder = folder("stopped_sequence");
    let file = program(&folder, &plain());
    for name in ["f_%d.png", "f_%d.svg"] {
        let outputs = folder.join("outputs");
        fs::create_dir(&outputs).unwrap();
        let mut child = command(&["render", &file, "-o", &path(&outputs, name), "--frames", "1000000000"]);
        let mut child = child.stderr(Stdio::piped()).spawn().unwrap();
        until(&mut child, || files(&outputs).len() > 3);
        assert_eq!(stop(child, &["TERM"]).0, Some(1), "{name}");
        let end: &[u8] = if name.ends_with("png") { b"IEND\xaeB`\x82" } else { b"</svg>\n" };
        for file in files(&outputs) {
            assert!(fs::read(outputs.join(&file)).unwrap().ends_with(end), "{file}");
        }
        fs::remove_dir_all(&outputs).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_waits_for_a_reader_is_stopped_too() {
    let folder = folder("waits");
    let file = program(&folder, &plain());
    let fifo = fifo(&folder, "a.gif");
    let temporary = folder.join("temporary");
    fs::create_dir(&temporary).unwrap();
    let render = |size: &str| {
        let mut child =
            command(&["render", &file, "-o", fifo.to_str().unwrap(), "--frames", "60", "--size", size]);
        child.env("TMPDIR", &temporary).stderr(Stdio::piped()).spawn().unwrap()
    };
    // Nobody opens the pipe.
    let mut child = render("64x48");
    let status = format!("/proc/{}/status", child.id());
    until(&mut child, || {
        // From the moment when the run begins, signal 15 is heeded.
        let status = fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        u64::from_str_radix(caught, 16).unwrap() & 1 << 14 != 0
    });
    let (code, err) = stop(child, &["TERM"]);
    assert!(code == Some(1) && err.contains("stopped"), "{code:?} {err}");
    // Somebody opens it, and reads no more than the first byte of what is written at the end.
    let child = render("1000x1000");
    let mut reader = fs::File::open(&fifo).unwrap();
    reader.read_exact(&mut [0]).unwrap();
    let (code, err) = stop(child, &["TERM"]);
    assert!(code == Some(1) && err.contains("stopped"), "{code:?} {err}");
    assert_eq!(files(&temporary), [] as [&str; 0]);
    assert_eq!(left(&folder), names(["a.gif", "plain.json", "temporary"]));
}

#[cfg(target_os = "linux")]
#[test]
fn what_nohup_silences_stays_silent() {
    let folder = folder("nohup");
    let file = program(&folder, &plain());
    let to = path(&folder, "f_%d.png");
    let script = "trap '' HUP; exec \"$0\" render \"$1\" -o \"$2\" --frames 300";
    let mut child = Command::new("sh");
    let child = child.args(["-c", script, env!("CARGO_BIN_EXE_pavane"), &file, &to]).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    until(&mut child, || folder.join("f_0.png").exists());
    let (code, err) = stop(child, &["HUP"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(files(&folder).len(), 301);
}

#[cfg(unix)]
#[test]
fn a_program_that_fails_leaves_nothing() {
    let folder = folder("ffmpeg_fails");
    let file = program(&folder, &plain());
    for (script, expected) in [
        ("echo 'Unknown encoder' >&2; exit 1", "Unknown encoder"),
        ("head -c 100000 > \"$last\"; echo gone >&2; exit 7", "gone"),
        ("head -c 10 > \"$last\"; kill -9 $$", "signal: 9"),
        ("exit 0", "before the last frame"),
        ("cat > /dev/null", "wrote nothing"),
        ("cat > /dev/null; echo 'x: No space left on device' >&2", "no space left on the disk of"),
    ] {
        let programs = with_ffmpeg(&folder, script);
        let outputs = folder.join("outputs");
        fs::create_dir(&outputs).unwrap();
        let arguments = ["render", &file, "-o", &path(&outputs, "a.mp4"), "--size", "640x480"];
        let Ran { code, err, .. } = ran(command(&arguments).env("PATH", programs).output().unwrap());
        assert!(code == Some(1) && err.contains(expected), "{script}: {code:?} {err}");
        assert_eq!(files(&outputs), [] as [&str; 0], "{script}");
        fs::remove_dir(&outputs).unwrap();
    }
}

/// A named pipe.
#[cfg(unix)]
fn fifo(folder: &Path, name: &str) -> PathBuf {
    let fifo = folder.join(name);
    let made = Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success(), "a pipe was made");
    fifo
}

#[cfg(unix)]
#[test]
fn pipes_are_written_through() {
    use std::os::unix::fs::FileTypeExt;
    let folder = folder("pipes");
    let file = program(&folder, &plain());
    let programs = with_ffmpeg(&folder, "cat > \"$last\"");
    let temporary = folder.join("temporary");
    fs::create_dir(&temporary).unwrap();
    for name in ["a.png", "a.apng", "a.gif", "a.svg", "a.mp4", "a.webm"] {
        let run = |to: &str| {
            let mut run = command(&["render", &file, "-o", to, "--frames", "1"]);
            run.env("PATH", &programs).env("TMPDIR", &temporary);
            run
        };
        let ordinary = path(&folder, &format!("ordinary_{name}"));
        assert_eq!(run(&ordinary).status().unwrap().code(), Some(0));
        let expected = fs::read(&ordinary).unwrap();
        let fifo = fifo(&folder, name);
        let mut child = run(fifo.to_str().unwrap()).spawn().unwrap();
        let found = fs::read(&fifo).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
        assert!(
            found == expected && !found.is_empty(),
            "{name}: {} of {} bytes",
            found.len(),
            expected.len()
        );
        assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo(), "{name}");
        let format = name.split('.').next_back().unwrap();
        assert_eq!(run(&format!("{format}:-")).output().unwrap().stdout, expected, "{format}:-");
        assert_eq!(files(&temporary), [] as [&str; 0], "{name}");
    }
}

/// Writing fails in the middle: the size of files is limited here.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_go_on_is_not_left() {
    let folder = folder("cannot_go_on");
    let file = patch(&folder, "a.pav", "#fff");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let cannot = |arguments: &[&str]| {
        let mut run = Command::new("sh");
        run.args(["-c", script, env!("CARGO_BIN_EXE_pavane")]).args(arguments);
        let Ran { code, err, .. } = ran(run.output().unwrap());
        assert_eq!(code, Some(1), "{arguments:?}: {err}");
        assert!(err.contains("cannot write") && err.contains("too large"), "{arguments:?}: {err}");
        assert_eq!(files(&folder), ["a.pav"], "{arguments:?}");
    };
    for (name, frames) in OWN.iter().filter(|(name, _)| !name.ends_with(".svg")) {
        cannot(&["render", &file, "-o", &path(&folder, name), "--frames", frames, "--size", "1000x1000"]);
    }
    cannot(&["compile", &file, "-o", &path(&folder, "a.json")]);
}

/// A sequence of which a render has made some files already.
#[test]
fn frames_that_are_there_are_not_drawn_again() {
    let folder = folder("kept");
    let patch = |text: &str| write(&folder, "a.pav", text);
    let disc = |size: &str| {
        format!(
            "clip {{ rate: 10, duration: 1s, size: (64, 48) }}\ndraw circle {{ position: (0.5, 0.5), size: {size}, color: #fff }}\n"
        )
    };
    let file = patch(&disc("0.5 + 0.1 * scalar(time)"));
    let to = path(&folder, "f_%d.png");
    let read = || -> Vec<Vec<u8>> {
        (0..10).map(|k| fs::read(folder.join(format!("f_{k}.png"))).unwrap()).collect()
    };
    let render = |more: &[&str], expected: &str| {
        let Ran { code, err, .. } = pavane(&[&["render", &file, "-o", &to], more].concat());
        assert_eq!(code, Some(0), "{err}");
        assert!(err.starts_with(expected) && err.is_empty() == expected.is_empty(), "{err}");
    };
    render(&[], "");
    let first = read();
    let is_first = || assert!(read() == first);
    render(&[], "0 of 10 frames drawn");
    render(&["--threads", "1"], "0 of 10 frames drawn");
    render(&["--redraw"], "");
    is_first();
    // Gone, cut off, and of another frame.
    fs::remove_file(folder.join("f_3.png")).unwrap();
    fs::write(folder.join("f_5.png"), &first[5][..first[5].len() - 1]).unwrap();
    fs::write(folder.join("f_6.png"), &first[7]).unwrap();
    render(&["--frames", "2..9"], "3 of 7 frames drawn");
    is_first();
    // An edit that shows from frame 6 on.
    patch(&disc("if time > 550ms then 0.2 * scalar(time) else 0.5 + 0.1 * scalar(time)"));
    render(&[], "4 of 10 frames drawn");
    let kept = read();
    assert!(kept[..6] == first[..6] && kept[6..] != first[6..]);
    render(&["--redraw"], "");
    assert!(read() == kept);
    // Pixels that are others.
    for (more, expected) in [
        (["--size", "48x48"].as_slice(), ""),
        (&["--size", "48x48", "--transparent"], ""),
        (&["--effort", "small"], ""),
    ] {
        render(more, expected);
        render(more, "0 of 10");
    }
    let report: serde_json::Value = serde_json::from_str(
        &pavane(&["render", &file, "-o", &to, "--effort", "small", "--format", "json"]).out,
    )
    .unwrap();
    assert_eq!((&report["frames"], &report["kept"]), (&10.into(), &10.into()));
}

/// Clips of which a render has drawn some frames already.
#[test]
#[cfg(unix)]
fn frames_are_taken_from_a_cache() {
    let folder = folder("cache");
    let patch = |size: &str| {
        let text = format!(
            "clip {{ rate: 10, duration: 2s, size: (64, 48) }}\ndraw circle {{ position: (0.5, 0.5), size: {size}, color: #fff }}\n"
        );
        write(&folder, "a.pav", &text)
    };
    let size = "0.5 + 0.1 * scalar(time)";
    let file = patch(size);
    // The planes that ffmpeg gets are its file.
    let programs = with_ffmpeg(&folder, "cat > \"$last\"");
    let run = |arguments: &[&str], name: &str| {
        let to = path(&folder, name);
        let mut command = command(&[&["render", &file, "-o", &to], arguments].concat());
        let Ran { code, err, .. } = ran(command.env("PATH", &programs).output().unwrap());
        assert_eq!(code, Some(0), "{err}");
        (fs::read(to).unwrap(), err)
    };
    let check = |name: &str, more: &[&str], cache: &str, expected: &str| {
        let cache = path(&folder, cache);
        let (plain, err) = run(more, name);
        assert_eq!(err, "");
        for threads in ["1", "2"] {
            let own = format!("{cache}.{threads}");
            for (turn, expected) in [expected, "0 of 20"].into_iter().enumerate() {
                let with = [more, &["--cache", &own, "--threads", threads]].concat();
                let (found, err) = run(&with, name);
                assert!(found == plain, "{name} {more:?}, {threads} threads, turn {turn}");
                assert!(err.starts_with(expected) && err.is_empty() == expected.is_empty(), "{name}: {err}");
            }
        }
    };
    for name in ["a.gif", "a.apng", "a.mp4", "a.webm"] {
        check(name, &[], &format!("{name}.cache"), "");
    }
    check("a.gif", &["--transparent", "--matte", "#fff"], "a.gif.cache", "");
    // The pictures are the same whatever the format.
    check("a.apng", &[], "a.gif.cache", "0 of 20 frames drawn");
    // An edit that changes half a second.
    patch(&format!("if time > 1s and time < 1550ms then 0.2 * scalar(time) else {size}"));
    for name in ["a.gif", "a.apng", "a.mp4", "a.webm"] {
        check(name, &[], &format!("{name}.cache"), "5 of 20 frames drawn");
    }
    // A damaged cache and a full one cost nothing but time, and are told of.
    let cache = path(&folder, "a.apng.cache.1");
    for file in files(Path::new(&cache)) {
        fs::write(Path::new(&cache).join(file), "pavane").unwrap();
    }
    let (plain, _) = run(&[], "a.apng");
    let (found, err) = run(&["--cache", &cache], "a.apng");
    assert!(found == plain && err.matches("damaged, so its frame is drawn again").count() == 20, "{err}");
    let (found, err) = run(&["--cache", &cache, "--cache-size", "2KiB", "--transparent"], "a.apng");
    assert!(found != plain && err.contains("full with"), "{err}");
    let left: u64 = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(left <= 2048, "{left}");

    refused(
        &["render", &file, "-o", &path(&folder, "f_%d.png"), "--cache", &cache],
        &["--cache is for .gif"],
    );
    refused(&["render", &file, "-o", &path(&folder, "a.gif"), "--cache-size", "1GiB"], &["--cache"]);
    let is_file = ["render", &file, "-o", &path(&folder, "b.gif"), "--cache", &file];
    refused(&is_file, &["a cache is a folder", "a.pav"]);
    assert!(!folder.join("b.gif").exists());
}
