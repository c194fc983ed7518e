//! Mistakes in rows as diagnostics.

use jsonc_parser::ast::Value;
use jsonc_parser::common::{Range, Ranged};

use super::json::{describe, integer};
use super::row::Mistake;
use crate::diagnostic::{Code, Diagnostic, JsonPath, nearest, quote};

/// The diagnostic of a mistake at a value, its range, and the name of the key that is unknown or missing.
pub(super) fn report(
    mistake: Mistake,
    place: &Value<'_>,
    path: &JsonPath,
) -> (Diagnostic, Range, Option<String>) {
    let at = |code, text: String| Diagnostic::error(code, text).at(path);
    // The key of an object, where it has it.
    let range_of = |name: &str| match place {
        Value::Object(object) => object.get(name).map_or(place.range(), |property| property.name.range()),
        _ => place.range(),
    };
    match mistake {
        Mistake::UnknownField { name, known: names } => {
            let diagnostic = Diagnostic::error(Code::UnknownField, format!("unknown field {}", quote(&name)));
            let diagnostic = diagnostic.at(path.key(name.clone())).help(known(&name, names));
            (diagnostic, range_of(&name), Some(name))
        }
        Mistake::MissingField { name } => {
            let diagnostic = at(Code::MissingField, format!("field `{name}` is missing"));
            (diagnostic, place.range(), Some(name.to_owned()))
        }
        Mistake::UnknownName { name, known: names } => {
            let what = match path.last_key().unwrap_or("name") {
                "op" => "operation",
                "do" => "action",
                "reads" | "writes" => "resource",
                "cameras" => "camera",
                other => other,
            };
            let help = match what {
                "operation" => match nearest(&name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`pavane schema` lists the operations".into(),
                },
                _ => known(&name, names),
            };
            let range = range_of(&name);
            (at(Code::UnknownName, format!("unknown {what} {}", quote(&name))).help(help), range, None)
        }
        Mistake::Expected { what, is_number } => {
            let is_range = is_number && matches!(place, Value::NumberLit(_));
            let code = if is_range { Code::NumberRange } else { Code::WrongKind };
            let mut diagnostic = at(code, format!("expected {what}, found {}", describe(place)));
            if is_number && matches!(place, Value::StringLit(literal) if integer(&literal.value).is_some()) {
                diagnostic = diagnostic.help("remove the quotes");
            }
            (diagnostic, place.range(), None)
        }
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
