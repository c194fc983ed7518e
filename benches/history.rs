//! Questions to a history, warm: as they are asked here, and beside it the straightforward form, first in and first out
//! with a bounded memory of where it was.

use std::collections::VecDeque;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pavane::history::{
    CappedVisited, Graph, Location, Mark, Page, RevisionId, Segments, Walk, Wanted, common_base, is_ancestor,
    missing,
};

#[allow(dead_code, clippy::unwrap_used, reason = "shared with tests inside the library")]
#[path = "../src/history/tests/shapes.rs"]
mod shapes;

/// Entries of the straightforward form's memory, as many as a walk has.
const CAP: usize = Walk::CAPACITY;

/// Whether `to` came of `from`: every way down that may lead there, in the order in which it was found.
fn fifo(
    graph: &Graph,
    from: Location,
    to: Location,
    waiting: &mut VecDeque<Location>,
    visited: &mut CappedVisited<CAP>,
) -> bool {
    waiting.clear();
    visited.clear();
    waiting.push_back(to);
    while let Some(at) = waiting.pop_front() {
        if at.segment() == from.segment() && at.max_cut() >= from.max_cut() {
            return at != from;
        }
        let segment = graph.segment(at.segment());
        let mark = Mark::Upto(at.max_cut() - segment.first);
        if visited.get(at.segment()).is_some_and(|known| known >= mark) {
            continue;
        }
        visited.insert_or_update(at.segment(), segment.first, mark);
        waiting.extend(segment.parents.iter().filter(|parent| parent.max_cut() >= from.max_cut()));
    }
    false
}

/// A revision on the root that nothing came of, before all others, so that no index rules it out.
fn with_absent(shape: impl Fn() -> Graph) -> (Graph, Location) {
    let mut graph = Graph::default();
    let absent = graph.append_apart(RevisionId::from_number(u64::MAX - 1), &[RevisionId::ROOT]);
    let shape = shape();
    for &id in &shape.ids()[1..] {
        let at = shape.find(id);
        let parents = at.into_iter().flat_map(|at| shape.parents(at)).map(|at| shape.id(at));
        let parents: Vec<RevisionId> = parents.collect();
        let _ = graph.append_apart(id, &parents);
    }
    (graph, absent.unwrap_or(Location::ROOT))
}

fn newest(graph: &Graph) -> Location {
    graph.heads().last().unwrap_or(Location::ROOT)
}

fn ancestors(c: &mut Criterion) {
    let mut group = c.benchmark_group("is_ancestor");
    let mut walk = Walk::growing();
    let (mut waiting, mut visited) = (VecDeque::new(), CappedVisited::new());
    let mut compare = |name: &str, graph: &Graph, target: Location| {
        let head = newest(graph);
        group.bench_function(name, |b| {
            b.iter(|| is_ancestor(black_box(graph), black_box(target), head, &mut walk));
        });
        group.bench_function(format!("{name}, fifo"), |b| {
            b.iter(|| fifo(black_box(graph), black_box(target), head, &mut waiting, &mut visited));
        });
    };
    let chain = shapes::chain(1_000_000);
    let middle = chain.find(chain.ids()[500_000]).unwrap_or(Location::ROOT);
    compare("chain of 1000000, middle", &chain, middle);
    compare("chain of 1000000, first", &chain, Location::ROOT);
    drop(chain);
    let (graph, absent) = with_absent(|| shapes::ladder(1000));
    compare("ladder of 1000, absent", &graph, absent);
    let (graph, absent) = with_absent(|| shapes::zigzag(500));
    compare("zigzag of 500, absent", &graph, absent);
    let (graph, absent) = with_absent(|| shapes::wide(512, 2));
    compare("wide 512 x 2, absent", &graph, absent);
    group.finish();
}

fn others(c: &mut Criterion) {
    let mut group = c.benchmark_group("history");
    let chain = shapes::chain(1_000_000);
    let middle = chain.find(chain.ids()[500_000]).unwrap_or(Location::ROOT);
    let head = newest(&chain);
    group.bench_function("common base in a chain of 1000000", |b| {
        b.iter(|| common_base(&chain, black_box(middle), black_box(head)));
    });
    let (mut walk, mut page) = (Walk::growing(), Page::default());
    let have = chain.find(chain.ids()[999_000]).unwrap_or(Location::ROOT);
    let heads = [head];
    group.bench_function("the last 1000 of a chain of 1000000", |b| {
        let wanted = Wanted { heads: &heads, have: &[have], after: None, limit: usize::MAX };
        b.iter(|| missing(&chain, black_box(wanted), &mut walk, &mut page));
    });
    drop(chain);
    group.bench_function("10000 appended in a row", |b| b.iter(|| black_box(shapes::chain(10_000))));
    group.bench_function("3000 appended as a ladder", |b| b.iter(|| black_box(shapes::ladder(1000))));
    group.finish();
}

criterion_group!(benches, ancestors, others);
criterion_main!(benches);
