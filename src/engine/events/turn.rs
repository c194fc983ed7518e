//! A turn: an event happens, with all that happens with it. Every read sees what was before the turn; what is set is there
//! after it.

use super::super::error::{EventFault, EventProblem, Fault};
use super::super::plan::events::{Change, EffectPlan, SourcePlan};
use super::super::signals::{Registers, Signals};
use super::{Around, Carried, Events, Occurrence, RECENT, STEPS_MAX, Staged};
use crate::cues::Tag;
use crate::id::{DomainId, EventId, ReactionId, Register};
use crate::time::Flicks;
use crate::world::tables;

impl Events {
    pub(super) fn turn(
        &mut self,
        event: EventId,
        tag: Tag,
        Carried { values, depth }: Carried,
        around: &mut Around<'_, '_>,
    ) -> Result<(), EventFault> {
        self.turn += 1;
        self.recent[self.turn as usize % RECENT] = event;
        self.happening.clear();
        self.happen(event, values, around);
        let mut at = 0;
        while let Some(&event) = self.happening.get(at) {
            at += 1;
            let values = around.signals.registers.carried[event];
            around.signals.registers.happened[event] += 1;
            self.note(Occurrence { tag, event, values });
            if !self.meet(event, values[0], around) {
                continue;
            }
            for k in 0..around.signals.plan.events.events[event].reactions.len() {
                let reaction = around.signals.plan.events.events[event].reactions[k];
                self.react(reaction, tag, depth, around)?;
            }
        }
        self.commit(tag, depth, around)?;
        self.tick(event, tag, around)
    }

    /// An event is part of the turn, once.
    fn happen(&mut self, event: EventId, values: [f64; 4], around: &mut Around<'_, '_>) {
        let [happened, _] = &mut self.turns[event];
        if std::mem::replace(happened, self.turn) != self.turn {
            around.signals.registers.carried[event] = values;
            self.happening.push(event);
        }
    }

    /// Puts the numbers of the row that an event carries where its reactions read them. Whether there is the row; what was to be done
    /// for one that is gone is counted.
    fn meet(&mut self, event: EventId, id: f64, around: &mut Around<'_, '_>) -> bool {
        let Around { signals, lists, .. } = around;
        let Signals { plan, registers, .. } = signals;
        let is_there = lists.meet(plan.program.data(), event, id, &mut registers.rows);
        self.rejected += u64::from(!is_there && !plan.events.events[event].reactions.is_empty());
        is_there
    }

    fn note(&mut self, occurrence: Occurrence) {
        if self.occurred.len() < self.occurred.capacity() {
            self.occurred.push(occurrence);
        } else {
            self.missed += 1;
        }
    }

    /// Works out the effects of a reaction.
    fn react(
        &mut self,
        reaction: ReactionId,
        tag: Tag,
        depth: u32,
        around: &mut Around<'_, '_>,
    ) -> Result<(), EventFault> {
        let carrier = EventId(around.signals.plan.events.reactions[reaction].event);
        let carried = around.signals.registers.carried[carrier][0];
        around.signals.run_reaction(reaction, tag);
        self.no_text_fault(tag, carrier, around)?;
        let holds = |register: Register, around: &Around<'_, '_>| {
            around.signals.registers.values[register.index()] != 0.0
        };
        if around.signals.plan.events.reactions[reaction].when.is_some_and(|when| !holds(when, around)) {
            return Ok(());
        }
        for k in 0..around.signals.plan.events.reactions[reaction].effects.len() {
            match around.signals.plan.events.reactions[reaction].effects[k] {
                EffectPlan::Set { cell, ref value } => {
                    let values = around.signals.values_of(value);
                    self.staged.push(Staged { cell, values });
                }
                EffectPlan::SetLanes { .. } if self.of_elements.last() == Some(&reaction) => {}
                EffectPlan::SetLanes { .. } => self.of_elements.push(reaction),
                EffectPlan::Pass { event, ref carried } => {
                    let values = around.signals.values_of(carried);
                    self.happen(event, values, around);
                }
                EffectPlan::Hit { event, ref at } => {
                    let (drawn, place) = ((at.domain, at.pass), around.signals.values_of(&at.place));
                    if let Some(values) = around.met(event, drawn, place) {
                        self.happen(event, values, around);
                    }
                }
                EffectPlan::Schedule { event, delay, ref carried, replace } => {
                    let values = around.signals.values_of(carried);
                    let seconds = around.signals.registers.values[delay.index()];
                    // What is no time at all, and what is none, is 0.
                    let delay = Flicks::from_secs_f64(seconds).unwrap_or(match seconds > 0.0 {
                        true => Flicks(u64::MAX),
                        false => Flicks::ZERO,
                    });
                    if replace {
                        self.cues.cancel(self.pending[event]);
                    }
                    let depth = if delay == Flicks::ZERO { depth + 1 } else { 0 };
                    self.schedule(tag.after(delay), event, Carried { values, depth })?;
                }
                EffectPlan::SetRow { .. }
                | EffectPlan::SetRows { .. }
                | EffectPlan::Append { .. }
                | EffectPlan::MoveRow { .. }
                | EffectPlan::MoveRows { .. }
                | EffectPlan::RemoveRow { .. }
                | EffectPlan::RemoveRows { .. } => {
                    let Around { signals, lists, .. } = around;
                    let staged = lists.stage(signals, (reaction.0, k, carried), tag);
                    self.no_text_fault(tag, carrier, around)?;
                    staged.map_err(|list| self.fault(EventProblem::ListFull(list), tag, carrier))?;
                }
                EffectPlan::Bear { domain, count, lives, .. } => {
                    around.signals.bear(reaction, tag, domain, [count, lives]);
                }
            }
        }
        Ok(())
    }

    /// Whether all texts were made that were to be.
    fn no_text_fault(&self, tag: Tag, event: EventId, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        match around.signals.fault.0 {
            Some(Fault::Texts(fault)) => Err(self.fault(EventProblem::Texts(fault), tag, event)),
            Some(Fault::Idle | Fault::TwoWriters(_) | Fault::Events(_) | Fault::Letters(_)) | None => Ok(()),
        }
    }

    /// Schedules what a reaction or a change leads to.
    fn schedule(&mut self, tag: Tag, event: EventId, carried: Carried) -> Result<(), EventFault> {
        match carried.depth > STEPS_MAX {
            true => Err(self.fault(EventProblem::Circle, tag, event)),
            false => self.push(tag, event, carried),
        }
    }

    /// Sets what reactions set of elements, after all of it was worked out.
    fn set_elements(&mut self, tag: Tag, around: &mut Around<'_, '_>) {
        if self.of_elements.is_empty() {
            return;
        }
        let Around { signals, runner, continuity, .. } = around;
        let clock = signals.clock.at(tag.offset);
        runner.tables.refresh(signals.inputs);
        for &reaction in &self.of_elements {
            let Signals { plan, registers, state, texts, buffers, .. } = &mut *signals;
            let Registers { values, counts, .. } = &**registers;
            let sweeps = plan.events.reactions[reaction].sweeps.clone();
            let (buffers, redirect) = (tables::column_mut(buffers), &*continuity.redirect);
            let rows = |domain: DomainId| counts[domain.index()];
            let around = (&**plan, &clock, &**texts);
            runner.stage(around, (values, counts), rows, sweeps, (buffers, redirect), state.lanes());
        }
        for reaction in self.of_elements.drain(..) {
            let Signals { plan, registers, state, .. } = &mut *signals;
            for effect in &plan.events.reactions[reaction].effects {
                let EffectPlan::SetLanes { cell } = *effect else { continue };
                let row = &plan.cells[cell];
                let count = row.domain.map_or(0, |domain| registers.counts[domain.index()]);
                state.store().set_lanes(cell, row, count, tag.offset.as_secs_f64());
            }
        }
    }

    /// What was set is there; what is made of it is looked at.
    fn commit(&mut self, tag: Tag, depth: u32, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        self.set_elements(tag, around);
        around.signals.set_cells(tag, self.staged.iter().map(|staged| (staged.cell, &staged.values)));
        if !around.lists.is_empty() {
            self.commit_lists(tag, around)?;
        }
        self.look_at_watches(tag, depth, around)
    }

    /// What was done to lists is so; numbers of their rows are in cells.
    fn commit_lists(&mut self, tag: Tag, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        let first = self.staged.len();
        let Around { signals, lists, .. } = around;
        let staged = &mut self.staged;
        let set = |cell, number| {
            if staged.len() < staged.capacity() {
                staged.push(Staged { cell, values: [number, 0.0, 0.0, 0.0] });
            }
        };
        let done = lists.commit(signals, tag, set);
        let event = self.happening.first().copied().unwrap_or(EventId(0));
        self.no_text_fault(tag, event, around)?;
        if let Err(list) = done {
            return Err(self.fault(EventProblem::ListFull(list), tag, event));
        }
        around
            .signals
            .set_cells(tag, self.staged[first..].iter().map(|staged| (staged.cell, &staged.values)));
        Ok(())
    }

    /// Lists are as they are before any turn, and views of them look at what else they are made of.
    pub(super) fn look_at_lists(&mut self, tag: Tag, around: &mut Around<'_, '_>) -> Result<(), EventFault> {
        self.commit_lists(tag, around)?;
        self.staged.clear();
        Ok(())
    }

    /// Events that look at what was set.
    fn look_at_watches(
        &mut self,
        tag: Tag,
        depth: u32,
        around: &mut Around<'_, '_>,
    ) -> Result<(), EventFault> {
        if self.staged.is_empty() {
            return Ok(());
        }
        for at in 0..self.staged.len() {
            let cell = self.staged[at].cell;
            for k in 0..around.signals.plan.events.watchers[cell].len() {
                let event = around.signals.plan.events.watchers[cell][k];
                let [_, looked] = &mut self.turns[event];
                if std::mem::replace(looked, self.turn) != self.turn {
                    self.look(event, tag, depth + 1, around)?;
                }
            }
        }
        self.staged.clear();
        Ok(())
    }

    /// Looks at the value of an event. Where it has changed in the event's way, the event is in the next step.
    pub(super) fn look(
        &mut self,
        event: EventId,
        tag: Tag,
        depth: u32,
        around: &mut Around<'_, '_>,
    ) -> Result<(), EventFault> {
        around.signals.run_source(event, tag);
        self.no_text_fault(tag, event, around)?;
        let SourcePlan::Watch(ref watch) = around.signals.plan.events.events[event].source else {
            return Ok(());
        };
        let (change, was) = (watch.change, watch.was);
        let (now, count) = (around.signals.values_of(&watch.value), watch.value.len());
        let (before, is_first) = around.signals.remembered(was);
        let happens = match change {
            Change::Rise => now[0] != 0.0 && before[0] == 0.0,
            Change::Any => {
                !is_first && now[..count].iter().zip(&before).any(|(now, before)| differ(*now, *before))
            }
            Change::Wrap => !is_first && now[0] < before[0] - 0.5,
        };
        if is_first || now[..count].iter().zip(&before).any(|(now, before)| now.to_bits() != before.to_bits())
        {
            around.signals.set_cells(tag, std::iter::once((was, &now)));
        }
        match happens {
            true => self.schedule(tag.next(), event, Carried { values: now, depth }),
            false => Ok(()),
        }
    }
}

/// Whether a number is another one. What is no number stays none.
fn differ(now: f64, before: f64) -> bool {
    now != before && !(now.is_nan() && before.is_nan())
}
