//! A text field: a text of one line, a caret, and what is selected. It knows no keys, no window and no engine.
//!
//! **Invariant: caret and anchor stand between what a reader takes for characters** (grapheme clusters), never inside of one.
//! Outside they are counted in Unicode scalar values, as `char`s are.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A text that is edited: the caret, and the anchor from which something is selected up to it.
///
/// ```
/// use pavane::play::{Field, Motion, TextEdit};
///
/// let mut field = Field::new("one two");
/// field.edit(TextEdit::Select(Motion::WordLeft));
/// assert_eq!((field.selected(), field.anchor(), field.caret()), ("two", 7, 4));
/// field.edit(TextEdit::Insert("2"));
/// assert_eq!((field.text(), field.caret()), ("one 2", 5));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// Bytes.
    caret: usize,
    anchor: usize,
}

/// Where a caret goes; in JSON `left`, `word_left` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// A character back.
    Left,
    /// A character on.
    Right,
    /// To the beginning of this word, or of the one before.
    WordLeft,
    /// To the end of this word, or of the next one.
    WordRight,
    /// To the beginning.
    Home,
    /// To the end.
    End,
}

/// What is done to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEdit<'t> {
    /// Puts a text in place of what is selected. Line breaks and tabs become spaces, other control characters are left out.
    Insert(&'t str),
    /// Removes what is selected, or from the caret to where it would go.
    Delete(Motion),
    /// Moves the caret; what was selected is so no longer. To the left or right of what was selected it goes to its end there.
    Move(Motion),
    /// Moves the caret, and selects from where it was.
    Select(Motion),
    /// Selects everything.
    SelectAll,
}

impl Field {
    /// A text with the caret behind it.
    pub fn new(text: &str) -> Self {
        let mut field = Self::default();
        field.edit(TextEdit::Insert(text));
        field
    }

    /// A text as it is, with caret and anchor behind so many characters: behind the last one where there are not so many, or
    /// the number is negative.
    pub fn at(text: &str, caret: i32, anchor: i32) -> Self {
        let place = |characters: i32| {
            let before = usize::try_from(characters).unwrap_or(usize::MAX);
            let byte = text.char_indices().nth(before).map_or(text.len(), |(byte, _)| byte);
            boundary(text, byte)
        };
        Self { caret: place(caret), anchor: place(anchor), text: text.to_owned() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many characters are before the caret.
    pub fn caret(&self) -> i32 {
        self.characters(self.caret)
    }

    /// How many characters are before the other end of what is selected; where nothing is, as many as before the caret.
    pub fn anchor(&self) -> i32 {
        self.characters(self.anchor)
    }

    /// What is selected: for the clipboard.
    pub fn selected(&self) -> &str {
        &self.text[self.caret.min(self.anchor)..self.caret.max(self.anchor)]
    }

    /// Does something to it.
    pub fn edit(&mut self, edit: TextEdit<'_>) {
        match edit {
            TextEdit::Insert(text) => self.replace(text),
            TextEdit::Delete(motion) => {
                if self.caret == self.anchor {
                    self.caret = self.after(motion);
                }
                self.replace("");
            }
            TextEdit::Move(motion) => {
                let [start, end] = [self.caret.min(self.anchor), self.caret.max(self.anchor)];
                self.caret = match motion {
                    Motion::Left if start < end => start,
                    Motion::Right if start < end => end,
                    Motion::Left
                    | Motion::Right
                    | Motion::WordLeft
                    | Motion::WordRight
                    | Motion::Home
                    | Motion::End => self.after(motion),
                };
                self.anchor = self.caret;
            }
            TextEdit::Select(motion) => self.caret = self.after(motion),
            TextEdit::SelectAll => (self.anchor, self.caret) = (0, self.text.len()),
        }
    }

    fn characters(&self, byte: usize) -> i32 {
        i32::try_from(self.text[..byte].chars().count()).unwrap_or(i32::MAX)
    }

    /// Puts a text in place of what is selected, and the caret behind it.
    fn replace(&mut self, text: &str) {
        let [start, end] = [self.caret.min(self.anchor), self.caret.max(self.anchor)];
        let rest = self.text.split_off(end);
        self.text.truncate(start);
        let mut was_return = false;
        for character in text.chars() {
            match character {
                // With the return before it, it is one break.
                '\n' if was_return => {}
                '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => self.text.push(' '),
                other if other.is_control() => {}
                other => self.text.push(other),
            }
            was_return = character == '\r';
        }
        let caret = self.text.len();
        self.text.push_str(&rest);
        // What was put in may have become one character with what is behind it.
        self.caret = boundary(&self.text, caret);
        self.anchor = self.caret;
    }

    /// Where the caret would go.
    fn after(&self, motion: Motion) -> usize {
        let (text, caret) = (&self.text, self.caret);
        // The text is whole, so a cursor always knows.
        let mut cursor = GraphemeCursor::new(caret, text.len(), true);
        let is_word = |word: &str| word.chars().any(char::is_alphanumeric);
        match motion {
            Motion::Left => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
            Motion::Right => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
            Motion::WordLeft => {
                let words = text.split_word_bound_indices();
                words
                    .take_while(|(at, _)| *at < caret)
                    .filter(|(_, word)| is_word(word))
                    .last()
                    .map_or(0, |(at, _)| at)
            }
            Motion::WordRight => {
                let ends = text.split_word_bound_indices().filter(|(_, word)| is_word(word));
                ends.map(|(at, word)| at + word.len()).find(|&end| end > caret).unwrap_or(text.len())
            }
            Motion::Home => 0,
            Motion::End => text.len(),
        }
    }
}

/// The first place from a byte on that is between two characters.
fn boundary(text: &str, byte: usize) -> usize {
    let mut cursor = GraphemeCursor::new(byte, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
        Ok(true) | Err(_) => byte,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A field as a text in which `|` is the caret and `<` the anchor, where that is elsewhere.
    fn field(marked: &str) -> Field {
        let plain = |text: &str| text.replace(['|', '<'], "");
        let caret = plain(&marked[..marked.find('|').unwrap()]).len();
        let anchor = marked.find('<').map_or(caret, |at| plain(&marked[..at]).len());
        Field { text: plain(marked), caret, anchor }
    }

    fn marked(Field { text, caret, anchor }: &Field) -> String {
        let mut marked = text.clone();
        let mut marks = vec![(*caret, '|')];
        if anchor != caret {
            marks.push((*anchor, '<'));
        }
        marks.sort_unstable();
        for (at, mark) in marks.into_iter().rev() {
            marked.insert(at, mark);
        }
        marked
    }

    #[test]
    fn edits() {
        use Motion::{End, Home, Left, Right, WordLeft, WordRight};
        use TextEdit::{Delete, Insert, Move, Select, SelectAll};
        let check = |before: &str, edit: TextEdit<'_>, after: &str| {
            let mut field = field(before);
            field.edit(edit);
            assert_eq!(marked(&field), after, "{before} {edit:?}");
        };
        check("ab|", Insert("c"), "abc|");
        check("a<b|c", Insert("xy"), "axy|c");
        check("a|b<c", Insert(""), "a|c");
        check("|", Insert("a\r\nb\tc\u{7}\n"), "a b c |");
        check("ab|c", Delete(Left), "a|c");
        check("ab|c", Delete(Right), "ab|");
        check("|abc", Delete(Left), "|abc");
        check("abc|", Delete(Right), "abc|");
        check("a<b|c", Delete(Left), "a|c");
        check("one two|", Delete(WordLeft), "one |");
        check("one, two |", Delete(WordLeft), "one, |");
        check("|one, two", Delete(WordRight), "|, two");
        check("one|, two", Delete(WordRight), "one|");
        check("on|e two", Delete(Home), "|e two");
        check("on|e two", Delete(End), "on|");
        check("a|b", Move(Left), "|ab");
        check("|ab", Move(Left), "|ab");
        check("a|b", Move(Right), "ab|");
        check("ab|", Move(Right), "ab|");
        check("a<bc|d", Move(Left), "a|bcd");
        check("a<bc|d", Move(Right), "abc|d");
        check("a|bc<d", Move(Right), "abc|d");
        check("a<bc|d", Move(End), "abcd|");
        check("one  two|", Move(WordLeft), "one  |two");
        check("one  |two", Move(WordLeft), "|one  two");
        check("one|  two", Move(WordRight), "one  two|");
        check("don't |", Move(WordLeft), "|don't ");
        check("ab|c", Select(Home), "|ab<c");
        check("ab|c<", Select(Left), "a|bc<");
        check("ab|c<", Select(Right), "abc|");
        check("a|b", SelectAll, "<ab|");
        check("|", SelectAll, "|");
        // What a reader takes for one character is one.
        check("e\u{301}|", Delete(Left), "|");
        check("🇩🇪|🇫🇷", Move(Right), "🇩🇪🇫🇷|");
        check("👩‍👩‍👧|a", Move(Left), "|👩‍👩‍👧a");
        check("e|\u{301}x", Insert("a"), "ea\u{301}|x");
    }

    #[test]
    fn places_are_characters() {
        let check = |text: &str, caret: i32, anchor: i32, expected: &str| {
            assert_eq!(marked(&Field::at(text, caret, anchor)), expected);
        };
        check("äbc", 1, 2, "ä|b<c");
        check("äbc", -1, -1, "äbc|");
        check("äbc", 7, 0, "<äbc|");
        check("e\u{301}a", 1, 1, "e\u{301}|a");
        let field = field("e\u{301}<äb|");
        assert_eq!((field.caret(), field.anchor(), field.selected()), (4, 2, "äb"));
        assert_eq!(Field::at(field.text(), field.caret(), field.anchor()), field);
    }

    fn edit(text: &str) -> impl Strategy<Value = TextEdit<'_>> {
        use Motion::{End, Home, Left, Right, WordLeft, WordRight};
        let motion = prop::sample::select(vec![Left, Right, WordLeft, WordRight, Home, End]);
        (0..5, motion).prop_map(move |(kind, motion)| match kind {
            0 => TextEdit::Insert(text),
            1 => TextEdit::Delete(motion),
            2 => TextEdit::Move(motion),
            3 => TextEdit::Select(motion),
            _ => TextEdit::SelectAll,
        })
    }

    proptest! {
        /// Whatever is done, caret and anchor are between characters, and only inserting and deleting change the text.
        #[test]
        fn carets_stand_between_characters(
            first in "[a\u{301}👩\u{200d}🇩🇪 ,\r\n]{0,12}",
            edits in prop::collection::vec(edit("e\u{301} 🇫🇷"), 0..24),
        ) {
            let mut field = Field::new(&first);
            for edit in edits {
                let before = field.clone();
                field.edit(edit);
                let mut places: Vec<usize> = field.text.grapheme_indices(true).map(|(at, _)| at).collect();
                places.push(field.text.len());
                prop_assert!(places.contains(&field.caret) && places.contains(&field.anchor), "{field:?}");
                if !matches!(edit, TextEdit::Insert(_) | TextEdit::Delete(_)) {
                    prop_assert_eq!(&before.text, &field.text);
                }
                prop_assert_eq!(&Field::at(field.text(), field.caret(), field.anchor()), &field);
            }
        }
    }
}
