//! In which order elements are drawn that are not drawn pass by pass: by depth, of one pass and of several together, and element by
//! element.

use super::plan::Plan;
use crate::world::tables::{PassDescriptor, Piece, Projection};

/// Sorts elements, far ones first: by the depth that a camera gave them, or by z, which points to the viewer.
///
/// The keys of the sorted elements are left in the projection, where passes that are ordered together find them.
pub(super) fn sort_by_depth(
    order: &mut [u32],
    projection: &mut Projection,
    is_projected: bool,
    z: impl Fn(usize) -> f32,
) {
    let Projection { depth, keys, spare_keys, spare_list, .. } = projection;
    let keys = keys.u32_mut();
    for &k in order.iter() {
        // A large depth, or a small z, gets a small key.
        let value = if is_projected { -depth.f32()[k as usize] } else { z(k as usize) };
        // Adding 0 makes one zero of both, which are as far.
        keys[k as usize] = ordered_bits(value + 0.0);
    }
    sort_by_key(order, keys, spare_list.u32_mut(), spare_keys.u32_mut());
}

/// Leaves the places of elements in their domain as the keys that passes are merged by; `sequence` is the order in which these
/// are drawn where that is not by row.
pub(super) fn number(order: &[u32], projection: &mut Projection, sequence: Option<&[u32]>) {
    let Projection { keys, spare_keys, .. } = projection;
    let (keys, places) = (keys.u32_mut(), spare_keys.u32_mut());
    let Some(sequence) = sequence else { return keys[..order.len()].copy_from_slice(order) };
    for (place, &k) in (0..).zip(sequence) {
        places[k as usize] = place;
    }
    for (key, &k) in keys.iter_mut().zip(order) {
        *key = places[k as usize];
    }
}

/// Bits whose unsigned order is the order of the floats.
pub(super) fn ordered_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 0 { bits | 0x8000_0000 } else { !bits }
}

/// Sorts `order` by the key of each entry, ascending and stable: a radix sort, four rounds of eight bits, in the room
/// that is given. On return `keys` holds the sorted keys.
pub(super) fn sort_by_key(
    order: &mut [u32],
    keys: &mut [u32],
    spare_order: &mut [u32],
    spare_keys: &mut [u32],
) {
    let n = order.len();
    // Keys lie by element; from here on they travel with the entries.
    for (at, &k) in order.iter().enumerate() {
        spare_keys[at] = keys[k as usize];
    }
    keys[..n].copy_from_slice(&spare_keys[..n]);
    let (mut from, mut from_keys) = (order, &mut keys[..n]);
    let (mut to, mut to_keys) = (&mut spare_order[..n], &mut spare_keys[..n]);
    for shift in [0, 8, 16, 24] {
        let digit = |key: u32| (key >> shift & 0xff) as usize;
        let mut places = [0_usize; 256];
        for &key in from_keys.iter() {
            places[digit(key)] += 1;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for (&entry, &key) in from.iter().zip(from_keys.iter()) {
            let place = &mut places[digit(key)];
            to[*place] = entry;
            to_keys[*place] = key;
            *place += 1;
        }
        std::mem::swap(&mut from, &mut to);
        std::mem::swap(&mut from_keys, &mut to_keys);
    }
    // After four rounds, an even number, the result is back where it began.
}

/// The pieces in which passes are drawn, where some of them are ordered together. Its room is given at load.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// Of this frame, in drawing order.
    pub(crate) pieces: Vec<Piece>,
    /// Per pass that is being merged: how much of its list is in pieces.
    heads: Vec<u32>,
}

impl Pieces {
    pub(crate) fn new(plan: &Plan) -> Self {
        let [pieces, heads] = Self::room(plan);
        Self { pieces: Vec::with_capacity(pieces), heads: Vec::with_capacity(heads) }
    }

    pub(crate) fn bytes(plan: &Plan) -> usize {
        let [pieces, heads] = Self::room(plan);
        pieces * size_of::<Piece>() + heads * size_of::<u32>()
    }

    /// How many pieces there may be: one per element that is ordered together with others, and one for each other pass.
    fn room(plan: &Plan) -> [usize; 2] {
        let domains = &plan.program.data().domains;
        let of_merge = |merge: &std::ops::Range<usize>| -> usize {
            plan.passes[merge.clone()].iter().map(|pass| domains[pass.domain.index()].capacity as usize).sum()
        };
        let most = plan.merges.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        let merged: usize = plan.merges.iter().map(of_merge).sum();
        [if most > 0 { merged + plan.passes.len() } else { 0 }, most]
    }

    /// Cuts the frame's passes into pieces. Their lists are there, and those of passes that are merged are sorted.
    pub(super) fn cut(&mut self, plan: &Plan, descriptors: &[PassDescriptor], projections: &[Projection]) {
        self.pieces.clear();
        if plan.merges.is_empty() {
            return;
        }
        let mut next = 0;
        for merge in &plan.merges {
            self.whole(next..merge.start);
            self.merge(merge.start, &descriptors[merge.clone()], projections);
            next = merge.end;
        }
        self.whole(next..plan.passes.len());
    }

    fn whole(&mut self, passes: std::ops::Range<usize>) {
        self.pieces.extend(passes.map(|pass| Piece { pass: pass as u32, listed: None }));
    }

    /// Merges the sorted lists of passes, `first` and those behind it: those with small keys first, and of equal ones those of the
    /// earlier pass. A piece takes as much of a list as comes before everything of the others, so it takes time for the
    /// elements, and for the pieces times the passes.
    fn merge(&mut self, first: usize, descriptors: &[PassDescriptor], projections: &[Projection]) {
        let Self { pieces, heads } = self;
        heads.clear();
        heads.resize(descriptors.len(), 0);
        // A pass of which nothing is listed has no projection.
        let keys = |at: usize| -> &[u32] {
            let PassDescriptor { listed, projection, .. } = descriptors[at];
            match (listed, projection) {
                (Some(listed), Some(row)) => &projections[row as usize].keys.u32()[..listed as usize],
                (None, _) | (_, None) => &[],
            }
        };
        loop {
            // The next element, and that of the other passes behind it.
            let mut nearest = [None; 2];
            for (at, &head) in heads.iter().enumerate() {
                let head = keys(at).get(head as usize).map(|&key| (key, at));
                match (head, nearest) {
                    (Some(head), [Some(before), _]) if head > before => {
                        nearest[1] =
                            nearest[1].map_or(Some(head), |second: (u32, usize)| Some(second.min(head)));
                    }
                    (Some(head), [before, _]) => nearest = [Some(head), before],
                    (None, _) => {}
                }
            }
            let [Some((_, at)), bound] = nearest else { return };
            let from = heads[at];
            let left = &keys(at)[from as usize..];
            let taken =
                bound.map_or(left.len(), |bound| left.iter().take_while(|&&key| (key, at) < bound).count());
            heads[at] = from + taken as u32;
            pieces.push(Piece { pass: (first + at) as u32, listed: Some([from, heads[at]]) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::LaneBuffer;

    #[test]
    fn radix_sort_is_stable_and_orders_floats() {
        let values = [3.5_f32, -1.0, 0.0, -0.0, 3.5, 1e-40, -1e30, 2.0, 3.5];
        let mut keys: Vec<u32> = values.iter().map(|&v| ordered_bits(v)).collect();
        let mut order: Vec<u32> = (0..9).collect();
        sort_by_key(&mut order, &mut keys, &mut [0; 9], &mut [0; 9]);
        assert_eq!(order, [6, 1, 3, 2, 5, 7, 0, 4, 8]);
        // A subset, keyed by element.
        let mut keys: Vec<u32> = values.iter().map(|&v| ordered_bits(v)).collect();
        let mut order = [8, 0, 1];
        sort_by_key(&mut order, &mut keys, &mut [0; 9], &mut [0; 9]);
        assert_eq!(order, [1, 8, 0]);
    }

    /// Pieces of lists, by their keys: the pass and the end of each.
    fn merged(lists: &[&[u32]]) -> Vec<(u32, u32)> {
        let projections: Vec<Projection> = lists
            .iter()
            .map(|keys| {
                let mut projection =
                    Projection { keys: LaneBuffer::new(keys.len()), ..Projection::default() };
                projection.keys.u32_mut()[..keys.len()].copy_from_slice(keys);
                projection
            })
            .collect();
        let descriptor = |(at, keys): (usize, &&[u32])| PassDescriptor {
            listed: Some(keys.len() as u32),
            projection: (!keys.is_empty()).then_some(at as u32),
            ..PassDescriptor::default()
        };
        let descriptors: Vec<PassDescriptor> = lists.iter().enumerate().map(descriptor).collect();
        let mut pieces = Pieces::default();
        pieces.merge(0, &descriptors, &projections);
        pieces.pieces.iter().map(|piece| (piece.pass, piece.listed.unwrap()[1])).collect()
    }

    #[test]
    fn lists_are_merged_in_as_few_pieces_as_there_can_be() {
        assert_eq!(merged(&[]), []);
        assert_eq!(merged(&[&[], &[]]), []);
        assert_eq!(merged(&[&[], &[1, 2, 3]]), [(1, 3)]);
        assert_eq!(merged(&[&[4, 5], &[1, 2, 3]]), [(1, 3), (0, 2)]);
        assert_eq!(merged(&[&[1, 3, 5, 6], &[2, 4]]), [(0, 1), (1, 1), (0, 2), (1, 2), (0, 4)]);
        // Equal ones in the order of the passes.
        assert_eq!(merged(&[&[1, 1], &[1, 2], &[1, 1]]), [(0, 2), (1, 1), (2, 2), (1, 2)]);
        assert_eq!(merged(&[&[7], &[7], &[0, 7]]), [(2, 1), (0, 1), (1, 1), (2, 2)]);
    }

    proptest::proptest! {
        #[test]
        fn merging_is_a_stable_sort_of_all(lists in proptest::collection::vec(proptest::collection::vec(0_u32..20, 0..12), 0..6)) {
            let mut lists = lists;
            lists.iter_mut().for_each(|list| list.sort_unstable());
            let mut expected: Vec<(u32, u32)> = Vec::new();
            for (pass, list) in lists.iter().enumerate() {
                expected.extend(list.iter().map(|&key| (key, pass as u32)));
            }
            expected.sort();
            let borrowed: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
            let mut at = vec![0; lists.len()];
            let mut found = Vec::new();
            for (pass, end) in merged(&borrowed) {
                let from = std::mem::replace(&mut at[pass as usize], end as usize);
                found.extend(lists[pass as usize][from..end as usize].iter().map(|&key| (key, pass)));
            }
            assert_eq!(found, expected);
        }
    }
}
