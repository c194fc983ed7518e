//! Lists, their views and their log allocate at construction, what they say they keep, and never again: whatever is edited,
//! as long as it is within capacity. So do scopes.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

use std::alloc::System;

use pavane::lists::{
    Direction, Distinct, Filter, Fold, Group, Input, Keeps, KeyKind, Kind, Limits, List, Log, LogLimits, Map,
    Operator, Place, Question, Read, Sort, Texts, Value, ViewId, Views, Window, key,
};
use pavane::scopes::{Branch, Key, ScopeId, Scopes};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Whether something allocates nothing. The test harness does, now and then, so it has three tries.
fn is_quiet(mut run: impl FnMut()) -> bool {
    (0..3).any(|_| {
        let region = Region::new(ALLOCATOR);
        run();
        let change = region.change();
        (change.allocations, change.reallocations, change.deallocations) == (0, 0, 0)
    })
}

/// Whether something keeps as many bytes as it says.
fn says_what_it_keeps<T>(make: impl Fn() -> T, bytes: impl Fn(&T) -> usize) -> bool {
    (0..3).any(|_| {
        let region = Region::new(ALLOCATOR);
        let made = make();
        let change = region.change();
        change.bytes_allocated - change.bytes_deallocated == bytes(&made)
    })
}

const ITEMS: u32 = 500;

fn new_list() -> List {
    List::new(&[Kind::Float, Kind::Bool, Kind::Text], Limits::of(ITEMS))
}

fn keeps(sum: bool, order: bool) -> Keeps {
    Keeps { sum, order }
}

fn operators() -> [Operator; 10] {
    let numbers = [KeyKind::Number; 2];
    let text = KeyKind::Text(Direction::Ascending);
    [
        Operator::Filter(Filter::new(ITEMS)),
        Operator::Map(Map::new(1, ITEMS)),
        Operator::Sort(Sort::new(&numbers, ITEMS)),
        Operator::Sort(Sort::new(&[text], ITEMS)),
        Operator::Window(Window::take(20, ITEMS)),
        Operator::Window(Window::skip(20, ITEMS)),
        Operator::Distinct(Distinct::new(&numbers[..1], ITEMS)),
        Operator::Group(Box::new(Group::new(&numbers, &[keeps(true, true), keeps(false, false)], ITEMS))),
        Operator::Group(Box::new(Group::new(&[text], &[keeps(true, false), keeps(false, true)], ITEMS))),
        Operator::Fold(Fold::new(ITEMS)),
    ]
}

struct All {
    list: List,
    texts: Texts,
    views: Views,
    log: Log,
    state: u64,
}

impl All {
    fn new() -> Self {
        let mut views = Views::new();
        let list = new_list();
        for operator in operators() {
            let view = views.add(Input::List, operator, &list).expect("there is such an input");
            views.make_live(view, &list).expect("there is such a view");
        }
        // Views of a view.
        for operator in operators() {
            views.add(Input::View(ViewId(0)), operator, &list).expect("there is such an input");
        }
        let limits = LogLimits { entries: 2 * ITEMS, most: 2 * ITEMS, readers: 2 };
        Self { list, texts: Texts::new(2 * ITEMS + 100, 32_000), views, log: Log::new(limits), state: 1 }
    }

    /// A step of xorshift.
    fn random(&mut self, below: u32) -> u32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % u64::from(below)) as u32
    }

    fn put(&mut self) -> Value {
        const WORDS: [&str; 4] = ["a title", "another title", "a", "something much longer than that"];
        let word = WORDS[self.random(4) as usize];
        Value::Text(self.texts.put(word).expect("there is room"))
    }

    fn stage(&mut self) {
        let at = self.random(ITEMS);
        let Some(item) = self.list.get(at % self.list.len().max(1)).filter(|_| self.random(4) > 0) else {
            if self.list.len() + 60 < ITEMS {
                let values =
                    [Value::Float(f64::from(at) / 7.0), Value::Bool(at.is_multiple_of(3)), self.put()];
                self.list.insert(at % 3, Place::At(at), &values).expect("there is room");
            }
            return;
        };
        let staged = match self.random(8) {
            0 => self.list.remove(item),
            1 => self.list.move_to(0, item, Place::At(at)),
            2 => {
                let title = self.put();
                self.list.set(0, item, 2, title)
            }
            3..6 => self.list.set(1, item, 1, Value::Bool(at.is_multiple_of(2))),
            _ => self.list.set(0, item, 0, Value::Float(f64::from(at % 50))),
        };
        staged.expect("it is there");
    }

    fn commit(&mut self) {
        let delta = self.list.commit(&mut self.texts).expect("there is room");
        self.log.push(delta);
        let list = &self.list;
        let answer = |_: &Views, question: Question<'_>| {
            // A group has no cells; its row is one that the list may have.
            let value = |column| list.column(column).is_some() && list.index(question.item).is_some();
            let number = match list.value(question.item, 0) {
                Some(Value::Float(number)) if value(0) => number,
                _ => 0.0,
            };
            *question.is_so = list.value(question.item, 1) == Some(Value::Bool(true));
            question.numbers.fill(number);
            question.keys.fill(Direction::Descending.number(number));
            let kinds = [3, 8, 13, 18];
            if let Some(Value::Text(text)) =
                list.value(question.item, 2).filter(|_| kinds.contains(&question.view.0))
            {
                question.keys[0] = key::text(text);
            }
        };
        self.views.refresh(list, &self.texts, answer).expect("all fits");
        self.texts.sweep();
    }

    fn turn(&mut self) {
        for _ in 0..1 + self.random(12) {
            self.stage();
        }
        if self.random(10) == 0 {
            for view in (0..10).map(ViewId) {
                self.views.ask_all(view).expect("it is live");
            }
        }
        if self.random(60) == 0 {
            self.list.clear();
        }
        self.commit();
    }
}

fn nothing_is_allocated_in_steady_edits() {
    let mut all = All::new();
    all.commit();
    let reader = all.log.subscribe().expect("there is room");
    let mut copy = All::new();
    copy.commit();
    let bytes = all.list.bytes() + all.texts.bytes() + all.views.bytes() + all.log.bytes();
    assert!(
        is_quiet(|| {
            for _ in 0..3000 {
                all.turn();
                let read = all.log.read(reader, || all.list.items()).expect("it reads");
                assert!(matches!(read, Read::Deltas(_)), "it is never behind");
                all.log.make_room();
            }
            copy.list.copy_from(&all.list);
            copy.texts.copy_from(&all.texts);
            copy.views.copy_from(&all.views);
            for _ in 0..1000 {
                copy.turn();
            }
        }),
        "turns, and those of a copy"
    );
    assert_eq!(
        all.list.bytes() + all.texts.bytes() + all.views.bytes() + all.log.bytes(),
        bytes,
        "nothing grows"
    );
}

fn all_say_what_they_keep() {
    assert!(says_what_it_keeps(new_list, List::bytes), "a list");
    assert!(says_what_it_keeps(|| Texts::new(100, 1000), Texts::bytes), "texts");
    let limits = LogLimits { entries: 100, most: 1000, readers: 4 };
    assert!(says_what_it_keeps(|| Log::new(limits), Log::bytes), "a log");
    assert!(says_what_it_keeps(|| Scopes::<u64>::new(100, 300), Scopes::bytes), "scopes");
    for k in 0..operators().len() {
        let make = || {
            let [a, b, c, d, e, f, g, h, i, j] = operators();
            let mut all =
                [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f), Some(g), Some(h), Some(i), Some(j)];
            all[k].take().expect("there is one")
        };
        assert!(says_what_it_keeps(make, Operator::bytes), "operator {k}");
    }
}

fn scopes_allocate_nothing() {
    let mut scopes = Scopes::<u64>::new(200, 600);
    let mut copy = Scopes::<u64>::new(200, 600);
    let root = scopes.root();
    let list = scopes.create(root, Key::List(0)).expect("there is room");
    let mut items = [ScopeId::NONE; 90];
    assert!(
        is_quiet(|| {
            let mut gone = 0;
            for round in 0..200_u64 {
                for (k, item) in items.iter_mut().enumerate() {
                    scopes.destroy(*item, |_| gone += 1);
                    *item = scopes.create(list, Key::Item(round)).expect("there is room");
                    scopes.own(*item, round).expect("there is room");
                    let branch = Branch { arm: (k % 3) as u32, bound: round };
                    let branch = scopes.enter(*item, 0, branch, |_| gone += 1).expect("there is room");
                    scopes.own(branch.scope(), round).expect("there is room");
                }
                scopes.begin_walk();
                for item in &items[..40] {
                    scopes.destroy(*item, |_| gone += 1);
                }
                scopes.end_walk(|_| gone += 1);
                copy.copy_from(&scopes);
            }
            assert!(gone > 1000, "something went");
        }),
        "scopes that come and go"
    );
}

/// One test, so that whatever is counted is of what it looks at.
#[test]
fn lists_and_scopes_keep_what_they_say() {
    nothing_is_allocated_in_steady_edits();
    all_say_what_they_keep();
    scopes_allocate_nothing();
}
