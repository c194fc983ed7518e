//! Places in JSON documents, as values: they are made and followed key by key, and are a text only where they are shown.

use std::borrow::Cow;
use std::fmt;

use smallvec::SmallVec;

/// A step from a value in a JSON document to one inside of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// The key of an object.
    Key(Cow<'static, str>),
    /// The index of an array, from 0.
    Index(usize),
}

/// A place in a JSON document; shown as `nodes[12].args[0]`. Without segments it is the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct JsonPath(SmallVec<[Segment; 4]>);

impl JsonPath {
    /// A row of a table: `nodes[12]`.
    pub(crate) fn row(table: &'static str, row: impl RowNumber) -> Self {
        Self::from(table).index(row)
    }

    /// The value of a key there.
    #[must_use]
    pub(crate) fn key(&self, key: impl Into<Cow<'static, str>>) -> Self {
        self.with(Segment::Key(key.into()))
    }

    /// An element of the array there.
    #[must_use]
    pub(crate) fn index(&self, index: impl RowNumber) -> Self {
        self.with(Segment::Index(index.number()))
    }

    /// The value of the last of several keys, such as `stroke.width`, one inside of the other.
    #[must_use]
    pub(crate) fn keys(&self, keys: &'static str) -> Self {
        keys.split('.').fold(self.clone(), |path, key| path.key(key))
    }

    /// A step further.
    #[must_use]
    pub(crate) fn with(&self, segment: Segment) -> Self {
        let mut path = self.clone();
        path.0.push(segment);
        path
    }

    /// From the document to the place.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The last key, whatever the indices after it.
    pub(crate) fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|segment| match segment {
            Segment::Key(key) => Some(&**key),
            Segment::Index(_) => None,
        })
    }

    /// The row of a table that the place is in.
    pub(crate) fn row_of(&self, table: &str) -> Option<usize> {
        match self.0.as_slice() {
            [Segment::Key(key), Segment::Index(row), ..] if key == table => Some(*row),
            _ => None,
        }
    }

    /// The place inside of the row of a table that it is in.
    pub(crate) fn inside_row(&self) -> &[Segment] {
        self.0.get(2..).unwrap_or_default()
    }
}

/// The number of a row, as tables and their ids have it.
pub(crate) trait RowNumber {
    fn number(self) -> usize;
}

impl RowNumber for usize {
    fn number(self) -> usize {
        self
    }
}

impl RowNumber for u32 {
    fn number(self) -> usize {
        self as usize
    }
}

impl From<&'static str> for JsonPath {
    /// The value of a key of the document.
    fn from(key: &'static str) -> Self {
        Self::default().key(key)
    }
}

impl FromIterator<Segment> for JsonPath {
    fn from_iter<T: IntoIterator<Item = Segment>>(segments: T) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl From<&JsonPath> for JsonPath {
    fn from(path: &JsonPath) -> Self {
        path.clone()
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if at == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_and_taken_apart() {
        let path = JsonPath::row("nodes", 12_u32).key("args").index(0_usize);
        assert_eq!(path.to_string(), "nodes[12].args[0]");
        assert_eq!(path.row_of("nodes"), Some(12));
        assert_eq!(path.row_of("passes"), None);
        assert_eq!(path.inside_row(), [Segment::Key("args".into()), Segment::Index(0)]);
        assert_eq!(path.last_key(), Some("args"));
        assert_eq!(JsonPath::default().to_string(), "");
        assert_eq!(JsonPath::from("clip").row_of("clip"), None);
        let key = JsonPath::row("slots", 1_u32).key("a.b");
        assert_eq!(key.keys("c.d"), key.key("c").key("d"));
    }
}
