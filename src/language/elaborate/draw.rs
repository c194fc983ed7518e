//! What is drawn: passes, cameras, the background and the clip.

use super::value::Typed;
use super::{Done, Elaborator, hints};
use crate::diagnostic::{Code, nearest, quote};
use crate::draw::{Blend, Cap, DrawOrder, Join, Word};
use crate::language::builtins::ParamType;
use crate::language::project::{Meaning, ModuleId, TaskId, TaskKind};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Entry, Expr, ExprKind, Name};
use crate::program::{Camera, DomainRef, Op, PassRow, ShapeRow, StrokeRow, Type, Unit, limits};

/// An attribute of a draw statement.
pub(in crate::language) struct Attribute {
    pub(in crate::language) name: &'static str,
    /// For people.
    pub(in crate::language) takes: &'static str,
    pub(in crate::language) about: &'static str,
}

macro_rules! attributes {
    ($list:ident: $( $name:literal $takes:literal $about:literal; )*) => {
        pub(in crate::language) const $list: &[Attribute] =
            &[$( Attribute { name: $name, takes: $takes, about: $about }, )*];
    };
}

attributes! { ATTRIBUTES:
    "position" "vec2 or vec3" "Where the centre is: `0..1` in x and y fills the shorter side, y down, z toward the viewer.";
    "size" "float or vec2" "Full width and height as a share of the shorter side, 0 or more; a circle's diameter. A line has none.";
    "rotation" "angle" "Clockwise on screen.";
    "scale" "float or vec2" "Multiplies the size; a negative one mirrors.";
    "color" "color" "The fill; without one only the stroke is drawn.";
    "opacity" "float" "Multiplies the alpha of the element as drawn, fill and stroke as one thing, 0 to 1.";
    "stroke" "color" "The colour of the outline; needs a `stroke_width`.";
    "stroke_width" "float" "The width of the outline.";
    "trim" "vec2" "Which part of the outline is drawn, from and to, as shares of its length. Shares wrap: `(0.8, 0.2)` runs over the start, 1.25 is the place of 0.25; a span of 1 or more is the whole outline. Outlines begin at the top and run clockwise; a rectangle's at the left end of its top edge, a path's and a line's where they are begun. A negative `scale` mirrors that, too.";
    "trim_offset" "float" "Shifts both ends of the `trim` along the outline: a share of its length, any number; 0.";
    "dash" "vec2" "The lengths of a dash and of the gap behind it.";
    "dash_offset" "float" "How far into the first dash the outline begins.";
    "cap" "butt, round or square" "How strokes end; round.";
    "join" "miter, round or bevel" "How corners of strokes look; round.";
    "blend" "normal, add, multiply, screen, overlay, darken, lighten or difference" "How it mixes with what lies below.";
    "layer" "constant int" "Higher ones are drawn later; 0. Within a layer the source's order counts.";
    "order" "index or depth" "`depth` draws far elements first; the position must be a vec3.";
    "camera" "camera or none" "The camera; without one that of the file, else none.";
}

attributes! { PERSPECTIVE:
    "eye" "vec3" "Where the camera is.";
    "target" "vec3" "What it looks at; (0.5, 0.5, 0).";
    "up" "vec3" "Which way is up on screen; (0, -1, 0).";
    "fov" "angle" "Field of view along the shorter side; 45deg.";
    "near" "float" "The nearest distance that is drawn; 0.01.";
    "far" "float" "The furthest distance that is drawn; 100.";
}

attributes! { ORTHOGRAPHIC:
    "center" "vec2" "The point in the middle; (0.5, 0.5).";
    "extent" "float" "How much of the world the shorter side shows; 1.";
    "rotation" "angle" "Turns the camera.";
    "near" "float" "Elements with a z above it are not drawn.";
    "far" "float" "Elements with a z below it are not drawn.";
}

attributes! { CLIP:
    "duration" "constant time" "How long it is; 10s.";
    "rate" "constant float" "Frames per second; 60.";
    "size" "constant vec2" "Width and height in pixels; (1080, 1080).";
}

attributes! { SHAPES:
    "circle" "" "A disc; the size is its diameter.";
    "ellipse" "" "An ellipse that fills the element's box.";
    "rect" "corner: float" "A rectangle; `corner` is the corner radius as a share of half the shorter side, 0 to 1.";
    "polygon" "sides: constant int" "A regular polygon of 3 to 1000 sides, one corner up.";
    "star" "points: constant int, inner: float" "A star; `inner` is the inner radius as a share of the outer, 0 to 1; 0.5.";
    "path" "shape: shape" "A path, scaled to the element's box.";
    "line" "closed: bool" "One line through all elements in index order, with one stroke for all of it. It breaks at a position that is infinite or not a number, and a camera cuts it at its near and far end.";
}

/// Sides of a polygon and tips of a star.
const SIDES_MAX: i64 = limits::SIDES_MAX as i64;

type Placed<'b> = (Typed<'b>, Span);

/// The attributes of a statement by name.
struct Given<'a, 'b> {
    values: Vec<(&'a str, Option<Placed<'b>>)>,
    /// Where each name stands that was written, known or nearly so.
    names: Vec<(&'a str, Span)>,
}

impl<'b> Given<'_, 'b> {
    fn get(&self, name: &str) -> Option<Placed<'b>> {
        self.values.iter().find(|(given, _)| *given == name).and_then(|(_, value)| *value)
    }

    /// Where it was written, good or not.
    fn place(&self, name: &str) -> Option<Span> {
        self.names.iter().find(|(given, _)| *given == name).map(|&(_, span)| span)
    }

    /// Whether it was written, good or not.
    fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn node(&self, name: &str) -> Option<u32> {
        self.get(name).map(|(value, _)| value.value.node())
    }

    fn all(&self) -> Vec<Placed<'b>> {
        self.values.iter().filter_map(|(_, value)| *value).collect()
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn draw(
        &mut self,
        at: TaskId,
        shape: &'a Name,
        arguments: &'a [Argument],
        label: Option<&'a Name>,
        entries: &'a [Entry],
    ) -> Option<Done<'b>> {
        let before = self.problems.len();
        let name = self.pass_name(at, label, shape);
        let is_known = SHAPES.iter().any(|known| known.name == shape.text);
        if !is_known {
            let message = format!("there is no shape {}", quote(&shape.text));
            let names = SHAPES.iter().map(|known| known.name);
            let help = match nearest(&shape.text, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
            };
            self.problem(Problem::new(Code::UnknownShape, shape.span, message).help(help));
        }
        // Of a shape that is not known, nothing is known about what it takes.
        let parameters = if is_known { self.shape_arguments(shape, arguments, &name) } else { Vec::new() };
        let given = self.attributes(entries, ATTRIBUTES, &format!("`draw {}`", shape.text), &name);
        let blend = self.word::<Blend>(entries, "blend");
        let cap = self.word::<Cap>(entries, "cap");
        let join = self.word::<Join>(entries, "join");
        let order = self.word::<DrawOrder>(entries, "order");
        let camera = self.camera_of(at, entries);
        let layer = given.get("layer").and_then(|(value, span)| {
            self.constant_int(value, span, "`layer`", i64::from(i32::MIN), i64::from(i32::MAX))
        });
        if is_known {
            self.check_attributes(shape, &given);
        }
        self.check_depth(at, entries, order, &given);
        if shape.text == "line" {
            self.check_line(&given);
        }
        let domain = self.domain_of_draw(&name, &given, &parameters);
        // Everything was looked at: now it has to be good.
        if self.problems.len() > before || given.values.iter().any(|(_, value)| value.is_none()) {
            return None;
        }
        let (position, _) = given.get("position")?;
        let is_uniform_shape = parameters.iter().all(|(value, span)| {
            let what = format!("the argument of `{}`", shape.text);
            self.uniform(*value, *span, &what).is_some()
        });
        if !is_uniform_shape {
            return None;
        }
        if let Some(&(outline, _)) = parameters.first().filter(|_| shape.text == "path") {
            self.check_box(outline, shape.span);
        }
        let rotation = given.get("rotation").map(|(angle, _)| self.radians(angle).value.node());
        let trim = given.get("trim").map(|(value, _)| [self.part(value, 0), self.part(value, 1)]);
        let trim = trim.map(|ends| match given.get("trim_offset") {
            Some((offset, _)) => {
                // Shares wrap, so whole turns say nothing, and without them f32 keeps more places.
                let offset = self.apply(Op::Fract, &[offset], Unit::Scalar);
                ends.map(|end| self.apply(Op::Add, &[end, offset], Unit::Scalar))
            }
            None => ends,
        });
        let stroke = match (given.node("stroke"), given.node("stroke_width")) {
            (Some(color), Some(width)) => Some(StrokeRow {
                color,
                width,
                trim_start: trim.map(|[start, _]| start.value.node()),
                trim_end: trim.map(|[_, end]| end.value.node()),
                dash: given.node("dash"),
                dash_offset: given.node("dash_offset"),
                cap: cap.unwrap_or(Cap::Round),
                join: join.unwrap_or(Join::Round),
            }),
            _ => None,
        };
        self.builder.add_pass(PassRow {
            name,
            domain: self.builder.domain_row(domain?),
            shape: self.shape_row(shape, &parameters)?,
            blend: blend.unwrap_or(Blend::Normal),
            layer: layer.unwrap_or(0) as i32,
            order: order.unwrap_or(DrawOrder::Index),
            camera,
            position: position.value.node(),
            size: given.node("size"),
            rotation,
            scale: given.node("scale"),
            color: given.node("color"),
            opacity: given.node("opacity"),
            stroke,
        });
        self.pass_tasks.push(at);
        Some(Done::Effect)
    }

    /// A name that no other pass has: the label, or the shape, behind the domain.
    fn pass_name(&mut self, at: TaskId, label: Option<&Name>, shape: &Name) -> String {
        let task = &self.project.tasks[at];
        let own = label.map_or(shape.text.as_str(), |label| label.text.as_str());
        let before = match task.domain {
            Some(domain) => format!("{}.", self.project.domains[domain].full),
            None => self.project.modules[task.module].prefix.clone(),
        };
        let full: String = format!("{before}{own}").chars().take(limits::NAME_MAX - 32).collect();
        let times = self.pass_names.entry(full.clone()).or_insert(0);
        *times += 1;
        if *times == 1 { full } else { format!("{full}_{times}") }
    }

    /// The arguments of a shape, in the order of its parameters.
    fn shape_arguments(&mut self, shape: &'a Name, arguments: &'a [Argument], pass: &str) -> Vec<Placed<'b>> {
        // A path's outline is asked for, the rest has defaults.
        let known: &[(&str, ParamType)] = match shape.text.as_str() {
            "rect" => &[("corner", ParamType::Float)],
            "polygon" => &[("sides", ParamType::ConstantInt(3, SIDES_MAX))],
            "star" => &[("points", ParamType::ConstantInt(2, SIDES_MAX)), ("inner", ParamType::Float)],
            "path" => &[("shape", ParamType::Shape)],
            "line" => &[("closed", ParamType::Bool)],
            _ => &[],
        };
        let mut slots: Vec<Option<Placed<'b>>> = vec![None; known.len()];
        for (at, argument) in arguments.iter().enumerate() {
            let row = match &argument.name {
                Some(label) => known.iter().position(|(name, _)| *name == label.text),
                None => (at < known.len()).then_some(at),
            };
            let span = argument.name.as_ref().map_or(argument.value.span, |label| label.span);
            let Some(row) = row else {
                let message = format!("`{}` has no such parameter", shape.text);
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
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
            if let Some((_, first)) = slots[row] {
                let message = format!("the argument `{}` is given twice", known[row].0);
                let problem = Problem::new(Code::RepeatedArgument, span, message);
                self.problem(problem.related("the first is here", first).help("remove one of them"));
                continue;
            }
            self.keys.rebase(format!("{pass}.{}", known[row].0));
            let what = format!("the argument `{}` of `{}`", known[row].0, shape.text);
            let value = self.expr(&argument.value);
            let value = value.and_then(|value| self.fitted(value, known[row].1, argument.value.span, &what));
            let place = argument.value.span;
            let value = value.filter(|&value| self.argument_in_range(known[row].0, value, place).is_some());
            slots[row] = value.map(|value| (value, place));
        }
        if shape.text == "path" && arguments.is_empty() {
            let problem =
                Problem::new(Code::MissingArgument, shape.span, "`path` lacks the shape that it draws");
            self.problem(problem.help("name it: `draw path(heart) { ... }`"));
        }
        let defaults: &[f64] = match shape.text.as_str() {
            "rect" => &[0.0],
            "polygon" => &[6.0],
            "star" => &[5.0, 0.5],
            "line" => &[0.0],
            _ => &[],
        };
        let filled = slots.into_iter().enumerate().filter_map(|(at, slot)| {
            let default = || defaults.get(at).map(|&number| (self.float(number), shape.span));
            slot.or_else(default)
        });
        filled.collect()
    }

    fn shape_row(&mut self, shape: &Name, parameters: &[Placed<'b>]) -> Option<ShapeRow> {
        let constant = |at: usize| parameters.get(at).and_then(|(value, _)| value.constant).map(|c| c[0]);
        let node = |at: usize| parameters.get(at).map(|(value, _)| value.value.node());
        Some(match shape.text.as_str() {
            "circle" => ShapeRow::Circle {},
            "ellipse" => ShapeRow::Ellipse {},
            "rect" => ShapeRow::Rect { corner: node(0).filter(|_| constant(0) != Some(0.0)) },
            "polygon" => ShapeRow::Polygon { sides: constant(0)? as u32 },
            "star" => ShapeRow::Star { points: constant(0)? as u32, inner: node(1) },
            "path" => ShapeRow::Path { path: node(0)? },
            _ => {
                let &(value, span) = parameters.first()?;
                let closed = self.constant(value, span, "`closed`")?[0] != 0.0;
                ShapeRow::Line { closed }
            }
        })
    }

    /// Evaluates and converts the attributes between braces; `known` is what there is.
    fn attributes(
        &mut self,
        entries: &'a [Entry],
        known: &'static [Attribute],
        whose: &str,
        pass: &str,
    ) -> Given<'a, 'b> {
        let mut given = Given { values: Vec::new(), names: Vec::new() };
        for entry in entries {
            let name: &'a str = &entry.name.text;
            let Some(attribute) = known.iter().find(|attribute| attribute.name == name) else {
                let (problem, meant) = self.unknown_attribute(entry, known, whose);
                self.problem(problem);
                // What is meant is not missing as well.
                if let Some(meant) = meant.filter(|meant| !given.has(meant)) {
                    given.names.push((meant, entry.name.span));
                }
                continue;
            };
            if let Some(first) = given.place(name) {
                let message = format!("{} is given twice", quote(name));
                let problem = Problem::new(Code::RepeatedArgument, entry.name.span, message);
                self.problem(problem.related("the first is here", first).help("remove one of them"));
                continue;
            }
            given.names.push((name, entry.name.span));
            if matches!(name, "blend" | "cap" | "join" | "order" | "camera") {
                continue;
            }
            self.keys.rebase(format!("{pass}.{name}"));
            let span = entry.value.as_ref().map_or(entry.name.span, |value| value.span);
            let value = match &entry.value {
                Some(value) => self.expr(value),
                None => self.name(name, entry.name.span),
            };
            let value = value.and_then(|value| self.attribute(attribute, value, span));
            let value = value.filter(|&value| self.attribute_in_range(whose, name, value, span).is_some());
            given.values.push((name, value.map(|value| (value, span))));
        }
        given
    }

    /// The problem, and the attribute that is probably meant.
    fn unknown_attribute(
        &self,
        entry: &Entry,
        known: &'static [Attribute],
        whose: &str,
    ) -> (Problem, Option<&'static str>) {
        let name = entry.name.text.as_str();
        let message = format!("{whose} has no attribute {}", quote(name));
        let elsewhere = hints::attribute(name);
        let elsewhere = elsewhere.filter(|ours| known.iter().any(|attribute| attribute.name == *ours));
        let names = known.iter().map(|attribute| attribute.name);
        let of_shapes = SHAPES
            .iter()
            .find(|shape| shape.takes.split(", ").any(|taken| taken.split(':').next() == Some(name)));
        if let Some(shape) = of_shapes.filter(|_| whose.starts_with("`draw ")) {
            let help = format!("it stands behind the shape: `draw {}({name}: ...) {{ ... }}`", shape.name);
            return (Problem::new(Code::UnknownAttribute, entry.name.span, message).help(help), None);
        }
        let meant = elsewhere.or_else(|| nearest(name, names.clone()));
        let help = match meant {
            Some("position") if matches!(name, "x" | "y" | "z") => {
                "both together are the position: `position: (x, y)`".into()
            }
            Some("size") if name == "height" => {
                "width and height together are the size: `size: (0.2, 0.1)`".into()
            }
            Some("stroke_width") if name == "width" => {
                "did you mean `stroke_width`? Width and height together are the size: `size: (0.2, 0.1)`"
                    .into()
            }
            Some("size") if name == "radius" => {
                "did you mean `size`? It is the diameter: twice the radius".into()
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        (Problem::new(Code::UnknownAttribute, entry.name.span, message).help(help), meant)
    }

    /// The value as what an attribute takes.
    fn attribute(&mut self, attribute: &Attribute, value: Typed<'b>, span: Span) -> Option<Typed<'b>> {
        let what = format!("`{}`", attribute.name);
        let takes = match attribute.takes {
            "vec2 or vec3" => ParamType::Vector,
            "float or vec2" if value.ty == Type::Vec2 => ParamType::Vec2,
            "float" | "float or vec2" | "constant float" => ParamType::Float,
            "angle" => ParamType::Angle,
            "color" => ParamType::Color,
            "vec2" => ParamType::Vec2,
            "vec3" => ParamType::Vec3,
            "constant int" => return Some(value),
            "constant time" => ParamType::ConstantTime,
            _ => ParamType::ConstantPoint,
        };
        self.fitted(value, takes, span, &what)
    }

    /// The choice of an attribute that takes a word.
    fn word<T: Word>(&mut self, entries: &'a [Entry], name: &str) -> Option<T> {
        let entry = entries.iter().find(|entry| entry.name.text == name)?;
        let names: Vec<&str> = T::CHOICES.iter().map(|choice| choice.word()).collect();
        let Some(value) = &entry.value else {
            let message = format!("`{name}` lacks its choice");
            let help = format!("write `{name}: {}`; there are {}", names[names.len() - 1], names.join(", "));
            return self.fail(Problem::new(Code::UnknownWord, entry.name.span, message).help(help));
        };
        let word = self.word_of(value, &names)?;
        T::CHOICES.iter().copied().find(|choice| choice.word() == word)
    }

    /// The row of the camera that a draw is seen through.
    fn camera_of(&mut self, at: TaskId, entries: &'a [Entry]) -> Option<u32> {
        let row = |this: &Self, task: TaskId| match this.done[task] {
            Done::Camera(row) => Some(row),
            _ => None,
        };
        let Some(entry) = entries.iter().find(|entry| entry.name.text == "camera") else {
            let camera = self.project.modules[self.project.tasks[at].module].camera?;
            return row(self, camera);
        };
        let name = entry.value.as_ref().and_then(|value| match &value.kind {
            ExprKind::Name(name) => Some((name.as_str(), value.span)),
            _ => None,
        });
        match name {
            Some(("none", _)) => None,
            Some((name, _)) if matches!(self.meaning(name), Some(Meaning::Camera(_))) => {
                match self.meaning(name) {
                    Some(Meaning::Camera(task)) => row(self, task),
                    _ => None,
                }
            }
            _ => {
                let span = entry.value.as_ref().map_or(entry.name.span, |value| value.span);
                let message = "`camera` takes the name of a camera, or `none`";
                let names = &self.project.modules[self.project.tasks[at].module].names;
                let cameras = names.iter().filter(|(_, (meaning, _))| matches!(meaning, Meaning::Camera(_)));
                let mut cameras: Vec<&str> = cameras.map(|(&name, _)| name).collect();
                cameras.push("none");
                cameras.sort_unstable();
                let near = name.and_then(|(name, _)| nearest(name, cameras.iter().copied()));
                let help = match (near, cameras.len()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, 1) => {
                        "name one: `camera perspective as side { ... }`, and draw with `camera: side`".into()
                    }
                    (None, _) => format!("there are {}", cameras.join(", ")),
                };
                self.fail(Problem::new(Code::UnknownWord, span, message).help(help))
            }
        }
    }

    /// A line is drawn in one go: only its positions are of the elements.
    fn check_line(&mut self, given: &Given<'a, 'b>) {
        for name in
            ["color", "opacity", "stroke", "stroke_width", "trim", "trim_offset", "dash", "dash_offset"]
        {
            if let Some((value, span)) = given.get(name)
                && let Some(element) = value.element
            {
                let message = format!("a line has one `{name}`, and this has one per element");
                let help = "reduce it to one value, or draw a `rect` from each element to the next instead of a line";
                let problem = Problem::new(Code::PerElement, span, message);
                self.problem(problem.related("the elements come in here", element.span).help(help));
            }
        }
    }

    /// What a shape needs and what it cannot have.
    fn check_attributes(&mut self, shape: &Name, given: &Given<'a, 'b>) {
        let missing = |this: &mut Self, what: &str, help: &str| {
            let message = format!("`draw {}` lacks {what}", shape.text);
            this.problem(Problem::new(Code::MissingAttribute, shape.span, message).help(help));
        };
        if !given.has("position") {
            missing(self, "a `position`", "add `position: (0.5, 0.5)`, the middle, or a value per element");
        }
        if shape.text != "line" && !given.has("size") {
            missing(self, "a `size`", "add `size: 0.1`, a tenth of the picture's shorter side");
        }
        if shape.text == "line"
            && let Some(span) = given.place("size")
        {
            let message = "a line has no size: it runs through the positions of the elements";
            self.problem(
                Problem::new(Code::UnknownAttribute, span, message).help("give it a `stroke_width`"),
            );
        }
        if !given.has("color") && !given.has("stroke") {
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
            self.problem(Problem::new(Code::MissingAttribute, span, message).help("add `stroke: #fff`"));
        } else if !given.has("dash")
            && let Some(span) = given.place("dash_offset")
        {
            let message = "`dash_offset` belongs to dashes, and there are none";
            let problem = Problem::new(Code::MissingAttribute, span, message);
            self.problem(problem.help("add `dash: (0.02, 0.01)`, the lengths of a dash and of a gap"));
        } else if !given.has("trim")
            && let Some(span) = given.place("trim_offset")
        {
            let message = "`trim_offset` shifts a trim, and there is none";
            let problem = Problem::new(Code::MissingAttribute, span, message);
            self.problem(problem.help("add `trim: (0, 0.5)`, from and to as shares of the outline"));
        }
        self.check_size(given);
    }

    /// A size is a length; what mirrors is the scale.
    fn check_size(&mut self, given: &Given<'a, 'b>) {
        let Some((value, span)) = given.get("size") else { return };
        let parts = (0..value.ty.stride()).filter_map(|index| match value.ty {
            Type::Float => value.number(),
            _ => self.part(value, index).number(),
        });
        if let Some(side) = parts.collect::<Vec<_>>().into_iter().find(|&side| side < 0.0) {
            let message = format!("a `size` of {side}, expected 0 or more");
            let problem = Problem::new(Code::OutOfRange, span, message);
            self.problem(problem.help("to mirror, give a positive size and `scale: (-1, 1)`"));
        }
    }

    /// How near an element is must be known to a perspective camera, and where the nearer ones are drawn last.
    fn check_depth(
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
            (None, Some(DrawOrder::Depth)) => {
                Problem::new(Code::NeedsDepth, span, "drawing in order of depth needs positions with a z")
            }
            _ => return,
        };
        let help = self.mismatch(position, Type::Vec3, Unit::Scalar, span, "").help;
        self.problem(problem.help(help.unwrap_or_default()));
    }

    /// Whose elements a draw draws: its block's, its values', or one of its own.
    fn domain_of_draw(
        &mut self,
        name: &str,
        given: &Given<'a, 'b>,
        parameters: &[Placed<'b>],
    ) -> Option<DomainRef> {
        let mut all = given.all();
        all.extend_from_slice(parameters);
        if let Some(domain) = self.scope.domain {
            let Done::Domain(reference) = self.done[self.project.domains[domain].task] else { return None };
            let span = self.project.domains[domain].name.span;
            let own =
                Typed { element: Some(super::value::Element { domain: reference, span }), ..self.float(0.0) };
            all.insert(0, (own, span));
            self.one_domain(&all)?;
            return Some(reference);
        }
        self.one_domain(&all)?;
        if let Some(element) = all.iter().find_map(|(value, _)| value.element) {
            return Some(element.domain);
        }
        let mut own = name.to_owned();
        while self.builder.has_domain(&own) {
            own.push('_');
        }
        let seed = super::name_seed(&own);
        Some(self.add_domain(own, 1, 1, seed))
    }

    pub(super) fn camera(&mut self, kind: &'a Name, entries: &'a [Entry]) -> Option<Done<'b>> {
        let known = match kind.text.as_str() {
            "perspective" => PERSPECTIVE,
            "orthographic" => ORTHOGRAPHIC,
            _ => {
                let problem = self.unknown_word(kind, &["perspective", "orthographic"], "cameras are");
                return self.fail(problem);
            }
        };
        let base = self.project.tasks[self.task].key.clone();
        let before = self.problems.len();
        let given = self.attributes(entries, known, &format!("`camera {}`", kind.text), &base);
        for (name, value) in &given.values {
            if let Some((value, span)) = value {
                self.uniform(*value, *span, &format!("`{name}`"));
            }
        }
        if self.problems.len() > before || given.values.iter().any(|(_, value)| value.is_none()) {
            return None;
        }
        let radians = |this: &mut Self, name: &str| {
            given.get(name).map(|(angle, _)| this.apply(Op::TurnsToRad, &[angle], Unit::Scalar).value.node())
        };
        let node = |name: &str| given.node(name);
        let camera = match kind.text.as_str() {
            "perspective" => Camera::Perspective {
                eye: node("eye"),
                target: node("target"),
                up: node("up"),
                fov: radians(self, "fov"),
                near: node("near"),
                far: node("far"),
            },
            _ => Camera::Orthographic {
                center: node("center"),
                extent: node("extent"),
                rotation: radians(self, "rotation"),
                near: node("near"),
                far: node("far"),
            },
        };
        self.camera_tasks.push(self.task);
        Some(Done::Camera(self.builder.camera(camera)))
    }

    /// The background of the patch; that of a used file is looked at only.
    pub(super) fn background(&mut self, module: ModuleId, expr: &'a Expr) -> Option<Done<'b>> {
        let value = self.expr(expr)?;
        let value = self.convert(value, Type::Color, Unit::Scalar, expr.span, "the background")?;
        let value = self.uniform(value, expr.span, "the background")?;
        if module == 0 {
            self.builder.background(value.value);
        }
        Some(Done::Effect)
    }

    /// How the patch is meant to be shown; of a used file it is looked at only.
    pub(super) fn clip(&mut self, module: ModuleId, entries: &'a [Entry]) -> Option<Done<'b>> {
        let given = self.attributes(entries, CLIP, "`clip`", "clip");
        let mut clip = self.builder.current_clip();
        if let Some((value, _)) = given.get("duration") {
            clip.duration = crate::time::Flicks::from_secs_f64(value.number()?)?;
        }
        if let Some((value, span)) = given.get("rate") {
            clip.frame_rate = self.frame_rate(value, span)?;
        }
        if let Some((value, span)) = given.get("size") {
            let [width, height, ..] = value.constant?;
            let good = |x: f64| x.fract() == 0.0 && (1.0..=f64::from(limits::SIZE_MAX)).contains(&x);
            if !good(width) || !good(height) {
                let message = format!(
                    "the size is {width} x {height}, expected whole numbers of pixels from 1 to {}",
                    limits::SIZE_MAX
                );
                let problem = Problem::new(Code::OutOfRange, span, message);
                return self.fail(problem.help("use a size such as `(1920, 1080)`"));
            }
            clip.size = [width as u32, height as u32];
        }
        if given.values.iter().any(|(_, value)| value.is_none()) {
            return None;
        }
        if module == 0 {
            self.builder.set_clip(clip);
        }
        Some(Done::Effect)
    }

    /// Frames per second as a ratio: whole, or the x/1.001 of television.
    fn frame_rate(&mut self, value: Typed<'b>, span: Span) -> Option<[u32; 2]> {
        let rate = self.constant(value, span, "the rate")?[0];
        if let Some(rate) = crate::time::FrameRate::from_decimal(rate) {
            return Some([rate.numerator(), rate.denominator()]);
        }
        let message = format!("{rate} frames per second is not a rate whose frames start on whole flicks");
        let help = "use 24, 25, 30, 48, 50, 60, 90, 100, 120 or 144, or 29.97 and the like";
        self.fail(Problem::new(Code::OutOfRange, span, message).help(help))
    }
}
