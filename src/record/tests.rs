//! Logs that are written, read and replayed.

use std::fmt::Write;
use std::sync::Arc;

use super::{Recorder, Recording, Replay, Stopped};
use crate::engine::tests::program;
use crate::engine::{Engine, EngineSettings};
use crate::math::hash;
use crate::program::Program;
use crate::time::{Flicks, FrameRate};

const PATCH: &str = "
clip { rate: 50 }
input level = 0.5
input place: vec2 = (0.5, 0.5)
input hit: int = 0 momentary
input is_on = false
input tint = #f00
event click
event note: float
event jump: vec2
state clicks = 0
state seen = (0.5, 0.5)
state pitch = 0
state when = 0s
on click { clicks = clicks + 1; seen = place; when = time }
on note { pitch = pitch * 0.5 + note + level }
on jump { seen = jump }
hits = count(click) + count(note)
state sum = 0
next sum = sum * 0.9 + hit + (if is_on then 1 else 0)
echo = count(after(70ms, click))
domain dots[300] {
    draw circle {
        position: lag(place, 50ms) + polar(0.1 * rank, pitch * 0.01 + echo * 0.1 + scalar(when))
        size: 0.01 + 0.001 * sum + 0.001 * clicks
        color: mix(tint, hsv(seen.x, canvas.aspect / 10, 0.5 + 0.01 * hits), 0.5)
    }
}
";

fn edited() -> Program {
    program(&format!(
        "input other = 0.25\n{PATCH}draw circle {{ position: (other, 0.5), size: 0.1, color: #fff }}"
    ))
}

/// A host that does anything.
struct Host(u32);

impl Host {
    fn any(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        hash::hash(self.0) % below
    }

    fn number(&mut self) -> f64 {
        f64::from(self.any(1000)) / 1000.0 - 0.1
    }

    fn give(&mut self, engine: &mut Engine) {
        for _ in 0..self.any(6) {
            match self.any(9) {
                0 => engine.set("level", self.number()).unwrap(),
                1 => engine.set("place", [self.number(), self.number()]).unwrap(),
                2 => engine.set("hit", self.any(5) as i32 - 2).unwrap(),
                3 => engine.set("is_on", self.any(2) == 0).unwrap(),
                4 => engine.set("tint", [self.number(), self.number(), 0.5, 1.0]).unwrap(),
                5 => engine.send("click", ()).unwrap(),
                6 => engine.send("note", self.number()).unwrap(),
                7 => engine.send("jump", [self.number(), self.number()]).unwrap(),
                _ => {
                    let now = engine.at().and_then(|at| engine.frame_rate().start(at)).unwrap_or_default();
                    let at = Flicks(now.0 + 1 + u64::from(self.any(60_000_000)));
                    let note = engine.event("note").unwrap();
                    engine.send_at(note, at, self.number()).unwrap();
                }
            }
        }
    }
}

/// A run, its log, and the hash of every frame as it was seen last.
fn recorded(seed: u32) -> (String, Vec<(u64, u64)>) {
    let mut host = Host(seed.wrapping_mul(7919));
    let mut engine =
        Engine::fitted(program(PATCH), 1.5, EngineSettings { seed, ..Default::default() }).unwrap();
    let mut recorder = Recorder::new(&mut engine, "patch.pav");
    let mut seen = Vec::new();
    for index in 0..60 {
        host.give(&mut engine);
        engine.frame(index).unwrap();
        recorder.take(&engine).unwrap();
        for _ in 0..host.any(8).saturating_sub(5) {
            if host.any(2) == 0 {
                engine.set_canvas([100 + host.any(900), 100]).unwrap();
            } else {
                host.give(&mut engine);
            }
            engine.redraw().unwrap();
            recorder.take(&engine).unwrap();
        }
        if index % 25 == 20 {
            engine.swap(if index < 30 { edited() } else { program(PATCH) }).unwrap();
            recorder.take(&engine).unwrap();
        }
        seen.push((index, engine.last_frame().unwrap().hash()));
    }
    (recorder.finish(&mut engine).unwrap(), seen)
}

fn replayed(log: &str, settings: EngineSettings) -> Vec<(u64, u64)> {
    let recording = Recording::read(log, "run.jsonl").unwrap_or_else(|found| panic!("{found}"));
    let mut replay = Replay::new(Arc::new(recording));
    let mut engine = replay.engine(settings).unwrap();
    let mut seen = Vec::new();
    while let Some(frame) = replay.step(&mut engine).unwrap() {
        seen.push((frame.index(), frame.hash()));
    }
    assert_eq!(engine.input_counters().rejected, 0);
    seen
}

#[test]
fn a_replay_gives_every_frame_that_was_seen() {
    for seed in 0..6 {
        let (log, seen) = recorded(seed);
        for threads in [1, 4] {
            let found = replayed(&log, EngineSettings { threads, ..Default::default() });
            assert_eq!(found, seen, "seed {seed}, {threads} threads\n{log}");
        }
        let end = Recording::read(&log, "run.jsonl").unwrap().end().unwrap();
        assert_eq!((end.frame, end.hash), (59, Some(seen[59].1)));
    }
}

/// A log of lines, of a program.
fn log_of(source: &str, lines: &[&str]) -> String {
    let mut engine = Engine::for_program(program(source)).unwrap();
    let mut recorder = Recorder::new(&mut engine, "a.pav");
    engine.frame(0).unwrap();
    recorder.take(&engine).unwrap();
    let text = recorder.finish(&mut engine).unwrap();
    let mut log: String = text.split_inclusive('\n').take(2).collect();
    for line in lines {
        let _ = writeln!(log, "{line}");
    }
    log
}

#[test]
fn at_another_rate_events_happen_at_their_times_and_inputs_count_from_theirs() {
    // Milliseconds in flicks.
    let ms = |ms: u64| ms * 705_600;
    let source = "
clip { rate: 50 }
input level = 0.0
input hit: int = 0 momentary
event click
state when = 0s
on click { when = time }
state sum = 0
next sum = sum + hit
draw circle { position: (scalar(when), level), size: 0.01 * sum + 0.01, color: #fff }";
    let lines = [
        format!("{{\"tag\":[{},0],\"channel\":\"level\",\"payload\":0.25}}", ms(20)),
        format!("{{\"tag\":[{},0],\"channel\":\"hit\",\"payload\":3}}", ms(60)),
        format!("{{\"tag\":[{},0],\"event\":\"click\"}}", ms(60)),
        format!("{{\"tag\":[{},0],\"channel\":\"hit\",\"payload\":0}}", ms(80)),
        format!("{{\"tag\":[{},0],\"channel\":\"level\",\"payload\":0.75}}", ms(100)),
        format!("{{\"tag\":[{},0],\"event\":\"click\",\"sent\":{}}}", ms(330), ms(100)),
        format!("{{\"tag\":[{},0],\"end\":{{\"frame\":50,\"hash\":null}}}}", ms(1000)),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let recording = Arc::new(Recording::read(&log_of(source, &lines), "run.jsonl").unwrap());
    for rate in [10, 24, 25, 50, 60, 144] {
        let mut replay = Replay::new(Arc::clone(&recording));
        let frame_rate = FrameRate::new(rate, 1);
        let mut engine = replay.engine(EngineSettings { frame_rate, ..Default::default() }).unwrap();
        let mut last = 0;
        while let Some(frame) = replay.step(&mut engine).unwrap() {
            last = frame.index();
            let (time, pass) = (frame.time().as_secs_f64(), frame.passes().next().unwrap());
            let level = if time < 0.02 {
                0.0
            } else if time < 0.1 {
                0.25
            } else {
                0.75
            };
            let when = if time < 0.06 {
                0.0
            } else if time < 0.33 {
                0.06
            } else {
                0.33
            };
            assert_eq!((pass.x.get(0), pass.y.get(0)), (when as f32, level as f32), "{rate} at {time}");
            // The frames that see the input as it was set are one, also where its going back falls into the same.
            let before = time - 1.0 / f64::from(rate);
            let expected = if before < 0.06 - 1e-9 { 0.01 } else { 0.04 };
            assert!((pass.width.get(0) - expected).abs() < 1e-6, "{rate} at {time}");
        }
        assert_eq!(last, u64::from(rate), "the last frame begins at a second");
    }
}

#[test]
fn a_jump_stops_a_recorder() {
    let check = |jump: &dyn Fn(&mut Engine), expected: Stopped| {
        let mut engine = Engine::for_program(program(PATCH)).unwrap();
        let mut recorder = Recorder::new(&mut engine, "a.pav");
        for index in 0..5 {
            engine.frame(index).unwrap();
            recorder.take(&engine).unwrap();
        }
        recorder.take(&engine).unwrap();
        jump(&mut engine);
        assert_eq!(recorder.take(&engine), Err(expected));
        engine.seek(0).unwrap();
        assert_eq!(recorder.take(&engine), Err(expected), "it has stopped for good");
        let log = recorder.finish(&mut engine).unwrap();
        let end = Recording::read(&log, "a").unwrap().end().unwrap();
        assert_eq!((end.frame, end.hash), (4, None));
        assert_eq!(replayed(&log, EngineSettings::default()).len(), 5);
    };
    check(&|engine| assert_eq!(engine.frame(6).unwrap().index(), 6), Stopped::Jump);
    check(&|engine| assert_eq!(engine.seek(2).unwrap().index(), 2), Stopped::Jump);
    let unseen = |engine: &mut Engine| {
        engine.frame(5).unwrap();
        engine.frame(6).unwrap();
    };
    check(&unseen, Stopped::Jump);
    let mut engine = Engine::for_program(program(PATCH)).unwrap();
    let mut recorder = Recorder::new(&mut engine, "a.pav");
    recorder.take(&engine).unwrap();
    assert_eq!(recorder.finish(&mut engine), None, "there was no frame");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |line: &str, expected: &str| {
        let text = log_of(PATCH, &["{\"tag\":[9,0],\"event\":\"click\"}", line]);
        let found = Recording::read(&text, "run.jsonl").unwrap_err();
        let first = &found.0[0];
        assert_eq!(format!("{}:{}: {}", first.line, first.column, first.message), expected, "{line}");
        assert!(first.help.is_some() && first.file == "run.jsonl");
    };
    check("[1]", "4:1: a line is one JSON object");
    check(
        "{\"tag\":[9,0]}",
        "4:1: the line says nothing: it has one of channel, event, canvas, nudge, again, end",
    );
    check("{\"channel\":\"level\",\"payload\":1}", "4:1: the line has no `tag`");
    check("{\"tag\":[8,0],\"event\":\"click\"}", "4:1: the line lies before the one above");
    check(
        "{\"tag\":[9],\"event\":\"click\"}",
        "4:8: a tag is a time in flicks and a step, such as `[11760000, 0]`",
    );
    check("{\"tag\":[9,-1],\"event\":\"click\"}", "4:11: expected a whole number, 0 or more");
    check("{\"tag\":[9,0],\"event\":\"clik\"}", "4:22: the program has no event `clik`");
    check("{\"tag\":[9,0],\"event\":\"click\",\"payload\":1}", "4:40: the event carries nothing");
    check("{\"tag\":[9,0],\"event\":\"note\"}", "4:22: the event carries a float: its `payload` is missing");
    check("{\"tag\":[9,0],\"channel\":\"levl\",\"payload\":1}", "4:24: the program has no input `levl`");
    check("{\"tag\":[9,0],\"channel\":\"level\"}", "4:1: the input's `payload` is missing");
    check("{\"tag\":[9,0],\"channel\":\"hit\",\"payload\":1.5}", "4:40: expected an int");
    check("{\"tag\":[9,0],\"channel\":\"place\",\"payload\":[1]}", "4:42: expected a vec2");
    check("{\"tag\":[9,0],\"canvas\":[0,5]}", "4:23: a canvas is a width and a height in pixels");
    check("{\"tag\":[9,0],\"canvas\":[1,5],\"x\":1}", "4:29: `x` has no place beside `canvas`");
    check("{\"tag\":[9,0],\"nudge\":\"dot\"}", "4:22: the program has no domain `dot`");
    check("{\"tag\":[9,0],\"again\":[{\"again\":[]}]}", "4:23: `again` is a line of its own");
    check(
        "{\"tag\":[9,0],\"again\":[],\"hash\":\"0x1\",\"program\":{}}",
        "4:48: the program in it cannot be read: not a pavane program: `format` is missing",
    );
    check(
        "{\"tag\":[9,0],\"end\":{\"frame\":1}}",
        "4:20: the end is the last frame and its hash, such as `{\"frame\": 9, \"hash\": \"0x1\"}`",
    );
    let text = log_of(
        PATCH,
        &["{\"tag\":[9,0],\"end\":{\"frame\":1,\"hash\":null}}", "{\"tag\":[9,0],\"event\":\"click\"}"],
    );
    let found = Recording::read(&text, "run.jsonl").unwrap_err();
    assert_eq!((found.0[0].line, &*found.0[0].message), (4, "the log has ended in the line before"));
    assert!(Recording::read("", "run.jsonl").unwrap_err().0[0].message.contains("empty"));
}

#[test]
fn a_damaged_log_is_refused_and_never_stops_half_way() {
    let (log, _) = recorded(3);
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let mut host = Host(5);
    for _ in 0..300 {
        // The programs are long, and have a fuzzer of their own.
        let number = host.any(lines.len() as u32) as usize;
        let mut bytes: Vec<u8> = lines[number].as_bytes()[..lines[number].len().min(300)].to_vec();
        for _ in 0..=host.any(3) {
            let at = host.any(bytes.len() as u32) as usize;
            match host.any(3) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = b"0123456789[]{}\",:-.en"[host.any(21) as usize],
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                bytes.push(b'\n');
            }
        }
        let line = String::from_utf8_lossy(&bytes).into_owned();
        let damaged: String =
            lines.iter().enumerate().map(|(at, &kept)| if at == number { &*line } else { kept }).collect();
        if let Ok(recording) = Recording::read(&damaged, "run.jsonl") {
            let mut replay = Replay::new(Arc::new(recording));
            let mut engine = replay.engine(EngineSettings::default()).unwrap();
            // It may be another run, and it may be too much for the engine.
            for _ in 0..70 {
                if !matches!(replay.step(&mut engine), Ok(Some(_))) {
                    break;
                }
            }
        }
    }
}

#[test]
fn texts_are_in_logs_as_they_are() {
    let patch = r#"
        input draft: text = ""
        event add: text
        state title = ""
        on add { title = add }
        shown = title
        typed = draft
        draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }"#;
    let mut engine = Engine::fitted(program(patch), 1.0, EngineSettings::default()).unwrap();
    let mut recorder = Recorder::new(&mut engine, "a.pav");
    for (index, text) in (0..).zip(["a", "\"quoted\"\n", "äöü", "", "a"]) {
        engine.set("draft", text).unwrap();
        let add = engine.event("add").unwrap();
        engine.send_text(add, text).unwrap();
        engine.frame(index).unwrap();
        recorder.take(&engine).unwrap();
    }
    let log = recorder.finish(&mut engine).unwrap();
    let recording = Arc::new(Recording::read(&log, "a").unwrap());
    let mut replay = Replay::new(recording);
    let mut again = replay.engine(EngineSettings::default()).unwrap();
    let mut said = Vec::new();
    while let Some(frame) = replay.step(&mut again).unwrap() {
        said.push(["shown", "typed"].map(|slot| frame.text(slot).unwrap().to_owned()));
    }
    let expected = ["a", "\"quoted\"\n", "äöü", "", "a"].map(|text| [text; 2].map(str::to_owned));
    assert_eq!(said, expected);
}
