//! Attributes that a draw needs, and those that it cannot have.

use super::super::Elaborator;
use super::given::{Given, Placed};
use crate::diagnostic::Code;
use crate::draw::{ATTRIBUTES, DrawOrder, ShapeKind};
use crate::language::problems::Reported;
use crate::language::project::{Meaning, TaskId, TaskKind};
use crate::language::source::Problem;
use crate::language::syntax::{Entry, ExprKind, Name};
use crate::program::{Type, Unit};

impl<'a, 'b> Elaborator<'a, 'b> {
    /// A line is drawn in one go: only its positions are of the elements.
    pub(super) fn check_line(&mut self, given: &Given<'a, 'b>) {
        for row in ATTRIBUTES.iter().filter(|row| row.is_one_for_a_line) {
            let name = row.entry.name;
            if let Some((value, span)) = given.get(name)
                && let Some(element) = value.element
            {
                let message = format!("a line has one `{name}`, and this has one per element");
                let help = "reduce it to one value, or draw a `rect` from each element to the next instead of a line";
                let problem = Problem::new(Code::PerElement, span, message);
                self.report(problem.related("the elements come in here", element.span).help(help));
            }
        }
    }

    /// Attributes that a shape needs, and those that it cannot have. Gives the position, which all need.
    pub(super) fn check_attributes(
        &mut self,
        shape: &Name,
        kind: ShapeKind,
        given: &Given<'a, 'b>,
    ) -> Result<Placed<'b>, Reported> {
        let missing = |this: &mut Self, what: &str, help: &str| {
            let message = format!("`draw {}` lacks {what}", shape.text);
            this.report(Problem::new(Code::MissingAttribute, shape.span, message).help(help))
        };
        let position = given.value("position").unwrap_or_else(|| {
            let help = "add `position: (0.5, 0.5)`, the middle, or a value per element";
            Err(missing(self, "a `position`", help))
        });
        if kind != ShapeKind::Line && !given.has("size") {
            missing(self, "a `size`", "add `size: 0.1`, a tenth of the picture's shorter side");
        }
        if kind == ShapeKind::Line
            && let Some(span) = given.place("size")
        {
            let message = "a line has no size: it runs through the positions of the elements";
            self.report(Problem::new(Code::UnknownAttribute, span, message).help("give it a `stroke_width`"));
        }
        if kind != ShapeKind::Image && !given.has("color") && !given.has("stroke") {
            missing(
                self,
                "a `color` and a `stroke`",
                "add `color: #fff`, or `stroke: #fff, stroke_width: 0.01`",
            );
        }
        if given.has("stroke") && !given.has("stroke_width") {
            missing(self, "a `stroke_width`", "add `stroke_width: 0.01`, a hundredth of the shorter side");
        }
        let outline = ["stroke_width", "trim", "trim_offset", "dash", "dash_offset"];
        if !given.has("stroke")
            && let Some((name, span)) = outline.iter().find_map(|name| Some((name, given.place(name)?)))
        {
            let message = format!("`{name}` belongs to an outline, and there is none");
            self.report(Problem::new(Code::MissingAttribute, span, message).help("add `stroke: #fff`"));
        } else if !given.has("dash")
            && let Some(span) = given.place("dash_offset")
        {
            let message = "`dash_offset` belongs to dashes, and there are none";
            let problem = Problem::new(Code::MissingAttribute, span, message);
            self.report(problem.help("add `dash: (0.02, 0.01)`, the lengths of a dash and of a gap"));
        } else if !given.has("trim")
            && let Some(span) = given.place("trim_offset")
        {
            let message = "`trim_offset` shifts a trim, and there is none";
            let problem = Problem::new(Code::MissingAttribute, span, message);
            self.report(problem.help("add `trim: (0, 0.5)`, from and to as shares of the outline"));
        }
        self.check_size(given);
        position
    }

    /// A size is a length; what mirrors is the scale.
    pub(super) fn check_size(&mut self, given: &Given<'a, 'b>) {
        let Some((value, span)) = given.get("size") else { return };
        let parts = (0..value.ty.stride()).filter_map(|index| match value.ty {
            Type::Float => value.number(),
            _ => self.part(value, index).number(),
        });
        if let Some(side) = parts.collect::<Vec<_>>().into_iter().find(|&side| side < 0.0) {
            let message = format!("a `size` of {side}, expected 0 or more");
            let problem = Problem::new(Code::OutOfRange, span, message);
            self.report(problem.help("to mirror, give a positive size and `scale: (-1, 1)`"));
        }
    }

    /// How near an element is must be known to a perspective camera, and where the nearer ones are drawn last.
    pub(super) fn check_depth(
        &mut self,
        at: TaskId,
        entries: &'a [Entry],
        order: Option<DrawOrder>,
        given: &Given<'a, 'b>,
    ) {
        let Some((position, span)) = given.get("position").filter(|(value, _)| value.ty == Type::Vec2) else {
            return;
        };
        let named = entries.iter().find(|entry| entry.name.text == "camera");
        let camera = match named.and_then(|entry| entry.value.as_ref()).map(|value| &value.kind) {
            Some(ExprKind::Name(name)) => match self.meaning(name) {
                Some(Meaning::Camera(task)) => Some(task),
                _ => None,
            },
            _ => self.project.modules[self.project.tasks[at].module].camera.filter(|_| named.is_none()),
        };
        let perspective = camera.filter(|&task| {
            matches!(self.project.tasks[task].kind, TaskKind::Camera { kind, .. } if kind.text == "perspective")
        });
        let problem = match (perspective, order) {
            (Some(task), _) => {
                Problem::new(Code::NeedsDepth, span, "a perspective camera needs positions with a z")
                    .related("the camera", self.project.tasks[task].span)
            }
            (None, Some(DrawOrder::Depth | DrawOrder::LayerDepth)) => {
                Problem::new(Code::NeedsDepth, span, "drawing in order of depth needs positions with a z")
            }
            (None, Some(DrawOrder::Index | DrawOrder::Element) | None) => return,
        };
        let help = self.mismatch(position, Type::Vec3, Unit::Scalar, span, "").help;
        self.report(problem.help(help.unwrap_or_default()));
    }
}
