//! Emission: uniform expressions as one list of operations on registers, cut into segments.
//!
//! Takes a lowered program and what runs in lanes; gives the signal program. What is fixed runs in the segment of load,
//! everything else in the first segment that can: with the signals of the frame, or before the sweeps of a later stage,
//! whose reductions it waits for.

use std::collections::HashMap;
use std::ops::Range;

use smallvec::SmallVec;

use super::WholePlan;
use super::cells::CellPlan;
use super::elements::Set;
use super::events::{EventPlan, EventsPlan, ReactionPlan};
use super::expr::{Atom, Exprs, Imm, Prim};
use super::lower::{Lowered, Next, SlotWrite};
use super::rates::Rates;
use super::signals::{GatherPlan, Segments, SignalOp};
use super::stages::Staged;
use super::sweep::{Gathered, Held, HeldBuffers, Sweep};
use crate::id::{CellId, EventId, ExprId, ReactionId, Register, Table};
use crate::program::{Program, Storage};

/// The signal program.
pub(super) struct Signals {
    pub(super) ops: Vec<SignalOp>,
    /// Arguments of the operations that have more than fit beside them.
    pub(super) operands: Vec<Register>,
    /// What signals read of elements by an index.
    pub(super) gathers: Vec<GatherPlan>,
    pub(super) segments: Segments,
    pub(super) events: EventsPlan,
    /// Those of reactions, which come behind all others.
    pub(super) sweeps: Vec<Sweep>,
    /// How many registers there are.
    pub(super) registers: u32,
    /// The register of every expression that was emitted.
    of_expr: HashMap<ExprId, Register>,
}

impl Signals {
    pub(super) fn new(
        lowered: &Lowered<'_>,
        cells: &Table<CellId, CellPlan>,
        staged: &Staged,
        rates: &Rates,
    ) -> Self {
        let exprs = &lowered.exprs;
        let wanted = wanted(lowered, cells, staged);
        let mut emitter = Emitter::new(exprs, staged);
        let of_reactions = staged.reactions.iter().flatten().flat_map(Sweep::signals);
        let roots = wanted.iter().copied().chain(lowered.events.values()).chain(of_reactions);
        let roots: Vec<ExprId> = roots.collect();
        emitter.fixed(rates, &roots);
        let load = 0..emitter.ops.len();
        let fixed = emitter.registers.clone();
        let mut of_stage = |stage: u32| {
            let start = emitter.ops.len();
            for slot in &lowered.slots {
                if slot.parts.iter().map(|&part| exprs.stage(part)).max().unwrap_or(0) == stage {
                    emitter.slot(lowered.program, slot);
                }
            }
            for &id in wanted.iter().filter(|&&id| exprs.stage(id) == stage) {
                emitter.register(id);
            }
            start..emitter.ops.len()
        };
        let frame = of_stage(0);
        let late = (1..staged.stages.len() as u32).map(of_stage).collect();
        // Behind everything that runs once a frame: what a life is made of besides is there by then.
        let births = lowered.sets.iter().map(|set| {
            let start = emitter.ops.len();
            if let Some(Set::Born { lives, .. }) = *set {
                emitter.register(lives);
            }
            start..emitter.ops.len()
        });
        let births = births.collect();
        let of_expr = std::mem::take(&mut emitter.registers);
        let Events { plan, sources, reactions, rows, sweeps } =
            emitter.events(&lowered.events, staged, &fixed);
        Self {
            segments: Segments { load, frame, late, births, sources, reactions, rows },
            events: plan,
            sweeps,
            ops: emitter.ops,
            operands: emitter.operands,
            gathers: emitter.gathers,
            registers: emitter.next.0,
            of_expr,
        }
    }

    /// The register of an expression that something reads: everything that does was asked for its signals.
    pub(super) fn register(&self, id: ExprId) -> Register {
        self.of_expr[&id]
    }
}

/// Events whose values are in registers, and their segments.
struct Events {
    plan: EventsPlan,
    sources: Table<EventId, Range<usize>>,
    reactions: Table<ReactionId, Range<usize>>,
    rows: Vec<Range<usize>>,
    sweeps: Vec<Sweep>,
}

/// Every uniform expression that something reads, in the order in which registers are given.
fn wanted(lowered: &Lowered<'_>, cells: &Table<CellId, CellPlan>, staged: &Staged) -> Vec<ExprId> {
    let mut wanted = demanded(lowered, cells);
    for sweep in staged.fixed.iter().chain(&staged.moving) {
        wanted.extend(sweep.signals());
    }
    wanted.extend(staged.wholes.iter().flat_map(WholePlan::signals));
    wanted
}

/// Every uniform expression that something outside of sweeps and events reads.
pub(super) fn demanded(lowered: &Lowered<'_>, cells: &Table<CellId, CellPlan>) -> Vec<ExprId> {
    let mut wanted: Vec<ExprId> = lowered.slots.iter().flat_map(|slot| &slot.parts).copied().collect();
    for pass in &lowered.passes {
        wanted.extend(pass.uniforms());
        let attributes = pass.values();
        let is_uniform = |expr: &ExprId| lowered.exprs.get(*expr).domain.is_none();
        wanted.extend(attributes.iter().map(|&(_, expr)| expr).filter(is_uniform));
    }
    wanted.extend(lowered.background);
    // Read in place of what is shown, while nothing is left of an edit.
    let bases = lowered.continuities.iter().flat_map(|value| &value.parts).copied();
    wanted.extend(bases.filter(|&part| lowered.exprs.get(part).domain.is_none()));
    wanted.extend(lowered.sets.iter().flatten().flat_map(Set::signals));
    wanted.extend(lowered.near.pairs.iter().map(|pairs| pairs.radius));
    for Next { parts, .. } in lowered.nexts.iter().filter(|next| cells[next.cell].domain.is_none()) {
        wanted.extend(parts);
    }
    wanted
}

/// Emits each expression once, in the segment in which it is first asked for.
struct Emitter<'e> {
    exprs: &'e Exprs,
    /// Where each reduction that was lowered is among those of the plan.
    reduction_rows: &'e [u32],
    /// The buffers of what is read of elements.
    sources: &'e HeldBuffers,
    ops: Vec<SignalOp>,
    operands: Vec<Register>,
    gathers: Vec<GatherPlan>,
    registers: HashMap<ExprId, Register>,
    /// Where the operation with several results of the same arguments is.
    many: HashMap<(Prim, SmallVec<[Register; 4]>), usize>,
    next: Register,
}

impl<'e> Emitter<'e> {
    fn new(exprs: &'e Exprs, staged: &'e Staged) -> Self {
        Self {
            exprs,
            reduction_rows: &staged.reduction_rows,
            sources: &staged.sources,
            ops: Vec::new(),
            operands: Vec::new(),
            gathers: Vec::new(),
            registers: HashMap::new(),
            many: HashMap::new(),
            next: Register(0),
        }
    }

    /// Emits every fixed expression under some roots, the largest ones first.
    fn fixed(&mut self, rates: &Rates, roots: &[ExprId]) {
        let mut seen = Table::filled(false, self.exprs.len());
        let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            if rates.is_fixed(id) {
                self.register(id);
            } else {
                stack.extend(self.exprs.get(id).args.iter().rev());
            }
        }
    }

    /// Emits what events evaluate: sources and reactions are of different times, so each has a segment and registers of its own.
    fn events(
        &mut self,
        events: &EventsPlan<ExprId>,
        staged: &Staged,
        fixed: &HashMap<ExprId, Register>,
    ) -> Events {
        let (mut sources, mut reactions) = (Table::new(), Table::new());
        let mut sweeps: Vec<Sweep> = Vec::new();
        let first = staged.moving.len();
        let mut plan = EventsPlan {
            watches: events.watches.clone(),
            hovers: events.hovers.clone(),
            watchers: events.watchers.clone(),
            views: events.views.clone(),
            groups: events.groups.clone(),
            ..EventsPlan::default()
        };
        for EventPlan { ty, source, reactions } in events.events.iter() {
            let start = self.anew(fixed);
            let source = source.map(&mut |id| self.register(id));
            plan.events.push(EventPlan { ty: *ty, source, reactions: reactions.clone() });
            sources.push(start..self.ops.len());
        }
        for (reaction, own) in events.reactions.iter().zip(&staged.reactions) {
            let start = self.anew(fixed);
            let begin = first + sweeps.len();
            let mapped = reaction.map(&mut |id| self.register(id));
            sweeps.extend(own.iter().cloned().map(|sweep| sweep.with_registers(|id| self.register(id))));
            plan.reactions.push(ReactionPlan { sweeps: begin..first + sweeps.len(), ..mapped });
            reactions.push(start..self.ops.len());
        }
        let mut rows = Vec::with_capacity(events.rows.len());
        for of_row in &events.rows {
            let start = self.anew(fixed);
            let of_row = of_row.map(&mut |id| self.register(id));
            plan.rows.push(of_row);
            rows.push(start..self.ops.len());
        }
        Events { plan, sources, reactions, rows, sweeps }
    }

    /// Forgets every register but those of what is fixed. Gives where the operations of what follows begin.
    fn anew(&mut self, fixed: &HashMap<ExprId, Register>) -> usize {
        self.registers.clone_from(fixed);
        self.ops.len()
    }

    /// Emits a slot's components and writes them.
    fn slot(&mut self, program: &Program, slot: &SlotWrite) {
        let row = &program.data().slots[slot.row];
        let step = slot.step;
        for (at, &part) in (row.offset..).zip(&slot.parts) {
            let register = self.register(part);
            self.ops.push(match row.storage {
                Storage::F64 => SignalOp::WriteF64 { row: at, register, step },
                storage @ (Storage::F32 | Storage::I32 | Storage::U32 | Storage::Object) => {
                    SignalOp::Write { storage, row: at, register, step }
                }
            });
        }
    }

    /// The register that holds a uniform expression; emits what is missing. A loop, for programs may be deep.
    fn register(&mut self, root: ExprId) -> Register {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.registers.contains_key(&id) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            stack.extend(self.exprs.get(id).args.iter().filter(|arg| !self.registers.contains_key(arg)));
            if stack.len() == before {
                let register = self.emit(id);
                self.registers.insert(id, register);
                stack.pop();
            }
        }
        self.registers[&root]
    }

    fn new_register(&mut self) -> Register {
        let register = self.next;
        self.next = Register(register.0 + 1);
        register
    }

    fn emit(&mut self, id: ExprId) -> Register {
        let expr = self.exprs.get(id);
        let args: SmallVec<[Register; 4]> = expr.args.iter().map(|arg| self.registers[arg]).collect();
        let dst = self.new_register();
        let op = match expr.atom {
            // With an immediate each result is worked out by itself: there is no room for both.
            Atom::Op { prim, out, imm: Imm::None } if prim.outputs() > 1 => {
                self.many(prim, &args, out, dst);
                return dst;
            }
            Atom::Op { prim, imm: Imm::None, .. } if args.len() == 2 => {
                SignalOp::Binary { prim, a: args[0], b: args[1], dst }
            }
            Atom::Op { prim, out, imm } => {
                let (at, count) = self.operands(&args);
                SignalOp::Evaluate { prim, imm, out, dst, at, count }
            }
            Atom::Const(bits) => SignalOp::Constant { value: f64::from_bits(bits), dst },
            Atom::Input(row) => SignalOp::Input { row, dst },
            Atom::Cell(storage, row) => SignalOp::Cell { storage, row, dst },
            Atom::Fresh(cell) => SignalOp::Fresh { cell, dst },
            Atom::Known(cell) => SignalOp::Known { cell, dst },
            Atom::Delay(cell, component) => SignalOp::Delay { cell, component, dst },
            Atom::DelayTime(cell, component) => {
                SignalOp::DelayTime { cell, component, seconds: args[0], dst }
            }
            Atom::Frame(input) => SignalOp::Frame { input, dst },
            Atom::Lookup { table, component, edge, is_given: _ } => {
                // A value has four components at most.
                SignalOp::Lookup { table, component: component as u8, edge, index: args[0], dst }
            }
            Atom::Text(op) => SignalOp::Text { op, args: [args[0], *args.last().unwrap_or(&args[0])], dst },
            Atom::Count(domain) => SignalOp::Count { domain, number: args[0], dst },
            Atom::Newborn(_) => SignalOp::Newborn { dst },
            Atom::Payload(event, component) => SignalOp::Payload { event, component, dst },
            Atom::Row(place) => SignalOp::Row { place, dst },
            Atom::Happened(event) => SignalOp::Happened { event, dst },
            Atom::Reduced(index) => SignalOp::Reduced { row: self.reduction_rows[index as usize], dst },
            Atom::Gather { from, edge } => {
                let row = self.gathers.len() as u32;
                // It is a root of an earlier stage.
                let of = Gathered { buffer: self.sources[&Held::Source(from)], domain: from.domain, edge };
                self.gathers.push(GatherPlan { of, kind: expr.kind });
                SignalOp::Gather { row, index: args[0], dst }
            }
            // The checks of programs keep lanes out of uniform places.
            Atom::Index
            | Atom::Id
            | Atom::Rank
            | Atom::Random(_)
            | Atom::LaneCell(_)
            | Atom::LaneDelay(..)
            | Atom::Wide { .. }
            | Atom::Element(_)
            | Atom::Shown { .. }
            | Atom::Whole { .. }
            | Atom::PairIndex(_)
            | Atom::PairEnd { .. }
            | Atom::Fold(_)
            | Atom::Neighbor { .. } => {
                debug_assert!(false, "lanes are no signal: {expr:?}");
                SignalOp::Constant { value: f64::NAN, dst }
            }
        };
        self.ops.push(op);
        dst
    }

    /// One operation serves all results of the same arguments: a later one joins it.
    fn many(&mut self, prim: Prim, args: &SmallVec<[Register; 4]>, out: u8, dst: Register) {
        let key = (prim, args.clone());
        if let Some(&at) = self.many.get(&key)
            && let Some(SignalOp::EvaluateMany { dst: all, .. }) = self.ops.get_mut(at)
        {
            all[out as usize] = dst;
            return;
        }
        let mut all = [Register::NONE; 3];
        all[out as usize] = dst;
        self.many.insert(key, self.ops.len());
        let (at, count) = self.operands(args);
        self.ops.push(SignalOp::EvaluateMany { prim, dst: all, at, count });
    }

    /// Puts arguments aside. Gives where, and how many.
    fn operands(&mut self, args: &[Register]) -> (u32, u8) {
        let at = self.operands.len() as u32;
        self.operands.extend(args);
        (at, args.len() as u8)
    }
}
