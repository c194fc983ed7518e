//! The reference: a page of every construct and function, made from the tables that the compiler reads.

mod motion;

use std::fmt::Write;

use super::builtins::{self, BUILTIN_VALUES, CHAPTERS, Example};
use super::elaborate::{
    CLIP, FOLDS, FONT, ORTHOGRAPHIC, PERSPECTIVE, POLICIES, SHAPES, ShapeEntry, TYPES, attributes,
};
use super::syntax::{ELEMENT_WORDS, STATEMENTS, TIMELINE_WORDS, VIEW_WORDS};
use crate::draw::Entry;

pub(super) use motion::MOTION;

/// A part of the language that is not a function.
pub(super) struct Construct {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    /// A whole patch.
    pub(super) example: &'static str,
    /// Names of the example, the frame, and what they are then.
    pub(super) gives: &'static [(&'static str, u64, &'static [f64])],
}

/// What editors offer while a patch is written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Completion {
    /// The word itself: `wave.sine`, `position`.
    pub label: String,
    /// `function`, `value`, `type`, `shape`, `attribute`, `continuity` or `keyword`.
    pub kind: &'static str,
    /// How it is used: `wave.sine(phase: phase) -> float`.
    pub detail: String,
    /// What it does, in a line.
    pub about: String,
}

/// Words that join expressions, with what they do.
const KEYWORDS: &[(&str, &str)] = &[
    ("if", "if c then a else b: one of two values."),
    ("then", "if c then a else b: one of two values."),
    ("else", "if c then a else b: one of two values."),
    ("and", "Both conditions."),
    ("or", "Either condition."),
    ("not", "The opposite of a condition."),
    ("for", "sum(other.speed for other near (position, 0.1)): what is folded, of every element nearby."),
    ("near", "count(other near (position, 0.1)): the elements that are closer than that."),
    ("true", "A condition that holds."),
    ("false", "A condition that does not hold."),
    ("at", "dots.x at k: the value of the element with that index."),
    ("wrap", "dots.x at k wrap: an index beyond the ends goes round."),
];

/// Everything that can be written, for editors, for completion and for grammars.
pub fn completions() -> Vec<Completion> {
    let entry = |label: &str, kind, detail: String, about: &str| Completion {
        label: label.into(),
        kind,
        detail,
        about: about.into(),
    };
    let mut all = Vec::new();
    all.extend(
        STATEMENTS
            .iter()
            .chain(KEYWORDS)
            .chain(ELEMENT_WORDS)
            .chain(TIMELINE_WORDS)
            .chain(VIEW_WORDS)
            .map(|(word, about)| entry(word, "keyword", (*word).into(), about)),
    );
    all.extend(POLICIES.iter().map(|p| entry(p.name, "continuity", format!("~ {}", p.usage), p.about)));
    all.extend(builtins::functions().map(|f| entry(f.name, "function", f.signature(), f.about)));
    let fold = |name: &str| format!("{name}(x for other near (position, radius, [most], [wrap]))");
    let folds = FOLDS.iter().map(|way| (way, format!("Of the elements nearby: {}.", way.about)));
    all.extend(folds.map(|(way, about)| entry(way.name, "function", fold(way.name), &about)));
    all.extend(
        BUILTIN_VALUES.iter().map(|i| entry(i.name, "value", format!("{}: {}", i.name, i.ty), i.about)),
    );
    all.extend(TYPES.iter().map(|(name, ..)| entry(name, "type", (*name).into(), "A type.")));
    let shape = |s: &ShapeEntry| {
        let name = s.kind.name();
        entry(name, "shape", format!("draw {name}({})", s.takes()), s.about)
    };
    all.extend(SHAPES.iter().map(shape));
    let settings = attributes().chain(PERSPECTIVE).chain(ORTHOGRAPHIC).chain(CLIP).chain(FONT);
    all.extend(
        settings.map(|a| entry(a.name, "attribute", format!("{}: {}", a.name, a.kind.prose()), a.about)),
    );
    all
}

/// The reference of a name of the language: its use, what it does, examples.
pub fn describe(name: &str) -> Option<String> {
    let found: Vec<Completion> = completions().into_iter().filter(|entry| entry.label == name).collect();
    let text = |entry: &Completion| {
        let mut text = format!("{} ({})\n\n{}\n", entry.detail, entry.kind, entry.about);
        if let Some(function) = builtins::find(name).filter(|_| entry.kind == "function") {
            for example in function.examples {
                let _ = writeln!(text, "\n    {}", shown(example));
            }
        }
        text
    };
    let texts: Vec<String> = found.iter().map(text).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// `mix(10, 20, 0.25) gives 12.5`.
fn shown(example: &Example) -> String {
    let numbers: Vec<String> = example.gives.iter().map(f64::to_string).collect();
    let value = numbers.join(", ");
    match (example.per_element, example.frame) {
        (true, _) => format!("{} gives {value} for four elements", example.source),
        (false, 0) => format!("{} gives {value}", example.source),
        (false, frame) => format!("{} gives {value} in frame {frame}", example.source),
    }
}

/// The page, as Markdown.
pub fn reference() -> String {
    let mut page = String::from(OPENING);
    CONSTRUCTS.iter().for_each(|construct| shown_construct(&mut page, construct));
    let _ = writeln!(page, "\n## Data\n\n{DATA}");
    let _ = writeln!(page, "\n## Artwork\n\n{ARTWORK}");
    let _ = writeln!(page, "\n## Images\n\n{IMAGES}");
    let _ = writeln!(page, "\n## Motion\n\n{}", motion::OPENING);
    MOTION.iter().for_each(|construct| shown_construct(&mut page, construct));
    let _ = writeln!(page, "\n## Continuity\n\n{CONTINUITY}\n");
    table(
        &mut page,
        &["behind `~`", "takes", "means"],
        POLICIES.iter().map(|p| (p.name, p.takes(), p.about)),
    );
    let _ = writeln!(
        page,
        "## Drawing\n\n`draw SHAPE(arguments) as label {{ attributes }}`; the label names the pass.\n\n\
         Colours are drawn with 8 bits a component, alpha too: an alpha below 1/510 draws nothing, others are rounded to\n\
         whole 255ths. The picture rounds after every element, so many faint layers do not add up to full cover: fade\n\
         with fewer, stronger ones (above 0.02).\n"
    );
    let shape = |s: &ShapeEntry| (s.kind.name(), s.takes(), s.about);
    let setting = |a: &'static Entry| (a.name, a.kind.prose(), a.about);
    table(&mut page, &["shape", "arguments", "draws"], SHAPES.iter().map(shape));
    table(&mut page, &["attribute", "takes", "means"], attributes().map(setting));
    let _ = writeln!(page, "`camera perspective {{ ... }}`\n");
    table(&mut page, &["attribute", "takes", "means"], PERSPECTIVE.iter().map(setting));
    let _ = writeln!(page, "`camera orthographic {{ ... }}`\n");
    table(&mut page, &["attribute", "takes", "means"], ORTHOGRAPHIC.iter().map(setting));
    let _ = writeln!(
        page,
        "`font title from \"Inter.ttf\" {{ ... }}`, `font title system \"Arial\" {{ ... }}`\n"
    );
    table(&mut page, &["setting", "takes", "means"], FONT.iter().map(setting));
    let _ = writeln!(page, "`clip {{ ... }}`\n");
    table(&mut page, &["setting", "takes", "means"], CLIP.iter().map(setting));
    let _ = writeln!(page, "## Values that are there\n\n| name | type | is | where |\n|---|---|---|---|");
    for known in BUILTIN_VALUES {
        let place = if known.is_per_element() { "in a domain" } else { "anywhere" };
        let _ = writeln!(page, "| `{}` | {} | {} | {place} |", known.name, known.ty, known.about);
    }
    let types: Vec<String> = TYPES.iter().map(|(name, ..)| format!("`{name}`")).collect();
    let _ = writeln!(page, "\nTypes that can be written: {}.\n\n## Functions", types.join(", "));
    for chapter in &CHAPTERS {
        let _ = writeln!(page, "\n### {}\n\n{}\n", chapter.title, chapter.about);
        let _ = writeln!(page, "| function | does | for example |\n|---|---|---|");
        for function in chapter.functions {
            let examples: Vec<String> = function
                .examples
                .iter()
                .map(|e| format!("`{}`", shown(e).replacen(" gives", "` gives `", 1)))
                .collect();
            let examples: Vec<String> =
                examples.iter().map(|e| e.replace("` gives ` ", "` gives `")).collect();
            let _ = writeln!(
                page,
                "| `{}` | {} | {} |",
                function.signature(),
                function.about,
                examples.join("; ")
            );
        }
    }
    page
}

fn shown_construct(page: &mut String, construct: &Construct) {
    let example = trimmed(construct.example);
    let _ = writeln!(page, "\n### {}\n\n{}\n\n```pavane\n{example}```", construct.title, construct.about);
    let gives = construct.gives.iter().map(|(name, frame, value)| {
        let value: Vec<String> = value.iter().map(f64::to_string).collect();
        format!("`{name}` is {} in frame {frame}", value.join(", "))
    });
    let gives: Vec<String> = gives.collect();
    if !gives.is_empty() {
        let _ = writeln!(page, "\nThen {}.", gives.join("; "));
    }
}

/// Rows of a name, what that takes, and what it means.
fn table<'a>(page: &mut String, head: &[&str], rows: impl Iterator<Item = (&'a str, String, &'a str)>) {
    let _ = writeln!(page, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
    for (name, takes, about) in rows {
        let takes = if takes.is_empty() { "none".into() } else { takes };
        let _ = writeln!(page, "| `{name}` | {takes} | {about} |");
    }
    page.push('\n');
}

/// Without the indentation of the table below.
pub(super) fn trimmed(example: &str) -> String {
    let lines: Vec<&str> = example.trim_start_matches('\n').trim_end().lines().collect();
    let margin = lines.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min();
    let margin = margin.unwrap_or(0);
    lines.iter().map(|line| format!("{}\n", line.get(margin..).unwrap_or("").trim_end())).collect()
}

const OPENING: &str = "\
# The patch language

<!-- Made by `pavane::language::reference()`; a test holds it true. Do not edit. -->

A patch is a text file that says what is on a picture at any time. Save it as `NAME.pav` and run `pavane preview NAME.pav`.
Statements begin on lines of their own; an expression may go on over several lines. Names may be used before they are
defined. What depends on an element is worked out for every element; everything else once per frame.

**Precedence**, loosest first: `~` behind a definition of a domain, `if then else`, `or`, `and`, `not`, comparisons, `+ -`,
`* / %`, unary `-`, `at`, `.`, `[ ]` and calls.
`/` always divides as numbers do (`1 / 2` is 0.5); `div` rounds down.

**Units.** Numbers may carry one: `12s`, `120ms`, `0.25turn`, `90deg`, `1.57rad`, `2hz`. Times, phases and frequencies turn
into plain numbers (seconds, cycles, hertz) where they meet plain numbers; the other way needs a unit, `x * 1s`. Angles
never mix with plain numbers: multiply by `1turn`, or divide. Two phases cannot be added.

**State** keeps its value over a hot swap under a key that is made of the names around it: a definition may move, and
everything else may change, and it goes on. A renamed one starts anew, which the report of the swap says.

## Constructs
";

const CONTINUITY: &str = "\
What an edit changes need not be seen as a jump: elements come, go or change their places, the host gives other ones, or
another version of the patch takes over. `name = expression ~ way` says how the difference between what was on screen and
what is computed goes away, element by element; without an edit there is none, and nothing is late. It is written behind
definitions of a domain: floats, angles (which take the short way round), vectors and colours. Draws show the value with the
difference; what is computed from the name elsewhere sees the value itself. A draw with `continuity: none` shows that, too.
Elements that are gone are drawn until the longest `out` of a `fade` in their draws is over.";

const IMAGES: &str = "\
`image` names a file of pixels that is beside the patch: a PNG, a JPEG or a WebP, told by its first bytes and not by its name. It is
read when the patch is compiled and part of the program; a saved file is taken up like a saved patch. Photos are turned upright as
their camera says, and colour profiles of three primaries become sRGB. A side has at most 32768 pixels, all images of a patch together
67 million.

```pavane
image photo from \"photo.jpg\"
image walker from \"walker.png\"

draw image(photo) { position: (0.5, 0.5), size: (1.6, 0.9), fit: cover, corner: 0.1 }
domain all[9] {
    draw image(walker) { position: (rank, 0.5), size: 0.1, sheet: (8, 1), frame: 12 * time / 1s, filter: nearest }
}
```

The `size` is a box, of one number a square: with `fit: contain` all of the image is in it in its proportions, with `cover` it is filled
and the rest cut off, with `stretch` filled with all of it. `source` and `source_size` choose a part, in pixels of the image; both may
move. What is drawn smaller is read from smaller images of it, each half as large, made once, so it does not sparkle. `tint` multiplies
its colours; `opacity`, `blend`, `rotation`, `scale`, layers and cameras are as for every shape.
";

const DATA: &str = "\
`data` reads the rows of a file that is beside the patch, when the patch is compiled: they are part of the program, and a saved
file is taken up like a saved patch. Tables (`.csv`, `.tsv`) have the names of their columns in the first line, and a comma, a
semicolon or a tab between cells; `.json` is an array of objects, `.jsonl` an object per line. Each column that is wanted has a
type: `float`, `int`, `bool`, `text`, `color`, `vec2` or `vec3`. A cell that is no value of its type is an error at its line and
column; with `skip bad` such rows are left out, and a warning counts them.

```pavane
data gdp from \"gdp.csv\" { country: text, year: int, value: float from \"GDP per head\" } skip bad

top = gdp where year == 2020 and value > 0 sort by value desc take 10

totals = gdp group by country { all: sum(value), best: max(value), years: count() } where years > 2

domain bars from top {
    y = 0.1 + 0.08 * index
    width = value / top.value[0]
    draw rect { position: (0.5 * width, y), size: (width, 0.06), color: hsv(rank, 0.6, 0.9) }
}
share = sum(bars.value) / gdp.count
```

`gdp.value` is an array: `gdp.value[i]`, `interpolate(gdp.value, x)`, `length(gdp.value)`; `gdp.count` is how many rows there are.
`where` keeps the rows of which a condition is true, `sort by` puts them in the order of a value (equal ones stay as they were;
`desc` begins with the largest), `take` keeps the first ones. `group by` makes a row of all rows that have the same key, in the
order in which keys first come, with what is worked out of them: `sum`, `mean`, `median`, `min`, `max`, `first` and `last` of a value,
`count()`, and `count`, `any` and `all` of a condition. Keys may be several, and worked out: `group by country, decade: div(year, 10)
{ mean: mean(value) }`. In these, columns are names; all of it is done before the first frame, so nothing in them may move. `domain bars from rows` has an element per row, and the columns are values of it. With `keyed by name` an element is
told by that column: when the file or the patch is edited, it keeps its state and glides to where its row is now.

Rows may say who belongs to whom: with `data edges from \"edges.csv\" { a: int, b: int }` a `domain links from edges` has an element per link,
whose ends are `nodes.place at a` and `nodes.place at b`, and a node has `tally(by: links.a)` links that begin at it.";

const ARTWORK: &str = "\
`artwork` reads an SVG file that is beside the patch, when the patch is compiled; a saved file is taken up like a saved patch. It is drawn
whole, once or per element, or its parts are elements:

```pavane
artwork logo from \"logo.svg\"

draw artwork(logo) { position: (0.5, 0.5), size: 0.2, rotation: 10deg }

domain parts from logo {
    late = clamp(time / 1s - 0.1 * index)
    draw path(shape) { position: (0.5, 0.5) + home * late, size, color: fill, stroke, stroke_width, opacity: opacity * late, cap: round }
}
```

The longer side of its view box is 1 long, and (0, 0) is its middle; without a view box its width and height are that box, and without
those the box around what is drawn. A part is a path or shape that has a fill or a stroke; parts come in the order of the file, what is
used several times several times. Each has

| column | type | means |
|---|---|---|
| `shape` | shape | its outline, which fills an element along its longer side |
| `home` | vec2 | the middle of the outline's box |
| `size` | float | the longer side of that box |
| `extent` | vec2 | its width and height |
| `fill`, `stroke` | color | what it is painted with; clear where it is not |
| `stroke_width` | float | 0 without a stroke |
| `dash`, `dash_offset` | vec2, float | a dash and a gap, which is 0 for a solid stroke |
| `opacity` | float | its own and that of the groups around it |
| `id`, `group` | text | its `id`, and that of the innermost group that has one |
| `part` | int | which part it is, from 0 |

so `domain parts from logo` puts each at its place with `position: home, size`, and `logo where group == \"rays\" sort by home.x` are some of them.

`draw artwork` takes `position`, `size` (how long the longer side of the view box is), `rotation`, `scale`, `opacity` (of each part), `color` (in place of its own colours),
`trim` and `trim_offset` (of the outline of each part that has a stroke), `blend`, `layer`, `camera` and `continuity`. Widths of strokes
grow with it. In a domain all parts of an element are drawn, and then those of the next one.

What is read: paths with all letters, rectangles, circles, ellipses, lines, polylines, polygons; groups, `use`, `symbol`, inner `svg`,
`switch`; view boxes with `preserveAspectRatio`; transforms; fills by both rules; strokes with ends, corners, a dash and a gap;
opacity; `style`, classes, style sheets, `currentColor`, units. What is not drawn as it is meant is a warning at its line: texts, images,
clip paths, masks, filters, markers, patterns, blend modes; gradients become the mean colour of their stops.";

/// Every construct, with an example that the tests run.
pub(super) const CONSTRUCTS: &[Construct] = &[
    Construct {
        title: "Definitions",
        about: "`name = expression`. In any order; what needs itself without a state between is an error that prints the circle.",
        example: "
            b = a * 2
            a = 20 + 1
        ",
        gives: &[("b", 0, &[42.0])],
    },
    Construct {
        title: "Comments",
        about: "`//` to the end of the line, `/* */` over several, also nested. The comment that opens a file is its title \
                and, behind a colon, what it shows.",
        example: "
            // Answer: a single number.
            a = 42 /* the /* inner */ one */
        ",
        gives: &[("a", 0, &[42.0])],
    },
    Construct {
        title: "Numbers and operators",
        about: "`+ - * / %`, comparisons `== != < <= > >=`, `and`, `or`, `not`. `%` has the divisor's sign.",
        example: "
            a = -7 % 3 + 1_000 / 1e3
            b = not (a > 2 and a < 4)
            c = 0xff
        ",
        gives: &[("a", 0, &[3.0]), ("b", 0, &[0.0]), ("c", 0, &[255.0])],
    },
    Construct {
        title: "Choice",
        about: "`if c then a else b` really chooses: what is not chosen leaves no trace, not even a NaN. Any number of \
                `else if` may stand between.",
        example: "
            x = 0
            a = if x > 0 then 1 / x else -1
            b = if frame < 2 then 10 else if frame < 4 then 20 else 30
        ",
        gives: &[("a", 0, &[-1.0]), ("b", 3, &[20.0])],
    },
    Construct {
        title: "Vectors and their parts",
        about: "`(x, y)` and `(x, y, z)`; `.x .y .z` and swizzles of two or three letters.",
        example: "
            p = (1, 2, 3)
            q = p.zy * 2
            r = p.x + length(q - (3, 4))
        ",
        gives: &[("q", 0, &[6.0, 4.0]), ("r", 0, &[4.0])],
    },
    Construct {
        title: "Colours",
        about: "`#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, or a function; `.r .g .b .a` are its parts.",
        example: "
            c = #ff000080
            red = c.r
        ",
        gives: &[("red", 0, &[1.0])],
    },
    Construct {
        title: "Arrays and texts",
        about: "`[3, 5, 8]` are values of one type that are known before the first frame (those of an array that a host gives are not, see Inputs): numbers of any unit, vectors, \
                colours, bools, texts. `weights[i]` takes one by an int, from 0; beyond the ends it is the first or the \
                last, and `weights[i, wrap]` goes round. A constant index beyond the ends is an error. `length(weights)` is how \
                many there are, `interpolate(weights, x)` is between them. Arrays of equal length in an array are taken \
                by two indices, `m[i][j]`. Texts are equal or not, joined by `+`, and hold values, `\"{n} left\"`; they are not drawn yet.",
        example: "
            weights = [3, 5, 8]
            domain dots[4] { w = weights[index] }
            total = sum(dots.w)
            last = weights[int(time) - 1, wrap]
            m = [[1, 2], [3, 4]]
            corner = m[1][int(frame) % 2]
            names = [\"north\", \"south\"]
            is_south = names[int(frame) % 2] == \"south\"
        ",
        gives: &[("total", 0, &[24.0]), ("last", 0, &[8.0]), ("corner", 1, &[4.0]), ("is_south", 1, &[1.0])],
    },
    Construct {
        title: "Blocks",
        about: "`{ name = expression ... expression }` has names of its own, and the value of its last expression.",
        example: "
            d = {
                a = 3
                b = 4
                sqrt(a * a + b * b)
            }
        ",
        gives: &[("d", 0, &[5.0])],
    },
    Construct {
        title: "Functions",
        about: "`fn name(a, b = 1, c: vec2) = expression`. They are written into their callers, so each call has its own \
                types and its own state; they cannot call themselves. Arguments may be named.",
        example: "
            fn ease(x, power = 2) = pow(x, power)
            a = ease(3)
            b = ease(x: 2, power: 3)
        ",
        gives: &[("a", 0, &[9.0]), ("b", 0, &[8.0])],
    },
    Construct {
        title: "Domains",
        about: "`domain name[count] { ... }` is a set of elements. What is defined inside has a value per element if it \
                depends on one. Outside, `name.value` is meant. Two domains never meet in one expression: an element of one takes \
                from another by an index, or one value of all elements.",
        example: "
            n = 2
            domain dots[n * 2] {
                x = index * 10
                share = rank
            }
            total = sum(dots.x)
            many = dots.count
        ",
        gives: &[("dots.x", 0, &[0.0, 10.0, 20.0, 30.0]), ("total", 0, &[60.0]), ("many", 0, &[4.0])],
    },
    Construct {
        title: "Lists",
        about: "`list scores max 100 { value: float, hot: bool = false } = [{ value: 3 }]` has rows that come and go while it plays, \
                `max` at most, with typed columns; a column with a default may be left out of a row. Reactions edit them: \
                `append scores { value: 7 }`, `insert scores { value: 7 } at 0`, `remove scores where value < 1`, `clear scores`, \
                `move scores to 0 where hot`, `scores.hot = value > 5` for all rows \
                and `scores.hot = true where value > 5` for some, where columns are names, and `index` is where a row stands, from 0. A row that is \
                moved stands at that place among the others; below 0 is the first place, and beyond the end the last. What a reaction reads is as it was before \
                it; where two set a column of one row, or move it, in one turn, the later in the patch counts, and a row that is removed is gone \
                whatever else is done to it. A row too many ends the run with an error, so `on add when count(scores) < 100 { ... }` where that may be. `scores where hot`, `scores sort by value desc`, `scores take 10`, `scores skip 10` and `scores distinct value` (of equal ones the first) are views: they \
                follow what is edited, and the numbers of `take` and `skip` may change, too: `scores skip at take 1` is the row at a place. `count`, `sum`, `mean`, `min`, `max`, `any` and `all` make a number of all rows, \
                `sum(scores.value * 2)`. `teams = scores group by hot { all: sum(value), many: count() }` has a row for each value of a key, in the order of the \
                first rows that have it, with what is worked out of all of these, as groups of data have; a group is the same row as long as anything is in it, \
                and is not edited itself. `domain bars from open { ... }` has an element per row with its columns as names; an element \
                is its row, so state and `~` go with it wherever it moves. `id` is which row it is: 1, 2, 3 in the order of creation, and never \
                used again. Texts are sorted by the numbers of their characters, capitals first; columns hold no shapes. The rows of \
                `list scores max 100 durable { ... }` are kept on disk by a host that does that, such as `pavane preview FILE --keep STATE`, \
                with their ids: by the names of the list and its columns.",
        example: "
            event beat = every(250ms)
            list scores max 100 { value: float, hot: bool = false } = [{ value: 3 }, { value: 9, hot: true }]
            on beat {
                append scores { value: total }
                scores.hot = true where value < 4
            }
            total = sum(scores.value)
            many = count(scores)
            best = scores where hot sort by value desc take 2
            teams = scores group by hot { all: sum(value), many: count() }
            colds = sum((teams where not hot).all)
            domain bars from best { width = value * 2 }
        ",
        gives: &[("total", 15, &[24.0]), ("many", 15, &[3.0]), ("colds", 15, &[12.0]), ("bars.width", 15, &[18.0, 6.0])],
    },
    Construct {
        title: "Events that carry a row",
        about: "`event toggle: row(scores)` is sent with the id of a row (1 for the first that there was, and so on); in a reaction to \
                it `toggle.hot` is a column of that row, `toggle.hot = not toggle.hot` sets it, `remove toggle` removes the row and `move toggle to toggle.index + 1` moves it down. With a \
                domain of rows, `click(bars)`, `double_click(bars)` and `hover(bars)` are such events.",
        example: "
            input pointer: vec2 = (0.5, 0.5)
            event press = every(100ms)
            list scores max 9 { value: float } = [{ value: 0.2 }, { value: 0.5 }]
            domain bars from scores {
                draw rect { position: (0.5, value), size: (0.8, 0.2), color: #fff }
            }
            event hit = press(bars)
            on hit { hit.value = hit.value - 0.3 }
            total = sum(scores.value)
        ",
        gives: &[("total", 0, &[0.7]), ("total", 8, &[0.4])],
    },
    Construct {
        title: "Domains inside of domains",
        about: "`domain digits[3] { ... }` in the block of `domain bars[10]` gives every bar three digits. In its block the values of \
                the bar go by their names, `parent.size` where the digit has one of that name, and `parent.index` is the bar's place. \
                The digits of a bar belong together: `index` (0 to 2), `rank` and `count` are about them, and so is what is worked out \
                of several, `sum(x)`, `place(x)`, `next(x)`, `x at 0`. For the bar that is `sum(digits.x)`, `digits.x at 0`; outside \
                `bars.digits.x` are those of all bars, one bar's behind the other's. Elements nearby are looked for among all. Both \
                counts are known before the first frame; rows of data may make either domain, and a key of the outer one goes on in \
                the inner one. Where elements come and go, put the second domain behind the first, and take values by an index.",
        example: "
            domain bars[2] {
                tall = 10 * (index + 1)
                domain digits[3] {
                    place = tall + index
                    last = count - 1 - index
                    share = place / sum(place)
                }
                top = max(digits.place)
            }
            all = sum(bars.digits.place)
        ",
        gives: &[
            ("bars.digits.place", 0, &[10.0, 11.0, 12.0, 20.0, 21.0, 22.0]),
            ("bars.top", 0, &[12.0, 22.0]),
            ("all", 0, &[96.0]),
        ],
    },
    Construct {
        title: "State",
        about: "`state x = initial`, `next x = expression`. Reading `x` gives what the last frame left, so the order of \
                statements never matters. In a domain every element has its own. `state filter = 0 durable` is kept on disk by a host \
                that does that, such as `pavane preview FILE --keep STATE`, and begins with what was kept.",
        example: "
            state a = 0
            state b = 1
            next a = b
            next b = a + b
            domain dots[3] {
                state at = rank
                next at = at + 1
            }
        ",
        gives: &[("a", 10, &[55.0]), ("dots.at", 2, &[2.1666667461, 2.5, 2.8333332539])],
    },
    Construct {
        title: "Events",
        about: "`event click` is something that the host sends; `event note: float` carries a value. Each one counts; of \
                `event moved: vec2 latest` the last of those that come one after another, and `event wheel: float sum` \
                adds them up. `event beat = every(500ms)` \
                comes with time, and others are made of conditions and of other events: see the chapter on events. Each \
                time is exact, whatever the frame rate.",
        example: "
            event click
            event beat = every(250ms)
            event late = after(100ms, beat)
            beats = count(beat)
            glow = envelope(late, 20ms, 200ms)
        ",
        gives: &[("beats", 60, &[4.0]), ("glow", 24, &[0.85])],
    },
    Construct {
        title: "Reactions",
        about: "`on event { state = expression }` gives states new values when an event happens; `on event when condition` only \
                where the condition holds then. All values are worked out from what was before, and then set together, so \
                three clicks in one frame count three. `time`, `cycle` and inputs are those of that very time; what goes on by \
                itself (`lag`, `integrate` and the like) is as of the last frame. The event's own name is what it carries. \
                A state may have a `next` and any number of reactions, but two reactions to one event do not set the same: \
                reactions set it at their times, and `next` is made of what they left. In a domain a reaction is done for \
                every element; what it reads of neighbours, of all elements and of their ages is as of the last frame.",
        example: "
            event beat = every(70ms)
            state n = 0
            state last = 0s
            on beat { n = n + 1; last = time }
            on every(1s) when n > 20 { n = 0 }
            domain dots[3] {
                state glow = 0
                next glow = glow * 0.5
                on beat { glow = glow + index }
            }
        ",
        gives: &[
            ("n", 60, &[14.0]),
            ("n", 120, &[0.0]),
            ("last", 180, &[2.94]),
            ("dots.glow", 5, &[0.0, 1.0, 2.0]),
            ("dots.glow", 6, &[0.0, 0.5, 1.0]),
        ],
    },
    Construct {
        title: "Hit tests",
        about: "`click(dots)` is the event that an element of the domain `dots` is drawn where `pointer` is when `click` happens: \
                its outline as the last frame has drawn it, fill and stroke. Of several the uppermost is met, and what other \
                domains draw hides nothing. It carries the element's `index`. `click(dots, at: place)` looks at another place, \
                and an event that carries a vec2 looks there. In a domain `on click(self) { ... }` is done for the element that \
                is met, and for no other. `hover(dots)` happens in every frame in which one is drawn where `pointer` is. \
                `click(dots.box)`, `hover(dots.box)` and `on click(self.box)` look only at what the draw with the label `box` shows, \
                `draw rect as box`. Trimmed and dashed strokes count as whole.",
        example: "
            input pointer: vec2 = (0.375, 0.45)
            event beat = every(10ms)
            hit = beat(dots)
            state last = -1
            on hit { last = hit }
            domain dots[4] {
                state glow = 0
                next glow = glow * 0.5
                on hover(self) { glow = 1 }
                draw circle { position: (rank, 0.5), size: 0.2 + 0.05 * glow, color: #fff }
            }
        ",
        gives: &[("last", 0, &[-1.0]), ("last", 2, &[1.0]), ("dots.glow", 1, &[0.0, 1.0, 0.0, 0.0])],
    },
    Construct {
        title: "By an index",
        about: "`value at index` is the value of the element with that index, an int, of the same domain or of another. It \
                belongs to whom the index belongs to: with one index it is one value, with an index per element each element \
                has its own. Beyond the ends it is that of the element at the end; `value at index wrap` goes round. Where \
                there are no elements it is 0. `at` binds as tightly as a sign does, so what is worked out stands in \
                parentheses: `dots.x at (k + 1)`. In a reaction it reads the last frame.",
        example: "
            domain dots[4] { x = index * index }
            domain pairs[2] {
                first = dots.x at index
                both = first + (dots.x at (index + 2))
                before = first at (index - 1) wrap
            }
            third = dots.x at 2
        ",
        gives: &[
            ("pairs.both", 0, &[4.0, 10.0]),
            ("pairs.before", 0, &[1.0, 0.0]),
            ("third", 0, &[4.0]),
        ],
    },
    Construct {
        title: "Elements that come and go",
        about: "`domain name[n max 500]` has as many elements as the number says, rounded down, and the number may change. An \
                element is its index: one that comes back is the same element, with new state. `count` is how many there are \
                in this frame; a number that needs its own elements is an error that prints the circle, unless a `state` is \
                between.",
        example: "
            n = 2 + floor(frame / 10)
            domain dots[n max 60] {
                position = layout.circle() ~ slew(300ms)
                draw circle { position, size: 0.02, color: #fff * fade(in: 200ms, out: 200ms) }
            }
            many = dots.count
        ",
        gives: &[("many", 25, &[4.0])],
    },
    Construct {
        title: "Births",
        about: "`domain name[born every TIME, lives TIME, max MOST]`: element k is born at exactly k times the first time, at \
                any frame rate, and dies when the second is over; `age` and `life` are exact between frames. A frequency may \
                stand for the time between two births, `every 200hz`, and both may change. The life is taken at birth, from \
                values that are the same for all elements, from `id` and from `random`. When there is no room, births are \
                refused, or, with `, evict oldest` at the end, the oldest elements make room.",
        example: "
            domain sparks[born every 50ms, lives 0.4s + 0.2s * random(1), max 60] {
                position = (0.5, 0.5) + polar(0.5 * life, random(2) * 1turn)
                draw circle { position, size: 0.02, color: alpha(#fff, 1 - life) }
            }
        ",
        gives: &[],
    },
    Construct {
        title: "Births on an event",
        about: "`domain name[born on EVENT, count N, lives TIME, max MOST]`: each time the event happens, `N` elements are born (1 \
                where it is left out), at its exact time. The number, the life and what is taken `at birth` are as of that \
                moment: where the pointer was when the click happened, what the event carried, by its name.",
        example: "
            input pointer: vec2 = (0.5, 0.5)
            event click
            domain ring[born on click, count 3, lives 2s, max 60, evict oldest] {
                at birth place = pointer
                at birth way = random(1) * 1turn
                draw circle { position: place + polar(0.3 * life, way), size: 0.05, color: alpha(#fff, 1 - life) }
            }
            event beat = every(500ms)
            domain drops[born on beat, lives 1.2s, max 9] { draw circle { position: (0.5, life), size: 0.02, color: #fff } }
            many = drops.count
        ",
        gives: &[("many", 150, &[3.0])],
    },
    Construct {
        title: "Elements of the host",
        about: "`domain name[host max MOST]`: the host gives the elements, each with an id; an `input` in the block is a value \
                that it gives of each. With `, match nearest(0.1)` an element with a new id continues as an old one whose id is \
                gone, if that was nearer than 0.1 by the input `position`. A variable called `host` needs parentheses: \
                `[(host) max 500]`.",
        example: "
            domain stars[host max 100, match nearest(0.1)] {
                input position: vec2 = (0.5, 0.5)
                input weight: float = 1
                draw circle { position, size: 0.01 * weight, color: #fff }
            }
        ",
        gives: &[],
    },
    Construct {
        title: "Values at birth",
        about: "`at birth name = expression` in a domain: taken when an element comes, and kept as long as it is there.",
        example: "
            domain dots[3] {
                at birth came = frame
                at birth speed = 0.2 + rank
                way = speed * (frame - came)
            }
        ",
        gives: &[("dots.way", 2, &[0.7333333492, 1.3999999762, 2.0666666031])],
    },
    Construct {
        title: "Elements nearby",
        about: "`sum(expression for other near (position, radius))` in a domain folds what the elements near each one have: those \
                closer than the radius, itself left out, by a place of two or three coordinates. `sum`, `mean`, `min`, `max` fold \
                numbers, vectors and colours, `count` conditions; `nearest` gives the index of the other for which a number is the \
                least, or -1. `count(other near ...)` counts all, and `nearest(other near ...)` is the nearest. In the expression \
                names are those of the element itself, and `other.name` is of the other, any name will do for it; `other.offset` is \
                the way from the one to the other, `other.distance` how long that is. `most: 24` is how many others one has, the \
                nearest of them (32 without it, at most 256); with `wrap: true` places are on a torus of side 1. The radius may \
                change from frame to frame. A frame takes a time that grows with the number of elements and of those nearby, not with \
                its square: in a crowd of more than a thousand in a row of cells of the radius' size only as many are looked at. \
                Several folds around the same place share the search, with different radii, too. `pavane inspect --memory` says \
                of how many elements others were left out. \
                Pairs are folded in the order of indices, so that the same patch gives the same bits everywhere.",
        example: "
            domain dots[4] {
                position = (index * 0.1, 0.5)
                near_by = count(other near (position, 0.15))
                sums = sum(other.index - index for other near (position, 0.25))
                closest = nearest(other near (position, 0.15))
                draw circle { position, size: 0.02 * near_by, color: #fff }
            }
            most = max(dots.near_by)
        ",
        gives: &[("most", 0, &[2.0])],
    },
    Construct {
        title: "Inputs",
        about: "`input name: type = default`. The host sets it; in the preview `pointer`, `pointer_down`, `wheel` and \
                `key_a` and the like follow the mouse and the keys. With `momentary` behind it, it falls back to its \
                default after a frame. `input name: type[64]` is an array of so many values, which the host sets together: \
                `levels[i]`, `levels[i, wrap]`, `interpolate(levels, x)` and `length(levels)` as of any array. Its default is one \
                value for all, or an array of as many; `input name = [0, 1]` has the length of that. Each value costs a copy in a \
                frame in which it is set.",
        example: "
            input pointer: vec2 = (0.5, 0.25)
            input tap: bool = false momentary
            input levels: float[64] = 0.5
            x = pointer.y
            between = interpolate(levels, 31.5) * length(levels)
            domain bars[64] { level = levels[index] }
            most = max(bars.level)
        ",
        gives: &[("x", 0, &[0.25]), ("tap", 0, &[0.0]), ("between", 0, &[32.0]), ("most", 0, &[0.5])],
    },
    Construct {
        title: "Text fields",
        about: "`input name: text field`, with a first text behind `=` if it has one. The host types into it, or the preview, whose \
                first field has the focus from the start; a click on what a draw of the same name shows (`draw rect as draft`) \
                gives the focus, one elsewhere takes it, Tab goes to the next field. Its text is a state: reactions set it, too. \
                `draft.focus` says whether keys go to it, `draft.caret` how many characters are before the caret, `draft.anchor` \
                how many before the other end of what is selected; reactions set all three. Where they set the text alone, \
                the caret goes behind it, which is known a frame later: until then it is 0. `draft.enter` and `draft.escape` are events that a key is pressed, \
                `draft.blur` is that the focus has gone; Escape takes it away after that. `changed(draft)` is that \
                the text is another. A host sends events: `draft` with the text, `draft.caret` with a vec2 of caret and anchor, \
                `draft.focus` with a bool, `draft.enter` and `draft.escape`. A text that is sent again is set again.",
        example: "
            input draft: text field = \"hello\"
            state sent = 0
            on draft.enter when draft != \"\" { sent = sent + 1; draft = \"\" }
            on draft.blur { sent = 0 }
            is_empty = draft == \"\"
            behind = draft.caret
        ",
        gives: &[("is_empty", 0, &[0.0]), ("behind", 0, &[0.0])],
    },
    Construct {
        title: "Several writers",
        about: "`combine HOW name`, and then as many definitions of it as you like, in source order. HOW is `sum`, `mean`, \
                `min`, `max`, `mul`, `first`, `last` or, for colours, `over`.",
        example: "
            combine sum push
            push = 1
            push = 20 * 2
        ",
        gives: &[("push", 0, &[41.0])],
    },
    Construct {
        title: "Draws",
        about: "A draw in a domain draws its elements; outside of one it draws the elements that its values belong to, or \
                one. `name` alone means `name: name`.",
        example: "
            domain dots[3] {
                position = (rank, 0.5)
                draw circle as beads { position, size: 0.1, color: #fff }
            }
            draw star(points: 5) { position: (0.5, 0.5), size: 0.2, color: #f80, layer: 1 }
        ",
        gives: &[("dots.position", 0, &[0.1666666716, 0.5, 0.5, 0.5, 0.8333333135, 0.5])],
    },
    Construct {
        title: "Cameras, background, clip",
        about: "A camera without a name is that of every draw of the file that names none; `camera: none` draws without one.",
        example: "
            clip { duration: 4s, rate: 30, size: (640, 360) }
            background = oklch(0.2, 0.02, 0.7)
            camera perspective { eye: (0.5, 0.5, 2), fov: 40deg }
            camera orthographic as map { extent: 1.2 }
            draw circle { position: (0.5, 0.5, 0), size: 0.3, color: #fff }
            draw circle { position: (0.5, 0.5), size: 0.1, color: #f00, camera: map }
        ",
        gives: &[],
    },
    Construct {
        title: "Parameters",
        about: "`param name = default` in a file that others use: `use \"ring.pav\" as ring { radius: 0.3 }` gives it a value. \
                Then `ring.name` are its values, its functions are called as `ring.name(...)`, and its draws are drawn \
                where it is used. A file may be used several times.",
        example: "
            param radius = 0.2
            diameter = radius * 2
        ",
        gives: &[("diameter", 0, &[0.4])],
    },
];
