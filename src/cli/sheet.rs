//! Rows of text: a CSV table with a heading, an array of JSON objects, or a JSON object per line.

use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, quote};
use crate::language::{Form, delimiter};

/// A table whose rows are about one thing each. Cells are as a patch would write them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<SheetRow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetRow {
    /// The line of the file that it begins in, from 1.
    pub(super) line: u32,
    /// One for each column; empty where the row has none.
    pub(super) cells: Vec<String>,
}

/// What is wrong, and in which line.
struct Wrong(u32, String);

impl Sheet {
    /// Reads a file by the ending of its name.
    ///
    /// # Errors
    /// With the place, when it is no table.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, Box<Diagnostic>> {
        let text = text.trim_start_matches('\u{feff}');
        let sheet = match Form::of(file) {
            Some(Form::Json) => array(text),
            Some(Form::JsonLines) => lines(text),
            Some(Form::Csv) | None => csv(text),
        };
        let sheet = sheet.and_then(|sheet| match sheet.rows.is_empty() {
            true => Err(Wrong(1, "the table has no rows".into())),
            false => Ok(sheet),
        });
        sheet.map_err(|Wrong(line, message)| {
            let help = "a table is CSV with a heading (.csv), an array of JSON objects (.json), or an object per line (.jsonl)";
            let diagnostic = Diagnostic::error(Code::Variants, message).help(help);
            Box::new(Diagnostic { file: file.into(), line, column: 1, end_line: line, end_column: 2, ..diagnostic })
        })
    }

    /// Which column has a name; one that is new has nothing in the rows so far.
    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|column| column == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.rows.iter_mut().for_each(|row| row.cells.push(String::new()));
            self.columns.len() - 1
        })
    }

    fn object(&mut self, line: u32, object: &Map<String, Value>) -> Result<(), Wrong> {
        let mut cells = vec![String::new(); self.columns.len()];
        for (name, value) in object {
            let at = self.column(name);
            cells.resize(self.columns.len(), String::new());
            cells[at] = cell(value).ok_or_else(|| {
                Wrong(line, format!("{} is an object, expected a number, a text or numbers", quote(name)))
            })?;
        }
        self.rows.push(SheetRow { line, cells });
        Ok(())
    }
}

/// A value as a patch writes it.
fn cell(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts: Option<Vec<String>> = parts.iter().map(cell).collect();
            format!("({})", parts?.join(", "))
        }
        Value::Object(_) => return None,
    })
}

fn csv(text: &str) -> Result<Sheet, Wrong> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut record = csv::StringRecord::new();
    // Where the row before begins, and its line.
    let (mut before, mut line) = (0, 1);
    loop {
        let more = reader.read_record(&mut record);
        let more = more.map_err(|error| Wrong(line, format!("not CSV: {error}")))?;
        if !more {
            return Ok(sheet);
        }
        // A position may be that of line ends before the row.
        let from = record.position().map_or(before, |position| position.byte() as usize);
        let ends = text.as_bytes()[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += text.as_bytes()[before..from + ends].iter().filter(|&&byte| byte == b'\n').count() as u32;
        before = from + ends;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if sheet.columns.is_empty() {
            for (at, name) in cells.iter().enumerate() {
                if cells[..at].contains(name) {
                    return Err(Wrong(line, format!("two columns are called {}", quote(name))));
                }
            }
            sheet.columns = cells;
        } else if cells.len() == sheet.columns.len() {
            sheet.rows.push(SheetRow { line, cells });
        } else {
            let (found, expected) = (cells.len(), sheet.columns.len());
            return Err(Wrong(line, format!("the row has {found} cells, and there are {expected} columns")));
        }
    }
}

fn array(text: &str) -> Result<Sheet, Wrong> {
    let rows: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|error| wrong(&error, 0))?;
    let mut sheet = Sheet::default();
    // Where an object begins is not known any more.
    rows.iter().try_for_each(|row| sheet.object(1, row))?;
    Ok(sheet)
}

fn lines(text: &str) -> Result<Sheet, Wrong> {
    let mut sheet = Sheet::default();
    for (above, line) in (0..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let row = serde_json::from_str(line).map_err(|error| wrong(&error, above))?;
        sheet.object(above + 1, &row)?;
    }
    Ok(sheet)
}

fn wrong(error: &serde_json::Error, above: u32) -> Wrong {
    Wrong(above + (error.line() as u32).max(1), format!("not a table in JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_rows_of_text() {
        let check = |file: &str, text: &str, expected: &str| {
            let found = match Sheet::read(file, text) {
                Ok(Sheet { columns, rows }) => {
                    let row = |row: &SheetRow| format!("\n{} {}", row.line, row.cells.join("|"));
                    columns.join("|") + &rows.iter().map(row).collect::<String>()
                }
                Err(found) => {
                    assert!(found.help.is_some() && found.code == Code::Variants && found.file == file);
                    format!("{}: {}", found.line, found.message)
                }
            };
            assert_eq!(found, expected, "{file}: {text}");
        };
        check("a.csv", "name,size\nAda, 3\n\"Bo, b\",\n", "name|size\n2 Ada|3\n3 Bo, b|");
        check("a.CSV", "\u{feff}name;size\r\nAda;0,5\r\n", "name|size\n2 Ada|0,5");
        check("a.csv", "\"a;b;c\",n\nAda,3\n", "a;b;c|n\n2 Ada|3");
        check("a.tsv", "name\tsize\n\"two\nlines\"\t1\nx\t2\n", "name|size\n2 two\nlines|1\n4 x|2");
        check(
            "a.json",
            "[{\"name\": \"Ada\", \"at\": [0.1, 2]}, {\"on\": true}]",
            "at|name|on\n1 (0.1, 2)|Ada|\n1 ||true",
        );
        check("a.jsonl", "{\"n\": 1}\n\n{\"n\": null, \"c\": \"#f00\"}\n", "n|c\n1 1|\n3 |#f00");
        check("a.csv", "", "1: the table has no rows");
        check("a.csv", "name,name\n1,2\n", "1: two columns are called `name`");
        check("a.csv", "name\n1\n2,3\n", "3: the row has 2 cells, and there are 1 columns");
        check(
            "a.jsonl",
            "{\"n\": 1}\n{\"n\": {}}\n",
            "2: `n` is an object, expected a number, a text or numbers",
        );
        check(
            "a.jsonl",
            "{\"n\": 1}\n[1]\n",
            "2: not a table in JSON: invalid type: sequence, expected a map at line 1 column 0",
        );
        check("a.json", "[]", "1: the table has no rows");
    }
}
