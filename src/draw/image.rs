//! Images: pixels that never change, and which part of them an element shows.

use std::hash::Hasher;
use std::sync::Arc;
#[cfg(feature = "render")]
use std::sync::OnceLock;

use twox_hash::XxHash3_64;

use super::{Filter, Lanes};

/// An image: rows of pixels from the top, each red, green, blue and alpha, 8 bits of each, straight sRGB. Clones share it.
#[derive(Clone)]
pub struct Image(Arc<Content>);

struct Content {
    width: u32,
    height: u32,
    pixels: Arc<[u8]>,
    digest: u64,
    /// Made by whoever draws it smaller first.
    #[cfg(feature = "render")]
    levels: OnceLock<Levels>,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Image")
            .field("width", &self.0.width)
            .field("height", &self.0.height)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&*self.0, &*other.0);
        (one.width, one.height, &one.pixels) == (other.width, other.height, &other.pixels)
    }
}

impl Image {
    /// An image of so many pixels, each of four bytes: red, green, blue, alpha. `None` where there is another number of bytes, or a
    /// side is 0.
    pub fn new(width: u32, height: u32, pixels: impl Into<Arc<[u8]>>) -> Option<Self> {
        let pixels = pixels.into();
        let count = (width as usize).checked_mul(height as usize)?.checked_mul(4)?;
        if count == 0 || pixels.len() != count {
            return None;
        }
        let mut hash = XxHash3_64::with_seed(0);
        hash.write(&width.to_le_bytes());
        hash.write(&height.to_le_bytes());
        hash.write(&pixels);
        let digest = hash.finish();
        Some(Self(Arc::new(Content {
            width,
            height,
            pixels,
            digest,
            #[cfg(feature = "render")]
            levels: OnceLock::new(),
        })))
    }

    /// Its width in pixels.
    pub fn width(&self) -> u32 {
        self.0.width
    }

    /// Its height in pixels.
    pub fn height(&self) -> u32 {
        self.0.height
    }

    /// Its pixels, row by row from the top: red, green, blue, alpha, straight sRGB.
    pub fn pixels(&self) -> &[u8] {
        &self.0.pixels
    }

    /// What tells it from others: a hash of its size and its pixels, the same on every machine. A host that keeps textures on a GPU
    /// knows by it which it has.
    pub fn digest(&self) -> u64 {
        self.0.digest
    }

    /// It and smaller ones of it, each with half the width and height. Made once, whoever asks first.
    #[cfg(feature = "render")]
    pub(crate) fn levels(&self) -> &Levels {
        self.0.levels.get_or_init(|| Levels::new(self.0.width, self.0.height, &self.0.pixels))
    }

    /// The bytes that it takes with its smaller ones.
    pub(crate) fn bytes_of(pixels: usize) -> usize {
        // Straight, premultiplied, and a third of that for all that are smaller.
        pixels.saturating_mul(4 + 4 + 2)
    }
}

/// What an element shows of an image, for [`Shape::Image`](super::Shape::Image).
#[derive(Clone, Copy, Debug)]
pub struct Sprite<'a> {
    /// The image.
    pub image: &'a Image,
    /// The part of it that fills the element's box, in its pixels: left, top, width, height. What is beyond its edges shows the pixels at
    /// the edges.
    pub source: [Lanes<'a>; 4],
    /// The radius of the box's corners as a share of half its shorter side, 0 to 1.
    pub corner: Lanes<'a>,
    /// How pixels are made of those of the image.
    pub filter: Filter,
}

impl<'a> Sprite<'a> {
    /// That of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[must_use]
    pub fn of(self, index: usize) -> Self {
        let own = |lanes: Lanes<'a>| Lanes::Uniform(lanes.get(index));
        Self { source: self.source.map(own), corner: own(self.corner), ..self }
    }
}

/// An image at several sizes: the first as it is, each of the others half as wide and as high as the one before (rounded down, at
/// least 1), down to one pixel. Premultiplied.
///
/// A pixel of a smaller one is the mean of what it covers, in sRGB as everything is drawn: an image of a drawing, drawn smaller, looks
/// as the drawing does when it is drawn smaller.
#[cfg(feature = "render")]
pub(crate) struct Levels {
    pixels: Vec<[u8; 4]>,
    all: Vec<Level>,
}

/// One of the sizes of an image.
#[cfg(feature = "render")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) width: u32,
    pub(crate) height: u32,
    first: usize,
}

#[cfg(feature = "render")]
impl Levels {
    fn new(width: u32, height: u32, pixels: &[u8]) -> Self {
        let mut levels = Self { pixels: Vec::with_capacity(pixels.len() / 3), all: Vec::new() };
        let premultiplied = |&[r, g, b, a]: &[u8; 4]| {
            // Exact where it is opaque.
            let part = |c: u8| ((u32::from(c) * u32::from(a) + 127) / 255) as u8;
            [part(r), part(g), part(b), a]
        };
        levels.pixels.extend(pixels.as_chunks::<4>().0.iter().map(premultiplied));
        levels.all.push(Level { width, height, first: 0 });
        // From then on with more bits than are kept, so that what is rounded does not add up.
        let mut fine: Vec<[u16; 4]> = Vec::new();
        let mut size = [width as usize, height as usize];
        while size != [1, 1] {
            (fine, size) = match levels.all.len() {
                1 => halved(|at| levels.pixels[at].map(|c| u16::from(c) * 257), size),
                _ => halved(|at| fine[at], size),
            };
            let first = levels.pixels.len();
            let [width, height] = size.map(|side| side as u32);
            levels.all.push(Level { width, height, first });
            let byte = |c: u16| ((u32::from(c) + 128) / 257) as u8;
            levels.pixels.extend(fine.iter().map(|pixel| pixel.map(byte)));
        }
        levels
    }

    /// The number of the smallest one.
    pub(crate) fn last(&self) -> usize {
        self.all.len() - 1
    }

    /// One of them.
    #[inline(always)]
    pub(crate) fn level(&self, number: usize) -> Level {
        self.all[number]
    }

    /// The pixels of one of them.
    #[inline(always)]
    pub(crate) fn pixels(&self, Level { width, height, first }: Level) -> &[[u8; 4]] {
        &self.pixels[first..first + width as usize * height as usize]
    }
}

/// An image of half the size: each pixel is the mean of what it covers, parts of pixels by their area.
#[cfg(feature = "render")]
fn halved(pixel: impl Fn(usize) -> [u16; 4], [width, height]: [usize; 2]) -> (Vec<[u16; 4]>, [usize; 2]) {
    let (across, down) = ((width / 2).max(1), (height / 2).max(1));
    let mut out = Vec::with_capacity(across * down);
    for y in 0..down {
        for x in 0..across {
            let (mut sums, mut weights) = ([0_u64; 4], 0);
            for (row, tall) in covered(y, height, down) {
                for (column, wide) in covered(x, width, across) {
                    let weight = (tall * wide) as u64;
                    weights += weight;
                    for (sum, part) in sums.iter_mut().zip(pixel(row * width + column)) {
                        *sum += weight * u64::from(part);
                    }
                }
            }
            out.push(sums.map(|sum| ((sum + weights / 2) / weights) as u16));
        }
    }
    (out, [across, down])
}

/// Which of `from` pixels the pixel `at` of `to` covers, and how much of each: of a whole one `to`.
#[cfg(feature = "render")]
fn covered(at: usize, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
    let (low, high) = (at * from, (at + 1) * from);
    (low / to..high.div_ceil(to)).map(move |k| (k, high.min((k + 1) * to) - low.max(k * to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_as_many_bytes_as_its_size_says() {
        let image = |width, height, bytes: usize| Image::new(width, height, vec![7; bytes]);
        assert!(image(2, 3, 24).is_some());
        assert!(
            image(2, 3, 23).is_none() && image(0, 3, 0).is_none() && image(u32::MAX, u32::MAX, 4).is_none()
        );
        let digest = |width, height| image(width, height, 24).unwrap().digest();
        assert_eq!(digest(2, 3), digest(2, 3));
        assert_ne!(digest(2, 3), digest(3, 2));
    }

    #[cfg(feature = "render")]
    #[test]
    fn smaller_ones_are_means_of_what_they_cover() {
        // Red rises by 10 from pixel to pixel; the last one is clear.
        let pixels: Vec<u8> = (0..15).flat_map(|k| [k * 10, 200, 0, if k == 14 { 0 } else { 255 }]).collect();
        let image = Image::new(5, 3, pixels.clone()).unwrap();
        let levels = image.levels();
        let sizes: Vec<_> =
            (0..=levels.last()).map(|k| (levels.level(k).width, levels.level(k).height)).collect();
        assert_eq!(sizes, [(5, 3), (2, 1), (1, 1)]);
        assert_eq!(levels.pixels(levels.level(0))[14], [0; 4]);
        // A plain model: each of two pixels covers two and a half columns.
        let model = |columns: &[(usize, f64)]| {
            let sum = |part: usize| -> f64 {
                let of = |(column, weight): (usize, f64), row: usize| {
                    let at = (row * 5 + column) * 4;
                    let alpha = f64::from(pixels[at + 3]) / 255.0;
                    weight * if part == 3 { 255.0 * alpha } else { f64::from(pixels[at + part]) * alpha }
                };
                (0..3).map(|row| columns.iter().map(|&column| of(column, row)).sum::<f64>()).sum::<f64>()
                    / 7.5
            };
            [0, 1, 2, 3].map(|part| (sum(part) + 0.5) as u8)
        };
        let level = levels.pixels(levels.level(1));
        assert_eq!(level[0], model(&[(0, 1.0), (1, 1.0), (2, 0.5)]));
        assert_eq!(level[1], model(&[(2, 0.5), (3, 1.0), (4, 1.0)]));
    }

    #[cfg(feature = "render")]
    #[test]
    fn one_colour_stays_that_at_every_size() {
        for color in [[255; 4], [12, 200, 99, 255], [40, 20, 0, 60], [0; 4]] {
            let image = Image::new(37, 23, color.repeat(37 * 23)).unwrap();
            let levels = image.levels();
            let first = levels.pixels(levels.level(0))[0];
            for number in 0..=levels.last() {
                let level = levels.level(number);
                assert!(levels.pixels(level).iter().all(|&pixel| pixel == first), "{color:?} {level:?}");
            }
        }
    }
}
