//! For any text: no panic, no deep tree, and every place is inside the text.

use proptest::prelude::*;

use super::super::super::lexer::lex;
use super::super::super::problems::FileProblems;
use super::super::super::source::Span;
use super::super::super::syntax::{Argument, Branch, Edit, Entry, Expr, ExprKind, Item, ItemKind, Key, Part};
use super::{printer, read};

/// A patch that uses everything.
pub(super) const EVERYTHING: &str = r##"// A ring that follows the pointer.
// It has petals.

use "ring.pav" as ring { radius: 0.3, hue: phase }
clip { duration: 12s, rate: 60, size: (1080, 1080) }
param radius: float = 0.2
input pointer: vec2 = (0.5, 0.5)
input click: bool momentary
input draft: text field = "a"
input levels: float[2 * 8] = 0
fn bump(a, b: vec2, c = 1) = { d = a * 2  if d > c then b.x else -c }
state x: float = 0; next x = x + 1_000 % 7
combine sum x
background = #102030 /* nested /* comment */ */
camera perspective as far { eye: (0, 0, 3) }
größe = 'x' // a mistake

domain dots[5000 max 1e4] {
    angle = index * golden_angle + phase * 0.25turn
    position = (0.5, 0.5) + polar(0.45 * sqrt(rank), angle) ~ slew(360ms)
    path = keys(time, 0s: 0, 1s * a: x ease.out_cubic, 3s: (0, 1) cubic_bezier(0.2, 0, 0, 1), in: oklab)
    top = rows where value > 2 and b sort by -value desc take 10
    sums = rows group by name, decade: div(year, 10) { total: sum(value * 2), rows: count() } sort by total
    weights = [3, -5 * a, (1, 2)]; m = [[1, 2], [3]][i][f(b)[1, wrap], edge: clamp].x
    on = if a and not b or c != 0xff then "text \" \\" else a < b < c
    draw circle(a, b: 2) as label { position, size: mix(0.002, 0.010, wave.sine(phase + rank))
        color: hsv(rank + phase, 0.85, 1.0) }
}
domain sparks[born every 5ms, lives 0.5s + 1s * random(1), max 500, evict oldest] { at birth speed = random(3) }
domain stars[host max 500, match nearest(0.1)] { input place: vec2 = (0.5, 0.5); p = place ~ spring(1s, bounce: a) }
data rows from "values.csv" { name: text, value: float from "a b" } skip bad
domain bars from (rows where value > 1) sort by value keyed by name { p = (value, 0.5) }
domain outer[3] { y = rank; domain inner[2] { x = y + parent.index; domain rows from rows take 2 { z = x } } }
event click; event note: float
event beat = merge(every(500ms), after(1s, click)) when x > 1 and y
on beat when not a { x = x + 1; y = note }
timeline intro over loop(time, 4s) {
    logo:  600ms
    title: 400ms * a after logo - 100ms + b // overlaps
    rule:  300ms with title, hold: 1s at 2s
}
"##;

fn height(expr: &Expr) -> usize {
    let arguments_height = |arguments: &[Argument]| arguments.iter().map(|it| height(&it.value)).max();
    let below = match &expr.kind {
        ExprKind::Member { value, .. } | ExprKind::Unary { value, .. } => Some(height(value)),
        ExprKind::At { value, index, .. } => Some(height(value).max(height(index))),
        ExprKind::Call { arguments, .. } => arguments_height(arguments),
        ExprKind::Keys { time, keys, .. } => {
            keys.iter().flat_map(Key::parts).map(height).max().max(Some(height(time)))
        }
        ExprKind::Fold(fold) => fold.values().map(height).max(),
        ExprKind::Index { value, arguments } => arguments_height(arguments).max(Some(height(value))),
        ExprKind::Vector(parts) | ExprKind::Array(parts) => parts.iter().map(height).max(),
        ExprKind::Chain { first, rest } => {
            rest.iter().map(|(_, it)| height(it)).max().max(Some(height(first)))
        }
        ExprKind::If { branches, otherwise } => {
            let branch = |it: &Branch| height(&it.condition).max(height(&it.then));
            branches.iter().map(branch).max().max(Some(height(otherwise)))
        }
        ExprKind::View { rows, step } => {
            let below = step.values().into_iter().map(height).max();
            below.max(Some(height(rows)))
        }
        ExprKind::When { event, condition } => Some(height(event).max(height(condition))),
        ExprKind::Block { definitions, result } => {
            let definitions = definitions.iter().map(|(_, value)| height(value)).max().unwrap_or(0);
            Some(definitions.max(height(result)))
        }
        _ => None,
    };
    1 + below.unwrap_or(0)
}

fn edit_height(edit: &Edit) -> Option<usize> {
    match edit {
        Edit::Append { row, at, .. } => {
            row.values.iter().filter_map(|it| it.value.as_ref()).chain(at).map(height).max()
        }
        Edit::Move { to, condition, .. } => condition.iter().chain([to]).map(height).max(),
        Edit::Remove { condition, .. } => condition.as_ref().map(height),
        Edit::Clear { .. } => None,
        Edit::Set { value, .. } => Some(height(value)),
    }
}

fn item_height(item: &Item) -> usize {
    let entries = |entries: &[Entry]| entries.iter().filter_map(|it| it.value.as_ref()).map(height).max();
    let below = match &item.kind {
        ItemKind::Use { arguments, .. } => entries(arguments),
        ItemKind::Parameter { default: value, .. }
        | ItemKind::Function { body: value, .. }
        | ItemKind::AtBirth { value, .. }
        | ItemKind::State { initial: value, .. }
        | ItemKind::Next { value, .. }
        | ItemKind::Background { value } => Some(height(value)),
        ItemKind::Definition { value, continuity, .. } => {
            let arguments = continuity.as_ref().map(|continuity| continuity.arguments.as_slice());
            let arguments = arguments.unwrap_or_default().iter().map(|it| height(&it.value)).max();
            arguments.max(Some(height(value)))
        }
        ItemKind::Input { count, default, .. } => count.iter().chain(default).map(height).max(),
        ItemKind::TextField { default, .. } => default.as_ref().map(height),
        ItemKind::Event { value, .. } => value.as_ref().map(height),
        ItemKind::On { event, sets, edits } => {
            let sets = sets.iter().map(|(_, value)| height(value)).max();
            sets.max(edits.iter().filter_map(edit_height).max()).max(Some(height(event)))
        }
        ItemKind::Edit(edit) => edit_height(edit),
        ItemKind::List { max, columns, rows, .. } => {
            let defaults = columns.iter().filter_map(|column| column.default.as_ref()).map(height).max();
            let rows = rows.iter().filter_map(|row| entries(&row.values)).max();
            defaults.max(rows).max(Some(height(max)))
        }
        ItemKind::Combine { .. }
        | ItemKind::Data { .. }
        | ItemKind::Artwork { .. }
        | ItemKind::Image { .. } => None,
        ItemKind::Domain { elements, items, .. } => {
            elements.values().map(height).max().max(items.iter().map(item_height).max())
        }
        ItemKind::Timeline { over, parts, .. } => {
            over.iter().chain(parts.iter().flat_map(Part::values)).map(height).max()
        }
        ItemKind::Draw { arguments, attributes, .. } => {
            arguments.iter().map(|it| height(&it.value)).max().max(entries(attributes))
        }
        ItemKind::Camera { attributes, .. } | ItemKind::Font { settings: attributes, .. } => {
            entries(attributes)
        }
        ItemKind::Clip { settings } => entries(settings),
    };
    1 + below.unwrap_or(0)
}

/// Reads a text and checks all that must hold for any.
fn survive(source: &str) {
    let (tree, problems, sources) = read(source);
    assert_eq!(sources.files()[0].text.len(), source.len());
    let is_inside = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        start <= end && source.get(start..end).is_some() && sources.text(span).len() == end - start
    };
    let shown = || source.chars().take(500).collect::<String>();
    for problem in &problems {
        assert!(is_inside(problem.span), "{:?} {} in {:?}", problem.span, problem.message, shown());
        assert!(problem.related.iter().all(|&(_, span)| is_inside(span)), "{:?}", shown());
        assert!(
            problem.help.as_ref().is_some_and(|help| !help.is_empty()),
            "{} in {:?}",
            problem.message,
            shown()
        );
        assert!(problem.message.len() < 300, "{}", problem.message);
    }
    assert!(problems.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
    assert!(problems.len() <= 1000);
    for item in &tree.items {
        assert!(is_inside(item.span), "{:?} in {:?}", item.span, shown());
        assert!(item_height(item) <= 256, "{:?}", shown());
    }
    if source.len() < 100_000 {
        let tokens = lex(source, 0, &mut FileProblems::default()).list;
        assert!(tokens.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", shown());
        assert!(tokens.iter().rev().skip(1).all(|token| token.start < token.end), "{:?}", shown());
        printer::tree(&tree);
    }
}

/// On a stack as small as that of a thread of the system; debug builds need the most.
fn with_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap();
    thread.join().unwrap();
}

#[test]
fn cut_off_at_every_byte() {
    survive(EVERYTHING);
    for (at, _) in EVERYTHING.char_indices() {
        survive(&EVERYTHING[..at]);
        survive(&EVERYTHING[at..]);
    }
}

#[test]
fn one_byte_taken_out() {
    for (at, letter) in EVERYTHING.char_indices() {
        let without = format!("{}{}", &EVERYTHING[..at], &EVERYTHING[at + letter.len_utf8()..]);
        let (_, problems, _) = read(&without);
        assert!(problems.len() <= 8, "{} problems without the character at {at}", problems.len());
        survive(&without);
    }
}

/// Repeated without end.
const HOSTILE: &[&str] = &[
    "(",
    "{",
    "[",
    ")",
    "}",
    "f(",
    "a = {",
    "a = (",
    "a[",
    "domain a[1] {\n",
    "draw a {",
    "a = f(1, ",
    "if ",
    "a = if ",
    "- ",
    "not ",
    "!",
    "+",
    "a.",
    "a ",
    "a\n",
    "a = ",
    "a =\n",
    "a = 1\n",
    "a = 1 ",
    "a + ",
    "a < ",
    "a ? ",
    "a ? b : ",
    "1 ~ ",
    "^ 2",
    "/*",
    "/*/",
    "*/",
    "\"",
    "\"\n",
    "'",
    "\u{201c}",
    "`",
    "#",
    "#\n",
    "\0",
    "\u{1}\u{2}",
    "é",
    "é ",
    "@$",
    "1",
    "1.",
    "1 ",
    "0x",
    ",",
    ";",
    ":",
    "=",
    "\n",
    " ",
    "\\",
    "\"\\",
    "{ a = 1 ",
    "{ a: ",
    "(a, ",
    "}\n{",
    ")(",
    "](",
    "({[",
    "fn f(a, ",
    "use \"a\" {",
    "a = 1 }\n",
    "combine a ",
    "else ",
    "then ",
    "elif ",
    "event a\n",
    "on a {",
    "~",
    "a = b ~ c(",
    "at birth ",
    "domain a[born every ",
    "domain a[born every 1, ",
    "domain a[host max ",
    "domain a[b max ",
    "domain a[host max 1, match nearest(",
    "max 1 ",
    "\u{feff}",
    "\r",
    "else if a then b ",
];

#[test]
fn hostile_texts() {
    const SIZE: usize = 10 << 20;
    with_small_stack(move || {
        for unit in HOSTILE {
            for prefix in ["", "a = "] {
                survive(&format!("{prefix}{}", unit.repeat(SIZE / 100 / unit.len())));
            }
        }
    });
}

#[test]
fn ten_megabytes() {
    const SIZE: usize = 10 << 20;
    with_small_stack(|| {
        for unit in ["(", "{a=", "a.", "\0", "/*/", "'", "x"] {
            survive(&format!("a = {}", unit.repeat(SIZE / unit.len())));
        }
    });
}

#[test]
fn limits_of_depth() {
    let count = |source: &str, code: &str| {
        read(source).1.iter().filter(|problem| problem.code.name() == code).count()
    };
    let nested = |depth: usize| format!("a = {}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(read(&nested(100)).1.len(), 0);
    assert_eq!(read(&nested(101)).1.len(), 1);
    assert_eq!(count(&nested(101), "E0504"), 1);
    // What is read from left to right is no deeper for being long.
    for sign in ["+", "-", "*", "or", "and"] {
        assert_eq!(read(&format!("a = 1{}", format!(" {sign} a").repeat(100_000))).1.len(), 0, "{sign}");
    }
    let mixed = format!("a = 1{}", " * b + c * d or e and f".repeat(50_000));
    assert_eq!(read(&mixed).1.len(), 0);
    assert_eq!(read(&format!("a = {}1", "if a then b else ".repeat(100_000))).1.len(), 0);
    let inner = |depth: usize| format!("a = {}1{}", "if a then ".repeat(depth), " else 2".repeat(depth));
    assert_eq!(read(&inner(100)).1.len(), 0);
    assert_eq!(count(&inner(101), "E0504"), 1);
    let parts = |depth: usize| format!("a = b{}", ".x".repeat(depth));
    assert_eq!(count(&parts(300), "E0504"), 1);
    // Each statement has its own.
    assert_eq!(read(&format!("{}\n{}", parts(300), nested(200))).1.len(), 2);
    with_small_stack(move || {
        for link in
            ["{ a = ", "f(", "-", "if a then b else ", "(1 + 2 * ", "1 or 1 and 1 == 1 + 1 * -", "a ? b : "]
        {
            survive(&format!("a = {}", link.repeat(99)));
        }
        let mixed = "1 or 1 and not 1 == 1 + 1 * f({ a = (";
        survive(&format!("a = {}", mixed.repeat(25)));
    });
}

const WORDS: &[&str] = &[
    "a",
    "b",
    "dots",
    "use",
    "param",
    "input",
    "momentary",
    "fn",
    "state",
    "next",
    "combine",
    "domain",
    "max",
    "born",
    "every",
    "lives",
    "evict",
    "oldest",
    "host",
    "match",
    "nearest(",
    "at",
    "birth",
    "at birth a =",
    "domain d[born every 1s, lives 1s, max 9] {",
    "domain d[host max 9, match nearest(1)] {",
    "a = 1 ~ slew(1s)",
    "draw",
    "camera",
    "background",
    "clip",
    "as",
    "event",
    "on",
    "when",
    "event e",
    "list rows max 9 { a: float }",
    "on e {",
    "append rows { a: 1 }",
    "remove rows where",
    "clear rows",
    "rows.a = 1",
    "event r: row(rows)",
    "event e = every(1s)",
    "on e { a = 1 }",
    "on e when a {",
    "data",
    "artwork",
    "list",
    "if",
    "then",
    "else",
    "and",
    "or",
    "not",
    "true",
    "false",
    "1",
    "2.5",
    "3s",
    "4px",
    "#fff",
    "#12",
    "\"t\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "~",
    "&&",
    "||",
    "!",
    "^",
    "?",
    "->",
    "+=",
    "\n",
    "\n",
    "\n    ",
    "\n",
    "'",
    "\"",
    "/*",
    "*/",
    "@",
    "é",
    "(",
    ")",
    "{",
    "}",
    "=",
    "=",
    "a =",
    "\na =",
    "draw circle {",
    "f(",
    "domain d[3] {\n",
    "domain e[2] { parent.",
    "\n}\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_words(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60)) {
        survive(&words.join(" "));
        survive(&words.concat());
    }

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_characters(text in "[ -~\\n\u{a0}-\u{ff}\u{2010}-\u{2030}]{0,100}") {
        survive(&text);
    }
}
