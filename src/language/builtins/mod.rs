//! Built-in functions and values, by chapters of the reference: a row has the signature, what it does, examples, and how
//! it becomes operations. Calls are checked and lowered by these rows; the reference page, completion and "did you mean"
//! are made from them.

#[macro_use]
mod function;

mod angles;
mod chance;
mod colors;
mod easings;
mod elements;
mod events;
mod layouts;
mod numbers;
mod paths;
mod state;
mod texts;
mod time;
mod values;
mod vectors;
mod waves;

use crate::draw::{Align, Anchor, FillRule};
use crate::program::Op;

pub(super) use colors::over;
pub(super) use function::{
    Chapter, DefaultValue, Example, Function, Lower, ParamType, Parameter, Positions, ReturnType,
};
pub(super) use numbers::mixed;
pub(super) use values::{BUILTIN_VALUES, BuiltinValue, Origin};

/// Every chapter, in the order of the reference.
pub(super) static CHAPTERS: [Chapter; 14] = [
    numbers::CHAPTER,
    angles::CHAPTER,
    waves::CHAPTER,
    easings::CHAPTER,
    time::CHAPTER,
    state::CHAPTER,
    events::CHAPTER,
    chance::CHAPTER,
    vectors::CHAPTER,
    texts::CHAPTER,
    colors::CHAPTER,
    layouts::CHAPTER,
    elements::CHAPTER,
    paths::CHAPTER,
];

/// The spaces of `mix` and `ramp`, with the operations that mix in them.
const MIXES: [(&str, Op); 5] = [
    ("srgb", Op::Mix),
    ("oklab", Op::MixOklab),
    ("linear", Op::MixLinear),
    ("oklch", Op::MixOklch),
    ("hsv", Op::MixHsv),
];
pub(super) const SPACES: &[&str] = &[MIXES[0].0, MIXES[1].0, MIXES[2].0, MIXES[3].0, MIXES[4].0];
/// The ways round.
/// The orders of a stagger.
const ORDERS: &[&str] = &["start", "end", "center", "edges", "random"];
const ARCS: &[&str] = &["straight", "short"];
pub(super) const EDGES: &[&str] = &["clamp", "wrap"];
const ANSWERS: &[&str] = &["yes", "no"];
const FILL_RULES: &[&str] = &[FillRule::NonZero.name(), FillRule::EvenOdd.name()];
/// The upper end of a range of ints that has none.
const ALIGNS: &[&str] = &[Align::Left.name(), Align::Center.name(), Align::Right.name()];
const ANCHORS: &[&str] =
    &[Anchor::Baseline.name(), Anchor::Top.name(), Anchor::Middle.name(), Anchor::Bottom.name()];
const MANY: i64 = i32::MAX as i64;

/// Every function, chapter by chapter.
pub(super) fn functions() -> impl Iterator<Item = &'static Function> {
    CHAPTERS.iter().flat_map(|chapter| chapter.functions)
}

/// The function of a dotted name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    functions().find(|function| function.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_sound() {
        for (at, function) in functions().enumerate() {
            let name = function.name;
            assert_eq!(functions().position(|other| other.name == name), Some(at), "{name} stands twice");
            assert!(function.about.ends_with('.'), "{name}");
            assert!(!function.examples.is_empty(), "{name} has no example");
            let optional = function.parameters.iter().position(|p| p.default.is_some());
            let late = function.parameters.iter().rposition(|p| p.default.is_none());
            assert!(
                function.positions == Positions::Variadic
                    || optional.zip(late).is_none_or(|(first, last)| last < first),
                "{name}"
            );
            if let Positions::Lone(lone) = function.positions {
                assert!(function.parameters.iter().any(|p| p.name == lone), "{name} has no `{lone}`");
            }
            for parameter in function.parameters {
                assert!(default_fits(parameter), "the default of `{}` of {name}", parameter.name);
            }
        }
        assert!(CHAPTERS.iter().all(|chapter| !chapter.functions.is_empty()));
    }

    /// Whether a default is what its parameter takes: nothing converts it.
    fn default_fits(parameter: &Parameter) -> bool {
        match (parameter.default, parameter.ty) {
            (None | Some(DefaultValue::Absent), _) => true,
            (Some(DefaultValue::Word(word)), ParamType::Word(words)) => words.contains(&word),
            (Some(DefaultValue::Word(word)), ParamType::Fit) => matches!(word, "yes" | "no"),
            (Some(DefaultValue::Point(..)), ty) => matches!(ty, ParamType::Vec2 | ParamType::ConstantPoint),
            (Some(DefaultValue::Number(number)), ParamType::ConstantInt(low, high)) => {
                (low as f64..=high as f64).contains(&number)
            }
            (Some(DefaultValue::Number(number)), ParamType::ConstantSpan) => number == 0.0,
            (Some(DefaultValue::Number(_)), ty) => {
                matches!(ty, ParamType::Alike | ParamType::Plain | ParamType::Float | ParamType::Int)
            }
            (Some(DefaultValue::Word(_)), _) => false,
        }
    }

    #[test]
    fn signatures_are_written_as_they_are_called() {
        let signature = |name| find(name).map(Function::signature).unwrap_or_default();
        assert_eq!(signature("abs"), "abs(x: number or vector) -> the same");
        assert_eq!(signature("wave.square"), "wave.square(phase: phase, duty: float = 0.5) -> float");
        assert_eq!(
            signature("layout.halton"),
            "layout.halton(from: vec2 = (0, 0), to: vec2 = (1, 1)) -> vec2"
        );
        assert_eq!(
            signature("min"),
            "min(a: number or vector, [b: number or vector], ..., [by: int]) -> the same"
        );
    }
}
