//! `draw artwork(logo) { ... }`: all parts of artwork, each a pass of the same elements.

use super::super::artwork::joined;
use super::super::value::Typed;
use super::super::{Done, Elaborator};
use super::given::Given;
use crate::diagnostic::{Code, quote};
use crate::draw::{Attribute, Blend, DrawOrder, Entry as Known, ShapeKind};
use crate::language::artwork::Part;
use crate::language::problems::Reported;
use crate::language::project::TaskId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Entry, Name};
use crate::program::{Op, PassRow, ShapeRow, StrokeRow, Type, Unit};

/// The word behind `draw`.
pub(super) const ARTWORK: &str = "artwork";
/// The attributes that artwork has as a whole.
const OF_ALL: [&str; 12] = [
    "position",
    "size",
    "rotation",
    "scale",
    "color",
    "opacity",
    "trim",
    "trim_offset",
    "blend",
    "layer",
    "camera",
    "continuity",
];
/// The most passes of one draw.
const PASSES_MAX: usize = 1_000;

/// What all passes of a draw have in common.
struct Common<'b> {
    position: u32,
    /// The size with its scale: what lengths of strokes are multiplied by.
    stretch: Typed<'b>,
    domain: u32,
    blend: Blend,
    layer: i32,
    camera: Option<u32>,
    cuts: bool,
    order: DrawOrder,
    place: Span,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// Draws artwork whole.
    pub(super) fn draw_artwork(
        &mut self,
        at: TaskId,
        shape: &'a Name,
        arguments: &'a [Argument],
        label: Option<&'a Name>,
        entries: &'a [Entry],
    ) -> Result<Done<'b>, Reported> {
        let before = self.problems.len();
        let name = self.pass_name(at, label, shape);
        let parts = self.parts_to_draw(shape, arguments);
        let known: Vec<&Known> = super::attributes_of(Some(ShapeKind::Path))
            .filter(|known| OF_ALL.contains(&known.name))
            .collect();
        let given = self.attributes(entries, &known, "`draw artwork`", &name);
        let blend = self.word::<Blend>(entries, "blend");
        let camera = self.camera_of(at, entries);
        let cuts = self.cuts(entries);
        let layer = self.layer(&given);
        let (position, size) = self.place_of_artwork(shape, &given);
        self.check_depth(at, entries, None, &given);
        let domain = self.domain_of_draw(&name, &given, &[]);
        self.problems.none_since(before)?;
        given.all_good()?;
        let (parts, domain) = (parts?, domain?);
        let outlines = joined(&parts, given.has("trim"));
        if outlines.len() > PASSES_MAX {
            let message = format!(
                "the artwork has {} parts that differ, at most {PASSES_MAX} are drawn at once",
                outlines.len()
            );
            let help = "draw its parts as elements: `domain parts from logo { draw path(shape) { position: home, size, color: fill } }`";
            return self.fail(Problem::new(Code::PatchTooLarge, shape.span, message).help(help));
        }
        let size = size?;
        let stretch = match given.get("scale") {
            Some((scale, _)) => self.stretch(size, scale),
            None => size,
        };
        let common = Common {
            position: position?.value.node(),
            stretch,
            domain: self.builder.domain_row(domain),
            blend: blend?.unwrap_or_default(),
            layer: layer?,
            camera: camera?,
            cuts: cuts?,
            // One element is drawn part by part anyway. The first pass does not join what is drawn before it.
            order: match self.scope.domain.is_some()
                || given.all().iter().any(|(value, _)| value.element.is_some())
            {
                true if outlines.len() > 1 => DrawOrder::Element,
                _ => DrawOrder::Index,
            },
            place: shape.span,
        };
        for (row, part) in outlines.iter().enumerate() {
            let name = if row == 0 { name.clone() } else { self.pass_name(at, label, shape) };
            let order = if row == 0 { DrawOrder::Index } else { common.order };
            self.pass_of_part(name, part, (&common, order), &given);
            self.pass_tasks.push(at);
        }
        Ok(Done::Effect)
    }

    /// The artwork that is named, or those of its parts that are chosen.
    fn parts_to_draw(
        &mut self,
        shape: &'a Name,
        arguments: &'a [Argument],
    ) -> Result<Vec<&'a Part>, Reported> {
        let help = "name what an `artwork` statement reads: `artwork logo from \"logo.svg\"`, `draw artwork(logo) { ... }`";
        let Some(first) = arguments.first() else {
            let message = "`artwork` lacks what it draws";
            return self.fail(Problem::new(Code::MissingArgument, shape.span, message).help(help));
        };
        if let Some(more) = arguments.get(1) {
            let problem = Problem::new(Code::ExtraArgument, more.value.span, "`artwork` draws one thing");
            self.report(problem.help("draw the other one with a `draw` of its own"));
        }
        if let Some(label) = &first.name {
            let message = format!("`artwork` has no parameter {}", quote(&label.text));
            self.report(Problem::new(Code::ExtraArgument, label.span, message).help(help));
        }
        let value = self.expr_or_array(&first.value)?;
        match value.rows.and_then(|rows| self.parts_of_rows(rows)) {
            Some(parts) => Ok(parts),
            None => {
                let message = format!("`draw artwork` draws an SVG file, and this is {}", value.what());
                self.fail(Problem::new(Code::WrongType, first.value.span, message).help(help))
            }
        }
    }

    /// Where artwork is put, and how large.
    fn place_of_artwork(
        &mut self,
        shape: &Name,
        given: &Given<'a, 'b>,
    ) -> (Result<Typed<'b>, Reported>, Result<Typed<'b>, Reported>) {
        let missing = |this: &mut Self, what: &str, help: &str| {
            let message = format!("`draw artwork` lacks {what}");
            this.report(Problem::new(Code::MissingAttribute, shape.span, message).help(help))
        };
        let position = given.value("position").unwrap_or_else(|| {
            Err(missing(
                self,
                "a `position`",
                "add `position: (0.5, 0.5)`, the middle, or a value per element",
            ))
        });
        let size = given.value("size").unwrap_or_else(|| {
            Err(missing(self, "a `size`", "add `size: 0.2`, how long the longer side of its view box is"))
        });
        if let Some(span) = given.place("trim_offset").filter(|_| !given.has("trim")) {
            let message = "`trim_offset` shifts a trim, and there is none";
            let problem = Problem::new(Code::MissingAttribute, span, message);
            self.report(problem.help("add `trim: (0, 0.5)`, from and to as shares of each outline"));
        }
        self.check_size(given);
        let size = size.and_then(|(size, span)| match size.ty {
            Type::Float => Ok(size),
            _ => {
                let message = "the size of artwork is one number: it keeps its proportions";
                let problem = Problem::new(Code::WrongType, span, message);
                self.fail(problem.help("give the longer side, `size: 0.2`; `scale: (1, 0.5)` stretches it"))
            }
        });
        (position.map(|(position, _)| position), size)
    }

    /// How much longer lengths become by a size and a scale; by one that stretches, by the mean of both directions.
    fn stretch(&mut self, size: Typed<'b>, scale: Typed<'b>) -> Typed<'b> {
        let scale = match scale.ty {
            Type::Vec2 => {
                let sides = [0, 1].map(|axis| {
                    let side = self.part(scale, axis);
                    self.apply(Op::Abs, &[side], Unit::Scalar)
                });
                let (sum, half) = (self.apply(Op::Add, &sides, Unit::Scalar), self.float(0.5));
                self.apply(Op::Mul, &[sum, half], Unit::Scalar)
            }
            _ => self.apply(Op::Abs, &[scale], Unit::Scalar),
        };
        self.apply(Op::Mul, &[size, scale], Unit::Scalar)
    }

    /// A colour of a part: its own, or in place of that the one that is given, as see-through as its own.
    fn color_of_part(&mut self, own: [f64; 4], given: &Given<'a, 'b>) -> u32 {
        let [red, green, blue, alpha] = own;
        let Some((color, _)) = given.get("color") else {
            return self.builder.rgba(red, green, blue, alpha).node();
        };
        if alpha == 1.0 {
            return color.value.node();
        }
        let (all, own) = (self.part(color, 3), self.float(alpha));
        let alpha = self.apply(Op::Mul, &[all, own], Unit::Scalar);
        self.apply(Op::WithAlpha, &[color, alpha], Unit::Scalar).value.node()
    }

    /// Adds the pass of a part.
    fn pass_of_part(
        &mut self,
        name: String,
        part: &Part,
        (common, order): (&Common<'b>, DrawOrder),
        given: &Given<'a, 'b>,
    ) {
        let path = self.add_path(&part.outline, part.rule, common.place, true).value.node();
        let mut row = PassRow::new(name, common.domain, ShapeRow::Path { path }, common.position);
        (row.blend, row.layer, row.order) = (common.blend, common.layer, order);
        (row.camera, row.cuts) = (common.camera, common.cuts);
        for (attribute, name) in [(Attribute::Size, "size"), (Attribute::Scale, "scale")] {
            if let Some(node) = given.node(name) {
                row.set(attribute, node);
            }
        }
        if let Some((rotation, _)) = given.get("rotation") {
            row.set(Attribute::Rotation, self.radians(rotation).value.node());
        }
        let own = self.float(part.opacity);
        let opacity = match (given.get("opacity"), part.opacity == 1.0) {
            (Some((opacity, _)), true) => Some(opacity),
            (Some((opacity, _)), false) => Some(self.apply(Op::Mul, &[opacity, own], Unit::Scalar)),
            (None, true) => None,
            (None, false) => Some(own),
        };
        if let Some(opacity) = opacity {
            row.set(Attribute::Opacity, opacity.value.node());
        }
        row.color = part.fill.map(|fill| self.color_of_part(fill, given));
        if let Some(pen) = part.pen {
            let mut length = |length: f64| {
                let length = self.float(length);
                self.apply(Op::Mul, &[common.stretch, length], Unit::Scalar)
            };
            let width = length(pen.width).value.node();
            let dash = pen.dash.map(|dash| ([length(dash.on), length(dash.off)], length(dash.offset)));
            let color = self.color_of_part(pen.color, given);
            let mut stroke = StrokeRow { cap: pen.cap, join: pen.join, ..StrokeRow::new(color, width) };
            if let Some((lengths, offset)) = dash {
                stroke.dash = Some(self.apply(Op::Vec2, &lengths, Unit::Scalar).value.node());
                stroke.dash_offset = Some(offset.value.node());
            }
            row.stroke = Some(stroke);
            if let Some((trim, _)) = given.get("trim") {
                let [start, end] = self.trim(trim, given);
                row.set(Attribute::TrimStart, start.value.node());
                row.set(Attribute::TrimEnd, end.value.node());
            }
        }
        self.builder.add_pass(row);
    }
}
