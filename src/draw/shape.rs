//! What a pass draws for each element.

use super::Path;

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
