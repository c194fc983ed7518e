//! The arguments of a call: which belongs to which parameter, and what each becomes.

use super::Elaborator;
use super::hits::Target;
use super::value::{Element, Typed};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::{DefaultValue, Function, ParamType, Parameter, Positions};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Expr, ExprKind, Name};
use crate::program::{Builder, Type, Unit};

/// The signature that a call must fit: of a built-in function, or of one of the patch.
pub(super) struct Callee<'s> {
    pub(super) name: &'s str,
    pub(super) parameters: Vec<Expected<'s>>,
    /// The parameter that takes any number of arguments.
    pub(super) variadic: Option<usize>,
    /// How it is called: `mix(from, to, t)`.
    pub(super) usage: String,
    /// Where it is defined, where that is in the patch.
    pub(super) defined: Option<Span>,
}

/// A parameter of a [`Callee`].
#[derive(Clone, Copy)]
pub(super) struct Expected<'s> {
    pub(super) name: &'s str,
    pub(super) is_required: bool,
}

/// The arguments of each parameter of a callee.
pub(super) struct Placed<'a> {
    pub(super) slots: Vec<Vec<&'a Argument>>,
    /// Whether each has found its place.
    pub(super) outcome: Result<(), Reported>,
}

/// An argument that was matched to its parameter.
#[derive(Clone, Copy)]
struct Given<'a> {
    parameter: &'static Parameter,
    /// None where it is left out.
    expr: Option<&'a Expr>,
    /// Where it is, or the call.
    span: Span,
}

/// An argument after its conversion.
#[derive(Clone, Copy)]
pub(in crate::language) enum Taken<'a, 'b> {
    Value(Typed<'b>),
    Word(&'a str),
    Text(&'a str, Span),
    Domain(Target<'a>),
    /// An argument that was left out, and that the function does without.
    Missing,
}

/// A call of a built-in function, with its arguments in the order of the parameters; those of a variadic parameter at
/// their place.
pub(in crate::language) struct Call<'a, 'b> {
    pub(in crate::language) function: &'static Function,
    pub(in crate::language) taken: Vec<Taken<'a, 'b>>,
    pub(in crate::language) spans: Vec<Span>,
    /// Of the whole call.
    pub(in crate::language) span: Span,
    builder: &'b Builder,
}

impl<'a, 'b> Call<'a, 'b> {
    /// The value of an argument that is always one: the function's row says so.
    pub(in crate::language) fn value(&self, at: usize) -> Typed<'b> {
        self.optional(at).unwrap_or_else(|| {
            debug_assert!(false, "argument {at} of {} is a value", self.function.name);
            Typed::new(self.builder.float(0.0), Unit::Scalar, None)
        })
    }

    /// As [`value`](Self::value), with its place.
    pub(in crate::language) fn placed(&self, at: usize) -> (Typed<'b>, Span) {
        (self.value(at), self.spans[at])
    }

    /// The value of an argument; `None` where it was left out, or is a word or a text.
    pub(in crate::language) fn optional(&self, at: usize) -> Option<Typed<'b>> {
        match self.taken.get(at)? {
            Taken::Value(value) => Some(*value),
            Taken::Word(_) | Taken::Text(..) | Taken::Domain(_) | Taken::Missing => None,
        }
    }

    /// As [`optional`](Self::optional), with its place.
    pub(in crate::language) fn optional_placed(&self, at: usize) -> Option<(Typed<'b>, Span)> {
        Some((self.optional(at)?, self.spans[at]))
    }

    /// The key by which elements are grouped, where one is given; with its place.
    pub(in crate::language) fn by(&self) -> Option<(Typed<'b>, Span)> {
        // It is the last parameter of those that have it, and behind any number of others.
        self.optional_placed(self.taken.len() - 1).filter(|_| {
            self.function.parameters.last().is_some_and(|parameter| parameter.ty == ParamType::Key)
        })
    }

    /// The font of an argument that names one.
    pub(in crate::language) fn font(&self, at: usize) -> Option<u32> {
        self.optional(at).and_then(|value| value.font())
    }

    /// The word of an argument that is one; empty where it was left out.
    pub(in crate::language) fn word(&self, at: usize) -> &'a str {
        match self.taken.get(at) {
            Some(Taken::Word(word)) => word,
            Some(Taken::Value(_) | Taken::Text(..) | Taken::Domain(_) | Taken::Missing) | None => "",
        }
    }

    /// The domain of an argument that names one.
    pub(in crate::language) fn target(&self, at: usize) -> Option<Target<'a>> {
        match self.taken.get(at)? {
            Taken::Domain(target) => Some(*target),
            Taken::Value(_) | Taken::Word(_) | Taken::Text(..) | Taken::Missing => None,
        }
    }

    /// The text of an argument that is one, and its place.
    pub(in crate::language) fn text(&self, at: usize) -> (&'a str, Span) {
        match self.taken.get(at) {
            Some(&Taken::Text(text, span)) => (text, span),
            Some(Taken::Value(_) | Taken::Word(_) | Taken::Domain(_) | Taken::Missing) | None => {
                ("", self.span)
            }
        }
    }

    /// All values.
    pub(in crate::language) fn values(&self) -> Vec<Typed<'b>> {
        (0..self.taken.len()).filter_map(|at| self.optional(at)).collect()
    }

    /// All values with their places.
    fn all_placed(&self) -> Vec<(Typed<'b>, Span)> {
        (0..self.taken.len()).filter_map(|at| self.optional_placed(at)).collect()
    }

    /// The constant of an argument that was checked to be one.
    pub(in crate::language) fn constant(&self, at: usize) -> f64 {
        self.optional(at).and_then(|value| value.constant).map_or(0.0, |c| c[0])
    }

    /// The element that the arguments belong to.
    pub(in crate::language) fn element(&self) -> Option<Element> {
        (0..self.taken.len()).find_map(|at| self.optional(at)?.element)
    }
}

impl<'s> Callee<'s> {
    pub(super) fn built_in(function: &'static Function) -> Self {
        let expected = |p: &'static Parameter| Expected { name: p.name, is_required: p.default.is_none() };
        Self {
            name: function.name,
            parameters: function.parameters.iter().map(expected).collect(),
            variadic: function.variadic(),
            usage: function.signature(),
            defined: None,
        }
    }

    fn problem(&self, code: Code, span: Span, message: String) -> Problem {
        let problem = Problem::new(code, span, message);
        match self.defined {
            Some(defined) => problem.related("the function", defined),
            None => problem,
        }
    }

    /// An argument of a name that no parameter has.
    fn unknown_parameter(&self, label: &Name) -> Problem {
        let message = format!("{} has no parameter {}", quote(self.name), quote(&label.text));
        let help = match nearest(&label.text, self.parameters.iter().map(|p| p.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is `{}`", self.usage),
        };
        self.problem(Code::ExtraArgument, label.span, message).help(help)
    }

    fn one_too_many(&self, span: Span) -> Problem {
        let count = counted(self.parameters.len(), "argument");
        let message = format!("{} takes {count}, and this is one too many", quote(self.name));
        self.problem(Code::ExtraArgument, span, message).help(format!("it is `{}`", self.usage))
    }

    /// The problem of a call at `span` that lacks an argument.
    pub(super) fn missing(&self, slots: &[Vec<&Argument>], span: Span) -> Option<Problem> {
        let missing = self.parameters.iter().zip(slots).filter(|(p, slot)| p.is_required && slot.is_empty());
        let missing: Vec<String> = missing.map(|(p, _)| format!("`{}`", p.name)).collect();
        if missing.is_empty() {
            return None;
        }
        let message = format!("{} lacks {}", quote(self.name), missing.join(" and "));
        Some(self.problem(Code::MissingArgument, span, message).help(format!("it is `{}`", self.usage)))
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// Which argument belongs to which parameter. Arguments without a name come first, in order.
    pub(super) fn place(&mut self, callee: &Callee<'_>, arguments: &'a [Argument]) -> Placed<'a> {
        let mut placed = Placed { slots: vec![Vec::new(); callee.parameters.len()], outcome: Ok(()) };
        let mut at = 0;
        for argument in arguments {
            let span = argument.name.as_ref().map_or(argument.value.span, |label| label.span);
            let row = match &argument.name {
                Some(label) => callee.parameters.iter().position(|p| p.name == label.text),
                None => (at < placed.slots.len()).then_some(at),
            };
            let may_be_more = argument.name.is_none() && callee.variadic == Some(at);
            at += usize::from(argument.name.is_none() && !may_be_more);
            let problem = match (row, &argument.name) {
                (Some(row), _) => match placed.slots[row].first() {
                    Some(first) if !may_be_more => {
                        repeated(callee.parameters[row].name, span, first.value.span)
                    }
                    Some(_) | None => {
                        placed.slots[row].push(argument);
                        continue;
                    }
                },
                (None, Some(label)) => callee.unknown_parameter(label),
                (None, None) => callee.one_too_many(span),
            };
            placed.outcome = self.fail(problem);
            // More arguments beyond the last parameter would say the same.
            if row.is_none() && argument.name.is_none() {
                break;
            }
        }
        placed
    }

    /// The arguments of a call of a built-in function; `name` is where it is named.
    pub(super) fn matched(
        &mut self,
        function: &'static Function,
        arguments: &'a [Argument],
        call: Span,
        name: Span,
    ) -> Result<Matched<'a>, Reported> {
        let callee = Callee::built_in(function);
        let Placed { mut slots, outcome } = self.place(&callee, arguments);
        if let Positions::Lone(lone) = function.positions
            && matches!(arguments, [Argument { name: None, .. }])
            && let Some(row) = function.parameters.iter().position(|p| p.name == lone)
        {
            slots.swap(0, row);
        }
        outcome?;
        if let Some(problem) = callee.missing(&slots, name) {
            return self.fail(problem);
        }
        let given = function.parameters.iter().zip(slots).flat_map(|(parameter, slot)| {
            let given = |a: &&'a Argument| Given { parameter, expr: Some(&a.value), span: a.value.span };
            let mut given: Vec<Given<'a>> = slot.iter().map(given).collect();
            if given.is_empty() {
                given.push(Given { parameter, expr: None, span: call });
            }
            given
        });
        Ok(Matched { function, given: given.collect(), span: call })
    }

    /// Evaluates and converts all arguments.
    pub(super) fn take_all(&mut self, matched: &Matched<'a>) -> Result<Call<'a, 'b>, Reported> {
        let Matched { function, given, span } = matched;
        let mut taken = self.take_each(function, given)?;
        let spans: Vec<Span> = given.iter().map(|given| given.span).collect();
        // Those that must be alike get one type and one unit.
        let mut rows = Vec::new();
        let mut values: Vec<(Typed<'b>, Span)> = Vec::new();
        for (row, (given, taken)) in given.iter().zip(&taken).enumerate() {
            if let (ParamType::Alike, Taken::Value(value)) = (given.parameter.ty, taken) {
                rows.push(row);
                values.push((*value, spans[row]));
            }
        }
        if values.len() > 1 {
            self.broadcast_alike(&mut values)?;
            for (row, (value, _)) in rows.into_iter().zip(values) {
                taken[row] = Taken::Value(value);
            }
        }
        let call = Call { function, taken, spans, span: *span, builder: self.builder };
        self.one_domain(&call.all_placed())?;
        self.one_shape(given, &call)?;
        Ok(call)
    }

    /// Evaluates all arguments. Events come first: some of the others are as they are when an event happens.
    fn take_each(
        &mut self,
        function: &'static Function,
        given: &[Given<'a>],
    ) -> Result<Vec<Taken<'a, 'b>>, Reported> {
        let is_event =
            |given: &Given<'a>| matches!(given.parameter.ty, ParamType::Event | ParamType::Trigger);
        let is_then =
            |given: &Given<'a>| matches!(given.parameter.ty, ParamType::AnyThen | ParamType::TimeThen);
        let mut taken: Vec<Option<Result<Taken<'a, 'b>, Reported>>> = vec![None; given.len()];
        let mut event = None;
        for (row, given) in given.iter().enumerate().filter(|(_, given)| is_event(given)) {
            let value = self.take(function, given);
            if let Ok(Taken::Value(value)) = &value {
                event = event.or(value.event);
            }
            taken[row] = Some(value);
        }
        let rest = given.iter().zip(taken).map(|(given, taken)| match (taken, event) {
            (Some(taken), _) => taken,
            (None, Some(event)) if is_then(given) => self.in_turn(event, |e| e.take(function, given)),
            (None, _) => self.take(function, given),
        });
        // All of them, for each may have a mistake of its own.
        let all: Vec<Result<Taken<'a, 'b>, Reported>> = rest.collect();
        all.into_iter().collect()
    }

    /// A call of a built-in function whose last argument is not written there.
    pub(super) fn call_with_last(
        &mut self,
        function: &'static Function,
        arguments: &'a [Argument],
        last: Typed<'b>,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let mut callee = Callee::built_in(function);
        callee.parameters.pop();
        let names: Vec<&str> = callee.parameters.iter().map(|parameter| parameter.name).collect();
        callee.usage = format!("{}({})", function.name, names.join(", "));
        let Placed { slots, outcome } = self.place(&callee, arguments);
        outcome?;
        if let Some(problem) = callee.missing(&slots, span) {
            return self.fail(problem);
        }
        let given = function.parameters.iter().zip(&slots).flat_map(|(parameter, slot)| {
            slot.iter().map(move |a| Given { parameter, expr: Some(&a.value), span: a.value.span })
        });
        let given: Vec<Given<'a>> = given.collect();
        let taken: Vec<_> = given.iter().map(|given| self.take(function, given)).collect();
        let mut taken: Vec<Taken<'a, 'b>> = taken.into_iter().collect::<Result<_, _>>()?;
        let mut spans: Vec<Span> = given.iter().map(|given| given.span).collect();
        taken.push(Taken::Value(last));
        spans.push(span);
        let call = Call { function, taken, spans, span, builder: self.builder };
        self.one_domain(&call.all_placed())?;
        self.lowered(&call)
    }

    /// Floats go with vectors; everything else must agree.
    fn broadcast_alike(&mut self, values: &mut [(Typed<'b>, Span)]) -> Result<(), Reported> {
        let is_vector = |v: &Typed<'b>| v.ty.is_floats() && v.ty != Type::Float;
        if !values.iter().any(|(value, _)| is_vector(value)) {
            return self.make_alike(values, Code::Operands);
        }
        let mut vectors: Vec<(Typed<'b>, Span)> =
            values.iter().copied().filter(|(value, _)| is_vector(value)).collect();
        self.make_alike(&mut vectors, Code::Operands)?;
        let what = "an argument that goes with a vector";
        for (value, span) in values.iter_mut().filter(|(value, _)| !is_vector(value)) {
            *value = self.convert(*value, Type::Float, Unit::Scalar, *span, what)?;
        }
        Ok(())
    }

    /// Vectors of one call that are combined component by component must be of one size.
    fn one_shape(&mut self, given: &[Given<'a>], call: &Call<'a, 'b>) -> Result<(), Reported> {
        let mut first: Option<(Typed<'b>, Span)> = None;
        for (at, given) in given.iter().enumerate().filter(|(_, given)| given.parameter.ty.is_by_component())
        {
            let Some((value, span)) = call.optional_placed(at) else { continue };
            if value.ty.stride() == 1 {
                continue;
            }
            match first {
                None => first = Some((value, span)),
                Some((other, _)) if other.ty == value.ty => {}
                Some((other, other_span)) => {
                    let message = format!(
                        "{} takes values of one size, and `{}` is {}",
                        quote(call.function.name),
                        given.parameter.name,
                        value.what()
                    );
                    let mut problem = self.mismatch(value, other.ty, Unit::Scalar, span, "this");
                    (problem.code, problem.message) = (Code::Operands, message);
                    return self.fail(problem.related(format!("this is {}", other.what()), other_span));
                }
            }
        }
        Ok(())
    }

    /// One argument.
    fn take(&mut self, function: &'static Function, given: &Given<'a>) -> Result<Taken<'a, 'b>, Reported> {
        let Given { parameter, expr, span } = *given;
        let Some(expr) = expr else { return Ok(self.default_of(parameter)) };
        let what = format!("the argument `{}` of `{}`", parameter.name, function.name);
        match (parameter.ty, &expr.kind) {
            (ParamType::Word(words), _) => return self.word_of(expr, words).map(Taken::Word),
            (ParamType::Domain, _) => return self.target_of(expr).map(Taken::Domain),
            (ParamType::Text | ParamType::Fit, ExprKind::Text(text)) => return Ok(Taken::Text(text, span)),
            (ParamType::Text, _) => {
                let problem = Problem::new(Code::WrongType, span, format!("{what} is a text in quotes"));
                return self.fail(problem.help("write it as \"M 0 0 L 0.5 0.5\""));
            }
            (ParamType::Fit, ExprKind::Name(word)) if matches!(word.as_str(), "yes" | "no") => {
                return Ok(Taken::Word(word));
            }
            _ => {}
        }
        let named = self.named_event(expr);
        match (parameter.ty, named) {
            (ParamType::Event, _) => {
                let event = self.event_of(expr)?;
                return Ok(Taken::Value(self.event_value(event)));
            }
            (ParamType::Trigger, Some(event)) => return Ok(Taken::Value(self.event_value(event))),
            _ => {}
        }
        if let ParamType::Array | ParamType::Long | ParamType::Font = parameter.ty {
            let value = self.expr_or_array(expr)?;
            return self.fitted(value, parameter.ty, span, &what).map(Taken::Value);
        }
        let value = self.expr(expr)?;
        self.fitted(value, parameter.ty, span, &what).map(Taken::Value)
    }

    fn default_of(&mut self, parameter: &'static Parameter) -> Taken<'a, 'b> {
        match parameter.default {
            None | Some(DefaultValue::Absent) => Taken::Missing,
            Some(DefaultValue::Word(word)) => Taken::Word(word),
            Some(DefaultValue::Number(number)) if parameter.ty == ParamType::Int => {
                Taken::Value(self.int(number as i32))
            }
            Some(DefaultValue::Number(number)) => {
                Taken::Value(Typed { is_literal: true, ..self.float(number) })
            }
            Some(DefaultValue::Point(x, y)) => {
                let value = Typed::new(self.builder.vec2(x, y), Unit::Scalar, None);
                Taken::Value(Typed { constant: Some([x, y, 0.0, 0.0]), ..value })
            }
        }
    }

    /// A word that is a choice and not a value.
    pub(super) fn word_of(&mut self, expr: &'a Expr, words: &[&str]) -> Result<&'a str, Reported> {
        match &expr.kind {
            ExprKind::Name(name) if words.contains(&name.as_str()) => Ok(name),
            ExprKind::Name(name) => {
                let name = Name { text: name.clone(), span: expr.span };
                let problem = self.unknown_word(&name, words, "there are");
                self.fail(problem)
            }
            ExprKind::Broken(reported) => Err(*reported),
            _ => {
                let message = "this is a choice, written as a word";
                let help = format!("there are {}", words.join(", "));
                self.fail(Problem::new(Code::UnknownWord, expr.span, message).help(help))
            }
        }
    }

    /// The value as what a parameter takes.
    pub(super) fn fitted(
        &mut self,
        value: Typed<'b>,
        ty: ParamType,
        span: Span,
        what: &str,
    ) -> Result<Typed<'b>, Reported> {
        let float = |this: &mut Self, unit| this.convert(value, Type::Float, unit, span, what);
        match ty {
            ParamType::Alike | ParamType::Floats | ParamType::Plain
                if matches!(value.ty, Type::Bool | Type::Shape | Type::Text) =>
            {
                let problem = self.mismatch(value, Type::Float, Unit::Scalar, span, what);
                self.fail(problem)
            }
            ParamType::Plain if value.ty.stride() == 1 => float(self, Unit::Scalar),
            ParamType::Floats if value.ty == Type::Int => Ok(self.int_to_float(value)),
            ParamType::Alike | ParamType::Floats | ParamType::Plain => Ok(value),
            ParamType::Float => float(self, Unit::Scalar),
            ParamType::AngleOrRadians if value.unit == Unit::Turn => Ok(value),
            ParamType::AngleOrRadians if value.unit == Unit::Phase => float(self, Unit::Turn),
            ParamType::AngleOrRadians => float(self, Unit::Scalar),
            ParamType::Angle => float(self, Unit::Turn),
            ParamType::Cycles if value.ty == Type::Float && value.unit == Unit::Turn => {
                Ok(Typed { unit: Unit::Scalar, ..value })
            }
            ParamType::Cycles => float(self, Unit::Scalar),
            ParamType::Time => float(self, Unit::Second),
            ParamType::ConstantTime | ParamType::ConstantSpan => {
                let seconds = match ty {
                    ParamType::ConstantSpan => self.constant_span(value, span, what)?,
                    _ => self.constant_time(value, span, what)?,
                };
                Ok(Typed { unit: Unit::Second, ..self.float(seconds) })
            }
            ParamType::Rate if value.unit == Unit::Hertz => Ok(value),
            ParamType::Rate => float(self, Unit::Scalar),
            ParamType::Int | ParamType::Key => self.convert(value, Type::Int, Unit::Scalar, span, what),
            ParamType::ConstantInt(low, high) => {
                self.constant_int(value, span, what, low, high)?;
                Ok(value)
            }
            ParamType::Bool => self.convert(value, Type::Bool, Unit::Scalar, span, what),
            ParamType::Color => self.convert(value, Type::Color, Unit::Scalar, span, what),
            ParamType::Vec2 => self.convert(value, Type::Vec2, Unit::Scalar, span, what),
            ParamType::Vec3 => self.convert(value, Type::Vec3, Unit::Scalar, span, what),
            ParamType::ConstantPoint | ParamType::Fit => {
                let is_point = ty == ParamType::ConstantPoint || value.ty == Type::Vec2;
                let ty = if is_point { Type::Vec2 } else { Type::Float };
                let value = self.convert(value, ty, Unit::Scalar, span, what)?;
                self.constant(value, span, what)?;
                Ok(value)
            }
            ParamType::Vector | ParamType::Space if matches!(value.ty, Type::Vec2 | Type::Vec3) => Ok(value),
            ParamType::Array | ParamType::Long if value.array.is_some() => Ok(value),
            ParamType::Long if value.rows.is_some() || value.ty == Type::Text => Ok(value),
            ParamType::Array => {
                let problem = expected(value, span, what, "an array");
                self.fail(problem.help("an array is written `[3, 5, 8]`; columns of data are arrays, too"))
            }
            ParamType::Long => self.fitted(value, ParamType::Vector, span, what),
            ParamType::Font if value.font().is_some() => Ok(value),
            ParamType::Font => self.no_font(value, span, what),
            // A number is said as its digits.
            ParamType::Said if value.ty != Type::Text && !value.is_many() && value.ty.stride() == 1 => {
                self.said((value, span))
            }
            ParamType::Said => self.convert(value, Type::Text, Unit::Scalar, span, what),
            ParamType::Vector => self.convert(value, Type::Vec2, Unit::Scalar, span, what),
            ParamType::Space => float(self, Unit::Scalar),
            ParamType::Shape => self.convert(value, Type::Shape, Unit::Scalar, span, what),
            ParamType::Any if value.ty == Type::Shape => {
                let problem = self.mismatch(value, Type::Float, Unit::Scalar, span, what);
                self.fail(problem)
            }
            ParamType::Any => Ok(value),
            ParamType::FramesOrTime if value.unit == Unit::Second => Ok(value),
            ParamType::FramesOrTime => {
                let most = i64::from(crate::program::limits::RING_MAX);
                self.constant_int(value, span, what, 1, most)?;
                Ok(value)
            }
            // Events are looked for before.
            ParamType::Event => self.contradiction(span, "an event is taken for a value"),
            ParamType::Trigger if value.event.is_some() => Ok(value),
            ParamType::Trigger => self.convert(value, Type::Bool, Unit::Scalar, span, what),
            ParamType::AnyThen => self.fitted(value, ParamType::Any, span, what),
            ParamType::TimeThen => self.fitted(value, ParamType::Time, span, what),
            // How long it is, for a frequency, too.
            ParamType::Period if value.unit == Unit::Hertz => {
                let constant = value.constant.map(|c| c.map(f64::recip));
                let time = Typed::new(1.0 / value.value, Unit::Second, value.element);
                Ok(Typed { constant, ..time })
            }
            ParamType::Period => self.fitted(value, ParamType::Time, span, what),
            ParamType::Word(_) | ParamType::Text | ParamType::Keys | ParamType::Domain => {
                self.contradiction(span, "a word or a text is taken for a value")
            }
        }
    }
}

/// The arguments of a call of a built-in function before they are evaluated.
pub(super) struct Matched<'a> {
    function: &'static Function,
    given: Vec<Given<'a>>,
    span: Span,
}

/// The problem that a value is something else than what is wanted.
pub(super) fn expected(value: Typed<'_>, span: Span, what: &str, wanted: &str) -> Problem {
    Problem::new(Code::WrongType, span, format!("{what} is {}, expected {wanted}", value.what()))
}

fn repeated(name: &str, span: Span, first: Span) -> Problem {
    let problem =
        Problem::new(Code::RepeatedArgument, span, format!("the argument {} is given twice", quote(name)));
    problem.related("the first is here", first).help("remove one of them")
}

/// `one argument`, `3 arguments`, `no arguments`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("one {what}"),
        n => format!("{n} {what}s"),
    }
}
