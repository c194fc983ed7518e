//! Where places are: in cells that are a little wider than a radius, so that whoever is near is in the same cell or in one next to it.
//!
//! The grid is rolled up: the cell of a place is its column and row modulo the sides of the grid, so that one place far away does not
//! make all others lie in one cell. Places are sorted into it by counting: their *seats* are by cell, and in each by row.

use std::ops::Range;

use crate::math::levels::at_level;
use fearless_simd::{Level, Simd};

use crate::math::arith;
use crate::world::LaneBuffer;

/// A cell is wider than the radius by more than what rounding a quotient can make of it.
const SLACK: f64 = 1.0 + 1.0 / (1 << 20) as f64;
/// The most lanes of a vector: so many lie behind the last of a row, so that a whole vector can be read and written at each.
pub(super) const LANES: usize = 16;
/// The cell of a place that is none.
const NOWHERE: u32 = u32::MAX;

/// Where elements are: two or three columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    pub(super) columns: &'a [&'a [f32]],
    pub(super) count: usize,
    /// Whether they are on a torus of side 1.
    pub(super) wraps: bool,
}

impl Places<'_> {
    pub(super) fn is_flat(&self) -> bool {
        self.columns.len() < 3
    }
}

/// How places are put into cells.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cells {
    width: f64,
    /// Cells along each side: one in depth where places have no depth.
    pub(super) sides: [u32; 3],
}

impl Cells {
    pub(super) fn new(places: &Places<'_>, radius: f64) -> Self {
        let (mut width, mut side) = (radius * SLACK, side(places.count, places.is_flat()));
        if places.wraps {
            // Whole cells all around.
            side = ((1.0 / width) as u32).clamp(1, side);
            width = 1.0 / f64::from(side);
        }
        Self { width, sides: [side, side, if places.is_flat() { 1 } else { side }] }
    }

    /// The cell along a side, of a number that is one.
    #[inline(always)]
    fn along(&self, part: f32, k: usize) -> u32 {
        let (column, side) = ((f64::from(part) / self.width).floor(), self.sides[k]);
        // Most places are where the grid is: a division is dear.
        if column >= 0.0 && column < f64::from(side) {
            return column as u32;
        }
        (column as i64).rem_euclid(i64::from(side)) as u32
    }

    pub(super) fn index(&self, [x, y, z]: [u32; 3]) -> usize {
        let [width, height, _] = self.sides.map(|side| side as usize);
        (z as usize * height + y as usize) * width + x as usize
    }

    /// The column, row and layer of a cell.
    pub(super) fn at(&self, index: usize) -> [u32; 3] {
        let [width, height, _] = self.sides.map(|side| side as usize);
        [index % width, index / width % height, index / width / height].map(|at| at as u32)
    }

    pub(super) fn count(&self) -> usize {
        self.sides.iter().map(|&side| side as usize).product()
    }

    /// The cells next to one along a side, with itself; each once.
    pub(super) fn around(&self, at: [u32; 3], k: usize) -> impl Iterator<Item = u32> + use<> {
        let (at, side) = (at[k], self.sides[k]);
        let (from, count) = if side < 3 { (0, side) } else { (at + side - 1, 3) };
        (0..count).map(move |step| (from + step) % side)
    }

    /// The same along a row, as ranges of cells that lie one behind the other.
    pub(super) fn along_row(&self, at: [u32; 3]) -> [Range<u32>; 2] {
        match (at[0], self.sides[0]) {
            (_, side @ ..=3) => [0..side, 0..0],
            (0, side) => [side - 1..side, 0..2],
            (x, side) if x + 1 == side => [x - 1..side, 0..1],
            (x, _) => [x - 1..x + 2, 0..0],
        }
    }

    /// Whether a cell has others on all sides, without going around.
    pub(super) fn is_inside(&self, at: [u32; 3], k: usize) -> bool {
        at[k] > 0 && at[k] + 1 < self.sides[k]
    }
}

/// The side of the grid for some places: twice as many cells.
fn side(places: usize, is_flat: bool) -> u32 {
    let cells = 2 * places as u64;
    let power = |side: u64| if is_flat { side * side } else { side * side * side };
    let mut side = 1;
    while power(side) < cells {
        side += 1;
    }
    side as u32
}

/// The most cells for some places.
fn cells(places: usize, is_flat: bool) -> usize {
    let side = side(places, is_flat) as usize;
    if is_flat { side * side } else { side * side * side }
}

/// Places in their cells.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) cells: Cells,
    /// Per row, its cell.
    cell_of: Vec<u32>,
    /// Per cell, where its seats begin; one more at the end, behind which those sit that are nowhere.
    pub(super) starts: Vec<u32>,
    /// By seat: the place, and the row whose it is.
    pub(super) parts: [LaneBuffer; 3],
    pub(super) rows: LaneBuffer,
}

impl Grid {
    pub(super) fn with_room(places: usize, is_flat: bool) -> Self {
        let lanes = |is_there: bool| LaneBuffer::new(if is_there { places + LANES } else { 0 });
        Self {
            cells: Cells::default(),
            cell_of: vec![0; places],
            starts: vec![0; cells(places, is_flat) + 1],
            parts: [true, true, !is_flat].map(lanes),
            rows: lanes(true),
        }
    }

    pub(super) fn bytes(places: usize, is_flat: bool) -> usize {
        let columns = if is_flat { 3 } else { 4 };
        4 * (places + cells(places, is_flat) + 1) + columns * LaneBuffer::bytes(places + LANES)
    }

    /// Seats every place in its cell.
    pub(super) fn sort(&mut self, level: Level, places: &Places<'_>, radius: f64) {
        self.cells = Cells::new(places, radius);
        match (places.is_flat(), places.wraps) {
            (true, false) => at_level!(level, simd => self.seat::<_, 2, false>(simd, places)),
            (true, true) => at_level!(level, simd => self.seat::<_, 2, true>(simd, places)),
            (false, false) => at_level!(level, simd => self.seat::<_, 3, false>(simd, places)),
            (false, true) => at_level!(level, simd => self.seat::<_, 3, true>(simd, places)),
        }
    }

    #[inline(always)]
    fn seat<S: Simd, const DIMENSIONS: usize, const WRAPS: bool>(&mut self, _: S, places: &Places<'_>) {
        let Self { cells, cell_of, starts, parts, rows } = self;
        let starts = &mut starts[..=cells.count()];
        starts.fill(0);
        let place = |row: usize| -> [f32; DIMENSIONS] {
            std::array::from_fn(|k| {
                let part = places.columns[k][row];
                if WRAPS { arith::fract(part) } else { part }
            })
        };
        let mut nowhere = 0;
        for (row, entry) in cell_of[..places.count].iter_mut().enumerate() {
            let place = place(row);
            if place.iter().all(|part| part.is_finite()) {
                let mut at = [0; 3];
                (0..DIMENSIONS).for_each(|k| at[k] = cells.along(place[k], k));
                let cell = cells.index(at);
                starts[cell] += 1;
                *entry = cell as u32;
            } else {
                nowhere += 1;
                *entry = NOWHERE;
            }
        }
        // Where each cell ends; then down to where it begins, the last row first.
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        let [x, y, z] = parts.each_mut().map(LaneBuffer::f32_mut);
        let rows = rows.u32_mut();
        let mut last = end + nowhere;
        for (row, &cell) in cell_of[..places.count].iter().enumerate().rev() {
            let seat = if cell == NOWHERE { &mut last } else { &mut starts[cell as usize] };
            *seat -= 1;
            let (seat, place) = (*seat as usize, place(row));
            (x[seat], y[seat]) = (place[0], place[1]);
            if DIMENSIONS == 3 {
                z[seat] = place[2];
            }
            rows[seat] = row as u32;
        }
    }

    /// The seats of some cells that lie one behind the other.
    pub(super) fn seats(&self, cells: Range<usize>) -> Range<usize> {
        self.starts[cells.start] as usize..self.starts[cells.end] as usize
    }

    /// The most places of three cells in a row, which are looked at together.
    pub(super) fn fullest(&self) -> u32 {
        let starts = &self.starts[..=self.cells.count()];
        let run = self.cells.sides[0].min(3) as usize;
        starts.iter().zip(&starts[run..]).map(|(start, end)| end - start).max().unwrap_or(0)
    }

    /// Where a seat is.
    #[inline(always)]
    pub(super) fn place<const DIMENSIONS: usize>(&self, seat: usize) -> [f32; DIMENSIONS] {
        std::array::from_fn(|k| self.parts[k].f32()[seat])
    }
}
