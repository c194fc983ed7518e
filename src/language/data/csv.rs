//! Tables with a row per line: comma, semicolon or tab between cells, which is found out; cells in quotes may hold any of
//! these, line ends and doubled quotes.

use std::borrow::Cow;

use super::cell::Cell;
use super::{Fault, Reader};
use crate::language::source::Problem;

/// Reads all rows behind the header.
///
/// # Errors
/// What is wrong with the file as a whole.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<(), Problem> {
    let (text, skipped) = reader.source.text();
    let delimiter = delimiter(text);
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // A text that is in memory can always be read on.
    if !rows.read_record(&mut record).unwrap_or(false) {
        let message = format!("{} is empty, expected a line with the names of columns", reader.source.wanted);
        return Err(reader.of_file(message, "begin it with a line such as `name,value`"));
    }
    let header: Vec<String> = record.iter().map(str::to_owned).collect();
    let Ok(columns) = reader.columns_of(&header) else { return Ok(()) };
    while rows.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let mut outcome = Ok(());
        if record.len() == header.len() {
            for (column, &at) in columns.iter().enumerate() {
                let cell = Cell::Plain(Cow::Borrowed(&record[at]));
                outcome = reader.cell(column, &cell, 0, 0);
                if let Err(fault) = &mut outcome {
                    // Where a cell is, is only looked for when it is bad.
                    let (from, to) = place(text, start, at, delimiter);
                    (fault.start, fault.end) = (skipped + from, skipped + to);
                    break;
                }
            }
        } else {
            let cells = |count: usize| if count == 1 { "one cell".into() } else { format!("{count} cells") };
            let message =
                format!("this row has {}, and the header has {}", cells(record.len()), header.len());
            let (from, _) = place(text, start, 0, delimiter);
            let (_, to) = place(text, start, record.len() - 1, delimiter);
            outcome = Err(Fault { start: skipped + from, end: skipped + to, column: None, message });
        }
        reader.end_row(outcome)?;
    }
    Ok(())
}

/// What is between the cells: that of the three which is there most often in the header.
pub(crate) fn delimiter(text: &str) -> u8 {
    let (mut counts, mut is_quoted) = ([0_usize; 3], false);
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            b',' if !is_quoted => counts[0] += 1,
            b';' if !is_quoted => counts[1] += 1,
            b'\t' if !is_quoted => counts[2] += 1,
            _ => {}
        }
    }
    // Of equally many the first.
    let most = counts.into_iter().max().unwrap_or(0);
    let at = counts.iter().position(|&count| count == most).unwrap_or(0);
    [b',', b';', b'\t'][at]
}

/// Where a cell of the row that begins at a byte is, without its quotes' inside being read.
fn place(text: &str, start: usize, cell: usize, delimiter: u8) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut at = start;
    while matches!(bytes.get(at), Some(b'\n' | b'\r')) {
        at += 1;
    }
    let (mut from, mut count, mut is_quoted) = (at, 0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if byte == delimiter && !is_quoted => {
                if count == cell {
                    break;
                }
                count += 1;
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    (from, at)
}
