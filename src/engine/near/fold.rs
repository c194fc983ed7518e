//! Folding: what the pairs of each element have, as one value per element.

use super::{Chunk, Pairs};
use crate::math::arith;
use crate::program::meaning::Fold;

/// Folds the lanes of a chunk of pairs, element by element, each in the order of its pairs. `into` has a lane per element of all.
pub(crate) fn fold(how: Fold, lanes: &[f32], pairs: &Pairs, chunk: &Chunk, into: &mut [f32]) {
    let pairs = (lanes, pairs, chunk);
    match how {
        Fold::Sum => each(pairs, into, |lanes, _| sum(lanes) as f32),
        Fold::Mean => each(pairs, into, |lanes, _| mean(lanes)),
        Fold::Min => each(pairs, into, |lanes, _| best(lanes, arith::min)),
        Fold::Max => each(pairs, into, |lanes, _| best(lanes, arith::max)),
        Fold::Count => each(pairs, into, |lanes, _| count(lanes)),
        Fold::Nearest => each(pairs, into, nearest),
    }
}

/// Gives every element of a chunk a value of the lanes of its pairs, and of the others in these.
fn each(
    (mut lanes, pairs, chunk): (&[f32], &Pairs, &Chunk),
    into: &mut [f32],
    value: impl Fn(&[f32], &[u32]) -> f32,
) {
    let mut others = &pairs.others().u32()[chunk.pairs.clone()];
    let counts = pairs.counts(chunk.seats.clone());
    for (&row, &count) in pairs.rows(chunk.seats.clone()).iter().zip(counts) {
        let (of_row, behind) = lanes.split_at(count as usize);
        let (others_of_row, others_behind) = others.split_at(count as usize);
        into[row as usize] = value(of_row, others_of_row);
        (lanes, others) = (behind, others_behind);
    }
}

fn sum(lanes: &[f32]) -> f64 {
    lanes.iter().fold(0.0, |sum, &lane| sum + f64::from(lane))
}

fn mean(lanes: &[f32]) -> f32 {
    if lanes.is_empty() { 0.0 } else { (sum(lanes) / lanes.len() as f64) as f32 }
}

fn best(lanes: &[f32], better: impl Fn(f32, f32) -> f32) -> f32 {
    lanes.iter().copied().reduce(better).unwrap_or(0.0)
}

/// How many bools are true.
fn count(lanes: &[f32]) -> f32 {
    f32::from_bits(lanes.iter().map(|lane| lane.to_bits() & 1).sum())
}

/// The other element whose number is the least; what is no number is the last choice.
fn nearest(lanes: &[f32], others: &[u32]) -> f32 {
    let mut found: Option<(f32, u32)> = None;
    for (&lane, &other) in lanes.iter().zip(others) {
        if found.is_none_or(|(least, _)| lane < least || (least.is_nan() && !lane.is_nan())) {
            found = Some((lane, other));
        }
    }
    f32::from_bits(found.map_or(u32::MAX, |(_, other)| other))
}
