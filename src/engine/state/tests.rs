//! The store against a naive model, which copies everything at every snapshot.

use std::collections::VecDeque;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use smallvec::SmallVec;

use super::*;
use crate::engine::plan::expr::Kind;
use crate::id::{DomainId, Register};
use crate::program::Storage;
use crate::world::LaneBuffer;
use crate::world::tables::{Current, CurrentLanes, SpareLanes};

/// A scalar cell of one float.
pub(super) fn scalar() -> CellPlan {
    CellPlan {
        key: "k".into(),
        kind: Kind::Float,
        storage: Storage::F64,
        offset: 0,
        stride: 1,
        length: 1,
        is_stretched: false,
        timed: false,
        initial: 0.0,
        has_initial: false,
        kept: None,
        domain: None,
        rests: [NONE; 4],
    }
}

fn id(cell: usize) -> CellId {
    CellId(cell as u32)
}

/// Elements that a lane buffer holds.
const ELEMENTS: u32 = 16;
const DOMAINS: u32 = 2;

/// Cells of every shape; `offset` is set by [`Tables::new`].
fn shapes() -> Vec<CellPlan> {
    let lanes = |domain: u32| CellPlan { domain: Some(DomainId(domain)), storage: Storage::F32, ..scalar() };
    vec![
        CellPlan { initial: 0.5, ..scalar() },
        CellPlan { storage: Storage::I32, kind: Kind::Int, ..scalar() },
        CellPlan { storage: Storage::U32, length: 3, ..scalar() },
        CellPlan { storage: Storage::F32, stride: 2, length: 4, timed: true, ..scalar() },
        CellPlan { initial: -1.0, ..lanes(0) },
        CellPlan { stride: 2, rests: [0, 0, NONE, NONE], ..lanes(1) },
        CellPlan { length: 3, ..lanes(0) },
        CellPlan { length: 2, stride: 2, has_initial: true, initial: 7.0, ..lanes(1) },
        CellPlan { length: 4, timed: true, ..lanes(1) },
    ]
}

/// All that a rollback has to restore.
#[derive(Clone, Debug, PartialEq)]
struct Model {
    /// Of each scalar cell, its rows.
    scalars: Vec<Vec<f64>>,
    /// Of each per-element cell, its rows and rests; each has an entry per living element.
    lanes: Vec<Vec<Vec<f32>>>,
    pushed: Vec<u64>,
    times: Vec<Vec<f64>>,
    /// Per element, of per-element cells.
    fresh: Vec<Vec<bool>>,
    counts: Vec<u32>,
}

impl Model {
    fn new(plans: &[CellPlan], counts: &[u32]) -> Self {
        let count = |plan: &CellPlan| plan.domain.map_or(0, |domain| counts[domain.index()] as usize);
        let rows = |plan: &CellPlan| (plan.stride * plan.length) as usize;
        let lanes = |plan: &CellPlan| {
            let mut lanes = vec![vec![plan.initial as f32; count(plan)]; rows(plan)];
            lanes.extend(plan.rest_rows().map(|_| vec![0.0; count(plan)]));
            if plan.domain.is_some() { lanes } else { Vec::new() }
        };
        Self {
            scalars: plans.iter().map(|plan| vec![plan.initial; rows(plan)]).collect(),
            lanes: plans.iter().map(lanes).collect(),
            pushed: vec![0; plans.len()],
            times: plans.iter().map(|plan| vec![0.0; plan.length as usize]).collect(),
            fresh: plans.iter().map(|plan| vec![true; count(plan)]).collect(),
            counts: counts.to_vec(),
        }
    }

    fn commit(&mut self, plans: &[CellPlan], cell: usize, values: &[Vec<f32>], seconds: f64) {
        let plan = &plans[cell];
        let (stride, length) = (plan.stride as usize, plan.length as usize);
        let head = (self.pushed[cell] % length as u64) as usize;
        for (component, value) in values.iter().enumerate() {
            if plan.domain.is_none() {
                self.scalars[cell][head * stride + component] = value[0].into();
                continue;
            }
            let row = if component < stride { head * stride } else { length * stride - stride } + component;
            self.lanes[cell][row].clone_from(value);
            for element in (0..value.len()).filter(|&element| self.fresh[cell][element]) {
                if component < stride && !plan.has_initial {
                    (0..length)
                        .for_each(|k| self.lanes[cell][k * stride + component][element] = value[element]);
                }
            }
        }
        self.fresh[cell].fill(false);
        self.pushed[cell] += 1;
        self.times[cell][head] = if plan.timed { seconds } else { 0.0 };
    }

    fn remap(&mut self, plans: &[CellPlan], domain: u32, from: &[u32], count: u32) {
        self.counts[domain as usize] = count;
        for (cell, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.domain == Some(DomainId(domain)))
        {
            let rows = (plan.stride * plan.length) as usize;
            for (k, row) in self.lanes[cell].iter_mut().enumerate() {
                let initial = if k < rows { plan.initial as f32 } else { 0.0 };
                let mut moved: Vec<f32> = from.iter().map(|&old| row[old as usize]).collect();
                moved.resize(count as usize, initial);
                *row = moved;
            }
            let mut moved: Vec<bool> = from.iter().map(|&old| self.fresh[cell][old as usize]).collect();
            moved.resize(count as usize, true);
            self.fresh[cell] = moved;
        }
    }
}

/// The tables of a world, without one.
struct Tables {
    plans: Table<CellId, CellPlan>,
    counts: Vec<u32>,
    book: StateBook,
    f64: Vec<Current<f64>>,
    f32: Vec<Current<f32>>,
    i32: Vec<Current<i32>>,
    u32: Vec<Current<u32>>,
    lanes: Vec<CurrentLanes>,
    spares: Vec<SpareLanes>,
}

impl Tables {
    /// With room for `depth` snapshots, and `more_spares` beyond one per row.
    fn new(counts: &[u32], depth: usize, more_spares: u32) -> Self {
        let mut plans = shapes();
        let (mut rows, mut lane_rows) = (0, 0);
        for plan in &mut plans {
            let end = if plan.domain.is_some() { &mut lane_rows } else { &mut rows };
            plan.offset = *end;
            *end += plan.stride * plan.length;
        }
        for rest in plans.iter_mut().flat_map(|plan| &mut plan.rests).filter(|rest| **rest != NONE) {
            *rest = lane_rows;
            lane_rows += 1;
        }
        let (scalars, spares) = (rows as usize, lane_rows + more_spares);
        let buffer = || LaneBuffer::new(ELEMENTS as usize);
        let mut tables = Self {
            book: StateBook::with_depth(&plans, spares, depth),
            plans: plans.into(),
            counts: counts.to_vec(),
            f64: vec![Current::default(); scalars],
            f32: vec![Current::default(); scalars],
            i32: vec![Current::default(); scalars],
            u32: vec![Current::default(); scalars],
            lanes: (0..lane_rows).map(|_| CurrentLanes(buffer())).collect(),
            spares: (0..spares).map(|_| SpareLanes(buffer())).collect(),
        };
        let plans = tables.plans.clone();
        tables.store().reset(&plans);
        tables
    }

    fn store(&mut self) -> Store<'_> {
        let Self { book, f64, f32, i32, u32, lanes, spares, .. } = self;
        Store {
            book,
            scalars: Scalars { f64, f32, i32, u32 },
            lanes: LaneRows { current: lanes, spare: spares },
        }
    }

    fn per_element_cells(&self) -> Vec<usize> {
        (0..self.plans.len()).filter(|&cell| self.plans[id(cell)].domain.is_some()).collect()
    }

    /// Writes next values of a per-element cell as a sweep does.
    fn stage(&mut self, cell: usize, values: &[Vec<f32>]) {
        let stride = self.plans[id(cell)].stride as usize;
        for (component, value) in values.iter().enumerate() {
            let spares = &mut self.book.spares;
            let spare = match component < stride {
                true => spares.stage(id(cell), component as u32),
                false => spares.stage_rest(id(cell), (component - stride) as u32),
            };
            let lanes = self.spares[spare as usize].0.f32_mut();
            lanes.fill(f32::NAN);
            lanes[..value.len()].copy_from_slice(value);
        }
    }

    fn commit(&mut self, cell: usize, values: &[Vec<f32>], seconds: f64) {
        let next = NextPlan {
            cell: id(cell),
            registers: match self.plans[id(cell)].domain {
                None => (0..values.len() as u32).map(Register).collect(),
                Some(_) => SmallVec::new(),
            },
        };
        if self.plans[id(cell)].domain.is_some() {
            self.stage(cell, values);
        }
        let registers: Vec<f64> =
            values.iter().map(|value| value.first().copied().unwrap_or_default().into()).collect();
        let (plans, counts) = (self.plans.clone(), self.counts.clone());
        self.store().commit(&plans, &[next], (&registers, &counts), |_| &[], seconds);
    }

    fn remap(&mut self, domain: u32, from: &[u32], count: u32) {
        let mapping = Mapping::new(from, count);
        self.counts[domain as usize] = count;
        let plans = self.plans.clone();
        for (cell, plan) in
            (0..).map(CellId).zip(plans.iter()).filter(|(_, plan)| plan.domain == Some(DomainId(domain)))
        {
            self.store().remap(cell, plan, &mapping);
        }
    }

    /// What is in the tables, as the model has it.
    fn found(&mut self) -> Model {
        let (plans, counts) = (self.plans.clone(), self.counts.clone());
        let mut found = Model::new(&plans, &counts);
        let store = self.store();
        for (cell, plan) in plans.iter().enumerate() {
            let count = plan.domain.map_or(0, |domain| counts[domain.index()]) as usize;
            let rows: Vec<u32> = (plan.offset..plan.offset + plan.stride * plan.length).collect();
            if plan.domain.is_none() {
                found.scalars[cell] = rows.iter().map(|&row| store.scalars.get(plan.storage, row)).collect();
            } else {
                let rows = rows.into_iter().chain(plan.rest_rows());
                let lanes = rows.map(|row| store.lanes.current[row as usize].0.f32()[..count].to_vec());
                found.lanes[cell] = lanes.collect();
            }
            let cells = &store.book.cells;
            let fresh_from = cells.fresh_from(id(cell)) as usize;
            found.fresh[cell] = (0..count).map(|element| element >= fresh_from).collect();
            found.pushed[cell] = cells.pushed(id(cell));
            found.times[cell] = cells.times(id(cell));
        }
        found
    }

    /// Each spare is free, staged or saved, and only one of these.
    fn check_spares(&self) {
        let mut seen: Vec<u32> = self.book.spares.unsaved().chain(self.book.undo.saved()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..self.spares.len() as u32).collect::<Vec<u32>>());
    }
}

/// Next values that were never there before: of each component, then of each rest.
fn values(tables: &Tables, cell: usize, seed: &mut u32) -> Vec<Vec<f32>> {
    let plan = &tables.plans[id(cell)];
    let count = plan.domain.map_or(1, |domain| tables.counts[domain.index()]);
    let mut value = || {
        *seed += 1;
        *seed as f32
    };
    let rows = plan.stride as usize + plan.rest_rows().count();
    (0..rows).map(|_| (0..count).map(|_| value()).collect()).collect()
}

/// Runs a sequence of what can happen to state; each step is a number that says what and one that says which.
fn run(steps: &[(u8, u32)], depth: usize, more_spares: u32, often: bool) {
    let counts = [5, 9];
    let mut tables = Tables::new(&counts, depth, more_spares);
    let mut model = Model::new(&tables.plans, &counts);
    let mut snapshots: VecDeque<Model> = VecDeque::new();
    let capacities = tables.book.undo.capacities();
    let (mut seed, mut seconds) = (0, 0.0);
    for &(what, which) in steps {
        let domain = which % DOMAINS;
        let before = tables.counts[domain as usize];
        match what {
            // A frame in which some of the cells get a value, if not all.
            0..3 => {
                for cell in (0..tables.plans.len()).filter(|&cell| !often || which >> cell & 1 != 0) {
                    seconds += 0.25;
                    let values = values(&tables, cell, &mut seed);
                    tables.commit(cell, &values, seconds);
                    model.commit(&tables.plans, cell, &values, seconds);
                }
            }
            3 => {
                // A frame that was stopped.
                for cell in tables.per_element_cells() {
                    let values = values(&tables, cell, &mut seed);
                    tables.stage(cell, &values);
                }
                tables.book.spares.discard_staged();
            }
            4 if often => {
                let after = which % (ELEMENTS + 1);
                let from: Vec<u32> = (0..before.min(after)).collect();
                tables.remap(domain, &from, after);
                model.remap(&tables.plans, domain, &from, after);
            }
            5 if often => {
                let from: Vec<u32> = (0..before).filter(|element| which >> (element + 1) & 1 != 0).collect();
                let after = (from.len() as u32 + which % 3).min(ELEMENTS);
                tables.remap(domain, &from, after);
                model.remap(&tables.plans, domain, &from, after);
            }
            6 => {
                assert_eq!(tables.store().rollback(), !snapshots.is_empty());
                if let Some(before) = snapshots.pop_back() {
                    tables.counts.clone_from(&before.counts);
                    model = before;
                }
            }
            7 if which.is_multiple_of(5) => {
                let plans = tables.plans.clone();
                tables.store().reset(&plans);
                model = Model::new(&plans, &tables.counts);
                snapshots.clear();
            }
            _ => {}
        }
        assert_eq!(tables.found(), model, "after {what} {which}");
        if what == 8 || !often {
            tables.book.snapshot();
            snapshots.push_back(model.clone());
            if snapshots.len() > depth {
                snapshots.pop_front();
            }
            assert_eq!(tables.found(), model, "a snapshot changes nothing");
        }
        tables.check_spares();
    }
    assert_eq!(tables.book.undo.capacities(), capacities, "nothing was allocated");
}

fn check(often: bool, cases: u32, run: impl Fn(&[(u8, u32)])) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec((0..if often { 10_u8 } else { 8 }, any::<u32>()), 0..60);
    TestRunner::new(config)
        .run(&steps, |steps| {
            run(&steps);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// One commit per snapshot takes no more spares than there are rows, whatever was fresh or stopped.
#[test]
fn one_spare_per_row_is_enough_for_one_commit() {
    check(false, 200, |steps| run(steps, 1, 0, false));
}

/// Commits, snapshots, rollbacks and changes of elements in any order, several of each between two snapshots.
#[test]
fn the_first_value_since_a_snapshot_is_what_it_keeps() {
    for depth in [1, 3] {
        check(true, 300, |steps| run(steps, depth, 100, true));
    }
}
