//! Pictures as videos have them: a plane of luma, two of chroma at half the width and height, and one of alpha where there is
//! transparency.
//!
//! The colours are those of ITU-R BT.709-6, section 3, in video range: luma from 16 to 235, chroma from 16 to 240. A sample of
//! chroma lies in the left one of its two columns and between its two rows, which is where players expect it: it is a
//! quarter, a half and a quarter of three columns, and half of each row.

use fearless_simd::Level;

use super::super::Picture;
use crate::math::levels::at_level;

/// Shares of red, green and blue, in 65 536ths of a component's step: of luma (their sum is 219 of 255), of blue less luma, and of red
/// less luma (219 becomes 224, and the sum is 0).
const LUMA: [i32; 3] = [11_966, 40_254, 4_064];
const BLUE: [i32; 3] = [-6_596, -22_189, 28_785];
const RED: [i32; 3] = [28_785, -26_145, -2_640];

/// Room for the planes of a picture, and for two of its rows on their way.
#[derive(Default)]
pub(super) struct Planes {
    bytes: Vec<u8>,
    /// Red, green and blue of two rows, added up, with one column more on either side.
    sums: [Vec<i32>; 3],
}

impl Planes {
    /// The planes of a picture, one behind the other: luma, blue, red and alpha.
    pub(super) fn of(&mut self, picture: &Picture, transparent: bool) -> &[u8] {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let (luma, chroma) = (width * height, width.div_ceil(2) * height.div_ceil(2));
        self.bytes.resize(luma + 2 * chroma + if transparent { luma } else { 0 }, 0);
        self.sums.iter_mut().for_each(|sums| sums.resize(width + 3, 0));
        let Self { bytes, sums } = self;
        let pixels = picture.pixels().as_chunks::<4>().0;
        at_level!(Level::new(), simd => convert(pixels, [width, luma, chroma], bytes, sums));
        &self.bytes
    }
}

#[inline(always)]
fn weigh(shares: [i32; 3], [r, g, b]: [i32; 3]) -> i32 {
    shares[0] * r + shares[1] * g + shares[2] * b
}

#[inline(always)]
fn convert(
    pixels: &[[u8; 4]],
    [width, luma, chroma]: [usize; 3],
    bytes: &mut [u8],
    sums: &mut [Vec<i32>; 3],
) {
    let (ys, rest) = bytes.split_at_mut(luma);
    let (us, rest) = rest.split_at_mut(chroma);
    let (vs, alphas) = rest.split_at_mut(chroma);
    for (&[r, g, b, _], y) in pixels.iter().zip(ys) {
        *y = ((weigh(LUMA, [r, g, b].map(i32::from)) + (16 << 16) + (1 << 15)) >> 16) as u8;
    }
    for (&[.., a], alpha) in pixels.iter().zip(alphas) {
        *alpha = a;
    }
    let half = width.div_ceil(2);
    let rows = pixels.chunks(2 * width).zip(us.chunks_exact_mut(half).zip(vs.chunks_exact_mut(half)));
    for (two, (us, vs)) in rows {
        let (upper, lower) = two.split_at(width);
        // The last row of an odd height counts twice.
        let lower = if lower.is_empty() { upper } else { lower };
        for (part, sums) in sums.iter_mut().enumerate() {
            for ((upper, lower), sum) in upper.iter().zip(lower).zip(&mut sums[1..]) {
                *sum = i32::from(upper[part]) + i32::from(lower[part]);
            }
            // What is beyond an edge is what is at it.
            (sums[0], sums[width + 1], sums[width + 2]) = (sums[1], sums[width], sums[width]);
        }
        let [r, g, b] = sums.each_ref().map(|sums| &sums[..2 * half + 1]);
        for (k, (u, v)) in us.iter_mut().zip(vs).enumerate() {
            // An eighth of the three columns and two rows.
            let eight = [r, g, b].map(|part| part[2 * k] + 2 * part[2 * k + 1] + part[2 * k + 2]);
            let middle = (128 << 19) + (1 << 18);
            *u = ((weigh(BLUE, eight) + middle) >> 19) as u8;
            *v = ((weigh(RED, eight) + middle) >> 19) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 4]) -> Picture {
        let mut picture = Picture::new(width, height).unwrap();
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        for (pixel, (x, y)) in picture.pixels_mut().as_chunks_mut::<4>().0.iter_mut().zip(places) {
            *pixel = color(x, y);
        }
        picture
    }

    /// By the formulas of the recommendation, in f64.
    fn expected([r, g, b]: [f64; 3]) -> [f64; 3] {
        let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let [u, v] = [(b - luma) / 1.8556, (r - luma) / 1.5748];
        [16.0 + luma * 219.0 / 255.0, 128.0 + u * 224.0 / 255.0, 128.0 + v * 224.0 / 255.0]
    }

    #[test]
    fn colors_are_those_of_the_recommendation() {
        for color in
            (0..6 * 6 * 6).map(|k| [k % 6 * 51, k / 6 % 6 * 51, k / 36 * 51].map(|part: i32| part as u8))
        {
            let [r, g, b] = color;
            let flat = picture(5, 3, |_, _| [r, g, b, 77]);
            let mut planes = Planes::default();
            let found = planes.of(&flat, true);
            assert_eq!(found.len(), 15 + 6 + 6 + 15);
            let wanted = expected(color.map(f64::from));
            for (plane, wanted) in [&found[..15], &found[15..21], &found[21..27]].into_iter().zip(wanted) {
                for &part in plane {
                    assert!((f64::from(part) - wanted).abs() <= 0.51, "{color:?}: {part}, not {wanted}");
                }
            }
            assert!(found[27..].iter().all(|&alpha| alpha == 77));
            assert_eq!(planes.of(&flat, false).len(), 27);
        }
    }

    /// Each sample of chroma against the same average of the pixels around it, in f64.
    #[test]
    fn chroma_lies_at_the_left_between_two_rows() {
        for (width, height) in [(1, 1), (2, 2), (7, 5), (16, 4), (33, 2), (64, 3)] {
            let color = |x: u32, y: u32| {
                [x * 71 + y * 3, x * 13 + y * 89, x * x * 7 + y].map(|part| (part % 256) as u8)
            };
            let mixed = picture(width, height, |x, y| {
                let [r, g, b] = color(x, y);
                [r, g, b, 255]
            });
            let mut planes = Planes::default();
            let found = planes.of(&mixed, false);
            let (luma, half) = ((width * height) as usize, width.div_ceil(2));
            let chroma = (half * height.div_ceil(2)) as usize;
            for k in 0..chroma as u32 {
                let (x, y) = (2 * (k % half), 2 * (k / half));
                let mut around = [0.0; 3];
                for (column, weight) in
                    [(x.saturating_sub(1), 0.25), (x, 0.5), ((x + 1).min(width - 1), 0.25)]
                {
                    for row in [y, (y + 1).min(height - 1)] {
                        let color = color(column, row);
                        (0..3).for_each(|part| around[part] += f64::from(color[part]) * weight / 2.0);
                    }
                }
                let [_, u, v] = expected(around);
                for (at, wanted) in [(luma + k as usize, u), (luma + chroma + k as usize, v)] {
                    let got = f64::from(found[at]);
                    assert!(
                        (got - wanted).abs() <= 0.51,
                        "{width}x{height}, sample {k}: {got}, not {wanted}"
                    );
                }
            }
        }
    }
}
