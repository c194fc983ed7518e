//! Questions about two revisions: whether one came of the other, where one is, what both came of.
//!
//! Three facts make them cheap:
//!
//! - An ancestor has a strictly smaller cut. What has the target's cut or a smaller one, and is not the target, is never
//!   queued.
//! - A *dominator* is on every way from the root. If a dominator of where the walk is does not lie below the target, the
//!   target is that dominator or an ancestor of it, so the walk continues there and nowhere else. That is true of
//!   dominators only: by jumps to arbitrary ancestors one query in eighteen was answered wrong.
//! - Segments are visited by falling index, so each is loaded once ([`Walk`]). By falling cut, a segment would be loaded
//!   once per branch that leaves it.

use super::graph::{Address, Location, Parents, Segment, Segments};
use super::walk::{Overflow, Waiting, Walk};

/// What a walk to a known target does with a location.
enum Reached {
    Target,
    /// The target is not below it.
    Nothing,
    Above,
}

fn reached(target: Location, at: Location) -> Reached {
    if at.segment == target.segment {
        return if at.max_cut >= target.max_cut { Reached::Target } else { Reached::Nothing };
    }
    if at.segment < target.segment || at.max_cut <= target.max_cut {
        Reached::Nothing
    } else {
        Reached::Above
    }
}

/// Whether `b` came of `a`. A revision did not come of itself.
///
/// # Errors
/// A bounded walk overflows if more branches run side by side than it has entries. It never answers wrong.
pub fn is_ancestor(
    graph: &impl Segments,
    a: Location,
    b: Location,
    walk: &mut Walk,
) -> Result<bool, Overflow> {
    walk.begin();
    if a == b {
        return Ok(false);
    }
    match reached(a, b) {
        Reached::Target => return Ok(true),
        Reached::Nothing => return Ok(false),
        Reached::Above => walk.push(Waiting::at(b))?,
    }
    while let Some(waiting) = walk.pop() {
        let segment = graph.segment(waiting.segment());
        walk.loaded();
        let mut go = |next| match reached(a, next) {
            Reached::Target => Ok(true),
            Reached::Nothing => Ok(false),
            Reached::Above => walk.push(Waiting::at(next)).map(|()| false),
        };
        if ways_down(segment, a.max_cut, &mut go)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Goes where a walk to a target of some cut continues below a segment, until `go` has found it: to the farthest dominator
/// that is not below the target, or else to the parents.
fn ways_down(
    segment: &Segment,
    target: u32,
    go: &mut impl FnMut(Location) -> Result<bool, Overflow>,
) -> Result<bool, Overflow> {
    // The root is its own dominator, and below it is nothing.
    if segment.depth > 0 && segment.jump.max_cut >= target {
        return go(segment.jump);
    }
    if segment.depth > 0 && segment.base.max_cut >= target {
        return go(segment.base);
    }
    match segment.parents {
        Parents::None => Ok(false),
        Parents::One(parent) => go(parent),
        Parents::Two(one, other) => Ok(go(one)? || go(other)?),
    }
}

/// Where a revision is, if it is one of `heads` or one of them came of it.
///
/// # Errors
/// As [`is_ancestor`].
pub fn locate(
    graph: &impl Segments,
    heads: &[Location],
    target: Address,
    walk: &mut Walk,
) -> Result<Option<Location>, Overflow> {
    walk.begin();
    for &head in heads.iter().filter(|head| head.max_cut >= target.max_cut) {
        walk.push(Waiting::at(head))?;
    }
    while let Some(waiting) = walk.pop() {
        let segment = graph.segment(waiting.segment());
        walk.loaded();
        if segment.first <= target.max_cut {
            let at = Location { segment: waiting.segment(), max_cut: target.max_cut };
            if graph.id(at) == target.id {
                return Ok(Some(at));
            }
            continue;
        }
        let mut go = |next: Location| {
            if next.max_cut >= target.max_cut {
                walk.push(Waiting::at(next))?;
            }
            Ok(false)
        };
        ways_down(segment, target.max_cut, &mut go)?;
    }
    Ok(None)
}

/// The last revision that every way from the root to `a` and every way to `b` passes: what a merge of both has to look
/// at is what changed since. It is one of them where the other came of it and of nothing beside it.
///
/// It needs no [`Walk`]: the bases of bases form a tree, and two places in a tree have room in registers. It loads at most
/// some three logarithms of the graph's depth.
pub fn common_base(graph: &impl Segments, a: Location, b: Location) -> Location {
    let (mut a, mut b) = (a, b);
    if a.segment == b.segment {
        return a.min(b);
    }
    let (mut of_a, mut of_b) = (*graph.segment(a.segment), *graph.segment(b.segment));
    loop {
        let (next_a, next_b) = if of_a.depth > of_b.depth {
            (raised(&of_a, of_b.depth), b)
        } else if of_b.depth > of_a.depth {
            (a, raised(&of_b, of_a.depth))
        } else if of_a.jump.segment == of_b.jump.segment {
            (of_a.base, of_b.base)
        } else {
            // At one depth, jumps are of one length.
            (of_a.jump, of_b.jump)
        };
        if next_a.segment == next_b.segment {
            return next_a.min(next_b);
        }
        if next_a.segment != a.segment {
            of_a = *graph.segment(next_a.segment);
        }
        if next_b.segment != b.segment {
            of_b = *graph.segment(next_b.segment);
        }
        (a, b) = (next_a, next_b);
    }
}

/// The farthest known dominator of a segment that is not above a depth.
fn raised(segment: &Segment, depth: u32) -> Location {
    if segment.depth - Segment::jump_length(segment.depth) >= depth { segment.jump } else { segment.base }
}
