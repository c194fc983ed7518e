//! From passes to pixels, on the CPU.
//!
//! The canvas is cut into tiles, and each tile is drawn by itself, in whatever order threads take them. Discs, ellipses,
//! rectangles and segments have formulas that say how much of a pixel they cover; of all else the outlines are made, and
//! the area inside of them is added up. Either way a pixel depends neither on the number of threads nor on the vector level.

#[cfg(test)]
mod accuracy;
mod bins;
mod blend;
mod cover;
mod item;
mod light;
mod mask;
mod outlines;
#[cfg(feature = "gpu")]
mod parts;
mod pieces;
#[cfg(test)]
mod sampling;
mod setup;
mod sprites;
mod tile;
mod tiler;

use fearless_simd::Level;

#[cfg(feature = "gpu")]
pub(super) use self::item::{Form, Item, Paint};
use self::outlines::Outliner;
#[cfg(feature = "gpu")]
pub(super) use self::parts::Parts;
#[cfg(feature = "gpu")]
pub(super) use self::pieces::Segment;
#[cfg(feature = "gpu")]
pub(super) use self::sprites::Fill;
use self::tiler::Tiler;
use super::RenderError;
use super::picture::{Picture, check_size};
use crate::frame::{Frame, Ground, Pass};

/// How a [`Raster`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RasterSettings {
    /// Canvas width in pixels, `1..=MAX_SIDE`.
    pub width: u32,
    /// Canvas height in pixels, `1..=MAX_SIDE`.
    pub height: u32,
    /// Threads that draw, at least 1 (0 counts as 1). Never changes a pixel.
    pub threads: usize,
    /// Leave the frame's background out, so that pictures have an alpha channel. Otherwise every pixel is opaque.
    pub transparent: bool,
}

impl Default for RasterSettings {
    fn default() -> Self {
        Self { width: 1920, height: 1080, threads: 1, transparent: false }
    }
}

/// The CPU raster. It owns its buffers, which grow to the largest frame and are then reused.
pub struct Raster {
    settings: RasterSettings,
    outliner: Outliner,
    tiler: Tiler,
    picture: Picture,
    /// The frame that is in the picture, where it is one.
    drawn: Option<u64>,
}

impl std::fmt::Debug for Raster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Raster").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Raster {
    /// A raster for one canvas size.
    ///
    /// # Errors
    /// [`RenderError::Size`] when a side is 0 or above [`MAX_SIDE`](super::MAX_SIDE).
    pub fn new(settings: RasterSettings) -> Result<Self, RenderError> {
        let RasterSettings { width, height, threads, .. } = settings;
        check_size(width, height)?;
        let picture = Picture::new(width, height)?;
        let tiler = Tiler::new(width, height, threads, Level::new());
        Ok(Self { settings, outliner: Outliner::new(), tiler, picture, drawn: None })
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &RasterSettings {
        &self.settings
    }

    /// Draws a frame into a picture of its own, which stays until the next call. A frame that is no other than the one that is there
    /// costs its [hash](Frame::hash).
    pub fn draw(&mut self, frame: &Frame<'_>) -> &Picture {
        let hash = frame.hash();
        if self.drawn != Some(hash) {
            let passes: Vec<_> = frame.passes().collect();
            self.draw_passes(frame.ground(), &passes);
            self.drawn = Some(hash);
        }
        &self.picture
    }

    /// As [`draw`](Self::draw), for passes that come from elsewhere, over a [ground](Frame::ground). A colour is one, blended as sRGB:
    /// for passes of a frame take the frame's.
    pub fn draw_passes(&mut self, ground: impl Into<Ground>, passes: &[Pass<'_>]) -> &Picture {
        self.drawn = None;
        // The picture is moved out and back, since it cannot be borrowed along with the rest.
        let mut picture = std::mem::replace(&mut self.picture, Picture::empty());
        let drawn = self.draw_into(ground, passes, &mut picture);
        debug_assert!(drawn.is_ok(), "the raster's own picture has the raster's size");
        self.picture = picture;
        &self.picture
    }

    /// Draws passes into `picture`, over a [ground](Frame::ground). A colour is one, blended as sRGB: for passes of a frame take the frame's.
    ///
    /// # Errors
    /// [`RenderError::Size`] when the picture is not of the raster's size.
    pub fn draw_into(
        &mut self,
        ground: impl Into<Ground>,
        passes: &[Pass<'_>],
        picture: &mut Picture,
    ) -> Result<(), RenderError> {
        let RasterSettings { width, height, transparent, .. } = self.settings;
        if (picture.width(), picture.height()) != (width, height) {
            let reason = format!("this raster draws {width}x{height}");
            return Err(RenderError::Size { width: picture.width(), height: picture.height(), reason });
        }
        let Ground { color, blending } = ground.into();
        let [r, g, b, _] = color.to_array();
        let ground = if transparent { [0; 4] } else { [r, g, b, u8::MAX] };
        let Self { outliner, tiler, .. } = self;
        tiler.blend_as(blending);
        tiler.draw(outliner, passes, ground, picture.pixels_mut(), [width, height]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::frame::{
        Blend, Blending, Cap, Colors, Filter, Image, Join, Lanes, Rgba8, Shape, Sprite, Stroke, View,
    };

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

    /// A part of an image that is translucent here and there.
    fn sprite(filter: Filter, corner: f32) -> Shape<'static> {
        static IMAGE: LazyLock<Image> = LazyLock::new(|| {
            let pixel = |k: u32| [k * 7, k * 3, k * 11 + 90, 100 + k % 5 * 38].map(|part| part as u8);
            let pixels: Vec<u8> = (0..60 * 40).flat_map(pixel).collect();
            Image::new(60, 40, pixels).unwrap()
        });
        let source = [3.5, 2.0, 50.0, 33.25].map(Lanes::Uniform);
        Shape::Image(Sprite { image: &IMAGE, source, corner: Lanes::Uniform(corner), filter })
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
            for (opacity, transparent, blending) in [
                (1.0, false, Blending::Srgb),
                (1.0, true, Blending::Srgb),
                (0.5, false, Blending::Linear),
                (0.5, true, Blending::Linear),
            ] {
                let passes = passes(shapes, &lanes, blend, opacity);
                let settings = RasterSettings { width: 300, height: 300, threads: 2, transparent };
                let draw = |way: &dyn Fn(&mut Raster)| {
                    let mut raster = Raster::new(settings).unwrap();
                    way(&mut raster);
                    raster.draw_passes(Ground { color: BACKGROUND, blending }, &passes).clone()
                };
                let whole = draw(&|_| {});
                for (k, way) in ways.iter().enumerate() {
                    assert_eq!(draw(way), whole, "{blend:?} {opacity} {transparent} {blending:?} {k}");
                }
            }
        }
    }

    #[test]
    fn a_frame_that_is_there_is_not_drawn_again() {
        let b = crate::Builder::new("dots");
        let dots = b.domain("dots", 1);
        let color = b.rgba(1.0, 1.0, 1.0, 1.0);
        b.pass("dots", dots).position(b.vec2(b.phase(1.0), 0.5)).size(0.2).color(color).draw();
        let mut engine = crate::Engine::for_program(b.finish().unwrap()).unwrap();
        let mut raster = Raster::new(RasterSettings { width: 40, height: 40, ..Default::default() }).unwrap();
        let mark = [1, 2, 3, 4];
        let mut draws = |raster: &mut Raster, index: u64| {
            raster.picture.pixels_mut()[..4].copy_from_slice(&mark);
            raster.draw(&engine.frame(index).unwrap()).pixel(0, 0) != Some(mark)
        };
        assert!(draws(&mut raster, 0) && !draws(&mut raster, 0));
        assert!(draws(&mut raster, 10) && !draws(&mut raster, 10));
        // Something else is there.
        raster.draw_passes(BACKGROUND, &[]);
        assert!(draws(&mut raster, 10) && !draws(&mut raster, 10));
    }

    #[test]
    fn pixels_are_the_same_however_they_are_worked_out() {
        let star = Shape::Star { points: 7, inner: 0.4 };
        for shapes in [
            [Shape::Ellipse, Shape::Rect { corner: 0.0 }],
            [Shape::Rect { corner: 0.5 }, Shape::Ellipse],
            [Shape::Polygon { sides: 24 }, Shape::Polygon { sides: 4 }],
            [star, Shape::Ellipse],
            [sprite(Filter::Smooth, 0.5), sprite(Filter::Nearest, 0.0)],
        ] {
            same(
                shapes,
                &[
                    &|raster| raster.tiler.level = Level::baseline(),
                    &|raster| raster.tiler.bins.room = 0,
                    // In parts, from element to element.
                    &|raster| raster.tiler.limit = 1,
                    &|raster| raster.tiler.scene.pieces.most = 3_000,
                    &|raster| {
                        let settings = RasterSettings { threads: 1, ..raster.settings };
                        *raster = Raster::new(settings).unwrap();
                    },
                    &|raster| {
                        let settings = RasterSettings { threads: 4, ..raster.settings };
                        *raster = Raster::new(settings).unwrap();
                        // A frame before it leaves nothing behind.
                        raster.draw_passes(Rgba8::new(9, 200, 30, 255), &[]);
                    },
                ],
            );
        }
    }
}
