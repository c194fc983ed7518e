//! Transforms, lengths, view boxes: numbers of a file as numbers of its parts.

use std::str::FromStr;

use svgtypes::{Align, AspectRatio, Length, LengthUnit, TransformListParser, TransformListToken};

use crate::language::path::{Bounds, Outline};
use crate::math::Real;

type Point = [f64; 2];

/// By how much the two scales of a transform may differ where strokes keep one width.
const EVEN: f64 = 1e-3;
/// Pixels of an inch.
const INCH: f64 = 96.0;

/// `x' = a x + c y + e`, `y' = b x + d y + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Transform([f64; 6]);

impl Transform {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) const fn shift([x, y]: Point) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    pub(super) const fn scale([x, y]: Point) -> Self {
        Self([x, 0.0, 0.0, y, 0.0, 0.0])
    }

    /// A list as SVG has it: `translate(1 2) rotate(45)`; `None` where something of it cannot be read.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut all = Self::IDENTITY;
        if text == "none" {
            return Some(all);
        }
        for token in TransformListParser::from(text) {
            all = all.after(Self::of(token.ok()?));
        }
        all.0.iter().all(|number| number.is_finite()).then_some(all)
    }

    fn of(token: TransformListToken) -> Self {
        match token {
            TransformListToken::Matrix { a, b, c, d, e, f } => Self([a, b, c, d, e, f]),
            TransformListToken::Translate { tx, ty } => Self::shift([tx, ty]),
            TransformListToken::Scale { sx, sy } => Self::scale([sx, sy]),
            TransformListToken::Rotate { angle } => {
                let (sin, cos) = Real::sin_cos_turns(angle / 360.0);
                Self([cos, sin, -sin, cos, 0.0, 0.0])
            }
            TransformListToken::SkewX { angle } => {
                Self([1.0, 0.0, Real::tan_turns(angle / 360.0), 1.0, 0.0, 0.0])
            }
            TransformListToken::SkewY { angle } => {
                Self([1.0, Real::tan_turns(angle / 360.0), 0.0, 1.0, 0.0, 0.0])
            }
        }
    }

    /// Another one first, then this.
    pub(super) fn after(self, Self([a, b, c, d, e, f]): Self) -> Self {
        let [x, y] = self.linear([a, b]);
        let [z, w] = self.linear([c, d]);
        let [u, v] = self.point([e, f]);
        Self([x, y, z, w, u, v])
    }

    fn linear(self, [x, y]: Point) -> Point {
        let Self([a, b, c, d, ..]) = self;
        [a * x + c * y, b * x + d * y]
    }

    pub(super) fn point(self, point: Point) -> Point {
        let Self([.., e, f]) = self;
        let [x, y] = self.linear(point);
        [x + e, y + f]
    }

    pub(super) fn outline(self, outline: &Outline) -> Outline {
        Outline {
            verbs: outline.verbs.clone(),
            points: outline.points.iter().map(|&point| self.point(point)).collect(),
        }
    }

    fn determinant(self) -> f64 {
        let Self([a, b, c, d, ..]) = self;
        a * d - b * c
    }

    /// What takes it back; `None` where it makes a line or a point of everything.
    pub(super) fn inverse(self) -> Option<Self> {
        let Self([a, b, c, d, e, f]) = self;
        let over = 1.0 / self.determinant();
        let linear = Self([d * over, -b * over, -c * over, a * over, 0.0, 0.0]);
        let [x, y] = linear.linear([-e, -f]);
        let Self([a, b, c, d, ..]) = linear;
        let inverse = Self([a, b, c, d, x, y]);
        inverse.0.iter().all(|number| number.is_finite()).then_some(inverse)
    }

    /// How much longer it makes lengths, and whether it does so alike in all directions.
    pub(super) fn stretch(self) -> (f64, bool) {
        let Self([a, b, c, d, ..]) = self;
        let mean = self.determinant().abs().sqrt();
        // Both columns as long, and at a right angle.
        let (one, other, both) = (a * a + b * b, c * c + d * d, a * c + b * d);
        let most = one.max(other) * EVEN;
        (mean, (one - other).abs() <= most && both.abs() <= most)
    }
}

/// What lengths that are shares are shares of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    Width,
    Height,
    Diagonal,
}

/// What lengths are measured by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub(super) viewport: Point,
    pub(super) font_size: f64,
}

impl Measure {
    /// A length in pixels; `None` where it is none.
    pub(super) fn length(self, text: &str, share: Share) -> Option<f64> {
        self.in_pixels(Length::from_str(text.trim()).ok()?, share)
    }

    pub(super) fn in_pixels(self, Length { number, unit }: Length, share: Share) -> Option<f64> {
        let [width, height] = self.viewport;
        let one = match unit {
            LengthUnit::None | LengthUnit::Px => 1.0,
            LengthUnit::Em => self.font_size,
            LengthUnit::Ex => self.font_size * 0.5,
            LengthUnit::In => INCH,
            LengthUnit::Cm => INCH / 2.54,
            LengthUnit::Mm => INCH / 25.4,
            LengthUnit::Pt => INCH / 72.0,
            LengthUnit::Pc => INCH / 6.0,
            LengthUnit::Percent => match share {
                Share::Width => width * 0.01,
                Share::Height => height * 0.01,
                Share::Diagonal => ((width * width + height * height) * 0.5).sqrt() * 0.01,
            },
        };
        Some(number * one).filter(|pixels| pixels.is_finite())
    }
}

/// A number or a share of 1, between 0 and 1.
pub(super) fn share(text: &str) -> Option<f64> {
    let (text, unit) = match text.strip_suffix('%') {
        Some(text) => (text, 0.01),
        None => (text, 1.0),
    };
    let number = svgtypes::Number::from_str(text.trim()).ok()?.0 * unit;
    Some(number.clamp(0.0, 1.0))
}

/// From a view box to the box of a size that it is put into, as `preserveAspectRatio` says.
pub(super) fn view_box(
    [low, high]: Bounds,
    size: Point,
    AspectRatio { align, slice, .. }: AspectRatio,
) -> Transform {
    let box_size = [high[0] - low[0], high[1] - low[1]];
    let scales = [size[0] / box_size[0], size[1] / box_size[1]];
    let one = if slice { scales[0].max(scales[1]) } else { scales[0].min(scales[1]) };
    let (scales, places) = match align {
        Align::None => (scales, [0.0, 0.0]),
        Align::XMinYMin => ([one; 2], [0.0, 0.0]),
        Align::XMidYMin => ([one; 2], [0.5, 0.0]),
        Align::XMaxYMin => ([one; 2], [1.0, 0.0]),
        Align::XMinYMid => ([one; 2], [0.0, 0.5]),
        Align::XMidYMid => ([one; 2], [0.5, 0.5]),
        Align::XMaxYMid => ([one; 2], [1.0, 0.5]),
        Align::XMinYMax => ([one; 2], [0.0, 1.0]),
        Align::XMidYMax => ([one; 2], [0.5, 1.0]),
        Align::XMaxYMax => ([one; 2], [1.0, 1.0]),
    };
    let rest = [0, 1].map(|axis| (size[axis] - box_size[axis] * scales[axis]) * places[axis]);
    Transform::shift(rest).after(Transform::scale(scales)).after(Transform::shift([-low[0], -low[1]]))
}

/// A box that is larger by a length on every side.
pub(super) fn grown([low, high]: Bounds, by: f64) -> Bounds {
    [low.map(|side| side - by), high.map(|side| side + by)]
}

/// Whether a box holds another, but for a thousandth of its sides.
pub(super) fn holds([low, high]: Bounds, [other_low, other_high]: Bounds) -> bool {
    (0..2).all(|axis| {
        let slack = (high[axis] - low[axis]) * 1e-3;
        other_low[axis] >= low[axis] - slack && other_high[axis] <= high[axis] + slack
    })
}

/// Whether two boxes have a place in common.
pub(super) fn meet([low, high]: Bounds, [other_low, other_high]: Bounds) -> bool {
    (0..2).all(|axis| other_low[axis] < high[axis] && low[axis] < other_high[axis])
}

/// How long the sharp corners of a stroke would be, in its widths, and squared: where a part of an outline ends in another
/// direction than the next one begins.
pub(super) fn corners(outline: &Outline) -> Vec<f64> {
    let mut corners = Vec::new();
    // The directions in which the subpath begins and in which it was left.
    let (mut first, mut last): (Option<Point>, Option<Point>) = (None, None);
    let mut corner = |last: Option<Point>, next: Option<Point>| {
        if let (Some([x, y]), Some([u, v])) = (last, next) {
            corners.push(2.0 / (1.0 + x * u + y * v));
        }
    };
    for (verb, way) in outline.pieces() {
        if verb == 'M' {
            (first, last) = (None, None);
            continue;
        }
        let leaves = way.iter().find_map(|&point| direction(way[0], point));
        let end = way[way.len() - 1];
        corner(last, leaves);
        first = first.or(leaves);
        last = way.iter().rev().find_map(|&point| direction(point, end)).or(last);
        if verb == 'Z' {
            corner(last, first);
            (first, last) = (None, None);
        }
    }
    corners
}

/// The direction from one point to another; `None` where they are one.
fn direction([x, y]: Point, [u, v]: Point) -> Option<Point> {
    let [x, y] = [u - x, v - y];
    let length = (x * x + y * y).sqrt();
    (length > 0.0).then(|| [x / length, y / length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_follow_one_another() {
        let check = |text: &str, from: Point, to: Point| {
            let [x, y] = Transform::parse(text).unwrap().point(from);
            assert!((x - to[0]).abs() < 1e-12 && (y - to[1]).abs() < 1e-12, "{text}: {x}, {y}");
        };
        check("", [3.0, 4.0], [3.0, 4.0]);
        check("translate(1 2) scale(2)", [3.0, 4.0], [7.0, 10.0]);
        check("rotate(90)", [1.0, 0.0], [0.0, 1.0]);
        check("rotate(180 5 5)", [0.0, 0.0], [10.0, 10.0]);
        check("skewX(45)", [0.0, 1.0], [1.0, 1.0]);
        check("skewY(-45)", [1.0, 0.0], [1.0, -1.0]);
        check("matrix(1 2 3 4 5 6)", [1.0, 1.0], [9.0, 12.0]);
        assert_eq!(Transform::parse("rotate(45deg)"), None);
        assert_eq!(Transform::parse("scale(1e300) scale(1e300)"), None);
    }

    #[test]
    fn an_inverse_takes_back() {
        let there = Transform::parse("translate(3 -2) rotate(30) scale(2 0.5)").unwrap();
        let [x, y] = there.inverse().unwrap().after(there).point([0.7, -1.3]);
        assert!((x - 0.7).abs() < 1e-12 && (y + 1.3).abs() < 1e-12);
        assert_eq!(Transform::scale([1.0, 0.0]).inverse(), None);
    }

    #[test]
    fn strokes_are_stretched_alike_or_not() {
        let check = |text: &str, expected: (f64, bool)| {
            let (mean, is_even) = Transform::parse(text).unwrap().stretch();
            assert!((mean - expected.0).abs() < 1e-12 && is_even == expected.1, "{text}: {mean} {is_even}");
        };
        check("rotate(33) scale(3)", (3.0, true));
        check("scale(-2 2)", (2.0, true));
        check("scale(4 1)", (2.0, false));
        check("skewX(45)", (1.0, false));
        check("scale(0)", (0.0, true));
    }

    #[test]
    fn corners_are_as_sharp_as_they_are() {
        let check = |text: &str, expected: &[f64]| {
            let found = corners(&crate::language::path::parse(text).unwrap());
            let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-6 || a == b;
            assert!(
                found.len() == expected.len() && found.iter().zip(expected).all(is_near),
                "{text}: {found:?}"
            );
        };
        check("M0 0 L1 0", &[]);
        check("M0 0 L1 0 L1 1", &[2.0]);
        check("M0 0 L1 0 L2 0", &[1.0]);
        check("M0 0 L1 0 L0 0", &[f64::INFINITY]);
        check("M0 0 H1 V1 H0 Z", &[2.0; 4]);
        check("M0 0 H1 V1 H0 V0 Z", &[2.0; 4]);
        check("M0 0 Q1 0 1 1 L1 2 M5 5 L6 6", &[1.0]);
        check("M1 0 A1 1 0 0 1 -1 0 A1 1 0 0 1 1 0 Z", &[1.0; 4]);
    }

    #[test]
    fn lengths_have_units() {
        let measure = Measure { viewport: [200.0, 100.0], font_size: 10.0 };
        let check = |text: &str, share, expected: Option<f64>| {
            let length = measure.length(text, share);
            assert!(length.zip(expected).is_none_or(|(a, b)| (a - b).abs() < 1e-9), "{text}: {length:?}");
            assert_eq!(length.is_some(), expected.is_some(), "{text}");
        };
        check("12", Share::Width, Some(12.0));
        check(" 1in ", Share::Width, Some(96.0));
        check("2.54cm", Share::Width, Some(96.0));
        check("72pt", Share::Width, Some(96.0));
        check("1.5em", Share::Width, Some(15.0));
        check("50%", Share::Width, Some(100.0));
        check("50%", Share::Height, Some(50.0));
        check("x", Share::Height, None);
        check("1e400", Share::Height, None);
        assert_eq!(
            [share("40%"), share("7"), share("-1"), share("nan")],
            [Some(0.4), Some(1.0), Some(0.0), None]
        );
    }
}
