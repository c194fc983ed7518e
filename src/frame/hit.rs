//! Which element is drawn at a place: what a click meets.
//!
//! The outline of an element as it was drawn counts, with its size and its rotation: what is filled, and what the stroke covers.
//! Corners and ends of strokes count as round, and a stroke that is dashed or of which a part is trimmed away as whole: a
//! pointer is no finer than that. All of it is f64, from `math`, so it is the same everywhere.

use super::pass::Drawn;
use super::{Frame, Pass};
use crate::draw::{FillRule, Path, Shape, Verb, View};
use crate::id::DomainId;
use crate::math::curve::Segment;
use crate::math::real::Real;
use crate::program::PassRow;

/// An element that is drawn at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The pass that draws it there.
    pub pass: &'a str,
    /// Its place in the domain, from 0.
    pub index: usize,
}

impl<'a> Frame<'a> {
    /// The element of a domain that is drawn at a place of the canvas, the uppermost of several. The place is in world units as
    /// they are without a camera: 0 to 1 over the shorter side, from the left and from above, so that the middle of the canvas is
    /// (0.5, 0.5). What is gone and still drawn is not met, and what other domains draw hides nothing.
    ///
    /// ```
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("dots");
    /// let dots = b.domain("dots", 4);
    /// let place = b.vec2(b.rank(dots), 0.5);
    /// b.pass("dots", dots).circle().position(place).size(0.2).color(b.rgba(1.0, 0.0, 0.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// let frame = engine.frame(0)?;
    /// assert_eq!(frame.hit("dots", [0.4, 0.55]).map(|hit| hit.index), Some(1));
    /// assert_eq!(frame.hit("dots", [0.5, 0.7]), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hit(&self, domain: &str, at: [f64; 2]) -> Option<Hit<'a>> {
        let row = self.program.data().domains.iter().position(|row| row.name == domain)?;
        let (at, index) = self.drawn.hit(DomainId(row as u32), self.counts[row], at)?;
        let pass = self.drawn.descriptors[at].row;
        Some(Hit { pass: &self.program.data().passes[pass as usize].name, index: index as usize })
    }
}

impl Frame<'_> {
    /// The element that a pass draws at a place of the canvas, as [`hit`](Self::hit) finds one of a whole domain: its place in the
    /// domain, from 0. None also where no pass has this name.
    pub fn hit_of_pass(&self, pass: &str, at: [f64; 2]) -> Option<usize> {
        let passes = &self.program.data().passes;
        let row = passes.iter().position(|row| row.name == pass)?;
        let living = self.counts[passes[row].domain as usize];
        let (_, index) = self.drawn.hit_of(living, at, |of, _| of as usize == row)?;
        Some(index as usize)
    }
}

impl Drawn<'_> {
    /// The uppermost of the first `living` elements of a domain that is drawn at a place, and the place of its pass among those
    /// of the frame.
    pub(crate) fn hit(&self, domain: DomainId, living: u32, at: [f64; 2]) -> Option<(usize, u32)> {
        self.hit_of(living, at, |_, pass| pass.domain == domain.0)
    }

    /// The same of what certain passes draw: told by their rows.
    pub(crate) fn hit_of(
        &self,
        living: u32,
        at: [f64; 2],
        is_asked: impl Fn(u32, &PassRow) -> bool,
    ) -> Option<(usize, u32)> {
        if !at.iter().all(|component| component.is_finite()) {
            return None;
        }
        let passes = &self.program.data().passes;
        (0..self.len()).rev().find_map(|place| {
            let whole = self.whole_of(place);
            let row = self.descriptors[whole].row;
            if !is_asked(row, &passes[row as usize]) {
                return None;
            }
            let index = met(&self.at(place), living as usize, at)?;
            Some((whole, index as u32))
        })
    }
}

/// The uppermost element of a pass that is drawn at a place.
fn met(pass: &Pass<'_>, living: usize, at: [f64; 2]) -> Option<usize> {
    let at = in_world(pass.view, at);
    if let Shape::Line { closed } = pass.shape {
        return line_is_met(pass, closed, at).then(|| nearest(pass, living, at)).flatten();
    }
    let reach = match pass.shape {
        Shape::Path(path) => path.reach(),
        Shape::Paths(paths) => paths.reach(),
        Shape::Text(text) => text.area.reach(),
        // Of each its own.
        Shape::Texts(_) => [0.5; 2],
        Shape::Ellipse
        | Shape::Rect { .. }
        | Shape::Polygon { .. }
        | Shape::Star { .. }
        | Shape::Image(_)
        | Shape::Line { .. } => [0.5; 2],
    };
    let reach = reach.map(|side| f64::from(side).max(0.5));
    let list = pass.elements();
    (0..list.len()).rev().find_map(|from_first| {
        let index = pass.order.map_or(from_first, |order| order[from_first] as usize);
        (index < living && is_met(pass, index, reach, at)).then_some(index)
    })
}

/// A place of the canvas in the coordinates of a view.
fn in_world(View { center, extent, rotation }: View, [x, y]: [f64; 2]) -> [f64; 2] {
    let (sin, cos) = (f64::from(rotation) / std::f64::consts::TAU).sin_cos_turns();
    let (x, y, extent) = (x - 0.5, y - 0.5, f64::from(extent));
    let [across, down] = center.map(f64::from);
    [across + (x * cos - y * sin) * extent, down + (x * sin + y * cos) * extent]
}

/// Whether an element is drawn at a place.
fn is_met(pass: &Pass<'_>, index: usize, reach: [f64; 2], [x, y]: [f64; 2]) -> bool {
    let shape = pass.shape.of(index);
    let reach = match (pass.shape, shape) {
        (Shape::Texts(_), Shape::Text(text)) => text.area.reach().map(f64::from),
        _ => reach,
    };
    let number = |lanes: crate::frame::Lanes<'_>| f64::from(lanes.get(index));
    let (width, height) = (number(pass.width), number(pass.height));
    let (x, y) = (x - number(pass.x), y - number(pass.y));
    let half_pen = half_pen(pass, index);
    // Half a diagonal is no longer than both halves together. What is no number compares with nothing.
    let far = width.abs() * reach[0] + height.abs() * reach[1] + half_pen.unwrap_or(0.0);
    if !(x.abs() <= far && y.abs() <= far && pass.draws(index)) {
        return false;
    }
    let (sin, cos) = (number(pass.rotation) / std::f64::consts::TAU).sin_cos_turns();
    let at = [x * cos + y * sin, y * cos - x * sin];
    let is_filled = pass.fill.is_some_and(|fill| fill.get(index).to_array()[3] > 0);
    let Edge { is_inside, distance } = edge(shape, [width, height], at);
    // Of a text what it takes is met, and not only its letters.
    if matches!(shape, Shape::Text(_)) {
        return is_inside;
    }
    is_filled && is_inside || half_pen.is_some_and(|half| distance <= half)
}

/// Half of how wide the stroke of an element is, where it has one that can be seen.
fn half_pen(pass: &Pass<'_>, index: usize) -> Option<f64> {
    let stroke = pass.stroke.filter(|stroke| stroke.draws(index))?;
    Some(f64::from(stroke.width.get(index)) * 0.5)
}

/// Whether a line covers a place.
fn line_is_met(pass: &Pass<'_>, closed: bool, at: [f64; 2]) -> bool {
    let Some(pen) = pass.pen().filter(|&pen| pass.draws(pen)) else { return false };
    if pass.fill.is_some_and(|fill| fill.get(pen).to_array()[3] > 0) {
        let mut probe = Probe::new(at);
        probe.polygon(pass.area().map(|point| point.map(f64::from)));
        if probe.winding != 0 {
            return true;
        }
    }
    let Some(half) = half_pen(pass, pen) else { return false };
    let mut probe = Probe::new(at);
    let (mut first, mut last) = (None, None);
    for point in pass.line() {
        let place = point.position.map(f64::from);
        let from = last.filter(|_| !point.starts).unwrap_or(place);
        probe.segment(from, place);
        first = first.or(Some(place));
        last = Some(place);
    }
    if let (Some(first), Some(last), true) = (first, last, closed) {
        probe.segment(last, first);
    }
    probe.nearest.sqrt() <= half
}

/// The element of a line whose place is nearest; of equal ones the first.
fn nearest(pass: &Pass<'_>, living: usize, [x, y]: [f64; 2]) -> Option<usize> {
    let mut best: Option<(f64, usize)> = None;
    for index in pass.elements().filter(|&index| index < living) {
        let (dx, dy) = (f64::from(pass.x.get(index)) - x, f64::from(pass.y.get(index)) - y);
        let distance = dx * dx + dy * dy;
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, index));
        }
    }
    best.map(|(_, index)| index)
}

/// Where a place is from an outline.
struct Edge {
    is_inside: bool,
    /// From the outline, on either side.
    distance: f64,
}

/// Where a place is from the outline of a shape in a box around the origin.
fn edge(shape: Shape<'_>, [width, height]: [f64; 2], at: [f64; 2]) -> Edge {
    let half = [width.abs() * 0.5, height.abs() * 0.5];
    match shape {
        Shape::Image(sprite) => edge(Shape::Rect { corner: sprite.corner.get(0) }, [width, height], at),
        Shape::Rect { corner } => {
            let corner = if corner.is_nan() { 0.0 } else { f64::from(corner).clamp(0.0, 1.0) };
            let radius = corner * half[0].min(half[1]);
            rounded([at[0].abs() - half[0] + radius, at[1].abs() - half[1] + radius], radius)
        }
        // A circle is a point that is rounded.
        Shape::Ellipse if half[0] == half[1] => rounded(at.map(f64::abs), half[0]),
        Shape::Ellipse => {
            let mut probe = Probe::new(at);
            probe.polygon(ring(ELLIPSE_CORNERS, |_| 0.5).map(|[x, y]| [x * width, y * height]));
            let [x, y] = [at[0] / width, at[1] / height];
            Edge { is_inside: x * x + y * y <= 0.25, distance: probe.nearest.sqrt() }
        }
        Shape::Polygon { sides } => {
            let mut probe = Probe::new(at);
            probe.polygon(ring(sides, |_| 0.5).map(|[x, y]| [x * width, y * height]));
            probe.edge(FillRule::NonZero)
        }
        Shape::Star { points, inner } => {
            let inner = f64::from(inner).clamp(0.0, 1.0) * 0.5;
            let mut probe = Probe::new(at);
            let corners = ring(points.saturating_mul(2), |corner| if corner % 2 == 1 { inner } else { 0.5 });
            probe.polygon(corners.map(|[x, y]| [x * width, y * height]));
            probe.edge(FillRule::NonZero)
        }
        Shape::Path(path) => {
            let mut probe = Probe::new(at);
            probe.path(path, [width, height]);
            probe.edge(path.fill_rule)
        }
        Shape::Text(text) => {
            let is_inside = text.area.has([at[0] / width, at[1] / height]);
            Edge { is_inside, distance: f64::INFINITY }
        }
        // Met as a whole, or element by element.
        Shape::Line { .. } | Shape::Paths(_) | Shape::Texts(_) => {
            Edge { is_inside: false, distance: f64::INFINITY }
        }
    }
}

/// Of a box with round corners, by how far a place is beyond the straight part along both axes.
fn rounded([x, y]: [f64; 2], radius: f64) -> Edge {
    let (out_x, out_y) = (x.max(0.0), y.max(0.0));
    let beyond = (out_x * out_x + out_y * out_y).sqrt() + x.max(y).min(0.0) - radius;
    Edge { is_inside: beyond <= 0.0, distance: beyond.abs() }
}

/// How many corners stand for an ellipse that is no circle, where its stroke is looked for.
const ELLIPSE_CORNERS: u32 = 128;
/// How many straight pieces stand for a curve.
const PIECES: u32 = 32;

/// Corners around the origin, clockwise from the top.
fn ring(count: u32, radius: impl Fn(u32) -> f64) -> impl Iterator<Item = [f64; 2]> {
    (0..count).map(move |corner| {
        let (sin, cos) = (f64::from(corner) / f64::from(count)).sin_cos_turns();
        [sin * radius(corner), -cos * radius(corner)]
    })
}

/// Looks from a place at the pieces of an outline.
struct Probe {
    at: [f64; 2],
    /// How often the outline goes around the place.
    winding: i32,
    /// The square of how far the nearest piece is.
    nearest: f64,
}

impl Probe {
    fn new(at: [f64; 2]) -> Self {
        Self { at, winding: 0, nearest: f64::INFINITY }
    }

    fn edge(&self, rule: FillRule) -> Edge {
        let is_inside = match rule {
            FillRule::NonZero => self.winding != 0,
            FillRule::EvenOdd => self.winding % 2 != 0,
        };
        Edge { is_inside, distance: self.nearest.sqrt() }
    }

    /// A straight piece of an outline.
    fn segment(&mut self, from: [f64; 2], to: [f64; 2]) {
        self.crossing(from, to);
        let [x, y] = [to[0] - from[0], to[1] - from[1]];
        let [px, py] = [self.at[0] - from[0], self.at[1] - from[1]];
        let length = x * x + y * y;
        let share = if length > 0.0 { ((px * x + py * y) / length).clamp(0.0, 1.0) } else { 0.0 };
        let [dx, dy] = [px - x * share, py - y * share];
        let distance = dx * dx + dy * dy;
        if distance < self.nearest {
            self.nearest = distance;
        }
    }

    /// A straight piece of the edge of what is filled, whether or not it is drawn.
    fn crossing(&mut self, from: [f64; 2], to: [f64; 2]) {
        let [x, y] = self.at;
        let is_up = from[1] <= y;
        if is_up == (to[1] <= y) {
            return;
        }
        let side = (to[0] - from[0]) * (y - from[1]) - (x - from[0]) * (to[1] - from[1]);
        match (is_up, side > 0.0, side < 0.0) {
            (true, true, _) => self.winding += 1,
            (false, _, true) => self.winding -= 1,
            (true | false, _, _) => {}
        }
    }

    /// An outline that is closed.
    fn polygon(&mut self, corners: impl Iterator<Item = [f64; 2]>) {
        let (mut first, mut last) = (None, None);
        for corner in corners {
            self.segment(last.unwrap_or(corner), corner);
            first = first.or(Some(corner));
            last = Some(corner);
        }
        if let (Some(first), Some(last)) = (first, last) {
            self.segment(last, first);
        }
    }

    /// A path in a box. A verb whose points are missing or not finite ends it, as where it is drawn.
    fn path(&mut self, path: &Path, size: [f64; 2]) {
        let is_finite = |point: &&[f32; 2]| point.iter().all(|component| component.is_finite());
        let places = path.points.iter().take_while(is_finite);
        let mut places = places.map(|&[x, y]| [f64::from(x) * size[0], f64::from(y) * size[1]]);
        let mut open: Option<[[f64; 2]; 2]> = None;
        for verb in &path.verbs {
            let mut next = || places.next();
            let drawn = match (verb, open) {
                (Verb::Move, before) => next().map(|to| {
                    if let Some([start, last]) = before {
                        self.crossing(last, start);
                    }
                    [to, to]
                }),
                // A path that does not begin with a move has nowhere to begin.
                (_, None) => None,
                (Verb::Line, Some([start, last])) => next().map(|to| {
                    self.segment(last, to);
                    [start, to]
                }),
                (Verb::Quad, Some([start, last])) => next().zip(next()).map(|(a, to)| {
                    self.curve(last, &Segment::Quad([last, a, to]));
                    [start, to]
                }),
                (Verb::Cubic, Some([start, last])) => next().zip(next()).zip(next()).map(|((a, b), to)| {
                    self.curve(last, &Segment::Cubic([last, a, b, to]));
                    [start, to]
                }),
                (Verb::Close, Some([start, last])) => {
                    self.segment(last, start);
                    Some([start, start])
                }
            };
            if drawn.is_none() {
                break;
            }
            open = drawn;
        }
        if let Some([start, last]) = open {
            self.crossing(last, start);
        }
    }

    fn curve(&mut self, from: [f64; 2], curve: &Segment) {
        let mut last = from;
        for piece in 1..=PIECES {
            let to = curve.point(f64::from(piece) / f64::from(PIECES));
            self.segment(last, to);
            last = to;
        }
    }
}
