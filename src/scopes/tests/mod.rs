//! Scopes: the order in which things go, branches, walks, worn-out rows, and a million random operations beside a map.

mod random;

use super::*;

type Tree = Scopes<u32>;

/// What goes, as text.
fn log(gone: &mut Vec<String>) -> impl FnMut(Gone<u32>) + '_ {
    |what| {
        gone.push(match what {
            Gone::Value { value, .. } => format!("value {value}"),
            Gone::Scope { key, .. } => key.to_string(),
        });
    }
}

/// A list with two items, of which the first has a branch; every scope owns something.
fn list(tree: &mut Tree) -> [ScopeId; 4] {
    let list = tree.create(tree.root(), Key::List(7)).unwrap();
    let first = tree.create(list, Key::Item(1)).unwrap();
    let second = tree.create(list, Key::Item(2)).unwrap();
    let branch = tree.enter(first, 3, Branch { arm: 1, bound: 0 }, |_| ()).unwrap().scope();
    for (scope, value) in [(list, 10), (first, 20), (first, 21), (second, 30), (branch, 40)] {
        tree.own(scope, value).unwrap();
    }
    [list, first, second, branch]
}

#[test]
fn children_go_first_and_the_newest_first() {
    let check = |destroyed: usize, expected: &[&str]| {
        let mut tree = Tree::new(8, 8);
        let scopes = list(&mut tree);
        let mut gone = Vec::new();
        let live = tree.live();
        let answer = tree.destroy(scopes[destroyed], log(&mut gone));
        assert_eq!(gone, expected);
        assert_eq!(answer, Destroyed::Now(live - tree.live()));
        assert_eq!(tree.destroy(scopes[destroyed], |_| ()), Destroyed::Already);
        let counters = tree.counters();
        assert_eq!(counters.created, counters.dropped + u64::from(tree.live()));
    };
    let first = ["value 40", "when 3, arm 1", "value 21", "value 20", "item 1"];
    check(0, &[&["value 30", "item 2"][..], &first, &["value 10", "list 7"]].concat());
    check(1, &first);
    check(2, &["value 30", "item 2"]);
    check(3, &["value 40", "when 3, arm 1"]);
}

#[test]
fn the_root_stays() {
    let mut tree = Tree::new(8, 8);
    list(&mut tree);
    tree.own(tree.root(), 1).unwrap();
    assert_eq!(tree.destroy(tree.root(), |_| ()), Destroyed::Now(4));
    assert_eq!((tree.live(), tree.values(), tree.key(tree.root())), (1, 0, Some(Key::Root)));
    list(&mut tree);
}

#[test]
fn a_branch_is_kept_by_its_key() {
    let mut tree = Tree::new(8, 8);
    let root = tree.root();
    let mut enter = |arm, bound, expected_gone: &[&str]| {
        let mut gone = Vec::new();
        let entered = tree.enter(root, 3, Branch { arm, bound }, log(&mut gone)).unwrap();
        assert_eq!(gone, expected_gone);
        assert_eq!(tree.branch(root, 3), Some(entered.scope()));
        if let Entered::New(scope) = entered {
            tree.own(scope, arm).unwrap();
        }
        entered
    };
    let Entered::New(first) = enter(0, 0, &[]) else { panic!("nothing was active") };
    assert_eq!(enter(0, 0, &[]), Entered::Kept(first));
    // Another value, then another arm, then back: each is a new life.
    let second = enter(0, 5, &["value 0", "when 3, arm 0"]);
    let third = enter(1, 5, &["value 0", "when 3, arm 0 of 0x5"]);
    let fourth = enter(0, 0, &["value 1", "when 3, arm 1 of 0x5"]);
    for entered in [second, third, fourth] {
        assert!(matches!(entered, Entered::New(scope) if scope != first), "{entered:?}");
    }
    // Another `when` at the same place.
    tree.enter(root, 4, Branch { arm: 0, bound: 0 }, |_| ()).unwrap();
    assert_eq!(tree.branch(root, 3), Some(fourth.scope()));
    assert_eq!(tree.leave(root, 3, |_| ()), Destroyed::Now(1));
    assert_eq!(tree.leave(root, 3, |_| ()), Destroyed::Already);
    assert!(tree.branch(root, 4).is_some());
}

#[test]
fn the_old_branch_makes_room_for_the_new_one() {
    let mut tree = Tree::new(2, 1);
    let root = tree.root();
    for arm in 0..5 {
        let scope = tree.enter(root, 0, Branch { arm, bound: 0 }, |_| ()).unwrap().scope();
        tree.own(scope, arm).unwrap();
    }
    assert_eq!((tree.live(), tree.values()), (2, 1));
}

#[test]
fn what_is_destroyed_in_a_walk_goes_at_its_end() {
    let mut tree = Tree::new(8, 8);
    let [list, first, second, branch] = list(&mut tree);
    tree.begin_walk();
    tree.begin_walk();
    assert_eq!(tree.destroy(second, |_| panic!("nothing goes yet")), Destroyed::Deferred);
    assert_eq!(tree.destroy(second, |_| ()), Destroyed::Already);
    assert_eq!(tree.destroy(first, |_| ()), Destroyed::Deferred);
    // All of them still resolve, and get nothing any more; nor does what is below them.
    for scope in [first, second, branch] {
        assert!(tree.key(scope).is_some() && !tree.admit(scope));
        assert_eq!(tree.create(scope, Key::Item(9)), Err(ScopeError::Gone { scope }));
        assert_eq!(tree.own(scope, 0), Err(ScopeError::Gone { scope }));
    }
    assert!(tree.admit(list));
    assert_eq!(tree.enter(list, 0, Branch { arm: 0, bound: 0 }, |_| ()), Err(ScopeError::Walked));
    tree.end_walk(|_| panic!("one walk goes on"));
    let mut gone = Vec::new();
    tree.end_walk(log(&mut gone));
    let expected = ["value 30", "item 2", "value 40", "when 3, arm 1", "value 21", "value 20", "item 1"];
    assert_eq!(gone, expected);
    let counters = Counters { created: 5, dropped: 3, rejected: 3, deferred: 2 };
    assert_eq!((tree.counters(), tree.live()), (counters, 2));
}

#[test]
fn a_walk_meets_every_scope_while_scopes_come_and_go() {
    let mut tree = Tree::new(16, 8);
    list(&mut tree);
    let root = tree.root();
    tree.begin_walk();
    let (mut at, mut met) = (root, vec![tree.key(root).unwrap().to_string()]);
    while let Some((next, _)) = tree.step(root, at) {
        at = next;
        let key = tree.key(at).unwrap();
        met.push(key.to_string());
        if key == Key::Item(1) {
            tree.destroy(at, |_| ());
            let list = tree.parent(at).unwrap();
            tree.create(list, Key::Item(3)).unwrap();
        }
    }
    assert_eq!(met, ["root", "list 7", "item 1", "when 3, arm 1", "item 2", "item 3"]);
    tree.end_walk(|_| ());
    assert_eq!(tree.live(), 4);
}

#[test]
fn a_row_that_is_worn_out_is_retired() {
    let mut tree = Tree::with_generations(3, 0, 4);
    let root = tree.root();
    let mut stale = vec![ScopeId::NONE];
    for k in 0..8 {
        let scope = tree.create(root, Key::Item(k)).unwrap();
        assert!(!stale.contains(&scope), "{scope} is given twice");
        stale.push(scope);
        tree.destroy(scope, |_| ());
        assert!(stale.iter().all(|old| tree.key(*old).is_none()));
    }
    assert_eq!(tree.create(root, Key::Item(9)), Err(ScopeError::Full { capacity: 1 }));
    assert_eq!(tree.capacity(), 1);
    tree.grow(4, 0);
    tree.create(root, Key::Item(9)).unwrap();
}

#[test]
fn the_tree_as_text() {
    let mut tree = Tree::new(8, 8);
    let [.., second, _] = list(&mut tree);
    tree.destroy(second, |_| ());
    tree.admit(second);
    let expected = "\
root (0.1)
  list 7 (1.1): 1 value
    item 1 (2.1): 2 values
      when 3, arm 1 (4.1): 1 value
5 created = 1 dropped + 4 live; 1 rejected
";
    assert_eq!(tree.tree().to_string(), expected);
}

#[test]
fn errors_say_what_is_full() {
    let mut tree = Tree::new(2, 1);
    let list = tree.create(tree.root(), Key::List(0)).unwrap();
    let full = tree.create(list, Key::Item(1)).unwrap_err();
    assert_eq!(full.to_string(), "2 scopes live, and that is the capacity");
    tree.own(list, 1).unwrap();
    let full = tree.own(list, 2).unwrap_err();
    assert_eq!(full.to_string(), "scopes own 1 values, and that is the capacity");
    tree.destroy(list, |_| ());
    assert_eq!(tree.own(list, 1).unwrap_err().to_string(), "scope 1.1 is gone");
}

#[test]
fn a_name_is_eight_bytes() {
    assert_eq!(size_of::<ScopeId>(), 8);
    let scope = ScopeId { index: 5, generation: 9 };
    assert_eq!(ScopeId::from_bits(scope.to_bits()), scope);
}
