//! Programs from JSON: text to rows to a checked program, with line and column of everything that is wrong.
//!
//! Three stages, each of which reports all it finds and stops the next one: the text is JSON within the limits; every
//! row decodes; the program passes [`validate`](super::validate). Rows are decoded one by one, because serde stops at
//! the first error and a reader of diagnostics wants them all.

mod decode;
mod json;
mod mistake;
mod place;
mod row;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;

pub(super) use self::decode::Rows;
pub(crate) use self::json::parse_strict;
use self::place::Places;
use super::format::{FORMAT, ProgramData, VERSION};
use super::packed::Beside;
use super::{Program, packed, validate};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, JsonPath, Severity, Sink, nearest, quote};
use crate::letters::Family;

/// Reads and checks a program. There is no program exactly when one of the diagnostics is an error.
pub(super) fn read(
    text: &str,
    file: &str,
    beside: &dyn Beside,
    family: Family,
) -> (Option<Program>, Diagnostics) {
    // Editors on some systems put a byte order mark in front; it carries no meaning in UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let places = Places::new(text, file);
    let mut sink = Sink::default();
    let Some(root) = json::parse(text, &places, &mut sink) else { return (None, sink.finish()) };
    let Some(mut data) = decode(&root, &places, &mut sink) else { return (None, sink.finish()) };
    let unpacked = packed::unpack(&mut data, beside);
    let (program, mut diagnostics) = match unpacked.and_then(|()| validate::check(&data)) {
        Err(errors) => (None, errors),
        Ok(checked) => {
            let program = Program::of(data, checked.types, checked.domains, family);
            (Some(program), checked.warnings)
        }
    };
    for diagnostic in &mut diagnostics.0 {
        places.fill(diagnostic, &root);
    }
    let has_errors = diagnostics.0.iter().any(|d| d.severity == Severity::Error);
    debug_assert_eq!(program.is_none(), has_errors, "a program, or what is wrong with it");
    (program, diagnostics)
}

/// The rows of a document.
fn decode(root: &Value<'_>, places: &Places<'_>, sink: &mut Sink) -> Option<ProgramData> {
    let Value::Object(object) = root else {
        let message = format!("expected a program, which is an object, found {}", json::describe(root));
        places.report(sink, Diagnostic::error(Code::WrongKind, message), root.range());
        return None;
    };
    check_head(object, places, sink)?;
    for property in &object.properties {
        let name = property.name.as_str();
        if !ProgramData::KEYS.contains(&name) && sink.is_full() {
            sink.push(Diagnostic::error(Code::UnknownField, "unknown field"));
        } else if !ProgramData::KEYS.contains(&name) {
            let help = match nearest(name, ProgramData::KEYS.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a program has {}", ProgramData::KEYS.join(", ")),
            };
            let diagnostic = Diagnostic::error(Code::UnknownField, format!("unknown field {}", quote(name)));
            places.report(
                sink,
                diagnostic.at(JsonPath::default().key(name.to_owned())).help(help),
                property.name.range(),
            );
        }
    }
    let mut rows = Rows { object, places, sink };
    let mut data = ProgramData::new(rows.required("about")?, rows.required("clip")?, rows.constants()?);
    data.read_parts(&mut rows);
    (!sink.has_errors()).then_some(data)
}

/// Whether the document says that it is a program of a version that is read here. If it does not, nothing else that
/// could be said about it would help.
fn check_head(object: &Object<'_>, places: &Places<'_>, sink: &mut Sink) -> Option<()> {
    let format = object.get("format").map(|property| &property.value);
    let found = match format {
        Some(Value::StringLit(literal)) if literal.value == FORMAT => None,
        Some(value) => Some((format!("`format` is {}", json::describe(value)), value.range())),
        None => Some(("`format` is missing".to_string(), object.range)),
    };
    if let Some((found, range)) = found {
        let diagnostic = Diagnostic::error(Code::Format, format!("not a pavane program: {found}"));
        let help = format!("a program starts with {{\"format\": \"{FORMAT}\", \"version\": {VERSION}");
        places.report(sink, diagnostic.at("format").help(help), range);
        return None;
    }
    let version = object.get("version").map(|property| &property.value);
    let found = match version {
        Some(Value::NumberLit(literal)) if json::integer(literal.value) == Some(i128::from(VERSION)) => {
            return Some(());
        }
        Some(Value::NumberLit(literal)) => {
            (format!("version {} is not read here", literal.value), literal.range)
        }
        Some(value) => (format!("`version` is {}, not a number", json::describe(value)), value.range()),
        None => ("`version` is missing".to_string(), object.range),
    };
    let diagnostic = Diagnostic::error(Code::Version, found.0).at("version");
    let help = format!(
        "this library reads version {VERSION}; compile the patch again with the library that runs it"
    );
    places.report(sink, diagnostic.help(help), found.1);
    None
}
