//! Fusing: the expressions of some roots as one list of instructions on numbered values.
//!
//! Takes roots of one domain and stage, and what buffers hold by then; gives a sweep whose values have no registers yet
//! ([`Fused`]). Superinstructions are chosen here. Each is the composition of its parts, bit for bit (a product is
//! rounded before it is added), so that fusing never shows.

use std::collections::{BTreeMap, HashMap};

use smallvec::{SmallVec, smallvec};

use super::allocate;
use super::bounds::Prover;
use super::expr::{Atom, Exprs, FieldPart, Imm, Kind, Prim};
use super::roots::{Root, Target};
use super::sweep::{
    Affine, Column, Gathered, Held, HeldBuffers, LaneOp, MAX_WIDE_SOURCES, Src, Sweep, TapPlan, Uniform,
    WideOp,
};
use super::tables::column_of;
use crate::id::{BufferId, CellId, DomainId, ExprId};
use crate::program::Edge;
use crate::program::meaning::End;

/// The arguments of an operation.
type Arguments = SmallVec<[ExprId; 5]>;
/// Which expressions the results of an operation are.
type Results = SmallVec<[(u8, ExprId); 3]>;
/// A sum that is half of a polar pair, and its center: y, then x.
type PolarHalves = [Option<(ExprId, ExprId)>; 2];

/// An instruction before registers are allocated. Values are numbered.
pub(super) struct Draft {
    pub(super) op: LaneOp,
    pub(super) src: SmallVec<[Operand; 5]>,
    pub(super) dst: [Option<u32>; 3],
}

/// Where an operand comes from, before registers are allocated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand {
    Value(u32),
    Uniform(u32),
    Column(u32),
}

/// What a sweep writes.
pub(super) struct Output {
    pub(super) target: Target,
    pub(super) operand: Operand,
    pub(super) is_float: bool,
    pub(super) is_color: bool,
    /// Whether it always is a number, or a colour, as long as signals are [small](SIGNAL_MOST).
    pub(super) is_sound: bool,
    /// Whether it always is a number that is not below 0.
    pub(super) is_not_negative: bool,
}

/// A sweep before registers are allocated.
pub(super) struct Fused {
    pub(super) domain: DomainId,
    /// How many values there are.
    pub(super) values: u32,
    pub(super) drafts: Vec<Draft>,
    pub(super) outputs: Vec<Output>,
    /// The operations in f64; where their sources are is known when registers are.
    pub(super) wide: Vec<WideOp>,
    pub(super) columns: Vec<Column>,
    pub(super) gathers: Vec<Gathered>,
    pub(super) uniforms: Vec<Uniform<ExprId>>,
    pub(super) affines: Vec<Affine<ExprId>>,
    pub(super) taps: Vec<TapPlan<ExprId>>,
    pub(super) paths: Vec<ExprId>,
    pub(super) lingers: bool,
}

/// How an expression is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// From the lanes of its arguments.
    Lanes(LaneOp),
    /// From the lane's number: an affine function in turns.
    AffineTurns,
    /// From the lane's number: noise along an affine function.
    AffineNoise,
    /// From the lanes of its second argument; the first one is a path.
    Path,
    /// In f64.
    Wide { prim: Prim, imm: Imm },
    /// From the lanes of the elements whose indices are those of its argument.
    Gather { from: FieldPart, edge: Edge },
    /// From the lanes of other elements.
    Neighbor { from: FieldPart, offset: i32, edge: Edge },
    /// From what an end of each pair has.
    PairEnd { row: u32, domain: DomainId, end: End },
    /// Between two entries of a ring.
    Tap { cell: CellId, component: u32 },
    /// It is a column, or a uniform: nothing is computed.
    Given,
}

/// An operation with its arguments, after fusing.
struct Pattern {
    how: How,
    args: Arguments,
    /// Which expressions its results are.
    outs: Results,
}

struct Fuser<'e> {
    exprs: &'e Exprs,
    domain: DomainId,
    /// Expressions that an earlier sweep has put into a buffer.
    held: &'e HeldBuffers,
    uses: HashMap<ExprId, u32>,
    /// Both halves of a polar pair know each other.
    polar: HashMap<ExprId, [ExprId; 6]>,
    /// Results of one operation on the same arguments.
    siblings: HashMap<(Prim, Imm, Arguments), Results>,
    values: HashMap<ExprId, Operand>,
    splats: HashMap<u32, u32>,
    value_count: u32,
    drafts: Vec<Draft>,
    uniforms: Interned<Uniform<ExprId>>,
    columns: Interned<Column>,
    gathers: Interned<Gathered>,
    affines: Interned<Affine<ExprId>>,
    taps: Interned<TapPlan<ExprId>>,
    paths: Interned<ExprId>,
    wide: Vec<WideOp>,
}

/// The sweep of some roots, all of one domain and stage. `held` are the expressions that it may read from buffers.
pub(super) fn sweep(exprs: &Exprs, domain: DomainId, roots: &[Root], held: &HeldBuffers) -> Sweep<ExprId> {
    allocate::registers(fuse(exprs, domain, roots, held))
}

fn fuse(exprs: &Exprs, domain: DomainId, roots: &[Root], held: &HeldBuffers) -> Fused {
    let mut fuser = Fuser {
        exprs,
        domain,
        held,
        uses: HashMap::new(),
        polar: HashMap::new(),
        siblings: HashMap::new(),
        values: HashMap::new(),
        splats: HashMap::new(),
        value_count: 0,
        drafts: Vec::new(),
        uniforms: Interned::default(),
        columns: Interned::default(),
        gathers: Interned::default(),
        affines: Interned::default(),
        taps: Interned::default(),
        paths: Interned::default(),
        wide: Vec::new(),
    };
    fuser.count_uses(roots);
    fuser.find_polar_pairs();
    for root in roots {
        fuser.compute(root.expr);
    }
    let mut prover = Prover::new(exprs);
    let mut output = |root: &Root| {
        let is_float = exprs.get(root.expr).kind == Kind::Float;
        let is_color = matches!(exprs.get(root.expr).atom, Atom::Op { prim, .. } if prim.packs_a_color());
        // What a buffer holds that is made of nothing else than constants lies between what that does.
        let is_column = |id: ExprId| fuser.is_given(id) && !exprs.is_closed(id);
        let bounds = is_float.then(|| prover.bounds(root.expr, is_column)).flatten();
        Output {
            target: root.target,
            operand: fuser.values[&root.expr],
            is_float,
            is_color,
            is_sound: bounds.is_some() || is_color && prover.is_color(root.expr, is_column),
            is_not_negative: bounds.is_some_and(|bounds| bounds.least >= 0.0),
        }
    };
    Fused {
        domain,
        values: fuser.value_count,
        outputs: roots.iter().map(&mut output).collect(),
        drafts: fuser.drafts,
        wide: fuser.wide,
        columns: fuser.columns.list,
        gathers: fuser.gathers.list,
        uniforms: fuser.uniforms.list,
        affines: fuser.affines.list,
        taps: fuser.taps.list,
        paths: fuser.paths.list,
        lingers: roots.iter().any(|root| root.lingers),
    }
}

impl Fuser<'_> {
    /// Whether an expression is there without computing lanes: uniform, or held by a buffer.
    fn is_given(&self, id: ExprId) -> bool {
        self.exprs.get(id).domain.is_none() || self.held.contains_key(&Held::Value(id, self.domain))
    }

    /// The arguments that lanes are computed from; an affine function takes the index from the lane's number, a place
    /// along a path the handle once for all lanes.
    fn lane_args(&self, id: ExprId) -> SmallVec<[ExprId; 5]> {
        let expr = self.exprs.get(id);
        match expr.atom {
            Atom::Op { prim: Prim::AffineTurns | Prim::AffineNoise, .. } | Atom::DelayTime(..) => {
                SmallVec::new()
            }
            Atom::Op { prim: Prim::PathAt, .. } => smallvec![expr.args[1]],
            // Uniforms are read as the f64 that they are.
            Atom::Wide { .. } => {
                expr.args.iter().copied().filter(|&arg| self.exprs.get(arg).domain.is_some()).collect()
            }
            // The leaves among these have none.
            _ => expr.args.clone(),
        }
    }

    fn count_uses(&mut self, roots: &[Root]) {
        let mut order: Vec<ExprId> = Vec::new();
        for root in roots {
            // An output is used from outside, so it is never fused away.
            let count = self.uses.entry(root.expr).or_insert(0);
            if *count == 0 && !self.is_given(root.expr) {
                order.push(root.expr);
            }
            *self.uses.entry(root.expr).or_insert(0) += 2;
        }
        let mut at = 0;
        while at < order.len() {
            let id = order[at];
            at += 1;
            if let Atom::Op { prim, out, imm } = self.exprs.get(id).atom
                && prim.outputs() > 1
            {
                let key = (prim, imm, self.exprs.get(id).args.clone());
                self.siblings.entry(key).or_default().push((out, id));
            }
            for arg in self.lane_args(id) {
                let given = self.is_given(arg);
                let count = self.uses.entry(arg).or_insert(0);
                if *count == 0 && !given {
                    order.push(arg);
                }
                *count += 1;
            }
        }
    }

    fn used_once(&self, id: ExprId) -> bool {
        !self.is_given(id) && self.uses.get(&id) == Some(&1)
    }

    fn prim(&self, id: ExprId) -> Option<(Prim, u8)> {
        match self.exprs.get(id).atom {
            Atom::Op { prim, out, .. } if !self.is_given(id) => Some((prim, out)),
            _ => None,
        }
    }

    /// `cos(t) * r + x` and `sin(t) * r + y`, where nothing in between is used otherwise. Sums are gone through in the
    /// order of their numbers and pairs kept in order, so that the same program always gives the same sweeps: `uses` is
    /// a hash map.
    fn find_polar_pairs(&mut self) {
        let mut halves: BTreeMap<(ExprId, ExprId), PolarHalves> = BTreeMap::new();
        let mut sums: Vec<ExprId> = self.uses.keys().copied().collect();
        sums.sort_unstable();
        for sum in sums {
            if self.prim(sum) != Some((Prim::Add, 0)) {
                continue;
            }
            let args = &self.exprs.get(sum).args;
            for (product, center) in [(args[0], args[1]), (args[1], args[0])] {
                if self.prim(product) != Some((Prim::Mul, 0)) || !self.used_once(product) {
                    continue;
                }
                let factors = &self.exprs.get(product).args;
                for (wave, radius) in [(factors[0], factors[1]), (factors[1], factors[0])] {
                    let Some((Prim::SinCosTurns, out)) = self.prim(wave) else { continue };
                    // A center that is computed in this sweep might depend on the other half.
                    let fits = self.exprs.get(radius).domain.is_some() && self.is_given(center);
                    if fits && self.used_once(wave) {
                        let turns = self.exprs.get(wave).args[0];
                        halves.entry((turns, radius)).or_default()[out as usize] = Some((sum, center));
                    }
                }
            }
        }
        for ((turns, radius), pair) in halves {
            if let [Some((y, center_y)), Some((x, center_x))] = pair {
                let fused = [turns, radius, center_x, center_y, x, y];
                self.polar.insert(x, fused);
                self.polar.insert(y, fused);
            }
        }
    }

    /// How an expression is computed.
    fn pattern(&self, id: ExprId) -> Pattern {
        let expr = self.exprs.get(id);
        let single = |how, args: Arguments| Pattern { how, args, outs: smallvec![(0, id)] };
        let leaf = |op| single(How::Lanes(op), Arguments::new());
        if let Some(&[turns, radius, cx, cy, x, y]) = self.polar.get(&id) {
            let (args, outs) = (smallvec![turns, radius, cx, cy], smallvec![(0, x), (1, y)]);
            return Pattern { how: How::Lanes(LaneOp::Polar), args, outs };
        }
        match expr.atom {
            Atom::Index => leaf(LaneOp::Index),
            Atom::Id => leaf(LaneOp::Id),
            Atom::Rank => leaf(LaneOp::Rank),
            Atom::Random(salt) => leaf(LaneOp::Random { salt }),
            Atom::Op { prim, imm, .. } => self.operation(id, prim, imm),
            Atom::Lookup { table, component, edge, is_given: _ } => {
                let column = column_of(table, component);
                single(How::Lanes(LaneOp::Lookup { column, edge }), expr.args.clone())
            }
            Atom::Text(op) => single(How::Lanes(LaneOp::Text(op)), expr.args.clone()),
            Atom::Wide { prim, imm } => single(How::Wide { prim, imm }, self.lane_args(id)),
            Atom::Gather { from, edge } => single(How::Gather { from, edge }, expr.args.clone()),
            Atom::Neighbor { from, offset, edge } => {
                single(How::Neighbor { from, offset, edge }, Arguments::new())
            }
            Atom::PairEnd { row, domain, end } => single(How::PairEnd { row, domain, end }, Arguments::new()),
            Atom::DelayTime(cell, component) => single(How::Tap { cell, component }, Arguments::new()),
            Atom::LaneCell(_)
            | Atom::LaneDelay(..)
            | Atom::Element(_)
            | Atom::PairIndex(_)
            | Atom::Fold(_)
            | Atom::Shown { .. }
            | Atom::Whole { .. }
            | Atom::Count(_)
            | Atom::Newborn(_)
            | Atom::Const(_)
            | Atom::Input(_)
            | Atom::Cell(..)
            | Atom::Fresh(_)
            | Atom::Known(_)
            | Atom::Delay(..)
            | Atom::Frame(_)
            | Atom::Reduced(_)
            | Atom::Payload(..)
            | Atom::Row(_)
            | Atom::Happened(_) => single(How::Given, Arguments::new()),
        }
    }

    /// How an operation is computed: together with what follows it, if nothing else needs it.
    fn operation(&self, id: ExprId, prim: Prim, imm: Imm) -> Pattern {
        let args = &self.exprs.get(id).args;
        let single = |how, args: Arguments| Pattern { how, args, outs: smallvec![(0, id)] };
        let plain = || single(How::Lanes(LaneOp::Prim(prim, imm)), args.clone());
        if prim.outputs() > 1 {
            let outs = self.siblings.get(&(prim, imm, args.clone())).cloned().unwrap_or_default();
            let how = match prim {
                Prim::PathAt => How::Path,
                _ => How::Lanes(LaneOp::Prim(prim, imm)),
            };
            return Pattern { how, args: self.lane_args(id), outs };
        }
        match prim {
            Prim::Add => match (self.product(args[0]), self.product(args[1])) {
                (Some([m, n]), _) => single(How::Lanes(LaneOp::MulAdd), smallvec![m, n, args[1]]),
                (None, Some([m, n])) => single(How::Lanes(LaneOp::MulAdd), smallvec![m, n, args[0]]),
                (None, None) => plain(),
            },
            Prim::Sub => match (self.product(args[0]), self.product(args[1])) {
                (Some([m, n]), _) => single(How::Lanes(LaneOp::MulSub), smallvec![m, n, args[1]]),
                (None, Some([m, n])) => single(How::Lanes(LaneOp::NegMulAdd), smallvec![m, n, args[0]]),
                (None, None) => plain(),
            },
            Prim::AffineTurns => single(How::AffineTurns, Arguments::new()),
            Prim::AffineNoise => single(How::AffineNoise, Arguments::new()),
            _ => plain(),
        }
    }

    /// An operation in f64, with how its arguments lie. Where they are is known when registers are.
    fn wide_op(&self, id: ExprId, prim: Prim, imm: Imm) -> WideOp {
        let expr = self.exprs.get(id);
        let mut args = [Kind::Float; 5];
        for (kind, &arg) in args.iter_mut().zip(&expr.args) {
            let arg = self.exprs.get(arg);
            *kind = if arg.domain.is_none() { Kind::Double } else { arg.kind };
        }
        let (arity, src) = (expr.args.len() as u8, [Src::None; MAX_WIDE_SOURCES]);
        WideOp { prim, imm, src, args, arity, result: expr.kind }
    }

    /// The sources of an operation in f64.
    fn wide_sources(&mut self, id: ExprId) -> SmallVec<[Operand; 5]> {
        let mut sources = SmallVec::new();
        for &arg in &self.exprs.get(id).args {
            let expr = self.exprs.get(arg);
            if expr.domain.is_none() {
                let half = |is_high| Uniform::Half { signal: arg, is_high };
                sources
                    .extend([true, false].map(|is_high| Operand::Uniform(self.uniforms.at(half(is_high)))));
                continue;
            }
            let operand = self.values[&arg];
            sources.push(operand);
            if let (Kind::Double, Operand::Value(high)) = (expr.kind, operand) {
                sources.push(Operand::Value(high + 1));
            }
        }
        sources
    }

    /// The factors of a product that only its sum needs, the one of lanes first.
    fn product(&self, id: ExprId) -> Option<[ExprId; 2]> {
        if self.prim(id) != Some((Prim::Mul, 0)) || !self.used_once(id) {
            return None;
        }
        let args = &self.exprs.get(id).args;
        let lanes_first = self.exprs.get(args[0]).domain.is_some();
        Some(if lanes_first { [args[0], args[1]] } else { [args[1], args[0]] })
    }

    /// The operand of an expression that needs no instruction.
    fn given(&mut self, id: ExprId) -> Option<Operand> {
        if let Some(&operand) = self.values.get(&id) {
            return Some(operand);
        }
        let expr = self.exprs.get(id);
        let operand = if let Some(&buffer) = self.held.get(&Held::Value(id, self.domain)) {
            self.column(Column::Field(buffer))
        } else if expr.domain.is_none() {
            let uniform =
                Uniform::Signal { signal: id, kind: expr.kind, is_fixed: self.exprs.constant(id).is_some() };
            Operand::Uniform(self.uniforms.at(uniform))
        } else {
            match expr.atom {
                Atom::LaneCell(row) => self.column(Column::State(row)),
                Atom::LaneDelay(cell, component) => self.column(Column::Oldest { cell, component }),
                Atom::PairIndex(end) => self.column(Column::PairIndex(end)),
                _ => return None,
            }
        };
        self.values.insert(id, operand);
        Some(operand)
    }

    fn column(&mut self, column: Column) -> Operand {
        Operand::Column(self.columns.at(column))
    }

    /// Emits what an expression needs and then itself; a loop, for programs may be deep.
    fn compute(&mut self, root: ExprId) {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.given(id).is_some() {
                stack.pop();
                continue;
            }
            let pattern = self.pattern(id);
            let before = stack.len();
            // The first argument comes to lie on top, so that arguments are computed left to right.
            for &arg in pattern.args.iter().rev() {
                if self.given(arg).is_none() {
                    stack.push(arg);
                }
            }
            if stack.len() == before {
                self.emit(id, pattern);
                stack.pop();
            }
        }
    }

    fn value(&mut self) -> u32 {
        self.value_count += 1;
        self.value_count - 1
    }

    fn emit(&mut self, id: ExprId, pattern: Pattern) {
        let expr = self.exprs.get(id);
        let (op, mut src) = self.instruction(id, &pattern);
        let uniform_mask =
            src.iter().enumerate().fold(0, |m, (k, s)| m | u32::from(matches!(s, Operand::Uniform(_))) << k);
        let kept = uniforms_taken(op, uniform_mask);
        for (_, operand) in src.iter_mut().enumerate().filter(|(k, _)| kept >> k & 1 == 0) {
            if let Operand::Uniform(uniform) = *operand {
                *operand = Operand::Value(self.splat(uniform));
            }
        }
        let mut dst = [None; 3];
        for &(out, expr) in &pattern.outs {
            let value = self.value();
            dst[out as usize] = Some(value);
            self.values.insert(expr, Operand::Value(value));
        }
        if matches!(op, LaneOp::Wide(_)) && expr.kind == Kind::Double {
            // The low half follows the high one.
            dst[1] = Some(self.value());
        }
        self.drafts.push(Draft { op, src, dst });
    }

    /// The instruction of a pattern whose arguments are there, and its sources.
    fn instruction(&mut self, id: ExprId, pattern: &Pattern) -> (LaneOp, SmallVec<[Operand; 5]>) {
        let args = &self.exprs.get(id).args;
        let lanes: SmallVec<[Operand; 5]> = pattern.args.iter().map(|arg| self.values[arg]).collect();
        match pattern.how {
            How::Lanes(op) => (op, lanes),
            How::AffineTurns | How::AffineNoise => {
                let row = self.affines.at(Affine { scale: args[1], offset: args[2] });
                let is_turns = pattern.how == How::AffineTurns;
                (if is_turns { LaneOp::AffineTurns(row) } else { LaneOp::AffineNoise(row) }, lanes)
            }
            How::Path => (LaneOp::PathAt(self.paths.at(args[0])), lanes),
            How::Wide { prim, imm } => {
                let (sources, row) = (self.wide_sources(id), self.wide.len() as u32);
                let wide = self.wide_op(id, prim, imm);
                self.wide.push(wide);
                (LaneOp::Wide(row), sources)
            }
            How::Gather { from, edge } => {
                let gathered = |buffer| Gathered { buffer, domain: from.domain, edge };
                let row = self.source(from).map_or(0, |buffer| self.gathers.at(gathered(buffer)));
                (LaneOp::Gather(row), lanes)
            }
            How::Neighbor { from, offset, edge } => {
                let column = self.source(from).map(|buffer| self.column(Column::Field(buffer)));
                (LaneOp::Neighbor { offset, edge }, column.into_iter().collect())
            }
            How::PairEnd { row, domain, end } => {
                let source = self.held.get(&Held::End(row)).copied();
                debug_assert!(source.is_some(), "what an end of a pair has is in a buffer");
                let gathered = |buffer| Gathered { buffer, domain, edge: Edge::Clamp };
                let row = source.map_or(0, |buffer| self.gathers.at(gathered(buffer)));
                (LaneOp::Gather(row), smallvec![self.column(Column::PairIndex(end))])
            }
            How::Tap { cell, component } => {
                let tap = self.taps.at(TapPlan { cell, seconds: args[0] });
                let share = self.uniforms.at(Uniform::TapShare(tap));
                let (older, newer) = (Column::Older { tap, component }, Column::Newer { tap, component });
                let src = smallvec![self.column(older), self.column(newer), Operand::Uniform(share)];
                (LaneOp::Prim(Prim::Mix, Imm::None), src)
            }
            How::Given => {
                debug_assert!(false, "what is given is not computed");
                (LaneOp::Copy, lanes)
            }
        }
    }

    /// The buffer of what is read of other elements, which is a root of an earlier stage.
    fn source(&self, from: FieldPart) -> Option<BufferId> {
        let source = self.held.get(&Held::Source(from)).copied();
        debug_assert!(source.is_some(), "what is read of other elements has a buffer");
        source
    }

    /// A uniform in a register, once per block.
    fn splat(&mut self, uniform: u32) -> u32 {
        if let Some(&value) = self.splats.get(&uniform) {
            return value;
        }
        let value = self.value();
        self.splats.insert(uniform, value);
        let src = smallvec![Operand::Uniform(uniform)];
        self.drafts.push(Draft { op: LaneOp::Splat, src, dst: [Some(value), None, None] });
        value
    }
}

/// A list of what is different, and where each stands: programs may have as many constants as nodes.
struct Interned<T> {
    list: Vec<T>,
    known: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { list: Vec::new(), known: HashMap::new() }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Interned<T> {
    fn at(&mut self, item: T) -> u32 {
        *self.known.entry(item).or_insert_with(|| {
            self.list.push(item);
            self.list.len() as u32 - 1
        })
    }
}

/// Which of an instruction's uniforms (bit k is source k) its kernels take as they are; the others are put into
/// registers.
fn uniforms_taken(op: LaneOp, mask: u32) -> u32 {
    match op {
        LaneOp::Prim(prim, _) => prim.uniforms_taken(mask),
        LaneOp::Wide(_) | LaneOp::Splat => mask,
        // The first one is of lanes.
        LaneOp::MulAdd | LaneOp::MulSub | LaneOp::NegMulAdd if mask & 1 == 0 => mask,
        // The centre.
        LaneOp::Polar if mask == 0b1100 => mask,
        LaneOp::MulAdd
        | LaneOp::MulSub
        | LaneOp::NegMulAdd
        | LaneOp::Polar
        | LaneOp::AffineTurns(_)
        | LaneOp::AffineNoise(_)
        | LaneOp::PathAt(_)
        | LaneOp::Copy
        | LaneOp::Index
        | LaneOp::Id
        | LaneOp::Rank
        | LaneOp::Random { .. }
        | LaneOp::Gather(_)
        | LaneOp::Lookup { .. }
        | LaneOp::Text(_)
        | LaneOp::Neighbor { .. } => 0,
    }
}
