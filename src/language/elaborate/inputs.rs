//! Inputs: channels of the program that the host sets, one value or an array of them.

use super::arguments::counted;
use super::arrays::{Array, Given};
use super::value::{Typed, describe};
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::TaskId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, Name};
use crate::program::{Channel, ChannelKind, ElementInput, Type, Unit, limits};

/// An input as a patch writes it.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) ty: Option<&'a Name>,
    /// How many values, of an array that says it.
    pub(super) count: Option<&'a Expr>,
    pub(super) default: Option<&'a Expr>,
    pub(super) is_momentary: bool,
}

/// The default of an array.
enum Values {
    /// The same of all.
    One(Vec<f64>),
    Each(Vec<f64>),
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn input(&mut self, at: TaskId, input: Written<'a>) -> Result<Done<'b>, Reported> {
        let task = &self.project.tasks[at];
        let wanted = match input.ty {
            Some(name) => Some(self.type_of_name(name)?),
            None => None,
        };
        let default = match input.default {
            Some(expr) => Some((self.expr_or_array(expr)?, expr.span)),
            None => None,
        };
        if input.count.is_some() || default.is_some_and(|(value, _)| value.array.is_some()) {
            return self.input_array(at, input, wanted, default);
        }
        let default = match default {
            Some((value, span)) => Some((self.no_array(value, span)?, span)),
            None => None,
        };
        let (ty, unit, numbers) = match (wanted, default) {
            (Some((ty, unit)), Some((value, span))) => {
                let value = self.convert(value, ty, unit, span, "the default")?;
                (ty, unit, self.constant(value, span, "the default of an input")?)
            }
            (None, Some((value, span))) => {
                (value.ty, value.unit, self.constant(value, span, "the default of an input")?)
            }
            (wanted, None) => {
                let (ty, unit) = wanted.unwrap_or((Type::Float, Unit::Scalar));
                (ty, unit, [0.0, 0.0, 0.0, 1.0])
            }
        };
        if ty != Type::Text || task.domain.is_some() {
            self.is_given_by_host(ty, task.span)?;
        }
        let mut numbers = numbers[..ty.stride() as usize].to_vec();
        if wanted.is_some() && default.is_none() && ty != Type::Color {
            numbers.fill(0.0);
        }
        if ty == Type::Text {
            let number = numbers[0] as u32;
            numbers[0] = f64::from(self.builder.text_row(self.texts.text(number), number));
        }
        let name = self.channel_name(at);
        if let Some(domain) = task.domain {
            if input.is_momentary {
                let message = "an input of elements cannot be momentary";
                let problem = Problem::new(Code::Misplaced, task.span, message);
                return self.fail(problem.help("leave `momentary` out, or put the input before the domain"));
            }
            let input = ElementInput { name, ty, unit, default: numbers };
            let value = self.element_input(at, domain, input)?;
            return Ok(Done::Value(self.named(at, value)));
        }
        let kind = kind(input.is_momentary);
        let data = Channel { name, ty, unit, count: None, default: numbers, kind };
        let row = self.channel(data, task.span)?;
        let value = Typed::new(self.builder.channel_of_row(row), unit, None);
        Ok(Done::Value(self.named(at, value)))
    }

    /// An input that is an array.
    fn input_array(
        &mut self,
        at: TaskId,
        input: Written<'a>,
        wanted: Option<(Type, Unit)>,
        default: Option<(Typed<'b>, Span)>,
    ) -> Result<Done<'b>, Reported> {
        let span = self.project.tasks[at].span;
        if self.project.tasks[at].domain.is_some() {
            let problem = Problem::new(Code::Misplaced, span, "an input of elements is one value for each");
            return self.fail(problem.help("leave the `[...]` out, or put the input before the domain"));
        }
        let (ty, unit, values) = match default {
            Some((value, span)) => self.default_of_array(value, wanted, span)?,
            None => {
                let (ty, unit) = wanted.unwrap_or((Type::Float, Unit::Scalar));
                let own = if ty == Type::Color { 1.0 } else { 0.0 };
                let values = [0.0, 0.0, 0.0, own];
                let values = if ty == Type::Color { &values[..] } else { &values[..ty.stride() as usize] };
                (ty, unit, Values::One(values.to_vec()))
            }
        };
        self.is_given_by_host(ty, span)?;
        let given = match &values {
            Values::One(_) => None,
            Values::Each(values) => Some(values.len() as u32 / ty.stride()),
        };
        let most = limits::CHANNEL_VALUES_MAX / ty.stride();
        let count = match (input.count, given) {
            (Some(expr), given) => {
                let value = self.expr(expr)?;
                let what = "the length of an array";
                let count = self.constant_int(value, expr.span, what, 1, i64::from(most))? as u32;
                if let Some(given) = given.filter(|&given| given != count) {
                    let span = default.map_or(span, |(_, span)| span);
                    let [found, expected] = [given, count].map(|count| counted(count as usize, "element"));
                    let message = format!("the default has {found}, and the input has {expected}");
                    let help = "write as many, or one value for all of them: `= 0`";
                    return self.fail(Problem::new(Code::WrongType, span, message).help(help));
                }
                count
            }
            (None, Some(given)) if (1..=most).contains(&given) => given,
            (None, given) => {
                let message = format!(
                    "an input has 1 to {most} values of this type, and these are {}",
                    given.unwrap_or(0)
                );
                let problem = Problem::new(Code::OutOfRange, span, message);
                return self.fail(problem.help("give the default fewer elements"));
            }
        };
        let (name, kind) = (self.channel_name(at), kind(input.is_momentary));
        let (Values::One(default) | Values::Each(default)) = values;
        let data = Channel { name, ty, unit, count: Some(count), default, kind };
        let channel = self.channel(data, span)?;
        let name = self.project.tasks[at].key.clone();
        let given = Some(Given { channel, count });
        let row =
            self.add_array_row(Array { name, ty, unit, values: Vec::new(), width: None, table: None, given });
        Ok(Done::Value(self.whole_array(row)))
    }

    /// The type of an array by its default, and the numbers of that.
    fn default_of_array(
        &mut self,
        value: Typed<'b>,
        wanted: Option<(Type, Unit)>,
        span: Span,
    ) -> Result<(Type, Unit, Values), Reported> {
        let Some(array) = value.array else {
            let value = self.no_array(value, span)?;
            let (ty, unit) = wanted.unwrap_or((value.ty, value.unit));
            let value = self.convert(value, ty, unit, span, "the default")?;
            let numbers = self.constant(value, span, "the default of an input")?;
            return Ok((ty, unit, Values::One(numbers[..ty.stride() as usize].to_vec())));
        };
        let Some((own, own_unit, values)) = self.known_values(array) else {
            let message =
                "the default of an input is an array of values that are known before the first frame";
            let problem = Problem::new(Code::NeedsConstant, span, message);
            return self.fail(problem.help("write its elements, `[1, 2, 3]`, or one value for all"));
        };
        // Digits alone are floats, as those of an input that is one value.
        let (ty, unit) = wanted.unwrap_or(match own {
            Type::Int => (Type::Float, Unit::Scalar),
            own => (own, own_unit),
        });
        let is_number = own == Type::Int && ty == Type::Float && matches!(unit, Unit::Scalar | Unit::Phase);
        if (own, own_unit) != (ty, unit) && !is_number {
            let message = format!(
                "the elements of the default are {} each, expected {}",
                describe(own, own_unit),
                describe(ty, unit)
            );
            let problem = Problem::new(Code::WrongType, span, message);
            return self
                .fail(problem.help("give the input the type of its default, or write other elements"));
        }
        Ok((ty, unit, Values::Each(values)))
    }

    /// Reports a type that no host gives.
    fn is_given_by_host(&mut self, ty: Type, span: Span) -> Result<(), Reported> {
        let help = match ty {
            Type::Text => "an input that is a text is one, and before the domain: `input title: text`",
            Type::Shape => "choose between shapes by a number: `if n > 1 then star else heart`",
            Type::Float | Type::Int | Type::Uint | Type::Bool | Type::Vec2 | Type::Vec3 | Type::Color => {
                return Ok(());
            }
        };
        let several = if ty == Type::Text { " of several values" } else { "" };
        let message = format!("a {ty} cannot be an input{several}");
        self.fail(Problem::new(Code::WrongType, span, message).help(help))
    }

    /// A host knows a channel by its plain name, whichever file asks for it.
    fn channel_name(&self, at: TaskId) -> String {
        self.own_name(at).rsplit('.').next().unwrap_or_default().to_owned()
    }

    /// The row of a channel; the same for all inputs of one name.
    fn channel(&mut self, channel: Channel, span: Span) -> Result<u32, Reported> {
        let Some((row, ty, count)) = self.builder.find_channel(&channel.name) else {
            return Ok(self.builder.add_channel_row(channel));
        };
        if (ty, count) == (channel.ty, channel.count) {
            return Ok(row);
        }
        let said = |ty, unit, count: Option<u32>| match count {
            Some(count) => format!("an array of {count}, {} each", describe(ty, unit)),
            None => describe(ty, unit).to_owned(),
        };
        let message = format!(
            "the input {} is {} here and {} in another file",
            quote(&channel.name),
            said(channel.ty, channel.unit, channel.count),
            said(ty, Unit::Scalar, count)
        );
        let help = "inputs of one name are one channel: give both the same type, or one another name";
        self.fail(Problem::new(Code::WrongType, span, message).help(help))
    }
}

fn kind(is_momentary: bool) -> ChannelKind {
    if is_momentary { ChannelKind::Momentary } else { ChannelKind::Hold }
}
