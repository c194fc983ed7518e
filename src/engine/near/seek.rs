//! Seeking: who is near the places of some cells.
//!
//! What may be near the places of a cell is in the cells around it, and is put together once per cell. Then each place goes through
//! that in vectors: first in f32, with a limit that is wide enough for all rounding, and what is within that once more in f64, which
//! decides. Nothing of it depends on the vector level: distances are what [`distance_squared`] gives, one by one.

use std::ops::Range;

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::grid::{Grid, LANES};
use super::pairs::SHARED_MAX;
use crate::world::LaneBuffer;

/// Of the places in a row of cells at most so many are looked at, evenly spread: where all are in one spot, a frame still takes a time
/// that grows with their number, and not with its square.
pub(super) const LOOKED_AT_MAX: usize = 1024;
/// Up to so many others are put in order by counting how many lower ones there are.
const COUNTED_MAX: usize = 64;
/// What a component of a difference of f32s on a torus may be off by.
const TORUS_ERROR: f64 = 1.0 / (1 << 21) as f64;
/// What a square of a distance may be off by, worked out in f32: a part of it.
const ERROR: f64 = 1.0 + 1.0 / (1 << 20) as f64;

/// Where to look, and for how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reach {
    /// Others are closer than this. Nobody is where it is not above 0.
    pub(crate) radius: f64,
    /// The most others of one place: those that are nearest, the lower rows of several that are as near.
    pub(crate) most: usize,
}

impl Reach {
    pub(super) fn square(&self) -> f64 {
        if self.radius > 0.0 { self.radius * self.radius } else { 0.0 }
    }
}

/// The others of the places of some seats, one seat after the other, each ascending.
#[derive(Debug)]
pub(super) struct List<'a> {
    /// Which of several it is.
    pub(super) of: usize,
    pub(super) reach: Reach,
    /// Where those of each seat begin, and how many there are.
    pub(super) starts: &'a mut [u32],
    pub(super) counts: &'a mut [u32],
    /// The others themselves, and where they lie among those of all seats.
    pub(super) others: &'a mut [u32],
    pub(super) first: u32,
    /// Room behind those of each part of the work: for what is found before the nearest of it are known.
    #[cfg_attr(not(feature = "parallel"), allow(dead_code, reason = "one thread takes all of it"))]
    pub(super) spare: usize,
    pub(super) end: usize,
}

impl List<'_> {
    /// Takes the others of a seat that lie at the end.
    #[inline(always)]
    fn put(&mut self, seat: usize, count: usize) {
        self.starts[seat] = self.first + self.end as u32;
        self.counts[seat] = count as u32;
        self.end += count;
    }

    /// The lists of the first seats and of the others, where so many parts of the work are on the left.
    #[cfg(feature = "parallel")]
    pub(super) fn split_at(self, seats: usize, parts: usize) -> (Self, Self) {
        let Self { of, reach, first, spare, end, .. } = self;
        let room = seats * reach.most + parts * spare;
        let (starts, right_starts) = self.starts.split_at_mut(seats);
        let (counts, right_counts) = self.counts.split_at_mut(seats);
        let (others, right_others) = self.others.split_at_mut(room);
        let right = List {
            of,
            reach,
            starts: right_starts,
            counts: right_counts,
            others: right_others,
            first: first + room as u32,
            spare,
            end,
        };
        (Self { of, reach, starts, counts, others, first, spare, end }, right)
    }
}

/// Of how many places of each list some were left out.
type Crowded = [u32; SHARED_MAX];

/// What seeking works in.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// What may be near the places of a cell: where, and whose.
    around: Seen,
    /// What may be near one place.
    close: Seen,
    /// What is near one place: squares of distances, and whose.
    apart: Vec<f64>,
    others: LaneBuffer,
    /// The same in pairs, where vectors do not do.
    found: Vec<(f64, u32)>,
}

/// Places in a row.
#[derive(Debug, Default)]
struct Seen {
    parts: [LaneBuffer; 3],
    rows: LaneBuffer,
}

impl Seen {
    fn with_room(places: usize) -> Self {
        let lanes = || LaneBuffer::new(places);
        Self { parts: std::array::from_fn(|_| lanes()), rows: lanes() }
    }
}

/// What the most places around a cell are, with lanes behind them to read on.
fn around_max(places: usize, is_flat: bool) -> usize {
    let rows = if is_flat { 3 } else { 9 };
    places.min(2 * rows * LOOKED_AT_MAX) + LANES
}

impl Look {
    pub(super) fn with_room(places: usize, most: usize, is_flat: bool) -> Self {
        let room = around_max(places, is_flat);
        Self {
            around: Seen::with_room(room),
            close: Seen::with_room(room),
            apart: vec![0.0; room],
            others: LaneBuffer::new(room),
            found: Vec::with_capacity(room.max(2 * most)),
        }
    }

    pub(super) fn bytes(places: usize, most: usize, is_flat: bool) -> usize {
        let room = around_max(places, is_flat);
        9 * LaneBuffer::bytes(room) + 8 * room + room.max(2 * most) * size_of::<(f64, u32)>()
    }
}

/// How far a look at one cell goes.
#[derive(Clone, Copy)]
struct Limits {
    /// What is nearer than this, squared, is near.
    square: f64,
    /// The most that are kept.
    most: usize,
}

impl Limits {
    /// What is not farther than this in f32 may be near.
    #[inline(always)]
    fn rough(&self, wraps: bool) -> f32 {
        // Twice the radius is no more than 1 and its square.
        let torus = if wraps { TORUS_ERROR * (1.0 + self.square + TORUS_ERROR) } else { 0.0 };
        ((self.square + torus) * ERROR) as f32 * (1.0 + f32::EPSILON) + f32::MIN_POSITIVE
    }
}

/// The square of a distance; on a torus of side 1 the short way.
#[inline(always)]
pub(super) fn distance_squared<const DIMENSIONS: usize>(
    a: [f32; DIMENSIONS],
    b: [f32; DIMENSIONS],
    wraps: bool,
) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.into_iter().zip(b) {
        // Of the size alone, so that both ends agree.
        let apart = (f64::from(a) - f64::from(b)).abs();
        let apart = if wraps { apart - (apart + 0.5).floor() } else { apart };
        sum += apart * apart;
    }
    sum
}

/// The square of a part of a distance, in vectors.
macro_rules! part_squared {
    ($a:expr, $b:expr, $half:expr) => {{
        let apart = $a - $b;
        let apart = if WRAPS {
            let apart = apart.abs();
            apart - (apart + $half).floor()
        } else {
            apart
        };
        apart * apart
    }};
}

/// Finds the others of every place of some cells, for each list of reaches: the first list has the largest radius.
#[inline(always)]
pub(super) fn seek<S: Simd, const DIMENSIONS: usize>(
    simd: S,
    (grid, wraps): (&Grid, bool),
    cells: Range<usize>,
    lists: &mut [List<'_>],
    look: &mut Look,
) -> Crowded {
    let mut crowded = [0; SHARED_MAX];
    let [first, last] = [cells.start, cells.end].map(|cell| grid.starts[cell] as usize);
    let seats = last - first;
    let most = lists.iter().map(|list| list.reach.most).max().unwrap_or(0);
    let square = lists.first().map_or(0.0, |list| list.reach.square());
    for cell in cells {
        let seats = grid.seats(cell..cell + 1);
        if seats.is_empty() {
            continue;
        }
        let at = grid.cells.at(cell);
        let Some(count) = look.gather::<S, DIMENSIONS>(simd, grid, at) else {
            for seat in seats {
                for list in &mut *lists {
                    let is_crowded = look.sample::<DIMENSIONS>((grid, wraps), at, seat, (seat - first, list));
                    crowded[list.of] += u32::from(is_crowded);
                }
            }
            continue;
        };
        // Going around is what it costs only where the torus ends.
        let is_inside = (0..DIMENSIONS).all(|k| grid.cells.sides[k] > 4 && grid.cells.is_inside(at, k));
        let mut limits = Limits { square, most };
        for seat in seats {
            let found = if wraps && !is_inside {
                look.near::<S, DIMENSIONS, true>(
                    simd,
                    (grid, seat),
                    count,
                    &mut limits,
                    (square, lists.len() > 1),
                )
            } else {
                look.near::<S, DIMENSIONS, false>(
                    simd,
                    (grid, seat),
                    count,
                    &mut limits,
                    (square, lists.len() > 1),
                )
            };
            look.give(simd, seat - first, found, lists, &mut crowded);
        }
    }
    // Only now, when it has been known for long how many there are of each: so no guess waits for what was found.
    let mut room = [0; COUNTED_MAX];
    for List { starts, counts, others, first, .. } in lists {
        for (&start, &count) in starts[..seats].iter().zip(&counts[..seats]) {
            order(simd, &mut others[(start - *first) as usize..], count as usize, &mut room);
        }
    }
    crowded
}

/// What was found near a place.
#[derive(Clone, Copy)]
struct Found {
    count: usize,
    /// The square of the least distance of what was left out, if something was.
    left_out: Option<f64>,
}

impl Look {
    /// Puts together what may be near the places of a cell. None if that is too much to look at.
    #[inline(always)]
    fn gather<S: Simd, const DIMENSIONS: usize>(
        &mut self,
        simd: S,
        grid: &Grid,
        at: [u32; 3],
    ) -> Option<usize> {
        let Seen { parts: [x, y, z], rows } = &mut self.around;
        let (x, y, z, rows) = (x.f32_mut(), y.f32_mut(), z.f32_mut(), rows.f32_mut());
        let [of_x, of_y, of_z] = grid.parts.each_ref().map(LaneBuffer::f32);
        let of_rows = grid.rows.f32();
        let mut count = 0;
        let runs = grid.cells.along_row(at);
        for layer in grid.cells.around(at, 2) {
            for row in grid.cells.around(at, 1) {
                for run in &runs {
                    let from = grid.cells.index([run.start, row, layer]);
                    let seats = grid.seats(from..from + run.len());
                    if seats.len() > LOOKED_AT_MAX {
                        return None;
                    }
                    copy::<S::f32s, S>(simd, (&mut *x, count), (of_x, &seats));
                    copy::<S::f32s, S>(simd, (&mut *y, count), (of_y, &seats));
                    if DIMENSIONS == 3 {
                        copy::<S::f32s, S>(simd, (&mut *z, count), (of_z, &seats));
                    }
                    copy::<S::f32s, S>(simd, (&mut *rows, count), (of_rows, &seats));
                    count += seats.len();
                }
            }
        }
        // Behind them is nobody.
        store(&mut *x, count, S::f32s::splat(simd, f32::NAN));
        Some(count)
    }

    /// Finds who is near a place, no more than the most.
    #[inline(always)]
    fn near<S: Simd, const DIMENSIONS: usize, const WRAPS: bool>(
        &mut self,
        simd: S,
        (grid, seat): (&Grid, usize),
        count: usize,
        limits: &mut Limits,
        (square, is_shared): (f64, bool),
    ) -> Found {
        let own = (grid.place::<DIMENSIONS>(seat), grid.rows.u32()[seat]);
        loop {
            let close = self.roughly::<S, DIMENSIONS, WRAPS>(simd, own, count, limits.rough(WRAPS));
            let with_distances = close > limits.most || is_shared;
            let found =
                self.exactly::<S, DIMENSIONS, WRAPS>(simd, own.0, close, (limits.square, with_distances));
            if found > limits.most {
                return self.keep_nearest(simd, found, limits, (square, is_shared));
            }
            if limits.square >= square {
                return Found { count: found, left_out: None };
            }
            // The guess was too low.
            limits.square = square;
        }
    }

    /// What may be near a place, in f32.
    #[inline(always)]
    fn roughly<S: Simd, const DIMENSIONS: usize, const WRAPS: bool>(
        &mut self,
        simd: S,
        (own, own_row): ([f32; DIMENSIONS], u32),
        count: usize,
        limit: f32,
    ) -> usize {
        let Self { around, close, .. } = self;
        let [x, y, z] = around.parts.each_ref().map(LaneBuffer::f32);
        let [to_x, to_y, to_z] = close.parts.each_mut().map(LaneBuffer::f32_mut);
        let (rows, to_rows) = (around.rows.u32(), close.rows.u32_mut());
        let own: [S::f32s; DIMENSIONS] = std::array::from_fn(|k| S::f32s::splat(simd, own[k]));
        let (own_row, half) = (S::u32s::splat(simd, own_row), S::f32s::splat(simd, 0.5));
        let limit = S::f32s::splat(simd, limit);
        let (mut at, mut end) = (0, 0);
        while at < count {
            let (there_x, there_y) = (load::<S::f32s, S>(simd, x, at), load::<S::f32s, S>(simd, y, at));
            let mut sum = part_squared!(own[0], there_x, half) + part_squared!(own[1], there_y, half);
            let mut there_z = there_x;
            if DIMENSIONS == 3 {
                there_z = load::<S::f32s, S>(simd, z, at);
                sum += part_squared!(own[2], there_z, half);
            }
            let there = load::<S::u32s, S>(simd, rows, at);
            let is_close = sum.simd_le(limit) & !there.simd_eq(own_row);
            push(simd, to_x, end, there_x, is_close);
            push(simd, to_y, end, there_y, is_close);
            if DIMENSIONS == 3 {
                push(simd, to_z, end, there_z, is_close);
            }
            push(simd, to_rows, end, there, is_close);
            end += is_close.to_bitmask().count_ones() as usize;
            at += S::f32s::LEN;
        }
        store(to_x, end, S::f32s::splat(simd, f32::NAN));
        end
    }

    /// What is near a place, of what may be: in f64.
    #[inline(always)]
    fn exactly<S: Simd, const DIMENSIONS: usize, const WRAPS: bool>(
        &mut self,
        simd: S,
        own: [f32; DIMENSIONS],
        close: usize,
        (square, with_distances): (f64, bool),
    ) -> usize {
        let Self { close: Seen { parts, rows }, apart, others, .. } = self;
        let [x, y, z] = parts.each_ref().map(LaneBuffer::f32);
        let (rows, others) = (rows.u32(), others.u32_mut());
        let own: [S::f64s; DIMENSIONS] = std::array::from_fn(|k| S::f64s::splat(simd, f64::from(own[k])));
        let (square, half) = (S::f64s::splat(simd, square), S::f64s::splat(simd, 0.5));
        let (mut at, mut end) = (0, 0);
        while at < close {
            let (low_x, high_x) = load::<S::f32s, S>(simd, x, at).widen();
            let (low_y, high_y) = load::<S::f32s, S>(simd, y, at).widen();
            let mut low = part_squared!(own[0], low_x, half) + part_squared!(own[1], low_y, half);
            let mut high = part_squared!(own[0], high_x, half) + part_squared!(own[1], high_y, half);
            if DIMENSIONS == 3 {
                let (low_z, high_z) = load::<S::f32s, S>(simd, z, at).widen();
                low += part_squared!(own[2], low_z, half);
                high += part_squared!(own[2], high_z, half);
            }
            let (is_low, is_high) = (low.simd_lt(square), high.simd_lt(square));
            let is_near = is_low.narrow(is_high);
            push(simd, others, end, load::<S::u32s, S>(simd, rows, at), is_near);
            if with_distances {
                let lower = is_low.to_bitmask().count_ones() as usize;
                push(simd, apart, end, low, is_low);
                push(simd, apart, end + lower, high, is_high);
            }
            end += is_near.to_bitmask().count_ones() as usize;
            at += S::f32s::LEN;
        }
        end
    }

    /// Keeps the nearest of what was found, which is more than the most.
    #[inline(always)]
    fn keep_nearest<S: Simd>(
        &mut self,
        simd: S,
        found: usize,
        limits: &mut Limits,
        (square, is_shared): (f64, bool),
    ) -> Found {
        let Self { apart, others, found: pairs, .. } = self;
        let others = others.u32_mut();
        let most = limits.most;
        apart[found..found + S::f32s::LEN].fill(f64::NAN);
        let Some(limit) = nth(simd, &apart[..found + S::f32s::LEN], most, limits.square) else {
            // Several are as near as the last one that is kept.
            pairs.clear();
            pairs.extend(apart[..found].iter().copied().zip(others.iter().copied()));
            pairs.select_nth_unstable_by(most, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let left_out = pairs[most].0;
            for ((apart, other), pair) in apart.iter_mut().zip(others).zip(&pairs[..most]) {
                (*apart, *other) = *pair;
            }
            return Found { count: most, left_out: Some(left_out) };
        };
        let left_out = if is_shared {
            apart[..found].iter().copied().filter(|&apart| apart >= limit).fold(f64::INFINITY, f64::min)
        } else {
            limit
        };
        let limit_lanes = S::f64s::splat(simd, limit);
        let (mut at, mut end) = (0, 0);
        while at < found {
            let low = load::<S::f64s, S>(simd, apart, at);
            let high = load::<S::f64s, S>(simd, apart, at + S::f64s::LEN);
            let (is_low, is_high) = (low.simd_lt(limit_lanes), high.simd_lt(limit_lanes));
            let is_kept = is_low.narrow(is_high);
            push(simd, others, end, load::<S::u32s, S>(simd, others, at), is_kept);
            if is_shared {
                let lower = is_low.to_bitmask().count_ones() as usize;
                push(simd, apart, end, low, is_low);
                push(simd, apart, end + lower, high, is_high);
            }
            end += is_kept.to_bitmask().count_ones() as usize;
            at += S::f32s::LEN;
        }
        // The next place of the cell has about as many around it.
        limits.square = (limit * 1.5).min(square);
        Found { count: most, left_out: Some(left_out) }
    }
}

impl Look {
    /// Gives what was found near a place to each of the lists, in order.
    #[inline(always)]
    fn give<S: Simd>(
        &mut self,
        simd: S,
        seat: usize,
        found: Found,
        lists: &mut [List<'_>],
        crowded: &mut Crowded,
    ) {
        let Found { count, left_out } = found;
        self.apart[count..count + S::f32s::LEN].fill(f64::NAN);
        let (apart, rows, is_shared) = (&self.apart, self.others.u32(), lists.len() > 1);
        for list in lists {
            let (square, to) = (list.reach.square(), &mut list.others[list.end..]);
            let mut taken = if is_shared {
                within(simd, (apart, rows), count, square, to)
            } else {
                copy::<S::u32s, S>(simd, (to, 0), (rows, &(0..count)));
                count
            };
            let is_crowded = taken > list.reach.most || left_out.is_some_and(|apart| apart < square);
            if taken > list.reach.most {
                let near = apart[..count].iter().copied().zip(rows.iter().copied());
                self.found.clear();
                self.found.extend(near.filter(|&(apart, _)| apart < square));
                taken = give_nearest(&mut self.found, list);
            }
            crowded[list.of] += u32::from(is_crowded);
            list.put(seat, taken);
        }
    }

    /// Finds who is near a place in a crowd: of each row of cells some are looked at.
    fn sample<const DIMENSIONS: usize>(
        &mut self,
        (grid, wraps): (&Grid, bool),
        at: [u32; 3],
        seat: usize,
        (to, list): (usize, &mut List<'_>),
    ) -> bool {
        let (cells, own, own_row) = (&grid.cells, grid.place::<DIMENSIONS>(seat), grid.rows.u32()[seat]);
        let (square, most) = (list.reach.square(), list.reach.most);
        self.found.clear();
        let mut is_crowded = false;
        let mut look_at = |cells: Range<usize>, found: &mut Vec<(f64, u32)>| {
            let seats = grid.seats(cells);
            let looked_at = seats.len().min(LOOKED_AT_MAX);
            is_crowded |= seats.len() > looked_at;
            for k in 0..looked_at {
                let seat = seats.start + k * seats.len() / looked_at;
                let (apart, row) = (distance_squared(own, grid.place(seat), wraps), grid.rows.u32()[seat]);
                if apart < square && row != own_row {
                    if found.len() == 2 * most {
                        is_crowded |= keep_nearest(found, most);
                    }
                    found.push((apart, row));
                }
            }
        };
        for layer in cells.around(at, 2) {
            for row in cells.around(at, 1) {
                if cells.is_inside(at, 0) {
                    let middle = cells.index([at[0], row, layer]);
                    look_at(middle - 1..middle + 2, &mut self.found);
                } else {
                    for column in cells.around(at, 0) {
                        let cell = cells.index([column, row, layer]);
                        look_at(cell..cell + 1, &mut self.found);
                    }
                }
            }
        }
        is_crowded |= self.found.len() > most;
        let count = give_nearest(&mut self.found, list);
        list.put(to, count);
        is_crowded
    }
}

/// Gives the nearest of what was found to a list, in any order. How many these are.
fn give_nearest(found: &mut Vec<(f64, u32)>, list: &mut List<'_>) -> usize {
    keep_nearest(found, list.reach.most);
    let to = &mut list.others[list.end..list.end + found.len()];
    to.iter_mut().zip(&*found).for_each(|(other, &(_, row))| *other = row);
    found.len()
}

/// Keeps the nearest of what was found. Whether that leaves some out.
fn keep_nearest(found: &mut Vec<(f64, u32)>, most: usize) -> bool {
    if found.len() <= most {
        return false;
    }
    found.select_nth_unstable_by(most, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    found.truncate(most);
    true
}

/// A number that is above exactly `count` of some, if one is found soon: there is none where two are the same. Behind the numbers,
/// all below `above`, are lanes that are none.
#[inline(always)]
fn nth<S: Simd>(simd: S, numbers: &[f64], count: usize, above: f64) -> Option<f64> {
    const STEPS: usize = 24;
    let length = numbers.len() - S::f32s::LEN;
    let (mut low, mut below_low) = (0.0, 0);
    let (mut high, mut below_high) = (above, length);
    for step in 0..STEPS {
        // Squares of distances are spread evenly in a plane; where they are not, halves get there.
        let share =
            if step % 3 == 2 { 0.5 } else { (count - below_low) as f64 / (below_high - below_low) as f64 };
        let guess = low + (high - low) * share;
        if !(guess > low && guess < high) {
            return None;
        }
        let limit = S::f64s::splat(simd, guess);
        let (mut at, mut below) = (0, 0);
        while at < length {
            let is_below = load::<S::f64s, S>(simd, numbers, at).simd_lt(limit);
            below += is_below.to_bitmask().count_ones() as usize;
            at += S::f64s::LEN;
        }
        if below == count {
            return Some(guess);
        }
        if below < count {
            (low, below_low) = (guess, below);
        } else {
            (high, below_high) = (guess, below);
        }
    }
    None
}

/// Puts rows in order: the first `count` of some behind which a vector can be read.
#[inline(always)]
fn order<S: Simd>(simd: S, rows: &mut [u32], count: usize, room: &mut [u32; COUNTED_MAX]) {
    if count > COUNTED_MAX {
        return rows[..count].sort_unstable();
    }
    let (one, zero) = (S::u32s::splat(simd, 1), S::u32s::splat(simd, 0));
    // Those behind are above all others.
    let above = S::u32s::splat(simd, u32::MAX);
    let mut from = 0;
    while from < count {
        let is_there = S::mask32s::from_bitmask(simd, first_bits(count - from));
        store(room, from, is_there.select(load::<S::u32s, S>(simd, rows, from), above));
        from += S::u32s::LEN;
    }
    from = 0;
    while from < count {
        let lanes = load::<S::u32s, S>(simd, room, from);
        let mut lower = zero;
        // As many as in whole vectors: so the processor guesses right how many there are.
        for entries in room[..count.next_multiple_of(S::u32s::LEN)].as_chunks::<4>().0 {
            for &row in entries {
                lower += S::u32s::splat(simd, row).simd_lt(lanes).select(one, zero);
            }
        }
        for (&at, &row) in lower.as_slice().iter().zip(lanes.as_slice()).take(count - from) {
            rows[at as usize] = row;
        }
        from += S::u32s::LEN;
    }
}

/// The lowest bits of a mask.
#[inline(always)]
fn first_bits(count: usize) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}

/// The rows that are nearer than a limit, of those of which there are distances. How many these are.
#[inline(always)]
fn within<S: Simd>(
    simd: S,
    (apart, rows): (&[f64], &[u32]),
    count: usize,
    square: f64,
    to: &mut [u32],
) -> usize {
    let square = S::f64s::splat(simd, square);
    let (mut at, mut end) = (0, 0);
    while at < count {
        let is_low = load::<S::f64s, S>(simd, apart, at).simd_lt(square);
        let is_high = load::<S::f64s, S>(simd, apart, at + S::f64s::LEN).simd_lt(square);
        let is_near = is_low.narrow(is_high);
        push(simd, to, end, load::<S::u32s, S>(simd, rows, at), is_near);
        end += is_near.to_bitmask().count_ones() as usize;
        at += S::f32s::LEN;
    }
    end
}

#[inline(always)]
fn load<V: SimdBase<S>, S: Simd>(simd: S, lanes: &[V::Element], at: usize) -> V {
    V::from_slice(simd, &lanes[at..at + V::LEN])
}

#[inline(always)]
fn store<V: SimdBase<S>, S: Simd>(lanes: &mut [V::Element], at: usize, vector: V) {
    vector.store_slice(&mut lanes[at..at + V::LEN]);
}

/// Writes the lanes that a mask has, one behind the other; what is behind them is written, too.
#[inline(always)]
fn push<V: SimdBase<S>, S: Simd>(simd: S, lanes: &mut [V::Element], at: usize, vector: V, mask: V::Mask) {
    if is_slow_to_compress(simd) {
        let (mut at, bits) = (at, mask.to_bitmask());
        for (lane, &value) in vector.as_slice().iter().enumerate() {
            lanes[at] = value;
            at += (bits >> lane & 1) as usize;
        }
    } else {
        store(lanes, at, vector.compress(mask));
    }
}

/// Whether lanes are faster put together one by one.
#[inline(always)]
fn is_slow_to_compress<S: Simd>(simd: S) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return matches!(simd.level(), fearless_simd::Level::Sse2(_));
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    {
        let _ = simd;
        false
    }
}

/// Copies lanes in vectors: what lies behind the last one is copied, too.
#[inline(always)]
fn copy<V: SimdBase<S>, S: Simd>(
    simd: S,
    (to, at): (&mut [V::Element], usize),
    (from, range): (&[V::Element], &Range<usize>),
) {
    let mut step = 0;
    while step < range.len() {
        store(to, at + step, load::<V, S>(simd, from, range.start + step));
        step += V::LEN;
    }
}
