//! Elements over a swap: who is there goes on by the domain's name, and what was on screen by the names of values and passes.

use std::collections::HashMap;

use bevy_ecs::prelude::*;

use super::super::continuity::Screened;
use super::super::elements::{Elements, default_lane};
use super::super::plan::Plan;
use super::super::plan::elements::{ColumnPlan, ElementColumn};
use super::super::recall::recall;
use super::super::state::State;
use crate::engine::parts::Parts;
use crate::id::{BufferId, DomainId};
use crate::program::Live;
use crate::time::Flicks;
use crate::world::tables::StateTables;
use crate::world::tables::{self, FieldBuffer};

/// The elements of a program that has ended.
#[derive(Debug, Default)]
pub(crate) struct CarriedElements {
    elements: Elements,
    /// The domains by name.
    domains: HashMap<String, DomainId>,
    /// What passes read of elements that may linger, by the names of buffers.
    kept: HashMap<String, Vec<u32>>,
    /// What the host gave, by domain, input and component.
    given: HashMap<(String, String, u32), Vec<u32>>,
    screened: HashMap<String, Screened>,
    /// Per fade: how far elements were in sight when they came or went.
    levels: HashMap<String, Vec<f32>>,
}

/// What a column has of what a host gives: its name, and the lane of an element of which nothing is given.
fn given(plan: &Plan, column: &ColumnPlan) -> Option<((String, String, u32), u32)> {
    let ElementColumn::Input(component) = column.column else { return None };
    let domain = &plan.program.data().domains[column.domain.index()];
    let Some(Live::Host { inputs, .. }) = &domain.live else { return None };
    let mut first = 0;
    for input in inputs {
        let next = first + input.ty.stride();
        if component < next {
            let component = component - first;
            let name = (domain.name.clone(), format!("{} {}", input.name, input.ty), component);
            return Some((name, default_lane(input, component as usize)));
        }
        first = next;
    }
    None
}

/// Takes what is there of elements. The parts are still those of the old program.
pub(super) fn take(
    mut parts: ResMut<Parts>,
    state: StateTables,
    mut fields: Query<&mut FieldBuffer>,
) -> CarriedElements {
    let Parts { plan, clock, texts, registers, elements, continuity, runner, state: book, .. } = &mut *parts;
    let mut state = State::new(book, state);
    let fields = tables::column_mut(&mut fields);
    let data = plan.program.data();
    let sets = &elements.sets;
    let rows = |domain: DomainId| [sets[domain].living, sets[domain].lingering];
    let around = (&*plan, &*clock, &*texts, &*registers);
    recall(around, runner, (continuity, fields), &mut state, false, rows);
    let copy = |buffer: BufferId, domain: DomainId| {
        let shown = continuity.redirect[buffer.index()];
        fields[shown.index()].0.u32()[..sets[domain].rows() as usize].to_vec()
    };
    let mut kept = HashMap::new();
    for domain in plan.domains.ids() {
        for &buffer in &plan.domains[domain].kept {
            kept.insert(plan.buffer_names[buffer].clone(), copy(buffer, domain));
        }
    }
    let given = plan
        .columns
        .iter()
        .filter_map(|column| given(plan, column).map(|(name, _)| (name, copy(column.buffer, column.domain))));
    let given = given.collect();
    let screened = continuity.screened(clock, fields, rows).into_iter().collect();
    let levels =
        plan.fades.iter().zip(elements.levels()).map(|(fade, levels)| (fade.key.clone(), levels.clone()));
    let levels = levels.collect();
    CarriedElements {
        domains: data
            .domains
            .iter()
            .zip(plan.domains.ids())
            .map(|(row, id)| (row.name.clone(), id))
            .collect(),
        kept,
        given,
        screened,
        levels,
        elements: std::mem::take(elements),
    }
}

/// Gives the new program, whose parts these are, the elements of the old one. The edits say where they come from.
pub(super) fn give(
    (InMut(carried), In(now)): (InMut<'_, CarriedElements>, In<Flicks>),
    mut parts: ResMut<Parts>,
    mut fields: Query<&mut FieldBuffer>,
) {
    let Parts { plan, elements, continuity, registers, .. } = &mut *parts;
    let fields = tables::column_mut(&mut fields);
    let domains = &plan.program.data().domains;
    for (domain, row) in plan.domains.ids().zip(domains) {
        let Some(before) = carried.domains.get(&row.name).map(|&id| &carried.elements.sets[id]) else {
            elements.sets[domain].begin_late();
            continue;
        };
        elements.sets[domain].adopt(before, row, now);
        let kept = &plan.domains[domain].kept;
        // What cannot be drawn as it was is gone.
        let is_whole = kept.iter().all(|&buffer| carried.kept.contains_key(&plan.buffer_names[buffer]));
        if !is_whole {
            elements.sets[domain].edit.gone.clear();
        }
        let edit = elements.sets[domain].edit.clone();
        for &buffer in kept.iter().filter(|_| is_whole) {
            let values = &carried.kept[&plan.buffer_names[buffer]];
            for target in continuity.twins(buffer) {
                put(fields[target.index()].0.u32_mut(), edit.from.len(), &edit.gone, values);
            }
        }
        for column in plan.columns.iter().filter(|column| column.domain == domain) {
            let Some((name, default)) = given(plan, column) else { continue };
            let lanes = fields[column.buffer.index()].0.u32_mut();
            lanes[..edit.from.len()].fill(default);
            carried.given.get(&name).into_iter().for_each(|values| put(lanes, 0, &edit.from, values));
        }
        continuity.adopt(domain, &edit, elements.sets[domain].room(), |key| carried.screened.get(key));
        elements.adopt_levels(plan, domain, |key| carried.levels.get(key));
        elements.follow(plan, domain, now);
        registers.counts[domain.index()] = elements.sets[domain].living;
    }
}

/// Values of old rows go to new ones.
fn put(lanes: &mut [u32], first: usize, rows: &[u32], values: &[u32]) {
    for (lane, &row) in lanes[first..].iter_mut().zip(rows) {
        if let Some(&value) = values.get(row as usize) {
            *lane = value;
        }
    }
}
