//! Questions to a history allocate nothing once their walk is warm.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

use std::alloc::System;

use pavane::history::{
    Graph, Location, Page, RevisionId, Walk, Wanted, common_base, is_ancestor, linearise, locate, missing,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[allow(dead_code, clippy::unwrap_used, reason = "shared with tests inside the library and with the bench")]
#[path = "shapes.rs"]
mod shapes;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn no_query_allocates() {
    let graphs = [
        shapes::chain(100_000),
        shapes::ladder(1000),
        shapes::zigzag(500),
        shapes::wide(200, 2),
        shapes::reentry(200),
    ];
    let (walk, page, order) = (&mut Walk::growing(), &mut Page::default(), &mut Vec::new());
    let bounded = &mut Walk::new();
    for graph in &graphs {
        let heads: Vec<Location> = graph.heads().collect();
        let middle = graph.find(graph.ids()[graph.revisions() / 2]).unwrap();
        let mut ask = || {
            for target in [Location::ROOT, middle] {
                is_ancestor(graph, target, heads[0], walk).unwrap();
                is_ancestor(graph, target, heads[0], bounded).unwrap();
                locate(graph, &heads, graph.address(target), walk).unwrap();
                common_base(graph, target, heads[0]);
                let wanted = Wanted { heads: &heads, have: &[middle], after: None, limit: 1000 };
                missing(graph, wanted, walk, page).unwrap();
                linearise(graph, &heads, walk, page, order).unwrap();
            }
        };
        ask();
        let region = Region::new(ALLOCATOR);
        for _ in 0..10 {
            ask();
        }
        assert_eq!(region.change().allocations + region.change().reallocations, 0);
    }
}
