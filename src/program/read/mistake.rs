//! What serde says is wrong with a row, as diagnostics.

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::{Range, Ranged};

use super::json::{describe, integer};
use crate::diagnostic::{Code, Diagnostic, JsonPath, nearest, quote};

/// What serde says about a value, in our words; with the range and the name of the key it is about.
pub(super) fn mistake(
    message: &str,
    place: &Value<'_>,
    path: &JsonPath,
    row: &Value<'_>,
) -> (Diagnostic, Range, Option<String>) {
    let ticked = || message.split('`').nth(1).unwrap_or("").to_string();
    let names = || message.split('`').skip(3).step_by(2).collect::<Vec<_>>();
    let at = |code, text: String| Diagnostic::error(code, text).at(path);
    if message.starts_with("unknown field") {
        // The path leads to the object or to the key in it, depending on where serde noticed.
        let name = ticked();
        let parent = path.without_key(&name);
        let object = match place {
            Value::Object(object) if object.get(&name).is_some() => Some(object),
            _ => find_object(row, &name),
        };
        let range = object.and_then(|object| object.get(&name)).map_or(place.range(), |p| p.name.range());
        let diagnostic = Diagnostic::error(Code::UnknownField, format!("unknown field {}", quote(&name)));
        return (diagnostic.at(parent.key(name.clone())).help(known(&name, &names())), range, Some(name));
    }
    if message.starts_with("missing field") {
        let name = ticked();
        let diagnostic = at(Code::MissingField, format!("field `{name}` is missing"));
        return (diagnostic, place.range(), Some(name));
    }
    if message.starts_with("unknown variant") {
        let name = ticked();
        let what = match path.last_key().unwrap_or("name") {
            "op" => "operation",
            "do" => "action",
            "reads" | "writes" => "resource",
            "cameras" => "camera",
            other => other,
        };
        let range = match place {
            Value::Object(object) => {
                object.get(&name).map_or(place.range(), |property| property.name.range())
            }
            _ => place.range(),
        };
        let help = match what {
            "operation" => match nearest(&name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`pavane schema` lists the operations".into(),
            },
            _ => known(&name, &names()),
        };
        return (at(Code::UnknownName, format!("unknown {what} {}", quote(&name))).help(help), range, None);
    }
    let expected = message.rsplit_once("expected ").map_or("something else", |(_, expected)| expected);
    let (expected, numeric) = match expected {
        "u32" => ("an integer from 0 to 4294967295", true),
        "i32" => ("an integer from -2147483648 to 2147483647", true),
        "u64" => ("an integer from 0 to 18446744073709551615", true),
        "f32" | "f64" => ("a number", true),
        "a boolean" => ("`true` or `false`", false),
        "a sequence" => ("an array", false),
        "map with a single key" | "string or map" => ("an object with one key that says which", false),
        text if text.starts_with("struct") || text.starts_with("tuple") => ("an object", false),
        text if text.starts_with("an array of length") || text.starts_with("a string") => (text, false),
        text if text.contains("enum") || text.contains("variant") => {
            ("a name, or an object with one key", false)
        }
        text => (text, false),
    };
    let code =
        if numeric && matches!(place, Value::NumberLit(_)) { Code::NumberRange } else { Code::WrongKind };
    let mut diagnostic = at(code, format!("expected {expected}, found {}", describe(place)));
    if numeric && matches!(place, Value::StringLit(literal) if integer(&literal.value).is_some()) {
        diagnostic = diagnostic.help("remove the quotes");
    }
    (diagnostic, place.range(), None)
}

/// The first object, outermost first, that has a key.
fn find_object<'v, 'a>(value: &'v Value<'a>, key: &str) -> Option<&'v Object<'a>> {
    match value {
        Value::Object(object) if object.get(key).is_some() => Some(object),
        Value::Object(object) => {
            object.properties.iter().find_map(|property| find_object(&property.value, key))
        }
        Value::Array(array) => array.elements.iter().find_map(|value| find_object(value, key)),
        _ => None,
    }
}

/// A near name, or all of them.
pub(super) fn known(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "nothing stands here".into(),
        None => format!("known here: {}", names.join(", ")),
    }
}
