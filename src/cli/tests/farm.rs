//! Shards and the clips that are joined of them, as a farm does it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{
    Ran, command, files, folder, good, json, path, pavane, plain, program, refused, stateful, write,
};

/// Renders shards of a program to a folder, with a file of hashes each.
fn shards(file: &str, to: &Path, which: &[&str], more: &[&str]) {
    for shard in which {
        let hash = format!("--hash={}", path(to, &format!("{}.txt", shard.replace('/', "of"))));
        let all = ["render", file, "-o", &path(to, "f_%03d.png"), "--shard", shard, &hash];
        good(&[&all[..], more].concat());
    }
}

/// A join that does not do it: its exit code and what it says.
fn fails(arguments: &[&str], code: i32, expected: &[&str]) {
    let ran = pavane(&[&["join"], arguments].concat());
    assert_eq!((ran.code, ran.out.as_str()), (Some(code), ""), "{arguments:?}: {}", ran.err);
    expected.iter().for_each(|part| assert!(ran.err.contains(part), "{arguments:?}: {}", ran.err));
}

#[test]
fn a_joined_clip_has_the_bytes_of_a_direct_one() {
    let root = folder("joined");
    let shard = ["0/3", "1/3", "2/3"];
    let hash_files = |to: &Path| ["0of3.txt", "1of3.txt", "2of3.txt"].map(|name| path(to, name));
    for (name, what) in [("stateful", stateful()), ("plain", plain())] {
        let file = program(&root, &what);
        for (kind, more) in [
            ("opaque", &[] as &[&str]),
            ("transparent", &["--transparent"]),
            ("fast", &["--fps", "120", "--frames", "0s..400ms"]),
            ("part", &["--frames", "3..", "--size", "48x32"]),
        ] {
            let to = root.join(format!("{name}_{kind}"));
            fs::create_dir(&to).unwrap();
            shards(&file, &to, &shard, more);
            for format in ["gif", "apng", "mp4", "webm"] {
                if kind == "transparent" && format == "mp4" {
                    continue;
                }
                let (direct, joined) =
                    (path(&to, &format!("direct.{format}")), path(&to, &format!("joined.{format}")));
                let rendered = pavane(&[&["render", &file, "-o", &direct], more].concat());
                if rendered.code != Some(0) && rendered.err.contains("no `ffmpeg`") {
                    continue;
                }
                assert_eq!(rendered.code, Some(0), "{}", rendered.err);
                let frames = path(&to, "f_%03d.png");
                let hashes = hash_files(&to);
                let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
                let joined_to =
                    pavane(&[&["join", &frames, "-o", &joined, "--hashes"][..], &hashes].concat());
                assert_eq!(
                    (joined_to.code, joined_to.err),
                    (Some(0), rendered.err.replace("direct.", "joined.")),
                    "{name} {kind} {format}"
                );
                assert!(fs::read(&direct).unwrap() == fs::read(&joined).unwrap(), "{name} {kind} {format}");
                // Where nobody says how far it goes, it goes as far as there are files.
                let again = path(&to, &format!("again.{format}"));
                assert_eq!(pavane(&["join", &frames, "-o", &again]).code, Some(0));
                assert!(fs::read(&direct).unwrap() == fs::read(&again).unwrap(), "{name} {kind} {format}");
            }
        }
    }
}

#[test]
fn options_of_the_encoder_are_those_of_a_render() {
    let folder = folder("join_options");
    let file = program(&folder, &plain());
    shards(&file, &folder, &["0/1"], &["--transparent"]);
    let frames = path(&folder, "f_%03d.png");
    for (name, options) in [
        ("a.gif", &["--loop", "3", "--matte", "#0f0", "--dither", "off"] as &[&str]),
        ("a.apng", &["--loop", "2", "--effort", "small"]),
    ] {
        let (direct, joined) = (path(&folder, name), path(&folder, &format!("joined_{name}")));
        good(&[&["render", &file, "-o", &direct, "--transparent"], options].concat());
        good(&[&["join", &frames, "-o", &joined], options].concat());
        assert!(fs::read(&direct).unwrap() == fs::read(&joined).unwrap(), "{name}");
    }
    let gif = path(&folder, "b.gif");
    let found = json(&["join", &frames, "-o", &gif, "--matte", "#000"]);
    assert_eq!(
        (&found["frames"], &found["frame_rate"], &found["compared"]),
        (&10.into(), &"20".into(), &0.into())
    );
    for (arguments, expected) in [
        (&["-o", "x.png"] as &[&str], "no clip"),
        (&["-o", "x.avi"], ".webm"),
        (&["-o", "x.apng", "--dither", "off"], "--dither is for .gif"),
        (&["-o", &frames.replace("f_%03d.png", "no/x.gif")], "folder does not exist"),
        (&["-o", &gif, "--frames", "5..5"], "--frames"),
        (&["-o", &gif, "--frames", "0..99999999999"], "more than one clip"),
        (&["-o", &gif, "--hashes", &file], "this is no hash"),
        (&[], "--output"),
    ] {
        refused(&[&["join", &frames], arguments].concat(), &[expected]);
    }
    refused(&["join", "f.png", "-o", &gif], &["%05d"]);
    refused(&["join", "f_%d.svg", "-o", &gif], &["%05d"]);
}

#[test]
fn what_is_missing_is_named() {
    let folder = folder("missing");
    let file = program(&folder, &stateful());
    let (frames, gif) = (path(&folder, "f_%03d.png"), path(&folder, "a.gif"));
    fails(&[&frames, "-o", &gif], 3, &["there are no files"]);
    shards(&file, &folder, &["0/4", "1/4", "2/4", "3/4"], &[]);
    let hashes = ["0of4.txt", "1of4.txt", "2of4.txt", "3of4.txt"].map(|name| path(&folder, name));
    let [zero, one, two, three] = hashes.each_ref().map(String::as_str);
    let all = [&frames, "-o", &gif, "--hashes", zero, one, two, three];
    let without = |numbers: &[u32], test: &dyn Fn()| {
        let files: Vec<_> = numbers.iter().map(|k| path(&folder, &format!("f_{k:03}.png"))).collect();
        let kept: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        files.iter().for_each(|file| fs::remove_file(file).unwrap());
        test();
        files.iter().zip(kept).for_each(|(file, bytes)| fs::write(file, bytes).unwrap());
        assert!(!Path::new(&gif).exists());
    };
    // A whole shard: from its hashes, from how far apart frames are, and at the end of the clip.
    without(&[1, 5, 9], &|| {
        fails(
            &all,
            3,
            &["3 of 10 frames are missing: 1, 5, 9", "--frames 0..10 --shard 1/4  renders all of it"],
        );
        fails(&[&frames, "-o", &gif, "--frames", "10"], 3, &["--frames 0..10 --shard 1/4"]);
    });
    without(&[5, 6], &|| {
        fails(&all, 3, &["missing: 5, 6", "--shard 1/4  renders 1 of its 3", "--shard 2/4"]);
    });
    without(&[9], &|| fails(&all, 3, &["1 of 10 frames is missing: 9", "--shard 1/4"]));
    // Its pictures may be there, but nobody has said that they are all of it.
    fails(&all[..7], 3, &["2 of 10 frames are without a hash", "3, 7", "--shard 3/4"]);
    // Frames that are cut off, or no PNG, or another frame, or of another size.
    let third = path(&folder, "f_003.png");
    let good_bytes = fs::read(&third).unwrap();
    let other = fs::read(path(&folder, "f_002.png")).unwrap();
    let mut flipped = good_bytes.clone();
    flipped[60] ^= 0x40;
    for (bytes, expected) in [
        (&good_bytes[..good_bytes.len() / 2], "not a whole one"),
        (b"", "not a whole one"),
        (&other, "is not the frame of the hashes"),
    ] {
        fs::write(&third, bytes).unwrap();
        fails(&all, 3, &["f_003.png", expected, "render frame 3 (of --shard 3/4) again"]);
    }
    fs::write(&third, &flipped).unwrap();
    fails(&all, 3, &["f_003.png", "again"]);
    good(&["render", &file, "-o", &frames, "--at", "3", "--size", "30x30", "--redraw"]);
    fails(&all, 3, &["f_000.png", "32x32", "f_003.png", "30x30"]);
    fs::write(&third, &good_bytes).unwrap();
    // Hashes that disagree, or are of another clip.
    let text = fs::read_to_string(one).unwrap();
    let line = text.lines().find(|line| line.starts_with("frame 5 ")).unwrap();
    let bad = write(&folder, "bad.txt", &text.replace(line, "frame 5 0x0123456789abcdef"));
    fails(&[&all[..], &[&bad]].concat(), 3, &["1of4.txt", "bad.txt", "render both again"]);
    let elsewhere = write(&folder, "elsewhere.txt", &text.replace("clip 0..10", "clip 0..12"));
    fails(&[&all[..], &[&elsewhere]].concat(), 2, &["frames 0..10", "frames 0..12"]);
    // What a clip is made of is not overwritten, and what is whole is joined.
    good(&[&["join"], &all[..]].concat());
    let inside = fs::read(&gif).unwrap();
    fails(&[&frames, "-o", &gif, "--hashes", &gif], 2, &["a.gif"]);
    assert_eq!(fs::read(&gif).unwrap(), inside);
}

#[test]
fn pictures_of_other_programs_take_a_frame_rate() {
    let folder = folder("other_pictures");
    for (index, grey) in [(1, 10_u8), (2, 200), (3, 90)] {
        let file = fs::File::create(folder.join(format!("scan_{index}.png"))).unwrap();
        let mut encoder = png::Encoder::new(file, 4, 2);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&[grey; 8]).unwrap();
    }
    let (frames, gif) = (path(&folder, "scan_%d.png"), path(&folder, "a.gif"));
    fails(&[&frames, "-o", &gif], 2, &["--fps"]);
    let found = json(&["join", &frames, "-o", &gif, "--fps", "25"]);
    assert_eq!((&found["first_frame"], &found["frames"]), (&1.into(), &3.into()));
    assert!(fs::read(&gif).unwrap().starts_with(b"GIF89a"));
}

/// What a farm does when a node goes away: frames that are there are whole, and the shard that runs again draws only the others.
#[test]
fn a_shard_that_is_killed_leaves_whole_frames_and_goes_on() {
    let folder = folder("killed");
    let frames = path(&folder, "f_%05d.png");
    let hash = path(&folder, "hash.txt");
    let hash_to = format!("--hash={hash}");
    let arguments = [
        "render",
        "examples:golden_spiral",
        "-o",
        &frames,
        "--size",
        "640x360",
        "--frames",
        "400",
        "--shard",
        "1/2",
        &hash_to,
    ];
    let mut child = command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pngs = || files(&folder).into_iter().filter(|name| name.starts_with("f_")).collect::<Vec<_>>();
    let begun = Instant::now();
    while pngs().len() < 5 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let left = pngs();
    assert!((5..200).contains(&left.len()), "{} of 200 frames", left.len());
    assert!(!Path::new(&hash).exists(), "a file of hashes says that a shard is done");
    for name in &left {
        let file = std::io::BufReader::new(fs::File::open(folder.join(name)).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
    }
    let Ran { code, err, .. } = pavane(&[&arguments[..], &["--threads", "1"]].concat());
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains(&format!("{} of 200 frames drawn", 200 - left.len())), "{err}");
    assert_eq!(fs::read_to_string(&hash).unwrap().lines().count(), 201);
    // Once more: nothing is drawn, and nothing is another.
    let before = fs::read(folder.join(&left[0])).unwrap();
    let Ran { err, .. } = pavane(&arguments);
    assert!(err.contains("0 of 200 frames drawn"), "{err}");
    assert!(fs::read(folder.join(&left[0])).unwrap() == before);
}

#[test]
fn an_estimate_writes_nothing() {
    let folder = folder("estimate");
    let file = program(&folder, &stateful());
    let before = files(&folder);
    for output in ["a.gif", "f_%d.png", "f_%d.svg", "a.apng"] {
        let output = path(&folder, output);
        let all = ["render", &file, "-o", &output, "--frames", "0s..10s", "--fps", "30", "--estimate"];
        let found = json(&all);
        assert_eq!(
            (&found["frames"], &found["played"], &found["tried"]),
            (&300.into(), &0.into(), &12.into())
        );
        let (seconds, each) =
            (found["seconds"].as_f64().unwrap(), found["seconds_per_frame"].as_f64().unwrap());
        assert!(each > 0.0 && (seconds / each / 300.0 - 1.0).abs() < 1e-6, "{found}");
        assert!(found["bytes"].as_u64().unwrap() > 1000, "{found}");
    }
    let output = path(&folder, "f_%d.png");
    let all = ["render", &file, "-o", &output, "--frames", "300", "--shard", "3/4", "--estimate"];
    let found = json(&all);
    assert_eq!((&found["frames"], &found["played"]), (&75.into(), &225.into()));
    let text = good(&all);
    assert!(text.contains("75 frames of 32x32") && text.contains("play 225 more"), "{text}");
    assert!(json(&["render", &file, "--estimate"])["bytes"].is_null());
    assert_eq!(files(&folder), before);
}

/// The commands of the README's part on farms do what it says.
#[cfg(unix)]
#[test]
fn the_readme_renders_on_a_farm() {
    let text = include_str!("../../../README.md");
    let (_, part) = text.split_once("**Render on a farm.**").unwrap();
    let (_, block) = part.split_once("```sh\n").unwrap();
    let (commands, _) = block.split_once("```").unwrap();
    let folder = folder("readme_farm");
    let run = |commands: &str| {
        let binary = Path::new(env!("CARGO_BIN_EXE_pavane")).parent().unwrap().to_str().unwrap();
        let paths = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
        let mut shell = std::process::Command::new("sh");
        super::ran(shell.args(["-ec", commands]).env("PATH", paths).current_dir(&folder).output().unwrap())
    };
    let Ran { code, err, .. } = run(commands);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let direct = path(&folder, "direct.gif");
    good(&["render", "examples:murmuration", "-o", &direct, "--frames", "0..8", "--size", "160x90"]);
    assert!(fs::read(direct).unwrap() == fs::read(folder.join("birds.gif")).unwrap());
    // And says what is missing in the words that stand there.
    for frame in [1, 3, 5, 7] {
        fs::remove_file(folder.join(format!("frame_{frame:05}.png"))).unwrap();
    }
    let Ran { code, err, .. } = run(commands.lines().last().unwrap());
    assert!(code == Some(3) && err.contains("--frames 0..8 --shard 1/2  renders all of it"), "{err}");
    assert!(part.contains("--frames 0..8 --shard 1/2  renders all of it"));
}
