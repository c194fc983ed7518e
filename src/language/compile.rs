//! From the text of a patch to a program, or to everything that is wrong with it.

mod artwork;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::data::{self, Form};
use super::elaborate::{self, Elaborated, elaborate};
use super::files::{Files, SystemFont, plain};
use super::images::Decoded;
use super::known::KnownFiles;
use super::parser;
use super::problems::{Problems, Reported};
use super::project::{
    Artworks, DataTables, Fonts, FoundFont, FoundImage, Images, Parsed, Project, Task, TaskId, TaskKind,
    UsedFile, UsedFiles,
};
use super::source::{Problem, SourceFile, Sources, Span};
use super::syntax::{Argument, Elements, Expr, Item, ItemKind, Text, Tree};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Segment, Severity, Sink, quote};
use crate::program::{Builder, Program, Type, Unit, limits};

/// The largest file that is compiled.
pub const SOURCE_BYTES_MAX: usize = 4 << 20;
/// The most bytes that a patch and all files it uses have together.
pub const SOURCES_BYTES_MAX: usize = 16 << 20;
/// How many files a patch may use.
const FILES_MAX: usize = 1_000;

/// What became of a patch.
#[derive(Debug)]
#[expect(clippy::partial_pub_fields, reason = "texts are only shown through `text`, which hides some")]
pub struct Compiled {
    /// The program; `None` exactly when one of the diagnostics is an error.
    pub program: Option<Program>,
    /// Errors and warnings, in the order of the source.
    pub diagnostics: Diagnostics,
    /// Every file that was read or that was looked for, the patch itself first: what to watch for changes.
    pub files: Vec<String>,
    /// The `param`s of the patch itself, by name and in the order of the source: what [`compile_with`] can give.
    pub parameters: Vec<String>,
    /// The `data` statements of the patch itself, by name.
    #[cfg_attr(
        not(any(feature = "cli", feature = "preview")),
        allow(dead_code, reason = "for what is set from outside")
    )]
    pub(crate) data: Vec<String>,
    sources: Sources,
}

impl Compiled {
    /// The text of one of the files, for [`Diagnostics::render`]. None of a file outside of the folder of the patch, of
    /// which nothing is shown.
    pub fn text(&self, file: &str) -> Option<&str> {
        let source = self.sources.files().iter().find(|source| source.name == file)?;
        (!source.is_hidden).then_some(source.text.as_str())
    }

    /// The files that diagnostics point into and whose text may be shown, each with it.
    #[cfg_attr(
        not(any(feature = "cli", feature = "preview")),
        allow(dead_code, reason = "for what is set from outside")
    )]
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        // A history keeps what people write, not every state of a large file of data.
        let is_shown = |source: &&SourceFile| !source.is_hidden && source.text.len() <= SOURCE_BYTES_MAX;
        let shown = self.sources.files().iter().filter(is_shown);
        shown.map(|source| (source.name.as_str(), source.text.as_str()))
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
    compile_with(text, file, files, &[])
}

/// As [`compile`], with values for `param`s of the patch: each a name and a value as a patch writes it (`0.2`, `250ms`,
/// `#f80`, `(0.2, 0.5)`; the parentheses may be left out). They do what the braces of a `use` do for a used file, so the
/// value may be any expression, but knows no names of the patch. Of a name that is given twice the last counts. Names that
/// are no parameters are left alone: [`Compiled::parameters`] has those that are.
///
/// ```
/// use pavane::language::{NoFiles, compile_with};
///
/// let patch = "
///     param many = 10
///     domain dots[many] { draw circle { position: (rank, 0.5), size: 0.02, color: #fff } }";
/// let compiled = compile_with(patch, "dots.pav", &NoFiles, &[("many".into(), "200".into())]);
/// assert_eq!(compiled.parameters, ["many"]);
/// assert_eq!(compiled.program.ok_or(compiled.diagnostics)?.data().domains[0].count, 200);
/// # Ok::<(), pavane::diagnostic::Diagnostics>(())
/// ```
pub fn compile_with(text: &str, file: &str, files: &dyn Files, given: &[(String, String)]) -> Compiled {
    compile_from(text, file, files, FromOutside { given, ..FromOutside::default() })
}

/// What a patch is given from outside.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FromOutside<'g> {
    /// Names of parameters and their values.
    pub(crate) given: &'g [(String, String)],
    /// Of a name that is there twice the last counts.
    pub(crate) data: &'g [DataFile],
    /// What earlier compiles have made of files.
    pub(crate) known: Option<&'g KnownFiles>,
}

/// A file that is read in place of the one that a `data` statement of the patch names.
#[derive(Clone, Debug)]
pub(crate) struct DataFile {
    /// The name of the statement.
    pub(crate) name: String,
    /// What diagnostics call the file.
    pub(crate) file: String,
    /// Its text, or why there is none.
    pub(crate) text: Result<String, String>,
}

/// As [`compile_with`], also with other files of data.
pub(crate) fn compile_from(
    text: &str,
    file: &str,
    files: &dyn Files,
    FromOutside { given, data: replaced, known }: FromOutside<'_>,
) -> Compiled {
    let mut problems = Problems::default();
    let mut loader = Loader {
        files,
        sources: Sources::default(),
        used: HashMap::new(),
        data: DataTables::new(),
        artworks: Artworks::new(),
        replaced,
        names: vec![file.into()],
        bytes: text.len(),
        data_bytes: 0,
        images: Images::new(),
        known: known.cloned().unwrap_or_default(),
        fonts: Fonts::new(),
        image_pixels: 0,
    };
    let parsed = loader.load(text, file, &mut problems);
    let Loader { mut sources, used, data, artworks, images, fonts, names, .. } = loader;
    let parameters: Vec<String> = parsed[0].tree.items.iter().filter_map(parameter).collect();
    let data_names: Vec<String> = parsed[0].tree.items.iter().filter_map(data_name).collect();
    let first_given = sources.files().len();
    let given: Vec<(&str, Expr)> = given
        .iter()
        .filter(|(name, _)| parameters.contains(name))
        .map(|(name, value)| (name.as_str(), given_value(&mut sources, name, value, &mut problems)))
        .collect();
    let project = Project::new(&parsed, &used, (&data, &artworks, &images, &fonts), &given, &mut problems);
    let name = program_name(file);
    let shown = project.shown();

    let builder = described(&name, &parsed[0].tree);
    let mut elaborated = elaborate(&project, &sources, &builder, &[]);
    let mut problems = problems.into_list();
    for (task, mut problem) in std::mem::take(&mut elaborated.problems) {
        // What is too large as a whole leaves nothing that could be relied on.
        let is_given = usize::from(problem.span.file) >= first_given;
        let is_error = problem.severity == Severity::Error && problem.code != Code::PatchTooLarge;
        if !shown[task] && is_error && !is_given {
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
    Compiled { program, diagnostics, files: names, parameters, data: data_names, sources }
}

fn data_name(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Data { name, .. } => Some(name.text.clone()),
        _ => None,
    }
}

fn parameter(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Parameter { name, .. } => Some(name.text.clone()),
        _ => None,
    }
}

/// The file name that diagnostics show for a value that is given from outside.
fn given_name(name: &str) -> String {
    format!("--set {name}")
}

/// Reads a value that is given from outside.
fn given_value(sources: &mut Sources, name: &str, value: &str, problems: &mut Problems) -> Expr {
    let file = sources.add(&given_name(name), value.to_owned());
    parser::parse_value(sources, file, problems)
}

/// A value that is given from outside, as a patch writes it, of a type and in the base of its unit.
///
/// # Errors
/// What is wrong with it, and what diagnostics call its text.
#[cfg_attr(
    not(any(feature = "cli", feature = "preview")),
    allow(dead_code, reason = "for what is set from outside")
)]
pub(crate) fn constant(
    name: &str,
    value: &str,
    ty: Type,
    unit: Unit,
) -> Result<[f64; 4], (Diagnostics, String)> {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let expr = given_value(&mut sources, name, value, &mut problems);
    let found = elaborate::constant(&sources, name, &expr, (ty, unit), &mut problems);
    let read = problems.none_since(0).and(found);
    read.map_err(|_| (sorted(problems.into_list(), &sources), given_name(name)))
}

/// As [`constant`], of an array of so many values: as many, in brackets or without, or one for all.
///
/// # Errors
/// As for [`constant`].
#[cfg_attr(
    not(any(feature = "cli", feature = "preview")),
    allow(dead_code, reason = "for what is set from outside")
)]
pub(crate) fn constants(
    name: &str,
    value: &str,
    (ty, unit, count): (Type, Unit, u32),
) -> Result<Vec<f64>, (Diagnostics, String)> {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let expr = given_value(&mut sources, name, value, &mut problems);
    let found = elaborate::constants(&sources, name, &expr, (ty, unit, count), &mut problems);
    let read = problems.none_since(0).and(found);
    read.map_err(|_| (sorted(problems.into_list(), &sources), given_name(name)))
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
fn left_out(project: &Project<'_>, poisoned: &[(TaskId, Reported)]) -> Vec<(TaskId, Reported)> {
    let mut out: BTreeMap<TaskId, Reported> = poisoned.iter().copied().collect();
    for &(task, reported) in poisoned {
        if let TaskKind::Next { state, .. } = project.tasks[task].kind {
            out.insert(state, reported);
        }
    }
    out.into_iter().collect()
}

/// The program of a builder. Problems that its check finds are reported at the statement they came from.
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
        let path = diagnostic.path.unwrap_or_default();
        let tag = path.row_of("nodes").and_then(|node| finished.tags.get(node).copied());
        let statement = |table: &str, tasks: &[TaskId]| {
            let task = &project.tasks[*tasks.get(path.row_of(table)?)?];
            Some(attribute_of(task, path.inside_row()).unwrap_or(task.span))
        };
        let found = tag
            .and_then(span)
            .or_else(|| statement("passes", &elaborated.passes))
            .or_else(|| statement("cameras", &elaborated.cameras))
            .or_else(|| statement("domains", &elaborated.domains));
        let mut problem = Problem::new(diagnostic.code, found.unwrap_or_default(), diagnostic.message);
        problem.severity = diagnostic.severity;
        problem.help = diagnostic.help;
        problems.push(problem);
    }
    None
}

/// Where a statement gives what a place in its row is made of, such as `stroke.width`.
fn attribute_of(task: &Task<'_>, path: &[Segment]) -> Option<Span> {
    let keys = path.iter().map(|segment| match segment {
        Segment::Key(key) => &**key,
        Segment::Index(_) => "",
    });
    let keys: Vec<&str> = keys.collect();
    if let TaskKind::Domain { elements, .. } = task.kind {
        return match (elements, keys.last()) {
            (Elements::Counted { count, .. }, Some(&"number")) => Some(count.span),
            (Elements::BornOn { lives, .. }, Some(&"lives")) => Some(lives.span),
            (Elements::BornOn { count: Some(count), .. }, Some(&"count")) => Some(count.span),
            (Elements::Born { every, .. }, Some(&"every")) => Some(every.span),
            (Elements::Born { lives, .. }, Some(&"lives")) => Some(lives.span),
            _ => None,
        };
    }
    let name = match *keys {
        ["stroke", "color"] => "stroke",
        ["stroke", "width"] => "stroke_width",
        ["stroke", "trim_start" | "trim_end"] => "trim",
        [.., last] => last,
        [] => return None,
    };
    let (arguments, attributes): (&[Argument], _) = match task.kind {
        TaskKind::Draw { arguments, attributes, .. } => (arguments, attributes),
        TaskKind::Camera { attributes, .. } | TaskKind::Font { settings: attributes, .. } => {
            (&[], attributes)
        }
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
    used: UsedFiles,
    data: DataTables,
    artworks: Artworks,
    /// Files that are read in place of those that the patch names.
    replaced: &'f [DataFile],
    names: Vec<String>,
    /// Bytes of all texts so far, without those of data.
    bytes: usize,
    /// Bytes of all data, and of images as they are in their files.
    data_bytes: usize,
    images: Images,
    known: KnownFiles,
    fonts: Fonts,
    /// Pixels of all images so far.
    image_pixels: usize,
}

/// What a path in a patch is of.
#[derive(Clone, Copy)]
enum Wanted {
    Patch,
    Data,
    Artwork,
    Image,
    Font,
}

impl Wanted {
    /// How it is written.
    const fn usage(self) -> &'static str {
        match self {
            Self::Patch => "`use \"ring.pav\" as ring`",
            Self::Data => "`data rows from \"values.csv\" { value: float }`",
            Self::Artwork => "`artwork logo from \"logo.svg\"`",
            Self::Font => "`font title from \"Inter.ttf\"`",
            Self::Image => "`image photo from \"photo.jpg\"`",
        }
    }

    const fn code(self) -> Code {
        match self {
            Self::Patch => Code::UseFile,
            Self::Data => Code::DataFile,
            Self::Artwork => Code::ArtworkFile,
            Self::Image => Code::ImageFile,
            Self::Font => Code::FontFile,
        }
    }
}

/// The file that a path after `use` leads to.
enum Place {
    /// To a file that was looked at before: its row, where it can be had.
    Known(Result<u16, Reported>),
    New {
        identity: String,
        path: String,
        is_outside: bool,
    },
}

/// A used file that can be had.
struct Opened {
    path: String,
    text: String,
    is_outside: bool,
}

impl Loader<'_> {
    fn load(&mut self, text: &str, name: &str, problems: &mut Problems) -> Vec<Parsed> {
        let mut parsed = vec![self.parse(name, text.to_owned(), problems)];
        // By identity: a file is read once, however its path is written and whichever file uses it.
        let mut rows: HashMap<String, Result<u16, Reported>> = HashMap::new();
        rows.extend(self.files.patch().map(|identity| (identity, Ok(parsed[0].file))));
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
                let row = match self.find(&path, &rows, Wanted::Patch) {
                    Ok(Place::Known(row)) => row,
                    Ok(Place::New { identity, path: plain, is_outside }) => {
                        let opened = self.open(&path, plain, is_outside, parsed.len());
                        let row = opened.map(|opened| {
                            let name = self.files.name(&opened.path);
                            let file = self.parse(&name, opened.text, problems);
                            let row = file.file;
                            if opened.is_outside {
                                self.sources.hide(row);
                            }
                            parsed.push(file);
                            row
                        });
                        let row = row.map_err(|problem| problems.report(problem));
                        rows.insert(identity, row);
                        row
                    }
                    Err(problem) => Err(problems.report(problem)),
                };
                self.used.insert((user, path.text), row.map(|row| UsedFile { row, circle: None }));
            }
            next += 1;
        }
        self.cycles(&parsed, problems);
        self.all_data(&parsed, problems);
        self.all_artwork(&parsed, problems);
        self.all_images(&parsed, problems);
        self.all_fonts(&parsed, problems);
        parsed
    }

    /// Reads the data of all files.
    fn all_data(&mut self, parsed: &[Parsed], problems: &mut Problems) {
        let mut rows: HashMap<String, Result<u16, Reported>> = HashMap::new();
        let items = parsed
            .iter()
            .enumerate()
            .flat_map(|(at, parsed)| parsed.tree.items.iter().map(move |item| (at, item)));
        for (at, item) in items {
            let ItemKind::Data { name, path, columns, skips_bad } = &item.kind else { continue };
            // Of used files nobody outside knows the names.
            let replaced = self.replaced.iter().rfind(|file| at == 0 && file.name == name.text);
            let found = match replaced {
                Some(replaced) => self.replaced_file(path, replaced, parsed.len() + rows.len(), problems),
                None => self.data_file(path, &mut rows, parsed.len(), problems),
            };
            let table = found.and_then(|(file, form)| {
                let source = data::Source {
                    wanted: quote(replaced.map_or(&path.text, |replaced| &replaced.file)),
                    file,
                    text: &self.sources.file(file).text,
                    form,
                    named: path.span,
                    columns,
                    skips_bad: *skips_bad,
                };
                data::read(&source, problems)
            });
            self.data.insert(name.span, table);
        }
    }

    /// Reads the images of all files.
    fn all_images(&mut self, parsed: &[Parsed], problems: &mut Problems) {
        let image = |item: &ItemKind| {
            let ItemKind::Image { name, path } = item else { return None };
            Some((name.span, path.clone()))
        };
        let count = parsed.len() + self.data.len();
        self.images = self.each_once(
            parsed,
            (Wanted::Image, count),
            image,
            problems,
            |loader, path, bytes, problems| {
                let decoded = loader.image(path, &bytes, problems)?;
                Ok(FoundImage { decoded, file: bytes.into() })
            },
        );
    }

    /// Reads the fonts of all files, and those of the system.
    fn all_fonts(&mut self, parsed: &[Parsed], problems: &mut Problems) {
        let font = |item: &ItemKind| {
            let ItemKind::Font { name, path, is_system: false, .. } = item else { return None };
            Some((name.span, path.clone()))
        };
        let count = parsed.len() + self.data.len() + self.images.len();
        self.fonts = self.each_once(parsed, (Wanted::Font, count), font, problems, |_, _, bytes, _| {
            Ok(FoundFont { bytes: bytes.into(), face: 0 })
        });
        let mut families: HashMap<String, Result<FoundFont, Reported>> = HashMap::new();
        for item in parsed.iter().flat_map(|parsed| &parsed.tree.items) {
            let ItemKind::Font { name, path, is_system: true, .. } = &item.kind else { continue };
            let known = families.get(&path.text).cloned();
            let found = known.unwrap_or_else(|| self.system_font(path, problems));
            families.insert(path.text.clone(), found.clone());
            self.fonts.insert(name.span, found);
        }
    }

    /// A font of the system, which is told.
    fn system_font(&mut self, family: &Text, problems: &mut Problems) -> Result<FoundFont, Reported> {
        let named = quote(&family.text);
        let left = data::BYTES_MAX - self.data_bytes.min(data::BYTES_MAX);
        let found = self.files.system_font(&family.text, left);
        let SystemFont { bytes, face, name } = found.map_err(|why| {
            let problem = Problem::new(Code::FontFile, family.span, format!("no font {named}: {why}"));
            problems.report(
                problem.help("put its file beside the patch, and write `font title from \"Inter.ttf\"`"),
            )
        })?;
        self.count_bytes(&named, family.span, bytes.len()).map_err(|problem| problems.report(problem))?;
        let message =
            format!("{named} is a font of this machine, and others may have another or none: {name}");
        let problem = Problem::new(Code::FontOfSystem, family.span, message);
        problems.extend([Problem { severity: Severity::Warning, ..problem }]);
        Ok(FoundFont { bytes: bytes.into(), face })
    }

    /// What is made of the bytes of the files that some items name, by the names that these give. A file that is named several times is
    /// read once. `count` is how many files there are already.
    fn each_once<T: Clone>(
        &mut self,
        parsed: &[Parsed],
        (wanted, count): (Wanted, usize),
        of: impl Fn(&ItemKind) -> Option<(Span, Text)>,
        problems: &mut Problems,
        mut make: impl FnMut(&mut Self, &Text, Vec<u8>, &mut Problems) -> Result<T, Problem>,
    ) -> HashMap<Span, Result<T, Reported>> {
        let (mut rows, mut all) = (HashMap::new(), HashMap::new());
        let mut made: Vec<Result<T, Reported>> = Vec::new();
        let items = parsed.iter().flat_map(|parsed| &parsed.tree.items);
        for (name, path) in items.filter_map(|item| of(&item.kind)) {
            let outcome: Result<T, Reported> = match self.find(&path, &rows, wanted) {
                Err(problem) => Err(problems.report(problem)),
                Ok(Place::Known(row)) => row.and_then(|row| made[usize::from(row)].clone()),
                Ok(Place::New { identity, path: plain, .. }) => {
                    let bytes = self.bytes_of(&path, &plain, wanted, count + made.len());
                    let outcome = bytes.and_then(|bytes| make(self, &path, bytes, problems));
                    let outcome = outcome.map_err(|problem| problems.report(problem));
                    rows.insert(identity, Ok(made.len() as u16));
                    made.push(outcome.clone());
                    outcome
                }
            };
            all.insert(name, outcome);
        }
        all
    }

    /// The bytes of a file that is no text; `count` is how many files there are already.
    fn bytes_of(
        &mut self,
        written: &Text,
        path: &str,
        wanted: Wanted,
        count: usize,
    ) -> Result<Vec<u8>, Problem> {
        let named = quote(&written.text);
        let problem = |code: Code, message: String| Problem::new(code, written.span, message);
        if count >= FILES_MAX {
            let problem = problem(wanted.code(), format!("{named} is one file too many"));
            return Err(problem.help("use fewer files"));
        }
        self.names.push(self.files.name(path));
        let left = data::BYTES_MAX - self.data_bytes.min(data::BYTES_MAX);
        let bytes = self.files.read_bytes(path, left).map_err(|why| {
            let help = "files are looked for in the folder of the patch that is run, whichever file names them: check the name";
            problem(wanted.code(), format!("cannot read {named}: {why}")).help(help)
        })?;
        self.count_bytes(&named, written.span, bytes.len())?;
        Ok(bytes)
    }

    /// Counts the bytes of one more file, whose name is quoted.
    fn count_bytes(&mut self, named: &str, span: Span, bytes: usize) -> Result<(), Problem> {
        self.data_bytes = self.data_bytes.saturating_add(bytes);
        if self.data_bytes <= data::BYTES_MAX {
            return Ok(());
        }
        let (most, read) = (data::BYTES_MAX, self.data_bytes);
        let message =
            format!("with {named} the files of the patch have {read} bytes or more, the most is {most}");
        Err(Problem::new(Code::PatchTooLarge, span, message).help("use fewer or smaller files"))
    }

    /// The pixels of a file, and warnings of what may make them look other than they are meant to.
    fn image(
        &mut self,
        written: &Text,
        bytes: &[u8],
        problems: &mut Problems,
    ) -> Result<Arc<Decoded>, Problem> {
        let most = limits::IMAGE_PIXELS_MAX - self.image_pixels;
        let image = self.known.images.read(&written.text, bytes, most).map_err(|wrong| {
            let message = format!("{} {}", quote(&written.text), wrong.what);
            Problem::new(Code::ImageFile, written.span, message).help(wrong.help)
        })?;
        self.image_pixels += image.pixels.len() / 4;
        for (what, help) in &image.notes {
            let message = format!("{} {what}", quote(&written.text));
            let problem = Problem::new(Code::ImageLook, written.span, message).help(*help);
            problems.extend([Problem { severity: Severity::Warning, ..problem }]);
        }
        Ok(image)
    }

    /// The row of a data file among the sources, and how it is written. A file is read once.
    fn data_file(
        &mut self,
        path: &Text,
        rows: &mut HashMap<String, Result<u16, Reported>>,
        count: usize,
        problems: &mut Problems,
    ) -> Result<(u16, Form), Reported> {
        let found = self.find(path, rows, Wanted::Data).map_err(|problem| problems.report(problem))?;
        let form = self.form_of(path).map_err(|problem| problems.report(problem))?;
        let row = match found {
            Place::Known(row) => row,
            Place::New { identity, path: plain, is_outside } => {
                let row = self.open_data(path, &plain, is_outside, count + rows.len());
                let row = row.map_err(|problem| problems.report(problem));
                rows.insert(identity, row);
                row
            }
        };
        row.map(|row| (row, form))
    }

    /// As [`data_file`](Self::data_file), of a file that is read in place of the one that is written; `count` is how many files
    /// there are already.
    fn replaced_file(
        &mut self,
        written: &Text,
        DataFile { file, text, .. }: &DataFile,
        count: usize,
        problems: &mut Problems,
    ) -> Result<(u16, Form), Reported> {
        let written = Text { text: file.clone(), span: written.span };
        self.names.push(file.clone());
        let form = self.form_of(&written).map_err(|problem| problems.report(problem))?;
        let added = self.add_data(&written, file.clone(), text.clone(), count);
        let row = added.map_err(|problem| problems.report(problem))?;
        Ok((row, form))
    }

    /// Reads a data file; `count` is how many files there are already.
    fn open_data(
        &mut self,
        written: &Text,
        path: &str,
        is_outside: bool,
        count: usize,
    ) -> Result<u16, Problem> {
        let name = self.files.name(path);
        self.names.push(name.clone());
        let text = self.files.read_data(path);
        let row = self.add_data(written, name, text, count)?;
        if is_outside {
            self.sources.hide(row);
        }
        Ok(row)
    }

    /// How a data file is written.
    fn form_of(&self, path: &Text) -> Result<Form, Problem> {
        Form::of(&path.text).ok_or_else(|| {
            let message = format!("the name of {} does not say how it is written", quote(&path.text));
            let problem = Problem::new(Code::DataFile, path.span, message);
            problem.help("data files end in `.csv`, `.tsv`, `.json` or `.jsonl`")
        })
    }

    /// The row of a data file among the sources.
    fn add_data(
        &mut self,
        written: &Text,
        name: String,
        text: Result<String, String>,
        count: usize,
    ) -> Result<u16, Problem> {
        let wanted = quote(&written.text);
        let problem =
            |code, message: String, help: &str| Problem::new(code, written.span, message).help(help);
        if count >= FILES_MAX {
            return Err(problem(Code::DataFile, format!("{wanted} is one file too many"), "use fewer files"));
        }
        let text = text.map_err(|why| {
            problem(Code::DataFile, format!("cannot read {wanted}: {why}"), Code::DataFile.way_out())
        })?;
        self.data_bytes = self.data_bytes.saturating_add(text.len());
        if self.data_bytes > data::BYTES_MAX {
            let (most, read) = (data::BYTES_MAX, self.data_bytes);
            let message =
                format!("with {wanted} the data of the patch has {read} bytes or more, the most is {most}");
            let help = "leave out columns and rows that nothing shows";
            return Err(problem(Code::PatchTooLarge, message, help));
        }
        Ok(self.sources.add(&name, text))
    }

    /// Where a path leads, and whether it may.
    fn find(
        &self,
        path: &Text,
        rows: &HashMap<String, Result<u16, Reported>>,
        wanted: Wanted,
    ) -> Result<Place, Problem> {
        let (plain, leads_out) = plain(&path.text);
        if plain.is_empty() {
            let help = format!("name one that lies beside the patch: {}", wanted.usage());
            return Err(Problem::new(wanted.code(), path.span, "no file is named").help(help));
        }
        let outside = |why: &str| {
            let message = format!("{} {why}", quote(&path.text));
            Problem::new(Code::UseOutside, path.span, message).help(format!(
                "a patch uses files of its own folder: {}; `--allow-outside` lets it use others",
                wanted.usage()
            ))
        };
        if leads_out && !self.files.allows_outside() {
            return Err(outside("does not lie beside the patch"));
        }
        let found = self.files.find(&plain);
        if let Some(&row) = rows.get(&found.identity) {
            return Ok(Place::Known(row));
        }
        if found.is_outside && !self.files.allows_outside() {
            return Err(outside("is a link that leads out of the folder of the patch"));
        }
        Ok(Place::New { identity: found.identity, path: plain, is_outside: found.is_outside })
    }

    fn parse(&mut self, name: &str, text: String, problems: &mut Problems) -> Parsed {
        let length = text.len();
        if length > SOURCE_BYTES_MAX {
            let file = self.sources.add(name, String::new());
            let message = format!("the file has {length} bytes, the most is {SOURCE_BYTES_MAX}");
            let problem = Problem::new(Code::PatchTooLarge, Span { file, start: 0, end: 0 }, message);
            problems.report(problem.help("patches that people write are far smaller; is it the right file?"));
            return Parsed { file, tree: Tree::default() };
        }
        let file = self.sources.add(name, text);
        Parsed { file, tree: parser::parse(&self.sources, file, problems) }
    }

    /// The text of a used file; `count` is how many there are already.
    fn open(
        &mut self,
        written: &Text,
        path: String,
        is_outside: bool,
        count: usize,
    ) -> Result<Opened, Problem> {
        let wanted = quote(&written.text);
        let problem =
            |code, message: String, help: &str| Problem::new(code, written.span, message).help(help);
        if count >= FILES_MAX {
            return Err(problem(Code::UseFile, format!("{wanted} is one file too many"), "use fewer files"));
        }
        self.names.push(self.files.name(&path));
        let text = self.files.read(&path).map_err(|why| {
            let help = "files are looked for in the folder of the patch that is run, whichever file uses them: \
                        check the name";
            problem(Code::UseFile, format!("cannot read {wanted}: {why}"), help)
        })?;
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > SOURCES_BYTES_MAX {
            let message = format!(
                "with {wanted} the files of the patch have {} bytes, the most is {SOURCES_BYTES_MAX}",
                self.bytes
            );
            let help = "use fewer or smaller files: those that people write are far smaller";
            return Err(problem(Code::PatchTooLarge, message, help));
        }
        Ok(Opened { path, text, is_outside })
    }

    /// Reports files that use one another in a cycle.
    fn cycles(&mut self, parsed: &[Parsed], problems: &mut Problems) {
        let mut uses: HashMap<u16, BTreeSet<u16>> = HashMap::new();
        #[expect(
            clippy::iter_over_hash_type,
            reason = "a set of what each uses, in whatever order it is filled"
        )]
        for ((user, _), file) in &self.used {
            uses.entry(*user).or_default().extend(file.iter().map(|file| file.row));
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
                let Some(Ok(used)) = self.used.get_mut(&(*file, path.text.clone())) else { continue };
                if reach(used.row).contains(file) {
                    let name = &self.sources.file(used.row).name;
                    let message = match used.row == *file {
                        true => format!("{} uses itself", quote(name)),
                        false => format!("{} leads back to this file", quote(name)),
                    };
                    let help = "put what both need into a third file";
                    let problem = Problem::new(Code::UseCycle, path.span, message);
                    used.circle = Some(problems.report(problem.help(help)));
                }
            }
        }
    }
}
