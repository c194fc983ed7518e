//! An array of objects, or an object per line: a row each. Cells are left as the text that they are until their column is
//! known, so that each has its place.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::Cell;
use super::{Fault, Reader};
use crate::diagnostic::{Code, quote};
use crate::language::source::Problem;

/// Reads an array of rows.
///
/// # Errors
/// What is wrong with the file as a whole.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<(), Problem> {
    let mut rows = Rows::new(reader);
    let text = rows.text;
    let mut json = serde_json::Deserializer::from_str(text);
    let outcome = json.deserialize_seq(AllRows(&mut rows)).and_then(|()| json.end());
    rows.finish(outcome, 0)
}

/// Reads a row per line.
///
/// # Errors
/// What is wrong with the file as a whole.
pub(super) fn read_lines(reader: &mut Reader<'_>) -> Result<(), Problem> {
    let mut rows = Rows::new(reader);
    let text = rows.text;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if rows.stopped.is_some() {
            break;
        }
        let from = start;
        start += line.len();
        if line.trim().is_empty() {
            continue;
        }
        let mut json = serde_json::Deserializer::from_str(line.trim_end());
        let outcome = OneRow(&mut rows).deserialize(&mut json).and_then(|()| json.end());
        rows.finish(outcome, from)?;
    }
    Ok(())
}

/// The rows of a file while they are read.
struct Rows<'r, 'a> {
    reader: &'r mut Reader<'a>,
    text: &'a str,
    /// Bytes before the text.
    skipped: usize,
    /// The cells of the current row, by column.
    cells: Vec<Option<(usize, usize)>>,
    /// Whether the next row is the first.
    is_first: bool,
    /// What the first row has that is not read.
    keys: Vec<String>,
    /// No more rows are read; with why, where that is not on the list.
    stopped: Option<Option<Problem>>,
}

impl<'r, 'a> Rows<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>) -> Self {
        let (text, skipped) = reader.source.text();
        Self { reader, text, skipped, cells: vec![], is_first: true, keys: vec![], stopped: None }
    }

    /// What is wrong with the file as a whole, where reading stopped; `from` is where the part begins that was read.
    fn finish(&mut self, outcome: serde_json::Result<()>, from: usize) -> Result<(), Problem> {
        let Err(error) = outcome else { return Ok(()) };
        if let Some(why) = self.stopped.take() {
            return why.map_or(Ok(()), Err);
        }
        let line_start = |line: usize| {
            let part = &self.text[from..];
            let ends = part.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(ends).nth(line.saturating_sub(1)).unwrap_or(part.len())
        };
        let at = (from + line_start(error.line()) + error.column().saturating_sub(1)).min(self.text.len());
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        let message = format!("{} cannot be read on here: {words}", self.reader.source.wanted);
        let span = self.reader.span(self.skipped + at, self.skipped + at + 1);
        let problem =
            Problem::new(Code::DataFile, span, message).related("it is read here", self.reader.source.named);
        Err(problem.help("data is an array of objects, `[{\"name\": \"a\", \"value\": 1}]`, or an object per line (.jsonl)"))
    }

    /// Whether the first row has not all columns, which then no row is likely to have; reports them.
    fn lacks_columns(&mut self) -> bool {
        let is_missing = self.cells.iter().map(Option::is_none).collect::<Vec<bool>>();
        if self.reader.source.skips_bad || !is_missing.contains(&true) {
            return false;
        }
        let columns = self.reader.source.columns;
        let found = columns.iter().zip(&is_missing).filter(|(_, missing)| !**missing);
        self.keys.extend(found.map(|(column, _)| column.header().to_owned()));
        for (column, _) in columns.iter().zip(&is_missing).filter(|(_, missing)| **missing) {
            self.reader.missing_column(column, &self.keys);
        }
        true
    }

    /// Takes the row whose cells have been found.
    fn row(&mut self, row: (usize, usize)) -> Result<(), Problem> {
        let mut outcome = Ok(());
        for column in 0..self.cells.len() {
            outcome = match self.cells[column] {
                Some((start, end)) => {
                    let cell = cell(&self.text[start..end]);
                    self.reader.cell(column, &cell, self.skipped + start, self.skipped + end)
                }
                None => {
                    let name = quote(self.reader.source.columns[column].header());
                    let message = format!("this row has no {name}");
                    let (start, end) = (self.skipped + row.0, self.skipped + row.1);
                    Err(Fault { start, end, column: Some(column), message })
                }
            };
            if outcome.is_err() {
                break;
            }
        }
        self.reader.end_row(outcome)
    }
}

/// A value of JSON as a cell.
fn cell(text: &str) -> Cell<'_> {
    match text.as_bytes().first() {
        Some(b'"') => match serde_json::from_str(text) {
            Ok(text) => Cell::Quoted(Cow::Owned(text)),
            Err(_) => Cell::Other(text),
        },
        Some(b't') => Cell::Bool(true),
        Some(b'f') => Cell::Bool(false),
        Some(b'n') | None => Cell::Missing,
        Some(b'[') => match serde_json::from_str(text) {
            Ok(numbers) => Cell::Numbers(numbers),
            Err(_) => Cell::Other(text),
        },
        Some(b'{') => Cell::Other(text),
        Some(_) => Cell::Number(text),
    }
}

/// An array of rows.
struct AllRows<'m, 'r, 'a>(&'m mut Rows<'r, 'a>);

impl<'de> Visitor<'de> for AllRows<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(OneRow(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// A row.
struct OneRow<'m, 'r, 'a>(&'m mut Rows<'r, 'a>);

impl<'de> DeserializeSeed<'de> for OneRow<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, row: D) -> Result<(), D::Error> {
        row.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneRow<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a value per column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut row: A) -> Result<(), A::Error> {
        let rows = self.0;
        rows.cells.clear();
        rows.cells.resize(rows.reader.source.columns.len(), None);
        let mut place: Option<(usize, usize)> = None;
        let is_first = rows.is_first;
        while let Some(key) = row.next_key_seed(Key { rows, is_first })? {
            let value: &RawValue = row.next_value()?;
            // What is left as it is is a part of the text.
            let start = (value.get().as_ptr() as usize).saturating_sub(rows.text.as_ptr() as usize);
            let end = start + value.get().len();
            place = Some((place.map_or(start, |(first, _)| first), end));
            match key {
                Found::Column(column) => rows.cells[column] = Some((start, end)),
                Found::Other(key) => rows.keys.extend(key),
            }
        }
        if std::mem::take(&mut rows.is_first) && rows.lacks_columns() {
            rows.stopped = Some(None);
            return Err(A::Error::custom("no more rows are read"));
        }
        rows.row(place.unwrap_or_default()).map_err(|problem| {
            rows.stopped = Some(Some(problem));
            A::Error::custom("no more rows are read")
        })
    }
}

/// What a key of a row names.
enum Found {
    Column(usize),
    /// Nothing that is read; of the first row with its name.
    Other(Option<String>),
}

struct Key<'m, 'r, 'a> {
    rows: &'m Rows<'r, 'a>,
    is_first: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_, '_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Found, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_, '_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Found, E> {
        let column = self.rows.reader.source.columns.iter().position(|column| column.header() == key);
        Ok(match column {
            Some(column) => Found::Column(column),
            None => Found::Other(self.is_first.then(|| key.to_owned())),
        })
    }
}
