//! Undo, redo, branches and merges, also after the history was read again.

use crate::history::{Draft, GraphError, History, HistoryError, Relation, RevisionId, Route};

fn save(history: &mut History, parents: &[RevisionId], text: &str) -> RevisionId {
    history.save(Draft { parents, files: &[("", text)], saved_at_ms: 0, note: "" }).unwrap()
}

fn again(history: &History) -> History {
    let read = History::read(history.image().to_vec()).unwrap();
    assert_eq!((read.here(), read.tip()), (history.here(), history.tip()));
    assert_eq!(read.heads(), history.heads());
    read
}

#[test]
fn fifty_edits_thirty_undone_a_branch_and_a_merge() {
    let mut history = History::default();
    let mut ids = vec![RevisionId::ROOT];
    for k in 0..50 {
        ids.push(save(&mut history, &[ids[k]], &format!("size = {k}\n")));
    }
    for k in (20..50).rev() {
        assert_eq!(history.undo(), Ok(ids[k]));
    }
    history = again(&history);
    assert_eq!(history.redo(), Ok(ids[21]));
    assert_eq!(history.undo(), Ok(ids[20]));
    let other = save(&mut history, &[ids[20]], "size = 100\n");
    assert_eq!(history.redo(), Err(HistoryError::NothingToRedo { branches: vec![ids[50]] }));
    assert_eq!(history.children(ids[20]), [ids[21], other]);
    history = again(&history);
    // Only a fork in the way of both.
    assert_eq!(history.relation(other, ids[50]), Ok(Relation::Beside { base: ids[20] }));
    assert_eq!(history.route(other, ids[50]), Ok(Route::Rebase { base: ids[20], back: 1, forth: 30 }));
    assert_eq!(history.route(ids[50], ids[47]), Ok(Route::Edits { back: 3, forth: 0 }));
    assert_eq!(history.route(ids[47], ids[50]), Ok(Route::Edits { back: 0, forth: 3 }));
    assert_eq!(history.route(ids[47], RevisionId::from_number(9)), Ok(Route::Load));

    history.switch_to(ids[50]).unwrap();
    assert_eq!(history.redo(), Err(HistoryError::NothingToRedo { branches: vec![other] }));
    let merged = save(&mut history, &[ids[50], other], "both\n");
    history = again(&history);
    assert_eq!(history.heads(), [merged]);
    // Back to the side that one was on.
    assert_eq!(history.undo(), Ok(ids[50]));
    assert_eq!(history.redo(), Ok(merged));
    // From far down, redo finds the way through a merge.
    history.switch_to(ids[20]).unwrap();
    assert_eq!(history.redo(), Err(HistoryError::NothingToRedo { branches: vec![merged] }));
}

#[test]
fn redo_goes_the_way_that_undo_came() {
    let mut history = History::default();
    let first = save(&mut history, &[RevisionId::ROOT], "a");
    let left = save(&mut history, &[first], "b");
    let right = save(&mut history, &[first], "c");
    let merged = save(&mut history, &[left, right], "d");
    assert_eq!(history.undo(), Ok(right));
    assert_eq!(history.undo(), Ok(first));
    assert_eq!(history.undo(), Err(HistoryError::NothingToUndo));
    let up = history.redo().unwrap();
    assert!([left, right].contains(&up));
    assert_eq!(history.redo(), Ok(merged));
}

#[test]
fn two_machines_make_one_merge() {
    let mut one = History::default();
    let first = save(&mut one, &[RevisionId::ROOT], "a");
    let mut other = one.clone();
    let (a, b) = (save(&mut one, &[first], "b"), save(&mut one, &[first], "c"));
    save(&mut other, &[first], "c");
    save(&mut other, &[first], "b");
    assert_eq!(save(&mut one, &[a, b], "d"), save(&mut other, &[b, a], "d"));
    // Saved again, it is the same revision.
    let before = one.image().len();
    assert_eq!(save(&mut one, &[a, b], "d"), one.here());
    assert_eq!(one.image().len(), before);
}

#[test]
fn names_of_revisions() {
    let mut history = History::default();
    let first = save(&mut history, &[RevisionId::ROOT], "a");
    let second = save(&mut history, &[first], "b");
    history.label(first, "good").unwrap();
    assert!(history.label(first, "").is_err() && history.label(RevisionId::from_number(3), "x").is_err());
    let mut history = again(&history);
    assert_eq!(history.named("good"), Some(first));
    assert_eq!(history.named(&second.to_string()[..8]), Some(second));
    assert_eq!(history.named(&second.to_string().to_uppercase()), Some(second));
    assert_eq!(history.named(&second.to_string()[..3]), None, "too short");
    assert_eq!(history.named("zzzz"), None);
    history.label(second, "good").unwrap();
    assert_eq!(history.named("good"), Some(second));
    assert_eq!(history.labels(first).count(), 0);
    assert_eq!(history.text(first, "x.pav"), Err(HistoryError::UnknownFile(first, "x.pav".into())));
}

#[test]
fn what_is_not_saved() {
    let mut history = History::default();
    let before = history.image().to_vec();
    let mut refused = |files: &[(&str, &str)], parents: &[RevisionId]| {
        history.save(Draft { parents, files, saved_at_ms: 0, note: "" }).unwrap_err()
    };
    let root = [RevisionId::ROOT];
    for name in ["/etc/passwd", "../up.pav", "a/../../b.pav", "C:\\x", "a\nb"] {
        assert_eq!(refused(&[(name, "x")], &root), HistoryError::Name(name.to_owned()));
    }
    assert_eq!(refused(&[("", "x"), ("", "y")], &root), HistoryError::Name(String::new()));
    let unknown = RevisionId::from_number(8);
    assert_eq!(refused(&[("", "x")], &[unknown]), GraphError::UnknownParent(unknown).into());
    assert_eq!(refused(&[("", "x")], &[]), GraphError::Parents(0).into());
    assert_eq!(refused(&[("", "x")], &[root[0], root[0]]), GraphError::Parents(2).into());
    let large = "x".repeat(17 << 20);
    assert!(matches!(refused(&[("", &large)], &root), HistoryError::TooLarge(..)));
    assert_eq!(history.image(), before);
}
