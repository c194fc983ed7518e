//! Lists and views: do they point at rows, do types fit, and are columns read where a row is looked at?

use std::collections::HashSet;

use super::super::format::{Aggregate, Effect, ElementInput, Groups, ROW_ID, Shows};
use super::super::op::Op;
use super::super::types::Type;
use super::super::{Node, limits};
use super::Check;
use super::events::{Taken, Within};
use super::names::a;
use crate::diagnostic::{Code, Diagnostic, JsonPath, quote};

const KEYS: &[Type] = &[Type::Float, Type::Int, Type::Uint, Type::Bool, Type::Text];

impl Check<'_> {
    /// Checks the rows of lists and views as far as they stand for themselves.
    pub(super) fn list_rows(&mut self) {
        let data = self.data;
        let keys = data.lists.iter().map(|list| list.key.as_str());
        self.names("list", "key", keys, |row| JsonPath::row("lists", row).key("key"));
        for (row, list) in data.lists.iter().enumerate() {
            let at = JsonPath::row("lists", row);
            if !(1..=limits::CAPACITY_MAX).contains(&list.capacity) {
                let message =
                    format!("the capacity is {}, expected 1 to {}", list.capacity, limits::CAPACITY_MAX);
                self.error(Code::DomainSize, at.key("capacity"), message);
            }
            let names = list.columns.iter().map(|column| column.name.as_str());
            self.names("column", "name", names, |row| at.key("columns").index(row).key("name"));
            if list.columns.len() > limits::ELEMENT_INPUTS_MAX {
                let most = limits::ELEMENT_INPUTS_MAX;
                let message = format!("{} columns, the most is {most}", list.columns.len());
                self.error(Code::Limit, at.key("columns"), message);
            }
            for (column, row) in list.columns.iter().enumerate() {
                let at = at.key("columns").index(column);
                match row.ty {
                    Type::Text => self.given_text(&at, &row.default),
                    _ => self.given(&at, (row.ty, row.unit), &row.default, 1),
                }
            }
            if list.rows.len() > list.capacity as usize {
                let message = format!("{} rows, and the capacity is {}", list.rows.len(), list.capacity);
                let diagnostic = Diagnostic::error(Code::DomainSize, message).at(at.key("rows"));
                self.push(diagnostic.help("raise `capacity`: it is the most rows there may ever be"));
            }
            if let Some(kept) = &list.kept_ids {
                let distinct: std::collections::BTreeSet<u64> = kept.ids.iter().copied().collect();
                let are_known = distinct.iter().all(|&id| (1..=kept.last).contains(&id));
                if kept.ids.len() != list.rows.len() || distinct.len() != kept.ids.len() || !are_known {
                    let diagnostic = Diagnostic::error(Code::Table, "the ids are not one for each row");
                    let help = "each row has an id of its own, from 1 to `last`";
                    self.push(diagnostic.at(at.key("kept_ids").key("ids")).help(help));
                }
            }
            if let Some(groups) = &list.groups {
                self.groups_row(row, groups, &at);
            }
            let stride = list.stride() as usize;
            for (row, values) in list.rows.iter().enumerate() {
                let at = at.key("rows").index(row);
                if values.len() != stride {
                    let numbers = if stride == 1 { "number" } else { "numbers" };
                    let message = format!("a row has {stride} {numbers}, found {}", values.len());
                    let help = "give each row as many numbers as the types of all columns have components";
                    self.push(Diagnostic::error(Code::Table, message).at(at).help(help));
                } else if let Some(bad) = values.iter().position(|value| !value.is_finite()) {
                    self.error(Code::Table, at.index(bad), "the value is not finite");
                } else {
                    self.texts_of_row(&list.columns, values, &at);
                }
            }
        }
        let named: Vec<(usize, &str)> = data
            .views
            .iter()
            .enumerate()
            .filter_map(|(row, view)| Some((row, view.name.as_deref()?)))
            .collect();
        self.names("view", "name", named.iter().map(|&(_, name)| name), |at| {
            JsonPath::row("views", named[at].0).key("name")
        });
        for (row, view) in data.views.iter().enumerate() {
            let at = JsonPath::row("views", row);
            self.row(view.list, data.lists.len(), "list", at.key("list"));
            let Some(of) = view.of else { continue };
            let is_good = (of as usize) < row
                && data.views[of as usize].list == view.list
                && !matches!(data.views[of as usize].shows, Shows::Fold { .. });
            if !is_good {
                let message =
                    format!("view {row} is of view {of}, which is no earlier one of rows of the same list");
                let help = "a view is of its list, or of a view before it that has rows";
                self.push(Diagnostic::error(Code::NoSuchRow, message).at(at.key("of")).help(help));
            }
        }
    }

    /// Checks what the rows of a list are made of, as far as it stands for itself.
    fn groups_row(&mut self, row: usize, groups: &Groups, at: &JsonPath) {
        let data = self.data;
        let list = &data.lists[row];
        let own = at.key("groups");
        let Some(source) = data.lists.get(groups.list as usize).filter(|_| (groups.list as usize) < row)
        else {
            let message = format!("list {row} is of list {}, which is no earlier one", groups.list);
            let help = "groups are of rows of a list before them";
            return self.push(Diagnostic::error(Code::NoSuchRow, message).at(own.key("list")).help(help));
        };
        if let Some(of) = groups.of {
            let is_good = data
                .views
                .get(of as usize)
                .is_some_and(|view| view.list == groups.list && !matches!(view.shows, Shows::Fold { .. }));
            if !is_good {
                let message = format!("view {of} has no rows of list {}", groups.list);
                let help = "groups are of a list, or of a view of it that has rows";
                self.push(Diagnostic::error(Code::NoSuchRow, message).at(own.key("of")).help(help));
            }
        }
        if list.capacity < source.capacity {
            let message = format!(
                "the capacity is {}, and there may be {} rows, each of a group of its own",
                list.capacity, source.capacity
            );
            self.error(Code::DomainSize, at.key("capacity"), message);
        }
        if list.durable || list.kept_ids.is_some() || !list.rows.is_empty() {
            let message = "groups are made of rows, so none are there before, and none are kept";
            let help = "leave `rows`, `durable` and `kept_ids` out, or `groups`";
            self.push(Diagnostic::error(Code::Table, message).at(&own).help(help));
        }
        let columns = groups.keys.len() + groups.totals.len();
        if groups.keys.is_empty() || columns != list.columns.len() {
            let message = format!(
                "{} keys and {} totals for {} columns",
                groups.keys.len(),
                groups.totals.len(),
                list.columns.len()
            );
            let help = "there is a key at least, and a column for each key and then for each total";
            self.push(Diagnostic::error(Code::Table, message).at(&own).help(help));
        }
    }

    /// Whether the texts of a row are there.
    fn texts_of_row(&mut self, columns: &[ElementInput], values: &[f64], at: &JsonPath) {
        let mut place = 0;
        for column in columns {
            if column.ty == Type::Text {
                self.text_row(values[place], at.index(place));
            }
            place += column.ty.stride() as usize;
        }
    }

    /// Whether a domain whose elements are the rows of a view fits that.
    pub(super) fn of_view(&mut self, capacity: u32, (row, inputs): (u32, &[ElementInput]), at: &JsonPath) {
        let data = self.data;
        if !self.row(row, data.views.len(), "view", at.key("view")) {
            return;
        }
        let view = &data.views[row as usize];
        if matches!(view.shows, Shows::Fold { .. }) {
            let message = format!("view {row} is one number and has no rows");
            return self.error(Code::TypeNotAllowed, at.key("view"), message);
        }
        let Some(list) = data.lists.get(view.list as usize) else { return };
        if capacity < list.capacity {
            let message =
                format!("the capacity is {capacity}, and the list has up to {} rows", list.capacity);
            self.error(Code::DomainSize, at.key("view"), message);
        }
        for (row, input) in inputs.iter().enumerate() {
            let is_column = |column: &ElementInput| column.name == input.name && column.ty == input.ty;
            let is_id = input.name == ROW_ID && input.ty == Type::Uint;
            if !is_id && !list.columns.iter().any(is_column) {
                let message =
                    format!("the list has no column {} that is {}", quote(&input.name), a(input.ty));
                self.error(Code::TargetType, at.key("inputs").index(row), message);
            }
        }
    }

    /// Whether the list of a node has the column that it names.
    pub(super) fn column_node(&mut self, list: u32, node: &Node, index: usize) -> bool {
        let columns = self.data.lists[list as usize].columns.len();
        // Behind the last one are the id and the place.
        self.row(node.count.unwrap_or(0), columns + 2, "column", JsonPath::row("nodes", index).key("count"))
    }

    /// Whether the event of a node carries a row that has the column that it names.
    pub(super) fn row_event_node(&mut self, event: u32, node: &Node, index: usize) -> bool {
        match self.data.events[event as usize].list {
            Some(list) if (list as usize) < self.data.lists.len() => self.column_node(list, node, index),
            Some(_) => false,
            None => {
                self.no_row(event, JsonPath::row("nodes", index).key("index"));
                false
            }
        }
    }

    fn no_row(&mut self, event: u32, at: JsonPath) {
        let message = format!("the event {} carries no row", quote(&self.data.events[event as usize].key));
        let help = "give the event a `list`, or use one that has it";
        self.push(Diagnostic::error(Code::TypeNotAllowed, message).at(at).help(help));
    }

    /// Finds the nodes that are made of columns of the row that is looked at.
    pub(super) fn look_at_rows(&mut self) {
        let data = self.data;
        for (index, node) in data.nodes.iter().enumerate() {
            let mut list = node.index.filter(|_| node.op == Op::Column);
            for &arg in &node.args {
                let other = self.row_lists.get(arg as usize).copied().flatten();
                if list.is_some() && other.is_some() && list != other {
                    let message = format!("{} is made of rows of two lists", self.node_name(index as u32));
                    self.error(Code::RowOutside, JsonPath::row("nodes", index).key("args"), message);
                }
                list = list.or(other);
            }
            self.row_lists[index] = list;
        }
    }

    /// Reports a view that is made of where rows stand.
    fn no_place(&mut self, node: u32, at: &JsonPath) {
        let is_place = |node: &Node| {
            let list = node.index.and_then(|list| self.data.lists.get(list as usize));
            node.op == Op::Column && list.is_some_and(|list| list.is_place(node.count.unwrap_or(0)))
        };
        let (mut stack, mut seen) = (vec![node], HashSet::new());
        while let Some(row) = stack.pop() {
            let Some(node) = self.data.nodes.get(row as usize).filter(|_| seen.insert(row)) else { continue };
            if is_place(node) {
                let message =
                    format!("{} is where a row stands, which views are not made of", self.node_name(row));
                let help = "reactions read it; a view takes rows by their places with a window";
                return self.push(Diagnostic::error(Code::RowOutside, message).at(at).help(help));
            }
            stack.extend(&node.args);
        }
    }

    /// Whether a node is made of columns of the row that is looked at alone, if of any.
    pub(super) fn within_rows(&mut self, node: u32, at: &JsonPath) -> bool {
        let Some(list) = self.row_lists[node as usize].filter(|list| self.looked_at != Some(*list)) else {
            return true;
        };
        let key = self.data.lists.get(list as usize).map_or("", |list| list.key.as_str());
        let message = format!(
            "{} is made of a row of {}, and none is looked at here",
            self.node_name(node),
            quote(key)
        );
        let help = "views, and what reactions do to rows, look at one row after the other";
        self.push(Diagnostic::error(Code::RowOutside, message).at(at).help(help));
        false
    }

    /// Checks something that is evaluated for rows of a list.
    fn per_row(
        &mut self,
        list: u32,
        taken: &Taken<'_>,
        types: &[Type],
        (within, turns): (Within, &[Option<u32>]),
    ) -> bool {
        self.looked_at = Some(list);
        let is_good = self.taken(taken, types, within, turns);
        self.looked_at = None;
        is_good
    }

    /// Checks what groups evaluate.
    fn groups(&mut self, turns: &[Option<u32>]) {
        let data = self.data;
        let within = (Within::Anything, turns);
        for (row, list) in data.lists.iter().enumerate() {
            let Some(groups) = &list.groups else { continue };
            let at = JsonPath::row("lists", row).key("groups");
            groups.nodes().for_each(|node| self.no_place(node, &at));
            for (index, (&node, column)) in groups.keys.iter().zip(&list.columns).enumerate() {
                let at = at.key("keys").index(index);
                if KEYS.contains(&column.ty) {
                    let taken = Taken { what: "what rows are grouped by", node, at, of: None };
                    self.per_row(groups.list, &taken, &[column.ty], within);
                } else {
                    self.error(Code::TypeNotAllowed, at, format!("rows are not grouped by {}", a(column.ty)));
                }
            }
            let totals = groups.totals.iter().zip(list.columns.iter().skip(groups.keys.len()));
            for (index, (total, column)) in totals.enumerate() {
                let at = at.key("totals").index(index);
                let makes_it = |ty: &&Type| total.how.result(**ty) == Some(column.ty);
                let types: Vec<Type> = KEYS.iter().filter(makes_it).copied().collect();
                let counts_all = total.how == Aggregate::Count && column.ty == Type::Int;
                match total.node {
                    Some(node) if !types.is_empty() => {
                        let at = at.key("node");
                        let taken = Taken { what: "what a total is made of", node, at, of: None };
                        self.per_row(groups.list, &taken, &types, within);
                    }
                    None if counts_all => {}
                    None | Some(_) => {
                        let message = format!("its column is {}, which that is never", a(column.ty));
                        self.error(Code::TargetType, at, message);
                    }
                }
            }
        }
    }

    /// Checks what views evaluate.
    pub(super) fn views(&mut self, turns: &[Option<u32>]) {
        self.groups(turns);
        let data = self.data;
        for (row, view) in data.views.iter().enumerate() {
            let at = JsonPath::row("views", row).key("shows");
            let within = (Within::Anything, turns);
            if let Some(node) = view.shows.node() {
                self.no_place(node, &at);
            }
            match view.shows {
                Shows::Where { node } => {
                    let at = at.key("where").key("node");
                    let taken = Taken { what: "the condition of a view", node, at, of: None };
                    self.per_row(view.list, &taken, &[Type::Bool], within);
                }
                Shows::SortBy { node, .. } => {
                    let at = at.key("sort_by").key("node");
                    let taken = Taken { what: "what a view is sorted by", node, at, of: None };
                    self.per_row(view.list, &taken, KEYS, within);
                }
                Shows::Distinct { node } => {
                    let at = at.key("distinct").key("node");
                    let taken = Taken { what: "what rows are told apart by", node, at, of: None };
                    self.per_row(view.list, &taken, KEYS, within);
                }
                Shows::Window { .. } => {}
                Shows::LiveWindow { skip, take } => {
                    for (key, node) in [("skip", skip), ("take", take)] {
                        let Some(node) = node else { continue };
                        let at = at.key("live_window").key(key);
                        let taken = Taken { what: "how many rows", node, at, of: None };
                        self.taken(&taken, &[Type::Int], within.0, within.1);
                    }
                }
                Shows::Fold { total, node, cell } => {
                    let at = at.key("fold");
                    match (node, total.of()) {
                        (Some(node), Some(ty)) => {
                            let at = at.key("node");
                            let taken =
                                Taken { what: "what a number of rows is made of", node, at, of: None };
                            self.per_row(view.list, &taken, &[ty], within);
                        }
                        (None, None) => {}
                        (Some(_), None) => {
                            self.error(Code::TargetType, at.key("node"), "a count has no `node`");
                        }
                        (None, Some(ty)) => {
                            let message = format!("it is made of {} of each row, and has no `node`", a(ty));
                            self.error(Code::TargetType, at.clone(), message);
                        }
                    }
                    if self.row(cell, data.cells.len(), "cell", at.key("cell")) {
                        let row = &data.cells[cell as usize];
                        if row.ty != total.ty() || row.domain.is_some() || row.ring.is_some() {
                            let message =
                                format!("the number is {}, which the cell cannot hold", a(total.ty()));
                            self.error(Code::CellKind, at.key("cell"), message);
                        }
                        self.own_cell(cell, "a view", at.key("cell"));
                    }
                }
            }
        }
    }

    /// Checks what a reaction does to a list.
    pub(super) fn edit(&mut self, event: u32, effect: &Effect, turns: &[Option<u32>], at: &JsonPath) {
        let data = self.data;
        let within = (Within::Turn(event), turns);
        let carried = data.events[event as usize].list;
        let (list, at) = match effect {
            Effect::SetRow { .. } => (carried, at.key("set_row")),
            Effect::MoveRow { .. } => (carried, at.key("move_row")),
            Effect::MoveRows { list, .. } => (Some(*list), at.key("move_rows")),
            Effect::RemoveRow {} => (carried, at.key("remove_row")),
            Effect::SetRows { list, .. } => (Some(*list), at.key("set_rows")),
            Effect::Append { list, .. } => (Some(*list), at.key("append")),
            Effect::RemoveRows { list, .. } => (Some(*list), at.key("remove_rows")),
            Effect::Set { .. } | Effect::Pass { .. } | Effect::Hit { .. } | Effect::Schedule { .. } => return,
        };
        let Some(list) = list else {
            return self.no_row(event, at);
        };
        if !self.row(list, data.lists.len(), "list", at.key("list")) {
            return;
        }
        if data.lists[list as usize].groups.is_some() {
            let message = format!("the rows of {} are groups", quote(&data.lists[list as usize].key));
            let help = "edit the rows that they are made of";
            return self.push(Diagnostic::error(Code::TypeNotAllowed, message).at(at).help(help));
        }
        let columns = &data.lists[list as usize].columns;
        let what = "the value of a column";
        match effect {
            Effect::SetRow { column, node } | Effect::SetRows { column, node, .. } => {
                if !self.row(*column, columns.len(), "column", at.key("column")) {
                    return;
                }
                let types = [columns[*column as usize].ty];
                let taken = Taken { what, node: *node, at: at.key("node"), of: None };
                if matches!(effect, Effect::SetRow { .. }) {
                    self.taken(&taken, &types, within.0, within.1);
                } else {
                    self.per_row(list, &taken, &types, within);
                }
            }
            Effect::Append { nodes, at: place, .. } => {
                if nodes.len() != columns.len() {
                    let columns = match columns.len() {
                        1 => "one column".into(),
                        count => format!("{count} columns"),
                    };
                    let message = format!("{} values for {columns}", nodes.len());
                    let diagnostic = Diagnostic::error(Code::Table, message).at(at.key("nodes"));
                    return self.push(diagnostic.help("give one value for each column, in their order"));
                }
                for (index, (&node, column)) in nodes.iter().zip(columns).enumerate() {
                    let taken = Taken { what, node, at: at.key("nodes").index(index), of: None };
                    self.taken(&taken, &[column.ty], within.0, within.1);
                }
                if let Some(node) = *place {
                    let taken = Taken { what: "the place of a row", node, at: at.key("at"), of: None };
                    self.taken(&taken, &[Type::Int], within.0, within.1);
                }
            }
            Effect::MoveRow { to } => {
                let taken = Taken { what: "the place of a row", node: *to, at: at.key("to"), of: None };
                self.taken(&taken, &[Type::Int], within.0, within.1);
            }
            Effect::MoveRows { to, .. } => {
                let taken = Taken { what: "the place of a row", node: *to, at: at.key("to"), of: None };
                self.per_row(list, &taken, &[Type::Int], within);
            }
            Effect::Set { .. }
            | Effect::Pass { .. }
            | Effect::Hit { .. }
            | Effect::Schedule { .. }
            | Effect::RemoveRow {}
            | Effect::RemoveRows { .. } => {}
        }
        if let Effect::SetRows { when: Some(node), .. }
        | Effect::MoveRows { when: Some(node), .. }
        | Effect::RemoveRows { when: Some(node), .. } = *effect
        {
            let taken = Taken { what: "which rows are meant", node, at: at.key("when"), of: None };
            self.per_row(list, &taken, &[Type::Bool], within);
        }
    }
}
