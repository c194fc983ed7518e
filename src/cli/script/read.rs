//! Tables of inputs: CSV with a heading, or a JSON object per line.

use std::collections::HashSet;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;

use super::{Key, Track};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sink, nearest, quote};
use crate::language::{constant, constants};
use crate::program::limits::TEXT_MAX;
use crate::program::{Event, EventSource, Program, Type, Unit, parse_strict};
use crate::time::{Flicks, FrameRate};

/// The meaning of a column or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Column {
    /// When, in seconds.
    Time,
    /// When, in frames of the program's own rate.
    Frame,
    /// A value of an input, by its row: all of it, or one component.
    Value { track: usize, component: Option<usize> },
    /// One value of an input that is an array of vectors or colours.
    Element { track: usize, at: usize },
}

/// A value as the file has it.
enum Cell<'t> {
    Text(&'t str),
    /// The components of a vector or a colour, or the values of an array.
    Parts(Vec<&'t str>),
    /// The values of an array of vectors or colours, each by its components.
    Rows(Vec<Vec<&'t str>>),
}

/// The mistake in a cell, and its fix where that is more than the general help.
struct Wrong(String, Option<String>);

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Self(message, None)
    }
}

/// Puts the rows of a file into tracks, which are those of the program's inputs and then of its events, in their order.
pub(super) fn read(
    file: &str,
    text: &str,
    program: &Program,
    tracks: &mut [Track],
) -> Result<(), Diagnostics> {
    let text = text.trim_start_matches('\u{feff}');
    let channels = program.data().channels.iter().map(|channel| channel.unit);
    let host = |event: &&Event| matches!(event.source, EventSource::Host { .. });
    let events = program.data().events.iter().filter(host).map(|event| event.unit);
    let units = channels.chain(events).collect();
    let mut reader = Reader {
        file,
        text,
        rate: program.frame_rate(),
        units,
        tracks,
        last: Flicks::ZERO,
        sink: Sink::default(),
    };
    if text.trim_start().starts_with('{') {
        reader.json_lines();
    } else {
        reader.csv();
    }
    let found = reader.sink.finish();
    if found.has_errors() { Err(found) } else { Ok(()) }
}

struct Reader<'t, 'r> {
    file: &'t str,
    text: &'t str,
    rate: FrameRate,
    /// Of every track.
    units: Vec<Unit>,
    tracks: &'r mut [Track],
    /// The time of the row before.
    last: Flicks,
    sink: Sink,
}

impl<'t> Reader<'t, '_> {
    /// Reports what is wrong at a byte of the text.
    fn wrong(&mut self, at: usize, Wrong(message, help): Wrong) {
        let before = &self.text[..at.min(self.text.len())];
        let line = before.bytes().filter(|&byte| byte == b'\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) as u32 + 1;
        let diagnostic = Diagnostic { help, ..Diagnostic::error(Code::InputTable, message) };
        self.sink.push(Diagnostic {
            file: self.file.to_owned(),
            line,
            column,
            end_line: line,
            end_column: column + 1,
            ..diagnostic
        });
    }

    fn csv(&mut self) {
        let text = self.text;
        let mut csv =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut columns: Option<Vec<Option<Column>>> = None;
        while !self.sink.is_full() {
            match csv.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let at = error.position().map_or(0, |position| position.byte() as usize);
                    return self.wrong(at, format!("not CSV: {error}").into());
                }
            }
            let start = record.position().map_or(0, |position| position.byte() as usize);
            let at = cells(text, start);
            let cells: Vec<(usize, &str)> = at.zip(record.iter().map(str::trim)).collect();
            match &columns {
                None => columns = Some(self.heading(&cells)),
                Some(columns) if columns.len() != cells.len() => {
                    let message =
                        format!("the row has {} cells, and there are {} columns", cells.len(), columns.len());
                    let at = cells.get(columns.len()).or(cells.last()).map_or(start, |cell| cell.0);
                    self.wrong(at, message.into());
                }
                Some(columns) => {
                    let row = columns.iter().zip(&cells);
                    let row: Vec<(Column, usize, Cell<'_>)> = row
                        .filter_map(|(&column, &(at, text))| Some((column?, at, Cell::Text(text))))
                        .filter(|(_, _, cell)| !matches!(cell, Cell::Text("")))
                        .collect();
                    self.row(cells.first().map_or(start, |cell| cell.0), row);
                }
            }
        }
        if columns.is_none() {
            self.wrong(0, "the table is empty".to_owned().into());
        }
    }

    /// The meanings of the columns; `None` for those that cannot be understood.
    fn heading(&mut self, cells: &[(usize, &str)]) -> Vec<Option<Column>> {
        let mut seen = HashSet::new();
        let mut columns = Vec::new();
        for &(at, name) in cells {
            let column = self.column(name).and_then(|column| self.once(&mut seen, column, name));
            columns.push(column.map_err(|wrong| self.wrong(at, wrong)).ok());
        }
        let is_time = |column: &Option<Column>| matches!(column, Some(Column::Time | Column::Frame));
        if !self.sink.has_errors() && !columns.iter().any(is_time) {
            let at = cells.first().map_or(0, |cell| cell.0);
            self.wrong(at, "no column says when: one is `time` (seconds) or `frame`".to_owned().into());
        }
        columns
    }

    /// The meaning of a name.
    fn column(&self, name: &str) -> Result<Column, Wrong> {
        match name {
            "time" => return Ok(Column::Time),
            "frame" => return Ok(Column::Frame),
            _ => {}
        }
        let track = |name: &str| self.tracks.iter().position(|track| track.channel == name);
        if let Some(track) = track(name) {
            return Ok(Column::Value { track, component: None });
        }
        if let Some((before, index, part)) = element(name)
            && let Some(track) = track(before)
        {
            return self.element(name, track, index, part);
        }
        let part = name.rsplit_once('.').and_then(|(name, part)| Some((track(name)?, part)));
        if let Some((track, part)) = part {
            if self.tracks[track].count.is_some() {
                let message = format!("{} is an array, and a part is one of its values'", quote(name));
                let help = format!("name a value first: `{}[0].{part}`", self.tracks[track].channel);
                return Err(Wrong(message, Some(help)));
            }
            let component = self.part(name, track, part)?;
            return Ok(Column::Value { track, component: Some(component) });
        }
        let names: Vec<&str> = self.tracks.iter().map(|track| track.channel.as_str()).collect();
        let whole = element(name).map_or(name, |(name, ..)| name);
        let whole = whole.rsplit_once('.').map_or(whole, |(name, _)| name);
        let help = match nearest(whole, names.iter().copied().chain(["time", "frame"])) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => {
                "the program has no inputs: `input level = 0.5` or `event click` in a patch makes one".into()
            }
            None => format!("there are {}", names.join(", ")),
        };
        Err(Wrong(format!("the program has no input or event {}", quote(name)), Some(help)))
    }

    /// The meaning of `levels[3]` or `places[3].x`.
    fn element(&self, name: &str, track: usize, index: &str, part: Option<&str>) -> Result<Column, Wrong> {
        let Track { channel, ty, count, .. } = &self.tracks[track];
        let Some(count) = *count else {
            let message = format!("{} is {}, and no array", quote(channel), what(*ty));
            return Err(Wrong(message, Some(format!("leave the `[{index}]` out"))));
        };
        let at = index.trim().parse::<u32>().ok().filter(|&at| at < count);
        let Some(at) = at.map(|at| at as usize) else {
            let message =
                format!("{} has {count} values, and there is none at {}", quote(channel), quote(index));
            return Err(Wrong(
                message,
                Some(format!("its values are `{channel}[0]` to `{channel}[{}]`", count - 1)),
            ));
        };
        let stride = ty.stride() as usize;
        match part {
            Some(part) => {
                let component = Some(at * stride + self.part(name, track, part)?);
                Ok(Column::Value { track, component })
            }
            None => Ok(Column::Element { track, at }),
        }
    }

    /// The number of a part of a vector or a colour.
    fn part(&self, name: &str, track: usize, part: &str) -> Result<usize, Wrong> {
        let ty = self.tracks[track].ty;
        let parts = components(ty);
        parts.iter().position(|known| *known == part).ok_or_else(|| {
            let message = format!("{} is {}, which has no part {}", quote(name), what(ty), quote(part));
            let help = match parts {
                [] => format!("leave the `.{part}` out"),
                parts => format!("its parts are {}", parts.join(", ")),
            };
            Wrong(message, Some(help))
        })
    }

    /// Whether nothing said the same before.
    fn once(&self, seen: &mut HashSet<Column>, column: Column, name: &str) -> Result<Column, Wrong> {
        let all = match column {
            Column::Time | Column::Frame => vec![Column::Time],
            Column::Value { component: Some(_), .. } => vec![column],
            Column::Value { track, component: None } => {
                let all = 0..self.tracks[track].keys.len();
                all.map(|k| Column::Value { track, component: Some(k) }).collect()
            }
            Column::Element { track, at } => {
                let stride = self.tracks[track].ty.stride() as usize;
                let own = at * stride..(at + 1) * stride;
                own.map(|k| Column::Value { track, component: Some(k) }).collect()
            }
        };
        match all.into_iter().all(|column| seen.insert(column)) {
            true => Ok(column),
            false => {
                let message = format!("what {} says is said by a column before", quote(name));
                Err(Wrong(message, Some("keep one of them".into())))
            }
        }
    }

    fn json_lines(&mut self) {
        let mut start = 0;
        let text = self.text;
        for line in text.split_inclusive('\n') {
            let from = start;
            start += line.len();
            if line.trim().is_empty() {
                continue;
            }
            if self.sink.is_full() {
                return;
            }
            match parse_strict(line) {
                Ok(Some(Value::Object(object))) => {
                    let mut seen = HashSet::new();
                    let mut row = Vec::new();
                    for property in &object.properties {
                        let name = property.name.as_str();
                        let at = from + property.name.range().start;
                        let column = self.column(name).and_then(|column| self.once(&mut seen, column, name));
                        let value = from + property.value.range().start;
                        match column.and_then(|column| Ok((column, cell(&property.value)?))) {
                            Ok((column, Some(cell))) => row.push((column, value, cell)),
                            Ok((_, None)) => {}
                            Err(wrong) => self.wrong(at, wrong),
                        }
                    }
                    self.row(from, row);
                }
                Ok(_) => self.wrong(from, "a line is one JSON object".to_owned().into()),
                Err((message, at)) => self.wrong(from + at, format!("not JSON: {message}").into()),
            }
        }
    }

    /// A row: when, and the values there.
    fn row(&mut self, start: usize, row: Vec<(Column, usize, Cell<'_>)>) {
        let when = row.iter().find(|(column, ..)| matches!(column, Column::Time | Column::Frame));
        let Some((column, at, cell)) = when else {
            let message = "the row does not say when: `time` (seconds) or `frame`".to_owned();
            // What is wrong with the heading has been said there.
            if !self.sink.has_errors() {
                self.wrong(start, message.into());
            }
            return;
        };
        let now = match (column, cell) {
            (Column::Time, Cell::Text(text)) => seconds(text),
            (_, Cell::Text(text)) => frame(text, self.rate),
            (_, Cell::Parts(_) | Cell::Rows(_)) => Err("expected one number".to_owned()),
        };
        let now = match now {
            Ok(now) if now >= self.last => now,
            Ok(_) => {
                let help = Some("sort the rows by their time".to_owned());
                return self.wrong(*at, Wrong("the row lies before the one above".into(), help));
            }
            Err(message) => return self.wrong(*at, message.into()),
        };
        self.last = now;
        for (column, at, cell) in row {
            let said = match column {
                Column::Time | Column::Frame => Ok(()),
                Column::Value { track, component: None } if self.tracks[track].count.is_some() => {
                    self.array(track, now, &cell)
                }
                Column::Value { track, component } => self.value(track, component, now, &cell),
                Column::Element { track, at } => self.element_value(track, at, now, &cell),
            };
            if let Err(wrong) = said {
                self.wrong(at, wrong);
            }
        }
    }

    /// A value of an input from a time on.
    fn value(
        &mut self,
        track: usize,
        component: Option<usize>,
        at: Flicks,
        cell: &Cell<'_>,
    ) -> Result<(), Wrong> {
        let ty = self.tracks[track].ty;
        if let (Type::Text, None, Cell::Text(text)) = (ty, component, cell) {
            if text.len() > TEXT_MAX {
                let message = format!("the text has {} bytes, and the most is {TEXT_MAX}", text.len());
                return Err(Wrong(message, Some("shorten it, or send it in pieces".into())));
            }
            let value = self.tracks[track].add_text(text);
            self.keep(track, 0, at, vec![value]);
            return Ok(());
        }
        let values = match (component, cell) {
            (Some(_), Cell::Text(text)) => vec![number(Type::Float, text)?],
            (None, cell) => self.one(track, cell)?,
            (Some(_), cell) => return Err(too_many(cell, ty, true)),
        };
        self.keep(track, component.unwrap_or(0), at, values);
        Ok(())
    }

    /// One value of an array from a time on.
    fn element_value(
        &mut self,
        track: usize,
        element: usize,
        at: Flicks,
        cell: &Cell<'_>,
    ) -> Result<(), Wrong> {
        let values = self.one(track, cell)?;
        self.keep(track, element * values.len(), at, values);
        Ok(())
    }

    /// All values of an array from a time on.
    fn array(&mut self, track: usize, at: Flicks, cell: &Cell<'_>) -> Result<(), Wrong> {
        let Track { channel, ty, count, .. } = &self.tracks[track];
        let (ty, count) = (*ty, count.unwrap_or(1));
        let values = match cell {
            Cell::Text(text) => {
                let unit = self.units[track];
                constants(channel, text, (ty, unit, count)).map_err(|(found, _)| first_of(found, text))?
            }
            Cell::Parts(given) if ty.stride() == 1 => {
                is_whole(channel, given.len(), count)?;
                let values: Result<Vec<f64>, Wrong> = given.iter().map(|text| number(ty, text)).collect();
                values?
            }
            Cell::Rows(given) if ty.stride() > 1 => {
                is_whole(channel, given.len(), count)?;
                let mut values = Vec::new();
                for parts in given {
                    if parts.len() != ty.stride() as usize {
                        let message = format!(
                            "found {} values, expected {} of {} numbers",
                            parts.len(),
                            what(ty),
                            ty.stride()
                        );
                        return Err(message.into());
                    }
                    for text in parts {
                        values.push(number(Type::Float, text)?);
                    }
                }
                values
            }
            Cell::Parts(_) | Cell::Rows(_) => {
                let each = match ty.stride() {
                    1 => "one number each".to_owned(),
                    stride => format!("{stride} numbers each, in brackets of their own"),
                };
                return Err(format!("{} is an array of {count} values of {each}", quote(channel)).into());
            }
        };
        self.keep(track, 0, at, values);
        Ok(())
    }

    /// The components of one value.
    fn one(&self, track: usize, cell: &Cell<'_>) -> Result<Vec<f64>, Wrong> {
        let Track { channel, ty, .. } = &self.tracks[track];
        let stride = ty.stride() as usize;
        match cell {
            Cell::Parts(given) if stride > 1 && given.len() == stride => {
                given.iter().map(|text| number(Type::Float, text)).collect()
            }
            Cell::Text(text) => {
                let plain = if stride == 1 { number(*ty, text).ok() } else { None };
                match plain {
                    Some(value) => Ok(vec![value]),
                    None => {
                        let numbers = constant(channel, text, *ty, self.units[track]);
                        let numbers = numbers.map_err(|(found, _)| first_of(found, text))?;
                        Ok(numbers[..stride].to_vec())
                    }
                }
            }
            cell => Err(too_many(cell, *ty, false)),
        }
    }

    /// Gives components values, from one component on.
    fn keep(&mut self, track: usize, first: usize, at: Flicks, values: Vec<f64>) {
        for (keys, value) in self.tracks[track].keys.iter_mut().skip(first).zip(values) {
            keys.push(Key { at, value });
        }
    }
}

/// What is wrong with a text that is no value.
fn first_of(found: Diagnostics, text: &str) -> Wrong {
    match found.0.into_iter().next() {
        Some(first) => Wrong(first.message, first.help),
        None => format!("{} cannot be read", quote(text)).into(),
    }
}

/// That an array has so many values.
fn is_whole(channel: &str, found: usize, count: u32) -> Result<(), Wrong> {
    match found == count as usize {
        true => Ok(()),
        false => Err(format!("found {found} values, and {} has {count}", quote(channel)).into()),
    }
}

/// Several values where there is one, or other ones than a vector has.
fn too_many(cell: &Cell<'_>, ty: Type, is_component: bool) -> Wrong {
    let found = match cell {
        Cell::Text(_) => 1,
        Cell::Parts(given) => given.len(),
        Cell::Rows(given) => given.len(),
    };
    let expected = match components(ty).len() {
        count @ 1.. if !is_component => format!("{} of {count} numbers", what(ty)),
        _ => "one value".into(),
    };
    format!("found {found} values, expected {expected}").into()
}

/// The parts of `levels[3]` and `places[3].x`: name, index, and which part of the value.
fn element(name: &str) -> Option<(&str, &str, Option<&str>)> {
    let (before, rest) = name.split_once('[')?;
    let (index, behind) = rest.split_once(']')?;
    match behind {
        "" => Some((before.trim(), index, None)),
        behind => Some((before.trim(), index, Some(behind.strip_prefix('.')?))),
    }
}

/// The parts of a type by name; none of a single value.
fn components(ty: Type) -> &'static [&'static str] {
    match ty {
        Type::Vec2 => &["x", "y"],
        Type::Vec3 => &["x", "y", "z"],
        Type::Color => &["r", "g", "b", "a"],
        Type::Float | Type::Int | Type::Uint | Type::Bool | Type::Shape | Type::Text => &[],
    }
}

fn what(ty: Type) -> String {
    let article = if matches!(ty, Type::Int) { "an" } else { "a" };
    format!("{article} {}", ty.name())
}

/// A value of a JSON object; none for null.
fn cell<'t>(value: &'t Value<'t>) -> Result<Option<Cell<'t>>, Wrong> {
    let one = |value: &'t Value<'t>| match value {
        Value::NumberLit(number) => Some(number.value),
        Value::BooleanLit(truth) => Some(if truth.value { "true" } else { "false" }),
        Value::StringLit(text) => Some(text.value.as_ref()),
        Value::Array(_) | Value::Object(_) | Value::NullKeyword(_) => None,
    };
    match value {
        Value::NullKeyword(_) => Ok(None),
        Value::Array(array) => {
            let row = |value: &'t Value<'t>| match value {
                Value::Array(array) => array.elements.iter().map(one).collect::<Option<Vec<&str>>>(),
                _ => None,
            };
            let rows: Option<Vec<Vec<&str>>> = array.elements.iter().map(row).collect();
            if let Some(rows) = rows.filter(|rows| !rows.is_empty()) {
                return Ok(Some(Cell::Rows(rows)));
            }
            let parts: Option<Vec<&str>> = array.elements.iter().map(one).collect();
            let parts = parts.ok_or_else(|| {
                "an array holds the numbers of a vector or a colour, or the values of an array".to_owned()
            })?;
            Ok(Some(Cell::Parts(parts)))
        }
        Value::Object(_) => {
            Err("a value is a number, true, false, a text or an array of numbers".to_owned().into())
        }
        value => Ok(one(value).map(Cell::Text)),
    }
}

/// A number of a type, in the base of its unit; bools are 0 and 1.
fn number(ty: Type, text: &str) -> Result<f64, Wrong> {
    let wrong = |what: &str| Wrong(format!("found {}, expected {what}", quote(text)), None);
    match ty {
        Type::Bool => match text {
            "true" | "1" => Ok(1.0),
            "false" | "0" => Ok(0.0),
            _ => Err(wrong("true or false")),
        },
        Type::Int => text.parse::<i32>().map(f64::from).map_err(|_| wrong("an int")),
        Type::Uint => text.parse::<u32>().map(f64::from).map_err(|_| wrong("an int of 0 or more")),
        Type::Text => Err(wrong("no text: a host gives it, with `Engine::set_text`")),
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape => {
            text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| wrong("a finite number"))
        }
    }
}

fn seconds(text: &str) -> Result<Flicks, String> {
    let found = text.parse::<f64>().ok().and_then(Flicks::from_secs_f64);
    found.ok_or_else(|| format!("found {}, expected seconds, 0 or more", quote(text)))
}

fn frame(text: &str, rate: FrameRate) -> Result<Flicks, String> {
    let found = text.parse::<u64>().ok().and_then(|index| rate.start(index));
    found.ok_or_else(|| format!("found {}, expected a frame index", quote(text)))
}

/// Where the cells of a row begin, the row starting at a byte or at line ends before it.
fn cells(text: &str, start: usize) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let first = bytes.iter().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let mut next = Some(start + first);
    std::iter::from_fn(move || {
        let here = next?;
        let mut is_quoted = false;
        let comma = bytes.iter().skip(here).position(|&byte| {
            is_quoted ^= byte == b'"';
            byte == b',' && !is_quoted
        });
        next = comma.map(|length| here + length + 1);
        // At the value itself, not at the blanks before it.
        let blanks = bytes.iter().skip(here).take_while(|&&byte| byte == b' ').count();
        Some(here + blanks)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Builder, ChannelKind};

    fn program() -> Program {
        let b = Builder::new("inputs");
        b.clip(1.0, 50, [16, 16]);
        b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
        b.channel("down", Type::Bool, &[0.0], ChannelKind::Hold);
        b.channel("level", Type::Float, &[0.0], ChannelKind::Hold);
        b.channel("tint", Type::Color, &[0.0, 0.0, 0.0, 1.0], ChannelKind::Hold);
        b.channel("hits", Type::Int, &[0.0], ChannelKind::Momentary);
        b.channel_array("bands", Type::Float, 3, &[0.0], ChannelKind::Hold);
        b.channel_array("places", Type::Vec2, 2, &[0.5, 0.5], ChannelKind::Hold);
        b.channel_array("taps", Type::Bool, 2, &[0.0], ChannelKind::Momentary);
        b.finish().unwrap()
    }

    /// Every key: its input, component, time in milliseconds and value.
    fn keys(text: &str) -> Result<Vec<(String, usize, u64, f64)>, String> {
        let program = program();
        let mut tracks: Vec<Track> =
            program.data().channels.iter().map(|channel| Track::new(&program, channel)).collect();
        match read("in.csv", text, &program, &mut tracks) {
            Err(found) => {
                let line = |d: &Diagnostic| format!("{}:{}: {}", d.line, d.column, d.message);
                assert!(
                    found
                        .iter()
                        .all(|d| d.help.is_some() && d.code == Code::InputTable && d.file == "in.csv")
                );
                Err(found.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
            Ok(()) => {
                let mut all = Vec::new();
                for track in tracks {
                    for (component, keys) in track.keys.into_iter().enumerate() {
                        let millis = |key: &Key| key.at.0 / 705_600;
                        all.extend(
                            keys.iter().map(|k| (track.channel.clone(), component, millis(k), k.value)),
                        );
                    }
                }
                Ok(all)
            }
        }
    }

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let check = |texts: &[&str], expected: &[(&str, usize, u64, f64)]| {
            for text in texts {
                let expected: Vec<_> = expected.iter().map(|&(n, c, t, v)| (n.to_owned(), c, t, v)).collect();
                assert_eq!(keys(text), Ok(expected), "{text}");
            }
        };
        check(
            &[
                "time,pointer.x,pointer.y,down\n0,0.1,0.2,false\n0.25,,0.4,true\n",
                "\u{feff}time , pointer.x, pointer.y,down\r\n\r\n0, 0.1 ,0.2,0\r\n\"0.25\",\"\",0.4,1\r\n",
            ],
            &[
                ("pointer", 0, 0, 0.1),
                ("pointer", 1, 0, 0.2),
                ("pointer", 1, 250, 0.4),
                ("down", 0, 0, 0.0),
                ("down", 0, 250, 1.0),
            ],
        );
        check(
            &[
                "frame,pointer,tint,hits\n5,\"(0.1, 0.2)\",#f00,3\n",
                "frame,pointer,tint.r,tint.g,tint.b,tint.a,hits\n5,\"0.1, 0.2\",1,0,0,1,3\n",
                "{\"frame\": 5, \"pointer\": [0.1, 0.2], \"tint\": \"#f00\", \"hits\": 3, \"down\": null}\n",
                "\n{\"time\": 0.1, \"pointer.x\": 0.1, \"pointer.y\": 0.2, \"tint\": [1, 0, 0, 1], \"hits\": 3}\n\n",
            ],
            &[
                ("pointer", 0, 100, 0.1),
                ("pointer", 1, 100, 0.2),
                ("tint", 0, 100, 1.0),
                ("tint", 1, 100, 0.0),
                ("tint", 2, 100, 0.0),
                ("tint", 3, 100, 1.0),
                ("hits", 0, 100, 3.0),
            ],
        );
        check(&["time\n0\n"], &[]);
    }

    #[test]
    fn arrays_are_a_column_each_or_one_for_all() {
        let check = |texts: &[&str], expected: &[(&str, usize, u64, f64)]| {
            for text in texts {
                let expected: Vec<_> = expected.iter().map(|&(n, c, t, v)| (n.to_owned(), c, t, v)).collect();
                assert_eq!(keys(text), Ok(expected), "{text}");
            }
        };
        check(
            &[
                "time,bands[0],bands[1],bands[2]\n0,0.1,0.2,0.3\n",
                "time,bands[2],bands[1],bands[0]\n0,0.3,0.2,0.1\n",
                "time,bands\n0,\"0.1, 0.2, 0.3\"\n",
                "time,bands\n0,\"[0.1, 0.2, 0.3]\"\n",
                "{\"time\": 0, \"bands\": [0.1, 0.2, 0.3]}\n",
                "{\"time\": 0, \"bands[0]\": 0.1, \"bands[1]\": 0.2, \"bands[2]\": 0.3}\n",
            ],
            &[("bands", 0, 0, 0.1), ("bands", 1, 0, 0.2), ("bands", 2, 0, 0.3)],
        );
        check(
            &["frame,bands\n5,0.5\n", "{\"frame\": 5, \"bands\": \"0.5\"}\n"],
            &[("bands", 0, 100, 0.5), ("bands", 1, 100, 0.5), ("bands", 2, 100, 0.5)],
        );
        check(
            &[
                "time,places[0],places[1]\n0,\"0.1,0.2\",\"(0.3, 0.4)\"\n",
                "time,places[0].x,places[0].y,places[1].x,places[1].y\n0,0.1,0.2,0.3,0.4\n",
                "time,places\n0,\"(0.1, 0.2), (0.3, 0.4)\"\n",
                "{\"time\": 0, \"places\": [[0.1, 0.2], [0.3, 0.4]]}\n",
                "{\"time\": 0, \"places[0]\": [0.1, 0.2], \"places[1]\": \"0.3, 0.4\"}\n",
            ],
            &[("places", 0, 0, 0.1), ("places", 1, 0, 0.2), ("places", 2, 0, 0.3), ("places", 3, 0, 0.4)],
        );
        check(
            &["time,taps[1]\n0.1,true\n", "{\"time\": 0.1, \"taps[1]\": true}\n"],
            &[("taps", 1, 100, 1.0)],
        );
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_stands() {
        let check = |text: &str, expected: &str| assert_eq!(keys(text), Err(expected.to_owned()), "{text}");
        check("", "1:1: the table is empty");
        check("level\n1\n", "1:1: no column says when: one is `time` (seconds) or `frame`");
        check("time,levle\n0,1\n", "1:6: the program has no input or event `levle`");
        check("time,frame\n", "1:6: what `frame` says is said by a column before");
        check("time,pointer.x,pointer\n", "1:16: what `pointer` says is said by a column before");
        check("time,pointer.z\n", "1:6: `pointer.z` is a vec2, which has no part `z`");
        check("time,level.x\n", "1:6: `level.x` is a float, which has no part `x`");
        check("time,level\n0,1\n1,\n2,much\n", "4:3: no value is called `much`");
        check("time,level\n0,inf\n", "2:3: no value is called `inf`");
        check("time,down\n0,2\n", "2:3: the input `down` is a plain number, expected a bool");
        check("time,hits\n0,1.5\n", "2:3: the input `hits` is a plain number, expected an int");
        check(
            "time,pointer.x,level\n0,\"a,b\", x\n",
            "2:3: found `a,b`, expected a finite number\n2:10: no value is called `x`",
        );
        check("time,bands[3]\n", "1:6: `bands` has 3 values, and there is none at `3`");
        check("time,bands[-1]\n", "1:6: `bands` has 3 values, and there is none at `-1`");
        check("time,bands[0].x\n", "1:6: `bands[0].x` is a float, which has no part `x`");
        check("time,places.x\n", "1:6: `places.x` is an array, and a part is one of its values'");
        check("time,level[0]\n", "1:6: `level` is a float, and no array");
        check("time,bands[1],bands\n", "1:15: what `bands` says is said by a column before");
        check("time,bnds[1]\n", "1:6: the program has no input or event `bnds[1]`");
        check("time,bands[1]\n0,much\n", "2:3: no value is called `much`");
        check("time,bands\n0,\"1,2\"\n", "2:3: the input `bands` has 3 values, and these are 2");
        check("time,bands\n0,\"1,2,x\"\n", "2:3: no value is called `x`");
        check("{\"time\": 0, \"bands\": [1, 2]}\n", "1:22: found 2 values, and `bands` has 3");
        check(
            "{\"time\": 0, \"bands\": [[1], [2], [3]]}\n",
            "1:22: `bands` is an array of 3 values of one number each",
        );
        check(
            "{\"time\": 0, \"places\": [[1, 2], [3]]}\n",
            "1:23: found 1 values, expected a vec2 of 2 numbers",
        );
        check("time,level\n1,1\n0.5,1\n", "3:1: the row lies before the one above");
        check("time,level\n-1,1\n", "2:1: found `-1`, expected seconds, 0 or more");
        check("frame,level\n1.5,1\n", "2:1: found `1.5`, expected a frame index");
        check("time,level\n0,1,2\n", "2:5: the row has 3 cells, and there are 2 columns");
        check("time,level\n\n0\n", "3:1: the row has 1 cells, and there are 2 columns");
        check("time,level\n,1\n", "2:1: the row does not say when: `time` (seconds) or `frame`");
        check(
            "{\"time\": 0}\n{\"time\": 1, \"pointer\": [1]}\n",
            "2:24: found 1 values, expected a vec2 of 2 numbers",
        );
        check("{\"time\": 0}\n[1]\n", "2:1: a line is one JSON object");
        check("{\"time\": 0, \"time\": 1}\n", "1:13: what `time` says is said by a column before");
        check("{\"level\": 1}\n", "1:1: the row does not say when: `time` (seconds) or `frame`");
        assert!(keys("{\"time\": 0, \"level\": }\n").unwrap_err().starts_with("1:22: not JSON: "));
    }
}
