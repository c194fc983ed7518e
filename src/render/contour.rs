//! The area that a pen covers along straight lines and curves.
//!
//! It is the union of a rectangle for each line of what is flattened, a wedge on the outer side of each joint, and the caps: all of them wound the same
//! way round, so that no part takes another away, however wide the pen is beside what it follows. Those pieces share edges, which cancel:
//! what is left is one contour along both sides. On the inner side of a joint it runs through the joint itself; where both lines are long enough it takes
//! the short way over the point where their edges cross, which leaves out a part that two rectangles cover. A place in such parts of several joints is
//! covered by one rectangle more than joints, except where it is in those of all joints of a closed path: so one of them always goes through.

use kurbo::{BezPath, CubicBez, ParamCurve, PathEl, PathSeg, Point, Rect, Vec2, segments};

use super::curves;
use super::outline::{FLATTEN_TOLERANCE_PX, MITER_LIMIT, subpaths};
use super::sight::meets;
use crate::frame::{Cap, Join};

/// Sine of the angle up to which an outline counts as smooth from one segment to the next: the error of curves that approximate arcs.
const SMOOTH: f64 = 0.02;

/// Where lines meet.
#[derive(Clone, Copy)]
struct Vertex {
    at: Point,
    /// In which directions, of length 1, the path comes and goes where it has a corner or an end; that of a line which stands for a part of a
    /// curve is another one. None within a curve, and between segments that go on in one direction.
    corner: Option<[Vec2; 2]>,
}

/// Makes contours; keeps its buffers.
#[derive(Default)]
pub(super) struct Contours {
    vertices: Vec<Vertex>,
    /// The side on which the contour comes back, from the start on.
    back: Vec<Point>,
}

/// A line of what is followed.
#[derive(Clone, Copy)]
struct Stretch {
    /// Its direction, of length 1.
    way: Vec2,
    length: f64,
}

impl Stretch {
    fn of(from: Point, to: Point) -> Self {
        let way = to - from;
        let length = way.hypot();
        Self { way: way / length, length }
    }
}

/// To the right of a direction, y pointing down.
fn right(way: Vec2) -> Vec2 {
    Vec2::new(-way.y, way.x)
}

impl Contours {
    /// Appends the stroke of a path as closed polygons; to be filled non-zero.
    /// Where `sight` says what is needed of it, arcs elsewhere are coarse.
    pub(super) fn push(
        &mut self,
        out: &mut BezPath,
        path: &BezPath,
        width: f64,
        (cap, join): (Cap, Join),
        sight: Option<Rect>,
    ) {
        let half = width * 0.5;
        let mut pen = Edge { out, back: &mut self.back, half, step: step(half), cap, join, sight };
        for subpath in subpaths(path.elements()) {
            let is_closed = collect(&mut self.vertices, subpath);
            match (self.vertices.as_slice(), is_closed) {
                ([] | [_], _) => {}
                (vertices, true) => pen.around(vertices),
                (vertices, false) => pen.along(vertices),
            }
        }
    }
}

/// The lines of a subpath, none of them without length, and whether the last vertex is joined to the first.
fn collect(vertices: &mut Vec<Vertex>, subpath: &[PathEl]) -> bool {
    vertices.clear();
    let mut first = None;
    let mut last: Option<Vec2> = None;
    for segment in segments(subpath.iter().copied()) {
        let Some([leaves, arrives]) = directions(segment) else { continue };
        match (last, vertices.last_mut()) {
            (Some(arrived), Some(vertex)) => vertex.corner = corner(arrived, leaves),
            (None, _) | (_, None) => {
                first = Some(leaves);
                vertices.push(Vertex { at: segment.start(), corner: Some([leaves; 2]) });
            }
        }
        curves::flatten_segment(segment, FLATTEN_TOLERANCE_PX, |at| {
            if vertices.last().is_none_or(|last| last.at != at) {
                vertices.push(Vertex { at, corner: None });
            }
        });
        last = Some(arrives);
    }
    let is_closed = matches!(subpath.last(), Some(PathEl::ClosePath));
    if let (Some(arrived), Some(leaves), Some(end)) = (last, first, vertices.last_mut()) {
        if is_closed {
            // It ends where it began.
            vertices.pop();
            if let Some(first) = vertices.first_mut() {
                first.corner = corner(arrived, leaves);
            }
        } else {
            end.corner = Some([arrived; 2]);
        }
    }
    is_closed
}

/// The directions at a corner; none where it is smooth.
fn corner(arrived: Vec2, leaves: Vec2) -> Option<[Vec2; 2]> {
    let is_smooth = arrived.dot(leaves) > 0.0 && arrived.cross(leaves).abs() <= SMOOTH;
    (!is_smooth).then_some([arrived, leaves])
}

/// The directions in which a segment leaves its start and arrives at its end, of length 1; none of one that stays where it is.
fn directions(segment: PathSeg) -> Option<[Vec2; 2]> {
    let CubicBez { p0, p1, p2, p3 } = segment.to_cubic();
    let [leaves, arrives] = match segment {
        PathSeg::Line(line) => [line.p1 - line.p0; 2],
        PathSeg::Quad(_) | PathSeg::Cubic(_) => {
            let leaves = [p1, p2, p3].into_iter().find(|p| *p != p0)? - p0;
            [leaves, p3 - [p2, p1, p0].into_iter().find(|p| *p != p3)?]
        }
    };
    (leaves != Vec2::ZERO).then(|| [leaves.normalize(), arrives.normalize()])
}

/// The contour while it is made.
struct Edge<'a> {
    out: &'a mut BezPath,
    back: &'a mut Vec<Point>,
    /// Half the width of the pen, and of arcs with that radius a step, in radians.
    half: f64,
    step: f64,
    cap: Cap,
    join: Join,
    sight: Option<Rect>,
}

impl Edge<'_> {
    fn along(&mut self, vertices: &[Vertex]) {
        let [first, second, ..] = *vertices else { return };
        let mut begun = Begun::No;
        let mut before = Stretch::of(first.at, second.at);
        let leaves = first.corner.map_or(before.way, |[_, leaves]| leaves);
        self.cap(&mut begun, first.at, -leaves);
        self.bend(&mut begun, first.at, [leaves, before.way], before);
        for pair in vertices.windows(2).skip(1) {
            let [at, to] = [pair[0], pair[1]];
            let after = Stretch::of(at.at, to.at);
            self.joint(&mut begun, at, [before, after], true);
            before = after;
        }
        let end = vertices[vertices.len() - 1];
        let arrived = end.corner.map_or(before.way, |[arrived, _]| arrived);
        self.bend(&mut begun, end.at, [before.way, arrived], before);
        self.cap(&mut begun, end.at, arrived);
        self.come_back();
        self.out.close_path();
    }

    fn around(&mut self, vertices: &[Vertex]) {
        let mut begun = Begun::No;
        let [.., last] = *vertices else { return };
        let mut before = Stretch::of(last.at, vertices[0].at);
        for (k, vertex) in vertices.iter().enumerate() {
            let to = vertices.get(k + 1).unwrap_or(&vertices[0]);
            let after = Stretch::of(vertex.at, to.at);
            self.joint(&mut begun, *vertex, [before, after], k > 0);
            before = after;
        }
        self.out.close_path();
        // The other side is a contour of its own.
        if let Some(point) = self.back.pop() {
            self.out.move_to(point);
            self.come_back();
            self.out.close_path();
        }
    }

    fn come_back(&mut self) {
        while let Some(point) = self.back.pop() {
            self.out.line_to(point);
        }
    }

    fn put(&mut self, begun: &mut Begun, point: Point) {
        match std::mem::replace(begun, Begun::Yes) {
            Begun::No => self.out.move_to(point),
            Begun::Yes => self.out.line_to(point),
        }
    }

    /// From the side that goes on to the one that comes back, around an end.
    fn cap(&mut self, begun: &mut Begun, at: Point, outward: Vec2) {
        let side = right(outward) * -self.half;
        let reach = outward * self.half;
        match self.cap {
            Cap::Butt => [at + side, at - side].into_iter().for_each(|point| self.put(begun, point)),
            Cap::Square => {
                [at + side + reach, at - side + reach].into_iter().for_each(|point| self.put(begun, point));
            }
            Cap::Round => {
                self.put(begun, at + side);
                self.arc(at, side, std::f64::consts::PI, 1.0, |edge, point| edge.put(begun, point));
                self.put(begun, at - side);
            }
        }
    }

    /// A joint, on the short way if it may.
    fn joint(&mut self, begun: &mut Begun, vertex: Vertex, [before, after]: [Stretch; 2], may_cross: bool) {
        let Vertex { at, corner } = vertex;
        let shorter = if may_cross { before.length.min(after.length) } else { 0.0 };
        let Some([arrived, leaves]) = corner else {
            self.turn(begun, at, [before.way, after.way], true, shorter);
            return;
        };
        let is_along = self.is_along(arrived, before) && self.is_along(leaves, after);
        self.bend(begun, at, [before.way, arrived], before);
        self.turn(begun, at, [arrived, leaves], false, if is_along { shorter } else { 0.0 });
        self.bend(begun, at, [leaves, after.way], after);
    }

    /// Whether a line may end across another direction than its own, that of the curve for whose part it stands: not where that would cross the pen's
    /// other end.
    fn is_along(&self, way: Vec2, stretch: Stretch) -> bool {
        way.dot(stretch.way) > 0.0 && self.half * way.cross(stretch.way).abs() <= stretch.length * 0.5
    }

    /// From the direction of a curve to that of a line that stands for it, or the other way round, where it takes a joint.
    fn bend(&mut self, begun: &mut Begun, at: Point, ways: [Vec2; 2], stretch: Stretch) {
        if !ways.into_iter().all(|way| self.is_along(way, stretch)) {
            self.turn(begun, at, ways, true, 0.0);
        }
    }

    /// Both sides of a turn from one direction to another. The inner side goes the short way where `shorter`, the length of the shorter line, is enough.
    fn turn(
        &mut self,
        begun: &mut Begun,
        at: Point,
        [arrived, leaves]: [Vec2; 2],
        is_smooth: bool,
        shorter: f64,
    ) {
        let (sine, cosine) = (arrived.cross(leaves), arrived.dot(leaves));
        if sine == 0.0 && cosine > 0.0 && shorter > 0.0 {
            return;
        }
        // Toward the side that the turn leaves behind: the left one where it turns right.
        let is_right = sine >= 0.0;
        let outside = if is_right { -self.half } else { self.half };
        let (from, to) = (right(arrived) * outside, right(leaves) * outside);
        // Of half the turn: the tangent, and the secant squared. Of half a turn, and so near to one that their digits would be lost, they are
        // infinite, or no number.
        let open = if cosine > -1.0 + 1e-6 { 1.0 + cosine } else { 0.0 };
        let (tangent, secant) = (sine.abs() / open, 2.0 / open);
        let tip = (from + to) / open;
        // All that is left out is within both rectangles.
        let crosses = shorter > 0.0 && self.half * sine.abs() <= shorter && self.half * tangent <= shorter;
        self.inside(is_right, at, [from, to], crosses.then_some(tip), begun);
        let stands_out = self.half * (secant.sqrt() - 1.0);
        let is_pointed = match self.join {
            _ if is_smooth => stands_out <= FLATTEN_TOLERANCE_PX,
            Join::Miter => secant <= MITER_LIMIT * MITER_LIMIT,
            Join::Round | Join::Bevel => false,
        };
        if is_pointed {
            self.outside(is_right, at + tip, begun);
            return;
        }
        self.outside(is_right, at + from, begun);
        if is_smooth || self.join == Join::Round {
            let sign = if is_right { 1.0 } else { -1.0 };
            let turn = libm::atan2(sine.abs(), cosine);
            self.arc(at, from, turn, sign, |edge, point| edge.outside(is_right, point, begun));
        }
        self.outside(is_right, at + to, begun);
    }

    /// The points of an arc between its ends, from a radius on by an angle: to the right with a `sign` of 1, to the left with -1.
    fn arc(&mut self, at: Point, first: Vec2, turn: f64, sign: f64, mut put: impl FnMut(&mut Self, Point)) {
        let turned = |radius: Vec2, [sine, cosine]: [f64; 2]| radius * cosine + right(radius) * (sine * sign);
        let shares = |count: f64| {
            let (sine, cosine) = libm::sincos(turn / count);
            [sine, cosine]
        };
        let Some(sight) = self.sight else {
            let steps = (turn / self.step).ceil().max(1.0);
            let share = shares(steps);
            let mut radius = first;
            for _ in 1..steps as u32 {
                radius = turned(radius, share);
                put(self, at + radius);
            }
            return;
        };
        // Stretches of a quarter of a turn at most, each in finer steps only where it may be seen.
        let parts = (turn / std::f64::consts::FRAC_PI_2).ceil().max(1.0);
        let share = shares(parts);
        let mut from = first;
        for part in 1..=parts as u32 {
            let to = turned(from, share);
            self.halve(at, [from, to], sight, &mut put);
            if f64::from(part) < parts {
                put(self, at + to);
            }
            from = to;
        }
    }

    /// What is between two points of an arc that are less than half a turn apart.
    fn halve(
        &mut self,
        at: Point,
        [from, to]: [Vec2; 2],
        sight: Rect,
        put: &mut impl FnMut(&mut Self, Point),
    ) {
        let square = self.half * self.half;
        let cosine = from.dot(to) / square;
        let inside = self.half * (1.0 - ((1.0 + cosine) * 0.5).max(0.0).sqrt());
        let tip = at + (from + to) / (1.0 + cosine);
        let hull = Rect::from_points(at + from, at + to).union_pt(tip);
        // Where numbers end, halves are no shorter.
        if meets(hull, sight) && inside > FLATTEN_TOLERANCE_PX.max(self.half * 1e-12) {
            let middle = (from + to).normalize() * self.half;
            self.halve(at, [from, middle], sight, put);
            put(self, at + middle);
            self.halve(at, [middle, to], sight, put);
        }
    }

    fn outside(&mut self, is_right: bool, point: Point, begun: &mut Begun) {
        if is_right { self.put(begun, point) } else { self.back.push(point) }
    }

    /// The inner side: over where the edges cross, or through the joint.
    fn inside(
        &mut self,
        is_right: bool,
        at: Point,
        [from, to]: [Vec2; 2],
        tip: Option<Vec2>,
        begun: &mut Begun,
    ) {
        match tip {
            Some(tip) => self.outside(!is_right, at - tip, begun),
            None => {
                for point in [at - from, at, at - to] {
                    self.outside(!is_right, point, begun);
                }
            }
        }
    }
}

/// Whether a contour has a point.
#[derive(Clone, Copy)]
enum Begun {
    No,
    Yes,
}

/// The angle of a step along an arc, in radians, so that no chord is further inside than a flattened curve may be.
fn step(radius: f64) -> f64 {
    // Of pens that are wider than any canvas some thousand steps are enough.
    2.0 * libm::acos((1.0 - FLATTEN_TOLERANCE_PX / radius).clamp(0.0, 1.0)).max(1e-3)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
mod tests {
    use kurbo::{Affine, CubicBez, ParamCurveNearest, Shape as _, flatten};

    use super::*;

    fn path(text: &str) -> BezPath {
        BezPath::from_svg(text).unwrap()
    }

    fn stroke(outline: &BezPath, width: f64, cap: Cap, join: Join) -> BezPath {
        let mut stroke = BezPath::new();
        Contours::default().push(&mut stroke, outline, width, (cap, join), None);
        stroke
    }

    /// Whether points of a grid of 200 x 200 are covered as they are close enough to the outline.
    #[track_caller]
    fn check(outline: &BezPath, width: f64, off: f64) {
        let stroke = stroke(outline, width, Cap::Round, Join::Round);
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
            assert!(winding >= 0, "all pieces run the same way round: {outline:?} {width} {at}");
            if (nearest - width * 0.5).abs() > off {
                assert_eq!(
                    winding > 0,
                    nearest < width * 0.5,
                    "{outline:?} {width} at {at}: {nearest} {winding}"
                );
            }
        }
    }

    #[test]
    fn round_strokes_cover_what_is_within_half_their_width() {
        let ellipse = kurbo::Ellipse::new((0.0, 0.0), (10.0, 9.0), 0.3).to_path(1e-3);
        let tall = kurbo::Ellipse::new((3.0, 0.0), (2.0, 18.0), 0.0).to_path(1e-3);
        let arc = kurbo::Arc::new((0.0, 0.0), (12.0, 12.0), 0.2, 4.5, 0.0).to_path(1e-3);
        for outline in [
            ellipse,
            tall,
            arc,
            path("M-10 -8 L9 -7 L0 12 Z"),
            path("M-10 -8 L9 -7 L0 12 L-4 -9 L3 -2"),
            path("M0 0 C30 0 30 20 0 20 C-20 20 -10 -4 0 -4"),
            // There and back, to a point, and over its own beginning.
            path("M-30 0 L30 0 L-10 0"),
            path("M-30 5 L30 0 Z"),
            path("M-40 -40 C60 60 60 -60 -40 40"),
            path("M-60 0 C90 0 -90 0 60 0"),
            path("M-9 -3 Q0 80 9 -3 Q0 -80 -9 -3 Z M50 50 L60 60"),
            // It begins within a side.
            path("M0 -8 L9 -8 L0 12 L-9 -8 Z"),
        ] {
            for width in [0.5, 3.0, 14.0, 33.0, 60.0, 90.0] {
                check(&outline, width, 0.1);
                check(&(Affine::FLIP_X * &outline), width, 0.1);
            }
        }
    }

    #[test]
    fn so_do_those_of_any_curves() {
        let mut next = curves::tests::noise(3);
        for k in 0..120_u32 {
            let size = [6.0, 40.0, 160.0][k as usize % 3];
            let mut point = || Point::new((next() - 0.5) * size, (next() - 0.5) * size);
            let mut outline = BezPath::new();
            outline.move_to(point());
            for step in 0..2 + k % 4 {
                match (k / 3 + step) % 4 {
                    0 => outline.quad_to(point(), point()),
                    1 => outline.curve_to(point(), point(), point()),
                    _ => outline.line_to(point()),
                }
            }
            if k % 5 < 2 {
                outline.close_path();
            }
            check(&outline, [1.0, 9.0, 50.0][k as usize / 3 % 3], 0.1);
        }
    }

    #[test]
    fn curves_that_meet_at_an_angle_have_a_corner() {
        let check = |text: &str, expected: bool| {
            let segments: Vec<PathSeg> = segments(path(text)).collect();
            let [arrived, leaves] =
                [directions(segments[0]).unwrap()[1], directions(segments[1]).unwrap()[0]];
            assert_eq!(corner(arrived, leaves).is_none(), expected, "{text}");
        };
        // Both run along (5, 2).
        check("M0 0 Q5 0 10 2 Q15 4 20 6", true);
        // 0.38 radians apart.
        check("M0 0 Q5 0 10 2 Q15 2 20 6", false);
        check("M0 0 L10 0 L20 3", false);
        check("M0 0 L10 0 L5 0", false);
        assert!(directions(PathSeg::Line(kurbo::Line::new((3.0, 1.0), (3.0, 1.0)))).is_none());
        let still = Point::new(3.0, 1.0);
        assert!(directions(PathSeg::Cubic(CubicBez::new(still, still, still, still))).is_none());
    }

    /// What is in sight is the same, whatever else is coarse, and of a pen that is wider than all canvases there is little.
    #[test]
    fn what_is_not_in_sight_is_coarse() {
        let sight = Rect::new(-20.0, -20.0, 20.0, 20.0);
        for (text, width) in [
            ("M-10 0 L30 10 L-12 3", 40.0),
            ("M-400 0 L-300 10", 640.0),
            ("M0 7000 L300 9000 L-400 9000", 14_000.0),
            ("M-1e6 -1e6 L-1e5 -9e5 L2e6 -1e6", 1.4e6),
        ] {
            let [mut whole, mut seen] = [BezPath::new(), BezPath::new()];
            for (out, sight) in [(&mut whole, None), (&mut seen, Some(sight))] {
                Contours::default().push(out, &path(text), width, (Cap::Round, Join::Round), sight);
            }
            for k in 0..400_u32 {
                let at = Point::new(f64::from(k % 20) * 2.0 - 19.0, f64::from(k / 20) * 2.0 - 19.0);
                let near = |path: &BezPath| {
                    let sides = path.segments().map(|side| side.nearest(at, 1e-6).distance_sq);
                    sides.fold(f64::INFINITY, f64::min) < 0.01 + width * width * 1e-12
                };
                if !near(&whole) {
                    assert_eq!(whole.winding(at) > 0, seen.winding(at) > 0, "{text} {width} {at}");
                }
            }
            assert!(seen.elements().len() < 150, "{text}: {}", seen.elements().len());
        }
    }

    #[test]
    fn caps_stand_across_the_curve() {
        let arc = path("M0 -20 C11.05 -20 20 -11.05 20 0");
        let stroke = stroke(&arc, 8.0, Cap::Butt, Join::Miter);
        let (left, low) = stroke
            .elements()
            .iter()
            .filter_map(PathEl::end_point)
            .fold((9e9_f64, -9e9_f64), |(left, low), point| (left.min(point.x), low.max(point.y)));
        assert_eq!([left, low], [0.0; 2]);
    }

    #[test]
    fn areas() {
        let check = |outline: &str, cap: Cap, join: Join, expected: f64| {
            let stroke = stroke(&path(outline), 40.0, cap, join);
            let inside = (0..40_000_u32).filter(|k| {
                let at = Point::new(f64::from(k % 200) * 0.5 - 49.75, f64::from(k / 200) * 0.5 - 49.75);
                stroke.winding(at) != 0
            });
            let area = inside.count() as f64 * 0.25;
            assert!(
                (area / expected - 1.0).abs() < 0.01,
                "{outline} {cap:?} {join:?}: {area}, not {expected}"
            );
        };
        use std::f64::consts::PI;
        // The smallest shapes are as wide as their stroke.
        let square = "M-1e-5 -1e-5 L1e-5 -1e-5 L1e-5 1e-5 L-1e-5 1e-5 Z";
        check(square, Cap::Butt, Join::Miter, 1600.0);
        check(square, Cap::Butt, Join::Round, PI * 400.0);
        // A square of 10 with 20 on every side; without its corners, a half of 20 x 20 is missing at each.
        check("M28 1e-15 L-28 0 L0 -1e-15", Cap::Round, Join::Round, 2240.0 + PI * 400.0);
        check("M28 0 L-28 0 L0 0", Cap::Round, Join::Round, 2240.0 + PI * 400.0);
        let square = "M-5 -5 L5 -5 L5 5 L-5 5 Z";
        check(square, Cap::Butt, Join::Miter, 2500.0);
        check(square, Cap::Butt, Join::Bevel, 2500.0 - 800.0);
        check(square, Cap::Butt, Join::Round, 2500.0 - 1600.0 + PI * 400.0);
        let line = "M-10 0 L10 0";
        check(line, Cap::Butt, Join::Miter, 800.0);
        check(line, Cap::Square, Join::Miter, 2400.0);
        check(line, Cap::Round, Join::Miter, 800.0 + PI * 400.0);
        // A corner whose tip would be 4.1 halves long is cut, and one of 3.9 is not: at half of the angle between the lines.
        for (ratio, join, is_cut) in
            [(4.1, Join::Miter, true), (3.9, Join::Miter, false), (3.9, Join::Bevel, true)]
        {
            let half = libm::asin(1.0 / ratio);
            let (x, y) = (60.0 * libm::cos(half), 60.0 * libm::sin(half));
            let outline = BezPath::from_svg(&format!("M{x} {y} L0 0 L{x} {}", -y)).unwrap();
            let stroke = stroke(&outline, 8.0, Cap::Butt, join);
            assert_eq!(stroke.winding(Point::new(-4.0 * 3.8, 0.0)) == 0, is_cut, "{ratio} {join:?}");
            assert!(stroke.winding(Point::new(-0.9, 0.0)) > 0);
        }
    }

    #[test]
    fn a_smooth_contour_has_a_point_for_each_of_what_it_follows() {
        let circle = kurbo::Circle::new((0.0, 0.0), 100.0).to_path(1e-3);
        let (mut flat, mut points) = (0, 0);
        curves::flatten(&circle, FLATTEN_TOLERANCE_PX, |_| flat += 1);
        for element in stroke(&circle, 20.0, Cap::Butt, Join::Miter) {
            points += usize::from(matches!(element, PathEl::LineTo(_)));
        }
        assert!(points <= 2 * flat, "{points} for {flat}");
        // One that is wider than what it follows is round all the same.
        let dot = kurbo::Circle::new((0.0, 0.0), 1.0).to_path(1e-3);
        check(&dot, 100.0, 0.05);
    }
}
