//! What is wrong with an input: the place, what was found, what was expected, and how to fix it.
//!
//! One kind of record serves the loader, the patch compiler and the engine, so that everything a user is told looks
//! the same, can be looked up by [`Code`] and can be read by other programs ([`Diagnostics::to_json`]).

mod code;
mod json_path;
mod plain;
mod render;
mod sink;

use std::fmt;

pub use code::Code;
pub use json_path::{JsonPath, Segment};
#[cfg(feature = "cli")]
pub(crate) use plain::json_text;
pub(crate) use plain::{is_plain, quote};
#[cfg(feature = "render")]
pub(crate) use plain::{lines, one_line};
pub(crate) use sink::{DIAGNOSTICS_MAX, Sink};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The input is refused.
    Error,
    /// The input is taken, but is probably not what was meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Another place that has to do with a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// The file; empty where there is none.
    pub file: String,
    /// Line, from 1; 0 where there is none.
    pub line: u32,
    /// Column in characters, from 1; 0 where there is none.
    pub column: u32,
    /// The place in a JSON document, such as `steps[1].do`.
    pub path: Option<JsonPath>,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem; `pavane explain` tells more.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What was found and what was expected.
    pub message: String,
    /// The file; empty where there is none.
    pub file: String,
    /// Line, from 1; 0 where there is none.
    pub line: u32,
    /// Column in characters, from 1; 0 where there is none.
    pub column: u32,
    /// The line of the last character, from 1; 0 where there is none.
    pub end_line: u32,
    /// The column behind the last character, from 1; 0 where there is none.
    pub end_column: u32,
    /// The place in a JSON document, such as `nodes[12].args[0]`.
    pub path: Option<JsonPath>,
    /// Other places that have to do with it.
    pub related: Vec<Related>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            file: String::new(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            path: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// A warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// With the place in a JSON document.
    #[must_use]
    pub fn at(mut self, path: impl Into<JsonPath>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place in the same JSON document.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, path: impl Into<JsonPath>) -> Self {
        self.related.push(Related { message: message.into(), path: Some(path.into()), ..Related::default() });
        self
    }

    /// As an object with the keys that `pavane check --format json` promises. What is not known is null.
    pub fn to_json(&self) -> serde_json::Value {
        let number = |value: u32| (value > 0).then_some(value);
        let text = |value: &str| (!value.is_empty()).then(|| value.to_string());
        let related = |related: &Related| {
            serde_json::json!({
                "message": related.message,
                "file": text(&related.file),
                "line": number(related.line),
                "column": number(related.column),
                "path": related.path.as_ref().map(JsonPath::to_string),
            })
        };
        let related: Vec<serde_json::Value> = self.related.iter().map(related).collect();
        serde_json::json!({
            "code": self.code.name(),
            "severity": self.severity.name(),
            "message": self.message,
            "file": text(&self.file),
            "line": number(self.line),
            "column": number(self.column),
            "end_line": number(self.end_line),
            "end_column": number(self.end_column),
            "path": self.path.as_ref().map(JsonPath::to_string),
            "related": related,
            "help": self.help,
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::render(self, render::WIDTH_MAX, &|_| None))
    }
}

impl std::error::Error for Diagnostic {}

/// Everything that was found wrong in one run, in the order of the input. Never empty where it is an error.
///
/// ```
/// use pavane::{NoFiles, compile};
///
/// let compiled = compile("draw circle { size: 0.1 + true }", "dots.pav", &NoFiles);
/// assert!(compiled.diagnostics.has_errors() && compiled.program.is_none());
/// // For people, with the line underlined; for programs, as JSON; and as values.
/// assert!(compiled.render().contains("dots.pav:1:"));
/// assert!(compiled.diagnostics.iter().all(|diagnostic| diagnostic.line == 1));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// One error per problem that a builder remembered.
    pub(crate) fn from_builder(problems: &[String]) -> Self {
        let mut sink = Sink::default();
        for problem in problems {
            sink.push(Diagnostic::error(Code::Builder, problem.as_str()));
        }
        sink.finish()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The problems.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// For people: each problem with its source line underlined. `source` gives the text of a file; where it gives
    /// none, the line is left out.
    pub fn render<'s>(&self, source: impl Fn(&str) -> Option<&'s str>) -> String {
        self.render_within(render::WIDTH_MAX, source)
    }

    /// As [`render`](Self::render), with at most `width` characters of a source line.
    pub(crate) fn render_within<'s>(&self, width: usize, source: impl Fn(&str) -> Option<&'s str>) -> String {
        let all: Vec<String> =
            self.0.iter().map(|diagnostic| render::render(diagnostic, width, &source)).collect();
        all.join("\n")
    }

    /// For programs: the document of `pavane check --format json`.
    pub fn to_json(&self) -> serde_json::Value {
        let all: Vec<serde_json::Value> = self.0.iter().map(Diagnostic::to_json).collect();
        serde_json::json!({ "schema_version": 1, "diagnostics": all })
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(|_| None))
    }
}

impl std::error::Error for Diagnostics {}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// The candidate that `word` is most likely a slip of, if any is near: at most a third of its letters differ.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(64).collect();
    // One letter is near to every other.
    if word.len() < 2 {
        return None;
    }
    let most = (word.len() / 3).max(1);
    let near = |candidate: &&str| {
        candidate.len() <= 4 * 96 && candidate.chars().count().abs_diff(word.len()) <= most
    };
    candidates
        .into_iter()
        .filter(near)
        .map(|candidate| (edit_distance(&word, candidate), candidate))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
fn edit_distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses() {
        let check = |word, expected| {
            assert_eq!(nearest(word, ["size", "position", "color", "mul", "add"]), expected, "{word}");
        };
        check("sise", Some("size"));
        check("szie", Some("size"));
        check("possition", Some("position"));
        check("colour", Some("color"));
        check("mull", Some("mul"));
        check("", None);
        check("m", None);
        check("rotation", None);
        check("elephant", None);
    }

    #[test]
    fn quotes_stay_on_their_line() {
        assert_eq!(quote("dots"), "`dots`");
        assert_eq!(quote("a\nb\u{1b}[31m"), "`a\\u{a}b\\u{1b}[31m`");
        assert_eq!(quote(&"x".repeat(100)), format!("`{}...`", "x".repeat(60)));
    }

    #[test]
    fn json_has_the_promised_keys() {
        let mut diagnostic = Diagnostic::error(Code::Arity, "two arguments").at("nodes[1]").help("give one");
        diagnostic.file = "a.json".into();
        diagnostic.line = 3;
        let json = Diagnostics::from(diagnostic.related("here", "nodes[0]")).to_json();
        assert_eq!(json["schema_version"], 1);
        let first = &json["diagnostics"][0];
        assert_eq!(first["code"], "E0123");
        assert_eq!(first["severity"], "error");
        assert_eq!(first["line"], 3);
        assert!(first["column"].is_null());
        assert_eq!(first["related"][0]["path"], "nodes[0]");
        let keys = ["message", "file", "end_line", "end_column", "path", "help"];
        assert!(keys.iter().all(|&key| first.get(key).is_some()));
    }
}
