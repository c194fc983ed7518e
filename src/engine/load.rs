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
use super::schedule::{self, Canvas, FaultFlag, LaneRunner, Pools, Registers};
use super::state::Rings;
use super::workers::Workers;
use super::{EngineError, EngineSettings};
use crate::frame::pass::{Path, Verb};
use crate::program::{PathRow, Program};
use crate::time::FrameRate;

/// A program that was planned and fits.
pub(crate) struct Loaded {
    pub(crate) program: Arc<Program>,
    pub(crate) plan: Plan,
    pub(crate) paths: Vec<Path>,
    pub(crate) rate: FrameRate,
    pub(crate) canvas: Canvas,
}

impl Loaded {
    /// Plans a program.
    ///
    /// # Errors
    /// When it does not fit the capacity, or the canvas has no pixels.
    pub(crate) fn new(program: Program, settings: &EngineSettings) -> Result<Self, EngineError> {
        let program = Arc::new(program);
        let plan = Plan::new(Arc::clone(&program), settings.demand);
        settings.capacity.check(&plan.needs)?;
        let canvas = canvas(settings.canvas.unwrap_or(program.data().clip.size))?;
        let paths = program.data().paths.iter().map(path).collect();
        let rate = settings.frame_rate.unwrap_or(program.frame_rate());
        Ok(Self { program, plan, paths, rate, canvas })
    }
}

/// A canvas of so many pixels.
///
/// # Errors
/// When it has none.
pub(crate) fn canvas([width, height]: [u32; 2]) -> Result<Canvas, EngineError> {
    if width == 0 || height == 0 {
        let message = format!("a canvas of {width} by {height} pixels shows nothing");
        return Err(EngineError::Setting { name: "EngineSettings::canvas", message });
    }
    Ok(Canvas([f64::from(width), f64::from(height)]))
}

/// Gives a world every resource that the plan sizes, in place of those that an earlier program had.
pub(crate) fn insert(
    world: &mut World,
    plan: Plan,
    canvas: Canvas,
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
    });
    world.insert_resource(canvas);
    world.insert_resource(Registers {
        values: vec![0.0; plan.registers as usize],
        reduced: vec![0.0; plan.reductions.len()],
        counts: plan.program.data().domains.iter().map(|domain| domain.count).collect(),
    });
    world.insert_resource(Rings::new(&plan.cells));
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
