//! Calls: which function is meant, and what the call becomes.

use super::arguments::{Call, Callee, Expected, Placed};
use super::value::Typed;
use super::{Elaborator, hints, lists};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::{self, Lower};
use crate::language::problems::Reported;
use crate::language::project::{Meaning, Scope};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Expr, ExprKind, FunctionParameter, Name};
use crate::program::{Type, Unit};

/// An argument of a function of the patch.
struct Given<'b> {
    value: Result<Typed<'b>, Reported>,
    span: Span,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn call(
        &mut self,
        expr: &'a Expr,
        path: &'a [Name],
        arguments: &'a [Argument],
    ) -> Result<Typed<'b>, Reported> {
        if let Some(row) = self.project.function(self.scope.module, path) {
            return self.patch_call(expr, row, arguments);
        }
        if let Some(reported) = self.project.leads_nowhere(self.scope.module, path) {
            return Err(reported);
        }
        let joined: String = path.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".");
        let span = path[0].span.to(path[path.len() - 1].span);
        if let Some(total) = lists::total(&joined)
            && let [argument] = arguments
            && argument.name.is_none()
            && self.is_of_list(&argument.value)
        {
            self.keys.enter(&path[0].text, arguments);
            let value = self.total(total, &argument.value);
            self.keys.leave();
            return value;
        }
        let Some(function) = builtins::find(&joined) else {
            if let Some(event) = self.called_event(path) {
                return self.hit(event, path, arguments, expr.span);
            }
            // The arguments may have mistakes of their own.
            for argument in arguments {
                if !matches!(argument.value.kind, ExprKind::Name(_)) {
                    let _ = self.expr(&argument.value);
                }
            }
            let problem = self.unknown_function(&joined, path, span);
            return self.fail(problem);
        };
        let matched = self.matched(function, arguments, expr.span, span)?;
        self.keys.enter(function.name, arguments);
        let call = self.take_all(&matched);
        let value = call.and_then(|call| self.built_in(&call));
        self.keys.leave();
        value
    }

    fn unknown_function(&self, name: &str, path: &[Name], span: Span) -> Problem {
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
        let names = builtins::functions().map(|function| function.name).chain(own);
        let tail = |full: &'static str| full.rsplit('.').next() == Some(name);
        // `math.sin`
        let last = path.last().filter(|_| path.len() > 1).and_then(|last| builtins::find(&last.text));
        let found = hints::function(name)
            .or_else(|| builtins::functions().map(|f| f.name).find(|full| tail(full)))
            .or_else(|| nearest(name, names))
            .or(last.map(|function| function.name));
        match found {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("define it, `fn {name}(x) = ...`, or look for it in the reference")),
        }
    }

    /// The problem of a function that a used file does not have; `None` if the name does not lead into a file.
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

    fn built_in(&mut self, call: &Call<'a, 'b>) -> Result<Typed<'b>, Reported> {
        let (cells, kept) = (self.builder.cell_count(), self.builder.kept());
        let value = self.lowered(call)?;
        self.outlives_its_turn(call, kept)?;
        // Pairs are others in every frame.
        if value.element.is_some_and(|e| self.builder.is_of_pairs(e.domain))
            && self.builder.cell_count() > cells
        {
            return self.not_of_pairs(call.function.name, call.span);
        }
        // What remembers has nothing to remember of an element that is born.
        if self.is_in_life() && value.element.is_some() && self.builder.cell_count() > cells {
            let problem = self.not_at_birth(call.function.name, call.span);
            return self.fail(problem);
        }
        Ok(value)
    }

    pub(super) fn lowered(&mut self, call: &Call<'a, 'b>) -> Result<Typed<'b>, Reported> {
        match call.function.lower {
            Lower::Op(op) => {
                let values = call.values();
                let first = values.first().map_or(Unit::Scalar, |value| value.unit);
                Ok(self.apply(op, &values, call.function.returns.unit(first)))
            }
            Lower::With(lowering) => lowering(self, call),
        }
    }

    /// A call of a function of the patch: its body, written in here.
    fn patch_call(
        &mut self,
        expr: &'a Expr,
        row: usize,
        arguments: &'a [Argument],
    ) -> Result<Typed<'b>, Reported> {
        let function = &self.project.functions[row];
        let name: &'a str = &function.name.text;
        if let Some(reported) = function.recursion {
            return Err(reported);
        }
        let names: Vec<&str> = function.parameters.iter().map(|p| p.name.text.as_str()).collect();
        let expected =
            |p: &'a FunctionParameter| Expected { name: &p.name.text, is_required: p.default.is_none() };
        let callee = Callee {
            name,
            parameters: function.parameters.iter().map(expected).collect(),
            variadic: None,
            usage: format!("{name}({})", names.join(", ")),
            defined: Some(function.name.span),
        };
        let Placed { slots, outcome } = self.place(&callee, arguments);
        if outcome.is_ok()
            && let Some(problem) = callee.missing(&slots, expr.span)
        {
            return self.fail(problem);
        }
        // Arguments are evaluated in the scope of the call. What they are used for is not known.
        let says = std::mem::take(&mut self.says);
        let given: Vec<Option<Given<'b>>> = slots
            .iter()
            .map(|slot| {
                slot.first().map(|a| Given { value: self.expr_or_array(&a.value), span: a.value.span })
            })
            .collect();
        self.says = says;
        outcome?;
        self.keys.enter(name, arguments);
        let value = self.written_in(row, given, expr.span);
        self.keys.leave();
        value
    }

    /// A function of the patch of one number that is not written there.
    pub(super) fn patch_function_of(
        &mut self,
        row: usize,
        value: Typed<'b>,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let function = &self.project.functions[row];
        if let Some(reported) = function.recursion {
            return Err(reported);
        }
        let name: &'a str = &function.name.text;
        let takes_one = |at: usize| function.parameters.iter().skip(at).all(|p| p.default.is_some());
        if function.parameters.is_empty() || !takes_one(1) {
            let message = format!("an easing takes one number, and {} does not", quote(name));
            let problem = Problem::new(Code::UnknownWord, span, message);
            let help = "name a function such as `fn soft(t) = t * t`";
            return self.fail(problem.related("the function", function.name.span).help(help));
        }
        let given = (0..function.parameters.len())
            .map(|at| (at == 0).then_some(Given { value: Ok(value), span }))
            .collect();
        self.keys.enter(name, &[]);
        let eased = self.written_in(row, given, span);
        self.keys.leave();
        self.convert(eased?, Type::Float, Unit::Scalar, span, "what an easing gives")
    }

    /// The body of a function with arguments for its parameters. Names are those of the function's file. The element is
    /// the caller's, for the body is written in there.
    fn written_in(
        &mut self,
        row: usize,
        given: Vec<Option<Given<'b>>>,
        call: Span,
    ) -> Result<Typed<'b>, Reported> {
        let function = &self.project.functions[row];
        let outer = (self.scope, self.frame, self.locals.len());
        self.scope = Scope { module: function.module, domain: None };
        self.frame = outer.2;
        let says = std::mem::take(&mut self.says);
        let parameters = function.parameters.iter().zip(given);
        let locals: Vec<(&'a str, Result<Typed<'b>, Reported>)> = parameters
            .map(|(parameter, given)| {
                (parameter.name.text.as_str(), self.parameter_value(&function.name.text, parameter, given))
            })
            .collect();
        for (name, value) in locals {
            self.push_local(name, value);
        }
        self.says = says;
        self.calls.push(call);
        let value = self.expr_or_array(function.body);
        self.calls.pop();
        self.drop_locals(outer.2);
        (self.scope, self.frame) = (outer.0, outer.1);
        value
    }

    /// The value of a parameter of a function of the patch: the argument, or else its default, of its type if it has one.
    fn parameter_value(
        &mut self,
        function: &str,
        parameter: &'a FunctionParameter,
        given: Option<Given<'b>>,
    ) -> Result<Typed<'b>, Reported> {
        let (value, span) = match (given, &parameter.default) {
            (Some(given), _) => (given.value?, given.span),
            (None, Some(default)) => (self.expr_or_array(default)?, default.span),
            (None, None) => return self.contradiction(parameter.name.span, "an argument is missing"),
        };
        let Some(ty) = &parameter.ty else { return Ok(value) };
        let what = format!("the argument `{}` of `{function}`", parameter.name.text);
        let (ty, unit) = self.type_of_name(ty)?;
        self.convert(value, ty, unit, span, &what)
    }
}
