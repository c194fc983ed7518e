//! Elements that come and go: which ones a domain has, who they are, since when, and what becomes of their rows.
//!
//! A domain's rows are its living elements, in their order, and behind them those that are gone but still drawn. When the set
//! of a domain changes, an [`Edit`] says from which old row each new one comes, and which old rows linger. It is worked out
//! by [`counted`], [`born`] or [`host`], once, in room that was given at load and, but for claims by place that are sorted, in
//! linear time; then everything that has a
//! value per element follows it: state ([`Mapping`](super::state::Mapping)), what is left of earlier edits
//! ([`continuity`](super::continuity)), the buffers that passes read of what lingers, and the columns kept here.
//!
//! **Invariant: nothing here allocates in a frame.**

mod born;
mod counted;
mod edit;
mod host;
mod newborns;
mod set;
mod spelled;

use bevy_ecs::prelude::ResMut;

use super::clock::Clock;
use super::parts::Parts;
use super::plan::elements::{ElementColumn, SetPlan};
use super::plan::{NONE, Plan};
use super::snapshots::copy;
use super::state::Mapping;
use super::texts::holders::Marker;
use crate::id::{DomainId, Table};
use crate::time::Flicks;
use crate::world::tables::FieldBuffer;

pub(crate) use edit::Edit;
pub use host::{ElementValues, GivenElements};
pub(crate) use host::{Given, default_lane};
pub(crate) use newborns::{Newborn, Newborns};
pub(crate) use set::{ElementSet, KeptSet};
pub(crate) use spelled::{Spelt, Spoken};

/// The elements of every domain.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    pub(crate) sets: Table<DomainId, ElementSet>,
    /// Per domain: whether its number of elements, or how often one is born, is no number in this frame.
    pub(crate) uncounted: Vec<bool>,
    /// Per fade: how far an element was in sight when it came or went last.
    levels: Vec<Vec<f32>>,
    /// How state follows the edit of a domain.
    pub(crate) mapping: Mapping,
    scratch: Vec<f32>,
    times: Vec<u64>,
}

impl Elements {
    /// Tells which lanes of texts are given.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.sets.iter().for_each(|set| set.given.mark_texts(marker));
    }

    /// For a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        let domains = &plan.program.data().domains;
        let sets: Table<DomainId, ElementSet> =
            plan.domains.iter().zip(domains).map(|(plan, domain)| ElementSet::new(plan, domain)).collect();
        let room = |domain: DomainId| sets[domain].room() as usize;
        let levels = plan.fades.iter().map(|fade| vec![1.0; room(fade.domain)]).collect();
        let watched = sets.iter().filter(|set| set.is_watched());
        let most = watched.map(|set| set.room() as usize).max().unwrap_or(0);
        let mapping = Mapping::with_room(most);
        let uncounted = vec![false; sets.len()];
        Self { sets, uncounted, levels, mapping, scratch: vec![0.0; most], times: vec![0; most] }
    }

    /// The bytes that the elements of a plan take beside the tables.
    pub(crate) fn bytes(plan: &Plan) -> usize {
        let domains = &plan.program.data().domains;
        let sets = plan.domains.iter().zip(domains).map(|(plan, domain)| ElementSet::bytes(plan, domain));
        let levels = plan.fades.iter().map(|fade| {
            let domain = &domains[fade.domain.index()];
            domain.capacity as usize * size_of::<f32>()
        });
        let watched = plan.domains.iter().zip(domains).filter(|(plan, _)| plan.is_watched());
        let most = watched.map(|(_, domain)| domain.capacity as usize).max().unwrap_or(0);
        sets.chain(levels).sum::<usize>() + most * (size_of::<u32>() + size_of::<f32>() + size_of::<u64>())
    }

    /// Per fade: how far elements were in sight when they came or went last.
    pub(crate) fn levels(&self) -> impl Iterator<Item = &Vec<f32>> {
        self.levels.iter()
    }

    /// Takes over how far the elements of a domain were in sight in another program, by the keys of fades.
    pub(crate) fn adopt_levels<'a>(
        &mut self,
        plan: &Plan,
        domain: DomainId,
        mut before: impl FnMut(&str) -> Option<&'a Vec<f32>>,
    ) {
        let rows = self.sets[domain].room() as usize;
        for (fade, levels) in
            plan.fades.iter().zip(&mut self.levels).filter(|(fade, _)| fade.domain == domain)
        {
            levels.resize(rows.max(levels.len()), 1.0);
            if let Some(before) = before(&fade.key) {
                let count = before.len().min(levels.len());
                levels[..count].copy_from_slice(&before[..count]);
            }
        }
        let [scratch, times] = [self.scratch.len(), self.times.len()].map(|length| length.max(rows));
        self.scratch.resize(scratch, 0.0);
        self.times.resize(times, 0);
        self.mapping.make_room(rows);
    }

    /// Whether the elements of any domain have to be looked after.
    pub(crate) fn is_watched(&self) -> bool {
        self.sets.iter().any(ElementSet::is_watched)
    }

    /// As before the first frame.
    pub(crate) fn reset(&mut self, plan: &Plan) {
        self.uncounted.fill(false);
        for (set, domain) in self.sets.iter_mut().zip(&plan.program.data().domains) {
            set.reset(domain);
        }
        for (fade, levels) in plan.fades.iter().zip(&mut self.levels) {
            let is_born =
                matches!(plan.domains[fade.domain].set, Some(SetPlan::Born { .. } | SetPlan::BornOn { .. }));
            levels.fill(if is_born { 0.0 } else { 1.0 });
        }
    }

    /// Moves what is kept of the elements of a domain to their new rows.
    pub(crate) fn follow(&mut self, plan: &Plan, domain: DomainId, now: Flicks) {
        let Self { sets, levels, scratch, times, .. } = self;
        let set = &mut sets[domain];
        if !set.is_watched() {
            return set.take_count();
        }
        for (fade, levels) in plan.fades.iter().zip(levels).filter(|(fade, _)| fade.domain == domain) {
            set.follow_levels(levels, scratch, [fade.enter, fade.leave], now);
        }
        set.follow(times, now);
    }

    /// Writes the columns of elements that differ from frame to frame, and those that an edit changed.
    pub(crate) fn write_columns(
        &mut self,
        plan: &Plan,
        stage: u32,
        clock: &Clock,
        fields: &mut [FieldBuffer],
    ) {
        for column in &plan.columns {
            let set = &self.sets[column.domain];
            if plan.domains[column.domain].stage() != stage {
                continue;
            }
            let lanes = &mut fields[column.buffer.index()].0;
            match column.column {
                ElementColumn::Age => set.write_ages(lanes.f32_mut(), clock.now),
                ElementColumn::Life => set.write_lives(lanes.f32_mut(), clock.now),
                ElementColumn::Id if set.is_edited() => {
                    let seed = plan.program.data().domains[column.domain.index()].seed;
                    set.write_ids(lanes.u32_mut(), seed);
                }
                ElementColumn::IsNew => set.write_news(lanes.u32_mut()),
                ElementColumn::Taken(component, kind) => set.write_taken(lanes.u32_mut(), component, kind),
                ElementColumn::Input(component) => set.write_given(lanes.u32_mut(), component),
                ElementColumn::Fade(row) => {
                    let fade = &plan.fades[row as usize];
                    let levels = &self.levels[row as usize];
                    set.write_fades(lanes.f32_mut(), levels, [fade.enter, fade.leave], clock.now);
                }
                ElementColumn::Id => {}
            }
        }
    }

    /// A frame was committed: from the next one on, what is new now is not new any more.
    pub(crate) fn commit(&mut self) {
        self.sets.iter_mut().for_each(ElementSet::commit);
    }
}

/// The elements of every domain as a snapshot of a run has them.
#[derive(Debug)]
pub(crate) struct KeptElements {
    sets: Table<DomainId, KeptSet>,
    uncounted: Vec<bool>,
    levels: Vec<Vec<f32>>,
}

impl KeptElements {
    pub(crate) fn with_room(elements: &Elements) -> Self {
        let Elements { sets, uncounted, levels, .. } = elements;
        Self {
            sets: sets.iter().map(KeptSet::with_room).collect(),
            uncounted: uncounted.clone(),
            levels: levels.iter().map(|levels| Vec::with_capacity(levels.len())).collect(),
        }
    }

    /// How many rows of a domain were in use.
    pub(crate) fn rows(&self, domain: DomainId) -> u32 {
        self.sets[domain].rows()
    }

    pub(crate) fn bytes(&self) -> usize {
        let levels: usize = self.levels.iter().map(Vec::capacity).sum();
        self.sets.iter().map(KeptSet::bytes).sum::<usize>() + self.uncounted.len() + levels * size_of::<f32>()
    }
}

impl Elements {
    pub(crate) fn copy_to(&self, plan: &Plan, into: &mut KeptElements) {
        // The rest is room for a moment.
        let Self { sets, uncounted, levels, mapping: _, scratch: _, times: _ } = self;
        sets.iter().zip(into.sets.iter_mut()).for_each(|(set, into)| set.copy_to(into));
        copy(uncounted, &mut into.uncounted);
        for ((fade, levels), into) in plan.fades.iter().zip(levels).zip(&mut into.levels) {
            copy(&levels[..sets[fade.domain].rows() as usize], into);
        }
    }

    pub(crate) fn restore(&mut self, from: &KeptElements) {
        let KeptElements { sets, uncounted, levels } = from;
        self.sets.iter_mut().zip(sets.iter()).for_each(|(set, from)| set.restore(from));
        copy(uncounted, &mut self.uncounted);
        for (levels, from) in self.levels.iter_mut().zip(levels) {
            levels[..from.len()].copy_from_slice(from);
        }
    }
}

/// The elements of every domain are as before the first frame, and nothing is left of edits.
pub(crate) fn reset(mut parts: ResMut<Parts>) {
    let Parts { plan, elements, continuity, registers, .. } = &mut *parts;
    elements.reset(plan);
    continuity.rest();
    for (count, set) in registers.counts.iter_mut().zip(elements.sets.iter()) {
        *count = set.living;
    }
    registers.newborns.iter_mut().for_each(|newborns| newborns.reset(0));
}

/// No old row.
pub(crate) const NEW: u32 = NONE;
