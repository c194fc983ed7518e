//! Geometry of shapes: outlines in pixels, trims, pens, and the polygons that approximate circles.
//!
//! Every outline starts at the top and runs clockwise on screen (a rectangle's at the left end of its top edge),
//! so a trim from 0 to 1/4 of a circle is its upper right quarter.

use std::f64::consts::{FRAC_PI_2, TAU};

use kurbo::{Affine, BezPath, ParamCurve, PathEl, Point, Vec2};

use super::curves::{self, flatten};
use crate::frame::{Cap, Dash, LinePoint, Outline, Pass, Path, Shape, Stroke, Verb};

/// How far a flattened curve may be from the true one, in pixels. The raster's own flattening stops at 0.25, which
/// makes small discs 3 % too small; handed straight lines only, it has nothing left to flatten.
pub(super) const FLATTEN_TOLERANCE_PX: f64 = 0.02;
/// Accuracy of curves that approximate arcs, in pixels.
const ARC_TOLERANCE_PX: f64 = 0.01;
/// Accuracy of lengths along an outline, in pixels.
pub(super) const LENGTH_TOLERANCE_PX: f64 = 0.01;
/// The length given to a dash or a subpath of no length: too short to be seen between its caps, long enough
/// to have a direction.
pub(super) const DOT_PX: f64 = 1e-3;
/// Sharp corners of strokes become cut ones beyond this ratio of miter length to stroke width.
pub(super) const MITER_LIMIT: f64 = 4.0;

/// Shapes whose edge may be further than this from their centre, in pixels, are far: polygons made once for a whole
/// pass would be too coarse for them, the raster's 32-bit coordinates as well, and most of them is out of sight.
pub(super) const NEAR_PX: f64 = 8192.0;
/// The same for what is dashed, where every dash costs.
pub(super) const NEAR_DASHED_PX: f64 = 1024.0;

/// Regular polygons with the area of a unit circle (radius 1), in a few sizes.
///
/// An inscribed polygon of `n` corners covers too little. Its corners are moved out by `sqrt(t / sin t)` with
/// `t = 2 pi / n`, which makes the area exactly that of the circle; no point of its edge is then further than
/// `radius * t^2 / 12` from the circle.
pub(super) struct Circles(Vec<Circle>);

pub(super) struct Circle {
    /// Corners, clockwise from the top; a multiple of 4 of them.
    pub(super) corners: Vec<Vec2>,
    /// The same polygon at diameter 1, as a path.
    pub(super) unit: BezPath,
    /// `sqrt(t / sin t)`, the factor by which the corners are outside the circle.
    pub(super) grown: f64,
}

impl Circles {
    /// Corner counts; the largest keeps within 0.05 px of a circle of 15 000 px radius.
    const CORNERS: [u32; 14] = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024];

    pub(super) fn new() -> Self {
        Self(Self::CORNERS.iter().map(|&n| Circle::new(n)).collect())
    }

    /// The smallest polygon that stays within 0.05 px of a circle of `radius` pixels.
    pub(super) fn pick(&self, radius: f64) -> &Circle {
        // From radius * t^2 / 12 <= 0.05.
        let fits = |circle: &&Circle| {
            let step = TAU / circle.corners.len() as f64;
            radius * step * step <= 0.6
        };
        // The list is never empty, and no circle beyond `NEAR_PX` is drawn by these.
        self.0.iter().find(fits).unwrap_or(&self.0[self.0.len() - 1])
    }
}

impl Circle {
    fn new(corners: u32) -> Self {
        let step = TAU / f64::from(corners);
        let grown = libm::sqrt(step / libm::sin(step));
        let corners: Vec<Vec2> = (0..corners).map(|k| clock(step * f64::from(k)) * grown).collect();
        let mut unit = BezPath::new();
        push_polygon(&mut unit, corners.iter().map(|corner| (*corner * 0.5).to_point()));
        Self { corners, unit, grown }
    }
}

/// The unit vector at `angle` radians clockwise from straight up (y points down).
fn clock(angle: f64) -> Vec2 {
    let (sin, cos) = libm::sincos(angle);
    Vec2::new(sin, -cos)
}

fn push_polygon(path: &mut BezPath, mut points: impl Iterator<Item = Point>) {
    let Some(first) = points.next() else { return };
    path.move_to(first);
    points.for_each(|point| path.line_to(point));
    path.close_path();
}

/// A rectangle of `width` x `height` around the origin with corners of `radius`, all in pixels, as a polygon.
pub(super) fn push_rounded_rect(path: &mut BezPath, circles: &Circles, width: f64, height: f64, radius: f64) {
    let circle = circles.pick(radius);
    let quarter = circle.corners.len() / 4;
    let (x, y) = (width * 0.5 - radius, height * 0.5 - radius);
    let centers = [(x, -y), (x, y), (-x, y), (-x, -y)];
    let points = centers.into_iter().enumerate().flat_map(|(k, (cx, cy))| {
        (0..=quarter).map(move |i| {
            let corner = circle.corners[(k * quarter + i) % (quarter * 4)];
            // The ends touch the straight edges, so they stay on the true circle.
            let reach = if i == 0 || i == quarter { radius / circle.grown } else { radius };
            Point::new(cx, cy) + corner * reach
        })
    });
    push_polygon(path, points);
}

/// The corners of a polygon or star of diameter 1; `None` for other shapes and for too few corners.
fn unit_corners(shape: &Shape<'_>) -> Option<impl Iterator<Item = Point>> {
    let (count, inner) = match *shape {
        // A polygon is a star whose inner corners are as far out as its tips.
        Shape::Polygon { sides } if sides >= 3 => (sides, 1.0),
        Shape::Star { points, inner } if points >= 2 => {
            (points.checked_mul(2)?, f64::from(inner).clamp(0.0, 1.0))
        }
        _ => return None,
    };
    let step = TAU / f64::from(count);
    Some((0..count).map(move |k| {
        let radius = if k % 2 == 1 { inner * 0.5 } else { 0.5 };
        (clock(step * f64::from(k)) * radius).to_point()
    }))
}

/// How far a shape reaches from its centre, in widths and heights of its box.
pub(super) fn reach(shape: &Shape<'_>) -> Vec2 {
    let [across, down] = match shape {
        Shape::Path(path) => path.reach(),
        Shape::Paths(paths) => paths.reach(),
        Shape::Text(text) => text.ink.reach(),
        // Of each its own.
        Shape::Texts(_) => [0.0; 2],
        Shape::Ellipse
        | Shape::Rect { .. }
        | Shape::Polygon { .. }
        | Shape::Star { .. }
        | Shape::Image(_)
        | Shape::Line { .. } => [0.5; 2],
    };
    Vec2::new(f64::from(across), f64::from(down))
}

/// The filled outline of a shape that any box only scales: diameter 1, straight lines only. `largest` is the longer
/// side in pixels it will be drawn at, up to [`NEAR_PX`]. Nothing for shapes that are made per element or have no outline
/// of their own.
pub(super) fn push_unit(path: &mut BezPath, shape: &Shape<'_>, largest: f64) {
    if let Shape::Path(outline) = shape {
        let tolerance = FLATTEN_TOLERANCE_PX / largest.max(1.0);
        flatten(elements(whole(outline), [0.0; 2], 1.0, 1.0), tolerance, |element| path.push(element));
    } else if let Some(corners) = unit_corners(shape) {
        push_polygon(path, corners);
    }
}

/// The outline of `shape` in a box of `width` x `height` pixels around the origin, as curves.
pub(super) fn push_outline(path: &mut BezPath, shape: &Shape<'_>, width: f64, height: f64) {
    let half = Vec2::new(width * 0.5, height * 0.5);
    match shape {
        Shape::Ellipse => {
            path.move_to(Point::new(0.0, -half.y));
            push_arc(path, Point::ORIGIN, half, 0.0, TAU);
            path.close_path();
        }
        Shape::Rect { corner } => {
            let radius = corner_radius(*corner, width, height);
            let (x, y) = (half.x - radius, half.y - radius);
            path.move_to(Point::new(-x, -half.y));
            for (k, (cx, cy)) in [(x, -y), (x, y), (-x, y), (-x, -y)].into_iter().enumerate() {
                let start = clock(FRAC_PI_2 * k as f64);
                path.line_to(Point::new(cx, cy) + start * radius);
                if radius > 0.0 {
                    let radii = Vec2::new(radius, radius);
                    push_arc(path, Point::new(cx, cy), radii, FRAC_PI_2 * k as f64, FRAC_PI_2);
                }
            }
            path.close_path();
        }
        Shape::Path(outline) => path.extend(elements(whole(outline), [0.0; 2], width, height)),
        Shape::Text(text) => {
            for (outline, at) in text.placed() {
                path.extend(elements(outline, at, width, height));
            }
        }
        Shape::Polygon { .. } | Shape::Star { .. } => {
            if let Some(corners) = unit_corners(shape) {
                push_polygon(path, corners.map(|point| Point::new(point.x * width, point.y * height)));
            }
        }
        // Drawn as one, or element by element, or without an outline.
        Shape::Line { .. } | Shape::Paths(_) | Shape::Texts(_) | Shape::Image(_) => {}
    }
}

/// The outline of a glyph in straight lines, in ems. `largest` is the size in pixels that it will be drawn at, up to [`NEAR_PX`].
pub(super) fn push_glyph(path: &mut BezPath, outline: Outline<'_>, largest: f64) {
    let tolerance = FLATTEN_TOLERANCE_PX / largest.max(1.0);
    flatten(elements(outline, [0.0; 2], 1.0, 1.0), tolerance, |element| path.push(element));
}

/// The steps and points of a path.
fn whole(path: &Path) -> Outline<'_> {
    Outline { verbs: &path.verbs, points: &path.points }
}

/// Clockwise from `start` radians after straight up.
fn push_arc(path: &mut BezPath, center: Point, radii: Vec2, start: f64, sweep: f64) {
    // Beyond this share of the radius 64-bit coordinates end, too.
    let tolerance = ARC_TOLERANCE_PX.max(radii.x.max(radii.y) * 1e-12);
    curves::push_arc(path, center, radii, start, sweep, tolerance);
}

/// The radius in pixels of a rectangle's corners. A corner that is no number counts as square.
pub(super) fn corner_radius(corner: f32, width: f64, height: f64) -> f64 {
    let corner = if corner.is_nan() { 0.0 } else { f64::from(corner).clamp(0.0, 1.0) };
    corner * width.min(height) * 0.5
}

/// An outline's steps, moved and then scaled. A verb whose points are missing or not finite ends it.
fn elements(
    path: Outline<'_>,
    [left, top]: [f32; 2],
    width: f64,
    height: f64,
) -> impl Iterator<Item = PathEl> {
    let (left, top) = (f64::from(left), f64::from(top));
    let place = move |[x, y]: [f32; 2]| {
        let finite = x.is_finite() && y.is_finite();
        finite.then(|| Point::new((f64::from(x) + left) * width, (f64::from(y) + top) * height))
    };
    let mut points = path.points.iter().map_while(move |point| place(*point));
    let mut started = false;
    path.verbs.iter().map_while(move |verb| {
        // A path that does not begin with a move has nowhere to begin.
        started |= *verb == Verb::Move;
        if !started {
            return None;
        }
        Some(match verb {
            Verb::Move => PathEl::MoveTo(points.next()?),
            Verb::Line => PathEl::LineTo(points.next()?),
            Verb::Quad => PathEl::QuadTo(points.next()?, points.next()?),
            Verb::Cubic => PathEl::CurveTo(points.next()?, points.next()?, points.next()?),
            Verb::Close => PathEl::ClosePath,
        })
    })
}

/// The corners of a line in pixels, each with whether a new line begins there; `view` is from world to pixels.
/// Corners that are nowhere are left out.
pub(super) fn line_points(pass: &Pass<'_>, view: Affine) -> impl Iterator<Item = (Point, bool)> {
    let mut starts = true;
    pass.line().filter_map(move |LinePoint { position: [x, y], starts: begins }| {
        starts |= begins;
        let point = view * Point::new(f64::from(x), f64::from(y));
        point.is_finite().then(|| (point, std::mem::take(&mut starts)))
    })
}

/// Starts `path` over with the polygon that the fill of a line covers, in pixels.
pub(super) fn area(path: &mut BezPath, pass: &Pass<'_>, view: Affine) {
    path.truncate(0);
    let corners = pass.area().map(|[x, y]| view * Point::new(f64::from(x), f64::from(y)));
    push_polygon(path, corners.filter(|corner| corner.is_finite()));
}

/// The part of `path` from `start` to `end`, as shares of its whole length, appended to `out`. Beyond 1 the part runs on
/// over the path's start, without a break where the path is closed. `lengths` is scratch.
pub(super) fn push_trimmed(out: &mut BezPath, path: &BezPath, start: f64, end: f64, lengths: &mut Vec<f64>) {
    lengths.clear();
    lengths.extend(path.segments().map(curves::length));
    let total: f64 = lengths.iter().sum();
    let mut pen = push_range(out, path, [start * total, end.min(1.0) * total], lengths, None);
    if end > 1.0 {
        // Only a closed outline continues over its start.
        let is_closed = matches!(path.elements().last(), Some(PathEl::ClosePath));
        if !is_closed || subpaths(path.elements()).nth(1).is_some() {
            pen = None;
        }
        push_range(out, path, [0.0, (end - 1.0) * total], lengths, pen);
    }
}

/// The subpaths of a path, each with the move that begins it.
pub(super) fn subpaths(path: &[PathEl]) -> impl Iterator<Item = &[PathEl]> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let end = rest.iter().skip(1).position(|element| matches!(element, PathEl::MoveTo(_)));
        let (subpath, others) = rest.split_at_checked(end.map_or(rest.len(), |end| end + 1))?;
        rest = others;
        (!subpath.is_empty()).then_some(subpath)
    })
}

/// The part of `path` between two lengths from its start. A part that begins at `pen` continues from there. Gives
/// where the part ends, if it ends with a whole segment.
fn push_range(
    out: &mut BezPath,
    path: &BezPath,
    [start, end]: [f64; 2],
    lengths: &[f64],
    mut pen: Option<Point>,
) -> Option<Point> {
    let (mut at, mut lengths) = (0.0, lengths.iter());
    for (k, subpath) in subpaths(path.elements()).enumerate() {
        if k > 0 {
            // Subpaths that touch do not join.
            pen = None;
        }
        for (segment, &length) in kurbo::segments(subpath.iter().copied()).zip(&mut lengths) {
            let (from, to) = ((start - at).max(0.0), (end - at).min(length));
            at += length;
            // A sliver of a segment would turn the end of the stroke to its own direction.
            let whole = from <= 0.0 && to >= length;
            if from >= to || (!whole && to - from <= LENGTH_TOLERANCE_PX) {
                continue;
            }
            let part = if whole {
                segment
            } else {
                segment.subsegment(curves::further(segment, 0.0, from)..curves::further(segment, 0.0, to))
            };
            if pen != Some(segment.start()) {
                out.move_to(part.start());
            }
            out.push(part.as_path_el());
            pen = Some(segment.end());
        }
    }
    pen
}

/// Width in pixels, the drawn part as shares of the outline's length, and the dashes of that part. The part starts
/// below 1; where it ends beyond 1, it runs on over the outline's start.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Pen {
    pub(super) width: f64,
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) dash: Option<Pattern>,
}

/// Dashes in pixels.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Pattern {
    /// Length of a dash, above 0.
    pub(super) on: f64,
    /// Length of a gap, above 0.
    pub(super) off: f64,
    pub(super) offset: f64,
}

impl Pattern {
    /// Whether a line of `length` pixels has too many dashes, and is drawn solid.
    pub(super) fn is_too_fine(&self, length: f64) -> bool {
        length > (self.on + self.off) * f64::from(Dash::DASHES_MAX)
    }
}

impl Pen {
    /// The pen for element `index`; `scale` is pixels per world unit. `None` where the width is not above 0, the
    /// trim is empty, nothing is left of the dashes, or a number is not finite.
    pub(super) fn of(stroke: &Stroke<'_>, index: usize, scale: f64) -> Option<Self> {
        let width = f64::from(stroke.width.get(index)) * scale;
        let [start, end] = stroke.part(index)?;
        if !(width > 0.0 && width.is_finite()) {
            return None;
        }
        let mut dash = None;
        if let Some(pattern) = stroke.dash {
            let [on, off, offset] = pattern.get(index).map(|length| f64::from(length) * scale);
            if !(on.is_finite() && off.is_finite() && offset.is_finite()) {
                return None;
            }
            if off > 0.0 {
                if on <= 0.0 && stroke.cap == Cap::Butt {
                    return None;
                }
                dash = Some(Pattern { on: on.max(DOT_PX), off, offset });
            }
        }
        Some(Self { width, start, end, dash })
    }

    /// How far from the outline its ink may be, in pixels: a sharp corner's tip.
    pub(super) fn reach(&self) -> f64 {
        self.width * 0.5 * MITER_LIMIT
    }

    /// Whether nothing of the outline is trimmed away.
    pub(super) fn is_whole(&self) -> bool {
        self.start <= 0.0 && self.end >= 1.0
    }

    /// Whether the outline is stroked as it is.
    pub(super) fn is_plain(&self) -> bool {
        self.is_whole() && self.dash.is_none()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
mod tests {
    use kurbo::Shape as _;

    use super::*;

    #[test]
    fn circles_have_the_area_of_a_circle() {
        let circles = Circles::new();
        for circle in &circles.0 {
            let area = circle.unit.area().abs() * 4.0;
            assert!((area / std::f64::consts::PI - 1.0).abs() < 1e-9, "{}: {area}", circle.corners.len());
        }
        for radius in [0.5, 3.0, 17.0, 100.0, 1000.0, 15_000.0] {
            let circle = circles.pick(radius);
            assert!(radius * (circle.grown - 1.0) < 0.05, "{radius}: {}", circle.corners.len());
        }
    }

    #[test]
    fn rounded_rects_are_close_to_exact() {
        let circles = Circles::new();
        for (width, height, radius) in [(10.0, 10.0, 5.0), (40.0, 20.0, 4.0), (900.0, 800.0, 400.0)] {
            let mut path = BezPath::new();
            push_rounded_rect(&mut path, &circles, width, height, radius);
            let expected = width * height - (4.0 - std::f64::consts::PI) * radius * radius;
            assert!((path.area().abs() / expected - 1.0).abs() < 2e-3, "{width} {height} {radius}");
        }
    }

    #[test]
    fn a_trim_is_a_share_of_the_length() {
        let shapes = [
            Shape::Ellipse,
            Shape::Rect { corner: 0.4 },
            Shape::Star { points: 5, inner: 0.5 },
            Shape::Polygon { sides: 3 },
        ];
        for shape in shapes {
            let (mut outline, mut part) = (BezPath::new(), BezPath::new());
            push_outline(&mut outline, &shape, 200.0, 120.0);
            push_trimmed(&mut part, &outline, 0.25, 0.75, &mut Vec::new());
            let ratio = part.perimeter(1e-3) / outline.perimeter(1e-3);
            assert!((ratio - 0.5).abs() < 1e-3, "{shape:?}: {ratio}");
            assert_eq!(
                part.elements().iter().filter(|e| matches!(e, PathEl::MoveTo(_))).count(),
                1,
                "{shape:?}"
            );
        }
    }

    #[test]
    fn a_trim_does_not_join_subpaths_that_touch() {
        let moves =
            |path: &BezPath| path.elements().iter().filter(|e| matches!(e, PathEl::MoveTo(_))).count();
        let check = |text: &str, start: f64, end: f64, expected: usize| {
            let (outline, mut part) = (BezPath::from_svg(text).unwrap(), BezPath::new());
            push_trimmed(&mut part, &outline, start, end, &mut Vec::new());
            assert_eq!(moves(&part), expected, "{text}: {part:?}");
        };
        check("M0 0 L10 10 M10 10 L20 0", 0.01, 1.0, 2);
        check("M0 0 L10 10 L20 0", 0.01, 1.0, 1);
        check("M0 0 L10 0 L0 10 Z", 0.5, 1.4, 1);
        check("M0 0 L10 0 L0 10 Z M0 0 L-10 0 L0 -10 Z", 0.75, 1.1, 2);
    }

    #[test]
    fn broken_paths_end_early() {
        let check = |verbs: &[Verb], points: usize, expected: usize| {
            let points = vec![[0.1, 0.2]; points];
            let path = Path { verbs: verbs.to_vec(), points, ..Path::default() };
            assert_eq!(elements(whole(&path), [0.0; 2], 1.0, 1.0).count(), expected, "{verbs:?}");
        };
        check(&[Verb::Move, Verb::Line, Verb::Close], 2, 3);
        check(&[Verb::Move, Verb::Cubic, Verb::Close], 3, 1);
        check(&[Verb::Line, Verb::Line], 2, 0);
        check(&[], 0, 0);
    }
}
