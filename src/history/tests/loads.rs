//! How many segments a query loads, at most.

use super::models::{Counting, naive_loads};
use super::shapes;
use crate::history::{Graph, Location, Overflow, RevisionId, Segments, Walk, common_base, is_ancestor};

/// A revision that is not there, right above the root.
const ABSENT: Location = Location { segment: 0, max_cut: 1 };

fn head(graph: &Graph) -> Location {
    let mut heads = graph.heads();
    let head = heads.next().unwrap();
    assert_eq!(heads.len(), 0);
    head
}

/// Loads of a query from the head, which no segment was loaded twice for.
fn loads(graph: &Graph, target: Location, expected: bool) -> usize {
    let counting = Counting::new(graph);
    let walk = &mut Walk::growing();
    assert_eq!(is_ancestor(&counting, target, head(graph), walk), Ok(expected));
    let loads = counting.take();
    assert_eq!(loads, walk.stats().loads);
    loads
}

fn check(name: &str, graph: &Graph, target: Location, expected: bool, most: usize) {
    let loads = loads(graph, target, expected);
    assert!(loads <= most, "{name}: {loads} loads, and {most} are promised");
}

#[test]
fn chains() {
    for (n, first, middle) in [(1000, 9, 17), (10_000, 7, 23), (1_000_000, 9, 33)] {
        let graph = shapes::chain(n);
        check("first", &graph, Location::ROOT, true, first);
        let middle_at = Location { segment: n as u32 / 2, max_cut: n as u32 / 2 };
        check("middle", &graph, middle_at, true, middle);
        let walk = &mut Walk::new();
        let most = 3 * n.ilog2() as usize + 4;
        for k in (1..n as u32 - 1).step_by(n / 100) {
            let at = Location { segment: k, max_cut: k };
            assert_eq!(is_ancestor(&graph, at, head(&graph), walk), Ok(true));
            assert!(walk.stats().loads <= most, "{k} of {n}: {:?}", walk.stats());
            assert_eq!(common_base(&graph, at, head(&graph)), at);
        }
    }
}

#[test]
fn ladders() {
    for (n, first) in [(10, 2), (100, 4), (1000, 8)] {
        check("first", &shapes::ladder(n), Location::ROOT, true, first);
    }
    check("absent", &shapes::ladder(1000), ABSENT, false, 24);
    // Whoever goes every way goes 2^66.
    let graph = shapes::ladder(64);
    check("absent", &graph, ABSENT, false, 24);
    assert_eq!(naive_loads(&graph, head(&graph), 1_000_000), 1_000_000);
}

#[test]
fn zigzags() {
    for n in [1, 10, 100, 500] {
        let graph = shapes::zigzag(n);
        check("absent", &graph, ABSENT, false, 2 * n + 1);
        check("first", &graph, Location::ROOT, true, 1);
    }
    let graph = shapes::zigzag(10);
    assert_eq!(naive_loads(&graph, head(&graph), u64::MAX), 6 * 1024 - 1);
}

#[test]
fn wide_ones() {
    for w in [2, 64, 512] {
        let graph = shapes::wide(w, 2);
        check("absent", &graph, ABSENT, false, 2 * w - 1);
        assert_eq!(naive_loads(&graph, head(&graph), u64::MAX), 4 * w as u64 - 1);
    }
    check("butterfly", &shapes::butterfly(9, 8), ABSENT, false, 4607);
    for b in [2, 100, 1000] {
        let graph = shapes::reentry(b);
        check("reentry", &graph, ABSENT, false, 1);
        assert_eq!(naive_loads(&graph, head(&graph), u64::MAX), 4 * b as u64 - 1);
    }
}

#[test]
fn wider_than_the_walk() {
    for graph in [shapes::wide(512, 2), shapes::butterfly(9, 8), shapes::reentry(512)] {
        let walk = &mut Walk::new();
        for (target, expected) in [(ABSENT, false), (Location::ROOT, true)] {
            match is_ancestor(&graph, target, head(&graph), walk) {
                Ok(found) => assert_eq!(found, expected),
                Err(overflow) => assert_eq!(overflow, Overflow { capacity: Walk::CAPACITY }),
            }
            assert!(walk.stats().loads <= 2 * graph.segments(), "{:?}", walk.stats());
        }
    }
}

#[test]
fn long_branches_meet_in_a_logarithm_of_steps() {
    let n = 10_000_u32;
    let mut maker = shapes::Maker::new();
    let fork = maker.on(RevisionId::ROOT);
    let (mut a, mut b) = (fork, fork);
    for _ in 0..n {
        (a, b) = (maker.on(a), maker.on(b));
    }
    let graph = maker.graph;
    let counting = Counting::new(&graph);
    let at = |id| graph.find(id).unwrap();
    assert_eq!(common_base(&counting, at(a), at(b)), at(fork));
    assert!(counting.take() <= 2 * (3 * n.ilog2() as usize + 4));
    assert_eq!(graph.segment(at(a).segment).depth, n + 1);
}
