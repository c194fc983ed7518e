//! What is worked out of all elements of a domain together: places in an order, running sums, sums by a key.
//!
//! A row runs behind the sweeps of its stage, on one thread: it reads whole buffers and writes one, from the first element to
//! the last, so its bits depend on nothing else. Nothing is allocated: the room is that of the largest domain.

use crate::math::levels::at_level;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, f32x8, f64x4};

use super::order::{ordered_bits, sort_by_key};
use super::plan::{Plan, WholePlan, WholeSource};
use crate::math::arith;
use crate::program::meaning::{ByKey, Running, Whole};
use crate::world::LaneBuffer;
use crate::world::tables::FieldBuffer;

/// What rows work in.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Elements in an order, their keys, and as much to sort in.
    sort: [Vec<u32>; 4],
    /// Per element of the domain that takes a fold: what it has so far, and of how many.
    folded: Vec<f64>,
    members: Vec<u32>,
}

impl Room {
    /// For every row of a plan; without rows it takes no memory.
    pub(crate) fn new(plan: &Plan) -> Self {
        let [sorted, folded] = Self::lanes(plan);
        Self {
            sort: [0; 4].map(|_: u32| vec![0; sorted]),
            folded: vec![0.0; folded],
            members: vec![0; folded],
        }
    }

    /// The bytes that a plan's takes.
    pub(crate) fn bytes(plan: &Plan) -> usize {
        let [sorted, folded] = Self::lanes(plan);
        sorted * 4 * size_of::<u32>() + folded * (size_of::<f64>() + size_of::<u32>())
    }

    /// Of how many elements it has to sort, and into how many it has to fold.
    fn lanes(plan: &Plan) -> [usize; 2] {
        let domains = &plan.program.data().domains;
        let mut most = [0; 2];
        for row in &plan.wholes {
            let (at, domain) = match row.whole {
                Whole::ByKey(_) => (1, row.to),
                Whole::Place | Whole::Order | Whole::Sorted | Whole::Running(_) => (0, row.of),
                Whole::Side(_) => continue,
            };
            most[at] = domains[domain.index()].capacity.max(most[at] as u32) as usize;
        }
        most
    }

    /// Works out a row. `counts` are the elements of each domain.
    pub(crate) fn run(&mut self, level: Level, row: &WholePlan, counts: &[u32], fields: &mut [FieldBuffer]) {
        let mut result = std::mem::take(&mut fields[row.result.index()].0);
        let [count, results] = [row.of, row.to].map(|domain| counts[domain.index()] as usize);
        let lanes = |at: usize| match row.sources.get(at)? {
            WholeSource::Each(buffer) => Some(&fields[buffer.index()].0.f32()[..count]),
            WholeSource::One(_) => None,
        };
        let (first, second) = (lanes(0).unwrap_or(&[]), lanes(1));
        match row.whole {
            Whole::Place => {
                let groups = self.order(Some(first), second);
                groups.places(&mut result.u32_mut()[..count]);
            }
            Whole::Order => {
                let groups = self.order(Some(first), second);
                result.u32_mut()[..count].copy_from_slice(groups.order);
            }
            Whole::Sorted => {
                let groups = self.order(Some(first), second);
                let sorted = result.f32_mut()[..count].iter_mut().zip(groups.order);
                sorted.for_each(|(lane, &element)| *lane = first[element as usize]);
            }
            Whole::Running(running) => {
                let groups = second.map(|by| self.order(None, Some(by)));
                run_along((running, level), first, groups.as_ref(), &mut result);
            }
            // Whoever lays texts out does that.
            Whole::Side(_) => {}
            Whole::ByKey(ByKey::Count) => self.fold(ByKey::Count, first, None, &mut result, results),
            Whole::ByKey(fold) => {
                self.fold(fold, second.unwrap_or(&[]), Some(first), &mut result, results);
            }
        }
        fields[row.result.index()].0 = result;
    }

    /// The elements in the order of `by`, and of the same group in that of their values, and of those that are alike in their
    /// own: what is no number comes last.
    fn order(&mut self, values: Option<&[f32]>, by: Option<&[f32]>) -> Groups<'_> {
        let count = values.or(by).map_or(0, <[f32]>::len);
        let [order, keys, spare_order, spare_keys] = &mut self.sort;
        let order = &mut order[..count];
        order.iter_mut().zip(0..).for_each(|(entry, element)| *entry = element);
        let number = |value: &f32| if value.is_nan() { u32::MAX } else { ordered_bits(*value + 0.0) };
        // The sign bit of an int, the other way round, makes its bits ascend.
        let group = |key: &f32| key.to_bits() ^ 1 << 31;
        if let Some(values) = values {
            keys.iter_mut().zip(values).for_each(|(entry, value)| *entry = number(value));
            sort_by_key(order, keys, spare_order, spare_keys);
        }
        if let Some(by) = by {
            keys.iter_mut().zip(by).for_each(|(entry, key)| *entry = group(key));
            sort_by_key(order, keys, spare_order, spare_keys);
        }
        Groups { order, keys: by.map(|_| &keys[..count]) }
    }

    /// Folds the elements of one domain into those of another: element `k` takes those whose key is `k`, in their order. Keys
    /// that no element has are left out, and where there are none it is 0.
    fn fold(
        &mut self,
        fold: ByKey,
        keys: &[f32],
        values: Option<&[f32]>,
        result: &mut LaneBuffer,
        count: usize,
    ) {
        let (folded, members) = (&mut self.folded[..count], &mut self.members[..count]);
        let start = match fold {
            ByKey::Sum | ByKey::Mean | ByKey::Count => 0.0,
            ByKey::Min => f64::INFINITY,
            ByKey::Max => f64::NEG_INFINITY,
        };
        folded.fill(start);
        members.fill(0);
        for (at, key) in keys.iter().enumerate() {
            // A key below 0 is beyond all of them.
            let Some(members) = members.get_mut(key.to_bits() as usize) else { continue };
            *members += 1;
            let Some(values) = values else { continue };
            let (folded, value) = (&mut folded[key.to_bits() as usize], f64::from(values[at]));
            *folded = match fold {
                ByKey::Sum | ByKey::Mean => *folded + value,
                ByKey::Min => arith::min(*folded, value),
                ByKey::Max => arith::max(*folded, value),
                ByKey::Count => *folded,
            };
        }
        if fold == ByKey::Count {
            return result.u32_mut()[..count].copy_from_slice(members);
        }
        for ((lane, &folded), &members) in result.f32_mut()[..count].iter_mut().zip(&*folded).zip(&*members) {
            *lane = match (members, fold) {
                (0, _) => 0.0,
                (_, ByKey::Mean) => (folded / f64::from(members)) as f32,
                (_, ByKey::Sum | ByKey::Min | ByKey::Max | ByKey::Count) => folded as f32,
            };
        }
    }
}

/// Elements in an order, those of a group one behind the other.
struct Groups<'a> {
    order: &'a [u32],
    /// The group of each, where there is more than one.
    keys: Option<&'a [u32]>,
}

impl Groups<'_> {
    /// Whether another group begins at a place of the order.
    fn begins(&self, at: usize) -> bool {
        self.keys.is_some_and(|keys| at > 0 && keys[at] != keys[at - 1])
    }

    /// The place of each element in its group, from 0.
    fn places(&self, places: &mut [u32]) {
        let mut first = 0;
        for (at, &element) in self.order.iter().enumerate() {
            if self.begins(at) {
                first = at;
            }
            places[element as usize] = (at - first) as u32;
        }
    }
}

/// Whether vectors of four doubles are instructions of a level: of x86 from AVX2 on.
fn has_fours(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return level.as_avx2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    {
        let _ = level;
        false
    }
}

/// What has come together from the first element to each, with that: of all, or of its group.
fn run_along(
    (running, level): (Running, Level),
    values: &[f32],
    groups: Option<&Groups<'_>>,
    result: &mut LaneBuffer,
) {
    if let (Running::Sum, None) = (running, groups) {
        // Without vectors of four, shuffles cost more than they save.
        let level = if has_fours(level) { level } else { Level::baseline() };
        return at_level!(level, simd => sum_along(simd, values, result.f32_mut()));
    }
    let start = match running {
        Running::Sum | Running::Count => 0.0,
        Running::Min => f64::INFINITY,
        Running::Max => f64::NEG_INFINITY,
    };
    let mut so_far = start;
    for at in 0..values.len() {
        let element = groups.map_or(at, |groups| groups.order[at] as usize);
        if groups.is_some_and(|groups| groups.begins(at)) {
            so_far = start;
        }
        let value = values[element];
        so_far = match running {
            Running::Sum => so_far + f64::from(value),
            Running::Min => arith::min(so_far, f64::from(value)),
            Running::Max => arith::max(so_far, f64::from(value)),
            Running::Count => so_far + f64::from(u8::from(value.to_bits() != 0)),
        };
        match running {
            Running::Count => result.u32_mut()[element] = so_far as u32,
            Running::Sum | Running::Min | Running::Max => result.f32_mut()[element] = so_far as f32,
        }
    }
}

/// The sums of all elements up to each, four by four: each four are added up by themselves, and what that gives is added to the
/// sum before them. One after the other, every addition would wait for the one before it; so one in four does.
#[inline(always)]
fn sum_along<S: Simd>(simd: S, values: &[f32], result: &mut [f32]) {
    let mut before = f64x4::splat(simd, 0.0);
    let (results, results_rest) = result[..values.len()].as_chunks_mut::<8>();
    let (values, rest) = values.as_chunks::<8>();
    for (result, values) in results.iter_mut().zip(values) {
        eight(&mut before, values).store_slice(result);
    }
    let mut padded = [0.0; 8];
    padded[..rest.len()].copy_from_slice(rest);
    let mut sums = [0.0; 8];
    eight(&mut before, &padded).store_slice(&mut sums);
    results_rest.copy_from_slice(&sums[..rest.len()]);
}

#[inline(always)]
fn eight<S: Simd>(before: &mut f64x4<S>, values: &[f32; 8]) -> f32x8<S> {
    let (first, second) = f32x8::from_slice(before.simd, values).widen();
    let (first, second) = (four(before, first), four(before, second));
    first.narrow(second)
}

#[inline(always)]
fn four<S: Simd>(before: &mut f64x4<S>, values: f64x4<S>) -> f64x4<S> {
    // Each with the one before it, and then each with what the one two before it has.
    let zeros = f64x4::splat(before.simd, 0.0);
    let sums = values + zeros.slide::<3>(values);
    let sums = sums + zeros.slide::<2>(sums);
    let upto = *before + sums;
    let (_, end) = sums.split();
    let end = end.zip_high(end);
    *before += end.combine(end);
    upto
}

#[cfg(test)]
mod tests {
    use super::{at_level, sum_along};
    use crate::engine::tests::LEVELS;

    #[test]
    fn sums_go_four_by_four_at_every_level() {
        let check = |values: &[f32], expected: &[f32]| {
            for level in LEVELS {
                let mut found = vec![9.0; values.len() + 1];
                at_level!(level.resolve(), simd => sum_along(simd, values, &mut found));
                assert_eq!(found[..values.len()], *expected, "{values:?} at {level:?}");
                assert_eq!(found[values.len()], 9.0, "what is no element");
            }
        };
        check(&[], &[]);
        check(&[3.0], &[3.0]);
        check(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], &[1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0]);
        // A number that large swallows the one that it is added to first: the next of its pair, and those before its four.
        let large = (1_u64 << 60) as f32;
        check(&[1.0, large, -large, 1.0, 3.0], &[1.0, large, 1.0, 0.0, 3.0]);
        check(&[large, 1.0, -large, 1.0, 1.0], &[large, large, 0.0, 0.0, 1.0]);
        check(&[1.0, 0.0, 0.0, 0.0, large, 0.0, -large, 0.0], &[1.0, 1.0, 1.0, 1.0, large, large, 1.0, 1.0]);
    }
}
