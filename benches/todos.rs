//! What a hand does to the todo list that ships, as whole frames: `cargo bench --bench todos`, on one thread.
//!
//! A list begins with so many rows and room for a quarter more. Each interaction is sent and the frame that takes it is timed, all of
//! it: the turn, the views, the elements and what passes show. Between two interactions a frame goes by without one. Times are those of
//! all rounds, sorted: the median, the 95th of 100, and the longest.

use std::time::Instant;

use pavane::engine::EngineSettings;
use pavane::keep::Keeper;
use pavane::persist::PersistSettings;
use pavane::{Engine, NoFiles, Program, compile};

const PATCH: &str = include_str!("../assets/patches/todos.pav");

/// A step of xorshift.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// The patch, whose list begins with so many rows.
fn program(count: u32) -> Program {
    let (head, rest) = PATCH.split_once("list todos max 1000 ").expect("it has a list");
    let (columns, rest) = rest.split_once(" = [").expect("the list has rows");
    let (_, tail) = rest.split_once(']').expect("they end");
    let rows: String = (1..=count).map(|k| format!("    {{ title: \"Todo {k:05}\" }}\n")).collect();
    let most = count + count / 4 + 20;
    let patch = format!("{head}list todos max {most} {columns} = [\n{rows}]{tail}");
    let compiled = compile(&patch, "todos.pav", &NoFiles);
    compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

/// An engine with the list, and the frame that comes next.
struct Run {
    engine: Engine,
    /// How many rows the list begins with.
    count: u32,
    frame: u64,
    random: u64,
    /// The rows that there are.
    ids: Vec<u32>,
}

/// What is timed: a name, what comes before it in a frame of its own, and what is sent.
type Interaction = (&'static str, fn(&mut Run, u32), fn(&mut Run, u32));

impl Run {
    fn new(count: u32) -> Self {
        let settings = EngineSettings { threads: 1, ..EngineSettings::default() };
        let engine = Engine::fitted(program(count), 1.0, settings).expect("it fits");
        let mut run = Self { engine, count, frame: 0, random: 1, ids: Vec::new() };
        run.step();
        run.engine.send("choose", 0).expect("there is room");
        run.step();
        run.look();
        run
    }

    fn look(&mut self) {
        self.ids.clear();
        self.ids.extend(self.engine.list("todos").expect("it is there").ids().map(|id| id as u32));
    }

    /// Microseconds of the next frame.
    fn step(&mut self) -> f64 {
        let start = Instant::now();
        self.engine.frame(self.frame).expect("it goes on");
        self.frame += 1;
        start.elapsed().as_secs_f64() * 1e6
    }

    fn any(&mut self) -> u32 {
        self.ids[(random(&mut self.random) % self.ids.len() as u64) as usize]
    }

    fn row(&mut self, event: &str, id: u32) {
        self.engine.send(event, id).expect("there is room");
    }

    fn send(&mut self, event: &str) {
        self.engine.send(event, ()).expect("there is room");
    }

    fn text(&mut self, field: &str, text: &str) {
        let event = self.engine.event(field).expect("it is there");
        self.engine.send_text(event, text).expect("there is room");
    }

    fn append(&mut self, k: u32) {
        self.text("draft", &format!("New {k:05}"));
        self.send("draft.enter");
    }
}

const INTERACTIONS: [Interaction; 7] = [
    ("nothing", |_, _| {}, |_, _| {}),
    (
        "toggle",
        |_, _| {},
        |run, _| {
            let id = run.any();
            run.row("toggle", id);
        },
    ),
    ("toggle all", |_, _| {}, |run, _| run.send("toggle_all")),
    (
        "filter",
        |_, _| {},
        |run, k| run.engine.send("choose", [1, 2, 0][k as usize % 3]).expect("there is room"),
    ),
    // What was appended goes again.
    (
        "append",
        |run, _| {
            run.look();
            if let Some(&last) = run.ids.last().filter(|_| run.ids.len() > run.count as usize) {
                run.row("drop", last);
            }
        },
        Run::append,
    ),
    (
        "edit a title",
        |run, _| {
            let id = run.any();
            run.row("edit", id);
        },
        |run, k| {
            run.text("revised", &format!("Edited {k:05}"));
            run.send("revised.enter");
        },
    ),
    // Ten rows go; as many come before the next ten do.
    (
        "clear 10 done",
        |run, k| {
            for at in 0..10 {
                run.append(100 * k + at);
            }
            run.look();
            for at in 0..10 {
                run.row("toggle", run.ids[at]);
            }
        },
        |run, _| run.send("clear_completed"),
    ),
];

fn line(count: u32, name: &str, mut times: Vec<f64>) {
    times.sort_unstable_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!("{count:>7}  {name:<16} {:>10.1} {:>10.1} {:>10.1}", at(0.5), at(0.95), at(1.0));
}

/// All interactions, each so many times.
fn interactions(count: u32, rounds: u32) {
    let mut run = Run::new(count);
    for (name, before, interaction) in INTERACTIONS {
        let mut times = Vec::new();
        for k in 0..rounds {
            run.step();
            before(&mut run, k);
            run.step();
            run.step();
            interaction(&mut run, k);
            times.push(run.step());
        }
        line(count, name, times);
        // All of them are open again, and shown.
        let is_all_done =
            run.engine.last_frame().and_then(|frame| frame.slot("left").map(|left| left.components[0]))
                == Some(0.0);
        if is_all_done {
            run.send("toggle_all");
        }
        run.engine.send("choose", 0).expect("there is room");
        run.step();
        run.look();
    }
}

/// What it takes to keep what a frame has left, on a disk that nobody waits for.
fn kept(count: u32, rounds: u32) {
    let path = std::env::temp_dir().join(format!("pavane-todos-{}-{count}.state", std::process::id()));
    let (mut keeper, _) = Keeper::open(&path, PersistSettings::default()).expect("it opens");
    let mut run = Run::new(count);
    keeper.keep(&mut run.engine).expect("it is written");
    for (name, is_toggled) in [("keep nothing", false), ("keep a toggle", true)] {
        let mut times = Vec::new();
        for _ in 0..rounds {
            if is_toggled {
                let id = run.any();
                run.row("toggle", id);
            }
            run.step();
            let start = Instant::now();
            keeper.keep(&mut run.engine).expect("it is written");
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        line(count, name, times);
    }
    drop(keeper);
    std::fs::remove_file(&path).expect("it is there");
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let is_test = std::env::args().any(|arg| arg == "--test");
    println!("{:>7}  {:<16} {:>10} {:>10} {:>10}   us", "items", "", "p50", "p95", "max");
    for (count, rounds) in [(20, 1_000), (200, 600), (2_000, 200), (20_000, 60)] {
        if is_test && count > 200 {
            continue;
        }
        let rounds = if is_test { 3 } else { rounds };
        interactions(count, rounds);
        kept(count, rounds);
    }
}
