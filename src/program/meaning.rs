//! What operations mean: as which scalar operations they are computed.
//!
//! Each row of [`Op`](super::Op) has one. What is more than a scalar operation per component is named here, chapter by
//! chapter, and composed by the planner.

use super::Node;
use crate::math::easing::Ease;
use crate::scalar::{Kind, Prim};

/// How an operation is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// It reads something: a constant, time, state, an element.
    Leaf(Leaf),
    /// One scalar operation per component.
    Scalar(Scalars),
    /// An easing per component.
    Ease(Ease),
    /// Each component times a number.
    Factor(f64),
    /// The same 32 bits as another kind.
    Cast(Kind),
    /// A sine, cosine or tangent per component.
    Wave {
        wave: Wave,
        unit: Angle,
    },
    /// Of scalars, by their kind.
    Number(Number),
    /// Noise of 1, 2 or 3 dimensions.
    Noise([Prim; 3]),
    /// A flow made of noise: a vector for a place.
    Curl(Prim),
    /// Of the element's index.
    Indexed(Prim),
    Vector(Vector),
    Layout(Layout),
    Path(Along),
    /// Of all elements of a domain together, with a value for each of the domain that it names.
    Whole(Whole),
    Color(Coloring),
    /// What a table has at the argument.
    Lookup,
    /// The argument; in passes with what is left of the last edit.
    Continued,
    /// The argument, with what is uniform in it as of the turn that bore the element.
    AtBirth,
    /// Pairs of elements that are near one another, and what is made of them.
    Near(Near),
    /// Of texts, by what they say.
    Text(TextOp),
}

/// What is made of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TextOp {
    Trim,
    Upper,
    Lower,
    /// One behind the other.
    Join,
    /// A number in digits.
    OfNumber,
    /// A number with so many digits behind the point.
    Fixed,
    /// Likewise, with a plus where it is above 0.
    Signed,
    /// A number in three digits, and a unit with a prefix.
    Unit,
    /// A time in seconds as a date, by a format.
    Date,
    /// The digits of a number in threes, with a text between them.
    Grouped,
    /// A number with so many digits in front of the point, or more.
    Padded,
    /// How many characters there are.
    Length,
    StartsWith,
    EndsWith,
    Contains,
    /// How wide it is, in a style.
    Width(u32),
    /// How high it is, in a style.
    Height(u32),
}

impl TextOp {
    /// That of a node, which says the style where there is one.
    pub(crate) fn of(self, node: &Node) -> Self {
        let style = node.index.unwrap_or(0);
        match self {
            Self::Width(_) => Self::Width(style),
            Self::Height(_) => Self::Height(style),
            other => other,
        }
    }

    /// Whether it measures a text.
    pub(crate) fn measures(self) -> bool {
        matches!(self, Self::Width(_) | Self::Height(_))
    }

    /// How many texts it takes.
    pub(crate) fn texts(self) -> usize {
        match self {
            Self::OfNumber | Self::Fixed | Self::Signed => 0,
            Self::Width(_)
            | Self::Height(_)
            | Self::Unit
            | Self::Date
            | Self::Trim
            | Self::Upper
            | Self::Lower
            | Self::Padded
            | Self::Length => 1,
            Self::Join | Self::Grouped | Self::StartsWith | Self::EndsWith | Self::Contains => 2,
        }
    }

    /// Whether it takes a number and then a text.
    pub(crate) fn is_text_second(self) -> bool {
        matches!(self, Self::Unit | Self::Date)
    }

    /// Whether it gives a text, which is put among those of the run; the others only look at texts.
    pub(crate) fn makes_text(self) -> bool {
        match self {
            Self::Trim
            | Self::Upper
            | Self::Lower
            | Self::Join
            | Self::OfNumber
            | Self::Fixed
            | Self::Signed
            | Self::Unit
            | Self::Date
            | Self::Grouped
            | Self::Padded => true,
            Self::Length | Self::StartsWith | Self::EndsWith | Self::Contains => false,
            Self::Width(_) | Self::Height(_) => false,
        }
    }
}

/// The scalar operation for arguments of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Scalars {
    float: Option<Prim>,
    int: Option<Prim>,
    uint: Option<Prim>,
    bool: Option<Prim>,
}

impl Scalars {
    const NONE: Self = Self { float: None, int: None, uint: None, bool: None };

    /// The one for arguments of a kind.
    pub(crate) fn of(self, kind: Kind) -> Option<Prim> {
        match kind {
            Kind::Float | Kind::Double => self.float,
            Kind::Int => self.int,
            Kind::Uint => self.uint,
            Kind::Bool => self.bool,
        }
    }
}

pub(super) const fn floats(prim: Prim) -> Meaning {
    Meaning::Scalar(Scalars { float: Some(prim), ..Scalars::NONE })
}

pub(super) const fn numbers(float: Prim, int: Prim, uint: Prim) -> Meaning {
    Meaning::Scalar(Scalars { float: Some(float), int: Some(int), uint: Some(uint), bool: None })
}

pub(super) const fn integers(int: Prim, uint: Prim) -> Meaning {
    Meaning::Scalar(Scalars { int: Some(int), uint: Some(uint), ..Scalars::NONE })
}

pub(super) const fn bools(prim: Prim) -> Meaning {
    Meaning::Scalar(Scalars { bool: Some(prim), ..Scalars::NONE })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Const,
    Input,
    Slot,
    Cell,
    Fresh,
    Delay,
    DelayTime,
    Time,
    Dt,
    FrameIndex,
    Phase,
    PhasePingPong,
    Progress,
    Pulse,
    Seed,
    Canvas,
    Count,
    Index,
    Id,
    Rank,
    Random,
    Age,
    Life,
    IsNew,
    ElementInput,
    Fade,
    Payload,
    Column,
    RowColumn,
    Happened,
    Field,
    Neighbor,
    At,
    Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wave {
    Sine,
    Cosine,
    Tangent,
}

/// What is done with pairs of elements that are near one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Near {
    /// Finds them.
    Pairs,
    /// What one of the two has.
    End(End),
    /// Makes one value for each element of those of its pairs.
    Fold(Fold),
}

/// An element of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum End {
    /// The one whose neighbours are looked at.
    Own,
    /// The one that is near it.
    Other,
}

/// How the values of an element's pairs become one. Without pairs it is 0, the nearest -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fold {
    Sum,
    Mean,
    Min,
    Max,
    /// Of how many pairs it is true.
    Count,
    /// The other element of the pair whose value is the least; the first of several.
    Nearest,
}

/// What an angle is given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Angle {
    Radians,
    Turns,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Neg,
    Abs,
    Sign,
    Clamp,
    Mix,
    Gt,
    Ge,
    Ne,
    Or,
    Select,
    RadicalInverse,
    Spring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vector {
    Join,
    Component,
    Dot,
    Length,
    Distance,
    Normalize,
    Cross,
    Rotate,
    Polar(Angle),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Grid,
    Circle,
    Line,
    Spiral,
    Halton,
}

/// What is worked out of all elements together. A second argument, or of a count the first, is a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whole {
    /// The place of each by its value.
    Place,
    /// The element of each place.
    Order,
    /// The value of each place.
    Sorted,
    Running(Running),
    /// By a key that is the index of another element.
    ByKey(ByKey),
    /// How wide or how high the text of each is, of all that is measured the row. One lays all of them out, so they are worked out
    /// together.
    Side(u32),
}

impl Whole {
    /// What it is called, for diagnostics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Order => "order",
            Self::Sorted => "sorted values",
            Self::Running(Running::Sum) => "running sum",
            Self::Running(Running::Min) => "running minimum",
            Self::Running(Running::Max) => "running maximum",
            Self::Running(Running::Count) => "running count",
            Self::ByKey(ByKey::Sum) => "sum by key",
            Self::ByKey(ByKey::Mean) => "mean by key",
            Self::ByKey(ByKey::Min) => "minimum by key",
            Self::ByKey(ByKey::Max) => "maximum by key",
            Self::ByKey(ByKey::Count) => "count by key",
            Self::Side(_) => "side of the text",
        }
    }
}

/// What comes together from the first element to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Running {
    Sum,
    Min,
    Max,
    Count,
}

/// How those with the same key become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ByKey {
    Sum,
    Mean,
    Min,
    Max,
    Count,
}

/// What is read along a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Along {
    Point,
    Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coloring {
    WithAlpha,
    /// Of hue and two shares, which are limited to 0..1.
    Hued(Prim),
    /// Of three numbers.
    From(Prim),
    /// Three numbers of a colour.
    To(Prim),
    /// Red, green and blue by themselves.
    EachPart(Prim),
    Mix(Space),
    Luminance,
}

/// The space in which colours are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// sRGB, as it is encoded.
    Encoded,
    Linear,
    Oklab,
    Oklch,
    Hsv,
}
