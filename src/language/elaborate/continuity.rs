//! What elements keep when they come and go: the ways behind a `~`, values that are taken at birth, fades.

use super::arguments::{Call, Callee, Expected, Placed};
use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, nearest};
use crate::language::builtins::{self, Lower};
use crate::language::problems::Reported;
use crate::language::project::{DomainId, TaskId};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Continuity, Expr, ExprKind, dotted};
use crate::math::easing::Ease;
use crate::program::meaning::Meaning;
use crate::program::{self, Type, Unit};

/// A way in which the difference that an edit makes goes away: `~ name(parameters)`.
pub(in crate::language) struct Policy {
    way: Way,
    pub(in crate::language) name: &'static str,
    /// Those in brackets may be left out.
    pub(in crate::language) usage: &'static str,
    parameters: &'static [Expected<'static>],
    pub(in crate::language) about: &'static str,
}

#[derive(Clone, Copy)]
enum Way {
    None,
    Preserve,
    Slew,
    Spring,
    Crossfade,
}

impl Policy {
    /// What stands between its parentheses, for people; empty for nothing.
    pub(in crate::language) fn takes(&self) -> String {
        let takes = self.usage.strip_prefix(self.name).unwrap_or_default();
        takes.trim_start_matches('(').trim_end_matches(')').to_owned()
    }
}

const fn required(name: &'static str) -> Expected<'static> {
    Expected { name, is_required: true }
}

const fn optional(name: &'static str) -> Expected<'static> {
    Expected { name, is_required: false }
}

/// Every policy, in the order of the reference.
pub(in crate::language) const POLICIES: &[Policy] = &[
    Policy {
        way: Way::None,
        name: "none",
        usage: "none",
        parameters: &[],
        about: "It jumps, as without a `~`.",
    },
    Policy {
        way: Way::Preserve,
        name: "preserve",
        usage: "preserve",
        parameters: &[],
        about: "The difference stays.",
    },
    Policy {
        way: Way::Slew,
        name: "slew",
        usage: "slew(tau: constant time)",
        parameters: &[required("tau")],
        about: "After this time 37 % of the difference is left. The velocity is not kept.",
    },
    Policy {
        way: Way::Spring,
        name: "spring",
        usage: "spring(response: constant time, [bounce: constant float])",
        parameters: &[required("response"), optional("bounce")],
        about: "A spring pulls it there in about this time and keeps the velocity, so that interrupted motion stays smooth: the one to try first. A bounce of 0 never swings over; it is below 1.",
    },
    Policy {
        way: Way::Crossfade,
        name: "crossfade",
        usage: "crossfade(window: constant time, [curve: easing])",
        parameters: &[required("window"), optional("curve")],
        about: "From the old value to the new one in exactly this time, straight or along an easing such as `ease.out_cubic`.",
    },
];

impl<'a, 'b> Elaborator<'a, 'b> {
    /// A value of a domain with a `~`.
    pub(super) fn continued(
        &mut self,
        at: TaskId,
        domain: DomainId,
        expr: &'a Expr,
        continuity: &'a Continuity,
    ) -> Result<Done<'b>, Reported> {
        let value = self.expr(expr);
        let policy = self.policy(continuity);
        let (value, policy) = (value?, policy?);
        let Some(policy) = policy else { return Ok(Done::Value(self.named(at, value))) };
        self.may_go_on(value, expr.span)?;
        let task = &self.project.tasks[at];
        let element = self.element_of(domain, task.span)?;
        self.one_domain(&[(self.of_element(element.domain, task.span), task.span), (value, expr.span)])?;
        let [row, _] = self.builder.continuity_counts();
        let round = if value.goes_round() { Unit::Turn } else { Unit::Scalar };
        let held = self.builder.continued(&task.key, element.domain, value.value, round, policy);
        self.keys.made_continuity(row);
        Ok(Done::Value(self.named(at, Typed::new(held, value.unit, Some(element)))))
    }

    /// A difference goes away step by step only where there are values between two others.
    fn may_go_on(&mut self, value: Typed<'b>, span: Span) -> Result<(), Reported> {
        let text = self.sources.short(span, "x");
        let help = match value.ty {
            Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => return Ok(()),
            Type::Int | Type::Uint => format!("make a float of it: `float({text})`"),
            Type::Bool => format!("make a float of it: `if {text} then 1 else 0`"),
            Type::Shape | Type::Text => {
                "give the `~` to what moves, such as the position or the size".to_owned()
            }
        };
        let message =
            format!("a `~` is for floats, angles, vectors and colors, and this is {}", value.what());
        self.fail(Problem::new(Code::WrongType, span, message).help(help))
    }

    /// What is written behind a `~`; none where it is `none`.
    fn policy(&mut self, continuity: &'a Continuity) -> Result<Option<program::Continuity>, Reported> {
        let name = &continuity.policy;
        let Some(policy) = POLICIES.iter().find(|policy| policy.name == name.text) else {
            let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
            let mut problem = self.unknown_word(name, &names, "there are");
            if let ("lag" | "ease" | "smooth" | "linear", None) =
                (name.text.as_str(), nearest(&name.text, names.iter().copied()))
            {
                problem = problem.help(
                    "did you mean `slew(300ms)`, or along an easing `crossfade(500ms, ease.out_cubic)`?",
                );
            }
            return self.fail(problem);
        };
        let callee = Callee {
            name: policy.name,
            parameters: policy.parameters.to_vec(),
            variadic: None,
            usage: policy.usage.into(),
            defined: None,
        };
        let Placed { slots, outcome } = self.place(&callee, &continuity.arguments);
        outcome?;
        if let Some(problem) = callee.missing(&slots, name.span) {
            return self.fail(problem);
        }
        let mut given = slots.iter().map(|slot| slot.first().map(|argument| &argument.value));
        let (first, second) = (given.next().flatten(), given.next().flatten());
        Ok(match (policy.way, first) {
            (Way::None, _) => None,
            (Way::Preserve, _) => Some(program::Continuity::Preserve),
            (Way::Slew, Some(tau)) => Some(program::Continuity::Slew(self.span_of_time(policy, tau)?)),
            (Way::Spring, Some(response)) => {
                let response = self.span_of_time(policy, response);
                let bounce = second.map_or(Ok(0.0), |bounce| self.bounce(bounce));
                Some(program::Continuity::Spring { response: response?, bounce: bounce? })
            }
            (Way::Crossfade, Some(window)) => {
                let window = self.span_of_time(policy, window);
                let curve = second.map(|curve| self.curve(curve)).transpose();
                Some(program::Continuity::Crossfade { window: window?, curve: curve? })
            }
            (Way::Slew | Way::Spring | Way::Crossfade, None) => {
                return self.contradiction(name.span, "an argument is missing");
            }
        })
    }

    /// The time of a policy in seconds: its first argument.
    fn span_of_time(&mut self, policy: &Policy, expr: &'a Expr) -> Result<f64, Reported> {
        let what = format!("the argument `{}` of `{}`", policy.parameters[0].name, policy.name);
        let value = self.expr(expr)?;
        self.constant_span(value, expr.span, &what)
    }

    fn bounce(&mut self, expr: &'a Expr) -> Result<f64, Reported> {
        let what = "the bounce of this spring";
        let value = self.expr(expr)?;
        let value = self.convert(value, Type::Float, Unit::Scalar, expr.span, what)?;
        let bounce = self.constant(value, expr.span, what)?[0];
        if (0.0..1.0).contains(&bounce) {
            return Ok(bounce);
        }
        let message = format!("{what} is {bounce}, expected 0 up to but not including 1");
        self.fail(Problem::new(Code::OutOfRange, expr.span, message).help("use a value in that range"))
    }

    /// An easing by its name.
    fn curve(&mut self, expr: &'a Expr) -> Result<Ease, Reported> {
        if let ExprKind::Broken(reported) = expr.kind {
            return Err(reported);
        }
        let called = match &expr.kind {
            ExprKind::Call { function, .. } => {
                Some(function.iter().map(|part| part.text.as_str()).collect::<Vec<_>>())
            }
            _ => None,
        };
        let named = dotted(expr).map(|parts| parts.into_iter().map(|(part, _)| part).collect::<Vec<_>>());
        let name = named.as_ref().or(called.as_ref()).map(|parts| parts.join(".")).unwrap_or_default();
        match (easing(&name), named) {
            (Some(ease), Some(_)) => return Ok(ease),
            (Some(_), None) => {
                let message = "an easing is named here, not called";
                let problem = Problem::new(Code::UnknownWord, expr.span, message);
                return self.fail(problem.help(format!("write `{name}`")));
            }
            (None, _) => {}
        }
        let names = builtins::functions().map(|function| function.name).filter(|name| easing(name).is_some());
        let help = match nearest(&name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name an easing, such as `ease.out_cubic`; without one it is straight".to_owned(),
        };
        let message = "the argument `curve` of `crossfade` is the name of an easing";
        self.fail(Problem::new(Code::UnknownWord, expr.span, message).help(help))
    }

    /// A value that is taken when an element comes, and kept.
    pub(super) fn at_birth(
        &mut self,
        at: TaskId,
        domain: DomainId,
        expr: &'a Expr,
    ) -> Result<Done<'b>, Reported> {
        let value = match self.bearers.get(&domain).copied() {
            Some(event) => self.in_turn(event, |e| e.expr(expr))?,
            None => self.expr(expr)?,
        };
        if value.ty == Type::Shape {
            let help = "take a number, and choose the shape by it: `if n > 1 then star else heart`";
            let problem = Problem::new(Code::WrongType, expr.span, "a shape cannot be taken at birth");
            return self.fail(problem.help(help));
        }
        let task = &self.project.tasks[at];
        let element = self.element_of(domain, task.span)?;
        self.one_domain(&[(self.of_element(element.domain, task.span), task.span), (value, expr.span)])?;
        let cell = self.builder.cell_count();
        let taken = self.builder.at_birth(&task.key, element.domain, value.value);
        self.keys.made(self.sources, vec![(cell, String::new())]);
        Ok(Done::Value(self.named(at, Typed::new(taken, value.unit, Some(element)))))
    }

    /// How far an element has come into sight: `fade(in: 200ms, out: 200ms)`.
    pub(in crate::language) fn fade(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let element = self.element(call)?;
        let place = (self.task, self.keys.place(self.sources));
        if let Some(&known) = self.cells.get(&place) {
            return Ok(known);
        }
        let [_, row] = self.builder.continuity_counts();
        // Told apart by its row until all keys are known.
        let key = format!("#{row}");
        let value = self.builder.fade(&key, element.domain, call.constant(0), call.constant(1));
        self.keys.made_fade(self.sources, row);
        let value = Typed::new(value, Unit::Scalar, Some(element));
        self.cells.insert(place, value);
        Ok(value)
    }
}

/// The easing that a function is.
fn easing(name: &str) -> Option<Ease> {
    match builtins::find(name)?.lower {
        Lower::Op(op) => match op.meaning() {
            Meaning::Ease(ease) => Some(ease),
            _ => None,
        },
        Lower::With(_) => None,
    }
}
