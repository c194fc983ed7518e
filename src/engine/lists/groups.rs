//! Lists whose rows are groups of the rows of another one.
//!
//! A book has, behind the views of the program, a [`Group`] for each list that is made of groups of it. What that says has changed is
//! staged in the list of the groups, whose book comes later and is committed in the same turn: so there are rows, ids, columns, views
//! and readers of groups as of any rows. The two have the same order.

use std::cmp::Ordering;

use super::{Book, Lists, direction, key, key_kind, look_at, numbers, value};
use crate::cues::Tag;
use crate::engine::plan::Plan;
use crate::engine::plan::events::place_of_list;
use crate::engine::signals::Signals;
use crate::engine::texts::holders::Marker;
use crate::lists::{
    Answers, Group, Item, Keeps, List, ListError, Operator, Place, TextId, Texts, ViewId, Views,
};
use crate::program::{Aggregate, Groups, ProgramData, Type};

/// The writer of what groups do to their lists: nobody else does anything to them.
const WRITER: u32 = 0;

/// A view of groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grouping {
    /// The list whose rows they are of.
    pub(super) list: usize,
    pub(super) view: ViewId,
    /// The list that they are the rows of.
    pub(super) into: usize,
}

/// The lists that are made of groups of a list.
pub(super) fn of(data: &ProgramData, list: usize) -> impl Iterator<Item = (usize, &Groups)> {
    let groups = data.lists.iter().enumerate().filter_map(|(into, row)| Some((into, row.groups.as_ref()?)));
    groups.filter(move |(_, groups)| groups.list as usize == list)
}

/// All of them, in the order of the lists that they are of; `counts` has how many views of each list there are already.
pub(super) fn groupings(data: &ProgramData, counts: &mut [u32]) -> Vec<Grouping> {
    let of_lists = (0..data.lists.len()).flat_map(|list| of(data, list).map(move |(into, _)| (list, into)));
    let grouping = |(list, into): (usize, usize)| {
        counts[list] += 1;
        Grouping { list, view: ViewId(counts[list] - 1), into }
    };
    of_lists.map(grouping).collect()
}

/// What the numbers of rows are asked for: first the values of keys, of which the first one of each group is shown.
fn keeps(groups: &Groups) -> Vec<Keeps> {
    let of_total = |how: Aggregate| match how {
        Aggregate::Sum | Aggregate::Mean => Keeps { sum: true, order: false },
        Aggregate::Min | Aggregate::Max | Aggregate::Median => Keeps { sum: false, order: true },
        Aggregate::First | Aggregate::Last | Aggregate::Count | Aggregate::Any | Aggregate::All => {
            Keeps::default()
        }
    };
    let asked = groups.totals.iter().filter(|total| total.node.is_some()).map(|total| of_total(total.how));
    groups.keys.iter().map(|_| Keeps::default()).chain(asked).collect()
}

pub(super) fn operator(plan: &Plan, groups: &Groups, capacity: u32) -> Operator {
    let kind = |node: &u32| key_kind(plan.program.node_type(*node), direction(false));
    let kinds: Vec<_> = groups.keys.iter().map(kind).collect();
    Operator::Group(Box::new(Group::new(&kinds, &keeps(groups), capacity)))
}

/// The bytes of the operator, and how many keys and numbers it asks for.
pub(super) fn bytes_for(groups: &Groups, capacity: u32) -> (u64, [usize; 2]) {
    let keeps = keeps(groups);
    let width = groups.keys.len();
    (size_of::<Group>() as u64 + Group::bytes_for(width, &keeps, capacity), [width, keeps.len()])
}

/// The most keys and numbers that a view asks for of one row.
pub(super) fn most_answers(data: &ProgramData) -> [usize; 2] {
    let groups = data.lists.iter().filter_map(|list| list.groups.as_ref());
    groups.fold([1, 1], |most, groups| [most[0].max(groups.keys.len()), most[1].max(groups.nodes().count())])
}

/// The number of a column of a group: of a key, or of what its members come to.
fn number(group: &Group, groups: &Groups, row: u32, column: usize, texts: &Texts) -> f64 {
    let Some(total) = column.checked_sub(groups.keys.len()) else {
        // There is one zero.
        return group.first(row, column, texts) + 0.0;
    };
    let before = groups.totals[..total].iter().filter(|total| total.node.is_some()).count();
    let (how, number) = (groups.totals[total].how, groups.keys.len() + before);
    if groups.totals[total].node.is_none() {
        return f64::from(group.count(row));
    }
    let totals = || group.totals(row, number, texts);
    match how {
        Aggregate::Sum => totals().sum,
        Aggregate::Mean => totals().mean(),
        Aggregate::Min => totals().min.unwrap_or(f64::INFINITY),
        Aggregate::Max => totals().max.unwrap_or(f64::NEG_INFINITY),
        Aggregate::Median => group.median(row, number, texts).unwrap_or(f64::NAN),
        Aggregate::First => group.first(row, number, texts),
        Aggregate::Last => group.last(row, number, texts),
        Aggregate::Count => f64::from(totals().trues),
        Aggregate::Any => f64::from(u8::from(totals().any())),
        Aggregate::All => f64::from(u8::from(totals().every())),
    }
}

fn first_that_differs(mut ways: impl Iterator<Item = Ordering>) -> Ordering {
    ways.find(|way| way.is_ne()).unwrap_or(Ordering::Equal)
}

impl Lists {
    /// Tells the groups of a list's rows what has changed there, and stages that in their lists.
    pub(super) fn tell_groups(
        &mut self,
        at: usize,
        others_changed: bool,
        signals: &mut Signals<'_, '_>,
        tag: Tag,
    ) -> Result<(), ListError> {
        for grouping in 0..self.groupings.len() {
            let Grouping { list, view, into } = self.groupings[grouping];
            if list != at {
                continue;
            }
            let program = signals.plan.program.clone();
            let (data, row) = (program.data(), &program.data().lists[into]);
            let (Some(groups), Some(of_row)) = (&row.groups, signals.plan.events.groups[into]) else {
                continue;
            };
            let Self { books, keys, numbers, .. } = self;
            let (sources, groups_of) = books.split_at_mut(into);
            let Book { list, views, others, is_begun } = &mut sources[at];
            let known = &mut others[view.0 as usize];
            if !known.is_empty() {
                if others_changed {
                    views.ask_all(view)?;
                }
                signals.run_row(of_row, tag);
                let read = &signals.plan.events.rows[of_row as usize].others;
                for (known, register) in known.iter_mut().zip(read) {
                    *known = signals.registers.values[register.index()];
                }
            }
            let first = place_of_list(data, at as u32) as usize;
            keys.clear();
            numbers.clear();
            for entry in views.input(view, list)?.dirty() {
                look_at(list, entry.item(), &mut signals.registers.rows[first..]);
                signals.run_row(of_row, tag);
                let values = &signals.plan.events.rows[of_row as usize].value;
                numbers.extend(values.iter().map(|value| signals.registers.values[value.index()]));
                let of_item = &numbers[numbers.len() - values.len()..];
                for (column, number) in row.columns[..groups.keys.len()].iter().zip(of_item) {
                    keys.push(key(column.ty, direction(false), *number, &signals.texts.texts));
                }
            }
            #[cfg(feature = "metrics")]
            {
                self.asked += (keys.len() / groups.keys.len().max(1)) as u64;
            }
            views.apply(view, Answers::Grouped(keys, numbers), list, &signals.texts.texts)?;
            let types = row.columns.iter().map(|column| column.ty);
            let mut made = Made { groups, types, values: &mut self.values, texts: &signals.texts.texts };
            let into = &mut groups_of[0].list;
            if *is_begun || into.is_empty() {
                made.follow(views, view, into)?;
            } else {
                made.go_on(views, view, into, &mut self.rows)?;
            }
        }
        Ok(())
    }

    /// Tells the texts of keys and of what totals are made of.
    pub(super) fn mark_groups(&self, plan: &Plan, marker: &mut Marker<'_>) {
        let data = plan.program.data();
        for &Grouping { list, view, into } in &self.groupings {
            let Some(groups) = &data.lists[into].groups else { continue };
            let books = [Some(&self.books[list]), self.is_changed[list].then_some(&self.before[list])];
            for book in books.into_iter().flatten() {
                let Some(Operator::Group(group)) = book.views.get(view) else { continue };
                for (number, node) in groups.nodes().enumerate() {
                    if plan.program.node_type(node) != Type::Text {
                        continue;
                    }
                    group.all_numbers(number).for_each(|text| marker.lane(text as u32));
                    if number < groups.keys.len() {
                        group.all_keys().for_each(|keys| marker.id(TextId::from_bits(keys[number])));
                    }
                }
            }
        }
    }
}

/// What the rows of groups are made of.
struct Made<'g, T> {
    groups: &'g Groups,
    /// Of columns.
    types: T,
    values: &'g mut Vec<crate::lists::Value>,
    texts: &'g Texts,
}

impl<T: Iterator<Item = Type> + Clone> Made<'_, T> {
    /// Puts the values of a group where they are staged from.
    fn look_at(&mut self, group: &Group, item: Item) {
        self.values.clear();
        for (column, ty) in self.types.clone().enumerate() {
            let number = number(group, self.groups, item.row, column, self.texts);
            self.values.push(value(ty, [number, 0.0, 0.0, 0.0]));
        }
    }

    fn set(&self, list: &mut List, item: Item) -> Result<(), ListError> {
        for (column, value) in self.values.iter().enumerate() {
            list.set(WRITER, item, column as u32, *value)?;
        }
        Ok(())
    }

    /// Stages what the last delta of groups has changed.
    fn follow(&mut self, views: &Views, view: ViewId, list: &mut List) -> Result<(), ListError> {
        let Some(Operator::Group(group)) = views.get(view) else { return Ok(()) };
        let delta = group.delta();
        for gone in delta.removes().iter().filter(|entry| entry.to().is_none()) {
            let item = gone.from().and_then(|from| list.get(from));
            item.map_or(Ok(()), |item| list.remove(item))?;
        }
        for (at, entry) in delta.inserts().iter().enumerate() {
            self.look_at(group, entry.item());
            let place = Place::At(delta.gap(at));
            match entry.from().and_then(|from| list.get(from)) {
                Some(item) => {
                    list.move_to(WRITER, item, place)?;
                    self.set(list, item)?;
                }
                None => list.insert(WRITER, place, self.values)?,
            }
        }
        for entry in delta.updates() {
            let Some(item) = entry.from().and_then(|from| list.get(from)) else { continue };
            self.look_at(group, entry.item());
            self.set(list, item)?;
        }
        Ok(())
    }

    /// Stages that a list with the groups of before, by another program, becomes that of all groups: those of the same keys stay.
    fn go_on(
        &mut self,
        views: &Views,
        view: ViewId,
        list: &mut List,
        rows: &mut Vec<u32>,
    ) -> Result<(), ListError> {
        let Some(Operator::Group(group)) = views.get(view) else { return Ok(()) };
        let bits = |list: &List, row: u32, column: usize| {
            let column = list.column(column as u32);
            column.map_or(0, |column| numbers(column, row as usize).0[0].to_bits())
        };
        let width = self.groups.keys.len();
        rows.clear();
        rows.extend_from_slice(list.rows());
        rows.sort_unstable_by(|&a, &b| {
            first_that_differs((0..width).map(|column| bits(list, a, column).cmp(&bits(list, b, column))))
        });
        for index in 0..group.len() {
            let Some(item) = group.get(index) else { break };
            self.look_at(group, item);
            let found = rows.binary_search_by(|&row| {
                let own = |column| number(group, self.groups, item.row, column, self.texts).to_bits();
                first_that_differs((0..width).map(|column| bits(list, row, column).cmp(&own(column))))
            });
            match found {
                Ok(at) => {
                    let row = rows.remove(at);
                    let item = Item { id: list.id_of(row), row };
                    list.move_to(WRITER, item, Place::End)?;
                    self.set(list, item)?;
                }
                Err(_) => list.insert(WRITER, Place::End, self.values)?,
            }
        }
        for &row in rows.iter() {
            list.remove(Item { id: list.id_of(row), row })?;
        }
        Ok(())
    }
}
