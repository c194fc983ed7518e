//! Keyframes: a value that goes from one key to the next.
//!
//! What holds at a time is chosen first: where the way between two keys begins, how long it is, and its two ends, with one
//! choice per key each. Then there is one share of the way, each easing once, and one mix. So a field pays for an easing
//! once however many keys there are, and choosing between numbers costs a lane next to nothing. From the last key on the
//! value is chosen and not computed, so that it is exact.

use super::Elaborator;
use super::timeline::{SLACK, whole_flicks};
use super::value::Typed;
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::{self, Function, Lower, SPACES, mixed};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, ExprKind, Key, Name, dotted};
use crate::program::meaning::Meaning;
use crate::program::{Op, Type, Unit};

/// The word for a value that stays until the key, and the one for a straight way.
const HOLD: &str = "hold";
const LINEAR: &str = "linear";
/// The timing curve that takes its handles where it is named.
const BEZIER: &str = "cubic_bezier";

/// Whether a value stays as it was until this key.
fn holds(key: &Key) -> bool {
    matches!(&key.easing, Some(Expr { kind: ExprKind::Name(word), .. }) if word == HOLD)
}

/// Where a time is between the keys.
struct Way<'b> {
    /// Whether each key but the first has been reached.
    reached: Vec<Typed<'b>>,
    /// How much of the way to the next key has been gone.
    share: Typed<'b>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `keys(time, 0s: 0, 1s: 1 ease.out_cubic)`.
    pub(super) fn keyframes(
        &mut self,
        time: &'a Expr,
        keys: &'a [Key],
        space: Option<&'a Name>,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        self.keys.enter("keys", &[]);
        let clock = self.clock_of_keys(time);
        let values = self.values_of_keys(keys, span);
        self.keys.leave();
        let times = clock.and_then(|clock| self.times_of_keys(clock, keys));
        let space = self.space_of_keys(space, &values);
        let way = clock.and_then(|clock| Ok(self.way(clock, &times?)));
        // What is wrong with an easing is so wherever the keys are.
        let share = way.as_ref().map_or_else(|_| self.float(0.0), |way| way.share);
        let eased: Vec<_> = keys.iter().enumerate().map(|(at, key)| self.eased(at, key, share)).collect();
        let eased: Vec<Typed<'b>> = eased.into_iter().collect::<Result<_, _>>()?;
        let (clock, values, space, Way { reached, .. }) = (clock?, values?, space?, way?);
        let mut all = vec![(clock, time.span)];
        all.extend(values.iter().zip(keys).map(|(&value, key)| (value, key.value.span)));
        self.one_domain(&all)?;
        if keys[1..].iter().all(holds) {
            return Ok(self.chosen(&reached, &values));
        }
        let last = values.len() - 1;
        let from = self.chosen(&reached, &values[..last]);
        let to = self.chosen(&reached, &values[1..]);
        let eased = self.chosen(&reached, &eased[1..]);
        let between = mixed(self, from, to, eased, space);
        Ok(self.select(reached[last - 1], values[last], between))
    }

    /// The time or number that keys are over.
    fn clock_of_keys(&mut self, time: &'a Expr) -> Result<Typed<'b>, Reported> {
        let clock = self.expr(time)?;
        match clock.ty {
            Type::Float => Ok(clock),
            Type::Int => Ok(self.int_to_float(clock)),
            Type::Uint | Type::Bool | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape | Type::Text => {
                let problem =
                    self.mismatch(clock, Type::Float, Unit::Second, time.span, "what keys are over");
                self.fail(problem)
            }
        }
    }

    /// The values at the keys, all of one type: one that has something between, or that is never between.
    fn values_of_keys(&mut self, keys: &'a [Key], span: Span) -> Result<Vec<Typed<'b>>, Reported> {
        let values: Vec<_> = keys.iter().map(|key| Ok((self.expr(&key.value)?, key.value.span))).collect();
        if values.is_empty() {
            let problem = Problem::new(Code::MissingArgument, span, "these `keys` have no keys");
            return self.fail(problem.help("give one or more: `keys(time, 0s: 0, 1s: 1 ease.out_cubic)`"));
        }
        let mut values: Vec<(Typed<'b>, Span)> = values.into_iter().collect::<Result<_, _>>()?;
        self.make_alike(&mut values, Code::Operands)?;
        let moving = keys[1..].iter().zip(&values[1..]).find(|(key, _)| !holds(key));
        let (ty, what) = (values[0].0.ty, values[0].0.what());
        if let Some((_, &(_, span))) = moving.filter(|_| ty != Type::Int && !ty.is_floats()) {
            let message =
                format!("the value at this key is {what}, and between two of those there is nothing");
            let help = "let it stay until the key: write `hold` behind the value, `1s: true hold`";
            return self.fail(Problem::new(Code::KeyEasing, span, message).help(help));
        }
        let is_moving = moving.is_some();
        let values = values.into_iter().map(|(value, _)| match value.ty {
            Type::Int if is_moving => self.int_to_float(value),
            _ => value,
        });
        Ok(values.collect())
    }

    /// The space in which colours are mixed.
    fn space_of_keys(
        &mut self,
        space: Option<&'a Name>,
        values: &Result<Vec<Typed<'b>>, Reported>,
    ) -> Result<&'a str, Reported> {
        let Some(space) = space else { return Ok(SPACES[0]) };
        if !SPACES.contains(&space.text.as_str()) {
            let problem = self.unknown_word(space, SPACES, "there are");
            return self.fail(problem);
        }
        match values.as_ref().map(|values| values[0]) {
            Ok(value) if value.ty != Type::Color => {
                let message =
                    format!("only colors are mixed in a space, and these keys have {}", value.what());
                self.fail(Problem::new(Code::WrongType, space.span, message).help("leave out `in:`"))
            }
            _ => Ok(&space.text),
        }
    }

    /// The times of the keys, each later than the one before.
    fn times_of_keys(&mut self, clock: Typed<'b>, keys: &'a [Key]) -> Result<Vec<f64>, Reported> {
        let what = if clock.unit == Unit::Second { "the time of a key" } else { "the place of a key" };
        let times: Vec<Result<f64, Reported>> = keys
            .iter()
            .map(|key| {
                let value = self.expr(&key.at)?;
                let value = self.convert(value, Type::Float, clock.unit, key.at.span, what)?;
                let time = self.constant(value, key.at.span, what)?[0];
                Ok(if clock.unit == Unit::Second { whole_flicks(time) } else { time })
            })
            .collect();
        let times: Vec<f64> = times.into_iter().collect::<Result<_, _>>()?;
        let Some(at) = times.windows(2).position(|pair| pair[0] >= pair[1]) else { return Ok(times) };
        let unit = if clock.unit == Unit::Second { " s" } else { "" };
        let (before, here) = (times[at], times[at + 1]);
        let message = format!("this key is at {here}{unit}, and the one before it at {before}{unit}");
        let help = match before == here {
            true => "leave one of them out; for a jump write the later value with `hold` behind it",
            false => "write the keys in the order in which they are reached",
        };
        let problem = Problem::new(Code::KeyOrder, keys[at + 1].at.span, message);
        self.fail(problem.related("the key before", keys[at].at.span).help(help))
    }

    /// Where a time is between keys at those times.
    fn way(&mut self, clock: Typed<'b>, times: &[f64]) -> Way<'b> {
        let number = |this: &Self, number| Typed { unit: clock.unit, ..this.float(number) };
        let slack = if clock.unit == Unit::Second { SLACK } else { 0.0 };
        let reached = times.iter().skip(1).map(|time| {
            let time = number(self, time - slack);
            self.apply(Op::Ge, &[clock, time], Unit::Scalar)
        });
        let reached: Vec<Typed<'b>> = reached.collect();
        let Some((_, starts)) = times.split_last().filter(|(_, starts)| !starts.is_empty()) else {
            return Way { reached, share: self.float(0.0) };
        };
        let lengths: Vec<_> = times.windows(2).map(|pair| number(self, pair[1] - pair[0])).collect();
        let starts: Vec<_> = starts.iter().map(|&time| number(self, time)).collect();
        let (start, length) = (self.chosen(&reached, &starts), self.chosen(&reached, &lengths));
        let gone = self.apply(Op::Sub, &[clock, start], clock.unit);
        let share = self.apply(Op::Div, &[gone, length], Unit::Scalar);
        Way { share: self.apply(Op::Clamp01, &[share], Unit::Scalar), reached }
    }

    /// The choice for the last key that has been reached; the first choice is also that for a time before all keys.
    fn chosen(&mut self, reached: &[Typed<'b>], choices: &[Typed<'b>]) -> Typed<'b> {
        let mut value = choices[0];
        for (pair, &reached) in choices.windows(2).zip(reached) {
            // Equal nodes are one: nothing is to be chosen.
            if pair[0].value.node() != pair[1].value.node() {
                value = self.select(reached, pair[1], value);
            }
        }
        value
    }

    /// The share of the way to a key, eased.
    fn eased(&mut self, at: usize, key: &'a Key, share: Typed<'b>) -> Result<Typed<'b>, Reported> {
        let Some(easing) = &key.easing else { return Ok(share) };
        if at == 0 {
            let message = "an easing belongs to the way to its key, and nothing leads to the first";
            let problem = Problem::new(Code::KeyEasing, easing.span, message);
            return self.fail(problem.help("write it behind the value of the next key, or leave it out"));
        }
        match &easing.kind {
            ExprKind::Broken(reported) => return Err(*reported),
            ExprKind::Name(word) if word == HOLD => return Ok(self.float(0.0)),
            ExprKind::Name(word) if word == LINEAR => return Ok(share),
            ExprKind::Call { function, arguments } if function.len() == 1 && function[0].text == BEZIER => {
                if let Some(function) = builtins::find(BEZIER) {
                    return self.call_with_last(function, arguments, share, easing.span);
                }
            }
            _ => {}
        }
        let path: Vec<Name> = match (&easing.kind, dotted(easing)) {
            (ExprKind::Call { function, .. }, _) => function.clone(),
            (_, Some(parts)) => parts.iter().map(|&(text, span)| Name { text: text.into(), span }).collect(),
            (_, None) => Vec::new(),
        };
        let is_called = matches!(easing.kind, ExprKind::Call { .. });
        if let Some(row) = self.project.function(self.scope.module, &path).filter(|_| !is_called) {
            return self.patch_function_of(row, share, easing.span);
        }
        let name: Vec<&str> = path.iter().map(|part| part.text.as_str()).collect();
        let name = name.join(".");
        match easing_of(&name) {
            Some(op) if !is_called => Ok(self.apply(op, &[share], Unit::Scalar)),
            found => {
                let problem = no_easing(&name, found.is_some(), easing.span);
                self.fail(problem)
            }
        }
    }
}

/// The operation of an easing by its name.
fn easing_of(name: &str) -> Option<Op> {
    match builtins::find(name)?.lower {
        Lower::Op(op) => matches!(op.meaning(), Meaning::Ease(_)).then_some(op),
        Lower::With(_) => None,
    }
}

/// The problem of something behind the value of a key that is no easing, or is one that is called.
fn no_easing(name: &str, is_easing: bool, span: Span) -> Problem {
    if is_easing {
        let problem = Problem::new(Code::UnknownWord, span, "an easing is named here, not called");
        return problem.help(format!("write `{name}`"));
    }
    let names = builtins::functions().map(|f: &Function| f.name).filter(|name| easing_of(name).is_some());
    let near = nearest(name, names.chain([HOLD, LINEAR, BEZIER]));
    let message = match name {
        "" => "behind the value of a key stands the name of an easing".to_owned(),
        name => format!("no easing is called {}", quote(name)),
    };
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "name an easing such as `ease.out_cubic`, a function of yours that takes one number, `hold`, or \
                 `cubic_bezier(0.2, 0, 0, 1)`"
                .to_owned()
        }
    };
    Problem::new(Code::UnknownWord, span, message).help(help)
}
