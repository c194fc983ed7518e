//! What `schema.json` is: the documents that [`read`](super::read) accepts, without the rules that only the full check
//! can hold. `PAVANE_BLESS=1` writes the file anew.
//!
//! It is kept as a file, so that only tests need what derives it.

use serde_json::Value;

use super::format::{FORMAT, ProgramData, VERSION};

/// The schema, derived from the types that are read.
fn schema() -> Value {
    let mut schema = schemars::schema_for!(ProgramData).to_value();
    schema["title"] = "pavane program".into();
    schema["properties"]["format"]["const"] = FORMAT.into();
    schema["properties"]["version"]["const"] = VERSION.into();
    bound_integers(&mut schema);
    schema
}

/// `format` is only a note to validators: says the range of integers in words that they check.
fn bound_integers(schema: &mut Value) {
    let format = schema.get("format").and_then(Value::as_str);
    let bounds: Option<(Value, Value)> = match format {
        Some("uint32") => Some((0.into(), u32::MAX.into())),
        Some("int32") => Some((i32::MIN.into(), i32::MAX.into())),
        Some("uint64") => Some((0.into(), u64::MAX.into())),
        _ => None,
    };
    if let Some((least, most)) = bounds {
        schema["minimum"] = least;
        schema["maximum"] = most;
    }
    match schema {
        Value::Object(object) => object.values_mut().for_each(bound_integers),
        Value::Array(array) => array.iter_mut().for_each(bound_integers),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};

    use super::super::Program;
    use super::super::testing::{BASE, good_programs, mutations};
    use super::*;
    use crate::diagnostic::Code;

    /// Enough of JSON Schema 2020-12 for our own: `Err` has the place and the rule that fails.
    fn conforms(root: &Value, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        let fail = |rule: &str| Err(format!("{path}: {rule}"));
        let Some(rules) = schema.as_object() else { return Ok(()) };
        for (rule, want) in rules {
            let number = |value: &Value| value.as_f64().unwrap_or(0.0);
            let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let good = match rule.as_str() {
                "$schema" | "title" | "description" | "default" | "format" | "$defs" | "required" => true,
                "$ref" => {
                    let name = want.as_str().unwrap_or("").rsplit('/').next().unwrap_or("");
                    conforms(root, &root["$defs"][name], value, path)?;
                    true
                }
                "type" => match want {
                    Value::Array(kinds) => kinds.iter().any(|kind| is_kind(value, kind)),
                    kind => is_kind(value, kind),
                },
                "const" => value == want,
                "enum" => all(want).contains(value),
                "minimum" => !value.is_number() || number(value) >= number(want),
                "maximum" => match (value.as_u64(), want.as_u64()) {
                    (Some(value), Some(want)) => value <= want,
                    // Integers beyond 64 bits come as floats, which are too coarse there.
                    _ => !value.is_number() || number(value) < 1.8e19 && number(value) <= number(want),
                },
                "minItems" => value.as_array().is_none_or(|items| items.len() as f64 >= number(want)),
                "maxItems" => value.as_array().is_none_or(|items| items.len() as f64 <= number(want)),
                "items" => {
                    for (at, item) in all(value).iter().enumerate() {
                        conforms(root, want, item, &format!("{path}[{at}]"))?;
                    }
                    true
                }
                "anyOf" => all(want).iter().any(|each| conforms(root, each, value, path).is_ok()),
                "oneOf" => {
                    all(want).iter().filter(|each| conforms(root, each, value, path).is_ok()).count() == 1
                }
                "properties" | "additionalProperties" => {
                    let Some(object) = value.as_object() else { continue };
                    let known = rules.get("properties");
                    for (key, item) in object {
                        match known.and_then(|known| known.get(key)) {
                            Some(each) if rule == "properties" => {
                                conforms(root, each, item, &format!("{path}.{key}"))?;
                            }
                            None if rule == "additionalProperties" && *want == Value::Bool(false) => {
                                return fail(&format!("`{key}` is not known"));
                            }
                            _ => {}
                        }
                    }
                    true
                }
                other => panic!("the schema has a rule that this test does not know: {other}"),
            };
            if !good {
                return fail(rule);
            }
        }
        let required = rules.get("required").and_then(Value::as_array).into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            if value.as_object().is_some_and(|object| !object.contains_key(key)) {
                return fail(&format!("`{key}` is required"));
            }
        }
        Ok(())
    }

    fn is_kind(value: &Value, kind: &Value) -> bool {
        match kind.as_str().unwrap_or("") {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "number" => value.is_number(),
            "integer" => value.as_f64().is_some_and(|value| value == value.trunc()),
            _ => false,
        }
    }

    /// Whether the reader could make rows of a text: what a schema can say.
    fn decodes(text: &str) -> Option<bool> {
        let (_, diagnostics) = Program::diagnose(text, "text.json");
        let outside = |code| matches!(code, Code::Syntax | Code::Limit | Code::DuplicateKey);
        if diagnostics.iter().any(|diagnostic| outside(diagnostic.code)) {
            return None;
        }
        Some(
            diagnostics
                .iter()
                .all(|diagnostic| diagnostic.code.name() > "E0100" || diagnostic.code == Code::More),
        )
    }

    fn agree(schema: &Value, text: &str) -> Result<(), String> {
        let (Some(decodes), Ok(value)) = (decodes(text), serde_json::from_str::<Value>(text)) else {
            return Ok(());
        };
        match (decodes, conforms(schema, schema, &value, "")) {
            (true, Ok(())) | (false, Err(_)) => Ok(()),
            (true, Err(rule)) => Err(format!("the reader takes it, the schema does not: {rule}")),
            (false, Ok(())) => Err(format!(
                "the schema takes it, the reader does not: {}",
                Program::diagnose(text, "text.json").1
            )),
        }
    }

    #[test]
    fn the_kept_schema_is_the_derived_one() {
        let derived = format!("{:#}\n", schema());
        if std::env::var_os("PAVANE_BLESS").is_some() {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/program/schema.json");
            std::fs::write(path, &derived).unwrap();
        }
        assert!(
            Program::JSON_SCHEMA == derived,
            "src/program/schema.json is out of date: run the tests with PAVANE_BLESS=1"
        );
    }

    #[test]
    fn top_level() {
        let schema = schema();
        let base: Value = serde_json::from_str(BASE).unwrap();
        let keys = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        assert_eq!(keys(&schema["properties"]), keys(&base));
        assert_eq!(
            schema["required"],
            serde_json::json!(["format", "version", "about", "clip", "constants"])
        );
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["format"]["const"], FORMAT);
    }

    #[test]
    fn schema_and_reader_agree() {
        let schema = schema();
        for text in good_programs() {
            assert_eq!(agree(&schema, &text), Ok(()));
            assert_eq!(decodes(&text), Some(true));
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/broken");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert_eq!(agree(&schema, &text), Ok(()), "{}", path.display());
            }
        }
        let mut runner =
            TestRunner::new(Config { cases: 1000, failure_persistence: None, ..Config::default() });
        let result = runner.run(&mutations(BASE), |text| {
            prop_assert_eq!(agree(&schema, &text), Ok(()));
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}
