//! What changes of a list cost, in the operator and as a whole turn, beside two libraries whose lists tell of changes one at
//! a time. `cargo bench --bench lists`, on one thread.
//!
//! A list has items that are done or not, and a view of those that are not. Times are the least of some rounds, each short
//! enough that others seldom get in between.

use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use eyeball_im::ObservableVector;
use eyeball_im_util::vector::VectorObserverExt;
use futures_core::Stream;
use futures_signals::signal_vec::{MutableVec, SignalVec, SignalVecExt};
use pavane::lists::{
    Delta, Direction, Filter, Fold, Input, Item, KeyKind, Kind, Limits, List, Operator, Sort, Texts, Value,
    ViewId, Views,
};

/// A number and whether it is done.
type Thing = (u32, bool);

/// A step of xorshift.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Nanoseconds of one call: the least of some rounds.
fn measure(is_test: bool, mut run: impl FnMut()) -> f64 {
    let mut time = |count: u32| {
        let start = Instant::now();
        for _ in 0..count {
            run();
        }
        start.elapsed()
    };
    if is_test {
        return time(1).as_secs_f64() * 1e9;
    }
    // A round is 50 us or one call.
    let mut count = 1;
    while count < 1 << 20 && time(count) < Duration::from_micros(50) {
        count *= 2;
    }
    let (mut least, start) = (f64::INFINITY, Instant::now());
    while start.elapsed() < Duration::from_millis(250) {
        least = least.min(time(count).as_secs_f64() * 1e9 / f64::from(count));
    }
    least
}

/// A list of ours with what is told of it.
struct Ours {
    list: List,
    texts: Texts,
    items: Vec<Item>,
}

impl Ours {
    fn new(count: u32) -> Self {
        let items = count + 8;
        let limits = Limits { items, sets: items.min(32_768), inserts: items };
        let mut list = List::new(&[Kind::Uint, Kind::Bool], limits);
        let mut texts = Texts::new(0, 0);
        for k in 0..count {
            list.append(0, &[Value::Uint(k), Value::Bool(false)]).expect("there is room");
        }
        list.commit(&mut texts).expect("there is room");
        let items = list.items().collect();
        Self { list, texts, items }
    }

    fn is_done(&self, item: Item) -> bool {
        self.list.value(item, 1) == Some(Value::Bool(true))
    }

    fn set(&mut self, item: Item, is_done: bool) {
        self.list.set(0, item, 1, Value::Bool(is_done)).expect("there is room");
    }

    fn commit(&mut self) -> &Delta {
        self.list.commit(&mut self.texts).expect("there is room")
    }

    /// A view of what is not done.
    fn open(&self) -> Filter {
        let mut filter = Filter::new(self.list.limits().items);
        let mut first = Delta::default();
        self.list.as_new(&mut first);
        filter.apply(&first, &vec![true; self.items.len()]).expect("it fits");
        filter
    }

    /// The deltas of turns that each change one item, any of them.
    fn deltas(&mut self, mut change: impl FnMut(&mut Self, Item)) -> Vec<Delta> {
        let mut state = 0x9e37_79b9_7f4a_7c15;
        let mut deltas = Vec::new();
        for _ in 0..256 {
            let item = self.items[(random(&mut state) % self.items.len() as u64) as usize];
            change(self, item);
            deltas.push(self.commit().clone());
        }
        deltas
    }
}

/// One item of a list becomes done or open again: in the operator, and with the turn of the list.
fn toggle_ours(count: u32, is_test: bool) -> (f64, f64) {
    let mut ours = Ours::new(count);
    let mut filter = ours.open();
    let deltas = ours.deltas(|ours, item| {
        let is_done = ours.is_done(item);
        ours.set(item, !is_done);
    });
    let mut shown: Vec<bool> = vec![true; ours.items.len()];
    let mut k = 0;
    let operator = measure(is_test, || {
        let delta = &deltas[k % deltas.len()];
        k += 1;
        let place = delta.updates()[0].row() as usize;
        shown[place] = !shown[place];
        black_box(filter.apply(delta, &[shown[place]]).expect("it fits"));
    });
    let (mut filter, mut state) = (ours.open(), 1);
    for item in ours.items.clone().into_iter().filter(|item| ours.is_done(*item)).collect::<Vec<_>>() {
        ours.set(item, false);
    }
    ours.commit();
    let turn = measure(is_test, || {
        let item = ours.items[(random(&mut state) % ours.items.len() as u64) as usize];
        let is_done = ours.is_done(item);
        ours.set(item, !is_done);
        let delta = ours.commit();
        black_box(filter.apply(delta, &[is_done]).expect("it fits"));
    });
    (operator, turn)
}

/// All items become done or open again.
fn toggle_all_ours(count: u32, is_test: bool) -> (f64, f64) {
    let mut ours = Ours::new(count);
    let mut filter = ours.open();
    let mut deltas = Vec::new();
    for is_done in [true, false] {
        for item in ours.items.clone() {
            ours.set(item, is_done);
        }
        deltas.push((ours.commit().clone(), vec![!is_done; count as usize]));
    }
    let operator = measure(is_test, || {
        for (delta, shown) in &deltas {
            black_box(filter.apply(delta, shown).expect("it fits"));
        }
    }) / 2.0;
    let mut is_done = false;
    let items = ours.items.clone();
    let turn = measure(is_test, || {
        is_done = !is_done;
        for item in &items {
            ours.set(*item, is_done);
        }
        let shown = &deltas[usize::from(!is_done)].1;
        black_box(filter.apply(ours.commit(), shown).expect("it fits"));
    });
    (operator, turn)
}

/// A view of all, of what is open, of what is done, in turn.
fn switch_ours(count: u32, is_test: bool) -> f64 {
    let mut ours = Ours::new(count);
    for item in ours.items.clone().into_iter().step_by(3) {
        ours.set(item, true);
    }
    ours.commit();
    let mut views = Views::new();
    let filter = Filter::new(ours.list.limits().items);
    let view = views.add(Input::List, Operator::Filter(filter), &ours.list).expect("it has an input");
    views.make_live(view, &ours.list).expect("it is there");
    let mut k = 0;
    measure(is_test, || {
        k += 1;
        ours.commit();
        views.ask_all(view).expect("it is live");
        let list = &ours.list;
        let answer = |_: &Views, question: pavane::lists::Question<'_>| {
            let is_done = list.value(question.item, 1) == Some(Value::Bool(true));
            *question.is_so = [true, !is_done, is_done][k % 3];
        };
        views.refresh(list, &ours.texts, answer).expect("it fits");
        black_box(views.get(ViewId(0)));
    })
}

/// An item is appended, and the last one is removed.
fn append_ours(count: u32, is_test: bool) -> f64 {
    let mut ours = Ours::new(count);
    let mut filter = ours.open();
    measure(is_test, || {
        ours.list.append(0, &[Value::Uint(1), Value::Bool(false)]).expect("there is room");
        filter.apply(ours.list.commit(&mut ours.texts).expect("there is room"), &[true]).expect("it fits");
        let last = ours.list.get(ours.list.len() - 1).expect("there is one");
        ours.list.remove(last).expect("it is there");
        black_box(
            filter.apply(ours.list.commit(&mut ours.texts).expect("it is there"), &[]).expect("it fits"),
        );
    }) / 2.0
}

/// One item gets another key.
fn sort_ours(count: u32, is_test: bool) -> f64 {
    let mut ours = Ours::new(count);
    let mut sort = Sort::new(&[KeyKind::Number], ours.list.limits().items);
    let (mut first, mut state) = (Delta::default(), 1);
    ours.list.as_new(&mut first);
    let keys: Vec<u64> = (0..count).map(|k| Direction::Ascending.integer(i64::from(k))).collect();
    sort.apply(&first, &keys, &ours.texts).expect("it fits");
    measure(is_test, || {
        let item = ours.items[(random(&mut state) % u64::from(count)) as usize];
        let key = (random(&mut state) % u64::from(count)) as u32;
        ours.list.set(0, item, 0, Value::Uint(key)).expect("it is there");
        let delta = ours.list.commit(&mut ours.texts).expect("there is room");
        let key = Direction::Ascending.integer(i64::from(key));
        let keys = &[key][..delta.dirty_len() as usize];
        black_box(sort.apply(delta, keys, &ours.texts).expect("it fits"));
    })
}

/// One item gets another number, of which all items come to a sum, a least and a greatest one.
fn fold_ours(count: u32, is_test: bool) -> f64 {
    let mut ours = Ours::new(count);
    let mut fold = Fold::new(ours.list.limits().items);
    let (mut first, mut state) = (Delta::default(), 1);
    ours.list.as_new(&mut first);
    fold.apply(&first, &vec![1.0; count as usize]).expect("it fits");
    let deltas = ours.deltas(|ours, item| {
        let is_done = ours.is_done(item);
        ours.set(item, !is_done);
    });
    let mut k = 0;
    measure(is_test, || {
        k += 1;
        let number = (random(&mut state) % 1000) as f64 / 8.0;
        black_box(fold.apply(&deltas[k % deltas.len()], &[number]).expect("it fits"));
    })
}

/// Takes all that a list of `futures-signals` has to tell; how much that was.
fn drain_signals(list: &mut (impl SignalVec + Unpin)) -> usize {
    let mut context = Context::from_waker(Waker::noop());
    let mut count = 0;
    while let Poll::Ready(Some(change)) = Pin::new(&mut *list).poll_vec_change(&mut context) {
        black_box(&change);
        count += 1;
    }
    count
}

/// The same of `eyeball-im`.
fn drain_stream(list: &mut (impl Stream + Unpin)) -> usize {
    let mut context = Context::from_waker(Waker::noop());
    let mut count = 0;
    while let Poll::Ready(Some(change)) = Pin::new(&mut *list).poll_next(&mut context) {
        black_box(&change);
        count += 1;
    }
    count
}

fn things(count: u32) -> impl Iterator<Item = Thing> {
    (0..count).map(|k| (k, false))
}

struct Signals;

impl Signals {
    fn toggle(count: u32, is_test: bool) -> f64 {
        let (list, mut state) = (MutableVec::new_with_values(things(count).collect()), 1);
        let mut open = list.signal_vec().filter(|thing| !thing.1);
        drain_signals(&mut open);
        measure(is_test, || {
            let k = (random(&mut state) % u64::from(count)) as usize;
            let mut items = list.lock_mut();
            let (id, is_done) = items[k];
            items.set(k, (id, !is_done));
            drop(items);
            drain_signals(&mut open);
        })
    }

    fn toggle_all(count: u32, is_test: bool) -> f64 {
        let list = MutableVec::new_with_values(things(count).collect());
        let mut open = list.signal_vec().filter(|thing| !thing.1);
        drain_signals(&mut open);
        measure(is_test, || {
            let mut items = list.lock_mut();
            for k in 0..count as usize {
                let (id, is_done) = items[k];
                items.set(k, (id, !is_done));
            }
            drop(items);
            drain_signals(&mut open);
        })
    }

    /// A view of its own for each filter.
    fn switch(count: u32, is_test: bool) -> f64 {
        let list = MutableVec::new_with_values(things(count).map(|(k, _)| (k, k % 3 == 0)).collect());
        let mut k = 0;
        measure(is_test, || {
            k += 1;
            let mut view = list.signal_vec().filter(move |thing| [true, !thing.1, thing.1][k % 3]);
            drain_signals(&mut view);
        })
    }

    fn append(count: u32, is_test: bool) -> f64 {
        let list = MutableVec::new_with_values(things(count).collect());
        let mut open = list.signal_vec().filter(|thing| !thing.1);
        drain_signals(&mut open);
        measure(is_test, || {
            list.lock_mut().push((1, false));
            drain_signals(&mut open);
            list.lock_mut().pop();
            drain_signals(&mut open);
        }) / 2.0
    }

    fn sort(count: u32, is_test: bool) -> f64 {
        let (list, mut state) = (MutableVec::new_with_values(things(count).collect()), 1);
        let mut sorted = list.signal_vec().sort_by_cloned(|a, b| a.0.cmp(&b.0));
        drain_signals(&mut sorted);
        measure(is_test, || {
            let k = (random(&mut state) % u64::from(count)) as usize;
            let key = (random(&mut state) % u64::from(count)) as u32;
            list.lock_mut().set(k, (key, false));
            drain_signals(&mut sorted);
        })
    }
}

struct Eyeball;

impl Eyeball {
    /// Room for all changes of a turn: with less it would replace the whole list.
    fn list(count: u32) -> ObservableVector<Thing> {
        let mut list = ObservableVector::with_capacity(if count <= 20_000 { 32_768 } else { 16 });
        list.append(things(count).collect());
        list
    }

    fn toggle(count: u32, is_test: bool) -> f64 {
        let (mut list, mut state) = (Self::list(count), 1);
        let (_, mut open) = list.subscribe().filter(|thing: &Thing| !thing.1);
        drain_stream(&mut open);
        measure(is_test, || {
            let k = (random(&mut state) % u64::from(count)) as usize;
            let (id, is_done) = list[k];
            list.set(k, (id, !is_done));
            drain_stream(&mut open);
        })
    }

    fn toggle_all(count: u32, is_test: bool) -> f64 {
        let mut list = Self::list(count);
        let (_, mut open) = list.subscribe().filter(|thing: &Thing| !thing.1);
        drain_stream(&mut open);
        measure(is_test, || {
            for k in 0..count as usize {
                let (id, is_done) = list[k];
                list.set(k, (id, !is_done));
            }
            drain_stream(&mut open);
        })
    }

    /// A view of its own for each filter.
    fn switch(count: u32, is_test: bool) -> f64 {
        let mut list = Self::list(count);
        for k in (0..count as usize).step_by(3) {
            let (id, _) = list[k];
            list.set(k, (id, true));
        }
        let mut k = 0;
        measure(is_test, || {
            k += 1;
            let (items, mut view) =
                list.subscribe().filter(move |thing: &Thing| [true, !thing.1, thing.1][k % 3]);
            black_box(items);
            drain_stream(&mut view);
        })
    }

    fn append(count: u32, is_test: bool) -> f64 {
        let mut list = Self::list(count);
        let (_, mut open) = list.subscribe().filter(|thing: &Thing| !thing.1);
        drain_stream(&mut open);
        measure(is_test, || {
            list.push_back((1, false));
            drain_stream(&mut open);
            list.pop_back();
            drain_stream(&mut open);
        }) / 2.0
    }

    fn sort(count: u32, is_test: bool) -> f64 {
        let (mut list, mut state) = (Self::list(count), 1);
        let (_, mut sorted) = list.subscribe().sort_by(|a: &Thing, b: &Thing| a.0.cmp(&b.0));
        drain_stream(&mut sorted);
        measure(is_test, || {
            let k = (random(&mut state) % u64::from(count)) as usize;
            let key = (random(&mut state) % u64::from(count)) as u32;
            list.set(k, (key, false));
            drain_stream(&mut sorted);
        })
    }
}

fn row(name: &str, count: u32, times: [Option<f64>; 4]) {
    print!("{name:<12} {count:>9}");
    for time in times {
        match time {
            None => print!(" {:>14}", "-"),
            Some(time) => print!(" {time:>14.1}"),
        }
    }
    println!();
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let is_test = std::env::args().any(|arg| arg == "--test");
    let most = if is_test { 2_000 } else { 2_000_000 };
    let counts = |counts: &'static [u32]| counts.iter().copied().filter(move |count| *count <= most);
    println!(
        "{:<12} {:>9} {:>14} {:>14} {:>14} {:>14}   ns",
        "", "items", "operator", "turn", "futures-signals", "eyeball-im"
    );
    for count in counts(&[20, 200, 2_000, 20_000, 2_000_000]) {
        let (operator, turn) = toggle_ours(count, is_test);
        let others = [Signals::toggle(count, is_test), Eyeball::toggle(count, is_test)];
        row("toggle", count, [Some(operator), Some(turn), Some(others[0]), Some(others[1])]);
    }
    for count in counts(&[200, 20_000]) {
        let (operator, turn) = toggle_all_ours(count, is_test);
        let others = [Signals::toggle_all(count, is_test), Eyeball::toggle_all(count, is_test)];
        row("toggle all", count, [Some(operator), Some(turn), Some(others[0]), Some(others[1])]);
    }
    for count in counts(&[200, 20_000]) {
        let others = [Signals::switch(count, is_test), Eyeball::switch(count, is_test)];
        row("switch", count, [None, Some(switch_ours(count, is_test)), Some(others[0]), Some(others[1])]);
    }
    for count in counts(&[200, 20_000]) {
        let others = [Signals::append(count, is_test), Eyeball::append(count, is_test)];
        row("append", count, [None, Some(append_ours(count, is_test)), Some(others[0]), Some(others[1])]);
    }
    for count in counts(&[200, 20_000, 2_000_000]) {
        let is_small = count <= 20_000;
        let others = is_small.then(|| (Signals::sort(count, is_test), Eyeball::sort(count, is_test)));
        let [signals, eyeball] = [others.map(|times| times.0), others.map(|times| times.1)];
        row("sort key", count, [None, Some(sort_ours(count, is_test)), signals, eyeball]);
    }
    for count in counts(&[200, 20_000, 2_000_000]) {
        row("fold", count, [Some(fold_ours(count, is_test)), None, None, None]);
    }
}
