//! Data: rows of typed columns, read from a file beside the patch before there is a program.
//!
//! `csv` and `json` find the cells of a file, with their places; `cell` makes values of them; what is here keeps the rows
//! that are good and says what is wrong with the others. Everything that is wrong is reported at its place in the file.

mod cell;
mod csv;
mod json;

use std::collections::HashMap;

use super::problems::{Problems, Reported};
use super::source::{Problem, Span};
use super::syntax::{Column, Name, is_name};
use crate::diagnostic::{Code, Severity, nearest, quote};
use crate::program::Type;
use cell::{Cell, Parsed};
#[cfg(feature = "cli")]
pub(crate) use csv::delimiter;

/// The most bytes of a data file, and of all that a patch reads together.
pub(super) const BYTES_MAX: usize = 128 << 20;
/// The most rows of a data file.
const ROWS_MAX: usize = 1 << 20;
/// How many cells are reported one by one.
const CELLS_SHOWN: usize = 20;

/// Types of columns, as they are written.
const TYPES: [Type; 7] =
    [Type::Float, Type::Int, Type::Bool, Type::Text, Type::Color, Type::Vec2, Type::Vec3];

/// The rows of a file.
#[derive(Debug)]
pub(super) struct DataTable {
    pub(super) rows: u32,
    pub(super) columns: Vec<DataColumn>,
}

/// A column of a file.
#[derive(Debug)]
pub(super) struct DataColumn {
    pub(super) name: String,
    pub(super) ty: Type,
    /// The components of one row after the other; of texts, which of `texts` each is.
    pub(super) values: Vec<f64>,
    /// The different texts, in the order in which they came.
    pub(super) texts: Vec<String>,
}

/// The form of a file, by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    Json,
    JsonLines,
}

impl Form {
    /// The form of a file; `None` where its name does not say it.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// A data file that is to be read.
pub(super) struct Source<'s> {
    /// As messages call it: in quotes.
    pub(super) wanted: String,
    /// Its row among the sources, for places in it.
    pub(super) file: u16,
    pub(super) text: &'s str,
    pub(super) form: Form,
    /// Where the patch names it.
    pub(super) named: Span,
    pub(super) columns: &'s [Column],
    /// Whether rows with bad cells are left out.
    pub(super) skips_bad: bool,
}

impl<'s> Source<'s> {
    /// The text behind the mark that some programs begin a file with, and the bytes of that.
    fn text(&self) -> (&'s str, usize) {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        (text, self.text.len() - text.len())
    }
}

/// Reads the rows of a file.
///
/// # Errors
/// When something is wrong with it; all of that is on the list.
pub(super) fn read(source: &Source<'_>, problems: &mut Problems) -> Result<DataTable, Reported> {
    let known = problems.len();
    let mut columns = Vec::with_capacity(source.columns.len());
    for Column { name, ty, .. } in source.columns {
        match TYPES.into_iter().find(|known| known.name() == ty.text) {
            Some(ty) => {
                columns.push(DataColumn {
                    name: name.text.clone(),
                    ty,
                    values: Vec::new(),
                    texts: Vec::new(),
                });
            }
            None => drop(problems.report(unknown_type(ty))),
        }
    }
    problems.none_since(known)?;
    let numbers = vec![HashMap::new(); columns.len()];
    let row = vec![Parsed::Numbers([0.0; 4]); columns.len()];
    let table = DataTable { rows: 0, columns };
    let mut reader = Reader { source, problems, table, numbers, row, bad: 0, first_bad: None };
    let outcome = match source.form {
        Form::Csv => csv::read(&mut reader),
        Form::Json => json::read(&mut reader),
        Form::JsonLines => json::read_lines(&mut reader),
    };
    if let Err(problem) = outcome {
        reader.problems.report(problem);
    }
    let left_out = reader.summary();
    let table = reader.table;
    problems.none_since(known)?;
    problems.extend(left_out);
    Ok(table)
}

fn unknown_type(ty: &Name) -> Problem {
    let names = TYPES.map(Type::name);
    let message = format!("no column is of type {}", quote(&ty.text));
    let help = match nearest(&ty.text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("types of columns are {}", names.join(", ")),
    };
    Problem::new(Code::UnknownWord, ty.span, message).help(help)
}

/// Something that is wrong with a row: where, and what.
struct Fault {
    start: usize,
    end: usize,
    /// The column, where it is about a cell.
    column: Option<usize>,
    message: String,
}

/// A file while it is read.
struct Reader<'r> {
    source: &'r Source<'r>,
    problems: &'r mut Problems,
    table: DataTable,
    /// Per column, the numbers of its texts.
    numbers: Vec<HashMap<String, u32>>,
    /// The values of the current row.
    row: Vec<Parsed>,
    /// How many rows had something wrong with them.
    bad: usize,
    first_bad: Option<(usize, usize)>,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.source.file, start: start as u32, end: end.max(start) as u32 }
    }

    /// A problem of the file as a whole, at the place where the patch names it.
    fn of_file(&self, message: String, help: &str) -> Problem {
        Problem::new(Code::DataFile, self.source.named, message).help(help)
    }

    /// Which of the file's columns each column of the patch is.
    ///
    /// # Errors
    /// When one is not there; they are on the list.
    fn columns_of(&mut self, header: &[String]) -> Result<Vec<usize>, Reported> {
        let known = self.problems.len();
        let mut found = Vec::with_capacity(self.source.columns.len());
        for column in self.source.columns {
            let wanted = column.header();
            let mut same = header.iter().enumerate().filter(|(_, name)| name.trim() == wanted);
            match (same.next(), same.next()) {
                (Some((at, _)), None) => found.push(at),
                (Some(_), Some(_)) => {
                    let message = format!("{} has two columns {}", self.source.wanted, quote(wanted));
                    let problem = Problem::new(Code::DataColumn, column.name.span, message);
                    self.problems.report(problem.help("rename one of them in the file"));
                }
                (None, _) => drop(self.missing_column(column, header)),
            }
        }
        self.problems.none_since(known).map(|()| found)
    }

    fn missing_column(&mut self, column: &Column, header: &[String]) -> Reported {
        const NAMES_SHOWN: usize = 20;
        let message = format!("{} has no column {}", self.source.wanted, quote(column.header()));
        let names = header.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).take(NAMES_SHOWN);
        let help = match nearest(column.header(), names.clone()) {
            Some(near) if is_name(near) => format!("did you mean `{near}`?"),
            Some(near) => format!("did you mean `{}: {} from \"{near}\"`?", column.name.text, column.ty.text),
            None => {
                let known = format!("it has {}", names.clone().collect::<Vec<_>>().join(", "));
                let (name, ty) = (&column.name.text, &column.ty.text);
                match names.clone().find(|name| !is_name(name)) {
                    Some(other) => {
                        format!("{known}; another name is written `{name}: {ty} from \"{other}\"`")
                    }
                    None => known,
                }
            }
        };
        self.problems.report(Problem::new(Code::DataColumn, column.name.span, message).help(help))
    }

    /// Takes a cell of the current row.
    ///
    /// # Errors
    /// When it is no value of its column.
    fn cell(&mut self, column: usize, cell: &Cell<'_>, start: usize, end: usize) -> Result<(), Fault> {
        let ty = self.table.columns[column].ty;
        let Some(value) = cell.value(ty) else {
            let name = quote(&self.source.columns[column].name.text);
            let message = format!("{name} is {}, expected {}", cell.shown(), cell::expected(ty));
            return Err(Fault { start, end, column: Some(column), message });
        };
        self.row[column] = value;
        Ok(())
    }

    /// Ends a row: with everything in it good, or with what is wrong.
    ///
    /// # Errors
    /// When there are too many rows.
    fn end_row(&mut self, outcome: Result<(), Fault>) -> Result<(), Problem> {
        if let Err(fault) = outcome {
            self.bad += 1;
            self.first_bad.get_or_insert((fault.start, fault.end));
            if !self.source.skips_bad && self.bad <= CELLS_SHOWN {
                self.report(fault);
            }
            return Ok(());
        }
        if self.table.rows as usize >= ROWS_MAX {
            let message = format!("{} has more than {ROWS_MAX} rows, which is the most", self.source.wanted);
            let help = "leave out rows that nothing shows, or add up several of them into one";
            return Err(Problem::new(Code::PatchTooLarge, self.source.named, message).help(help));
        }
        self.table.rows += 1;
        for (at, (value, column)) in self.row.iter_mut().zip(&mut self.table.columns).enumerate() {
            match value {
                Parsed::Numbers(numbers) => {
                    column.values.extend_from_slice(&numbers[..column.ty.stride() as usize]);
                }
                Parsed::Text(text) => {
                    let number = match self.numbers[at].get(text.as_str()) {
                        Some(&number) => number,
                        None => {
                            let number = column.texts.len() as u32;
                            column.texts.push(text.clone());
                            self.numbers[at].insert(std::mem::take(text), number);
                            number
                        }
                    };
                    column.values.push(f64::from(number));
                }
            }
        }
        Ok(())
    }

    fn report(&mut self, fault: Fault) {
        let span = self.span(fault.start, fault.end);
        let (code, declared) = match fault.column {
            Some(column) => (Code::DataCell, self.source.columns[column].name.span),
            None => (Code::DataRow, self.source.named),
        };
        let problem = Problem::new(code, span, fault.message).related("it is read here", declared);
        self.problems.report(problem.help("mend it, or leave such rows out: `skip bad` behind the columns"));
    }

    /// What to say of rows that were left out; reports how many are wrong beyond those that were.
    fn summary(&mut self) -> Option<Problem> {
        let (bad, wanted) = (self.bad, &self.source.wanted);
        let (start, end) = self.first_bad?;
        let rows = |count: usize| if count == 1 { "one row".to_owned() } else { format!("{count} rows") };
        if self.source.skips_bad {
            let message = format!("{} of {wanted} left out: something is wrong with a cell", rows(bad));
            let problem = Problem::new(Code::DataCell, self.source.named, message);
            let problem = problem.related("the first is here", self.span(start, end));
            return Some(Problem {
                severity: Severity::Warning,
                ..problem.help("mend the file, or leave it at that")
            });
        }
        if bad > CELLS_SHOWN {
            let message = format!("{wanted} has {} more with bad cells", rows(bad - CELLS_SHOWN));
            let problem = Problem::new(Code::DataCell, self.source.named, message);
            self.problems.report(problem.help("leave such rows out: `skip bad` behind the columns"));
        }
        None
    }
}
