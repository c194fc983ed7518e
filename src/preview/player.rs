//! What the preview does, without a window: clock, pause, steps, seeking, reloads and what there is to say about them.
//!
//! Time comes in as durations and commands as values, so all of it runs in tests.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::Settings;
use super::controls::Controls;
use super::overlay::Tone;
use super::source::{self, Loaded, TERMINAL};
use super::stats::Stats;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::engine::{Engine, EngineError};
use crate::frame::Frame;
use crate::time::{FLICKS_PER_SECOND, Flicks, FrameRate};

/// What a user asks for with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Pause,
    /// So many frames forth or back; pauses.
    Step(i64),
    Home,
    End,
    /// Whether the clip starts again at its end.
    Loop,
    Stats,
    Help,
    Reset,
}

/// How long reports stay.
const REPORT: Duration = Duration::from_secs(4);
/// How long warnings stay.
const WARNING: Duration = Duration::from_secs(8);
/// The canvas while there is no program.
const EMPTY_CANVAS: [u32; 2] = [960, 540];
/// Reports that are shown together.
const NOTICES_MAX: usize = 4;
/// Warnings that are shown in the window; the terminal has all of them.
const WARNINGS_MAX: usize = 3;

/// Something that is shown for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) tone: Tone,
    left: Duration,
}

/// Where playing stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position {
    /// The frame that is shown, or that a seek is on its way to.
    pub(super) index: u64,
    /// How far a seek has come.
    pub(super) seeking: Option<u64>,
    pub(super) rate: FrameRate,
    /// Frames of the clip.
    pub(super) clip: u64,
}

impl Position {
    /// Where the frame lies in its turn of the clip, `0..=1`.
    pub(super) fn fraction(&self) -> f64 {
        let last = self.clip.saturating_sub(1).max(1);
        ((self.index % self.clip) as f64 / last as f64).min(1.0)
    }
}

/// Warnings in a line each.
fn short(warnings: &Diagnostics) -> Option<String> {
    let line = |warning: &Diagnostic| {
        let Diagnostic { code, file, line, message, .. } = warning;
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        format!("warning[{code}] {file}:{line}: {message}")
    };
    let mut lines: Vec<String> = warnings.iter().take(WARNINGS_MAX).map(line).collect();
    let more = warnings.0.len() - lines.len();
    if more > 0 {
        lines.push(format!("and {more} more: see the terminal"));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Plays a program.
#[derive(Debug)]
pub(super) struct Player {
    settings: Settings,
    engine: Option<Engine>,
    is_paused: bool,
    is_looping: bool,
    /// How far time has come.
    clock: Flicks,
    /// Whether the time up to the next call of `advance` does not count: it passed in a pause.
    is_held: bool,
    /// The frame that a seek is on its way to.
    goal: Option<u64>,
    /// Whether the engine has played every frame up to where it stands.
    is_unbroken: bool,
    /// While a hand drags through time: whether the clip played before.
    dragged_from: Option<bool>,
    /// Whether another frame is to be drawn than before.
    is_new: bool,
    /// Why the file cannot be played as it is now.
    broken: Option<Loaded>,
    /// Counts the changes of `broken`.
    broken_turn: u64,
    notices: Vec<Notice>,
    told: String,
    /// The diagnostics that were told last.
    told_last: String,
    last_report: String,
    shows_stats: bool,
    shows_help: bool,
    pub(super) controls: Controls,
    pub(super) stats: Stats,
}

impl Player {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            engine: None,
            is_paused: false,
            is_looping: false,
            clock: Flicks::ZERO,
            is_held: true,
            goal: None,
            is_unbroken: true,
            dragged_from: None,
            is_new: false,
            broken: None,
            broken_turn: 0,
            notices: Vec::new(),
            told: String::new(),
            told_last: String::new(),
            last_report: String::new(),
            shows_stats: false,
            shows_help: false,
            controls: Controls::default(),
            stats: Stats::default(),
        }
    }

    /// Takes up what a file gave: another program, or why there is none.
    pub(super) fn load(&mut self, mut loaded: Loaded) {
        let diagnostics = loaded.render(TERMINAL);
        // Warnings that stay from save to save are told once.
        if diagnostics != self.told_last {
            self.told.push_str(&diagnostics);
            self.told_last = diagnostics;
        }
        let Some(program) = loaded.program.take() else {
            loaded.diagnostics.0.retain(|diagnostic| diagnostic.severity == Severity::Error);
            return self.set_broken(Some(loaded));
        };
        let took = loaded.took;
        let began = Instant::now();
        let shown = self.index();
        let done = match &mut self.engine {
            None => source::engine(program, &self.settings).map(|engine| {
                self.engine = Some(engine);
                self.is_held = true;
                None
            }),
            Some(engine) => source::swap(engine, program).map(Some),
        };
        let swapped = match done {
            Ok(swapped) => swapped,
            Err(error) => {
                let _ = writeln!(self.told, "error[{}]: {}", error.code(), error.message());
                loaded.diagnostics = Diagnostic::error(error.code(), error.message()).into();
                return self.set_broken(Some(loaded));
            }
        };
        self.set_broken(None);
        self.is_new = true;
        if let Some(engine) = &mut self.engine {
            self.controls.listen(engine.program());
            // What was played was another program: its state is not what playing this one gives.
            self.is_unbroken = shown.is_none();
            for (name, value) in &loaded.inputs {
                // Names and types were looked up when it was loaded.
                let done = engine.set(name, *value);
                debug_assert!(done.is_ok(), "{done:?}");
            }
            if !loaded.inputs.is_empty() {
                // The frame on screen was evaluated without them.
                let shown = engine.redraw().map(|_| ());
                debug_assert!(shown.is_ok(), "{shown:?}");
            }
            if self.goal.is_some() {
                engine.reset();
                self.is_unbroken = true;
            }
        }
        if self.goal.is_none() {
            self.set_clock();
        }
        // Of reloads and warnings only the last count.
        self.notices.retain(|notice| !matches!(notice.tone, Tone::Good | Tone::Warning));
        if let Some(swapped) = swapped {
            let took = (took + began.elapsed()).as_secs_f64() * 1e3;
            let report = format!("reloaded in {took:.0} ms: {swapped}");
            // One line: the terminal keeps a history of saves.
            let _ = writeln!(self.told, "{}", report.split_whitespace().collect::<Vec<_>>().join(" "));
            self.last_report.clone_from(&report);
            self.notice(report, Tone::Good, REPORT);
        }
        if let Some(warnings) = short(&loaded.diagnostics) {
            self.notice(warnings, Tone::Warning, WARNING);
        }
    }

    fn set_broken(&mut self, broken: Option<Loaded>) {
        self.broken = broken;
        self.broken_turn += 1;
    }

    fn notice(&mut self, text: String, tone: Tone, left: Duration) {
        if self.notices.len() == NOTICES_MAX {
            self.notices.remove(0);
        }
        self.notices.push(Notice { text, tone, left });
    }

    /// Lets time pass. Seeks stop at `deadline` and go on at the next call.
    pub(super) fn advance(&mut self, elapsed: Duration, deadline: Instant) {
        for notice in &mut self.notices {
            notice.left = notice.left.saturating_sub(elapsed);
        }
        self.notices.retain(|notice| !notice.left.is_zero());
        if self.goal.is_some() {
            self.seek(deadline);
        } else if !self.is_paused || self.index().is_none() {
            let elapsed = if self.is_paused || self.is_held { Duration::ZERO } else { elapsed };
            self.clock = Flicks(self.clock.0.saturating_add(Flicks::from_duration(elapsed).0));
            let clock = self.clock;
            self.run(|engine| {
                let at = engine.last_frame().map_or(0, |frame| frame.index());
                let index = engine.frame_rate().frame_at(clock).max(at);
                engine.frame(index).map(|frame| frame.index())
            });
            let clip = self.position().map_or(u64::MAX, |position| position.clip);
            if self.is_looping && self.index().is_some_and(|index| index >= clip) {
                self.go_to(0);
                self.seek(deadline);
            }
        }
        self.is_held = false;
    }

    /// The time until the next frame begins; none where time stands still.
    pub(super) fn until_next_frame(&mut self) -> Option<Duration> {
        if self.goal.is_some() {
            return Some(Duration::ZERO);
        }
        let position = self.position().filter(|_| !self.is_paused)?;
        let next = position.rate.start(position.index + 1)?;
        // Rounded up, so that the frame has begun by then.
        let nanoseconds = u128::from(next.since(self.clock).0) * 1_000_000_000;
        let nanoseconds = nanoseconds.div_ceil(u128::from(FLICKS_PER_SECOND));
        Some(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)))
    }

    /// The clock stands where the engine does, unless it is already in the engine's frame.
    fn set_clock(&mut self) {
        let Some(Position { index, rate, .. }) = self.position() else { return };
        if rate.frame_at(self.clock) != index {
            self.clock = rate.start(index).unwrap_or(self.clock);
        }
    }

    /// One evaluation, measured, with the inputs of now.
    fn run(&mut self, evaluate: impl FnOnce(&mut Engine) -> Result<u64, EngineError>) {
        let Some(engine) = &mut self.engine else { return };
        let before = engine.last_frame().map(|frame| frame.index());
        self.controls.apply(engine);
        let count = || self.settings.allocations.map(|count| count());
        let (allocations, began) = (count(), Instant::now());
        let done = evaluate(engine);
        let (time, after) = (began.elapsed(), count());
        match done {
            Ok(index) if before == Some(index) => {}
            Ok(index) => {
                self.controls.taken();
                self.is_unbroken &= index == before.map_or(0, |before| before + 1);
                self.is_new = true;
                self.stats.frames.add(time);
                self.stats.allocations = after.zip(allocations).map(|(after, before)| after - before);
            }
            Err(error) => self.failed(&error),
        }
    }

    /// An evaluation went wrong: time stands still, and it is told.
    fn failed(&mut self, error: &EngineError) {
        self.is_paused = true;
        self.goal = None;
        let _ = writeln!(self.told, "error: {error}");
        self.notice(error.to_string(), Tone::Error, WARNING);
    }

    /// The picture has so many pixels from now on. A patch may look at them, so its frame is evaluated once more.
    pub(super) fn resize(&mut self, size: [u32; 2]) {
        let Some(engine) = self.engine.as_mut().filter(|engine| engine.canvas() != size) else { return };
        match engine.set_canvas(size).and_then(|()| Ok(engine.redraw()?.is_some())) {
            // What lies on the way to another frame is not shown.
            Ok(is_shown) => self.is_new |= is_shown && self.goal.is_none(),
            Err(error) => self.failed(&error),
        }
    }

    /// Goes to a frame, at once or over several calls of [`advance`](Self::advance).
    fn go_to(&mut self, index: u64) {
        let Some(engine) = &mut self.engine else { return };
        let at = engine.last_frame().map(|frame| frame.index());
        let is_reached = at == Some(index) && self.is_unbroken;
        self.goal = (!is_reached).then_some(index);
        if self.goal.is_some() && !(self.is_unbroken && at.is_some_and(|at| at < index)) {
            // A frame with state is what all frames before have made of it.
            engine.reset();
            self.is_unbroken = true;
        }
    }

    fn seek(&mut self, deadline: Instant) {
        let Some((goal, engine)) = self.goal.zip(self.engine.as_ref()) else { return };
        if engine.program().data().cells.is_empty() {
            self.run(|engine| engine.seek(goal).map(|frame| frame.index()));
            (self.goal, self.is_unbroken) = (None, true);
            return self.set_clock();
        }
        while self.goal.is_some() {
            let next = self.index().map_or(0, |index| index + 1);
            self.run(|engine| engine.frame(next).map(|frame| frame.index()));
            if next >= goal {
                self.goal = None;
                self.set_clock();
            } else if Instant::now() >= deadline {
                // What lies between is not what was asked for.
                self.is_new = false;
                break;
            }
        }
    }

    /// Does what a key asks for.
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Pause => (self.is_paused, self.is_held) = (!self.is_paused, true),
            Command::Step(frames) => {
                self.is_paused = true;
                let index = self.position().map_or(0, |position| position.index);
                self.go_to(index.saturating_add_signed(frames));
            }
            Command::Home => self.go_to(0),
            Command::End => {
                let last = self.position().map_or(0, |position| position.clip - 1);
                self.go_to(last);
            }
            Command::Loop => {
                self.is_looping = !self.is_looping;
                let text = if self.is_looping { "the clip loops" } else { "time goes on after the clip" };
                self.notice(text.into(), Tone::Plain, REPORT);
            }
            Command::Stats => self.shows_stats = !self.shows_stats,
            Command::Help => self.shows_help = !self.shows_help,
            Command::Reset => {
                self.notices.clear();
                self.is_unbroken = false;
                self.go_to(0);
            }
        }
    }

    /// A hand takes hold of time, which stands still meanwhile.
    pub(super) fn start_drag(&mut self) {
        self.dragged_from.get_or_insert(!self.is_paused);
        self.is_paused = true;
    }

    /// The hand is at a place in the clip, `0..=1`.
    pub(super) fn drag(&mut self, fraction: f64) {
        let Some(position) = self.position().filter(|_| self.dragged_from.is_some()) else { return };
        // Within the turn of the clip that is shown, so that what is under the hand does not jump when it is taken.
        let start = position.index - position.index % position.clip;
        let index = start + (fraction.clamp(0.0, 1.0) * (position.clip - 1) as f64).round() as u64;
        if index != position.index {
            self.go_to(index);
        }
    }

    pub(super) fn end_drag(&mut self) {
        if let Some(played) = self.dragged_from.take() {
            (self.is_paused, self.is_held) = (!played, true);
        }
    }

    pub(super) fn is_dragging(&self) -> bool {
        self.dragged_from.is_some()
    }

    pub(super) fn is_paused(&self) -> bool {
        self.is_paused
    }

    pub(super) fn shows_stats(&self) -> bool {
        self.shows_stats
    }

    pub(super) fn shows_help(&self) -> bool {
        self.shows_help
    }

    /// The time until a notice goes.
    pub(super) fn until_notice_goes(&self) -> Option<Duration> {
        self.notices.iter().map(|notice| notice.left).min()
    }

    /// The engine's frame, whichever that is.
    pub(super) fn frame(&mut self) -> Option<Frame<'_>> {
        self.engine.as_mut().and_then(Engine::last_frame)
    }

    /// Whether there is a frame that was not drawn yet.
    pub(super) fn take_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    fn index(&mut self) -> Option<u64> {
        self.frame().map(|frame| frame.index())
    }

    /// Where playing stands; none without a program.
    pub(super) fn position(&mut self) -> Option<Position> {
        let goal = self.goal;
        let engine = self.engine.as_mut()?;
        let at = engine.last_frame().map(|frame| frame.index());
        let rate = engine.frame_rate();
        let duration = engine.program().data().clip.duration;
        let clip = rate.frame_at(Flicks(duration.0.saturating_sub(1))) + 1;
        let seeking = goal.map(|_| at.unwrap_or(0));
        Some(Position { index: goal.or(at).unwrap_or(0), seeking, rate, clip })
    }

    /// Pixels of the canvas; only their ratio matters.
    pub(super) fn canvas(&self) -> [u32; 2] {
        let clip = || self.engine.as_ref().map(|engine| engine.program().data().clip.size);
        self.settings.size.or_else(clip).unwrap_or(EMPTY_CANVAS)
    }

    /// Why the file cannot be played as it is now, and a number that is another for every reason.
    pub(super) fn broken(&self) -> (u64, Option<&Loaded>) {
        (self.broken_turn, self.broken.as_ref())
    }

    pub(super) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What the last reload kept.
    pub(super) fn last_report(&self) -> &str {
        &self.last_report
    }

    pub(super) fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// What is to be told in the terminal since this was asked last.
    pub(super) fn take_told(&mut self) -> String {
        std::mem::take(&mut self.told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::program::{Builder, ChannelKind, Program, Type};

    const RATE: u32 = 50;

    /// One second of a dot whose place is how often it was evaluated, in hundredths.
    fn counting(name: &str) -> Program {
        let b = Builder::new(name);
        b.clip(1.0, RATE, [100, 50]);
        let count = b.cell("count", Type::Float, 0.0, None);
        count.next(count.get() + 1.0);
        dot(&b, b.vec2(count.get() * 0.01, 0.5))
    }

    /// The same without state: its place is the frame.
    fn stateless() -> Program {
        let b = Builder::new("stateless");
        b.clip(1.0, RATE, [100, 50]);
        dot(&b, b.vec2(b.frame() * 0.01, 0.5))
    }

    fn dot(b: &Builder, position: crate::program::Value<'_>) -> Program {
        let dots = b.domain("dots", 1);
        b.pass("dots", dots).position(position).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        b.finish().unwrap()
    }

    fn good(program: Program) -> Loaded {
        Loaded { program: Some(program), ..Loaded::default() }
    }

    fn broken() -> Loaded {
        let (program, diagnostics) = Program::diagnose("{", "a.json");
        assert!(program.is_none());
        Loaded { diagnostics, ..Loaded::default() }
    }

    fn player(program: Program) -> Player {
        let mut player = Player::new(Settings::new("a.json"));
        player.load(good(program));
        player.wait(0);
        player
    }

    impl Player {
        fn wait(&mut self, ms: u64) {
            self.advance(Duration::from_millis(ms), Instant::now() + Duration::from_secs(60));
        }

        fn at(&mut self) -> u64 {
            self.position().unwrap().index
        }

        /// The dot's place in hundredths.
        fn x(&mut self) -> u64 {
            let frame = self.frame().unwrap();
            (f64::from(frame.passes().next().unwrap().x.get(0)) * 100.0).round() as u64
        }
    }

    #[test]
    fn time_comes_from_a_clock_and_a_stall_is_one_step() {
        let mut player = player(counting("a"));
        assert_eq!((player.at(), player.x()), (0, 0));
        player.wait(19);
        assert_eq!(player.at(), 0);
        assert_eq!(player.until_next_frame(), Some(Duration::from_millis(1)));
        player.wait(1);
        assert_eq!((player.at(), player.x()), (1, 1));
        player.wait(10_000);
        assert_eq!((player.at(), player.x()), (501, 2));
        // Time goes on after the clip.
        assert_eq!(player.position().unwrap().clip, 50);
    }

    #[test]
    fn a_pause_takes_no_time() {
        let mut player = player(stateless());
        player.wait(100);
        player.command(Command::Pause);
        player.wait(5_000);
        assert_eq!((player.at(), player.until_next_frame()), (5, None));
        player.command(Command::Pause);
        // What has passed up to here passed in the pause.
        player.wait(5_000);
        assert_eq!(player.at(), 5);
        player.wait(40);
        assert_eq!(player.at(), 7);
    }

    /// A patch that looks at the canvas is shown as it is on the new one, once, and state goes no further by that.
    #[test]
    fn a_picture_of_another_size_is_evaluated_anew() {
        let b = Builder::new("canvas");
        b.clip(1.0, RATE, [100, 50]);
        let frames = b.cell("frames", Type::Float, 0.0, None);
        frames.next(frames.get() + 1.0);
        let mut player = player(dot(&b, b.vec2(b.canvas().x() * 0.001 + frames.get() * 0.01, 0.5)));
        player.wait(20);
        player.wait(20);
        assert_eq!((player.at(), player.x()), (2, 12));
        player.command(Command::Pause);
        player.wait(0);
        player.take_new();
        player.resize([300, 150]);
        assert!(player.take_new());
        assert_eq!((player.at(), player.x()), (2, 32));
        player.resize([300, 150]);
        assert!(!player.take_new(), "nothing has changed");
        player.command(Command::Step(1));
        player.wait(0);
        assert_eq!((player.at(), player.x()), (3, 33));
    }

    #[test]
    fn steps_give_what_playing_gives() {
        for program in [stateless(), counting("a")] {
            let mut player = player(program);
            player.wait(400);
            let check = |player: &mut Player, command, index| {
                player.command(command);
                player.wait(1_000);
                assert_eq!((player.at(), player.x()), (index, index));
                assert!(player.take_new());
            };
            assert_eq!(player.at(), 20);
            check(&mut player, Command::Step(-1), 19);
            assert!(player.is_paused());
            check(&mut player, Command::Step(-10), 9);
            check(&mut player, Command::Step(1), 10);
            check(&mut player, Command::Step(10), 20);
            check(&mut player, Command::End, 49);
            check(&mut player, Command::Step(1), 50);
            check(&mut player, Command::Home, 0);
            check(&mut player, Command::Step(1), 1);
            check(&mut player, Command::Step(-10), 0);
            check(&mut player, Command::Step(3), 3);
            check(&mut player, Command::Reset, 0);
            // Playing goes on from there.
            player.command(Command::Pause);
            player.wait(0);
            player.wait(20);
            assert_eq!((player.at(), player.x()), (1, 1));
        }
    }

    #[test]
    fn a_long_seek_lets_the_window_answer() {
        let mut player = player(counting("a"));
        player.command(Command::Step(20));
        player.take_new();
        for done in 1..=20 {
            assert_eq!(player.at(), 20);
            player.advance(Duration::ZERO, Instant::now());
            let position = player.position().unwrap();
            assert_eq!(position.seeking, (done < 20).then_some(done));
            assert_eq!(player.take_new(), done == 20);
        }
        // Another goal on the way: the frames that were played count.
        player.command(Command::Step(10));
        player.advance(Duration::ZERO, Instant::now());
        player.command(Command::Step(-5));
        player.advance(Duration::ZERO, Instant::now());
        assert_eq!(
            player.position().unwrap(),
            Position { index: 25, seeking: Some(22), ..player.position().unwrap() }
        );
        player.wait(0);
        assert_eq!((player.at(), player.x()), (25, 25));
    }

    #[test]
    fn a_hand_drags_through_the_turn_that_is_shown() {
        let mut player = player(counting("a"));
        player.drag(0.5);
        player.wait(0);
        assert_eq!(player.at(), 0);
        player.wait(1_200);
        player.start_drag();
        player.drag(1.0);
        player.wait(300);
        assert_eq!((player.at(), player.x()), (99, 99));
        player.drag(-3.0);
        player.wait(300);
        assert_eq!((player.at(), player.x()), (50, 50));
        assert!(player.is_paused());
        player.end_drag();
        player.wait(300);
        assert_eq!((player.at(), player.is_paused()), (50, false));
        player.wait(20);
        assert_eq!(player.at(), 51);
        // What was paused before stays so.
        player.command(Command::Pause);
        player.start_drag();
        player.end_drag();
        assert!(player.is_paused());
    }

    #[test]
    fn a_clip_loops_where_that_is_asked_for() {
        let mut player = player(counting("a"));
        player.command(Command::Loop);
        player.wait(980);
        assert_eq!(player.at(), 49);
        player.wait(20);
        assert_eq!((player.at(), player.x()), (0, 0));
        player.wait(20);
        assert_eq!((player.at(), player.x()), (1, 1));
    }

    #[test]
    fn a_broken_save_leaves_the_picture_running() {
        let mut player = player(counting("a"));
        player.wait(100);
        let before = player.broken().0;
        player.load(broken());
        assert!(player.broken().1.is_some() && player.broken().0 != before);
        let told = player.take_told();
        assert!(told.starts_with("error[E0001]") && player.take_told().is_empty(), "{told}");
        player.wait(100);
        assert_eq!(player.at(), 10);
        player.load(good(counting("b")));
        assert!(player.broken().1.is_none());
        // The state goes on, and nothing is counted twice.
        assert_eq!((player.at(), player.x()), (10, 2));
        assert!(player.take_new());
        let told = player.take_told();
        assert!(told.ends_with(": kept 1 cell\n") && told.lines().count() == 1, "{told}");
        // The report goes after some seconds.
        assert_eq!(player.notices().len(), 1);
        player.wait(100);
        assert_eq!(player.at(), 15);
        player.wait(REPORT.as_millis() as u64);
        assert!(player.notices().is_empty());
    }

    #[test]
    fn warnings_are_told_once_and_shown_for_a_while() {
        let warned = |line| {
            let warning =
                Diagnostic { file: "a/b.pav".into(), line, ..Diagnostic::warning(Code::Unit, "what") };
            Loaded { diagnostics: warning.into(), ..good(counting("a")) }
        };
        let mut player = player(counting("a"));
        player.load(warned(1));
        assert!(player.take_told().starts_with("warning[E0113]"));
        player.load(warned(1));
        assert!(player.take_told().starts_with("reloaded"));
        player.load(warned(2));
        assert!(player.take_told().starts_with("warning[E0113]"));
        let shown: Vec<&str> = player.notices().iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(shown[1..], ["warning[E0113] b.pav:2: what"]);
        player.wait(WARNING.as_millis() as u64);
        assert!(player.notices().is_empty());
    }

    #[test]
    fn what_is_broken_at_the_start_waits_for_the_mend() {
        let mut player = Player::new(Settings::new("a.json"));
        player.load(broken());
        player.wait(5_000);
        assert_eq!((player.position(), player.until_next_frame()), (None, None));
        assert_eq!(player.canvas(), EMPTY_CANVAS);
        for command in [Command::Pause, Command::Step(1), Command::Home, Command::End, Command::Reset] {
            player.command(command);
        }
        player.wait(0);
        assert!(player.is_paused());
        player.command(Command::Pause);
        player.load(good(counting("a")));
        // The time before was nobody's.
        player.wait(5_000);
        assert_eq!((player.at(), player.x(), player.canvas()), (0, 0, [100, 50]));
        assert!(player.notices().is_empty(), "nothing was swapped");
    }

    #[test]
    fn a_program_that_needs_more_room_gets_it_and_keeps_its_state() {
        let many = |count: u32| {
            let b = Builder::new("many");
            b.clip(1.0, RATE, [100, 50]);
            let played = b.cell("count", Type::Float, 0.0, None);
            played.next(played.get() + 1.0);
            let dots = b.domain("dots", count);
            let size = b.field(dots, "size", b.rank(dots));
            let pass = b.pass("dots", dots).position(b.vec2(played.get() * 0.01, 0.5));
            pass.size(size).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
            b.finish().unwrap()
        };
        let mut player = player(counting("a"));
        player.wait(100);
        player.wait(100);
        assert_eq!(player.x(), 2);
        for count in [100_000, 3] {
            player.load(good(many(count)));
            assert!(player.broken().1.is_none());
            assert!(player.notices()[0].text.contains("kept 1 cell"), "{:?}", player.notices());
            let shown = player.frame().unwrap().passes().next().unwrap().count;
            assert_eq!((shown, player.x()), (count as usize, 2));
        }
        player.wait(20);
        assert_eq!((player.at(), player.x()), (11, 3));
    }

    #[test]
    fn a_program_beyond_the_memory_limit_leaves_the_old_one_running() {
        let mut player = Player::new(Settings { memory_limit: 1 << 20, ..Settings::new("a.json") });
        player.load(good(counting("a")));
        player.wait(0);
        let b = Builder::new("large");
        let dots = b.domain("dots", 1_000_000);
        let pass = b.pass("dots", dots).position(b.vec2(b.rank(dots), 0.5));
        pass.size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        player.load(good(b.finish().unwrap()));
        assert!(player.broken().1.is_some());
        let told = player.take_told();
        assert!(told.starts_with("error[E0207]") && told.contains("--memory-limit"), "{told}");
        player.wait(20);
        assert_eq!((player.at(), player.x()), (1, 1));
    }

    #[test]
    fn what_is_set_from_outside_stays_over_a_reload() {
        let follow = |name| {
            let b = Builder::new(name);
            b.clip(1.0, RATE, [100, 100]);
            let place = b.channel("place", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
            dot(&b, place)
        };
        let given = || vec![("place".to_owned(), crate::engine::InputValue::Vec2([0.25, 0.5]))];
        let mut player = Player::new(Settings::new("a.json"));
        player.load(Loaded { inputs: given(), ..good(follow("a")) });
        player.wait(0);
        assert_eq!(player.x(), 25);
        player.load(good(counting("b")));
        player.load(Loaded { inputs: given(), ..good(follow("c")) });
        player.wait(20);
        assert_eq!(player.x(), 25);
    }

    #[test]
    fn inputs_go_on_over_a_reload() {
        let follow = |name| {
            let b = Builder::new(name);
            b.clip(1.0, RATE, [100, 100]);
            let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
            dot(&b, pointer)
        };
        let mut player = player(follow("a"));
        assert_eq!(player.x(), 50);
        player.controls.point([0.25, 0.0]);
        player.wait(20);
        assert_eq!(player.x(), 25);
        player.load(good(counting("b")));
        player.load(good(follow("c")));
        player.wait(20);
        assert_eq!(player.x(), 25);
    }
}
