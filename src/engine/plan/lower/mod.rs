//! Lowering: typed nodes as scalar expressions.
//!
//! Takes a program; gives everything that its steps and passes evaluate as scalar expressions, hash-consed. Vectors are
//! taken apart, operations chosen by the kind of their arguments ([`operations`], [`colors`]), constants folded, reads
//! of slots and fields inlined.

mod colors;
mod elements;
mod leaves;
mod near;
mod operations;

use std::collections::HashMap;

use smallvec::{SmallVec, smallvec};

use elements::Context;

use super::elements::{ElementColumn, LoweredContinuity, LoweredSet};
use super::events::EventsPlan;
use super::expr::{Atom, Expr, Exprs, FieldPart, Imm, Kind, Prim};
use super::near::LoweredNear;
use super::passes::{LoweredPass, Unpacked};
use super::precise::RestPart;
use super::said::MeasuredText;
use crate::draw::DrawOrder;
use crate::id::{CellId, DomainId, ExprId};
use crate::math::constants::TURNS_PER_RADIAN;
use crate::program::infer::slot_row;
use crate::program::meaning::{Angle, Leaf, Meaning};
use crate::program::{Action, Node, Op, PassRow, Program, Reduction, Storage, Type};

/// The components of a value.
pub(super) type Parts = SmallVec<[ExprId; 4]>;
/// The components of each argument.
type Arguments = SmallVec<[Parts; 4]>;

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

/// A program as scalar expressions. `C` is a colour of a pass: four numbers, until they are packed.
pub(super) struct Lowered<'p, C = ExprId> {
    pub(super) program: &'p Program,
    pub(super) exprs: Exprs,
    /// Per field: its components, before they are rounded into its buffers.
    pub(super) fields: Vec<Parts>,
    pub(super) reduced: Vec<Reduced>,
    /// In the order of their steps.
    pub(super) slots: Vec<SlotWrite>,
    /// In drawing order.
    pub(super) passes: Vec<LoweredPass<C>>,
    pub(super) background: Option<ExprId>,
    pub(super) nexts: Vec<Next>,
    pub(super) events: EventsPlan<ExprId>,
    /// What f32s leave of next values.
    pub(super) rests: Vec<RestPart>,
    /// Pairs of elements nearby, and what is folded of them.
    pub(super) near: LoweredNear,
    /// How the elements of each domain come and go.
    pub(super) sets: Vec<Option<LoweredSet>>,
    /// The stage from which on the elements of each domain are known; those of pairs are behind the others.
    pub(super) set_stages: Vec<u32>,
    /// What the engine keeps of elements.
    pub(super) columns: Vec<(DomainId, ElementColumn)>,
    /// What elements take at their births of the turns of events, in the order of each domain's rows.
    pub(super) taken: Vec<(DomainId, ExprId)>,
    pub(super) continuities: Vec<LoweredContinuity>,
    /// The texts of elements that are measured.
    pub(super) measured: Vec<MeasuredText>,
    /// For what passes make of continued values: what that is while nothing is left of an edit. None before colours are
    /// packed.
    pub(super) idle: HashMap<ExprId, ExprId>,
}

impl<'p> Lowered<'p, Unpacked> {
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
        let mut events = lower.events();
        let fields = (0..data.fields.len() as u32).map(|field| lower.field(field)).collect();
        let mut sets = lower.sets();
        let continuities = lower.continuities();
        lower.bears(&mut events, &mut sets);
        let Lower { exprs, reduced, near, set_stages, columns, taken, measured, .. } = lower;
        let set_stages = set_stages.into_iter().map(|stage| stage.unwrap_or(0));
        let set_stages = set_stages.chain(near.pairs.iter().map(|pairs| pairs.stage)).collect();
        Self {
            program,
            exprs,
            fields,
            reduced,
            slots,
            passes,
            background,
            nexts,
            events,
            rests: Vec::new(),
            near,
            sets,
            set_stages,
            columns,
            taken,
            continuities,
            measured,
            idle: HashMap::new(),
        }
    }

    /// With the colours of passes packed to what is drawn.
    pub(super) fn pack(self) -> Lowered<'p> {
        let Self { program, mut exprs, fields, reduced, slots, passes, background, nexts, rests, .. } = self;
        let Self { events, near, sets, set_stages, columns, taken, continuities, measured, .. } = self;
        let passes = passes.into_iter().map(|pass| pass.pack(&mut exprs)).collect();
        let mut lowered = Lowered {
            program,
            exprs,
            fields,
            reduced,
            slots,
            passes,
            background,
            nexts,
            events,
            rests,
            near,
            sets,
            set_stages,
            columns,
            taken,
            continuities,
            measured,
            idle: HashMap::new(),
        };
        lowered.idle = lowered.idle_exprs();
        lowered
    }
}

impl Lowered<'_> {
    /// The components of a field, before they are rounded into its buffers.
    pub(super) fn field(&self, field: u32) -> &[ExprId] {
        &self.fields[field as usize]
    }

    /// The stage from which on a part of a field can be read of other elements.
    pub(super) fn stage_of_others(&self, from: FieldPart) -> u32 {
        let part = self.field(from.field)[from.component as usize];
        self.exprs.stage(part).max(self.set_stages[from.domain.index()]) + 1
    }
}

/// Passes by layer, then as listed; those of a layer that are ordered together follow the first of them.
fn pass_order(program: &Program) -> Vec<usize> {
    let passes = &program.data().passes;
    let place = |row: usize| {
        let PassRow { layer, order, .. } = passes[row];
        let first = match order {
            DrawOrder::LayerDepth => {
                passes.iter().position(|pass| (pass.layer, pass.order) == (layer, order))
            }
            DrawOrder::Index | DrawOrder::Element | DrawOrder::Depth => None,
        };
        (layer, first.unwrap_or(row), row)
    };
    let mut order: Vec<usize> = (0..passes.len()).collect();
    order.sort_by_cached_key(|&row| place(row));
    order
}

/// What the step of a slot does.
#[derive(Clone, Copy)]
enum SlotAction {
    Signal { node: u32 },
    Reduce { field: u32, reduction: Reduction },
}

/// Lowers the nodes of a program, each once.
pub(super) struct Lower<'p> {
    pub(super) program: &'p Program,
    pub(super) exprs: Exprs,
    reduced: Vec<Reduced>,
    near: LoweredNear,
    /// What nodes are lowered for now.
    context: Context,
    /// Per context.
    nodes: Vec<Vec<Option<Parts>>>,
    /// Per domain, once it is known.
    set_stages: Vec<Option<u32>>,
    columns: Vec<(DomainId, ElementColumn)>,
    /// What elements take at their births of the turns of events.
    taken: Vec<(DomainId, ExprId)>,
    pub(super) measured: Vec<MeasuredText>,
    /// Per field: the node that its step evaluates.
    field_nodes: Vec<u32>,
    /// Per slot row: what its step does, if one writes it.
    slot_actions: Vec<Option<SlotAction>>,
    /// Per channel: its first component among all inputs.
    input_offsets: Vec<u32>,
}

impl<'p> Lower<'p> {
    fn new(program: &'p Program) -> Self {
        let data = program.data();
        let mut field_nodes = vec![0; data.fields.len()];
        let mut slot_actions = vec![None; data.slots.len()];
        for step in &data.steps {
            match step.action {
                Action::Field { field, node } => field_nodes[field as usize] = node,
                Action::Signal { slot, node } => {
                    if let Some(row) = slot_row(data, slot) {
                        slot_actions[row] = Some(SlotAction::Signal { node });
                    }
                }
                Action::Reduce { slot, field, reduction } => {
                    if let Some(row) = slot_row(data, slot) {
                        slot_actions[row] = Some(SlotAction::Reduce { field, reduction });
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
                *next += channel.components();
                Some(offset)
            })
            .collect();
        let nodes = vec![Vec::new(); Context::count(data.domains.len())];
        Self {
            program,
            exprs: Exprs::default(),
            reduced: Vec::new(),
            near: LoweredNear::default(),
            context: Context::Values,
            nodes,
            set_stages: vec![None; data.domains.len()],
            columns: Vec::new(),
            taken: Vec::new(),
            measured: Vec::new(),
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
            if self.context_nodes(self.context, index).is_some() {
                stack.pop();
                continue;
            }
            let missing = self.missing(index);
            if missing.is_empty() {
                let parts = self.lower(index);
                let lowered = &mut self.nodes[self.context.row()];
                lowered.resize(self.program.data().nodes.len().max(lowered.len()), None);
                lowered[index as usize] = Some(parts);
                stack.pop();
            } else {
                stack.extend(missing);
            }
        }
        self.parts(root)
    }

    /// What a node was lowered to in a context.
    fn context_nodes(&self, context: Context, node: u32) -> Option<&Parts> {
        self.nodes[context.row()].get(node as usize)?.as_ref()
    }

    /// What has to be lowered before a node.
    fn missing(&self, index: u32) -> SmallVec<[u32; 4]> {
        let node = &self.program.data().nodes[index as usize];
        let is_elsewhere = match self.context {
            Context::Taken(_) => self.is_taken_whole(index) || self.is_of_all(index),
            Context::Values => node.op == Op::AtBirth,
            // What all elements have is that of themselves, whoever reads it.
            Context::Shown | Context::Birth => node.op == Op::AtBirth || self.is_of_all(index),
        };
        let is_of_values = matches!(node.op.meaning(), Meaning::Near(near) if self.is_of_values(near));
        if is_elsewhere || is_of_values {
            // Lowered as something else than its arguments are here.
            return SmallVec::new();
        }
        let through = self.through(node);
        let needed = node.args.iter().copied().chain(through);
        needed.filter(|&n| self.context_nodes(self.context, n).is_none()).collect()
    }

    /// Whether a node is worked out of all elements together.
    fn is_of_all(&self, index: u32) -> bool {
        let meaning = self.program.data().nodes[index as usize].op.meaning();
        let is_measured = matches!(meaning, Meaning::Text(op) if op.measures());
        matches!(meaning, Meaning::Whole(_)) || is_measured && self.program.node_domain(index).is_some()
    }

    /// The node behind a slot or a field.
    fn through(&self, node: &Node) -> Option<u32> {
        let data = self.program.data();
        let Meaning::Leaf(leaf) = node.op.meaning() else { return None };
        match leaf {
            Leaf::Field | Leaf::Neighbor => node.index.map(|field| self.field_nodes[field as usize]),
            // What another element has is that of itself, whoever reads it.
            Leaf::At if self.context != Context::Values => None,
            Leaf::At => node.index.map(|field| self.field_nodes[field as usize]),
            Leaf::Slot => {
                let row = slot_row(data, node.index?)?;
                match self.slot_actions[row]? {
                    SlotAction::Signal { node } => Some(node),
                    SlotAction::Reduce { field, .. } => Some(self.field_nodes[field as usize]),
                }
            }
            Leaf::Const
            | Leaf::Input
            | Leaf::Cell
            | Leaf::Fresh
            | Leaf::Delay
            | Leaf::DelayTime
            | Leaf::Time
            | Leaf::Dt
            | Leaf::FrameIndex
            | Leaf::Phase
            | Leaf::PhasePingPong
            | Leaf::Progress
            | Leaf::Pulse
            | Leaf::Seed
            | Leaf::Canvas
            | Leaf::Count
            | Leaf::Index
            | Leaf::Id
            | Leaf::Rank
            | Leaf::Random
            | Leaf::Age
            | Leaf::Life
            | Leaf::IsNew
            | Leaf::ElementInput
            | Leaf::Fade
            | Leaf::Payload
            | Leaf::Column
            | Leaf::RowColumn
            | Leaf::Happened
            | Leaf::Shape => None,
        }
    }

    fn parts(&self, node: u32) -> Parts {
        self.context_nodes(self.context, node).cloned().unwrap_or_default()
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
            Storage::F64 | Storage::I32 | Storage::U32 | Storage::Object => parts,
        }
    }

    /// The components that a slot's step gives, before its store rounds them.
    fn slot_value(&mut self, row: usize) -> Parts {
        let slot = &self.program.data().slots[row];
        match self.slot_actions[row] {
            Some(SlotAction::Signal { node }) => self.node(node),
            Some(SlotAction::Reduce { field, reduction }) => {
                let source = self.node(self.field_nodes[field as usize]);
                let domain = DomainId(self.program.data().fields[field as usize].domain);
                let set_stage = self.set_stage(domain);
                source
                    .iter()
                    .enumerate()
                    .map(|(component, &of)| {
                        let key = Reduced { field, component: component as u32, reduction };
                        let row = self.reduced.iter().position(|&known| known == key).unwrap_or_else(|| {
                            self.reduced.push(key);
                            self.reduced.len() - 1
                        });
                        let stage = self.exprs.stage(of).max(set_stage) + 1;
                        self.leaf(Atom::Reduced(row as u32), Kind::Float, None, stage)
                    })
                    .collect()
            }
            None => smallvec![self.exprs.float(0.0); slot.stride as usize],
        }
    }

    /// The components of a node's value as a program computes it, whatever nodes are lowered for now.
    fn value(&mut self, node: u32) -> Parts {
        self.of_themselves(|lower| lower.node(node))
    }

    /// What is lowered as elements have it themselves, whatever is lowered now.
    pub(super) fn of_themselves<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let context = std::mem::replace(&mut self.context, Context::Values);
        let found = lower(self);
        self.context = context;
        found
    }

    /// The components of a field, before they are rounded into its buffer.
    fn field(&mut self, field: u32) -> Parts {
        self.node(self.field_nodes[field as usize])
    }

    fn leaf(&mut self, atom: Atom, kind: Kind, domain: Option<DomainId>, stage: u32) -> ExprId {
        self.exprs.add(Expr { atom, args: SmallVec::new(), kind, domain }, stage)
    }

    fn leaves(&mut self, ty: Type, domain: Option<DomainId>, atom: impl Fn(u32) -> Atom) -> Parts {
        let stage = domain.map_or(0, |domain| self.set_stage(domain));
        (0..ty.stride()).map(|k| self.leaf(atom(k), Kind::of(ty), domain, stage)).collect()
    }

    /// The components of a node whose arguments are there.
    fn lower(&mut self, index: u32) -> Parts {
        let node = &self.program.data().nodes[index as usize];
        let ty = self.program.node_type(index);
        if let Context::Taken(domain) = self.context
            && self.is_taken_whole(index)
        {
            return self.take(index, domain);
        }
        let args: Arguments = node.args.iter().map(|&arg| self.parts(arg)).collect();
        match node.op.meaning() {
            Meaning::Leaf(leaf) => self.leaf_node(leaf, node, ty, &args),
            Meaning::Scalar(scalars) => self.scalar(scalars, ty, &args),
            Meaning::Ease(ease) => {
                self.map(ty, &args, |e, a| e.op_out(Prim::Ease, a, 0, Imm::Ease(ease), Kind::Float))
            }
            Meaning::Factor(by) => args[0].iter().map(|&part| times(&mut self.exprs, part, by)).collect(),
            Meaning::Cast(kind) => smallvec![self.cast(args[0][0], kind)],
            Meaning::Wave { wave, unit } => self.wave(wave, unit, &args[0]),
            Meaning::Number(number) => self.numbers(number, node, ty, &args),
            Meaning::Noise(prims) => self.noise(prims, node, &args),
            Meaning::Curl(prim) => self.curl(prim, node, &args[0]),
            Meaning::Indexed(prim) => {
                let index = self.index(node.domain.map(DomainId));
                smallvec![self.exprs.op(prim, &[index, args[0][0], args[1][0]])]
            }
            Meaning::Vector(vector) => self.vector(vector, node, &args),
            Meaning::Whole(whole) => smallvec![self.whole(whole, node)],
            Meaning::Text(op) if self.is_of_all(index) => smallvec![self.side(op, index)],
            Meaning::Layout(layout) => self.layout(layout, node.domain.map(DomainId), &args),
            Meaning::Path(along) => self.path(along, &args),
            Meaning::Color(coloring) => colors::lower(&mut self.exprs, coloring, &args),
            Meaning::Lookup => self.lookup(node, ty, args[0][0]),
            Meaning::Continued => self.continued(node.index.unwrap_or(0), &args[0]),
            Meaning::AtBirth => self.at_birth(node),
            Meaning::Near(near) => self.near(near, (index, node), &args),
            Meaning::Text(op) => {
                let args: SmallVec<[ExprId; 5]> = args.iter().map(|parts| parts[0]).collect();
                let domain = args.iter().find_map(|&arg| self.exprs.get(arg).domain);
                let op = op.of(node);
                // Of constants, too: what a text says is known when there are texts.
                smallvec![self.exprs.add(Expr { atom: Atom::Text(op), args, kind: Kind::of(ty), domain }, 0)]
            }
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
}

/// The kind of an operation's arguments.
fn kind_of(exprs: &Exprs, args: &[Parts]) -> Kind {
    args.first().map_or(Kind::Float, |parts| exprs.get(parts[0]).kind)
}

/// A part times a number.
fn times(e: &mut Exprs, part: ExprId, by: f64) -> ExprId {
    let by = e.float(by);
    e.op(Prim::Mul, &[part, by])
}

/// An angle in turns.
fn in_turns(e: &mut Exprs, angle: ExprId, unit: Angle) -> ExprId {
    match unit {
        Angle::Turns => angle,
        Angle::Radians => times(e, angle, TURNS_PER_RADIAN),
    }
}
