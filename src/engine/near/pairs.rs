//! Pairs: the others of every element, of one radius or of several around the same places.
//!
//! Several radii share a grid, that of the largest: what is nearest of those closer than a radius is the beginning of what is nearest
//! of those closer than a larger one.

use std::ops::Range;

use crate::math::levels::at_level;
use fearless_simd::Level;
use smallvec::SmallVec;

use super::grid::{Grid, LANES, Places};
use super::seek::{List, Look, Reach, seek};
use crate::engine::workers::Workers;
use crate::world::LaneBuffer;

/// The most radii that share a grid.
pub(crate) const SHARED_MAX: usize = 4;
/// Radii share a grid where a row of cells has no more places than this: then none of the smaller cells, each by itself, would have
/// more than are looked at.
const SHARED_CROWD_MAX: u32 = super::seek::LOOKED_AT_MAX as u32 / 4;

type Lists<'a> = SmallVec<[List<'a>; SHARED_MAX]>;

/// The others of every element. Elements are by seat: those of a cell one behind the other, so that what they have of each other is
/// in the cache.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    most: usize,
    /// Lanes behind those of each part of the work.
    spare: usize,
    /// How many seats there are, and whose each is.
    count: usize,
    rows: Vec<u32>,
    /// Where the others of each seat begin, and how many there are.
    starts: Vec<u32>,
    counts: Vec<u32>,
    others: LaneBuffer,
    /// Of how many elements some were left out.
    pub(crate) crowded: u32,
}

impl Pairs {
    /// Room for `places` with `most` others each, of `largest` that may be found.
    fn with_room(places: usize, [most, largest]: [usize; 2], parts: usize) -> Self {
        let of_places = || vec![0; places];
        let spare = largest + LANES;
        let others = LaneBuffer::new(places * most + parts * spare);
        let (rows, starts, counts) = (of_places(), of_places(), of_places());
        Self { most, spare, count: 0, rows, starts, counts, others, crowded: 0 }
    }

    fn bytes(places: usize, [most, largest]: [usize; 2], parts: usize) -> usize {
        3 * 4 * places + LaneBuffer::bytes(places * most + parts * (largest + LANES))
    }

    /// How many seats there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Whose seats they are.
    pub(crate) fn rows(&self, seats: Range<usize>) -> &[u32] {
        &self.rows[seats]
    }

    /// How many others each of some seats has.
    pub(crate) fn counts(&self, seats: Range<usize>) -> &[u32] {
        &self.counts[seats]
    }

    /// The seats from one on whose others lie one behind the other, up to so many of them or those of one seat; and where these lie.
    pub(crate) fn run(&self, seats: Range<usize>, pairs: usize) -> (Range<usize>, Range<usize>) {
        let (first, mut last) = (seats.start, seats.start);
        let mut others = 0..0;
        for (seat, (&start, &count)) in
            (first..).zip(self.starts[seats.clone()].iter().zip(&self.counts[seats]))
        {
            let (start, count) = (start as usize, count as usize);
            if count > 0 {
                if others.is_empty() {
                    others = start..start;
                }
                if start != others.end || (others.len() + count > pairs && !others.is_empty()) {
                    break;
                }
                others.end += count;
            }
            last = seat + 1;
        }
        (first..last, others)
    }

    pub(crate) fn others(&self) -> &LaneBuffer {
        &self.others
    }

    /// Nobody is near anybody.
    fn clear(&mut self, count: usize) {
        self.count = count;
        self.crowded = 0;
        self.rows.iter_mut().zip(0..).for_each(|(entry, row)| *entry = row);
        self.starts[..count].fill(0);
        self.counts[..count].fill(0);
    }

    /// The list of those who have seats.
    fn list(&mut self, of: usize, radius: f64, seated: usize) -> List<'_> {
        List {
            of,
            reach: Reach { radius, most: self.most },
            starts: &mut self.starts[..seated],
            counts: &mut self.counts[..seated],
            others: self.others.u32_mut(),
            first: 0,
            spare: self.spare,
            end: 0,
        }
    }

    /// Takes the seats of a grid.
    fn seat(&mut self, grid: &Grid, count: usize, seated: usize) {
        self.count = count;
        self.rows[..count].copy_from_slice(&grid.rows.u32()[..count]);
        self.starts[seated..count].fill(0);
        self.counts[seated..count].fill(0);
    }
}

/// Finds the pairs of one radius, or of several that share a grid.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    grid: Grid,
    /// One for each part of the work.
    looks: Vec<Look>,
    pub(crate) pairs: Vec<Pairs>,
}

impl Finder {
    /// Room for `places`, for each radius with at most so many others.
    pub(crate) fn with_room(places: usize, most: &[usize], is_flat: bool, parts: usize) -> Self {
        let largest = most.iter().copied().max().unwrap_or(0);
        Self {
            grid: Grid::with_room(places, is_flat),
            looks: (0..parts).map(|_| Look::with_room(places, largest, is_flat)).collect(),
            pairs: most.iter().map(|&most| Pairs::with_room(places, [most, largest], parts)).collect(),
        }
    }

    pub(crate) fn bytes(places: usize, most: &[usize], is_flat: bool, parts: usize) -> usize {
        let largest = most.iter().copied().max().unwrap_or(0);
        let pairs: usize = most.iter().map(|&most| Pairs::bytes(places, [most, largest], parts)).sum();
        Grid::bytes(places, is_flat) + parts * Look::bytes(places, largest, is_flat) + pairs
    }

    /// Finds who is near whom, for each radius.
    pub(crate) fn find(&mut self, (level, workers): (Level, &Workers), places: &Places<'_>, radii: &[f64]) {
        let is_near = |radius: f64| radius > 0.0 && places.count > 0;
        for (pairs, &radius) in self.pairs.iter_mut().zip(radii) {
            if !is_near(radius) {
                pairs.clear(places.count);
            }
        }
        let largest = radii.iter().copied().filter(|&radius| is_near(radius)).fold(0.0, f64::max);
        if largest == 0.0 {
            return;
        }
        self.grid.sort(level, places, largest);
        if radii.iter().filter(|&&radius| is_near(radius)).count() == 1
            || self.grid.fullest() <= SHARED_CROWD_MAX
        {
            return self.seek((level, workers), places, radii, is_near);
        }
        for &own in radii.iter().filter(|&&radius| is_near(radius)) {
            self.grid.sort(level, places, own);
            self.seek((level, workers), places, radii, |radius| radius == own);
        }
    }

    /// Seeks in the grid for some of the radii.
    fn seek(
        &mut self,
        (level, workers): (Level, &Workers),
        places: &Places<'_>,
        radii: &[f64],
        is_here: impl Fn(f64) -> bool,
    ) {
        let Self { grid, looks, pairs } = self;
        let cells = grid.cells.count();
        let seated = grid.starts[cells] as usize;
        let lists = pairs.iter_mut().zip(radii).enumerate().filter(|&(_, (_, &radius))| is_here(radius));
        let mut lists: Lists<'_> =
            lists.map(|(of, (pairs, &radius))| pairs.list(of, radius, seated)).collect();
        lists.sort_unstable_by(|a, b| b.reach.radius.total_cmp(&a.reach.radius));
        let parts = workers.parts(places.count).min(looks.len());
        let around = Around { level, grid, wraps: places.wraps, is_flat: places.is_flat() };
        let crowded = workers.run(parts, || around.seek(0..cells, lists, &mut looks[..parts]));
        let of_pairs = pairs.iter_mut().zip(crowded).zip(radii);
        for ((pairs, crowded), _) in of_pairs.filter(|&(_, &radius)| is_here(radius)) {
            pairs.crowded = crowded;
            pairs.seat(grid, places.count, seated);
        }
    }
}

/// Where is sought.
#[derive(Clone, Copy)]
struct Around<'a> {
    level: Level,
    grid: &'a Grid,
    wraps: bool,
    is_flat: bool,
}

impl Around<'_> {
    /// Finds the others of all who sit in some cells; each look is for one part of the work. Of how many of each list some were left
    /// out.
    fn seek(self, cells: Range<usize>, mut lists: Lists<'_>, looks: &mut [Look]) -> [u32; SHARED_MAX] {
        #[cfg(feature = "parallel")]
        if looks.len() > 1 && cells.len() > 1 {
            let starts = &self.grid.starts[cells.start..=cells.end];
            // Cut the seats in proportion to the looks on either side, at a whole cell.
            let half = looks.len() / 2;
            let (first, last) = (starts[0], starts[cells.len()]);
            let middle = first + (u64::from(last - first) * half as u64 / looks.len() as u64) as u32;
            let cut = starts.partition_point(|&start| start < middle).clamp(1, cells.len() - 1);
            let seats = (starts[cut] - first) as usize;
            let cut = cells.start + cut;
            let (looks_left, looks_right) = looks.split_at_mut(half);
            let (left, right): (Lists<'_>, Lists<'_>) =
                lists.into_iter().map(|list| list.split_at(seats, half)).unzip();
            let (a, b) = rayon::join(
                || self.seek(cells.start..cut, left, looks_left),
                || self.seek(cut..cells.end, right, looks_right),
            );
            return std::array::from_fn(|of| a[of] + b[of]);
        }
        let Self { level, grid, wraps, is_flat } = self;
        let Some(look) = looks.first_mut() else { return [0; SHARED_MAX] };
        if is_flat {
            at_level!(level, simd => seek::<_, 2>(simd, (grid, wraps), cells, &mut lists, look))
        } else {
            at_level!(level, simd => seek::<_, 3>(simd, (grid, wraps), cells, &mut lists, look))
        }
    }
}
