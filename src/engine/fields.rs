//! The fields phase, stage by stage: late signals, the domains whose elements are known then, sweeps, reductions, and what
//! passes show of continued values.

use bevy_ecs::prelude::*;

use super::continuity::ContinuityBook;
use super::elements::{Elements, Spoken};
use super::error::Fault;
use super::lanes::LaneRunner;
use super::letters::Letters;
use super::parts::{Parts, Rest};
use super::plan::DomainPlan;
use super::plan::elements::SetPlan;
use super::plan::signals::{Segment, SignalOp};
use super::plan::sweep::{Column, Gathered, Sweep};
use super::plan::{Plan, Source, Stage, Target, set_bit};
use super::recall::recall;
use super::signals::{Registers, Run, SignalTables, Signals};
use crate::draw::Component;
use crate::id::{BufferId, DomainId};
use crate::program::meaning::Whole;
use crate::world::tables::{self, FieldBuffer};

/// What the phase works on.
struct Fields<'w, 's> {
    signals: Signals<'w, 's>,
    runner: &'w mut LaneRunner,
    elements: &'w mut Elements,
    continuity: &'w mut ContinuityBook,
    letters: &'w mut Letters,
}

/// 5 to 7. Domains, lane programs into pooled field buffers, and continuity.
pub(crate) fn evaluate_frame(mut parts: ResMut<Parts>, tables: SignalTables) {
    let Parts { plan, fault, elements, .. } = &*parts;
    if fault.0.is_some() {
        return;
    }
    if plan.stages.len() == 1 && plan.sweeps.is_empty() && !elements.is_watched() {
        return;
    }
    let (signals, Rest { runner, elements, continuity, letters, .. }) = parts.split(tables);
    let mut fields = Fields { signals, runner, elements, continuity, letters };
    fields.begin();
    fields.runner.tables.refresh(fields.signals.inputs);
    for stage in 0..fields.signals.plan.stages.len() {
        if stage > 0 {
            fields.signals.run(Segment::Late(stage));
        }
        if fields.signals.fault.0.is_some() {
            return;
        }
        if fields.elements.is_watched() {
            fields.domains(stage);
        }
        if fields.signals.plan.idle_stage == Some(stage as u32) {
            fields.continuity.look_whether_idle();
        }
        fields.pairs(stage);
        fields.sweeps(stage);
        fields.show(stage);
    }
    let Signals { plan, clock, registers, .. } = &fields.signals;
    fields.continuity.end(plan, clock, &registers.values);
}

/// What reactions read of the last frame is as in an engine that has not shown one.
pub(crate) fn reset(mut parts: ResMut<Parts>, mut buffers: Query<&mut FieldBuffer>) {
    let Parts { plan, registers, .. } = &mut *parts;
    registers.reduced.fill(0.0);
    let buffers = tables::column_mut(&mut buffers);
    read_by_reactions(plan).for_each(|(buffer, _)| buffers[buffer.index()].0.f32_mut().fill(0.0));
}

/// The field buffers from which passes draw elements that hit tests look for, with the domains of the elements.
pub(crate) fn looked_at(plan: &Plan) -> Vec<(BufferId, DomainId)> {
    let mut found = Vec::new();
    for pass in plan.passes.iter().filter(|pass| plan.events.looks_at(pass.domain)) {
        let note = |found: &mut Vec<_>, _: Component, source: &Source| match *source {
            Source::Buffer(buffer) | Source::Shown { shown: buffer, .. } => found.push((buffer, pass.domain)),
            Source::Register(_) => {}
        };
        pass.attributes.map_with(&mut found, note, note);
    }
    found
}

/// The field buffers that reactions read as the last frame has left them, with the domains of their elements.
pub(crate) fn read_by_reactions(plan: &Plan) -> impl Iterator<Item = (BufferId, DomainId)> {
    let is_fixed = |buffer: BufferId| {
        plan.static_sweeps.iter().any(|sweep| sweep.outputs.contains(&Target::Field(buffer)))
    };
    let sweeps = plan.events.reactions.iter().flat_map(|reaction| &plan.sweeps[reaction.sweeps.clone()]);
    let gathered = |of: &Gathered| (of.buffer, of.domain);
    let of_sweeps =
        sweeps.flat_map(move |sweep| field_columns(sweep).chain(sweep.gathers.iter().map(gathered)));
    let of_signals = plan.segments.of_events().flat_map(|segment| &plan.signals[segment]);
    let of_signals = of_signals.filter_map(move |op| match *op {
        SignalOp::Gather { row, .. } => Some(gathered(&plan.gathers[row as usize].of)),
        _ => None,
    });
    of_sweeps.chain(of_signals).filter(move |&(buffer, _)| !is_fixed(buffer))
}

/// The field buffers that a sweep reads lane by lane, with the domain of its elements.
fn field_columns(sweep: &Sweep) -> impl Iterator<Item = (BufferId, DomainId)> {
    sweep.columns.iter().filter_map(|column| match *column {
        Column::Field(buffer) => Some((buffer, sweep.domain)),
        Column::PairIndex(_)
        | Column::State(_)
        | Column::Oldest { .. }
        | Column::Older { .. }
        | Column::Newer { .. } => None,
    })
}

/// The signals of a stage.
fn segment(stage: usize) -> Segment {
    if stage == 0 { Segment::Frame } else { Segment::Late(stage) }
}

impl Fields<'_, '_> {
    fn begin(&mut self) {
        if !self.elements.is_watched() {
            return;
        }
        let again = self.signals.clock.again;
        self.elements.sets.iter_mut().filter(|_| !again).for_each(|set| set.begin());
        if !again && !self.continuity.is_empty() {
            let sets = &self.elements.sets;
            let rows = |domain: DomainId| [sets[domain].living, sets[domain].lingering];
            self.continuity.set_aside(tables::column_mut(&mut self.signals.buffers), rows);
        }
    }

    /// Finds out who is near whom, where the places are known by now.
    fn pairs(&mut self, stage: usize) {
        let Self { signals, runner, .. } = self;
        let Signals { plan, registers, buffers, .. } = signals;
        let Registers { values, counts, .. } = &mut **registers;
        runner.find_pairs(plan, stage as u32, (values, counts), tables::column_mut(buffers));
    }

    /// Runs the sweeps of a stage, and what is made of all elements then.
    fn sweeps(&mut self, stage: usize) {
        let Self { signals, runner, continuity, elements, letters: _ } = self;
        let Signals { plan, clock, registers, state, texts, buffers, fault, .. } = signals;
        let Registers { values, reduced, counts, .. } = &mut **registers;
        let Stage { sweeps, idle_sweeps, reductions, wholes } = plan.stages[stage].clone();
        let sweeps = if continuity.is_idle { idle_sweeps } else { sweeps };
        let lanes = state.lanes();
        let sets = &elements.sets;
        let rows = |domain: DomainId| sets[domain].rows();
        let buffers = tables::column_mut(buffers);
        let around = (&**plan, &**clock, &**texts);
        runner.stage(around, (values, counts), rows, sweeps, (buffers, &continuity.redirect), lanes);
        for row in reductions {
            reduced[row] = runner.reduce(&plan.reductions[row], counts, buffers);
        }
        let level = runner.level;
        for row in &plan.wholes[wholes] {
            match row.whole {
                Whole::Side(text) => {
                    let text = (row, &plan.measured[text as usize]);
                    if let Err(error) = texts.measure_each(text, (values, counts), buffers) {
                        fault.0 = Some(Fault::Texts(error));
                    }
                }
                Whole::Place | Whole::Order | Whole::Sorted | Whole::Running(_) | Whole::ByKey(_) => {
                    runner.room.run(level, row, counts, buffers);
                }
            }
        }
    }

    /// What passes show of the values of a stage.
    fn show(&mut self, stage: usize) {
        let Self { signals, runner, continuity, elements, letters: _ } = self;
        if continuity.is_empty() {
            return;
        }
        let Signals { clock, plan, buffers, .. } = signals;
        let living = |domain: DomainId| {
            let set = &elements.sets[domain];
            (set.living as usize, &set.edit)
        };
        continuity.show(stage as u32, clock, tables::column_mut(buffers), living);
        for value in plan.continuities.iter().filter(|value| value.stage == stage as u32) {
            for part in &value.parts {
                runner.suspect[part.shown.index()] = runner.suspect[part.base.index()];
            }
        }
    }

    /// The domains whose elements are known from this stage on.
    fn domains(&mut self, stage: usize) {
        let is_here = |plan: &DomainPlan| plan.is_watched() && plan.stage() == stage as u32;
        let mut changed = 0_u64;
        for row in 0..self.elements.sets.len() {
            let domain = DomainId(row as u32);
            if !is_here(&self.signals.plan.domains[domain]) {
                continue;
            }
            self.work_out(domain);
            if self.elements.sets[domain].is_changed() {
                changed |= set_bit(domain);
            }
        }
        if changed != 0 {
            self.capture(stage, changed);
        }
        for row in 0..self.elements.sets.len() {
            let domain = DomainId(row as u32);
            if is_here(&self.signals.plan.domains[domain]) && self.elements.sets[domain].is_due() {
                self.apply(domain);
            }
        }
        if changed != 0 {
            // Which elements are fresh is known now.
            self.signals.run_as(segment(stage), Run::Again, 0.0);
        }
        let Self { signals: Signals { plan, clock, buffers, .. }, elements, .. } = self;
        elements.write_columns(plan, stage as u32, clock, tables::column_mut(buffers));
    }

    /// Takes what is on screen of values that changes of some domains' sets may make jump.
    fn capture(&mut self, stage: usize, changed: u64) {
        let Self { signals, runner, elements, continuity, letters: _ } = self;
        let Signals { plan, clock, registers, state, texts, buffers, .. } = signals;
        let fields = tables::column_mut(buffers);
        let rows = |domain: DomainId| [elements.sets[domain].living, elements.sets[domain].lingering];
        if plan.idle_stage.is_some_and(|idle| stage as u32 <= idle) {
            let around = (&**plan, &**clock, &**texts, &**registers);
            recall(around, runner, (continuity, fields), state, !clock.again, rows);
        } else {
            // What idles is in this frame already.
            continuity.unpack(fields, |domain| elements.sets[domain].rows());
        }
        let edit_of = |domain: DomainId| {
            let set = &elements.sets[domain];
            let is_edited = plan.domains[domain].stage() == stage as u32 && set.is_changed();
            is_edited.then_some((&set.edit, set.is_nudged))
        };
        continuity.capture(changed, clock, edit_of, rows, fields);
    }

    /// Works out which elements a domain is to have.
    fn work_out(&mut self, domain: DomainId) {
        let Self { signals, elements, letters, .. } = self;
        let Elements { sets, uncounted, .. } = &mut **elements;
        let (set, uncounted) = (&mut sets[domain], &mut uncounted[domain.index()]);
        let clock = *signals.clock;
        match set.plan.set {
            Some(SetPlan::Counted { count, number, .. }) => {
                let values = &signals.registers.values;
                *uncounted = values[number.index()].is_nan();
                set.count_to(values[count.index()] as u32, clock.now);
            }
            Some(SetPlan::Born { every, lives, .. }) if !clock.again => {
                let every = signals.registers.values[every.index()];
                *uncounted = every.is_nan();
                let seed = signals.plan.program.data().domains[domain.index()].seed;
                let life =
                    |number: u64| signals.life(domain, super::lanes::element_id(number as u32, seed), lives);
                set.bear_to([clock.previous, clock.now], every, life);
            }
            Some(SetPlan::BornOn { full, .. }) if !clock.again => {
                set.take_newborns(&mut signals.registers.newborns[domain], full, clock.now);
            }
            Some(SetPlan::BornOn { reaction, .. }) => {
                set.keep(clock.now);
                // The program is another one than that of the frames before.
                let (number, lacks_taken) = set.births_so_far();
                signals.registers.newborns[domain].reset(number);
                if lacks_taken {
                    set.give_taken(signals.taken_now(reaction));
                }
            }
            Some(SetPlan::Host) if !clock.again && set.given.is_staged() => {
                set.take_given(clock.now);
            }
            Some(SetPlan::Letters { row, text, numbers, .. }) => {
                let values = &signals.registers.values;
                let text = values[text.index()] as u32;
                let numbers = numbers.map(|number| values[number.index()]);
                let of = Spoken::new(text, numbers);
                if set.given.is_spelled(of) {
                    return set.keep(clock.now);
                }
                let most = set.room();
                match letters.spell(row, text, numbers, (most, &mut signals.texts)) {
                    Ok(letters) => set.spell((of, numbers[0]), letters, clock.now),
                    Err(fault) => signals.fault.0 = Some(fault),
                }
            }
            Some(SetPlan::Born { .. } | SetPlan::Host) | None => set.keep(clock.now),
        }
    }

    /// Lets everything that has a value per element of a domain follow its edit.
    fn apply(&mut self, domain: DomainId) {
        let Self { signals, elements, continuity, .. } = self;
        let Signals { plan, clock, registers, state, buffers, .. } = signals;
        let fields = tables::column_mut(buffers);
        let Elements { sets, mapping, .. } = &mut **elements;
        let set = &mut sets[domain];
        let kept = &plan.domains[domain].kept;
        continuity.keep(kept, &set.edit, fields);
        if set.edit.is_change() {
            continuity.follow(domain, &set.edit, fields);
            mapping.follow(&set.edit);
            let mut store = state.store();
            for id in plan.cells.ids().filter(|&id| plan.cells[id].domain == Some(domain)) {
                store.remap(id, &plan.cells[id], mapping);
            }
        }
        registers.counts[domain.index()] = set.edit.from.len() as u32;
        elements.follow(plan, domain, clock.now);
    }
}
