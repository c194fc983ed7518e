//! From passes to pixels, on the CPU.
//!
//! The canvas is cut into bands of rows whose height depends on the canvas alone. Each band is drawn by itself,
//! in whatever order threads take them, so the pixels do not depend on the thread count.

use std::sync::Mutex;

use kurbo::{Affine, BezPath, Point, Rect, Vec2};
use vello_cpu::color::{AlphaColor, Srgb};
use vello_cpu::peniko::{BlendMode, Compose, Fill, Mix};
use vello_cpu::{Level, PixmapMut, RasterizerSettings, RenderContext, RenderSettings, Resources, TargetInit};

use super::RenderError;
use super::outline::{self, Circles, FAR_PX, MITER_LIMIT, Pen, Stroker};
use super::picture::{Picture, check_size};
use crate::frame::{Blend, FillRule, Frame, Join, Pass, Rgba8, Shape};

/// Which vector instructions the raster may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RasterLevel {
    /// The same pixels on every machine.
    #[default]
    Portable,
    /// The best this machine has. A component of some 20 pixels in two million differs by 1 from
    /// [`Portable`](Self::Portable).
    Fastest,
}

impl RasterLevel {
    fn level(self) -> Level {
        match self {
            // SSE2 is in every x86-64 and computes as scalar code does; other machines' vectors fuse multiply and
            // add, so there it is scalar code itself.
            Self::Portable if cfg!(target_arch = "x86_64") && !cfg!(target_feature = "fma") => {
                Level::baseline()
            }
            Self::Portable => Level::fallback(),
            Self::Fastest => Level::try_detect().unwrap_or(Level::baseline()),
        }
    }
}

/// How a [`Raster`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RasterSettings {
    /// Canvas width in pixels, `1..=MAX_SIDE`.
    pub width: u32,
    /// Canvas height in pixels, `1..=MAX_SIDE`.
    pub height: u32,
    /// Threads that draw, at least 1 (0 counts as 1). Never changes a pixel.
    pub threads: usize,
    /// Vector instructions.
    pub level: RasterLevel,
    /// Leave the frame's background out, so that pictures have an alpha channel. Otherwise every pixel is opaque.
    pub transparent: bool,
}

impl Default for RasterSettings {
    fn default() -> Self {
        Self { width: 1920, height: 1080, threads: 1, level: RasterLevel::Portable, transparent: false }
    }
}

/// The CPU raster. It owns its buffers, which grow to the largest frame and are then reused.
pub struct Raster {
    settings: RasterSettings,
    circles: Circles,
    bands: Vec<Band>,
    plans: Vec<Plan>,
    stroker: Stroker,
    picture: Picture,
}

/// What is worked out once per pass, before its elements are drawn.
#[derive(Default)]
struct Plan {
    /// World to canvas.
    view: Affine,
    /// Pixels per world unit.
    scale: f64,
    /// Unit outline of the shape; or the filled polygon of a line, in canvas pixels.
    fill: BezPath,
    /// The stroke of a line, in canvas pixels.
    stroke: BezPath,
}

impl Raster {
    /// A raster for one canvas size.
    ///
    /// # Errors
    /// [`RenderError::Size`] when a side is 0 or above [`MAX_SIDE`](super::MAX_SIDE).
    pub fn new(settings: RasterSettings) -> Result<Self, RenderError> {
        check_size(settings.width, settings.height)?;
        let picture = Picture::new(settings.width, settings.height)?;
        let bands = Band::all(&settings);
        let (circles, stroker) = (Circles::new(), Stroker::default());
        Ok(Self { settings, circles, bands, plans: Vec::new(), stroker, picture })
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &RasterSettings {
        &self.settings
    }

    /// Draws a frame into a picture of its own, which stays until the next call.
    pub fn draw(&mut self, frame: &Frame<'_>) -> &Picture {
        let passes: Vec<_> = frame.passes().collect();
        self.draw_passes(frame.background(), &passes)
    }

    /// As [`draw`](Self::draw), for passes that come from elsewhere.
    pub fn draw_passes(&mut self, background: Rgba8, passes: &[Pass<'_>]) -> &Picture {
        // The picture is moved out and back, since it cannot be borrowed along with the rest.
        let mut picture = std::mem::replace(&mut self.picture, Picture::empty());
        let drawn = self.draw_into(background, passes, &mut picture);
        debug_assert!(drawn.is_ok(), "the raster's own picture has the raster's size");
        self.picture = picture;
        &self.picture
    }

    /// Draws passes into `picture`.
    ///
    /// # Errors
    /// [`RenderError::Size`] when the picture is not of the raster's size.
    pub fn draw_into(
        &mut self,
        background: Rgba8,
        passes: &[Pass<'_>],
        picture: &mut Picture,
    ) -> Result<(), RenderError> {
        let RasterSettings { width, height, threads, transparent, .. } = self.settings;
        if (picture.width(), picture.height()) != (width, height) {
            let reason = format!("this raster draws {width}x{height}");
            return Err(RenderError::Size { width: picture.width(), height: picture.height(), reason });
        }
        self.plan(passes);
        let [r, g, b, _] = background.to_array();
        let under = AlphaColor::from_rgba8(r, g, b, if transparent { 0 } else { 255 });
        let shared = Shared { passes, plans: &self.plans, circles: &self.circles, under, transparent, width };
        let rows = self.bands.first().map_or(1, |band| band.rows as usize);
        let parts = self.bands.iter_mut().zip(picture.pixels_mut().chunks_mut(rows * width as usize * 4));
        if threads <= 1 || parts.len() == 1 {
            parts.for_each(|(band, pixels)| band.draw(&shared, pixels));
            return Ok(());
        }
        let workers = threads.min(parts.len());
        let parts = Mutex::new(parts);
        let work = || {
            // The lock only guards taking the next band; a poisoned one still hands them out.
            let next = || parts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
            while let Some((band, pixels)) = next() {
                band.draw(&shared, pixels);
            }
        };
        std::thread::scope(|scope| {
            (1..workers).for_each(|_| drop(scope.spawn(work)));
            work();
        });
        Ok(())
    }

    fn plan(&mut self, passes: &[Pass<'_>]) {
        let RasterSettings { width, height, .. } = self.settings;
        self.plans.resize_with(passes.len().max(self.plans.len()), Plan::default);
        for (pass, plan) in passes.iter().zip(&mut self.plans) {
            plan.view = Affine::new(pass.view.to_canvas(width, height));
            plan.scale = pass.view.scale(width, height);
            plan.fill.truncate(0);
            plan.stroke.truncate(0);
            if let Shape::Line { closed } = pass.shape {
                plan.line(pass, closed, &mut self.stroker);
            } else {
                let longest = pass.elements().map(|k| pass.width.get(k).max(pass.height.get(k)));
                let longest = longest.filter(|side| side.is_finite()).fold(0.0, f32::max);
                outline::push_unit(
                    &mut plan.fill,
                    &pass.shape,
                    (f64::from(longest) * plan.scale).min(FAR_PX),
                );
            }
        }
    }
}

impl Plan {
    /// The fill and stroke of the one line through all elements.
    fn line(&mut self, pass: &Pass<'_>, closed: bool, stroker: &mut Stroker) {
        let points = (0..pass.count).map(|k| {
            let point = self.view * Point::new(f64::from(pass.x.get(k)), f64::from(pass.y.get(k)));
            point
                .is_finite()
                .then(|| Point::new(point.x.clamp(-FAR_PX, FAR_PX), point.y.clamp(-FAR_PX, FAR_PX)))
        });
        let mut points = points.flatten();
        let outline = &mut stroker.outline;
        outline.truncate(0);
        let Some(first) = points.next() else { return };
        outline.move_to(first);
        points.for_each(|point| outline.line_to(point));
        if closed {
            outline.close_path();
        }
        if pass.fill.is_some_and(|fill| fill.get(0).to_array()[3] > 0) {
            self.fill.extend(outline.iter());
        }
        let Some(stroke) = pass.stroke else { return };
        if let Some(pen) = Pen::of(&stroke, 0, self.scale) {
            stroker.stroke(&mut self.stroke, pen, stroke.cap, stroke.join);
        }
    }
}

/// What all bands of a frame share.
struct Shared<'a> {
    passes: &'a [Pass<'a>],
    plans: &'a [Plan],
    circles: &'a Circles,
    under: AlphaColor<Srgb>,
    transparent: bool,
    width: u32,
}

/// Some rows of the canvas, with what it takes to draw them.
struct Band {
    top: u32,
    rows: u32,
    context: RenderContext,
    resources: Resources,
    path: BezPath,
    strokes: StrokeMemo,
}

/// The last stroke outline of the pass: elements that differ only in place and angle share it.
#[derive(Default)]
struct StrokeMemo {
    stroker: Stroker,
    made_for: Option<(f32, f32, Pen)>,
    path: BezPath,
}

impl Band {
    /// Rows of the highest band. Higher bands outline fewer shapes twice, lower ones keep more threads busy.
    const ROWS_MAX: u32 = 256;

    fn all(settings: &RasterSettings) -> Vec<Self> {
        let count = settings.height.div_ceil(Self::ROWS_MAX);
        // Whole rows of the raster's 4-pixel tiles.
        let rows = settings.height.div_ceil(count).next_multiple_of(4);
        let render = RenderSettings { level: settings.level.level(), num_threads: 0 };
        let band = |k| {
            let top = k * rows;
            let rows = rows.min(settings.height - top);
            // Sides are at most MAX_SIDE, which fits.
            let context = RenderContext::new_with(settings.width as u16, rows as u16, render);
            let (resources, strokes) = (Resources::new(), StrokeMemo::default());
            Self { top, rows, context, resources, path: BezPath::new(), strokes }
        };
        (0..settings.height.div_ceil(rows)).map(band).collect()
    }

    fn draw(&mut self, shared: &Shared<'_>, pixels: &mut [u8]) {
        self.context.reset();
        for (pass, plan) in shared.passes.iter().zip(shared.plans) {
            // Element by element, not the pass as a layer: the elements of one pass add up, too.
            self.context.set_blend_mode(blend_mode(pass.blend));
            match pass.shape {
                Shape::Line { .. } => self.line(pass, plan),
                _ => self.elements(pass, plan, shared),
            }
        }
        self.context.flush();
        let settings =
            RasterizerSettings { target_init: TargetInit::Clear(shared.under), ..Default::default() };
        // The chunk was cut to this size.
        let Some(target) = PixmapMut::new(shared.width as u16, self.rows as u16, pixels) else { return };
        self.context.render_with(target, &mut self.resources, settings);
        if shared.transparent {
            unpremultiply(pixels);
        }
    }

    fn line(&mut self, pass: &Pass<'_>, plan: &Plan) {
        self.context.set_transform(Affine::translate((0.0, -f64::from(self.top))));
        if let Some(fill) = pass.fill
            && !plan.fill.is_empty()
        {
            self.context.set_paint(color(fill.get(0)));
            self.context.fill_path(&plan.fill);
        }
        if let Some(stroke) = pass.stroke
            && !plan.stroke.is_empty()
        {
            self.context.set_paint(color(stroke.color.get(0)));
            self.context.fill_path(&plan.stroke);
        }
    }

    fn elements(&mut self, pass: &Pass<'_>, plan: &Plan, shared: &Shared<'_>) {
        let view = Affine::translate((0.0, -f64::from(self.top))) * plan.view;
        let [a, b, ..] = view.as_coeffs();
        // The camera's turn, which applies to shapes in pixels as well.
        let turn = Vec2::new(a, b) / plan.scale;
        let canvas = Rect::new(0.0, 0.0, f64::from(shared.width), f64::from(self.rows));
        self.strokes.made_for = None;
        let mut last_turn = (0.0_f32, turn);
        for k in pass.elements() {
            let (x, y, rotation) = (pass.x.get(k), pass.y.get(k), pass.rotation.get(k));
            let (width, height) = (pass.width.get(k), pass.height.get(k));
            let finite = x.is_finite() && y.is_finite() && rotation.is_finite();
            if !(finite && width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite()) {
                continue;
            }
            let stroke = match pass.stroke {
                Some(stroke) if !is_finite(&stroke, k) => continue,
                Some(stroke) if stroke.color.get(k).to_array()[3] > 0 => {
                    Pen::of(&stroke, k, plan.scale).map(|pen| (stroke, pen))
                }
                _ => None,
            };
            let fill = pass.fill.map(|fill| fill.get(k)).filter(|fill| fill.to_array()[3] > 0);
            if fill.is_none() && stroke.is_none() {
                continue;
            }
            let center = view * Point::new(f64::from(x), f64::from(y));
            let size = Vec2::new(
                (f64::from(width) * plan.scale).min(FAR_PX),
                (f64::from(height) * plan.scale).min(FAR_PX),
            );
            let reach =
                size.hypot() * 0.5 + stroke.map_or(0.0, |(_, pen)| pen.width * 0.5 * MITER_LIMIT) + 1.0;
            if !canvas.inflate(reach, reach).contains(center) {
                continue;
            }
            if rotation.to_bits() != last_turn.0.to_bits() {
                let (sin, cos) = libm::sincos(f64::from(rotation));
                last_turn = (rotation, Vec2::new(turn.x * cos - turn.y * sin, turn.x * sin + turn.y * cos));
            }
            let turn = last_turn.1;
            let place = Affine::new([turn.x, turn.y, -turn.y, turn.x, center.x, center.y]);
            if let Some(fill) = fill {
                self.context.set_paint(color(fill));
                self.fill(&pass.shape, plan, shared.circles, place, size);
            }
            if let Some((stroke, pen)) = stroke {
                self.context.set_paint(color(stroke.color.get(k)));
                self.context.set_transform(place);
                let made_for = Some((width, height, pen));
                if self.strokes.made_for != made_for {
                    self.strokes.made_for = made_for;
                    self.strokes.make(pass, shared.circles, size, pen);
                }
                self.context.fill_path(&self.strokes.path);
            }
        }
    }

    /// Fills one element. `place` turns and moves pixels around the origin to the canvas.
    fn fill(&mut self, shape: &Shape<'_>, plan: &Plan, circles: &Circles, place: Affine, size: Vec2) {
        match *shape {
            Shape::Ellipse => {
                self.context.set_transform(place.pre_scale_non_uniform(size.x, size.y));
                self.context.fill_path(&circles.pick(size.x.max(size.y) * 0.5).unit);
            }
            Shape::Rect { corner } => {
                self.context.set_transform(place);
                let radius = outline::corner_radius(corner, size.x, size.y);
                if radius > 0.0 {
                    self.path.truncate(0);
                    outline::push_rounded_rect(&mut self.path, circles, size.x, size.y, radius);
                    self.context.fill_path(&self.path);
                } else {
                    self.context.fill_rect(&Rect::from_center_size(Point::ORIGIN, size.to_size()));
                }
            }
            _ => {
                self.context.set_transform(place.pre_scale_non_uniform(size.x, size.y));
                self.context.set_fill_rule(fill_rule(shape));
                self.context.fill_path(&plan.fill);
                // Outlines of strokes lie over themselves without holes.
                self.context.set_fill_rule(Fill::NonZero);
            }
        }
    }
}

impl StrokeMemo {
    fn make(&mut self, pass: &Pass<'_>, circles: &Circles, size: Vec2, pen: Pen) {
        let Some(stroke) = pass.stroke else { return };
        self.path.truncate(0);
        let half = pen.width * 0.5;
        match pass.shape {
            Shape::Ellipse if size.x == size.y && pen.is_plain() => {
                let radius = size.x * 0.5;
                outline::push_ring(&mut self.path, circles, radius + half, radius - half);
            }
            Shape::Rect { corner } if corner <= 0.0 && pen.is_plain() && stroke.join == Join::Miter => {
                for (grow, flip) in [(pen.width, 1.0), (-pen.width, -1.0)] {
                    let (x, y) = ((size.x + grow) * 0.5, (size.y + grow) * 0.5);
                    if x > 0.0 && y > 0.0 {
                        let corners = [(-x * flip, -y), (x * flip, -y), (x * flip, y), (-x * flip, y)];
                        self.path.move_to(corners[0]);
                        corners[1..].iter().for_each(|corner| self.path.line_to(*corner));
                        self.path.close_path();
                    }
                }
            }
            _ => {
                self.stroker.outline.truncate(0);
                outline::push_outline(&mut self.stroker.outline, &pass.shape, size.x, size.y);
                self.stroker.stroke(&mut self.path, pen, stroke.cap, stroke.join);
            }
        }
    }
}

fn is_finite(stroke: &crate::frame::Stroke<'_>, index: usize) -> bool {
    [stroke.width, stroke.trim_start, stroke.trim_end].iter().all(|lanes| lanes.get(index).is_finite())
        && stroke.dash.is_none_or(|dash| dash.get(index).iter().all(|length| length.is_finite()))
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
        | Shape::Line { .. } => Fill::NonZero,
    }
}

fn color(color: Rgba8) -> AlphaColor<Srgb> {
    let [r, g, b, a] = color.to_array();
    AlphaColor::from_rgba8(r, g, b, a)
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
