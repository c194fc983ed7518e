//! A render pass as plain borrowed slices: what a raster draws or a GPU uploads.

use bytemuck::{Pod, Zeroable};

use crate::math::arith::fract;

/// A colour of four 8-bit components, sRGB-encoded with straight alpha, stored as `r | g<<8 | b<<16 | a<<24`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct Rgba8(pub u32);

impl Rgba8 {
    /// A colour from its components.
    pub const fn new(r: u8, g: u8, b: u8, a: u8) -> Self {
        Self(u32::from_le_bytes([r, g, b, a]))
    }

    /// `[r, g, b, a]`.
    pub const fn to_array(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }
}

/// One scalar attribute of a pass: the same for every element, or a value per element.
#[derive(Clone, Copy, Debug)]
pub enum Lanes<'a> {
    /// The same value for every element.
    Uniform(f32),
    /// One value per element, in index order.
    Each(&'a [f32]),
}

impl Lanes<'_> {
    /// The value of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn get(&self, index: usize) -> f32 {
        match self {
            Self::Uniform(value) => *value,
            Self::Each(values) => values[index],
        }
    }
}

/// The colour attribute of a pass: the same for every element, or a colour per element.
#[derive(Clone, Copy, Debug)]
pub enum Colors<'a> {
    /// The same colour for every element.
    Uniform(Rgba8),
    /// One colour per element, in index order.
    Each(&'a [Rgba8]),
}

impl Colors<'_> {
    /// The colour of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn get(&self, index: usize) -> Rgba8 {
        match self {
            Self::Uniform(value) => *value,
            Self::Each(values) => values[index],
        }
    }
}

/// How a pass is combined with what lies under it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Blend {
    /// Source over destination.
    #[default]
    Normal,
    /// Sum of both, saturating (light).
    Add,
    /// Product of both.
    Multiply,
    /// Inverse product of the inverses.
    Screen,
    /// The darker of both, per component.
    Darken,
    /// The lighter of both, per component.
    Lighten,
    /// Absolute difference.
    Difference,
    /// Multiply in the dark, screen in the light.
    Overlay,
}

/// A step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Start a subpath at one point.
    Move,
    /// Straight line to one point.
    Line,
    /// Quadratic Bezier: control point, end point.
    Quad,
    /// Cubic Bezier: two control points, end point.
    Cubic,
    /// Close the subpath; no points.
    Close,
}

impl Verb {
    /// How many points the verb takes.
    pub const fn points(self) -> usize {
        match self {
            Self::Move | Self::Line => 1,
            Self::Quad => 2,
            Self::Cubic => 3,
            Self::Close => 0,
        }
    }
}

/// Which points lie inside of an outline, as SVG's `fill-rule` has it: a ray from the point crosses the outline some
/// number of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FillRule {
    /// Crossings in one direction count 1, in the other -1, and the sum is not 0: only parts that run in opposite
    /// directions make a hole.
    #[default]
    NonZero,
    /// The number of crossings is odd: wherever the outline lies over itself twice there is a hole.
    EvenOdd,
}

impl FillRule {
    pub(crate) fn is_nonzero(&self) -> bool {
        *self == Self::NonZero
    }
}

/// A fixed outline in unit coordinates: `-0.5..0.5` covers the element's width and height.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// The steps, the first of which is [`Verb::Move`].
    pub verbs: Vec<Verb>,
    /// The points the steps take, in order.
    pub points: Vec<[f32; 2]>,
    /// What of it is filled.
    pub fill_rule: FillRule,
}

impl Path {
    /// How far the outline may reach from the element's centre, along x and along y, in element widths and heights:
    /// 0.5 where it fills the box, more where it leaves it. Curves stay among their control points, so these count as
    /// well; points that are not finite do not.
    pub fn reach(&self) -> [f32; 2] {
        let finite = self.points.iter().filter(|point| point.iter().all(|value| value.is_finite()));
        finite.fold([0.0; 2], |[x, y], point| [x.max(point[0].abs()), y.max(point[1].abs())])
    }
}

/// What is drawn for each element. Sizes come from [`Pass::width`] and [`Pass::height`].
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
    /// One line through the positions of the elements in index order: [`Pass::line`], drawn with the colour, the width,
    /// the trim and the dashes of [`Pass::pen`] and filled as [`Pass::area`].
    ///
    /// It breaks at an element that is not drawn, and a camera cuts its segments where they leave what it sees between
    /// its near and its far end.
    Line {
        /// Whether the last element is joined to the first. A line of which a part is missing is never closed: its
        /// closing segment is one of its segments like the others.
        closed: bool,
    },
}

/// The end of an open stroke.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// A half disc.
    #[default]
    Round,
    /// Cut off at the end point.
    Butt,
    /// A half square.
    Square,
}

/// The corner of a stroke.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// A rounded corner.
    #[default]
    Round,
    /// A sharp corner, up to a miter limit of 4.
    Miter,
    /// A cut corner.
    Bevel,
}

/// The outline of a pass.
#[derive(Clone, Copy, Debug)]
pub struct Stroke<'a> {
    /// Colour of the outline.
    pub color: Colors<'a>,
    /// Width in world units, centred on the outline.
    pub width: Lanes<'a>,
    /// Where the drawn part starts, as a share of the outline's length; any number, see [`part`](Self::part).
    pub trim_start: Lanes<'a>,
    /// Where the drawn part ends, as a share of the outline's length; any number, see [`part`](Self::part).
    pub trim_end: Lanes<'a>,
    /// The pattern of dashes; solid without one.
    pub dash: Option<Dash<'a>>,
    /// Ends of open strokes, and of dashes.
    pub cap: Cap,
    /// Corners.
    pub join: Join,
}

impl Stroke<'_> {
    /// Which part of its outline element `index` draws: `[from, to]` in shares of the length, `from` in `[0, 1)` and
    /// `to` above it, beyond 1 where the part runs on over the outline's start. None where nothing is drawn.
    ///
    /// Shares wrap: 0.8 to 0.2 is 0.8 to 1 and then 0 to 0.2, and 1.25 is the place of 0.25. A span of 1 or more is the
    /// whole outline. Two ends in one place draw nothing, and neither does an end that is infinite or NaN.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn part(&self, index: usize) -> Option<[f64; 2]> {
        let (start, end) = (f64::from(self.trim_start.get(index)), f64::from(self.trim_end.get(index)));
        let span = end - start;
        if !span.is_finite() {
            return None;
        }
        if span >= Self::WHOLE {
            return Some([0.0, 1.0]);
        }
        // A hair below 0 is two ends in one place, not a whole turn back.
        let span = if span < 0.0 { fract(span) } else { span };
        let is_empty = span <= 0.0 || span >= Self::WHOLE;
        let start = fract(start);
        (!is_empty).then_some([start, start + span])
    }

    /// From this span on an outline is whole: the ends are f32, and 1 apart they may come out a few of their last
    /// places less.
    const WHOLE: f64 = 1.0 - 1e-6;

    /// Whether there is anything to draw of the outline of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn draws(&self, index: usize) -> bool {
        let width = self.width.get(index);
        let has_dashes = self.dash.is_none_or(|dash| {
            let [on, off, offset] = dash.get(index);
            let is_finite = on.is_finite() && off.is_finite() && offset.is_finite();
            is_finite && (on > 0.0 || off <= 0.0 || self.cap != Cap::Butt)
        });
        let is_wide = width > 0.0 && width.is_finite();
        is_wide && has_dashes && self.color.get(index).to_array()[3] > 0 && self.part(index).is_some()
    }
}

/// The pattern of dashes of a stroke. It runs along the part of the outline that the trim leaves, from that part's
/// start, and anew along every subpath.
///
/// Lengths are world units times `scale`, as they come to lie on the canvas beside the stroke's width;
/// [`get`](Self::get) gives them multiplied. A gap that is not above 0 makes the stroke solid, and so does a pattern
/// that would be repeated more than [`DASHES_MAX`](Self::DASHES_MAX) times along an element. A dash that is not above
/// 0 is a dot of the stroke's cap: a disc, a square, or nothing with butt caps.
#[derive(Clone, Copy, Debug)]
pub struct Dash<'a> {
    /// Length of a dash in world units.
    pub on: Lanes<'a>,
    /// Length of the gap after it in world units.
    pub off: Lanes<'a>,
    /// How far into the pattern the drawn part starts, in world units; any number, for the pattern repeats.
    pub offset: Lanes<'a>,
    /// What the three lengths are multiplied by: 1, or what a perspective camera makes of the element's stroke width.
    pub scale: Lanes<'a>,
}

impl Dash<'_> {
    /// The most dashes along one element: finer patterns cannot be seen, and would take time and memory without end.
    pub const DASHES_MAX: u32 = 10_000;

    /// Dash, gap and offset of element `index`, multiplied by the scale.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn get(&self, index: usize) -> [f32; 3] {
        let scale = self.scale.get(index);
        [&self.on, &self.off, &self.offset].map(|lanes| lanes.get(index) * scale)
    }
}

/// From world coordinates to a canvas. `extent` world units span the shorter side of the canvas and `center`
/// lies in its middle, so nothing stretches whatever the aspect ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The world point in the middle of the canvas.
    pub center: [f32; 2],
    /// World units along the shorter side of the canvas, above 0.
    pub extent: f32,
    /// Rotation of the camera in radians, clockwise on screen turns the picture counter-clockwise.
    pub rotation: f32,
}

impl Default for View {
    fn default() -> Self {
        Self { center: [0.5, 0.5], extent: 1.0, rotation: 0.0 }
    }
}

impl View {
    /// Pixels per world unit on a canvas of `width` x `height` pixels.
    pub fn scale(&self, width: u32, height: u32) -> f64 {
        f64::from(width.min(height)) / f64::from(self.extent)
    }

    /// The affine map from world to canvas pixels: `[a, b, c, d, e, f]` with `x' = a x + c y + e` and
    /// `y' = b x + d y + f`.
    pub fn to_canvas(&self, width: u32, height: u32) -> [f64; 6] {
        let scale = self.scale(width, height);
        let (sin, cos) =
            crate::math::real::Real::sin_cos_turns(-f64::from(self.rotation) / std::f64::consts::TAU);
        let (a, b) = (cos * scale, sin * scale);
        let [x, y] = self.center.map(f64::from);
        [a, b, -b, a, f64::from(width) * 0.5 - (a * x - b * y), f64::from(height) * 0.5 - (b * x + a * y)]
    }
}

/// One render pass of a frame. Everything is borrowed from the engine's tables; nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a> {
    /// The name of the pass in its program.
    pub name: &'a str,
    /// The name of the domain whose elements it draws.
    pub domain: &'a str,
    /// What is drawn for each element.
    pub shape: Shape<'a>,
    /// How it is combined with what lies under it.
    pub blend: Blend,
    /// Passes come in ascending layer, then in program order.
    pub layer: i32,
    /// From the pass's coordinates to a canvas.
    pub view: View,
    /// Elements of the domain this frame; the length of every slice below.
    pub count: usize,
    /// The elements to draw, first to last: culled ones are left out, nearer ones come later where the pass is
    /// depth-ordered. `None` draws `0..count`.
    pub order: Option<&'a [u32]>,
    /// Centre, x, in world units.
    pub x: Lanes<'a>,
    /// Centre, y, in world units, down.
    pub y: Lanes<'a>,
    /// Distance from the camera in world units, where the pass has a perspective camera.
    pub depth: Option<Lanes<'a>>,
    /// Full width in world units (a circle's diameter). Below 0 the element is mirrored left to right, so that its
    /// outline begins on the other side and runs the other way; 0 draws nothing.
    pub width: Lanes<'a>,
    /// Full height in world units; below 0 mirrored top to bottom, and 0 draws nothing.
    pub height: Lanes<'a>,
    /// Radians, clockwise on screen.
    pub rotation: Lanes<'a>,
    /// Fill colour, if the shape is filled.
    pub fill: Option<Colors<'a>>,
    /// Outline, if there is one.
    pub stroke: Option<Stroke<'a>>,
    /// Multiplies the alpha of the element as drawn, its fill and its stroke as one thing. Any finite number: below 0
    /// counts as 0, above 1 as 1. A program's opacity is here only where a pass has a fill *and* a stroke; over one
    /// paint alone it is in the alpha of its colour.
    pub opacity: Lanes<'a>,
    /// What is left of a [`Shape::Line`] of which a part is missing; [`line`](Self::line), [`area`](Self::area) and
    /// [`pen`](Self::pen) look here first.
    pub corners: Option<Corners<'a>>,
}

/// What is left of a line of which a part is missing.
#[derive(Clone, Copy, Debug)]
pub struct Corners<'a> {
    /// The corners of the pieces that are left, one piece after the other.
    pub line: &'a [LinePoint],
    /// The corners of what is filled.
    pub area: &'a [[f32; 2]],
    /// The element that the line is drawn with.
    pub pen: usize,
}

/// A corner of the line that a pass of [`Shape::Line`] draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePoint {
    /// Where it is, in world units.
    pub position: [f32; 2],
    /// Whether the line begins anew here, without a segment from the point before.
    pub starts: bool,
}

impl<'a> Pass<'a> {
    /// The corners of a [`Shape::Line`], first to last; a closed one also joins the last to the first. A piece of one
    /// corner is a point.
    pub fn line(&self) -> impl ExactSizeIterator<Item = LinePoint> + use<'a> {
        let (corners, order, x, y) = (self.corners, self.order, self.x, self.y);
        let count = corners.map_or(self.elements().len(), |corners| corners.line.len());
        (0..count).map(move |at| match corners {
            Some(corners) => corners.line[at],
            None => {
                let k = order.map_or(at, |order| order[at] as usize);
                LinePoint { position: [x.get(k), y.get(k)], starts: at == 0 }
            }
        })
    }

    /// The corners of the polygon that the fill of a [`Shape::Line`] covers: the line with its ends joined, without the
    /// elements that are not drawn, cut where a camera cuts the line. So it is one polygon where the line is in pieces.
    pub fn area(&self) -> impl ExactSizeIterator<Item = [f32; 2]> + use<'a> {
        let (corners, line) = (self.corners, Self { corners: None, ..*self });
        let count = corners.map_or(line.elements().len(), |corners| corners.area.len());
        (0..count).map(move |at| match corners {
            Some(corners) => corners.area[at],
            None => {
                let k = line.order.map_or(at, |order| order[at] as usize);
                [line.x.get(k), line.y.get(k)]
            }
        })
    }

    /// The element whose colours, opacity, stroke width, trim and dashes a [`Shape::Line`] is drawn with: the first, or,
    /// where a camera does not show that, the one furthest away of those it shows. None where nothing is left.
    pub fn pen(&self) -> Option<usize> {
        match self.corners {
            Some(corners) => (!corners.line.is_empty()).then_some(corners.pen),
            None => self.elements().next(),
        }
    }

    /// Whether there is anything to draw for element `index`: a place, a size and a paint that is not clear. What a sink
    /// asks before it draws, so that all of them draw the same elements.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn draws(&self, index: usize) -> bool {
        let lanes = [self.x, self.y, self.width, self.height, self.rotation, self.opacity];
        let [.., width, height, _, opacity] = lanes.map(|lanes| lanes.get(index));
        lanes.iter().all(|lanes| lanes.get(index).is_finite())
            && width != 0.0
            && height != 0.0
            && opacity > 0.0
            && (self.fill.is_some_and(|fill| fill.get(index).to_array()[3] > 0)
                || self.stroke.is_some_and(|stroke| stroke.draws(index)))
    }

    /// How many elements are drawn: those of [`elements`](Self::elements) that [`draws`](Self::draws) has something
    /// for. Of a line those that it runs through, or none where its pen draws nothing.
    pub fn drawn(&self) -> usize {
        match self.shape {
            Shape::Line { .. } => match self.pen() {
                Some(pen) if self.draws(pen) => self.elements().len(),
                _ => 0,
            },
            Shape::Ellipse
            | Shape::Rect { .. }
            | Shape::Polygon { .. }
            | Shape::Star { .. }
            | Shape::Path(_) => self.elements().filter(|&index| self.draws(index)).count(),
        }
    }

    /// The elements to draw, first to last.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = usize> + use<'a> {
        let (order, count) = (self.order, self.order.map_or(self.count, <[u32]>::len));
        (0..count).map(move |k| order.map_or(k, |order| order[k] as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reaches_as_far_as_its_points() {
        let check = |points: &[[f32; 2]], expected: [f32; 2]| {
            assert_eq!(Path { points: points.to_vec(), ..Path::default() }.reach(), expected, "{points:?}");
        };
        check(&[], [0.0, 0.0]);
        check(&[[0.25, -0.5], [-0.5, 0.0]], [0.5, 0.5]);
        check(&[[-3.0, 0.0], [1.0, 2.0]], [3.0, 2.0]);
        check(&[[f32::NAN, 9.0], [0.5, f32::INFINITY], [0.1, 0.2]], [0.1, 0.2]);
    }
}
