//! Rates: how often the value of an expression can change.
//!
//! Takes every expression, arguments first; gives each the fastest rate of what it is made of. What follows decides by
//! rate what runs at load and what runs every frame.

use super::expr::{Atom, Exprs};
use crate::id::{DomainId, ExprId, Table};

/// How often a value can change, slowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rate {
    /// Never: it is computed once, when the program is loaded.
    Load,
    /// When the host changes something between two frames. It is evaluated every frame, as long as nothing asks for
    /// less.
    Change,
    /// Every frame.
    Frame,
}

impl Rate {
    /// The rate of what is made of values of both rates.
    fn join(self, other: Self) -> Self {
        self.max(other)
    }
}

/// The rate of every expression.
pub(super) struct Rates {
    of: Table<ExprId, Rate>,
}

impl Rates {
    /// `moves` says of a domain whether its elements change their places.
    pub(super) fn new(exprs: &Exprs, moves: impl Fn(DomainId) -> bool) -> Self {
        let mut of = Table::new();
        for id in exprs.ids() {
            let expr = exprs.get(id);
            let own = match expr.domain {
                Some(domain) if moves(domain) => Rate::Frame,
                Some(_) | None => own(expr.atom),
            };
            let rate = expr.args.iter().fold(own, |rate, &arg| rate.join(of[arg]));
            of.push(rate);
        }
        Self { of }
    }

    /// Whether an expression is computed once.
    pub(super) fn is_fixed(&self, id: ExprId) -> bool {
        self.of[id] == Rate::Load
    }
}

/// The rate of an expression whose arguments never change.
fn own(atom: Atom) -> Rate {
    match atom {
        // What identifies elements is that of the program.
        Atom::Const(_)
        | Atom::Index
        | Atom::Id
        | Atom::Rank
        | Atom::Random(_)
        | Atom::Lookup { is_given: false, .. }
        | Atom::Op { .. }
        | Atom::Text(_)
        | Atom::Wide { .. } => Rate::Load,
        Atom::Frame(input) => input.nature().0,
        Atom::Input(_)
        | Atom::Lookup { is_given: true, .. }
        | Atom::Cell(..)
        | Atom::Fresh(_)
        | Atom::Known(_)
        | Atom::Delay(..)
        | Atom::DelayTime(..)
        | Atom::Reduced(_)
        | Atom::Payload(..)
        | Atom::Row(_)
        | Atom::Happened(_)
        | Atom::LaneCell(_)
        | Atom::LaneDelay(..)
        | Atom::Count(_)
        | Atom::Newborn(_)
        | Atom::Element(_)
        // Their buffers are filled in an earlier stage of the same frame.
        | Atom::Shown { .. }
        | Atom::PairIndex(_)
        | Atom::PairEnd { .. }
        | Atom::Fold(_)
        | Atom::Gather { .. }
        | Atom::Whole { .. }
        | Atom::Neighbor { .. } => Rate::Frame,
    }
}

#[cfg(test)]
mod tests {
    use smallvec::SmallVec;

    use super::super::expr::{Expr, Kind, Prim};
    use super::super::inputs::FrameInput;
    use super::*;

    #[test]
    fn the_fastest_argument_decides() {
        let mut exprs = Exprs::default();
        let mut leaf = |input| {
            let atom = Atom::Frame(input);
            let expr = Expr { atom, args: SmallVec::new(), kind: Kind::Float, domain: None };
            exprs.add(expr, 0)
        };
        let (seed, canvas, time) =
            (leaf(FrameInput::Seed), leaf(FrameInput::Canvas(0)), leaf(FrameInput::Time));
        let fixed = exprs.op(Prim::Add, &[seed, seed]);
        let resized = exprs.op(Prim::Add, &[fixed, canvas]);
        let moving = exprs.op(Prim::Mul, &[resized, time]);
        let rates = Rates::new(&exprs, |_| false);
        assert_eq!([fixed, resized, moving].map(|id| rates.of[id]), [Rate::Load, Rate::Change, Rate::Frame]);
        assert!(rates.is_fixed(seed) && !rates.is_fixed(resized));
    }
}
