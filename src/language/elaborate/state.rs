//! State: `state` and `next`, and the operators that remember.

use super::call::Arguments;
use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::functions::Special;
use crate::language::project::TaskId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, Name};
use crate::program::{CellRef, DomainRef, Op, TARGET, Type, Unit, VELOCITY, Value, limits};

/// The cell of a `state`.
#[derive(Clone, Copy)]
pub(super) struct StateCell<'b> {
    cell: CellRef<'b>,
    ty: Type,
    unit: Unit,
    domain: Option<DomainRef>,
    /// What the type follows from.
    span: Span,
}

/// Frames per second up to which every delay must fit: the highest common rate.
const DELAY_RATE: f64 = 144.0;

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn state(&mut self, at: TaskId, ty: Option<&'a Name>, initial: &'a Expr) -> Option<Done<'b>> {
        let task = &self.project.tasks[at];
        if !self.project.has_next(at) {
            let name = task.key.rsplit('.').next().unwrap_or_default();
            let message = format!("the state {} never gets a next value", quote(name));
            let help = format!("add `next {name} = ...`, or write `{name} = ...` if it does not change");
            if self.project.misses_next(at) {
                return None;
            }
            self.problem(Problem::new(Code::StateWithoutNext, task.span, message).help(help));
            return None;
        }
        let mut value = self.expr(initial)?;
        if let Some(name) = ty {
            let (ty, unit) = self.type_of_name(name)?;
            value = self.convert(value, ty, unit, initial.span, "the initial value")?;
        }
        if value.ty == Type::Shape {
            let help = "remember a number, and choose the shape by it: `if n > 1 then star else heart`";
            let problem = Problem::new(Code::WrongType, initial.span, "a shape cannot be a state");
            return self.fail(problem.help(help));
        }
        let domain = match task.domain.map(|domain| self.done[self.project.domains[domain].task]) {
            Some(Done::Domain(domain)) => Some(domain),
            Some(_) => return None,
            None => {
                let before = self.problems.len();
                if self.uniform(value, initial.span, "a state outside of a domain").is_none() {
                    if let Some((_, problem)) = self.problems.get_mut(before) {
                        let help = "put the `state` into the domain block: each element then has its own";
                        problem.help = Some(help.into());
                    }
                    return None;
                }
                None
            }
        };
        // What is the same number in every component needs no first frame of its own.
        let stride = value.ty.stride() as usize;
        let number = value.constant.filter(|c| c[..stride].iter().all(|&x| x == c[0])).map(|c| c[0]);
        let cell = self.builder.cell(&task.key, value.ty, number.unwrap_or(0.0), domain);
        self.keys.made(self.sources, vec![(cell.row(), "")]);
        let element = domain.map(|domain| super::value::Element { domain, span: task.span });
        let mut current = self.cell_value(cell, value.unit, element);
        if number.is_none() {
            let fresh = Typed::new(cell.fresh(), Unit::Scalar, None);
            let chosen = self.apply(Op::Select, &[fresh, value, current], value.unit);
            current = Typed { element, ..chosen };
        }
        let (ty, unit, span) = (value.ty, value.unit, initial.span);
        self.states.insert(at, StateCell { cell, ty, unit, domain, span });
        Some(Done::Value(self.named(at, current)))
    }

    pub(super) fn next(&mut self, state: TaskId, name: &'a Name, expr: &'a Expr) -> Option<Done<'b>> {
        let StateCell { cell, ty, unit, domain, span } = *self.states.get(&state)?;
        let value = self.expr(expr)?;
        let what = format!("the next value of {}", quote(&name.text));
        let before = self.problems.len();
        let value = match self.convert(value, ty, unit, expr.span, &what) {
            Some(value) => value,
            None => {
                // The same mistake, but of a state: show where its type comes from.
                if let Some((_, problem)) = self.problems.get_mut(before) {
                    let text = format!("the state begins as {}", super::value::describe(ty, unit));
                    problem.code = Code::StateType;
                    problem.related.push((text, span));
                }
                return None;
            }
        };
        match (domain, value.element) {
            (None, Some(_)) => {
                self.uniform(value, expr.span, &what)?;
            }
            (Some(domain), Some(element)) if element.domain != domain => {
                let own =
                    Typed::new(cell.get(), unit, Some(super::value::Element { domain, span: name.span }));
                self.one_domain(&[(own, name.span), (value, expr.span)])?;
            }
            _ => {}
        }
        cell.next(value.value);
        Some(Done::Effect)
    }

    pub(super) fn state_operator(
        &mut self,
        special: Special,
        arguments: &Arguments<'a, 'b>,
    ) -> Option<Typed<'b>> {
        let place = (self.task, self.keys.place(self.sources));
        if let Some(&known) = self.cells.get(&place) {
            return Some(known);
        }
        let value = self.operator(special, arguments)?;
        self.cells.insert(place, value);
        Some(value)
    }

    /// A phase of time, which keeps its place when its period is edited.
    pub(super) fn phase(&mut self, op: Op, seconds: f64) -> Typed<'b> {
        let place = (self.task, format!("{} {}", op.name(), self.keys.place(self.sources)));
        if let Some(&known) = self.cells.get(&place) {
            return known;
        }
        // Told apart by its number until all keys are known.
        let key = format!("#{}", self.keys.phases());
        let value = self.builder.keyed_phase(&key, op, seconds);
        self.keys.made_phase(self.sources);
        let value = Typed::new(value, Unit::Phase, None);
        self.cells.insert(place, value);
        value
    }

    fn operator(&mut self, special: Special, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let b = self.builder;
        let values = arguments.values();
        let element = values.iter().find_map(|value| value.element);
        let domain = element.map(|element| element.domain);
        let first = *values.first()?;
        // Told apart by its number until all keys are known.
        let first_row = b.cell_count();
        let key = format!("#{first_row}");
        let number = |at: usize| arguments.value(at).map(|value| value.value);
        let mut suffixes: Vec<&'static str> = vec![""];
        let mut unit = first.unit;
        let value = match special {
            Special::Lag if first.goes_round() => {
                suffixes.push(TARGET);
                b.lag_around(&key, first.value, number(1)?)
            }
            Special::Lag => b.lag(&key, first.value, number(1)?),
            Special::Slew => {
                let up = self.speed(first, arguments, 1)?;
                let down = if arguments.value(2).is_some() { self.speed(first, arguments, 2)? } else { up };
                if first.goes_round() {
                    suffixes.push(TARGET);
                    b.slew_around(&key, first.value, up, down)
                } else {
                    b.slew(&key, first.value, up, down)
                }
            }
            Special::Spring => {
                let [stiffness, damping] = self.spring_of(arguments)?;
                let velocity = match arguments.placed(6) {
                    Some((velocity, span)) => {
                        let unit = if unit == Unit::Phase { Unit::Scalar } else { unit };
                        Some(
                            self.convert(velocity, first.ty, unit, span, "the velocity of this spring")?
                                .value,
                        )
                    }
                    None => None,
                };
                if first.goes_round() {
                    suffixes.extend([TARGET, VELOCITY]);
                    b.spring_around(&key, first.value, stiffness, damping, velocity)
                } else {
                    suffixes.push(VELOCITY);
                    b.spring(&key, first.value, stiffness, damping, velocity)
                }
            }
            Special::Integrate => {
                unit = if matches!(unit, Unit::Turn | Unit::Second) { unit } else { Unit::Scalar };
                b.integrate(&key, first.value)
            }
            Special::Phasor => {
                unit = Unit::Phase;
                b.phasor(&key, first.value)
            }
            Special::Delay => self.delay(&key, arguments)?,
            Special::Hold => b.sample_and_hold(&key, first.value, number(1)?),
            Special::Toggle | Special::CountRises => {
                suffixes.push("/trigger");
                unit = Unit::Scalar;
                let ty = if special == Special::Toggle { Type::Bool } else { Type::Int };
                let cell = b.cell(&key, ty, 0.0, domain);
                let before = b.cell(&format!("{key}/trigger"), Type::Bool, 0.0, domain);
                let rose = first.value.and(!before.get());
                before.next(first.value);
                let value = match special {
                    Special::Toggle => b.op(Op::Xor, &[cell.get().into(), rose.into()]),
                    _ => cell.get() + rose.select(b.int(1), b.int(0)),
                };
                cell.next(value);
                value
            }
            Special::Envelope => {
                unit = Unit::Scalar;
                let cell = b.cell(&key, Type::Float, 0.0, domain);
                // A time of 0 takes the whole way at once.
                let step = |time: crate::program::Value<'b>| time.gt(0.0).select(b.dt() / time, 1.0);
                let moved = first.value.select(step(number(1)?), -step(number(2)?));
                let level = (cell.get() + moved).clamp01();
                cell.next(level);
                level
            }
            Special::Hysteresis => {
                self.thresholds_in_order(arguments)?;
                unit = Unit::Scalar;
                let cell = b.cell(&key, Type::Bool, 0.0, domain);
                let (low, high) = (number(1)?, number(2)?);
                let kept = first.value.lt(low).select(b.bool(false), cell.get());
                let value = first.value.gt(high).select(b.bool(true), kept);
                cell.next(value);
                value
            }
            _ => return None,
        };
        let cells = suffixes.iter().enumerate().map(|(k, &suffix)| (first_row + k as u32, suffix)).collect();
        self.keys.made(self.sources, cells);
        let value = Typed::new(value, unit, element);
        let goes_on = matches!(special, Special::Lag | Special::Slew | Special::Spring);
        Some(if goes_on && unit == Unit::Phase { self.in_cycle(value) } else { value })
    }

    /// How fast a target is followed: by a plain number, or by what the target is itself.
    fn speed(&mut self, target: Typed<'b>, arguments: &Arguments<'a, 'b>, at: usize) -> Option<Value<'b>> {
        let (by, span) = arguments.placed(at)?;
        if by.ty.stride() > 1 {
            let what = if target.ty == Type::Float { "the speed of a number" } else { "the speed" };
            return Some(self.convert(by, target.ty, Unit::Scalar, span, what)?.value);
        }
        if by.unit == Unit::Turn && target.unit == Unit::Turn {
            return Some(by.value);
        }
        let what = format!("the argument `{}` of `slew`", if at == 1 { "up" } else { "down" });
        Some(self.convert(by, Type::Float, Unit::Scalar, span, &what)?.value)
    }

    /// The stiffness and the damping of a spring, in whichever words it is given.
    fn spring_of(&mut self, arguments: &Arguments<'a, 'b>) -> Option<[Value<'b>; 2]> {
        const WORDS: [(usize, &str, f64, f64); 5] = [
            (1, "stiffness", 0.0, f64::INFINITY),
            (2, "damping", 0.0, f64::INFINITY),
            (3, "frequency", 0.0, f64::INFINITY),
            (4, "response", 0.0, f64::INFINITY),
            (5, "bounce", -1.0, 1.0),
        ];
        for (at, name, low, high) in WORDS {
            let Some((value, span)) = arguments.placed(at) else { continue };
            if let Some(number) = value.number().filter(|number| !(low..=high).contains(number)) {
                let range = if high.is_finite() { format!("{low} to {high}") } else { "0 or more".into() };
                let message = format!("the {name} of this spring is {number}, expected {range}");
                let problem = Problem::new(Code::OutOfRange, span, message);
                return self.fail(problem.help("use a value in that range"));
            }
        }
        let given = WORDS.map(|(at, ..)| arguments.value(at));
        match given.map(|value| value.map(|value| value.value)) {
            [Some(stiffness), Some(damping), None, None, None] => Some([stiffness, damping]),
            [None, None, Some(frequency), None, bounce] => {
                let bounce = bounce.unwrap_or(self.builder.float(0.0));
                Some(self.builder.spring_of_frequency(frequency, bounce))
            }
            [None, None, None, Some(response), bounce] => {
                let bounce = bounce.unwrap_or(self.builder.float(0.0));
                Some(self.builder.spring_of_frequency(1.0 / response, bounce))
            }
            _ => {
                let has = |at: usize| given[at].is_some();
                let names: Vec<String> =
                    (0..5).filter(|&at| has(at)).map(|at| format!("`{}`", WORDS[at].1)).collect();
                let (by_physics, by_swing) = (has(0) || has(1), has(2) || has(3) || has(4));
                let message = if by_physics && by_swing || has(2) && has(3) {
                    format!("this spring is given in two ways: by {}", names.join(" and "))
                } else if let [name] = names.as_slice() {
                    format!("{name} alone does not make a spring")
                } else {
                    "nothing says how strong this spring is".to_owned()
                };
                let help = "give `stiffness` and `damping`, or `frequency` (or `response`, which is 1 / frequency) \
                            and perhaps `bounce`: `spring(x, frequency: 2hz, bounce: 0.3)`";
                self.fail(Problem::new(Code::SpringWords, arguments.span, message).help(help))
            }
        }
    }

    fn delay(&mut self, key: &str, arguments: &Arguments<'a, 'b>) -> Option<crate::program::Value<'b>> {
        let b = self.builder;
        let (value, (by, span)) = (arguments.value(0)?, arguments.placed(1)?);
        if by.unit != Unit::Second {
            return Some(b.delay(key, value.value, by.number()? as u32));
        }
        self.uniform(by, span, "the time of a delay")?;
        let longest = match (arguments.value(2).and_then(|max| max.number()), by.number()) {
            (Some(max), _) => max,
            (None, Some(seconds)) if seconds >= 0.0 => seconds,
            (None, Some(seconds)) => {
                let message = format!("the time of a delay is {seconds} s, and the future is not known");
                return self
                    .fail(Problem::new(Code::OutOfRange, span, message).help("use a time of 0 or more"));
            }
            (None, None) => {
                let message = "the time of this delay changes, and how much to remember must be known before";
                let help = "say how long it gets at most: `delay(x, t, max: 2s)`";
                return self.fail(Problem::new(Code::MissingArgument, span, message).help(help));
            }
        };
        let samples = (longest * DELAY_RATE).ceil() + 2.0;
        if samples > f64::from(limits::RING_MAX) {
            let message = format!(
                "a delay of {longest} s would remember {samples} frames, the most is {}",
                limits::RING_MAX
            );
            return self.fail(Problem::new(Code::OutOfRange, span, message).help("use a shorter time"));
        }
        Some(b.delay_up_to(key, value.value, by.value, longest))
    }
}
