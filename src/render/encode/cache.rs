//! A folder of pictures from earlier renders, so that a frame that is no other than one of theirs need not be drawn again.
//!
//! Each picture is a file whose name says of which frame it is and what else its pixels depend on (`kept.rs`), and whose checksum
//! says that it is whole; files appear under their names when they are complete. So several runs may use one folder, and nothing
//! that a kill, a full disk or somebody else leaves in it is ever shown. The folder is bounded: when it is full, the pictures go
//! that nobody has used for longest, but none that this run has used. A clip that is larger than its cache has its first
//! pictures there, then, instead of none when they are asked for again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use twox_hash::XxHash3_64;

use super::super::target::{CacheSettings, Effort};
use super::super::{Picture, RenderError};
use super::png::Style;
use super::unfinished::Part;
use super::{kept, packed};
use crate::diagnostic::one_line;

/// What a file begins with. Whoever changes what is behind it counts on.
const MAGIC: [u8; 8] = *b"pavane\x00\x01";
/// The magic, the name (hash and settings) and the checksum of all else.
const HEAD: usize = 32;
const EXTENSION: &str = ".picture";
/// So many files that are none of the cache's are named; of more, how many there are.
const NAMED_MAX: usize = 10;
/// An incomplete file that is older has nobody who writes it.
const PART_MAX_AGE: Duration = Duration::from_secs(60 * 60);

/// The hash of a frame, and that of everything else its pixels depend on.
type Name = [u64; 2];

fn file_name([hash, settings]: Name) -> String {
    format!("{hash:016x}-{settings:016x}{EXTENSION}")
}

fn name_of(file: &str) -> Option<Name> {
    let (hash, settings) = file.strip_suffix(EXTENSION)?.split_once('-')?;
    let number = |digits: &str| u64::from_str_radix(digits, 16).ok();
    let name = [number(hash)?, number(settings)?];
    // Capitals and signs are numbers, too.
    (file_name(name) == file).then_some(name)
}

/// The pictures of a clip, and those of others.
pub(in crate::render) struct Cache {
    folder: PathBuf,
    bytes_max: u64,
    settings: u64,
    state: Mutex<State>,
}

struct State {
    /// Bytes in the folder, as far as this run knows.
    used: u64,
    /// Pictures that this run has used.
    shown: BTreeSet<Name>,
    /// Pictures that were not whole.
    damaged: BTreeSet<Name>,
    /// Whether pictures are still taken: not where there is no room, or the disk takes none.
    is_open: bool,
    warnings: Vec<String>,
}

/// What is in the folder.
struct Listing {
    /// Pictures, and the incomplete ones of runs that go on: when each was last used, which it is, and its bytes.
    files: Vec<(SystemTime, Option<Name>, u64)>,
    foreign: Vec<PathBuf>,
}

impl Listing {
    /// # Errors
    /// When the folder cannot be read.
    fn read(folder: &Path) -> io::Result<Self> {
        let mut this = Self { files: Vec::new(), foreign: Vec::new() };
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (file, path) = (entry.file_name(), entry.path());
            let file = file.to_string_lossy();
            let name = name_of(&file);
            if name.is_none() && !Part::is_one(&file) {
                this.foreign.push(path);
                continue;
            }
            // Another run may have removed it since.
            let Ok(found) = entry.metadata() else { continue };
            let used = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            if name.is_none() && used.elapsed().is_ok_and(|age| age > PART_MAX_AGE) {
                // Nobody is left to tell if this fails.
                let _ = fs::remove_file(path);
                continue;
            }
            this.files.push((used, name, found.len()));
        }
        this.files.sort_unstable();
        this.foreign.sort_unstable();
        Ok(this)
    }

    fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.2).sum()
    }
}

impl Cache {
    /// The folder is made where there is none.
    ///
    /// # Errors
    /// When there can be none, or it cannot be read.
    pub(in crate::render) fn open(
        settings: &CacheSettings,
        width: u32,
        height: u32,
        opaque: bool,
    ) -> Result<Self, RenderError> {
        let CacheSettings { folder, bytes_max } = settings;
        let target = || folder.display().to_string();
        if fs::metadata(folder).is_ok_and(|found| !found.is_dir()) {
            let reason = "a cache is a folder, and this is none".to_owned();
            return Err(RenderError::Target { target: target(), reason });
        }
        let found = fs::create_dir_all(folder).and_then(|()| Listing::read(folder));
        let found = found.map_err(|error| RenderError::from_io(&target(), error))?;
        let mut state = State {
            used: found.bytes(),
            shown: BTreeSet::new(),
            damaged: BTreeSet::new(),
            is_open: true,
            warnings: Vec::new(),
        };
        for path in found.foreign.iter().take(NAMED_MAX) {
            state.warnings.push(format!("{}: no picture of the cache, so it is left alone", quoted(path)));
        }
        if let Some(more @ 1..) = found.foreign.len().checked_sub(NAMED_MAX) {
            let folder = quoted(folder);
            state.warnings.push(format!("{folder}: {more} files more that are no pictures of the cache"));
        }
        // How hard PNGs are compressed changes no pixel.
        let settings = kept::settings(width, height, Style { opaque, effort: Effort::Fast });
        let (folder, bytes_max) = (folder.clone(), *bytes_max);
        Ok(Self { folder, bytes_max, settings, state: Mutex::new(state) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // It is whole after every statement, also where a thread has panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, hash: u64) -> Name {
        [hash, self.settings]
    }

    fn path(&self, name: Name) -> PathBuf {
        self.folder.join(file_name(name))
    }

    /// Puts the picture of a frame into `picture`, and says whether there is one; where there is none, what is in `picture` means
    /// nothing. `bytes` is scratch.
    pub(in crate::render) fn take(&self, hash: u64, picture: &mut Picture, bytes: &mut Vec<u8>) -> bool {
        let name = self.name(hash);
        let path = self.path(name);
        match read(&path, name, picture, bytes) {
            Ok(()) => {
                self.lock().shown.insert(name);
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(_) => {
                let mut state = self.lock();
                if state.damaged.insert(name) {
                    let text = format!("{}: damaged, so its frame is drawn again", quoted(&path));
                    state.warnings.push(text);
                }
                false
            }
        }
    }

    /// Keeps the picture of a frame, where that is possible. `bytes` is scratch.
    pub(in crate::render) fn put(&self, hash: u64, picture: &Picture, bytes: &mut Vec<u8>) {
        let name = self.name(hash);
        {
            let state = self.lock();
            // A frame may come again in one clip.
            if !state.is_open || state.shown.contains(&name) {
                return;
            }
        }
        bytes.clear();
        bytes.extend_from_slice(&MAGIC);
        name.iter().for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
        bytes.extend_from_slice(&[0; 8]);
        packed::pack(picture.pixels(), picture.width() as usize, bytes);
        let checksum = checksum(bytes);
        bytes[HEAD - 8..HEAD].copy_from_slice(&checksum.to_le_bytes());
        if !self.has_room(bytes.len() as u64) {
            return;
        }
        let write = || {
            let (part, mut file) = Part::create_in(&self.folder)?;
            file.write_all(bytes)?;
            drop(file);
            part.rename(&self.path(name))
        };
        let written = write();
        let mut state = self.lock();
        match written {
            Ok(()) => drop(state.shown.insert(name)),
            Err(error) if state.is_open => {
                let error = RenderError::from_io(&self.path(name).display().to_string(), error);
                state.warnings.push(format!("{error}; the cache takes no more pictures in this run"));
                state.is_open = false;
            }
            // Another thread has told.
            Err(_) => {}
        }
    }

    /// Makes room for a file.
    fn has_room(&self, bytes: u64) -> bool {
        let mut state = self.lock();
        if state.used + bytes > self.bytes_max {
            // What other runs have put there and taken away is known from the folder alone.
            // With some room more, so that the folder is not read for each picture.
            self.shrink(&mut state, (self.bytes_max - self.bytes_max / 16).saturating_sub(bytes), true);
        }
        if state.used + bytes <= self.bytes_max {
            state.used += bytes;
            return true;
        }
        if state.is_open {
            state.is_open = false;
            let (folder, count) = (quoted(&self.folder), state.shown.len());
            let text = format!(
                "{folder}: full with {count} pictures of this clip, so the others are drawn each time; a larger \
                 cache (--cache-size) has room for them"
            );
            state.warnings.push(text);
        }
        false
    }

    /// Removes what nobody has used for longest, until all that is left takes so many bytes, or is `kept`: what this run has used.
    fn shrink(&self, state: &mut State, bytes: u64, keeps: bool) {
        // A folder that cannot be read any more says so when something is written.
        let Ok(found) = Listing::read(&self.folder) else { return };
        state.used = found.bytes();
        for (_, name, length) in found.files {
            if state.used <= bytes {
                return;
            }
            let name = name.filter(|name| !(keeps && state.shown.contains(name)));
            if name.is_some_and(|name| fs::remove_file(self.path(name)).is_ok()) {
                state.used -= length;
            }
        }
    }

    /// Leaves no more in the folder than may be, whatever other runs have put there; gives what there is to tell.
    pub(in crate::render) fn finish(&self) -> Vec<String> {
        let mut state = self.lock();
        self.shrink(&mut state, self.bytes_max, false);
        std::mem::take(&mut state.warnings)
    }
}

/// # Errors
/// `NotFound` where there is no such file; any other where it is not the whole picture of that name.
fn read(path: &Path, name: Name, picture: &mut Picture, bytes: &mut Vec<u8>) -> io::Result<()> {
    let is_broken = || io::Error::from(io::ErrorKind::InvalidData);
    // Asked first: a pipe could wait for ever.
    let found = fs::metadata(path)?;
    // No picture is larger: a token has at least three pixels, or is one of very many.
    let most = HEAD + picture.pixels().len() + picture.pixels().len() / 1024 + 64;
    if !found.is_file() || found.len() > most as u64 {
        return Err(is_broken());
    }
    let mut file = File::open(path)?;
    bytes.clear();
    (&mut file).take(most as u64).read_to_end(bytes)?;
    let (head, body) = bytes.split_at_checked(HEAD).ok_or_else(is_broken)?;
    let number = |at: usize| head[at..].first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    let is_good = head.starts_with(&MAGIC)
        && [number(8), number(16)] == name.map(Some)
        && number(24) == Some(checksum(bytes));
    let width = picture.width() as usize;
    let unpacked = if is_good { packed::unpack(body, width, picture.pixels_mut()) } else { None };
    unpacked.ok_or_else(is_broken)?;
    // When it was last used. Where that cannot be written, it counts from when it was made.
    let _ = file.set_modified(SystemTime::now());
    Ok(())
}

/// Of all bytes but its own.
fn checksum(bytes: &[u8]) -> u64 {
    let mut hash = XxHash3_64::with_seed(0);
    hash.write(&bytes[..HEAD - 8]);
    hash.write(&bytes[HEAD..]);
    hash.finish()
}

fn quoted(path: &Path) -> String {
    format!("`{}`", one_line(&path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture that is packed into a few bytes, another one for each frame.
    fn picture(frame: u64) -> Picture {
        let mut picture = Picture::new(20, 10).unwrap();
        picture.pixels_mut().fill(frame as u8);
        picture.pixels_mut()[44] = 255;
        picture
    }

    /// Bytes of each of its files: head, a run, a pixel, a run of the row above, the rest.
    fn file_bytes() -> u64 {
        let folder = tempfile::tempdir().unwrap();
        let cache = open(folder.path(), u64::MAX);
        put(&cache, 1);
        cache.lock().used
    }

    fn open(folder: &Path, bytes_max: u64) -> Cache {
        Cache::open(&CacheSettings { folder: folder.into(), bytes_max }, 20, 10, true).unwrap()
    }

    fn put(cache: &Cache, frame: u64) {
        cache.put(frame, &picture(frame), &mut Vec::new());
    }

    fn has(cache: &Cache, frame: u64) -> bool {
        let mut found = Picture::new(20, 10).unwrap();
        let has = cache.take(frame, &mut found, &mut Vec::new());
        if has {
            assert_eq!(found, picture(frame));
        }
        has
    }

    fn those_of(cache: &Cache, frames: std::ops::Range<u64>) -> Vec<u64> {
        frames.filter(|&frame| has(cache, frame)).collect()
    }

    /// As if all had been used before `seconds` last.
    fn age(folder: &Path, frame: u64, seconds: u64) {
        let (path, then) = (file_of(folder, frame), SystemTime::now() - Duration::from_secs(seconds));
        File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }

    fn file_of(folder: &Path, frame: u64) -> PathBuf {
        let cache = open(folder, 1);
        cache.path(cache.name(frame))
    }

    fn bytes_in(folder: &Path) -> u64 {
        Listing::read(folder).unwrap().bytes()
    }

    #[test]
    fn pictures_are_there_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in a folder, neither of which is there.
        let inner = folder.path().join("a/b");
        let cache = open(&inner, u64::MAX);
        assert!(!has(&cache, 3));
        put(&cache, 3);
        assert!(has(&cache, 3) && !has(&cache, 4));
        assert_eq!(cache.finish(), [] as [&str; 0]);
        let cache = open(&inner, u64::MAX);
        assert!(has(&cache, 3));
        assert_eq!((cache.lock().used, bytes_in(&inner)), (file_bytes(), file_bytes()));
        // The same frame, but other pixels.
        for (width, height, opaque) in [(10, 20, true), (20, 10, false)] {
            let settings = CacheSettings { folder: inner.clone(), bytes_max: 1 << 20 };
            let other = Cache::open(&settings, width, height, opaque).unwrap();
            assert!(!other.take(3, &mut Picture::new(width, height).unwrap(), &mut Vec::new()));
            assert_eq!(other.finish(), [] as [&str; 0]);
        }
    }

    #[test]
    fn whatever_is_damaged_is_drawn_again_and_named_once() {
        let folder = tempfile::tempdir().unwrap();
        put(&open(folder.path(), u64::MAX), 3);
        let path = file_of(folder.path(), 3);
        let good = fs::read(&path).unwrap();
        let check = |bad: &[u8], what: &str| {
            fs::write(&path, bad).unwrap();
            let cache = open(folder.path(), u64::MAX);
            assert!(!has(&cache, 3) && !has(&cache, 3), "{what}");
            put(&cache, 3);
            assert!(has(&cache, 3), "{what}");
            let told = cache.finish();
            assert!(
                told.len() == 1 && told[0].contains("damaged") && told[0].contains(".picture"),
                "{told:?}"
            );
            assert_eq!(fs::read(&path).unwrap(), good);
        };
        for length in 0..good.len() {
            check(&good[..length], &format!("cut off after {length} bytes"));
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 4;
            check(&bad, &format!("another byte {at}"));
        }
        check(&[good.as_slice(), &[0]].concat(), "a byte more");
        check(&vec![0; 1 << 20], "far too long");
        // A whole picture, but that of another frame.
        put(&open(folder.path(), u64::MAX), 4);
        check(&fs::read(file_of(folder.path(), 4)).unwrap(), "another frame");
    }

    #[test]
    fn what_is_of_others_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let name = file_name([3, 4]);
        let others = ["notes.txt", "x.picture", &name.replace('-', "_"), &name.to_uppercase()];
        for other in others {
            fs::write(folder.path().join(other), "mine").unwrap();
        }
        fs::create_dir(folder.path().join("more")).unwrap();
        let cache = open(folder.path(), file_bytes());
        (0..5).for_each(|frame| put(&cache, frame));
        let told = cache.finish();
        for other in others.into_iter().chain(["more"]) {
            assert!(folder.path().join(other).exists(), "{other}");
            let named: Vec<_> = told.iter().filter(|text| text.contains(other)).collect();
            assert_eq!(named.len(), 1, "{other}: {told:?}");
        }
        (0..20).for_each(|k| fs::write(folder.path().join(format!("{k}.txt")), "mine").unwrap());
        let told = open(folder.path(), 1).finish();
        assert!(told.len() == 11 && told[10].contains("15 files more"), "{told:?}");
    }

    #[test]
    fn the_oldest_use_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let (one, path) = (file_bytes(), folder.path());
        let limit = 4 * one + one / 2;
        let cache = open(path, limit);
        (0..4).for_each(|frame| put(&cache, frame));
        assert_eq!(cache.finish(), [] as [&str; 0]);
        [50, 10, 40, 20].into_iter().zip(0..).for_each(|(seconds, frame)| age(path, frame, seconds));
        // A use now is later than any of those.
        let cache = open(path, limit);
        assert!(has(&cache, 0));
        put(&cache, 4);
        assert!(bytes_in(path) <= limit);
        assert_eq!(those_of(&open(path, limit), 0..5), [0, 1, 3, 4]);
        assert_eq!(cache.finish(), [] as [&str; 0]);
        // A smaller cache is smaller when a run has ended.
        open(path, 2 * one).finish();
        assert_eq!(bytes_in(path), 2 * one);
    }

    #[test]
    fn a_clip_that_is_too_large_keeps_what_has_room() {
        let folder = tempfile::tempdir().unwrap();
        let (one, path) = (file_bytes(), folder.path());
        let limit = 4 * one + one / 2;
        for run in 0..3 {
            let cache = open(path, limit);
            let found = those_of(&cache, 0..10);
            assert_eq!(found, if run == 0 { vec![] } else { vec![0, 1, 2, 3] }, "{run}");
            (0..10).for_each(|frame| put(&cache, frame));
            assert!(bytes_in(path) <= limit);
            let told = cache.finish();
            assert!(told.len() == 1 && told[0].contains("full with 4 pictures"), "{told:?}");
        }
    }

    #[test]
    fn two_runs_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (one, path) = (file_bytes(), folder.path());
        let limit = 6 * one + one / 2;
        let both = [open(path, limit), open(path, limit)];
        std::thread::scope(|scope| {
            for (cache, first) in both.iter().zip([0, 2]) {
                scope.spawn(move || (first..first + 3).for_each(|frame| put(cache, frame)));
            }
        });
        assert!(both.iter().all(|cache| those_of(cache, 0..6) == [0, 1, 2, 3, 4]));
        // Neither knows what the other has put there since; when they have ended, no more is there than may be.
        (10..13).for_each(|frame| put(&both[0], frame));
        (20..23).for_each(|frame| put(&both[1], frame));
        both.iter().for_each(|cache| drop(cache.finish()));
        assert!(bytes_in(path) <= limit);
    }

    #[test]
    fn what_a_kill_leaves_goes() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join(".pavane-x7Y2.part");
        fs::write(&part, "half").unwrap();
        assert_eq!(open(folder.path(), 100).finish(), [] as [&str; 0]);
        assert!(part.exists(), "somebody may be writing it");
        let then = SystemTime::now() - PART_MAX_AGE - Duration::from_secs(1);
        File::options().write(true).open(&part).unwrap().set_modified(then).unwrap();
        assert_eq!(open(folder.path(), 100).finish(), [] as [&str; 0]);
        assert!(!part.exists());
    }

    #[test]
    fn a_folder_that_takes_nothing_costs_the_cache_and_not_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("gone");
        let cache = open(&inner, u64::MAX);
        fs::remove_dir(&inner).unwrap();
        (0..5).for_each(|frame| put(&cache, frame));
        let told = cache.finish();
        assert!(told.len() == 1 && told[0].contains("takes no more pictures"), "{told:?}");
        // A file is no folder, which is known before the first frame.
        fs::write(&inner, "").unwrap();
        let settings = CacheSettings { folder: inner, bytes_max: 1 };
        let error = Cache::open(&settings, 20, 10, true).err().unwrap();
        assert!(error.is_argument() && error.to_string().contains("a cache is a folder"), "{error}");
    }
}
