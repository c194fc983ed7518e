//! Inputs and events over time: what `--set` and `--inputs` give, frame by frame.
//!
//! A value depends on the time of its frame alone, so a frame is the same wherever a run begins, and another frame rate
//! only looks at other times.

mod read;

use crate::engine::{Engine, EngineError, InputValue, OwnedValue, Payload};
use crate::frame::Frame;
use crate::program::{Channel, ChannelKind, Event, EventSource, Program, Type};
use crate::time::Flicks;

use super::failure::{Failure, tell};
use crate::load;

/// A value of a component from a time on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    at: Flicks,
    value: f64,
}

/// How the values of a track count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Input(ChannelKind),
    /// Each is an occurrence of an event of the host. One that carries nothing is a bool: true happens.
    Event {
        carries: bool,
    },
}

/// The values of an input, or the occurrences of an event.
#[derive(Clone, Debug)]
struct Track {
    channel: String,
    ty: Type,
    /// How many values, of an input that is an array.
    count: Option<u32>,
    kind: Kind,
    /// Each component before the first value; of a momentary input, where nothing happens.
    rest: Vec<f64>,
    /// Of each component, in the order of time. Of several at one time the last counts.
    keys: Vec<Vec<Key>>,
    /// Of what is a text, what it says: a value is a place in here.
    texts: Vec<String>,
}

/// The values of all inputs that are given any.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    tracks: Vec<Track>,
}

impl Script {
    /// What `given` says from the start, and the table of a file from its rows on.
    pub(super) fn new(
        program: &Program,
        given: &[(String, OwnedValue)],
        table: Option<&str>,
    ) -> Result<Self, Failure> {
        let data = program.data();
        let host = |event: &&Event| matches!(event.source, EventSource::Host { .. });
        let events = data.events.iter().filter(host).map(Track::of_event);
        let mut tracks: Vec<Track> =
            data.channels.iter().map(|channel| Track::new(program, channel)).chain(events).collect();
        for (name, value) in given {
            let mut inputs = tracks.iter_mut().filter(|track| matches!(track.kind, Kind::Input(_)));
            let named = inputs.find(|track| track.channel == *name);
            named.into_iter().for_each(|track| track.begin(value));
        }
        if let Some(file) = table {
            let load::Text { file, text } = load::read_any(file).map_err(|diagnostics| {
                tell(&diagnostics.to_string());
                Failure::Told
            })?;
            read::read(&file, &text, program, &mut tracks).map_err(|diagnostics| {
                tell(&diagnostics.render_within(load::TERMINAL, |name| (name == file).then_some(&text)));
                Failure::Told
            })?;
        }
        tracks.retain(|track| {
            let is_given = given.iter().any(|(name, _)| *name == track.channel);
            is_given || track.keys.iter().any(|keys| !keys.is_empty())
        });
        Ok(Self { tracks })
    }

    /// Goes to a frame as if every frame up to it had been played, each with its own inputs.
    pub(super) fn seek<'e>(&self, engine: &'e mut Engine, index: u64) -> Result<Frame<'e>, EngineError> {
        let at = engine.last_frame().map(|frame| frame.index());
        if self.tracks.is_empty() || at == Some(index) {
            return engine.seek(index);
        }
        let data = engine.program().data();
        if !(data.cells.is_empty() && data.events.is_empty()) {
            let from = match at {
                Some(at) if at < index => at + 1,
                _ => {
                    engine.reset();
                    0
                }
            };
            for step in from..index {
                self.apply(engine, step)?;
                engine.seek(step)?;
            }
        }
        self.apply(engine, index)?;
        engine.seek(index)
    }

    /// Sets every input to what frame `index` sees, which is to be evaluated next.
    pub(super) fn apply(&self, engine: &mut Engine, index: u64) -> Result<(), EngineError> {
        let rate = engine.frame_rate();
        let now = rate.start(index).ok_or(EngineError::BeyondTime { asked: index })?;
        let before = index.checked_sub(1).and_then(|before| rate.start(before));
        for track in &self.tracks {
            match track.kind {
                Kind::Input(kind) => {
                    if let Some(value) = track.at(kind, before, now) {
                        engine.set(&track.channel, &value)?;
                    }
                }
                Kind::Event { carries } => track.send(carries, before, now, engine)?,
            }
        }
        Ok(())
    }
}

impl Track {
    fn new(program: &Program, channel: &Channel) -> Self {
        let mut rest: Vec<f64> = channel.defaults().collect();
        let mut texts = Vec::new();
        if channel.ty == Type::Text {
            let text = |row: &f64| program.data().texts.get(*row as usize).map_or("", |row| &row.text);
            texts = rest.iter().map(|row| text(row).to_owned()).collect();
            rest = (0..texts.len()).map(|at| at as f64).collect();
        }
        Self {
            texts,
            channel: channel.name.clone(),
            ty: channel.ty,
            count: channel.count,
            kind: Kind::Input(channel.kind),
            keys: vec![Vec::new(); rest.len()],
            rest,
        }
    }

    fn of_event(event: &Event) -> Self {
        let ty = event.ty.unwrap_or(Type::Bool);
        let components = ty.stride() as usize;
        Self {
            channel: event.key.clone(),
            ty,
            count: None,
            kind: Kind::Event { carries: event.ty.is_some() },
            texts: Vec::new(),
            rest: vec![0.0; components],
            keys: vec![Vec::new(); components],
        }
    }

    /// Sends what happens until `now` and is behind `before`, each at its own time.
    fn send(
        &self,
        carries: bool,
        before: Option<Flicks>,
        now: Flicks,
        engine: &mut Engine,
    ) -> Result<(), EngineError> {
        let event = engine.event(&self.channel)?;
        let Some(first) = self.keys.first() else { return Ok(()) };
        let start = before.map_or(0, |before| first.partition_point(|key| key.at <= before));
        let end = first.partition_point(|key| key.at <= now);
        for (row, &Key { at, .. }) in first.iter().enumerate().take(end).skip(start) {
            // A component that has no value of its own then has none.
            let value =
                |keys: &Vec<Key>| keys.get(row).filter(|key| key.at == at).map_or(0.0, |key| key.value);
            let mut components = [0.0; 4];
            components.iter_mut().zip(self.keys.iter().map(value)).for_each(|(to, from)| *to = from);
            if self.ty == Type::Text && carries {
                let text = engine.given_text(self.text(components[0]))?;
                engine.send_at(event, at, text)?;
            } else if carries {
                engine.send_at(event, at, Payload(InputValue::from_components(self.ty, components)))?;
            } else if components[0] != 0.0 {
                engine.send_at(event, at, ())?;
            }
        }
        Ok(())
    }

    /// What a value that is a text says.
    fn text(&self, value: f64) -> &str {
        self.texts.get(value as usize).map_or("", String::as_str)
    }

    /// The value of a text.
    fn add_text(&mut self, text: &str) -> f64 {
        self.texts.push(text.to_owned());
        (self.texts.len() - 1) as f64
    }

    /// Gives it a value from the start on; a momentary one has it in frame 0.
    fn begin(&mut self, value: &OwnedValue) {
        let components = match value {
            OwnedValue::Text(text) => vec![self.add_text(text)],
            OwnedValue::One(_) | OwnedValue::Array { .. } => value.components(),
        };
        match self.kind {
            Kind::Event { .. } => {}
            Kind::Input(ChannelKind::Hold) => self.rest = components,
            Kind::Input(ChannelKind::Momentary) => {
                for (keys, value) in self.keys.iter_mut().zip(components) {
                    *keys = vec![Key { at: Flicks::ZERO, value }];
                }
            }
        }
    }

    /// The inputs of a frame that begins at `now`, the one before having begun at `before`; `None` if there is nothing to
    /// set.
    fn at(&self, kind: ChannelKind, before: Option<Flicks>, now: Flicks) -> Option<OwnedValue> {
        let mut components = self.rest.clone();
        let mut is_set = kind == ChannelKind::Hold;
        for (component, keys) in components.iter_mut().zip(&self.keys) {
            let found = match kind {
                ChannelKind::Hold => held(keys, now, self.ty.is_floats()),
                ChannelKind::Momentary => fired(keys, before, now, *component),
            };
            if let Some(value) = found {
                (*component, is_set) = (value, true);
            }
        }
        if is_set && self.ty == Type::Text && self.count.is_none() {
            return Some(OwnedValue::Text(self.text(components[0]).to_owned()));
        }
        if is_set { OwnedValue::from_components(self.ty, self.count, &components) } else { None }
    }
}

/// The value at a time: on the straight way from one key to the next, or that of the last key. None before the first.
fn held(keys: &[Key], now: Flicks, is_linear: bool) -> Option<f64> {
    let after = keys.partition_point(|key| key.at <= now);
    let from = keys[..after].last()?;
    let Some(to) = keys.get(after).filter(|_| is_linear) else { return Some(from.value) };
    let share = now.since(from.at).0 as f64 / to.at.since(from.at).0 as f64;
    // Of two products, so that it ends on either value and overflows with none.
    Some(from.value * (1.0 - share) + to.value * share)
}

/// What happened since the frame before: the last that is not what is there without it, so that what is over before the
/// frame ends is seen all the same.
fn fired(keys: &[Key], before: Option<Flicks>, now: Flicks, rest: f64) -> Option<f64> {
    let start = before.map_or(0, |before| keys.partition_point(|key| key.at <= before));
    let here = &keys[start..keys.partition_point(|key| key.at <= now)];
    here.iter().rev().find(|key| key.value != rest).or(here.last()).map(|key| key.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::EngineSettings;
    use crate::program::Builder;
    use crate::time::FrameRate;

    fn keys(values: &[(f64, f64)]) -> Vec<Key> {
        values.iter().map(|&(at, value)| Key { at: Flicks::from_secs_f64(at).unwrap(), value }).collect()
    }

    #[test]
    fn values_are_held_or_go_straight() {
        let list = keys(&[(1.0, 10.0), (2.0, 20.0), (2.0, 40.0), (4.0, 0.0)]);
        let check = |at: f64, linear: Option<f64>, stepped: Option<f64>| {
            let now = Flicks::from_secs_f64(at).unwrap();
            assert_eq!((held(&list, now, true), held(&list, now, false)), (linear, stepped), "{at}");
        };
        check(0.0, None, None);
        check(0.999, None, None);
        check(1.0, Some(10.0), Some(10.0));
        check(1.5, Some(15.0), Some(10.0));
        // Two values at one time are a jump.
        check(2.0, Some(40.0), Some(40.0));
        check(3.0, Some(20.0), Some(40.0));
        check(4.0, Some(0.0), Some(0.0));
        check(1e6, Some(0.0), Some(0.0));
        assert_eq!(held(&[], Flicks::ZERO, true), None);
    }

    #[test]
    fn what_happens_is_seen_by_one_frame_at_any_rate() {
        let list = keys(&[(0.0, 3.0), (0.35, 1.0), (0.36, 0.0), (1.0, 2.0)]);
        for rate in [10, 24, 25, 60, 144] {
            let rate = FrameRate::new(rate, 1).unwrap();
            let mut seen = Vec::new();
            for index in 0..=rate.frame_at(Flicks::from_secs_f64(1.1).unwrap()) {
                let before = index.checked_sub(1).and_then(|before| rate.start(before));
                seen.extend(fired(&list, before, rate.start(index).unwrap(), 0.0));
            }
            // The one that goes back to nothing may have a frame of its own.
            seen.retain(|&value| value != 0.0);
            assert_eq!(seen, [3.0, 1.0, 2.0], "{rate}");
        }
    }

    #[test]
    fn texts_are_columns_too() {
        let patch = r#"
            input title: text = "none"
            input draft: text field = "first"
            event say: text
            state said = ""
            on say { said = say }
            state entered = ""
            on draft.enter { entered = draft; draft = "" }
            shown = title
            draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }"#;
        let compiled = crate::compile(patch, "a.pav", &crate::NoFiles);
        let program = compiled.program.unwrap();
        let table = "time,title,say,draft,draft.enter\n0.1,\"one, two\",,,\n0.2,,true,\"Todo \"\"1\"\"\",\n0.3,3,,,true\n0.4,,,a,\n";
        let given = [("title".to_owned(), OwnedValue::Text("given".into()))];
        for (given, first) in [(&given[..], "given"), (&[], "none")] {
            let mut script = Script::new(&program, given, None).unwrap();
            let host = |event: &&Event| matches!(event.source, EventSource::Host { .. });
            let events = program.data().events.iter().filter(host).map(Track::of_event);
            let channels = program.data().channels.iter().map(|channel| Track::new(&program, channel));
            let mut tracks: Vec<Track> = channels.chain(events).collect();
            given.iter().for_each(|(_, value)| tracks[0].begin(value));
            read::read("a.csv", table, &program, &mut tracks).unwrap();
            script.tracks = tracks;
            let settings = EngineSettings { frame_rate: FrameRate::new(10, 1), ..EngineSettings::default() };
            let mut engine = Engine::fitted(program.clone(), 1.0, settings).unwrap();
            let mut check = |index: u64, expected: [&str; 4]| {
                let frame = script.seek(&mut engine, index).unwrap();
                let found = ["shown", "said", "draft", "entered"].map(|slot| frame.text(slot).unwrap());
                assert_eq!(found, expected, "{index}");
            };
            check(0, [first, "", "first", ""]);
            check(1, ["one, two", "", "first", ""]);
            check(2, ["one, two", "true", "Todo \"1\"", ""]);
            check(3, ["3", "true", "", "Todo \"1\""]);
            check(4, ["3", "true", "a", "Todo \"1\""]);
            check(1, ["one, two", "", "first", ""]);
        }
    }

    #[test]
    fn a_seek_gives_what_playing_gives() {
        let b = Builder::new("inputs");
        let level = b.channel("level", Type::Float, &[0.5], ChannelKind::Hold);
        let hit = b.channel("hit", Type::Int, &[0.0], ChannelKind::Momentary);
        let sum = b.cell("sum", Type::Float, 0.0, None);
        let now = b.signal("now", sum.get() + level + hit.to_float() * 100.0);
        sum.next(now);
        let program = b.finish().unwrap();
        let mut tracks: Vec<Track> =
            program.data().channels.iter().map(|channel| Track::new(&program, channel)).collect();
        tracks[0].keys[0] = keys(&[(0.1, 1.0), (0.2, 3.0)]);
        tracks[1].keys[0] = keys(&[(0.0, 1.0), (0.12, 2.0)]);
        let script = Script { tracks };
        let settings = EngineSettings { frame_rate: FrameRate::new(50, 1), ..EngineSettings::default() };
        let engine = || Engine::fitted(program.clone(), 1.0, settings).unwrap();
        let mut expected = Vec::new();
        let mut played = engine();
        let mut total = 0.0;
        for index in 0..20_u64 {
            let level = match index {
                0..5 => 0.5,
                5..10 => 1.0 + (index - 5) as f64 * 0.4,
                _ => 3.0,
            };
            let hit = if index == 0 {
                1.0
            } else if index == 6 {
                2.0
            } else {
                0.0
            };
            total += level + hit * 100.0;
            let found = script.seek(&mut played, index).unwrap().slot("now").unwrap().components[0];
            assert!((found - total).abs() < 1e-9, "frame {index}: {found}, expected {total}");
            expected.push(found);
        }
        for order in [[19, 3, 12, 12, 0], [7, 8, 6, 1, 19]] {
            let mut sought = engine();
            for index in order {
                let frame = script.seek(&mut sought, index).unwrap();
                assert_eq!(frame.slot("now").unwrap().components[0], expected[index as usize], "{index}");
            }
        }
    }
}
