//! Constants that are out of range are errors where they are written. Values that are computed while the program runs
//! are limited there instead.

use super::Elaborator;
use super::value::Typed;
use crate::diagnostic::Code;
use crate::draw::{Entry, Limits};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};

/// The range of the constants of an attribute or an argument.
#[derive(Clone, Copy, Debug)]
struct Range {
    low: f64,
    high: f64,
    /// Without the ends themselves.
    is_open: bool,
    /// How the limits, in the unit of the value, are shown.
    shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shown {
    Number,
    /// Of turns.
    Degrees,
}

/// The range of limits. `None` if they are no range.
fn range(limits: Limits) -> Option<Range> {
    let (low, high, is_open, shown) = match limits {
        Limits::Any | Limits::NotZero => return None,
        Limits::Share => (0.0, 1.0, false, Shown::Number),
        Limits::NotNegative => (0.0, f64::INFINITY, false, Shown::Number),
        Limits::Positive => (0.0, f64::INFINITY, true, Shown::Number),
        Limits::BelowHalfTurn => (0.0, 0.5, true, Shown::Degrees),
    };
    Some(Range { low, high, is_open, shown })
}

impl Range {
    fn has(&self, value: f64) -> bool {
        match self.is_open {
            true => self.low < value && value < self.high,
            false => (self.low..=self.high).contains(&value),
        }
    }

    /// `0 to 1`, `above 0`.
    fn expected(&self) -> String {
        let [low, high] = [self.low, self.high].map(|value| self.shown(value));
        match (self.is_open, self.high.is_finite()) {
            (true, true) => format!("above {low} and below {high}"),
            (true, false) => format!("above {low}"),
            (false, true) => format!("{low} to {high}"),
            (false, false) => format!("{low} or more"),
        }
    }

    fn shown(&self, value: f64) -> String {
        match self.shown {
            Shown::Number => format!("{value}"),
            Shown::Degrees => format!("{}deg", (value * 360.0) as f32),
        }
    }
}

impl<'b> Elaborator<'_, 'b> {
    /// Checks a constant of an attribute or of an argument of a shape.
    pub(super) fn in_limits(&mut self, entry: &Entry, value: Typed<'b>, span: Span) -> Result<(), Reported> {
        let Entry { name, limits, .. } = *entry;
        let is_zero = || value.constant.is_some_and(|c| c[..value.ty.stride() as usize].contains(&0.0));
        if limits == Limits::NotZero && is_zero() {
            let message = format!("`{name}` is 0: nothing would be seen");
            let help = "scale by a value that changes, or leave the draw out";
            return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
        match range(limits) {
            Some(range) => self.in_range(&range, &format!("`{name}`"), value, span),
            None => Ok(()),
        }
    }

    fn in_range(&mut self, range: &Range, what: &str, value: Typed<'b>, span: Span) -> Result<(), Reported> {
        let Some(constant) = value.constant else { return Ok(()) };
        let stride = value.ty.stride() as usize;
        let Some(at) = constant[..stride].iter().position(|&number| !range.has(number)) else {
            return Ok(());
        };
        let (part, number) = (if stride > 1 { [".x", ".y", ".z", ".a"][at] } else { "" }, constant[at]);
        let message = format!("{what}{part} is {}, expected {}", range.shown(number), range.expected());
        let is_share = range.high == 1.0;
        let help = match number {
            percent if is_share && percent > 2.0 && percent <= 100.0 => {
                format!("shares are written as numbers: of a hundred, `{}`", percent / 100.0)
            }
            _ => "use a value in that range".into(),
        };
        self.fail(Problem::new(Code::OutOfRange, span, message).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_told_as_they_hold() {
        let check = |limits: Limits, inside: &[f64], outside: &[f64], told: &str| {
            let range = range(limits).expect("a range");
            assert!(inside.iter().all(|&value| range.has(value)), "{told}");
            assert!(!outside.iter().any(|&value| range.has(value)), "{told}");
            assert_eq!(range.expected(), told);
        };
        check(Limits::Share, &[0.0, 0.5, 1.0], &[-0.1, 1.1], "0 to 1");
        check(Limits::NotNegative, &[0.0, 1e9], &[-1e-9], "0 or more");
        check(Limits::BelowHalfTurn, &[0.1], &[0.0, 0.5], "above 0deg and below 180deg");
        check(Limits::Positive, &[1e-9], &[0.0], "above 0");
    }
}
