//! From passes to pixels, on the CPU.
//!
//! A frame of discs, ellipses and rectangles alone, filled and stroked, is drawn by formulas (`instances.rs`); all other
//! frames are outlined and handed to `vello_cpu`. A picture is always of one of the two.
//!
//! The canvas is cut into bands of rows whose height depends on the canvas alone. Each band is drawn by itself,
//! in whatever order threads take them, so the pixels do not depend on the thread count.

#[cfg(test)]
mod accuracy;
mod bins;
mod blend;
mod cover;
mod instances;
mod item;
mod setup;
mod tile;

use std::sync::{Mutex, PoisonError};

use kurbo::{Affine, BezPath, Rect, Vec2};
use vello_cpu::Level;

use self::instances::Instances;
use super::RenderError;
use super::element::Paint;
use super::outline::{self, Circles, NEAR_DASHED_PX, NEAR_PX};
use super::painter::{Band, Painter, Shared};
use super::picture::{Picture, check_size};
use super::sight;
use super::stroke::Stroker;
use crate::frame::{Blend, Frame, Pass, Rgba8, Shape};

/// Which vector instructions the raster may use for frames that it outlines. Frames of discs, ellipses and rectangles alone
/// are drawn by formulas, which have the same pixels with any.
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
    /// Rows of every band but the last.
    rows: u32,
    /// One for each thread that draws. Never locked: what is behind a lock may be shared, as the raster may then.
    painters: Vec<Mutex<Painter>>,
    plans: Vec<Plan>,
    stroker: Stroker,
    instances: Instances,
    picture: Picture,
    /// See [`Shared::budget`].
    band_bytes: usize,
}

impl std::fmt::Debug for Raster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Raster").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Computed once per pass, before its elements are drawn.
#[derive(Default)]
pub(super) struct Plan {
    /// World to canvas.
    pub(super) view: Affine,
    /// Pixels per world unit.
    pub(super) scale: f64,
    /// How far the shape reaches from its centre, in widths and heights.
    pub(super) reach: Vec2,
    /// Unit outline of the shape; or the filled polygon of a line, in canvas pixels.
    pub(super) fill: BezPath,
    /// Unit outlines of the paths that elements have of their own; there may be more, of an earlier frame.
    pub(super) own_fills: Vec<BezPath>,
    /// The stroke of a line, in canvas pixels.
    pub(super) stroke: BezPath,
    /// The stroke of a line; `None` if none of it is visible, or if it is no line.
    pub(super) line: Option<Paint>,
}

impl Raster {
    /// Rows of the highest band. Higher bands outline fewer shapes twice, lower ones keep more threads busy.
    const ROWS_MAX: u32 = 256;
    /// Bytes that a band may take, about: far more than pictures of many small shapes take.
    const BAND_BYTES: usize = 32 << 20;

    /// A raster for one canvas size.
    ///
    /// # Errors
    /// [`RenderError::Size`] when a side is 0 or above [`MAX_SIDE`](super::MAX_SIDE).
    pub fn new(settings: RasterSettings) -> Result<Self, RenderError> {
        let RasterSettings { width, height, threads, level, .. } = settings;
        check_size(width, height)?;
        let picture = Picture::new(width, height)?;
        // Whole rows of the raster's 4-pixel tiles.
        let rows = height.div_ceil(height.div_ceil(Self::ROWS_MAX)).next_multiple_of(4).min(height);
        let workers = threads.clamp(1, height.div_ceil(rows) as usize);
        let painters = (0..workers).map(|_| Mutex::new(Painter::new(level.level(), width, rows))).collect();
        let (circles, stroker) = (Circles::new(), Stroker::default());
        let band_bytes = Self::BAND_BYTES;
        let instances = Instances::new(width, height, threads, fearless_simd::Level::new());
        let plans = Vec::new();
        Ok(Self { settings, circles, rows, painters, plans, stroker, instances, picture, band_bytes })
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
        let RasterSettings { width, height, transparent, .. } = self.settings;
        if (picture.width(), picture.height()) != (width, height) {
            let reason = format!("this raster draws {width}x{height}");
            return Err(RenderError::Size { width: picture.width(), height: picture.height(), reason });
        }
        let [r, g, b, _] = background.to_array();
        if self.instances.take(passes, width, height) {
            let ground = if transparent { [0; 4] } else { [r, g, b, u8::MAX] };
            self.instances.draw(ground, picture.pixels_mut(), width as usize);
            return Ok(());
        }
        self.plan(passes);
        let shared = Shared {
            passes,
            plans: &self.plans,
            circles: &self.circles,
            background,
            transparent,
            blends: passes.iter().any(|pass| pass.blend != Blend::Normal),
            width,
            rows: self.rows,
            budget: self.band_bytes,
        };
        let bands = picture.pixels_mut().chunks_mut((self.rows * width) as usize * 4).enumerate();
        let bands = Mutex::new(bands);
        let work = |painter: &mut Mutex<Painter>| {
            let painter = painter.get_mut().unwrap_or_else(PoisonError::into_inner);
            // The lock only guards taking the next band; a poisoned one still hands them out.
            let next = || bands.lock().unwrap_or_else(PoisonError::into_inner).next();
            while let Some((index, pixels)) = next() {
                painter.draw(&shared, Band::new(&shared, index, pixels));
            }
        };
        let Some((own, others)) = self.painters.split_first_mut() else { return Ok(()) };
        if others.is_empty() {
            work(own);
            return Ok(());
        }
        std::thread::scope(|scope| {
            others.iter_mut().for_each(|painter| drop(scope.spawn(|| work(painter))));
            work(own);
        });
        Ok(())
    }

    fn plan(&mut self, passes: &[Pass<'_>]) {
        let RasterSettings { width, height, .. } = self.settings;
        self.plans.resize_with(passes.len().max(self.plans.len()), Plan::default);
        let canvas = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        for (pass, plan) in passes.iter().zip(&mut self.plans) {
            plan.view = Affine::new(pass.view.to_canvas(width, height));
            plan.scale = pass.view.scale(width, height);
            plan.fill.truncate(0);
            plan.stroke.truncate(0);
            plan.line = None;
            if let Shape::Line { closed } = pass.shape {
                plan.line(pass, closed, &mut self.stroker, canvas);
            } else {
                plan.shape(pass);
            }
        }
    }
}

impl Plan {
    /// The outline that all elements share.
    fn shape(&mut self, pass: &Pass<'_>) {
        self.reach = outline::reach(&pass.shape);
        let longest = pass.elements().map(|k| pass.width.get(k).abs().max(pass.height.get(k).abs()));
        let longest = longest.filter(|side| side.is_finite()).fold(0.0, f32::max);
        // Longer ones are outlined by themselves.
        let longest = (f64::from(longest) * self.scale).min(NEAR_PX / self.reach.x.max(self.reach.y));
        outline::push_unit(&mut self.fill, &pass.shape, longest);
        if let Shape::Paths(paths) = pass.shape {
            let all = paths.all();
            self.own_fills.resize_with(all.len().max(self.own_fills.len()), BezPath::new);
            for (path, fill) in all.iter().zip(&mut self.own_fills) {
                fill.truncate(0);
                outline::push_unit(fill, &Shape::Path(path), longest);
            }
        }
    }

    /// The unit outline of an element.
    pub(super) fn fill(&self, pass: &Pass<'_>, index: usize) -> &BezPath {
        pass.shape.place(index).map_or(&self.fill, |place| &self.own_fills[place])
    }

    /// The fill and stroke of the one line through the elements.
    fn line(&mut self, pass: &Pass<'_>, closed: bool, stroker: &mut Stroker, canvas: Rect) {
        self.line = pass.pen().and_then(|pen| Paint::of(pass, pen, self.scale));
        let Some(paint) = self.line else { return };
        if paint.fill.is_some() {
            outline::area(&mut stroker.outline, pass, self.view);
            if sight::leaves(&stroker.outline, canvas, NEAR_PX) {
                sight::push_filled(&mut self.fill, stroker.outline.iter(), sight::around(canvas));
            } else {
                self.fill.extend(stroker.outline.iter());
            }
        }
        if let (Some((_, pen)), Some(stroke)) = (paint.stroke, pass.stroke) {
            stroker.line(outline::line_points(pass, self.view), closed);
            let near = if pen.dash.is_some() { NEAR_DASHED_PX } else { NEAR_PX };
            let is_far = sight::leaves(&stroker.outline, canvas, near) || pen.reach() > near;
            let sight = is_far.then(|| sight::around(canvas));
            stroker.stroke(&mut self.stroke, pen, stroke.cap, stroke.join, sight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Cap, Colors, Join, Lanes, Stroke, View};

    /// 200 translucent shapes in a spiral, some of them large.
    fn passes<'a>(
        [shape, others]: [Shape<'static>; 2],
        lanes: &'a [Vec<f32>; 3],
        blend: Blend,
        opacity: f32,
    ) -> [Pass<'a>; 2] {
        let [x, y, size] = lanes;
        let stroke = Stroke {
            color: Colors::Uniform(Rgba8::new(250, 200, 40, 180)),
            width: Lanes::Uniform(0.02),
            trim_start: Lanes::Uniform(0.0),
            trim_end: Lanes::Uniform(1.0),
            dash: None,
            cap: Cap::Round,
            join: Join::Round,
        };
        let shapes = Pass {
            name: "shapes",
            domain: "shapes",
            shape,
            blend,
            layer: 0,
            view: View::default(),
            count: size.len(),
            order: None,
            x: Lanes::Each(x),
            y: Lanes::Each(y),
            depth: None,
            width: Lanes::Each(size),
            height: Lanes::Each(size),
            rotation: Lanes::Uniform(0.0),
            fill: Some(Colors::Uniform(Rgba8::new(40, 120, 200, 120))),
            stroke: Some(stroke),
            opacity: Lanes::Uniform(opacity),
            corners: None,
        };
        let opaque = Some(Colors::Uniform(Rgba8::new(200, 60, 90, 255)));
        let squares = Pass { shape: others, fill: opaque, stroke: None, count: 60, ..shapes };
        [shapes, Pass { blend: Blend::Normal, ..squares }]
    }

    const BACKGROUND: Rgba8 = Rgba8::new(68, 102, 136, 255);

    /// Draws all kinds of frames of such shapes in several ways, of which none may change a pixel.
    fn same(shapes: [Shape<'static>; 2], ways: &[&dyn Fn(&mut Raster)]) {
        let wave = |k: u32| (f64::from(k) * 0.7, f64::from(k) / 200.0);
        let lanes = [
            (0..200).map(|k| (0.5 + wave(k).1 * libm::cos(wave(k).0)) as f32).collect(),
            (0..200).map(|k| (0.5 + wave(k).1 * libm::sin(wave(k).0)) as f32).collect(),
            (0..200).map(|k| if k % 7 == 0 { 0.9 } else { 0.1 }).collect(),
        ];
        for blend in [Blend::Normal, Blend::Add, Blend::Multiply, Blend::Difference] {
            for (opacity, transparent) in [(1.0, false), (1.0, true), (0.5, false), (0.5, true)] {
                let passes = passes(shapes, &lanes, blend, opacity);
                let settings =
                    RasterSettings { width: 300, height: 300, threads: 2, transparent, ..Default::default() };
                let draw = |way: &dyn Fn(&mut Raster)| {
                    let mut raster = Raster::new(settings).unwrap();
                    way(&mut raster);
                    raster.draw_passes(BACKGROUND, &passes).clone()
                };
                let whole = draw(&|_| {});
                for (k, way) in ways.iter().enumerate() {
                    assert_eq!(draw(way), whole, "{blend:?} {opacity} {transparent} {k}");
                }
            }
        }
    }

    #[test]
    fn drawing_in_parts_changes_no_pixel() {
        let polygons = [Shape::Polygon { sides: 24 }, Shape::Polygon { sides: 4 }];
        same(
            polygons,
            &[&|raster| raster.band_bytes = usize::MAX, &|raster| raster.band_bytes = 0, &|raster| {
                raster.band_bytes = 100_000;
            }],
        );
    }

    #[test]
    fn formulas_give_the_same_pixels_however_they_are_worked_out() {
        let scalar_widths = fearless_simd::Level::baseline();
        for shapes in
            [[Shape::Ellipse, Shape::Rect { corner: 0.0 }], [Shape::Rect { corner: 0.5 }, Shape::Ellipse]]
        {
            same(
                shapes,
                &[
                    &|raster| raster.instances.level = scalar_widths,
                    &|raster| raster.instances.bins.room = 0,
                    &|raster| {
                        let settings = RasterSettings { threads: 1, ..raster.settings };
                        *raster = Raster::new(settings).unwrap();
                    },
                    &|raster| {
                        let settings = RasterSettings { threads: 4, ..raster.settings };
                        *raster = Raster::new(settings).unwrap();
                        // A frame before it leaves nothing behind.
                        raster.instances.draw([9, 200, 30, 255], &mut vec![0; 300 * 300 * 4], 300);
                    },
                ],
            );
        }
    }
}
