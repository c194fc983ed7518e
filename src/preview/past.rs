//! The history of what is played: each save that compiles is kept, and keys go back and forth in it.
//!
//! A step writes the file; that it is played then is the same as after any other save.

use std::fmt::Write;

use super::Settings;
use super::source::{Loaded, Source};
use crate::history::{History, RevisionId};
use crate::saves::{Merged, Moved, Saves, SavesError, Step};

/// What a key asks of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Travel {
    Undo,
    Redo,
    /// To the end of the next branch.
    Branch,
    /// Takes the branch that was left last into this one.
    Merge,
}

/// Something to be told.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) is_error: bool,
}

impl Said {
    fn plain(text: String) -> Self {
        Self { text, is_error: false }
    }

    fn error(error: &SavesError) -> Self {
        let diagnostic = error.diagnostic();
        let mut text = diagnostic.message;
        for related in &diagnostic.related {
            let place = if related.line > 0 { format!(", line {}", related.line) } else { String::new() };
            let _ = write!(text, "\n{}{place}", related.message);
        }
        Self { text, is_error: true }
    }
}

/// The history, where there is one.
#[derive(Debug, Default)]
pub(super) struct Past {
    saves: Option<Saves>,
    /// The last that a peer was said to be at, and what came of it.
    peer: Option<(RevisionId, RevisionId)>,
}

impl Past {
    /// Opens `FILE.history` if it is there, and makes it if that is asked for. Why it cannot, where it cannot.
    pub(super) fn open(settings: &Settings) -> (Self, Option<Said>) {
        let options = settings.options();
        let Some(file) = Source::new(&settings.file, options.clone()).path().map(str::to_owned) else {
            return (Self::default(), None);
        };
        let opened = match settings.history {
            true => Saves::begin(&file, options).map(Some),
            false => Saves::open(&file, options),
        };
        match opened {
            Ok(saves) => (Self { saves, peer: None }, None),
            Err(error) => (Self::default(), Some(Said::error(&error))),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.saves.is_some()
    }

    /// Keeps what was loaded, if it compiles and is new; what went wrong.
    pub(super) fn record(&mut self, loaded: &Loaded) -> Option<Said> {
        let saves = self.saves.as_mut()?;
        saves.record(loaded, "").err().map(|error| Said::error(&error))
    }

    /// Does what a key asks for.
    pub(super) fn travel(&mut self, travel: Travel) -> Said {
        let Some(saves) = &mut self.saves else {
            return Said::plain("there is no history: start the preview with --history".into());
        };
        let done = saves.refresh().and_then(|_| match travel {
            Travel::Undo => saves.go(Step::Undo).map(|moved| moved_to(saves.history(), "undone", &moved)),
            Travel::Redo => saves.go(Step::Redo).map(|moved| moved_to(saves.history(), "redone", &moved)),
            Travel::Branch => next_branch(saves),
            Travel::Merge => merge_branch(saves),
        });
        done.map_or_else(|error| Said::error(&error), Said::plain)
    }

    /// A peer is at some revision, which is in the history: comes together with it.
    pub(super) fn peer(&mut self, at: RevisionId) -> Option<Said> {
        let saves = self.saves.as_mut()?;
        if let Err(error) = saves.refresh() {
            return Some(Said::error(&error));
        }
        // What did not go together is said once.
        let asked = (at, saves.history().here());
        if self.peer.replace(asked) == Some(asked) {
            return None;
        }
        match saves.converge(at) {
            Ok(Merged::Nothing) => None,
            Ok(Merged::Forward(to)) => Some(Said::plain(format!("from the peer: {to:.8}"))),
            Ok(Merged::Revision(to)) => Some(Said::plain(format!("merged with the peer: {to:.8}"))),
            Err(error) => Some(Said::error(&error)),
        }
    }
}

/// Where somebody went, and the branches that leave there.
fn moved_to(history: &History, what: &str, moved: &Moved) -> String {
    let mut text = format!("{what}: {:.8}, {}", moved.to, moved.route);
    if let Some(kept) = moved.kept {
        let _ = write!(text, "\nkept what was in the file: {kept:.8}");
    }
    let children = history.children(moved.to);
    if children.len() > 1 {
        let names: Vec<String> = children.iter().map(|id| format!("{id:.8}")).collect();
        let _ = write!(text, "\n{} branches leave here: {}", names.len(), names.join(", "));
    }
    text
}

/// The ends of the other branches, the newest first.
fn others(history: &History) -> Vec<RevisionId> {
    let mut heads = history.heads();
    heads.retain(|&head| head != history.here() && head != RevisionId::ROOT);
    heads.reverse();
    heads
}

fn next_branch(saves: &mut Saves) -> Result<String, SavesError> {
    let history = saves.history();
    let heads = history.heads();
    let at = heads.iter().position(|&head| head == history.here());
    // From where somebody has undone to, the end of their own branch is the next.
    let next = match at {
        Some(at) => heads[(at + 1) % heads.len()],
        None => history.tip(),
    };
    if next == history.here() {
        return Ok("there is one branch".into());
    }
    let moved = saves.go(Step::To(next))?;
    Ok(moved_to(saves.history(), &format!("another branch of {}", heads.len()), &moved))
}

fn merge_branch(saves: &mut Saves) -> Result<String, SavesError> {
    let Some(&other) = others(saves.history()).first() else {
        return Ok("there is no other branch to merge".into());
    };
    Ok(match saves.merge(other, None)? {
        Merged::Nothing => format!("{other:.8} has nothing that this branch has not"),
        Merged::Forward(to) => format!("on: {to:.8}"),
        Merged::Revision(to) => format!("merged {other:.8}: {to:.8}"),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use super::super::player::{Command, Player};
    use super::*;

    /// A player and the file that it plays, without a window and without a clock.
    struct Desk {
        player: Player,
        file: PathBuf,
    }

    impl Desk {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("pavane-past-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join("a.pav");
            fs::write(&file, patch("0.1", "0")).unwrap();
            let settings = Settings { history: true, ..Settings::new(file.to_str().unwrap()) };
            let mut desk = Self { player: Player::new(settings), file };
            desk.look();
            desk
        }

        /// What the watch does, and a frame.
        fn look(&mut self) {
            let source = Source::new(self.file.to_str().unwrap(), crate::load::Options::default());
            self.player.load(source.load());
            self.wait(0);
        }

        fn wait(&mut self, ms: u64) {
            self.player.advance(Duration::from_millis(ms), Instant::now() + Duration::from_secs(60));
        }

        fn save(&mut self, text: &str) {
            fs::write(&self.file, text).unwrap();
            self.look();
        }

        /// A key; what is said.
        fn key(&mut self, travel: Travel) -> String {
            self.player.take_told();
            self.player.command(Command::Travel(travel));
            let told = self.player.take_told();
            self.look();
            told
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.file).unwrap()
        }

        /// Evaluations so far: the patch counts them in a state.
        fn counted(&mut self) -> u64 {
            let frame = self.player.frame().unwrap();
            (f64::from(frame.passes().next().unwrap().x.get(0)) * 1000.0).round() as u64
        }
    }

    /// A dot that is as far to the right as frames were played, in thousandths.
    fn patch(size: &str, green: &str) -> String {
        format!(
            "clip {{ duration: 60s, rate: 50, size: (100, 100) }}\nstate played = 0\nnext played = played + 1\n\
             size = {size}\ngreen = {green}\n\
             draw circle {{ position: (played / 1000, 0.5), size: size, color: hsv(green / 100, 1, 1) }}\n"
        )
    }

    #[test]
    fn fifty_edits_thirty_undone_a_branch_and_a_merge() {
        let mut desk = Desk::new("travel");
        let mut played = 0;
        for k in 1..=50 {
            desk.wait(20);
            played += 1;
            desk.save(&patch("0.1", &k.to_string()));
        }
        assert_eq!(desk.counted(), played, "state is kept over every save");
        for k in (20..50).rev() {
            let told = desk.key(Travel::Undo);
            assert!(told.starts_with("undone: ") && told.contains("1 edit back"), "{told}");
            assert_eq!(desk.text(), patch("0.1", &k.to_string()));
            desk.wait(20);
            played += 1;
            assert_eq!(desk.counted(), played, "and over every undo");
        }
        let history = |desk: &Desk| {
            let bytes = fs::read(crate::history::HistoryFile::path_of(&desk.file)).unwrap();
            History::read(bytes).unwrap()
        };
        let left = history(&desk).tip();
        assert!(desk.key(Travel::Redo).starts_with("redone: "));
        assert!(desk.key(Travel::Undo).starts_with("undone: "));
        desk.save(&patch("0.2", "20"));
        assert_eq!(history(&desk).revisions().len(), 52);
        let told = desk.key(Travel::Redo);
        assert!(told.starts_with("error: there is nothing to redo"), "{told}");
        assert!(told.contains(&format!("{left:.8}")), "the branch is named: {told}");
        // Where two branches leave, both are named.
        let told = desk.key(Travel::Undo);
        assert!(told.contains("2 branches leave here"), "{told}");
        assert!(desk.key(Travel::Redo).starts_with("redone"));
        let told = desk.key(Travel::Branch);
        assert!(told.contains("30 edits on") && desk.text() == patch("0.1", "50"), "{told}");
        let told = desk.key(Travel::Branch);
        assert_eq!(desk.text(), patch("0.2", "20"), "{told}");
        let told = desk.key(Travel::Merge);
        assert!(told.starts_with("merged ") && desk.text() == patch("0.2", "50"), "{told}");
        assert_eq!(history(&desk).heads().len(), 1);
        assert!(desk.key(Travel::Undo).starts_with("undone"));
        assert_eq!(desk.text(), patch("0.2", "20"), "back to the side that one was on");
        desk.wait(20);
        played += 1;
        assert_eq!(desk.counted(), played);
        fs::remove_dir_all(desk.file.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_is_broken_is_undone_and_kept() {
        let mut desk = Desk::new("broken");
        desk.save("size = (");
        assert!(desk.player.broken().1.is_some());
        let told = desk.key(Travel::Undo);
        assert!(told.contains("kept what was in the file"), "{told}");
        assert!(desk.player.broken().1.is_none() && desk.text() == patch("0.1", "0"));
        fs::remove_dir_all(desk.file.parent().unwrap()).unwrap();
    }

    #[test]
    fn without_a_history_keys_say_so() {
        let mut player = Player::new(Settings::new("no such file.pav"));
        player.command(Command::Travel(Travel::Undo));
        assert!(player.take_told().contains("--history"));
        let mut player = Player::new(Settings { history: true, ..Settings::new("no such folder/a.pav") });
        assert!(player.take_told().starts_with("error: cannot open `no such folder/a.pav.history`"));
        assert!(!player.has_history());
    }
}
