//! Every pair of small graphs against their closures, also with a walk that has hardly any room.

use super::models::{Counting, Model};
use super::shapes::Maker;
use crate::history::{
    Address, CappedVisited, GraphError, Location, Mark, Overflow, RevisionId, Segments, Walk, common_base,
    is_ancestor, locate,
};

/// Graphs that are compared.
const GRAPHS: u64 = 1500;

fn each_model(check: impl Fn(&Model, u64)) {
    for seed in 0..GRAPHS {
        check(&Model::random(seed, 22 + seed as usize % 4), seed);
    }
}

/// The answer is right, or there is none.
fn right<T: PartialEq + std::fmt::Debug>(found: Result<T, Overflow>, expected: T, capacity: usize) -> bool {
    match found {
        Ok(found) => {
            assert_eq!(found, expected);
            false
        }
        Err(overflow) => {
            assert_eq!(overflow, Overflow { capacity });
            true
        }
    }
}

#[test]
fn all_pairs_are_as_the_closure_says() {
    let mut overflows = 0;
    let walks = std::cell::RefCell::new((Walk::new(), Walk::bounded(2), &mut overflows));
    each_model(|model, seed| {
        let (walk, small, overflows) = &mut *walks.borrow_mut();
        let counting = Counting::new(&model.graph);
        for (b, &at_b) in model.locations.iter().enumerate() {
            for (a, &at_a) in model.locations.iter().enumerate() {
                let expected = model.ancestors[b] & (1 << a) != 0;
                assert_eq!(is_ancestor(&counting, at_a, at_b, walk), Ok(expected), "{seed}: {a} of {b}");
                assert_eq!(counting.take(), walk.stats().loads);
                let found = is_ancestor(&model.graph, at_a, at_b, small);
                **overflows += u32::from(right(found, expected, 2));

                let address = model.graph.address(at_a);
                let expected = (expected || a == b).then_some(at_a);
                assert_eq!(locate(&counting, &[at_b], address, walk), Ok(expected), "{seed}: {a} below {b}");
                assert_eq!(counting.take(), walk.stats().loads);
                right(locate(&model.graph, &[at_b], address, small), expected, 2);

                let dominators = model.dominators[a] & model.dominators[b];
                let nearest = (0..model.locations.len()).filter(|k| dominators & (1 << k) != 0);
                let expected = nearest.map(|k| model.locations[k]).max_by_key(|at| at.max_cut).unwrap();
                assert_eq!(common_base(&counting, at_a, at_b), expected, "{seed}: {a} and {b}");
                counting.take();
            }
        }
    });
    // Otherwise the small walk shows nothing.
    assert!(overflows > 1000, "{overflows}");
}

#[test]
fn of_several_heads_and_of_what_is_not_there() {
    let walk = &mut Walk::new();
    let mut maker = Maker::new();
    let (a, b) = (maker.on(RevisionId::ROOT), maker.on(RevisionId::ROOT));
    let c = maker.on(b);
    let graph = maker.graph;
    let heads: Vec<Location> = [a, c].map(|id| graph.find(id).unwrap()).to_vec();
    for id in [a, b, c, RevisionId::ROOT] {
        let at = graph.find(id).unwrap();
        assert_eq!(locate(&graph, &heads, graph.address(at), walk), Ok(Some(at)));
    }
    for max_cut in 0..5 {
        let absent = Address { max_cut, id: RevisionId::from_number(1000) };
        assert_eq!(locate(&graph, &heads, absent, walk), Ok(None));
        // The right id in another place is another address.
        let wrong = Address { max_cut: max_cut + 2, id: b };
        assert_eq!(locate(&graph, &heads, wrong, walk), Ok(None));
    }
}

#[test]
fn a_walk_within_a_walk_and_after_an_overflow() {
    let model = Model::random(3, 25);
    let (mut outer, mut inner) = (Walk::new(), Walk::bounded(1));
    let head = *model.locations.last().unwrap();
    let expected: Vec<bool> =
        model.locations.iter().map(|&at| is_ancestor(&model.graph, at, head, &mut outer).unwrap()).collect();
    for round in 0..3 {
        for (&at, &expected) in model.locations.iter().zip(&expected) {
            let _ = locate(&model.graph, &[head, at], model.graph.address(Location::ROOT), &mut inner);
            assert_eq!(is_ancestor(&model.graph, at, head, &mut outer), Ok(expected), "{round}");
        }
    }
    is_ancestor(&model.graph, Location::ROOT, head, &mut outer).unwrap();
    assert!(outer.stats().loads > 0 && outer.stats().peak > 0);
}

#[test]
fn what_is_not_appended_changes_nothing() {
    let mut maker = Maker::new();
    let a = maker.on(RevisionId::ROOT);
    let mut graph = maker.graph;
    let new = RevisionId::from_number(77);
    let unknown = RevisionId::from_number(99);
    let before = format!("{graph:?}");
    assert_eq!(graph.append(new, &[unknown]), Err(GraphError::UnknownParent(unknown)));
    assert_eq!(graph.append(new, &[a, unknown]), Err(GraphError::UnknownParent(unknown)));
    assert_eq!(graph.append(new, &[]), Err(GraphError::Parents(0)));
    assert_eq!(graph.append(new, &[a, a]), Err(GraphError::Parents(2)));
    assert_eq!(graph.append(a, &[RevisionId::ROOT]), Ok(graph.find(a).unwrap()), "it is there already");
    assert_eq!(format!("{graph:?}"), before);
}

/// The straightforward form, first in, first out, with a bounded memory of where it was: what the bench compares with.
/// Here it says that the memory forgets and never lies.
#[test]
fn a_capped_memory_is_never_wrong() {
    each_model(|model, seed| {
        if seed % 10 != 0 {
            return;
        }
        let head = *model.locations.last().unwrap();
        let mut visited = CappedVisited::<4>::new();
        for (a, &target) in model.locations.iter().enumerate() {
            visited.clear();
            let mut waiting = std::collections::VecDeque::from([head]);
            let mut found = false;
            while let Some(at) = waiting.pop_front() {
                let segment = model.graph.segment(at.segment);
                let highest = at.max_cut - segment.first;
                // Found before visited: the target may be in a segment that was visited from lower down.
                if at.segment == target.segment && at.max_cut >= target.max_cut {
                    found = true;
                    break;
                }
                if visited.get(at.segment).is_some_and(|mark| mark >= Mark::Upto(highest)) {
                    continue;
                }
                visited.insert_or_update(at.segment, segment.first, Mark::Upto(highest));
                waiting.extend(segment.parents.iter().filter(|parent| parent.max_cut >= target.max_cut));
            }
            assert_eq!(found, model.closure([model.locations.len() - 1]) & (1 << a) != 0, "{seed}: {a}");
        }
    });
}
