//! Shapes: the table of them, and their arguments.

use super::super::Elaborator;
use super::given::Placed;
use crate::diagnostic::{Code, nearest, quote};
use crate::draw::{Entry, Kind, Limits, ShapeKind};
use crate::language::source::Problem;
use crate::language::syntax::{Argument, Name};
use crate::program::ShapeRow;

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
        about: "A path, scaled to the element's box.",
    },
    ShapeEntry {
        kind: ShapeKind::Line,
        arguments: &[argument("closed", Kind::Bool, Limits::Any, Some(0.0))],
        about: "One line through all elements in index order, with one stroke for all of it. It breaks at a position that is infinite or not a number, and a camera cuts it at its near and far end.",
    },
];

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The shape of a draw; one that is not known is reported.
    pub(super) fn shape_of(&mut self, shape: &Name) -> Option<&'static ShapeEntry> {
        if let Some(known) = SHAPES.iter().find(|known| known.kind.name() == shape.text) {
            return Some(known);
        }
        let message = format!("there is no shape {}", quote(&shape.text));
        let names = SHAPES.iter().map(|known| known.kind.name());
        let help = match nearest(&shape.text, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        self.problem(Problem::new(Code::UnknownShape, shape.span, message).help(help));
        None
    }

    /// The arguments of a shape, in the order of its parameters.
    pub(super) fn shape_arguments(
        &mut self,
        shape: &'a Name,
        known: &'static [ShapeArgument],
        arguments: &'a [Argument],
        pass: &str,
    ) -> Vec<Placed<'b>> {
        let mut slots: Vec<Option<Placed<'b>>> = vec![None; known.len()];
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
                self.problem(Problem::new(Code::ExtraArgument, span, message).help(help));
                continue;
            };
            let entry = &known[row].entry;
            if let Some((_, first)) = slots[row] {
                let message = format!("the argument `{}` is given twice", entry.name);
                let problem = Problem::new(Code::RepeatedArgument, span, message);
                self.problem(problem.related("the first is here", first).help("remove one of them"));
                continue;
            }
            self.keys.rebase(format!("{pass}.{}", entry.name));
            let what = format!("the argument `{}` of `{}`", entry.name, shape.text);
            let place = argument.value.span;
            let value = self.expr(&argument.value);
            let value = value.and_then(|value| self.of_kind(entry.kind, value, place, &what));
            let value = value.filter(|&value| self.in_limits(entry, value, place).is_some());
            slots[row] = value.map(|value| (value, place));
        }
        let is_missing = known.iter().any(|known| known.entry.kind == Kind::Shape) && arguments.is_empty();
        if is_missing {
            let problem =
                Problem::new(Code::MissingArgument, shape.span, "`path` lacks the shape that it draws");
            self.problem(problem.help("name it: `draw path(heart) { ... }`"));
        }
        let filled = slots.into_iter().zip(known).filter_map(|(slot, known)| {
            slot.or_else(|| known.default.map(|number| (self.float(number), shape.span)))
        });
        filled.collect()
    }

    pub(super) fn shape_row(&mut self, kind: ShapeKind, parameters: &[Placed<'b>]) -> Option<ShapeRow> {
        let constant = |at: usize| parameters.get(at).and_then(|(value, _)| value.constant).map(|c| c[0]);
        let node = |at: usize| parameters.get(at).map(|(value, _)| value.value.node());
        Some(match kind {
            ShapeKind::Circle => ShapeRow::Circle {},
            ShapeKind::Ellipse => ShapeRow::Ellipse {},
            ShapeKind::Rect => ShapeRow::Rect { corner: node(0).filter(|_| constant(0) != Some(0.0)) },
            ShapeKind::Polygon => ShapeRow::Polygon { sides: constant(0)? as u32 },
            ShapeKind::Star => ShapeRow::Star { points: constant(0)? as u32, inner: node(1) },
            ShapeKind::Path => ShapeRow::Path { path: node(0)? },
            ShapeKind::Line => {
                let &(value, span) = parameters.first()?;
                let closed = self.constant(value, span, "`closed`")?[0] != 0.0;
                ShapeRow::Line { closed }
            }
        })
    }
}
