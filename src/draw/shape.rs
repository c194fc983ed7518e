//! What a pass draws for each element.

use super::{Lettering, Letterings, Path, Sprite};

/// What is drawn for each element. Sizes come from [`Pass::width`](crate::frame::Pass) and its height.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// An ellipse that fills the element's box (a circle where width and height agree).
    Ellipse,
    /// A rectangle; `corner` is the corner radius as a share of half the shorter side, `0..=1`.
    Rect {
        /// `0` square corners, `1` as round as can be.
        corner: f32,
    },
    /// A regular polygon inscribed in the ellipse of the element's box, first corner up.
    Polygon {
        /// At least 3.
        sides: u32,
    },
    /// A star inscribed in the ellipse of the element's box, first tip up.
    Star {
        /// Number of tips, at least 2.
        points: u32,
        /// Radius of the inner corners as a share of the outer, `0..=1`.
        inner: f32,
    },
    /// A fixed outline, scaled to the element's box.
    Path(&'a Path),
    /// A path of its own for each element, scaled to the element's box.
    Paths(Paths<'a>),
    /// A text, the same for every element. The element's width and height are those of an em, and its place is that of the
    /// text's anchor.
    Text(Lettering<'a>),
    /// A text of its own for each element, likewise.
    Texts(Letterings<'a>),
    /// A part of an image, scaled to the element's box, as a rectangle whose corners may be round. The pass's fill multiplies its
    /// colours.
    Image(Sprite<'a>),
    /// One line through the positions of the elements in index order: [`Pass::line`](crate::frame::Pass::line), drawn with the colour, the width,
    /// the trim and the dashes of [`Pass::pen`](crate::frame::Pass::pen) and filled as [`Pass::area`](crate::frame::Pass::area).
    ///
    /// It breaks at an element that is not drawn, and a camera cuts its segments where they leave what it sees between
    /// its near and its far end.
    Line {
        /// Whether the last element is joined to the first. A line of which a part is missing is never closed: its
        /// closing segment is one of its segments like the others.
        closed: bool,
    },
}

/// Which path each element of a pass is.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    /// Those that there are.
    pub(crate) paths: &'a [Path],
    /// Of each element, the place of its own among them.
    pub(crate) which: &'a [u32],
}

impl<'a> Paths<'a> {
    /// Paths for elements: `which` has the place among `paths` of each one's. A place behind the last means the last. None
    /// without paths.
    pub fn new(paths: &'a [Path], which: &'a [u32]) -> Option<Self> {
        (!paths.is_empty()).then_some(Self { paths, which })
    }

    /// Every path that an element may be.
    pub fn all(&self) -> &'a [Path] {
        self.paths
    }

    /// Where the path of element `index` is among [`all`](Self::all).
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn place(&self, index: usize) -> usize {
        (self.which[index] as usize).min(self.paths.len() - 1)
    }

    /// The path of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn get(&self, index: usize) -> &'a Path {
        &self.paths[self.place(index)]
    }

    /// How far any of them may reach from an element's centre, as [`Path::reach`] says it of one.
    pub fn reach(&self) -> [f32; 2] {
        self.paths.iter().map(Path::reach).fold([0.0; 2], |[x, y], [right, up]| [x.max(right), y.max(up)])
    }
}

impl<'a> Shape<'a> {
    /// What tells the shape of element `index` from those of others, where each has its own: the place of its path, or of its
    /// text; none where all have the same shape.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[cfg(feature = "render")]
    #[inline]
    pub(crate) fn place(self, index: usize) -> Option<usize> {
        match self {
            Self::Paths(paths) => Some(paths.place(index)),
            Self::Texts(texts) => Some(texts.which[index] as usize),
            Self::Ellipse
            | Self::Rect { .. }
            | Self::Polygon { .. }
            | Self::Star { .. }
            | Self::Path(_)
            | Self::Text(_)
            | Self::Image(_)
            | Self::Line { .. } => None,
        }
    }

    /// The shape of element `index`: of [`Paths`](Self::Paths), [`Texts`](Self::Texts) and an [`Image`](Self::Image) its own, otherwise
    /// that of all.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn of(self, index: usize) -> Self {
        match self {
            Self::Paths(paths) => Self::Path(paths.get(index)),
            Self::Texts(texts) => Self::Text(texts.get(index)),
            Self::Image(sprite) => Self::Image(sprite.of(index)),
            Self::Ellipse
            | Self::Rect { .. }
            | Self::Polygon { .. }
            | Self::Star { .. }
            | Self::Path(_)
            | Self::Text(_)
            | Self::Line { .. } => self,
        }
    }
}
