//! What a pass gives its elements: one struct, whatever stands for a number and for a colour.
//!
//! The planner fills it with expressions, the plan with the places they are computed to, a frame's descriptor with where
//! this frame's values are, and the view of a frame with slices. [`Attributes::map`] leads from each to the next, and is
//! the only function that names every attribute: a new one is a row of the table below, a field and a line there.

use super::{Cap, Join};

/// The attributes of a pass, as numbers `T` and colours `C`. In which units: [`Pass`](crate::frame::Pass).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Attributes<T, C = T> {
    pub(crate) x: T,
    pub(crate) y: T,
    /// Where positions have a third coordinate. A frame has it no more: there it is in the depth and the order.
    pub(crate) z: Option<T>,
    pub(crate) width: T,
    pub(crate) height: T,
    pub(crate) rotation: T,
    pub(crate) opacity: T,
    pub(crate) fill: Option<C>,
    pub(crate) stroke: Option<Stroke<T, C>>,
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
/// that would be repeated more than [`DASHES_MAX`](Self::DASHES_MAX) times along an element. A dash that is not above
/// 0 is a dot of the stroke's cap: a disc, a square, or nothing with butt caps.
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
        let Self { x, y, z, width, height, rotation, opacity, fill, stroke } = self;
        Attributes {
            x: number(state, Component::X, x),
            y: number(state, Component::Y, y),
            z: z.as_ref().map(|z| number(state, Component::Z, z)),
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

    fn all() -> Attributes<u32, char> {
        let dash = Dash { on: 11, off: 12, offset: 13, scale: 14 };
        let (cap, join) = (Cap::Square, Join::Bevel);
        let stroke =
            Stroke { color: 's', width: 8, trim_start: 9, trim_end: 10, dash: Some(dash), cap, join };
        Attributes {
            x: 1,
            y: 2,
            z: Some(3),
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
        let bare = Attributes { z: None, fill: None, stroke: None, ..all() };
        assert_eq!(bare.map(|_, &number| number, |_, &color| color), bare);
    }

    #[test]
    fn each_visits_every_value_once_in_order() {
        let mut seen = Vec::new();
        let mut components = Vec::new();
        all().map(|_, &number| number, |_, &color| u32::from(color)).each(|component, &value| {
            assert_eq!(component.is_color(), value > 20, "{component:?}");
            seen.push(value);
            components.push(component);
        });
        let colors = [u32::from('f'), u32::from('s')];
        assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7, colors[0], colors[1], 8, 9, 10, 11, 12, 13, 14]);
        let times = |component| components.iter().filter(|&&other| other == component).count();
        assert!(components.iter().all(|&component| times(component) == 1));
    }
}
