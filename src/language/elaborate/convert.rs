//! Conversions: automatic where nothing is lost, else an error with its fix.

use super::value::{Element, Typed, describe};
use super::{Elaborator, hints};
use crate::diagnostic::Code;
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::program::{Op, Type, Unit};

impl<'b> Elaborator<'_, 'b> {
    /// An operation of values whose types have been checked.
    pub(in crate::language) fn apply(&mut self, op: Op, arguments: &[Typed<'b>], unit: Unit) -> Typed<'b> {
        let values: Vec<crate::program::Arg<'b>> = arguments.iter().map(|a| a.value.into()).collect();
        let value = self.builder.op(op, &values);
        let element = arguments.iter().find_map(|a| a.element);
        let constants: Option<Vec<_>> = arguments.iter().map(|a| a.constant.map(|c| (a.ty, c))).collect();
        let constant = constants.and_then(|constants| super::constant::fold(op, None, &constants));
        Typed { constant, has_full_alpha: is_opaque(op, arguments), ..Typed::new(value, unit, element) }
    }

    /// Checks that no two domains meet.
    pub(in crate::language) fn one_domain(&mut self, values: &[(Typed<'b>, Span)]) -> Result<(), Reported> {
        let mut first: Option<(Typed<'b>, Span)> = None;
        for &(value, span) in values {
            let Some(element) = value.element else { continue };
            match first.and_then(|(value, span)| value.element.map(|e| (e, span))) {
                None => first = Some((value, span)),
                Some((other, _)) if other.domain == element.domain => {}
                Some((other, _)) => {
                    let names = [self.domain_name(other.domain), self.domain_name(element.domain)];
                    let message =
                        format!("elements of `{}` and of `{}` meet in one expression", names[0], names[1]);
                    // The elements of the block stay: those from elsewhere become one value.
                    let own = self.elements.is_some_and(|own| self.is_domain(own, element.domain))
                        || self.builder.is_of_pairs(element.domain);
                    let (name, foreign) =
                        if own { (&names[0], other.span) } else { (&names[1], element.span) };
                    let text = self.sources.text(foreign);
                    let is_name = text.starts_with(&format!("{name}."))
                        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
                    let value = if is_name { text.to_owned() } else { format!("{name}.x") };
                    let foreign = if own { other.domain } else { element.domain };
                    let help = self.help_with_outer(foreign, is_name.then_some(text)).unwrap_or_else(|| {
                        format!(
                            "take the value of one element, by its index: `{value} at k`, or one value of all of them, such as \
                             `mean({value})`"
                        )
                    });
                    let problem = Problem::new(Code::TwoDomains, span, message)
                        .related(format!("`{}` comes in here", names[0]), other.span)
                        .related(format!("`{}` comes in here", names[1]), element.span);
                    return self.fail(problem.help(help));
                }
            }
        }
        Ok(())
    }

    pub(super) fn domain_name(&self, domain: crate::program::DomainRef) -> String {
        self.builder.domain_name(domain)
    }

    /// An int as a float.
    pub(in crate::language) fn int_to_float(&mut self, value: Typed<'b>) -> Typed<'b> {
        if let Some(number) = value.number() {
            return self.float(number);
        }
        if let Some(&seed) = self.seeds.get(&value.value.node()) {
            return Typed::new(seed.op(Op::UintToFloat, &[]), Unit::Scalar, None);
        }
        Typed { affine: value.affine, ..self.apply(Op::ToFloat, &[value], Unit::Scalar) }
    }

    /// One of several that [`are_ints`] as an int.
    pub(super) fn digits_to_int(&mut self, value: Typed<'b>) -> Typed<'b> {
        self.whole_to_int(value).unwrap_or(value)
    }

    /// A float constant without a fraction as an int.
    fn whole_to_int(&mut self, value: Typed<'b>) -> Option<Typed<'b>> {
        let whole = whole_number(value)?;
        let int = Typed::new(self.builder.int(whole), Unit::Scalar, None);
        Some(Typed { constant: value.constant, ..int })
    }

    /// A plain float of an int or a float of a soft unit; `None` where it is neither.
    fn plain_float(&mut self, value: Typed<'b>) -> Option<Typed<'b>> {
        match value.ty {
            Type::Int => Some(self.int_to_float(value)),
            Type::Float if value.is_soft() => Some(Typed { unit: Unit::Scalar, ..value }),
            _ => None,
        }
    }

    /// The value as one of this type and unit. `what` is what it is for, in messages.
    pub(in crate::language) fn convert(
        &mut self,
        value: Typed<'b>,
        ty: Type,
        unit: Unit,
        span: Span,
        what: &str,
    ) -> Result<Typed<'b>, Reported> {
        match self.converted(value, ty, unit) {
            Some(value) => Ok(value),
            None => {
                let problem = self.mismatch(value, ty, unit, span, what);
                self.fail(problem)
            }
        }
    }

    /// As [`convert`](Self::convert); `None` where it is a [`mismatch`](Self::mismatch).
    pub(super) fn converted(&mut self, value: Typed<'b>, ty: Type, unit: Unit) -> Option<Typed<'b>> {
        if value.is_many() {
            return None;
        }
        if value.ty == ty && value.unit == unit {
            return Some(value);
        }
        match (ty, unit) {
            (Type::Float, Unit::Scalar) => self.plain_float(value),
            // What a phase is needed for takes a number of cycles too.
            (Type::Float, Unit::Phase) => {
                self.plain_float(value).filter(|_| value.unit == Unit::Scalar).map(|v| Typed { unit, ..v })
            }
            (Type::Int, _) => self.whole_to_int(value),
            _ => None,
        }
    }

    /// The problem of a value that should have another type or unit, with a fix.
    pub(super) fn mismatch(&self, value: Typed<'b>, ty: Type, unit: Unit, span: Span, what: &str) -> Problem {
        let (found, wanted) = (value.what(), describe(ty, unit));
        let message = format!("{what} is {found}, expected {wanted}");
        let text = self.sources.short(span, "x");
        let group = grouped(text);
        let is_number = matches!(value.ty, Type::Float | Type::Int) && matches!(value.unit, Unit::Scalar);
        let literal = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if value.event.is_some() {
            return Problem::new(Code::WrongType, span, message).help(of_event(text));
        }
        let (code, help) = match (ty, unit) {
            _ if value.rows.is_some() => {
                (Code::WrongType, format!("take a cell of one of its columns: `{group}.value[0]`"))
            }
            _ if value.array.is_some() => {
                (Code::WrongType, format!("take one of its elements: `{group}[0]`"))
            }
            _ if value.ty == Type::Text => (Code::WrongType, of_text(text, wanted)),
            (Type::Float, Unit::Second) if is_number && literal => {
                (Code::NeedsUnit, format!("say which unit: `{text}s` or `{text}ms`"))
            }
            (Type::Float, Unit::Second) if is_number => {
                (Code::NeedsUnit, format!("multiply it by a unit: `{group} * 1s`"))
            }
            (Type::Float, Unit::Turn) if is_number && literal => {
                (Code::NeedsUnit, format!("say which unit: `{text}turn`, `{text}deg` or `{text}rad`"))
            }
            (Type::Float, Unit::Turn) if is_number || value.unit == Unit::Phase => {
                (Code::NeedsUnit, format!("multiply it by a unit: `{group} * 1turn`"))
            }
            (Type::Float, Unit::Hertz) if is_number => {
                (Code::NeedsUnit, format!("give it the unit of a frequency: `{group} * 1hz`"))
            }
            (Type::Float, Unit::Scalar) | (Type::Int, _) if value.unit == Unit::Turn => (
                Code::UnitMismatch,
                format!(
                    "divide it by the unit it should be counted in: `{group} / 1turn`, `/ 1deg` or `/ 1rad`"
                ),
            ),
            (Type::Float, _) if value.ty == Type::Float => (
                Code::UnitMismatch,
                format!("`scalar({text})` is the plain number, which can be multiplied by a unit"),
            ),
            (Type::Float | Type::Int, _) if value.ty == Type::Bool => {
                (Code::WrongType, format!("`if {text} then 1 else 0` makes a number of it"))
            }
            (Type::Int, _) if value.ty == Type::Float => {
                (Code::WrongType, format!("`int({text})` cuts it to an int"))
            }
            (Type::Bool, _) if matches!(value.ty, Type::Float | Type::Int) => {
                (Code::WrongType, format!("compare it: `{text} > 0`"))
            }
            (Type::Float, _) if matches!(value.ty, Type::Vec2 | Type::Vec3) => {
                (Code::WrongType, format!("take a component, `{group}.x`, or its `length`"))
            }
            (Type::Vec2, _) if value.ty == Type::Vec3 => {
                (Code::WrongType, format!("leave out z: `{group}.xy`"))
            }
            (Type::Vec3, _) if value.ty == Type::Vec2 && group == text && text.starts_with('(') => {
                (Code::WrongType, format!("add a z: `{}, 0)`", &text[..text.len() - 1]))
            }
            (Type::Vec3, _) if value.ty == Type::Vec2 => {
                (Code::WrongType, format!("add a z: `vec3({group}.x, {group}.y, 0)`"))
            }
            (Type::Vec2, _) if matches!(value.ty, Type::Float | Type::Int) => {
                (Code::WrongType, format!("write both components: `({text}, {text})`"))
            }
            (Type::Color, _) if value.ty == Type::Vec3 => {
                (Code::WrongType, "make a color of its components: `rgb(v.x, v.y, v.z)`".into())
            }
            (Type::Color, _) => {
                (Code::WrongType, "colors are made by `hsv`, `oklch`, `rgb` or written `#ff8800`".into())
            }
            (Type::Shape, _) => {
                (Code::WrongType, "shapes are made by `path`, `polyline` and `bezier`".into())
            }
            _ => (Code::WrongType, format!("use {wanted} here")),
        };
        Problem::new(code, span, message).help(help)
    }

    /// Brings values to one type and one unit.
    pub(super) fn alike<const N: usize>(
        &mut self,
        values: [(Typed<'b>, Span); N],
    ) -> Result<[Typed<'b>; N], Reported> {
        self.alike_by(values, Code::Operands)
    }

    /// As [`alike`](Self::alike), reporting another kind of problem.
    pub(super) fn alike_by<const N: usize>(
        &mut self,
        mut values: [(Typed<'b>, Span); N],
        code: Code,
    ) -> Result<[Typed<'b>; N], Reported> {
        self.make_alike(&mut values, code)?;
        Ok(values.map(|(value, _)| value))
    }

    /// As [`alike_by`](Self::alike_by), for any number.
    pub(super) fn make_alike(
        &mut self,
        values: &mut [(Typed<'b>, Span)],
        code: Code,
    ) -> Result<(), Reported> {
        self.one_domain(values)?;
        if are_ints(values.iter().map(|&(value, _)| value)) {
            for (value, _) in values {
                *value = self.digits_to_int(*value);
            }
            return Ok(());
        }
        if values.iter().all(|(value, _)| matches!(value.ty, Type::Int | Type::Float)) {
            return self.make_one_unit(values);
        }
        let (first, first_span) = values[0];
        match values.iter().find(|(value, _)| value.ty != first.ty) {
            None => Ok(()),
            Some(&(other, span)) => {
                let message = format!("{} and {} do not go together", first.what(), other.what());
                let mut problem = self.mismatch(other, first.ty, first.unit, span, "this");
                (problem.code, problem.message) = (code, message);
                self.fail(problem.related(format!("this is {}", first.what()), first_span))
            }
        }
    }

    /// Numbers become floats of one unit, or plain ones.
    fn make_one_unit(&mut self, values: &mut [(Typed<'b>, Span)]) -> Result<(), Reported> {
        let unit = values[0].0.unit;
        if values.iter().all(|(value, _)| value.unit == unit && value.ty == Type::Float) {
            return Ok(());
        }
        if let Some(&(hard, hard_span)) = values.iter().find(|(value, _)| !value.is_soft()) {
            let (other, span) =
                values.iter().copied().find(|(v, _)| v.unit != hard.unit).unwrap_or(values[0]);
            let mut problem = self.mismatch(other, hard.ty, hard.unit, span, "this");
            problem.message = format!("{} and {} do not go together", hard.what(), other.what());
            return self.fail(problem.related(format!("this is {}", hard.what()), hard_span));
        }
        for (value, _) in values {
            *value = self.plain_float(*value).unwrap_or(*value);
        }
        Ok(())
    }

    /// The components of a value that must be known before the first frame.
    pub(in crate::language) fn constant(
        &mut self,
        value: Typed<'b>,
        span: Span,
        what: &str,
    ) -> Result<[f64; 4], Reported> {
        if let Some(constant) = value.constant {
            return Ok(constant);
        }
        let (message, help) = if self.builder.is_constant(value.value) {
            let help = if value.ty == Type::Color {
                "write the colour itself: `#f80`, `#ff8800` or `rgb(1, 0.5, 0)`; other functions of colours are not \
                 worked out beforehand"
            } else {
                "is it a finite number? Of functions, only plain ones such as `floor`, `min` and `sqrt` are \
                 worked out beforehand"
            };
            (
                format!(
                    "{what} must be known before the first frame, and this is not worked out before then"
                ),
                help,
            )
        } else {
            (
                format!("{what} must be known before the first frame, and this is worked out in every frame"),
                "use numbers, names of numbers and arithmetic with them",
            )
        };
        self.fail(Problem::new(Code::NeedsConstant, span, message).help(help))
    }

    /// An int that must be known before the first frame, in a range.
    pub(super) fn constant_int(
        &mut self,
        value: Typed<'b>,
        span: Span,
        what: &str,
        low: i64,
        high: i64,
    ) -> Result<i64, Reported> {
        if !matches!(value.ty, Type::Int | Type::Float) || !value.is_soft() {
            let problem = self.mismatch(value, Type::Int, Unit::Scalar, span, what);
            return self.fail(problem);
        }
        let number = self.constant(value, span, what)?[0];
        let whole = number as i64;
        let problem = if number.abs() < 1e15 && whole as f64 != number {
            let (down, up) = (whole, whole + if number < 0.0 { -1 } else { 1 });
            Problem::new(Code::OutOfRange, span, format!("{what} is {number}, expected a whole number"))
                .help(format!("write {down} or {up}"))
        } else if !(low..=high).contains(&whole) {
            let range = match high >= i64::from(i32::MAX) {
                true => format!("{low} or more"),
                false => format!("{low} to {high}"),
            };
            let found = if number.abs() < 1e15 { format!("{whole}") } else { format!("{number:e}") };
            Problem::new(Code::OutOfRange, span, format!("{what} is {found}, expected {range}"))
                .help("use a value in that range")
        } else {
            return Ok(whole);
        };
        self.fail(problem)
    }

    /// Seconds above 0 that must be known before the first frame.
    pub(super) fn constant_time(
        &mut self,
        value: Typed<'b>,
        span: Span,
        what: &str,
    ) -> Result<f64, Reported> {
        let value = self.convert(value, Type::Float, Unit::Second, span, what)?;
        let seconds = self.constant(value, span, what)?[0];
        // A flick is the smallest, and 2^64 flicks are some 800 years.
        let known = crate::time::Flicks::from_secs_f64(seconds);
        if known.is_some_and(|flicks| flicks > crate::time::Flicks::ZERO) {
            return Ok(seconds);
        }
        let message = format!("{what} is {seconds} s, which is not above 0");
        let message =
            if seconds > 1.0 { format!("{what} is {seconds} s, which is too long") } else { message };
        self.fail(Problem::new(Code::OutOfRange, span, message).help("use a value such as `500ms` or `12s`"))
    }

    /// Seconds of 0 or more that must be known before the first frame.
    pub(super) fn constant_span(
        &mut self,
        value: Typed<'b>,
        span: Span,
        what: &str,
    ) -> Result<f64, Reported> {
        let value = self.convert(value, Type::Float, Unit::Second, span, what)?;
        let seconds = self.constant(value, span, what)?[0];
        if crate::time::Flicks::from_secs_f64(seconds).is_some() {
            return Ok(seconds);
        }
        let expected = if seconds > 1.0 { "which is too long" } else { "expected 0 or more" };
        let message = format!("{what} is {seconds} s, {expected}");
        self.fail(Problem::new(Code::OutOfRange, span, message).help("use a value such as `300ms`"))
    }

    /// The value must be the same for all elements.
    pub(in crate::language) fn uniform(
        &mut self,
        value: Typed<'b>,
        span: Span,
        what: &str,
    ) -> Result<Typed<'b>, Reported> {
        match value.element {
            None => Ok(value),
            Some(element) => {
                let problem = self.per_element(value, element, span, what);
                self.fail(problem)
            }
        }
    }

    /// The problem of a value per element that should be the same for all.
    pub(super) fn per_element(&self, value: Typed<'b>, element: Element, span: Span, what: &str) -> Problem {
        let name = self.domain_name(element.domain);
        let message = format!("{what} is one value, and this has one per element of `{name}`");
        let help = match value.ty {
            Type::Shape => {
                "each element may be drawn as its own shape, `draw path(if c then a else b)`; of points along shapes choose \
                 between the points"
            }
            Type::Text => {
                "use a text that all share: an input, a state, or one that is made of values that all share"
            }
            _ => "reduce it to one value with `mean`, `sum`, `min` or `max`, or use a value that all share",
        };
        Problem::new(Code::PerElement, span, message)
            .related(format!("`{name}` comes in here"), element.span)
            .help(help)
    }
}

/// Whether the values are ints: one is, and the others are, too, or digits that an int can hold.
pub(super) fn are_ints<'b>(values: impl IntoIterator<Item = Typed<'b>>) -> bool {
    let mut has_int = false;
    values.into_iter().all(|value| {
        has_int |= value.ty == Type::Int;
        value.ty == Type::Int || (value.is_literal && whole_number(value).is_some())
    }) && has_int
}

/// A float constant without a fraction, where an int can hold it.
pub(super) fn whole_number(value: Typed<'_>) -> Option<i32> {
    let number = value.number().filter(|_| value.ty == Type::Float && value.is_soft())?;
    let whole = number as i32;
    (f64::from(whole) == number).then_some(whole)
}

/// Whether what an operation gives is a colour of alpha 1, as far as that is known before the first frame.
fn is_opaque(op: Op, arguments: &[Typed<'_>]) -> bool {
    let are_opaque = |arguments: &[Typed<'_>]| arguments.iter().all(Typed::is_opaque);
    match op {
        Op::Hsv | Op::Hsl | Op::Oklab | Op::Oklch | Op::OklchInside => true,
        Op::Color => arguments[3].number() == Some(1.0),
        Op::WithAlpha => arguments[1].number() == Some(1.0),
        Op::Mix => are_opaque(&arguments[..2]) && arguments[2].ty == Type::Float,
        Op::MixOklab | Op::MixLinear | Op::MixOklch | Op::MixHsv => are_opaque(&arguments[..2]),
        Op::Select => are_opaque(&arguments[1..]),
        Op::LinearToSrgb | Op::SrgbToLinear => are_opaque(arguments),
        _ => false,
    }
}

/// The text of an expression as an operand of something that binds tightly: in parentheses, but for names, numbers,
/// calls and expressions in parentheses.
fn grouped(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '#');
    if text.starts_with('[') && text.ends_with(']') {
        return text.to_owned();
    }
    let head = text.trim_start_matches(plain);
    // Whether the first parenthesis closes at the very end.
    let mut depth = 0_i32;
    let ends = head.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth <= 0).then_some(at + c.len_utf8())
    });
    let is_whole = head.is_empty() || (head.starts_with('(') && ends == Some(head.len()));
    if is_whole { text.to_owned() } else { format!("({text})") }
}

/// What to write instead of a text.
fn of_text(written: &str, wanted: &str) -> String {
    let text = written.trim_matches('"');
    let color = hints::color(text).or_else(|| text.starts_with('#').then(|| text.to_owned()));
    match color {
        Some(color) => format!("a colour is written without quotes: `{color}`"),
        None if text.starts_with(['M', 'm']) && text.contains(' ') => {
            "an outline is written `path(\"M 0 0 ...\")`, as in `draw path(path(\"M 0 0 ...\")) { }`".into()
        }
        None => format!("use {wanted} here: texts are compared with one another, and choose rows of data"),
    }
}

/// How to make a value of an event.
pub(super) fn of_event(name: &str) -> String {
    format!(
        "what it carries is known in reactions to it: `hold({name}, {name})` keeps that; `count({name})` and `since({name})` are numbers, too"
    )
}
