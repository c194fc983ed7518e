//! Curves: as straight lines, how long they are, in dashes, and those that are arcs.
//!
//! A picture is to be the same on every machine. So nothing here asks the platform for a sine, a logarithm or a root other than a
//! square one, whose last bits differ from one C library to the next; the functions of the same names in `kurbo` do, as soon as
//! anything in the build has its feature `std`, and are not used.

use std::f64::consts::FRAC_PI_2;

use kurbo::{BezPath, ParamCurve, PathEl, PathSeg, Point, Vec2, segments};

use super::outline::{Pattern, subpaths};
use super::sight::join_ends;

/// Accuracy of lengths, in pixels.
const LENGTH_PX: f64 = 1e-4;
/// Into how many lines a curve is cut at most; one that fits a pass is cut into a few hundred.
const LINES_MAX: f64 = 16_384.0;

/// A path of straight lines that are no further than `tolerance` from it.
pub(super) fn flatten(path: impl IntoIterator<Item = PathEl>, tolerance: f64, mut push: impl FnMut(PathEl)) {
    let (mut start, mut last) = (Point::ORIGIN, Point::ORIGIN);
    for element in path {
        match element {
            PathEl::MoveTo(point) => {
                start = point;
                push(element);
            }
            PathEl::LineTo(_) | PathEl::ClosePath => push(element),
            PathEl::QuadTo(a, b) => {
                flatten_quad([last, a, b], tolerance, |point| push(PathEl::LineTo(point)));
            }
            PathEl::CurveTo(a, b, c) => {
                flatten_cubic([last, a, b, c], tolerance, |point| push(PathEl::LineTo(point)));
            }
        }
        last = element.end_point().unwrap_or(start);
    }
}

/// The ends of the lines that stand for a segment, without its start.
pub(super) fn flatten_segment(segment: PathSeg, tolerance: f64, mut push: impl FnMut(Point)) {
    match segment {
        PathSeg::Line(line) => push(line.p1),
        PathSeg::Quad(quad) => flatten_quad([quad.p0, quad.p1, quad.p2], tolerance, push),
        PathSeg::Cubic(cubic) => flatten_cubic([cubic.p0, cubic.p1, cubic.p2, cubic.p3], tolerance, push),
    }
}

/// How many steps of equal length in `t` keep within `tolerance`: of a curve of degree `n`, by Wang's formula, `n (n - 1) / 8` times the longest
/// second difference of its points, over the tolerance, is the square of that.
fn steps(bend: f64, tolerance: f64) -> u32 {
    let steps = (bend / tolerance).sqrt().ceil();
    // What is no number is one step.
    if steps >= 1.0 { steps.min(LINES_MAX) as u32 } else { 1 }
}

fn flatten_quad([a, b, c]: [Point; 3], tolerance: f64, mut push: impl FnMut(Point)) {
    let (first, second) = ((b - a) * 2.0, (a - b) + (c - b));
    let steps = steps(second.hypot() * 0.25, tolerance);
    for k in 1..steps {
        let t = f64::from(k) / f64::from(steps);
        push(a + (first + second * t) * t);
    }
    push(c);
}

pub(super) fn flatten_cubic([a, b, c, d]: [Point; 4], tolerance: f64, mut push: impl FnMut(Point)) {
    let bends = [(a - b) + (c - b), (b - c) + (d - c)];
    let steps = steps(bends[0].hypot2().max(bends[1].hypot2()).sqrt() * 0.75, tolerance);
    let (first, second, third) = ((b - a) * 3.0, bends[0] * 3.0, bends[1] - bends[0]);
    for k in 1..steps {
        let t = f64::from(k) / f64::from(steps);
        push(a + (first + (second + third * t) * t) * t);
    }
    push(d);
}

/// The derivative of a segment by `t`: a polynomial, the constant first.
#[derive(Clone, Copy)]
struct Speed([Vec2; 3]);

/// Places and weights of the quadrature by Gauss and Legendre with eight points, one of each pair.
const GAUSS: [[f64; 2]; 4] = [
    [0.183_434_642_495_649_8, 0.362_683_783_378_362],
    [0.525_532_409_916_329, 0.313_706_645_877_887_3],
    [0.796_666_477_413_626_7, 0.222_381_034_453_374_5],
    [0.960_289_856_497_536_3, 0.101_228_536_290_376_3],
];

impl Speed {
    fn of(segment: PathSeg) -> Self {
        Self(match segment {
            PathSeg::Line(line) => [line.p1 - line.p0, Vec2::ZERO, Vec2::ZERO],
            PathSeg::Quad(quad) => {
                [(quad.p1 - quad.p0) * 2.0, ((quad.p0 - quad.p1) + (quad.p2 - quad.p1)) * 2.0, Vec2::ZERO]
            }
            PathSeg::Cubic(cubic) => {
                let bends = [
                    (cubic.p0 - cubic.p1) + (cubic.p2 - cubic.p1),
                    (cubic.p1 - cubic.p2) + (cubic.p3 - cubic.p2),
                ];
                [(cubic.p1 - cubic.p0) * 3.0, bends[0] * 6.0, (bends[1] - bends[0]) * 3.0]
            }
        })
    }

    fn at(&self, t: f64) -> f64 {
        let Self([constant, linear, square]) = *self;
        (constant + (linear + square * t) * t).hypot()
    }

    /// The length from one `t` to another, from eight points.
    fn roughly(&self, from: f64, to: f64) -> f64 {
        let (middle, half) = ((from + to) * 0.5, (to - from) * 0.5);
        let pair = |[place, weight]: [f64; 2]| {
            (self.at(middle - half * place) + self.at(middle + half * place)) * weight
        };
        GAUSS.into_iter().map(pair).sum::<f64>() * half
    }

    /// The same, halved until halving makes no difference.
    fn length(&self, from: f64, to: f64) -> f64 {
        self.halved(from, to, self.roughly(from, to), 16)
    }

    fn halved(&self, from: f64, to: f64, whole: f64, halvings: u32) -> f64 {
        let middle = (from + to) * 0.5;
        let halves = [self.roughly(from, middle), self.roughly(middle, to)];
        let sum = halves[0] + halves[1];
        // The last bits of lengths that are beyond all pixels do not count.
        if halvings > 0 && (sum - whole).abs() > LENGTH_PX.max(sum * 1e-10) {
            return self.halved(from, middle, halves[0], halvings - 1)
                + self.halved(middle, to, halves[1], halvings - 1);
        }
        sum
    }
}

/// How long a segment is.
pub(super) fn length(segment: PathSeg) -> f64 {
    match segment {
        PathSeg::Line(line) => line.p0.distance(line.p1),
        PathSeg::Quad(_) | PathSeg::Cubic(_) => Speed::of(segment).length(0.0, 1.0),
    }
}

/// The `t` that is so far along a segment from the `t` at `from`, up to 1.
pub(super) fn further(segment: PathSeg, from: f64, length: f64) -> f64 {
    let speed = Speed::of(segment);
    if let PathSeg::Line(_) = segment {
        let whole = speed.at(0.0);
        return if whole > 0.0 { (from + length / whole).min(1.0) } else { 1.0 };
    }
    if length <= 0.0 {
        return from;
    }
    // Newton's steps, and halves where one leaves what is left.
    let (mut low, mut high) = (from, 1.0);
    let (mut t, mut so_far) = (from, 0.0);
    for _ in 0..64 {
        let next = t + (length - so_far) / speed.at(t);
        let next = if next > low && next < high { next } else { (low + high) * 0.5 };
        // As near as numbers go.
        if next <= low || next >= high {
            break;
        }
        so_far += if next > t { speed.length(t, next) } else { -speed.length(next, t) };
        t = next;
        let off = length - so_far;
        if off.abs() <= LENGTH_PX {
            break;
        }
        if off > 0.0 { low = t } else { high = t }
    }
    t
}

/// Appends the dashes along each subpath of `path`; the pattern begins anew with each. On a closed one a dash goes on over the start.
pub(super) fn push_dashes(out: &mut BezPath, path: &[PathEl], pattern: Pattern) {
    subpaths(path).for_each(|subpath| push_subpath(out, subpath, pattern));
}

fn push_subpath(out: &mut BezPath, subpath: &[PathEl], pattern: Pattern) {
    let period = pattern.on + pattern.off;
    // A remainder is exact.
    let phase = pattern.offset % period;
    let phase = if phase < 0.0 { phase + period } else { phase };
    let mut is_on = phase < pattern.on;
    let mut left = if is_on { pattern.on } else { period } - phase;
    let (begins_on, first) = (is_on, out.elements().len());
    let mut is_begun = false;
    for segment in segments(subpath.iter().copied()) {
        if !std::mem::replace(&mut is_begun, true) && is_on {
            out.move_to(segment.start());
        }
        let (mut t, mut rest) = (0.0, length(segment));
        while left < rest {
            let next = further(segment, t, left);
            if is_on {
                out.push(segment.subsegment(t..next).as_path_el());
            } else {
                out.move_to(segment.eval(next));
            }
            rest -= left;
            is_on = !is_on;
            (t, left) = (next, if is_on { pattern.on } else { pattern.off });
        }
        left -= rest;
        if is_on {
            out.push(if t > 0.0 { segment.subsegment(t..1.0) } else { segment }.as_path_el());
        }
    }
    if begins_on && is_on && is_begun && matches!(subpath.last(), Some(PathEl::ClosePath)) {
        join_ends(out, first);
    }
}

/// Appends an arc around `center` as cubics that are no further than `tolerance` from it, from where the path is. Angles are in radians
/// clockwise from straight up.
pub(super) fn push_arc(
    path: &mut BezPath,
    center: Point,
    radii: Vec2,
    start: f64,
    sweep: f64,
    tolerance: f64,
) {
    let radius = radii.x.max(radii.y);
    // A cubic whose handles are `4/3 tan(angle / 4)` long is off by `2/27 sin^6(angle / 4) / cos^2(angle / 4)` of the radius.
    let off = |count: f64| {
        let (sin, cos) = libm::sincos(sweep / count * 0.25);
        radius * (2.0 / 27.0) * sin * sin * sin * sin * sin * sin / (cos * cos)
    };
    let mut count = (sweep.abs() / FRAC_PI_2).ceil().max(1.0);
    while off(count) > tolerance {
        count += 1.0;
    }
    let handle = libm::tan(sweep / count * 0.25) * (4.0 / 3.0);
    let on = |k: f64| {
        let (sin, cos) = libm::sincos(start + sweep * (k / count));
        [Vec2::new(sin * radii.x, -cos * radii.y), Vec2::new(cos * radii.x, sin * radii.y) * handle]
    };
    let mut from = on(0.0);
    for k in 1..=count as u32 {
        let to = on(f64::from(k));
        path.curve_to(center + from[0] + from[1], center + to[0] - to[1], center + to[0]);
        from = to;
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
pub(super) mod tests {
    use kurbo::{CubicBez, ParamCurveArclen, ParamCurveNearest, QuadBez, Shape as _};

    use super::*;

    /// Values in `0..1` that look random.
    pub(in crate::render) fn noise(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1_u32 << 24)
        }
    }

    /// Curves of all kinds, cusps among them.
    fn curves() -> impl Iterator<Item = PathSeg> {
        let mut next = noise(7);
        (0..300).map(move |k| {
            let size = [1.0, 30.0, 2000.0][k % 3];
            let mut point = || Point::new(next() * size, next() * size);
            match k % 4 {
                0 => QuadBez::new(point(), point(), point()).into(),
                1 => {
                    let (a, b) = (point(), point());
                    CubicBez::new(a, a + (b - a) * 1.5, a + (b - a) * -0.5, b).into()
                }
                2 => {
                    let [a, b, c] = [point(), point(), point()];
                    CubicBez::new(a, a, b, c).into()
                }
                _ => CubicBez::new(point(), point(), point(), point()).into(),
            }
        })
    }

    #[test]
    fn lines_are_as_near_as_said() {
        for (segment, tolerance) in curves().zip([0.02, 0.5].into_iter().cycle()) {
            let (mut from, mut lines, mut farthest) = (segment.start(), 0, 0.0_f64);
            flatten_segment(segment, tolerance, |to| {
                for k in 0..8 {
                    farthest = farthest
                        .max(segment.nearest(from.lerp(to, f64::from(k) / 8.0), 1e-9).distance_sq.sqrt());
                }
                (from, lines) = (to, lines + 1);
            });
            assert_eq!(from, segment.end());
            assert!(farthest <= tolerance * 1.0001, "{segment:?}: {farthest} with {lines}");
        }
        // What is no number ends, too.
        for far in [f64::NAN, f64::INFINITY, f64::MAX] {
            let mut lines = 0;
            flatten_cubic(
                [Point::ORIGIN, Point::new(far, 0.0), Point::new(0.0, far), Point::ORIGIN],
                0.02,
                |_| lines += 1,
            );
            assert!(lines <= 16_384);
        }
    }

    #[test]
    fn lengths_are_those_of_the_geometry_library() {
        for segment in curves() {
            let expected = segment.arclen(1e-9);
            let found = length(segment);
            assert!((found - expected).abs() <= 2e-3, "{segment:?}: {found}, not {expected}");
            for k in 0..=10 {
                let (from, share) = (f64::from(k % 3) * 0.2, f64::from(k) / 10.0);
                let rest = segment.subsegment(from..1.0).arclen(1e-9);
                let t = further(segment, from, rest * share);
                let reached = if t > from { segment.subsegment(from..t).arclen(1e-9) } else { 0.0 };
                assert!(
                    (from..=1.0).contains(&t) && (reached - rest * share).abs() <= 3e-3,
                    "{segment:?} from {from}: {t}"
                );
            }
        }
    }

    #[test]
    fn dashes_are_those_of_the_geometry_library() {
        let check = |text: &str, on: f64, off: f64, offset: f64| {
            let (path, mut ours) = (BezPath::from_svg(text).unwrap(), BezPath::new());
            push_dashes(&mut ours, path.elements(), Pattern { on, off, offset });
            let theirs: BezPath = kurbo::dash(path.iter(), offset, &[on, off]).collect();
            let count = |path: &BezPath| {
                path.elements().iter().filter(|element| matches!(element, PathEl::MoveTo(_))).count()
            };
            assert_eq!(count(&ours), count(&theirs), "{text} {on} {off} {offset}: {ours:?}, not {theirs:?}");
            assert!(
                (ours.perimeter(1e-6) - theirs.perimeter(1e-6)).abs() < 0.05,
                "{text} {on} {off} {offset}"
            );
            for segment in ours.segments() {
                let near = theirs.segments().map(|other| other.nearest(segment.eval(0.5), 1e-6).distance_sq);
                assert!(near.fold(f64::INFINITY, f64::min) < 1e-4, "{text} {on} {off} {offset}: {segment:?}");
            }
        };
        for offset in [0.0, 3.0, 9.0, -3.0, 1234.5, -1_000_001.0] {
            check("M0 0 L100 0 L100 50", 7.0, 4.0, offset);
            check("M0 0 L100 0 L100 50 Z M200 0 L300 0 L250 90 Z", 7.0, 4.0, offset);
            check("M0 0 C30 0 30 20 0 20 C-20 20 -10 -4 0 -4 Q 50 -4 50 -70", 5.0, 2.5, offset);
            check("M0 0 C30 0 30 20 0 20 C-20 20 -10 -4 0 0 Z", 5.0, 2.5, offset);
            check("M0 0 L3 0 L3 3 Z", 500.0, 1.0, offset.max(0.0));
        }
    }

    #[test]
    fn arcs_are_as_near_as_said() {
        for (radii, start, sweep) in [
            ([10.0, 10.0], 0.0, 6.3),
            ([8000.0, 3.0], 1.0, 4.0),
            ([1e6, 1e6], 0.2, 1.5),
            ([0.5, 0.5], 0.0, 0.01),
            ([20.0, 30.0], 3.0, -2.0),
        ] {
            let radii = Vec2::new(radii[0], radii[1]);
            let mut path = BezPath::new();
            let (sin, cos) = libm::sincos(start);
            path.move_to(Point::new(sin * radii.x, -cos * radii.y));
            push_arc(&mut path, Point::ORIGIN, radii, start, sweep, 0.01);
            for segment in path.segments() {
                for k in 0..=20 {
                    let at = segment.eval(f64::from(k) / 20.0);
                    let off = (Vec2::new(at.x / radii.x, at.y / radii.y).hypot() - 1.0).abs()
                        * radii.x.max(radii.y);
                    assert!(off <= 0.0101, "{radii:?} {start} {sweep}: {off}");
                }
            }
            let (sin, cos) = libm::sincos(start + sweep);
            let end = path.segments().last().unwrap().end();
            assert!(end.distance(Point::new(sin * radii.x, -cos * radii.y)) <= radii.x * 1e-12);
        }
    }
}
