//! From what is called FILE to a program.

use std::fs::File;
use std::io::{self, Read};

use super::failure::{Failure, tell};
use crate::assets::{PATCHES, Shipped, ShippedFiles};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, quote};
use crate::engine::{Demand, Engine};
use crate::language::{Folder, compile};
use crate::program::{Program, limits};
use crate::world::{Budget, Capacity};

/// What leads to a shipped patch.
pub(super) const SHIPPED: &str = "examples:";
/// The most memory that buffers may take.
const MEMORY_MAX: u64 = 16 << 30;

/// The text of a program and the name that messages call it by.
pub(super) struct Text {
    pub(super) file: String,
    pub(super) text: String,
}

/// Reads FILE.
pub(super) fn read(file: &str) -> Result<Text, Diagnostics> {
    if let Some(name) = file.strip_prefix(SHIPPED) {
        let shipped =
            shipped(name).map_err(|message| in_file(Diagnostic::error(Code::File, message), file))?;
        return Ok(Text { file: file.into(), text: shipped.patch.into() });
    }
    let (name, bytes) = match file {
        "-" => ("<stdin>", bounded(io::stdin().lock())),
        file => (file, File::open(file).and_then(bounded)),
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
pub(super) fn shipped(name: &str) -> Result<&'static Shipped, String> {
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
pub(super) struct Loaded {
    /// None where there are errors.
    pub(super) program: Option<Program>,
    pub(super) diagnostics: Diagnostics,
    /// The texts that diagnostics point into, each with its file's name.
    pub(super) texts: Vec<(String, String)>,
    /// Every file that has a say in the program, also those that could not be read.
    pub(super) files: Vec<String>,
}

impl Loaded {
    /// The diagnostics for people.
    pub(super) fn render(&self) -> String {
        self.diagnostics
            .render(|name| self.texts.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str()))
    }
}

/// Reads and checks FILE: a patch, or a program, which is a JSON object.
pub(super) fn load(file: &str) -> Loaded {
    let Text { file: name, text } = match read(file) {
        Ok(text) => text,
        Err(diagnostics) => return Loaded { diagnostics, files: vec![file.into()], ..Loaded::default() },
    };
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') || name.ends_with(".json") {
        let (program, diagnostics) = Program::diagnose(&text, &name);
        return Loaded { program, diagnostics, files: vec![name.clone()], texts: vec![(name, text)] };
    }
    let compiled = match name.starts_with(SHIPPED) {
        true => compile(&text, &name, &ShippedFiles),
        false => compile(&text, &name, &Folder::of(&name)),
    };
    let texts =
        compiled.files.iter().filter_map(|file| Some((file.clone(), compiled.text(file)?.to_owned())));
    let texts = texts.collect();
    Loaded { program: compiled.program, diagnostics: compiled.diagnostics, files: compiled.files, texts }
}

/// Reads and checks FILE. Warnings are told; so are errors, all of them.
pub(super) fn program(file: &str) -> Result<Program, Failure> {
    let loaded = load(file);
    tell(&loaded.render());
    loaded.program.ok_or(Failure::Told)
}

/// What an engine is to hold: the default, raised to what the program needs. Beyond the default number of elements
/// there is no room to spare for passes and fields that the program does not have: each would cost as many lanes.
pub(super) fn capacity(program: &Program, demand: Demand) -> Result<Capacity, Failure> {
    let default = Capacity::default();
    let needs = Engine::needs(program, demand);
    let mut capacity = default.max(needs);
    if needs.elements > default.elements {
        let Capacity { field_buffers, lane_state, passes, projections, .. } = needs;
        capacity = Capacity { field_buffers, lane_state, passes, projections, ..capacity };
    }
    capacity.check(&needs).map_err(|error| Failure::Arguments(error.to_string()))?;
    let bytes = Budget::new(&capacity).total();
    if bytes > MEMORY_MAX {
        let message = format!(
            "the program needs {} MiB of buffers ({} elements, {} field buffers, {} of state, {} passes), and no more \
             than {} MiB are given: make it smaller",
            bytes >> 20,
            needs.elements,
            needs.field_buffers,
            needs.lane_state,
            needs.passes,
            MEMORY_MAX >> 20,
        );
        return Err(Failure::Arguments(message));
    }
    Ok(capacity)
}

/// A device may give bytes for ever.
fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
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
    let diagnostic = Diagnostic::error(Code::Syntax, message).help("programs are JSON in UTF-8");
    in_file(Diagnostic { line, column, end_line: line, end_column: column + 1, ..diagnostic }, file)
}
