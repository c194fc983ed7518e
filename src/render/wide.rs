//! Strokes wider than what they are drawn along.
//!
//! Offsetting an outline to both sides, as [`kurbo::stroke_with`] does, gives a contour whose winding around a point is the number
//! of stretches of the outline that come closer to it than half the width, except where *all* of the outline does: there
//! the inner offset has turned inside out, the two cancel, and the stroke has a hole. Such strokes are put together from
//! pieces that all run the same way round instead: a rectangle for each stretch of a flattened outline, a sector or a
//! corner for each joint, and the caps.

use kurbo::{BezPath, CubicBez, ParamCurve, PathEl, PathSeg, Point, Vec2, flatten, segments};

use super::outline::{FLATTEN_TOLERANCE_PX, MITER_LIMIT};
use crate::frame::{Cap, Join};

/// Whether a stroke of `width` along a subpath could cancel itself out somewhere: no stretch of the subpath is further than half
/// the width from some point, and it turns back on itself.
pub(super) fn is_wide(subpath: &[PathEl], width: f64) -> bool {
    let mut bounds: Option<[Point; 2]> = None;
    for point in subpath.iter().flat_map(points) {
        let [low, high] = bounds.get_or_insert([point; 2]);
        *low = Point::new(low.x.min(point.x), low.y.min(point.y));
        *high = Point::new(high.x.max(point.x), high.y.max(point.y));
    }
    let Some([low, high]) = bounds else { return false };
    // A circle around all of it is at least as large as its longer side; control points are further out than the curve.
    let extent = (high.x - low.x).max(high.y - low.y);
    let is_curved = subpath.iter().any(|element| matches!(element, PathEl::QuadTo(..) | PathEl::CurveTo(..)));
    width > if is_curved { extent * 0.5 } else { extent } && turns_back(subpath)
}

fn points(element: &PathEl) -> impl Iterator<Item = Point> + use<> {
    let points = match *element {
        PathEl::MoveTo(p) | PathEl::LineTo(p) => [Some(p), None, None],
        PathEl::QuadTo(a, p) => [Some(a), Some(p), None],
        PathEl::CurveTo(a, b, p) => [Some(a), Some(b), Some(p)],
        PathEl::ClosePath => [None; 3],
    };
    points.into_iter().flatten()
}

/// Whether directions along a subpath differ by more than half a turn in all, counted along its control points.
fn turns_back(subpath: &[PathEl]) -> bool {
    if subpath.iter().any(|element| matches!(element, PathEl::ClosePath)) {
        return true;
    }
    let (mut last, mut direction, mut turned) = (None, None, 0.0);
    for point in subpath.iter().flat_map(points) {
        if let Some(last) = last.replace(point)
            && last != point
            && let Some(before) = direction.replace(point - last)
        {
            turned += angle(before, point - last).abs();
        }
    }
    turned > std::f64::consts::PI
}

/// From one direction to another, in radians from -pi to pi.
fn angle(from: Vec2, to: Vec2) -> f64 {
    libm::atan2(from.cross(to), from.dot(to))
}

/// Appends the stroke of one subpath to `out`; to be filled non-zero, together with what kurbo makes of others.
pub(super) fn push_stroke(out: &mut BezPath, subpath: &[PathEl], width: f64, cap: Cap, join: Join) {
    let half = width * 0.5;
    // The way in which the last segment arrived, in truth and as it was flattened.
    let mut last: Option<[Vec2; 2]> = None;
    let mut first: Option<(Point, [Vec2; 2])> = None;
    let mut end = Point::ORIGIN;
    for segment in segments(subpath.iter().copied()) {
        let Some([leaves, arrives]) = directions(segment) else { continue };
        let mut at = segment.start();
        let mut flat: Option<Vec2> = None;
        flatten([PathEl::MoveTo(at), segment.as_path_el()], FLATTEN_TOLERANCE_PX * 0.25, |element| {
            if let PathEl::LineTo(to) = element
                && to != at
            {
                let direction = (to - at).normalize();
                push_stretch(out, at, to, half);
                match (flat, last) {
                    // Within a curve.
                    (Some(before), _) => push_joint(out, at, before, direction, half, Join::Round),
                    (None, Some([arrived, before])) => {
                        push_joint(out, at, before, direction, half, corner(arrived, leaves, join));
                    }
                    (None, None) => first = Some((at, [leaves, direction])),
                }
                flat = Some(direction);
                at = to;
            }
        });
        end = at;
        last = flat.map(|direction| [arrives, direction]).or(last);
    }
    let (Some((begin, [leaves, after])), Some([arrived, before])) = (first, last) else { return };
    if matches!(subpath.last(), Some(PathEl::ClosePath)) {
        push_joint(out, begin, before, after, half, corner(arrived, leaves, join));
    } else {
        push_cap(out, begin, -after, half, cap);
        push_cap(out, end, before, half, cap);
    }
}

/// Radians up to which an outline counts as smooth from one segment to the next: the error of curves that approximate
/// arcs.
const SMOOTH: f64 = 0.02;

/// How a joint between two segments is drawn: as a corner, or round, as the rest of a curve.
fn corner(arrived: Vec2, leaves: Vec2, join: Join) -> Join {
    if angle(arrived, leaves).abs() > SMOOTH { join } else { Join::Round }
}

/// The directions in which a segment leaves its start and arrives at its end; none of one that stays where it is.
fn directions(segment: PathSeg) -> Option<[Vec2; 2]> {
    let CubicBez { p0, p1, p2, p3 } = segment.to_cubic();
    let leaves = [p1, p2, p3].into_iter().find(|p| *p != p0)? - p0;
    let arrives = p3 - [p2, p1, p0].into_iter().find(|p| *p != p3)?;
    Some([leaves, arrives])
}

/// The normal on the side that all pieces begin with.
fn normal(direction: Vec2) -> Vec2 {
    Vec2::new(-direction.y, direction.x)
}

fn push_polygon(out: &mut BezPath, points: impl IntoIterator<Item = Point>) {
    let mut points = points.into_iter();
    if let Some(first) = points.next() {
        out.move_to(first);
        points.for_each(|point| out.line_to(point));
        out.close_path();
    }
}

fn push_stretch(out: &mut BezPath, from: Point, to: Point, half: f64) {
    let side = normal((to - from).normalize()) * half;
    push_polygon(out, [from - side, to - side, to + side, from + side]);
}

/// The outer side of a joint.
fn push_joint(out: &mut BezPath, at: Point, before: Vec2, after: Vec2, half: f64, join: Join) {
    let turn = angle(before, after);
    if turn == 0.0 {
        return;
    }
    // Seen from the joint, the wedge opens away from the turn, and turns as it does.
    let outside = if turn > 0.0 { -half } else { half };
    let (from, to) = (normal(before) * outside, normal(after) * outside);
    let tip = (from + to) * (half * half / (half * half + from.dot(to)));
    let is_pointed = join == Join::Miter && tip.hypot() <= half * MITER_LIMIT;
    match join {
        Join::Round => push_sector(out, at, from, turn),
        Join::Miter if is_pointed => push_wedge(out, at, [from, tip, to], turn),
        Join::Miter | Join::Bevel => push_wedge(out, at, [from, (from + to) * 0.5, to], turn),
    }
}

fn push_wedge(out: &mut BezPath, at: Point, corners: [Vec2; 3], turn: f64) {
    let [a, b, c] = corners.map(|corner| at + corner);
    push_polygon(out, if turn > 0.0 { [at, a, b, c] } else { [at, c, b, a] });
}

/// The sector from a radius on, by an angle.
fn push_sector(out: &mut BezPath, at: Point, radius: Vec2, turn: f64) {
    let length = radius.hypot();
    let step = 2.0 * libm::acos((1.0 - FLATTEN_TOLERANCE_PX / length).clamp(-1.0, 1.0)).max(0.02);
    let steps = (turn.abs() / step).ceil().max(1.0);
    let start = libm::atan2(radius.y, radius.x) + if turn < 0.0 { turn } else { 0.0 };
    let corner = |k: f64| {
        let (sin, cos) = libm::sincos(start + turn.abs() * k / steps);
        at + Vec2::new(cos, sin) * length
    };
    let corners = (0..=steps as u32).map(|k| corner(f64::from(k)));
    push_polygon(out, std::iter::once(at).chain(corners));
}

fn push_cap(out: &mut BezPath, at: Point, outward: Vec2, half: f64, cap: Cap) {
    match cap {
        Cap::Butt => {}
        Cap::Square => push_stretch(out, at, at + outward * half, half),
        Cap::Round => push_sector(out, at, normal(outward) * -half, std::f64::consts::PI),
    }
}

#[cfg(test)]
mod tests {
    use kurbo::{Affine, Shape as _};

    use super::*;

    fn path(text: &str) -> BezPath {
        BezPath::from_svg(text).unwrap()
    }

    /// Whether points of a grid are covered as they are close enough to the outline.
    fn check(outline: &BezPath, width: f64, cap: Cap, join: Join) {
        assert!(is_wide(outline.elements(), width), "{outline:?}");
        let mut stroke = BezPath::new();
        push_stroke(&mut stroke, outline.elements(), width, cap, join);
        let mut flat = Vec::new();
        flatten(outline, 1e-3, |element| flat.push(element));
        let lines: Vec<PathSeg> = segments(flat).collect();
        for k in 0..2500_u32 {
            let at = Point::new(f64::from(k % 50) * 4.0 - 99.0, f64::from(k / 50) * 4.0 - 99.0);
            let distance = |line: &PathSeg| {
                let PathSeg::Line(line) = *line else { return f64::INFINITY };
                let along = line.p1 - line.p0;
                let t = ((at - line.p0).dot(along) / along.hypot2()).clamp(0.0, 1.0);
                line.p0.lerp(line.p1, t).distance(at)
            };
            let nearest = lines.iter().map(distance).fold(f64::INFINITY, f64::min);
            let winding = stroke.winding(at);
            assert!(winding >= 0, "all pieces run the same way round");
            if (nearest - width * 0.5).abs() > 0.2 {
                assert_eq!(winding > 0, nearest < width * 0.5, "{at:?}: {nearest} {winding}");
            }
        }
    }

    #[test]
    fn round_strokes_cover_what_is_within_half_their_width() {
        let ellipse = kurbo::Ellipse::new((0.0, 0.0), (10.0, 9.0), 0.3).to_path(1e-3);
        let tall = kurbo::Ellipse::new((3.0, 0.0), (2.0, 18.0), 0.0).to_path(1e-3);
        let arc = kurbo::Arc::new((0.0, 0.0), (12.0, 12.0), 0.2, 4.5, 0.0).to_path(1e-3);
        for (outline, width) in [
            (ellipse, 60.0),
            (tall, 90.0),
            (arc, 33.0),
            (path("M-10 -8 L9 -7 L0 12 Z"), 80.0),
            (path("M-10 -8 L9 -7 L0 12 L-4 -9 L3 -2"), 50.0),
            (path("M0 0 C30 0 30 20 0 20 C-20 20 -10 -4 0 -4"), 70.0),
        ] {
            check(&outline, width, Cap::Round, Join::Round);
            let mirrored = Affine::FLIP_X * outline;
            check(&mirrored, width, Cap::Round, Join::Round);
        }
    }

    #[test]
    fn curves_that_meet_at_an_angle_have_a_corner() {
        let joins = |text: &str| {
            let segments: Vec<PathSeg> = segments(path(text)).collect();
            let [arrived, leaves] =
                [directions(segments[0]).unwrap()[1], directions(segments[1]).unwrap()[0]];
            corner(arrived, leaves, Join::Bevel)
        };
        assert_eq!(joins("M0 0 Q5 0 10 2 Q15 4 20 6"), Join::Round, "smooth: both run along (5, 2)");
        assert_eq!(joins("M0 0 Q5 0 10 2 Q15 2 20 6"), Join::Bevel, "0.38 radians apart");
        assert_eq!(joins("M0 0 L10 0 L20 3"), Join::Bevel);
        assert!(directions(PathSeg::Line(kurbo::Line::new((3.0, 1.0), (3.0, 1.0)))).is_none());
    }

    #[test]
    fn the_smallest_shapes_are_as_wide_as_their_stroke() {
        let check = |outline: &str, join: Join, expected: f64| {
            let (outline, mut stroke) = (path(outline), BezPath::new());
            assert!(is_wide(outline.elements(), 40.0));
            push_stroke(&mut stroke, outline.elements(), 40.0, Cap::Butt, join);
            let inside = (0..40_000_u32).filter(|k| {
                let at = Point::new(f64::from(k % 200) * 0.5 - 49.75, f64::from(k / 200) * 0.5 - 49.75);
                stroke.winding(at) != 0
            });
            let area = inside.count() as f64 * 0.25;
            assert!((area / expected - 1.0).abs() < 0.01, "{join:?}: {area}, not {expected}");
        };
        let square = "M-1e-5 -1e-5 L1e-5 -1e-5 L1e-5 1e-5 L-1e-5 1e-5 Z";
        check(square, Join::Miter, 1600.0);
        check(square, Join::Round, std::f64::consts::PI * 400.0);
    }

    #[test]
    fn pieces_run_round_as_kurbo_strokes_do() {
        let line = path("M0 0 L10 3");
        let kurbo = kurbo::stroke(line.iter(), &kurbo::Stroke::new(4.0), &Default::default(), 0.1);
        for cap in [Cap::Butt, Cap::Square, Cap::Round] {
            let mut ours = BezPath::new();
            push_stroke(&mut ours, line.elements(), 4.0, cap, Join::Miter);
            assert!(ours.area() * kurbo.area() > 0.0);
        }
    }

    #[test]
    fn corners_are_mitred_or_cut() {
        let check = |outline: &str, join: Join, expected: f64| {
            let mut ours = BezPath::new();
            push_stroke(&mut ours, path(outline).elements(), 40.0, Cap::Butt, join);
            let inside = (0..40_000_u32).filter(|k| {
                let at = Point::new(f64::from(k % 200) * 0.5 - 49.75, f64::from(k / 200) * 0.5 - 49.75);
                ours.winding(at) != 0
            });
            let area = inside.count() as f64 * 0.25;
            assert!((area / expected - 1.0).abs() < 0.01, "{outline} {join:?}: {area}, not {expected}");
        };
        // A square of 10 with 20 on every side; without its corners, a half of 20 x 20 is missing at each.
        check("M-5 -5 L5 -5 L5 5 L-5 5 Z", Join::Miter, 2500.0);
        check("M-5 -5 L5 -5 L5 5 L-5 5 Z", Join::Bevel, 2500.0 - 800.0);
    }

    #[test]
    fn what_does_not_turn_back_or_is_thin_is_left_to_kurbo() {
        let check = |outline: &str, width: f64, expected: bool| {
            assert_eq!(is_wide(path(outline).elements(), width), expected, "{outline} {width}");
        };
        check("M0 0 L10 0", 100.0, false);
        check("M0 0 L10 0 L10 10", 100.0, false);
        check("M0 0 L10 0 L10 10 Z", 100.0, true);
        check("M0 0 L10 0 L10 10 Z", 9.0, false);
        check("M0 0 L10 0 L10 10 L0 10 L0 5", 100.0, true);
        check("M0 0", 100.0, false);
    }
}
