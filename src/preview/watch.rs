//! Watching files: what they hold is read again whenever its metadata changes.
//!
//! Polling, not the system's notifications: those follow an inode or a folder, miss what happens on network mounts, and
//! need care for every way in which editors save (in place, by renaming a new file over the old one, by deleting and
//! creating). A poll of a few files is some microseconds and sees them all, also a file that does not exist yet.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use super::source::{Loaded, Source};
use crate::language::open_regular;
use crate::load;

/// How often files are looked at.
const POLL: Duration = Duration::from_millis(50);
/// How often they are looked at while they are being written.
const SETTLE: Duration = Duration::from_millis(15);
/// How long a file that has just gone may take to come back before that counts: some editors delete and create.
const GONE: Duration = Duration::from_millis(500);
/// A file that does not compile must have been left alone for this long: it may be half-written.
const BROKEN: Duration = Duration::from_millis(150);
/// How long after a change the content is compared although the metadata does not change: clocks of file systems tick
/// once in up to two seconds.
const YOUNG: Duration = Duration::from_secs(3);
/// Changes in a row that one load waits for.
const TURNS_MAX: usize = 20;

/// What a file looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Which file has the name; renaming another one over it changes this.
    identity: (u64, u64),
}

impl Stamp {
    /// None for what is not there, and for what is never read: a folder, a pipe, a device.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Some(Self { modified: metadata.modified().ok(), length: metadata.len(), identity })
    }
}

/// A watched file as it was seen last.
#[derive(Debug)]
struct Seen {
    path: PathBuf,
    stamp: Option<Stamp>,
    /// Hash of the content; none where it cannot be read.
    content: Option<u64>,
    changed: Instant,
}

impl Seen {
    fn new(path: PathBuf) -> Self {
        let stamp = Stamp::of(&path);
        let content = stamp.and_then(|_| content(&path));
        Self { path, stamp, content, changed: Instant::now() }
    }

    fn has_just_gone(&self) -> bool {
        self.stamp.is_none() && self.changed.elapsed() < GONE
    }

    /// Looks again and tells whether the content is another.
    fn changed(&mut self) -> bool {
        let stamp = Stamp::of(&self.path);
        if stamp == self.stamp && (stamp.is_none() || self.changed.elapsed() > YOUNG) {
            return false;
        }
        let content = stamp.and_then(|_| content(&self.path));
        if stamp != self.stamp {
            self.changed = Instant::now();
        }
        self.stamp = stamp;
        if content == self.content {
            return false;
        }
        self.content = content;
        self.changed = Instant::now();
        true
    }
}

/// The hash of a file's content.
fn content(path: &Path) -> Option<u64> {
    let bytes = open_regular(path).and_then(load::bounded).ok()?;
    Some(twox_hash::XxHash3_64::oneshot(&bytes))
}

/// A source and the files it was made from.
#[derive(Debug)]
pub(super) struct Watch {
    source: Source,
    files: Vec<Seen>,
}

impl Watch {
    /// Loads a source and watches it from then on.
    pub(super) fn new(source: Source) -> (Self, Loaded) {
        // Seen before it is read, so that it need not be read again to be sure of it.
        let files = source.path().map(|path| Seen::new(path.into())).into_iter().collect();
        let mut watch = Self { source, files };
        let loaded = watch.load();
        (watch, loaded)
    }

    /// Sends what the files give after each change, until `stop` is set or nobody takes it.
    pub(super) fn run(mut self, stop: &AtomicBool, mut send: impl FnMut(Loaded) -> bool) {
        while !stop.load(Ordering::Relaxed) && !self.files.is_empty() {
            sleep(POLL);
            if self.changed() {
                let loaded = self.settled();
                if !send(loaded) {
                    return;
                }
            }
        }
    }

    /// Whether any file has another content than when this was asked before.
    fn changed(&mut self) -> bool {
        // Every file is looked at, so that one change of several files is one change.
        self.files.iter_mut().fold(false, |any, file| file.changed() | any)
    }

    /// Loads as soon as nobody writes any more.
    fn settled(&mut self) -> Loaded {
        let began = Instant::now();
        // A file that goes on changing is shown broken now and then rather than never.
        for _ in 0..TURNS_MAX {
            let mut quiet = Instant::now();
            loop {
                sleep(SETTLE);
                let is_gone = self.files.iter().any(Seen::has_just_gone);
                if self.changed() {
                    quiet = Instant::now();
                } else if quiet.elapsed() >= SETTLE && !is_gone {
                    break;
                }
                if began.elapsed() > GONE * 4 {
                    break;
                }
            }
            let loaded = self.load();
            if !loaded.diagnostics.has_errors() || !self.changes_within(BROKEN) {
                return loaded;
            }
        }
        self.load()
    }

    /// Whether something changes within a time.
    fn changes_within(&mut self, time: Duration) -> bool {
        let began = Instant::now();
        while began.elapsed() < time {
            sleep(SETTLE);
            if self.changed() {
                return true;
            }
        }
        false
    }

    /// Loads, again where a file changed meanwhile or is used for the first time.
    fn load(&mut self) -> Loaded {
        let mut loaded = self.source.load();
        for _ in 0..TURNS_MAX {
            let is_followed =
                loaded.files.iter().map(Path::new).eq(self.files.iter().map(|file| file.path.as_path()));
            if is_followed && !self.changed() {
                break;
            }
            let mut before = std::mem::take(&mut self.files);
            let known = |path: &String| {
                let at = before.iter().position(|file| file.path == Path::new(path));
                at.map_or_else(|| Seen::new(path.into()), |at| before.swap_remove(at))
            };
            self.files = loaded.files.iter().map(known).collect();
            loaded = self.source.load();
        }
        loaded
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, channel};

    use super::*;
    use crate::load::Options;
    use crate::program::Builder;

    /// A program whose name tells it from others.
    fn text(name: &str) -> String {
        let b = Builder::new(name);
        let dots = b.domain("dots", 1);
        b.pass("dots", dots).position(b.vec2(0.5, 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        b.finish().unwrap().to_json()
    }

    struct Watched {
        path: PathBuf,
        found: Receiver<Loaded>,
        stop: Arc<AtomicBool>,
        first: Loaded,
    }

    impl Drop for Watched {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::Relaxed);
            let _ = fs::remove_dir_all(self.path.parent().unwrap());
        }
    }

    fn watch(name: &str, file: &str, first: Option<&str>) -> Watched {
        let folder = std::env::temp_dir().join(format!("pavane-watch-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(file);
        if let Some(first) = first {
            fs::write(&path, first).unwrap();
        }
        let (watch, first) = Watch::new(Source::new(path.to_str().unwrap(), Options::default()));
        let (sender, found) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        std::thread::spawn(move || watch.run(&flag, |loaded| sender.send(loaded).is_ok()));
        Watched { path, found, stop, first }
    }

    impl Watched {
        fn expect(&self, name: &str) {
            let loaded = self.found.recv_timeout(Duration::from_secs(20)).unwrap();
            let found = loaded.program.as_ref().map(|program| program.data().about.name.as_str());
            assert_eq!(found, Some(name), "{}", loaded.render(100));
        }

        fn expect_broken(&self) {
            let loaded = self.found.recv_timeout(Duration::from_secs(20)).unwrap();
            assert!(loaded.program.is_none() && loaded.diagnostics.has_errors());
        }

        fn expect_nothing(&self) {
            assert!(self.found.recv_timeout(Duration::from_millis(800)).is_err());
        }
    }

    #[test]
    fn every_way_to_save_is_seen_once() {
        let watched = watch("ways", "program.json", Some(&text("first")));
        assert!(watched.first.program.is_some());
        // In place.
        fs::write(&watched.path, text("in_place")).unwrap();
        watched.expect("in_place");
        // A new file renamed over the old one.
        let new = watched.path.with_extension("new");
        fs::write(&new, text("renamed")).unwrap();
        fs::rename(&new, &watched.path).unwrap();
        watched.expect("renamed");
        // Deleted, and created a moment later.
        fs::remove_file(&watched.path).unwrap();
        sleep(Duration::from_millis(120));
        fs::write(&watched.path, text("recreated")).unwrap();
        watched.expect("recreated");
        // The same length in the same second.
        fs::write(&watched.path, text("recreateD")).unwrap();
        watched.expect("recreateD");
        // Saved without a change.
        fs::write(&watched.path, text("recreateD")).unwrap();
        watched.expect_nothing();
    }

    #[test]
    fn half_a_save_is_no_error() {
        let watched = watch("half", "program.json", Some(&text("first")));
        let whole = text("whole");
        fs::write(&watched.path, &whole[..whole.len() / 2]).unwrap();
        sleep(Duration::from_millis(100));
        fs::write(&watched.path, &whole).unwrap();
        watched.expect("whole");
        watched.expect_nothing();
    }

    #[test]
    fn what_stays_broken_or_gone_is_told_until_it_is_mended() {
        let watched = watch("broken", "program.json", None);
        assert!(watched.first.diagnostics.has_errors());
        fs::write(&watched.path, text("created")).unwrap();
        watched.expect("created");
        fs::write(&watched.path, "{").unwrap();
        watched.expect_broken();
        fs::remove_file(&watched.path).unwrap();
        watched.expect_broken();
        fs::write(&watched.path, text("mended")).unwrap();
        watched.expect("mended");
    }

    #[test]
    fn files_that_are_used_are_watched_also_before_they_exist() {
        let patch = "use \"sizes.pav\" as sizes\n\
                     domain dots[3] { draw circle { position: (0.5, 0.5), size: sizes.thick, color: #fff } }\n";
        let watched = watch("used", "program.pav", Some(patch));
        assert!(watched.first.program.is_none(), "sizes.pav is not there yet");
        let used = watched.path.with_file_name("sizes.pav");
        assert_eq!(watched.first.files, [&watched.path, &used].map(|path| path.to_str().unwrap()));
        fs::write(&used, "thick = 0.1\n").unwrap();
        watched.expect("program");
        fs::write(&used, "thick = \n").unwrap();
        watched.expect_broken();
        fs::write(&used, "thick = 0.2\n").unwrap();
        watched.expect("program");
        // A file that is used no more is let go.
        fs::write(&watched.path, patch.replace("sizes.thick", "0.1").split_once('\n').unwrap().1).unwrap();
        watched.expect("program");
        fs::write(&used, "thick = 0.3\n").unwrap();
        watched.expect_nothing();
    }

    #[test]
    fn data_is_watched() {
        let patch = "data rows from \"values.csv\" { x: float }\n\
                     domain dots from rows { draw circle { position: (x, 0.5), size: 0.1, color: #fff } }\n";
        let watched = watch("data", "program.pav", Some(patch));
        assert!(watched.first.program.is_none(), "values.csv is not there yet");
        let data = watched.path.with_file_name("values.csv");
        fs::write(&data, "x\n0.5\n").unwrap();
        watched.expect("program");
        fs::write(&data, "x\nfar\n").unwrap();
        watched.expect_broken();
        fs::write(&data, "x\n0.5\n0.6\n").unwrap();
        watched.expect("program");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_to_another_file() {
        let watched = watch("link", "program.json", None);
        let folder = watched.path.parent().unwrap();
        for name in ["one", "two"] {
            fs::write(folder.join(name), text(name)).unwrap();
        }
        std::os::unix::fs::symlink(folder.join("one"), &watched.path).unwrap();
        watched.expect("one");
        fs::remove_file(&watched.path).unwrap();
        std::os::unix::fs::symlink(folder.join("two"), &watched.path).unwrap();
        watched.expect("two");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_an_error_at_once_and_never_opened() {
        let watched = watch("pipe", "program.pav", Some("use \"part.pav\" as part\nx = part.y\n"));
        let part = watched.path.with_file_name("part.pav");
        let made = std::process::Command::new("mkfifo").arg(&part).status().unwrap();
        assert!(made.success());
        // Saved anew, so that it is loaded with the pipe there: nothing writes into it, so opening it would wait for ever.
        fs::write(&watched.path, "use \"part.pav\" as part\nx = part.z\n").unwrap();
        let loaded = watched.found.recv_timeout(Duration::from_secs(20)).unwrap();
        let told = loaded.render(100);
        assert!(loaded.program.is_none() && told.contains("no regular file"), "{told}");
        // The patch itself becomes a pipe.
        fs::rename(&part, &watched.path).unwrap();
        let loaded = watched.found.recv_timeout(Duration::from_secs(20)).unwrap();
        let told = loaded.render(100);
        assert!(loaded.program.is_none() && told.contains("no regular file"), "{told}");
    }
}
