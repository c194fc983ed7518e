//! From a program to what an engine runs: the one way in, for a new engine and for a swap.
//!
//! Two halves: [`Loaded::new`] does everything that can fail and touches no world; [`insert`] and [`start`] put it
//! into one and cannot fail.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use super::inputs::Inputs;
use super::lanes::Scratch;
use super::plan::{Plan, sweep::Sweep};
use super::schedule::{self, FaultFlag, LaneRunner, Pools, Registers};
use super::state::Rings;
use super::workers::Workers;
use super::{EngineError, EngineSettings};
use crate::frame::pass::{Path, Verb};
use crate::program::{PathRow, Program};
use crate::time::FrameRate;
use crate::world::CapacityError;

/// A program that was planned and fits.
pub(crate) struct Loaded {
    pub(crate) program: Arc<Program>,
    pub(crate) plan: Plan,
    pub(crate) paths: Vec<Path>,
    pub(crate) rate: FrameRate,
    /// Width over height of the canvas.
    pub(crate) aspect: f64,
}

impl Loaded {
    /// Plans a program.
    ///
    /// # Errors
    /// When it does not fit the capacity, or the aspect is no ratio.
    pub(crate) fn new(program: Program, settings: &EngineSettings) -> Result<Self, EngineError> {
        let program = Arc::new(program);
        let rate = settings.frame_rate.unwrap_or(program.frame_rate());
        let plan = Plan::new(Arc::clone(&program), settings.demand, rate);
        settings.capacity.check(&plan.needs).map_err(|error| too_long(&plan, rate, error))?;
        let clip = program.data().clip.size;
        let aspect = settings.aspect.unwrap_or(f64::from(clip[0]) / f64::from(clip[1]));
        if !(aspect.is_finite() && aspect > 0.0) {
            let message = format!("{aspect} is not a ratio above 0");
            return Err(EngineError::Setting { name: "EngineSettings::aspect", message });
        }
        let paths = program.data().paths.iter().map(path).collect();
        Ok(Self { program, plan, paths, rate, aspect })
    }
}

/// Names the delay that has no room at a frame rate, if that is what makes the difference.
fn too_long(plan: &Plan, rate: FrameRate, error: CapacityError) -> EngineError {
    let stretched = plan.cells.iter().filter(|cell| {
        let setting = if cell.domain.is_some() { "lane_state" } else { "state" };
        cell.is_stretched && error.setting == setting
    });
    match stretched.max_by_key(|cell| u64::from(cell.length) * u64::from(cell.stride)) {
        Some(cell) => EngineError::Delay { cell: cell.key.clone(), frames: cell.length, rate, error },
        None => EngineError::Capacity(error),
    }
}

/// Gives a world every resource that the plan sizes, in place of those that an earlier program had.
pub(crate) fn insert(
    world: &mut World,
    plan: Plan,
    aspect: f64,
    settings: &EngineSettings,
    workers: Workers,
) {
    let all = || plan.static_sweeps.iter().chain(&plan.sweeps);
    let most = |f: fn(&Sweep) -> usize| all().map(f).max().unwrap_or(0);
    world.insert_resource(LaneRunner {
        level: settings.level.resolve(),
        scratch: (0..workers.parts_max()).map(|_| Scratch::new(all())).collect(),
        workers,
        columns: Vec::with_capacity(most(|sweep| sweep.columns.len())),
        uniforms: Vec::with_capacity(most(|sweep| sweep.uniforms.len())),
        affines: Vec::with_capacity(most(|sweep| sweep.affines.len())),
        taps: Vec::with_capacity(most(|sweep| sweep.taps.len())),
        paths: Vec::with_capacity(most(|sweep| sweep.paths.len())),
        non_finite: vec![false; plan.buffer_names.len()],
        aspect,
    });
    world.insert_resource(Registers {
        values: vec![0.0; plan.registers as usize],
        reduced: vec![0.0; plan.reductions.len()],
        counts: plan.program.data().domains.iter().map(|domain| domain.count).collect(),
    });
    world.insert_resource(Rings::new(&plan.cells, plan.program.data().phases.len()));
    world.insert_resource(Inputs::new(&plan.program));
    world.insert_resource(Pools::default());
    world.insert_resource(FaultFlag::default());
    world.insert_resource(plan);
}

/// Computes what a program computes once. The tables must be there.
pub(crate) fn start(world: &mut World) {
    run_once(world, schedule::load);
}

/// Runs a system outside the schedule.
pub(crate) fn run_once<M>(world: &mut World, system: impl IntoSystem<(), (), M>) {
    let ran = world.run_system_once(system);
    debug_assert!(ran.is_ok(), "every resource is inserted before");
}

fn path(row: &PathRow) -> Path {
    let verb = |letter| match letter {
        'M' => Verb::Move,
        'L' => Verb::Line,
        'Q' => Verb::Quad,
        'C' => Verb::Cubic,
        _ => Verb::Close,
    };
    Path { verbs: row.verbs.chars().map(verb).collect(), points: row.points.clone() }
}
