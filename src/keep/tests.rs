//! What is kept over runs.

use std::fs;
use std::path::{Path, PathBuf};

use super::{KeepError, Keeper};
use crate::assets::Shipped;
use crate::engine::tests::todos::{Stage, digest, lines, send, stages};
use crate::engine::{Engine, EngineSettings};
use crate::persist::{PersistSettings, SyncPolicy};
use crate::{NoFiles, Program, compile};

const PATCH: &str = r#"
    list scores max 6 durable { points: float, hot: bool = false, way: vec2 = (1, 2) } = [{ points: 3 }, { points: 5, hot: true }]
    list passing max 6 { points: float }
    state best: float = 0 durable
    state title = "none" durable
    state place = (time, 7) durable
    state fleeting = 0
    event add: float
    event name: text
    event go
    event drop: row(scores)
    event up: row(scores)
    on add { append scores { points: add }; append passing { points: add }; best = max(best, add); fleeting = fleeting + 1 }
    on name { title = name }
    on go { place = (best, 1); scores.hot = not hot }
    on drop { remove drop }
    on up { up.points = 99 }
    n = count(scores)
    sum_of = sum(scores.points)
    hots = count(scores where hot)
    others = count(passing) + 100 * fleeting
    shown = title
    draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }"#;

fn program(patch: &str) -> Program {
    let compiled = compile(patch, "a.pav", &NoFiles);
    assert!(compiled.diagnostics.0.is_empty(), "{:?}", compiled.diagnostics);
    compiled.program.unwrap()
}

fn settings() -> PersistSettings {
    PersistSettings { sync: SyncPolicy::OnFlush, ..PersistSettings::default() }
}

struct Run {
    keeper: Keeper,
    engine: Engine,
    index: u64,
}

impl Run {
    fn new(path: &Path, patch: &str) -> Self {
        let (mut keeper, notices) = Keeper::open(path, settings()).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let program = keeper.begin(&program(patch)).unwrap();
        let engine = Engine::fitted(program, 1.0, EngineSettings::default()).unwrap();
        Self { keeper, engine, index: 0 }
    }

    /// A frame, and whether it was written.
    fn frame(&mut self) -> bool {
        self.engine.frame(self.index).unwrap();
        self.index += 1;
        self.keeper.keep(&mut self.engine).unwrap().is_some()
    }

    fn seen(&mut self) -> (Vec<f64>, String) {
        let frame = self.engine.last_frame().unwrap();
        let names = ["n", "sum_of", "hots", "others", "best", "place"];
        let numbers = names.iter().flat_map(|name| frame.slot(name).unwrap().components().to_vec());
        (numbers.collect(), frame.text("shown").unwrap().to_owned())
    }

    fn ids(&self) -> Vec<u64> {
        self.engine.rows_of(0).unwrap().items().map(|item| item.id.0).collect()
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.state");
    (folder, path)
}

#[test]
fn what_is_durable_is_there_in_the_next_run() {
    let (_folder, path) = folder();
    let mut run = Run::new(&path, PATCH);
    assert!(run.frame(), "what the program begins with is kept, too");
    assert!(!run.frame(), "nothing is written where nothing changes");
    for points in [7.0, 2.0] {
        run.engine.send("add", points).unwrap();
    }
    run.engine.send("drop", 1_u32).unwrap();
    let name = run.engine.event("name").unwrap();
    run.engine.send_text(name, "zwölf").unwrap();
    assert!(run.frame());
    run.engine.send("up", 3_u32).unwrap();
    run.engine.send("go", ()).unwrap();
    assert!(run.frame());
    let (numbers, title) = run.seen();
    assert_eq!((&numbers[..], title.as_str()), (&[3.0, 106.0, 2.0, 202.0, 7.0, 7.0, 1.0][..], "zwölf"));
    assert_eq!(run.ids(), [2, 3, 4]);
    drop(run);

    let mut run = Run::new(&path, PATCH);
    let json = run.engine.program().to_json();
    assert_eq!(Program::from_json(&json, "a.json").unwrap().to_json(), json);
    assert!(!run.frame(), "it begins with what is on disk");
    let kept = (vec![3.0, 106.0, 2.0, 0.0, 7.0, 7.0, 1.0], "zwölf".to_owned());
    assert_eq!(run.seen(), kept);
    // Ids go on behind those that ever were; what has an id is found by it.
    run.engine.send("drop", 4_u32).unwrap();
    run.engine.send("add", 1.0).unwrap();
    run.frame();
    assert_eq!(run.ids(), [2, 3, 5]);
    // Going back to the start is going back to what the run began with.
    assert_eq!(run.engine.seek(0).unwrap().slot("n").unwrap().components(), [3.0]);
    run.engine.reset();
    run.engine.frame(0).unwrap();
    assert_eq!(run.seen(), kept);
    assert!(run.keeper.keep(&mut run.engine).unwrap().is_some(), "what is seen is what is kept");
    drop(run);
    let mut run = Run::new(&path, PATCH);
    run.frame();
    assert_eq!((run.seen(), run.ids()), (kept, vec![2, 3, 4]));
}

#[test]
fn a_program_that_was_edited_takes_what_fits() {
    let (_folder, path) = folder();
    let mut run = Run::new(&path, PATCH);
    run.engine.send("add", 7.0).unwrap();
    run.frame();
    drop(run);
    // Another column, one of another type, a state that is a text no more.
    let edited = PATCH
        .replace("hot: bool = false, way: vec2 = (1, 2)", "hot: bool = false, way: float = 4, more: int = 5")
        .replace("title = \"none\" durable", "title = \"none\"");
    let mut run = Run::new(&path, &format!("{edited}\nmores = sum(scores.more) + sum(scores.way)"));
    run.frame();
    assert_eq!(run.seen().1, "none");
    assert_eq!(run.engine.last_frame().unwrap().slot("mores").unwrap().components(), [27.0]);
    assert_eq!(run.seen().0[0], 3.0);
    // A swap goes on from what is there, and begins anew with what is on disk.
    run.engine.send("add", 8.0).unwrap();
    run.frame();
    let back = run.keeper.begin(&program(PATCH)).unwrap();
    run.engine.swap_and_grow(back, 1.0).unwrap();
    run.frame();
    assert_eq!((run.seen().0[0], run.seen().1), (4.0, "none".to_owned()));
    run.engine.reset();
    run.engine.frame(0).unwrap();
    assert_eq!(run.seen().0[0], 4.0);
    let small = program(&PATCH.replace("max 6 durable", "max 3 durable"));
    assert!(matches!(run.keeper.begin(&small), Err(KeepError::TooManyRows { rows: 4, most: 3, .. })));
}

/// Cut off at every byte, the file has the state of one of the commits, and never less than that of the last whole one.
#[test]
fn killed_at_any_byte_it_is_the_state_of_a_commit() {
    let (folder, path) = folder();
    let mut run = Run::new(&path, PATCH);
    run.frame();
    let mut states = vec![(fs::metadata(&path).unwrap().len(), run.seen(), run.ids())];
    for (at, points) in [4.0, 9.0, 1.0].into_iter().enumerate() {
        run.engine.send("add", points).unwrap();
        if at == 1 {
            run.engine.send("drop", 1_u32).unwrap();
            run.engine.send("go", ()).unwrap();
        }
        run.frame();
        let (mut seen, ids) = (run.seen(), run.ids());
        seen.0[3] = 0.0;
        states.push((fs::metadata(&path).unwrap().len(), seen, ids));
    }
    drop(run);
    let bytes = fs::read(&path).unwrap();
    let cut = folder.path().join("cut.state");
    let first = states[0].0 as usize;
    for length in first..=bytes.len() {
        fs::write(&cut, &bytes[..length]).unwrap();
        let (mut keeper, _) = Keeper::open(&cut, settings()).unwrap();
        let begun = keeper.begin(&program(PATCH)).unwrap();
        let engine = Engine::fitted(begun, 1.0, EngineSettings::default()).unwrap();
        let mut run = Run { keeper, engine, index: 0 };
        run.frame();
        let expected = states.iter().rev().find(|(whole, ..)| *whole as usize <= length).unwrap();
        assert_eq!((run.seen(), run.ids()), (expected.1.clone(), expected.2.clone()), "{length} bytes");
    }
}

#[test]
fn the_todo_list_is_there_after_every_stage() {
    let (_folder, path) = folder();
    let patch = Shipped::find("todos").unwrap().patch;
    for Stage { name, cues, rows, digest: begin, .. } in stages() {
        let mut run = Run::new(&path, patch);
        run.frame();
        for cue in &cues {
            send(&mut run.engine, cue);
            run.frame();
        }
        // Behind a restart the list is the same, and all of it is seen.
        let before = lines(&run.engine);
        drop(run);
        let mut run = Run::new(&path, patch);
        assert!(!run.frame(), "{name}");
        assert_eq!(lines(&run.engine), before, "{name}");
        assert_eq!(
            [before.lines().count(), before.lines().filter(|line| line.ends_with('1')).count()],
            rows,
            "{name}"
        );
        assert!(digest(&before).starts_with(begin), "{name}");
        assert_eq!(run.engine.last_frame().unwrap().slot("filter").unwrap().components(), [0.0], "{name}");
    }
}
