//! Long lists that go back to a copy that followed them, beside such that are cloned: what changes afterwards is the same.

use super::super::*;
use super::Random;

const CAPACITY: u32 = 9_000;

#[derive(Clone)]
struct Side {
    list: List,
    views: Views,
}

/// What a turn does, by indices.
#[derive(Clone, Copy)]
enum Edit {
    Set(u32, i32),
    Insert(u32, i32),
    Move(u32, u32),
    Remove(u32),
}

impl Side {
    fn new() -> Self {
        let list = List::new(&[Kind::Int], Limits::of(CAPACITY));
        let mut views = Views::new();
        let mut add = |input, operator| Input::View(views.add(input, operator, &list).unwrap());
        let open = add(Input::List, Operator::Filter(Filter::new(CAPACITY)));
        add(Input::List, Operator::Fold(Fold::new(CAPACITY)));
        let sorted = add(open, Operator::Sort(Sort::new(&[KeyKind::Number], CAPACITY)));
        add(sorted, Operator::Window(Window::new(3, 4_000, CAPACITY)));
        add(sorted, Operator::Fold(Fold::new(CAPACITY)));
        add(sorted, Operator::Filter(Filter::new(CAPACITY)));
        add(sorted, Operator::Distinct(Distinct::new(&[KeyKind::Number], CAPACITY)));
        let keeps = [Keeps { sum: true, order: true }];
        add(sorted, Operator::Group(Box::new(Group::new(&[KeyKind::Number], &keeps, CAPACITY))));
        add(Input::List, Operator::Sort(Sort::new(&[KeyKind::Number], CAPACITY)));
        Self { list, views }
    }

    fn turn(&mut self, edits: &[Edit]) {
        let list = &mut self.list;
        for &edit in edits {
            match edit {
                Edit::Set(at, value) => list.set(0, list.get(at).unwrap(), 0, Value::Int(value)).unwrap(),
                Edit::Insert(at, value) => list.insert(0, Place::At(at), &[Value::Int(value)]).unwrap(),
                Edit::Move(at, to) => list.move_to(0, list.get(at).unwrap(), Place::At(to)).unwrap(),
                Edit::Remove(at) => list.remove(list.get(at).unwrap()).unwrap(),
            }
        }
        let mut texts = Texts::new(0, 0);
        list.commit(&mut texts).unwrap();
        let list = &self.list;
        self.views
            .refresh(list, &texts, |_, question| {
                let Some(Value::Int(value)) = list.value(question.item, 0) else { panic!("no number") };
                *question.is_so = value % 3 != 0;
                question.numbers.fill(f64::from(value) / 8.0);
                question.keys.fill(Direction::Descending.integer(i64::from(value % 1_000)));
            })
            .unwrap();
    }

    fn check(&self, other: &Self, name: &str) {
        assert_eq!(self.list.delta(), other.list.delta(), "{name}");
        assert!(self.list.items().eq(other.list.items()), "{name}");
        assert_eq!(self.list.last_id(), other.list.last_id(), "{name}");
        for view in (0..self.views.len()).map(ViewId) {
            let sides = [self, other];
            let [own, others] = sides.map(|side| side.views.get(view).unwrap());
            assert_eq!(own.delta(), others.delta(), "{name}, {view:?}");
            if let (Operator::Fold(own), Operator::Fold(others)) = (own, others) {
                assert_eq!(own.totals(), others.totals(), "{name}, {view:?}");
                continue;
            }
            let of = Input::View(view);
            let [own, others] =
                sides.map(|side| side.views.items(of, &side.list).unwrap().collect::<Vec<_>>());
            assert!(own == others, "{name}, {view:?}");
            // All of them at once are the same.
            let mut rows = Vec::new();
            self.views.rows(of, &self.list, &mut rows);
            assert!(own.iter().map(|item| item.row).eq(rows), "{name}, {view:?}");
        }
    }
}

#[test]
fn what_goes_back_is_what_a_clone_is() {
    let mut random = Random(7);
    let (mut live, mut before) = (Side::new(), Side::new());
    let first: Vec<Edit> = (0..8_000).map(|at| Edit::Insert(at, at as i32 * 7 % 5_000)).collect();
    live.turn(&first);
    let mut plain = live.clone();
    for round in 0..120 {
        before.list.catch_up(&mut live.list);
        before.views.catch_up(&mut live.views);
        let kept = plain.clone();
        for _ in 0..1 + random.below(3) {
            let mut edits = Vec::new();
            // Few changes, many, and more than are noted one by one.
            for _ in 0..[1, 5, 400, 4_000][random.below(4)] {
                let len = live.list.len() as usize;
                let (at, to) = (random.below(len) as u32, random.below(len) as u32);
                let value = random.below(5_000) as i32;
                // Some turns only set values, some only touch the end.
                edits.push(match (round % 3, random.below(20)) {
                    (1, _) | (_, 0..12) => Edit::Set(at, value),
                    (2, _) if len + edits.len() < CAPACITY as usize => Edit::Insert(len as u32, value),
                    (_, 12..14) if len + edits.len() < CAPACITY as usize => Edit::Insert(at, value),
                    (_, 14..16) => Edit::Move(at, to),
                    _ => Edit::Remove(at),
                });
                if len + edits.len() >= CAPACITY as usize {
                    break;
                }
            }
            live.turn(&edits);
            plain.turn(&edits);
            live.check(&plain, &format!("round {round}"));
        }
        if random.below(2) == 0 {
            live.list.go_back(&before.list);
            live.views.go_back(&before.views);
            plain = kept;
        }
    }
}
