//! What no formula covers, as the pieces of its outlines: polygons, stars, paths, lines, dashes, trims, and shapes of which an
//! edge is far away.

use kurbo::{Affine, BezPath, Point, Rect, Vec2};

use super::super::element::{Element, Paint as Painted};
use super::super::outline::{self, Circles, NEAR_DASHED_PX, NEAR_PX, Pen};
use super::super::sight;
use super::super::stroke::Stroker;
use super::item::{Form, Item, Paint};
use super::pieces::Layer;
use super::tiler::Scene;
use crate::frame::{Blend, FillRule, Glyph, Outlines, Pass, Rgba8, Shape};

/// Makes outlines; keeps its buffers.
pub(super) struct Outliner {
    circles: Circles,
    /// Whether the unit outlines are those of the pass.
    is_ready: bool,
    /// How far the shape reaches from its centre, in widths and heights.
    reach: Vec2,
    /// Unit outline of the shape.
    unit: BezPath,
    /// Unit outlines of the paths that elements have of their own; there may be more, of an earlier pass.
    own_units: Vec<BezPath>,
    glyphs: Glyphs,
    path: BezPath,
    stroker: Stroker,
    strokes: StrokeMemo,
}

/// Outlines of glyphs in straight lines, kept from frame to frame.
#[derive(Default)]
struct Glyphs {
    /// The size in pixels that those of the pass are made for: a power of two, so that they last while letters grow.
    largest: f64,
    made: Vec<MadeGlyph>,
}

/// What an outline was made of, and what it is.
#[derive(Default)]
struct MadeGlyph {
    /// Which outline, by what tells it from others.
    of: Option<(u32, usize)>,
    largest: f64,
    path: BezPath,
}

impl Glyphs {
    /// Those of a pass whose letters are of so many pixels at most.
    fn begin(&mut self, largest: f64) {
        self.largest = 16.0;
        while self.largest < largest.min(NEAR_PX) {
            self.largest *= 2.0;
        }
    }

    /// A glyph in straight lines, in ems.
    fn get(&mut self, outlines: &Outlines, glyph: &Glyph) -> &BezPath {
        let at = glyph.outline as usize;
        if self.made.len() <= at {
            self.made.resize_with(at + 1, MadeGlyph::default);
        }
        let made = &mut self.made[at];
        let outline = outlines.get(glyph.outline);
        let of = Some((outlines.digest(glyph.outline), outline.points.len()));
        if made.of != of || made.largest != self.largest {
            (made.of, made.largest) = (of, self.largest);
            made.path.truncate(0);
            outline::push_glyph(&mut made.path, outline, self.largest);
        }
        &made.path
    }
}

/// The last stroke outline of the pass: elements that differ only in place and angle share it.
#[derive(Default)]
struct StrokeMemo {
    made_for: Option<(Vec2, Pen, Option<usize>)>,
    path: BezPath,
}

/// Where an element is drawn.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) center: Point,
    /// The unit vector along its width.
    pub(super) axis: Vec2,
    /// Pixels per world unit.
    pub(super) scale: f64,
    pub(super) canvas: Rect,
}

impl Outliner {
    pub(super) fn new() -> Self {
        Self {
            circles: Circles::new(),
            is_ready: false,
            reach: Vec2::ZERO,
            unit: BezPath::new(),
            own_units: Vec::new(),
            glyphs: Glyphs::default(),
            path: BezPath::new(),
            stroker: Stroker::default(),
            strokes: StrokeMemo::default(),
        }
    }

    /// Begins with a pass.
    pub(super) fn begin(&mut self) {
        self.is_ready = false;
        self.strokes.made_for = None;
    }

    /// Makes the outlines that elements of the pass share.
    fn ready(&mut self, pass: &Pass<'_>, scale: f64) {
        if std::mem::replace(&mut self.is_ready, true) {
            return;
        }
        self.reach = outline::reach(&pass.shape);
        let longest = pass.elements().map(|k| pass.width.get(k).abs().max(pass.height.get(k).abs()));
        let longest = longest.filter(|side| side.is_finite()).fold(0.0, f32::max);
        // Longer ones are outlined by themselves.
        let mut longest = f64::from(longest) * scale;
        if self.reach.x.max(self.reach.y) > 0.0 {
            longest = longest.min(NEAR_PX / self.reach.x.max(self.reach.y));
        }
        self.glyphs.begin(longest);
        self.unit.truncate(0);
        outline::push_unit(&mut self.unit, &pass.shape, longest);
        if let Shape::Paths(paths) = pass.shape {
            let all = paths.all();
            self.own_units.resize_with(all.len().max(self.own_units.len()), BezPath::new);
            for (path, unit) in all.iter().zip(&mut self.own_units) {
                unit.truncate(0);
                outline::push_unit(unit, &Shape::Path(path), longest);
            }
        }
    }

    /// The item of an element and its pieces, if any of it may be in the canvas.
    pub(super) fn element(
        &mut self,
        scene: &mut Scene,
        pass: &Pass<'_>,
        index: usize,
        element: &Element,
        place: &Place,
    ) {
        let &Element { size, paint, .. } = element;
        let &Place { center, axis, scale, canvas } = place;
        self.ready(pass, scale);
        let shape = pass.shape.of(index);
        let reach = match (pass.shape, shape) {
            (Shape::Texts(_), Shape::Text(_)) => outline::reach(&shape),
            _ => self.reach,
        };
        let filled = Vec2::new(size.x * reach.x, size.y * reach.y).hypot();
        let inked = filled + paint.stroke.map_or(0.0, |(_, pen)| pen.reach()) + 1.0;
        let bounds = Rect::new(center.x - inked, center.y - inked, center.x + inked, center.y + inked);
        let bounds = bounds.intersect(canvas);
        if bounds.x0 >= bounds.x1 || bounds.y0 >= bounds.y1 {
            return;
        }
        let turned = Affine::new([axis.x, axis.y, -axis.y, axis.x, center.x, center.y]);
        let [fill, stroke] = [false, true].map(|is_stroke| Layer::new(scene.items.len(), is_stroke));
        if paint.fill.is_some() {
            if filled > NEAR_PX {
                self.fill_far(scene, fill, &shape, turned, size, canvas);
            } else {
                self.fill(scene, fill, pass, index, turned, size);
            }
        }
        if let Some((_, pen)) = paint.stroke {
            let near = if pen.dash.is_some() { NEAR_DASHED_PX } else { NEAR_PX };
            let sight = (inked > near).then_some(canvas);
            self.stroke(scene, stroke, pass, index, turned, size, pen, sight);
        }
        scene.items.push(item(paint, pass.blend, fill_rule(&shape)));
    }

    /// The one line through the elements of a pass.
    pub(super) fn line(
        &mut self,
        scene: &mut Scene,
        pass: &Pass<'_>,
        paint: Painted,
        view: Affine,
        canvas: Rect,
    ) {
        let Shape::Line { closed } = pass.shape else { return };
        let [fill, stroke] = [false, true].map(|is_stroke| Layer::new(scene.items.len(), is_stroke));
        if paint.fill.is_some() {
            outline::area(&mut self.stroker.outline, pass, view);
            if sight::leaves(&self.stroker.outline, canvas, NEAR_PX) {
                self.path.truncate(0);
                sight::push_filled(&mut self.path, self.stroker.outline.iter(), sight::around(canvas));
                scene.pieces.push(fill, &self.path, Affine::IDENTITY);
            } else {
                scene.pieces.push(fill, &self.stroker.outline, Affine::IDENTITY);
            }
        }
        if let (Some((_, pen)), Some(drawn)) = (paint.stroke, pass.stroke) {
            self.stroker.line(outline::line_points(pass, view), closed);
            let near = if pen.dash.is_some() { NEAR_DASHED_PX } else { NEAR_PX };
            let is_far = sight::leaves(&self.stroker.outline, canvas, near) || pen.reach() > near;
            let sight = is_far.then(|| sight::around(canvas));
            self.path.truncate(0);
            self.stroker.stroke(&mut self.path, pen, drawn.cap, drawn.join, sight);
            scene.pieces.push(stroke, &self.path, Affine::IDENTITY);
        }
        scene.items.push(item(paint, pass.blend, FillRule::NonZero));
    }

    /// Fills one element. `place` turns and moves pixels around the origin to the canvas.
    fn fill(
        &mut self,
        scene: &mut Scene,
        layer: Layer,
        pass: &Pass<'_>,
        index: usize,
        place: Affine,
        size: Vec2,
    ) {
        let scaled = place.pre_scale_non_uniform(size.x, size.y);
        match pass.shape {
            Shape::Ellipse => {
                let circle = self.circles.pick(size.x.abs().max(size.y.abs()) * 0.5);
                scene.pieces.push(layer, &circle.unit, scaled);
            }
            Shape::Rect { corner } => {
                let size = Vec2::new(size.x.abs(), size.y.abs());
                let radius = outline::corner_radius(corner, size.x, size.y);
                self.path.truncate(0);
                outline::push_rounded_rect(&mut self.path, &self.circles, size.x, size.y, radius);
                scene.pieces.push(layer, &self.path, place);
            }
            Shape::Polygon { .. }
            | Shape::Star { .. }
            | Shape::Path(_)
            | Shape::Paths(_)
            | Shape::Line { .. }
            | Shape::Text(_)
            | Shape::Texts(_)
            | Shape::Image(_) => {
                if let Shape::Text(text) = pass.shape.of(index) {
                    for glyph in text.glyphs {
                        let [x, y] = glyph.at.map(f64::from);
                        let path = self.glyphs.get(text.outlines, glyph);
                        scene.pieces.push(layer, path, scaled * Affine::translate((x, y)));
                    }
                    return;
                }
                let unit = pass.shape.place(index).map_or(&self.unit, |place| &self.own_units[place]);
                scene.pieces.push(layer, unit, scaled);
            }
        }
    }

    /// As [`fill`](Self::fill), for an element that may be of any size: what is in sight of it.
    fn fill_far(
        &mut self,
        scene: &mut Scene,
        layer: Layer,
        shape: &Shape<'_>,
        place: Affine,
        size: Vec2,
        canvas: Rect,
    ) {
        self.stroker.shape(shape, size);
        self.path.truncate(0);
        let outline = self.stroker.outline.iter().map(|element| place * element);
        sight::push_filled(&mut self.path, outline, sight::around(canvas));
        scene.pieces.push(layer, &self.path, Affine::IDENTITY);
    }

    /// Strokes one element; where it may be of any size, what is in sight of it.
    #[expect(clippy::too_many_arguments, reason = "an element, where it is, and its pen")]
    fn stroke(
        &mut self,
        scene: &mut Scene,
        layer: Layer,
        pass: &Pass<'_>,
        index: usize,
        place: Affine,
        size: Vec2,
        pen: Pen,
        sight: Option<Rect>,
    ) {
        let Some(drawn) = pass.stroke else { return };
        let Self { stroker, strokes, .. } = self;
        if let Some(canvas) = sight {
            strokes.made_for = None;
            strokes.path.truncate(0);
            stroker.shape(&pass.shape.of(index), size);
            stroker.outline.apply_affine(place);
            stroker.stroke(&mut strokes.path, pen, drawn.cap, drawn.join, Some(sight::around(canvas)));
            scene.pieces.push(layer, &strokes.path, Affine::IDENTITY);
            return;
        }
        let made_for = Some((size, pen, pass.shape.place(index)));
        if strokes.made_for != made_for {
            strokes.made_for = made_for;
            strokes.path.truncate(0);
            stroker.shape(&pass.shape.of(index), size);
            stroker.stroke(&mut strokes.path, pen, drawn.cap, drawn.join, None);
        }
        scene.pieces.push(layer, &strokes.path, place);
    }
}

/// The item of what has outlines.
fn item(painted: Painted, blend: Blend, rule: FillRule) -> Item {
    let Painted { fill, stroke, opacity } = painted;
    let paint = match (fill, stroke) {
        (Some(_), Some(_)) => Paint::Both,
        (None, Some(_)) => Paint::Stroke,
        (_, None) => Paint::Fill,
    };
    let color = |color: Option<Rgba8>| color.map_or([0; 4], Rgba8::to_array);
    Item {
        center: [0.0; 2],
        axis: [1.0, 0.0],
        half: [0.0; 2],
        corner: 0.0,
        pen: 0.0,
        opacity,
        fill: color(fill),
        stroke: color(stroke.map(|(color, _)| color)),
        bounds: [0; 4],
        form: Form::Outline,
        paint,
        blend,
        round_join: false,
        rule,
        sprite: 0,
    }
}

fn fill_rule(shape: &Shape<'_>) -> FillRule {
    match shape {
        Shape::Path(path) => path.fill_rule,
        Shape::Ellipse
        | Shape::Rect { .. }
        | Shape::Polygon { .. }
        | Shape::Star { .. }
        | Shape::Paths(_)
        | Shape::Text(_)
        | Shape::Texts(_)
        | Shape::Image(_)
        | Shape::Line { .. } => FillRule::NonZero,
    }
}
