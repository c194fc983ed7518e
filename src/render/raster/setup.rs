//! From the slices of a pass to items. What a formula cannot draw says so, and then it is outlined.

use kurbo::{Affine, Point, Rect, Vec2};

use super::super::element::{Element, Paint as Painted};
use super::super::outline::{self, NEAR_PX};
use super::cover::{SOFT, SQUARED, TINY};
use super::item::{Form, Item, Paint};
use super::outlines::{Outliner, Place};
use super::sprites::OnCanvas;
use super::tiler::Scene;
use crate::frame::{Blend, Cap, FillRule, Join, LinePoint, Pass, Rgba8, Shape, Sprite};

/// Something is drawn that no formula covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Elsewhere;

/// An ellipse whose axes differ by more than this has no exact stroke in 32 bits.
const ASPECT_MAX: f64 = 400.0;

/// A pass and a canvas.
pub(super) struct Setup {
    /// Whether there are formulas for the shape of the pass and for its stroke.
    pub(super) has_formulas: bool,
    /// World to canvas.
    view: Affine,
    /// Pixels per world unit.
    scale: f64,
    /// The camera's turn.
    turn: Vec2,
    width: f64,
    height: f64,
    blend: Blend,
    /// What becomes of square corners in a stroke.
    join: Join,
    /// The last rotation, and the axis that it makes.
    last: (f32, Vec2),
    /// The number of the image that the pass shows.
    image: u32,
}

/// A shape in canvas pixels.
struct Placed {
    center: Point,
    axis: Vec2,
    half: Vec2,
    corner: f64,
    pen: f64,
    fill: Option<Rgba8>,
    stroke: Option<Rgba8>,
    opacity: f32,
}

impl Setup {
    pub(super) fn new(scene: &mut Scene, pass: &Pass<'_>, width: u32, height: u32) -> Self {
        let view = Affine::new(pass.view.to_canvas(width, height));
        let scale = pass.view.scale(width, height);
        let [a, b, ..] = view.as_coeffs();
        let turn = Vec2::new(a, b) / scale;
        Self {
            has_formulas: Self::takes(pass),
            view,
            scale,
            turn,
            width: f64::from(width),
            height: f64::from(height),
            blend: pass.blend,
            join: pass.stroke.map_or(Join::Miter, |stroke| stroke.join),
            last: (0.0, turn),
            image: if let Shape::Image(sprite) = &pass.shape { scene.sprites.add(sprite.image) } else { 0 },
        }
    }

    /// Whether there are formulas for the shape of a pass and for its stroke.
    fn takes(pass: &Pass<'_>) -> bool {
        let (takes, is_square) = match pass.shape {
            Shape::Ellipse => (true, false),
            Shape::Rect { corner } => (true, corner.is_nan() || corner <= 0.0),
            Shape::Image(_) => return true,
            Shape::Polygon { .. }
            | Shape::Star { .. }
            | Shape::Path(_)
            | Shape::Paths(_)
            | Shape::Text(_)
            | Shape::Texts(_)
            | Shape::Line { .. } => (false, false),
        };
        let is_plain = pass
            .stroke
            .is_none_or(|stroke| stroke.dash.is_none() && !(is_square && stroke.join == Join::Bevel));
        takes && is_plain
    }

    /// Puts an element behind what there is.
    pub(super) fn push(&mut self, scene: &mut Scene, outliner: &mut Outliner, pass: &Pass<'_>, index: usize) {
        let Some(element) = Element::of(pass, index, self.scale) else { return };
        if let Shape::Image(sprite) = &pass.shape {
            return self.sprite(scene, sprite, index, &element);
        }
        if self.has_formulas
            && let Ok(item) = self.element(pass, &element)
        {
            return scene.items.extend(item);
        }
        let [x, y] = element.position;
        let place = Place {
            center: self.view * Point::new(x, y),
            axis: self.axis(element.rotation),
            scale: self.scale,
            canvas: self.canvas(),
        };
        outliner.element(scene, pass, index, &element, &place);
    }

    /// A part of an image: a rectangle with a fill of its own.
    fn sprite(&mut self, scene: &mut Scene, sprite: &Sprite<'_>, index: usize, element: &Element) {
        let &Element { position: [x, y], rotation, size, paint } = element;
        let Some(tint) = paint.fill else { return };
        let (center, axis) = (self.view * Point::new(x, y), self.axis(rotation));
        let half = Vec2::new(size.x.abs(), size.y.abs()) * 0.5;
        let reach = half.hypot() + 1.0;
        let is_off = |at: f64, side: f64| at + reach <= 0.0 || at - reach >= side;
        if is_off(center.x, self.width) || is_off(center.y, self.height) {
            return;
        }
        // Corners that are rounder than formulas reach are as round as these.
        let corner =
            outline::corner_radius(sprite.corner.get(index), size.x.abs(), size.y.abs()).min(NEAR_PX);
        let opacity = paint.opacity;
        let mut placed =
            Placed { center, axis, half, corner, pen: 0.0, fill: Some(tint), stroke: None, opacity };
        let Ok(Some(mut item)) = self.rect(&mut placed) else { return };
        let [left, top, right, bottom] = item.bounds.map(f64::from);
        let near = Point::new((left + right) * 0.5, (top + bottom) * 0.5);
        let on = OnCanvas { center, axis, size };
        let [r, g, b, a] = tint.to_array().map(|part| f32::from(part) / 255.0);
        item.sprite = scene.sprites.push(self.image, sprite, index, &on, near, [r, g, b, a * opacity]);
        scene.items.push(item);
    }

    /// As [`push`](Self::push), the one line through the elements of a pass.
    pub(super) fn push_line(&self, scene: &mut Scene, outliner: &mut Outliner, pass: &Pass<'_>) {
        let Some(paint) = pass.pen().and_then(|pen| Painted::of(pass, pen, self.scale)) else { return };
        match self.segment(pass, &paint) {
            Ok(item) => scene.items.extend(item),
            Err(Elsewhere) => outliner.line(scene, pass, paint, self.view, self.canvas()),
        }
    }

    fn canvas(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width, self.height)
    }

    /// A line between two points is a rectangle, whose corners round caps round.
    fn segment(&self, pass: &Pass<'_>, painted: &Painted) -> Result<Option<Item>, Elsewhere> {
        let (Some((color, pen)), Some(stroke)) = (painted.stroke, pass.stroke) else { return Err(Elsewhere) };
        let mut corners = pass.line();
        let (Some(first), Some(last), None) = (corners.next(), corners.next(), corners.next()) else {
            return Err(Elsewhere);
        };
        // Between two points there is no area, and a line there and back has joins.
        if matches!(pass.shape, Shape::Line { closed: true }) || last.starts || !pen.is_plain() {
            return Err(Elsewhere);
        }
        let [from, to] = [first, last]
            .map(|LinePoint { position: [x, y], .. }| self.view * Point::new(f64::from(x), f64::from(y)));
        let way = to - from;
        let (length, half) = (way.hypot(), pen.width * 0.5);
        if !(length > outline::DOT_PX && length.is_finite() && half < NEAR_PX) {
            return Err(Elsewhere);
        }
        let longer = match stroke.cap {
            Cap::Butt => 0.0,
            Cap::Square | Cap::Round => half,
        };
        let mut placed = Placed {
            center: from.midpoint(to),
            axis: way / length,
            half: Vec2::new(length * 0.5 + longer, half),
            corner: if stroke.cap == Cap::Round { half } else { 0.0 },
            pen: 0.0,
            fill: Some(color),
            stroke: None,
            opacity: painted.opacity,
        };
        self.rect(&mut placed)
    }

    fn element(&mut self, pass: &Pass<'_>, element: &Element) -> Result<Option<Item>, Elsewhere> {
        let &Element { position: [x, y], rotation, size, paint } = element;
        let center = self.view * Point::new(x, y);
        let half = Vec2::new(size.x.abs(), size.y.abs()) * 0.5;
        let pen = match paint.stroke {
            None => 0.0,
            Some((_, pen)) if pen.is_plain() => pen.width * 0.5,
            Some(_) => return Err(Elsewhere),
        };
        // A sharp corner's tip is that far out.
        let reach = half.hypot() + pen * std::f64::consts::SQRT_2 + 1.0;
        let is_off = |at: f64, side: f64| at + reach <= 0.0 || at - reach >= side;
        if is_off(center.x, self.width) || is_off(center.y, self.height) {
            return Ok(None);
        }
        let axis = self.axis(rotation);
        let (fill, stroke) = (paint.fill, paint.stroke.map(|(color, _)| color));
        let mut placed =
            Placed { center, axis, half, corner: 0.0, pen, fill, stroke, opacity: paint.opacity };
        match pass.shape {
            Shape::Ellipse => self.ellipse(&mut placed),
            Shape::Rect { corner } => {
                placed.corner = outline::corner_radius(corner, half.x * 2.0, half.y * 2.0);
                self.rect(&mut placed)
            }
            Shape::Polygon { .. }
            | Shape::Star { .. }
            | Shape::Path(_)
            | Shape::Paths(_)
            | Shape::Text(_)
            | Shape::Texts(_)
            | Shape::Image(_)
            | Shape::Line { .. } => Err(Elsewhere),
        }
    }

    /// The unit vector along the width of an element.
    fn axis(&mut self, rotation: f32) -> Vec2 {
        if rotation.to_bits() != self.last.0.to_bits() {
            let (sin, cos) = libm::sincos(f64::from(rotation));
            let turn = self.turn;
            self.last = (rotation, Vec2::new(turn.x * cos - turn.y * sin, turn.x * sin + turn.y * cos));
        }
        self.last.1
    }

    fn ellipse(&self, placed: &mut Placed) -> Result<Option<Item>, Elsewhere> {
        let (long, short) = (placed.half.x.max(placed.half.y), placed.half.x.min(placed.half.y));
        if long + placed.pen > NEAR_PX {
            return self.surrounded(placed, short - placed.pen);
        }
        let soft = f64::from(SOFT);
        let small = if long <= short { f64::from(TINY) } else { soft };
        if placed.pen <= 0.0 && long < small {
            placed.half *= f64::from(SQUARED);
            return Ok(self.item(placed, Form::Turned));
        }
        if long <= short {
            placed.axis = Vec2::new(1.0, 0.0);
            return Ok(self.item(placed, Form::Disc));
        }
        if placed.half.x < placed.half.y {
            placed.half = Vec2::new(placed.half.y, placed.half.x);
            placed.axis = Vec2::new(-placed.axis.y, placed.axis.x);
        }
        if placed.pen <= 0.0 && short < soft {
            return Ok(self.item(placed, Form::Sliver));
        }
        let least = long / ASPECT_MAX;
        if short < least {
            // Nobody sees the difference where it is a fraction of a pixel.
            if least > 0.1 {
                return Err(Elsewhere);
            }
            placed.half.y = least;
        }
        Ok(self.item(placed, Form::Ellipse))
    }

    fn rect(&self, placed: &mut Placed) -> Result<Option<Item>, Elsewhere> {
        let Placed { half, corner, pen, .. } = *placed;
        if half.x.max(half.y) + pen > NEAR_PX {
            if corner + pen > NEAR_PX {
                return self.surrounded(placed, half.x.min(half.y) - pen);
            }
            if !self.cut(placed) {
                return Ok(None);
            }
        }
        if corner <= 0.0 {
            let is_sharp = pen <= 0.0 || self.join != Join::Round;
            return Ok(self.item(placed, if is_sharp { Form::Turned } else { Form::Rounded }));
        }
        let short = half.x.min(half.y);
        if pen <= 0.0 && short < f64::from(SOFT) {
            // Square corners, and shorter, with the same area.
            let less = (1.0 - std::f64::consts::FRAC_PI_4) * corner * corner / short;
            if half.x >= half.y {
                placed.half.x -= less;
            } else {
                placed.half.y -= less;
            }
            placed.corner = 0.0;
            return Ok(self.item(placed, Form::Turned));
        }
        Ok(self.item(placed, Form::Rounded))
    }

    /// A shape that is too large for the formulas: all that is seen of it may be its fill, or nothing. `inner` is the
    /// radius of a disc that is within its innermost edge.
    fn surrounded(&self, placed: &mut Placed, inner: f64) -> Result<Option<Item>, Elsewhere> {
        let middle = Point::new(self.width * 0.5, self.height * 0.5);
        let far = middle.distance(placed.center) + middle.to_vec2().hypot() + 1.0;
        if far > inner {
            return Err(Elsewhere);
        }
        if placed.fill.is_none() {
            return Ok(None);
        }
        (placed.stroke, placed.pen, placed.corner) = (None, 0.0, 0.0);
        (placed.center, placed.axis) = (middle, Vec2::new(1.0, 0.0));
        placed.half = middle.to_vec2() + Vec2::new(8.0, 8.0);
        Ok(self.item(placed, Form::Turned))
    }

    /// Cuts a rectangle to what may be seen of it, so that its numbers are small. Whether anything is left.
    fn cut(&self, placed: &mut Placed) -> bool {
        let (along, across) = (placed.axis, Vec2::new(-placed.axis.y, placed.axis.x));
        let middle = Point::new(self.width * 0.5, self.height * 0.5);
        let off = middle - placed.center;
        // Corners that are cut off, and strokes along the cut, are out of sight.
        let sight = middle.to_vec2().hypot() + placed.corner + placed.pen * 2.0 + 16.0;
        let side = |axis: Vec2, half: f64| {
            let at = off.dot(axis);
            ((at - sight).max(-half), (at + sight).min(half))
        };
        let (left, right) = side(along, placed.half.x);
        let (top, bottom) = side(across, placed.half.y);
        if left >= right || top >= bottom {
            return false;
        }
        placed.center += along * ((left + right) * 0.5) + across * ((top + bottom) * 0.5);
        placed.half = Vec2::new(right - left, bottom - top) * 0.5;
        true
    }

    /// The item, if any of it is in the canvas. Turned rectangles become upright where they are.
    fn item(&self, placed: &Placed, form: Form) -> Option<Item> {
        let Placed { center, mut axis, mut half, corner, pen, fill, stroke, opacity } = *placed;
        // A turn of less than this share of a pixel at the ends is none.
        let long = half.x.max(half.y) + pen;
        let is_flat = |sine: f64| sine.abs() * long < 1e-3;
        if is_flat(axis.x) {
            half = Vec2::new(half.y, half.x);
            axis = Vec2::new(1.0, 0.0);
        } else if is_flat(axis.y) {
            axis = Vec2::new(1.0, 0.0);
        }
        let form = if form == Form::Turned && axis.y == 0.0 { Form::Upright } else { form };
        let axis = if form == Form::Sliver && half.x < half.y {
            half = Vec2::new(half.y, half.x);
            Vec2::new(0.0, 1.0)
        } else {
            axis
        };
        // How far pixels are touched that are beyond the shape itself: by the formulas a little more than by its area.
        let extent = |x: f64, y: f64| match form {
            Form::Disc => half.x + pen + 0.07,
            Form::Ellipse => (Vec2::new(x * half.x, y * half.y)).hypot() + pen + 1.0,
            Form::Upright => half.x * x.abs() + half.y * y.abs() + pen + 0.01,
            Form::Turned => {
                let corner = x.abs() + y.abs();
                x.abs() * (half.x + pen) + y.abs() * (half.y + pen) + (corner * corner - 1.0) * 0.5 + 0.01
            }
            Form::Rounded | Form::Sliver | Form::Outline => {
                x.abs() * (half.x + pen) + y.abs() * (half.y + pen) + 1.0
            }
        };
        let (across, down) = (extent(axis.x, axis.y), extent(axis.y, axis.x));
        let pixel = |at: f64, most: f64| at.clamp(0.0, most) as u16;
        let beyond = |at: f64, most: f64| {
            let within = pixel(at, most);
            within + u16::from(f64::from(within) < at.min(most))
        };
        let bounds = [
            pixel(center.x - across, self.width),
            pixel(center.y - down, self.height),
            beyond(center.x + across, self.width),
            beyond(center.y + down, self.height),
        ];
        if bounds[0] >= bounds[2] || bounds[1] >= bounds[3] {
            return None;
        }
        let paint = match (fill, stroke) {
            (Some(_), Some(_)) => Paint::Both,
            (None, Some(_)) => Paint::Stroke,
            (_, None) => Paint::Fill,
        };
        let color = |color: Option<Rgba8>| color.map_or([0; 4], Rgba8::to_array);
        let round_join = self.join == Join::Round;
        Some(Item {
            center: [center.x as f32, center.y as f32],
            axis: [axis.x as f32, axis.y as f32],
            half: [half.x as f32, half.y as f32],
            corner: corner as f32,
            pen: pen as f32,
            opacity,
            fill: color(fill),
            stroke: color(stroke),
            bounds,
            form,
            paint,
            blend: self.blend,
            round_join,
            rule: FillRule::NonZero,
            sprite: 0,
        })
    }
}
