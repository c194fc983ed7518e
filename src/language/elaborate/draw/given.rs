//! The entries between the braces of a statement: evaluated, converted and checked by the tables.

use super::super::value::Typed;
use super::super::{Elaborator, hints};
use super::shapes::SHAPES;
use crate::diagnostic::{Code, nearest, quote};
use crate::draw::{ATTRIBUTES, Entry as Known, Kind, Word};
use crate::language::builtins::ParamType;
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::language::syntax::Entry;
use crate::program::{Type, limits};

pub(super) type Placed<'b> = (Typed<'b>, Span);

/// The attributes of a statement by name.
pub(in super::super) struct Given<'a, 'b> {
    pub(in super::super) values: Vec<(&'a str, Result<Placed<'b>, Reported>)>,
    /// The place of each name that was written and is known, or nearly so.
    pub(super) names: Vec<(&'a str, Span)>,
}

impl<'b> Given<'_, 'b> {
    /// What it was given, good or not.
    pub(in super::super) fn value(&self, name: &str) -> Option<Result<Placed<'b>, Reported>> {
        self.values.iter().find(|(given, _)| *given == name).map(|&(_, value)| value)
    }

    /// What it was given, if that is good.
    pub(in super::super) fn get(&self, name: &str) -> Option<Placed<'b>> {
        self.value(name)?.ok()
    }

    pub(in super::super) fn all_good(&self) -> Result<(), Reported> {
        self.values.iter().try_for_each(|(_, value)| value.map(drop))
    }

    /// Where it was written, good or not.
    pub(in super::super) fn place(&self, name: &str) -> Option<Span> {
        self.names.iter().find(|(given, _)| *given == name).map(|&(_, span)| span)
    }

    /// Whether it was written, good or not.
    pub(in super::super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    pub(in super::super) fn node(&self, name: &str) -> Option<u32> {
        self.get(name).map(|(value, _)| value.value.node())
    }

    pub(in super::super) fn all(&self) -> Vec<Placed<'b>> {
        self.values.iter().filter_map(|(_, value)| value.ok()).collect()
    }
}

/// The parameter type of a kind of attribute. `None` for those that are checked later, when more is known.
fn param_type(kind: Kind, given: Type) -> Option<ParamType> {
    Some(match kind {
        Kind::Position => ParamType::Vector,
        Kind::Extent if given == Type::Vec2 => ParamType::Vec2,
        Kind::Extent | Kind::Float | Kind::ConstantFloat => ParamType::Float,
        Kind::Angle => ParamType::Angle,
        Kind::Color => ParamType::Color,
        Kind::Vec2 => ParamType::Vec2,
        Kind::Vec3 => ParamType::Vec3,
        Kind::Bool => ParamType::Bool,
        Kind::Shape => ParamType::Shape,
        Kind::Text => ParamType::Said,
        Kind::ConstantTime => ParamType::ConstantTime,
        Kind::ConstantPoint => ParamType::ConstantPoint,
        Kind::Corners(least) => ParamType::ConstantInt(i64::from(least), i64::from(limits::SIDES_MAX)),
        Kind::ConstantInt | Kind::Blend | Kind::Blending | Kind::Cap | Kind::Join | Kind::Order => {
            return None;
        }
        Kind::Align | Kind::Anchor | Kind::Fit | Kind::Filter => return None,
        Kind::Camera | Kind::Font | Kind::Continuity => return None,
    })
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// Evaluates and converts the attributes between braces; `known` is what there is.
    pub(in super::super) fn attributes(
        &mut self,
        entries: &'a [Entry],
        known: &[&'static Known],
        whose: &str,
        pass: &str,
    ) -> Given<'a, 'b> {
        let mut given = Given { values: Vec::new(), names: Vec::new() };
        for entry in entries {
            let name: &'a str = &entry.name.text;
            let Some(&attribute) = known.iter().find(|attribute| attribute.name == name) else {
                let (problem, meant) = self.unknown_attribute(entry, known, whose);
                let reported = self.report(problem);
                // What is meant is not missing as well.
                if let Some(meant) = meant.filter(|meant| !given.has(meant)) {
                    given.names.push((meant, entry.name.span));
                    given.values.push((meant, Err(reported)));
                }
                continue;
            };
            if let Some(first) = given.place(name) {
                let message = format!("{} is given twice", quote(name));
                let problem = Problem::new(Code::RepeatedArgument, entry.name.span, message);
                self.report(problem.related("the first is here", first).help("remove one of them"));
                continue;
            }
            given.names.push((name, entry.name.span));
            if attribute.kind.is_word() {
                continue;
            }
            self.keys.rebase(format!("{pass}.{name}"));
            let span = entry.value.as_ref().map_or(entry.name.span, |value| value.span);
            let value = match &entry.value {
                Some(value) => self.expr(value),
                None => self.name(name, entry.name.span),
            };
            let value =
                value.and_then(|value| self.of_kind(attribute.kind, value, span, &format!("`{name}`")));
            let value =
                value.and_then(|value| self.in_limits(attribute, value, span).map(|()| (value, span)));
            given.values.push((name, value));
        }
        given
    }

    /// The problem, and the attribute that is probably meant.
    fn unknown_attribute(
        &self,
        entry: &Entry,
        known: &[&'static Known],
        whose: &str,
    ) -> (Problem, Option<&'static str>) {
        let name = entry.name.text.as_str();
        let message = format!("{whose} has no attribute {}", quote(name));
        let elsewhere = hints::attribute(name);
        let elsewhere = elsewhere.filter(|ours| known.iter().any(|attribute| attribute.name == *ours));
        let names = known.iter().map(|attribute| attribute.name);
        let of_shapes =
            SHAPES.iter().find(|shape| shape.arguments.iter().any(|argument| argument.entry.name == name));
        if let Some(shape) = of_shapes.filter(|_| whose.starts_with("`draw ")) {
            let help =
                format!("it stands behind the shape: `draw {}({name}: ...) {{ ... }}`", shape.kind.name());
            return (Problem::new(Code::UnknownAttribute, entry.name.span, message).help(help), None);
        }
        let is_of_texts = ATTRIBUTES.iter().any(|row| row.entry.name == name && row.id.is_of_texts());
        if elsewhere.is_none() && is_of_texts && whose.starts_with("`draw ") {
            let help = format!("it belongs to a text: `draw text(\"Hello\") {{ {name}: ... }}`");
            return (Problem::new(Code::UnknownAttribute, entry.name.span, message).help(help), None);
        }
        let is_of_images = ATTRIBUTES.iter().any(|row| row.entry.name == name && row.id.is_of_images());
        if elsewhere.is_none() && is_of_images && whose.starts_with("`draw ") {
            let help = format!("it belongs to an image: `draw image(photo) {{ {name}: ... }}`");
            return (Problem::new(Code::UnknownAttribute, entry.name.span, message).help(help), None);
        }
        let meant = elsewhere.or_else(|| nearest(name, names.clone()));
        let help = match meant {
            _ if whose == "`draw image`" && name == "color" => {
                "did you mean `tint`? It multiplies the colours of the image".into()
            }
            _ if whose == "`draw image`" && name.starts_with("stroke") => {
                "an image has no outline: draw a `rect` of the same size over it".into()
            }
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

    /// The value as one of a kind; `what` is what it is for, in messages.
    pub(super) fn of_kind(
        &mut self,
        kind: Kind,
        value: Typed<'b>,
        span: Span,
        what: &str,
    ) -> Result<Typed<'b>, Reported> {
        match param_type(kind, value.ty) {
            Some(ty) => self.fitted(value, ty, span, what),
            None => Ok(value),
        }
    }

    /// The choice of an attribute that takes a word, if it was written.
    pub(in super::super) fn word<T: Word>(
        &mut self,
        entries: &'a [Entry],
        name: &str,
    ) -> Result<Option<T>, Reported> {
        let Some(entry) = entries.iter().find(|entry| entry.name.text == name) else { return Ok(None) };
        let names: Vec<&str> = T::CHOICES.iter().map(|choice| choice.word()).collect();
        let Some(value) = &entry.value else {
            let message = format!("`{name}` lacks its choice");
            let help = format!("write `{name}: {}`; there are {}", names[names.len() - 1], names.join(", "));
            return self.fail(Problem::new(Code::UnknownWord, entry.name.span, message).help(help));
        };
        let word = self.word_of(value, &names)?;
        Ok(T::CHOICES.iter().copied().find(|choice| choice.word() == word))
    }
}
