//! Parts of images that elements show: from a pixel of the canvas to what is seen there.
//!
//! A pixel's centre is taken back into the image by the element's own axes, so what it shows does not depend on where tiles are cut. All
//! is plain arithmetic of f32, pixel by pixel: the same bits on every vector level.

use kurbo::{Point, Vec2};

use crate::draw::Levels;
use crate::frame::{Filter, Image, Sprite};

/// What elements of a frame show of images.
#[derive(Default)]
pub(super) struct Sprites {
    images: Vec<Image>,
    all: Vec<Fill>,
}

/// How the pixels of an element are filled.
#[derive(Clone, Copy, Debug)]
pub(in crate::render) struct Fill {
    /// Which of the images.
    pub(in crate::render) image: u32,
    /// A place of the canvas, in pixels.
    pub(in crate::render) at: [f32; 2],
    /// The place of the image there, in its pixels, and how that changes by a pixel across and a pixel down.
    pub(in crate::render) u: [f32; 3],
    pub(in crate::render) v: [f32; 3],
    /// What of the image is shown: left, top, right, bottom.
    pub(in crate::render) bounds: [f32; 4],
    /// How many times smaller it is drawn, as a power of two: the level, and the part of the next one.
    pub(in crate::render) level: u32,
    pub(in crate::render) part: f32,
    pub(in crate::render) filter: Filter,
    /// Multiplies premultiplied bytes.
    pub(in crate::render) tint: [f32; 4],
}

/// Where an element is on the canvas: its middle, the unit vector along its width, and its size in pixels; a negative one mirrors.
pub(super) struct OnCanvas {
    pub(super) center: Point,
    pub(super) axis: Vec2,
    pub(super) size: Vec2,
}

impl Sprites {
    /// Begins a frame.
    pub(super) fn begin(&mut self) {
        self.images.clear();
        self.all.clear();
    }

    /// Forgets the elements that are drawn.
    pub(super) fn clear(&mut self) {
        self.all.clear();
    }

    /// Takes the image of a pass, and gives its number.
    pub(super) fn add(&mut self, image: &Image) -> u32 {
        self.images.push(image.clone());
        self.images.len() as u32 - 1
    }

    /// Puts an element behind what there is, and gives its number, from 1. `near` is a place of the canvas that is near what is seen of it,
    /// and `tint` straight, opacity included.
    pub(super) fn push(
        &mut self,
        image: u32,
        sprite: &Sprite<'_>,
        index: usize,
        on: &OnCanvas,
        near: Point,
        tint: [f32; 4],
    ) -> u32 {
        let Sprite { image: of, source, filter, .. } = sprite;
        let [x, y, width, height] = source.map(|lanes| f64::from(lanes.get(index)));
        let (across, down) = (Vec2::new(on.axis.x, on.axis.y), Vec2::new(-on.axis.y, on.axis.x));
        // From the middle of the box, as shares of its sides, and from there into the image.
        let off = near - on.center;
        let (wide, high) = (width / on.size.x, height / on.size.y);
        let u = [x + width * 0.5 + off.dot(across) * wide, across.x * wide, across.y * wide];
        let v = [y + height * 0.5 + off.dot(down) * high, down.x * high, down.y * high];
        let (all_across, all_down) = (f64::from(of.width()), f64::from(of.height()));
        let side =
            |from: f64, to: f64, all: f64| [from.min(to).clamp(0.0, all), from.max(to).clamp(0.0, all)];
        let ([left, right], [top, bottom]) = (side(x, x + width, all_across), side(y, y + height, all_down));
        let [level, part] = match filter {
            Filter::Nearest => [0.0; 2],
            Filter::Smooth => smaller(wide.abs().max(high.abs()), of.levels()),
        };
        let alpha = tint[3] / 255.0;
        self.all.push(Fill {
            image,
            at: [near.x as f32, near.y as f32],
            u: u.map(|number| number as f32),
            v: v.map(|number| number as f32),
            bounds: [left, top, right, bottom].map(|number| number as f32),
            level: level as u32,
            part: part as f32,
            filter: *filter,
            tint: [tint[0] * alpha, tint[1] * alpha, tint[2] * alpha, alpha],
        });
        self.all.len() as u32
    }

    /// An element by its number, and its image.
    #[cfg(feature = "gpu")]
    pub(super) fn fill(&self, number: u32) -> Option<(&Fill, &Image)> {
        let fill = self.all.get((number as usize).checked_sub(1)?)?;
        Some((fill, self.images.get(fill.image as usize)?))
    }

    /// How the pixels of an element are filled, by its number.
    pub(super) fn of(&self, number: u32) -> Option<Sampler<'_>> {
        let fill = self.all.get((number as usize).checked_sub(1)?)?;
        let levels = self.images.get(fill.image as usize)?.levels();
        let mut sampler = Sampler { fill, layers: [Layer::new(levels, fill, 0); 2] };
        if fill.part > 0.0 {
            sampler.layers[1] = Layer::new(levels, fill, 1);
        }
        Some(sampler)
    }
}

/// Which of the levels an image is read from that is drawn so many times smaller, and the part of the next one.
fn smaller(times: f64, levels: &Levels) -> [f64; 2] {
    if times.is_nan() || times <= 1.0 {
        return [0.0; 2];
    }
    let power = libm::log2(times);
    let level = libm::floor(power);
    let last = levels.last() as f64;
    if level >= last { [last, 0.0] } else { [level, power - level] }
}

/// An image at one of its sizes, and what of it is shown.
#[derive(Clone, Copy)]
struct Layer<'i> {
    pixels: &'i [[u8; 4]],
    width: usize,
    /// The last column and row.
    last: [usize; 2],
    /// From places of the image to those of the middles of pixels.
    scale: [f32; 2],
    /// Between these: the middles of the outermost pixels.
    low: [f32; 2],
    high: [f32; 2],
}

impl<'i> Layer<'i> {
    #[inline(always)]
    fn new(levels: &'i Levels, fill: &Fill, further: u32) -> Self {
        let whole = levels.level(0);
        let level = levels.level((fill.level + further) as usize);
        let scale = [level.width as f32 / whole.width as f32, level.height as f32 / whole.height as f32];
        let [left, top, right, bottom] = fill.bounds;
        // Half a pixel inside, so that what is beside the part that is shown has no part in it.
        let range = |from: f32, to: f32, scale: f32| {
            let (low, high) = (from * scale, to * scale - 1.0);
            if low <= high { (low, high) } else { ((low + high) * 0.5, (low + high) * 0.5) }
        };
        let ((x0, x1), (y0, y1)) = (range(left, right, scale[0]), range(top, bottom, scale[1]));
        Self {
            pixels: levels.pixels(level),
            width: level.width as usize,
            last: [level.width as usize - 1, level.height as usize - 1],
            scale,
            low: [x0.max(0.0), y0.max(0.0)],
            high: [x1.max(0.0), y1.max(0.0)],
        }
    }

    /// Between the four pixels around a place of the image.
    #[inline(always)]
    fn smooth(&self, u: f32, v: f32) -> [f32; 4] {
        let x = (u * self.scale[0] - 0.5).max(self.low[0]).min(self.high[0]);
        let y = (v * self.scale[1] - 0.5).max(self.low[1]).min(self.high[1]);
        let (left, top) = ((x as usize).min(self.last[0]), (y as usize).min(self.last[1]));
        let (right, below) = ((left + 1).min(self.last[0]), (top + 1).min(self.last[1]));
        let (along, down) = (x - left as f32, y - top as f32);
        let at = |column: usize, row: usize| self.pixels[row * self.width + column].map(f32::from);
        let upper = mixed(at(left, top), at(right, top), along);
        let lower = mixed(at(left, below), at(right, below), along);
        mixed(upper, lower, down)
    }
}

#[inline(always)]
fn mixed(a: [f32; 4], b: [f32; 4], part: f32) -> [f32; 4] {
    [0, 1, 2, 3].map(
        #[inline(always)]
        |k| a[k] + (b[k] - a[k]) * part,
    )
}

/// Says what is seen of an element at a place.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'i> {
    fill: &'i Fill,
    layers: [Layer<'i>; 2],
}

impl Sampler<'_> {
    /// The colour at the middle of a pixel, premultiplied.
    #[inline(always)]
    pub(super) fn at(&self, x: f32, y: f32) -> [f32; 4] {
        let Fill { at, u, v, bounds, part, filter, tint, .. } = self.fill;
        let (x, y) = (x - at[0], y - at[1]);
        let (u, v) = (u[0] + x * u[1] + y * u[2], v[0] + x * v[1] + y * v[2]);
        let color = match filter {
            Filter::Nearest => {
                let layer = &self.layers[0];
                // What is not quite shown at the right and at the bottom is not reached either.
                let column = |place: f32, low: f32, high: f32, last: usize| {
                    let least = (low as usize).min(last);
                    (place.max(low) as usize)
                        .min((high.ceil() as usize).saturating_sub(1))
                        .max(least)
                        .min(last)
                };
                let x = column(u, bounds[0], bounds[2], layer.last[0]);
                let y = column(v, bounds[1], bounds[3], layer.last[1]);
                layer.pixels[y * layer.width + x].map(f32::from)
            }
            Filter::Smooth => {
                let color = self.layers[0].smooth(u, v);
                if *part > 0.0 { mixed(color, self.layers[1].smooth(u, v), *part) } else { color }
            }
        };
        [0, 1, 2, 3].map(
            #[inline(always)]
            |k| color[k] * tint[k],
        )
    }
}
