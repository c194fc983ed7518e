//! Places in the text: files, spans, lines and columns.

use crate::diagnostic::{Code, Diagnostic, Related, Severity, is_plain};

/// A stretch of text of one file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Row in [`Sources`].
    pub(crate) file: u16,
    pub(crate) start: u32,
    /// Behind the last byte.
    pub(crate) end: u32,
}

impl Span {
    /// From the start of this one to the end of another of the same file.
    pub(crate) fn to(self, other: Self) -> Self {
        Self { end: other.end.max(self.end), ..self }
    }

    /// The empty stretch right after this one.
    pub(crate) fn behind(self) -> Self {
        Self { start: self.end, ..self }
    }
}

/// Line and column, from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A file of a patch.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Nothing of its text is shown.
    pub(crate) is_hidden: bool,
    /// Byte offset of the start of each line.
    lines: Vec<u32>,
    /// How many characters begin before every `CHUNK`th byte, so that long lines cost nothing.
    characters: Vec<u32>,
}

/// See [`SourceFile::characters`].
const CHUNK: usize = 1024;
/// The most characters of a message: names and texts in it may be as long as the file.
const MESSAGE_MAX: usize = 600;

/// How many characters begin in a stretch of text.
fn beginnings(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u32
}

/// A message, shortened to what is shown, without the characters from the source that would act on a terminal.
fn shortened(text: &str) -> String {
    let (shown, dots) = match text.char_indices().nth(MESSAGE_MAX) {
        Some((at, _)) => (&text[..at], "..."),
        None => (text, ""),
    };
    let mut out = String::with_capacity(shown.len());
    for letter in shown.chars() {
        if is_plain(letter) { out.push(letter) } else { out.extend(letter.escape_unicode()) }
    }
    out + dots
}

impl SourceFile {
    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> u32 {
        let offset = offset.min(self.text.len());
        let chunk = offset / CHUNK;
        self.characters[chunk] + beginnings(&self.text.as_bytes()[chunk * CHUNK..offset])
    }
}

/// The files of a patch, the one that was asked for first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and gives its row.
    pub(crate) fn add(&mut self, name: &str, text: String) -> u16 {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at as u32 + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        let mut characters = vec![0];
        for chunk in text.as_bytes().chunks(CHUNK) {
            characters.push(characters[characters.len() - 1] + beginnings(chunk));
        }
        self.files.push(SourceFile { name: name.into(), text, is_hidden: false, lines, characters });
        (self.files.len() - 1) as u16
    }

    /// Shows nothing of the text of a file from now on, neither its lines nor words of it in messages.
    pub(crate) fn hide(&mut self, row: u16) {
        self.files[row as usize].is_hidden = true;
    }

    pub(crate) fn file(&self, row: u16) -> &SourceFile {
        &self.files[row as usize]
    }

    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text of a span.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The text of a span for a help line, or `other` where it is long or has several lines.
    pub(crate) fn short<'s>(&'s self, span: Span, other: &'s str) -> &'s str {
        let text = self.text(span);
        if text.len() <= 40 && !text.contains('\n') { text } else { other }
    }

    /// The line and column of a byte of a file.
    pub(crate) fn place(&self, file: u16, offset: u32) -> Place {
        let source = self.file(file);
        let line = source.lines.partition_point(|&start| start <= offset) - 1;
        let before = source.characters_before(source.lines[line] as usize);
        let column = source.characters_before(offset as usize) - before + 1;
        Place { line: line as u32 + 1, column }
    }

    /// A diagnostic at a place in a file.
    pub(crate) fn diagnostic(&self, problem: &Problem) -> Diagnostic {
        let (start, end) = (
            self.place(problem.span.file, problem.span.start),
            self.place(problem.span.file, problem.span.end),
        );
        let related = problem.related.iter().map(|(message, span)| {
            let Place { line, column } = self.place(span.file, span.start);
            let file = self.file(span.file).name.clone();
            Related { message: shortened(message), file, line, column, path: None }
        });
        let (message, help) = match self.file(problem.span.file).is_hidden {
            false => (shortened(&problem.message), problem.help.as_deref().map(shortened)),
            true => {
                let help = format!(
                    "the file lies outside of the folder of the patch, so nothing of it is shown: look there; \
                     `pavane explain {}` tells what this means",
                    problem.code
                );
                (problem.code.title().trim_end_matches('.').to_owned(), Some(help))
            }
        };
        Diagnostic {
            file: self.file(problem.span.file).name.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            severity: problem.severity,
            related: related.collect(),
            help,
            ..Diagnostic::error(problem.code, message)
        }
    }
}

/// Something wrong in the text, before its place has become line and column.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) span: Span,
    pub(crate) message: String,
    /// Other places that have to do with it.
    pub(crate) related: Vec<(String, Span)>,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let (message, related) = (message.into(), Vec::new());
        Self { code, severity: Severity::Error, span, message, related, help: None }
    }

    #[must_use]
    pub(crate) fn related(mut self, message: impl Into<String>, span: Span) -> Self {
        // The place itself is underlined already.
        if span != self.span {
            self.related.push((message.into(), span));
        }
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let mut sources = Sources::default();
        let file = sources.add("a.pav", "one\nt\u{e4}o\n".into());
        let check = |offset, line, column| {
            assert_eq!(sources.place(file, offset), Place { line, column }, "{offset}");
        };
        check(0, 1, 1);
        check(3, 1, 4);
        check(4, 2, 1);
        check(7, 2, 3);
        check(9, 3, 1);
    }
}
