//! Text to values: strict JSON within the limits, every key once.

use std::collections::HashSet;

use jsonc_parser::ast::Value;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{ParseOptions, parse_to_ast};

use super::super::limits;
use super::place::Places;
use crate::diagnostic::{Code, Diagnostic, JsonPath, Sink, is_plain, quote};

/// JSON and nothing more.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// A small text as JSON, with the byte range of every value; `None` if it is empty.
///
/// # Errors
/// What is wrong with it, and at which byte.
pub(crate) fn parse_strict(text: &str) -> Result<Option<Value<'_>>, (String, usize)> {
    scan(text).map_err(|problem| (problem.0.message, problem.1.start))?;
    let parsed = parse_to_ast(text, &Default::default(), &STRICT);
    parsed.map(|parsed| parsed.value).map_err(|error| (error.kind().to_string(), error.range().start))
}

/// The document; `None` if it is not JSON, in which case the sink knows why.
pub(super) fn parse<'a>(text: &'a str, places: &Places<'_>, sink: &mut Sink) -> Option<Value<'a>> {
    if let Err(problem) = scan(text) {
        let (diagnostic, range) = *problem;
        places.report(sink, diagnostic, range);
        return None;
    }
    let root = match parse_to_ast(text, &Default::default(), &STRICT) {
        Ok(result) => result.value,
        Err(error) => {
            let mut message = error.kind().to_string();
            if let Some(first) = message.get(..1).map(str::to_lowercase) {
                message.replace_range(..1, &first);
            }
            let mut diagnostic = Diagnostic::error(Code::Syntax, format!("not JSON: {message}"));
            diagnostic.help = syntax_help(error.kind()).map(String::from);
            places.report(sink, diagnostic, error.range());
            return None;
        }
    };
    let Some(root) = root else {
        let diagnostic = Diagnostic::error(Code::Syntax, "the file is empty, expected a program");
        let help = "`pavane compile FILE.pav -o program.json` writes a program";
        places.report(sink, diagnostic.help(help), Range::new(0, 0));
        return None;
    };
    let errors = sink.errors();
    if !is_clean(&root) {
        check_values(&root, &JsonPath::default(), places, sink);
    }
    (sink.errors() == errors).then_some(root)
}

/// The fix of a mistake that people make because other languages allow it.
fn syntax_help(kind: &ParseErrorKind) -> Option<&'static str> {
    Some(match kind {
        ParseErrorKind::TrailingCommasNotAllowed => "remove the comma before the closing bracket",
        ParseErrorKind::CommentsNotAllowed => "JSON has no comments: put the words into `about` or `sources`",
        ParseErrorKind::SingleQuotedStringsNotAllowed => "strings stand in double quotes",
        ParseErrorKind::ExpectedStringObjectProperty => "keys stand in double quotes",
        ParseErrorKind::HexadecimalNumbersNotAllowed => "write the number in decimal digits",
        ParseErrorKind::UnaryPlusNumbersNotAllowed => "remove the plus sign",
        ParseErrorKind::BareDecimalPointNumbersNotAllowed => "write a digit on both sides of the point",
        ParseErrorKind::NonFiniteNumbersNotAllowed => "all numbers of a program are finite",
        ParseErrorKind::ExpectedComma => "put a comma between two values; numbers have no leading zeros",
        ParseErrorKind::UnterminatedObject => {
            "the object that starts here is not closed: is the file cut off?"
        }
        ParseErrorKind::UnterminatedArray => "the array that starts here is not closed: is the file cut off?",
        ParseErrorKind::UnexpectedToken | ParseErrorKind::UnexpectedWord => {
            "a value is an object, an array, a string in double quotes, a finite number, true, false or null"
        }
        ParseErrorKind::String(_) => "is a quote missing, or the file cut off?",
        ParseErrorKind::MultipleRootJsonValues => "a file holds one program: remove what follows it",
        _ => return None,
    })
}

/// Limits, and what the parser would let pass, in one pass over the bytes: it must hold before the parser allocates
/// anything.
fn scan(text: &str) -> Result<(), Box<(Diagnostic, Range)>> {
    let limit = |what: &str, most: usize, at: usize| {
        let message = format!("{what}, the most is {most}");
        Box::new((Diagnostic::error(Code::Limit, message), Range::new(at, at)))
    };
    if text.len() > limits::BYTES_MAX {
        return Err(limit(&format!("the file has {} bytes", text.len()), limits::BYTES_MAX, 0));
    }
    let (mut depth, mut values) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        let stray = match byte {
            _ if escaped => {
                escaped = false;
                false
            }
            b'\\' if in_string => {
                escaped = true;
                false
            }
            b'"' => {
                in_string = !in_string;
                false
            }
            0..0x20 if in_string => true,
            _ if in_string => false,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
                if depth > limits::NESTING_MAX {
                    return Err(limit("values lie too deep inside one another", limits::NESTING_MAX, at));
                }
                false
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                false
            }
            b',' => {
                values += 1;
                false
            }
            b'\t' | b'\n' | b'\r' => false,
            0..0x20 | 0x7f.. => true,
            _ => false,
        };
        if values > limits::VALUES_MAX {
            return Err(limit("the file has too many values", limits::VALUES_MAX, at));
        }
        if stray {
            let c = text[at..].chars().next().unwrap_or('?');
            let shown = if is_plain(c) { format!("`{c}`") } else { format!("U+{:04X}", u32::from(c)) };
            let (place, help) = match in_string {
                true => ("in a string", "write it as an escape such as \\n or \\u0009; is a quote missing?"),
                false => ("outside a string", "only ASCII characters stand outside strings"),
            };
            let diagnostic =
                Diagnostic::error(Code::Syntax, format!("not JSON: unexpected character {shown} {place}"));
            return Err(Box::new((diagnostic.help(help), Range::new(at, at + c.len_utf8()))));
        }
    }
    Ok(())
}

/// Whether [`check_values`] would find nothing; without making paths, for almost all values are good.
fn is_clean(value: &Value<'_>) -> bool {
    match value {
        Value::Object(object) => {
            let names = || object.properties.iter().map(|property| property.name.as_str());
            let unique = match object.properties.len() {
                0..16 => names().enumerate().all(|(at, name)| names().take(at).all(|before| before != name)),
                _ => names().collect::<HashSet<_>>().len() == object.properties.len(),
            };
            unique && object.properties.iter().all(|property| is_clean(&property.value))
        }
        Value::Array(array) => array.elements.iter().all(is_clean),
        Value::NumberLit(literal) => finite(literal.value),
        _ => true,
    }
}

/// Keys that an object has twice and numbers that no float holds. The nesting limit bounds the recursion.
fn check_values(value: &Value<'_>, path: &JsonPath, places: &Places<'_>, sink: &mut Sink) {
    match value {
        Value::Object(object) => {
            let mut seen = HashSet::with_capacity(object.properties.len());
            for property in &object.properties {
                let name = property.name.as_str();
                let path = path.key(name.to_owned());
                if !seen.insert(name) {
                    let diagnostic = Diagnostic::error(
                        Code::DuplicateKey,
                        format!("key {} stands here twice", quote(name)),
                    );
                    let help = "readers differ in which one they take: keep one";
                    places.report(sink, diagnostic.at(&path).help(help), property.name.range());
                }
                check_values(&property.value, &path, places, sink);
            }
        }
        Value::Array(array) => {
            for (at, value) in array.elements.iter().enumerate() {
                // Most values of a program are plain numbers in arrays: make no path for those that are good.
                let plain = matches!(value, Value::NumberLit(literal) if finite(literal.value));
                if !plain {
                    check_values(value, &path.index(at), places, sink);
                }
            }
        }
        Value::NumberLit(literal) if !finite(literal.value) => {
            let message = format!("number {} is beyond what a 64-bit float holds", quote(literal.value));
            let help = "the largest is about 1.8e308";
            places.report(
                sink,
                Diagnostic::error(Code::NumberRange, message).at(path).help(help),
                literal.range,
            );
        }
        _ => {}
    }
}

fn finite(number: &str) -> bool {
    // Short numbers without an exponent cannot be too large, and almost all numbers are short.
    number.len() < 100 && !number.contains(['e', 'E']) || number.parse().is_ok_and(f64::is_finite)
}

/// A number as an integer if it is a whole one: `3`, but also `3.0` and `3e2`, as JSON Schema has it.
pub(super) fn integer(number: &str) -> Option<i128> {
    if let Ok(integer) = number.parse::<i128>() {
        return Some(integer);
    }
    let float: f64 = number.parse().ok()?;
    // Beyond 2^53 a float with an exponent does not name one integer.
    (float == float.trunc() && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i128)
}

/// A value in a message: what kind it is, and which one where that is short.
pub(super) fn describe(value: &Value<'_>) -> String {
    match value {
        Value::StringLit(literal) => format!("the string {}", quote(&literal.value)),
        Value::NumberLit(literal) => format!("the number {}", quote(literal.value)),
        Value::BooleanLit(literal) => format!("`{}`", literal.value),
        Value::NullKeyword(_) => "`null`".into(),
        Value::Array(array) if array.elements.is_empty() => "an empty array".into(),
        Value::Array(array) => format!("an array of {}", array.elements.len()),
        Value::Object(_) => "an object".into(),
    }
}
