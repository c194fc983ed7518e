//! Geometry of shapes: outlines in pixels, trims, strokes, and the polygons that stand in for circles.
//!
//! Every outline starts at the top and runs clockwise on screen (a rectangle's at the left end of its top edge),
//! so a trim from 0 to 1/4 of a circle is its upper right quarter.

use std::f64::consts::{FRAC_PI_2, TAU};

use kurbo::{
    Arc, BezPath, ParamCurve, ParamCurveArclen, PathEl, Point, StrokeCtx, StrokeOpts, Vec2, flatten,
};

use crate::frame::{Cap, Dash, Join, Path, Shape, Stroke, Verb};

/// How far a flattened curve may lie from the true one, in pixels. The raster's own flattening stops at 0.25, which
/// makes small discs 3 % too small; handed straight lines only, it has nothing left to flatten.
pub(super) const FLATTEN_TOLERANCE_PX: f64 = 0.02;
/// Accuracy of curves that stand in for arcs, in pixels.
const ARC_TOLERANCE_PX: f64 = 0.01;
/// Accuracy of lengths along an outline, in pixels.
const LENGTH_TOLERANCE_PX: f64 = 0.01;
/// The length of what stands for a dash of no length: too short to be seen between its caps, long enough to have a
/// direction.
const DOT_PX: f64 = 1e-3;
/// Sharp corners of strokes become cut ones beyond this ratio of miter length to stroke width.
pub(super) const MITER_LIMIT: f64 = 4.0;

/// What counts as far away, in pixels. Beyond it the raster's 32-bit coordinates have no subpixels left and curves
/// would need millions of lines, so sizes stop growing there and points move no further.
pub(super) const FAR_PX: f64 = 1e6;
/// The same for a path's own coordinates, in element sizes.
const FAR_UNITS: f32 = 1e3;

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
    /// `sqrt(t / sin t)`, by which the corners lie outside the circle.
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
        // The list is never empty, so the last one is there for radii beyond any canvas.
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

/// A ring between two circles around the origin, as two polygons that run in opposite directions.
pub(super) fn push_ring(path: &mut BezPath, circles: &Circles, outer: f64, inner: f64) {
    let corners = &circles.pick(outer).corners;
    push_polygon(path, corners.iter().map(|corner| (*corner * outer).to_point()));
    if inner > 0.0 {
        push_polygon(path, corners.iter().rev().map(|corner| (*corner * inner).to_point()));
    }
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
        // A polygon is a star whose inner corners lie as far out as its tips.
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

/// The filled outline of a shape that any box only scales: diameter 1, straight lines only. `largest` is the longer
/// side in pixels it will be drawn at. Nothing for shapes that are made per element or have no outline of their own.
pub(super) fn push_unit(path: &mut BezPath, shape: &Shape<'_>, largest: f64) {
    if let Shape::Path(outline) = shape {
        let tolerance = FLATTEN_TOLERANCE_PX / largest.max(1.0);
        flatten(elements(outline, 1.0, 1.0), tolerance, |element| path.push(element));
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
        Shape::Path(outline) => path.extend(elements(outline, width, height)),
        Shape::Polygon { .. } | Shape::Star { .. } => {
            if let Some(corners) = unit_corners(shape) {
                push_polygon(path, corners.map(|point| Point::new(point.x * width, point.y * height)));
            }
        }
        Shape::Line { .. } => {}
    }
}

/// Clockwise from `start` radians after straight up.
fn push_arc(path: &mut BezPath, center: Point, radii: Vec2, start: f64, sweep: f64) {
    let arc = Arc { center, radii, start_angle: start - FRAC_PI_2, sweep_angle: sweep, x_rotation: 0.0 };
    path.extend(arc.append_iter(ARC_TOLERANCE_PX));
}

/// The radius in pixels of a rectangle's corners. A corner that is no number counts as square.
pub(super) fn corner_radius(corner: f32, width: f64, height: f64) -> f64 {
    let corner = if corner.is_nan() { 0.0 } else { f64::from(corner).clamp(0.0, 1.0) };
    corner * width.min(height) * 0.5
}

/// A path's steps, scaled. A verb whose points are missing or not finite ends the path.
fn elements(path: &Path, width: f64, height: f64) -> impl Iterator<Item = PathEl> {
    let place = move |[x, y]: [f32; 2]| {
        let near = |unit: f32| f64::from(unit.clamp(-FAR_UNITS, FAR_UNITS));
        (x.is_finite() && y.is_finite()).then(|| Point::new(near(x) * width, near(y) * height))
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

/// The part of `path` from `start` to `end`, as shares of its whole length, appended to `out`. `lengths` is scratch.
pub(super) fn push_trimmed(out: &mut BezPath, path: &BezPath, start: f64, end: f64, lengths: &mut Vec<f64>) {
    lengths.clear();
    lengths.extend(path.segments().map(|segment| segment.arclen(LENGTH_TOLERANCE_PX)));
    let total: f64 = lengths.iter().sum();
    let (start, end) = (start * total, end * total);
    let mut at = 0.0;
    let mut pen = None;
    for (segment, &length) in path.segments().zip(lengths.iter()) {
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
            let from = segment.inv_arclen(from, LENGTH_TOLERANCE_PX);
            segment.subsegment(from..segment.inv_arclen(to, LENGTH_TOLERANCE_PX))
        };
        if pen != Some(segment.start()) {
            out.move_to(part.start());
        }
        out.push(part.as_path_el());
        pen = Some(segment.end());
    }
}

/// Turns outlines into the polygons of their strokes; keeps its buffers.
#[derive(Default)]
pub(super) struct Stroker {
    /// The outline to stroke: clear it, fill it, then call [`stroke`](Self::stroke).
    pub(super) outline: BezPath,
    trimmed: BezPath,
    dashed: BezPath,
    lengths: Vec<f64>,
    context: StrokeCtx,
}

/// Width in pixels, the drawn part as shares of the outline's length, and the dashes of that part.
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
    /// Whether a line of `length` pixels has so many dashes that it is drawn solid.
    fn is_too_fine(&self, length: f64) -> bool {
        length > (self.on + self.off) * f64::from(Dash::DASHES_MAX)
    }
}

impl Pen {
    /// The pen for element `index`; `scale` is pixels per world unit. `None` where the width is not above 0, the
    /// trim is empty, nothing is left of the dashes, or a number is not finite.
    pub(super) fn of(stroke: &Stroke<'_>, index: usize, scale: f64) -> Option<Self> {
        let width = f64::from(stroke.width.get(index)) * scale;
        let (start, end) = (f64::from(stroke.trim_start.get(index)), f64::from(stroke.trim_end.get(index)));
        let drawn = width > 0.0 && width.is_finite() && start.is_finite() && end.is_finite();
        let (start, end) = (start.clamp(0.0, 1.0), end.clamp(0.0, 1.0));
        if !drawn || start >= end {
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
        Some(Self { width: width.min(FAR_PX), start, end, dash })
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

impl Stroker {
    /// The stroke of [`outline`](Self::outline) as straight lines, appended to `out`; to be filled non-zero.
    pub(super) fn stroke(&mut self, out: &mut BezPath, pen: Pen, cap: Cap, join: Join) {
        let source = self.trimmed(pen);
        let dashed = self.dashed(pen, source);
        let style = kurbo::Stroke::new(pen.width)
            .with_caps(match cap {
                Cap::Round => kurbo::Cap::Round,
                Cap::Butt => kurbo::Cap::Butt,
                Cap::Square => kurbo::Cap::Square,
            })
            .with_join(match join {
                Join::Round => kurbo::Join::Round,
                Join::Miter => kurbo::Join::Miter,
                Join::Bevel => kurbo::Join::Bevel,
            })
            .with_miter_limit(MITER_LIMIT);
        // Borrowed apart, since what is stroked may be any of three other fields.
        let context = &mut self.context;
        let source = match (dashed, source) {
            (true, _) => &self.dashed,
            (false, true) => &self.trimmed,
            (false, false) => &self.outline,
        };
        kurbo::stroke_with(source.iter(), &style, &StrokeOpts::default(), FLATTEN_TOLERANCE_PX, context);
        flatten(context.output().iter(), FLATTEN_TOLERANCE_PX, |element| out.push(element));
    }

    /// The part of the outline that `pen` draws, not yet dashed.
    pub(super) fn part(&mut self, pen: Pen) -> &BezPath {
        if self.trimmed(pen) { &self.trimmed } else { &self.outline }
    }

    /// The dashes of a pen, unless they are too fine for the part that it draws.
    pub(super) fn pattern(&mut self, pen: Pen) -> Option<Pattern> {
        let trimmed = self.trimmed(pen);
        pen.dash.filter(|pattern| !pattern.is_too_fine(self.length(trimmed)))
    }

    /// The length of the outline, or of its trimmed part.
    fn length(&self, trimmed: bool) -> f64 {
        let source = if trimmed { &self.trimmed } else { &self.outline };
        source.segments().map(|segment| segment.arclen(LENGTH_TOLERANCE_PX)).sum()
    }

    fn dashed(&mut self, pen: Pen, trimmed: bool) -> bool {
        let Some(pattern) = pen.dash.filter(|pattern| !pattern.is_too_fine(self.length(trimmed))) else {
            return false;
        };
        let source = if trimmed { &self.trimmed } else { &self.outline };
        self.dashed.truncate(0);
        let lengths = [pattern.on, pattern.off];
        self.dashed.extend(kurbo::dash(source.iter(), pattern.offset, &lengths));
        true
    }

    fn trimmed(&mut self, pen: Pen) -> bool {
        if pen.is_whole() {
            return false;
        }
        self.trimmed.truncate(0);
        push_trimmed(&mut self.trimmed, &self.outline, pen.start, pen.end, &mut self.lengths);
        true
    }
}

#[cfg(test)]
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
    fn dashes_are_bounded() {
        let mut stroker = Stroker::default();
        push_outline(&mut stroker.outline, &Shape::Ellipse, 200.0, 120.0);
        let length = stroker.outline.perimeter(1e-3);
        let mut check = |on: f64, off: f64, offset: f64, expected: Option<usize>| {
            let dash = Some(Pattern { on, off, offset });
            let pen = Pen { width: 2.0, start: 0.0, end: 1.0, dash };
            let is_dashed = stroker.dashed(pen, false);
            assert_eq!(stroker.pattern(pen).is_some(), is_dashed);
            let dashes =
                || stroker.dashed.elements().iter().filter(|e| matches!(e, PathEl::MoveTo(_))).count();
            assert_eq!(is_dashed.then(dashes), expected, "{on} {off} {offset}");
            if is_dashed {
                let ratio = stroker.dashed.perimeter(1e-3) / length;
                // Whole periods fit the outline in every case but the last, so the share drawn is exact.
                assert!((ratio - on / (on + off)).abs() < 1e-3 || on > length, "{on} {off}: {ratio}");
            }
        };
        for periods in [1, 2, 40, 9_999] {
            let period = length / f64::from(periods) * (1.0 + 1e-9);
            check(period * 0.25, period * 0.75, 0.0, Some(periods as usize));
        }
        let most = length / f64::from(Dash::DASHES_MAX);
        check(most * 0.5, most * 0.499, 0.0, None);
        check(1e-9, 1e-9, 1e12, None);
        check(f64::MIN_POSITIVE, f64::MIN_POSITIVE, 0.0, None);
        check(1e9, 1.0, -1e30, Some(1));
    }

    #[test]
    fn broken_paths_end_early() {
        let check = |verbs: &[Verb], points: usize, expected: usize| {
            let points = vec![[0.1, 0.2]; points];
            let path = Path { verbs: verbs.to_vec(), points, ..Path::default() };
            assert_eq!(elements(&path, 1.0, 1.0).count(), expected, "{verbs:?}");
        };
        check(&[Verb::Move, Verb::Line, Verb::Close], 2, 3);
        check(&[Verb::Move, Verb::Cubic, Verb::Close], 3, 1);
        check(&[Verb::Line, Verb::Line], 2, 0);
        check(&[], 0, 0);
    }
}
