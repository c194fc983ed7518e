//! From what is called FILE to a text, and from a program to a capacity.

use std::fs::File;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use crate::assets::{PATCHES, Shipped, ShippedFiles};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, quote};
use crate::engine::{Demand, Engine};
use crate::language::{Compiled, Folder, compile};
use crate::program::{Program, limits};
use crate::time::FrameRate;
use crate::world::{Budget, Capacity};

/// What leads to a shipped patch.
pub(crate) const SHIPPED: &str = "examples:";
/// The most memory that buffers may take.
const MEMORY_MAX: u64 = 16 << 30;

/// The text of a program and the name that messages call it by.
pub(crate) struct Text {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// Reads FILE.
pub(crate) fn read(file: &str) -> Result<Text, Diagnostics> {
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
pub(crate) fn load(file: &str) -> Loaded {
    let began = Instant::now();
    let loaded = checked(file);
    Loaded { took: began.elapsed(), ..loaded }
}

fn checked(file: &str) -> Loaded {
    let Text { file: name, text } = match read(file) {
        Ok(text) => text,
        Err(diagnostics) => return Loaded { diagnostics, files: vec![file.into()], ..Loaded::default() },
    };
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') || name.ends_with(".json") {
        let (program, diagnostics) = Program::diagnose(&text, &name);
        let (files, texts) = (vec![name.clone()], vec![(name, text)]);
        return Loaded { program, diagnostics, files, texts, ..Loaded::default() };
    }
    let compiled = match name.starts_with(SHIPPED) {
        true => compile(&text, &name, &ShippedFiles),
        false => compile(&text, &name, &Folder::of(&name)),
    };
    let texts =
        compiled.files.iter().filter_map(|file| Some((file.clone(), compiled.text(file)?.to_owned())));
    let texts = texts.collect();
    let Compiled { program, diagnostics, files, .. } = compiled;
    Loaded { program, diagnostics, files, texts, ..Loaded::default() }
}

/// What an engine is to hold: the default, raised to what the program needs at a frame rate, or else at its own. Beyond the default number of elements
/// there is no room to spare for passes and fields that the program does not have: each would cost as many lanes.
///
/// # Errors
/// What is too large, as a message for people.
pub(crate) fn capacity(
    program: &Program,
    demand: Demand,
    rate: Option<FrameRate>,
) -> Result<Capacity, String> {
    let default = Capacity::default();
    let needs = Engine::needs_at(program, demand, rate.unwrap_or(program.frame_rate()));
    let mut capacity = default.max(needs);
    if needs.elements > default.elements {
        let Capacity { field_buffers, lane_state, passes, projections, .. } = needs;
        capacity = Capacity { field_buffers, lane_state, passes, projections, ..capacity };
    }
    capacity.check(&needs).map_err(|error| error.to_string())?;
    let bytes = Budget::new(&capacity).total();
    if bytes > MEMORY_MAX {
        return Err(format!(
            "the program needs {} MiB of buffers ({} elements, {} field buffers, {} of state, {} passes), and no more \
             than {} MiB are given: make it smaller",
            bytes >> 20,
            needs.elements,
            needs.field_buffers,
            needs.lane_state,
            needs.passes,
            MEMORY_MAX >> 20,
        ));
    }
    Ok(capacity)
}

/// A device may give bytes for ever.
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
