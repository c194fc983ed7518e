//! A log's text to a recording, every line checked against the program that runs by then.

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;

use super::{FORMAT, Given, Header, Line, RecordedEnd, Recording, VERSION, What, hash_text, program_hash};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sink, nearest, quote};
use crate::engine::{InputValue, OwnedValue, Payload};
use crate::program::{Channel, EventSource, Program, Type, parse_strict};
use crate::time::{Flicks, FrameRate};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Channel,
    Event,
    Canvas,
    Nudge,
    Again,
    End,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Channel, Self::Event, Self::Canvas, Self::Nudge, Self::Again, Self::End];

    /// The member that makes a line one of the kind.
    fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Event => "event",
            Self::Canvas => "canvas",
            Self::Nudge => "nudge",
            Self::Again => "again",
            Self::End => "end",
        }
    }

    /// What else such a line has beside its tag.
    fn others(self) -> &'static [&'static str] {
        match self {
            Self::Channel => &["payload"],
            Self::Event => &["payload", "sent"],
            Self::Canvas | Self::Nudge | Self::End => &[],
            Self::Again => &["hash", "program"],
        }
    }
}

/// A mistake: at which byte of its line, what it is, and the fix where that is more than the general help.
struct Wrong(usize, String, Option<String>);

type Result<T> = std::result::Result<T, Wrong>;

fn wrong<T>(at: usize, message: impl Into<String>) -> Result<T> {
    Err(Wrong(at, message.into(), None))
}

impl Recording {
    /// Reads a log; `file` is what messages call it. One that was cut off between two lines has no
    /// [`end`](Self::end).
    ///
    /// # Errors
    /// Every line that is wrong, with its place.
    pub fn read(text: &str, file: &str) -> std::result::Result<Self, Diagnostics> {
        let mut reader = Reader { file, text, sink: Sink::default() };
        let recording = reader.read();
        let found = reader.sink.finish();
        recording.filter(|_| !found.has_errors()).ok_or(found)
    }
}

struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    sink: Sink,
}

/// What is known on the way through a log.
struct Context {
    program: Program,
    /// The time of the line before.
    last: Flicks,
}

impl Reader<'_> {
    fn read(&mut self) -> Option<Recording> {
        let text = self.text;
        let mut lines = text.split_inclusive('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
        let Some((at, first)) = lines.next() else {
            self.report(0, "", Wrong(0, "the log is empty".into(), None));
            return None;
        };
        let header = self.taken(at, first, header(first))?;
        let Some((at, second)) = lines.next() else {
            self.report(at, first, Wrong(0, "the log ends before its program".into(), None));
            return None;
        };
        let program = self.taken(at, second, first_program(second, &header))?;
        let mut recording = Recording { header, program: program.clone(), lines: Vec::new(), end: None };
        let mut context = Context { program, last: Flicks::ZERO };
        for (at, line) in lines {
            if self.sink.is_full() {
                break;
            }
            let read = match recording.end {
                Some(_) => wrong(0, "the log has ended in the line before"),
                None => context.line(line, &mut recording),
            };
            self.taken(at, line, read);
        }
        Some(recording)
    }

    fn taken<T>(&mut self, number: usize, line: &str, read: Result<T>) -> Option<T> {
        read.map_err(|wrong| self.report(number, line, wrong)).ok()
    }

    fn report(&mut self, number: usize, line: &str, Wrong(at, message, help): Wrong) {
        let before = line.get(..at.min(line.len())).unwrap_or(line);
        let (line, column) = (number as u32 + 1, before.chars().count() as u32 + 1);
        let diagnostic = Diagnostic { help, ..Diagnostic::error(Code::Log, message) };
        let file = self.file.to_owned();
        self.sink.push(Diagnostic {
            file,
            line,
            column,
            end_line: line,
            end_column: column + 1,
            ..diagnostic
        });
    }
}

/// A line as a JSON object.
fn object(line: &str) -> Result<Object<'_>> {
    match parse_strict(line) {
        Ok(Some(Value::Object(object))) => Ok(object),
        Ok(_) => wrong(0, "a line is one JSON object"),
        Err((message, at)) => wrong(at, format!("not JSON: {message}")),
    }
}

fn header(line: &str) -> Result<Header> {
    object(line)?;
    let header: Header = serde_json::from_str(line).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line").next().unwrap_or_default();
        let help = "the first line is that of a log, as `pavane record` writes it".to_owned();
        Wrong(error.column().saturating_sub(1), format!("the heading cannot be read: {message}"), Some(help))
    })?;
    let Header { format, version, frame_rate, canvas, .. } = &header;
    if format != FORMAT {
        return wrong(0, format!("the format is {}, expected `{FORMAT}`", quote(format)));
    }
    if *version != VERSION {
        let help = Some("record it again with this `pavane`".into());
        return Err(Wrong(
            0,
            format!("the log is of version {version}, and version {VERSION} is read"),
            help,
        ));
    }
    if frame_rate.as_ref().is_some_and(|rate| rate.parse::<FrameRate>().is_err()) {
        return wrong(
            0,
            "the frame rate is none: it is a number such as `60`, or a ratio such as `30000/1001`",
        );
    }
    if canvas.contains(&0) {
        return wrong(0, "the canvas has no pixels");
    }
    Ok(header)
}

fn first_program(line: &str, header: &Header) -> Result<Program> {
    let object = object(line)?;
    let Some(value) = member(&object, "program") else {
        return wrong(0, "the second line is the program: `{\"program\": {...}}`");
    };
    program(line, value, Some((0, &header.program)))
}

/// A program within a line, which is the one of a hash.
fn program(line: &str, value: &Value<'_>, expected: Option<(usize, &str)>) -> Result<Program> {
    let range = value.range();
    let text = line.get(range.start..range.end).unwrap_or_default();
    let (program, found) = Program::diagnose(text, "program");
    let Some(program) = program else {
        let first = found.0.first().map_or("", |first| &first.message);
        return wrong(range.start, format!("the program in it cannot be read: {first}"));
    };
    let found = hash_text(program_hash(&program));
    match expected {
        Some((_, expected)) if expected == found => Ok(program),
        Some((at, expected)) => {
            let message = format!("the program has the hash {found}, and the log says {}", quote(expected));
            Err(Wrong(at, message, Some("a log is not edited: record it again".into())))
        }
        None => wrong(range.start, "the program's `hash` is missing"),
    }
}

fn member<'o, 'a>(object: &'o Object<'a>, name: &str) -> Option<&'o Value<'a>> {
    object.properties.iter().find(|property| property.name.as_str() == name).map(|property| &property.value)
}

impl Context {
    fn line(&mut self, line: &str, recording: &mut Recording) -> Result<()> {
        let object = object(line)?;
        let kind = kind_of(&object, true)?;
        let tag = member(&object, "tag").map_or_else(|| wrong(0, "the line has no `tag`"), tag)?;
        let sent = member(&object, "sent").map(|sent| whole(sent).map(Flicks)).transpose()?;
        let at = sent.unwrap_or(tag);
        if at < self.last {
            let help = Some("lines are in the order in which they count".to_owned());
            return Err(Wrong(0, "the line lies before the one above".into(), help));
        }
        self.last = at;
        let what = match kind {
            Kind::End => {
                recording.end = Some(end(&object, tag)?);
                return Ok(());
            }
            Kind::Again => {
                let (start, items) = array(&object, "again")?;
                let items = items.iter().map(|item| match item {
                    Value::Object(item) => self.given(item, kind_of(item, false)?, tag, false),
                    _ => wrong(start, "what was given is a list of JSON objects"),
                });
                let given = items.collect::<Result<Vec<Given>>>()?;
                let hash =
                    member(&object, "hash").map(|hash| Ok((hash.range().start, text(hash)?))).transpose()?;
                let other = member(&object, "program").map(|value| program(line, value, hash)).transpose()?;
                if let Some(program) = &other {
                    self.program = program.clone();
                }
                What::Again(given, other)
            }
            Kind::Channel | Kind::Event | Kind::Canvas | Kind::Nudge => {
                What::Given(self.given(&object, kind, tag, sent.is_some())?)
            }
        };
        recording.lines.push(Line { at, what });
        Ok(())
    }

    /// What an object says that was given.
    fn given(&self, object: &Object<'_>, kind: Kind, tag: Flicks, is_cue: bool) -> Result<Given> {
        let data = self.program.data();
        let payload = member(object, "payload");
        let start = object.range().start;
        let named =
            || member(object, kind.name()).map_or_else(|| wrong(start, "what was given is missing"), Ok);
        match kind {
            Kind::Channel => {
                let (at, name) = (named()?.range().start, text(named()?)?);
                let names = data.channels.iter().map(|channel| channel.name.as_str());
                let Some(channel) = data.channels.iter().find(|channel| channel.name == name) else {
                    return unknown(at, "input", name, names);
                };
                let Some(payload) = payload else { return wrong(start, "the input's `payload` is missing") };
                Ok(Given::Value(name.into(), values(payload, channel)?))
            }
            Kind::Event => {
                let (at, name) = (named()?.range().start, text(named()?)?);
                let hosts =
                    data.events.iter().filter(|event| matches!(event.source, EventSource::Host { .. }));
                let Some(event) = hosts.clone().find(|event| event.key == name) else {
                    return unknown(at, "event", name, hosts.map(|event| event.key.as_str()));
                };
                if let (Some(Type::Text), Some(Value::StringLit(text))) = (event.ty, payload) {
                    let text = text.value.to_string();
                    return Ok(Given::TextEvent(name.into(), text, is_cue.then_some(tag)));
                }
                let carried = match (event.ty, payload) {
                    (Some(ty), Some(payload)) => Some(value(payload, ty)?),
                    (None, None) => None,
                    (Some(ty), None) => {
                        return wrong(at, format!("the event carries a {ty}: its `payload` is missing"));
                    }
                    (None, Some(payload)) => {
                        return wrong(payload.range().start, "the event carries nothing");
                    }
                };
                Ok(Given::Event(name.into(), Payload(carried), is_cue.then_some(tag)))
            }
            Kind::Canvas => {
                let (start, sides) = array(object, "canvas")?;
                match sides.iter().map(whole).collect::<Result<Vec<u64>>>()?[..] {
                    [width @ 1..=0xffff_ffff, height @ 1..=0xffff_ffff] => {
                        Ok(Given::Canvas([width as u32, height as u32]))
                    }
                    _ => wrong(start, "a canvas is a width and a height in pixels"),
                }
            }
            Kind::Nudge => {
                let (at, name) = (named()?.range().start, text(named()?)?);
                match data.domains.iter().any(|domain| domain.name == name) {
                    true => Ok(Given::Nudge(name.into())),
                    false => {
                        unknown(at, "domain", name, data.domains.iter().map(|domain| domain.name.as_str()))
                    }
                }
            }
            Kind::Again | Kind::End => wrong(start, format!("`{}` is a line of its own", kind.name())),
        }
    }
}

fn unknown<'n, T>(at: usize, what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Result<T> {
    let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    Err(Wrong(at, format!("the program has no {what} {}", quote(name)), help))
}

/// Which kind an object is: a line, or what is listed in one.
fn kind_of(object: &Object<'_>, is_line: bool) -> Result<Kind> {
    let start = object.range().start;
    let Some(kind) = Kind::ALL.into_iter().find(|kind| member(object, kind.name()).is_some()) else {
        let message =
            format!("the line says nothing: it has one of {}", Kind::ALL.map(Kind::name).join(", "));
        return wrong(start, message);
    };
    let mut seen: Vec<&str> = Vec::new();
    for property in &object.properties {
        let (name, at) = (property.name.as_str(), property.name.range().start);
        let is_known = name == kind.name() || kind.others().contains(&name) || (is_line && name == "tag");
        if !is_known {
            return wrong(at, format!("{} has no place beside `{}`", quote(name), kind.name()));
        }
        if seen.contains(&name) {
            return wrong(at, format!("the line has {} twice", quote(name)));
        }
        seen.push(name);
    }
    Ok(kind)
}

fn tag(value: &Value<'_>) -> Result<Flicks> {
    let start = value.range().start;
    let numbers = match value {
        Value::Array(array) => array.elements.iter().map(whole).collect::<Result<Vec<u64>>>()?,
        _ => Vec::new(),
    };
    match numbers[..] {
        [offset, 0..=0xffff_ffff] => Ok(Flicks(offset)),
        _ => wrong(start, "a tag is a time in flicks and a step, such as `[11760000, 0]`"),
    }
}

fn end(object: &Object<'_>, time: Flicks) -> Result<RecordedEnd> {
    let help = "the end is the last frame and its hash, such as `{\"frame\": 9, \"hash\": \"0x1\"}`";
    let Some(Value::Object(end)) = member(object, "end") else { return wrong(object.range().start, help) };
    let Some((frame, hash)) = member(end, "frame").zip(member(end, "hash")) else {
        return wrong(end.range().start, help);
    };
    let hash = match hash {
        Value::NullKeyword(_) => None,
        value => {
            let digits = text(value)?.strip_prefix("0x").and_then(|hash| u64::from_str_radix(hash, 16).ok());
            Some(digits.map_or_else(|| wrong(value.range().start, help), Ok)?)
        }
    };
    Ok(RecordedEnd { time, frame: whole(frame)?, hash })
}

fn array<'o, 'a>(object: &'o Object<'a>, name: &str) -> Result<(usize, &'o [Value<'a>])> {
    match member(object, name) {
        Some(Value::Array(array)) => Ok((array.range().start, &array.elements)),
        _ => wrong(object.range().start, format!("`{name}` is a list")),
    }
}

fn text<'v>(value: &'v Value<'_>) -> Result<&'v str> {
    match value {
        Value::StringLit(text) => Ok(text.value.as_ref()),
        value => wrong(value.range().start, "expected a text in quotes"),
    }
}

fn whole(value: &Value<'_>) -> Result<u64> {
    let found = match value {
        Value::NumberLit(number) => number.value.parse().ok(),
        _ => None,
    };
    found.map_or_else(|| wrong(value.range().start, "expected a whole number, 0 or more"), Ok)
}

/// What a channel takes: a value, or of an array all of them.
fn values(given: &Value<'_>, channel: &Channel) -> Result<OwnedValue> {
    if let (Type::Text, None, Value::StringLit(text)) = (channel.ty, channel.count, given) {
        return Ok(OwnedValue::Text(text.value.to_string()));
    }
    let Some(count) = channel.count else { return value(given, channel.ty).map(OwnedValue::One) };
    let Value::Array(array) = given else {
        return wrong(given.range().start, format!("expected an array of {count} values"));
    };
    if array.elements.len() != count as usize {
        let found = array.elements.len();
        return wrong(given.range().start, format!("found {found} values, expected {count}"));
    }
    let mut components = Vec::with_capacity(channel.components() as usize);
    for element in &array.elements {
        let value = value(element, channel.ty)?;
        components.extend_from_slice(&value.components()[..channel.ty.stride() as usize]);
    }
    Ok(OwnedValue::Array { ty: channel.ty, components })
}

/// A value of a type.
fn value(value: &Value<'_>, ty: Type) -> Result<InputValue> {
    let number = |value: &Value<'_>| match value {
        Value::NumberLit(number) => number.value.parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    };
    let fits =
        |number: f64, least: f64, most: f64| number == number.trunc() && (least..=most).contains(&number);
    let found = match (ty, value) {
        (Type::Bool, Value::BooleanLit(truth)) => Some(InputValue::Bool(truth.value)),
        (Type::Float, value) => number(value).map(InputValue::Float),
        (Type::Int, value) => number(value)
            .filter(|&x| fits(x, i32::MIN.into(), i32::MAX.into()))
            .map(|x| InputValue::Int(x as i32)),
        (Type::Uint, value) => {
            number(value).filter(|&x| fits(x, 0.0, u32::MAX.into())).map(|x| InputValue::Uint(x as u32))
        }
        (Type::Vec2 | Type::Vec3 | Type::Color, Value::Array(array)) => {
            let parts: Option<Vec<f64>> = array.elements.iter().map(number).collect();
            parts.filter(|parts| parts.len() == ty.stride() as usize).and_then(|parts| {
                let mut components = [0.0; 4];
                components[..parts.len()].copy_from_slice(&parts);
                InputValue::from_components(ty, components)
            })
        }
        (Type::Bool | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape | Type::Text, _) => None,
    };
    found.map_or_else(
        || wrong(value.range().start, format!("expected {} {ty}", if ty == Type::Int { "an" } else { "a" })),
        Ok,
    )
}
