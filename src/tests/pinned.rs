//! What must not change unless somebody means it to: the hash of frames of every shipped patch, and of every golden picture,
//! diagnostic and text of `explain`, in `assets/pinned.txt`.
//!
//! `cargo test --test pinned` compares; `PAVANE_BLESS=1 cargo test --test pinned` writes the table anew.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use pavane::assets::{PATCHES, Shipped};
use pavane::diagnostic::Code;
use pavane::engine::{Demand, Engine, EngineSettings};
use pavane::program::Program;
use twox_hash::XxHash3_64;

/// Frames that are pinned: the first ones, one second, ten seconds.
const FRAMES: [u64; 4] = [0, 1, 60, 600];

/// Files whose content is pinned: folders by what their files end in.
const FILES: [(&str, &str); 6] = [
    ("assets/golden", "png"),
    ("assets/broken", "json"),
    ("assets/broken", "expected"),
    ("src/language/tests/broken", "txt"),
    ("src/language/parser/tests", "txt"),
    ("assets/patches", "pav"),
];

fn engine(program: &Program, demand: Demand) -> Engine {
    let settings = EngineSettings { demand, ..EngineSettings::default() };
    Engine::fitted(program.clone(), 1.0, settings).expect("shipped patches fit")
}

fn hash(engine: &mut Engine, index: u64, seek: bool) -> u64 {
    let frame = if seek { engine.seek(index) } else { engine.frame(index) };
    frame.expect("shipped patches run").hash()
}

/// One line: the hashes of the pinned frames. Played from the first frame on, and sought by engines that see no other and
/// evaluate what is not drawn, too.
fn frames(patch: &Shipped) -> String {
    let program = patch.program().expect("shipped patches compile");
    let mut played = engine(&program, Demand::Drawn);
    let mut line = format!("frames {}", patch.name);
    for index in 0..=FRAMES[FRAMES.len() - 1] {
        let got = hash(&mut played, index, false);
        if FRAMES.contains(&index) {
            let sought = hash(&mut engine(&program, Demand::Everything), index, true);
            assert_eq!(sought, got, "{}: frame {index} sought and played", patch.name);
            write!(line, " {index}:{got:016x}").expect("text takes text");
        }
    }
    line
}

fn files(folder: &str, ending: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join(folder)).expect("the folder is there");
    let mut lines: Vec<String> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let bytes = fs::read(&path).expect("the file can be read");
            let name = path.file_name().expect("a file has a name").to_string_lossy();
            format!("{ending} {name} {:016x}", XxHash3_64::oneshot(&bytes))
        })
        .collect();
    lines.sort_unstable();
    lines
}

fn codes() -> impl Iterator<Item = String> {
    Code::ALL.iter().map(|code| {
        let text = format!("{}\n{}", code.title(), code.explain());
        format!("code {} {:016x}", code.name(), XxHash3_64::oneshot(text.as_bytes()))
    })
}

#[test]
fn what_is_pinned_stays() {
    let mut lines: Vec<String> = std::thread::scope(|scope| {
        let halves = PATCHES.chunks(PATCHES.len().div_ceil(2));
        let threads: Vec<_> =
            halves.map(|half| scope.spawn(move || half.iter().map(frames).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("frames are hashed")).collect()
    });
    lines.extend(FILES.iter().flat_map(|(folder, ending)| files(folder, ending)));
    lines.extend(codes());
    let table = lines.join("\n") + "\n";

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pinned.txt");
    if std::env::var_os("PAVANE_BLESS").is_some() {
        fs::write(&path, &table).expect("the table can be written");
        return;
    }
    let pinned = fs::read_to_string(&path).expect("the table is there");
    let (was, is): (Vec<&str>, Vec<&str>) = (pinned.lines().collect(), table.lines().collect());
    let missing = was.iter().filter(|line| !is.contains(line)).map(|line| format!("- {line}"));
    let new = is.iter().filter(|line| !was.contains(line)).map(|line| format!("+ {line}"));
    let changes: Vec<String> = missing.chain(new).collect();
    assert!(changes.is_empty(), "pinned things changed:\n{}", changes.join("\n"));
}
