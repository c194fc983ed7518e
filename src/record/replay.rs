//! Giving an engine again what was recorded.

use std::fmt;
use std::sync::Arc;

use super::{Given, RecordedEnd, Recording, What, hash_text, program_hash};
use crate::engine::{Engine, EngineError, EngineSettings, Payload};
use crate::frame::Frame;
use crate::program::{ChannelKind, EventSource, Program, Type};
use crate::time::Flicks;

/// How many times what a program needs is allocated where a swap outgrows the engine.
const HEADROOM: f64 = 1.5;

/// A log is of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherProgram {
    /// What the log was recorded of, as the host called it.
    pub file: String,
    /// The hash of its program.
    pub expected: String,
    /// The hash of the program that was given.
    pub found: String,
}

impl fmt::Display for OtherProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, expected, found } = self;
        write!(f, "the log was recorded of `{file}` with the hash {expected}, and this program has {found}")
    }
}

impl std::error::Error for OtherProgram {}

impl Recording {
    /// Whether it is the log of a program.
    ///
    /// # Errors
    /// When the program is another one.
    pub fn check(&self, program: &Program) -> Result<(), OtherProgram> {
        if self.program == *program {
            return Ok(());
        }
        let (expected, found) = (self.header.program.clone(), hash_text(program_hash(program)));
        Err(OtherProgram { file: self.header.file.clone(), expected, found })
    }

    /// The same for another program: without what that does not take.
    #[must_use]
    pub fn with_program(mut self, program: Program) -> Self {
        let mut running = program.clone();
        self.lines.retain_mut(|line| match &mut line.what {
            What::Given(given) => takes(&running, given),
            What::Again(given, other) => {
                given.retain(|given| takes(&running, given));
                if let Some(other) = other {
                    running = other.clone();
                }
                true
            }
        });
        if self.program != program {
            self.end = self.end.map(|end| RecordedEnd { hash: None, ..end });
        }
        Self { program, ..self }
    }
}

/// Whether a program takes something.
fn takes(program: &Program, given: &Given) -> bool {
    let data = program.data();
    match given {
        Given::Canvas(_) => true,
        Given::Nudge(name) => data.domains.iter().any(|domain| domain.name == *name),
        Given::Value(name, value) => {
            data.channels.iter().any(|channel| channel.name == *name && value.is_for(channel))
        }
        Given::TextEvent(name, ..) => data.events.iter().any(|event| {
            let is_host = matches!(event.source, EventSource::Host { .. });
            is_host && event.key == *name && event.ty == Some(Type::Text)
        }),
        Given::Event(name, payload, _) => data.events.iter().any(|event| {
            let is_host = matches!(event.source, EventSource::Host { .. });
            is_host && event.key == *name && event.ty == payload.0.map(|value| value.ty())
        }),
    }
}

/// Plays a recording, frame by frame.
///
/// At the frame rate that was recorded every frame has the bits of the recorded one, on any number of threads. At another
/// one events happen at their exact times, and inputs have their values from the first frame on that is not before them; a
/// momentary one that changed several times since the frame before has the last value that was not its default.
#[derive(Clone, Debug)]
pub struct Replay {
    recording: Arc<Recording>,
    /// The line that comes next.
    next: usize,
    /// Whether the canvas stays as the engine has it.
    keeps_canvas: bool,
}

impl Replay {
    /// From the first frame on.
    pub fn new(recording: Arc<Recording>) -> Self {
        Self { recording, next: 0, keeps_canvas: false }
    }

    /// What is played.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// From the first frame on, for an engine that has none yet.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self { next: 0, ..self.clone() }
    }

    /// Leaves the canvas of the engine alone, whatever the log says of it.
    pub fn keep_canvas(&mut self) {
        self.keeps_canvas = true;
    }

    /// The settings that it was recorded with, and those that it does not say: threads, level, what is evaluated, the memory
    /// limit. A frame rate and a canvas of `settings` are kept.
    pub fn settings(&self, settings: EngineSettings) -> EngineSettings {
        let header = &self.recording.header;
        EngineSettings {
            seed: header.seed,
            frame_rate: settings.frame_rate.or(self.recording.frame_rate()),
            canvas: settings.canvas.or(Some(header.canvas)),
            continuity: header.continuity,
            default_continuity: header.default_continuity,
            ..settings
        }
    }

    /// An engine for it: with [`settings`](Self::settings), and with as much room as it was recorded with.
    ///
    /// # Errors
    /// As for [`Engine::fitted`].
    pub fn engine(&self, settings: EngineSettings) -> Result<Engine, EngineError> {
        let mut engine = Engine::fitted(self.recording.program.clone(), 1.0, self.settings(settings))?;
        self.make_room(&mut engine)?;
        Ok(engine)
    }

    /// Raises an engine's capacity to what was recorded: how many events a frame takes depends on it.
    pub(crate) fn make_room(&self, engine: &mut Engine) -> Result<(), EngineError> {
        engine.raise_capacity(self.recording.header.capacity)
    }

    /// Plays the frame after the engine's; none after the last one that was recorded.
    ///
    /// # Errors
    /// As for [`Engine::frame`] and, where the log swaps programs, [`Engine::swap_and_grow`].
    pub fn step<'e>(&mut self, engine: &'e mut Engine) -> Result<Option<Frame<'e>>, EngineError> {
        let index = engine.at().map_or(0, |at| at + 1);
        match engine.frame_rate().start(index) {
            Some(start) if start <= self.recording.last_time() => {}
            Some(_) | None => return Ok(None),
        }
        self.give(engine, index)?;
        engine.frame(index)?;
        self.follow(engine)?;
        Ok(engine.last_frame())
    }

    /// Gives everything that counts up to a frame, which is to be evaluated next.
    pub(crate) fn give(&mut self, engine: &mut Engine, index: u64) -> Result<(), EngineError> {
        let now = engine.frame_rate().start(index).ok_or(EngineError::BeyondTime { asked: index })?;
        let recording = Arc::clone(&self.recording);
        let first = self.next;
        while let Some(line) = recording.lines.get(self.next).filter(|line| line.at <= now) {
            match &line.what {
                What::Given(given) => {
                    // What another frame of the recording saw, and this one is the first to see.
                    let before = recording.lines[first..self.next].iter().filter(|other| other.at < line.at);
                    let mut before = before.filter_map(|line| match &line.what {
                        What::Given(other) => Some(other),
                        What::Again(..) => None,
                    });
                    if !(is_rest(engine, given) && before.any(|other| is_same(given, other))) {
                        self.give_one(engine, given, line.at, now)?;
                    }
                }
                // It comes behind this frame.
                What::Again(..) if line.at == now => break,
                What::Again(given, program) => self.again(engine, given, program.as_ref(), line.at)?,
            }
            self.next += 1;
        }
        Ok(())
    }

    /// What came behind the frame that was evaluated, before the next one.
    pub(crate) fn follow(&mut self, engine: &mut Engine) -> Result<(), EngineError> {
        let now = engine.at().and_then(|at| engine.frame_rate().start(at)).unwrap_or_default();
        let recording = Arc::clone(&self.recording);
        while let Some(line) = recording.lines.get(self.next).filter(|line| line.at <= now) {
            let What::Again(given, program) = &line.what else { break };
            self.again(engine, given, program.as_ref(), line.at)?;
            self.next += 1;
        }
        Ok(())
    }

    fn again(
        &self,
        engine: &mut Engine,
        given: &[Given],
        program: Option<&Program>,
        at: Flicks,
    ) -> Result<(), EngineError> {
        for given in given {
            self.give_one(engine, given, at, at)?;
        }
        match program {
            Some(program) => engine.swap_and_grow(program.clone(), HEADROOM).map(drop),
            None => engine.redraw().map(drop),
        }
    }

    fn give_one(
        &self,
        engine: &mut Engine,
        given: &Given,
        at: Flicks,
        now: Flicks,
    ) -> Result<(), EngineError> {
        match given {
            Given::Canvas(_) if self.keeps_canvas => Ok(()),
            Given::Canvas(size) => engine.set_canvas(*size),
            Given::Nudge(domain) => engine.nudge(domain),
            Given::Value(channel, value) => engine.set(channel, value),
            Given::TextEvent(event, text, cue) => {
                let payload = engine.given_text(text)?.into();
                send(engine, event, payload, *cue, (at, now))
            }
            Given::Event(event, payload, cue) => send(engine, event, *payload, *cue, (at, now)),
        }
    }
}

/// Sends an event for its own time, or of a line at another time than the frame's for that.
fn send(
    engine: &mut Engine,
    event: &str,
    payload: Payload,
    cue: Option<Flicks>,
    (at, now): (Flicks, Flicks),
) -> Result<(), EngineError> {
    let channel = engine.event(event)?;
    match cue {
        Some(cue) => engine.send_at(channel, cue, payload),
        None if at == now => engine.send_event(channel, payload),
        None => engine.send_at(channel, at, payload),
    }
}

/// Whether this gives a momentary input back its default.
fn is_rest(engine: &Engine, given: &Given) -> bool {
    let Given::Value(name, value) = given else { return false };
    let channels = &engine.program().data().channels;
    channels.iter().any(|channel| {
        let is_momentary = channel.kind == ChannelKind::Momentary && channel.name == *name;
        is_momentary
            && value.components().into_iter().zip(channel.defaults()).all(|(value, rest)| value == rest)
    })
}

/// Whether both give one input a value.
fn is_same(given: &Given, other: &Given) -> bool {
    matches!((given, other), (Given::Value(a, _), Given::Value(b, _)) if a == b)
}
