//! 256 colours for a whole clip.

use std::collections::BTreeMap;

/// Colours seen, by 5 bits per component.
pub(super) struct Histogram {
    bins: Vec<Bin>,
    /// Every colour with its weight, while there are few enough to keep them all.
    exact: Option<BTreeMap<[u8; 3], u64>>,
}

#[derive(Clone, Default)]
struct Bin {
    count: u64,
    sum: [u64; 3],
    /// The colour with the majority in this bin, if one has it (a running vote).
    favourite: [u8; 3],
    votes: u64,
}

impl Bin {
    fn mean(&self) -> [f64; 3] {
        self.sum.map(|sum| sum as f64 / self.count as f64)
    }

    /// Large flat areas should not drown small bright things.
    fn weight(&self) -> f64 {
        libm::sqrt(self.count as f64)
    }
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self { bins: vec![Bin::default(); 1 << 15], exact: Some(BTreeMap::new()) }
    }

    /// Counts `count` pixels of one colour.
    pub(super) fn add(&mut self, color: [u8; 3], count: u64) {
        let bin = &mut self.bins[key(color, 5)];
        bin.count += count;
        bin.sum.iter_mut().zip(color).for_each(|(sum, part)| *sum += u64::from(part) * count);
        if bin.favourite == color {
            bin.votes += count;
        } else if bin.votes >= count {
            bin.votes -= count;
        } else {
            (bin.favourite, bin.votes) = (color, count - bin.votes);
        }
        if let Some(exact) = &mut self.exact {
            *exact.entry(color).or_default() += count;
            if exact.len() > Palette::COLORS_MAX {
                self.exact = None;
            }
        }
    }

    /// The palette that suits what was counted. `kept`, the clip's background, is in it exactly.
    pub(super) fn palette(&self, kept: Option<[u8; 3]>) -> Palette {
        let mut colors: Vec<_> = kept.into_iter().collect();
        if let Some(exact) = &self.exact {
            colors.extend(exact.keys().filter(|color| Some(**color) != kept));
            if colors.len() <= Palette::COLORS_MAX {
                return Palette::new(colors);
            }
            colors.truncate(1);
        }
        let room = Palette::COLORS_MAX - colors.len();
        let all: Vec<_> = self.bins.iter().filter(|bin| bin.count > 0).cloned().collect();
        let mut groups = vec![Group::new(all)];
        while groups.len() < room {
            // The first of the widest, so that ties do not depend on anything else.
            let widest = groups.iter().enumerate().fold(None, |best: Option<(usize, f64)>, (k, group)| {
                if group.error > best.map_or(0.0, |best| best.1) { Some((k, group.error)) } else { best }
            });
            let Some((widest, _)) = widest else { break };
            let group = groups.swap_remove(widest);
            groups.extend(group.split());
        }
        colors.extend(groups.iter().filter_map(Group::color));
        Palette::new(colors)
    }
}

/// Bins that will share one palette colour.
struct Group {
    bins: Vec<Bin>,
    axis: usize,
    middle: f64,
    /// Weighted sum of squared differences along the widest axis; 0 where it cannot be split.
    error: f64,
}

impl Group {
    fn new(bins: Vec<Bin>) -> Self {
        let weight: f64 = bins.iter().map(Bin::weight).sum();
        let (mut axis, mut middle, mut error) = (0, 0.0, 0.0);
        for k in 0..3 {
            let mean = bins.iter().map(|bin| bin.mean()[k] * bin.weight()).sum::<f64>() / weight;
            let square = |bin: &Bin| (bin.mean()[k] - mean) * (bin.mean()[k] - mean) * bin.weight();
            let spread = bins.iter().map(square).sum::<f64>() * Palette::IMPORTANCE[k] as f64;
            if spread > error {
                (axis, middle, error) = (k, mean, spread);
            }
        }
        let error = if bins.len() < 2 { 0.0 } else { error };
        Self { bins, axis, middle, error }
    }

    fn split(self) -> [Self; 2] {
        let (low, high): (Vec<_>, Vec<_>) =
            self.bins.into_iter().partition(|bin| bin.mean()[self.axis] <= self.middle);
        [Self::new(low), Self::new(high)]
    }

    fn color(&self) -> Option<[u8; 3]> {
        let count: u64 = self.bins.iter().map(|bin| bin.count).sum();
        // A flat area keeps its exact colour.
        if let Some(bin) = self.bins.iter().find(|bin| bin.votes * 2 > count) {
            return Some(bin.favourite);
        }
        let sum = |k: usize| self.bins.iter().map(|bin| bin.sum[k]).sum::<u64>();
        (count > 0).then(|| [0, 1, 2].map(|k| ((sum(k) + count / 2) / count) as u8))
    }
}

/// Up to 255 colours, and the nearest one to any other; index 255 is left for "transparent".
#[derive(Clone)]
pub(super) struct Palette {
    colors: Vec<[u8; 3]>,
    /// The colours with their indices, ascending.
    sorted: Vec<([u8; 3], u8)>,
    /// The nearest colour for 6 bits per component, worked out when it is first asked for.
    nearest: Vec<u16>,
}

impl Palette {
    pub(super) const COLORS_MAX: usize = 255;
    pub(super) const TRANSPARENT: u8 = 255;
    /// How much a difference in red, green and blue is seen.
    const IMPORTANCE: [u32; 3] = [2, 4, 3];
    const UNKNOWN: u16 = u16::MAX;

    fn new(mut colors: Vec<[u8; 3]>) -> Self {
        if colors.is_empty() {
            colors.push([0, 0, 0]);
        }
        // The first one where two are equal.
        let mut sorted: Vec<_> = colors.iter().zip(0_u8..).map(|(&color, index)| (color, index)).collect();
        sorted.sort_unstable();
        sorted.dedup_by_key(|(color, _)| *color);
        Self { colors, sorted, nearest: vec![Self::UNKNOWN; 1 << 18] }
    }

    /// 256 times red, green, blue.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.colors.iter().flatten().copied().collect();
        bytes.resize(256 * 3, 0);
        bytes
    }

    /// The colour of an index; of [`TRANSPARENT`](Self::TRANSPARENT), black.
    pub(super) fn color(&self, index: u8) -> [u8; 3] {
        self.colors.get(usize::from(index)).copied().unwrap_or_default()
    }

    /// The index that stands for a colour. Colours of the palette stand for themselves.
    pub(super) fn index(&mut self, color: [u8; 3]) -> u8 {
        if let Ok(at) = self.sorted.binary_search_by_key(&color, |(known, _)| *known) {
            return self.sorted[at].1;
        }
        let cell = key(color, 6);
        if self.nearest[cell] == Self::UNKNOWN {
            // By the middle of the cell, so that the answer does not depend on who asks first.
            let middle = color.map(|part| u32::from(part & 0xfc) + 2);
            let distance = |color: &[u8; 3]| -> u32 {
                let part = |k: usize| u32::from(color[k]).abs_diff(middle[k]).pow(2) * Self::IMPORTANCE[k];
                part(0) + part(1) + part(2)
            };
            let best = self.colors.iter().enumerate().min_by_key(|(_, color)| distance(color));
            self.nearest[cell] = best.map_or(0, |(index, _)| index as u16);
        }
        self.nearest[cell] as u8
    }
}

fn key([r, g, b]: [u8; 3], bits: u32) -> usize {
    let part = |part: u8| usize::from(part >> (8 - bits));
    part(r) << (2 * bits) | part(g) << bits | part(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colors_are_kept_exactly() {
        let mut histogram = Histogram::new();
        let colors: Vec<_> = (0..200_u8).map(|k| [k, 255 - k, k / 2]).collect();
        colors.iter().for_each(|color| histogram.add(*color, 1));
        let mut palette = histogram.palette(Some([9, 9, 9]));
        assert_eq!(palette.colors.len(), 201);
        assert_eq!(palette.colors[0], [9, 9, 9]);
        for color in colors {
            let index = palette.index(color);
            assert_eq!(palette.color(index), color);
        }
    }

    #[test]
    fn many_colors_come_close() {
        let mut histogram = Histogram::new();
        let colors: Vec<[u8; 3]> = (0..40_000_u32)
            .map(|k| [(k * 7 % 256) as u8, (k * 13 / 5 % 256) as u8, (k / 157) as u8])
            .collect();
        colors.iter().for_each(|color| histogram.add(*color, 1));
        histogram.add([11, 13, 18], 1_000_000);
        let mut palette = histogram.palette(Some([11, 13, 18]));
        assert!(palette.colors.len() <= 255);
        let background = palette.index([11, 13, 18]);
        assert_eq!(palette.colors[usize::from(background)], [11, 13, 18]);
        let mut worst = 0;
        for color in &colors {
            let index = palette.index(*color);
            let near = palette.colors[usize::from(index)];
            worst = worst.max((0..3).map(|k| near[k].abs_diff(color[k])).max().unwrap());
        }
        assert!(worst <= 48, "{worst}");
    }
}
