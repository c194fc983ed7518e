//! Hot swap: another program takes over between two frames, and what can go on goes on.
//!
//! First everything that can fail, which touches nothing; then state is rolled back to before the frame on screen, what is
//! kept is carried over ([`migrate`]), everything that the plan sizes is made again, and the frame on screen is evaluated
//! once more, now under the new program. So the picture is right at once, also of a paused engine, and no state is
//! committed twice.

mod elements;
mod events;
mod migrate;
mod report;

pub use report::{PeriodChange, RateChange, Rename, ResetCell, ResetReason, ResizedDomain, SwapReport};

use super::clock::Moment;
use super::given::Way;
use super::load::{self, Loaded, run_once};
use super::parts::Parts;
use super::workers::Workers;
use super::{Engine, EngineError, state};
use crate::program::Program;
use crate::time::FrameRate;
use crate::world::Budget;
use migrate::Migration;

impl Engine {
    /// Lets another program take over, from the frame on screen on: all or nothing.
    ///
    /// - **State** goes on by key. A cell is kept when its type, storage, domain (by name) and delay line are the
    ///   same. It keeps its value, its delayed values and their times, and whether anything was committed to it; a
    ///   cell to which nothing was takes the new initial value. Any other cell starts from its initial value. The
    ///   report says so of each.
    /// - **Elements** go on by index: of `dots[100]` that became `dots[200]`, the first hundred keep their state, and
    ///   the others start as all did in the first frame. The report names the domain.
    /// - **Time** goes on: `t` never goes back. The frame on screen keeps its number, unless the new program's frame
    ///   rate is another one (and the settings pin none): it then becomes the first frame of the new rate that starts
    ///   no earlier, less than a frame later. The seed and a host's clock go on.
    /// - **Phases** that have a key go on by it: one that gets another period is where it was, and moves on at the new
    ///   rate. Its offset, whole flicks, is a part of the run's state.
    /// - **Inputs** go on by name where type and kind are the same; a channel that the host has not set follows its
    ///   default. A momentary channel is neither lost nor seen twice.
    /// - **The frame on screen** is evaluated once more, under the new program: [`last_frame`](Self::last_frame)
    ///   shows it, and state goes on from this evaluation alone. A program that computes the same shows the same bits.
    /// - A slot that only the host writes is 0 until it is written again. [`seek`](Self::seek) and
    ///   [`reset`](Self::reset) then do what they do in an engine that never ran another program.
    ///
    /// Only a swap allocates; frames after it do not. It takes about as long as a load and a frame.
    ///
    /// ```
    /// use pavane::engine::Engine;
    /// use pavane::program::{Builder, Program};
    /// use pavane::world::Capacity;
    ///
    /// let walk = |speed: f64| -> Result<Program, pavane::diagnostic::Diagnostics> {
    ///     let b = Builder::new("walk");
    ///     b.signal("x", b.integrate("x", b.float(speed)));
    ///     b.finish()
    /// };
    /// let mut engine = Engine::new(walk(1.0)?, Capacity::default())?;
    /// for index in 0..=60 {
    ///     engine.frame(index)?;
    /// }
    /// // One second at a speed of 1; from now on it is 2, and nothing jumps.
    /// let report = engine.swap(walk(2.0)?)?;
    /// assert_eq!(report.to_string(), "kept 1 cell");
    /// let x = engine.frame(90)?.slot("x").unwrap().components[0];
    /// assert!((x - (59.0 / 60.0 + 2.0 * 31.0 / 60.0)).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the program does not fit the capacity (the error names the setting to raise), or its frame rate puts the
    /// frame on screen beyond the end of time. The old program then goes on as if nothing had been asked.
    pub fn swap(&mut self, program: Program) -> Result<SwapReport, EngineError> {
        let loaded = Loaded::new(program, &self.settings)?;
        loaded.check(&self.settings.capacity, self.settings.memory_limit)?;
        let moment = self.moment_at(loaded.rate)?;
        Ok(self.take_up(loaded, moment))
    }

    /// As [`swap`](Self::swap), for a program that may need more than the engine holds: then the capacity is raised to what
    /// it needs, with headroom as in [`fitted`](Self::fitted), and state goes on all the same.
    ///
    /// # Errors
    /// When the program is larger than any engine or than the memory limit, or its frame rate puts the frame on screen
    /// beyond the end of time. The old program then goes on as if nothing had been asked.
    pub fn swap_and_grow(&mut self, program: Program, headroom: f64) -> Result<SwapReport, EngineError> {
        let loaded = Loaded::new(program, &self.settings)?;
        let moment = self.moment_at(loaded.rate)?;
        let limit = self.settings.memory_limit;
        if self.settings.capacity.check(&loaded.plan.needs).is_ok() {
            loaded.check(&self.settings.capacity, limit)?;
        } else {
            let least = self.settings.capacity.max(loaded.plan.needs);
            let roomy = self.settings.capacity.max(loaded.room(headroom, limit));
            let to = if Budget::new(&roomy).total() <= limit { roomy } else { least };
            loaded.check(&to, limit)?;
            self.raise_capacity(to)?;
        }
        Ok(self.take_up(loaded, moment))
    }

    /// The swap itself, which nothing can go wrong with any more.
    fn take_up(&mut self, loaded: Loaded, moment: Option<Moment>) -> SwapReport {
        let (migration, mut report) = Migration::new(&self.parts().plan, &loaded.plan);
        if !same_rate(loaded.rate, self.rate) {
            let frames = self.at.zip(moment.map(|moment| moment.index));
            report.rate = Some(RateChange { from: self.rate, to: loaded.rate, frames });
        }

        let world = &mut self.world;
        if moment.is_some() {
            run_once(world, state::rollback);
        }
        let carried = Migration::take(world);
        let lists = std::mem::take(&mut Parts::of_mut(world).lists);
        let workers = std::mem::replace(&mut Parts::of_mut(world).runner.workers, Workers::Caller);
        let Loaded { program, plan, paths, fonts, rate, canvas, .. } = loaded;
        self.needs = self.needs.max(plan.needs);
        let parts = Parts::of_mut(world);
        *parts = load::parts((plan, paths, fonts), canvas, &self.settings, (rate, workers), Some(parts));
        report.cues = migration.give(world, carried, moment.map(|moment| moment.now));
        Parts::of_mut(world).lists.follow(lists, self.program.data(), program.data());
        load::start(world);
        self.channels.follow(&program);
        (self.program, self.rate) = (program, rate);
        self.make_snapshots();
        if let Some(moment) = moment {
            // The frames before were those of another program, but for the first frame there are none.
            self.unbroken &= moment.index == 0;
            self.begin_call();
            self.note(moment.index, self.at, Way::Again);
            let shown = self.run(moment, true);
            debug_assert!(shown.is_ok(), "every slot of a checked program has one writer");
        }
        report
    }

    /// Where the frame on screen lies at a frame rate: none before the first frame.
    ///
    /// # Errors
    /// When that is beyond the end of time.
    fn moment_at(&self, rate: FrameRate) -> Result<Option<Moment>, EngineError> {
        if self.at.is_none() {
            return Ok(None);
        }
        let shown = self.parts().clock.moment();
        if same_rate(rate, self.rate) {
            return Ok(Some(shown));
        }
        let before = rate.frame_at(shown.now);
        let index = match rate.start(before) {
            Some(start) if start >= shown.now => before,
            _ => before.saturating_add(1),
        };
        let now = rate.start(index).ok_or(EngineError::BeyondTime { asked: index })?;
        // The first frame stays one: nothing lies before it.
        let previous = if shown.previous == shown.now { now } else { shown.previous };
        Ok(Some(Moment { index, now, previous }))
    }
}

/// Whether two rates are one, however they are written.
fn same_rate(a: FrameRate, b: FrameRate) -> bool {
    let product = |a: FrameRate, b: FrameRate| u64::from(a.numerator()) * u64::from(b.denominator());
    product(a, b) == product(b, a)
}
