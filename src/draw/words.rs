//! Choices of a pass that are written as a word: in patches, in programs, in reports and in SVG.

/// Declares a choice: its variants with their words, and the order in which people read them.
macro_rules! words {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $( $(#[$variant_about:meta])* $variant:ident = $word:literal, )*
        }
        order [$( $listed:ident ),* $(,)?]
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum $name {
            $( $(#[$variant_about])* #[serde(rename = $word)] $variant, )*
        }

        impl $name {
            /// Every choice, in the order in which lists of them read.
            pub const ALL: &[Self] = &[$( Self::$listed, )*];

            /// The word for it.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// The choice that a word stands for, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.name() == name)
            }
        }

        impl Word for $name {
            const CHOICES: &[Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.name()
            }
        }
    };
}

/// What every choice has, for code that takes any of them.
pub(crate) trait Word: Copy + 'static {
    const CHOICES: &[Self];

    fn word(self) -> &'static str;
}

words! {
    /// How a pass is combined with what lies under it.
    pub enum Blend {
        /// Source over destination.
        #[default]
        Normal = "normal",
        /// Sum of both, saturating (light).
        Add = "add",
        /// Product of both.
        Multiply = "multiply",
        /// Inverse product of the inverses.
        Screen = "screen",
        /// The darker of both, per component.
        Darken = "darken",
        /// The lighter of both, per component.
        Lighten = "lighten",
        /// Absolute difference.
        Difference = "difference",
        /// Multiply in the dark, screen in the light.
        Overlay = "overlay",
    }
    order [Normal, Add, Multiply, Screen, Overlay, Darken, Lighten, Difference]
}

words! {
    /// What is mixed where one colour goes over another: at soft edges, through what is translucent, and by every [`Blend`].
    pub enum Blending {
        /// The values of sRGB, as CSS, SVG and most design tools do: half of white over black is 128 of 255.
        #[default]
        Srgb = "srgb",
        /// Light, as a lens or a projector does: half of white over black is 188 of 255. Images are scaled by their values of sRGB
        /// before that.
        Linear = "linear",
    }
    order [Srgb, Linear]
}

impl Blending {
    pub(crate) fn is_srgb(&self) -> bool {
        *self == Self::Srgb
    }
}

words! {
    /// Which points lie inside of an outline, as SVG's `fill-rule` has it: a ray from the point crosses the outline some
    /// number of times.
    pub enum FillRule {
        /// Crossings in one direction count 1, in the other -1, and the sum is not 0: only parts that run in opposite
        /// directions make a hole.
        #[default]
        NonZero = "nonzero",
        /// The number of crossings is odd: wherever the outline lies over itself twice there is a hole.
        EvenOdd = "evenodd",
    }
    order [NonZero, EvenOdd]
}

impl FillRule {
    pub(crate) fn is_nonzero(&self) -> bool {
        *self == Self::NonZero
    }
}

words! {
    /// The end of an open stroke.
    pub enum Cap {
        /// A half disc.
        #[default]
        Round = "round",
        /// Cut off at the end point.
        Butt = "butt",
        /// A half square.
        Square = "square",
    }
    order [Butt, Round, Square]
}

words! {
    /// The corner of a stroke.
    pub enum Join {
        /// A rounded corner.
        #[default]
        Round = "round",
        /// A sharp corner, up to a miter limit of 4.
        Miter = "miter",
        /// A cut corner.
        Bevel = "bevel",
    }
    order [Miter, Round, Bevel]
}

words! {
    /// Where the lines of a text are from the place where it is put.
    pub enum Align {
        /// They begin there.
        #[default]
        Left = "left",
        /// Their middle is there.
        Center = "center",
        /// They end there.
        Right = "right",
    }
    order [Left, Center, Right]
}

words! {
    /// Which height of a text is at the place where it is put.
    pub enum Anchor {
        /// That on which the letters of the first line stand.
        #[default]
        Baseline = "baseline",
        /// The top of the first line: its ascent.
        Top = "top",
        /// Half-way between the top of capitals in the first line and the baseline of the last.
        Middle = "middle",
        /// The bottom of the last line: its descent.
        Bottom = "bottom",
    }
    order [Baseline, Top, Middle, Bottom]
}

words! {
    /// How an image goes into the box of its element, where its proportions are others.
    pub enum Fit {
        /// All of it is shown, as large as the box allows.
        #[default]
        Contain = "contain",
        /// The box is filled, and what reaches beyond it is not shown.
        Cover = "cover",
        /// It takes the proportions of the box.
        Stretch = "stretch",
    }
    order [Contain, Cover, Stretch]
}

words! {
    /// How pixels of the canvas are made of those of an image.
    pub enum Filter {
        /// Between its pixels, and where it is drawn smaller of means of them.
        #[default]
        Smooth = "smooth",
        /// Each is that of its pixels in which its centre is.
        Nearest = "nearest",
    }
    order [Smooth, Nearest]
}

words! {
    /// The order in which a pass draws its elements.
    pub enum DrawOrder {
        /// By index.
        #[default]
        Index = "index",
        /// By index, together with the pass before it, where that is of the same domain and layer and drawn by index or by
        /// element: what both draw of an element, and then the next element.
        Element = "element",
        /// Far ones first; equal ones by index. Needs a vec3 position.
        Depth = "depth",
        /// Far ones first, together with those of all passes of the layer that have this order, and the same camera;
        /// equal ones in the order of the passes. Drawn where the first of these passes is. Needs a vec3 position.
        LayerDepth = "layer_depth",
    }
    order [Index, Element, Depth, LayerDepth]
}

words! {
    /// What a pass draws for each element, without its numbers: as patches, programs and reports call it.
    pub enum ShapeKind {
        /// A disc.
        #[default]
        Circle = "circle",
        /// An ellipse that fills the element's box.
        Ellipse = "ellipse",
        /// A rectangle.
        Rect = "rect",
        /// A regular polygon.
        Polygon = "polygon",
        /// A star.
        Star = "star",
        /// A path, scaled to the element's box.
        Path = "path",
        /// One line through all elements.
        Line = "line",
        /// A text.
        Text = "text",
        /// An image.
        Image = "image",
    }
    order [Circle, Ellipse, Rect, Polygon, Star, Path, Line, Text, Image]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Word + PartialEq + std::fmt::Debug + serde::Serialize>(count: usize) {
        assert_eq!(T::CHOICES.len(), count, "{:?}: every choice is listed", T::CHOICES);
        for (at, choice) in T::CHOICES.iter().enumerate() {
            assert!(!T::CHOICES[..at].contains(choice), "{choice:?} is listed once");
            assert_eq!(serde_json::to_value(choice).expect("a word"), choice.word());
        }
    }

    #[test]
    fn every_choice_is_listed_once_and_written_as_its_word() {
        check::<Blend>(8);
        check::<Blending>(2);
        check::<FillRule>(2);
        check::<Cap>(3);
        check::<Join>(3);
        check::<DrawOrder>(4);
        check::<Align>(3);
        check::<Anchor>(4);
        check::<Fit>(3);
        check::<Filter>(2);
        check::<ShapeKind>(9);
        assert_eq!(Blend::from_name("overlay"), Some(Blend::Overlay));
        assert_eq!(Cap::from_name("miter"), None);
    }
}
