//! The attributes of a draw, in two forms.
//!
//! **What a draw is given** is the table [`ATTRIBUTES`]: what patches and programs call it, what values it takes, what they
//! may be, and what it means. Patches, the builder, the checks of a program and the reference page work from it.
//!
//! **What its elements get** is [`Attributes`], one struct whatever stands for a number and for a colour. The planner fills
//! it with expressions, the plan with the places they are computed to, a frame's descriptor with where this frame's values
//! are, and the view of a frame with slices. [`Attributes::map`] leads from each to the next and names every one of them:
//! what is added to the struct and not to it does not compile.

use super::{Cap, Entry, Join, Kind, Limits};

/// An attribute of a draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeRow {
    pub(crate) id: Attribute,
    /// For patches; without a name where these say it in another way.
    pub(crate) entry: Entry,
    /// Where a pass of a program has it; empty where it has none or where it is no node.
    pub(crate) key: &'static str,
    /// The number that it is where a draw has none, if that is one.
    pub(crate) default: Option<f64>,
    /// Whether a line has one for all of it, not one per element.
    pub(crate) is_one_for_a_line: bool,
}

/// Declares the attributes: how patches and programs call them, what they take, what that may be, what it is by default,
/// whether every element has one, and what it means.
macro_rules! attributes {
    ($( $id:ident $name:literal $key:literal $kind:ident $limits:ident $default:tt $extent:ident $about:literal; )*) => {
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
            default: attributes!(@default $default),
            is_one_for_a_line: attributes!(@extent $extent),
        }, )*];
    };
    (@default none) => { None };
    (@default $number:literal) => { Some($number) };
    (@extent each) => { false };
    (@extent once) => { true };
    // No value of elements at all.
    (@extent fixed) => { false };
}

attributes! {
    Position "position" "position" Position Any none each
        "Where the centre is: `0..1` in x and y fills the shorter side, y down, z toward the viewer; of a text what its `align` and `anchor` say.";
    Size "size" "size" Extent Any none each
        "Full width and height as a share of the shorter side, 0 or more; a circle's diameter, a text's em. A line has none.";
    Rotation "rotation" "rotation" Angle Any 0.0 each
        "Clockwise on screen.";
    Scale "scale" "scale" Extent NotZero none each
        "Multiplies the size; a negative one mirrors.";
    Color "color" "color" Color Any none once
        "The fill; without one only the stroke is drawn.";
    Opacity "opacity" "opacity" Float Share 1.0 once
        "Multiplies the alpha of the element as drawn, fill and stroke as one thing, 0 to 1.";
    Stroke "stroke" "stroke.color" Color Any none once
        "The colour of the outline; needs a `stroke_width`.";
    StrokeWidth "stroke_width" "stroke.width" Float NotNegative none once
        "The width of the outline.";
    Trim "trim" "" Vec2 Any none once
        "Which part of the outline is drawn, from and to, as shares of its length. Shares wrap: `(0.8, 0.2)` runs over the start, 1.25 is the place of 0.25; a span of 1 or more is the whole outline. Outlines begin at the top and run clockwise; a rectangle's at the left end of its top edge, a path's and a line's where they are begun. A negative `scale` mirrors that, too.";
    TrimOffset "trim_offset" "" Float Any none once
        "Shifts both ends of the `trim` along the outline: a share of its length, any number; 0.";
    TrimStart "" "stroke.trim_start" Float Any 0.0 once "";
    TrimEnd "" "stroke.trim_end" Float Any 1.0 once "";
    Dash "dash" "stroke.dash" Vec2 NotNegative none once
        "The lengths of a dash and of the gap behind it.";
    DashOffset "dash_offset" "stroke.dash_offset" Float Any 0.0 once
        "How far into the first dash the outline begins.";
    Width "width" "shape.text.width" Float Positive none each
        "Of a text: how wide its lines may be. Words that reach beyond go to the next line, at a `-`, too; one that is wider alone stays whole. Without it only the text ends lines.";
    Leading "leading" "shape.text.leading" Float Any none each
        "Of a text: from one line to the next, in sizes; 1.2.";
    Tracking "tracking" "shape.text.tracking" Float Any none each
        "Of a text: what is put between letters, in sizes; 0. With any, letters stay apart that a font would join.";
    Align "align" "" Align Any none fixed
        "Of a text: whether its lines begin at the position, have their middle there or end there; left.";
    Anchor "anchor" "" Anchor Any none fixed
        "Of a text: what is at the height of the position: the baseline of the first line, the top of it (its ascent), the bottom of the last (its descent), or the middle, half-way between the top of capitals and the last baseline; baseline.";
    Weight "weight" "shape.text.moving_weight" Float Any none each
        "Of a text: how heavy its letters are, 1 to 1000; 400. The family that comes with pavane has a regular (400) and a bold (700), and takes the nearer one. A `font` with an axis of weight has all between its lightest and its heaviest, and there it may move, in 64 steps. A letter of a text, `draw glyph`, has one of its own, too, and stays where its text put it.";
    Font "font" "" Font Any none fixed
        "Of a text: the `font` that it is drawn with; the family that comes with pavane.";
    Fit "fit" "" Fit Any none fixed
        "Of an image: how it goes into its size where its proportions are others: all of it, as large as that allows (contain), so that the size is filled and what reaches beyond is not shown (cover), or stretched; contain.";
    Source "source" "shape.image.source" Vec2 Any none each
        "Of an image: the left top corner of the part that is shown, in its pixels; (0, 0). Beyond its edges the pixels at the edges go on.";
    SourceSize "source_size" "shape.image.source_size" Vec2 Positive none each
        "Of an image: how many of its pixels are shown across and down; all of them.";
    Sheet "sheet" "" ConstantPoint Any none fixed
        "Of an image: how many pictures are beside each other and below each other in it, or in its `source`, all of one size: `(8, 4)`.";
    Frame "frame" "" Float Any none each
        "Of an image with a `sheet`: which of its pictures is shown, from 0, from left to right and then line by line; behind the last the first comes again, and of a fraction the whole number below counts; 0.";
    Corner "corner" "shape.image.corner" Float Share 0.0 each
        "Of an image: the radius of its corners as a share of half the shorter side, 0 to 1.";
    Tint "tint" "" Color Any none once
        "Of an image: multiplies its colours and its alpha; white.";
    Filter "filter" "" Filter Any none fixed
        "Of an image: whether what is between its pixels is made of those around (smooth), with means of them where it is drawn smaller, or is that of the nearest one (nearest); smooth.";
    Cap "cap" "" Cap Any none fixed
        "How strokes end; round.";
    Join "join" "" Join Any none fixed
        "How corners of strokes look; round.";
    Blend "blend" "" Blend Any none fixed
        "How it mixes with what lies below.";
    Layer "layer" "" ConstantInt Any none fixed
        "Higher ones are drawn later; 0. Within a layer the source's order counts.";
    Order "order" "" Order Any none fixed
        "`element` draws what the draw before it and this one have of an element, and then the next element; \
         `depth` draws far elements first, `layer_depth` those of all draws of the layer that say so, as if they were one: \
         for these two the position must be a vec3.";
    Camera "camera" "" Camera Any none fixed
        "The camera; without one that of the file, else none.";
    Continuity "continuity" "" Continuity Any none fixed
        "`none` draws values without the difference that a `~` lets go away: an edit shows at once.";
}

impl Attribute {
    /// Its row of the table.
    pub(crate) fn row(self) -> &'static AttributeRow {
        &ATTRIBUTES[self as usize]
    }

    /// Whether texts have it and no other shape.
    pub(crate) fn is_of_texts(self) -> bool {
        matches!(
            self,
            Self::Width
                | Self::Leading
                | Self::Tracking
                | Self::Align
                | Self::Anchor
                | Self::Weight
                | Self::Font
        )
    }

    /// Whether images have it and no other shape.
    pub(crate) fn is_of_images(self) -> bool {
        matches!(
            self,
            Self::Fit
                | Self::Source
                | Self::SourceSize
                | Self::Sheet
                | Self::Frame
                | Self::Corner
                | Self::Tint
                | Self::Filter
        )
    }

    /// Whether it is about the fill or the outline of a shape, which an image has not.
    pub(crate) fn is_of_paint(self) -> bool {
        matches!(
            self,
            Self::Color
                | Self::Stroke
                | Self::StrokeWidth
                | Self::Trim
                | Self::TrimOffset
                | Self::TrimStart
                | Self::TrimEnd
                | Self::Dash
                | Self::DashOffset
                | Self::Cap
                | Self::Join
        )
    }
}

/// The attributes of a pass, as numbers `T` and colours `C`. In which units: [`Pass`](crate::frame::Pass).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Attributes<T, C = T> {
    pub(crate) x: T,
    pub(crate) y: T,
    /// Where positions have a third coordinate. A frame has it no more: there it is in the depth and the order.
    pub(crate) z: Option<T>,
    /// Which path each element is, where they differ: the 32 bits of its row.
    pub(crate) path: Option<T>,
    /// Of texts: what each element says, and how that is laid out.
    pub(crate) writing: Option<Writing<T>>,
    /// Of images: what each element shows.
    pub(crate) crop: Option<Crop<T>>,
    pub(crate) width: T,
    pub(crate) height: T,
    pub(crate) rotation: T,
    pub(crate) opacity: T,
    pub(crate) fill: Option<C>,
    pub(crate) stroke: Option<Stroke<T, C>>,
}

/// What the elements of a pass say, as numbers `T`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Writing<T> {
    /// The number of the text.
    pub(crate) text: T,
    /// How wide lines may be, in ems; only the text ends them where there is none, or where it is infinite or NaN.
    pub(crate) measure: Option<T>,
    /// From one baseline to the next, in ems.
    pub(crate) leading: Option<T>,
    /// Between letters, in ems.
    pub(crate) tracking: Option<T>,
    /// How heavy, where that moves.
    pub(crate) weight: Option<T>,
}

/// What the elements of a pass show of an image, as numbers `T`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crop<T> {
    /// The left top corner of what is shown, in pixels of the image.
    pub(crate) x: T,
    pub(crate) y: T,
    /// How many pixels are shown across and down.
    pub(crate) width: T,
    pub(crate) height: T,
    /// The radius of the corners, as a share of half the shorter side.
    pub(crate) corner: T,
}

/// The outline of a pass, as numbers `T` and colours `C`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke<T, C = T> {
    /// Colour of the outline.
    pub color: C,
    /// Width in world units, centred on the outline.
    pub width: T,
    /// Where the drawn part starts, as a share of the outline's length; any number, see [`part`](Self::part).
    pub trim_start: T,
    /// Where the drawn part ends, as a share of the outline's length; any number, see [`part`](Self::part).
    pub trim_end: T,
    /// The pattern of dashes; solid without one.
    pub dash: Option<Dash<T>>,
    /// Ends of open strokes, and of dashes.
    pub cap: Cap,
    /// Corners.
    pub join: Join,
}

/// The pattern of dashes of a stroke. It runs along the part of the outline that the trim leaves, from that part's
/// start, and anew along every subpath.
///
/// Lengths are world units times `scale`, as they come to lie on the canvas beside the stroke's width;
/// [`get`](Self::get) gives them multiplied. A gap that is not above 0 makes the stroke solid, and so does a pattern
/// that would be repeated more than [`DASHES_MAX`](Self::DASHES_MAX) times along what is in sight of an element. A dash
/// that is not above 0 is a dot of the stroke's cap: a disc, a square, or nothing with butt caps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dash<T> {
    /// Length of a dash in world units.
    pub on: T,
    /// Length of the gap after it in world units.
    pub off: T,
    /// How far into the pattern the drawn part starts, in world units; any number, for the pattern repeats.
    pub offset: T,
    /// What the three lengths are multiplied by: 1, or what a perspective camera makes of the element's stroke width.
    pub scale: T,
}

/// Declares the components with the names that messages have for them.
macro_rules! components {
    ($( $variant:ident $name:literal; )*) => {
        /// A number or a colour that an element has in a pass: a component of an attribute.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Component {
            $( $variant, )*
        }

        impl Component {
            /// The attribute of a program that gives it, for messages; empty where none does.
            pub(crate) const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }
        }
    };
}

components! {
    X "position.x";
    Y "position.y";
    Z "position.z";
    Path "shape.path.path";
    Text "shape.text.text";
    Measure "shape.text.width";
    Leading "shape.text.leading";
    Tracking "shape.text.tracking";
    Weight "shape.text.moving_weight";
    CropX "shape.image.source.x";
    CropY "shape.image.source.y";
    CropWidth "shape.image.source_size.x";
    CropHeight "shape.image.source_size.y";
    Corner "shape.image.corner";
    Width "width";
    Height "height";
    Rotation "rotation";
    Opacity "opacity";
    Fill "color";
    StrokeColor "stroke.color";
    StrokeWidth "stroke.width";
    TrimStart "stroke.trim_start";
    TrimEnd "stroke.trim_end";
    DashOn "stroke.dash.x";
    DashOff "stroke.dash.y";
    DashOffset "stroke.dash_offset";
    DashScale "";
}

impl Component {
    pub(crate) const fn is_color(self) -> bool {
        matches!(self, Self::Fill | Self::StrokeColor)
    }
}

impl<T, C> Attributes<T, C> {
    /// Makes other numbers and other colours of them.
    pub(crate) fn map<U, D>(
        &self,
        number: impl Fn(Component, &T) -> U,
        color: impl Fn(Component, &C) -> D,
    ) -> Attributes<U, D> {
        self.map_with(
            &mut (),
            |(), component, value| number(component, value),
            |(), c, value| color(c, value),
        )
    }

    /// As [`map`](Self::map), for two functions that change the same thing. In the order of the table.
    pub(crate) fn map_with<S, U, D>(
        &self,
        state: &mut S,
        number: impl Fn(&mut S, Component, &T) -> U,
        color: impl Fn(&mut S, Component, &C) -> D,
    ) -> Attributes<U, D> {
        let Self { x, y, z, path, writing, crop, width, height, rotation, opacity, fill, stroke } = self;
        Attributes {
            x: number(state, Component::X, x),
            y: number(state, Component::Y, y),
            z: z.as_ref().map(|z| number(state, Component::Z, z)),
            path: path.as_ref().map(|path| number(state, Component::Path, path)),
            writing: writing.as_ref().map(|Writing { text, measure, leading, tracking, weight }| Writing {
                text: number(state, Component::Text, text),
                measure: measure.as_ref().map(|measure| number(state, Component::Measure, measure)),
                leading: leading.as_ref().map(|leading| number(state, Component::Leading, leading)),
                tracking: tracking.as_ref().map(|tracking| number(state, Component::Tracking, tracking)),
                weight: weight.as_ref().map(|weight| number(state, Component::Weight, weight)),
            }),
            crop: crop.as_ref().map(|Crop { x, y, width, height, corner }| Crop {
                x: number(state, Component::CropX, x),
                y: number(state, Component::CropY, y),
                width: number(state, Component::CropWidth, width),
                height: number(state, Component::CropHeight, height),
                corner: number(state, Component::Corner, corner),
            }),
            width: number(state, Component::Width, width),
            height: number(state, Component::Height, height),
            rotation: number(state, Component::Rotation, rotation),
            opacity: number(state, Component::Opacity, opacity),
            fill: fill.as_ref().map(|fill| color(state, Component::Fill, fill)),
            stroke: stroke.as_ref().map(|stroke| Stroke {
                color: color(state, Component::StrokeColor, &stroke.color),
                width: number(state, Component::StrokeWidth, &stroke.width),
                trim_start: number(state, Component::TrimStart, &stroke.trim_start),
                trim_end: number(state, Component::TrimEnd, &stroke.trim_end),
                dash: stroke.dash.as_ref().map(|dash| Dash {
                    on: number(state, Component::DashOn, &dash.on),
                    off: number(state, Component::DashOff, &dash.off),
                    offset: number(state, Component::DashOffset, &dash.offset),
                    scale: number(state, Component::DashScale, &dash.scale),
                }),
                cap: stroke.cap,
                join: stroke.join,
            }),
        }
    }
}

impl<T> Attributes<T> {
    /// Every number and every colour that is there, in the order of the table.
    pub(crate) fn each(&self, mut f: impl FnMut(Component, &T)) {
        self.map_with(
            &mut f,
            |f, component, value| f(component, value),
            |f, component, value| f(component, value),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_known_by_a_name_and_named_once() {
        for (at, row) in ATTRIBUTES.iter().enumerate() {
            assert_eq!(row.id.row().id, row.id);
            assert!(!(row.entry.name.is_empty() && row.key.is_empty()), "{:?}", row.id);
            assert_eq!(row.entry.name.is_empty(), row.entry.about.is_empty(), "{:?}", row.id);
            let is_other = |other: &AttributeRow| {
                (row.entry.name != other.entry.name || row.entry.name.is_empty())
                    && (row.key != other.key || row.key.is_empty())
            };
            assert!(ATTRIBUTES[..at].iter().all(is_other), "{:?}", row.id);
        }
    }

    fn all() -> Attributes<u32, char> {
        let dash = Dash { on: 11, off: 12, offset: 13, scale: 14 };
        let (cap, join) = (Cap::Square, Join::Bevel);
        let stroke =
            Stroke { color: 's', width: 8, trim_start: 9, trim_end: 10, dash: Some(dash), cap, join };
        Attributes {
            x: 1,
            y: 2,
            z: Some(3),
            path: Some(15),
            writing: Some(Writing {
                text: 16,
                measure: Some(17),
                leading: Some(18),
                tracking: Some(19),
                weight: Some(25),
            }),
            crop: Some(Crop { x: 20, y: 21, width: 22, height: 23, corner: 24 }),
            width: 4,
            height: 5,
            rotation: 6,
            opacity: 7,
            fill: Some('f'),
            stroke: Some(stroke),
        }
    }

    #[test]
    fn a_map_keeps_every_value_in_its_place() {
        let there_and_back = all()
            .map(|_, number| number * 2, |_, color| color.to_ascii_uppercase())
            .map(|_, number| number / 2, |_, color| color.to_ascii_lowercase());
        assert_eq!(there_and_back, all());
        let bare =
            Attributes { z: None, path: None, writing: None, crop: None, fill: None, stroke: None, ..all() };
        assert_eq!(bare.map(|_, &number| number, |_, &color| color), bare);
    }

    #[test]
    fn each_visits_every_value_once_in_order() {
        let mut seen = Vec::new();
        let mut components = Vec::new();
        all().map(|_, &number| number, |_, &color| u32::from(color)).each(|component, &value| {
            assert_eq!(component.is_color(), value > 30, "{component:?}");
            seen.push(value);
            components.push(component);
        });
        let colors = [u32::from('f'), u32::from('s')];
        assert_eq!(
            seen,
            [
                1, 2, 3, 15, 16, 17, 18, 19, 25, 20, 21, 22, 23, 24, 4, 5, 6, 7, colors[0], colors[1], 8, 9,
                10, 11, 12, 13, 14
            ]
        );
        let times = |component| components.iter().filter(|&&other| other == component).count();
        assert!(components.iter().all(|&component| times(component) == 1));
    }
}
