//! What can be called: the one list of functions. Calls are checked and lowered by it, the reference page, completion
//! and "did you mean" come from it.

mod table;

use crate::program::{Op, Type, Unit};

pub(crate) use table::FUNCTIONS;

/// A chapter of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Numbers,
    Angles,
    Waves,
    Easings,
    Time,
    State,
    Chance,
    Vectors,
    Colors,
    Layouts,
    Elements,
    Paths,
}

impl Group {
    pub(crate) const ALL: [Self; 12] = [
        Self::Numbers,
        Self::Angles,
        Self::Waves,
        Self::Easings,
        Self::Time,
        Self::State,
        Self::Chance,
        Self::Vectors,
        Self::Colors,
        Self::Layouts,
        Self::Elements,
        Self::Paths,
    ];

    /// The heading of the chapter.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Numbers => "Numbers",
            Self::Angles => "Angles",
            Self::Waves => "Waves",
            Self::Easings => "Easings",
            Self::Time => "Time",
            Self::State => "State",
            Self::Chance => "Chance and noise",
            Self::Vectors => "Vectors",
            Self::Colors => "Colours",
            Self::Layouts => "Layouts",
            Self::Elements => "Elements",
            Self::Paths => "Paths",
        }
    }

    /// What opens the chapter.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Numbers => {
                "They work component by component on vectors and colours; ints stay ints where it says int."
            }
            Self::Angles => {
                "An angle is written `0.25turn`, `90deg` or `1.57rad`, and is exact however often it turns. `lag`, `slew` and \
                 `spring` take angles and phases the short way where these jump, and `mix` does when told `way: short`."
            }
            Self::Waves => {
                "Over a phase: one cycle for each whole number, from 0 to 1 and back, starting at 0."
            }
            Self::Easings => "From 0 to 1 as `t` goes from 0 to 1; `t` is clamped outside.",
            Self::Time => {
                "All from the exact time of the frame: nothing drifts, and seeking gives what playing gives."
            }
            Self::State => {
                "They remember, one value for a signal and one per element for a field, and are right at any frame \
                 rate. A hot swap keeps what they remember as long as the name they stand under stays."
            }
            Self::Chance => "All from integer hashes: the same numbers on every machine.",
            Self::Vectors => {
                "`(x, y)` is a vec2, `(x, y, z)` a vec3; `.x .y .z` and swizzles such as `.yx` take them apart."
            }
            Self::Colors => {
                "`#f80`, `#ff8800` and `#ff8800cc` are colours too; `.r .g .b .a` are their components. Hues are \
                 phases: a whole number is a full circle. Wherever colours are mixed (`mix`, `ramp`, `over`, `lag`, \
                 `spring`), each has a say by its alpha, so what fades to `#0000` keeps its colour on the way; where \
                 no alpha is left, red, green and blue are 0. Components outside of 0 to 1 are kept while one computes \
                 with them and clipped, each by itself, where they are drawn: `oklch(0.7, 0.3, 0.4)`, which no screen \
                 shows, is drawn in another hue and lightness. `fit: yes` gives up chroma instead. `hsv` and `hsl` \
                 limit all but the hue."
            }
            Self::Layouts => "Positions for the elements of a domain; they stand inside a domain block.",
            Self::Elements => "From elements to one value, and from one element to another.",
            Self::Paths => {
                "Outlines in a box from -0.5 to 0.5, y down, made of constants; `draw path(...)` draws them. One that is \
                 drawn in units of its own says so by its `fit`, which scales it, alike in both directions, into the \
                 middle of that box: `fit: 24` from a box of 0 to 24, `fit: (24, 16)`, `fit: \"0 -960 960 960\"` from the \
                 view box of an SVG file (left, top, width, height), and `fit: yes` from the box around the outline \
                 itself. `fill_rule: evenodd` leaves holes where an outline lies over itself; `nonzero` only where its \
                 parts run in opposite directions."
            }
        }
    }
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Floats, ints or vectors; all such arguments of a call get one type and one unit.
    Alike,
    /// A float, or a vector or colour that goes component by component with the others.
    Plain,
    /// A plain number.
    Float,
    /// An angle; a plain number counts radians.
    AngleOrRadians,
    /// An angle.
    Angle,
    /// A phase, or a number or angle that counts cycles.
    Cycles,
    /// A time.
    Time,
    /// A time that is known before the first frame.
    ConstantTime,
    /// Cycles per second.
    Rate,
    /// An int; a float constant without a fraction counts.
    Int,
    /// An int in a range that is known before the first frame.
    ConstantInt(i64, i64),
    Bool,
    Color,
    Vec2,
    Vec3,
    /// vec2 or vec3.
    Vector,
    /// A float, vec2 or vec3.
    Space,
    Shape,
    /// Floats of any unit or vectors.
    Floats,
    /// Anything but a shape.
    Any,
    /// Frames (a constant int) or a time.
    FramesOrTime,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A vec2 that is known before the first frame.
    ConstantPoint,
    /// A quoted text.
    Text,
    /// The box of a path: `yes` or `no`, or a float or vec2 that is known before the first frame, or a quoted view box.
    Fit,
}

impl Takes {
    /// Whether it is chosen by a word, and so only given by name behind a variadic parameter.
    pub(crate) fn is_choice(self) -> bool {
        matches!(self, Self::Word(_) | Self::Fit)
    }

    /// For people.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Alike => "number or vector".into(),
            Self::Plain | Self::Floats => "float or vector".into(),
            Self::Float => "float".into(),
            Self::AngleOrRadians | Self::Angle => "angle".into(),
            Self::Cycles => "phase".into(),
            Self::Time => "time".into(),
            Self::ConstantTime => "constant time".into(),
            Self::Rate => "frequency".into(),
            Self::Int => "int".into(),
            Self::ConstantInt(low, high) if high >= i64::from(i32::MAX) => format!("constant int from {low}"),
            Self::ConstantInt(low, high) => format!("constant int {low} to {high}"),
            Self::Bool => "bool".into(),
            Self::Color => "color".into(),
            Self::Vec2 => "vec2".into(),
            Self::Vec3 => "vec3".into(),
            Self::Vector => "vec2 or vec3".into(),
            Self::Space => "float, vec2 or vec3".into(),
            Self::Shape => "shape".into(),
            Self::Any => "any value".into(),
            Self::FramesOrTime => "constant int or time".into(),
            Self::Word(words) => words.join(" or "),
            Self::ConstantPoint => "constant vec2".into(),
            Self::Text => "text".into(),
            Self::Fit => "no or yes or a size or a view box".into(),
        }
    }
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    /// As it would be written; none where the argument must be given.
    pub(crate) default: Option<&'static str>,
}

/// What comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gives {
    /// The type and unit that the alike arguments have.
    Alike,
    /// The type of the arguments, as a plain number.
    Plain,
    Float,
    Int,
    Bool,
    Vec2,
    Vec3,
    Color,
    Shape,
    Angle,
    Phase,
    /// The type and unit of the first argument.
    First,
}

impl Gives {
    /// The type and unit, where they do not follow from the arguments.
    pub(crate) fn evident(self) -> Option<(Type, Unit)> {
        match self {
            Self::Alike | Self::Plain | Self::First => None,
            Self::Float => Some((Type::Float, Unit::Scalar)),
            Self::Int => Some((Type::Int, Unit::Scalar)),
            Self::Bool => Some((Type::Bool, Unit::Scalar)),
            Self::Vec2 => Some((Type::Vec2, Unit::Scalar)),
            Self::Vec3 => Some((Type::Vec3, Unit::Scalar)),
            Self::Color => Some((Type::Color, Unit::Scalar)),
            Self::Shape => Some((Type::Shape, Unit::Scalar)),
            Self::Angle => Some((Type::Float, Unit::Turn)),
            Self::Phase => Some((Type::Float, Unit::Phase)),
        }
    }

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alike | Self::Plain | Self::First => "the same",
            Self::Float => "float",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Vec2 => "vec2",
            Self::Vec3 => "vec3",
            Self::Color => "color",
            Self::Shape => "shape",
            Self::Angle => "angle",
            Self::Phase => "phase",
        }
    }
}

/// How a call becomes operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Lower {
    /// The operation of the arguments in order.
    Op(Op),
    /// By what is written for it in `elaborate`.
    Special(Special),
}

/// Functions that are more than one operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Special {
    Clamp,
    Mix,
    Div,
    Remap,
    Int,
    Float,
    Scalar,
    Phase,
    BitNot,
    CubicBezier,
    Min,
    Max,
    Sine(Op, Op),
    Arc(Op),
    Heading,
    Polar,
    Rotate,
    Period(Op),
    Lag,
    Slew,
    Spring,
    Integrate,
    Phasor,
    Delay,
    Hold,
    Toggle,
    CountRises,
    Envelope,
    Hysteresis,
    Random,
    Hash,
    Noise(Op),
    Fractal(Op),
    ColorOf(Op),
    Oklch,
    Ramp,
    Palette(&'static [[f64; 3]]),
    CosinePalette,
    Over,
    Grid,
    CircleLayout,
    SpiralLayout,
    HaltonLayout,
    LineLayout,
    RadicalInverse,
    Sum,
    Mean,
    Neighbor,
    Previous,
    Next,
    PathText,
    Polyline,
    Bezier,
    Along,
    Direction,
}

/// An expression and what it gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    pub(crate) source: &'static str,
    /// The frame, at 60 frames per second.
    pub(crate) frame: u64,
    /// Evaluated for each of four elements, instead of once.
    pub(crate) per_element: bool,
    /// The components of the value, or of the value of each element.
    pub(crate) gives: &'static [f64],
}

/// A function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    pub(crate) parameters: &'static [Parameter],
    /// The last parameter may be given any number of times more.
    pub(crate) is_variadic: bool,
    pub(crate) gives: Gives,
    pub(crate) lower: Lower,
    pub(crate) about: &'static str,
    pub(crate) examples: &'static [Example],
}

impl Function {
    /// The function of a dotted name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// As it is called: `mix(from, to, t, in: srgb)`.
    pub(crate) fn signature(&self) -> String {
        let parameter = |p: &Parameter| match p.default {
            Some("") => format!("[{}: {}]", p.name, p.takes.name()),
            Some(default) => format!("{}: {} = {default}", p.name, p.takes.name()),
            None => format!("{}: {}", p.name, p.takes.name()),
        };
        let mut parameters: Vec<String> = self.parameters.iter().map(parameter).collect();
        if self.is_variadic {
            parameters.push("...".into());
        }
        format!("{}({}) -> {}", self.name, parameters.join(", "), self.gives.name())
    }
}

/// A name with a value of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intrinsic {
    pub(crate) name: &'static str,
    /// Belongs to the element: stands inside a domain block.
    pub(crate) per_element: bool,
    pub(crate) ty: &'static str,
    pub(crate) about: &'static str,
}

macro_rules! intrinsics {
    ($( $name:literal $per_element:literal $ty:literal $about:literal; )*) => {
        /// Names that mean something without being defined.
        pub(crate) const INTRINSICS: &[Intrinsic] = &[$( Intrinsic {
            name: $name, per_element: $per_element, ty: $ty, about: $about,
        }, )*];
    };
}

intrinsics! {
    "time" false "time" "Seconds since frame 0.";
    "dt" false "time" "Seconds since the frame before; 0 on the first.";
    "frame" false "float" "The frame index.";
    "seed" false "int" "The seed of the run (`--seed`), 0 to 4294967295; in arithmetic of ints its 32 bits.";
    "canvas.width" false "float" "Width of the canvas in pixels: `--size`, the picture in the preview's window, else the clip's size.";
    "canvas.height" false "float" "Height of the canvas in pixels.";
    "canvas.aspect" false "float" "Width of the canvas over its height.";
    "pi" false "float" "Half a turn in radians, 3.14159...";
    "tau" false "float" "A whole turn in radians, 6.28318...";
    "golden_ratio" false "float" "1.61803...";
    "golden_angle" false "angle" "137.5 degrees: turned by it, elements never line up.";
    "index" true "int" "The element's place in its domain, from 0.";
    "rank" true "float" "(index + 0.5) / count: inside 0 to 1, evenly.";
    "count" true "int" "How many elements the domain has.";
    "id" true "int" "The element's identity: stays with it.";
}

/// Functions and words that are reserved for later versions, with what serves today.
pub(crate) const RESERVED: &[(&str, &str)] = &[
    ("every", "`pulse(500ms)` counts how often a period ended within the frame"),
    ("rise", "`count(x > 0.5)` counts how often a condition became true, `toggle` changes sides each time"),
    ("after", "`delay(x, 250ms)` gives a value as it was a while ago"),
    ("merge", "`a or b` is true when either condition is"),
    ("when", "`if c then a else b` chooses between two values"),
    ("fade", "multiply the alpha by an easing of what drives it"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        for (at, function) in FUNCTIONS.iter().enumerate() {
            let same = FUNCTIONS.iter().position(|other| other.name == function.name);
            assert_eq!(same, Some(at), "{} stands twice", function.name);
            assert!(function.about.ends_with('.'), "{}", function.name);
            assert!(!function.examples.is_empty(), "{} has no example", function.name);
            let optional = function.parameters.iter().position(|p| p.default.is_some());
            let late = function.parameters.iter().rposition(|p| p.default.is_none());
            assert!(
                function.is_variadic || optional.zip(late).is_none_or(|(first, last)| last < first),
                "{}",
                function.name
            );
        }
        assert!(Group::ALL.iter().all(|&group| FUNCTIONS.iter().any(|f| f.group == group)));
    }
}
