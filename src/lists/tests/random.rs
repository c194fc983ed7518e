//! Every operator, every chain of two and of three, and folds behind them, in random frames against plain recomputation.

use super::super::*;
use super::Random;
use super::model::{At, Cells, Groups, Op, Thing, Write, class, commit, run, totals, window};

const CAPACITY: u32 = 24;
const TEXTS: [&str; 5] = ["", "apple", "apples", "pear", "\u{e9}"];
const NUMBERS: [f64; 12] =
    [0.0, -0.0, 0.5, 1.5, -2.0, 2.25, f64::NAN, f64::INFINITY, 1e300, -1e300, 0.1, f64::NEG_INFINITY];

/// Of groups the same number twice, of which only the second is asked for sums and orders.
const KEEPS: [Keeps; 2] = [Keeps { sum: false, order: false }, Keeps { sum: true, order: true }];

/// A view of the tests and what it should be.
struct Chain {
    view: ViewId,
    /// None of a fold.
    op: Option<Op>,
    input: Option<usize>,
    /// The map or the group that says what its input's items are like.
    source: Option<ViewId>,
    groups: Groups,
    things: Vec<Thing>,
}

struct Run {
    random: Random,
    list: List,
    texts: Texts,
    views: Views,
    chains: Vec<Chain>,
    things: Vec<Thing>,
    last_id: u64,
    hash: u64,
    /// What some views ask of besides the items.
    is_twisted: bool,
    /// Frames in which something was full.
    refused: u32,
    entries: [u64; 4],
}

fn operator(op: Op) -> Operator {
    let numbers = [KeyKind::Number; 2];
    let text = |direction| [KeyKind::Text(direction)];
    match op {
        Op::Where => Operator::Filter(Filter::new(CAPACITY)),
        Op::Map => Operator::Map(Map::new(2, CAPACITY)),
        Op::ByNumber => Operator::Sort(Sort::new(&numbers[..1], CAPACITY)),
        Op::ByTwo => Operator::Sort(Sort::new(&numbers, CAPACITY)),
        Op::ByText => Operator::Sort(Sort::new(&text(Direction::Descending), CAPACITY)),
        Op::Take => Operator::Window(Window::take(5, CAPACITY)),
        Op::Skip => Operator::Window(Window::skip(3, CAPACITY)),
        Op::Distinct => Operator::Distinct(Distinct::new(&numbers[..1], CAPACITY)),
        Op::DistinctText => Operator::Distinct(Distinct::new(&text(Direction::Ascending), CAPACITY)),
        Op::Group => Operator::Group(Box::new(Group::new(&numbers[..1], &KEEPS, CAPACITY))),
        Op::GroupText => Operator::Group(Box::new(Group::new(&text(Direction::Ascending), &KEEPS, CAPACITY))),
    }
}

/// What an operator looks at, and its text's name.
fn cells(source: Option<ViewId>, item: Item, list: &List, views: &Views, texts: &Texts) -> (Cells, TextId) {
    match source.and_then(|view| views.get(view)) {
        Some(Operator::Map(map)) => {
            let values = map.values(item.row);
            let (f, g) = (f64::from_bits(values[0]), values[1].cast_signed() as i32);
            (Cells { f, g, b: f > 0.0, t: "" }, TextId::EMPTY)
        }
        Some(Operator::Group(group)) => {
            let (row, last) = (item.row, KEEPS.len() - 1);
            let totals = group.totals(row, last, texts);
            let ends = [group.first(row, 0, texts), group.last(row, 0, texts)];
            (Cells::of_group(&totals, group.median(row, last, texts), ends), TextId::EMPTY)
        }
        Some(other) => panic!("no source: {other:?}"),
        None => {
            let value = |column| list.value(item, column);
            let (Some(Value::Float(f)), Some(Value::Int(g)), Some(Value::Bool(b)), Some(Value::Text(id))) =
                (value(0), value(1), value(2), value(3))
            else {
                panic!("{item:?} is not there")
            };
            let t = TEXTS.into_iter().find(|text| *text == texts.get(id)).expect("the text is known");
            (Cells { f, g, b, t }, id)
        }
    }
}

impl Run {
    fn new(seed: u64, is_late: bool) -> Self {
        let list = List::new(
            &[Kind::Float, Kind::Int, Kind::Bool, Kind::Text],
            Limits { items: CAPACITY, sets: 64, inserts: 32 },
        );
        let mut run = Self {
            random: Random(seed),
            list,
            texts: Texts::new(200, 1000),
            views: Views::new(),
            chains: Vec::new(),
            things: Vec::new(),
            last_id: 0,
            hash: 0xcbf2_9ce4_8422_2325,
            is_twisted: false,
            refused: 0,
            entries: [0; 4],
        };
        if is_late {
            // The list has items before there are views.
            for _ in 0..20 {
                run.edit();
            }
        }
        run.add_fold(None);
        let mut last = vec![None];
        for depth in 0..3 {
            let mut next = Vec::new();
            for input in last {
                for op in Op::ALL {
                    let chain = run.add(input, op);
                    if depth < 2 {
                        run.add_fold(Some(chain));
                    }
                    next.push(Some(chain));
                }
            }
            last = next;
        }
        run
    }

    fn input(&self, input: Option<usize>) -> (Input, Option<ViewId>) {
        let Some(chain) = input.map(|input| &self.chains[input]) else { return (Input::List, None) };
        let is_source = matches!(chain.op, Some(Op::Map | Op::Group | Op::GroupText));
        (Input::View(chain.view), if is_source { Some(chain.view) } else { chain.source })
    }

    fn push(&mut self, input: Option<usize>, op: Option<Op>, operator: Operator) -> usize {
        let (of, source) = self.input(input);
        let view = self.views.add(of, operator, &self.list).unwrap();
        self.chains.push(Chain { view, op, input, source, groups: Groups::default(), things: Vec::new() });
        self.chains.len() - 1
    }

    fn add(&mut self, input: Option<usize>, op: Op) -> usize {
        let chain = self.push(input, Some(op), operator(op));
        self.views.make_live(self.chains[chain].view, &self.list).unwrap();
        chain
    }

    fn add_fold(&mut self, input: Option<usize>) {
        self.push(input, None, Operator::Fold(Fold::new(CAPACITY)));
    }

    fn cells(&mut self) -> Cells {
        let random = &mut self.random;
        Cells {
            f: NUMBERS[random.below(NUMBERS.len())],
            g: random.below(4) as i32 - 1,
            b: random.below(2) == 0,
            t: TEXTS[random.below(TEXTS.len())],
        }
    }

    fn id(&mut self) -> ItemId {
        self.things[self.random.below(self.things.len())].id
    }

    fn at(&mut self) -> At {
        let kinds = if self.things.is_empty() { 3 } else { 5 };
        match self.random.below(kinds) {
            0 => At::Start,
            1 => At::End,
            2 => At::Index(self.random.below(CAPACITY as usize + 2) as u32),
            3 => At::Before(self.id()),
            _ => At::After(self.id()),
        }
    }

    fn write(&mut self) -> Write {
        let (cells, writer) = (self.cells(), self.random.below(3) as u32);
        let is_full = self.things.len() + 3 > CAPACITY as usize && self.random.below(4) > 0;
        match self.random.below(100) {
            _ if self.things.is_empty() => Write::Insert(writer, self.at(), cells),
            0..45 => {
                let sets: [fn(&mut Cells, &Cells); 4] = [
                    |old, new| old.f = new.f,
                    |old, new| old.g = new.g,
                    |old, new| old.b = new.b,
                    |old, new| old.t = new.t,
                ];
                Write::Set(writer, self.id(), sets[self.random.below(4)], cells)
            }
            45..60 => Write::Move(writer, self.id(), self.at()),
            60..88 if !is_full => Write::Insert(writer, self.at(), cells),
            60..99 => Write::Remove(self.id()),
            _ if self.random.below(4) == 0 => Write::Clear,
            _ => Write::Remove(self.id()),
        }
    }

    fn values(&mut self, cells: &Cells) -> [Value; 4] {
        // Now and then a text of its own that says the same.
        let text = self.texts.put(cells.t).expect("there is room");
        [Value::Float(cells.f), Value::Int(cells.g), Value::Bool(cells.b), Value::Text(text)]
    }

    fn stage(&mut self, write: &Write) {
        let list = &self.list;
        let find = |id: ItemId| list.find(id).expect("it is there");
        match *write {
            Write::Set(writer, id, set, ref new) => {
                let item = find(id);
                // Which cell it is, is said by what the function changes.
                let probe = Cells { f: 77.0, g: 77, b: !new.b, t: "?" };
                let mut changed = probe;
                set(&mut changed, new);
                let column = [
                    changed.f.to_bits() != probe.f.to_bits(),
                    changed.g != probe.g,
                    changed.b != probe.b,
                    changed.t != probe.t,
                ];
                let column = column.iter().position(|is_changed| *is_changed).expect("it changes one");
                let value = self.values(new)[column];
                self.list.set(writer, item, column as u32, value).unwrap();
            }
            Write::Insert(writer, at, ref cells) => {
                let place = at.place(find);
                let values = self.values(cells);
                self.list.insert(writer, place, &values).unwrap();
            }
            Write::Move(writer, id, at) => {
                let (item, place) = (find(id), at.place(find));
                self.list.move_to(writer, item, place).unwrap();
            }
            Write::Remove(id) => {
                let item = find(id);
                self.list.remove(item).unwrap();
            }
            Write::Clear => self.list.clear(),
        }
    }

    /// A turn of the list, the model's and its own.
    fn edit(&mut self) -> bool {
        let count = [1, 1, 2, 5, 12][self.random.below(5)];
        let writes: Vec<Write> = (0..count).map(|_| self.write()).collect();
        for write in &writes {
            self.stage(write);
        }
        let new = commit(&self.things, &writes, &mut self.last_id, CAPACITY as usize);
        let Some(new) = new else {
            assert!(matches!(self.list.commit(&mut self.texts), Err(ListError::Full { .. })));
            self.refused += 1;
            return false;
        };
        self.list.commit(&mut self.texts).unwrap();
        self.things = new;
        true
    }

    fn frame(&mut self) {
        let old = self.things.clone();
        if !self.edit() {
            return;
        }
        if self.random.below(6) == 0 {
            self.is_twisted = !self.is_twisted;
            for chain in &self.chains {
                match chain.op {
                    Some(Op::Where | Op::ByNumber | Op::Distinct | Op::Group) => {
                        self.views.ask_all(chain.view).unwrap();
                    }
                    Some(op @ (Op::Take | Op::Skip)) => {
                        let (start, end) = window(op, self.is_twisted);
                        self.views.set_window(chain.view, start, end).unwrap();
                    }
                    None | Some(Op::Map | Op::ByTwo | Op::ByText | Op::DistinctText | Op::GroupText) => {}
                }
            }
        }
        let is_twisted = self.is_twisted;
        let (list, texts, chains) = (&self.list, &self.texts, &self.chains);
        self.views
            .refresh(list, texts, |views, question| {
                let chain = &chains[question.view.0 as usize];
                let (cells, text) = cells(chain.source, question.item, list, views, texts);
                *question.is_so = cells.b != is_twisted;
                question.numbers.fill(cells.f);
                match chain.op {
                    None | Some(Op::Where | Op::Take | Op::Skip) => {}
                    Some(Op::Map) => {
                        let mapped = Cells::mapped(cells.f, cells.g);
                        let bits = [mapped.f.to_bits(), i64::from(mapped.g).cast_unsigned()];
                        question.keys.copy_from_slice(&bits);
                    }
                    Some(Op::ByNumber) => {
                        let way = if is_twisted { Direction::Descending } else { Direction::Ascending };
                        question.keys[0] = way.number(cells.f);
                    }
                    Some(Op::ByTwo) => {
                        question.keys[0] = Direction::Descending.integer(i64::from(cells.g));
                        question.keys[1] = Direction::Descending.number(cells.f);
                    }
                    Some(Op::ByText | Op::DistinctText | Op::GroupText) => {
                        question.keys[0] = key::text(text);
                    }
                    Some(Op::Distinct | Op::Group) => {
                        question.keys[0] = Direction::Ascending.integer(i64::from(class(&cells, is_twisted)));
                    }
                }
            })
            .unwrap();
        let delta = self.list.delta();
        check("list", delta, &old, &self.things);
        for (index, thing) in self.things.iter().enumerate() {
            let item = self.list.get(index as u32).expect("it is there");
            let found = cells(None, item, &self.list, &self.views, &self.texts).0;
            assert!(item.id == thing.id && found.is_same(&thing.cells), "{found:?}, not {thing:?}");
        }
        for k in 0..self.chains.len() {
            self.compare(k);
        }
        self.texts.sweep();
    }

    fn compare(&mut self, k: usize) {
        let (before, rest) = self.chains.split_at_mut(k);
        let chain = &mut rest[0];
        let input = chain.input.map_or(&self.things, |input| &before[input].things);
        let operator = self.views.get(chain.view).expect("it is there");
        let (Some(op), Some(delta)) = (chain.op, operator.delta()) else {
            let Operator::Fold(fold) = operator else { panic!("not a fold") };
            let (found, expected) = (fold.totals(), totals(input));
            assert!(found.is_same(&expected), "{found:?}, not {expected:?}");
            return;
        };
        let new = run(op, input, self.is_twisted, &mut chain.groups);
        let name = format!("view {k}, {op:?}");
        check(&name, delta, &chain.things, &new);
        chain.things = new;
        assert_eq!(operator.len() as usize, chain.things.len(), "{name}");
        let source =
            if matches!(op, Op::Map | Op::Group | Op::GroupText) { Some(chain.view) } else { chain.source };
        let items = self.views.items(Input::View(chain.view), &self.list).unwrap();
        for (item, thing) in items.zip(&chain.things) {
            let found = cells(source, item, &self.list, &self.views, &self.texts).0;
            assert!(
                item.id == thing.id && found.is_same(&thing.cells),
                "{name}: {item:?} {found:?}, not {thing:?}"
            );
        }
        let mut hash = self.hash;
        for entry in delta.removes().iter().chain(delta.inserts()).chain(delta.updates()) {
            self.entries[entry.change() as usize] += 1;
            let fields = [entry.item().id.0, u64::from(entry.row()), u64::from(entry.old())];
            for field in fields.into_iter().chain([u64::from(entry.new_index()), entry.change() as u64]) {
                hash = (hash ^ field).wrapping_mul(0x100_0000_01b3);
            }
        }
        self.hash = hash;
    }
}

/// What a run should be at a time.
struct Known {
    things: Vec<Thing>,
    of_chains: Vec<(Vec<Thing>, Groups)>,
    last_id: u64,
    is_twisted: bool,
    texts: Texts,
}

impl Run {
    fn known(&self) -> Known {
        let of_chains = self.chains.iter().map(|chain| (chain.things.clone(), chain.groups.clone()));
        Known {
            things: self.things.clone(),
            of_chains: of_chains.collect(),
            last_id: self.last_id,
            is_twisted: self.is_twisted,
            texts: self.texts.clone(),
        }
    }

    fn should_be(&mut self, known: Known) {
        let Known { things, of_chains, last_id, is_twisted, texts } = known;
        (self.things, self.last_id, self.is_twisted, self.texts) = (things, last_id, is_twisted, texts);
        for (chain, (things, groups)) in self.chains.iter_mut().zip(of_chains) {
            (chain.things, chain.groups) = (things, groups);
        }
    }
}

/// Whether a delta is canonical and leads from one order to the other.
fn check(name: &str, delta: &Delta, old: &[Thing], new: &[Thing]) {
    let ids = |things: &[Thing]| things.iter().map(|thing| thing.id).collect::<Vec<_>>();
    let mut order = ids(old);
    delta.apply(&mut order);
    assert_eq!(order, ids(new), "{name}: {delta:?}\nfrom {:?}", ids(old));
    assert_eq!((delta.old_len() as usize, delta.new_len() as usize), (old.len(), new.len()), "{name}");
    assert!(delta.removes().is_sorted_by(|a, b| a.from() > b.from()), "{name}: {delta:?}");
    assert!(delta.inserts().is_sorted_by(|a, b| a.to() < b.to()), "{name}: {delta:?}");
    assert!(delta.updates().is_sorted_by(|a, b| a.to() < b.to()), "{name}: {delta:?}");
    assert!(
        !delta.is_structural() || ids(old) != ids(new),
        "{name}: it says more than has changed: {delta:?}"
    );
    assert_eq!(delta.dirty().count(), delta.dirty_len() as usize, "{name}");
    let at = |things: &[Thing], id: ItemId| things.iter().position(|thing| thing.id == id).map(|k| k as u32);
    let entries = || delta.removes().iter().chain(delta.inserts()).chain(delta.updates());
    for entry in entries() {
        let id = entry.item().id;
        assert_eq!((entry.from(), entry.to()), (at(old, id), at(new, id)), "{name}: {entry:?}");
    }
    for thing in new {
        let Some(before) = old.iter().find(|before| before.id == thing.id) else { continue };
        let mut of_thing = entries().filter(|entry| entry.item().id == thing.id);
        let is_told = of_thing.any(|entry| entry.is_changed());
        assert!(is_told || before.cells.is_same(&thing.cells), "{name}: {thing:?} was {before:?}: {delta:?}");
    }
}

/// Frames of this run: the full number is 40 000, and a number in `PAVANE_FRAMES` asks for another one.
fn frames() -> u32 {
    std::env::var("PAVANE_FRAMES").ok().and_then(|frames| frames.parse().ok()).unwrap_or(1_000)
}

#[test]
fn every_chain_of_three_does_as_recomputation() {
    let mut run = Run::new(1, false);
    for _ in 0..frames() {
        run.frame();
    }
    assert!(run.refused > 0, "it was never full");
    assert!(run.entries.iter().all(|count| *count > 1000), "too little of something: {:?}", run.entries);
}

#[test]
fn what_goes_back_goes_on_as_recomputation() {
    let mut run = Run::new(4, false);
    let (mut list, mut views) = (run.list.clone(), run.views.clone());
    for _ in 0..frames() / 5 {
        list.catch_up(&mut run.list);
        views.catch_up(&mut run.views);
        let known = run.known();
        for _ in 0..1 + run.random.below(3) {
            run.frame();
        }
        if run.random.below(2) == 0 {
            run.list.go_back(&list);
            run.views.go_back(&views);
            run.should_be(known);
        }
    }
}

#[test]
fn two_runs_have_the_same_deltas() {
    let hash = |seed| {
        let mut run = Run::new(seed, false);
        for _ in 0..frames() / 10 {
            run.frame();
        }
        run.hash
    };
    assert_eq!(hash(2), hash(2));
    assert_ne!(hash(2), hash(3));
}

#[test]
fn views_of_a_list_that_has_items() {
    for seed in 0..5 {
        let mut run = Run::new(seed, true);
        // The list's own delta is not what they are told first.
        for _ in 0..20 {
            run.frame();
        }
    }
}
