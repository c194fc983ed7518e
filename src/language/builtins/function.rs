//! A row of a chapter: the signature of a function, its documentation, examples, and how a call becomes operations.

use crate::language::elaborate::{Call, Elaborator, Typed, computed};
use crate::language::problems::Reported;
use crate::program::{Op, Type, Unit};

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParamType {
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
    /// As `ConstantTime`, or 0.
    ConstantSpan,
    /// Cycles per second.
    Rate,
    /// An int; a float constant without a fraction counts.
    Int,
    /// An int by which elements are grouped; behind any number of arguments it has its name.
    Key,
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
    Array,
    /// A vector, an array or a text.
    Long,
    Shape,
    /// Floats of any unit or vectors.
    Floats,
    /// Anything but a shape.
    Any,
    /// Frames (a constant int) or a time.
    FramesOrTime,
    /// A domain, by its name.
    Domain,
    /// An event.
    Event,
    /// An event, or a bool that becomes true.
    Trigger,
    /// As `Any`, as it is when the event of the call happens, if it has one.
    AnyThen,
    /// A time, as it is when the event of the call happens.
    TimeThen,
    /// A time, or how often in a second.
    Period,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A vec2 that is known before the first frame.
    ConstantPoint,
    /// A quoted text.
    Text,
    /// A text as a value.
    Said,
    /// A font that is named.
    Font,
    /// Keys of `keys`, which the parser reads.
    Keys,
    /// The box of a path: `yes` or `no`, or a float or vec2 that is known before the first frame, or a quoted view box.
    Fit,
}

impl ParamType {
    /// Whether it is a choice or a key, and so only given by name after a variadic parameter.
    pub(crate) fn is_choice(self) -> bool {
        matches!(self, Self::Word(_) | Self::Fit | Self::Key)
    }

    /// Whether it is combined component by component with the others of the call.
    pub(crate) fn is_by_component(self) -> bool {
        matches!(self, Self::Alike | Self::Plain | Self::Vector | Self::Color)
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
            Self::ConstantTime | Self::ConstantSpan => "constant time".into(),
            Self::Rate => "frequency".into(),
            Self::Int | Self::Key => "int".into(),
            Self::ConstantInt(low, high) if high >= i64::from(i32::MAX) => format!("constant int from {low}"),
            Self::ConstantInt(low, high) => format!("constant int {low} to {high}"),
            Self::Bool => "bool".into(),
            Self::Color => "color".into(),
            Self::Vec2 => "vec2".into(),
            Self::Vec3 => "vec3".into(),
            Self::Vector => "vec2 or vec3".into(),
            Self::Space => "float, vec2 or vec3".into(),
            Self::Array => "array".into(),
            Self::Long => "vec2, vec3, array or text".into(),
            Self::Shape => "shape".into(),
            Self::Any => "any value".into(),
            Self::FramesOrTime => "constant int or time".into(),
            Self::Domain => "domain".into(),
            Self::Event => "event".into(),
            Self::Trigger => "event or bool".into(),
            Self::AnyThen => "any value".into(),
            Self::TimeThen => "time".into(),
            Self::Period => "time or frequency".into(),
            Self::Word(words) => words.join(" or "),
            Self::ConstantPoint => "constant vec2".into(),
            Self::Text | Self::Said => "text".into(),
            Self::Font => "font".into(),
            Self::Keys => "TIME: VALUE EASING".into(),
            Self::Fit => "no or yes or a size or a view box".into(),
        }
    }
}

/// The default of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum DefaultValue {
    /// Nothing: the function does without.
    Absent,
    Number(f64),
    Point(f64, f64),
    Word(&'static str),
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) ty: ParamType,
    /// None where the argument must be given.
    pub(crate) default: Option<DefaultValue>,
}

impl Parameter {
    /// `low: float = 0`.
    fn signature(&self) -> String {
        let (name, ty) = (self.name, self.ty.name());
        match self.default {
            None => format!("{name}: {ty}"),
            Some(DefaultValue::Absent) => format!("[{name}: {ty}]"),
            Some(DefaultValue::Number(number)) => format!("{name}: {ty} = {number}"),
            Some(DefaultValue::Point(x, y)) => format!("{name}: {ty} = ({x}, {y})"),
            Some(DefaultValue::Word(word)) => format!("{name}: {ty} = {word}"),
        }
    }
}

/// Which parameters the arguments without a name are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Positions {
    /// One parameter each.
    InOrder,
    /// In order, and the last parameter that is not a choice takes any number.
    Variadic,
    /// In order, but an argument that is the only one is for the parameter of this name.
    Lone(&'static str),
}

/// The type of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReturnType {
    /// The type and unit that the alike arguments have; of phases a plain number, since what is computed with a phase
    /// is no place in the same cycle.
    Alike,
    /// As `Alike`, but a phase stays one.
    Magnitude,
    /// The type of the arguments, as a plain number.
    Plain,
    Float,
    Int,
    Bool,
    Vec2,
    Vec3,
    Color,
    Shape,
    Text,
    Angle,
    Phase,
    TimeSpan,
    Event,
    /// Rows, for a domain.
    Rows,
    /// The type and unit of the first argument.
    First,
}

impl ReturnType {
    /// The type and unit, where they do not follow from the arguments.
    pub(crate) fn evident(self) -> Option<(Type, Unit)> {
        match self {
            Self::Alike | Self::Magnitude | Self::Plain | Self::First => None,
            Self::Float => Some((Type::Float, Unit::Scalar)),
            Self::Int => Some((Type::Int, Unit::Scalar)),
            Self::Bool => Some((Type::Bool, Unit::Scalar)),
            Self::Vec2 => Some((Type::Vec2, Unit::Scalar)),
            Self::Vec3 => Some((Type::Vec3, Unit::Scalar)),
            Self::Color => Some((Type::Color, Unit::Scalar)),
            Self::Shape => Some((Type::Shape, Unit::Scalar)),
            Self::Text => Some((Type::Text, Unit::Scalar)),
            Self::Angle => Some((Type::Float, Unit::Turn)),
            Self::Phase => Some((Type::Float, Unit::Phase)),
            Self::TimeSpan => Some((Type::Float, Unit::Second)),
            // Rows are no value of a type.
            Self::Rows => None,
            // What it is as a value.
            Self::Event => Some((Type::Bool, Unit::Scalar)),
        }
    }

    /// The unit of what an operation gives, by the unit of its first argument.
    pub(crate) fn unit(self, first: Unit) -> Unit {
        match self {
            Self::Magnitude => first,
            Self::Alike => computed(first),
            Self::Angle => Unit::Turn,
            Self::TimeSpan => Unit::Second,
            Self::Event
            | Self::Rows
            | Self::Phase
            | Self::Plain
            | Self::First
            | Self::Float
            | Self::Int
            | Self::Bool
            | Self::Vec2
            | Self::Vec3
            | Self::Color
            | Self::Text
            | Self::Shape => Unit::Scalar,
        }
    }

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alike | Self::Magnitude | Self::Plain | Self::First => "the same",
            Self::Float => "float",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Vec2 => "vec2",
            Self::Vec3 => "vec3",
            Self::Color => "color",
            Self::Shape => "shape",
            Self::Text => "text",
            Self::Angle => "angle",
            Self::Phase => "phase",
            Self::TimeSpan => "time",
            Self::Event => "event",
            Self::Rows => "rows",
        }
    }
}

/// Makes the operations of a call. None where something is wrong with it, which has been reported.
pub(crate) type Lowering =
    for<'a, 'b> fn(&mut Elaborator<'a, 'b>, &Call<'a, 'b>) -> Result<Typed<'b>, Reported>;

/// How a call becomes operations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lower {
    /// The operation of the arguments in order.
    Op(Op),
    /// By code of its own, beside the row.
    With(Lowering),
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
    pub(crate) parameters: &'static [Parameter],
    pub(crate) positions: Positions,
    pub(crate) returns: ReturnType,
    pub(crate) lower: Lower,
    pub(crate) about: &'static str,
    pub(crate) examples: &'static [Example],
}

impl Function {
    /// As it is called: `mix(from, to, t, in: srgb)`.
    pub(crate) fn signature(&self) -> String {
        let mut parameters: Vec<String> = self.parameters.iter().map(Parameter::signature).collect();
        if let Some(variadic) = self.variadic() {
            parameters.insert(variadic + 1, "...".into());
        }
        format!("{}({}) -> {}", self.name, parameters.join(", "), self.returns.name())
    }

    /// The row of the parameter that takes any number of arguments.
    pub(crate) fn variadic(&self) -> Option<usize> {
        let last = self.parameters.iter().rposition(|p| !p.ty.is_choice()).unwrap_or(0);
        (self.positions == Positions::Variadic).then_some(last)
    }

    /// The parameter of an argument without a name, by its place among these.
    pub(crate) fn positional(&self, at: usize) -> Option<&'static Parameter> {
        self.parameters.get(self.variadic().map_or(at, |variadic| at.min(variadic)))
    }
}

/// A chapter of the reference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chapter {
    /// The heading.
    pub(crate) title: &'static str,
    /// What opens it.
    pub(crate) about: &'static str,
    pub(crate) functions: &'static [Function],
}

/// Rust's own words are written with `_` after them in the rows.
pub(super) const fn name_of(text: &'static str) -> &'static str {
    match text.as_bytes() {
        b"in_" => "in",
        _ => text,
    }
}

/// A chapter and its rows:
///
/// ```text
/// "name" (parameter: Type(limits) = default; positions) -> Returned, op Operation | with lowering, "What it does.",
///     ["example" => [components], at frame; ...];
/// ```
///
/// A default of `_` is an argument that the function does without. Positions are `..` where the last parameter takes any
/// number of arguments, or `lone name` where a single argument is for that parameter. A lowering is a function of the
/// file or a closure. An example `at each` is evaluated for each of four elements.
macro_rules! chapter {
    ($title:literal, $about:literal; $(
        $name:literal
        ($( $parameter:ident: $kind:ident $(($($limit:expr),*))? $(= $default:tt)? ),* $(; $($positions:tt)+)?) -> $returns:ident,
        $(op $op:ident)? $(with $with:expr)?,
        $doc:literal,
        [$( $source:literal => $value:expr $(, at $at:tt)? );*];
    )*) => {
        pub(super) const CHAPTER: $crate::language::builtins::Chapter = $crate::language::builtins::Chapter {
            title: $title,
            about: $about,
            functions: &[$( $crate::language::builtins::Function {
                name: $name,
                parameters: &[$( $crate::language::builtins::Parameter {
                    name: $crate::language::builtins::function::name_of(stringify!($parameter)),
                    ty: $crate::language::builtins::ParamType::$kind $(($($limit),*))?,
                    default: chapter!(@default $($default)?),
                }, )*],
                positions: chapter!(@positions $($($positions)+)?),
                returns: $crate::language::builtins::ReturnType::$returns,
                lower: chapter!(@lower $(op $op)? $(with $with)?),
                about: $doc,
                examples: &[$( chapter!(@example $source, $value $(, $at)?) ),*],
            }, )*],
        };
    };
    (@default) => { None };
    (@default _) => { Some($crate::language::builtins::DefaultValue::Absent) };
    (@default $number:literal) => { Some($crate::language::builtins::DefaultValue::Number($number as f64)) };
    (@default ($x:literal, $y:literal)) => {
        Some($crate::language::builtins::DefaultValue::Point($x as f64, $y as f64))
    };
    (@default $word:ident) => { Some($crate::language::builtins::DefaultValue::Word(stringify!($word))) };
    (@positions) => { $crate::language::builtins::Positions::InOrder };
    (@positions ..) => { $crate::language::builtins::Positions::Variadic };
    (@positions lone $name:ident) => { $crate::language::builtins::Positions::Lone(stringify!($name)) };
    (@lower op $op:ident) => { $crate::language::builtins::Lower::Op($crate::program::Op::$op) };
    (@lower with $with:expr) => { $crate::language::builtins::Lower::With($with) };
    (@example $source:literal, $value:expr) => { chapter!(@example $source, $value, 0) };
    (@example $source:literal, $value:expr, each) => {
        $crate::language::builtins::Example { source: $source, frame: 0, per_element: true, gives: &$value }
    };
    (@example $source:literal, $value:expr, $frame:literal) => {
        $crate::language::builtins::Example { source: $source, frame: $frame, per_element: false, gives: &$value }
    };
}
