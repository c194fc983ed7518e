//! Outlines: from the text of an SVG path or from points to verbs and points of a program.

use crate::diagnostic::quote;
use crate::math::Real;

/// Verbs and points as a program has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outline {
    pub(super) verbs: String,
    pub(super) points: Vec<Point>,
}

type Point = [f64; 2];

/// The corners of a box: least and greatest x and y.
pub(super) type Bounds = [Point; 2];

/// Why there is no outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: &'static str,
}

fn fault<T>(message: impl Into<String>, help: &'static str) -> Result<T, Fault> {
    Err(Fault { message: message.into(), help })
}

impl Outline {
    fn push(&mut self, verb: char, points: &[Point]) {
        self.verbs.push(verb);
        self.points.extend(points);
    }

    /// The smallest box around everything that is drawn of it; `None` for an outline without points.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let mut bounds: Option<Bounds> = None;
        let mut add = |[x, y]: Point| {
            let [low, high] = bounds.unwrap_or([[x, y]; 2]);
            bounds = Some([[low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]]);
        };
        let mut points = self.points.iter().copied();
        let mut next = || points.next().unwrap_or_default();
        let mut pen = [0.0; 2];
        for verb in self.verbs.chars() {
            let curve: &[Point] = match verb {
                'Q' => &[pen, next(), next()],
                'C' => &[pen, next(), next(), next()],
                'Z' => continue,
                _ => &[next()],
            };
            for t in [0, 1].into_iter().flat_map(|axis| turning_points(curve, axis)) {
                add(point_at(curve, t));
            }
            pen = curve[curve.len() - 1];
            add(pen);
        }
        bounds
    }

    /// What it is made of, verb by verb: where the pen is and the points that it takes from there, of a closing line its end. A move has its
    /// own point alone.
    #[cfg(feature = "artwork")]
    pub(super) fn pieces(&self) -> impl Iterator<Item = (char, Vec<Point>)> {
        let mut points = self.points.iter().copied();
        let (mut pen, mut start) = ([0.0; 2], [0.0; 2]);
        self.verbs.chars().map(move |verb| {
            let count = match verb {
                'Q' => 2,
                'C' => 3,
                'Z' => 0,
                _ => 1,
            };
            let mut way = if verb == 'M' { Vec::new() } else { vec![pen] };
            way.extend(points.by_ref().take(count));
            if verb == 'Z' {
                way.push(start);
            }
            pen = way.last().copied().unwrap_or(pen);
            if verb == 'M' {
                start = pen;
            }
            (verb, way)
        })
    }

    /// Moves and scales it, alike in both directions, so that a box is centred in the box from -0.5 to 0.5
    /// and fills it along its longer side.
    pub(super) fn fit(&mut self, [low, high]: Bounds) {
        let side = (high[0] - low[0]).max(high[1] - low[1]);
        let middle = [0, 1].map(|axis| (low[axis] + high[axis]) * 0.5);
        for point in &mut self.points {
            *point = [0, 1].map(|axis| (point[axis] - middle[axis]) / side);
        }
    }
}

/// Where a Bezier curve of two or three degrees turns round along an axis, between its ends.
fn turning_points(curve: &[Point], axis: usize) -> impl Iterator<Item = f64> + use<> {
    let x = |k: usize| curve[k][axis];
    // The derivative a t^2 + b t + c, but for a factor.
    let (a, b, c) = match curve.len() {
        3 => (0.0, x(0) - 2.0 * x(1) + x(2), x(1) - x(0)),
        4 => (x(3) - x(0) + 3.0 * (x(1) - x(2)), 2.0 * (x(0) - 2.0 * x(1) + x(2)), x(1) - x(0)),
        _ => (0.0, 0.0, 0.0),
    };
    // The form that loses no digits where a is small; divisions by 0 give nothing between 0 and 1.
    let root = (b * b - 4.0 * a * c).sqrt();
    let q = -0.5 * (b + if b < 0.0 { -root } else { root });
    [q / a, c / q].into_iter().filter(|t| (0.0..=1.0).contains(t))
}

/// De Casteljau's point of a curve at `t`.
fn point_at(curve: &[Point], t: f64) -> Point {
    let mut points = [[0.0; 2]; 4];
    points[..curve.len()].copy_from_slice(curve);
    for left in (1..curve.len()).rev() {
        for k in 0..left {
            points[k] = [0, 1].map(|axis| points[k][axis] * (1.0 - t) + points[k + 1][axis] * t);
        }
    }
    points[0]
}

/// Straight lines through points.
pub(super) fn polyline(points: &[Point], is_closed: bool) -> Result<Outline, Fault> {
    let mut outline = Outline::default();
    for (k, &point) in points.iter().enumerate() {
        outline.push(if k == 0 { 'M' } else { 'L' }, &[point]);
    }
    if is_closed {
        outline.push('Z', &[]);
    }
    Ok(outline)
}

/// Cubic curves: a point, then two handles and a point for each.
pub(super) fn bezier(points: &[Point], is_closed: bool) -> Result<Outline, Fault> {
    let Some((&first, rest)) = points.split_first() else { return Ok(Outline::default()) };
    if rest.is_empty() || rest.len() % 3 != 0 {
        let message = format!("`bezier` has {} points, expected 4, 7, 10, ...", points.len());
        return fault(message, "give a point, and for each curve two handles and a point");
    }
    let mut outline = Outline::default();
    outline.push('M', &[first]);
    for curve in rest.chunks_exact(3) {
        outline.push('C', curve);
    }
    if is_closed {
        outline.push('Z', &[]);
    }
    Ok(outline)
}

/// The four numbers of a view box of SVG: left, top, width and height.
pub(super) fn view_box(text: &str) -> Result<Bounds, Fault> {
    const HELP: &str =
        "copy it from the icon's `viewBox`: left, top, width and height, as in `\"0 0 24 24\"`";
    let mut reader = Reader { rest: text };
    let mut numbers = [0.0; 4];
    for number in &mut numbers {
        *number = reader.number('b').or_else(|_| fault("a view box is four numbers", HELP))?;
    }
    reader.skip();
    let [left, top, width, height] = numbers;
    if !reader.rest.is_empty() || width <= 0.0 || height <= 0.0 {
        return fault("a view box is four numbers, of which the width and the height are above 0", HELP);
    }
    Ok([[left, top], [left + width, top + height]])
}

/// The text of an SVG path: all its letters, capital and small, as the path data of SVG 2 (chapter 9.3) has them. Arcs
/// become cubic curves.
pub(super) fn parse(text: &str) -> Result<Outline, Fault> {
    let (outline, fault) = parse_to_fault(text);
    match fault {
        Some(fault) => Err(fault),
        None if outline.verbs.is_empty() => self::fault("the path is empty", ""),
        None => Ok(outline),
    }
}

/// As [`parse`], with what comes before something that is wrong: that much of a path is drawn in SVG.
pub(super) fn parse_to_fault(text: &str) -> (Outline, Option<Fault>) {
    let mut reader = Reader { rest: text };
    let mut drawing = Drawing::default();
    let fault = drawing.all(&mut reader).err();
    (drawing.outline, fault)
}

/// An ellipse, clockwise from its right end.
#[cfg(feature = "artwork")]
pub(super) fn ellipse([x, y]: Point, [rx, ry]: Point) -> Outline {
    let mut drawing = Drawing::default();
    drawing.to('M', &[[x + rx, y]]);
    for end in [[x, y + ry], [x - rx, y], [x, y - ry], [x + rx, y]] {
        drawing.arc([rx, ry], 0.0, false, true, end);
    }
    drawing.outline.push('Z', &[]);
    drawing.outline
}

/// A rectangle with corners of two radii, clockwise from the left end of its upper side.
#[cfg(feature = "artwork")]
pub(super) fn rectangle([[left, top], [right, bottom]]: Bounds, [rx, ry]: Point) -> Outline {
    let mut drawing = Drawing::default();
    if rx <= 0.0 || ry <= 0.0 {
        drawing.to('M', &[[left, top]]);
        for corner in [[right, top], [right, bottom], [left, bottom]] {
            drawing.to('L', &[corner]);
        }
    } else {
        drawing.to('M', &[[left + rx, top]]);
        let sides = [
            ([right - rx, top], [right, top + ry]),
            ([right, bottom - ry], [right - rx, bottom]),
            ([left + rx, bottom], [left, bottom - ry]),
            ([left, top + ry], [left + rx, top]),
        ];
        for (side, corner) in sides {
            drawing.to('L', &[side]);
            drawing.arc([rx, ry], 0.0, false, true, corner);
        }
    }
    drawing.outline.push('Z', &[]);
    drawing.outline
}

/// The handle that a smooth curve continues from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Handle {
    #[default]
    None,
    Quad(Point),
    Cubic(Point),
}

/// An outline while its text is read.
#[derive(Default)]
struct Drawing {
    outline: Outline,
    at: Point,
    start: Point,
    handle: Handle,
}

impl Drawing {
    /// Everything up to the end, or to what is wrong.
    fn all(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        const HELP: &str = "";
        let mut verb = None;
        loop {
            reader.skip();
            let Some(c) = reader.rest.chars().next() else { return Ok(()) };
            if c.is_ascii_alphabetic() {
                verb = Some(c);
                reader.rest = &reader.rest[1..];
            } else if matches!(verb, None | Some('Z' | 'z')) {
                return fault(format!("the path has {c:?} where a letter such as M, L or C belongs"), HELP);
            }
            let Some(letter) = verb else { return Ok(()) };
            if self.outline.verbs.is_empty() && !matches!(letter, 'M' | 'm') {
                return fault(format!("the path begins with {letter:?}, expected M: where it starts"), HELP);
            }
            self.step(letter, reader)?;
            verb = match letter {
                // Further points of a move are lines.
                'M' => Some('L'),
                'm' => Some('l'),
                _ => verb,
            };
        }
    }

    /// One letter with its numbers.
    fn step(&mut self, letter: char, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let at = self.at;
        let origin = if letter.is_ascii_lowercase() { at } else { [0.0, 0.0] };
        let mut point = || -> Result<Point, Fault> {
            Ok([origin[0] + reader.number(letter)?, origin[1] + reader.number(letter)?])
        };
        let mirrored = |[x, y]: Point| [2.0 * at[0] - x, 2.0 * at[1] - y];
        let before = std::mem::take(&mut self.handle);
        match letter.to_ascii_uppercase() {
            'M' => {
                self.start = point()?;
                self.to('M', &[self.start]);
            }
            'L' => self.to('L', &[point()?]),
            'H' => self.to('L', &[[origin[0] + reader.number(letter)?, at[1]]]),
            'V' => self.to('L', &[[at[0], origin[1] + reader.number(letter)?]]),
            'Q' => self.to('Q', &[point()?, point()?]),
            'T' => {
                // Behind anything but a quadratic curve the handle is the point itself.
                let handle = if let Handle::Quad(handle) = before { mirrored(handle) } else { at };
                self.to('Q', &[handle, point()?]);
            }
            'C' => self.to('C', &[point()?, point()?, point()?]),
            'S' => {
                let handle = if let Handle::Cubic(handle) = before { mirrored(handle) } else { at };
                self.to('C', &[handle, point()?, point()?]);
            }
            'A' => {
                let radii = [reader.number(letter)?, reader.number(letter)?];
                let degrees = reader.number(letter)?;
                let (is_large, is_clockwise) = (reader.flag()?, reader.flag()?);
                let to = [origin[0] + reader.number(letter)?, origin[1] + reader.number(letter)?];
                self.arc(radii, degrees, is_large, is_clockwise, to);
            }
            'Z' => {
                self.outline.push('Z', &[]);
                self.at = self.start;
            }
            _ => return fault(format!("the path has the unknown letter {letter:?}"), ""),
        }
        Ok(())
    }

    fn to(&mut self, verb: char, points: &[Point]) {
        self.outline.push(verb, points);
        if let [.., handle, end] = *points {
            self.handle = if verb == 'Q' { Handle::Quad(handle) } else { Handle::Cubic(handle) };
            self.at = end;
        } else if let [end] = *points {
            self.at = end;
        }
    }

    /// A part of an ellipse as cubic curves of at most a quarter turn each, by the "elliptical arc implementation
    /// notes" of SVG 2 (appendix B.2): radii that are too small grow, and one of 0 makes a straight line.
    fn arc(&mut self, radii: Point, degrees: f64, is_large: bool, is_clockwise: bool, to: Point) {
        let from = self.at;
        let [mut rx, mut ry] = radii.map(f64::abs);
        if from == to {
            return;
        }
        if rx == 0.0 || ry == 0.0 {
            return self.to('L', &[to]);
        }
        let (sin, cos) = Real::sin_cos_turns(degrees / 360.0);
        let half = [(from[0] - to[0]) * 0.5, (from[1] - to[1]) * 0.5];
        // The start in the ellipse's own directions, around the middle of the chord.
        let (x, y) = (cos * half[0] + sin * half[1], cos * half[1] - sin * half[0]);
        let reach = (x * x) / (rx * rx) + (y * y) / (ry * ry);
        if reach > 1.0 {
            (rx, ry) = (rx * reach.sqrt(), ry * reach.sqrt());
        }
        // How far the centre is from the chord, as a share of the radii.
        let away = (1.0 / reach.min(1.0) - 1.0).max(0.0).sqrt();
        let away = if is_large == is_clockwise { -away } else { away };
        let (cx, cy) = (away * rx * y / ry, -away * ry * x / rx);
        let center =
            [cos * cx - sin * cy + (from[0] + to[0]) * 0.5, sin * cx + cos * cy + (from[1] + to[1]) * 0.5];
        let angle = |x: f64, y: f64| Real::atan2((y - cy) / ry, (x - cx) / rx) / std::f64::consts::TAU;
        let first = angle(x, y);
        let turned = angle(-x, -y) - first;
        let turned = match (is_clockwise, turned > 0.0) {
            (true, false) => turned + 1.0,
            (false, true) => turned - 1.0,
            _ => turned,
        };
        let count = Real::ceil(turned.abs() * 4.0 - 1e-9).max(1.0);
        let step = turned / count;
        // Handles that keep a cubic curve within 0.03 % of the radius of its circle: 4/3 tan(angle / 4).
        let reach = 4.0 / 3.0 * Real::tan_turns(step * 0.25);
        let place = |[x, y]: Point| [center[0] + cos * x - sin * y, center[1] + sin * x + cos * y];
        for k in 0..count as u32 {
            let (s0, c0) = Real::sin_cos_turns(first + step * f64::from(k));
            let (s1, c1) = Real::sin_cos_turns(first + step * f64::from(k + 1));
            let handles = [
                place([rx * (c0 - reach * s0), ry * (s0 + reach * c0)]),
                place([rx * (c1 + reach * s1), ry * (s1 - reach * c1)]),
            ];
            let end = if k + 1 == count as u32 { to } else { place([rx * c1, ry * s1]) };
            self.outline.push('C', &[handles[0], handles[1], end]);
        }
        self.at = to;
    }
}

/// The largest magnitude of a number of a path.
const NUMBER_MAX: f64 = 1e6;

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
    }

    /// A flag of an arc: a single 0 or 1, which may stick to what follows.
    fn flag(&mut self) -> Result<bool, Fault> {
        self.skip();
        match self.rest.as_bytes().first() {
            Some(&flag @ (b'0' | b'1')) => {
                self.rest = &self.rest[1..];
                Ok(flag == b'1')
            }
            _ => fault(format!("the path has {} where an arc needs a flag, 0 or 1", self.found()), ""),
        }
    }

    fn found(&self) -> String {
        self.rest.chars().next().map_or("its end".into(), |c| format!("{c:?}"))
    }

    fn number(&mut self, verb: char) -> Result<f64, Fault> {
        self.skip();
        let (mut seen_dot, mut seen_exponent) = (false, false);
        let mut length = 0;
        let bytes = self.rest.as_bytes();
        while let Some(&byte) = bytes.get(length) {
            let after_exponent = length > 0 && matches!(bytes[length - 1], b'e' | b'E');
            let part = match byte {
                b'+' | b'-' => length == 0 || after_exponent,
                b'.' => !seen_exponent && !std::mem::replace(&mut seen_dot, true),
                b'e' | b'E' => length > 0 && !std::mem::replace(&mut seen_exponent, true),
                byte => byte.is_ascii_digit(),
            };
            if !part {
                break;
            }
            length += 1;
        }
        let (text, rest) = self.rest.split_at(length);
        match text.parse::<f64>() {
            Ok(number) if number.abs() <= NUMBER_MAX => {
                self.rest = rest;
                Ok(number)
            }
            Ok(_) => {
                let (text, most) = (quote(text), NUMBER_MAX);
                fault(
                    format!("the path has {text} behind {verb:?}, and its numbers are at most {most} from 0"),
                    "",
                )
            }
            Err(_) => fault(format!("the path has {} where {verb:?} needs a number", self.found()), ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_svg() {
        let check = |text: &str, verbs: &str, points: &[[f64; 2]]| {
            let outline = parse(text).unwrap();
            assert_eq!((outline.verbs.as_str(), outline.points.as_slice()), (verbs, points), "{text}");
        };
        check("M0,0L1 2z", "MLZ", &[[0.0, 0.0], [1.0, 2.0]]);
        check("m.5-.5 1 1", "ML", &[[0.5, -0.5], [1.5, 0.5]]);
        check(
            "M 1 1 h 2 v -3 H 0 V 0",
            "MLLLL",
            &[[1.0, 1.0], [3.0, 1.0], [3.0, -2.0], [0.0, -2.0], [0.0, 0.0]],
        );
        check(
            "M0 0 q1 0 1 1 c 0 0 1 1 1e0 0",
            "MQC",
            &[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [2.0, 1.0]],
        );
        check("M0 0 L1 0 Z l 0 1", "MLZL", &[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]);
        check("M1e1.5L-1-.5.5+2", "MLL", &[[10.0, 0.5], [-1.0, -0.5], [0.5, 2.0]]);
        check("m1 1z m1 1z", "MZMZ", &[[1.0, 1.0], [2.0, 2.0]]);
    }

    #[test]
    fn smooth_curves_go_on_from_the_handle_before() {
        let check = |text: &str, same: &str| assert_eq!(parse(text).unwrap(), parse(same).unwrap(), "{text}");
        check("M0 0 C1 1 2 1 3 0 S5-1 6 0", "M0 0 C1 1 2 1 3 0 C4-1 5-1 6 0");
        check("M0 0 c1 1 2 1 3 0 s2-1 3 0 2 1 3 0", "M0 0 C1 1 2 1 3 0 C4-1 5-1 6 0 C7 1 8 1 9 0");
        check("M0 0 Q1 1 2 0 T4 0 t2 0", "M0 0 Q1 1 2 0 Q3-1 4 0 Q5 1 6 0");
        // After another command there is no handle to continue from.
        check("M0 0 L1 1 S2 2 3 0", "M0 0 L1 1 C1 1 2 2 3 0");
        check("M0 0 Q1 1 2 0 S3 1 4 0", "M0 0 Q1 1 2 0 C2 0 3 1 4 0");
        check("M0 0 C1 1 2 1 3 0 T4 0", "M0 0 C1 1 2 1 3 0 Q3 0 4 0");
    }

    /// Every point of an arc is on its ellipse, and the arc goes round as its flags say.
    #[test]
    fn arcs_follow_their_ellipse() {
        // The text, the centre and radii of an ellipse along the axes, the point in the middle, how many curves.
        let check = |text: &str, center: Point, radii: Point, middle: Point, curves: usize| {
            let outline = parse(text).unwrap();
            assert_eq!(outline.verbs, format!("M{}", "C".repeat(curves)), "{text}");
            let mut pen = outline.points[0];
            let mut nearest = f64::INFINITY;
            for curve in outline.points[1..].chunks_exact(3) {
                let curve = [pen, curve[0], curve[1], curve[2]];
                for k in 0..=16 {
                    let [x, y] = point_at(&curve, f64::from(k) / 16.0);
                    let [u, v] = [(x - center[0]) / radii[0], (y - center[1]) / radii[1]];
                    assert!(((u * u + v * v).sqrt() - 1.0).abs() < 3e-4, "{text}: ({x}, {y})");
                    nearest = nearest.min((x - middle[0]).abs() + (y - middle[1]).abs());
                }
                pen = curve[3];
            }
            assert!(nearest < 1e-9, "{text}: {nearest} from its middle");
        };
        let s = std::f64::consts::FRAC_1_SQRT_2;
        // Quarters and three quarters of the circle of radius 1, both ways round.
        check("M1 0 A1 1 0 0 1 0 1", [0.0, 0.0], [1.0, 1.0], [s, s], 1);
        check("M1 0 A1 1 0 0 0 0 1", [1.0, 1.0], [1.0, 1.0], [1.0 - s, 1.0 - s], 1);
        check("M1 0 A1 1 0 1 0 0 1", [0.0, 0.0], [1.0, 1.0], [-s, -s], 3);
        check("M1 0 a1 1 0 11-1 1", [1.0, 1.0], [1.0, 1.0], [1.0 + s, 1.0 + s], 3);
        // Half of an ellipse; flags may stick together and to the number after.
        check("M-2 0 A2 1 0 012 0", [0.0, 0.0], [2.0, 1.0], [0.0, -1.0], 2);
        check("M-2 0a2 1 0 004 0", [0.0, 0.0], [2.0, 1.0], [0.0, 1.0], 2);
        // Turned by a right angle the radii change places.
        check("M-2 0 A1 2 90 0 1 2 0", [0.0, 0.0], [2.0, 1.0], [0.0, -1.0], 2);
        // Radii that do not reach grow until they do, and their sign does not count.
        check("M-2 0 A-1 .5 0 0 1 2 0", [0.0, 0.0], [2.0, 1.0], [0.0, -1.0], 2);
        assert_eq!(parse("M0 0 A0 1 0 0 1 2 0").unwrap(), parse("M0 0 L2 0").unwrap());
        assert_eq!(parse("M2 0 A1 1 0 0 1 2 0 L1 1").unwrap(), parse("M2 0 L1 1").unwrap());
    }

    #[test]
    fn bounds_hold_what_is_drawn_and_not_the_handles() {
        let check = |text: &str, expected: Bounds| {
            let found = parse(text).unwrap().bounds().unwrap();
            let off = found.iter().flatten().zip(expected.iter().flatten()).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-9, "{text}: {found:?}");
        };
        check("M 1 2", [[1.0, 2.0], [1.0, 2.0]]);
        check("M 1 2 L 3 -1 Z", [[1.0, -1.0], [3.0, 2.0]]);
        check("M 0 0 Q 1 2 2 0", [[0.0, 0.0], [2.0, 1.0]]);
        check("M 0 0 C 0 4 4 4 4 0", [[0.0, 0.0], [4.0, 3.0]]);
        // x turns round where 8 t^2 - 8 t + 1 = 0.
        let root = std::f64::consts::SQRT_2;
        check("M 0 0 C -4 0 8 0 4 0", [[2.0 - 2.0 * root, 0.0], [2.0 + 2.0 * root, 0.0]]);
        check("M -1 0 A 1 1 0 0 1 1 0 A 1 1 0 0 1 -1 0", [[-1.0, -1.0], [1.0, 1.0]]);
        assert_eq!(Outline::default().bounds(), None);
    }

    #[test]
    fn a_box_is_fitted_without_distortion() {
        let mut icon = parse("M 2 4 L 22 4 L 12 20 Z").unwrap();
        let mut margins = icon.clone();
        icon.fit(icon.bounds().unwrap());
        assert_eq!(icon.points, [[-0.5, -0.4], [0.5, -0.4], [0.0, 0.4]]);
        margins.fit(view_box("0 0 24 24").unwrap());
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(margins.points[0][0], -10.0 / 24.0) && near(margins.points[0][1], -8.0 / 24.0));
        assert_eq!(view_box("0,-960 960 480").unwrap(), [[0.0, -960.0], [960.0, -480.0]]);
        for wrong in ["", "0 0 24", "0 0 24 0", "0 0 24 24 1", "0 0 x 24"] {
            assert!(view_box(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_path() {
        let check =
            |text: &str, expected: &str| assert_eq!(parse(text).unwrap_err().message, expected, "{text}");
        check("", "the path is empty");
        check("L 0 0", "the path begins with 'L', expected M: where it starts");
        check("M 0", "the path has its end where 'M' needs a number");
        check("M 0 x", "the path has 'x' where 'M' needs a number");
        check("M 0 0 A 1 1", "the path has its end where 'A' needs a number");
        check("M 0 0 A 1 1 0 2 0 1 1", "the path has '2' where an arc needs a flag, 0 or 1");
        check("M 0 0 B", "the path has the unknown letter 'B'");
        check("M 0 0 Z 1 1", "the path has '1' where a letter such as M, L or C belongs");
        check("5", "the path has '5' where a letter such as M, L or C belongs");
        assert!(bezier(&[[0.0; 2]; 3], false).is_err());
    }
}
