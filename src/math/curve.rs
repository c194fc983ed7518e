//! Points and directions along a path by arc length, from a table that is made once.
//!
//! A path is lines and Bezier curves. Its drawn length is cut into [`INTERVALS`] of equal length; between the ends of
//! an interval places and directions are interpolated linearly. So a place costs one look-up, whatever the path.

use super::{Real, arith};

/// Into how many equally long intervals a path is cut.
pub const INTERVALS: usize = 1024;
/// About this many chords measure the curves of a path: one that turns three times round loses a millionth of its length.
const CHORDS: f64 = 4096.0;
/// A curve is measured with at least this many chords.
const CHORDS_MIN: f64 = 4.0;
/// A jump of the direction by more turns than this is a corner; a smaller one is taken for part of a curve.
const CORNER_TURNS: f64 = 0.01;

type Point = [f64; 2];

/// A line or a Bezier curve: its points from start to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// A straight line.
    Line([Point; 2]),
    /// A quadratic curve.
    Quad([Point; 3]),
    /// A cubic curve.
    Cubic([Point; 4]),
}

fn weighted<const N: usize>(points: [Point; N], weights: [f64; N]) -> Point {
    [0, 1].map(|axis| points.iter().zip(weights).map(|(point, weight)| point[axis] * weight).sum())
}

fn between(from: Point, to: Point) -> Point {
    [to[0] - from[0], to[1] - from[1]]
}

fn length([x, y]: Point) -> f64 {
    (x * x + y * y).sqrt()
}

fn turns([x, y]: Point) -> f64 {
    Real::atan2(y, x) / std::f64::consts::TAU
}

impl Segment {
    fn points(&self) -> &[Point] {
        match self {
            Self::Line(points) => points,
            Self::Quad(points) => points,
            Self::Cubic(points) => points,
        }
    }

    /// Length of the control polygon: no less than the segment's.
    fn polygon(&self) -> f64 {
        self.points().windows(2).map(|pair| length(between(pair[0], pair[1]))).sum()
    }

    /// The point at `t`, 0 to 1; exact at both ends.
    pub(crate) fn point(&self, t: f64) -> Point {
        let s = 1.0 - t;
        match *self {
            Self::Line(points) => weighted(points, [s, t]),
            Self::Quad(points) => weighted(points, [s * s, 2.0 * s * t, t * t]),
            Self::Cubic(points) => weighted(points, [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t]),
        }
    }

    /// The derivative at `t` but for a factor.
    fn derivative(&self, t: f64) -> Point {
        let s = 1.0 - t;
        match *self {
            Self::Line([a, b]) => between(a, b),
            Self::Quad([a, b, c]) => weighted([between(a, b), between(b, c)], [s, t]),
            Self::Cubic([a, b, c, d]) => {
                weighted([between(a, b), between(b, c), between(c, d)], [s * s, 2.0 * s * t, t * t])
            }
        }
    }
}

/// A point of a path and the direction there in turns.
#[derive(Clone, Copy)]
struct Place {
    point: Point,
    turns: f64,
}

/// A run without a break.
#[derive(Clone, Copy)]
struct Stretch {
    length: f64,
    from: Place,
    to: Place,
}

/// The stretches of one interval, of which the longest stands for it: interpolating across a break would invent
/// points that lie on no part of the path.
#[derive(Default)]
struct Longest {
    best: Option<Stretch>,
    current: Option<Stretch>,
}

impl Longest {
    fn add(&mut self, run: Stretch, is_break: bool) {
        match &mut self.current {
            Some(current) if !is_break => {
                current.length += run.length;
                current.to = run.to;
            }
            _ => {
                self.close();
                self.current = Some(run);
            }
        }
    }

    fn close(&mut self) {
        if let Some(current) = self.current.take()
            && self.best.is_none_or(|best| current.length > best.length)
        {
            self.best = Some(current);
        }
    }

    fn take(&mut self) -> Option<Stretch> {
        self.close();
        self.best.take()
    }
}

/// An interval: places at its start and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval<R> {
    /// x at the start and at the end.
    pub x: [R; 2],
    /// y at the start and at the end.
    pub y: [R; 2],
    /// Directions just after the start and just before the end, in turns, less than a turn apart.
    pub turns: [R; 2],
}

/// Places along a path, by the share of its drawn length.
///
/// Corners and jumps between subpaths move a place by at most 1/1024 of the path's length, measured along the path; along
/// lines places are exact, along a circle within a millionth of its length, along curves in general the better the less
/// they turn within an interval. Directions are those of the path as near as that: at a corner they change at the nearest
/// end of an interval, at a cusp inside a curve within one interval. Of subpaths shorter than an interval some may be
/// passed over.
#[derive(Clone, Debug, PartialEq)]
pub struct ArcTable<R>(Box<[Interval<R>; INTERVALS]>);

impl<R: Real> ArcTable<R> {
    /// What there is without a path: the origin, and direction 0.
    pub fn empty() -> Self {
        let zero = [R::of(0.0); 2];
        Self(Box::new([Interval { x: zero, y: zero, turns: zero }; INTERVALS]))
    }

    /// x, y and direction at a share of the length, which is limited to `0..=1`. The direction is in turns,
    /// `-0.5..=0.5`, 0 along +x and growing toward +y. NaN gives NaN.
    #[inline(always)]
    pub fn at(&self, share: R) -> [R; 3] {
        let (interval, t) = Self::interval(share);
        Self::between(self.ends(interval), t)
    }

    /// The interval that a share of the length lies in, and how far along it is, from 0 to 1.
    #[inline(always)]
    pub fn interval(share: R) -> (u32, R) {
        let scaled = arith::clamp01(share) * R::of(INTERVALS as f64);
        let interval = scaled.to_u32().min(INTERVALS as u32 - 1);
        (interval, scaled - R::from_u32(interval))
    }

    /// x, y and direction at both ends of an interval: two of each.
    #[inline(always)]
    pub fn ends(&self, interval: u32) -> [R; 6] {
        let Interval { x, y, turns } = self.0[interval as usize % INTERVALS];
        [x[0], x[1], y[0], y[1], turns[0], turns[1]]
    }

    /// What lies between both ends.
    #[inline(always)]
    pub fn between([x0, x1, y0, y1, turns0, turns1]: [R; 6], t: R) -> [R; 3] {
        let turns = arith::mix(turns0, turns1, t);
        [arith::mix(x0, x1, t), arith::mix(y0, y1, t), turns.fract_signed()]
    }
}

impl ArcTable<f64> {
    /// Measures a path. Segments that do not begin where the one before ends begin a new subpath; what lies between
    /// is not drawn and has no length. Of a path without length every place is its first point, in direction 0.
    pub fn new(segments: &[Segment]) -> Self {
        let polygons: f64 = segments.iter().map(Segment::polygon).sum();
        let pieces = |segment: &Segment| match segment {
            Segment::Line(_) => 1,
            _ => Real::ceil(CHORDS * segment.polygon() / polygons).clamp(CHORDS_MIN, CHORDS) as u32,
        };
        let mut total = 0.0;
        each_piece(segments, pieces, |piece| total += piece.length);
        // Nothing to cut, or too large to be measured.
        if !(total > 0.0 && total.is_finite()) {
            let first = segments.first().map_or([0.0; 2], |segment| segment.point(0.0));
            let [x, y] = first.map(|value| [value; 2]);
            #[expect(clippy::large_stack_arrays, reason = "once, at load, on its way to the heap")]
            return Self(Box::new([Interval { x, y, turns: [0.0; 2] }; INTERVALS]));
        }
        let mut table = Self::empty();
        let mut filled = 0;
        let (mut points, mut directions) = (Longest::default(), Longest::default());
        let mut finish = |points: &mut Longest, directions: &mut Longest| {
            if let (Some(points), Some(directions)) = (points.take(), directions.take()) {
                let (from, to) = (directions.from.turns, directions.to.turns);
                table.0[filled] = Interval {
                    x: [points.from.point[0], points.to.point[0]],
                    y: [points.from.point[1], points.to.point[1]],
                    turns: [from, from + (to - from).fract_signed()],
                };
                filled += 1;
            }
        };
        let step = total / INTERVALS as f64;
        let (mut interval, mut at) = (1, 0.0);
        let mut heading = 0.0;
        each_piece(segments, pieces, |piece| {
            let start = at;
            let end = start + piece.length;
            loop {
                // The last interval takes what rounding leaves over.
                let full = if interval < INTERVALS { step * interval as f64 } else { f64::INFINITY };
                let to = end.min(full);
                if to > at {
                    let share = |at: f64| ((at - start) / piece.length).min(1.0);
                    let run =
                        Stretch { length: to - at, from: piece.place(share(at)), to: piece.place(share(to)) };
                    let gap = at == start && piece.after_gap;
                    let turned = (run.from.turns - heading).fract_signed();
                    points.add(run, gap);
                    directions.add(run, gap || turned.abs() > CORNER_TURNS);
                    heading = run.to.turns;
                    at = to;
                }
                if end < full {
                    break;
                }
                finish(&mut points, &mut directions);
                interval += 1;
            }
            at = end;
        });
        finish(&mut points, &mut directions);
        // Rounding may leave the last interval without a run; then it stands where the one before does.
        if filled > 0 {
            table.0.copy_within(filled - 1..filled, INTERVALS - 1);
        }
        table
    }

    /// The same table for lanes.
    pub fn narrow(&self) -> ArcTable<f32> {
        let narrow = |pair: [f64; 2]| pair.map(|value| value as f32);
        let mut table = ArcTable::empty();
        for (lanes, wide) in table.0.iter_mut().zip(self.0.iter()) {
            *lanes = Interval { x: narrow(wide.x), y: narrow(wide.y), turns: narrow(wide.turns) };
        }
        table
    }
}

/// A part of a segment that is short enough to be measured by its chord.
struct Piece<'a> {
    segment: &'a Segment,
    t: [f64; 2],
    chord: Point,
    length: f64,
    /// Whether it does not begin where the one before ends.
    after_gap: bool,
}

impl Piece<'_> {
    fn place(&self, share: f64) -> Place {
        let t = arith::mix(self.t[0], self.t[1], share);
        let derivative = self.segment.derivative(t);
        // Where control points meet the curve stands still, though it has a direction.
        let direction = if derivative == [0.0; 2] { self.chord } else { derivative };
        Place { point: self.segment.point(t), turns: turns(direction) }
    }
}

/// Every piece that has a length, in order.
fn each_piece(segments: &[Segment], pieces: impl Fn(&Segment) -> u32, mut f: impl FnMut(&Piece<'_>)) {
    let mut pen: Option<Point> = None;
    for segment in segments {
        let count = pieces(segment);
        let mut from = (0.0, segment.point(0.0));
        for k in 1..=count {
            let t = f64::from(k) / f64::from(count);
            let to = (t, segment.point(t));
            let chord = between(from.1, to.1);
            let length = length(chord);
            if length > 0.0 {
                let after_gap = pen.is_some_and(|pen| pen != from.1);
                f(&Piece { segment, t: [from.0, to.0], chord, length, after_gap });
                pen = Some(to.1);
            }
            from = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [Segment; 4] = [
        Segment::Line([[0.0, 0.0], [1.0, 0.0]]),
        Segment::Line([[1.0, 0.0], [1.0, 1.0]]),
        Segment::Line([[1.0, 1.0], [0.0, 1.0]]),
        Segment::Line([[0.0, 1.0], [0.0, 0.0]]),
    ];

    #[track_caller]
    fn assert_near(found: [f64; 3], expected: [f64; 3], tolerance: f64) {
        let turned = (found[2] - expected[2]).fract_signed().abs();
        let off = length(between([found[0], found[1]], [expected[0], expected[1]]));
        assert!(off <= tolerance && turned <= tolerance, "{found:?}, not {expected:?}");
    }

    #[test]
    fn lines_are_exact() {
        let table = ArcTable::new(&SQUARE);
        let check = |share: f64, expected: [f64; 3]| assert_near(table.at(share), expected, 1e-12);
        check(0.0, [0.0, 0.0, 0.0]);
        check(0.125, [0.5, 0.0, 0.0]);
        // At a corner the direction is that of what comes.
        check(0.25, [1.0, 0.0, 0.25]);
        check(0.3, [1.0, 0.2, 0.25]);
        check(0.6, [0.6, 1.0, 0.5]);
        check(0.999, [0.0, 0.004, -0.25]);
        // Limited, not wrapped.
        check(1.0, [0.0, 0.0, -0.25]);
        check(7.0, [0.0, 0.0, -0.25]);
        check(-0.1, [0.0, 0.0, 0.0]);
        check(f64::INFINITY, [0.0, 0.0, -0.25]);
        assert!(table.at(f64::NAN).iter().all(|value| value.is_nan()));
        assert!(table.narrow().at(f32::NAN).iter().all(|value| value.is_nan()));
        assert_eq!(table.narrow().at(0.125), [0.5, 0.0, 0.0]);
    }

    #[test]
    fn a_jump_has_no_length_and_nothing_lies_in_it() {
        // Two thirds of the length are drawn on the left, one third far away.
        let segments = [Segment::Line([[0.0, 0.0], [0.0, 2.0]]), Segment::Line([[9.0, 5.0], [10.0, 5.0]])];
        let table = ArcTable::new(&segments);
        let mut before = 0.0;
        for k in 0..=30_000 {
            let share = f64::from(k) / 30_000.0;
            let [x, y, turns] = table.at(share);
            let along = if x == 0.0 { y } else { 2.0 + x - 9.0 };
            assert!(x == 0.0 && turns == 0.25 || (9.0..=10.0).contains(&x) && y == 5.0 && turns == 0.0);
            assert!((along - share * 3.0).abs() <= 3.0 / INTERVALS as f64, "{along} at {share}");
            assert!(along >= before);
            before = along;
        }
    }

    #[test]
    fn what_has_no_length() {
        let point = [0.3, 0.2];
        let still = [Segment::Line([point; 2]), Segment::Cubic([point; 4])];
        assert_eq!(ArcTable::new(&[]), ArcTable::empty());
        for share in [-1.0, 0.0, 0.5, 1.0] {
            assert_eq!(ArcTable::new(&still).at(share), [0.3, 0.2, 0.0], "{share}");
        }
        assert_eq!(ArcTable::<f64>::empty().at(0.5), [0.0; 3]);
        // A curve that stands still at both ends has directions there.
        let slow = Segment::Cubic([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]);
        for share in [0.0, 1e-4, 0.5, 1.0] {
            assert_near(ArcTable::new(&[slow]).at(share), [share, share, 0.125], 1e-5);
        }
        // Numbers at the ends of their range are measured or left, never a panic.
        let most = f64::from(f32::MAX);
        for far in [most, -most, 1e-45, f64::MAX] {
            ArcTable::new(&[Segment::Quad([[far, 0.0], [0.0, -far], [far, far]])]).narrow().at(0.7);
        }
        // More subpaths than intervals.
        let dots: Vec<Segment> =
            (0..5000).map(|k| Segment::Line([[f64::from(k), 0.0], [f64::from(k) + 0.5, 0.0]])).collect();
        let [x, y, turns] = ArcTable::new(&dots).at(0.5);
        assert!((x - 2500.0).abs() < 5.0 && y == 0.0 && turns == 0.0);
    }

    #[test]
    fn a_circle_to_a_millionth() {
        // The usual four cubics, which are off by 2.7e-4 of the radius themselves: a finer circle of 64.
        let step = std::f64::consts::TAU / 64.0;
        let handle = 4.0 / 3.0 * libm::tan(step / 4.0);
        let on = |k: f64| [libm::cos(k * step), libm::sin(k * step)];
        let arc = |k: u32| {
            let (from, to) = (on(f64::from(k)), on(f64::from(k + 1)));
            let out = [from[0] - handle * from[1], from[1] + handle * from[0]];
            let back = [to[0] + handle * to[1], to[1] - handle * to[0]];
            Segment::Cubic([from, out, back, to])
        };
        let arcs: Vec<Segment> = (0..64).map(arc).collect();
        let table = ArcTable::new(&arcs);
        for k in 0..5000 {
            let share = f64::from(k) / 5000.0;
            let [x, y] = on(share * 64.0);
            assert_near(table.at(share), [x, y, share + 0.25], 6.3e-6);
            let [x, y, turns] = table.narrow().at(share as f32);
            assert_near([x, y, turns].map(f64::from), table.at(share), 1e-6);
        }
    }

    /// Against the geometry library that pictures are made with.
    #[cfg(feature = "render")]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
    fn curves_are_measured_as_kurbo_does() {
        use kurbo::{ParamCurve, ParamCurveArclen, ParamCurveDeriv};

        let mut seed = 1_u32;
        let mut number = || {
            seed = crate::math::hash::hash(seed);
            crate::math::hash::unit_float::<f64>(seed) - 0.5
        };
        for round in 0..60 {
            let mut pen = [number(), number()];
            let mut segments = Vec::new();
            for k in 0..1 + round % 7 {
                let mut next = || [number(), number()];
                let segment = match (k + round) % 3 {
                    0 => Segment::Line([pen, next()]),
                    1 => Segment::Quad([pen, next(), next()]),
                    _ => Segment::Cubic([pen, next(), next(), next()]),
                };
                pen = *segment.points().last().expect("a segment has points");
                segments.push(segment);
            }
            let point = |[x, y]: Point| kurbo::Point::new(x, y);
            let oracle: Vec<kurbo::PathSeg> = segments
                .iter()
                .map(|segment| match segment.points() {
                    &[a, b] => kurbo::Line::new(point(a), point(b)).into(),
                    &[a, b, c] => kurbo::QuadBez::new(point(a), point(b), point(c)).into(),
                    p => kurbo::CubicBez::new(point(p[0]), point(p[1]), point(p[2]), point(p[3])).into(),
                })
                .collect();
            let lengths: Vec<f64> = oracle.iter().map(|segment| segment.arclen(1e-9)).collect();
            let total: f64 = lengths.iter().sum();
            let table = ArcTable::new(&segments);
            let mut close = 0;
            for k in 0..500 {
                let share = (f64::from(k) + 0.5) / 500.0;
                let (mut rest, mut at) = (share * total, 0);
                while rest > lengths[at] && at + 1 < lengths.len() {
                    rest -= lengths[at];
                    at += 1;
                }
                let t = oracle[at].inv_arclen(rest, 1e-9);
                let expected = oracle[at].eval(t);
                let heading = match oracle[at] {
                    kurbo::PathSeg::Line(line) => line.p1 - line.p0,
                    kurbo::PathSeg::Quad(quad) => quad.deriv().eval(t).to_vec2(),
                    kurbo::PathSeg::Cubic(cubic) => cubic.deriv().eval(t).to_vec2(),
                };
                let [x, y, turns] = table.at(share);
                let off = expected.distance(kurbo::Point::new(x, y)) / total;
                let turned =
                    (turns - libm::atan2(heading.y, heading.x) / std::f64::consts::TAU).fract_signed();
                assert!(off <= 0.5 / INTERVALS as f64, "round {round}, {share}: {off}");
                close += u32::from(off <= 1e-5 && turned.abs() <= 1e-3);
            }
            // All but what lies beside corners and sharp bends.
            assert!(close >= 480, "round {round}: {close} of 500");
        }
    }
}
