//! Events for a time that has passed: the frames since then are played again with them.

use super::given::Item;
use super::snapshots::Snapshots;
use super::{Engine, EngineError};
use crate::id::EventId;
use crate::time::Flicks;

/// Values and events that are remembered at least.
const INPUTS_LEAST: u32 = 4_096;
/// Snapshots that are kept at least: as far apart as frames may be rolled back, one is always old enough.
const COUNT_LEAST: u32 = 4;

impl Snapshots {
    /// What is kept so that so many frames can be rolled back.
    pub(super) fn for_rollback(self, frames: u32) -> Self {
        match (frames, self.count) {
            (0, _) => self,
            (_, 0) => Self { count: COUNT_LEAST, every: frames, inputs: INPUTS_LEAST },
            (_, count) => Self {
                count: count.max(COUNT_LEAST),
                every: self.every.clamp(1, frames),
                inputs: self.inputs.max(INPUTS_LEAST),
            },
        }
    }
}

impl Engine {
    /// Plays the frames since a time again, now with an event. Whether that was possible: it is not further back than
    /// [`EngineSettings::rollback`](super::EngineSettings::rollback), and it is known what these frames took.
    ///
    /// # Errors
    /// When a frame has no room for it, and then nothing has changed; or as for [`frame`](Self::frame), and then the engine is at
    /// the frame before the one that failed.
    pub(super) fn roll_back(
        &mut self,
        event: EventId,
        at: Flicks,
        values: [f64; 4],
    ) -> Result<bool, EngineError> {
        let Some(last) = self.at.filter(|_| self.unbroken && !self.is_stopped) else { return Ok(false) };
        let frame = self.frame_behind(at);
        if frame > last || last - frame >= self.settings.rollback.into() || !self.can_play_from(frame) {
            return Ok(false);
        }
        self.drop_future();
        self.parts_mut().ring.end_at(frame);
        let elapsed = self.elapsed;
        let cue = Item::Cue { event, at, values };
        let place = self.log_mut().insert(frame, cue);
        let mut done = self.play_from_before(frame, last);
        if matches!(done, Ok(false)) {
            self.log_mut().remove(place);
            done = self.play_from_before(frame, last).and(Ok(false));
        }
        self.elapsed = elapsed;
        if done? {
            return Ok(true);
        }
        let event = self.program.data().events[event.index()].key.clone();
        Err(EngineError::QueueFull { event, waiting: self.settings.capacity.cues as usize })
    }

    /// Whether a frame and all behind it can be played again with one item more.
    fn can_play_from(&mut self, frame: u64) -> bool {
        let log = self.log_mut();
        if !log.has(frame) || !log.make_room(frame) {
            return false;
        }
        let (from, has_start) = (log.from(), log.has_start());
        self.parts_mut().ring.begin_at(from);
        has_start || self.base_of(frame).is_some()
    }

    /// The frame of a snapshot that has nothing of what another frame takes.
    fn base_of(&self, frame: u64) -> Option<u64> {
        frame.checked_sub(1).and_then(|before| self.parts().ring.last_before(before))
    }

    /// Plays all frames from one up to another again, from before the first. Whether they have found room for what they took.
    fn play_from_before(&mut self, first: u64, last: u64) -> Result<bool, EngineError> {
        let lost = self.log().lost();
        let mut is_restored = self.base_of(first).is_some_and(|at| self.restore(at));
        if !is_restored {
            self.start_over(true);
        }
        while self.next() <= last {
            self.play_again(is_restored)?;
            is_restored = false;
        }
        Ok(self.log().lost() == lost)
    }

    /// The first frame whose time is not before another one: the one in which an event for that time happens.
    fn frame_behind(&self, at: Flicks) -> u64 {
        let frame = self.rate.frame_at(at);
        frame + u64::from(self.rate.start(frame).is_some_and(|start| start < at))
    }
}
