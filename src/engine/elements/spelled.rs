//! Domains whose elements are the letters of a text that changes: who each letter is.
//!
//! A letter is found again by its characters and its font. Where the text becomes another one, those of a longest common subsequence
//! of both stay who they are, and all others are new: `12:59` becomes `13:00` with the same 1 and the same colon. The table that
//! finds it has a bit for each two letters between what both texts begin and end with.

use super::Given;
use crate::engine::snapshots::copy;
use crate::engine::texts::holders::Marker;
use crate::program::{ElementInput, LettersRow};

/// A letter, as it is given to its element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spelt {
    /// Where it is, in sizes.
    pub(crate) at: [f32; 2],
    /// How wide it is, in sizes.
    pub(crate) advance: f64,
    pub(crate) word: u32,
    pub(crate) line: u32,
    /// The number of its first character.
    pub(crate) character: u32,
    /// The number of all its characters.
    pub(crate) whole: u32,
    /// The place of its font among those that were asked.
    pub(crate) font: u16,
    /// The number of its glyphs, written down.
    pub(crate) glyph: u32,
}

impl Spelt {
    /// What it is found again by.
    fn key(&self) -> u64 {
        u64::from(self.whole) << 16 | u64::from(self.font)
    }
}

/// A text by its number, and the numbers of how it is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spoken {
    text: u32,
    numbers: [u64; 4],
}

impl Spoken {
    pub(crate) fn new(text: u32, numbers: [f64; 4]) -> Self {
        Self { text, numbers: numbers.map(f64::to_bits) }
    }
}

/// A column of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Home,
    Advance,
    Letter,
    Word,
    Line,
    Character,
    Size,
    Glyph,
}

/// In the order of [`LettersRow::COLUMNS`].
const COLUMNS: [Column; LettersRow::COLUMNS.len()] = [
    Column::Home,
    Column::Advance,
    Column::Letter,
    Column::Word,
    Column::Line,
    Column::Character,
    Column::Size,
    Column::Glyph,
];

/// Who the letters of a text are.
#[derive(Debug)]
pub(super) struct Spelled {
    /// Of each input of the elements the column; none where there is none of its name.
    columns: Vec<Option<Column>>,
    /// What the letters are of; none before the first text.
    of: Option<Spoken>,
    /// Per letter: what it is found again by.
    keys: Vec<u64>,
    /// The id of the next new letter.
    next: u64,
    /// Letters that had no room.
    refused: u64,
    /// Of the text that comes, for a moment.
    new_keys: Vec<u64>,
    new_ids: Vec<u64>,
    common: Common,
}

impl Spelled {
    pub(super) fn new(inputs: &[ElementInput], room: usize) -> Self {
        let column = |input: &ElementInput| {
            let at = LettersRow::COLUMNS.iter().position(|(name, _)| *name == input.name);
            at.and_then(|at| COLUMNS.get(at).copied())
        };
        Self {
            columns: inputs.iter().map(column).collect(),
            of: None,
            keys: Vec::with_capacity(room),
            next: 1,
            refused: 0,
            new_keys: Vec::with_capacity(room),
            new_ids: Vec::with_capacity(room),
            common: Common::with_room(room),
        }
    }

    pub(super) fn bytes(room: usize) -> usize {
        3 * room * size_of::<u64>() + Common::bytes(room)
    }

    /// As before the first text.
    pub(super) fn reset(&mut self) {
        (self.of, self.next, self.refused) = (None, 1, 0);
        self.keys.clear();
    }

    /// Goes on with the letters of another program, as many as there may be. They are laid out anew.
    pub(super) fn go_on(&mut self, old: &Self, count: usize) {
        self.keys.clear();
        self.keys.extend(old.keys.iter().take(count));
        let is_old = |of: Spoken| Spoken { numbers: [u64::MAX; 4], ..of };
        (self.of, self.next, self.refused) = (old.of.map(is_old), old.next, old.refused);
    }

    pub(super) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.of.iter().for_each(|of| marker.lane(of.text));
        self.keys.iter().for_each(|key| marker.lane((key >> 16) as u32));
    }
}

impl Given {
    /// Whether the letters are those of a text already.
    pub(crate) fn is_spelled(&self, of: Spoken) -> bool {
        self.spelled.as_ref().is_some_and(|spelled| spelled.of == Some(of))
    }

    /// How many letters had no room.
    pub(crate) fn letters_refused(&self) -> u64 {
        self.spelled.as_ref().map_or(0, |spelled| spelled.refused)
    }

    /// The elements are the letters of a text from now on. Gives whether the text is another one than before: then what moves is an
    /// edit.
    pub(crate) fn spell(&mut self, (of, size): (Spoken, f64), letters: &[Spelt], more: u64) -> bool {
        let room = self.max as usize;
        let Some(spelled) = &mut self.spelled else { return false };
        let Spelled { columns, of: before, keys, next, refused, new_keys, new_ids, common } = spelled;
        let is_other = before.is_none_or(|before| before.text != of.text);
        *before = Some(of);
        if is_other {
            *refused += more;
        }
        let letters = &letters[..letters.len().min(room)];
        new_keys.clear();
        new_keys.extend(letters.iter().map(Spelt::key));
        new_ids.clear();
        new_ids.resize(letters.len(), 0);
        let ids = &self.ids;
        // An id is that of a letter, and 0 is none.
        common.find(keys, new_keys, |old, new| new_ids[new] = ids.get(old).copied().unwrap_or(0));
        for id in new_ids.iter_mut().filter(|id| **id == 0) {
            *id = *next;
            *next += 1;
        }
        std::mem::swap(keys, new_keys);
        std::mem::swap(&mut self.ids, new_ids);
        self.is_staged = true;
        let size = if size.is_finite() { size } else { 0.0 };
        let mut lanes = self.columns.iter_mut();
        for (input, column) in self.inputs.iter().zip(columns) {
            for component in 0..input.ty.stride() as usize {
                let Some(lanes) = lanes.next() else { break };
                lanes.clear();
                let float = |number: f64| ((number * size) as f32).to_bits();
                lanes.extend((0..).zip(letters).map(|(at, letter): (u32, &Spelt)| match column {
                    Some(Column::Home) => float(f64::from(letter.at[component % 2])),
                    Some(Column::Advance) => float(letter.advance),
                    Some(Column::Letter) => at,
                    Some(Column::Word) => letter.word,
                    Some(Column::Line) => letter.line,
                    Some(Column::Character) => letter.character,
                    Some(Column::Size) => float(1.0),
                    Some(Column::Glyph) => letter.glyph,
                    None => 0,
                }));
            }
        }
        is_other
    }
}

/// What a snapshot of a run has of it.
#[derive(Debug)]
pub(super) struct KeptSpelled {
    of: Option<Spoken>,
    keys: Vec<u64>,
    ids: Vec<u64>,
    next: u64,
    refused: u64,
}

impl KeptSpelled {
    pub(super) fn bytes(&self) -> usize {
        (self.keys.capacity() + self.ids.capacity()) * size_of::<u64>()
    }
}

impl Spelled {
    /// Room for a copy.
    pub(super) fn kept(&self) -> KeptSpelled {
        let room = self.keys.capacity();
        let (keys, ids) = (Vec::with_capacity(room), Vec::with_capacity(room));
        KeptSpelled { of: None, keys, ids, next: 1, refused: 0 }
    }

    /// The ids are of the letters.
    pub(super) fn copy_to(&self, own: &[u64], into: &mut KeptSpelled) {
        // The rest is room for a moment.
        let Self { columns: _, of, keys, next, refused, new_keys: _, new_ids: _, common: _ } = self;
        copy(keys, &mut into.keys);
        copy(own, &mut into.ids);
        (into.of, into.next, into.refused) = (*of, *next, *refused);
    }

    pub(super) fn restore(&mut self, own: &mut Vec<u64>, from: &KeptSpelled) {
        let KeptSpelled { of, keys, ids, next, refused } = from;
        copy(keys, &mut self.keys);
        copy(ids, own);
        (self.of, self.next, self.refused) = (*of, *next, *refused);
    }
}

/// Finds a longest common subsequence of two rows of keys.
#[derive(Debug)]
struct Common {
    /// Of each two keys between what both begin and end with, whether as much is common without the first as without the second, or
    /// more.
    skips_old: Vec<u64>,
    /// How much is common of what is left behind a place, for two neighbouring rows of the table.
    lengths: [Vec<u16>; 2],
}

impl Common {
    fn with_room(room: usize) -> Self {
        Self { skips_old: vec![0; Self::words(room)], lengths: [vec![0; room + 1], vec![0; room + 1]] }
    }

    fn words(room: usize) -> usize {
        (room * room).div_ceil(64)
    }

    fn bytes(room: usize) -> usize {
        Self::words(room) * size_of::<u64>() + 2 * (room + 1) * size_of::<u16>()
    }

    /// Tells, ascending, which place of `old` is which of `new`.
    fn find(&mut self, old: &[u64], new: &[u64], mut tell: impl FnMut(usize, usize)) {
        let equal = |(a, b): &(&u64, &u64)| a == b;
        let first = old.iter().zip(new).take_while(equal).count();
        (0..first).for_each(|at| tell(at, at));
        let (old_rest, new_rest) = (&old[first..], &new[first..]);
        let last = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(equal).count();
        let (old_end, new_end) = (old.len() - last, new.len() - last);
        self.between(&old[first..old_end], &new[first..new_end], |a, b| tell(first + a, first + b));
        (0..last).for_each(|at| tell(old_end + at, new_end + at));
    }

    fn between(&mut self, old: &[u64], new: &[u64], mut tell: impl FnMut(usize, usize)) {
        let width = new.len();
        let words = (old.len() * width).div_ceil(64);
        let Self { skips_old, lengths: [row, below] } = self;
        if words > skips_old.len() || width >= row.len() {
            // There are never more letters than there is room for.
            return;
        }
        skips_old[..words].fill(0);
        below[..=width].fill(0);
        for (a, key) in old.iter().enumerate().rev() {
            row[width] = 0;
            for (b, other) in new.iter().enumerate().rev() {
                let (down, right) = (below[b], row[b + 1]);
                row[b] = if key == other { below[b + 1] + 1 } else { down.max(right) };
                let bit = a * width + b;
                skips_old[bit / 64] |= u64::from(down >= right) << (bit % 64);
            }
            std::mem::swap(row, below);
        }
        let (mut a, mut b) = (0, 0);
        while a < old.len() && b < width {
            let bit = a * width + b;
            if old[a] == new[b] {
                tell(a, b);
                (a, b) = (a + 1, b + 1);
            } else if skips_old[bit / 64] >> (bit % 64) & 1 != 0 {
                a += 1;
            } else {
                b += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn common(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        Common::with_room(old.len().max(new.len())).find(old, new, |a, b| found.push((a, b)));
        found
    }

    fn of(text: &str) -> Vec<u64> {
        text.chars().map(u64::from).collect()
    }

    #[test]
    fn letters_stay_themselves() {
        let check = |old: &str, new: &str, expected: &[(usize, usize)]| {
            assert_eq!(common(&of(old), &of(new)), expected, "{old} -> {new}");
        };
        check("", "", &[]);
        check("", "ab", &[]);
        check("12:59", "13:00", &[(0, 0), (2, 2)]);
        check("score 9", "score 10", &[(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
        check("one two", "two one", &[(4, 0), (5, 1), (6, 2)]);
        check("aXbYc", "abc", &[(0, 0), (2, 1), (4, 2)]);
    }

    /// The length of a longest one, by the book.
    fn longest(old: &[u64], new: &[u64]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for a in 0..old.len() {
            for b in 0..new.len() {
                table[a + 1][b + 1] =
                    if old[a] == new[b] { table[a][b] + 1 } else { table[a][b + 1].max(table[a + 1][b]) };
            }
        }
        table[old.len()][new.len()]
    }

    proptest! {
        #[test]
        fn it_is_common_and_none_is_longer(
            old in proptest::collection::vec(0_u64..4, 0..24),
            new in proptest::collection::vec(0_u64..4, 0..24),
        ) {
            let found = common(&old, &new);
            prop_assert_eq!(found.len(), longest(&old, &new));
            prop_assert!(found.iter().all(|&(a, b)| old[a] == new[b]));
            prop_assert!(found.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
        }
    }
}
