//! What a record is made of.
//!
//! Each entry names what it changes by key and id and has the whole new value, so that a record can be understood, and
//! its entries done, without those before it.

use super::bytes::{Reader, put_ids, put_value, put_varint};
use super::key::DurableKey;
use super::value::{Value, ValueKind};

/// How an entry begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Tag {
    /// Key, kind, value.
    Cell = 1,
    /// Key, next id; what follows is about this list.
    List,
    /// No row is left.
    Clear,
    /// Number of rows, ids.
    Remove,
    /// Number of rows, ids: they come to the end, and columns that follow are about them.
    Append,
    /// Number of rows, ids: columns that follow are about them.
    Rows,
    /// Key, kind, a value for each row.
    Column,
    /// The id of a row; 1 and the id of the one that it now stands before, or 0 for the end.
    Move,
    /// Number of rows, ids: they are the first now, in this order.
    Order,
}

impl Tag {
    fn from_byte(byte: u8) -> Option<Self> {
        let all = [
            Self::Cell,
            Self::List,
            Self::Clear,
            Self::Remove,
            Self::Append,
            Self::Rows,
            Self::Column,
            Self::Move,
            Self::Order,
        ];
        all.into_iter().find(|tag| *tag as u8 == byte)
    }
}

/// Ids of rows, as they are in a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids<'a> {
    count: usize,
    bytes: &'a [u8],
}

impl<'a> Ids<'a> {
    pub(super) fn len(self) -> usize {
        self.count
    }

    pub(super) fn iter(self) -> impl Iterator<Item = u64> + 'a {
        let mut reader = Reader::new(self.bytes);
        (0..self.count).scan(0, move |last, _| {
            *last = reader.id(*last)?;
            Some(*last)
        })
    }
}

/// Values of one kind, as they are in a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Items<'a> {
    pub(super) kind: ValueKind,
    count: usize,
    bytes: &'a [u8],
}

impl<'a> Items<'a> {
    pub(super) fn iter(self) -> impl Iterator<Item = Value<'a>> + 'a {
        let mut reader = Reader::new(self.bytes);
        (0..self.count).map_while(move |_| reader.value(self.kind))
    }
}

/// What a record says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'a> {
    Cell { key: DurableKey, value: Value<'a> },
    List { key: DurableKey, next_id: u64 },
    Clear,
    Remove(Ids<'a>),
    Append(Ids<'a>),
    Rows(Ids<'a>),
    Column { key: DurableKey, items: Items<'a> },
    Move { row: u64, before: Option<u64> },
    Order(Ids<'a>),
}

/// The entries of a payload, each checked to its last byte; ends with `None` where one is wrong.
#[derive(Clone, Debug)]
pub(super) struct Entries<'a> {
    reader: Reader<'a>,
    is_in_list: bool,
    /// How many rows a column is about.
    rows: Option<usize>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self { reader, is_in_list: false, rows: None }
    }

    fn ids(&mut self) -> Option<Ids<'a>> {
        let count = usize::try_from(self.reader.varint()?).ok()?;
        let before = self.reader;
        let mut last = 0;
        for _ in 0..count {
            last = self.reader.id(last)?;
        }
        Some(Ids { count, bytes: self.reader.since(&before) })
    }

    fn key(&mut self) -> Option<DurableKey> {
        self.reader.array().map(DurableKey::from_bytes)
    }

    fn kind(&mut self) -> Option<ValueKind> {
        ValueKind::from_byte(self.reader.byte()?)
    }

    fn entry(&mut self) -> Option<Entry<'a>> {
        let tag = Tag::from_byte(self.reader.byte()?)?;
        if !self.is_in_list && !matches!(tag, Tag::Cell | Tag::List) {
            return None;
        }
        Some(match tag {
            Tag::Cell => {
                let (key, kind) = (self.key()?, self.kind()?);
                Entry::Cell { key, value: self.reader.value(kind)? }
            }
            Tag::List => {
                (self.is_in_list, self.rows) = (true, None);
                Entry::List { key: self.key()?, next_id: self.reader.varint()? }
            }
            Tag::Clear => Entry::Clear,
            Tag::Remove => Entry::Remove(self.ids()?),
            Tag::Append => {
                let ids = self.ids()?;
                self.rows = Some(ids.count);
                Entry::Append(ids)
            }
            Tag::Rows => {
                let ids = self.ids()?;
                self.rows = Some(ids.count);
                Entry::Rows(ids)
            }
            Tag::Column => {
                let (key, kind, count) = (self.key()?, self.kind()?, self.rows?);
                let before = self.reader;
                for _ in 0..count {
                    self.reader.value(kind)?;
                }
                Entry::Column { key, items: Items { kind, count, bytes: self.reader.since(&before) } }
            }
            Tag::Move => {
                let row = self.reader.varint()?;
                let before = match self.reader.byte()? {
                    0 => None,
                    1 => Some(self.reader.varint()?),
                    _ => return None,
                };
                Entry::Move { row, before }
            }
            Tag::Order => Entry::Order(self.ids()?),
        })
    }
}

impl<'a> Iterator for Entries<'a> {
    /// `None` for what is wrong.
    type Item = Option<Entry<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.reader.is_at_end()).then(|| self.entry())
    }
}

pub(super) fn put_cell(to: &mut Vec<u8>, key: DurableKey, value: Value<'_>) {
    to.push(Tag::Cell as u8);
    to.extend(key.to_bytes());
    to.push(value.kind().byte());
    put_value(to, value);
}

pub(super) fn put_list(to: &mut Vec<u8>, key: DurableKey, next_id: u64) {
    to.push(Tag::List as u8);
    to.extend(key.to_bytes());
    put_varint(to, next_id);
}

pub(super) fn put_clear(to: &mut Vec<u8>) {
    to.push(Tag::Clear as u8);
}

fn put_rows(to: &mut Vec<u8>, tag: Tag, ids: &[u64]) {
    to.push(tag as u8);
    put_varint(to, ids.len() as u64);
    put_ids(to, ids);
}

pub(super) fn put_remove(to: &mut Vec<u8>, ids: &[u64]) {
    put_rows(to, Tag::Remove, ids);
}

pub(super) fn put_append(to: &mut Vec<u8>, ids: &[u64]) {
    put_rows(to, Tag::Append, ids);
}

pub(super) fn put_update(to: &mut Vec<u8>, ids: &[u64]) {
    put_rows(to, Tag::Rows, ids);
}

pub(super) fn put_order(to: &mut Vec<u8>, ids: &[u64]) {
    put_rows(to, Tag::Order, ids);
}

/// The values follow, one for each row.
pub(super) fn put_column(to: &mut Vec<u8>, key: DurableKey, kind: ValueKind) {
    to.push(Tag::Column as u8);
    to.extend(key.to_bytes());
    to.push(kind.byte());
}

pub(super) fn put_move(to: &mut Vec<u8>, row: u64, before: Option<u64>) {
    to.push(Tag::Move as u8);
    put_varint(to, row);
    to.push(u8::from(before.is_some()));
    if let Some(before) = before {
        put_varint(to, before);
    }
}
