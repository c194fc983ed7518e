//! Unordered lists of entries in one pool of chunks, so that any distribution over the lists needs the same memory.

use super::entry::Entry;
use super::table::NONE;

/// Entries of a chunk. A list is read chunk by chunk, and each wastes at most one.
const CHUNK: usize = 7;

/// Two cache lines.
#[derive(Clone, Copy, Debug)]
#[repr(align(128))]
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
}

impl List {
    pub(super) const EMPTY: Self = Self { first: NONE, filled: CHUNK as u32 };
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

    /// The entries of the first chunk; none where the list is empty.
    #[inline]
    pub(super) fn first(&self, list: List) -> &[Entry] {
        self.chunks.get(list.first as usize).map_or(&[], |chunk| &chunk.entries[..list.filled as usize])
    }

    /// Takes the first chunk out.
    #[inline]
    pub(super) fn pop(&mut self, list: &mut List) {
        if let Some(chunk) = self.chunks.get_mut(list.first as usize) {
            let emptied = list.first;
            *list = List { first: chunk.next, filled: CHUNK as u32 };
            chunk.next = self.first_free;
            self.first_free = emptied;
        }
    }

    /// Takes the last entry of the first chunk out.
    #[inline]
    pub(super) fn pop_entry(&mut self, list: &mut List) -> Option<Entry> {
        let entry = *self.first(*list).last()?;
        list.filled -= 1;
        if list.filled == 0 {
            self.pop(list);
        }
        Some(entry)
    }

    /// All entries of a list, in no order of time.
    #[inline]
    pub(super) fn iter(&self, list: List) -> impl Iterator<Item = Entry> {
        let chunk = |at: u32, filled: u32| self.chunks.get(at as usize).map(|chunk| (chunk, filled));
        let first = chunk(list.first, list.filled);
        let chunks = std::iter::successors(first, move |(at, _)| chunk(at.next, CHUNK as u32));
        chunks.flat_map(|(chunk, filled)| &chunk.entries[..filled as usize]).copied()
    }
}
