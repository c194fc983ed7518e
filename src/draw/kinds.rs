//! What values draws, cameras and clips take, and what the numbers among them may be.

use super::{Align, Anchor, Blend, Blending, Cap, DrawOrder, Filter, Fit, Join, Word};

/// What values something of a draw, a camera or a clip takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// vec2 or vec3.
    Position,
    /// float or vec2.
    Extent,
    Float,
    /// In patches with a unit, in programs a float in radians.
    Angle,
    Color,
    Vec2,
    Vec3,
    Bool,
    Shape,
    Text,
    /// Known before the first frame, as the following.
    ConstantInt,
    ConstantFloat,
    ConstantTime,
    ConstantPoint,
    /// How many sides or tips: a constant int, at least this.
    Corners(u32),
    Blend,
    Blending,
    Cap,
    Join,
    Order,
    Align,
    Anchor,
    Fit,
    Filter,
    /// The name of a camera.
    Camera,
    /// The name of a font.
    Font,
    /// The word `none`.
    Continuity,
}

impl Kind {
    /// For people.
    pub(crate) fn prose(self) -> String {
        let text = match self {
            Self::Position => "vec2 or vec3",
            Self::Extent => "float or vec2",
            Self::Float => "float",
            Self::Angle => "angle",
            Self::Color => "color",
            Self::Vec2 => "vec2",
            Self::Vec3 => "vec3",
            Self::Bool => "bool",
            Self::Shape => "shape",
            Self::Text => "text",
            Self::ConstantInt | Self::Corners(_) => "constant int",
            Self::ConstantFloat => "constant float",
            Self::ConstantTime => "constant time",
            Self::ConstantPoint => "constant vec2",
            Self::Blend
            | Self::Blending
            | Self::Cap
            | Self::Join
            | Self::Order
            | Self::Align
            | Self::Anchor
            | Self::Fit
            | Self::Filter => return list(&self.words()),
            Self::Camera => "camera or none",
            Self::Font => "font",
            Self::Continuity => "the word none",
        };
        text.into()
    }

    /// The words of a choice; nothing where it is no choice among words.
    pub(crate) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Blend => words::<Blend>(),
            Self::Blending => words::<Blending>(),
            Self::Cap => words::<Cap>(),
            Self::Join => words::<Join>(),
            Self::Order => words::<DrawOrder>(),
            Self::Align => words::<Align>(),
            Self::Anchor => words::<Anchor>(),
            Self::Fit => words::<Fit>(),
            Self::Filter => words::<Filter>(),
            Self::Continuity => vec!["none"],
            Self::Position
            | Self::Extent
            | Self::Float
            | Self::Angle
            | Self::Color
            | Self::Vec2
            | Self::Vec3
            | Self::Bool
            | Self::Shape
            | Self::Text
            | Self::ConstantInt
            | Self::ConstantFloat
            | Self::ConstantTime
            | Self::ConstantPoint
            | Self::Corners(_)
            | Self::Camera
            | Self::Font => Vec::new(),
        }
    }

    /// Whether it is written as a word, not as an expression.
    pub(crate) fn is_word(self) -> bool {
        matches!(
            self,
            Self::Blend
                | Self::Blending
                | Self::Cap
                | Self::Join
                | Self::Order
                | Self::Align
                | Self::Anchor
                | Self::Fit
                | Self::Filter
                | Self::Camera
                | Self::Font
                | Self::Continuity
        )
    }
}

fn words<T: Word>() -> Vec<&'static str> {
    T::CHOICES.iter().map(|choice| choice.word()).collect()
}

/// `butt, round or square`.
fn list(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// What a number may be. Constants are checked where they are written, others while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limits {
    Any,
    /// 0 to 1.
    Share,
    /// 0 or more.
    NotNegative,
    /// Anything but 0.
    NotZero,
    /// Above 0.
    Positive,
    /// An angle above 0 and below half a turn.
    BelowHalfTurn,
}

/// What a statement takes between its braces, or a shape between its brackets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// As patches call it.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) limits: Limits,
    /// For people.
    pub(crate) about: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_as_a_list() {
        assert_eq!(Kind::Cap.prose(), "butt, round or square");
        assert_eq!(Kind::Order.prose(), "index, element, depth or layer_depth");
        assert_eq!(Kind::Corners(3).prose(), "constant int");
    }
}
