//! Texts: those of the program, which stay, and those that cells come to hold, in one block of bytes that is used again.

use std::cmp::Ordering;
use std::fmt;

use super::error::ListError;
use crate::math::hash;

/// No slot.
const NONE: u32 = u32::MAX;

/// How often a text of the program is held: it is never let go.
const FOREVER: u32 = u32::MAX;

/// Names a text of a [`Texts`] for as long as something holds it, and the empty text after that. Equal texts that are there at
/// the same time have one name.
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
    /// Follows from the text, but for what stood in its place.
    number: u32,
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
    /// Slots by number, at most half full, probed one by one; [`NONE`] where there is none.
    by_number: Vec<u32>,
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
            by_number: vec![NONE; places(capacity)],
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
        self.by_number.clear();
        self.by_number.resize(places(self.capacity), NONE);
        let mut at = self.first;
        while let Some(next) = self.slots.get(at as usize).map(|slot| slot.next) {
            self.enter(at);
            at = next;
        }
    }

    /// Texts that there are, those of the program included.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many texts there may be.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// How many bytes all of them may have.
    pub fn byte_capacity(&self) -> u32 {
        self.byte_capacity
    }

    /// Bytes of all texts.
    pub fn used(&self) -> u32 {
        self.used
    }

    /// Bytes that one with room for so many texts of so many bytes together keeps on the heap.
    pub fn bytes_for(texts: u32, bytes: u32) -> usize {
        let of_text = size_of::<Slot>() + size_of::<u32>();
        bytes as usize + texts as usize * of_text + places(texts) * size_of::<u32>()
    }

    /// Bytes that it keeps on the heap: the same at any time, but for a [`grow`](Self::grow).
    pub fn bytes(&self) -> usize {
        self.bytes.capacity()
            + self.slots.capacity() * size_of::<Slot>()
            + (self.loose.capacity() + self.by_number.capacity()) * size_of::<u32>()
    }

    /// Becomes a copy of texts with the same capacity. Allocates nothing.
    pub fn copy_from(&mut self, other: &Self) {
        let Self { bytes, slots, loose, by_number, .. } = other;
        self.bytes.clone_from(bytes);
        self.slots.clone_from(slots);
        self.loose.clone_from(loose);
        self.by_number.clone_from(by_number);
        (self.byte_capacity, self.used, self.capacity) = (other.byte_capacity, other.used, other.capacity);
        (self.len, self.first_free) = (other.len, other.first_free);
        (self.first, self.last) = (other.first, other.last);
    }

    /// What a name says; the empty text where it names nothing any more.
    pub fn get(&self, text: TextId) -> &str {
        std::str::from_utf8(self.raw(text)).unwrap_or_default()
    }

    /// All texts that there are, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.iter_held().map(|(text, _)| text)
    }

    /// As [`iter`](Self::iter), each with whether it stays whatever holds it.
    pub fn iter_held(&self) -> impl Iterator<Item = (&str, bool)> {
        let first = self.slots.get(self.first as usize).map(|_| self.first);
        let next = |&at: &u32| Some(self.slots.get(at as usize)?.next).filter(|&next| next != NONE);
        let held = |index: u32| (self.get(self.id(index)), self.slots[index as usize].held == FOREVER);
        std::iter::successors(first, next).map(held)
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

    /// A text, the one that there is or a new one, which goes with the next [`sweep`](Self::sweep) unless a cell holds it by then.
    ///
    /// # Errors
    ///
    /// [`ListError::TooMuchText`].
    pub fn put(&mut self, text: &str) -> Result<TextId, ListError> {
        if text.is_empty() {
            return Ok(TextId::EMPTY);
        }
        match self.look_up(text) {
            Ok(index) => Ok(self.id(index)),
            Err(number) => {
                let id = self.take(text, number)?;
                self.loosen(id.index);
                Ok(id)
            }
        }
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
        let index = match self.look_up(text) {
            Ok(index) => index,
            Err(number) => self.take(text, number)?.index,
        };
        self.slots[index as usize].held = FOREVER;
        Ok(self.id(index))
    }

    fn id(&self, index: u32) -> TextId {
        TextId { index, generation: self.slots[index as usize].generation }
    }

    /// The number that equal texts have in common while they are there: it follows from the text, but where another text has it.
    /// 0 is the empty text.
    pub fn number(&self, text: TextId) -> u32 {
        self.slot(text).map_or(0, |slot| slot.number)
    }

    /// The text of a number; the empty one where there is none.
    pub fn numbered(&self, number: u32) -> TextId {
        self.place(number).map_or(TextId::EMPTY, |at| self.id(self.by_number[at]))
    }

    /// The place of the text of a number, below [`capacity`](Self::capacity); none where there is no such text.
    pub fn place_of(&self, number: u32) -> Option<u32> {
        self.place(number).map(|at| self.by_number[at])
    }

    /// Whether a text is there, or there is room for it.
    pub fn has_room(&self, text: &str) -> bool {
        let is_free = self.len < self.capacity && text.len() <= (self.byte_capacity - self.used) as usize;
        text.is_empty() || is_free || self.look_up(text).is_ok()
    }

    /// The place of a number among the numbers.
    fn place(&self, number: u32) -> Option<usize> {
        let last = self.by_number.len().checked_sub(1)?;
        let mut at = number as usize & last;
        while let Some(slot) = self.slots.get(self.by_number[at] as usize) {
            if slot.number == number {
                return Some(at);
            }
            at = (at + 1) & last;
        }
        None
    }

    /// The slot of a text, or the number that it gets.
    fn look_up(&self, text: &str) -> Result<u32, u32> {
        let mut number = hash::text(text);
        loop {
            match self.place(number).map(|at| self.by_number[at]) {
                Some(index) if self.raw(self.id(index)) == text.as_bytes() => return Ok(index),
                None if number != 0 => return Err(number),
                Some(_) | None => number = number.wrapping_add(1),
            }
        }
    }

    /// Where a text did not get the number that follows from it, what stands before it stays for ever, and so does it: a text that
    /// is there is found.
    fn keep_crowd(&mut self, text: &str, number: u32) {
        let mut at = hash::text(text);
        while at != number {
            for crowded in [at, number] {
                if let Some(place) = self.place(crowded) {
                    self.slots[self.by_number[place] as usize].held = FOREVER;
                }
            }
            at = at.wrapping_add(1);
        }
    }

    /// A slot is found by its number.
    fn enter(&mut self, index: u32) {
        let last = self.by_number.len() - 1;
        let mut at = self.slots[index as usize].number as usize & last;
        while self.by_number[at] != NONE {
            at = (at + 1) & last;
        }
        self.by_number[at] = index;
    }

    /// A number is nobody's; those behind it move up where they are looked for before.
    fn leave(&mut self, number: u32) {
        let Some(mut gap) = self.place(number) else { return };
        let last = self.by_number.len() - 1;
        let mut at = gap;
        self.by_number[gap] = NONE;
        loop {
            at = (at + 1) & last;
            let Some(slot) = self.slots.get(self.by_number[at] as usize) else { return };
            let home = slot.number as usize & last;
            if (at.wrapping_sub(home) & last) >= (at.wrapping_sub(gap) & last) {
                self.by_number[gap] = std::mem::replace(&mut self.by_number[at], NONE);
                gap = at;
            }
        }
    }

    fn take(&mut self, text: &str, number: u32) -> Result<TextId, ListError> {
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
        let slot = Slot {
            start,
            len,
            generation: 1,
            held: 0,
            previous: self.last,
            next: NONE,
            is_loose: false,
            number,
        };
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
        self.enter(index);
        self.keep_crowd(text, number);
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
        self.sweep_but(|_| false);
    }

    /// As [`sweep`](Self::sweep), but for texts whose [places](Self::place_of) are named: they are looked at again next time.
    pub fn sweep_but(&mut self, is_named: impl Fn(u32) -> bool) {
        let mut kept = 0;
        for k in 0..self.loose.len() {
            let index = self.loose[k];
            let slot = &mut self.slots[index as usize];
            if slot.held == 0 && is_named(index) {
                self.loose[kept] = index;
                kept += 1;
                continue;
            }
            slot.is_loose = false;
            if slot.held > 0 {
                continue;
            }
            let Slot { len, previous, next, number, .. } = *slot;
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
            self.leave(number);
        }
        self.loose.truncate(kept);
        if self.len == 0 {
            self.bytes.clear();
        }
    }
}

/// Places for the numbers of so many texts.
fn places(texts: u32) -> usize {
    match texts {
        0 => 0,
        _ => (2 * texts as usize).next_power_of_two(),
    }
}

impl fmt::Display for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.index, self.generation)
    }
}
