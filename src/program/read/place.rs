//! From byte ranges and JSON paths to lines and columns.

use jsonc_parser::ast::Value;
use jsonc_parser::common::{Range, Ranged};

use crate::diagnostic::{Diagnostic, JsonPath, Related, Segment, Sink};

/// A text and where its lines start.
pub(super) struct Places<'a> {
    text: &'a str,
    file: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str, file: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, file, starts }
    }

    /// Line and column, both from 1, the column in characters.
    fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|&start| start <= offset).max(1) - 1;
        #[cfg(test)]
        crate::program::testing::work::looked_at(offset - self.starts[line]);
        let before = self.text.get(self.starts[line]..offset).map_or(0, |text| text.chars().count());
        (line as u32 + 1, before as u32 + 1)
    }

    /// The diagnostic with file, line and column of a range of bytes.
    fn locate(&self, mut diagnostic: Diagnostic, range: Range) -> Diagnostic {
        diagnostic.file = self.file.to_string();
        (diagnostic.line, diagnostic.column) = self.place(range.start);
        (diagnostic.end_line, diagnostic.end_column) = self.place(range.end.max(range.start));
        diagnostic
    }

    /// Reports a problem at a range of bytes. Counting columns takes time in long lines, so it is only done for what
    /// will be shown.
    pub(super) fn report(&self, sink: &mut Sink, diagnostic: Diagnostic, range: Range) {
        let located = if sink.is_full() { diagnostic } else { self.locate(diagnostic, range) };
        sink.push(located);
    }

    /// As [`locate`](Self::locate), with the places that the JSON paths of the diagnostic mean.
    pub(super) fn fill(&self, diagnostic: &mut Diagnostic, root: &Value<'_>) {
        if let Some(path) = &diagnostic.path {
            let range = resolve(root, path).range();
            let place = self.locate(diagnostic.clone(), range);
            *diagnostic = place;
        } else {
            diagnostic.file = self.file.to_string();
        }
        for related in &mut diagnostic.related {
            self.fill_related(related, root);
        }
    }

    fn fill_related(&self, related: &mut Related, root: &Value<'_>) {
        related.file = self.file.to_string();
        if let Some(path) = &related.path {
            (related.line, related.column) = self.place(resolve(root, path).start());
        }
    }
}

/// The value at a path, or the innermost one on the way that exists: what is missing is shown where it should be.
pub(super) fn resolve<'a, 'v>(root: &'v Value<'a>, path: &JsonPath) -> &'v Value<'a> {
    let mut at = root;
    for segment in path.segments() {
        let next = match (at, segment) {
            (Value::Array(array), Segment::Index(index)) => array.elements.get(*index),
            (Value::Object(object), Segment::Key(key)) => object.get(key).map(|property| &property.value),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}
