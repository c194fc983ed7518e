//! Values between pages and engines: numbers, bools, texts and arrays of them in JSON.

use pavane::program::{Channel, Domain, Event, EventSource, Type};
use pavane::{ChannelValue, Engine, EngineError, EventOccurrence, InputValue, Payload};
use serde_json::{Value, json};

use crate::answer::Fault;

/// The numbers of a value: of one, of a list, or of a list of lists one after the other.
fn numbers(name: &str, value: &Value, into: &mut Vec<f64>) -> Result<(), Fault> {
    match value {
        Value::Number(number) => into.extend(number.as_f64()),
        Value::Bool(flag) => into.push(f64::from(u8::from(*flag))),
        Value::Array(values) => {
            for value in values {
                // Vectors within an array are as deep as it gets.
                if value.as_array().is_some_and(|inner| inner.iter().any(Value::is_array)) {
                    return Err(Fault::request(format!("`{name}` was given lists of lists of lists")));
                }
                numbers(name, value, into)?;
            }
        }
        Value::Null | Value::String(_) | Value::Object(_) => {
            let message =
                format!("`{name}` takes numbers, bools, or lists of them, and was given {value:.40}");
            return Err(Fault::request(message));
        }
    }
    Ok(())
}

/// Gives an input a value.
pub(crate) fn set(engine: &mut Engine, name: &str, value: &Value) -> Result<(), Fault> {
    let channel = engine.channel(name)?;
    if let Value::String(text) = value {
        return Ok(engine.set_text(channel, text)?);
    }
    let mut given = Vec::new();
    numbers(name, value, &mut given)?;
    let row = engine.program().data().channels.iter().find(|row| row.name == name);
    match row.map(|row| (row.ty, row.count)) {
        Some((ty, Some(_))) => {
            engine.set_channel(channel, ChannelValue::Components { ty, components: &given })?;
        }
        Some((ty, None)) => {
            let value = InputValue::from_numbers(name, ty, &given)?;
            engine.set_channel(channel, value)?;
        }
        None => {}
    }
    Ok(())
}

/// Sends an event; null carries nothing.
pub(crate) fn send(engine: &mut Engine, name: &str, value: &Value) -> Result<(), Fault> {
    let event = engine.event(name)?;
    let ty = engine.program().data().events.iter().find(|row| row.key == name).and_then(|row| row.ty);
    let carried = match (value, ty) {
        (Value::Null, _) => None,
        (Value::String(text), _) => Some(engine.known_text(text)?),
        (value, Some(ty)) => {
            let mut given = Vec::new();
            numbers(name, value, &mut given)?;
            Some(InputValue::from_numbers(name, ty, &given)?)
        }
        (_, None) => {
            let (found, expected) = ("a value".into(), "none".into());
            return Err(EngineError::Value { name: name.into(), found, expected }.into());
        }
    };
    Ok(engine.send_event(event, Payload(carried))?)
}

/// What has happened since the frame before.
pub(crate) fn events(engine: &Engine) -> Value {
    let event = |event: EventOccurrence<'_>| {
        let value = event.carried.map(|value| shown(engine, value));
        json!({ "name": event.event, "time": event.tag.offset.as_secs_f64(), "value": value })
    };
    engine.events().map(event).collect()
}

fn shown(engine: &Engine, value: InputValue) -> Value {
    match value {
        InputValue::Float(x) => json!(x),
        InputValue::Int(x) => json!(x),
        InputValue::Uint(x) => json!(x),
        InputValue::Bool(x) => json!(x),
        InputValue::Vec2(xs) => json!(xs),
        InputValue::Vec3(xs) => json!(xs),
        InputValue::Color(xs) => json!(xs),
        InputValue::Text(number) => json!(engine.text(number)),
    }
}

/// What a program takes and tells: its inputs, events and clip.
pub(crate) fn about(engine: &Engine) -> Value {
    let data = engine.program().data();
    let text = |row: &Channel| {
        let text = row.default.first().and_then(|number| data.texts.get(*number as usize));
        json!(text.map(|row| &row.text))
    };
    let input = |row: &Channel| {
        json!({
            "name": row.name,
            "type": row.ty.name(),
            "count": row.count,
            // The number of a text says nothing to a page.
            "default": if row.ty == Type::Text { text(row) } else { json!(row.default) },
        })
    };
    let event = |row: &Event| json!({ "name": row.key, "type": row.ty.map(Type::name), "given": matches!(row.source, EventSource::Host { .. }) });
    json!({
        "name": data.about.name,
        "title": data.about.title,
        "shows": data.about.shows,
        "size": data.clip.size,
        "seconds": data.clip.duration.as_secs_f64(),
        "fps": engine.frame_rate().as_f64(),
        "inputs": data.channels.iter().map(input).collect::<Vec<_>>(),
        "events": data.events.iter().map(event).collect::<Vec<_>>(),
        "elements": data.domains.iter().map(Domain::most).sum::<u32>(),
    })
}
