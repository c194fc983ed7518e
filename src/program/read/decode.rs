//! Values to rows, with every independent mistake of a row found: after a mistake the row is read again without the key
//! that has it, until nothing more is found.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::{Range, Ranged};
use serde::de::DeserializeOwned;

use super::super::format::Constants;
use super::super::limits;
use super::json::{describe, integer};
use super::mistake::{known, report};
use super::place::{Places, resolve};
use super::row::{Mistake, read, read_without};
use crate::diagnostic::{Code, Diagnostic, JsonPath, Segment, Sink, quote};

/// Keys whose values are objects. serde would take an array of the fields in order too, which the schema does not.
const OBJECTS: [&str; 53] = [
    "letters",
    "kept_ids",
    "ring",
    "stroke",
    "shape",
    "do",
    "signal",
    "reduce",
    "next",
    "orthographic",
    "perspective",
    "circle",
    "ellipse",
    "rect",
    "polygon",
    "star",
    "line",
    "path",
    "image",
    "field",
    "pass",
    "live",
    "counted",
    "born",
    "host",
    "nearest",
    "policy",
    "preserve",
    "slew",
    "crossfade",
    "source",
    "every",
    "timer",
    "rise",
    "change",
    "wrap",
    "hover",
    "set",
    "hit",
    "schedule",
    "set_row",
    "set_rows",
    "append",
    "move_row",
    "move_rows",
    "remove_row",
    "remove_rows",
    "shows",
    "sort_by",
    "distinct",
    "window",
    "live_window",
    "fold",
];
/// Keys whose values are names. serde would take `{"name": null}` too.
const NAMES: [&str; 15] = [
    "type",
    "storage",
    "op",
    "edge",
    "phase",
    "kind",
    "unit",
    "blend",
    "order",
    "cap",
    "join",
    "reduction",
    "full",
    "filter",
    "curve",
];

/// The tables of a document.
pub(in crate::program) struct Rows<'r, 'a> {
    pub(super) object: &'r Object<'a>,
    pub(super) places: &'r Places<'a>,
    pub(super) sink: &'r mut Sink,
}

impl<'r, 'a> Rows<'r, 'a> {
    fn get(&self, key: &str) -> Option<&'r Value<'a>> {
        self.object.get(key).map(|property| &property.value)
    }

    fn push(&mut self, diagnostic: Diagnostic, range: Range) {
        self.places.report(self.sink, diagnostic, range);
    }

    /// A row that must be there. Where it is not good, a default stands in, so that the rest is read too.
    pub(super) fn required<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        let Some(value) = self.get(key) else {
            self.missing(key);
            return None;
        };
        self.row(value, &key.into())
    }

    fn missing(&mut self, key: &'static str) {
        let diagnostic = Diagnostic::error(Code::MissingField, format!("field `{key}` is missing"));
        let diagnostic =
            diagnostic.help("every program has `format`, `version`, `about`, `clip` and `constants`");
        let start = self.object.range.start;
        self.push(diagnostic.at(key), Range::new(start, start + 1));
    }

    /// A row that may be missing or null.
    pub(in crate::program) fn optional<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        match self.get(key)? {
            Value::NullKeyword(_) => None,
            value => self.scalar(value, &key.into()),
        }
    }

    fn scalar<T: DeserializeOwned>(&mut self, value: &Value<'_>, path: &JsonPath) -> Option<T> {
        match read(value) {
            Ok(row) => Some(row),
            Err(fault) => {
                let (diagnostic, range, _) = report(fault.mistake, value, path);
                self.push(diagnostic, range);
                None
            }
        }
    }

    /// A table. Rows that are not good are left out, which does no harm: the sink knows, and the tables are not used.
    pub(in crate::program) fn table<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        most: usize,
    ) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(elements) = self.elements(value, key, &key.into(), most) else { return Vec::new() };
        let mut rows = Vec::with_capacity(elements.len());
        for (at, value) in elements.iter().enumerate() {
            rows.extend(self.row(value, &JsonPath::row(key, at)));
        }
        rows
    }

    /// The elements of an array.
    fn elements(
        &mut self,
        value: &'r Value<'a>,
        key: &str,
        path: &JsonPath,
        most: usize,
    ) -> Option<&'r [Value<'a>]> {
        match value {
            Value::Array(array) if array.elements.len() > most => {
                let message = format!("`{key}` has {} rows, the most is {most}", array.elements.len());
                self.push(Diagnostic::error(Code::Limit, message).at(path), value.range());
                None
            }
            Value::Array(array) => Some(&array.elements),
            other => {
                let message = format!("expected an array, found {}", describe(other));
                self.push(Diagnostic::error(Code::WrongKind, message).at(path), other.range());
                None
            }
        }
    }

    /// The constant pool. Pools are long and plain, and f32 constants must not be rounded twice, so they are read
    /// without serde.
    pub(super) fn constants(&mut self) -> Option<Constants> {
        let Some(value) = self.get("constants") else {
            self.missing("constants");
            return None;
        };
        let Value::Object(object) = value else {
            let message = format!("expected an object of pools, found {}", describe(value));
            self.push(Diagnostic::error(Code::WrongKind, message).at("constants"), value.range());
            return None;
        };
        const POOLS: [&str; 4] = ["f64", "f32", "i32", "u32"];
        for property in &object.properties {
            let name = property.name.as_str();
            if !POOLS.contains(&name) && self.sink.is_full() {
                self.sink.push(Diagnostic::error(Code::UnknownField, "unknown field"));
            } else if !POOLS.contains(&name) {
                let diagnostic =
                    Diagnostic::error(Code::UnknownField, format!("unknown field {}", quote(name)));
                let diagnostic =
                    diagnostic.at(JsonPath::from("constants").key(name.to_owned())).help(known(name, &POOLS));
                self.push(diagnostic, property.name.range());
            }
        }
        let (i32s, u32s) = ("an integer from -2147483648 to 2147483647", "an integer from 0 to 4294967295");
        Some(Constants {
            f64: self.pool(object, "f64", "a number", |text| text.parse().ok()),
            f32: self.pool(object, "f32", "a number", |text| text.parse().ok()),
            i32: self.pool(object, "i32", i32s, |text| integer(text)?.try_into().ok()),
            u32: self.pool(object, "u32", u32s, |text| integer(text)?.try_into().ok()),
        })
    }

    fn pool<T>(
        &mut self,
        pools: &'r Object<'a>,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let path = JsonPath::from("constants").key(key);
        let elements = match pools.get(key) {
            Some(pool) => self.elements(&pool.value, key, &path, limits::CONSTANTS_MAX),
            None => None,
        };
        let Some(elements) = elements else { return Vec::new() };
        let mut pool = Vec::with_capacity(elements.len());
        for (at, value) in elements.iter().enumerate() {
            let code = match value {
                Value::NumberLit(literal) => match parse(literal.value) {
                    Some(number) => {
                        pool.push(number);
                        continue;
                    }
                    None => Code::NumberRange,
                },
                _ => Code::WrongKind,
            };
            let message = format!("expected {expected}, found {}", describe(value));
            self.push(Diagnostic::error(code, message).at(path.index(at)), value.range());
        }
        pool
    }

    /// One row; none where it is not good.
    fn row<T: DeserializeOwned>(&mut self, value: &Value<'_>, path: &JsonPath) -> Option<T> {
        if !matches!(value, Value::Object(_)) {
            let message = format!("expected an object, found {}", describe(value));
            let diagnostic = Diagnostic::error(Code::WrongKind, message).at(path);
            self.push(diagnostic.help("rows are objects with named fields"), value.range());
            return None;
        }
        let errors = self.sink.errors();
        let mut near_names: Vec<String> = Vec::new();
        let mut left_out = self.check_kinds(value, path);
        if left_out.is_empty()
            && let Ok(row) = read(value)
        {
            return Some(row);
        }
        // Each turn leaves one more key out, so this ends.
        loop {
            if self.sink.is_full() {
                self.sink.push(Diagnostic::error(Code::WrongKind, "a row is not good"));
                return None;
            }
            let fault = match read_without::<T>(value, &left_out) {
                Ok(row) => return (self.sink.errors() == errors).then_some(row),
                Err(fault) => fault,
            };
            let inner = fault.path();
            if inner.is_empty() && !left_out.is_empty() && matches!(fault.mistake, Mistake::Expected { .. }) {
                // An object with one key that says which: it has been reported, and left out.
                return None;
            }
            let full = inner.iter().fold(path.clone(), |path, segment| path.with(segment.clone()));
            let place = resolve(value, &inner.iter().cloned().collect());
            let (diagnostic, range, culprit) = report(fault.mistake, place, &full);
            if let Some(name) = &culprit
                && diagnostic.code == Code::MissingField
                && inner.is_empty()
                && (near_names.contains(name)
                    || matches!(value, Value::Object(object) if object.get(name).is_some()))
            {
                // It is missing only because it was left out, or because its name was misspelt.
                return None;
            }
            let missing = diagnostic.code == Code::MissingField;
            if diagnostic.code == Code::UnknownField {
                let near = diagnostic.help.as_deref().and_then(|help| help.strip_prefix("did you mean `"));
                near_names.extend(near.and_then(|near| near.strip_suffix("`?")).map(String::from));
            }
            self.push(diagnostic, range);
            let key = match (inner.first(), culprit) {
                (Some(Segment::Key(first)), _) => first.to_string(),
                (_, Some(name)) if !missing => name,
                _ => return None,
            };
            left_out.push(key);
        }
    }

    /// Reports objects and names that are something else; gives the keys of the row that they are in.
    fn check_kinds(&mut self, value: &Value<'_>, path: &JsonPath) -> Vec<String> {
        let mut keys = Vec::new();
        let Value::Object(object) = value else { return keys };
        for property in &object.properties {
            let name = property.name.as_str();
            if !has_wrong_kind(&property.value, name) {
                continue;
            }
            let mut wrong = Vec::new();
            wrong_kinds(&property.value, name, &path.key(name.to_owned()), &mut wrong);
            for (expected, path, range, found) in wrong {
                let message = format!("expected {expected}, found {found}");
                self.push(Diagnostic::error(Code::WrongKind, message).at(path), range);
            }
            keys.push(name.to_owned());
        }
        keys
    }
}

/// Whether [`wrong_kinds`] would find something; without making paths, for almost all rows are good.
fn has_wrong_kind(value: &Value<'_>, key: &str) -> bool {
    match value {
        Value::Array(_) => OBJECTS.contains(&key),
        Value::Object(object) => {
            let inner = |property: &ObjectProp<'_>| has_wrong_kind(&property.value, property.name.as_str());
            NAMES.contains(&key) || object.properties.iter().any(inner)
        }
        _ => false,
    }
}

type WrongKind = (&'static str, JsonPath, Range, String);

fn wrong_kinds(value: &Value<'_>, key: &str, path: &JsonPath, wrong: &mut Vec<WrongKind>) {
    match value {
        Value::Array(_) if OBJECTS.contains(&key) => {
            wrong.push(("an object", path.clone(), value.range(), describe(value)));
        }
        Value::Object(_) if NAMES.contains(&key) => {
            wrong.push(("a name", path.clone(), value.range(), describe(value)));
        }
        Value::Object(object) => {
            for property in &object.properties {
                let name = property.name.as_str();
                wrong_kinds(&property.value, name, &path.key(name.to_owned()), wrong);
            }
        }
        _ => {}
    }
}
