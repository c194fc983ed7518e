//! Random programs of lists: what their reactions do in a turn, and what their views show, against a model that does everything anew.

use crate::math::hash::hash2;
use crate::program::{Aggregate, ChannelKind, ListRef, Program, Type, Value, ViewRef};
use crate::{Builder, Engine, EngineSettings};

const CAPACITY: u32 = 24;
const ROUNDS: u64 = 40;

/// A row of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    id: u64,
    value: f64,
    class: i32,
}

/// What one effect of a reaction does; which rows are meant is said by their class.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Append(f64, i32),
    /// At the place that the channel `to` says.
    Insert(f64, i32),
    /// Adds to the value of some rows.
    Set(i32, f64),
    /// The class becomes another one.
    Reclass(i32, i32),
    /// To the place that `to` says, counted from a row's own.
    Shift(i32),
    /// To the place that `to` says.
    Move(i32),
    MoveCarried,
    SetCarried(f64),
    Remove(i32),
    RemoveCarried,
}

/// A step of a chain of views.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Rows with at least the value that the channel `least` says.
    Where,
    SortBy(bool),
    DistinctClass,
    DistinctValue,
    Skip(u32),
    Take(u32),
    /// As the channels `skip` and `take` say.
    LiveSkip,
    LiveTake,
}

/// Numbers one after the other.
struct Random(u32, u32);

impl Random {
    fn below(&mut self, most: u32) -> u32 {
        self.1 += 1;
        hash2(self.0, self.1) % most
    }
}

/// What a program is made of: reactions to `go`, reactions to `row`, which carries one, and chains of views.
#[derive(Debug)]
struct Plan {
    go: Vec<Vec<Deed>>,
    row: Vec<Vec<Deed>>,
    chains: Vec<Vec<Step>>,
}

impl Plan {
    fn new(seed: u32) -> Self {
        let mut random = Random(seed, 0);
        let mut deeds = |carried: bool| -> Vec<Vec<Deed>> {
            let count = 1 + random.below(3);
            let mut reaction = || -> Vec<Deed> {
                let count = 1 + random.below(2);
                (0..count).map(|_| Self::deed(&mut random, carried)).collect()
            };
            (0..count).map(|_| reaction()).collect()
        };
        let (go, row) = (deeds(false), deeds(true));
        let chains = (0..3).map(|_| (0..3).map(|_| Self::step(&mut random)).collect()).collect();
        Self { go, row, chains }
    }

    fn deed(random: &mut Random, carried: bool) -> Deed {
        let (value, class) = (f64::from(random.below(5)), random.below(3) as i32);
        match random.below(if carried { 11 } else { 8 }) {
            0 => Deed::Append(value, class),
            1 => Deed::Insert(value, class),
            2 => Deed::Set(class, value - 2.0),
            3 => Deed::Reclass(class, random.below(3) as i32),
            4 => Deed::Shift(class),
            5 => Deed::Move(class),
            6 => Deed::Remove(class),
            7 => Deed::Insert(f64::NAN, class),
            8 => Deed::MoveCarried,
            9 => Deed::SetCarried(value),
            _ => Deed::RemoveCarried,
        }
    }

    fn step(random: &mut Random) -> Step {
        match random.below(8) {
            0 => Step::Where,
            1 => Step::SortBy(random.below(2) == 0),
            2 => Step::DistinctClass,
            3 => Step::DistinctValue,
            4 => Step::Skip(random.below(4)),
            5 => Step::Take(random.below(9)),
            6 => Step::LiveSkip,
            _ => Step::LiveTake,
        }
    }

    fn program(&self) -> Program {
        let b = Builder::new("random");
        let channel = |name: &str| b.channel(name, Type::Int, &[0.0], ChannelKind::Hold);
        let (to, skip, take) = (channel("to"), channel("skip"), channel("take"));
        let least = b.channel("least", Type::Float, &[0.0], ChannelKind::Hold);
        let list = b.list("rows", CAPACITY, &[("value", Type::Float), ("class", Type::Int)]);
        let go = b.host_event("go", None);
        let row = b.row_event("row", list);
        // Room for what a turn may bring.
        let room = b.total("many", list, crate::program::Total::Count, None).lt(b.int(CAPACITY as i32 - 12));
        for (event, reactions) in [(go, &self.go), (row, &self.row)] {
            for deeds in reactions {
                let brings = deeds.iter().any(|deed| matches!(deed, Deed::Append(..) | Deed::Insert(..)));
                let mut reaction = event.reaction();
                if brings {
                    reaction = reaction.when(room);
                }
                for deed in deeds {
                    reaction = self.done(&b, (list, to), *deed, reaction);
                }
                reaction.done();
            }
        }
        let mut views = Vec::new();
        for (at, chain) in self.chains.iter().enumerate() {
            let mut view = ViewRef::from(list);
            for step in chain {
                let (value, class) = (b.column(list, 0), b.column(list, 1));
                view = match *step {
                    Step::Where => b.view_where(view, value.ge(least)),
                    Step::SortBy(descending) => b.view_sorted(view, value, descending),
                    Step::DistinctClass => b.view_distinct(view, class),
                    Step::DistinctValue => b.view_distinct(view, value),
                    Step::Skip(count) => b.view_window(view, count, None),
                    Step::Take(count) => b.view_window(view, 0, Some(count)),
                    Step::LiveSkip => b.view_live_window(view, Some(skip), None),
                    Step::LiveTake => b.view_live_window(view, None, Some(take)),
                };
            }
            shown(&b, &format!("view {at}"), view);
            views.push(view);
        }
        for (at, view) in views.into_iter().enumerate() {
            let (value, class, high) = (b.column(list, 0), b.column(list, 1), b.column(list, 0).ge(least));
            let totals = [
                ("count", Aggregate::Count, None),
                ("sum", Aggregate::Sum, Some(value)),
                ("mean", Aggregate::Mean, Some(value)),
                ("min", Aggregate::Min, Some(value)),
                ("max", Aggregate::Max, Some(value)),
                ("median", Aggregate::Median, Some(value)),
                ("first", Aggregate::First, Some(value)),
                ("last", Aggregate::Last, Some(class)),
                ("high", Aggregate::Count, Some(high)),
                ("any", Aggregate::Any, Some(high)),
                ("all", Aggregate::All, Some(high)),
            ];
            let keys = [("class", class), ("low", value.lt(2.0))];
            let groups = b.groups(&format!("groups {at}"), view, &keys, &totals);
            let large = b.view_sorted(groups, b.column(groups, 2), true);
            let rows = b.domain_of_view(&format!("large {at}"), large);
            let id = b.element_row_id(rows).uint_to_float();
            let count = b.element_column(rows, 2).to_float();
            let white = b.rgba(1.0, 1.0, 1.0, 1.0);
            b.pass(&format!("large {at}"), rows).position(b.vec2(id, count)).size(0.1).color(white).draw();
            // Groups of groups: how many there are of each size.
            b.groups(
                &format!("sizes {at}"),
                groups,
                &[("size", b.column(groups, 2))],
                &[("n", Aggregate::Count, None)],
            );
        }
        b.finish().unwrap()
    }

    fn done<'b>(
        &self,
        b: &'b Builder,
        (list, to): (ListRef, Value<'b>),
        deed: Deed,
        reaction: crate::program::ReactionBuilder<'b>,
    ) -> crate::program::ReactionBuilder<'b> {
        let of = |class: i32| Some(b.column(list, 1).equals(b.int(class)));
        // What no number is, is worked out: a constant is one.
        let number = |value: f64| if value.is_nan() { b.float(0.0) / b.float(0.0) } else { b.float(value) };
        match deed {
            Deed::Append(value, class) => reaction.append(list, &[number(value), b.int(class)]),
            Deed::Insert(value, class) => reaction.insert(list, &[number(value), b.int(class)], Some(to)),
            Deed::Set(class, by) => reaction.set_rows(list, 0, b.column(list, 0) + by, of(class)),
            Deed::Reclass(class, other) => reaction.set_rows(list, 1, b.int(other), of(class)),
            Deed::Shift(class) => {
                let place = b.row_place(list).op(crate::program::Op::UintToInt, &[]);
                reaction.move_rows(list, place + to, of(class))
            }
            Deed::Move(class) => reaction.move_rows(list, to, of(class)),
            Deed::MoveCarried => reaction.move_row(to),
            Deed::SetCarried(value) => reaction.set_row(0, b.float(value)),
            Deed::Remove(class) => reaction.remove_rows(list, of(class)),
            Deed::RemoveCarried => reaction.remove_row(),
        }
    }
}

/// A dot for each row of a view, at its id and its class.
fn shown(b: &Builder, name: &str, view: ViewRef) {
    let rows = b.domain_of_view(name, view);
    let id = b.element_row_id(rows).uint_to_float();
    let class = b.element_column(rows, 1).to_float();
    b.pass(name, rows).position(b.vec2(id, class)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
}

/// The list after a turn: sets by reaction, then places, and what is removed is gone.
fn turn(rows: &[Row], last: &mut u64, reactions: &[Vec<Deed>], (to, carried): (i32, u64)) -> Vec<Row> {
    let place = |to: i64| usize::try_from(to.max(0)).unwrap();
    let mut after = rows.to_vec();
    // By the gap before an old index; of a row that moves its last place.
    let mut new: Vec<(usize, Row)> = Vec::new();
    let mut moves: Vec<(usize, usize)> = Vec::new();
    let mut gone = Vec::new();
    let mut arrivals = 0;
    // The order in which places are taken, with what takes them.
    let mut taken: Vec<(usize, usize, Option<usize>)> = Vec::new();
    let has_room = rows.len() < CAPACITY as usize - 12;
    for deeds in reactions {
        let brings = deeds.iter().any(|deed| matches!(deed, Deed::Append(..) | Deed::Insert(..)));
        if brings && !has_room {
            continue;
        }
        for deed in deeds {
            let of = |class: i32| (0..rows.len()).filter(move |&at| rows[at].class == class);
            let met = rows.iter().position(|row| row.id == carried);
            let mut go = |at: usize, to: i64| {
                let to = place(to);
                let gap = if to > at { to + 1 } else { to }.min(rows.len());
                moves.retain(|&(row, _)| row != at);
                taken.retain(|&(_, _, row)| row != Some(at));
                moves.push((at, gap));
                arrivals += 1;
                taken.push((gap, arrivals, Some(at)));
            };
            match *deed {
                Deed::Append(value, class) | Deed::Insert(value, class) => {
                    let gap = match deed {
                        Deed::Append(..) => rows.len(),
                        _ => place(i64::from(to)).min(rows.len()),
                    };
                    *last += 1;
                    arrivals += 1;
                    taken.push((gap, arrivals, None));
                    new.push((arrivals, Row { id: *last, value, class }));
                }
                Deed::Set(class, by) => of(class).for_each(|at| after[at].value = rows[at].value + by),
                Deed::Reclass(class, other) => of(class).for_each(|at| after[at].class = other),
                Deed::Shift(class) => of(class).for_each(|at| go(at, at as i64 + i64::from(to))),
                Deed::Move(class) => of(class).for_each(|at| go(at, i64::from(to))),
                Deed::MoveCarried => met.into_iter().for_each(|at| go(at, i64::from(to))),
                Deed::SetCarried(value) => met.into_iter().for_each(|at| after[at].value = value),
                Deed::Remove(class) => gone.extend(of(class)),
                Deed::RemoveCarried => gone.extend(met),
            }
        }
    }
    taken.sort_unstable();
    let mut out = Vec::new();
    for at in 0..=rows.len() {
        for &(_, arrival, row) in taken.iter().filter(|&&(gap, ..)| gap == at) {
            match row {
                Some(row) if !gone.contains(&row) => out.push(after[row]),
                Some(_) => {}
                None => out.extend(new.iter().find(|(own, _)| *own == arrival).map(|(_, row)| *row)),
            }
        }
        let stays = |at: &usize| !gone.contains(at) && !moves.iter().any(|(row, _)| row == at);
        out.extend(Some(at).filter(|at| *at < rows.len() && stays(at)).map(|at| after[at]));
    }
    out
}

/// What a chain of views shows.
fn chain(rows: &[Row], steps: &[Step], least: f64, [skip, take]: [i32; 2]) -> Vec<Row> {
    let mut out = rows.to_vec();
    let first = |out: &mut Vec<Row>, key: fn(&Row) -> u64| {
        let mut known = Vec::new();
        out.retain(|row| {
            !known.contains(&key(row)) && {
                known.push(key(row));
                true
            }
        });
    };
    let count = |number: i32| usize::try_from(number.max(0)).unwrap();
    for step in steps {
        match *step {
            Step::Where => out.retain(|row| row.value >= least),
            Step::SortBy(descending) => out.sort_by(|a, b| {
                let (a, b) = (a.value, b.value);
                let by = if descending { b.partial_cmp(&a) } else { a.partial_cmp(&b) };
                by.unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
            }),
            Step::DistinctClass => first(&mut out, |row| row.class as u64),
            Step::DistinctValue => {
                first(
                    &mut out,
                    |row| if row.value.is_nan() { u64::MAX } else { (row.value + 0.0).to_bits() },
                );
            }
            Step::Skip(number) => out = out.split_off((number as usize).min(out.len())),
            Step::Take(number) => out.truncate(number as usize),
            Step::LiveSkip => out = out.split_off(count(skip).min(out.len())),
            Step::LiveTake => out.truncate(count(take)),
        }
    }
    out
}

/// The groups of what a chain shows, and their ids: the same as long as they have members.
#[derive(Default)]
struct Grouped {
    ids: Vec<((i32, bool), u64)>,
    last: u64,
    /// By group: the id, the key, and all columns.
    groups: Vec<(u64, Vec<f64>)>,
}

impl Grouped {
    fn follow(&mut self, rows: &[Row], least: f64) {
        let mut members: Vec<((i32, bool), Vec<Row>)> = Vec::new();
        for row in rows {
            let key = (row.class, row.value < 2.0);
            match members.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(*row),
                None => members.push((key, vec![*row])),
            }
        }
        self.ids.retain(|(key, _)| members.iter().any(|(other, _)| other == key));
        self.groups.clear();
        for (key, members) in members {
            let known = self.ids.iter().find(|(known, _)| *known == key).map(|(_, id)| *id);
            let id = known.unwrap_or_else(|| {
                self.last += 1;
                self.ids.push((key, self.last));
                self.last
            });
            let values: Vec<f64> = members.iter().map(|row| row.value).collect();
            let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let middle = |at: usize| sorted.get(at).copied().unwrap_or(f64::NAN);
            let (count, sum) = (values.len() as f64, values.iter().sum::<f64>());
            let high = values.iter().filter(|value| **value >= least).count();
            let is = |truth: bool| f64::from(u8::from(truth));
            let columns = vec![
                f64::from(key.0),
                is(key.1),
                count,
                sum,
                sum / count,
                sorted.first().copied().unwrap_or(f64::INFINITY),
                sorted.last().copied().unwrap_or(f64::NEG_INFINITY),
                (middle(sorted.len().saturating_sub(1) / 2) + middle(sorted.len() / 2)) / 2.0,
                values[0],
                f64::from(members[members.len() - 1].class),
                high as f64,
                is(high > 0),
                is(high == values.len()),
            ];
            self.groups.push((id, columns));
        }
    }

    fn check(&self, engine: &mut Engine, at: usize, what: &dyn Fn() -> String) {
        let list = engine.list(&format!("groups {at}")).unwrap();
        let names: Vec<&str> = list.columns().map(|(name, _)| name).collect();
        let found = list.ids().enumerate().map(|(at, id)| {
            let value = |name: &&str| list.value(name, at).unwrap().components()[0];
            (id, names.iter().map(value).collect::<Vec<f64>>())
        });
        let bits = |groups: Vec<(u64, Vec<f64>)>| {
            let number = |value: &f64| if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
            let bits = |(id, columns): (u64, Vec<f64>)| (id, columns.iter().map(number).collect::<Vec<_>>());
            groups.into_iter().map(bits).collect::<Vec<_>>()
        };
        let found: Vec<(u64, Vec<f64>)> = found.collect();
        let (own, others) = (bits(found.clone()), bits(self.groups.clone()));
        assert_eq!(own, others, "{found:?}, not {:?}: {}", self.groups, what());
        let frame = engine.last_frame().unwrap();
        let mut large: Vec<(f32, f32)> =
            self.groups.iter().map(|(id, columns)| (*id as f32, columns[2] as f32)).collect();
        large.sort_by(|a, b| b.1.total_cmp(&a.1));
        let pass = frame.passes().find(|pass| pass.name == format!("large {at}")).unwrap();
        let shown: Vec<(f32, f32)> = (0..pass.count).map(|row| (pass.x.get(row), pass.y.get(row))).collect();
        assert_eq!(shown, large, "{}", what());
        let sizes = engine.list(&format!("sizes {at}")).unwrap();
        let size = |at: usize| sizes.value("size", at).unwrap().components()[0];
        let number = |at: usize| sizes.value("n", at).unwrap().components()[0];
        let mut expected: Vec<(f64, f64)> = Vec::new();
        for (_, columns) in &self.groups {
            match expected.iter_mut().find(|(size, _)| *size == columns[2]) {
                Some((_, count)) => *count += 1.0,
                None => expected.push((columns[2], 1.0)),
            }
        }
        let found: Vec<(f64, f64)> = (0..sizes.len()).map(|at| (size(at), number(at))).collect();
        assert_eq!(found, expected, "{}", what());
    }
}

/// What one frame takes from the host.
#[derive(Clone, Copy, Debug)]
struct Given {
    to: i32,
    skip: i32,
    take: i32,
    least: f64,
    carried: u32,
    /// Turns of `go` and of `row`.
    turns: [u32; 2],
}

impl Given {
    fn at(seed: u32, frame: u64) -> Self {
        let mut random = Random(hash2(seed, frame as u32), 0);
        Self {
            to: random.below(20) as i32 - 4,
            skip: random.below(6) as i32 - 1,
            take: random.below(9) as i32 - 1,
            least: f64::from(random.below(5)) - 1.0,
            carried: 1 + random.below(3 * (frame as u32 + 1)),
            turns: [random.below(3), random.below(3)],
        }
    }

    fn give(&self, engine: &mut Engine) {
        for (name, value) in [("to", self.to), ("skip", self.skip), ("take", self.take)] {
            engine.set(name, value).unwrap();
        }
        engine.set("least", self.least).unwrap();
        (0..self.turns[0]).for_each(|_| engine.send("go", ()).unwrap());
        (0..self.turns[1]).for_each(|_| engine.send("row", self.carried).unwrap());
    }
}

fn settings(threads: usize) -> EngineSettings {
    let snapshots = Some(crate::engine::Snapshots { count: 4, every: 8, inputs: 8192 });
    EngineSettings { threads, snapshots, ..EngineSettings::default() }
}

/// Plays a random program beside the model; the hash of each frame.
fn play(seed: u32, threads: usize) -> Vec<u64> {
    let plan = Plan::new(seed);
    let program = plan.program();
    assert_eq!(Program::from_json(&program.to_json(), "random.json").unwrap(), program, "{plan:?}");
    let mut engine = Engine::fitted(program, 1.0, settings(threads)).unwrap();
    let (mut rows, mut last) = (Vec::new(), 0);
    let mut grouped: Vec<Grouped> = plan.chains.iter().map(|_| Grouped::default()).collect();
    let follow = |grouped: &mut [Grouped], rows: &[Row], given: &Given| {
        for (grouped, steps) in grouped.iter_mut().zip(&plan.chains) {
            grouped.follow(&chain(rows, steps, given.least, [given.skip, given.take]), given.least);
        }
    };
    let mut hashes = Vec::new();
    for frame in 0..ROUNDS {
        let given = Given::at(seed, frame);
        given.give(&mut engine);
        for _ in 0..given.turns[0] {
            rows = turn(&rows, &mut last, &plan.go, (given.to, 0));
            follow(&mut grouped, &rows, &given);
        }
        for _ in 0..given.turns[1] {
            // An event of a row that is gone is none.
            if rows.iter().any(|row| row.id == u64::from(given.carried)) {
                rows = turn(&rows, &mut last, &plan.row, (given.to, u64::from(given.carried)));
                follow(&mut grouped, &rows, &given);
            }
        }
        follow(&mut grouped, &rows, &given);
        let what = || format!("seed {seed}, frame {frame}, {given:?}, {plan:?}");
        hashes.push(engine.frame(frame).unwrap_or_else(|error| panic!("{error}: {}", what())).hash());
        let ids: Vec<u64> = engine.list("rows").unwrap().ids().collect();
        assert_eq!(ids, rows.iter().map(|row| row.id).collect::<Vec<_>>(), "{}", what());
        grouped.iter().enumerate().for_each(|(at, grouped)| grouped.check(&mut engine, at, &what));
        let frame = engine.last_frame().unwrap();
        for (pass, steps) in frame.passes().zip(&plan.chains) {
            let found: Vec<(f32, f32)> =
                (0..pass.count).map(|row| (pass.x.get(row), pass.y.get(row))).collect();
            let expected = chain(&rows, steps, given.least, [given.skip, given.take]);
            let expected: Vec<(f32, f32)> =
                expected.iter().map(|row| (row.id as f32, row.class as f32)).collect();
            assert_eq!(found, expected, "{steps:?} of {rows:?}: {}", what());
        }
    }
    if threads == 1 {
        for back in [ROUNDS / 2 + 1, 3, ROUNDS - 2, 0, ROUNDS - 1] {
            assert_eq!(engine.seek(back).unwrap().hash(), hashes[back as usize], "seek to {back} of {seed}");
        }
    }
    hashes
}

#[test]
fn random_programs_do_as_the_model() {
    let mut sizes = 0;
    for seed in 0..60 {
        let hashes = play(seed, 1);
        sizes += usize::from(hashes.windows(2).any(|pair| pair[0] != pair[1]));
        if seed < 6 {
            assert_eq!(hashes, play(seed, 2), "two threads, seed {seed}");
            assert_eq!(hashes, play(seed, 4), "four threads, seed {seed}");
        }
    }
    assert!(sizes > 40, "too many programs do nothing: {sizes} do something");
}
