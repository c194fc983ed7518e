//! Shapes: the table of them, and their arguments.

use super::super::Elaborator;
use super::super::letters::{GLYPH, Glyphs};
use super::artwork::ARTWORK;
use super::given::Placed;
use crate::diagnostic::{Code, nearest, quote};
use crate::draw::{Align, Anchor, Entry, Filter, Kind, Limits, ShapeKind};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::language::syntax::{Argument, Name};
use crate::program::ShapeRow;

/// The weight of letters where none is given.
const REGULAR: u16 = 400;

/// A shape as patches have it.
pub(in crate::language) struct ShapeEntry {
    pub(in crate::language) kind: ShapeKind,
    pub(in crate::language) arguments: &'static [ShapeArgument],
    pub(in crate::language) about: &'static str,
}

/// An argument of a shape.
pub(in crate::language) struct ShapeArgument {
    pub(in crate::language) entry: Entry,
    /// None where it must be given.
    default: Option<f64>,
}

impl ShapeEntry {
    /// Its parameters, for people; empty if it has none.
    pub(in crate::language) fn takes(&self) -> String {
        let arguments =
            self.arguments.iter().map(|ShapeArgument { entry, .. }| (entry.name, entry.kind.prose()));
        let arguments: Vec<String> = arguments.map(|(name, prose)| format!("{name}: {prose}")).collect();
        arguments.join(", ")
    }
}

const fn argument(name: &'static str, kind: Kind, limits: Limits, default: Option<f64>) -> ShapeArgument {
    ShapeArgument { entry: Entry { name, kind, limits, about: "" }, default }
}

/// Every shape, in the order of the reference page.
pub(in crate::language) const SHAPES: &[ShapeEntry] = &[
    ShapeEntry { kind: ShapeKind::Circle, arguments: &[], about: "A disc; the size is its diameter." },
    ShapeEntry {
        kind: ShapeKind::Ellipse,
        arguments: &[],
        about: "An ellipse that fills the element's box.",
    },
    ShapeEntry {
        kind: ShapeKind::Rect,
        arguments: &[argument("corner", Kind::Float, Limits::Share, Some(0.0))],
        about: "A rectangle; `corner` is the corner radius as a share of half the shorter side, 0 to 1.",
    },
    ShapeEntry {
        kind: ShapeKind::Polygon,
        arguments: &[argument("sides", Kind::Corners(3), Limits::Any, Some(6.0))],
        about: "A regular polygon of 3 to 1000 sides, one corner up.",
    },
    ShapeEntry {
        kind: ShapeKind::Star,
        arguments: &[
            argument("points", Kind::Corners(2), Limits::Any, Some(5.0)),
            argument("inner", Kind::Float, Limits::Share, Some(0.5)),
        ],
        about: "A star; `inner` is the inner radius as a share of the outer, 0 to 1; 0.5.",
    },
    ShapeEntry {
        kind: ShapeKind::Path,
        arguments: &[argument("shape", Kind::Shape, Limits::Any, None)],
        about: "A path, scaled to the element's box; each element may have its own, `path(if index % 2 == 0 then leaf else star)`.",
    },
    ShapeEntry {
        kind: ShapeKind::Line,
        arguments: &[argument("closed", Kind::Bool, Limits::Any, Some(0.0))],
        about: "One line through all elements in index order, with one stroke for all of it. It breaks at a position that is infinite or not a number, and a camera cuts it at its near and far end.",
    },
    ShapeEntry {
        kind: ShapeKind::Text,
        arguments: &[argument("text", Kind::Text, Limits::Any, None)],
        about: "A text, `text(\"{left} items\")`, or a number in digits, `text(score)`; each element may have a text of its own, `text(title)`. `\\n` begins another line. The size is that of an em: capitals are about 0.7 of it high. Where it is from its position is what `align` and `anchor` say; a rotation turns it around that.",
    },
    ShapeEntry {
        kind: ShapeKind::Image,
        arguments: &[],
        about: "An image of a file, `image(photo)` behind `image photo from \"photo.jpg\"`. The size is a box, into which it goes as `fit` says; `source`, or a `sheet` and a `frame`, choose the part that is shown. It has no `color` but a `tint`, and no outline.",
    },
];

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The shape of a draw; one that is not known is reported. Of letters there may be glyphs.
    pub(super) fn shape_of(
        &mut self,
        shape: &Name,
        glyphs: Option<Glyphs>,
    ) -> Result<&'static ShapeEntry, Reported> {
        // The outline of a letter is a path.
        let name = match (shape.text == GLYPH, glyphs) {
            (true, Some(_)) => ShapeKind::Text.name(),
            (true, None) => ShapeKind::Path.name(),
            (false, _) => shape.text.as_str(),
        };
        if let Some(known) = SHAPES.iter().find(|known| known.kind.name() == name) {
            return Ok(known);
        }
        let message = format!("there is no shape {}", quote(&shape.text));
        let names = SHAPES.iter().map(|known| known.kind.name());
        let help = match nearest(&shape.text, names.clone().chain([GLYPH, ARTWORK])) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        self.fail(Problem::new(Code::UnknownShape, shape.span, message).help(help))
    }

    /// The arguments of a shape, in the order of its parameters.
    pub(super) fn shape_arguments(
        &mut self,
        shape: &'a Name,
        known: &'static [ShapeArgument],
        arguments: &'a [Argument],
        pass: &str,
    ) -> Vec<Result<Placed<'b>, Reported>> {
        let mut slots: Vec<Option<Result<Placed<'b>, Reported>>> = vec![None; known.len()];
        // Whether each has found its place.
        let mut outcome = Ok(());
        for (at, argument) in arguments.iter().enumerate() {
            let row = match &argument.name {
                Some(label) => known.iter().position(|known| known.entry.name == label.text),
                None => (at < known.len()).then_some(at),
            };
            let span = argument.name.as_ref().map_or(argument.value.span, |label| label.span);
            let Some(row) = row else {
                let message = format!("`{}` has no such parameter", shape.text);
                let names: Vec<&str> = known.iter().map(|known| known.entry.name).collect();
                let near =
                    argument.name.as_ref().and_then(|label| nearest(&label.text, names.iter().copied()));
                let help = match (near, names.as_slice()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, []) => "it has none: size, colour and the like stand between the braces".into(),
                    (None, names) => format!("it has {}", names.join(", ")),
                };
                outcome = self.fail(Problem::new(Code::ExtraArgument, span, message).help(help));
                continue;
            };
            let entry = &known[row].entry;
            if let Some(Ok((_, first))) = slots[row] {
                let message = format!("the argument `{}` is given twice", entry.name);
                let problem = Problem::new(Code::RepeatedArgument, span, message);
                outcome = self.fail(problem.related("the first is here", first).help("remove one of them"));
                continue;
            }
            self.keys.rebase(format!("{pass}.{}", entry.name));
            let what = format!("the argument `{}` of `{}`", entry.name, shape.text);
            let place = argument.value.span;
            let value = self.expr(&argument.value);
            let value = value.and_then(|value| self.of_kind(entry.kind, value, place, &what));
            let value = value.and_then(|value| self.in_limits(entry, value, place).map(|()| (value, place)));
            slots[row] = Some(value);
        }
        let filled = slots.into_iter().zip(known).map(|(slot, known)| match (slot, known.default) {
            (Some(value), _) => value,
            (None, Some(number)) => Ok((self.float(number), shape.span)),
            // Only a path and a text have an argument without a default.
            (None, None) => outcome.and_then(|()| {
                let (message, help) = match known.entry.kind {
                    Kind::Text => ("`text` lacks what it says", "write it: `draw text(\"Hello\") { ... }`"),
                    _ => ("`path` lacks the shape that it draws", "name it: `draw path(heart) { ... }`"),
                };
                let problem = Problem::new(Code::MissingArgument, shape.span, message);
                self.fail(problem.help(help))
            }),
        });
        filled.collect()
    }

    /// The letter that `draw glyph` draws.
    pub(super) fn own_glyph(
        &mut self,
        shape: &'a Name,
        arguments: &'a [Argument],
        glyphs: Option<Glyphs>,
    ) -> Result<Placed<'b>, Reported> {
        if let Some(argument) = arguments.first() {
            let message = "`glyph` has no such parameter";
            let problem = Problem::new(Code::ExtraArgument, argument.value.span, message);
            return self.fail(problem.help("it is the letter of the element that it stands in"));
        }
        let glyph = match glyphs {
            Some(glyphs) => Some(self.column_of_glyphs(glyphs, shape.span)),
            None => self.own_column(GLYPH, shape.span),
        };
        if let Some(glyph) = glyph {
            return glyph.map(|glyph| (glyph, shape.span));
        }
        // What is not known of the letters was said where they are made.
        if let Some(reported) = self.scope.domain.and_then(|domain| self.broken_rows(domain)) {
            return Err(reported);
        }
        let message = "`draw glyph` draws the letter of an element, and there are no letters here";
        let help = "write it in a domain of letters: `domain letters from text(\"Hello\") { draw glyph { position: home, size, color: #fff } }`";
        self.fail(Problem::new(Code::UnknownShape, shape.span, message).help(help))
    }

    pub(super) fn shape_row(
        &mut self,
        kind: ShapeKind,
        parameters: &[Placed<'b>],
    ) -> Result<ShapeRow, Reported> {
        let node = |at: usize| parameters[at].0.value.node();
        let mut constant = |at: usize, what: &str| {
            let (value, span) = parameters[at];
            Ok(self.constant(value, span, what)?[0])
        };
        Ok(match kind {
            ShapeKind::Circle => ShapeRow::Circle {},
            ShapeKind::Ellipse => ShapeRow::Ellipse {},
            ShapeKind::Rect => {
                let is_sharp = parameters[0].0.number() == Some(0.0);
                ShapeRow::Rect { corner: (!is_sharp).then(|| node(0)) }
            }
            ShapeKind::Polygon => ShapeRow::Polygon { sides: constant(0, "`sides`")? as u32 },
            ShapeKind::Star => {
                ShapeRow::Star { points: constant(0, "`points`")? as u32, inner: Some(node(1)) }
            }
            ShapeKind::Path => ShapeRow::Path { path: node(0) },
            // How it is laid out, the attributes say.
            ShapeKind::Text => ShapeRow::Text {
                text: node(0),
                width: None,
                leading: None,
                tracking: None,
                align: Align::default(),
                anchor: Anchor::default(),
                weight: REGULAR,
                moving_weight: None,
                font: None,
                glyphs: false,
            },
            // Which image, and what is shown of it, is put in later.
            ShapeKind::Image => ShapeRow::Image {
                image: 0,
                source: None,
                source_size: None,
                corner: None,
                filter: Filter::default(),
            },
            ShapeKind::Line => ShapeRow::Line { closed: constant(0, "`closed`")? != 0.0 },
        })
    }
}
