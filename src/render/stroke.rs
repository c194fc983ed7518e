//! From outlines to the polygons of their strokes.

use kurbo::{BezPath, PathEl, Point, Rect, Vec2};

use super::contour::Contours;
use super::curves;
use super::outline::{self, DOT_PX, LENGTH_TOLERANCE_PX, Pattern, Pen, subpaths};
use super::sight::{self, Cut};
use crate::frame::{Cap, Join, Shape};

/// Strokes outlines; keeps its buffers.
#[derive(Default)]
pub(super) struct Stroker {
    /// The outline to stroke: see [`clear`](Self::clear).
    pub(super) outline: BezPath,
    trimmed: BezPath,
    cut: Cut,
    dashed: BezPath,
    /// Scratch: lengths of segments, and an outline while it is rewritten.
    lengths: Vec<f64>,
    rewritten: BezPath,
    contours: Contours,
    /// Scratch: a stroke before it is cut to what is in sight.
    whole: BezPath,
}

/// Which of the stroker's paths holds what a pen draws along.
#[derive(Clone, Copy)]
enum Stage {
    Outline,
    Trimmed,
    Cut,
    Dashed,
}

impl Stroker {
    /// Starts over with the outline of `shape` in a box of `size` pixels around the origin; negative sides mirror it.
    pub(super) fn shape(&mut self, shape: &Shape<'_>, size: Vec2) {
        self.outline.truncate(0);
        outline::push_outline(&mut self.outline, shape, size.x.abs(), size.y.abs());
        if size.x < 0.0 || size.y < 0.0 {
            self.outline.apply_affine(kurbo::Affine::scale_non_uniform(
                1.0_f64.copysign(size.x),
                1.0_f64.copysign(size.y),
            ));
        }
        if matches!(shape, Shape::Path(_) | Shape::Text(_)) {
            self.spread_points();
        }
    }

    /// Starts over with a line through `points`, each with whether a new line begins there. `closed` joins its end
    /// to its beginning. Where another begins at once there is a point, which goes from there to there.
    pub(super) fn line(&mut self, points: impl Iterator<Item = (Point, bool)>, closed: bool) {
        self.outline.truncate(0);
        let mut alone = None;
        for (point, starts) in points {
            if starts {
                if let Some(point) = alone.replace(point) {
                    self.outline.line_to(point);
                }
                self.outline.move_to(point);
            } else {
                alone = None;
                self.outline.line_to(point);
            }
        }
        if let Some(point) = alone {
            self.outline.line_to(point);
        }
        if closed && !self.outline.elements().is_empty() {
            self.outline.close_path();
        }
        self.spread_points();
    }

    /// Gives subpaths without length just enough of one that caps show, and a direction: along x.
    fn spread_points(&mut self) {
        let is_point = |subpath: &[PathEl]| {
            let begin = subpath[0].end_point();
            let stays = |element: &PathEl| match *element {
                PathEl::MoveTo(p) | PathEl::LineTo(p) => Some(p) == begin,
                PathEl::QuadTo(a, p) => Some(a) == begin && Some(p) == begin,
                PathEl::CurveTo(a, b, p) => Some(a) == begin && Some(b) == begin && Some(p) == begin,
                PathEl::ClosePath => true,
            };
            // A move alone draws nothing.
            subpath.len() > 1 && subpath.iter().all(stays)
        };
        if !subpaths(self.outline.elements()).any(is_point) {
            return;
        }
        self.rewritten.truncate(0);
        for subpath in subpaths(self.outline.elements()) {
            match subpath[0] {
                PathEl::MoveTo(point) if is_point(subpath) => {
                    self.rewritten.move_to(point);
                    self.rewritten.line_to(point + Vec2::new(DOT_PX, 0.0));
                }
                _ => subpath.iter().for_each(|element| self.rewritten.push(*element)),
            }
        }
        std::mem::swap(&mut self.outline, &mut self.rewritten);
    }

    /// The stroke of [`outline`](Self::outline) as straight lines, appended to `out`; to be filled non-zero. Where
    /// only a part of it is needed, `sight` says which.
    pub(super) fn stroke(&mut self, out: &mut BezPath, pen: Pen, cap: Cap, join: Join, sight: Option<Rect>) {
        let stage = self.stage(pen, sight);
        let (mut contours, mut whole) = (std::mem::take(&mut self.contours), std::mem::take(&mut self.whole));
        match sight {
            Some(sight) => {
                whole.truncate(0);
                contours.push(&mut whole, self.path(stage), pen.width, (cap, join), Some(sight));
                sight::push_filled(out, whole.iter(), sight);
            }
            None => contours.push(out, self.path(stage), pen.width, (cap, join), None),
        }
        (self.contours, self.whole) = (contours, whole);
    }

    /// The part of the outline that `pen` draws, not yet dashed.
    pub(super) fn part(&mut self, pen: Pen) -> &BezPath {
        let stage = self.trimmed(pen);
        self.path(stage)
    }

    /// What `pen` draws along in `sight`, dashes and all.
    pub(super) fn part_in(&mut self, pen: Pen, sight: Rect) -> &BezPath {
        let stage = self.stage(pen, Some(sight));
        self.path(stage)
    }

    /// The dashes of a pen, unless they are too fine for the part that it draws.
    pub(super) fn pattern(&mut self, pen: Pen) -> Option<Pattern> {
        let stage = self.trimmed(pen);
        self.visible_pattern(pen, stage)
    }

    fn path(&self, stage: Stage) -> &BezPath {
        match stage {
            Stage::Outline => &self.outline,
            Stage::Trimmed => &self.trimmed,
            Stage::Cut => &self.cut.path,
            Stage::Dashed => &self.dashed,
        }
    }

    fn stage(&mut self, pen: Pen, sight: Option<Rect>) -> Stage {
        let part = self.trimmed(pen);
        let Some(sight) = sight else {
            return self.visible_pattern(pen, part).map_or(part, |pattern| self.dashed(pattern, part));
        };
        let reach = pen.reach() + 1.0;
        // Borrowed apart, since the part may be any of two other fields.
        let source = if matches!(part, Stage::Trimmed) { &self.trimmed } else { &self.outline };
        self.cut.make(source, sight.inflate(reach, reach), pen.dash.is_some());
        // Of dashes only those in sight are made, so only they count.
        self.visible_pattern(pen, Stage::Cut).map_or(Stage::Cut, |pattern| self.dashed_runs(pattern))
    }

    fn trimmed(&mut self, pen: Pen) -> Stage {
        if pen.is_whole() {
            return Stage::Outline;
        }
        self.trimmed.truncate(0);
        outline::push_trimmed(&mut self.trimmed, &self.outline, pen.start, pen.end, &mut self.lengths);
        // Of a point there are no parts.
        let is_point = self.lengths.iter().sum::<f64>() <= LENGTH_TOLERANCE_PX;
        if is_point { Stage::Outline } else { Stage::Trimmed }
    }

    fn visible_pattern(&self, pen: Pen, stage: Stage) -> Option<Pattern> {
        let length = || self.path(stage).segments().map(curves::length).sum();
        pen.dash.filter(|pattern| !pattern.is_too_fine(length()))
    }

    fn dashed(&mut self, pattern: Pattern, part: Stage) -> Stage {
        let source = if matches!(part, Stage::Trimmed) { &self.trimmed } else { &self.outline };
        self.dashed.truncate(0);
        curves::push_dashes(&mut self.dashed, source.elements(), pattern);
        Stage::Dashed
    }

    /// As [`dashed`](Self::dashed), for the part in sight: every run continues the pattern where the whole outline
    /// would.
    fn dashed_runs(&mut self, pattern: Pattern) -> Stage {
        self.dashed.truncate(0);
        let elements = self.cut.path.elements();
        let (mut subpath_run, mut subpath_start) = (0, 0);
        for (k, run) in self.cut.runs.iter().enumerate() {
            if run.before == 0.0 {
                (subpath_run, subpath_start) = (k, self.dashed.elements().len());
            }
            let end = self.cut.runs.get(k + 1).map_or(elements.len(), |next| next.start);
            let pattern = Pattern { offset: pattern.offset + run.before, ..pattern };
            curves::push_dashes(&mut self.dashed, &elements[run.start..end], pattern);
            if run.first == Some(subpath_run) {
                sight::join_ends(&mut self.dashed, subpath_start);
            }
        }
        Stage::Dashed
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is expected comes from the geometry library")]
mod tests {
    use kurbo::Shape as _;

    use super::*;
    use crate::frame::Dash;

    #[test]
    fn dashes_are_bounded() {
        let mut stroker = Stroker::default();
        stroker.shape(&Shape::Ellipse, Vec2::new(200.0, 120.0));
        let length = stroker.outline.perimeter(1e-3);
        let mut check = |on: f64, off: f64, offset: f64, expected: Option<usize>| {
            let dash = Some(Pattern { on, off, offset });
            let pen = Pen { width: 2.0, start: 0.0, end: 1.0, dash };
            let is_dashed = matches!(stroker.stage(pen, None), Stage::Dashed);
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
}
