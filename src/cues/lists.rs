//! Unordered lists of entries in one pool of chunks, so that any distribution over the lists needs the same memory.

use super::entry::Entry;
use super::table::{NONE, Table};
use super::tag::Tag;

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
    /// Entries of the first chunk; an empty list counts as if it had one that is full.
    filled: u32,
    /// The least tag of its entries that are pending; none where it is not known.
    pub(super) least: Option<Tag>,
}

impl List {
    pub(super) const EMPTY: Self = Self { first: NONE, filled: CHUNK as u32, least: None };
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
    pub(super) fn forget(&mut self) {
        self.chunks.clear();
        self.first_free = NONE;
    }

    #[inline]
    pub(super) fn append(&mut self, list: &mut List, entry: Entry) {
        let tag = entry.tag();
        if list.first == NONE || list.least.is_some_and(|least| tag < least) {
            list.least = Some(tag);
        }
        if list.filled as usize == CHUNK {
            list.first = self.chunk(entry, list.first);
            list.filled = 1;
        } else {
            self.chunks[list.first as usize].entries[list.filled as usize] = entry;
            list.filled += 1;
        }
    }

    /// A chunk with one entry.
    #[inline]
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

    /// Takes the last entry out.
    #[inline]
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

    /// Empties a list, and says how many entries it had.
    pub(super) fn clear(&mut self, list: &mut List) -> usize {
        std::iter::from_fn(|| self.pop(list)).count()
    }

    /// The least tag of the entries of a list that are pending.
    pub(super) fn least<P: Copy>(&self, list: &List, table: &Table<P>) -> Option<Tag> {
        let mut least = None;
        let (mut at, mut filled) = (list.first, list.filled);
        while let Some(chunk) = self.chunks.get(at as usize) {
            for entry in chunk.entries.iter().take(filled as usize).filter(|entry| table.is_pending(entry)) {
                let tag = entry.tag();
                if least.is_none_or(|least| tag < least) {
                    least = Some(tag);
                }
            }
            (at, filled) = (chunk.next, CHUNK as u32);
        }
        least
    }

    /// All entries of a list, in no order of time.
    pub(super) fn iter(&self, list: &List) -> impl Iterator<Item = &Entry> {
        let chunk = |at: u32, filled: u32| self.chunks.get(at as usize).map(|chunk| (chunk, filled));
        let first = chunk(list.first, list.filled);
        let chunks = std::iter::successors(first, move |(at, _)| chunk(at.next, CHUNK as u32));
        chunks.flat_map(|(chunk, filled)| &chunk.entries[..filled as usize])
    }
}
