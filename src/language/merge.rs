//! Two edits of one patch become one, statement by statement: changes are found by the names of statements, not by lines.

use std::collections::{HashMap, HashSet};

use super::parser;
use super::problems::Problems;
use super::source::{Sources, Span};
use super::syntax::{Item, ItemKind};

/// A statement that both sides changed since their common base, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeConflict {
    /// The statement: `radius`, `dots.place`, `draw circle` ..., or `the whole file` where a side cannot be read.
    pub name: String,
    /// The line, from 1, at which either side has it; `None` where that side removed it.
    pub lines: [Option<u32>; 2],
}

/// One of two edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that is given first.
    First,
    /// The other.
    Second,
}

/// What became of a statement between two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The statement, as in [`MergeConflict::name`].
    pub name: String,
    /// Its text before, with the comment above it; `None` where it is new.
    pub before: Option<String>,
    /// Its text after; `None` where it was removed.
    pub after: Option<String>,
}

/// Merges two edits of a patch. A statement that one side changed, added or removed is taken from that side; in a domain
/// this holds for each statement inside. The order is the first side's, or the second's where only that changed it.
/// `prefer` says whose statement is taken where both changed it.
///
/// That the result is well-formed does not make it a program: one side may have removed what the other uses.
///
/// ```
/// use pavane::language::merge;
///
/// let merged = merge("a = 1\nb = 2\n", "a = 5\nb = 2\n", "a = 1\nb = 3\nc = 4\n", None)?;
/// assert_eq!(merged, "a = 5\nb = 3\nc = 4\n");
/// let conflicts = merge("a = 1\n", "a = 2\n", "a = 3\n", None).unwrap_err();
/// assert_eq!((conflicts[0].name.as_str(), conflicts[0].lines), ("a", [Some(1), Some(1)]));
/// # Ok::<(), Vec<pavane::language::MergeConflict>>(())
/// ```
///
/// # Errors
/// The statements that both sides changed.
pub fn merge(
    base: &str,
    first: &str,
    second: &str,
    prefer: Option<Side>,
) -> Result<String, Vec<MergeConflict>> {
    if first == second || second == base {
        return Ok(first.to_owned());
    }
    if first == base {
        return Ok(second.to_owned());
    }
    let parts = [base, first, second].map(Parts::of_file);
    let [Some(base), Some(first), Some(second)] = parts else {
        return match prefer {
            Some(Side::First) => Ok(first.to_owned()),
            Some(Side::Second) => Ok(second.to_owned()),
            None => Err(vec![MergeConflict { name: "the whole file".into(), lines: [Some(1), Some(1)] }]),
        };
    };
    let mut merge = Merge { prefer, conflicts: Vec::new() };
    let merged = merge.parts("", &base, &first, &second);
    if merge.conflicts.is_empty() { Ok(merged) } else { Err(merge.conflicts) }
}

/// What changed from one text of a patch to another, in the order of the second; what was removed comes last. A text that
/// cannot be read is one statement.
pub fn changes(before: &str, after: &str) -> Vec<Change> {
    let parts = [before, after].map(Parts::of_file);
    let [Some(before), Some(after)] = parts else {
        let name = "the whole file".into();
        let change = Change { name, before: Some(before.into()), after: Some(after.into()) };
        return if before == after { Vec::new() } else { vec![change] };
    };
    let mut found = Vec::new();
    compare("", &before, &after, &mut found);
    found
}

fn compare(prefix: &str, before: &Parts<'_>, after: &Parts<'_>, found: &mut Vec<Change>) {
    let text = |part: &Part<'_>| Some(part.text.trim_matches(['\n', '\r']).to_owned());
    for part in &after.list {
        let old = before.get(&part.name);
        if old.is_some_and(|old| same(old.text, part.text)) {
            continue;
        }
        let name = format!("{prefix}{}", part.name);
        if let Some((old, new)) = old.and_then(|old| old.inside.as_ref()).zip(part.inside.as_ref())
            && old.ends_alike(new)
        {
            compare(&format!("{name}."), old, new, found);
        } else {
            found.push(Change { name, before: old.and_then(text), after: text(part) });
        }
    }
    for part in before.list.iter().filter(|part| after.get(&part.name).is_none()) {
        found.push(Change { name: format!("{prefix}{}", part.name), before: text(part), after: None });
    }
}

/// A statement with the comment above it and what is behind it on its line.
#[derive(Debug)]
struct Part<'a> {
    name: String,
    text: &'a str,
    line: u32,
    /// The statements between its braces.
    inside: Option<Parts<'a>>,
}

/// The statements of a file, or of a domain: all of its text.
#[derive(Debug)]
struct Parts<'a> {
    /// What comes before the first statement: the comment that opens the file, up to an empty line; the words of a domain,
    /// up to its brace.
    head: &'a str,
    list: Vec<Part<'a>>,
    /// What comes behind the last statement.
    tail: &'a str,
    rows: HashMap<String, usize>,
}

impl<'a> Parts<'a> {
    /// `None` where the text cannot be read.
    fn of_file(text: &'a str) -> Option<Self> {
        let mut sources = Sources::default();
        let file = sources.add("", text.to_owned());
        let mut problems = Problems::default();
        let tree = parser::parse(&sources, file, &mut problems);
        problems.none_since(0).ok()?;
        let first = tree.items.first().map_or(text.len(), |item| item.span.start as usize);
        // A comment that an empty line parts from the first statement belongs to the file.
        let head = text[..first].rfind("\n\n").map_or(0, |at| at + 2);
        Some(Self::within(text, Span { file, start: 0, end: text.len() as u32 }, head, &tree.items))
    }

    /// Of a span of a text, whose head ends at `at`.
    fn within(text: &'a str, span: Span, head: usize, items: &[Item]) -> Self {
        let (start, end) = (span.start as usize, span.end as usize);
        let mut at = head;
        let mut list: Vec<Part<'a>> = Vec::new();
        let mut rows = HashMap::new();
        let mut times: HashMap<String, u32> = HashMap::new();
        for (k, item) in items.iter().enumerate() {
            let next = items.get(k + 1).map_or(end, |next| next.span.start as usize);
            let behind = item.span.end as usize;
            // To the end of the line, unless the next statement begins there.
            let part_end = text[behind..next].find('\n').map_or(next, |line| behind + line + 1);
            let plain = name(&item.kind, text);
            let time = times.entry(plain.clone()).or_default();
            *time += 1;
            let name = if *time == 1 { plain } else { format!("{plain} ({time})") };
            let line = text[..item.span.start as usize].matches('\n').count() as u32 + 1;
            let inside = inside(text, at, part_end, item);
            rows.insert(name.clone(), list.len());
            list.push(Part { name, text: &text[at..part_end], line, inside });
            at = part_end;
        }
        Self { head: &text[start..head], list, tail: &text[at..end], rows }
    }

    fn get(&self, name: &str) -> Option<&Part<'a>> {
        self.rows.get(name).map(|&row| &self.list[row])
    }

    fn has(&self, name: &str) -> bool {
        self.rows.contains_key(name)
    }

    fn ends_alike(&self, other: &Self) -> bool {
        same(self.head, other.head) && same(self.tail, other.tail)
    }

    /// The names that others have, too, in order.
    fn common<'s>(&'s self, others: [&'s Self; 2]) -> impl Iterator<Item = &'s str> {
        let names = self.list.iter().map(|part| part.name.as_str());
        names.filter(move |name| others.iter().all(|other| other.has(name)))
    }
}

/// The statements of a domain whose text is `text[at..end]`.
fn inside<'a>(text: &'a str, at: usize, end: usize, item: &Item) -> Option<Parts<'a>> {
    let ItemKind::Domain { items, .. } = &item.kind else { return None };
    let first = items.first()?.span.start as usize;
    let brace = item.span.start as usize + text[item.span.start as usize..first].rfind('{')?;
    // What is behind the brace on its line belongs to it.
    let head = text[brace..first].find('\n').map_or(brace + 1, |line| brace + line + 1);
    Some(Parts::within(text, Span { start: at as u32, end: end as u32, ..item.span }, head, items))
}

/// What tells a statement from the others, whatever its value.
fn name(kind: &ItemKind, text: &str) -> String {
    match kind {
        ItemKind::Use { path, name, .. } => {
            format!("use {}", name.as_ref().map_or(path.text.as_str(), |name| &name.text))
        }
        ItemKind::Parameter { name, .. }
        | ItemKind::Data { name, .. }
        | ItemKind::Artwork { name, .. }
        | ItemKind::Image { name, .. }
        | ItemKind::Font { name, .. }
        | ItemKind::List { name, .. }
        | ItemKind::Input { name, .. }
        | ItemKind::TextField { name, .. }
        | ItemKind::Function { name, .. }
        | ItemKind::Definition { name, .. }
        | ItemKind::AtBirth { name, .. }
        | ItemKind::State { name, .. }
        | ItemKind::Event { name, .. }
        | ItemKind::Timeline { name, .. }
        | ItemKind::Domain { name, .. } => name.text.clone(),
        ItemKind::On { event, .. } => {
            format!("on {}", &text[event.span.start as usize..event.span.end as usize])
        }
        ItemKind::Edit(edit) => format!("{} {}", edit.word(), edit.rows().text),
        ItemKind::Next { name, .. } => format!("next {}", name.text),
        ItemKind::Combine { name, .. } => format!("combine {}", name.text),
        ItemKind::Draw { shape, label, .. } => {
            let words = label.as_ref().map_or(shape, |label| label);
            format!("draw {}", &text[words.span.start as usize..words.span.end as usize])
        }
        ItemKind::Camera { name, .. } => {
            name.as_ref().map_or("camera".into(), |name| format!("camera {}", name.text))
        }
        ItemKind::Background { .. } => "background".into(),
        ItemKind::Clip { .. } => "clip".into(),
    }
}

/// Whether two texts say the same: empty lines around them and spaces at the ends of lines do not count.
fn same(one: &str, other: &str) -> bool {
    let lines = |text| str::lines(text).map(str::trim_end).skip_while(|line| line.is_empty());
    let (mut one, mut other) = (lines(one.trim_end()), lines(other.trim_end()));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (a, b) if a != b => return false,
            _ => {}
        }
    }
}

struct Merge {
    prefer: Option<Side>,
    conflicts: Vec<MergeConflict>,
}

impl Merge {
    fn parts(&mut self, prefix: &str, base: &Parts<'_>, first: &Parts<'_>, second: &Parts<'_>) -> String {
        let mut text = self.words(prefix, "the beginning", [base.head, first.head, second.head]);
        for name in order(base, first, second) {
            if let Some(part) = self.part(prefix, name, [base, first, second].map(|parts| parts.get(name))) {
                // The last statement of a text may lack the end of its line.
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&part);
            }
        }
        let tail = self.words(prefix, "the end", [base.tail, first.tail, second.tail]);
        if !tail.is_empty() && !text.ends_with('\n') && !text.is_empty() {
            text.push('\n');
        }
        text + &tail
    }

    fn part(&mut self, prefix: &str, name: &str, sides: [Option<&Part<'_>>; 3]) -> Option<String> {
        let alike = |a: Option<&Part<'_>>, b: Option<&Part<'_>>| match (a, b) {
            (Some(a), Some(b)) => same(a.text, b.text),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let [base, first, second] = sides;
        let text = |part: Option<&Part<'_>>| part.map(|part| part.text.to_owned());
        if alike(first, second) || alike(base, second) {
            return text(first);
        }
        if alike(base, first) {
            return text(second);
        }
        let name = format!("{prefix}{name}");
        let inside = sides.map(|part| part.and_then(|part| part.inside.as_ref()));
        if let [Some(base), Some(first), Some(second)] = inside {
            return Some(self.parts(&format!("{name}."), base, first, second));
        }
        match self.prefer {
            Some(Side::First) => text(first),
            Some(Side::Second) => text(second),
            None => {
                let lines = [first, second].map(|part| part.map(|part| part.line));
                self.conflicts.push(MergeConflict { name, lines });
                None
            }
        }
    }

    /// What is around the statements: comments, and the words and braces of a domain.
    fn words(&mut self, prefix: &str, what: &str, [base, first, second]: [&str; 3]) -> String {
        if same(first, second) || same(base, second) {
            return first.to_owned();
        }
        if same(base, first) {
            return second.to_owned();
        }
        match self.prefer {
            Some(Side::First) => first.to_owned(),
            Some(Side::Second) => second.to_owned(),
            None => {
                let of = if prefix.is_empty() { "the file" } else { prefix.trim_end_matches('.') };
                self.conflicts.push(MergeConflict { name: format!("{what} of {of}"), lines: [None, None] });
                String::new()
            }
        }
    }
}

/// The names of all statements that may be in the result: in the first side's order, or in the second's where only that
/// changed it, and what only the other side has behind what it follows there.
fn order<'s>(base: &'s Parts<'_>, first: &'s Parts<'_>, second: &'s Parts<'_>) -> Vec<&'s str> {
    let is_kept =
        |side: &'s Parts<'_>, other: &'s Parts<'_>| base.common([side, other]).eq(side.common([base, other]));
    let (main, other) =
        if is_kept(first, second) && !is_kept(second, first) { (second, first) } else { (first, second) };
    let mut names: Vec<&str> = main.list.iter().map(|part| part.name.as_str()).collect();
    let mut known: HashSet<&str> = names.iter().copied().collect();
    let mut before: Option<&str> = None;
    for part in &other.list {
        let name = part.name.as_str();
        if known.insert(name) {
            let behind = before.and_then(|before| names.iter().position(|name| *name == before));
            names.insert(behind.map_or(0, |at| at + 1), name);
        }
        before = Some(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, first: &str, second: &str, expected: &str) {
        assert_eq!(merge(base, first, second, None).as_deref(), Ok(expected), "{first} and {second}");
    }

    const PATCH: &str = "// A title\n\nclip { duration: 2s }\n\nsize = 0.1 // of each\n\n// Where they are.\ndomain dots[10] {\n    \
                         place = rank\n\n    // Round.\n    draw circle { position: (place, 0.5), size: size, color: #fff }\n}\n";

    fn edited(edits: &[(&str, &str)]) -> String {
        edits.iter().fold(PATCH.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        })
    }

    #[test]
    fn what_one_side_changed_is_taken() {
        let size = ("size = 0.1", "size = 0.2");
        let place = ("place = rank", "place = rank * 2");
        let color = ("#fff", "#f80");
        let count = ("dots[10]", "dots[20]");
        let comment = ("// Where they are.", "// Where they all are.");
        let title = ("// A title", "// Another");
        let added = ("\nsize =", "\nnew = 3\n\nsize =");
        let inside = ("    place", "    also = 1\n    place");
        let all = [size, place, color, count, comment, title, added, inside];
        for first in all {
            for second in all.into_iter().filter(|second| *second != first) {
                // Both are of the words before the brace.
                if [first, second].iter().all(|edit| *edit == count || *edit == comment) {
                    continue;
                }
                let [one, other] = [first, second].map(|edit| edited(&[edit]));
                let expected = edited(&[first, second]);
                let got = merge(PATCH, &one, &other, None).unwrap();
                assert!(same(&got, &expected), "{first:?} {second:?}: {got}");
            }
        }
    }

    #[test]
    fn what_both_changed_is_named() {
        let [one, other] =
            ["rank * 2", "rank * 3"].map(|to| edited(&[("place = rank", &format!("place = {to}"))]));
        let conflict = |name: &str, lines| vec![MergeConflict { name: name.into(), lines }];
        assert_eq!(merge(PATCH, &one, &other, None), Err(conflict("dots.place", [Some(9), Some(9)])));
        assert_eq!(merge(PATCH, &one, &other, Some(Side::First)).as_ref(), Ok(&one));
        assert_eq!(merge(PATCH, &one, &other, Some(Side::Second)).as_ref(), Ok(&other));
        let removed = edited(&[("    place = rank\n", "")]);
        assert_eq!(merge(PATCH, &one, &removed, None), Err(conflict("dots.place", [Some(9), None])));
        // The same change on both sides is one.
        check(PATCH, &one, &one, &one);
        let [one, other] = ["0.2", "0.3"].map(|to| edited(&[("size = 0.1", &format!("size = {to}"))]));
        assert_eq!(merge(PATCH, &one, &other, None), Err(conflict("size", [Some(5), Some(5)])));
        assert_eq!(merge(PATCH, &one, "size = (", None), Err(conflict("the whole file", [Some(1), Some(1)])));
    }

    #[test]
    fn order_and_what_is_new_and_gone() {
        check(
            "a = 1\nb = 2\nc = 3\n",
            "c = 3\na = 1\nb = 2\n",
            "a = 1\nb = 4\nc = 3\n",
            "c = 3\na = 1\nb = 4\n",
        );
        check(
            "a = 1\nb = 2\nc = 3\n",
            "a = 1\nb = 4\nc = 3\n",
            "c = 3\na = 1\nb = 2\n",
            "c = 3\na = 1\nb = 4\n",
        );
        check("a = 1\nb = 2\n", "a = 1\nx = 5\nb = 2\n", "a = 1\nb = 2\ny = 6", "a = 1\nx = 5\nb = 2\ny = 6");
        check("a = 1\nb = 2\n", "b = 2\n", "a = 1\nb = 2\nc = a\n", "b = 2\nc = a\n");
        check("", "a = 1", "b = 2", "b = 2\na = 1");
        // Several of one name are told apart by their order.
        let draw =
            |size: &str| format!("draw circle {{ position: (0.5, 0.5), size: {size}, color: #fff }}\n");
        let base = draw("0.1") + &draw("0.2");
        check(
            &base,
            &(draw("0.5") + &draw("0.2")),
            &(draw("0.1") + &draw("0.6")),
            &(draw("0.5") + &draw("0.6")),
        );
    }

    #[test]
    fn changes_are_by_statement() {
        let after = edited(&[
            ("place = rank", "place = 1"),
            ("size = 0.1 // of each\n", ""),
            ("clip", "new = 1\nclip"),
        ]);
        let found = changes(PATCH, &after);
        let names: Vec<(&str, bool, bool)> =
            found.iter().map(|c| (c.name.as_str(), c.before.is_some(), c.after.is_some())).collect();
        assert_eq!(names, [("new", false, true), ("dots.place", true, true), ("size", true, false)]);
        assert_eq!(found[1].after.as_deref(), Some("    place = 1"));
        assert!(changes(PATCH, PATCH).is_empty());
        assert_eq!(changes(PATCH, "a = (").len(), 1);
    }
}
