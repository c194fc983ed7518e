//! The table of what a draw is given: what patches and programs call it, what values it takes, what they may be, and what
//! it means.
//!
//! Patches, the builder, the checks of a program and the reference page work from it. What an element gets of it
//! in the end is in [`attributes`](super::attributes).

use super::{Blend, Cap, DrawOrder, Join, Word};

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
    /// Known before the first frame, as the following.
    ConstantInt,
    ConstantFloat,
    ConstantTime,
    ConstantPoint,
    /// How many sides or tips: a constant int, at least this.
    Corners(u32),
    Blend,
    Cap,
    Join,
    Order,
    /// The name of a camera.
    Camera,
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
            Self::ConstantInt | Self::Corners(_) => "constant int",
            Self::ConstantFloat => "constant float",
            Self::ConstantTime => "constant time",
            Self::ConstantPoint => "constant vec2",
            Self::Blend => return choices::<Blend>(),
            Self::Cap => return choices::<Cap>(),
            Self::Join => return choices::<Join>(),
            Self::Order => return choices::<DrawOrder>(),
            Self::Camera => "camera or none",
        };
        text.into()
    }

    /// Whether it is written as a word, not as an expression.
    pub(crate) fn is_word(self) -> bool {
        matches!(self, Self::Blend | Self::Cap | Self::Join | Self::Order | Self::Camera)
    }
}

/// `butt, round or square`.
fn choices<T: Word>() -> String {
    let words: Vec<&str> = T::CHOICES.iter().map(|choice| choice.word()).collect();
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

/// An attribute of a draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeRow {
    pub(crate) id: Attribute,
    /// For patches; without a name where these say it in another way.
    pub(crate) entry: Entry,
    /// Where a pass of a program has it; empty where it has none or where it is no node.
    pub(crate) key: &'static str,
    /// Whether a line has one for all of it, not one per element.
    pub(crate) is_one_for_a_line: bool,
}

/// Declares the attributes: how patches and programs call them, what they take, what that may be, and what it means.
macro_rules! attributes {
    ($( $id:ident $name:literal $key:literal $kind:ident $limits:ident $extent:ident $about:literal; )*) => {
        /// An attribute of a draw.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Attribute {
            $( $id, )*
        }

        /// Every attribute, in the order of the reference page.
        pub(crate) const ATTRIBUTES: &[AttributeRow] = &[$( AttributeRow {
            id: Attribute::$id,
            entry: Entry { name: $name, kind: Kind::$kind, limits: Limits::$limits, about: $about },
            key: $key,
            is_one_for_a_line: attributes!(@ $extent),
        }, )*];
    };
    (@ each) => { false };
    (@ once) => { true };
    // No value of elements at all.
    (@ fixed) => { false };
}

attributes! {
    Position "position" "position" Position Any each
        "Where the centre is: `0..1` in x and y fills the shorter side, y down, z toward the viewer.";
    Size "size" "size" Extent Any each
        "Full width and height as a share of the shorter side, 0 or more; a circle's diameter. A line has none.";
    Rotation "rotation" "rotation" Angle Any each
        "Clockwise on screen.";
    Scale "scale" "scale" Extent NotZero each
        "Multiplies the size; a negative one mirrors.";
    Color "color" "color" Color Any once
        "The fill; without one only the stroke is drawn.";
    Opacity "opacity" "opacity" Float Share once
        "Multiplies the alpha of the element as drawn, fill and stroke as one thing, 0 to 1.";
    Stroke "stroke" "stroke.color" Color Any once
        "The colour of the outline; needs a `stroke_width`.";
    StrokeWidth "stroke_width" "stroke.width" Float NotNegative once
        "The width of the outline.";
    Trim "trim" "" Vec2 Any once
        "Which part of the outline is drawn, from and to, as shares of its length. Shares wrap: `(0.8, 0.2)` runs over the start, 1.25 is the place of 0.25; a span of 1 or more is the whole outline. Outlines begin at the top and run clockwise; a rectangle's at the left end of its top edge, a path's and a line's where they are begun. A negative `scale` mirrors that, too.";
    TrimOffset "trim_offset" "" Float Any once
        "Shifts both ends of the `trim` along the outline: a share of its length, any number; 0.";
    TrimStart "" "stroke.trim_start" Float Any once "";
    TrimEnd "" "stroke.trim_end" Float Any once "";
    Dash "dash" "stroke.dash" Vec2 NotNegative once
        "The lengths of a dash and of the gap behind it.";
    DashOffset "dash_offset" "stroke.dash_offset" Float Any once
        "How far into the first dash the outline begins.";
    Cap "cap" "" Cap Any fixed
        "How strokes end; round.";
    Join "join" "" Join Any fixed
        "How corners of strokes look; round.";
    Blend "blend" "" Blend Any fixed
        "How it mixes with what lies below.";
    Layer "layer" "" ConstantInt Any fixed
        "Higher ones are drawn later; 0. Within a layer the source's order counts.";
    Order "order" "" Order Any fixed
        "`depth` draws far elements first; the position must be a vec3.";
    Camera "camera" "" Camera Any fixed
        "The camera; without one that of the file, else none.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_known_by_a_name_and_named_once() {
        for (at, row) in ATTRIBUTES.iter().enumerate() {
            assert!(!(row.entry.name.is_empty() && row.key.is_empty()), "{:?}", row.id);
            assert_eq!(row.entry.name.is_empty(), row.entry.about.is_empty(), "{:?}", row.id);
            let is_other = |other: &AttributeRow| {
                (row.entry.name != other.entry.name || row.entry.name.is_empty())
                    && (row.key != other.key || row.key.is_empty())
            };
            assert!(ATTRIBUTES[..at].iter().all(is_other), "{:?}", row.id);
        }
    }

    #[test]
    fn words_read_as_a_list() {
        assert_eq!(Kind::Cap.prose(), "butt, round or square");
        assert_eq!(Kind::Order.prose(), "index or depth");
        assert_eq!(Kind::Corners(3).prose(), "constant int");
    }
}
