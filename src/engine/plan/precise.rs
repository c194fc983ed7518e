//! Time in lanes: numbers that grow without end are f64 in lanes too, up to where they no longer grow.
//!
//! A lane is an f32. A uniform that [grows](super::growth) would lose digits the moment it meets one: after a day,
//! `fract(time / 4 + index * 0.25)` moves in steps of a 250th, after a hundred days in leaps. So a lane expression that
//! grows is computed in f64 ([`Kind::Double`]) from its uniforms and the element's index, until something takes the
//! size out of it: a fraction or a remainder, an angle or a phase, a cell of noise, a comparison. That is rounded to f32.
//!
//! What would not gain by it stays an operation on f32, bit for bit: a sum of one growing uniform and lanes that are
//! f32 themselves is, wherever it is small, as exact as those lanes are.
//!
//! A per-element cell that grows or adds up is held as two rows, the f32 that it was and what that leaves of the f64:
//! an integral is then as exact after an hour as a signal's is.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::NONE;
use super::cells::{self, CellPlan};
use super::expr::{Atom, Expr, Exprs, Imm, Kind, Prim};
use super::growth::{Growths, NextPart};
use super::lower::Lowered;
use super::passes::{LoweredCamera, LoweredPass, Unpacked};
use crate::draw::Dash;
use crate::id::{CellId, ExprId, Table};
use crate::scalar::Growing;

/// A per-element cell's component that is held in two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RestPart {
    pub(super) cell: CellId,
    pub(super) component: u32,
    /// What the f32 leaves of the next value.
    pub(super) next: ExprId,
}

/// Makes everything that was lowered precise. Notes the rows of per-element state that hold what f32s leave.
pub(super) fn make(lowered: &mut Lowered<'_, Unpacked>, cells: &mut Table<CellId, CellPlan>) {
    let mut growths =
        Growths::new(lowered.program, &lowered.exprs, &lowered.nexts, &lowered.events.set_parts());
    for pass in &mut lowered.passes {
        turn_back(&mut lowered.exprs, &growths, pass);
    }
    growths.extend(&lowered.exprs);
    let mut rows = HashMap::new();
    let free_row = cells::end(cells, |cell| cell.domain.is_some());
    // A next value that is one number for all elements is no lane, of which something would be left: it is rounded where it
    // is kept. A reaction sets some such numbers once and for long: a time.
    let next = growths.nexts.iter().filter(|part| lowered.exprs.get(part.next).domain.is_some());
    for part in next.chain(&growths.set) {
        let is_wide = growths.grows(part.next) || part.sum.is_some();
        let is_float = lowered.exprs.get(part.next).kind == Kind::Float;
        if let Some(row) = high_row(lowered, part).filter(|_| is_wide && is_float) {
            let free = free_row + rows.len() as u32;
            cells[part.cell].rests[part.component as usize] = *rows.entry(row).or_insert(free);
        }
    }
    // Whoever writes the one row writes the other.
    let is_held = |part: &&NextPart| high_row(lowered, part).is_some_and(|row| rows.contains_key(&row));
    let of = |parts: &[NextPart]| -> Vec<NextPart> { parts.iter().filter(is_held).copied().collect() };
    let (held, set) = (of(&growths.nexts), of(&growths.set));
    let meets_lanes = |id: ExprId| {
        let expr = lowered.exprs.get(id);
        expr.domain.is_some() && expr.args.iter().any(|&arg| growths.grows(arg))
    };
    if rows.is_empty() && !lowered.exprs.ids().any(meets_lanes) {
        return;
    }
    let mut maker = Maker::new(&mut lowered.exprs, &growths, &rows, held.iter().chain(&set));
    maker.run();
    for &NextPart { cell, component, next, .. } in &held {
        lowered.rests.push(RestPart { cell, component, next: maker.rest_of(next) });
    }
    lowered.events.add_rests(|cell, component, value| {
        let is_held = cells[cell].rests[component as usize] != NONE;
        is_held.then(|| maker.rest_of(value))
    });
    let plain = maker.plain;
    let replace = |id: &mut ExprId| *id = plain[*id];
    lowered.fields.iter_mut().flatten().for_each(replace);
    lowered.nexts.iter_mut().flat_map(|next| &mut next.parts).for_each(replace);
    lowered.events.lanes_mut().for_each(replace);
    lowered.continuities.iter_mut().flat_map(|continuity| &mut continuity.parts).for_each(replace);
    lowered.near.replace(|id| plain[id]);
    lowered.passes.iter_mut().for_each(|pass| pass.replace(|id| plain[id]));
}

/// The row of a component of a per-element cell that is no ring.
fn high_row(lowered: &Lowered<'_, Unpacked>, part: &NextPart) -> Option<u32> {
    let cell = &lowered.program.data().cells[part.cell.index()];
    (cell.domain.is_some() && cell.ring.is_none()).then_some(cell.offset + part.component)
}

/// Takes whole turns out of angles that grow, and whole patterns out of the offset of dashes: what a pass is given is an
/// f32. The sign stays, and so do the bits of what lies within the first turn.
fn turn_back(exprs: &mut Exprs, growths: &Growths, pass: &mut LoweredPass<Unpacked>) {
    let turn = exprs.float(std::f64::consts::TAU);
    let less = |exprs: &mut Exprs, id: &mut ExprId, period: ExprId| {
        if growths.grows(*id) {
            let periods = exprs.op(Prim::Div, &[*id, period]);
            let whole = exprs.op(Prim::Trunc, &[periods]);
            let whole = exprs.op(Prim::Mul, &[whole, period]);
            *id = exprs.op(Prim::Sub, &[*id, whole]);
        }
    };
    less(exprs, &mut pass.attributes.rotation, turn);
    if let Some(LoweredCamera::Orthographic { rotation, .. }) = &mut pass.camera {
        less(exprs, rotation, turn);
    }
    let dash = pass.attributes.stroke.as_mut().and_then(|stroke| stroke.dash.as_mut());
    if let Some(Dash { on, off, offset, scale: _ }) = dash
        && growths.grows(*offset)
    {
        let pattern = exprs.op(Prim::Add, &[*on, *off]);
        let shown = *offset;
        less(exprs, offset, pattern);
        // Without a pattern there is nothing to be off by.
        let zero = exprs.float(0.0);
        let is_some = exprs.op(Prim::Lt, &[zero, pattern]);
        *offset = exprs.op(Prim::Select, &[is_some, *offset, shown]);
    }
}

/// Makes the forms of every expression, arguments first.
struct Maker<'e> {
    exprs: &'e mut Exprs,
    growths: &'e Growths,
    /// Where per-element state has its rest.
    rows: &'e HashMap<u32, u32>,
    /// What to read for it as an f32, an int or a bool.
    plain: Table<ExprId, ExprId>,
    /// Its f64, where there is one.
    wide: Table<ExprId, Option<ExprId>>,
    /// Whether it must be read as an f64, for an f32 is too small.
    is_large: Table<ExprId, bool>,
    /// Whether its plain form is as exact as what it was before, in f32.
    is_safe: Table<ExprId, bool>,
    /// Whether it is a multiple of the index and uniforms, exact in f64.
    of_index: Table<ExprId, bool>,
    /// Sums that are kept within a range, and what they are of.
    carried: Table<ExprId, bool>,
    /// Next values of what is held in two rows: their f32 is that of the f64, or it would drift away from it.
    exact: Table<ExprId, bool>,
    /// What is added in a frame.
    terms: Table<ExprId, bool>,
}

impl<'e> Maker<'e> {
    fn new(
        exprs: &'e mut Exprs,
        growths: &'e Growths,
        rows: &'e HashMap<u32, u32>,
        held: impl Iterator<Item = &'e NextPart>,
    ) -> Self {
        let none = Table::filled(false, exprs.len());
        let mut maker = Self {
            exprs,
            growths,
            rows,
            plain: Table::new(),
            wide: Table::new(),
            is_large: Table::new(),
            is_safe: Table::new(),
            of_index: Table::new(),
            carried: none.clone(),
            exact: none.clone(),
            terms: none,
        };
        for part in held {
            maker.exact[part.next] = true;
            let Some(sum) = part.sum else { continue };
            maker.terms[sum.term] = true;
            if sum.is_within {
                maker.carried[sum.sum] = true;
                maker.carried[sum.own] = true;
            }
        }
        maker
    }

    fn run(&mut self) {
        for id in self.carried.ids() {
            let expr = self.exprs.get(id).clone();
            let grows = self.growths.grows(id);
            let (mut plain, mut wide, mut is_large, mut is_safe, mut of_index) =
                (id, None, false, true, false);
            match expr.atom {
                // A uniform is an f64 as it is.
                _ if expr.domain.is_none() => is_large = grows && expr.kind == Kind::Float,
                Atom::LaneCell(row) => {
                    if let Some(&rest) = self.rows.get(&row) {
                        let rest = Expr { atom: Atom::LaneCell(rest), ..expr };
                        let rest = self.exprs.add(rest, 0);
                        wide = Some(self.wide_op(Prim::Add, Imm::None, &[id, rest], Kind::Double));
                        is_large = grows || self.carried[id];
                    }
                }
                // An index, or what all elements have, is as exact as it has become.
                Atom::Gather { .. } | Atom::Whole { .. } | Atom::Lookup { .. } => {
                    let args = expr.args.iter().map(|&arg| self.plain[arg]).collect();
                    plain = self.exprs.add(Expr { args, ..expr }, self.exprs.stage(id));
                }
                Atom::Op { prim, out, imm } => {
                    of_index = self.is_of_index(prim, &expr);
                    is_large = matches!(prim.growing(), Growing::Keeps)
                        && expr.kind == Kind::Float
                        && (grows || self.carried[id]);
                    is_safe = self.is_safe(prim, &expr);
                    if is_large || of_index || self.is_exact(id, prim) || self.is_wide_term(id, prim) {
                        wide = Some(self.of_wide(prim, imm, &expr, Kind::Double));
                    }
                    plain = self.plain_op(prim, out, imm, id, &expr, is_large, is_safe);
                }
                _ => {}
            }
            self.plain.push(plain);
            self.wide.push(wide);
            self.is_large.push(is_large);
            self.is_safe.push(is_safe);
            self.of_index.push(of_index);
        }
    }

    fn large(&self, expr: &Expr) -> usize {
        expr.args.iter().filter(|&&arg| self.is_large[arg]).count()
    }

    /// Whether an operation is a multiple of the index and uniforms.
    fn is_of_index(&self, prim: Prim, expr: &Expr) -> bool {
        match prim {
            Prim::IntToFloat | Prim::UintToFloat => true,
            Prim::Add | Prim::Sub | Prim::Mul | Prim::Div | Prim::Neg => {
                expr.args.iter().all(|&arg| self.exprs.get(arg).domain.is_none() || self.of_index[arg])
            }
            _ => false,
        }
    }

    fn is_exact(&self, id: ExprId, prim: Prim) -> bool {
        self.exact[id] && matches!(prim.growing(), Growing::Keeps | Growing::Reduces)
    }

    fn is_wide_term(&self, id: ExprId, prim: Prim) -> bool {
        self.terms[id] && matches!(prim, Prim::Add | Prim::Sub | Prim::Mul | Prim::Div | Prim::Neg)
    }

    /// Whether an f32 operation is as exact as its lanes are, though it may grow.
    fn is_safe(&self, prim: Prim, expr: &Expr) -> bool {
        let all_safe = || {
            let mut large = expr.args.iter().filter(|&&arg| self.is_large[arg]);
            large.all(|&arg| self.is_safe[arg])
        };
        match prim {
            // Where the sum is small, the number that grows is no larger than the other.
            Prim::Add | Prim::Sub => {
                self.large(expr) < 2 && all_safe() && !expr.args.iter().any(|&arg| self.of_index[arg])
            }
            Prim::Mul | Prim::Div | Prim::Neg | Prim::Abs | Prim::Min | Prim::Max | Prim::Select => {
                all_safe()
            }
            Prim::IntToFloat | Prim::UintToFloat => true,
            _ => false,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what `run` knows of one expression")]
    fn plain_op(
        &mut self,
        prim: Prim,
        out: u8,
        imm: Imm,
        id: ExprId,
        expr: &Expr,
        is_large: bool,
        is_safe: bool,
    ) -> ExprId {
        let large = self.large(expr);
        let one_safe = || {
            let mut found = expr.args.iter().filter(|&&arg| self.is_large[arg]);
            large == 1 && found.all(|&arg| self.is_safe[arg])
        };
        let mut args: SmallVec<[ExprId; 5]> = expr.args.iter().map(|&arg| self.plain[arg]).collect();
        if self.is_exact(id, prim) {
            return self.of_wide(prim, imm, expr, expr.kind);
        }
        match prim.growing() {
            Growing::Keeps if is_large && !is_safe => return self.of_wide(prim, imm, expr, Kind::Float),
            Growing::Turns(at) if self.is_large[expr.args[at]] => {
                let of = [self.wide_of(expr.args[at])];
                args[at] = self.wide_op(Prim::FractSigned, Imm::None, &of, Kind::Float);
            }
            Growing::Cycles if self.is_large[expr.args[0]] => {
                let of = [self.wide_of(expr.args[0])];
                args[0] = self.wide_op(Prim::Fract, Imm::None, &of, Kind::Float);
            }
            Growing::Compares if large > 0 && !one_safe() => return self.of_wide(prim, imm, expr, expr.kind),
            Growing::Reduces if large > 0 => return self.of_wide(prim, imm, expr, expr.kind),
            Growing::Keeps | Growing::Turns(_) | Growing::Cycles => {}
            Growing::Compares | Growing::Reduces | Growing::Takes => {}
        }
        if args == expr.args {
            return id;
        }
        self.exprs.op_out(prim, &args, out, imm, expr.kind)
    }

    /// What an f32 leaves of a value that is kept per element.
    fn rest_of(&mut self, id: ExprId) -> ExprId {
        let plain = self.plain[id];
        if self.exprs.get(id).domain.is_some() {
            let args = [self.wide_of(id), plain];
            return self.wide_op(Prim::Sub, Imm::None, &args, Kind::Float);
        }
        let rounded = self.exprs.op(Prim::QuantizeF32, &[plain]);
        self.exprs.op(Prim::Sub, &[plain, rounded])
    }

    /// The f64 of an expression, or what there is of it.
    fn wide_of(&self, id: ExprId) -> ExprId {
        self.wide[id].unwrap_or(self.plain[id])
    }

    fn of_wide(&mut self, prim: Prim, imm: Imm, expr: &Expr, kind: Kind) -> ExprId {
        let args: SmallVec<[ExprId; 5]> = expr.args.iter().map(|&arg| self.wide_of(arg)).collect();
        self.wide_op(prim, imm, &args, kind)
    }

    /// An operation in f64, in lanes.
    fn wide_op(&mut self, prim: Prim, imm: Imm, args: &[ExprId], kind: Kind) -> ExprId {
        let domain = args.iter().find_map(|&arg| self.exprs.get(arg).domain);
        let atom = Atom::Wide { prim, imm };
        self.exprs.add(Expr { atom, args: SmallVec::from_slice(args), kind, domain }, 0)
    }
}
