//! The syntax tree: what was written, before any name means anything.

use super::problems::Reported;
use super::source::Span;
use crate::program::Gather;

/// A name and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// The comment that opens the file: its lines without the slashes, joined by spaces; empty without one. It ends
    /// at the first empty line or the first statement.
    pub(crate) comment: String,
    pub(crate) items: Vec<Item>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum ItemKind {
    /// `use "ring.pav" as ring { radius: 0.3 }`; without `as` the file's name up to the first dot.
    Use { path: Text, name: Option<Name>, arguments: Vec<Entry> },
    /// `data rows from "values.csv" { name: text, value: float } skip bad`.
    Data { name: Name, path: Text, columns: Vec<Column>, skips_bad: bool },
    /// `artwork logo from "logo.svg"`.
    Artwork { name: Name, path: Text },
    /// `image photo from "photo.jpg"`.
    Image { name: Name, path: Text },
    /// `font title from "Inter.ttf" { width: 90, fallback: other }`; `system "Arial"` in place of the file, whose path is the family
    /// then.
    Font { name: Name, path: Text, is_system: bool, settings: Vec<Entry> },
    /// `param radius: float = 0.2`; the type may be left out.
    Parameter { name: Name, ty: Option<Name>, default: Expr },
    /// `input pointer: vec2 = (0.5, 0.5) momentary`; the type or the default may be left out, not both. In a domain whose
    /// elements the host gives it is of each element.
    Input {
        name: Name,
        ty: Option<Name>,
        count: Option<Expr>,
        default: Option<Expr>,
        momentary: Option<Span>,
    },
    /// `input draft: text field = "a"`; the default may be left out.
    TextField { name: Name, default: Option<Expr> },
    /// `fn name(a, b: vec2, c = 1) = body`.
    Function { name: Name, parameters: Vec<FunctionParameter>, body: Expr },
    /// `name = value`, or `name = value ~ slew(300ms)`.
    Definition { name: Name, value: Expr, continuity: Option<Continuity> },
    /// `at birth name = value`.
    AtBirth { name: Name, value: Expr },
    /// `state name: float = initial durable`; the type may be left out.
    State { name: Name, ty: Option<Name>, initial: Expr, durable: bool },
    /// `next name = value`.
    Next { name: Name, value: Expr },
    /// `list scores max 100 durable { value: float, hot: bool = false } = [{ value: 3 }]`; the rows may be left out.
    List { name: Name, max: Expr, durable: bool, columns: Vec<ListColumn>, rows: Vec<Row> },
    /// `append scores { value: 3 }`, between the braces of an `on`.
    Edit(Edit),
    /// `event click`, `event note: float`, `event wheel: float sum`, `event toggle: row(scores)`, `event beat = every(500ms)`.
    Event { name: Name, ty: Option<Name>, row_of: Option<Name>, gather: Gather, value: Option<Expr> },
    /// `on click { hits = hits + 1 }`.
    On { event: Expr, sets: Vec<(Name, Expr)>, edits: Vec<Edit> },
    /// `combine sum name`: several definitions of `name` become one value.
    Combine { how: Name, name: Name },
    /// `domain name[elements] { items }`.
    Domain { name: Name, elements: Elements, items: Vec<Item> },
    /// `timeline name over time { parts }`, or `timeline name on event { parts }`; without both it is played once, from the first
    /// frame on.
    Timeline { name: Name, over: Option<Expr>, parts: Vec<Part> },
    /// `draw shape(arguments) as label { attributes }`.
    Draw { shape: Name, arguments: Vec<Argument>, label: Option<Name>, attributes: Vec<Entry> },
    /// `camera perspective as name { attributes }`; without a name it is the camera of every draw of the file that
    /// names none.
    Camera { kind: Name, name: Option<Name>, attributes: Vec<Entry> },
    /// `background = value`.
    Background { value: Expr },
    /// `clip { duration: 12s, rate: 60, size: (1080, 1080) }`; the span is the word `clip`'s.
    Clip { settings: Vec<Entry> },
}

impl ItemKind {
    /// Whether it belongs to a file: it has no meaning inside of a domain.
    pub(crate) fn is_of_file(&self) -> bool {
        match self {
            Self::Use { .. }
            | Self::Data { .. }
            | Self::Artwork { .. }
            | Self::Image { .. }
            | Self::Font { .. }
            | Self::List { .. }
            | Self::Parameter { .. }
            | Self::Input { .. }
            | Self::TextField { .. }
            | Self::Function { .. }
            | Self::Camera { .. }
            | Self::Background { .. }
            | Self::Clip { .. } => true,
            Self::Definition { .. }
            | Self::AtBirth { .. }
            | Self::State { .. }
            | Self::Next { .. }
            | Self::Edit(_)
            | Self::Event { .. }
            | Self::On { .. }
            | Self::Combine { .. }
            | Self::Domain { .. }
            | Self::Timeline { .. }
            | Self::Draw { .. } => false,
        }
    }
}

/// A column of a list: `value: float`, or `hot: bool = false` where a row may leave it out.
#[derive(Clone, Debug)]
pub(crate) struct ListColumn {
    pub(crate) name: Name,
    pub(crate) ty: Name,
    pub(crate) default: Option<Expr>,
}

/// `{ value: 3, hot: true }`: a row of a list.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) values: Vec<Entry>,
    /// With the braces.
    pub(crate) span: Span,
}

/// What a reaction does to rows of a list.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// `append scores { value: 3 }`, or with a place `insert scores { value: 3 } at 0`.
    Append { list: Name, row: Row, at: Option<Expr> },
    /// `move scores to 0 where hot`, or `move grab to 0`: the row that an event carries.
    Move { rows: Name, to: Expr, condition: Option<Expr> },
    /// `remove scores where value < 1`, or `remove toggle`: the row that an event carries.
    Remove { rows: Name, condition: Option<Expr> },
    /// `clear scores`.
    Clear { list: Name },
    /// `scores.hot = true`, `scores.hot = value > 2 where not hot`, or `toggle.hot = true`: of the row that an event carries.
    Set { rows: Name, column: Name, value: Expr },
}

impl Edit {
    /// The list, or the event that carries a row.
    pub(crate) fn rows(&self) -> &Name {
        match self {
            Self::Append { list: rows, .. }
            | Self::Clear { list: rows }
            | Self::Move { rows, .. }
            | Self::Remove { rows, .. }
            | Self::Set { rows, .. } => rows,
        }
    }

    /// The word that it begins with.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Append { at: None, .. } => "append",
            Self::Append { at: Some(_), .. } => "insert",
            Self::Move { .. } => "move",
            Self::Remove { .. } => "remove",
            Self::Clear { .. } => "clear",
            Self::Set { .. } => "=",
        }
    }
}

/// A column of data: `value: float`, or `value: float from "GDP per head"` where the file calls it something else.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: Name,
    pub(crate) ty: Name,
    pub(crate) from: Option<Text>,
}

impl Column {
    /// Its name in the file.
    pub(crate) fn header(&self) -> &str {
        self.from.as_ref().map_or(&self.name.text, |text| &text.text)
    }
}

/// Whether a text could be a name of a patch.
pub(crate) fn is_name(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    begins && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Which elements a domain has: what stands between its brackets.
#[derive(Clone, Debug)]
pub(crate) enum Elements {
    /// `count` or `count max 500`.
    Counted { count: Expr, max: Option<Expr> },
    /// `born every 5ms, lives 1.5s, max 500, evict oldest`.
    Born { every: Expr, lives: Expr, max: Expr, evicts: bool },
    /// `born on click, count 3, lives 2s, max 60, evict oldest`.
    BornOn { event: Box<Expr>, count: Option<Box<Expr>>, lives: Expr, max: Expr, evicts: bool },
    /// `host max 500, match nearest(0.1)`.
    Host { max: Expr, nearest: Option<Expr> },
    /// `from rows keyed by name`: an element per row; with a key it is the same in another version of the patch. `[64] from
    /// text(said)`: as many letters of a text that changes at most.
    Rows { rows: Box<Expr>, key: Option<Name>, most: Option<Box<Expr>> },
}

impl Elements {
    /// What stands in it to be worked out.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Expr> {
        let values = match self {
            Self::Counted { count, max } => [Some(count), max.as_ref(), None, None],
            Self::Born { every, lives, max, .. } => [Some(every), Some(lives), Some(max), None],
            Self::BornOn { event, count, lives, max, .. } => {
                [Some(&**event), count.as_deref(), Some(lives), Some(max)]
            }
            Self::Host { max, nearest } => [Some(max), nearest.as_ref(), None, None],
            Self::Rows { rows, most, .. } => [Some(&**rows), most.as_deref(), None, None],
        };
        values.into_iter().flatten()
    }
}

/// `title: 400ms after logo - 100ms`, a part of a timeline.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: Name,
    pub(crate) duration: Expr,
    pub(crate) start: Start,
}

/// When a part of a timeline begins.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// Where the part before it in the source ends; the first at 0.
    InTurn,
    /// `at 2s`.
    At(Expr),
    /// `after logo - 100ms`: where another part ends, and so much later.
    After(Name, Option<Expr>),
    /// `with logo + 50ms`: where another part begins, and so much later.
    With(Name, Option<Expr>),
}

impl Part {
    /// What is written in it to be worked out.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Expr> {
        let start = match &self.start {
            Start::InTurn => None,
            Start::At(value) => Some(value),
            Start::After(_, shift) | Start::With(_, shift) => shift.as_ref(),
        };
        [Some(&self.duration), start].into_iter().flatten()
    }
}

/// `~ slew(300ms)` behind a definition: what becomes of the jump that an edit makes.
#[derive(Clone, Debug)]
pub(crate) struct Continuity {
    pub(crate) policy: Name,
    pub(crate) arguments: Vec<Argument>,
    /// With the `~`.
    pub(crate) span: Span,
}

/// Words that begin a statement where a name, a text or a brace follows, with what they do.
pub(crate) const STATEMENTS: &[(&str, &str)] = &[
    ("use", "use \"ring.pav\" as ring { radius: 0.3 }: everything of another file, under a name."),
    (
        "data",
        "data rows from \"values.csv\" { name: text, value: float }: the rows of a file, which are part of the program.",
    ),
    (
        "artwork",
        "artwork logo from \"logo.svg\": the paths of an SVG file, drawn whole or as elements: domain parts from logo { ... }.",
    ),
    ("font", "font title from \"Inter.ttf\": a font for texts; draw text(\"Hello\") { font: title }."),
    (
        "image",
        "image photo from \"photo.jpg\": the pixels of a file, a PNG, a JPEG or a WebP; draw image(photo) { ... }.",
    ),
    ("param", "param radius = 0.2: a value that a file which uses this one may give."),
    (
        "input",
        "input pointer: vec2 = (0.5, 0.5): a value that the host or the preview gives; input draft: text field is typed.",
    ),
    ("fn", "fn double(x) = x * 2: a function, written into its callers."),
    ("state", "state x = 0: a value that is kept from frame to frame; `next` changes it."),
    ("next", "next x = x + dt: what the state holds from the next frame on."),
    (
        "event",
        "event click, event beat = every(500ms): something that happens, any number of times, each at its exact time.",
    ),
    (
        "on",
        "on click { hits = hits + 1 }: what is done when an event happens: states get new values, lists new rows.",
    ),
    (
        "list",
        "list scores max 100 { value: float }: rows that reactions append, remove and change; domain bars from scores { ... }.",
    ),
    ("append", "on add { append scores { value: add } }: puts a new row behind the others of a list."),
    ("insert", "on add { insert scores { value: add } at 0 }: puts a new row at a place of a list."),
    (
        "move",
        "on grab { move grab to 0 }: puts a row at another place; `move scores to 0 where hot` some rows of a list.",
    ),
    (
        "remove",
        "on tidy { remove scores where value < 1 }: removes rows of a list, or the one that an event carries.",
    ),
    ("clear", "on wipe { clear scores }: removes all rows of a list."),
    ("at", "at birth speed = random(3): a value of an element that is taken when it comes, and kept."),
    ("combine", "combine sum push: several definitions of `push` become one value."),
    (
        "domain",
        "domain dots[5000] { ... }: a set of elements; what is defined inside has a value per element.",
    ),
    (
        "timeline",
        "timeline intro { logo: 600ms  title: 400ms after logo }: values that run from 0 to 1, each in its time.",
    ),
    ("draw", "draw circle { position, size, color }: puts elements on the picture."),
    ("camera", "camera perspective { eye: (0.5, 0.5, 2) }: how the draws of this file are seen."),
    ("clip", "clip { duration: 12s, rate: 60, size: (1920, 1080) }: how it is meant to be shown."),
    ("background", "background = #123: the colour under everything."),
];

/// Words between the brackets of a domain and behind `at`, with what they do. Elsewhere they are names.
pub(crate) const ELEMENT_WORDS: &[(&str, &str)] = &[
    ("max", "domain dots[n max 500]: how many elements there may be, where their number changes."),
    ("born", "domain sparks[born every 5ms, lives 1.5s, max 500]: elements are born one by one, and die."),
    ("every", "born every 5ms: the time between two births, or their frequency, `every 200hz`."),
    ("lives", "lives 1s + 1s * random(1): how long an element lives, taken when it is born."),
    (
        "evict",
        "evict oldest: when there is no room for a birth, the oldest element goes; without it there is no birth.",
    ),
    ("oldest", "evict oldest: when there is no room for a birth, the oldest element goes."),
    (
        "host",
        "domain stars[host max 500]: elements that the host gives, with an `input` for what it says of each.",
    ),
    (
        "match",
        "match nearest(0.1): an element with a new id continues as an old one that was nearer than that.",
    ),
    ("nearest", "match nearest(0.1): elements are matched by their input `position`."),
    ("birth", "at birth speed = random(3): a value that is taken when an element comes, and kept."),
];

/// Words of a timeline, with what they do. Elsewhere they are names.
pub(crate) const TIMELINE_WORDS: &[(&str, &str)] = &[
    (
        "over",
        "timeline intro over loop(time, 4s) { ... }: a timeline over another time than that of the frame.",
    ),
    ("on", "timeline intro on click { ... }: a timeline that begins anew each time that an event happens."),
    ("after", "title: 400ms after logo - 100ms: begins where another part ends, here a little before."),
    ("with", "rule: 300ms with title + 50ms: begins where another part begins, here a little later."),
    ("at", "hold: 1s at 2s: begins at a time of its own."),
];

/// Words that begin a statement in other languages.
pub(crate) const FOREIGN_WORDS: &[&str] =
    &["let", "const", "var", "val", "def", "function", "func", "fun", "import", "include", "for", "while"];

/// Words that begin a statement.
pub(crate) fn statement_words() -> impl Iterator<Item = &'static str> {
    STATEMENTS.iter().map(|&(word, _)| word)
}

/// A parameter of a function of the patch.
#[derive(Clone, Debug)]
pub(crate) struct FunctionParameter {
    pub(crate) name: Name,
    pub(crate) ty: Option<Name>,
    pub(crate) default: Option<Expr>,
}

/// `name: value` between braces; `name` alone means `name: name`.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: Name,
    pub(crate) value: Option<Expr>,
}

/// `value` or `name: value` between parentheses.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: Option<Name>,
    pub(crate) value: Expr,
}

/// A quoted text, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// With its quotes.
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// Something that could not be read.
    Broken(Reported),
    /// `is_integer`: written with digits only.
    Number {
        value: f64,
        suffix: Suffix,
        is_integer: bool,
    },
    /// `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa` as red, green, blue, alpha in 0..=1.
    Color([f64; 4]),
    Text(String),
    Bool(bool),
    Name(String),
    /// `value.name`.
    Member {
        value: Box<Expr>,
        name: Name,
    },
    /// `sin(x)`, `wave.sine(x)`, `ring.helper(x)`. `function` has one or more parts.
    Call {
        function: Vec<Name>,
        arguments: Vec<Argument>,
    },
    /// `sum(other.speed for other near (position, 0.1))`, `count(other near (position, 0.1))`.
    Fold(Box<Fold>),
    /// `keys(time, 0s: 0, 1s: 1 ease.out_cubic, in: oklab)`.
    Keys {
        time: Box<Expr>,
        keys: Vec<Key>,
        space: Option<Name>,
    },
    /// `(x, y)` or `(x, y, z)`.
    Vector(Vec<Expr>),
    /// `value at index`, `value at index wrap`: the value of the element with that index.
    At {
        value: Box<Expr>,
        index: Box<Expr>,
        wraps: bool,
    },
    /// `[3, 5, 8]`, `[[1, 2], [3, 4]]`.
    Array(Vec<Expr>),
    /// `weights[i]`, `weights[i, wrap]`.
    Index {
        value: Box<Expr>,
        arguments: Vec<Argument>,
    },
    Unary {
        op: UnaryOp,
        value: Box<Expr>,
    },
    /// `a + b - c`: operators that bind alike, applied from left to right. A list and not a tree, so that a long sum is
    /// no deeper than a short one.
    Chain {
        first: Box<Expr>,
        rest: Vec<(BinaryOp, Expr)>,
    },
    /// `rows where value > 2`, `rows sort by value desc`, `rows take 10`, `rows skip 10`, `rows distinct name`, `rows group by name { total: sum(value) }`.
    View {
        rows: Box<Expr>,
        step: ViewStep,
    },
    /// `event when condition`.
    When {
        event: Box<Expr>,
        condition: Box<Expr>,
    },
    /// `if c then a else if d then b else e`: the value of the first branch whose condition holds.
    If {
        branches: Vec<Branch>,
        otherwise: Box<Expr>,
    },
    /// `{ a = 1  b = 2  a + b }`.
    Block {
        definitions: Vec<(Name, Expr)>,
        result: Box<Expr>,
    },
}

/// One value of those that the elements nearby have, an [`ExprKind::Fold`].
#[derive(Clone, Debug)]
pub(crate) struct Fold {
    /// `sum`.
    pub(crate) how: Name,
    /// What is folded; without it the others themselves.
    pub(crate) body: Option<Expr>,
    /// What each of the others is called.
    pub(crate) other: Name,
    /// The word `near`.
    pub(crate) near: Span,
    /// Between its parentheses.
    pub(crate) arguments: Vec<Argument>,
}

#[cfg(test)]
impl Fold {
    /// What is written in it.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Expr> {
        self.body.iter().chain(self.arguments.iter().map(|argument| &argument.value))
    }
}

/// `1s: 0.5 ease.out_cubic` of an [`ExprKind::Keys`].
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) at: Expr,
    pub(crate) value: Expr,
    /// How the value goes there from the key before.
    pub(crate) easing: Option<Expr>,
}

impl Key {
    /// What is written in it.
    #[cfg(test)]
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Expr> {
        [&self.at, &self.value].into_iter().chain(&self.easing)
    }
}

/// What is made of rows of data.
#[derive(Clone, Debug)]
pub(crate) enum ViewStep {
    /// Those of which it is true.
    Where(Box<Expr>),
    /// In the order of a value, the smallest first, or the largest.
    SortBy { key: Box<Expr>, is_descending: bool },
    /// The first ones.
    Take(Box<Expr>),
    /// All but the first ones.
    Skip(Box<Expr>),
    /// Of those with the same value the first.
    Distinct(Box<Expr>),
    /// A row for all those that have the same keys.
    GroupBy { keys: Vec<GroupKey>, columns: Vec<Aggregate> },
}

/// `country`, or `decade: div(year, 10)`: what the rows of a group have in common.
#[derive(Clone, Debug)]
pub(crate) struct GroupKey {
    pub(crate) name: Option<Name>,
    pub(crate) value: Expr,
}

/// `total: sum(value)`: a column that is worked out of the rows of a group.
#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    pub(crate) name: Name,
    pub(crate) how: Name,
    pub(crate) value: Option<Expr>,
}

impl ViewStep {
    /// What is written in it to be worked out.
    pub(crate) fn values(&self) -> Vec<&Expr> {
        match self {
            Self::Where(value)
            | Self::SortBy { key: value, .. }
            | Self::Take(value)
            | Self::Skip(value)
            | Self::Distinct(value) => vec![value],
            Self::GroupBy { keys, columns } => {
                let of_columns = columns.iter().filter_map(|column| column.value.as_ref());
                keys.iter().map(|key| &key.value).chain(of_columns).collect()
            }
        }
    }
}

/// Words behind rows of data, with what they do. Elsewhere they are names.
pub(crate) const VIEW_WORDS: &[(&str, &str)] = &[
    (
        "from",
        "domain bars from rows { ... }: an element per row of data; data rows from \"values.csv\" { ... }.",
    ),
    ("where", "rows where value > 2: the rows of data of which that is true."),
    ("sort", "rows sort by value desc: rows of data in the order of a value."),
    ("by", "rows sort by value: the smallest first; rows group by name { ... }: a row for each name."),
    ("desc", "rows sort by value desc: the largest first."),
    ("take", "rows take 10: the first so many rows of data."),
    ("distinct", "rows distinct name: of rows with the same name the first."),
    (
        "group",
        "rows group by name { total: sum(value), rows: count() }: a row for each name, with what is worked out of its rows.",
    ),
    ("keyed", "domain bars from rows keyed by name: elements are the same after an edit by that column."),
    (
        "skip",
        "rows skip 10: all but the first so many rows; skip bad, behind data: leaves out rows that have a bad cell, and says how many.",
    ),
    ("bad", "skip bad: leaves out rows of a file that have a bad cell, and says how many."),
];

/// `if condition then value` of an [`ExprKind::If`].
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// The word `if`.
    pub(crate) word: Span,
    pub(crate) condition: Expr,
    pub(crate) then: Expr,
}

/// The unit written after a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suffix {
    None,
    /// `s`
    Second,
    /// `ms`
    Millisecond,
    /// `turn`
    Turn,
    /// `deg`
    Degree,
    /// `rad`
    Radian,
    /// `hz`
    Hertz,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Negate,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl BinaryOp {
    /// As it is written.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}

/// The parts of a dotted name; `None` if the expression is something else.
pub(crate) fn dotted(expr: &Expr) -> Option<Vec<(&str, Span)>> {
    let mut parts = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Name(name) => {
                parts.push((name.as_str(), at.span));
                parts.reverse();
                return Some(parts);
            }
            ExprKind::Member { value, name } => {
                parts.push((name.text.as_str(), name.span));
                at = value;
            }
            _ => return None,
        }
    }
}
