//! How much of a pixel a shape covers: formulas for eight pixels of a row at once.
//!
//! Each form has up to three edges: the outer one of its stroke, its own, and the inner one of its stroke. An edge is taken
//! as straight within a pixel, along the tangent where it is nearest to the pixel's centre; the area on one side of a
//! straight line is exact. Coverage is exactly 0 and exactly 1 from a pixel's half diagonal on.
//!
//! No operation here fuses or approximates, and none meets a number that is not finite, so all vector levels give the same
//! bits.

use fearless_simd::{Select, Simd, SimdBase, SimdFloat, SimdMask, f32x8};

use super::item::{Form, Item, Paint};

/// Pixels of a vector.
pub(super) const LANES: usize = 8;
/// Beyond this distance from an edge a pixel is on one side of it: half its diagonal, and something for rounding.
pub(super) const SOFT: f32 = 0.75;
/// The least sine of an edge's direction: half-planes divide by it.
const STEEPEST: f32 = 1e-3;

/// The outer edge of a stroke, the shape's own, the inner edge of a stroke.
pub(super) const OUTER: usize = 0;
pub(super) const OWN: usize = 1;
pub(super) const INNER: usize = 2;

/// An interval of heights, of pixel centres; empty where the first is above the second.
pub(super) type Span = [f32; 2];
/// All heights there are on a canvas, and none.
pub(super) const ALL: Span = [-1e6, 1e6];
pub(super) const NONE: Span = [1e6, -1e6];

/// A shape as its formula takes it.
pub(super) trait Cover<S: Simd> {
    /// What is the same for eight columns.
    type Columns: Copy;
    /// What is the same for the edges in eight pixels.
    type Pixels: Copy;

    /// Of the columns whose centres are from `first` to `last`: the rows in which anything is touched, and rows in which
    /// all is within the innermost edge. The former may be too many, the latter too few.
    fn rows(&self, first: f32, last: f32) -> [Span; 2];
    /// `x` are the centres of the columns.
    fn columns(&self, x: f32x8<S>) -> Self::Columns;
    /// `y` is the centre of the row.
    fn pixels(&self, columns: Self::Columns, y: f32) -> Self::Pixels;
    /// The part of each pixel that is within an edge.
    fn within(&self, pixels: Self::Pixels, edge: usize) -> f32x8<S>;
}

/// How far each edge is outside of the shape's own.
pub(super) fn grown(item: &Item) -> [f32; 3] {
    [item.pen, 0.0, -item.pen]
}

/// How far the outermost and the innermost edge that count are outside of the shape's own.
fn extremes(item: &Item) -> [f32; 2] {
    match item.paint {
        Paint::Fill => [0.0, 0.0],
        Paint::Stroke | Paint::Both => [item.pen, -item.pen],
    }
}

/// Half the sides of an edge of a rectangle; 0 where there is none.
#[inline(always)]
fn sides(item: &Item, grown: f32) -> [f32; 2] {
    let [x, y] = item.half.map(|half| half + grown);
    if x > 0.0 && y > 0.0 { [x, y] } else { [0.0; 2] }
}

/// Columns by a shape's own axes: how far each is along them from its middle, but for the rows.
#[inline(always)]
fn along<S: Simd>(x: f32x8<S>, center: [f32; 2], axis: [f32; 2]) -> [f32x8<S>; 2] {
    let off = x - center[0];
    [off * axis[0], off * -axis[1]]
}

/// Pixels by a shape's own axes: those of [`along`] in a row.
#[inline(always)]
fn in_row<S: Simd>([u, v]: [f32x8<S>; 2], y: f32, center: [f32; 2], axis: [f32; 2]) -> [f32x8<S>; 2] {
    let off = y - center[1];
    [u + off * axis[1], v + off * axis[0]]
}

/// The direction of an edge, for [`half_plane`]. With the larger part `a` and the smaller part `b` of its normal: (a + b) / 2,
/// (a - b) / 2, 1 / (2 a b).
#[derive(Clone, Copy)]
struct Slope<S: Simd> {
    sum: f32x8<S>,
    difference: f32x8<S>,
    scale: f32x8<S>,
}

impl<S: Simd> Slope<S> {
    /// Of a normal (x, y) of any length above 0. Distances are to be multiplied by that length.
    #[inline(always)]
    fn of(x: f32x8<S>, y: f32x8<S>, length: f32x8<S>) -> Self {
        let (x, y) = (x.abs(), y.abs());
        // Where there is no normal, one of the least length.
        let least = length * STEEPEST;
        let (a, b) = (x.max(y).max(least), x.min(y).max(least));
        Self { sum: (a + b) * 0.5, difference: (a - b) * 0.5, scale: f32x8::splat(x.simd, 0.5) / (a * b) }
    }

    /// The part of a pixel on the inner side of an edge; `distance` is that of its centre, positive outside.
    #[inline(always)]
    fn within(self, distance: f32x8<S>) -> f32x8<S> {
        let off = distance.abs();
        let v = (self.sum - off).max(0.0);
        let w = (self.difference - off).max(0.0);
        // What is left behind an edge that is `off` away: two triangles' difference.
        let corner = (v - w) * (v + w) * self.scale;
        let half = f32x8::splat(off.simd, 0.5);
        half - (half - corner).copysign(distance)
    }

    /// The part of a pixel between two parallel edges that are `half` away from their middle.
    #[inline(always)]
    fn between(self, off_middle: f32x8<S>, half: f32) -> f32x8<S> {
        let off = off_middle.abs();
        let near = self.within(off - half);
        if half >= SOFT { near } else { near + self.within(f32x8::splat(off.simd, -half) - off) - 1.0 }
    }
}

/// The part of a pixel at distance `off` from the middle of an upright strip.
#[inline(always)]
fn overlap<S: Simd>(off: f32x8<S>, half: f32) -> f32x8<S> {
    let (low, high) = ((off - 0.5).max(-half), (off + 0.5).min(half));
    (high - low).max(0.0)
}

/// As [`overlap`], of one number.
#[inline(always)]
fn overlap_of(off: f32, half: f32) -> f32 {
    ((off + 0.5).min(half) - (off - 0.5).max(-half)).max(0.0)
}

/// A closure that may be kept in a variable and is inlined all the same.
#[inline(always)]
pub(super) fn inlined<A, R>(f: impl Fn(A) -> R) -> impl Fn(A) -> R {
    f
}

/// Half the side of a square with the area of a disc: sqrt(pi) / 2 of its radius.
pub(super) const SQUARED: f32 = 0.886_226_95;

/// A disc below this radius is drawn as a square, and one from here up to the other in quarters of pixels.
pub(super) const TINY: f32 = 0.4;
const FINE: f32 = 2.0;

/// The radius at which half-planes along tangents have the area of a disc.
fn flat_radius(radius: f32) -> f32 {
    (radius * radius - 1.0 / 12.0).max(0.0).sqrt()
}

/// A rectangle along rows and columns: exact.
#[derive(Clone, Copy)]
pub(super) struct UprightCover {
    center: [f32; 2],
    /// Of each edge; 0 where there is none.
    half: [[f32; 2]; 3],
    extremes: [[f32; 2]; 2],
}

impl UprightCover {
    #[inline(always)]
    pub(super) fn new(item: &Item) -> Self {
        let half = |grown: f32| sides(item, grown);
        Self { center: item.center, half: grown(item).map(half), extremes: extremes(item).map(half) }
    }
}

impl<S: Simd> Cover<S> for UprightCover {
    type Columns = ([f32x8<S>; 3], S);
    type Pixels = ([f32x8<S>; 3], [f32; 3]);

    #[inline(always)]
    fn rows(&self, first: f32, last: f32) -> [Span; 2] {
        let [x, y] = self.center;
        let [outer, inner] = self.extremes;
        let (low, high) = (first - x, last - x);
        let touched =
            if low.min(-high) <= outer[0] + 0.51 && low <= outer[0] + 0.51 && high >= -outer[0] - 0.51 {
                [y - outer[1] - 0.51, y + outer[1] + 0.51]
            } else {
                NONE
            };
        let inside = low >= 0.5 - inner[0] && high <= inner[0] - 0.5;
        [touched, if inside { [y - inner[1] + 0.5, y + inner[1] - 0.5] } else { NONE }]
    }

    #[inline(always)]
    fn columns(&self, x: f32x8<S>) -> Self::Columns {
        let off = x - self.center[0];
        let columns = [OUTER, OWN, INNER].map(
            #[inline(always)]
            |edge| overlap(off, self.half[edge][0]),
        );
        (columns, x.simd)
    }

    #[inline(always)]
    fn pixels(&self, (columns, _): Self::Columns, y: f32) -> Self::Pixels {
        let off = y - self.center[1];
        (columns, [OUTER, OWN, INNER].map(|edge| overlap_of(off, self.half[edge][1])))
    }

    #[inline(always)]
    fn within(&self, (columns, rows): Self::Pixels, edge: usize) -> f32x8<S> {
        columns[edge] * rows[edge]
    }
}

/// A rectangle in any direction: each pair of sides exact, corners as if the two did not depend on each other.
#[derive(Clone, Copy)]
pub(super) struct TurnedCover<S: Simd> {
    center: [f32; 2],
    axis: [f32; 2],
    /// See [`over`].
    over: [f32; 2],
    half: [[f32; 2]; 3],
    extremes: [[f32; 2]; 2],
    slope: Slope<S>,
}

/// Below this, half a side is so short that every pixel is near both sides of a pair.
const THIN: f32 = 6.0;

impl<S: Simd> TurnedCover<S> {
    #[inline(always)]
    pub(super) fn new(simd: S, item: &Item) -> Self {
        let half = |grown: f32| sides(item, grown);
        let [x, y] = item.axis.map(|part| f32x8::splat(simd, part));
        Self {
            center: item.center,
            axis: item.axis,
            over: over(item.axis),
            half: grown(item).map(half),
            extremes: extremes(item).map(half),
            slope: Slope::of(x, y, f32x8::splat(simd, 1.0)),
        }
    }
}

/// 1 over the parts of an axis, without their signs: where one is nearly 0, bounds are beyond the canvas, on the right side.
#[inline(always)]
fn over(axis: [f32; 2]) -> [f32; 2] {
    axis.map(|part| 1.0 / part.abs().max(1e-6))
}

/// Rows in which all of the columns from `low` to `high` may have, or certainly have, |a x + b y| <= half, both from the
/// middle of the strip. `over` is 1 over b, without its sign.
#[inline(always)]
fn strip_rows([a, b]: [f32; 2], over: f32, half: f32, low: f32, high: f32, all: bool) -> Span {
    let (p, q) = (a * low, a * high);
    let (least, most) = (p.min(q), p.max(q));
    let (low, high) = if all { (-half - least, half - most) } else { (-half - most, half - least) };
    let (low, high) = (low * over, high * over);
    let (low, high) = (low.clamp(-1e6, 1e6), high.clamp(-1e6, 1e6));
    if b < 0.0 { [-high, -low] } else { [low, high] }
}

#[inline(always)]
fn both([a, b]: Span, [c, d]: Span) -> Span {
    [a.max(c), b.min(d)]
}

/// Rows of a turned box, from its centre.
#[inline(always)]
fn box_rows([x, y]: [f32; 2], over: [f32; 2], half: [f32; 2], low: f32, high: f32, all: bool) -> Span {
    let across = strip_rows([x, y], over[1], half[0], low, high, all);
    both(across, strip_rows([-y, x], over[0], half[1], low, high, all))
}

impl<S: Simd> Cover<S> for TurnedCover<S> {
    type Columns = [f32x8<S>; 2];
    type Pixels = [f32x8<S>; 2];

    #[inline(always)]
    fn rows(&self, first: f32, last: f32) -> [Span; 2] {
        let [x, y] = self.center;
        let [outer, inner] = self.extremes;
        let (low, high) = (first - x, last - x);
        let touched = box_rows(self.axis, self.over, outer.map(|half| half + SOFT), low, high, false);
        let inside = if inner[0] > SOFT && inner[1] > SOFT {
            box_rows(self.axis, self.over, inner.map(|half| half - SOFT), low, high, true)
        } else {
            NONE
        };
        [touched, inside].map(|[low, high]| [y + low, y + high])
    }

    #[inline(always)]
    fn columns(&self, x: f32x8<S>) -> Self::Columns {
        along(x, self.center, self.axis)
    }

    #[inline(always)]
    fn pixels(&self, columns: Self::Columns, y: f32) -> Self::Pixels {
        in_row(columns, y, self.center, self.axis)
    }

    #[inline(always)]
    fn within(&self, [u, v]: Self::Pixels, edge: usize) -> f32x8<S> {
        let [along, across] = self.half[edge];
        // Most pixels are near one pair of sides alone; where none of eight is, the factor would be exactly 1.
        let near = inlined(
            #[inline(always)]
            |(off, half): (f32x8<S>, f32)| half < THIN || off.abs().simd_gt(half - SOFT).any_true(),
        );
        match (near((u, along)), near((v, across))) {
            (true, true) => self.slope.between(u, along) * self.slope.between(v, across),
            (true, false) => self.slope.between(u, along),
            (false, true) => self.slope.between(v, across),
            (false, false) => f32x8::splat(u.simd, 1.0),
        }
    }
}

/// A rectangle with round corners, in any direction.
#[derive(Clone, Copy)]
pub(super) struct RoundedCover<S: Simd> {
    turned: TurnedCover<S>,
    /// Of the corners' circles, from the middle; the same for all edges.
    corner: [f32; 2],
    /// Of each edge: the radius of its corners as half-planes take it; below 0 where they are square.
    radius: [f32; 3],
    /// The innermost edge's corners cut off less than this of each side.
    cut: f32,
}

impl<S: Simd> RoundedCover<S> {
    #[inline(always)]
    pub(super) fn new(simd: S, item: &Item) -> Self {
        let turned = TurnedCover::new(simd, item);
        let [_, inner] = extremes(item);
        let radius = |grown: f32| {
            // Without round joins only the shape's own corners are round.
            let radius = if item.corner > 0.0 || item.round_join { item.corner + grown } else { 0.0 };
            if radius > 0.0 { flat_radius(radius) } else { -1.0 }
        };
        Self {
            turned,
            corner: item.half.map(|half| half - item.corner),
            radius: grown(item).map(radius),
            // The box through the middles of the arcs is inside.
            cut: (item.corner + inner).max(0.0) * 0.293,
        }
    }
}

impl<S: Simd> Cover<S> for RoundedCover<S> {
    type Columns = [f32x8<S>; 2];
    type Pixels = [f32x8<S>; 2];

    #[inline(always)]
    fn rows(&self, first: f32, last: f32) -> [Span; 2] {
        let [touched, _] = self.turned.rows(first, last);
        let [x, y] = self.turned.center;
        let half = self.turned.extremes[1].map(|half| half - SOFT - self.cut);
        let inside = if half[0] > 0.0 && half[1] > 0.0 {
            let [low, high] = box_rows(self.turned.axis, self.turned.over, half, first - x, last - x, true);
            [y + low, y + high]
        } else {
            NONE
        };
        [touched, inside]
    }

    #[inline(always)]
    fn columns(&self, x: f32x8<S>) -> Self::Columns {
        self.turned.columns(x)
    }

    #[inline(always)]
    fn pixels(&self, columns: Self::Columns, y: f32) -> Self::Pixels {
        self.turned.pixels(columns, y)
    }

    #[inline(always)]
    fn within(&self, [u, v]: Self::Pixels, edge: usize) -> f32x8<S> {
        let sides = self.turned.within([u, v], edge);
        let radius = self.radius[edge];
        if radius < 0.0 {
            return sides;
        }
        let (p, q) = (u.abs() - self.corner[0], v.abs() - self.corner[1]);
        // Beyond both of the corner circle's axes; most pixels are not.
        let is_corner = p.simd_gt(0.0) & q.simd_gt(0.0);
        if !is_corner.any_true() {
            return sides;
        }
        let length = (p * p + q * q).sqrt().max(1e-6);
        let [x, y] = self.turned.axis;
        let (along, across) = (p.copysign(u), q.copysign(v));
        let slope = Slope::of(along * x - across * y, along * y + across * x, length);
        is_corner.select(slope.within((length - radius) * length), sides)
    }
}

/// A disc.
#[derive(Clone, Copy)]
pub(super) struct DiscCover {
    center: [f32; 2],
    edges: [Round; 3],
    extremes: [f32; 2],
}

/// A circle, as large as it needs one or another formula.
#[derive(Clone, Copy)]
enum Round {
    None,
    /// A square with the disc's area: half its side.
    Small(f32),
    /// The radius that half-planes take in the quarters of a pixel, where an edge bends too much for one in all of it.
    Fine(f32),
    /// The radius that half-planes take.
    Large(f32),
}

impl DiscCover {
    #[inline(always)]
    pub(super) fn new(item: &Item) -> Self {
        let radius = item.half[0];
        let edge = |grown: f32| match radius + grown {
            radius if radius <= 0.0 => Round::None,
            radius if radius < TINY => Round::Small(radius * SQUARED),
            radius if radius < FINE => Round::Fine(flat_radius(radius * 2.0)),
            radius => Round::Large(flat_radius(radius)),
        };
        let edges = match item.paint {
            Paint::Fill => [edge(0.0); 3],
            Paint::Stroke | Paint::Both => grown(item).map(edge),
        };
        Self { center: item.center, edges, extremes: extremes(item).map(|grown| radius + grown) }
    }
}

/// The heights at which columns between `low` and `high`, from a circle's centre, may meet it, or are within it.
#[inline(always)]
fn circle_rows(radius: f32, low: f32, high: f32, all: bool) -> Span {
    let (near, far) = (low.max(-high).max(0.0), high.max(-low));
    let off = if all { far } else { near };
    let height = radius * radius - off * off;
    if radius > 0.0 && height >= 0.0 { [-height.sqrt(), height.sqrt()] } else { NONE }
}

impl<S: Simd> Cover<S> for DiscCover {
    type Columns = f32x8<S>;
    type Pixels = DiscPixels<S>;

    #[inline(always)]
    fn rows(&self, first: f32, last: f32) -> [Span; 2] {
        let [x, y] = self.center;
        let (low, high) = (first - x, last - x);
        let touched = circle_rows(self.extremes[0] + SOFT, low, high, false);
        let inside = circle_rows(self.extremes[1] - SOFT, low, high, true);
        [touched, inside].map(|[low, high]| [y + low, y + high])
    }

    #[inline(always)]
    fn columns(&self, x: f32x8<S>) -> Self::Columns {
        x - self.center[0]
    }

    #[inline(always)]
    fn pixels(&self, x: Self::Columns, y: f32) -> Self::Pixels {
        let y = f32x8::splat(x.simd, y - self.center[1]);
        let length = (x * x + y * y).sqrt().max(1e-6);
        DiscPixels { off: [x, y], length, slope: Slope::of(x, y, length) }
    }

    #[inline(always)]
    fn within(&self, pixels: Self::Pixels, edge: usize) -> f32x8<S> {
        match self.edges[edge] {
            Round::None => f32x8::splat(pixels.length.simd, 0.0),
            Round::Small(half) => overlap(pixels.off[0], half) * overlap(pixels.off[1], half),
            Round::Fine(radius) => {
                // Twice as large, each quarter is as large as a pixel, with its middle off by one half.
                let [x, y] = pixels.off.map(
                    #[inline(always)]
                    |off| off * 2.0,
                );
                let quarter = inlined(
                    #[inline(always)]
                    |[right, down]: [f32; 2]| {
                        let (x, y) = (x + right, y + down);
                        let length = (x * x + y * y).sqrt().max(1e-6);
                        Slope::of(x, y, length).within((length - radius) * length)
                    },
                );
                let upper = quarter([-0.5, -0.5]) + quarter([0.5, -0.5]);
                (upper + (quarter([-0.5, 0.5]) + quarter([0.5, 0.5]))) * 0.25
            }
            Round::Large(radius) => pixels.slope.within((pixels.length - radius) * pixels.length),
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct DiscPixels<S: Simd> {
    off: [f32x8<S>; 2],
    length: f32x8<S>,
    slope: Slope<S>,
}

/// An ellipse, and strokes that are everywhere as wide.
#[derive(Clone, Copy)]
pub(super) struct EllipseCover {
    center: [f32; 2],
    axis: [f32; 2],
    half: [f32; 2],
    grown: [f32; 3],
    extremes: [f32; 2],
    /// How often the nearest point is made better.
    nearer: usize,
}

/// The heights at which columns between `low` and `high` may meet an ellipse, or are within it.
#[inline(always)]
fn ellipse_rows([x, y]: [f32; 2], [a, b]: [f32; 2], low: f32, high: f32, all: bool) -> Span {
    // p y^2 + 2 q x y + r x^2 = 1
    let (a, b) = (1.0 / (a * a), 1.0 / (b * b));
    let (p, q, r) = (y * y * a + x * x * b, x * y * (a - b), x * x * a + y * y * b);
    let height = |at: f32| {
        let root = q * q * at * at - p * (r * at * at - 1.0);
        if root < 0.0 { NONE } else { [(-q * at - root.sqrt()) / p, (-q * at + root.sqrt()) / p] }
    };
    let (first, last) = (height(low), height(high));
    if all {
        return both(first, last);
    }
    // The highest point is between the columns, or at one of them; so is the lowest.
    let top = 1.0 / (p - q * q / r).max(1e-30).sqrt();
    let at = q * top / r;
    let mut span = [first[0].min(last[0]), first[1].max(last[1])];
    if -at >= low && -at <= high {
        span[1] = top;
    }
    if at >= low && at <= high {
        span[0] = -top;
    }
    // The leftmost or the rightmost point alone may be between them.
    let widest = 1.0 / (r - q * q / p).max(1e-30).sqrt();
    for side in [-widest, widest] {
        if side >= low && side <= high {
            span = [span[0].min(-q * side / p), span[1].max(-q * side / p)];
        }
    }
    span
}

impl EllipseCover {
    #[inline(always)]
    pub(super) fn new(item: &Item) -> Self {
        // Where a stroke is thin beside the radius at the tips, once is within 1/250 of a pixel.
        let [long, short] = item.half;
        let is_slight = short * short >= (item.pen + SOFT) * long * 1.5;
        Self {
            center: item.center,
            axis: item.axis,
            half: item.half,
            grown: grown(item),
            extremes: extremes(item),
            nearer: if is_slight { 1 } else { 3 },
        }
    }

    /// The axes by which an ellipse is scaled to contain all within `grown` of it, or to be `-grown` inside of it.
    #[inline(always)]
    fn scaled(&self, grown: f32) -> [f32; 2] {
        let scale = 1.0 + grown / self.half[0].min(self.half[1]);
        self.half.map(|half| half * scale)
    }

    /// By the nearest point of the ellipse, which is found by going to that of the circle which fits it best where the last
    /// guess is.
    #[inline(always)]
    fn exactly<S: Simd>(&self, [u, v]: [f32x8<S>; 2]) -> EllipsePixels<S> {
        let simd = u.simd;
        let (p, q) = (u.abs(), v.abs());
        let [a, b] = self.half;
        let (bend_x, bend_y) = ((a * a - b * b) / a, (b * b - a * a) / b);
        let one = f32x8::splat(simd, 1.0);
        let (mut x, mut y) = if self.nearer == 1 {
            // From the middle outwards, which is right on the ellipse itself.
            let (x, y) = (p * (1.0 / a), q * (1.0 / b));
            let unit = one / (x * x + y * y).sqrt().max(1e-6);
            (x * unit, y * unit)
        } else {
            // Never from a tip, which nothing would lead away from.
            (one * std::f32::consts::FRAC_1_SQRT_2, one * std::f32::consts::FRAC_1_SQRT_2)
        };
        for _ in 0..self.nearer {
            let (mid_x, mid_y) = (x * x * x * bend_x, y * y * y * bend_y);
            let (to_x, to_y) = (x * a - mid_x, y * b - mid_y);
            let (from_x, from_y) = (p - mid_x, q - mid_y);
            let radius = (to_x * to_x + to_y * to_y).sqrt();
            let distance = (from_x * from_x + from_y * from_y).sqrt().max(1e-6);
            let scale = radius / distance;
            x = ((from_x * scale + mid_x) * (1.0 / a)).max(0.0).min(1.0);
            y = ((from_y * scale + mid_y) * (1.0 / b)).max(0.0).min(1.0);
            let unit = one / (x * x + y * y).sqrt().max(1e-6);
            (x, y) = (x * unit, y * unit);
        }
        // The normal there, and the curvature: a b / (a^2 y^2 + b^2 x^2)^(3/2).
        let (along, across) = (x * b, y * a);
        let length = (along * along + across * across).sqrt().max(1e-6);
        let unit = one / length;
        let distance = ((p - x * a) * along + (q - y * b) * across) * unit;
        let bend = unit * unit * unit * (a * b);
        let [c, s] = self.axis;
        let (along, across) = (along.copysign(u), across.copysign(v));
        let slope = Slope::of(along * c - across * s, along * s + across * c, length);
        EllipsePixels { distance, length, bend, slope }
    }

    /// By the gradient, which is good near the ellipse itself.
    #[inline(always)]
    fn nearly<S: Simd>(&self, [u, v]: [f32x8<S>; 2]) -> EllipsePixels<S> {
        let [a, b] = self.half;
        let (x, y) = (u * (1.0 / a), v * (1.0 / b));
        let (along, across) = (x * (1.0 / a), y * (1.0 / b));
        let level = (x * x + y * y).sqrt().max(1e-3);
        // The middle has no direction, and is as far inside as the shorter axis.
        let length = (along * along + across * across).sqrt().max(1e-3 / a.min(b));
        let ratio = level / length;
        let [c, s] = self.axis;
        EllipsePixels {
            distance: (level - 1.0) * ratio,
            length,
            bend: ratio * ratio * ratio * (1.0 / (a * b * a * b)),
            slope: Slope::of(along * c - across * s, along * s + across * c, length),
        }
    }
}

impl<S: Simd> Cover<S> for EllipseCover {
    type Columns = [f32x8<S>; 2];
    type Pixels = EllipsePixels<S>;

    #[inline(always)]
    fn rows(&self, first: f32, last: f32) -> [Span; 2] {
        let [x, y] = self.center;
        let (low, high) = (first - x, last - x);
        let mut touched = ellipse_rows(self.axis, self.scaled(self.extremes[0] + SOFT), low, high, false);
        // Rounding of large numbers.
        touched = [touched[0] - 0.25, touched[1] + 0.25];
        let inner = self.scaled(self.extremes[1] - SOFT - 0.1);
        let inside = if inner[0] > 0.5 && inner[1] > 0.5 {
            ellipse_rows(self.axis, inner, low, high, true)
        } else {
            NONE
        };
        [touched, inside].map(|[low, high]| [y + low, y + high])
    }

    #[inline(always)]
    fn columns(&self, x: f32x8<S>) -> Self::Columns {
        along(x, self.center, self.axis)
    }

    #[inline(always)]
    fn pixels(&self, columns: Self::Columns, y: f32) -> Self::Pixels {
        let place = in_row(columns, y, self.center, self.axis);
        if self.grown[OUTER] > 0.0 { self.exactly(place) } else { self.nearly(place) }
    }

    #[inline(always)]
    fn within(&self, pixels: Self::Pixels, edge: usize) -> f32x8<S> {
        let grown = self.grown[edge];
        let thickness = self.half[0].min(self.half[1]) + grown;
        if thickness <= 0.0 {
            return f32x8::splat(pixels.distance.simd, 0.0);
        }
        // As circles, edges are moved inwards a little to have the right area.
        let bend = pixels.bend / (pixels.bend * grown + 1.0).max(0.5);
        let distance = pixels.distance - grown + (bend * (1.0 / 24.0)).min(0.06);
        let near = pixels.slope.within(distance * pixels.length);
        if thickness >= SOFT {
            return near;
        }
        let far = pixels.slope.within((-distance - 2.0 * thickness) * pixels.length);
        (near + far - 1.0).max(0.0)
    }
}

#[derive(Clone, Copy)]
pub(super) struct EllipsePixels<S: Simd> {
    distance: f32x8<S>,
    /// Of the normal of the slope.
    length: f32x8<S>,
    bend: f32x8<S>,
    slope: Slope<S>,
}

/// A filled ellipse whose shorter axis is less than a pixel or so: a strip that is as thick as the ellipse is there.
#[derive(Clone, Copy)]
pub(super) struct SliverCover<S: Simd> {
    turned: TurnedCover<S>,
    /// 1 over the square of the longer half axis, and the shorter.
    long: f32,
    short: f32,
}

impl<S: Simd> SliverCover<S> {
    /// The first axis is the longer.
    #[inline(always)]
    pub(super) fn new(simd: S, item: &Item) -> Self {
        let [a, b] = item.half;
        Self { turned: TurnedCover::new(simd, item), long: 1.0 / (a * a), short: b }
    }
}

impl<S: Simd> Cover<S> for SliverCover<S> {
    type Columns = [f32x8<S>; 2];
    type Pixels = [f32x8<S>; 2];

    #[inline(always)]
    fn rows(&self, first: f32, last: f32) -> [Span; 2] {
        let [touched, _] = self.turned.rows(first, last);
        [touched, NONE]
    }

    #[inline(always)]
    fn columns(&self, x: f32x8<S>) -> Self::Columns {
        self.turned.columns(x)
    }

    #[inline(always)]
    fn pixels(&self, columns: Self::Columns, y: f32) -> Self::Pixels {
        self.turned.pixels(columns, y)
    }

    #[inline(always)]
    fn within(&self, [u, v]: Self::Pixels, _: usize) -> f32x8<S> {
        let thick = inlined(
            #[inline(always)]
            |u: f32x8<S>| (f32x8::splat(u.simd, 1.0) - u * u * self.long).max(0.0).sqrt(),
        );
        // The mean of two places of the pixel, so that the tips keep their ink.
        let half = (thick(u - 0.3) + thick(u + 0.3)) * (self.short * 0.5);
        let slope = self.turned.slope;
        let off = v.abs();
        (slope.within(off - half) + slope.within(-half - off) - 1.0).max(0.0)
    }
}

/// Of the rows whose centres are from `first` to `last`: the columns in which an item may touch anything. Too many rather
/// than too few.
pub(super) fn columns_of(item: &Item, first: f32, last: f32) -> Span {
    let [x, y] = item.center;
    let (low, high) = (first - y, last - y);
    let [grown, _] = extremes(item);
    // The same formulas, with the two axes of the canvas exchanged.
    let axis = [item.axis[1], item.axis[0]];
    let [low, high] = match item.form {
        Form::Upright | Form::Outline => return ALL,
        Form::Turned | Form::Rounded | Form::Sliver => {
            box_rows(axis, over(axis), item.half.map(|half| half + grown + SOFT), low, high, false)
        }
        Form::Disc => circle_rows(item.half[0] + grown + SOFT, low, high, false),
        Form::Ellipse => {
            let scale = 1.0 + (grown + SOFT) / item.half[0].min(item.half[1]);
            ellipse_rows(axis, item.half.map(|half| half * scale), low, high, false)
        }
    };
    [x + low - 1.0, x + high + 1.0]
}
