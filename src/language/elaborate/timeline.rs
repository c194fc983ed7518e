//! Timelines: when each part begins and ends, and the values that run between.
//!
//! A timeline is a function of one time, the *clock*: that of the frame, what is given behind `over`, or the time since the
//! event behind `on`. When parts begin
//! and end is added up in whole flicks, so that no sum of durations drifts, and becomes seconds in the way in which the
//! time of a frame does. The values run on f64: a quarter of a flick at either end of a part already belongs to the 0 and
//! to the 1, which is less than anyone sees and more than what a computed clock (`time - 2s`) loses by rounding. So a
//! part is exactly 0 until it begins and exactly 1 from its end on, at a cost of two operations and no integers.

use std::collections::HashMap;

use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::graph::{CYCLE_SHOWN, cycle_text};
use crate::language::problems::Reported;
use crate::language::project::{TIMELINE_VALUES, TaskId, TimelineId, TimelineValue};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, Name, Part, Start};
use crate::program::{Op, Type, Unit};
use crate::time::{FLICKS_PER_SECOND, Flicks};

/// When the parts of a timeline begin and end.
pub(super) struct Schedule<'b> {
    /// The time that everything is counted in.
    clock: Typed<'b>,
    /// The beginning and the end of each part, in seconds.
    parts: Vec<[f64; 2]>,
    end: f64,
}

/// When a part begins, and how long it takes, in flicks.
#[derive(Clone, Copy, Debug)]
struct Wish {
    anchor: Anchor,
    shift: i128,
    duration: i128,
}

/// What the beginning of a part is counted from.
#[derive(Clone, Copy, Debug)]
enum Anchor {
    Zero,
    StartOf(usize),
    EndOf(usize),
}

/// A quarter of a flick, in seconds.
pub(super) const SLACK: f64 = 0.25 / FLICKS_PER_SECOND as f64;

impl Anchor {
    fn part(self) -> Option<usize> {
        match self {
            Self::Zero => None,
            Self::StartOf(part) | Self::EndOf(part) => Some(part),
        }
    }
}

/// The beginning and the end of each part, or parts that wait for one another.
fn schedule(wishes: &[Wish]) -> Result<Vec<[i128; 2]>, Vec<usize>> {
    let mut known: Vec<Option<[i128; 2]>> = vec![None; wishes.len()];
    for first in 0..wishes.len() {
        // To what is known: each part waits for one other at most.
        let mut way = Vec::new();
        let mut next = Some(first);
        while let Some(part) = next.filter(|&part| known[part].is_none()) {
            // As long as all parts together, it has met one of them twice.
            if way.len() == wishes.len() {
                let met = way.iter().rposition(|&other| other == part).unwrap_or(0);
                return Err(way.split_off(met));
            }
            way.push(part);
            next = wishes[part].anchor.part();
        }
        for part in way.into_iter().rev() {
            let Wish { anchor, shift, duration } = wishes[part];
            let of = |part: usize, side: usize| known[part].map_or(0, |times| times[side]);
            let from = match anchor {
                Anchor::Zero => 0,
                Anchor::StartOf(part) => of(part, 0),
                Anchor::EndOf(part) => of(part, 1),
            };
            known[part] = Some([from + shift, from + shift + duration]);
        }
    }
    Ok(known.into_iter().flatten().collect())
}

/// The nearest whole number of flicks.
fn flicks(seconds: f64) -> i128 {
    (seconds * FLICKS_PER_SECOND as f64).round() as i128
}

/// The nearest time of whole flicks, in seconds: the very number that the time of a frame is there.
pub(super) fn whole_flicks(seconds: f64) -> f64 {
    match Flicks::from_secs_f64(seconds.abs()) {
        Some(flicks) => flicks.as_secs_f64().copysign(seconds),
        None => seconds,
    }
}

/// A time as messages show it.
fn shown(flicks: i128) -> String {
    let seconds = flicks as f64 / FLICKS_PER_SECOND as f64;
    if seconds < 1.0 { format!("{}ms", (seconds * 1e6).round() / 1e3) } else { format!("{seconds}s") }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn timeline(
        &mut self,
        at: TaskId,
        over: Option<&'a Expr>,
        parts: &'a [Part],
    ) -> Result<Done<'b>, Reported> {
        let name = self.project.tasks[at].span;
        if parts.is_empty() {
            let problem = Problem::new(Code::MissingArgument, name, "this timeline has no parts");
            return self.fail(problem.help("give it one or more: `logo: 600ms`, each on a line of its own"));
        }
        let clock = self.clock(over);
        let mut rows: HashMap<&str, usize> = HashMap::new();
        for (row, part) in parts.iter().enumerate() {
            rows.entry(&part.name.text).or_insert(row);
        }
        let wishes: Vec<Result<Wish, Reported>> =
            (0..parts.len()).map(|row| self.wish(name, parts, &rows, row)).collect();
        let wishes: Vec<Wish> = wishes.into_iter().collect::<Result<_, _>>()?;
        let times = match schedule(&wishes) {
            Ok(times) => times,
            Err(circle) => return self.fail(circle_of(parts, &circle)),
        };
        for (part, &times) in parts.iter().zip(&times) {
            self.within_time(part, times)?;
        }
        // Checked to be flicks: from 0 on, and not too late.
        let seconds = |flicks: i128| Flicks(flicks as u64).as_secs_f64();
        let end = times.iter().map(|times| times[1]).max().map_or(0.0, seconds);
        let parts = times.into_iter().map(|times| times.map(seconds)).collect();
        self.timelines.insert(at, Schedule { clock: clock?, parts, end });
        Ok(Done::Effect)
    }

    /// The time that the parts of a timeline are counted in.
    fn clock(&mut self, over: Option<&'a Expr>) -> Result<Typed<'b>, Reported> {
        let Some(expr) = over else { return Ok(Typed::new(self.builder.time(), Unit::Second, None)) };
        let event = match self.named_event(expr) {
            Some(event) => Some(event),
            None => {
                let value = self.expr(expr)?;
                if value.event.is_none() {
                    return self.convert(
                        value,
                        Type::Float,
                        Unit::Second,
                        expr.span,
                        "what a timeline runs over",
                    );
                }
                value.event
            }
        };
        let Some(event) = event else { return self.contradiction(expr.span, "a timeline has no clock") };
        self.remembered(|e, key| Ok(Typed::new(e.builder.clock_from(key, event), Unit::Second, None)))
    }

    /// When a part is to begin, and how long it takes.
    fn wish(
        &mut self,
        timeline: Span,
        parts: &'a [Part],
        rows: &HashMap<&str, usize>,
        row: usize,
    ) -> Result<Wish, Reported> {
        let part = &parts[row];
        let value = self.expr(&part.duration);
        let what = format!("the duration of {}", quote(&part.name.text));
        let duration = value.and_then(|value| self.constant_time(value, part.duration.span, &what));
        let find = |this: &mut Self, name: &'a Name| this.row_of(timeline, rows, name);
        let (anchor, shift) = match &part.start {
            Start::InTurn => (Ok(row.checked_sub(1).map_or(Anchor::Zero, Anchor::EndOf)), None),
            Start::At(time) => (Ok(Anchor::Zero), Some(time)),
            Start::After(name, shift) => (find(self, name).map(Anchor::EndOf), shift.as_ref()),
            Start::With(name, shift) => (find(self, name).map(Anchor::StartOf), shift.as_ref()),
        };
        let shift = match shift {
            None => Ok(0),
            Some(expr) => self.expr(expr).and_then(|value| {
                let what = format!("when {} begins", quote(&part.name.text));
                let value = self.convert(value, Type::Float, Unit::Second, expr.span, &what)?;
                Ok(flicks(self.constant(value, expr.span, &what)?[0]))
            }),
        };
        Ok(Wish { anchor: anchor?, shift: shift?, duration: flicks(duration?) })
    }

    /// The row of a part by its name.
    fn row_of(
        &mut self,
        timeline: Span,
        rows: &HashMap<&str, usize>,
        name: &Name,
    ) -> Result<usize, Reported> {
        if let Some(&row) = rows.get(name.text.as_str()) {
            return Ok(row);
        }
        let message = format!("no part of this timeline is called {}", quote(&name.text));
        let is_short = self.may_search(rows.len());
        let mut names: Vec<&str> = rows.keys().copied().filter(|_| is_short).collect();
        names.sort_unstable();
        let help = match nearest(&name.text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name one of its parts, or give a time: `at 2s`".to_owned(),
        };
        let problem = Problem::new(Code::UnknownPart, name.span, message);
        self.fail(problem.related("the timeline", timeline).help(help))
    }

    /// Reports a part that begins before its timeline does, or ends later than there is time.
    fn within_time(&mut self, part: &Part, [start, end]: [i128; 2]) -> Result<(), Reported> {
        let name = quote(&part.name.text);
        let (message, help) = if start < 0 {
            let early = shown(-start);
            let message = format!("{name} would begin {early} before the timeline does");
            (message, format!("let it begin {early} later, or `at 0s`"))
        } else if u64::try_from(end).is_err() {
            (format!("{name} would end later than there is time"), "use shorter times".to_owned())
        } else {
            return Ok(());
        };
        let span = match &part.start {
            Start::At(shift) | Start::After(_, Some(shift)) | Start::With(_, Some(shift)) => shift.span,
            Start::InTurn | Start::After(_, None) | Start::With(_, None) => part.name.span,
        };
        self.fail(Problem::new(Code::PartStart, span, message).help(help))
    }

    /// A value of a timeline under its name.
    pub(super) fn of_timeline(
        &mut self,
        at: TaskId,
        timeline: TaskId,
        value: TimelineValue,
    ) -> Result<Done<'b>, Reported> {
        let span = self.project.tasks[at].span;
        let Some(&Schedule { clock, ref parts, end }) = self.timelines.get(&timeline) else {
            return self.contradiction(span, "a timeline is read before it is there");
        };
        let value = match value {
            TimelineValue::Part(row) => {
                let times = parts[row];
                self.share(clock, times)
            }
            TimelineValue::End => Typed { unit: Unit::Second, ..self.float(end) },
            TimelineValue::Playing => {
                let [begin, end] = [-SLACK, end - SLACK].map(|seconds| self.float(seconds));
                let begun = self.apply(Op::Ge, &[clock, begin], Unit::Scalar);
                let going = self.apply(Op::Lt, &[clock, end], Unit::Scalar);
                self.apply(Op::And, &[begun, going], Unit::Scalar)
            }
            TimelineValue::Time => {
                let zero = self.float(0.0);
                self.apply(Op::Max, &[clock, zero], Unit::Second)
            }
        };
        Ok(Done::Value(self.named(at, value)))
    }

    /// How much of the time between two others has passed: exactly 0 until the first, and exactly 1 from the second on.
    pub(super) fn share(&mut self, clock: Typed<'b>, [start, end]: [f64; 2]) -> Typed<'b> {
        let [from, length] = [start + SLACK, end - start - 2.0 * SLACK].map(|seconds| self.float(seconds));
        let passed = self.apply(Op::Sub, &[clock, from], Unit::Second);
        let share = self.apply(Op::Div, &[passed, length], Unit::Scalar);
        self.apply(Op::Clamp01, &[share], Unit::Scalar)
    }

    /// What to name of a timeline.
    pub(super) fn values_of_timeline(&self, timeline: TimelineId, name: &str) -> String {
        let names = &self.project.timelines[timeline].names;
        let parts = names.keys().filter(|part| TIMELINE_VALUES.iter().all(|(known, _)| known != *part));
        match parts.min() {
            Some(part) => format!("name one of its parts, such as `{name}.{part}`, which runs from 0 to 1"),
            None => format!("give it a part, `logo: 600ms`, and name that: `{name}.logo`"),
        }
    }

    /// The problem of a part that a timeline does not have.
    pub(super) fn unknown_part(&self, timeline: TimelineId, name: &str, span: Span) -> Problem {
        let timeline = &self.project.timelines[timeline];
        let is_short = self.may_search(timeline.names.len());
        let mut names: Vec<&str> = timeline.names.keys().copied().filter(|_| is_short).collect();
        names.sort_unstable();
        let message = format!("the timeline {} has no part {}", quote(&timeline.name.text), quote(name));
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names.join(", ")),
        };
        Problem::new(Code::UnknownPart, span, message).help(help).related("the timeline", timeline.name.span)
    }
}

/// The problem of parts that wait for one another.
fn circle_of(parts: &[Part], circle: &[usize]) -> Problem {
    let name = |row: usize| &parts[row].name;
    let first = name(circle[0]);
    let message = match circle {
        [_] => format!("{} begins after itself", quote(&first.text)),
        _ => {
            let names = cycle_text(circle, |row| name(row).text.as_str());
            format!("parts begin after one another in a circle: {names}")
        }
    };
    let mut problem = Problem::new(Code::PartCircle, first.span, message);
    for &row in circle[1..].iter().take(CYCLE_SHOWN) {
        problem =
            problem.related(format!("{} is part of the circle", quote(&name(row).text)), name(row).span);
    }
    problem.help(format!("say when one of them begins: `{}: ... at 0s`", first.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(wishes: &[(Anchor, i128, i128)]) -> Result<Vec<[i128; 2]>, Vec<usize>> {
        let wish = |&(anchor, shift, duration): &(Anchor, i128, i128)| Wish { anchor, shift, duration };
        schedule(&wishes.iter().map(wish).collect::<Vec<_>>())
    }

    #[test]
    fn parts_begin_where_they_are_told() {
        use Anchor::{EndOf, StartOf, Zero};
        let found =
            times(&[(Zero, 0, 6), (EndOf(0), -1, 4), (StartOf(1), 0, 3), (EndOf(4), 2, 1), (Zero, 20, 5)]);
        assert_eq!(found, Ok(vec![[0, 6], [5, 9], [5, 8], [27, 28], [20, 25]]));
        assert_eq!(times(&[(EndOf(1), 0, 1), (Zero, -3, 1)]), Ok(vec![[-2, -1], [-3, -2]]));
        assert_eq!(times(&[(StartOf(0), 0, 1)]), Err(vec![0]));
        assert_eq!(times(&[(EndOf(1), 0, 1), (EndOf(2), 0, 1), (StartOf(1), 0, 1)]), Err(vec![1, 2]));
        assert_eq!(times(&[]), Ok(Vec::new()));
        // A long way is walked once.
        let long: Vec<_> = (0..100_000).map(|row| (EndOf(row + 1), 0, 1)).chain([(Zero, 0, 1)]).collect();
        assert_eq!(times(&long).map(|times| times[0]), Ok([100_000, 100_001]));
    }

    #[test]
    fn times_are_shown_as_they_are_written() {
        assert_eq!(shown(flicks(0.1)), "100ms");
        assert_eq!(shown(flicks(2.5)), "2.5s");
    }
}
