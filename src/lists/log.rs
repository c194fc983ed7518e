//! What readers get that are not there at every commit: a ring of recent deltas, and one snapshot for those behind it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::delta::{Delta, Entry};
use super::error::ListError;
use super::item::Item;

/// How much a log keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogLimits {
    /// Entries of deltas that there is always room for.
    pub entries: u32,
    /// Entries that there may be room for when a reader is slow.
    pub most: u32,
    /// Readers that there may be.
    pub readers: u32,
}

/// A reader of a log. It is a name: the log says where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    index: u32,
    generation: u32,
}

/// All items of a list or view, in order, as they were at one version. Readers that fall behind together share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The number of deltas before it.
    pub version: u64,
    /// The items.
    pub items: Vec<Item>,
}

/// What a reader has missed.
#[derive(Debug)]
pub enum Read<'a> {
    /// These deltas, the oldest first; none where it has missed none.
    Deltas(Deltas<'a>),
    /// More than is kept: all items as they are now.
    Behind(Arc<Snapshot>),
}

/// A delta that is kept.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// Entries that were put into the ring before it.
    start: u64,
    removes: u32,
    inserts: u32,
    updates: u32,
}

impl Head {
    fn len(&self) -> u64 {
        u64::from(self.removes) + u64::from(self.inserts) + u64::from(self.updates)
    }
}

#[derive(Clone, Copy, Debug)]
struct Reader {
    generation: u32,
    /// Deltas that it has read; none where there is no such reader.
    read: Option<u64>,
    /// Whether it gets a snapshot, however many deltas are kept.
    is_behind: bool,
}

/// The recent deltas of one list or view.
///
/// A delta is kept until every reader has read it, or until there is no room: then the oldest ones go, and whoever has not
/// read them gets a snapshot. Nothing is allocated by a commit. [`make_room`](Self::make_room), called between frames, makes
/// the ring larger while a reader needs more, up to its limit, and small again when that one is gone or has caught up.
#[derive(Debug)]
pub struct Log {
    limits: LogLimits,
    /// Entries that there is room for now.
    room: u32,
    heads: VecDeque<Head>,
    entries: VecDeque<Entry>,
    /// Entries that have left the ring.
    dropped: u64,
    /// Deltas that there were.
    version: u64,
    readers: Vec<Reader>,
    snapshot: Option<Arc<Snapshot>>,
    /// Whether a delta had to go that a reader has not read, since room was made.
    is_short: bool,
}

impl Log {
    /// An empty log.
    pub fn new(limits: LogLimits) -> Self {
        let limits = LogLimits { most: limits.most.max(limits.entries), ..limits };
        let room = limits.entries as usize;
        Self {
            limits,
            room: limits.entries,
            heads: VecDeque::with_capacity(room),
            entries: VecDeque::with_capacity(room),
            dropped: 0,
            version: 0,
            readers: Vec::with_capacity(limits.readers as usize),
            snapshot: None,
            is_short: false,
        }
    }

    /// Bytes that it keeps on the heap, without a snapshot that readers hold.
    pub fn bytes(&self) -> usize {
        self.heads.capacity() * size_of::<Head>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.readers.capacity() * size_of::<Reader>()
    }

    /// Deltas that there were.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Deltas that are kept.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether no delta is kept.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Readers that there are.
    pub fn readers(&self) -> usize {
        self.readers.iter().filter(|reader| reader.read.is_some()).count()
    }

    /// A new reader, which has read all that there was: it takes the items as they are now and goes on from there.
    ///
    /// # Errors
    ///
    /// [`ListError::TooManyReaders`].
    pub fn subscribe(&mut self) -> Result<Cursor, ListError> {
        self.add(false)
    }

    /// A new reader, which has read nothing: the first that it reads is a snapshot.
    ///
    /// # Errors
    ///
    /// [`ListError::TooManyReaders`].
    pub fn subscribe_behind(&mut self) -> Result<Cursor, ListError> {
        self.add(true)
    }

    fn add(&mut self, is_behind: bool) -> Result<Cursor, ListError> {
        let free = self.readers.iter().position(|reader| reader.read.is_none());
        let index = match free {
            Some(index) => index,
            None if self.readers.len() < self.limits.readers as usize => {
                self.readers.push(Reader { generation: 0, read: None, is_behind });
                self.readers.len() - 1
            }
            None => return Err(ListError::TooManyReaders { capacity: self.limits.readers }),
        };
        let reader = &mut self.readers[index];
        reader.generation = reader.generation.wrapping_add(1);
        (reader.read, reader.is_behind) = (Some(self.version), is_behind);
        Ok(Cursor { index: index as u32, generation: reader.generation })
    }

    fn reader(&mut self, cursor: Cursor) -> Option<&mut Reader> {
        let reader = self.readers.get_mut(cursor.index as usize)?;
        (reader.generation == cursor.generation && reader.read.is_some()).then_some(reader)
    }

    /// Ends a reader; false where there is no such one any more.
    pub fn unsubscribe(&mut self, cursor: Cursor) -> bool {
        let reader = self.reader(cursor);
        let is_there = reader.is_some();
        if let Some(reader) = reader {
            reader.read = None;
        }
        self.forget();
        is_there
    }

    /// Deltas that the slowest reader has read, of those that are kept and those to come. Who gets a snapshot needs none.
    fn slowest(&self) -> u64 {
        let follows = self.readers.iter().filter(|reader| !reader.is_behind);
        follows.filter_map(|reader| reader.read).min().unwrap_or(self.version)
    }

    /// The version that the oldest delta leads from.
    fn oldest(&self) -> u64 {
        self.version - self.heads.len() as u64
    }

    fn drop_oldest(&mut self) {
        if let Some(head) = self.heads.pop_front() {
            self.entries.drain(..head.len() as usize);
            self.dropped += head.len();
        }
    }

    /// Drops what every reader has read.
    fn forget(&mut self) {
        let slowest = self.slowest();
        while !self.heads.is_empty() && self.oldest() < slowest {
            self.drop_oldest();
        }
    }

    /// Takes the delta of a commit.
    pub fn push(&mut self, delta: &Delta) {
        self.snapshot = None;
        self.forget();
        self.version += 1;
        if !self.readers.iter().any(|reader| reader.read.is_some() && !reader.is_behind) {
            return;
        }
        let sections = [delta.removes(), delta.inserts(), delta.updates()];
        let [removes, inserts, updates] = sections.map(|entries| entries.len() as u32);
        let head = Head { start: self.dropped + self.entries.len() as u64, removes, inserts, updates };
        let len = head.len() as usize;
        let room = self.room as usize;
        while !self.heads.is_empty() && (self.entries.len() + len > room || self.heads.len() >= room) {
            self.is_short = true;
            self.drop_oldest();
        }
        if len > room {
            // Nobody can read over it.
            self.is_short = true;
            return;
        }
        self.heads.push_back(head);
        for entries in sections {
            self.entries.extend(entries);
        }
    }

    /// The items are other ones now, and no delta leads from those before to them: every reader gets a snapshot next.
    pub fn cut(&mut self) {
        self.snapshot = None;
        self.version += 1;
        while !self.heads.is_empty() {
            self.drop_oldest();
        }
        self.readers.iter_mut().for_each(|reader| reader.is_behind = true);
    }

    /// Other limits from now on: the next [`make_room`](Self::make_room) keeps to them.
    pub fn set_limits(&mut self, limits: LogLimits) {
        self.limits = LogLimits { most: limits.most.max(limits.entries), ..limits };
    }

    /// No deltas, whatever there is to be read.
    pub fn nothing(&self) -> Read<'_> {
        Read::Deltas(Deltas { log: self, next: self.heads.len() })
    }

    /// Whether there is such a reader.
    pub fn has(&mut self, cursor: Cursor) -> bool {
        self.reader(cursor).is_some()
    }

    /// What a reader has missed, which it has read then; none where there is no such reader any more. `items` gives all items
    /// in order, of the list or view as it is now; it is asked where the reader is behind all that is kept.
    pub fn read<I: Iterator<Item = Item>>(
        &mut self,
        cursor: Cursor,
        items: impl FnOnce() -> I,
    ) -> Option<Read<'_>> {
        let version = self.version;
        let reader = self.reader(cursor)?;
        let read = reader.read.replace(version)?;
        let is_behind = std::mem::take(&mut reader.is_behind);
        if is_behind || read < self.oldest() {
            let snapshot =
                self.snapshot.get_or_insert_with(|| Arc::new(Snapshot { version, items: items().collect() }));
            return Some(Read::Behind(Arc::clone(snapshot)));
        }
        let next = (read - self.oldest()) as usize;
        Some(Read::Deltas(Deltas { log: self, next }))
    }

    /// Between frames: makes the ring as large as its readers need, within the limits. Allocates when that has changed.
    pub fn make_room(&mut self) {
        self.forget();
        let is_short = std::mem::take(&mut self.is_short);
        let needed = if self.readers() == 0 {
            self.limits.entries
        } else if is_short {
            self.room.saturating_mul(2)
        } else {
            let half = self.room / 2;
            let is_quiet = self.entries.len() <= half as usize / 2 && self.heads.len() <= half as usize / 2;
            if is_quiet { half } else { self.room }
        };
        let room = needed.clamp(self.limits.entries, self.limits.most);
        if room == self.room {
            return;
        }
        self.room = room;
        let room = room as usize;
        self.heads.shrink_to(room);
        self.entries.shrink_to(room);
        self.heads.reserve_exact(room - self.heads.len());
        self.entries.reserve_exact(room - self.entries.len());
    }
}

/// Deltas that a reader has missed, the oldest first.
#[derive(Clone, Debug)]
pub struct Deltas<'a> {
    log: &'a Log,
    next: usize,
}

/// A delta of a log; its entries are as those of a [`Delta`].
#[derive(Clone, Copy, Debug)]
pub struct Logged<'a> {
    log: &'a Log,
    head: Head,
}

impl<'a> Logged<'a> {
    fn entries(&self, skip: u32, count: u32) -> impl Iterator<Item = Entry> + use<'a> {
        let start = (self.head.start - self.log.dropped) as usize + skip as usize;
        self.log.entries.range(start..start + count as usize).copied()
    }

    /// What is gone or moved, by descending index before the commit.
    pub fn removes(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.entries(0, self.head.removes)
    }

    /// What is new or moved, by ascending index after the commit.
    pub fn inserts(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.entries(self.head.removes, self.head.inserts)
    }

    /// What is changed and neither new nor moved, by ascending index after the commit.
    pub fn updates(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.entries(self.head.removes + self.head.inserts, self.head.updates)
    }

    /// Applies it to an order of items.
    pub fn apply(&self, order: &mut Vec<Item>) {
        for entry in self.removes() {
            if (entry.old() as usize) < order.len() {
                order.remove(entry.old() as usize);
            }
        }
        for entry in self.inserts() {
            order.insert((entry.new_index() as usize).min(order.len()), entry.item());
        }
    }
}

impl<'a> Iterator for Deltas<'a> {
    type Item = Logged<'a>;

    fn next(&mut self) -> Option<Logged<'a>> {
        let head = *self.log.heads.get(self.next)?;
        self.next += 1;
        Some(Logged { log: self.log, head })
    }
}
