//! Expressions: literals, names, members, operators, choices, blocks.

use super::convert::are_ints;
use super::value::{Affine, Element, Typed, computed};
use super::{COUNT_CIRCLE, DEPTH_MAX, Elaborator, STEPS_MAX, hints};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::{self, BUILTIN_VALUES, BuiltinValue, Origin, ReturnType};
use crate::language::problems::Reported;
use crate::language::project::{DomainId, Meaning};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{BinaryOp, Branch, Expr, ExprKind, Name, Suffix, UnaryOp, dotted};
use crate::program::{Op, Type, Unit};

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The value of an expression; reports an array, which is none.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        let value = self.expr_or_array(expr)?;
        self.no_array(value, expr.span)
    }

    /// The value of an expression, or the array that it is.
    pub(super) fn expr_or_array(&mut self, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        if let Some(reported) = self.exhausted {
            return Err(reported);
        }
        self.steps += 1;
        self.depth += 1;
        let value = if self.steps > STEPS_MAX || self.depth > DEPTH_MAX {
            let (code, what) = match self.depth > DEPTH_MAX {
                true => (Code::TooDeep, "with the functions written into it, this expression lies too deep"),
                false => (
                    Code::PatchTooLarge,
                    "with its functions written into their callers, the patch is too large",
                ),
            };
            let help = "give parts of it names of their own: what has a name is worked out once";
            let reported = self.report(Problem::new(code, expr.span, what).help(help));
            self.exhausted = Some(reported);
            Err(reported)
        } else {
            let says = self.says;
            self.says = measures(expr) || self.says && self.is_said(expr);
            let value = self.kind_of(expr).map(|value| self.of_own(value));
            self.says = says;
            value
        };
        self.depth -= 1;
        value
    }

    /// Whether the parts of an expression stand in a text as it does itself: then they may be texts of elements, too.
    fn is_said(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Chain { rest, .. } => rest.iter().all(|(op, _)| *op == BinaryOp::Add),
            ExprKind::If { .. } => true,
            ExprKind::Call { function, .. } => {
                self.project.function(self.scope.module, function).is_some()
                    || matches!(function.as_slice(), [name] if makes_text(&name.text))
            }
            ExprKind::Broken(_)
            | ExprKind::Number { .. }
            | ExprKind::Color(_)
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::Name(_)
            | ExprKind::Array(_)
            | ExprKind::View { .. }
            | ExprKind::Index { .. }
            | ExprKind::Member { .. }
            | ExprKind::When { .. }
            | ExprKind::Fold(_)
            | ExprKind::Keys { .. }
            | ExprKind::Vector(_)
            | ExprKind::At { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Block { .. } => false,
        }
    }

    fn kind_of(&mut self, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        match &expr.kind {
            ExprKind::Broken(reported) => Err(*reported),
            ExprKind::Number { value, suffix, is_integer } => Ok(self.number(*value, *suffix, *is_integer)),
            ExprKind::Color([r, g, b, a]) => {
                let value = self.builder.rgba(*r, *g, *b, *a);
                Ok(Typed { constant: Some([*r, *g, *b, *a]), ..Typed::new(value, Unit::Scalar, None) })
            }
            ExprKind::Text(text) => Ok(self.text(text)),
            ExprKind::Bool(value) => {
                let constant = Some([f64::from(u8::from(*value)), 0.0, 0.0, 0.0]);
                Ok(Typed { constant, ..Typed::new(self.builder.bool(*value), Unit::Scalar, None) })
            }
            ExprKind::Name(name) => self.name_or_array(name, expr.span),
            ExprKind::Array(items) => self.array(items, expr.span),
            ExprKind::View { rows, step } => self.view(rows, step),
            ExprKind::Index { value, arguments } => self.index(value, arguments, expr.span),
            ExprKind::Member { value, name } => self.member(expr, value, name),
            ExprKind::Call { function, arguments } => self.call(expr, function, arguments),
            ExprKind::When { event, condition } => self.when(event, condition),
            ExprKind::Fold(fold) => self.fold(fold, expr.span),
            ExprKind::Keys { time, keys, space } => self.keyframes(time, keys, space.as_ref(), expr.span),
            ExprKind::Vector(values) => self.vector(values),
            ExprKind::At { value, index, wraps } => self.at(value, index, *wraps),
            ExprKind::Unary { op, value } => self.unary(*op, value),
            ExprKind::Chain { first, rest } => self.chain(first, rest, expr.span),
            ExprKind::If { branches, otherwise } => self.choice(branches, otherwise, expr.span),
            ExprKind::Block { definitions, result } => {
                let outer = self.locals.len();
                for (name, value) in definitions {
                    self.keys.enter(&name.text, &[]);
                    let value = self.expr_or_array(value);
                    self.keys.leave();
                    self.push_local(&name.text, value);
                }
                let value = self.expr_or_array(result);
                self.drop_locals(outer);
                value
            }
        }
    }

    fn number(&mut self, value: f64, suffix: Suffix, is_integer: bool) -> Typed<'b> {
        let value = match suffix {
            Suffix::None | Suffix::Second | Suffix::Turn | Suffix::Hertz => value,
            Suffix::Millisecond => value / 1000.0,
            Suffix::Degree => value / 360.0,
            Suffix::Radian => value / std::f64::consts::TAU,
        };
        let unit = unit_of_suffix(suffix);
        let is_literal = is_integer && suffix == Suffix::None;
        Typed { unit, is_literal, ..self.float(value) }
    }

    /// A value under a name: local ones first, then those of the domain and of the file.
    pub(super) fn name(&mut self, name: &str, span: Span) -> Result<Typed<'b>, Reported> {
        let value = self.name_or_array(name, span)?;
        self.no_array(value, span)
    }

    pub(super) fn name_or_array(&mut self, name: &str, span: Span) -> Result<Typed<'b>, Reported> {
        if self.is_other(name) {
            return self.other_alone(name, span);
        }
        if let Some(local) = self.local(name) {
            return local.value.map(|value| at(value, span));
        }
        if let Some(value) = self.own_column(name, span) {
            return value;
        }
        if let Some(meaning) = self.meaning(name) {
            let value = self.value_of_meaning(meaning, name, span)?;
            return self.seen_from_within(name, value, span);
        }
        if self.is_parent(name) {
            return self.of_parent(&[(name, span)], span);
        }
        if let Some(value) = self.builtin_value(name, span) {
            return value;
        }
        if let Some(reported) = self.scope.domain.and_then(|domain| self.broken_rows(domain)) {
            return Err(reported);
        }
        let problem = self.unknown_value(name, span);
        self.fail(problem)
    }

    pub(super) fn value_of_meaning(
        &mut self,
        meaning: Meaning,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let help = match meaning {
            Meaning::Value(task) => {
                let value = self.value_of(task, span)?;
                return Ok(at(self.in_its_turn(task, value), span));
            }
            Meaning::Domain(domain) => match self.project.domains[domain].names.keys().min() {
                Some(field) => format!("name one of its values, such as `{name}.{field}`, or `{name}.count`"),
                None => format!("`{name}.count` is how many elements it has"),
            },
            Meaning::Module(module) => {
                let module = &self.project.modules[module];
                match (module.missing, module.names.keys().min()) {
                    (Some(reported), _) => return Err(reported),
                    (None, Some(value)) => format!("name one of its values, such as `{name}.{value}`"),
                    (None, None) => "the file defines no values".into(),
                }
            }
            Meaning::Camera(_) => format!("draw with it: `camera: {name}`"),
            Meaning::Image(_) => {
                format!("draw it: `draw image({name}) {{ position: (0.5, 0.5), size: 0.5 }}`")
            }
            Meaning::Timeline(timeline) => self.values_of_timeline(timeline, name),
        };
        let message = format!("{} is {}, not a value", quote(name), meaning.what());
        self.fail(Problem::new(Code::NotAValue, span, message).help(help))
    }

    /// A name that means something by itself; `None` if it does not.
    fn builtin_value(&mut self, name: &str, span: Span) -> Option<Result<Typed<'b>, Reported>> {
        Some(match BuiltinValue::find(name)?.origin {
            Origin::Frame(value) => Ok(value(self)),
            // In what reactions do to rows it is a name of its own.
            Origin::Element(_) if self.is_of_row && name == super::lists::PLACE => {
                let problem = self.no_place(span);
                self.fail(problem)
            }
            Origin::Element(_) if self.is_in_life() && name != "id" => {
                let problem = self.not_at_birth(name, span);
                self.fail(problem)
            }
            Origin::Element(_) if self.elements.is_none() && self.is_in_header() => {
                let domain = quote(&self.project.tasks[self.task].key);
                let message = format!(
                    "values depend on one another in a circle: {domain} -> {} -> {domain}",
                    quote(name)
                );
                self.fail(Problem::new(Code::NoStateBetween, span, message).help(COUNT_CIRCLE))
            }
            Origin::Element(value) => match self.own_element(span) {
                Some(element) => element.and_then(|element| value(self, element)),
                None => {
                    let message =
                        format!("{} belongs to an element, and this stands outside of a domain", quote(name));
                    let help = format!(
                        "move it into a `domain` block, or name the domain: `dots.{name}` for a domain called `dots`"
                    );
                    self.fail(Problem::new(Code::OutsideDomain, span, message).help(help))
                }
            },
        })
    }

    /// A value of a group, such as `canvas.width`.
    fn grouped_value(&mut self, group: &str, name: &Name, span: Span) -> Result<Typed<'b>, Reported> {
        let full = format!("{group}.{}", name.text);
        if let Some(value) = self.builtin_value(&full, span) {
            return value;
        }
        let own = BUILTIN_VALUES.iter().filter(|known| known.name.starts_with(&format!("{group}.")));
        let own: Vec<&str> = own.map(|known| known.name).collect();
        let message = format!("{} has no value {}", quote(group), quote(&name.text));
        let help = match nearest(&full, own.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", own.join(", ")),
        };
        self.fail(Problem::new(Code::UnknownMember, name.span, message).help(help))
    }

    fn unknown_value(&self, name: &str, span: Span) -> Problem {
        let message = format!("no value is called {}", quote(name));
        let problem = Problem::new(Code::UnknownValue, span, message);
        if builtins::functions().any(|function| function.name == name) {
            return problem.help(format!("`{name}` is a function: call it, `{name}(...)`"));
        }
        let group = |full: &str| full.split_once('.').is_some_and(|(group, _)| group == name);
        if let Some(function) = builtins::functions().find(|function| group(function.name)) {
            let help = format!(
                "`{name}` is a group of functions: call one of them, such as `{}(...)`",
                function.name
            );
            return problem.help(help);
        }
        if let Some(known) = BUILTIN_VALUES.iter().find(|known| group(known.name)) {
            return problem
                .help(format!("`{name}` is a group of values: name one of them, such as `{}`", known.name));
        }
        let module = &self.project.modules[self.scope.module];
        if module.is_given {
            return problem.help("a value that is given from outside knows no names of the patch: write a number, a color, ...");
        }
        if module.functions.contains_key(name) {
            return problem.help(format!("`{name}` is a function of this patch: call it, `{name}(...)`"));
        }
        // A value of a domain, named outside of it.
        let count = module.names.len()
            + self.locals.len()
            + self.project.domains.len()
            + self.scope.domain.map_or(0, |domain| self.project.domains[domain].names.len());
        if !self.may_search(count) {
            return problem.help(format!("define it: `{name} = ...`"));
        }
        let mut domains = self.project.domains.iter().enumerate();
        if let Some((inside_id, domain)) = domains.find(|(_, domain)| domain.names.contains_key(name)) {
            let there = domain.names[name].1;
            if self.is_in_life() {
                return self.not_at_birth(name, span).related("a value of the element has this name", there);
            }
            let help = format!("name its domain: `{}.{name}`", self.project.path_of(inside_id));
            return problem
                .related(format!("a value of domain `{}` has this name", domain.name.text), there)
                .help(help);
        }
        if let Some(hint) = hints::value(name) {
            return problem.help(hint);
        }
        let blocks =
            self.scope.domain.into_iter().flat_map(|own| [own].into_iter().chain(self.project.outers(own)));
        let own = blocks.flat_map(|domain| self.project.domains[domain].names.keys());
        let locals = self.locals[self.frame..].iter().map(|local| local.name);
        let mut names: Vec<&str> = own.copied().collect();
        names.extend(module.names.keys().copied());
        names.extend(self.scope.domain.map(|domain| self.columns_of(domain)).unwrap_or_default());
        names.extend(locals);
        names.extend(BUILTIN_VALUES.iter().map(|intrinsic| intrinsic.name));
        names.sort_unstable();
        match nearest(name, names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("define it: `{name} = ...`")),
        }
    }

    fn member(&mut self, expr: &'a Expr, value: &'a Expr, name: &'a Name) -> Result<Typed<'b>, Reported> {
        if let Some(parts) = dotted(expr)
            && self.is_other(parts[0].0)
        {
            return self.of_other(&parts);
        }
        if let Some(parts) = dotted(expr)
            && self.is_parent(parts[0].0)
        {
            return self.of_parent(&parts, expr.span);
        }
        if let Some(parts) = dotted(expr)
            && self.local(parts[0].0).is_none()
            && let Some((meaning, used)) = self.project.follow(self.scope, &parts)
            && (used > 1 || meaning.value().is_none_or(|task| self.project.text_fields.contains_key(&task)))
        {
            let value = self.path(meaning, &parts, used, expr.span)?;
            return match self.meaning(parts[0].0) {
                Some(Meaning::Timeline(_)) => self.seen_from_within(parts[0].0, value, expr.span),
                _ => Ok(value),
            };
        }
        if let ExprKind::Name(group) = &value.kind
            && self.local(group).is_none()
            && self.meaning(group).is_none()
            && BUILTIN_VALUES
                .iter()
                .any(|known| known.name.split_once('.').is_some_and(|(own, _)| own == group))
        {
            return self.grouped_value(group, name, expr.span);
        }
        let value = self.expr_or_array(value)?;
        self.component(value, name)
    }

    /// A dotted name whose first `used` parts lead through files and domains.
    pub(super) fn path(
        &mut self,
        meaning: Meaning,
        parts: &[(&str, Span)],
        used: usize,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let (text, last) = parts[used - 1];
        let mut rest = &parts[used..];
        let start = parts[0].1;
        let mut value = match (meaning, rest.first()) {
            (Meaning::Domain(domain), Some(&(name, at))) if self.has_column(domain, name) => {
                rest = &rest[1..];
                self.element_column(domain, name, start.to(at))?
            }
            (Meaning::Domain(domain), Some(&(name, at))) => {
                let Some(Origin::Element(value)) = BuiltinValue::find(name).map(|known| known.origin) else {
                    if let Some(reported) = self.broken_rows(domain) {
                        return Err(reported);
                    }
                    let problem = self.unknown_field(domain, name, at);
                    return self.fail(problem);
                };
                rest = &rest[1..];
                let element = self.element_of(domain, start.to(at))?;
                value(self, element)?
            }
            (Meaning::Module(module), Some(&(name, at))) => {
                if let Some(reported) = self.project.modules[module].missing {
                    return Err(reported);
                }
                let names = &self.project.modules[module].names;
                let is_short = self.may_search(names.len());
                let mut names: Vec<&str> = names.keys().copied().filter(|_| is_short).collect();
                names.sort_unstable();
                let message = format!("{} has no value {}", quote(text), quote(name));
                let help = match nearest(name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "what that file defines can be named".into(),
                };
                return self.fail(Problem::new(Code::UnknownMember, at, message).help(help));
            }
            (Meaning::Value(field), Some(&(name, at))) if self.project.text_fields.contains_key(&field) => {
                let part = Name { text: name.to_owned(), span: at };
                let problem = self.project.unknown_part_of_field(field, &part);
                return self.fail(problem);
            }
            (Meaning::Timeline(timeline), Some(&(name, at))) => {
                let problem = self.unknown_part(timeline, name, at);
                return self.fail(problem);
            }
            (meaning, _) => self.value_of_meaning(meaning, text, start.to(last))?,
        };
        for &(name, at) in rest {
            value = self.component_named(value, name, at)?;
        }
        Ok(Typed { element: value.element.map(|e| Element { span, ..e }), ..value })
    }

    pub(super) fn unknown_field(&self, id: DomainId, name: &str, span: Span) -> Problem {
        let domain = &self.project.domains[id];
        let is_short = self.may_search(domain.names.len());
        let mut names: Vec<&str> = domain.names.keys().copied().filter(|_| is_short).collect();
        names.extend(BUILTIN_VALUES.iter().filter(|known| known.is_per_element()).map(|known| known.name));
        names.extend(self.columns_of(id).into_iter().filter(|_| is_short));
        names.sort_unstable();
        let message = format!("the domain {} has no value {}", quote(&domain.name.text), quote(name));
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names.join(", ")),
        };
        Problem::new(Code::UnknownMember, span, message).help(help).related("the domain", domain.name.span)
    }

    fn component(&mut self, value: Typed<'b>, name: &'a Name) -> Result<Typed<'b>, Reported> {
        self.component_named(value, &name.text, name.span)
    }

    /// `.x`, `.yx`, `.r`.
    pub(super) fn component_named(
        &mut self,
        value: Typed<'b>,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        if let Some(rows) = value.rows {
            return self.column(rows, name, span);
        }
        if let Some(live) = value.live {
            return self.live_column(live, name, span);
        }
        if let Some(event) = value.row {
            return self.carried_column(event, name, span);
        }
        if value.letters().is_some() {
            let problem = self.no_letters(span);
            return self.fail(problem);
        }
        if value.array.is_some() {
            let problem =
                Problem::new(Code::UnknownMember, span, format!("an array has no part {}", quote(name)));
            return self.fail(problem.help(format!("take one of its elements first: `[0].{name}`")));
        }
        let letters = match value.ty {
            Type::Vec2 => "xy",
            Type::Vec3 => "xyz",
            Type::Color => "rgba",
            _ => "",
        };
        let indices: Option<Vec<u32>> = name.chars().map(|c| letters.find(c).map(|at| at as u32)).collect();
        let indices = indices.filter(|indices| (1..=3).contains(&indices.len()));
        let Some(indices) = indices.filter(|indices| value.ty != Type::Color || indices.len() == 1) else {
            let message = format!("{} has no part {}", value.what(), quote(name));
            let help = match value.ty {
                Type::Vec2 => "it has .x and .y, and swizzles such as .yx".to_owned(),
                Type::Vec3 => "it has .x, .y and .z, and swizzles such as .xy".to_owned(),
                Type::Color => {
                    "it has .r, .g, .b and .a; `to_hsv` and `to_oklch` give other parts".to_owned()
                }
                _ => "only vectors and colors have parts".to_owned(),
            };
            return self.fail(Problem::new(Code::UnknownMember, span, message).help(help));
        };
        let parts: Vec<Typed<'b>> = indices.iter().map(|&index| self.part(value, index)).collect();
        Ok(match parts.as_slice() {
            [one] => *one,
            [_, _] => self.apply(Op::Vec2, &parts, Unit::Scalar),
            _ => self.apply(Op::Vec3, &parts, Unit::Scalar),
        })
    }

    /// Component `index`.
    pub(in crate::language) fn part(&mut self, value: Typed<'b>, index: u32) -> Typed<'b> {
        let constant =
            value.constant.and_then(|c| super::constant::fold(Op::Component, Some(index), &[(value.ty, c)]));
        Typed { constant, ..Typed::new(value.value.component(index), Unit::Scalar, value.element) }
    }

    fn vector(&mut self, values: &'a [Expr]) -> Result<Typed<'b>, Reported> {
        let parts: Vec<Result<Typed<'b>, Reported>> = values.iter().map(|value| self.expr(value)).collect();
        let mut numbers = Vec::with_capacity(parts.len());
        for (part, expr) in parts.into_iter().zip(values) {
            numbers.push(
                part.and_then(|part| self.convert(part, Type::Float, Unit::Scalar, expr.span, "a component")),
            );
        }
        let numbers: Vec<Typed<'b>> = numbers.into_iter().collect::<Result<_, _>>()?;
        let placed: Vec<(Typed<'b>, Span)> =
            numbers.iter().copied().zip(values.iter().map(|e| e.span)).collect();
        self.one_domain(&placed)?;
        let op = if numbers.len() == 2 { Op::Vec2 } else { Op::Vec3 };
        Ok(self.apply(op, &numbers, Unit::Scalar))
    }

    fn unary(&mut self, op: UnaryOp, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        let value = self.expr(expr)?;
        match op {
            UnaryOp::Not => {
                let value =
                    self.convert(value, Type::Bool, Unit::Scalar, expr.span, "the operand of `not`")?;
                Ok(self.apply(Op::Not, &[value], Unit::Scalar))
            }
            UnaryOp::Negate => {
                if matches!(value.ty, Type::Bool | Type::Shape | Type::Text) {
                    let message = format!("{} has no sign", value.what());
                    let help = if value.ty == Type::Bool {
                        "write `not` for the opposite"
                    } else {
                        "negate numbers"
                    };
                    return self.fail(Problem::new(Code::Operands, expr.span, message).help(help));
                }
                let affine = value.affine.map(|a| Affine { scale: -a.scale, offset: -a.offset, ..a });
                let is_literal = value.is_literal;
                // What is left of a phase is a plain number: it runs backward through other cycles.
                let unit = computed(value.unit);
                let negated = self.apply(Op::Neg, &[value], unit);
                if let Some(constant) = negated.constant.filter(|_| negated.ty == Type::Float) {
                    let number = self.float(constant[0]);
                    return Ok(Typed { unit, is_literal, ..number });
                }
                Ok(Typed { affine, is_literal, ..negated })
            }
        }
    }

    /// `a + b - c`, from left to right.
    fn chain(
        &mut self,
        first: &'a Expr,
        rest: &'a [(BinaryOp, Expr)],
        all: Span,
    ) -> Result<Typed<'b>, Reported> {
        let mut value = self.expr(first);
        let mut span = first.span;
        for (at, (op, right)) in rest.iter().enumerate() {
            // Every further operator counts as an expression of its own.
            self.steps += u32::from(at > 0);
            let other = self.expr(right);
            let whole = if at + 1 == rest.len() { all } else { span.to(right.span) };
            value = match (value, other) {
                (Ok(left), Ok(other)) => self.binary(*op, (left, span), (other, right.span), whole),
                (Err(reported), _) | (_, Err(reported)) => Err(reported),
            };
            span = whole;
        }
        value
    }

    /// `if c then a else if d then b else e`. The last choice is worked out first, for the others choose between their
    /// own value and what is after them.
    fn choice(
        &mut self,
        branches: &'a [Branch],
        otherwise: &'a Expr,
        whole: Span,
    ) -> Result<Typed<'b>, Reported> {
        let mut values = Vec::with_capacity(branches.len());
        for (at, branch) in branches.iter().enumerate() {
            // Every further branch counts as an expression of its own.
            self.steps += u32::from(at > 0);
            values.push((self.expr(&branch.condition), self.expr(&branch.then)));
        }
        let mut value = self.expr(otherwise);
        let mut span = otherwise.span;
        for (branch, (condition, then)) in branches.iter().zip(values).rev() {
            value = match (condition, then, value) {
                (Ok(c), Ok(a), Ok(b)) => self.choose(branch, c, a, (b, span)),
                (Err(reported), _, _) | (_, Err(reported), _) | (_, _, Err(reported)) => Err(reported),
            };
            span = branch.word.to(whole);
        }
        value
    }

    /// `if c then a else b`, whose value after `else` is given.
    fn choose(
        &mut self,
        branch: &Branch,
        c: Typed<'b>,
        a: Typed<'b>,
        (b, otherwise): (Typed<'b>, Span),
    ) -> Result<Typed<'b>, Reported> {
        let (condition, then) = (branch.condition.span, branch.then.span);
        let c = self.convert(c, Type::Bool, Unit::Scalar, condition, "the condition");
        let both = self.alike_by([(a, then), (b, otherwise)], Code::Branches);
        let (c, [a, b]) = (c?, both?);
        self.one_domain(&[(c, condition), (a, then), (b, otherwise)])?;
        Ok(self.select(c, a, b))
    }

    /// `a` where `c`, else `b`; both of one type.
    pub(super) fn select(&mut self, c: Typed<'b>, a: Typed<'b>, b: Typed<'b>) -> Typed<'b> {
        let unit = if a.unit == b.unit { a.unit } else { Unit::Scalar };
        self.apply(Op::Select, &[c, a, b], unit)
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: (Typed<'b>, Span),
        right: (Typed<'b>, Span),
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        match op {
            BinaryOp::Or | BinaryOp::And => {
                let what = format!("an operand of `{}`", op.symbol());
                let l = self.convert(left.0, Type::Bool, Unit::Scalar, left.1, &what);
                let r = self.convert(right.0, Type::Bool, Unit::Scalar, right.1, &what);
                let (l, r) = (l?, r?);
                self.one_domain(&[(l, left.1), (r, right.1)])?;
                Ok(self.apply(if op == BinaryOp::Or { Op::Or } else { Op::And }, &[l, r], Unit::Scalar))
            }
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => self.comparison(op, left, right, span),
            BinaryOp::Add if [left, right].iter().any(|(value, _)| value.ty == Type::Text) => {
                self.joined(left, right)
            }
            BinaryOp::Add => self.arithmetic(Op::Add, left, right),
            BinaryOp::Subtract => self.arithmetic(Op::Sub, left, right),
            BinaryOp::Multiply => self.arithmetic(Op::Mul, left, right),
            BinaryOp::Divide => self.arithmetic(Op::Div, left, right),
            BinaryOp::Modulo => self.arithmetic(Op::Mod, left, right),
        }
    }

    fn comparison(
        &mut self,
        op: BinaryOp,
        left: (Typed<'b>, Span),
        right: (Typed<'b>, Span),
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let [l, r] = self.alike([left, right])?;
        let is_equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        if l.ty == Type::Bool && is_equality {
            let differ = self.apply(Op::Xor, &[l, r], Unit::Scalar);
            return Ok(match op {
                BinaryOp::Equal => self.apply(Op::Not, &[differ], Unit::Scalar),
                _ => differ,
            });
        }
        let is_text = l.ty == Type::Text && is_equality;
        if !matches!(l.ty, Type::Float | Type::Int) && !is_text {
            let message = format!("`{}` compares numbers, not {}", op.symbol(), plural(l));
            let help = match l.ty {
                Type::Vec2 | Type::Vec3 => "compare components, or ask for the `distance`",
                Type::Bool => "bools are equal or not; `and`, `or` and `not` combine them",
                Type::Text => "texts are equal or not: `==` and `!=`",
                _ => "compare numbers that belong to them",
            };
            return self.fail(Problem::new(Code::Operands, span, message).help(help));
        }
        let op = match op {
            BinaryOp::Equal => Op::Eq,
            BinaryOp::NotEqual => Op::Ne,
            BinaryOp::Less => Op::Lt,
            BinaryOp::LessEqual => Op::Le,
            BinaryOp::Greater => Op::Gt,
            _ => Op::Ge,
        };
        Ok(self.apply(op, &[l, r], Unit::Scalar))
    }

    /// `+ - * / %` of numbers, vectors and colors.
    pub(super) fn arithmetic(
        &mut self,
        op: Op,
        left: (Typed<'b>, Span),
        right: (Typed<'b>, Span),
    ) -> Result<Typed<'b>, Reported> {
        self.one_domain(&[left, right])?;
        let ((mut l, left_span), (mut r, right_span)) = (left, right);
        let is_number = |v: &Typed<'b>| matches!(v.ty, Type::Int | Type::Float);
        // Ints stay ints, but for a division; digits go along.
        if op != Op::Div && are_ints([l, r]) {
            let [l, r] = [l, r].map(|value| self.digits_to_int(value));
            let affine = self.affine(op, l, r);
            return Ok(Typed { affine, ..self.apply(op, &[l, r], Unit::Scalar) });
        }
        if l.ty == Type::Int {
            l = self.int_to_float(l);
        }
        if r.ty == Type::Int {
            r = self.int_to_float(r);
        }
        if !l.ty.is_floats() || !r.ty.is_floats() {
            let (bad, span) = if l.ty.is_floats() { (r, right_span) } else { (l, left_span) };
            let message = format!("{} cannot be {}", bad.what(), done_by(op));
            if bad.event.is_some() {
                let help = super::convert::of_event(self.sources.text(span));
                return self.fail(Problem::new(Code::Operands, span, message).help(help));
            }
            let help = match bad.ty {
                Type::Bool => "`if b then 1 else 0` makes a number of it",
                Type::Text => {
                    "texts are compared, put one behind the other with `+`, and choose rows of data"
                }
                _ => "compute with numbers, and choose between shapes with `if`",
            };
            return self.fail(Problem::new(Code::Operands, span, message).help(help));
        }
        if !is_number(&l) && !is_number(&r) && l.ty != r.ty {
            let message = format!("{} and {} cannot be {}", l.what(), r.what(), done_by(op));
            let problem = Problem::new(Code::Operands, right_span, message)
                .related(format!("this is {}", l.what()), left_span)
                .related(format!("this is {}", r.what()), right_span);
            let help = match (l.ty, r.ty) {
                (Type::Vec2, Type::Vec3) | (Type::Vec3, Type::Vec2) => {
                    "leave out a z with `.xy`, or add one with `vec3(v.x, v.y, 0)`"
                }
                _ => "a color goes with colors and plain numbers only",
            };
            return self.fail(problem.help(help));
        }
        let unit = match unit_of(op, l, r) {
            Ok(unit) => unit,
            Err(fault) => {
                let problem = self.unit_problem(fault, op, (l, left_span), (r, right_span));
                return self.fail(problem);
            }
        };
        let affine = self.affine(op, l, r);
        let result = self.apply(op, &[l, r], unit);
        // What digits come to counts as digits again, if it is whole.
        let is_literal = l.is_literal && r.is_literal && result.number().is_some_and(|n| n.fract() == 0.0);
        // A number that is known is one number, whatever it was written as.
        if let Some(constant) = result.constant.filter(|_| result.ty == Type::Float) {
            let number = self.float(constant[0]);
            return Ok(Typed { unit, is_literal, ..number });
        }
        Ok(Typed { affine, ..result })
    }

    /// `index * scale + offset` after an operation.
    fn affine(&mut self, op: Op, l: Typed<'b>, r: Typed<'b>) -> Option<Affine<'b>> {
        let number = |v: Typed<'b>| match v.ty {
            Type::Int => v.value.to_float(),
            _ => v.value,
        };
        let uniform = |v: Typed<'b>| (v.element.is_none() && v.ty.stride() == 1).then(|| number(v));
        match (op, l.affine, r.affine) {
            (Op::Add, Some(x), Some(y)) => {
                let of_index = x.of_index || y.of_index;
                Some(Affine { scale: x.scale + y.scale, offset: x.offset + y.offset, of_index })
            }
            (Op::Sub, Some(x), Some(y)) => {
                let of_index = x.of_index || y.of_index;
                Some(Affine { scale: x.scale - y.scale, offset: x.offset - y.offset, of_index })
            }
            (Op::Add, Some(x), None) => Some(Affine { offset: x.offset + uniform(r)?, ..x }),
            (Op::Add, None, Some(y)) => Some(Affine { offset: uniform(l)? + y.offset, ..y }),
            (Op::Sub, Some(x), None) => Some(Affine { offset: x.offset - uniform(r)?, ..x }),
            (Op::Sub, None, Some(y)) => Some(Affine { scale: -y.scale, offset: uniform(l)? - y.offset, ..y }),
            (Op::Mul, Some(x), None) => {
                let by = uniform(r)?;
                Some(Affine { scale: x.scale * by, offset: x.offset * by, ..x })
            }
            (Op::Mul, None, Some(y)) => {
                let by = uniform(l)?;
                Some(Affine { scale: by * y.scale, offset: by * y.offset, ..y })
            }
            (Op::Div, Some(x), None) => {
                let by = uniform(r)?;
                Some(Affine { scale: x.scale / by, offset: x.offset / by, ..x })
            }
            _ => None,
        }
    }

    fn unit_problem(
        &self,
        fault: UnitFault,
        op: Op,
        left: (Typed<'b>, Span),
        right: (Typed<'b>, Span),
    ) -> Problem {
        let ((l, left_span), (r, right_span)) = (left, right);
        if fault == UnitFault::Phases {
            let text = self.sources.text(right_span);
            let message =
                "two phases are added: a place in a cycle plus a place in a cycle is no place in a cycle";
            return Problem::new(Code::PhaseSum, right_span, message)
                .related("this is a phase", left_span)
                .related("this is a phase", right_span)
                .help(format!("shift one by a plain number of cycles: `... + scalar({text})`"));
        }
        let message = format!("{} and {} cannot be {}", l.what(), r.what(), done_by(op));
        let problem = Problem::new(Code::UnitMismatch, right_span, message)
            .related(format!("this is {}", l.what()), left_span)
            .related(format!("this is {}", r.what()), right_span);
        let (other, span) = if l.unit == Unit::Turn { (r, right_span) } else { (l, left_span) };
        let text = self.sources.text(span);
        match (op, other.unit) {
            (Op::Mul, Unit::Turn) | (Op::Div, _) => {
                problem.help("divide an angle by `1turn`, `1deg` or `1rad` first, to count in that unit")
            }
            (_, Unit::Phase) => problem.help(format!("a phase becomes an angle by a turn: `{text} * 1turn`")),
            _ if text.bytes().all(|b| b.is_ascii_digit()) => {
                problem.help(format!("say which unit: `{text}turn`, `{text}deg` or `{text}rad`"))
            }
            _ => problem.help(format!("say which unit: `({text}) * 1turn`, `* 1deg` or `* 1rad`")),
        }
    }
}

/// The unit of a number with a suffix.
pub(super) fn unit_of_suffix(suffix: Suffix) -> Unit {
    match suffix {
        Suffix::None => Unit::Scalar,
        Suffix::Second | Suffix::Millisecond => Unit::Second,
        Suffix::Turn | Suffix::Degree | Suffix::Radian => Unit::Turn,
        Suffix::Hertz => Unit::Hertz,
    }
}

/// Why two units do not go together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnitFault {
    Phases,
    Mismatch,
}

/// The unit of a result. An angle goes with angles only; times, phases and frequencies become plain numbers (seconds,
/// cycles, hertz) where they meet something else. An angle times or by a time stays an angle: a rate per second.
fn unit_of(op: Op, l: Typed<'_>, r: Typed<'_>) -> Result<Unit, UnitFault> {
    use Unit::{Hertz, Phase, Scalar, Second, Turn};
    // A vector is a plain number in each component.
    if l.ty != Type::Float || r.ty != Type::Float {
        return if l.unit == Turn || r.unit == Turn { Err(UnitFault::Mismatch) } else { Ok(Scalar) };
    }
    Ok(match (op, l.unit, r.unit) {
        (Op::Add, Phase, Phase) => return Err(UnitFault::Phases),
        (Op::Sub, Phase, Phase) => Scalar,
        (Op::Add | Op::Sub, Phase, Scalar) | (Op::Add, Scalar, Phase) => Phase,
        (Op::Add | Op::Sub | Op::Mod, a, b) if a == b => a,
        (Op::Add | Op::Sub | Op::Mod, Turn, _) | (Op::Add | Op::Sub | Op::Mod, _, Turn) => {
            return Err(UnitFault::Mismatch);
        }
        (Op::Add | Op::Sub | Op::Mod, ..) => Scalar,
        (Op::Mul, Turn, Turn) => return Err(UnitFault::Mismatch),
        (Op::Mul, Turn, _) | (Op::Mul, _, Turn) | (Op::Div, Turn, Scalar | Second | Phase | Hertz) => Turn,
        (Op::Div, Turn, Turn) => Scalar,
        (Op::Div, _, Turn) => return Err(UnitFault::Mismatch),
        (Op::Mul, Second, Scalar | Phase)
        | (Op::Mul, Scalar | Phase, Second)
        | (Op::Div, Second, Scalar | Phase) => Second,
        (Op::Mul, Hertz, Scalar | Phase)
        | (Op::Mul, Scalar | Phase, Hertz)
        | (Op::Div, Hertz, Scalar | Phase) => Hertz,
        (Op::Div, Scalar | Phase, Second) => Hertz,
        (Op::Div, Scalar | Phase, Hertz) => Second,
        _ => Scalar,
    })
}

/// `added`, `multiplied`.
fn done_by(op: Op) -> &'static str {
    match op {
        Op::Add => "added",
        Op::Sub => "subtracted",
        Op::Mul => "multiplied",
        Op::Div => "divided",
        Op::Min | Op::Max => "compared",
        _ => "combined with `%`",
    }
}

fn plural(value: Typed<'_>) -> &'static str {
    match value.ty {
        Type::Bool => "bools",
        Type::Vec2 | Type::Vec3 => "vectors",
        Type::Color => "colors",
        Type::Text => "texts",
        _ => "shapes",
    }
}

/// The value, with the place of its mention.
fn at(value: Typed<'_>, span: Span) -> Typed<'_> {
    Typed { element: value.element.map(|element| Element { span, ..element }), ..value }
}

/// Whether an expression measures a text, which may be another one for each element, as what is drawn.
fn measures(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { function, .. }
        if matches!(function.as_slice(), [name] if matches!(name.text.as_str(), "text_width" | "text_box")))
}

/// Whether a built-in function of this name makes a text.
fn makes_text(name: &str) -> bool {
    builtins::find(name).is_some_and(|function| function.returns == ReturnType::Text)
}
