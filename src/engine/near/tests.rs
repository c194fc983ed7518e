//! Who is near whom, against looking at all.

use fearless_simd::Level;

use super::grid::Places;
use super::pairs::Finder;
use super::seek::{Reach, distance_squared};
use crate::engine::SimdLevel;
use crate::engine::workers::Workers;
use crate::math::{arith, hash};

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

/// The others of every `step`th row, by looking at all; and of how many of these some are left out.
fn model(places: &Places<'_>, reach: Reach, step: usize) -> (Vec<Vec<u32>>, u32) {
    let place = |row: usize| -> [f32; 3] {
        let part = |k: usize| places.columns.get(k).map_or(0.0, |column| column[row]);
        [0, 1, 2].map(|k| if places.wraps { arith::fract(part(k)) } else { part(k) })
    };
    let is_there = |row: usize| place(row).iter().all(|part| part.is_finite());
    let square = reach.radius * reach.radius;
    let mut crowded = 0;
    let mut of_row = |row: usize| {
        let apart = |other: usize| distance_squared(place(row), place(other), places.wraps);
        let is_near = |&other: &usize| {
            other != row && is_there(row) && is_there(other) && reach.radius > 0.0 && apart(other) < square
        };
        let mut found: Vec<(f64, u32)> =
            (0..places.count).filter(is_near).map(|other| (apart(other), other as u32)).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        crowded += u32::from(found.len() > reach.most);
        let mut rows: Vec<u32> = found.into_iter().take(reach.most).map(|(_, row)| row).collect();
        rows.sort_unstable();
        rows
    };
    let others = (0..places.count).step_by(step).map(&mut of_row).collect();
    (others, crowded)
}

/// What a finder has found: per reach the others of every row, and of how many some are left out.
fn found(finder: &Finder, count: usize) -> Vec<(Vec<Vec<u32>>, u32)> {
    let of_pairs = |pairs: &super::Pairs| {
        assert_eq!(pairs.count(), count);
        let mut others = vec![Vec::new(); count];
        let mut seen = vec![false; count];
        let mut first = 0;
        while first < count {
            let (seats, mut all) = pairs.run(first..count, 100);
            for (&row, &of_row) in pairs.rows(seats.clone()).iter().zip(pairs.counts(seats.clone())) {
                assert!(!std::mem::replace(&mut seen[row as usize], true), "row {row} sits twice");
                others[row as usize] = pairs.others().u32()[all.start..all.start + of_row as usize].to_vec();
                all.start += of_row as usize;
            }
            assert!(all.is_empty() && seats.end > first);
            first = seats.end;
        }
        (others, pairs.crowded)
    };
    finder.pairs.iter().map(of_pairs).collect()
}

const LEVELS: [SimdLevel; 3] = [SimdLevel::Native, SimdLevel::Avx2, SimdLevel::Baseline];

/// Finds the pairs of some reaches in room for more places, on so many threads.
fn find(
    (level, threads): (Level, usize),
    places: &Places<'_>,
    reaches: &[Reach],
    room: usize,
) -> Vec<(Vec<Vec<u32>>, u32)> {
    let workers = Workers::new(threads).unwrap();
    let most: Vec<usize> = reaches.iter().map(|reach| reach.most).collect();
    let mut finder = Finder::with_room(room, &most, places.is_flat(), workers.parts_max());
    // What another frame has left makes no difference.
    let (before, radii) = (Places { count: places.count / 2, ..*places }, vec![0.5; reaches.len()]);
    finder.find((level, &workers), &before, &radii);
    let radii: Vec<f64> = reaches.iter().map(|reach| reach.radius).collect();
    finder.find((level, &workers), places, &radii);
    found(&finder, places.count)
}

fn slices(columns: &[Vec<f32>]) -> Vec<&[f32]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn columns(dice: &mut Dice, count: usize, dimensions: usize) -> Vec<Vec<f32>> {
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
    for round in 0..240 {
        let count = [0, 1, 2, 3, 17, 60, 250, 600][round % 8];
        let dimensions = 2 + round % 3 / 2;
        let columns = columns(&mut dice, count, dimensions);
        let mut reach = || {
            let unit = f64::from(dice.unit());
            let radii = [0.001, 0.02, 0.1, 0.125, 0.3, 0.6, 5.0, unit, 0.1 * unit];
            let radius = radii[dice.below(9) as usize];
            Reach { radius, most: [1, 3, 24, 256][dice.below(4) as usize] }
        };
        // One radius, or several of the same places.
        let reaches: Vec<Reach> = (0..1 + round / 8 % 4).map(|_| reach()).collect();
        let slices = slices(&columns);
        let places = Places { columns: &slices, count, wraps: dice.below(2) == 0 };
        let room = count + dice.below(50) as usize;
        let level = LEVELS[round % LEVELS.len()].resolve();
        let found = find((level, 1), &places, &reaches, room);
        for (found, &reach) in found.into_iter().zip(&reaches) {
            assert_eq!(found, model(&places, reach, 1), "round {round}: {count}, {reach:?} of {reaches:?}");
        }
    }
}

#[test]
fn large_crowds() {
    let mut dice = Dice(99);
    for (count, radius, wraps) in [(5000, 0.01, false), (5000, 0.03, true), (3000, 0.0003, false)] {
        let columns: Vec<Vec<f32>> = (0..2).map(|_| (0..count).map(|_| dice.unit()).collect()).collect();
        let slices = slices(&columns);
        let places = Places { columns: &slices, count, wraps };
        let reaches = [0.5, 1.0].map(|share| Reach { radius: share * radius, most: 32 });
        let found = find((Level::new(), 1), &places, &reaches, count);
        for ((found, _), reach) in found.into_iter().zip(reaches) {
            let found: Vec<Vec<u32>> = found.into_iter().step_by(97).collect();
            assert_eq!(found, model(&places, reach, 97).0);
        }
    }
}

#[test]
fn radii_that_reach_nobody() {
    let columns = vec![vec![0.5; 4]; 2];
    let slices = slices(&columns);
    let places = Places { columns: &slices, count: 4, wraps: false };
    let nobody = (vec![Vec::<u32>::new(); 4], 0);
    let radii = [0.0, -1.0, f64::NAN];
    for radius in radii {
        let found = find((Level::new(), 1), &places, &[Reach { radius, most: 8 }], 4);
        assert!(found.len() == 1 && found[0] == nobody);
    }
    let reaches = [0.0, f64::NAN, f64::INFINITY, -0.5].map(|radius| Reach { radius, most: 2 });
    for wraps in [false, true] {
        let found = find((Level::new(), 1), &Places { wraps, ..places }, &reaches, 4);
        assert_eq!((&found[0], &found[1], &found[3]), (&nobody, &nobody, &nobody));
        assert_eq!(found[2], (vec![vec![1, 2], vec![0, 2], vec![0, 1], vec![0, 1]], 4));
    }
}

/// Where many are in one spot only some are looked at, and that is counted.
#[test]
fn all_on_one_spot_is_cut_off_and_counted() {
    let columns = vec![vec![0.25; 5000]; 2];
    let slices = slices(&columns);
    let places = Places { columns: &slices, count: 5000, wraps: false };
    let reaches = [0.1, 0.05].map(|radius| Reach { radius, most: 16 });
    for (others, crowded) in find((Level::new(), 1), &places, &reaches, 5000) {
        assert_eq!(crowded, 5000);
        for row in [0, 1, 777, 4999] {
            let others: &[u32] = &others[row];
            assert!(others.len() == 16 && others.is_sorted() && !others.contains(&(row as u32)));
        }
    }
}

/// Spots that are thronged among places that are not: the same on any level and any threads.
#[test]
fn throngs_are_the_same_on_any_level_and_threads() {
    let mut dice = Dice(5);
    for (dimensions, wraps) in [(2, false), (2, true), (3, false)] {
        let count = 12_000;
        let mut spread = |k: usize| match k {
            0..1500 => 0.3 + 0.001 * dice.unit(),
            1500..3000 => dice.unit() * 0.02,
            _ => dice.unit(),
        };
        let columns: Vec<Vec<f32>> = (0..dimensions).map(|_| (0..count).map(&mut spread).collect()).collect();
        let slices = slices(&columns);
        let places = Places { columns: &slices, count, wraps };
        for radii in [&[0.03, 0.011][..], &[0.011], &[0.03]] {
            let reaches: Vec<Reach> = radii.iter().map(|&radius| Reach { radius, most: 20 }).collect();
            let reference = find((Level::new(), 1), &places, &reaches, count);
            for (threads, level) in [(1, LEVELS[1]), (1, LEVELS[2]), (2, LEVELS[0]), (4, LEVELS[0])] {
                let found = find((level.resolve(), threads), &places, &reaches, count);
                assert!(found == reference, "{dimensions} {wraps} {level:?} {threads}");
            }
        }
    }
}
