//! Pictures of few colours, for small files.

/// A picture of palette indices.
pub(crate) struct Indexed {
    /// Red, green, blue of each colour.
    pub(crate) palette: Vec<u8>,
    /// A colour per pixel.
    pub(crate) indices: Vec<u8>,
}

/// A colour that occurs, and how often.
#[derive(Clone, Copy)]
struct Swatch {
    color: [f32; 3],
    weight: f32,
}

impl Indexed {
    /// Chooses at most `colors` (up to 256) for a picture of `width` pixels per row: median cut, then a few rounds
    /// of k-means, then dithering where a colour lies between two of the palette.
    pub(crate) fn new(rgb: &[u8], width: usize, colors: usize) -> Self {
        let mut palette = median_cut(swatches(rgb), colors);
        let swatches = swatches(rgb);
        for _ in 0..6 {
            palette = centers(&swatches, &palette);
        }
        let indices = diffuse(rgb, width, &palette);
        let palette = palette.iter().flatten().map(|c| c.round().clamp(0.0, 255.0) as u8).collect();
        Self { palette, indices }
    }
}

/// How much of an error is passed on to the neighbours: bands of dark gradients vanish, flat areas stay calm.
const DIFFUSED: f32 = 0.8;

/// The nearest colour of each pixel, with errors handed to the pixels right and below (Floyd and Steinberg).
fn diffuse(rgb: &[u8], width: usize, palette: &[[f32; 3]]) -> Vec<u8> {
    let mut indices = Vec::with_capacity(rgb.len() / 3);
    // Errors of this row and of the next, with a column to spare on either side.
    let (mut here, mut below) = (vec![[0.0_f32; 3]; width + 2], vec![[0.0_f32; 3]; width + 2]);
    for row in rgb.chunks_exact(width * 3) {
        for (x, pixel) in row.chunks_exact(3).enumerate() {
            let color = [0, 1, 2].map(|k| f32::from(pixel[k]) + here[x + 1][k]);
            let index = nearest(palette, color);
            indices.push(index as u8);
            for k in 0..3 {
                let error = (color[k] - palette[index][k]) * DIFFUSED / 16.0;
                here[x + 2][k] += error * 7.0;
                below[x][k] += error * 3.0;
                below[x + 1][k] += error * 5.0;
                below[x + 2][k] += error;
            }
        }
        std::mem::swap(&mut here, &mut below);
        below.fill([0.0; 3]);
    }
    indices
}

/// The colours of a picture, those that share their upper six bits as one.
fn swatches(rgb: &[u8]) -> Vec<Swatch> {
    let mut sums = vec![([0.0_f32; 3], 0.0_f32); 1 << 18];
    for pixel in rgb.chunks_exact(3) {
        let key = pixel.iter().fold(0, |key, &c| key << 6 | usize::from(c >> 2));
        let (sum, count) = &mut sums[key];
        for (sum, &c) in sum.iter_mut().zip(pixel) {
            *sum += f32::from(c);
        }
        *count += 1.0;
    }
    let used = sums.into_iter().filter(|(_, count)| *count > 0.0);
    // The root keeps a large flat background from taking the whole palette.
    used.map(|(sum, count)| Swatch { color: sum.map(|c| c / count), weight: count.sqrt() }).collect()
}

/// The weighted mean and the weighted variance of each component.
fn moments(swatches: &[Swatch]) -> ([f32; 3], [f32; 3]) {
    let weight: f32 = swatches.iter().map(|s| s.weight).sum();
    let mean = [0, 1, 2].map(|k| swatches.iter().map(|s| s.color[k] * s.weight).sum::<f32>() / weight);
    let spread = [0, 1, 2].map(|k| {
        swatches.iter().map(|s| (s.color[k] - mean[k]) * (s.color[k] - mean[k]) * s.weight).sum::<f32>()
    });
    (mean, spread)
}

/// Cuts the box that varies most at its mean, until there are `colors`.
fn median_cut(swatches: Vec<Swatch>, colors: usize) -> Vec<[f32; 3]> {
    let mut boxes = vec![swatches];
    while boxes.len() < colors {
        let worst = |swatches: &Vec<Swatch>| {
            let (_, spread) = moments(swatches);
            (0..3).map(|k| (spread[k], k)).fold((0.0, 0), |a, b| if b.0 > a.0 { b } else { a })
        };
        let scored = boxes.iter().map(worst).enumerate();
        let Some((at, (spread, axis))) = scored.max_by(|a, b| f32::total_cmp(&a.1.0, &b.1.0)) else { break };
        if spread <= 0.0 {
            break;
        }
        let cut = boxes.swap_remove(at);
        let (mean, _) = moments(&cut);
        let (low, high) = cut.into_iter().partition(|swatch| swatch.color[axis] < mean[axis]);
        boxes.extend([low, high]);
    }
    boxes.iter().map(|swatches| moments(swatches).0).collect()
}

/// A round of k-means: every colour of the palette moves to the mean of the swatches it is nearest to.
fn centers(swatches: &[Swatch], palette: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut sums = vec![([0.0_f32; 3], 0.0_f32); palette.len()];
    for swatch in swatches {
        let (sum, weight) = &mut sums[nearest(palette, swatch.color)];
        for (sum, c) in sum.iter_mut().zip(swatch.color) {
            *sum += c * swatch.weight;
        }
        *weight += swatch.weight;
    }
    let moved = sums.into_iter().zip(palette);
    moved.map(|((sum, weight), &old)| if weight > 0.0 { sum.map(|c| c / weight) } else { old }).collect()
}

fn nearest(palette: &[[f32; 3]], color: [f32; 3]) -> usize {
    let distance =
        |other: &[f32; 3]| (0..3).map(|k| (other[k] - color[k]) * (other[k] - color[k])).sum::<f32>();
    let scored = palette.iter().map(distance).enumerate();
    scored.min_by(|a, b| f32::total_cmp(&a.1, &b.1)).map_or(0, |(at, _)| at)
}
