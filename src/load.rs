//! From what is called FILE, and values that are set from outside, to a program.

use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::assets::{PATCHES, Shipped, ShippedFiles};
use crate::bundle::Bundle;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, quote};
use crate::engine::OwnedValue;
use crate::language::{
    Compiled, DataFile, Folder, FromOutside, KnownFiles, compile_from, constant, constants, open_regular,
    read_data,
};
use crate::program::{Channel, Program, Type, limits};

/// What leads to a shipped patch.
pub(crate) const SHIPPED: &str = "examples:";

/// How FILE is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Names and values as `--set` gives them: parameters of the patch, and inputs.
    pub(crate) given: Vec<(String, String)>,
    /// Names of `data` statements and the files that are read in place of theirs, as `--data` gives them.
    pub(crate) data: Vec<(String, String)>,
    /// Whether a patch may use files outside of its folder.
    pub(crate) allow_outside: bool,
    /// What earlier loads have made of files.
    pub(crate) known: KnownFiles,
}

impl Options {
    /// The files of data that are read in place of those that the patch names, as they are now.
    pub(crate) fn data_files(&self) -> Vec<DataFile> {
        let read = |(name, file): &(String, String)| DataFile {
            name: name.clone(),
            file: file.clone(),
            text: read_data(Path::new(file)),
        };
        self.data.iter().map(read).collect()
    }
}

/// The text of a program and the name that messages call it by.
pub(crate) struct Text {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// Reads FILE, which is a regular file if it is one at all.
pub(crate) fn read(file: &str) -> Result<Text, Diagnostics> {
    if let Some(name) = file.strip_prefix(SHIPPED) {
        let shipped =
            shipped(name).map_err(|message| in_file(Diagnostic::error(Code::File, message), file))?;
        return Ok(Text { file: file.into(), text: shipped.patch.into() });
    }
    read_from(file, open_regular)
}

/// Reads what a user names besides FILE: from wherever it comes.
#[cfg(feature = "cli")]
pub(crate) fn read_any(file: &str) -> Result<Text, Diagnostics> {
    let text = read_from(file, |path| std::fs::File::open(path))?;
    if text.text.len() > limits::BYTES_MAX {
        let message = format!("{} has more than {} bytes", quote(&text.file), limits::BYTES_MAX);
        return Err(in_file(Diagnostic::error(Code::Limit, message).help("split it"), &text.file));
    }
    Ok(text)
}

fn read_from(file: &str, open: impl FnOnce(&Path) -> io::Result<std::fs::File>) -> Result<Text, Diagnostics> {
    let (name, bytes) = match file {
        "-" => ("<stdin>", bounded(io::stdin().lock())),
        file => (file, open(Path::new(file)).and_then(bounded)),
    };
    let bytes = bytes.map_err(|error| {
        let diagnostic = Diagnostic::error(Code::File, format!("cannot read {}: {error}", quote(name)));
        in_file(diagnostic.help(way_out(&error)), name)
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Text { file: name.into(), text }),
        Err(error) => Err(not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to())),
    }
}

/// A shipped patch.
pub(crate) fn shipped(name: &str) -> Result<&'static Shipped, String> {
    Shipped::find(name).ok_or_else(|| {
        let names: Vec<&str> = PATCHES.iter().map(|shipped| shipped.name).collect();
        match nearest(name, names.iter().copied()) {
            Some(near) => format!("no patch {} ships; did you mean `{near}`?", quote(name)),
            None => format!("no patch {} ships; there are: {}", quote(name), names.join(", ")),
        }
    })
}

/// What FILE gave.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "preview"), allow(dead_code, reason = "only the preview comes back to the files"))]
pub(crate) struct Loaded {
    /// None where there are errors.
    pub(crate) program: Option<Program>,
    pub(crate) diagnostics: Diagnostics,
    /// The texts that diagnostics point into, each with its file's name.
    pub(crate) texts: Vec<(String, String)>,
    /// Every file that has a say in the program, also those that could not be read.
    pub(crate) files: Vec<String>,
    /// The parameters of the patch.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only variants ask what they set"))]
    pub(crate) parameters: Vec<String>,
    /// Inputs that are given from outside.
    pub(crate) inputs: Vec<(String, OwnedValue)>,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Characters of a source line that a terminal is given.
pub(crate) const TERMINAL: usize = 100;

impl Loaded {
    /// The diagnostics for people, with at most `width` characters of a source line.
    pub(crate) fn render(&self, width: usize) -> String {
        self.diagnostics.render_within(width, |name| {
            self.texts.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str())
        })
    }
}

/// Reads and checks FILE: a patch, or a program, which is a JSON object.
pub(crate) fn load(file: &str, options: &Options) -> Loaded {
    let began = Instant::now();
    let loaded = checked(file, options);
    Loaded { took: began.elapsed(), ..loaded }
}

fn checked(file: &str, options: &Options) -> Loaded {
    let Text { file: name, text } = match read(file) {
        Ok(text) => text,
        Err(diagnostics) => return Loaded { diagnostics, files: vec![file.into()], ..Loaded::default() },
    };
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') || name.ends_with(".json") {
        let folder = Folder::of(&name).allow_outside(options.allow_outside);
        let (program, diagnostics, named) = match file {
            "-" => {
                let (program, diagnostics) = Program::diagnose(&text, &name);
                (program, diagnostics, Vec::new())
            }
            _ => Bundle::read_naming(&text, &name, &folder),
        };
        let files = std::iter::once(name.clone()).chain(named).collect();
        let texts = vec![(name, text)];
        let mut loaded = Loaded { program, diagnostics, files, texts, ..Loaded::default() };
        loaded.give(&options.given, &[]);
        loaded.has_data(&options.data, &[]);
        return loaded;
    }
    let data = options.data_files();
    let outside = FromOutside { given: &options.given, data: &data, known: Some(&options.known) };
    let compiled = match name.starts_with(SHIPPED) {
        true => compile_from(&text, &name, &ShippedFiles, outside),
        false => {
            let folder = Folder::of(&name).allow_outside(options.allow_outside);
            compile_from(&text, &name, &folder, outside)
        }
    };
    let texts = compiled.texts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let Compiled { program, diagnostics, files, parameters, data, .. } = compiled;
    let mut loaded = Loaded { program, diagnostics, files, texts, ..Loaded::default() };
    loaded.give(&options.given, &parameters);
    loaded.has_data(&options.data, &data);
    Loaded { parameters, ..loaded }
}

impl Loaded {
    /// The program, with what belongs to it: without diagnostics and without values of inputs.
    #[cfg(feature = "cli")]
    pub(crate) fn bare(&self) -> Self {
        let Self { program, files, parameters, .. } = self;
        let (program, files, parameters) = (program.clone(), files.clone(), parameters.clone());
        Self { program, files, parameters, ..Self::default() }
    }

    /// The same program with other inputs. Parameters have the values that they had.
    #[cfg(feature = "cli")]
    pub(crate) fn again(&self, given: &[(String, String)]) -> Self {
        let mut loaded = self.bare();
        loaded.give(given, &self.parameters);
        loaded
    }

    /// Gives inputs their values. Parameters have theirs already.
    fn give(&mut self, given: &[(String, String)], parameters: &[String]) {
        // Without a program it is not known what there is to be set.
        let Some(program) = &self.program else { return };
        let channels = &program.data().channels;
        let mut found: Vec<Diagnostic> = Vec::new();
        for (name, value) in given.iter().filter(|(name, _)| !parameters.contains(name)) {
            let Some(channel) = channels.iter().find(|channel| channel.name == *name) else {
                let events = &program.data().events;
                let is_field = |key: &str| events.iter().any(|event| event.key == *key);
                if is_field(name) && is_field(&format!("{name}.caret")) {
                    let message = format!("{} is a text field, which is typed into and not set", quote(name));
                    let help = format!(
                        "type it at a time: `--inputs FILE` with a column `{name}`, or give the field this text in the patch"
                    );
                    let diagnostic = Diagnostic::error(Code::UnknownSetting, message).help(help);
                    found.push(Diagnostic { file: format!("--set {name}"), ..diagnostic });
                    continue;
                }
                found.push(unknown_setting(name, parameters, channels));
                continue;
            };
            if channel.ty == Type::Text && channel.count.is_none() {
                self.inputs.push((name.clone(), OwnedValue::Text(value.clone())));
                continue;
            }
            let numbers = match channel.count {
                None => constant(name, value, channel.ty, channel.unit).map(Vec::from),
                Some(count) => constants(name, value, (channel.ty, channel.unit, count)),
            };
            match numbers {
                Ok(numbers) => {
                    let value = OwnedValue::from_components(channel.ty, channel.count, &numbers);
                    self.inputs.extend(value.map(|value| (name.clone(), value)));
                }
                Err((diagnostics, file)) => {
                    found.extend(diagnostics);
                    self.texts.push((file, value.clone()));
                }
            }
        }
        if !found.is_empty() {
            self.program = None;
            self.diagnostics.0.extend(found);
        }
    }
}

impl Loaded {
    /// Reports files for data that the patch does not have.
    fn has_data(&mut self, given: &[(String, String)], known: &[String]) {
        for (name, _) in given.iter().filter(|(name, _)| !known.contains(name)) {
            let message = format!("the patch has no data {}", quote(name));
            let help = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => {
                    "it reads none: `data rows from \"rows.csv\" { value: float }` in a patch does".into()
                }
                None => format!("there are: {}", known.join(", ")),
            };
            let diagnostic = Diagnostic::error(Code::UnknownSetting, message).help(help);
            self.diagnostics.0.push(Diagnostic { file: format!("--data {name}"), ..diagnostic });
            self.program = None;
        }
    }
}

/// Nothing that can be set has this name.
fn unknown_setting(name: &str, parameters: &[String], channels: &[Channel]) -> Diagnostic {
    let names: Vec<&str> =
        parameters.iter().map(String::as_str).chain(channels.iter().map(|c| c.name.as_str())).collect();
    let message = format!("there is no parameter and no input {}", quote(name));
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "the file has neither: `param size = 0.1` in a patch makes one".into(),
        None => format!("there are: {}", names.join(", ")),
    };
    let diagnostic = Diagnostic::error(Code::UnknownSetting, message).help(help);
    Diagnostic { file: format!("--set {name}"), ..diagnostic }
}

/// Standard input may give bytes for ever.
pub(crate) fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limits::BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn in_file(diagnostic: Diagnostic, file: &str) -> Diagnostics {
    Diagnostic { file: file.into(), ..diagnostic }.into()
}

fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "check the name; `examples:NAME` is a patch that ships inside, and `pavane examples` lists them"
        }
        io::ErrorKind::IsADirectory => "name a file in it",
        io::ErrorKind::InvalidInput => "give what a pipe has through standard input: `pavane check - < PIPE`",
        io::ErrorKind::PermissionDenied => "make it readable, or give it through standard input as `-`",
        _ => "give the program through standard input as `-`",
    }
}

/// The place of the first byte that is no text.
fn not_utf8(file: &str, bytes: &[u8], valid: usize) -> Diagnostics {
    let before = String::from_utf8_lossy(&bytes[..valid]);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) as u32 + 1;
    let message = format!("the text is not UTF-8: byte {:#04x} at offset {valid}", bytes[valid]);
    let diagnostic = Diagnostic::error(Code::Syntax, message).help("patches and programs are texts in UTF-8");
    in_file(Diagnostic { line, column, end_line: line, end_column: column + 1, ..diagnostic }, file)
}
