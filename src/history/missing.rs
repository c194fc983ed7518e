//! What somebody else lacks, and the one order of revisions that all machines agree on.

use std::collections::VecDeque;

use super::graph::{Address, Location, Segments};
use super::walk::{Overflow, Waiting, Walk};

/// Revisions of one segment that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The segment's index.
    pub segment: u32,
    /// The first revision's cut.
    pub first: u32,
    /// The last revision's cut.
    pub last: u32,
}

impl Run {
    /// The number of revisions.
    pub fn len(&self) -> usize {
        (self.last - self.first) as usize + 1
    }

    /// Never: a run has a revision.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Each revision, parents first.
    pub fn locations(&self) -> impl Iterator<Item = Location> + use<> {
        let segment = self.segment;
        (self.first..=self.last).map(move |max_cut| Location { segment, max_cut })
    }
}

/// A part of an answer to [`missing`], in memory that the caller owns and uses again.
#[derive(Clone, Debug, Default)]
pub struct Page {
    runs: VecDeque<Run>,
    revisions: usize,
    next: Option<Location>,
}

impl Page {
    /// The runs, every parent before its child.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = Run> {
        self.runs.iter().copied()
    }

    /// The number of revisions in them.
    pub fn revisions(&self) -> usize {
        self.revisions
    }

    /// Where the next page begins: behind this. `None` where this is the last one.
    pub fn next(&self) -> Option<Location> {
        self.next
    }

    fn begin(&mut self) {
        self.runs.clear();
        self.revisions = 0;
        self.next = None;
    }

    /// Runs come newest first, and what is sent is the oldest: the newest that are too many go.
    fn push(&mut self, run: Run, limit: usize, is_more: &mut bool) {
        self.revisions += run.len();
        self.runs.push_back(run);
        while let Some(newest) = self.runs.front_mut() {
            let excess = self.revisions.saturating_sub(limit);
            if excess == 0 {
                break;
            }
            *is_more = true;
            if newest.len() <= excess {
                self.revisions -= newest.len();
                self.runs.pop_front();
            } else {
                // Fewer than there are in the run, whose length has 32 bits.
                newest.last -= excess as u32;
                self.revisions -= excess;
            }
        }
    }

    fn finish(&mut self, is_more: bool) {
        self.runs.make_contiguous().reverse();
        let last = self.runs.back().filter(|_| is_more);
        self.next = last.map(|run| Location { segment: run.segment, max_cut: run.last });
    }
}

/// The part of a graph that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The newest revisions of those that are to be sent, with all that they came of. The same for every page, so that
    /// what is appended meanwhile does not come before its parents.
    pub heads: &'a [Location],
    /// The newest revisions that the other side has, with all that they came of. What it has and this graph has not is
    /// left out by who makes this list.
    pub have: &'a [Location],
    /// Where the page before ended; `None` for the first.
    pub after: Option<Location>,
    /// The most revisions of a page. At least one is given where there is one: a transfer always advances.
    pub limit: usize,
}

/// The revisions that the heads came of and the other side lacks, exactly, oldest first, a page of them.
///
/// One pass, newest segment first. What waits has two kinds of marks, *needed up to* and *covered up to*; a segment gives
/// what is between, and hands "covered" to its parents if anything in it is covered, else "needed". Both kinds are kept
/// apart until the segment is visited: were the higher one to overwrite the other, all the past of a covered revision would
/// be sent.
///
/// # Errors
/// A bounded walk overflows if more branches run side by side than it has entries.
pub fn missing(
    graph: &impl Segments,
    wanted: Wanted<'_>,
    walk: &mut Walk,
    page: &mut Page,
) -> Result<(), Overflow> {
    walk.begin();
    page.begin();
    let mut needed = 0_usize;
    for &head in wanted.heads {
        walk.push(Waiting::at(head))?;
        needed += 1;
    }
    for &have in wanted.have {
        walk.push(Waiting::covered(have))?;
    }
    let mut is_more = false;
    // Once nothing needed waits, the rest is covered, or nobody asked for it.
    while needed > 0 {
        let Some(newest) = walk.pop_one() else { break };
        // Of either kind the highest counts.
        let (mut need_to, mut have_to) = (None, None);
        let mut next = Some(newest);
        while let Some(waiting) = next {
            needed -= usize::from(!waiting.is_covered());
            let mark = if waiting.is_covered() { &mut have_to } else { &mut need_to };
            *mark = (*mark).max(Some(waiting.upto()));
            next = walk.pop_also(newest.segment());
        }
        if wanted.after.is_some_and(|after| after.segment > newest.segment()) {
            break;
        }
        let segment = graph.segment(newest.segment());
        walk.loaded();
        let sent = wanted.after.filter(|after| after.segment == newest.segment()).map(|after| after.max_cut);
        let covered = have_to.max(sent);
        let first = covered.map_or(segment.first, |covered| covered + 1);
        if let Some(last) = need_to.filter(|&last| last >= first) {
            page.push(Run { segment: newest.segment(), first, last }, wanted.limit.max(1), &mut is_more);
        }
        for parent in segment.parents.iter() {
            if have_to.is_some() {
                walk.push(Waiting::covered(parent))?;
            } else {
                needed += 1;
                walk.push(Waiting::at(parent))?;
            }
        }
    }
    page.finish(is_more);
    Ok(())
}

/// Everything that the heads came of, and they, in the order that every machine gives them whatever came to it first: by
/// cut, revisions of one cut by id. Parents come before their children.
///
/// # Errors
/// As [`missing`].
pub fn linearise(
    graph: &impl Segments,
    heads: &[Location],
    walk: &mut Walk,
    page: &mut Page,
    order: &mut Vec<Address>,
) -> Result<(), Overflow> {
    let wanted = Wanted { heads, have: &[], after: None, limit: usize::MAX };
    missing(graph, wanted, walk, page)?;
    order.clear();
    for run in page.runs() {
        order.extend(run.locations().map(|at| Address { max_cut: at.max_cut, id: graph.id(at) }));
    }
    order.sort_unstable();
    Ok(())
}
