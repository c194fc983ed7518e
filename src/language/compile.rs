//! From the text of a patch to a program, or to everything that is wrong with it.

use std::collections::{BTreeSet, HashMap};

use super::elaborate::{Elaborated, elaborate};
use super::files::Files;
use super::parser;
use super::project::{Parsed, Project, Task, TaskId, TaskKind};
use super::source::{Problem, Sources, Span};
use super::syntax::{Argument, ItemKind, Text, Tree};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sink, quote};
use crate::program::{Builder, Program};

/// The largest file that is compiled.
pub const SOURCE_BYTES_MAX: usize = 4 << 20;
/// How many files a patch may use.
const FILES_MAX: usize = 1_000;

/// What became of a patch.
#[derive(Debug)]
pub struct Compiled {
    /// The program; none exactly when one of the diagnostics is an error.
    pub program: Option<Program>,
    /// Errors and warnings, in the order of the source.
    pub diagnostics: Diagnostics,
    /// Every file that was read or that was looked for, the patch itself first: what to watch for changes.
    pub files: Vec<String>,
    sources: Sources,
}

impl Compiled {
    /// The text of one of the files, for [`Diagnostics::render`].
    pub fn text(&self, file: &str) -> Option<&str> {
        self.sources.files().iter().find(|source| source.name == file).map(|source| source.text.as_str())
    }

    /// The diagnostics for people, each with its line underlined.
    pub fn render(&self) -> String {
        self.diagnostics.render(|file| self.text(file))
    }
}

/// Compiles a patch. `file` is how diagnostics call it; `files` gives the files that it uses.
///
/// An error in something that reaches nothing that is drawn is a warning: it is left out, and the rest is a program.
pub fn compile(text: &str, file: &str, files: &dyn Files) -> Compiled {
    let mut problems = Vec::new();
    let mut loader =
        Loader { files, sources: Sources::default(), used: HashMap::new(), names: vec![file.into()] };
    let parsed = loader.load(text, file, &mut problems);
    let Loader { sources, used, names, .. } = loader;
    let project = Project::new(&parsed, &used, &mut problems);
    let name = program_name(file);
    let shown = project.shown();

    let builder = described(&name, &parsed[0].tree);
    let mut elaborated = elaborate(&project, &sources, &builder, &[]);
    for (task, mut problem) in std::mem::take(&mut elaborated.problems) {
        // What is too large as a whole leaves nothing that could be relied on.
        let is_error = problem.severity == Severity::Error && problem.code != Code::PatchTooLarge;
        if !shown[task] && is_error {
            problem.severity = Severity::Warning;
            let key = quote(&project.tasks[task].key);
            problem.related.push((
                format!("nothing that is drawn needs {key}: it is left out"),
                project.tasks[task].span,
            ));
        }
        problems.push(problem);
    }
    let is_bad = problems.iter().any(|problem| problem.severity == Severity::Error);
    let mut program = None;
    if !is_bad {
        // What is left out must leave nothing behind: without it from the start.
        let again = described(&name, &parsed[0].tree);
        let builder = if elaborated.poisoned.is_empty() {
            builder
        } else {
            elaborated = elaborate(&project, &sources, &again, &left_out(&project, &elaborated.poisoned));
            again
        };
        program = finish(&builder, &project, &elaborated, &sources, &mut problems);
    }
    let diagnostics = sorted(problems, &sources);
    let program = program.filter(|_| !diagnostics.has_errors());
    drop(project);
    Compiled { program, diagnostics, files: names, sources }
}

/// A builder that knows the name and what the opening comment says: `// Title: what is to be seen`.
fn described(name: &str, tree: &Tree) -> Builder {
    let builder = Builder::new(name);
    let (title, shows) = match tree.comment.split_once(": ") {
        Some((title, shows)) => (title, shows),
        None => ("", tree.comment.as_str()),
    };
    // As a line of a table: with a capital, without the full stop.
    let shows = shows.trim_end_matches('.');
    let mut letters = shows.chars();
    let shows: String = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    };
    builder.about(title, &shows);
    builder
}

/// The name of a program: that of the file, of characters that a name may have.
fn program_name(file: &str) -> String {
    let last = file.rsplit(['/', '\\', ':']).next().unwrap_or(file);
    let stem = last.strip_suffix(".pav").unwrap_or(last);
    let name: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' })
        .take(100)
        .collect();
    if name.trim_matches('_').is_empty() { "patch".into() } else { name }
}

/// What cannot be part of the program: what is wrong, and states whose next value is.
fn left_out(project: &Project<'_>, poisoned: &[TaskId]) -> Vec<TaskId> {
    let mut out: BTreeSet<TaskId> = poisoned.iter().copied().collect();
    for &task in poisoned {
        if let TaskKind::Next { state, .. } = project.tasks[task].kind {
            out.insert(state);
        }
    }
    out.into_iter().collect()
}

/// The program of a builder. What its check finds is told at the place of the statement it came from.
fn finish(
    builder: &Builder,
    project: &Project<'_>,
    elaborated: &Elaborated,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Option<Program> {
    let span =
        |tag: u32| (tag as usize).checked_sub(1).and_then(|at| project.tasks.get(at)).map(|task| task.span);
    let place = |tag: u32| {
        let span = span(tag)?;
        let place = sources.place(span.file, span.start);
        Some((sources.file(span.file).name.clone(), place.line, place.column))
    };
    let finished = builder.finish_with_places(&place);
    let diagnostics = match finished.program {
        Ok(program) => return Some(program),
        Err(diagnostics) => diagnostics,
    };
    for diagnostic in diagnostics {
        let path = diagnostic.path.as_deref().unwrap_or("");
        let row = |table: &str| -> Option<usize> {
            path.strip_prefix(table)?.strip_prefix('[')?.split(']').next()?.parse().ok()
        };
        let tag = row("nodes").and_then(|node| finished.tags.get(node).copied());
        // The longest key says most: a draw before its domain.
        let named = |name: &str| {
            let found = project.tasks.iter().filter(|task| name.starts_with(&task.key));
            found.max_by_key(|task| task.key.len()).map(|task| task.span)
        };
        let statement = |table: &str, tasks: &[TaskId]| {
            let task = &project.tasks[*tasks.get(row(table)?)?];
            Some(attribute_of(task, path).unwrap_or(task.span))
        };
        let found = tag
            .and_then(span)
            .or_else(|| statement("passes", &elaborated.passes))
            .or_else(|| statement("cameras", &elaborated.cameras))
            .or_else(|| row("domains").and_then(|row| named(&builder.domain_name_of_row(row))));
        let mut problem = Problem::new(diagnostic.code, found.unwrap_or_default(), diagnostic.message);
        problem.severity = diagnostic.severity;
        problem.help = diagnostic.help;
        problems.push(problem);
    }
    None
}

/// Where a statement gives what a path of the program names, such as `passes[2].stroke.width`.
fn attribute_of(task: &Task<'_>, path: &str) -> Option<Span> {
    let (_, inner) = path.split_once('.')?;
    let name = match inner {
        "stroke.color" => "stroke",
        "stroke.width" => "stroke_width",
        "stroke.trim_start" | "stroke.trim_end" => "trim",
        _ => inner.rsplit('.').next()?,
    };
    let (arguments, attributes): (&[Argument], _) = match task.kind {
        TaskKind::Draw { arguments, attributes, .. } => (arguments, attributes),
        TaskKind::Camera { attributes, .. } => (&[], attributes),
        _ => return None,
    };
    let entry = attributes.iter().find(|entry| entry.name.text == name);
    let argument = arguments.iter().find(|argument| argument.name.as_ref().is_some_and(|it| it.text == name));
    entry
        .map(|entry| entry.value.as_ref().map_or(entry.name.span, |value| value.span))
        .or(argument.map(|argument| argument.value.span))
}

/// In the order of the files and of the text in them, without repetitions.
fn sorted(mut problems: Vec<Problem>, sources: &Sources) -> Diagnostics {
    problems.sort_by_key(|problem| (problem.span.file, problem.span.start, problem.span.end));
    problems.dedup_by(|a, b| (a.code, a.span, &a.message) == (b.code, b.span, &b.message));
    let mut sink = Sink::default();
    // Errors first into the list that is shown, so that warnings cannot crowd them out.
    let full = problems.iter().filter(|p| p.severity == Severity::Error).count()
        >= crate::diagnostic::DIAGNOSTICS_MAX;
    for problem in problems {
        if full && problem.severity == Severity::Warning {
            continue;
        }
        // What is only counted needs no place.
        sink.push(match (sink.is_full(), problem.severity) {
            (false, _) => sources.diagnostic(&problem),
            (true, Severity::Error) => Diagnostic::error(problem.code, ""),
            (true, Severity::Warning) => Diagnostic::warning(problem.code, ""),
        });
    }
    sink.finish()
}

/// Reads a patch and what it uses.
struct Loader<'f> {
    files: &'f dyn Files,
    sources: Sources,
    /// The row of a file by the file that uses it and the path it is used by.
    used: HashMap<(u16, String), u16>,
    names: Vec<String>,
}

impl Loader<'_> {
    fn load(&mut self, text: &str, name: &str, problems: &mut Vec<Problem>) -> Vec<Parsed> {
        let mut parsed = vec![self.parse(name, text.to_owned(), problems)];
        // By path: files lie beside the patch, whichever of them uses them.
        let mut rows: HashMap<String, Option<u16>> = HashMap::new();
        let mut next = 0;
        while next < parsed.len() {
            let user = parsed[next].file;
            let wanted: Vec<Text> = parsed[next]
                .tree
                .items
                .iter()
                .filter_map(|item| match &item.kind {
                    ItemKind::Use { path, .. } => Some(path.clone()),
                    _ => None,
                })
                .collect();
            for path in wanted {
                if !rows.contains_key(&path.text) {
                    let row = self.open(&path, parsed.len(), problems).map(|text| {
                        let name = self.files.name(&path.text);
                        let file = self.parse(&name, text, problems);
                        let row = file.file;
                        parsed.push(file);
                        row
                    });
                    rows.insert(path.text.clone(), row);
                }
                if let Some(Some(row)) = rows.get(&path.text) {
                    self.used.insert((user, path.text), *row);
                }
            }
            next += 1;
        }
        self.cycles(&parsed, problems);
        parsed
    }

    fn parse(&mut self, name: &str, text: String, problems: &mut Vec<Problem>) -> Parsed {
        let length = text.len();
        if length > SOURCE_BYTES_MAX {
            let file = self.sources.add(name, String::new());
            let message = format!("the file has {length} bytes, the most is {SOURCE_BYTES_MAX}");
            let problem = Problem::new(Code::PatchTooLarge, Span { file, start: 0, end: 0 }, message);
            problems.push(problem.help("patches that people write are far smaller; is it the right file?"));
            return Parsed { file, tree: Tree::default() };
        }
        let file = self.sources.add(name, text);
        Parsed { file, tree: parser::parse(&self.sources, file, problems) }
    }

    /// The text of a used file.
    fn open(&mut self, path: &Text, count: usize, problems: &mut Vec<Problem>) -> Option<String> {
        let wanted = quote(&path.text);
        let is_beside = !path.text.starts_with(['/', '\\'])
            && !path.text.contains(':')
            && path.text.split(['/', '\\']).all(|part| part != "..");
        let read = if path.text.is_empty() {
            Err((
                "no file is named".into(),
                "name one that lies beside the patch: `use \"ring.pav\" as ring`",
            ))
        } else if count >= FILES_MAX {
            Err((format!("{wanted} is one file too many"), "use fewer files"))
        } else if !is_beside {
            let message = format!("{wanted} does not lie beside the patch");
            Err((message, "a patch uses files of its own folder: `use \"ring.pav\" as ring`"))
        } else {
            self.names.push(self.files.name(&path.text));
            let help = "files lie beside the patch that uses them: check the name";
            self.files.read(&path.text).map_err(|why| (format!("cannot read {wanted}: {why}"), help))
        };
        match read {
            Ok(text) => Some(text),
            Err((message, help)) => {
                problems.push(Problem::new(Code::UseFile, path.span, message).help(help));
                None
            }
        }
    }

    /// Reports files that use one another in a circle.
    fn cycles(&self, parsed: &[Parsed], problems: &mut Vec<Problem>) {
        let mut uses: HashMap<u16, BTreeSet<u16>> = HashMap::new();
        for ((user, _), &row) in &self.used {
            uses.entry(*user).or_default().insert(row);
        }
        // Which files each file leads to, by way of others too.
        let mut reached: HashMap<u16, BTreeSet<u16>> = HashMap::new();
        let mut reach = |start: u16| -> BTreeSet<u16> {
            let seen = reached.entry(start).or_insert_with(|| {
                let (mut seen, mut stack) = (BTreeSet::new(), vec![start]);
                while let Some(at) = stack.pop() {
                    if seen.insert(at) {
                        stack.extend(uses.get(&at).into_iter().flatten());
                    }
                }
                seen
            });
            seen.clone()
        };
        for Parsed { file, tree } in parsed {
            for item in &tree.items {
                let ItemKind::Use { path, .. } = &item.kind else { continue };
                let Some(&start) = self.used.get(&(*file, path.text.clone())) else { continue };
                if reach(start).contains(file) {
                    let name = &self.sources.file(start).name;
                    let message = match start == *file {
                        true => format!("{} uses itself", quote(name)),
                        false => format!("{} leads back to this file", quote(name)),
                    };
                    let help = "put what both need into a third file";
                    problems.push(Problem::new(Code::UseCycle, path.span, message).help(help));
                }
            }
        }
    }
}
