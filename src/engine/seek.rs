//! Any frame: from where the engine is, from a snapshot, or from the start. Frames that were evaluated before take again what
//! they took.

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use super::elements;
use super::error::FaultFlag;
use super::events::{Events, components_of_arrays};
use super::fields;
use super::given::{Item, Way};
use super::inputs::KeptInputs;
use super::lists;
use super::load::run_once;
use super::log::Log;
use super::parts::Parts;
use super::passes::{self, Pools};
use super::snapshots::{self, Ring, Snapshots};
use super::state::{self};
use super::{Engine, EngineError};
use crate::frame::Frame;
use crate::id::DomainId;
use crate::time::Flicks;

impl Engine {
    /// Goes to frame `index`, forth or back, as if every frame up to it had been played. Without state that is one evaluation;
    /// with state the frames are run, from whichever of these is the nearest one behind it: where the engine is, if it has
    /// played all frames so far; a [snapshot](Snapshots); the start.
    ///
    /// - **With snapshots**, frames that were evaluated before take again what they took: values of inputs, events, whatever was
    ///   [sent for a time](Self::send_at), [nudges](Self::nudge). So the frame is what was seen, but for frames that were
    ///   left out by a big step and are played now; and inputs are as they were. What was sent and no frame has taken yet waits
    ///   for the next frame that is evaluated for the first time.
    /// - That ends where something that has not been sent before is sent: [`frame`](Self::frame) then plays on with it, from
    ///   where the engine is, and the frames behind it are forgotten. Until then `frame`, too, plays again what was played.
    /// - It does not reach behind a moment at which something else was given: elements of the host, another canvas, another
    ///   value for the frame on screen ([`redraw`](Self::redraw)), a capacity, another program; nor further back than
    ///   [`Snapshots::inputs`] allows.
    /// - **Without snapshots, and behind that,** everything is played from the start, with the inputs as they are now; what the
    ///   host has sent before is not sent again.
    ///
    /// # Errors
    /// When `index` lies beyond the end of time.
    pub fn seek(&mut self, index: u64) -> Result<Frame<'_>, EngineError> {
        self.seek_through(index, |_| {})
    }

    /// As [`seek`](Self::seek), which passes over events on the way: `each` is shown the engine behind every frame that is
    /// evaluated, the last one included, and finds in [`events`](Self::events) what has happened in it. A frame at or before the
    /// one that the engine came from ([`at`](Self::at)) is played again, and its events were seen before.
    ///
    /// ```
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = "event beat = every(100ms)
    ///              state beats = 0
    ///              on beat { beats = beats + 1 }
    ///              draw circle { position: (0.5, 0.5), size: 0.01 * beats, color: #fff }";
    /// let compiled = compile(patch, "beat.pav", &NoFiles);
    /// let mut engine = Engine::for_program(compiled.program.ok_or(compiled.diagnostics)?)?;
    /// let mut crossed = 0;
    /// engine.seek_through(60, |engine| crossed += engine.events().len())?;
    /// assert_eq!(crossed, 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`seek`](Self::seek).
    pub fn seek_through(
        &mut self,
        index: u64,
        mut each: impl FnMut(&Self),
    ) -> Result<Frame<'_>, EngineError> {
        if self.at == Some(index) && self.unbroken {
            return Ok(self.view());
        }
        let start = self.rate.start(index).ok_or(EngineError::BeyondTime { asked: index })?;
        self.begin_call();
        if self.has_history() {
            loop {
                let is_there = self.step(index)?;
                each(self);
                if is_there {
                    break;
                }
            }
        } else {
            if !self.unbroken {
                // As in an engine that never ran another program.
                self.parts_mut().state.phases.reset();
            }
            self.parts_mut().events.intake.jump();
            self.evaluate(index, index.checked_sub(1), Way::New)?;
            each(self);
        }
        self.unbroken = true;
        // A host's clock goes on from here.
        self.elapsed = start;
        Ok(self.view())
    }

    /// Evaluates one frame on the shortest way to another one, as a call of its own. Whether it is there.
    ///
    /// # Errors
    /// As for [`frame`](Self::frame).
    pub(crate) fn step_towards(&mut self, index: u64) -> Result<bool, EngineError> {
        self.begin_call();
        self.step(index)
    }

    fn step(&mut self, index: u64) -> Result<bool, EngineError> {
        let from = self.way_to(index);
        let is_here = from == self.at && self.unbroken;
        let is_restored = !is_here && from.is_some_and(|at| self.restore(at));
        if !is_here && !is_restored {
            let is_known = self.log().has_start();
            self.start_over(is_known);
        }
        let next = self.next();
        if self.log().has(next) {
            self.play_again(is_restored)?;
        } else {
            self.evaluate_new(next)?;
        }
        Ok(next >= index)
    }

    /// The frame behind which playing goes on to reach another one: where the engine is, or that of a snapshot. None is the
    /// start.
    pub(crate) fn way_to(&self, index: u64) -> Option<u64> {
        let own = self.at.filter(|&at| self.unbroken && at < index);
        own.max(self.parts().ring.last_before(index))
    }

    /// Whether a frame depends on those before it.
    pub(crate) fn has_history(&self) -> bool {
        self.parts().plan.has_history()
    }

    /// The frame behind the one it is at.
    pub(super) fn next(&self) -> u64 {
        self.at.map_or(0, |at| at + 1)
    }

    pub(super) fn log(&self) -> &Log {
        &self.parts().events.intake.log
    }

    pub(super) fn log_mut(&mut self) -> &mut Log {
        &mut self.parts_mut().events.intake.log
    }

    /// Goes back to behind a frame of which there is a snapshot: the next frame can be evaluated, and until then there is none to
    /// be seen. Whether there is a snapshot.
    pub(super) fn restore(&mut self, at: u64) -> bool {
        let is_there = self.world.run_system_once_with(snapshots::restore, at).unwrap_or(false);
        if is_there {
            self.parts_mut().events.intake.put_off();
            (self.at, self.unbroken) = (Some(at), true);
            // Hit tests look at what that frame has drawn.
            self.parts_mut().fault = FaultFlag::default();
            run_once(&mut self.world, passes::evaluate_frame);
        }
        is_there
    }

    /// Back to before the first frame: state has its initial values. Inputs stay, unless it is known what frames took from the
    /// first one on.
    pub(super) fn start_over(&mut self, is_known: bool) {
        run_once(&mut self.world, state::reset);
        run_once(&mut self.world, elements::reset);
        run_once(&mut self.world, lists::reset);
        run_once(&mut self.world, fields::reset);
        let Parts { events, inputs, ring, pools, .. } = self.parts_mut();
        events.reset(is_known);
        if is_known {
            inputs.restart(&events.queue);
        } else {
            events.intake.log.start_over();
            ring.clear();
        }
        // Nothing was drawn that could be met.
        *pools = Pools::default();
        (self.at, self.unbroken, self.elapsed) = (None, true, Flicks::ZERO);
    }

    /// Whether a frame that comes next, or later, was evaluated before, and nothing has been sent since that such frames did not
    /// take.
    pub(crate) fn remembers(&self, index: u64) -> bool {
        let Events { queue, intake, .. } = &self.parts().events;
        let is_known = self.unbroken && [self.next(), index].into_iter().all(|frame| intake.log.has(frame));
        let has_news = || {
            let inputs = &self.parts().inputs;
            !queue.is_empty() || !intake.waiting().is_empty() || inputs.has_news(queue)
        };
        is_known && !has_news()
    }

    /// Whether a run from the start with the inputs of now would be another one than the one that is known: a frame behind the
    /// first one took something.
    pub(crate) fn has_taken(&self) -> bool {
        self.log().has_later_items()
    }

    /// Plays the next frame as it was evaluated before, where nothing else has been sent meanwhile.
    pub(super) fn play_known(&mut self) -> Result<(), EngineError> {
        // Values that were set are those that inputs had anyway.
        self.parts_mut().events.queue.publish_nothing();
        self.play_again(false)
    }

    /// Evaluates the next frame with what it took before.
    pub(super) fn play_again(&mut self, is_restored: bool) -> Result<(), EngineError> {
        let next = self.next();
        let Parts { events, inputs, elements, .. } = self.parts_mut();
        let nudge = |domain: DomainId| elements.sets[domain].is_nudged = true;
        events.give_again(next, is_restored, inputs, nudge);
        let done = self.evaluate(next, self.at, Way::Past);
        let Parts { events, inputs, .. } = self.parts_mut();
        events.take_back(inputs);
        done
    }

    /// Evaluates a frame that takes what was sent.
    pub(super) fn evaluate_new(&mut self, index: u64) -> Result<(), EngineError> {
        self.drop_future();
        self.evaluate(index, self.at, Way::New)
    }

    /// Frames behind the one it is at are other ones from now on, and what was sent since the last one that was new is theirs.
    pub(super) fn drop_future(&mut self) {
        let next = self.next();
        let Parts { events, ring, elements, .. } = self.parts_mut();
        events.intake.log.end_at(next);
        ring.end_at(next);
        if !std::mem::take(&mut events.intake.is_put_off) {
            return;
        }
        for at in 0..events.intake.waiting().len() {
            match events.intake.waiting()[at] {
                Item::Cue { event, at, values } => {
                    let pushed = events.push_for_host(event, at, values);
                    debug_assert!(pushed.is_ok(), "it was sent for a later time than this");
                }
                Item::Nudge(domain) => elements.sets[domain].is_nudged = true,
                Item::Canvas(_) | Item::Value { .. } | Item::Event { .. } => {}
            }
        }
    }

    /// Keeps snapshots from now on: as [`EngineSettings::snapshots`](super::EngineSettings::snapshots), which it becomes. Those
    /// that there were are dropped.
    pub fn set_snapshots(&mut self, snapshots: Snapshots) {
        self.settings.snapshots = Some(snapshots);
        self.make_snapshots();
    }

    /// Gives snapshots and the log of inputs their room. There are none yet.
    pub(super) fn make_snapshots(&mut self) {
        self.parts_mut().ring = Ring::default();
        self.parts_mut().events.intake.keep_log(Log::default());
        let settings = self.settings.snapshots.unwrap_or(Snapshots::NONE);
        let settings = settings.for_rollback(self.settings.rollback);
        if settings.count == 0 || !self.has_history() {
            return;
        }
        let memory = self.settings.memory_limit.saturating_sub(self.budget().total());
        let is_begun = self.at.is_some();
        let of_arrays = components_of_arrays(self.program.data());
        let Parts { events, inputs, .. } = self.parts_mut();
        let inputs = KeptInputs::with_room(inputs);
        let mut log = Log::fitting(settings.inputs, memory, of_arrays, &events.queue, inputs);
        // What was scheduled before is no longer known.
        if !is_begun && events.cues.is_empty() {
            log.start_over();
        }
        events.intake.keep_log(log);
        let memory = self.settings.memory_limit.saturating_sub(self.budget().total());
        let made = self.world.run_system_once_with(snapshots::prepare, (settings, memory));
        debug_assert!(made.is_ok(), "the world is complete");
        if self.parts().ring.room().0 == 0 {
            self.parts_mut().events.intake.keep_log(Log::default());
        }
    }

    /// Something was given that no log has, or the run has become another one: what was before cannot be played again.
    pub(super) fn forget_snapshots(&mut self) {
        self.parts_mut().ring.clear();
        self.parts_mut().events.intake.log.forget();
    }
}
