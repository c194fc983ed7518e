//! Calls: which function is meant, which argument goes where, and what each becomes.

use super::value::Typed;
use super::{Elaborator, hints};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::functions::{FUNCTIONS, Function, Gives, Lower, Parameter, RESERVED, Special, Takes};
use crate::language::project::{Meaning, Scope};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Expr, ExprKind, Name};
use crate::program::{Type, Unit};

/// An argument that was matched to its parameter.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) parameter: &'static Parameter,
    /// None where the default stands.
    pub(super) expr: Option<&'a Expr>,
    /// Where it is, or the call.
    pub(super) span: Span,
}

/// An argument after its conversion.
#[derive(Clone, Copy)]
pub(super) enum Taken<'a, 'b> {
    Value(Typed<'b>),
    Word(&'a str),
    Text(&'a str, Span),
    /// An optional argument without a default that was not given.
    Missing,
}

/// All arguments of a call, in the order of the parameters; those of a variadic parameter at their place.
pub(super) struct Arguments<'a, 'b> {
    pub(super) taken: Vec<Taken<'a, 'b>>,
    pub(super) spans: Vec<Span>,
    /// Of the whole call.
    pub(super) span: Span,
}

impl<'a, 'b> Arguments<'a, 'b> {
    /// The value of an argument that is one.
    pub(super) fn value(&self, at: usize) -> Option<Typed<'b>> {
        match self.taken.get(at) {
            Some(Taken::Value(value)) => Some(*value),
            _ => None,
        }
    }

    /// The value with its place.
    pub(super) fn placed(&self, at: usize) -> Option<(Typed<'b>, Span)> {
        Some((self.value(at)?, self.spans[at]))
    }

    pub(super) fn word(&self, at: usize) -> &'a str {
        match self.taken.get(at) {
            Some(Taken::Word(word)) => word,
            _ => "",
        }
    }

    /// All values.
    pub(super) fn values(&self) -> Vec<Typed<'b>> {
        (0..self.taken.len()).filter_map(|at| self.value(at)).collect()
    }

    /// All values with their places.
    pub(super) fn all_placed(&self) -> Vec<(Typed<'b>, Span)> {
        (0..self.taken.len()).filter_map(|at| self.placed(at)).collect()
    }

    /// The constant of an argument that was checked to be one.
    pub(super) fn constant(&self, at: usize) -> f64 {
        self.value(at).and_then(|value| value.constant).map_or(0.0, |c| c[0])
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn call(
        &mut self,
        expr: &'a Expr,
        path: &'a [Name],
        arguments: &'a [Argument],
    ) -> Option<Typed<'b>> {
        if let Some(row) = self.project.function(self.scope.module, path) {
            return self.patch_call(expr, row, arguments);
        }
        if self.project.leads_nowhere(self.scope.module, path) {
            return None;
        }
        let joined: String = path.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".");
        let span = path[0].span.to(path[path.len() - 1].span);
        let Some(function) = Function::find(&joined) else {
            // The arguments may have mistakes of their own.
            for argument in arguments {
                if !matches!(argument.value.kind, ExprKind::Name(_)) {
                    self.expr(&argument.value);
                }
            }
            let problem = self.unknown_function(&joined, path, span);
            return self.fail(problem);
        };
        let given = self.matched(function, arguments, expr.span, span)?;
        self.keys.enter(function.name, arguments);
        let taken = self.take_all(function, &given, expr.span);
        let value = taken.and_then(|taken| self.built_in(function, taken));
        self.keys.leave();
        value
    }

    fn unknown_function(&self, name: &str, path: &[Name], span: Span) -> Problem {
        if let Some((_, instead)) = RESERVED.iter().find(|(word, _)| *word == name) {
            let message = format!("{} is part of a later version of the language", quote(name));
            return Problem::new(Code::NotYet, span, message).help(format!("today, {instead}"));
        }
        let message = format!("no function is called {}", quote(name));
        let problem = Problem::new(Code::UnknownFunction, span, message);
        if self.meaning(name).is_some() {
            return problem.help(format!("`{name}` is a value: write it without parentheses"));
        }
        if let Some(problem) = self.unknown_in_file(path) {
            return problem;
        }
        if let Some(help) = hints::call(name) {
            return problem.help(help);
        }
        let module = &self.project.modules[self.scope.module];
        let is_short = self.may_search(module.functions.len());
        let mut own: Vec<&str> = module.functions.keys().copied().filter(|_| is_short).collect();
        own.sort_unstable();
        let names = FUNCTIONS.iter().map(|function| function.name).chain(own);
        let tail = |full: &'static str| full.rsplit('.').next() == Some(name);
        // `math.sin`
        let last = path.last().filter(|_| path.len() > 1).and_then(|last| Function::find(&last.text));
        let found = hints::function(name)
            .or_else(|| FUNCTIONS.iter().map(|f| f.name).find(|full| tail(full)))
            .or_else(|| nearest(name, names))
            .or(last.map(|function| function.name));
        match found {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("define it, `fn {name}(x) = ...`, or look for it in the reference")),
        }
    }

    /// A function that a used file does not have; none where the name does not lead into one.
    fn unknown_in_file(&self, path: &[Name]) -> Option<Problem> {
        let (last, before) = path.split_last()?;
        let parts: Vec<(&str, Span)> = before.iter().map(|part| (part.text.as_str(), part.span)).collect();
        let Some((Meaning::Module(module), used)) = self.project.follow(self.scope, &parts) else {
            return None;
        };
        if used < parts.len() {
            return None;
        }
        let file = parts.iter().map(|&(part, _)| part).collect::<Vec<_>>().join(".");
        let message = format!("{} has no function {}", quote(&file), quote(&last.text));
        let names = &self.project.modules[module].functions;
        let is_short = self.may_search(names.len());
        let mut names: Vec<&str> = names.keys().copied().filter(|_| is_short).collect();
        names.sort_unstable();
        let help = match (nearest(&last.text, names.iter().copied()), names.as_slice()) {
            (Some(near), _) => format!("did you mean `{file}.{near}`?"),
            (None, []) => format!("it has none; define it there: `fn {}(x) = ...`", last.text),
            (None, names) => format!("it has {}", names.join(", ")),
        };
        Some(Problem::new(Code::UnknownFunction, last.span, message).help(help))
    }

    /// Which argument belongs to which parameter. Arguments without a name come first, in order.
    fn matched(
        &mut self,
        function: &'static Function,
        arguments: &'a [Argument],
        call: Span,
        name: Span,
    ) -> Option<Vec<Given<'a>>> {
        let parameters = function.parameters;
        // The variadic parameter is the last one that is not chosen by a word.
        let variadic =
            function.is_variadic.then(|| parameters.iter().rposition(|p| !p.takes.is_choice()).unwrap_or(0));
        let mut slots: Vec<Vec<&'a Argument>> = vec![Vec::new(); parameters.len()];
        let mut at = 0;
        let mut good = true;
        for argument in arguments {
            match &argument.name {
                Some(label) => match parameters.iter().position(|p| p.name == label.text) {
                    Some(row) if slots[row].is_empty() => slots[row].push(argument),
                    Some(row) => {
                        good = false;
                        let message = format!("the argument {} is given twice", quote(&label.text));
                        let first = slots[row][0].value.span;
                        let problem = Problem::new(Code::RepeatedArgument, label.span, message);
                        self.problem(problem.related("the first is here", first).help("remove one of them"));
                    }
                    None => {
                        good = false;
                        let names: Vec<&str> = parameters.iter().map(|p| p.name).collect();
                        let message =
                            format!("{} has no parameter {}", quote(function.name), quote(&label.text));
                        let help = match nearest(&label.text, names) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => format!("it is `{}`", function.signature()),
                        };
                        self.problem(Problem::new(Code::ExtraArgument, label.span, message).help(help));
                    }
                },
                None if at < parameters.len() => {
                    slots[at].push(argument);
                    if variadic != Some(at) {
                        at += 1;
                    }
                }
                None => {
                    good = false;
                    let count = parameters.len();
                    let message = format!(
                        "{} takes {}, and this is one too many",
                        quote(function.name),
                        counted(count, "argument")
                    );
                    let help = format!("it is `{}`", function.signature());
                    self.problem(Problem::new(Code::ExtraArgument, argument.value.span, message).help(help));
                    break;
                }
            }
        }
        // A single number is the salt of `random`, which stands behind its range.
        if function.lower == Lower::Special(Special::Random)
            && matches!(arguments, [Argument { name: None, .. }])
        {
            slots.swap(0, 2);
        }
        let missing: Vec<&str> = parameters
            .iter()
            .zip(&slots)
            .filter(|(parameter, slot)| slot.is_empty() && parameter.default.is_none())
            .map(|(parameter, _)| parameter.name)
            .collect();
        if good && !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{} lacks {}", quote(function.name), names.join(" and "));
            let help = format!("it is `{}`", function.signature());
            return self.fail(Problem::new(Code::MissingArgument, name, message).help(help));
        }
        let given = parameters.iter().zip(slots).flat_map(|(parameter, slot)| {
            let mut given: Vec<Given<'a>> = slot
                .iter()
                .map(|argument| Given { parameter, expr: Some(&argument.value), span: argument.value.span })
                .collect();
            if given.is_empty() {
                given.push(Given { parameter, expr: None, span: call });
            }
            given
        });
        good.then(|| given.collect())
    }

    /// Evaluates and converts all arguments.
    fn take_all(
        &mut self,
        function: &'static Function,
        given: &[Given<'a>],
        span: Span,
    ) -> Option<Arguments<'a, 'b>> {
        let taken: Vec<Option<Taken<'a, 'b>>> =
            given.iter().map(|given| self.take(function, given)).collect();
        let mut taken: Vec<Taken<'a, 'b>> = taken.into_iter().collect::<Option<_>>()?;
        let spans: Vec<Span> = given.iter().map(|given| given.span).collect();
        // Those that must be alike get one type and one unit.
        let alike: Vec<usize> =
            (0..given.len()).filter(|&at| given[at].parameter.takes == Takes::Alike).collect();
        let values: Vec<(Typed<'b>, Span)> = alike
            .iter()
            .filter_map(|&at| match taken[at] {
                Taken::Value(value) => Some((value, spans[at])),
                _ => None,
            })
            .collect();
        if values.len() > 1 {
            let one = self.broadcast_alike(&values)?;
            let rows = alike.iter().filter(|&&at| matches!(taken[at], Taken::Value(_)));
            for (&row, value) in rows.copied().collect::<Vec<_>>().iter().zip(one) {
                taken[row] = Taken::Value(value);
            }
        }
        let arguments = Arguments { taken, spans, span };
        self.one_domain(&arguments.all_placed())?;
        self.one_shape(function, given, &arguments)?;
        Some(arguments)
    }

    /// Floats go with vectors; everything else must agree.
    fn broadcast_alike(&mut self, values: &[(Typed<'b>, Span)]) -> Option<Vec<Typed<'b>>> {
        let is_vector = |v: &Typed<'b>| v.ty.is_floats() && v.ty != Type::Float;
        if !values.iter().any(|(value, _)| is_vector(value)) {
            return self.all_alike(values, Code::Operands);
        }
        let vectors: Vec<(Typed<'b>, Span)> =
            values.iter().copied().filter(|(value, _)| is_vector(value)).collect();
        self.all_alike(&vectors, Code::Operands)?;
        values
            .iter()
            .map(|&(value, span)| match is_vector(&value) {
                true => Some(value),
                false => self.convert(
                    value,
                    Type::Float,
                    Unit::Scalar,
                    span,
                    "an argument that goes with a vector",
                ),
            })
            .collect()
    }

    /// Vectors of one call that are combined component by component must be of one size.
    fn one_shape(
        &mut self,
        function: &'static Function,
        given: &[Given<'a>],
        arguments: &Arguments<'a, 'b>,
    ) -> Option<()> {
        let counts =
            |takes: Takes| matches!(takes, Takes::Alike | Takes::Plain | Takes::Vector | Takes::Color);
        let mut first: Option<(Typed<'b>, Span)> = None;
        for (at, given) in given.iter().enumerate().filter(|(_, given)| counts(given.parameter.takes)) {
            let Some((value, span)) = arguments.placed(at) else { continue };
            if value.ty.stride() == 1 {
                continue;
            }
            match first {
                None => first = Some((value, span)),
                Some((other, _)) if other.ty == value.ty => {}
                Some((other, other_span)) => {
                    let message = format!(
                        "{} takes values of one size, and `{}` is {}",
                        quote(function.name),
                        given.parameter.name,
                        value.what()
                    );
                    let mut problem = self.mismatch(value, other.ty, Unit::Scalar, span, "this");
                    (problem.code, problem.message) = (Code::Operands, message);
                    return self.fail(problem.related(format!("this is {}", other.what()), other_span));
                }
            }
        }
        Some(())
    }

    /// One argument.
    fn take(&mut self, function: &'static Function, given: &Given<'a>) -> Option<Taken<'a, 'b>> {
        let Given { parameter, expr, span } = *given;
        let what = format!("the argument `{}` of `{}`", parameter.name, function.name);
        let Some(expr) = expr else {
            return Some(self.default_of(parameter));
        };
        if let Takes::Word(words) = parameter.takes {
            return self.word_of(expr, words).map(Taken::Word);
        }
        if parameter.takes == Takes::Text {
            return match &expr.kind {
                ExprKind::Text(text) => Some(Taken::Text(text, span)),
                _ => {
                    let message = format!("{what} is a text in quotes");
                    self.fail(
                        Problem::new(Code::WrongType, span, message).help("write it as \"M 0 0 L 0.5 0.5\""),
                    )
                }
            };
        }
        if parameter.takes == Takes::Fit {
            match &expr.kind {
                ExprKind::Name(word) if matches!(word.as_str(), "yes" | "no") => {
                    return Some(Taken::Word(word));
                }
                ExprKind::Text(text) => return Some(Taken::Text(text, span)),
                _ => {}
            }
        }
        let value = self.expr(expr)?;
        self.fitted(value, parameter.takes, span, &what).map(Taken::Value)
    }

    /// A word that is a choice and not a value.
    pub(super) fn word_of(&mut self, expr: &'a Expr, words: &[&str]) -> Option<&'a str> {
        match &expr.kind {
            ExprKind::Name(name) if words.contains(&name.as_str()) => Some(name),
            ExprKind::Name(name) => {
                let name = Name { text: name.clone(), span: expr.span };
                let problem = self.unknown_word(&name, words, "there are");
                self.fail(problem)
            }
            ExprKind::Broken => None,
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
        takes: Takes,
        span: Span,
        what: &str,
    ) -> Option<Typed<'b>> {
        let float = |this: &mut Self, unit| this.convert(value, Type::Float, unit, span, what);
        match takes {
            Takes::Alike | Takes::Floats | Takes::Plain => {
                if matches!(value.ty, Type::Bool | Type::Shape) {
                    let problem = self.mismatch(value, Type::Float, Unit::Scalar, span, what);
                    return self.fail(problem);
                }
                match takes {
                    Takes::Plain if value.ty.stride() == 1 => float(self, Unit::Scalar),
                    Takes::Floats if value.ty == Type::Int => Some(self.int_to_float(value)),
                    _ => Some(value),
                }
            }
            Takes::Float => float(self, Unit::Scalar),
            Takes::AngleOrRadians if value.unit == Unit::Turn => Some(value),
            Takes::AngleOrRadians if value.unit == Unit::Phase => float(self, Unit::Turn),
            Takes::AngleOrRadians => float(self, Unit::Scalar),
            Takes::Angle => float(self, Unit::Turn),
            Takes::Cycles if value.ty == Type::Float && value.unit == Unit::Turn => {
                Some(Typed { unit: Unit::Scalar, ..value })
            }
            Takes::Cycles => float(self, Unit::Scalar),
            Takes::Time => float(self, Unit::Second),
            Takes::ConstantTime => {
                let seconds = self.constant_time(value, span, what)?;
                Some(Typed { unit: Unit::Second, ..self.float(seconds) })
            }
            Takes::Rate if value.unit == Unit::Hertz => Some(value),
            Takes::Rate => float(self, Unit::Scalar),
            Takes::Int => self.convert(value, Type::Int, Unit::Scalar, span, what),
            Takes::ConstantInt(low, high) => {
                self.constant_int(value, span, what, low, high)?;
                Some(value)
            }
            Takes::Bool => self.convert(value, Type::Bool, Unit::Scalar, span, what),
            Takes::Color => self.convert(value, Type::Color, Unit::Scalar, span, what),
            Takes::Vec2 => self.convert(value, Type::Vec2, Unit::Scalar, span, what),
            Takes::Vec3 => self.convert(value, Type::Vec3, Unit::Scalar, span, what),
            Takes::ConstantPoint => {
                let value = self.convert(value, Type::Vec2, Unit::Scalar, span, what)?;
                self.constant(value, span, what)?;
                Some(value)
            }
            Takes::Fit => {
                let ty = if value.ty == Type::Vec2 { Type::Vec2 } else { Type::Float };
                let value = self.convert(value, ty, Unit::Scalar, span, what)?;
                self.constant(value, span, what)?;
                Some(value)
            }
            Takes::Vector if matches!(value.ty, Type::Vec2 | Type::Vec3) => Some(value),
            Takes::Vector => self.convert(value, Type::Vec2, Unit::Scalar, span, what),
            Takes::Space if matches!(value.ty, Type::Vec2 | Type::Vec3) => Some(value),
            Takes::Space => float(self, Unit::Scalar),
            Takes::Shape => self.convert(value, Type::Shape, Unit::Scalar, span, what),
            Takes::Any if value.ty == Type::Shape => {
                let problem = self.mismatch(value, Type::Float, Unit::Scalar, span, what);
                self.fail(problem)
            }
            Takes::Any => Some(value),
            Takes::FramesOrTime if value.unit == Unit::Second => Some(value),
            Takes::FramesOrTime => {
                let most = i64::from(crate::program::limits::RING_MAX);
                self.constant_int(value, span, what, 1, most)?;
                Some(value)
            }
            Takes::Word(_) | Takes::Text => None,
        }
    }

    fn default_of(&mut self, parameter: &'static Parameter) -> Taken<'a, 'b> {
        let text = parameter.default.unwrap_or("");
        if parameter.takes.is_choice() {
            return Taken::Word(text);
        }
        let numbers: Vec<f64> =
            text.trim_matches(['(', ')']).split(',').filter_map(|n| n.trim().parse().ok()).collect();
        match numbers.as_slice() {
            [number] if parameter.takes == Takes::Int => {
                let constant = Some([*number, 0.0, 0.0, 0.0]);
                Taken::Value(Typed {
                    constant,
                    ..Typed::new(self.builder.int(*number as i32), Unit::Scalar, None)
                })
            }
            [number] => Taken::Value(Typed { is_literal: true, ..self.float(*number) }),
            [x, y] => {
                let value = self.builder.vec2(*x, *y);
                Taken::Value(Typed {
                    constant: Some([*x, *y, 0.0, 0.0]),
                    ..Typed::new(value, Unit::Scalar, None)
                })
            }
            _ => Taken::Missing,
        }
    }

    fn built_in(&mut self, function: &'static Function, arguments: Arguments<'a, 'b>) -> Option<Typed<'b>> {
        match function.lower {
            Lower::Op(op) => {
                let values = arguments.values();
                let unit = match function.gives {
                    Gives::Alike => values.first().map_or(Unit::Scalar, |value| value.unit),
                    Gives::Angle => Unit::Turn,
                    Gives::Phase => Unit::Phase,
                    _ => Unit::Scalar,
                };
                // A remainder of a phase is a place in another cycle.
                let unit = if unit == Unit::Phase && function.name != "abs" { Unit::Scalar } else { unit };
                Some(self.apply(op, &values, unit))
            }
            Lower::Special(special) => self.special(function, special, &arguments),
        }
    }

    /// A call of a function of the patch: its body, written in here.
    fn patch_call(&mut self, expr: &'a Expr, row: usize, arguments: &'a [Argument]) -> Option<Typed<'b>> {
        let function = &self.project.functions[row];
        let name: &'a str = &function.name.text;
        if function.is_recursive {
            return None;
        }
        let parameters = function.parameters;
        let mut slots: Vec<Option<&'a Argument>> = vec![None; parameters.len()];
        let mut good = true;
        let mut at = 0;
        for argument in arguments {
            let row = match &argument.name {
                Some(label) => parameters.iter().position(|p| p.name.text == label.text),
                None => (at < parameters.len()).then_some(at),
            };
            at += usize::from(argument.name.is_none());
            let span = argument.name.as_ref().map_or(argument.value.span, |label| label.span);
            match row {
                Some(row) if slots[row].is_none() => slots[row] = Some(argument),
                Some(row) => {
                    good = false;
                    let message =
                        format!("the argument {} is given twice", quote(&parameters[row].name.text));
                    let first = slots[row].map_or(span, |argument| argument.value.span);
                    let problem = Problem::new(Code::RepeatedArgument, span, message);
                    self.problem(problem.related("the first is here", first).help("remove one of them"));
                }
                None => {
                    good = false;
                    let names: Vec<&str> = parameters.iter().map(|p| p.name.text.as_str()).collect();
                    let (message, near) = match &argument.name {
                        Some(label) => (
                            format!("{} has no parameter {}", quote(name), quote(&label.text)),
                            nearest(&label.text, names.iter().copied()),
                        ),
                        None => {
                            let count = counted(parameters.len(), "argument");
                            (format!("{} takes {count}, and this is one too many", quote(name)), None)
                        }
                    };
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("it is `{name}({})`", names.join(", ")),
                    };
                    let problem = Problem::new(Code::ExtraArgument, span, message)
                        .related("the function", function.name.span)
                        .help(help);
                    self.problem(problem);
                    // More of the kind would say the same.
                    if argument.name.is_none() {
                        break;
                    }
                }
            }
        }
        let missing: Vec<String> = parameters
            .iter()
            .zip(&slots)
            .filter(|(parameter, slot)| slot.is_none() && parameter.default.is_none())
            .map(|(parameter, _)| format!("`{}`", parameter.name.text))
            .collect();
        if good && !missing.is_empty() {
            let message = format!("{} lacks {}", quote(name), missing.join(" and "));
            let names: Vec<&str> = parameters.iter().map(|p| p.name.text.as_str()).collect();
            let problem = Problem::new(Code::MissingArgument, expr.span, message)
                .related("the function", function.name.span)
                .help(format!("it is `{name}({})`", names.join(", ")));
            return self.fail(problem);
        }
        // Arguments are read where the call stands.
        let values: Vec<Option<Typed<'b>>> =
            slots.iter().map(|slot| slot.and_then(|argument| self.expr(&argument.value))).collect();
        if !good {
            return None;
        }
        self.keys.enter(name, arguments);
        let outer = (self.scope, self.frame, self.locals.len());
        // Names are those of the function's file. The element is the caller's, for the body is written in there.
        self.scope = Scope { module: function.module, domain: None };
        let frame = self.locals.len();
        let mut locals = Vec::with_capacity(parameters.len());
        for ((parameter, slot), value) in parameters.iter().zip(&slots).zip(values) {
            let value = match (slot, &parameter.default) {
                (Some(argument), _) => value.map(|value| (value, argument.value.span)),
                (None, Some(default)) => {
                    self.frame = self.locals.len();
                    self.expr(default).map(|value| (value, default.span))
                }
                (None, None) => None,
            };
            let value = match (value, &parameter.ty) {
                (Some((value, span)), Some(ty)) => {
                    let what = format!("the argument `{}` of `{name}`", parameter.name.text);
                    let wanted = self.type_of_name(ty);
                    wanted.and_then(|(ty, unit)| self.convert(value, ty, unit, span, &what))
                }
                (value, _) => value.map(|(value, _)| value),
            };
            locals.push((parameter.name.text.as_str(), value));
        }
        self.frame = frame;
        for (name, value) in locals {
            self.push_local(name, value);
        }
        self.calls.push(expr.span);
        let value = self.body(row);
        self.calls.pop();
        self.drop_locals(outer.2);
        (self.scope, self.frame) = (outer.0, outer.1);
        self.keys.leave();
        value
    }

    fn body(&mut self, row: usize) -> Option<Typed<'b>> {
        let body: &'a Expr = self.project.functions[row].body;
        self.expr(body)
    }
}

/// `one argument`, `3 arguments`, `no arguments`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("one {what}"),
        n => format!("{n} {what}s"),
    }
}
