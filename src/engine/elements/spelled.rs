//! Domains whose elements are the letters of a text that changes: who each letter is.
//!
//! A letter is found again by its characters and its font. Where the text becomes another one, as many letters as can stay in their order
//! stay who they are, and all others are new: `12:59` becomes `13:00` with the same 1 and the same colon. Letters stay within words: in
//! `23:55 685 m` and `23:56 822 m` the 6 is none that flies from one number to the other. So words are paired first, in their order
//! and so that most letters stay: words of the same place, counted from the start or from the end, and others where most of the word
//! is the same. In a pair a longest common subsequence stays. Of several ways that keep as many letters it is the one with most of them
//! in words of the same place. Where only spaces are others, all letters stay.
//!
//! The table that finds it has two bits for each two letters between what both texts begin and end with.

use std::ops::Range;

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

/// What a letter is found again by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    /// The number of its characters, and its font.
    of: (u32, u16),
    /// The word that it is in.
    word: u32,
}

impl Spelt {
    fn key(&self) -> Key {
        Key { of: (self.whole, self.font), word: self.word }
    }
}

/// A text by its number, and the numbers of how it is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spoken {
    text: u32,
    numbers: [u64; 5],
}

impl Spoken {
    pub(crate) fn new(text: u32, numbers: [f64; 5]) -> Self {
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
    /// Per letter.
    keys: Vec<Key>,
    /// The id of the next new letter.
    next: u64,
    /// Letters that had no room.
    refused: u64,
    /// Of the text that comes, for a moment.
    new_keys: Vec<Key>,
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
        room * (2 * size_of::<Key>() + size_of::<u64>()) + Common::bytes(room)
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
        let is_old = |of: Spoken| Spoken { numbers: [u64::MAX; 5], ..of };
        (self.of, self.next, self.refused) = (old.of.map(is_old), old.next, old.refused);
    }

    pub(super) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.of.iter().for_each(|of| marker.lane(of.text));
        self.keys.iter().for_each(|key| marker.lane(key.of.0));
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
        for &[old, new] in common.find(keys, new_keys) {
            new_ids[new as usize] = ids.get(old as usize).copied().unwrap_or(0);
        }
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
    keys: Vec<Key>,
    ids: Vec<u64>,
    next: u64,
    refused: u64,
}

impl KeptSpelled {
    pub(super) fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<Key>() + self.ids.capacity() * size_of::<u64>()
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

/// How a walk through a table goes on from a place of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Take,
    SkipOld,
    SkipNew,
}

impl Step {
    /// How many of them a word of a table has.
    const IN_A_WORD: usize = 32;

    fn bits(self) -> u64 {
        match self {
            Self::Take => 0,
            Self::SkipOld => 1,
            Self::SkipNew => 2,
        }
    }

    fn of(bits: u64) -> Self {
        match bits & 3 {
            0 => Self::Take,
            1 => Self::SkipOld,
            _ => Self::SkipNew,
        }
    }
}

/// What is worth most of two rows of things, of which pairs stay in their order.
struct Table<'a> {
    /// Of each two things how it goes on from them.
    steps: &'a mut [u64],
    /// What the rest behind a place is worth, for two neighbouring rows.
    rows: &'a mut [Vec<u32>; 2],
}

impl Table<'_> {
    /// Where a step is.
    fn place(cell: usize) -> (usize, usize) {
        (cell / Step::IN_A_WORD, 2 * (cell % Step::IN_A_WORD))
    }

    /// Fills it, by what a pair is worth; 0 is none. Gives what all of it is worth.
    fn fill(&mut self, [height, width]: [usize; 2], mut worth: impl FnMut(usize, usize) -> u32) -> u32 {
        let [row, below] = &mut *self.rows;
        below[..=width].fill(0);
        for a in (0..height).rev() {
            row[width] = 0;
            for b in (0..width).rev() {
                let (down, right) = (below[b], row[b + 1]);
                let taken = match worth(a, b) {
                    0 => 0,
                    worth => worth + below[b + 1],
                };
                let (step, best) = if taken > 0 && taken >= down.max(right) {
                    (Step::Take, taken)
                } else if down >= right {
                    (Step::SkipOld, down)
                } else {
                    (Step::SkipNew, right)
                };
                row[b] = best;
                let (word, shift) = Self::place(a * width + b);
                self.steps[word] = self.steps[word] & !(3 << shift) | step.bits() << shift;
            }
            std::mem::swap(row, below);
        }
        below[0]
    }

    /// Goes through the pairs that are worth most, ascending.
    fn walk(&self, [height, width]: [usize; 2], mut tell: impl FnMut(usize, usize)) {
        let (mut a, mut b) = (0, 0);
        while a < height && b < width {
            let (word, shift) = Self::place(a * width + b);
            match Step::of(self.steps[word] >> shift) {
                Step::Take => {
                    tell(a, b);
                    (a, b) = (a + 1, b + 1);
                }
                Step::SkipOld => a += 1,
                Step::SkipNew => b += 1,
            }
        }
    }
}

/// What a letter is worth. One in a word of the same place is worth 1 more, and there are fewer letters than this.
const LETTER: u32 = 1 << 16;

/// Finds the letters of a text that are those of another one.
#[derive(Debug)]
struct Common {
    /// For the table of words, and behind it for that of letters of two of them: together no more than for all letters.
    steps: Vec<u64>,
    of_words: [Vec<u32>; 2],
    of_letters: [Vec<u32>; 2],
    /// The words of both texts, or what is left of them: where they begin and end.
    words: [Vec<[u32; 2]>; 2],
    /// Places of letters in both texts, ascending in both.
    pairs: Vec<[u32; 2]>,
}

/// Where two words are, each in its text.
type Words = (Range<usize>, Range<usize>);

/// Which words of two texts have the same place.
#[derive(Clone, Copy, Debug)]
struct Places {
    /// The last one of each text.
    last: [u32; 2],
}

impl Places {
    fn new(old: &[Key], new: &[Key]) -> Self {
        Self { last: [old, new].map(|keys| keys.last().map_or(0, |key| key.word)) }
    }

    fn is_from_start(old: Key, new: Key) -> bool {
        old.word == new.word
    }

    fn is_from_end(self, old: Key, new: Key) -> bool {
        let [last_old, last_new] = self.last;
        last_old.abs_diff(old.word) == last_new.abs_diff(new.word)
    }

    fn are_same(self, old: Key, new: Key) -> bool {
        Self::is_from_start(old, new) || self.is_from_end(old, new)
    }
}

/// How many letters the word has that a letter is in.
fn word_length(keys: &[Key], at: usize) -> usize {
    let is_in = |key: &&Key| key.word == keys[at].word;
    keys[..at].iter().rev().take_while(is_in).count() + keys[at..].iter().take_while(is_in).count()
}

impl Common {
    fn with_room(room: usize) -> Self {
        let rows = || [vec![0; room + 1], vec![0; room + 1]];
        Self {
            steps: vec![0; Self::steps(room)],
            of_words: rows(),
            of_letters: rows(),
            words: [Vec::with_capacity(room), Vec::with_capacity(room)],
            pairs: Vec::with_capacity(room),
        }
    }

    /// Each table may have begun with a word of its own.
    fn steps(room: usize) -> usize {
        (room * room).div_ceil(Step::IN_A_WORD) + 2
    }

    fn bytes(room: usize) -> usize {
        Self::steps(room) * size_of::<u64>()
            + 4 * (room + 1) * size_of::<u32>()
            + 3 * room * size_of::<[u32; 2]>()
    }

    /// The places in both texts of letters that stay who they are, ascending.
    fn find(&mut self, old: &[Key], new: &[Key]) -> &[[u32; 2]] {
        self.pairs.clear();
        let are_equal = |(a, b): (&Key, &Key)| a.of == b.of;
        if old.len() == new.len() && old.iter().zip(new).all(are_equal) {
            self.pairs.extend((0..old.len() as u32).map(|at| [at, at]));
            return &self.pairs;
        }
        let places = Places::new(old, new);
        let begin = |&(a, b): &(&Key, &Key)| a.of == b.of && Places::is_from_start(*a, *b);
        let end = |&(a, b): &(&Key, &Key)| a.of == b.of && places.is_from_end(*a, *b);
        let first = old.iter().zip(new).take_while(begin).count();
        let (old_rest, new_rest) = (&old[first..], &new[first..]);
        let last = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(end).count();
        let (old_end, new_end) = (old.len() - last, new.len() - last);
        self.pairs.extend((0..first as u32).map(|at| [at, at]));
        self.between([old, new], [first..old_end, first..new_end], places);
        self.pairs.extend((0..last).map(|at| [(old_end + at) as u32, (new_end + at) as u32]));
        &self.pairs
    }

    fn between(&mut self, [old, new]: [&[Key]; 2], rest: [Range<usize>; 2], places: Places) {
        let Self { steps, of_words, of_letters, words, pairs } = self;
        let letters = rest.iter().map(Range::len).product::<usize>().div_ceil(Step::IN_A_WORD);
        for ((words, keys), rest) in words.iter_mut().zip([old, new]).zip(rest) {
            words.clear();
            let mut from = rest.start as u32;
            for word in keys[rest].chunk_by(|a, b| a.word == b.word) {
                let to = from + word.len() as u32;
                words.push([from, to]);
                from = to;
            }
        }
        let [olds, news] = words;
        let sides = [olds.len(), news.len()];
        let needed = (sides[0] * sides[1]).div_ceil(Step::IN_A_WORD);
        if letters + 2 > steps.len() || old.len().max(new.len()) >= of_letters[0].len() {
            // There are never more letters than there is room for.
            return;
        }
        let (word_steps, letter_steps) = steps.split_at_mut(needed);
        let mut of_words = Table { steps: word_steps, rows: of_words };
        let mut of_letters = Table { steps: letter_steps, rows: of_letters };
        let of = |keys: &[[u32; 2]], at: usize| {
            let [from, to] = keys[at];
            from as usize..to as usize
        };
        let ends = |a: usize, b: usize| (of(olds, a), of(news, b));
        let sides_of = |(was, is): &Words| [was.len(), is.len()];
        // How many letters two words may keep.
        let common = |of_letters: &mut Table<'_>, words: &Words| {
            let (was, is) = (&old[words.0.clone()], &new[words.1.clone()]);
            let worth = |a: usize, b: usize| if was[a].of == is[b].of { LETTER } else { 0 };
            of_letters.fill(sides_of(words), worth) / LETTER
        };
        let are_same = |(was, is): &Words| places.are_same(old[was.start], new[is.start]);
        // Of words of other places most of the longer one has to stay.
        let most = |(was, is): &Words| word_length(old, was.start).max(word_length(new, is.start)) as u32;
        let mut tell = |of_letters: &Table<'_>, words: &Words| {
            let [from_old, from_new] = [words.0.start, words.1.start].map(|from| from as u32);
            of_letters.walk(sides_of(words), |a, b| pairs.push([from_old + a as u32, from_new + b as u32]));
        };
        if sides == [1, 1] {
            let words = ends(0, 0);
            let common = common(&mut of_letters, &words);
            if are_same(&words) || 2 * common > most(&words) {
                tell(&of_letters, &words);
            }
            return;
        }
        of_words.fill(sides, |a, b| {
            let words = ends(a, b);
            if are_same(&words) {
                return common(&mut of_letters, &words) * (LETTER + 1);
            }
            let most = most(&words);
            let [was, is] = sides_of(&words);
            if 2 * was.min(is) as u32 <= most {
                return 0;
            }
            let common = common(&mut of_letters, &words);
            if 2 * common > most { common * LETTER } else { 0 }
        });
        of_words.walk(sides, |a, b| {
            let words = ends(a, b);
            common(&mut of_letters, &words);
            tell(&of_letters, &words);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Letters of a text, whose words are between spaces.
    fn of(text: &str) -> Vec<Key> {
        let word = |(word, letters): (usize, &str)| -> Vec<Key> {
            letters.chars().map(|letter| Key { of: (u32::from(letter), 0), word: word as u32 }).collect()
        };
        text.split_ascii_whitespace().enumerate().flat_map(word).collect()
    }

    fn common(old: &[Key], new: &[Key]) -> Vec<[u32; 2]> {
        Common::with_room(old.len().max(new.len())).find(old, new).to_vec()
    }

    /// A text with dots for letters that are not among some.
    fn left(text: &str, places: &[u32]) -> String {
        let mut at = 0;
        let letter = |letter: char| {
            if letter == ' ' {
                return ' ';
            }
            at += 1;
            if places.contains(&(at - 1)) { letter } else { '.' }
        };
        text.chars().map(letter).collect()
    }

    #[test]
    fn letters_stay_themselves() {
        let check = |old: &str, new: &str, gone: &str, come: &str| {
            let found = common(&of(old), &of(new));
            let [was, is] = [0, 1].map(|side| found.iter().map(|pair| pair[side]).collect::<Vec<_>>());
            assert_eq!((left(old, &was), left(new, &is)), (gone.into(), come.into()), "{old} -> {new}");
        };
        check("", "", "", "");
        check("", "ab", "", "..");
        check("12:59", "13:00", "1.:..", "1.:..");
        check("score 9", "score 10", "score .", "score ..");
        check("aXbYc", "abc", "a.b.c", "abc");
        // A letter does not fly from one number to another.
        check("23:59:55 685 m", "23:59:56 822 m", "23:59:5. .8. m", "23:59:5. 8.. m");
        check("10:15 215 m", "10:21 300 m", "10:1. ... m", "10:.1 ... m");
        check("5 685 m", "56 822 m", "5 .8. m", "5. 8.. m");
        check("12 of 30", "13 of 21", "1. of ..", "1. of ..");
        check("9 of 30", "10 of 29", ". of ..", ".. of ..");
        // Words of the same place from the end, where others come in before them.
        check("done in 5 s", "done and gone in 15 s", "done in 5 s", "done ... .... in .5 s");
        check("5 15", "25", ". .5", ".5");
        // Words that change places, whole or for the most part.
        check("one two", "two one", "... two", "two ...");
        check("Anna leads", "now Anna leads by far", "Anna leads", "... Anna leads .. ...");
        check("x hello y", "c d hallo", ". h.llo .", ". . h.llo");
        check("x ab y", "c d e ac", ". .. .", ". . . ..");
        check("1 2 3 4", "0 1 2 3", "1 2 3 .", ". 1 2 3");
        // Words that come apart, and together.
        check("abc", "a b c", "abc", "a b c");
        check("12 345", "1 2345", "12 345", "1 2345");
        check("un do it", "undo it now", "un .. it", "un.. it ...");
    }

    /// A letter, and how many its whole word has.
    type Whole = (Key, usize);

    fn whole(keys: &[Key]) -> Vec<Whole> {
        let length = |key: &Key| keys.iter().filter(|other| other.word == key.word).count();
        keys.iter().map(|key| (*key, length(key))).collect()
    }

    /// The length of a longest common subsequence, by the book.
    fn longest(old: &[Whole], new: &[Whole]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for a in 0..old.len() {
            for b in 0..new.len() {
                let other = table[a][b + 1].max(table[a + 1][b]);
                table[a + 1][b + 1] = if old[a].0.of == new[b].0.of { table[a][b] + 1 } else { other };
            }
        }
        table[old.len()][new.len()]
    }

    /// The most letters that pairs of words have in common, and of those the most in words of the same place: whichever words are paired.
    fn most(olds: &[&[Whole]], news: &[&[Whole]], places: Places) -> (usize, usize) {
        let ([was, later @ ..], [is, rest @ ..]) = (olds, news) else { return (0, 0) };
        let skipped = most(later, news, places).max(most(olds, rest, places));
        let letters = longest(was, is);
        let are_same = places.are_same(was[0].0, is[0].0);
        let is_most = 2 * letters > was[0].1.max(is[0].1);
        let behind = most(later, rest, places);
        let paired = (behind.0 + letters, behind.1 + if are_same { letters } else { 0 });
        if are_same || is_most { paired.max(skipped) } else { skipped }
    }

    fn words(letters: &[Whole]) -> Vec<&[Whole]> {
        letters.chunk_by(|a, b| a.0.word == b.0.word).collect()
    }

    const TEXT: &str = "[abc]{0,4}( [abc]{0,4}){0,4}";

    proptest! {
        #[test]
        fn words_keep_their_letters_and_no_more_could(old in TEXT, new in TEXT) {
            let (old, new) = (of(&old), of(&new));
            let found = common(&old, &new);
            let at = |&[a, b]: &[u32; 2]| (old[a as usize], new[b as usize]);
            prop_assert!(found.iter().map(at).all(|(was, is)| was.of == is.of));
            prop_assert!(found.windows(2).all(|two| two[0][0] < two[1][0] && two[0][1] < two[1][1]));
            let letters = |keys: &[Key]| keys.iter().map(|key| key.of).collect::<Vec<_>>();
            if letters(&old) == letters(&new) {
                prop_assert_eq!(found.len(), old.len());
                return Ok(());
            }
            // What both begin and end with stays, and what is between keeps as much as it could.
            let places = Places::new(&old, &new);
            let mut first = 0;
            while first < old.len().min(new.len()) && old[first] == new[first] {
                first += 1;
            }
            let mut last = 0;
            while last < old.len().min(new.len()) - first {
                let (was, is) = (old[old.len() - 1 - last], new[new.len() - 1 - last]);
                if was.of != is.of || !places.is_from_end(was, is) {
                    break;
                }
                last += 1;
            }
            let letters = [whole(&old), whole(&new)];
            let [olds, news] = letters.each_ref().map(|all| words(&all[first..all.len() - last]));
            let between = &found[first..found.len() - last];
            let same = between.iter().map(at).filter(|(was, is)| places.are_same(*was, *is)).count();
            prop_assert_eq!((between.len(), same), most(&olds, &news, places));

            // No word goes to two.
            let mut pairs = HashMap::new();
            for (was, is) in between.iter().map(at) {
                prop_assert_eq!(*pairs.entry(was.word).or_insert(is.word), is.word);
            }
        }
    }
}
