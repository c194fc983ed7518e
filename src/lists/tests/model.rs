//! What lists and views should do, said by sorting and filtering everything anew.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::super::{ItemId, Place, Sum, Totals};

/// What an operator of the tests looks at: of an item of the list its cells, of a mapped one and of a group what that makes of
/// them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub(super) f: f64,
    pub(super) g: i32,
    pub(super) b: bool,
    pub(super) t: &'static str,
}

impl Cells {
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let rest = |of: &Self| (of.f.to_bits(), of.g, of.b, of.t);
        rest(self) == rest(other)
    }

    /// What the map of the tests makes of it: often the same of something else.
    pub(super) fn mapped(f: f64, g: i32) -> Self {
        let f = if f.abs() < 3.0 { f.trunc() } else { f };
        Self { f, g: g / 2, b: f > 0.0, t: "" }
    }

    pub(super) fn of_group(totals: &Totals, median: Option<f64>, [first, last]: [f64; 2]) -> Self {
        let ends = i32::from(totals.min < totals.max) + 2 * i32::from(first.to_bits() == last.to_bits());
        let g = totals.count as i32 % 3 + ends - i32::from(median.is_some_and(|median| median > 0.0));
        Self { f: totals.sum, g, b: totals.any(), t: "" }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Thing {
    pub(super) id: ItemId,
    pub(super) cells: Cells,
}

/// The operators of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Where,
    Map,
    ByNumber,
    ByTwo,
    ByText,
    Take,
    Skip,
    Distinct,
    DistinctText,
    Group,
    GroupText,
}

impl Op {
    pub(super) const ALL: [Self; 11] = [
        Self::Where,
        Self::Map,
        Self::ByNumber,
        Self::ByTwo,
        Self::ByText,
        Self::Take,
        Self::Skip,
        Self::Distinct,
        Self::DistinctText,
        Self::Group,
        Self::GroupText,
    ];
}

/// NaN behind all others, whichever way.
pub(super) fn by_number(a: f64, b: f64, is_descending: bool) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => {
            let ordering = a.partial_cmp(&b).expect("both are numbers");
            if is_descending { ordering.reverse() } else { ordering }
        }
        (a, b) => a.cmp(&b),
    }
}

/// A key of a group of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupKey {
    Number(i32),
    Text(&'static str),
}

/// Groups keep their ids as long as they have members: all that a view may know of before.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    ids: BTreeMap<GroupKey, ItemId>,
    last: u64,
}

pub(super) fn totals(things: &[Thing]) -> Totals {
    let mut sum = Sum::default();
    things.iter().for_each(|thing| sum.add(thing.cells.f));
    let numbers = || things.iter().map(|thing| thing.cells.f).filter(|f| !f.is_nan()).map(|f| f + 0.0);
    Totals {
        count: things.len() as u32,
        trues: things.iter().filter(|thing| thing.cells.f != 0.0).count() as u32,
        sum: sum.value(),
        min: numbers().reduce(f64::min),
        max: numbers().reduce(f64::max),
    }
}

fn median(things: &[Thing]) -> Option<f64> {
    let mut numbers: Vec<f64> =
        things.iter().map(|thing| thing.cells.f + 0.0).filter(|f| !f.is_nan()).collect();
    numbers.sort_by(f64::total_cmp);
    let (a, b) = (*numbers.get(numbers.len().checked_sub(1)? / 2)?, numbers[numbers.len() / 2]);
    Some(if a == b { a } else { a / 2.0 + b / 2.0 })
}

fn grouped(input: &[Thing], groups: &mut Groups, key: impl Fn(&Cells) -> GroupKey) -> Vec<Thing> {
    let mut members: Vec<(GroupKey, Vec<Thing>)> = Vec::new();
    for thing in input {
        let key = key(&thing.cells);
        match members.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(*thing),
            None => members.push((key, vec![*thing])),
        }
    }
    groups.ids.retain(|key, _| members.iter().any(|(known, _)| known == key));
    let mut out = Vec::new();
    for (key, members) in members {
        let id = *groups.ids.entry(key).or_insert_with(|| {
            groups.last += 1;
            ItemId(groups.last)
        });
        let ends = [members[0], members[members.len() - 1]].map(|member| member.cells.f);
        out.push(Thing { id, cells: Cells::of_group(&totals(&members), median(&members), ends) });
    }
    out
}

/// The integer that groups and `distinct` go by.
pub(super) fn class(cells: &Cells, is_twisted: bool) -> i32 {
    if is_twisted { cells.g / 2 } else { cells.g }
}

/// From which index up to which one a window is.
pub(super) fn window(op: Op, is_twisted: bool) -> (u32, u32) {
    match (op, is_twisted) {
        (Op::Take, false) => (0, 5),
        (Op::Take, true) => (4, 7),
        (_, false) => (3, u32::MAX),
        (_, true) => (1, u32::MAX),
    }
}

/// `is_twisted` is something that is asked of besides the items.
pub(super) fn run(op: Op, input: &[Thing], is_twisted: bool, groups: &mut Groups) -> Vec<Thing> {
    let mut out = input.to_vec();
    match op {
        Op::Where => out.retain(|thing| thing.cells.b != is_twisted),
        Op::Map => out.iter_mut().for_each(|thing| thing.cells = Cells::mapped(thing.cells.f, thing.cells.g)),
        Op::ByNumber => out.sort_by(|a, b| by_number(a.cells.f, b.cells.f, is_twisted)),
        Op::ByTwo => {
            out.sort_by(|a, b| b.cells.g.cmp(&a.cells.g).then(by_number(a.cells.f, b.cells.f, true)));
        }
        Op::ByText => out.sort_by(|a, b| a.cells.t.cmp(b.cells.t).reverse()),
        Op::Take | Op::Skip => {
            let (start, end) = window(op, is_twisted);
            out.truncate(end as usize);
            drop(out.drain(..out.len().min(start as usize)));
        }
        Op::Distinct => first_of(&mut out, |cells| GroupKey::Number(class(cells, is_twisted))),
        Op::DistinctText => first_of(&mut out, |cells| GroupKey::Text(cells.t)),
        Op::Group => return grouped(input, groups, |cells| GroupKey::Number(class(cells, is_twisted))),
        Op::GroupText => return grouped(input, groups, |cells| GroupKey::Text(cells.t)),
    }
    out
}

fn first_of(out: &mut Vec<Thing>, key: impl Fn(&Cells) -> GroupKey) {
    let mut known = Vec::new();
    out.retain(|thing| {
        let key = key(&thing.cells);
        let is_new = !known.contains(&key);
        known.push(key);
        is_new
    });
}

/// What is staged in one turn.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Set(u32, ItemId, fn(&mut Cells, &Cells), Cells),
    Insert(u32, At, Cells),
    Move(u32, ItemId, At),
    Remove(ItemId),
    Clear,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    Start,
    End,
    Index(u32),
    Before(ItemId),
    After(ItemId),
}

impl At {
    pub(super) fn place(self, find: impl Fn(ItemId) -> super::super::Item) -> Place {
        match self {
            Self::Start => Place::Start,
            Self::End => Place::End,
            Self::Index(index) => Place::At(index),
            Self::Before(id) => Place::Before(find(id)),
            Self::After(id) => Place::After(find(id)),
        }
    }

    fn gap(self, list: &[Thing]) -> usize {
        let at = |id: ItemId| list.iter().position(|thing| thing.id == id).expect("it is there");
        match self {
            Self::Start => 0,
            Self::End => list.len(),
            Self::Index(index) => (index as usize).min(list.len()),
            Self::Before(id) => at(id),
            Self::After(id) => at(id) + 1,
        }
    }
}

/// The list after a turn; none where it would be too long.
pub(super) fn commit(
    list: &[Thing],
    writes: &[Write],
    last_id: &mut u64,
    capacity: usize,
) -> Option<Vec<Thing>> {
    let mut writes: Vec<&Write> = writes.iter().collect();
    writes.sort_by_key(|write| match write {
        Write::Set(writer, ..) | Write::Insert(writer, ..) | Write::Move(writer, ..) => *writer,
        Write::Remove(_) | Write::Clear => 0,
    });
    let mut cells: Vec<Thing> = list.to_vec();
    let mut gone: Vec<ItemId> = Vec::new();
    for write in &writes {
        match write {
            Write::Set(_, id, set, new) => {
                let thing = cells.iter_mut().find(|thing| thing.id == *id).expect("it is there");
                set(&mut thing.cells, new);
            }
            Write::Remove(id) => gone.push(*id),
            Write::Clear => gone.extend(list.iter().map(|thing| thing.id)),
            Write::Insert(..) | Write::Move(..) => {}
        }
    }
    let inserts = writes.iter().filter(|write| matches!(write, Write::Insert(..))).count();
    let stay = list.iter().filter(|thing| !gone.contains(&thing.id)).count();
    if stay + inserts > capacity {
        return None;
    }
    let mut gaps: Vec<Vec<Thing>> = vec![Vec::new(); list.len() + 1];
    let mut moved: Vec<ItemId> = Vec::new();
    // The last move of an item counts.
    let is_last = |k: usize, id: ItemId| {
        writes[k + 1..].iter().all(|write| !matches!(write, Write::Move(_, other, _) if *other == id))
    };
    for (k, write) in writes.iter().enumerate() {
        match write {
            Write::Insert(_, at, cells) => {
                *last_id += 1;
                gaps[at.gap(list)].push(Thing { id: ItemId(*last_id), cells: *cells });
            }
            Write::Move(_, id, at) if is_last(k, *id) && !gone.contains(id) => {
                moved.push(*id);
                gaps[at.gap(list)].push(*cells.iter().find(|thing| thing.id == *id).expect("it is there"));
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    for (k, gap) in gaps.into_iter().enumerate() {
        out.extend(gap);
        if let Some(thing) =
            cells.get(k).filter(|thing| !gone.contains(&thing.id) && !moved.contains(&thing.id))
        {
            out.push(*thing);
        }
    }
    Some(out)
}
