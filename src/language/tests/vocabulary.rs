//! The names of the language, written down for what cannot link the compiler: the test of the editors' grammar reads them.

use serde_json::{Value, json};

use crate::draw::Entry;
use crate::language::builtins::{self, BUILTIN_VALUES, ParamType};
use crate::language::elaborate::{
    CAMERAS, CLIP, FONT, ORTHOGRAPHIC, PERSPECTIVE, POLICIES, SHAPES, TYPES, WAYS, attributes,
};
use crate::language::lexer::{SUFFIXES, WORDS};
use crate::language::syntax::{ELEMENT_WORDS, STATEMENTS, TIMELINE_WORDS, VIEW_WORDS};

fn firsts<T>(rows: &[(&'static str, T)]) -> Vec<&'static str> {
    rows.iter().map(|(name, _)| *name).collect()
}

fn names<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<&'a str> {
    entries.into_iter().map(|entry| entry.name).collect()
}

fn vocabulary() -> Value {
    let examples: Vec<&str> = builtins::functions().flat_map(|f| f.examples).map(|e| e.source).collect();
    let draw_choices = attributes().filter(|a| !a.kind.words().is_empty());
    let draw_choices: Vec<Value> =
        draw_choices.map(|a| json!({ "name": a.name, "words": a.kind.words() })).collect();
    let call_choices: Vec<Value> = builtins::functions()
        .flat_map(|f| f.parameters)
        .filter_map(|parameter| match parameter.ty {
            ParamType::Word(words) => Some(json!({ "name": parameter.name, "words": words })),
            _ => None,
        })
        .collect();
    json!({
        "functions": builtins::functions().map(|f| f.name).collect::<Vec<_>>(),
        "values": BUILTIN_VALUES.iter().map(|value| value.name).collect::<Vec<_>>(),
        "types": TYPES.iter().map(|(name, ..)| *name).collect::<Vec<_>>(),
        "shapes": SHAPES.iter().map(|shape| shape.kind.name()).chain(["artwork"]).collect::<Vec<_>>(),
        "cameras": CAMERAS,
        "draw": names(attributes()),
        "camera": names(PERSPECTIVE.iter().chain(ORTHOGRAPHIC)),
        "clip": names(CLIP),
        "font": names(FONT),
        "ways": WAYS,
        "statements": firsts(STATEMENTS),
        "elementWords": firsts(ELEMENT_WORDS),
        "timelineWords": firsts(TIMELINE_WORDS),
        "viewWords": firsts(VIEW_WORDS),
        "policies": POLICIES.iter().map(|policy| policy.name).collect::<Vec<_>>(),
        "keywords": firsts(WORDS),
        "units": firsts(SUFFIXES),
        "drawChoices": draw_choices,
        "callChoices": call_choices,
        "examples": examples,
    })
}

#[test]
fn the_written_vocabulary_is_that_of_the_compiler() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/editor/vocabulary.json");
    let text = serde_json::to_string_pretty(&vocabulary()).unwrap() + "\n";
    if std::env::var_os("PAVANE_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == text, "assets/editor/vocabulary.json is out of date: run the tests with PAVANE_BLESS=1");
}
