//! From a lowered program to a plan: what runs, in which round, into which buffer.
//!
//! A round (stage) of the fields phase is: late signals, sweeps, reductions. Something is of stage 0 unless it waits
//! for a neighbour or a reduction; then it comes one stage after what it waits for.

use std::collections::HashMap;
use std::sync::Arc;

use super::expr::{Atom, Exprs, Kind, Prim};
use super::lower::{Lower, Parts};
use super::passes::{LoweredCamera, LoweredCheck, LoweredPass};
use super::paths::PathTables;
use super::precise::{self, RestPart};
use super::signals::SignalEmitter;
use super::sweep::{self, Held, HeldBuffers, MAX_OUTPUTS, Sweep};
use super::{
    CameraPlan, CellPlan, Check, Demand, LinePlan, NONE, NextPlan, PassPlan, Plan, ReductionPlan, Root,
    SignalOp, Source, Stage, Target,
};
use crate::draw::Path;
use crate::frame::{Blame, FieldComponent};
use crate::id::{BufferId, CellId, DomainId, ExprId, Register, Table};
use crate::program::{Action, Program, Ring, Storage};
use crate::time::{FLICKS_PER_SECOND, FrameRate};
use crate::world::Capacity;

/// What is static and costs at least so many vector operations is computed once and held in a buffer.
const HOIST_COST: u32 = 24;
/// So many buffers at most are spent on that.
const HOIST_LIMIT: usize = 16;

/// A slot's components and the step that writes it.
struct SlotWrite {
    row: usize,
    step: u32,
    parts: Parts,
}

/// Buffers by what they hold.
#[derive(Default)]
struct Buffers {
    by_expr: HashMap<(ExprId, DomainId), BufferId>,
    roots: Vec<Root>,
    names: Table<BufferId, String>,
}

impl Buffers {
    fn of(&mut self, expr: ExprId, domain: DomainId, name: impl FnOnce() -> String) -> BufferId {
        let next = self.names.next_id();
        let buffer = *self.by_expr.entry((expr, domain)).or_insert(next);
        if buffer == next {
            self.names.push(name());
            self.roots.push(Root { expr, domain, target: Target::Field(buffer) });
        }
        buffer
    }
}

pub(super) fn plan(program: Arc<Program>, demand: Demand, rate: FrameRate) -> Plan {
    let data = program.data();
    let mut lower = Lower::new(&program);
    let slots = slot_writes(&mut lower);
    let mut passes: Vec<_> = pass_order(&program).into_iter().map(|row| lower.pass(row)).collect();
    let background = data.background.map(|node| {
        let parts = lower.node(node);
        lower.exprs.op(Prim::PackRgba8, &parts)
    });
    let mut nexts: Vec<(CellId, Parts)> = data
        .steps
        .iter()
        .filter_map(|step| match step.action {
            Action::Next { cell, node } => Some((CellId(cell), lower.node(node))),
            _ => None,
        })
        .collect();
    (0..data.fields.len() as u32).for_each(|field| _ = lower.field(field));
    let mut cells = cell_plans(&program, rate);
    let free_row = cell_end(&cells, |cell| cell.domain.is_some());
    let rests = precise::make(&mut lower, &mut passes, &mut nexts, free_row);
    for rest in &rests {
        cells[rest.cell].rests[rest.component as usize] = rest.row;
    }
    // Behind everything that works on colours as numbers.
    let passes: Vec<LoweredPass> = passes.into_iter().map(|pass| pass.pack(&mut lower.exprs)).collect();

    // What goes into buffers.
    let mut buffers = Buffers::default();
    for pass in &passes {
        let name = &data.passes[pass.row as usize].name;
        for (what, expr) in pass.values() {
            if lower.exprs.get(expr).domain.is_some() {
                buffers.of(expr, pass.domain, || format!("{name}.{what}"));
            }
        }
    }
    let mut fields = Vec::new();
    if demand == Demand::Everything {
        for field in 0..data.fields.len() as u32 {
            for (component, &expr) in lower.field(field).iter().enumerate() {
                let row = &data.fields[field as usize];
                let buffer =
                    buffers.of(expr, DomainId(row.domain), || field_name(&program, field, component));
                fields.push(FieldComponent { field, component: component as u32, buffer: buffer.0 });
            }
        }
    }
    let mut reductions = Vec::new();
    for index in 0..lower.reduced.len() {
        let reduced = lower.reduced[index];
        let expr = lower.field(reduced.field)[reduced.component as usize];
        let domain = DomainId(data.fields[reduced.field as usize].domain);
        let name = || field_name(&program, reduced.field, reduced.component as usize);
        let buffer = buffers.of(expr, domain, name);
        let stage = lower.exprs.facts(expr).stage;
        let plan = ReductionPlan { buffer, domain, reduction: reduced.reduction };
        reductions.push((stage, index, plan));
    }
    for &(cell, ref parts) in &nexts {
        if let Some(domain) = cells[cell].domain {
            for (component, &expr) in parts.iter().enumerate() {
                let target = Target::Next { cell, component: component as u32 };
                buffers.roots.push(Root { expr, domain, target });
            }
        }
    }
    for &RestPart { cell, component, next, .. } in &rests {
        if let Some(domain) = cells[cell].domain {
            buffers.roots.push(Root { expr: next, domain, target: Target::NextRest { cell, component } });
        }
    }
    let sources = neighbor_sources(&mut lower, &mut buffers);
    if demand == Demand::Drawn {
        // Fields that happen to be in a buffer can be read from there.
        for field in 0..data.fields.len() as u32 {
            for (component, &expr) in lower.field(field).iter().enumerate() {
                let domain = DomainId(data.fields[field as usize].domain);
                if let Some(&buffer) = buffers.by_expr.get(&(expr, domain)) {
                    fields.push(FieldComponent { field, component: component as u32, buffer: buffer.0 });
                }
            }
        }
    }
    let exprs = &lower.exprs;
    hoist(exprs, &mut buffers);

    // Sweeps, stage by stage; each may read what earlier ones hold.
    let is_static = |root: &Root| {
        exprs.facts(root.expr).is_static
            && exprs.get(root.expr).domain.is_some()
            && matches!(root.target, Target::Field(_))
    };
    let (fixed, moving): (Vec<Root>, Vec<Root>) = buffers.roots.iter().partition(|root| is_static(root));
    let mut held = sources;
    let static_sweeps = sweeps_of(exprs, &fixed, &held);
    hold(exprs, &mut held, &fixed);
    let last_stage = moving
        .iter()
        .map(|root| exprs.facts(root.expr).stage)
        .chain(slots.iter().flat_map(|slot| slot.parts.iter().map(|&p| exprs.facts(p).stage)))
        .chain(passes.iter().flat_map(|pass| pass.uniforms()).map(|id| exprs.facts(id).stage))
        .chain(nexts.iter().flat_map(|(_, parts)| parts.iter().map(|&p| exprs.facts(p).stage)))
        .chain(reductions.iter().map(|(stage, ..)| *stage))
        .max()
        .unwrap_or(0);
    let mut sweeps = Vec::new();
    let mut stages = Vec::new();
    reductions.sort_by_key(|&(stage, index, _)| (stage, index));
    let mut sorted_row = vec![0; reductions.len()];
    for (row, &(_, index, _)) in reductions.iter().enumerate() {
        sorted_row[index] = row as u32;
    }
    for stage in 0..=last_stage {
        let here: Vec<Root> =
            moving.iter().copied().filter(|root| exprs.facts(root.expr).stage == stage).collect();
        let from = sweeps.len();
        sweeps.extend(sweeps_of(exprs, &here, &held));
        hold(exprs, &mut held, &here);
        let first = reductions.partition_point(|(s, ..)| *s < stage);
        let end = reductions.partition_point(|(s, ..)| *s <= stage);
        stages.push(Stage { sweeps: from..sweeps.len(), reductions: first..end });
    }

    // Signals: what is static runs at load, the rest in the first segment that can.
    let mut emitter = SignalEmitter::default();
    let mut uniforms: Vec<ExprId> = slots.iter().flat_map(|slot| slot.parts.iter().copied()).collect();
    for pass in &passes {
        uniforms.extend(pass.uniforms());
        uniforms
            .extend(pass.values().iter().map(|&(_, expr)| expr).filter(|&e| exprs.get(e).domain.is_none()));
    }
    uniforms.extend(background);
    for (_, parts) in nexts.iter().filter(|(cell, _)| cells[*cell].domain.is_none()) {
        uniforms.extend(parts);
    }
    for sweep in static_sweeps.iter().chain(&sweeps) {
        uniforms.extend(sweep.signals());
    }
    let mut segments = Vec::new();
    emit_static(exprs, &uniforms, &mut emitter);
    segments.push(0..emitter.ops.len());
    for stage in 0..=last_stage {
        let start = emitter.ops.len();
        for slot in &slots {
            let row = &data.slots[slot.row];
            let at = slot.parts.iter().map(|&p| exprs.facts(p).stage).max().unwrap_or(0);
            if at != stage {
                continue;
            }
            for (component, &part) in slot.parts.iter().enumerate() {
                let register = emitter.register(exprs, part);
                let (step, at) = (slot.step, row.offset + component as u32);
                emitter.ops.push(match row.storage {
                    Storage::F64 => SignalOp::WriteF64 { row: at, register, step },
                    storage => SignalOp::Write { storage, row: at, register, step },
                });
            }
        }
        for &id in uniforms.iter().filter(|&&id| exprs.facts(id).stage == stage) {
            emitter.register(exprs, id);
        }
        segments.push(start..emitter.ops.len());
    }
    let mut with_registers = |sweeps: Vec<Sweep<ExprId>>| -> Vec<Sweep> {
        let mut register = |signal| emitter.register(exprs, signal);
        sweeps.into_iter().map(|sweep| sweep.with_registers(&mut register)).collect()
    };
    let (mut static_sweeps, mut sweeps) = (with_registers(static_sweeps), with_registers(sweeps));
    mark_sizes(&passes, &buffers, static_sweeps.iter_mut().chain(&mut sweeps));
    let mut register = |id: ExprId| emitter.register(exprs, id);
    let blames = passes.iter().map(|pass| blames(&program, pass)).collect();
    let mut passes: Vec<PassPlan> =
        passes.iter().map(|pass| plan_pass(exprs, pass, &buffers.by_expr, &mut register)).collect();
    for (row, line) in passes.iter_mut().filter_map(|pass| pass.line.as_mut()).enumerate() {
        line.row = row as u32;
    }
    let background = background.map(&mut register);
    let nexts: Vec<NextPlan> = nexts
        .iter()
        .map(|&(cell, ref parts)| {
            let scalar = cells[cell].domain.is_none();
            let registers =
                if scalar { parts.iter().map(|&p| register(p)).collect() } else { Default::default() };
            NextPlan { cell, registers }
        })
        .collect();
    // Reductions were sorted by stage; their rows in the signal program follow.
    for op in &mut emitter.ops {
        if let SignalOp::Reduced { row, .. } = op {
            *row = sorted_row[*row as usize];
        }
    }

    let needs = needs(&program, &buffers, &passes, &cells);
    Plan {
        signals: std::mem::take(&mut emitter.ops),
        operands: std::mem::take(&mut emitter.operands),
        registers: emitter.registers(),
        segments,
        static_sweeps,
        sweeps,
        stages,
        reductions: reductions.into_iter().map(|(.., plan)| plan).collect(),
        passes,
        blames,
        background,
        paths: PathTables::new(&program),
        reaches: data
            .paths
            .iter()
            .map(|path| Path { points: path.points.clone(), ..Path::default() }.reach())
            .collect(),
        cells,
        nexts,
        fields,
        buffer_names: buffers.names,
        needs,
        program: Arc::clone(&program),
    }
}

fn field_name(program: &Program, field: u32, component: usize) -> String {
    let row = &program.data().fields[field as usize];
    let domain = &program.data().domains[row.domain as usize].name;
    match row.stride {
        1 => format!("{domain}.{}", row.name),
        _ => format!("{domain}.{}.{}", row.name, ["x", "y", "z", "w"][component.min(3)]),
    }
}

/// Passes by layer, then as listed.
fn pass_order(program: &Program) -> Vec<usize> {
    let passes = &program.data().passes;
    let mut order: Vec<usize> = (0..passes.len()).collect();
    order.sort_by_key(|&row| passes[row].layer);
    order
}

fn slot_writes(lower: &mut Lower<'_>) -> Vec<SlotWrite> {
    let data = lower.program.data();
    let mut writes = Vec::new();
    for (step, row) in data.steps.iter().enumerate() {
        if let Action::Signal { slot, .. } | Action::Reduce { slot, .. } = row.action
            && let Some(row) = crate::program::infer::slot_row(data, slot)
        {
            let parts = lower.slot(row);
            writes.push(SlotWrite { row, step: step as u32, parts });
        }
    }
    writes
}

/// Puts what neighbours read into buffers, and what those read, and so on. Gives the buffers by neighbour.
fn neighbor_sources(lower: &mut Lower<'_>, buffers: &mut Buffers) -> HeldBuffers {
    let program = lower.program;
    let mut sources = HashMap::new();
    let mut seen = Table::new();
    let mut at = 0;
    while at < buffers.roots.len() {
        let mut stack = vec![buffers.roots[at].expr];
        at += 1;
        while let Some(id) = stack.pop() {
            seen.extend_to(lower.exprs.len(), false);
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            let expr = lower.exprs.get(id).clone();
            stack.extend(&expr.args);
            if let Atom::Neighbor { field, component, .. } = expr.atom {
                let source = lower.field(field)[component as usize];
                let domain = DomainId(program.data().fields[field as usize].domain);
                let buffer = buffers.of(source, domain, || field_name(program, field, component as usize));
                sources.insert((Held::Source(id), domain), buffer);
            }
        }
    }
    sources
}

/// Gives buffers to what is static, costs something, and is needed by what is not.
fn hoist(exprs: &Exprs, buffers: &mut Buffers) {
    let mut costs: Table<ExprId, u32> = Table::new();
    for id in exprs.ids() {
        let expr = exprs.get(id);
        let own = match expr.atom {
            Atom::Op { prim, .. } => prim.cost(),
            Atom::Wide { prim, .. } => 2 * prim.cost(),
            Atom::Rank => 6,
            Atom::Random(_) => 20,
            Atom::Id => 16,
            _ => 0,
        };
        let args = expr.args.iter().filter(|&&a| exprs.get(a).domain.is_some());
        costs.push(args.fold(own, |sum, &a| sum.saturating_add(costs[a])));
    }
    // An f64 fits no buffer.
    let fixed = |id: ExprId| {
        exprs.facts(id).is_static && exprs.get(id).domain.is_some() && exprs.get(id).kind != Kind::Double
    };
    let mut seen = Table::filled(false, exprs.len());
    let mut stack: Vec<ExprId> =
        buffers.roots.iter().map(|root| root.expr).filter(|&id| !fixed(id)).collect();
    let mut found: Vec<ExprId> = Vec::new();
    let mut queued = Table::filled(false, exprs.len());
    while let Some(id) = stack.pop() {
        if std::mem::replace(&mut seen[id], true) {
            continue;
        }
        // An affine function takes the index from the lane's number: it needs no column.
        let affine =
            matches!(exprs.get(id).atom, Atom::Op { prim: Prim::AffineTurns | Prim::AffineNoise, .. });
        for &arg in &exprs.get(id).args {
            if !fixed(arg) {
                stack.push(arg);
            } else if !affine && costs[arg] >= HOIST_COST && !std::mem::replace(&mut queued[arg], true) {
                found.push(arg);
            }
        }
    }
    // The dearest first, then by number, so that the choice is the same every time.
    found.sort_by_key(|&id| (std::cmp::Reverse(costs[id]), id));
    for id in found.into_iter().take(HOIST_LIMIT) {
        if let Some(domain) = exprs.get(id).domain {
            buffers.of(id, domain, || "computed once".into());
        }
    }
}

/// One sweep per domain, or more where there are many outputs.
fn sweeps_of(exprs: &Exprs, roots: &[Root], held: &HeldBuffers) -> Vec<Sweep<ExprId>> {
    let mut domains: Vec<DomainId> = roots.iter().map(|root| root.domain).collect();
    domains.sort_unstable();
    domains.dedup();
    let mut sweeps = Vec::new();
    for domain in domains {
        let here: Vec<Root> = roots.iter().copied().filter(|root| root.domain == domain).collect();
        sweeps.extend(here.chunks(MAX_OUTPUTS).map(|chunk| sweep::build(exprs, domain, chunk, held)));
    }
    sweeps
}

fn hold(exprs: &Exprs, held: &mut HeldBuffers, roots: &[Root]) {
    for root in roots {
        // A uniform is at hand as it is.
        if let Target::Field(buffer) = root.target
            && exprs.get(root.expr).domain.is_some()
        {
            held.insert((Held::Value(root.expr), root.domain), buffer);
        }
    }
}

/// Emits every static expression under some roots.
fn emit_static(exprs: &Exprs, roots: &[ExprId], emitter: &mut SignalEmitter) {
    let mut seen = Table::filled(false, exprs.len());
    let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
    while let Some(id) = stack.pop() {
        if std::mem::replace(&mut seen[id], true) {
            continue;
        }
        if exprs.facts(id).is_static {
            emitter.register(exprs, id);
        } else {
            stack.extend(exprs.get(id).args.iter().rev());
        }
    }
}

/// Notes which outputs of sweeps hold sizes, which may be negative and must not.
fn mark_sizes<'a>(passes: &[LoweredPass], buffers: &Buffers, sweeps: impl Iterator<Item = &'a mut Sweep>) {
    let mut is_size = Table::filled(false, buffers.names.len());
    for pass in passes {
        for size in &pass.sizes {
            if let Some(&buffer) = buffers.by_expr.get(&(*size, pass.domain)) {
                is_size[buffer] = true;
            }
        }
    }
    for sweep in sweeps {
        for (k, target) in sweep.outputs.iter().enumerate() {
            if let Target::Field(buffer) = *target
                && is_size[buffer]
            {
                sweep.size_outputs |= 1 << k;
            }
        }
    }
}

/// What is to blame for each check of a pass.
fn blames(program: &Program, pass: &LoweredPass) -> Vec<Blame> {
    let name = &program.data().passes[pass.row as usize].name;
    let blame = |check: &LoweredCheck| Blame {
        source: format!("{name}.{}", check.name),
        reason: check.rule.reason(),
    };
    pass.checks().iter().map(blame).collect()
}

fn plan_pass(
    exprs: &Exprs,
    pass: &LoweredPass,
    buffers: &HashMap<(ExprId, DomainId), BufferId>,
    register: &mut impl FnMut(ExprId) -> Register,
) -> PassPlan {
    let mut source = |id: ExprId| match buffers.get(&(id, pass.domain)) {
        Some(&buffer) if exprs.get(id).domain.is_some() => Source::Buffer(buffer),
        _ => Source::Register(register(id)),
    };
    let attributes =
        pass.attributes.map_with(&mut source, |source, _, &id| source(id), |source, _, &id| source(id));
    let check = |check: &LoweredCheck| Check {
        rule: check.rule,
        sources: check.values.iter().map(|&value| source(value)).collect(),
    };
    let checks = pass.checks().iter().map(check).collect();
    let camera = pass.camera.as_ref().map(|camera| match camera {
        LoweredCamera::Orthographic { center, extent, rotation, range } => CameraPlan::Orthographic {
            center: center.map(&mut *register),
            extent: register(*extent),
            rotation: register(*rotation),
            range: range.map(|range| range.map(&mut *register)),
        },
        LoweredCamera::Perspective { eye, target, up, fov, near, far } => CameraPlan::Perspective {
            eye: eye.map(&mut *register),
            target: target.map(&mut *register),
            up: up.map(&mut *register),
            fov: register(*fov),
            near: register(*near),
            far: register(*far),
        },
    });
    PassPlan {
        row: pass.row,
        domain: pass.domain,
        attributes,
        parameter: register(pass.parameter),
        camera,
        depth_order: pass.depth_order,
        line: pass.line.map(|is_closed| LinePlan { row: 0, is_closed }),
        checks,
    }
}

fn cell_plans(program: &Program, rate: FrameRate) -> Table<CellId, CellPlan> {
    let data = program.data();
    let plan = |cell: &crate::program::Cell| CellPlan {
        key: cell.key.clone(),
        kind: Kind::of(cell.ty),
        storage: cell.storage,
        offset: cell.offset,
        stride: cell.ty.stride(),
        length: cell.ring.map_or(1, |ring| ring_length(ring, rate)),
        is_stretched: cell.ring.is_some_and(|ring| ring_length(ring, rate) > ring.length),
        timed: cell.ring.is_some_and(|ring| ring.timed),
        initial: cell.initial.and_then(|row| data.constants.get(cell.storage, row)).unwrap_or(0.0),
        has_initial: cell.initial.is_some(),
        domain: cell.domain.map(DomainId),
        rests: [NONE; 4],
    };
    let mut cells: Table<CellId, CellPlan> = data.cells.iter().map(plan).collect();
    // What is longer than the program says lies behind everything that is not.
    for id in cells.ids() {
        let cell = &cells[id];
        if cell.is_stretched {
            let (storage, per_lane) = (cell.storage, cell.domain.is_some());
            let same_store = |other: &CellPlan| {
                other.domain.is_some() == per_lane && (per_lane || other.storage == storage)
            };
            let before = &(*cells)[..id.index()];
            let moved = cell_end(before, |other| same_store(other) && other.is_stretched);
            let fixed = cell_end(&cells, |other| same_store(other) && !other.is_stretched);
            cells[id].offset = moved.max(fixed);
        }
    }
    cells
}

/// How many pushes a ring holds at a frame rate.
fn ring_length(ring: Ring, rate: FrameRate) -> u32 {
    let Some(reach) = ring.reach.filter(|_| ring.timed) else { return ring.length };
    let second = u128::from(FLICKS_PER_SECOND) * u128::from(rate.denominator());
    let frames = (u128::from(reach.0) * u128::from(rate.numerator())).div_ceil(second);
    // The two around the time that is looked for.
    ring.length.max(u32::try_from(frames + 2).unwrap_or(u32::MAX))
}

/// The first row behind some cells.
fn cell_end(cells: &[CellPlan], of: impl Fn(&CellPlan) -> bool) -> u32 {
    let end = |cell: &CellPlan| cell.offset.saturating_add(cell.stride.saturating_mul(cell.length));
    cells.iter().filter(|cell| of(cell)).map(end).max().unwrap_or(0)
}

/// The capacity that a program needs.
fn needs(program: &Program, buffers: &Buffers, passes: &[PassPlan], cells: &[CellPlan]) -> Capacity {
    let data = program.data();
    let rows = |storage: Storage| {
        let ends = data.slots.iter().filter(|slot| slot.storage == storage);
        ends.map(|slot| slot.offset + slot.stride).max().unwrap_or(0)
    };
    let projected =
        |pass: &&PassPlan| matches!(pass.camera, Some(CameraPlan::Perspective { .. })) || pass.depth_order;
    Capacity {
        elements: data.domains.iter().map(|domain| domain.capacity).max().unwrap_or(0),
        field_buffers: buffers.names.len() as u32,
        lane_state: cell_end(cells, |cell| cell.domain.is_some())
            .saturating_add(cells.iter().flat_map(CellPlan::rest_rows).count() as u32),
        slots: Storage::ALL.into_iter().map(rows).max().unwrap_or(0),
        state: cell_end(cells, |cell| cell.domain.is_none()),
        inputs: data.channels.iter().map(|channel| channel.ty.stride()).sum(),
        passes: passes.len() as u32,
        projections: passes.iter().filter(projected).count() as u32,
    }
}
