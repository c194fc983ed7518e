//! What is left of a line where elements are missing or where a camera sees only a part of it.

use crate::draw::LinePoint;
use crate::world::tables::Polyline;

/// A corner of a line as a camera sees it: across, down, and how far away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Corner {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) depth: f32,
}

/// The depths between which a camera sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slab {
    pub(crate) near: f32,
    pub(crate) far: f32,
}

impl Slab {
    /// Without a camera that cuts.
    pub(crate) const ALL: Self = Self { near: f32::NEG_INFINITY, far: f32::INFINITY };

    pub(crate) fn has(self, depth: f32) -> bool {
        depth >= self.near && depth <= self.far
    }

    /// The part of a segment that is inside, or none. Its depths are finite.
    fn cut(self, from: Corner, to: Corner) -> Option<[Corner; 2]> {
        let Self { near, far } = self;
        let (nearest, furthest) = (from.depth.min(to.depth), from.depth.max(to.depth));
        if !(near <= far && furthest >= near && nearest <= far) {
            return None;
        }
        let end = |from: Corner, to: Corner| {
            let depth = match from.depth {
                depth if depth < near => near,
                depth if depth > far => far,
                _ => return from,
            };
            // The other end lies on the other side of this plane, so this divides by no 0.
            let share = (depth - from.depth) / (to.depth - from.depth);
            Corner { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, depth }
        };
        Some([end(from, to), end(to, from)])
    }
}

/// A line to be cut. `elements` are those that can be drawn, ascending, out of `count`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) elements: &'a [u32],
    pub(crate) count: u32,
    pub(crate) is_closed: bool,
    pub(crate) is_filled: bool,
    pub(crate) slab: Slab,
}

impl Line<'_> {
    /// The segment that begins at the element in place `at` of the list, if there is one: to the next element, which
    /// has to be the next of all, or from the last of all to the first.
    fn next(&self, at: usize) -> Option<u32> {
        let k = self.elements[at];
        let next = match self.elements.get(at + 1) {
            Some(&next) => next,
            None if self.is_closed && self.count > 1 => self.elements[0],
            None => return None,
        };
        (next == (k + 1) % self.count).then_some(next)
    }

    /// Where in the list a piece begins, so that none is cut in two: a closed line has no first element.
    fn start(&self, corner: impl Fn(usize) -> Corner) -> usize {
        let n = self.elements.len();
        let begins = |at: usize| {
            let before = (at + n - 1) % n;
            self.next(before) != Some(self.elements[at])
                || !self.slab.has(corner(self.elements[at] as usize).depth)
        };
        if self.is_closed { (0..n).find(|&at| begins(at)).unwrap_or(0) } else { 0 }
    }

    /// Fills `out` with what is left and gives true, or gives false where nothing is missing. `corner` is where an
    /// element is, `place` where that lies on the plane of the view.
    ///
    /// The line is cut segment by segment. The polygon is cut as Sutherland and Hodgman do it, at both planes in one
    /// go: what leaves through a plane comes back through the same one, since on its way to the other it is seen.
    pub(crate) fn cut(
        &self,
        out: &mut Polyline,
        corner: impl Fn(usize) -> Corner + Copy,
        place: impl Fn(Corner) -> [f32; 2],
    ) -> bool {
        let n = self.elements.len();
        let has = |k: u32| self.slab.has(corner(k as usize).depth);
        if n == self.count as usize && self.elements.iter().all(|&k| has(k)) {
            return false;
        }
        out.line.clear();
        out.area.clear();
        let start = if n > 0 { self.start(corner) } else { 0 };
        // Of those in sight, the one furthest away; else where the first piece begins.
        let mut furthest: Option<(f32, u32)> = None;
        let mut first = None;
        let mut is_drawing = false;
        for at in (start..n).chain(0..start) {
            let (k, here) = (self.elements[at], corner(self.elements[at] as usize));
            let is_seen = self.slab.has(here.depth);
            if is_seen {
                if furthest.is_none_or(|(depth, of)| here.depth > depth || (here.depth == depth && k < of)) {
                    furthest = Some((here.depth, k));
                }
                if !is_drawing {
                    out.line.push(LinePoint { position: place(here), starts: true });
                }
            }
            is_drawing = false;
            let Some(next) = self.next(at) else { continue };
            let Some([from, to]) = self.slab.cut(here, corner(next as usize)) else { continue };
            if !is_seen {
                first.get_or_insert(k);
                out.line.push(LinePoint { position: place(from), starts: true });
            }
            out.line.push(LinePoint { position: place(to), starts: false });
            is_drawing = has(next);
        }
        if self.is_filled {
            for (at, &k) in self.elements.iter().enumerate() {
                let (here, next) = (corner(k as usize), corner(self.elements[(at + 1) % n] as usize));
                if self.slab.has(here.depth) {
                    out.area.push(place(here));
                }
                if let Some([from, to]) = self.slab.cut(here, next) {
                    out.area.extend((!self.slab.has(here.depth)).then(|| place(from)));
                    out.area.extend((!self.slab.has(next.depth)).then(|| place(to)));
                }
            }
        }
        let is_first_seen = self.elements.first() == Some(&0) && has(0);
        out.pen = match furthest {
            _ if is_first_seen => 0,
            Some((_, k)) => k,
            None => first.unwrap_or(0),
        };
        true
    }

    /// The corner in which the line begins that is drawn with an element out of sight.
    pub(crate) fn first_cut(&self, pen: u32, corner: impl Fn(usize) -> Corner) -> Option<Corner> {
        let at = self.elements.iter().position(|&k| k == pen)?;
        let (here, next) = (corner(pen as usize), corner(self.next(at)? as usize));
        self.slab.cut(here, next).map(|[from, _]| from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces, area and pen.
    type Cut = (Vec<Vec<f32>>, Vec<f32>, u32);

    /// Cuts a line whose depths are given (NaN: an element that cannot be drawn) between 0 and 10. Element `k` stands at
    /// x = 10 k. Gives the pieces as x of their corners, the area and the pen.
    fn cut(depths: &[f32], is_closed: bool) -> Option<Cut> {
        let elements: Vec<u32> = (0..depths.len() as u32).filter(|&k| !depths[k as usize].is_nan()).collect();
        let slab = Slab { near: 0.0, far: 10.0 };
        let count = depths.len() as u32;
        let line = Line { elements: &elements, count, is_closed, is_filled: true, slab };
        let mut out = Polyline::new(depths.len(), true);
        let room = (out.line.capacity(), out.area.capacity());
        let corner = |k: usize| Corner { x: 10.0 * k as f32, y: 0.0, depth: depths[k] };
        let is_cut = line.cut(&mut out, corner, |corner| [corner.x, corner.depth]);
        assert_eq!((out.line.capacity(), out.area.capacity()), room, "no more room than was given");
        assert!(out.line.iter().all(|point| slab.has(point.position[1])));
        assert!(out.area.iter().all(|point| slab.has(point[1])));
        let mut pieces: Vec<Vec<f32>> = Vec::new();
        for point in &out.line {
            if point.starts {
                pieces.push(Vec::new());
            }
            pieces.last_mut().expect("the first corner starts").push(point.position[0]);
        }
        // Enough digits for the places in the table below.
        let short = |x: f32| (f64::from(x) * 1000.0).round() as f32 / 1000.0;
        let pieces = pieces.into_iter().map(|piece| piece.into_iter().map(short).collect()).collect();
        is_cut.then(|| (pieces, out.area.iter().map(|point| short(point[0])).collect(), out.pen))
    }

    #[test]
    fn lines_are_cut_where_they_leave() {
        type Expected<'a> = (&'a [&'a [f32]], &'a [f32], u32);
        let check = |depths: &[f32], is_closed: bool, expected: Option<Expected<'_>>| {
            let expected = expected.map(|(pieces, area, pen)| {
                (pieces.iter().map(|piece| piece.to_vec()).collect(), area.to_vec(), pen)
            });
            assert_eq!(cut(depths, is_closed), expected, "{depths:?} {is_closed}");
        };
        let nan = f32::NAN;
        check(&[1.0, 2.0, 10.0], false, None);
        check(&[1.0, 2.0, 0.0], true, None);
        check(&[], true, None);
        // The end, the beginning, the middle.
        check(&[5.0, 5.0, -5.0], false, Some((&[&[0.0, 10.0, 15.0]], &[0.0, 10.0, 15.0, 10.0], 0)));
        check(&[-5.0, 5.0, 6.0], false, Some((&[&[5.0, 10.0, 20.0]], &[5.0, 10.0, 20.0, 9.091], 2)));
        check(&[5.0, -5.0, 5.0], false, Some((&[&[0.0, 5.0], &[15.0, 20.0]], &[0.0, 5.0, 15.0, 20.0], 0)));
        // Through both planes with no element between them, and past them.
        check(&[-10.0, 20.0], false, Some((&[&[3.333, 6.667]], &[3.333, 6.667, 6.667, 3.333], 0)));
        check(&[-10.0, -20.0], false, Some((&[], &[], 0)));
        check(&[20.0, 20.0, 30.0], true, Some((&[], &[], 0)));
        // A closed line: what runs through its first element is one piece.
        check(
            &[5.0, 5.0, -5.0, 5.0],
            true,
            Some((&[&[25.0, 30.0, 0.0, 10.0, 15.0]], &[0.0, 10.0, 15.0, 25.0, 30.0], 0)),
        );
        check(&[-5.0, 5.0, 7.0], true, Some((&[&[5.0, 10.0, 20.0, 8.333]], &[5.0, 10.0, 20.0, 8.333], 2)));
        // Elements that cannot be drawn.
        check(&[5.0, nan, 5.0, 6.0], false, Some((&[&[0.0], &[20.0, 30.0]], &[0.0, 20.0, 30.0], 0)));
        check(&[nan, 5.0, 6.0], false, Some((&[&[10.0, 20.0]], &[10.0, 20.0], 2)));
        check(&[5.0, 5.0, nan, 5.0], true, Some((&[&[30.0, 0.0, 10.0]], &[0.0, 10.0, 30.0], 0)));
        check(&[nan, 5.0, 5.0, 5.0], true, Some((&[&[10.0, 20.0, 30.0]], &[10.0, 20.0, 30.0], 1)));
        check(&[nan], true, Some((&[], &[], 0)));
        check(&[nan, 5.0, nan, 5.0], true, Some((&[&[10.0], &[30.0]], &[10.0, 30.0], 1)));
        check(&[5.0, nan], true, Some((&[&[0.0]], &[0.0], 0)));
    }

    /// Against points along every segment, sampled: what is inside is drawn, what is not is not.
    #[test]
    fn random_lines_are_what_is_inside() {
        let mut bits: u32 = 7;
        let mut random = || {
            bits = bits.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            f64::from(bits >> 8) / f64::from(1 << 24)
        };
        for case in 0..2_000 {
            let count = 1 + (random() * 9.0) as usize;
            let is_closed = random() < 0.5;
            let depth = |value: f64| if value < 0.1 { f32::NAN } else { (value * 40.0 - 15.0) as f32 };
            let depths: Vec<f32> = (0..count).map(|_| depth(random())).collect();
            let Some((pieces, ..)) = cut(&depths, is_closed) else { continue };
            // Segments as pairs of x: of the line that is left, and of the naive one.
            let covers = |x: f64, from: f32, to: f32| {
                let (low, high) = (f64::from(from.min(to)), f64::from(from.max(to)));
                x > low && x < high
            };
            let drawn = |x: f64, is_closing: bool| {
                pieces.iter().flat_map(|piece| piece.windows(2)).any(|pair| {
                    // Only the closing segment runs back.
                    (pair[1] < pair[0]) == is_closing && covers(x, pair[0], pair[1])
                })
            };
            let segments = (0..count).filter(|&k| k + 1 < count || (is_closed && count > 1));
            for k in segments {
                let (a, b) = (depths[k], depths[(k + 1) % count]);
                let (from, to) = (10.0 * k as f64, 10.0 * ((k + 1) % count) as f64);
                for step in 0..20 {
                    let share = (f64::from(step) + random()) / 20.0;
                    let depth = f64::from(a) + (f64::from(b) - f64::from(a)) * share;
                    // At the very edge rounding decides.
                    if depth.abs() < 0.05 || (depth - 10.0).abs() < 0.05 {
                        continue;
                    }
                    let expected = depth > 0.0 && depth < 10.0;
                    let x = from + (to - from) * share;
                    assert_eq!(drawn(x, to < from), expected, "case {case}: {depths:?} {is_closed} at {x}");
                }
            }
        }
    }
}
