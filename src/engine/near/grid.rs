//! Who is near whom: for every place the others that are closer than a radius, found in a grid of cells as wide as that.
//!
//! The grid is rolled up: the cell of a place is its column and row modulo the sides of the grid, so that one place far away does not
//! make all others lie in one cell. Places are sorted into it by counting, and what is found is in the order of the rows, whatever
//! the cells are: the same bits everywhere.

use std::ops::Range;

use crate::math::arith;
use crate::world::LaneBuffer;

/// Of the places in a row of cells at most so many are looked at, evenly spread: where all are in one spot, a frame still takes a time
/// that grows with their number, and not with its square.
const LOOKED_AT_MAX: usize = 1024;
/// A cell is wider than the radius by more than what rounding a quotient can make of it.
const SLACK: f64 = 1.0 + 1.0 / (1 << 20) as f64;

/// Where to look, and for how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Others are closer than this. Nobody is where it is not above 0.
    pub(crate) radius: f64,
    /// The most others of one place: those that are nearest, the lower rows of several that are as near.
    pub(crate) most: usize,
    /// Whether places are on a torus of side 1.
    pub(crate) wraps: bool,
}

/// A place in its cell.
#[derive(Clone, Copy, Debug, Default)]
struct Seat {
    place: [f32; 3],
    row: u32,
}

/// Finds pairs, in room for a number of places.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// Per row, its cell.
    cells: Vec<u32>,
    /// Per cell, where its seats begin; one more at the end.
    starts: Vec<u32>,
    /// By cell, in each by row.
    seats: Vec<Seat>,
    /// The others of one place, with the squares of their distances.
    found: Vec<(f64, u32)>,
}

/// The others of every row, one row after the other, each ascending.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// Where those of each row begin; one more at the end.
    starts: Vec<u32>,
    others: LaneBuffer,
    /// Of how many rows some were left out.
    pub(crate) crowded: u32,
}

impl Pairs {
    /// Room for `places` with `most` others each.
    pub(crate) fn with_room(places: usize, most: usize) -> Self {
        Self { starts: vec![0; places + 1], others: LaneBuffer::new(places * most), crowded: 0 }
    }

    pub(crate) fn bytes(places: usize, most: usize) -> usize {
        4 * (places + 1) + LaneBuffer::bytes(places * most)
    }

    /// Where the others of a row are.
    pub(crate) fn of(&self, row: usize) -> Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }

    /// Where the others of some rows are.
    pub(crate) fn of_rows(&self, rows: Range<usize>) -> Range<usize> {
        self.starts[rows.start] as usize..self.starts[rows.end] as usize
    }

    pub(crate) fn others(&self) -> &LaneBuffer {
        &self.others
    }
}

/// How places are put into cells.
#[derive(Clone, Copy)]
struct Cells {
    width: f64,
    /// Cells along each side: one in depth where places have no depth.
    sides: [u32; 3],
}

impl Cells {
    fn new(reach: &Reach, side: u32, is_flat: bool) -> Self {
        let (mut width, mut side) = (reach.radius * SLACK, side);
        if reach.wraps {
            // Whole cells all around.
            side = ((1.0 / width) as u32).clamp(1, side);
            width = 1.0 / f64::from(side);
        }
        Self { width, sides: [side, side, if is_flat { 1 } else { side }] }
    }

    /// The cell of a place; none where the place is none.
    fn of(&self, place: [f32; 3]) -> Option<[u32; 3]> {
        let along = |k: usize| {
            let column = (f64::from(place[k]) / self.width).floor() as i64;
            column.rem_euclid(i64::from(self.sides[k])) as u32
        };
        place.iter().all(|part| part.is_finite()).then(|| [0, 1, 2].map(along))
    }

    fn index(&self, [x, y, z]: [u32; 3]) -> usize {
        let [width, height, _] = self.sides.map(|side| side as usize);
        (z as usize * height + y as usize) * width + x as usize
    }

    fn count(&self) -> usize {
        self.sides.iter().map(|&side| side as usize).product()
    }

    /// The cells next to one along a side, with itself; each once.
    fn around(&self, at: [u32; 3], k: usize) -> impl Iterator<Item = u32> + use<> {
        let (at, side) = (at[k], self.sides[k]);
        let (from, count) = if side < 3 { (0, side) } else { (at + side - 1, 3) };
        (0..count).map(move |step| (from + step) % side)
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

impl Grid {
    /// Room for `places`, each with at most `most` others.
    pub(crate) fn with_room(places: usize, most: usize, is_flat: bool) -> Self {
        let cells = Self::cells_of(places, is_flat);
        Self {
            cells: vec![0; places],
            starts: vec![0; cells + 1],
            seats: vec![Seat::default(); places],
            found: Vec::with_capacity(2 * most),
        }
    }

    pub(crate) fn bytes(places: usize, most: usize, is_flat: bool) -> usize {
        let cells = Self::cells_of(places, is_flat);
        4 * (places + cells + 1) + places * size_of::<Seat>() + 2 * most * size_of::<(f64, u32)>()
    }

    fn cells_of(places: usize, is_flat: bool) -> usize {
        let side = side(places, is_flat) as usize;
        if is_flat { side * side } else { side * side * side }
    }

    /// The pairs of the first `count` places: two or three columns.
    pub(crate) fn find(&mut self, columns: &[&[f32]], count: usize, reach: &Reach, pairs: &mut Pairs) {
        pairs.crowded = 0;
        if reach.radius.is_nan() || reach.radius <= 0.0 || count == 0 {
            pairs.starts[..=count].fill(0);
            return;
        }
        let is_flat = columns.len() < 3;
        let cells = Cells::new(reach, side(count, is_flat), is_flat);
        let place = |row: usize| place(columns, row, reach.wraps);
        self.sort(&cells, count, place);
        let others = pairs.others.u32_mut();
        let mut end = 0;
        for row in 0..count {
            pairs.starts[row] = end as u32;
            if let Some(cell) = cells.of(place(row)) {
                let is_crowded = self.look(&cells, cell, (row as u32, place(row)), reach);
                pairs.crowded += u32::from(is_crowded);
                let of_row = &mut others[end..end + self.found.len()];
                of_row.iter_mut().zip(&self.found).for_each(|(other, &(_, row))| *other = row);
                of_row.sort_unstable();
                end += self.found.len();
            }
        }
        pairs.starts[count] = end as u32;
    }

    /// Seats every place in its cell.
    fn sort(&mut self, cells: &Cells, count: usize, place: impl Fn(usize) -> [f32; 3]) {
        const NOWHERE: u32 = u32::MAX;
        let starts = &mut self.starts[..=cells.count()];
        starts.fill(0);
        for row in 0..count {
            let cell = cells.of(place(row)).map_or(NOWHERE, |cell| cells.index(cell) as u32);
            self.cells[row] = cell;
            if cell != NOWHERE {
                starts[cell as usize] += 1;
            }
        }
        // Where each cell ends; then down to where it begins, the last row first.
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        for row in (0..count).rev().filter(|&row| self.cells[row] != NOWHERE) {
            let start = &mut starts[self.cells[row] as usize];
            *start -= 1;
            self.seats[*start as usize] = Seat { place: place(row), row: row as u32 };
        }
    }

    /// Finds the others of a place, in any order. Whether some were left out.
    fn look(&mut self, cells: &Cells, at: [u32; 3], own: (u32, [f32; 3]), reach: &Reach) -> bool {
        self.found.clear();
        let mut is_crowded = false;
        let is_inside = at[0] > 0 && at[0] + 1 < cells.sides[0];
        for z in cells.around(at, 2) {
            for y in cells.around(at, 1) {
                if is_inside {
                    let middle = cells.index([at[0], y, z]);
                    is_crowded |= self.look_at(middle - 1..middle + 2, own, reach);
                } else {
                    for x in cells.around(at, 0) {
                        let cell = cells.index([x, y, z]);
                        is_crowded |= self.look_at(cell..cell + 1, own, reach);
                    }
                }
            }
        }
        is_crowded | self.keep_nearest(reach.most)
    }

    /// Looks at the places of some cells in a row.
    fn look_at(&mut self, cells: Range<usize>, (row, own): (u32, [f32; 3]), reach: &Reach) -> bool {
        let seats = self.starts[cells.start] as usize..self.starts[cells.end] as usize;
        let (square, mut is_crowded) = (reach.radius * reach.radius, seats.len() > LOOKED_AT_MAX);
        let looked_at = seats.len().min(LOOKED_AT_MAX);
        for k in 0..looked_at {
            let at = if seats.len() > LOOKED_AT_MAX { k * seats.len() / LOOKED_AT_MAX } else { k };
            let seat = self.seats[seats.start + at];
            let apart = distance_squared(own, seat.place, reach.wraps);
            if apart < square && seat.row != row {
                if self.found.len() == 2 * reach.most {
                    is_crowded |= self.keep_nearest(reach.most);
                }
                self.found.push((apart, seat.row));
            }
        }
        is_crowded
    }

    /// Keeps the nearest of what was found. Whether that leaves some out.
    fn keep_nearest(&mut self, most: usize) -> bool {
        if self.found.len() <= most {
            return false;
        }
        self.found.select_nth_unstable_by(most, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.found.truncate(most);
        true
    }
}

/// A place of two or three columns; on a torus what `fract` makes of it.
#[inline(always)]
fn place(columns: &[&[f32]], row: usize, wraps: bool) -> [f32; 3] {
    let part = |k: usize| columns.get(k).map_or(0.0, |column| column[row]);
    [0, 1, 2].map(|k| if wraps { arith::fract(part(k)) } else { part(k) })
}

/// The square of a distance; on a torus of side 1 the short way.
#[inline(always)]
fn distance_squared(a: [f32; 3], b: [f32; 3], wraps: bool) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.into_iter().zip(b) {
        // Of the size alone, so that both ends agree.
        let apart = (f64::from(a) - f64::from(b)).abs();
        let apart = if wraps { apart - (apart + 0.5).floor() } else { apart };
        sum += apart * apart;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::hash;

    /// Random numbers of a test.
    struct Dice(u32);

    impl Dice {
        fn next(&mut self) -> u32 {
            self.0 = self.0.wrapping_add(1);
            hash::hash(self.0)
        }

        fn unit(&mut self) -> f32 {
            hash::unit_float(self.next())
        }

        fn below(&mut self, count: u32) -> u32 {
            self.next() % count
        }
    }

    /// The others of every `step`th row, by looking at all.
    fn model(columns: &[Vec<f32>], count: usize, reach: &Reach, step: usize) -> Vec<Vec<u32>> {
        let slices: Vec<&[f32]> = columns.iter().map(Vec::as_slice).collect();
        let place = |row: usize| place(&slices, row, reach.wraps);
        let of_row = |row: usize| {
            let is_there = |row: usize| place(row).iter().all(|part| part.is_finite());
            let apart = |other: usize| distance_squared(place(row), place(other), reach.wraps);
            let is_near = |&other: &usize| {
                other != row && is_there(row) && is_there(other) && apart(other) < reach.radius * reach.radius
            };
            let mut found: Vec<(f64, u32)> =
                (0..count).filter(is_near).map(|other| (apart(other), other as u32)).collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut rows: Vec<u32> = found.into_iter().take(reach.most).map(|(_, row)| row).collect();
            rows.sort_unstable();
            rows
        };
        (0..count).step_by(step).map(of_row).collect()
    }

    fn check(columns: &[Vec<f32>], count: usize, reach: Reach, room: usize) -> Vec<Vec<u32>> {
        let is_flat = columns.len() < 3;
        let mut grid = Grid::with_room(room, reach.most, is_flat);
        let mut pairs = Pairs::with_room(room, reach.most);
        let slices: Vec<&[f32]> = columns.iter().map(Vec::as_slice).collect();
        // What another frame has left makes no difference.
        grid.find(&slices, count / 2, &Reach { radius: 0.5, ..reach }, &mut pairs);
        grid.find(&slices, count, &reach, &mut pairs);
        (0..count).map(|row| pairs.others.u32()[pairs.of(row)].to_vec()).collect()
    }

    fn places(dice: &mut Dice, count: usize, dimensions: usize) -> Vec<Vec<f32>> {
        let spread = [1.0, 1.0, 0.02, 100.0][dice.below(4) as usize];
        let mut place = || match dice.below(60) {
            0 => [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30][dice.below(5) as usize],
            // Ties, and exactly on the edge of a cell.
            1..8 => dice.below(8) as f32 / 8.0,
            _ => (dice.unit() * 1.5 - 0.25) * spread,
        };
        (0..dimensions).map(|_| (0..count).map(|_| place()).collect()).collect()
    }

    #[test]
    fn the_same_others_as_by_looking_at_all() {
        let mut dice = Dice(7);
        for round in 0..160 {
            let count = [0, 1, 2, 3, 17, 60, 250, 600][round % 8];
            let dimensions = 2 + round % 3 / 2;
            let columns = places(&mut dice, count, dimensions);
            let radius =
                [0.001, 0.02, 0.1, 0.125, 0.3, 0.6, 5.0, f64::from(dice.unit())][dice.below(8) as usize];
            let most = [1, 3, 24, 256][dice.below(4) as usize];
            let reach = Reach { radius, most, wraps: dice.below(2) == 0 };
            let room = count + dice.below(50) as usize;
            let found = check(&columns, count, reach, room);
            assert_eq!(found, model(&columns, count, &reach, 1), "round {round}: {count}, {reach:?}");
        }
    }

    #[test]
    fn large_crowds() {
        let mut dice = Dice(99);
        for (count, radius, wraps) in [(5000, 0.01, false), (5000, 0.03, true), (3000, 0.0003, false)] {
            let columns: Vec<Vec<f32>> = (0..2).map(|_| (0..count).map(|_| dice.unit()).collect()).collect();
            let reach = Reach { radius, most: 32, wraps };
            let found: Vec<Vec<u32>> = check(&columns, count, reach, count).into_iter().step_by(97).collect();
            assert_eq!(found, model(&columns, count, &reach, 97));
        }
    }

    #[test]
    fn radii_that_reach_nobody() {
        let columns = vec![vec![0.5; 4]; 2];
        for radius in [0.0, -1.0, f64::NAN] {
            let found = check(&columns, 4, Reach { radius, most: 8, wraps: false }, 4);
            assert_eq!(found, vec![Vec::<u32>::new(); 4]);
        }
        let found = check(&columns, 4, Reach { radius: f64::INFINITY, most: 8, wraps: true }, 4);
        assert_eq!(found[1], [0, 2, 3]);
    }

    #[test]
    fn all_on_one_spot_is_cut_off_and_counted() {
        let columns = vec![vec![0.25; 5000]; 2];
        let mut grid = Grid::with_room(5000, 16, true);
        let mut pairs = Pairs::with_room(5000, 16);
        let slices: Vec<&[f32]> = columns.iter().map(Vec::as_slice).collect();
        grid.find(&slices, 5000, &Reach { radius: 0.1, most: 16, wraps: false }, &mut pairs);
        assert_eq!(pairs.crowded, 5000);
        for row in [0, 1, 777, 4999] {
            let others = &pairs.others.u32()[pairs.of(row)];
            assert!(others.len() == 16 && others.is_sorted() && !others.contains(&(row as u32)));
        }
    }
}
