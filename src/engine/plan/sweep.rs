//! Sweeps: lane expressions of a domain as one fused pass over its elements.
//!
//! A sweep is a list of instructions on *blocks* of lanes. Registers are allocated by liveness; a destination is
//! never a source; an expression that is an output is computed straight into its column. Superinstructions are
//! chosen here; each is the composition of its parts, bit for bit.

use std::collections::{BTreeMap, HashMap};

use smallvec::{SmallVec, smallvec};

use super::expr::{Atom, Exprs, Kind, Prim};
use super::{Root, Target};
use crate::id::{BufferId, CellId, DomainId, ExprId, Register};
use crate::program::Edge;

/// The most columns that one sweep writes.
pub(crate) const MAX_OUTPUTS: usize = 24;
/// Registers x block x 4 bytes stay below this, so that all of them fit the L1 cache.
const SCRATCH_BYTES: usize = 24 * 1024;
/// Lanes of the largest block.
pub(crate) const MAX_BLOCK: usize = 1024;

/// Registers for results that nobody needs: an operation has at most three.
pub(crate) const SPARE_REGISTERS: usize = 3;

/// The most sources of an operation in f64: five numbers, each in two halves.
pub(crate) const MAX_WIDE_SOURCES: usize = 10;

/// An operation in f64 on lanes. It stands apart from the instructions, so that these stay small: few sweeps have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WideOp {
    pub(crate) prim: Prim,
    pub(crate) data: u64,
    pub(crate) src: [Src; MAX_WIDE_SOURCES],
    /// How the arguments lie in the sources: a double takes two, and so does a uniform, which is one.
    pub(crate) args: [Kind; 5],
    pub(crate) arity: u8,
    /// As which kind of lane the result is written.
    pub(crate) result: Kind,
}

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LaneOp {
    /// An operation, lane by lane.
    Prim(Prim),
    /// `a * b + c`, two roundings.
    MulAdd,
    /// `a * b - c`, two roundings.
    MulSub,
    /// `c - a * b`, two roundings.
    NegMulAdd,
    /// `cos(turns) * radius + x`, `sin(turns) * radius + y`.
    Polar,
    /// A column or an output again.
    Copy,
    /// A uniform in every lane.
    Splat,
    Index,
    Id,
    Rank,
    /// `data` is the salt.
    Random,
    /// `data` is the offset and the edge.
    Neighbor,
    /// An operation in f64: `data` is its row in the sweep's `wide`, which has its sources.
    Wide,
}

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Src {
    Register(u32),
    Uniform(u32),
    Column(u32),
    /// What this sweep has already written.
    Output(u32),
    None,
}

/// Where a result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dst {
    Register(u32),
    Output(u32),
    /// Nobody needs it.
    None,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    pub(crate) op: LaneOp,
    pub(crate) data: u64,
    pub(crate) dst: [Dst; 3],
    pub(crate) src: [Src; 5],
    /// How many of the sources count.
    pub(crate) arity: u8,
}

impl Instruction {
    /// How many of the destinations count.
    #[inline(always)]
    pub(crate) fn results(&self) -> usize {
        match self.op {
            LaneOp::Polar => 2,
            LaneOp::Prim(prim) => prim.outputs() as usize,
            // A double goes to two registers.
            LaneOp::Wide if self.dst[1] != Dst::None => 2,
            _ => 1,
        }
    }
}

/// A column that a sweep reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    Field(BufferId),
    /// Row of the per-element state.
    State(u32),
    /// A component of the oldest entry of a ring.
    Oldest {
        cell: CellId,
        component: u32,
    },
    /// The older of the two entries of a tap.
    Older {
        tap: u32,
        component: u32,
    },
    /// The newer of the two entries of a tap.
    Newer {
        tap: u32,
        component: u32,
    },
}

/// A value that is the same for all lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Uniform<S = Register> {
    /// A signal.
    Signal { signal: S, kind: Kind },
    /// The high or the low half of a signal's f64.
    Half { signal: S, is_high: bool },
    /// How far a tap lies between its entries.
    TapShare(u32),
}

/// An affine function of the index, prepared once per frame from two signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Affine<S = Register> {
    pub(crate) scale: S,
    pub(crate) offset: S,
}

/// A place in a timed ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TapPlan<S = Register> {
    pub(crate) cell: CellId,
    /// How many seconds ago.
    pub(crate) seconds: S,
}

/// A fused pass over the elements of a domain. `S` is how it names signals: by expression until these have registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sweep<S = Register> {
    pub(crate) domain: DomainId,
    pub(crate) instructions: Vec<Instruction>,
    /// The operations in f64 among them.
    pub(crate) wide: Vec<WideOp>,
    pub(crate) registers: usize,
    /// Lanes of a block.
    pub(crate) block: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) uniforms: Vec<Uniform<S>>,
    pub(crate) affines: Vec<Affine<S>>,
    pub(crate) taps: Vec<TapPlan<S>>,
    /// The handles of paths.
    pub(crate) paths: Vec<S>,
    pub(crate) outputs: Vec<Target>,
    /// Which outputs hold floats, and so may hold what must not be drawn.
    pub(crate) float_outputs: u32,
    /// Which outputs hold packed colours.
    pub(crate) color_outputs: u32,
    /// Which outputs are sizes that must not be negative.
    pub(crate) size_outputs: u32,
}

impl Sweep<ExprId> {
    /// Every signal that the sweep reads.
    pub(crate) fn signals(&self) -> impl Iterator<Item = ExprId> {
        let uniforms = self.uniforms.iter().filter_map(|uniform| match *uniform {
            Uniform::Signal { signal, .. } | Uniform::Half { signal, .. } => Some(signal),
            Uniform::TapShare(_) => None,
        });
        let affines = self.affines.iter().flat_map(|affine| [affine.scale, affine.offset]);
        let taps = self.taps.iter().map(|tap| tap.seconds);
        uniforms.chain(affines).chain(taps).chain(self.paths.iter().copied())
    }

    /// The sweep with the registers of its signals.
    pub(crate) fn with_registers(self, mut register: impl FnMut(ExprId) -> Register) -> Sweep {
        let Self { domain, instructions, wide, registers, block, columns, outputs, .. } = self;
        let Self { uniforms, affines, taps, paths, float_outputs, color_outputs, size_outputs, .. } = self;
        Sweep {
            uniforms: uniforms
                .into_iter()
                .map(|uniform| match uniform {
                    Uniform::Signal { signal, kind } => Uniform::Signal { signal: register(signal), kind },
                    Uniform::Half { signal, is_high } => Uniform::Half { signal: register(signal), is_high },
                    Uniform::TapShare(tap) => Uniform::TapShare(tap),
                })
                .collect(),
            affines: affines
                .into_iter()
                .map(|Affine { scale, offset }| Affine { scale: register(scale), offset: register(offset) })
                .collect(),
            taps: taps
                .into_iter()
                .map(|TapPlan { cell, seconds }| TapPlan { cell, seconds: register(seconds) })
                .collect(),
            paths: paths.into_iter().map(register).collect(),
            domain,
            instructions,
            wide,
            registers,
            block,
            columns,
            outputs,
            float_outputs,
            color_outputs,
            size_outputs,
        }
    }
}

/// What a buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Held {
    /// The value of an expression.
    Value(ExprId),
    /// What a neighbour expression reads: the field, of all elements.
    Source(ExprId),
}

/// The buffers that sweeps may read, by what they hold and of which domain.
pub(crate) type HeldBuffers = HashMap<(Held, DomainId), BufferId>;

/// Packs what a neighbour needs.
pub(crate) fn neighbor_data(offset: i32, edge: Edge) -> u64 {
    u64::from(offset.cast_unsigned()) | u64::from(edge == Edge::Wrap) << 32
}

/// The arguments of an operation.
type Arguments = SmallVec<[ExprId; 5]>;
/// Which expressions the results of an operation are.
type Results = SmallVec<[(u8, ExprId); 3]>;
/// A sum that is half of a polar pair, and its center: y, then x.
type PolarHalves = [Option<(ExprId, ExprId)>; 2];

/// An operation with its arguments, after fusing.
struct Pattern {
    op: LaneOp,
    data: u64,
    args: Arguments,
    /// Which expressions its results are.
    outs: Results,
}

/// An instruction before registers are allocated. Values are numbered.
struct Draft {
    op: LaneOp,
    data: u64,
    src: SmallVec<[Operand; 5]>,
    dst: [Option<u32>; 3],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operand {
    Value(u32),
    Uniform(u32),
    Column(u32),
}

struct SweepBuilder<'e> {
    exprs: &'e Exprs,
    domain: DomainId,
    /// Expressions that an earlier sweep has put into a buffer.
    held: &'e HeldBuffers,
    uses: HashMap<ExprId, u32>,
    /// Both halves of a polar pair know each other.
    polar: HashMap<ExprId, [ExprId; 6]>,
    /// Results of one operation on the same arguments.
    siblings: HashMap<(Prim, u64, Arguments), Results>,
    values: HashMap<ExprId, Operand>,
    splats: HashMap<u32, u32>,
    value_count: u32,
    drafts: Vec<Draft>,
    uniforms: Interned<Uniform<ExprId>>,
    columns: Interned<Column>,
    affines: Interned<Affine<ExprId>>,
    taps: Interned<TapPlan<ExprId>>,
    paths: Interned<ExprId>,
    sweep: Sweep<ExprId>,
}

/// Builds the sweep of some roots, all of one domain and stage. `held` are the expressions that it may read from
/// buffers.
pub(crate) fn build(exprs: &Exprs, domain: DomainId, roots: &[Root], held: &HeldBuffers) -> Sweep<ExprId> {
    let mut builder = SweepBuilder {
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
        affines: Interned::default(),
        taps: Interned::default(),
        paths: Interned::default(),
        sweep: Sweep {
            domain,
            instructions: Vec::new(),
            wide: Vec::new(),
            registers: 0,
            block: MAX_BLOCK,
            columns: Vec::new(),
            uniforms: Vec::new(),
            affines: Vec::new(),
            taps: Vec::new(),
            paths: Vec::new(),
            outputs: Vec::new(),
            float_outputs: 0,
            color_outputs: 0,
            size_outputs: 0,
        },
    };
    builder.count_uses(roots);
    builder.find_polar_pairs();
    for root in roots {
        builder.compute(root.expr);
    }
    builder.allocate(roots);
    let SweepBuilder { uniforms, columns, affines, taps, paths, sweep, .. } = builder;
    Sweep {
        uniforms: uniforms.list,
        columns: columns.list,
        affines: affines.list,
        taps: taps.list,
        paths: paths.list,
        ..sweep
    }
}

impl SweepBuilder<'_> {
    /// Whether an expression is there without computing lanes: uniform, or held by a buffer.
    fn is_given(&self, id: ExprId) -> bool {
        self.exprs.get(id).domain.is_none() || self.held.contains_key(&(Held::Value(id), self.domain))
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
            if let Atom::Op { prim, out, data } = self.exprs.get(id).atom
                && prim.outputs() > 1
            {
                let key = (prim, data, self.exprs.get(id).args.clone());
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

    /// `cos(t) * r + x` and `sin(t) * r + y`, where nothing in between is used otherwise.
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
        let single =
            |op, data, args: SmallVec<[ExprId; 5]>| Pattern { op, data, args, outs: smallvec![(0, id)] };
        if let Some(&[turns, radius, cx, cy, x, y]) = self.polar.get(&id) {
            let (args, outs) = (smallvec![turns, radius, cx, cy], smallvec![(0, x), (1, y)]);
            return Pattern { op: LaneOp::Polar, data: 0, args, outs };
        }
        match expr.atom {
            Atom::Index => single(LaneOp::Index, 0, smallvec![]),
            Atom::Id => single(LaneOp::Id, 0, smallvec![]),
            Atom::Rank => single(LaneOp::Rank, 0, smallvec![]),
            Atom::Random(salt) => single(LaneOp::Random, u64::from(salt), smallvec![]),
            Atom::Op { prim, data, .. } if prim.outputs() > 1 => {
                let outs = self.siblings.get(&(prim, data, expr.args.clone())).cloned().unwrap_or_default();
                Pattern { op: LaneOp::Prim(prim), data, args: self.lane_args(id), outs }
            }
            Atom::Op { prim: Prim::Add, .. } => {
                let (a, b) = (expr.args[0], expr.args[1]);
                match (self.product(a), self.product(b)) {
                    (Some([m, n]), _) => single(LaneOp::MulAdd, 0, smallvec![m, n, b]),
                    (_, Some([m, n])) => single(LaneOp::MulAdd, 0, smallvec![m, n, a]),
                    _ => single(LaneOp::Prim(Prim::Add), 0, expr.args.clone()),
                }
            }
            Atom::Op { prim: Prim::Sub, .. } => {
                let (a, b) = (expr.args[0], expr.args[1]);
                match (self.product(a), self.product(b)) {
                    (Some([m, n]), _) => single(LaneOp::MulSub, 0, smallvec![m, n, b]),
                    (_, Some([m, n])) => single(LaneOp::NegMulAdd, 0, smallvec![m, n, a]),
                    _ => single(LaneOp::Prim(Prim::Sub), 0, expr.args.clone()),
                }
            }
            Atom::Op { prim: prim @ (Prim::AffineTurns | Prim::AffineNoise), .. } => {
                single(LaneOp::Prim(prim), 0, smallvec![])
            }
            Atom::Op { prim, data, .. } => single(LaneOp::Prim(prim), data, expr.args.clone()),
            Atom::Wide { .. } => single(LaneOp::Wide, 0, self.lane_args(id)),
            Atom::Neighbor { offset, edge, .. } => {
                single(LaneOp::Neighbor, neighbor_data(offset, edge), smallvec![])
            }
            _ => single(LaneOp::Copy, 0, smallvec![]),
        }
    }

    /// An operation in f64, with how its arguments lie. Where they are is known when registers are.
    fn wide_op(&self, id: ExprId, prim: Prim, data: u64) -> WideOp {
        let expr = self.exprs.get(id);
        let mut args = [Kind::Float; 5];
        for (kind, &arg) in args.iter_mut().zip(&expr.args) {
            let arg = self.exprs.get(arg);
            *kind = if arg.domain.is_none() { Kind::Double } else { arg.kind };
        }
        let (arity, src) = (expr.args.len() as u8, [Src::None; MAX_WIDE_SOURCES]);
        WideOp { prim, data, src, args, arity, result: expr.kind }
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
        let operand = if let Some(&buffer) = self.held.get(&(Held::Value(id), self.domain)) {
            self.column(Column::Field(buffer))
        } else if expr.domain.is_none() {
            let uniform = Uniform::Signal { signal: id, kind: expr.kind };
            Operand::Uniform(self.uniforms.at(uniform))
        } else {
            match expr.atom {
                Atom::LaneCell(row) => self.column(Column::State(row)),
                Atom::LaneDelay(cell, component) => self.column(Column::Oldest { cell, component }),
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
        let mut src: SmallVec<[Operand; 5]> = pattern.args.iter().map(|a| self.values[a]).collect();
        let expr = self.exprs.get(id);
        let (mut op, mut data) = (pattern.op, pattern.data);
        match expr.atom {
            Atom::Op { prim: Prim::AffineTurns | Prim::AffineNoise, .. } => {
                let affine = Affine { scale: expr.args[1], offset: expr.args[2] };
                data = u64::from(self.affines.at(affine));
            }
            Atom::Op { prim: Prim::PathAt, .. } => data = u64::from(self.paths.at(expr.args[0])),
            Atom::Wide { prim, data: own } => {
                src = self.wide_sources(id);
                data = self.sweep.wide.len() as u64;
                let wide = self.wide_op(id, prim, own);
                self.sweep.wide.push(wide);
            }
            Atom::Neighbor { .. } => {
                // The planner put what a neighbour reads into a buffer and holds it under the neighbour's source.
                src = smallvec![self.neighbor_column(id)];
            }
            Atom::DelayTime(cell, component) => {
                let tap = self.taps.at(TapPlan { cell, seconds: expr.args[0] });
                let (older, newer) = (Column::Older { tap, component }, Column::Newer { tap, component });
                let share = self.uniforms.at(Uniform::TapShare(tap));
                src = smallvec![self.column(older), self.column(newer), Operand::Uniform(share)];
                op = LaneOp::Prim(Prim::Mix);
            }
            _ => {}
        }
        let uniform_mask =
            src.iter().enumerate().fold(0, |m, (k, s)| m | u32::from(matches!(s, Operand::Uniform(_))) << k);
        let kept = if op == LaneOp::Splat { uniform_mask } else { uniforms_taken(op, uniform_mask) };
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
        if op == LaneOp::Wide && expr.kind == Kind::Double {
            // The low half follows the high one.
            dst[1] = Some(self.value());
        }
        self.drafts.push(Draft { op, data, src, dst });
    }

    fn neighbor_column(&mut self, id: ExprId) -> Operand {
        match self.held.get(&(Held::Source(id), self.domain)) {
            Some(&buffer) => self.column(Column::Field(buffer)),
            // Unreachable: the planner holds every source.
            None => self.column(Column::Field(BufferId(0))),
        }
    }

    /// A uniform in a register, once per block.
    fn splat(&mut self, uniform: u32) -> u32 {
        if let Some(&value) = self.splats.get(&uniform) {
            return value;
        }
        let value = self.value();
        self.splats.insert(uniform, value);
        let src = smallvec![Operand::Uniform(uniform)];
        self.drafts.push(Draft { op: LaneOp::Splat, data: 0, src, dst: [Some(value), None, None] });
        value
    }

    /// Gives values registers or outputs.
    fn allocate(&mut self, roots: &[Root]) {
        // The first root of a value is where it is computed; further ones copy it.
        let mut place: Vec<Option<Src>> = vec![None; self.value_count as usize];
        let mut copies: Vec<(Operand, u32)> = Vec::new();
        for (output, root) in roots.iter().enumerate() {
            let output = output as u32;
            self.sweep.outputs.push(root.target);
            if self.exprs.get(root.expr).kind == Kind::Float {
                self.sweep.float_outputs |= 1 << output;
            }
            if matches!(self.exprs.get(root.expr).atom, Atom::Op { prim: Prim::PackRgba8, .. }) {
                self.sweep.color_outputs |= 1 << output;
            }
            match self.values[&root.expr] {
                Operand::Value(value) if place[value as usize].is_none() => {
                    place[value as usize] = Some(Src::Output(output));
                }
                other => copies.push((other, output)),
            }
        }
        let mut last_use: Vec<usize> = vec![0; self.value_count as usize];
        for (at, draft) in self.drafts.iter().enumerate() {
            for operand in &draft.src {
                if let Operand::Value(value) = operand {
                    last_use[*value as usize] = at;
                }
            }
        }
        let end = self.drafts.len();
        for (operand, _) in &copies {
            if let Operand::Value(value) = operand {
                last_use[*value as usize] = end;
            }
        }
        let mut free: Vec<u32> = Vec::new();
        let mut registers: u32 = 0;
        let drafts = std::mem::take(&mut self.drafts);
        let resolve = |place: &[Option<Src>], operand: Operand| match operand {
            Operand::Value(value) => place[value as usize].unwrap_or(Src::None),
            Operand::Uniform(uniform) => Src::Uniform(uniform),
            Operand::Column(column) => Src::Column(column),
        };
        for (at, draft) in drafts.into_iter().enumerate() {
            let mut dst = [Dst::None; 3];
            for (slot, value) in dst.iter_mut().zip(draft.dst) {
                let Some(value) = value else { continue };
                *slot = match place[value as usize] {
                    Some(Src::Output(output)) => Dst::Output(output),
                    _ => {
                        // Taken before the sources are given back: a destination is never a source.
                        let register = free.pop().unwrap_or_else(|| {
                            registers += 1;
                            registers - 1
                        });
                        place[value as usize] = Some(Src::Register(register));
                        Dst::Register(register)
                    }
                };
            }
            let mut src = [Src::None; 5];
            let slots = match draft.op {
                LaneOp::Wide => &mut self.sweep.wide[draft.data as usize].src[..],
                _ => &mut src[..],
            };
            for (slot, &operand) in slots.iter_mut().zip(&draft.src) {
                *slot = resolve(&place, operand);
            }
            let mut ended: SmallVec<[u32; 8]> = SmallVec::new();
            for operand in &draft.src {
                if let Operand::Value(value) = *operand
                    && last_use[value as usize] == at
                    && !ended.contains(&value)
                {
                    ended.push(value);
                }
            }
            // A result that nothing reads gives its register back at once.
            ended.extend(draft.dst.iter().flatten().copied().filter(|&v| last_use[v as usize] == 0));
            for value in ended {
                if let Some(Src::Register(register)) = place[value as usize] {
                    free.push(register);
                }
            }
            let arity = draft.src.len() as u8;
            self.sweep.instructions.push(Instruction { op: draft.op, data: draft.data, dst, src, arity });
        }
        for (operand, output) in copies {
            let op = if matches!(operand, Operand::Uniform(_)) { LaneOp::Splat } else { LaneOp::Copy };
            let mut src = [Src::None; 5];
            src[0] = resolve(&place, operand);
            let dst = [Dst::Output(output), Dst::None, Dst::None];
            self.sweep.instructions.push(Instruction { op, data: 0, dst, src, arity: 1 });
        }
        self.sweep.registers = registers as usize + SPARE_REGISTERS;
        while self.sweep.block > 64 && registers as usize * self.sweep.block * 4 > SCRATCH_BYTES {
            self.sweep.block /= 2;
        }
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

/// Which of an operation's uniforms (bit k is argument k) its kernels take as they are; the others are put into
/// registers.
fn uniforms_taken(op: LaneOp, mask: u32) -> u32 {
    // Octaves: lacunarity and gain come last and stay if both are uniform, whatever the place is.
    let last_two = match op {
        LaneOp::Prim(Prim::FractalValue1 | Prim::FractalGradient1) => 0b110,
        LaneOp::Prim(Prim::FractalValue2 | Prim::FractalGradient2) => 0b1100,
        LaneOp::Prim(Prim::FractalValue3 | Prim::FractalGradient3) => 0b1_1000,
        _ => 0,
    };
    if last_two != 0 && mask & last_two == last_two {
        return last_two;
    }
    if takes_uniforms(op, mask) { mask } else { 0 }
}

/// Whether the kernels of an operation take uniforms in exactly these places.
fn takes_uniforms(op: LaneOp, mask: u32) -> bool {
    match op {
        LaneOp::MulAdd | LaneOp::MulSub | LaneOp::NegMulAdd => mask & 1 == 0,
        LaneOp::Polar => mask == 0b1100,
        LaneOp::Wide => true,
        LaneOp::Prim(prim) => match prim {
            Prim::Add
            | Prim::Sub
            | Prim::Mul
            | Prim::Div
            | Prim::Min
            | Prim::Max
            | Prim::Lt
            | Prim::Le
            | Prim::Eq
            | Prim::LtInt
            | Prim::LeInt
            | Prim::LtUint
            | Prim::LeUint
            | Prim::EqBits
            | Prim::And
            | Prim::Or
            | Prim::Xor
            | Prim::AddInt
            | Prim::SubInt
            | Prim::MulInt
            | Prim::BitAnd
            | Prim::BitOr
            | Prim::BitXor
            | Prim::Shl
            | Prim::ShrInt
            | Prim::ShrUint => true,
            Prim::Mix => matches!(mask, 0b011 | 0b100),
            Prim::Clamp => mask == 0b110,
            Prim::Select => matches!(mask, 0b010 | 0b100 | 0b110),
            Prim::HsvToRgb => matches!(mask, 0b010 | 0b110),
            Prim::PackRgba8 => mask == 0b1000,
            _ => false,
        },
        _ => false,
    }
}
