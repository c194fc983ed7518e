//! Draws the passes of a frame on some rows of the canvas.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Vec2};
use vello_cpu::color::{AlphaColor, Srgb};
use vello_cpu::peniko::{BlendMode, Compose, Fill, ImageAlphaType, ImageSampler, Mix};
use vello_cpu::{
    Image, ImageSource, Level, Pixmap, PixmapMut, RasterizerSettings, RenderContext, RenderSettings,
    Resources, TargetInit,
};

use super::element::{Element, Paint};
use super::outline::{self, Circles, NEAR_DASHED_PX, NEAR_PX, Pen};
use super::raster::Plan;
use super::sight;
use super::stroke::Stroker;
use crate::frame::{Blend, FillRule, Join, Pass, Rgba8, Shape};

/// What all bands of a frame share.
pub(super) struct Shared<'a> {
    pub(super) passes: &'a [Pass<'a>],
    pub(super) plans: &'a [Plan],
    pub(super) circles: &'a Circles,
    pub(super) background: Rgba8,
    pub(super) transparent: bool,
    /// Whether any pass blends otherwise than normally. Then the background has to be part of what is drawn, for
    /// blending sees only that.
    pub(super) blends: bool,
    pub(super) width: u32,
    /// Rows of every band but the last.
    pub(super) rows: u32,
    /// How many bytes of the raster's memory a band may take, about, before it is drawn so far.
    pub(super) budget: usize,
}

/// Some rows of the canvas.
pub(super) struct Band<'a> {
    top: u32,
    rows: u32,
    pixels: &'a mut [u8],
    /// Whether something is drawn already.
    begun: bool,
}

impl<'a> Band<'a> {
    /// Band `index`, counted from the top, whose pixels these are.
    pub(super) fn new(shared: &Shared<'_>, index: usize, pixels: &'a mut [u8]) -> Self {
        let rows = pixels.len() / (shared.width as usize * 4);
        Self { top: index as u32 * shared.rows, rows: rows as u32, pixels, begun: false }
    }

    fn rect(&self, shared: &Shared<'_>) -> Rect {
        Rect::new(0.0, 0.0, f64::from(shared.width), f64::from(self.rows))
    }
}

/// The buffers that drawing a band needs; one thread's.
pub(super) struct Painter {
    context: RenderContext,
    resources: Resources,
    path: BezPath,
    stroker: Stroker,
    strokes: StrokeMemo,
    /// About how many bytes the raster keeps for what it was handed.
    spent: usize,
    /// Whether anything in this band was drawn as a group.
    grouped: bool,
}

/// The last stroke outline of the pass: elements that differ only in place and angle share it.
#[derive(Default)]
struct StrokeMemo {
    made_for: Option<(Vec2, Pen, Option<usize>)>,
    path: BezPath,
}

impl Painter {
    pub(super) fn new(level: Level, width: u32, rows: u32) -> Self {
        // Sides are at most MAX_SIDE, which fits.
        let settings = RenderSettings { level, num_threads: 0 };
        let context = RenderContext::new_with(width as u16, rows as u16, settings);
        let (path, stroker, strokes) = (BezPath::new(), Stroker::default(), StrokeMemo::default());
        Self { context, resources: Resources::new(), path, stroker, strokes, spent: 0, grouped: false }
    }

    pub(super) fn draw(&mut self, shared: &Shared<'_>, mut band: Band<'_>) {
        self.context.reset_and_resize(shared.width as u16, band.rows as u16);
        (self.spent, self.grouped) = (0, false);
        if shared.blends && !shared.transparent {
            self.context.set_paint(opaque(shared.background));
            self.context.fill_rect(&band.rect(shared));
        }
        for (pass, plan) in shared.passes.iter().zip(shared.plans) {
            match pass.shape {
                Shape::Line { .. } => self.line(pass, plan, shared, &mut band),
                _ => self.elements(pass, plan, shared, &mut band),
            }
        }
        self.render(shared, &mut band);
        if shared.transparent {
            unpremultiply(band.pixels);
        }
    }

    /// Draws what there is into the band's pixels.
    fn render(&mut self, shared: &Shared<'_>, band: &mut Band<'_>) {
        self.context.flush();
        let target_init = if shared.blends || shared.transparent && !band.begun {
            TargetInit::Clear(AlphaColor::TRANSPARENT)
        } else if band.begun {
            TargetInit::SrcOver
        } else {
            TargetInit::Clear(opaque(shared.background))
        };
        let settings = RasterizerSettings { target_init, ..Default::default() };
        // The pixels were cut to this size.
        let target = PixmapMut::new(shared.width as u16, band.rows as u16, &mut *band.pixels);
        if let Some(target) = target {
            self.context.render_with(target, &mut self.resources, settings);
        }
        band.begun = true;
        // Blending rounds alpha, too, where a shape covers a pixel in part.
        if (shared.blends || self.grouped) && !shared.transparent {
            band.pixels.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
        }
    }

    /// Keeps the raster's memory within bounds, whatever the number of elements: once it holds that much, it is drawn,
    /// and the rest goes over it. No pixel changes by it.
    fn make_room(&mut self, shared: &Shared<'_>, band: &mut Band<'_>) {
        if self.spent <= shared.budget {
            return;
        }
        self.render(shared, band);
        self.context.reset();
        self.spent = 0;
        if shared.blends {
            // What is drawn so far takes the background's place.
            let format =
                vello_cpu::PixelMetadata::new(ImageAlphaType::AlphaPremultiplied, shared.transparent);
            let (width, rows) = (shared.width as u16, band.rows as u16);
            let pixels = Pixmap::from_parts(band.pixels.to_vec(), width, rows, format);
            let image = ImageSource::Pixmap(Arc::new(pixels));
            self.context.set_paint(Image { image, sampler: ImageSampler::default() });
            self.context.fill_rect(&band.rect(shared));
        }
    }

    fn line(&mut self, pass: &Pass<'_>, plan: &Plan, shared: &Shared<'_>, band: &mut Band<'_>) {
        let Some(paint) = plan.line else { return };
        self.make_room(shared, band);
        let canvas = band.rect(shared);
        let elements = plan.fill.elements().len() + plan.stroke.elements().len();
        self.spent += bytes(canvas, elements);
        let place = Affine::translate((0.0, -f64::from(band.top)));
        let inked = self.begin(paint, pass.blend, canvas);
        self.context.set_transform(place);
        if let Some(fill) = paint.fill {
            self.context.set_paint(color(fill, inked));
            self.context.fill_path(&plan.fill);
        }
        if let Some((stroke, _)) = paint.stroke {
            self.context.set_paint(color(stroke, inked));
            self.context.fill_path(&plan.stroke);
        }
        self.end(paint, pass.blend);
    }

    /// Readies the raster for the fill and the stroke of one thing within `bounds`; returns the opacity to
    /// draw both with.
    fn begin(&mut self, paint: Paint, blend: Blend, bounds: Rect) -> f32 {
        if !paint.is_group(blend) {
            self.context.set_blend_mode(blend_mode(blend));
            return paint.opacity;
        }
        self.grouped = true;
        // Whole tiles of the raster, so that it only copies.
        let tile = |low: f64, high: f64| ((low * 0.25).floor() * 4.0, (high * 0.25).ceil() * 4.0);
        let ((x0, x1), (y0, y1)) = (tile(bounds.x0, bounds.x1), tile(bounds.y0, bounds.y1));
        self.path.truncate(0);
        self.path.extend(kurbo::Shape::path_elements(&Rect::new(x0, y0, x1, y1), 1.0));
        self.context.set_transform(Affine::IDENTITY);
        self.context.push_layer(Some(&self.path), Some(blend_mode(blend)), Some(paint.opacity), None, None);
        self.context.set_blend_mode(BlendMode::default());
        1.0
    }

    /// Ends what [`begin`](Self::begin) began.
    fn end(&mut self, paint: Paint, blend: Blend) {
        if paint.is_group(blend) {
            self.context.pop_layer();
        }
    }

    fn elements(&mut self, pass: &Pass<'_>, plan: &Plan, shared: &Shared<'_>, band: &mut Band<'_>) {
        let view = Affine::translate((0.0, -f64::from(band.top))) * plan.view;
        let [a, b, ..] = view.as_coeffs();
        // The camera's turn, which applies to shapes in pixels as well.
        let turn = Vec2::new(a, b) / plan.scale;
        let canvas = band.rect(shared);
        self.strokes.made_for = None;
        let mut last_turn = (0.0_f32, turn);
        for k in pass.elements() {
            let Some(Element { position: [x, y], rotation, size, paint }) = Element::of(pass, k, plan.scale)
            else {
                continue;
            };
            let center = view * Point::new(x, y);
            let filled = Vec2::new(size.x * plan.reach.x, size.y * plan.reach.y).hypot();
            let inked = filled + paint.stroke.map_or(0.0, |(_, pen)| pen.reach()) + 1.0;
            let bounds = Rect::new(center.x - inked, center.y - inked, center.x + inked, center.y + inked);
            let bounds = bounds.intersect(canvas);
            if bounds.x0 >= bounds.x1 || bounds.y0 >= bounds.y1 {
                continue;
            }
            if rotation.to_bits() != last_turn.0.to_bits() {
                let (sin, cos) = libm::sincos(f64::from(rotation));
                last_turn = (rotation, Vec2::new(turn.x * cos - turn.y * sin, turn.x * sin + turn.y * cos));
            }
            let turn = last_turn.1;
            let place = Affine::new([turn.x, turn.y, -turn.y, turn.x, center.x, center.y]);
            self.make_room(shared, band);
            let (shape, outline) = (pass.shape.of(k), plan.fill(pass, k));
            self.spent += bytes(bounds, outline.elements().len());
            let opacity = self.begin(paint, pass.blend, bounds);
            if let Some(fill) = paint.fill {
                self.context.set_paint(color(fill, opacity));
                if filled > NEAR_PX {
                    self.fill_far(&shape, place, size, canvas);
                } else {
                    self.fill(&shape, outline, shared.circles, place, size);
                }
            }
            if let Some((stroke, pen)) = paint.stroke {
                self.context.set_paint(color(stroke, opacity));
                let near = if pen.dash.is_some() { NEAR_DASHED_PX } else { NEAR_PX };
                if inked > near {
                    self.stroke_far(pass, k, place, size, pen, canvas);
                } else {
                    self.stroke(pass, k, shared.circles, place, size, pen);
                }
                self.spent += bytes(bounds, self.strokes.path.elements().len());
            }
            self.end(paint, pass.blend);
        }
    }

    /// Fills one element. `place` turns and moves pixels around the origin to the canvas.
    fn fill(&mut self, shape: &Shape<'_>, outline: &BezPath, circles: &Circles, place: Affine, size: Vec2) {
        match *shape {
            Shape::Ellipse => {
                self.context.set_transform(place.pre_scale_non_uniform(size.x, size.y));
                self.context.fill_path(&circles.pick(size.x.abs().max(size.y.abs()) * 0.5).unit);
            }
            Shape::Rect { corner } => {
                self.context.set_transform(place);
                let size = Vec2::new(size.x.abs(), size.y.abs());
                let radius = outline::corner_radius(corner, size.x, size.y);
                if radius > 0.0 {
                    self.path.truncate(0);
                    outline::push_rounded_rect(&mut self.path, circles, size.x, size.y, radius);
                    self.context.fill_path(&self.path);
                } else {
                    self.context.fill_rect(&Rect::from_center_size(Point::ORIGIN, size.to_size()));
                }
            }
            Shape::Polygon { .. }
            | Shape::Star { .. }
            | Shape::Path(_)
            | Shape::Paths(_)
            | Shape::Line { .. } => {
                self.context.set_transform(place.pre_scale_non_uniform(size.x, size.y));
                self.context.set_fill_rule(fill_rule(shape));
                self.context.fill_path(outline);
                // Outlines of strokes overlap themselves without holes.
                self.context.set_fill_rule(Fill::NonZero);
            }
        }
    }

    /// As [`fill`](Self::fill), for an element that may be of any size: what is in sight of it.
    fn fill_far(&mut self, shape: &Shape<'_>, place: Affine, size: Vec2, canvas: Rect) {
        self.stroker.shape(shape, size);
        self.path.truncate(0);
        let outline = self.stroker.outline.iter().map(|element| place * element);
        sight::push_filled(&mut self.path, outline, sight::around(canvas));
        self.context.set_transform(Affine::IDENTITY);
        self.context.set_fill_rule(fill_rule(shape));
        self.context.fill_path(&self.path);
        self.context.set_fill_rule(Fill::NonZero);
    }

    fn stroke(
        &mut self,
        pass: &Pass<'_>,
        index: usize,
        circles: &Circles,
        place: Affine,
        size: Vec2,
        pen: Pen,
    ) {
        let made_for = Some((size, pen, pass.shape.place(index)));
        if self.strokes.made_for != made_for {
            self.strokes.made_for = made_for;
            self.make_stroke(pass, pass.shape.of(index), circles, size, pen);
        }
        self.context.set_transform(place);
        self.context.fill_path(&self.strokes.path);
    }

    fn make_stroke(&mut self, pass: &Pass<'_>, shape: Shape<'_>, circles: &Circles, size: Vec2, pen: Pen) {
        let Some(stroke) = pass.stroke else { return };
        let path = &mut self.strokes.path;
        path.truncate(0);
        let (width, height) = (size.x.abs(), size.y.abs());
        let half = pen.width * 0.5;
        match shape {
            Shape::Ellipse if width == height && pen.is_plain() => {
                let radius = width * 0.5;
                outline::push_ring(path, circles, radius + half, radius - half);
            }
            Shape::Rect { corner } if corner <= 0.0 && pen.is_plain() && stroke.join == Join::Miter => {
                for (grow, flip) in [(pen.width, 1.0), (-pen.width, -1.0)] {
                    let (x, y) = ((width + grow) * 0.5, (height + grow) * 0.5);
                    if x > 0.0 && y > 0.0 {
                        let corners = [(-x * flip, -y), (x * flip, -y), (x * flip, y), (-x * flip, y)];
                        path.move_to(corners[0]);
                        corners[1..].iter().for_each(|corner| path.line_to(*corner));
                        path.close_path();
                    }
                }
            }
            _ => {
                self.stroker.shape(&shape, size);
                self.stroker.stroke(path, pen, stroke.cap, stroke.join, None);
            }
        }
    }

    /// As [`stroke`](Self::stroke), for an element that may be of any size: what is in sight of it.
    fn stroke_far(
        &mut self,
        pass: &Pass<'_>,
        index: usize,
        place: Affine,
        size: Vec2,
        pen: Pen,
        canvas: Rect,
    ) {
        let Some(stroke) = pass.stroke else { return };
        self.strokes.made_for = None;
        self.strokes.path.truncate(0);
        self.stroker.shape(&pass.shape.of(index), size);
        self.stroker.outline.apply_affine(place);
        let sight = sight::around(canvas);
        self.stroker.stroke(&mut self.strokes.path, pen, stroke.cap, stroke.join, Some(sight));
        self.context.set_transform(Affine::IDENTITY);
        self.context.fill_path(&self.strokes.path);
    }
}

fn fill_rule(shape: &Shape<'_>) -> Fill {
    match shape {
        Shape::Path(path) => match path.fill_rule {
            FillRule::NonZero => Fill::NonZero,
            FillRule::EvenOdd => Fill::EvenOdd,
        },
        Shape::Ellipse
        | Shape::Rect { .. }
        | Shape::Polygon { .. }
        | Shape::Star { .. }
        | Shape::Paths(_)
        | Shape::Line { .. } => Fill::NonZero,
    }
}

/// About how many bytes the raster keeps for a shape of `elements` lines within `bounds`: what every shape takes,
/// what its lines take, and what its edges take at most where they cross rows and columns of tiles.
fn bytes(bounds: Rect, elements: usize) -> usize {
    256 + elements * 64 + (bounds.height() * 40.0 + bounds.width() * 10.0) as usize
}

fn opaque(color: Rgba8) -> AlphaColor<Srgb> {
    let [r, g, b, _] = color.to_array();
    AlphaColor::from_rgba8(r, g, b, 255)
}

fn color(color: Rgba8, opacity: f32) -> AlphaColor<Srgb> {
    let [r, g, b, a] = color.to_array();
    let color = AlphaColor::from_rgba8(r, g, b, a);
    if opacity < 1.0 { color.multiply_alpha(opacity) } else { color }
}

fn blend_mode(blend: Blend) -> BlendMode {
    let mix = |mix| BlendMode::new(mix, Compose::SrcOver);
    match blend {
        Blend::Normal => mix(Mix::Normal),
        Blend::Add => BlendMode::new(Mix::Normal, Compose::Plus),
        Blend::Multiply => mix(Mix::Multiply),
        Blend::Screen => mix(Mix::Screen),
        Blend::Darken => mix(Mix::Darken),
        Blend::Lighten => mix(Mix::Lighten),
        Blend::Difference => mix(Mix::Difference),
        Blend::Overlay => mix(Mix::Overlay),
    }
}

/// From premultiplied to straight alpha, rounded to nearest.
fn unpremultiply(pixels: &mut [u8]) {
    for pixel in pixels.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        if alpha != 0 && alpha != 255 {
            for component in &mut pixel[..3] {
                *component = ((u32::from(*component) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}
