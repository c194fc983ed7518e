//! `pavane render --each`: a clip for every row of a table.

use std::collections::{HashMap, HashSet};

use clap::Args;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::blame::NotDrawn;
use super::failure::{Failure, tell};
use super::input::{self, Input};
use super::out::Out;
use super::range::Shard;
use super::render::{self, Arguments, Clip};
use super::sheet::Sheet;
use crate::diagnostic::{Code, Diagnostic, Severity, nearest, one_line, quote};
use crate::load::{self, Loaded, Options};

/// Rows that clips are made for.
#[derive(Clone, Debug, Args)]
pub(super) struct Variants {
    /// A clip for each row of a table (.csv, .json, .jsonl): a column sets the `param` or `input` of its name, and `{column}` in
    /// OUT is what the row has there; `{row}` is its number, from 1
    #[arg(long, value_name = "TABLE", requires = "output", conflicts_with_all = ["log", "metrics", "hash"])]
    each: Option<String>,
}

impl Variants {
    pub(super) fn is_given(&self) -> bool {
        self.each.is_some()
    }

    /// The file that the rows come from.
    pub(super) fn file(&self) -> Option<String> {
        self.each.clone()
    }
}

/// The answer as JSON.
#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    file: &'a str,
    each: &'a str,
    rows: Vec<RowReport>,
}

#[derive(Serialize)]
struct RowReport {
    /// From 1.
    row: u64,
    output: String,
    frames: u64,
    drawn: u64,
    kept: u64,
    not_drawn: Vec<NotDrawn>,
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A row, and what is made of it.
struct Row {
    /// From 1.
    number: u64,
    line: u32,
    output: String,
    /// What it sets.
    given: Vec<(String, String)>,
}

/// A part of the name of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column(usize),
    /// The number of the row.
    Number,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let each = arguments.variants.each.as_deref().unwrap_or_default();
    if each == "-" || arguments.file == "-" {
        let message = "with --each both FILE and the table are read from files: give them names";
        return Err(Failure::Arguments(message.into()));
    }
    if arguments.table.is_standard_input() {
        let message =
            "with --each `--inputs` is read for every row, and standard input only once: give it a name";
        return Err(Failure::Arguments(message.into()));
    }
    let text = load::read_any(each).map_err(|found| {
        tell(&found.to_string());
        Failure::Told
    })?;
    let sheet = Sheet::read(each, &text.text).map_err(Failure::Diagnosed)?;
    let mut patch = Patch::new(arguments)?;
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    let rows = rows(each, &sheet, &patch, arguments.output.as_deref().unwrap_or_default())?;
    let (_, chosen) = shard.of(0..rows.len() as u64);
    let rows: Vec<&Row> = chosen.filter_map(|at| rows.get(at as usize)).collect();

    // Before the first is drawn, all are looked at.
    let mut are_good = true;
    for row in &rows {
        let own = arguments.with_output(&row.output);
        let found = patch.input(&row.given).and_then(|input| Clip::new(&own, input).map(drop));
        if let Err(failure) = found {
            tell(&format!("{}:{}: row {} cannot be rendered\n", one_line(each), row.line, row.number));
            let _ = failure.report();
            are_good = false;
        }
    }
    if !are_good {
        return Err(Failure::Told);
    }
    let bar = render::bar();
    render::listen(bar.clone());
    let mut reports = Vec::with_capacity(rows.len());
    for row in &rows {
        let own = arguments.with_output(&row.output);
        let done = patch.input(&row.given).and_then(|input| Clip::new(&own, input)?.render(&bar, out));
        let (output, number) = (row.output.clone(), row.number);
        let mut report = RowReport {
            row: number,
            output,
            frames: 0,
            drawn: 0,
            kept: 0,
            not_drawn: vec![],
            warnings: vec![],
            error: None,
        };
        match done {
            Ok(done) => {
                (report.frames, report.drawn, report.kept) = (done.frames, done.drawn, done.kept);
                (report.not_drawn, report.warnings) = (done.not_drawn, done.warnings);
            }
            Err(failure) if render::is_stopped() => return Err(failure),
            Err(failure) => {
                let error = failure.message();
                tell(&format!("error: row {number}, `{}`: {error}\n", one_line(&row.output)));
                report.error = Some(error);
            }
        }
        reports.push(report);
    }
    let failed = reports.iter().filter(|report| report.error.is_some()).count();
    let count = reports.len();
    let frames = reports.iter().map(|report| report.frames).sum();
    let drawn = reports.iter().map(|report| report.drawn).sum();
    let kept = reports.iter().map(|report| report.kept).sum();
    if arguments.answer.is_json() {
        out.json(&Report { schema_version: SCHEMA_VERSION, file: &arguments.file, each, rows: reports })?;
    }
    render::tell_kept(arguments, frames, drawn, kept);
    if failed > 0 {
        return Err(Failure::Run(format!("{failed} of {count} rows failed; the others are complete")));
    }
    Ok(())
}

/// The patch that all rows are about. Rows that give its parameters the same values share a program.
struct Patch {
    file: String,
    options: Options,
    /// What a `param` is called, and what is an input.
    parameters: Vec<String>,
    channels: Vec<String>,
    programs: HashMap<Vec<(String, String)>, Loaded>,
    /// Warnings that were told: once, however many rows have them.
    told: HashSet<String>,
}

impl Patch {
    /// The most programs that are kept.
    const KEPT: usize = 64;

    fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let options = arguments.given.options();
        let loaded = load::load(&arguments.file, &options);
        let told = loaded.diagnostics.0.iter().map(Diagnostic::to_string).collect();
        let parameters = loaded.parameters.clone();
        let program = input::take(loaded)?.program;
        let channels = program.data().channels.iter().map(|channel| channel.name.clone()).collect();
        let file = arguments.file.clone();
        Ok(Self { file, options, parameters, channels, programs: HashMap::new(), told })
    }

    /// Whether something of the patch is set by this name.
    fn takes(&self, name: &str) -> bool {
        self.parameters.iter().chain(&self.channels).any(|known| known == name)
    }

    /// The program with what a row gives.
    fn input(&mut self, given: &[(String, String)]) -> Result<Input, Failure> {
        let is_parameter = |(name, _): &&(String, String)| self.parameters.contains(name);
        let key: Vec<(String, String)> = given.iter().filter(is_parameter).cloned().collect();
        // What a row says counts, not what is said for all.
        let others = self.options.given.iter().filter(|(name, _)| !given.iter().any(|(own, _)| own == name));
        let all: Vec<(String, String)> = others.chain(given).cloned().collect();
        let known = self.programs.get(&key).filter(|known| known.program.is_some());
        let mut loaded = match known {
            Some(known) => known.again(&all),
            None => load::load(&self.file, &Options { given: all, ..self.options.clone() }),
        };
        if loaded.program.is_some() && self.programs.len() < Self::KEPT {
            self.programs.entry(key).or_insert_with(|| loaded.bare());
        }
        let told = &mut self.told;
        loaded
            .diagnostics
            .0
            .retain(|found| found.severity == Severity::Error || told.insert(found.to_string()));
        input::take(loaded)
    }
}

/// The rows of a table, each with its output.
fn rows(each: &str, sheet: &Sheet, patch: &Patch, output: &str) -> Result<Vec<Row>, Failure> {
    let columns: Vec<&str> = sheet.columns.iter().map(String::as_str).collect();
    let pieces = pieces(output, &columns)?;
    let idle: Vec<&str> = columns
        .iter()
        .enumerate()
        .filter(|&(at, name)| !patch.takes(name) && !pieces.contains(&Piece::Column(at)))
        .map(|(_, name)| *name)
        .collect();
    if !idle.is_empty() {
        let known = patch.parameters.iter().chain(&patch.channels).map(String::as_str);
        let near = idle.iter().find_map(|name| nearest(name, known.clone()));
        let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let idle = idle.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
        tell(&format!("warning: {}: no parameter, input or name has {idle}{help}\n", one_line(each)));
    }
    let mut made = Vec::with_capacity(sheet.rows.len());
    let mut taken: HashMap<String, u64> = HashMap::new();
    for (number, row) in (1..).zip(&sheet.rows) {
        let wrong = |message: String, help: &str| {
            let diagnostic = Diagnostic::error(Code::Variants, message).help(help);
            let (file, line) = (each.to_owned(), row.line);
            Failure::diagnosed(Diagnostic {
                file,
                line,
                column: 1,
                end_line: line,
                end_column: 2,
                ..diagnostic
            })
        };
        let mut name = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Number => name.push_str(&number.to_string()),
                Piece::Column(at) => {
                    let cell = row.cells[*at].as_str();
                    let is_bad = |c: char| matches!(c, '/' | '\\' | ':' | '%') || c.is_control();
                    if cell.is_empty() || cell == "." || cell == ".." || cell.contains(is_bad) {
                        let message = format!("row {number} has {} in `{}`", quote(cell), columns[*at]);
                        return Err(wrong(
                            message,
                            "a name of a file has no `/`, `\\`, `:` or `%` and is not empty",
                        ));
                    }
                    name.push_str(cell);
                }
            }
        }
        // Some disks do not tell `A` from `a`.
        if let Some(other) = taken.insert(name.to_lowercase(), number) {
            let message = format!("rows {other} and {number} both go to {}", quote(&name));
            return Err(wrong(message, "put a column that tells them apart into OUT, or `{row}`"));
        }
        let cells =
            columns.iter().zip(&row.cells).filter(|(name, cell)| patch.takes(name) && !cell.is_empty());
        let given = cells.map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect();
        made.push(Row { number, line: row.line, output: name, given });
    }
    Ok(made)
}

/// Takes the name of the outputs apart.
fn pieces(output: &str, columns: &[&str]) -> Result<Vec<Piece>, Failure> {
    let mut pieces = Vec::new();
    let mut rest = output;
    while let Some(open) = rest.find('{') {
        let (before, behind) = rest.split_at(open);
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let Some((name, after)) = behind[1..].split_once('}') else {
            let message = format!("`{}` has a `{{` that is not closed: write `{{column}}`", one_line(output));
            return Err(Failure::Arguments(message));
        };
        match columns.iter().position(|column| *column == name) {
            Some(at) => pieces.push(Piece::Column(at)),
            None if name == "row" => pieces.push(Piece::Number),
            None => {
                let all = columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
                let near = nearest(name, columns.iter().copied());
                let help = near
                    .map_or(format!("there are {all}, and `row`"), |near| format!("did you mean `{near}`?"));
                let message = format!("the table has no column {}: {help}", quote(name));
                return Err(Failure::Arguments(message));
            }
        }
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    if pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) {
        let message = format!(
            "with --each every row has an output of its own: put a column into the name, such as \"{{{}}}.gif\"",
            columns.first().copied().unwrap_or("row")
        );
        return Err(Failure::Arguments(message));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_outputs() {
        let check = |output: &str, expected: Result<&[Piece], &str>| {
            let found = pieces(output, &["name", "size"]).map_err(|failure| failure.message());
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{output}");
        };
        let text = |text: &str| Piece::Text(text.to_owned());
        check("out/{name}.gif", Ok(&[text("out/"), Piece::Column(0), text(".gif")]));
        check("{size}{row}", Ok(&[Piece::Column(1), Piece::Number]));
        check(
            "a.gif",
            Err(
                "with --each every row has an output of its own: put a column into the name, such as \"{name}.gif\"",
            ),
        );
        check("{nam}.gif", Err("the table has no column `nam`: did you mean `name`?"));
        check("{other}.gif", Err("the table has no column `other`: there are `name`, `size`, and `row`"));
        check("{name.gif", Err("`{name.gif` has a `{` that is not closed: write `{column}`"));
    }
}
