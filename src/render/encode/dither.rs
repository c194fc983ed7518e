//! Colours that a palette lacks, as a pattern of those that it has.
//!
//! After Thomas Knoll's pattern dithering (US patent 6 606 166, expired): for every colour a list of palette entries is
//! found whose mean comes close to it, each entry chosen to make up for what those before it have missed; the list is
//! sorted by brightness, and the place on the canvas says which of its entries is taken. So a pixel depends on its colour
//! and its place alone: what does not move keeps its pattern from frame to frame, and costs nothing in a file of changes.

use super::palette::Palette;

/// Entries whose mixture is a colour.
const MIX: usize = 16;
/// Colours whose mix is remembered: a power of two. One pushes out another, which changes no result.
const REMEMBERED: usize = 1 << 16;

/// Which of the entries is taken where: every number below [`MIX`] once in every 4 x 4 pixels, neighbours far from one
/// another (a Bayer matrix).
const PLACES: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

#[derive(Clone, Copy)]
struct Known {
    /// Red, green and blue; above them a bit that says that there is one.
    color: u32,
    mix: [u8; MIX],
}

/// The index for a colour at a place.
pub(super) struct Mixer {
    palette: Palette,
    dithers: bool,
    known: Vec<Known>,
    /// Indices by brightness, and where among them each is.
    sorted: [u8; 256],
    places: [u8; 256],
}

impl Mixer {
    pub(super) fn new(palette: Palette, dithers: bool) -> Self {
        let known = vec![Known { color: 0, mix: [0; MIX] }; REMEMBERED];
        let mut sorted = std::array::from_fn(|index| index as u8);
        sorted.sort_unstable_by_key(|&index| {
            let [r, g, b] = palette.color(index).map(u32::from);
            (299 * r + 587 * g + 114 * b, index)
        });
        let mut places = [0; 256];
        sorted.iter().zip(0..=u8::MAX).for_each(|(&index, place)| places[usize::from(index)] = place);
        Self { palette, dithers, known, sorted, places }
    }

    /// Writes the indices of a run of pixels of one colour, the first of which is at `x`, `y`.
    pub(super) fn put(&mut self, color: [u8; 4], [x, y]: [usize; 2], indices: &mut [u8]) {
        let [r, g, b, a] = color;
        if a < 128 {
            indices.fill(Palette::TRANSPARENT);
            return;
        }
        let mix = self.mix([r, g, b]);
        // Sorted by brightness and then by index, so that these two differ if any do.
        if mix[0] == mix[MIX - 1] {
            indices.fill(mix[0]);
            return;
        }
        let places = &PLACES[y % 4];
        for (k, index) in indices.iter_mut().enumerate() {
            *index = mix[usize::from(places[(x + k) % 4])];
        }
    }

    fn mix(&mut self, color: [u8; 3]) -> [u8; MIX] {
        let key = u32::from_be_bytes([1, color[0], color[1], color[2]]);
        // The upper bits of a product depend on all bits (Fibonacci hashing).
        let place = (key.wrapping_mul(0x9e37_79b9) >> 16) as usize % REMEMBERED;
        if self.known[place].color != key {
            self.known[place] = Known { color: key, mix: self.find(color) };
        }
        self.known[place].mix
    }

    fn find(&mut self, color: [u8; 3]) -> [u8; MIX] {
        let nearest = self.palette.nearest(color);
        let mut mix = [nearest; MIX];
        if !self.dithers || self.palette.color(nearest) == color {
            return mix;
        }
        let mut missed = [0_i32; 3];
        for entry in &mut mix {
            let wanted: [u8; 3] =
                std::array::from_fn(|k| (i32::from(color[k]) + missed[k]).clamp(0, 255) as u8);
            let index = self.palette.index(wanted);
            *entry = self.places[usize::from(index)];
            let found = self.palette.color(index);
            for k in 0..3 {
                missed[k] += i32::from(color[k]) - i32::from(found[k]);
            }
        }
        mix.sort_unstable();
        mix.map(|place| self.sorted[usize::from(place)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::palette::Histogram;
    use super::*;

    /// A palette of a ramp from black to white in 32 steps and too many colours besides.
    fn palette() -> Palette {
        let mut histogram = Histogram::new();
        (0..32_u8).for_each(|k| histogram.add([k * 8; 3], 1_000_000));
        (0..300_u32).for_each(|k| histogram.add([255, (k % 256) as u8, (k / 8) as u8], 1));
        histogram.palette(Some([7, 7, 9]))
    }

    fn indices(mixer: &mut Mixer, color: [u8; 3]) -> Vec<u8> {
        let mut all = vec![0; 64];
        for (y, row) in all.chunks_exact_mut(8).enumerate() {
            mixer.put([color[0], color[1], color[2], 255], [0, y], row);
        }
        all
    }

    #[test]
    fn a_pattern_has_the_mean_of_its_colour() {
        let mut mixer = Mixer::new(palette(), true);
        for grey in 3..245_u8 {
            let all = indices(&mut mixer, [grey; 3]);
            let sum: u32 = all.iter().map(|&index| u32::from(mixer.palette.color(index)[1])).sum();
            let mean = f64::from(sum) / 64.0;
            assert!((mean - f64::from(grey)).abs() < 1.0, "{grey}: {mean}");
        }
        // The steps between are seen where there is no pattern.
        let mut mixer = Mixer::new(palette(), false);
        let all = indices(&mut mixer, [20; 3]);
        assert!(all.iter().all(|&index| index == all[0]));
    }

    #[test]
    fn colours_of_the_palette_stay_flat() {
        let mut mixer = Mixer::new(palette(), true);
        for color in (0..255).map(|index| mixer.palette.color(index)).collect::<Vec<_>>() {
            for index in indices(&mut mixer, color) {
                assert_eq!(mixer.palette.color(index), color);
            }
        }
    }

    #[test]
    fn a_pixel_depends_on_its_colour_and_place_alone() {
        let (mut a, mut b) = (Mixer::new(palette(), true), Mixer::new(palette(), true));
        let colors: Vec<[u8; 3]> = (0..5000_u32).map(|k| [k as u8, (k / 7) as u8, (k / 20) as u8]).collect();
        // One has seen thousands of colours before, the other has not.
        colors.iter().for_each(|&color| drop(indices(&mut a, color)));
        for &color in colors.iter().rev().step_by(97) {
            let whole = indices(&mut a, color);
            for (at, &index) in whole.iter().enumerate() {
                let mut one = [0];
                b.put([color[0], color[1], color[2], 255], [at % 8, at / 8], &mut one);
                assert_eq!(one[0], index);
            }
        }
    }
}
