//! Draws: what a pass shows, of which elements, and through which camera.

mod artwork;
mod checks;
mod given;
mod shapes;

use super::letters::{GLYPH, Glyphs};
use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, nearest};
use crate::draw::{
    ATTRIBUTES, Align, Anchor, Attribute, Blend, Cap, DrawOrder, Entry as Known, Join, ShapeKind,
};
use crate::language::problems::Reported;
use crate::language::project::{Meaning, TaskId};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Entry, ExprKind, Name};
use crate::program::{DomainRef, Op, PassRow, ShapeRow, StrokeRow, Unit, limits};
use artwork::ARTWORK;
pub(super) use given::Given;
use given::Placed;
pub(in crate::language) use shapes::{SHAPES, ShapeEntry};

/// What says how heavy letters are.
const WEIGHT: &str = "weight";

/// How a text is laid out, as far as that is known.
struct Setting {
    align: Align,
    anchor: Anchor,
    font: Option<u32>,
    weight: Option<u16>,
}

/// What a pass is called, by what its draw is in and its label.
pub(super) fn pass_name(before: &str, own: &str) -> String {
    format!("{before}{own}").chars().take(limits::NAME_MAX - 32).collect()
}

/// The attributes of a draw that patches have.
pub(in crate::language) fn attributes() -> impl Iterator<Item = &'static Known> + Clone {
    ATTRIBUTES.iter().map(|row| &row.entry).filter(|entry| !entry.name.is_empty())
}

/// Those that a shape has.
fn attributes_of(kind: Option<ShapeKind>) -> impl Iterator<Item = &'static Known> + Clone {
    let (is_text, is_image) = (kind == Some(ShapeKind::Text), kind == Some(ShapeKind::Image));
    let known = ATTRIBUTES.iter().filter(move |row| is_text || !row.id.is_of_texts());
    let known =
        known.filter(move |row| if is_image { !row.id.is_of_paint() } else { !row.id.is_of_images() });
    known.map(|row| &row.entry).filter(|entry| !entry.name.is_empty())
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn draw(
        &mut self,
        at: TaskId,
        shape: &'a Name,
        arguments: &'a [Argument],
        label: Option<&'a Name>,
        entries: &'a [Entry],
    ) -> Result<Done<'b>, Reported> {
        if shape.text == ARTWORK {
            return self.draw_artwork(at, shape, arguments, label, entries);
        }
        let before = self.problems.len();
        let name = self.pass_name(at, label, shape);
        let is_glyph = shape.text == GLYPH;
        let is_weighed = entries.iter().any(|entry| entry.name.text == WEIGHT);
        let glyphs = if is_glyph { self.own_glyphs(is_weighed) } else { None };
        let known = self.shape_of(shape, glyphs);
        // Of a shape that is not known, nothing is known about what it takes.
        let is_image = known.is_ok_and(|known| known.kind == ShapeKind::Image);
        let image = if is_image { Some(self.image_of(shape, arguments)) } else { None };
        let parameters = match known {
            Ok(_) if is_image => Vec::new(),
            Ok(_) if is_glyph => vec![self.own_glyph(shape, arguments, glyphs)],
            Ok(known) => {
                self.says = known.kind == ShapeKind::Text;
                let values = self.shape_arguments(shape, known.arguments, arguments, &name);
                self.says = false;
                values
            }
            Err(_) => Vec::new(),
        };
        // A letter is laid out with its text, and has what paths have and its weight.
        let kind = known.map(|known| if is_glyph { ShapeKind::Path } else { known.kind }).ok();
        let mut known_attributes: Vec<&Known> = attributes_of(kind).collect();
        known_attributes.extend(attributes().filter(|entry| is_glyph && entry.name == WEIGHT));
        let given = self.attributes(entries, &known_attributes, &format!("`draw {}`", shape.text), &name);
        let blend = self.word::<Blend>(entries, "blend");
        let cap = self.word::<Cap>(entries, "cap");
        let join = self.word::<Join>(entries, "join");
        let order = self.word::<DrawOrder>(entries, "order");
        let align = self.word::<Align>(entries, "align");
        let anchor = self.word::<Anchor>(entries, "anchor");
        let image = image.map(|image| self.image_settings(entries, &given, image));
        let font = match glyphs {
            Some(glyphs) => Ok(glyphs.font),
            None if is_glyph => Ok(None),
            None => self.font_of(entries),
        };
        let weight = self.weight_of(&given, font.as_ref().ok().copied().flatten());
        let camera = self.camera_of(at, entries);
        let cuts = self.cuts(entries);
        let layer = self.layer(&given);
        let position = known.and_then(|known| self.check_attributes(shape, known.kind, &given));
        self.check_depth(at, entries, order.unwrap_or_default(), &given);
        if known.is_ok_and(|known| known.kind == ShapeKind::Line) {
            self.check_line(&given);
        }
        let domain = self.domain_of_draw(&name, &given, &parameters);
        // Everything was looked at: now it has to be good.
        self.problems.none_since(before)?;
        given.all_good()?;
        let (kind, (position, _)) = (known?.kind, position?);
        let parameters: Vec<Placed<'b>> = parameters.into_iter().collect::<Result<_, _>>()?;
        // Each element may be a path of its own, or say something else; other shapes are one for all.
        let is_one = !matches!(kind, ShapeKind::Path | ShapeKind::Text);
        for &(value, span) in parameters.iter().filter(|_| is_one) {
            self.uniform(value, span, &format!("the argument of `{}`", shape.text))?;
        }
        if let Some(&(outline, _)) = parameters.first().filter(|_| kind == ShapeKind::Path) {
            self.check_box(outline, shape.span);
        }
        let mut shape = self.shape_row(kind, &parameters)?;
        if kind == ShapeKind::Text {
            let (align, anchor) = (align?.unwrap_or_default(), anchor?.unwrap_or_default());
            self.set_text(
                &mut shape,
                parameters[0],
                Setting { align, anchor, font: font?, weight: weight? },
                glyphs,
            );
        }
        let mut row = PassRow::new(name, self.builder.domain_row(domain?), shape, position.value.node());
        (row.blend, row.layer) = (blend?.unwrap_or_default(), layer?);
        (row.order, row.camera) = (order?.unwrap_or_default(), camera?);
        row.cuts = cuts?;
        if let (Some(color), Some(width)) = (given.node("stroke"), given.node("stroke_width")) {
            let (cap, join) = (cap?.unwrap_or_default(), join?.unwrap_or_default());
            row.stroke = Some(StrokeRow { cap, join, ..StrokeRow::new(color, width) });
        }
        self.set_attributes(&mut row, &given);
        if let Some(image) = image {
            self.place_image(&mut row, &given, image?);
        }
        self.builder.add_pass(row);
        self.pass_tasks.push(at);
        Ok(Done::Effect)
    }

    /// Says how a text is laid out; of letters whose glyphs are in their places, which those are.
    fn set_text(&mut self, shape: &mut ShapeRow, said: Placed<'b>, setting: Setting, glyphs: Option<Glyphs>) {
        let ShapeRow::Text { align, anchor, weight, moving_weight, font, glyphs: are_glyphs, .. } = shape
        else {
            return;
        };
        (*align, *anchor) = (setting.align, setting.anchor);
        *font = setting.font.map(|font| self.font_row(font));
        *weight = setting.weight.unwrap_or(glyphs.map_or(*weight, |glyphs| glyphs.weight));
        *moving_weight = glyphs.and_then(|glyphs| glyphs.moving_weight);
        *are_glyphs = glyphs.is_some();
        if glyphs.is_none() {
            self.look_for_glyphs(said, setting.font, *weight);
        }
    }

    /// The layer of a draw; 0 where it names none.
    fn layer(&mut self, given: &Given<'a, 'b>) -> Result<i32, Reported> {
        let Some((value, span)) = given.get("layer") else { return Ok(0) };
        let layer = self.constant_int(value, span, "`layer`", i64::from(i32::MIN), i64::from(i32::MAX));
        layer.map(|layer| layer as i32)
    }

    /// The weight of a text that is known before the first frame; a number of the pass has one that moves.
    fn weight_of(&mut self, given: &Given<'a, 'b>, font: Option<u32>) -> Result<Option<u16>, Reported> {
        let Some((value, span)) = given.get(WEIGHT) else { return Ok(None) };
        if value.constant.is_some() {
            return self.constant_int(value, span, "`weight`", 1, 1000).map(|weight| Some(weight as u16));
        }
        self.look_for_weights(font, span);
        Ok(None)
    }

    /// Warns of a weight that moves where the font has one only.
    pub(super) fn look_for_weights(&mut self, font: Option<u32>, span: Span) {
        if font.is_some_and(|font| self.weights_of(font).is_none()) {
            let message = "this weight moves, and the font has one weight only";
            let problem = Problem::new(Code::FontAxis, span, message);
            self.warning(problem.help("take a variable font, with an axis of weight"));
        }
    }

    /// Gives a pass the values of its attributes. Most are what the patch says; angles become radians, and a trim two
    /// ends.
    fn set_attributes(&mut self, row: &mut PassRow, given: &Given<'a, 'b>) {
        for attribute in ATTRIBUTES {
            let Some((value, _)) = given.get(attribute.entry.name) else { continue };
            match attribute.id {
                Attribute::Rotation => row.set(Attribute::Rotation, self.radians(value).value.node()),
                Attribute::Trim => {
                    let [start, end] = self.trim(value, given);
                    row.set(Attribute::TrimStart, start.value.node());
                    row.set(Attribute::TrimEnd, end.value.node());
                }
                // One that is known is no number of the pass.
                Attribute::Weight if value.constant.is_some() => {}
                id => row.set(id, value.value.node()),
            }
        }
    }

    /// Both ends of a trim with its offset.
    fn trim(&mut self, trim: Typed<'b>, given: &Given<'a, 'b>) -> [Typed<'b>; 2] {
        let ends = [self.part(trim, 0), self.part(trim, 1)];
        let Some((offset, _)) = given.get("trim_offset") else { return ends };
        // Shares wrap, so whole turns say nothing, and without them f32 keeps more places.
        let offset = self.apply(Op::Fract, &[offset], Unit::Scalar);
        ends.map(|end| self.apply(Op::Add, &[end, offset], Unit::Scalar))
    }

    /// A name that no other pass has: the label, or the shape, after the domain.
    fn pass_name(&mut self, at: TaskId, label: Option<&Name>, shape: &Name) -> String {
        let task = &self.project.tasks[at];
        let own = label.map_or(shape.text.as_str(), |label| label.text.as_str());
        let before = match task.domain {
            Some(domain) => format!("{}.", self.project.domains[domain].full),
            None => self.project.modules[task.module].prefix.clone(),
        };
        let full = pass_name(&before, own);
        let times = self.pass_names.entry(full.clone()).or_insert(0);
        *times += 1;
        if *times == 1 { full } else { format!("{full}_{times}") }
    }

    /// The row of the camera that a draw is seen through.
    fn camera_of(&mut self, at: TaskId, entries: &'a [Entry]) -> Result<Option<u32>, Reported> {
        let Some(entry) = entries.iter().find(|entry| entry.name.text == "camera") else {
            let camera = self.project.modules[self.project.tasks[at].module].camera;
            return camera.map(|camera| self.camera_row(camera)).transpose();
        };
        let name = entry.value.as_ref().and_then(|value| match &value.kind {
            ExprKind::Name(name) => Some((name.as_str(), value.span)),
            _ => None,
        });
        let meaning = name.and_then(|(name, _)| self.meaning(name));
        match (name, meaning) {
            (Some(("none", _)), _) => Ok(None),
            (_, Some(Meaning::Camera(task))) => self.camera_row(task).map(Some),
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

    /// The row of a camera that comes before this draw.
    fn camera_row(&mut self, task: TaskId) -> Result<u32, Reported> {
        match self.done[task] {
            Done::Camera(row) => Ok(row),
            Done::Poisoned(reported) => Err(reported),
            Done::Pending | Done::Value(_) | Done::Domain(_) | Done::Image(..) | Done::Effect => {
                self.contradiction(self.project.tasks[task].span, "a camera is used before it is there")
            }
        }
    }

    /// Whether `continuity: none` lets values jump in this draw.
    fn cuts(&mut self, entries: &'a [Entry]) -> Result<bool, Reported> {
        let Some(entry) = entries.iter().find(|entry| entry.name.text == "continuity") else {
            return Ok(false);
        };
        match entry.value.as_ref().map(|value| &value.kind) {
            Some(ExprKind::Name(name)) if name == "none" => Ok(true),
            Some(ExprKind::Broken(reported)) => Err(*reported),
            _ => {
                let span = entry.value.as_ref().map_or(entry.name.span, |value| value.span);
                let help = "write `continuity: none`, or leave it out; the way of a value is written behind it: \
                            `position = ... ~ slew(300ms)`";
                let message = "`continuity` of a draw takes the word `none`";
                self.fail(Problem::new(Code::UnknownWord, span, message).help(help))
            }
        }
    }

    /// Whose elements a draw draws: its block's, its values', or one of its own.
    fn domain_of_draw(
        &mut self,
        name: &str,
        given: &Given<'a, 'b>,
        parameters: &[Result<Placed<'b>, Reported>],
    ) -> Result<DomainRef, Reported> {
        let mut all = given.all();
        all.extend(parameters.iter().flatten());
        if let Some(domain) = self.scope.domain {
            let span = self.project.domains[domain].name.span;
            let own = self.element_of(domain, span)?.domain;
            all.insert(0, (self.of_element(own, span), span));
            self.one_domain(&all)?;
            return Ok(own);
        }
        self.one_domain(&all)?;
        if let Some(element) = all.iter().find_map(|(value, _)| value.element) {
            return Ok(element.domain);
        }
        let mut own = name.to_owned();
        while self.builder.has_domain(&own) {
            own.push('_');
        }
        Ok(self.add_domain(own, 1, 1, None))
    }
}
