//! Texts that are made of others.

use super::value::Typed;
use super::{Call, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::math::written::{FIELDS, unknown_field};
use crate::program::{Op, Type, Unit};

impl<'b> Elaborator<'_, 'b> {
    /// A call that makes a text.
    pub(in crate::language) fn made_text(
        &mut self,
        op: Op,
        call: &Call<'_, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        let values = call.values();
        let placed: Vec<_> = (0..values.len()).map(|at| call.placed(at)).collect();
        for &(value, span) in &placed {
            self.is_made_once(value, span)?;
        }
        self.one_domain(&placed)?;
        Ok(self.apply(op, &values, Unit::Scalar))
    }

    /// `date(seconds, "%H:%M")`, of a format that is known.
    pub(in crate::language) fn date(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let (format, span) = call.placed(1);
        let Some([number, ..]) = format.constant else {
            let message = "the format of a date is known before the first frame, and this one is not";
            let problem = Problem::new(Code::NeedsConstant, span, message);
            let help = "write it, `date(seconds, \"%Y-%m-%d\")`, and choose between several dates";
            return self.fail(problem.help(help));
        };
        if let Some(field) = unknown_field(self.texts.text(number as u32)) {
            let message = format!("a date has no field {}", quote(&field));
            let fields: Vec<String> = FIELDS.split(' ').map(|field| format!("%{field}")).collect();
            let help = format!("there are {}; a percent sign is `%%`", fields.join(" "));
            return self.fail(Problem::new(Code::UnknownWord, span, message).help(help));
        }
        self.made_text(Op::TextDate, call)
    }

    /// Reports what each element has where a text is made, but where it is drawn.
    fn is_made_once(&mut self, value: Typed<'b>, span: Span) -> Result<(), Reported> {
        let Some(element) = value.element.filter(|_| !self.says) else { return Ok(()) };
        let name = self.domain_name(element.domain);
        let message = format!("a text is made once, and this is another one for each element of `{name}`");
        let help = "make it where it is drawn, `draw text(\"{value} %\") { ... }`, or where rows are appended or set, \
                    `append todos { title: trim(add) }`, and keep it in a column; elements ask their texts: `length(title)`, \
                    `starts_with(title, \"a\")`";
        self.fail(Problem::new(Code::PerElement, span, message).help(help))
    }

    /// `"a" + b`: one text behind the other, numbers in digits.
    pub(super) fn joined(
        &mut self,
        left: (Typed<'b>, Span),
        right: (Typed<'b>, Span),
    ) -> Result<Typed<'b>, Reported> {
        let [l, r] = [self.said(left), self.said(right)];
        let (l, r) = (l?, r?);
        self.one_domain(&[(l, left.1), (r, right.1)])?;
        Ok(match [self.is_empty_text(l), self.is_empty_text(r)] {
            [true, _] => r,
            [_, true] => l,
            [false, false] => self.apply(Op::TextJoin, &[l, r], Unit::Scalar),
        })
    }

    fn is_empty_text(&self, value: Typed<'b>) -> bool {
        value.constant.is_some_and(|[number, ..]| number == 0.0)
    }

    /// A value in letters.
    pub(super) fn said(&mut self, (value, span): (Typed<'b>, Span)) -> Result<Typed<'b>, Reported> {
        self.is_made_once(value, span)?;
        let is_number = matches!(value.ty, Type::Float | Type::Int) && !value.is_many();
        match value.ty {
            Type::Text => Ok(value),
            _ if is_number && value.event.is_none() => {
                let number = self.convert(value, Type::Float, Unit::Scalar, span, "a number in a text")?;
                let made = self.apply(Op::TextOfNumber, &[number], Unit::Scalar);
                Ok(Typed { constant: None, ..made })
            }
            _ => {
                let message = format!("texts and numbers stand in a text, and this is {}", value.what());
                let help = match value.ty {
                    Type::Bool => "say what stands there: `(if x then \"yes\" else \"no\")`",
                    _ => "name numbers that belong to it, such as its components",
                };
                self.fail(Problem::new(Code::Operands, span, message).help(help))
            }
        }
    }
}
