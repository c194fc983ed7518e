//! A bit for each item of an order, counted: how many are set before an index, and where the nth of them is.

use super::delta::{Delta, NONE};
use super::touched::{Touched, Twin, copy_range};

/// Words of a block and blocks of a group. A sum over any of them is a few vector operations.
const FAN: usize = 64;

#[derive(Clone, Debug)]
pub(super) struct Bits {
    words: Vec<u64>,
    /// Where a changed order is put together.
    spare: Vec<u64>,
    /// Set bits of each word, of each block, of each group.
    in_word: Vec<u8>,
    in_block: Vec<u16>,
    in_group: Vec<u32>,
    len: u32,
    /// Its places are words.
    touched: Touched,
}

impl Twin for Bits {
    fn touched(&mut self) -> &mut Touched {
        &mut self.touched
    }

    fn take_over(&mut self, from: &Self, touched: &Touched) {
        if touched.is_all() {
            return self.copy_from(from);
        }
        touched.copy_places(&mut self.words, &from.words);
        touched.copy_places(&mut self.in_word, &from.in_word);
        let words = touched.range(usize::MAX);
        copy_range(&mut self.in_block, &from.in_block, words.start / FAN, words.end.div_ceil(FAN));
        let fan = FAN * FAN;
        copy_range(&mut self.in_group, &from.in_group, words.start / fan, words.end.div_ceil(fan));
        self.len = from.len;
    }
}

/// Remembers the last question, so that questions in ascending order cost what lies between them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rank {
    word: usize,
    /// Set bits before that word.
    before: u32,
}

impl Bits {
    pub(super) fn new(items: u32) -> Self {
        let words = (items as usize).div_ceil(64) + 1;
        Self {
            words: Vec::with_capacity(words),
            spare: Vec::with_capacity(words),
            in_word: Vec::with_capacity(words),
            in_block: Vec::with_capacity(words.div_ceil(FAN)),
            in_group: Vec::with_capacity(words.div_ceil(FAN * FAN)),
            len: 0,
            touched: Touched::default(),
        }
    }

    pub(super) fn grow(&mut self, items: u32) {
        let grown = Self::new(items);
        let old = std::mem::replace(self, grown);
        self.copy_from(&old);
    }

    pub(super) fn bytes(&self) -> usize {
        (self.words.capacity() + self.spare.capacity()) * size_of::<u64>()
            + self.in_word.capacity()
            + self.in_block.capacity() * size_of::<u16>()
            + self.in_group.capacity() * size_of::<u32>()
    }

    pub(super) fn bytes_for(items: u32) -> u64 {
        let words = u64::from(items).div_ceil(64) + 1;
        let fan = FAN as u64;
        words * (2 * size_of::<u64>() as u64 + 1) + 2 * words.div_ceil(fan) + 4 * words.div_ceil(fan * fan)
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { words, spare: _, in_word, in_block, in_group, len, touched: _ } = other;
        self.touched.all();
        self.words.clone_from(words);
        self.in_word.clone_from(in_word);
        self.in_block.clone_from(in_block);
        self.in_group.clone_from(in_group);
        self.len = *len;
    }

    #[inline]
    pub(super) fn get(&self, index: u32) -> bool {
        self.words[index as usize / 64] >> (index % 64) & 1 != 0
    }

    #[inline]
    pub(super) fn set(&mut self, index: u32, is_set: bool) {
        let at = index as usize / 64;
        let (old, bit) = (self.words[at], 1 << (index % 64));
        let new = if is_set { old | bit } else { old & !bit };
        if new != old {
            self.words[at] = new;
            self.touched.places(at as u32, at as u32 + 1);
            let (word, block, group) =
                (&mut self.in_word[at], &mut self.in_block[at / FAN], &mut self.in_group[at / (FAN * FAN)]);
            if is_set {
                (*word, *block, *group) = (*word + 1, *block + 1, *group + 1);
            } else {
                (*word, *block, *group) = (*word - 1, *block - 1, *group - 1);
            }
        }
    }

    /// Set bits in all.
    pub(super) fn count(&self) -> u32 {
        self.in_group.iter().sum()
    }

    /// Set bits before an index that is at most the length.
    #[inline]
    pub(super) fn rank(&self, index: u32, last: &mut Rank) -> u32 {
        let word = index as usize / 64;
        if word != last.word {
            let near = word.checked_sub(last.word).filter(|distance| *distance <= FAN);
            last.before = match near {
                Some(_) => last.before + sum(&self.in_word[last.word..word]),
                None => self.before(word),
            };
            last.word = word;
        }
        let bits = self.words.get(word).map_or(0, |bits| bits & !(u64::MAX << (index % 64)));
        last.before + bits.count_ones()
    }

    fn before(&self, word: usize) -> u32 {
        let (block, group) = (word / FAN, word / (FAN * FAN));
        let blocks: u32 = self.in_block[group * FAN..block].iter().map(|count| u32::from(*count)).sum();
        self.in_group[..group].iter().sum::<u32>() + blocks + sum(&self.in_word[block * FAN..word])
    }

    /// The index of the nth set bit, counted from 0; none where there are fewer.
    pub(super) fn select(&self, n: u32) -> Option<u32> {
        let mut left = n;
        let mut step = |count: u32| {
            let is_behind = left >= count;
            left -= if is_behind { count } else { 0 };
            is_behind
        };
        let group = self.in_group.iter().take_while(|count| step(**count)).count();
        let blocks = self.in_block.get(group * FAN..)?;
        let block = group * FAN + blocks.iter().take_while(|count| step(u32::from(**count))).count();
        let words = self.in_word.get(block * FAN..)?;
        let word = block * FAN + words.iter().take_while(|count| step(u32::from(**count))).count();
        let mut bits = *self.words.get(word)?;
        for _ in 0..left {
            bits &= bits - 1;
        }
        Some(word as u32 * 64 + bits.trailing_zeros())
    }

    /// Takes bits out and puts in others, as a delta says. The new ones are not set, those of moved items are as before.
    pub(super) fn restructure(&mut self, delta: &Delta) {
        let (removes, inserts) = (delta.removes(), delta.inserts());
        let removed = removes.last().map_or(self.len, |entry| entry.old());
        let first = inserts.first().map_or(self.len, |entry| entry.new_index()).min(removed);
        let kept = first / 64 * 64;
        let mut out = Writer { words: &mut self.spare, len: kept };
        out.words.clear();
        out.words.extend_from_slice(&self.words[..kept as usize / 64]);
        let mut at = kept;
        let mut leaving = removes.iter().rev().map(|entry| entry.old()).peekable();
        let mut copy = |out: &mut Writer<'_>, until: u32| {
            while out.len < until && at < self.len {
                let stop = leaving.peek().copied().unwrap_or(self.len);
                let count = (until - out.len).min(stop - at);
                out.copy(&self.words, at, count);
                at += count;
                if at == stop && leaving.next().is_some() {
                    at += 1;
                }
            }
        };
        for entry in inserts {
            copy(&mut out, entry.new_index());
            let bit = entry.from().is_some_and(|from| self.words[from as usize / 64] >> (from % 64) & 1 != 0);
            out.push(u64::from(bit), 1);
        }
        copy(&mut out, delta.new_len());
        self.len = out.len;
        std::mem::swap(&mut self.words, &mut self.spare);
        self.touched.places(kept / 64, NONE);
        self.recount(kept as usize / 64);
    }

    /// Counts anew from a word on.
    fn recount(&mut self, first: usize) {
        let words = self.words.len();
        self.in_word.truncate(first);
        self.in_word.extend(self.words[first..].iter().map(|word| word.count_ones() as u8));
        let block = first / FAN;
        self.in_block.truncate(block);
        let counts = self.in_word[block * FAN..words].chunks(FAN).map(|counts| sum(counts) as u16);
        self.in_block.extend(counts);
        let group = block / FAN;
        self.in_group.truncate(group);
        let counts = self.in_block[group * FAN..].chunks(FAN);
        self.in_group.extend(counts.map(|counts| counts.iter().map(|count| u32::from(*count)).sum::<u32>()));
    }
}

fn sum(counts: &[u8]) -> u32 {
    counts.iter().map(|count| u32::from(*count)).sum()
}

/// Bits put one behind the other.
struct Writer<'a> {
    words: &'a mut Vec<u64>,
    len: u32,
}

impl Writer<'_> {
    /// The low `count` bits of a word, of which the others are 0.
    fn push(&mut self, bits: u64, count: u32) {
        let shift = self.len % 64;
        if shift == 0 {
            self.words.push(bits);
        } else {
            if let Some(last) = self.words.last_mut() {
                *last |= bits << shift;
            }
            if shift + count > 64 {
                self.words.push(bits >> (64 - shift));
            }
        }
        self.len += count;
    }

    fn copy(&mut self, from: &[u64], mut start: u32, mut count: u32) {
        while count > 0 {
            let (word, shift) = (start as usize / 64, start % 64);
            let step = count.min(64 - shift);
            let bits = from[word] >> shift;
            self.push(if step == 64 { bits } else { bits & !(u64::MAX << step) }, step);
            start += step;
            count -= step;
        }
    }
}
