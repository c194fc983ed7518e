//! Texts: those of the program, which stay, and those that cells come to hold, in one block of bytes that is used again.

use std::cmp::Ordering;
use std::fmt;

use super::error::ListError;

/// No slot.
const NONE: u32 = u32::MAX;

/// How often a text of the program is held: it is never let go.
const FOREVER: u32 = u32::MAX;

/// Names a text of a [`Texts`] for as long as something holds it, and the empty text after that. Two names may be of equal
/// texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextId {
    index: u32,
    generation: u32,
}

impl TextId {
    /// The name of the empty text.
    pub const EMPTY: Self = Self { index: 0, generation: 0 };

    /// Both halves in one number.
    #[inline]
    pub fn to_bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// The name whose [`to_bits`](Self::to_bits) is this; of any other number, a name of the empty text.
    #[inline]
    pub fn from_bits(bits: u64) -> Self {
        Self { index: bits as u32, generation: (bits >> 32) as u32 }
    }
}

/// A text, or a slot that is free.
#[derive(Clone, Copy, Debug)]
struct Slot {
    start: u32,
    len: u32,
    generation: u32,
    /// Cells that hold it.
    held: u32,
    /// Neighbours in the order of their bytes; of a free slot, the next free one.
    previous: u32,
    next: u32,
    /// Whether it is among those that a sweep looks at.
    is_loose: bool,
}

/// Texts: a bounded number of them, with a bounded number of bytes together.
///
/// A new text is nobody's. What a cell holds when the turn is committed stays; the rest goes with the next
/// [`sweep`](Self::sweep), so views see what a cell held before as well. Bytes are moved together when there is no room behind
/// them, so all of them can be used, whatever texts came and went.
///
/// Everything is allocated at construction, and by [`grow`](Self::grow).
#[derive(Clone, Debug)]
pub struct Texts {
    bytes: Vec<u8>,
    byte_capacity: u32,
    /// Bytes of texts.
    used: u32,
    slots: Vec<Slot>,
    capacity: u32,
    len: u32,
    first_free: u32,
    /// In the order of their bytes.
    first: u32,
    last: u32,
    /// Slots that nothing held at some time since the last sweep.
    loose: Vec<u32>,
    /// Texts of the program, sorted.
    interned: Vec<u32>,
}

impl Texts {
    /// Room for so many texts of so many bytes together.
    pub fn new(texts: u32, bytes: u32) -> Self {
        let capacity = texts.min(NONE - 1);
        Self {
            bytes: Vec::with_capacity(bytes as usize),
            byte_capacity: bytes,
            used: 0,
            slots: Vec::with_capacity(capacity as usize),
            capacity,
            len: 0,
            first_free: NONE,
            first: NONE,
            last: NONE,
            loose: Vec::with_capacity(capacity as usize),
            interned: Vec::with_capacity(capacity as usize),
        }
    }

    /// Makes room for more: at least so many texts and bytes. Allocates.
    pub fn grow(&mut self, texts: u32, bytes: u32) {
        self.capacity = self.capacity.max(texts.min(NONE - 1));
        self.byte_capacity = self.byte_capacity.max(bytes);
        self.bytes.reserve_exact(self.byte_capacity as usize - self.bytes.len());
        let capacity = self.capacity as usize;
        self.slots.reserve_exact(capacity - self.slots.len());
        self.loose.reserve_exact(capacity - self.loose.len());
        self.interned.reserve_exact(capacity - self.interned.len());
    }

    /// Texts that there are, those of the program included.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of all texts.
    pub fn used(&self) -> u32 {
        self.used
    }

    /// Bytes that it keeps on the heap: the same at any time, but for a [`grow`](Self::grow).
    pub fn bytes(&self) -> usize {
        self.bytes.capacity()
            + self.slots.capacity() * size_of::<Slot>()
            + (self.loose.capacity() + self.interned.capacity()) * size_of::<u32>()
    }

    /// Becomes a copy of texts with the same capacity. Allocates nothing.
    pub fn copy_from(&mut self, other: &Self) {
        let Self { bytes, slots, loose, interned, .. } = other;
        self.bytes.clone_from(bytes);
        self.slots.clone_from(slots);
        self.loose.clone_from(loose);
        self.interned.clone_from(interned);
        (self.byte_capacity, self.used, self.capacity) = (other.byte_capacity, other.used, other.capacity);
        (self.len, self.first_free) = (other.len, other.first_free);
        (self.first, self.last) = (other.first, other.last);
    }

    /// What a name says; the empty text where it names nothing any more.
    pub fn get(&self, text: TextId) -> &str {
        std::str::from_utf8(self.raw(text)).unwrap_or_default()
    }

    /// Orders two texts by their characters' numbers.
    pub fn compare(&self, a: TextId, b: TextId) -> Ordering {
        if a == b { Ordering::Equal } else { self.raw(a).cmp(self.raw(b)) }
    }

    fn slot(&self, text: TextId) -> Option<&Slot> {
        self.slots.get(text.index as usize).filter(|slot| slot.generation == text.generation)
    }

    fn raw(&self, text: TextId) -> &[u8] {
        let bytes = self.slot(text).map(|slot| slot.start as usize..(slot.start + slot.len) as usize);
        bytes.and_then(|bytes| self.bytes.get(bytes)).unwrap_or_default()
    }

    /// A new text, which goes with the next [`sweep`](Self::sweep) unless a cell holds it by then.
    ///
    /// # Errors
    ///
    /// [`ListError::TooMuchText`].
    pub fn put(&mut self, text: &str) -> Result<TextId, ListError> {
        if text.is_empty() {
            return Ok(TextId::EMPTY);
        }
        let id = self.take(text)?;
        self.loosen(id.index);
        Ok(id)
    }

    /// A text of the program: the same name for the same text, and it stays. Looks for it among those that there are.
    ///
    /// # Errors
    ///
    /// [`ListError::TooMuchText`].
    pub fn intern(&mut self, text: &str) -> Result<TextId, ListError> {
        if text.is_empty() {
            return Ok(TextId::EMPTY);
        }
        let by_text = |slot: &u32| {
            let Slot { start, len, .. } = self.slots[*slot as usize];
            self.bytes[start as usize..(start + len) as usize].cmp(text.as_bytes())
        };
        match self.interned.binary_search_by(by_text) {
            Ok(at) => {
                let index = self.interned[at];
                Ok(TextId { index, generation: self.slots[index as usize].generation })
            }
            Err(at) => {
                let id = self.take(text)?;
                self.slots[id.index as usize].held = FOREVER;
                self.interned.insert(at, id.index);
                Ok(id)
            }
        }
    }

    fn take(&mut self, text: &str) -> Result<TextId, ListError> {
        let full = ListError::TooMuchText { texts: self.capacity, bytes: self.byte_capacity };
        let len = u32::try_from(text.len()).map_err(|_| full)?;
        if self.len >= self.capacity || len > self.byte_capacity - self.used {
            return Err(full);
        }
        if self.bytes.len() + text.len() > self.byte_capacity as usize {
            self.move_together();
        }
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(text.as_bytes());
        let index = self.first_free;
        let slot =
            Slot { start, len, generation: 1, held: 0, previous: self.last, next: NONE, is_loose: false };
        let index = if let Some(free) = self.slots.get_mut(index as usize) {
            self.first_free = free.next;
            // After 2^32 texts in one slot its generations repeat, without that of the empty text.
            *free = Slot { generation: free.generation.checked_add(1).unwrap_or(1), ..slot };
            index
        } else {
            self.slots.push(slot);
            self.slots.len() as u32 - 1
        };
        match self.slots.get_mut(self.last as usize) {
            Some(last) => last.next = index,
            None => self.first = index,
        }
        self.last = index;
        self.len += 1;
        self.used += len;
        Ok(TextId { index, generation: self.slots[index as usize].generation })
    }

    fn move_together(&mut self) {
        let (mut at, mut end) = (self.first, 0);
        while let Some(slot) = self.slots.get_mut(at as usize) {
            let (start, len) = (slot.start as usize, slot.len as usize);
            slot.start = end as u32;
            at = slot.next;
            self.bytes.copy_within(start..start + len, end);
            end += len;
        }
        self.bytes.truncate(end);
    }

    fn loosen(&mut self, index: u32) {
        let slot = &mut self.slots[index as usize];
        if !slot.is_loose {
            slot.is_loose = true;
            self.loose.push(index);
        }
    }

    /// One cell more holds a text.
    pub fn hold(&mut self, text: TextId) {
        if self.slot(text).is_some() {
            let held = &mut self.slots[text.index as usize].held;
            *held = held.saturating_add(1);
        }
    }

    /// One cell less holds a text.
    pub fn let_go(&mut self, text: TextId) {
        if self.slot(text).is_none_or(|slot| slot.held == FOREVER) {
            return;
        }
        let held = &mut self.slots[text.index as usize].held;
        *held = held.saturating_sub(1);
        if *held == 0 {
            self.loosen(text.index);
        }
    }

    /// Ends a turn: what nothing holds goes.
    pub fn sweep(&mut self) {
        for k in 0..self.loose.len() {
            let index = self.loose[k];
            let slot = &mut self.slots[index as usize];
            slot.is_loose = false;
            if slot.held > 0 {
                continue;
            }
            let Slot { len, previous, next, .. } = *slot;
            // Nobody's name until it is used again.
            slot.generation = slot.generation.checked_add(1).unwrap_or(1);
            (slot.start, slot.len, slot.next) = (0, 0, self.first_free);
            self.first_free = index;
            match self.slots.get_mut(previous as usize) {
                Some(previous) => previous.next = next,
                None => self.first = next,
            }
            match self.slots.get_mut(next as usize) {
                Some(next) => next.previous = previous,
                None => self.last = previous,
            }
            self.used -= len;
            self.len -= 1;
        }
        self.loose.clear();
        if self.len == 0 {
            self.bytes.clear();
        }
    }
}

impl fmt::Display for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.index, self.generation)
    }
}
