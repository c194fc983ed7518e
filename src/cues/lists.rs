//! Unordered lists of entries in one pool of chunks, so that any distribution over the lists needs the same memory.

use super::table::NONE;
use super::tag::Tag;
use crate::time::Flicks;

/// When a row of the table comes. It is stale when the row has another order: the cue was cancelled or rescheduled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    offset: u64,
    microstep: u32,
    pub(super) row: u32,
    pub(super) order: u64,
}

impl Entry {
    pub(super) fn new(tag: Tag, row: u32, order: u64) -> Self {
        Self { offset: tag.offset.0, microstep: tag.microstep, row, order }
    }

    pub(super) fn tag(&self) -> Tag {
        Tag::new(Flicks(self.offset), self.microstep)
    }

    pub(super) fn offset(&self) -> Flicks {
        Flicks(self.offset)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By tag.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.tag().cmp(&other.tag())
    }
}

/// Entries of a chunk. A list is read chunk by chunk, and each wastes at most one.
const CHUNK: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Chunk {
    entries: [Entry; CHUNK],
    /// The next chunk of its list, which is full, or the next free one.
    next: u32,
}

/// A list: its first chunk, the only one that may be in part empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    first: u32,
    /// Entries of the first chunk.
    filled: u32,
    /// The least tag of the list; none where it is not known.
    pub(super) least: Option<Tag>,
}

impl List {
    pub(super) const EMPTY: Self = Self { first: NONE, filled: 0, least: None };

    pub(super) fn is_empty(&self) -> bool {
        self.first == NONE
    }
}

#[derive(Debug)]
pub(super) struct Chunks {
    chunks: Vec<Chunk>,
    first_free: u32,
}

impl Chunks {
    /// Room for `entries` in at most `lists` lists.
    pub(super) fn new(entries: usize, lists: usize) -> Self {
        Self { chunks: Vec::with_capacity(entries.div_ceil(CHUNK) + lists.min(entries)), first_free: NONE }
    }

    pub(super) fn bytes(&self) -> usize {
        self.chunks.capacity() * size_of::<Chunk>()
    }

    /// Forgets all lists.
    pub(super) fn clear(&mut self) {
        self.chunks.clear();
        self.first_free = NONE;
    }

    pub(super) fn append(&mut self, list: &mut List, entry: Entry) {
        let tag = entry.tag();
        match list.least {
            _ if list.is_empty() => list.least = Some(tag),
            Some(least) if tag < least => list.least = Some(tag),
            Some(_) | None => {}
        }
        if list.is_empty() || list.filled as usize == CHUNK {
            list.first = self.chunk(entry, list.first);
            list.filled = 1;
        } else {
            self.chunks[list.first as usize].entries[list.filled as usize] = entry;
            list.filled += 1;
        }
    }

    /// A chunk with one entry.
    fn chunk(&mut self, entry: Entry, next: u32) -> u32 {
        let free = self.first_free;
        if let Some(chunk) = self.chunks.get_mut(free as usize) {
            self.first_free = chunk.next;
            chunk.entries[0] = entry;
            chunk.next = next;
            return free;
        }
        self.chunks.push(Chunk { entries: [entry; CHUNK], next });
        self.chunks.len() as u32 - 1
    }

    /// Takes the last entry out. Leaves the list's least tag as it is.
    pub(super) fn pop(&mut self, list: &mut List) -> Option<Entry> {
        let chunk = self.chunks.get_mut(list.first as usize)?;
        list.filled -= 1;
        let entry = chunk.entries[list.filled as usize];
        if list.filled == 0 {
            let emptied = list.first;
            list.first = chunk.next;
            list.filled = CHUNK as u32;
            chunk.next = self.first_free;
            self.first_free = emptied;
        }
        Some(entry)
    }

    /// All entries of a list, in no order of time.
    pub(super) fn iter(&self, list: &List) -> impl Iterator<Item = &Entry> {
        let chunk = |at: u32, filled: u32| self.chunks.get(at as usize).map(|chunk| (chunk, filled));
        let first = chunk(list.first, list.filled);
        let chunks = std::iter::successors(first, move |(at, _)| chunk(at.next, CHUNK as u32));
        chunks.flat_map(|(chunk, filled)| &chunk.entries[..filled as usize])
    }
}
