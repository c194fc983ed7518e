//! Dashes of more than two lengths, cut before there is a program: what draws strokes knows a dash and a gap.

use crate::language::path::Outline;
use crate::math::Real;

type Point = [f64; 2];

/// How many straight pieces the length of a curve is measured by: it is off by less than a thousandth.
const PIECES: usize = 48;
/// The most dashes of an outline.
const DASHES_MAX: f64 = 10_000.0;

/// A line or a curve.
struct Piece {
    /// Two to four points.
    points: Vec<Point>,
    /// How far it is from its start, at equal steps of its parameter.
    gone: Vec<f64>,
}

impl Piece {
    fn new(points: Vec<Point>) -> Self {
        let steps = if points.len() == 2 { 1 } else { PIECES };
        let mut gone = vec![0.0];
        let mut pen = points[0];
        for step in 1..=steps {
            let next = split(&points, step as f64 / steps as f64).0;
            let next = next[next.len() - 1];
            gone.push(gone[step - 1] + distance(pen, next));
            pen = next;
        }
        Self { points, gone }
    }

    fn length(&self) -> f64 {
        self.gone[self.gone.len() - 1]
    }

    /// Where it is a length from its start.
    fn parameter(&self, at: f64) -> f64 {
        let steps = self.gone.len() - 1;
        let step = self.gone.partition_point(|gone| *gone <= at).clamp(1, steps);
        let (before, behind) = (self.gone[step - 1], self.gone[step]);
        let share = if behind > before { (at - before) / (behind - before) } else { 0.0 };
        ((step - 1) as f64 + share.clamp(0.0, 1.0)) / steps as f64
    }

    /// The part of it between two lengths.
    fn between(&self, from: f64, to: f64) -> Vec<Point> {
        let (from, to) = (self.parameter(from), self.parameter(to));
        let (_, rest) = split(&self.points, from);
        let rest_of = if from < 1.0 { (to - from) / (1.0 - from) } else { 0.0 };
        split(&rest, rest_of).0
    }
}

/// Both parts of a curve at a parameter, by de Casteljau.
fn split(points: &[Point], t: f64) -> (Vec<Point>, Vec<Point>) {
    let mut row = points.to_vec();
    let (mut left, mut right) = (vec![row[0]], vec![row[row.len() - 1]]);
    while row.len() > 1 {
        let mix = |pair: &[Point]| [0, 1].map(|axis| pair[0][axis] * (1.0 - t) + pair[1][axis] * t);
        row = row.windows(2).map(mix).collect();
        left.push(row[0]);
        right.insert(0, row[row.len() - 1]);
    }
    (left, right)
}

fn distance(a: Point, b: Point) -> f64 {
    let [x, y] = [b[0] - a[0], b[1] - a[1]];
    (x * x + y * y).sqrt()
}

/// The subpaths of an outline.
fn subpaths(outline: &Outline) -> Vec<Vec<Piece>> {
    let mut ways: Vec<Vec<Piece>> = Vec::new();
    for (verb, way) in outline.pieces() {
        if verb == 'M' {
            ways.push(Vec::new());
            continue;
        }
        if let Some(pieces) = ways.last_mut() {
            pieces.push(Piece::new(way));
        }
        if verb == 'Z' {
            // What goes on behind a closed subpath begins where that did.
            ways.push(Vec::new());
        }
    }
    ways
}

/// How long an outline is.
pub(super) fn length(outline: &Outline) -> f64 {
    subpaths(outline).iter().flatten().map(Piece::length).sum()
}

/// The dashes of an outline as subpaths: `lengths` are a dash, a gap and so on, `offset` is how far into them each subpath begins.
/// `None` where they are too many.
pub(super) fn dashed(outline: &Outline, lengths: &[f64], offset: f64) -> Option<Outline> {
    let whole: f64 = lengths.iter().sum();
    let subpaths = subpaths(outline);
    let all: f64 = subpaths.iter().flatten().map(Piece::length).sum();
    let count = all / whole * lengths.len() as f64;
    if lengths.is_empty() || count.is_nan() || count > DASHES_MAX {
        return None;
    }
    let mut dashes = Outline::default();
    let mut put = |verb: char, points: &[Point]| {
        dashes.verbs.push(verb);
        dashes.points.extend(points);
    };
    for pieces in subpaths {
        // Of an offset that is far beyond any dash nothing is left but rounding.
        let into = offset - Real::floor(offset / whole) * whole;
        let mut left = if (0.0..whole).contains(&into) { into } else { 0.0 };
        let mut at = 0;
        while left >= lengths[at] && left > 0.0 {
            left -= lengths[at];
            at = (at + 1) % lengths.len();
        }
        // How much is left of the dash or gap.
        let mut left = lengths[at] - left;
        let mut is_begun = false;
        for piece in pieces {
            let (side, mut gone) = (piece.length(), 0.0);
            loop {
                let ends = gone + left < side;
                let to = if ends { gone + left } else { side };
                if at % 2 == 0 {
                    let points = piece.between(gone, to);
                    if !std::mem::replace(&mut is_begun, true) {
                        put('M', &points[..1]);
                    }
                    let verb = ['L', 'Q', 'C'][points.len() - 2];
                    put(verb, &points[1..]);
                }
                if !ends {
                    left -= side - gone;
                    break;
                }
                gone = to;
                at = (at + 1) % lengths.len();
                left = lengths[at];
                is_begun = false;
            }
        }
    }
    Some(dashes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::path::parse;

    #[test]
    fn dashes_are_cut_where_they_end() {
        let check = |path: &str, lengths: &[f64], offset: f64, expected: &str| {
            let found = dashed(&parse(path).unwrap(), lengths, offset).unwrap();
            assert_eq!(found, parse(expected).unwrap(), "{path} {lengths:?} {offset}");
        };
        check("M0 0 H10", &[2.0, 1.0, 1.0, 2.0], 0.0, "M0 0 H2 M3 0 H4 M6 0 H8 M9 0 H10");
        check("M0 0 H10", &[2.0, 1.0, 0.0, 2.0], 0.0, "M0 0 H2 M3 0 H3 M5 0 H7 M8 0 H8");
        check("M0 0 H10", &[2.0, 1.0, 1.0, 2.0], 5.0, "M1 0 H3 M4 0 H5 M7 0 H9");
        check("M0 0 H10", &[2.0, 1.0, 1.0, 2.0], -1.0, "M1 0 H3 M4 0 H5 M7 0 H9");
        // Far beyond what numbers can tell it begins anew.
        for far in [1e300, -1.7e300, 3.3e40] {
            let found = dashed(&parse("M0 0 H10").unwrap(), &[1.0, 1.3, 0.7, 2.1], far).unwrap();
            assert!(found.verbs.len() >= 4, "{far}: {found:?}");
        }
        // Around corners, and anew in each subpath.
        check("M0 0 H2 V2 M5 5 H9", &[3.0, 1.0], 0.0, "M0 0 H2 V1 M5 5 H8");
        check("M0 0 H1 V1 H0 Z", &[2.5, 9.0], 0.0, "M0 0 H1 V1 H.5");
        let half = dashed(&parse("M0 0 Q2 0 2 2").unwrap(), &[9.0, 1.0, 1.0, 1.0], 0.0).unwrap();
        assert_eq!(half, parse("M0 0 Q2 0 2 2").unwrap());
        let circle = crate::language::path::ellipse([0.0; 2], [1.0; 2]);
        let parts = dashed(&circle, &[1.0, 0.5, 0.25, 0.5], 0.25).unwrap();
        let off = |[x, y]: Point| ((x * x + y * y).sqrt() - 1.0).abs();
        assert!(subpaths(&parts).iter().flatten().all(|piece| off(piece.points[0]) < 1e-3));
    }

    #[test]
    fn curves_are_as_long_as_they_are() {
        let turn = std::f64::consts::TAU;
        assert!((length(&crate::language::path::ellipse([3.0, 1.0], [1.0; 2])) - turn).abs() < 3e-3);
        assert_eq!(length(&parse("M0 0 H3 V4 Z M9 9 H11").unwrap()), 14.0);
        assert_eq!(dashed(&parse("M0 0 H1e5").unwrap(), &[0.1, 0.1], 0.0), None);
    }
}
