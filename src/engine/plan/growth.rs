//! Which expressions grow without end: what depends on time, on a count of frames, or on state that adds up.
//!
//! Such a number leaves the digits of a 32-bit lane behind within hours. Where it is the same for all elements it is an
//! f64 and stays exact; [`precise`](super::precise) sees to it that it is one where it meets an element, too.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::expr::{Atom, Expr, Exprs, Prim};
use super::lower::Next;
use crate::id::{CellId, ExprId, Table};
use crate::program::{Program, Storage};
use crate::scalar::Growing;

/// The ways in which an expression may grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Growth {
    up: bool,
    down: bool,
}

impl Growth {
    pub(super) const NONE: Self = Self { up: false, down: false };
    pub(super) const UP: Self = Self { up: true, down: false };
    const BOTH: Self = Self { up: true, down: true };

    pub(super) fn is_some(self) -> bool {
        self.up || self.down
    }

    fn or(self, other: Self) -> Self {
        Self { up: self.up | other.up, down: self.down | other.down }
    }

    fn negated(self) -> Self {
        Self { up: self.down, down: self.up }
    }

    /// Both ways where it grows at all.
    fn either(self) -> Self {
        if self.is_some() { Self::BOTH } else { Self::NONE }
    }

    fn min(self, other: Self) -> Self {
        Self { up: self.up & other.up, down: self.down | other.down }
    }

    fn max(self, other: Self) -> Self {
        self.negated().min(other.negated()).negated()
    }

    /// Times (or divided by) a number that may be known.
    fn times(self, factor: Option<f64>) -> Self {
        match factor {
            Some(0.0) => Self::NONE,
            Some(x) if x > 0.0 => self,
            Some(_) => self.negated(),
            None => self.either(),
        }
    }
}

/// How often what cells do to one another is followed.
const ROUNDS_MAX: usize = 8;
/// How large what a cell adds up may be. (All cells together are then looked through in a time that is linear.)
const TERM_MAX: usize = 500;

/// How a component of a cell adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// What is added (or taken away) in a frame.
    pub(super) term: ExprId,
    /// The sum itself.
    pub(super) sum: ExprId,
    /// The cell's own value in it.
    pub(super) own: ExprId,
    /// Whether the next value is the sum kept within a range: a fraction, a remainder.
    pub(super) is_within: bool,
}

/// The next value of a component of a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct NextPart {
    pub(super) cell: CellId,
    pub(super) component: u32,
    pub(super) next: ExprId,
    /// How the cell adds up, where it does.
    pub(super) sum: Option<Sum>,
}

/// A component of what a reaction sets a cell to.
#[derive(Clone, Copy, Debug)]
pub(super) struct SetPart {
    pub(super) cell: CellId,
    pub(super) component: u32,
    pub(super) value: ExprId,
}

/// What grows.
pub(super) struct Growths {
    /// By expression.
    pub(super) of: Table<ExprId, Growth>,
    pub(super) nexts: Vec<NextPart>,
    /// What reactions set cells to.
    pub(super) set: Vec<NextPart>,
    places: Places,
    /// Of each component of a cell.
    cells: HashMap<Place, Growth>,
}

impl Growths {
    /// `set` has what reactions set cells to.
    pub(super) fn new(program: &Program, exprs: &Exprs, nexts: &[Next], set: &[SetPart]) -> Self {
        let cells = &program.data().cells;
        let mut places = Places::default();
        for (row, cell) in cells.iter().enumerate() {
            for component in 0..cell.ty.stride() {
                let place = (CellId(row as u32), component);
                match (cell.ring, cell.domain) {
                    (Some(_), _) => {}
                    (None, None) => {
                        places.scalars.insert((cell.storage, cell.offset + component), place);
                    }
                    (None, Some(_)) => {
                        places.lanes.insert(cell.offset + component, place);
                    }
                }
            }
        }
        let mut search = Search { seen: Table::filled(0, exprs.len()), round: 0, stack: Vec::new() };
        let mut parts = Vec::new();
        for &Next { cell, parts: ref components } in nexts {
            let is_ring = cells[cell.index()].ring.is_some();
            for (component, &next) in components.iter().enumerate() {
                let component = component as u32;
                let sum = (!is_ring).then(|| search.sum(exprs, &places, (cell, component), next)).flatten();
                parts.push(NextPart { cell, component, next, sum });
            }
        }
        let adds_up = |part: &NextPart| part.sum.is_some_and(|sum| !sum.is_within);
        let first = |part: &NextPart| if adds_up(part) { Growth::BOTH } else { Growth::NONE };
        let mut cells: HashMap<Place, Growth> = HashMap::new();
        for part in &parts {
            cells.insert((part.cell, part.component), first(part));
        }
        let part = |&SetPart { cell, component, value }: &SetPart| {
            let sum = search.sum(exprs, &places, (cell, component), value);
            NextPart { cell, component, next: value, sum }
        };
        let set: Vec<NextPart> = set.iter().map(part).collect();
        for part in &set {
            let growth = cells.entry((part.cell, part.component)).or_default();
            *growth = growth.or(first(part));
        }
        let mut growths = Self { of: Table::new(), nexts: parts, set, places, cells };
        // What one cell does may make another one grow: once more, until nothing new is found. A chain of cells that is
        // longer than that stays as it is: f32 where it meets lanes.
        for _ in 0..ROUNDS_MAX {
            growths.of.clear();
            growths.extend(exprs);
            let Self { of, nexts, set, cells, .. } = &mut growths;
            let mut is_same = true;
            for part in nexts.iter().chain(set.iter()) {
                if let Some(growth) = cells.get_mut(&(part.cell, part.component)) {
                    let found = growth.or(of[part.next]);
                    is_same &= found == *growth;
                    *growth = found;
                }
            }
            if is_same {
                break;
            }
        }
        growths
    }

    /// Takes in the expressions that are new.
    pub(super) fn extend(&mut self, exprs: &Exprs) {
        for id in exprs.ids().skip(self.of.len()) {
            let expr = exprs.get(id);
            let growth = match self.places.of(expr.atom) {
                Some(place) => self.cells.get(&place).copied().unwrap_or_default(),
                None => growth(exprs, expr, &self.of),
            };
            self.of.push(growth);
        }
    }

    pub(super) fn grows(&self, id: ExprId) -> bool {
        self.of[id].is_some()
    }
}

/// A component of a cell.
type Place = (CellId, u32);

/// Which component of which cell a leaf reads.
#[derive(Default)]
struct Places {
    scalars: HashMap<(Storage, u32), Place>,
    lanes: HashMap<u32, Place>,
}

impl Places {
    fn of(&self, atom: Atom) -> Option<Place> {
        match atom {
            Atom::Cell(storage, row) => self.scalars.get(&(storage, row)).copied(),
            Atom::LaneCell(row) => self.lanes.get(&row).copied(),
            // The past of a signal, in f64.
            Atom::Delay(cell, component) | Atom::DelayTime(cell, component) => Some((cell, component)),
            _ => None,
        }
    }
}

/// Looks for cells in expressions.
struct Search {
    /// The round in which an expression was last seen.
    seen: Table<ExprId, u32>,
    round: u32,
    stack: Vec<ExprId>,
}

impl Search {
    /// How a next value is the cell's own plus something that does not depend on it, or is that within a range.
    fn sum(&mut self, exprs: &Exprs, places: &Places, place: Place, next: ExprId) -> Option<Sum> {
        let expr = exprs.get(next);
        let is_within = matches!(expr.atom, Atom::Op { prim: Prim::Fract | Prim::Mod | Prim::Wrap, .. });
        let sum = if is_within { expr.args[0] } else { next };
        let expr = exprs.get(sum);
        let is_own = |id: ExprId| {
            let expr = exprs.get(id);
            let held = match expr.atom {
                // The first value, and then the cell.
                Atom::Op { prim: Prim::Select, .. } if is_fresh(exprs, expr.args[0]) => {
                    exprs.get(expr.args[2])
                }
                _ => expr,
            };
            places.of(held.atom) == Some(place)
        };
        let (own, term) = match expr.atom {
            Atom::Op { prim: Prim::Add | Prim::AddInt, .. } => match (expr.args[0], expr.args[1]) {
                (a, b) if is_own(a) => (a, b),
                (a, b) if is_own(b) => (b, a),
                _ => return None,
            },
            Atom::Op { prim: Prim::Sub | Prim::SubInt, .. } if is_own(expr.args[0]) => {
                (expr.args[0], expr.args[1])
            }
            _ => return None,
        };
        (!self.reads(exprs, places, place, term)).then_some(Sum { term, sum, own, is_within })
    }

    /// Whether an expression reads a component of a cell, or is too large to tell.
    fn reads(&mut self, exprs: &Exprs, places: &Places, place: Place, root: ExprId) -> bool {
        self.round += 1;
        self.stack.clear();
        self.stack.push(root);
        let mut count = 0;
        while let Some(id) = self.stack.pop() {
            count += 1;
            if count > TERM_MAX {
                return true;
            }
            if std::mem::replace(&mut self.seen[id], self.round) == self.round {
                continue;
            }
            let expr = exprs.get(id);
            if places.of(expr.atom) == Some(place) {
                return true;
            }
            self.stack.extend(&expr.args);
        }
        false
    }
}

/// Whether an expression asks if a cell, or an element of it, is fresh.
fn is_fresh(exprs: &Exprs, id: ExprId) -> bool {
    let is_known = |id: ExprId| matches!(exprs.get(id).atom, Atom::Known(_));
    match exprs.get(id).atom {
        Atom::Op { prim: Prim::LeInt, .. } => is_known(exprs.get(id).args[0]),
        atom => matches!(atom, Atom::Fresh(_)),
    }
}

/// How an expression grows that is no state. Arguments come first.
fn growth(exprs: &Exprs, expr: &Expr, of: &Table<ExprId, Growth>) -> Growth {
    use Prim::*;
    let (prim, args): (Prim, SmallVec<[Growth; 5]>) = match expr.atom {
        Atom::Frame(input) => return input.nature().1,
        Atom::Op { prim, out: 0, .. } => (prim, expr.args.iter().map(|&a| of[a]).collect()),
        // What a cell or a ring gives is looked up; everything else is within bounds, or is no number that grows.
        Atom::Op { .. }
        | Atom::Wide { .. }
        | Atom::Const(_)
        | Atom::Input(_)
        | Atom::Cell(..)
        | Atom::Fresh(_)
        | Atom::Known(_)
        | Atom::Delay(..)
        | Atom::Reduced(_)
        | Atom::Payload(..)
        | Atom::Row(_)
        | Atom::Happened(_)
        | Atom::Count(_)
        | Atom::Newborn(_)
        | Atom::Element(_)
        | Atom::Shown { .. }
        | Atom::Index
        | Atom::Id
        | Atom::Rank
        | Atom::Random(_)
        | Atom::LaneCell(_)
        | Atom::LaneDelay(..)
        | Atom::PairIndex(_)
        | Atom::PairEnd { .. }
        | Atom::Fold(_)
        | Atom::Gather { .. }
        | Atom::Whole { .. }
        | Atom::Neighbor { .. }
        | Atom::Lookup { .. }
        | Atom::Text(_)
        | Atom::DelayTime(..) => return Growth::NONE,
    };
    let a = |k: usize| args[k];
    let number = |k: usize| exprs.constant(expr.args[k]);
    match prim {
        Add | AddInt => a(0).or(a(1)),
        Sub | SubInt => a(0).or(a(1).negated()),
        Mul | MulInt => a(0).times(number(1)).or(a(1).times(number(0))),
        Div | DivInt => a(0).times(number(1)),
        Neg => a(0).negated(),
        Abs | AbsInt if a(0).is_some() => Growth::UP,
        Min | MinInt | MinUint => a(0).min(a(1)),
        Max | MaxInt | MaxUint => a(0).max(a(1)),
        Clamp => a(0).min(a(2)).max(a(1)),
        Mix => a(0).or(a(1)).or(a(2).either()),
        Select => a(1).or(a(2)),
        Floor | Ceil | Round | Trunc | Sqrt | Cbrt | QuantizeF32 | IntToFloat | UintToFloat | FloatToInt
        | FloatToUint | DivUint | BitOr => a(0),
        Pow => a(0).either(),
        // Of any other: if it keeps sizes, either way is possible.
        other => match other.growing() {
            Growing::Keeps => args.iter().fold(Growth::NONE, |all, &arg| all.or(arg)).either(),
            Growing::Turns(_) | Growing::Cycles | Growing::Compares | Growing::Reduces | Growing::Takes => {
                Growth::NONE
            }
        },
    }
}
