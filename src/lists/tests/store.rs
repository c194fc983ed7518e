//! The store: turns, places, ids and errors.

use super::super::*;

fn numbers(list: &List) -> Vec<i32> {
    let value = |item| match list.value(item, 0) {
        Some(Value::Int(value)) => value,
        other => panic!("{other:?}"),
    };
    list.items().map(value).collect()
}

fn list(values: &[i32]) -> (List, Texts, Vec<Item>) {
    let (mut list, mut texts) = (List::new(&[Kind::Int], Limits::of(8)), Texts::new(0, 0));
    for value in values {
        list.append(0, &[Value::Int(*value)]).unwrap();
    }
    list.commit(&mut texts).unwrap();
    let items = list.items().collect();
    (list, texts, items)
}

/// Whether a turn makes one list of 10, 11, 12, 13 and gives so many removes, inserts and updates.
fn check(stage: impl FnOnce(&mut List, &[Item]), expected: &[i32], counts: [usize; 3]) {
    let (mut list, mut texts, items) = list(&[10, 11, 12, 13]);
    stage(&mut list, &items);
    assert!(list.is_staged());
    assert_eq!(numbers(&list), [10, 11, 12, 13], "reads see what was before the turn");
    let delta = list.commit(&mut texts).unwrap();
    assert_eq!([delta.removes().len(), delta.inserts().len(), delta.updates().len()], counts);
    assert_eq!(numbers(&list), expected);
    assert!(!list.is_staged());
}

fn int(value: i32) -> [Value; 1] {
    [Value::Int(value)]
}

#[test]
fn turns() {
    check(|list, _| list.append(0, &int(1)).unwrap(), &[10, 11, 12, 13, 1], [0, 1, 0]);
    check(|list, items| list.set(0, items[1], 0, Value::Int(1)).unwrap(), &[10, 1, 12, 13], [0, 0, 1]);
    check(|list, items| list.set(0, items[1], 0, Value::Int(11)).unwrap(), &[10, 11, 12, 13], [0, 0, 0]);
    // The last writer counts, whoever was first.
    let two = |list: &mut List, items: &[Item]| {
        list.set(2, items[0], 0, Value::Int(2)).unwrap();
        list.set(1, items[0], 0, Value::Int(1)).unwrap();
    };
    check(two, &[2, 11, 12, 13], [0, 0, 1]);
    // Twice removed is once, and set and removed is gone.
    let gone = |list: &mut List, items: &[Item]| {
        list.remove(items[2]).unwrap();
        list.remove(items[2]).unwrap();
        list.set(9, items[2], 0, Value::Int(5)).unwrap();
        list.move_to(9, items[2], Place::Start).unwrap();
    };
    check(gone, &[10, 11, 13], [1, 0, 0]);
    // What is new does not see what made it.
    let clear = |list: &mut List, _: &[Item]| {
        list.append(0, &int(1)).unwrap();
        list.clear();
        list.remove_where(|_, _| true);
    };
    check(clear, &[1], [4, 1, 0]);
    let odd = |list: &mut List, _: &[Item]| {
        list.remove_where(|list, item| matches!(list.value(item, 0), Some(Value::Int(x)) if x % 2 == 1));
    };
    check(odd, &[10, 12], [2, 0, 0]);
}

#[test]
fn places() {
    let at = |place: fn(&[Item]) -> Place, expected: &[i32]| {
        check(|list, items| list.insert(0, place(items), &int(1)).unwrap(), expected, [0, 1, 0]);
    };
    at(|_| Place::Start, &[1, 10, 11, 12, 13]);
    at(|_| Place::End, &[10, 11, 12, 13, 1]);
    at(|_| Place::At(2), &[10, 11, 1, 12, 13]);
    at(|_| Place::At(99), &[10, 11, 12, 13, 1]);
    at(|items| Place::Before(items[1]), &[10, 1, 11, 12, 13]);
    at(|items| Place::After(items[1]), &[10, 11, 1, 12, 13]);
    let moved = |from: usize, place: fn(&[Item]) -> Place, expected: &[i32], counts| {
        check(|list, items| list.move_to(0, items[from], place(items)).unwrap(), expected, counts);
    };
    moved(0, |_| Place::End, &[11, 12, 13, 10], [1, 1, 0]);
    moved(3, |items| Place::Before(items[1]), &[10, 13, 11, 12], [1, 1, 0]);
    // To where it is.
    moved(2, |items| Place::After(items[1]), &[10, 11, 12, 13], [0, 0, 0]);
    moved(2, |items| Place::Before(items[2]), &[10, 11, 12, 13], [0, 0, 0]);
    // Beside what goes in the same turn.
    let beside = |list: &mut List, items: &[Item]| {
        list.remove(items[1]).unwrap();
        list.insert(1, Place::After(items[1]), &int(2)).unwrap();
        list.insert(0, Place::After(items[1]), &int(1)).unwrap();
        list.move_to(0, items[3], Place::Start).unwrap();
        list.move_to(0, items[3], Place::Before(items[0])).unwrap();
    };
    check(beside, &[13, 10, 1, 2, 12], [2, 3, 0]);
}

#[test]
fn ids_are_in_order_of_creation_and_never_used_again() {
    let (mut list, mut texts, items) = list(&[0, 1]);
    assert_eq!(items.iter().map(|item| item.id.0).collect::<Vec<_>>(), [1, 2]);
    for round in 0..100 {
        let first = list.get(0).unwrap();
        list.remove(first).unwrap();
        list.insert(1, Place::Start, &int(0)).unwrap();
        list.insert(0, Place::End, &int(0)).unwrap();
        list.commit(&mut texts).unwrap();
        let last = list.last_id();
        // By writer: what is put at the end is made first.
        assert_eq!(last.0, 4 + 2 * round);
        assert_eq!(list.get(0).unwrap().id, last);
        assert_eq!(list.find(first.id), None);
        assert!(list.value(first, 0).is_none() && list.index(first).is_none());
        assert_eq!(list.remove(first), Err(ListError::Gone { id: first.id }));
        let second = list.get(1).unwrap();
        list.remove(second).unwrap();
        list.commit(&mut texts).unwrap();
        for item in list.items().collect::<Vec<_>>() {
            assert_eq!(list.find(item.id), Some(item));
        }
    }
    assert_eq!(list.counters().rejected, 100);
}

#[test]
fn errors_change_nothing() {
    let (mut list, mut texts, items) = list(&[10, 11]);
    let message = |found: Result<(), ListError>| found.unwrap_err().to_string();
    assert_eq!(
        message(list.set(0, items[0], 0, Value::Bool(true))),
        "column 0 has values of type int, this is a bool"
    );
    assert_eq!(message(list.set(0, items[0], 1, Value::Int(1))), "column 1 of 1: they are counted from 0");
    assert_eq!(message(list.append(0, &[])), "0 values for an item of 1 columns");
    for _ in 0..8 {
        list.set(0, items[0], 0, Value::Int(10)).unwrap();
    }
    assert_eq!(list.set(0, items[0], 0, Value::Int(10)), Err(ListError::TooManyWrites { capacity: 8 }));
    for _ in 0..8 {
        list.append(0, &int(1)).unwrap();
    }
    assert_eq!(list.append(0, &int(1)), Err(ListError::TooManyWrites { capacity: 8 }));
    list.remove(items[0]).unwrap();
    let full = list.commit(&mut texts).unwrap_err();
    assert_eq!(full.to_string(), "9 items, and 8 is the capacity of the list");
    assert_eq!((numbers(&list), list.is_staged(), list.version()), (vec![10, 11], false, 1));
    // What is removed makes room in the same turn.
    for _ in 0..8 {
        list.append(0, &int(1)).unwrap();
    }
    list.clear();
    list.commit(&mut texts).unwrap();
    assert_eq!(numbers(&list), [1; 8]);
    list.grow(Limits::of(9));
    list.append(0, &int(2)).unwrap();
    list.commit(&mut texts).unwrap();
    assert_eq!(list.len(), 9);
}

#[test]
fn a_copy_goes_on_as_the_list_would_have() {
    let (mut list, mut texts, items) = list(&[10, 11, 12]);
    let mut copy = List::new(&[Kind::Int], Limits::of(8));
    list.remove(items[1]).unwrap();
    copy.copy_from(&list);
    let mut end = |list: &mut List| {
        list.append(0, &int(1)).unwrap();
        let delta = list.commit(&mut texts).unwrap().clone();
        (delta, numbers(list), list.last_id())
    };
    assert_eq!(end(&mut list), end(&mut copy));
}

#[test]
fn every_type_has_its_column() {
    for kind in Kind::ALL {
        let mut texts = Texts::new(1, 8);
        let mut list = List::new(&[*kind], Limits::of(1));
        list.append(0, &[kind.default_value()]).unwrap();
        list.commit(&mut texts).unwrap();
        let item = list.get(0).unwrap();
        assert_eq!(list.value(item, 0), Some(kind.default_value()));
        let other = match kind {
            Kind::Float => Value::Float(-0.0),
            Kind::Int => Value::Int(-1),
            Kind::Uint => Value::Uint(1),
            Kind::Bool => Value::Bool(true),
            Kind::Vec2 => Value::Vec2([0.0, 1.0]),
            Kind::Vec3 => Value::Vec3([0.0, 0.0, f64::INFINITY]),
            Kind::Color => Value::Color([0.0, 0.0, 0.0, 1.0]),
            Kind::Text => Value::Text(texts.put("text").unwrap()),
            Kind::Handle => Value::Handle(1),
        };
        list.set(0, item, 0, other).unwrap();
        assert_eq!(list.commit(&mut texts).unwrap().updates().len(), 1, "{kind}");
        assert_eq!(list.value(item, 0), Some(other));
    }
}
