//! From typed nodes to scalar expressions: vectors are taken apart, operations chosen by type.

use smallvec::{SmallVec, smallvec};

use super::expr::{Atom, Expr, Exprs, Imm, Kind, Prim};
use super::passes::LoweredPass;
use super::precise::RestPart;
use crate::id::{CellId, DomainId, ExprId};
use crate::math::constants::{GOLDEN_ANGLE_TURNS, TURNS_PER_RADIAN};
use crate::math::easing::Ease;
use crate::program::infer::slot_row;
use crate::program::{Action, Edge, Node, Op, Program, Reduction, Storage, Type};

/// The components of a value.
pub(super) type Parts = SmallVec<[ExprId; 4]>;

/// A reduction of one component of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reduced {
    pub(super) field: u32,
    pub(super) component: u32,
    pub(super) reduction: Reduction,
}

/// A slot's components and the step that writes it.
pub(super) struct SlotWrite {
    pub(super) row: usize,
    pub(super) step: u32,
    pub(super) parts: Parts,
}

/// The next value of a cell.
pub(super) struct Next {
    pub(super) cell: CellId,
    pub(super) parts: Parts,
}

/// A program as scalar expressions.
pub(super) struct Lowered<'p> {
    pub(super) program: &'p Program,
    pub(super) exprs: Exprs,
    /// Per field: its components, before they are rounded into its buffers.
    pub(super) fields: Vec<Parts>,
    pub(super) reduced: Vec<Reduced>,
    /// In the order of their steps.
    pub(super) slots: Vec<SlotWrite>,
    /// In drawing order.
    pub(super) passes: Vec<LoweredPass>,
    pub(super) background: Option<ExprId>,
    pub(super) nexts: Vec<Next>,
    /// What f32s leave of next values.
    pub(super) rests: Vec<RestPart>,
}

impl<'p> Lowered<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        let data = program.data();
        let mut lower = Lower::new(program);
        let slots = lower.slot_writes();
        let passes = pass_order(program).into_iter().map(|row| lower.pass(row)).collect();
        let background = data.background.map(|node| {
            let parts = lower.node(node);
            lower.exprs.op(Prim::PackRgba8, &parts)
        });
        let next = |action: &Action| match *action {
            Action::Next { cell, node } => Some(Next { cell: CellId(cell), parts: lower.node(node) }),
            Action::Signal { .. } | Action::Reduce { .. } | Action::Field { .. } | Action::Pass { .. } => {
                None
            }
        };
        let nexts = data.steps.iter().map(|step| &step.action).filter_map(next).collect();
        let fields = (0..data.fields.len() as u32).map(|field| lower.field(field)).collect();
        let Lower { exprs, reduced, .. } = lower;
        Self { program, exprs, fields, reduced, slots, passes, background, nexts, rests: Vec::new() }
    }

    /// The components of a field, before they are rounded into its buffers.
    pub(super) fn field(&self, field: u32) -> &[ExprId] {
        &self.fields[field as usize]
    }
}

/// Passes by layer, then as listed.
fn pass_order(program: &Program) -> Vec<usize> {
    let passes = &program.data().passes;
    let mut order: Vec<usize> = (0..passes.len()).collect();
    order.sort_by_key(|&row| passes[row].layer);
    order
}

/// Lowers the nodes of a program, each once.
pub(super) struct Lower<'p> {
    pub(super) program: &'p Program,
    pub(super) exprs: Exprs,
    reduced: Vec<Reduced>,
    nodes: Vec<Option<Parts>>,
    /// Per field: the node that its step evaluates.
    field_nodes: Vec<u32>,
    /// Per slot row: what its step does.
    slot_actions: Vec<Action>,
    /// Per channel: its first component among all inputs.
    input_offsets: Vec<u32>,
}

impl<'p> Lower<'p> {
    fn new(program: &'p Program) -> Self {
        let data = program.data();
        let mut field_nodes = vec![0; data.fields.len()];
        let mut slot_actions = vec![Action::Pass { pass: 0 }; data.slots.len()];
        for step in &data.steps {
            match step.action {
                Action::Field { field, node } => field_nodes[field as usize] = node,
                Action::Signal { slot, .. } | Action::Reduce { slot, .. } => {
                    if let Some(row) = slot_row(data, slot) {
                        slot_actions[row] = step.action;
                    }
                }
                Action::Pass { .. } | Action::Next { .. } => {}
            }
        }
        let input_offsets = data
            .channels
            .iter()
            .scan(0, |next, channel| {
                let offset = *next;
                *next += channel.ty.stride();
                Some(offset)
            })
            .collect();
        let nodes = vec![None; data.nodes.len()];
        Self {
            program,
            exprs: Exprs::default(),
            reduced: Vec::new(),
            nodes,
            field_nodes,
            slot_actions,
            input_offsets,
        }
    }

    /// The components of a node's value. Slots and fields are seen through to what their steps evaluate.
    pub(super) fn node(&mut self, root: u32) -> Parts {
        // A loop and not a recursion: programs may be as deep as they have nodes.
        let mut stack = vec![root];
        while let Some(&index) = stack.last() {
            if self.nodes[index as usize].is_some() {
                stack.pop();
                continue;
            }
            let missing = self.missing(index);
            if missing.is_empty() {
                let parts = self.lower(index);
                self.nodes[index as usize] = Some(parts);
                stack.pop();
            } else {
                stack.extend(missing);
            }
        }
        self.nodes[root as usize].clone().unwrap_or_default()
    }

    /// What has to be lowered before a node.
    fn missing(&self, index: u32) -> SmallVec<[u32; 4]> {
        let node = &self.program.data().nodes[index as usize];
        let through = self.through(node);
        let needed = node.args.iter().copied().chain(through);
        needed.filter(|&n| self.nodes[n as usize].is_none()).collect()
    }

    /// The node behind a slot or a field.
    fn through(&self, node: &Node) -> Option<u32> {
        let data = self.program.data();
        match node.op {
            Op::Field | Op::Neighbor => node.index.map(|field| self.field_nodes[field as usize]),
            Op::Slot => {
                let row = slot_row(data, node.index?)?;
                match self.slot_actions[row] {
                    Action::Signal { node, .. } => Some(node),
                    Action::Reduce { field, .. } => Some(self.field_nodes[field as usize]),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn parts(&self, node: u32) -> Parts {
        self.nodes[node as usize].clone().unwrap_or_default()
    }

    /// The slots that steps write.
    fn slot_writes(&mut self) -> Vec<SlotWrite> {
        let data = self.program.data();
        let mut writes = Vec::new();
        for (step, row) in (0..).zip(&data.steps) {
            if let Action::Signal { slot, .. } | Action::Reduce { slot, .. } = row.action
                && let Some(row) = slot_row(data, slot)
            {
                writes.push(SlotWrite { row, step, parts: self.slot(row) });
            }
        }
        writes
    }

    /// The components of a slot's value as its store holds them.
    fn slot(&mut self, row: usize) -> Parts {
        let slot = &self.program.data().slots[row];
        let parts = self.slot_value(row);
        match slot.storage {
            Storage::F32 => parts.iter().map(|&p| self.exprs.op(Prim::QuantizeF32, &[p])).collect(),
            _ => parts,
        }
    }

    /// The components that a slot's step gives, before its store rounds them.
    fn slot_value(&mut self, row: usize) -> Parts {
        let slot = &self.program.data().slots[row];
        match self.slot_actions[row] {
            Action::Signal { node, .. } => self.node(node),
            Action::Reduce { field, reduction, .. } => {
                let source = self.node(self.field_nodes[field as usize]);
                source
                    .iter()
                    .enumerate()
                    .map(|(component, &of)| {
                        let key = Reduced { field, component: component as u32, reduction };
                        let row = self.reduced.iter().position(|&known| known == key).unwrap_or_else(|| {
                            self.reduced.push(key);
                            self.reduced.len() - 1
                        });
                        let stage = self.exprs.stage(of) + 1;
                        self.leaf(Atom::Reduced(row as u32), Kind::Float, None, stage)
                    })
                    .collect()
            }
            _ => smallvec![self.exprs.float(0.0); slot.stride as usize],
        }
    }

    /// The components of a field, before they are rounded into its buffer.
    fn field(&mut self, field: u32) -> Parts {
        self.node(self.field_nodes[field as usize])
    }

    fn leaf(&mut self, atom: Atom, kind: Kind, domain: Option<DomainId>, stage: u32) -> ExprId {
        self.exprs.add(Expr { atom, args: SmallVec::new(), kind, domain }, stage)
    }

    fn leaves(&mut self, ty: Type, domain: Option<DomainId>, atom: impl Fn(u32) -> Atom) -> Parts {
        (0..ty.stride()).map(|k| self.leaf(atom(k), Kind::of(ty), domain, 0)).collect()
    }

    fn lower(&mut self, index: u32) -> Parts {
        let program = self.program;
        let data = program.data();
        let node = &data.nodes[index as usize];
        let row = node.index.unwrap_or(0);
        let args: SmallVec<[Parts; 4]> = node.args.iter().map(|&a| self.parts(a)).collect();
        let first = |k: usize| args[k][0];
        let period = node.period.unwrap_or(1);
        let keyed = node.index.unwrap_or(super::NONE);
        let ty = program.node_type(index);
        let domain = node.domain.map(DomainId);
        let one = |id: ExprId| -> Parts { smallvec![id] };
        match node.op {
            Op::Const => {
                // A vector's components follow one another in the pool.
                let value = |k| node.storage.and_then(|s| data.constants.get(s, row + k)).unwrap_or(0.0);
                (0..ty.stride()).map(|k| self.exprs.constant_of(Kind::of(ty), value(k))).collect()
            }
            Op::Input => {
                let offset = self.input_offsets[row as usize];
                self.leaves(ty, None, |k| Atom::Input(offset + k))
            }
            Op::Slot => match slot_row(data, row) {
                Some(row) => self.slot(row),
                None => Parts::new(),
            },
            Op::Field => self.parts(self.field_nodes[row as usize]),
            Op::Cell => {
                let cell = &data.cells[row as usize];
                match cell.domain.map(DomainId) {
                    None => self.leaves(ty, None, |k| Atom::Cell(cell.storage, cell.offset + k)),
                    domain => self.leaves(ty, domain, |k| Atom::LaneCell(cell.offset + k)),
                }
            }
            Op::Fresh => one(self.leaf(Atom::Fresh(CellId(row)), Kind::Bool, None, 0)),
            Op::Delay => match data.cells[row as usize].domain.map(DomainId) {
                None => self.leaves(ty, None, |k| Atom::Delay(CellId(row), k)),
                domain => self.leaves(ty, domain, |k| Atom::LaneDelay(CellId(row), k)),
            },
            Op::DelayTime => {
                let domain = data.cells[row as usize].domain.map(DomainId);
                let seconds = first(0);
                (0..ty.stride())
                    .map(|k| {
                        let atom = Atom::DelayTime(CellId(row), k);
                        let expr = Expr { atom, args: smallvec![seconds], kind: Kind::Float, domain };
                        self.exprs.add(expr, 0)
                    })
                    .collect()
            }
            Op::Time => one(self.leaf(Atom::Time, Kind::Float, None, 0)),
            Op::Dt => one(self.leaf(Atom::Dt, Kind::Float, None, 0)),
            Op::FrameIndex => one(self.leaf(Atom::FrameIndex, Kind::Float, None, 0)),
            Op::Phase => one(self.leaf(Atom::Phase(period, keyed), Kind::Float, None, 0)),
            Op::PhasePingPong => one(self.leaf(Atom::PhasePingPong(period, keyed), Kind::Float, None, 0)),
            Op::Progress => one(self.leaf(Atom::Progress(period), Kind::Float, None, 0)),
            Op::Pulse => one(self.leaf(Atom::Pulse(period), Kind::Int, None, 0)),
            Op::Canvas => self.leaves(ty, None, Atom::Canvas),
            Op::Seed => one(self.leaf(Atom::Seed, Kind::Uint, None, 0)),
            Op::Count => one(self.leaf(Atom::Count(DomainId(node.domain.unwrap_or(0))), Kind::Int, None, 0)),
            Op::Index => one(self.leaf(Atom::Index, Kind::Int, domain, 0)),
            Op::Id => one(self.leaf(Atom::Id, Kind::Uint, domain, 0)),
            Op::Rank => one(self.leaf(Atom::Rank, Kind::Float, domain, 0)),
            Op::Random => one(self.leaf(Atom::Random(row), Kind::Float, domain, 0)),
            Op::Neighbor => {
                let domain = DomainId(data.fields[row as usize].domain);
                let (offset, edge) = (node.offset.unwrap_or(0), node.edge.unwrap_or(Edge::Clamp));
                let source = self.parts(self.field_nodes[row as usize]);
                source
                    .iter()
                    .enumerate()
                    .map(|(component, &of)| {
                        let stage = self.exprs.stage(of) + 1;
                        let atom = Atom::Neighbor { field: row, component: component as u32, offset, edge };
                        let kind = self.exprs.get(of).kind;
                        let expr = Expr { atom, args: SmallVec::new(), kind, domain: Some(domain) };
                        self.exprs.add(expr, stage)
                    })
                    .collect()
            }
            Op::Shape => one(self.exprs.constant_of(Kind::Uint, f64::from(row))),
            Op::Component => one(args[0][row as usize]),
            Op::Vec2 | Op::Vec3 | Op::Color => args.iter().map(|a| a[0]).collect(),
            _ => self.operation(node, ty, &args),
        }
    }

    /// Operations that are more than leaves, by type.
    fn operation(&mut self, node: &Node, ty: Type, args: &[Parts]) -> Parts {
        let kind = args.first().map_or(Kind::Float, |a| self.exprs.get(a[0]).kind);
        if let Some(easing) = easing(node.op) {
            return self.map(ty, args, |e, a| e.op_out(Prim::Ease, a, 0, Imm::Ease(easing), Kind::Float));
        }
        // Colours are mixed by their alphas; what goes component by component is something else.
        if node.op == Op::Mix && ty == Type::Color && args[2].len() == 1 {
            return mix_colors(&mut self.exprs, node.op, [&args[0], &args[1]], args[2][0]);
        }
        if let Some(prim) = float_prim(node.op).filter(|_| kind == Kind::Float) {
            return self.map(ty, args, |e, a| e.op(prim, a));
        }
        if let Some((prim, kind)) = integer_prim(node.op, kind) {
            return self.map(ty, args, |e, a| e.op_kind(prim, a, kind));
        }
        let one = |id: ExprId| -> Parts { smallvec![id] };
        let x = |k: usize| args[k][0];
        if let Op::Select | Op::Or = node.op {
            let of = self.fresh_elements(args);
            return self.choose(node.op, &of);
        }
        let e = &mut self.exprs;
        let mul = |e: &mut Exprs, a, by: f64| {
            let by = e.float(by);
            e.op(Prim::Mul, &[a, by])
        };
        match node.op {
            Op::Neg if kind == Kind::Float => self.map(ty, args, |e, a| e.op(Prim::Neg, a)),
            Op::Neg => {
                let zero = e.constant_of(kind, 0.0);
                one(e.op_kind(Prim::SubInt, &[zero, x(0)], kind))
            }
            Op::Abs | Op::Sign if kind == Kind::Uint => match node.op {
                Op::Abs => one(x(0)),
                _ => {
                    let unit = e.constant_of(kind, 1.0);
                    one(e.op(Prim::MinUint, &[x(0), unit]))
                }
            },
            Op::Clamp => {
                // Integers: max, then min, and `lo` where lo > hi.
                let (min, max) = match kind {
                    Kind::Int => (Prim::MinInt, Prim::MaxInt),
                    _ => (Prim::MinUint, Prim::MaxUint),
                };
                let low = e.op(min, &[x(0), x(2)]);
                one(e.op(max, &[low, x(1)]))
            }
            Op::Gt | Op::Ge | Op::Ne | Op::Lt | Op::Le | Op::Eq => one(compare(e, node.op, kind, x(0), x(1))),
            Op::And => one(e.op(Prim::And, &[x(0), x(1)])),
            Op::Xor => one(e.op(Prim::Xor, &[x(0), x(1)])),
            Op::Not => one(e.op(Prim::Not, &[x(0)])),
            Op::Sin | Op::Cos | Op::SinTurns | Op::CosTurns | Op::Tan => args[0]
                .iter()
                .map(|&a| {
                    let turns = match node.op {
                        Op::SinTurns | Op::CosTurns => a,
                        _ => mul(e, a, TURNS_PER_RADIAN),
                    };
                    let out = u8::from(matches!(node.op, Op::Cos | Op::CosTurns));
                    match node.op {
                        Op::Tan => e.op(Prim::TanTurns, &[turns]),
                        _ => e.op_out(Prim::SinCosTurns, &[turns], out, Imm::None, Kind::Float),
                    }
                })
                .collect(),
            Op::WaveSaw => self.map(ty, args, |e, a| e.op(Prim::Fract, a)),
            Op::DegToRad => args[0].iter().map(|&a| mul(e, a, std::f64::consts::PI / 180.0)).collect(),
            Op::RadToDeg => args[0].iter().map(|&a| mul(e, a, 180.0 / std::f64::consts::PI)).collect(),
            Op::TurnsToRad => args[0].iter().map(|&a| mul(e, a, std::f64::consts::TAU)).collect(),
            Op::RadToTurns => args[0].iter().map(|&a| mul(e, a, TURNS_PER_RADIAN)).collect(),
            Op::TurnsToDeg => args[0].iter().map(|&a| mul(e, a, 360.0)).collect(),
            Op::DegToTurns => args[0].iter().map(|&a| mul(e, a, 1.0 / 360.0)).collect(),
            Op::SecToMs => args[0].iter().map(|&a| mul(e, a, 1000.0)).collect(),
            Op::MsToSec => args[0].iter().map(|&a| mul(e, a, 0.001)).collect(),
            Op::IntToUint => one(self.cast(x(0), Kind::Uint)),
            Op::UintToInt => one(self.cast(x(0), Kind::Int)),
            // Of the type of its arguments: a hash of ints is an int, and may be negative.
            Op::Hash => one(e.op_kind(Prim::Hash, &[x(0)], kind)),
            Op::Hash2 => one(e.op_kind(Prim::Hash2, &[x(0), x(1)], kind)),
            Op::ValueNoise | Op::GradientNoise | Op::FractalValue | Op::FractalGradient => {
                let prim = noise(node.op, args[0].len());
                let flat: SmallVec<[ExprId; 5]> = args.iter().flatten().copied().collect();
                let (seed, octaves) = (node.index.unwrap_or(0), node.count.unwrap_or(1) as u8);
                one(e.op_out(prim, &flat, 0, Imm::Noise { seed, octaves }, Kind::Float))
            }
            Op::AffineTurns | Op::AffineNoise => {
                let prim = if node.op == Op::AffineTurns { Prim::AffineTurns } else { Prim::AffineNoise };
                let index = self.leaf(Atom::Index, Kind::Int, node.domain.map(DomainId), 0);
                one(self.exprs.op(prim, &[index, x(0), x(1)]))
            }
            Op::RadicalInverse => {
                let base = Imm::Base(node.count.unwrap_or(2));
                one(e.op_out(Prim::RadicalInverse, &[x(0)], 0, base, Kind::Float))
            }
            Op::Dot => one(dot(e, &args[0], &args[1])),
            Op::Length => {
                let squared = dot(e, &args[0], &args[0]);
                one(e.op(Prim::Sqrt, &[squared]))
            }
            Op::Distance => {
                let apart: Parts =
                    args[0].iter().zip(&args[1]).map(|(&a, &b)| e.op(Prim::Sub, &[a, b])).collect();
                let squared = dot(e, &apart, &apart);
                one(e.op(Prim::Sqrt, &[squared]))
            }
            Op::Normalize => {
                let squared = dot(e, &args[0], &args[0]);
                let length = e.op(Prim::Sqrt, &[squared]);
                let (zero, unit) = (e.float(0.0), e.float(1.0));
                let is_zero = e.op(Prim::Eq, &[length, zero]);
                let safe = e.op(Prim::Select, &[is_zero, unit, length]);
                args[0].iter().map(|&a| e.op(Prim::Div, &[a, safe])).collect()
            }
            Op::Cross => {
                let (a, b) = (&args[0], &args[1]);
                let mut part = |i: usize, j: usize| {
                    let (p, q) = (e.op(Prim::Mul, &[a[i], b[j]]), e.op(Prim::Mul, &[a[j], b[i]]));
                    e.op(Prim::Sub, &[p, q])
                };
                smallvec![part(1, 2), part(2, 0), part(0, 1)]
            }
            Op::Rotate => {
                let turns = mul(e, x(1), TURNS_PER_RADIAN);
                let (sin, cos) = sin_cos(e, turns);
                let (px, py) = (args[0][0], args[0][1]);
                let [xc, xs] = [cos, sin].map(|f| e.op(Prim::Mul, &[px, f]));
                let [yc, ys] = [cos, sin].map(|f| e.op(Prim::Mul, &[py, f]));
                smallvec![e.op(Prim::Sub, &[xc, ys]), e.op(Prim::Add, &[xs, yc])]
            }
            Op::Polar | Op::PolarTurns => {
                let turns = if node.op == Op::Polar { mul(e, x(1), TURNS_PER_RADIAN) } else { x(1) };
                polar(e, x(0), turns)
            }
            Op::LayoutGrid | Op::LayoutCircle | Op::LayoutLine | Op::LayoutSpiral | Op::LayoutHalton => {
                self.layout(node, args)
            }
            Op::PathPoint => [0, 1]
                .map(|out| e.op_out(Prim::PathAt, &[x(0), x(1)], out, Imm::None, Kind::Float))
                .into_iter()
                .collect(),
            Op::PathDirection => one(e.op_out(Prim::PathAt, &[x(0), x(1)], 2, Imm::None, Kind::Float)),
            Op::WithAlpha => smallvec![args[0][0], args[0][1], args[0][2], x(1)],
            Op::Hsv | Op::Hsl => {
                let prim = if node.op == Op::Hsv { Prim::HsvToRgb } else { Prim::HslToRgb };
                let [second, third] = [x(1), x(2)].map(|share| e.op(Prim::Clamp01, &[share]));
                let [r, g, b] = triple(e, prim, &[x(0), second, third]);
                smallvec![r, g, b, e.float(1.0)]
            }
            Op::Oklab | Op::Oklch | Op::OklchInside => {
                let prim = match node.op {
                    Op::Oklab => Prim::OklabToSrgb,
                    Op::Oklch => Prim::OklchToSrgb,
                    _ => Prim::OklchToSrgbInside,
                };
                let [r, g, b] = triple(e, prim, &[x(0), x(1), x(2)]);
                smallvec![r, g, b, e.float(1.0)]
            }
            Op::ToHsv | Op::ToHsl | Op::ToOklab | Op::ToOklch => {
                let prim = match node.op {
                    Op::ToHsv => Prim::RgbToHsv,
                    Op::ToHsl => Prim::RgbToHsl,
                    Op::ToOklab => Prim::SrgbToOklab,
                    _ => Prim::SrgbToOklch,
                };
                triple(e, prim, &args[0][..3]).into_iter().collect()
            }
            Op::LinearToSrgb | Op::SrgbToLinear => {
                let prim = if node.op == Op::LinearToSrgb { Prim::LinearToSrgb } else { Prim::SrgbToLinear };
                let mut parts: Parts = args[0][..3].iter().map(|&a| e.op(prim, &[a])).collect();
                parts.push(args[0][3]);
                parts
            }
            Op::MixOklab | Op::MixLinear | Op::MixOklch | Op::MixHsv => {
                mix_colors(e, node.op, [&args[0], &args[1]], x(2))
            }
            Op::Spring => triple(e, Prim::Spring, &[x(0), x(1), x(2)]).into_iter().collect(),
            Op::Luminance => one(e.op(Prim::Luminance, &args[0][..3])),
            _ => Parts::new(),
        }
    }

    /// A choice, or `or`.
    fn choose(&mut self, op: Op, args: &[Parts]) -> Parts {
        let e = &mut self.exprs;
        if op == Op::Or {
            return smallvec![e.op(Prim::Or, &[args[0][0], args[1][0]])];
        }
        let pairs = args[1].iter().zip(&args[2]);
        pairs
            .map(|(&a, &b)| {
                let kind = e.get(a).kind;
                e.op_kind(Prim::Select, &[args[0][0], a, b], kind)
            })
            .collect()
    }

    /// Arguments where "is the cell fresh" is asked of every element of its domain, if they are of it: elements that
    /// came in a swap are, when others are not.
    fn fresh_elements(&mut self, args: &[Parts]) -> SmallVec<[Parts; 4]> {
        let mut args: SmallVec<[Parts; 4]> = SmallVec::from(args);
        let domain = args.iter().flatten().find_map(|&arg| self.exprs.get(arg).domain);
        if domain.is_some() {
            for arg in args.iter_mut().flatten() {
                *arg = self.fresh_element(*arg, domain, 0);
            }
        }
        args
    }

    fn fresh_element(&mut self, id: ExprId, domain: Option<DomainId>, depth: u32) -> ExprId {
        /// Conditions that people write are no deeper.
        const DEPTH_MAX: u32 = 16;
        let expr = self.exprs.get(id);
        match expr.atom {
            Atom::Fresh(cell) if self.program.data().cells[cell.index()].domain.map(DomainId) == domain => {
                let index = self.leaf(Atom::Index, Kind::Int, domain, 0);
                let known = self.leaf(Atom::Known(cell), Kind::Int, None, 0);
                self.exprs.op(Prim::LeInt, &[known, index])
            }
            Atom::Op { prim: prim @ (Prim::Or | Prim::And | Prim::Xor | Prim::Not), .. }
                if expr.domain.is_none() && depth < DEPTH_MAX =>
            {
                let mut args = expr.args.clone();
                for arg in &mut args {
                    *arg = self.fresh_element(*arg, domain, depth + 1);
                }
                self.exprs.op(prim, &args)
            }
            _ => id,
        }
    }

    /// Component by component; a float goes with every component.
    fn map(&mut self, ty: Type, args: &[Parts], f: impl Fn(&mut Exprs, &[ExprId]) -> ExprId) -> Parts {
        (0..ty.stride() as usize)
            .map(|k| {
                let picked: SmallVec<[ExprId; 5]> =
                    args.iter().map(|a| if a.len() == 1 { a[0] } else { a[k] }).collect();
                f(&mut self.exprs, &picked)
            })
            .collect()
    }

    /// The same 32 bits, read as another kind.
    fn cast(&mut self, id: ExprId, kind: Kind) -> ExprId {
        // `x | 0` keeps every bit and carries the new kind; in signals it wraps into the kind's range.
        let zero = self.exprs.constant_of(kind, 0.0);
        self.exprs.op_kind(Prim::BitOr, &[id, zero], kind)
    }

    fn layout(&mut self, node: &Node, args: &[Parts]) -> Parts {
        let domain = node.domain.map(DomainId);
        let rank = self.leaf(Atom::Rank, Kind::Float, domain, 0);
        let index = self.leaf(Atom::Index, Kind::Int, domain, 0);
        let e = &mut self.exprs;
        let half = e.float(0.5);
        match node.op {
            Op::LayoutGrid => {
                let (columns, rows) = (args[0][0], args[1][0]);
                let column = e.op(Prim::ModInt, &[index, columns]);
                let row = e.op(Prim::DivInt, &[index, columns]);
                let mut center = |at, of| {
                    let (at, of) = (e.op(Prim::IntToFloat, &[at]), e.op(Prim::IntToFloat, &[of]));
                    let middle = e.op(Prim::Add, &[at, half]);
                    e.op(Prim::Div, &[middle, of])
                };
                smallvec![center(column, columns), center(row, rows)]
            }
            Op::LayoutCircle => {
                // Element 0 lies exactly at the right: index / count, not the rank.
                let count = self.leaf(Atom::Count(domain.unwrap_or(DomainId(0))), Kind::Int, None, 0);
                let e = &mut self.exprs;
                let (index, count) = (e.op(Prim::IntToFloat, &[index]), e.op(Prim::IntToFloat, &[count]));
                let turns = e.op(Prim::Div, &[index, count]);
                let around = polar(e, half, turns);
                around.iter().map(|&a| e.op(Prim::Add, &[a, half])).collect()
            }
            Op::LayoutLine => {
                let count = self.leaf(Atom::Count(domain.unwrap_or(DomainId(0))), Kind::Int, None, 0);
                let e = &mut self.exprs;
                let unit = e.float(1.0);
                let (index, count) = (e.op(Prim::IntToFloat, &[index]), e.op(Prim::IntToFloat, &[count]));
                let steps = e.op(Prim::Sub, &[count, unit]);
                let steps = e.op(Prim::Max, &[steps, unit]);
                let t = e.op(Prim::Div, &[index, steps]);
                let ends = args[0].iter().zip(&args[1]);
                ends.map(|(&a, &b)| e.op(Prim::Mix, &[a, b, t])).collect()
            }
            Op::LayoutSpiral => {
                let (step, zero) = (e.float(GOLDEN_ANGLE_TURNS), e.float(0.0));
                let turns = e.op(Prim::AffineTurns, &[index, step, zero]);
                let root = e.op(Prim::Sqrt, &[rank]);
                let radius = e.op(Prim::Mul, &[root, half]);
                let around = polar(e, radius, turns);
                around.iter().map(|&a| e.op(Prim::Add, &[a, half])).collect()
            }
            _ => {
                let unit = e.constant_of(Kind::Int, 1.0);
                // Point 0 of a Halton sequence is the corner; starting at 1 is the custom.
                let index = e.op(Prim::AddInt, &[index, unit]);
                [2, 3]
                    .into_iter()
                    .map(|base| e.op_out(Prim::RadicalInverse, &[index], 0, Imm::Base(base), Kind::Float))
                    .collect()
            }
        }
    }
}

fn sin_cos(e: &mut Exprs, turns: ExprId) -> (ExprId, ExprId) {
    let sin = e.op_out(Prim::SinCosTurns, &[turns], 0, Imm::None, Kind::Float);
    let cos = e.op_out(Prim::SinCosTurns, &[turns], 1, Imm::None, Kind::Float);
    (sin, cos)
}

fn polar(e: &mut Exprs, radius: ExprId, turns: ExprId) -> Parts {
    let (sin, cos) = sin_cos(e, turns);
    smallvec![e.op(Prim::Mul, &[cos, radius]), e.op(Prim::Mul, &[sin, radius])]
}

fn triple(e: &mut Exprs, prim: Prim, args: &[ExprId]) -> [ExprId; 3] {
    [0, 1, 2].map(|out| e.op_out(prim, args, out, Imm::None, Kind::Float))
}

fn dot(e: &mut Exprs, a: &[ExprId], b: &[ExprId]) -> ExprId {
    let mut sum = e.op(Prim::Mul, &[a[0], b[0]]);
    for (&a, &b) in a.iter().zip(b).skip(1) {
        let product = e.op(Prim::Mul, &[a, b]);
        sum = e.op(Prim::Add, &[product, sum]);
    }
    sum
}

/// Where chroma (or saturation) is no more than this, a colour is grey and has no hue of its own: rounding leaves some
/// 1e-6 of it, and the smallest step of 8 bits makes 1e-3.
const GREY: f64 = 1.0e-4;

/// A mix of two colours, in the space of the operation. What counts is what is seen, as with premultiplied colours: each
/// has a say by its alpha, and where no alpha is left there is no colour. Of two equal alphas both have the same.
fn mix_colors(e: &mut Exprs, op: Op, colors: [&[ExprId]; 2], t: ExprId) -> Parts {
    // A float goes with every component.
    let [a, b] = colors.map(|c| [0, 1, 2, 3].map(|k| c[if c.len() == 1 { 0 } else { k }]));
    let alphas = [e.constant(a[3]), e.constant(b[3])];
    if alphas[0] == alphas[1] && alphas[0].is_some_and(|alpha| alpha > 0.0) {
        let [red, green, blue] = mix_in_space(e, op, a, b, t);
        return smallvec![red, green, blue, a[3]];
    }
    let alpha = e.op(Prim::Mix, &[a[3], b[3], t]);
    let weight = e.op(Prim::Mul, &[b[3], t]);
    let share = e.op(Prim::Div, &[weight, alpha]);
    let zero = e.float(0.0);
    let is_seen = e.op(Prim::Lt, &[zero, alpha]);
    let mixed = mix_in_space(e, op, a, b, share);
    let [red, green, blue] = mixed.map(|part| e.op(Prim::Select, &[is_seen, part, zero]));
    smallvec![red, green, blue, alpha]
}

/// Red, green and blue of what lies so far on the way from one colour to the other.
fn mix_in_space(e: &mut Exprs, op: Op, a: [ExprId; 4], b: [ExprId; 4], share: ExprId) -> [ExprId; 3] {
    let (into, back) = match op {
        Op::MixOklab => (Prim::SrgbToOklab, Prim::OklabToSrgb),
        Op::MixOklch => (Prim::SrgbToOklch, Prim::OklchToSrgb),
        Op::MixHsv => (Prim::RgbToHsv, Prim::HsvToRgb),
        Op::MixLinear => {
            return [0, 1, 2].map(|k| {
                let [a, b] = [a[k], b[k]].map(|c| e.op(Prim::SrgbToLinear, &[c]));
                let mixed = e.op(Prim::Mix, &[a, b, share]);
                e.op(Prim::LinearToSrgb, &[mixed])
            });
        }
        _ => return [0, 1, 2].map(|k| e.op(Prim::Mix, &[a[k], b[k], share])),
    };
    let [a, b] = [a, b].map(|c| triple(e, into, &c[..3]));
    let mut mixed = [0, 1, 2].map(|k| e.op(Prim::Mix, &[a[k], b[k], share]));
    // Where the hue stands, and what tells a grey.
    let places = match op {
        Op::MixOklch => Some((2, 1)),
        Op::MixHsv => Some((0, 1)),
        _ => None,
    };
    if let Some((hue, chroma)) = places {
        mixed[hue] = mix_hues(e, [a, b].map(|c| [c[hue], c[chroma]]), share);
    }
    triple(e, back, &mixed)
}

/// The hue on the short way from one to the other, each with its chroma; a grey takes the other's.
fn mix_hues(e: &mut Exprs, [a, b]: [[ExprId; 2]; 2], share: ExprId) -> ExprId {
    let grey = e.float(GREY);
    let [from, to] = [[a, b], [b, a]].map(|[[hue, chroma], [other, _]]| {
        let has_hue = e.op(Prim::Lt, &[grey, chroma]);
        e.op(Prim::Select, &[has_hue, hue, other])
    });
    let apart = e.op(Prim::Sub, &[to, from]);
    let turned = e.op(Prim::FractSigned, &[apart]);
    let turned = e.op(Prim::Mul, &[turned, share]);
    e.op(Prim::Add, &[from, turned])
}

fn compare(e: &mut Exprs, op: Op, kind: Kind, a: ExprId, b: ExprId) -> ExprId {
    let (less, at_most, equal) = match kind {
        Kind::Int => (Prim::LtInt, Prim::LeInt, Prim::EqBits),
        Kind::Uint | Kind::Bool => (Prim::LtUint, Prim::LeUint, Prim::EqBits),
        Kind::Float | Kind::Double => (Prim::Lt, Prim::Le, Prim::Eq),
    };
    match op {
        Op::Lt => e.op(less, &[a, b]),
        Op::Le => e.op(at_most, &[a, b]),
        Op::Gt => e.op(less, &[b, a]),
        Op::Ge => e.op(at_most, &[b, a]),
        Op::Eq => e.op(equal, &[a, b]),
        _ => {
            let same = e.op(equal, &[a, b]);
            e.op(Prim::Not, &[same])
        }
    }
}

fn noise(op: Op, dimensions: usize) -> Prim {
    use Prim::*;
    let all = match op {
        Op::ValueNoise => [ValueNoise1, ValueNoise2, ValueNoise3],
        Op::GradientNoise => [GradientNoise1, GradientNoise2, GradientNoise3],
        Op::FractalValue => [FractalValue1, FractalValue2, FractalValue3],
        _ => [FractalGradient1, FractalGradient2, FractalGradient3],
    };
    all[dimensions.clamp(1, 3) - 1]
}

/// Operations that are one scalar operation per component of floats.
fn float_prim(op: Op) -> Option<Prim> {
    Some(match op {
        Op::Add => Prim::Add,
        Op::Sub => Prim::Sub,
        Op::Mul => Prim::Mul,
        Op::Div => Prim::Div,
        Op::Mod => Prim::Mod,
        Op::Abs => Prim::Abs,
        Op::Sign => Prim::Sign,
        Op::Min => Prim::Min,
        Op::Max => Prim::Max,
        Op::Clamp => Prim::Clamp,
        Op::Clamp01 => Prim::Clamp01,
        Op::Mix => Prim::Mix,
        Op::Step => Prim::Step,
        Op::Smoothstep => Prim::Smoothstep,
        Op::Smootherstep => Prim::Smootherstep,
        Op::Floor => Prim::Floor,
        Op::Ceil => Prim::Ceil,
        Op::Round => Prim::Round,
        Op::Trunc => Prim::Trunc,
        Op::Fract => Prim::Fract,
        Op::FractSigned => Prim::FractSigned,
        Op::Wrap => Prim::Wrap,
        Op::Sqrt => Prim::Sqrt,
        Op::Cbrt => Prim::Cbrt,
        Op::Pow => Prim::Pow,
        Op::Exp => Prim::Exp,
        Op::Exp2 => Prim::Exp2,
        Op::Ln => Prim::Ln,
        Op::Log2 => Prim::Log2,
        Op::Asin => Prim::Asin,
        Op::Acos => Prim::Acos,
        Op::Atan2 => Prim::Atan2,
        Op::Tanh => Prim::Tanh,
        Op::ToInt => Prim::FloatToInt,
        Op::ToUint => Prim::FloatToUint,
        Op::WaveSine => Prim::WaveSine,
        Op::WaveTriangle => Prim::WaveTriangle,
        Op::WaveSquare => Prim::WaveSquare,
        Op::CubicBezier => Prim::CubicBezier,
        _ => return None,
    })
}

/// Operations on ints and uints, and the kind of their result.
fn integer_prim(op: Op, kind: Kind) -> Option<(Prim, Kind)> {
    let signed = kind == Kind::Int;
    let pick = |int, uint| if signed { int } else { uint };
    Some(match op {
        _ if kind == Kind::Bool && op != Op::BoolToFloat => return None,
        Op::Add => (Prim::AddInt, kind),
        Op::Sub => (Prim::SubInt, kind),
        Op::Mul => (Prim::MulInt, kind),
        Op::Div => (pick(Prim::DivInt, Prim::DivUint), kind),
        Op::Mod => (pick(Prim::ModInt, Prim::ModUint), kind),
        Op::Abs if signed => (Prim::AbsInt, kind),
        Op::Sign if signed => (Prim::SignInt, kind),
        Op::Min => (pick(Prim::MinInt, Prim::MinUint), kind),
        Op::Max => (pick(Prim::MaxInt, Prim::MaxUint), kind),
        Op::BitAnd => (Prim::BitAnd, kind),
        Op::BitOr => (Prim::BitOr, kind),
        Op::BitXor => (Prim::BitXor, kind),
        Op::Shl => (Prim::Shl, kind),
        Op::Shr => (pick(Prim::ShrInt, Prim::ShrUint), kind),
        Op::ToFloat => (Prim::IntToFloat, Kind::Float),
        Op::UintToFloat => (Prim::UintToFloat, Kind::Float),
        Op::BoolToFloat => (Prim::BoolToFloat, Kind::Float),
        Op::UnitFloat => (Prim::UnitFloat, Kind::Float),
        Op::TurnsOfUint => (Prim::TurnsOfUint, Kind::Float),
        _ => return None,
    })
}

/// The easing of an operation, by its name.
fn easing(op: Op) -> Option<Ease> {
    Ease::from_name(op.name())
}
