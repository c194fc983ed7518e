//! Hot swap: another program takes over between two frames, and what can go on goes on.
//!
//! First everything that can fail, which touches nothing; then the last commit is taken back, what is kept is carried
//! over ([`migrate`]), everything that the plan sizes is made anew, and the frame on screen is evaluated once more,
//! now under the new program. So the picture is right at once, also of a paused engine, and no state is committed
//! twice.

mod migrate;
mod report;

pub use report::{RateChange, Rename, ResetCell, ResetReason, SwapReport};

use super::clock::{Clock, Moment};
use super::load::{self, Loaded, run_once};
use super::schedule::{self, LaneRunner};
use super::workers::Workers;
use super::{Engine, EngineError};
use crate::program::Program;
use crate::time::FrameRate;
use migrate::Migration;

impl Engine {
    /// Lets another program take over, from the frame on screen on: all or nothing.
    ///
    /// - **State** goes on by key. A cell is kept when its type, storage, domain (by name), room and delay line are
    ///   the same; of a domain with another count but the same capacity, the elements that both have. It keeps its
    ///   value, its delayed values and their times, and whether anything was committed to it; a cell to which nothing
    ///   was takes the new initial value. Any other cell starts from its initial value: an edited `dots[100]` to
    ///   `dots[200]` starts every cell of `dots` anew, for a cell is fresh as a whole or not at all. The report says
    ///   so of each.
    /// - **Time** goes on: `t` never goes back. The frame on screen keeps its number, unless the new program's frame
    ///   rate is another one (and the settings pin none): it then becomes the first frame of the new rate that starts
    ///   no earlier, less than a frame later. The seed and a host's clock go on.
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
        let moment = self.moment_at(loaded.rate)?;
        let (mut migration, mut report) = Migration::new(&self.program, &loaded.program);
        if !same_rate(loaded.rate, self.rate) {
            let frames = self.at.zip(moment.map(|moment| moment.index));
            report.rate = Some(RateChange { from: self.rate, to: loaded.rate, frames });
        }

        // From here on nothing fails.
        let world = &mut self.world;
        if moment.is_some() {
            run_once(world, schedule::take_back);
        }
        let carried = migration.take(world);
        let workers = std::mem::replace(&mut world.resource_mut::<LaneRunner>().workers, Workers::Caller);
        let Loaded { program, plan, paths, rate, canvas } = loaded;
        self.needs = self.needs.max(plan.needs);
        load::insert(world, plan, canvas, &self.settings, workers);
        migration.give(world, carried);
        load::start(world);
        (self.program, self.paths, self.rate) = (program, paths, rate);
        if let Some(moment) = moment {
            // The frames before were those of another program, but for the first frame there are none.
            self.unbroken &= moment.index == 0;
            let shown = self.run(moment, true);
            debug_assert!(shown.is_ok(), "every slot of a checked program has one writer");
        }
        Ok(report)
    }

    /// Where the frame on screen lies at a frame rate: none before the first frame.
    ///
    /// # Errors
    /// When that is beyond the end of time.
    fn moment_at(&self, rate: FrameRate) -> Result<Option<Moment>, EngineError> {
        if self.at.is_none() {
            return Ok(None);
        }
        let shown = self.world.resource::<Clock>().moment();
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
