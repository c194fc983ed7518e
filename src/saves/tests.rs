//! Patches in folders: saved, undone, branched and merged, on one machine and on several.

use std::fs;

use super::*;
use crate::engine::Engine;
use crate::history::{Page, Walk};

/// A patch whose four numbers are edited each by itself.
fn patch(numbers: [&str; 4]) -> String {
    let [a, b, c, d] = numbers;
    format!(
        "clip {{ duration: 2s, rate: 30, size: (100, 100) }}\n\n// How large.\nsize = {a}\nturns = {b}\n\n\
         domain dots[5] {{\n    far = {c} * rank\n    place = (0.5, 0.5) + polar(far, rank * 1turn * turns)\n    \
         draw circle {{ position: place, size: size, color: hsv(rank, {d}, 1) }}\n}}\n"
    )
}

const BASE: [&str; 4] = ["0.1", "1", "0.3", "0.5"];

fn with(k: usize, number: &str) -> String {
    let mut numbers = BASE;
    numbers[k] = number;
    patch(numbers)
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("pavane-saves-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

struct Desk {
    saves: Saves,
    file: PathBuf,
}

impl Desk {
    fn new(folder: &Path, name: &str) -> Self {
        let file = folder.join(name);
        fs::write(&file, patch(BASE)).unwrap();
        let saves = Saves::begin(file.to_str().unwrap(), Options::default()).unwrap();
        Self { saves, file }
    }

    /// Saves as an editor and the preview do.
    fn save(&mut self, text: &str) -> RevisionId {
        fs::write(&self.file, text).unwrap();
        self.record().expect("something new")
    }

    fn record(&mut self) -> Option<RevisionId> {
        let loaded = load::load(self.file.to_str().unwrap(), &Options::default());
        self.saves.record(&loaded, "").unwrap()
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }

    fn here(&self) -> RevisionId {
        self.saves.history().here()
    }

    /// Takes what another has.
    #[cfg(feature = "preview")]
    fn pull(&mut self, other: &Self) {
        let theirs = other.saves.history();
        let have = self.saves.history().heads();
        let mut page = Page::default();
        theirs.missing(&have, usize::MAX, &mut Walk::new(), &mut page).unwrap();
        let stream = theirs.export(page.runs(), usize::MAX).unwrap();
        self.saves.update(|history| history.import(&stream)).unwrap();
    }
}

/// The hash of some frames.
fn frames(text: &str) -> Vec<u64> {
    let compiled = language::compile(text, "merged.pav", &language::NoFiles);
    let mut engine = Engine::for_program(compiled.program.expect("a program")).unwrap();
    (0..10).map(|index| engine.frame(index).unwrap().hash()).collect()
}

#[test]
fn back_and_forth_with_the_file() {
    let folder = folder("undo");
    let mut desk = Desk::new(&folder, "a.pav");
    let first = desk.record().unwrap();
    assert_eq!(desk.record(), None, "nothing has changed");
    let second = desk.save(&with(0, "0.2"));
    let moved = desk.saves.go(Step::Undo).unwrap();
    assert_eq!((moved.to, moved.kept, desk.text()), (first, None, patch(BASE)));
    assert_eq!(moved.route.to_string(), "1 edit back");
    assert_eq!(desk.record(), None, "what an undo wrote is no new revision");
    assert_eq!(desk.saves.go(Step::Redo).unwrap().to, second);
    assert_eq!(desk.text(), with(0, "0.2"));
    assert!(matches!(
        desk.saves.go(Step::Redo),
        Err(SavesError::History(HistoryError::NothingToRedo { .. }))
    ));
    // What was read before an undo and arrives after it is no new save.
    let late = load::load(desk.file.to_str().unwrap(), &Options::default());
    desk.saves.go(Step::Undo).unwrap();
    assert_eq!((desk.saves.record(&late, "").unwrap(), desk.here()), (None, first));
    desk.saves.go(Step::Redo).unwrap();
    // What does not compile is kept before it goes, too.
    fs::write(&desk.file, "size = (").unwrap();
    assert_eq!(desk.record(), None);
    let moved = desk.saves.go(Step::Undo).unwrap();
    assert_eq!((moved.to, desk.text()), (second, with(0, "0.2")));
    let kept = moved.kept.unwrap();
    assert_eq!(desk.saves.history().text(kept, "").unwrap(), "size = (");
    assert_eq!(desk.saves.history().revision(kept).unwrap().note, UNFINISHED);
    // A file that is gone comes back.
    fs::remove_file(&desk.file).unwrap();
    desk.saves.go(Step::To(first)).unwrap();
    assert_eq!(desk.text(), patch(BASE));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn files_that_are_used_belong_to_a_revision() {
    let folder = folder("used");
    let mut desk = Desk::new(&folder, "a.pav");
    let part = folder.join("parts").join("size.pav");
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, "size = 0.1\n").unwrap();
    let text =
        "use \"parts/size.pav\" as s\ndraw circle { position: (0.5, 0.5), size: s.size, color: #fff }\n";
    let first = desk.save(text);
    fs::write(&part, "size = 0.2\n").unwrap();
    let second = desk.record().expect("a file that is used has changed");
    let files = desk.saves.history().files(second).unwrap();
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["", "parts/size.pav"]);
    assert_eq!(desk.saves.go(Step::Undo).unwrap().to, first);
    assert_eq!(fs::read_to_string(&part).unwrap(), "size = 0.1\n");
    fs::remove_dir_all(part.parent().unwrap()).unwrap();
    desk.saves.go(Step::To(second)).unwrap();
    assert_eq!(fs::read_to_string(&part).unwrap(), "size = 0.2\n");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn branches_are_merged_or_say_why_not() {
    let folder = folder("merge");
    let mut desk = Desk::new(&folder, "a.pav");
    let first = desk.record().unwrap();
    let one = desk.save(&with(0, "0.2"));
    desk.saves.go(Step::To(first)).unwrap();
    desk.save(&with(2, "0.4"));
    assert_eq!(desk.saves.merge(first, None).unwrap(), Merged::Nothing);
    let Merged::Revision(merged) = desk.saves.merge(one, None).unwrap() else { panic!("a merge") };
    assert_eq!((desk.text(), desk.here()), (patch(["0.2", "1", "0.4", "0.5"]), merged));
    assert_eq!(desk.record(), None);
    // One statement, changed by both.
    desk.saves.go(Step::To(one)).unwrap();
    let other = desk.save(&with(0, "0.25"));
    desk.saves.go(Step::To(first)).unwrap();
    let mine = desk.save(&with(0, "0.05"));
    let error = desk.saves.merge(other, None).unwrap_err();
    let told = error.diagnostic().to_string();
    let names = [mine, other].map(|id| format!("{id:.8}"));
    assert!(names.iter().all(|name| told.contains(name)) && told.contains("`size`"), "{told}");
    assert!(told.contains("E0306") && told.contains("--ours"), "{told}");
    assert_eq!((desk.here(), desk.text()), (mine, with(0, "0.05")), "nothing has happened");
    assert!(matches!(desk.saves.merge(other, Some(Side::First)), Ok(Merged::Revision(_))));
    assert_eq!(desk.text(), with(0, "0.05"));
    desk.saves.go(Step::To(mine)).unwrap();
    desk.saves.merge(other, Some(Side::Second)).unwrap();
    assert_eq!(desk.text(), with(0, "0.25"));
    // What one removed and the other began to use.
    desk.saves.go(Step::To(first)).unwrap();
    let unused = patch(BASE).replace(" * turns", "").replace("turns = 1\n", "");
    let removed = desk.save(&unused);
    desk.saves.go(Step::To(first)).unwrap();
    let used = desk.save(&patch(BASE).replace("size: size", "size: size * turns"));
    let told = desk.saves.merge(removed, None).unwrap_err().to_string();
    assert!(told.contains("does not go together") && told.contains("turns"), "{told}");
    assert_eq!(desk.here(), used);
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(feature = "preview")]
#[test]
fn two_desks_converge() {
    let folder = folder("desks");
    let mut a = Desk::new(&folder, "a.pav");
    let mut b = Desk::new(&folder, "b.pav");
    a.record().unwrap();
    fs::remove_file(&b.file).unwrap();
    b.pull(&a);
    assert!(matches!(b.saves.converge(a.here()), Ok(Merged::Forward(_))));
    assert_eq!(b.text(), a.text());
    let (one, other) = (a.save(&with(0, "0.2")), b.save(&with(3, "0.9")));
    a.pull(&b);
    b.pull(&a);
    // Both merge at once, and have made one revision.
    assert!(matches!(a.saves.converge(other), Ok(Merged::Revision(_))));
    assert!(matches!(b.saves.converge(one), Ok(Merged::Revision(_))));
    assert_eq!((a.here(), a.text()), (b.here(), b.text()));
    // Whoever is in the middle of something, or has undone something, stays there.
    fs::write(&b.file, "size = (").unwrap();
    let (mine, theirs) = (b.here(), a.save(&with(0, "0.3")));
    b.pull(&a);
    assert_eq!((b.saves.converge(theirs).unwrap(), b.here()), (Merged::Nothing, mine));
    a.saves.go(Step::Undo).unwrap();
    fs::write(&b.file, a.text()).unwrap();
    let newest = b.save(&with(1, "2"));
    a.saves.go(Step::Undo).unwrap();
    let here = a.here();
    a.pull(&b);
    assert_eq!((a.saves.converge(newest).unwrap(), a.here()), (Merged::Nothing, here));
    fs::remove_dir_all(folder).unwrap();
}

/// Four edits that know nothing of each other, in every order in which they can arrive: one patch, one picture.
#[test]
fn a_hundred_orders_of_arrival_give_one_picture() {
    let folder = folder("orders");
    let mut origin = Desk::new(&folder, "origin.pav");
    let first = origin.record().unwrap();
    let edits: Vec<String> = (0..4).map(|k| with(k, ["0.2", "3", "0.45", "0.9"][k])).collect();
    let mut streams = Vec::new();
    let mut ids = Vec::new();
    for (k, text) in edits.iter().enumerate() {
        origin.saves.go(Step::To(first)).unwrap();
        ids.push(origin.save(text));
        let mut page = Page::default();
        let history = origin.saves.history();
        let have: Vec<RevisionId> = ids[..k].iter().copied().chain([first]).collect();
        history.missing(&have, usize::MAX, &mut Walk::new(), &mut page).unwrap();
        streams.push(history.export(page.runs(), usize::MAX).unwrap());
    }
    let base = fs::read(HistoryFile::path_of(&origin.file)).unwrap();
    let start = History::read(base).unwrap();
    let mut page = Page::default();
    missing_of(&start, first, &mut page);
    let trunk = start.export(page.runs(), usize::MAX).unwrap();
    let mut expected: Option<(RevisionId, Vec<u64>)> = None;
    let mut seed = 1_u64;
    for round in 0..100 {
        let mut order = vec![0, 1, 2, 3];
        for k in (1..4).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(k, (seed >> 33) as usize % (k + 1));
        }
        let mut desk = Desk::new(&folder, &format!("{round}.pav"));
        fs::remove_file(&desk.file).unwrap();
        desk.saves.update(|history| history.import(&trunk)).unwrap();
        for &k in &order {
            desk.saves.update(|history| history.import(&streams[k])).unwrap();
        }
        // All heads, in the order that every machine gives them.
        let history = desk.saves.history();
        let mut heads = history.heads();
        heads.sort_by_key(|&id| history.find(id).ok().map(|at| history.graph().address(at)));
        assert_eq!(heads.len(), 4);
        desk.saves.go(Step::To(heads[0])).unwrap();
        for &head in &heads[1..] {
            assert!(matches!(desk.saves.merge(head, None), Ok(Merged::Revision(_))));
        }
        assert_eq!(desk.text(), patch(["0.2", "3", "0.45", "0.9"]));
        let found = (desk.here(), frames(&desk.text()));
        assert_eq!(expected.get_or_insert_with(|| found.clone()), &found, "{order:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// One revision and what it came of.
fn missing_of(history: &History, head: RevisionId, page: &mut Page) {
    let heads = [history.find(head).unwrap()];
    let wanted = crate::history::Wanted {
        heads: &heads,
        have: &[crate::history::Location::ROOT],
        after: None,
        limit: usize::MAX,
    };
    crate::history::missing(history.graph(), wanted, &mut Walk::new(), page).unwrap();
}

#[test]
fn programs_have_histories_too() {
    let folder = folder("json");
    let mut desk = Desk::new(&folder, "a.pav");
    let program = |size: &str| {
        language::compile(&with(0, size), "a.pav", &language::NoFiles).program.unwrap().to_json()
    };
    desk.file = folder.join("a.json");
    desk.saves = Saves::begin(desk.file.to_str().unwrap(), Options::default()).unwrap();
    let first = desk.save(&program("0.1"));
    let one = desk.save(&program("0.2"));
    desk.saves.go(Step::Undo).unwrap();
    let other = desk.save(&program("0.3"));
    assert!(matches!(desk.saves.merge(one, None), Err(SavesError::Conflict { .. })));
    assert_eq!(desk.here(), other);
    desk.saves.go(Step::To(first)).unwrap();
    assert_eq!(desk.saves.merge(one, None).unwrap(), Merged::Forward(one));
    fs::remove_dir_all(folder).unwrap();
}
