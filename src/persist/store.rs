//! A file of durable state: opening, writing, syncing, snapshots.

use std::io;
use std::num::NonZeroU32;
use std::path::Path;

use super::bytes::put_varint;
use super::commit::{Commit, Scratch, Whole};
use super::disk::{Disk, FILE_BYTES_MAX, SystemDisk, read_all, refuse_irregular};
use super::error::{Notice, PersistError};
use super::read::{Image, Kind, MAGIC, NotRead, id, read};
use super::restored::Restored;
use crate::journal;

/// When what was written is made to outlive a loss of power. Killing the process loses nothing that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncPolicy {
    /// With each commit.
    EveryCommit,
    /// With every so many commits.
    Every(NonZeroU32),
    /// When [`Store::flush`] is called.
    OnFlush,
}

/// When a log has outgrown its snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compaction {
    /// Never before it has so many bytes.
    pub log_bytes_min: u64,
    /// And so many times those of the snapshot.
    pub times_snapshot: u32,
}

impl Default for Compaction {
    /// 1 MiB, and twice the snapshot.
    fn default() -> Self {
        Self { log_bytes_min: 1 << 20, times_snapshot: 2 }
    }
}

/// What becomes, in a snapshot, of what is on disk and nobody has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// It is written again, so it is there when a program names it again. Of a column whose list was taken without it, the
    /// values of the rows that are still there.
    Keep,
    /// It is left out.
    Drop,
}

/// How a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersistSettings {
    /// When it is synced.
    pub sync: SyncPolicy,
    /// When [`Store::wants_snapshot`].
    pub compaction: Compaction,
    /// What nobody takes.
    pub strangers: Strangers,
    /// The most bytes of commits that are kept in memory while they cannot be written.
    pub unwritten_bytes_max: usize,
}

impl Default for PersistSettings {
    /// Synced with each commit, strangers kept, at most 16 MiB unwritten.
    fn default() -> Self {
        Self {
            sync: SyncPolicy::EveryCommit,
            compaction: Compaction::default(),
            strangers: Strangers::Keep,
            unwritten_bytes_max: 16 << 20,
        }
    }
}

/// What a commit or a snapshot came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The number of the newest commit. They count from 1.
    pub number: u64,
    /// Bytes that were written: those of commits that could not be written before included, 0 for a commit that says
    /// nothing.
    pub bytes: u64,
    /// Whether all commits will outlive a loss of power.
    pub is_synced: bool,
}

/// Counts of a store since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PersistStats {
    /// Commits that said something.
    pub commits: u64,
    /// Bytes that were written, snapshots included.
    pub bytes: u64,
    /// Syncs.
    pub syncs: u64,
    /// Snapshots.
    pub snapshots: u64,
}

/// A file that durable state is kept in, and nobody else's while it is open.
///
/// A process that is killed, at any byte, leaves the state of the last commit that was written. After a loss of power the
/// state is that of a commit too: none that [`flush`](Self::flush), or a commit under [`SyncPolicy::EveryCommit`], had
/// returned for is lost.
#[derive(Debug)]
pub struct Store<D: Disk = SystemDisk> {
    disk: D,
    pub(super) settings: PersistSettings,
    pub(super) restored: Restored,
    /// Records that are not written yet; the last may be one that is being made.
    pub(super) unwritten: Vec<u8>,
    pub(super) scratch: Scratch,
    number: u64,
    /// All commits up to this one are in the file and will outlive a loss of power.
    synced: u64,
    generation: u64,
    /// Bytes of the file, of what is known to be written.
    pub(super) length: u64,
    /// Bytes of the file; behind `length` they are zeros, or what could not be written in full.
    room: u64,
    snapshot: u64,
    /// Only a snapshot helps.
    is_behind: bool,
    /// A sync failed: what was written since the one before may be lost, whatever later syncs say.
    is_suspect: bool,
    /// The file's place is not known to outlive a loss of power.
    is_folder_unsynced: bool,
    /// A snapshot that failed is tried again at this commit, and if it fails again this much later.
    retry: (u64, u64),
    stats: PersistStats,
}

/// Reads a file and leaves it as it is, whoever has it open.
///
/// # Errors
/// If there is none, or it cannot be read.
pub fn read_state(path: impl AsRef<Path>) -> Result<(Restored, Vec<Notice>), PersistError> {
    let path = path.as_ref();
    let opened = refuse_irregular(path).and_then(|()| std::fs::File::open(path));
    let bytes = opened
        .and_then(|file| read_all(path, &file))
        .map_err(|error| PersistError::of(path, "read", &error))?;
    let image = image(path, &bytes)?;
    Ok((image.restored, image.notices))
}

fn image(path: &Path, bytes: &[u8]) -> Result<Image, PersistError> {
    read(bytes).map_err(|why| match why {
        NotRead::SomethingElse => PersistError::NotDurable(path.to_owned()),
        NotRead::OtherVersion => PersistError::Version(path.to_owned()),
    })
}

impl Store {
    /// Opens a file, or makes one, and gives what of it was not read.
    ///
    /// # Errors
    /// If somebody else has it, it is something else, or it cannot be read and written.
    pub fn open(
        path: impl AsRef<Path>,
        settings: PersistSettings,
    ) -> Result<(Self, Vec<Notice>), PersistError> {
        Self::open_on(SystemDisk::new(path), settings)
    }
}

impl<D: Disk> Store<D> {
    /// [`open`](Store::open), on something that is no file of the system.
    ///
    /// # Errors
    /// As there.
    pub fn open_on(mut disk: D, settings: PersistSettings) -> Result<(Self, Vec<Notice>), PersistError> {
        let path = disk.path().to_owned();
        let failed = |doing| move |error: io::Error| (doing, error);
        let of = |(doing, error): (&'static str, io::Error)| PersistError::of(&path, doing, &error);
        if !disk.lock().map_err(failed("lock")).map_err(of)? {
            return Err(PersistError::InUse(path));
        }
        let bytes = disk.load().map_err(failed("open")).map_err(of)?;
        let found = image(&path, bytes.as_deref().unwrap_or_default())?;
        let (is_torn, whole) = (found.is_torn(), found.whole);
        let mut store = Self {
            disk,
            settings,
            restored: found.restored,
            unwritten: Vec::new(),
            scratch: Scratch::default(),
            number: found.number,
            synced: found.number,
            generation: found.generation,
            length: found.whole,
            room: bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            snapshot: found.snapshot,
            is_behind: false,
            is_suspect: false,
            is_folder_unsynced: false,
            retry: (0, 1),
            stats: PersistStats::default(),
        };
        // Before a commit says that all before it is on disk, it is; and what is torn must not come back behind it.
        if whole < MAGIC.len() as u64 {
            store.snapshot().finish()?;
        } else {
            if is_torn {
                store.disk.resize(whole).map_err(failed("cut")).map_err(of)?;
                store.room = whole;
            }
            store.disk.sync().map_err(failed("sync")).map_err(of)?;
            store.disk.sync_folder().map_err(failed("sync")).map_err(of)?;
        }
        store.disk.drop_beside();
        Ok((store, found.notices))
    }

    /// What was on disk, less what was taken of it.
    pub fn restored(&mut self) -> &mut Restored {
        &mut self.restored
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.disk.path()
    }

    /// The newest commit; 0 before the first.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What was written since it was opened.
    pub fn stats(&self) -> PersistStats {
        self.stats
    }

    /// Begins a commit. It is made by [`Commit::finish`], and not made if it is dropped before.
    pub fn commit(&mut self) -> Commit<'_, D> {
        Commit::new(self, None)
    }

    /// Begins a snapshot: the whole durable state as it is now, which takes the place of the log when it is
    /// [finished](Commit::finish).
    pub fn snapshot(&mut self) -> Commit<'_, D> {
        let whole = Whole::new(self.number, self.next_generation());
        Commit::new(self, Some(whole))
    }

    /// Whether it is time for a [`snapshot`](Self::snapshot): the log has outgrown the last one, or the file cannot be brought
    /// up to date without.
    pub fn wants_snapshot(&self) -> bool {
        let log = self.length.saturating_sub(self.snapshot) + self.unwritten.len() as u64;
        let most = self.snapshot.saturating_mul(u64::from(self.settings.compaction.times_snapshot));
        let outgrown = log > most.max(self.settings.compaction.log_bytes_min);
        (self.is_behind || self.is_suspect || outgrown) && self.number >= self.retry.0
    }

    /// Returns when all commits will outlive a loss of power.
    ///
    /// # Errors
    /// If they are not known to; what was not written is kept.
    pub fn flush(&mut self) -> Result<Written, PersistError> {
        let bytes = self.write()?;
        self.sync()?;
        Ok(Written { number: self.number, bytes, is_synced: true })
    }

    fn error(&self, doing: &'static str) -> impl Fn(io::Error) -> PersistError + use<D> {
        let path = self.path().to_owned();
        move |error| PersistError::of(&path, doing, &error)
    }

    /// Another one for each file, the same in each run: see [`read`].
    fn next_generation(&self) -> u64 {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.generation.to_le_bytes());
        bytes[8..].copy_from_slice(&self.number.to_le_bytes());
        twox_hash::XxHash3_64::oneshot(&bytes)
    }

    /// Writes what is not written yet. Where that fails, the same bytes are written to the same place next time.
    fn write(&mut self) -> Result<u64, PersistError> {
        if self.is_behind {
            return Err(PersistError::Behind(self.path().to_owned()));
        }
        let bytes = self.unwritten.len() as u64;
        if bytes == 0 {
            return Ok(0);
        }
        if self.length + bytes > FILE_BYTES_MAX {
            self.keep_little();
            return Err(PersistError::TooLarge(self.path().to_owned()));
        }
        let end = self.length + bytes;
        if end > self.room {
            // Where it cannot be, the write says why.
            let room = end.next_multiple_of(self.disk.step().max(1));
            self.room = self.disk.resize(room).map_or(end, |()| room);
        }
        if let Err(error) = self.disk.write(self.length, &self.unwritten) {
            self.keep_little();
            return Err(self.error("write")(error));
        }
        self.length += bytes;
        self.stats.bytes += bytes;
        self.unwritten.clear();
        Ok(bytes)
    }

    /// What cannot be written takes bounded room.
    fn keep_little(&mut self) {
        if self.unwritten.len() > self.settings.unwritten_bytes_max {
            self.unwritten = Vec::new();
            self.is_behind = true;
        }
    }

    /// All is written.
    fn sync(&mut self) -> Result<(), PersistError> {
        if self.is_suspect {
            return Err(PersistError::Behind(self.path().to_owned()));
        }
        if self.is_folder_unsynced {
            self.disk.sync_folder().map_err(self.error("sync the folder of"))?;
            self.is_folder_unsynced = false;
        }
        if self.synced < self.number {
            self.stats.syncs += 1;
            if let Err(error) = self.disk.sync() {
                self.is_suspect = true;
                return Err(self.error("sync")(error));
            }
            self.synced = self.number;
        }
        Ok(())
    }

    /// The record of the next commit begins; where.
    pub(super) fn begin(&mut self) -> usize {
        let at = journal::open(&mut self.unwritten);
        // The commit itself is not on disk.
        put_varint(&mut self.unwritten, self.number + 1 - self.synced);
        at
    }

    /// The record is complete, and counts.
    pub(super) fn end(&mut self, at: usize) -> Result<Written, PersistError> {
        self.number += 1;
        self.stats.commits += 1;
        if self.is_behind {
            self.unwritten.truncate(at);
            return Err(PersistError::Behind(self.path().to_owned()));
        }
        journal::seal(&mut self.unwritten, at, Kind::Commit, id(self.number, self.generation));
        self.write_and_sync()
    }

    /// The record says nothing: what could not be written before is tried again.
    pub(super) fn end_empty(&mut self, at: usize) -> Result<Written, PersistError> {
        self.unwritten.truncate(at);
        self.write_and_sync()
    }

    fn write_and_sync(&mut self) -> Result<Written, PersistError> {
        let bytes = self.write()?;
        let is_due = match self.settings.sync {
            SyncPolicy::EveryCommit => true,
            SyncPolicy::Every(n) => self.number - self.synced >= u64::from(n.get()),
            SyncPolicy::OnFlush => false,
        };
        if is_due {
            self.sync()?;
        }
        let is_synced = self.synced == self.number && !self.is_folder_unsynced;
        Ok(Written { number: self.number, bytes, is_synced })
    }

    /// A commit is not well-formed. What is written behind it would be a state that never was.
    pub(super) fn refuse(&mut self, at: usize) {
        self.unwritten.truncate(at);
        self.is_behind = true;
    }

    pub(super) fn malformed(&self, why: &'static str) -> PersistError {
        PersistError::Malformed(self.path().to_owned(), why)
    }

    /// Puts a snapshot in place of the file.
    pub(super) fn exchange(&mut self, image: &[u8], generation: u64) -> Result<Written, PersistError> {
        if let Err(error) = self.try_exchange(image) {
            self.disk.drop_beside();
            // Not again with each commit.
            let wait = self.retry.1;
            self.retry = (self.number + wait, (wait * 2).min(1024));
            return Err(error);
        }
        self.unwritten.clear();
        (self.is_behind, self.is_suspect, self.is_folder_unsynced) = (false, false, true);
        self.retry = (0, 1);
        (self.generation, self.synced) = (generation, self.number);
        self.length = image.len() as u64;
        (self.snapshot, self.room) = (self.length, self.length);
        self.stats.bytes += self.length;
        self.stats.snapshots += 1;
        self.sync()?;
        Ok(Written { number: self.number, bytes: self.length, is_synced: true })
    }

    fn try_exchange(&mut self, image: &[u8]) -> Result<(), PersistError> {
        if image.len() as u64 > FILE_BYTES_MAX {
            return Err(PersistError::TooLarge(self.path().to_owned()));
        }
        self.disk.write_beside(image).map_err(self.error("write the new file beside"))?;
        self.disk.sync_beside().map_err(self.error("sync the new file beside"))?;
        self.disk.put_beside().map_err(self.error("replace"))
    }
}
