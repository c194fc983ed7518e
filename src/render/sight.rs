//! The part of an outline that is in sight. Outlines may be of any size and anywhere; what the raster is handed stays
//! near the canvas, where its 32-bit coordinates are exact, and has no more lines than the canvas can show.

use kurbo::{BezPath, CubicBez, ParamCurve, PathEl, PathSeg, Point, QuadBez, Rect};

use super::curves;
use super::outline::FLATTEN_TOLERANCE_PX;

/// How often a curve is halved at most, which takes it from the largest numbers there are to their last bits.
const HALVINGS: u32 = 60;

/// How far beyond the canvas an outline is kept as it is, in pixels: enough for edges that are drawn softly.
const MARGIN_PX: f64 = 16.0;

/// The canvas with a margin.
pub(super) fn around(canvas: Rect) -> Rect {
    canvas.inflate(MARGIN_PX, MARGIN_PX)
}

/// Whether a corner of `outline` is further than `distance` from the canvas.
pub(super) fn leaves(outline: &BezPath, canvas: Rect, distance: f64) -> bool {
    let near = canvas.inflate(distance, distance);
    outline.elements().iter().filter_map(PathEl::end_point).any(|point| !near.contains(point))
}

/// Appends straight lines that fill as `outline` fills, wherever `sight` is; they do not leave `sight`.
///
/// Points outside are moved to the nearest point of the edge. Nothing crosses `sight` on that way, so the winding
/// number of no point inside changes.
pub(super) fn push_filled(out: &mut BezPath, outline: impl IntoIterator<Item = PathEl>, sight: Rect) {
    let mut filled = Filled { out, sight };
    let (mut start, mut last) = (None, Point::ORIGIN);
    for element in outline {
        let from = last;
        match element {
            PathEl::MoveTo(point) => {
                filled.close(start.replace(point), from);
                let point = filled.nearest(point);
                filled.out.move_to(point);
            }
            PathEl::LineTo(point) => filled.line(from, point),
            PathEl::QuadTo(a, point) => filled.cubic(QuadBez::new(from, a, point).raise(), HALVINGS),
            PathEl::CurveTo(a, b, point) => filled.cubic(CubicBez::new(from, a, b, point), HALVINGS),
            PathEl::ClosePath => filled.close(start, from),
        }
        last = element.end_point().or(start).unwrap_or(last);
    }
    filled.close(start, last);
}

struct Filled<'a> {
    out: &'a mut BezPath,
    sight: Rect,
}

impl Filled<'_> {
    fn nearest(&self, point: Point) -> Point {
        Point::new(point.x.clamp(self.sight.x0, self.sight.x1), point.y.clamp(self.sight.y0, self.sight.y1))
    }

    fn close(&mut self, start: Option<Point>, last: Point) {
        if let Some(start) = start.filter(|start| *start != last) {
            self.line(last, start);
        }
    }

    /// Breaks the line where it passes a side of `sight`, so that between breaks all of it moves to one side or one
    /// corner.
    fn line(&mut self, from: Point, to: Point) {
        let sides = [
            (self.sight.x0, from.x, to.x),
            (self.sight.x1, from.x, to.x),
            (self.sight.y0, from.y, to.y),
            (self.sight.y1, from.y, to.y),
        ];
        let mut breaks = sides.map(|(side, from, to)| {
            if (from < side) == (to < side) { 1.0 } else { ((side - from) / (to - from)).clamp(0.0, 1.0) }
        });
        breaks.sort_unstable_by(f64::total_cmp);
        for at in breaks {
            if at < 1.0 {
                let point = self.nearest(from.lerp(to, at));
                self.out.line_to(point);
            }
        }
        let point = self.nearest(to);
        self.out.line_to(point);
    }

    fn cubic(&mut self, cubic: CubicBez, halvings: u32) {
        let bounds = hull(&cubic);
        if !meets(bounds, self.sight) {
            // It stays among its control points, and so does the straight way.
            self.line(cubic.p0, cubic.p3);
        } else if halvings == 0 || is_small(bounds, self.sight) {
            let mut from = cubic.p0;
            curves::flatten_segment(PathSeg::Cubic(cubic), FLATTEN_TOLERANCE_PX, |to| {
                self.line(std::mem::replace(&mut from, to), to);
            });
        } else {
            let (first, second) = cubic.subdivide();
            self.cubic(first, halvings - 1);
            self.cubic(second, halvings - 1);
        }
    }
}

/// The parts of an outline that come into a rectangle, to be stroked: runs that begin and end out of it.
#[derive(Default)]
pub(super) struct Cut {
    pub(super) path: BezPath,
    pub(super) runs: Vec<Run>,
}

/// A connected part of an outline.
#[derive(Debug)]
pub(super) struct Run {
    /// Its first element in [`Cut::path`].
    pub(super) start: usize,
    /// How long its subpath is before it; only measured on demand.
    pub(super) before: f64,
    /// Whether its subpath is closed and this is the last part of it: then its end may meet the beginning of the
    /// first part, `runs[first]`.
    pub(super) first: Option<usize>,
}

impl Cut {
    /// Keeps the parts of `outline` in `sight`. `measured` says whether the runs' places are needed; otherwise parts
    /// that meet at the beginning of a closed outline become one.
    pub(super) fn make(&mut self, outline: &BezPath, sight: Rect, measured: bool) {
        self.path.truncate(0);
        self.runs.clear();
        let mut cutter =
            Cutter { path: &mut self.path, runs: &mut self.runs, sight, measured, at: 0.0, open: false };
        let (mut start, mut last) = (Point::ORIGIN, Point::ORIGIN);
        let (mut first_run, mut first_element) = (0, 0);
        for element in outline.iter() {
            let from = last;
            match element {
                PathEl::MoveTo(point) => {
                    (start, cutter.at, cutter.open) = (point, 0.0, false);
                    (first_run, first_element) = (cutter.runs.len(), cutter.path.elements().len());
                }
                PathEl::LineTo(point) => cutter.line(from, point),
                PathEl::QuadTo(a, point) => cutter.cubic(QuadBez::new(from, a, point).raise(), HALVINGS),
                PathEl::CurveTo(a, b, point) => cutter.cubic(CubicBez::new(from, a, b, point), HALVINGS),
                PathEl::ClosePath => {
                    if from != start {
                        cutter.line(from, start);
                    }
                    cutter.close(start, first_run, first_element);
                }
            }
            last = element.end_point().unwrap_or(start);
        }
    }
}

struct Cutter<'a> {
    path: &'a mut BezPath,
    runs: &'a mut Vec<Run>,
    sight: Rect,
    measured: bool,
    /// Length of the subpath so far.
    at: f64,
    /// Whether the last run continues where the outline is.
    open: bool,
}

impl Cutter<'_> {
    fn begin(&mut self, point: Point, before: f64) {
        if !std::mem::replace(&mut self.open, true) {
            self.runs.push(Run { start: self.path.elements().len(), before, first: None });
            self.path.move_to(point);
        }
    }

    fn line(&mut self, from: Point, to: Point) {
        let length = from.distance(to);
        if let Some((enters, leaves)) = inside(from, to, self.sight) {
            if enters > 0.0 {
                self.open = false;
            }
            self.begin(from.lerp(to, enters), self.at + length * enters);
            self.path.line_to(if leaves < 1.0 { from.lerp(to, leaves) } else { to });
            self.open = leaves >= 1.0;
        } else {
            self.open = false;
        }
        self.at += length;
    }

    fn cubic(&mut self, cubic: CubicBez, halvings: u32) {
        let bounds = hull(&cubic);
        let seen = meets(bounds, self.sight);
        if seen && halvings > 0 && !is_small(bounds, self.sight) {
            let (first, second) = cubic.subdivide();
            self.cubic(first, halvings - 1);
            self.cubic(second, halvings - 1);
            return;
        }
        if seen {
            self.begin(cubic.p0, self.at);
            self.path.curve_to(cubic.p1, cubic.p2, cubic.p3);
        } else {
            self.open = false;
        }
        if self.measured {
            self.at += curves::length(PathSeg::Cubic(cubic));
        }
    }

    fn close(&mut self, start: Point, first_run: usize, first_element: usize) {
        let begins = self.path.elements().get(first_element) == Some(&PathEl::MoveTo(start));
        if self.open && begins {
            if self.runs.len() == first_run + 1 {
                self.path.close_path();
            } else if !self.measured {
                join_ends(self.path, first_element);
            } else if let Some(run) = self.runs.last_mut() {
                run.first = Some(first_run);
            }
        }
        (self.at, self.open) = (0.0, false);
    }
}

/// Where the last subpath of `path` ends at the beginning of the one that starts at element `from`, makes them one,
/// so that they are joined and not capped there.
pub(super) fn join_ends(path: &mut BezPath, from: usize) {
    let elements = path.elements();
    let Some(PathEl::MoveTo(begin)) = elements.get(from).copied() else { return };
    if elements.last().and_then(PathEl::end_point) != Some(begin) {
        return;
    }
    let length = elements[from + 1..].iter().position(|element| matches!(element, PathEl::MoveTo(_)));
    let Some(length) = length.map(|length| length + 1) else {
        path.close_path();
        return;
    };
    let mut elements = std::mem::take(path).into_elements();
    elements[from..].rotate_left(length);
    elements.remove(elements.len() - length);
    *path = BezPath::from_vec(elements);
}

/// The shares of a line at which it enters and leaves `sight`; `None` where it stays out.
fn inside(from: Point, to: Point, sight: Rect) -> Option<(f64, f64)> {
    let mut range = (0.0_f64, 1.0_f64);
    for (low, high, from, to) in [(sight.x0, sight.x1, from.x, to.x), (sight.y0, sight.y1, from.y, to.y)] {
        let way = to - from;
        if way == 0.0 {
            if from < low || from > high {
                return None;
            }
            continue;
        }
        let (a, b) = ((low - from) / way, (high - from) / way);
        range = (range.0.max(a.min(b)), range.1.min(a.max(b)));
    }
    (range.0 <= range.1).then_some(range)
}

/// The box around the control points.
fn hull(cubic: &CubicBez) -> Rect {
    Rect::from_points(cubic.p0, cubic.p3).union_pt(cubic.p1).union_pt(cubic.p2)
}

/// Whether two boxes have a point in common.
pub(super) fn meets(a: Rect, b: Rect) -> bool {
    a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1
}

/// Whether a curve is so short beside `sight` that halving it would gain nothing.
fn is_small(bounds: Rect, sight: Rect) -> bool {
    bounds.width().max(bounds.height()) <= sight.width().max(sight.height())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
mod tests {
    use kurbo::{ParamCurveArclen, ParamCurveNearest, Shape as _};

    use super::*;

    const SIGHT: Rect = Rect::new(0.0, 0.0, 100.0, 80.0);

    /// Outlines of all kinds of elements, some of whose points are up to `far` away from `SIGHT`.
    fn outlines() -> impl Iterator<Item = (f64, BezPath)> {
        let mut next = curves::tests::noise(1);
        (0..400).map(move |k| {
            let far = [10.0, 300.0, 1e5, 1e9][k % 4];
            let mut point = || {
                let far = if next() < 0.4 { 0.0 } else { far };
                Point::new(-far + next() * (100.0 + 2.0 * far), -far + next() * (80.0 + 2.0 * far))
            };
            let mut path = BezPath::new();
            for _ in 0..2 {
                path.move_to(point());
                for step in 0..3 + k % 3 {
                    match (k / 4 + step) % 3 {
                        0 => path.line_to(point()),
                        1 => path.quad_to(point(), point()),
                        _ => path.curve_to(point(), point(), point()),
                    }
                }
                path.close_path();
            }
            (far, path)
        })
    }

    #[test]
    fn what_is_out_of_sight_leaves_the_filling_as_it_is() {
        let mut next = curves::tests::noise(1);
        for (far, outline) in outlines() {
            let mut filled = BezPath::new();
            push_filled(&mut filled, outline.iter(), SIGHT);
            let inside = |point: Point| SIGHT.inflate(1e-9, 1e-9).contains(point);
            assert!(filled.elements().iter().filter_map(PathEl::end_point).all(inside), "{far}: {filled:?}");
            for _ in 0..20 {
                let point = Point::new(1.0 + 98.0 * next(), 1.0 + 78.0 * next());
                // On an edge either answer is right.
                let edge = outline.segments().map(|segment| segment.nearest(point, 1e-6).distance_sq);
                if edge.fold(f64::INFINITY, f64::min) > 0.01 {
                    assert_eq!(filled.winding(point), outline.winding(point), "{far} {point} of {outline:?}");
                }
            }
        }
    }

    #[test]
    fn runs_say_where_they_begin() {
        for (far, outline) in outlines().filter(|(far, _)| *far < 1e6) {
            let mut cut = Cut::default();
            cut.make(&outline, SIGHT, true);
            for (k, run) in cut.runs.iter().enumerate() {
                let PathEl::MoveTo(begin) = cut.path.elements()[run.start] else { panic!("{far}: {run:?}") };
                // The place that far along one of the two subpaths.
                let along = subpaths(&outline).map(|subpath| {
                    let mut left = run.before;
                    for segment in subpath.segments() {
                        let length = segment.arclen(1e-6);
                        if left <= length + 1e-6 {
                            return segment.eval(segment.inv_arclen(left.min(length), 1e-6));
                        }
                        left -= length;
                    }
                    Point::new(f64::INFINITY, 0.0)
                });
                let off = along.map(|place| place.distance(begin)).fold(f64::INFINITY, f64::min);
                assert!(off < 0.05, "{far} run {k}: off by {off}");
            }
        }
    }

    fn subpaths(outline: &BezPath) -> impl Iterator<Item = BezPath> {
        let elements = outline.elements();
        let starts = |element: &&PathEl| matches!(element, PathEl::MoveTo(_));
        let second = elements.len() - 1 - elements.iter().rev().position(|element| starts(&element)).unwrap();
        [&elements[..second], &elements[second..]].into_iter().map(|part| BezPath::from_vec(part.to_vec()))
    }

    #[test]
    fn what_is_in_sight_is_kept() {
        for (far, outline) in outlines() {
            let (mut cut, mut all) = (Cut::default(), 0);
            cut.make(&outline, SIGHT, false);
            for segment in outline.segments() {
                for step in 0..=200 {
                    let point = segment.eval(f64::from(step) / 200.0);
                    if SIGHT.contains(point) {
                        let off = cut.path.segments().map(|part| part.nearest(point, 1e-6).distance_sq);
                        assert!(off.fold(f64::INFINITY, f64::min) < 1e-3, "{far}: {point}");
                        all += 1;
                    }
                }
            }
            assert!(all > 0 || far > 10.0, "nothing was in sight of {outline:?}");
        }
    }

    #[test]
    fn ends_that_meet_are_joined() {
        let check = |text: &str, from: usize, expected: &str| {
            let mut path = BezPath::from_svg(text).unwrap();
            join_ends(&mut path, from);
            assert_eq!(path, BezPath::from_svg(expected).unwrap(), "{text}");
        };
        check("M0,0 L1,0 M3,3 L0,0", 0, "M3,3 L0,0 L1,0");
        check("M9,9 L8,8 M0,0 L1,0 M2,2 L3,2 M3,3 L0,0", 2, "M9,9 L8,8 M2,2 L3,2 M3,3 L0,0 L1,0");
        check("M0,0 L1,0 L1,1 L0,0", 0, "M0,0 L1,0 L1,1 L0,0 Z");
        check("M0,0 L1,0 M3,3 L0,1", 0, "M0,0 L1,0 M3,3 L0,1");
        check("", 0, "");
    }
}
