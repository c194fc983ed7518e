//! 256 colours for a whole clip.

use std::collections::BTreeMap;

/// Of a component, in which colours are told apart before there is a palette.
const BITS: u32 = 6;

/// Colours seen, by [`BITS`] bits per component.
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

    /// Large flat areas should not drown small bright things: the 3/4th power of how many pixels there are.
    fn weight(&self) -> f64 {
        let root = libm::sqrt(self.count as f64);
        root * libm::sqrt(root)
    }
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self { bins: vec![Bin::default(); 1 << (3 * BITS)], exact: Some(BTreeMap::new()) }
    }

    /// Counts `count` pixels of one colour.
    pub(super) fn add(&mut self, color: [u8; 3], count: u64) {
        let bin = &mut self.bins[key(color, BITS)];
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
        let mut entries: Vec<Entry> = colors.iter().map(|&color| Entry { color, is_exact: true }).collect();
        entries.extend(groups.iter().filter_map(Group::entry));
        self.settle(&mut entries);
        Palette::new(entries.into_iter().map(|entry| entry.color).collect())
    }

    /// Moves colours to the means of what they stand for, until nothing changes or so many times (Lloyd 1982): boxes that were cut
    /// along one axis after the other leave some colours with an entry that another one is nearer to. Pixels count by their
    /// number here, so that the whole picture is off by as little as may be; which things have a colour at all is settled.
    fn settle(&self, entries: &mut [Entry]) {
        const ROUNDS: usize = 8;
        let bins: Vec<(&Bin, [u8; 3])> = self
            .bins
            .iter()
            .filter(|bin| bin.count > 0)
            .map(|bin| (bin, bin.mean().map(|x| (x + 0.5) as u8)))
            .collect();
        for _ in 0..ROUNDS {
            let nearest = Nearest::new(entries.iter().map(|entry| entry.color));
            let mut found = vec![(0, [0; 3]); entries.len()];
            for (bin, mean) in &bins {
                let (count, sum) = &mut found[nearest.of(*mean)];
                *count += bin.count;
                sum.iter_mut().zip(bin.sum).for_each(|(sum, more)| *sum += more);
            }
            let mut is_settled = true;
            for (entry, (count, sum)) in entries.iter_mut().zip(found) {
                let color = mean(count, sum).filter(|_| !entry.is_exact).unwrap_or(entry.color);
                is_settled &= color == entry.color;
                entry.color = color;
            }
            if is_settled {
                return;
            }
        }
    }
}

/// A colour of a palette under way.
struct Entry {
    color: [u8; 3],
    /// Whether it is the colour of a flat area, and stays that.
    is_exact: bool,
}

/// The rounded mean of some pixels, if there are any.
fn mean(count: u64, sum: [u64; 3]) -> Option<[u8; 3]> {
    (count > 0).then(|| sum.map(|sum| ((sum + count / 2) / count) as u8))
}

/// The nearest of up to 256 colours, component by component, so that they are compared side by side.
#[derive(Clone)]
struct Nearest {
    /// Red, green and blue.
    parts: [Vec<i32>; 3],
}

impl Nearest {
    /// How much a difference in red, green and blue is seen.
    const IMPORTANCE: [u32; 3] = [2, 4, 3];

    fn new(colors: impl Iterator<Item = [u8; 3]>) -> Self {
        let mut parts: [Vec<i32>; 3] = Default::default();
        colors.for_each(|color| parts.iter_mut().zip(color).for_each(|(part, x)| part.push(i32::from(x))));
        Self { parts }
    }

    /// How far a colour of these is from another.
    fn distance(&self, at: usize, color: [u8; 3]) -> u32 {
        let part =
            |k: usize| (self.parts[k][at] - i32::from(color[k])).unsigned_abs().pow(2) * Self::IMPORTANCE[k];
        part(0) + part(1) + part(2)
    }

    /// Adds the numbers of those that may be the nearest of some colour from `low` to 3 more of each component: they are no further
    /// from the nearest one of these than another is from the furthest.
    fn candidates(&self, low: [u8; 3], into: &mut Vec<u8>) {
        let count = self.parts[0].len();
        let ends = |at: usize| {
            (0..3).fold((0, 0), |(least, most), k| {
                let (x, low) = (self.parts[k][at], i32::from(low[k]));
                let near = (low - x).max(x - low - 3).max(0).unsigned_abs();
                let far = (x - low).abs().max((x - low - 3).abs()).unsigned_abs();
                (least + near.pow(2) * Self::IMPORTANCE[k], most + far.pow(2) * Self::IMPORTANCE[k])
            })
        };
        let bound = (0..count).map(|at| ends(at).1).min().unwrap_or(0);
        into.extend((0..count).filter(|&at| ends(at).0 <= bound).map(|at| at as u8));
    }

    /// The number of the nearest colour; of several the first.
    fn of(&self, color: [u8; 3]) -> usize {
        let [r, g, b] = color.map(i32::from);
        let [reds, greens, blues] = &self.parts;
        let all = reds.iter().zip(greens).zip(blues).zip(0_u32..);
        // A distance has 20 bits, a number 8.
        let distance = |(((red, green), blue), at): (((&i32, &i32), &i32), u32)| {
            let square = |a: i32, b: i32| ((a - b) * (a - b)).cast_unsigned();
            let [red, green, blue] = [square(*red, r), square(*green, g), square(*blue, b)];
            let [of_red, of_green, of_blue] = Self::IMPORTANCE;
            (red * of_red + green * of_green + blue * of_blue) << 8 | at
        };
        all.map(distance).min().map_or(0, |least| least as usize & 0xff)
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
            let spread = bins.iter().map(square).sum::<f64>() * Nearest::IMPORTANCE[k] as f64;
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

    fn entry(&self) -> Option<Entry> {
        let count: u64 = self.bins.iter().map(|bin| bin.count).sum();
        // A flat area keeps its exact colour.
        if let Some(bin) = self.bins.iter().find(|bin| bin.votes * 2 > count) {
            return Some(Entry { color: bin.favourite, is_exact: true });
        }
        let sum = |k: usize| self.bins.iter().map(|bin| bin.sum[k]).sum::<u64>();
        let color = mean(count, [0, 1, 2].map(sum))?;
        Some(Entry { color, is_exact: false })
    }
}

/// Up to 255 colours, and the nearest one to any other; index 255 is left for "transparent".
#[derive(Clone)]
pub(super) struct Palette {
    colors: Vec<[u8; 3]>,
    /// The colours with their indices, ascending.
    sorted: Vec<([u8; 3], u8)>,
    all: Nearest,
    /// For 6 bits per component where in `candidates` those colours are that may be the nearest of one of that cell, and how many; found when
    /// one is first asked for.
    cells: Vec<(u32, u32)>,
    candidates: Vec<u8>,
    /// The nearest colour for 6 bits per component, worked out when it is first asked for, and whether colours of the palette are among
    /// those of that cell.
    nearest: Vec<u16>,
}

impl Palette {
    pub(super) const COLORS_MAX: usize = 255;
    pub(super) const TRANSPARENT: u8 = 255;
    const UNKNOWN: u16 = 1 << 8;
    const OWN: u16 = 1 << 9;

    fn new(mut colors: Vec<[u8; 3]>) -> Self {
        if colors.is_empty() {
            colors.push([0, 0, 0]);
        }
        // The first one where two are equal.
        let mut sorted: Vec<_> = colors.iter().zip(0_u8..).map(|(&color, index)| (color, index)).collect();
        sorted.sort_unstable();
        sorted.dedup_by_key(|(color, _)| *color);
        let all = Nearest::new(colors.iter().copied());
        let (cells, candidates) = (vec![(0, 0); 1 << 18], Vec::new());
        let mut nearest = vec![Self::UNKNOWN; 1 << 18];
        colors.iter().for_each(|&color| nearest[key(color, 6)] |= Self::OWN);
        Self { colors, sorted, all, cells, candidates, nearest }
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

    /// The index of the nearest colour; of several the first.
    pub(super) fn nearest(&mut self, color: [u8; 3]) -> u8 {
        let cell = key(color, 6);
        if self.cells[cell].1 == 0 {
            let start = self.candidates.len() as u32;
            self.all.candidates(color.map(|part| part & 0xfc), &mut self.candidates);
            self.cells[cell] = (start, self.candidates.len() as u32 - start);
        }
        let (start, count) = self.cells[cell];
        let candidates = &self.candidates[start as usize..(start + count) as usize];
        let distance = |&&index: &&u8| (self.all.distance(usize::from(index), color), index);
        candidates.iter().min_by_key(distance).copied().unwrap_or(0)
    }

    /// The index of a colour that is about as near as the nearest, and found faster where it is asked for often. Colours of the palette
    /// stand for themselves.
    pub(super) fn index(&mut self, color: [u8; 3]) -> u8 {
        let cell = key(color, 6);
        let known = self.nearest[cell];
        if known & Self::OWN != 0
            && let Ok(at) = self.sorted.binary_search_by_key(&color, |(known, _)| *known)
        {
            return self.sorted[at].1;
        }
        if known & Self::UNKNOWN != 0 {
            // By the middle of the cell, so that the answer does not depend on who asks first.
            let found = self.all.of(color.map(|part| (part & 0xfc) + 2)) as u16;
            self.nearest[cell] = found | known & Self::OWN;
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
    fn the_nearest_is_the_nearest_of_all() {
        let mut histogram = Histogram::new();
        let color = |k: u32| -> [u8; 3] {
            let bits = crate::math::hash::hash(k).to_le_bytes();
            [bits[0], bits[1], bits[2] / 4]
        };
        (0..5000).for_each(|k| histogram.add(color(k), u64::from(1 + k % 7)));
        let mut palette = histogram.palette(Some([9, 9, 9]));
        for k in 0..20_000 {
            let wanted = color(90_000 + k);
            let distance = |found: [u8; 3]| {
                let part = |k: usize| u32::from(found[k].abs_diff(wanted[k])).pow(2) * Nearest::IMPORTANCE[k];
                part(0) + part(1) + part(2)
            };
            let nearest = palette.nearest(wanted);
            let expected =
                (0..palette.colors.len()).min_by_key(|&at| (distance(palette.colors[at]), at)).unwrap();
            assert_eq!((usize::from(nearest), palette.all.of(wanted)), (expected, expected), "{wanted:?}");
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
