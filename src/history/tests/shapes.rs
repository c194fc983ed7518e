//! Graphs of known shapes, for tests and for the bench. Each ends with its only head.

use super::{Graph, RevisionId};

/// A graph that is being made, each revision in a segment of its own.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) graph: Graph,
    next: u64,
}

impl Maker {
    pub(crate) fn new() -> Self {
        Self { graph: Graph::default(), next: 0 }
    }

    fn id(&mut self) -> RevisionId {
        self.next += 1;
        RevisionId::from_number(self.next)
    }

    pub(crate) fn on(&mut self, parent: RevisionId) -> RevisionId {
        let id = self.id();
        self.graph.append_apart(id, &[parent]).unwrap();
        id
    }

    /// In the parent's segment, where that ends with it.
    pub(crate) fn after(&mut self, parent: RevisionId) -> RevisionId {
        let id = self.id();
        self.graph.append(id, &[parent]).unwrap();
        id
    }

    pub(crate) fn merge(&mut self, one: RevisionId, other: RevisionId) -> RevisionId {
        let id = self.id();
        self.graph.append_apart(id, &[one, other]).unwrap();
        id
    }

    /// Merges two and two, until one is left.
    fn merge_all(&mut self, mut heads: Vec<RevisionId>) -> Graph {
        while heads.len() > 1 {
            heads = heads
                .chunks(2)
                .map(|two| if let [a, b] = *two { self.merge(a, b) } else { two[0] })
                .collect();
        }
        std::mem::take(&mut self.graph)
    }
}

/// `n` segments in a row, the root among them.
pub(crate) fn chain(n: usize) -> Graph {
    let mut maker = Maker::new();
    let mut at = RevisionId::ROOT;
    for _ in 1..n {
        at = maker.on(at);
    }
    maker.graph
}

/// `n` times two branches and their merge.
pub(crate) fn ladder(n: usize) -> Graph {
    let mut maker = Maker::new();
    let mut at = RevisionId::ROOT;
    for _ in 0..n {
        let (a, b) = (maker.on(at), maker.on(at));
        at = maker.merge(a, b);
    }
    maker.graph
}

/// Two branches that merge each other `n` times, and a merge of both.
pub(crate) fn zigzag(n: usize) -> Graph {
    let mut maker = Maker::new();
    let (mut a, mut b) = (maker.on(RevisionId::ROOT), maker.on(RevisionId::ROOT));
    for _ in 0..n {
        (a, b) = (maker.merge(a, b), maker.merge(b, a));
    }
    maker.merge(a, b);
    maker.graph
}

/// `w` branches of `d` segments, merged.
pub(crate) fn wide(w: usize, d: usize) -> Graph {
    let mut maker = Maker::new();
    let branch = |maker: &mut Maker| (0..d).fold(RevisionId::ROOT, |at, _| maker.on(at));
    let heads = (0..w).map(|_| branch(&mut maker)).collect();
    maker.merge_all(heads)
}

/// 2^k branches that are merged crosswise in `layers` layers, and then all.
pub(crate) fn butterfly(k: usize, layers: usize) -> Graph {
    let mut maker = Maker::new();
    let mut row: Vec<RevisionId> = (0..1 << k).map(|_| maker.on(RevisionId::ROOT)).collect();
    for layer in 0..layers {
        row = (0..row.len()).map(|i| maker.merge(row[i], row[i ^ (1 << (layer % k))])).collect();
    }
    maker.merge_all(row)
}

/// `b` branches of one revision off the `b` revisions of one segment, merged.
pub(crate) fn reentry(b: usize) -> Graph {
    let mut maker = Maker::new();
    let mut run = vec![maker.on(RevisionId::ROOT)];
    for k in 1..b {
        run.push(maker.after(run[k - 1]));
    }
    let heads = run.into_iter().map(|at| maker.on(at)).collect();
    maker.merge_all(heads)
}
