//! The todo list that ships, stage by stage, as cues: what is in it, what has changed in the view that it shows, and the digests of
//! three stages, whichever way the cues come.

use sha2::{Digest, Sha256};

use crate::assets::Shipped;
use crate::engine::{Snapshots, ViewChanges};
use crate::{Engine, EngineSettings};

/// Something that a hand does.
#[derive(Clone, Debug)]
pub(crate) enum Cue {
    /// What is then in the field of the new title.
    Typed(String),
    /// What is then in the field of the title that is edited.
    Revised(String),
    /// Keys no longer go to the field of the title that is edited.
    Blur,
    Do(&'static str),
    Row(&'static str, u32),
    Choose(i32),
}

use Cue::{Blur, Choose, Do, Revised, Row, Typed};

/// How the cues come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    OnePerFrame,
    /// A text with what is done with it, in one frame.
    TextsWithKeys,
    /// All of a stage in one frame.
    Together,
}

const ROWS: u32 = 202;
const ALL: i32 = 0;
const ACTIVE: i32 = 1;
const COMPLETED: i32 = 2;

/// The title of a row, by its index, before anything is edited.
fn title(index: u32) -> String {
    match index {
        0 => "Buy groceries".into(),
        1 => "Clean room".into(),
        _ => format!("Todo {:03}", index - 1),
    }
}

/// Of each stage its cues; what there is behind it, in all and of it done; what it changes in the view; how its digest begins.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) cues: Vec<Cue>,
    pub(crate) rows: [usize; 2],
    pub(crate) changes: Option<[u64; 3]>,
    pub(crate) digest: &'static str,
}

pub(crate) fn stages() -> Vec<Stage> {
    let stage = |name, cues, rows, changes, digest| Stage { name, cues, rows, changes, digest };
    let toggled = |times| vec![Do("toggle_all"); times];
    let edited = |k: u32| {
        let index = (37 * k + 11) % ROWS;
        let leave = if k.is_multiple_of(2) { Do("revised.enter") } else { Blur };
        [Row("edit", index + 1), Revised(title(index) + " *"), leave]
    };
    let filters = [Choose(ACTIVE), Choose(COMPLETED), Choose(ALL)];
    let flips = (1..=ROWS).filter(|id| id.is_multiple_of(3)).map(|id| Row("toggle", id));
    vec![
        stage("S0", Vec::new(), [2, 0], Some([2, 0, 0]), "196668f8b7355f33"),
        stage(
            "S1",
            (2..ROWS).flat_map(|index| [Typed(title(index)), Do("draft.enter")]).collect(),
            [202, 0],
            Some([200, 0, 0]),
            "5b8b0d2aa4da6123",
        ),
        stage("S2", [toggled(20), vec![Choose(ALL)]].concat(), [202, 0], Some([0, 0, 4_040]), ""),
        stage(
            "S2b",
            [vec![Choose(ACTIVE)], toggled(20), vec![Choose(ALL)]].concat(),
            [202, 0],
            Some([2_020, 2_020, 0]),
            "",
        ),
        stage("S3 flips", flips.collect(), [202, 67], Some([0, 0, 67]), "d1a7370e643a8f9c"),
        stage(
            "S3",
            (0..50).flat_map(|_| filters.clone()).collect(),
            [202, 67],
            Some([10_100, 10_100, 0]),
            "d1a7370e643a8f9c",
        ),
        stage("S4", (0..50).flat_map(edited).collect(), [202, 67], Some([0, 0, 50]), ""),
        stage("S5", vec![Do("clear_completed")], [135, 0], Some([0, 67, 0]), ""),
        stage("S6", vec![Do("toggle_all"), Do("clear_completed")], [0, 0], Some([0, 135, 135]), ""),
        stage("S7", vec![Typed("Buy milk".into()), Do("draft.enter")], [1, 0], Some([1, 0, 0]), ""),
    ]
}

pub(crate) fn send(engine: &mut Engine, cue: &Cue) {
    match cue {
        Typed(text) => engine.send_text(engine.event("draft").unwrap(), text).unwrap(),
        Revised(text) => engine.send_text(engine.event("revised").unwrap(), text).unwrap(),
        Blur => engine.send("revised.focus", false).unwrap(),
        Do(event) => engine.send(event, ()).unwrap(),
        Row(event, id) => engine.send(event, *id).unwrap(),
        Choose(filter) => engine.send("choose", *filter).unwrap(),
    }
}

/// The list as lines of id, title and whether it is done.
pub(crate) fn lines(engine: &Engine) -> String {
    let todos = engine.list("todos").unwrap();
    let line = |(at, id): (usize, u64)| {
        let is_done = todos.value("done", at) == Some(true.into());
        format!("{id}\t{}\t{}", todos.text("title", at).unwrap(), u8::from(is_done))
    };
    todos.ids().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

pub(crate) fn digest(lines: &str) -> String {
    Sha256::digest(lines).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn engine(threads: usize) -> Engine {
    let program = Shipped::find("todos").unwrap().program().unwrap();
    let snapshots = Some(Snapshots { count: 16, every: 20, inputs: 4_000 });
    Engine::fitted(program, 1.0, EngineSettings { snapshots, threads, ..EngineSettings::default() }).unwrap()
}

fn slot(engine: &mut Engine, name: &str) -> f64 {
    engine.last_frame().unwrap().slot(name).unwrap().components[0]
}

/// Plays all stages; of each the frame behind it, its lines and the frame's hash.
fn play(engine: &mut Engine, way: Way) -> Vec<(u64, String, u64)> {
    let mut frame = 0;
    engine.frame(0).unwrap();
    let mut before = ViewChanges::default();
    let mut played = Vec::new();
    for Stage { name, cues, rows: [total, done], changes, digest: begin } in stages() {
        for cue in &cues {
            send(engine, cue);
            let goes_on = match way {
                Way::OnePerFrame => false,
                Way::TextsWithKeys => matches!(cue, Typed(_) | Revised(_)),
                Way::Together => true,
            };
            if !goes_on {
                frame += 1;
                engine.frame(frame).unwrap();
            }
        }
        frame += 1;
        engine.frame(frame).unwrap();
        let lines = lines(engine);
        let found = [lines.lines().count(), lines.lines().filter(|line| line.ends_with('1')).count()];
        assert_eq!(found, [total, done], "{name}, {way:?}");
        let slots = ["total", "left"].map(|name| slot(engine, name));
        assert_eq!(slots, [total as f64, (total - done) as f64], "{name}, {way:?}");
        let label = format!("{} item{} left", total - done, if total - done == 1 { "" } else { "s" });
        assert_eq!(engine.last_frame().unwrap().text("label"), Some(label.as_str()), "{name}, {way:?}");
        let now = engine.view_changes("rows").unwrap();
        let changed =
            [now.inserts - before.inserts, now.removes - before.removes, now.updates - before.updates];
        assert_eq!(Some(changed), changes, "{name}, {way:?}");
        before = now;
        assert!(digest(&lines).starts_with(begin), "{name}, {way:?}: {lines}");
        played.push((frame, lines, engine.last_frame().unwrap().hash()));
    }
    played
}

#[test]
fn every_stage_is_what_the_table_says() {
    let mut first = engine(1);
    let played = play(&mut first, Way::OnePerFrame);
    let starred = played[6].1.lines().filter(|line| line.contains(" *\t")).count();
    assert_eq!((starred, played[9].1.as_str()), (50, "203\tBuy milk\t0"));
    for (way, threads) in [(Way::OnePerFrame, 4), (Way::TextsWithKeys, 1), (Way::Together, 4)] {
        let other = play(&mut engine(threads), way);
        for ((_, lines, hash), (_, others, other)) in played.iter().zip(&other) {
            assert_eq!(lines, others, "{way:?}");
            assert!(way != Way::OnePerFrame || hash == other, "threads");
        }
    }
    // A seek finds every stage again, the last one first.
    for (frame, lines, hash) in played.iter().rev() {
        assert_eq!(first.seek(*frame).unwrap().hash(), *hash, "{frame}");
        assert_eq!(self::lines(&first), *lines, "{frame}");
    }
}

#[test]
fn ten_times_over_nothing_is_left() {
    let mut engine = engine(1);
    engine.frame(0).unwrap();
    let live = engine.live_scopes();
    // What views are told at the very first takes room that goes when they have been.
    let mut bytes = None;
    let mut frame = 0;
    for round in 0..10 {
        let mut created = engine.scope_counters().created;
        for Stage { name, cues, .. } in stages() {
            for cue in &cues {
                // Rows are called by the ids that they have in this round.
                let cue = match *cue {
                    Row(event, id) => {
                        Row(event, engine.list("todos").unwrap().ids().nth(id as usize - 1).unwrap() as u32)
                    }
                    ref cue => cue.clone(),
                };
                send(&mut engine, &cue);
                frame += 1;
                engine.frame(frame).unwrap();
                let counters = engine.scope_counters();
                assert_eq!(counters.created, counters.dropped + counters.live, "{name}, round {round}");
                assert!(counters.created >= created);
                created = counters.created;
            }
        }
        // Two rows, as at first: `Buy milk` is one of them.
        send(&mut engine, &Typed("Clean room".into()));
        send(&mut engine, &Do("draft.enter"));
        frame += 1;
        engine.frame(frame).unwrap();
        let total = engine.budget().total();
        assert_eq!((engine.live_scopes(), total), (live, *bytes.get_or_insert(total)), "round {round}");
    }
    let counters = engine.scope_counters();
    assert_eq!(counters.rejected, 0);
    // What is gone is gone: work for it is counted and not done.
    let before = lines(&engine);
    send(&mut engine, &Row("toggle", 1));
    send(&mut engine, &Row("drop", 2));
    engine.frame(frame + 1).unwrap();
    assert_eq!((engine.scope_counters().rejected, lines(&engine)), (2, before));
    assert_eq!(engine.list("todos").unwrap().find(1), None);
}

#[test]
fn a_hand_adds_edits_and_leaves() {
    let rows = |cues: &[Cue]| {
        let mut engine = engine(1);
        engine.frame(0).unwrap();
        for (frame, cue) in (1..).zip(cues) {
            send(&mut engine, cue);
            engine.frame(frame).unwrap();
        }
        let draft = engine.last_frame().unwrap().text("draft").unwrap().to_owned();
        (
            lines(&engine).replace("Buy groceries", "A").replace("Clean room", "B").replace('\n', ";") + ";",
            draft,
        )
    };
    let typed = |text: &str| Typed(text.into());
    let check = |cues: &[Cue], expected: &str, draft: &str| {
        assert_eq!(rows(cues), (expected.to_owned(), draft.to_owned()), "{cues:?}");
    };
    let enter = Do("draft.enter");
    let check = |cues: &[&Cue], expected: &str, draft: &str| {
        let cues: Vec<Cue> = cues.iter().map(|&cue| cue.clone()).collect();
        check(&cues, expected, draft);
    };
    check(&[&typed("  C "), &enter], "1\tA\t0;2\tB\t0;3\tC\t0;", "");
    // White space adds nothing and stays; so does what is not entered.
    check(&[&typed(" \t"), &enter], "1\tA\t0;2\tB\t0;", " \t");
    check(&[&typed("C"), &Blur, &Do("draft.escape")], "1\tA\t0;2\tB\t0;", "C");
    check(&[&typed("C"), &enter, &typed("C"), &enter], "1\tA\t0;2\tB\t0;3\tC\t0;4\tC\t0;", "");
    // A row that is edited has a field of its own, and the draft waits.
    let revised = |text: &str| Revised(text.into());
    let (edit, leave) = (Row("edit", 2), Do("revised.enter"));
    check(&[&typed("C"), &edit, &revised("D "), &leave], "1\tA\t0;2\tD\t0;", "C");
    check(&[&edit, &revised("D"), &Blur], "1\tA\t0;2\tD\t0;", "");
    check(&[&edit, &revised("D"), &Do("revised.escape"), &Blur, &leave], "1\tA\t0;2\tB\t0;", "");
    check(&[&edit, &revised("  "), &leave], "1\tA\t0;2\tB\t0;", "");
    check(&[&edit, &Row("drop", 2), &typed("C"), &enter], "1\tA\t0;3\tC\t0;", "");
    // Another row that is edited is left first.
    check(&[&edit, &revised("D"), &Row("edit", 1), &revised("E"), &leave], "1\tE\t0;2\tD\t0;", "");
    // All of them, hidden ones too, become what not all of them were.
    let all = Do("toggle_all");
    check(&[&Row("toggle", 1), &Choose(ACTIVE), &all], "1\tA\t1;2\tB\t1;", "");
    check(&[&all, &Choose(ACTIVE), &all], "1\tA\t0;2\tB\t0;", "");
    check(&[&all, &Do("clear_completed"), &typed("C"), &enter], "3\tC\t0;", "");
}

#[test]
fn texts_that_come_late_are_as_if_they_had_come_in_time() {
    let settings = EngineSettings {
        rollback: 8,
        snapshots: Some(Snapshots { count: 16, every: 1, inputs: 4_000 }),
        ..EngineSettings::default()
    };
    let program = Shipped::find("todos").unwrap().program().unwrap();
    let run = |is_late: bool| {
        let mut engine = Engine::fitted(program.clone(), 1.0, settings).unwrap();
        let enter = engine.event("draft.enter").unwrap();
        let typed = engine.event("draft").unwrap();
        engine.frame(0).unwrap();
        for frame in 1..200 {
            let at = engine.frame_rate().start(frame).unwrap();
            if is_late {
                engine.frame(frame).unwrap();
            }
            if frame % 5 == 0 {
                let text = engine.known_text(&format!(" late {frame} ")).unwrap();
                engine.send_at(typed, at, text).unwrap();
                engine.send_at(enter, at, ()).unwrap();
            }
            engine.frame(frame).unwrap();
        }
        (lines(&engine), engine.last_frame().unwrap().hash())
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn an_edited_patch_goes_on_with_the_rows() {
    let patch = Shipped::find("todos").unwrap().patch;
    let program = Shipped::find("todos").unwrap().program().unwrap();
    let mut engine = Engine::fitted(program, 1.5, EngineSettings::default()).unwrap();
    engine.frame(0).unwrap();
    for cue in [Typed("C".into()), Do("draft.enter"), Row("toggle", 3), Typed("draft".into())] {
        send(&mut engine, &cue);
    }
    engine.frame(1).unwrap();
    let before = lines(&engine);
    let edited =
        format!("{}\nlouder = upper(draft) + \"!\"\n", patch.replace("\"Clean room\"", "\"Clean kitchen\""));
    let compiled = crate::compile(&edited, "todos.pav", &crate::NoFiles);
    engine.swap(compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))).unwrap();
    for frame in 2..4 {
        engine.frame(frame).unwrap();
        assert_eq!(lines(&engine), before);
        assert_eq!(engine.last_frame().unwrap().text("louder"), Some("DRAFT!"));
    }
}
