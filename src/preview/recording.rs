//! What a preview records: a run that goes forward, from its first frame to the end of the preview.

use crate::play;
use crate::record::{Recorder, Stopped};
use crate::render::write_whole;

/// A recording under way.
#[derive(Debug)]
pub(super) struct Take {
    recorder: Recorder,
    stopped: Option<Stopped>,
}

impl Take {
    /// From the first frame on. No frame is left out from now on.
    pub(super) fn new(playing: &mut play::Player, file: &str) -> Self {
        playing.set_gapless(true);
        Self { recorder: Recorder::new(playing.engine_mut(), file), stopped: None }
    }

    pub(super) fn is_running(&self) -> bool {
        self.stopped.is_none()
    }

    /// Takes down what the last evaluation was given. Says once why it has stopped; time is free again then.
    pub(super) fn take(&mut self, playing: &mut play::Player) -> Option<Stopped> {
        let stopped = self.recorder.take(playing.engine()).err().filter(|_| self.is_running())?;
        self.stopped = Some(stopped);
        playing.set_gapless(false);
        Some(stopped)
    }

    /// A frame failed.
    pub(super) fn fail(&mut self) {
        self.recorder.fail();
    }

    /// Writes it, and says so.
    ///
    /// # Errors
    /// Why it could not be written.
    pub(super) fn save(self, path: &str, playing: Option<&mut play::Player>) -> Result<String, String> {
        let log = playing.and_then(|playing| self.recorder.finish(playing.engine_mut()));
        let Some(log) = log else { return Ok(format!("nothing was recorded: {path} is not written")) };
        write_whole(path, log.as_bytes()).map_err(|error| error.to_string())?;
        Ok(format!("recorded to {path}"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::super::Settings;
    use super::super::player::{Command, Player};
    use super::super::source::Loaded;
    use crate::engine::EngineSettings;
    use crate::language::{NoFiles, compile};
    use crate::record::{Recording, Replay};

    const PATCH: &str = "
clip { rate: 50, duration: 1s, size: (200, 100) }
input pointer: vec2 = (0.5, 0.5)
input pointer_down = false
event click
event wheel: float
state at = (0.5, 0.5)
on click { at = pointer }
state turned = 0
on wheel { turned = turned + wheel }
state sum = 0
next sum = sum + pointer.x + canvas.width / 1000
draw circle {
    position: lag(at, 100ms) + (0.01 * turned, 0.001 * sum), size: (if pointer_down then 0.2 else 0.1), color: #fff
}
";

    /// A player that records, what it has shown, and where it writes.
    struct Session {
        player: Player,
        folder: tempfile::TempDir,
        /// The hash of each frame as it was seen last.
        seen: Vec<(u64, u64)>,
    }

    impl Session {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("run.jsonl").into_os_string().into_string().unwrap();
            let player = Player::new(Settings { record: Some(path), ..Settings::new("a.pav") });
            let mut session = Self { player, folder, seen: Vec::new() };
            session.save(PATCH);
            session.wait(0);
            session
        }

        fn save(&mut self, patch: &str) {
            let compiled = compile(patch, "a.pav", &NoFiles);
            assert!(compiled.program.is_some(), "{:?}", compiled.diagnostics);
            self.player.load(Loaded { program: compiled.program, ..Loaded::default() });
            self.look();
        }

        /// Lets time pass, and answers after every frame, so that each is looked at.
        fn wait(&mut self, ms: u64) {
            self.player.advance(Duration::from_millis(ms), Instant::now());
            self.look();
            for _ in 0..500 {
                self.player.advance(Duration::ZERO, Instant::now());
                self.look();
            }
        }

        fn look(&mut self) {
            let Some(frame) = self.player.frame() else { return };
            let (index, hash) = (frame.index(), frame.hash());
            self.seen.retain(|&(seen, _)| seen < index);
            self.seen.push((index, hash));
        }

        fn command(&mut self, command: Command) {
            self.player.command(command);
            self.wait(0);
        }

        fn at(&self) -> u64 {
            self.player.position().unwrap().index
        }

        fn click(&mut self, at: [f64; 2]) {
            self.player.controls.point(at);
            self.player.press(true, Instant::now());
            self.player.press(false, Instant::now());
        }

        /// Ends it: what a replay of the log shows is what was seen.
        fn check(mut self) -> String {
            self.player.save_recording().unwrap();
            let log = std::fs::read_to_string(self.folder.path().join("run.jsonl")).unwrap();
            let recording = Recording::read(&log, "run.jsonl").unwrap_or_else(|found| panic!("{found}"));
            let mut replay = Replay::new(Arc::new(recording));
            let mut engine =
                replay.engine(EngineSettings { threads: 4, ..EngineSettings::default() }).unwrap();
            let mut found = Vec::new();
            while let Some(frame) = replay.step(&mut engine).unwrap() {
                found.push((frame.index(), frame.hash()));
            }
            assert_eq!(found, self.seen, "{log}");
            log
        }
    }

    #[test]
    fn what_was_seen_is_what_is_replayed() {
        let mut session = Session::new();
        session.wait(100);
        session.click([0.25, 0.5]);
        session.wait(40);
        session.player.controls.turn(2.0);
        session.click([0.75, 0.25]);
        // A stall leaves no frame out.
        session.wait(160);
        assert_eq!(session.at(), 15);
        // Pausing takes no time; the window becomes another meanwhile, and the hand goes on.
        session.command(Command::Pause);
        session.wait(5_000);
        session.player.resize([400, 200]);
        session.look();
        session.player.controls.point([0.1, 0.9]);
        session.wait(1_000);
        session.player.resize([600, 300]);
        session.look();
        assert_eq!(session.at(), 15);
        session.command(Command::Step(1));
        session.command(Command::Step(10));
        assert_eq!(session.at(), 26);
        session.command(Command::Pause);
        session.wait(0);
        session.wait(60);
        // A save, and one that changes a default and has another input before the others.
        session.save(&PATCH.replace("0.01 * turned", "0.02 * turned"));
        session.wait(60);
        session.click([0.5, 0.5]);
        session.save(&format!("input other = 0.5\n{}", PATCH.replace("size: (if", "size: other * (if")));
        session.wait(60);
        session.command(Command::End);
        assert_eq!(session.at(), 49);
        session.wait(60);
        let log = session.check();
        assert_eq!(log.matches("\"again\":").count(), 4, "{log}");
    }

    #[test]
    fn time_goes_forward_while_it_is_recorded() {
        let mut session = Session::new();
        session.wait(200);
        for command in [Command::Step(-1), Command::Home, Command::Loop] {
            session.command(command);
            assert_eq!(session.at(), 10, "{command:?}");
        }
        session.player.start_drag();
        assert!(!session.player.is_dragging() && !session.player.is_paused());
        let said = session.player.notices().last().unwrap().text.clone();
        assert!(said.starts_with("a recording goes forward only"), "{said}");
        // It begins again where that is asked for: what was before is not in the log.
        session.click([0.9, 0.9]);
        session.wait(20);
        session.command(Command::Reset);
        assert_eq!(session.at(), 0);
        session.wait(100);
        session.click([0.2, 0.3]);
        session.wait(100);
        let log = session.check();
        assert_eq!(log.matches("\"event\":\"click\"").count(), 1, "{log}");
        assert!(log.trim_end().rsplit('\n').next().unwrap().contains("\"end\""), "{log}");
    }

    #[test]
    fn a_slow_machine_plays_slower() {
        let mut session = Session::new();
        // Each call has time for a frame or two, and more passes meanwhile.
        for _ in 0..40 {
            session.player.advance(Duration::from_millis(100), Instant::now());
            session.look();
        }
        assert_eq!(session.at(), 40);
        // What it is behind by is a quarter of a second at most.
        session.wait(0);
        assert!((40..=53).contains(&session.at()), "{}", session.at());
        session.check();
    }

    #[test]
    fn a_recording_that_cannot_be_written_is_an_error() {
        let record = Some("no_such_folder/run.jsonl".into());
        let mut player = Player::new(Settings { record, ..Settings::new("a.pav") });
        let load = |player: &mut Player| {
            let program = compile(PATCH, "a.pav", &NoFiles).program;
            player.load(Loaded { program, ..Loaded::default() });
        };
        load(&mut player);
        player.save_recording().unwrap();
        assert!(player.take_told().contains("nothing was recorded"));
        let mut session = Session::new();
        std::fs::remove_dir_all(session.folder.path()).unwrap();
        let lost = session.player.save_recording().unwrap_err().to_string();
        assert!(lost.starts_with("the recording is lost: ") && lost.contains("run.jsonl"), "{lost}");
    }
}
