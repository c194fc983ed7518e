//! The lists of a program while it runs: what reactions do to them, their views, and the domains that show these.
//!
//! A turn stages what it does to rows, while everything reads what was before; [`Lists::commit`] makes it so, at once, and tells
//! the views. What a view asks of a row is a segment of the signal program, run with the row's numbers in registers
//! (`Registers::rows`), for rows that are new or changed; where something else that it reads has changed, for all rows. Numbers of all
//! rows are in cells, which the commit of the turn sets.
//!
//! **Invariant: nothing here allocates in a frame.**

mod groups;
mod readers;
mod rows;
mod scopes;

use bevy_ecs::prelude::ResMut;

use super::elements::Elements;
use super::parts::Parts;
use super::plan::Plan;
use super::plan::events::{EffectPlan, OfRow, place_of_event, place_of_list};
use super::signals::Signals;
use super::texts::holders::Marker;
use crate::cues::Tag;
use crate::id::{CellId, DomainId, EventId, Register};
use crate::lists::key::{self, KeyKind};
use crate::lists::{
    Answers, ColumnRef, Direction, Distinct, Filter, Fold, Input, Item, ItemId, Kind, Limits, List,
    ListError, Operator, Place, Sort, TextId, Texts, Totals, Value, ViewId, Views, Window,
};
use crate::program::{Effect, ListRow, Live, Program, ProgramData, Shows, Total, Type};

use groups::Grouping;
pub use readers::ChangeReader;
use readers::Source;
pub use rows::{Rows, ViewChanges};
pub use scopes::{OfScope, ScopeCounters};

/// A list, its views, and what these have seen.
#[derive(Clone, Debug)]
struct Book {
    list: List,
    views: Views,
    /// Per view what it has read beside rows, when it asked last.
    others: Vec<Vec<f64>>,
    /// Whether the views were told of the rows that were there first.
    is_begun: bool,
}

/// The view of a domain.
#[derive(Clone, Debug)]
struct Shown {
    domain: DomainId,
    list: usize,
    view: ViewId,
    /// Of each input of its elements the column; behind the last one is the id.
    columns: Vec<u32>,
    /// What was shown last.
    version: u64,
}

/// What a reaction does to each of some rows.
#[derive(Clone, Copy)]
enum OfEach {
    Remove,
    Move,
    /// A column.
    Set(u32),
}

/// All lists.
#[derive(Debug)]
pub(crate) struct Lists {
    books: Vec<Book>,
    /// As they were before the instant, where it has changed them.
    before: Vec<Book>,
    is_changed: Vec<bool>,
    /// Of each view of the program its list and its place among the views of that.
    places: Vec<(usize, ViewId)>,
    /// What the lists that are made of groups are made of.
    groupings: Vec<Grouping>,
    shown: Vec<Shown>,
    /// Of each view of the program what has changed in it.
    changes: Vec<ViewChanges>,
    /// What hosts read the changes of.
    sources: Vec<Source>,
    /// Lists of earlier programs, with all rows that they ever had.
    ended: u64,
    /// Rows that views have asked of.
    #[cfg(feature = "metrics")]
    asked: u64,
    /// None: cells of the store hold numbers of texts.
    texts: Texts,
    truths: Vec<bool>,
    keys: Vec<u64>,
    numbers: Vec<f64>,
    values: Vec<Value>,
    /// Of the view that is shown.
    rows: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            books: Vec::new(),
            before: Vec::new(),
            is_changed: Vec::new(),
            places: Vec::new(),
            groupings: Vec::new(),
            shown: Vec::new(),
            changes: Vec::new(),
            sources: Vec::new(),
            ended: 0,
            #[cfg(feature = "metrics")]
            asked: 0,
            texts: Texts::new(0, 0),
            truths: Vec::new(),
            keys: Vec::new(),
            numbers: Vec::new(),
            values: Vec::new(),
            rows: Vec::new(),
        }
    }
}

/// The type of a column of a store.
fn kind(ty: Type) -> Kind {
    match ty {
        Type::Float => Kind::Float,
        Type::Int => Kind::Int,
        // A text is its number. The checks of programs let no shape in.
        Type::Uint | Type::Shape | Type::Text => Kind::Uint,
        Type::Bool => Kind::Bool,
        Type::Vec2 => Kind::Vec2,
        Type::Vec3 => Kind::Vec3,
        Type::Color => Kind::Color,
    }
}

/// Numbers as a value of a store.
fn value(ty: Type, [x, y, z, w]: [f64; 4]) -> Value {
    match ty {
        Type::Float => Value::Float(x),
        Type::Int => Value::Int(x as i64 as i32),
        Type::Uint | Type::Shape | Type::Text => Value::Uint(x as i64 as u32),
        Type::Bool => Value::Bool(x != 0.0),
        Type::Vec2 => Value::Vec2([x, y]),
        Type::Vec3 => Value::Vec3([x, y, z]),
        Type::Color => Value::Color([x, y, z, w]),
    }
}

/// The numbers of a row of a store, and how many they are.
pub(super) fn numbers(column: ColumnRef<'_>, row: usize) -> ([f64; 4], usize) {
    match column {
        ColumnRef::Float(rows) => ([rows[row], 0.0, 0.0, 0.0], 1),
        ColumnRef::Int(rows) => ([f64::from(rows[row]), 0.0, 0.0, 0.0], 1),
        ColumnRef::Uint(rows) => ([f64::from(rows[row]), 0.0, 0.0, 0.0], 1),
        ColumnRef::Bool(rows) => ([f64::from(u8::from(rows[row])), 0.0, 0.0, 0.0], 1),
        ColumnRef::Vec2(rows) => ([rows[row][0], rows[row][1], 0.0, 0.0], 2),
        ColumnRef::Vec3(rows) => ([rows[row][0], rows[row][1], rows[row][2], 0.0], 3),
        ColumnRef::Color(rows) => (rows[row], 4),
        // No column of a program is one.
        ColumnRef::Text(_) | ColumnRef::Handle(_) => ([0.0; 4], 1),
    }
}

/// Puts the lanes of some rows of a store behind others: a component of a column.
fn add_lanes(column: ColumnRef<'_>, component: usize, rows: &[u32], into: &mut Vec<u32>) {
    let at = rows.iter().map(|&row| row as usize);
    let bits = |value: f64| (value as f32).to_bits();
    match column {
        ColumnRef::Float(values) => into.extend(at.map(|row| bits(values[row]))),
        ColumnRef::Int(values) => into.extend(at.map(|row| values[row].cast_unsigned())),
        ColumnRef::Uint(values) => into.extend(at.map(|row| values[row])),
        ColumnRef::Bool(values) => into.extend(at.map(|row| if values[row] { u32::MAX } else { 0 })),
        ColumnRef::Vec2(values) => into.extend(at.map(|row| bits(values[row][component]))),
        ColumnRef::Vec3(values) => into.extend(at.map(|row| bits(values[row][component]))),
        ColumnRef::Color(values) => into.extend(at.map(|row| bits(values[row][component]))),
        // No column of a program is one.
        ColumnRef::Text(_) | ColumnRef::Handle(_) => into.extend(at.map(|_| 0)),
    }
}

/// How many lanes a row of a column has.
fn width(column: ColumnRef<'_>) -> usize {
    match column {
        ColumnRef::Vec2(_) => 2,
        ColumnRef::Vec3(_) => 3,
        ColumnRef::Color(_) => 4,
        ColumnRef::Float(_) | ColumnRef::Int(_) | ColumnRef::Uint(_) | ColumnRef::Bool(_) => 1,
        ColumnRef::Text(_) | ColumnRef::Handle(_) => 1,
    }
}

/// Puts the numbers of an item where expressions read them.
fn look_at(list: &List, item: Item, into: &mut [f64]) {
    let mut at = 0;
    let mut column = 0;
    while let Some(of) = list.column(column) {
        let (values, count) = numbers(of, item.row as usize);
        into[at..at + count].copy_from_slice(&values[..count]);
        (at, column) = (at + count, column + 1);
    }
    into[at] = item.id.0 as f64;
    into[at + 1] = f64::from(list.index(item).unwrap_or(0));
}

/// Where an item goes that is to stand at a place among the others.
fn place_of(list: &List, item: Item, to: f64) -> Place {
    let (from, to) = (list.index(item).unwrap_or(0), place(to));
    // Before the item that has that place now, counted without itself.
    Place::At(if to > from { to.saturating_add(1) } else { to })
}

/// A place by a number: below 0 it is the first, beyond the end the last; what is no number is 0.
fn place(number: f64) -> u32 {
    number.max(0.0) as u32
}

/// How much one turn may do to a list: each of its reactions happens once at most.
fn limits(data: &ProgramData, at: usize) -> Limits {
    let row = &data.lists[at];
    if row.groups.is_some() {
        let sets = row.capacity.saturating_mul(row.columns.len() as u32);
        return Limits { items: row.capacity, sets, inserts: row.capacity };
    }
    let (mut sets, mut inserts) = (0_u32, row.rows.len() as u32);
    for reaction in &data.reactions {
        let carried = data.events[reaction.event as usize].list;
        for effect in &reaction.effects {
            let (list, of, rows) = match *effect {
                Effect::SetRow { .. } => (carried, &mut sets, 1),
                Effect::SetRows { list, .. } => (Some(list), &mut sets, row.capacity),
                Effect::Append { list, .. } => (Some(list), &mut inserts, 1),
                Effect::MoveRow { .. } => (carried, &mut inserts, 1),
                Effect::MoveRows { list, .. } => (Some(list), &mut inserts, row.capacity),
                Effect::Set { .. }
                | Effect::Pass { .. }
                | Effect::Hit { .. }
                | Effect::Schedule { .. }
                | Effect::RemoveRow {}
                | Effect::RemoveRows { .. } => continue,
            };
            if list == Some(at as u32) {
                *of = of.saturating_add(rows);
            }
        }
    }
    Limits { items: row.capacity, sets, inserts }
}

/// The key by which an order puts a number, or the text of one.
fn key(ty: Type, direction: Direction, number: f64, texts: &Texts) -> u64 {
    match ty {
        Type::Int | Type::Uint => direction.integer(number as i64),
        Type::Bool => direction.truth(number != 0.0),
        // Which way, the order knows itself.
        Type::Text => key::text(texts.numbered(number as u32)),
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape => direction.number(number),
    }
}

/// The key of a value of that type, to be sorted by or told apart by.
fn key_kind(ty: Type, direction: Direction) -> KeyKind {
    if ty == Type::Text { KeyKind::Text(direction) } else { KeyKind::Number }
}

/// From which index up to which one a live window is, by the numbers that it reads.
fn window(shows: Shows, read: &[f64]) -> Option<(u32, u32)> {
    let Shows::LiveWindow { skip, take } = shows else { return None };
    let mut numbers = read.iter().map(|&number| place(number));
    let start = skip.and_then(|_| numbers.next()).unwrap_or(0);
    let end = take.and_then(|_| numbers.next()).map_or(u32::MAX, |take| start.saturating_add(take));
    Some((start, end))
}

fn direction(descending: bool) -> Direction {
    if descending { Direction::Descending } else { Direction::Ascending }
}

/// What a total is as the value of a cell.
fn total(total: Total, totals: &Totals) -> f64 {
    match total {
        Total::Count => f64::from(totals.count),
        Total::Sum => totals.sum,
        Total::Mean => totals.mean(),
        Total::Min => totals.min.unwrap_or(f64::INFINITY),
        Total::Max => totals.max.unwrap_or(f64::NEG_INFINITY),
        Total::Any => f64::from(u8::from(totals.any())),
        Total::Every => f64::from(u8::from(totals.every())),
    }
}

/// Adds a view of a list, with room for what it has read beside rows.
fn add_view(
    views: &mut Views,
    (input, operator): (Input, Operator),
    list: &List,
    of_row: Option<&OfRow>,
    others: &mut Vec<Vec<f64>>,
) -> Option<ViewId> {
    // What a view is of was checked.
    let added = views.add(input, operator, list);
    debug_assert!(added.is_ok(), "a view is of an earlier one: {added:?}");
    let count = of_row.map_or(0, |of| of.others.len());
    others.push(vec![0.0; count]);
    let view = added.ok()?;
    if count > 0 && of_row.is_some_and(|of| !of.value.is_empty()) {
        let live = views.make_live(view, list);
        debug_assert!(live.is_ok(), "it was just added");
    }
    Some(view)
}

impl Book {
    fn kinds(row: &ListRow) -> Vec<Kind> {
        row.columns.iter().map(|column| kind(column.ty)).collect()
    }

    /// The bytes of what [`new`](Self::new) makes.
    fn bytes_for(data: &ProgramData, at: usize) -> u64 {
        let row = &data.lists[at];
        let views = data.views.iter().filter(|view| view.list as usize == at);
        let operators = views.map(|view| match view.shows {
            Shows::Where { .. } => (Filter::bytes_for(row.capacity), [0, 0]),
            Shows::SortBy { .. } => (Sort::bytes_for(1, row.capacity), [1, 0]),
            Shows::Distinct { .. } => (Distinct::bytes_for(1, row.capacity), [1, 0]),
            Shows::Window { .. } | Shows::LiveWindow { .. } => (Window::bytes_for(row.capacity), [0, 0]),
            Shows::Fold { .. } => (Fold::bytes_for(row.capacity), [0, 1]),
        });
        let operators =
            operators.chain(groups::of(data, at).map(|(_, of)| groups::bytes_for(of, row.capacity)));
        List::bytes_for(&Self::kinds(row), limits(data, at)) + Views::bytes_for(operators, row.capacity)
    }

    fn new(data: &ProgramData, at: usize, plan: &Plan) -> Self {
        let row = &data.lists[at];
        let mut list = List::new(&Self::kinds(row), limits(data, at));
        let mut views = Views::new();
        let mut others = Vec::new();
        let mut places: Vec<Option<ViewId>> = Vec::new();
        for (view, of_row) in data.views.iter().zip(&plan.events.views) {
            if view.list as usize != at {
                places.push(None);
                continue;
            }
            let input = view.of.and_then(|of| places[of as usize]).map_or(Input::List, Input::View);
            let operator = match view.shows {
                Shows::Where { .. } => Operator::Filter(Filter::new(row.capacity)),
                Shows::SortBy { node, descending } => {
                    let kind = key_kind(plan.program.node_type(node), direction(descending));
                    Operator::Sort(Sort::new(&[kind], row.capacity))
                }
                Shows::Distinct { node } => {
                    let kind = key_kind(plan.program.node_type(node), Direction::Ascending);
                    Operator::Distinct(Distinct::new(&[kind], row.capacity))
                }
                Shows::LiveWindow { .. } => Operator::Window(Window::take(0, row.capacity)),
                Shows::Window { skip, take } => {
                    let end = take.map_or(u32::MAX, |take| skip.saturating_add(take));
                    Operator::Window(Window::new(skip, end, row.capacity))
                }
                Shows::Fold { .. } => Operator::Fold(Fold::new(row.capacity)),
            };
            let of_row = of_row.map(|of| &plan.events.rows[of as usize]);
            places.push(add_view(&mut views, (input, operator), &list, of_row, &mut others));
        }
        for (into, groups) in groups::of(data, at) {
            let input = groups.of.and_then(|of| places[of as usize]).map_or(Input::List, Input::View);
            let operator = groups::operator(plan, groups, row.capacity);
            let of_row = plan.events.groups[into].map(|of| &plan.events.rows[of as usize]);
            add_view(&mut views, (input, operator), &list, of_row, &mut others);
        }
        Self::fill(&plan.program, row, &mut list);
        Self { list, views, others, is_begun: false }
    }

    /// Puts in the rows that are there before the first frame.
    fn fill(program: &Program, row: &ListRow, list: &mut List) {
        for numbers in &row.rows {
            let mut rest = &numbers[..];
            let values = row.columns.iter().map(|column| {
                let (own, behind) = rest.split_at(column.ty.stride() as usize);
                rest = behind;
                let mut all = [0.0; 4];
                for (all, own) in all.iter_mut().zip(own) {
                    *all = program.known(column.ty, *own);
                }
                value(column.ty, all)
            });
            let values: Vec<Value> = values.collect();
            let appended = list.append(0, &values);
            debug_assert!(appended.is_ok(), "rows were checked: {appended:?}");
        }
        let committed = list.commit(&mut Texts::new(0, 0)).map(|_| ());
        debug_assert!(committed.is_ok(), "there are no more rows than there is room for");
        if let Some(kept) = &row.kept_ids {
            let ids: Vec<ItemId> = kept.ids.iter().map(|&id| ItemId(id)).collect();
            let known = list.set_ids(&ids, ItemId(kept.last));
            debug_assert!(known.is_ok(), "ids were checked: {known:?}");
        }
    }

    fn copy_from(&mut self, other: &Self) {
        self.list.copy_from(&other.list);
        self.views.copy_from(&other.views);
        self.copy_seen(other);
    }

    /// A copy becomes the same, at the cost of what has changed since it was.
    fn catch_up(&mut self, with: &mut Self) {
        self.list.catch_up(&mut with.list);
        self.views.catch_up(&mut with.views);
        self.copy_seen(with);
    }

    /// Becomes what such a copy is.
    fn go_back(&mut self, to: &Self) {
        self.list.go_back(&to.list);
        self.views.go_back(&to.views);
        self.copy_seen(to);
    }

    /// Takes over what views have seen beside rows.
    fn copy_seen(&mut self, other: &Self) {
        let Self { list: _, views: _, others, is_begun } = other;
        for (own, others) in self.others.iter_mut().zip(others) {
            own.copy_from_slice(others);
        }
        self.is_begun = *is_begun;
    }

    fn bytes(&self) -> usize {
        self.list.bytes() + self.views.bytes()
    }
}

impl Lists {
    /// For a plan. Without lists it takes no memory.
    pub(crate) fn new(plan: &Plan) -> Self {
        let data = plan.program.data();
        if data.lists.is_empty() {
            return Self::default();
        }
        let books: Vec<Book> = (0..data.lists.len()).map(|at| Book::new(data, at, plan)).collect();
        let before = (0..data.lists.len()).map(|at| Book::new(data, at, plan)).collect();
        let mut counts = vec![0; books.len()];
        let place = |view: &crate::program::ViewRow| {
            let list = view.list as usize;
            counts[list] += 1;
            (list, ViewId(counts[list] - 1))
        };
        let places: Vec<(usize, ViewId)> = data.views.iter().map(place).collect();
        let groupings = groups::groupings(data, &mut counts);
        let shown = (0..).zip(&data.domains).filter_map(|(domain, row)| {
            let Some(Live::Host { inputs, view: Some(view), .. }) = &row.live else { return None };
            let (list, view) = places[*view as usize];
            let columns = &data.lists[list].columns;
            let column = |name: &str| {
                columns.iter().position(|column| column.name == name).unwrap_or(columns.len()) as u32
            };
            let columns = inputs.iter().map(|input| column(&input.name)).collect();
            Some(Shown { domain: DomainId(domain), list, view, columns, version: u64::MAX })
        });
        let shown = shown.collect();
        let most = data.lists.iter().map(|list| list.capacity as usize).max().unwrap_or(0);
        let widest = data.lists.iter().map(|list| list.columns.len()).max().unwrap_or(0);
        let answers = groups::most_answers(data);
        Self {
            is_changed: vec![false; books.len()],
            books,
            before,
            places,
            groupings,
            shown,
            changes: vec![ViewChanges::default(); data.views.len()],
            sources: Vec::new(),
            ended: 0,
            #[cfg(feature = "metrics")]
            asked: 0,
            texts: Texts::new(0, 0),
            truths: Vec::with_capacity(most),
            keys: Vec::with_capacity(most * answers[0]),
            numbers: Vec::with_capacity(most * answers[1]),
            values: Vec::with_capacity(widest),
            rows: Vec::with_capacity(most),
        }
    }

    /// The bytes of the books of each list: of what there is, and of what was before an instant.
    pub(crate) fn bytes_of_each(plan: &Plan) -> impl Iterator<Item = u64> {
        let data = plan.program.data();
        (0..data.lists.len()).map(move |at| 2 * Book::bytes_for(data, at))
    }

    /// What [`bytes`](Self::bytes) says of the lists of a plan, before there are any.
    pub(crate) fn bytes_for(plan: &Plan) -> u64 {
        let most = plan.program.data().lists.iter().map(|list| u64::from(list.capacity)).max().unwrap_or(0);
        let [keys, numbers] = groups::most_answers(plan.program.data());
        let answers = (size_of::<bool>() + (keys + numbers) * size_of::<u64>() + size_of::<u32>()) as u64;
        Self::bytes_of_each(plan).sum::<u64>() + most * answers
    }

    /// Bytes that it keeps.
    pub(crate) fn bytes(&self) -> usize {
        let books = self.books.iter().chain(&self.before).map(Book::bytes).sum::<usize>();
        books
            + self.sources.iter().map(Source::bytes).sum::<usize>()
            + self.truths.capacity()
            + self.rows.capacity() * size_of::<u32>()
            + (self.keys.capacity() + self.numbers.capacity()) * size_of::<u64>()
    }

    /// Tells the texts of rows and of keys, those from before the instant too, where it can be undone.
    pub(crate) fn mark_texts(&self, plan: &Plan, marker: &mut Marker<'_>) {
        let data = plan.program.data();
        for (at, row) in data.lists.iter().enumerate() {
            let books = [Some(&self.books[at]), self.is_changed[at].then_some(&self.before[at])];
            let is_text = |column: &u32| row.columns[*column as usize].ty == Type::Text;
            for (book, column) in books.into_iter().flatten().flat_map(|book| {
                (0..row.columns.len() as u32).filter(is_text).map(move |column| (book, column))
            }) {
                if let Some(ColumnRef::Uint(values)) = book.list.column(column) {
                    book.list.rows().iter().for_each(|&row| marker.lane(values[row as usize]));
                }
            }
            for (view, &(_, id)) in self.places.iter().enumerate().filter(|(_, (list, _))| *list == at) {
                let (Shows::SortBy { node, .. } | Shows::Distinct { node }) = data.views[view].shows else {
                    continue;
                };
                if plan.program.node_type(node) != Type::Text {
                    continue;
                }
                for book in books.into_iter().flatten() {
                    let mut mark = |key: &u64| marker.id(TextId::from_bits(*key));
                    match book.views.get(id) {
                        Some(Operator::Sort(sort)) => sort.keys().flatten().for_each(&mut mark),
                        Some(Operator::Distinct(distinct)) => {
                            distinct.keys().flatten().for_each(&mut mark);
                        }
                        _ => {}
                    }
                }
            }
        }
        self.mark_groups(plan, marker);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.books.is_empty()
    }

    /// The rows of a list, as the last turn has left them.
    #[cfg(feature = "persist")]
    pub(crate) fn list(&self, list: usize) -> Option<&List> {
        self.books.get(list).map(|book| &book.list)
    }

    /// An instant begins: what it changes can be undone.
    pub(crate) fn begin_instant(&mut self) {
        self.is_changed.fill(false);
    }

    /// Everything is as before the instant.
    pub(crate) fn roll_back(&mut self) {
        for (at, is_changed) in self.is_changed.iter_mut().enumerate() {
            if std::mem::take(is_changed) {
                self.books[at].go_back(&self.before[at]);
                self.sources.iter_mut().filter(|source| source.is_of(at)).for_each(Source::cut);
            }
            self.books[at].list.discard();
        }
    }

    /// Puts the numbers of the row that an event carries where reactions read them. Whether there is the row.
    pub(crate) fn meet(&self, data: &ProgramData, event: EventId, id: f64, rows: &mut [f64]) -> bool {
        let Some(list) = data.events[event.index()].list else { return true };
        let list = &self.books[list as usize].list;
        let Some(item) = list.find(ItemId(id as u64)) else { return false };
        look_at(list, item, &mut rows[place_of_event(data, event.0) as usize..]);
        true
    }

    /// The id of the row that an element of a domain is, where it is one.
    pub(crate) fn row_of(&self, domain: DomainId, index: u32) -> Option<ItemId> {
        let shown = self.shown.iter().find(|shown| shown.domain == domain)?;
        let Book { list, views, .. } = &self.books[shown.list];
        views.item(Input::View(shown.view), index, list).map(|item| item.id)
    }

    /// Stages what an effect of a reaction does to a list.
    ///
    /// # Errors
    /// When there is no room for it: the list.
    pub(crate) fn stage(
        &mut self,
        signals: &mut Signals<'_, '_>,
        (reaction, effect, carried): (u32, usize, f64),
        tag: Tag,
    ) -> Result<(), u32> {
        let plan = &signals.plan;
        let effect = &plan.events.reactions[crate::id::ReactionId(reaction)].effects[effect];
        let (list, of_each, of_row) = match *effect {
            EffectPlan::SetRow { list, column, ref value } => {
                let values = signals.values_of(value);
                let ty = plan.program.data().lists[list as usize].columns[column as usize].ty;
                let own = &mut self.books[list as usize].list;
                let Some(item) = own.find(ItemId(carried as u64)) else { return Ok(()) };
                return own.set(reaction, item, column, self::value(ty, values)).map_err(|_| list);
            }
            EffectPlan::RemoveRow { list } => {
                let own = &mut self.books[list as usize].list;
                let Some(item) = own.find(ItemId(carried as u64)) else { return Ok(()) };
                return own.remove(item).map_err(|_| list);
            }
            EffectPlan::MoveRow { list, to } => {
                let to = signals.registers.values[to.index()];
                let own = &mut self.books[list as usize].list;
                let Some(item) = own.find(ItemId(carried as u64)) else { return Ok(()) };
                return own.move_to(reaction, item, place_of(own, item, to)).map_err(|_| list);
            }
            EffectPlan::Append { list, ref values, at } => {
                self.values.clear();
                let columns = &plan.program.data().lists[list as usize].columns;
                for (column, registers) in columns.iter().zip(values) {
                    self.values.push(value(column.ty, signals.values_of(registers)));
                }
                let place =
                    at.map_or(Place::End, |at| Place::At(place(signals.registers.values[at.index()])));
                let own = &mut self.books[list as usize].list;
                return own.insert(reaction, place, &self.values).map_err(|_| list);
            }
            EffectPlan::RemoveRows { list, row: None } => {
                self.books[list as usize].list.clear();
                return Ok(());
            }
            EffectPlan::RemoveRows { list, row: Some(row) } => (list, OfEach::Remove, row),
            EffectPlan::MoveRows { list, row } => (list, OfEach::Move, row),
            EffectPlan::SetRows { list, column, row } => (list, OfEach::Set(column), row),
            EffectPlan::Set { .. }
            | EffectPlan::SetLanes { .. }
            | EffectPlan::Pass { .. }
            | EffectPlan::Hit { .. }
            | EffectPlan::Schedule { .. }
            | EffectPlan::Bear { .. } => return Ok(()),
        };
        let first = place_of_list(plan.program.data(), list) as usize;
        for index in 0..self.books[list as usize].list.len() {
            let own = &mut self.books[list as usize].list;
            let Some(item) = own.get(index) else { break };
            look_at(own, item, &mut signals.registers.rows[first..]);
            signals.run_row(of_row, tag);
            let of_row = &signals.plan.events.rows[of_row as usize];
            if of_row.when.is_some_and(|when| signals.registers.values[when.index()] == 0.0) {
                continue;
            }
            let staged = match of_each {
                OfEach::Remove => own.remove(item),
                OfEach::Move => {
                    let to = signals.registers.values[of_row.value[0].index()];
                    own.move_to(reaction, item, place_of(own, item, to))
                }
                OfEach::Set(column) => {
                    let ty = signals.plan.program.data().lists[list as usize].columns[column as usize].ty;
                    own.set(reaction, item, column, value(ty, signals.values_of(&of_row.value)))
                }
            };
            staged.map_err(|_| list)?;
        }
        Ok(())
    }

    /// What was staged is so, and views are told, also of what else they read. Numbers of all rows that are others now are
    /// given to `set`.
    ///
    /// # Errors
    /// When there is no room for the rows: the list.
    pub(crate) fn commit(
        &mut self,
        signals: &mut Signals<'_, '_>,
        tag: Tag,
        mut set: impl FnMut(CellId, f64),
    ) -> Result<(), u32> {
        for at in 0..self.books.len() {
            let others_changed = self.look_at_others(at, signals, tag);
            let book = &mut self.books[at];
            if !(others_changed || book.list.is_staged() || !book.is_begun) {
                continue;
            }
            if !std::mem::replace(&mut self.is_changed[at], true) {
                self.before[at].catch_up(book);
            }
            let delta = book.list.commit(&mut self.texts).map_err(|_| at as u32)?;
            readers::tell(&mut self.sources, (at, None), delta);
            // Every answer is one for every question, and all views have room for the list.
            let told = self
                .tell(at, others_changed, signals, tag, &mut set)
                .and_then(|()| self.tell_groups(at, others_changed, signals, tag));
            debug_assert!(told.is_ok(), "{told:?}");
            self.books[at].is_begun = true;
        }
        Ok(())
    }

    /// Whether something else than rows that views of a list read is another than when they asked.
    fn look_at_others(&mut self, at: usize, signals: &mut Signals<'_, '_>, tag: Tag) -> bool {
        let mut is_other = false;
        for asking in 0..self.places.len() + self.groupings.len() {
            let (list, ViewId(own), of_row) = match asking.checked_sub(self.places.len()) {
                None => {
                    let (list, view) = self.places[asking];
                    (list, view, signals.plan.events.views[asking])
                }
                Some(at) => {
                    let Grouping { list, view, into } = self.groupings[at];
                    (list, view, signals.plan.events.groups[into])
                }
            };
            let Some(of_row) = of_row.filter(|_| list == at) else { continue };
            let known = &mut self.books[at].others[own as usize];
            if known.is_empty() {
                continue;
            }
            signals.run_row(of_row, tag);
            let mut changed = false;
            for (known, register) in known.iter().zip(&signals.plan.events.rows[of_row as usize].others) {
                changed |= known.to_bits() != signals.registers.values[register.index()].to_bits();
            }
            is_other |= changed;
        }
        is_other
    }

    /// Tells all views of a list.
    fn tell(
        &mut self,
        at: usize,
        others_changed: bool,
        signals: &mut Signals<'_, '_>,
        tag: Tag,
        set: &mut impl FnMut(CellId, f64),
    ) -> Result<(), ListError> {
        let Self { books, places, changes, sources, truths, keys, numbers, .. } = self;
        let Book { list, views, others, is_begun: _ } = &mut books[at];
        let first = place_of_list(signals.plan.program.data(), at as u32) as usize;
        for (row, &(of, view)) in places.iter().enumerate() {
            if of != at {
                continue;
            }
            let of_row = signals.plan.events.views[row];
            let shows = signals.plan.program.data().views[row].shows;
            let known = &mut others[view.0 as usize];
            if let Some(of_row) = of_row.filter(|_| !known.is_empty()) {
                if others_changed && window(shows, known).is_none() {
                    views.ask_all(view)?;
                }
                signals.run_row(of_row, tag);
                for (known, register) in
                    known.iter_mut().zip(&signals.plan.events.rows[of_row as usize].others)
                {
                    *known = signals.registers.values[register.index()];
                }
                if let Some((start, end)) = window(shows, known) {
                    views.set_window(view, start, end)?;
                }
            }
            truths.clear();
            keys.clear();
            numbers.clear();
            let is_window = matches!(shows, Shows::Window { .. } | Shows::LiveWindow { .. });
            for entry in views.input(view, list)?.dirty().filter(|_| !is_window) {
                let number = match of_row {
                    Some(of_row) => {
                        look_at(list, entry.item(), &mut signals.registers.rows[first..]);
                        signals.run_row(of_row, tag);
                        let register: Register = signals.plan.events.rows[of_row as usize].value[0];
                        signals.registers.values[register.index()]
                    }
                    None => 1.0,
                };
                match shows {
                    Shows::Where { .. } => truths.push(number != 0.0),
                    Shows::SortBy { node, descending } => {
                        let (ty, texts) = (signals.plan.program.node_type(node), &signals.texts.texts);
                        keys.push(key(ty, direction(descending), number, texts));
                    }
                    Shows::Distinct { node } => {
                        let (ty, texts) = (signals.plan.program.node_type(node), &signals.texts.texts);
                        keys.push(key(ty, Direction::Ascending, number, texts));
                    }
                    Shows::Fold { .. } => numbers.push(number),
                    Shows::Window { .. } | Shows::LiveWindow { .. } => {}
                }
            }
            #[cfg(feature = "metrics")]
            if of_row.is_some() {
                self.asked += (truths.len() + keys.len() + numbers.len()) as u64;
            }
            let answers = match shows {
                Shows::Where { .. } => Answers::Truths(truths),
                Shows::SortBy { .. } | Shows::Distinct { .. } => Answers::Keys(keys),
                Shows::Fold { .. } => Answers::Numbers(numbers),
                Shows::Window { .. } | Shows::LiveWindow { .. } => Answers::Nothing,
            };
            let delta = views.apply(view, answers, list, &signals.texts.texts)?;
            if let Some(delta) = delta {
                readers::tell(sources, (at, Some(view)), delta);
                changes[row].inserts += delta.inserts().len() as u64;
                changes[row].removes += delta.removes().len() as u64;
                changes[row].updates += delta.updates().len() as u64;
            }
            if let (Shows::Fold { total: of, cell, .. }, Some(Operator::Fold(fold))) =
                (shows, views.get(view))
            {
                set(CellId(cell), total(of, &fold.totals()));
            }
        }
        Ok(())
    }

    /// Continues the lists of another program that have the same key and the same columns, where there is room.
    pub(crate) fn follow(&mut self, mut old: Self, before: &ProgramData, now: &ProgramData) {
        self.take_sources(&mut old, now);
        self.ended = old.ended;
        for (from, book) in before.lists.iter().zip(old.books) {
            let to = now.lists.iter().position(|list| list.key == from.key).filter(|&to| {
                let row = &now.lists[to];
                let is_same = row.columns.len() == from.columns.len()
                    && row.columns.iter().zip(&from.columns).all(|(a, b)| (&a.name, a.ty) == (&b.name, b.ty));
                is_same && row.capacity >= from.capacity
            });
            let Some(to) = to else {
                self.ended += 1 + book.list.counters().created;
                continue;
            };
            let limits = self.books[to].list.limits();
            let mut list = book.list;
            list.grow(limits);
            self.books[to].list = list;
        }
    }
}

/// Domains that show views get the rows of these as their elements, where they have changed.
pub(crate) fn show(mut parts: ResMut<Parts>) {
    let Parts { lists, elements, clock, .. } = &mut *parts;
    if clock.idle || clock.again || lists.shown.is_empty() {
        return;
    }
    lists.give(elements, true);
}

impl Lists {
    /// Gives domains the rows of their views; `is_new` says whether that is an edit.
    pub(crate) fn give(&mut self, elements: &mut Elements, is_new: bool) {
        let Self { books, shown, rows, .. } = self;
        for Shown { domain, list, view, columns, version } in shown {
            let Book { list, views, .. } = &books[*list];
            if is_new && *version == list.version() {
                continue;
            }
            *version = list.version();
            rows.clear();
            views.rows(Input::View(*view), list, rows);
            let (ids, mut lanes) = elements.sets[*domain].given.rows_mut(is_new);
            ids.extend(rows.iter().map(|&row| list.id_of(row).0));
            for &column in columns.iter() {
                let column = list.column(column);
                for component in 0..column.map_or(1, width) {
                    let Some(lanes) = lanes.next() else { break };
                    match column {
                        Some(column) => add_lanes(column, component, rows, lanes),
                        None => lanes.extend(rows.iter().map(|&row| list.id_of(row).0 as u32)),
                    }
                }
            }
        }
    }
}

/// The rows of all lists are those that are there before the first frame.
pub(crate) fn reset(mut parts: ResMut<Parts>) {
    let Parts { plan, lists, .. } = &mut *parts;
    if !lists.is_empty() {
        let mut sources = std::mem::take(&mut lists.sources);
        sources.iter_mut().for_each(Source::cut);
        *lists = Lists { sources, ..Lists::new(plan) };
    }
}

/// All lists as a snapshot of a run has them.
#[derive(Debug)]
pub(crate) struct KeptLists(Vec<Book>);

impl KeptLists {
    pub(crate) fn with_room(plan: &Plan) -> Self {
        let data = plan.program.data();
        Self((0..data.lists.len()).map(|at| Book::new(data, at, plan)).collect())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(Book::bytes).sum()
    }

    /// What that says of a plan, before there is one.
    pub(crate) fn bytes_for(plan: &Plan) -> u64 {
        Lists::bytes_of_each(plan).sum::<u64>() / 2
    }
}

impl Lists {
    pub(crate) fn copy_to(&self, into: &mut KeptLists) {
        into.0.iter_mut().zip(&self.books).for_each(|(into, book)| into.copy_from(book));
    }

    pub(crate) fn restore(&mut self, from: &KeptLists, elements: &mut Elements) {
        self.books.iter_mut().zip(&from.0).for_each(|(book, from)| book.copy_from(from));
        self.sources.iter_mut().for_each(Source::cut);
        self.give(elements, false);
    }
}
