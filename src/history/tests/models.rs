//! Random graphs with their closures, and a loader that counts.

use std::cell::RefCell;

use super::shapes::Maker;
use crate::history::graph::Parents;
use crate::history::{Graph, Location, RevisionId, Segment, Segments};

/// SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A graph of at most 128 revisions and what a plain closure says of it; sets are bits, by number.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) graph: Graph,
    pub(super) locations: Vec<Location>,
    /// What each came of, itself left out.
    pub(super) ancestors: Vec<u128>,
    /// What is on every way from the root to it, itself included.
    pub(super) dominators: Vec<u128>,
}

impl Model {
    /// `segments` segments of 1 to 4 revisions, of which 45 of 100 begin with a merge; branches leave from anywhere.
    pub(super) fn random(seed: u64, segments: usize) -> Self {
        let mut random = Random(seed);
        let mut maker = Maker::new();
        let mut ids = vec![RevisionId::ROOT];
        for _ in 1..segments {
            let one = ids[random.below(ids.len())];
            let other = ids[random.below(ids.len())];
            let is_merge = random.percent(45) && one != other;
            let mut at = if is_merge { maker.merge(one, other) } else { maker.on(one) };
            ids.push(at);
            for _ in 0..random.below(4) {
                at = maker.after(at);
                ids.push(at);
            }
        }
        Self::of(maker.graph)
    }

    pub(super) fn of(graph: Graph) -> Self {
        let locations: Vec<Location> = graph.ids().iter().map(|&id| graph.find(id).unwrap()).collect();
        let (mut ancestors, mut dominators): (Vec<u128>, Vec<u128>) = (Vec::new(), Vec::new());
        for (k, &at) in locations.iter().enumerate() {
            let parents: Vec<usize> = graph.parents(at).map(|parent| graph.number(parent) as usize).collect();
            assert!(parents.iter().all(|&parent| parent < k), "parents come first");
            ancestors.push(parents.iter().fold(0, |all, &parent| all | ancestors[parent] | (1 << parent)));
            let common = parents.iter().map(|&parent| dominators[parent]).reduce(|a, b| a & b);
            dominators.push(common.unwrap_or(0) | (1 << k));
        }
        Self { graph, locations, ancestors, dominators }
    }

    /// What some revisions came of, and they.
    pub(super) fn closure(&self, of: impl IntoIterator<Item = usize>) -> u128 {
        of.into_iter().fold(0, |all, k| all | self.ancestors[k] | (1 << k))
    }

    pub(super) fn heads(&self) -> Vec<Location> {
        self.graph.heads().collect()
    }
}

/// Counts what is loaded, and takes no segment twice between two [`take`](Self::take)s.
#[derive(Debug)]
pub(super) struct Counting<'a> {
    graph: &'a Graph,
    loaded: RefCell<(Vec<bool>, Vec<u32>)>,
}

impl<'a> Counting<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        Self { graph, loaded: RefCell::new((vec![false; graph.segments()], Vec::new())) }
    }

    pub(super) fn take(&self) -> usize {
        let (seen, list) = &mut *self.loaded.borrow_mut();
        let count = list.len();
        for k in list.drain(..) {
            seen[k as usize] = false;
        }
        count
    }
}

impl Segments for Counting<'_> {
    fn segment(&self, index: u32) -> &Segment {
        let (seen, list) = &mut *self.loaded.borrow_mut();
        assert!(!seen[index as usize], "segment {index} is loaded twice");
        seen[index as usize] = true;
        list.push(index);
        self.graph.segment(index)
    }

    fn id(&self, at: Location) -> RevisionId {
        let (seen, _) = &*self.loaded.borrow();
        assert!(seen[at.segment as usize], "segment {} was not loaded", at.segment);
        self.graph.id(at)
    }
}

/// What a walk down that remembers nothing would load: every way there is. It ends at `limit`.
pub(super) fn naive_loads(graph: &Graph, from: Location, limit: u64) -> u64 {
    let mut loads = 0;
    let mut waiting = vec![from.segment];
    while let Some(segment) = waiting.pop() {
        loads += 1;
        if loads >= limit {
            break;
        }
        waiting.extend(graph.segment(segment).parents.iter().map(|parent| parent.segment));
    }
    loads
}

#[test]
fn segments_are_as_they_are_promised() {
    let model = Model::random(7, 25);
    let graph = &model.graph;
    for k in 0..graph.segments() as u32 {
        let segment = graph.segment(k);
        let below = |at: Location| at.segment < k || k == 0;
        assert!(segment.len >= 1 && below(segment.base) && below(segment.jump));
        assert!(segment.parents.iter().all(|parent| parent.segment < k && parent.max_cut < segment.first));
        assert_eq!(segment.parents == Parents::None, k == 0);
        let base = graph.segment(segment.base.segment);
        assert_eq!(segment.depth, if k == 0 { 0 } else { base.depth + 1 });
        let jumped = graph.segment(segment.jump.segment).depth;
        assert_eq!(segment.depth - jumped, Segment::jump_length(segment.depth));
    }
}
