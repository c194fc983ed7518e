//! What somebody lacks, exactly and parents first; and that machines agree on one order.

use std::collections::BTreeSet;

use super::models::{Counting, Model, Random};
use super::shapes::Maker;
use crate::history::{
    Address, Graph, Location, Overflow, Page, RevisionId, Run, Segments, Walk, Wanted, linearise, missing,
};

const GRAPHS: u64 = 4000;

fn numbers(graph: &Graph, page: &Page) -> Vec<usize> {
    page.runs().flat_map(|run| run.locations()).map(|at| graph.number(at) as usize).collect()
}

#[test]
fn it_is_exact_and_parents_come_first() {
    let (walk, page) = (&mut Walk::new(), &mut Page::default());
    let small = &mut Walk::bounded(2);
    for seed in 0..GRAPHS {
        let model = Model::random(seed, 22 + seed as usize % 4);
        let mut random = Random(!seed);
        let n = model.locations.len();
        let have: Vec<usize> = (0..random.below(5)).map(|_| random.below(n)).collect();
        let have_at: Vec<Location> = have.iter().map(|&k| model.locations[k]).collect();
        let heads = model.heads();
        let wanted = Wanted { heads: &heads, have: &have_at, after: None, limit: usize::MAX };
        let counting = Counting::new(&model.graph);
        missing(&counting, wanted, walk, page).unwrap();
        assert_eq!(counting.take(), walk.stats().loads);

        let covered = model.closure(have.iter().copied());
        let expected = model.closure(0..n) & !covered;
        let found = numbers(&model.graph, page);
        assert_eq!(found.len(), page.revisions());
        let mut known = covered;
        for k in found {
            assert_eq!(model.ancestors[k] & !known, 0, "{seed}: {k} comes before its parents");
            assert_eq!(known & (1 << k), 0, "{seed}: {k} comes twice, or is there already");
            known |= 1 << k;
        }
        assert_eq!(known & !covered, expected, "{seed}");
        assert_eq!(page.next(), None);
        if let Err(overflow) = missing(&model.graph, wanted, small, page) {
            assert_eq!(overflow, Overflow { capacity: 2 });
        }
    }
}

#[test]
fn pages_converge_and_are_followed() {
    let (walk, page) = (&mut Walk::new(), &mut Page::default());
    for seed in 0..400 {
        let model = Model::random(seed, 24);
        let mut random = Random(seed);
        let n = model.locations.len();
        let heads = model.heads();
        let limit = 1 + random.below(9);
        let first = random.below(n);
        let mut known = model.closure([first]);
        let lacking = n - known.count_ones() as usize;

        // A cursor gives the same as one page.
        let have = [model.locations[first]];
        let mut wanted = Wanted { heads: &heads, have: &have, after: None, limit: usize::MAX };
        missing(&model.graph, wanted, walk, page).unwrap();
        let all = numbers(&model.graph, page);
        let mut paged = Vec::new();
        wanted.limit = limit;
        loop {
            missing(&model.graph, wanted, walk, page).unwrap();
            assert!(page.revisions() <= limit);
            paged.extend(numbers(&model.graph, page));
            wanted.after = page.next();
            if wanted.after.is_none() {
                break;
            }
        }
        assert_eq!(paged, all, "{seed}");

        // Asked again with all that has arrived.
        let mut rounds = 0;
        loop {
            let have: Vec<Location> =
                (0..n).filter(|k| known & (1 << k) != 0).map(|k| model.locations[k]).collect();
            let wanted = Wanted { heads: &heads, have: &have, after: None, limit };
            missing(&model.graph, wanted, walk, page).unwrap();
            if page.revisions() == 0 {
                break;
            }
            rounds += 1;
            for k in numbers(&model.graph, page) {
                assert_eq!(model.ancestors[k] & !known, 0);
                known |= 1 << k;
            }
        }
        assert_eq!(rounds, lacking.div_ceil(limit), "{seed}");
    }
}

/// A run of 20; S of 10 on it; C of 40 on S's fifth; D on S's last. Who has C's end lacks the rest of S, and D.
#[test]
fn a_branch_that_leaves_in_the_middle_of_a_segment() {
    let mut maker = Maker::new();
    let run = |maker: &mut Maker, mut at, n| {
        let mut ids = Vec::new();
        for k in 0..n {
            at = if k == 0 { maker.on(at) } else { maker.after(at) };
            ids.push(at);
        }
        ids
    };
    let chain = run(&mut maker, RevisionId::ROOT, 20);
    let s = run(&mut maker, chain[19], 10);
    let c = run(&mut maker, s[4], 40);
    let d = run(&mut maker, s[9], 1);
    let graph = maker.graph;
    let at = |id| graph.find(id).unwrap();
    let (walk, page) = (&mut Walk::new(), &mut Page::default());
    for heads in [vec![at(d[0])], vec![at(d[0]), at(c[39])], vec![at(c[39]), at(d[0]), at(s[2])]] {
        let wanted = Wanted { heads: &heads, have: &[at(c[39])], after: None, limit: usize::MAX };
        missing(&graph, wanted, walk, page).unwrap();
        let (s, d) = (at(s[5]), at(d[0]));
        let expected = [
            Run { segment: s.segment, first: s.max_cut, last: s.max_cut + 4 },
            Run { segment: d.segment, first: d.max_cut, last: d.max_cut },
        ];
        assert_eq!(page.runs().collect::<Vec<_>>(), expected);
        assert_eq!(page.revisions(), 6);
    }
}

/// The same graph, its revisions in another order of arrival.
fn shuffled(graph: &Graph, random: &mut Random) -> Graph {
    let mut other = Graph::default();
    let parents =
        |&id: &RevisionId| graph.parents(graph.find(id).unwrap()).map(|at| graph.id(at)).collect::<Vec<_>>();
    let mut left: Vec<RevisionId> = graph.ids()[1..].to_vec();
    while !left.is_empty() {
        let ready = |id: &RevisionId| parents(id).iter().all(|&parent| other.find(parent).is_some());
        let ready: Vec<usize> = (0..left.len()).filter(|&k| ready(&left[k])).collect();
        let id = left.swap_remove(ready[random.below(ready.len())]);
        other.append(id, &parents(&id)).unwrap();
    }
    other
}

#[test]
fn every_machine_has_one_order() {
    let (walk, page) = (&mut Walk::new(), &mut Page::default());
    for seed in 0..10 {
        let model = Model::random(seed, 20);
        let mut expected: Option<Vec<Address>> = None;
        let mut random = Random(seed);
        for _ in 0..100 {
            let graph = shuffled(&model.graph, &mut random);
            let heads: Vec<Location> = graph.heads().collect();
            let mut order = Vec::new();
            linearise(&graph, &heads, walk, page, &mut order).unwrap();
            let mut before = BTreeSet::new();
            for address in &order {
                let at = graph.find(address.id).unwrap();
                assert!(graph.parents(at).all(|parent| before.contains(&graph.id(parent))));
                before.insert(address.id);
            }
            assert_eq!(before.len(), graph.revisions());
            assert_eq!(expected.get_or_insert_with(|| order.clone()), &order, "{seed}");
        }
    }
}
