//! What the preview does, without a window: a player, reloads, controls, and what there is to say about them.
//!
//! Time comes in as durations and commands as values, so all of it runs in tests. Playing itself is
//! [`play`](crate::play); here is what is measured, told and shown.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::controls::Controls;
use super::keeping::Keeping;
use super::overlay::Tone;
use super::past::{Past, Said, Travel};
use super::recording::Take;
use super::source::{self, Loaded, TERMINAL};
use super::stats::Stats;
use super::{PreviewError, Settings};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::engine::{Engine, EngineError, SwapReport};
use crate::frame::Frame;
use crate::history::RevisionId;
use crate::play::{self, Position};
use crate::program::Program;

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
    Travel(Travel),
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

/// Plays what a file gives.
#[derive(Debug)]
pub(super) struct Player {
    settings: Settings,
    /// None while the file has not given a program yet.
    playing: Option<play::Player>,
    /// Whether it starts paused and looping, for commands that come before there is a program.
    start: Start,
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
    past: Past,
    take: Option<Take>,
    keeping: Keeping,
    /// The program as it was loaded, where what is durable in it is kept.
    loaded: Option<Program>,
    pub(super) controls: Controls,
    pub(super) stats: Stats,
}

/// How playing starts.
#[derive(Clone, Copy, Debug, Default)]
struct Start {
    is_paused: bool,
    is_looping: bool,
}

impl Player {
    pub(super) fn new(settings: Settings) -> Self {
        let (past, problem) = Past::open(&settings);
        let mut player = Self {
            settings,
            playing: None,
            start: Start::default(),
            broken: None,
            broken_turn: 0,
            notices: Vec::new(),
            told: String::new(),
            told_last: String::new(),
            last_report: String::new(),
            shows_stats: false,
            shows_help: false,
            past,
            take: None,
            keeping: Keeping::default(),
            loaded: None,
            controls: Controls::default(),
            stats: Stats::default(),
        };
        player.say(problem);
        player
    }

    /// Takes up what a file gave: another program, or why there is none.
    pub(super) fn load(&mut self, mut loaded: Loaded) {
        let diagnostics = loaded.render(TERMINAL);
        // Warnings that stay from save to save are told once.
        if diagnostics != self.told_last {
            self.told.push_str(&diagnostics);
            self.told_last = diagnostics;
        }
        let problem = self.past.record(&loaded);
        self.say(problem);
        let Some(program) = loaded.program.take() else {
            loaded.diagnostics.0.retain(|diagnostic| diagnostic.severity == Severity::Error);
            return self.set_broken(Some(loaded));
        };
        let took = loaded.took;
        let began = Instant::now();
        let swapped = match self.take_up(program) {
            Ok(swapped) => swapped,
            Err(error) => {
                let _ = writeln!(self.told, "error[{}]: {}", error.code(), error.message());
                loaded.diagnostics = Diagnostic::error(error.code(), error.message()).into();
                return self.set_broken(Some(loaded));
            }
        };
        self.set_broken(None);
        if let Some(playing) = &mut self.playing {
            self.controls.listen(playing.engine());
            give(playing.engine_mut(), &loaded);
        }
        self.take_down();
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

    /// Plays a program from its start, or in place of the one that is played; then a report says what was kept.
    fn take_up(&mut self, program: Program) -> Result<Option<SwapReport>, EngineError> {
        let program = self.begun(program);
        if let Some(playing) = &mut self.playing {
            let swapped = playing.swap(program).map(Some);
            self.take_down();
            return swapped;
        }
        let mut playing = play::Player::new(source::engine(program, &self.settings)?);
        let Start { is_paused, is_looping } = self.start;
        playing.set_looping(is_looping);
        if is_paused {
            playing.pause();
        }
        if let Some(path) = &self.settings.record {
            let text = format!("recording to {path}: R begins it again, Esc ends it");
            self.take = Some(Take::new(&mut playing, &self.settings.file));
            self.notice(text, Tone::Plain, REPORT);
        }
        self.playing = Some(playing);
        Ok(None)
    }

    /// A program that begins with what was kept of it. Where that has no room, it begins as it says, and nothing more is kept.
    fn begun(&mut self, program: Program) -> Program {
        if !self.keeping.is_open() {
            return program;
        }
        self.loaded = Some(program.clone());
        match self.keeping.begin(program.clone()) {
            Ok(begun) => begun,
            Err(error) => {
                self.keeping = Keeping::default();
                self.say(Some(Said {
                    text: format!("nothing is kept from now on: {error}"),
                    is_error: true,
                }));
                program
            }
        }
    }

    /// Keeps what is durable in a file.
    pub(super) fn set_keeping(&mut self, keeping: Keeping) {
        self.keeping = keeping;
    }

    /// Everything that is kept is on disk.
    pub(super) fn end_keeping(&mut self) -> Result<(), PreviewError> {
        self.keeping.end()
    }

    /// State begins anew, but for what is durable.
    fn restart(&mut self) {
        if let Some(program) = self.loaded.take() {
            let program = self.begun(program);
            // The same program but for the rows that it begins with.
            if let Some(Err(error)) = self.playing.as_mut().map(|playing| playing.swap(program)) {
                self.failed(&error);
            }
        }
        self.with(play::Player::restart);
    }

    /// Records what the last evaluation was given.
    fn take_down(&mut self) {
        let Some((take, playing)) = self.take.as_mut().zip(self.playing.as_mut()) else { return };
        if let Some(stopped) = take.take(playing) {
            let text = format!("the recording has ended: {stopped}");
            self.say(Some(Said { text, is_error: true }));
        }
    }

    /// Whether what happens is recorded, so that time does not go back.
    fn is_recording(&self) -> bool {
        self.take.as_ref().is_some_and(Take::is_running)
    }

    /// Writes the recording, if there is one.
    pub(super) fn save_recording(&mut self) -> Result<(), PreviewError> {
        let Some((path, take)) = self.settings.record.as_deref().zip(self.take.take()) else { return Ok(()) };
        let said = take.save(path, self.playing.as_mut()).map_err(PreviewError::Recording)?;
        let _ = writeln!(self.told, "{said}");
        Ok(())
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

    /// Lets time pass. Seeks stop at `deadline` and continue at the next call.
    pub(super) fn advance(&mut self, elapsed: Duration, deadline: Instant) {
        for notice in &mut self.notices {
            notice.left = notice.left.saturating_sub(elapsed);
        }
        self.notices.retain(|notice| !notice.left.is_zero());
        let Some(playing) = &mut self.playing else { return };
        playing.advance(elapsed);
        while self.evaluate() && Instant::now() < deadline {}
    }

    /// One evaluation, measured, with the inputs of now; whether there was one.
    fn evaluate(&mut self) -> bool {
        let Some(playing) = self.playing.as_mut().filter(|playing| playing.is_due()) else { return false };
        let typed = self.controls.apply(playing.engine_mut());
        let count = || self.settings.allocations.map(|count| count());
        let (allocations, began) = (count(), Instant::now());
        let done = playing.evaluate();
        let (time, after) = (began.elapsed(), count());
        if let Err(error) = done {
            self.failed(&error);
            return false;
        }
        self.controls.taken(playing.engine_mut());
        if playing.position().seeking.is_none() {
            self.keeping.keep(playing.engine_mut());
        }
        for text in self.keeping.take_said() {
            self.say(Some(Said { text, is_error: true }));
        }
        if let Err(error) = typed {
            self.say(Some(Said { text: format!("what was typed is lost: {error}"), is_error: true }));
        }
        self.take_down();
        self.stats.frames.add(time);
        self.stats.allocations = after.zip(allocations).map(|(after, before)| after - before);
        true
    }

    /// An evaluation went wrong: the player has paused, and it is reported.
    fn failed(&mut self, error: &EngineError) {
        let _ = writeln!(self.told, "error: {error}");
        self.notice(error.to_string(), Tone::Error, WARNING);
        if let Some(take) = &mut self.take {
            take.fail();
        }
        self.take_down();
    }

    /// Counts a look at the window after so much time, with another frame in it or not, and the frames that were passed over.
    pub(super) fn shown(&mut self, is_new: bool, elapsed: Duration) {
        let skipped = self.playing.as_ref().map_or(0, play::Player::frames_skipped);
        let before = std::mem::replace(&mut self.stats.skipped, skipped);
        let dropped = u32::try_from(skipped.saturating_sub(before)).unwrap_or(u32::MAX);
        self.stats.shown.add(u32::from(is_new), elapsed);
        self.stats.dropped.add(dropped, elapsed);
    }

    /// The time until the next frame begins; none where time stands still.
    pub(super) fn until_next_frame(&self) -> Option<Duration> {
        self.playing.as_ref().and_then(play::Player::until_next_frame)
    }

    /// The picture has so many pixels from now on.
    pub(super) fn resize(&mut self, size: [u32; 2]) {
        if let Some(Err(error)) = self.playing.as_mut().map(|playing| playing.set_canvas(size)) {
            self.failed(&error);
        }
        self.take_down();
    }

    /// Does what a key asks for.
    pub(super) fn command(&mut self, command: Command) {
        let goes_back = match command {
            Command::Step(frames) => frames < 0,
            Command::Home | Command::Loop => true,
            Command::End => self.position().is_some_and(|at| at.index >= at.clip),
            Command::Pause | Command::Stats | Command::Help | Command::Reset | Command::Travel(_) => false,
        };
        if goes_back && self.is_recording() {
            return self.goes_forward();
        }
        match command {
            Command::Pause => {
                let is_paused = !self.is_paused();
                self.start.is_paused = is_paused;
                self.with(|playing| if is_paused { playing.pause() } else { playing.play() });
            }
            Command::Step(frames) => {
                self.start.is_paused = true;
                self.with(|playing| playing.step(frames));
            }
            Command::Home => self.with(|playing| playing.seek(0)),
            Command::End => self.with(|playing| playing.seek(playing.position().clip - 1)),
            Command::Loop => {
                let is_looping =
                    !self.playing.as_ref().map_or(self.start.is_looping, play::Player::is_looping);
                self.start.is_looping = is_looping;
                self.with(|playing| playing.set_looping(is_looping));
                let text = if is_looping { "the clip loops" } else { "time goes on after the clip" };
                self.notice(text.into(), Tone::Plain, REPORT);
            }
            Command::Stats => self.shows_stats = !self.shows_stats,
            Command::Help => self.shows_help = !self.shows_help,
            Command::Reset => {
                self.notices.clear();
                self.restart();
                self.controls.begin();
                if let Some((take, playing)) = self.take.as_mut().zip(self.playing.as_mut()) {
                    *take = Take::new(playing, &self.settings.file);
                }
            }
            Command::Travel(travel) => {
                let said = self.past.travel(travel);
                self.say(Some(said));
            }
        }
    }

    /// A peer is at a revision that is in the history.
    pub(super) fn peer(&mut self, at: RevisionId) {
        let said = self.past.peer(at);
        self.say(said);
    }

    /// Something about the history, in the window and in the terminal.
    pub(super) fn say(&mut self, said: Option<Said>) {
        let Some(Said { text, is_error }) = said else { return };
        let _ = writeln!(self.told, "{}{text}", if is_error { "error: " } else { "" });
        let (tone, left) = if is_error { (Tone::Error, WARNING) } else { (Tone::Plain, REPORT) };
        self.notice(text, tone, left);
    }

    /// The pointer goes down or up.
    pub(super) fn press(&mut self, is_down: bool, now: Instant) {
        self.controls.press(is_down, now, self.playing.as_mut().map(play::Player::engine_mut));
    }

    /// Whether saves are kept.
    pub(super) fn has_history(&self) -> bool {
        self.past.is_open()
    }

    /// Commands the player, where there is one.
    fn with(&mut self, command: impl FnOnce(&mut play::Player)) {
        if let Some(playing) = &mut self.playing {
            command(playing);
        }
    }

    /// A hand takes hold of time, which stands still meanwhile.
    pub(super) fn start_drag(&mut self) {
        if self.is_recording() {
            return self.goes_forward();
        }
        self.with(play::Player::start_scrub);
    }

    /// Time was asked to go back while it is recorded.
    fn goes_forward(&mut self) {
        let text = "a recording goes forward only: R begins it again, Esc ends it";
        if self.notices.iter().all(|notice| notice.text != text) {
            self.notice(text.into(), Tone::Plain, REPORT);
        }
    }

    /// The hand is at a place in the clip, `0..=1`.
    pub(super) fn drag(&mut self, fraction: f64) {
        self.with(|playing| playing.scrub(fraction));
    }

    pub(super) fn end_drag(&mut self) {
        self.with(play::Player::end_scrub);
    }

    pub(super) fn is_dragging(&self) -> bool {
        self.playing.as_ref().is_some_and(play::Player::is_scrubbing)
    }

    pub(super) fn is_paused(&self) -> bool {
        self.playing.as_ref().map_or(self.start.is_paused, play::Player::is_paused)
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
        self.playing.as_mut().and_then(play::Player::frame)
    }

    /// Whether there is a frame that was not drawn yet.
    pub(super) fn take_new(&mut self) -> bool {
        self.playing.as_mut().is_some_and(play::Player::take_new)
    }

    /// Where playing is; none without a program.
    pub(super) fn position(&self) -> Option<Position> {
        self.playing.as_ref().map(play::Player::position)
    }

    /// Pixels of the canvas; only their ratio matters.
    pub(super) fn canvas(&self) -> [u32; 2] {
        let clip = || self.engine().map(|engine| engine.program().data().clip.size);
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
        self.playing.as_ref().map(play::Player::engine)
    }

    /// What is to be told in the terminal since this was asked last.
    pub(super) fn take_told(&mut self) -> String {
        std::mem::take(&mut self.told)
    }
}

/// Gives an engine what is set from outside, and the frame on screen with it: that was evaluated without.
fn give(engine: &mut Engine, loaded: &Loaded) {
    for (name, value) in &loaded.inputs {
        // Names and types were looked up when it was loaded.
        let done = engine.set(name, value);
        debug_assert!(done.is_ok(), "{done:?}");
    }
    if !loaded.inputs.is_empty() {
        let shown = engine.redraw().map(|_| ());
        debug_assert!(shown.is_ok(), "{shown:?}");
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
        let given = || vec![("place".to_owned(), crate::engine::OwnedValue::One([0.25, 0.5].into()))];
        let mut player = Player::new(Settings::new("a.json"));
        player.load(Loaded { inputs: given(), ..good(follow("a")) });
        player.wait(0);
        assert_eq!(player.x(), 25);
        player.load(good(counting("b")));
        player.load(Loaded { inputs: given(), ..good(follow("c")) });
        player.wait(20);
        assert_eq!(player.x(), 0, "it goes on from where it is on screen");
        player.wait(3_000);
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
        // It goes there from where it is on screen.
        player.wait(3_000);
        assert_eq!(player.x(), 25);
    }
}
