//! Recording what a run was given, and giving it again: a log of JSON lines that holds all that a replay needs.
//!
//! ```text
//! {"format":"pavane-log","version":1,"program":"0x…","file":"pong.pav","frame_rate":"60","seed":0,"canvas":[800,450],…}
//! {"program":{…}}
//! {"tag":[0,0],"channel":"key_w","payload":false}
//! {"tag":[11760000,0],"event":"click"}
//! {"tag":[23520000,0],"again":[{"canvas":[1600,900]}]}
//! {"tag":[35280000,0],"again":[],"hash":"0x…","program":{…}}
//! {"tag":[47040000,0],"end":{"frame":4,"hash":"0x…"}}
//! ```
//!
//! A tag is a time in flicks and a step of that instant. Lines are in the order in which they count. `again` is the frame on
//! screen evaluated once more: after a redraw, and with a `program` after a swap. An event that was sent for a later time
//! also says at which time it was `sent`.
//!
//! **Invariant: a log is a run that goes forward.** Every frame from the first on is evaluated once and in order, so frames
//! need no lines, and any frame of a replay is what was seen.

mod read;
mod replay;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::engine::{Engine, InputValue, OwnedValue, Payload, TakenArray, TakenItem};
use crate::program::{Policy, Program, limits};
use crate::time::{Flicks, FrameRate};
use crate::world::Capacity;

pub use replay::{OtherProgram, Replay};

/// What a log says it is.
const FORMAT: &str = "pavane-log";
/// The version that is written and read.
const VERSION: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    version: u32,
    /// The program's hash.
    program: String,
    /// What the host called it.
    file: String,
    /// None is the program's own.
    frame_rate: Option<String>,
    seed: u32,
    canvas: [u32; 2],
    continuity: f32,
    default_continuity: Option<Policy>,
    capacity: Capacity,
}

/// Something that was given.
#[derive(Clone, Debug, PartialEq)]
enum Given {
    Canvas([u32; 2]),
    Nudge(String),
    Value(String, OwnedValue),
    /// With the time that it was sent for, where that was not the time of the frame.
    Event(String, Payload, Option<Flicks>),
    /// The same, with the text that it carries.
    TextEvent(String, String, Option<Flicks>),
}

/// A line, and when it counts.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    at: Flicks,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    /// Before a frame.
    Given(Given),
    /// Behind a frame, which is then evaluated once more: after a redraw, or by another program.
    Again(Vec<Given>, Option<Program>),
}

/// The last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedEnd {
    /// When the last frame begins.
    pub time: Flicks,
    /// Its index.
    pub frame: u64,
    /// Its hash, unless the recorder had stopped.
    pub hash: Option<u64>,
}

/// A log that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    header: Header,
    program: Program,
    lines: Vec<Line>,
    end: Option<RecordedEnd>,
}

/// Why a recorder stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// A frame did not follow the one before it, or a call was not shown to the recorder.
    Jump,
    /// More was sent between two frames than the engine keeps.
    Missed,
    /// The log is as long as one may be.
    Full,
    /// A frame could not be evaluated.
    Failed,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jump => "a frame did not follow the one before it",
            Self::Missed => "more was sent between two frames than an engine keeps",
            Self::Full => "the log is as long as one may be",
            Self::Failed => "a frame could not be evaluated",
        })
    }
}

impl std::error::Error for Stopped {}

/// The hash of a program: XXH3-64 of its JSON.
pub(crate) fn program_hash(program: &Program) -> u64 {
    twox_hash::XxHash3_64::oneshot(program.to_json().as_bytes())
}

fn hash_text(hash: u64) -> String {
    format!("{hash:#018x}")
}

/// Writes the log of a run.
///
/// It is shown the engine after every call that evaluates. Frames go from the first one on, one after the other: a jump
/// stops the recorder, and what was recorded before it stays good. Elements that the host gives are not recorded.
///
/// ```
/// use std::sync::Arc;
///
/// use pavane::record::{Recorder, Recording, Replay};
/// use pavane::{Engine, EngineSettings, NoFiles, compile};
///
/// let patch = "
///     event click
///     n = count(click)
///     draw circle { position: (0.5, 0.5), size: 0.1 + 0.01 * n, color: #fff }";
/// let mut engine = Engine::for_program(compile(patch, "a.pav", &NoFiles).program.unwrap())?;
/// let mut recorder = Recorder::new(&mut engine, "a.pav");
/// for index in 0..10 {
///     if index % 3 == 0 {
///         engine.send("click", ())?;
///     }
///     engine.frame(index)?;
///     recorder.take(&engine)?;
/// }
/// let log = recorder.finish(&mut engine).unwrap();
///
/// let recording = Recording::read(&log, "run.jsonl")?;
/// let mut replay = Replay::new(Arc::new(recording));
/// let mut again = replay.engine(EngineSettings::default())?;
/// let mut last = None;
/// while let Some(frame) = replay.step(&mut again)? {
///     last = Some(frame.hash());
/// }
/// assert_eq!(last, engine.last_frame().map(|frame| frame.hash()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recorder {
    file: String,
    text: String,
    /// The number of the call that was seen last.
    call: u64,
    /// What runs, once there is a first frame.
    program: Option<Program>,
    canvas: [u32; 2],
    /// The frame that was recorded last, and its time.
    last: Option<(u64, Flicks)>,
    /// The time of the last line.
    line: Flicks,
    stopped: Option<Stopped>,
}

impl Recorder {
    /// A recorder of an engine from its first frame on: one that has frames is [reset](Engine::reset). `file` is what
    /// messages call the program.
    pub fn new(engine: &mut Engine, file: &str) -> Self {
        if engine.at().is_some() {
            engine.reset();
        }
        engine.keep_taken(true);
        Self {
            file: file.into(),
            text: String::new(),
            call: engine.taken().call,
            program: None,
            canvas: engine.canvas(),
            last: None,
            line: Flicks::ZERO,
            stopped: None,
        }
    }

    /// Takes down what the last call was given. To be called after each call that evaluates: frames, redraws and swaps; it
    /// does nothing after one that did not.
    ///
    /// # Errors
    /// Why it has stopped. It takes nothing any more then.
    pub fn take(&mut self, engine: &Engine) -> Result<(), Stopped> {
        let taken = engine.taken();
        if self.stopped.is_none() && taken.call != self.call {
            let is_seen = taken.call == self.call + 1;
            self.call = taken.call;
            let next = self.last.map_or(0, |(index, _)| index + 1);
            let follows =
                if taken.is_again { self.last.is_some() } else { [taken.first, taken.last] == [next; 2] };
            self.stopped = match (is_seen && follows, taken.missed) {
                (false, _) => Some(Stopped::Jump),
                (true, 1..) => Some(Stopped::Missed),
                (true, 0) if self.text.len() > limits::BYTES_MAX / 2 => Some(Stopped::Full),
                (true, 0) => {
                    self.write(engine, taken.is_again);
                    None
                }
            };
        }
        self.stopped.map_or(Ok(()), Err)
    }

    /// A frame failed: the log ends before it.
    pub fn fail(&mut self) {
        self.stopped.get_or_insert(Stopped::Failed);
    }

    /// The log, or none where there was no frame.
    pub fn finish(mut self, engine: &mut Engine) -> Option<String> {
        let (index, _) = self.last?;
        let hash = engine.last_frame().filter(|_| self.stopped.is_none()).map(|frame| frame.hash());
        let hash = hash.map_or_else(|| "null".into(), |hash| format!("\"{}\"", hash_text(hash)));
        let end = format!("\"end\":{{\"frame\":{index},\"hash\":{hash}}}");
        let at = self.line;
        self.line(at, 0, &end);
        Some(self.text)
    }

    fn write(&mut self, engine: &Engine, is_again: bool) {
        let taken = engine.taken();
        let now = engine.at().and_then(|at| engine.frame_rate().start(at)).unwrap_or_default();
        if self.last.is_none() {
            self.begin(engine);
        }
        if is_again {
            self.again(engine);
        } else {
            // What was sent for a time before this frame comes first, so that times ascend.
            let mut sooner: Vec<(Flicks, String)> =
                taken.items().filter_map(|item| early(engine, &item, self.line, now)).collect();
            sooner.sort_by_key(|&(at, _)| at);
            let since = self.line;
            for (at, text) in sooner {
                self.line(at, 0, &text);
            }
            for item in taken.items().filter(|item| early(engine, item, since, now).is_none()) {
                self.item(engine, &item, now);
            }
        }
        let index = taken.last;
        // A swap to another rate may have put the frame at another time.
        self.line = self.line.max(now);
        self.last = Some((engine.at().unwrap_or(index), now));
    }

    /// The first two lines.
    fn begin(&mut self, engine: &Engine) {
        let (program, settings) = (engine.program().clone(), engine.settings());
        self.canvas = engine.canvas();
        let header = Header {
            format: FORMAT.into(),
            version: VERSION,
            program: hash_text(program_hash(&program)),
            file: self.file.clone(),
            frame_rate: settings.frame_rate.map(|rate| rate.to_string()),
            seed: settings.seed,
            canvas: self.canvas,
            continuity: settings.continuity,
            default_continuity: settings.default_continuity,
            capacity: settings.capacity,
        };
        self.text = serde_json::to_string(&header).unwrap_or_default();
        self.text.push_str(&format!("\n{{\"program\":{}}}\n", on_a_line(&program)));
        self.program = Some(program);
    }

    /// The frame on screen was evaluated once more.
    fn again(&mut self, engine: &Engine) {
        let items = engine.taken().items();
        let given: Vec<String> =
            items.filter_map(|item| self.text(engine, &item).map(|item| format!("{{{item}}}"))).collect();
        let program = engine.program();
        let is_other = self.program.as_ref().is_none_or(|known| known.data() != program.data());
        if given.is_empty() && !is_other {
            return;
        }
        let mut text = format!("\"again\":[{}]", given.join(","));
        if is_other {
            let hash = hash_text(program_hash(program));
            text.push_str(&format!(",\"hash\":\"{hash}\",\"program\":{}", on_a_line(program)));
            self.program = Some(program.clone());
        }
        let at = self.line;
        self.line(at, 0, &text);
    }

    fn item(&mut self, engine: &Engine, item: &TakenItem<'_>, now: Flicks) {
        let Some(mut text) = self.text(engine, item) else { return };
        let (at, microstep) = match *item {
            TakenItem::Canvas(_) | TakenItem::Nudge(_) => (now, 0),
            TakenItem::Value { tag, .. } | TakenItem::Array { tag, .. } | TakenItem::Event { tag, .. } => {
                (tag.offset, tag.microstep)
            }
            TakenItem::Cue { at, .. } => {
                text.push_str(&format!(",\"sent\":{}", now.0));
                (at, 0)
            }
        };
        self.line(at, microstep, &text);
    }

    /// What was given, as members of an object; none where nothing was given by it.
    fn text(&mut self, engine: &Engine, item: &TakenItem<'_>) -> Option<String> {
        Some(match *item {
            TakenItem::Canvas(size) if size == self.canvas => return None,
            TakenItem::Canvas(size) => {
                self.canvas = size;
                format!("\"canvas\":[{},{}]", size[0], size[1])
            }
            TakenItem::Nudge(domain) => format!("\"nudge\":{}", quoted(domain)),
            TakenItem::Value { channel, value, .. } => {
                format!("\"channel\":{},\"payload\":{}", quoted(channel), number(engine, value))
            }
            TakenItem::Array { channel, values, .. } => {
                format!("\"channel\":{},\"payload\":{}", quoted(channel), numbers(engine, &values))
            }
            TakenItem::Event { event, carried, .. } | TakenItem::Cue { event, carried, .. } => {
                event_text(engine, event, carried)
            }
        })
    }

    fn line(&mut self, at: Flicks, microstep: u32, text: &str) {
        self.text.push_str(&format!("{{\"tag\":[{},{microstep}],{text}}}\n", at.0));
    }
}

/// An event that was sent for a time before this frame's, and not before the last line's.
fn early(engine: &Engine, item: &TakenItem<'_>, since: Flicks, now: Flicks) -> Option<(Flicks, String)> {
    match *item {
        TakenItem::Cue { event, at, carried } if (since..now).contains(&at) => {
            Some((at, event_text(engine, event, carried)))
        }
        TakenItem::Cue { .. }
        | TakenItem::Canvas(_)
        | TakenItem::Nudge(_)
        | TakenItem::Value { .. }
        | TakenItem::Array { .. }
        | TakenItem::Event { .. } => None,
    }
}

fn event_text(engine: &Engine, event: &str, carried: Option<InputValue>) -> String {
    let event = quoted(event);
    match carried {
        Some(value) => format!("\"event\":{event},\"payload\":{}", number(engine, value)),
        None => format!("\"event\":{event}"),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value as JSON: the shortest text that is read as the same bits.
fn number(engine: &Engine, value: InputValue) -> String {
    match value {
        InputValue::Float(x) => serde_json::Value::from(x),
        InputValue::Int(x) => x.into(),
        InputValue::Uint(x) => x.into(),
        InputValue::Bool(x) => x.into(),
        InputValue::Vec2(xs) => xs.to_vec().into(),
        InputValue::Vec3(xs) => xs.to_vec().into(),
        InputValue::Color(xs) => xs.to_vec().into(),
        InputValue::Text(text) => engine.text(text).into(),
    }
    .to_string()
}

/// The values of an array as JSON, each as [`number`] has it.
fn numbers(engine: &Engine, values: &TakenArray<'_>) -> String {
    let (ty, mut components) = (values.ty(), values.components());
    let mut all = Vec::new();
    while let Some(first) = components.next() {
        let mut one = [first, 0.0, 0.0, 0.0];
        let rest = one.iter_mut().take(ty.stride() as usize).skip(1);
        rest.zip(&mut components).for_each(|(to, from)| *to = from);
        all.extend(InputValue::from_components(ty, one).map(|value| number(engine, value)));
    }
    format!("[{}]", all.join(","))
}

/// A program as JSON without line ends.
fn on_a_line(program: &Program) -> String {
    program.to_json().lines().map(str::trim).collect()
}

impl Recording {
    /// The program of its first frame.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// What the host called the program.
    pub fn file(&self) -> &str {
        &self.header.file
    }

    /// The canvas of the first frame, in pixels.
    pub fn canvas(&self) -> [u32; 2] {
        self.header.canvas
    }

    /// The last frame; none where the log was cut off.
    pub fn end(&self) -> Option<RecordedEnd> {
        self.end
    }

    /// When the last frame begins, or in a log that was cut off what is known of it.
    pub(crate) fn last_time(&self) -> Flicks {
        let last = self.lines.last().map_or(Flicks::ZERO, |line| line.at);
        self.end.map_or(last, |end| end.time)
    }

    /// Whether another program takes over on the way.
    pub fn has_swaps(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.what, What::Again(_, Some(_))))
    }

    /// The seed of all randomness.
    pub fn seed(&self) -> u32 {
        self.header.seed
    }

    /// The frame rate that it was recorded at, where that was not the program's.
    pub fn frame_rate(&self) -> Option<FrameRate> {
        self.header.frame_rate.as_deref().and_then(|rate| rate.parse().ok())
    }
}
