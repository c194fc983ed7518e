//! Playing: a clock, pause, speed, steps, loops and seeks over an engine.
//!
//! No window and no wall clock: the host says how much time has passed, and evaluates what is due in as many
//! calls as it likes. The preview plays with it, and so can a game, a page or an editor.
//!
//! [`Fields`] makes of key presses what text fields of a patch are told; [`Field`] is one of them by itself.

mod field;
mod fields;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use crate::engine::{Engine, EngineError, Snapshots, SwapReport};
use crate::frame::Frame;
use crate::program::Program;
use crate::time::{FLICKS_PER_SECOND, Flicks, FrameRate};

pub use field::{Field, Motion, TextEdit};
pub use fields::{FieldPress, Fields};

/// How much of what a program needs is allocated when a swap outgrows the engine, so that not every edit grows it.
const HEADROOM: f64 = 1.5;

/// How far time may be ahead of a player that leaves no frame out.
const BEHIND_MOST: Flicks = Flicks::from_millis(250);

/// Where playing is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// The frame that is shown, or that a seek is on its way to.
    pub index: u64,
    /// The frame that a seek has come to; none where there is no seek.
    pub seeking: Option<u64>,
    /// Frames per second.
    pub rate: FrameRate,
    /// Frames of the clip, at least 1.
    pub clip: u64,
}

impl Position {
    /// Where the frame is in its turn of the clip, `0..=1`.
    pub fn fraction(&self) -> f64 {
        let clip = self.clip.max(1);
        ((self.index % clip) as f64 / (clip - 1).max(1) as f64).min(1.0)
    }
}

/// Plays the program of an engine.
///
/// Commands ([`pause`](Self::pause), [`seek`](Self::seek), [`step`](Self::step), ...) evaluate nothing; they say which
/// frame is wanted. [`advance`](Self::advance) lets time pass, and [`evaluate`](Self::evaluate) then takes one step
/// towards that frame, so a long seek through a program with state never holds a host up. [`tick`](Self::tick) does all
/// of it at once:
///
/// ```
/// use std::time::Duration;
/// use pavane::{Builder, Engine, Player};
///
/// let b = Builder::new("dot");
/// let dots = b.domain("dots", 1);
/// let position = b.vec2(b.phase(1.0), 0.5);
/// b.pass("dots", dots).position(position).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let mut player = Player::new(Engine::for_program(b.finish()?)?);
/// player.set_looping(true);
/// player.set_range(Some(0..60))?;
/// // The first call shows the first frame, whenever it comes.
/// assert_eq!(player.tick(Duration::from_secs(9))?.unwrap().index(), 0);
/// assert_eq!(player.tick(Duration::from_millis(250))?.unwrap().index(), 15);
/// player.set_speed(0.5)?;
/// assert_eq!(player.tick(Duration::from_millis(500))?.unwrap().index(), 30);
/// player.pause();
/// player.seek(45);
/// while player.is_due() {
///     player.evaluate()?; // and here the host may do something else
/// }
/// assert_eq!(player.frame().unwrap().passes().next().unwrap().x.get(0), 0.75);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Going on from frame to frame, a late host takes one big step, as [`Engine::frame`] does. A seek gives the frame as if
/// every frame before it had been played.
#[derive(Debug)]
pub struct Player {
    engine: Engine,
    is_paused: bool,
    is_looping: bool,
    /// Whether every frame is evaluated.
    is_gapless: bool,
    speed: f64,
    /// When the first frame that is played begins, and the first that no longer is; none plays on from the start.
    range: Option<[Flicks; 2]>,
    /// How far time has come.
    clock: Flicks,
    /// Whether the time up to the next call of `advance` does not count: it passed in a pause.
    is_held: bool,
    /// The frame that a seek is on its way to.
    goal: Option<u64>,
    /// While a hand scrubs: whether the clip played before.
    scrubbed_from: Option<bool>,
    /// Whether another frame is to be drawn than before.
    is_new: bool,
    /// See [`frames_skipped`](Self::frames_skipped).
    skipped: u64,
}

impl Player {
    /// A player that goes on from where the engine is, at a speed of 1. The engine keeps
    /// [`Snapshots::PLAYING`](crate::engine::Snapshots::PLAYING) from now on, if its settings do not say which.
    pub fn new(mut engine: Engine) -> Self {
        if engine.settings().snapshots.is_none() {
            engine.set_snapshots(Snapshots::PLAYING);
        }
        let is_new = engine.at().is_some();
        let mut player = Self {
            engine,
            is_paused: false,
            is_looping: false,
            is_gapless: false,
            speed: 1.0,
            range: None,
            clock: Flicks::ZERO,
            is_held: true,
            goal: None,
            scrubbed_from: None,
            is_new,
            skipped: 0,
        };
        player.set_clock();
        player
    }

    /// The engine that is played.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The engine that is played: for inputs, and for whatever a player has no command for. Playing goes on from where
    /// the engine is afterwards.
    pub fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// The engine, and no player any more.
    pub fn into_engine(self) -> Engine {
        self.engine
    }

    /// The frame that was evaluated last; on the way of a seek that is one of the way.
    pub fn frame(&mut self) -> Option<Frame<'_>> {
        self.engine.last_frame()
    }

    /// Whether the frame to be shown is another than when this was asked last: what a host draws by. Frames on the way
    /// of a seek are not shown.
    pub fn take_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    /// How many frames were passed over while it played, since the host took several at once: it was late, or the clip has more frames a
    /// second than it shows, or plays faster. Seeks pass over none, and a [gapless](Self::set_gapless) player none.
    pub fn frames_skipped(&self) -> u64 {
        self.skipped
    }

    /// Where playing is.
    pub fn position(&self) -> Position {
        let at = self.engine.at();
        let rate = self.engine.frame_rate();
        let duration = self.engine.program().data().clip.duration;
        let clip = rate.frame_at(Flicks(duration.0.saturating_sub(1))) + 1;
        let seeking = self.goal.map(|goal| self.engine.way_to(goal).unwrap_or(0));
        Position { index: self.goal.or(at).unwrap_or(0), seeking, rate, clip }
    }

    /// Stops time. Seeks go on.
    pub fn pause(&mut self) {
        self.is_paused = true;
    }

    /// Lets time pass again, from the next call of [`advance`](Self::advance) on: what that one is told has passed, passed
    /// in the pause.
    pub fn play(&mut self) {
        (self.is_paused, self.is_held) = (false, true);
    }

    /// Whether time stands still.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// How many seconds are played in a second: 1 is as the clip was made, 0 stands still.
    ///
    /// # Errors
    /// When it is below 0 or not finite; the speed stays as it was.
    pub fn set_speed(&mut self, speed: f64) -> Result<(), EngineError> {
        if !speed.is_finite() || speed < 0.0 {
            let message = format!("a speed is a finite number from 0 on, and {speed} is none");
            return Err(EngineError::Setting { name: "Player::set_speed", message });
        }
        self.speed = speed;
        Ok(())
    }

    /// How many seconds are played in a second.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Whether playing starts again at the end of the [range](Self::set_range), or of the clip where there is none.
    /// Otherwise it stays at the range's last frame; without a range, time goes on after the clip.
    pub fn set_looping(&mut self, is_looping: bool) {
        self.is_looping = is_looping;
    }

    /// Whether playing starts again at the end.
    pub fn is_looping(&self) -> bool {
        self.is_looping
    }

    /// Whether every frame is evaluated, one after the other, and time goes forward only, also over a swap: for a
    /// [recording](crate::record). A host that is late then plays slower instead of taking one big step, and a seek back does
    /// nothing; [`restart`](Self::restart) begins again.
    pub fn set_gapless(&mut self, is_gapless: bool) {
        self.is_gapless = is_gapless;
    }

    /// Plays these frames only: from the in point up to, but without, the out point. Playing seeks to the in point where
    /// it is outside. A swap to another frame rate keeps both as times. None takes the limits away.
    ///
    /// # Errors
    /// When there is no frame between the two, or the end is beyond the end of time; the range stays as it was.
    pub fn set_range(&mut self, range: Option<Range<u64>>) -> Result<(), EngineError> {
        let Some(frames) = range else {
            self.range = None;
            return Ok(());
        };
        if frames.is_empty() {
            let message = format!("there is no frame in {}..{}", frames.start, frames.end);
            return Err(EngineError::Setting { name: "Player::set_range", message });
        }
        let start = |asked| self.engine.frame_rate().start(asked).ok_or(EngineError::BeyondTime { asked });
        self.range = Some([start(frames.start)?, start(frames.end)?]);
        if !frames.contains(&self.position().index) {
            self.seek(frames.start);
        }
        Ok(())
    }

    /// The frames that are played: those of the [range](Self::set_range), or of the clip.
    pub fn range(&self) -> Range<u64> {
        let [start, end] = self.limits();
        let rate = self.engine.frame_rate();
        rate.frame_at(start)..rate.frame_at(end).max(rate.frame_at(start) + 1)
    }

    /// The times of the in and the out point.
    fn limits(&self) -> [Flicks; 2] {
        let Position { rate, clip, .. } = self.position();
        let end = || rate.start(clip).unwrap_or(Flicks(u64::MAX));
        self.range.unwrap_or_else(|| [Flicks::ZERO, end()])
    }

    /// Wants another frame: at once where the program has no state, else by playing frames before it, as
    /// [`Engine::seek`] does.
    pub fn seek(&mut self, index: u64) {
        if self.is_gapless {
            self.goal = Some(index).filter(|&index| self.engine.at().is_none_or(|at| at < index));
            return;
        }
        let is_there = self.engine.at() == Some(index) && self.engine.is_unbroken();
        let was_on_the_way = self.goal.is_some();
        self.goal = (!is_there).then_some(index);
        if is_there && was_on_the_way {
            self.is_new = true;
            self.set_clock();
        }
    }

    /// Pauses and wants the frame so many after the one that is shown, or before it.
    pub fn step(&mut self, frames: i64) {
        self.is_paused = true;
        self.seek(self.position().index.saturating_add_signed(frames));
    }

    /// Wants the first frame, with all state as it is at the start.
    pub fn restart(&mut self) {
        self.engine.reset();
        self.goal = Some(0);
    }

    /// A hand takes hold of time, which stands still until [`end_scrub`](Self::end_scrub).
    pub fn start_scrub(&mut self) {
        self.scrubbed_from.get_or_insert(!self.is_paused);
        self.is_paused = true;
    }

    /// The hand is at a place in the clip, `0..=1`: within the turn of the clip that is shown, so that what is under the
    /// hand does not jump when it is taken. Without a hand it does nothing.
    pub fn scrub(&mut self, fraction: f64) {
        if !self.is_scrubbing() {
            return;
        }
        let Position { index, clip, .. } = self.position();
        let to = index - index % clip + (fraction.clamp(0.0, 1.0) * (clip - 1) as f64).round() as u64;
        if to != index {
            self.seek(to);
        }
    }

    /// The hand lets go: what played before plays on.
    pub fn end_scrub(&mut self) {
        match self.scrubbed_from.take() {
            Some(true) => self.play(),
            Some(false) => self.pause(),
            None => {}
        }
    }

    /// Whether a hand has hold of time.
    pub fn is_scrubbing(&self) -> bool {
        self.scrubbed_from.is_some()
    }

    /// Lets time pass, and evaluates nothing. Time that passes in a pause or during a seek does not count.
    pub fn advance(&mut self, elapsed: Duration) {
        let is_counted = !self.is_paused && !self.is_held && self.goal.is_none();
        self.is_held = false;
        if !is_counted {
            return;
        }
        let passed = match self.speed {
            1.0 => Flicks::from_duration(elapsed).0,
            speed => (Flicks::from_duration(elapsed).0 as f64 * speed) as u64,
        };
        self.clock = Flicks(self.clock.0.saturating_add(passed));
        if self.is_gapless {
            let shown =
                self.engine.at().and_then(|at| self.engine.frame_rate().start(at)).unwrap_or_default();
            self.clock = self.clock.min(Flicks(shown.0.saturating_add(BEHIND_MOST.0)));
        }
        let [start, end] = self.limits();
        if self.clock < end {
            return;
        }
        if self.is_looping {
            let turn = end.since(start).0.max(1);
            self.clock = Flicks(start.0 + self.clock.since(end).0 % turn);
            if !self.is_gapless {
                // Those up to the end, and those from the start on; whole turns between are not counted.
                let Range { start: first, end: last } = self.range();
                let before = self.engine.at().map_or(0, |at| last.saturating_sub(at + 1));
                let behind = self.engine.frame_rate().frame_at(self.clock).saturating_sub(first);
                self.skipped = self.skipped.saturating_add(before).saturating_add(behind);
            }
            if self.engine.has_taken() && !self.is_gapless {
                // Another turn begins with inputs as they are, and without what was sent in the one before.
                self.engine.reset();
            }
            self.seek(self.engine.frame_rate().frame_at(self.clock));
        } else if self.range.is_some() {
            self.clock = self.engine.frame_rate().start(self.range().end - 1).unwrap_or(start);
        }
    }

    /// Whether [`evaluate`](Self::evaluate) has something to do.
    pub fn is_due(&self) -> bool {
        self.goal.is_some() || self.due().is_some()
    }

    /// The frame that time has come to, where it is not the one that is shown.
    fn due(&self) -> Option<u64> {
        let at = self.engine.at();
        if self.is_paused && at.is_some() {
            return None;
        }
        let index = self.engine.frame_rate().frame_at(self.clock).max(at.unwrap_or(0));
        (at != Some(index)).then_some(index)
    }

    /// Evaluates one frame towards the one that is wanted, if there is any to evaluate.
    ///
    /// # Errors
    /// As for [`Engine::frame`]. Then playing pauses, and a seek is given up.
    pub fn evaluate(&mut self) -> Result<(), EngineError> {
        let done = self.try_evaluate();
        self.checked(done)
    }

    fn try_evaluate(&mut self) -> Result<(), EngineError> {
        if self.is_gapless {
            return self.evaluate_next();
        }
        let Some(goal) = self.goal else {
            if let Some(index) = self.due() {
                let between = self.engine.at().map_or(0, |at| index.saturating_sub(at + 1));
                self.skipped = self.skipped.saturating_add(between);
                match self.engine.remembers(index) {
                    true => self.engine.seek(index)?,
                    false => self.engine.frame(index)?,
                };
                self.is_new = true;
            }
            return Ok(());
        };
        let is_there = if self.engine.has_history() {
            self.engine.step_towards(goal)?
        } else {
            self.engine.seek(goal)?;
            true
        };
        if is_there {
            (self.goal, self.is_new) = (None, true);
            self.set_clock();
        }
        Ok(())
    }

    /// Evaluates the frame after the one that was evaluated last, where that is on the way.
    fn evaluate_next(&mut self) -> Result<(), EngineError> {
        let Some(wanted) = self.goal.or_else(|| self.due()) else { return Ok(()) };
        let next = self.engine.at().map_or(0, |at| at + 1);
        self.engine.frame(next)?;
        self.is_new |= self.goal.is_none() || next >= wanted;
        if self.goal.is_some() && next >= wanted {
            self.goal = None;
            self.set_clock();
        }
        Ok(())
    }

    /// Lets time pass and evaluates all that is due then, seeks to their end: the frame to be shown, which is the one
    /// before where nothing was due.
    ///
    /// # Errors
    /// As for [`evaluate`](Self::evaluate).
    pub fn tick(&mut self, elapsed: Duration) -> Result<Option<Frame<'_>>, EngineError> {
        self.advance(elapsed);
        while self.is_due() {
            self.evaluate()?;
        }
        Ok(self.frame())
    }

    /// The time until the next frame begins, as the host's clock counts; 0 on the way of a seek, and none where time
    /// stands still.
    pub fn until_next_frame(&self) -> Option<Duration> {
        if self.goal.is_some() {
            return Some(Duration::ZERO);
        }
        let Position { index, rate, .. } = self.position();
        let has_ended = self.range.is_some() && !self.is_looping && index + 1 >= self.range().end;
        if self.is_paused || has_ended || self.speed <= 0.0 {
            return None;
        }
        let next = rate.start(index + 1)?;
        // Rounded up, so that the frame has begun by then.
        let nanoseconds = u128::from(next.since(self.clock).0) * 1_000_000_000;
        let nanoseconds = nanoseconds.div_ceil(u128::from(FLICKS_PER_SECOND));
        let nanoseconds = match self.speed {
            1.0 => u64::try_from(nanoseconds).unwrap_or(u64::MAX),
            speed => (nanoseconds as f64 / speed).ceil() as u64,
        };
        Some(Duration::from_nanos(nanoseconds))
    }

    /// Goes on with another program, as [`Engine::swap`] does. Where that needs more than the engine holds, the engine
    /// grows: state, time and inputs go on all the same. A seek that is on its way starts again, for the frames behind it
    /// were those of another program.
    ///
    /// # Errors
    /// As for [`Engine::swap_and_grow`]: the old program then plays on.
    pub fn swap(&mut self, program: Program) -> Result<SwapReport, EngineError> {
        let report = self.engine.swap_and_grow(program, HEADROOM)?;
        self.is_new = true;
        if self.is_gapless {
            self.goal = None;
            self.set_clock();
        } else if self.goal.is_some() {
            self.engine.reset();
        } else {
            self.set_clock();
        }
        Ok(report)
    }

    /// Gives the canvas another size in pixels. A program may look at it, so the frame that is shown is evaluated once
    /// more.
    ///
    /// # Errors
    /// When it has no pixels; or as for [`Engine::redraw`], and then playing pauses.
    pub fn set_canvas(&mut self, size: [u32; 2]) -> Result<(), EngineError> {
        if self.engine.canvas() == size {
            return Ok(());
        }
        self.engine.set_canvas(size)?;
        let redrawn = self.engine.redraw().map(|frame| frame.is_some());
        // What is on the way to another frame is not shown.
        self.is_new |= self.goal.is_none() && *redrawn.as_ref().unwrap_or(&false);
        self.checked(redrawn.map(drop))
    }

    /// Pauses and gives a seek up where an evaluation has failed.
    fn checked(&mut self, done: Result<(), EngineError>) -> Result<(), EngineError> {
        if done.is_err() {
            (self.is_paused, self.goal) = (true, None);
        }
        done
    }

    /// The clock is where the engine is, unless it is already in the engine's frame.
    fn set_clock(&mut self) {
        let Position { index, rate, .. } = self.position();
        if rate.frame_at(self.clock) != index {
            self.clock = rate.start(index).unwrap_or(self.clock);
        }
    }
}
