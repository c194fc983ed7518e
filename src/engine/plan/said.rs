//! What elements say, where that is made for each of them: a text of numbers and of other texts, put together where it is drawn.
//!
//! Such a text is none of those of the run: lanes hold no texts that are made. A pass has the steps to it instead, which read lanes and
//! uniform values, and goes through them element by element when it is laid out.

use smallvec::SmallVec;

use super::expr::{Atom, Expr, Kind};
use super::lower::Lower;
use crate::id::{DomainId, ExprId};
use crate::program::meaning::{Meaning, Number, TextOp, Whole};
use crate::program::{Program, Type};

/// A step to a text, of values `T`. Texts are put onto a stack and taken from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Say<T> {
    /// A text, by its number.
    Text(T),
    /// What an operation makes of numbers and of the texts on top: as many as it takes arguments, less the numbers.
    Made {
        op: TextOp,
        /// Its arguments, where they are numbers: a float, and an int.
        numbers: [Option<T>; 2],
    },
    /// Of the two on top the first where it is true, else the second.
    Choice(T),
}

impl<T> Say<T> {
    /// What it reads.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        let all = match self {
            Self::Text(value) | Self::Choice(value) => [Some(value), None],
            Self::Made { numbers: [a, b], .. } => [a.as_ref(), b.as_ref()],
        };
        all.into_iter().flatten()
    }

    /// The same step of other values.
    pub(crate) fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Say<U> {
        match self {
            Self::Text(value) => Say::Text(f(value)),
            Self::Choice(value) => Say::Choice(f(value)),
            Self::Made { op, numbers: [a, b] } => {
                Say::Made { op: *op, numbers: [a.as_ref().map(&mut f), b.as_ref().map(&mut f)] }
            }
        }
    }

    /// How many texts it takes, and leaves one.
    pub(crate) fn takes(&self) -> usize {
        match self {
            Self::Text(_) => 0,
            Self::Choice(_) => 2,
            Self::Made { op, .. } => op.texts(),
        }
    }
}

/// The most texts that are on the stack at once.
pub(crate) fn depth<T>(steps: &[Say<T>]) -> usize {
    let mut most = 0;
    let mut now = 0_usize;
    for step in steps {
        now = now.saturating_sub(step.takes()) + 1;
        most = most.max(now);
    }
    most
}

/// Whether a node is a text that is made for each element.
pub(crate) fn is_said(program: &Program, node: u32) -> bool {
    if program.node_type(node) != Type::Text || program.node_domain(node).is_none() {
        return false;
    }
    let row = &program.data().nodes[node as usize];
    match row.op.meaning() {
        Meaning::Text(_) => true,
        Meaning::Number(Number::Select) => row.args.iter().skip(1).any(|&arg| is_said(program, arg)),
        _ => false,
    }
}

/// A text of each element that is measured. The steps to it, and how wide its lines are, are of arguments by their places.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MeasuredText {
    /// The row of how it is laid out.
    pub(crate) style: u32,
    /// Whether its height is asked for, and not its width.
    pub(crate) is_height: bool,
    pub(crate) steps: Vec<Say<usize>>,
    /// In sizes; where it is not above 0, only the text ends lines.
    pub(crate) lines: usize,
}

impl Lower<'_> {
    /// How wide or how high the text of each element is: a stage later than what it is made of.
    pub(super) fn side(&mut self, op: TextOp, node: u32) -> ExprId {
        let of = DomainId(self.program.node_domain(node).unwrap_or(0));
        let data = &self.program.data().nodes[node as usize];
        let &[text, lines] = data.args.as_slice() else { return self.exprs.float(0.0) };
        let (style, is_height) = (data.index.unwrap_or(0), matches!(op, TextOp::Height(_)));
        let mut args: SmallVec<[ExprId; 5]> = SmallVec::new();
        let mut place = |expr: ExprId| {
            args.iter().position(|&known| known == expr).unwrap_or_else(|| {
                args.push(expr);
                args.len() - 1
            })
        };
        // What all elements have is that of themselves, whoever reads it.
        let (steps, lines) = self.of_themselves(|lower| (lower.say(text), lower.node(lines)[0]));
        let steps = steps.iter().map(|step| step.map(|&value| place(value))).collect();
        let row = MeasuredText { style, is_height, steps, lines: place(lines) };
        let set_stage = self.set_stage(of);
        let stage = args.iter().map(|&arg| self.exprs.stage(arg)).fold(set_stage, u32::max) + 1;
        let known = self.measured.iter().position(|known| *known == row);
        let at = known.unwrap_or_else(|| {
            self.measured.push(row);
            self.measured.len() - 1
        });
        let atom = Atom::Whole { whole: Whole::Side(at as u32), of };
        self.exprs.add(Expr { atom, args, kind: Kind::Float, domain: Some(of) }, stage)
    }

    /// The steps to a text.
    pub(super) fn say(&mut self, node: u32) -> Vec<Say<ExprId>> {
        enum Work {
            Node(u32),
            Step(Say<ExprId>),
        }
        let (mut steps, mut work) = (Vec::new(), vec![Work::Node(node)]);
        while let Some(next) = work.pop() {
            let node = match next {
                Work::Step(step) => {
                    steps.push(step);
                    continue;
                }
                Work::Node(node) => node,
            };
            if !is_said(self.program, node) {
                steps.push(Say::Text(self.node(node)[0]));
                continue;
            }
            let row = &self.program.data().nodes[node as usize];
            let is_text = |arg: &u32| self.program.node_type(*arg) == Type::Text;
            let texts: SmallVec<[u32; 2]> = row.args.iter().copied().filter(is_text).collect();
            let step = match row.op.meaning() {
                Meaning::Text(op) => {
                    let mut numbers = [None; 2];
                    for (number, &arg) in numbers.iter_mut().zip(&row.args).filter(|(_, arg)| !is_text(arg)) {
                        *number = Some(arg);
                    }
                    Say::Made { op, numbers: numbers.map(|number| number.map(|node| self.node(node)[0])) }
                }
                _ => Say::Choice(self.node(row.args[0])[0]),
            };
            work.push(Work::Step(step));
            work.extend(texts.into_iter().rev().map(Work::Node));
        }
        steps
    }
}
