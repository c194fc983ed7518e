//! Lists and views of a builder.

use super::super::format::{
    Aggregate, Effect, ElementInput, GroupTotal, Groups, ListRow, Node, Shows, Total, ViewRow,
};
use super::super::op::Op;
use super::super::types::{Type, Unit};
use super::{Builder, DomainRef, EventRef, ReactionBuilder, Value};
use crate::program::format::ROW_ID;
use crate::program::{EventSource, Gather, Live};

/// A list of a builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListRef(pub(super) u32);

impl ListRef {
    /// Its place among the lists of the program.
    pub(crate) fn row(self) -> u32 {
        self.0
    }
}

/// A view of a list: some of its rows, in some order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewRef {
    list: u32,
    /// None is all rows as they stand.
    view: Option<u32>,
}

impl From<ListRef> for ViewRef {
    fn from(list: ListRef) -> Self {
        Self { list: list.0, view: None }
    }
}

impl ViewRef {
    /// The list that it is a view of.
    pub fn list(self) -> ListRef {
        ListRef(self.list)
    }

    /// Whether it is all rows as they stand.
    pub(crate) fn is_whole(self) -> bool {
        self.view.is_none()
    }
}

/// Lists.
impl Builder {
    /// A list of at most so many rows, with columns by name and type, which are 0, and the empty
    /// text, where nothing else is said.
    ///
    /// ```
    /// use pavane::program::{Total, Type};
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("scores");
    /// let scores = b.list("scores", 100, &[("points", Type::Float)]);
    /// let add = b.host_event("add", Some(Type::Float));
    /// add.reaction().append(scores, &[add.payload()]).done();
    /// let high = b.view_where(scores, b.column(scores, 0).gt(10.0));
    /// b.signal("high", b.total("high", high, Total::Count, None));
    /// b.signal("sum", b.total("sum", scores, Total::Sum, Some(b.column(scores, 0))));
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.send("add", 4.0)?;
    /// engine.send("add", 20.0)?;
    /// let frame = engine.frame(0)?;
    /// assert_eq!(frame.slot("high").unwrap().components[0], 1.0);
    /// assert_eq!(frame.slot("sum").unwrap().components[0], 24.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn list(&self, key: &str, capacity: u32, columns: &[(&str, Type)]) -> ListRef {
        let columns = columns.iter().map(|&(name, ty)| self.column_row(name, (ty, Unit::Scalar))).collect();
        self.add_list(ListRow {
            key: key.into(),
            capacity,
            columns,
            rows: Vec::new(),
            durable: false,
            kept_ids: None,
            groups: None,
        })
    }

    /// A column that is 0, or the empty text, where nothing else is said.
    pub(crate) fn column_row(&self, name: &str, (ty, unit): (Type, Unit)) -> ElementInput {
        let default = match ty {
            Type::Text => vec![f64::from(self.text_row("", 0))],
            _ => vec![0.0; ty.stride() as usize],
        };
        ElementInput { name: name.into(), ty, unit, default }
    }

    /// Marks a list as durable: a host that keeps state on disk keeps its rows.
    pub fn keep_list(&self, list: ListRef) {
        self.inner.borrow_mut().data.lists[list.0 as usize].durable = true;
    }

    /// A list as a row of a program.
    pub fn add_list(&self, list: ListRow) -> ListRef {
        let lists = &mut self.inner.borrow_mut().data.lists;
        lists.push(list);
        ListRef(lists.len() as u32 - 1)
    }

    /// A column of the row that is looked at: in views, and in what reactions do to rows.
    pub fn column(&self, list: ListRef, column: u32) -> Value<'_> {
        self.node(Node { index: Some(list.0), count: Some(column), ..Node::new(Op::Column, &[]) })
    }

    /// The id of the row that is looked at, a uint.
    pub fn row_id(&self, list: ListRef) -> Value<'_> {
        let columns = self.inner.borrow().data.lists[list.0 as usize].columns.len();
        self.column(list, columns as u32)
    }

    /// The place of the row that is looked at, a uint: in what reactions do to rows, where the list is as it was before the turn.
    pub fn row_place(&self, list: ListRef) -> Value<'_> {
        let columns = self.inner.borrow().data.lists[list.0 as usize].columns.len();
        self.column(list, columns as u32 + 1)
    }

    fn add_view(&self, of: ViewRef, shows: Shows) -> ViewRef {
        let views = &mut self.inner.borrow_mut().data.views;
        views.push(ViewRow { list: of.list, of: of.view, shows, name: None });
        ViewRef { list: of.list, view: Some(views.len() as u32 - 1) }
    }

    /// A list with a row for each value of keys among some rows, in the order in which these first come, with totals of all rows that
    /// have it: `keys` and `totals` have the names of the columns. A count of all rows is made of no value.
    ///
    /// ```
    /// use pavane::program::{Aggregate, Type};
    /// use pavane::{Builder, Engine, InputValue};
    ///
    /// let b = Builder::new("teams");
    /// let scores = b.list("scores", 100, &[("team", Type::Float), ("points", Type::Float)]);
    /// let add = b.host_event("add", Some(Type::Vec2));
    /// add.reaction().append(scores, &[add.payload().component(0), add.payload().component(1)]).done();
    /// let teams = b.groups(
    ///     "teams",
    ///     scores,
    ///     &[("team", b.column(scores, 0))],
    ///     &[("points", Aggregate::Sum, Some(b.column(scores, 1))), ("players", Aggregate::Count, None)],
    /// );
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// for [team, points] in [[7.0, 20.0], [3.0, 5.0], [7.0, 1.0]] {
    ///     engine.send("add", [team, points])?;
    /// }
    /// engine.frame(0)?;
    /// let teams = engine.list("teams")?;
    /// let row = |index| ["team", "points", "players"].map(|column| teams.value(column, index).unwrap());
    /// assert_eq!(row(0), [InputValue::Float(7.0), InputValue::Float(21.0), InputValue::Int(2)]);
    /// assert_eq!(row(1), [InputValue::Float(3.0), InputValue::Float(5.0), InputValue::Int(1)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn groups(
        &self,
        key: &str,
        of: impl Into<ViewRef>,
        keys: &[(&str, Value<'_>)],
        totals: &[(&str, Aggregate, Option<Value<'_>>)],
    ) -> ListRef {
        let column = |name: &str, ty: Type| self.column_row(name, (ty, Unit::Scalar));
        let of_key = |&(name, value): &(&str, Value<'_>)| column(name, value.ty());
        let of_total = |&(name, how, value): &(&str, Aggregate, Option<Value<'_>>)| {
            // What has no such total is found by the check.
            column(name, value.map_or(Some(Type::Int), |value| how.result(value.ty())).unwrap_or(Type::Float))
        };
        let columns = keys.iter().map(of_key).chain(totals.iter().map(of_total)).collect();
        let keys: Vec<Value<'_>> = keys.iter().map(|&(_, value)| value).collect();
        let totals: Vec<_> = totals.iter().map(|&(_, how, value)| (how, value)).collect();
        self.add_groups(key, of.into(), columns, &keys, &totals)
    }

    /// The same, with columns as they are.
    pub(crate) fn add_groups(
        &self,
        key: &str,
        of: ViewRef,
        columns: Vec<ElementInput>,
        keys: &[Value<'_>],
        totals: &[(Aggregate, Option<Value<'_>>)],
    ) -> ListRef {
        let capacity = self.inner.borrow().data.lists[of.list as usize].capacity;
        let total = |&(how, value): &(Aggregate, Option<Value<'_>>)| GroupTotal {
            how,
            node: value.map(|value| value.node),
        };
        self.add_list(ListRow {
            key: key.into(),
            capacity,
            columns,
            rows: Vec::new(),
            durable: false,
            kept_ids: None,
            groups: Some(Groups {
                list: of.list,
                of: of.view,
                keys: keys.iter().map(|key| key.node).collect(),
                totals: totals.iter().map(total).collect(),
            }),
        })
    }

    pub(crate) fn rename_list(&self, row: u32, key: String) {
        self.inner.borrow_mut().data.lists[row as usize].key = key;
    }

    /// The rows of which a bool holds.
    pub fn view_where(&self, of: impl Into<ViewRef>, condition: Value<'_>) -> ViewRef {
        self.add_view(of.into(), Shows::Where { node: condition.node })
    }

    /// The rows in the order of a number, or of a text by the numbers of its characters.
    pub fn view_sorted(&self, of: impl Into<ViewRef>, key: Value<'_>, descending: bool) -> ViewRef {
        self.add_view(of.into(), Shows::SortBy { node: key.node, descending })
    }

    /// Of rows with the same number or text the first.
    pub fn view_distinct(&self, of: impl Into<ViewRef>, key: Value<'_>) -> ViewRef {
        self.add_view(of.into(), Shows::Distinct { node: key.node })
    }

    /// The rows behind so many, at most so many of them, both uniform ints that may change.
    pub fn view_live_window(
        &self,
        of: impl Into<ViewRef>,
        skip: Option<Value<'_>>,
        take: Option<Value<'_>>,
    ) -> ViewRef {
        let (skip, take) = (skip.map(|skip| skip.node), take.map(|take| take.node));
        self.add_view(of.into(), Shows::LiveWindow { skip, take })
    }

    /// The rows behind so many, at most so many of them.
    pub fn view_window(&self, of: impl Into<ViewRef>, skip: u32, take: Option<u32>) -> ViewRef {
        self.add_view(of.into(), Shows::Window { skip, take })
    }

    /// Gives a view a name, under which a host [reads](crate::Engine::subscribe) what changes in it. All rows as they stand have
    /// that of their list; a view that has a name keeps it.
    pub fn name_view(&self, view: ViewRef, name: &str) {
        if let Some(view) = view.view {
            let view = &mut self.inner.borrow_mut().data.views[view as usize];
            view.name.get_or_insert_with(|| name.to_owned());
        }
    }

    /// A number of all rows, a uniform value; all but a count are made of a value of each.
    pub fn total(
        &self,
        key: &str,
        of: impl Into<ViewRef>,
        total: Total,
        value: Option<Value<'_>>,
    ) -> Value<'_> {
        let cell = self.cell(key, total.ty(), 0.0, None);
        let node = value.map(|value| value.node);
        self.add_view(of.into(), Shows::Fold { total, node, cell: cell.row() });
        cell.get()
    }

    /// A domain whose elements are the rows of a view, by their ids; values of theirs are inputs of the same names.
    pub fn domain_of_view(&self, name: &str, of: impl Into<ViewRef>) -> DomainRef {
        let (capacity, live) = self.rows_of_view(of.into());
        self.live(name, capacity, live)
    }

    /// The elements of [`domain_of_view`](Self::domain_of_view), and the most there are.
    pub(crate) fn rows_of_view(&self, of: ViewRef) -> (u32, Live) {
        // A domain is of a view: all rows are a window of everything.
        let view = match of.view {
            Some(view) => view,
            None => self.view_window(of, 0, None).view.unwrap_or(0),
        };
        let draft = self.inner.borrow();
        let list = &draft.data.lists[of.list as usize];
        let live = Live::Host {
            inputs: list.columns.clone(),
            nearest: None,
            ids: Vec::new(),
            view: Some(view),
            letters: None,
        };
        (list.capacity, live)
    }

    /// The list whose rows the elements of a domain are.
    pub(crate) fn list_of_domain(&self, domain: DomainRef) -> Option<ListRef> {
        let data = &self.inner.borrow().data;
        match data.domains[domain.0 as usize].live {
            Some(Live::Host { view: Some(view), .. }) => Some(ListRef(data.views[view as usize].list)),
            _ => None,
        }
    }

    /// The list of which an event carries a row.
    pub(crate) fn list_of_event(&self, event: EventRef<'_>) -> Option<ListRef> {
        self.inner.borrow().data.events[event.row() as usize].list.map(ListRef)
    }

    /// A column of the row that an element of [`domain_of_view`](Self::domain_of_view) is.
    pub fn element_column(&self, domain: DomainRef, column: u32) -> Value<'_> {
        self.node(Node { index: Some(column), domain: Some(domain.0), ..Node::new(Op::ElementInput, &[]) })
    }

    /// The id of the row that an element of [`domain_of_view`](Self::domain_of_view) is, a uint; of a list without a column `id`.
    pub fn element_row_id(&self, domain: DomainRef) -> Value<'_> {
        let id =
            || ElementInput { name: ROW_ID.into(), ty: Type::Uint, unit: Unit::Scalar, default: vec![0.0] };
        let at = match &mut self.inner.borrow_mut().data.domains[domain.0 as usize].live {
            Some(Live::Host { inputs, view: Some(_), .. }) => {
                inputs.iter().position(|input| input.name == ROW_ID).unwrap_or_else(|| {
                    inputs.push(id());
                    inputs.len() - 1
                })
            }
            // The check of the program says what is wrong.
            Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. } | Live::Host { .. })
            | None => 0,
        };
        self.element_column(domain, at as u32)
    }

    /// An event that the host sends with the id of a row, a uint.
    pub fn row_event(&self, key: &str, list: ListRef) -> EventRef<'_> {
        self.add_row_event(key, list, EventSource::Host { gather: Gather::Each })
    }

    pub(crate) fn add_row_event(&self, key: &str, list: ListRef, source: EventSource) -> EventRef<'_> {
        let event = self.add_event(key, Some((Type::Uint, Unit::Scalar)), source);
        self.inner.borrow_mut().data.events[event.row() as usize].list = Some(list.0);
        event
    }

    /// As [`hit`](Self::hit) of a domain of the rows of a view: the event carries the row.
    pub fn hit_row<'b>(
        &'b self,
        key: &str,
        event: EventRef<'b>,
        (domain, list): (DomainRef, ListRef),
        place: Value<'b>,
    ) -> EventRef<'b> {
        let made = self.add_row_event(key, list, EventSource::Reactions {});
        event.reaction().hit(made, domain, place).done();
        made
    }

    /// As [`hover`](Self::hover) of a domain of the rows of a view: the event carries the row.
    pub fn hover_row(
        &self,
        key: &str,
        (domain, list): (DomainRef, ListRef),
        place: Value<'_>,
    ) -> EventRef<'_> {
        let source = EventSource::Hover { domain: domain.0, node: place.node, drawn_by: None };
        self.add_row_event(key, list, source)
    }
}

impl<'b> EventRef<'b> {
    /// A column of the row that it carries; only in reactions to it.
    pub fn column(self, column: u32) -> Value<'b> {
        let node = Node { index: Some(self.row()), count: Some(column), ..Node::new(Op::RowColumn, &[]) };
        self.builder.node(node)
    }
}

impl<'b> ReactionBuilder<'b> {
    fn with(mut self, effect: Effect) -> Self {
        self.reaction.effects.push(effect);
        self
    }

    /// Sets a column of the row that the event carries.
    pub fn set_row(self, column: u32, value: Value<'b>) -> Self {
        self.with(Effect::SetRow { column, node: value.node })
    }

    /// Sets a column of all rows of a list, or of those of which a bool holds.
    pub fn set_rows(self, list: ListRef, column: u32, value: Value<'b>, when: Option<Value<'b>>) -> Self {
        let when = when.map(|when| when.node);
        self.with(Effect::SetRows { list: list.0, column, node: value.node, when })
    }

    /// Puts a new row behind the others, with a value for each column.
    pub fn append(self, list: ListRef, values: &[Value<'b>]) -> Self {
        self.insert(list, values, None)
    }

    /// Puts a new row before the one at a place, an int.
    pub fn insert(self, list: ListRef, values: &[Value<'b>], at: Option<Value<'b>>) -> Self {
        let nodes = values.iter().map(|value| value.node).collect();
        self.with(Effect::Append { list: list.0, nodes, at: at.map(|at| at.node) })
    }

    /// Puts the row that the event carries at a place, an int.
    pub fn move_row(self, to: Value<'b>) -> Self {
        self.with(Effect::MoveRow { to: to.node })
    }

    /// Puts all rows of a list at a place each, or those of which a bool holds.
    pub fn move_rows(self, list: ListRef, to: Value<'b>, when: Option<Value<'b>>) -> Self {
        self.with(Effect::MoveRows { list: list.0, to: to.node, when: when.map(|when| when.node) })
    }

    /// Removes the row that the event carries.
    pub fn remove_row(self) -> Self {
        self.with(Effect::RemoveRow {})
    }

    /// Removes all rows of a list, or those of which a bool holds.
    pub fn remove_rows(self, list: ListRef, when: Option<Value<'b>>) -> Self {
        self.with(Effect::RemoveRows { list: list.0, when: when.map(|when| when.node) })
    }
}
