//! From a program to what an engine runs: the one way in, for a new engine and for a swap.
//!
//! Two halves: [`Loaded::new`] does everything that can fail and touches no world; [`insert`] and [`start`] put it
//! into one and cannot fail.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use super::clock::Clock;
use super::continuity::ContinuityBook;
use super::elements::{Elements, Newborns};
use super::error::FaultFlag;
use super::events::Events;
use super::inputs::{Canvas, Inputs};
use super::lanes::{self, LaneRunner};
use super::letters::{self, Letters};
use super::lists::Lists;
use super::near::NearRoom;
use super::order::Pieces;
use super::parts::Parts;
use super::passes::{Lines, Pools};
use super::plan::elements::SetPlan;
use super::plan::{self, DomainPlan, Plan};
use super::signals::Registers;
use super::snapshots::Ring;
use super::state::StateBook;
use super::texts::RunTexts;
use super::workers::Workers;
use super::{EngineError, EngineSettings};
use crate::draw::{Image, Path, Verb};
use crate::id::{DomainId, Table};
use crate::letters::{Font, FontError, Weight};
use crate::program::{Domain, PathRow, Program};
use crate::time::FrameRate;
use crate::world::tables::Polyline;
use crate::world::{Budget, Capacity, CapacityError};

/// Memory that may be spent on headroom.
const SPARE_BYTES_MAX: u64 = 1 << 30;

/// A program that was planned. Whether it fits is another question.
pub(crate) struct Loaded {
    pub(crate) program: Arc<Program>,
    pub(crate) plan: Plan,
    pub(crate) paths: Vec<Path>,
    pub(crate) fonts: Vec<Font>,
    pub(crate) rate: FrameRate,
    pub(crate) canvas: Canvas,
    /// How many threads it is to run on.
    threads: usize,
}

impl Loaded {
    /// Plans a program.
    ///
    /// # Errors
    /// When the canvas has no pixels, or a font is none or not there.
    pub(crate) fn new(program: Program, settings: &EngineSettings) -> Result<Self, EngineError> {
        let program = Arc::new(program);
        let rate = settings.frame_rate.unwrap_or(program.frame_rate());
        let plan = Plan::new(Arc::clone(&program), settings.demand, rate, settings.default_continuity);
        let canvas = canvas(settings.canvas.unwrap_or(program.data().clip.size))?;
        let paths = program.data().paths.iter().map(path).collect();
        let fonts = program.data().fonts.iter().map(letters::font).collect::<Result<_, _>>()?;
        has_family(&program)?;
        Ok(Self { program, plan, paths, fonts, rate, canvas, threads: settings.threads })
    }

    /// Whether it fits a capacity, and that capacity into the memory. Nothing of it has been allocated yet.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn check(&self, capacity: &Capacity, memory_limit: u64) -> Result<(), EngineError> {
        capacity.check(&self.plan.needs).map_err(|error| too_long(&self.plan, self.rate, error))?;
        check_memory(&self.plan, capacity, Workers::most_parts(self.threads), memory_limit)
    }

    /// What the program needs, with headroom where that fits into the memory and costs no more than a GiB.
    pub(crate) fn room(&self, headroom: f64, memory_limit: u64) -> Capacity {
        let needs = self.plan.needs;
        let roomy = needs.with_headroom(headroom);
        let [least, most] = [&needs, &roomy].map(|capacity| Budget::new(capacity).total());
        if most <= memory_limit && most - least <= SPARE_BYTES_MAX { roomy } else { needs }
    }
}

impl Capacity {
    /// What a program needs to be drawn, each of it so many times: 1 is exactly that, for programs that stay as they are;
    /// a program that is edited while it runs grows without moving its tables with 1.5 or so. See
    /// [`with_headroom`](Self::with_headroom).
    ///
    /// This plans the program, which takes as long as loading it. [`Engine::fitted`](super::Engine::fitted) does both at
    /// once.
    ///
    /// ```
    /// use pavane::engine::Engine;
    /// use pavane::program::Builder;
    /// use pavane::world::{Budget, Capacity};
    ///
    /// let b = Builder::new("dots");
    /// let dots = b.domain("dots", 300);
    /// let place = b.vec2(b.rank(dots), 0.5);
    /// b.pass("dots", dots).position(place).size(0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    /// let program = b.finish()?;
    /// let capacity = Capacity::for_program(&program, 1.0);
    /// assert_eq!((capacity.elements, capacity.passes, capacity.projections), (300, 1, 0));
    /// assert!(Budget::new(&capacity).total() < 16 << 10);
    /// let mut engine = Engine::new(program, capacity)?;
    /// assert_eq!(engine.frame(0)?.passes().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_program(program: &Program, headroom: f64) -> Self {
        super::Engine::needs(program, super::Demand::Drawn).with_headroom(headroom)
    }
}

/// Whether the faces are there that texts need which name no font.
///
/// # Errors
/// When one is not: the program has been read without it.
fn has_family(program: &Program) -> Result<(), EngineError> {
    let lacking =
        program.weights_of_family().into_iter().find(|&weight| program.family().font(weight).is_none());
    match lacking {
        None => Ok(()),
        Some(Weight(weight)) => Err(EngineError::Font {
            font: format!("Noto Sans, {}", if weight == Weight::BOLD.0 { "bold" } else { "regular" }),
            error: FontError::NotGiven,
        }),
    }
}

/// What the lists of a program take, in a budget.
const LISTS: &str = "lists";

/// Whether a plan and a capacity fit into the memory.
///
/// # Errors
/// When they do not.
pub(super) fn check_memory(
    plan: &Plan,
    capacity: &Capacity,
    parts: usize,
    memory_limit: u64,
) -> Result<(), EngineError> {
    let mut budget = Budget::new(capacity);
    budget.add("texts", RunTexts::bytes_for(plan, capacity));
    budget.add("letters", Letters::bytes_for(plan, capacity));
    let images = plan.program.images().iter();
    let pixels = images.map(|image| image.pixels().len() / 4).fold(0, usize::saturating_add);
    budget.add("images", Image::bytes_of(pixels));
    budget.add("elements of domains", Elements::bytes(plan));
    budget.add("elements nearby", NearRoom::bytes(plan, parts));
    budget.add_bytes(LISTS, Lists::bytes_for(plan));
    budget.check(memory_limit).map_err(|error| {
        let largest =
            Lists::bytes_of_each(plan).zip(&plan.program.data().lists).max_by_key(|(bytes, _)| *bytes);
        match largest.filter(|_| error.buffer == LISTS) {
            Some((bytes, list)) => {
                EngineError::ListMemory { list: list.key.clone(), max: list.capacity, bytes, error }
            }
            None => EngineError::Memory(error),
        }
    })
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

/// Everything beside the tables that the plan sizes. `before` has that of an earlier program, of which the clock goes on and
/// texts keep their numbers.
pub(crate) fn parts(
    (plan, paths, fonts): (Plan, Vec<Path>, Vec<Font>),
    canvas: Canvas,
    settings: &EngineSettings,
    (rate, workers): (FrameRate, Workers),
    before: Option<&Parts>,
) -> Parts {
    let frame = rate.start(1).unwrap_or_default();
    let registers = Registers {
        values: vec![0.0; plan.registers as usize],
        reduced: vec![0.0; plan.reductions.len()],
        counts: plan.program.data().domains.iter().map(|domain| domain.count).collect(),
        carried: Table::filled([0.0; 4], plan.events.events.len()),
        rows: vec![
            0.0;
            plan::events::place_of_event(plan.program.data(), plan.events.events.len() as u32) as usize
        ],
        happened: Table::filled(0, plan.events.events.len()),
        newborns: newborns(&plan),
    };
    Parts {
        clock: before
            .map_or(Clock { seed: settings.seed, epoch: 1, ..Clock::default() }, |before| before.clock),
        canvas,
        fault: FaultFlag::default(),
        events: Events::new(&plan, &settings.capacity, frame),
        inputs: Inputs::new(&plan.program),
        registers,
        texts: RunTexts::new(
            &plan,
            &settings.capacity,
            &fonts,
            before.map(|before| (&before.texts, &before.plan)),
        ),
        lists: Lists::new(&plan),
        elements: Elements::new(&plan),
        continuity: ContinuityBook::new(&plan, settings.continuity),
        runner: LaneRunner::new(&plan, settings.level.resolve(), workers),
        state: StateBook::new(&plan, settings.capacity.lane_state),
        ring: Ring::default(),
        paths,
        letters: Letters::new(&plan, &settings.capacity, &fonts),
        lines: lines(&plan),
        pieces: Pieces::new(&plan),
        pools: Pools::default(),
        plan,
    }
}

/// Room for the lines of a plan, in the order of their passes.
fn lines(plan: &Plan) -> Lines {
    Lines(line_rooms(plan).map(|(elements, is_filled)| Polyline::new(elements, is_filled)).collect())
}

/// Per line pass: how many elements it may have, and whether it is filled.
pub(crate) fn line_rooms(plan: &Plan) -> impl Iterator<Item = (usize, bool)> + '_ {
    let domains = &plan.program.data().domains;
    plan.passes
        .iter()
        .filter(|pass| pass.line.is_some())
        .map(|pass| (domains[pass.domain.index()].capacity as usize, pass.attributes.fill.is_some()))
}

/// Computes what a program computes once. The tables must be there.
pub(crate) fn start(world: &mut World) {
    run_once(world, lanes::evaluate_static);
}

/// Runs a system outside the schedule.
pub(crate) fn run_once<M>(world: &mut World, system: impl IntoSystem<(), (), M>) {
    let ran = world.run_system_once(system);
    debug_assert!(ran.is_ok(), "the world is complete");
}

fn path(row: &PathRow) -> Path {
    let verb = |letter| match letter {
        'M' => Verb::Move,
        'L' => Verb::Line,
        'Q' => Verb::Quad,
        'C' => Verb::Cubic,
        _ => Verb::Close,
    };
    let verbs = row.verbs.chars().map(verb).collect();
    Path { verbs, points: row.points.clone(), fill_rule: row.fill_rule }
}

/// Room for the elements that events bear between two frames.
fn newborns(plan: &Plan) -> Table<DomainId, Newborns> {
    let domains = plan.domains.iter().zip(&plan.program.data().domains);
    let of_domain = |(plan, row): (&DomainPlan, &Domain)| match plan.set {
        Some(SetPlan::BornOn { full, .. }) => Newborns::new(row.capacity, plan.taken, full),
        Some(SetPlan::Counted { .. } | SetPlan::Born { .. } | SetPlan::Host | SetPlan::Letters { .. })
        | None => Newborns::default(),
    };
    domains.map(of_domain).collect()
}
